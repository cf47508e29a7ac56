{{/* Labels of every object. */}}
{{- define "minio-lifecycle-mgr.labels" -}}
app.kubernetes.io/name: minio-lifecycle-mgr
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- end }}

{{/* Name of an image: repository, then its tag, then its digest, as far as they are set. */}}
{{- define "minio-lifecycle-mgr.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
