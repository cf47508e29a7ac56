//! Go maps with string keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Str, Type, Value, meter};

/// The entries of a map in key order, which is the order in which Go's templates walk and print maps.
pub type Entries = BTreeMap<Str, Value>;

/// A Go map with string keys. Clones share the entries: a change is seen through every clone.
#[derive(Clone, Debug)]
pub struct Map {
    cell: Arc<Cell>,
    view: View,
}

/// The type that one handle of a map shows: Go converts between a named map type and the one underneath
/// without copying the map.
#[derive(Clone, Copy, Debug)]
enum View {
    /// The type that the map was made with.
    Made,
    /// The type underneath a named one.
    Underlying,
    /// [`Type::VALUES`]
    Values,
}

#[derive(Debug)]
struct Cell {
    go_type: Type,
    nil: bool,
    /// Copied on write while a snapshot is alive, so walking a map and changing it never meet.
    entries: Mutex<Arc<Entries>>,
}

/// Bytes of a map with `len` entries.
fn size(len: usize) -> usize {
    // The nodes of the tree are half empty at worst.
    size_of::<Cell>() + 2 * len * size_of::<(Str, Value)>()
}

impl Drop for Cell {
    fn drop(&mut self) {
        meter::resize(size(self.entries.get_mut().len()), 0);
        // Entries with another holder, a snapshot, are dropped by that.
        if let Some(entries) = Arc::get_mut(self.entries.get_mut())
            && !entries.is_empty()
        {
            super::drop_deep(std::mem::take(entries));
        }
    }
}

impl Map {
    /// An empty `map[string]interface {}`.
    pub fn new() -> Map {
        Map::typed(Type::ANY_MAP, Entries::new())
    }

    /// A map with values of Go type `elem`; of equal keys the last wins.
    pub fn from_entries<K: Into<Str>>(elem: Type, entries: impl IntoIterator<Item = (K, Value)>) -> Map {
        Map::typed(elem.map_of(), entries.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    /// A map of the Go type `go_type`, which must be a map type or a named one.
    pub fn typed(go_type: Type, entries: Entries) -> Map {
        Map::of_cell(Cell { go_type, nil: false, entries: Mutex::new(Arc::new(entries)) })
    }

    /// The nil map of type `go_type`: prints as `map[]`, but is `null` in JSON.
    pub fn nil(go_type: Type) -> Map {
        Map::of_cell(Cell { go_type, nil: true, entries: Mutex::default() })
    }

    fn of_cell(mut cell: Cell) -> Map {
        meter::resize(0, size(cell.entries.get_mut().len()));
        Map { cell: Arc::new(cell), view: View::Made }
    }

    /// The value under `key`.
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        self.cell.entries.lock().get(key.as_ref()).cloned()
    }

    /// True if `key` is there, also with a nil value.
    pub fn contains_key(&self, key: impl AsRef<[u8]>) -> bool {
        self.cell.entries.lock().contains_key(key.as_ref())
    }

    /// Sets `key` to `value`.
    pub fn insert(&self, key: impl Into<Str>, value: Value) {
        // What was there is dropped after the lock: dropping a deep value may take other locks.
        let key = key.into();
        let old = Arc::make_mut(&mut self.cell.entries.lock()).insert(key, value);
        if old.is_none() {
            meter::resize(size(0), size(1));
        }
    }

    /// Removes `key` and gives its value.
    pub fn remove(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        let old = Arc::make_mut(&mut self.cell.entries.lock()).remove(key.as_ref());
        if old.is_some() {
            meter::resize(size(1), size(0));
        }
        old
    }

    /// The entries at this moment; later changes do not show in what was returned. Costs no copy.
    pub fn entries(&self) -> Arc<Entries> {
        self.cell.entries.lock().clone()
    }

    /// Replaces all entries, for every clone.
    pub fn replace(&self, entries: Entries) {
        let after = size(entries.len());
        let old = std::mem::replace(&mut *self.cell.entries.lock(), Arc::new(entries));
        meter::resize(size(old.len()), after);
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.cell.entries.lock().len()
    }

    /// True if there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True for the nil map.
    pub fn is_nil(&self) -> bool {
        self.cell.nil
    }

    /// The map type, e.g. `map[string]interface {}` or `common.Values`.
    pub fn go_type(&self) -> Type {
        match self.view {
            View::Made => self.cell.go_type,
            View::Underlying => self.cell.go_type.underlying(),
            View::Values => Type::VALUES,
        }
    }

    /// This very map, seen as the type underneath its named one: `.Values` passed as a `map[string]interface {}`.
    pub fn underlying(&self) -> Map {
        Map { cell: self.cell.clone(), view: View::Underlying }
    }

    /// This very map, seen as `common.Values`: a subchart's part of its parent's values.
    pub fn as_values(&self) -> Map {
        Map { cell: self.cell.clone(), view: View::Values }
    }

    /// The type of the values.
    pub fn elem(&self) -> Type {
        self.cell.go_type.elem().unwrap_or(Type::Interface)
    }

    /// True if both are the same map, not only equal ones.
    pub fn same(&self, other: &Map) -> bool {
        Arc::ptr_eq(&self.cell, &other.cell)
    }

    /// An address that identifies this map among those alive, for cycle checks.
    pub fn id(&self) -> usize {
        Arc::as_ptr(&self.cell) as usize
    }

    /// True if something else holds this map too.
    pub(super) fn has_other_holders(&self) -> bool {
        Arc::strong_count(&self.cell) > 1
    }

    /// A map of the type `go_type` with the entries of this one at this moment.
    pub fn retyped(&self, go_type: Type) -> Map {
        Map::of_cell(Cell { go_type, nil: self.cell.nil, entries: Mutex::new(self.entries()) })
    }

    pub(super) fn with_entries(&self, entries: Entries) -> Map {
        Map::of_cell(Cell {
            go_type: self.go_type(),
            nil: self.cell.nil,
            entries: Mutex::new(Arc::new(entries)),
        })
    }
}

impl Default for Map {
    fn default() -> Map {
        Map::new()
    }
}
