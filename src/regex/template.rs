//! Replacement templates: `$1`, `$name`, `${name}` and `$$`.

use std::ops::Range;

use memchr::memchr;

use crate::gofmt::unicode::{is_digit, is_letter};

/// A replacement template.
pub(super) struct Template<'t>(Vec<Part<'t>>);

enum Part<'t> {
    Text(&'t [u8]),
    /// The first of these groups that took part in the match.
    Groups(Vec<usize>),
}

impl<'t> Template<'t> {
    /// A template that stands for itself.
    pub(super) fn literal(text: &'t [u8]) -> Template<'t> {
        Template(vec![Part::Text(text)])
    }

    /// Parses `template` for groups of these names. Groups that do not exist are empty.
    pub(super) fn parse(mut template: &'t [u8], names: &[Option<Box<str>>]) -> Template<'t> {
        let mut parts = Vec::new();
        while let Some(dollar) = memchr(b'$', template) {
            parts.push(Part::Text(&template[..dollar]));
            let after = &template[dollar + 1..];
            if after.first() == Some(&b'$') {
                parts.push(Part::Text(b"$"));
                template = &after[1..];
            } else if let Some((name, rest)) = reference(after) {
                parts.push(Part::Groups(groups(name, names)));
                template = rest;
            } else {
                parts.push(Part::Text(b"$"));
                template = after;
            }
        }
        parts.push(Part::Text(template));
        Template(parts)
    }

    /// The highest group that it refers to.
    pub(super) fn max_group(&self) -> usize {
        let groups = |part: &Part<'_>| match part {
            Part::Text(_) => 0,
            Part::Groups(groups) => groups.iter().copied().max().unwrap_or(0),
        };
        self.0.iter().map(groups).max().unwrap_or(0)
    }

    /// What it says about a match in `text`, piece by piece.
    pub(super) fn expand<'a>(
        &'a self,
        text: &'a [u8],
        group: &'a dyn Fn(usize) -> Option<Range<usize>>,
    ) -> impl Iterator<Item = &'a [u8]> {
        self.0.iter().map(move |part| match part {
            Part::Text(text) => text,
            Part::Groups(groups) => {
                groups.iter().find_map(|&n| group(n)).map_or(&b""[..], |range| &text[range])
            }
        })
    }
}

/// The name at the start of `text`, which follows a `$`, and what comes after it.
fn reference(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (text, braced) = match text.strip_prefix(b"{") {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let mut len = 0;
    while let (Some(c), width) = bstr::decode_utf8(&text[len..]) {
        if c != '_' && !is_letter(c) && !is_digit(c) {
            break;
        }
        len += width;
    }
    let (name, rest) = text.split_at(len);
    if name.is_empty() {
        return None;
    }
    if braced { rest.strip_prefix(b"}").map(|rest| (name, rest)) } else { Some((name, rest)) }
}

/// The groups that `name` refers to: one by number, or all of that name.
fn groups(name: &[u8], names: &[Option<Box<str>>]) -> Vec<usize> {
    let is_number = name.iter().all(u8::is_ascii_digit) && (name.len() == 1 || name[0] != b'0');
    let number = std::str::from_utf8(name).ok().filter(|_| is_number).and_then(|n| n.parse().ok());
    match number {
        Some(number) if number < names.len() => vec![number],
        Some(_) => Vec::new(),
        None => {
            let has_name = |n: &Option<Box<str>>| n.as_ref().is_some_and(|n| n.as_bytes() == name);
            (0..names.len()).filter(|&i| has_name(&names[i])).collect()
        }
    }
}
