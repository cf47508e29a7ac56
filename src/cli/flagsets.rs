//! Flags that several commands take.

use super::flags::{Flag, Kind};

/// Where values come from.
pub const VALUES: &[Flag] = &[
    Flag::new("set", Kind::Texts, "Set values: a.b=1,c[0]=x"),
    Flag::new("set-file", Kind::Texts, "Set values to what files hold: a.b=path"),
    Flag::new("set-json", Kind::Texts, "Set JSON values: a.b={\"c\":1}, or one JSON object"),
    Flag::new("set-literal", Kind::Texts, "Set a value to the very text after ="),
    Flag::new("set-string", Kind::Texts, "Set values, always as strings"),
    Flag::new("values", Kind::List, "YAML file, URL, or - for standard input, with values").short('f'),
];

/// How to find a chart, and how to talk to the servers that may have it.
pub const CHART_PATH: &[Flag] = &[
    Flag::new("ca-file", Kind::Text, "CA bundle to verify HTTPS servers with"),
    Flag::new("cert-file", Kind::Text, "Client certificate for HTTPS servers"),
    Flag::new("devel", Kind::Bool, "Take development versions of a chart too"),
    Flag::new("insecure-skip-tls-verify", Kind::Bool, "Do not verify the certificates of HTTPS servers"),
    Flag::new("key-file", Kind::Text, "Key of the client certificate"),
    Flag::new("keyring", Kind::Text, "Public keys for --verify"),
    Flag::new("pass-credentials", Kind::Bool, "Send credentials to other hosts too"),
    Flag::new("password", Kind::Text, "Password for the chart's repository"),
    Flag::new("plain-http", Kind::Bool, "Use HTTP for OCI registries"),
    Flag::new("repo", Kind::Text, "URL of the repository that has the chart"),
    Flag::new("username", Kind::Text, "User for the chart's repository"),
    Flag::new("verify", Kind::Bool, "Verify the chart's provenance before using it"),
    Flag::new("version", Kind::Text, "Version, or constraint, of a chart from a repository"),
];

/// How to talk to a server.
pub const TLS: &[Flag] = &[
    Flag::new("ca-file", Kind::Text, "CA bundle to verify HTTPS servers with"),
    Flag::new("cert-file", Kind::Text, "Client certificate for HTTPS servers"),
    Flag::new("insecure-skip-tls-verify", Kind::Bool, "Do not verify the certificates of HTTPS servers"),
    Flag::new("key-file", Kind::Text, "Key of the client certificate"),
    Flag::new("password", Kind::Text, "Password for the chart's repository"),
    Flag::new("plain-http", Kind::Bool, "Use HTTP for OCI registries"),
    Flag::new("username", Kind::Text, "User for the chart's repository"),
];

/// Flags whose values are folders.
pub const FOLDERS: &[&str] =
    &["charts-dir", "content-cache", "destination", "dir", "output-dir", "repository-cache", "untardir"];

/// Flags whose values are files.
pub const FILES: &[&str] = &[
    "ca-file",
    "cert-file",
    "key-file",
    "keyring",
    "kube-ca-file",
    "kubeconfig",
    "merge",
    "passphrase-file",
    "registry-config",
    "repository-config",
];

/// What help calls the value of a flag.
pub fn value_name(flag: Flag) -> &'static str {
    match (flag.name, flag.kind) {
        (name, _) if FOLDERS.contains(&name) => "DIR",
        (name, _) if FILES.contains(&name) => "FILE",
        ("set" | "set-file" | "set-json" | "set-literal" | "set-string", _) => "KEY=VALUE",
        ("values", _) => "FILE,…",
        ("version" | "app-version" | "kube-version", _) => "VERSION",
        ("repo" | "url" | "endpoint" | "kube-apiserver", _) => "URL",
        ("output", _) => "FORMAT",
        ("color" | "colour", _) => "WHEN",
        ("template" | "name-template" | "jsonpath", _) => "TEMPLATE",
        ("post-renderer", _) => "PLUGIN",
        ("starter", _) => "CHART",
        (
            "key"
            | "kube-as-group"
            | "kube-as-user"
            | "kube-context"
            | "kube-tls-server-name"
            | "namespace"
            | "username",
            _,
        ) => "NAME",
        (_, Kind::Bool) => "BOOL",
        (_, Kind::Text | Kind::OptionalText(_) | Kind::Texts) => "TEXT",
        (_, Kind::List) => "A,B,…",
        (_, Kind::Pairs) => "KEY=VALUE,…",
        (_, Kind::Int | Kind::Uint | Kind::Float) => "N",
        (_, Kind::Duration) => "DURATION",
    }
}
