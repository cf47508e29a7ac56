//! How many bytes the values of a thread hold.
//!
//! Strings, lists and maps count what they allocate and give it back when they are dropped, so that a budget can
//! tell a loop that makes garbage from one that hoards.

use std::cell::Cell;

thread_local! {
    static HELD: Cell<i64> = const { Cell::new(0) };
}

/// Bytes that values made on this thread hold, less those of values dropped on it. Values that end on another
/// thread than they began on move the zero; so only the difference of two readings means something.
pub fn held() -> i64 {
    HELD.get()
}

/// Counts a change of an allocation from `before` to `after` bytes.
pub(super) fn resize(before: usize, after: usize) {
    HELD.set(HELD.get().wrapping_add((after as i64).wrapping_sub(before as i64)));
}

/// Bytes that something else than a value holds, counted for as long as this lives.
#[derive(Debug)]
pub struct Hold(usize);

impl Hold {
    /// Counts `bytes`.
    pub fn new(bytes: usize) -> Hold {
        resize(0, bytes);
        Hold(bytes)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        resize(self.0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Map, Str, Value};

    #[test]
    fn counts_what_lives() {
        let start = held();
        let text = Str::from(vec![b'x'; 1000]);
        let list = Value::list((0..100).map(|_| Value::Str(text.clone())));
        assert!((3_400..4_000).contains(&(held() - start)), "{}", held() - start);
        let map = Map::new();
        for key in 0..100 {
            map.insert(key.to_string(), list.clone());
        }
        let full = held() - start;
        assert!((9_000..20_000).contains(&full), "{full}");
        let snapshot = map.entries();
        map.remove("7");
        let copy = Value::Map(map.clone()).deep_copy();
        assert!(held() - start > full + 5_000);
        drop((copy, snapshot, map, list, text));
        assert_eq!(held() - start, 0);
    }

    #[test]
    fn counts_strings_that_grow() {
        let start = held();
        let mut text = Str::new();
        for _ in 0..1000 {
            text.push_bytes(b"0123456789");
        }
        let alias = text.clone();
        let one = held() - start;
        assert!(one >= 10_000);
        text.push_bytes(b"!");
        assert!(held() - start >= one + 10_000);
        drop((alias, text));
        assert_eq!(held() - start, 0);
    }
}
