//! What can go wrong, in Go's words.

use std::fmt::Display;

use crate::gofmt::{self, unicode};
use crate::value::{Kind, Type, Value};

/// Why JSON could not be read or written. `Display` gives Go's text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text ends within a value.
    #[error("unexpected end of JSON input")]
    UnexpectedEnd,
    /// Arrays and objects are nested more than [`crate::limits::VALUE_DEPTH`] deep.
    #[error("exceeded max depth")]
    TooDeep,
    /// The text would be larger than [`crate::limits::RESULT_BYTES`].
    #[error("JSON text of more than {} bytes", crate::limits::RESULT_BYTES)]
    TooLarge,
    /// The text is not JSON.
    #[error("{0}")]
    Syntax(String),
    /// A value does not fit the Go type it is read into.
    #[error("json: cannot unmarshal {0}")]
    Mismatch(String),
    /// NaN, an infinity, or a value that contains itself.
    #[error("json: unsupported value: {0}")]
    UnsupportedValue(String),
    /// A complex number or a function.
    #[error("json: unsupported type: {0}")]
    UnsupportedType(Type),
}

impl Error {
    /// The error of reading `found` into a Go value of type `wanted`. `path` leads from the root to `found`: keys and
    /// indexes, joined by periods; it is empty for the root itself.
    pub fn mismatch(found: &Value, path: &str, wanted: impl Display) -> Error {
        let what = match found.kind() {
            Kind::Invalid => "null",
            Kind::Bool => "bool",
            Kind::String => "string",
            Kind::Slice => "array",
            Kind::Map => "object",
            _ => "number",
        };
        Error::cannot_read(what, path, wanted)
    }

    /// The error of reading `what` at `path` into the Go type `wanted`.
    pub(super) fn cannot_read(what: &str, path: &str, wanted: impl Display) -> Error {
        let last = path.rsplit('.').next().unwrap_or_default();
        let place = if path.is_empty() {
            "Go value".to_string()
        } else if !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()) {
            format!(".{path}")
        } else {
            format!("Go struct field .{path}")
        };
        Error::Mismatch(format!("{what} into {place} of type {wanted}"))
    }

    /// The error of meeting the first character of `rest` at a place described by `place`.
    pub(super) fn character(rest: &[u8], place: &str) -> Error {
        let (c, size) = unicode::decode(rest);
        let quoted = match (c, rest) {
            (char::REPLACEMENT_CHARACTER, [byte, ..]) if size == 1 => format!("'\\x{byte:x}'"),
            _ => gofmt::quote_rune(c),
        };
        Error::Syntax(format!("invalid character {quoted} {place}"))
    }

    /// The error of meeting `sequence` where an escape sequence should be.
    pub(super) fn escape(sequence: &[u8]) -> Error {
        let shown = match std::str::from_utf8(sequence) {
            Ok(text) if text.chars().all(is_plain) => format!("`{text}`"),
            _ => gofmt::quote(sequence),
        };
        Error::Syntax(format!("invalid escape sequence {shown} in string"))
    }
}

/// True if an error shows `c` between backquotes as it is.
fn is_plain(c: char) -> bool {
    !matches!(c, '`' | char::REPLACEMENT_CHARACTER) && unicode::is_print(c) && !unicode::is_space(c)
}
