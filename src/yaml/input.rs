//! The bytes of a YAML stream as text: encoding, byte order mark, forbidden characters.

use std::borrow::Cow;

/// go-yaml reads its input in pieces of this size, and refuses a whole piece for one bad character: an error in
/// the piece hides syntax errors further ahead in it.
const PIECE: usize = 512;

/// UTF-8 text without its byte order mark.
pub(super) struct Input<'a> {
    /// The text, cut where the piece with the first bad character begins.
    pub(super) text: Cow<'a, [u8]>,
    /// What is wrong with the character after `text`, if it was cut.
    pub(super) fault: Option<&'static str>,
    /// Bytes of the byte order mark.
    pub(super) skipped: usize,
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Input<'a> {
        match bytes {
            [0xFF, 0xFE, ..] => decode_utf16(bytes, u16::from_le_bytes),
            [0xFE, 0xFF, ..] => decode_utf16(bytes, u16::from_be_bytes),
            [0xEF, 0xBB, 0xBF, rest @ ..] => check_utf8(bytes, rest, 3),
            _ => check_utf8(bytes, bytes, 0),
        }
    }
}

fn check_utf8<'a>(bytes: &'a [u8], text: &'a [u8], skipped: usize) -> Input<'a> {
    let mut input = Input { text: Cow::Borrowed(text), fault: None, skipped };
    // Three lead bytes need a closer look: DEL is a control, and so are some characters behind 0xC2 and 0xEF.
    let suspect = |b: u8| (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) | matches!(b, 0x7F | 0xC2 | 0xEF);
    let clean = !text.iter().fold(false, |any, &b| any | suspect(b)) && std::str::from_utf8(text).is_ok();
    if clean {
        return input;
    }
    let mut at = skipped;
    let mut piece = 0;
    let mut piece_end = PIECE.min(bytes.len());
    while at < bytes.len() {
        match next_utf8(&bytes[at..piece_end]) {
            Ok(width) => at += width,
            Err(None) if piece_end < bytes.len() || at > piece => {
                piece = at;
                piece_end = (at + PIECE).min(bytes.len());
                continue;
            }
            Err(problem) => {
                let cut = piece.max(skipped) - skipped;
                input.text = Cow::Borrowed(&text[..cut]);
                input.fault = Some(problem.unwrap_or("incomplete UTF-8 octet sequence"));
                return input;
            }
        }
        if at == piece_end {
            piece = at;
            piece_end = (at + PIECE).min(bytes.len());
        }
    }
    input
}

/// The width of the character at the start of `bytes`, or what is wrong with it; `None` if it is cut short.
fn next_utf8(bytes: &[u8]) -> Result<usize, Option<&'static str>> {
    let Some(&lead) = bytes.first() else { return Err(None) };
    let (width, mut value) = match lead {
        0x00..=0x7F => (1, u32::from(lead)),
        0xC0..=0xDF => (2, u32::from(lead & 0x1F)),
        0xE0..=0xEF => (3, u32::from(lead & 0x0F)),
        0xF0..=0xF7 => (4, u32::from(lead & 0x07)),
        _ => return Err(Some("invalid leading UTF-8 octet")),
    };
    let Some(tail) = bytes.get(1..width) else { return Err(None) };
    for &b in tail {
        if b & 0xC0 != 0x80 {
            return Err(Some("invalid trailing UTF-8 octet"));
        }
        value = value << 6 | u32::from(b & 0x3F);
    }
    if value < [0, 0, 0x80, 0x800, 0x10000][width] {
        return Err(Some("invalid length of a UTF-8 sequence"));
    }
    match char::from_u32(value) {
        None => Err(Some("invalid Unicode character")),
        Some(c) if !is_allowed(c) => Err(Some("control characters are not allowed")),
        Some(_) => Ok(width),
    }
}

/// True for the characters that a YAML stream may hold.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}')
        || c >= '\u{10000}'
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Input<'static> {
    let mut text = Vec::with_capacity(bytes.len());
    let mut piece_start = 0;
    let mut fault = None;
    // Pieces begin at even offsets, so only surrogate pairs can be cut by their ends.
    let mut at = 2;
    let mut piece_end = PIECE;
    while at < bytes.len() {
        if at >= piece_end {
            piece_start = text.len();
            piece_end = at + PIECE;
        }
        match next_utf16(&bytes[at..], unit) {
            Ok(c) if at + 2 * c.len_utf16() > piece_end => piece_end = at,
            Ok(c) if is_allowed(c) => {
                text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                at += 2 * c.len_utf16();
            }
            Ok(_) => fault = Some("control characters are not allowed"),
            Err(problem) => fault = Some(problem),
        }
        if fault.is_some() {
            text.truncate(piece_start);
            break;
        }
    }
    Input { text: Cow::Owned(text), fault, skipped: 2 }
}

fn next_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<char, &'static str> {
    let &[a, b, ref rest @ ..] = bytes else { return Err("incomplete UTF-16 character") };
    let first = unit([a, b]);
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Ok(c);
    }
    if first & 0xFC00 == 0xDC00 {
        return Err("unexpected low surrogate area");
    }
    let &[a, b, ..] = rest else { return Err("incomplete UTF-16 surrogate pair") };
    char::decode_utf16([first, unit([a, b])]).next().and_then(Result::ok).ok_or("expected low surrogate area")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_characters_cut_the_text_at_their_piece() {
        let fault = |bytes: &[u8]| {
            let input = Input::new(bytes);
            (input.text.len(), input.fault)
        };
        assert_eq!(fault(b"a: \xC3\xA9\n"), (6, None));
        assert_eq!(fault(b"a: \x01"), (0, Some("control characters are not allowed")));
        assert_eq!(fault(b"a: \xC2\x80"), (0, Some("control characters are not allowed")));
        assert_eq!(fault(b"\xEF\xBB\xBFa: \xFF"), (0, Some("invalid leading UTF-8 octet")));
        assert_eq!(fault(b"a: \xE2\x82"), (3, Some("incomplete UTF-8 octet sequence")));
        let mut long = vec![b'a'; 600];
        long[599] = 0;
        assert_eq!(fault(&long), (512, Some("control characters are not allowed")));
    }

    #[test]
    fn utf16_becomes_utf8() {
        let units: Vec<u8> = "\u{FEFF}a: é😀".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(&*Input::new(&units).text, "a: é😀".as_bytes());
    }
}
