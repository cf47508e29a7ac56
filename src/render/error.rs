//! Why a render failed, in Helm's words.
//!
//! Helm takes the text that Go's template package gives apart and lays it out over several lines, or gives up
//! and prints it raw. What it does depends on nothing but the texts of the chain of errors, so it is done on
//! texts here too.

use std::error::Error as StdError;
use std::fmt;

use bstr::ByteSlice;

use super::manifest::Texts;
use crate::chart;
use crate::funcs::helm::{MESSAGE_END, MESSAGE_START};
use crate::template;
use crate::value::Str;
use crate::yaml;

/// Where a render failed.
#[derive(Debug)]
pub enum Cause {
    /// Dependencies, values or schema.
    Chart(chart::Error),
    /// A template could not be parsed.
    Parse(template::ParseError),
    /// A template could not be executed.
    Execution(template::Error),
    /// A rendered file holds something that is no YAML mapping.
    Manifest {
        /// Path of the template.
        path: Str,
        /// The object's text.
        content: Str,
        /// What is wrong.
        error: yaml::Error,
        /// All that was rendered, for `--debug`.
        texts: Texts,
    },
}

/// A failed render. `Display` gives Helm's text, without `Error: `.
#[derive(Debug)]
pub struct Error {
    /// Helm's text. It may quote bytes that are not UTF-8; `Display` replaces these.
    pub message: Str,
    /// What failed.
    pub cause: Box<Cause>,
    /// True once templates were involved: Helm then advises `--debug`.
    pub rendering: bool,
}

impl Error {
    /// Dependencies, values or schema are wrong.
    pub(super) fn before_templates(error: chart::Error) -> Error {
        Error { message: error.to_string().into(), cause: Box::new(Cause::Chart(error)), rendering: false }
    }

    /// The chart does not fit the cluster.
    pub(super) fn of_chart(error: chart::Error) -> Error {
        Error { rendering: true, ..Error::before_templates(error) }
    }

    pub(super) fn of_parse(path: &[u8], error: template::ParseError) -> Error {
        let text = error.to_string();
        let mut parts = text.split(": ");
        let message = match (parts.next(), parts.next()) {
            (Some(_), Some(place)) => {
                format!("parse error at ({place}): {}", text.rsplit(": ").next().unwrap_or_default())
            }
            _ => format!("parse error in ({}): {text}", Str::from(path)),
        };
        Error { message: message.into(), cause: Box::new(Cause::Parse(error)), rendering: true }
    }

    pub(super) fn of_execution(error: template::Error) -> Error {
        Error { message: reformat(&error), cause: Box::new(Cause::Execution(error)), rendering: true }
    }

    pub(super) fn of_manifest(path: Str, content: Str, error: yaml::Error, texts: Texts) -> Error {
        Error {
            message: format!("YAML parse error on {path}: {error}").into(),
            cause: Box::new(Cause::Manifest { path, content, error, texts }),
            rendering: true,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.message, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.cause {
            Cause::Chart(error) => Some(error),
            Cause::Parse(error) => Some(error),
            Cause::Execution(error) => Some(error),
            Cause::Manifest { error, .. } => Some(error),
        }
    }
}

/// Lays out the error of an execution as Helm does.
fn reformat(error: &template::Error) -> Str {
    let text = error.text();
    let Some((place, rest)) = place_and_rest(text) else { return text.clone() };
    if let Some(message) = chart_message(rest) {
        return [b"execution error at (", place, b"): ", message].concat().into();
    }
    let mut frames: Vec<Frame<'_>> = Vec::new();
    for level in error.chain() {
        match Frame::parse(level) {
            Some(frame) if frames.last() == Some(&frame) => {}
            Some(frame) => frames.push(frame),
            None => return text.clone(),
        }
    }
    let mut laid_out = Vec::new();
    frames.iter().for_each(|frame| frame.lay_out(&mut laid_out));
    laid_out.trim().into()
}

/// What stands between the first two `: `, and what behind.
fn place_and_rest(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, rest) = text.split_once_str(": ")?;
    rest.split_once_str(": ")
}

/// The chart's own message in the text of an error of `required` or `fail`.
pub fn chart_message(text: &[u8]) -> Option<&[u8]> {
    let start = text.find(MESSAGE_START)? + MESSAGE_START.len();
    let end = text.rfind(MESSAGE_END).filter(|end| *end >= start)?;
    Some(&text[start..end])
}

/// One level of the chain.
#[derive(Default, PartialEq)]
struct Frame<'t> {
    /// `file:line:column`
    location: &'t [u8],
    /// Template and context of `executing "name" at <context>`
    executing: Option<(&'t [u8], &'t [u8])>,
    message: &'t [u8],
}

impl<'t> Frame<'t> {
    fn parse(text: &'t [u8]) -> Option<Frame<'t>> {
        let rest = text.strip_prefix(b"template: ")?;
        if rest.starts_with(b"no template ") {
            return Some(Frame { message: text, ..Frame::default() });
        }
        Frame::parse_executing(rest).or_else(|| {
            let (location, message) = rest.rsplit_once_str(": ")?;
            Some(Frame { location, message: before_next_error(message), ..Frame::default() })
        })
    }

    fn parse_executing(text: &'t [u8]) -> Option<Frame<'t>> {
        let (location, rest) = text.split_once_str(": executing ")?;
        let (name, rest) = rest.strip_prefix(b"\"")?.split_once_str("\"")?;
        let (context, message) = rest.strip_prefix(b" at <")?.split_once_str(">: ")?;
        Some(Frame { location, executing: Some((name, context)), message: before_next_error(message) })
    }

    fn lay_out(&self, out: &mut Vec<u8>) {
        let mut add = |parts: &[&[u8]]| parts.iter().for_each(|part| out.extend_from_slice(part));
        if !self.location.is_empty() {
            add(&[self.location, b"\n  "]);
        }
        if let Some((name, context)) = self.executing {
            add(&[b"executing \"", name, b"\" at <", context, b">:\n    "]);
        }
        if !self.message.is_empty() {
            add(&[self.message, b"\n"]);
        }
    }
}

/// A message names the error below it; that gets lines of its own.
fn before_next_error(message: &[u8]) -> &[u8] {
    message.find(" template:").map_or(message, |cut| &message[..cut])
}
