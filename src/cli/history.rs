//! `pintle history`: the revisions of a release.

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::format::{self, OUTPUT};
use super::releases::{open, shown};
use super::table::Table;
use super::{Failure, Session};
use crate::release::{Release, time};
use crate::value::{Members, Value};

/// The command.
pub const COMMAND: Command = Command {
    name: "history",
    aliases: &["hist"],
    about: "Print the revisions of a release",
    usage: "RELEASE_NAME",
    arguments: "The release's name",
    takes: Arguments::Exactly(1),
    flags: &[
        OUTPUT,
        &[
            Flag::new("max", Kind::Int, "The most revisions to print, the last ones").default("256"),
            Flag::new("show-rollback-revision", Kind::Bool, "Print which revision a rollback went back to"),
        ],
    ],
    accept: format::accept,
    run: Some(run),
    ..Command::NEW
};

fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let name = flags.positional().first().copied().unwrap_or_default();
    let store = open(session)?;
    let all = store.history(&session.settings.namespace(), name).map_err(Failure::of)?;
    let most = usize::try_from(flags.number("max")).unwrap_or(0);
    let last = &all[all.len().saturating_sub(most)..];
    let rollback = flags.bool("show-rollback-revision");
    let text =
        format::bytes(flags, || Value::list(last.iter().map(|r| to_data(r))), || table(last, rollback))?;
    session.print(&text)
}

fn to_data(release: &Release) -> Value {
    let info = &release.info;
    let mut members = vec![("revision", Value::Int(release.version))];
    members.extend(time(info.last_deployed.as_ref()).map(|time| ("updated", time)));
    members.extend([
        ("status", Value::Str(info.status.clone())),
        ("chart", Value::from(release.chart_name().as_str())),
        ("app_version", Value::from(release.app_version().as_str())),
    ]);
    if info.rollback_revision != 0 {
        members.push(("rollback_revision", Value::Int(info.rollback_revision)));
    }
    members.push(("description", Value::Str(info.description.clone())));
    Members(members).into_value()
}

fn table(releases: &[&Release], rollback: bool) -> String {
    let mut table = Table::new(0);
    let mut row = |mut cells: Vec<String>| {
        if !rollback {
            cells.remove(ROLLBACK);
        }
        table.row(cells);
    };
    row(["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "ROLLBACK", "DESCRIPTION"]
        .map(str::to_owned)
        .into());
    for release in releases {
        let info = &release.info;
        let back = info.rollback_revision;
        row(vec![
            release.version.to_string(),
            shown(info.last_deployed.as_ref()),
            info.status.to_string(),
            release.chart_name(),
            release.app_version(),
            if back > 0 { back.to_string() } else { String::new() },
            info.description.to_string(),
        ]);
    }
    table.text()
}

/// The column that is there only if it is asked for.
const ROLLBACK: usize = 5;
