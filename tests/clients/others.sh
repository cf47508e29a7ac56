# What chart-testing, skaffold, Tilt, flux-local, Ansible, Renovate, Pulumi and helm-diff run.
run helm version --template '{{ .Version }}'
run helm repo add shelf "$URL"
run helm dep build umbrella --kubeconfig none
run helm lint umbrella --values values.yaml
run helm --kube-context ctx template web umbrella --set a.b=1 -f values.yaml --namespace apps --skip-tests
run helm template web umbrella --namespace apps --kube-version v1.30.0 --include-crds --values values.yaml
run helm template web umbrella --namespace apps --registry-config none --repository-cache cache --skip-crds \
  --kube-version 1.29.0 --api-versions a/v1,b/v1 --is-upgrade --no-hooks --show-only charts/lighthouse/templates/service.yaml \
  --enable-dns --disable-openapi-validation --skip-schema-validation --values values.yaml
run helm template umbrella --name-template web --values values.yaml --api-versions=a/v1 --namespace apps --include-crds
run helm template --generate-name umbrella --devel
run helm dependency update umbrella
run helm pull --untar --untardir there --repo "$URL" lighthouse --version 1.4.0
ls there
run helm pull --untar --untardir there --repo "$URL" lighthouse --version 1.4.0
run helm plugin list
export HELM_DRIVER=memory HELM_MEMORY_DRIVER_DATA=releases.yaml
run helm get manifest web --namespace apps
run helm get manifest web --namespace apps --revision 1
run helm get hooks web --namespace apps
run helm get values web --namespace apps --output yaml --all
run helm get values web --namespace apps --output=yaml
run helm get notes web --namespace apps
run helm get all web --namespace apps --template '{{.Release.Chart.Name}}'
run helm get manifest none --namespace apps
run helm list --namespace apps --output=yaml --filter '^web$'
