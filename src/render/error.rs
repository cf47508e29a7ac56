//! Why a render failed, in Helm's words.
//!
//! Helm takes the text that Go's template package gives apart and lays it out over several lines, or gives up
//! and prints it raw. What it does depends on nothing but the texts of the chain of errors, so it is done on
//! texts here too.

use std::error::Error as StdError;
use std::fmt;

use super::manifest::Texts;
use crate::chart;
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
    /// Helm's text.
    pub message: String,
    /// What failed.
    pub cause: Box<Cause>,
    /// True once templates were involved: Helm then advises `--debug`.
    pub rendering: bool,
}

impl Error {
    /// Dependencies, values or schema are wrong.
    pub(super) fn before_templates(error: chart::Error) -> Error {
        Error { message: error.to_string(), cause: Box::new(Cause::Chart(error)), rendering: false }
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
        Error { message, cause: Box::new(Cause::Parse(error)), rendering: true }
    }

    pub(super) fn of_execution(error: template::Error) -> Error {
        Error { message: reformat(&error), cause: Box::new(Cause::Execution(error)), rendering: true }
    }

    pub(super) fn of_manifest(path: &Str, content: &[u8], error: yaml::Error, texts: &Texts) -> Error {
        Error {
            message: format!("YAML parse error on {path}: {error}"),
            cause: Box::new(Cause::Manifest {
                path: path.clone(),
                content: content.into(),
                error,
                texts: texts.clone(),
            }),
            rendering: true,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
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

/// Marks that `required` and `fail` put around their message.
const MARKED: (&str, &str) = ("HELM_ERR_START", "HELM_ERR_END");

/// Lays out the error of an execution as Helm does.
fn reformat(error: &template::Error) -> String {
    let text = error.text();
    let Some((_, place, rest)) = split_in_three(text) else { return text.to_owned() };
    if let Some(message) = marked(rest) {
        return format!("execution error at ({place}): {message}");
    }
    let mut frames: Vec<Frame> = Vec::new();
    for text in error.chain() {
        match Frame::parse(text) {
            Some(frame) if frames.last() == Some(&frame) => {}
            Some(frame) => frames.push(frame),
            None => return error.text().to_owned(),
        }
    }
    let laid_out: String = frames.iter().map(Frame::lay_out).collect();
    laid_out.trim().to_owned()
}

/// The text up to the first `: `, up to the second, and the rest.
fn split_in_three(text: &str) -> Option<(&str, &str, &str)> {
    let (first, rest) = text.split_once(": ")?;
    let (second, rest) = rest.split_once(": ")?;
    Some((first, second, rest))
}

/// The message between the marks: from the first start to the last end.
fn marked(text: &str) -> Option<&str> {
    let start = text.find(MARKED.0)? + MARKED.0.len();
    let end = text.rfind(MARKED.1).filter(|end| *end >= start)?;
    Some(&text[start..end])
}

/// One level of the chain.
#[derive(Default, PartialEq)]
struct Frame {
    /// `file:line:column`
    location: String,
    /// `executing "name" at <context>:`
    executing: String,
    message: String,
}

impl Frame {
    fn parse(text: &str) -> Option<Frame> {
        let rest = text.strip_prefix("template: ")?;
        if rest.starts_with("no template ") {
            return Some(Frame { message: text.to_owned(), ..Frame::default() });
        }
        Frame::parse_executing(rest).or_else(|| {
            let (location, message) = rest.rsplit_once(": ")?;
            let message = before_next_error(message);
            Some(Frame { location: location.into(), message: message.into(), ..Frame::default() })
        })
    }

    fn parse_executing(text: &str) -> Option<Frame> {
        let (location, rest) = text.split_once(": executing ")?;
        let (name, rest) = rest.strip_prefix('"')?.split_once('"')?;
        let (context, message) = rest.strip_prefix(" at <")?.split_once(">: ")?;
        Some(Frame {
            location: location.to_owned(),
            executing: format!("executing \"{name}\" at <{context}>:"),
            message: before_next_error(message).to_owned(),
        })
    }

    fn lay_out(&self) -> String {
        let mut out = String::new();
        for (part, behind) in [(&self.location, "\n  "), (&self.executing, "\n    "), (&self.message, "\n")] {
            if !part.is_empty() {
                out.push_str(part);
                out.push_str(behind);
            }
        }
        out
    }
}

/// A message names the error below it; that gets lines of its own.
fn before_next_error(message: &str) -> &str {
    message.find(" template:").map_or(message, |cut| &message[..cut])
}
