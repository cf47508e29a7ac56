//! Strings (Sprig over Go's strings and goutils). Widths and offsets count bytes.

use memchr::memmem;

use super::args::{any, int, pay, text};
use super::convert::{strslice, strval};
use super::random;
use super::table::{Call, function, variadic};
use crate::gofmt::unicode::{is_space, runes, trim};
use crate::gofmt::{self, append_quote};
use crate::limits;
use crate::value::call::{CallError, Function, Runtime};
use crate::value::{Kind, Map, Str, Type, Value};

const ANY: Type = Type::Interface;
const INT: Type = Type::Int;
const STRING: Type = Type::String;

const fn operands(name: &'static str, call: Call) -> Function {
    variadic(name, &[], ANY, STRING, call)
}

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    function("abbrev", &[INT, STRING], STRING, |runtime, args| {
        let (width, s) = (int(args, 0), text(args, 1));
        if width < 4 { Ok(Value::Str(s.clone())) } else { abbreviate(runtime, s, 0, width) }
    }),
    function("abbrevboth", &[INT, INT, STRING], STRING, |runtime, args| {
        let (left, right, s) = (int(args, 0), int(args, 1), text(args, 2));
        if right < 4 || left > 0 && right < 7 {
            Ok(Value::Str(s.clone()))
        } else {
            abbreviate(runtime, s, left, right)
        }
    }),
    operands("cat", cat),
    function("contains", &[STRING, STRING], Type::Bool, |runtime, args| {
        runtime.charge(text(args, 1).len() as u64 / 16)?;
        Ok(Value::Bool(memmem::find(text(args, 1), text(args, 0)).is_some()))
    }),
    function("hasPrefix", &[STRING, STRING], Type::Bool, |_, args| {
        Ok(Value::Bool(text(args, 1).starts_with(text(args, 0))))
    }),
    function("hasSuffix", &[STRING, STRING], Type::Bool, |_, args| {
        Ok(Value::Bool(text(args, 1).ends_with(text(args, 0))))
    }),
    function("hello", &[], STRING, |_, _| Ok(Value::str("Hello!"))),
    function("indent", &[INT, STRING], STRING, |runtime, args| indent(runtime, args, b"")),
    function("initials", &[STRING], STRING, initials),
    function("join", &[STRING, ANY], STRING, join),
    function("nindent", &[INT, STRING], STRING, |runtime, args| indent(runtime, args, b"\n")),
    function("nospace", &[STRING], STRING, no_space),
    function("plural", &[STRING, STRING, INT], STRING, |_, args| {
        Ok(Value::Str(text(args, usize::from(int(args, 2) != 1)).clone()))
    }),
    operands("quote", quote),
    function("repeat", &[INT, STRING], STRING, |runtime, args| {
        Ok(Value::Str(repeat(runtime, text(args, 1), int(args, 0))?))
    }),
    function("replace", &[STRING, STRING, STRING], STRING, replace),
    function("shuffle", &[STRING], STRING, shuffle),
    function("sortAlpha", &[ANY], Type::STRINGS, sort_alpha),
    function("split", &[STRING, STRING], Type::STRING_MAP, |runtime, args| {
        numbered(runtime, text(args, 1), text(args, 0), usize::MAX)
    }),
    function("splitList", &[STRING, STRING], Type::STRINGS, |runtime, args| {
        let parts = split(runtime, text(args, 1), text(args, 0), usize::MAX)?;
        Ok(Value::strings(parts))
    }),
    function("splitn", &[STRING, INT, STRING], Type::STRING_MAP, |runtime, args| {
        // A negative count means all parts.
        let count = usize::try_from(int(args, 1)).unwrap_or(usize::MAX);
        numbered(runtime, text(args, 2), text(args, 0), count)
    }),
    operands("squote", squote),
    function("substr", &[INT, INT, STRING], STRING, substr),
    function("trim", &[STRING], STRING, |runtime, args| give(runtime, trim(text(args, 0), is_space))),
    function("trimAll", &[STRING, STRING], STRING, trim_all),
    function("trimPrefix", &[STRING, STRING], STRING, |runtime, args| {
        let s: &[u8] = text(args, 1);
        give(runtime, s.strip_prefix(text(args, 0).as_bytes()).unwrap_or(s))
    }),
    function("trimSuffix", &[STRING, STRING], STRING, |runtime, args| {
        let s: &[u8] = text(args, 1);
        give(runtime, s.strip_suffix(text(args, 0).as_bytes()).unwrap_or(s))
    }),
    function("trimall", &[STRING, STRING], STRING, trim_all),
    function("trunc", &[INT, STRING], STRING, trunc),
    function("wrap", &[INT, STRING], STRING, |runtime, args| {
        wrap(runtime, text(args, 1), int(args, 0), b"\n", LongWords::Keep)
    }),
    function("wrapWith", &[INT, STRING, STRING], STRING, |runtime, args| {
        let separator: &[u8] = if text(args, 1).is_empty() { b"\n" } else { text(args, 1) };
        wrap(runtime, text(args, 2), int(args, 0), separator, LongWords::Cut)
    }),
];

/// A part of an argument as result.
fn give(runtime: &mut dyn Runtime, s: &[u8]) -> Result<Value, CallError> {
    pay(runtime, s.len())?;
    Ok(Value::str(s))
}

/// `strings.Repeat`
fn repeat(runtime: &mut dyn Runtime, s: &Str, count: i64) -> Result<Str, CallError> {
    let count = usize::try_from(count).map_err(|_| CallError::new("strings: negative Repeat count"))?;
    let length = s.len().checked_mul(count).filter(|&length| i64::try_from(length).is_ok());
    let length = length.ok_or_else(|| CallError::new("strings: Repeat output length overflow"))?;
    if count == 1 {
        return Ok(s.clone());
    }
    pay(runtime, length)?;
    Ok(s.repeat(count).into())
}

/// Indents each line, the empty ones too, after `before`.
fn indent(runtime: &mut dyn Runtime, args: &[Value], before: &[u8]) -> Result<Value, CallError> {
    let padding = repeat(runtime, &Str::from(" "), int(args, 0))?;
    let s = text(args, 1);
    let lines = memchr::memchr_iter(b'\n', s).count() + 1;
    let length = lines.saturating_mul(padding.len()).saturating_add(s.len() + before.len());
    pay(runtime, length)?;
    let mut out = Vec::with_capacity(length);
    out.extend_from_slice(before);
    for (i, line) in s.split(|&b| b == b'\n').enumerate() {
        if i > 0 {
            out.push(b'\n');
        }
        out.extend_from_slice(&padding);
        out.extend_from_slice(line);
    }
    Ok(Value::str(out))
}

fn trim_all(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let set = text(args, 0);
    // Each character that is cut has been looked for in the whole set.
    runtime.charge((set.len() as u64 / 16 + 1).saturating_mul(text(args, 1).len() as u64 / 16))?;
    give(runtime, trim(text(args, 1), |c| runes(set).any(|(_, other)| other == c)))
}

/// Deletes white space, byte by byte: bytes beyond ASCII are taken for characters of Latin-1.
fn no_space(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let s = text(args, 0);
    pay(runtime, 2 * s.len())?;
    let kept = || s.iter().map(|&b| char::from(b)).filter(|&c| !is_space(c));
    if kept().count() == s.len() {
        return Ok(Value::Str(s.clone()));
    }
    Ok(Value::str(kept().collect::<String>()))
}

/// The first byte of each word, taken for a character of Latin-1.
fn initials(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let s = text(args, 0);
    pay(runtime, 2 * s.len())?;
    let mut starts = true;
    let mut out = String::new();
    for c in s.iter().map(|&b| char::from(b)) {
        if is_space(c) {
            starts = true;
        } else if std::mem::take(&mut starts) {
            out.push(c);
        }
    }
    Ok(Value::str(out))
}

fn trunc(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let s = text(args, 1);
    match (usize::try_from(int(args, 0)), usize::try_from(int(args, 0).unsigned_abs())) {
        (Ok(count), _) if count < s.len() => give(runtime, &s[..count]),
        (Err(_), Ok(count)) if count < s.len() => give(runtime, &s[s.len() - count..]),
        _ => Ok(Value::Str(s.clone())),
    }
}

/// `s[start:end]`, where a negative start means 0, and an end that is negative or too large the end of `s`, but not
/// both at once.
fn substr(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (start, end, s) = (int(args, 0), int(args, 1), text(args, 2));
    let length = s.len() as i64;
    let out_of_range =
        |what: String| CallError::new(format!("runtime error: slice bounds out of range {what}"));
    let (low, high) = match (start, end) {
        (..0, ..0) => return Err(out_of_range(format!("[:{end}]"))),
        (..0, _) if end > length => return Err(out_of_range(format!("[:{end}] with length {length}"))),
        (..0, _) => (0, end),
        (_, ..0) => (start, length),
        (_, _) => (start, end.min(length)),
    };
    let bounds = usize::try_from(low).ok().zip(usize::try_from(high).ok());
    match bounds.and_then(|(low, high)| s.get(low..high)) {
        Some(part) => give(runtime, part),
        None => Err(out_of_range(format!("[{low}:{high}]"))),
    }
}

/// Shortens `s` to `width` bytes with an ellipsis at its end, and one at its start if `offset` lies behind that.
fn abbreviate(runtime: &mut dyn Runtime, s: &[u8], offset: i64, width: i64) -> Result<Value, CallError> {
    let length = s.len() as i64;
    if length <= width {
        return give(runtime, s);
    }
    // What a part can hold beside one ellipsis. From here on `width` is less than the length.
    let room = width - 3;
    let offset = offset.min(length);
    let offset = if length.wrapping_sub(offset) < room { length - room } else { offset };
    let part = |low: i64, high: i64| {
        let bounds = usize::try_from(low).ok().zip(usize::try_from(high).ok());
        bounds.and_then(|(low, high)| s.get(low..high)).unwrap_or_default()
    };
    let out = if offset <= 4 {
        [part(0, room), b"..."].concat()
    } else if width < 7 {
        Vec::new()
    } else if offset + room < length {
        [b"...", part(offset, offset + room - 3), b"..."].concat()
    } else {
        [b"...", part(length - room, length)].concat()
    };
    pay(runtime, out.len())?;
    Ok(Value::str(out))
}

fn cat(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let mut out = Vec::new();
    for (i, arg) in args.iter().filter(|arg| !matches!(arg, Value::Nil)).enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        print(arg, &mut out)?;
    }
    pay(runtime, out.len())?;
    Ok(Value::str(out))
}

fn print(value: &Value, out: &mut Vec<u8>) -> Result<(), CallError> {
    let room = limits::RESULT_BYTES.saturating_sub(out.len());
    Ok(gofmt::print_within(value, out, room)?)
}

fn quote(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let mut out = Vec::new();
    for arg in args.iter().filter(|arg| !matches!(arg, Value::Nil)) {
        if !out.is_empty() {
            out.push(b' ');
        }
        let text = strval(runtime, arg)?;
        let start = out.len();
        runtime.reserve(out.len() as u64 + gofmt::quoted_len(&text))?;
        append_quote(&mut out, &text, false);
        runtime.charge((out.len() - start) as u64 / 16)?;
    }
    Ok(Value::str(out))
}

fn squote(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let mut out = Vec::new();
    for arg in args.iter().filter(|arg| !matches!(arg, Value::Nil)) {
        out.extend_from_slice(if out.is_empty() { b"'" } else { b" '" });
        print(arg, &mut out)?;
        out.push(b'\'');
    }
    pay(runtime, out.len())?;
    Ok(Value::str(out))
}

/// `strings.Replace` of all: an empty `old` stands before each code point and at the end.
fn replace(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (old, new, s) = (text(args, 0), text(args, 1), text(args, 2));
    runtime.charge(s.len() as u64 / 16)?;
    if old == new {
        return Ok(Value::Str(s.clone()));
    }
    let count = places(s, old).count();
    if count == 0 {
        return Ok(Value::Str(s.clone()));
    }
    let length = (s.len() - count * old.len()).saturating_add(count.saturating_mul(new.len()));
    pay(runtime, length)?;
    let mut out = Vec::with_capacity(length);
    let mut done = 0;
    for at in places(s, old) {
        out.extend_from_slice(&s[done..at]);
        out.extend_from_slice(new);
        done = at + old.len();
    }
    out.extend_from_slice(&s[done..]);
    Ok(Value::str(out))
}

/// Where `part` begins in `s`; an empty one before each code point and at the end.
fn places<'s>(s: &'s [u8], part: &'s [u8]) -> impl Iterator<Item = usize> {
    let between = part.is_empty().then(|| runes(s).map(|(at, _)| at).chain([s.len()]));
    let parts = (!part.is_empty()).then(|| memmem::find_iter(s, part));
    between.into_iter().flatten().chain(parts.into_iter().flatten())
}

/// Bytes that a list of short strings takes for each, at most.
const PART_BYTES: usize = 3 * size_of::<Value>();

/// `strings.SplitN`: at most `count` parts, the last one with all that is left. An empty separator splits
/// between code points.
fn split(runtime: &mut dyn Runtime, s: &[u8], separator: &[u8], count: usize) -> Result<Vec<Str>, CallError> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let starts = || {
        let outer = usize::from(separator.is_empty());
        let inside = move |at: &usize| outer == 0 || *at < s.len();
        places(s, separator).skip(outer).take_while(inside).take(count - 1)
    };
    if separator.is_empty() && s.is_empty() {
        return Ok(Vec::new());
    }
    let count = starts().count() + 1;
    pay(runtime, s.len() + count * PART_BYTES)?;
    let mut parts = Vec::with_capacity(count);
    let mut done = 0;
    for at in starts() {
        parts.push(Str::from(&s[done..at]));
        done = at + separator.len();
    }
    parts.push(Str::from(&s[done..]));
    Ok(parts)
}

/// The parts of `s` under the keys `_0`, `_1`…
fn numbered(runtime: &mut dyn Runtime, s: &[u8], separator: &[u8], count: usize) -> Result<Value, CallError> {
    let parts = split(runtime, s, separator, count)?;
    let entries = parts.into_iter().enumerate().map(|(i, part)| (format!("_{i}"), Value::Str(part)));
    Ok(Value::Map(Map::from_entries(Type::String, entries)))
}

fn join(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let separator = text(args, 0);
    let parts = strslice(runtime, any(args, 1))?;
    let separators = parts.len().saturating_sub(1).saturating_mul(separator.len());
    pay(runtime, parts.iter().map(|part| part.len()).sum::<usize>().saturating_add(separators))?;
    Ok(Value::str(parts.join(separator.as_bytes())))
}

/// Sorts the texts of the items; a `[]string` is sorted in place.
fn sort_alpha(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let value = any(args, 0);
    if value.kind() != Kind::Slice {
        return Ok(Value::strings([strval(runtime, value)?]));
    }
    let mut parts = strslice(runtime, value)?;
    // Each comparison may read the whole strings.
    let bytes: u64 = parts.iter().map(|part| 16 + part.len() as u64).sum();
    runtime.charge((bytes / 16).saturating_mul(u64::from(parts.len().checked_ilog2().unwrap_or(0))))?;
    parts.sort_unstable();
    match value {
        Value::List(list) if list.elem() == Type::String => {
            list.replace(parts.into_iter().map(Value::Str).collect());
            Ok(value.clone())
        }
        _ => Ok(Value::strings(parts)),
    }
}

/// Moves the code points to random places, each order as likely as any other.
fn shuffle(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let s = text(args, 0);
    pay(runtime, s.len().saturating_mul(3))?;
    let mut all: Vec<char> = runes(s).map(|(_, c)| c).collect();
    for last in (1..all.len()).rev() {
        all.swap(last, random::below(runtime, last as u64 + 1) as usize);
    }
    Ok(Value::str(all.into_iter().collect::<String>()))
}

/// What becomes of a word that is longer than a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LongWords {
    /// It gets a line of its own.
    Keep,
    /// It is cut.
    Cut,
}

/// Breaks `s` at spaces into lines of at most `width` bytes, with `separator` between them.
fn wrap(
    runtime: &mut dyn Runtime,
    s: &[u8],
    width: i64,
    separator: &[u8],
    long_words: LongWords,
) -> Result<Value, CallError> {
    let width = usize::try_from(width).unwrap_or(0).max(1);
    pay(runtime, s.len())?;
    let mut lines: Vec<&[u8]> = Vec::new();
    let mut rest = s;
    while rest.len() > width {
        if let Some(trimmed) = rest.strip_prefix(b" ") {
            rest = trimmed;
            continue;
        }
        // A space just behind the line still ends it.
        let space = memchr::memrchr(b' ', &rest[..=width]);
        let (end, next) = match (space, long_words) {
            (Some(space), _) => (space, space + 1),
            (None, LongWords::Cut) => (width, width),
            (None, LongWords::Keep) => match memchr::memchr(b' ', &rest[width..]) {
                Some(space) => (width + space, width + space + 1),
                None => break,
            },
        };
        lines.push(&rest[..end]);
        rest = &rest[next..];
        if lines.len() == lines.capacity() {
            runtime.reserve((3 * lines.len() * size_of::<&[u8]>()) as u64)?;
        }
    }
    lines.push(rest);
    pay(runtime, lines.len().saturating_mul(separator.len()).saturating_add(s.len()))?;
    Ok(Value::str(lines.join(separator)))
}
