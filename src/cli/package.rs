//! `pintle package`

use std::path::{Path, PathBuf};

use super::command::Command;
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session, certificates, dependency, flagsets, signing};
use crate::chart::{self, Notices};
use crate::fsx;
use crate::funcs::paths;
use crate::package::{self, Options, Package};
use crate::parallel;
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

/// Charts that are packed at once: few, as all of them are in memory.
const AT_ONCE: usize = 8;

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
        incomplete: false,
    };
    let folder = destination(flags.text("destination"));
    if flags.bool("sign") {
        check_signing(flags)?;
    }
    certificates::check(flags)?;
    let mut signer = None;
    let updates = flags.bool("dependency-update");
    let is_in_turn = updates || charts.iter().any(|chart| holds(chart, &folder));
    for charts in charts.chunks(if is_in_turn { 1 } else { AT_ONCE }) {
        if updates {
            update(session, flags, charts)?;
        }
        for Built { package, notices } in build(session, charts, &options) {
            session.log_all(&notices);
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

/// True if archives in `folder` become part of the chart at `chart`.
fn holds(chart: &str, folder: &Path) -> bool {
    let chart = Path::new(chart).canonicalize();
    let folder = fsx::absolute(folder);
    chart.is_ok_and(|chart| {
        folder.ancestors().any(|above| above.canonicalize().is_ok_and(|above| above == chart))
    })
}

/// Brings `charts/` of the charts up to date. As with Helm nothing is said of that.
fn update(session: &mut Session<'_>, flags: &Flags, charts: &[&str]) -> Result<(), Failure> {
    for chart in charts {
        let path = fsx::absolute(check_exists(chart).map_err(Failure::of)?);
        let mut notices = Notices::new();
        let updated = dependency::update(session, flags, &path, &mut notices, &mut |_| {});
        session.log_all(&notices);
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
    parallel::map(charts, |chart| {
        let _task = progress.begin(chart, None);
        let mut notices = Notices::new();
        let package = check_exists(chart).and_then(|path| package::build(path, options, &mut notices));
        Built { package, notices }
    })
}

/// Checks that something is at the path of a chart.
fn check_exists(chart: &str) -> Result<&Path, chart::Error> {
    let path = Path::new(chart);
    path.metadata().map_err(|error| fsx::Error::new("stat", path, error))?;
    Ok(path)
}
