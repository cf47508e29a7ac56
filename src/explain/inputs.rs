//! Charts and values that cannot be used.

use std::error::Error as StdError;

use super::excerpt::{Excerpt, code};
use super::execution::describe;
use super::manifest::{first_content, from_position, hints, mismatched, problem};
use super::report::Report;
use super::{Context, violations};
use crate::chart::mounts::mounts;
use crate::chart::origins::{Origins, pieces};
use crate::chart::{self, FileError, strvals};
use crate::value::Value;
use crate::{json, yaml};

/// Explains what is wrong with a chart or with values; `None` if nothing is known of it.
pub fn explain(error: &chart::Error, context: &Context<'_>) -> Option<Report> {
    let cause = error.cause.as_deref().map(|cause| cause as &(dyn StdError + 'static));
    if let Some(error) = cause.and_then(|cause| cause.downcast_ref::<FileError>()) {
        return Some(file(error));
    }
    if let Some(problem) = cause.and_then(|cause| cause.downcast_ref::<strvals::Error>()) {
        return Some(flag(&error.message, problem));
    }
    if let Some(problem) = cause.and_then(|cause| cause.downcast_ref::<json::Error>()) {
        return json_flag(problem, context);
    }
    let message = &error.message;
    if message.starts_with("values don't meet the specifications") {
        return violations::explain(message, context);
    }
    if let Some((_, missing)) = message.split_once("but missing in charts/ directory: ") {
        return missing_dependencies(missing, context);
    }
    if message.starts_with("chart requires kubeVersion") {
        return kube_version(message, context);
    }
    if let Some((_, rest)) = message.split_once("type mismatch on ") {
        return not_a_section(rest, context);
    }
    None
}

/// A file that does not parse, or has something else in it than it should.
fn file(error: &FileError) -> Report {
    let name = error.file.name.to_string();
    let text = error.file.data.as_bytes();
    let message = error.to_string();
    let problem = problem(&message);
    let mut report = Report::new(format!("{name}: {problem}"));
    // The documents of a file are read one by one, so the position counts from the start of the first wrong one.
    let wrong =
        pieces(text).find_map(|(offset, piece)| Some((offset, piece, yaml::decode_map(piece).err()?)));
    let found = match &wrong {
        Some((offset, piece, error)) => error.position().map(|position| (*offset, *piece, position)),
        None => position(error).map(|position| (0, text, position)),
    };
    match found {
        Some((offset, piece, position)) => {
            let span = from_position(piece, position);
            let line = 1 + memchr::memchr_iter(b'\n', &piece[..span.start.min(piece.len())]).count();
            report.show("", Excerpt::new(&name, text, offset + span.start..offset + span.end, problem));
            for hint in hints(problem, piece, line) {
                if !hint.contains("nindent") && !hint.contains("pipe") {
                    report.hint(hint);
                }
            }
            if problem.contains("mapping values are not allowed") {
                report.hint("quote a value with a colon in it, and indent the keys of one map alike");
            } else if problem.contains("did not find expected key") {
                report.hint("indent the keys of one map alike, and the items of one list");
            }
        }
        None => {
            let (offset, piece) = wrong.map_or((0, text), |(offset, piece, _)| (offset, piece));
            let span = mismatched(piece, &message).unwrap_or_else(|| first_content(piece));
            report.show("", Excerpt::new(&name, text, offset + span.start..offset + span.end, problem));
            if problem.contains("map[string]interface") {
                report.hint("a values file holds a map: `key: value` lines");
            }
        }
    }
    report
}

/// The position of the YAML error below `error`, if there is one.
fn position(error: &FileError) -> Option<yaml::Position> {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&*error.cause);
    while let Some(inner) = cause {
        if let Some(error) = inner.downcast_ref::<yaml::Error>() {
            return error.position();
        }
        if let Some(error) = inner.downcast_ref::<chart::Error>() {
            cause = error.cause.as_deref().map(|cause| cause as _);
        } else {
            cause = inner.source();
        }
    }
    None
}

/// A `--set` text that does not parse.
fn flag(message: &str, error: &strvals::Error) -> Report {
    let flag = ["--set-json", "--set-string", "--set-file", "--set-literal"]
        .iter()
        .find(|flag| message.contains(*flag));
    let flag = flag.copied().unwrap_or("--set");
    let mut report = Report::new(format!("{flag}: {}", error.message));
    let problem = &error.message;
    report.show("", Excerpt::of_flag(flag, &error.text, error.span.clone(), ""));
    if problem.contains("has no value (cannot end with ,)") || problem.contains("has no value") {
        report.hint(format!(
            "write `name=value`; a comma that belongs to the value is escaped: {}",
            code(r"\,")
        ));
    } else if problem.contains("must terminate with '}'") {
        report.hint("write a list as {a,b}, and quote it for the shell: --set 'list={a,b}'");
    } else if problem.contains("interface conversion") {
        report.hint(
            "an earlier file or flag set something else than a map or list there; set it as a whole instead",
        );
    } else if problem.contains("error parsing index") {
        report.hint(format!(
            "an index is a number; a bracket that belongs to a name is escaped: {}",
            code(r"\[")
        ));
    } else if flag == "--set-json" {
        report.hint("strings are quoted in JSON; quote the whole for the shell: --set-json 'name=\"text\"'");
    }
    report
}

/// A `--set-json` with an object that is no JSON.
fn json_flag(error: &json::Error, context: &Context<'_>) -> Option<Report> {
    let text =
        context.values.json.iter().find(|text| {
            text.trim_start().starts_with('{') && json::decode(text.trim().as_bytes()).is_err()
        })?;
    let mut report = Report::new(format!("--set-json: {error}"));
    report.show("", Excerpt::of_flag("--set-json", text.as_bytes(), 0..text.len(), error.to_string()));
    report.hint(
        "names and strings are quoted in JSON; quote the whole for the shell: --set-json '{\"name\": 1}'",
    );
    Some(report)
}

/// Dependencies that `Chart.yaml`, or in old charts `requirements.yaml`, names and `charts/` lacks.
fn missing_dependencies(missing: &str, context: &Context<'_>) -> Option<Report> {
    let chart = context.chart?;
    let mut report = Report::new(format!("charts/ lacks {missing}"));
    let missing: Vec<&str> = missing.split(", ").collect();
    for file in ["Chart.yaml", "requirements.yaml"].into_iter().filter_map(|name| chart.raw_file(name)) {
        let documents = yaml::parse(&file.data).ok()?;
        let dependencies = documents.first().and_then(|document| document.locate(["dependencies"]));
        let names = dependencies.iter().flat_map(yaml::Node::items).filter_map(|item| item.get(b"name"));
        for name in names.filter(|name| missing.iter().any(|m| name.scalar() == Some(m.as_bytes()))) {
            let start = name.position().offset as usize;
            let end = start + name.scalar().map_or(0, <[u8]>::len);
            let why = if report.is_bare() { "" } else { "and this one" };
            let path = format!("{}/{}", chart.metadata.name, file.name);
            report.show(why, Excerpt::new(path, &file.data, start..end, "not in charts/"));
        }
    }
    report.hint("fetch what is missing with `helm dependency build`, or put it into charts/");
    Some(report)
}

/// A chart that wants another version of Kubernetes.
fn kube_version(message: &str, context: &Context<'_>) -> Option<Report> {
    let chart = context.chart?;
    let mounts = mounts(chart);
    let mut report = Report::new(message);
    for mount in &mounts {
        let Some(file) = mount.chart.raw_file("Chart.yaml") else { continue };
        let documents = yaml::parse(&file.data).ok()?;
        let wanted = documents.first().and_then(|document| document.locate(["kubeVersion"]));
        let Some(wanted) =
            wanted.filter(|wanted| wanted.scalar().is_some_and(|text| is_named(message, text)))
        else {
            continue;
        };
        let span = from_position(&file.data, wanted.position());
        report.show("", Excerpt::new(mount.file(b"Chart.yaml"), &file.data, span, "what the chart wants"));
        break;
    }
    report.hint("say which version to render for with --kube-version");
    Some(report)
}

fn is_named(message: &str, text: &[u8]) -> bool {
    memchr::memmem::find(message.as_bytes(), text).is_some()
}

/// Something else than a map where the values of a subchart are.
fn not_a_section(rest: &str, context: &Context<'_>) -> Option<Report> {
    let (name, _) = rest.split_once(':')?;
    let mounts = mounts(context.chart?);
    let sources = Origins::new(context.chart, context.values);
    let mut report = Report::new(format!("the values of the subchart {} are no map", code(name)));
    let origin = mounts.iter().filter(|mount| mount.path.last().is_some_and(|last| last == name)).find_map(
        |mount| sources.locate(&mount.path).filter(|origin| !matches!(origin.value, Value::Map(_))),
    )?;
    report.show("", Excerpt::at(&origin, describe(&origin.value)));
    report.hint("values of a subchart go below its name, e.g. `name: {key: value}`");
    Some(report)
}
