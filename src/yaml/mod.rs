//! YAML as go-yaml reads and writes it.
//!
//! Reading goes bytes → [`input`] (encoding) → [`scan`] (tokens) → [`parse`] ([`Document`]: a node tree with
//! positions) → [`load`] (values). [`outline`] is a short cut to the head of a manifest. Writing goes values →
//! [`encode`] (what to write) → [`emit`] (how to write it). The tags and number forms of [`resolve`] serve both
//! directions.

mod comments;
mod emit;
mod encode;
mod error;
mod go_syntax;
mod head;
mod input;
mod keys;
mod load;
mod node;
mod outline;
mod parse;
mod resolve;
pub mod rewrite;
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

use std::borrow::Cow;

use bstr::ByteSlice;

use self::input::Input;
use self::parse::Parser;
use crate::value::{Map, Value};

/// Parses all documents of `text` into node trees.
///
/// # Errors
/// go-yaml's syntax errors.
pub fn parse(text: &[u8]) -> Result<Vec<Document<'_>>, Error> {
    let input = Input::new(text);
    match input.text {
        Cow::Borrowed(text) => documents(Parser::new(text, &input)?),
        Cow::Owned(ref text) => {
            Ok(documents(Parser::new(text, &input)?)?.into_iter().map(Document::into_owned).collect())
        }
    }
}

fn documents(mut parser: Parser<'_>) -> Result<Vec<Document<'_>>, Error> {
    let mut documents = Vec::new();
    while let Some(document) = parser.next_document()? {
        documents.push(document);
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

/// [`decode_as`], with duplicate keys and unknown fields of structs an error.
///
/// # Errors
/// Those of [`decode_as`], `yaml: unmarshal errors: …` for duplicate keys, and `json: unknown field …`.
pub fn decode_strict(text: &[u8], shape: &Shape) -> Result<Value, Error> {
    decode_with(text, shape, true)
}

fn decode_with(text: &[u8], shape: &Shape, strict: bool) -> Result<Value, Error> {
    let value = decode_document(text, shape, strict)
        .map_err(|error| error.within("error converting YAML to JSON: "))?;
    match (shape, &value) {
        // Go leaves the target as it is for a document that is null.
        (Shape::Any, _) | (_, Value::Nil) => Ok(value),
        _ => shape.fit(&value, strict),
    }
}

fn decode_document(text: &[u8], shape: &Shape, strict: bool) -> Result<Value, Error> {
    let input = Input::new(text);
    match Parser::new(&input.text, &input)?.next_document()? {
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
/// They are separated as in a [`Stream`], and each is read on its own.
///
/// # Errors
/// Helm's, of the first document with one: `cannot unmarshal yaml document: …` for those of [`decode_map`], and
/// `error reading yaml document: …` for other text behind a separator.
pub fn decode_all(text: &[u8]) -> Result<Vec<Map>, Error> {
    let mut stream = Stream::new(text);
    let mut documents = Vec::new();
    while let Some(document) = stream.next().map_err(|error| error.within("error reading yaml document: "))? {
        documents
            .push(decode_map(document).map_err(|error| error.within("cannot unmarshal yaml document: "))?);
    }
    Ok(documents)
}

/// The texts of the documents of a stream, as Kubernetes' libraries find them: unlike in YAML, a line that begins
/// with `---` always separates documents, and may hold a comment only.
#[derive(Debug)]
pub struct Stream<'a> {
    text: Cow<'a, [u8]>,
    /// Where the next document begins.
    next: usize,
}

impl<'a> Stream<'a> {
    /// The documents of `text`.
    pub fn new(text: &'a [u8]) -> Stream<'a> {
        Stream { text: with_line_feeds(text), next: 0 }
    }

    /// The next document, if there is one.
    ///
    /// # Errors
    /// If other text follows a separator on its line.
    #[expect(clippy::should_implement_trait, reason = "what it gives is borrowed from the stream")]
    pub fn next(&mut self) -> Result<Option<&[u8]>, Error> {
        let rest = &self.text[self.next..];
        let Some((document, behind)) = next_document(rest)? else { return Ok(None) };
        self.next = self.text.len() - behind.len();
        Ok(Some(document))
    }
}

/// `text` with each line, also the last one, ending in a line feed alone.
fn with_line_feeds(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memmem::find(text, b"\r\n").is_none() && matches!(text.last(), None | Some(b'\n')) {
        return Cow::Borrowed(text);
    }
    let mut lines = text.replace("\r\n", "\n");
    if lines.last() != Some(&b'\n') {
        lines.push(b'\n');
    }
    Cow::Owned(lines)
}

/// The first document of `text` up to the separator behind it, and what follows that.
#[expect(clippy::type_complexity, reason = "two slices of the text, or none")]
fn next_document(text: &[u8]) -> Result<Option<(&[u8], &[u8])>, Error> {
    let mut length = 0;
    while length < text.len() {
        let line_end = memchr::memchr(b'\n', &text[length..]).map_or(text.len(), |n| length + n + 1);
        if let Some(behind) = text[length..line_end].strip_prefix(b"---") {
            let behind = behind.trim_ascii();
            if !behind.is_empty() && behind[0] != b'#' {
                let behind = String::from_utf8_lossy(behind);
                let text = format!("invalid Yaml document separator: {behind}");
                return Err(Error::new(text));
            }
            // A separator at the start belongs to the document.
            if length > 0 {
                return Ok(Some((&text[..length], &text[line_end..])));
            }
        }
        length = line_end;
    }
    Ok((length > 0).then_some((text, &[])))
}
