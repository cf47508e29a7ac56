# Gathers the data sources of all directories given as arguments in the one directory Grafana reads.
set -eu
number=0
for directory in "$@"; do
  for file in "$directory"/*.yaml "$directory"/*.yml; do
    [ -f "$file" ] || continue
    number=$((number + 1))
    name=$(printf '%03d-%s' "$number" "$(basename "$file")")
    cp "$file" "/etc/grafana/provisioning/datasources/$name"
    echo "$file -> $name"
  done
done
