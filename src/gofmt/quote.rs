//! Go's quoted strings and characters.

use std::borrow::Cow;

use super::unicode::{REPLACEMENT, decode, is_print, push};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// `s` as a double-quoted Go string literal (`strconv.Quote`).
pub fn quote(s: &[u8]) -> String {
    let mut out = Vec::with_capacity(s.len() + 2);
    append_quote(&mut out, s, false);
    // Bytes that are not UTF-8 have been escaped, so nothing is lost here.
    String::from_utf8_lossy(&out).into_owned()
}

/// Bytes of `s` as a double-quoted Go string literal, at most.
pub fn quoted_len(s: &[u8]) -> u64 {
    // No escape has more than four bytes for one.
    let size = |&byte: &u8| if matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\' { 1 } else { 4 };
    2 + s.iter().map(size).sum::<u64>()
}

/// Appends `s` as a double-quoted Go string literal; with `ascii`, everything else is escaped too.
pub fn append_quote(out: &mut Vec<u8>, s: &[u8], ascii: bool) {
    out.push(b'"');
    let mut rest = s;
    while let Some(&first) = rest.first() {
        let (c, size) = decode(rest);
        if c == REPLACEMENT && size == 1 {
            out.extend_from_slice(b"\\x");
            push_hex(out, u32::from(first), 2);
        } else {
            append_escaped(out, c, '"', ascii);
        }
        rest = rest.get(size..).unwrap_or_default();
    }
    out.push(b'"');
}

/// `c` as a single-quoted Go character literal (`strconv.QuoteRune`).
pub fn quote_rune(c: char) -> String {
    let mut out = Vec::with_capacity(12);
    append_quote_rune(&mut out, c, false);
    String::from_utf8_lossy(&out).into_owned()
}

/// Appends `c` as a single-quoted Go character literal; with `ascii`, everything else is escaped.
pub fn append_quote_rune(out: &mut Vec<u8>, c: char, ascii: bool) {
    out.push(b'\'');
    append_escaped(out, c, '\'', ascii);
    out.push(b'\'');
}

fn append_escaped(out: &mut Vec<u8>, c: char, quote: char, ascii: bool) {
    if c == quote || c == '\\' {
        out.push(b'\\');
        push(out, c);
        return;
    }
    if is_print(c) && (!ascii || c.is_ascii()) {
        push(out, c);
        return;
    }
    let short = match c {
        '\x07' => b'a',
        '\x08' => b'b',
        '\x0c' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\x0b' => b'v',
        _ => 0,
    };
    out.push(b'\\');
    match u32::from(c) {
        _ if short != 0 => out.push(short),
        code if code < 0x20 || code == 0x7f => {
            out.push(b'x');
            push_hex(out, code, 2);
        }
        code if code < 0x10000 => {
            out.push(b'u');
            push_hex(out, code, 4);
        }
        code => {
            out.push(b'U');
            push_hex(out, code, 8);
        }
    }
}

fn push_hex(out: &mut Vec<u8>, code: u32, digits: u32) {
    out.extend((0..digits).rev().map(|i| HEX[(code >> (4 * i) & 15) as usize]));
}

/// True if `s` can stand between back quotes unchanged: no back quote and no control character but the tab.
pub fn can_backquote(s: &[u8]) -> bool {
    match std::str::from_utf8(s) {
        Ok(text) => {
            !text.chars().any(|c| matches!(c, '\0'..='\x08' | '\n'..='\x1f' | '`' | '\x7f' | '\u{feff}'))
        }
        Err(_) => false,
    }
}

/// The value of the Go string or character literal `s`, its quotes included (`strconv.Unquote`).
/// `None` where Go says `invalid syntax`.
pub fn unquote(s: &[u8]) -> Option<Cow<'_, [u8]>> {
    let (&quote, rest) = s.split_first()?;
    let (&last, body) = rest.split_last()?;
    if last != quote {
        return None;
    }
    match quote {
        b'`' if body.contains(&b'`') => None,
        b'`' if body.contains(&b'\r') => Some(body.iter().copied().filter(|&b| b != b'\r').collect()),
        b'`' => Some(Cow::Borrowed(body)),
        b'"' if body.iter().all(|&b| b.is_ascii() && !matches!(b, b'"' | b'\\' | b'\n')) => {
            Some(Cow::Borrowed(body))
        }
        b'"' => unescape_all(body, quote).map(|(text, _)| Cow::Owned(text)),
        b'\'' => unescape_all(body, quote).filter(|(_, count)| *count <= 1).map(|(text, _)| Cow::Owned(text)),
        _ => None,
    }
}

/// The same for a literal in double or single quotes, which hold any number of characters here.
pub fn unquote_text(s: &[u8]) -> Option<Vec<u8>> {
    let (&quote @ (b'"' | b'\''), rest) = s.split_first()? else { return None };
    let (&last, body) = rest.split_last()?;
    let (text, _) = (last == quote).then(|| unescape_all(body, quote))??;
    Some(text)
}

/// What stands between the quotes of a literal, and how many characters it has there.
fn unescape_all(body: &[u8], quote: u8) -> Option<(Vec<u8>, usize)> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    let mut characters = 0;
    while let Some(&first) = rest.first() {
        characters += 1;
        rest = match first {
            b'\n' => return None,
            _ if first == quote => return None,
            b'\\' => unescape(rest.get(1..)?, quote, &mut out)?,
            _ => {
                let (c, size) = decode(rest);
                push(&mut out, c);
                rest.get(size..)?
            }
        };
    }
    Some((out, characters))
}

/// Appends the meaning of the escape sequence at the start of `s`, whose backslash is cut off; gives what follows it.
fn unescape<'a>(s: &'a [u8], quote: u8, out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let (&kind, rest) = s.split_first()?;
    let digits = match kind {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        b'0'..=b'7' => {
            let code = number(s.get(..3)?, 8)?;
            out.push(u8::try_from(code).ok()?);
            return s.get(3..);
        }
        _ => {
            out.push(match kind {
                b'a' => 0x07,
                b'b' => 0x08,
                b'f' => 0x0c,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'v' => 0x0b,
                b'\\' => b'\\',
                b'\'' | b'"' if kind == quote => kind,
                _ => return None,
            });
            return Some(rest);
        }
    };
    let code = number(rest.get(..digits)?, 16)?;
    match kind {
        b'x' => out.push(u8::try_from(code).ok()?),
        _ => push(out, char::from_u32(code)?),
    }
    rest.get(digits..)
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    digits
        .iter()
        .try_fold(0u32, |code, &b| code.checked_mul(radix)?.checked_add(char::from(b).to_digit(radix)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go() {
        for (s, expect) in [
            (&b"a\"b\\c\n\t\x07\x7f\x00"[..], r#""a\"b\\c\n\t\a\x7f\x00""#),
            ("é☃\u{a0}\u{2028}\u{e0001}\u{feff}'".as_bytes(), r#""é☃\u00a0\u2028\U000e0001\ufeff'""#),
            (b"\xff\xe2\x98x", r#""\xff\xe2\x98x""#),
            ("\u{fffd}".as_bytes(), "\"\u{fffd}\""),
        ] {
            assert_eq!(quote(s), expect);
        }
    }

    #[test]
    fn unquotes_as_go() {
        for (s, expect) in [
            (r#""a\n\"\x41\u00e9\U0001F600\101""#, Some("a\n\"Aé😀A")),
            (r"'\''", Some("'")),
            ("'é'", Some("é")),
            ("`a\r\\n`", Some("a\\n")),
            ("\"\"", Some("")),
            ("''", Some("")),
            ("'ab'", None),
            (r#""\'""#, None),
            (r#""\400""#, None),
            (r#""\ud800""#, None),
            (r#""\x4""#, None),
            ("\"a\nb\"", None),
            ("\"a\"b\"", None),
            ("\"", None),
            ("", None),
            ("a", None),
        ] {
            assert_eq!(unquote(s.as_bytes()).as_deref(), expect.map(str::as_bytes), "{s}");
        }
    }
}
