{{/*
Every define takes the root context. Those for names also take the context of a template among the values (loki.config,
an affinity as a string), in which .Values is what stands under "loki-distributed".
*/}}

{{- define "loki-distributed.name" -}}
{{- $loki := get .Values "loki-distributed" | default .Values -}}
{{- $loki.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "loki-distributed.fullname" -}}
{{- $loki := get .Values "loki-distributed" | default .Values -}}
{{- $name := include "loki-distributed.name" . -}}
{{- $default := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- $loki.fullnameOverride | default $default | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Labels of every object. */}}
{{- define "loki-distributed.labels" -}}
{{ include "loki-distributed.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- end -}}

{{/* Labels that selectors use; they never change. */}}
{{- define "loki-distributed.selectorLabels" -}}
app.kubernetes.io/name: {{ include "loki-distributed.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* (list . COMPONENT): the same for the pods of one component. */}}
{{- define "loki-distributed.componentSelectorLabels" -}}
{{ include "loki-distributed.selectorLabels" (first .) }}
app.kubernetes.io/component: {{ last . }}
{{- end -}}

{{/*
(list . IMAGE…): the name of an image; of each part, the last that is set counts. A digest does not outlive another
repository or tag.
*/}}
{{- define "loki-distributed.image" -}}
{{- $part := dict -}}
{{- range $image := rest . -}}
{{- if or $image.repository $image.tag -}}{{- $_ := unset $part "digest" -}}{{- end -}}
{{- range $key, $value := $image -}}
{{- if $value -}}{{- $_ := set $part $key $value -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- $registry := (index (first .).Values "loki-distributed").global.image.registry | default $part.registry -}}
{{- with $registry -}}{{ . }}/{{- end -}}
{{ $part.repository }}:{{ $part.tag }}
{{- with $part.digest -}}@{{ . }}{{- end -}}
{{- end -}}

{{/* (list . TEXT): TEXT as a template among the values. */}}
{{- define "loki-distributed.tpl" -}}
{{- $top := first . -}}
{{- $values := index $top.Values "loki-distributed" -}}
{{- tpl (last .) (dict "Values" $values "Release" $top.Release "Chart" $top.Chart "Capabilities" $top.Capabilities "Template" $top.Template "Files" $top.Files) -}}
{{- end -}}

{{/* The configuration: loki.config, with loki.structuredConfig over it. */}}
{{- define "loki-distributed.config" -}}
{{- $loki := (index .Values "loki-distributed").loki -}}
{{- $config := include "loki-distributed.tpl" (list . $loki.config) -}}
{{- if $loki.structuredConfig -}}
{{- $structured := include "loki-distributed.tpl" (list . (toYaml $loki.structuredConfig)) -}}
{{- $config = mergeOverwrite (fromYaml $config) (fromYaml $structured) | toYaml -}}
{{- end -}}
{{- $config -}}
{{- end -}}

{{/* (list . COMPONENT VALUES): the affinity of a component's pods. */}}
{{- define "loki-distributed.affinity" -}}
{{- $top := index . 0 -}}
{{- $affinity := (index . 2).affinity -}}
{{- if kindIs "invalid" $affinity -}}
{{- $labels := include "loki-distributed.componentSelectorLabels" (list $top (index . 1)) -}}
podAntiAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    - topologyKey: kubernetes.io/hostname
      labelSelector:
        matchLabels:
          {{- $labels | nindent 10 }}
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        topologyKey: topology.kubernetes.io/zone
        labelSelector:
          matchLabels:
            {{- $labels | nindent 12 }}
{{- else if kindIs "string" $affinity -}}
{{- include "loki-distributed.tpl" (list $top $affinity) -}}
{{- else if $affinity -}}
{{- toYaml $affinity -}}
{{- end -}}
{{- end -}}

{{/* Name of the service account, the compactor's own one where it has one: (list . VALUES). */}}
{{- define "loki-distributed.serviceAccountName" -}}
{{- $top := first . -}}
{{- $loki := index $top.Values "loki-distributed" -}}
{{- $fullname := include "loki-distributed.fullname" $top -}}
{{- $own := (last .).serviceAccount | default dict -}}
{{- if $own.create -}}
{{- $own.name | default (printf "%s-compactor" $fullname) -}}
{{- else if $own.name -}}
{{- $own.name -}}
{{- else if $loki.serviceAccount.create -}}
{{- $loki.serviceAccount.name | default $fullname -}}
{{- else -}}
{{- $loki.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}
