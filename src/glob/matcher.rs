//! Compiled patterns at work.

use std::cell::Cell;

use bstr::ByteSlice;

use super::pattern::{List, Range};
use crate::gofmt::unicode::{decode, runes};
use crate::stack::with_stack;

/// A compiled pattern. Texts come with their number of characters.
#[derive(Clone, Debug)]
pub(super) enum Matcher {
    /// The empty text.
    Nothing,
    /// This text.
    Text(Vec<u8>, usize),
    /// Any text without separators.
    Any,
    /// Any text.
    Super,
    /// One character that is no separator.
    Single,
    /// One character of a class.
    List(List),
    /// One character of a range.
    Range(Range),
    /// One of these.
    AnyOf(Vec<Matcher>),
    /// At least so many characters.
    AtLeast(usize),
    /// So many characters, or more if open, that do not contain a text.
    Every { least: usize, is_open: bool, without: Vec<u8> },
    /// Any text with this in it.
    Contains(Vec<u8>),
    /// Any text that begins with this.
    Prefix(Vec<u8>),
    /// Any text that ends with this.
    Suffix(Vec<u8>),
    /// Any text that begins with this and ends with that; they may overlap.
    PrefixSuffix(Vec<u8>, Vec<u8>),
    /// This, then any text without separators.
    PrefixAny(Vec<u8>),
    /// Any text without separators, then this.
    SuffixAny(Vec<u8>),
    /// These in sequence, each with a fixed length, and the sum of these.
    Row { matchers: Vec<Matcher>, length: usize },
    /// Three in sequence.
    Tree(Box<Tree>),
}

/// A matcher with what comes before and after it.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// In the middle.
    pub value: Matcher,
    /// Before it.
    pub left: Option<Matcher>,
    /// After it.
    pub right: Option<Matcher>,
    /// Number of characters before it, if fixed.
    pub left_length: Option<usize>,
    /// Number of characters after it, if fixed.
    pub right_length: Option<usize>,
}

impl Tree {
    /// A tree with its lengths.
    pub fn new(value: Matcher, left: Option<Matcher>, right: Option<Matcher>) -> Tree {
        let length = |side: &Option<Matcher>| side.as_ref().map_or(Some(0), Matcher::length);
        Tree { left_length: length(&left), right_length: length(&right), value, left, right }
    }
}

/// What all matchers of a pattern share.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    /// What `*` and `?` stop at.
    pub separators: &'s [u8],
    /// Steps that may still be taken.
    pub steps: &'s Cell<u64>,
}

impl Scope<'_> {
    fn is_separator(&self, c: char) -> bool {
        u8::try_from(c).is_ok_and(|b| b.is_ascii() && self.separators.contains(&b))
    }

    fn find_separator(&self, text: &[u8]) -> Option<usize> {
        text.find_byteset(self.separators)
    }

    /// Pays for work on `text`. False if there are no steps left.
    fn pay(&self, text: &[u8]) -> bool {
        self.steps.set(self.steps.get().saturating_sub(1 + text.len() as u64 / 16));
        self.steps.get() > 0
    }
}

/// Where a matcher first matches: the offset, and the lengths that it can have there, in ascending order.
type Found = Option<(usize, Vec<usize>)>;

impl Matcher {
    /// Number of characters, if fixed.
    pub fn length(&self) -> Option<usize> {
        match self {
            Matcher::Nothing => Some(0),
            Matcher::Text(_, length) | Matcher::Row { length, .. } => Some(*length),
            Matcher::Single | Matcher::List(_) | Matcher::Range(_) => Some(1),
            Matcher::AnyOf(matchers) => {
                // Alternatives without a fixed length do not count as long as they come first.
                let mut lengths = matchers.iter().map(Matcher::length).skip_while(Option::is_none);
                let first = lengths.next().flatten()?;
                lengths.all(|length| length == Some(first)).then_some(first)
            }
            _ => None,
        }
    }

    /// True if it matches all of `text`.
    pub fn matches(&self, text: &[u8], scope: &Scope<'_>) -> bool {
        if !scope.pay(text) {
            return false;
        }
        match self {
            Matcher::Nothing => text.is_empty(),
            Matcher::Text(own, _) => text == own.as_slice(),
            Matcher::Any => scope.find_separator(text).is_none(),
            Matcher::Super => true,
            Matcher::Single | Matcher::List(_) | Matcher::Range(_) => {
                // No text at all passes for a character that is in no class.
                let (c, width) = decode(text);
                text.len() <= width && self.accepts(c, scope)
            }
            Matcher::AnyOf(matchers) => with_stack(|| matchers.iter().any(|m| m.matches(text, scope))),
            Matcher::AtLeast(least) => runes(text).nth(least - 1).is_some(),
            Matcher::Every { least, is_open, without } => {
                let mut rest = runes(text).skip(least - 1);
                rest.next().is_some()
                    && (*is_open || rest.next().is_none())
                    && (without.is_empty() || !text.contains_str(without))
            }
            Matcher::Contains(own) => text.contains_str(own),
            Matcher::Prefix(own) => text.starts_with(own),
            Matcher::Suffix(own) => text.ends_with(own),
            Matcher::PrefixSuffix(prefix, suffix) => text.starts_with(prefix) && text.ends_with(suffix),
            Matcher::PrefixAny(own) => {
                text.strip_prefix(own.as_slice()).is_some_and(|rest| scope.find_separator(rest).is_none())
            }
            Matcher::SuffixAny(own) => {
                text.strip_suffix(own.as_slice()).is_some_and(|rest| scope.find_separator(rest).is_none())
            }
            Matcher::Row { matchers, length } => {
                runes(text).take(length + 1).count() == *length && row_starts(matchers, text, scope)
            }
            Matcher::Tree(tree) => with_stack(|| tree.matches(text, scope)),
        }
    }

    /// Whether a matcher of one character accepts `c`.
    fn accepts(&self, c: char, scope: &Scope<'_>) -> bool {
        match self {
            Matcher::Single => !scope.is_separator(c),
            Matcher::List(list) => list.chars.contains(&c) != list.not,
            Matcher::Range(range) => (range.low..=range.high).contains(&c) != range.not,
            _ => false,
        }
    }

    /// The first place in `text` where it matches. Some matchers miss places, as gobwas/glob's do.
    fn find(&self, text: &[u8], scope: &Scope<'_>) -> Found {
        if !scope.pay(text) {
            return None;
        }
        match self {
            Matcher::Nothing => Some((0, vec![0])),
            Matcher::Text(own, _) => Some((text.find(own)?, vec![own.len()])),
            Matcher::Any => {
                let end = scope.find_separator(text).unwrap_or(text.len());
                Some((0, boundaries(&text[..end], 0)))
            }
            Matcher::Super => Some((0, boundaries(text, 0))),
            Matcher::Single | Matcher::List(_) | Matcher::Range(_) => {
                let (at, c) = runes(text).find(|(_, c)| self.accepts(*c, scope))?;
                Some((at, vec![c.len_utf8()]))
            }
            Matcher::AnyOf(matchers) => with_stack(|| find_any(matchers, text, scope)),
            Matcher::AtLeast(least) => lengths_from(text, *least, true, text.len()),
            Matcher::Every { least, is_open, without } => {
                let end = if without.is_empty() { None } else { text.find(without) };
                lengths_from(text, *least, *is_open, end.unwrap_or(text.len()))
            }
            Matcher::Contains(own) => {
                let end = text.find(own)? + own.len();
                Some((0, boundaries(&text[end..], end)))
            }
            Matcher::Prefix(own) => {
                let at = text.find(own)?;
                Some((at, boundaries(&text[at + own.len()..], own.len())))
            }
            Matcher::Suffix(own) => Some((0, vec![text.find(own)? + own.len()])),
            Matcher::PrefixSuffix(prefix, suffix) => {
                let at = text.find(prefix)?;
                let mut lengths = Vec::new();
                let mut rest = &text[at..];
                while let Some(start) = rest.rfind(suffix) {
                    lengths.push(start + suffix.len());
                    rest = &rest[..start];
                }
                lengths.reverse();
                (!lengths.is_empty()).then_some((at, lengths))
            }
            Matcher::PrefixAny(own) => {
                let at = text.find(own)?;
                let rest = &text[at + own.len()..];
                let end = scope.find_separator(rest).unwrap_or(rest.len());
                Some((at, boundaries(&rest[..end], own.len())))
            }
            Matcher::SuffixAny(own) => {
                let at = text.find(own)?;
                let start = text[..at].rfind_byteset(scope.separators).map_or(0, |separator| separator + 1);
                Some((start, vec![at + own.len() - start]))
            }
            Matcher::Row { matchers, length } => {
                let starts = runes(text).map(|(at, _)| at).take_while(|at| text.len() - at >= *length);
                let found = starts.into_iter().find(|at| row_starts(matchers, &text[*at..], scope))?;
                // A length in characters, where bytes are meant.
                Some((found, vec![*length]))
            }
            Matcher::Tree(_) => None,
        }
    }
}

impl Tree {
    fn matches(&self, text: &[u8], scope: &Scope<'_>) -> bool {
        // Characters, where bytes are meant: good enough, as a character has at least one.
        let mut offset = self.left_length.unwrap_or(0);
        let limit = text.len().saturating_sub(self.right_length.unwrap_or(0));
        while offset < limit {
            let Some((index, lengths)) = self.value.find(&text[offset..limit], scope) else { return false };
            let start = offset + index;
            let left = &text[..start];
            if self.left.as_ref().map_or(left.is_empty(), |matcher| matcher.matches(left, scope)) {
                for length in lengths.into_iter().rev() {
                    let right = text.get(start + length..).unwrap_or_default();
                    if self.right.as_ref().map_or(right.is_empty(), |matcher| matcher.matches(right, scope)) {
                        return true;
                    }
                }
            }
            offset = start + decode(&text[start..]).1;
        }
        false
    }
}

/// Whether matchers of fixed lengths match one after the other at the start of `text`.
fn row_starts(matchers: &[Matcher], text: &[u8], scope: &Scope<'_>) -> bool {
    let mut rest = text;
    matchers.iter().all(|matcher| {
        let length = matcher.length().unwrap_or(0);
        // A matcher of no characters gets all the rest, and a wide character at the end is cut: so does gobwas/glob.
        let (count, last) = runes(rest)
            .take(if length == 0 { usize::MAX } else { length })
            .fold((0, 0), |(n, _), (at, _)| (n + 1, at));
        let Some((part, after)) = rest.split_at_checked(last + 1) else { return false };
        rest = after;
        count >= length && matcher.matches(part, scope)
    })
}

/// The first place where one of `matchers` matches, with the lengths of all that match there.
fn find_any(matchers: &[Matcher], text: &[u8], scope: &Scope<'_>) -> Found {
    let mut best: Found = None;
    for (index, mut lengths) in matchers.iter().filter_map(|matcher| matcher.find(text, scope)) {
        match &mut best {
            Some((at, _)) if index > *at => {}
            Some((at, all)) if index == *at => {
                all.append(&mut lengths);
                all.sort_unstable();
                all.dedup();
            }
            _ => best = Some((index, lengths)),
        }
    }
    best
}

/// The offsets of all characters of `text`, and its end, each plus `base`.
fn boundaries(text: &[u8], base: usize) -> Vec<usize> {
    runes(text).map(|(at, _)| base + at).chain([base + text.len()]).collect()
}

/// The lengths of so many characters, or more if open, up to `end`.
fn lengths_from(text: &[u8], least: usize, is_open: bool, end: usize) -> Found {
    let ends = runes(text).map(|(at, c)| at + c.len_utf8()).skip(least.saturating_sub(1));
    let count = if is_open { usize::MAX } else { 1 };
    let lengths: Vec<usize> = ends.take(count).take_while(|length| *length <= end).collect();
    (!lengths.is_empty()).then_some((0, lengths))
}
