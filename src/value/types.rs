//! Go's types and kinds, as far as templates can see them.

use std::fmt;

/// `reflect.Kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The kind of nothing: the untyped nil.
    Invalid,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `int8`
    Int8,
    /// `int16`
    Int16,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `uint`
    Uint,
    /// `uint8`
    Uint8,
    /// `uint16`
    Uint16,
    /// `uint32`
    Uint32,
    /// `uint64`
    Uint64,
    /// `float32`
    Float32,
    /// `float64`
    Float64,
    /// `complex128`
    Complex128,
    /// `func`
    Func,
    /// `interface`
    Interface,
    /// `map`
    Map,
    /// `ptr`
    Pointer,
    /// `slice`
    Slice,
    /// `string`
    String,
    /// `struct`
    Struct,
}

impl Kind {
    /// Go's name of the kind, as `kindOf` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::Bool => "bool",
            Kind::Int => "int",
            Kind::Int8 => "int8",
            Kind::Int16 => "int16",
            Kind::Int32 => "int32",
            Kind::Int64 => "int64",
            Kind::Uint => "uint",
            Kind::Uint8 => "uint8",
            Kind::Uint16 => "uint16",
            Kind::Uint32 => "uint32",
            Kind::Uint64 => "uint64",
            Kind::Float32 => "float32",
            Kind::Float64 => "float64",
            Kind::Complex128 => "complex128",
            Kind::Func => "func",
            Kind::Interface => "interface",
            Kind::Map => "map",
            Kind::Pointer => "ptr",
            Kind::Slice => "slice",
            Kind::String => "string",
            Kind::Struct => "struct",
        }
    }
}

/// A Go type. `Display` prints it as Go's `%T` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// No type: that of the untyped nil (`<nil>`).
    Nil,
    /// `interface {}`
    Interface,
    /// `error`
    Error,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `int8`
    Int8,
    /// `int16`
    Int16,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `uint`
    Uint,
    /// `uint8`
    Uint8,
    /// `uint16`
    Uint16,
    /// `uint32`
    Uint32,
    /// `uint64`
    Uint64,
    /// `float32`
    Float32,
    /// `float64`
    Float64,
    /// `complex128`
    Complex128,
    /// `string`
    String,
    /// `[]T`
    Slice(&'static Type),
    /// `map[string]T`
    Map(&'static Type),
    /// A named type or a pointer to one: the name as Go prints it and the type underneath.
    Named(&'static str, &'static Type),
    /// Underneath a named struct.
    Struct,
    /// Underneath a named pointer.
    Pointer,
    /// Underneath a named function type; `func(...)` itself.
    Func,
}

impl Type {
    /// `[]uint8`
    pub const BYTES: Type = Type::Slice(&Type::Uint8);
    /// `[]string`
    pub const STRINGS: Type = Type::Slice(&Type::String);
    /// `[]interface {}`
    pub const ANY_LIST: Type = Type::Slice(&Type::Interface);
    /// `map[string]interface {}`
    pub const ANY_MAP: Type = Type::Map(&Type::Interface);
    /// `map[string]string`
    pub const STRING_MAP: Type = Type::Map(&Type::String);
    /// Helm's type of `.Values`.
    pub const VALUES: Type = Type::Named("common.Values", &Type::ANY_MAP);

    /// The slice type with this element type.
    ///
    /// # Panics
    /// For element types that no slice of ours has; the set is closed because types are static.
    pub fn slice_of(self) -> Type {
        match self {
            Type::Interface => Type::ANY_LIST,
            Type::String => Type::STRINGS,
            Type::Uint8 => Type::BYTES,
            Type::Int => Type::Slice(&Type::Int),
            Type::Int32 => Type::Slice(&Type::Int32),
            Type::Int64 => Type::Slice(&Type::Int64),
            Type::Float64 => Type::Slice(&Type::Float64),
            Type::Bool => Type::Slice(&Type::Bool),
            Type::Slice(Type::Interface) => Type::Slice(&Type::ANY_LIST),
            Type::Slice(Type::String) => Type::Slice(&Type::STRINGS),
            Type::Map(Type::Interface) => Type::Slice(&Type::ANY_MAP),
            _ => Type::ANY_LIST,
        }
    }

    /// The map type with string keys and this element type.
    pub fn map_of(self) -> Type {
        match self {
            Type::String => Type::STRING_MAP,
            Type::Slice(Type::Uint8) => Type::Map(&Type::BYTES),
            _ => Type::ANY_MAP,
        }
    }

    /// The type underneath a named one; any other type itself.
    pub fn underlying(self) -> Type {
        match self {
            Type::Named(_, t) => t.underlying(),
            other => other,
        }
    }

    /// The element type of a slice or map, through names.
    pub fn elem(self) -> Option<Type> {
        match self {
            Type::Slice(t) | Type::Map(t) => Some(*t),
            Type::Named(_, t) => t.elem(),
            _ => None,
        }
    }

    /// The kind of values of this type.
    pub fn kind(self) -> Kind {
        match self {
            Type::Nil => Kind::Invalid,
            Type::Interface | Type::Error => Kind::Interface,
            Type::Bool => Kind::Bool,
            Type::Int => Kind::Int,
            Type::Int8 => Kind::Int8,
            Type::Int16 => Kind::Int16,
            Type::Int32 => Kind::Int32,
            Type::Int64 => Kind::Int64,
            Type::Uint => Kind::Uint,
            Type::Uint8 => Kind::Uint8,
            Type::Uint16 => Kind::Uint16,
            Type::Uint32 => Kind::Uint32,
            Type::Uint64 => Kind::Uint64,
            Type::Float32 => Kind::Float32,
            Type::Float64 => Kind::Float64,
            Type::Complex128 => Kind::Complex128,
            Type::String => Kind::String,
            Type::Slice(_) => Kind::Slice,
            Type::Map(_) => Kind::Map,
            Type::Named(_, t) => t.kind(),
            Type::Struct => Kind::Struct,
            Type::Pointer => Kind::Pointer,
            Type::Func => Kind::Func,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Type::Nil => "<nil>",
            Type::Interface => "interface {}",
            Type::Error => "error",
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Int8 => "int8",
            Type::Int16 => "int16",
            Type::Int32 => "int32",
            Type::Int64 => "int64",
            Type::Uint => "uint",
            Type::Uint8 => "uint8",
            Type::Uint16 => "uint16",
            Type::Uint32 => "uint32",
            Type::Uint64 => "uint64",
            Type::Float32 => "float32",
            Type::Float64 => "float64",
            Type::Complex128 => "complex128",
            Type::String => "string",
            Type::Struct => "struct {}",
            Type::Pointer => "*struct {}",
            Type::Func => "func()",
            Type::Named(name, _) => name,
            Type::Slice(t) => return write!(f, "[]{t}"),
            Type::Map(t) => return write!(f, "map[string]{t}"),
        };
        f.write_str(name)
    }
}
