//! `pintle get`: parts of the record of a release.

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::format::{self, OUTPUT};
use super::releases::{REVISION, find, hooks, status};
use super::{Failure, Session};
use crate::release::Release;
use crate::render::host::Offline;
use crate::template::{self, Env, Set};
use crate::value::{Map, Members, Value};
use crate::yaml;

/// The group of commands.
pub const COMMAND: Command = Command {
    name: "get",
    about: "Print parts of an installed release",
    commands: &[ALL, HOOKS, MANIFEST, METADATA, NOTES, VALUES],
    ..Command::NEW
};

/// What the commands of the group have in common.
const ONE: Command = Command {
    usage: "RELEASE_NAME",
    arguments: "The release's name",
    takes: Arguments::Exactly(1),
    flags: &[REVISION],
    ..Command::NEW
};

const ALL: Command = Command {
    name: "all",
    about: "Print everything about a release",
    flags: &[
        REVISION,
        &[Flag::new("template", Kind::Text, "Print what this Go template makes of .Release instead")],
    ],
    run: Some(all),
    ..ONE
};

const HOOKS: Command = Command {
    name: "hooks",
    about: "Print the hooks of a release",
    run: Some(|session, flags| {
        let text = hooks(&find(session, flags)?);
        session.print(&text)
    }),
    ..ONE
};

const MANIFEST: Command = Command {
    name: "manifest",
    about: "Print the manifests of a release, hooks left out",
    run: Some(|session, flags| {
        let release = find(session, flags)?;
        session.print_all([release.manifest.as_bytes(), b"\n"])
    }),
    ..ONE
};

const METADATA: Command = Command {
    name: "metadata",
    about: "Print what is known of a release and its chart",
    flags: &[REVISION, OUTPUT],
    accept: format::accept,
    run: Some(metadata),
    ..ONE
};

const NOTES: Command = Command {
    name: "notes",
    about: "Print the notes of a release",
    run: Some(|session, flags| match find(session, flags)?.info.notes {
        notes if notes.is_empty() => Ok(()),
        notes => session.print_all([b"NOTES:\n", notes.as_bytes(), b"\n"]),
    }),
    ..ONE
};

const VALUES: Command = Command {
    name: "values",
    about: "Print the user's values of a release",
    flags: &[
        REVISION,
        OUTPUT,
        &[Flag::new("all", Kind::Bool, "Print all values that templates see, the chart's defaults included")
            .short('a')],
    ],
    accept: format::accept,
    run: Some(values),
    ..ONE
};

fn all(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let release = find(session, flags)?;
    let source = flags.text("template");
    if source.is_empty() {
        return session.print(&status(&release, true)?);
    }
    let mut set = Set::new();
    set.parse("_", source.into()).map_err(Failure::of)?;
    let data = Value::map([("Release", release.to_value())]);
    let host = Offline::default();
    let text = template::execute(&set, "_", &data, &mut Env::new(&host)).map_err(Failure::of)?;
    session.print(&text)
}

fn values(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let release = find(session, flags)?;
    let (title, values) = match flags.bool("all") {
        true => ("COMPUTED VALUES:\n", Value::Map(release.computed_values().map_err(Failure::of)?)),
        // None at all are a null.
        false => ("USER-SUPPLIED VALUES:\n", release.config.map_or(Value::Nil, Value::Map)),
    };
    let text = match flags.text("output") {
        "table" => [title.as_bytes(), &yaml::encode(&values).map_err(Failure::of)?].concat(),
        _ => format::bytes(flags, || values, String::new)?,
    };
    session.print(&text)
}

fn metadata(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let release = find(session, flags)?;
    let text = format::bytes(flags, || metadata_of(&release), || metadata_table(&release))?;
    session.print(&text)
}

/// The layout of the time of deployment.
const RFC3339: &[u8] = b"2006-01-02T15:04:05Z07:00";
/// Go's zero time in this layout.
const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

fn deployed_at(release: &Release) -> String {
    let time = release.info.last_deployed.as_ref().map(|time| time.format(RFC3339));
    time.map_or_else(|| ZERO_TIME.to_owned(), |time| String::from_utf8_lossy(&time).into_owned())
}

/// The members that are there, in Helm's order.
fn metadata_of(release: &Release) -> Value {
    let chart = release.chart.as_ref().map(|chart| chart.metadata.clone()).unwrap_or_default();
    let text = |text: &dyn std::fmt::Display| Value::from(text.to_string().as_str());
    let mut members = vec![
        ("name", text(&release.name)),
        ("chart", text(&chart.name)),
        ("version", text(&chart.version)),
        ("appVersion", text(&chart.app_version)),
    ];
    if let Some(annotations) = chart.annotations.clone().filter(|map| !map.is_empty()) {
        members.push(("annotations", Value::Map(annotations)));
    }
    if let Some(dependencies) = chart.members().into_iter().find(|(name, _)| *name == "dependencies") {
        members.push(dependencies);
    }
    members.extend([
        ("namespace", text(&release.namespace)),
        ("revision", Value::Int(release.version)),
        ("status", text(&release.info.status)),
        ("deployedAt", text(&deployed_at(release))),
    ]);
    if !release.apply_method.is_empty() {
        members.push(("applyMethod", text(&release.apply_method)));
    }
    Members(members).into_value()
}

fn metadata_table(release: &Release) -> String {
    let chart = release.chart.as_ref().map(|chart| chart.metadata.clone()).unwrap_or_default();
    let annotations = chart.annotations.as_ref().map(pairs).unwrap_or_default();
    let mut dependencies: Vec<String> = chart.dependencies().iter().map(|d| d.name.to_string()).collect();
    dependencies.sort();
    let method = match release.apply_method.as_bytes() {
        b"" => "client-side apply (defaulted)".to_owned(),
        b"csa" => "client-side apply".to_owned(),
        b"ssa" => "server-side apply".to_owned(),
        other => format!("unknown ({})", crate::gofmt::quote(other)),
    };
    format!(
        "NAME: {}\nCHART: {}\nVERSION: {}\nAPP_VERSION: {}\nANNOTATIONS: {annotations}\nLABELS: \nDEPENDENCIES: {}\n\
         NAMESPACE: {}\nREVISION: {}\nSTATUS: {}\nDEPLOYED_AT: {}\nAPPLY_METHOD: {method}\n",
        release.name,
        chart.name,
        chart.version,
        chart.app_version,
        dependencies.join(","),
        release.namespace,
        release.version,
        release.info.status,
        deployed_at(release),
    )
}

/// `key=value` pairs, sorted.
fn pairs(map: &Map) -> String {
    let entries = map.entries();
    let pairs = entries.iter().map(|(key, value)| match value.as_str() {
        Some(value) => format!("{key}={value}"),
        None => format!("{key}="),
    });
    pairs.collect::<Vec<_>>().join(",")
}
