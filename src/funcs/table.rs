//! How the families write their tables.

use crate::value::call::{CallError, Function, Runtime, Signature};
use crate::value::{Type, Value};

/// The code of a function.
pub(super) type Call = fn(&mut dyn Runtime, &[Value]) -> Result<Value, CallError>;

/// A function of fixed parameters.
pub(super) const fn function(
    name: &'static str,
    params: &'static [Type],
    result: Type,
    call: Call,
) -> Function {
    Function { name, signature: Signature::new(params, result), call }
}

/// A function that takes any number of `rest` behind `params`.
pub(super) const fn variadic(
    name: &'static str,
    params: &'static [Type],
    rest: Type,
    result: Type,
    call: Call,
) -> Function {
    Function { name, signature: Signature::variadic(params, rest, result), call }
}
