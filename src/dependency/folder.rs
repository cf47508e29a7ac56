//! The `charts/` folder of a chart, which changes as a whole or not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::record;
use crate::chart::{Chart, Error, Notices};
use crate::value::Str;
use crate::{fsx, gofmt};

/// The `charts/` folder of a chart.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// An archive that belongs into the folder.
#[derive(Debug)]
pub struct Archive {
    /// The name of its file.
    pub file: String,
    /// Its SHA-256.
    pub digest: [u8; 32],
    /// Its bytes; `None` if it lies there already.
    pub bytes: Option<Vec<u8>>,
}

impl Folder {
    /// The folder at `path`, which need not be there.
    ///
    /// # Errors
    /// If something else is there.
    pub fn new(path: PathBuf) -> Result<Folder, Error> {
        let quoted = gofmt::quote(path.as_os_str().as_encoded_bytes());
        match path.symlink_metadata() {
            Ok(info) if info.is_symlink() => Err(Error::new(format!(
                "{quoted} is a symbolic link: dependencies are put only into a folder of the chart itself"
            ))),
            Ok(info) if !info.is_dir() => Err(Error::new(format!("{quoted} is not a directory"))),
            _ => Ok(Folder { path }),
        }
    }

    /// Where the file or folder of this name is, or would be.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// True if the file of this name has this digest.
    pub fn has(&self, file: &str, digest: &[u8; 32]) -> bool {
        record::digest(&self.join(file)).as_ref() == Some(digest)
    }

    /// Puts `archives` into the folder and removes those that are none of them. Folders stay, and archives of the
    /// charts `unpacked` names, which are not fetched. Gives lines about files that are no charts.
    ///
    /// # Errors
    /// If that is not possible; then the folder is as it was.
    pub fn fill(&self, archives: &[&Archive], unpacked: &[Str]) -> Result<Vec<String>, Error> {
        let mut lines = Vec::new();
        let mut kept = Vec::new();
        let mut is_changed = !self.path.is_dir();
        for name in fsx::names(&self.path) {
            let file = name.to_string_lossy();
            match archives.iter().find(|archive| *archive.file == *file) {
                Some(archive) if archive.bytes.is_some() => continue,
                Some(_) => kept.push(name),
                None if self.path.join(&name).is_dir() => kept.push(name),
                None => match self.check_outdated(&file, unpacked) {
                    Ok(true) => is_changed = true,
                    Ok(false) => kept.push(name),
                    Err(line) => {
                        lines.push(line);
                        kept.push(name);
                    }
                },
            }
        }
        // The same chart may be there under several aliases.
        let new: BTreeMap<_, _> =
            archives.iter().filter_map(|archive| Some((&archive.file, archive.bytes.as_ref()?))).collect();
        if is_changed || !new.is_empty() {
            let staging = fsx::Staging::beside(&self.path)?;
            for name in kept {
                staging.adopt(&self.path.join(name))?;
            }
            for (file, bytes) in new {
                staging.add(Path::new(file), bytes)?;
            }
            staging.commit()?;
        }
        Ok(lines)
    }

    /// True if the file is an archive that no dependency wants any more.
    fn check_outdated(&self, file: &str, unpacked: &[Str]) -> Result<bool, String> {
        let path = self.join(file);
        match Chart::load(&path, &mut Notices::new()) {
            Ok(chart) => Ok(!unpacked.contains(&chart.metadata.name)),
            Err(error) => {
                Err(format!("Could not verify {} for deletion: {error} (Skipping)", path.display()))
            }
        }
    }
}
