//! TOML as BurntSushi/toml 1.6 reads and writes it, error texts and oddities included.
//!
//! Integers are `int64`, floats `float64`, dates and times `time.Time`; arrays of tables are
//! `[]map[string]interface {}`, other arrays `[]interface {}`.

mod datetime;
mod decode;
mod encode;
mod scalar;
mod scan;
mod tables;

pub use self::decode::decode;
pub use self::encode::encode;

use crate::gofmt;
use crate::value::Str;

/// Why TOML could not be read or written. `Display` gives the text of BurntSushi/toml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The text is not TOML.
    Syntax {
        /// Line, from 1; the place where reading stopped, sometimes one line above.
        line: usize,
        /// The key that was being read, with the tables around it; may be empty.
        last_key: Str,
        /// What is wrong.
        message: String,
    },
    /// A value has no form in TOML.
    Unsupported(String),
    /// The value is the untyped nil. Go panics on it, in `toToml` as in `mustToToml`.
    Nil,
    /// The value is too deep, contains itself, or its text would be too large.
    TooLarge,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Syntax { line, last_key, message } if last_key.is_empty() => {
                write!(f, "toml: line {line}: {message}")
            }
            Error::Syntax { line, last_key, message } => {
                write!(f, "toml: line {line} (last key {}): {message}", gofmt::quote(last_key))
            }
            Error::Unsupported(message) => f.write_str(message),
            Error::Nil => f.write_str("reflect: call of reflect.Value.Type on zero Value"),
            Error::TooLarge => f.write_str("toml: the value is too large"),
        }
    }
}

impl std::error::Error for Error {}

/// A key: its parts, from the outermost table inwards.
type Key = [Str];

/// Appends the parts of `key`, quoted where they must be, with periods between.
fn push_key(key: &Key, out: &mut Vec<u8>) {
    for (i, part) in key.iter().enumerate() {
        if i > 0 {
            out.push(b'.');
        }
        push_key_part(part, out);
    }
}

/// Appends one part of a key, quoted if it must be.
fn push_key_part(part: &[u8], out: &mut Vec<u8>) {
    if !part.is_empty() && part.iter().all(|&byte| is_bare_key_byte(byte)) {
        out.extend_from_slice(part);
    } else {
        push_quoted(part, out);
    }
}

fn is_bare_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Appends `text` as a string in double quotes.
fn push_quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0x08 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0..0x20 | 0x7f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests;
