{{/*
The name of the chart, or what stands in for it.
*/}}
{{- define "<CHARTNAME>.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/*
The name of all objects: release and chart, or the release alone if that has the chart's name in it. Services take lower
case letters, digits and dashes only, and 63 of them at most.
*/}}
{{- define "<CHARTNAME>.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name }}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- $full = .Values.fullnameOverride | default $full | lower | replace "." "-" | replace "_" "-" }}
{{- trunc 63 $full | trimAll "-" }}
{{- end }}

{{/*
The name of the ServiceAccount that the pods run as.
*/}}
{{- define "<CHARTNAME>.serviceAccountName" -}}
{{- $own := .Values.serviceAccount.create | ternary (include "<CHARTNAME>.fullname" .) "default" }}
{{- .Values.serviceAccount.name | default $own }}
{{- end }}

{{/*
The labels that pods are selected by. They must stay as they are from one version of the chart to the next.
*/}}
{{- define "<CHARTNAME>.selectorLabels" -}}
app.kubernetes.io/name: {{ include "<CHARTNAME>.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/*
The labels of all objects.
*/}}
{{- define "<CHARTNAME>.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimAll "-_." }}
{{ include "<CHARTNAME>.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | replace "+" "_" | trunc 63 | trimAll "-_." | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/*
The image with tag and digest.
*/}}
{{- define "<CHARTNAME>.image" -}}
{{- with .Values.image }}
{{- .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
{{- end }}
