//! Defaults, emptiness, ternary, fail and required.

use crate::value::call::Function;

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[];
