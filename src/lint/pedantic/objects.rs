//! The objects that all charts render, and what is wrong with them as such.

use std::collections::BTreeMap;
use std::fmt;

use super::super::{Rendered, Severity};
use super::{Findings, Rule};
use crate::chart::Instance;
use crate::gofmt;
use crate::value::{Map, Str, Value};
use crate::yaml::{self, Stream};

/// An object, or one item of a list of objects.
pub(super) struct Object<'a> {
    /// The template that made it: `root/charts/sub/templates/a.yaml`.
    pub(super) file: String,
    /// What it holds.
    pub(super) fields: Map,
    /// The YAML that it is, or is in.
    pub(super) text: Vec<u8>,
    /// Where it is in there.
    within: Vec<Str>,
    /// The text of the template.
    template: &'a [u8],
}

impl Object<'_> {
    /// The value under `path`, keys and indexes.
    pub(super) fn get(&self, path: &[&str]) -> Option<Value> {
        get(&Value::Map(self.fields.clone()), path)
    }

    /// The text under `path`, empty if there is none.
    pub(super) fn text(&self, path: &[&str]) -> Str {
        self.get(path).and_then(|value| value.as_str().cloned()).unwrap_or_default()
    }

    /// `apps/v1`
    pub(super) fn api_version(&self) -> Str {
        self.text(&["apiVersion"])
    }

    /// `Deployment`
    pub(super) fn kind(&self) -> Str {
        self.text(&["kind"])
    }

    /// The line of the template that makes what is under `path`, as far as that can be told: the only one that
    /// reads like the line that was rendered, or sets the same key.
    pub(super) fn line(&self, path: &[Str]) -> Option<usize> {
        let documents = yaml::parse(&self.text).ok()?;
        let whole: Vec<&Str> = self.within.iter().chain(path).collect();
        let node = documents.first()?.locate(whole.iter().map(|step| step.as_bytes()))?;
        self.line_of((node.position().line as usize).checked_sub(1)?)
    }

    /// The line of the template that makes a line of [`Object::text`], which counts from 0.
    pub(super) fn line_of(&self, index: usize) -> Option<usize> {
        let rendered = self.text.split(|b| *b == b'\n').nth(index)?.trim_ascii();
        let only = |is_meant: &dyn Fn(&[u8]) -> bool| {
            let lines = self.template.split(|b| *b == b'\n').enumerate();
            let mut meant = lines.filter(|(_, line)| is_meant(line.trim_ascii())).map(|(at, _)| at + 1);
            meant.next().filter(|_| meant.next().is_none())
        };
        let key = rendered.iter().position(|b| *b == b':').map(|colon| &rendered[..=colon]);
        only(&|line| line == rendered).or_else(|| only(&|line| key.is_some_and(|key| line.starts_with(key))))
    }
}

impl fmt::Display for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = (self.kind(), self.text(&["metadata", "name"]));
        match (kind.as_bytes(), name.as_bytes()) {
            (b"", b"") => f.write_str("an object"),
            (b"", name) => write!(f, "an object {}", gofmt::quote(name)),
            (_, b"") => write!(f, "{kind}"),
            (_, name) => write!(f, "{kind} {}", gofmt::quote(name)),
        }
    }
}

/// The value that `path` leads to from `value`.
pub(super) fn get(value: &Value, path: &[&str]) -> Option<Value> {
    path.iter().try_fold(value.clone(), |value, step| match &value {
        Value::Map(map) => map.get(*step),
        Value::List(list) => list.items().get(step.parse::<usize>().ok()?).cloned(),
        _ => None,
    })
}

/// The objects of a render, in the order of the files.
pub(super) fn objects(rendered: &Rendered) -> Vec<Object<'_>> {
    let mut templates = BTreeMap::new();
    collect_templates(&rendered.instance, &mut templates);
    let mut found = Vec::new();
    for (path, text) in rendered.texts.iter().filter(|(path, _)| !path.ends_with(b"NOTES.txt")) {
        let template = templates.get(path).copied().unwrap_or_default();
        let mut stream = Stream::new(text);
        while let Ok(Some(document)) = stream.next() {
            let Ok(Value::Map(fields)) = yaml::decode(document) else { continue };
            if fields.is_empty() {
                continue;
            }
            let file = path.to_string();
            let object = Object { file, fields, text: document.to_vec(), within: Vec::new(), template };
            add(object, &mut found);
        }
    }
    found
}

/// Adds the texts of all templates of a tree, by their paths.
pub(super) fn collect_templates<'a>(instance: &'a Instance, templates: &mut BTreeMap<Str, &'a [u8]>) {
    for file in &instance.chart.templates {
        let path = [instance.full_path.as_bytes(), b"/", &file.name].concat();
        templates.insert(path.into(), &file.data);
    }
    instance.subcharts.iter().for_each(|subchart| collect_templates(subchart, templates));
}

/// Adds an object, or those in it if it is a list.
fn add<'a>(object: Object<'a>, found: &mut Vec<Object<'a>>) {
    let items = object.get(&["items"]);
    let Some(items) = items.as_ref().and_then(Value::as_list).filter(|_| object.kind() == "List") else {
        return found.push(object);
    };
    for (index, item) in items.items().iter().enumerate() {
        if let Value::Map(fields) = item {
            let within = vec!["items".into(), index.to_string().into()];
            let (file, text) = (object.file.clone(), object.text.clone());
            found.push(Object { file, fields: fields.clone(), text, within, template: object.template });
        }
    }
}

const INCOMPLETE: Rule = Rule {
    name: "incomplete-object",
    severity: Severity::Error,
    remedy: "the cluster refuses it: set all of apiVersion, kind and metadata.name",
};

const DUPLICATE: Rule = Rule {
    name: "duplicate-object",
    severity: Severity::Error,
    remedy: "an installation fails: give it another name, or make one of them depend on the values",
};

/// Checks that each object is complete and there but once. Hooks come and go, so several may have one name.
pub(super) fn check(objects: &[Object<'_>], findings: &mut Findings) {
    let mut known: BTreeMap<[Str; 4], &str> = BTreeMap::new();
    for object in objects {
        let is_hook = object.get(&["metadata", "annotations", "helm.sh/hook"]).is_some();
        let has_name = ["name", "generateName"].iter().any(|name| object.get(&["metadata", name]).is_some());
        let missing = [
            ("apiVersion", object.get(&["apiVersion"]).is_none()),
            ("kind", object.get(&["kind"]).is_none()),
        ];
        let missing = missing.into_iter().chain([("metadata.name", !has_name)]);
        let missing: Vec<&str> =
            missing.filter(|(_, is_missing)| *is_missing).map(|(name, _)| name).collect();
        if !missing.is_empty() {
            findings.in_object(&INCOMPLETE, object, &[], format_args!("has no {}", missing.join(", no ")));
            continue;
        }
        let name = object.text(&["metadata", "name"]);
        if is_hook || name.is_empty() {
            continue;
        }
        let version = object.api_version();
        let group = match version.iter().position(|b| *b == b'/') {
            Some(slash) => Str::from(&version[..slash]),
            None => Str::new(),
        };
        let key = [group, object.kind(), object.text(&["metadata", "namespace"]), name];
        match known.get(&key) {
            Some(file) => {
                let text = format_args!("is also rendered by {file}");
                findings.in_object(&DUPLICATE, object, &["metadata".into(), "name".into()], text);
            }
            None => {
                known.insert(key, &object.file);
            }
        }
    }
}
