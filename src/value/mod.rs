//! Dynamic data with Go's kinds.
//!
//! Helm's templates run on Go values, so what a template prints depends on more than JSON knows: `1` read
//! from a file is a `float64`, `1` written in a template an `int`, `splitList` gives a `[]string` and `list`
//! a `[]interface {}`. [`Value`] keeps these differences. Maps and lists are shared and mutable through every
//! alias, as in Go; [`Value::deep_copy`] cuts the sharing.

pub mod call;
mod copy;
mod equal;
mod list;
mod map;
mod merge;
pub mod meter;
mod object;
mod str;
mod types;

pub use self::equal::{deep_equal, deep_equal_steps};
pub use self::list::List;
pub use self::map::{Entries, Map};
pub use self::merge::{MergeError, merge};
pub use self::object::{Members, Method, Object};
pub use self::str::Str;
pub use self::types::{Kind, Type};

use std::sync::Arc;

use crate::stack::with_stack;

/// A Go value as templates see it. Cheap to clone: scalars are copied, everything else is shared.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Go's untyped `nil` (the nil `interface {}`).
    #[default]
    Nil,
    /// `bool`
    Bool(bool),
    /// `int`: literals of templates, `len`, `add`…
    Int(i64),
    /// `int64`: numbers of `--set`, of TOML and of most of Sprig's arithmetic.
    Int64(i64),
    /// `float64`: every number that was read from YAML or JSON.
    Float64(f64),
    /// The number types that are rare in templates.
    Num(Num),
    /// `string`: bytes, by convention UTF-8.
    Str(Str),
    /// `[]uint8`
    Bytes(Str),
    /// Any other slice.
    List(List),
    /// Any map with string keys.
    Map(Map),
    /// Everything with fields and methods: `.Files`, `.Capabilities`, `time.Time`, `*semver.Version`…
    Object(Arc<dyn Object>),
}

/// Number types that only conversions, indexing of bytes and struct fields produce.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Num {
    /// `int8`
    Int8(i8),
    /// `int16`
    Int16(i16),
    /// `int32`, also `rune`
    Int32(i32),
    /// `uint`
    Uint(u64),
    /// `uint8`, also `byte`
    Uint8(u8),
    /// `uint16`
    Uint16(u16),
    /// `uint32`
    Uint32(u32),
    /// `uint64`
    Uint64(u64),
    /// `float32`
    Float32(f32),
    /// `complex128`: real and imaginary part, as `f32` pairs never arise in templates.
    Complex128(f64, f64),
}

impl Value {
    /// A `string`.
    pub fn str(text: impl Into<Str>) -> Value {
        Value::Str(text.into())
    }

    /// A `[]interface {}` of `items`.
    pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::List(List::new(Type::Interface, items))
    }

    /// A `[]string` of `items`.
    pub fn strings<S: Into<Str>>(items: impl IntoIterator<Item = S>) -> Value {
        Value::List(List::new(Type::String, items.into_iter().map(|s| Value::Str(s.into()))))
    }

    /// A `map[string]interface {}` of `entries`; of equal keys the last wins.
    pub fn map<K: Into<Str>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(Map::from_entries(Type::Interface, entries))
    }

    /// Go's kind, as `reflect.Kind`.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Nil => Kind::Invalid,
            Value::Bool(_) => Kind::Bool,
            Value::Int(_) => Kind::Int,
            Value::Int64(_) => Kind::Int64,
            Value::Float64(_) => Kind::Float64,
            Value::Num(n) => n.go_type().kind(),
            Value::Str(_) => Kind::String,
            Value::Bytes(_) | Value::List(_) => Kind::Slice,
            Value::Map(_) => Kind::Map,
            Value::Object(o) => o.go_type().kind(),
        }
    }

    /// Go's dynamic type, as `%T` prints it. `Nil` has none and gives [`Type::Nil`] (`<nil>`).
    pub fn go_type(&self) -> Type {
        match self {
            Value::Nil => Type::Nil,
            Value::Bool(_) => Type::Bool,
            Value::Int(_) => Type::Int,
            Value::Int64(_) => Type::Int64,
            Value::Float64(_) => Type::Float64,
            Value::Num(n) => n.go_type(),
            Value::Str(_) => Type::String,
            Value::Bytes(_) => Type::BYTES,
            Value::List(l) => l.go_type(),
            Value::Map(m) => m.go_type(),
            Value::Object(o) => o.go_type(),
        }
    }

    /// True for the untyped nil, nil slices, nil maps and nil pointers.
    pub fn is_nil(&self) -> bool {
        match self {
            Value::Nil => true,
            Value::List(l) => l.is_nil(),
            Value::Map(m) => m.is_nil(),
            Value::Object(o) => o.is_nil(),
            _ => false,
        }
    }

    /// What Go's templates take for true: not nil, not zero, not empty; structs always are.
    pub fn is_true(&self) -> bool {
        match self {
            Value::Nil => false,
            Value::Bool(b) => *b,
            Value::Int(i) | Value::Int64(i) => *i != 0,
            Value::Float64(f) => *f != 0.0,
            Value::Num(n) => n.is_nonzero(),
            Value::Str(s) | Value::Bytes(s) => !s.is_empty(),
            Value::List(l) => !l.is_empty(),
            Value::Map(m) => !m.is_empty(),
            Value::Object(o) => match o.go_type().kind() {
                Kind::Struct => true,
                Kind::Map => o.entries().is_some_and(|e| !e.is_empty()),
                Kind::Slice => o.items().is_some_and(|i| !i.is_empty()),
                Kind::Pointer | Kind::Func | Kind::Interface => !o.is_nil(),
                _ => o.as_int().is_some_and(|i| i != 0),
            },
        }
    }

    /// The signed integer inside, for the signed integer kinds only.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(i) | Value::Int64(i) => Some(*i),
            Value::Num(Num::Int8(i)) => Some(i64::from(*i)),
            Value::Num(Num::Int16(i)) => Some(i64::from(*i)),
            Value::Num(Num::Int32(i)) => Some(i64::from(*i)),
            Value::Object(o) => o.as_int(),
            _ => None,
        }
    }

    /// The unsigned integer inside, for the unsigned integer kinds only.
    pub fn as_uint(&self) -> Option<u64> {
        match self {
            Value::Num(Num::Uint(u) | Num::Uint64(u)) => Some(*u),
            Value::Num(Num::Uint8(u)) => Some(u64::from(*u)),
            Value::Num(Num::Uint16(u)) => Some(u64::from(*u)),
            Value::Num(Num::Uint32(u)) => Some(u64::from(*u)),
            _ => None,
        }
    }

    /// The float inside, for the float kinds only.
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Value::Float64(f) => Some(*f),
            Value::Num(Num::Float32(f)) => Some(f64::from(*f)),
            _ => None,
        }
    }

    /// The string inside a `string`.
    pub fn as_str(&self) -> Option<&Str> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The list inside, for slices other than `[]byte`.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Value::List(l) => Some(l),
            _ => None,
        }
    }

    /// The map inside.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(m) => Some(m),
            _ => None,
        }
    }

    /// The object inside, if it is a `T`.
    pub fn as_object<T: Object>(&self) -> Option<&T> {
        match self {
            Value::Object(o) => o.as_any().downcast_ref::<T>(),
            _ => None,
        }
    }
}

/// Drops the content of a container. Values nest deeper than a thread's stack allows for.
fn drop_deep<T>(content: T) {
    with_stack(|| drop(content));
}

impl Num {
    fn is_nonzero(self) -> bool {
        match self {
            Num::Int8(i) => i != 0,
            Num::Int16(i) => i != 0,
            Num::Int32(i) => i != 0,
            Num::Uint(u) | Num::Uint64(u) => u != 0,
            Num::Uint8(u) => u != 0,
            Num::Uint16(u) => u != 0,
            Num::Uint32(u) => u != 0,
            Num::Float32(f) => f != 0.0,
            Num::Complex128(re, im) => re != 0.0 || im != 0.0,
        }
    }

    /// The Go type of this number.
    pub fn go_type(self) -> Type {
        match self {
            Num::Int8(_) => Type::Int8,
            Num::Int16(_) => Type::Int16,
            Num::Int32(_) => Type::Int32,
            Num::Uint(_) => Type::Uint,
            Num::Uint8(_) => Type::Uint8,
            Num::Uint16(_) => Type::Uint16,
            Num::Uint32(_) => Type::Uint32,
            Num::Uint64(_) => Type::Uint64,
            Num::Float32(_) => Type::Float32,
            Num::Complex128(..) => Type::Complex128,
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Value::Bool(b)
    }
}

impl From<Str> for Value {
    fn from(s: Str) -> Value {
        Value::Str(s)
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Value::Str(s.into())
    }
}

impl From<String> for Value {
    fn from(s: String) -> Value {
        Value::Str(s.into())
    }
}

impl From<Map> for Value {
    fn from(m: Map) -> Value {
        Value::Map(m)
    }
}

impl From<List> for Value {
    fn from(l: List) -> Value {
        Value::List(l)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_small() {
        assert!(size_of::<Value>() <= 24, "Value is {} bytes", size_of::<Value>());
    }

    #[test]
    fn maps_are_shared_until_copied() {
        let map = Map::new();
        let alias = Value::Map(map.clone());
        let copy = alias.deep_copy();
        map.insert("a", Value::Int(1));
        assert_eq!(alias.as_map().map(Map::len), Some(1));
        assert_eq!(copy.as_map().map(Map::len), Some(0));
    }

    #[test]
    fn the_underlying_view_shares_entries() {
        let values = Map::typed(Type::VALUES, Entries::new());
        let plain = values.underlying();
        plain.insert("a", Value::Int(1));
        assert_eq!(values.len(), 1);
        assert_eq!(plain.go_type(), Type::ANY_MAP);
        assert_eq!(values.go_type(), Type::VALUES);
        assert_eq!(Map::new().as_values().go_type(), Type::VALUES);
    }

    #[test]
    fn values_cross_threads() {
        fn assert_send_sync<T: Send + Sync>() {}
        assert_send_sync::<Value>();
    }
}
