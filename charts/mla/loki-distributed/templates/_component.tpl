{{/*
The objects of one component. Each define takes a dict:
  top        the root context
  name       of the component, such as "query-frontend"
  values     what stands under the component's key
  kind       Deployment or StatefulSet
  replicas   number of pods
and, for the pods (see "loki-distributed.workload"):
  container  name of the main container, image, pullPolicy, command line (args), ports (a map from name to number)
  gossip     true for a member of the rings
  mounts, volumes   lists; a claim as well, as values.persistence, when kind is StatefulSet
*/}}

{{- define "loki-distributed.metadata" -}}
name: {{ include "loki-distributed.fullname" .top }}-{{ .name }}{{ .suffix }}
namespace: {{ .top.Release.Namespace }}
labels:
  {{- include "loki-distributed.labels" .top | nindent 2 }}
  app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{/* Selector of the component's pods, as matchLabels. */}}
{{- define "loki-distributed.selector" -}}
{{ include "loki-distributed.componentSelectorLabels" (list .top .name) }}
{{- end -}}

{{/*
A Service. Besides top, name and values:
  suffix      of its name, such as "-headless"
  headless    true for one without an address
  unready     true when pods that are not ready belong to it
  annotations of the Service
  ports       list of (list NAME PORT TARGET)
*/}}
{{- define "loki-distributed.service" }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "loki-distributed.metadata" . | nindent 2 }}
    {{- if .suffix }}
    prometheus.io/service-monitor: "false"
    {{- end }}
    {{- with .values.serviceLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  type: ClusterIP
  {{- if .headless }}
  clusterIP: None
  {{- end }}
  {{- if .unready }}
  publishNotReadyAddresses: true
  {{- end }}
  ports:
    {{- range .ports }}
    - name: {{ index . 0 }}
      port: {{ index . 1 }}
      targetPort: {{ index . 2 }}
      protocol: TCP
    {{- end }}
  selector:
    {{- include "loki-distributed.selector" . | nindent 4 }}
{{- end }}

{{/* A PodDisruptionBudget, when there can be more than one pod. */}}
{{- define "loki-distributed.pdb" }}
{{- $scaling := .values.autoscaling | default dict }}
{{- $pods := .replicas }}
{{- if $scaling.enabled }}
{{- $pods = $scaling.minReplicas }}
{{- end }}
{{- if and (gt (int $pods) 1) (not (kindIs "invalid" .values.maxUnavailable)) }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "loki-distributed.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .values.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "loki-distributed.selector" . | nindent 6 }}
{{- end }}
{{- end }}

{{/* A HorizontalPodAutoscaler, when values.autoscaling is on. */}}
{{- define "loki-distributed.autoscaler" }}
{{- $scaling := .values.autoscaling | default dict }}
{{- if $scaling.enabled }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "loki-distributed.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: {{ .kind }}
    name: {{ include "loki-distributed.fullname" .top }}-{{ .name }}
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
{{- end }}
{{- end }}

{{/* A claim for values.persistence, by itself or as a template of a StatefulSet. */}}
{{- define "loki-distributed.claimSpec" -}}
accessModes:
  - ReadWriteOnce
{{- with .values.persistence.storageClass }}
storageClassName: {{ eq . "-" | ternary "" . | quote }}
{{- end }}
resources:
  requests:
    storage: {{ .values.persistence.size }}
{{- end -}}

{{- define "loki-distributed.claim" }}
{{- if .values.persistence.enabled }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data-{{ include "loki-distributed.fullname" .top }}-{{ .name }}
  namespace: {{ .top.Release.Namespace }}
  labels:
    {{- include "loki-distributed.labels" .top | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
  {{- with .values.persistence.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- include "loki-distributed.claimSpec" . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
The Deployment or StatefulSet. Besides the above:
  strategy            of the update, as an object
  serviceName, podManagementPolicy   of a StatefulSet
  podSecurityContext, containerSecurityContext
  readinessProbe, livenessProbe
  config              true when the pods read Loki's configuration
  checksum            of the configuration that the pods read, as text
  claimed             true when /var/loki is a claim template
  sidecar             a further container, as text
*/}}
{{- define "loki-distributed.workload" }}
{{- $loki := index .top.Values "loki-distributed" }}
{{- $scaling := .values.autoscaling | default dict }}
{{- $account := $loki.serviceAccount }}
{{- with .values.serviceAccount }}
{{- if .create }}
{{- $account = . }}
{{- end }}
{{- end }}
---
apiVersion: apps/v1
kind: {{ .kind }}
metadata:
  {{- include "loki-distributed.metadata" . | nindent 2 }}
spec:
  {{- if not $scaling.enabled }}
  replicas: {{ .replicas }}
  {{- end }}
  revisionHistoryLimit: {{ $loki.loki.revisionHistoryLimit }}
  {{- if eq .kind "StatefulSet" }}
  serviceName: {{ .serviceName }}
  {{- with .podManagementPolicy }}
  podManagementPolicy: {{ . }}
  {{- end }}
  {{- end }}
  {{- with .strategy }}
  {{ eq $.kind "StatefulSet" | ternary "updateStrategy" "strategy" }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "loki-distributed.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "loki-distributed.selector" . | nindent 8 }}
        {{- if .gossip }}
        app.kubernetes.io/part-of: memberlist
        {{- end }}
        {{- with mergeOverwrite dict ($loki.loki.podLabels | default dict) (.values.podLabels | default dict) }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- $annotations := mergeOverwrite dict ($loki.loki.podAnnotations | default dict) (.values.podAnnotations | default dict) }}
      {{- with .checksum }}
      {{- $_ := set $annotations "checksum/config" (sha256sum .) }}
      {{- end }}
      {{- with $annotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "loki-distributed.serviceAccountName" (list .top .values) }}
      automountServiceAccountToken: {{ $account.automountServiceAccountToken }}
      {{- with $loki.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .values.priorityClassName | default $loki.global.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with .podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
      containers:
        - name: {{ .container }}
          image: {{ .image | quote }}
          imagePullPolicy: {{ .pullPolicy }}
          {{- with concat (.args | default list) (.values.extraArgs | default list) }}
          args:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            {{- range .containerPorts }}
            - name: {{ first . }}
              containerPort: {{ last . }}
              protocol: TCP
            {{- end }}
          {{- with .values.extraEnv }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .values.extraEnvFrom }}
          envFrom:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .livenessProbe }}
          livenessProbe:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .readinessProbe }}
          readinessProbe:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with .containerSecurityContext }}
          securityContext:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with concat (.mounts | default list) (.values.extraVolumeMounts | default list) }}
          volumeMounts:
            {{- toYaml . | nindent 12 }}
          {{- end }}
        {{- with .sidecar }}
        {{- . | nindent 8 }}
        {{- end }}
      {{- with include "loki-distributed.affinity" (list .top .name .values) }}
      affinity:
        {{- . | nindent 8 }}
      {{- end }}
      {{- with .values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with concat (.volumes | default list) (.values.extraVolumes | default list) }}
      volumes:
        {{- toYaml . | nindent 8 }}
      {{- end }}
  {{- if .claimed }}
  volumeClaimTemplates:
    - metadata:
        name: data
        {{- with .values.persistence.annotations }}
        annotations:
          {{- toYaml . | nindent 10 }}
        {{- end }}
      spec:
        {{- include "loki-distributed.claimSpec" . | nindent 8 }}
  {{- end }}
{{- end }}

{{/*
The workload of a component of Loki, with its disruption budget and autoscaler. Besides top, name, values, kind, replicas,
strategy and gossip:
  args      after the file of the configuration and the target
  grpc      true for a component that others call
  storage   true when it works in /var/loki: a claim template, a claim of its own, or as long as the pod lives
  mounts, volumes   more of them
*/}}
{{- define "loki-distributed.loki" }}
{{- $loki := (index .top.Values "loki-distributed").loki }}
{{- $fullname := include "loki-distributed.fullname" .top }}
{{- $ports := list (list "http" 3100) }}
{{- if .grpc }}
{{- $ports = append $ports (list "grpc" 9095) }}
{{- end }}
{{- if .gossip }}
{{- $ports = append $ports (list "http-memberlist" 7946) }}
{{- end }}
{{- $mounts := list
  (dict "name" "config" "mountPath" "/etc/loki/config")
  (dict "name" "runtime-config" "mountPath" (printf "/var/%s-runtime" (include "loki-distributed.name" .top)))
}}
{{- $config := dict "configMap" (dict "name" $fullname) }}
{{- with $loki.existingSecretForConfig }}
{{- $config = dict "secret" (dict "secretName" .) }}
{{- end }}
{{- $volumes := list
  (merge (dict "name" "config") $config)
  (dict "name" "runtime-config" "configMap" (dict "name" (printf "%s-runtime" $fullname)))
}}
{{- $claimed := false }}
{{- if .storage }}
{{- $mounts = append $mounts (dict "name" "data" "mountPath" "/var/loki") }}
{{- $persistence := .values.persistence | default dict }}
{{- if not $persistence.enabled }}
{{- $volumes = append $volumes (dict "name" "data" "emptyDir" dict) }}
{{- else if eq .kind "StatefulSet" }}
{{- $claimed = true }}
{{- else }}
{{- $volumes = append $volumes (dict "name" "data" "persistentVolumeClaim" (dict "claimName" (printf "data-%s-%s" $fullname .name))) }}
{{- end }}
{{- end }}
{{- $workload := merge (dict
  "container" .name
  "image" (include "loki-distributed.image" (list .top (dict "tag" .top.Chart.AppVersion) $loki.image .values.image))
  "pullPolicy" $loki.image.pullPolicy
  "args" (concat (list "-config.file=/etc/loki/config/config.yaml" (printf "-target=%s" .name)) (.args | default list))
  "containerPorts" $ports
  "mounts" (concat $mounts (.mounts | default list))
  "volumes" (concat $volumes (.volumes | default list))
  "claimed" $claimed
  "checksum" (empty $loki.existingSecretForConfig | ternary (include "loki-distributed.config" .top) "")
  "podSecurityContext" $loki.podSecurityContext
  "containerSecurityContext" $loki.containerSecurityContext
  "readinessProbe" $loki.readinessProbe
  "livenessProbe" $loki.livenessProbe
) . }}
{{- include "loki-distributed.pdb" $workload }}
{{- include "loki-distributed.autoscaler" $workload }}
{{- include "loki-distributed.workload" $workload }}
{{- end }}
