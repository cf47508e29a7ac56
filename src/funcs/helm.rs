//! Helm's own: include, tpl, lookup, required, fail.

use crate::value::call::{CallError, FAILED, Function, Refusal, Runtime, Signature};
use crate::value::{Str, Type, Value};

/// Helm encloses the messages of `required` and `fail` in these, so that it finds them in the text of an error
/// and can leave out all around them.
pub const MESSAGE_START: &str = "HELM_ERR_START";
/// The end of such a message.
pub const MESSAGE_END: &str = "HELM_ERR_END";

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "include",
        signature: Signature::new(&[Type::String, Type::Interface], Type::String),
        call: include,
    },
    Function {
        name: "tpl",
        signature: Signature::new(&[Type::String, Type::Interface], Type::String),
        call: tpl,
    },
    Function {
        name: "lookup",
        signature: Signature::new(&[Type::String, Type::String, Type::String, Type::String], Type::ANY_MAP),
        call: lookup,
    },
    Function {
        name: "required",
        signature: Signature::new(&[Type::String, Type::Interface], Type::Interface),
        call: required,
    },
    Function { name: "fail", signature: Signature::new(&[Type::String], Type::String), call: fail },
];

fn include(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let [Value::Str(name), data] = args else { return Ok(Value::Nil) };
    runtime.include(name, data).map(Value::Str)
}

fn tpl(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let [Value::Str(text), data] = args else { return Ok(Value::Nil) };
    runtime.tpl(text, data).map(Value::Str)
}

fn lookup(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let [Value::Str(api_version), Value::Str(kind), Value::Str(namespace), Value::Str(name)] = args else {
        return Ok(Value::Nil);
    };
    let text = Str::to_str_lossy;
    runtime.host().lookup(&text(api_version), &text(kind), &text(namespace), &text(name)).map(Value::Map)
}

fn required(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let [Value::Str(message), value] = args else { return Ok(Value::Nil) };
    let note = match value {
        Value::Nil => "missing required value",
        Value::Str(s) if s.is_empty() => "missing required values",
        _ => return Ok(value.clone()),
    };
    refuse(runtime, note, message)
}

fn fail(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let [Value::Str(message)] = args else { return Ok(Value::Nil) };
    refuse(runtime, FAILED, message)
}

/// Ends the render with the chart's own message; `helm lint` only notes it.
fn refuse(runtime: &mut dyn Runtime, note: &'static str, message: &Str) -> Result<Value, CallError> {
    if runtime.host().is_lint() {
        runtime.note(Refusal { note, message: message.to_string() });
        return Ok(Value::Str(Str::new()));
    }
    Err(CallError::new([MESSAGE_START.as_bytes(), message, MESSAGE_END.as_bytes()].concat()))
}
