# Everyday tasks. `just` lists them.

_default:
    @just --list

# What CI runs.
ci:
    .ci/run

# The tests.
test *ARGS:
    cargo test {{ARGS}}

# Format and lint.
lint:
    cargo fmt --all
    cargo clippy --all-targets -- -D warnings

# The conformance suites, if they lie beside the checkout.
conformance *ARGS: release
    tests/conformance.sh {{ARGS}}

# The bundled charts: READMEs, manifests against schemas, helm lint.
charts *ARGS: release
    tests/bundled.sh {{ARGS}}

# Makes the answers of tests/cases and tests/clients and the sums of tests/bundled anew with the real Helm: HELM=path/to/helm just oracle.
oracle:
    ACCEPT=1 cargo test --test main cases
    ACCEPT=1 cargo test --test main bundled
    ACCEPT=1 cargo test --test main clients

# Side by side with the real Helm: HELM=path/to/helm just bench.
bench *ARGS: release
    benches/side-by-side.py {{ARGS}}

# Fuzzes one target for a minute: template, yaml, set.
fuzz TARGET SECONDS="60":
    mkdir -p fuzz/corpus/{{TARGET}}
    cargo fuzz run --sanitizer none {{TARGET}} fuzz/corpus/{{TARGET}} fuzz/seeds/{{TARGET}} fuzz/regressions/{{TARGET}} -- \
        -max_total_time={{SECONDS}} -timeout=10 -rss_limit_mb=512 {{ if TARGET == "template" { "-dict=fuzz/template.dict" } else { "" } }}

# Licences, bans and sources of the dependencies.
deny:
    cargo deny check licenses bans sources

release:
    cargo build --locked --release

# Man pages of all commands, in target/man.
man: release
    mkdir -p target/man
    target/release/pintle docs --type man --dir target/man
