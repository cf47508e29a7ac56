//! Values with fields and methods.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::call::{CallError, Runtime, Signature};
use super::{Entries, Str, Type, Value};

/// A Go struct, pointer or named type that templates can look into: `.Files`, `time.Time`, `*semver.Version`…
pub trait Object: Any + fmt::Debug + Send + Sync {
    /// The Go type, with its name as `%T` prints it.
    fn go_type(&self) -> Type;

    /// `self` for downcasts.
    fn as_any(&self) -> &dyn Any;

    /// The methods that templates may call, in any order.
    fn methods(&self) -> &'static [Method] {
        &[]
    }

    /// The exported fields of a struct (or of the struct pointed to), in declaration order.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// The field `name` of a struct. Implement it where building all fields is wasteful.
    fn field(&self, name: &[u8]) -> Option<Value> {
        self.fields().into_iter().find(|(n, _)| n.as_bytes() == name).map(|(_, v)| v)
    }

    /// All fields of a struct (or of the struct pointed to), unexported ones too, as Go prints them.
    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        self.fields()
    }

    /// The entries of a map kind.
    fn entries(&self) -> Option<Entries> {
        None
    }

    /// The items of a slice kind.
    fn items(&self) -> Option<Vec<Value>> {
        None
    }

    /// The number of an integer kind, e.g. nanoseconds of a `time.Duration`.
    fn as_int(&self) -> Option<i64> {
        None
    }

    /// `number` as a value of this integer kind.
    fn with_int(&self, number: i64) -> Value {
        Value::Int64(number)
    }

    /// What `String()` or `Error()` gives, where Go's `fmt` would call it.
    fn to_go_string(&self) -> Option<Str> {
        None
    }

    /// What `GoString()` gives, which `%#v` prints.
    fn to_go_syntax(&self) -> Option<Str> {
        None
    }

    /// What `MarshalJSON` or `MarshalText` makes of it, as JSON data. `None`: encode by kind.
    fn to_json(&self) -> Option<Value> {
        None
    }

    /// What `reflect.DeepEqual` says of `self` and another object of the same Go type. `None`: compare the parts
    /// that this trait shows.
    fn deep_equal(&self, _other: &dyn Object) -> Option<bool> {
        None
    }

    /// What Sprig's `deepCopy` makes of it: a new struct, whose unexported fields are zero. `None`: it stays shared.
    fn deep_copy(&self) -> Option<Value> {
        None
    }

    /// The members of a struct as `encoding/json` writes them: named by its tags, those left out that are tagged
    /// `omitempty` and empty. Without tags, the fields.
    fn json_members(&self) -> Vec<(&'static str, Value)> {
        self.fields()
    }

    /// True for a nil pointer, map or slice.
    fn is_nil(&self) -> bool {
        false
    }
}

/// A method of an [`Object`].
#[derive(Clone, Copy)]
pub struct Method {
    /// Its Go name.
    pub name: &'static str,
    /// Its parameters, the receiver left out.
    pub signature: Signature,
    /// Its code; `args` have been checked against `signature`.
    pub call: fn(receiver: &Value, runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError>,
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Method").field("name", &self.name).field("signature", &self.signature).finish()
    }
}

/// A Go struct that is only written as JSON or YAML: its members, named and ordered as in JSON.
#[derive(Clone, Debug)]
pub struct Members(pub Vec<(&'static str, Value)>);

impl Members {
    /// This struct as a value.
    pub fn into_value(self) -> Value {
        Value::Object(Arc::new(self))
    }
}

impl Object for Members {
    fn go_type(&self) -> Type {
        Type::Struct
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn json_members(&self) -> Vec<(&'static str, Value)> {
        self.0.clone()
    }
}
