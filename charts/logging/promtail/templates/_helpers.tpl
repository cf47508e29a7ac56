{{/* Name that the selectors carry. */}}
{{- define "promtail.name" -}}
{{ .Values.promtail.nameOverride | default "promtail" }}
{{- end }}

{{/* Name of the objects. */}}
{{- define "promtail.fullname" -}}
{{- if .Values.promtail.fullnameOverride -}}
{{ .Values.promtail.fullnameOverride }}
{{- else if contains (include "promtail.name" .) .Release.Name -}}
{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name (include "promtail.name" .) | trunc 63 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{/* Labels of every object. Selectors and pods carry their own short set, so that a new chart version restarts nothing. */}}
{{- define "promtail.labels" -}}
{{ include "promtail.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* Labels that select the pods. */}}
{{- define "promtail.selector" -}}
app.kubernetes.io/name: {{ include "promtail.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* Name of the service account the pods run under. */}}
{{- define "promtail.serviceAccountName" -}}
{{- if .Values.promtail.serviceAccount.create -}}
{{ .Values.promtail.serviceAccount.name | default (include "promtail.fullname" .) }}
{{- else -}}
{{ .Values.promtail.serviceAccount.name | default "default" }}
{{- end -}}
{{- end }}

{{/* Reference of an image given as {registry, repository, tag, digest}. */}}
{{- define "promtail.image" -}}
{{ with .registry }}{{ . }}/{{ end }}{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/*
promtail's configuration file. Parts of it are templates; .Values are there the values below "promtail", as they were for
files written for the upstream chart.
*/}}
{{- define "promtail.config" -}}
{{- $config := .Values.promtail.config -}}
{{- $scope := dict "Values" .Values.promtail "Release" .Release "Chart" .Chart "Capabilities" .Capabilities "Template" .Template -}}
{{- if $config.file -}}
{{ tpl $config.file $scope }}
{{- else -}}
{{- $shared := tpl $config.snippets.extraClientConfigs $scope | fromYaml -}}
server:
  log_level: {{ $config.logLevel }}
  http_listen_port: {{ $config.serverPort }}
clients:
  {{- range $config.clients }}
  - {{ merge (deepCopy .) $shared | toYaml | nindent 4 | trim }}
  {{- end }}
positions:
  filename: {{ $config.positions.filename }}
target_config:
  sync_period: {{ $config.target_config.sync_period }}
scrape_configs:
  {{- tpl $config.snippets.scrapeConfigs $scope | trim | nindent 2 }}
  {{- with tpl $config.snippets.extraScrapeConfigs $scope | trim }}
  {{- . | nindent 2 }}
  {{- end }}
{{- end -}}
{{- end }}
