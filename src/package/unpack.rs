//! From an archive to a directory, as `pull --untar` leaves it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::chart::{self, Error, Metadata};
use crate::fsx::Staging;
use crate::gofmt;
use crate::value::Str;

/// Puts the files of the chart in `archive` below `folder`, into a folder with the chart's name, which must
/// not be there yet. Gives its path. Links and devices become empty files, and nothing is written if anything
/// is wrong.
///
/// # Errors
/// If the archive cannot be read or would write elsewhere, the folder is there, or something cannot be
/// written.
pub fn unpack(archive: impl Read, folder: &Path) -> Result<PathBuf, Error> {
    let files = chart::unpack(archive)?;
    let mut name = Str::new();
    for file in files.iter().filter(|file| file.name == "Chart.yaml") {
        let found = Metadata::read_name(&file.data).map_err(|e| e.within("cannot load Chart.yaml"))?;
        let before = std::mem::replace(&mut name, found);
        if !before.is_empty() && before != name {
            let [one, other] = [&before, &name].map(|name| gofmt::quote(name));
            return Err(Error::new(format!(
                "chart archive has files Chart.yaml of two charts, {one} and {other}"
            )));
        }
    }
    let target = folder.join(path(check(&name)?)?);
    if target.symlink_metadata().is_ok() {
        let target = target.display();
        let message = format!("failed to untar: a file or directory with the name {target} already exists");
        return Err(Error::new(message));
    }
    // Of entries with one path the last one counts.
    let files: BTreeMap<Str, Str> = files.into_iter().map(|file| (file.name, file.data)).collect();
    let staging = Staging::beside(&target)?;
    for (name, data) in &files {
        staging.add(&path(name)?, data)?;
    }
    staging.commit()?;
    Ok(target)
}

/// Checks that a chart's name is one name of a path.
fn check(name: &Str) -> Result<&Str, Error> {
    let quoted = || gofmt::quote(name);
    match name.as_bytes() {
        b"" => Err(Error::new("chart name not specified")),
        b"." | b".." => Err(Error::new(format!("chart name {} is not allowed", quoted()))),
        text if text.iter().any(|b| matches!(b, b'/' | b'\\' | 0)) => {
            Err(Error::new(format!("chart name {} must not contain path separators", quoted())))
        }
        _ => Ok(name),
    }
}

/// A path in an archive as one of the system.
#[cfg(unix)]
fn path(name: &Str) -> Result<PathBuf, Error> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(PathBuf::from(std::ffi::OsStr::from_bytes(name)))
}

/// A path in an archive as one of the system, which knows characters only.
#[cfg(not(unix))]
fn path(name: &Str) -> Result<PathBuf, Error> {
    let text = name.to_str().ok_or_else(|| Error::new("chart contains illegally named files"))?;
    Ok(text.into())
}
