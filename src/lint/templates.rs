//! The templates, and what they render.

use std::sync::Arc;

use bstr::ByteSlice;

use super::documents::{Documents, Object};
use super::source::Kind;
use super::{Linter, Rendered, Severity, deprecations, names};
use crate::chart::{Capabilities, Chart, File, Instance, coalesce, dependencies};
use crate::funcs::paths;
use crate::gofmt::{self, unicode};
use crate::render::manifest::Texts;
use crate::render::{self, Compiled, Release};
use crate::value::{Map, Str, Value};
use crate::yaml::{self, Shape, Struct};

/// The directory.
const DIRECTORY: &str = "templates/";

/// The name of the release that is rendered.
const RELEASE: &str = "test-release";

/// Renders the chart, and checks each file of the directory and the objects in it.
pub(super) fn check(linter: &mut Linter<'_>) {
    match linter.source.kind("templates") {
        Ok(Kind::Directory) => {}
        Ok(Kind::File) => return linter.report(Severity::Error, DIRECTORY, "not a directory"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return linter.report(Severity::Warning, DIRECTORY, "directory does not exist");
        }
        Err(error) => return linter.report(Severity::Error, DIRECTORY, error.to_string()),
    }
    let chart = match linter.chart() {
        Ok(chart) => chart,
        Err(error) => return linter.report(Severity::Error, DIRECTORY, error),
    };
    let compiled = Compiled::new(chart.clone());
    // Dependencies or values that do not go together are no finding in Helm.
    let Ok(instance) = dependencies::process(&chart, linter.values, linter.notices) else { return };
    let Ok(values) = coalesce::coalesce(&instance, linter.values, linter.notices) else { return };
    let Ok(values) = coalesce::coalesce(&instance, &values, linter.notices) else { return };
    let options = options(linter);
    let rendered = if options.skip_schema_validation {
        Ok(())
    } else {
        render::check_schema(&instance, &values, linter.notices)
    };
    match rendered.and_then(|()| execute(linter, &compiled, &instance, &values, &options)) {
        Ok(texts) => check_files(linter, &chart, &texts),
        Err(error) => linter.report(Severity::Error, DIRECTORY, error.message),
    }
}

/// Runs the templates. What they did and made is kept for pintle's own rules.
fn execute(
    linter: &mut Linter<'_>,
    compiled: &Compiled,
    instance: &Instance,
    values: &Map,
    options: &render::Options,
) -> Result<Texts, render::Error> {
    if linter.options.pedantic.is_none() {
        return compiled.execute(instance, values, options, linter.host, linter.notices);
    }
    let (texts, trace) = compiled.execute_traced(instance, values, options, linter.host, linter.notices);
    let texts = texts?;
    linter.rendered = Some(Rendered { instance: instance.clone(), texts: texts.clone(), trace });
    Ok(texts)
}

/// Checks the files of the directory.
fn check_files(linter: &mut Linter<'_>, chart: &Chart, texts: &Texts) {
    for file in &chart.templates {
        check_extension(linter, file);
        if !is_yaml(&file.name) {
            continue;
        }
        let path = paths::clean([chart.metadata.name.as_bytes(), b"/", &file.name].concat().as_slice());
        let text = texts.get(path.as_slice()).cloned().unwrap_or_default();
        if !unicode::trim(&text, unicode::is_space).is_empty() && !check_text(linter, file, &text) {
            return;
        }
    }
}

fn options(linter: &Linter<'_>) -> render::Options {
    let mut capabilities = Capabilities::default();
    if let Some(version) = &linter.options.kube_version {
        capabilities.kube_version = version.clone();
    }
    render::Options {
        release: Release { revision: 0, ..Release::new(RELEASE, &linter.options.namespace) },
        capabilities: Arc::new(capabilities),
        skip_schema_validation: linter.options.skip_schema_validation,
    }
}

fn check_extension(linter: &mut Linter<'_>, file: &File) {
    let extension = paths::extension(&file.name);
    if !matches!(extension, b".yaml" | b".yml" | b".tpl" | b".txt") {
        let text = format!(
            "file extension '{}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt",
            extension.as_bstr()
        );
        linter.report(Severity::Error, file.name.to_string(), text);
    }
}

fn is_yaml(name: &[u8]) -> bool {
    let extension = paths::extension(name);
    [&b".yaml"[..], b".yml"].iter().any(|e| extension.eq_ignore_ascii_case(e))
}

/// Checks what a template rendered. False if that cannot be read: Helm looks at no further template then.
fn check_text(linter: &mut Linter<'_>, file: &File, text: &Str) -> bool {
    let path = file.name.to_string();
    let version = linter.options.kube_version.as_ref();
    let mut report = |severity, problem: Option<String>| {
        if let Some(problem) = problem {
            linter.report(severity, &path, problem);
        }
    };
    report(Severity::Warning, check_indent(text));
    for object in Documents::new(text) {
        let object = match object {
            Ok(object) => object,
            Err(error) => {
                report(Severity::Error, Some(format!("unable to parse YAML: {error}")));
                return false;
            }
        };
        let Some(object) = object else { continue };
        report(Severity::Warning, names::problem(&object.kind, &object.name));
        report(Severity::Warning, deprecations::problem(&object.api_version, &object.kind, version));
        report(Severity::Error, check_selector(&object, text));
        report(Severity::Error, check_list(&object, text));
    }
    true
}

/// Bytes of the longest line that Go's `bufio.Scanner` reads, its line end included.
const LINE_BYTES: usize = 64 << 10;

/// Checks that the first line that is not empty is not indented.
fn check_indent(text: &[u8]) -> Option<String> {
    let mut rest = text;
    while !rest.is_empty() {
        let (line, length) = match memchr::memchr(b'\n', rest) {
            Some(end) if end < LINE_BYTES => (&rest[..end], end + 1),
            None if rest.len() < LINE_BYTES => (rest, rest.len()),
            _ => return Some("bufio.Scanner: token too long".to_owned()),
        };
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !unicode::trim(line, unicode::is_space).is_empty() {
            let indented = line.starts_with(b" ") || line.starts_with(b"\t");
            return indented.then(|| {
                let line = gofmt::quote(line);
                format!("document starts with an illegal indent: {line}, which may cause parsing problems")
            });
        }
        rest = &rest[length..];
    }
    None
}

/// Checks that what selects pods says so, at least somewhere in the file.
fn check_selector(object: &Object, text: &[u8]) -> Option<String> {
    let selects =
        matches!(object.kind.as_bytes(), b"Deployment" | b"ReplicaSet" | b"DaemonSet" | b"StatefulSet");
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    if !selects || has(b"matchLabels") || has(b"matchExpressions") {
        return None;
    }
    let Object { kind, name, .. } = object;
    let name = gofmt::quote(name);
    Some(format!("a {kind} must contain matchLabels or matchExpressions, and {name} does not"))
}

/// What is read of a list to check its items.
const LIST: Shape = Shape::Struct(&Struct {
    name: "struct { Items []struct { Metadata struct { Annotations map[string]string } } }",
    fields: &[("items", Shape::List(&ITEM))],
});

const ITEM: Shape = Shape::Struct(&Struct {
    name: "struct { Metadata struct { Annotations map[string]string } }",
    fields: &[(
        "metadata",
        Shape::Struct(&Struct {
            name: "struct { Annotations map[string]string }",
            fields: &[("annotations", Shape::Map(&Shape::String))],
        }),
    )],
});

/// Checks that the items of a list have no annotation that Helm does not see there. Helm reads the first document of
/// the file, whichever the list is.
fn check_list(object: &Object, text: &[u8]) -> Option<String> {
    if object.kind != "List" {
        return None;
    }
    let list = match yaml::decode_as(text, &LIST) {
        Ok(list) => list,
        Err(error) => return Some(format!("unable to parse YAML: {error}")),
    };
    let below = |value: &Value, name: &str| value.as_map().and_then(|map| map.get(name)).unwrap_or_default();
    let is_kept = |item: &Value| {
        let annotations = below(&below(item, "metadata"), "annotations");
        annotations.as_map().is_some_and(|map| map.contains_key("helm.sh/resource-policy"))
    };
    let items = below(&list, "items");
    let ignored = items.as_list().is_some_and(|items| items.items().iter().any(is_kept));
    ignored.then(|| "annotation 'helm.sh/resource-policy' within List objects are ignored".to_owned())
}
