{{/* Refuses values that cannot work. */}}
{{- define "consul.validate" -}}
{{- $v := .Values.consul -}}
{{- if and $v.server.bootstrapExpect (lt (int $v.server.bootstrapExpect) (int $v.server.replicas)) -}}
{{- fail "consul.server.bootstrapExpect cannot be less than consul.server.replicas" -}}
{{- end -}}
{{- if ne (empty $v.global.gossipEncryption.secretName) (empty $v.global.gossipEncryption.secretKey) -}}
{{- fail "consul.global.gossipEncryption needs both secretName and secretKey" -}}
{{- end -}}
{{- end -}}
