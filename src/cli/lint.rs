//! `pintle lint`: examine charts.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session, flagsets, sources, terminal};
use crate::chart::{KubeVersion, Notices};
use crate::lint::{self, Finding, Options, Severity};
use crate::render::host::Offline;
use crate::value::Map;

/// The command.
pub const COMMAND: Command = Command {
    name: "lint",
    about: "Examine charts for what is wrong with them, or likely to be",
    details: "An [ERROR] is what will make an installation fail, a [WARNING] what is against convention. The exit \
              code is 1 if there is an error in any chart, or with --strict a warning.",
    usage: "PATH",
    arguments: "The charts: directories or archives",
    takes: Arguments::AtLeast(1),
    flags: &[FLAGS, flagsets::VALUES],
    run: Some(run),
    ..Command::NEW
};

const FLAGS: &[Flag] = &[
    Flag::new("kube-version", Kind::Text, "Kubernetes version that the chart is to run on"),
    Flag::new("quiet", Kind::Bool, "Print warnings and errors only"),
    Flag::new("skip-schema-validation", Kind::Bool, "Do not check values against values.schema.json"),
    Flag::new("strict", Kind::Bool, "Fail on warnings too"),
    Flag::new("with-subcharts", Kind::Bool, "Examine the charts below charts/ too"),
];

/// Checks each chart, and prints what was found.
fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let kube_version = match flags.text("kube-version") {
        "" => None,
        version => Some(KubeVersion::parse(version).map_err(Failure::of)?),
    };
    let mut paths: Vec<PathBuf> = flags.positional().into_iter().map(PathBuf::from).collect();
    if flags.bool("with-subcharts") {
        for path in paths.clone() {
            lint::subcharts(&path, &mut paths);
        }
    }
    let sources = sources::read(session, flags)?;
    let values = sources.merge(&|name| sources::read_one(session, name)).map_err(Failure::of)?;
    let options = Options {
        namespace: session.settings.namespace().to_owned(),
        kube_version,
        skip_schema_validation: flags.bool("skip-schema-validation"),
    };
    let tolerated = if flags.bool("strict") { Severity::Info } else { Severity::Warning };
    let shown = if flags.bool("quiet") { Severity::Warning } else { Severity::Info };

    let mut text = String::new();
    let (mut failed, mut noticed) = (0, false);
    for path in &paths {
        let outcome = check(session, path, &values, &options);
        let gravest = match &outcome {
            Ok(findings) => findings.iter().map(|finding| finding.severity).max(),
            Err(_) => Some(Severity::Error),
        };
        failed += usize::from(gravest > Some(tolerated));
        noticed |= gravest > Some(Severity::Info);
        if gravest.unwrap_or(Severity::Info) < shown {
            continue;
        }
        let _ = writeln!(text, "==> Linting {}", path.display());
        match outcome {
            Ok(findings) => {
                for finding in findings.iter().filter(|finding| finding.severity >= shown) {
                    let _ = writeln!(text, "{finding}");
                }
            }
            Err(error) => {
                let _ = writeln!(text, "Error {error}");
            }
        }
        text.push('\n');
    }
    let summary = format!("{} chart(s) linted, {failed} chart(s) failed", paths.len());
    if failed == 0 && (shown == Severity::Info || noticed) {
        let _ = writeln!(text, "{summary}");
    }
    session.print(&terminal::printable(text.as_bytes()))?;
    if failed > 0 { Err(Failure::new(summary)) } else { Ok(()) }
}

/// Checks one chart.
fn check(
    session: &mut Session<'_>,
    path: &Path,
    values: &Map,
    options: &Options,
) -> Result<Vec<Finding>, crate::chart::Error> {
    let time_zone = session.settings.environment().raw("TZ").map(str::to_owned);
    let host = Offline { lint: true, time_zone, ..Offline::default() };
    let mut notices = Notices::new();
    let outcome = lint::check(path, values, options, &host, &mut notices);
    notices.iter().for_each(|notice| session.log(notice));
    outcome
}
