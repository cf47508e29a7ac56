{{/* Name that the selectors carry. */}}
{{- define "loki.name" -}}
{{ .Values.loki.nameOverride | default "loki" }}
{{- end }}

{{/* Name of the objects. */}}
{{- define "loki.fullname" -}}
{{- if .Values.loki.fullnameOverride -}}
{{ .Values.loki.fullnameOverride }}
{{- else if contains (include "loki.name" .) .Release.Name -}}
{{ .Release.Name | trunc 54 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name (include "loki.name" .) | trunc 54 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{/* Labels of every object. Selectors and pods carry their own short set, so that a new chart version restarts nothing. */}}
{{- define "loki.labels" -}}
app.kubernetes.io/name: {{ include "loki.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* Labels that select the pods. */}}
{{- define "loki.selector" -}}
app: {{ include "loki.name" . }}
release: {{ .Release.Name | quote }}
{{- end }}

{{/* Name of the service account the pods run under; empty for the namespace's default. */}}
{{- define "loki.serviceAccountName" -}}
{{- if .Values.loki.serviceAccount.create -}}
{{ .Values.loki.serviceAccount.name | default (include "loki.fullname" .) }}
{{- else -}}
{{ .Values.loki.serviceAccount.name }}
{{- end -}}
{{- end }}

{{/* Reference of an image given as {repository, tag, digest}. */}}
{{- define "loki.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/*
Loki's configuration file. It is a template itself; .Values are there the values below "loki", as they were for files
written for the upstream chart.
*/}}
{{- define "loki.config" -}}
{{- $own := omit .Values.loki.config "existingSecret" | toYaml -}}
{{- tpl $own (dict "Values" .Values.loki "Release" .Release "Chart" .Chart "Capabilities" .Capabilities "Template" .Template) -}}
{{- end }}
