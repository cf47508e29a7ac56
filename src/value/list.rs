//! Go slices.

use std::sync::Arc;

use ecow::EcoVec;
use parking_lot::Mutex;

use super::{Type, Value, meter};

/// A Go slice other than `[]byte`: an element type and items. Clones share the items, and a change (Sprig's
/// `sortAlpha` sorts a `[]string` in place) is seen through every clone.
#[derive(Clone, Debug)]
pub struct List(Arc<Cell>);

#[derive(Debug)]
struct Cell {
    elem: Type,
    nil: bool,
    items: Mutex<EcoVec<Value>>,
}

/// Bytes of a list that holds `items`.
fn size(items: &EcoVec<Value>) -> usize {
    size_of::<Cell>() + items.capacity() * size_of::<Value>()
}

impl Cell {
    fn new(elem: Type, nil: bool, items: EcoVec<Value>) -> Arc<Cell> {
        meter::resize(0, size(&items));
        Arc::new(Cell { elem, nil, items: Mutex::new(items) })
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        let items = std::mem::take(self.items.get_mut());
        meter::resize(size(&items), 0);
        if !items.is_empty() {
            super::drop_deep(items);
        }
    }
}

impl List {
    /// A slice with elements of Go type `elem`.
    pub fn new(elem: Type, items: impl IntoIterator<Item = Value>) -> List {
        List(Cell::new(elem, false, items.into_iter().collect()))
    }

    /// The nil slice with elements of Go type `elem`: prints as `[]`, but is `null` in JSON.
    pub fn nil(elem: Type) -> List {
        List(Cell::new(elem, true, EcoVec::new()))
    }

    /// The items at this moment; later changes do not show in what was returned. Costs no copy.
    pub fn items(&self) -> EcoVec<Value> {
        self.0.items.lock().clone()
    }

    /// The item at `index`.
    pub fn get(&self, index: usize) -> Option<Value> {
        self.0.items.lock().get(index).cloned()
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.0.items.lock().len()
    }

    /// True if there is no item.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// True for the nil slice.
    pub fn is_nil(&self) -> bool {
        self.0.nil
    }

    /// Appends an item, for every clone.
    pub fn push(&self, item: Value) {
        let mut items = self.0.items.lock();
        let before = size(&items);
        items.push(item);
        meter::resize(before, size(&items));
    }

    /// Replaces the items, for every clone.
    pub fn replace(&self, items: EcoVec<Value>) {
        let after = size(&items);
        let old = std::mem::replace(&mut *self.0.items.lock(), items);
        meter::resize(size(&old), after);
    }

    /// The element type.
    pub fn elem(&self) -> Type {
        self.0.elem
    }

    /// The slice type, e.g. `[]interface {}`.
    pub fn go_type(&self) -> Type {
        self.0.elem.slice_of()
    }

    /// True if both are the same slice, not only equal ones.
    pub fn same(&self, other: &List) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// An address that identifies this slice among those alive, for cycle checks.
    pub fn id(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }

    /// True if something else holds this slice too.
    pub(super) fn has_other_holders(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// A new slice of the same type and nilness with other items.
    pub(super) fn with_items(&self, items: EcoVec<Value>) -> List {
        List(Cell::new(self.0.elem, self.0.nil, items))
    }
}
