//! Finding and getting charts, wherever they are: in repositories, in registries, behind URLs and getter plugins.
//!
//! [`Getters`] read what a URL names, [`indexes`] keeps the indexes of repositories fresh, and [`Downloader`] turns a
//! reference to a chart into a checked archive.

mod check;
mod downloader;
mod getters;
pub mod indexes;
mod resolve;

pub use self::downloader::{Downloader, Fetched, Paths, Request, Verify};
pub use self::getters::{Access, Getters};
pub use self::resolve::{Listed, Place};

use std::fmt;

/// Why something was not found or cannot be had, in Helm's words where it has some. Never holds credentials.
#[derive(Debug)]
pub struct Error {
    message: String,
    /// What the user can do about it, if the text does not say it.
    pub advice: Option<&'static str>,
}

impl Error {
    /// An error of this text.
    pub fn new(message: impl Into<String>) -> Error {
        Error { message: message.into(), advice: None }
    }

    /// An error of the text of `cause`.
    pub fn of(cause: impl fmt::Display) -> Error {
        Error::new(cause.to_string())
    }

    /// The same error with `context: ` before its text.
    #[must_use]
    pub fn within(self, context: impl fmt::Display) -> Error {
        Error { message: format!("{context}: {}", self.message), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
