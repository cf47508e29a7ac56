//! Copies of values with all that is in them.

use hashbrown::HashMap;

use super::{Entries, List, Map, Value};
use crate::stack::with_stack;

impl Value {
    /// A copy that shares no map and no list with `self`; objects stay shared. Parts that occur more than once in
    /// `self` are copied once and occur as often in the copy, so a value that contains itself can be copied too.
    pub fn deep_copy(&self) -> Value {
        Copies::default().copy(self)
    }
}

/// The copies of maps and lists that have other holders and so may be met again, by identity.
#[derive(Default)]
struct Copies(HashMap<usize, Value, foldhash::fast::RandomState>);

impl Copies {
    fn copy(&mut self, value: &Value) -> Value {
        match value {
            Value::List(l) => with_stack(|| self.copy_list(l)),
            Value::Map(m) => with_stack(|| self.copy_map(m)),
            other => other.clone(),
        }
    }

    fn copy_list(&mut self, list: &List) -> Value {
        if !list.has_other_holders() {
            return Value::List(list.with_items(list.items().iter().map(|v| self.copy(v)).collect()));
        }
        if let Some(copy) = self.0.get(&list.id()) {
            return copy.clone();
        }
        let copy = list.with_items([].into());
        self.0.insert(list.id(), Value::List(copy.clone()));
        copy.replace(list.items().iter().map(|v| self.copy(v)).collect());
        Value::List(copy)
    }

    fn copy_map(&mut self, map: &Map) -> Value {
        if !map.has_other_holders() {
            return Value::Map(map.with_entries(self.copy_entries(map)));
        }
        if let Some(copy) = self.0.get(&map.id()) {
            return copy.clone();
        }
        let copy = map.with_entries(Entries::new());
        self.0.insert(map.id(), Value::Map(copy.clone()));
        copy.replace(self.copy_entries(map));
        Value::Map(copy)
    }

    fn copy_entries(&mut self, map: &Map) -> Entries {
        map.entries().iter().map(|(k, v)| (k.clone(), self.copy(v))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::deep_equal;

    #[test]
    fn copies_share_nothing_with_the_original() {
        let inner = Map::new();
        let value = Value::map([("a", Value::list([Value::Map(inner.clone())]))]);
        let copy = value.deep_copy();
        inner.insert("k", Value::Int(1));
        let copied = copy.as_map().and_then(|m| m.get("a")).and_then(|l| l.as_list()?.get(0));
        assert_eq!(copied.and_then(|v| v.as_map().map(Map::len)), Some(0));
    }

    #[test]
    fn copies_knots_and_towers() {
        let knot = Map::new();
        knot.insert("a", Value::Map(knot.clone()));
        knot.insert("b", Value::Map(knot.clone()));
        let copy = Value::Map(knot.clone()).deep_copy();
        let copy = copy.as_map().expect("a map stays a map");
        let inner = copy.get("b").expect("keys stay");
        assert!(inner.as_map().is_some_and(|inner| inner.same(copy) && !inner.same(&knot)));

        let tower = (0..20_000).fold(Value::Nil, |below, _| Value::list([below]));
        assert!(deep_equal(&tower, &tower.deep_copy()));
    }
}
