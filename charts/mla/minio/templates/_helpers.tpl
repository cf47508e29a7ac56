{{/* Values of this chart: everything stands under the key minio. */}}
{{- define "minio.name" -}}
{{- default .Chart.Name .Values.minio.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "minio.fullname" -}}
{{- with .Values.minio.fullnameOverride -}}
{{- trunc 63 . | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "minio.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Labels of the selectors. They cannot change. */}}
{{- define "minio.selectorLabels" -}}
app: {{ include "minio.name" . }}
release: {{ .Release.Name }}
{{- end -}}

{{/* Labels of the objects. */}}
{{- define "minio.labels" -}}
{{ include "minio.selectorLabels" . }}
app.kubernetes.io/name: {{ include "minio.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{- define "minio.image" -}}
{{- .repository -}}
{{- with .tag }}:{{ . }}{{ end -}}
{{- with .digest }}@{{ . }}{{ end -}}
{{- end -}}

{{- define "minio.secretName" -}}
{{- default (include "minio.fullname" .) .Values.minio.existingSecret -}}
{{- end -}}

{{- define "minio.serviceAccountName" -}}
{{- if .Values.minio.serviceAccount.create -}}
{{- default "minio-sa" .Values.minio.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.minio.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Also the name of the port: http or https. */}}
{{- define "minio.scheme" -}}
{{- if .Values.minio.tls.enabled }}https{{ else }}http{{ end -}}
{{- end -}}

{{/* A security context of values: without the key enabled, and nothing at all when that is false. */}}
{{- define "minio.securityContext" -}}
{{- if .enabled }}
{{- toYaml (omit . "enabled") }}
{{- end }}
{{- end -}}

{{/* Policies, users, buckets and commands that the Jobs bring in, as the lists that the scripts read. */}}
{{- define "minio.lists.buckets" -}}
{{- range .Values.minio.buckets }}
{{ .name }}|{{ default "none" .policy }}|{{ if hasKey . "versioning" }}{{ .versioning }}{{ end }}|{{ default false .objectlocking }}|{{ default false .purge }}
{{- end }}
{{- end -}}

{{- define "minio.lists.policies" -}}
{{- range $i, $policy := .Values.minio.policies }}
{{ $policy.name }}|policy-{{ $i }}.json
{{- end }}
{{- end -}}

{{- define "minio.lists.users" -}}
{{- range $i, $user := .Values.minio.users }}
{{ $user.accessKey }}|{{ $user.policy }}|user-{{ $i }}
{{- end }}
{{- end -}}

{{- define "minio.lists.commands" -}}
{{- range .Values.minio.customCommands }}
{{ .command }}
{{- end }}
{{- end -}}
