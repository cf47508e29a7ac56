//! What was put into `charts/` before: which archive a chart of a repository and version was.
//!
//! `Chart.lock` names versions, not contents. A note for each, beside Helm's caches, lets a build see that an archive
//! in `charts/` is the one that it would fetch, without asking any server. Notes of another machine do not count.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::chart::Dependency;
use crate::fsx;

/// The notes.
#[derive(Clone, Debug)]
pub struct Records {
    folder: PathBuf,
}

/// An archive that a dependency was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// SHA-256 of the archive.
    pub digest: [u8; 32],
    /// The name of its file in `charts/`.
    pub file: String,
}

impl Records {
    /// The notes in `folder`, which need not be there.
    pub fn new(folder: PathBuf) -> Records {
        Records { folder }
    }

    /// The archive that the dependency, which is of one version, was.
    pub fn get(&self, dependency: &Dependency) -> Option<Record> {
        let text = fsx::read(&self.path(dependency)).ok()?;
        let (digest, file) = std::str::from_utf8(&text).ok()?.split_once(' ')?;
        let digest = HEXLOWER.decode(digest.as_bytes()).ok()?.try_into().ok()?;
        Some(Record { digest, file: file.to_owned() })
    }

    /// Notes which archive the dependency is. What cannot be noted costs time later, and nothing else.
    pub fn put(&self, dependency: &Dependency, record: &Record) {
        if self.get(dependency).as_ref() != Some(record) {
            let text = format!("{} {}", HEXLOWER.encode(&record.digest), record.file);
            let _ = fsx::write(&self.path(dependency), text.as_bytes());
        }
    }

    fn path(&self, dependency: &Dependency) -> PathBuf {
        let Dependency { name, version, repository, .. } = dependency;
        let key = Sha256::digest([&**repository, b"\n", name, b"\n", version].concat());
        self.folder.join(HEXLOWER.encode(&key))
    }
}

/// SHA-256 of the file at `path`; none if it is no readable file, or a link.
pub fn digest(path: &Path) -> Option<[u8; 32]> {
    if !path.symlink_metadata().is_ok_and(|info| info.is_file()) {
        return None;
    }
    Some(Sha256::digest(fsx::read(path).ok()?).into())
}
