//! `pintle lint`: examine charts.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session, flagsets, sources, terminal};
use crate::chart::{KubeVersion, Notices};
use crate::json;
use crate::lint::{self, Finding, Options, Severity};
use crate::render::host::Offline;
use crate::value::{Map, Value};

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
    accept: |_, flag, value, _| accept(flag, value),
    run: Some(run),
    ..Command::NEW
};

const FLAGS: &[Flag] = &[
    Flag::new("output", Kind::Text, "Format: text (the default) or json").short('o'),
    Flag::new(
        "pedantic",
        Kind::Bool,
        "Check further rules too: values that nothing reads or sets, removed APIs, images without a tag, and more",
    ),
    Flag::new("kube-version", Kind::Text, "Kubernetes version that the chart is to run on"),
    Flag::new("quiet", Kind::Bool, "Print warnings and errors only"),
    Flag::new("skip-schema-validation", Kind::Bool, "Do not check values against values.schema.json"),
    Flag::new("strict", Kind::Bool, "Fail on warnings too"),
    Flag::new("with-subcharts", Kind::Bool, "Examine the charts below charts/ too"),
];

/// Checks the format, in Helm's words.
fn accept(flag: Flag, value: &str) -> Result<(), String> {
    match (flag.name, value) {
        ("output", "text" | "json") => Ok(()),
        ("output", _) => Err("invalid format type".to_owned()),
        _ => Ok(()),
    }
}

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
        namespace: session.settings.namespace(),
        kube_version,
        skip_schema_validation: flags.bool("skip-schema-validation"),
        pedantic: flags.bool("pedantic").then_some(sources),
    };
    let tolerated = if flags.bool("strict") { Severity::Info } else { Severity::Warning };
    let shown = if flags.bool("quiet") { Severity::Warning } else { Severity::Info };

    let mut report = Report {
        tolerated,
        shown,
        json: flags.text("output") == "json",
        failed: 0,
        noticed: false,
        text: String::new(),
        charts: Vec::new(),
    };
    for path in &paths {
        let outcome = check(session, path, &values, &options);
        report.add(path, outcome);
    }
    let failed = report.failed;
    let summary = format!("{} chart(s) linted, {failed} chart(s) failed", paths.len());
    session.print(&report.text(&summary)?)?;
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

/// What was found in all charts, and how to show it.
struct Report {
    /// The gravest that does not fail.
    tolerated: Severity,
    /// The least grave that is shown.
    shown: Severity,
    json: bool,
    failed: usize,
    /// True if there was a warning or an error.
    noticed: bool,
    text: String,
    charts: Vec<Value>,
}

impl Report {
    /// Takes in what was found in the chart at `path`.
    fn add(&mut self, path: &Path, outcome: Result<Vec<Finding>, crate::chart::Error>) {
        let gravest = match &outcome {
            Ok(findings) => findings.iter().map(|finding| finding.severity).max(),
            Err(_) => Some(Severity::Error),
        };
        self.failed += usize::from(gravest > Some(self.tolerated));
        self.noticed |= gravest > Some(Severity::Info);
        if gravest.unwrap_or(Severity::Info) < self.shown {
            return;
        }
        let path = path.display().to_string();
        let _ = writeln!(self.text, "==> Linting {path}");
        let mut chart = vec![("path", Value::str(path))];
        match outcome {
            Ok(findings) => {
                let shown: Vec<_> =
                    findings.iter().filter(|finding| finding.severity >= self.shown).collect();
                for finding in &shown {
                    let _ = writeln!(self.text, "{finding}");
                }
                chart.push(("findings", Value::list(shown.into_iter().map(to_value))));
            }
            Err(error) => {
                let _ = writeln!(self.text, "Error {error}");
                chart.push(("error", Value::str(error.to_string())));
            }
        }
        self.text.push('\n');
        self.charts.push(Value::map(chart));
    }

    /// All of it, with `summary` at the end if the command does not fail.
    fn text(mut self, summary: &str) -> Result<Vec<u8>, Failure> {
        if self.json {
            let list = json::encode_indent(&Value::list(self.charts), "", "  ").map_err(Failure::of)?;
            return Ok([list.as_slice(), b"\n"].concat());
        }
        if self.failed == 0 && (self.shown == Severity::Info || self.noticed) {
            let _ = writeln!(self.text, "{summary}");
        }
        Ok(terminal::printable(self.text.as_bytes()).into_owned())
    }
}

/// A finding as a map; what it does not have is left out.
fn to_value(finding: &Finding) -> Value {
    let optional = |text: &str| if text.is_empty() { Value::Nil } else { Value::str(text) };
    let line = finding.line.and_then(|line| i64::try_from(line).ok()).map_or(Value::Nil, Value::Int);
    let fields = [
        ("severity", Value::str(finding.severity.to_string().to_lowercase())),
        ("rule", optional(finding.rule)),
        ("path", Value::str(&finding.path)),
        ("line", line),
        ("text", Value::Str(finding.text.clone())),
        ("remedy", optional(&finding.remedy)),
    ];
    Value::map(fields.into_iter().filter(|(_, value)| !value.is_nil()))
}
