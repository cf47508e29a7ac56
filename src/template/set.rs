//! All templates of a chart, by name.

use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;
use parking_lot::Mutex;

use super::ast::Tree;
use super::parse::{ParseError, Shared, parse_within};
use crate::limits;
use crate::value::Str;

/// The name of Helm's root template, which is also that of every text given to `tpl`.
pub(super) const ROOT: &str = "gotpl";

/// The named templates of a chart. Once all files are parsed it does not change, and any number of renders may
/// use it at the same time.
#[derive(Debug)]
pub struct Set {
    trees: HashMap<Str, Tree, FixedState>,
    /// What the trees have in common.
    shared: Shared,
    /// What `tpl` parsed, by text. Templates of a tree never depend on others of the set, so it stays valid.
    parsed: Mutex<Parsed>,
}

#[derive(Debug, Default)]
struct Parsed {
    trees: HashMap<Str, Arc<Trees>, FixedState>,
    bytes: usize,
}

impl Default for Set {
    fn default() -> Set {
        Set {
            trees: HashMap::default(),
            shared: Shared::new(limits::TEMPLATE_NODES),
            parsed: Mutex::default(),
        }
    }
}

impl Set {
    /// A set without templates.
    pub fn new() -> Set {
        Set::default()
    }

    /// Parses the file `name` and adds its templates. A later definition of a name replaces an earlier one,
    /// unless it holds nothing but white space and comments.
    ///
    /// # Errors
    /// If the text is no template, or all templates together are too large. The set is unchanged then.
    pub fn parse(&mut self, name: &str, text: Str) -> Result<(), ParseError> {
        for tree in parse_within(&name.into(), Arc::new(text), &mut self.shared)? {
            match self.trees.get_mut(tree.name.as_bytes()) {
                Some(_) if tree.is_empty() => {}
                Some(old) => *old = tree,
                None => drop(self.trees.insert(tree.name.clone(), tree)),
            }
        }
        Ok(())
    }

    /// The names of all templates, sorted.
    pub fn names(&self) -> Vec<&Str> {
        let mut names: Vec<_> = self.trees.keys().collect();
        names.sort_unstable();
        names
    }

    /// True if there is a template `name`.
    pub fn defined(&self, name: &str) -> bool {
        self.trees.contains_key(name.as_bytes())
    }

    /// The templates of a text given to `tpl`, which may take `room` bytes.
    pub(super) fn parse_nested(&self, text: &Str, room: usize) -> Result<Arc<Trees>, ParseError> {
        if let Some(trees) = self.parsed.lock().trees.get(text.as_bytes()) {
            return Ok(trees.clone());
        }
        let before = room / limits::NODE_BYTES;
        let mut shared = Shared::new(before);
        let trees = parse_within(&ROOT.into(), Arc::new(text.clone()), &mut shared)?;
        let bytes = text.len() + (before - shared.room) * limits::NODE_BYTES;
        let by_name = trees.into_iter().map(|tree| (tree.name.clone(), tree)).collect();
        let trees = Arc::new(Trees { by_name, bytes });
        let mut parsed = self.parsed.lock();
        if parsed.bytes + bytes > limits::TPL_CACHE_BYTES {
            *parsed = Parsed::default();
        }
        if bytes <= limits::TPL_CACHE_BYTES {
            parsed.bytes += bytes;
            parsed.trees.insert(text.clone(), trees.clone());
        }
        Ok(trees)
    }
}

/// Templates of a text given to `tpl`.
#[derive(Debug)]
pub(super) struct Trees {
    by_name: HashMap<Str, Tree, FixedState>,
    /// Bytes that they take, at most.
    pub bytes: usize,
}

/// The templates that are visible while one executes: those of the set, and in front of them those defined in
/// the texts of the `tpl` calls under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'a> {
    set: &'a Set,
    nested: Option<&'a Nested<'a>>,
}

/// The templates of the text of one `tpl` call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nested<'a> {
    trees: &'a Trees,
    outer: Option<&'a Nested<'a>>,
}

impl<'a> Scope<'a> {
    /// What is visible outside of `tpl`.
    pub fn new(set: &'a Set) -> Scope<'a> {
        Scope { set, nested: None }
    }

    /// The set at the bottom.
    pub fn set(&self) -> &'a Set {
        self.set
    }

    /// Puts the templates of a text given to `tpl` in front.
    pub fn nest(&self, trees: &'a Trees) -> Nested<'a> {
        Nested { trees, outer: self.nested }
    }

    /// What is visible within a `tpl`.
    pub fn inside<'b>(&self, nested: &'b Nested<'b>) -> Scope<'b>
    where
        'a: 'b,
    {
        Scope { set: self.set, nested: Some(nested) }
    }

    /// The template `name`.
    pub fn lookup(&self, name: &[u8]) -> Option<&'a Tree> {
        // As between files, an empty definition does not replace another. Only the text itself always counts.
        let mut empty = None;
        let mut nested = self.nested;
        while let Some(Nested { trees, outer }) = nested {
            match trees.by_name.get(name) {
                Some(tree) if tree.is_empty() && name != ROOT.as_bytes() => empty = Some(tree),
                Some(tree) => return Some(tree),
                None => {}
            }
            nested = *outer;
        }
        self.set.trees.get(name).or(empty)
    }
}
