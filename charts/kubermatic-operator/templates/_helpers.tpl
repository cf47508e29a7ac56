{{/* Labels of every object. */}}
{{- define "kubermatic-operator.labels" -}}
app.kubernetes.io/name: kubermatic-operator
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- end }}

{{/* Name of an image: repository, then its tag, then its digest, as far as they are set. */}}
{{- define "kubermatic-operator.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
