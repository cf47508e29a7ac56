{{/* Refuses values that are for the other chart with the key minio, and credentials that MinIO refuses. */}}
{{- define "minio.validate" -}}
{{- range $key := list "DeploymentUpdate" "StatefulSetUpdate" "additionalAnnotations" "additionalLabels" "azuregateway" "bucketRoot" "buckets" "certsPath" "clusterDomain" "configPathmc" "consoleIngress" "consoleService" "customCommandJob" "customCommands" "defaultBucket" "drivesPerNode" "environment" "etcd" "existingSecret" "extraArgs" "extraEnvFromSecret" "extraVolumeMounts" "extraVolumes" "fullnameOverride" "gcsgateway" "helmKubectlJqImage" "ingress" "livenessProbe" "makeBucketJob" "makePolicyJob" "makeUserJob" "mcImage" "metrics" "minioAPIPort" "minioConsolePort" "mode" "mountPath" "nameOverride" "nasgateway" "networkPolicy" "persistence" "podAnnotations" "podDisruptionBudget" "podLabels" "policies" "pools" "priorityClassName" "readinessProbe" "replicas" "rootPassword" "rootUser" "runtimeClassName" "s3gateway" "securityContext" "service" "serviceAccount" "tls" "topologySpreadConstraints" "trustedCertsSecret" "updatePrometheusJob" "users" "zones" }}
{{- if not (kindIs "invalid" (get $.Values.minio $key | default nil)) }}
{{- fail (printf "values key minio.%s belongs to the User Cluster MLA's minio chart (charts/mla/minio); this one is the seed's: use a separate values file for each" $key) }}
{{- end }}
{{- end }}
{{- range $key := list "requests" "limits" }}
{{- if hasKey ($.Values.minio.resources | default dict) $key }}
{{- fail (printf "values key minio.resources.%s belongs to the User Cluster MLA's minio chart (charts/mla/minio); this one, the seed's, has minio.resources.minio.%s and .backup.%s: use a separate values file for each" $key $key $key) }}
{{- end }}
{{- end }}
{{- with .Values.minio.credentials }}
{{- if and (not .existingSecret) (or .accessKey .secretKey) }}
{{- if lt (len (.accessKey | default "")) 3 }}
{{- fail "minio.credentials.accessKey needs at least 3 characters, or MinIO does not start" }}
{{- end }}
{{- if lt (len (.secretKey | default "")) 8 }}
{{- fail "minio.credentials.secretKey needs at least 8 characters, or MinIO does not start" }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
