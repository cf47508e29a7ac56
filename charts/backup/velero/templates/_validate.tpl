{{/* Refuses values with which Velero would not start, or would not do what they say. */}}
{{- define "velero.validate" -}}
{{- $gone := dict
      "--default-volumes-to-restic" "--default-volumes-to-fs-backup"
      "--default-restic-prune-frequency" "--default-repo-maintain-frequency"
      "--restic-timeout" "--fs-backup-timeout" }}
{{- range .Values.velero.serverFlags }}
{{- $flag := splitList "=" . | first }}
{{- with get $gone $flag }}
{{- fail (printf "velero.serverFlags: Velero 1.10 has no flag %s any more and would not start; it is now %s" $flag .) }}
{{- end }}
{{- if eq $flag "--uploader-type" }}
{{- fail "velero.serverFlags: the uploader is set by velero.uploaderType (restic or kopia), not by --uploader-type" }}
{{- end }}
{{- if eq $flag "--metrics-address" }}
{{- fail "velero.serverFlags: --metrics-address cannot be changed; the probes and the scrape annotations are for port 8085" }}
{{- end }}
{{- end }}
{{- with .Values.velero.credentials.aws }}
{{- if and (not .existingSecret) (ne (empty .accessKey) (empty .secretKey)) }}
{{- fail "velero.credentials.aws: accessKey and secretKey belong together; one of them is missing" }}
{{- end }}
{{- end }}
{{- $default := list }}
{{- range $name, $spec := .Values.velero.backupStorageLocations }}
{{- if dig "default" false ($spec | default dict) }}
{{- $default = append $default $name }}
{{- end }}
{{- end }}
{{- if gt (len $default) 1 }}
{{- fail (printf "velero.backupStorageLocations: only one location can be the default, not %s" (join " and " $default)) }}
{{- end }}
{{- end }}
