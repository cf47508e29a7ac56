{{/* What the schema cannot see. OAuth2 Proxy would end with an error at its start for each of these but the first. */}}
{{- define "iap.validate" -}}
{{- $names := dict -}}
{{- range $key, $deployment := .Values.iap.deployments -}}
{{- with include "iap.name" (dict "root" $ "key" $key "deployment" $deployment) -}}
{{- $at := printf "iap.deployments.%s" $key -}}
{{- if not (regexMatch "^[a-z]([a-z0-9-]{0,52}[a-z0-9])?$" .) -}}
{{- fail (printf "%s: objects cannot be named after %s; give it a name of lower-case letters, digits and dashes" $at .) -}}
{{- end -}}
{{- if hasKey $names . -}}
{{- fail (printf "%s has the same name as iap.deployments.%s: %s" $at (get $names .) .) -}}
{{- end -}}
{{- $_ := set $names . $key -}}
{{- if $deployment.existingSecret -}}
{{- range list "client_secret" "encryption_key" -}}
{{- if get $deployment . -}}
{{- fail (printf "%s has both existingSecret and %s: remove one of them" $at .) -}}
{{- end -}}
{{- end -}}
{{- else -}}
{{- range list "client_id" "client_secret" "encryption_key" -}}
{{- if not (get $deployment .) -}}
{{- fail (printf "%s needs %s, or existingSecret" $at .) -}}
{{- end -}}
{{- end -}}
{{- $secret := $deployment.encryption_key -}}
{{- if not (or (has (len $secret) (list 16 24 32)) (regexMatch "^([A-Za-z0-9_-]{22}|[A-Za-z0-9_-]{43}=?)$" $secret)) -}}
{{- fail (printf "%s.encryption_key has %d bytes: it must have 16, 24 or 32, or be the URL-safe base64 of as many (openssl rand -hex 16 makes one)" $at (len $secret)) -}}
{{- end -}}
{{- end -}}
{{- $config := $deployment.config | default dict -}}
{{- if $deployment.existingConfig -}}
{{- if $config -}}
{{- fail (printf "%s has both existingConfig and config: remove one of them" $at) -}}
{{- end -}}
{{- else if not (or $config.email_domains $config.authenticated_emails_file $config.htpasswd_file) -}}
{{- fail (printf "%s.config says nothing of who may log in: set email_domains, ['*'] for whoever the issuer knows" $at) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}
