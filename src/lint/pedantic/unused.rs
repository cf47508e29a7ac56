//! Values that are set and never read.
//!
//! That no template read a value while the chart was rendered does not mean much: with other values it might. So a
//! value is reported only if the texts of the templates show that no other values can make a difference either: its
//! name is nowhere in them, and nothing takes as a whole the map that it is in.

use std::collections::{BTreeSet, HashMap};

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
    let mut reads = Reads::default();
    trace.reads.iter().for_each(|(path, places)| {
        reads.add(&path.0, places.iter().any(|place| place.extent == Extent::Whole));
    });
    let mut search = Search {
        charts: mounted.iter().map(|mount| mount.path.as_slice()).collect(),
        missing: missing.collect(),
        words: Words::new(&texts),
        found: Vec::new(),
    };
    search.below(&[values.clone(), chart.values.clone()], &mut Vec::new(), &[&reads], true);
    if !search.found.is_empty() {
        let report = Report {
            own: format!("{}/values.yaml", chart.metadata.name),
            origins: Origins::new(Some(chart), sources),
            words: &search.words,
        };
        search.found.iter().for_each(|path| report.add(path, findings));
    }
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

/// What the render read, as a tree of the steps there.
#[derive(Default)]
struct Reads {
    /// Set if it was taken as a whole.
    whole: bool,
    below: HashMap<Step, Reads>,
}

impl Reads {
    fn add(&mut self, path: &[Step], whole: bool) {
        let end = path.iter().fold(self, |reads, step| reads.below.entry(step.clone()).or_default());
        end.whole |= whole;
    }
}

/// The words of the templates. Of each is known whether a template may fetch the map of this name other than to take
/// one key out of it.
struct Words<'a> {
    known: HashMap<&'a [u8], bool>,
    texts: &'a [Str],
}

impl<'a> Words<'a> {
    fn new(texts: &'a [Str]) -> Words<'a> {
        let mut known = HashMap::new();
        for text in texts {
            let mut rest = text.as_bytes();
            let mut before = None;
            while let Some(start) = rest.iter().position(is_letter) {
                before = start.checked_sub(1).map_or(before, |at| Some(rest[at]));
                let (word, after) =
                    rest[start..].split_at(rest[start..].iter().take_while(|b| is_letter(b)).count());
                *known.entry(word).or_default() |= takes(before, after);
                before = word.last().copied();
                rest = after;
            }
        }
        Words { known, texts }
    }

    /// Whether the name is anywhere in the templates, and if so, whether it may be taken as a whole.
    fn get(&self, name: &[u8]) -> Option<bool> {
        if name.iter().all(is_letter) {
            return self.known.get(name).copied();
        }
        let finder = memchr::memmem::Finder::new(name);
        let uses = self.texts.iter().flat_map(|text| {
            finder.find_iter(text).map(|at| {
                let before = at.checked_sub(1).and_then(|at| text.get(at)).copied();
                takes(before, text.get(at + name.len()..).unwrap_or_default())
            })
        });
        uses.reduce(|one, other| one || other)
    }
}

fn is_letter(b: &u8) -> bool {
    b.is_ascii_alphanumeric() || *b == b'_'
}

/// True if a name between these is that of a field or key, and no field of it follows.
fn takes(before: Option<u8>, after: &[u8]) -> bool {
    let goes_on =
        after.first() == Some(&b'.') && after.get(1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    matches!(before, Some(b'.' | b'"' | b'\'' | b'`')) && !goes_on
}

struct Search<'a> {
    /// Where the values of charts are.
    charts: Vec<&'a [Str]>,
    /// Names of dependencies that are not there.
    missing: Vec<&'a Str>,
    words: Words<'a>,
    /// The paths of what is set in vain.
    found: Vec<Vec<Str>>,
}

impl Search<'_> {
    /// Looks at the keys of `maps`, which are at `path`; `reads` is what was read there. `closed` is set if no template
    /// may take a map on the way there as a whole.
    fn below(&mut self, maps: &[Map], path: &mut Vec<Str>, reads: &[&Reads], closed: bool) {
        let is_taken = path.last().is_some_and(|name| self.words.get(name) == Some(true));
        let closed = self.charts.contains(&path.as_slice()) || closed && !is_taken;
        let keys: BTreeSet<Str> =
            maps.iter().flat_map(|map| map.entries().keys().cloned().collect::<Vec<_>>()).collect();
        for key in keys {
            // Charts that are not there may read what is theirs, and what is global.
            let is_theirs = self.missing.contains(&&key) || key == GLOBAL && !self.missing.is_empty();
            if path.is_empty() && is_theirs {
                continue;
            }
            let steps = [Step::Key(key.clone()), Step::Item];
            let reads: Vec<&Reads> = reads
                .iter()
                .flat_map(|reads| steps.iter().filter_map(|step| reads.below.get(step)))
                .collect();
            if reads.iter().any(|reads| reads.whole) {
                continue;
            }
            path.push(key.clone());
            let is_known = self.charts.contains(&path.as_slice()) || key == GLOBAL;
            if reads.is_empty() && !is_known && self.words.get(&key).is_none() {
                if closed {
                    self.found.push(path.clone());
                }
            } else {
                let maps: Vec<Map> = maps.iter().filter_map(|map| map.get(&key)?.as_map().cloned()).collect();
                if !maps.is_empty() {
                    with_stack(|| self.below(&maps, path, &reads, closed));
                }
            }
            path.pop();
        }
    }
}

/// What is needed to tell people of what was found.
struct Report<'a> {
    /// The values file of the chart.
    own: String,
    origins: Origins<'a>,
    words: &'a Words<'a>,
}

impl Report<'_> {
    fn add(&self, path: &[Str], findings: &mut Findings) {
        let (Some(origin), Some((key, above))) = (self.origins.locate(path), path.split_last()) else {
            return;
        };
        let shown = path.iter().map(|key| key.to_str_lossy().replace('.', "\\."));
        let text = format!("nothing reads {}", shown.collect::<Vec<_>>().join("."));
        if origin.name == self.own {
            // An anchor may be there to be used elsewhere in the file.
            let line =
                origin.text.get(origin.span.start..).and_then(|rest| rest.split(|b| *b == b'\n').next());
            if !line.is_some_and(|line| line.contains(&b'&')) {
                findings.in_file(&UNUSED, origin.name, origin.line, text);
            }
        } else if !origin.name.starts_with(&format!("{}/charts/", findings.root)) {
            let finding = findings.in_file(&UNKNOWN, origin.name, origin.line, text);
            if let Some(name) = self.similar(key, above) {
                finding.remedy = format!("did you mean {}?", String::from_utf8_lossy(&name));
            }
        }
    }

    /// A key below `path` that templates read, and that may be meant by `key`.
    fn similar(&self, key: &Str, path: &[Str]) -> Option<Str> {
        let known = self.origins.keys(path);
        let known = known.iter().filter(|name| self.words.get(name).is_some()).map(|name| name.as_bytes());
        let similar = nearest(key, known).first().copied().map(Str::from);
        similar.filter(|_| key.len() >= SHORTEST)
    }
}
