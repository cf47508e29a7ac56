//! What a template variable, dot or argument holds: a value and how Go's `reflect` would see it.

use crate::value::{List, Map, Num, Str, Type, Value};

/// A value with its static type. Like Go's `reflect.Value` it can be invalid: an untyped nil.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    /// The value itself.
    pub value: Value,
    hold: Hold,
}

/// How the value is held.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Hold {
    /// By its own type. [`Value::Nil`] makes the slot invalid.
    #[default]
    Own,
    /// By its own type, as a field of something that lies in memory: Go finds the methods of its pointer too.
    Addressable,
    /// In an `interface {}`, as everything that comes out of a `map[string]interface {}` or a list.
    /// [`Value::Nil`] is the nil interface.
    Interface,
}

impl Slot {
    /// The untyped nil.
    pub const INVALID: Slot = Slot { value: Value::Nil, hold: Hold::Own };

    /// A value held by its own type.
    pub fn own(value: impl Into<Value>) -> Slot {
        Slot { value: value.into(), hold: Hold::Own }
    }

    /// A value held in an `interface {}`.
    pub fn interface(value: Value) -> Slot {
        Slot { value, hold: Hold::Interface }
    }

    /// A field of a struct that a pointer leads to.
    pub fn addressable(value: Value) -> Slot {
        Slot { value, hold: Hold::Addressable }
    }

    /// An element of a container, or a result, of the declared type `declared`.
    pub fn of_type(declared: Type, value: Value) -> Slot {
        if declared == Type::Interface { Slot::interface(value) } else { Slot::own(value) }
    }

    /// The zero value of the declared type.
    pub fn zero(declared: Type) -> Slot {
        Slot::of_type(declared, zero(declared))
    }

    /// True unless it is the untyped nil.
    pub fn is_valid(&self) -> bool {
        self.hold == Hold::Interface || !matches!(self.value, Value::Nil)
    }

    /// True for the nil interface.
    pub fn is_nil_interface(&self) -> bool {
        self.hold == Hold::Interface && matches!(self.value, Value::Nil)
    }

    /// True if held in an `interface {}`.
    pub fn is_interface(&self) -> bool {
        self.hold == Hold::Interface
    }

    /// True if Go could take its address.
    pub fn is_addressable(&self) -> bool {
        self.hold == Hold::Addressable
    }

    /// The static type.
    pub fn static_type(&self) -> Type {
        if self.is_interface() { Type::Interface } else { self.value.go_type() }
    }

    /// What an `interface {}` holds; everything else as it is.
    pub fn unwrap_interface(mut self) -> Slot {
        if self.hold == Hold::Interface {
            self.hold = Hold::Own;
        }
        self
    }
}

/// The zero value of a type, nil where Go's is.
pub(super) fn zero(of: Type) -> Value {
    match of {
        Type::Nil | Type::Interface | Type::Error | Type::Struct | Type::Pointer | Type::Func => Value::Nil,
        Type::Bool => Value::Bool(false),
        Type::Int => Value::Int(0),
        Type::Int64 => Value::Int64(0),
        Type::Int8 => Value::Num(Num::Int8(0)),
        Type::Int16 => Value::Num(Num::Int16(0)),
        Type::Int32 => Value::Num(Num::Int32(0)),
        Type::Uint => Value::Num(Num::Uint(0)),
        Type::Uint8 => Value::Num(Num::Uint8(0)),
        Type::Uint16 => Value::Num(Num::Uint16(0)),
        Type::Uint32 => Value::Num(Num::Uint32(0)),
        Type::Uint64 => Value::Num(Num::Uint64(0)),
        Type::Float32 => Value::Num(Num::Float32(0.0)),
        Type::Float64 => Value::Float64(0.0),
        Type::Complex128 => Value::Num(Num::Complex128(0.0, 0.0)),
        Type::String => Value::Str(Str::new()),
        Type::Slice(Type::Uint8) => Value::Bytes(Str::new()),
        Type::Slice(elem) => Value::List(List::nil(*elem)),
        Type::Map(_) => Value::Map(Map::nil(of)),
        Type::Named(_, Type::Map(_)) => Value::Map(Map::nil(of)),
        Type::Named(_, underlying) => zero(*underlying),
    }
}

/// True if Go lets nil stand for a value of this type.
pub(super) fn can_be_nil(of: Type) -> bool {
    use crate::value::Kind;
    matches!(of.kind(), Kind::Interface | Kind::Map | Kind::Slice | Kind::Pointer | Kind::Func)
}

/// True if a value of type `from` may be assigned to a variable of type `to` as it is.
pub(super) fn is_assignable(from: Type, to: Type) -> bool {
    let named = |t| matches!(t, Type::Named(..));
    from == to
        || to == Type::Interface
        || ((named(from) != named(to)) && from.underlying() == to.underlying() && has_literal_form(from))
}

/// True for the types that Go can write without a name; `type Duration int64` and `int64` stay apart.
fn has_literal_form(of: Type) -> bool {
    matches!(of.underlying(), Type::Slice(_) | Type::Map(_))
}
