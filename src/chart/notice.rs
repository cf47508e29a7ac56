//! What Helm tells the user on standard error without failing.

use std::fmt;

/// How grave a [`Notice`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
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
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
        })
    }
}
