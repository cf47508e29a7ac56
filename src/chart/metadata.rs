//! `Chart.yaml`.

use super::Error;
use crate::gofmt::{self, unicode};
use crate::gotime::{Time, Zone};
use crate::json;
use crate::semver::Version;
use crate::value::{Entries, Map, Str, Type, Value};
use crate::yaml::{self, Shape, Struct};

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
    /// When it was made, as written.
    pub generated: Str,
    /// Digest of the dependencies.
    pub digest: Str,
    /// The dependencies, each with its exact version.
    pub dependencies: Vec<Dependency>,
}

impl Metadata {
    /// The `apiVersion` in the text of a `Chart.yaml`.
    pub(super) fn read_api_version(data: &[u8]) -> Result<Str, Error> {
        let mut version = Str::new();
        set_text(&mut version, &decode(data, &CHART_BASE)?, "apiVersion");
        Ok(version)
    }

    /// What the text of a `Chart.yaml` says.
    ///
    /// # Errors
    /// If it is none, or something is missing or not allowed.
    pub(super) fn read(data: &[u8]) -> Result<Metadata, Error> {
        let mut draft = Draft::default();
        draft.read(data)?;
        draft.check()
    }

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

/// `Chart.yaml` as read, before it is checked.
#[derive(Debug, Default)]
pub(super) struct Draft {
    metadata: Metadata,
    maintainers: Vec<Option<Maintainer>>,
    dependencies: Option<Vec<Option<Dependency>>>,
}

impl Draft {
    /// Takes over what the YAML text `data` says. As in Go, lists keep what their items had before and the new
    /// ones do not say.
    pub(super) fn read(&mut self, data: &[u8]) -> Result<(), Error> {
        let map = decode(data, &METADATA)?;
        let metadata = &mut self.metadata;
        for (field, name) in [
            (&mut metadata.name, "name"),
            (&mut metadata.home, "home"),
            (&mut metadata.version, "version"),
            (&mut metadata.description, "description"),
            (&mut metadata.icon, "icon"),
            (&mut metadata.api_version, "apiVersion"),
            (&mut metadata.condition, "condition"),
            (&mut metadata.tags, "tags"),
            (&mut metadata.app_version, "appVersion"),
            (&mut metadata.kube_version, "kubeVersion"),
            (&mut metadata.chart_type, "type"),
        ] {
            set_text(field, &map, name);
        }
        set_texts(&mut metadata.sources, &map, "sources");
        set_texts(&mut metadata.keywords, &map, "keywords");
        if let Some(Value::Bool(deprecated)) = map.get("deprecated") {
            metadata.deprecated = deprecated;
        }
        match map.get("annotations") {
            Some(Value::Map(annotations)) if !annotations.is_nil() => {
                let all =
                    metadata.annotations.get_or_insert_with(|| Map::typed(Type::STRING_MAP, Entries::new()));
                for (key, value) in annotations.entries().iter() {
                    all.insert(key.clone(), Value::Str(text_or_empty(value)));
                }
            }
            Some(_) => metadata.annotations = None,
            None => {}
        }
        if map.contains_key("maintainers") {
            let before = std::mem::take(&mut self.maintainers);
            self.maintainers = structs(&map, "maintainers", before, Maintainer::read).unwrap_or_default();
        }
        if map.contains_key("dependencies") {
            let before = self.dependencies.take().unwrap_or_default();
            self.dependencies = structs(&map, "dependencies", before, Dependency::read);
        }
        Ok(())
    }

    /// The API version that was read.
    pub(super) fn api_version(&mut self) -> &mut Str {
        &mut self.metadata.api_version
    }

    /// Checks the data and cleans its texts.
    ///
    /// # Errors
    /// If something is missing or not allowed, in Helm's words.
    pub(super) fn check(self) -> Result<Metadata, Error> {
        let mut metadata = self.metadata;
        let texts = [
            &mut metadata.name,
            &mut metadata.description,
            &mut metadata.home,
            &mut metadata.icon,
            &mut metadata.condition,
            &mut metadata.tags,
            &mut metadata.app_version,
            &mut metadata.kube_version,
        ];
        for text in texts.into_iter().chain(&mut metadata.sources).chain(&mut metadata.keywords) {
            sanitize(text);
        }
        if metadata.api_version.is_empty() {
            return invalid("chart.metadata.apiVersion is required");
        }
        let name = &metadata.name;
        if name.is_empty() {
            return invalid("chart.metadata.name is required");
        }
        if *name == "." || *name == ".." {
            return invalid(format!("chart.metadata.name {} is not allowed", gofmt::quote(name)));
        }
        if name.contains(&b'/') && *name != "/" {
            return invalid(format!("chart.metadata.name {} is invalid", gofmt::quote(name)));
        }
        if metadata.version.is_empty() {
            return invalid("chart.metadata.version is required");
        }
        if Version::parse(&metadata.version).is_err() {
            return invalid(format!("chart.metadata.version {} is invalid", gofmt::quote(&metadata.version)));
        }
        if !matches!(metadata.chart_type.as_bytes(), b"" | b"application" | b"library") {
            return invalid("chart.metadata.type must be application or library");
        }
        for maintainer in self.maintainers {
            let Some(mut maintainer) = maintainer else {
                return invalid("maintainers must not contain empty or null nodes");
            };
            for text in [&mut maintainer.name, &mut maintainer.email, &mut maintainer.url] {
                sanitize(text);
            }
            metadata.maintainers.push(maintainer);
        }
        metadata.dependencies = self.dependencies.map(check_dependencies).transpose()?;
        Ok(metadata)
    }
}

fn check_dependencies(dependencies: Vec<Option<Dependency>>) -> Result<Vec<Dependency>, Error> {
    let mut checked: Vec<Dependency> = Vec::with_capacity(dependencies.len());
    for dependency in dependencies {
        let Some(mut dependency) = dependency else {
            return invalid("dependencies must not contain empty or null nodes");
        };
        let Dependency { name, version, repository, condition, tags, alias, .. } = &mut dependency;
        for text in [&mut *name, version, repository, condition].into_iter().chain(tags) {
            sanitize(text);
        }
        if !alias.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
            let name = gofmt::quote(name);
            return invalid(format!("dependency {name} has disallowed characters in the alias"));
        }
        let key = dependency.alias_or_name();
        if checked.iter().any(|other| other.alias_or_name() == key) {
            return invalid(format!("more than one dependency with name or alias {}", gofmt::quote(key)));
        }
        checked.push(dependency);
    }
    Ok(checked)
}

/// Turns white space into spaces and removes what does not print.
fn sanitize(text: &mut Str) {
    if !text.iter().all(|b| matches!(b, b' '..=b'~')) {
        let clean: String = unicode::runes(text)
            .map(|(_, c)| if unicode::is_space(c) { ' ' } else { c })
            .filter(|c| unicode::is_print(*c))
            .collect();
        *text = clean.into();
    }
}

fn invalid<T>(message: impl std::fmt::Display) -> Result<T, Error> {
    Err(Error::new(format!("validation: {message}")))
}

impl Lock {
    /// Reads the text of a `Chart.lock` or `requirements.lock`.
    pub(super) fn read(data: &[u8]) -> Result<Lock, Error> {
        let map = decode(data, &LOCK)?;
        let mut lock =
            Lock { generated: time(&map.get("generated").unwrap_or_default())?, ..Lock::default() };
        set_text(&mut lock.digest, &map, "digest");
        let dependencies = structs(&map, "dependencies", vec![], Dependency::read).unwrap_or_default();
        lock.dependencies = dependencies.into_iter().flatten().collect();
        Ok(lock)
    }
}

/// The text of a time, which must be one.
fn time(value: &Value) -> Result<Str, Error> {
    match value {
        Value::Nil => Ok(Str::new()),
        Value::Str(text) => match Time::parse(RFC3339, text, &Zone::Utc) {
            Ok(_) => Ok(text.clone()),
            Err(error) => Err(Error::new(format!("{UNMARSHALING}: {error}"))),
        },
        other => Err(Error::because(UNMARSHALING, json::Error::mismatch(other, "generated", "time.Time"))),
    }
}

impl Maintainer {
    fn read(&mut self, map: &Map) {
        set_text(&mut self.name, map, "name");
        set_text(&mut self.email, map, "email");
        set_text(&mut self.url, map, "url");
    }

    fn to_value(&self) -> Value {
        Value::map([
            ("Name", Value::Str(self.name.clone())),
            ("Email", Value::Str(self.email.clone())),
            ("URL", Value::Str(self.url.clone())),
        ])
    }
}

impl Dependency {
    fn read(&mut self, map: &Map) {
        for (field, name) in [
            (&mut self.name, "name"),
            (&mut self.version, "version"),
            (&mut self.repository, "repository"),
            (&mut self.condition, "condition"),
            (&mut self.alias, "alias"),
        ] {
            set_text(field, map, name);
        }
        set_texts(&mut self.tags, map, "tags");
        if let Some(Value::Bool(enabled)) = map.get("enabled") {
            self.enabled = enabled;
        }
        match map.get("import-values") {
            Some(Value::List(values)) => self.import_values = values.items().iter().cloned().collect(),
            Some(_) => self.import_values.clear(),
            None => {}
        }
    }

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

/// What is read to find out the version of a chart.
const CHART_BASE: Struct = Struct { name: "loader.chartBase", fields: &[("apiVersion", Shape::String)] };

const METADATA: Struct = Struct {
    name: "v2.Metadata",
    fields: &[
        ("name", Shape::String),
        ("home", Shape::String),
        ("sources", Shape::List(&Shape::String)),
        ("version", Shape::String),
        ("description", Shape::String),
        ("keywords", Shape::List(&Shape::String)),
        ("maintainers", Shape::List(&Shape::Pointer(&MAINTAINER))),
        ("icon", Shape::String),
        ("apiVersion", Shape::String),
        ("condition", Shape::String),
        ("tags", Shape::String),
        ("appVersion", Shape::String),
        ("deprecated", Shape::Bool),
        ("annotations", Shape::Map(&Shape::String)),
        ("kubeVersion", Shape::String),
        ("dependencies", DEPENDENCIES),
        ("type", Shape::String),
    ],
};

const MAINTAINER: Struct = Struct {
    name: "v2.Maintainer",
    fields: &[("name", Shape::String), ("email", Shape::String), ("url", Shape::String)],
};

const DEPENDENCIES: Shape = Shape::List(&Shape::Pointer(&Struct {
    name: "v2.Dependency",
    fields: &[
        ("name", Shape::String),
        ("version", Shape::String),
        ("repository", Shape::String),
        ("condition", Shape::String),
        ("tags", Shape::List(&Shape::String)),
        ("enabled", Shape::Bool),
        ("import-values", Shape::List(&Shape::Any)),
        ("alias", Shape::String),
    ],
}));

const LOCK: Struct = Struct {
    name: "v2.Lock",
    fields: &[("generated", Shape::Any), ("digest", Shape::String), ("dependencies", DEPENDENCIES)],
};

/// What comes before errors of data that does not fit.
const UNMARSHALING: &str = "error unmarshaling JSON: while decoding JSON";

/// The layout of times in JSON.
const RFC3339: &[u8] = b"2006-01-02T15:04:05Z07:00";

/// Reads YAML into a struct; the map has the fields that it sets.
fn decode(data: &[u8], shape: &'static Struct) -> Result<Map, Error> {
    match yaml::decode_as(data, &Shape::Struct(shape)) {
        Ok(Value::Map(map)) => Ok(map),
        Ok(_) => Ok(Map::new()),
        Err(error) => Err(Error { message: error.to_string(), cause: Some(Box::new(error)) }),
    }
}

/// Sets `field` if `map` has a string for it.
fn set_text(field: &mut Str, map: &Map, name: &str) {
    if let Some(Value::Str(text)) = map.get(name) {
        *field = text;
    }
}

/// Sets `field` if `map` has something for it. A null leaves the item that was in its place.
fn set_texts(field: &mut Vec<Str>, map: &Map, name: &str) {
    match map.get(name) {
        Some(Value::List(list)) => {
            field.resize(list.len(), Str::new());
            for (text, item) in field.iter_mut().zip(list.items().iter()) {
                if let Value::Str(item) = item {
                    *text = item.clone();
                }
            }
        }
        Some(_) => field.clear(),
        None => {}
    }
}

fn text_or_empty(value: &Value) -> Str {
    value.as_str().cloned().unwrap_or_default()
}

/// The structs in the list `name`, `None` for each null; `None` if there is no list. The structs `before` are read
/// over.
fn structs<T: Default>(
    map: &Map,
    name: &str,
    before: Vec<Option<T>>,
    read: impl Fn(&mut T, &Map),
) -> Option<Vec<Option<T>>> {
    let Some(Value::List(list)) = map.get(name) else { return None };
    let items = list.items();
    let mut before = before.into_iter();
    let structs = items.iter().map(|item| {
        let before = before.next().flatten();
        let fields = item.as_map()?;
        let mut found = before.unwrap_or_default();
        read(&mut found, fields);
        Some(found)
    });
    Some(structs.collect())
}

/// A `[]interface {}` of strings.
fn list(texts: &[Str]) -> Value {
    Value::list(texts.iter().cloned().map(Value::Str))
}
