//! `pintle show`

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::flagsets::CHART_PATH;
use super::locate::locate;
use super::{Failure, Session, certificates, terminal};
use crate::chart::{Chart, Notice, Notices};
use crate::jsonpath::{self, Template};
use crate::value::Value;

/// The command.
pub const COMMAND: Command = Command {
    name: "show",
    aliases: &["inspect"],
    about: "Show what a chart holds: its definition, values, README or CRDs",
    commands: &[
        Command {
            name: "all",
            about: "Show a chart's definition, values, README and CRDs",
            run: Some(|session, flags| show(session, flags, Part::All)),
            ..PART
        },
        Command {
            name: "chart",
            about: "Show a chart's definition: Chart.yaml with its fields sorted",
            run: Some(|session, flags| show(session, flags, Part::Chart)),
            ..PART
        },
        Command {
            name: "crds",
            about: "Show the custom resource definitions of a chart and its subcharts",
            run: Some(|session, flags| show(session, flags, Part::Crds)),
            ..PART
        },
        Command {
            name: "readme",
            about: "Show a chart's README",
            run: Some(|session, flags| show(session, flags, Part::Readme)),
            ..PART
        },
        Command {
            name: "values",
            about: "Show a chart's default values: values.yaml as it is",
            flags: &[CHART_PATH, &[JSONPATH]],
            run: Some(|session, flags| show(session, flags, Part::Values)),
            ..PART
        },
    ],
    ..Command::NEW
};

/// What the commands have in common.
const PART: Command = Command {
    usage: "[CHART]",
    arguments: "The chart: a directory, an archive, REPOSITORY/CHART, a URL, oci://REGISTRY/CHART, or embedded:CHART as \
                in 'pintle charts'",
    takes: Arguments::Exactly(1),
    flags: &[CHART_PATH],
    ..Command::NEW
};

const JSONPATH: Flag =
    Flag::new("jsonpath", Kind::Text, "Print what this JSONPath template makes of the values");

/// What to show of a chart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Chart,
    Crds,
    Readme,
    Values,
}

/// Loads the chart and prints a part of it.
fn show(session: &mut Session<'_>, flags: &Flags, part: Part) -> Result<(), Failure> {
    certificates::check(flags)?;
    let mut version = flags.text("version");
    session.log(&Notice::debug("original chart version").with("version", version));
    if version.is_empty() && flags.bool("devel") {
        version = ">0.0.0-0";
        session.log(&Notice::debug("setting version to >0.0.0-0"));
    }
    let reference = flags.positional().first().copied().unwrap_or_default();
    let location = locate(session, flags, reference, version)?;
    let mut notices = Notices::new();
    let chart = location.load(&mut notices);
    session.log_all(&notices);
    let chart = chart.map_err(Failure::of)?;
    let mut text = Vec::new();
    for single in [Part::Chart, Part::Values, Part::Readme, Part::Crds] {
        if part == Part::All || part == single {
            append(session, flags, &chart, single, part == Part::All, &mut text)?;
        }
    }
    session.print(&text)
}

/// Appends one part of `chart`, with a separator before it if it is one of several.
fn append(
    session: &mut Session<'_>,
    flags: &Flags,
    chart: &Chart,
    part: Part,
    separated: bool,
    text: &mut Vec<u8>,
) -> Result<(), Failure> {
    let separator: &[u8] = if separated { b"---\n" } else { b"" };
    match part {
        Part::All => {}
        Part::Chart => {
            text.extend_from_slice(&[&chart.metadata.to_yaml().map_err(Failure::of)?, &b"\n"[..]].concat());
        }
        Part::Values if chart.values.is_nil() => {}
        Part::Values => {
            text.extend_from_slice(separator);
            match flags.text("jsonpath") {
                "" => {
                    if let Some(file) = chart.raw_file("values.yaml") {
                        text.extend_from_slice(&[&file.data, &b"\n"[..]].concat());
                    }
                }
                template => fill(session, template, &chart.values.clone().into(), text)?,
            }
        }
        Part::Readme => {
            if let Some(file) = chart.readme() {
                // It is there to be read: nothing in it may command the terminal that it is read on.
                text.extend_from_slice(&[separator, &*terminal::printable(&file.data), b"\n"].concat());
            }
        }
        Part::Crds => {
            for file in chart.crds() {
                let separator: &[u8] = if file.data.starts_with(b"---") { b"" } else { b"---\n" };
                text.extend_from_slice(&[separator, &file.data, b"\n"].concat());
            }
        }
    }
    Ok(())
}

/// Appends what `template` makes of `values`. As with Helm, finding nothing is no error.
fn fill(
    session: &mut Session<'_>,
    template: &str,
    values: &Value,
    text: &mut Vec<u8>,
) -> Result<(), Failure> {
    let parsed = Template::parse(template)
        .map_err(|error| Failure::new(format!("error parsing jsonpath {template}: {error}")))?;
    match parsed.execute(values, text) {
        Err(error @ jsonpath::Error::Invalid(_)) => {
            session.log(&Notice::debug("JSONPath template failed").with("error", error.to_string()));
            Ok(())
        }
        executed => executed.map_err(Failure::of),
    }
}
