//! Merges of maps as `mergo` does them for Sprig's `merge` and `mergeOverwrite`.

use super::call::CallError;
use super::{Entries, Kind, Map, Num, Str, Type, Value};
use crate::limits;
use crate::stack::with_stack;

/// Why a merge stopped. What was merged until then stays merged.
#[derive(Debug)]
pub enum MergeError {
    /// A pointer would have to be merged with something else: mergo's own error, which `merge` swallows.
    DifferentTypes,
    /// What mergo panics with, or a budget that ran out.
    Call(CallError),
}

impl MergeError {
    fn panic(message: impl Into<Str>) -> MergeError {
        MergeError::Call(CallError::new(message))
    }
}

impl From<MergeError> for CallError {
    fn from(error: MergeError) -> CallError {
        match error {
            MergeError::DifferentTypes => CallError::new("src and dst must be of same type"),
            MergeError::Call(error) => error,
        }
    }
}

/// Merges `src` into `dst`, which must not be a nil map unless `src` is one too.
///
/// A key that `dst` lacks, or has with an empty value (zero, `""`, `false`, nil, no items), takes the value of
/// `src`, shared and not copied; two maps merge likewise; otherwise `dst` keeps its value or, if `overwrite`, takes
/// that of `src`, be it empty. A nil in `src` counts only if `overwrite`. `charge` pays the steps.
pub fn merge(
    dst: &Map,
    src: &Map,
    overwrite: bool,
    charge: &mut dyn FnMut(u64) -> Result<(), CallError>,
) -> Result<(), MergeError> {
    Merge { overwrite, charge, depth: 0 }.maps(dst, &src.entries(), src.elem())
}

/// The price of looking at one entry.
const ENTRY_STEPS: u64 = 8;

struct Merge<'a> {
    overwrite: bool,
    charge: &'a mut dyn FnMut(u64) -> Result<(), CallError>,
    depth: usize,
}

impl Merge<'_> {
    /// Merges the entries of a map whose values have the static type `src_elem`.
    fn maps(&mut self, dst: &Map, src: &Entries, src_elem: Type) -> Result<(), MergeError> {
        for (key, from) in src {
            (self.charge)(ENTRY_STEPS).map_err(MergeError::Call)?;
            if is_nil_element(from, src_elem) {
                if self.overwrite {
                    set(dst, key, from, src_elem)?;
                }
                continue;
            }
            let to = dst.get(key);
            let kind = from.kind();
            match kind {
                Kind::Struct | Kind::Pointer | Kind::Map => {
                    if let Some(to) = &to {
                        self.parts(to, from)?;
                    }
                }
                Kind::Slice if to.is_some() => check_nilable(dst.elem())?,
                _ => {}
            }
            match to.filter(|to| !is_empty(to)) {
                Some(to) if kind == Kind::Map && to.kind() == Kind::Map => {}
                Some(_) if !self.overwrite => {}
                _ => set(dst, key, from, if kind == Kind::Slice { from.go_type() } else { src_elem })?,
            }
        }
        Ok(())
    }

    /// Merges a map, struct or pointer into the value that has its place in `dst`. Only maps can change in place.
    fn parts(&mut self, to: &Value, from: &Value) -> Result<(), MergeError> {
        match to.kind() {
            Kind::Map if to.is_nil() => {
                if from.kind() == Kind::Struct {
                    return Err(MergeError::panic("reflect: call of reflect.Value.IsNil on struct Value"));
                }
                Ok(())
            }
            Kind::Map => match (to, from) {
                (Value::Map(to), Value::Map(from)) => self.nested(to, &from.entries(), from.elem()),
                (Value::Map(to), Value::Object(from)) => match from.entries() {
                    Some(entries) => {
                        let elem = from.go_type().elem().unwrap_or(Type::Interface);
                        self.nested(to, &entries, elem)
                    }
                    None => Ok(()),
                },
                _ => Ok(()),
            },
            Kind::Struct => match to {
                Value::Object(o) if !o.fields().is_empty() && from.kind() != Kind::Struct => {
                    let kind = from.kind().name();
                    Err(MergeError::panic(format!("reflect: call of reflect.Value.Field on {kind} Value")))
                }
                _ => Ok(()),
            },
            Kind::Pointer if !from.is_nil() && !to.is_nil() => {
                if from.kind() != Kind::Pointer && !self.overwrite {
                    return Err(MergeError::DifferentTypes);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn nested(&mut self, to: &Map, from: &Entries, elem: Type) -> Result<(), MergeError> {
        if self.depth >= limits::VALUE_DEPTH {
            return Err(MergeError::Call(CallError::budget("values are nested too deeply to be merged")));
        }
        self.depth += 1;
        let merged = with_stack(|| self.maps(to, from, elem));
        self.depth -= 1;
        merged
    }
}

/// True for what `reflect.Value.IsNil` finds nil in a map whose values have the static type `elem`: a typed nil
/// inside an interface is not.
fn is_nil_element(value: &Value, elem: Type) -> bool {
    match elem.kind() {
        Kind::Interface => matches!(value, Value::Nil),
        Kind::Map | Kind::Slice => value.is_nil(),
        _ => false,
    }
}

/// mergo's notion of an empty value. Unlike the templates' notion of false, no complex number is.
fn is_empty(value: &Value) -> bool {
    !value.is_true() && !matches!(value, Value::Num(Num::Complex128(..)))
}

/// mergo asks whether the element of `dst` is nil, which Go can't answer for every kind.
fn check_nilable(elem: Type) -> Result<(), MergeError> {
    match elem.kind() {
        Kind::Interface | Kind::Map | Kind::Slice | Kind::Pointer | Kind::Func => Ok(()),
        kind => {
            Err(MergeError::panic(format!("reflect: call of reflect.Value.IsNil on {} Value", kind.name())))
        }
    }
}

fn set(dst: &Map, key: &Str, value: &Value, static_type: Type) -> Result<(), MergeError> {
    let elem = dst.elem();
    if elem != Type::Interface && elem != static_type {
        return Err(MergeError::panic(format!(
            "reflect.Value.SetMapIndex: value of type {static_type} is not assignable to type {elem}"
        )));
    }
    dst.insert(key.clone(), value.clone());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{List, deep_equal};

    fn map<const N: usize>(entries: [(&str, Value); N]) -> Map {
        Map::from_entries(Type::Interface, entries)
    }

    fn value<const N: usize>(entries: [(&str, Value); N]) -> Value {
        Value::Map(map(entries))
    }

    #[test]
    fn merges_as_mergo_does() {
        let int = Value::Int;
        let ints = |items: &[i64]| Value::list(items.iter().map(|i| Value::Int(*i)));
        // dst, src, merged, merged with overwrite; all under the key "a".
        let cases = [
            (int(1), int(2), int(1), int(2)),
            (int(1), int(0), int(1), int(0)),
            (int(0), Value::str("x"), Value::str("x"), Value::str("x")),
            (int(1), Value::Nil, int(1), Value::Nil),
            (Value::Nil, int(1), int(1), int(1)),
            (ints(&[1]), ints(&[2, 3]), ints(&[1]), ints(&[2, 3])),
            (ints(&[1]), ints(&[]), ints(&[1]), ints(&[])),
            (ints(&[1]), Value::str("x"), ints(&[1]), Value::str("x")),
            (value([("b", int(1))]), int(5), value([("b", int(1))]), int(5)),
            (int(5), value([("b", int(1))]), int(5), value([("b", int(1))])),
            (value([("b", int(1))]), value([]), value([("b", int(1))]), value([("b", int(1))])),
            (
                value([("b", int(1)), ("c", int(2))]),
                value([("b", int(3)), ("d", Value::Nil)]),
                value([("b", int(1)), ("c", int(2))]),
                value([("b", int(3)), ("c", int(2)), ("d", Value::Nil)]),
            ),
        ];
        for (dst, src, want, want_overwritten) in cases {
            for (overwrite, want) in [(false, want), (true, want_overwritten)] {
                let merged = map([("a", dst.deep_copy())]);
                let result = merge(&merged, &map([("a", src.clone())]), overwrite, &mut |_| Ok(()));
                assert!(result.is_ok());
                let got = merged.get("a").unwrap_or_default();
                assert!(deep_equal(&got, &want), "{dst:?} and {src:?}: {got:?}, not {want:?}");
            }
        }
    }

    #[test]
    fn shares_what_dst_lacks() {
        let inner = map([("x", Value::Int(1))]);
        let empty = map([]);
        let dst = map([("filled", Value::Map(empty.clone()))]);
        let src = map([("new", Value::Map(inner.clone())), ("filled", Value::Map(inner.clone()))]);
        assert!(merge(&dst, &src, false, &mut |_| Ok(())).is_ok());
        let is_inner = |key: &str| dst.get(key).and_then(|v| v.as_map().map(|m| m.same(&inner)));
        assert_eq!(is_inner("new"), Some(true));
        assert_eq!(is_inner("filled"), Some(false));
        assert_eq!(empty.len(), 1);
    }

    #[test]
    fn tells_what_go_panics_with() {
        let strings = || Value::Map(Map::from_entries(Type::String, [("k", Value::str("v"))]));
        let cases = [
            (
                value([("n", Value::Int(1))]),
                "reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string",
            ),
            (
                value([("k", Value::List(List::nil(Type::Interface)))]),
                "reflect: call of reflect.Value.IsNil on string Value",
            ),
        ];
        for (src, want) in cases {
            let error = merge(&map([("a", strings())]), &map([("a", src)]), false, &mut |_| Ok(()));
            assert_eq!(error.map_err(|e| CallError::from(e).message), Err(want.into()));
        }
    }

    #[test]
    fn ends_on_maps_that_contain_themselves() {
        let knot = || {
            let knot = map([]);
            knot.insert("a", Value::Map(knot.clone()));
            knot
        };
        assert!(merge(&knot(), &knot(), false, &mut |_| Ok(())).is_err());
    }
}
