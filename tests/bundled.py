#!/usr/bin/env python3
"""Checks the manifests of the bundled charts, of each version with every values file made for it.

    tests/bundled.py [--tool PINTLE] [--helm HELM]

Each object has to fit the API server's schema at the versions of Kubernetes that tests/schemas.py names (unknown fields
refused), custom resources and the CustomResourceDefinitions in the charts included; tests/manifests.py says what else
must hold. With --helm, `helm lint --strict` has to be content as well. Renders are those of tests/bundled.rs.

Needs the package kubernetes-validate, for its schemas: `pip install kubernetes-validate==1.37.0`.
"""
import argparse
import collections
import hashlib
import json
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

import manifests
import schemas

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The version in charts/; the earlier ones are in history/.
CURRENT = '2.23.0'
Case = collections.namedtuple('Case', 'version charts chart release namespace values')


class Loader(getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):
    """YAML as Kubernetes reads it: dates are strings, no key comes twice."""

    def construct_mapping(self, node, deep=False):
        keys = [k.value for k, _ in node.value if k.tag != 'tag:yaml.org,2002:merge']
        twice = [k for k, n in collections.Counter(keys).items() if n > 1]
        if twice:
            raise yaml.constructor.ConstructorError(None, None, 'the key %s comes twice' % twice[0], node.start_mark)
        return super().construct_mapping(node, deep)


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag != 'tag:yaml.org,2002:timestamp']
    for first, pairs in Loader.yaml_implicit_resolvers.items()
}


def read(path):
    return yaml.load((ROOT / path).read_text(), Loader)


def cases_at(version, charts):
    """Every render of one version, as tests/bundled.rs has them."""
    stacks = read('charts/stacks.yaml')
    first = {}
    for stack in sorted(stacks):
        for entry in stacks[stack]:
            first.setdefault(entry['chart'], entry)
    make = lambda e, values: Case(version, charts, e['chart'], e['release'], e['namespace'], values)
    for chart, entry in sorted(first.items()):
        yield make(entry, None)
        for file in sorted((ROOT / 'tests/bundled' / chart.replace('/', '-')).glob('*.yaml')):
            if version == CURRENT or not file.name.endswith('.2.23.yaml'):
                yield make(entry, file)
    for file, shared in read('tests/bundled/values.yaml').items():
        for stack in shared['stacks'] if version in shared['versions'] else []:
            yield from (make(entry, ROOT / file) for entry in stacks[stack])


def run(words, folder):
    return subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def objects_of(text):
    for document in yaml.load_all(text, Loader):
        if document:
            yield from document['items'] if document['kind'].endswith('List') and 'items' in document else [document]


def strings(data):
    """All strings in data, keys included."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield str(key)
            yield from strings(value)
    elif isinstance(data, list):
        for item in data:
            yield from strings(item)
    elif data is not None:
        yield str(data)


class Checker:
    """Checks renders; an object that many renders have alike is checked once."""

    def __init__(self, tool, helm):
        self.tool, self.helm = tool, helm
        self.done = set()
        self.external = read('tests/bundled/external.yaml')
        self.used = set()  # (section, entry) of external.yaml
        self.custom = {}

    def is_listed(self, section, entries, entry):
        if entry in entries:
            self.used.add((section, entry))
        return entry in entries

    def custom_resources(self, charts):
        if charts not in self.custom:
            files = [f for e in charts.glob('**/crd') for f in sorted(e.glob('**/*.yaml'))]
            definitions = [d for f in files for d in yaml.load_all(f.read_text(), Loader) if d]
            self.custom[charts] = schemas.CustomResources(definitions), definitions
        return self.custom[charts]

    def schema_errors(self, o, custom):
        """Errors of one object against the schemas; none if it was seen before."""
        digest = hashlib.sha256(json.dumps(o, sort_keys=True).encode()).digest()
        if digest in self.done:
            return
        self.done.add(digest)
        api_version, kind = o['apiVersion'], o['kind']
        own = custom.validator(api_version, kind)
        foreign = self.is_listed('kinds', self.external['kinds'], '%s %s' % (api_version, kind))
        error = own and schemas.first_error(own, o)
        if error:
            yield error
        for version in schemas.VERSIONS:
            part = o
            if own or foreign:
                # Kubernetes knows no more of it than its metadata, which any object shows.
                part = {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': o['metadata']}
            validator = schemas.builtin(version, part['apiVersion'], part['kind'])
            error = schemas.first_error(validator, part) if validator else 'there is no such kind: ' + api_version
            if error:
                yield 'Kubernetes %s: %s' % (version, error)
        yield from manifests.object_errors(o)
        if kind == 'CustomResourceDefinition':
            yield from schemas.definition_errors(o)

    def definitions(self, charts):
        """Findings in the CustomResourceDefinitions beside the charts."""
        custom, definitions = self.custom_resources(charts)
        for o in definitions:
            for error in self.schema_errors(o, custom):
                yield '%s: %s' % (manifests.title(o), error)

    def custom_objects(self, file):
        """Findings in a file of custom resources: the operator's configuration beside the values."""
        custom, _ = self.custom_resources(ROOT / 'charts')
        for o in objects_of(file.read_text()):
            for error in self.schema_errors(o, custom):
                yield '%s: %s' % (manifests.title(o), error)

    def case(self, case):
        """Findings in one render."""
        values = ['--values', str(case.values)] if case.values else []
        words = ['template', case.release, './' + case.chart, '--namespace', case.namespace] + values
        rendered = run([self.tool] + words, case.charts)
        if rendered.returncode:
            if case.values:
                yield rendered.stderr
            return
        try:
            objects = list(objects_of(rendered.stdout))
        except yaml.YAMLError as error:
            yield str(error)
            return
        custom, _ = self.custom_resources(case.charts)
        for o in objects:
            for error in self.schema_errors(o, custom):
                yield '%s: %s' % (manifests.title(o), error)
        # What the values name is the user's own.
        named = set(strings(yaml.load(case.values.read_text(), Loader))) if case.values else set()
        listed = self.external['charts'].get(case.chart, {})

        def is_external(kind, name):
            entry = '%s %s' % (kind, name)
            return (name in named or self.is_listed('everywhere', self.external['everywhere'], entry)
                    or self.is_listed(case.chart, listed, entry))

        def is_namespaced(o):
            known = (o['apiVersion'], o['kind'])
            return custom.is_namespaced(*known) if known in custom.kinds else o['kind'] not in manifests.CLUSTER_SCOPED

        for o, error in manifests.Render(objects, case.namespace, is_namespaced, is_external).errors():
            yield '%s: %s' % (manifests.title(o), error)
        if self.helm:
            lint = run([self.helm, 'lint', '--strict', './' + case.chart, '--namespace', case.namespace] + values, case.charts)
            if lint.returncode:
                yield 'helm lint: ' + '; '.join(re.findall(r'^\[(?:WARNING|ERROR)\].*', lint.stdout, re.M)) + lint.stderr


def start(tool, helm):
    """Makes the checker of a process."""
    global CHECKER
    CHECKER = Checker(tool, helm)


def check(work):
    """The subject of a piece of work, its findings, and the entries of external.yaml that this process has used so far."""
    job, subject = work
    try:
        findings = list(dict.fromkeys(getattr(CHECKER, job)(subject)))
    except Exception as error:  # a manifest of a shape that no check foresees is a finding, too
        findings = ['%s: %s' % (type(error).__name__, error)]
    return subject, findings, set(CHECKER.used)


def stale(used):
    """Entries of external.yaml that nothing needs."""
    external = read('tests/bundled/external.yaml')
    sections = {**external.pop('charts'), **external}
    return ['tests/bundled/external.yaml: nothing needs %s (%s)' % (entry, section)
            for section, entries in sections.items() for entry in entries if (section, entry) not in used]


def describe(subject):
    if isinstance(subject, Case):
        values = subject.values.relative_to(ROOT) if subject.values else '-'
        return '%s %s %s' % (subject.version, subject.chart, values)
    return str(subject)


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--tool', default=ROOT / 'target/release/pintle', type=pathlib.Path)
    options.add_argument('--helm', type=pathlib.Path)
    options = options.parse_args()
    tools = [path and str(path.resolve()) for path in (options.tool, options.helm)]
    with tempfile.TemporaryDirectory() as scratch:
        work = []
        for version in [CURRENT] + sorted(f.name for f in (ROOT / 'history').iterdir()):
            charts = ROOT / 'charts'
            if version != CURRENT:
                charts = pathlib.Path(scratch).resolve() / version
                subprocess.run([ROOT / 'tools/charts-at', version, charts], check=True)
            work.append(('definitions', charts))
            work += [('case', case) for case in cases_at(version, charts)]
        files = sorted(f for f in (ROOT / 'values').rglob('*.yaml') if 'values' not in f.name)
        work += [('custom_objects', file) for file in files]
        with multiprocessing.Pool(os.cpu_count(), start, tools) as pool:
            results = pool.map(check, work, chunksize=8)
    findings = ['%s: %s' % (describe(subject), finding) for subject, found, _ in results for finding in found]
    findings += stale(set().union(*(used for _, _, used in results)))
    print('\n'.join(findings + ['%d renders, %d findings' % (sum(w[0] == 'case' for w in work), len(findings))]))
    return 1 if findings else 0


if __name__ == '__main__':
    sys.exit(main())
