{{/* Name of the objects. */}}
{{- define "prometheus.name" -}}
{{ .Values.prometheus.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The same, for templates in values (prometheus.affinity) that call it so. */}}
{{- define "name" -}}
{{ include "prometheus.name" . }}
{{- end }}

{{/* Labels of every object. Selectors and pods carry their own short set, so that a new chart version restarts nothing. */}}
{{- define "prometheus.labels" -}}
app.kubernetes.io/name: {{ include "prometheus.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* Labels that select the pods. */}}
{{- define "prometheus.selector" -}}
app: {{ include "prometheus.name" . }}
{{- end }}

{{/* Reference of an image given as {repository, tag, digest}. */}}
{{- define "prometheus.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* A flag from the list of its name and its value. */}}
{{- define "prometheus.flag" -}}
{{- $value := last . -}}
--{{ first . | trimPrefix "--" }}
{{- if kindIs "float64" $value }}={{ int64 $value }}
{{- else if not (has (toString $value) (list "" "true" "<nil>")) }}={{ $value }}
{{- end }}
{{- end }}

{{/* Namespaces whose Services and pods jobs look at directly, each once, as a JSON list. */}}
{{- define "prometheus.namespaces" -}}
{{ list "default" "kube-system" .Release.Namespace | uniq | sortAlpha | toJson }}
{{- end }}

{{/* Items of a list: what the files that match a list of globs render to, then the given ones. */}}
{{- define "prometheus.items" -}}
{{- $root := .root }}
{{- $seen := dict }}
{{- range $glob := .files }}
{{- range $path, $_ := $root.Files.Glob $glob }}
{{- if not (hasKey $seen $path) }}
{{- $_ := set $seen $path true }}
{{- $text := tpl ($root.Files.Get $path) $root | trim }}
{{- with $text }}
- {{ . | indent 2 | trim }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- with .configs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* prometheus.yaml */}}
{{- define "prometheus.config" -}}
{{- $p := .Values.prometheus -}}
global:
  scrape_interval: 30s
  scrape_timeout: 10s
  evaluation_interval: 30s
  {{- with $p.externalLabels }}
  external_labels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- $rules := $p.ruleFiles | default list }}
{{- with $p.rules }}
{{- $rules = append $rules "/etc/prometheus/rules/_customrules.yaml" }}
{{- end }}
{{- with $rules | uniq }}
rule_files:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "prometheus.items" (dict "root" . "files" $p.alertmanagers.files "configs" $p.alertmanagers.configs) | trim }}
alerting:
  alertmanagers:
    {{- . | nindent 4 }}
{{- end }}
{{- with include "prometheus.items" (dict "root" . "files" $p.scraping.files "configs" $p.scraping.configs) | trim }}
scrape_configs:
  {{- . | nindent 2 }}
{{- end }}
{{- with $p.remoteWrite }}
remote_write:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
