{{/* Spec of a claim, from minio.persistence. */}}
{{- define "minio.claim" -}}
accessModes:
  - {{ .accessMode }}
{{- if eq (default "" .storageClass) "-" }}
storageClassName: ""
{{- else if .storageClass }}
storageClassName: {{ .storageClass }}
{{- end }}
{{- with .VolumeName }}
volumeName: {{ . }}
{{- end }}
resources:
  requests:
    storage: {{ .size }}
{{- end -}}
