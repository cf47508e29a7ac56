//! Percent encoding: which bytes may stand as they are depends on the part of the URL.

use super::Problem;

/// A part of a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A whole path, slashes included.
    Path,
    /// A host and port.
    Host,
    /// The zone of an IPv6 address.
    Zone,
    /// A user name or a password.
    UserPassword,
    /// A key or a value of a query; a space is a `+`.
    QueryComponent,
    /// A fragment.
    Fragment,
}

impl Part {
    /// True if `byte` must be escaped in this part.
    fn must_escape(self, byte: u8) -> bool {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' => false,
            b'/' | b'?' | b'@' => match self {
                Part::Path => byte == b'?',
                Part::Fragment => false,
                _ => true,
            },
            b':' => matches!(self, Part::UserPassword | Part::QueryComponent),
            b'$' | b'&' | b'+' | b',' | b';' | b'=' => self == Part::QueryComponent,
            b'!' | b'(' | b')' | b'*' => !matches!(self, Part::Host | Part::Zone | Part::Fragment),
            b'\'' | b'[' | b']' | b'<' | b'>' | b'"' => !matches!(self, Part::Host | Part::Zone),
            _ => true,
        }
    }
}

/// `text` with all that must be escaped in `part` as `%XX`.
pub fn escape(text: &[u8], part: Part) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        if byte == b' ' && part == Part::QueryComponent {
            out.push(b'+');
        } else if part.must_escape(byte) {
            out.extend([b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        } else {
            out.push(byte);
        }
    }
    out
}

/// The inverse of [`escape`], for anything that may stand in `part`.
pub fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, Problem> {
    let is_host = matches!(part, Part::Host | Part::Zone);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'%' => {
                let Some((value, after)) = hex_pair(after) else {
                    let shown = after.len().min(2);
                    return Err(Problem::Escape([b"%", &after[..shown]].concat()));
                };
                let refused = match part {
                    // In a host only what is not ASCII may be escaped; `%25` starts a zone.
                    Part::Host => value < 0x80 && value != b'%',
                    Part::Zone => value != b'%' && value != b' ' && Part::Host.must_escape(value),
                    _ => false,
                };
                if refused {
                    return Err(Problem::Escape([b"%", &rest[..2]].concat()));
                }
                out.push(value);
                rest = after;
            }
            b'+' if part == Part::QueryComponent => out.push(b' '),
            _ if is_host && byte.is_ascii() && part.must_escape(byte) => {
                return Err(Problem::HostCharacter(byte));
            }
            _ => out.push(byte),
        }
    }
    Ok(out)
}

/// The value of the two hexadecimal digits that `text` starts with, and what follows them.
fn hex_pair(text: &[u8]) -> Option<(u8, &[u8])> {
    let (pair, rest) = text.split_at_checked(2)?;
    let digit = |b: u8| char::from(b).to_digit(16);
    let value = digit(pair[0])? * 16 + digit(pair[1])?;
    Some((u8::try_from(value).ok()?, rest))
}

/// True if `text` could be the encoded form of a path or a fragment.
pub(super) fn is_encoded(text: &[u8], part: Part) -> bool {
    text.iter().all(|b| b"!$&'()*+,;=:@[]%".contains(b) || !part.must_escape(*b))
}
