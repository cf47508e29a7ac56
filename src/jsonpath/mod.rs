//! The JSONPath templates of `kubectl`, as client-go's `util/jsonpath` reads and fills them.
//!
//! A template is text with actions in braces: `{.image.tag}`, `{.ports[?(@.name=="http")].port}`,
//! `{range .ports[*]}{.name}{"\n"}{end}`. [`Template::parse`] accepts what client-go accepts, with its error texts;
//! where that walks a map in random order, this goes by the keys.

mod compare;
mod eval;
mod parse;

use std::fmt;

use crate::gofmt;
use crate::json;
use crate::limits::RESULT_BYTES;
use crate::value::Value;
use eval::Evaluation;
use parse::Node;

/// A value that a template found. `None` is Go's zero `reflect.Value`: what a `range` over a null is about.
pub type Found = Option<Value>;

/// A parsed template.
#[derive(Debug)]
pub struct Template {
    nodes: Vec<Node>,
}

/// What is wrong with a template, or with the data for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// client-go says so too, in these words if it has some.
    Invalid(String),
    /// Filling the template would take too many steps or too much memory.
    TooLarge(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Error::Invalid(text) | Error::TooLarge(text)) = self;
        f.write_str(text)
    }
}

impl std::error::Error for Error {}

impl Template {
    /// Reads a template.
    pub fn parse(text: &str) -> Result<Template, Error> {
        Ok(Template { nodes: parse::parse(text)? })
    }

    /// What each text and each action of the template finds in `data`; what is in a `range`, once a turn. A field that
    /// is nowhere in the data is an error.
    pub fn find(&self, data: &Value) -> Result<Vec<Vec<Found>>, Error> {
        Evaluation::new().run(&self.nodes, data)
    }

    /// Appends the template filled with `data` to `out`. After an error there is as much of it as client-go writes.
    pub fn execute(&self, data: &Value, out: &mut Vec<u8>) -> Result<(), Error> {
        for found in self.find(data)? {
            for (index, value) in found.iter().enumerate() {
                if index > 0 {
                    out.push(b' ');
                }
                print(value, out)?;
            }
        }
        Ok(())
    }
}

/// Appends a value as results are printed: maps and lists as JSON, the rest as Go's `fmt.Print` has it.
fn print(value: &Found, out: &mut Vec<u8>) -> Result<(), Error> {
    let room = RESULT_BYTES.saturating_sub(out.len());
    match value {
        None => out.extend_from_slice(b"<no value>"),
        Some(Value::Nil) => out.extend_from_slice(b"null"),
        Some(value @ (Value::Map(_) | Value::List(_))) => {
            let text = json::encode(value, true).map_err(|error| match error {
                json::Error::TooLarge | json::Error::TooDeep => Error::TooLarge(error.to_string()),
                _ => Error::Invalid(error.to_string()),
            })?;
            if text.len() > room {
                return Err(Error::TooLarge(format!("result of more than {RESULT_BYTES} bytes")));
            }
            out.extend_from_slice(&text);
        }
        Some(value) => {
            gofmt::print_within(value, out, room).map_err(|error| Error::TooLarge(error.to_string()))?;
        }
    }
    Ok(())
}
