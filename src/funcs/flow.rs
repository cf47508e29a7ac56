//! Defaults, emptiness, ternary.

use crate::value::call::{CallError, Function, Runtime, Signature};
use crate::value::{Type, Value};

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "all",
        signature: Signature::variadic(&[], Type::Interface, Type::Bool),
        call: |_, args| Ok(Value::Bool(!args.iter().any(is_empty))),
    },
    Function {
        name: "any",
        signature: Signature::variadic(&[], Type::Interface, Type::Bool),
        call: |_, args| Ok(Value::Bool(!args.iter().all(is_empty))),
    },
    Function {
        name: "coalesce",
        signature: Signature::variadic(&[], Type::Interface, Type::Interface),
        call: |_, args| Ok(args.iter().find(|arg| !is_empty(arg)).cloned().unwrap_or_default()),
    },
    Function {
        name: "default",
        signature: Signature::variadic(&[Type::Interface], Type::Interface, Type::Interface),
        call: default,
    },
    Function {
        name: "empty",
        signature: Signature::new(&[Type::Interface], Type::Bool),
        call: |_, args| Ok(Value::Bool(args.iter().all(is_empty))),
    },
    Function {
        name: "ternary",
        signature: Signature::new(&[Type::Interface, Type::Interface, Type::Bool], Type::Interface),
        call: ternary,
    },
];

/// True for what Sprig takes for empty: nil, zero, false and all without elements. No struct is.
pub(super) fn is_empty(value: &Value) -> bool {
    !value.is_true()
}

fn default(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(match args {
        [_, given, ..] if !is_empty(given) => given.clone(),
        [default, ..] => default.clone(),
        [] => Value::Nil,
    })
}

fn ternary(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let [yes, no, Value::Bool(test)] = args else { return Ok(Value::Nil) };
    Ok(if *test { yes } else { no }.clone())
}
