//! Which keys are defined, and how.
//!
//! Tables arise in three ways: from a header, from an inline table, or implied by a key with periods. What may be
//! defined again depends on it.

use hashbrown::HashSet;

use super::{Key, push_key};
use crate::value::{List, Map, Str, Type, Value};

/// The tables read so far, and the place in them where definitions go.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) root: Map,
    /// The table that the next key belongs to.
    pub(super) context: Vec<Str>,
    /// The last part of the key being defined; empty within a header.
    pub(super) current: Str,
    /// Tables that came up without a definition of their own.
    implicit: HashSet<Vec<u8>, foldhash::fast::FixedState>,
    /// Keys whose value is an array, though not one of tables.
    arrays: HashSet<Vec<u8>, foldhash::fast::FixedState>,
}

impl Tables {
    /// The key being defined, for messages.
    pub(super) fn last_key(&self) -> Str {
        let mut key = joined(&self.context);
        if !self.current.is_empty() {
            if !self.context.is_empty() {
                key.push(b'.');
            }
            key.extend_from_slice(&self.current);
        }
        Str::from(key)
    }

    /// The context, for messages.
    pub(super) fn context_text(&self) -> Vec<u8> {
        joined(&self.context)
    }

    /// Notes that the table `key` may still be defined.
    pub(super) fn add_implicit(&mut self, key: &Key) {
        self.implicit.insert(joined(key));
    }

    /// Notes whether the value at `key` in the context is an array; without `key`, whether the context itself is.
    pub(super) fn set_type(&mut self, key: Option<&Str>, is_array: bool) {
        let mut full = self.context.clone();
        full.extend(key.filter(|key| !key.is_empty()).cloned());
        if full.is_empty() {
            full.push(Str::new());
        }
        if is_array {
            self.arrays.insert(joined(&full));
        } else {
            self.arrays.remove(joined(&full).as_slice());
        }
    }

    /// Makes the tables that a key with periods implies, below the context, and goes there.
    pub(super) fn enter_implied(&mut self, parents: &Key) -> Result<(), String> {
        for part in parents {
            let mut key = self.context.clone();
            key.push(part.clone());
            self.add_implicit(&key);
            self.enter(&key, false)?;
        }
        Ok(())
    }

    /// Defines the table `key`, or one more table in the array of tables `key`, and goes there.
    pub(super) fn enter(&mut self, key: &Key, in_array: bool) -> Result<(), String> {
        let Some((last, parents)) = key.split_last() else { return Ok(()) };
        let mut table = self.root.clone();
        for (i, part) in parents.iter().enumerate() {
            if !table.contains_key(part) {
                self.add_implicit(&key[..=i]);
                table.insert(part, Value::Map(Map::new()));
            }
            table = match table.get(part).and_then(|value| innermost(&value)) {
                Some(inner) => inner,
                None => return Err(format!("Key '{}' was already created as a hash.", shown(&key[..=i]))),
            };
        }
        self.context = parents.to_vec();
        if in_array {
            if !table.contains_key(last) {
                table.insert(last, Value::List(List::new(Type::ANY_MAP, [])));
            }
            match table.get(last) {
                Some(Value::List(tables)) if tables.elem() == Type::ANY_MAP => {
                    tables.push(Value::Map(Map::new()));
                }
                _ => {
                    let key = shown(key);
                    return Err(format!("Key '{key}' was already created and cannot be used as an array."));
                }
            }
        } else {
            self.set(last, Value::Map(Map::new()))?;
        }
        self.context.push(last.clone());
        Ok(())
    }

    /// Defines `key` in the context.
    pub(super) fn set(&mut self, key: &Str, value: Value) -> Result<(), String> {
        let mut table = self.root.clone();
        for (i, part) in self.context.iter().enumerate() {
            table = match table.get(part).and_then(|value| innermost(&value)) {
                Some(inner) => inner,
                None => return Err(already_defined(&self.context[..=i])),
            };
        }
        if !table.contains_key(key) {
            table.insert(key, value);
            return Ok(());
        }
        // An implied table takes its own definition once. What it holds already stays: the value here is an empty
        // table, or one whose keys were defined while it was read. (Any other value is dropped in silence.)
        let mut full = self.context.clone();
        full.push(key.clone());
        let path = joined(&full);
        if !self.implicit.remove(path.as_slice()) {
            return Err(already_defined(&full));
        }
        if self.arrays.contains(path.as_slice()) {
            table.insert(key, value);
        }
        Ok(())
    }
}

/// The table that keys below `value` belong to.
fn innermost(value: &Value) -> Option<Map> {
    match value {
        Value::Map(table) => Some(table.clone()),
        Value::List(tables) if tables.elem() == Type::ANY_MAP => {
            match tables.get(tables.len().checked_sub(1)?)? {
                Value::Map(table) => Some(table),
                _ => None,
            }
        }
        _ => None,
    }
}

fn already_defined(key: &Key) -> String {
    format!("Key '{}' has already been defined.", shown(key))
}

fn joined(key: &Key) -> Vec<u8> {
    let mut out = Vec::new();
    push_key(key, &mut out);
    out
}

fn shown(key: &Key) -> String {
    String::from_utf8_lossy(&joined(key)).into_owned()
}
