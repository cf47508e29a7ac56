//! Where the chart to check is.

use std::io;
use std::path::{Path, PathBuf};

use crate::chart::{self, Chart, File, Notices};
use crate::fsx;
use crate::funcs::paths;
use crate::gofmt;
use crate::stack::with_stack;
use crate::value::Str;

/// A chart to check, which may be broken. Archives are not unpacked to disk: what is in them is checked as if they
/// were.
#[derive(Debug)]
pub(super) enum Source {
    /// A directory, with its path from the root of the file system.
    Directory(PathBuf),
    /// The files of an archive in the order of their paths, with the path of the archive.
    Archive(PathBuf, Vec<File>),
}

/// What lies under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
}

impl Source {
    /// Finds the chart at `path`.
    ///
    /// # Errors
    /// If there is none, in Helm's words.
    pub(super) fn open(path: &Path) -> Result<Source, chart::Error> {
        let name = path.to_string_lossy();
        if name.ends_with(".tgz") || name.ends_with(".tar.gz") {
            let archive = fsx::read(path).map_err(|e| chart::Error::because("unable to open tarball", e))?;
            let files = chart::unpack(&archive[..])
                .and_then(as_unpacked)
                .map_err(|e| e.within("unable to extract tarball"))?;
            return Ok(Source::Archive(fsx::absolute(path), files));
        }
        let chart_file = join(path, "Chart.yaml");
        match chart_file.metadata() {
            Ok(_) => Ok(Source::Directory(fsx::absolute(path))),
            Err(error) => Err(chart::Error::because(
                "unable to check Chart.yaml file in chart",
                fsx::Error::new("stat", &chart_file, error),
            )),
        }
    }

    /// The path that findings about the whole chart name.
    pub(super) fn path(&self) -> &Path {
        let (Source::Directory(path) | Source::Archive(path, _)) = self;
        path
    }

    /// What is called `name` in the chart.
    ///
    /// # Errors
    /// If there is nothing.
    pub(super) fn kind(&self, name: &str) -> Result<Kind, fsx::Error> {
        match self {
            Source::Directory(path) => {
                let path = path.join(name);
                let info = path.metadata().map_err(|e| fsx::Error::new("stat", &path, e))?;
                Ok(if info.is_dir() { Kind::Directory } else { Kind::File })
            }
            Source::Archive(path, files) => {
                let is_below = |file: &File| {
                    file.name.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"))
                };
                if files.iter().any(|file| file.name == name) {
                    Ok(Kind::File)
                } else if files.iter().any(is_below) {
                    Ok(Kind::Directory)
                } else {
                    Err(fsx::Error::new("stat", &path.join(name), io::ErrorKind::NotFound.into()))
                }
            }
        }
    }

    /// The bytes of the file `name`.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn read(&self, name: &str) -> Result<Vec<u8>, fsx::Error> {
        match self {
            Source::Directory(path) => fsx::read(&path.join(name)),
            Source::Archive(path, files) => match files.iter().find(|file| file.name == name) {
                Some(file) => Ok(file.data.to_vec()),
                None => Err(fsx::Error::new("open", &path.join(name), io::ErrorKind::NotFound.into())),
            },
        }
    }

    /// Loads the chart.
    ///
    /// # Errors
    /// If it is not valid.
    pub(super) fn load(&self, notices: &mut Notices) -> Result<Chart, chart::Error> {
        match self {
            Source::Directory(path) => Chart::from_directory(path, notices),
            Source::Archive(_, files) => Chart::from_unpacked(files, notices),
        }
    }
}

/// The files of an archive as they would lie on disk once it is unpacked: of two with one name the later, in the
/// order of a walk.
///
/// # Errors
/// If the chart has no name that a directory can have.
fn as_unpacked(files: Vec<File>) -> Result<Vec<File>, chart::Error> {
    let mut name = Str::new();
    for file in files.iter().filter(|file| file.name == "Chart.yaml") {
        name = chart::Metadata::read_name(&file.data).map_err(|e| e.within("cannot load Chart.yaml"))?;
    }
    match name.as_bytes() {
        b"" => return Err(chart::Error::new("chart name not specified")),
        name @ (b"." | b"..") => {
            return Err(chart::Error::new(format!("chart name {} is not allowed", gofmt::quote(name))));
        }
        name if name.contains(&b'/') => {
            let name = gofmt::quote(name);
            return Err(chart::Error::new(format!("chart name {name} must not contain path separators")));
        }
        _ => {}
    }
    let mut unpacked = files;
    unpacked.reverse();
    unpacked.sort_by(|a, b| a.name.split(|c| *c == b'/').cmp(b.name.split(|c| *c == b'/')));
    unpacked.dedup_by(|later, kept| later.name == kept.name);
    Ok(unpacked)
}

/// Appends the charts below `charts/` of the one at `path`, directories and archives, in the order of a walk. What
/// cannot be read is left out.
pub fn subcharts(path: &Path, found: &mut Vec<PathBuf>) {
    walk(&join(path, "charts"), found);
}

fn walk(path: &Path, found: &mut Vec<PathBuf>) {
    let Ok(info) = path.symlink_metadata() else { return };
    let name = path.to_string_lossy();
    if path.file_name().is_some_and(|name| name == "Chart.yaml") {
        found.extend(path.parent().map(Path::to_owned));
    } else if name.ends_with(".tgz") || name.ends_with(".tar.gz") {
        found.push(path.to_owned());
    }
    if info.is_dir() {
        for name in fsx::names(path) {
            with_stack(|| walk(&path.join(name), found));
        }
    }
}

/// Go's `filepath.Join`.
pub(super) fn join(folder: &Path, name: &str) -> PathBuf {
    let joined = folder.join(name);
    let cleaned = paths::clean(joined.as_os_str().as_encoded_bytes());
    String::from_utf8_lossy(&cleaned).into_owned().into()
}
