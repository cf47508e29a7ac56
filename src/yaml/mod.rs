//! YAML as go-yaml reads and writes it.
//!
//! Reading goes bytes → [`input`] (encoding) → [`scan`] (tokens) → [`parse`] ([`Document`]: a node tree with
//! positions) → [`load`] (values). Writing goes values → [`encode`] (what to write) → [`emit`] (how to write it).
//! The tags and number forms of [`resolve`] serve both directions.

mod emit;
mod encode;
mod error;
mod go_syntax;
mod head;
mod input;
mod keys;
mod load;
mod node;
mod parse;
mod resolve;
mod scalars;
mod scan;
mod shape;
mod style;
mod tags;
#[cfg(test)]
mod tests;

pub use self::encode::{encode, encode_pretty};
pub use self::error::{Error, Position};
pub use self::head::{Head, Metadata, head};
pub use self::node::{Document, Node};
pub use self::shape::{Shape, Struct};

use self::input::Input;
use self::parse::Parser;
use crate::value::{Map, Value};

/// Parses all documents of `text` into node trees.
///
/// # Errors
/// go-yaml's syntax errors.
pub fn parse(text: &[u8]) -> Result<Vec<Document<'_>>, Error> {
    let mut documents = Vec::new();
    let input = Input::new(text);
    let mut parser = Parser::new(&input)?;
    while let Some(document) = parser.next_document()? {
        documents.push(document.into_owned());
    }
    Ok(documents)
}

/// Decodes the first document of `text` as Helm decodes YAML into an `interface {}`: every number is a
/// `float64`, every key a string. Text without a document gives nil.
///
/// # Errors
/// Go's errors, beginning with `error converting YAML to JSON: `.
pub fn decode(text: &[u8]) -> Result<Value, Error> {
    decode_as(text, &Shape::Any)
}

/// [`decode`] into the Go type `shape`; a struct comes out as a map of the fields that `text` sets.
///
/// # Errors
/// Those of [`decode`], and `error unmarshaling JSON: …` for data that does not fit `shape`.
pub fn decode_as(text: &[u8], shape: &Shape) -> Result<Value, Error> {
    decode_with(text, shape, false)
}

/// [`decode_as`], with duplicate keys an error.
///
/// # Errors
/// Those of [`decode_as`], and `yaml: unmarshal errors: …` for duplicate keys.
pub fn decode_strict(text: &[u8], shape: &Shape) -> Result<Value, Error> {
    decode_with(text, shape, true)
}

fn decode_with(text: &[u8], shape: &Shape, strict: bool) -> Result<Value, Error> {
    let value = decode_document(text, shape, strict)
        .map_err(|error| error.within("error converting YAML to JSON: "))?;
    match (shape, &value) {
        // Go leaves the target as it is for a document that is null.
        (Shape::Any, _) | (_, Value::Nil) => Ok(value),
        _ => shape.fit(&value),
    }
}

fn decode_document(text: &[u8], shape: &Shape, strict: bool) -> Result<Value, Error> {
    let input = Input::new(text);
    match Parser::new(&input)?.next_document()? {
        Some(document) => load::load(&document, shape, strict),
        None => Ok(Value::Nil),
    }
}

/// [`decode`] into a `map[string]interface {}`; null gives an empty map.
///
/// # Errors
/// Those of [`decode`], and `error unmarshaling JSON: …` for other data than a mapping.
pub fn decode_map(text: &[u8]) -> Result<Map, Error> {
    match decode_as(text, &Shape::Map(&Shape::Any))? {
        Value::Map(map) => Ok(map),
        _ => Ok(Map::new()),
    }
}

/// The documents of a values file, each decoded by [`decode_map`].
///
/// Unlike in YAML, only lines of `---` and a comment separate documents, and each document is read on its own.
///
/// # Errors
/// Those of [`decode_map`], of the first document with one.
pub fn decode_all(text: &[u8]) -> Result<Vec<Map>, Error> {
    split_documents(text).map(decode_map).collect()
}

/// The pieces of a values file between its lines of `---`.
pub fn split_documents(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut length = 0;
        while length < rest.len() {
            let line_end = memchr::memchr(b'\n', &rest[length..]).map_or(rest.len(), |n| length + n + 1);
            let line = &rest[length..line_end];
            if length > 0 && is_separator(line) {
                let piece = &rest[..length];
                rest = &rest[line_end..];
                return Some(piece);
            }
            length = line_end;
        }
        Some(std::mem::take(&mut rest))
    })
}

fn is_separator(line: &[u8]) -> bool {
    line.strip_prefix(b"---").is_some_and(|rest| matches!(rest.trim_ascii_start().first(), None | Some(b'#')))
}
