{{/* Name of the objects. */}}
{{- define "alertmanager.name" -}}
{{ .Values.alertmanager.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The same, for templates in values (alertmanager.affinity) that call it so. */}}
{{- define "name" -}}
{{ include "alertmanager.name" . }}
{{- end }}

{{/* Labels of every object. Selectors and pods carry their own short set, so that a new chart version restarts nothing. */}}
{{- define "alertmanager.labels" -}}
app.kubernetes.io/name: {{ include "alertmanager.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{/* Labels that select the pods. */}}
{{- define "alertmanager.selector" -}}
app: {{ include "alertmanager.name" . }}
{{- end }}

{{/* Reference of an image given as {repository, tag, digest}. */}}
{{- define "alertmanager.image" -}}
{{ .repository }}{{ with .tag }}:{{ . }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* Name of the Secret with the configuration. */}}
{{- define "alertmanager.secret" -}}
{{ .Values.alertmanager.existingSecret | default (include "alertmanager.name" .) }}
{{- end }}

{{/* Something by its name; its text is rendered as a template first, for that is what KKP's values allow. */}}
{{- define "alertmanager.named" -}}
{{- $spec := .spec }}
{{- if kindIs "string" $spec }}
{{- $spec = tpl $spec .root | fromYaml }}
{{- with $spec.Error }}
{{- fail (printf "alertmanager.%s.%s is no YAML: %s" $.key $.name .) }}
{{- end }}
{{- end }}
{{- toYaml (merge (dict "name" .name) $spec) }}
{{- end }}
