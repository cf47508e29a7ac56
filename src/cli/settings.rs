//! What environment and global flags say, settled once before a command runs.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

use super::flags::{Flag, Flags, Kind};
use super::kubeconfig;
use crate::chart::Bundle;
use crate::{fsx, gofmt};

/// The flags that every command takes, before or after its name.
pub const GLOBAL_FLAGS: &[Flag] = &[
    Flag::new("burst-limit", Kind::Int, "Client-side throttling limit of requests to the cluster"),
    Flag::new("color", Kind::Text, "When to color the output: never, auto or always"),
    Flag::new("colour", Kind::Text, "The same as --color").hidden(),
    Flag::new("content-cache", Kind::Text, "Directory of cached charts"),
    Flag::new("debug", Kind::Bool, "Say more of what happens"),
    Flag::new("kube-apiserver", Kind::Text, "Address of the Kubernetes API server"),
    Flag::new("kube-as-group", Kind::Texts, "Group to impersonate"),
    Flag::new("kube-as-user", Kind::Text, "User to impersonate"),
    Flag::new("kube-ca-file", Kind::Text, "CA file for the Kubernetes API server"),
    Flag::new("kube-context", Kind::Text, "Context of the kubeconfig to use"),
    Flag::new("kube-insecure-skip-tls-verify", Kind::Bool, "Do not verify the API server's certificate"),
    Flag::new("kube-tls-server-name", Kind::Text, "Server name that the API server's certificate must have"),
    Flag::new("kube-token", Kind::Text, "Bearer token for the API server"),
    Flag::new("kubeconfig", Kind::Text, "Path of the kubeconfig"),
    Flag::new("namespace", Kind::Text, "Namespace of the release").short('n'),
    Flag::new("qps", Kind::Float, "Queries per second to the cluster, bursts left out"),
    Flag::new("registry-config", Kind::Text, "Path of the registry credentials"),
    Flag::new("repository-cache", Kind::Text, "Directory of cached repository indexes"),
    Flag::new("repository-config", Kind::Text, "Path of the list of repositories"),
    Flag::new("help", Kind::Bool, "Print help").short('h'),
    Flag::new(
        "charts-dir",
        Kind::Text,
        "Take the charts for embedded:NAME from this directory, not from the binary",
    ),
    Flag::new("explain-errors", Kind::Bool, "Explain an error at length before its line, as on a terminal"),
    Flag::new("quiet", Kind::Bool, "Print results only: no progress"),
    // Those of the log of Kubernetes' libraries, which Helm takes too.
    Flag::new("add-dir-header", Kind::Bool, "").hidden(),
    Flag::new("alsologtostderr", Kind::Bool, "").hidden(),
    Flag::new("legacy-stderr-threshold-behavior", Kind::Bool, "").hidden(),
    Flag::new("log-backtrace-at", Kind::Text, "").hidden(),
    Flag::new("log-dir", Kind::Text, "").hidden(),
    Flag::new("log-file", Kind::Text, "").hidden(),
    Flag::new("log-file-max-size", Kind::Int, "").hidden(),
    Flag::new("logtostderr", Kind::Bool, "").hidden(),
    Flag::new("one-output", Kind::Bool, "").hidden(),
    Flag::new("skip-headers", Kind::Bool, "").hidden(),
    Flag::new("skip-log-headers", Kind::Bool, "").hidden(),
    Flag::new("stderrthreshold", Kind::Text, "").hidden(),
    Flag::new("v", Kind::Int, "").short('v').hidden(),
    Flag::new("vmodule", Kind::Text, "").hidden(),
];

/// Columns of text that does not go to a terminal, or to a wide one.
const COLUMNS: usize = 140;

/// The same for help.
const HELP_COLUMNS: usize = 120;

/// The environment of the process, as far as pintle reads it.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: Vec<(String, String)>,
    /// Standard error is a terminal.
    terminal: bool,
    /// Columns of that terminal.
    columns: Option<usize>,
    /// Standard error shows colors.
    color: bool,
}

impl Environment {
    /// The environment of this process. Variables that are not UTF-8 are left out.
    pub fn of_process() -> Environment {
        let text = |s: OsString| s.into_string().ok();
        let variables = std::env::vars_os().filter_map(|(k, v)| Some((text(k)?, text(v)?))).collect();
        let stderr = std::io::stderr();
        let color = anstream::AutoStream::choice(&stderr) != anstream::ColorChoice::Never;
        let columns = terminal_size::terminal_size_of(&stderr).map(|(width, _)| usize::from(width.0));
        Environment { variables, terminal: stderr.is_terminal(), columns, color }
    }

    /// Columns that help may take: those of the terminal, if it is not too wide to read.
    pub fn help_columns(&self) -> usize {
        let told = || self.get("COLUMNS")?.parse().ok();
        self.columns.or_else(told).map_or(HELP_COLUMNS, |columns| columns.min(HELP_COLUMNS))
    }

    /// The value of `name`, if it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|value| !value.is_empty())
    }

    /// The value of `name` if it is set, also if it is empty.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str())
    }

    /// True if standard error is a terminal.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// All variables.
    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|v| matches!(v, "1" | "t" | "T" | "TRUE" | "true" | "True"))
    }
}

/// Where things are and how to behave.
#[derive(Debug)]
pub struct Settings {
    /// What to call ourselves: `helm` when called by that name.
    pub program: String,
    /// The path by which the program was called.
    pub bin: String,
    /// `--debug`
    pub debug: bool,
    /// Explain errors at length: `--explain-errors`, or on a terminal.
    pub explain_errors: bool,
    /// `--quiet`: do not tell how far the work is.
    pub quiet: bool,
    /// Explain them in color.
    pub color: bool,
    /// Explain them in lines of this many columns, where possible.
    pub columns: usize,
    namespace: String,
    kube_context: String,
    kubeconfig: String,
    charts_directory: String,
    environment: Environment,
    named: Vec<(&'static str, String)>,
}

impl Settings {
    /// Settles flags and environment; a flag wins over its variable.
    pub fn new(bin: &str, flags: &Flags, environment: &Environment) -> Settings {
        let name = bin.rsplit('/').next().unwrap_or(bin);
        let program = if name == "helm" { "helm" } else { "pintle" }.to_owned();
        let pick = |flag: &str, variable: &str| {
            if flags.is_set(flag) {
                flags.text(flag).to_owned()
            } else {
                environment.get(variable).unwrap_or_default().to_owned()
            }
        };
        let mut settings = Settings {
            program,
            bin: bin.to_owned(),
            debug: if flags.is_set("debug") {
                flags.bool("debug")
            } else {
                environment.is_true("HELM_DEBUG")
            },
            explain_errors: if flags.is_set("explain-errors") {
                flags.bool("explain-errors")
            } else {
                environment.terminal
            },
            quiet: flags.bool("quiet"),
            color: match ["color", "colour"]
                .into_iter()
                .find(|flag| flags.is_set(flag))
                .map(|f| flags.text(f))
            {
                Some("always") => true,
                Some("never") => false,
                _ => environment.color,
            },
            columns: environment.columns.map_or(COLUMNS, |columns| columns.min(COLUMNS)),
            namespace: pick("namespace", "HELM_NAMESPACE"),
            kube_context: pick("kube-context", "HELM_KUBECONTEXT"),
            kubeconfig: flags.text("kubeconfig").to_owned(),
            charts_directory: pick("charts-dir", "PINTLE_CHARTS_DIRECTORY"),
            named: Vec::new(),
            environment: environment.clone(),
        };
        settings.named = settings.name_all(flags, &pick);
        settings
    }

    /// The namespace of the release: flag, variable, the kubeconfig's current context, `default`.
    pub fn namespace(&self) -> String {
        if !self.namespace.is_empty() {
            return self.namespace.clone();
        }
        let files = self.kubeconfigs();
        kubeconfig::namespace(&files, &self.kube_context).unwrap_or_else(|| "default".to_owned())
    }

    /// The files that make up the kubeconfig.
    pub fn kubeconfigs(&self) -> Vec<PathBuf> {
        match self.kubeconfig.as_str() {
            "" => match self.environment.get("KUBECONFIG") {
                Some(list) => std::env::split_paths(list).filter(|p| !p.as_os_str().is_empty()).collect(),
                None => self.home().map(|home| vec![home.join(".kube/config")]).unwrap_or_default(),
            },
            one => vec![PathBuf::from(one)],
        }
    }

    /// What `env` prints: names in alphabetical order, and values.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let mut all = self.named.clone();
        all.push(("HELM_NAMESPACE", self.namespace()));
        if !self.kubeconfig.is_empty() {
            all.push(("KUBECONFIG", self.kubeconfig.clone()));
        }
        all.sort();
        all
    }

    /// One of the values that `env` prints; empty if there is none of this name.
    pub fn variable(&self, name: &str) -> String {
        self.variables().into_iter().find(|(n, _)| *n == name).map(|(_, v)| v).unwrap_or_default()
    }

    /// The charts that `embedded:NAME` means. No variable of Helm's, so `env` does not print it.
    pub fn bundle(&self) -> Bundle {
        match self.charts_directory.as_str() {
            "" => Bundle::Embedded,
            directory => Bundle::Directory(PathBuf::from(directory)),
        }
    }

    /// The environment of the process.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// `repositories.yaml`: the repositories by name.
    pub fn repository_config(&self) -> PathBuf {
        self.path("HELM_REPOSITORY_CONFIG")
    }

    /// The folder of cached indexes of repositories.
    pub fn repository_cache(&self) -> PathBuf {
        self.path("HELM_REPOSITORY_CACHE")
    }

    /// Credentials of registries, in docker's format.
    pub fn registry_config(&self) -> PathBuf {
        self.path("HELM_REGISTRY_CONFIG")
    }

    /// The folder of cached charts, by digest.
    pub fn content_cache(&self) -> PathBuf {
        self.path("HELM_CONTENT_CACHE")
    }

    /// The folder of caches.
    pub fn cache_home(&self) -> PathBuf {
        self.path("HELM_CACHE_HOME")
    }

    /// The folder of data: plugins and starters.
    pub fn data_home(&self) -> PathBuf {
        self.path("HELM_DATA_HOME")
    }

    /// The folder of configuration.
    pub fn config_home(&self) -> PathBuf {
        self.path("HELM_CONFIG_HOME")
    }

    /// The path that `env` prints as `name`.
    fn path(&self, name: &str) -> PathBuf {
        let found = self.named.iter().find(|(n, _)| *n == name);
        found.map(|(_, path)| PathBuf::from(path)).unwrap_or_default()
    }

    /// The keyring that signatures are checked with if none is given: GnuPG's, of the generation that is there.
    pub fn keyring(&self) -> PathBuf {
        let folder = match self.environment.raw("GNUPGHOME") {
            Some(folder) => PathBuf::from(folder),
            None => self.home().unwrap_or_default().join(".gnupg"),
        };
        let [old, new] = ["pubring.gpg", "pubring.kbx"].map(|name| folder.join(name));
        if !fsx::exists(&old) && fsx::exists(&new) { new } else { old }
    }

    /// The folders with plugins.
    pub fn plugin_folders(&self) -> Vec<PathBuf> {
        let list = self.named.iter().find(|(name, _)| *name == "HELM_PLUGINS").map(|(_, list)| list.as_str());
        std::env::split_paths(list.unwrap_or_default()).filter(|p| !p.as_os_str().is_empty()).collect()
    }

    /// The user's home directory.
    pub fn home(&self) -> Option<PathBuf> {
        self.environment.get("HOME").map(PathBuf::from)
    }

    /// One of Helm's directories: its own variable, the XDG one with `helm` below, the default below home.
    fn directory(&self, own: &str, xdg: &str, default: &str) -> String {
        if let Some(path) = self.environment.get(own) {
            return path.to_owned();
        }
        let base = match self.environment.get(xdg) {
            Some(path) => PathBuf::from(path),
            None => self.home().unwrap_or_default().join(default),
        };
        base.join("helm").to_string_lossy().into_owned()
    }

    fn name_all(&self, flags: &Flags, pick: &dyn Fn(&str, &str) -> String) -> Vec<(&'static str, String)> {
        let cache = self.directory("HELM_CACHE_HOME", "XDG_CACHE_HOME", ".cache");
        let config = self.directory("HELM_CONFIG_HOME", "XDG_CONFIG_HOME", ".config");
        let data = self.directory("HELM_DATA_HOME", "XDG_DATA_HOME", ".local/share");
        // Only what is not set at all has its default.
        let or = |flag: &str, variable: &str, default: String| match flags.is_set(flag) {
            true => flags.text(flag).to_owned(),
            false => self.environment.raw(variable).map_or(default, str::to_owned),
        };
        // Variables that do not parse count as not set.
        let number = |picked: String, default: i64| {
            gofmt::parse_int(picked.as_bytes(), 0, 64).unwrap_or(default).to_string()
        };
        let qps = gofmt::parse_float(pick("qps", "HELM_QPS").as_bytes(), 32).unwrap_or(0.0);
        let insecure = pick("kube-insecure-skip-tls-verify", "HELM_KUBEINSECURE_SKIP_TLS_VERIFY");
        let insecure = gofmt::parse_bool(insecure.as_bytes()).unwrap_or(false);
        // Helm reads its flags twice, and these add up.
        let groups = match flags.texts("kube-as-group") {
            groups if groups.is_empty() => pick("", "HELM_KUBEASGROUPS").trim_matches([',', ' ']).to_owned(),
            groups => [groups.as_slice(), &groups].concat().join(","),
        };
        vec![
            ("HELM_BIN", self.bin.clone()),
            ("HELM_BURST_LIMIT", number(pick("burst-limit", "HELM_BURST_LIMIT"), 100)),
            ("HELM_CACHE_HOME", cache.clone()),
            ("HELM_CONFIG_HOME", config.clone()),
            ("HELM_CONTENT_CACHE", or("content-cache", "HELM_CONTENT_CACHE", format!("{cache}/content"))),
            ("HELM_DATA_HOME", data.clone()),
            ("HELM_DEBUG", self.debug.to_string()),
            ("HELM_KUBEAPISERVER", pick("kube-apiserver", "HELM_KUBEAPISERVER")),
            ("HELM_KUBEASGROUPS", groups),
            ("HELM_KUBEASUSER", pick("kube-as-user", "HELM_KUBEASUSER")),
            ("HELM_KUBECAFILE", pick("kube-ca-file", "HELM_KUBECAFILE")),
            ("HELM_KUBECONTEXT", self.kube_context.clone()),
            ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", insecure.to_string()),
            ("HELM_KUBETLS_SERVER_NAME", pick("kube-tls-server-name", "HELM_KUBETLS_SERVER_NAME")),
            ("HELM_KUBETOKEN", pick("kube-token", "HELM_KUBETOKEN")),
            ("HELM_MAX_HISTORY", number(pick("", "HELM_MAX_HISTORY"), 10)),
            ("HELM_PLUGINS", or("", "HELM_PLUGINS", format!("{data}/plugins"))),
            ("HELM_QPS", format!("{qps:.2}")),
            (
                "HELM_REGISTRY_CONFIG",
                or("registry-config", "HELM_REGISTRY_CONFIG", format!("{config}/registry/config.json")),
            ),
            (
                "HELM_REPOSITORY_CACHE",
                or("repository-cache", "HELM_REPOSITORY_CACHE", format!("{cache}/repository")),
            ),
            (
                "HELM_REPOSITORY_CONFIG",
                or("repository-config", "HELM_REPOSITORY_CONFIG", format!("{config}/repositories.yaml")),
            ),
        ]
    }
}
