//! Values that a schema refuses.

use super::Context;
use super::excerpt::{Excerpt, code};
use super::execution::{describe, set_path};
use super::report::Report;
use super::syntax::suggest;
use crate::chart::Chart;
use crate::chart::mounts::{Mount, mounts};
use crate::chart::origins::Origins;
use crate::json;
use crate::nearest::nearest;
use crate::value::{Str, Value};

/// Violations that are shown.
const SHOWN: usize = 5;

/// Explains Helm's message about values that do not fit the schemas of their charts; `None` if it names no value.
pub fn explain(message: &str, context: &Context<'_>) -> Option<Report> {
    let sources = Origins::new(context.chart, context.values);
    let mounts = context.chart.map(mounts).unwrap_or_default();
    let violations = violations(message);
    let mut report = match violations.as_slice() {
        [] => return broken_schema(message, &mounts),
        [violation] => Report::new(format!("{}: {}", violation.place(&mounts).name(), violation.problem)),
        several => Report::new(format!("{} values do not fit the schema", several.len())),
    };
    for violation in violations.iter().take(SHOWN) {
        let place = violation.place(&mounts);
        match sources.locate(&place.path) {
            Some(origin) if violations.len() == 1 => {
                report.show("", Excerpt::at(&origin, describe(&origin.value)));
            }
            Some(origin) => {
                let why = format!("{} is {}", place.name(), describe(&origin.value));
                report.show(why, Excerpt::at(&origin, &violation.problem));
            }
            None => report.note(format!("{}: {}", place.name(), violation.problem)),
        }
        violation.advise(&place, &sources, &mut report);
    }
    if violations.len() > SHOWN {
        report.note(format!("the message below has {} more", violations.len() - SHOWN));
    }
    Some(report)
}

/// A message about a schema that is wrong itself: what follows the name of its chart is no violation.
fn broken_schema(message: &str, mounts: &[Mount<'_>]) -> Option<Report> {
    let mut lines = message.lines().skip(1);
    let (chart, problem) = (lines.next()?.strip_suffix(':')?, lines.next()?);
    let mount =
        mounts.iter().find(|mount| mount.name() == chart).filter(|mount| mount.chart.schema.is_some())?;
    let mut report = Report::new(problem);
    report.note(format!("this is about {}", mount.file(b"values.schema.json")));
    Some(report)
}

/// A line of the message.
struct Violation<'m> {
    chart: &'m str,
    /// A JSON pointer.
    pointer: &'m str,
    problem: String,
}

/// Where a violation is.
struct Place<'p> {
    chart: Option<&'p Chart>,
    /// Below the values of that chart.
    steps: Vec<Str>,
    /// Below the values of the root, to the property that should not be there if it is about one.
    path: Vec<Str>,
}

/// Takes the message apart: names of charts, each with lines like `- at '/a/b': got …` below. Of nested lines the
/// innermost say what is wrong; alternatives of one value count as one.
fn violations(message: &str) -> Vec<Violation<'_>> {
    let mut chart = "";
    let mut found: Vec<(usize, Violation<'_>)> = Vec::new();
    for line in message.lines().skip(1) {
        let trimmed = line.trim_start();
        let depth = line.len() - trimmed.len();
        let Some((pointer, problem)) = trimmed.strip_prefix("- at '").and_then(|rest| rest.split_once("': "))
        else {
            chart = trimmed.strip_suffix(':').unwrap_or(chart);
            continue;
        };
        let violation = Violation { chart, pointer, problem: problem.to_owned() };
        match found.last_mut() {
            Some((above, last)) if *above < depth => (*above, *last) = (depth, violation),
            Some((beside, last)) if *beside == depth && depth > 0 && last.is_alternative_to(&violation) => {
                last.problem = format!("{}; {problem}", last.problem);
            }
            _ => found.push((depth, violation)),
        }
    }
    found.into_iter().map(|(_, violation)| violation).collect()
}

impl Violation<'_> {
    fn is_alternative_to(&self, other: &Violation<'_>) -> bool {
        let is_about_type = |violation: &Violation<'_>| violation.problem.starts_with("got ");
        (self.chart, self.pointer) == (other.chart, other.pointer)
            && is_about_type(self)
            && is_about_type(other)
    }

    /// The names between single quotes in the problem.
    fn quoted(&self) -> impl Iterator<Item = &str> {
        self.problem.split('\'').skip(1).step_by(2)
    }

    fn is_additional(&self) -> bool {
        self.problem.starts_with("additional propert")
    }

    fn place<'p>(&self, mounts: &[Mount<'p>]) -> Place<'p> {
        let mount = mounts.iter().find(|mount| mount.name() == self.chart);
        let steps = self.pointer.split('/').skip(1);
        let steps: Vec<Str> = steps.map(|step| step.replace("~1", "/").replace("~0", "~").into()).collect();
        let mut path = mount.map(|mount| mount.path.clone()).unwrap_or_default();
        path.extend(steps.iter().cloned());
        path.extend(self.quoted().filter(|_| self.is_additional()).take(1).map(Str::from));
        Place { chart: mount.map(|mount| mount.chart), steps, path }
    }

    fn advise(&self, place: &Place<'_>, sources: &Origins<'_>, report: &mut Report) {
        let value = sources.locate(&place.path).map(|origin| origin.value);
        let text = value.as_ref().and_then(Value::as_str);
        if self.problem.starts_with("missing propert") {
            let keys = sources.keys(&place.path);
            for name in self.quoted() {
                let near = nearest(name.as_bytes(), keys.iter().map(Str::as_bytes));
                if !near.is_empty() {
                    let near: Vec<String> = near.into_iter().map(code).collect();
                    report.hint(format!("is {} set as {} by mistake?", code(name), near.join(" or ")));
                }
                let full = [place.path.as_slice(), &[Str::from(name)]].concat();
                if let Some(origin) = sources.locate(&full).filter(|origin| origin.value.is_nil()) {
                    report.show(
                        format!("{} is removed here", code(set_path(&full))),
                        Excerpt::at(&origin, "null"),
                    );
                }
                report.hint(format!("set it with --set {}=…, or in a values file", set_path(&full)));
            }
        } else if self.is_additional() {
            let names = place.chart.and_then(|chart| properties(chart, &place.steps)).unwrap_or_default();
            for name in self.quoted() {
                suggest(&nearest(name.as_bytes(), names.iter().map(Str::as_bytes)), "", report);
            }
        } else if let Some(text) = text.filter(|_| self.problem.starts_with("value must be one of")) {
            suggest(&nearest(text, self.quoted().map(str::as_bytes)), "", report);
        } else if text.is_some_and(|text| text.to_str_lossy().parse::<f64>().is_ok()) {
            report.hint("write the number without quotes; --set-string always sets a string");
        } else if text.is_none() && self.problem.ends_with("want string") {
            report.hint("quote it in a values file, or use --set-string");
        }
    }
}

impl Place<'_> {
    /// How to call it.
    fn name(&self) -> String {
        if self.path.is_empty() { "the values".to_owned() } else { code(set_path(&self.path)) }
    }
}

/// The names that the schema of a chart knows under a path, as far as it is plain.
fn properties(chart: &Chart, path: &[Str]) -> Option<Vec<Str>> {
    let mut schema = json::decode(chart.schema.as_ref()?.text()).ok()?;
    for step in path {
        schema = schema.as_map()?.get("properties")?.as_map()?.get(step)?;
    }
    let properties = schema.as_map()?.get("properties")?;
    Some(properties.as_map()?.entries().keys().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_taken_apart() {
        let message = "values don't meet the specifications of the schema(s) in the following chart(s):\n\
                       app:\n- at '/a~1b/0': got string, want integer\n\
                       - at '': anyOf failed\n  - at '/c': got x\n  - at '/c': got y\n  - at '/d': z\n\
                       sub:\n- at '': missing property 'e'\n- at '': additional properties 'f' not allowed\n";
        let show = |v: &Violation<'_>| format!("{} {:?} {}", v.chart, v.place(&[]).path, v.problem);
        assert_eq!(
            violations(message).iter().map(show).collect::<Vec<_>>(),
            [
                "app [\"a/b\", \"0\"] got string, want integer",
                "app [\"c\"] got x; got y",
                "app [\"d\"] z",
                "sub [] missing property 'e'",
                "sub [\"f\"] additional properties 'f' not allowed"
            ]
        );
    }
}
