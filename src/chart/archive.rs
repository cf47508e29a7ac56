//! Charts in archives (`.tgz`).

use std::cell::Cell;
use std::io::{self, ErrorKind, Read};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;

use super::model::without_mark;
use super::{Error, File};
use crate::gofmt;
use crate::limits::{ARCHIVE_ENTRIES, CHART_BYTES, CHART_TOTAL_BYTES};

/// Bytes of a block, of which a tar archive consists.
const BLOCK: u64 = 512;
/// Bytes of the header of a gzip stream.
const HEADER_LENGTH: u64 = 10;
/// Bytes that the headers in an archive may take, beside those of the files.
const HEADER_BYTES: u64 = 32 << 20;

/// What the archives of one chart, nested ones too, may still unpack.
#[derive(Debug)]
pub(super) struct Budget {
    /// Bytes of each archive.
    archive: u64,
    /// Bytes of all archives together.
    bytes: u64,
    /// Entries of all archives together.
    entries: usize,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { archive: CHART_BYTES, bytes: CHART_TOTAL_BYTES, entries: ARCHIVE_ENTRIES }
    }
}

/// True if `data` begins as a gzip archive does.
pub fn is_gzip(data: &[u8]) -> bool {
    data.starts_with(b"\x1F\x8B\x08")
}

/// The files in the archive of a chart; the first directory of each path is cut off.
///
/// # Errors
/// If it is not an archive, if a path leads out of it, or if it is too large.
pub fn unpack(archive: impl Read) -> Result<Vec<File>, Error> {
    unpack_within(archive, &mut Budget::default())
}

/// The same within a budget.
pub(super) fn unpack_within(mut archive: impl Read, budget: &mut Budget) -> Result<Vec<File>, Error> {
    let mut header = Vec::new();
    archive.by_ref().take(HEADER_LENGTH).read_to_end(&mut header).map_err(|e| read_error(&e))?;
    check_header(&header)?;
    let end = Rc::new(Cell::new(None));
    let mut archive = tar::Archive::new(Blocks {
        inner: MultiGzDecoder::new(header.chain(archive)).take(budget.archive + HEADER_BYTES),
        read: 0,
        end: end.clone(),
    });
    let is_cut_before = |place: u64| end.get().is_some_and(|end| end < place);
    let mut last = 0;
    let mut files = Vec::new();
    let mut data = Vec::new();
    let mut room = budget.archive;
    for entry in archive.entries().map_err(|e| read_error(&e))? {
        let mut entry = entry.map_err(|e| match end.get() {
            Some(end) if !end.is_multiple_of(BLOCK) => cut(),
            _ => read_error(&e),
        })?;
        if is_cut_before(entry.raw_file_position()) {
            return Err(cut());
        }
        last = entry.raw_file_position().saturating_add(entry.size());
        budget.entries = budget.entries.checked_sub(1).ok_or_else(|| {
            Error::new(format!("archives of the chart have more than {ARCHIVE_ENTRIES} entries"))
        })?;
        let path = entry.path_bytes().into_owned();
        let content = content(entry.header(), &path);
        if content == Content::Skipped {
            continue;
        }
        check_extensions(&mut entry)?;
        let name = inner_path(&path)?;
        // The size in the header is not trusted for anything but refusing early.
        if entry.size() > room {
            return Err(too_large(budget));
        }
        data.clear();
        if content == Content::Data {
            (&mut entry).take(room + 1).read_to_end(&mut data).map_err(|e| read_error(&e))?;
        }
        let size = data.len() as u64;
        if is_cut_before(last) {
            return Err(cut());
        }
        room = room.checked_sub(size).filter(|room| *room > 0).ok_or_else(|| too_large(budget))?;
        budget.bytes = budget.bytes.checked_sub(size).ok_or_else(|| too_large(budget))?;
        let data = without_mark(&data);
        files.push(File { name: name.as_slice().into(), data: data.into() });
    }
    let padded = last.checked_next_multiple_of(BLOCK).unwrap_or(u64::MAX);
    if end.get().is_some_and(|end| end > padded && !end.is_multiple_of(BLOCK)) {
        return Err(cut());
    }
    check_end(&mut archive.into_inner())?;
    if files.is_empty() {
        return Err(Error::new("no files in chart archive"));
    }
    Ok(files)
}

/// Checks the extended header of an entry, whose records readers do not all understand in the same way.
fn check_extensions<R: Read>(entry: &mut tar::Entry<'_, R>) -> Result<(), Error> {
    for record in entry.pax_extensions().map_err(|e| read_error(&e))?.into_iter().flatten() {
        let record = record.map_err(|e| read_error(&e))?;
        // Data with holes may claim any size.
        if record.key_bytes().starts_with(b"GNU.sparse.") {
            return Err(Error::new("archive/tar: invalid tar header"));
        }
    }
    Ok(())
}

/// Reads what is behind the last entry, so that the checksum of the whole archive is checked, which Helm never
/// does. Other data behind the gzip stream is nobody's business.
fn check_end(rest: &mut impl Read) -> Result<(), Error> {
    match io::copy(rest, &mut io::sink()) {
        Err(error) if error.kind() != ErrorKind::InvalidInput || error.to_string().contains("checksum") => {
            Err(read_error(&error))
        }
        _ => Ok(()),
    }
}

/// The blocks of a tar archive. The last one is filled up with zeros: Go reads archives that end behind the data
/// of their last file.
struct Blocks<R> {
    inner: R,
    read: u64,
    /// Where the archive really ends, once that is known.
    end: Rc<Cell<Option<u64>>>,
}

impl<R: Read> Read for Blocks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = self.inner.read(buffer)?;
        if count == 0 {
            self.end.set(self.end.get().or(Some(self.read)));
            let missing = usize::try_from(self.read.next_multiple_of(BLOCK) - self.read).unwrap_or(0);
            count = missing.min(buffer.len());
            buffer[..count].fill(0);
        }
        self.read += count as u64;
        Ok(count)
    }
}

/// What becomes of an archive entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// A file with the data that follows.
    Data,
    /// A file without data: links and devices.
    None,
    /// Nothing: directories and headers for the whole archive.
    Skipped,
}

fn content(header: &tar::Header, path: &[u8]) -> Content {
    /// The bits of a mode that tell the type of a file, and those of a directory.
    const TYPE: u32 = !0o7777;
    const DIRECTORY: u32 = 0o40000;
    let is_directory = header.mode().is_ok_and(|mode| mode & TYPE == DIRECTORY);
    match header.as_old().linkflag {
        _ if is_directory => Content::Skipped,
        // The oldest archives know no type for directories.
        [0] if path.ends_with(b"/") => Content::Skipped,
        [b'5' | b'g' | b'x'] => Content::Skipped,
        [b'1' | b'2' | b'3' | b'4' | b'6'] => Content::None,
        _ => Content::Data,
    }
}

/// The file is no gzip stream.
#[derive(Debug, thiserror::Error)]
#[error("gzip: invalid header")]
pub(super) struct InvalidHeader;

/// Checks the header of a gzip stream, for Go's error texts.
fn check_header(header: &[u8]) -> Result<(), Error> {
    match header.len() as u64 {
        0 => Err(Error::new("EOF")),
        1..HEADER_LENGTH => Err(Error::new("unexpected EOF")),
        _ if is_gzip(header) => Ok(()),
        _ => Err(Error { message: InvalidHeader.to_string(), cause: Some(Box::new(InvalidHeader)) }),
    }
}

/// The path within the chart of the archive entry `path`.
fn inner_path(path: &[u8]) -> Result<Vec<u8>, Error> {
    // Archives that were made on Windows may have backslashes.
    let delimiter = if path.contains(&b'\\') { b'\\' } else { b'/' };
    let mut parts = path.splitn(2, |b| *b == delimiter);
    let first = parts.next().unwrap_or_default();
    let rest = parts.next().unwrap_or_default();
    let rest: Vec<u8> = rest.iter().map(|b| if *b == delimiter { b'/' } else { *b }).collect();
    if rest.starts_with(b"/") {
        return Err(Error::new("chart illegally contains absolute paths"));
    }
    let name = clean(&rest);
    if name.is_empty() {
        let path = gofmt::quote(path);
        return Err(Error::new(format!(
            "chart illegally contains content outside the base directory: {path}"
        )));
    }
    if name.starts_with(b"..") {
        return Err(Error::new("chart illegally references parent directory"));
    }
    if matches!(name.as_slice(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic()) {
        return Err(Error::new("chart contains illegally named files"));
    }
    if first == b"Chart.yaml" {
        return Err(Error::new("chart yaml not in base directory"));
    }
    Ok(name)
}

/// A relative path without `.`, without empty names, and with `..` only at its start.
fn clean(path: &[u8]) -> Vec<u8> {
    let mut names: Vec<&[u8]> = Vec::new();
    for name in path.split(|b| *b == b'/') {
        match name {
            b"" | b"." => {}
            b".." if names.last().is_some_and(|last| *last != b"..") => {
                names.pop();
            }
            name => names.push(name),
        }
    }
    names.join(&b'/')
}

/// What Go says to an archive that cannot be read.
fn read_error(error: &io::Error) -> Error {
    let text = error.to_string();
    Error::new(match error.kind() {
        ErrorKind::UnexpectedEof => "unexpected EOF",
        _ if text.contains("gzip") => "gzip: invalid checksum",
        _ if text.contains("deflate") => "flate: corrupt input",
        _ if text.contains("entire block") => "unexpected EOF",
        _ => "archive/tar: invalid tar header",
    })
}

fn cut() -> Error {
    Error::new("unexpected EOF")
}

fn too_large(budget: &Budget) -> Error {
    Error::new(format!("decompressed chart is larger than the maximum size {}", budget.archive))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(data).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    }

    /// An archive of one entry; its path is written as it is.
    fn archive(path: &[u8], kind: tar::EntryType, data: &[u8]) -> Vec<u8> {
        let mut header = tar::Header::new_ustar();
        header.as_old_mut().name[..path.len()].copy_from_slice(path);
        header.set_entry_type(kind);
        header.set_size(data.len() as u64);
        header.set_cksum();
        let mut builder = tar::Builder::new(Vec::new());
        builder.append(&header, data).expect("memory takes all");
        gzip(&builder.into_inner().expect("memory takes all"))
    }

    /// What comes out, as `name=data`, or the error.
    fn unpacked(data: &[u8], budget: &mut Budget) -> String {
        match unpack_within(data, budget) {
            Ok(files) => files.iter().map(|f| format!("{}={}", f.name, f.data)).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn paths() {
        for (path, expected) in [
            ("c/a", "a=x"),
            ("/c/a", "c/a=x"),
            ("c/./d/../a", "a=x"),
            ("c\\d\\a", "d/a=x"),
            ("c", "chart illegally contains content outside the base directory: \"c\""),
            ("c/d/..", "chart illegally contains content outside the base directory: \"c/d/..\""),
            ("c//a", "chart illegally contains absolute paths"),
            ("c/../a", "chart illegally references parent directory"),
            ("c/d/../../a", "chart illegally references parent directory"),
            ("c/..a", "chart illegally references parent directory"),
            ("c/C:/a", "chart contains illegally named files"),
            ("Chart.yaml/a", "chart yaml not in base directory"),
        ] {
            let data = archive(path.as_bytes(), tar::EntryType::Regular, b"x");
            assert_eq!(unpacked(&data, &mut Budget::default()), expected, "{path}");
        }
    }

    #[test]
    fn kinds() {
        for (kind, data, expected) in [
            (tar::EntryType::Regular, "\u{feff}x", "a=x"),
            (tar::EntryType::Symlink, "", "a="),
            (tar::EntryType::Directory, "", "no files in chart archive"),
            (tar::EntryType::XGlobalHeader, "", "no files in chart archive"),
        ] {
            let data = archive(b"c/a", kind, data.as_bytes());
            assert_eq!(unpacked(&data, &mut Budget::default()), expected, "{kind:?}");
        }
    }

    #[test]
    fn broken_archives() {
        let whole = archive(b"c/a", tar::EntryType::Regular, &[b'x'; 5000]);
        for (data, expected) in [
            (&b""[..], "EOF"),
            (b"\x1F\x8B\x08", "unexpected EOF"),
            (b"no archive at all", "gzip: invalid header"),
            (&whole[..whole.len() / 2], "unexpected EOF"),
            (&gzip(&[b'x'; 512]), "archive/tar: invalid tar header"),
            (&gzip(&[b'x'; 100]), "unexpected EOF"),
        ] {
            assert_eq!(unpacked(data, &mut Budget::default()), expected);
        }
    }

    #[test]
    fn archives_that_end_early() {
        let whole = archive(b"c/a", tar::EntryType::Regular, b"12345");
        let mut tar = Vec::new();
        MultiGzDecoder::new(&whole[..]).read_to_end(&mut tar).expect("is what was packed");
        for (length, expected) in [
            (1024, "a=12345"),
            (517, "a=12345"),
            (516, "unexpected EOF"),
            (512, "unexpected EOF"),
            (500, "unexpected EOF"),
            (1100, "unexpected EOF"),
        ] {
            assert_eq!(unpacked(&gzip(&tar[..length]), &mut Budget::default()), expected, "{length}");
        }
    }

    #[test]
    fn sizes_are_limited() {
        let data = archive(b"c/a", tar::EntryType::Regular, b"12345");
        let budget = |archive, bytes, entries| Budget { archive, bytes, entries };
        assert_eq!(unpacked(&data, &mut budget(6, 5, 1)), "a=12345");
        let too_large = "decompressed chart is larger than the maximum size";
        assert_eq!(unpacked(&data, &mut budget(5, 5, 1)), format!("{too_large} 5"));
        assert_eq!(unpacked(&data, &mut budget(6, 4, 1)), format!("{too_large} 6"));
        assert!(unpacked(&data, &mut budget(6, 5, 0)).ends_with("entries"));

        let mut shared = budget(6, 9, 9);
        assert_eq!(unpacked(&data, &mut shared), "a=12345");
        assert_eq!(unpacked(&data, &mut shared), format!("{too_large} 6"), "the budget is for all archives");
    }
}
