//! Charts in directories.

use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use super::ignore::Rules;
use super::{Error, File, Notice, Notices};
use crate::limits::CHART_BYTES;

/// Symbolic links that are followed to resolve one path.
const MAX_LINKS: usize = 255;

/// The files of the chart at `directory` that `.helmignore` does not exclude, in order of their paths.
///
/// # Errors
/// If a file cannot be read, or all together are larger than [`CHART_BYTES`].
pub(super) fn read(directory: &Path, notices: &mut Notices) -> Result<Vec<File>, Error> {
    let root = absolute(directory)?;
    let path = root.join(".helmignore");
    let ignore = if path.metadata().is_ok() { read_file(&path)? } else { Vec::new() };
    let mut walk = Walk { rules: Rules::parse(&ignore)?, files: Vec::new(), room: CHART_BYTES, notices };
    walk.directory(&root, b"")?;
    Ok(walk.files)
}

/// The bytes of a file; errors in Go's words, e.g. `open a.yaml: no such file or directory`.
pub fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let mut file = fs::File::open(path).map_err(|e| path_error("open", path, e))?;
    let mut data = Vec::new();
    file.read_to_end(&mut data).map_err(|e| path_error("read", path, e))?;
    Ok(data)
}

/// The error of an operation on a file, as Go words it.
pub fn path_error(operation: &str, path: &Path, error: io::Error) -> Error {
    Error {
        message: format!("{operation} {}: {}", path.display(), error_text(&error)),
        cause: Some(Box::new(error)),
    }
}

/// The text of an error of the operating system, as Go words it: without number, and in lower case.
pub fn error_text(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or(&text);
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// The path from the root of the file system, with `.` and `..` resolved by name.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let path = std::path::absolute(path).map_err(|e| path_error("getwd", path, e))?;
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    Ok(clean)
}

struct Walk<'a> {
    rules: Rules,
    files: Vec<File>,
    room: u64,
    notices: &'a mut Notices,
}

impl Walk<'_> {
    /// Visits what is in the directory at `path`, in order of names. `name` is its path within the chart.
    fn directory(&mut self, path: &Path, name: &[u8]) -> Result<(), Error> {
        let mut names = fs::read_dir(path)
            .and_then(|entries| entries.map(|e| e.map(|e| e.file_name())).collect::<io::Result<Vec<_>>>())
            .map_err(|e| path_error("open", path, e))?;
        names.sort_unstable();
        for file_name in names {
            let path = path.join(&file_name);
            let mut inner = name.to_vec();
            if !inner.is_empty() {
                inner.push(b'/');
            }
            inner.extend_from_slice(file_name.as_bytes());
            let info = path.symlink_metadata().map_err(|e| path_error("lstat", &path, e))?;
            self.entry(&path, &inner, &info)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: &[u8], info: &Metadata) -> Result<(), Error> {
        if info.is_symlink() {
            let resolved = resolve(path)
                .map_err(|e| e.within(format_args!("error evaluating symlink {}", path.display())))?;
            self.notices.push(
                Notice::info("found symbolic link in path. Contents of linked file included and used")
                    .with("path", path.display().to_string())
                    .with("resolved", resolved.display().to_string()),
            );
            let info = resolved.symlink_metadata().map_err(|e| path_error("lstat", &resolved, e))?;
            return self.entry(path, name, &info);
        }
        if self.rules.ignores(name, info.is_dir(), self.notices) {
            return Ok(());
        }
        if info.is_dir() {
            return stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.directory(path, name));
        }
        if !info.is_file() {
            return Err(Error::new(format!(
                "cannot load irregular file {} as it has file mode type bits set",
                path.display()
            )));
        }
        let data = self
            .contents(path)
            .map_err(|e| e.within(format_args!("error reading {}", String::from_utf8_lossy(name))))?;
        let data = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&data);
        self.files.push(File { name: name.into(), data: data.into() });
        Ok(())
    }

    /// The bytes of the file at `path`, if all files still are small enough.
    fn contents(&mut self, path: &Path) -> Result<Vec<u8>, Error> {
        let file = fs::File::open(path).map_err(|e| path_error("open", path, e))?;
        let mut data = Vec::new();
        // One byte too many tells that there is more.
        file.take(self.room + 1).read_to_end(&mut data).map_err(|e| path_error("read", path, e))?;
        match self.room.checked_sub(data.len() as u64) {
            Some(room) => self.room = room,
            None => {
                return Err(Error::new(format!(
                    "chart exceeds maximum decompressed size of {CHART_BYTES} bytes"
                )));
            }
        }
        Ok(data)
    }
}

/// The path without symbolic links, as Go's `filepath.EvalSymlinks`.
fn resolve(path: &Path) -> Result<PathBuf, Error> {
    let mut pending: Vec<PathBuf> = components(path);
    let mut resolved = PathBuf::new();
    let mut links = 0;
    while let Some(component) = pending.pop() {
        match component.components().next() {
            Some(Component::ParentDir) => {
                resolved.pop();
                continue;
            }
            Some(Component::RootDir) => {
                resolved = component;
                continue;
            }
            _ => {}
        }
        let next = resolved.join(&component);
        let info = next.symlink_metadata().map_err(|e| path_error("lstat", &next, e))?;
        if info.is_symlink() {
            links += 1;
            if links > MAX_LINKS {
                return Err(Error::new("EvalSymlinks: too many links"));
            }
            let target = next.read_link().map_err(|e| path_error("readlink", &next, e))?;
            pending.extend(components(&target));
        } else if !info.is_dir() && !pending.is_empty() {
            return Err(Error::new("not a directory"));
        } else {
            resolved = next;
        }
    }
    Ok(resolved)
}

/// The components of a path, the last one first.
fn components(path: &Path) -> Vec<PathBuf> {
    path.components()
        .filter(|c| !matches!(c, Component::CurDir))
        .map(|c| PathBuf::from(c.as_os_str()))
        .rev()
        .collect()
}
