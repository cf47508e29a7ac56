{{/*
The objects of one component of Cortex. Each define takes a dict:
  top      the root context
  key      of the component under "cortex", such as "query_frontend"
  kind     Deployment or StatefulSet
  ports    of the container, such as (list "http-metrics" "gossip" "grpc")
and "cortex.component" as well:
  target      what Cortex runs, when that is not the component's name
  container   name of the container, when that is not the component's name
  headless    the port of a headless Service, such as "grpc"; without one there is none
  unready     true when pods that are not ready belong to the headless Service
  args        after the target and the file of the configuration
  blocks      true for a component that reads blocks, with their caches
  storage     true for a directory /data: a volume of a StatefulSet, else as long as the pod lives
  mounts, volumes   more of them
*/}}

{{- define "cortex.name" -}}
{{ .key | replace "_" "-" }}
{{- end -}}

{{- define "cortex.metadata" -}}
name: {{ include "cortex.fullname" .top }}-{{ include "cortex.name" . }}{{ .suffix }}
namespace: {{ .top.Release.Namespace }}
labels:
  {{- include "cortex.labels" .top | nindent 2 }}
  app.kubernetes.io/component: {{ include "cortex.name" . }}
{{- end -}}

{{/* Labels of the component's pods, for selectors. */}}
{{- define "cortex.selector" -}}
{{ include "cortex.selectorLabels" .top }}
app.kubernetes.io/component: {{ include "cortex.name" . }}
{{- end -}}

{{/* (list . PORT): the number of a port with a name. */}}
{{- define "cortex.port" -}}
{{- $config := (first .).Values.cortex.config -}}
{{- get (dict
  "http-metrics" $config.server.http_listen_port
  "grpc" $config.server.grpc_listen_port
  "gossip" $config.memberlist.bind_port
  "cluster" 9094
) (last .) -}}
{{- end -}}

{{/* A Service. Besides top and key: suffix of its name, port (by name), number of that port, headless, unready. */}}
{{- define "cortex.service" }}
{{- $values := get .top.Values.cortex .key }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "cortex.metadata" . | nindent 2 }}
    {{- if .headless }}
    prometheus.io/service-monitor: "false"
    {{- end }}
    {{- with $values.service.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $values.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ $values.service.type | default "ClusterIP" }}
  {{- if .headless }}
  clusterIP: None
  {{- end }}
  {{- if .unready }}
  publishNotReadyAddresses: true
  {{- end }}
  ports:
    - name: {{ .port }}
      port: {{ .number | default (include "cortex.port" (list .top .port)) }}
      targetPort: {{ .port }}
      protocol: TCP
    {{- with $values.extraPorts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  selector:
    {{- include "cortex.selector" . | nindent 4 }}
{{- end }}

{{/* A PodDisruptionBudget, when there can be more than one pod. */}}
{{- define "cortex.pdb" }}
{{- $values := get .top.Values.cortex .key }}
{{- $scaling := $values.autoscaling | default dict }}
{{- $pods := $values.replicas }}
{{- if $scaling.enabled }}
{{- $pods = $scaling.minReplicas }}
{{- end }}
{{- if and (gt (int $pods) 1) $values.podDisruptionBudget }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "cortex.metadata" . | nindent 2 }}
spec:
  {{- $stay := $values.podDisruptionBudget.minAvailable }}
  {{- if kindIs "invalid" $stay }}
  maxUnavailable: {{ $values.podDisruptionBudget.maxUnavailable }}
  {{- else }}
  minAvailable: {{ $stay }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "cortex.selector" . | nindent 6 }}
{{- end }}
{{- end }}

{{/* A HorizontalPodAutoscaler, when the component's autoscaling is on. */}}
{{- define "cortex.autoscaler" }}
{{- $scaling := (get .top.Values.cortex .key).autoscaling | default dict }}
{{- if $scaling.enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "cortex.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: {{ .kind }}
    name: {{ include "cortex.fullname" .top }}-{{ include "cortex.name" . }}
  minReplicas: {{ $scaling.minReplicas }}
  maxReplicas: {{ $scaling.maxReplicas }}
  metrics:
    {{- range $resource, $percent := dict "cpu" $scaling.targetCPUUtilizationPercentage "memory" $scaling.targetMemoryUtilizationPercentage }}
    {{- if $percent }}
    - type: Resource
      resource:
        name: {{ $resource }}
        target:
          type: Utilization
          averageUtilization: {{ $percent }}
    {{- end }}
    {{- end }}
  {{- with $scaling.behavior }}
  behavior:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* A ServiceMonitor, when the component's serviceMonitor is on. */}}
{{- define "cortex.serviceMonitor" }}
{{- $monitor := (get .top.Values.cortex .key).serviceMonitor }}
{{- if $monitor.enabled }}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  {{- include "cortex.metadata" . | nindent 2 }}
    {{- with $monitor.additionalLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  namespaceSelector:
    matchNames:
      - {{ .top.Release.Namespace }}
  selector:
    matchLabels:
      {{- include "cortex.selector" . | nindent 6 }}
    matchExpressions:
      # Pods behind a Service and a headless one are scraped once.
      - key: prometheus.io/service-monitor
        operator: NotIn
        values:
          - "false"
  endpoints:
    - port: http-metrics
      {{- with $monitor.relabelings }}
      relabelings:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $monitor.metricRelabelings }}
      metricRelabelings:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $monitor.extraEndpointSpec }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
{{- end }}
{{- end }}

{{/*
The Deployment or StatefulSet. Besides the above:
  image, pullPolicy, command line (args), checksum
  serviceName, podManagementPolicy   of a StatefulSet
  gossip         true for a member of the rings
  claimed        true when "storage" is a claim template
  securityContext   of the pods
*/}}
{{- define "cortex.workload" }}
{{- $values := get .top.Values.cortex .key }}
{{- $scaling := $values.autoscaling | default dict }}
{{- $name := include "cortex.name" . }}
---
apiVersion: apps/v1
kind: {{ .kind }}
metadata:
  {{- include "cortex.metadata" . | nindent 2 }}
  {{- with $values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- if not $scaling.enabled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  {{- if eq .kind "StatefulSet" }}
  serviceName: {{ .serviceName }}
  {{- with .podManagementPolicy }}
  podManagementPolicy: {{ . }}
  {{- end }}
  {{- with $values.statefulStrategy | default $values.strategy }}
  updateStrategy:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- else }}
  {{- with $values.strategy }}
  strategy:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "cortex.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "cortex.selector" . | nindent 8 }}
        {{- if .gossip }}
        app.kubernetes.io/part-of: memberlist
        {{- end }}
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/config: {{ .checksum | quote }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "cortex.serviceAccountName" .top }}
      automountServiceAccountToken: {{ .top.Values.cortex.serviceAccount.automountServiceAccountToken }}
      {{- with include "cortex.pullSecrets" .top.Values.cortex.image.pullSecrets }}
      imagePullSecrets:
        {{- . | trim | nindent 8 }}
      {{- end }}
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with omit (mergeOverwrite (deepCopy .securityContext) ($values.securityContext | default dict)) "enabled" }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
      {{- with $values.initContainers }}
      initContainers:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .container | default $name }}
          image: {{ .image | quote }}
          imagePullPolicy: {{ .pullPolicy }}
          {{- with .args }}
          args:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            {{- $numbers := .numbers | default dict }}
            {{- range .ports }}
            - name: {{ . }}
              containerPort: {{ get $numbers . | default (include "cortex.port" (list $.top .)) }}
              protocol: TCP
            {{- end }}
          {{- with $values.env }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with $values.lifecycle }}
          lifecycle:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with $values.startupProbe }}
          startupProbe:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with $values.livenessProbe }}
          livenessProbe:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with $values.readinessProbe }}
          readinessProbe:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with $values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with $values.containerSecurityContext }}
          {{- if .enabled }}
          securityContext:
            {{- omit (mergeOverwrite (deepCopy $.top.Values.cortex.containerSecurityContext) .) "enabled" | toYaml | nindent 12 }}
          {{- end }}
          {{- end }}
          {{- with concat (.mounts | default list) ($values.extraVolumeMounts | default list) }}
          volumeMounts:
            {{- toYaml . | nindent 12 }}
          {{- end }}
        {{- with $values.extraContainers }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      affinity:
        {{- include "cortex.affinity" (list $values.affinity 100 (include "cortex.selector" . | fromYaml)) | nindent 8 }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with concat (.volumes | default list) ($values.extraVolumes | default list) }}
      volumes:
        {{- toYaml . | nindent 8 }}
      {{- end }}
  {{- if .claimed }}
  volumeClaimTemplates:
    - metadata:
        name: storage
        {{- with $values.persistentVolume.annotations }}
        annotations:
          {{- toYaml . | nindent 10 }}
        {{- end }}
      spec:
        accessModes:
          {{- toYaml $values.persistentVolume.accessModes | nindent 10 }}
        {{- with $values.persistentVolume.storageClass }}
        storageClassName: {{ eq . "-" | ternary "" . | quote }}
        {{- end }}
        resources:
          requests:
            storage: {{ $values.persistentVolume.size }}
  {{- end }}
{{- end }}

{{/* Arguments for the caches of blocks, as a list. */}}
{{- define "cortex.blockCaches" -}}
{{- $sets := dict "index" "memcached-blocks-index" "chunks" "memcached-blocks" "metadata" "memcached-blocks-metadata" -}}
{{- $own := get .Values.cortex.tags "blocks-storage-memcached" -}}
{{- if and (include "cortex.blocks" .) $own (get .Values.tags "blocks-storage-memcached") -}}
{{- range $cache := list "index" "chunks" "metadata" }}
- -blocks-storage.bucket-store.{{ $cache }}-cache.backend=memcached
- -blocks-storage.bucket-store.{{ $cache }}-cache.memcached.addresses={{ include "cortex.memcachedAddress" (list $ (get $sets $cache)) }}
{{- end }}
{{- end }}
{{- if not (include "cortex.blocks" .) }}
{{- $sets = dict "memcached" "chunks-cache" "memcached-index-read" "index-cache-read" "memcached-index-write" "index-cache-write" }}
{{- range $set, $cache := $sets }}
{{- if (get $.Values $set).enabled }}
- -store.{{ $cache }}.memcached.addresses={{ include "cortex.memcachedAddress" (list $ $set) }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* A component of Cortex: its Services, disruption budget, autoscaler, ServiceMonitor and workload. */}}
{{- define "cortex.component" }}
{{- $cortex := .top.Values.cortex }}
{{- $values := get $cortex .key }}
{{- $name := include "cortex.name" . }}
{{- $fullname := include "cortex.fullname" .top }}
{{- $serviceName := printf "%s-%s" $fullname $name }}
{{- if .headless }}
{{- $serviceName = printf "%s-headless" $serviceName }}
{{- include "cortex.service" (dict "top" .top "key" .key "suffix" "-headless" "headless" true "unready" .unready "port" .headless) }}
{{- end }}
{{- include "cortex.service" (dict "top" .top "key" .key "port" "http-metrics") }}
{{- $args := list (printf "-target=%s" (.target | default $name)) "-config.file=/etc/cortex/cortex.yaml" }}
{{- $args = concat $args (.args | default list) }}
{{- if .blocks }}
{{- $args = concat $args (include "cortex.blockCaches" .top | fromYamlArray) }}
{{- end }}
{{- range $flag, $value := $values.extraArgs }}
{{- $args = append $args (printf "-%s=%s" $flag (kindIs "string" $value | ternary $value (toJson $value))) }}
{{- end }}
{{- $config := dict "secret" (dict "secretName" ($cortex.useExternalConfig | ternary $cortex.externalConfigSecretName $fullname)) }}
{{- $mounts := list
  (dict "name" "config" "mountPath" "/etc/cortex")
  (dict "name" "runtime-config" "mountPath" "/etc/cortex-runtime-config")
}}
{{- $volumes := list
  (merge (dict "name" "config") $config)
  (dict "name" "runtime-config" "configMap" (dict "name" (printf "%s-runtime-config" $fullname) "optional" true))
}}
{{- $claimed := false }}
{{- if .storage }}
{{- $volume := $values.persistentVolume | default dict }}
{{- $mount := dict "name" "storage" "mountPath" "/data" }}
{{- with $volume.subPath }}
{{- $_ := set $mount "subPath" . }}
{{- end }}
{{- $mounts = append $mounts $mount }}
{{- if and (eq .kind "StatefulSet") $volume.enabled }}
{{- $claimed = true }}
{{- else }}
{{- $volumes = append $volumes (dict "name" "storage" "emptyDir" dict) }}
{{- end }}
{{- end }}
{{- $workload := merge (dict
  "args" $args
  "serviceName" $serviceName
  "gossip" (has "gossip" .ports)
  "image" (include "cortex.image" $cortex.image)
  "pullPolicy" $cortex.image.pullPolicy
  "checksum" (include "cortex.configVersion" .top)
  "securityContext" $cortex.podSecurityContext
  "mounts" (concat $mounts (.mounts | default list))
  "volumes" (concat $volumes (.volumes | default list))
  "claimed" $claimed
) . }}
{{- include "cortex.pdb" $workload }}
{{- include "cortex.autoscaler" $workload }}
{{- include "cortex.serviceMonitor" $workload }}
{{- include "cortex.workload" $workload }}
{{- end }}
