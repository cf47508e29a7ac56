//! From tokens to nodes with their comments.
//!
//! go-yaml's parser gathers the comments of the tokens that it has looked at, and gives what it has to the next
//! node that takes comments. So the order in which tokens are looked at and taken matters here.

use std::borrow::Cow;

use hashbrown::HashSet;

use super::node::{Comments, Content, Document, Node};
use crate::stack::with_stack;
use crate::value::Str;
use crate::yaml::comments::Role;
use crate::yaml::error::Error;
use crate::yaml::input::Input;
use crate::yaml::scan::{Mark, Scanner, TagParts, Token, TokenKind};

/// The first document of `text`; `None` if there is none.
///
/// # Errors
/// go-yaml's syntax errors.
pub fn read(text: &[u8]) -> Result<Option<Document>, Error> {
    let input = Input::new(text);
    if u32::try_from(input.text.len()).is_err() {
        return Err(Error::limit("YAML text of more than 4 GiB"));
    }
    let mut reader = Reader {
        scanner: Scanner::with_comments(&input.text, input.fault),
        directives: Vec::new(),
        anchors: HashSet::default(),
        pending: Pending::default(),
    };
    reader.document()
}

/// Comments of the tokens that were looked at.
#[derive(Default)]
struct Pending {
    head: Vec<u8>,
    line: Vec<u8>,
    foot: Vec<u8>,
    /// The head comment of a sequence item that is a collection: it belongs to that as a whole.
    stem: Vec<u8>,
}

struct Reader<'a> {
    scanner: Scanner<'a>,
    directives: Vec<TagParts>,
    anchors: HashSet<&'a [u8], foldhash::fast::FixedState>,
    pending: Pending,
}

/// What kind of node the grammar expects.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    Block,
    /// The key or value of a block mapping, which may be a sequence that is not indented.
    BlockEntry,
    Flow,
}

impl<'a> Reader<'a> {
    // ---- tokens and comments ----

    fn peek(&mut self) -> Result<&TokenKind<'a>, Error> {
        self.scanner.peek()?;
        self.gather_comments();
        self.scanner.peek().map(|token| &token.kind)
    }

    fn take(&mut self) -> Result<Token<'a>, Error> {
        self.scanner.take()
    }

    fn mark(&mut self) -> Result<Mark, Error> {
        self.scanner.peek().map(|token| token.mark)
    }

    /// Takes over the comments that belong to the next token or to one before it.
    fn gather_comments(&mut self) {
        let Scanner { queue, comments, .. } = &mut self.scanner;
        let (Some(token), Some(comments)) = (queue.front(), comments) else { return };
        while let Some(comment) = comments.queue.front() {
            // What heads the end of a block waits for the token behind it.
            let waits = comment.role == Role::Head && token.kind == TokenKind::BlockEnd;
            if comment.token.offset > token.mark.offset || waits {
                return;
            }
            let Some(comment) = comments.queue.pop_front() else { return };
            let pending = match comment.role {
                Role::Head => &mut self.pending.head,
                Role::Line => &mut self.pending.line,
                Role::Foot => &mut self.pending.foot,
            };
            if !pending.is_empty() {
                pending.push(b'\n');
            }
            pending.extend_from_slice(&comment.text);
        }
    }

    fn take_comments(&mut self) -> Comments {
        let Pending { head, line, foot, .. } = std::mem::take(&mut self.pending);
        Comments { head: head.into(), line: line.into(), foot: foot.into() }
    }

    /// A parser error at the next token, within what begins at `context`.
    fn unexpected(&mut self, context: Mark, problem: &str) -> Error {
        match self.mark() {
            Ok(mark) => {
                let line = if context.line == 0 { mark.line } else { context.line };
                Error::syntax(problem, line, mark.position())
            }
            Err(error) => error,
        }
    }

    // ---- documents ----

    fn document(&mut self) -> Result<Option<Document>, Error> {
        self.peek()?;
        self.take()?;
        let mut document = Document { head: Str::new(), foot: Str::new(), root: Node::default() };
        match self.peek()? {
            TokenKind::StreamEnd => return Ok(None),
            TokenKind::VersionDirective(..) | TokenKind::TagDirective(_) | TokenKind::DocumentStart => {
                self.read_directives()?;
                if self.peek()? != &TokenKind::DocumentStart {
                    return Err(self.unexpected(Mark::default(), "did not find expected <document start>"));
                }
                self.take()?;
                match self.peek()? {
                    TokenKind::VersionDirective(..)
                    | TokenKind::TagDirective(_)
                    | TokenKind::DocumentStart
                    | TokenKind::DocumentEnd
                    | TokenKind::StreamEnd => {}
                    _ => document.root = self.node(Context::Block)?,
                }
            }
            _ => {
                self.read_directives()?;
                document.head = split_document_head(&mut self.pending.head).into();
                document.root = self.node(Context::Block)?;
            }
        }
        if self.peek()? == &TokenKind::DocumentEnd {
            self.take()?;
        }
        let comments = self.take_comments();
        document.foot = if comments.foot.is_empty() { comments.head } else { comments.foot };
        Ok(Some(document))
    }

    fn read_directives(&mut self) -> Result<(), Error> {
        let mut has_version = false;
        loop {
            match self.peek()? {
                TokenKind::VersionDirective(..) if has_version => {
                    return Err(self.unexpected(Mark::default(), "found duplicate %YAML directive"));
                }
                TokenKind::VersionDirective(1, 1) => has_version = true,
                TokenKind::VersionDirective(..) => {
                    return Err(self.unexpected(Mark::default(), "found incompatible YAML document"));
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
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            if self.directives.iter().all(|known| known.handle != handle.as_bytes()) {
                self.directives.push(TagParts { handle: handle.into(), rest: prefix.into() });
            }
        }
        Ok(())
    }

    // ---- nodes ----

    fn node(&mut self, context: Context) -> Result<Node, Error> {
        with_stack(|| self.node_in(context))
    }

    fn node_in(&mut self, context: Context) -> Result<Node, Error> {
        self.peek()?;
        let start = self.mark()?;
        if let &TokenKind::Alias(name) = self.peek()? {
            if !self.anchors.contains(name) {
                let text = format!("unknown anchor '{}' referenced", String::from_utf8_lossy(name));
                return Err(Error::syntax(&text, 0, start.position()));
            }
            let comments = self.take_comments();
            self.take()?;
            return Ok(Node { content: Content::Alias(name.into()), comments, ..Node::default() });
        }
        let mut node = Node::default();
        let mut is_bare = true;
        loop {
            match self.peek()? {
                &TokenKind::Anchor(name) if node.anchor.is_empty() => {
                    node.anchor = name.into();
                    self.anchors.insert(name);
                }
                TokenKind::Tag(_) if node.tag.is_empty() => {}
                _ => break,
            }
            is_bare = false;
            let token = self.take()?;
            if let TokenKind::Tag(parts) = token.kind {
                node.tag = self.full_tag(&parts).into_owned().into();
                if node.tag.is_empty() {
                    let line = if start.line == 0 { token.mark.line } else { start.line };
                    return Err(Error::syntax("found undefined tag handle", line, token.mark.position()));
                }
            }
        }
        if node.tag == "!" {
            // Says only that quotes do not make a string; then it is gone.
            node.tag = Str::new();
        }
        let is_block = context != Context::Flow;
        match self.peek()? {
            TokenKind::Scalar { .. } => {
                node.comments = self.take_comments();
                if let TokenKind::Scalar { value, style } = self.take()?.kind {
                    node.content = Content::Scalar { text: (&*value).into(), style };
                }
            }
            TokenKind::BlockEntry if context == Context::BlockEntry => {
                let items = self.indentless_sequence()?;
                node.content = Content::Sequence { items, flow: false };
            }
            TokenKind::BlockSequenceStart if is_block => {
                node.comments.head = std::mem::take(&mut self.pending.stem).into();
                let items = self.block_sequence()?;
                node.content = Content::Sequence { items, flow: false };
            }
            TokenKind::BlockMappingStart if is_block => {
                node.comments.head = std::mem::take(&mut self.pending.stem).into();
                self.block_mapping(&mut node)?;
            }
            TokenKind::FlowSequenceStart => {
                node.comments.head = self.take_comments().head;
                self.flow_sequence(&mut node)?;
            }
            TokenKind::FlowMappingStart => {
                node.comments.head = self.take_comments().head;
                self.flow_mapping(&mut node)?;
            }
            _ if is_bare => return Err(self.unexpected(start, "did not find expected node content")),
            _ => {}
        }
        Ok(node)
    }

    /// The full name of a tag; empty if its handle is not defined.
    fn full_tag<'t>(&self, parts: &'t TagParts) -> Cow<'t, [u8]> {
        if parts.handle.is_empty() {
            return Cow::Borrowed(&parts.rest);
        }
        match self.directives.iter().find(|known| known.handle == parts.handle) {
            Some(directive) => Cow::Owned([directive.rest.as_slice(), &parts.rest].concat()),
            None => Cow::Borrowed(b""),
        }
    }

    // ---- block collections ----

    fn block_sequence(&mut self) -> Result<Vec<Node>, Error> {
        let start = self.take()?.mark;
        let mut items = Vec::new();
        loop {
            match self.peek()? {
                TokenKind::BlockEntry => {
                    self.begin_item()?;
                    items.push(match self.peek()? {
                        TokenKind::BlockEntry | TokenKind::BlockEnd => Node::default(),
                        _ => self.node(Context::Block)?,
                    });
                }
                TokenKind::BlockEnd => {
                    self.take()?;
                    return Ok(items);
                }
                _ => return Err(self.unexpected(start, "did not find expected '-' indicator")),
            }
        }
    }

    fn indentless_sequence(&mut self) -> Result<Vec<Node>, Error> {
        let mut items = Vec::new();
        while self.peek()? == &TokenKind::BlockEntry {
            self.begin_item()?;
            items.push(match self.peek()? {
                TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                    Node::default()
                }
                _ => self.node(Context::Block)?,
            });
        }
        Ok(items)
    }

    /// Takes the `-`. The comment above it belongs to the item as a whole, not to the item's own first entry.
    fn begin_item(&mut self) -> Result<(), Error> {
        let length = self.pending.head.len();
        self.take()?;
        if length == 0 {
            return Ok(());
        }
        if let TokenKind::BlockSequenceStart | TokenKind::BlockMappingStart = self.peek()? {
            let rest = self.pending.head.split_off(length);
            self.pending.stem = std::mem::replace(&mut self.pending.head, rest);
            // The line feed between the two.
            if !self.pending.head.is_empty() {
                self.pending.head.remove(0);
            }
        }
        Ok(())
    }

    fn block_mapping(&mut self, node: &mut Node) -> Result<(), Error> {
        let start = self.take()?.mark;
        let mut entries: Vec<(Node, Node)> = Vec::new();
        loop {
            match self.peek()? {
                TokenKind::Key => {
                    self.take()?;
                    let mut key = self.block_entry()?;
                    if let Some((previous, _)) = entries.last_mut().filter(|_| !key.comments.foot.is_empty())
                    {
                        // A foot in front of a key belongs to the entry above.
                        previous.comments.foot = std::mem::take(&mut key.comments.foot);
                    }
                    let mut value = match self.peek()? {
                        TokenKind::Value => {
                            self.take()?;
                            self.block_entry()?
                        }
                        _ => Node::default(),
                    };
                    lift_foot(&mut key, &mut value);
                    entries.push((key, value));
                }
                TokenKind::BlockEnd => {
                    let Comments { line, foot, .. } = self.take_comments();
                    self.take()?;
                    node.comments.line = line;
                    match entries.last_mut().filter(|_| !foot.is_empty()) {
                        Some((key, _)) => key.comments.foot = foot,
                        None => node.comments.foot = foot,
                    }
                    node.content = Content::Mapping { entries, flow: false };
                    return Ok(());
                }
                _ => return Err(self.unexpected(start, "did not find expected key")),
            }
        }
    }

    /// A key or value of a block mapping.
    fn block_entry(&mut self) -> Result<Node, Error> {
        match self.peek()? {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => Ok(Node::default()),
            _ => self.node(Context::BlockEntry),
        }
    }

    // ---- flow collections ----

    fn flow_sequence(&mut self, node: &mut Node) -> Result<(), Error> {
        let start = self.take()?.mark;
        let mut items = Vec::new();
        loop {
            if self.peek()? == &TokenKind::FlowSequenceEnd {
                break;
            }
            if !items.is_empty() {
                if self.peek()? != &TokenKind::FlowEntry {
                    return Err(self.unexpected(start, "did not find expected ',' or ']'"));
                }
                self.take()?;
            }
            items.push(match self.peek()? {
                TokenKind::FlowSequenceEnd => break,
                TokenKind::Key => self.flow_pair()?,
                _ => self.node(Context::Flow)?,
            });
        }
        let Comments { line, foot, .. } = self.take_comments();
        self.take()?;
        (node.comments.line, node.comments.foot) = (line, foot);
        node.content = Content::Sequence { items, flow: true };
        Ok(())
    }

    /// A mapping of one pair without braces, an item of a flow sequence.
    fn flow_pair(&mut self) -> Result<Node, Error> {
        self.take()?;
        let mut key = match self.peek()? {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                // go-yaml drops the token behind an empty key.
                self.take()?;
                Node::default()
            }
            _ => self.node(Context::Flow)?,
        };
        let mut value = self.flow_value(&TokenKind::FlowSequenceEnd)?;
        lift_foot(&mut key, &mut value);
        self.peek()?;
        Ok(Node { content: Content::Mapping { entries: vec![(key, value)], flow: true }, ..Node::default() })
    }

    /// The value of a pair, which may be missing, in a collection that `end` closes.
    fn flow_value(&mut self, end: &TokenKind<'a>) -> Result<Node, Error> {
        if self.peek()? == &TokenKind::Value {
            self.take()?;
            let next = self.peek()?;
            if next != &TokenKind::FlowEntry && next != end {
                return self.node(Context::Flow);
            }
        }
        Ok(Node::default())
    }

    fn flow_mapping(&mut self, node: &mut Node) -> Result<(), Error> {
        let start = self.take()?.mark;
        let mut entries = Vec::new();
        loop {
            if self.peek()? == &TokenKind::FlowMappingEnd {
                break;
            }
            if !entries.is_empty() {
                if self.peek()? != &TokenKind::FlowEntry {
                    return Err(self.unexpected(start, "did not find expected ',' or '}'"));
                }
                self.take()?;
            }
            let (mut key, mut value) = match self.peek()? {
                TokenKind::FlowMappingEnd => break,
                TokenKind::Key => {
                    self.take()?;
                    let key = match self.peek()? {
                        TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                            Node::default()
                        }
                        _ => self.node(Context::Flow)?,
                    };
                    (key, self.flow_value(&TokenKind::FlowMappingEnd)?)
                }
                _ => {
                    let key = self.node(Context::Flow)?;
                    self.peek()?;
                    (key, Node::default())
                }
            };
            lift_foot(&mut key, &mut value);
            entries.push((key, value));
        }
        let Comments { line, foot, .. } = self.take_comments();
        self.take()?;
        (node.comments.line, node.comments.foot) = (line, foot);
        node.content = Content::Mapping { entries, flow: true };
        Ok(())
    }
}

/// The foot of a value is written below the whole entry, so the key has it.
fn lift_foot(key: &mut Node, value: &mut Node) {
    if key.comments.foot.is_empty() {
        key.comments.foot = std::mem::take(&mut value.comments.foot);
    }
}

/// Cuts the document's head, which ends at the last empty line, from the comment above the first node.
fn split_document_head(comment: &mut Vec<u8>) -> Vec<u8> {
    for i in (1..comment.len()).rev().filter(|&i| comment[i] == b'\n') {
        let end = match i {
            i if i + 1 == comment.len() => i,
            i if comment[i - 1] == b'\n' => i - 1,
            _ => continue,
        };
        let rest = comment.split_off(i + 1);
        let mut head = std::mem::replace(comment, rest);
        head.truncate(end);
        return head;
    }
    Vec::new()
}
