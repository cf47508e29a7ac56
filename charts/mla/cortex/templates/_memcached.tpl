{{/* Start of the names of a set of memcached: (list . SET). */}}
{{- define "cortex.memcachedFullname" -}}
{{- printf "%s-%s" (first .).Release.Name (last .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Where Cortex finds a set of memcached: (list . SET). */}}
{{- define "cortex.memcachedAddress" -}}
{{- $top := first . -}}
dns+{{ include "cortex.memcachedFullname" . }}.{{ $top.Release.Namespace }}.svc.{{ $top.Values.cortex.clusterDomain }}:11211
{{- end -}}

{{- define "cortex.memcachedSelector" -}}
app.kubernetes.io/name: {{ last . }}
app.kubernetes.io/instance: {{ (first .).Release.Name | quote }}
{{- end -}}

{{/* (list . SET): metadata of its objects. */}}
{{- define "cortex.memcachedMetadata" -}}
name: {{ include "cortex.memcachedFullname" . }}
namespace: {{ (first .).Release.Namespace }}
labels:
  {{- include "cortex.memcachedSelector" . | nindent 2 }}
  {{- include "cortex.chartLabels" (first .) | nindent 2 }}
{{- end -}}

{{/* (list . IMAGE OVERRIDE): an image of memcached; a digest does not outlive another repository or tag. */}}
{{- define "cortex.memcachedImage" -}}
{{- $image := deepCopy (index . 1) -}}
{{- $override := index . 2 -}}
{{- if or $override.repository $override.tag -}}
{{- $_ := unset $image "digest" -}}
{{- end -}}
{{- $image = mergeOverwrite $image $override -}}
{{- with ((first .).Values.global | default dict).imageRegistry -}}
{{- $_ := set $image "registry" . -}}
{{- end -}}
{{- include "cortex.image" $image -}}
{{- end -}}

{{/* (list . SET): one set of memcached, with its Services and disruption budget. */}}
{{- define "cortex.memcached" }}
{{- $top := first . }}
{{- $set := last . }}
{{- $values := get $top.Values $set }}
{{- $shared := $top.Values.cortex.memcached }}
{{- $fullname := include "cortex.memcachedFullname" . }}
{{- $scrape := dict }}
{{- if $values.metrics.enabled }}
{{- $scrape = dict "prometheus.io/scrape" "true" "prometheus.io/port" "9150" }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $fullname }}-metrics
  namespace: {{ $top.Release.Namespace }}
  labels:
    {{- include "cortex.memcachedSelector" . | nindent 4 }}
    {{- include "cortex.chartLabels" $top | nindent 4 }}
  annotations:
    {{- toYaml $scrape | nindent 4 }}
spec:
  type: ClusterIP
  ports:
    - name: metrics
      port: 9150
      targetPort: metrics
      protocol: TCP
  selector:
    {{- include "cortex.memcachedSelector" . | nindent 4 }}
{{- end }}
---
apiVersion: v1
kind: Service
metadata:
  {{- include "cortex.memcachedMetadata" . | nindent 2 }}
spec:
  type: ClusterIP
  ports:
    - name: memcache
      port: 11211
      targetPort: memcache
      protocol: TCP
  selector:
    {{- include "cortex.memcachedSelector" . | nindent 4 }}
{{- if $values.serviceAccount.create }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "cortex.memcachedMetadata" . | nindent 2 }}
automountServiceAccountToken: false
{{- end }}
{{- if gt (int $values.replicaCount) 1 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "cortex.memcachedMetadata" . | nindent 2 }}
spec:
  {{- if kindIs "invalid" $values.pdbMinAvailable }}
  maxUnavailable: 1
  {{- else }}
  minAvailable: {{ $values.pdbMinAvailable }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "cortex.memcachedSelector" . | nindent 6 }}
{{- end }}
---
apiVersion: apps/v1
kind: {{ eq $values.architecture "standalone" | ternary "Deployment" "StatefulSet" }}
metadata:
  {{- include "cortex.memcachedMetadata" . | nindent 2 }}
spec:
  replicas: {{ $values.replicaCount }}
  {{- if ne $values.architecture "standalone" }}
  serviceName: {{ $fullname }}
  podManagementPolicy: Parallel
  updateStrategy:
    type: RollingUpdate
  {{- end }}
  selector:
    matchLabels:
      {{- include "cortex.memcachedSelector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "cortex.memcachedSelector" . | nindent 8 }}
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with mergeOverwrite $scrape ($values.podAnnotations | default dict) }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ $values.serviceAccount.name | default ($values.serviceAccount.create | ternary $fullname "default") }}
      automountServiceAccountToken: false
      {{- with include "cortex.pullSecrets" $shared.pullSecrets }}
      imagePullSecrets:
        {{- . | trim | nindent 8 }}
      {{- end }}
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with $shared.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: memcached
          image: {{ include "cortex.memcachedImage" (list $top $shared.image $values.image) | quote }}
          imagePullPolicy: {{ $values.image.pullPolicy | default $shared.image.pullPolicy }}
          {{- with $values.memcached }}
          {{- if or .maxItemMemory .threads .extraArgs }}
          args:
            - /run.sh
            {{- with .maxItemMemory }}
            - --memory-limit={{ . }}
            {{- end }}
            {{- with .threads }}
            - --threads={{ . }}
            {{- end }}
            {{- with .extraArgs }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          {{- end }}
          {{- end }}
          ports:
            - name: memcache
              containerPort: 11211
              protocol: TCP
          env:
            - name: BITNAMI_DEBUG
              value: "false"
            - name: MEMCACHED_PORT_NUMBER
              value: "11211"
          livenessProbe:
            tcpSocket:
              port: memcache
            initialDelaySeconds: 30
            timeoutSeconds: 5
            failureThreshold: 6
          readinessProbe:
            tcpSocket:
              port: memcache
            initialDelaySeconds: 5
            timeoutSeconds: 3
            failureThreshold: 6
          {{- with $values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with $shared.containerSecurityContext }}
          securityContext:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          volumeMounts:
            - name: tmp
              mountPath: /tmp
            - name: conf
              mountPath: /opt/bitnami/memcached/conf
        {{- if $values.metrics.enabled }}
        - name: metrics
          image: {{ include "cortex.memcachedImage" (list $top $shared.metrics.image dict) | quote }}
          imagePullPolicy: {{ $shared.metrics.image.pullPolicy }}
          ports:
            - name: metrics
              containerPort: 9150
              protocol: TCP
          livenessProbe:
            httpGet:
              path: /metrics
              port: metrics
            initialDelaySeconds: 15
            timeoutSeconds: 5
          readinessProbe:
            httpGet:
              path: /metrics
              port: metrics
            initialDelaySeconds: 5
            timeoutSeconds: 3
          {{- with $shared.metrics.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with $shared.containerSecurityContext }}
          securityContext:
            {{- toYaml . | nindent 12 }}
          {{- end }}
        {{- end }}
      affinity:
        {{- include "cortex.affinity" (list $values.affinity 1 (include "cortex.memcachedSelector" . | fromYaml)) | nindent 8 }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumes:
        - name: tmp
          emptyDir: {}
        - name: conf
          emptyDir: {}
{{- end }}
