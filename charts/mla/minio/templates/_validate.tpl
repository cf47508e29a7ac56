{{/* Refuses values that cannot work. */}}
{{- define "minio.validate" -}}
{{- $v := .Values.minio -}}
{{- range $key := list "storeSize" "storageClass" "keepVolume" "certificateSecret" "credentials" "flags" "backup" "formatCheck" "podSecurityContext" -}}
{{- if not (kindIs "invalid" (get $v $key | default nil)) -}}
{{- fail (printf "values key minio.%s belongs to the seed's minio chart (charts/minio); this is the one of the User Cluster MLA: use a separate values file for each" $key) -}}
{{- end -}}
{{- end -}}
{{- range $key := list "minio" "backup" -}}
{{- if hasKey ($v.resources | default dict) $key -}}
{{- fail (printf "values key minio.resources.%s belongs to the seed's minio chart (charts/minio); this one, of the User Cluster MLA, has minio.resources.requests and .limits: use a separate values file for each" $key) -}}
{{- end -}}
{{- end -}}
{{- if not $v.existingSecret -}}
{{- if lt (len ($v.rootUser | default "")) 3 -}}
{{- fail "minio.rootUser needs at least 3 characters when minio.existingSecret is empty" -}}
{{- end -}}
{{- if lt (len ($v.rootPassword | default "")) 8 -}}
{{- fail "minio.rootPassword needs at least 8 characters when minio.existingSecret is empty" -}}
{{- end -}}
{{- end -}}
{{- if and $v.tls.enabled (not $v.tls.certSecret) -}}
{{- fail "minio.tls.enabled needs minio.tls.certSecret, the name of a Secret with the certificate and its key" -}}
{{- end -}}
{{- if eq $v.mode "distributed" -}}
{{- if lt (mul (int $v.replicas) (int $v.drivesPerNode)) 4 -}}
{{- fail "minio.mode distributed needs at least 4 volumes in a pool: minio.replicas × minio.drivesPerNode" -}}
{{- end -}}
{{- if not $v.persistence.enabled -}}
{{- fail "minio.mode distributed needs minio.persistence.enabled" -}}
{{- end -}}
{{- if $v.persistence.existingClaim -}}
{{- fail "minio.persistence.existingClaim is for minio.mode standalone only" -}}
{{- end -}}
{{- end -}}
{{- range $v.users -}}
{{- if and (not .secretKey) (not .existingSecret) -}}
{{- fail (printf "minio.users: %s has neither existingSecret nor secretKey" .accessKey) -}}
{{- end -}}
{{- if and .existingSecret (not .existingSecretKey) -}}
{{- fail (printf "minio.users: %s has an existingSecret, but no existingSecretKey" .accessKey) -}}
{{- end -}}
{{- end -}}
{{- end -}}
