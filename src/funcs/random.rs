//! Random strings, numbers and UUIDs (Sprig). All randomness comes from the host.

use data_encoding::BASE64;

use super::args::{int, pay};
use super::table::function;
use crate::value::call::{CallError, Function, Runtime};
use crate::value::{Type, Value};

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    function("randAlpha", &[Type::Int], Type::String, |runtime, args| {
        string(runtime, args, |b| b.is_ascii_alphabetic())
    }),
    function("randAlphaNum", &[Type::Int], Type::String, |runtime, args| {
        string(runtime, args, |b| b.is_ascii_alphanumeric())
    }),
    function("randAscii", &[Type::Int], Type::String, |runtime, args| {
        string(runtime, args, |b| matches!(b, b' '..=b'~'))
    }),
    function("randBytes", &[Type::Int], Type::String, bytes),
    function("randInt", &[Type::Int, Type::Int], Type::Int, integer),
    function("randNumeric", &[Type::Int], Type::String, |runtime, args| {
        string(runtime, args, |b| b.is_ascii_digit())
    }),
    function("uuidv4", &[], Type::String, |runtime, _| {
        let mut bytes = [0; 16];
        runtime.host().random(&mut bytes);
        Ok(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string().into())
    }),
];

/// The largest allocation in Go; beyond it `make` panics.
const MAX_ALLOCATION: u64 = 1 << 48;

/// A length for Go's `make` with elements of this many bytes.
fn make_len(len: i64, element: u64) -> Result<usize, CallError> {
    let valid = u64::try_from(len).ok().filter(|len| len.saturating_mul(element) <= MAX_ALLOCATION);
    valid
        .and_then(|len| usize::try_from(len).ok())
        .ok_or_else(|| CallError::new("runtime error: makeslice: len out of range"))
}

/// A string of the asked length with characters of which `is_wanted` is true, each as likely as any other.
fn string(runtime: &mut dyn Runtime, args: &[Value], is_wanted: fn(&u8) -> bool) -> Result<Value, CallError> {
    // goutils refuses a negative length, and Sprig ignores that.
    let len = make_len(int(args, 0).max(0), 4)?;
    runtime.charge(len as u64)?;
    pay(runtime, len)?;
    let mut out = Vec::with_capacity(len);
    let mut buffer = [0; 256];
    while out.len() < len {
        runtime.host().random(&mut buffer);
        out.extend(buffer.iter().map(|b| b & 0x7F).filter(is_wanted).take(len - out.len()));
    }
    Ok(Value::Str(out.into()))
}

/// Random bytes in base64.
fn bytes(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let len = make_len(int(args, 0), 1)?;
    runtime.charge(len as u64)?;
    pay(runtime, len.saturating_mul(3))?;
    let mut bytes = vec![0; len];
    runtime.host().random(&mut bytes);
    Ok(BASE64.encode(&bytes).into())
}

/// A number from the first argument to below the second.
fn integer(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (min, max) = (int(args, 0), int(args, 1));
    let span = u64::try_from(max.wrapping_sub(min)).unwrap_or(0);
    if span == 0 {
        return Err(CallError::new("invalid argument to Intn"));
    }
    // The span fits in an i64, so its part of it does too.
    Ok(Value::Int(min.wrapping_add(below(runtime, span) as i64)))
}

/// A random number below `end`, which is not zero.
pub(super) fn below(runtime: &mut dyn Runtime, end: u64) -> u64 {
    // Numbers beyond the last multiple of `end` would make the small ones more likely.
    let fair = u64::MAX - u64::MAX % end;
    loop {
        let mut bytes = [0; 8];
        runtime.host().random(&mut bytes);
        let number = u64::from_le_bytes(bytes);
        if number < fair {
            return number % end;
        }
    }
}
