{{/* Name of every object: the release's, unless nameOverride is set. */}}
{{- define "helm-exporter.name" -}}
{{ .Values.helmExporter.nameOverride | default .Release.Name }}
{{- end }}

{{/* Labels of every object. Selectors and pods carry their own short set, so that a new chart version restarts nothing. */}}
{{- define "helm-exporter.labels" -}}
{{ include "helm-exporter.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* Labels that select the pods. */}}
{{- define "helm-exporter.selector" -}}
app.kubernetes.io/name: helm-exporter
app.kubernetes.io/instance: {{ include "helm-exporter.name" . | quote }}
{{- end }}

{{/* Reference of an image given as {repository, tag, digest}. */}}
{{- define "helm-exporter.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
