//! What Helm tells the user on standard error without failing.

use std::fmt;

use crate::gofmt;

/// How grave a [`Notice`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `DEBUG`: only `--debug` shows it.
    Debug,
    /// `INFO`
    Info,
    /// `WARN`
    Warn,
    /// `ERROR`
    Error,
}

/// A line of Helm's log. `Display` prints it in the form of Go's `slog` text handler, without time and newline:
/// `level=WARN msg="returned non-bool value" path=a.b chart=a`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How grave it is.
    pub level: Level,
    /// The message.
    pub message: String,
    /// Further attributes, in order.
    pub attributes: Vec<(&'static str, String)>,
}

/// Notices in the order in which they arose.
pub type Notices = Vec<Notice>;

impl Notice {
    /// A line that only `--debug` shows.
    pub fn debug(message: impl Into<String>) -> Notice {
        Notice { level: Level::Debug, message: message.into(), attributes: Vec::new() }
    }

    /// A line of information.
    pub fn info(message: impl Into<String>) -> Notice {
        Notice { level: Level::Info, message: message.into(), attributes: Vec::new() }
    }

    /// A warning.
    pub fn warn(message: impl Into<String>) -> Notice {
        Notice { level: Level::Warn, message: message.into(), attributes: Vec::new() }
    }

    /// An error that Helm only logs.
    pub fn error(message: impl Into<String>) -> Notice {
        Notice { level: Level::Error, message: message.into(), attributes: Vec::new() }
    }

    /// The notice with one more attribute.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Notice {
        self.attributes.push((key, value.into()));
        self
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
        })
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "level={} msg=", self.level)?;
        write_text(f, &self.message)?;
        for (key, value) in &self.attributes {
            write!(f, " {key}=")?;
            write_text(f, value)?;
        }
        Ok(())
    }
}

/// Writes `text` bare, or as a Go string literal where the handler would.
fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let bare = !text.is_empty()
        && text.chars().all(|c| match c {
            '\0'..=' ' | '"' | '=' | char::REPLACEMENT_CHARACTER => false,
            c => c.is_ascii() || gofmt::unicode::is_print(c),
        });
    if bare { f.write_str(text) } else { f.write_str(&gofmt::quote(text.as_bytes())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form() {
        let notice =
            Notice::warn("two words").with("path", "/a/b").with("empty", "").with("error", "\"x\"=é\n");
        assert_eq!(notice.to_string(), r#"level=WARN msg="two words" path=/a/b empty="" error="\"x\"=é\n""#);
    }
}
