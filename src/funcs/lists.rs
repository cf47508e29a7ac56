//! Lists.

use ecow::EcoVec;
use hashbrown::HashSet;

use super::table::{function, variadic};
use super::{args, convert};
use crate::value::call::{CallError, Function, Runtime};
use crate::value::{Kind, List, Num, Str, Type, Value, deep_equal_steps};

const ANY: Type = Type::Interface;
const LIST: Type = Type::ANY_LIST;
/// `[][]interface {}`
const LISTS: Type = Type::Slice(&Type::ANY_LIST);

/// The functions of this family. Where Sprig has a `must` twin it differs in nothing that a template sees.
pub const FUNCTIONS: &[Function] = &[
    variadic("list", &[], ANY, LIST, list),
    variadic("tuple", &[], ANY, LIST, list),
    function("append", &[ANY, ANY], LIST, append),
    function("mustAppend", &[ANY, ANY], LIST, append),
    function("push", &[ANY, ANY], LIST, append),
    function("mustPush", &[ANY, ANY], LIST, append),
    function("prepend", &[ANY, ANY], LIST, prepend),
    function("mustPrepend", &[ANY, ANY], LIST, prepend),
    variadic("concat", &[], ANY, ANY, concat),
    function("first", &[ANY], ANY, first),
    function("mustFirst", &[ANY], ANY, first),
    function("last", &[ANY], ANY, last),
    function("mustLast", &[ANY], ANY, last),
    function("rest", &[ANY], LIST, rest),
    function("mustRest", &[ANY], LIST, rest),
    function("initial", &[ANY], LIST, initial),
    function("mustInitial", &[ANY], LIST, initial),
    function("reverse", &[ANY], LIST, reverse),
    function("mustReverse", &[ANY], LIST, reverse),
    function("uniq", &[ANY], LIST, uniq),
    function("mustUniq", &[ANY], LIST, uniq),
    function("compact", &[ANY], LIST, compact),
    function("mustCompact", &[ANY], LIST, compact),
    variadic("without", &[ANY], ANY, LIST, without),
    variadic("mustWithout", &[ANY], ANY, LIST, without),
    function("has", &[ANY, ANY], Type::Bool, has),
    function("mustHas", &[ANY, ANY], Type::Bool, has),
    variadic("slice", &[ANY], ANY, ANY, slice),
    variadic("mustSlice", &[ANY], ANY, ANY, slice),
    function("chunk", &[Type::Int, ANY], LISTS, chunk),
    function("mustChunk", &[Type::Int, ANY], LISTS, chunk),
];

/// What Go says when the type of the untyped nil is asked for its kind.
const NIL_DEREFERENCE: &str = "runtime error: invalid memory address or nil pointer dereference";
const BAD_LENGTH: &str = "runtime error: makeslice: len out of range";
const BAD_BOUNDS: &str = "reflect.Value.Slice: slice index out of bounds";

/// The items of any slice; for anything else the error `complaint` and the kind.
fn items(runtime: &mut dyn Runtime, value: &Value, complaint: &str) -> Result<EcoVec<Value>, CallError> {
    let items = match value {
        Value::List(l) => l.items(),
        Value::Bytes(b) => {
            pay_for(runtime, b.len())?;
            b.iter().map(|b| Value::Num(Num::Uint8(*b))).collect()
        }
        Value::Object(o) if value.kind() == Kind::Slice => o.items().unwrap_or_default().into(),
        Value::Nil => return Err(CallError::new(NIL_DEREFERENCE)),
        other => return Err(CallError::new(format!("{complaint} {}", other.kind().name()))),
    };
    runtime.charge(items.len() as u64)?;
    Ok(items)
}

/// Pays for a new list of `len` items.
fn pay_for(runtime: &mut dyn Runtime, len: usize) -> Result<(), CallError> {
    args::pay(runtime, len.saturating_mul(size_of::<Value>()))
}

fn is_among<'a>(
    runtime: &mut dyn Runtime,
    needle: &Value,
    haystack: impl IntoIterator<Item = &'a Value>,
) -> Result<bool, CallError> {
    for item in haystack {
        let (equal, steps) = deep_equal_steps(needle, item);
        runtime.charge(steps)?;
        if equal {
            return Ok(true);
        }
    }
    Ok(false)
}

fn list(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::list(args.iter().cloned()))
}

fn append(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let items = items(runtime, &args[0], "Cannot push on type")?;
    pay_for(runtime, items.len() + 1)?;
    Ok(Value::list(items.iter().chain([&args[1]]).cloned()))
}

fn prepend(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let items = items(runtime, &args[0], "Cannot prepend on type")?;
    pay_for(runtime, items.len() + 1)?;
    Ok(Value::list([&args[1]].into_iter().chain(items.iter()).cloned()))
}

fn concat(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let mut all = EcoVec::new();
    for list in args {
        let items = match list {
            Value::Nil => return Err(CallError::new(NIL_DEREFERENCE)),
            list if list.kind() != Kind::Slice => {
                let kind = list.kind().name();
                return Err(CallError::new(format!("Cannot concat type {kind} as list")));
            }
            list => items(runtime, list, "")?,
        };
        pay_for(runtime, all.len() + items.len())?;
        all.extend(items);
    }
    Ok(Value::List(if all.is_empty() { List::nil(ANY) } else { List::new(ANY, all) }))
}

fn first(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(items(runtime, &args[0], "Cannot find first on type")?.first().cloned().unwrap_or_default())
}

fn last(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(items(runtime, &args[0], "Cannot find last on type")?.last().cloned().unwrap_or_default())
}

fn rest(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let items = items(runtime, &args[0], "Cannot find rest on type")?;
    some_of(runtime, items.split_first().map(|(_, rest)| rest))
}

fn initial(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let items = items(runtime, &args[0], "Cannot find initial on type")?;
    some_of(runtime, items.split_last().map(|(_, initial)| initial))
}

/// A new list of `items`, or the nil slice.
fn some_of(runtime: &mut dyn Runtime, items: Option<&[Value]>) -> Result<Value, CallError> {
    let Some(items) = items else { return Ok(Value::List(List::nil(ANY))) };
    pay_for(runtime, items.len())?;
    Ok(Value::list(items.iter().cloned()))
}

fn reverse(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let items = items(runtime, &args[0], "Cannot find reverse on type")?;
    pay_for(runtime, items.len())?;
    Ok(Value::list(items.iter().rev().cloned()))
}

fn uniq(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let items = items(runtime, &args[0], "Cannot find uniq on type")?;
    let mut strings: HashSet<&Str, foldhash::fast::RandomState> = HashSet::default();
    // What is not a string is looked up one by one, as only `deep_equal` can tell.
    let mut others: Vec<&Value> = Vec::new();
    let mut unique = EcoVec::new();
    for item in &items {
        let is_new = match item {
            Value::Str(s) => {
                runtime.charge(s.len() as u64 / 16)?;
                strings.insert(s)
            }
            other => {
                let is_new = !is_among(runtime, other, others.iter().copied())?;
                if is_new {
                    others.push(other);
                }
                is_new
            }
        };
        if is_new {
            unique.push(item.clone());
        }
    }
    pay_for(runtime, unique.len())?;
    Ok(Value::list(unique))
}

fn compact(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let items = items(runtime, &args[0], "Cannot compact on type")?;
    pay_for(runtime, items.len())?;
    Ok(Value::list(items.iter().filter(|item| item.is_true()).cloned()))
}

fn without(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let items = items(runtime, &args[0], "Cannot find without on type")?;
    pay_for(runtime, items.len())?;
    let mut kept = EcoVec::new();
    for item in items {
        if !is_among(runtime, &item, &args[1..])? {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

fn has(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    if matches!(args[1], Value::Nil) {
        return Ok(Value::Bool(false));
    }
    let items = items(runtime, &args[1], "Cannot find has on type")?;
    Ok(Value::Bool(is_among(runtime, &args[0], &items)?))
}

/// The items from one index up to another, as a slice of the same type.
fn slice(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let items = items(runtime, &args[0], "list should be type of slice or array but")?;
    if items.is_empty() {
        return Ok(Value::Nil);
    }
    let bound = |index: usize, default: usize| match args.get(index) {
        Some(bound) => usize::try_from(convert::to_int64(bound)).ok(),
        None => Some(default),
    };
    let range = bound(1, 0).zip(bound(2, items.len())).and_then(|(start, end)| items.get(start..end));
    let Some(part) = range else { return Err(CallError::new(BAD_BOUNDS)) };
    pay_for(runtime, part.len())?;
    Ok(match &args[0] {
        // The whole slice is the same slice: what changes in one changes in the other.
        Value::List(l) if part.len() == items.len() => Value::List(l.clone()),
        Value::List(l) => Value::List(List::new(l.elem(), part.iter().cloned())),
        Value::Bytes(_) => Value::Bytes(part.iter().map(byte).collect::<Vec<u8>>().into()),
        _ => Value::List(List::new(args[0].go_type().elem().unwrap_or(ANY), part.iter().cloned())),
    })
}

fn byte(item: &Value) -> u8 {
    match item {
        Value::Num(Num::Uint8(b)) => *b,
        _ => 0,
    }
}

/// Lists of `size` items each, the last one maybe shorter. Sprig computes their number in floating point, which
/// decides what sizes below one give.
fn chunk(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let size = args[0].as_int().unwrap_or_default();
    let items = items(runtime, &args[1], "Cannot chunk type")?;
    let len = items.len() as f64;
    let count = ((len - 1.0) / size as f64).floor() + 1.0;
    if !(0.0..=items.len() as f64 + 1.0).contains(&count) {
        return Err(CallError::new(BAD_LENGTH));
    }
    let count = count as usize;
    let mut chunks = Vec::new();
    pay_for(runtime, items.len())?;
    for index in 0..count {
        let mut len = size;
        if index + 1 == count {
            len = (items.len() as i64).checked_rem(size).filter(|rem| *rem != 0).unwrap_or(size);
        }
        let start = index.saturating_mul(usize::try_from(size).unwrap_or_default());
        let Ok(len) = usize::try_from(len) else { return Err(CallError::new(BAD_LENGTH)) };
        chunks.push(Value::list(items.iter().skip(start).take(len).cloned()));
    }
    Ok(Value::List(List::new(LIST, chunks)))
}
