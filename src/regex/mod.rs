//! Go's regular expressions (package `regexp`) over the engines of regex-automata.
//!
//! Go's syntax differs from that of Rust's `regex` in much (ASCII `\d \w \s \b`, `\Q…\E`, octal escapes, no set
//! operations in classes, a literal `{`, its own errors), so `parse` reads it and builds the form that the
//! engines compile. What matches is the same: leftmost-first, as in Perl.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use regex_automata::util::captures::Captures;
use regex_automata::{Input, meta};
use regex_syntax::hir::{Class, Hir, HirKind};

use self::haystack::Haystack;
use self::template::Template;
use crate::limits;

mod cache;
mod class;
mod error;
mod haystack;
mod parse;
mod template;
mod unicode;

pub use error::{Error, ErrorKind};

/// A compiled pattern.
#[derive(Debug)]
pub struct Regex {
    /// Made when first needed, if the pattern is small: most patterns of a schema are never asked.
    engine: OnceLock<meta::Regex>,
    hir: Hir,
    /// About how many bytes the engine takes.
    memory: usize,
    /// True for the empty pattern.
    empty: bool,
    /// True if some match may be empty.
    matches_empty: bool,
    /// The names of the groups by number, that of the whole match included.
    groups: Vec<Option<Box<str>>>,
}

impl Regex {
    /// The compiled `pattern`, from the cache of this process if it is there.
    pub fn new(pattern: &[u8]) -> Result<Arc<Regex>, Error> {
        if let Some(regex) = cache::get(pattern) {
            return Ok(regex);
        }
        let regex = Arc::new(Regex::compile(pattern)?);
        cache::put(pattern, regex.clone());
        Ok(regex)
    }

    /// Compiles `pattern`.
    pub fn compile(pattern: &[u8]) -> Result<Regex, Error> {
        let parsed = parse::parse(pattern)?;
        let engine = OnceLock::new();
        let is_flat = parsed.height < 32;
        let mut memory = if is_flat { states(&parsed.hir).saturating_mul(STATE_BYTES) } else { usize::MAX };
        if memory > SMALL * STATE_BYTES {
            let build = || build(&parsed.hir).ok_or_else(|| Error::new(ErrorKind::Large, pattern));
            // The compiler recurses as deep as the pattern nests.
            let built =
                if is_flat { build()? } else { stacker::grow(parsed.height as usize * 16 * 1024, build)? };
            memory = engine.get_or_init(|| built).memory_usage();
        }
        Ok(Regex {
            engine,
            memory,
            empty: pattern.is_empty(),
            matches_empty: parsed.hir.properties().minimum_len() == Some(0),
            groups: parsed.groups,
            hir: parsed.hir,
        })
    }

    fn engine(&self) -> &meta::Regex {
        self.engine.get_or_init(|| build(&self.hir).expect("small patterns are far below the limit"))
    }

    /// About how many bytes the compiled pattern takes.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// `MatchString`: true if there is a match anywhere in `text`.
    pub fn is_match(&self, text: &[u8]) -> bool {
        let haystack = Haystack::new(text);
        // The engine's `is_match` can stop at an empty match within a character and miss the real one.
        if self.matches_empty {
            self.engine().find(haystack.as_bytes()).is_some()
        } else {
            self.engine().is_match(haystack.as_bytes())
        }
    }

    /// `FindString`: where the leftmost match is.
    pub fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        let haystack = Haystack::new(text);
        self.engine().find(haystack.as_bytes()).map(|found| haystack.original(found.range()))
    }

    /// `FindAllString`: where all matches are, from left to right. They do not overlap, and none is empty where
    /// the one before it ended.
    pub fn find_all<'t>(&self, text: &'t [u8]) -> impl Iterator<Item = Range<usize>> + use<'_, 't> {
        let haystack = Haystack::new(text);
        let mut walk = Walk::default();
        std::iter::from_fn(move || {
            walk.next(&haystack, |input| self.engine().search(&input).map(|found| found.range()))
                .map(|range| haystack.original(range))
        })
    }

    /// `ReplaceAllString`: `text` with each match replaced by `template`, in which `$1`, `$name` and `${name}`
    /// stand for groups and `$$` for `$`. `claim` is asked for bytes before the result grows by them.
    pub fn replace_all<'t, E>(
        &self,
        text: &'t [u8],
        template: &[u8],
        claim: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Cow<'t, [u8]>, E> {
        self.replace(text, &Template::parse(template, &self.groups), claim)
    }

    /// `ReplaceAllLiteralString`: `text` with each match replaced by `replacement`. `claim` is asked for bytes
    /// before the result grows by them.
    pub fn replace_all_literal<'t, E>(
        &self,
        text: &'t [u8],
        replacement: &[u8],
        claim: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Cow<'t, [u8]>, E> {
        self.replace(text, &Template::literal(replacement), claim)
    }

    fn replace<'t, E>(
        &self,
        text: &'t [u8],
        template: &Template<'_>,
        mut claim: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Cow<'t, [u8]>, E> {
        let haystack = Haystack::new(text);
        let mut captures = if template.max_group() > 0 {
            self.engine().create_captures()
        } else {
            Captures::matches(self.engine().group_info().clone())
        };
        let mut out = Vec::new();
        let mut append = |bytes: &[u8]| {
            let free = out.capacity() - out.len();
            if bytes.len() > free {
                let more = bytes.len().max(out.len()).max(text.len());
                claim(more)?;
                out.reserve_exact(more);
            }
            out.extend_from_slice(bytes);
            Ok(())
        };
        let mut walk = Walk::default();
        let mut copied = None;
        loop {
            let found = walk.next(&haystack, |input| {
                self.engine().search_captures(&input, &mut captures);
                captures.get_match().map(|found| found.range())
            });
            let Some(found) = found.map(|range| haystack.original(range)) else { break };
            append(&text[copied.unwrap_or(0)..found.start])?;
            copied = Some(found.end);
            let group = |n| captures.get_group(n).map(|span| haystack.original(span.range()));
            template.expand(text, &group).try_for_each(&mut append)?;
        }
        let Some(copied) = copied else { return Ok(Cow::Borrowed(text)) };
        append(&text[copied..])?;
        Ok(Cow::Owned(out))
    }

    /// `Split`: the parts of `text` between matches, at most `limit` of them if it is not negative. `None` is
    /// Go's nil.
    pub fn split<'t>(
        &self,
        text: &'t [u8],
        limit: i64,
    ) -> Option<impl Iterator<Item = &'t [u8]> + use<'_, 't>> {
        // As many parts may precede the rest.
        let mut parts = match limit {
            0 => return None,
            _ => usize::try_from(limit).map_or(usize::MAX, |limit| limit - 1),
        };
        let mut matches = self.find_all(text);
        let (mut start, mut end) = (0, 0);
        // Nothing at all is one part, but for the empty pattern.
        let whole = text.is_empty() && !self.empty;
        let mut done = false;
        Some(std::iter::from_fn(move || {
            while !done && !whole && parts > 0 {
                let Some(found) = matches.next() else { break };
                let part = &text[start..found.start];
                (start, end) = (found.end, found.start);
                // An empty match at the very start separates nothing.
                if found.end != 0 {
                    parts -= 1;
                    return Some(part);
                }
            }
            let rest = !done && (whole || end != text.len());
            done = true;
            rest.then(|| &text[start..])
        }))
    }
}

/// The engine for `hir`; `None` if it gets too large.
fn build(hir: &Hir) -> Option<meta::Regex> {
    // A full DFA costs more to build than the short texts of templates can win back.
    let config = meta::Config::new().dfa(false).nfa_size_limit(Some(limits::REGEX_PROGRAM_BYTES));
    meta::Builder::new().configure(config).build_from_hir(hir).ok()
}

/// States of an automaton that is small: far from [`limits::REGEX_PROGRAM_BYTES`].
const SMALL: usize = 20_000;
/// Bytes that a state takes, about.
const STATE_BYTES: usize = 64;

/// About how many states the automaton of `hir` has, or a number above.
fn states(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Bytes(_)) => 1,
        // Each range of other characters takes states for the bytes of its UTF-8.
        HirKind::Class(Class::Unicode(class)) => {
            if class.is_ascii() {
                1
            } else {
                class.ranges().len() * 16
            }
        }
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            states(&repetition.sub).saturating_add(1).saturating_mul(times as usize)
        }
        HirKind::Capture(capture) => states(&capture.sub).saturating_add(2),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(1, |sum, part| states(part).saturating_add(1).saturating_add(sum))
        }
    }
}

/// `QuoteMeta`: a pattern that matches `text` itself.
pub fn quote_meta(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        if br"\.+*?()|[]{}^$".contains(&byte) {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out
}

/// The way of Go's loops over all matches.
#[derive(Default)]
struct Walk {
    at: usize,
    /// Where the last match ended.
    last_end: Option<usize>,
}

impl Walk {
    fn next(
        &mut self,
        haystack: &Haystack<'_>,
        mut search: impl FnMut(Input<'_>) -> Option<Range<usize>>,
    ) -> Option<Range<usize>> {
        let text = haystack.as_bytes();
        while self.at <= text.len() {
            let Some(found) = search(Input::new(text).range(self.at..)) else {
                self.at = text.len() + 1;
                return None;
            };
            // An empty match right after a match does not count.
            let counts = found.end != self.at || self.last_end != Some(found.start);
            self.at = if found.end == self.at { self.at + haystack.width(self.at).max(1) } else { found.end };
            self.last_end = Some(found.end);
            if counts {
                return Some(found);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// `FindStringSubmatchIndex`
    fn captures(regex: &Regex, text: &[u8]) -> Vec<i64> {
        let haystack = Haystack::new(text);
        let mut captures = regex.engine().create_captures();
        regex.engine().captures(haystack.as_bytes(), &mut captures);
        let groups = if captures.is_match() { regex.groups.len() } else { 0 };
        let group = |n| captures.get_group(n).map(|span| haystack.original(span.range()));
        let flat = |n| group(n).map_or([-1, -1], |range| [range.start as i64, range.end as i64]);
        (0..groups).flat_map(flat).collect()
    }

    /// What Go does with a pattern.
    #[derive(Deserialize)]
    struct Case {
        pattern: String,
        #[serde(default)]
        error: String,
        #[serde(default)]
        matches: Vec<Vec<Range<usize>>>,
        #[serde(default)]
        groups: Vec<Vec<i64>>,
    }

    #[test]
    fn matches_as_go() {
        let data = include_str!("../../tests/data/regex/regexes.jsonl");
        let (texts, cases) = data.split_once('\n').unwrap();
        let texts: Vec<String> = serde_json::from_str(texts).unwrap();
        for case in cases.lines() {
            let case: Case = serde_json::from_str(case).unwrap();
            let pattern = &case.pattern;
            let regex = match Regex::compile(pattern.as_bytes()) {
                Ok(regex) => regex,
                Err(error) => {
                    assert_eq!(error.to_string(), case.error, "{pattern}");
                    continue;
                }
            };
            assert_eq!(case.error, "", "{pattern} compiles");
            for (i, text) in texts.iter().enumerate() {
                let found: Vec<_> = regex.find_all(text.as_bytes()).collect();
                assert_eq!(found, case.matches[i], "{pattern} in {text:?}");
                assert_eq!(regex.is_match(text.as_bytes()), !found.is_empty(), "{pattern} in {text:?}");
                if let Some(groups) = case.groups.get(i) {
                    assert_eq!(&captures(&regex, text.as_bytes()), groups, "{pattern} in {text:?}");
                }
            }
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replacement_characters() {
        let find = |pattern: &str, text: &[u8]| Regex::new(pattern.as_bytes()).unwrap().find(text);
        assert_eq!(find("^.{3}$", b"\xE2\x98a"), Some(0..3));
        assert_eq!(find("^.$", "☃".as_bytes()), Some(0..3));
        assert_eq!(find(r"\x{FFFD}b", b"a\xFFb"), Some(1..3));
        assert_eq!(find(r"\xFF", b"\xFF"), None);
        let error = Regex::new(b"a\xFFb").unwrap_err();
        assert_eq!((error.kind, error.expr.as_slice()), (ErrorKind::InvalidUtf8, b"\xFFb".as_slice()));
    }

    #[test]
    fn replaces_as_go() {
        for (pattern, text, template, expected) in [
            ("(?P<a>b)(c)?", "abcb", "[$a|$2|${3}|$$]", "a[b|c||$][b|||$]"),
            ("(?P<a>b)", "b", "$a_b-${a}_b-$aé", "-b_b-"),
            ("b", "b", "${0-$", "${0-$"),
            ("(?P<n>a)|(?P<n>b)", "ab", "<$n>", "<a><b>"),
            ("a*", "baac", "-", "-b-c-"),
            ("(a)", "a", "$01$1", "a"),
        ] {
            let regex = Regex::new(pattern.as_bytes()).unwrap();
            let result = regex.replace_all::<()>(text.as_bytes(), template.as_bytes(), |_| Ok(())).unwrap();
            assert_eq!(String::from_utf8_lossy(&result), expected, "{pattern} {template}");
        }
    }

    #[test]
    fn results_are_claimed_before_they_grow() {
        let regex = Regex::new(b"a").unwrap();
        let mut left = 1000;
        let result = regex.replace_all_literal(&[b'a'; 100], &[b'x'; 100], |bytes| {
            left -= bytes as i64;
            if left < 0 { Err("too much") } else { Ok(()) }
        });
        assert_eq!(result, Err("too much"));
    }

    #[test]
    fn deep_patterns_neither_overflow_nor_pass_the_limit() {
        let nested = |depth: usize| [b"(".repeat(depth), b"a".to_vec(), b")".repeat(depth)].concat();
        let limit = limits::REGEX_DEPTH as usize;
        assert!(Regex::compile(&nested(limit - 1)).is_ok_and(|regex| regex.is_match(b"a")));
        assert_eq!(Regex::compile(&nested(limit)).unwrap_err().kind, ErrorKind::NestingDepth);
    }

    #[test]
    fn the_cache_returns_what_it_compiled() {
        let first = Regex::new(b"cached|pattern").unwrap();
        assert!(Arc::ptr_eq(&first, &Regex::new(b"cached|pattern").unwrap()));
    }
}
