//! Collections of charts: the one in the binary, and directories that stand in for it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use self::embedded::FILES;
use super::{Chart, Error, Metadata, Notices, directory};
use crate::fsx;

/// The charts in the binary, of which `build.rs` makes a table.
#[cfg(feature = "embedded")]
mod embedded {
    /// The files with their paths, in the order of a walk through the directories.
    pub(super) static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/charts.rs"));

    /// The bytes of all of them.
    static CONTENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/charts"));

    const fn bytes(start: usize, end: usize) -> &'static [u8] {
        CONTENT.split_at(end).0.split_at(start).1
    }
}

/// No charts.
#[cfg(not(feature = "embedded"))]
mod embedded {
    pub(super) static FILES: &[(&str, &[u8])] = &[];
}

/// The file of a collection that says how its charts are installed.
const STACKS: &str = "stacks.yaml";
/// Directories on the way from a collection's to a chart's, that one included.
const DEPTH: usize = 4;

/// A collection of charts. The name of a chart is the path of its directory, e.g. `mla/minio`.
#[derive(Clone, Debug)]
pub enum Bundle {
    /// The charts in the binary: none without the feature `embedded`.
    Embedded,
    /// The charts below a directory.
    Directory(PathBuf),
}

/// How a chart of a collection is installed.
#[derive(Clone, Debug, Deserialize)]
pub struct Installation {
    /// The name of the chart in the collection.
    pub chart: String,
    /// The name of the release.
    pub release: String,
    /// The namespace of the release.
    pub namespace: String,
    /// The stack that it is part of.
    #[serde(skip)]
    pub stack: String,
}

impl Bundle {
    /// The names of all charts, sorted.
    ///
    /// # Errors
    /// If the directory cannot be read.
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let mut names: Vec<String> = Vec::new();
        match self {
            Bundle::Embedded => {
                for name in FILES.iter().filter_map(|(path, _)| path.strip_suffix("/Chart.yaml")) {
                    // A chart's own file comes before its subcharts.
                    let is_subchart = names.last().is_some_and(|above| inner_path(name, above).is_some());
                    if !is_subchart {
                        names.push(name.to_owned());
                    }
                }
            }
            Bundle::Directory(root) => {
                root.read_dir().map_err(|e| {
                    let error = fsx::Error::new("open", root, e);
                    Error::because("cannot read the directory of charts", error)
                })?;
                find_charts(root, "", DEPTH, &mut names);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// The charts that `name` may mean: the one of just this name, or else all that have it as the last part of theirs.
    ///
    /// # Errors
    /// If the directory cannot be read.
    pub fn find(&self, name: &str) -> Result<Vec<String>, Error> {
        let mut names = self.names()?;
        let is_exact = names.iter().any(|known| known == name);
        names.retain(|known| if is_exact { known == name } else { known.rsplit('/').next() == Some(name) });
        Ok(names)
    }

    /// What `stacks.yaml` of the collection says, in order of stacks; nothing if there is no such file.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn installations(&self) -> Result<Vec<Installation>, Error> {
        let text = self.file(STACKS)?.unwrap_or_default();
        let stacks: BTreeMap<String, Vec<Installation>> = serde_yaml::from_slice(&text)
            .map_err(|e| Error::new(format!("cannot load {STACKS}: {}", e.without_snippet())))?;
        let all = stacks.into_iter().flat_map(|(stack, installations)| {
            installations.into_iter().map(move |entry| Installation { stack: stack.clone(), ..entry })
        });
        Ok(all.collect())
    }

    /// The `Chart.yaml` of the chart `name`.
    ///
    /// # Errors
    /// If there is none or it is wrong.
    pub fn metadata(&self, name: &str) -> Result<Metadata, Error> {
        let path = format!("{name}/Chart.yaml");
        let text = self.file(&path)?.unwrap_or_default();
        Metadata::read(&text).map_err(|e| e.within(path))
    }

    /// The bytes of the file at `path` in the collection, if it is there.
    fn file(&self, path: &str) -> Result<Option<Cow<'static, [u8]>>, fsx::Error> {
        match self {
            Bundle::Embedded => {
                let file = FILES.iter().find(|(known, _)| *known == path);
                Ok(file.map(|(_, data)| Cow::Borrowed(*data)))
            }
            Bundle::Directory(root) => match fsx::read(&root.join(path)) {
                Ok(data) => Ok(Some(Cow::Owned(data))),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            },
        }
    }
}

impl Chart {
    /// Loads the chart `name` of those in the binary, as [`Chart::load`] loads its directory.
    ///
    /// # Errors
    /// If there is none of that name, or it is no valid chart.
    pub fn embedded(name: &str, notices: &mut Notices) -> Result<Chart, Error> {
        Chart::from_files(directory::from_memory(&files_of(name), notices)?, notices)
    }
}

/// The files in the binary below the directory `name`, with their paths there.
fn files_of(name: &str) -> Vec<(&'static str, &'static [u8])> {
    FILES.iter().filter_map(|(path, data)| Some((inner_path(path, name)?, *data))).collect()
}

/// What follows `directory/` in `path`.
fn inner_path<'a>(path: &'a str, directory: &str) -> Option<&'a str> {
    path.strip_prefix(directory)?.strip_prefix('/')
}

/// Adds the names of the charts in the `directory` whose own name is `name`. Directories that cannot be read have none.
fn find_charts(directory: &Path, name: &str, depth: usize, names: &mut Vec<String>) {
    for entry in fsx::names(directory) {
        let path = directory.join(&entry);
        let Some(entry) = entry.to_str().filter(|_| path.is_dir()) else { continue };
        let name = if name.is_empty() { entry.to_owned() } else { format!("{name}/{entry}") };
        if fsx::exists(&path.join("Chart.yaml")) {
            names.push(name);
        } else if depth > 1 {
            find_charts(&path, &name, depth - 1, names);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("charts")
    }

    #[test]
    #[cfg(feature = "embedded")]
    fn embedded_charts_equal_their_directories() {
        let names = Bundle::Embedded.names().expect("the names are in memory");
        assert_eq!(names, Bundle::Directory(root()).names().expect("the charts are in the checkout"));
        assert!(names.iter().any(|name| name == "backup/velero"));
        for name in names {
            let embedded = Chart::embedded(&name, &mut Notices::new()).expect("the chart is valid");
            let loaded = Chart::load(&root().join(&name), &mut Notices::new()).expect("the chart is valid");
            assert!(format!("{embedded:?}") == format!("{loaded:?}"), "{name} differs from its directory");
        }
    }

    #[test]
    fn exact_names_come_first() {
        let bundle = Bundle::Directory(root());
        for (name, expected) in [
            ("velero", &["backup/velero"][..]),
            ("mla/minio", &["mla/minio"]),
            ("minio", &["minio"]),
            ("grafana", &["mla/grafana", "monitoring/grafana"]),
            ("mla", &[]),
            ("", &[]),
            ("../charts/minio", &[]),
        ] {
            assert_eq!(bundle.find(name).expect("the charts are in the checkout"), expected, "{name}");
        }
    }
}
