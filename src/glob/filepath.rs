//! Go's `filepath.Match`.

use std::fmt;

use crate::gofmt::unicode::{REPLACEMENT, decode};

/// The pattern is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPattern;

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("syntax error in pattern")
    }
}

impl std::error::Error for BadPattern {}

/// True if all of `name` matches the shell pattern: `*` and `?` stand for anything but slashes, `[a-z]` and
/// `[^a-z]` for one character, and a backslash takes the next character literally.
///
/// # Errors
/// If a part of the pattern that `name` reaches is malformed.
pub fn filepath_match(pattern: &[u8], name: &[u8]) -> Result<bool, BadPattern> {
    let (mut pattern, mut name) = (pattern, name);
    while !pattern.is_empty() {
        let (star, chunk, rest) = next_chunk(pattern);
        let slash = memchr::memchr(b'/', name);
        if star && chunk.is_empty() {
            return Ok(slash.is_none());
        }
        let reach = if star { slash.unwrap_or(name.len()) } else { 0 };
        let after = match rest {
            // Most patterns are a name, or a star and an ending.
            b"" if is_literal(chunk) => {
                name.strip_suffix(chunk).filter(|skipped| skipped.len() <= reach).map(|_| &b""[..])
            }
            _ => after_chunk(chunk, name, reach, rest.is_empty())?,
        };
        let Some(after) = after else { return Ok(false) };
        (pattern, name) = (rest, after);
    }
    Ok(name.is_empty())
}

/// What follows `chunk` in `name`, at most `reach` bytes from its start. The last chunk has to match to the end.
fn after_chunk<'n>(
    chunk: &[u8],
    name: &'n [u8],
    reach: usize,
    is_last: bool,
) -> Result<Option<&'n [u8]>, BadPattern> {
    for skipped in 0..=reach {
        let after = match_chunk(chunk, &name[skipped..])?.filter(|after| after.is_empty() || !is_last);
        if after.is_some() {
            return Ok(after);
        }
    }
    Ok(None)
}

/// True if each byte of `chunk` stands for itself.
fn is_literal(chunk: &[u8]) -> bool {
    memchr::memchr3(b'[', b'?', b'\\', chunk).is_none()
}

/// Splits `pattern` into leading stars, what follows up to the next star, and the rest.
fn next_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|b| **b == b'*').count();
    let pattern = &pattern[stars..];
    let mut in_class = false;
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'*' if !in_class => break,
            _ => {}
        }
        at += 1;
    }
    let (chunk, rest) = pattern.split_at(at.min(pattern.len()));
    (stars > 0, chunk, rest)
}

/// Matches a chunk without stars at the start of `text` and gives what follows. A chunk that does not match is
/// checked to its end.
fn match_chunk<'t>(mut chunk: &[u8], text: &'t [u8]) -> Result<Option<&'t [u8]>, BadPattern> {
    let mut text = Some(text);
    while let [first, after @ ..] = chunk {
        chunk = after;
        text = text.filter(|text| !text.is_empty());
        match first {
            b'[' => {
                let next = text.map(decode);
                let (matches, after) = match_class(chunk, next.map(|(c, _)| c))?;
                chunk = after;
                text = text.zip(next).filter(|_| matches).map(|(text, (_, width))| &text[width..]);
            }
            b'?' => text = text.filter(|text| text[0] != b'/').map(|text| &text[decode(text).1..]),
            _ => {
                let mut literal = first;
                if *first == b'\\' {
                    (literal, chunk) = chunk.split_first().ok_or(BadPattern)?;
                }
                text = text.filter(|text| text[0] == *literal).map(|text| &text[1..]);
            }
        }
    }
    Ok(text)
}

/// Whether a class, whose bracket is open already, holds `c`, and what follows it.
fn match_class(chunk: &[u8], c: Option<char>) -> Result<(bool, &[u8]), BadPattern> {
    let (negated, mut rest) = chunk.strip_prefix(b"^").map_or((false, chunk), |rest| (true, rest));
    let mut found = false;
    loop {
        let (low, after) = class_char(rest)?;
        let (high, after) = match after {
            [b'-', after @ ..] => class_char(after)?,
            _ => (low, after),
        };
        found |= c.is_some_and(|c| (low..=high).contains(&c));
        rest = after;
        if let [b']', after @ ..] = rest {
            return Ok((found != negated, after));
        }
    }
}

/// A character of a class and what follows it, which is never nothing.
fn class_char(chunk: &[u8]) -> Result<(char, &[u8]), BadPattern> {
    let chunk = match chunk {
        [] | [b'-' | b']', ..] => return Err(BadPattern),
        [b'\\', after @ ..] => after,
        _ => chunk,
    };
    match decode(chunk) {
        (REPLACEMENT, 0 | 1) => Err(BadPattern),
        (_, width) if width == chunk.len() => Err(BadPattern),
        (c, width) => Ok((c, &chunk[width..])),
    }
}
