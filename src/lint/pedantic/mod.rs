//! pintle's own rules, for `--pedantic`. Each finding names its rule and a remedy, and is meant to be worth the
//! reader's time: what might be intended is not reported.
//!
//! | file | rules |
//! |---|---|
//! | [`apis`] | `removed-api`, `deprecated-api` |
//! | [`calls`] | `nondeterministic` |
//! | [`fields`] | `not-a-string`, `invalid-label`, `duplicate-key` |
//! | [`images`] | `image-tag` |
//! | [`objects`] | `incomplete-object`, `duplicate-object` |
//! | [`pods`] | `selector-mismatch`, `missing-volume`, `duplicate-env` |
//! | [`reads`] | `undefined-value` |
//! | [`unused`] | `unused-value`, `unknown-value` |

mod apis;
mod calls;
mod fields;
mod images;
mod objects;
mod pods;
mod reads;
mod unused;

use std::fmt;

use self::objects::{Object, objects};
use super::{Finding, Linter, Severity};
use crate::chart::values::Sources;
use crate::value::Str;

/// Checks what was rendered, if that went well.
pub(super) fn check(linter: &mut Linter<'_>, sources: &Sources) {
    let (Some(rendered), Ok(chart)) = (linter.rendered.take(), linter.chart_quietly()) else { return };
    let found = objects(&rendered);
    let mut findings = Findings { root: rendered.instance.name().clone(), all: Vec::new() };
    objects::check(&found, &mut findings);
    for object in &found {
        apis::check(object, linter.options.kube_version.as_ref(), &mut findings);
        fields::check(object, &mut findings);
        images::check(object, &mut findings);
        pods::check(object, &mut findings);
    }
    apis::check_crds(&rendered.instance, linter.options.kube_version.as_ref(), &mut findings);
    calls::check(&rendered.trace, &mut findings);
    reads::check(&rendered, &mut findings);
    fields::check_values(&chart, &mut findings);
    unused::check(&chart, sources, linter.values, &rendered.trace, &mut findings);
    findings.all.sort_by(|a, b| (&a.path, a.line, &a.text).cmp(&(&b.path, b.line, &b.text)));
    findings.all.dedup();
    linter.findings.append(&mut findings.all);
}

/// What the rules have found.
struct Findings {
    /// Name of the root chart, with which the paths of files begin.
    root: Str,
    all: Vec<Finding>,
}

/// A rule and what it says in general.
struct Rule {
    name: &'static str,
    severity: Severity,
    remedy: &'static str,
}

impl Findings {
    /// Reports something in a file, named as Helm does: `root/templates/a.yaml`. A better remedy than the rule's may
    /// be put in what it gives.
    fn in_file(&mut self, rule: &Rule, file: &str, line: Option<usize>, text: String) -> &mut Finding {
        let below = file.strip_prefix(&*self.root.to_str_lossy()).and_then(|rest| rest.strip_prefix('/'));
        let finding = Finding {
            severity: rule.severity,
            path: below.unwrap_or(file).to_owned(),
            line,
            text: text.into(),
            remedy: rule.remedy.to_owned(),
            rule: rule.name,
        };
        let index = self.all.len();
        self.all.push(finding);
        &mut self.all[index]
    }

    /// Reports what is under `path` in an object.
    fn in_object(
        &mut self,
        rule: &Rule,
        object: &Object<'_>,
        path: &[Str],
        text: impl fmt::Display,
    ) -> &mut Finding {
        self.in_file(rule, &object.file, object.line(path), format!("{object}: {text}"))
    }
}
