# Downloads each dashboard of the list into the directory of its provider. Where a data source is given, it takes the place
# of the inputs ${DS_…} that exported dashboards have.
set -eu
cd /var/lib/grafana/dashboards 2>/dev/null || { mkdir /var/lib/grafana/dashboards && cd /var/lib/grafana/dashboards; }

while IFS='|' read -r file url datasource <&3; do
  [ -n "$file" ] || continue
  echo "$file: $url"
  mkdir -p "${file%/*}"
  curl --silent --show-error --fail --location --retry 3 --connect-timeout 60 --max-time 120 --output /tmp/dashboard "$url"
  if [ -n "$datasource" ]; then
    sed "s|\${DS_[A-Za-z0-9_-]*}|$datasource|g" /tmp/dashboard >"$file"
  else
    cat /tmp/dashboard >"$file"
  fi
done 3</config/download_dashboards.txt
