{{/* Labels of every object. Selectors and pods carry their own short set, so that a new chart version restarts nothing. */}}
{{- define "blackbox-exporter.labels" -}}
app.kubernetes.io/name: blackbox-exporter
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* Labels that select the pods. */}}
{{- define "blackbox-exporter.selector" -}}
app: blackbox-exporter
{{- end }}

{{/* Reference of an image given as {repository, tag, digest}. */}}
{{- define "blackbox-exporter.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* The exporter's configuration file. */}}
{{- define "blackbox-exporter.config" -}}
modules:
  {{- toYaml .Values.blackboxExporter.modules | nindent 2 }}
{{- end }}
