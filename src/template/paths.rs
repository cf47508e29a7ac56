//! Places among values: paths of keys, interned so that they can be compared and extended at no cost.

use std::fmt;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::value::Str;

/// A step from a value to one in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// To what a map has under a key.
    Key(Str),
    /// To any item of a list, or to what a map has under any key.
    Item,
}

/// A path from the values of the root chart down. Prints as `--set` takes it: `a.b[].c`, a period in a key escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Step>);

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    let period = if index > 0 { "." } else { "" };
                    write!(f, "{period}{}", key.to_str_lossy().replace('.', "\\."))?;
                }
                Step::Item => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

impl<'k> FromIterator<&'k Str> for Path {
    fn from_iter<I: IntoIterator<Item = &'k Str>>(keys: I) -> Path {
        Path(keys.into_iter().cloned().map(Step::Key).collect())
    }
}

/// A path of [`Paths`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(u32);

impl PathId {
    /// The path without steps: all values.
    pub const ROOT: PathId = PathId(0);
}

/// Interned paths: a tree whose edges are steps.
#[derive(Debug)]
pub struct Paths(Vec<Node>);

#[derive(Debug, Default)]
struct Node {
    /// The path above and the step from there.
    above: Option<(PathId, Step)>,
    below: HashMap<Step, PathId, FixedState>,
    depth: usize,
}

impl Default for Paths {
    fn default() -> Paths {
        Paths(vec![Node::default()])
    }
}

impl Paths {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The path one step below `path`.
    pub fn below(&mut self, path: PathId, step: Step) -> PathId {
        if let Some(known) = self.known(path, &step) {
            return known;
        }
        let new = PathId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        let depth = self.depth(path) + 1;
        self.0.push(Node { above: Some((path, step.clone())), below: HashMap::default(), depth });
        if let Some(node) = self.0.get_mut(path.0 as usize) {
            node.below.insert(step, new);
        }
        new
    }

    /// The path that `keys` lead to from `path`.
    pub fn below_keys<'k>(&mut self, path: PathId, keys: impl IntoIterator<Item = &'k Str>) -> PathId {
        keys.into_iter().fold(path, |path, key| self.below(path, Step::Key(key.clone())))
    }

    /// The path one step below `path`, if anybody asked for it before.
    pub fn known(&self, path: PathId, step: &Step) -> Option<PathId> {
        self.0.get(path.0 as usize)?.below.get(step).copied()
    }

    /// True if some path below `path` is known.
    pub fn has_below(&self, path: PathId) -> bool {
        self.0.get(path.0 as usize).is_some_and(|node| !node.below.is_empty())
    }

    /// The keys that lead to known paths one step below `path`.
    pub fn keys_below(&self, path: PathId) -> impl Iterator<Item = &Str> {
        let below = self.0.get(path.0 as usize).into_iter().flat_map(|node| node.below.keys());
        below.filter_map(|step| match step {
            Step::Key(key) => Some(key),
            Step::Item => None,
        })
    }

    /// The path above, unless it is the root.
    pub fn above(&self, path: PathId) -> Option<PathId> {
        Some(self.0.get(path.0 as usize)?.above.as_ref()?.0)
    }

    /// The number of steps.
    pub fn depth(&self, path: PathId) -> usize {
        self.0.get(path.0 as usize).map_or(0, |node| node.depth)
    }

    /// The path with its steps.
    pub fn path(&self, path: PathId) -> Path {
        let mut steps = Vec::new();
        let mut next = Some(path);
        while let Some((above, step)) = next.and_then(|id| self.0.get(id.0 as usize)?.above.as_ref()) {
            steps.push(step.clone());
            next = Some(*above);
        }
        steps.reverse();
        Path(steps)
    }
}
