//! Types, kinds and deep equality.

use super::table::function;
use crate::value::call::{CallError, Function, Runtime};
use crate::value::{Type, Value, deep_equal_steps};

const ANY: Type = Type::Interface;

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    function("typeOf", &[ANY], Type::String, type_of),
    function("typeIs", &[Type::String, ANY], Type::Bool, type_is),
    function("typeIsLike", &[Type::String, ANY], Type::Bool, type_is_like),
    function("kindOf", &[ANY], Type::String, kind_of),
    function("kindIs", &[Type::String, ANY], Type::Bool, kind_is),
    function("deepEqual", &[ANY, ANY], Type::Bool, deep_equal),
];

fn type_of(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::str(args[0].go_type().to_string()))
}

fn type_is(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::Bool(is_name(&args[0], &args[1].go_type().to_string())))
}

/// Takes the name of a type for that of a pointer to it, too.
fn type_is_like(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let name = args[1].go_type().to_string();
    let pointed_to = name.strip_prefix('*');
    Ok(Value::Bool(is_name(&args[0], &name) || pointed_to.is_some_and(|name| is_name(&args[0], name))))
}

fn kind_of(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::str(args[0].kind().name()))
}

fn kind_is(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::Bool(is_name(&args[0], args[1].kind().name())))
}

fn is_name(value: &Value, name: &str) -> bool {
    value.as_str().is_some_and(|s| s == name)
}

fn deep_equal(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (equal, steps) = deep_equal_steps(&args[0], &args[1]);
    runtime.charge(steps)?;
    Ok(Value::Bool(equal))
}
