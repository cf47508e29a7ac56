//! Why the execution of a template failed.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, OnceLock};

use super::ast::Pos;
use crate::gofmt::quote;
use crate::value::Str;

/// A failed execution. Displays as Go prints it:
/// `template: FILE:LINE:COLUMN: executing "NAME" at <CONTEXT>: MESSAGE`, one such prefix for each
/// `include` and `tpl` on the way.
#[derive(Debug)]
pub struct Error(Box<Trace>);

#[derive(Debug)]
struct Trace {
    /// Innermost first.
    frames: Vec<Frame>,
    message: Str,
    reason: Reason,
    rendered: OnceLock<Rendered>,
}

/// The whole text, and where in it the texts of the errors within begin.
#[derive(Debug)]
struct Rendered {
    text: Str,
    starts: Vec<usize>,
}

/// One template on the way to the failure.
#[derive(Debug)]
pub struct Frame {
    /// The file that holds the failed node; `gotpl` for the text of a `tpl`.
    pub file: Str,
    /// The text of that file.
    pub source: Arc<Str>,
    /// The template that was executing.
    pub template: Str,
    /// Byte offset of the node in `source`.
    pub pos: Pos,
    /// The node as the tree prints it.
    pub context: String,
    /// The function or method that failed, if the node called one.
    pub call: Option<FailedCall>,
}

/// A call that returned an error.
#[derive(Debug)]
pub struct FailedCall {
    /// Its name in templates.
    pub name: Str,
    /// What it says in front of the error below, e.g. `tpl`'s `error during tpl function execution for "…": `.
    pub note: Str,
}

/// What kind of failure it was, for diagnostics that say more than Go does.
#[derive(Debug, Default)]
pub enum Reason {
    /// All is in the message.
    #[default]
    Other,
    /// A field was read from nothing, or from what has no such field.
    Field {
        /// The chain of names as the template has it, from its first operand on.
        path: Vec<Str>,
        /// Index in `path` of the field that could not be read.
        failed: usize,
        /// Keys of the map in which the name before was looked up in vain.
        siblings: Vec<Str>,
    },
    /// No template has this name.
    Template(Str),
    /// A limit of [`crate::limits`] was reached. No function may swallow such an error.
    Budget,
}

impl Error {
    /// An error with Go's `message` that no frame is known of yet.
    pub(super) fn new(message: impl Into<Str>, reason: Reason) -> Error {
        Error(Box::new(Trace {
            frames: Vec::new(),
            message: message.into(),
            reason,
            rendered: OnceLock::new(),
        }))
    }

    /// Adds the frame around those there are.
    pub(super) fn within(mut self, frame: Frame) -> Error {
        self.0.frames.push(frame);
        self
    }

    /// The templates on the way to the failure, outermost first. Empty if the template to execute does not exist.
    pub fn frames(&self) -> impl DoubleEndedIterator<Item = &Frame> + ExactSizeIterator {
        self.0.frames.iter().rev()
    }

    /// What went wrong in the innermost frame, without any position.
    pub fn message(&self) -> &Str {
        &self.0.message
    }

    /// What kind of failure it was.
    pub fn reason(&self) -> &Reason {
        &self.0.reason
    }

    /// True if a budget ran out.
    pub fn is_fatal(&self) -> bool {
        matches!(self.0.reason, Reason::Budget)
    }

    /// The whole text. It may quote bytes that are not UTF-8; `Display` replaces these.
    pub fn text(&self) -> &Str {
        &self.rendered().text
    }

    /// The texts of this error and of each one that it wraps, as Go's `errors.Unwrap` gives them, each a tail
    /// of the one before.
    pub fn chain(&self) -> impl Iterator<Item = &[u8]> {
        let Rendered { text, starts } = self.rendered();
        starts.iter().map(|start| &text[*start..])
    }

    fn rendered(&self) -> &Rendered {
        self.0.rendered.get_or_init(|| {
            let mut text = Vec::new();
            let mut starts = vec![0];
            for frame in self.frames() {
                let _ = write!(text, "{frame}");
                if let Some(call) = &frame.call {
                    let _ = write!(text, "error calling {}: ", call.name);
                    starts.push(text.len());
                    if !call.note.is_empty() {
                        text.extend_from_slice(&call.note);
                        starts.push(text.len());
                    }
                }
            }
            text.extend_from_slice(&self.0.message);
            Rendered { text: text.into(), starts }
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.text(), f)
    }
}

impl std::error::Error for Error {}

impl Frame {
    /// The line of the node, from 1.
    pub fn line(&self) -> usize {
        1 + memchr::memchr_iter(b'\n', self.before()).count()
    }

    /// The column of the node as Go counts it: bytes from 0 in its line.
    pub fn column(&self) -> usize {
        let before = self.before();
        before.len() - memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1)
    }

    fn before(&self) -> &[u8] {
        let pos = (self.pos as usize).min(self.source.len());
        &self.source[..pos]
    }

    /// The bytes of `source` to point at: the node's text where the source has it in this form around the
    /// node's position (which Go sets behind the first name of a chain), else from the position to the end of
    /// the action or line.
    pub fn span(&self) -> std::ops::Range<usize> {
        let (source, pos) = (self.source.as_bytes(), self.before().len());
        let start = pos.saturating_sub(self.context.len());
        let end = (pos + self.context.len()).min(source.len());
        if let Some(found) = memchr::memmem::find(&source[start..end], self.context.as_bytes()) {
            return start + found..start + found + self.context.len();
        }
        let rest = &source[pos..];
        let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let action = memchr::memmem::find(&rest[..line], b"}}").unwrap_or(line);
        pos..pos + rest[..action].trim_ascii_end().len()
    }
}

/// `template: FILE:LINE:COLUMN: executing "NAME" at <CONTEXT>: `
impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Frame { file, template, context, .. } = self;
        let (line, column) = (self.line(), self.column());
        write!(f, "template: {file}:{line}:{column}: executing {} at <{context}>: ", quote(template))
    }
}
