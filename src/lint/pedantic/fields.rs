//! Fields that the cluster wants in a form of their own.

use super::super::Severity;
use super::objects::{Object, get};
use super::{Findings, Rule};
use crate::chart::Chart;
use crate::gofmt;
use crate::value::{Str, Value};
use crate::yaml::{self, Shape};

const STRING: Rule = Rule {
    name: "not-a-string",
    severity: Severity::Error,
    remedy: "the cluster refuses it: pipe it through quote",
};

const LABEL: Rule = Rule {
    name: "invalid-label",
    severity: Severity::Error,
    remedy: "the cluster refuses it: at most 63 letters, digits, '-', '_' or '.', with a letter or digit at both ends",
};

const KEY: Rule = Rule {
    name: "duplicate-key",
    severity: Severity::Warning,
    remedy: "only the last one counts, if the cluster takes it at all: remove the others",
};

/// Bytes of the value of a label.
const LABEL_BYTES: usize = 63;

/// Where the labels and annotations of an object and of the pods that it makes are.
const METADATA: [&[&str]; 3] = [
    &["metadata"],
    &["spec", "template", "metadata"],
    &["spec", "jobTemplate", "spec", "template", "metadata"],
];

/// Checks the fields of an object.
pub(super) fn check(object: &Object<'_>, findings: &mut Findings) {
    check_keys(object, findings);
    for metadata in METADATA {
        // A resource of its own may mean something else by these fields.
        if metadata.len() > 1 && !is_workload(object) {
            continue;
        }
        check_texts(object, &[metadata, &["annotations"]].concat(), findings);
        let path = [metadata, &["labels"]].concat();
        check_texts(object, &path, findings);
        check_labels(object, &path, findings);
    }
    if matches!(object.kind().as_bytes(), b"ConfigMap" | b"Secret") && object.api_version() == "v1" {
        for field in ["data", "stringData", "binaryData"] {
            check_texts(object, &[field], findings);
        }
    }
}

/// True for the kinds that make pods, and for pods.
pub(super) fn is_workload(object: &Object<'_>) -> bool {
    matches!(object.api_version().as_bytes(), b"v1" | b"apps/v1" | b"batch/v1" | b"batch/v1beta1")
        && matches!(
            object.kind().as_bytes(),
            b"Pod" | b"Deployment" | b"DaemonSet" | b"StatefulSet" | b"ReplicaSet" | b"Job" | b"CronJob"
        )
}

/// Reports what is no text in the map at `path`.
fn check_texts(object: &Object<'_>, path: &[&str], findings: &mut Findings) {
    let Some(Value::Map(map)) = object.get(path) else { return };
    for (key, value) in map.entries().iter() {
        if !matches!(value, Value::Str(_) | Value::Nil) {
            let text = format!("{} {} is no string", path.join("."), gofmt::quote(key));
            findings.in_object(&STRING, object, &below(path, key), text);
        }
    }
}

/// Reports what no label can be in the map at `path`.
fn check_labels(object: &Object<'_>, path: &[&str], findings: &mut Findings) {
    let Some(Value::Map(map)) = object.get(path) else { return };
    for (key, value) in map.entries().iter() {
        if let Value::Str(value) = value
            && !is_label(value)
        {
            let (key_text, value) = (gofmt::quote(key), gofmt::quote(value));
            let text = format!("{} {key_text} cannot be {value}", path.join("."));
            findings.in_object(&LABEL, object, &below(path, key), text);
        }
    }
}

fn below(path: &[&str], key: &Str) -> Vec<Str> {
    path.iter().map(|step| Str::from(*step)).chain([key.clone()]).collect()
}

fn is_label(value: &[u8]) -> bool {
    let ends = [value.first(), value.last()];
    value.len() <= LABEL_BYTES
        && value.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
        && ends.iter().flatten().all(|b| b.is_ascii_alphanumeric())
}

/// Reports keys that are there twice.
fn check_keys(object: &Object<'_>, findings: &mut Findings) {
    for (line, key) in repeated_keys(&object.text) {
        let text = format!("{object}: the key {key} is set twice");
        findings.in_file(&KEY, &object.file, object.line_of(line - 1), text);
    }
}

/// The same of the values of a chart.
pub(super) fn check_values(chart: &Chart, findings: &mut Findings) {
    let Some(file) = chart.raw_file("values.yaml") else { return };
    let path = format!("{}/{}", chart.metadata.name, file.name);
    for (line, key) in repeated_keys(&file.data) {
        findings.in_file(&KEY, &path, Some(line), format!("the key {key} is set twice"));
    }
}

/// Line, from 1, and name of each key that a mapping in the first document of a YAML text has already.
fn repeated_keys(text: &[u8]) -> Vec<(usize, String)> {
    let Err(error) = yaml::decode_strict(text, &Shape::Any) else { return Vec::new() };
    let read = |line: &str| {
        let (line, rest) = line.trim().strip_prefix("line ")?.split_once(": key ")?;
        Some((
            line.parse().ok().filter(|line| *line > 0)?,
            rest.strip_suffix(" already set in map")?.to_owned(),
        ))
    };
    error.to_string().lines().filter_map(read).collect()
}

/// The texts of the fields called `name` in the list at `path`.
pub(super) fn names(value: &Value, path: &[&str], name: &str) -> Vec<Str> {
    let Some(Value::List(list)) = get(value, path) else { return Vec::new() };
    list.items().iter().filter_map(|item| get(item, &[name])?.as_str().cloned()).collect()
}
