//! What is kept of repositories and their charts, in the places where Helm keeps it.

use std::path::{Path, PathBuf};

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use sha2::{Digest as _, Sha256};

use super::Repository;
use crate::fsx;

/// The file with the index of the repository `name`, below the folder of cached indexes.
pub fn index_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(file_name(name, "index.yaml"))
}

/// The file with the names of its charts, a line each.
pub fn charts_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(file_name(name, "charts.txt"))
}

/// The file that says which answer of the server the cached index is. Helm does not know it.
pub fn validators_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(file_name(name, "index.validators.json"))
}

fn file_name(name: &str, kind: &str) -> String {
    if name.is_empty() { kind.to_owned() } else { format!("{name}-{kind}") }
}

/// The name under which Helm caches the index of a repository that the user has not added.
pub fn unmanaged_name(url: &str) -> String {
    format!("helm-manager-{}", HEXLOWER.encode(&sha256(url.as_bytes())))
}

/// Removes what is cached of the index of the repository `name`.
///
/// # Errors
/// If the index is there and cannot be removed.
pub fn remove_index(folder: &Path, name: &str) -> Result<(), fsx::Error> {
    // Without the index the other two mean nothing.
    let _ = fsx::remove_file(&charts_file(folder, name));
    let _ = fsx::remove_file(&validators_file(folder, name));
    fsx::remove_file(&index_file(folder, name))
}

impl Repository {
    /// Checks that the name can be part of the name of a file, and of a reference to a chart.
    ///
    /// # Errors
    /// If it cannot, in Helm's words.
    pub fn check_name(&self) -> Result<(), String> {
        match self.name.contains(['/', '\\', '\0']) {
            true => Err(format!(
                "repository name ({}) contains '/', please specify a different name without '/'",
                self.name
            )),
            false => Ok(()),
        }
    }
}

/// The SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Reads a digest of an index: hexadecimal digits, maybe behind the name of the algorithm and a colon.
///
/// # Errors
/// If it is none, in Helm's words.
pub fn parse_digest(text: &str) -> Result<[u8; 32], String> {
    let digits = text.split_once(':').map_or(text, |(_, digits)| digits);
    if let Some(wrong) = digits.chars().find(|digit| !digit.is_ascii_hexdigit()) {
        return Err(format!("encoding/hex: invalid byte: U+{:04X} '{wrong}'", u32::from(wrong)));
    }
    let bytes = HEXLOWER_PERMISSIVE.decode(digits.as_bytes());
    let bytes = bytes.map_err(|_| "encoding/hex: odd length hex string".to_owned())?;
    let length = bytes.len();
    bytes.try_into().map_err(|_| format!("invalid digest length: {length}"))
}

/// The folder of cached charts, each under the SHA-256 of its archive.
#[derive(Clone, Debug)]
pub struct Content {
    folder: PathBuf,
}

/// What is cached of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The archive.
    Chart,
    /// The provenance of that archive.
    Provenance,
}

impl Content {
    /// The cache in `folder`.
    pub fn new(folder: PathBuf) -> Content {
        Content { folder }
    }

    /// Where a part of the chart with this digest is, or would be.
    pub fn path(&self, digest: &[u8; 32], part: Part) -> PathBuf {
        let name = HEXLOWER.encode(digest);
        let extension = match part {
            Part::Chart => "chart",
            Part::Provenance => "prov",
        };
        self.folder.join(&name[..2]).join(format!("{name}.{extension}"))
    }

    /// A part of the chart with this digest, if it is cached. An archive that has another digest is not: Helm takes
    /// the word of an index for that.
    pub fn get(&self, digest: &[u8; 32], part: Part) -> Option<Vec<u8>> {
        let bytes = fsx::read(&self.path(digest, part)).ok()?;
        let is_right = match part {
            Part::Chart => sha256(&bytes) == *digest,
            Part::Provenance => !bytes.is_empty(),
        };
        is_right.then_some(bytes)
    }

    /// Keeps a part of the chart with this digest. Gives its path.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn put(&self, digest: &[u8; 32], part: Part, bytes: &[u8]) -> Result<PathBuf, fsx::Error> {
        let path = self.path(digest, part);
        fsx::write(&path, bytes)?;
        Ok(path)
    }
}
