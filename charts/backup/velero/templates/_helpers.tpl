{{/* Labels of every object. */}}
{{- define "velero.labels" -}}
app.kubernetes.io/name: velero
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- end }}

{{/* Name of an image: repository, then its tag, then its digest, as far as they are set. */}}
{{- define "velero.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* Name of the Secret with the file for AWS; nothing when there are no such credentials. */}}
{{- define "velero.awsSecret" -}}
{{- with .Values.velero.credentials.aws -}}
{{- if .existingSecret -}}
{{ .existingSecret }}
{{- else if .accessKey -}}
aws-credentials
{{- end }}
{{- end }}
{{- end }}

{{/* Name of the Secret with the file for Google Cloud; nothing when there are no such credentials. */}}
{{- define "velero.gcpSecret" -}}
{{- with .Values.velero.credentials.gcp -}}
{{- if .existingSecret -}}
{{ .existingSecret }}
{{- else if .serviceKey -}}
gcp-credentials
{{- end }}
{{- end }}
{{- end }}

{{/* Name of the Secret with the environment for Azure; nothing when there are no such credentials. */}}
{{- define "velero.azureSecret" -}}
{{- with .Values.velero.credentials.azure -}}
{{- if .existingSecret -}}
{{ .existingSecret }}
{{- else if omit . "existingSecret" -}}
azure-credentials
{{- end }}
{{- end }}
{{- end }}

{{/* Changes with the credentials that processes read at their start; nothing when the chart makes none of them. */}}
{{- define "velero.credentialsChecksum" -}}
{{- $read := dict }}
{{- range $kind, $secret := dict "aws" (include "velero.awsSecret" .) "gcp" (include "velero.gcpSecret" .) "azure" (include "velero.azureSecret" .) }}
{{- if eq $secret (printf "%s-credentials" $kind) }}
{{- $_ := set $read $kind (get $.Values.velero.credentials $kind) }}
{{- end }}
{{- end }}
{{- with $read }}{{ toJson . | sha256sum }}{{ end }}
{{- end }}

{{/* Environment of the server and of the node agent. */}}
{{- define "velero.env" -}}
- name: VELERO_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: VELERO_SCRATCH_DIR
  value: /scratch
# Nothing but volumes can be written, so the home directory is on one.
- name: HOME
  value: /scratch
{{- if include "velero.awsSecret" . }}
- name: AWS_SHARED_CREDENTIALS_FILE
  value: /credentials/aws/creds
{{- end }}
{{- if include "velero.gcpSecret" . }}
- name: GOOGLE_APPLICATION_CREDENTIALS
  value: /credentials/gcp/creds
{{- end }}
{{- end }}

{{/* Mounts that the server and the node agent have in common. */}}
{{- define "velero.mounts" -}}
- name: scratch
  mountPath: /scratch
- name: tmp
  mountPath: /tmp
{{- if include "velero.awsSecret" . }}
- name: aws-credentials
  mountPath: /credentials/aws
  readOnly: true
{{- end }}
{{- if include "velero.gcpSecret" . }}
- name: gcp-credentials
  mountPath: /credentials/gcp
  readOnly: true
{{- end }}
{{- end }}

{{/* The volumes for these mounts. */}}
{{- define "velero.volumes" -}}
- name: scratch
  emptyDir: {}
- name: tmp
  emptyDir: {}
{{- with include "velero.awsSecret" . }}
- name: aws-credentials
  secret:
    secretName: {{ . }}
{{- end }}
{{- with include "velero.gcpSecret" . }}
- name: gcp-credentials
  secret:
    secretName: {{ . }}
{{- end }}
{{- end }}

{{/* Spec of a location. Values of config are always text for Velero, so true becomes "true". */}}
{{- define "velero.locationSpec" -}}
{{- $spec := omit . "config" }}
{{- with .config }}
{{- $config := dict }}
{{- range $key, $value := . }}
{{- $_ := set $config $key (toString $value) }}
{{- end }}
{{- $spec = set $spec "config" $config }}
{{- end }}
{{- toYaml $spec }}
{{- end }}
