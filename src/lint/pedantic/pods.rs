//! Pods, and what makes them.

use std::collections::BTreeSet;

use super::super::Severity;
use super::fields::{is_workload, names};
use super::objects::{Object, get};
use super::{Findings, Rule};
use crate::gofmt;
use crate::value::{Str, Value};

const SELECTOR: Rule = Rule {
    name: "selector-mismatch",
    severity: Severity::Error,
    remedy: "the cluster refuses it: give the pods all labels that the selector asks for",
};

const VOLUME: Rule = Rule {
    name: "missing-volume",
    severity: Severity::Error,
    remedy: "the cluster refuses it: declare the volume, or remove the mount under the same condition",
};

const ENV: Rule = Rule {
    name: "duplicate-env",
    severity: Severity::Warning,
    remedy: "the last one wins, and upgrades may mix them up: remove the others",
};

/// Checks an object that makes pods.
pub(super) fn check(object: &Object<'_>, findings: &mut Findings) {
    if !is_workload(object) {
        return;
    }
    let spec: &[&str] = match object.kind().as_bytes() {
        b"Pod" => &["spec"],
        b"CronJob" => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => &["spec", "template", "spec"],
    };
    let Some(pod) = object.get(spec) else { return };
    if spec.len() == 3 {
        check_selector(object, findings);
    }
    let mut volumes = names(&pod, &["volumes"], "name");
    if let Some(Value::List(claims)) = object.get(&["spec", "volumeClaimTemplates"]) {
        volumes.extend(
            claims.items().iter().filter_map(|claim| get(claim, &["metadata", "name"])?.as_str().cloned()),
        );
    }
    for field in ["initContainers", "containers"] {
        let Some(Value::List(containers)) = get(&pod, &[field]) else { continue };
        for (index, container) in containers.items().iter().enumerate() {
            let index = index.to_string();
            let path: Vec<Str> = spec.iter().chain(&[field, &index]).map(|step| Str::from(*step)).collect();
            check_container(object, container, &path, &volumes, findings);
        }
    }
}

fn check_selector(object: &Object<'_>, findings: &mut Findings) {
    const SELECTED: [&str; 3] = ["spec", "selector", "matchLabels"];
    let (Some(Value::Map(selected)), Some(Value::Map(labels))) =
        (object.get(&SELECTED), object.get(&["spec", "template", "metadata", "labels"]))
    else {
        return;
    };
    // The selector of a job is made by the cluster, unless the job says that it has one of its own.
    if object.kind() == "Job" {
        return;
    }
    for (key, value) in selected.entries().iter() {
        let Some(wanted) = value.as_str() else { continue };
        if labels.get(key).as_ref().and_then(Value::as_str) != Some(wanted) {
            let path: Vec<Str> = SELECTED.iter().map(|step| Str::from(*step)).chain([key.clone()]).collect();
            let text = format!("its pods have no label {key}={wanted}, which it selects");
            findings.in_object(&SELECTOR, object, &path, text);
        }
    }
}

fn check_container(
    object: &Object<'_>,
    container: &Value,
    path: &[Str],
    volumes: &[Str],
    findings: &mut Findings,
) {
    let name = get(container, &["name"]).and_then(|name| name.as_str().cloned()).unwrap_or_default();
    let name = gofmt::quote(&name);
    let at =
        |field: &str, index: usize| [path, &[field.into(), index.to_string().into(), "name".into()]].concat();
    for (index, volume) in names(container, &["volumeMounts"], "name").iter().enumerate() {
        if !volumes.contains(volume) {
            let text =
                format!("container {name} mounts the volume {}, which is not there", gofmt::quote(volume));
            findings.in_object(&VOLUME, object, &at("volumeMounts", index), text);
        }
    }
    let mut known = BTreeSet::new();
    for (index, variable) in names(container, &["env"], "name").iter().enumerate() {
        if !known.insert(variable) {
            let text = format!("container {name} sets the variable {variable} twice");
            findings.in_object(&ENV, object, &at("env", index), text);
        }
    }
}
