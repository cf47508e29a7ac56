#!/usr/bin/env bash
# Runs the conformance suites against the release binary and holds them to their bars: 99.5 % of each area and
# 99.8 % of all vectors; of the corpus, 99 % of the ok cases byte for byte, every exit code, 90 % of the errors'
# last lines, every nondeterministic case by structure; of package, lint, show and dependency list 98 % each.
# Where: SHARED (default ../shared) has the suites, MIRROR (default ../.mirror) the charts' repositories and
# HELM_DIR (default a temporary directory) the real Helm. What is missing is skipped and named.
set -euo pipefail
cd "$(dirname "$0")/.."
shared=${SHARED:-../shared}
mirror=${MIRROR:-../.mirror}
tool=$PWD/target/release/pintle

if [[ ! -x $shared/conformance/vectors-run ]]; then
  echo "skipped: no conformance suites in $shared"
  exit 0
fi

report=$(mktemp -d)
trap 'rm -rf "$report"' EXIT

"$shared/conformance/vectors-run" --tool "$tool" --vectors "$shared/conformance/vectors" --jobs "$(nproc)" --diffs 5 \
  >"$report/vectors" || true
tail -n 40 "$report/vectors"
python3 tests/conformance.py vectors "$report/vectors"

if [[ ! -d $mirror ]]; then
  echo "skipped: no chart repositories in $mirror"
  exit 0
fi
helm_dir=${HELM_DIR:-$report/helm}
"$shared/tools/get-helm" "$helm_dir"
"$shared/conformance/corpus" --tool "$tool" --helm "$helm_dir/helm" --mirror "$mirror" \
  --cases "$shared/conformance/visible.tsv" --recorded --jobs "$(nproc)" --report "$report/corpus.json" \
  >"$report/corpus" || true
tail -n 30 "$report/corpus"
python3 tests/conformance.py corpus "$report/corpus.json"

"$shared/conformance/corpus" --tool "$tool" --helm "$helm_dir/helm" --mirror "$mirror" \
  --cases "$shared/conformance/packcases.visible.tsv" --recorded --jobs "$(nproc)" --report "$report/packages.json" \
  >"$report/packages" || true
tail -n 3 "$report/packages"
python3 tests/conformance.py packages "$report/packages.json"
