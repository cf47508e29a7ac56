//! DNS.

use super::args::text;
use crate::value::Type;
use crate::value::call::{Function, Signature};

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[Function {
    name: "getHostByName",
    signature: Signature::new(&[Type::String], Type::String),
    // Of several addresses Helm takes any; this takes the first, so that the output does not change.
    call: |runtime, args| {
        let addresses = runtime.host().resolve(&text(args, 0).to_str_lossy());
        Ok(addresses.into_iter().next().unwrap_or_default().into())
    },
}];
