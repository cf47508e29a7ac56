{{/* Values of this chart: everything stands under the key consul. The first two defines work without it too, for templates
in the values, whose .Values are the values under consul. */}}
{{- define "consul.name" -}}
{{- .Chart.Name -}}
{{- end -}}

{{- define "consul.fullname" -}}
{{- $v := default .Values (get .Values "consul") -}}
{{- default (printf "%s-%s" .Release.Name .Chart.Name) $v.global.name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels of the selectors. They cannot change; the StatefulSet's has the labels chart and hasDNS too. */}}
{{- define "consul.selectorLabels" -}}
app: {{ include "consul.name" . }}
release: {{ .Release.Name }}
{{- end -}}

{{/* Labels of the servers' Pods. */}}
{{- define "consul.podLabels" -}}
{{ include "consul.selectorLabels" . }}
chart: {{ include "consul.name" . }}-helm
component: server
hasDNS: "true"
{{- end -}}

{{/* Labels of the objects; the dict has root and component. */}}
{{- define "consul.labels" -}}
{{ include "consul.selectorLabels" .root }}
component: {{ .component }}
app.kubernetes.io/name: {{ include "consul.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* YAML of the values: as a string it is a template, in which .Values are the values under consul. The dict has root and
value; nothing comes of an empty one. */}}
{{- define "consul.yaml" -}}
{{- $root := .root -}}
{{- if kindIs "string" .value -}}
{{- tpl .value (dict "Values" $root.Values.consul "Release" $root.Release "Chart" $root.Chart "Capabilities" $root.Capabilities "Template" $root.Template) | trim -}}
{{- else if .value -}}
{{- toYaml .value -}}
{{- end -}}
{{- end -}}

{{/* "true" if a switch is on; the dict has switch (true, false or "-") and auto (what "-" means). */}}
{{- define "consul.on" -}}
{{- if eq (toString .switch) "-" -}}
{{- if .auto }}true{{ end -}}
{{- else if .switch -}}
true
{{- end -}}
{{- end -}}

{{- define "consul.server" -}}
{{- include "consul.on" (dict "switch" .Values.consul.server.enabled "auto" .Values.consul.global.enabled) -}}
{{- end -}}

{{- define "consul.ui" -}}
{{- if include "consul.server" . -}}
{{- include "consul.on" (dict "switch" .Values.consul.ui.enabled "auto" .Values.consul.global.enabled) -}}
{{- end -}}
{{- end -}}

{{/* "true" if the servers give metrics for Prometheus. */}}
{{- define "consul.metrics" -}}
{{- if and .Values.consul.global.metrics.enabled .Values.consul.global.metrics.enableAgentMetrics }}true{{ end -}}
{{- end -}}

{{/* Configuration files of the servers, as JSON by name. */}}
{{- define "consul.config" -}}
{{- $v := .Values.consul -}}
{{- $serf := int $v.server.ports.serflan.port -}}
{{- $server := dict
    "server" true
    "bootstrap_expect" (int (default $v.server.replicas $v.server.bootstrapExpect))
    "bind_addr" "0.0.0.0"
    "client_addr" "0.0.0.0"
    "data_dir" "/consul/data"
    "datacenter" $v.global.datacenter
    "domain" $v.global.domain
    "log_level" $v.global.logLevel
    "log_json" $v.global.logJSON
    "connect" (dict "enabled" $v.server.connect)
    "ports" (dict "grpc" 8502 "grpc_tls" -1 "serf_lan" $serf)
    "recursors" ($v.global.recursors | default list)
    "retry_join" (list (printf "%s-server.%s.svc:%d" (include "consul.fullname" .) .Release.Namespace $serf))
-}}
{{- $files := dict "server.json" $server -}}
{{- if include "consul.ui" . -}}
{{- $ui := dict "enabled" true -}}
{{- if include "consul.on" (dict "switch" $v.ui.metrics.enabled "auto" $v.global.metrics.enabled) -}}
{{- $_ := set $ui "metrics_provider" $v.ui.metrics.provider -}}
{{- $_ := set $ui "metrics_proxy" (dict "base_url" $v.ui.metrics.baseURL) -}}
{{- end -}}
{{- $_ := set $files "ui-config.json" (dict "ui_config" $ui) -}}
{{- end -}}
{{- if include "consul.metrics" . -}}
{{- $_ := set $files "telemetry-config.json" (dict "telemetry" (dict "prometheus_retention_time" $v.global.metrics.agentMetricsRetentionTime)) -}}
{{- end -}}
{{- $extra := include "consul.yaml" (dict "root" . "value" $v.server.extraConfig) -}}
{{- $parsed := kindIs "string" $v.server.extraConfig | ternary (fromJson (default "{}" $extra)) ($v.server.extraConfig | default dict) -}}
{{- if and (kindIs "string" $v.server.extraConfig) (hasKey $parsed "Error") -}}
{{- fail (printf "consul.server.extraConfig is not a JSON object: %s" $parsed.Error) -}}
{{- end -}}
{{- $_ := set $files "extra-from-values.json" $parsed -}}
{{- toJson $files -}}
{{- end -}}
