//! URLs.

use crate::value::call::Function;

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[];
