//! Putting records together, as Helm prints them.

use super::{Hook, Info, Release};
use crate::gotime::Time;
use crate::value::{Members, Str, Value};

/// The layout of times in records.
const RFC3339_NANO: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

impl Release {
    /// The record without its chart, as `status` prints it; the members in the order of the struct.
    pub fn to_data(&self) -> Value {
        members([
            ("name", text(&self.name)),
            ("info", Some(self.info.to_data())),
            ("config", self.config.as_ref().filter(|map| !map.is_empty()).cloned().map(Value::Map)),
            ("manifest", text(&self.manifest)),
            ("hooks", list(self.hooks.iter().map(Hook::to_data).collect())),
            ("version", number(self.version)),
            ("namespace", text(&self.namespace)),
            ("apply_method", text(&self.apply_method)),
        ])
    }
}

impl Info {
    fn to_data(&self) -> Value {
        members([
            ("first_deployed", time(self.first_deployed.as_ref())),
            ("last_deployed", time(self.last_deployed.as_ref())),
            ("deleted", time(self.deleted.as_ref())),
            ("description", text(&self.description)),
            ("status", text(&self.status)),
            ("rollback_revision", number(self.rollback_revision)),
            ("notes", text(&self.notes)),
        ])
    }
}

impl Hook {
    fn to_data(&self) -> Value {
        let last_run = members([
            ("started_at", time(self.last_run.started_at.as_ref())),
            ("completed_at", time(self.last_run.completed_at.as_ref())),
            ("phase", Some(Value::Str(self.last_run.phase.clone()))),
        ]);
        members([
            ("name", text(&self.name)),
            ("kind", text(&self.kind)),
            ("path", text(&self.path)),
            ("manifest", text(&self.manifest)),
            ("events", texts(&self.events)),
            ("last_run", Some(last_run)),
            ("weight", number(self.weight)),
            ("delete_policies", texts(&self.delete_policies)),
            ("output_log_policies", texts(&self.output_log_policies)),
        ])
    }
}

/// The members that are there.
pub(super) fn members<const N: usize>(members: [(&'static str, Option<Value>); N]) -> Value {
    let present = members.into_iter().filter_map(|(name, value)| Some((name, value?)));
    Members(present.collect()).into_value()
}

/// A time in the layout of records.
pub fn time(time: Option<&Time>) -> Option<Value> {
    time.map(|time| Value::Str(time.format(RFC3339_NANO).as_slice().into()))
}

fn text(text: &Str) -> Option<Value> {
    (!text.is_empty()).then(|| Value::Str(text.clone()))
}

fn texts(texts: &[Str]) -> Option<Value> {
    list(texts.iter().cloned().map(Value::Str).collect())
}

fn list(items: Vec<Value>) -> Option<Value> {
    (!items.is_empty()).then(|| Value::list(items))
}

fn number(number: i64) -> Option<Value> {
    (number != 0).then_some(Value::Int(number))
}
