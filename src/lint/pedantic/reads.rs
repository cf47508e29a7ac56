//! Values that templates expect and nobody sets.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Rendered, Severity};
use super::objects::collect_templates;
use super::{Findings, Rule};
use crate::render::trace::{Step, Undefined};
use crate::value::Str;

const UNDEFINED: Rule = Rule {
    name: "undefined-value",
    severity: Severity::Warning,
    remedy: "set a default in values.yaml, or read it with default or required",
};

/// Reports each value once, where it is read first. What a template tests before, has a default for, or finds by a
/// name that it made up, is expected.
pub(super) fn check(rendered: &Rendered, findings: &mut Findings) {
    let mut templates = BTreeMap::new();
    collect_templates(&rendered.instance, &mut templates);
    let undefined = &rendered.trace.undefined;
    let guarded: BTreeSet<_> =
        undefined.iter().filter(|missing| missing.is_guarded).map(|missing| &missing.path).collect();
    let mut known = BTreeSet::new();
    for missing in undefined.iter().filter(|missing| !guarded.contains(&missing.path)) {
        if is_spelled_out(missing, &templates) && known.insert(&missing.path) {
            let text = format!(".Values.{} is read, but set nowhere", missing.path);
            findings.in_file(&UNDEFINED, &missing.place.file.to_string(), Some(missing.place.line), text);
        }
    }
}

/// True if the line that reads the value has its name.
fn is_spelled_out(missing: &Undefined, templates: &BTreeMap<Str, &[u8]>) -> bool {
    let Some(Step::Key(key)) = missing.path.0.last() else { return false };
    let text = templates.get(&missing.place.file).copied().unwrap_or_default();
    let line = missing.place.line.checked_sub(1).and_then(|line| text.split(|b| *b == b'\n').nth(line));
    line.is_some_and(|line| memchr::memmem::find(line, key).is_some())
}
