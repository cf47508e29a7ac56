{{/* Labels of every object. */}}
{{- define "minio.labels" -}}
app.kubernetes.io/name: minio
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- end }}

{{/* Name of an image: repository, then its tag, then its digest, as far as they are set. */}}
{{- define "minio.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* Name of the Secret with the credentials. */}}
{{- define "minio.secretName" -}}
{{ .Values.minio.credentials.existingSecret | default "minio" }}
{{- end }}

{{/* "true" if the image may be a release that cannot read volumes in the format fs. */}}
{{- define "minio.needsFormatCheck" -}}
{{- with .Values.minio -}}
{{- $tag := .image.tag | default "" -}}
{{- if and .formatCheck.enabled (or (not (hasPrefix "RELEASE." $tag)) (gt $tag "RELEASE.2022-10-24T18-35-07Z")) -}}
true
{{- end }}
{{- end }}
{{- end }}

{{/* What Velero runs in the sidecar before a backup. The certificate is not for 127.0.0.1, hence --insecure. */}}
{{- define "minio.backupCommand" -}}
{{- $scheme := ternary "https" "http" (not (empty .Values.minio.certificateSecret)) }}
{{- $mc := "mc --config-dir /tmp/mc --insecure --quiet" }}
{{- $script := printf "%s alias set seed %s://127.0.0.1:9000 \"$MINIO_ACCESS_KEY\" \"$MINIO_SECRET_KEY\" && %s mirror --overwrite --remove seed/ /backup" $mc $scheme $mc }}
{{- list "/bin/sh" "-c" $script | mustToRawJson }}
{{- end }}
