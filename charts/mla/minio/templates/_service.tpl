{{/* A Service for clients; the dict has root, name, port (name), targetPort, settings and labels (further ones, optional). */}}
{{- define "minio.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- toYaml (merge (dict) (.labels | default dict) (include "minio.labels" .root | fromYaml)) | nindent 4 }}
  {{- with .settings.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .settings.type }}
  {{- with .settings.clusterIP }}
  clusterIP: {{ . }}
  {{- end }}
  {{- if eq .settings.type "LoadBalancer" }}
  {{- with .settings.loadBalancerIP }}
  loadBalancerIP: {{ . }}
  {{- end }}
  {{- end }}
  {{- with .settings.externalIPs }}
  externalIPs:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  ports:
    - name: {{ include "minio.scheme" .root }}
      port: {{ int .settings.port }}
      targetPort: {{ .targetPort }}
      protocol: TCP
      {{- if and (eq .settings.type "NodePort") .settings.nodePort }}
      nodePort: {{ int .settings.nodePort }}
      {{- end }}
  selector:
    {{- include "minio.selectorLabels" .root | nindent 4 }}
{{- end -}}
