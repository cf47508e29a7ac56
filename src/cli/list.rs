//! `pintle list`: the installed releases.

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::format::{self, OUTPUT};
use super::releases::open;
use super::table::Table;
use super::{Failure, Session};
use crate::json;
use crate::regex::Regex;
use crate::release::{Release, Store};
use crate::value::{Members, Value};

/// The command.
pub const COMMAND: Command = Command {
    name: "list",
    aliases: &["ls"],
    about: "List installed releases",
    takes: Arguments::None,
    flags: &[OUTPUT, FLAGS],
    accept: format::accept,
    run: Some(run),
    ..Command::NEW
};

const FLAGS: &[Flag] = &[
    Flag::new("all", Kind::Bool, "").short('a').deprecated("releases of every status are always listed"),
    Flag::new("all-namespaces", Kind::Bool, "Those of all namespaces").short('A'),
    Flag::new("date", Kind::Bool, "Sort by date, the latest last").short('d'),
    Flag::new("deployed", Kind::Bool, "Those that are deployed"),
    Flag::new("failed", Kind::Bool, "Those that have failed"),
    Flag::new("filter", Kind::Text, "Those whose name this regular expression matches").short('f'),
    Flag::new("max", Kind::Int, "The most to list; 0 for all").short('m').default("256"),
    Flag::new("no-headers", Kind::Bool, "Leave out the names of the columns"),
    Flag::new("offset", Kind::Int, "How many to leave out at the start"),
    Flag::new("pending", Kind::Bool, "Those with an operation under way"),
    Flag::new("reverse", Kind::Bool, "Reverse the order").short('r'),
    Flag::new("selector", Kind::Text, "Those whose labels match, e.g. a=b,c!=d").short('l'),
    Flag::new("short", Kind::Bool, "Print names only").short('q'),
    Flag::new("superseded", Kind::Bool, "Those that later revisions have replaced"),
    Flag::new("time-format", Kind::Text, "Go's layout of the times, e.g. 2006-01-02"),
    Flag::new("uninstalled", Kind::Bool, "Those that were uninstalled, but whose history was kept"),
    Flag::new("uninstalling", Kind::Bool, "Those that are being uninstalled"),
];

/// The flags that choose by status, each with the beginning of the statuses that it chooses.
const STATUSES: [(&str, &str); 6] = [
    ("deployed", "deployed"),
    ("failed", "failed"),
    ("pending", "pending-"),
    ("superseded", "superseded"),
    ("uninstalled", "uninstalled"),
    ("uninstalling", "uninstalling"),
];

fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let store = open(session)?;
    let namespace = session.settings.namespace();
    let found = choose(&store, (!flags.bool("all-namespaces")).then_some(namespace.as_str()), flags)?;
    let text = if flags.bool("short") { names(&found, flags)? } else { listed(&found, flags)? };
    session.print(&text)
}

/// The releases that the flags choose, in their order.
fn choose<'s>(store: &'s Store, namespace: Option<&str>, flags: &Flags) -> Result<Vec<&'s Release>, Failure> {
    let filter = match flags.text("filter") {
        "" => None,
        pattern => Some(Regex::new(pattern.as_bytes()).map_err(Failure::of)?),
    };
    let wanted: Vec<&str> =
        STATUSES.iter().filter(|(flag, _)| flags.bool(flag)).map(|(_, start)| *start).collect();
    let named = store.all(namespace);
    let named = named.filter(|r| filter.as_ref().is_none_or(|filter| filter.is_match(r.name.as_bytes())));
    // No last revision is superseded, so that all of them count where only those are wanted.
    let mut found: Vec<&Release> =
        if wanted == ["superseded"] { named.collect() } else { Store::latest(named) };
    found.retain(|r| {
        wanted.is_empty() || wanted.iter().any(|start| r.info.status.starts_with(start.as_bytes()))
    });
    if !flags.text("selector").is_empty() {
        // Labels are kept beside the records; those in files have none.
        found.retain(|_| flags.text("selector").split(',').all(|term| term.contains("!=")));
    }
    found.sort_by(|a, b| (&a.name, &a.namespace, a.version).cmp(&(&b.name, &b.namespace, b.version)));
    if flags.bool("date") {
        let moment = |r: &Release| r.info.last_deployed.as_ref().map(|t| (t.unix(), t.nanosecond()));
        found.sort_by_key(|r| moment(r));
    }
    if flags.bool("reverse") {
        found.reverse();
    }
    let offset = usize::try_from(flags.number("offset")).unwrap_or(0);
    let most = usize::try_from(flags.number("max")).ok().filter(|most| *most > 0).unwrap_or(usize::MAX);
    Ok(found.into_iter().skip(offset).take(most).collect())
}

fn names(releases: &[&Release], flags: &Flags) -> Result<Vec<u8>, Failure> {
    let names = || Value::list(releases.iter().map(|release| Value::Str(release.name.clone())));
    let lines = || releases.iter().map(|release| format!("{}\n", release.name)).collect();
    match flags.text("output") {
        // Helm ends this line like the others.
        "json" => Ok([&json::encode(&names(), true).map_err(Failure::of)?, &b"\n"[..]].concat()),
        _ => format::bytes(flags, names, lines),
    }
}

fn listed(releases: &[&Release], flags: &Flags) -> Result<Vec<u8>, Failure> {
    let rows: Vec<[String; 7]> =
        releases.iter().map(|release| row(release, flags.text("time-format"))).collect();
    const MEMBERS: [&str; 7] = ["name", "namespace", "revision", "updated", "status", "chart", "app_version"];
    let data = || {
        let maps = rows.iter().map(|row| {
            let members = MEMBERS.into_iter().zip(row.iter().map(|cell| Value::from(cell.as_str())));
            Members(members.collect()).into_value()
        });
        Value::list(maps)
    };
    let table = || {
        let mut table = Table::new(0);
        if !flags.bool("no-headers") {
            table.row(["NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION"]);
        }
        for row in &rows {
            table.row(row.clone());
        }
        table.text()
    };
    format::bytes(flags, data, table)
}

/// A release in the columns of the table.
fn row(release: &Release, layout: &str) -> [String; 7] {
    let updated = match (&release.info.last_deployed, layout) {
        (None, _) => b"-".to_vec(),
        (Some(time), "") => time.to_text(),
        (Some(time), layout) => time.format(layout.as_bytes()),
    };
    [
        release.name.to_string(),
        release.namespace.to_string(),
        release.version.to_string(),
        String::from_utf8_lossy(&updated).into_owned(),
        release.info.status.to_string(),
        release.chart_name(),
        release.app_version(),
    ]
}
