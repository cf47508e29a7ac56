{{/* Metadata of a Secret; the argument is a dict of root (the root context) and name. */}}
{{- define "mla-secrets.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  app.kubernetes.io/name: mla-secrets
  app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | quote }}
{{- if .root.Values.mlaSecrets.keep }}
annotations:
  helm.sh/resource-policy: keep
{{- end }}
{{- end }}

{{/*
One credential in base64. The first of these that there is:

  1. the value;
  2. what the Secret in the cluster holds;
  3. what passwordSeed gives;
  4. a random text, if a cluster has answered that there is no such Secret.

If there is none, the result is empty and the value's name goes to the list "missing".
The argument is a dict of:

  root     the root context
  secret   name of the Secret
  key      key in it
  name     name of the value, below mlaSecrets
  value    the value
  length   length of what is derived or random
  missing  a dict, whose keys are the list
*/}}
{{- define "mla-secrets.credential" -}}
{{- $namespace := .root.Release.Namespace -}}
{{- $data := (lookup "v1" "Secret" $namespace .secret).data | default dict -}}
{{- $seed := .root.Values.mlaSecrets.passwordSeed -}}
{{- if .value -}}
{{- b64enc .value -}}
{{- else if get $data .key -}}
{{- get $data .key -}}
{{- else if $seed -}}
{{- printf "mla-secrets\n%s\n%s\n%s\n%s" $seed $namespace .secret .key | sha256sum | trunc .length | b64enc -}}
{{- else if lookup "v1" "Secret" $namespace "" -}}
{{- randAlphaNum .length | b64enc -}}
{{- else -}}
{{- $_ := set .missing (printf "mlaSecrets.%s" .name) true -}}
{{- end -}}
{{- end }}
