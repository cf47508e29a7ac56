//! File name patterns: those of gobwas/glob, and those of Go's `path/filepath`.

mod compile;
mod filepath;
mod matcher;
mod pattern;
#[cfg(test)]
mod tests;

use std::cell::Cell;

pub use self::filepath::filepath_match;

use self::matcher::{Matcher, Scope};
use crate::limits;

/// A pattern of gobwas/glob, as `.Files.Glob` takes it.
///
/// `*` stands for any text without separators, `**` for any text, `?` for one character that is no separator,
/// `[ab]`, `[!ab]`, `[a-z]` and `[!a-z]` for one character, `{a,b}` for either pattern; a backslash takes a
/// character literally. Where gobwas/glob's shortcuts make it differ from that (`a/**/b` matches `a/b`), so does
/// this.
#[derive(Debug)]
pub struct Glob {
    matcher: Matcher,
    separators: Vec<u8>,
    steps: Cell<u64>,
}

/// Why a text is no pattern. Displays in gobwas/glob's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A class is not closed.
    #[error("unexpected end of input")]
    End,
    /// A class goes on after its range.
    #[error("expected close range character")]
    Close,
    /// A class is empty.
    #[error("could not parse range")]
    Range,
    /// A range is upside down: its high end, then its low end.
    #[error("hi character '{0}' should be greater than lo '{1}'")]
    Order(char, char),
    /// The pattern is not UTF-8.
    #[error("could not read rune")]
    Rune,
    /// The pattern is longer than [`limits::GLOB_BYTES`], or nested deeper than [`limits::GLOB_DEPTH`].
    #[error("pattern too complex")]
    Complexity,
}

impl Glob {
    /// Compiles `pattern`, in which `*` and `?` stop at the ASCII characters `separators`.
    ///
    /// # Errors
    /// If it is no pattern.
    pub fn new(pattern: &[u8], separators: &[u8]) -> Result<Glob, Error> {
        if pattern.len() > limits::GLOB_BYTES {
            return Err(Error::Complexity);
        }
        let matcher = compile::compile(pattern::parse(pattern)?, separators);
        Ok(Glob { matcher, separators: separators.to_vec(), steps: Cell::new(limits::GLOB_STEPS) })
    }

    /// True if it matches all of `name`. Once it has taken [`limits::GLOB_STEPS`] steps it matches nothing more.
    pub fn matches(&self, name: &[u8]) -> bool {
        self.matcher.matches(name, &Scope { separators: &self.separators, steps: &self.steps })
    }
}
