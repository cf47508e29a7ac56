//! Access to arguments and payment for results, shared by the families.
//!
//! The executor has checked the arguments against the signature, so a missing or wrong one cannot come here; the
//! accessors give an empty value for it.

use crate::value::call::{CallError, Runtime};
use crate::value::{Str, Value};

static EMPTY: Str = Str::new();

/// The `string` at `index`.
pub(super) fn text(args: &[Value], index: usize) -> &Str {
    args.get(index).and_then(Value::as_str).unwrap_or(&EMPTY)
}

/// The `int` at `index`.
pub(super) fn int(args: &[Value], index: usize) -> i64 {
    args.get(index).and_then(Value::as_int).unwrap_or_default()
}

/// The `interface {}` at `index`.
pub(super) fn any(args: &[Value], index: usize) -> &Value {
    args.get(index).unwrap_or(&Value::Nil)
}

/// Pays for reading or making `bytes` bytes: fuel for the work, and memory for a result of that size.
pub(super) fn pay(runtime: &mut dyn Runtime, bytes: usize) -> Result<(), CallError> {
    runtime.charge(bytes as u64 / 16)?;
    runtime.reserve(bytes as u64)
}
