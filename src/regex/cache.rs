//! Compiled patterns of this process.

use std::sync::Arc;

use hashbrown::HashMap;
use parking_lot::Mutex;

use super::Regex;
use crate::limits;

/// Two generations: when the young one is full it becomes the old one, and what was old and unused is forgotten.
#[derive(Default)]
struct Generations {
    young: Generation,
    old: Generation,
}

#[derive(Default)]
struct Generation {
    regexes: HashMap<Box<[u8]>, Arc<Regex>, foldhash::fast::FixedState>,
    bytes: usize,
}

static CACHE: Mutex<Option<Generations>> = Mutex::new(None);

/// The compiled `pattern`, if it is known.
pub(super) fn get(pattern: &[u8]) -> Option<Arc<Regex>> {
    let mut cache = CACHE.lock();
    let cache = cache.as_mut()?;
    if let Some(regex) = cache.young.regexes.get(pattern) {
        return Some(regex.clone());
    }
    let (pattern, regex) = cache.old.regexes.remove_entry(pattern)?;
    cache.insert(pattern, regex.clone());
    Some(regex)
}

/// Keeps a compiled pattern.
pub(super) fn put(pattern: &[u8], regex: Arc<Regex>) {
    CACHE.lock().get_or_insert_default().insert(pattern.into(), regex);
}

impl Generations {
    fn insert(&mut self, pattern: Box<[u8]>, regex: Arc<Regex>) {
        let bytes = pattern.len() + regex.memory();
        if self.young.bytes.saturating_add(bytes) > limits::REGEX_CACHE_BYTES / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.bytes += bytes;
        self.young.regexes.insert(pattern, regex);
    }
}
