//! Go's `string`: immutable bytes, by convention UTF-8.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

use bstr::ByteSlice;
use ecow::EcoVec;

use super::meter;

/// Immutable bytes with Go's string meaning; a clone shares the bytes.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Str(EcoVec<u8>);

impl Str {
    /// The empty string.
    pub const fn new() -> Str {
        Str(EcoVec::new())
    }

    /// A string that [`meter`] knows of.
    fn metered(bytes: EcoVec<u8>) -> Str {
        meter::resize(0, allocation(&bytes));
        Str(bytes)
    }

    /// The empty string, with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Str {
        Str::metered(EcoVec::with_capacity(capacity))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text if the bytes are UTF-8.
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text, each invalid byte sequence replaced by U+FFFD.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        self.0.to_str_lossy()
    }

    /// Appends `bytes`; copies first when the bytes are shared.
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        let before = if self.0.is_unique() { allocation(&self.0) } else { 0 };
        self.0.extend_from_slice(bytes);
        meter::resize(before, allocation(&self.0));
    }
}

/// Bytes of the allocation behind `bytes`.
fn allocation(bytes: &EcoVec<u8>) -> usize {
    match bytes.capacity() {
        0 => 0,
        // A header, and what allocators round up.
        capacity => capacity + 4 * size_of::<usize>(),
    }
}

impl Drop for Str {
    fn drop(&mut self) {
        if !self.0.is_empty() && self.0.is_unique() {
            meter::resize(allocation(&self.0), 0);
        }
    }
}

impl Deref for Str {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Borrow<[u8]> for Str {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Str {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0.as_bstr(), f)
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0.as_bstr(), f)
    }
}

impl From<&str> for Str {
    fn from(s: &str) -> Str {
        Str::metered(EcoVec::from(s.as_bytes()))
    }
}

impl From<&[u8]> for Str {
    fn from(s: &[u8]) -> Str {
        Str::metered(EcoVec::from(s))
    }
}

impl From<String> for Str {
    fn from(s: String) -> Str {
        Str::metered(EcoVec::from(s.as_bytes()))
    }
}

impl From<&String> for Str {
    fn from(s: &String) -> Str {
        Str::metered(EcoVec::from(s.as_bytes()))
    }
}

impl From<Vec<u8>> for Str {
    fn from(s: Vec<u8>) -> Str {
        Str::metered(EcoVec::from(s.as_slice()))
    }
}

impl From<&Str> for Str {
    fn from(s: &Str) -> Str {
        s.clone()
    }
}

impl From<Cow<'_, str>> for Str {
    fn from(s: Cow<'_, str>) -> Str {
        Str::metered(EcoVec::from(s.as_bytes()))
    }
}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}
