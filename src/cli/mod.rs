//! The command line: parse, act, print.
//!
//! Standard output carries results only; everything else goes to standard error, which ends in Helm's exact
//! line if a command fails.

mod bars;
mod certificates;
mod charts;
pub mod command;
mod dependency;
mod env;
pub mod flags;
mod flagsets;
pub mod help;
mod kubeconfig;
mod locate;
mod package;
mod postrender;
mod push;
mod registry;
mod settings;
mod show;
mod sources;
mod table;
mod template;
mod terminal;
mod version;

use std::ffi::OsString;
use std::io::{self, Write};

use self::command::{Command, Path};
use self::flags::{Flag, Flags, Kind};
pub use self::settings::{Environment, Settings};
use crate::chart::{Level, Notice};
use crate::plugin::Installed;
use crate::progress::{self, Progress};
use crate::value::Str;
use crate::{fsx, gofmt};

/// Everything went well.
pub const SUCCESS: u8 = 0;
/// The command failed; standard error says why.
pub const FAILURE: u8 = 1;
/// Nobody reads standard output any more; what shells report for a program that ended by `SIGPIPE`.
pub const BROKEN_PIPE: u8 = 128 + 13;

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    /// What follows `Error: `; empty if there is nothing to say.
    pub message: Str,
    /// The long form, printed before it where wanted.
    pub explanation: Option<String>,
    /// The exit code.
    pub code: u8,
}

impl Failure {
    /// A failure with Helm's text.
    pub fn new(message: impl Into<Str>) -> Failure {
        Failure { message: message.into(), explanation: None, code: FAILURE }
    }

    /// A failure that the user was told of already, or need not hear of.
    pub fn silent(code: u8) -> Failure {
        Failure { code, ..Failure::new("") }
    }

    /// A failure with the text of `error`.
    pub fn of(error: impl std::fmt::Display) -> Failure {
        Failure::new(error.to_string())
    }
}

/// The streams and settings of one command.
#[expect(missing_debug_implementations, reason = "streams have no Debug")]
pub struct Session<'a> {
    /// Flags and environment, settled.
    pub settings: Settings,
    /// The plugins that are installed.
    pub plugins: Installed,
    progress: Box<dyn Progress>,
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
}

impl Session<'_> {
    /// Prints to standard output.
    pub fn print(&mut self, text: &[u8]) -> Result<(), Failure> {
        print(self.out, [text])
    }

    /// Prints the pieces of a text to standard output.
    pub fn print_all<'t>(&mut self, pieces: impl IntoIterator<Item = &'t [u8]>) -> Result<(), Failure> {
        print(self.out, pieces)
    }

    /// Prints a line about the work under way to standard output, where Helm has it, unless the user wants none.
    pub fn say(&mut self, line: &str) -> Result<(), Failure> {
        if self.settings.quiet { Ok(()) } else { self.print(format!("{line}\n").as_bytes()) }
    }

    /// Who hears how far the work is.
    pub fn progress(&self) -> &dyn Progress {
        &*self.progress
    }

    /// Tells the user something without failing. What cannot be told is no reason to fail either.
    pub fn tell(&mut self, line: &str) {
        let _ = self.err.write_all(&[&terminal::printable(line.as_bytes()), &b"\n"[..]].concat());
    }

    /// Prints a line of Helm's log.
    pub fn log(&mut self, notice: &Notice) {
        if self.settings.debug || notice.level != Level::Debug {
            self.tell(&notice.to_string());
        }
    }

    /// The failure with its long form, if that is wanted.
    pub fn explained(&self, failure: Failure, explain: impl FnOnce() -> Option<String>) -> Failure {
        let explanation = if self.settings.explain_errors { explain() } else { None };
        Failure { explanation, ..failure }
    }

    /// Tells which plugins could not be loaded, as Helm does each time that it looks for some.
    pub fn log_plugins(&mut self) {
        for notice in self.plugins.notices.clone() {
            self.log(&notice);
        }
    }
}

fn print<'t>(out: &mut dyn Write, pieces: impl IntoIterator<Item = &'t [u8]>) -> Result<(), Failure> {
    let mut pieces = pieces.into_iter();
    let written = pieces.try_for_each(|piece| out.write_all(piece)).and_then(|()| out.flush());
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::silent(BROKEN_PIPE),
        _ => Failure::new(format!("cannot write to standard output: {}", fsx::reason(&error))),
    })
}

/// The flags of the program without a command.
const ROOT_FLAGS: &[Flag] = &[Flag::new("version", Kind::Bool, "Print the version of pintle").short('V')];

/// The commands of the program, in alphabetical order.
const COMMANDS: &[Command] = &[
    charts::COMMAND,
    dependency::COMMAND,
    env::COMMAND,
    package::COMMAND,
