{{/* Refuses values that cannot work. */}}
{{- define "grafana.validate" -}}
{{- $v := .Values.grafana -}}
{{- range $key := list "user" "password" "existingSecret" "existingSecretUserKey" "existingSecretPasswordKey" "utilImage" "pluginImage" "provisioning" "extraConfig" "volumes" "podSecurityContext" -}}
{{- if not (kindIs "invalid" (get $v $key | default nil)) -}}
{{- fail (printf "values key grafana.%s belongs to the chart monitoring/grafana; this is the one of the User Cluster MLA (charts/mla/grafana): use a separate values file for each" $key) -}}
{{- end -}}
{{- end -}}
{{- if and (not $v.admin.existingSecret) (not $v.adminPassword) -}}
{{- fail "grafana.adminPassword is needed when grafana.admin.existingSecret is empty" -}}
{{- end -}}
{{- if and $v.ldap.enabled (not $v.ldap.existingSecret) (not $v.ldap.config) -}}
{{- fail "grafana.ldap.enabled needs grafana.ldap.existingSecret or grafana.ldap.config" -}}
{{- end -}}
{{- range $provider, $dashboards := $v.dashboards -}}
{{- if and $dashboards (get ($v.dashboardsConfigMaps | default dict) $provider) -}}
{{- fail (printf "grafana.dashboards.%s and grafana.dashboardsConfigMaps.%s exclude each other" $provider $provider) -}}
{{- end -}}
{{- range $name, $dashboard := $dashboards -}}
{{- if not (or $dashboard.json $dashboard.url $dashboard.gnetId) -}}
{{- fail (printf "grafana.dashboards.%s.%s has neither json nor url nor gnetId" $provider $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
