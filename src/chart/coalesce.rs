//! Putting the values of the user and the defaults of a chart and its subcharts together.
//!
//! Maps are shared while this goes on, as in Helm: what a subchart adds below a map of `global` shows in the
//! charts above. The loaded charts are never touched, for their defaults are copied first.

use super::{Error, Instance, Notice, Notices};
use crate::gofmt;
use crate::limits::VALUES_BYTES;
use crate::stack::with_stack;
use crate::value::{Entries, Map, Str, Type, Value, meter};

/// The key of the values that all charts of a tree see.
pub const GLOBAL: &str = "global";

/// How nulls are treated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nulls {
    /// A null removes the default, and is gone.
    Apply,
    /// Nulls stay, since the result will be coalesced once more.
    Keep,
}

/// The values that a render sees: `values` of the user over the defaults of `chart`, and below the name of each
/// subchart the same for it.
///
/// # Errors
/// If there is something else than a map for a subchart.
pub fn coalesce(chart: &Instance, values: &Map, notices: &mut Notices) -> Result<Map, Error> {
    let start = meter::held();
    let result = copy(values);
    Coalescer { nulls: Nulls::Apply, notices, start }.chart(chart, &result, "")?;
    Ok(result)
}

/// The defaults of `chart` and its subcharts, their nulls kept.
///
/// # Errors
/// If there is something else than a map for a subchart.
pub(super) fn defaults(chart: &Instance, notices: &mut Notices) -> Result<Map, Error> {
    let start = meter::held();
    let result = Map::new();
    Coalescer { nulls: Nulls::Keep, notices, start }.chart(chart, &result, "")?;
    Ok(result)
}

/// Adds to `into` what it lacks of `from`, nulls too. Both change.
pub(super) fn merge_tables(into: &Map, from: &Map, notices: &mut Notices) {
    Coalescer { nulls: Nulls::Keep, notices, start: meter::held() }.tables(into, from, "", Nulls::Keep);
}

/// Puts `values` over `defaults`: Helm's `CoalesceTables`. Both change, and what was only in `defaults` is shared.
pub fn coalesce_tables(values: &Map, defaults: &Map, notices: &mut Notices) {
    Coalescer { nulls: Nulls::Apply, notices, start: meter::held() }.tables(
        values,
        defaults,
        "",
        Nulls::Apply,
    );
}

/// The map at `path`, names separated by periods. The error is the name that is missing or not a map's.
pub fn table(values: &Map, path: &[u8]) -> Result<Map, Str> {
    let mut found = values.clone();
    for name in path.split(|b| *b == b'.') {
        match found.get(name) {
            Some(Value::Map(inner)) => found = inner,
            _ => return Err(name.into()),
        }
    }
    Ok(found)
}

/// The value at `path` if there is one that is not a map.
pub(super) fn scalar(values: &Map, path: &[u8]) -> Option<Value> {
    let found = match path.iter().rposition(|b| *b == b'.') {
        Some(dot) => table(values, &path[..dot]).ok()?.get(&path[dot + 1..]),
        None => values.get(path),
    };
    found.filter(|value| !matches!(value, Value::Map(_)))
}

/// The part of `values` that the subchart `name` sees as its own, as `common.Values`. A period in the name leads
/// into maps, as in Helm, which then finds something else or nothing.
pub fn section(values: &Map, name: &[u8]) -> Map {
    table(values, name).map_or_else(|_| Map::typed(Type::VALUES, Entries::new()), |found| found.as_values())
}

struct Coalescer<'a> {
    nulls: Nulls,
    notices: &'a mut Notices,
    /// What [`meter::held`] gave in the beginning.
    start: i64,
}

impl Coalescer<'_> {
    /// Adds the defaults of `chart` and all below it to `values`. `prefix` leads from the root to the chart.
    fn chart(&mut self, chart: &Instance, values: &Map, prefix: &str) -> Result<(), Error> {
        let path = join(prefix, chart.name());
        self.chart_values(chart, values, &path);
        // Every subchart has a copy of its defaults and of all globals.
        if meter::held().wrapping_sub(self.start) > VALUES_BYTES as i64 {
            return Err(Error::new(format!("the values of all charts take more than {VALUES_BYTES} bytes")));
        }
        for subchart in &chart.subcharts {
            let name = subchart.name();
            let section = match values.get(name) {
                None => {
                    let section = Map::new();
                    values.insert(name.clone(), Value::Map(section.clone()));
                    section
                }
                Some(Value::Map(section)) => section,
                Some(other) => {
                    let shown = gofmt::sprintf(b"%t", &[other]);
                    return Err(Error::new(format!(
                        "type mismatch on {name}: {}",
                        String::from_utf8_lossy(&shown)
                    )));
                }
            };
            self.globals(&section, values, &path);
            with_stack(|| self.chart(subchart, &section, &path))?;
        }
        Ok(())
    }

    /// Adds the defaults of `chart` to `values`.
    fn chart_values(&mut self, chart: &Instance, values: &Map, path: &str) {
        for (key, default) in copy(&chart.values).entries().iter() {
            match (values.get(key), default) {
                (Some(Value::Nil), _) if self.nulls == Nulls::Apply => {
                    values.remove(key);
                }
                (Some(Value::Map(table)), Value::Map(default)) => {
                    // What is for a subchart will be coalesced with that one's own defaults later.
                    let nulls = if chart.subcharts.iter().any(|subchart| subchart.name() == key) {
                        Nulls::Keep
                    } else {
                        self.nulls
                    };
                    if nulls == Nulls::Apply {
                        remove_nulls(default);
                    }
                    self.tables(&table, default, &join(path, key), nulls);
                }
                (Some(Value::Map(_)), Value::Nil) => {}
                (Some(Value::Map(_)), _) => {
                    self.note(format!("warning: skipped value for {path}.{key}: Not a table."));
                }
                (Some(_), _) => {}
                (None, Value::Nil) if self.nulls == Nulls::Apply => {}
                (None, default) => {
                    if let (Value::Map(default), Nulls::Apply) = (default, self.nulls) {
                        remove_nulls(default);
                    }
                    values.insert(key.clone(), default.clone());
                }
            }
        }
    }

    /// Adds to `into` what it lacks of `from`. `prefix` leads to both.
    fn tables(&mut self, into: &Map, from: &Map, prefix: &str, nulls: Nulls) {
        let defaults = from.entries();
        for (key, value) in into.entries().iter() {
            if matches!(value, Value::Nil) {
                from.insert(key.clone(), Value::Nil);
            }
        }
        for (key, value) in from.entries().iter() {
            match (into.get(key), value) {
                (None, value) => into.insert(key.clone(), value.clone()),
                (Some(Value::Nil), _)
                    if nulls == Nulls::Apply && !matches!(defaults.get(key), None | Some(Value::Nil)) =>
                {
                    into.remove(key);
                }
                (Some(Value::Map(inner)), Value::Map(value)) => {
                    let prefix = join(prefix, key);
                    with_stack(|| {
                        self.tables(&inner, value, &prefix, nulls);
                    });
                }
                (Some(_), Value::Map(_)) => self.note_value(
                    &format!("warning: cannot overwrite table with non table for {}", join(prefix, key)),
                    value,
                ),
                (Some(Value::Map(_)), Value::Nil) => {}
                (Some(Value::Map(_)), value) => self.note_value(
                    &format!(
                        "warning: destination for {} is a table. Ignoring non-table value",
                        join(prefix, key)
                    ),
                    value,
                ),
                (Some(_), _) => {}
            }
        }
    }

    /// Hands the globals of `values` down to `section`, where they win.
    fn globals(&mut self, section: &Map, values: &Map, path: &str) {
        let into = match section.get(GLOBAL) {
            None => Map::new(),
            Some(Value::Map(globals)) => globals,
            Some(_) => {
                let text = "warning: skipping globals because destination global is not a table.";
                return self.note(text.to_owned());
            }
        };
        let from = match values.get(GLOBAL) {
            None => Map::new(),
            Some(Value::Map(globals)) => globals,
            Some(_) => {
                let text = "warning: skipping globals because source global is not a table.";
                return self.note(text.to_owned());
            }
        };
        for (key, value) in from.entries().iter() {
            match (value, into.get(key)) {
                (Value::Map(table), existing) => {
                    // A copy of the outermost map only: the maps in it stay shared.
                    let table = table.retyped(table.go_type());
                    match existing {
                        None => {}
                        Some(Value::Map(existing)) => {
                            self.tables(&table, &existing, &join(path, key), Nulls::Keep);
                        }
                        Some(_) => {
                            let key = gofmt::quote(key);
                            self.note(format!(
                                "Conflict: cannot merge map onto non-map for {key}. Skipping."
                            ));
                            continue;
                        }
                    }
                    into.insert(key.clone(), Value::Map(table));
                }
                (_, Some(Value::Map(_))) => self.note(format!("key {key} is table. Skipping")),
                (value, _) => into.insert(key.clone(), value.clone()),
            }
        }
        section.insert(GLOBAL, Value::Map(into));
    }

    fn note(&mut self, message: String) {
        self.notices.push(Notice::info(message));
    }

    fn note_value(&mut self, message: &str, value: &Value) {
        self.note(format!("{message} ({})", gofmt::to_text(value)));
    }
}

/// A copy of `values` that shares nothing with it.
fn copy(values: &Map) -> Map {
    match Value::Map(values.clone()).deep_copy() {
        Value::Map(copy) if !copy.is_nil() => copy,
        _ => Map::new(),
    }
}

/// Removes all nulls from `map` and the maps in it, but not from lists.
fn remove_nulls(map: &Map) {
    for (key, value) in map.entries().iter() {
        match value {
            Value::Nil => {
                map.remove(key);
            }
            Value::Map(inner) => with_stack(|| remove_nulls(inner)),
            _ => {}
        }
    }
}

fn join(prefix: &str, name: &Str) -> String {
    if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") }
}
