{{/* Name of the objects: the release's, unless nameOverride is set. */}}
{{- define "karma.name" -}}
{{ .Values.karma.nameOverride | default .Release.Name }}
{{- end }}

{{/* The same by the name that values files written for KKP's chart use in karma.affinity. */}}
{{- define "name" -}}
{{ include "karma.name" . }}
{{- end }}

{{/* Labels of every object. Selectors and pods carry their own short set, so that a new chart version restarts nothing. */}}
{{- define "karma.labels" -}}
{{ include "karma.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* Labels that select the pods. */}}
{{- define "karma.selector" -}}
app.kubernetes.io/name: karma
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* Reference of an image given as {repository, tag, digest}. */}}
{{- define "karma.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
