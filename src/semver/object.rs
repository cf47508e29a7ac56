//! Versions as templates see them.

use std::any::Any;
use std::sync::Arc;

use super::{Error, Version};
use crate::value::call::{CallError, Runtime, Signature};
use crate::value::{Method, Num, Object, Str, Type, Value};

/// Go's type of a version that was parsed.
pub const VERSION_POINTER: Type = Type::Named("*semver.Version", &Type::Pointer);
/// Go's type of a version that was made from another.
const VERSION: Type = Type::Named("semver.Version", &Type::Struct);

/// A `semver.Version`, which has fewer methods than a pointer to one.
#[derive(Debug)]
struct Derived(Version);

impl From<Version> for Value {
    fn from(version: Version) -> Value {
        Value::Object(Arc::new(version))
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> CallError {
        CallError::new(error.to_string())
    }
}

impl Version {
    fn text(&self) -> Str {
        self.to_string().into()
    }

    fn go_fields(&self) -> Vec<(&'static str, Value)> {
        let number = |n| Value::Num(Num::Uint64(n));
        vec![
            ("major", number(self.major)),
            ("minor", number(self.minor)),
            ("patch", number(self.patch)),
            ("pre", Value::Str(self.pre.clone())),
            ("metadata", Value::Str(self.metadata.clone())),
            ("original", Value::Str(self.original.clone())),
        ]
    }
}

impl Object for Version {
    fn go_type(&self) -> Type {
        VERSION_POINTER
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }

    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        self.go_fields()
    }

    fn to_go_string(&self) -> Option<Str> {
        Some(self.text())
    }

    fn to_json(&self) -> Option<Value> {
        Some(Value::Str(self.text()))
    }

    fn deep_equal(&self, other: &dyn Object) -> Option<bool> {
        other.as_any().downcast_ref::<Version>().map(|other| is_identical(self, other))
    }

    fn deep_copy(&self) -> Option<Value> {
        Some(Version::default().into())
    }
}

impl Object for Derived {
    fn go_type(&self) -> Type {
        VERSION
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        // Those of the pointer alone come last.
        &METHODS[..VALUE_METHODS]
    }

    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        self.0.go_fields()
    }

    fn to_go_string(&self) -> Option<Str> {
        Some(self.0.text())
    }

    fn to_json(&self) -> Option<Value> {
        Some(Value::Str(self.0.text()))
    }

    fn deep_equal(&self, other: &dyn Object) -> Option<bool> {
        other.as_any().downcast_ref::<Derived>().map(|other| is_identical(&self.0, &other.0))
    }

    fn deep_copy(&self) -> Option<Value> {
        Some(derived(Version::default()))
    }
}

fn is_identical(a: &Version, b: &Version) -> bool {
    (a.major, a.minor, a.patch, &a.pre, &a.metadata, &a.original)
        == (b.major, b.minor, b.patch, &b.pre, &b.metadata, &b.original)
}

fn derived(version: Version) -> Value {
    Value::Object(Arc::new(Derived(version)))
}

/// The version in `value`, of either type.
fn version(value: &Value) -> Result<&Version, CallError> {
    let object = match value {
        Value::Object(object) => object.as_any(),
        _ => &(),
    };
    object
        .downcast_ref::<Version>()
        .or_else(|| object.downcast_ref::<Derived>().map(|derived| &derived.0))
        // Only a nil pointer gets here, and Go would follow it.
        .ok_or_else(|| CallError::new("runtime error: invalid memory address or nil pointer dereference"))
}

fn string(args: &[Value]) -> Str {
    args.first().and_then(Value::as_str).cloned().unwrap_or_default()
}

fn uint(number: u64) -> Value {
    Value::Num(Num::Uint64(number))
}

type Call = fn(&Value, &mut dyn Runtime, &[Value]) -> Result<Value, CallError>;

const fn getter(name: &'static str, result: Type, call: Call) -> Method {
    Method { name, signature: Signature::new(&[], result), call }
}

const fn comparison(name: &'static str, result: Type, call: Call) -> Method {
    Method { name, signature: Signature::new(&[VERSION_POINTER], result), call }
}

fn compare(receiver: &Value, args: &[Value]) -> Result<std::cmp::Ordering, CallError> {
    Ok(version(receiver)?.compare(version(args.first().unwrap_or(&Value::Nil))?))
}

/// Number of methods that Go declares on the value.
const VALUE_METHODS: usize = 14;

static METHODS: &[Method] = &[
    getter("Major", Type::Uint64, |v, _, _| Ok(uint(version(v)?.major))),
    getter("Minor", Type::Uint64, |v, _, _| Ok(uint(version(v)?.minor))),
    getter("Patch", Type::Uint64, |v, _, _| Ok(uint(version(v)?.patch))),
    getter("Prerelease", Type::String, |v, _, _| Ok(Value::Str(version(v)?.pre.clone()))),
    getter("Metadata", Type::String, |v, _, _| Ok(Value::Str(version(v)?.metadata.clone()))),
    getter("String", Type::String, |v, _, _| Ok(Value::Str(version(v)?.text()))),
    getter("Value", Type::Interface, |v, _, _| Ok(Value::Str(version(v)?.text()))),
    getter("MarshalText", Type::BYTES, |v, _, _| Ok(Value::Bytes(version(v)?.text()))),
    getter("MarshalJSON", Type::BYTES, |v, _, _| Ok(Value::Bytes(format!("\"{}\"", version(v)?).into()))),
    getter("IncMajor", VERSION, |v, _, _| Ok(derived(version(v)?.next_major()?))),
    getter("IncMinor", VERSION, |v, _, _| Ok(derived(version(v)?.next_minor()?))),
    getter("IncPatch", VERSION, |v, _, _| Ok(derived(version(v)?.next_patch()?))),
    Method {
        name: "SetPrerelease",
        signature: Signature::new(&[Type::String], VERSION),
        call: |v, _, args| Ok(derived(version(v)?.with_prerelease(&string(args))?)),
    },
    Method {
        name: "SetMetadata",
        signature: Signature::new(&[Type::String], VERSION),
        call: |v, _, args| Ok(derived(version(v)?.with_metadata(&string(args))?)),
    },
    getter("Original", Type::String, |v, _, _| Ok(Value::Str(version(v)?.original.clone()))),
    comparison("Compare", Type::Int, |v, _, args| Ok(Value::Int(compare(v, args)? as i64))),
    comparison("LessThan", Type::Bool, |v, _, args| Ok(Value::Bool(compare(v, args)?.is_lt()))),
    comparison("LessThanEqual", Type::Bool, |v, _, args| Ok(Value::Bool(compare(v, args)?.is_le()))),
    comparison("GreaterThan", Type::Bool, |v, _, args| Ok(Value::Bool(compare(v, args)?.is_gt()))),
    comparison("GreaterThanEqual", Type::Bool, |v, _, args| Ok(Value::Bool(compare(v, args)?.is_ge()))),
    comparison("Equal", Type::Bool, |v, _, args| match args {
        [Value::Nil] => Ok(Value::Bool(false)),
        _ => Ok(Value::Bool(compare(v, args)?.is_eq())),
    }),
];
