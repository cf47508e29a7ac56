//! The chart that an argument names: a directory, an archive, `embedded:NAME`, or one to download.

use std::fmt;
use std::path::{Path, PathBuf};

use super::flags::Flags;
use super::verify::keyring;
use super::{Failure, Session, fetching};
use crate::chart::{Bundle, Chart, Error, Notices};
use crate::download::Verify;
use crate::nearest::nearest;
use crate::semver::{Constraint, Version};
use crate::{fsx, gofmt, provenance};

/// What the name of a bundled chart follows.
pub const EMBEDDED: &str = "embedded:";

/// Where a chart is.
#[derive(Debug)]
pub enum Location {
    /// A directory or an archive.
    Path(PathBuf),
    /// In the binary, under this name.
    Embedded(String),
}

impl Location {
    /// Loads the chart.
    pub fn load(&self, notices: &mut Notices) -> Result<Chart, Error> {
        match self {
            Location::Path(path) => Chart::load(path, notices),
            Location::Embedded(name) => Chart::embedded(name, notices),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Path(path) => path.display().fmt(f),
            Location::Embedded(name) => write!(f, "{EMBEDDED}{name}"),
        }
    }
}

/// Where the chart is that `reference` names. As with Helm, what lies at a path of that name goes first; `version`
/// is a constraint on charts that are not named by their path, or empty.
pub fn locate(
    session: &mut Session<'_>,
    flags: &Flags,
    reference: &str,
    version: &str,
) -> Result<Location, Failure> {
    let (name, version) = (reference.trim(), version.trim());
    if flags.text("repo").is_empty() {
        if fsx::exists(Path::new(name)) {
            let path = fsx::absolute(Path::new(name));
            if flags.bool("verify") {
                let statement = path.with_added_extension("prov");
                provenance::verify(&path, &statement, &keyring(session, flags)).map_err(Failure::of)?;
            }
            return Ok(Location::Path(path));
        }
        if name.starts_with(['/', '.']) {
            return Err(Failure::new(format!("path {} not found", gofmt::quote(name.as_bytes()))));
        }
        if let Some(name) = name.strip_prefix(EMBEDDED) {
            if flags.bool("verify") {
                return Err(Failure::new("bundled charts cannot be verified"));
            }
            return find(&session.settings.bundle(), name, version);
        }
    }
    let verify = if flags.bool("verify") { Verify::Always } else { Verify::Never };
    let request = fetching::request(session, flags, (name, version), verify);
    let (path, report) = session.download(flags, |downloader, notices| {
        let fetched = downloader.fetch(&request, notices)?;
        Ok((downloader.keep(&fetched)?, fetched.report))
    })?;
    if !report.is_empty() {
        session.tell(report.trim_end());
    }
    Ok(Location::Path(fsx::absolute(&path)))
}

/// Where the one chart is that `name` means, which `version` must match.
fn find(bundle: &Bundle, name: &str, version: &str) -> Result<Location, Failure> {
    let found = bundle.find(name).map_err(Failure::of)?;
    let [found] = found.as_slice() else {
        return Err(Failure::new(match found.as_slice() {
            [] => unknown(bundle, name, &bundle.names().map_err(Failure::of)?),
            several => format!("{EMBEDDED}{name} is ambiguous: write {}", any_of(several)),
        }));
    };
    if !version.is_empty() {
        let constraint = Constraint::parse(version.as_bytes()).map_err(Failure::of)?;
        let metadata = bundle.metadata(found).map_err(Failure::of)?;
        let has = &metadata.version;
        if !Version::parse(has).is_ok_and(|has| constraint.check(&has)) {
            return Err(Failure::new(format!(
                "{EMBEDDED}{found} has version {has}, which does not match {version}"
            )));
        }
    }
    Ok(match bundle {
        Bundle::Embedded => Location::Embedded(found.clone()),
        Bundle::Directory(directory) => Location::Path(fsx::absolute(&directory.join(found))),
    })
}

/// The text for a name that none of the charts `names` has.
fn unknown(bundle: &Bundle, name: &str, names: &[String]) -> String {
    if names.is_empty() {
        return match bundle {
            Bundle::Embedded => {
                format!(
                    "{EMBEDDED}{name}: this build carries no charts; --charts-dir takes them from a directory"
                )
            }
            Bundle::Directory(directory) => {
                format!("{EMBEDDED}{name}: no charts in the directory {}", directory.display())
            }
        };
    }
    let last_part = |name: &String| name.rsplit('/').next().unwrap_or_default().to_owned();
    let parts: Vec<String> = names.iter().map(last_part).collect();
    let near = nearest(name.as_bytes(), names.iter().chain(&parts).map(String::as_bytes));
    let is_near = |word: &String| near.contains(&word.as_bytes());
    let meant = names.iter().zip(&parts).filter(|(name, part)| is_near(name) || is_near(part));
    let meant: Vec<&String> = meant.map(|(name, _)| name).collect();
    let hint = if meant.is_empty() { String::new() } else { format!(", did you mean {}?", any_of(&meant)) };
    format!("{EMBEDDED}{name} is no bundled chart{hint} ('pintle charts' lists them)")
}

/// References to the charts of these names, as a choice.
fn any_of(names: &[impl fmt::Display]) -> String {
    let references: Vec<String> = names.iter().map(|name| format!("{EMBEDDED}{name}")).collect();
    references.join(" or ")
}
