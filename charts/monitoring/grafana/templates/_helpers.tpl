{{/* Labels of every object. Selectors and pods carry their own short set, so that a new chart version restarts nothing. */}}
{{- define "grafana.labels" -}}
app.kubernetes.io/name: grafana
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* Labels that select the pods. */}}
{{- define "grafana.selector" -}}
app: grafana
{{- end }}

{{/* Reference of an image given as {repository, tag, digest}. */}}
{{- define "grafana.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* URL of a Service given as NAME[.NAMESPACE][:PORT]. */}}
{{- define "grafana.serviceUrl" -}}
{{- $port := regexFind ":[0-9]+$" .service | trimPrefix ":" | default .port }}
{{- $host := regexReplaceAll ":[0-9]+$" .service "" }}
{{- if not (contains "." $host) }}
{{- $host = printf "%s.%s" $host .namespace }}
{{- end -}}
http://{{ $host }}.svc.cluster.local:{{ $port }}
{{- end }}

{{/* Something for an ini file; texts that mean something there are quoted. */}}
{{- define "grafana.iniValue" -}}
{{- $text := toString . }}
{{- if kindIs "float64" . }}
{{- $text = toJson . }}
{{- end }}
{{- if regexMatch "[#;`\"]|^\\s|\\s$" $text }}"""{{ $text }}"""{{ else }}{{ $text }}{{ end }}
{{- end }}

{{/* grafana.ini */}}
{{- define "grafana.ini" -}}
{{- $g := .Values.grafana }}
{{- $c := $g.provisioning.configuration }}
{{- $admin := or $g.existingSecret $g.password -}}
[server]
{{- with $c.root_url }}
root_url = {{ include "grafana.iniValue" . }}
{{- end }}

[security]
; Name and password of the administrator come by environment.
disable_initial_admin_creation = {{ not $admin }}

[auth]
disable_login_form = {{ $c.disable_login_form }}

[auth.basic]
enabled = {{ not (not $admin) }}

; The proxy in front (IAP) has asked who it is.
[auth.proxy]
enabled = true
header_name = X-Forwarded-Email
header_property = username
auto_sign_up = true

[users]
allow_sign_up = false
auto_assign_org = true
auto_assign_org_role = {{ $c.auto_assign_org_role }}
viewers_can_edit = {{ $c.viewers_can_edit }}

[analytics]
reporting_enabled = false
check_for_updates = false
check_for_plugin_updates = false

[dashboards]
default_home_dashboard_path = /grafana-dashboard-definitions/kubernetes/cluster.json

[news]
news_feed_enabled = false

[log]
mode = console
{{- range $section, $keys := $g.extraConfig }}

[{{ $section }}]
{{- range $key, $value := $keys }}
{{ $key }} = {{ include "grafana.iniValue" $value }}
{{- end }}
{{- end }}
{{- end }}

{{/* Data of the ConfigMap with data sources. */}}
{{- define "grafana.datasources" -}}
{{- $d := .Values.grafana.provisioning.datasources }}
{{- range $path, $_ := .Files.Glob $d.source }}
{{ base $path }}: |
  {{- tpl ($.Files.Get $path) $ | trim | nindent 2 }}
{{- end }}
{{- with $d.extra }}
extra.yaml: |
  apiVersion: 1
  datasources:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end }}

{{/* Data of the ConfigMap with dashboard providers. */}}
{{- define "grafana.providers" -}}
{{- $d := .Values.grafana.provisioning.dashboards }}
{{- range $path, $_ := .Files.Glob $d.source }}
{{ base $path }}: |
  {{- tpl ($.Files.Get $path) $ | trim | nindent 2 }}
{{- end }}
{{- with $d.extra }}
extra.yaml: |
  apiVersion: 1
  providers:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end }}
