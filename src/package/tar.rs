//! Tar archives in Go's form: USTAR, and an extended header before what USTAR cannot say.

/// Bytes of a block, of which an archive consists.
const BLOCK: usize = 512;
/// Bytes of the two parts that a header has for a path.
const NAME: usize = 100;
const PREFIX: usize = 155;
/// The mode of all files.
const MODE: u64 = 0o644;

/// An archive that is being written to memory. All files have one owner, mode and time.
pub(super) struct Writer {
    out: Vec<u8>,
    /// Seconds since 1970.
    modified: u64,
}

impl Writer {
    /// An archive with room for `size` bytes; `modified` is the time of its files in seconds since 1970.
    pub(super) fn new(size: usize, modified: u64) -> Writer {
        Writer { out: Vec::with_capacity(size), modified }
    }

    /// Bytes that a file with `length` bytes takes, unless its name is very long.
    pub(super) fn size_of(length: usize) -> usize {
        BLOCK + length.next_multiple_of(BLOCK)
    }

    /// Adds a file. `path` has no empty names, no `.` and no `..`.
    pub(super) fn append(&mut self, path: &[u8], data: &[u8]) {
        let size = data.len() as u64;
        let mut header = Header::new(b'0', MODE, size);
        header.number(Header::DEVICE_MAJOR, 0);
        header.number(Header::DEVICE_MINOR, 0);
        let has_time = header.number(Header::MODIFIED, self.modified);
        let has_size = header.number(Header::SIZE, size);
        match split(path).filter(|_| has_time && has_size) {
            Some((prefix, name)) => {
                header.text(Header::PREFIX, prefix);
                header.text(Header::NAME, name);
            }
            None => {
                let mut records = Vec::new();
                if !has_time {
                    push_record(&mut records, "mtime", self.modified.to_string().as_bytes());
                }
                if path.len() > NAME || !path.is_ascii() {
                    push_record(&mut records, "path", path);
                }
                if !has_size {
                    push_record(&mut records, "size", size.to_string().as_bytes());
                }
                self.append_records(path, &records);
                header.text(Header::NAME, &ascii(path));
            }
        }
        self.entry(header, data);
    }

    /// Adds the extended header of the file `path`.
    fn append_records(&mut self, path: &[u8], records: &[u8]) {
        let at = path.iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
        let (folder, file) = path.split_at(at);
        let mut name = ascii(&[folder, b"PaxHeaders.0/", file].concat());
        name.truncate(NAME);
        let end = name.iter().rposition(|b| *b != b'/').map_or(0, |last| last + 1);
        let mut header = Header::new(b'x', 0, records.len() as u64);
        header.number(Header::MODIFIED, 0);
        header.text(Header::NAME, &name[..end]);
        self.entry(header, records);
    }

    fn entry(&mut self, header: Header, data: &[u8]) {
        self.out.extend_from_slice(&header.finish());
        self.out.extend_from_slice(data);
        self.out.resize(self.out.len().next_multiple_of(BLOCK), 0);
    }

    /// The whole archive.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.out.resize(self.out.len() + 2 * BLOCK, 0);
        self.out
    }
}

/// A block that describes what follows it.
struct Header([u8; BLOCK]);

/// Where a field of a header is, and its length.
type Field = (usize, usize);

impl Header {
    const NAME: Field = (0, NAME);
    const MODE: Field = (100, 8);
    const USER: Field = (108, 8);
    const GROUP: Field = (116, 8);
    const SIZE: Field = (124, 12);
    const MODIFIED: Field = (136, 12);
    const CHECKSUM: Field = (148, 8);
    const KIND: usize = 156;
    const MAGIC: Field = (257, 8);
    const DEVICE_MAJOR: Field = (329, 8);
    const DEVICE_MINOR: Field = (337, 8);
    const PREFIX: Field = (345, PREFIX);

    fn new(kind: u8, mode: u64, size: u64) -> Header {
        let mut header = Header([0; BLOCK]);
        header.0[Header::KIND] = kind;
        header.text(Header::MAGIC, b"ustar\x0000");
        header.number(Header::MODE, mode);
        header.number(Header::USER, 0);
        header.number(Header::GROUP, 0);
        header.number(Header::SIZE, size);
        header
    }

    /// Writes as much of `text` as `field` holds.
    fn text(&mut self, (at, length): Field, text: &[u8]) {
        let field = &mut self.0[at..at + length];
        field.fill(0);
        let count = text.len().min(length);
        field[..count].copy_from_slice(&text[..count]);
        // Some readers take a file for a folder if what they see of its path ends in a slash.
        if text.len() > length && field.ends_with(b"/") {
            let end = field.iter().rposition(|b| *b != b'/').map_or(0, |last| last + 1);
            field[end..].fill(0);
        }
    }

    /// Writes `number` in octal digits if `field` holds it, otherwise zero. Tells whether it does.
    fn number(&mut self, (at, length): Field, number: u64) -> bool {
        let digits = length - 1;
        let fits = digits >= 22 || number < 1 << (3 * digits);
        let mut rest = if fits { number } else { 0 };
        for digit in self.0[at..at + digits].iter_mut().rev() {
            *digit = b'0' + (rest % 8) as u8;
            rest /= 8;
        }
        self.0[at + digits] = 0;
        fits
    }

    /// The header with its checksum.
    fn finish(mut self) -> [u8; BLOCK] {
        let (at, length) = Header::CHECKSUM;
        self.0[at..at + length].fill(b' ');
        let sum: u64 = self.0.iter().map(|byte| u64::from(*byte)).sum();
        self.number((at, length - 1), sum);
        self.0
    }
}

/// The two parts of a path that USTAR can hold.
fn split(path: &[u8]) -> Option<(&[u8], &[u8])> {
    if !path.is_ascii() {
        return None;
    }
    if path.len() <= NAME {
        return Some((b"", path));
    }
    let slash = path[..path.len().min(PREFIX + 1)].iter().rposition(|b| *b == b'/')?;
    let (prefix, name) = (&path[..slash], &path[slash + 1..]);
    (slash > 0 && !name.is_empty() && name.len() <= NAME).then_some((prefix, name))
}

/// What ASCII can show of a path.
fn ascii(path: &[u8]) -> Vec<u8> {
    path.iter().copied().filter(u8::is_ascii).collect()
}

/// Adds a record of an extended header. It begins with its own length in bytes.
fn push_record(records: &mut Vec<u8>, key: &str, value: &[u8]) {
    let rest = key.len() + value.len() + 3;
    let digits = |number: usize| number.to_string().len();
    let mut length = rest + digits(rest);
    length = rest + digits(length);
    records.extend_from_slice(format!("{length} {key}=").as_bytes());
    records.extend_from_slice(value);
    records.push(b'\n');
}
