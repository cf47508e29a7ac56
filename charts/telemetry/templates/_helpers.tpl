{{/* Labels of every object. */}}
{{- define "telemetry.labels" -}}
app.kubernetes.io/name: telemetry
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- end }}

{{/* Name of an image: repository, then its tag, then its digest, as far as they are set. */}}
{{- define "telemetry.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* Name of the Secret with the identity of this installation. */}}
{{- define "telemetry.secretName" -}}
{{ .Values.telemetry.existingSecret | default (printf "%s-client-uuid" .Release.Name) }}
{{- end }}

{{/*
The identity of this installation: the value; or that of the Secret in the cluster; or one made from the identity of the
cluster, so that it is the same at each render and tells nothing about the cluster. Nothing without access to a cluster.
*/}}
{{- define "telemetry.uuid" -}}
{{- $uuid := .Values.telemetry.uuid }}
{{- if not $uuid }}
{{- $secret := lookup "v1" "Secret" .Release.Namespace (include "telemetry.secretName" .) }}
{{- $uuid = dig "data" "uuid" "" $secret | b64dec }}
{{- end }}
{{- if not $uuid }}
{{- with dig "metadata" "uid" "" (lookup "v1" "Namespace" "" "kube-system") }}
{{- $hash := printf "telemetry %s" . | sha256sum }}
{{- $uuid = printf "%s-%s-8%s-a%s-%s" (substr 0 8 $hash) (substr 8 12 $hash) (substr 12 15 $hash) (substr 15 18 $hash) (substr 18 30 $hash) }}
{{- end }}
{{- end }}
{{- $uuid }}
{{- end }}

{{/* What all containers have in common; takes the values of one and the context. */}}
{{- define "telemetry.container" -}}
{{- $image := index . 0 }}
{{- $root := index . 1 -}}
image: {{ include "telemetry.image" $image | quote }}
{{- with $image.pullPolicy }}
imagePullPolicy: {{ . }}
{{- end }}
{{- with $root.Values.telemetry.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.telemetry.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - name: records
    mountPath: /records
{{- end }}
