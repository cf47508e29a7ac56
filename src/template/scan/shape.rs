//! What an expression of a template may stand for, known without executing it.

use std::collections::{BTreeMap, BTreeSet};

use crate::template::paths::PathId;
use crate::value::Str;

/// A string that is one of more than this many may be any.
const TEXTS: usize = 256;

/// Which strings an expression may be: they decide which keys are looked up.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Texts {
    /// None that is known yet.
    #[default]
    None,
    /// One of these.
    These(BTreeSet<Str>),
    /// Nobody knows, or something else than a string.
    Any,
}

impl Texts {
    /// Makes `self` one of both. True if that is more than before.
    fn join(&mut self, other: Texts) -> bool {
        match (&mut *self, other) {
            (Texts::Any, _) | (_, Texts::None) => false,
            (Texts::These(own), Texts::These(other)) => {
                let before = own.len();
                own.extend(other);
                let grew = own.len() > before;
                if own.len() > TEXTS {
                    *self = Texts::Any;
                }
                grew
            }
            (own, other) => {
                *own = other;
                true
            }
        }
    }
}

/// Everything that an expression may stand for. An empty shape stands for nothing, as far as is known yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Values at these paths.
    pub places: BTreeSet<PathId>,
    /// What the files of these charts see as `.`.
    pub roots: BTreeSet<usize>,
    /// What maps that templates make have under known keys.
    pub entries: BTreeMap<Str, Shape>,
    /// What such maps have under unknown keys, or such lists as items.
    pub items: Option<Box<Shape>>,
    /// Which strings it may be, or if it may be something that is not told of here.
    pub texts: Texts,
}

impl Shape {
    /// Something else.
    pub fn other() -> Shape {
        Shape { texts: Texts::Any, ..Shape::default() }
    }

    /// One of these strings.
    pub fn texts(texts: impl IntoIterator<Item = Str>) -> Shape {
        Shape { texts: Texts::These(texts.into_iter().collect()), ..Shape::default() }
    }

    /// The strings that it may be, those among values left out; `None` if it may be others, too.
    pub fn known_texts(&self) -> Option<Vec<Str>> {
        if !self.roots.is_empty() {
            return None;
        }
        match &self.texts {
            Texts::None => Some(Vec::new()),
            Texts::These(texts) => Some(texts.iter().cloned().collect()),
            Texts::Any => None,
        }
    }

    /// The keys of it as a map.
    pub fn keys(&self) -> Shape {
        let is_known = self.places.is_empty() && self.roots.is_empty() && self.items.is_none();
        match self.texts {
            Texts::None | Texts::These(_) if is_known => Shape::texts(self.entries.keys().cloned()),
            _ => Shape::other(),
        }
    }

    /// `.` of some charts.
    pub fn roots(charts: &[usize]) -> Shape {
        Shape { roots: charts.iter().copied().collect(), ..Shape::default() }
    }

    /// A list of such items, or a map with such values.
    pub fn list(items: Shape) -> Shape {
        Shape { items: Some(Box::new(items)), ..Shape::default() }
    }

    /// True if nothing is known yet.
    pub fn is_empty(&self) -> bool {
        *self == Shape::default()
    }

    /// Makes `self` what either of both stands for. True if that is more than before.
    pub fn join(&mut self, other: Shape) -> bool {
        let Shape { places, roots, entries, items, texts } = other;
        let before = self.places.len() + self.roots.len();
        self.places.extend(places);
        self.roots.extend(roots);
        let mut grew = before != self.places.len() + self.roots.len();
        grew |= self.texts.join(texts);
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
        let Shape { places, roots, entries, items, texts } = self;
        if entries.is_empty() && items.is_none() {
            return Shape { places, roots, texts, ..Shape::default() };
        }
        if depth == 0 {
            lost.push(Shape { entries, items, ..Shape::default() });
            return Shape { places, roots, texts: Texts::Any, ..Shape::default() };
        }
        let entries = entries.into_iter().map(|(key, shape)| (key, shape.cut(depth - 1, lost))).collect();
        let items = items.map(|shape| Box::new(shape.cut(depth - 1, lost)));
        Shape { places, roots, entries, items, texts }
    }
}
