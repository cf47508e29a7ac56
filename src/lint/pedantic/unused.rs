//! Values that are set and never read.
//!
//! That no template read a value while the chart was rendered does not mean much: with other values it might. So a
//! value is reported only if the texts of the templates show that no other values can make a difference either: its
//! name is nowhere in them, and nothing takes as a whole the map that it is in.

use super::super::Severity;
use super::{Findings, Rule};
use crate::chart::mounts::mounts;
use crate::chart::origins::Origins;
use crate::chart::values::Sources;
use crate::chart::{Chart, File};
use crate::nearest::nearest;
use crate::render::Trace;
use crate::render::trace::{Extent, Step};
use crate::stack::with_stack;
use crate::value::{Map, Str, Value};

const UNUSED: Rule =
    Rule { name: "unused-value", severity: Severity::Warning, remedy: "remove it, or use it" };

const UNKNOWN: Rule = Rule {
    name: "unknown-value",
    severity: Severity::Warning,
    remedy: "remove it, or see values.yaml for the names that the chart knows",
};

/// Names with fewer letters look like too many others.
const SHORTEST: usize = 3;

/// The key of the values that all charts of a tree see.
const GLOBAL: &str = "global";

/// Reports the keys of values that the user, or the chart itself, sets in vain.
pub(super) fn check(chart: &Chart, sources: &Sources, values: &Map, trace: &Trace, findings: &mut Findings) {
    if chart.metadata.is_library() {
        return;
    }
    let mounted = mounts(chart);
    let mut texts = Vec::new();
    for mount in &mounted {
        texts.extend(mount.chart.templates.iter().map(|file| file.data.clone()));
        let others = mount.chart.files.iter().filter(|file| may_be_template(file));
        texts.extend(others.map(|file| file.data.clone()));
        collect_templates(&Value::Map(mount.chart.values.clone()), &mut texts);
    }
    collect_templates(&Value::Map(values.clone()), &mut texts);
    let declared = chart.metadata.dependencies().iter().map(|dependency| dependency.alias_or_name());
    let missing = declared.filter(|name| !mounted.iter().any(|mount| mount.path.first() == Some(*name)));
    let search = Search {
        charts: mounted.iter().map(|mount| mount.path.as_slice()).collect(),
        missing: missing.collect(),
        own: format!("{}/values.yaml", chart.metadata.name),
        origins: Origins::new(Some(chart), sources),
        trace,
        texts,
    };
    search.below(&mut Vec::new(), true, findings);
}

/// True for files that may be rendered by `tpl`. What explains a chart to people does not count.
fn may_be_template(file: &File) -> bool {
    let name = file.name.to_ascii_lowercase();
    !name.ends_with(b".md") && !name.ends_with(b".gotmpl") && has_actions(&file.data)
}

/// Adds the texts in `value` that are templates for `tpl`.
fn collect_templates(value: &Value, texts: &mut Vec<Str>) {
    match value {
        Value::Str(text) if has_actions(text) => texts.push(text.clone()),
        Value::Map(map) => {
            map.entries().values().for_each(|value| with_stack(|| collect_templates(value, texts)));
        }
        Value::List(list) => {
            list.items().iter().for_each(|value| with_stack(|| collect_templates(value, texts)));
        }
        _ => {}
    }
}

fn has_actions(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"{{").is_some()
}

struct Search<'a> {
    /// Where the values of charts are.
    charts: Vec<&'a [Str]>,
    /// Names of dependencies that are not there.
    missing: Vec<&'a Str>,
    /// The values file of the chart.
    own: String,
    origins: Origins<'a>,
    trace: &'a Trace,
    /// All that may hold templates.
    texts: Vec<Str>,
}

impl Search<'_> {
    /// Looks at the keys below `path`. `closed` is set if no template may take a map on the way there as a whole.
    fn below(&self, path: &mut Vec<Str>, closed: bool, findings: &mut Findings) {
        let is_taken = path.last().is_some_and(|name| self.may_be_taken(name));
        let closed = self.charts.contains(&path.as_slice()) || closed && !is_taken;
        for key in self.origins.keys(path) {
            // Charts that are not there may read what is theirs, and what is global.
            let is_theirs = self.missing.contains(&&key) || key == GLOBAL && !self.missing.is_empty();
            if path.is_empty() && is_theirs {
                continue;
            }
            path.push(key);
            self.key(path, closed, findings);
            path.pop();
        }
    }

    fn key(&self, path: &mut Vec<Str>, closed: bool, findings: &mut Findings) {
        let use_of = self.use_of(path);
        if use_of == Use::Whole {
            return;
        }
        let is_known =
            self.charts.contains(&path.as_slice()) || path.last().is_some_and(|key| *key == GLOBAL);
        if use_of == Use::None && !is_known {
            let Some(key) = path.last() else { return };
            if !self.is_mentioned(key) {
                if closed {
                    self.report(path, findings);
                }
                return;
            }
        }
        if self.origins.locate(path).is_some_and(|origin| matches!(origin.value, Value::Map(_))) {
            with_stack(|| self.below(path, closed, findings));
        }
    }

    fn report(&self, path: &[Str], findings: &mut Findings) {
        let Some(origin) = self.origins.locate(path) else { return };
        let shown =
            path.iter().map(|key| key.to_str_lossy().replace('.', "\\.")).collect::<Vec<_>>().join(".");
        let is_chart_default =
            origin.name.ends_with("/values.yaml") && origin.name.starts_with(&format!("{}/", findings.root));
        if origin.name == self.own {
            // An anchor may be there to be used elsewhere in the file.
            let line = origin.text[origin.span.start.min(origin.text.len())..].split(|b| *b == b'\n').next();
            if line.is_some_and(|line| line.contains(&b'&')) {
                return;
            }
            findings.in_file(&UNUSED, origin.name, origin.line, format!("nothing reads {shown}"));
        } else if !is_chart_default {
            let Some((key, above)) = path.split_last() else { return };
            let text = format!("nothing reads {shown}");
            let finding = findings.in_file(&UNKNOWN, origin.name, origin.line, text);
            if let Some(name) = self.similar(key, above) {
                finding.remedy = format!("did you mean {}?", String::from_utf8_lossy(&name));
            }
        }
    }

    /// A key below `path` that templates read, and that may be meant by `key`.
    fn similar(&self, key: &Str, path: &[Str]) -> Option<Str> {
        let known = self.origins.keys(path);
        let known = known.iter().filter(|name| self.is_mentioned(name)).map(|name| name.as_bytes());
        let similar = nearest(key, known).first().copied().map(Str::from);
        similar.filter(|_| key.len() >= SHORTEST)
    }

    /// How the render read what is at `path`.
    fn use_of(&self, path: &[Str]) -> Use {
        let is_step =
            |(step, key): (&Step, &Str)| *step == Step::Item || matches!(step, Step::Key(k) if k == key);
        let mut found = Use::None;
        for (read, places) in &self.trace.reads {
            if !read.0.iter().zip(path).all(is_step) {
                continue;
            }
            if read.0.len() <= path.len() && places.iter().any(|place| place.extent == Extent::Whole) {
                return Use::Whole;
            }
            if read.0.len() >= path.len() {
                found = Use::Some;
            }
        }
        found
    }

    /// True if the name is a word anywhere in the templates.
    fn is_mentioned(&self, name: &[u8]) -> bool {
        self.occurrences(name).next().is_some()
    }

    /// True if a template may fetch the map `name` other than to take one key out of it.
    fn may_be_taken(&self, name: &[u8]) -> bool {
        self.occurrences(name).any(|(before, after)| {
            let is_name = matches!(before, Some(b'.' | b'"' | b'\'' | b'`'));
            let goes_on = after.first() == Some(&b'.')
                && after.get(1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
            is_name && !goes_on
        })
    }

    /// The byte before each occurrence of a word, and what follows it.
    fn occurrences(&self, name: &[u8]) -> impl Iterator<Item = (Option<u8>, &[u8])> {
        let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        let finder = memchr::memmem::Finder::new(name).into_owned();
        let length = name.len();
        self.texts.iter().flat_map(move |text| {
            let places: Vec<usize> = finder.find_iter(text).collect();
            places.into_iter().filter_map(move |at| {
                let before = at.checked_sub(1).and_then(|at| text.get(at)).copied();
                let after = text.get(at + length..)?;
                let is_whole = !before.as_ref().is_some_and(is_word) && !after.first().is_some_and(is_word);
                is_whole.then_some((before, after))
            })
        })
    }
}

/// What a render did with a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Nothing.
    None,
    /// It read the value, or something in it.
    Some,
    /// It took the value, or one around it, as a whole.
    Whole,
}
