//! Why a pattern is refused, in the words of Go's `regexp/syntax`.

use std::fmt;

/// A pattern that cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub kind: ErrorKind,
    /// The part of the pattern that is wrong, or all of it.
    pub expr: Vec<u8>,
}

impl Error {
    pub(super) fn new(kind: ErrorKind, expr: &[u8]) -> Error {
        Error { kind, expr: expr.to_vec() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error parsing regexp: {}: `{}`", self.kind.text(), String::from_utf8_lossy(&self.expr))
    }
}

impl std::error::Error for Error {}

impl Error {
    /// Go's text, with the bytes of the pattern as they are.
    pub fn to_bytes(&self) -> Vec<u8> {
        [format!("error parsing regexp: {}: `", self.kind.text()).as_bytes(), &self.expr, b"`"].concat()
    }
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A range whose end precedes its start, or a class of unknown name.
    InvalidCharRange,
    /// An escape that means nothing.
    InvalidEscape,
    /// A group name that is not of letters, digits and `_`.
    InvalidNamedCapture,
    /// A `(?` that Go does not know.
    InvalidPerlOp,
    /// A repetition of a repetition, as in `a**`.
    InvalidRepeatOp,
    /// A repetition count above [`crate::limits::REGEX_REPEAT`], or of a maximum below the minimum.
    InvalidRepeatSize,
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// `[` without `]`.
    MissingBracket,
    /// `(` without `)`.
    MissingParen,
    /// A repetition of nothing.
    MissingRepeatArgument,
    /// A backslash at the end.
    TrailingBackslash,
    /// `)` without `(`.
    UnexpectedParen,
    /// Nesting deeper than [`crate::limits::REGEX_DEPTH`].
    NestingDepth,
    /// Too large to compile.
    Large,
}

impl ErrorKind {
    /// Go's words.
    pub fn text(self) -> &'static str {
        match self {
            ErrorKind::InvalidCharRange => "invalid character class range",
            ErrorKind::InvalidEscape => "invalid escape sequence",
            ErrorKind::InvalidNamedCapture => "invalid named capture",
            ErrorKind::InvalidPerlOp => "invalid or unsupported Perl syntax",
            ErrorKind::InvalidRepeatOp => "invalid nested repetition operator",
            ErrorKind::InvalidRepeatSize => "invalid repeat count",
            ErrorKind::InvalidUtf8 => "invalid UTF-8",
            ErrorKind::MissingBracket => "missing closing ]",
            ErrorKind::MissingParen => "missing closing )",
            ErrorKind::MissingRepeatArgument => "missing argument to repetition operator",
            ErrorKind::TrailingBackslash => "trailing backslash at end of expression",
            ErrorKind::UnexpectedParen => "unexpected )",
            ErrorKind::NestingDepth => "expression nests too deeply",
            ErrorKind::Large => "expression too large",
        }
    }
}
