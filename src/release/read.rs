//! Taking records apart.

use std::sync::Arc;

use super::{Hook, Info, LastRun, Release};
use crate::chart::{Chart, Metadata};
use crate::gotime::{Time, Zone};
use crate::value::{Map, Str, Value};
use crate::yaml::{self, Shape, Struct};

const RELEASE: Struct = Struct {
    name: "v1.Release",
    fields: &[
        ("name", Shape::String),
        ("info", Shape::Pointer(&INFO)),
        ("chart", Shape::Pointer(&CHART)),
        ("config", Shape::Map(&Shape::Any)),
        ("manifest", Shape::String),
        ("hooks", Shape::List(&Shape::Pointer(&HOOK))),
        ("version", Shape::Int),
        ("namespace", Shape::String),
        ("apply_method", Shape::String),
    ],
};

const INFO: Struct = Struct {
    name: "v1.Info",
    fields: &[
        ("first_deployed", Shape::String),
        ("last_deployed", Shape::String),
        ("deleted", Shape::String),
        ("description", Shape::String),
        ("status", Shape::String),
        ("rollback_revision", Shape::Int),
        ("notes", Shape::String),
    ],
};

const CHART: Struct = Struct {
    name: "v2.Chart",
    fields: &[("metadata", Shape::Map(&Shape::Any)), ("values", Shape::Map(&Shape::Any))],
};

const HOOK: Struct = Struct {
    name: "v1.Hook",
    fields: &[
        ("name", Shape::String),
        ("kind", Shape::String),
        ("path", Shape::String),
        ("manifest", Shape::String),
        ("events", Shape::List(&Shape::String)),
        ("last_run", Shape::Struct(&LAST_RUN)),
        ("weight", Shape::Int),
        ("delete_policies", Shape::List(&Shape::String)),
        ("output_log_policies", Shape::List(&Shape::String)),
    ],
};

const LAST_RUN: Struct = Struct {
    name: "v1.HookExecution",
    fields: &[("started_at", Shape::String), ("completed_at", Shape::String), ("phase", Shape::String)],
};

/// The layout of times in records.
const RFC3339: &[u8] = b"2006-01-02T15:04:05Z07:00";

impl Release {
    /// The releases in a list of records, in YAML or JSON.
    ///
    /// # Errors
    /// If the text is no such list.
    pub fn read_all(text: &[u8]) -> Result<Vec<Release>, String> {
        let list = yaml::decode_as(text, &Shape::List(&Shape::Pointer(&RELEASE)));
        let Value::List(list) = list.map_err(|error| error.to_string())? else { return Ok(Vec::new()) };
        let records = list.items();
        let maps = records.iter().enumerate().map(|(index, record)| match record {
            Value::Map(map) if !map.is_nil() => Release::from_map(map),
            _ => Err(format!("the record at index {index} is empty")),
        });
        maps.collect()
    }

    fn from_map(map: &Map) -> Result<Release, String> {
        let name = text(map, "name");
        let in_record = |problem: String| format!("release {name}: {problem}");
        let info = child(map, "info").map(|info| Info::from_map(&info)).transpose().map_err(in_record)?;
        let chart = child(map, "chart").and_then(|chart| {
            let metadata = Metadata::of_index(&child(&chart, "metadata")?).ok()?;
            Some(Arc::new(Chart::of_record(metadata, child(&chart, "values").unwrap_or_default())))
        });
        let hooks = list(map, "hooks").into_iter().filter_map(|hook| match hook {
            Value::Map(hook) if !hook.is_nil() => Some(Hook::from_map(&hook)),
            _ => None,
        });
        Ok(Release {
            info: info.unwrap_or_default(),
            chart,
            config: child(map, "config"),
            manifest: text(map, "manifest"),
            hooks: hooks.collect::<Result<_, _>>().map_err(in_record)?,
            version: number(map, "version"),
            namespace: text(map, "namespace"),
            apply_method: text(map, "apply_method"),
            name,
        })
    }
}

impl Info {
    fn from_map(map: &Map) -> Result<Info, String> {
        Ok(Info {
            first_deployed: time(map, "first_deployed")?,
            last_deployed: time(map, "last_deployed")?,
            deleted: time(map, "deleted")?,
            description: text(map, "description"),
            status: text(map, "status"),
            rollback_revision: number(map, "rollback_revision"),
            notes: text(map, "notes"),
        })
    }
}

impl Hook {
    fn from_map(map: &Map) -> Result<Hook, String> {
        let last_run = child(map, "last_run").unwrap_or_default();
        Ok(Hook {
            name: text(map, "name"),
            kind: text(map, "kind"),
            path: text(map, "path"),
            manifest: text(map, "manifest"),
            events: texts(map, "events"),
            last_run: LastRun {
                started_at: time(&last_run, "started_at")?,
                completed_at: time(&last_run, "completed_at")?,
                phase: text(&last_run, "phase"),
            },
            weight: number(map, "weight"),
            delete_policies: texts(map, "delete_policies"),
            output_log_policies: texts(map, "output_log_policies"),
        })
    }
}

fn text(map: &Map, name: &str) -> Str {
    map.get(name).and_then(|value| value.as_str().cloned()).unwrap_or_default()
}

fn texts(map: &Map, name: &str) -> Vec<Str> {
    list(map, name).iter().filter_map(|item| item.as_str().cloned()).collect()
}

fn number(map: &Map, name: &str) -> i64 {
    match map.get(name) {
        Some(Value::Int(number) | Value::Int64(number)) => number,
        _ => 0,
    }
}

fn child(map: &Map, name: &str) -> Option<Map> {
    match map.get(name) {
        Some(Value::Map(child)) if !child.is_nil() => Some(child),
        _ => None,
    }
}

fn list(map: &Map, name: &str) -> Vec<Value> {
    match map.get(name) {
        Some(Value::List(list)) => list.items().to_vec(),
        _ => Vec::new(),
    }
}

/// A time; `None` if there is none, or Go's zero time.
fn time(map: &Map, name: &str) -> Result<Option<Time>, String> {
    let text = text(map, name);
    if text.is_empty() {
        return Ok(None);
    }
    let time =
        Time::parse(RFC3339, text.as_bytes(), &Zone::Utc).map_err(|error| format!("{name}: {error}"))?;
    Ok(Some(time).filter(|time| !time.is_zero()))
}
