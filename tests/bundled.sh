#!/usr/bin/env bash
# Checks the bundled charts at each version: the tables of their READMEs, their manifests (tests/bundled.py) with the
# release binary, `helm lint --strict`, and that the installation at an earlier version can be made.
# The schemas are those of the Python package kubernetes-validate, which is installed below target/. Helm is HELM, or what
# SHARED (default ../shared) has a tool to get, put into HELM_DIR (default a temporary directory). What is missing is
# skipped and named.
set -euo pipefail
cd "$(dirname "$0")/.."
shared=${SHARED:-../shared}
package=kubernetes-validate==1.37.0
python=$PWD/target/python/$package

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tools/chart-docs --check
for version in history/*; do
  tools/charts-at "${version##*/}" "$work/$version"
  find "$work/$version" -name Chart.yaml -printf '%h\0' | xargs -0 tools/chart-docs --check
done
tools/chart-table --check

if [[ ! -d $python ]]; then
  mkdir -p "${python%/*}"
  if ! python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
    --target "$work/python" "$package"; then
    echo "skipped: manifests against schemas, for $package cannot be installed"
    exit 0
  fi
  mv "$work/python" "$python"
fi

if [[ -z ${HELM-} && -x $shared/tools/get-helm ]]; then
  "$shared/tools/get-helm" "${HELM_DIR:-$work/helm}"
  HELM=${HELM_DIR:-$work/helm}/helm
fi
[[ -n ${HELM-} ]] || echo "skipped: helm lint, for there is no HELM and no get-helm in $shared/tools"
for version in history/*; do
  [[ -z ${HELM-} ]] || HELM=$HELM tools/installation-at "${version##*/}" "$work/installation/$version"
done
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$python python3 tests/bundled.py ${HELM:+--helm "$HELM"} "$@"
