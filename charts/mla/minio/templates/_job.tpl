{{/* A Job that runs one of the scripts after each installation and upgrade; the dict has root (the chart's context), name,
script, weight (the Jobs run in this order) and settings (the Job's part of the values). */}}
{{- define "minio.job" -}}
{{- $v := .root.Values.minio -}}
{{- $name := include "minio.fullname" .root -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $name }}-{{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- $labels := include "minio.labels" .root | fromYaml }}
    {{- toYaml (set $labels "app" (printf "%s-job" (include "minio.name" .root))) | nindent 4 }}
  annotations:
    helm.sh/hook: post-install,post-upgrade
    helm.sh/hook-weight: {{ .weight | quote }}
    helm.sh/hook-delete-policy: hook-succeeded,before-hook-creation
    {{- with .settings.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  template:
    metadata:
      labels:
        app: {{ include "minio.name" .root }}-job
        release: {{ .root.Release.Name }}
        {{- if and $v.networkPolicy.enabled (not $v.networkPolicy.allowExternal) }}
        {{ include "minio.name" .root }}-client: "true"
        {{- end }}
        {{- with $v.podLabels }}
        {{- toYaml (omit . "app" "release") | nindent 8 }}
        {{- end }}
      {{- with .settings.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "minio.serviceAccountName" .root }}
      automountServiceAccountToken: false
      restartPolicy: OnFailure
      {{- with $v.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with include "minio.securityContext" .settings.securityContext }}
      securityContext:
        {{- . | nindent 8 }}
      {{- end }}
      containers:
        - name: minio-mc
          image: {{ include "minio.image" $v.mcImage | quote }}
          imagePullPolicy: {{ $v.mcImage.pullPolicy }}
          command:
            - /bin/sh
            - /config/{{ .script }}
          env:
            - name: MINIO_SCHEME
              value: {{ include "minio.scheme" .root }}
            - name: MINIO_ENDPOINT
              value: {{ $name }}
            - name: MINIO_PORT
              value: {{ $v.service.port | toString | quote }}
            # Without a home that can be written, the read-only root file system would be in the way.
            - name: HOME
              value: /tmp
            - name: MINIO_ROOT_USER
              valueFrom:
                secretKeyRef:
                  name: {{ include "minio.secretName" .root }}
                  key: rootUser
            - name: MINIO_ROOT_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: {{ include "minio.secretName" .root }}
                  key: rootPassword
            - name: MC_CONFIG_DIR
              value: {{ $v.configPathmc | quote }}
          {{- with .settings.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- with $v.containerSecurityContext }}
          securityContext:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          volumeMounts:
            - name: minio-configuration
              mountPath: /config
              readOnly: true
            - name: mc
              mountPath: {{ $v.configPathmc | quote }}
            {{- if or $v.tls.enabled $v.trustedCertsSecret }}
            - name: trusted-certs
              mountPath: {{ printf "%s/certs/CAs" (trimSuffix "/" $v.configPathmc) | quote }}
              readOnly: true
            {{- end }}
            {{- if eq .script "add-user" }}
            - name: secrets
              mountPath: /secrets
              readOnly: true
            {{- end }}
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: minio-configuration
          configMap:
            name: {{ $name }}
        - name: mc
          emptyDir: {}
        {{- if or $v.tls.enabled $v.trustedCertsSecret }}
        - name: trusted-certs
          projected:
            sources:
              {{- if $v.tls.enabled }}
              - secret:
                  name: {{ $v.tls.certSecret }}
                  items:
                    - key: {{ $v.tls.publicCrt }}
                      path: minio-{{ $v.tls.publicCrt }}
              {{- end }}
              {{- with $v.trustedCertsSecret }}
              - secret:
                  name: {{ . }}
              {{- end }}
        {{- end }}
        {{- if eq .script "add-user" }}
        - name: secrets
          projected:
            sources:
              {{- range $i, $user := $v.users }}
              - secret:
                  {{- if $user.existingSecret }}
                  name: {{ $user.existingSecret }}
                  items:
                    - key: {{ $user.existingSecretKey }}
                      path: user-{{ $i }}
                  {{- else }}
                  name: {{ $name }}-users
                  items:
                    - key: user-{{ $i }}
                      path: user-{{ $i }}
                  {{- end }}
              {{- end }}
        {{- end }}
        - name: tmp
          emptyDir: {}
      {{- with .settings.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .settings.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .settings.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- end -}}
