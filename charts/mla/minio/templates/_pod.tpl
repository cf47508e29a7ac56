{{/* The server's Pod; the dict has root (the chart's context), args (what to serve) and mounts (name and mountPath). */}}
{{- define "minio.pod" -}}
{{- $v := .root.Values.minio -}}
{{- $scheme := include "minio.scheme" .root -}}
metadata:
  labels:
    {{- include "minio.selectorLabels" .root | nindent 4 }}
    {{- with $v.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- if or $v.podAnnotations (not $v.existingSecret) }}
  annotations:
    {{- if not $v.existingSecret }}
    checksum/secrets: {{ printf "%s\n%s" $v.rootUser $v.rootPassword | sha256sum }}
    {{- end }}
    {{- with $v.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
spec:
  serviceAccountName: {{ include "minio.serviceAccountName" .root }}
  automountServiceAccountToken: false
  {{- with $v.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $v.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- with include "minio.securityContext" $v.securityContext }}
  securityContext:
    {{- . | nindent 4 }}
  {{- end }}
  containers:
    - name: minio
      image: {{ include "minio.image" $v.image | quote }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      command:
        - /usr/bin/docker-entrypoint.sh
      args:
        - minio
        - server
        {{- range .args }}
        - {{ . | quote }}
        {{- end }}
        - -S
        - {{ $v.certsPath | quote }}
        - --address
        - {{ printf ":%v" $v.minioAPIPort | quote }}
        - --console-address
        - {{ printf ":%v" $v.minioConsolePort | quote }}
        {{- range $v.extraArgs }}
        - {{ . | quote }}
        {{- end }}
      ports:
        - name: {{ $scheme }}
          containerPort: {{ int $v.minioAPIPort }}
        - name: {{ $scheme }}-console
          containerPort: {{ int $v.minioConsolePort }}
      env:
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
        {{- if $v.metrics.serviceMonitor.public }}
        - name: MINIO_PROMETHEUS_AUTH_TYPE
          value: public
        {{- end }}
        {{- range $name, $value := $v.environment }}
        - name: {{ $name }}
          value: {{ toString $value | quote }}
        {{- end }}
      {{- with $v.extraEnvFromSecret }}
      envFrom:
        - secretRef:
            name: {{ . }}
      {{- end }}
      {{- with $v.livenessProbe }}
      livenessProbe:
        httpGet:
          path: /minio/health/live
          port: {{ $scheme }}
          scheme: {{ upper $scheme }}
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $v.readinessProbe }}
      readinessProbe:
        httpGet:
          path: /minio/health/ready
          port: {{ $scheme }}
          scheme: {{ upper $scheme }}
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $v.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $v.containerSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        {{- range .mounts }}
        - name: {{ .name }}
          mountPath: {{ .mountPath }}
          {{- with $v.persistence.subPath }}
          subPath: {{ . }}
          {{- end }}
        {{- end }}
        - name: certs
          mountPath: {{ $v.certsPath | quote }}
        {{- if $v.trustedCertsSecret }}
        - name: trusted-certs
          mountPath: {{ printf "%s/CAs" (trimSuffix "/" $v.certsPath) | quote }}
          readOnly: true
        {{- end }}
        - name: tmp
          mountPath: /tmp
        {{- with $v.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    {{- if and (eq $v.mode "standalone") $v.persistence.enabled }}
    - name: export
      persistentVolumeClaim:
        claimName: {{ default (include "minio.fullname" .root) $v.persistence.existingClaim }}
    {{- else if eq $v.mode "standalone" }}
    - name: export
      emptyDir: {}
    {{- end }}
    {{- if $v.tls.enabled }}
    # The server makes the directory CAs if it is not there, which it could not do in here: the certificate is in it too.
    - name: certs
      secret:
        secretName: {{ $v.tls.certSecret }}
        items:
          - key: {{ $v.tls.publicCrt }}
            path: public.crt
          - key: {{ $v.tls.privateKey }}
            path: private.key
          - key: {{ $v.tls.publicCrt }}
            path: CAs/public.crt
    {{- else }}
    - name: certs
      emptyDir: {}
    {{- end }}
    {{- with $v.trustedCertsSecret }}
    - name: trusted-certs
      secret:
        secretName: {{ . }}
    {{- end }}
    - name: tmp
      emptyDir: {}
    {{- with $v.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $v.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
