{{/*
The User Cluster MLA's grafana (charts/mla/grafana) reads the same top key. The schema lets its keys through, for this says
better what is wrong.
*/}}
{{- define "grafana.validate" -}}
{{- $g := .Values.grafana }}
{{- $foreign := list }}
{{- range include "grafana.foreignKeys" . | fromJsonArray }}
{{- $parts := splitList "/" . }}
{{- $in := ternary $g (get $g (first $parts)) (eq (len $parts) 1) }}
{{- if and (kindIs "map" $in) (hasKey ($in | default dict) (last $parts)) }}
{{- if not (kindIs "invalid" (get $in (last $parts))) }}
{{- $foreign = append $foreign (printf "grafana.%s" (replace "/" "." .)) }}
{{- end }}
{{- end }}
{{- end }}
{{- with $foreign }}
{{- fail (printf "values key %s belongs to the User Cluster MLA's grafana chart (charts/mla/grafana); this one is the master's and seeds': use a separate values file" (join ", " .)) }}
{{- end }}
{{- end }}

{{/* Its keys this chart has not, KEY or KEY/KEY. */}}
{{- define "grafana.foreignKeys" -}}
["admin", "adminPassword", "adminUser", "alerting", "assertNoLeakedSecrets", "autoscaling",
"containerSecurityContext", "createConfigmap", "dashboardProviders", "dashboards", "dashboardsConfigMaps",
"datasources", "deploymentStrategy", "downloadDashboards", "downloadDashboardsImage",
"enableKubeBackwardCompatibility", "enableServiceLinks", "env", "envFromConfigMaps", "envFromSecret",
"envFromSecrets", "envRenderSecret", "envValueFrom", "extraConfigmapMounts", "extraContainerVolumes",
"extraContainers", "extraEmptyDirMounts", "extraExposePorts", "extraInitContainers", "extraLabels", "extraObjects",
"extraSecretMounts", "extraVolumeMounts", "fullnameOverride", "grafana.ini", "headlessService", "hostAliases", "hostNetwork",
"imageRenderer", "ingress", "initChownData", "ldap", "lifecycleHooks", "livenessProbe", "nameOverride", "namespaceOverride",
"networkPolicy", "notifiers", "persistence", "plugins", "podDisruptionBudget", "podPortName", "rbac",
"readinessProbe", "revisionHistoryLimit", "serviceAccount", "serviceMonitor", "sidecar", "smtp", "testFramework",
"topologySpreadConstraints", "useStatefulSet", "image/sha", "image/pullSecrets", "service/enabled", "service/type",
"service/port", "service/targetPort", "service/portName", "service/labels", "securityContext/fsGroup"]
{{- end }}
