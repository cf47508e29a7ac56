//! Runs the templates of a tree of charts, each with its chart's own view of the values.

use super::manifest::Texts;
use super::{Error, Options};
use crate::chart::coalesce::section;
use crate::chart::{Files, Instance, Notice, Notices};
use crate::template::{self, Env, Set};
use crate::value::call::{FAILED, Refusal};
use crate::value::{Entries, Map, Str, Type, Value};

/// A template of a chart.
struct Template<'a> {
    /// `chart/charts/sub/templates/a.yaml`
    path: Str,
    text: &'a Str,
    /// `chart/charts/sub/templates`
    base_path: Str,
    /// Index of its chart in the order of [`Instance`]s from the root down.
    chart: usize,
}

/// Parses every template of the tree.
pub fn parse(instance: &Instance) -> Result<Set, Error> {
    let mut set = Set::new();
    for template in in_order(instance) {
        set.parse(&template.path.to_str_lossy(), template.text.clone())
            .map_err(|e| Error::of_parse(&template.path, e))?;
    }
    Ok(set)
}

/// Executes every template that is no partial, with Helm's order, and gives the texts by path.
pub fn execute(
    instance: &Instance,
    set: &Set,
    values: &Map,
    options: &Options,
    env: &mut Env<'_>,
    notices: &mut Notices,
) -> Result<Texts, Error> {
    let mut roots = Vec::new();
    let shared =
        Shared { release: options.release.to_value(), capabilities: options.capabilities.to_value() };
    build_root(instance, &values.as_values(), &shared, &mut roots);
    let mut texts = Texts::new();
    let mut outcome = Ok(());
    for template in in_order(instance) {
        if is_partial(&template.path) {
            continue;
        }
        let root = &roots[template.chart];
        let about = [("Name", template.path.clone()), ("BasePath", template.base_path)];
        let about = about.map(|(k, v)| (Str::from(k), Value::Str(v)));
        root.insert("Template", Value::Map(Map::typed(Type::VALUES, Entries::from(about))));
        match template::execute(set, &template.path.to_str_lossy(), &Value::Map(root.clone()), env) {
            Ok(text) => {
                texts.insert(template.path, without_no_value(text));
            }
            Err(error) => {
                outcome = Err(Error::of_execution(error));
                break;
            }
        }
    }
    notices.extend(std::mem::take(&mut env.refusals).into_iter().map(|Refusal { note, message }| {
        let notice = if note == FAILED { Notice::info(note) } else { Notice::warn(note) };
        notice.with("message", message)
    }));
    outcome.map(|()| texts)
}

/// True if the base name begins with `_`.
pub fn is_partial(path: &[u8]) -> bool {
    base_name(path).starts_with(b"_")
}

fn base_name(path: &[u8]) -> &[u8] {
    path.rsplit(|b| *b == b'/').next().unwrap_or(path)
}

/// What all charts of a render have in common.
struct Shared {
    release: Value,
    capabilities: Value,
}

/// Builds what the templates of `instance` see as `.`, and below it that of its subcharts, in the order in which
/// [`collect`] counts them.
fn build_root(instance: &Instance, values: &Map, shared: &Shared, roots: &mut Vec<Map>) -> Map {
    let about = instance.metadata.to_value();
    about.insert("IsRoot", Value::Bool(instance.is_root()));
    let subcharts = Map::new();
    let root = Map::typed(
        Type::VALUES,
        Entries::from([
            (Str::from("Capabilities"), shared.capabilities.clone()),
            (Str::from("Chart"), Value::Map(about)),
            (Str::from("Files"), Files::new(&instance.chart.files).into()),
            (Str::from("Release"), shared.release.clone()),
            (Str::from("Subcharts"), Value::Map(subcharts.clone())),
            (Str::from("Values"), Value::Map(values.clone())),
        ]),
    );
    roots.push(root.clone());
    for subchart in &instance.subcharts {
        let below = section(values, subchart.name());
        let sub = build_root(subchart, &below, shared, roots);
        subcharts.insert(subchart.name(), Value::Map(sub.underlying()));
    }
    root
}

/// The templates in the order in which Helm parses and runs them: deepest path first, then backwards by name, so
/// that of two templates of one name the shallower counts.
fn in_order(instance: &Instance) -> Vec<Template<'_>> {
    let mut templates = Vec::new();
    collect(instance, &mut 0, &mut templates);
    let depth = |t: &Template<'_>| t.path.iter().filter(|b| **b == b'/').count();
    templates.sort_by_cached_key(|t| std::cmp::Reverse((depth(t), t.path.clone())));
    // Of two files with one path, the one that was loaded last counts.
    templates.dedup_by(|later, kept| {
        let same = later.path == kept.path;
        if same {
            std::mem::swap(later, kept);
        }
        same
    });
    templates
}

fn collect<'a>(instance: &'a Instance, next: &mut usize, templates: &mut Vec<Template<'a>>) {
    let chart = *next;
    *next += 1;
    let join = |name: &[u8]| Str::from([instance.full_path.as_bytes(), b"/", name].concat());
    for file in &instance.chart.templates {
        if instance.is_library() && !is_partial(&file.name) {
            continue;
        }
        templates.push(Template {
            path: join(&file.name),
            text: &file.data,
            base_path: join(b"templates"),
            chart,
        });
    }
    for subchart in &instance.subcharts {
        collect(subchart, next, templates);
    }
}

/// Helm takes every `<no value>` out of what a template prints, wherever it came from.
fn without_no_value(text: Str) -> Str {
    const NO_VALUE: &[u8] = b"<no value>";
    let finder = memchr::memmem::Finder::new(NO_VALUE);
    if finder.find(&text).is_none() {
        return text;
    }
    let mut kept = Str::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some(at) = finder.find(rest) {
        kept.push_bytes(&rest[..at]);
        rest = &rest[at + NO_VALUE.len()..];
    }
    kept.push_bytes(rest);
    kept
}
