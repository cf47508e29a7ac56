//! Releases, as Helm records them.
//!
//! [`read`] takes a record apart, [`write`] puts it together again, [`store`] finds the ones that are asked for.

mod read;
mod store;
mod write;

pub use self::store::{Error, MAX_NAME, Store, is_name};
pub use self::write::time;

use std::sync::Arc;

use crate::chart::{self, Chart, Instance, coalesce};
use crate::gotime::Time;
use crate::value::{Map, Str, Value};

/// One revision of a release.
#[derive(Clone, Debug, Default)]
pub struct Release {
    /// The release's name.
    pub name: Str,
    /// When it was made, and what became of it.
    pub info: Info,
    /// What is kept of the chart that was installed, its subcharts left out; `None` in a damaged record.
    pub chart: Option<Arc<Chart>>,
    /// The user's values.
    pub config: Option<Map>,
    /// The manifests, hooks left out.
    pub manifest: Str,
    /// The hooks.
    pub hooks: Vec<Hook>,
    /// The revision, from 1 on.
    pub version: i64,
    /// Its namespace.
    pub namespace: Str,
    /// `ssa`, `csa`, or empty in records of Helm 3.
    pub apply_method: Str,
}

/// When a revision was made, and what became of it.
#[derive(Clone, Debug, Default)]
pub struct Info {
    /// When the first revision was installed.
    pub first_deployed: Option<Time>,
    /// When this revision was installed.
    pub last_deployed: Option<Time>,
    /// When the release was uninstalled.
    pub deleted: Option<Time>,
    /// What happened, in a few words.
    pub description: Str,
    /// `deployed`, `failed`, `superseded` and so on.
    pub status: Str,
    /// The revision that a rollback went back to; 0 if it was none.
    pub rollback_revision: i64,
    /// The rendered notes.
    pub notes: Str,
}

/// A hook of a release.
#[derive(Clone, Debug, Default)]
pub struct Hook {
    /// The object's name.
    pub name: Str,
    /// The object's kind.
    pub kind: Str,
    /// The template that it comes from.
    pub path: Str,
    /// The object.
    pub manifest: Str,
    /// When it runs.
    pub events: Vec<Str>,
    /// How it last ran.
    pub last_run: LastRun,
    /// Its place among the hooks of an event.
    pub weight: i64,
    /// When its object is deleted.
    pub delete_policies: Vec<Str>,
    /// When its log is printed.
    pub output_log_policies: Vec<Str>,
}

/// How a hook last ran.
#[derive(Clone, Debug, Default)]
pub struct LastRun {
    /// When it was started; `None` if never.
    pub started_at: Option<Time>,
    /// When it was done.
    pub completed_at: Option<Time>,
    /// `Succeeded`, `Failed`, `Running`, `Unknown`, or empty.
    pub phase: Str,
}

impl Release {
    /// Name and version of the chart, as lists show them.
    pub fn chart_name(&self) -> String {
        match &self.chart {
            Some(chart) => format!("{}-{}", chart.metadata.name, chart.metadata.version),
            None => MISSING.to_owned(),
        }
    }

    /// The version of what the chart installs, as lists show it.
    pub fn app_version(&self) -> String {
        self.chart.as_ref().map_or_else(|| MISSING.to_owned(), |chart| chart.metadata.app_version.to_string())
    }

    /// The user's values over the chart's defaults.
    ///
    /// # Errors
    /// If they do not fit together.
    pub fn computed_values(&self) -> Result<Map, chart::Error> {
        let config = self.config.clone().unwrap_or_default();
        match &self.chart {
            Some(chart) => coalesce::coalesce(&Instance::new(chart.clone()), &config, &mut Vec::new()),
            None => Ok(config),
        }
    }

    /// The release as Go templates see it: maps with Go's names of the fields.
    pub fn to_value(&self) -> Value {
        let map = |map: Option<&Map>| map.map_or(Value::Nil, |map| Value::Map(map.clone()));
        let time = |time: &Option<Time>| time.clone().map_or(Value::Nil, Time::into_value);
        let info = Value::map([
            ("FirstDeployed", time(&self.info.first_deployed)),
            ("LastDeployed", time(&self.info.last_deployed)),
            ("Deleted", time(&self.info.deleted)),
            ("Description", Value::Str(self.info.description.clone())),
            ("Status", Value::Str(self.info.status.clone())),
            ("RollbackRevision", Value::Int(self.info.rollback_revision)),
            ("Notes", Value::Str(self.info.notes.clone())),
        ]);
        let chart = self.chart.as_ref().map_or(Value::Nil, |chart| {
            Value::map([
                ("Name", Value::Str(chart.metadata.name.clone())),
                ("AppVersion", Value::Str(chart.metadata.app_version.clone())),
                ("Metadata", Value::Map(chart.metadata.to_value())),
                ("Values", Value::Map(chart.values.clone())),
            ])
        });
        let hooks = self.hooks.iter().map(|hook| {
            Value::map([
                ("Name", Value::Str(hook.name.clone())),
                ("Kind", Value::Str(hook.kind.clone())),
                ("Path", Value::Str(hook.path.clone())),
                ("Manifest", Value::Str(hook.manifest.clone())),
                ("Events", Value::list(hook.events.iter().cloned().map(Value::Str))),
                ("Weight", Value::Int(hook.weight)),
            ])
        });
        Value::map([
            ("Name", Value::Str(self.name.clone())),
            ("Info", info),
            ("Chart", chart),
            ("Config", map(self.config.as_ref())),
            ("Manifest", Value::Str(self.manifest.clone())),
            ("Hooks", Value::list(hooks)),
            ("Version", Value::Int(self.version)),
            ("Namespace", Value::Str(self.namespace.clone())),
            ("ApplyMethod", Value::Str(self.apply_method.clone())),
        ])
    }
}

/// What lists show of a record that has lost its chart.
const MISSING: &str = "MISSING";
