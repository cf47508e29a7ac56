//! From tokens to node trees: YAML's grammar.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::error::{Error, Position};
use super::input::Input;
use super::node::{Document, Kind, NodeData, NodeId};
use super::resolve::Tag;
use super::scan::{Mark, Scanner, TagParts, Token, TokenKind};
use super::style::Style;
use crate::limits::YAML_NODES;
use crate::stack::with_stack;

/// Reads the documents of a stream one by one.
pub(super) struct Parser<'a> {
    scanner: Scanner<'a>,
    /// Bytes in front of the text, for offsets.
    skipped: u32,
    started: bool,
    ended: bool,
    directives: Vec<TagParts>,
    anchors: HashMap<&'a [u8], NodeId, foldhash::fast::FixedState>,
    nodes: Vec<NodeData<'a>>,
    links: Vec<NodeId>,
    /// Children of the collections that are still open.
    open: Vec<NodeId>,
}

/// Anchor and tag of a node.
#[derive(Default)]
struct Properties<'a> {
    anchor: Option<&'a [u8]>,
    /// The full name.
    tag: Option<Vec<u8>>,
}

/// What kind of node the grammar expects.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    Block,
    /// The key or value of a block mapping, which may be a sequence that is not indented.
    BlockEntry,
    Flow,
}

impl<'a> Parser<'a> {
    /// A parser for the text `text` of `input`.
    pub(super) fn new(text: &'a [u8], input: &Input<'_>) -> Result<Parser<'a>, Error> {
        if u32::try_from(text.len() + input.skipped).is_err() {
            return Err(Error::limit("YAML text of more than 4 GiB"));
        }
        // About as many nodes as a manifest of this size has.
        let estimate = (text.len() / 24).min(1 << 16);
        Ok(Parser {
            scanner: Scanner::new(text, input.fault),
            skipped: input.skipped as u32,
            started: false,
            ended: false,
            directives: Vec::new(),
            anchors: HashMap::default(),
            nodes: Vec::with_capacity(estimate),
            links: Vec::with_capacity(estimate),
            open: Vec::new(),
        })
    }

    /// The next document, or `None` at the end of the stream.
    pub(super) fn next_document(&mut self) -> Result<Option<Document<'a>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let implicit = !std::mem::replace(&mut self.started, true);
        while !implicit && self.peek()? == &TokenKind::DocumentEnd {
            self.take()?;
        }
        self.anchors.clear();
        let root = match self.peek()? {
            TokenKind::StreamEnd => {
                self.ended = true;
                return Ok(None);
            }
            TokenKind::VersionDirective(..) | TokenKind::TagDirective(_) | TokenKind::DocumentStart => {
                self.explicit_document()?
            }
            _ if implicit => {
                self.add_default_directives();
                self.node(Context::Block)?
            }
            _ => self.explicit_document()?,
        };
        if self.peek()? == &TokenKind::DocumentEnd {
            self.take()?;
        }
        self.directives.clear();
        let (nodes, links) = (std::mem::take(&mut self.nodes), std::mem::take(&mut self.links));
        Ok(Some(Document { nodes, links, root }))
    }

    /// A document behind `---`, with its directives.
    fn explicit_document(&mut self) -> Result<NodeId, Error> {
        self.read_directives()?;
        if self.peek()? != &TokenKind::DocumentStart {
            return Err(self.unexpected("did not find expected <document start>"));
        }
        self.take()?;
        match self.peek()? {
            TokenKind::VersionDirective(..)
            | TokenKind::TagDirective(_)
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => self.empty_here(),
            _ => self.node(Context::Block),
        }
    }

    fn read_directives(&mut self) -> Result<(), Error> {
        let mut has_version = false;
        loop {
            match self.peek()? {
                TokenKind::VersionDirective(..) if has_version => {
                    return Err(self.unexpected("found duplicate %YAML directive"));
                }
                TokenKind::VersionDirective(1, 1) => has_version = true,
                TokenKind::VersionDirective(..) => {
                    return Err(self.unexpected("found incompatible YAML document"));
                }
                TokenKind::TagDirective(_) => {}
                _ => break,
            }
            let token = self.take()?;
            if let TokenKind::TagDirective(parts) = token.kind {
                if self.directives.iter().any(|known| known.handle == parts.handle) {
                    let position = token.mark.position();
                    return Err(Error::syntax("found duplicate %TAG directive", token.mark.line, position));
                }
                self.directives.push(*parts);
            }
        }
        self.add_default_directives();
        Ok(())
    }

    fn add_default_directives(&mut self) {
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if self.directives.iter().all(|known| known.handle != handle.as_bytes()) {
                self.directives.push(TagParts { handle: handle.into(), rest: prefix.into() });
            }
        }
    }

    // ---- tokens ----

    fn peek(&mut self) -> Result<&TokenKind<'a>, Error> {
        self.scanner.peek().map(|token| &token.kind)
    }

    fn take(&mut self) -> Result<Token<'a>, Error> {
        self.scanner.take()
    }

    /// A parser error at the next token. go-yaml counts its line from 0, and does not name line 0.
    fn unexpected(&mut self, problem: &str) -> Error {
        match self.scanner.peek() {
            Ok(token) => Error::syntax(problem, token.mark.line, token.mark.position()),
            Err(error) => error,
        }
    }

    // ---- nodes ----

    fn add(&mut self, kind: Kind<'a>, tag: Tag, mark: Mark) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let position = Position { offset: mark.offset + self.skipped, ..mark.position() };
        self.nodes.push(NodeData { kind, tag, position });
        id
    }

    fn add_empty(&mut self, mark: Mark) -> NodeId {
        let kind = Kind::Scalar { value: Cow::Borrowed(b""), implicit: true };
        self.add(kind, Tag::None, mark)
    }

    /// An empty node right where the next token begins.
    fn empty_here(&mut self) -> Result<NodeId, Error> {
        let mark = self.scanner.peek()?.mark;
        Ok(self.add_empty(mark))
    }

    /// A node; what is expected at the next token is never nothing.
    fn node(&mut self, context: Context) -> Result<NodeId, Error> {
        with_stack(|| self.node_in(context))
    }

    fn node_in(&mut self, context: Context) -> Result<NodeId, Error> {
        if self.nodes.len() >= YAML_NODES {
            return Err(Error::limit(format!("yaml: document of more than {YAML_NODES} nodes")));
        }
        let mark = self.scanner.peek()?.mark;
        if let &TokenKind::Alias(name) = self.peek()? {
            let Some(&target) = self.anchors.get(name) else {
                let text = format!("unknown anchor '{}' referenced", String::from_utf8_lossy(name));
                return Err(Error::syntax(&text, 0, mark.position()));
            };
            self.take()?;
            return Ok(self.add(Kind::Alias { name, target }, Tag::None, mark));
        }
        let properties = self.properties()?;
        let tag = properties.tag.as_deref().map_or(Tag::None, Tag::from_name);
        let is_bare = properties.tag.is_none() && properties.anchor.is_none();
        let is_block = context != Context::Flow;
        let kind = match self.peek()? {
            TokenKind::Scalar { .. } => {
                // `!` says: not a string just for its quotes.
                let forced = properties.tag.as_deref() == Some(b"!");
                match self.take()?.kind {
                    TokenKind::Scalar { value, style } => {
                        let plain = style == Style::Plain;
                        Kind::Scalar { value, implicit: forced || plain && properties.tag.is_none() }
                    }
                    _ => return Err(self.unexpected("did not find expected node content")),
                }
            }
            TokenKind::BlockEntry if context == Context::BlockEntry => Kind::Sequence(0..0),
            TokenKind::BlockSequenceStart if is_block => Kind::Sequence(0..0),
            TokenKind::BlockMappingStart if is_block => Kind::Mapping(0..0),
            TokenKind::FlowSequenceStart => Kind::Sequence(0..0),
            TokenKind::FlowMappingStart => Kind::Mapping(0..0),
            _ if is_bare => return Err(self.unexpected("did not find expected node content")),
            _ => Kind::Scalar { value: Cow::Borrowed(b""), implicit: properties.tag.is_none() },
        };
        let is_scalar = matches!(kind, Kind::Scalar { .. });
        let id = self.add(kind, tag, mark);
        if let Some(anchor) = properties.anchor {
            self.anchors.insert(anchor, id);
        }
        if is_scalar {
            return Ok(id);
        }
        let first = self.open.len();
        match self.peek()? {
            TokenKind::BlockEntry => self.indentless_sequence()?,
            TokenKind::BlockSequenceStart => self.block_sequence()?,
            TokenKind::BlockMappingStart => self.block_mapping()?,
            TokenKind::FlowSequenceStart => self.flow_sequence()?,
            _ => self.flow_mapping()?,
        }
        self.close(id, first);
        Ok(id)
    }

    /// Gives the open nodes from `first` on to the collection `id`.
    fn close(&mut self, id: NodeId, first: usize) {
        let start = self.links.len() as u32;
        self.links.extend(self.open.drain(first..));
        let children = start..self.links.len() as u32;
        if let Some(Kind::Sequence(range) | Kind::Mapping(range)) =
            self.nodes.get_mut(id.0 as usize).map(|node| &mut node.kind)
        {
            *range = children;
        }
    }

    fn properties(&mut self) -> Result<Properties<'a>, Error> {
        let mut properties = Properties::default();
        loop {
            match self.peek()? {
                &TokenKind::Anchor(name) if properties.anchor.is_none() => {
                    properties.anchor = Some(name);
                    self.take()?;
                }
                TokenKind::Tag(_) if properties.tag.is_none() => {
                    let token = self.take()?;
                    if let TokenKind::Tag(parts) = token.kind {
                        // An undefined handle is reported after the anchor and the next token were read.
                        properties.tag = Some(self.full_tag(&parts).unwrap_or_default());
                        if properties.tag.as_ref().is_some_and(Vec::is_empty) {
                            if properties.anchor.is_none() && matches!(self.peek()?, TokenKind::Anchor(_)) {
                                self.take()?;
                            }
                            self.peek()?;
                            let position = token.mark.position();
                            return Err(Error::syntax(
                                "found undefined tag handle",
                                token.mark.line,
                                position,
                            ));
                        }
                    }
                }
                _ => return Ok(properties),
            }
        }
    }

    fn full_tag(&self, parts: &TagParts) -> Option<Vec<u8>> {
        if parts.handle.is_empty() {
            return Some(parts.rest.clone());
        }
        let directive = self.directives.iter().find(|known| known.handle == parts.handle)?;
        Some([directive.rest.as_slice(), &parts.rest].concat())
    }

    // ---- block collections ----

    fn block_sequence(&mut self) -> Result<(), Error> {
        self.take()?;
        loop {
            match self.peek()? {
                TokenKind::BlockEntry => {
                    let indicator = self.take()?.mark;
                    let item = match self.peek()? {
                        TokenKind::BlockEntry | TokenKind::BlockEnd => self.add_empty(after(indicator)),
                        _ => self.node(Context::Block)?,
                    };
                    self.open.push(item);
                }
                TokenKind::BlockEnd => return self.take().map(drop),
                _ => return Err(self.unexpected("did not find expected '-' indicator")),
            }
        }
    }

    fn indentless_sequence(&mut self) -> Result<(), Error> {
        while self.peek()? == &TokenKind::BlockEntry {
            let indicator = self.take()?.mark;
            let item = match self.peek()? {
                TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                    self.add_empty(after(indicator))
                }
                _ => self.node(Context::Block)?,
            };
            self.open.push(item);
        }
        Ok(())
    }

    fn block_mapping(&mut self) -> Result<(), Error> {
        self.take()?;
        loop {
            match self.peek()? {
                TokenKind::Key => {
                    let indicator = self.take()?.mark;
                    let key = self.block_entry(indicator)?;
                    self.open.push(key);
                    let value = match self.peek()? {
                        TokenKind::Value => {
                            let indicator = self.take()?.mark;
                            self.block_entry(after(indicator))?
                        }
                        _ => self.empty_here()?,
                    };
                    self.open.push(value);
                }
                TokenKind::BlockEnd => return self.take().map(drop),
                _ => return Err(self.unexpected("did not find expected key")),
            }
        }
    }

    /// A key or value of a block mapping; an empty one stands at `mark`.
    fn block_entry(&mut self, mark: Mark) -> Result<NodeId, Error> {
        match self.peek()? {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => Ok(self.add_empty(mark)),
            _ => self.node(Context::BlockEntry),
        }
    }

    // ---- flow collections ----

    fn flow_sequence(&mut self) -> Result<(), Error> {
        self.take()?;
        let mut first = true;
        while self.peek()? != &TokenKind::FlowSequenceEnd {
            if !std::mem::take(&mut first) {
                if self.peek()? != &TokenKind::FlowEntry {
                    return Err(self.unexpected("did not find expected ',' or ']'"));
                }
                self.take()?;
            }
            let item = match self.peek()? {
                TokenKind::FlowSequenceEnd => break,
                TokenKind::Key => self.flow_pair()?,
                _ => self.node(Context::Flow)?,
            };
            self.open.push(item);
        }
        self.take().map(drop)
    }

    /// A mapping of one pair without braces, an item of a flow sequence.
    fn flow_pair(&mut self) -> Result<NodeId, Error> {
        let mark = self.take()?.mark;
        let id = self.add(Kind::Mapping(0..0), Tag::None, mark);
        let first = self.open.len();
        let key = match self.peek()? {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                // go-yaml drops the token behind an empty key.
                let skipped = self.take()?.mark;
                self.add_empty(skipped)
            }
            _ => self.node(Context::Flow)?,
        };
        self.open.push(key);
        let value = self.flow_value(&TokenKind::FlowSequenceEnd)?;
        self.open.push(value);
        self.close(id, first);
        Ok(id)
    }

    /// The value of a pair, which may be missing, in a collection that `end` closes.
    fn flow_value(&mut self, end: &TokenKind<'a>) -> Result<NodeId, Error> {
        if self.peek()? == &TokenKind::Value {
            self.take()?;
            let next = self.peek()?;
            if next != &TokenKind::FlowEntry && next != end {
                return self.node(Context::Flow);
            }
        }
        self.empty_here()
    }

    fn flow_mapping(&mut self) -> Result<(), Error> {
        self.take()?;
        let mut first = true;
        while self.peek()? != &TokenKind::FlowMappingEnd {
            if !std::mem::take(&mut first) {
                if self.peek()? != &TokenKind::FlowEntry {
                    return Err(self.unexpected("did not find expected ',' or '}'"));
                }
                self.take()?;
            }
            match self.peek()? {
                TokenKind::FlowMappingEnd => break,
                TokenKind::Key => {
                    self.take()?;
                    let key = match self.peek()? {
                        TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                            self.empty_here()?
                        }
                        _ => self.node(Context::Flow)?,
                    };
                    self.open.push(key);
                    let value = self.flow_value(&TokenKind::FlowMappingEnd)?;
                    self.open.push(value);
                }
                _ => {
                    let key = self.node(Context::Flow)?;
                    self.open.push(key);
                    let value = self.empty_here()?;
                    self.open.push(value);
                }
            }
        }
        self.take().map(drop)
    }
}

/// The place behind an indicator of one character.
fn after(mark: Mark) -> Mark {
    Mark { offset: mark.offset + 1, column: mark.column + 1, ..mark }
}
