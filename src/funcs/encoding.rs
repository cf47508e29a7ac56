//! base64, base32 and friends.

use crate::value::call::Function;

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[];
