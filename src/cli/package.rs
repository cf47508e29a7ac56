//! `pintle package`

use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;

use super::command::Command;
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session, certificates, dependency, flagsets, signing};
use crate::chart::{self, Notices};
use crate::fsx;
use crate::funcs::paths;
use crate::package::{self, Options, Package};
use crate::provenance::Signer;

/// The command.
pub const COMMAND: Command = Command {
    name: "package",
    about: "Pack charts into archives",
    details: "The same chart gives the same bytes: entries have a fixed order, owner, mode and time. The environment \
              variable SOURCE_DATE_EPOCH sets the time, in seconds since 1970.",
    usage: "[CHART_PATH] [...]",
    arguments: "Directories of charts",
    flags: &[flagsets::TLS, signing::FLAGS, FLAGS],
    run: Some(run),
    ..Command::NEW
};

const FLAGS: &[Flag] = &[
    Flag::new("app-version", Kind::Text, "Version of what the chart installs, in place of its own"),
    Flag::new("dependency-update", Kind::Bool, "Bring charts/ up to date with Chart.yaml before").short('u'),
    Flag::new("destination", Kind::Text, "Folder for the archives").short('d').default("."),
    Flag::new("sign", Kind::Bool, "Sign the archives: write ARCHIVE.prov beside each"),
    Flag::new("version", Kind::Text, "Version of the chart, in place of its own"),
];

/// Packs the charts, several at once, and tells of them in the order of the arguments.
fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let charts = flags.positional();
    if charts.is_empty() {
        return Err(Failure::new("need at least one argument, the path to the chart"));
    }
    let epoch = session.settings.environment().raw("SOURCE_DATE_EPOCH").unwrap_or_default();
    let options = Options {
        version: flags.text("version").into(),
        app_version: flags.text("app-version").into(),
        source_date_epoch: package::source_date_epoch(epoch).map_err(Failure::of)?,
    };
    let folder = destination(flags.text("destination"));
    if flags.bool("sign") {
        check_signing(flags)?;
    }
    certificates::check(flags)?;
    let mut signer = None;
    // As many at once as there are processors, so that few archives are in memory.
    let at_once = thread::available_parallelism().map_or(1, NonZero::get);
    let updates = flags.bool("dependency-update");
    for charts in charts.chunks(if updates { 1 } else { at_once }) {
        if updates {
            update(session, flags, charts)?;
        }
        for Built { package, notices } in build(session, charts, &options) {
            for notice in &notices {
                session.log(notice);
            }
            let package = package.map_err(Failure::of)?;
            // Before anything is written, so that no archive stays that should be signed and is not.
            let statement = match flags.bool("sign") {
                true => Some(sign(session, flags, &mut signer, &package, &options)?),
                false => None,
            };
            let path = package.save(&folder).map_err(Failure::of)?;
            if let Some(statement) = statement {
                fsx::write(&path.with_added_extension("prov"), &statement).map_err(Failure::of)?;
            }
            session.print(
                format!("Successfully packaged chart and saved it to: {}\n", path.display()).as_bytes(),
            )?;
        }
    }
    Ok(())
}

/// Brings `charts/` of the charts up to date. As with Helm nothing is said of that.
fn update(session: &mut Session<'_>, flags: &Flags, charts: &[&str]) -> Result<(), Failure> {
    for chart in charts {
        Path::new(chart).metadata().map_err(|e| Failure::of(fsx::Error::new("stat", Path::new(chart), e)))?;
        let mut notices = Notices::new();
        let path = fsx::absolute(Path::new(chart));
        let updated = dependency::update(session, flags, &path, &mut notices, &mut |_| {});
        for notice in &notices {
            session.log(notice);
        }
        updated?;
    }
    Ok(())
}

/// Refuses to sign with no key at all.
fn check_signing(flags: &Flags) -> Result<(), Failure> {
    if flags.text("key").is_empty() {
        return Err(Failure::new("--key is required for signing a package"));
    }
    if flags.is_set("keyring") && flags.text("keyring").is_empty() {
        return Err(Failure::new("--keyring is required for signing a package"));
    }
    Ok(())
}

/// The provenance file of an archive. The key is opened for the first one.
fn sign(
    session: &mut Session<'_>,
    flags: &Flags,
    signer: &mut Option<Signer>,
    package: &Package,
    options: &Options,
) -> Result<Vec<u8>, Failure> {
    let signer = match signer {
        Some(signer) => signer,
        none => none.insert(signing::signer(session, flags, "")?),
    };
    let metadata = package.metadata.to_yaml().map_err(Failure::of)?;
    let time = options.source_date_epoch.map(|time| u32::try_from(time).unwrap_or(u32::MAX));
    signer.sign(&package.bytes, &package.file_name(), &metadata, time).map_err(Failure::of)
}

/// Where the archives go, as Helm shows it.
fn destination(folder: &str) -> PathBuf {
    match folder {
        "." => fsx::absolute(Path::new(".")),
        "" => PathBuf::new(),
        folder => PathBuf::from(String::from_utf8_lossy(&paths::clean(folder.as_bytes())).into_owned()),
    }
}

/// What became of a chart.
struct Built {
    package: Result<Package, chart::Error>,
    notices: Notices,
}

/// Packs these charts in memory, all at once.
fn build(session: &Session<'_>, charts: &[&str], options: &Options) -> Vec<Built> {
    let progress = session.progress();
    let build = |chart: &str| {
        let _task = progress.begin(chart, None);
        let path = Path::new(chart);
        let mut notices = Notices::new();
        let package = match path.metadata() {
            Ok(_) => package::build(path, options, &mut notices),
            Err(error) => Err(fsx::Error::new("stat", path, error).into()),
        };
        Built { package, notices }
    };
    let [chart] = charts else {
        return thread::scope(|scope| {
            let threads: Vec<_> = charts
                .iter()
                .map(|chart| (chart, thread::Builder::new().spawn_scoped(scope, || build(chart)).ok()))
                .collect();
            threads
                .into_iter()
                .map(|(chart, thread)| match thread {
                    Some(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                    None => build(chart),
                })
                .collect()
        });
    };
    vec![build(chart)]
}
