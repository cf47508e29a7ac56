//! `pintle docs`: help of all commands as files.

use std::path::Path;

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::help;
use super::{Failure, Session};
use crate::{fsx, gofmt};

/// The command, which is for those who build packages of the program.
pub const COMMAND: Command = Command {
    name: "docs",
    about: "Write help of all commands to files: man pages or Markdown",
    takes: Arguments::None,
    flags: &[&[
        Flag::new("dir", Kind::Text, "Folder to write the files to").default("./"),
        Flag::new("generate-headers", Kind::Bool, "Accepted; each page has a heading of its own"),
        Flag::new("type", Kind::Text, "What to write: markdown or man").default("markdown"),
    ]],
    run: Some(run),
    hidden: true,
    ..Command::NEW
};

/// Writes a file for each command.
fn run(_: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let kind = flags.text("type");
    let is_man = match kind {
        "man" => true,
        "markdown" | "mdown" | "md" => false,
        _ => {
            let given = gofmt::quote(kind.as_bytes());
            return Err(Failure::new(format!("unknown doc type {given}. Try 'markdown' or 'man'")));
        }
    };
    for path in help::all_paths() {
        let words = help::words(&path, "pintle");
        let (name, text) = match is_man {
            true => (words.join("-") + ".1", help::man(&path, "pintle").map_err(Failure::of)?),
            false => (words.join("_") + ".md", help::markdown(&path, "pintle")),
        };
        fsx::write(&Path::new(flags.text("dir")).join(name), text.as_bytes()).map_err(Failure::of)?;
    }
    Ok(())
}
