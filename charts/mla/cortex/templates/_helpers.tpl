{{/*
Every define takes the root context. Those for names also take the context of a template among the values (cortex.config),
in which .Values is what stands under "cortex".
*/}}

{{/* Start of the names of the objects: the release, with "cortex" unless it says so itself. */}}
{{- define "cortex.fullname" -}}
{{- contains "cortex" .Release.Name | ternary .Release.Name (printf "%s-cortex" .Release.Name) | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "cortex.storeGatewayFullname" }}{{ include "cortex.fullname" . }}-store-gateway{{ end -}}

{{/* Labels of every object of Cortex itself. */}}
{{- define "cortex.labels" -}}
{{ include "cortex.selectorLabels" . }}
{{ include "cortex.chartLabels" . }}
{{- end -}}

{{- define "cortex.chartLabels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- end -}}

{{/* Labels that selectors use; they never change. */}}
{{- define "cortex.selectorLabels" -}}
app.kubernetes.io/name: cortex
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* (list . TEXT): TEXT as a template among the values. */}}
{{- define "cortex.tpl" -}}
{{- $top := first . -}}
{{- tpl (last .) (dict "Values" $top.Values.cortex "Release" $top.Release "Chart" $top.Chart "Capabilities" $top.Capabilities "Template" $top.Template "Files" $top.Files) -}}
{{- end -}}

{{/* The configuration, cortex.yaml. */}}
{{- define "cortex.config" -}}
{{- $config := include "cortex.tpl" (list . (toYaml .Values.cortex.config)) | fromYaml -}}
{{- if $config.Error -}}
{{- fail (printf "cortex.config, rendered as a template, is no YAML: %s" $config.Error) -}}
{{- end -}}
{{- if and (not (dig "store_gateway" "sharding_enabled" false $config)) (not (dig "querier" "store_gateway_addresses" "" $config)) -}}
{{- $address := printf "dns+%s-headless:%v" (include "cortex.storeGatewayFullname" .) (int .Values.cortex.config.server.grpc_listen_port) -}}
{{- $_ := set $config "querier" (merge (dict "store_gateway_addresses" $address) ($config.querier | default dict)) -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* What makes the pods restart when the configuration changes. */}}
{{- define "cortex.configVersion" -}}
{{- if .Values.cortex.useExternalConfig -}}
{{- .Values.cortex.externalConfigVersion -}}
{{- else -}}
{{- include "cortex.config" . | sha256sum -}}
{{- end -}}
{{- end -}}

{{/* Whether blocks are stored; the word "blocks", or nothing. */}}
{{- define "cortex.blocks" -}}
{{- with dig "storage" "engine" "blocks" .Values.cortex.config }}{{ eq . "blocks" | ternary . "" }}{{ end -}}
{{- end -}}

{{- define "cortex.serviceAccountName" -}}
{{- $default := .Values.cortex.serviceAccount.create | ternary (include "cortex.fullname" .) "default" -}}
{{- .Values.cortex.serviceAccount.name | default $default -}}
{{- end -}}

{{/* Name of an image: registry, repository, tag and digest, as far as they are set. */}}
{{- define "cortex.image" -}}
{{- with .registry }}{{ . }}/{{ end }}{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end -}}

{{/* imagePullSecrets out of a list of names. */}}
{{- define "cortex.pullSecrets" -}}
{{- range . }}
- name: {{ . }}
{{- end }}
{{- end -}}

{{/*
(list AFFINITY WEIGHT LABELS): AFFINITY; unless it says something of other pods itself, pods with LABELS keep apart where
they can.
*/}}
{{- define "cortex.affinity" -}}
{{- $labels := dict "matchLabels" (index . 2) -}}
{{- $term := dict "topologyKey" "kubernetes.io/hostname" "labelSelector" $labels -}}
{{- $apart := dict "preferredDuringSchedulingIgnoredDuringExecution" (list (dict "weight" (index . 1) "podAffinityTerm" $term)) -}}
{{- $affinity := first . | default dict -}}
{{- if not (hasKey $affinity "podAntiAffinity") -}}
{{- $affinity = merge (dict "podAntiAffinity" $apart) $affinity -}}
{{- end -}}
{{- toYaml $affinity -}}
{{- end -}}
