//! What there is of a chart's dependencies.

use std::fmt;
use std::path::Path;

use super::join;
use crate::chart::{Chart, Dependency, Error, Metadata, Notices};
use crate::glob::filepath_match;
use crate::semver::{Constraint, Version};
use crate::value::Str;
use crate::{fsx, gofmt};

/// What `dependency list` tells.
#[derive(Debug)]
pub struct Listing {
    /// Each dependency and what there is of it; `None` if the chart does not say that it has any.
    pub dependencies: Option<Vec<(Dependency, Status)>>,
    /// Lines about what lies in `charts/` besides.
    pub warnings: Vec<String>,
}

/// What there is of a dependency. Displays in Helm's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its name cannot be looked for.
    BadPattern,
    /// An archive that is no chart.
    Corrupt,
    /// The version of the dependency or of the chart is none.
    InvalidVersion,
    /// The archive's chart has another name.
    Misnamed,
    /// Nothing.
    Missing,
    /// An archive of the chart.
    Ok,
    /// Archives of several versions.
    TooManyMatches,
    /// The chart, but not as an archive of its own name.
    Unpacked,
    /// A version that the dependency does not allow.
    WrongVersion,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Status::BadPattern => "bad pattern",
            Status::Corrupt => "corrupt",
            Status::InvalidVersion => "invalid version",
            Status::Misnamed => "misnamed",
            Status::Missing => "missing",
            Status::Ok => "ok",
            Status::TooManyMatches => "too many matches",
            Status::Unpacked => "unpacked",
            Status::WrongVersion => "wrong version",
        })
    }
}

/// Looks at the chart in the directory or archive `path`.
///
/// # Errors
/// If the chart itself cannot be loaded.
pub fn list(path: &Path, notices: &mut Notices) -> Result<Listing, Error> {
    let chart = load(path, notices)?;
    let folder = join(path, "charts");
    let Some(declared) = &chart.metadata.dependencies else {
        let warning = format!("WARNING: no dependencies at {}", folder.display());
        return Ok(Listing { dependencies: None, warnings: vec![warning] });
    };
    let names: Vec<String> =
        fsx::names(&folder).into_iter().filter_map(|name| name.into_string().ok()).collect();
    let status = |dependency: &Dependency, notices: &mut Notices| {
        let status = match archive(dependency, &names) {
            Ok(Some(name)) => of_archive(dependency, &folder.join(name), notices),
            Ok(None) => None,
            Err(status) => Some(status),
        };
        status.unwrap_or_else(|| of_chart(dependency, &chart))
    };
    let dependencies = declared.iter().map(|d| (d.clone(), status(d, notices))).collect();
    let warnings = names.iter().filter_map(|name| stray(declared, &folder.join(name), notices)).collect();
    Ok(Listing { dependencies: Some(dependencies), warnings })
}

fn load(path: &Path, notices: &mut Notices) -> Result<Chart, Error> {
    if path.is_dir() { Chart::from_directory(path, notices) } else { Chart::load(path, notices) }
}

/// The archive among the files of these names that the dependency's name leads to, if there is one.
fn archive<'n>(dependency: &Dependency, names: &'n [String]) -> Result<Option<&'n str>, Status> {
    let pattern = [&dependency.name[..], b"-*.tgz"].concat();
    filepath_match(&pattern, b"").map_err(|_| Status::BadPattern)?;
    let matches = |name: &&str| filepath_match(&pattern, name.as_bytes()).unwrap_or(false);
    let found: Vec<&str> = names.iter().map(String::as_str).filter(matches).collect();
    if let [one] = found[..] {
        return Ok(Some(one));
    }
    // Some may be of charts whose names only begin the same.
    let prefix = [&dependency.name[..], b"-"].concat();
    let has_version = |name: &&str| {
        let version = name.strip_suffix(".tgz").unwrap_or(name).as_bytes();
        Version::parse_strict(version.strip_prefix(&prefix[..]).unwrap_or(version)).is_ok()
    };
    let mut versions = found.into_iter().filter(has_version);
    match (versions.next(), versions.next()) {
        (_, Some(_)) => Err(Status::TooManyMatches),
        (one, None) => Ok(one),
    }
}

/// The status by an archive; none if there is nothing at `path`.
fn of_archive(dependency: &Dependency, path: &Path, notices: &mut Notices) -> Option<Status> {
    if !fsx::exists(path) {
        return None;
    }
    let Ok(chart) = load(path, notices) else { return Some(Status::Corrupt) };
    if chart.metadata.name != dependency.name {
        return Some(Status::Misnamed);
    }
    Some(of_version(dependency, &chart.metadata.version).unwrap_or(Status::Ok))
}

/// The status by what was loaded with the chart.
fn of_chart(dependency: &Dependency, chart: &Chart) -> Status {
    match chart.subcharts.iter().rfind(|subchart| subchart.metadata.name == dependency.name) {
        None => Status::Missing,
        Some(subchart) => of_version(dependency, &subchart.metadata.version).unwrap_or(Status::Unpacked),
    }
}

/// What is wrong with the version that is there.
fn of_version(dependency: &Dependency, version: &Str) -> Option<Status> {
    if *version == dependency.version {
        return None;
    }
    let (Ok(constraint), Ok(version)) = (Constraint::parse(&dependency.version), Version::parse(version))
    else {
        return Some(Status::InvalidVersion);
    };
    if constraint.check(&version) { None } else { Some(Status::WrongVersion) }
}

/// A warning if a folder or archive in `charts/` is no dependency.
fn stray(declared: &[Dependency], path: &Path, notices: &mut Notices) -> Option<String> {
    let is_archive = path.extension().is_some_and(|extension| extension == "tgz");
    if !path.is_dir() && !is_archive {
        return None;
    }
    let quoted = gofmt::quote(path.as_os_str().as_encoded_bytes());
    let is_declared = |metadata: &Metadata| declared.iter().any(|d| d.name == metadata.name);
    match load(path, notices) {
        Err(_) => Some(format!("WARNING: {quoted} is not a chart.")),
        Ok(chart) if is_declared(&chart.metadata) => None,
        Ok(_) => Some(format!("WARNING: {quoted} is not in Chart.yaml.")),
    }
}
