{{/* Grafana's Pod, of the StatefulSet or the Deployment. */}}
{{- define "grafana.pod" -}}
{{- $v := .Values.grafana -}}
{{- $name := include "grafana.fullname" . -}}
{{- $ini := index $v "grafana.ini" -}}
{{- $paths := get $ini "paths" | default dict -}}
{{- $downloads := include "grafana.downloads" . -}}
{{- $set := merge dict ($v.env | default dict) ($v.envValueFrom | default dict) -}}
metadata:
  labels:
    {{- include "grafana.selectorLabels" . | nindent 4 }}
    {{- with $v.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- if or $v.createConfigmap $v.podAnnotations (include "grafana.dashboards" .) (include "grafana.secrets" .) }}
  annotations:
    {{- if $v.createConfigmap }}
    checksum/config: {{ include "grafana.config" . | sha256sum }}
    {{- end }}
    {{- with include "grafana.dashboards" . }}
    checksum/dashboards-json-config: {{ sha256sum . }}
    {{- end }}
    {{- with include "grafana.secrets" . }}
    checksum/secret: {{ sha256sum . }}
    {{- end }}
    {{- with $v.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
spec:
  serviceAccountName: {{ include "grafana.serviceAccountName" . }}
  automountServiceAccountToken: {{ $v.serviceAccount.autoMount }}
  enableServiceLinks: {{ $v.enableServiceLinks }}
  {{- if or $v.imagePullSecrets $v.image.pullSecrets }}
  imagePullSecrets:
    {{- with $v.imagePullSecrets }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- range $v.image.pullSecrets }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with $v.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $v.securityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.hostAliases }}
  hostAliases:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if or (and $v.initChownData.enabled $v.persistence.enabled) $downloads $v.extraInitContainers }}
  initContainers:
    {{- if and $v.initChownData.enabled $v.persistence.enabled }}
    # As root: only root may change the owner of files.
    - name: init-chown-data
      image: {{ include "grafana.image" (dict "image" $v.initChownData.image "tag" "1.31.1") | quote }}
      imagePullPolicy: {{ $v.initChownData.image.pullPolicy }}
      command:
        - chown
        - -R
        - {{ printf "%v:%v" (default 472 (get ($v.securityContext | default dict) "runAsUser")) (default 472 (get ($v.securityContext | default dict) "runAsGroup")) | quote }}
        - /var/lib/grafana
      {{- with $v.initChownData.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $v.initChownData.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - name: storage
          mountPath: /var/lib/grafana
          {{- with $v.persistence.subPath }}
          subPath: {{ . }}
          {{- end }}
    {{- end }}
    {{- if $downloads }}
    - name: download-dashboards
      image: {{ include "grafana.image" (dict "image" $v.downloadDashboardsImage "tag" "7.85.0") | quote }}
      imagePullPolicy: {{ $v.downloadDashboardsImage.pullPolicy }}
      command:
        - /bin/sh
        - /config/download_dashboards.sh
      {{- with $v.downloadDashboards.env }}
      env:
        {{- range $key, $value := . }}
        - name: {{ $key }}
          value: {{ toString $value | quote }}
        {{- end }}
      {{- end }}
      {{- with $v.downloadDashboards.envFromSecret }}
      envFrom:
        - secretRef:
            name: {{ include "grafana.tpl" (dict "root" $ "text" .) }}
      {{- end }}
      {{- with $v.downloadDashboards.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with default $v.containerSecurityContext $v.downloadDashboards.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - name: config
          mountPath: /config/download_dashboards.sh
          subPath: download_dashboards.sh
        - name: config
          mountPath: /config/download_dashboards.txt
          subPath: download_dashboards.txt
        - name: storage
          mountPath: /var/lib/grafana
          {{- with $v.persistence.subPath }}
          subPath: {{ . }}
          {{- end }}
        - name: tmp
          mountPath: /tmp
    {{- end }}
    {{- with $v.extraInitContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
  containers:
    - name: grafana
      image: {{ include "grafana.image" (dict "image" $v.image "tag" .Chart.AppVersion) | quote }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      ports:
        - name: {{ $v.podPortName }}
          containerPort: {{ int $v.service.targetPort }}
          protocol: TCP
      env:
        {{- if not (hasKey $set "GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION") }}
        {{- if not (hasKey $set "GF_SECURITY_ADMIN_USER") }}
        - name: GF_SECURITY_ADMIN_USER
          valueFrom:
            secretKeyRef:
              name: {{ include "grafana.adminSecret" . }}
              key: {{ $v.admin.userKey }}
        {{- end }}
        {{- if not (or (hasKey $set "GF_SECURITY_ADMIN_PASSWORD") (hasKey $set "GF_SECURITY_ADMIN_PASSWORD__FILE")) }}
        - name: GF_SECURITY_ADMIN_PASSWORD
          valueFrom:
            secretKeyRef:
              name: {{ include "grafana.adminSecret" . }}
              key: {{ $v.admin.passwordKey }}
        {{- end }}
        {{- end }}
        {{- with $v.plugins }}
        - name: GF_INSTALL_PLUGINS
          value: {{ join "," . | quote }}
        {{- end }}
        {{- with $v.smtp.existingSecret }}
        - name: GF_SMTP_USER
          valueFrom:
            secretKeyRef:
              name: {{ . }}
              key: {{ $v.smtp.userKey }}
        - name: GF_SMTP_PASSWORD
          valueFrom:
            secretKeyRef:
              name: {{ . }}
              key: {{ $v.smtp.passwordKey }}
        {{- end }}
        {{- range $path := list "data" "logs" "plugins" "provisioning" }}
        {{- with get $paths $path }}
        - name: GF_PATHS_{{ upper $path }}
          value: {{ include "grafana.tpl" (dict "root" $ "text" .) | quote }}
        {{- end }}
        {{- end }}
        {{- range $key, $value := $v.env }}
        - name: {{ $key }}
          value: {{ include "grafana.tpl" (dict "root" $ "text" $value) | quote }}
        {{- end }}
        {{- range $key, $value := $v.envValueFrom }}
        - name: {{ $key }}
          valueFrom:
            {{- toYaml $value | nindent 12 }}
        {{- end }}
      {{- if or $v.envFromSecret $v.envRenderSecret $v.envFromSecrets $v.envFromConfigMaps }}
      envFrom:
        {{- with $v.envFromSecret }}
        - secretRef:
            name: {{ include "grafana.tpl" (dict "root" $ "text" .) }}
        {{- end }}
        {{- if $v.envRenderSecret }}
        - secretRef:
            name: {{ $name }}-env
        {{- end }}
        {{- range $v.envFromSecrets }}
        - secretRef:
            name: {{ include "grafana.tpl" (dict "root" $ "text" .name) }}
            optional: {{ default false .optional }}
        {{- end }}
        {{- range $v.envFromConfigMaps }}
        - configMapRef:
            name: {{ include "grafana.tpl" (dict "root" $ "text" .name) }}
            optional: {{ default false .optional }}
        {{- end }}
      {{- end }}
      {{- with $v.livenessProbe }}
      livenessProbe:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $v.readinessProbe }}
      readinessProbe:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $v.lifecycleHooks }}
      lifecycle:
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
        - name: config
          mountPath: /etc/grafana/grafana.ini
          subPath: grafana.ini
        - name: storage
          mountPath: /var/lib/grafana
          {{- with $v.persistence.subPath }}
          subPath: {{ . }}
          {{- end }}
        {{- if $v.ldap.enabled }}
        - name: ldap
          mountPath: /etc/grafana/ldap.toml
          subPath: ldap.toml
        {{- end }}
        {{- range $directory, $files := dict "datasources" $v.datasources "alerting" $v.alerting "notifiers" $v.notifiers "dashboards" $v.dashboardProviders }}
        {{- range $file := keys ($files | default dict) | sortAlpha }}
        - name: config
          mountPath: /etc/grafana/provisioning/{{ $directory }}/{{ $file }}
          subPath: {{ $file }}
        {{- end }}
        {{- end }}
        {{- range $provider, $dashboards := $v.dashboards }}
        {{- range $dashboard, $settings := $dashboards }}
        {{- if $settings.json }}
        - name: dashboards-{{ $provider }}
          mountPath: /var/lib/grafana/dashboards/{{ $provider }}/{{ $dashboard }}.json
          subPath: {{ $dashboard }}.json
        {{- end }}
        {{- end }}
        {{- end }}
        {{- range $provider, $configMap := $v.dashboardsConfigMaps }}
        {{- if $configMap }}
        - name: dashboards-{{ $provider }}
          mountPath: /var/lib/grafana/dashboards/{{ $provider }}
        {{- end }}
        {{- end }}
        {{- range $v.extraConfigmapMounts }}
        - name: {{ .name }}
          mountPath: {{ .mountPath | quote }}
          {{- with .subPath }}
          subPath: {{ . }}
          {{- end }}
          readOnly: true
        {{- end }}
        {{- range $v.extraSecretMounts }}
        - name: {{ .name }}
          mountPath: {{ .mountPath | quote }}
          {{- with .subPath }}
          subPath: {{ . }}
          {{- end }}
          readOnly: true
        {{- end }}
        {{- range $v.extraVolumeMounts }}
        - name: {{ .name }}
          mountPath: {{ .mountPath | quote }}
          {{- with .subPath }}
          subPath: {{ . }}
          {{- end }}
          readOnly: {{ default false .readOnly }}
        {{- end }}
        {{- range $v.extraEmptyDirMounts }}
        - name: {{ .name }}
          mountPath: {{ .mountPath | quote }}
        {{- end }}
        {{- $logs := default "/var/log/grafana" (get $paths "logs") }}
        {{- if not (hasPrefix "/var/lib/grafana" $logs) }}
        - name: logs
          mountPath: {{ $logs | quote }}
        {{- end }}
        - name: tmp
          mountPath: /tmp
    {{- with $v.extraContainers }}
    {{- if kindIs "string" . }}
    {{- include "grafana.tpl" (dict "root" $ "text" .) | nindent 4 }}
    {{- else }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ $name }}
    {{- if $v.ldap.enabled }}
    - name: ldap
      secret:
        secretName: {{ default (printf "%s-ldap" $name) $v.ldap.existingSecret }}
        items:
          - key: ldap-toml
            path: ldap.toml
    {{- end }}
    {{- range $provider, $dashboards := $v.dashboards }}
    {{- $json := false }}
    {{- range $dashboards }}
    {{- if .json }}
    {{- $json = true }}
    {{- end }}
    {{- end }}
    {{- if $json }}
    - name: dashboards-{{ $provider }}
      configMap:
        name: {{ $name }}-dashboards-{{ $provider }}
    {{- end }}
    {{- end }}
    {{- range $provider, $configMap := $v.dashboardsConfigMaps }}
    {{- if $configMap }}
    - name: dashboards-{{ $provider }}
      configMap:
        name: {{ include "grafana.tpl" (dict "root" $ "text" $configMap) }}
    {{- end }}
    {{- end }}
    {{- range $v.extraConfigmapMounts }}
    - name: {{ .name }}
      configMap:
        name: {{ include "grafana.tpl" (dict "root" $ "text" .configMap) }}
        optional: {{ default false .optional }}
    {{- end }}
    {{- range $v.extraSecretMounts }}
    - name: {{ .name }}
      secret:
        secretName: {{ include "grafana.tpl" (dict "root" $ "text" .secretName) }}
        {{- with .defaultMode }}
        defaultMode: {{ . }}
        {{- end }}
        optional: {{ default false .optional }}
    {{- end }}
    {{- range $v.extraVolumeMounts }}
    - name: {{ .name }}
      {{- if .existingClaim }}
      persistentVolumeClaim:
        claimName: {{ .existingClaim }}
      {{- else if .hostPath }}
      hostPath:
        path: {{ .hostPath }}
      {{- else }}
      emptyDir: {}
      {{- end }}
    {{- end }}
    {{- range $v.extraEmptyDirMounts }}
    - name: {{ .name }}
      emptyDir: {}
    {{- end }}
    {{- with $v.extraContainerVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- if not (hasPrefix "/var/lib/grafana" (default "/var/log/grafana" (get $paths "logs"))) }}
    - name: logs
      emptyDir: {}
    {{- end }}
    - name: tmp
      emptyDir: {}
    {{- if not $v.persistence.enabled }}
    - name: storage
      {{- if $v.persistence.inMemory.enabled }}
      emptyDir:
        medium: Memory
        {{- with $v.persistence.inMemory.sizeLimit }}
        sizeLimit: {{ . }}
        {{- end }}
      {{- else }}
      emptyDir: {}
      {{- end }}
    {{- else if or $v.persistence.existingClaim (not (include "grafana.stateful" .)) }}
    - name: storage
      persistentVolumeClaim:
        claimName: {{ default $name $v.persistence.existingClaim }}
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
