//! `reflect.DeepEqual`.

use hashbrown::HashSet;

use super::{Entries, List, Map, Object, Value};
use crate::stack::with_stack;

/// After this many compared parts, pairs of maps and lists are remembered, so that values which contain
/// themselves, or the same part over and over, come to an end. Below it, remembering costs more than it saves.
const UNREMEMBERED: u64 = 1_000;

/// True if both have the same Go type and equal parts. As in Go, NaN differs from itself, a nil map or slice
/// differs from an empty one, and parts that are compared already count as equal.
pub fn deep_equal(a: &Value, b: &Value) -> bool {
    deep_equal_steps(a, b).0
}

/// [`deep_equal`], and how many parts were compared.
pub fn deep_equal_steps(a: &Value, b: &Value) -> (bool, u64) {
    match a {
        Value::List(_) | Value::Map(_) | Value::Object(_) => {
            let mut comparison = Comparison { parts: 0, seen: HashSet::default() };
            (comparison.equal(a, b), comparison.parts)
        }
        _ => (equal_scalars(a, b), steps(a)),
    }
}

/// What comparing `a` without its parts costs: a step, and more for long strings.
fn steps(a: &Value) -> u64 {
    match a {
        Value::Str(text) | Value::Bytes(text) => 1 + text.len() as u64 / 64,
        _ => 1,
    }
}

fn equal_scalars(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) | (Value::Int64(a), Value::Int64(b)) => a == b,
        (Value::Float64(a), Value::Float64(b)) => a == b,
        (Value::Num(a), Value::Num(b)) => a == b,
        (Value::Str(a), Value::Str(b)) | (Value::Bytes(a), Value::Bytes(b)) => a == b,
        _ => false,
    }
}

struct Comparison {
    parts: u64,
    seen: HashSet<(usize, usize), foldhash::fast::RandomState>,
}

impl Comparison {
    fn equal(&mut self, a: &Value, b: &Value) -> bool {
        self.parts += steps(a);
        match (a, b) {
            (Value::List(a), Value::List(b)) => self.nested(|this| this.equal_lists(a, b)),
            (Value::Map(a), Value::Map(b)) => self.nested(|this| this.equal_maps(a, b)),
            (Value::Object(a), Value::Object(b)) => {
                self.nested(|this| this.equal_objects(a.as_ref(), b.as_ref()))
            }
            _ => equal_scalars(a, b),
        }
    }

    fn nested(&mut self, compare: impl FnOnce(&mut Self) -> bool) -> bool {
        with_stack(|| compare(self))
    }

    fn is_seen(&mut self, a: usize, b: usize) -> bool {
        self.parts > UNREMEMBERED && !self.seen.insert((a, b))
    }

    fn equal_lists(&mut self, a: &List, b: &List) -> bool {
        if a.go_type() != b.go_type() || a.is_nil() != b.is_nil() {
            return false;
        }
        if a.same(b) || self.is_seen(a.id(), b.id()) {
            return true;
        }
        self.equal_items(&a.items(), &b.items())
    }

    fn equal_maps(&mut self, a: &Map, b: &Map) -> bool {
        if a.go_type() != b.go_type() || a.is_nil() != b.is_nil() {
            return false;
        }
        if a.same(b) || self.is_seen(a.id(), b.id()) {
            return true;
        }
        self.equal_entries(&a.entries(), &b.entries())
    }

    fn equal_objects(&mut self, a: &dyn Object, b: &dyn Object) -> bool {
        if a.go_type() != b.go_type() || a.is_nil() != b.is_nil() {
            return false;
        }
        if let Some(equal) = a.deep_equal(b) {
            return equal;
        }
        let equal_maps = match (a.entries(), b.entries()) {
            (Some(a), Some(b)) => self.equal_entries(&a, &b),
            _ => true,
        };
        let equal_lists = match (a.items(), b.items()) {
            (Some(a), Some(b)) => self.equal_items(&a, &b),
            _ => true,
        };
        equal_maps
            && equal_lists
            && a.as_int() == b.as_int()
            && a.all_fields().iter().zip(b.all_fields().iter()).all(|((_, a), (_, b))| self.equal(a, b))
    }

    fn equal_items(&mut self, a: &[Value], b: &[Value]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.equal(a, b))
    }

    fn equal_entries(&mut self, a: &Entries, b: &Entries) -> bool {
        a.len() == b.len()
            && a.iter().zip(b).all(|((a_key, a), (b_key, b))| a_key == b_key && self.equal(a, b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Num, Type};

    fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::list(items)
    }

    #[test]
    fn compares_as_go_does() {
        let nan = list([Value::Float64(f64::NAN)]);
        let cases = [
            (Value::Nil, Value::Nil, true),
            (Value::Nil, list([]), false),
            (Value::Int(1), Value::Int64(1), false),
            (Value::Float64(-0.0), Value::Float64(0.0), true),
            (Value::Num(Num::Uint8(1)), Value::Num(Num::Uint16(1)), false),
            (list([Value::Int(1)]), list([Value::Int(1)]), true),
            (list([]), Value::List(List::nil(Type::Interface)), false),
            (list([]), Value::strings(Vec::<&str>::new()), false),
            (nan.clone(), nan, true),
            (list([Value::Float64(f64::NAN)]), list([Value::Float64(f64::NAN)]), false),
            (Value::map([("a", Value::Nil)]), Value::map([("a", Value::Nil)]), true),
            (Value::map([("a", Value::Nil)]), Value::map([("b", Value::Nil)]), false),
        ];
        for (a, b, want) in cases {
            assert_eq!(deep_equal(&a, &b), want, "{a:?} and {b:?}");
        }
    }

    #[test]
    fn ends_on_values_that_contain_themselves() {
        let knot = || {
            let map = Map::new();
            map.insert("a", Value::Map(map.clone()));
            map.insert("b", Value::Map(map.clone()));
            Value::Map(map)
        };
        assert!(deep_equal(&knot(), &knot()));
    }

    #[test]
    fn ends_on_deep_and_doubling_values() {
        let tower = |levels: usize| {
            (0..levels).fold(Value::Nil, |below, _| Value::map([("a", below.clone()), ("b", below)]))
        };
        assert!(deep_equal(&tower(5_000), &tower(5_000)));
        assert!(!deep_equal(&tower(5_000), &tower(5_001)));
    }
}
