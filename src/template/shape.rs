//! What an expression of a template may stand for, known without executing it.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::PathId;
use crate::value::Str;

/// Everything that an expression may stand for, as far as values are concerned. An empty shape is something else: a
/// string, a number, what a function makes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shape {
    /// Values at these paths.
    pub places: BTreeSet<PathId>,
    /// What the files of these charts see as `.`.
    pub roots: BTreeSet<usize>,
    /// What maps that templates make have under known keys.
    pub entries: BTreeMap<Str, Shape>,
    /// What such maps have under unknown keys, or such lists as items.
    pub items: Option<Box<Shape>>,
}

impl Shape {
    /// `.` of some charts.
    pub fn roots(charts: &[usize]) -> Shape {
        Shape { roots: charts.iter().copied().collect(), ..Shape::default() }
    }

    /// A list of such items, or a map with such values.
    pub fn list(items: Shape) -> Shape {
        Shape { items: Some(Box::new(items)), ..Shape::default() }
    }

    /// True for something else than values.
    pub fn is_empty(&self) -> bool {
        *self == Shape::default()
    }

    /// Makes `self` what either of both stands for. True if that is more than before.
    pub fn join(&mut self, other: Shape) -> bool {
        let Shape { places, roots, entries, items } = other;
        let before = self.places.len() + self.roots.len();
        self.places.extend(places);
        self.roots.extend(roots);
        let mut grew = before != self.places.len() + self.roots.len();
        for (key, shape) in entries {
            grew |= self.put(key, shape);
        }
        if let Some(items) = items {
            grew |= match &mut self.items {
                Some(own) => own.join(*items),
                None => {
                    self.items = Some(items);
                    true
                }
            };
        }
        grew
    }

    /// Adds what a map has under `key`. True if that is more than before.
    pub fn put(&mut self, key: Str, shape: Shape) -> bool {
        match self.entries.get_mut(&key) {
            Some(own) => own.join(shape),
            None => {
                self.entries.insert(key, shape);
                true
            }
        }
    }

    /// The number of places, and of maps and lists that templates make, in all of it.
    pub fn size(&self) -> usize {
        let inner: usize =
            self.entries.values().chain(self.items.as_deref()).map(|shape| 1 + shape.size()).sum();
        self.places.len() + self.roots.len() + inner
    }

    /// What it stands for at most `depth` levels deep; what lies deeper is moved to `lost`.
    pub fn cut(self, depth: usize, lost: &mut Vec<Shape>) -> Shape {
        let Shape { places, roots, entries, items } = self;
        if entries.is_empty() && items.is_none() {
            return Shape { places, roots, ..Shape::default() };
        }
        if depth == 0 {
            lost.push(Shape { entries, items, ..Shape::default() });
            return Shape { places, roots, ..Shape::default() };
        }
        let entries = entries.into_iter().map(|(key, shape)| (key, shape.cut(depth - 1, lost))).collect();
        let items = items.map(|shape| Box::new(shape.cut(depth - 1, lost)));
        Shape { places, roots, entries, items }
    }
}
