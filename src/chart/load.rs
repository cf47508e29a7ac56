//! From files to a [`Chart`].

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::archive::{Budget, InvalidHeader, is_gzip, unpack_within};
use super::metadata::Draft;
use super::model::extension;
use super::schema::Schema;
use super::{Chart, Error, File, Lock, Metadata, Notice, Notices, directory, sniff, values};
use crate::fsx;
use crate::limits::{CHART_BYTES, CHART_DEPTH};
use crate::stack::with_stack;
use crate::value::{Map, Str, Type};

impl Chart {
    /// Loads the chart in the directory or archive at `path`.
    ///
    /// # Errors
    /// If it cannot be read or is no valid chart.
    pub fn load(path: &Path, notices: &mut Notices) -> Result<Chart, Error> {
        let info = path.metadata().map_err(|e| fsx::Error::new("stat", path, e))?;
        if !info.is_dir() {
            let mut file = fs::File::open(path).map_err(|e| fsx::Error::new("open", path, e))?;
            let mut start = Vec::new();
            let read = file.by_ref().take(sniff::LENGTH as u64).read_to_end(&mut start);
            read.map_err(|e| fsx::Error::new("read", path, e))?;
            check_archive(path, &start)?;
            // Helm says this of archives in the archive, too.
            return Chart::from_archive(start.chain(file), notices).map_err(|e| match &e.cause {
                Some(cause) if cause.is::<InvalidHeader>() => {
                    let path = path.display();
                    let context = format!("file '{path}' does not appear to be a valid chart file");
                    Error { message: format!("{context} (details: {e})"), cause: e.cause }
                }
                _ => e,
            });
        }
        Chart::load_directory(path, notices)
    }

    /// Loads the chart in the directory at `path`.
    ///
    /// # Errors
    /// If it cannot be read, is no directory or no valid chart.
    pub fn load_directory(path: &Path, notices: &mut Notices) -> Result<Chart, Error> {
        let file = fsx::absolute(path).join("Chart.yaml");
        let data = fsx::read(&file)
            .map_err(|e| Error::because(format_args!("unable to detect chart at {}", file.display()), e))?;
        check_api_version(&File { name: "Chart.yaml".into(), data: data.into() })?;
        Chart::from_files(directory::read(path, CHART_BYTES, notices)?, notices)
    }

    /// Loads the chart in an archive.
    ///
    /// # Errors
    /// If it cannot be unpacked or is no valid chart.
    pub fn from_archive(archive: impl Read, notices: &mut Notices) -> Result<Chart, Error> {
        let mut budget = Budget::default();
        let files = unpack_within(archive, &mut budget).map_err(|e| Error {
            message: "unable to load chart archive".to_owned(),
            cause: Some(Box::new(e)),
        })?;
        let Some(file) = files.iter().find(|file| file.name == "Chart.yaml") else {
            return Err(Error::new("unable to detect chart version, no Chart.yaml found"));
        };
        check_api_version(file)?;
        Loader { budget, notices }.root(files)
    }

    /// Loads the chart in the directory at `path` as a chart of version v1 or v2, whatever it says it is.
    ///
    /// # Errors
    /// If it cannot be read or is no valid chart.
    pub fn from_directory(path: &Path, notices: &mut Notices) -> Result<Chart, Error> {
        let files = directory::read(path, CHART_BYTES, notices)?;
        Loader { budget: Budget::default(), notices }.chart(files, 0)
    }

    /// The same of a directory that holds `files`, which are in the order of a walk.
    ///
    /// # Errors
    /// If they are no valid chart.
    pub fn from_unpacked(files: &[File], notices: &mut Notices) -> Result<Chart, Error> {
        let files = directory::without_ignored(files, notices)?;
        Loader { budget: Budget::default(), notices }.chart(files, 0)
    }

    /// Makes a chart of its files, each with its path in the chart.
    ///
    /// # Errors
    /// If they are no valid chart.
    pub fn from_files(files: Vec<File>, notices: &mut Notices) -> Result<Chart, Error> {
        Loader { budget: Budget::default(), notices }.root(files)
    }

    /// Loads the chart in the directory at `path` as far as its dependencies go: what it is, and its lock. Nothing else is
    /// read, so the rest may be wrong.
    ///
    /// # Errors
    /// If the files with that are not there or not valid.
    pub fn load_head(path: &Path, notices: &mut Notices) -> Result<Chart, Error> {
        let mut files = Vec::new();
        for name in ["Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock"] {
            let file = path.join(name);
            if let Some(data) = directory::read_file(&file, notices)? {
                files.push(File { name: name.into(), data });
            }
        }
        Loader { budget: Budget::default(), notices }.chart(files, 0)
    }
}

/// Checks that the file at `path`, which begins with `start`, looks like an archive.
fn check_archive(path: &Path, start: &[u8]) -> Result<(), Error> {
    if is_gzip(start) {
        return Ok(());
    }
    let path = path.display().to_string();
    Err(Error::new(if path.ends_with(".yml") || path.ends_with(".yaml") {
        format!("file '{path}' seems to be a YAML file, but expected a gzipped archive")
    } else {
        format!("file '{path}' does not appear to be a gzipped archive; got '{}'", sniff::content_type(start))
    }))
}

/// Checks that the `Chart.yaml` `file` is of a version that can be loaded.
fn check_api_version(file: &File) -> Result<(), Error> {
    let version = Metadata::read_api_version(&file.data).map_err(|e| cannot_load(file, e))?;
    match version.as_bytes() {
        b"" | b"v1" | b"v2" | b"v3" => Ok(()),
        _ => Err(Error::new("unsupported chart version")),
    }
}

/// The error that `file` has.
fn cannot_load(file: &File, error: Error) -> Error {
    error.in_file(file.clone()).within(format_args!("cannot load {}", file.name))
}

struct Loader<'a> {
    budget: Budget,
    notices: &'a mut Notices,
}

impl Loader<'_> {
    /// Makes the chart that no other is above. Helm loads charts of the experimental version v3 like the others,
    /// with all errors of loading, and refuses them after that.
    fn root(mut self, files: Vec<File>) -> Result<Chart, Error> {
        let chart = self.chart(files, 0)?;
        if chart.metadata.api_version == "v3" {
            return Err(Error::new("invalid chart apiVersion"));
        }
        Ok(chart)
    }

    /// Makes a chart of its files; `depth` is the number of charts above it.
    fn chart(&mut self, files: Vec<File>, depth: usize) -> Result<Chart, Error> {
        if depth > CHART_DEPTH {
            return Err(Error::new(format!("charts are nested deeper than {CHART_DEPTH}")));
        }
        let mut metadata = None;
        for file in files.iter().filter(|file| file.name == "Chart.yaml") {
            let metadata = metadata.get_or_insert_with(Draft::default);
            metadata.read(&file.data).map_err(|e| cannot_load(file, e))?;
            if metadata.api_version().is_empty() {
                *metadata.api_version() = Str::from("v1");
            }
        }
        let mut parts = Parts { metadata, ..Parts::default() };
        for file in files {
            self.sort(file, &mut parts)?;
        }
        let Some(metadata) = parts.metadata else {
            return Err(Error::new("Chart.yaml file is missing"));
        };
        let metadata = metadata.check()?;

        let mut subcharts = Vec::new();
        for (name, files) in parts.subcharts {
            if name.starts_with(b"_") || name.starts_with(b".") {
                continue;
            }
            let subchart = with_stack(|| self.subchart(&metadata.name, &name, files, depth + 1))?;
            subcharts.push(Arc::new(subchart));
        }
        Ok(Chart {
            metadata: Arc::new(metadata),
            lock: parts.lock,
            templates: parts.templates,
            files: parts.files,
            values: parts.values.unwrap_or_else(|| Map::nil(Type::ANY_MAP)),
            schema: parts.schema,
            subcharts,
            raw: parts.raw,
        })
    }

    /// Puts `file` where it belongs.
    fn sort(&mut self, file: File, parts: &mut Parts) -> Result<(), Error> {
        match file.name.as_bytes() {
            b"Chart.yaml" => parts.raw.push(file),
            b"Chart.lock" => {
                parts.lock = Lock::read(&file.data).map_err(|e| cannot_load(&file, e))?;
            }
            b"values.yaml" => {
                let values = values::decode(&file.data).map_err(|e| cannot_load(&file, e))?;
                parts.values = Some(values);
                parts.raw.push(file);
            }
            b"values.schema.json" => parts.schema = Some(Schema::new(file.data)),
            b"requirements.yaml" => {
                let metadata = parts.metadata.get_or_insert_default();
                if *metadata.api_version() != "v1" {
                    self.notices.push(Notice::info(
                        "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". \
                         We recommend migrating dependencies to Chart.yaml.",
                    ));
                }
                metadata.read(&file.data).map_err(|e| cannot_load(&file, e))?;
                if *metadata.api_version() == "v1" {
                    parts.files.push(file.clone());
                }
                parts.raw.push(file);
            }
            b"requirements.lock" => {
                parts.lock = Lock::read(&file.data).map_err(|e| cannot_load(&file, e))?;
                if *parts.metadata.get_or_insert_default().api_version() == "v1" {
                    parts.files.push(file);
                } else {
                    self.notices.push(Notice::info(
                        "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". \
                         We recommend migrating to Chart.lock.",
                    ));
                }
            }
            name if name.starts_with(b"templates/") => parts.templates.push(file),
            name => match name.strip_prefix(b"charts/") {
                Some(inner) if !inner.ends_with(b".prov") => {
                    let chart = inner.split(|b| *b == b'/').next().unwrap_or(inner);
                    let files = parts.subcharts.entry(chart.into()).or_default();
                    files.push(File { name: inner.into(), data: file.data });
                }
                _ => parts.files.push(file),
            },
        }
        Ok(())
    }

    /// Loads the subchart `name` of the chart `parent`; the names of `files` begin with its own.
    fn subchart(&mut self, parent: &Str, name: &Str, files: Vec<File>, depth: usize) -> Result<Chart, Error> {
        let loaded = if extension(name) == b".tgz" {
            match files.into_iter().next() {
                Some(archive) if archive.name == *name => {
                    let unpacked = unpack_within(archive.data.as_bytes(), &mut self.budget);
                    drop(archive);
                    unpacked.and_then(|files| self.chart(files, depth))
                }
                other => {
                    let found = other.map(|file| file.name).unwrap_or_default();
                    return Err(Error::new(format!(
                        "error unpacking subchart tar in {parent}: expected {name}, got {found}"
                    )));
                }
            }
        } else {
            let files = files.into_iter().filter_map(|file| {
                let inner = file.name.get(name.len() + 1..)?;
                Some(File { name: inner.into(), data: file.data })
            });
            self.chart(files.collect(), depth)
        };
        loaded.map_err(|e| {
            let folder = Str::from([b"charts/", name.as_bytes()].concat());
            e.below(&folder).within(format_args!("error unpacking subchart {name} in {parent}"))
        })
    }
}

/// The files of a chart, each where it belongs.
#[derive(Default)]
struct Parts {
    metadata: Option<Draft>,
    lock: Option<Lock>,
    templates: Vec<File>,
    files: Vec<File>,
    values: Option<Map>,
    schema: Option<Schema>,
    /// By the first name of their paths, which is where each subchart lies.
    subcharts: BTreeMap<Str, Vec<File>>,
    /// What [`Chart::raw`] keeps.
    raw: Vec<File>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(files: &[(&str, &str)]) -> Result<(Chart, Notices), Error> {
        let files = files.iter().map(|(name, data)| File { name: (*name).into(), data: (*data).into() });
        let mut notices = Notices::new();
        Chart::from_files(files.collect(), &mut notices).map(|chart| (chart, notices))
    }

    fn names(files: &[File]) -> String {
        files.iter().map(|file| file.name.to_string()).collect::<Vec<_>>().join(" ")
    }

    const META: (&str, &str) = ("Chart.yaml", "apiVersion: v2\nname: m\nversion: 0.1.0\n");

    #[test]
    fn files_go_where_they_belong() {
        let sub = "apiVersion: v2\nname: s\nversion: 0.1.0\n";
        let (chart, notices) = load(&[
            (".helmignore", ""),
            META,
            ("Chart.lock", "digest: d\ngenerated: 2020-01-01T00:00:00Z\n"),
            ("charts/.x/a", ""),
            ("charts/_y", ""),
            ("charts/a/Chart.yaml", sub),
            ("charts/a/templates/t", ""),
            ("charts/a.tgz.prov", ""),
            ("crds/c.yaml", ""),
            ("requirements.yaml", "appVersion: 20240101\n"),
            ("templates/t.yaml", ""),
            ("values.schema.json", "{}"),
            ("values.yaml", "a: 1"),
        ])
        .expect("the chart is valid");
        assert_eq!(names(&chart.templates), "templates/t.yaml");
        assert_eq!(names(&chart.files), ".helmignore charts/a.tgz.prov crds/c.yaml");
        assert_eq!(chart.lock.as_ref().map(|lock| lock.digest.to_string()).as_deref(), Some("d"));
        assert_eq!(chart.schema.map(|schema| schema.text().clone()), Some("{}".into()));
        assert_eq!(chart.values.len(), 1);
        assert_eq!(chart.metadata.app_version, "20240101");
        assert_eq!(chart.subcharts.len(), 1);
        assert_eq!(names(&chart.subcharts[0].templates), "templates/t");
        assert_eq!(notices.len(), 1, "requirements.yaml is for charts of version v1");
        assert_eq!(names(&chart.raw), "Chart.yaml requirements.yaml values.yaml");
    }

    #[test]
    fn charts_that_are_none() {
        for (files, expected) in [
            (&[("a", "")][..], "Chart.yaml file is missing"),
            (&[("Chart.yaml", "name: a")], "validation: chart.metadata.version is required"),
            (
                &[("Chart.yaml", "name: a\nversion: 1\nmaintainers: [1]")],
                "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number \
                 into .maintainers.0 of type v2.Maintainer",
            ),
            (
                &[META, ("Chart.lock", "generated: x")],
                "cannot load Chart.lock: error unmarshaling JSON: while decoding JSON: parsing time \"x\" as \
                 \"2006-01-02T15:04:05Z07:00\": cannot parse \"x\" as \"2006\"",
            ),
            (
                &[META, ("values.yaml", "x")],
                "cannot load values.yaml: cannot unmarshal yaml document: error unmarshaling JSON: while decoding \
                 JSON: json: cannot unmarshal string into Go value of type map[string]interface {}",
            ),
            (
                &[META, ("charts/README.md", "")],
                "error unpacking subchart README.md in m: Chart.yaml file is missing",
            ),
            (&[META, ("charts/a.tgz", "")], "error unpacking subchart a.tgz in m: EOF"),
            (
                &[META, ("charts/a.tgz/b", "")],
                "error unpacking subchart tar in m: expected a.tgz, got a.tgz/b",
            ),
        ] {
            assert_eq!(load(files).expect_err(expected).to_string(), expected);
        }
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |levels: usize| {
            let names = (0..=levels).map(|level| format!("{}Chart.yaml", "charts/a/".repeat(level)));
            let files = names.map(|name| File { name: name.into(), data: META.1.into() });
            Chart::from_files(files.collect(), &mut Notices::new())
        };
        assert!(nested(CHART_DEPTH).is_ok());
        assert!(nested(CHART_DEPTH + 1).is_err());
    }
}
