//! What a file is by its first bytes, as Go's `http.DetectContentType` names it: part of an error's text.

/// Bytes that are looked at; what a shorter file lacks counts as zeros.
pub(super) const LENGTH: usize = 512;

/// A form of data: at offset 0, each byte under the mask is that of the pattern. Without a mask all of it counts.
struct Signature {
    pattern: &'static [u8],
    mask: &'static [u8],
    name: &'static str,
}

const fn exact(pattern: &'static [u8], name: &'static str) -> Signature {
    Signature { pattern, mask: b"", name }
}

const fn masked(pattern: &'static [u8], mask: &'static [u8], name: &'static str) -> Signature {
    Signature { pattern, mask, name }
}

/// Tags that HTML begins with, perhaps after white space.
const HTML: [&[u8]; 17] = [
    b"<!DOCTYPE HTML",
    b"<HTML",
    b"<HEAD",
    b"<SCRIPT",
    b"<IFRAME",
    b"<H1",
    b"<DIV",
    b"<FONT",
    b"<TABLE",
    b"<A",
    b"<STYLE",
    b"<TITLE",
    b"<B",
    b"<BODY",
    b"<BR",
    b"<P",
    b"<!--",
];

const CHUNK: &[u8] = b"\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF";

const SIGNATURES: [Signature; 19] = [
    exact(b"%PDF-", "application/pdf"),
    exact(b"%!PS-Adobe-", "application/postscript"),
    exact(b"\xFE\xFF", "text/plain; charset=utf-16be"),
    exact(b"\xFF\xFE", "text/plain; charset=utf-16le"),
    exact(b"\xEF\xBB\xBF", "text/plain; charset=utf-8"),
    exact(b"\0\0\x01\0", "image/x-icon"),
    exact(b"\0\0\x02\0", "image/x-icon"),
    exact(b"BM", "image/bmp"),
    exact(b"GIF87a", "image/gif"),
    exact(b"GIF89a", "image/gif"),
    masked(b"RIFF\0\0\0\0WEBPVP", b"\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF", "image/webp"),
    exact(b"\x89PNG\r\n\x1A\n", "image/png"),
    exact(b"\xFF\xD8\xFF", "image/jpeg"),
    masked(b"FORM\0\0\0\0AIFF", CHUNK, "audio/aiff"),
    exact(b"ID3", "audio/mpeg"),
    exact(b"OggS\0", "application/ogg"),
    exact(b"MThd\0\0\0\x06", "audio/midi"),
    masked(b"RIFF\0\0\0\0AVI ", CHUNK, "video/avi"),
    masked(b"RIFF\0\0\0\0WAVE", CHUNK, "audio/wave"),
];

/// Signatures that come after the one of MP4.
const LATER_SIGNATURES: [Signature; 12] = [
    exact(b"\x1A\x45\xDF\xA3", "video/webm"),
    masked(
        b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0LP",
        b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xFF\xFF",
        "application/vnd.ms-fontobject",
    ),
    exact(b"\0\x01\0\0", "font/ttf"),
    exact(b"OTTO", "font/otf"),
    exact(b"ttcf", "font/collection"),
    exact(b"wOFF", "font/woff"),
    exact(b"wOF2", "font/woff2"),
    exact(b"\x1F\x8B\x08", "application/x-gzip"),
    exact(b"PK\x03\x04", "application/zip"),
    exact(b"Rar!\x1A\x07\0", "application/x-rar-compressed"),
    exact(b"Rar!\x1A\x07\x01\0", "application/x-rar-compressed"),
    exact(b"\0asm", "application/wasm"),
];

/// The content type of `file`, as Helm finds it: with zeros where the file is shorter than what is looked at.
pub fn content_type(file: &[u8]) -> &'static str {
    let mut data = [0; LENGTH];
    for (to, from) in data.iter_mut().zip(file) {
        *to = *from;
    }
    let blank = data.iter().take_while(|b| matches!(b, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')).count();
    let text = &data[blank..];
    if HTML.iter().any(|tag| is_tag(text, tag)) {
        return "text/html; charset=utf-8";
    }
    if text.starts_with(b"<?xml") {
        return "text/xml; charset=utf-8";
    }
    if let Some(found) = SIGNATURES.iter().find(|s| s.matches(&data)) {
        return found.name;
    }
    if is_mp4(&data) {
        return "video/mp4";
    }
    if let Some(found) = LATER_SIGNATURES.iter().find(|s| s.matches(&data)) {
        return found.name;
    }
    let is_binary = |b: &u8| matches!(b, 0..=8 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F);
    if text.iter().any(is_binary) { "application/octet-stream" } else { "text/plain; charset=utf-8" }
}

impl Signature {
    fn matches(&self, data: &[u8]) -> bool {
        if self.mask.is_empty() {
            return data.starts_with(self.pattern);
        }
        self.pattern.iter().zip(self.mask).zip(data).all(|((pattern, mask), byte)| byte & mask == *pattern)
    }
}

/// True if `text` begins with the HTML tag `tag` in any case.
fn is_tag(text: &[u8], tag: &[u8]) -> bool {
    text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
        && matches!(text.get(tag.len()), Some(b' ' | b'>'))
}

/// True if `data` begins with a box of type `ftyp` that names a brand of MP4.
fn is_mp4(data: &[u8; LENGTH]) -> bool {
    let [a, b, c, d, ..] = *data;
    let size = u32::from_be_bytes([a, b, c, d]) as usize;
    if size > LENGTH || !size.is_multiple_of(4) || &data[4..8] != b"ftyp" {
        return false;
    }
    (8..size).step_by(4).any(|at| at != 12 && data[at..].starts_with(b"mp4"))
}

#[cfg(test)]
mod tests {
    use super::content_type;

    #[test]
    fn types() {
        let text = "text ".repeat(200);
        for (file, expected) in [
            (&b"short text"[..], "application/octet-stream"),
            (text.as_bytes(), "text/plain; charset=utf-8"),
            (b"  <html>", "text/html; charset=utf-8"),
            (b"<htmlx>", "application/octet-stream"),
            (b"PK\x03\x04", "application/zip"),
            (b"RIFF____WAVE", "audio/wave"),
            (b"\0\0\0\x10ftypisom\0\0\0\0", "application/octet-stream"),
            (b"\0\0\0\x14ftypisom\0\0\0\0mp42", "video/mp4"),
        ] {
            assert_eq!(content_type(file), expected, "{}", String::from_utf8_lossy(file));
        }
    }
}
