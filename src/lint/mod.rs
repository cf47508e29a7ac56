//! What is wrong, or likely to be, with a chart: Helm's rules, and in [`pedantic`] pintle's own.
//!
//! One file holds each group of rules: [`chartfile`], [`values`], [`templates`], [`dependencies`], [`crds`], in
//! the order in which Helm runs them. They look at a [`Source`], a directory or an unpacked archive, since much
//! of what they find is why that is no chart yet.

mod addresses;
mod chartfile;
mod crds;
mod dependencies;
mod deprecations;
mod documents;
mod names;
mod pedantic;
mod source;
mod templates;
mod values;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use self::source::Source;
pub use self::source::subcharts;
use crate::chart::values::Sources;
use crate::chart::{self, Chart, Instance, KubeVersion, Notices};
use crate::render::Trace;
use crate::render::manifest::Texts;
use crate::value::call::Host;
use crate::value::{Map, Str};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Against custom, but likely to work.
    Warning,
    /// Likely not to work.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Info => "INFO",
            Severity::Warning => "WARNING",
            Severity::Error => "ERROR",
        })
    }
}

/// Something that a rule found. `Display` is Helm's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// The file or directory that it is about, mostly as a path within the chart.
    pub path: String,
    /// The line in that file, from 1, where there is one to name.
    pub line: Option<usize>,
    /// What is wrong.
    pub text: Str,
    /// What to do about it; empty for Helm's rules.
    pub remedy: String,
    /// The name of the rule; empty for Helm's.
    pub rule: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.severity, self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.text)?;
        if !self.remedy.is_empty() {
            write!(f, "; {}", self.remedy)?;
        }
        if self.rule.is_empty() { Ok(()) } else { write!(f, " [{}]", self.rule) }
    }
}

/// What a chart is checked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The namespace of the release that is rendered.
    pub namespace: String,
    /// The version of Kubernetes, `None` for the one that Helm knows best.
    pub kube_version: Option<KubeVersion>,
    /// Leave `values.schema.json` out.
    pub skip_schema_validation: bool,
    /// Check pintle's own rules too: what the values were made of.
    pub pedantic: Option<Sources>,
}

/// Checks the chart in the directory or archive at `path` with the user's `values`. As in Helm, maps in `values`
/// take on the defaults of `values.yaml`, which shows in charts that are checked after this one.
///
/// # Errors
/// If there is no chart to check.
pub fn check(
    path: &Path,
    values: &Map,
    options: &Options,
    host: &dyn Host,
    notices: &mut Notices,
) -> Result<Vec<Finding>, chart::Error> {
    let source = Source::open(path)?;
    let mut linter =
        Linter { source, values, options, host, notices, loaded: None, rendered: None, findings: Vec::new() };
    chartfile::check(&mut linter);
    values::check(&mut linter);
    templates::check(&mut linter);
    dependencies::check(&mut linter);
    crds::check(&mut linter);
    if let Some(sources) = &options.pedantic {
        pedantic::check(&mut linter, sources);
    }
    Ok(linter.findings)
}

/// What all rules share.
struct Linter<'a> {
    source: Source,
    values: &'a Map,
    options: &'a Options,
    host: &'a dyn Host,
    notices: &'a mut Notices,
    /// The chart, or why it cannot be loaded, and what was said while it was.
    loaded: Option<(Result<Arc<Chart>, Str>, Notices)>,
    /// What the templates made, for pintle's own rules.
    rendered: Option<Rendered>,
    findings: Vec<Finding>,
}

/// A render, and what went on in it.
struct Rendered {
    instance: Instance,
    texts: Texts,
    trace: Trace,
}

impl Linter<'_> {
    /// The chart. Helm loads it anew for each group of rules, and tells each time what it has to tell.
    ///
    /// # Errors
    /// Why it cannot be loaded.
    fn chart(&mut self) -> Result<Arc<Chart>, Str> {
        let (chart, notices) = self.loaded.get_or_insert_with(|| {
            let mut notices = Notices::new();
            let chart = self.source.load(&mut notices);
            (chart.map(Arc::new).map_err(|error| error.message.into()), notices)
        });
        self.notices.extend_from_slice(notices);
        chart.clone()
    }

    /// The chart, if it can be loaded, without telling anything.
    fn chart_quietly(&self) -> Result<Arc<Chart>, Str> {
        self.loaded.as_ref().map_or_else(|| Err(Str::new()), |(chart, _)| chart.clone())
    }

    fn report(&mut self, severity: Severity, path: impl Into<String>, text: impl Into<Str>) {
        let (path, text) = (path.into(), text.into());
        self.findings.push(Finding { severity, path, line: None, text, remedy: String::new(), rule: "" });
    }
}
