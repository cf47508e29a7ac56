//! The index of the archives in a folder.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use data_encoding::HEXLOWER;

use super::cache::sha256;
use super::index::sort;
use super::urls;
use super::write::text_of;
use super::{ChartVersion, Index};
use crate::chart::{Chart, Notices};
use crate::fsx;
use crate::gotime::Time;
use crate::limits::THREADS;
use crate::value::Str;

/// The extension of archives.
const EXTENSION: &str = ".tgz";

/// An index of the archives in `folder` and in the folders there, whose URLs begin with `url`; all were `created` at
/// the same time. What is no chart is left out.
pub fn index_directory(folder: &Path, url: &str, created: &Time) -> Index {
    let archives = archives(folder);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut charts = Vec::new();
        while let Some((i, archive)) = {
            let i = next.fetch_add(1, Ordering::Relaxed);
            archives.get(i).map(|archive| (i, archive))
        } {
            charts.extend(read(archive).map(|chart| (i, chart)));
        }
        charts
    };
    let threads =
        thread::available_parallelism().map_or(1, |n| n.get().min(THREADS)).min(archives.len().max(1));
    let mut charts = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        all.extend(others.into_iter().filter_map(|other| other.join().ok()).flatten());
        all
    });
    charts.sort_by_key(|(i, _)| *i);
    let mut index = Index::default();
    let created = text_of(created);
    for (i, version) in charts {
        let Archive { parent, name, .. } = &archives[i];
        let base = urls::join(url, parent);
        let url = if base.is_empty() { name.clone() } else { urls::join(&base, name) };
        let version = ChartVersion { urls: vec![Str::from(url)], created: created.clone(), ..version };
        index.entries.entry(version.metadata.name.clone()).or_default().push(version);
    }
    index.entries.values_mut().for_each(sort);
    index
}

/// An archive to look at.
struct Archive {
    path: PathBuf,
    /// The name of the folder that it is in, if that is not the one that is indexed.
    parent: String,
    name: String,
}

/// The archives in `folder`, then those in the folders there, each by name.
fn archives(folder: &Path) -> Vec<Archive> {
    let in_folder = |folder: &Path, parent: &str| -> Vec<Archive> {
        let names = fsx::names(folder).into_iter().filter_map(|name| name.into_string().ok());
        let archives = names.filter(|name| name.ends_with(EXTENSION));
        archives.map(|name| Archive { path: folder.join(&name), parent: parent.to_owned(), name }).collect()
    };
    let mut all = in_folder(folder, "");
    for name in fsx::names(folder).into_iter().filter_map(|name| name.into_string().ok()) {
        all.extend(in_folder(&folder.join(&name), &name));
    }
    all
}

/// The chart in an archive, with the archive's digest; `None` if that holds none.
fn read(archive: &Archive) -> Option<ChartVersion> {
    let bytes = fsx::read(&archive.path).ok()?;
    let chart = Chart::from_archive(bytes.as_slice(), &mut Notices::new()).ok()?;
    Some(ChartVersion {
        metadata: (*chart.metadata).clone(),
        digest: HEXLOWER.encode(&sha256(&bytes)).into(),
        ..ChartVersion::default()
    })
}
