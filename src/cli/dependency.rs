//! `pintle dependency`

use std::path::{Path, PathBuf};

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::table::Table;
use super::{Failure, Session, certificates, flagsets, registry, sources, verify};
use crate::chart::{Error, Notices};
use crate::dependency::{self, Options};
use crate::download::{Downloader, Getters};
use crate::funcs::paths;
use crate::package;

/// The command.
pub const COMMAND: Command = Command {
    name: "dependency",
    aliases: &["dep", "dependencies"],
    about: "Manage the charts that a chart depends on",
    commands: &[BUILD, LIST, UPDATE],
    ..Command::NEW
};

const BUILD: Command = Command {
    name: "build",
    about: "Put the charts that Chart.lock names into charts/",
    details: "What lies there already is neither fetched nor written again. Without a Chart.lock this is 'dependency update'.",
    usage: "CHART",
    arguments: CHART_ARGUMENT,
    takes: Arguments::AtMost(1),
    flags: &[FLAGS, flagsets::TLS],
    run: Some(|session, flags| get(session, flags, dependency::build)),
    ..Command::NEW
};

const UPDATE: Command = Command {
    name: "update",
    aliases: &["up"],
    about: "Choose the versions of a chart's dependencies, put them into charts/ and note them in Chart.lock",
    usage: "CHART",
    arguments: CHART_ARGUMENT,
    takes: Arguments::AtMost(1),
    flags: &[FLAGS, flagsets::TLS],
    run: Some(|session, flags| get(session, flags, dependency::update)),
    ..Command::NEW
};

const CHART_ARGUMENT: &str = "The chart's directory; the current directory if not given";

/// The flags of commands that get charts, besides those about servers.
const FLAGS: &[Flag] = &[
    Flag::new("keyring", Kind::Text, "Public keys for --verify"),
    Flag::new("skip-refresh", Kind::Bool, "Take the cached indexes of repositories as they are"),
    Flag::new("verify", Kind::Bool, "Verify the provenance of the charts"),
];

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
    session.log_all(&notices);
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

/// Gets the charts that a chart depends on, and prints what Helm prints meanwhile.
fn get(session: &mut Session<'_>, flags: &Flags, work: Work) -> Result<(), Failure> {
    let options = options(session, flags)?;
    certificates::check(flags)?;
    let registry = registry::options(session, flags);
    let environment = sources::variables(session);
    let paths = session.paths();
    let (plugins, progress, mut say) = session.parts();
    let getters = Getters { plugins, environment: &environment, progress, timeout: None };
    let downloader = Downloader { paths, getters, registry };
    let mut notices = Notices::new();
    let done = work(&chart_path(flags), &options, &downloader, &mut notices, &mut say);
    drop(say);
    session.log_all(&notices);
    done.map_err(Failure::of)
}

/// What `build` and `update` do.
type Work = fn(&Path, &Options, &Downloader<'_>, &mut Notices, &mut dyn FnMut(&str)) -> Result<(), Error>;

/// Brings `charts/` of the chart at `path` up to date before another command works on it. `say` hears the lines that
/// Helm prints meanwhile.
pub fn update(
    session: &Session<'_>,
    flags: &Flags,
    path: &Path,
    notices: &mut Notices,
    say: &mut dyn FnMut(&str),
) -> Result<(), Failure> {
    // The flag of that name is about the chart itself.
    let options = Options { verify: false, ..options(session, flags)? };
    let environment = sources::variables(session);
    let (plugins, progress) = (&session.plugins, session.progress());
    let getters = Getters { plugins, environment: &environment, progress, timeout: None };
    let registry = registry::options(session, flags);
    let downloader = Downloader { paths: session.paths(), getters, registry };
    dependency::update(path, &options, &downloader, notices, say).map_err(Failure::of)
}

/// How to get dependencies, as flags and environment say.
fn options(session: &Session<'_>, flags: &Flags) -> Result<Options, Failure> {
    let settings = &session.settings;
    let epoch = settings.environment().raw("SOURCE_DATE_EPOCH").unwrap_or_default();
    Ok(Options {
        records: settings.cache_home().join("pintle").join("dependencies"),
        skip_refresh: flags.bool("skip-refresh"),
        verify: flags.bool("verify"),
        keyring: verify::keyring(session, flags),
        source_date_epoch: package::source_date_epoch(epoch).map_err(Failure::of)?,
    })
}
