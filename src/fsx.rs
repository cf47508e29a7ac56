//! File access: errors name operation and path in Go's words, writes are never half done.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::limits::FILE_BYTES;
use crate::signals;
use crate::stack::with_stack;

/// A failed file operation. Displays as Go's `*fs.PathError`: `open a.yaml: no such file or directory`.
#[derive(Debug)]
pub struct Error {
    operation: &'static str,
    path: PathBuf,
    error: io::Error,
}

impl Error {
    /// The error of `operation` (Go's name of the system call) on `path`.
    pub fn new(operation: &'static str, path: &Path, error: io::Error) -> Error {
        Error { operation, path: path.to_owned(), error }
    }

    /// What kind of failure it was.
    pub fn kind(&self) -> io::ErrorKind {
        self.error.kind()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.operation, self.path.display(), reason(&self.error))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// The system's text of an error as Go has it: in lower case and without its number.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// All bytes of a file, which may be [`FILE_BYTES`].
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    read_limited(path, FILE_BYTES)
}

/// All bytes of a file, which may be `limit`.
pub fn read_limited(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let file = fs::File::open(path).map_err(|e| Error::new("open", path, e))?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    read_all(file, size, limit, path)
}

/// Removes the file at `path`, if there is one.
pub fn remove_file(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::new("remove", path, error)),
        _ => Ok(()),
    }
}

/// All bytes of standard input, which may be [`FILE_BYTES`].
pub fn read_stdin() -> Result<Vec<u8>, Error> {
    read_all(io::stdin().lock(), 0, FILE_BYTES, Path::new("/dev/stdin"))
}

/// What `source` has, likely `size` bytes and at most `limit`.
fn read_all(source: impl Read, size: u64, limit: u64, path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or(0) + 1);
    source.take(limit + 1).read_to_end(&mut bytes).map_err(|e| Error::new("read", path, e))?;
    if bytes.len() as u64 > limit {
        let error = io::Error::other(format!("more than the {limit} bytes that a file may have"));
        return Err(Error::new("read", path, error));
    }
    Ok(bytes)
}

/// True if standard input is a pipe, with a program at its other end.
pub fn stdin_is_pipe() -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        use std::os::unix::fs::FileTypeExt;
        let file = io::stdin().as_fd().try_clone_to_owned().map(fs::File::from);
        file.and_then(|file| file.metadata()).is_ok_and(|info| info.file_type().is_fifo())
    }
    #[cfg(not(unix))]
    {
        use std::io::IsTerminal;
        !io::stdin().is_terminal()
    }
}

/// Reads until `buffer` is full or `file` ends. Gives the number of bytes read.
pub fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match file.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(length)
}

/// True if something is at `path`.
pub fn exists(path: &Path) -> bool {
    !path.as_os_str().is_empty() && path.metadata().is_ok()
}

/// True if `file` is a program that somebody may run.
#[cfg(unix)]
pub fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// True if `file` is a file: only Unix says whether it is a program.
#[cfg(not(unix))]
pub fn is_executable(file: &Path) -> bool {
    file.is_file()
}

/// The names of what lies in `folder`, sorted; none if it cannot be read.
pub fn names(folder: &Path) -> Vec<OsString> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.file_name())).collect();
    names.sort();
    names
}

/// `path` from the root of the file system, without `.` and `..`, links left as they are.
pub fn absolute(path: &Path) -> PathBuf {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut clean = PathBuf::new();
    for component in full.components() {
        match component {
            std::path::Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

/// Writes `content` to `path`, which must lie below `root` also when all links are followed, and makes the
/// folders on the way. Whoever looks sees the old file or the whole new one.
pub fn write_below(root: &Path, path: &Path, content: &[u8]) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(root);
    match folder.metadata() {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::new("stat", folder, error));
        }
        _ => {}
    }
    make_folders(root)?;
    let real = |p: &Path| p.canonicalize().map_err(|e| Error::new("lstat", p, e));
    // What is there already is looked at before anything is made in it.
    let existing = folder.ancestors().find(|folder| folder.exists()).unwrap_or(root);
    if !real(existing)?.starts_with(real(root)?) {
        let outside = io::Error::other(format!("a link on the way leads out of {}", root.display()));
        return Err(Error::new("open", path, outside));
    }
    make_folders(folder)?;
    replace_in(folder, path, content, 0o666)
}

/// Writes `content` to `path` and makes the folders on the way. Whoever looks sees the old file or the whole new
/// one, with the rights that new files have.
pub fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    replace(path, content, 0o666)
}

/// The same for what only its owner may read.
pub fn write_private(path: &Path, content: &[u8]) -> Result<(), Error> {
    replace(path, content, 0o600)
}

/// The same for a program.
pub fn write_executable(path: &Path, content: &[u8]) -> Result<(), Error> {
    replace(path, content, 0o777)
}

/// Makes `link` a symbolic link to `target`.
pub fn link(target: &Path, link: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(target, link);
    #[cfg(windows)]
    let made = std::os::windows::fs::symlink_dir(target, link);
    made.map_err(|e| Error::new("symlink", link, e))
}

/// Removes the file, the link or the folder with all that is in it. Links are never followed.
pub fn remove(path: &Path) -> Result<(), Error> {
    let removed = match path.symlink_metadata() {
        Ok(data) if data.is_dir() => fs::remove_dir_all(path),
        _ => fs::remove_file(path),
    };
    removed.map_err(|e| Error::new("remove", path, e))
}

fn replace(path: &Path, content: &[u8], mode: u32) -> Result<(), Error> {
    // A bare name is in the current folder.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folders(folder)?;
    replace_in(folder, path, content, mode)
}

/// Puts a file with `content` in place of `path`, which is in `folder`.
fn replace_in(folder: &Path, path: &Path, content: &[u8], mode: u32) -> Result<(), Error> {
    let failed = |error| Error::new("open", path, error);
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    let make = || builder.tempfile_in(folder);
    let (mut file, _held) = signals::temporary(make, |file| file.path()).map_err(failed)?;
    file.write_all(content).map_err(|e| Error::new("write", path, e))?;
    file.persist(path).map_err(|e| Error::new("open", path, e.error))?;
    Ok(())
}

/// What the names of temporary files and folders begin with.
const TEMPORARY: &str = ".pintle-";

/// The right to change what a lock file stands for, until it is dropped. Other programs that use `flock` obey it,
/// as Helm does.
#[derive(Debug)]
pub struct Lock {
    _file: fs::File,
}

/// Waits for the lock at `path`, which is made if it is not there, with the folders on the way.
pub fn lock(path: &Path) -> Result<Lock, Error> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folders(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.create(true).truncate(false).read(true).write(true).open(path);
    locked(path, file)
}

/// Waits for the lock on the file at `path` itself, which must be there.
pub fn lock_existing(path: &Path) -> Result<Lock, Error> {
    let is_file = path.metadata().is_ok_and(|info| info.is_file());
    locked(path, if is_file { fs::File::open(path) } else { Err(io::ErrorKind::NotFound.into()) })
}

fn locked(path: &Path, file: io::Result<fs::File>) -> Result<Lock, Error> {
    let file = file.map_err(|e| Error::new("open", path, e))?;
    file.lock().map_err(|e| Error::new("flock", path, e))?;
    Ok(Lock { _file: file })
}

/// A folder that is filled beside its place. It takes its place whole, or vanishes when it is dropped.
#[derive(Debug)]
pub struct Staging {
    folder: tempfile::TempDir,
    _held: signals::Temporary,
    target: PathBuf,
}

impl Staging {
    /// An empty folder, to become `target`, in the folder of which it lies.
    pub fn beside(target: &Path) -> Result<Staging, Error> {
        let parent = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        make_folders(parent)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let folder = signals::temporary(|| builder.tempdir_in(parent), tempfile::TempDir::path);
        let (folder, held) = folder.map_err(|e| Error::new("mkdir", target, e))?;
        Ok(Staging { folder, _held: held, target: target.to_owned() })
    }

    /// Where to put what shall be in the folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a new file into it, with the folders on the way.
    pub fn add(&self, name: &Path, content: &[u8]) -> Result<(), Error> {
        let path = self.path().join(name);
        make_folders(path.parent().unwrap_or(self.path()))?;
        let shown = |operation, error| Error::new(operation, &self.target.join(name), error);
        let mut file = fs::File::create_new(&path).map_err(|e| shown("open", e))?;
        file.write_all(content).map_err(|e| shown("write", e))
    }

    /// Takes over the file, link or folder at `path` under its name. It stays where it is, too: files are shared, or
    /// copied where that is not possible.
    pub fn adopt(&self, path: &Path) -> Result<(), Error> {
        path.file_name().map_or(Ok(()), |name| share(path, &self.path().join(name)))
    }

    /// Puts the folder in its place. What is there already goes away only after that.
    pub fn commit(self) -> Result<(), Error> {
        // What is there takes the place of the new folder, and vanishes with it.
        if exchange(self.folder.path(), &self.target).is_ok() {
            return Ok(());
        }
        let failed = |error| Error::new("rename", &self.target, error);
        let parent = self.target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // A link is replaced, not what it leads to.
        let old = match self.target.symlink_metadata() {
            Ok(_) => {
                let make = || tempfile::Builder::new().prefix(TEMPORARY).tempdir_in(parent);
                Some(signals::temporary(make, tempfile::TempDir::path).map_err(failed)?)
            }
            Err(_) => None,
        };
        let aside = old.as_ref().map(|(old, _)| old.path().join("old"));
        let placed = signals::uninterrupted(|| self.place(aside.as_deref()));
        if let (Err(_), Some((old, _)), Some(aside)) = (&placed, old, aside)
            && aside.exists()
        {
            // Better there than nowhere.
            let _ = old.keep();
        }
        placed.map_err(failed)?;
        // It has moved; there is nothing to remove at its former place.
        let _ = self.folder.keep();
        Ok(())
    }

    /// Renames the folder to its target, and what is there to `aside`.
    fn place(&self, aside: Option<&Path>) -> io::Result<()> {
        let Some(aside) = aside else { return fs::rename(self.folder.path(), &self.target) };
        fs::rename(&self.target, aside)?;
        fs::rename(self.folder.path(), &self.target).inspect_err(|_| {
            let _ = fs::rename(aside, &self.target);
        })
    }
}

/// Lets what is at two paths change places, at once. Not every system and file system can.
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (one, other);
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Removes what programs that were killed have left of a [`Staging`] in `folder`, in which nobody else works now.
pub fn remove_left_over(folder: &Path) {
    for name in names(folder) {
        let path = folder.join(&name);
        if name.as_encoded_bytes().starts_with(TEMPORARY.as_bytes())
            && path.symlink_metadata().is_ok_and(|info| info.is_dir())
        {
            // It is in nobody's way.
            let _ = fs::remove_dir_all(path);
        }
    }
}

/// Makes what is at `from` appear at `to`, too.
fn share(from: &Path, to: &Path) -> Result<(), Error> {
    let failed = |error| Error::new("link", from, error);
    let info = from.symlink_metadata().map_err(failed)?;
    if info.is_dir() {
        fs::create_dir(to).map_err(|e| Error::new("mkdir", to, e))?;
        let entries = fs::read_dir(from).map_err(|e| Error::new("open", from, e))?;
        for entry in entries {
            let name = entry.map_err(|e| Error::new("readdirent", from, e))?.file_name();
            with_stack(|| share(&from.join(&name), &to.join(&name)))?;
        }
        return fs::set_permissions(to, info.permissions()).map_err(failed);
    }
    #[cfg(unix)]
    if info.is_symlink() {
        let target = from.read_link().map_err(failed)?;
        return std::os::unix::fs::symlink(target, to).map_err(failed);
    }
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(|_| ())).map_err(failed)
}

/// Makes `folder` and those above it. The first thing on the way that is no folder is the error.
pub fn make_folders(folder: &Path) -> Result<(), Error> {
    match folder.metadata() {
        Ok(data) if data.is_dir() => return Ok(()),
        Ok(_) => return Err(Error::new("mkdir", folder, io::ErrorKind::NotADirectory.into())),
        Err(_) => {}
    }
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_folders(parent)?;
    }
    match fs::create_dir(folder) {
        Err(_) if folder.is_dir() => Ok(()),
        made => made.map_err(|e| Error::new("mkdir", folder, e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_read_as_gos() {
        let missing = read(Path::new("nope.yaml")).expect_err("there is no such file");
        assert_eq!(missing.to_string(), "open nope.yaml: no such file or directory");
        let folder = read(Path::new("/")).expect_err("a folder cannot be read");
        assert_eq!(folder.to_string(), "read /: is a directory");
    }

    #[test]
    fn writes_stay_below_the_root() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().join("out");
        let file = root.join("a/b.yaml");
        write_below(&root, &file, b"1").expect("a new file can be written");
        write_below(&root, &file, b"2").expect("a file can be replaced");
        assert_eq!(read(&file).expect("the file is there"), b"2");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path(), root.join("link")).expect("links can be made");
            for name in ["c.yaml", "d/c.yaml"] {
                let path = root.join("link").join(name);
                let escape = write_below(&root, &path, b"3").expect_err("the link leads out");
                assert!(escape.to_string().contains("leads out of"), "{escape}");
            }
            assert_eq!(fs::read_dir(folder.path()).expect("the folder is there").count(), 1);
        }
    }
}
