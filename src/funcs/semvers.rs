//! Semantic versions.

use crate::semver::{Constraint, VERSION_POINTER, Version};
use crate::value::call::{CallError, Function, Runtime, Signature};
use crate::value::{Type, Value};

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    Function { name: "semver", signature: Signature::new(&[Type::String], VERSION_POINTER), call: semver },
    Function {
        name: "semverCompare",
        signature: Signature::new(&[Type::String, Type::String], Type::Bool),
        call: semver_compare,
    },
];

fn semver(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Version::parse(text(args, 0))?.into())
}

fn semver_compare(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (constraint, version) = (text(args, 0), text(args, 1));
    runtime.charge((constraint.len() + version.len()) as u64 / 16)?;
    let constraint = Constraint::parse(constraint)?;
    Ok(Value::Bool(constraint.check(&Version::parse(version)?)))
}

fn text(args: &[Value], index: usize) -> &[u8] {
    args.get(index).and_then(Value::as_str).map(|s| s.as_bytes()).unwrap_or_default()
}
