//! Charts in directories.

use std::fs::{self, FileType};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::ignore::Rules;
use super::model::without_mark;
use super::{Error, File, Notice, Notices};
use crate::fsx;
use crate::stack::with_stack;
use crate::value::Str;

/// Bytes that are read at once. Few files are larger.
const PIECE: usize = 64 * 1024;
/// Symbolic links that are followed to resolve one path.
const MAX_LINKS: usize = 255;

/// The files of the chart at `directory` that `.helmignore` does not exclude, in order of their paths.
///
/// # Errors
/// If a file cannot be read, or all together have more than `limit` bytes.
pub(super) fn read(directory: &Path, limit: u64, notices: &mut Notices) -> Result<Vec<File>, Error> {
    let root = fsx::absolute(directory);
    let path = root.join(".helmignore");
    let ignore = if path.metadata().is_ok() { fsx::read(&path)? } else { Vec::new() };
    let rules = Rules::parse(&ignore)?;
    let mut walk = Walk { rules, files: Vec::new(), piece: vec![0; PIECE], limit, room: limit, notices };
    walk.directory(&root, b"")?;
    Ok(walk.files)
}

/// The bytes of the file at `path`, without a byte order mark; none if it is not there.
///
/// # Errors
/// If it cannot be read, or is no file.
pub(super) fn read_file(path: &Path, notices: &mut Notices) -> Result<Option<Str>, Error> {
    match path.metadata() {
        Ok(info) if info.is_file() => {
            if path.symlink_metadata().is_ok_and(|info| info.is_symlink()) {
                let path = fsx::absolute(path);
                notices.push(followed(&path, &resolve(&path)?));
            }
            Ok(Some(without_mark(&fsx::read(path)?).into()))
        }
        Ok(_) => Err(irregular(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fsx::Error::new("stat", path, error).into()),
    }
}

fn followed(path: &Path, resolved: &Path) -> Notice {
    Notice::info("found symbolic link in path. Contents of linked file included and used")
        .with("path", path.display().to_string())
        .with("resolved", resolved.display().to_string())
}

fn irregular(path: &Path) -> Error {
    let path = path.display();
    Error::new(format!("cannot load irregular file {path} as it has file mode type bits set"))
}

/// The same of a directory that is in memory: `files` are in order of their paths in it.
///
/// # Errors
/// If the rules in `.helmignore` are wrong.
pub(super) fn from_memory(files: &[(&str, &[u8])], notices: &mut Notices) -> Result<Vec<File>, Error> {
    let ignore = files.iter().find(|(name, _)| *name == ".helmignore").map_or(&[][..], |(_, data)| data);
    let rules = Rules::parse(ignore)?;
    let kept = files.iter().filter(|(name, _)| !rules.exclude(name.as_bytes(), notices));
    Ok(kept.map(|(name, data)| File { name: (*name).into(), data: without_mark(data).into() }).collect())
}

/// Those of `files` that `.helmignore` among them does not exclude.
///
/// # Errors
/// If its rules are wrong.
pub(super) fn without_ignored(files: &[File], notices: &mut Notices) -> Result<Vec<File>, Error> {
    let ignore = files.iter().find(|file| file.name == ".helmignore");
    let rules = Rules::parse(ignore.map_or(&[][..], |file| &file.data))?;
    Ok(files.iter().filter(|file| !rules.exclude(&file.name, notices)).cloned().collect())
}

struct Walk<'a> {
    rules: Rules,
    files: Vec<File>,
    /// Room to read into.
    piece: Vec<u8>,
    /// Bytes that all files may have.
    limit: u64,
    /// What is left of it.
    room: u64,
    notices: &'a mut Notices,
}

impl Walk<'_> {
    /// Visits what is in the directory at `path`, in order of names. `name` is its path within the chart.
    fn directory(&mut self, path: &Path, name: &[u8]) -> Result<(), Error> {
        let mut entries = fs::read_dir(path)
            .and_then(|entries| {
                entries.map(|e| e.map(|e| (e.file_name(), e))).collect::<io::Result<Vec<_>>>()
            })
            .map_err(|e| fsx::Error::new("open", path, e))?;
        entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        for (file_name, entry) in entries {
            let path = path.join(&file_name);
            let mut inner = name.to_vec();
            if !inner.is_empty() {
                inner.push(b'/');
            }
            inner.extend_from_slice(file_name.as_encoded_bytes());
            let kind = entry.file_type().map_err(|e| fsx::Error::new("lstat", &path, e))?;
            self.entry(&path, &inner, kind)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: &[u8], kind: FileType) -> Result<(), Error> {
        if kind.is_symlink() {
            let resolved = resolve(path)
                .map_err(|e| e.within(format_args!("error evaluating symlink {}", path.display())))?;
            self.notices.push(followed(path, &resolved));
            let info = resolved.symlink_metadata().map_err(|e| fsx::Error::new("lstat", &resolved, e))?;
            return self.entry(path, name, info.file_type());
        }
        if self.rules.ignores(name, kind.is_dir(), self.notices) {
            return Ok(());
        }
        if kind.is_dir() {
            return with_stack(|| self.directory(path, name));
        }
        if !kind.is_file() {
            return Err(irregular(path));
        }
        let data = self
            .contents(path)
            .map_err(|e| e.within(format_args!("error reading {}", String::from_utf8_lossy(name))))?;
        self.files.push(File { name: name.into(), data });
        Ok(())
    }

    /// The bytes of the file at `path`, without a byte order mark, if all files still are small enough.
    fn contents(&mut self, path: &Path) -> Result<Str, Error> {
        let failed = |operation| move |e| fsx::Error::new(operation, path, e);
        let mut file = fs::File::open(path).map_err(failed("open"))?;
        let mut data = Str::new();
        let mut is_start = true;
        loop {
            let length = fsx::fill(&mut file, &mut self.piece).map_err(failed("read"))?;
            self.room = self.room.checked_sub(length as u64).ok_or_else(|| {
                let limit = self.limit;
                Error::new(format!("chart exceeds maximum decompressed size of {limit} bytes"))
            })?;
            let mut piece = &self.piece[..length];
            if std::mem::take(&mut is_start) {
                piece = without_mark(piece);
                if length == PIECE {
                    let size = file.metadata().map_or(0, |info| info.len().min(self.room));
                    data = Str::with_capacity(usize::try_from(size).unwrap_or(0) + PIECE);
                }
            }
            data.push_bytes(piece);
            if length < PIECE {
                return Ok(data);
            }
        }
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
        let info = next.symlink_metadata().map_err(|e| fsx::Error::new("lstat", &next, e))?;
        if info.is_symlink() {
            links += 1;
            if links > MAX_LINKS {
                return Err(Error::new("EvalSymlinks: too many links"));
            }
            let target = next.read_link().map_err(|e| fsx::Error::new("readlink", &next, e))?;
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

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    use std::os::unix::fs::symlink;

    use std::io::Write;

    use super::*;

    /// What `read` finds in a directory of these files, as `name=data`, or its error without the path.
    fn found(files: &[(&str, &str)], link: Option<(&str, &str)>, limit: u64) -> (String, usize) {
        let directory = tempfile::tempdir().expect("a place for the test");
        let root = directory.path().canonicalize().expect("a place for the test");
        for (name, data) in files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap_or(&root)).expect("a place for the test");
            fs::File::create(path)
                .and_then(|mut f| f.write_all(data.as_bytes()))
                .expect("a place for the test");
        }
        if let Some((target, name)) = link {
            symlink(target, root.join(name)).expect("a place for the test");
        }
        let mut notices = Notices::new();
        let text = match read(&root, limit, &mut notices) {
            Ok(files) => files.iter().map(|f| format!("{}={}", f.name, f.data)).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string().replace(&format!("{}/", root.display()), ""),
        };
        (text, notices.len())
    }

    #[test]
    fn files_links_and_rules() {
        let files = [("b", "2"), ("a/x", "\u{feff}1"), ("a.b", "3"), ("t.tmp", "4")];
        let rules = [("b", "2"), ("t.tmp", "4"), (".helmignore", "*.tmp\n")];
        for (files, link, expected, notices) in [
            (&files[..], None, "a/x=1 a.b=3 b=2 t.tmp=4", 0),
            (&files[..], Some(("a", "l")), "a/x=1 a.b=3 b=2 l/x=1 t.tmp=4", 1),
            (&files[..], Some(("./a/../b", "l")), "a/x=1 a.b=3 b=2 l=2 t.tmp=4", 1),
            (
                &files[..],
                Some(("none", "l")),
                "error evaluating symlink l: lstat none: no such file or directory",
                0,
            ),
            (&rules[..], None, ".helmignore=*.tmp\n b=2", 0),
        ] {
            assert_eq!(found(files, link, 1000), (expected.to_owned(), notices));
        }
        let (error, _) = found(&files, Some((".", "l")), 1000);
        assert!(error.starts_with("open l/l/") && error.ends_with(": too many levels of symbolic links"));
    }

    #[test]
    fn size_is_limited() {
        let files = [("a", "12345"), ("b", "67890")];
        assert_eq!(found(&files, None, 10).0, "a=12345 b=67890");
        let expected = "error reading b: chart exceeds maximum decompressed size of 9 bytes";
        assert_eq!(found(&files, None, 9).0, expected);
    }
}
