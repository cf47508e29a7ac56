{{/* Labels of the objects. */}}
{{- define "oauth.labels" -}}
app.kubernetes.io/name: dex
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{- end }}

{{/* Labels by which the pods are found; they can never change. */}}
{{- define "oauth.selectorLabels" -}}
app: dex
{{- end }}

{{/* Name of the objects that exist once in the cluster. */}}
{{- define "oauth.clusterName" -}}
{{- .Values.dex.nameOverride | default .Release.Name }}
{{- end }}

{{/* An image of the form {repository, tag, digest}. */}}
{{- define "oauth.image" -}}
{{- .repository }}
{{- with .tag }}:{{ . }}{{ end }}
{{- with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/* The URL by which clients know Dex. */}}
{{- define "oauth.issuer" -}}
{{- $ingress := .Values.dex.ingress }}
{{- .Values.dex.issuer | default (printf "%s://%s%s" $ingress.scheme $ingress.host (trimSuffix "/" $ingress.path)) }}
{{- end }}

{{/* The configuration file of Dex. */}}
{{- define "oauth.config" -}}
{{- $dex := .Values.dex -}}
issuer: {{ include "oauth.issuer" . | quote }}
storage:
  type: kubernetes
  config:
    inCluster: true
web:
  http: 0.0.0.0:5556
telemetry:
  http: 0.0.0.0:5558
frontend:
  dir: /srv/dex/web
  logoURL: theme/logo.svg
oauth2:
  skipApprovalScreen: true
  responseTypes:
    - code
    - token
    - id_token
{{- with $dex.expiry }}
expiry:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with ($dex.grpc).api }}
grpc:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $dex.clients }}
staticClients:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $dex.connectors }}
connectors:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $dex.staticPasswords }}
enablePasswordDB: true
staticPasswords:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The certificates of the gRPC API that are set, as data of a Secret. */}}
{{- define "oauth.grpcCerts" -}}
{{- $certs := ((.Values.dex.grpc).certs) | default dict }}
{{- with $certs.caCert }}
ca.crt: {{ . | quote }}
{{- end }}
{{- with $certs.serverCert }}
server.crt: {{ . | quote }}
{{- end }}
{{- with $certs.serverKey }}
server.key: {{ . | quote }}
{{- end }}
{{- end }}

{{/* The files of the theme, as data of a Secret. */}}
{{- define "oauth.theme" -}}
{{- (.Files.Glob "theme/*").AsSecrets }}
{{- end }}
