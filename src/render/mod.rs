//! Charts and values to manifests.
//!
//! Pure: nothing here reads a clock, a disk or the network but through the [`Host`] it is given.
//! [`Compiled`] holds a chart whose templates are parsed once; [`Compiled::render`] may run on many threads.

mod engine;
mod error;
pub mod host;
pub mod manifest;
pub mod output;
pub mod postrenderer;
mod schema;
pub mod trace;

use std::sync::Arc;

use parking_lot::Mutex;

pub use self::error::{Cause, Error, chart_message};
pub use self::manifest::{Hook, Manifest};
pub use self::trace::Trace;
use crate::chart::{self, Capabilities, Chart, Crd, Instance, Notice, Notices};
use crate::template::trace::Witness;
use crate::template::{Env, Set};
use crate::value::call::Host;
use crate::value::{Map, Str, Value};

/// How many shapes of a chart stay parsed: one for each set of enabled dependencies that renders ask for.
const SHAPES: usize = 8;

/// What templates see as `.Release`.
#[derive(Clone, Debug)]
pub struct Release {
    /// Name of the release.
    pub name: String,
    /// Namespace it goes to.
    pub namespace: String,
    /// Revision number, from 1. 0 is neither install nor upgrade: what `lint` renders.
    pub revision: i64,
    /// True for `.Release.IsUpgrade`, false for `.Release.IsInstall`.
    pub is_upgrade: bool,
}

impl Release {
    /// A first install.
    pub fn new(name: impl Into<String>, namespace: impl Into<String>) -> Release {
        Release { name: name.into(), namespace: namespace.into(), revision: 1, is_upgrade: false }
    }

    fn to_value(&self) -> Value {
        Value::map([
            ("Name", Value::str(&self.name)),
            ("Namespace", Value::str(&self.namespace)),
            ("IsUpgrade", Value::Bool(self.is_upgrade)),
            ("IsInstall", Value::Bool(!self.is_upgrade && self.revision > 0)),
            ("Revision", Value::Int(self.revision)),
            ("Service", Value::str("Helm")),
        ])
    }
}

/// What a render needs beside the chart and the values.
#[derive(Clone, Debug)]
pub struct Options {
    /// The release.
    pub release: Release,
    /// The cluster as the chart sees it.
    pub capabilities: Arc<Capabilities>,
    /// Leave `values.schema.json` out.
    pub skip_schema_validation: bool,
}

/// What came out of a render.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// Every object that is not a hook, in the order of installation.
    pub manifests: Vec<Manifest>,
    /// The hooks, in the order of installation of their kinds.
    pub hooks: Vec<Hook>,
    /// The files of `crds/`, as they are.
    pub crds: Vec<Crd>,
    /// What `NOTES.txt` of the chart itself says.
    pub notes: String,
}

/// A chart with its templates parsed.
#[derive(Debug)]
pub struct Compiled {
    chart: Arc<Chart>,
    shapes: Mutex<Vec<(Vec<Str>, Arc<Set>)>>,
}

impl Compiled {
    /// Takes a loaded chart. Templates are parsed when first rendered, since which of them count (and under
    /// which names) depends on the dependencies that the values enable.
    pub fn new(chart: Arc<Chart>) -> Compiled {
        Compiled { chart, shapes: Mutex::default() }
    }

    /// The chart.
    pub fn chart(&self) -> &Arc<Chart> {
        &self.chart
    }

    /// Renders the chart with the user's `values` over its own. What Helm would log goes to `notices`, also if
    /// the render fails.
    pub fn render(
        &self,
        values: &Map,
        options: &Options,
        host: &dyn Host,
        notices: &mut Notices,
    ) -> Result<Rendered, Error> {
        let files = self.render_files(values, options, host, notices)?;
        files.sort(notices)
    }

    /// As [`Compiled::render`], but stops before the rendered files are split into objects: a post-renderer
    /// works on these.
    pub fn render_files(
        &self,
        values: &Map,
        options: &Options,
        host: &dyn Host,
        notices: &mut Notices,
    ) -> Result<Files, Error> {
        let (instance, values) = self.prepare(values, notices)?;
        if !options.skip_schema_validation {
            check_schema(&instance, &values, notices)?;
        }
        chart::check_kube_version(&instance.metadata, &options.capabilities).map_err(Error::of_chart)?;
        let mut texts = self.execute(&instance, &values, options, host, notices)?;
        let notes_path = format!("{}/templates/NOTES.txt", instance.name());
        let notes =
            texts.get(notes_path.as_bytes()).map_or_else(String::new, |n| n.to_str_lossy().into_owned());
        texts.retain(|path, _| !path.ends_with(b"NOTES.txt"));
        Ok(Files { texts, crds: instance.crds(), notes })
    }

    /// The first step of a render: the charts that take part, and the values that they see.
    pub fn prepare(&self, values: &Map, notices: &mut Notices) -> Result<(Instance, Map), Error> {
        let instance = chart::dependencies::process(&self.chart, values, notices).map_err(|error| {
            const FAILED: &str = "chart dependencies processing failed";
            // Helm logs the failure, too.
            notices.push(Notice::error(FAILED).with("error", error.to_string()));
            Error::before_templates(error.within(FAILED))
        })?;
        let values =
            chart::coalesce::coalesce(&instance, values, notices).map_err(Error::before_templates)?;
        Ok((instance, values))
    }

    /// The last step of a render: the text of each template under its path, with what [`Compiled::prepare`] gave.
    pub fn execute(
        &self,
        instance: &Instance,
        values: &Map,
        options: &Options,
        host: &dyn Host,
        notices: &mut Notices,
    ) -> Result<manifest::Texts, Error> {
        let templates = self.templates(instance)?;
        engine::execute(instance, &templates, values, options, &mut Env::new(host), notices)
    }

    /// [`Compiled::execute`], and what the templates did on the way, also if they fail.
    pub fn execute_traced(
        &self,
        instance: &Instance,
        values: &Map,
        options: &Options,
        host: &dyn Host,
        notices: &mut Notices,
    ) -> (Result<manifest::Texts, Error>, Trace) {
        let witness = Witness::new(host);
        let mut env = Env::traced(&witness, trace::begin(instance, values));
        let texts = self
            .templates(instance)
            .and_then(|set| engine::execute(instance, &set, values, options, &mut env, notices));
        (texts, trace::finish(env.into_trace(), &self.chart, instance, values))
    }

    /// The parsed templates of this shape of the chart.
    fn templates(&self, instance: &Instance) -> Result<Arc<Set>, Error> {
        let mut shape = Vec::new();
        collect_paths(instance, &mut shape);
        if let Some((_, set)) = self.shapes.lock().iter().find(|(s, _)| *s == shape) {
            return Ok(set.clone());
        }
        let set = Arc::new(engine::parse(instance)?);
        let mut shapes = self.shapes.lock();
        if shapes.len() == SHAPES {
            shapes.remove(0);
        }
        shapes.push((shape, set.clone()));
        Ok(set)
    }
}

/// Checks what each chart of the tree sees against its `values.schema.json`.
pub fn check_schema(instance: &Instance, values: &Map, notices: &mut Notices) -> Result<(), Error> {
    schema::check(instance, values, notices).map_err(Error::before_templates)
}

/// Where each chart of the tree stands, and from which directory it came: charts of one name may lie twice.
fn collect_paths(instance: &Instance, paths: &mut Vec<Str>) {
    paths.push(instance.full_path.clone());
    paths.push(instance.chart.metadata.name.clone());
    paths.push(instance.chart.metadata.version.clone());
    for subchart in &instance.subcharts {
        collect_paths(subchart, paths);
    }
}

/// Rendered files, not yet split.
#[derive(Clone, Debug)]
pub struct Files {
    /// The text of each file under its path, `NOTES.txt` left out.
    pub texts: manifest::Texts,
    /// The files of `crds/`.
    pub crds: Vec<Crd>,
    /// The notes of the chart itself.
    pub notes: String,
}

impl Files {
    /// Splits the files into objects and puts them in order.
    pub fn sort(self, notices: &mut Notices) -> Result<Rendered, Error> {
        let (manifests, hooks) = manifest::sort(self.texts, notices)?;
        Ok(Rendered { manifests, hooks, crds: self.crds, notes: self.notes })
    }
}
