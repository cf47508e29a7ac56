//! Methods of Helm's `common.Values`: `.Values.YAML`, `.Values.Table "a.b"`…

use crate::gofmt::quote;
use crate::value::call::{CallError, Runtime, Signature};
use crate::value::{Map, Method, Type, Value};
use crate::yaml;

/// What templates may call on `.`, `.Values` and `.Template`.
pub const METHODS: &[Method] = &[
    Method { name: "AsMap", signature: Signature::new(&[], Type::ANY_MAP), call: as_map },
    Method { name: "Encode", signature: Signature::new(&[WRITER], Type::Error), call: encode },
    Method {
        name: "PathValue",
        signature: Signature::new(&[Type::String], Type::Interface),
        call: path_value,
    },
    Method { name: "Table", signature: Signature::new(&[Type::String], Type::VALUES), call: table },
    Method { name: "YAML", signature: Signature::new(&[], Type::String), call: to_yaml },
];

/// No value of a template is one.
const WRITER: Type = Type::Named("io.Writer", &Type::Error);

fn as_map(receiver: &Value, _: &mut dyn Runtime, _: &[Value]) -> Result<Value, CallError> {
    let Value::Map(map) = receiver else { return Ok(Value::Nil) };
    Ok(Value::Map(if map.is_empty() { Map::new() } else { map.underlying() }))
}

/// The only writer that a template can give is nil.
fn encode(_: &Value, _: &mut dyn Runtime, _: &[Value]) -> Result<Value, CallError> {
    Err(CallError::new("runtime error: invalid memory address or nil pointer dereference"))
}

fn to_yaml(receiver: &Value, _: &mut dyn Runtime, _: &[Value]) -> Result<Value, CallError> {
    match yaml::encode(receiver) {
        Ok(text) => Ok(Value::str(text)),
        Err(error) => Err(CallError::new(error.to_string())),
    }
}

fn table(receiver: &Value, _: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (Value::Map(map), [Value::Str(path)]) = (receiver, args) else { return Ok(Value::Nil) };
    match find_table(map, path) {
        Ok(table) => Ok(Value::Map(table.as_values())),
        Err(key) => Err(CallError::new(format!("{} is not a table", quote(key)))),
    }
}

fn path_value(receiver: &Value, _: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (Value::Map(map), [Value::Str(path)]) = (receiver, args) else { return Ok(Value::Nil) };
    if path.is_empty() {
        return Err(CallError::new("YAML path cannot be empty"));
    }
    let (table, key) = match memchr::memrchr(b'.', path) {
        Some(dot) => (find_table(map, &path[..dot]).ok(), &path[dot + 1..]),
        None => (Some(map.clone()), path.as_bytes()),
    };
    match table.and_then(|table| table.get(key)) {
        Some(value) if !is_table(&value) => Ok(value),
        _ => Err(CallError::new(format!("{} is not a value", quote(key)))),
    }
}

/// The map at a path of keys with dots between; the key that is none otherwise.
fn find_table<'p>(map: &Map, path: &'p [u8]) -> Result<Map, &'p [u8]> {
    path.split(|byte| *byte == b'.').try_fold(map.clone(), |table, key| match table.get(key) {
        Some(Value::Map(inner)) if inner.go_type().underlying() == Type::ANY_MAP => Ok(inner),
        _ => Err(key),
    })
}

fn is_table(value: &Value) -> bool {
    matches!(value, Value::Map(map) if map.go_type() == Type::ANY_MAP)
}
