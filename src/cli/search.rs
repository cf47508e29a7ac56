//! `pintle search`

use super::command::Command;
use super::flags::{Flag, Flags, Kind};
use super::format::{self, OUTPUT};
use super::table::Table;
use super::{Failure, Session, search_hub};
use crate::chart::{Notice, Notices};
use crate::repo::search::{Keyword, Match, search, sort};
use crate::repo::{Index, Repositories, cache};
use crate::semver::Constraint;
use crate::value::{Members, Value};

/// The command.
pub const COMMAND: Command = Command {
    name: "search",
    about: "Search for charts in the known repositories, or in a hub",
    usage: "[keyword]",
    commands: &[search_hub::COMMAND, REPO],
    ..Command::NEW
};

const REPO: Command = Command {
    name: "repo",
    about: "Search the cached indexes of the repositories that were added",
    details: "Finds charts whose name, description or keywords have the keyword, and prints the highest stable \
              version of each.",
    usage: "[keyword]",
    arguments: "What to search for; everything if there is nothing",
    flags: &[OUTPUT, COMMON, FLAGS],
    accept: format::accept,
    run: Some(run),
    ..Command::NEW
};

/// The flags of both kinds of search.
pub const COMMON: &[Flag] = &[
    Flag::new("fail-on-no-result", Kind::Bool, "Fail if nothing is found"),
    Flag::new("max-col-width", Kind::Uint, "Most columns of a column of the table").default("50"),
];

const FLAGS: &[Flag] = &[
    Flag::new("devel", Kind::Bool, "Take development versions too, as --version '>0.0.0-0' does"),
    Flag::new("regexp", Kind::Bool, "The keyword is a regular expression").short('r'),
    Flag::new("version", Kind::Text, "Only versions that match this constraint"),
    Flag::new("versions", Kind::Bool, "Print every version of each chart").short('l'),
];

fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let version = match (flags.text("version"), flags.bool("devel")) {
        ("", true) => ">0.0.0-0",
        ("", false) => ">0.0.0",
        (version, _) => version,
    };
    let repositories = Repositories::read(&session.settings.repository_config()).unwrap_or_default();
    if repositories.repositories.is_empty() {
        return Err(Failure::new("no repositories configured"));
    }
    let words = flags.positional();
    let keyword = match words.is_empty() {
        true => Ok(Keyword::Any),
        false => Keyword::new(&words.join(" "), flags.bool("regexp")),
    };
    let keyword = keyword.map_err(Failure::of)?;
    let constraint = Constraint::parse(version.as_bytes())
        .map_err(|error| Failure::new(format!("an invalid version/constraint format: {error}")))?;
    let folder = session.settings.repository_cache();
    let mut found = Vec::new();
    for repository in &repositories.repositories {
        let mut notices = Notices::new();
        let index = match repository.check_name() {
            Ok(()) => Index::read(&cache::index_file(&folder, &repository.name), &mut notices)
                .map_err(|error| error.to_string()),
            Err(problem) => Err(problem),
        };
        match index {
            Ok(index) => found.extend(search(&index, &repository.name, &keyword, &constraint)),
            Err(error) => notices.push(
                Notice::warn("repo is corrupt or missing")
                    .with("repo", &repository.name)
                    .with("error", error),
            ),
        }
        session.log_all(&notices);
    }
    sort(&mut found, flags.bool("versions"));
    print(
        session,
        flags,
        found.is_empty(),
        || Value::list(found.iter().map(value)),
        |width| table(&found, width),
    )
}

/// Prints results in the format of the flags.
pub fn print(
    session: &mut Session<'_>,
    flags: &Flags,
    is_empty: bool,
    value: impl FnOnce() -> Value,
    table: impl FnOnce(usize) -> String,
) -> Result<(), Failure> {
    if is_empty && flags.bool("fail-on-no-result") {
        return Err(Failure::new("no results found"));
    }
    let width = usize::try_from(flags.number("max-col-width")).unwrap_or(0);
    let text =
        format::bytes(
            flags,
            value,
            || if is_empty { "No results found\n".to_owned() } else { table(width) },
        )?;
    session.print(&text)
}

fn value(found: &Match) -> Value {
    let Match { name, version, app_version, description, .. } = found;
    let texts = [("version", version), ("app_version", app_version), ("description", description)];
    let texts = texts.map(|(name, text)| (name, Value::Str(text.clone())));
    Members([("name", Value::str(name.as_str()))].into_iter().chain(texts).collect()).into_value()
}

fn table(found: &[Match], width: usize) -> String {
    let mut table = Table::new(width);
    table.row(["NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"]);
    for Match { name, version, app_version, description, .. } in found {
        let texts = [version, app_version, description].map(|text| text.to_str_lossy().into_owned());
        table.row([name.clone()].into_iter().chain(texts));
    }
    table.text()
}
