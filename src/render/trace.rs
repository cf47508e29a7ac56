//! Which values a chart reads, and what it asks of the world outside.

use std::collections::BTreeMap;

use crate::chart::{Chart, Instance};
use crate::stack::with_stack;
use crate::template::paths::PathId;
pub use crate::template::paths::{Path, Step};
use crate::template::trace;
pub use crate::template::trace::{Extent, Outside, Place};
use crate::value::{Map, Str, Value};
use crate::yaml;

/// The key of the values that all charts of a tree see.
const GLOBAL: &str = "global";

/// What the templates of one render did. Paths begin at the values of the root chart; what a subchart reads of its
/// globals counts as read from those of the root, from where they come.
#[derive(Debug, Default)]
pub struct Trace {
    /// What was read, and where: by templates, and by the conditions, tags and imports of dependencies.
    pub reads: BTreeMap<Path, Vec<Read>>,
    /// What was looked up, but is set neither by the user nor by a chart, not even to null.
    pub undefined: Vec<Undefined>,
    /// The calls of functions whose results may differ from one render to the next.
    pub calls: Vec<Call>,
}

/// A place where something was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// Where.
    pub place: Place,
    /// How much of it.
    pub extent: Extent,
}

/// A value that was looked up in vain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undefined {
    /// What was looked up.
    pub path: Path,
    /// Where.
    pub place: Place,
    /// True if the template is prepared for that: it tests the value, or has a default.
    pub is_guarded: bool,
}

/// A call of a function that asked the world outside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Where.
    pub place: Place,
    /// The name of the function.
    pub function: &'static str,
    /// What it asked for.
    pub outside: Vec<Outside>,
}

/// A trace of a render that begins with `values`.
pub(super) fn begin(instance: &Instance, values: &Map) -> trace::Trace {
    let mut trace = trace::Trace::default();
    let global = trace.paths.below(PathId::ROOT, Step::Key(GLOBAL.into()));
    tag_chart(&mut trace, instance, values, PathId::ROOT, global);
    trace
}

/// Tags the values of a chart, which are at `path`.
fn tag_chart(trace: &mut trace::Trace, instance: &Instance, values: &Map, path: PathId, global: PathId) {
    trace.tag(&Value::Map(values.clone()), path);
    for (key, value) in values.entries().iter() {
        let subchart = instance.subcharts.iter().find(|subchart| subchart.name() == key);
        let path = if *key == GLOBAL { global } else { trace.paths.below(path, Step::Key(key.clone())) };
        match (subchart, value) {
            (Some(subchart), Value::Map(values)) => {
                with_stack(|| tag_chart(trace, subchart, values, path, global));
            }
            _ => tag_value(trace, value, path),
        }
    }
}

fn tag_value(trace: &mut trace::Trace, value: &Value, path: PathId) {
    trace.tag(value, path);
    trace::each_in(value, |step, inner| {
        let path = trace.paths.below(path, step);
        with_stack(|| tag_value(trace, inner, path));
    });
}

/// What `trace` amounts to at the end of a render.
pub(super) fn finish(trace: trace::Trace, chart: &Chart, instance: &Instance) -> Trace {
    let mut reads: BTreeMap<Path, Vec<Read>> = BTreeMap::new();
    for ((path, place), extent) in trace.reads {
        reads.entry(trace.paths.path(path)).or_default().push(Read { place, extent });
    }
    dependencies(chart, &mut Vec::new(), &chart.metadata.name.to_string(), &mut |path, read| {
        reads.entry(path).or_default().push(read);
    });
    reads.values_mut().for_each(|places| places.sort_unstable());
    let missing = trace.missing.into_iter().map(|((path, place), is_guarded)| Undefined {
        path: trace.paths.path(path),
        place,
        is_guarded,
    });
    let mut undefined: Vec<_> = missing.filter(|missing| !is_default(instance, &missing.path.0)).collect();
    undefined.sort_unstable();
    let calls = trace.calls.into_iter();
    let calls = calls.map(|((place, function), outside)| Call { place, function, outside }).collect();
    Trace { reads, undefined, calls }
}

/// True if the chart or the subchart whose values `path` leads to sets it, be it to null.
fn is_default(instance: &Instance, path: &[Step]) -> bool {
    let is_set = |values: &Map| leads_somewhere(&Value::Map(values.clone()), path);
    if is_set(&instance.values) || is_set(&instance.chart.values) {
        return true;
    }
    let Some((Step::Key(first), rest)) = path.split_first() else { return true };
    instance.subcharts.iter().any(|subchart| {
        // What is global for the root may be set by any chart.
        let path = if subchart.name() == first { rest } else { path };
        (subchart.name() == first || *first == GLOBAL) && with_stack(|| is_default(subchart, path))
    })
}

fn leads_somewhere(value: &Value, path: &[Step]) -> bool {
    let Some((step, rest)) = path.split_first() else { return true };
    match (value, step) {
        (Value::Map(map), Step::Key(key)) => map.get(key).is_some_and(|value| leads_somewhere(&value, rest)),
        (Value::Map(map), Step::Item) => map.entries().values().any(|value| leads_somewhere(value, rest)),
        (Value::List(list), Step::Item) => list.items().iter().any(|value| leads_somewhere(value, rest)),
        _ => false,
    }
}

/// Finds what the dependencies of `chart`, whose values are at `mount`, and of all charts below it read of the values.
fn dependencies(chart: &Chart, mount: &mut Vec<Str>, folder: &str, found: &mut dyn FnMut(Path, Read)) {
    let file = ["Chart.yaml", "requirements.yaml"]
        .into_iter()
        .filter_map(|name| Some((name, chart.raw_file(name)?)))
        .filter_map(|(name, file)| Some((name, yaml::parse(&file.data).ok()?.into_iter().next()?)))
        .find(|(_, document)| document.locate(["dependencies"]).is_some());
    for (index, dependency) in chart.metadata.dependencies().iter().enumerate() {
        let name = if dependency.alias.is_empty() { &dependency.name } else { &dependency.alias };
        let place = |field: &str| {
            let (name, document) = file.as_ref()?;
            let node = document.locate(["dependencies", &index.to_string(), field])?;
            let file = format!("{folder}/{name}").into();
            Some(Place { file, line: node.position().line as usize })
        };
        let mut read = |field: &str, path: Path, extent| {
            if let Some(place) = place(field) {
                found(path, Read { place, extent });
            }
        };
        let keys = |text: &str| -> Vec<Str> { text.split('.').map(Str::from).collect() };
        let condition = dependency.condition.to_string();
        for condition in condition.trim().split(',').filter(|condition| !condition.is_empty()) {
            read("condition", mount.iter().chain(&keys(condition)).collect(), Extent::Itself);
        }
        for tag in &dependency.tags {
            read("tags", ["tags".into(), tag.clone()].iter().collect(), Extent::Itself);
        }
        for import in &dependency.import_values {
            let child = match import {
                Value::Str(name) => format!("exports.{name}"),
                Value::Map(pair) => {
                    pair.get("child").unwrap_or_default().as_str().map(Str::to_string).unwrap_or_default()
                }
                _ => continue,
            };
            let path = mount.iter().chain([name]).chain(&keys(&child)).collect();
            read("import-values", path, Extent::Whole);
        }
    }
    for subchart in &chart.subcharts {
        for name in names(chart, subchart) {
            mount.push(name.clone());
            with_stack(|| dependencies(subchart, mount, &format!("{folder}/charts/{name}"), found));
            mount.pop();
        }
    }
}

/// The names under which `subchart` may appear below `chart`.
fn names<'c>(chart: &'c Chart, subchart: &'c Chart) -> Vec<&'c Str> {
    let own = &subchart.metadata.name;
    let wanted = chart.metadata.dependencies().iter().filter(|dependency| dependency.name == *own);
    let names: Vec<_> =
        wanted.map(|dependency| if dependency.alias.is_empty() { own } else { &dependency.alias }).collect();
    if names.is_empty() { vec![own] } else { names }
}
