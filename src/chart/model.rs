//! Charts as loaded, and as one render sees them.

use std::fmt;
use std::sync::Arc;

use super::schema::Schema;
use super::{Lock, Metadata};
use crate::fsx;
use crate::value::{Map, Str};

/// A file of a chart.
#[derive(Clone, Debug)]
pub struct File {
    /// Path within the chart, separated by `/`.
    pub name: Str,
    /// The bytes, without a byte order mark at the start.
    pub data: Str,
}

/// `data` as a file of a chart has it.
pub(super) fn without_mark(data: &[u8]) -> &[u8] {
    data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data)
}

/// A chart as it lies on disk or in an archive. Loaded once, never changed.
#[derive(Debug)]
pub struct Chart {
    /// `Chart.yaml`, with the dependencies of `requirements.yaml` in charts of API version v1.
    pub metadata: Arc<Metadata>,
    /// `Chart.lock` or `requirements.lock`.
    pub lock: Option<Lock>,
    /// Everything below `templates/`, in the order of loading.
    pub templates: Vec<File>,
    /// What is left for `.Files`: neither templates, nor subcharts, nor the files that have a field here.
    pub files: Vec<File>,
    /// `values.yaml`, its documents merged; the nil map if there is none. Never changed: [`Instance::values`]
    /// is what may differ.
    pub values: Map,
    /// `values.schema.json`.
    pub schema: Option<Schema>,
    /// The charts below `charts/`, by the name of their directory or archive.
    pub subcharts: Vec<Arc<Chart>>,
    /// `Chart.yaml`, `requirements.yaml` and `values.yaml` as they were.
    pub raw: Vec<File>,
}

/// A chart's part in one render: what [`super::dependencies::process`] made of it and the values.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Where templates, files and schema are.
    pub chart: Arc<Chart>,
    /// Its metadata with the name being the alias, if it has one, and only the enabled dependencies.
    pub metadata: Arc<Metadata>,
    /// Its default values, with what it imports from its subcharts.
    pub values: Map,
    /// The enabled subcharts.
    pub subcharts: Vec<Instance>,
    /// Names from the root down, e.g. `root/charts/sub`.
    pub full_path: Str,
}

/// A file of a `crds/` directory.
#[derive(Clone, Debug)]
pub struct Crd {
    /// Path with the charts above it, e.g. `root/charts/sub/crds/a.yaml`.
    pub path: String,
    /// The file.
    pub file: File,
}

impl Chart {
    /// A chart of which only metadata and default values are known.
    pub fn of_record(metadata: Metadata, values: Map) -> Chart {
        Chart {
            metadata: Arc::new(metadata),
            lock: None,
            templates: Vec::new(),
            files: Vec::new(),
            values,
            schema: None,
            subcharts: Vec::new(),
            raw: Vec::new(),
        }
    }

    /// The file `name` as it was loaded, e.g. `values.yaml`.
    pub fn raw_file(&self, name: &str) -> Option<&File> {
        self.raw.iter().find(|f| f.name == name)
    }

    /// The files below `crds/` with a manifest's extension, without those of its subcharts.
    fn own_crds(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|f| f.name.starts_with(b"crds/") && is_manifest(&f.name))
    }

    /// The files below `crds/` with a manifest's extension: its own, then those of its subcharts.
    pub fn crds(&self) -> Vec<&File> {
        let below = self.subcharts.iter().flat_map(|subchart| subchart.crds());
        self.own_crds().chain(below).collect()
    }

    /// The file that tells people about the chart.
    pub fn readme(&self) -> Option<&File> {
        let is_readme = |file: &&File| README_NAMES.iter().any(|name| name.eq_ignore_ascii_case(&file.name));
        self.files.iter().find(is_readme)
    }
}

/// What the file may be called, in any case, that tells people about a chart.
const README_NAMES: [&[u8]; 3] = [b"readme.md", b"readme.txt", b"readme"];

impl Instance {
    /// All of `chart` and its subcharts, declared or not.
    pub fn new(chart: Arc<Chart>) -> Instance {
        let subcharts = chart.subcharts.iter().cloned().map(Instance::new).collect();
        Instance {
            metadata: chart.metadata.clone(),
            values: chart.values.clone(),
            subcharts,
            full_path: chart.metadata.name.clone(),
            chart,
        }
    }

    /// Gives this chart and all below it the path that their names now lead to.
    pub(super) fn set_paths(&mut self, parent: Option<&Str>) {
        let name = &self.metadata.name;
        self.full_path =
            parent.map_or_else(|| name.clone(), |parent| format!("{parent}/charts/{name}").into());
        for subchart in &mut self.subcharts {
            subchart.set_paths(Some(&self.full_path));
        }
    }

    /// The chart's name, or its alias.
    pub fn name(&self) -> &Str {
        &self.metadata.name
    }

    /// True if no chart is above it.
    pub fn is_root(&self) -> bool {
        self.full_path == self.metadata.name
    }

    /// True for a library chart: only its partial templates (`_*`) count.
    pub fn is_library(&self) -> bool {
        self.metadata.is_library()
    }

    /// Files below `crds/` with a manifest's extension: its own, then those of its subcharts.
    pub fn crds(&self) -> Vec<Crd> {
        let mut found = Vec::new();
        self.collect_crds(&mut found);
        found
    }

    fn collect_crds(&self, found: &mut Vec<Crd>) {
        for file in self.chart.own_crds() {
            found.push(Crd { path: format!("{}/{}", self.full_path, file.name), file: file.clone() });
        }
        for subchart in &self.subcharts {
            subchart.collect_crds(found);
        }
    }
}

/// True if the extension is that of a manifest.
fn is_manifest(name: &[u8]) -> bool {
    let extension = extension(name);
    [&b".yaml"[..], b".yml", b".json"].iter().any(|e| extension.eq_ignore_ascii_case(e))
}

/// The extension of a file name with its period, empty if there is none.
pub(super) fn extension(name: &[u8]) -> &[u8] {
    name.iter().rposition(|b| *b == b'.').map_or(&[], |dot| &name[dot..])
}

/// Why a chart or its values cannot be used. Its text is Helm's.
#[derive(Debug)]
pub struct Error {
    /// Helm's text.
    pub message: String,
    /// What was wrong below, e.g. a [`crate::yaml::Error`] with its position.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of this text alone.
    pub fn new(message: impl Into<String>) -> Error {
        Error { message: message.into(), cause: None }
    }

    /// `context: cause`
    pub fn because(
        context: impl fmt::Display,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Error {
        Error { message: format!("{context}: {cause}"), cause: Some(Box::new(cause)) }
    }

    /// The same error with `context: ` before its text.
    #[must_use]
    pub fn within(self, context: impl fmt::Display) -> Error {
        Error { message: format!("{context}: {}", self.message), cause: self.cause }
    }

    /// The same error, known to be about `file`.
    #[must_use]
    pub(super) fn in_file(self, file: File) -> Error {
        let cause = self.cause.unwrap_or_else(|| self.message.clone().into());
        Error { message: self.message, cause: Some(Box::new(FileError { file, cause })) }
    }

    /// The same error, the name of the file that it is about being one below `folder`.
    #[must_use]
    pub(super) fn below(mut self, folder: &Str) -> Error {
        if let Some(error) = self.cause.as_mut().and_then(|cause| cause.downcast_mut::<FileError>()) {
            error.file.name = format!("{folder}/{}", error.file.name).into();
        }
        self
    }
}

/// What is wrong with a file: the cause of an [`Error`].
#[derive(Debug)]
pub struct FileError {
    /// The file; its name as the user gave it, or its path in the chart.
    pub file: File,
    /// What is wrong.
    pub cause: Box<dyn std::error::Error + Send + Sync>,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.cause)
    }
}

impl From<fsx::Error> for Error {
    fn from(error: fsx::Error) -> Error {
        Error { message: error.to_string(), cause: Some(Box::new(error)) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|e| e as &(dyn std::error::Error + 'static))
    }
}
