//! Regular expressions (Sprig over Go's `regexp`).

use std::borrow::Cow;
use std::sync::Arc;

use super::args::{int, pay, text};
use super::table::function;
use crate::gofmt::{can_backquote, quote};
use crate::regex::{Regex, quote_meta};
use crate::value::call::{CallError, Function, Runtime};
use crate::value::{List, Str, Type, Value};

const PATTERN_TEXT: &[Type] = &[Type::String, Type::String];
const PATTERN_TEXT_COUNT: &[Type] = &[Type::String, Type::String, Type::Int];
const PATTERN_TEXT_REPLACEMENT: &[Type] = &[Type::String, Type::String, Type::String];

/// The functions of this family. They differ from their `must` forms only in what they say about a bad pattern.
pub const FUNCTIONS: &[Function] = &[
    function("mustRegexFind", PATTERN_TEXT, Type::String, |runtime, args| find(runtime, compile, args)),
    function("mustRegexFindAll", PATTERN_TEXT_COUNT, Type::STRINGS, |runtime, args| {
        find_all(runtime, compile, args)
    }),
    function("mustRegexMatch", PATTERN_TEXT, Type::Bool, |runtime, args| is_match(runtime, args)),
    function("mustRegexReplaceAll", PATTERN_TEXT_REPLACEMENT, Type::String, |runtime, args| {
        replace_all(runtime, compile, args)
    }),
    function("mustRegexReplaceAllLiteral", PATTERN_TEXT_REPLACEMENT, Type::String, |runtime, args| {
        replace_all_literal(runtime, compile, args)
    }),
    function("mustRegexSplit", PATTERN_TEXT_COUNT, Type::STRINGS, |runtime, args| {
        split(runtime, compile, args)
    }),
    function("regexFind", PATTERN_TEXT, Type::String, |runtime, args| find(runtime, must_compile, args)),
    function("regexFindAll", PATTERN_TEXT_COUNT, Type::STRINGS, |runtime, args| {
        find_all(runtime, must_compile, args)
    }),
    function("regexMatch", PATTERN_TEXT, Type::Bool, |runtime, args| match is_match(runtime, args) {
        Err(error) if !error.fatal => Ok(Value::Bool(false)),
        result => result,
    }),
    function("regexQuoteMeta", &[Type::String], Type::String, |runtime, args| {
        pay(runtime, text(args, 0).len().saturating_mul(2))?;
        Ok(Value::Str(quote_meta(text(args, 0)).into()))
    }),
    function("regexReplaceAll", PATTERN_TEXT_REPLACEMENT, Type::String, |runtime, args| {
        replace_all(runtime, must_compile, args)
    }),
    function("regexReplaceAllLiteral", PATTERN_TEXT_REPLACEMENT, Type::String, |runtime, args| {
        replace_all_literal(runtime, must_compile, args)
    }),
    function("regexSplit", PATTERN_TEXT_COUNT, Type::STRINGS, |runtime, args| {
        split(runtime, must_compile, args)
    }),
];

type Compile = fn(&[u8]) -> Result<Arc<Regex>, CallError>;

/// `regexp.Compile`
fn compile(pattern: &[u8]) -> Result<Arc<Regex>, CallError> {
    Regex::new(pattern).map_err(|error| CallError::new(error.to_bytes()))
}

/// `regexp.MustCompile`, whose panic quotes the pattern.
fn must_compile(pattern: &[u8]) -> Result<Arc<Regex>, CallError> {
    Regex::new(pattern).map_err(|error| {
        let quoted = match std::str::from_utf8(pattern) {
            Ok(pattern) if can_backquote(pattern.as_bytes()) => format!("`{pattern}`"),
            _ => quote(pattern),
        };
        CallError::new([format!("regexp: Compile({quoted}): ").into_bytes(), error.to_bytes()].concat())
    })
}

/// The compiled pattern of the first argument, after payment for the search through the second.
fn prepare(runtime: &mut dyn Runtime, compile: Compile, args: &[Value]) -> Result<Arc<Regex>, CallError> {
    let pattern = text(args, 0);
    runtime.charge(pattern.len() as u64 / 4)?;
    let regex = compile(pattern)?;
    // A large program is slow to build, which is paid for each time: whether it is in the cache must not show.
    // It can be slow to run too.
    let program = regex.memory() as u64;
    let search = (text(args, 1).len() as u64 / 16).saturating_mul(1 + program / (64 << 10));
    runtime.charge((program / 8).saturating_add(search))?;
    Ok(regex)
}

fn is_match(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let regex = prepare(runtime, compile, args)?;
    Ok(Value::Bool(regex.is_match(text(args, 1))))
}

fn find(runtime: &mut dyn Runtime, compile: Compile, args: &[Value]) -> Result<Value, CallError> {
    let regex = prepare(runtime, compile, args)?;
    let text = text(args, 1);
    let found = regex.find(text).unwrap_or_default();
    pay(runtime, found.len())?;
    Ok(Value::Str(text[found].into()))
}

fn find_all(runtime: &mut dyn Runtime, compile: Compile, args: &[Value]) -> Result<Value, CallError> {
    let regex = prepare(runtime, compile, args)?;
    let text = text(args, 1);
    let limit = usize::try_from(int(args, 2)).unwrap_or(usize::MAX);
    let found = strings(runtime, regex.find_all(text).take(limit).map(|range| &text[range]))?;
    // Go's slice stays nil until something is appended.
    Ok(Value::List(if found.is_empty() { List::nil(Type::String) } else { List::new(Type::String, found) }))
}

fn replace_all(runtime: &mut dyn Runtime, compile: Compile, args: &[Value]) -> Result<Value, CallError> {
    let regex = prepare(runtime, compile, args)?;
    let (text, by) = (text(args, 1), text(args, 2));
    Ok(replaced(text, regex.replace_all(text, by, |bytes| pay(runtime, bytes))?))
}

fn replace_all_literal(
    runtime: &mut dyn Runtime,
    compile: Compile,
    args: &[Value],
) -> Result<Value, CallError> {
    let regex = prepare(runtime, compile, args)?;
    let (text, by) = (text(args, 1), text(args, 2));
    Ok(replaced(text, regex.replace_all_literal(text, by, |bytes| pay(runtime, bytes))?))
}

/// The result of a replacement in `text`; the same string if nothing was replaced.
fn replaced(text: &Str, result: Cow<'_, [u8]>) -> Value {
    Value::Str(match result {
        Cow::Borrowed(_) => text.clone(),
        Cow::Owned(bytes) => bytes.into(),
    })
}

fn split(runtime: &mut dyn Runtime, compile: Compile, args: &[Value]) -> Result<Value, CallError> {
    let regex = prepare(runtime, compile, args)?;
    let Some(parts) = regex.split(text(args, 1), int(args, 2)) else {
        return Ok(Value::List(List::nil(Type::String)));
    };
    let strings = strings(runtime, parts)?;
    Ok(Value::List(List::new(Type::String, strings)))
}

/// Parts of a text as elements of a list, paid for.
fn strings<'t>(
    runtime: &mut dyn Runtime,
    parts: impl Iterator<Item = &'t [u8]>,
) -> Result<Vec<Value>, CallError> {
    let mut strings = Vec::new();
    for part in parts {
        runtime.charge(1 + part.len() as u64 / 16)?;
        // The list grows by doubling.
        runtime.reserve((part.len() + 3 * strings.len() * size_of::<Value>()) as u64)?;
        strings.push(Value::Str(part.into()));
    }
    Ok(strings)
}
