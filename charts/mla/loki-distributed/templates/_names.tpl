{{/*
Names for templates among the values (loki.config, nginxConfig.file, an affinity as a string): those that such texts
commonly include.
*/}}

{{- define "loki.name" }}{{ include "loki-distributed.name" . }}{{ end -}}
{{- define "loki.fullname" }}{{ include "loki-distributed.fullname" . }}{{ end -}}
{{- define "loki.labels" }}{{ include "loki-distributed.labels" . }}{{ end -}}
{{- define "loki.selectorLabels" }}{{ include "loki-distributed.selectorLabels" . }}{{ end -}}
{{- define "loki.ingesterFullname" }}{{ include "loki-distributed.fullname" . }}-ingester{{ end -}}
{{- define "loki.distributorFullname" }}{{ include "loki-distributed.fullname" . }}-distributor{{ end -}}
{{- define "loki.querierFullname" }}{{ include "loki-distributed.fullname" . }}-querier{{ end -}}
{{- define "loki.queryFrontendFullname" }}{{ include "loki-distributed.fullname" . }}-query-frontend{{ end -}}
{{- define "loki.tableManagerFullname" }}{{ include "loki-distributed.fullname" . }}-table-manager{{ end -}}
{{- define "loki.gatewayFullname" }}{{ include "loki-distributed.fullname" . }}-gateway{{ end -}}
{{- define "loki.compactorFullname" }}{{ include "loki-distributed.fullname" . }}-compactor{{ end -}}
{{- define "loki.rulerFullname" }}{{ include "loki-distributed.fullname" . }}-ruler{{ end -}}
{{- define "loki.indexGatewayFullname" }}{{ include "loki-distributed.fullname" . }}-index-gateway{{ end -}}
{{- define "loki.memcachedChunksFullname" }}{{ include "loki-distributed.fullname" . }}-memcached-chunks{{ end -}}
{{- define "loki.memcachedFrontendFullname" }}{{ include "loki-distributed.fullname" . }}-memcached-frontend{{ end -}}
{{- define "loki.memcachedIndexQueriesFullname" }}{{ include "loki-distributed.fullname" . }}-memcached-index-queries{{ end -}}
{{- define "loki.memcachedIndexWritesFullname" }}{{ include "loki-distributed.fullname" . }}-memcached-index-writes{{ end -}}
{{- define "loki.ingesterSelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "ingester") }}{{ end -}}
{{- define "loki.distributorSelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "distributor") }}{{ end -}}
{{- define "loki.querierSelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "querier") }}{{ end -}}
{{- define "loki.queryFrontendSelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "query-frontend") }}{{ end -}}
{{- define "loki.tableManagerSelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "table-manager") }}{{ end -}}
{{- define "loki.gatewaySelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "gateway") }}{{ end -}}
{{- define "loki.compactorSelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "compactor") }}{{ end -}}
{{- define "loki.rulerSelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "ruler") }}{{ end -}}
{{- define "loki.indexGatewaySelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "index-gateway") }}{{ end -}}
{{- define "loki.memcachedChunksSelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "memcached-chunks") }}{{ end -}}
{{- define "loki.memcachedFrontendSelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "memcached-frontend") }}{{ end -}}
{{- define "loki.memcachedIndexQueriesSelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "memcached-index-queries") }}{{ end -}}
{{- define "loki.memcachedIndexWritesSelectorLabels" }}{{ include "loki-distributed.componentSelectorLabels" (list . "memcached-index-writes") }}{{ end -}}

{{/* (list . CACHE): where the clients of one of the memcached sets find it. */}}
{{- define "loki.memcachedAddress" -}}
{{- $top := first . -}}
dnssrv+_memcached-client._tcp.{{ include "loki-distributed.fullname" $top }}-memcached-{{ last . }}.{{ $top.Release.Namespace }}.svc.{{ $top.Values.global.clusterDomain }}
{{- end -}}
