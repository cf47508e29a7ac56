{{/* Values of this chart: everything stands under the key grafana. */}}
{{- define "grafana.name" -}}
{{- default .Chart.Name .Values.grafana.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "grafana.fullname" -}}
{{- with .Values.grafana.fullnameOverride -}}
{{- trunc 63 . | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "grafana.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Labels of the selectors. They cannot change. */}}
{{- define "grafana.selectorLabels" -}}
app.kubernetes.io/name: {{ include "grafana.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels of the objects. */}}
{{- define "grafana.labels" -}}
{{ include "grafana.selectorLabels" . }}
app.kubernetes.io/version: {{ default .Chart.AppVersion .Values.grafana.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with omit (.Values.grafana.extraLabels | default dict) "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/version" "app.kubernetes.io/managed-by" "helm.sh/chart" }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* An image; the dict has image (its part of the values) and tag (the default). */}}
{{- define "grafana.image" -}}
{{- .image.repository -}}:{{- default .tag .image.tag -}}
{{- if .image.digest -}}
@{{ .image.digest }}
{{- else if .image.sha -}}
@sha256:{{ .image.sha }}
{{- end -}}
{{- end -}}

{{- define "grafana.serviceAccountName" -}}
{{- if .Values.grafana.serviceAccount.create -}}
{{- default (include "grafana.fullname" .) .Values.grafana.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.grafana.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "grafana.serviceAccountNameTest" -}}
{{- if .Values.grafana.serviceAccount.create -}}
{{- default (printf "%s-test" (include "grafana.fullname" .)) .Values.grafana.serviceAccount.nameTest -}}
{{- else -}}
{{- default "default" .Values.grafana.serviceAccount.nameTest -}}
{{- end -}}
{{- end -}}

{{- define "grafana.adminSecret" -}}
{{- default (include "grafana.fullname" .) .Values.grafana.admin.existingSecret -}}
{{- end -}}

{{/* "true" for a StatefulSet. */}}
{{- define "grafana.stateful" -}}
{{- $p := .Values.grafana.persistence -}}
{{- if or .Values.grafana.useStatefulSet (and $p.enabled (not $p.existingClaim) (eq $p.type "statefulset")) }}true{{ end -}}
{{- end -}}

{{/* A text of the values as a template; there, .Values are the values under grafana. The dict has root and text. */}}
{{- define "grafana.tpl" -}}
{{- $root := .root -}}
{{- if contains "{{" (toString .text) -}}
{{- tpl (toString .text) (dict "Values" $root.Values.grafana "Release" $root.Release "Chart" $root.Chart "Capabilities" $root.Capabilities "Files" $root.Files "Template" $root.Template) -}}
{{- else -}}
{{- .text -}}
{{- end -}}
{{- end -}}

{{/* A setting of grafana.ini; the dict has root and value. Whole numbers have no fraction and no exponent. */}}
{{- define "grafana.setting" -}}
{{- if kindIs "float64" .value -}}
{{- if eq (floor .value) .value }}{{ int64 .value }}{{ else }}{{ .value }}{{ end -}}
{{- else if kindIs "slice" .value -}}
{{- join " " .value -}}
{{- else if not (kindIs "invalid" .value) -}}
{{- include "grafana.tpl" (dict "root" .root "text" .value) -}}
{{- end -}}
{{- end -}}

{{/* grafana.ini: first the settings without a section. */}}
{{- define "grafana.ini" -}}
{{- $root := . -}}
{{- range $name, $value := index .Values.grafana "grafana.ini" }}
{{- if not (kindIs "map" $value) }}
{{ $name }} = {{ include "grafana.setting" (dict "root" $root "value" $value) }}
{{- end }}
{{- end }}
{{- range $section, $settings := index .Values.grafana "grafana.ini" }}
{{- if kindIs "map" $settings }}
[{{ $section }}]
{{- range $name, $value := $settings }}
{{ $name }} = {{ include "grafana.setting" (dict "root" $root "value" $value) }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Dashboards to download: provider/file|url|data source, one a line. */}}
{{- define "grafana.downloads" -}}
{{- range $provider, $dashboards := .Values.grafana.dashboards }}
{{- range $name, $dashboard := $dashboards }}
{{- if $dashboard.gnetId }}
{{ $provider }}/{{ $name }}.json|https://grafana.com/api/dashboards/{{ int $dashboard.gnetId }}/revisions/{{ int (default 1 $dashboard.revision) }}/download|{{ $dashboard.datasource }}
{{- else if $dashboard.url }}
{{ $provider }}/{{ $name }}.json|{{ $dashboard.url }}|{{ $dashboard.datasource }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Dashboards given as JSON: files by provider, as JSON; empty without any. */}}
{{- define "grafana.dashboards" -}}
{{- $all := dict -}}
{{- range $provider, $dashboards := .Values.grafana.dashboards -}}
{{- $files := dict -}}
{{- range $name, $dashboard := $dashboards -}}
{{- with $dashboard.json -}}
{{- $_ := set $files (printf "%s.json" $name) (kindIs "string" . | ternary . (toJson .)) -}}
{{- end -}}
{{- end -}}
{{- if $files -}}
{{- $_ := set $all $provider $files -}}
{{- end -}}
{{- end -}}
{{- if $all }}{{ toJson $all }}{{ end -}}
{{- end -}}

{{/* The chart's own Secrets: keys and values by name, as JSON; empty without any. */}}
{{- define "grafana.secrets" -}}
{{- $v := .Values.grafana -}}
{{- $name := include "grafana.fullname" . -}}
{{- $all := dict -}}
{{- if not $v.admin.existingSecret -}}
{{- $_ := set $all $name (dict $v.admin.userKey (toString $v.adminUser) $v.admin.passwordKey (toString $v.adminPassword)) -}}
{{- end -}}
{{- if $v.envRenderSecret -}}
{{- $env := dict -}}
{{- range $key, $value := $v.envRenderSecret -}}
{{- $_ := set $env $key (include "grafana.tpl" (dict "root" $ "text" $value)) -}}
{{- end -}}
{{- $_ := set $all (printf "%s-env" $name) $env -}}
{{- end -}}
{{- if and $v.ldap.enabled (not $v.ldap.existingSecret) -}}
{{- $_ := set $all (printf "%s-ldap" $name) (dict "ldap-toml" (include "grafana.tpl" (dict "root" $ "text" $v.ldap.config))) -}}
{{- end -}}
{{- if $all }}{{ toJson $all }}{{ end -}}
{{- end -}}
