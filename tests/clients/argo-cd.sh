# What Argo CD's repository server runs for a chart of a repository, and for one with dependencies in a git checkout.
export XDG_CACHE_HOME=$PWD/xdg/cache XDG_CONFIG_HOME=$PWD/xdg/config XDG_DATA_HOME=$PWD/xdg/data HELM_CONFIG_HOME=$PWD/xdg/config
run helm version --short
mkdir out
run helm pull --destination out --version 1.4.0 --repo "$URL" lighthouse
ls out
mkdir chart
tar -xzf out/lighthouse-1.4.0.tgz -C chart
cd chart/lighthouse
run helm template . --name-template web --namespace apps --kube-version 1.30.1 --set replicas=2 --set-string image.tag=7 \
  --api-versions v1 --api-versions apps/v1 --api-versions apps/v1/Deployment --include-crds
run helm template . --name-template web --skip-tests --skip-schema-validation --values values.yaml
run helm show values .
run helm show chart .
cd ../../umbrella
run helm template . --name-template web --include-crds
run helm repo add --username u --password p shelf "$URL"
run helm dependency build
ls charts
run helm template . --name-template web --include-crds
run helm pull --destination ../out --version 9.9.9 --repo "$URL" lighthouse
run helm pull --destination ../out --repo "$URL/nothing" lighthouse
