{{/* Says which receiver is missing; Alertmanager would refuse the configuration, and go on with the old one in silence. */}}
{{- define "alertmanager.validate" -}}
{{- $names := list }}
{{- range .Values.alertmanager.config.receivers }}
{{- $names = append $names .name }}
{{- end }}
{{- include "alertmanager.validateRoute" (dict "route" .Values.alertmanager.config.route "path" "route" "names" $names) }}
{{- end }}

{{- define "alertmanager.validateRoute" -}}
{{- $in := . }}
{{- with $in.route }}
{{- if and .receiver (not (has .receiver $in.names)) }}
{{- fail (printf "alertmanager.config.%s names the receiver %q, but alertmanager.config.receivers has only: %s" $in.path .receiver (join ", " $in.names)) }}
{{- end }}
{{- range $i, $route := .routes }}
{{- include "alertmanager.validateRoute" (dict "route" $route "path" (printf "%s.routes[%d]" $in.path $i) "names" $in.names) }}
{{- end }}
{{- end }}
{{- end }}
