//! The syntax of gobwas/glob.

use super::Error;
use crate::limits;

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// The empty pattern.
    Nothing,
    /// Parts in sequence.
    Sequence(Vec<Node>),
    /// `{a,b}`
    AnyOf(Vec<Node>),
    /// Literal text.
    Text(String),
    /// `*`
    Any,
    /// `**`
    Super,
    /// `?`
    Single,
    /// `[abc]`
    List(List),
    /// `[a-c]`
    Range(Range),
}

/// A class of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List {
    /// The characters.
    pub chars: Vec<char>,
    /// True for all others.
    pub not: bool,
}

/// A class of characters with consecutive codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// The first character.
    pub low: char,
    /// The last character.
    pub high: char,
    /// True for all others.
    pub not: bool,
}

/// Parses a pattern into its parts. Braces need not be closed.
pub(super) fn parse(pattern: &[u8]) -> Result<Vec<Node>, Error> {
    let text = std::str::from_utf8(pattern).map_err(|_| Error::Rune)?;
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Error::Rune);
    }
    let mut rest = text;
    let mut current = Vec::new();
    // What encloses `current`: the parts before the brace, and the alternatives before `current`.
    let mut open: Vec<(Vec<Node>, Vec<Node>)> = Vec::new();
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let depth = open.len();
        match (c, open.last_mut()) {
            ('{', _) if depth >= limits::GLOB_DEPTH => return Err(Error::Complexity),
            ('{', _) => open.push((std::mem::take(&mut current), Vec::new())),
            (',', Some((_, alternatives))) => {
                alternatives.push(Node::Sequence(std::mem::take(&mut current)));
            }
            ('}', Some(_)) => close(&mut open, &mut current),
            ('?', _) => current.push(Node::Single),
            ('*', _) if after.starts_with('*') => {
                current.push(Node::Super);
                rest = &after[1..];
                continue;
            }
            ('*', _) => current.push(Node::Any),
            ('[', _) => {
                let (class, after) = parse_class(after)?;
                current.push(class);
                rest = after;
                continue;
            }
            _ => {
                let breakers: &[char] = if depth == 0 { &TEXT_END } else { &ALTERNATIVE_END };
                let (text, after) = parse_text(rest, breakers);
                if !text.is_empty() {
                    current.push(Node::Text(text));
                }
                rest = after;
                continue;
            }
        }
        rest = after;
    }
    while !open.is_empty() {
        close(&mut open, &mut current);
    }
    Ok(current)
}

/// What ends a text.
const TEXT_END: [char; 4] = ['?', '*', '[', '{'];
/// What ends a text within braces.
const ALTERNATIVE_END: [char; 6] = ['?', '*', '[', '{', '}', ','];

/// Ends the innermost brace.
fn close(open: &mut Vec<(Vec<Node>, Vec<Node>)>, current: &mut Vec<Node>) {
    if let Some((before, mut alternatives)) = open.pop() {
        alternatives.push(Node::Sequence(std::mem::replace(current, before)));
        current.push(Node::AnyOf(alternatives));
    }
}

/// Text up to one of `breakers`, and what follows it.
fn parse_text<'t>(text: &'t str, breakers: &[char]) -> (String, &'t str) {
    let mut out = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if !escaped && c == '\\' {
            escaped = true;
        } else if !escaped && breakers.contains(&c) {
            return (out, &text[at..]);
        } else {
            escaped = false;
            out.push(c);
        }
    }
    (out, "")
}

/// A class, whose bracket is open already, and what follows it.
fn parse_class(text: &str) -> Result<(Node, &str), Error> {
    let (not, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
    let mut chars = text.chars();
    let first = chars.next().ok_or(Error::End)?;
    if chars.next() == Some('-') {
        let high = chars.next().ok_or(Error::End)?;
        return match chars.next() {
            None => Err(Error::End),
            Some(']') if high < first => Err(Error::Order(high, first)),
            Some(']') => Ok((Node::Range(Range { low: first, high, not }), chars.as_str())),
            Some(_) => Err(Error::Close),
        };
    }
    let (list, after) = parse_text(text, &[']']);
    let after = after.strip_prefix(']').ok_or(Error::End)?;
    if list.is_empty() {
        return Err(Error::Range);
    }
    Ok((Node::List(List { chars: list.chars().collect(), not }), after))
}
