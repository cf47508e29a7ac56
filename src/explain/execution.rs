//! Templates that fail while they execute.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::excerpt::{Excerpt, brief, code};
use super::report::Report;
use super::scope::{Meaning, Scope, Step, ValuesPath, string};
use super::syntax::suggest;
use crate::chart::mounts::{self, Mount};
use crate::chart::origins::{Origin, Origins};
use crate::nearest::nearest;
use crate::render::chart_message;
use crate::template::ast::{Operand, Tree};
use crate::template::parse::parse;
use crate::template::{Error, Frame, Reason};
use crate::value::{Str, Value};

/// What every template finds in its first `.`.
const TOP: [&str; 7] = ["Capabilities", "Chart", "Files", "Release", "Subcharts", "Template", "Values"];
/// The name of the template that a text given to `tpl` is.
const TPL: &str = "gotpl";
/// Callers that are listed, recursions counted once.
const CALLERS: usize = 8;
/// Frames that are followed to learn what `.` is.
const FOLLOWED: usize = 64;
/// Keys that are listed.
const KEYS: usize = 16;
/// Other places that are shown.
const PLACES: usize = 2;

/// Explains an error of executing.
pub fn explain(error: &Error, mounts: &[Mount<'_>], sources: &Origins<'_>) -> Report {
    let frames: Vec<&Frame> = error.frames().collect();
    let Some((frame, callers)) = frames.split_last() else {
        let mut report = Report::new(error.message());
        if let Reason::Template(name) = error.reason() {
            unknown_template(name, mounts, &mut report);
        }
        return report;
    };
    let site = Site::find(&frames, mounts);
    let scope = site.as_ref().map(Site::scope);
    let case =
        Case { error, frame, mounts, sources, chart: chart_of(&frames, mounts), scope: scope.as_ref() };
    let mut report = case.report();
    list_callers(callers, &mut report);
    report
}

/// Where the values of the chart whose file is rendered are among those of the root.
fn chart_of(frames: &[&Frame], mounts: &[Mount<'_>]) -> Vec<Str> {
    let owner = frames.first().and_then(|frame| mounts::owner(mounts, &frame.file));
    owner.map(|mount| mount.path.clone()).unwrap_or_default()
}

/// The innermost template, parsed again, and what its first `.` stands for.
struct Site {
    tree: Tree,
    dot: Meaning,
    pos: u32,
}

impl Site {
    fn find(frames: &[&Frame], mounts: &[Mount<'_>]) -> Option<Site> {
        let is_file = |frame: &Frame| mounts::template(mounts, &frame.template).is_some();
        let followed = frames.len() <= FOLLOWED && frames.first().is_some_and(|frame| is_file(frame));
        let mut dot = if followed { Meaning::ROOT } else { Meaning::Unknown };
        let skipped = if followed { 0 } else { frames.len() - 1 };
        let mut site = None;
        for (index, frame) in frames.iter().enumerate().skip(skipped) {
            let trees = parse(&frame.file, frame.source.clone()).ok()?;
            let tree = trees.into_iter().find(|tree| tree.name == frame.template)?;
            let here = Site { tree, dot, pos: frame.pos };
            dot = match frames.get(index + 1) {
                Some(next) => passed(&here.scope(), next),
                None => Meaning::Unknown,
            };
            site = Some(here);
        }
        site
    }

    fn scope(&self) -> Scope<'_> {
        Scope::at(&self.tree, self.pos, self.dot.clone())
    }
}

/// What the call at `scope` hands to the template of `next` as its `.`.
fn passed(scope: &Scope<'_>, next: &Frame) -> Meaning {
    let Some([Operand::Identifier(identifier), operands @ ..]) = scope.command().map(|c| &*c.args) else {
        return Meaning::Unknown;
    };
    let called = operands.first().and_then(string);
    match identifier.to_string().as_str() {
        "include" if called.is_some_and(|name| name == next.template) => scope.argument(1),
        "tpl" if next.template == TPL => scope.argument(1),
        _ => Meaning::Unknown,
    }
}

/// Names the templates that led to the failure, the nearest first. A recursion is told once.
fn list_callers(callers: &[&Frame], report: &mut Report) {
    let is_same = |a: &&Frame, b: &&Frame| a.file == b.file && a.pos == b.pos;
    let mut groups = callers.chunk_by(is_same).rev();
    for group in groups.by_ref().take(CALLERS) {
        let Some(frame) = group.first() else { continue };
        let excerpt = excerpt(frame, "");
        let place = format!("{}:{}:{}", file_name(frame), excerpt.line(), excerpt.column());
        let times = if group.len() > 1 { format!(", {} times", group.len()) } else { String::new() };
        report.caller(format!("included from {place} by {}{times}", code(&frame.context)));
    }
    match groups.count() {
        0 => {}
        more => report.caller(format!("included from {more} more places")),
    }
}

fn excerpt(frame: &Frame, label: impl Into<String>) -> Excerpt {
    Excerpt::new(file_name(frame), &frame.source, frame.span(), label)
}

fn file_name(frame: &Frame) -> String {
    if frame.file == TPL { "text given to tpl".to_owned() } else { frame.file.to_string() }
}

/// One failure with all that is known of it.
struct Case<'c, 's> {
    error: &'c Error,
    frame: &'c Frame,
    mounts: &'c [Mount<'s>],
    sources: &'c Origins<'s>,
    chart: Vec<Str>,
    scope: Option<&'c Scope<'c>>,
}

impl Case<'_, '_> {
    fn report(&self) -> Report {
        let message = self.error.message();
        match self.error.reason() {
            Reason::Field { path, failed, siblings } => self.field(path, *failed, siblings),
            Reason::Template(name) => {
                let mut report = Report::new(format!("there is no template {}", code(name)));
                report.show("", excerpt(self.frame, ""));
                unknown_template(name, self.mounts, &mut report);
                report
            }
            Reason::Budget => {
                let mut report = Report::new(message);
                report.show("", excerpt(self.frame, "the limit was reached here"));
                report.hint(
                    "look for a template that includes itself without an end, or a loop over far too much",
                );
                report
            }
            Reason::Other => match chart_message(message) {
                Some(text) => self.refusal(text),
                None => self.other(),
            },
        }
    }

    /// The chart itself gave up, by `required` or `fail`.
    fn refusal(&self, text: &[u8]) -> Report {
        let mut report = Report::new(text.trim_ascii());
        let call = self.frame.call.as_ref().map(|call| call.name.to_string()).unwrap_or_default();
        let argument =
            self.scope.filter(|_| call == "required").and_then(|s| self.values_path(&s.argument(1)));
        match argument {
            Some(ValuesPath { keys, is_whole }) => {
                let name = code(self.in_chart(&keys));
                report.show("", excerpt(self.frame, format!("{name} must be set")));
                let is_misspelt = match self.sources.locate(&keys) {
                    Some(origin) => {
                        let label = format!("{} does not count as set", describe(&origin.value));
                        self.show_set(&keys, &origin, label, &mut report);
                        false
                    }
                    None => self.missing(&keys, &mut report),
                };
                if is_whole && !is_misspelt {
                    report.hint(format!("set it with --set {}=…, or in a values file", set_path(&keys)));
                }
            }
            None => report.show("", excerpt(self.frame, "the chart gives up here")),
        }
        if call == "fail" {
            self.conditions(&mut report);
        }
        report
    }

    /// Says which conditions led here.
    fn conditions(&self, report: &mut Report) {
        let around = self.scope.map_or(&[][..], |scope| &scope.around);
        for around in around.iter().rev().take(PLACES) {
            let at = (around.pipe.pos as usize).min(self.frame.source.len());
            let line = 1 + memchr::memchr_iter(b'\n', &self.frame.source[..at]).count();
            let branch = if around.is_else { "the `else` of " } else { "" };
            let head = code(format!("{} {}", around.keyword, around.pipe));
            report.note(format!("this is in {branch}{head}, line {line}"));
        }
        let reads = around.iter().rev().flat_map(|around| &around.reads);
        self.show_reads(reads, report);
    }

    /// Any other failure: the values that took part are shown.
    fn other(&self) -> Report {
        let message = self.error.message().to_str_lossy();
        let mut report = Report::new(message.as_bytes());
        report.show("", excerpt(self.frame, ""));
        if let Some(scope) = self.scope {
            self.show_reads(scope.reads().iter(), &mut report);
        }
        if let Some(hint) = hint(&message) {
            report.hint(hint);
        }
        report
    }

    /// Shows where values that were read come from, or says that they are not set.
    fn show_reads<'r>(&self, reads: impl Iterator<Item = &'r Meaning>, report: &mut Report) {
        let mut seen = BTreeSet::new();
        for read in reads {
            let Some(ValuesPath { keys, is_whole }) = self.values_path(read) else { continue };
            if keys.len() == self.chart.len() || !seen.insert(keys.clone()) || seen.len() > PLACES {
                continue;
            }
            match self.sources.locate(&keys) {
                Some(origin) => {
                    let label = if is_whole { describe(&origin.value) } else { String::new() };
                    self.show_set(&keys, &origin, label, report);
                }
                None => report.note(format!("{} is not set", code(self.in_chart(&keys)))),
            }
        }
    }

    /// A field of nothing, or of what has none.
    fn field(&self, path: &[Str], failed: usize, siblings: &[Str]) -> Report {
        let operand = self.scope.and_then(|scope| {
            let operands = scope.command().map_or(&[][..], |command| &command.args);
            operands.iter().find(|operand| operand.to_string() == self.frame.context)
        });
        let skipped =
            usize::from(path.first().is_some_and(|first| first.starts_with(b"$") || first.starts_with(b"(")));
        let (Some(name), Some(names)) = (path.get(failed), path.get(skipped..failed)) else {
            return self.other();
        };
        let base = match (operand, self.scope) {
            (Some(operand), Some(scope)) => scope.base(operand),
            _ => Meaning::Unknown,
        };
        let top = names.first().unwrap_or(name);
        let is_top = TOP.iter().any(|known| top == known);
        if is_top && names.len() <= 1 && !matches!(base, Meaning::Unknown) && base != Meaning::ROOT {
            return self.not_at_the_top(top, &base, &path[..skipped]);
        }
        let receiver = expression(&path[..failed]);
        let meaning = base.fields(names);
        let values = self.values_path(&meaning).filter(|values| values.keys.len() > self.chart.len());
        match self.error.message().to_str_lossy().split_once(" in type ") {
            Some((_, go_type)) => self.wrong_type(name, &receiver, go_type, &meaning, values.as_ref()),
            None => self.unset(path, failed, &receiver, &meaning, values.as_ref(), siblings),
        }
    }

    /// `.Values` where `.` is not what a file sees as `.`.
    fn not_at_the_top(&self, top: &Str, base: &Meaning, variable: &[Str]) -> Report {
        let dot = variable.first().map_or_else(|| ".".to_owned(), Str::to_string);
        let mut report = Report::new(format!("{} has no {} here", code(&dot), code(top)));
        let label = match show(base) {
            Some(place) => format!("{} is {} here", code(&dot), code(place)),
            None => format!("{} is made by a template", code(&dot)),
        };
        report.show("", excerpt(self.frame, label));
        let scope = self.scope.map_or(&[][..], |scope| &scope.around);
        let cause = scope.iter().rev().find(|around| around.keyword != "if" && !around.is_else);
        match (cause, variable) {
            (Some(around), []) => {
                let head = code(format!("{} {}", around.keyword, around.pipe));
                report.hint(format!("inside {head} the top is `$`: write {}", code(format!("$.{top}"))));
            }
            _ => {
                report.hint(format!(
                    "what calls this template hands it something else than the top; pass `$` along, \
                     e.g. `(dict \"top\" $)`, and read {}",
                    code(format!(".top.{top}"))
                ));
            }
        }
        report
    }

    fn wrong_type(
        &self,
        name: &Str,
        receiver: &str,
        go_type: &str,
        meaning: &Meaning,
        values: Option<&ValuesPath>,
    ) -> Report {
        let set = values.and_then(|values| Some((values, self.sources.locate(&values.keys)?)));
        let what = match &set {
            Some((values, origin)) if values.is_whole && go_type == "interface {}" => describe(&origin.value),
            _ => type_name(go_type),
        };
        let mut report =
            Report::new(format!("{} is {what}, so it has no field {}", code(receiver), code(name)));
        report.show("", excerpt(self.frame, self.label(receiver, meaning, &what)));
        if let Some((values, origin)) = &set {
            let label = if values.is_whole { describe(&origin.value) } else { "one of its items".to_owned() };
            self.show_set(&values.keys, origin, label, &mut report);
            report.hint(format!("the template wants a map here, with a key {}", code(name)));
        }
        report
    }

    fn unset(
        &self,
        path: &[Str],
        failed: usize,
        receiver: &str,
        meaning: &Meaning,
        values: Option<&ValuesPath>,
        siblings: &[Str],
    ) -> Report {
        let name = &path[failed];
        let mut report = Report::new(format!(
            "{} is not set, so {} cannot be read",
            code(receiver),
            code(expression(&path[..=failed]))
        ));
        report.show("", excerpt(self.frame, self.label(receiver, meaning, "not set")));
        match values {
            Some(ValuesPath { keys, is_whole: true }) => {
                if self.missing(keys, &mut report) {
                    return report;
                }
                let full: Vec<Str> = keys.iter().chain(&path[failed..]).cloned().collect();
                report.hint(format!("set it with --set {}=…, or in a values file", set_path(&full)));
            }
            Some(ValuesPath { keys, is_whole: false }) => {
                if let Some(origin) = self.sources.locate(keys) {
                    self.show_set(keys, &origin, "an item of it lacks a key", &mut report);
                }
            }
            None => {
                let word = path[..failed].last().map_or(&b""[..], |word| word);
                let above = expression(&path[..failed - usize::from(failed > 0)]);
                let above = if above == "." { above } else { format!("{above}.") };
                suggest(&nearest(word, siblings.iter().map(Str::as_bytes)), &above, &mut report);
            }
        }
        if failed > 0 {
            let guarded = code(format!("({receiver}).{name}"));
            report.hint(format!(
                "if it may be missing, {guarded} gives nothing instead of failing; so does `with`"
            ));
        }
        report
    }

    /// What to say at the place of an expression.
    fn label(&self, receiver: &str, meaning: &Meaning, what: &str) -> String {
        match show(meaning) {
            Some(place) if place != receiver && !receiver.starts_with("$.") => {
                format!("{} is {}, which is {what}", code(receiver), code(place))
            }
            _ => format!("{} is {what}", code(receiver)),
        }
    }

    /// Shows what is nearest to a value that is not there: the null that removed it, a name like it, what is above.
    /// True if there is a name like it.
    fn missing(&self, path: &[Str], report: &mut Report) -> bool {
        let Some((last, above)) = path.split_last() else { return false };
        if let Some(origin) = self.sources.locate(path) {
            let label = if origin.value.is_nil() { "null removes any default" } else { "" };
            self.show_set(path, &origin, label, report);
            return false;
        }
        let keys = self.sources.keys(above);
        let near = nearest(last, keys.iter().map(Str::as_bytes));
        let shown = match near.first() {
            Some(near) => [above, &[Str::from(*near)]].concat(),
            None => above.to_vec(),
        };
        if let Some((length, origin)) =
            self.sources.locate_prefix(&shown).filter(|(n, _)| *n > self.chart.len())
        {
            self.show_set(&shown[..length], &origin, "", report);
        }
        suggest(&near, &format!("{}.", self.in_chart(above)), report);
        if near.is_empty() && !keys.is_empty() {
            let list: Vec<String> = keys.iter().take(KEYS).map(code).collect();
            let more = if keys.len() > list.len() { ", …" } else { "" };
            report.note(format!("the keys of {} are {}{more}", code(self.in_chart(above)), list.join(", ")));
        }
        !near.is_empty()
    }

    /// Shows where the value at `path` is set.
    fn show_set(&self, path: &[Str], origin: &Origin<'_>, label: impl Into<String>, report: &mut Report) {
        report.show(format!("{} is set here", code(self.in_chart(path))), Excerpt::at(origin, label));
    }

    /// Where a meaning is among the values of the root.
    fn values_path(&self, meaning: &Meaning) -> Option<ValuesPath> {
        let found = meaning.values_path()?;
        Some(ValuesPath { keys: [self.chart.as_slice(), &found.keys].concat(), ..found })
    }

    /// A path from the root's values as the chart's templates write it.
    fn in_chart(&self, path: &[Str]) -> String {
        let own = path.strip_prefix(self.chart.as_slice()).unwrap_or(path);
        own.iter().fold(".Values".to_owned(), |text, key| format!("{text}.{key}"))
    }
}

/// Names as a template chains them.
fn expression(path: &[Str]) -> String {
    let mut text = String::new();
    for (index, name) in path.iter().enumerate() {
        let is_base = index == 0 && (name.starts_with(b"$") || name.starts_with(b"("));
        if !is_base {
            text.push('.');
        }
        text.push_str(&name.to_str_lossy());
    }
    if text.is_empty() { ".".to_owned() } else { text }
}

/// A known meaning as a template would write it, seen from the top.
fn show(meaning: &Meaning) -> Option<String> {
    let Meaning::Place(steps) = meaning else { return None };
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Key(key) => text.push_str(&format!(".{key}")),
            Step::Item => text.push_str("[…]"),
        }
    }
    Some(if text.is_empty() { "$".to_owned() } else { text })
}

/// A path in the grammar of `--set`.
pub fn set_path(path: &[Str]) -> String {
    let escape = |key: &Str| {
        let mut text = String::new();
        for c in key.to_str_lossy().chars() {
            if matches!(c, '.' | ',' | '=' | '[' | ']' | '\\') {
                text.push('\\');
            }
            text.push(c);
        }
        text
    };
    path.iter().map(escape).collect::<Vec<_>>().join(".")
}

/// `a list`, `the string "x"`
pub fn describe(value: &Value) -> String {
    match value {
        Value::Nil => "null".to_owned(),
        Value::Str(text) if text.is_empty() => "the empty string".to_owned(),
        Value::Str(text) => format!("the string \"{}\"", brief(text, 40)),
        Value::Bool(value) => format!("the boolean {value}"),
        Value::Map(map) if map.is_empty() => "an empty map".to_owned(),
        Value::Map(_) => "a map".to_owned(),
        Value::List(list) if list.is_empty() => "an empty list".to_owned(),
        Value::List(_) => "a list".to_owned(),
        other => format!("the number {}", crate::gofmt::to_text(other)),
    }
}

/// What people call values of a Go type.
fn type_name(go_type: &str) -> String {
    match go_type {
        "string" => "a string".to_owned(),
        "bool" => "a boolean".to_owned(),
        "int" | "int64" | "float64" => "a number".to_owned(),
        "[]interface {}" | "[]string" => "a list".to_owned(),
        "map[string]interface {}" | "common.Values" => "a map".to_owned(),
        "interface {}" => "no map".to_owned(),
        other => format!("of type {}", code(other)),
    }
}

/// Advice for messages of Go that say little to who writes charts.
fn hint(message: &str) -> Option<&'static str> {
    const HINTS: [(&str, &str); 9] = [
        ("has a nested reference name", "a template that includes itself needs a condition that ends it"),
        ("got interface {}", "the value is null or not set: give it a default, e.g. `| default \"\"`"),
        ("invalid value; expected", "the value is null or not set: give it a default, e.g. `| default \"\"`"),
        ("expected string; got", "make a string of it with `toString` or `quote`"),
        ("incompatible types for comparison", "convert one side, e.g. with `int`, `toString` or `float64`"),
        ("wrong number of args", "mind the pipe: what stands before `|` is the last argument"),
        ("range can't iterate over", "`range` takes lists and maps; one value becomes a list by `list`"),
        (
            "index of untyped nil",
            "what is indexed is null or not set: guard it with `with` or `default dict`",
        ),
        (
            "can't give argument to non-function",
            "a function is missing in front, or a `|` is missing in between",
        ),
    ];
    HINTS.iter().find(|(part, _)| message.contains(part)).map(|(_, hint)| *hint)
}

/// Says which templates are called alike, or that a whole family is missing.
fn unknown_template(name: &Str, mounts: &[Mount<'_>], report: &mut Report) {
    let mut names = BTreeSet::new();
    for mount in mounts {
        for file in &mount.chart.templates {
            let path = Str::from(mount.file(&file.name));
            if let Ok(trees) = parse(&path, Arc::new(file.data.clone())) {
                names.extend(trees.into_iter().map(|tree| tree.name));
            }
        }
    }
    suggest(&nearest(name, names.iter().map(Str::as_bytes)), "", report);
    let Some(family) = name.split(|b| *b == b'.').next().filter(|family| family.len() < name.len()) else {
        return;
    };
    let prefix = [family, b"."].concat();
    if !names.iter().any(|name| name.starts_with(&prefix)) {
        let prefix = code(&prefix);
        report.hint(format!("no template begins with {prefix}: is the chart that defines it in charts/?"));
    }
}
