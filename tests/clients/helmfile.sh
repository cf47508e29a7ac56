# What helmfile runs: flags before the command, repositories, dependencies, output to files.
run helm version --short
run helm --kube-context ctx repo add shelf "$URL" --force-update
run helm repo add shelf "$URL" --force-update
run helm --kubeconfig none repo update
run helm dependency build umbrella --skip-refresh
run helm dependency update umbrella
run helm --kube-context ctx --kubeconfig none template web shelf/lighthouse --version 1.4.0 --namespace apps --output-dir made
find made -type f | sort
run helm fetch shelf/lighthouse --version 1.4.0 --untar -d fetched
ls fetched
run helm show chart shelf/lighthouse --version ^1
run helm lint fetched/lighthouse --values values.yaml
export HELM_DRIVER=memory HELM_MEMORY_DRIVER_DATA=releases.yaml
run helm --kube-context ctx list --filter '^web$' --uninstalling --deployed --failed --pending --namespace apps
run helm --kube-context ctx status web --namespace apps
run helm list --namespace apps --max 1000 --output json
