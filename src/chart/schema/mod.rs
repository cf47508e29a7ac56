//! Values against `values.schema.json`: JSON Schema in drafts 4, 6, 7, 2019-09 and 2020-12.
//!
//! The document becomes [`resources`] (base URLs and anchors), those become a [`model`] by [`compile`], and
//! [`evaluate`] runs values through it. What is wrong is a tree of [`failure`]s, in the words of the library that
//! Helm uses (santhosh-tekuri/jsonschema 6.0.3); where Helm's order changes from run to run, it is sorted here.
//!
//! Schemas refer to their own document and to the metaschemas. Nothing is read or fetched for them.

mod compile;
mod draft;
mod evaluate;
mod failure;
mod formats;
mod location;
mod model;
mod number;
mod plain;
mod resources;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, OnceLock};

use self::failure::Failure;
use super::Notices;
use crate::json;
use crate::value::{Str, Value};

/// What Helm calls the schema of a chart.
const URL: &str = "file:///values.schema.json";

/// Why values do not pass. `Display` is what Helm prints below the chart's name.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The schema itself is at fault.
    #[error("{0}")]
    Schema(String),
    /// The values are at fault.
    #[error("{}\n", .0.causes_text())]
    Invalid(Box<Failure>),
    /// The schema has too many or too deep parts, or checking with it takes too many steps.
    #[error("the schema is too complex")]
    TooComplex,
}

/// The schema of a chart. It is compiled when first asked, and then serves all renders.
pub struct Schema {
    text: Str,
    compiled: OnceLock<Result<compile::Compiled, Arc<Error>>>,
}

impl Schema {
    /// The schema with this text, which need not be valid.
    pub fn new(text: Str) -> Schema {
        Schema { text, compiled: OnceLock::new() }
    }

    /// The text.
    pub fn text(&self) -> &Str {
        &self.text
    }

    /// Checks `values`. Gives what Helm would warn of.
    ///
    /// # Errors
    /// If the schema is none, or the values do not fit it.
    pub fn validate(&self, values: &Value) -> Result<&Notices, Arc<Error>> {
        let compile =
            || parse(&self.text).and_then(|document| compile::compile(URL, document)).map_err(Arc::new);
        let compiled = self.compiled.get_or_init(compile).as_ref().map_err(Arc::clone)?;
        evaluate::validate(&compiled.schemas, compiled.root, values, None)?;
        Ok(&compiled.notices)
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Schema").field(&self.text).finish()
    }
}

/// The JSON in `text`. Go reads it as a stream, which shows in the errors.
fn parse(text: &[u8]) -> Result<Value, Error> {
    let is_blank = |text: &[u8]| text.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    let (document, end) = json::decode_prefix_exact(text).map_err(|error| {
        Error::Schema(match error {
            json::Error::UnexpectedEnd if is_blank(text) => "EOF".to_string(),
            json::Error::UnexpectedEnd => "unexpected EOF".to_string(),
            error => error.to_string(),
        })
    })?;
    if !text.get(end..).is_none_or(is_blank) {
        return Err(Error::Schema("invalid character after top-level value".to_string()));
    }
    Ok(document)
}
