//! Conversions between types (Sprig over spf13/cast).

use super::args::{any, text};
use super::table::function;
use crate::gofmt::{self, atoi, parse_float, parse_int};
use crate::limits;
use crate::value::call::{CallError, Function, Runtime};
use crate::value::{Kind, Num, Str, Type, Value};

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    function("atoi", &[Type::String], Type::Int, |_, args| Ok(Value::Int(lenient_atoi(text(args, 0))))),
    function("float64", ANY, Type::Float64, |_, args| Ok(Value::Float64(to_float64(any(args, 0))))),
    function("int", ANY, Type::Int, |_, args| Ok(Value::Int(to_int64(any(args, 0))))),
    function("int64", ANY, Type::Int64, |_, args| Ok(Value::Int64(to_int64(any(args, 0))))),
    function("toDecimal", ANY, Type::Int64, to_decimal),
    function("toString", ANY, Type::String, |runtime, args| Ok(Value::Str(strval(runtime, any(args, 0))?))),
    function("toStrings", ANY, Type::STRINGS, to_strings),
];

const ANY: &[Type] = &[Type::Interface];

/// `cast.ToInt64`, which Sprig applies to every operand of integer arithmetic: 0 for what is no number.
pub(super) fn to_int64(value: &Value) -> i64 {
    match value {
        Value::Bool(b) => i64::from(*b),
        Value::Int(i) | Value::Int64(i) => *i,
        Value::Float64(f) => truncate(*f),
        Value::Num(Num::Float32(f)) => truncate(f64::from(*f)),
        // Go's conversion of an unsigned integer keeps the bits.
        Value::Num(_) => value.as_int().or_else(|| value.as_uint().map(|u| u as i64)).unwrap_or(0),
        Value::Str(s) => parse_int(trim_zero_decimal(s), 0, 0).unwrap_or(0),
        _ => calendar_int(value).unwrap_or(0),
    }
}

/// `cast.ToFloat64`, which Sprig applies to every operand of float arithmetic: 0 for what is no number.
pub(super) fn to_float64(value: &Value) -> f64 {
    match value {
        Value::Bool(b) => f64::from(u8::from(*b)),
        Value::Int(i) | Value::Int64(i) => *i as f64,
        Value::Float64(f) => *f,
        Value::Num(Num::Float32(f)) => f64::from(*f),
        Value::Num(_) => match (value.as_int(), value.as_uint()) {
            (Some(i), _) => i as f64,
            (_, Some(u)) => u as f64,
            _ => 0.0,
        },
        Value::Str(s) => parse_float(s, 64).unwrap_or(0.0),
        _ => calendar_int(value).map_or(0.0, |i| i as f64),
    }
}

/// Of all named integer types, months and weekdays alone count as numbers.
fn calendar_int(value: &Value) -> Option<i64> {
    match value.go_type() {
        Type::Named("time.Month" | "time.Weekday", _) => value.as_int(),
        _ => None,
    }
}

/// Go's conversion to `int64` on amd64: what is out of range, NaN too, gives the smallest number.
fn truncate(f: f64) -> i64 {
    // 2^63, the first float that is too large.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&f) { f as i64 } else { i64::MIN }
}

/// Cuts `.`, `.0`, `.00`…, with at least one zero, off the end of a number.
fn trim_zero_decimal(s: &[u8]) -> &[u8] {
    let zeros = s.iter().rev().take_while(|&&b| b == b'0').count();
    match s.split_at_checked(s.len() - zeros) {
        Some(([rest @ .., b'.'], _)) if zeros > 0 => rest,
        _ => s,
    }
}

/// The number as far as `int` goes: one out of range becomes the nearest, other texts 0.
fn lenient_atoi(s: &[u8]) -> i64 {
    atoi(s).unwrap_or_else(|error| match s.first() {
        Some(b'-') if error.is_range() => i64::MIN,
        _ if error.is_range() => i64::MAX,
        _ => 0,
    })
}

/// Reads the digits of a value as octal, as file modes are written.
fn to_decimal(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let mut digits = Vec::new();
    gofmt::print_within(any(args, 0), &mut digits, limits::RESULT_BYTES)?;
    Ok(Value::Int64(parse_int(&digits, 8, 64).unwrap_or(0)))
}

/// Sprig's `strval`: the text of any value, which for strings and bytes is themselves.
pub(super) fn strval(runtime: &mut dyn Runtime, value: &Value) -> Result<Str, CallError> {
    match value {
        Value::Str(s) | Value::Bytes(s) => Ok(s.clone()),
        _ => {
            let mut text = Vec::new();
            gofmt::print_within(value, &mut text, limits::RESULT_BYTES)?;
            super::args::pay(runtime, text.len())?;
            Ok(text.into())
        }
    }
}

/// Sprig's `strslice`: the texts of the items that are not nil; a value that is no slice is its own only item.
pub(super) fn strslice(runtime: &mut dyn Runtime, value: &Value) -> Result<Vec<Str>, CallError> {
    let items = match value {
        Value::Nil => return Ok(Vec::new()),
        Value::List(list) => list.items().into_iter().collect(),
        Value::Bytes(bytes) => bytes.iter().map(|&b| Value::Num(Num::Uint8(b))).collect(),
        Value::Object(object) if value.kind() == Kind::Slice => object.items().unwrap_or_default(),
        _ => return Ok(vec![strval(runtime, value)?]),
    };
    super::args::pay(runtime, items.len() * size_of::<Value>())?;
    items.iter().filter(|item| !matches!(item, Value::Nil)).map(|item| strval(runtime, item)).collect()
}

fn to_strings(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    match any(args, 0) {
        // The same slice, not a copy.
        Value::List(list) if list.elem() == Type::String => Ok(Value::List(list.clone())),
        value => Ok(Value::strings(strslice(runtime, value)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_to_integers_as_cast_does() {
        for (value, expect) in [
            (Value::Nil, 0),
            (Value::Bool(true), 1),
            (Value::Float64(-2.9), -2),
            (Value::Float64(9.3e18), i64::MIN),
            (Value::Float64(f64::NAN), i64::MIN),
            (Value::Num(Num::Uint64(u64::MAX)), -1),
            (Value::str("12"), 12),
            (Value::str("0x1F"), 31),
            (Value::str("0755"), 493),
            (Value::str("08"), 0),
            (Value::str("1_000"), 1000),
            (Value::str("2.00"), 2),
            (Value::str("2."), 0),
            (Value::str("2.50"), 0),
            (Value::str("9223372036854775808"), 0),
            (Value::list([]), 0),
        ] {
            assert_eq!(to_int64(&value), expect, "{value:?}");
        }
    }

    #[test]
    fn atoi_keeps_what_fits() {
        for (text, expect) in [
            ("12", 12),
            ("x", 0),
            ("0x1", 0),
            ("99999999999999999999", i64::MAX),
            ("-99999999999999999999", i64::MIN),
        ] {
            assert_eq!(lenient_atoi(text.as_bytes()), expect, "{text}");
        }
    }
}
