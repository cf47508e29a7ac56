//! `pintle status`: how an installed release is.

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::format::{self, OUTPUT};
use super::releases::{REVISION, find, status};
use super::{Failure, Session};

/// The command.
pub const COMMAND: Command = Command {
    name: "status",
    about: "Print how an installed release is",
    usage: "RELEASE_NAME",
    arguments: "The release's name",
    takes: Arguments::Exactly(1),
    flags: &[REVISION, OUTPUT, HELM_3],
    accept: format::accept,
    run: Some(run),
    ..Command::NEW
};

/// What Helm 3 asked for by flags is always shown.
const HELM_3: &[Flag] =
    &[Flag::new("show-desc", Kind::Bool, "").hidden(), Flag::new("show-resources", Kind::Bool, "").hidden()];

fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let release = find(session, flags)?;
    let text = match flags.text("output") {
        "table" => status(&release, session.settings.debug)?,
        _ => format::bytes(flags, || release.to_data(), String::new)?,
    };
    session.print(&text)
}
