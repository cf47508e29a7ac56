//! Which values a chart reads, and what it asks of the world outside.

mod possible;
mod unused;

use std::collections::BTreeMap;

pub use self::unused::Unused;
use self::unused::Used;
use crate::chart::coalesce::GLOBAL;
use crate::chart::mounts::{Mount, mounts};
use crate::chart::{Chart, Instance};
use crate::stack::with_stack;
use crate::template::paths::PathId;
pub use crate::template::paths::{Path, Step};
use crate::template::trace;
pub use crate::template::trace::{Extent, Outside, Place};
use crate::value::{Map, Str, Value};
use crate::yaml;

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
    /// What templates may read with other values: all branches are taken, in charts that take no part too.
    pub possible: BTreeMap<Path, Vec<Read>>,
    used: Used,
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

/// What `trace` amounts to at the end of a render with `values`.
pub(super) fn finish(trace: trace::Trace, chart: &Chart, instance: &Instance, values: &Map) -> Trace {
    let mut all = Trace::default();
    for ((path, place), extent) in trace.reads {
        all.reads.entry(trace.paths.path(path)).or_default().push(Read { place, extent });
    }
    for mount in mounts(chart) {
        read_by_dependencies(&mount, &mut |path, read| all.reads.entry(path).or_default().push(read));
    }
    all.reads.values_mut().for_each(|places| places.sort_unstable());
    let missing = trace.missing.into_iter().map(|((path, place), is_guarded)| Undefined {
        path: trace.paths.path(path),
        place,
        is_guarded,
    });
    all.undefined = missing.filter(|missing| !is_default(instance, &missing.path.0)).collect();
    all.undefined.sort_unstable();
    let calls = trace.calls.into_iter();
    all.calls = calls.map(|((place, function), outside)| Call { place, function, outside }).collect();
    let scan = possible::scan(chart, values);
    for ((path, place), extent) in scan.reads {
        all.possible.entry(scan.paths.path(path)).or_default().push(Read { place, extent });
    }
    for (path, reads) in all.reads.iter().chain(&all.possible) {
        reads.iter().for_each(|read| all.used.add(path, read.extent));
    }
    for (path, extent) in scan.elsewhere {
        all.used.add(&scan.paths.path(path), extent);
    }
    all
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

/// Finds what the dependencies of a chart read of the values: conditions, tags and imports.
fn read_by_dependencies(mount: &Mount<'_>, found: &mut dyn FnMut(Path, Read)) {
    let file = ["Chart.yaml", "requirements.yaml"]
        .into_iter()
        .filter_map(|name| Some((name, mount.chart.raw_file(name)?)))
        .filter_map(|(name, file)| Some((name, yaml::parse(&file.data).ok()?.into_iter().next()?)))
        .find(|(_, document)| document.locate(["dependencies"]).is_some());
    let Some((file, document)) = file else { return };
    for (index, dependency) in mount.chart.metadata.dependencies().iter().enumerate() {
        let mut read = |field: &str, path: Path, extent| {
            if let Some(node) = document.locate(["dependencies", &index.to_string(), field]) {
                let line = node.position().line as usize;
                found(path, Read { place: Place { file: mount.file(file.as_bytes()).into(), line }, extent });
            }
        };
        let keys = |text: &str| -> Vec<Str> { text.split('.').map(Str::from).collect() };
        let condition = dependency.condition.to_string();
        for condition in condition.trim().split(',').filter(|condition| !condition.is_empty()) {
            read("condition", mount.path.iter().chain(&keys(condition)).collect(), Extent::Itself);
        }
        for tag in &dependency.tags {
            read("tags", [&"tags".into(), tag].into_iter().collect(), Extent::Itself);
        }
        let name = dependency.alias_or_name();
        for import in &dependency.import_values {
            let child = match import {
                Value::Str(name) => format!("exports.{name}"),
                Value::Map(pair) => match pair.get("child") {
                    Some(Value::Str(child)) => child.to_string(),
                    _ => continue,
                },
                _ => continue,
            };
            let path = mount.path.iter().chain([name]).chain(&keys(&child)).collect();
            read("import-values", path, Extent::Whole);
        }
    }
}
