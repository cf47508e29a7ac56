//! `Chart.yaml` and `Chart.lock`: what they say, read from YAML ([`read`]) and written as JSON or YAML ([`encode`]).

mod encode;
mod read;

pub(super) use self::read::Draft;
pub use self::read::{FIELDS, time};

use crate::gotime::Time;
use crate::value::{Map, Str, Type, Value};

/// What `Chart.yaml` says. Absent strings are empty.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// The chart's name; in an aliased [`super::Instance`] the alias.
    pub name: Str,
    /// Home page.
    pub home: Str,
    /// URLs of the source.
    pub sources: Vec<Str>,
    /// The chart's version.
    pub version: Str,
    /// One sentence.
    pub description: Str,
    /// Words to find it by.
    pub keywords: Vec<Str>,
    /// Who keeps it.
    pub maintainers: Vec<Maintainer>,
    /// URL of an icon.
    pub icon: Str,
    /// `v1` or `v2`.
    pub api_version: Str,
    /// Has no effect; only dependencies have conditions.
    pub condition: Str,
    /// Has no effect; only dependencies have tags.
    pub tags: Str,
    /// Version of what the chart installs.
    pub app_version: Str,
    /// True if it should not be used any more.
    pub deprecated: bool,
    /// Free data, a `map[string]string`.
    pub annotations: Option<Map>,
    /// Constraint on the version of Kubernetes.
    pub kube_version: Str,
    /// What it depends on. `None` is not the same as empty: then nothing below the chart is switched off.
    pub dependencies: Option<Vec<Dependency>>,
    /// `application`, `library` or empty.
    pub chart_type: Str,
}

/// A keeper of a chart.
#[derive(Clone, Debug, Default)]
pub struct Maintainer {
    /// Name.
    pub name: Str,
    /// Mail address.
    pub email: Str,
    /// URL.
    pub url: Str,
}

/// A chart that another depends on.
#[derive(Clone, Debug, Default)]
pub struct Dependency {
    /// The name in its own `Chart.yaml`.
    pub name: Str,
    /// A version or a constraint.
    pub version: Str,
    /// URL of the repository.
    pub repository: Str,
    /// Comma separated paths of values; the first that is a boolean decides whether it takes part.
    pub condition: Str,
    /// Words under which `tags` in the values may switch it.
    pub tags: Vec<Str>,
    /// Whether it takes part.
    pub enabled: bool,
    /// What the chart above takes from its values: strings or maps of `child` and `parent`.
    pub import_values: Vec<Value>,
    /// The name under which it appears.
    pub alias: Str,
}

/// `Chart.lock`.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// When it was made.
    pub generated: Time,
    /// Digest of the dependencies.
    pub digest: Str,
    /// The dependencies, each with its exact version. `None`, Go's nil, is written as `null`.
    pub dependencies: Option<Vec<Dependency>>,
}

impl Metadata {
    /// True for a library chart, which is only there to be used by others.
    pub fn is_library(&self) -> bool {
        self.chart_type.eq_ignore_ascii_case(b"library")
    }

    /// The enabled dependencies.
    pub fn dependencies(&self) -> &[Dependency] {
        self.dependencies.as_deref().unwrap_or_default()
    }

    /// `.Chart` as templates see it: a new `map[string]interface {}` with Go's field names, without `IsRoot`.
    pub fn to_value(&self) -> Map {
        Map::from_entries(
            Type::Interface,
            [
                ("APIVersion", Value::Str(self.api_version.clone())),
                (
                    "Annotations",
                    Value::Map(self.annotations.clone().unwrap_or_else(|| Map::nil(Type::STRING_MAP))),
                ),
                ("AppVersion", Value::Str(self.app_version.clone())),
                ("Condition", Value::Str(self.condition.clone())),
                ("Dependencies", Value::list(self.dependencies().iter().map(Dependency::to_value))),
                ("Deprecated", Value::Bool(self.deprecated)),
                ("Description", Value::Str(self.description.clone())),
                ("Home", Value::Str(self.home.clone())),
                ("Icon", Value::Str(self.icon.clone())),
                ("Keywords", list(&self.keywords)),
                ("KubeVersion", Value::Str(self.kube_version.clone())),
                ("Maintainers", Value::list(self.maintainers.iter().map(Maintainer::to_value))),
                ("Name", Value::Str(self.name.clone())),
                ("Sources", list(&self.sources)),
                ("Tags", Value::Str(self.tags.clone())),
                ("Type", Value::Str(self.chart_type.clone())),
                ("Version", Value::Str(self.version.clone())),
            ],
        )
    }
}

impl Maintainer {
    fn to_value(&self) -> Value {
        Value::map([
            ("Name", Value::Str(self.name.clone())),
            ("Email", Value::Str(self.email.clone())),
            ("URL", Value::Str(self.url.clone())),
        ])
    }
}

impl Dependency {
    /// The name under which the chart appears.
    pub fn alias_or_name(&self) -> &Str {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }

    fn to_value(&self) -> Value {
        Value::map([
            ("Name", Value::Str(self.name.clone())),
            ("Version", Value::Str(self.version.clone())),
            ("Repository", Value::Str(self.repository.clone())),
            ("Condition", Value::Str(self.condition.clone())),
            ("Tags", list(&self.tags)),
            ("Enabled", Value::Bool(self.enabled)),
            ("ImportValues", Value::list(self.import_values.iter().cloned())),
            ("Alias", Value::Str(self.alias.clone())),
        ])
    }
}

impl Lock {
    /// The locked dependencies.
    pub fn dependencies(&self) -> &[Dependency] {
        self.dependencies.as_deref().unwrap_or_default()
    }
}

/// A `[]interface {}` of strings.
fn list(texts: &[Str]) -> Value {
    Value::list(texts.iter().cloned().map(Value::Str))
}
