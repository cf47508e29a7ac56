//! Reading `Chart.yaml` and `Chart.lock`.

use std::io::Read;

use super::{Dependency, Lock, Maintainer, Metadata};
use crate::chart::Error;
use crate::chart::archive::unpack;
use crate::gofmt::{self, unicode};
use crate::gotime::{Time, Zone};
use crate::json;
use crate::semver::Version;
use crate::value::{Entries, Map, Str, Type, Value};
use crate::yaml::{self, Shape, Struct};

impl Metadata {
    /// The `apiVersion` in the text of a `Chart.yaml`.
    pub(in crate::chart) fn read_api_version(data: &[u8]) -> Result<Str, Error> {
        let mut version = Str::new();
        set_text(&mut version, &decode(data, &CHART_BASE)?, "apiVersion");
        Ok(version)
    }

    /// The `name` in the text of a `Chart.yaml`, whatever else is wrong with it.
    ///
    /// # Errors
    /// If the text is none.
    pub fn read_name(data: &[u8]) -> Result<Str, Error> {
        let mut name = Str::new();
        set_text(&mut name, &decode(data, &METADATA)?, "name");
        Ok(name)
    }

    /// The fields that the text of a `Chart.yaml` sets, by name, unchecked. `strict` makes unknown and repeated
    /// fields an error.
    ///
    /// # Errors
    /// If the text is no YAML, or a field is of another type.
    pub fn decode(data: &[u8], strict: bool) -> Result<Map, Error> {
        let decode = if strict { yaml::decode_strict } else { yaml::decode_as };
        match decode(data, &Shape::Struct(&METADATA)) {
            Ok(Value::Map(map)) => Ok(map),
            Ok(_) => Ok(Map::new()),
            Err(error) => Err(Error { message: error.to_string(), cause: Some(Box::new(error)) }),
        }
    }

    /// What the text of a `Chart.yaml` says.
    ///
    /// # Errors
    /// If it is none, or something is missing or not allowed.
    pub(in crate::chart) fn read(data: &[u8]) -> Result<Metadata, Error> {
        let mut draft = Draft::default();
        draft.read(data)?;
        draft.check()
    }

    /// What a repository's index says of a chart: the fields of `Chart.yaml` in `map`. Two dependencies may have one
    /// name, as some servers leave out their aliases.
    ///
    /// # Errors
    /// If something is missing or not allowed.
    pub fn of_index(map: &Map) -> Result<Metadata, Error> {
        let mut draft = Draft::default();
        draft.take(map);
        draft.default_api_version();
        draft.check_with(Dependencies::Alike)
    }

    /// What the `Chart.yaml` in an archive says.
    ///
    /// # Errors
    /// If the archive cannot be unpacked, or has none that is valid.
    pub fn of_archive(archive: impl Read) -> Result<Metadata, Error> {
        let files = unpack(archive)?;
        let file = files.iter().find(|file| file.name == "Chart.yaml");
        let file = file.ok_or_else(|| Error::new("Chart.yaml file is missing"))?;
        let mut draft = Draft::default();
        draft.read(&file.data)?;
        draft.default_api_version();
        draft.check()
    }

    /// Sets the version of what the chart installs.
    pub fn set_app_version(&mut self, version: Str) {
        self.app_version = version;
        sanitize(&mut self.app_version);
    }
}

/// `Chart.yaml` as read, before it is checked.
#[derive(Debug, Default)]
pub(in crate::chart) struct Draft {
    metadata: Metadata,
    maintainers: Vec<Option<Maintainer>>,
    dependencies: Option<Vec<Option<Dependency>>>,
}

impl Draft {
    /// Takes over what the YAML text `data` says. As in Go, lists keep what their items had before and the new
    /// ones do not say.
    pub(in crate::chart) fn read(&mut self, data: &[u8]) -> Result<(), Error> {
        self.take(&decode(data, &METADATA)?);
        Ok(())
    }

    /// Takes over what the fields in `map` say.
    fn take(&mut self, map: &Map) {
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
            set_text(field, map, name);
        }
        set_texts(&mut metadata.sources, map, "sources");
        set_texts(&mut metadata.keywords, map, "keywords");
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
            self.maintainers = structs(map, "maintainers", before, Maintainer::read).unwrap_or_default();
        }
        if map.contains_key("dependencies") {
            let before = self.dependencies.take().unwrap_or_default();
            self.dependencies = structs(map, "dependencies", before, Dependency::read);
        }
    }

    fn default_api_version(&mut self) {
        if self.metadata.api_version.is_empty() {
            self.metadata.api_version = Str::from("v1");
        }
    }

    /// The API version that was read.
    pub(in crate::chart) fn api_version(&mut self) -> &mut Str {
        &mut self.metadata.api_version
    }

    /// Checks the data and cleans its texts.
    ///
    /// # Errors
    /// If something is missing or not allowed, in Helm's words.
    pub(in crate::chart) fn check(self) -> Result<Metadata, Error> {
        self.check_with(Dependencies::Distinct)
    }

    fn check_with(self, dependencies: Dependencies) -> Result<Metadata, Error> {
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
        let checked = self.dependencies.map(|list| check_dependencies(list, dependencies));
        metadata.dependencies = checked.transpose()?;
        Ok(metadata)
    }
}

/// What dependencies may be called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Dependencies {
    /// Each has a name or alias of its own.
    Distinct,
    /// Some may share one.
    Alike,
}

fn check_dependencies(list: Vec<Option<Dependency>>, may_be: Dependencies) -> Result<Vec<Dependency>, Error> {
    let mut checked: Vec<Dependency> = Vec::with_capacity(list.len());
    for dependency in list {
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
        let is_known = || checked.iter().any(|other| other.alias_or_name() == key);
        if may_be == Dependencies::Distinct && is_known() {
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
    /// Reads the text of a `Chart.lock` or `requirements.lock`; text that says nothing gives none.
    pub(in crate::chart) fn read(data: &[u8]) -> Result<Option<Lock>, Error> {
        let Some(map) = decode_any(data, &LOCK)? else { return Ok(None) };
        let generated = time(&map.get("generated").unwrap_or_default())?;
        let dependencies = structs(&map, "dependencies", vec![], Dependency::read);
        let dependencies = dependencies.map(|all| all.into_iter().flatten().collect());
        let mut lock = Lock { generated, digest: Str::new(), dependencies };
        set_text(&mut lock.digest, &map, "digest");
        Ok(Some(lock))
    }
}

/// The time that a JSON value holds; nil is Go's zero time.
///
/// # Errors
/// If it is none, in the words of Go's decoder.
pub fn time(value: &Value) -> Result<Time, Error> {
    match value {
        Value::Nil => Ok(Time::ZERO),
        Value::Str(text) => Time::parse(RFC3339, text, &Zone::Utc)
            .map_err(|error| Error::new(format!("{UNMARSHALING}: {error}"))),
        other => Err(Error::because(UNMARSHALING, json::Error::mismatch(other, "generated", "time.Time"))),
    }
}

impl Maintainer {
    fn read(&mut self, map: &Map) {
        set_text(&mut self.name, map, "name");
        set_text(&mut self.email, map, "email");
        set_text(&mut self.url, map, "url");
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
}

/// What is read to find out the version of a chart.
const CHART_BASE: Struct = Struct { name: "loader.chartBase", fields: &[("apiVersion", Shape::String)] };

const METADATA: Struct = Struct { name: "v2.Metadata", fields: &FIELDS };

/// The fields of `Chart.yaml`, in Go's order.
pub const FIELDS: [(&str, Shape); 17] = [
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
];

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
    Ok(decode_any(data, shape)?.unwrap_or_default())
}

/// [`decode`], or `None` for null and for text without a document.
fn decode_any(data: &[u8], shape: &'static Struct) -> Result<Option<Map>, Error> {
    match yaml::decode_as(data, &Shape::Struct(shape)) {
        Ok(Value::Map(map)) => Ok(Some(map)),
        Ok(_) => Ok(None),
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
