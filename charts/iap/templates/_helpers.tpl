{{/* Labels of every object of one deployment; the argument is a dict of root (the root context) and name. */}}
{{- define "iap.labels" -}}
app: iap
target: {{ .name | quote }}
app.kubernetes.io/name: iap
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | quote }}
{{- end }}

{{/* Name of an image: repository, then its tag, then its digest, as far as they are set. */}}
{{- define "iap.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/*
Name of a deployment, empty when it is not one of this release's.
The argument is a dict of root, key and deployment (an entry of iap.deployments).
*/}}
{{- define "iap.name" -}}
{{- with .deployment -}}
{{- if or (not .namespace) (eq .namespace $.root.Release.Namespace) -}}
{{- .name | default $.key -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Number of a deployment's pods; arguments as above. */}}
{{- define "iap.replicas" -}}
{{- if kindIs "invalid" .deployment.replicas -}}
{{- .root.Values.iap.replicas | int64 -}}
{{- else -}}
{{- .deployment.replicas | int64 -}}
{{- end -}}
{{- end }}

{{/* Configuration file of a deployment; the argument is that deployment. OAuth2 Proxy reads TOML whatever the file's name. */}}
{{- define "iap.config" -}}
{{- with .config -}}
{{- toToml . -}}
{{- end -}}
{{- end }}

{{/* Environment of a deployment's container, as data of its own Secret; the argument is that deployment. */}}
{{- define "iap.secrets" -}}
OAUTH2_PROXY_CLIENT_ID: {{ .client_id | default "" | b64enc | quote }}
OAUTH2_PROXY_CLIENT_SECRET: {{ .client_secret | default "" | b64enc | quote }}
OAUTH2_PROXY_COOKIE_SECRET: {{ .encryption_key | default "" | b64enc | quote }}
{{- end }}
