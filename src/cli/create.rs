//! `pintle create`

use std::path::{Path, PathBuf};

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session};
use crate::chart::Notices;
use crate::funcs::paths;
use crate::{fsx, gofmt, scaffold};

/// The command.
pub const COMMAND: Command = Command {
    name: "create",
    about: "Make a new chart: a directory with all that a chart needs",
    usage: "NAME",
    arguments: "The chart's name, or the path of its directory, which is called like it",
    takes: Arguments::Exactly(1),
    flags: &[&[
        Flag::new("chart-api-version", Kind::Text, "API version of the chart: v2").default("v2").hidden(),
        Flag::new(
            "starter",
            Kind::Text,
            "Chart to start from: its path, or its name in $HELM_DATA_HOME/starters",
        )
        .short('p'),
    ]],
    run: Some(run),
    ..Command::NEW
};

/// Makes the chart, and says so.
fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let path = flags.positional().first().copied().unwrap_or_default();
    session.say(&format!("Creating {path}"))?;
    check_api_version(flags.text("chart-api-version"))?;
    let part = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
    let name = part(paths::base(path.as_bytes()));
    let folder = PathBuf::from(part(&paths::clean(paths::parent(path.as_bytes()))));
    match flags.text("starter") {
        "" => {
            let mut replaced = Vec::new();
            let made = scaffold::create(&fsx::absolute(&folder), &name, &mut |file| {
                replaced.push(gofmt::quote(file.as_os_str().as_encoded_bytes()));
            });
            for file in replaced {
                session.say(&format!("WARNING: File {file} already exists. Overwriting."))?;
            }
            made.map_err(Failure::of)
        }
        starter => {
            let starters = session.settings.data_home().join("starters");
            let mut notices = Notices::new();
            let made = scaffold::create_from(&folder, &name, &clean(&starters.join(starter)), &mut notices);
            session.log_all(&notices);
            made.map_err(Failure::of)
        }
    }
}

/// The path in its shortest form.
fn clean(path: &Path) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&paths::clean(path.as_os_str().as_encoded_bytes())).into_owned())
}

/// Charts of version v3 are an experiment of Helm's.
fn check_api_version(version: &str) -> Result<(), Failure> {
    Err(Failure::new(match version {
        "" | "v2" => return Ok(()),
        "v3" => "this feature has been marked as experimental and is not enabled by default. Please set \
                 HELM_EXPERIMENTAL_CHART_V3=1 in your environment to use this feature"
            .to_owned(),
        other => format!("unsupported chart API version: {other} (supported: v2, v3)"),
    }))
}
