{{- define "nginx-ingress-controller.fullname" -}}
{{- .Values.nginx.fullnameOverride | default .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* Name of the objects of the controller itself. */}}
{{- define "nginx-ingress-controller.controller" -}}
{{ include "nginx-ingress-controller.fullname" . }}-controller
{{- end }}

{{- define "nginx-ingress-controller.name" -}}
{{- .Values.nginx.nameOverride | default "nginx" }}
{{- end }}

{{/*
Labels of an object. Argument: the root, the component, then maps of further labels, of which the first wins; none
replaces the chart's own.
*/}}
{{- define "nginx-ingress-controller.labels" -}}
{{- $root := first . }}
{{- $name := include "nginx-ingress-controller.name" $root }}
{{- $labels := dict
  "app.kubernetes.io/name" $name
  "app.kubernetes.io/instance" $root.Release.Name
  "app.kubernetes.io/version" $root.Chart.AppVersion
  "app.kubernetes.io/part-of" $name
  "app.kubernetes.io/managed-by" $root.Release.Service
  "app.kubernetes.io/component" (index . 1)
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_")) }}
{{- range append (slice . 2) $root.Values.nginx.commonLabels }}
{{- $labels = merge $labels (. | default dict) }}
{{- end }}
{{- toYaml $labels }}
{{- end }}

{{/* Labels of the objects of the controller. */}}
{{- define "nginx-ingress-controller.controllerLabels" -}}
{{- include "nginx-ingress-controller.labels" (list . "controller" .Values.nginx.controller.labels) }}
{{- end }}

{{/* Labels of the objects around the webhook's certificate. */}}
{{- define "nginx-ingress-controller.admissionLabels" -}}
{{- include "nginx-ingress-controller.labels" (list . "admission-webhook" .Values.nginx.controller.admissionWebhooks.patch.labels) }}
{{- end }}

{{/* Labels by which the pods are found; they can never change. */}}
{{- define "nginx-ingress-controller.selectorLabels" -}}
app.kubernetes.io/name: {{ include "nginx-ingress-controller.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end }}

{{/* An image of the form {registry, image, repository, tag, digest}. */}}
{{- define "nginx-ingress-controller.image" -}}
{{- .repository | default (printf "%s/%s" .registry .image) }}
{{- with .tag }}:{{ . }}{{ end }}
{{- with .digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "nginx-ingress-controller.serviceAccount" -}}
{{- $account := .Values.nginx.serviceAccount }}
{{- $account.name | default ($account.create | ternary (include "nginx-ingress-controller.fullname" .) "default") }}
{{- end }}

{{- define "nginx-ingress-controller.electionID" -}}
{{- .Values.nginx.controller.electionID | default (printf "%s-leader" (include "nginx-ingress-controller.fullname" .)) }}
{{- end }}

{{/* Secret with the certificate of the webhook. */}}
{{- define "nginx-ingress-controller.admissionSecret" -}}
{{- $made := printf "%s-admission" (include "nginx-ingress-controller.fullname" .) }}
{{- .Values.nginx.controller.admissionWebhooks.existingSecret | default $made }}
{{- end }}

{{/* "true" when Jobs make the certificate of the webhook. */}}
{{- define "nginx-ingress-controller.certificateByJobs" -}}
{{- $webhooks := .Values.nginx.controller.admissionWebhooks }}
{{- if and $webhooks.enabled $webhooks.patch.enabled (not $webhooks.certManager.enabled) (not $webhooks.existingSecret) -}}
true
{{- end }}
{{- end }}

{{/* "true" when cert-manager makes the certificate of the webhook. */}}
{{- define "nginx-ingress-controller.certificateByCertManager" -}}
{{- $webhooks := .Values.nginx.controller.admissionWebhooks }}
{{- if and $webhooks.enabled $webhooks.certManager.enabled (not $webhooks.existingSecret) -}}
true
{{- end }}
{{- end }}

{{/* A map as the data of a ConfigMap: all values are strings, numbers in full. */}}
{{- define "nginx-ingress-controller.strings" -}}
{{- range $key, $value := . }}
{{ $key }}: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }}
{{- end }}
{{- end }}

{{/* Ports of a Service for TCP and UDP services. */}}
{{- define "nginx-ingress-controller.streamPorts" -}}
{{- range $protocol := list "tcp" "udp" }}
{{- range $port, $target := index $.Values.nginx $protocol }}
- name: {{ $port }}-{{ $protocol }}
  port: {{ $port }}
  targetPort: {{ $port }}-{{ $protocol }}
  protocol: {{ upper $protocol }}
  {{- with index ((index $.Values.nginx.controller.service.nodePorts $protocol) | default dict) $port }}
  nodePort: {{ . }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Arguments of the controller. */}}
{{- define "nginx-ingress-controller.args" -}}
{{- $controller := .Values.nginx.controller }}
{{- $name := include "nginx-ingress-controller.controller" . }}
- /nginx-ingress-controller
{{- if $controller.publishService.enabled }}
{{- $internal := and $controller.service.internal.enabled (not $controller.service.enabled) }}
{{- $service := printf "$(POD_NAMESPACE)/%s%s" $name ($internal | ternary "-internal" "") }}
- --publish-service={{ $controller.publishService.pathOverride | default $service }}
{{- end }}
- --election-id={{ include "nginx-ingress-controller.electionID" . }}
- --controller-class={{ $controller.ingressClassResource.controllerValue }}
{{- with $controller.ingressClass }}
- --ingress-class={{ . }}
{{- end }}
- --configmap=$(POD_NAMESPACE)/{{ $name }}
{{- range $protocol := list "tcp" "udp" }}
{{- if index $.Values.nginx $protocol }}
- --{{ $protocol }}-services-configmap=$(POD_NAMESPACE)/{{ include "nginx-ingress-controller.fullname" $ }}-{{ $protocol }}
{{- end }}
{{- end }}
{{- if $controller.scope.enabled }}
{{- if $controller.scope.namespaceSelector }}
- --watch-namespace-selector={{ $controller.scope.namespaceSelector }}
{{- else }}
- --watch-namespace={{ $controller.scope.namespace | default "$(POD_NAMESPACE)" }}
{{- end }}
{{- end }}
{{- if and $controller.reportNodeInternalIp $controller.hostNetwork }}
- --report-node-internal-ip-address=true
{{- end }}
{{- if $controller.admissionWebhooks.enabled }}
- --validating-webhook=:{{ $controller.admissionWebhooks.port }}
- --validating-webhook-certificate=/usr/local/certificates/cert
- --validating-webhook-key=/usr/local/certificates/key
{{- end }}
{{- if not $controller.metrics.enabled }}
- --enable-metrics=false
{{- end }}
{{- if ne (int $controller.metrics.port) 10254 }}
- --healthz-port={{ $controller.metrics.port }}
{{- end }}
{{- if ne $controller.healthCheckPath "/healthz" }}
- --health-check-path={{ $controller.healthCheckPath }}
{{- end }}
{{- if $controller.ingressClassByName }}
- --ingress-class-by-name=true
{{- end }}
{{- if $controller.watchIngressWithoutClass }}
- --watch-ingress-without-class=true
{{- end }}
{{- range $flag, $value := $controller.extraArgs }}
{{- $text := kindIs "string" $value | ternary $value (toJson $value) }}
- {{ has $text (list "" "null") | ternary (printf "--%s" $flag) (printf "--%s=%s" $flag $text) | quote }}
{{- end }}
{{- end }}
