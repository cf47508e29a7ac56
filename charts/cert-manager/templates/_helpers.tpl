{{/* Stem of the names of all objects. */}}
{{- define "cert-manager.fullname" -}}
{{- (index .Values "cert-manager").fullnameOverride | default .Release.Name | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* Name of the objects of a component. Argument: root, component. */}}
{{- define "cert-manager.component" -}}
{{- $stem := include "cert-manager.fullname" (first .) }}
{{- eq (last .) "controller" | ternary $stem (printf "%s-%s" $stem (last .)) }}
{{- end }}

{{/* Labels by which the pods of a component are found; they can never change. Argument: root, component. */}}
{{- define "cert-manager.selectorLabels" -}}
{{- $root := first . }}
{{- $component := last . }}
{{- $name := (index $root.Values "cert-manager").nameOverride | default "cert-manager" -}}
app.kubernetes.io/name: {{ eq $component "controller" | ternary $name $component }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ $component }}
{{- end }}

{{/* Labels of an object. Argument: root, component, then maybe a map of further ones. */}}
{{- define "cert-manager.labels" -}}
{{- $root := first . }}
{{- $labels := include "cert-manager.selectorLabels" (list $root (index . 1)) | fromYaml }}
{{- $labels = merge $labels (dict
  "app" (index $labels "app.kubernetes.io/name")
  "app.kubernetes.io/version" $root.Chart.AppVersion
  "app.kubernetes.io/managed-by" $root.Release.Service
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_"))) }}
{{- range append (slice . 2) (index $root.Values "cert-manager").global.commonLabels }}
{{- $labels = merge $labels (. | default dict) }}
{{- end }}
{{- toYaml $labels }}
{{- end }}

{{/* Labels of the pods of a component. Argument: root, component, further labels. */}}
{{- define "cert-manager.podLabels" -}}
{{- $root := first . }}
{{- $labels := include "cert-manager.selectorLabels" (list $root (index . 1)) | fromYaml }}
{{- $labels = merge $labels (dict "app" (index $labels "app.kubernetes.io/name")) }}
{{- merge $labels (last . | default dict) ((index $root.Values "cert-manager").global.commonLabels | default dict) | toYaml }}
{{- end }}

{{/* An image of the form {registry, repository, tag, digest}. Argument: root, image. */}}
{{- define "cert-manager.image" -}}
{{- $image := last . }}
{{- with $image.registry }}{{ . }}/{{ end }}
{{- $image.repository }}:{{ $image.tag | default (first .).Chart.AppVersion }}
{{- with $image.digest }}@{{ . }}{{ end }}
{{- end }}

{{/* Name of the ServiceAccount of a component. Argument: root, component, its settings. */}}
{{- define "cert-manager.serviceAccountName" -}}
{{- $account := (last .).serviceAccount }}
{{- $account.name | default ($account.create | ternary (include "cert-manager.component" (list (first .) (index . 1))) "default") }}
{{- end }}

{{/*
The settings that all charts share and this one's own: what stands under the top key `global` of the values wins, as with
a subchart.
*/}}
{{- define "cert-manager.global" -}}
{{- merge dict (pick (.Values.global | default dict) "imagePullSecrets" "priorityClassName") (index .Values "cert-manager").global | toYaml }}
{{- end }}

{{/* The settings of the controller: those under `controller`, replaced by those at the top that are set. */}}
{{- define "cert-manager.controller" -}}
{{- $values := index .Values "cert-manager" }}
{{- $settings := deepCopy $values.controller }}
{{- range $key := list "resources" "affinity" "nodeSelector" "tolerations" "extraArgs" "extraEnv" }}
{{- with index $values $key }}
{{- $_ := set $settings $key . }}
{{- end }}
{{- end }}
{{- if kindIs "invalid" $values.replicaCount | not }}
{{- $_ := set $settings "replicas" $values.replicaCount }}
{{- end }}
{{- $_ := set $settings "image" (merge dict $values.image $settings.image) }}
{{- range $key := list "serviceAccount" "strategy" "securityContext" "containerSecurityContext" "deploymentAnnotations" "podAnnotations" "podLabels" "topologySpreadConstraints" }}
{{- $_ := set $settings $key (index $values $key) }}
{{- end }}
{{- toYaml $settings }}
{{- end }}

{{/* The settings of the webhook or the cainjector, whose replicas have two names. Argument: root, component. */}}
{{- define "cert-manager.settings" -}}
{{- $settings := index (first .).Values "cert-manager" (last .) | deepCopy }}
{{- if kindIs "invalid" $settings.replicaCount | not }}
{{- $_ := set $settings "replicas" $settings.replicaCount }}
{{- end }}
{{- toYaml $settings }}
{{- end }}

{{/* What every pod has. Argument: root, settings of the component. */}}
{{- define "cert-manager.pod" -}}
{{- $root := first . }}
{{- $settings := last . }}
{{- $global := include "cert-manager.global" $root | fromYaml }}
{{- with concat ($global.imagePullSecrets | default list) ($settings.pullSecrets | default list) }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $global.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $settings.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
nodeSelector:
  {{- merge dict ($settings.nodeSelector | default dict) (dict "kubernetes.io/os" "linux") | toYaml | nindent 2 }}
{{- with $settings.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $settings.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Flags of leader election. */}}
{{- define "cert-manager.leaderElection" -}}
{{- with (index .Values "cert-manager").global.leaderElection -}}
- --leader-election-namespace={{ .namespace }}
{{- with .leaseDuration }}
- --leader-election-lease-duration={{ . }}
{{- end }}
{{- with .renewDeadline }}
- --leader-election-renew-deadline={{ . }}
{{- end }}
{{- with .retryPeriod }}
- --leader-election-retry-period={{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* The ServiceAccount and the PodDisruptionBudget of a component. Argument: root, component, settings. */}}
{{- define "cert-manager.companions" -}}
{{- $root := first . }}
{{- $component := index . 1 }}
{{- $settings := last . }}
{{- if $settings.serviceAccount.create }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "cert-manager.serviceAccountName" . }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "cert-manager.labels" (list $root $component) | nindent 4 }}
  {{- with $settings.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: {{ $settings.serviceAccount.automountServiceAccountToken }}
{{- end }}
{{- if gt (int $settings.replicas) 1 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "cert-manager.component" (list $root $component) }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "cert-manager.labels" (list $root $component) | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "cert-manager.selectorLabels" (list $root $component) | nindent 6 }}
{{- end }}
{{- end }}
