//! Errors of reading and writing YAML, in go-yaml's words.

use std::fmt;

/// A place in YAML text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Byte offset, from 0.
    pub offset: u32,
}

/// Why text could not be read as YAML, or a value not be written as YAML.
///
/// `Display` is what Helm shows, line numbers included: go-yaml counts them in its own way, so they may be one
/// less than [`Error::position`] says, or missing.
#[derive(Clone, Debug)]
pub struct Error(Box<Details>);

#[derive(Clone, Debug)]
struct Details {
    text: String,
    position: Option<Position>,
    severity: Severity,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Severity {
    Returned,
    Panic,
    Limit,
}

impl Error {
    /// An error with Go's whole text.
    pub(super) fn new(text: impl Into<String>) -> Error {
        Error(Box::new(Details { text: text.into(), position: None, severity: Severity::Returned }))
    }

    /// An error that Go panics with.
    pub(super) fn panic(text: impl Into<String>) -> Error {
        Error(Box::new(Details { text: text.into(), position: None, severity: Severity::Panic }))
    }

    /// An error because one of [`crate::limits`] is met.
    pub(super) fn limit(text: impl Into<String>) -> Error {
        Error(Box::new(Details { text: text.into(), position: None, severity: Severity::Limit }))
    }

    /// go-yaml's error `problem`, which it reports for line `line` (0: it names none).
    pub(super) fn syntax(problem: &str, line: u32, position: Position) -> Error {
        let text = match line {
            0 => format!("yaml: {problem}"),
            n => format!("yaml: line {n}: {problem}"),
        };
        Error(Box::new(Details { text, position: Some(position), severity: Severity::Returned }))
    }

    /// The same error with `context` in front of its text.
    pub(super) fn within(mut self, context: &str) -> Error {
        self.0.text.insert_str(0, context);
        self
    }

    /// The same error at `position`, if it had none.
    pub(super) fn or_at(mut self, position: Position) -> Error {
        self.0.position.get_or_insert(position);
        self
    }

    /// Where in the text the problem is, if it is at one place.
    pub fn position(&self) -> Option<Position> {
        self.0.position
    }

    /// True if Go panics with this error, so that a function which gives up silently on others does not on this.
    pub fn is_panic(&self) -> bool {
        self.0.severity == Severity::Panic
    }

    /// True if a limit of ours is met that Helm does not have, or does not survive.
    pub fn is_limit(&self) -> bool {
        self.0.severity == Severity::Limit
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl std::error::Error for Error {}
