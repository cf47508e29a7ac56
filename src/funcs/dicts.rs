//! Maps with string keys, and deep copies.

use super::table::{function, variadic};
use super::{args, convert};
use crate::limits;
use crate::stack::with_stack;
use crate::value::call::{CallError, Function, Runtime};
use crate::value::{Entries, List, Map, MergeError, Str, Type, Value, merge};

const ANY: Type = Type::Interface;
const MAP: Type = Type::ANY_MAP;
const STRING: Type = Type::String;

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    variadic("dict", &[], ANY, MAP, dict),
    function("get", &[MAP, STRING], ANY, get),
    function("set", &[MAP, STRING, ANY], MAP, set),
    function("unset", &[MAP, STRING], MAP, unset),
    function("hasKey", &[MAP, STRING], Type::Bool, has_key),
    variadic("pluck", &[STRING], MAP, Type::ANY_LIST, pluck),
    variadic("keys", &[], MAP, Type::STRINGS, keys),
    function("values", &[MAP], Type::ANY_LIST, values),
    variadic("pick", &[MAP], STRING, MAP, pick),
    variadic("omit", &[MAP], STRING, MAP, omit),
    variadic("merge", &[MAP], MAP, ANY, |r, args| merge_or_empty(r, args, false)),
    variadic("mustMerge", &[MAP], MAP, ANY, |r, args| Ok(merge_all(r, args, false)?)),
    variadic("mergeOverwrite", &[MAP], MAP, ANY, |r, args| merge_or_empty(r, args, true)),
    variadic("mustMergeOverwrite", &[MAP], MAP, ANY, |r, args| Ok(merge_all(r, args, true)?)),
    variadic("dig", &[], ANY, ANY, dig),
    function("deepCopy", &[ANY], ANY, deep_copy),
    function("mustDeepCopy", &[ANY], ANY, deep_copy),
];

/// An argument that the executor has made a map.
fn map(value: &Value) -> Result<&Map, CallError> {
    value.as_map().ok_or_else(|| not_a(value, MAP))
}

/// An argument that the executor has made a string.
fn string(value: &Value) -> Result<&Str, CallError> {
    value.as_str().ok_or_else(|| not_a(value, STRING))
}

/// What Go says when an interface holds another type than asserted.
fn not_a(value: &Value, want: Type) -> CallError {
    let got = match value {
        Value::Nil => "nil".to_owned(),
        other => other.go_type().to_string(),
    };
    CallError::new(format!("interface conversion: interface {{}} is {got}, not {want}"))
}

fn dict(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let mut entries = Entries::new();
    for pair in args.chunks(2) {
        let key = convert::strval(runtime, &pair[0])?;
        entries.insert(key, pair.get(1).cloned().unwrap_or_else(|| Value::str("")));
    }
    Ok(Value::Map(Map::typed(MAP, entries)))
}

fn get(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(map(&args[0])?.get(string(&args[1])?).unwrap_or_else(|| Value::str("")))
}

fn set(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let map = map(&args[0])?;
    if map.is_nil() {
        return Err(CallError::new("assignment to entry in nil map"));
    }
    map.insert(string(&args[1])?, args[2].clone());
    Ok(Value::Map(map.underlying()))
}

fn unset(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let map = map(&args[0])?;
    map.remove(string(&args[1])?);
    Ok(Value::Map(map.underlying()))
}

fn has_key(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::Bool(map(&args[0])?.contains_key(string(&args[1])?)))
}

fn pluck(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let key = string(&args[0])?;
    let mut found = Vec::new();
    for dict in &args[1..] {
        found.extend(map(dict)?.get(key));
    }
    Ok(Value::list(found))
}

fn keys(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let mut keys = Vec::new();
    for dict in args {
        let entries = map(dict)?.entries();
        pay_for(runtime, keys.len() + entries.len())?;
        keys.extend(entries.keys().cloned().map(Value::Str));
    }
    Ok(Value::List(List::new(STRING, keys)))
}

fn values(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let entries = map(&args[0])?.entries();
    pay_for(runtime, entries.len())?;
    Ok(Value::list(entries.values().cloned()))
}

fn pick(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let from = map(&args[0])?;
    let mut picked = Entries::new();
    for key in &args[1..] {
        let key = string(key)?;
        if let Some(value) = from.get(key) {
            picked.insert(key.clone(), value);
        }
    }
    Ok(Value::Map(Map::typed(MAP, picked)))
}

fn omit(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let mut entries = Entries::clone(&*map(&args[0])?.entries());
    pay_for(runtime, entries.len())?;
    for key in &args[1..] {
        entries.remove(string(key)?);
    }
    Ok(Value::Map(Map::typed(MAP, entries)))
}

/// Pays for a new map or list of `len` entries.
fn pay_for(runtime: &mut dyn Runtime, len: usize) -> Result<(), CallError> {
    args::pay(runtime, len.saturating_mul(size_of::<(Str, Value)>()))
}

/// Merges all further maps into the first, which a nil map can't be: a new one takes its place.
fn merge_all(runtime: &mut dyn Runtime, args: &[Value], overwrite: bool) -> Result<Value, MergeError> {
    let mut dst = map(&args[0]).map_err(MergeError::Call)?.underlying();
    for src in &args[1..] {
        let src = map(src).map_err(MergeError::Call)?;
        if dst.is_nil() && !src.is_nil() {
            dst = Map::new();
        }
        merge(&dst, src, overwrite, &mut |steps| runtime.charge(steps))?;
    }
    Ok(Value::Map(dst))
}

fn merge_or_empty(runtime: &mut dyn Runtime, args: &[Value], overwrite: bool) -> Result<Value, CallError> {
    match merge_all(runtime, args, overwrite) {
        Err(MergeError::DifferentTypes) => Ok(Value::str("")),
        merged => Ok(merged?),
    }
}

fn dig(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let [path @ .., default, dict] = args else {
        return Err(CallError::new("dig needs at least three arguments"));
    };
    if path.is_empty() {
        return Err(CallError::new("dig needs at least three arguments"));
    }
    let mut found = plain_map(dict).map(|m| Value::Map(m.clone()))?;
    let path = path.iter().map(string).collect::<Result<Vec<_>, _>>()?;
    for key in path {
        match plain_map(&found)?.get(key) {
            Some(value) => found = value,
            None => return Ok(default.clone()),
        }
    }
    Ok(found)
}

/// A type assertion: only a `map[string]interface {}` passes, `.Values` does not.
fn plain_map(value: &Value) -> Result<&Map, CallError> {
    value.as_map().filter(|m| m.go_type() == MAP).ok_or_else(|| not_a(value, MAP))
}

fn deep_copy(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    match &args[0] {
        Value::Nil => Err(CallError::new("reflect: call of reflect.Value.Type on zero Value")),
        value => copy(runtime, value, 0),
    }
}

/// Copies maps and lists each time they are met, so that the copies share nothing with one another either.
fn copy(runtime: &mut dyn Runtime, value: &Value, depth: usize) -> Result<Value, CallError> {
    if depth > limits::VALUE_DEPTH {
        return Err(CallError::budget("the value is nested too deeply to be copied"));
    }
    with_stack(|| match value {
        Value::List(l) if !l.is_nil() => {
            let items = l.items();
            pay_for(runtime, items.len())?;
            let copies = items.iter().map(|v| copy(runtime, v, depth + 1)).collect::<Result<Vec<_>, _>>()?;
            Ok(Value::List(List::new(l.elem(), copies)))
        }
        Value::Map(m) if !m.is_nil() => {
            let entries = m.entries();
            pay_for(runtime, entries.len())?;
            let copies = entries
                .iter()
                .map(|(k, v)| Ok((k.clone(), copy(runtime, v, depth + 1)?)))
                .collect::<Result<Entries, CallError>>()?;
            Ok(Value::Map(Map::typed(m.go_type(), copies)))
        }
        Value::Object(o) => Ok(o.deep_copy().unwrap_or_else(|| value.clone())),
        other => Ok(other.clone()),
    })
}
