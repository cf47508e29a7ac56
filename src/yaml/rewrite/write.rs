//! From nodes to text.

use std::borrow::Cow;

use super::node::{Comments, Content, Document, Node, Style};
use crate::stack::with_stack;
use crate::value::Str;
use crate::yaml::emit::Emitter;
use crate::yaml::resolve::Generation;
use crate::yaml::scan::break_length;
use crate::yaml::style::Analysis;

/// Columns of one level.
const INDENT: usize = 2;
/// Bytes of the longest key that is written without `? `.
const SIMPLE_KEY: usize = 128;

/// The documents as one stream, with `---` between them.
pub fn write<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Vec<u8> {
    let mut writer = Writer::new();
    for (i, document) in documents.into_iter().enumerate() {
        writer.document(&document.head, &document.root, &document.foot, i == 0);
    }
    writer.emitter.out
}

/// The text of one node alone.
pub fn write_node(node: &Node) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.document(b"", node, b"", true);
    writer.emitter.out
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// The top, or an item of a sequence.
    Item,
    /// The key of a mapping, on one line.
    SimpleKey,
    /// Another key of a mapping, or a value.
    Entry,
}

/// go-yaml notes the comments of a node when it comes to it and writes each kind at fixed places; a comment that
/// finds no place stays noted and comes out later.
struct Writer {
    emitter: Emitter,
    noted: Comments,
    /// The foot of the entry before.
    tail: Str,
    /// The line comment of a key whose value is still to come.
    key_line: Str,
    flow_level: usize,
}

impl Writer {
    fn new() -> Writer {
        Writer {
            emitter: Emitter::new(Generation::V3),
            noted: Comments::default(),
            tail: Str::new(),
            key_line: Str::new(),
            flow_level: 0,
        }
    }

    fn document(&mut self, head: &[u8], root: &Node, foot: &[u8], is_first: bool) {
        self.note(&head.into(), &Str::new(), &Str::new());
        if !is_first {
            self.emitter.write_indent();
            self.emitter.write_indicator("---", true, false);
            self.emitter.write_indent();
        }
        if !self.noted.head.is_empty() {
            self.head_comment();
            self.emitter.put_break();
        }
        self.note_start(root, &Str::new());
        self.head_comment();
        self.open(root, Place::Item);
        self.line_comment();
        self.foot_comment();
        self.contents(root, Place::Item);

        self.note(&Str::new(), &Str::new(), &foot.into());
        // The foot of a document always stands apart.
        self.emitter.foot_indent = Some(0);
        self.foot_comment();
        self.emitter.foot_indent = None;
        self.emitter.write_indent();
    }

    // ---- comments ----

    fn note(&mut self, head: &Str, line: &Str, foot: &Str) {
        let noted = &mut self.noted;
        for (noted, new) in [(&mut noted.head, head), (&mut noted.line, line), (&mut noted.foot, foot)] {
            if !new.is_empty() {
                noted.clone_from(new);
            }
        }
    }

    /// Notes the comments that come with the start of `node`: of a collection only those above it. `tail` is the
    /// foot of the entry before, if this is a key.
    fn note_start(&mut self, node: &Node, tail: &Str) {
        let Comments { head, line, foot } = &node.comments;
        match &node.content {
            Content::Sequence { .. } | Content::Mapping { .. } => self.note(head, &Str::new(), &Str::new()),
            Content::Scalar { .. } | Content::Alias(_) => self.note(head, line, foot),
        }
        // go-yaml loses the tail in front of other keys.
        let keeps_tail = matches!(node.content, Content::Scalar { .. } | Content::Mapping { .. });
        if keeps_tail && !tail.is_empty() {
            self.tail.clone_from(tail);
        }
    }

    fn head_comment(&mut self) {
        if !self.tail.is_empty() {
            let tail = std::mem::take(&mut self.tail);
            self.emitter.write_indent();
            self.comment(&tail);
            self.emitter.foot_indent = Some(self.emitter.indent.unwrap_or(0));
        }
        if !self.noted.head.is_empty() {
            let head = std::mem::take(&mut self.noted.head);
            self.emitter.write_indent();
            self.comment(&head);
        }
    }

    fn line_comment(&mut self) {
        if !self.noted.line.is_empty() {
            let line = std::mem::take(&mut self.noted.line);
            self.emitter.write_gap();
            self.comment(&line);
        }
    }

    fn foot_comment(&mut self) {
        if !self.noted.foot.is_empty() {
            let foot = std::mem::take(&mut self.noted.foot);
            self.emitter.write_indent();
            self.comment(&foot);
            self.emitter.foot_indent = Some(self.emitter.indent.unwrap_or(0));
        }
    }

    fn comment(&mut self, text: &[u8]) {
        let (mut after_break, mut in_comment) = (false, false);
        let mut pos = 0;
        while pos < text.len() {
            if break_length(&text[pos..]) > 0 {
                pos += self.emitter.write_break(text, pos);
                (after_break, in_comment) = (true, false);
                continue;
            }
            if after_break {
                self.emitter.write_indent();
            }
            if !in_comment && text[pos] != b'#' {
                self.emitter.write_line(b"# ");
            }
            in_comment = true;
            pos += self.emitter.write_rest_of_line(text, pos);
            after_break = false;
        }
        if !after_break {
            self.emitter.put_break();
        }
        self.emitter.after_blank = true;
    }

    /// True if something follows the node on its line or below it.
    fn trails(&self) -> bool {
        !(self.noted.line.is_empty() && self.noted.foot.is_empty() && self.tail.is_empty())
    }

    // ---- nodes ----

    /// Writes a scalar or alias, and of a collection anchor and tag.
    fn open(&mut self, node: &Node, place: Place) {
        if let Content::Alias(name) = &node.content {
            self.emitter.write_indicator("*", true, false);
            self.emitter.write_line(name);
            self.emitter.leave_line_start();
            return;
        }
        if !node.anchor.is_empty() {
            self.emitter.write_indicator("&", true, false);
            self.emitter.write_line(&node.anchor);
            self.emitter.leave_line_start();
        }
        let tag = presented_tag(&node.tag);
        if !tag.is_empty() {
            self.emitter.word(&tag);
        }
        if let Content::Scalar { text, style } = &node.content {
            self.scalar(text, *style, place);
        }
    }

    fn scalar(&mut self, text: &[u8], wanted: Style, place: Place) {
        let is_key = place == Place::SimpleKey;
        let style = self.style(text, wanted, is_key);
        let outer = self.emitter.indent;
        self.emitter.indent = Some(outer.map_or(INDENT, |column| column + INDENT));
        match style {
            Style::Plain if text.is_empty() => self.emitter.at_line_start = false,
            Style::Plain => self.emitter.write_plain(text, false),
            Style::SingleQuoted => self.emitter.write_single_quoted(text, false),
            Style::DoubleQuoted => self.emitter.write_double_quoted(text, false),
            Style::Literal | Style::Folded => {
                let indicator = if style == Style::Literal { "|" } else { ">" };
                self.emitter.begin_block_scalar(indicator, text);
                if self.noted.line.is_empty() {
                    self.emitter.put_break();
                } else {
                    self.line_comment();
                }
                match style {
                    Style::Literal => self.emitter.write_literal(text),
                    _ => self.emitter.write_folded(text),
                }
            }
        }
        self.emitter.indent = outer;
    }

    fn style(&self, text: &[u8], wanted: Style, is_key: bool) -> Style {
        let analysis = Analysis::new(text, Generation::V3);
        let in_flow = self.flow_level > 0;
        let wanted = if wanted == Style::Plain && text.contains(&b'\n') { Style::Literal } else { wanted };
        if is_key && analysis.is_multiline {
            return Style::DoubleQuoted;
        }
        let refuses_plain = || {
            text.is_empty() && (in_flow || is_key) || in_flow && text.iter().any(|b| b",?[]{}:".contains(b))
        };
        let wanted = match wanted {
            Style::Plain if refuses_plain() => Style::SingleQuoted,
            Style::Literal | Style::Folded if in_flow => Style::DoubleQuoted,
            wanted => wanted,
        };
        analysis.select(wanted, is_key)
    }

    /// Writes what a collection holds.
    fn contents(&mut self, node: &Node, place: Place) {
        with_stack(|| match &node.content {
            Content::Sequence { items, flow } => {
                if self.flow_level > 0 || *flow || items.is_empty() {
                    self.flow_sequence(node, items);
                } else {
                    self.block_sequence(node, items, place);
                }
            }
            Content::Mapping { entries, flow } => {
                if self.flow_level > 0 || *flow || entries.is_empty() {
                    self.flow_mapping(node, entries);
                } else {
                    self.block_mapping(node, entries);
                }
            }
            Content::Scalar { .. } | Content::Alias(_) => {}
        });
    }

    fn indent(&mut self, first: usize, step: usize) -> Option<usize> {
        let outer = self.emitter.indent;
        self.emitter.indent = Some(outer.map_or(first, |column| column + step));
        outer
    }

    fn block_sequence(&mut self, node: &Node, items: &[Node], place: Place) {
        // A sequence below its key is not indented.
        let below_key = place != Place::Item && (self.emitter.column == 0 || !self.emitter.at_line_start);
        let outer = self.indent(0, if below_key { 0 } else { INDENT });
        for item in items {
            self.note_start(item, &Str::new());
            self.head_comment();
            self.emitter.write_indent();
            self.emitter.write_indicator("-", true, true);
            self.open(item, Place::Item);
            self.line_comment();
            self.foot_comment();
            self.contents(item, Place::Item);
        }
        self.note(&Str::new(), &node.comments.line, &node.comments.foot);
        self.emitter.indent = outer;
    }

    fn block_mapping(&mut self, node: &Node, entries: &[(Node, Node)]) {
        let outer = self.indent(0, INDENT);
        let mut tail = Str::new();
        for (key, value) in entries {
            let before = std::mem::replace(&mut tail, key.comments.foot.clone());
            let key = &without_foot(key);
            self.note_start(key, &before);
            self.head_comment();
            self.emitter.write_indent();
            if !self.noted.line.is_empty() {
                self.key_line = std::mem::take(&mut self.noted.line);
            }
            let place = self.place_of_key(key);
            if place == Place::SimpleKey {
                self.open(key, place);
                self.contents(key, place);
                self.note_start(value, &Str::new());
                self.emitter.write_indicator(":", false, false);
            } else {
                self.emitter.write_indicator("?", true, true);
                self.open(key, place);
                self.contents(key, place);
                self.note_start(value, &Str::new());
                self.emitter.write_indent();
                self.emitter.write_indicator(":", true, true);
            }
            self.key_line_comment(value);
            self.open(value, Place::Entry);
            self.line_comment();
            self.foot_comment();
            self.contents(value, Place::Entry);
        }
        self.note_end(node, tail);
        self.head_comment();
        self.emitter.indent = outer;
    }

    /// The comment behind `key:` goes behind a scalar value, or in front of a block.
    fn key_line_comment(&mut self, value: &Node) {
        if self.key_line.is_empty() {
            return;
        }
        match &value.content {
            Content::Scalar { .. } if self.noted.line.is_empty() => {
                self.noted.line = std::mem::take(&mut self.key_line);
            }
            Content::Sequence { flow: false, .. } | Content::Mapping { flow: false, .. } => {
                std::mem::swap(&mut self.noted.line, &mut self.key_line);
                self.line_comment();
                std::mem::swap(&mut self.noted.line, &mut self.key_line);
            }
            _ => {}
        }
    }

    fn note_end(&mut self, node: &Node, tail: Str) {
        self.note(&Str::new(), &node.comments.line, &node.comments.foot);
        if !tail.is_empty() {
            self.tail = tail;
        }
    }

    fn place_of_key(&self, key: &Node) -> Place {
        let own = key.anchor.len() + presented_tag(&key.tag).len();
        let length = match &key.content {
            Content::Alias(name) => Some(name.len()),
            Content::Scalar { text, .. } if Analysis::new(text, Generation::V3).is_multiline => None,
            Content::Scalar { text, .. } => Some(own + text.len()),
            Content::Sequence { items, .. } => items.is_empty().then_some(own),
            Content::Mapping { entries, .. } => entries.is_empty().then_some(own),
        };
        if length.is_some_and(|length| length <= SIMPLE_KEY) { Place::SimpleKey } else { Place::Entry }
    }

    fn flow_sequence(&mut self, node: &Node, items: &[Node]) {
        self.emitter.write_indicator("[", true, false);
        self.emitter.after_blank = true;
        let outer = self.indent(INDENT, INDENT);
        self.flow_level += 1;
        let mut needs_comma = false;
        for item in items {
            self.note_start(item, &Str::new());
            if needs_comma {
                self.emitter.write_indicator(",", false, false);
            }
            self.head_comment();
            if self.emitter.column == 0 {
                self.emitter.write_indent();
            }
            needs_comma = !self.trails();
            self.open(item, Place::Item);
            if self.trails() {
                self.emitter.write_indicator(",", false, false);
            }
            self.line_comment();
            self.foot_comment();
            self.contents(item, Place::Item);
        }
        self.note(&Str::new(), &node.comments.line, &node.comments.foot);
        self.flow_level -= 1;
        self.emitter.indent = outer;
        if self.emitter.column == 0 {
            self.emitter.write_indent();
        }
        self.emitter.write_indicator("]", false, false);
        self.line_comment();
        self.foot_comment();
    }

    fn flow_mapping(&mut self, node: &Node, entries: &[(Node, Node)]) {
        self.emitter.write_indicator("{", true, false);
        self.emitter.after_blank = true;
        let outer = self.indent(INDENT, INDENT);
        self.flow_level += 1;
        let mut tail = Str::new();
        let mut needs_comma = false;
        for (key, value) in entries {
            let before = std::mem::replace(&mut tail, key.comments.foot.clone());
            let key = &without_foot(key);
            self.note_start(key, &before);
            if needs_comma {
                self.emitter.write_indicator(",", false, false);
            }
            self.head_comment();
            if self.emitter.column == 0 {
                self.emitter.write_indent();
            }
            let place = self.place_of_key(key);
            if place != Place::SimpleKey {
                self.emitter.write_indicator("?", true, false);
            }
            self.open(key, place);
            self.contents(key, place);
            self.note_start(value, &Str::new());
            self.emitter.write_indicator(":", place != Place::SimpleKey, false);
            needs_comma = !self.trails();
            self.open(value, Place::Entry);
            if self.trails() {
                self.emitter.write_indicator(",", false, false);
            }
            self.line_comment();
            self.foot_comment();
            self.contents(value, Place::Entry);
        }
        self.note_end(node, tail);
        let has_comment = !(self.noted.head.is_empty() && self.noted.foot.is_empty() && self.tail.is_empty());
        if has_comment && needs_comma {
            self.emitter.write_indicator(",", false, false);
        }
        self.head_comment();
        self.flow_level -= 1;
        self.emitter.indent = outer;
        self.emitter.write_indicator("}", false, false);
        self.line_comment();
        self.foot_comment();
    }
}

/// The foot of a key comes after its value.
fn without_foot(key: &Node) -> Cow<'_, Node> {
    let mut key = Cow::Borrowed(key);
    if !key.comments.foot.is_empty() {
        key.to_mut().comments.foot = Str::new();
    }
    key
}

/// A tag as it is written: with a short handle where it can be.
fn presented_tag(tag: &[u8]) -> Vec<u8> {
    if tag.is_empty() {
        return Vec::new();
    }
    let escaped = |suffix: &[u8]| {
        let mut out = Vec::with_capacity(suffix.len());
        for &b in suffix {
            if b.is_ascii_alphanumeric() || b"-;/?:@&=+$,_.~*'()[]".contains(&b) {
                out.push(b);
            } else {
                out.extend_from_slice(format!("%{b:02X}").as_bytes());
            }
        }
        out
    };
    if let Some(suffix) = tag.strip_prefix(b"!") {
        return [&b"!"[..], &escaped(suffix)].concat();
    }
    match tag.strip_prefix(b"tag:yaml.org,2002:") {
        Some(suffix) => [&b"!!"[..], &escaped(suffix)].concat(),
        None => [&b"!<"[..], &escaped(tag), b">"].concat(),
    }
}
