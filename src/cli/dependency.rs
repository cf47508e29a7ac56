//! `pintle dependency`

use std::path::PathBuf;

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::table::Table;
use super::{Failure, Session};
use crate::chart::Notices;
use crate::dependency;
use crate::funcs::paths;

/// The command.
pub const COMMAND: Command = Command {
    name: "dependency",
    aliases: &["dep", "dependencies"],
    about: "Manage the charts that a chart depends on",
    commands: &[LIST],
    ..Command::NEW
};

const LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    about: "List a chart's dependencies and what there is of them",
    usage: "CHART",
    arguments: "The chart's directory or archive; the current directory if not given",
    takes: Arguments::AtMost(1),
    flags: &[&[
        Flag::new("max-col-width", Kind::Uint, "Width at which columns are cut; 0 for none").default("80")
    ]],
    run: Some(list),
    ..Command::NEW
};

/// The path of the chart that the command is about.
fn chart_path(flags: &Flags) -> PathBuf {
    let path = flags.positional().first().copied().unwrap_or(".");
    PathBuf::from(String::from_utf8_lossy(&paths::clean(path.as_bytes())).into_owned())
}

/// Prints a table, and warnings.
fn list(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let mut notices = Notices::new();
    let listing = dependency::list(&chart_path(flags), &mut notices);
    for notice in &notices {
        session.log(notice);
    }
    let listing = listing.map_err(Failure::of)?;
    let mut text = String::new();
    if let Some(dependencies) = &listing.dependencies {
        let mut table = Table::new(flags.count("max-col-width"));
        table.row(["NAME", "VERSION", "REPOSITORY", "STATUS"]);
        for (dependency, status) in dependencies {
            let status = status.to_string();
            let cells =
                [&dependency.name, &dependency.version, &dependency.repository].map(ToString::to_string);
            table.row(cells.into_iter().chain([status]));
        }
        text = table.text() + "\n";
    }
    for warning in &listing.warnings {
        text.push_str(warning);
        text.push('\n');
    }
    session.print(text.as_bytes())
}
