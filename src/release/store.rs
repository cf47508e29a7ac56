//! Where records are kept, and how one is found.

use std::path::PathBuf;

use super::Release;
use crate::fsx;
use crate::value::Str;

/// Records of releases, in memory.
#[derive(Debug, Default)]
pub struct Store {
    releases: Vec<Release>,
}

/// Why a release cannot be had. The texts are Helm's.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none of that name or revision.
    #[error("release: not found")]
    NotFound,
    /// No release can have that name.
    #[error("release name is invalid: {0}")]
    InvalidName(String),
    /// A file of records cannot be used.
    #[error("{path}: {problem}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// The longest name that a release may have.
pub const MAX_NAME: usize = 53;

impl Store {
    /// Reads files that each have a list of records, in YAML or JSON.
    ///
    /// # Errors
    /// If one cannot be read, or has the same revision twice.
    pub fn of_files(paths: &[PathBuf]) -> Result<Store, Error> {
        let mut store = Store::default();
        for path in paths {
            let failed = |problem: String| Error::File { path: path.display().to_string(), problem };
            let text = fsx::read(path).map_err(|error| failed(error.to_string()))?;
            for release in Release::read_all(&text).map_err(failed)? {
                let key = |r: &Release| (r.namespace.clone(), r.name.clone(), r.version);
                if store.releases.iter().any(|known| key(known) == key(&release)) {
                    let (name, revision) = (&release.name, release.version);
                    return Err(failed(format!("revision {revision} of the release {name} is there twice")));
                }
                store.releases.push(release);
            }
        }
        Ok(store)
    }

    /// All revisions in `namespace`, or in all namespaces if that is `None`.
    pub fn all(&self, namespace: Option<&str>) -> impl Iterator<Item = &Release> {
        self.releases.iter().filter(move |release| namespace.is_none_or(|name| release.namespace == name))
    }

    /// The revisions of the release `name`, the first one first.
    ///
    /// # Errors
    /// If there is none.
    pub fn history(&self, namespace: &str, name: &str) -> Result<Vec<&Release>, Error> {
        if !is_name(name) {
            return Err(Error::InvalidName(name.to_owned()));
        }
        let mut found: Vec<&Release> =
            self.all(Some(namespace)).filter(|release| release.name == name).collect();
        found.sort_by_key(|release| release.version);
        if found.is_empty() { Err(Error::NotFound) } else { Ok(found) }
    }

    /// The revision of the release `name`; its last one if `revision` is not above zero.
    ///
    /// # Errors
    /// If it is not there.
    pub fn get(&self, namespace: &str, name: &str, revision: i64) -> Result<&Release, Error> {
        let found = self.history(namespace, name)?.into_iter();
        let mut found = found.filter(|release| revision <= 0 || release.version == revision);
        found.next_back().ok_or(Error::NotFound)
    }

    /// The last revision of each release among `releases`, sorted by name and namespace.
    pub fn latest<'r>(releases: impl Iterator<Item = &'r Release>) -> Vec<&'r Release> {
        let mut all: Vec<&Release> = releases.collect();
        all.sort_by(|a, b| key(a).cmp(&key(b)).then(b.version.cmp(&a.version)));
        all.dedup_by(|later, first| key(later) == key(first));
        all
    }
}

fn key(release: &Release) -> (&Str, &Str) {
    (&release.name, &release.namespace)
}

/// True if a release can have this name: a DNS name of at most [`MAX_NAME`] bytes.
pub fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && bytes.iter().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    name.len() <= MAX_NAME && name.split('.').all(is_label)
}
