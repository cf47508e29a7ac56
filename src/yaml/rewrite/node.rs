//! Nodes as they are written.

use crate::value::Str;

pub use crate::yaml::style::Style;

/// A document.
#[derive(Clone, Debug)]
pub struct Document {
    /// The comment at the top, up to the last empty line before the content.
    pub head: Str,
    /// The comment at the end.
    pub foot: Str,
    /// The content.
    pub root: Node,
}

/// A node with all that belongs to its presentation.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// What it holds.
    pub content: Content,
    /// The full name of its tag if it has an explicit one; else empty.
    pub tag: Str,
    /// The anchor's name; empty if it has none.
    pub anchor: Str,
    /// The comments around it.
    pub comments: Comments,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// A scalar.
    Scalar {
        /// The text, unquoted.
        text: Str,
        /// How to write it where that is possible.
        style: Style,
    },
    /// A sequence.
    Sequence {
        /// Its items.
        items: Vec<Node>,
        /// Written with brackets.
        flow: bool,
    },
    /// A mapping.
    Mapping {
        /// Its keys and values.
        entries: Vec<(Node, Node)>,
        /// Written with braces.
        flow: bool,
    },
    /// A reference to the anchor of this name.
    Alias(Str),
}

/// Comments, each with its `#`; lines are separated by line feeds. Absent ones are empty.
#[derive(Clone, Debug, Default)]
pub struct Comments {
    /// On the lines above.
    pub head: Str,
    /// Behind the node.
    pub line: Str,
    /// On the lines below.
    pub foot: Str,
}

impl Default for Content {
    fn default() -> Content {
        Content::Scalar { text: Str::new(), style: Style::Plain }
    }
}

impl Node {
    /// A scalar without comments.
    pub fn scalar(text: impl Into<Str>, style: Style) -> Node {
        Node { content: Content::Scalar { text: text.into(), style }, ..Node::default() }
    }

    /// An empty mapping.
    pub fn mapping() -> Node {
        Node { content: Content::Mapping { entries: Vec::new(), flow: false }, ..Node::default() }
    }

    /// True for null: so tagged, or a plain scalar that reads so.
    pub fn is_null(&self) -> bool {
        match &self.content {
            _ if self.tag == "tag:yaml.org,2002:null" => true,
            Content::Scalar { text, style: Style::Plain } if self.tag.is_empty() => {
                matches!(&**text, b"" | b"~" | b"null" | b"Null" | b"NULL")
            }
            _ => false,
        }
    }

    /// The text of a scalar or the name of an alias; empty for collections.
    pub fn text(&self) -> &Str {
        static EMPTY: Str = Str::new();
        match &self.content {
            Content::Scalar { text, .. } | Content::Alias(text) => text,
            _ => &EMPTY,
        }
    }

    /// The entries of a mapping.
    pub fn entries(&self) -> Option<&[(Node, Node)]> {
        match &self.content {
            Content::Mapping { entries, .. } => Some(entries),
            _ => None,
        }
    }

    /// The entries of a mapping.
    pub fn entries_mut(&mut self) -> Option<&mut Vec<(Node, Node)>> {
        match &mut self.content {
            Content::Mapping { entries, .. } => Some(entries),
            _ => None,
        }
    }

    /// The value of the first entry of a mapping whose key has the text `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()?.iter().find(|(k, _)| *k.text() == key).map(|(_, value)| value)
    }
}
