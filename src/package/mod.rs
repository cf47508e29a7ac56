//! Charts as archives: `NAME-VERSION.tgz`, as Helm packs them, but always the same bytes for the same chart.
//!
//! What Helm leaves to the file system is fixed here: subcharts come in the order of their names in
//! `charts/`, and all entries have one time, [`MODIFIED`] or that of `SOURCE_DATE_EPOCH`. The times of files
//! say when a tree was checked out, those of commits are unknown to shallow clones and to trees without
//! history; neither is the same everywhere, and nothing that reads charts looks at them.

mod gzip;
mod tar;
mod unpack;

pub use self::unpack::unpack;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chart::{Chart, Error, File, Lock, Metadata, Notices, check_dependencies};
use crate::fsx;
use crate::gofmt;
use crate::gotime::{Time, Zone};
use crate::json;
use crate::semver::Version;
use crate::stack::with_stack;
use crate::value::Str;

/// The time of all entries, if `SOURCE_DATE_EPOCH` gives none: the start of 1980, the first that every kind
/// of archive can hold.
pub const MODIFIED: u64 = 315_532_800;

/// What may be different in an archive from what is in the chart.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The version; the chart's own if it is empty.
    pub version: Str,
    /// The version of what the chart installs; the chart's own if it is empty.
    pub app_version: Str,
    /// Seconds since 1970: the time of all entries, and when each `Chart.lock` says that it was made.
    pub source_date_epoch: Option<u64>,
    /// Pack also a chart that lacks dependencies.
    pub incomplete: bool,
}

/// A chart's archive.
#[derive(Clone, Debug)]
pub struct Package {
    /// What its `Chart.yaml` says.
    pub metadata: Arc<Metadata>,
    /// The archive.
    pub bytes: Vec<u8>,
}

/// Packs the chart in the directory at `path`.
///
/// # Errors
/// If it is no valid chart, lacks a dependency, or cannot be packed.
pub fn build(path: &Path, options: &Options, notices: &mut Notices) -> Result<Package, Error> {
    pack(&Chart::load_directory(path, notices)?, options)
}

/// Packs a chart.
///
/// # Errors
/// If it lacks a dependency, the version is none, or a schema is not JSON.
pub fn pack(chart: &Chart, options: &Options) -> Result<Package, Error> {
    let mut metadata = chart.metadata.clone();
    if !options.version.is_empty() {
        Arc::make_mut(&mut metadata).version = options.version.clone();
    }
    Version::parse(&metadata.version).map_err(|e| Error::new(e.to_string()))?;
    if !options.app_version.is_empty() {
        Arc::make_mut(&mut metadata).set_app_version(options.app_version.clone());
    }
    if !options.incomplete {
        check_dependencies(chart)?;
    }
    let failed = |error: Error| error.within("failed to save");
    let mut contents = Contents { files: Vec::new(), options };
    contents.chart(chart, &metadata, b"").map_err(failed)?;
    let bytes = contents.archive().map_err(failed)?;
    Ok(Package { metadata, bytes })
}

impl Package {
    /// The name of the file that the archive is for: `NAME-VERSION.tgz`.
    pub fn file_name(&self) -> String {
        format!("{}-{}.tgz", self.metadata.name, self.metadata.version)
    }

    /// Writes the archive into `folder`, which is made if it is not there. Whoever looks sees nothing, or an
    /// older archive, or the whole new one. Gives the path.
    ///
    /// # Errors
    /// If the folder is none, or something cannot be written.
    pub fn save(&self, folder: &Path) -> Result<PathBuf, Error> {
        let save = || {
            let name = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            match name.metadata() {
                Ok(info) if !info.is_dir() => {
                    return Err(Error::new(format!("is not a directory: {}", folder.display())));
                }
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    let error = fsx::Error::new("stat", folder, error);
                    return Err(Error::because(format_args!("stat {}", folder.display()), error));
                }
                _ => {}
            }
            let path = folder.join(self.file_name());
            fsx::write(&path, &self.bytes)?;
            Ok(path)
        };
        save().map_err(|error| error.within("failed to save"))
    }
}

/// The time that the environment variable `SOURCE_DATE_EPOCH` gives, in seconds since 1970; none if it is
/// empty.
///
/// # Errors
/// If its `value` is no such number.
pub fn source_date_epoch(value: &str) -> Result<Option<u64>, Error> {
    if value.is_empty() {
        return Ok(None);
    }
    let seconds = gofmt::parse_int(value.as_bytes(), 10, 64)
        .map_err(|error| Error::because("invalid SOURCE_DATE_EPOCH", error))?;
    let seconds =
        u64::try_from(seconds).map_err(|_| Error::new("invalid SOURCE_DATE_EPOCH: must not be negative"))?;
    Ok(Some(seconds))
}

/// What goes into an archive, in order.
struct Contents<'a> {
    files: Vec<File>,
    options: &'a Options,
}

impl Contents<'_> {
    /// Adds a chart and those below it. `metadata` is what its `Chart.yaml` shall say, `folder` is where it
    /// is, with a slash at its end.
    fn chart(&mut self, chart: &Chart, metadata: &Metadata, folder: &[u8]) -> Result<(), Error> {
        check_name(chart, &metadata.name)?;
        let folder = [folder, &metadata.name, b"/"].concat();
        // Charts of version v1 have their dependencies in requirements.yaml, which is one of their files.
        let text = match metadata.api_version == "v1" && metadata.dependencies.is_some() {
            true => Metadata { dependencies: None, ..metadata.clone() }.to_yaml()?,
            false => metadata.to_yaml()?,
        };
        self.file(&folder, b"Chart.yaml", text.into())?;
        if let Some(lock) = chart.lock.as_ref().filter(|_| metadata.api_version == "v2") {
            self.file(&folder, b"Chart.lock", self.lock(lock)?.into())?;
        }
        for file in chart.raw.iter().filter(|file| file.name == "values.yaml") {
            self.file(&folder, &file.name, file.data.clone())?;
        }
        if let Some(schema) = &chart.schema {
            if !json::is_valid(schema.text()) {
                return Err(Error::new("invalid JSON in values.schema.json"));
            }
            self.file(&folder, b"values.schema.json", schema.text().clone())?;
        }
        for file in chart.templates.iter().chain(&chart.files) {
            self.file(&folder, &file.name, file.data.clone())?;
        }
        let folder = [&folder, &b"charts/"[..]].concat();
        for subchart in &chart.subcharts {
            with_stack(|| self.chart(subchart, &subchart.metadata, &folder))?;
        }
        Ok(())
    }

    /// The text of a `Chart.lock`.
    fn lock(&self, lock: &Lock) -> Result<Vec<u8>, Error> {
        /// The last second that JSON has a text for: the end of the year 9999.
        const LAST: u64 = 253_402_300_799;
        let Some(seconds) = self.options.source_date_epoch else { return lock.to_yaml() };
        let seconds = i64::try_from(seconds.min(LAST + 1)).unwrap_or(i64::MAX);
        if seconds > LAST as i64 {
            return Err(Error::new(
                "error marshaling into JSON: json: error calling MarshalJSON for type *time.Time: year outside of \
                 range [0,9999]",
            ));
        }
        Lock { generated: Time::from_unix(seconds, Zone::Utc), ..lock.clone() }.to_yaml()
    }

    fn file(&mut self, folder: &[u8], name: &[u8], data: Str) -> Result<(), Error> {
        let name = [folder, name].concat();
        if name.contains(&0) {
            let name = gofmt::quote(&name);
            return Err(Error::new(format!("archive/tar: cannot encode header: invalid name {name}")));
        }
        self.files.push(File { name: name.into(), data });
        Ok(())
    }

    /// The archive of all that was added.
    fn archive(self) -> Result<Vec<u8>, Error> {
        let size: usize = self.files.iter().map(|file| tar::Writer::size_of(file.data.len())).sum();
        let modified = self.options.source_date_epoch.unwrap_or(MODIFIED);
        let mut writer = tar::Writer::new(size + tar::Writer::size_of(0), modified);
        for file in self.files {
            writer.append(&file.name, &file.data);
        }
        gzip::compress(&writer.finish()).map_err(|error| Error::new(error.to_string()))
    }
}

/// Checks that the name of `chart` is one name of a path, on every system, and that it has been written so.
fn check_name(chart: &Chart, name: &Str) -> Result<(), Error> {
    let invalid = |name: &Str| Err(Error::new(format!("{} is not a valid chart name", gofmt::quote(name))));
    match name.as_bytes() {
        b"" | b"." | b".." => return invalid(name),
        text if text.iter().any(|b| matches!(b, b'/' | b'\\' | 0)) => return invalid(name),
        // Line feeds and the like became spaces when the chart was loaded.
        text if text.contains(&b' ') => {}
        _ => return Ok(()),
    }
    let written = chart.raw_file("Chart.yaml").and_then(|file| Metadata::read_name(&file.data).ok());
    match written.filter(|written| written != name) {
        Some(written) => invalid(&written),
        None => Ok(()),
    }
}
