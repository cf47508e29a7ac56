#!/usr/bin/env python3
"""Holds a report of the conformance suites to the bars that tests/conformance.sh names."""
import json
import re
import sys


def vectors(path):
    """Lines `AREA  N passed  M failed`, one an area, from the output of vectors-run."""
    rows = re.findall(r'^(\S+)\s+(\d+) passed\s+(\d+) failed$', open(path).read(), re.M)
    counts = [(area, int(passed), int(failed)) for area, passed, failed in rows]
    if not counts:
        return ['the report of the vectors has no areas']
    missed = []
    for area, passed, failed in counts:
        if passed < 0.995 * (passed + failed):
            missed.append('%s: %d of %d failed, over 0.5 %%' % (area, failed, passed + failed))
    passed, failed = sum(c[1] for c in counts), sum(c[2] for c in counts)
    if passed < 0.998 * (passed + failed):
        missed.append('all areas: %d of %d failed, over 0.2 %%' % (failed, passed + failed))
    return missed


def corpus(path):
    """The results of the corpus runner, one an object."""
    results = [r for r in json.load(open(path))['results'] if 'skip' not in r]
    if not results:
        return ['the corpus ran no case']
    bars = [
        ('ok', 'byte for byte', 0.99, lambda r: r['pass_']),
        ('error', 'exit code', 1.0, lambda r: r['pass_']),
        ('error', 'last line', 0.9, lambda r: r['error'] == 'exact'),
        ('nondet', 'structure', 1.0, lambda r: r['pass_']),
    ]
    missed = []
    for kind, what, share, test in bars:
        rows = [r for r in results if r['class'] == kind]
        good = sum(1 for r in rows if test(r))
        if good < share * len(rows):
            missed.append('%s cases, %s: %d of %d, under %g %%' % (kind, what, good, len(rows), 100 * share))
    return missed


def packages(path):
    """The results of the corpus runner for commands about packages, one an object."""
    results = [r for r in json.load(open(path))['results'] if 'skip' not in r]
    if not results:
        return ['no package case was run']
    missed = []
    for verb in sorted({r['verb'] for r in results}):
        rows = [r for r in results if r['verb'] == verb]
        good = sum(1 for r in rows if r['pass_'])
        if good < 0.98 * len(rows):
            missed.append('%s: %d of %d, under 98 %%' % (verb, good, len(rows)))
    return missed


def main():
    missed = {'vectors': vectors, 'corpus': corpus, 'packages': packages}[sys.argv[1]](sys.argv[2])
    for line in missed:
        print('bar missed:', line)
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main())
