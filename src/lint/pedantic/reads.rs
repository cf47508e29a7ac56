//! Values that templates expect and nobody sets.

use std::collections::BTreeSet;

use super::super::Severity;
use super::{Findings, Rule};
use crate::render::Trace;

const UNDEFINED: Rule = Rule {
    name: "undefined-value",
    severity: Severity::Warning,
    remedy: "set a default in values.yaml, or read it with default or required",
};

/// Reports each value once, where it is read first. What a template tests before, or has a default for, is expected.
pub(super) fn check(trace: &Trace, findings: &mut Findings) {
    let guarded: BTreeSet<_> =
        trace.undefined.iter().filter(|missing| missing.is_guarded).map(|missing| &missing.path).collect();
    let mut known = BTreeSet::new();
    for missing in trace.undefined.iter().filter(|missing| !guarded.contains(&missing.path)) {
        if known.insert(&missing.path) {
            let text = format!(".Values.{} is read, but set nowhere", missing.path);
            findings.in_file(&UNDEFINED, &missing.place.file.to_string(), Some(missing.place.line), text);
        }
    }
}
