"""Schemas of Kubernetes objects: the API server's own for each of some versions, and those of custom resources."""
import copy
import functools
import json

import importlib_resources
import jsonschema
import referencing

VERSIONS = ('1.27', '1.36')
# What a structural schema may not hold (apiextensions.k8s.io/v1).
FORBIDDEN = ('$ref', 'definitions', 'dependencies', 'deprecated', 'discriminator', 'id', 'patternProperties', 'readOnly',
             'writeOnly', 'xml')
ANYTHING, INT_OR_STRING = 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-int-or-string'


def first_error(validator, data):
    """The most telling error as text, or None."""
    error = jsonschema.exceptions.best_match(validator.iter_errors(data))
    return error and '/%s: %s' % ('/'.join(map(str, error.absolute_path)), error.message[:300])


@functools.cache
def bundled_schemas(version):
    """The folder of a version's schemas in the package kubernetes-validate, and a registry of its definitions."""
    package = importlib_resources.files('kubernetes_validate').joinpath('kubernetes-json-schema')
    names = [f.name for f in package.iterdir() if f.name.startswith('v%s.' % version) and f.name.endswith('-local-strict')]
    folder = package.joinpath(names[0])
    definitions = json.loads(folder.joinpath('_definitions.json').read_text())
    return folder, referencing.Resource.from_contents(definitions) @ referencing.Registry()


@functools.cache
def builtin(version, api_version, kind):
    """The validator of a built-in kind, unknown fields refused; None if Kubernetes has no such kind."""
    group, _, name = api_version.rpartition('/')
    if '.' in group and not group.endswith('.k8s.io'):
        return None
    folder, registry = bundled_schemas(version)
    file = folder.joinpath('-'.join(filter(None, [kind.lower(), group.split('.')[0], name])) + '.json')
    if not file.is_file():
        return None
    schema = json.loads(file.read_text())
    return jsonschema.Draft202012Validator(schema, registry=referencing.Resource.from_contents(schema) @ registry)


def closed(schema, root=True):
    """A structural schema as a JSON schema that refuses what the API server would prune."""
    schema = copy.copy(schema)
    schema.pop('format', None)
    for key in ('properties', 'additionalProperties', 'items'):
        below = schema.get(key)
        if key == 'properties' and below is not None:
            schema[key] = {name: closed(s, False) for name, s in below.items()}
        elif isinstance(below, dict):
            schema[key] = closed(below, False)
    if root:
        # The API server checks these itself.
        schema['properties'] = {**schema.get('properties', {}), 'apiVersion': {}, 'kind': {}, 'metadata': {}}
    embedded = schema.get('x-kubernetes-embedded-resource')
    if schema.get('type') == 'object' and not schema.get(ANYTHING) and 'additionalProperties' not in schema and not embedded:
        schema['additionalProperties'] = False
    if schema.get(INT_OR_STRING):
        schema['type'] = ['integer', 'string']
    if schema.pop('nullable', False) and 'type' in schema:
        types = schema['type'] if isinstance(schema['type'], list) else [schema['type']]
        schema['type'] = types + ['null']
        if 'enum' in schema:
            schema['enum'] = schema['enum'] + [None]
    return schema


class CustomResources:
    """The kinds that CustomResourceDefinitions define."""

    def __init__(self, definitions):
        self.kinds = {}
        for definition in definitions:
            spec = definition['spec']
            for version in spec['versions']:
                key = '%s/%s' % (spec['group'], version['name']), spec['names']['kind']
                self.kinds[key] = definition, version['schema']['openAPIV3Schema']
        self.validator = functools.cache(
            lambda *key: jsonschema.Draft202012Validator(closed(self.kinds[key][1])) if key in self.kinds else None)

    def is_namespaced(self, api_version, kind):
        return self.kinds[api_version, kind][0]['spec']['scope'] == 'Namespaced'


def definition_errors(crd):
    """What the API server refuses in a CustomResourceDefinition beyond its OpenAPI schema."""
    spec, names = crd['spec'], crd['spec']['names']
    if crd['metadata']['name'] != '%s.%s' % (names['plural'], spec['group']):
        yield 'metadata.name is not PLURAL.GROUP'
    if [v['storage'] for v in spec['versions']].count(True) != 1:
        yield 'not one storage version'
    approved = 'api-approved.kubernetes.io' in crd['metadata'].get('annotations', {})
    if spec['group'].endswith(('.k8s.io', '.kubernetes.io')) and not approved:
        yield 'a group of Kubernetes needs the annotation api-approved.kubernetes.io'
    if spec.get('preserveUnknownFields'):
        yield 'spec.preserveUnknownFields'
    for version in spec['versions']:
        schema = version['schema']['openAPIV3Schema']
        if schema.get('type') != 'object':
            yield '%s: the schema is not of an object' % version['name']
        for error in structural_errors(schema, version['name']):
            yield error
        if 'status' in version.get('subresources', {}) and 'status' not in schema.get('properties', {}):
            yield '%s: a subresource status without a field' % version['name']


def structural_errors(schema, path):
    """Where a schema is not structural."""
    for key in FORBIDDEN:
        if key in schema:
            yield '%s: has %s' % (path, key)
    if schema.get('uniqueItems'):
        yield '%s: uniqueItems' % path
    kind = schema.get('type')
    if not kind and not schema.get(ANYTHING) and not schema.get(INT_OR_STRING):
        yield '%s: has no type' % path
    if kind and schema.get(INT_OR_STRING):
        yield '%s: int-or-string has a type' % path
    if 'properties' in schema and 'additionalProperties' in schema:
        yield '%s: properties and additionalProperties' % path
    if kind != 'object' and ('properties' in schema or 'additionalProperties' in schema) and kind:
        yield '%s: properties of what is no object' % path
    if (kind == 'array') != ('items' in schema):
        yield '%s: items belong to an array' % path
    if kind == 'object' and not {'properties', 'additionalProperties', ANYTHING} & set(schema) and path.count('.') > 2:
        yield '%s: an object of which every field would be dropped' % path
    for name in schema.get('required', []):
        if name not in schema.get('properties', {}) and 'additionalProperties' not in schema and not schema.get(ANYTHING):
            yield '%s: requires %s, which it does not know' % (path, name)
    if schema.get('x-kubernetes-list-type') == 'map':
        items = schema['items']
        for key in schema.get('x-kubernetes-list-map-keys') or ['(no key)']:
            field = items.get('properties', {}).get(key, {})
            if key not in items.get('required', []) and 'default' not in field:
                yield '%s: the key %s is neither required nor has a default' % (path, key)
    if 'default' in schema:
        error = first_error(jsonschema.Draft202012Validator(closed(schema, False)), schema['default'])
        if error:
            yield '%s: the default does not fit: %s' % (path, error)
    for word in ('allOf', 'anyOf', 'oneOf'):
        for part in schema.get(word, []):
            yield from value_validation_errors(part, '%s.%s' % (path, word), schema.get(INT_OR_STRING))
    if 'not' in schema:
        yield from value_validation_errors(schema['not'], path + '.not', False)
    for name, below in schema.get('properties', {}).items():
        # metadata is checked by the API server itself; a schema may restrict names only.
        if not (name == 'metadata' and path.count('.') == 0):
            yield from structural_errors(below, '%s.%s' % (path, name))
        elif set(below) - {'type', 'description', 'properties'}:
            yield '%s.metadata: more than restrictions of names' % path
    for key in ('items', 'additionalProperties'):
        if isinstance(schema.get(key), dict):
            yield from structural_errors(schema[key], '%s.%s' % (path, key))


def value_validation_errors(schema, path, types):
    """Where a part of allOf, anyOf, oneOf or not does more than check values."""
    for key in ('description', 'default', 'additionalProperties', 'nullable', ANYTHING) + (() if types else ('type',)):
        if key in schema:
            yield '%s: has %s' % (path, key)
