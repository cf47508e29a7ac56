//! Conversions between types (Sprig over spf13/cast).

use crate::value::call::Function;

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[];
