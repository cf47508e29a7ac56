{{/* Labels of every object. Selectors and pods carry their own short set, so that a new chart version restarts nothing. */}}
{{- define "node-exporter.labels" -}}
app.kubernetes.io/name: node-exporter
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* Labels that select the pods. */}}
{{- define "node-exporter.selector" -}}
app: node-exporter
{{- end }}

{{/* Reference of an image given as {repository, tag, digest}. */}}
{{- define "node-exporter.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
