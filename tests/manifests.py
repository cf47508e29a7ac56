"""What must hold in the manifests of one render, beyond the schema of each object."""
import base64
import json
import re

import yaml

CLUSTER_SCOPED = {
    'APIService', 'CertificateSigningRequest', 'ClusterRole', 'ClusterRoleBinding', 'CSIDriver',
    'CustomResourceDefinition', 'IngressClass', 'MutatingWebhookConfiguration', 'Namespace', 'Node', 'PersistentVolume',
    'PriorityClass', 'RuntimeClass', 'StorageClass', 'ValidatingWebhookConfiguration', 'VolumeAttachment',
}
LABEL = re.compile(r'[a-z0-9]([-a-z0-9]*[a-z0-9])?')
SERVICE_NAME = re.compile(r'[a-z]([-a-z0-9]*[a-z0-9])?')
SUBDOMAIN = re.compile(r'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
VALUE = re.compile(r'([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?')
QUALIFIED = re.compile(r'[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?')
PORT_NAME = re.compile(r'(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?')
ENV_NAME = re.compile(r'[-._a-zA-Z][-._a-zA-Z0-9]*')
DATA_KEY = re.compile(r'[-._a-zA-Z0-9]+')
IMAGE = re.compile(r'(?P<repository>[a-z0-9.:-]+(/[a-z0-9._-]+)+|[a-z0-9._-]+)(:(?P<tag>\w[\w.-]{0,127}))?(@sha256:[0-9a-f]{64})?')
QUANTITY = re.compile(r'([+-]?[0-9.]+)(m|[kMGTPE]i?|[eE][+-]?[0-9]+)?')
FACTORS = {'m': 1e-3, 'k': 1e3, **{u: 1000.0 ** (i + 2) for i, u in enumerate('MGTPE')},
           **{u + 'i': 1024.0 ** (i + 1) for i, u in enumerate('kMGTPE')}, 'Ki': 1024.0}
# A client-side `kubectl apply` keeps an object in an annotation, and annotations have this limit.
APPLIED_LIMIT = 262144


def fits(pattern, text, limit):
    return isinstance(text, str) and len(text) <= limit and pattern.fullmatch(text) is not None


def is_label_key(key):
    prefix, _, name = key.rpartition('/')
    return fits(QUALIFIED, name, 63) and (not prefix or fits(SUBDOMAIN, prefix, 253))


def amount(quantity):
    number, unit = QUANTITY.fullmatch(str(quantity)).groups()
    return float(number) * (FACTORS[unit] if unit in FACTORS else float('1' + unit) if unit else 1)


def identity(o):
    return o['apiVersion'].rpartition('/')[0], o['kind'], o['metadata'].get('namespace', ''), o['metadata']['name']


def title(o):
    return '%s/%s' % (o['kind'], o['metadata'].get('name'))


def pod_template(o):
    """(metadata, spec) of the pods an object makes, or None."""
    if o['kind'] == 'Pod':
        return o['metadata'], o['spec']
    spec = o.get('spec') or {}
    template = spec.get('jobTemplate', {}).get('spec', spec).get('template')
    workload = o['kind'] in ('Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob')
    return (template.get('metadata', {}), template['spec']) if workload else None


def containers(spec):
    return (spec.get('initContainers') or []) + (spec.get('containers') or [])


def selects(selector, labels):
    """Whether a LabelSelector (or a map of labels) selects an object."""
    if not {'matchLabels', 'matchExpressions'} & set(selector):
        wanted, expressions = (selector, []) if all(isinstance(v, str) for v in selector.values()) else ({}, [])
    else:
        wanted, expressions = selector.get('matchLabels') or {}, selector.get('matchExpressions') or []
    holds = {
        'In': lambda e: labels.get(e['key']) in e['values'],
        'NotIn': lambda e: labels.get(e['key']) not in e['values'],
        'Exists': lambda e: e['key'] in labels,
        'DoesNotExist': lambda e: e['key'] not in labels,
    }
    return all(labels.get(k) == v for k, v in wanted.items()) and all(holds[e['operator']](e) for e in expressions)


def object_errors(o):
    """What is wrong in one object, whatever stands beside it."""
    metadata, kind = o['metadata'], o['kind']
    name = metadata.get('name')
    if kind in ('ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'):
        good = isinstance(name, str) and name not in ('', '.', '..') and not set('/%') & set(name)
    elif kind == 'Service':
        good = fits(SERVICE_NAME, name, 63)
    else:
        good = fits(SUBDOMAIN, name, {'CronJob': 52, 'StatefulSet': 52, 'DaemonSet': 63, 'Job': 63}.get(kind, 253))
    if not good:
        yield 'bad name %r' % (name,)
    yield from metadata_errors(metadata)
    if kind != 'CustomResourceDefinition' and len(json.dumps(o, ensure_ascii=False).encode()) > APPLIED_LIMIT:
        yield 'too big for the annotation of a client-side apply'
    if kind in ('ConfigMap', 'Secret'):
        for key in list(o.get('data') or {}) + list(o.get('stringData') or {}) + list(o.get('binaryData') or {}):
            if not fits(DATA_KEY, key, 253):
                yield 'bad key %r' % key
    for key, text in (o.get('data') or {}).items() if kind == 'ConfigMap' else ():
        yield from file_errors(key, text)
    if kind == 'Secret':
        for key, text in (o.get('data') or {}).items():
            try:
                base64.b64decode(text or '', validate=True)
            except ValueError:
                yield 'data of %s is not base64' % key
    if kind == 'Service':
        yield from service_errors(o['spec'])
    if kind == 'CronJob' and len(o['spec']['schedule'].split()) != 5 and not o['spec']['schedule'].startswith('@'):
        yield 'bad schedule %r' % o['spec']['schedule']
    template = pod_template(o)
    if template:
        yield from metadata_errors(template[0])
        yield from pod_errors(o, *template)


def file_errors(name, text):
    """Whether a file of a ConfigMap is of the format its name says."""
    try:
        if name.endswith('.json'):
            json.loads(text)
        elif name.endswith(('.yaml', '.yml')):
            list(yaml.load_all(text, getattr(yaml, 'CSafeLoader', yaml.SafeLoader)))
    except (ValueError, yaml.YAMLError) as error:
        yield '%s: %s' % (name, ' '.join(str(error).split()))


def metadata_errors(metadata):
    for key, value in (metadata.get('labels') or {}).items():
        if not is_label_key(key) or not fits(VALUE, value, 63):
            yield 'bad label %s: %r' % (key, value)
    for key, value in (metadata.get('annotations') or {}).items():
        if not is_label_key(key.lower()) or not isinstance(value, str):
            yield 'bad annotation %s: %r' % (key, value)


def service_errors(spec):
    ports = spec.get('ports') or []
    names = [p.get('name') for p in ports]
    if len(set(names)) != len(names):
        yield 'ports of the same name, or several without one'
    for name in filter(None, names):
        if not fits(LABEL, name, 63):
            yield 'bad port name %r' % name
    numbers = [(p['port'], p.get('protocol', 'TCP')) for p in ports]
    if len(set(numbers)) != len(numbers):
        yield 'the same port twice'


def pod_errors(o, metadata, spec):
    kind = o['kind']
    selector = (o.get('spec') or {}).get('selector')
    if kind in ('Deployment', 'StatefulSet', 'DaemonSet') and not selects(selector, metadata.get('labels') or {}):
        yield 'its selector does not select its pods'
    restart = spec.get('restartPolicy', 'Always')
    if kind in ('Job', 'CronJob') and restart == 'Always' or \
            kind in ('Deployment', 'StatefulSet', 'DaemonSet') and restart != 'Always':
        yield 'restartPolicy %s' % restart
    volumes = [v['name'] for v in spec.get('volumes') or []]
    claims = [c['metadata']['name'] for c in (o.get('spec') or {}).get('volumeClaimTemplates') or []]
    names = [c['name'] for c in containers(spec)]
    for what, listed in (('volume', volumes), ('container', names)):
        for name in listed:
            if not fits(LABEL, name, 63):
                yield 'bad name of a %s: %r' % (what, name)
            if listed.count(name) > 1:
                yield 'two %ss %s' % (what, name)
    known = set(volumes) | set(claims)
    used = {m['name'] for c in containers(spec) for m in c.get('volumeMounts') or []}
    for name in set(volumes) - used:
        yield 'volume %s is mounted nowhere' % name
    ports = [p for c in spec['containers'] for p in c.get('ports') or []]
    for name in {p['name'] for p in ports if 'name' in p}:
        if [p.get('name') for p in ports].count(name) > 1:
            yield 'two ports %s' % name
    for c in containers(spec):
        for error in container_errors(c, spec, known):
            yield '%s: %s' % (c['name'], error)


def container_errors(c, spec, volumes):
    image = IMAGE.fullmatch(c.get('image') or '')
    if not image or not (image['tag'] or '@' in c['image']) or image['tag'] == 'latest':
        yield 'image %r needs a tag or a digest, and not latest' % c.get('image')
    mounts = c.get('volumeMounts') or []
    for m in mounts:
        if m['name'] not in volumes:
            yield 'mounts %s, which is no volume' % m['name']
    paths = [m['mountPath'] for m in mounts]
    for path in {p for p in paths if paths.count(p) > 1}:
        yield 'two mounts at %s' % path
    for p in c.get('ports') or []:
        if 'name' in p and not fits(PORT_NAME, p['name'], 15):
            yield 'bad port name %r' % p['name']
        if spec.get('hostNetwork') and p.get('hostPort', p['containerPort']) != p['containerPort']:
            yield 'hostPort and containerPort differ in the network of the host'
    names = [e['name'] for e in c.get('env') or []]
    for name in names:
        if not fits(ENV_NAME, name, 1024):
            yield 'bad variable %r' % name
        if names.count(name) > 1:
            yield 'variable %s twice' % name
    ports = {p.get('name') for p in c.get('ports') or []}
    for kind in ('livenessProbe', 'readinessProbe', 'startupProbe'):
        probe = c.get(kind) or {}
        port = (probe.get('httpGet') or probe.get('tcpSocket') or {}).get('port')
        if isinstance(port, str) and port not in ports:
            yield '%s at port %s, which it does not have' % (kind, port)
        if probe and len({'httpGet', 'tcpSocket', 'exec', 'grpc'} & set(probe)) != 1:
            yield '%s has not one handler' % kind
        if kind != 'readinessProbe' and probe.get('successThreshold', 1) != 1:
            yield '%s: successThreshold must be 1' % kind
    resources = c.get('resources') or {}
    limits = resources.get('limits') or {}
    for name, value in (resources.get('requests') or {}).items():
        if name in limits and amount(value) > amount(limits[name]):
            yield 'requests more %s than its limit' % name
    security = {**(spec.get('securityContext') or {}), **(c.get('securityContext') or {})}
    if security.get('runAsNonRoot') and security.get('runAsUser') == 0:
        yield 'runs as root although runAsNonRoot'
    if security.get('privileged') and security.get('allowPrivilegeEscalation') is False:
        yield 'privileged without privilege escalation'


class Render:
    """All objects of one render. `is_external(kind, name)` says what may be referred to without being in it."""

    def __init__(self, objects, namespace, is_namespaced, is_external):
        self.objects, self.namespace = objects, namespace
        self.is_namespaced, self.is_external = is_namespaced, is_external
        self.by_name = {}
        for o in objects:
            place = (o['metadata'].get('namespace') or namespace) if is_namespaced(o) else ''
            self.by_name[o['kind'], place, o['metadata'].get('name')] = o
        self.pods = [(o, *pod_template(o)) for o in objects if pod_template(o)]

    def errors(self):
        seen = set()
        for o in self.objects:
            if identity(o) in seen:
                yield o, 'a second object of this identity'
            seen.add(identity(o))
            if self.is_namespaced(o) != ('namespace' in o['metadata']):
                yield o, 'namespace %s' % o['metadata'].get('namespace', 'missing')
            for error in self.object_errors(o):
                yield o, error

    def object_errors(self, o):
        kind, spec = o['kind'], o.get('spec') or {}
        place = o['metadata'].get('namespace', '')
        if pod_template(o):
            yield from self.pod_references(place, o, pod_template(o)[1])
        if kind == 'Service' and spec.get('selector'):
            yield from self.service_references(place, o['metadata']['name'], spec)
        if kind in ('PodDisruptionBudget', 'NetworkPolicy'):
            selector = spec.get('selector' if kind == 'PodDisruptionBudget' else 'podSelector') or {}
            if not any(selects(selector, m.get('labels') or {}) for p, m, _ in self.pods):
                yield 'selects no pod of this render'
        if kind == 'StatefulSet':
            yield from self.missing('Service', place, spec['serviceName'])
        if kind == 'HorizontalPodAutoscaler':
            yield from self.missing(spec['scaleTargetRef']['kind'], place, spec['scaleTargetRef']['name'])
        if kind == 'Ingress':
            yield from self.ingress_references(place, spec)
        if kind in ('RoleBinding', 'ClusterRoleBinding'):
            role = o['roleRef']
            yield from self.missing(role['kind'], '' if role['kind'] == 'ClusterRole' else place, role['name'])
            for s in o.get('subjects') or []:
                if s['kind'] == 'ServiceAccount':
                    yield from self.missing('ServiceAccount', s['namespace'], s['name'])
        if kind.endswith('WebhookConfiguration'):
            for hook in o.get('webhooks') or []:
                service = hook['clientConfig'].get('service')
                if service:
                    yield from self.missing('Service', service['namespace'], service['name'])

    def find(self, kind, place, name):
        return self.by_name.get((kind, place, name))

    def missing(self, kind, place, name):
        if not self.find(kind, place, name) and not self.is_external(kind, name):
            yield 'refers to %s %s, which is not in this render' % (kind, name)

    def key_missing(self, kind, place, name, key):
        o = self.find(kind, place, name)
        if o and key not in {**(o.get('data') or {}), **(o.get('stringData') or {}), **(o.get('binaryData') or {})}:
            yield 'refers to %s of %s %s, which has no such key' % (key, kind, name)

    def configuration(self, place, kind, reference, name='name'):
        """References to a ConfigMap or Secret: of env (with a key), envFrom and volumes (with items)."""
        if reference.get('optional'):
            return
        yield from self.missing(kind, place, reference[name])
        keys = [i['key'] for i in reference.get('items') or []] + ([reference['key']] if 'key' in reference else [])
        for key in keys:
            yield from self.key_missing(kind, place, reference[name], key)

    def pod_references(self, place, o, spec):
        account = spec.get('serviceAccountName')
        if account and account != 'default':
            yield from self.missing('ServiceAccount', place, account)
        for c in containers(spec):
            for e in c.get('env') or []:
                source = e.get('valueFrom') or {}
                for field, kind in (('configMapKeyRef', 'ConfigMap'), ('secretKeyRef', 'Secret')):
                    if field in source:
                        yield from self.configuration(place, kind, source[field])
            for e in c.get('envFrom') or []:
                for field, kind in (('configMapRef', 'ConfigMap'), ('secretRef', 'Secret')):
                    if field in e:
                        yield from self.configuration(place, kind, e[field])
        for volume in spec.get('volumes') or []:
            parts = (volume.get('projected') or {}).get('sources') or []
            if 'configMap' in volume:
                yield from self.configuration(place, 'ConfigMap', volume['configMap'])
                yield from self.sub_paths(place, 'ConfigMap', volume, volume['configMap']['name'], spec)
            if 'secret' in volume:
                yield from self.configuration(place, 'Secret', volume['secret'], 'secretName')
                yield from self.sub_paths(place, 'Secret', volume, volume['secret']['secretName'], spec)
            for part in parts:
                for field, kind in (('configMap', 'ConfigMap'), ('secret', 'Secret')):
                    if field in part:
                        yield from self.configuration(place, kind, part[field])
            if 'persistentVolumeClaim' in volume:
                yield from self.missing('PersistentVolumeClaim', place, volume['persistentVolumeClaim']['claimName'])

    def sub_paths(self, place, kind, volume, name, spec):
        source = volume.get('configMap') or volume.get('secret')
        if source.get('items') or source.get('optional'):
            return
        for c in containers(spec):
            for m in c.get('volumeMounts') or []:
                if m['name'] == volume['name'] and 'subPath' in m:
                    yield from self.key_missing(kind, place, name, m['subPath'])

    def service_references(self, place, name, spec):
        selected = [s for o, m, s in self.pods if selects(spec['selector'], m.get('labels') or {})]
        if not selected and not self.is_external('pods of the Service', name):
            yield 'selects no pod of this render'
        for pod in selected:
            ports = {p.get('name') for c in pod['containers'] for p in c.get('ports') or []}
            for port in spec.get('ports') or []:
                target = port.get('targetPort')
                if isinstance(target, str) and target not in ports:
                    yield 'targets port %s, which a selected pod does not have' % target

    def ingress_references(self, place, spec):
        paths = [p['backend'] for r in spec.get('rules') or [] for p in (r.get('http') or {}).get('paths') or []]
        for backend in paths + ([spec['defaultBackend']] if 'defaultBackend' in spec else []):
            service = backend.get('service')
            if not service:
                continue
            yield from self.missing('Service', place, service['name'])
            found = self.find('Service', place, service['name'])
            ports = [p for s in [found] if s for p in s['spec'].get('ports') or []]
            wanted = service.get('port') or {}
            if found and not any(p.get('name') == wanted.get('name') if 'name' in wanted else p['port'] == wanted.get('number')
                                 for p in ports):
                yield 'a backend at port %s, which %s does not have' % (wanted, service['name'])
