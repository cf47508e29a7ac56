//! Go's printing built-ins and escapers.

use crate::value::call::Function;

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[];
