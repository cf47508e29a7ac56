{{/* What the labels of objects and of pods have in common. */}}
{{- define "kube-state-metrics.about" -}}
app.kubernetes.io/component: exporter
app.kubernetes.io/name: kube-state-metrics
app.kubernetes.io/version: {{ .Chart.AppVersion | trimPrefix "v" | quote }}
{{- end }}

{{/* Labels of every object. */}}
{{- define "kube-state-metrics.labels" -}}
{{ include "kube-state-metrics.about" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* Reference of an image given as {repository, tag, digest}. */}}
{{- define "kube-state-metrics.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
