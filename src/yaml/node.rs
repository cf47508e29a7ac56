//! The node tree of a YAML document: what was written, and where.

use std::borrow::Cow;
use std::ops::Range;

use super::error::Position;
use super::resolve::Tag;

/// Index of a node in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(pub(super) u32);

/// A node as the parser stores it. Children are ranges of [`Document::links`], so a tree needs no allocation
/// per node and its depth costs no stack.
#[derive(Clone, Debug)]
pub(super) struct NodeData<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) tag: Tag,
    pub(super) position: Position,
}

#[derive(Clone, Debug)]
pub(super) enum Kind<'a> {
    /// `implicit`: the value is to be resolved (a plain scalar, or one tagged `!`).
    Scalar { value: Cow<'a, [u8]>, implicit: bool },
    /// Items.
    Sequence(Range<u32>),
    /// Keys and values in turn.
    Mapping(Range<u32>),
    /// A second occurrence of an anchored node.
    Alias { name: &'a [u8], target: NodeId },
}

/// A parsed document.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    pub(super) nodes: Vec<NodeData<'a>>,
    pub(super) links: Vec<NodeId>,
    pub(super) root: NodeId,
}

impl<'a> Document<'a> {
    /// The top node.
    pub fn root(&self) -> Node<'_> {
        Node { document: self, id: self.root }
    }

    /// Where the nodes begin that aliases repeat.
    pub fn repeated(&self) -> impl Iterator<Item = Position> {
        self.nodes.iter().filter_map(|node| match node.kind {
            Kind::Alias { target, .. } => Some(self.node(target).position),
            _ => None,
        })
    }

    /// The node under `path`: each step is a key of a mapping or a decimal index of a sequence.
    pub fn locate<S: AsRef<[u8]>>(&self, path: impl IntoIterator<Item = S>) -> Option<Node<'_>> {
        path.into_iter().try_fold(self.root(), |node, step| node.get(step.as_ref()))
    }

    pub(super) fn node(&self, id: NodeId) -> &NodeData<'a> {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn children(&self, range: &Range<u32>) -> &[NodeId] {
        &self.links[range.start as usize..range.end as usize]
    }

    /// A document that borrows nothing.
    pub(super) fn into_owned(self) -> Document<'static> {
        let own = |node: NodeData<'_>| NodeData {
            kind: match node.kind {
                Kind::Scalar { value, implicit } => {
                    Kind::Scalar { value: Cow::Owned(value.into_owned()), implicit }
                }
                Kind::Sequence(range) => Kind::Sequence(range),
                Kind::Mapping(range) => Kind::Mapping(range),
                Kind::Alias { target, .. } => Kind::Alias { name: b"", target },
            },
            tag: node.tag,
            position: node.position,
        };
        Document { nodes: self.nodes.into_iter().map(own).collect(), links: self.links, root: self.root }
    }
}

/// A node of a [`Document`]; aliases are followed.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    id: NodeId,
}

impl<'d> Node<'d> {
    fn data(&self) -> &'d NodeData<'d> {
        let data = self.document.node(self.id);
        match data.kind {
            Kind::Alias { target, .. } => self.document.node(target),
            _ => data,
        }
    }

    fn at(&self, id: NodeId) -> Node<'d> {
        Node { document: self.document, id }
    }

    /// Where the node begins; of an alias, where the alias stands.
    pub fn position(&self) -> Position {
        self.document.node(self.id).position
    }

    /// The text of a scalar, after unquoting and folding.
    pub fn scalar(&self) -> Option<&'d [u8]> {
        match &self.data().kind {
            Kind::Scalar { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The items of a sequence.
    pub fn items(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let range = match &self.data().kind {
            Kind::Sequence(range) => range.clone(),
            _ => 0..0,
        };
        let node = *self;
        node.document.children(&range).iter().map(move |&id| node.at(id))
    }

    /// The keys and values of a mapping in their order, merge keys (`<<`) and duplicates included.
    pub fn entries(&self) -> impl Iterator<Item = (Node<'d>, Node<'d>)> + use<'d> {
        let range = match &self.data().kind {
            Kind::Mapping(range) => range.clone(),
            _ => 0..0,
        };
        let node = *self;
        let pairs = node.document.children(&range).chunks_exact(2);
        pairs.map(move |pair| (node.at(pair[0]), node.at(pair[1])))
    }

    /// The value under the mapping key `step`, or the sequence item with the decimal index `step`.
    /// Of duplicate keys the last counts; keys from merges (`<<`) are found too.
    pub fn get(&self, step: &[u8]) -> Option<Node<'d>> {
        match &self.data().kind {
            Kind::Sequence(range) => {
                let index: usize = std::str::from_utf8(step).ok()?.parse().ok()?;
                self.document.children(range).get(index).map(|&id| self.at(id))
            }
            Kind::Mapping(_) => {
                let named = self.entries().filter(|(key, _)| key.scalar() == Some(step)).last();
                named.map(|(_, value)| value).or_else(|| self.merged(step))
            }
            _ => None,
        }
    }

    fn merged(&self, step: &[u8]) -> Option<Node<'d>> {
        // One level is enough for the charts of this world, and cannot loop on a mapping that merges itself.
        let direct = |node: Node<'d>| {
            node.entries().filter(|(key, _)| key.scalar() == Some(step)).last().map(|(_, value)| value)
        };
        let merges = self.entries().filter(|(key, _)| key.is_merge_key()).map(|(_, value)| value);
        merges.filter_map(|value| direct(value).or_else(|| value.items().find_map(direct))).last()
    }

    /// True for an alias, which repeats another node.
    pub fn is_alias(&self) -> bool {
        matches!(self.document.node(self.id).kind, Kind::Alias { .. })
    }

    /// True for the key of a merge, `<<`.
    pub fn is_merge_key(&self) -> bool {
        is_merge_key(self.document.node(self.id))
    }
}

/// True for the key of a merge: a plain `<<`, or one tagged `!!merge`.
pub(super) fn is_merge_key(node: &NodeData<'_>) -> bool {
    match &node.kind {
        Kind::Scalar { value, implicit } => &**value == b"<<" && (*implicit || node.tag == Tag::Merge),
        _ => false,
    }
}
