{{/* Labels of every object. */}}
{{- define "s3-exporter.labels" -}}
app.kubernetes.io/name: s3-exporter
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- end }}

{{/* Name of an image: repository, then its tag, then its digest, as far as they are set. */}}
{{- define "s3-exporter.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* Name of the cluster-wide role; the namespace tells releases apart. */}}
{{- define "s3-exporter.role" -}}
{{ .Release.Namespace }}:s3exporter:clusters:reader
{{- end }}
