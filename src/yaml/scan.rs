//! From text to tokens, with go-yaml's rules for indentation and simple keys.
//!
//! YAML needs unbounded lookahead in one place only: whether a scalar or flow collection is a key shows at the
//! `:` behind it. The scanner remembers where such a *simple key* may have begun, holds tokens back while the
//! first of them is such a place, and puts the key token in front of it when the `:` comes.

use std::borrow::Cow;
use std::collections::VecDeque;

use crate::limits::YAML_DEPTH;

use super::comments::Comments;
use super::error::{Error, Position};
use super::style::Style;

/// A place in the text; line and column count from 0.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    pub(super) offset: u32,
    pub(super) line: u32,
    pub(super) column: u32,
}

#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) mark: Mark,
}

#[derive(Debug, PartialEq)]
pub(super) enum TokenKind<'a> {
    /// Comes only if comments are kept.
    StreamStart,
    StreamEnd,
    /// `%YAML` with major and minor version.
    VersionDirective(u8, u8),
    /// `%TAG`
    TagDirective(Box<TagParts>),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'a [u8]),
    Anchor(&'a [u8]),
    Tag(Box<TagParts>),
    Scalar {
        value: Cow<'a, [u8]>,
        style: Style,
    },
}

/// A tag's handle and suffix, or a `%TAG` directive's handle and prefix.
#[derive(Debug, PartialEq)]
pub(super) struct TagParts {
    pub(super) handle: Vec<u8>,
    pub(super) rest: Vec<u8>,
}

/// Where a simple key may have begun, one for each flow level.
#[derive(Clone, Copy, Default)]
struct SimpleKey {
    possible: bool,
    /// In block context at the indentation of the current mapping: only a key can stand here.
    required: bool,
    /// Number of its token, counted from the start of the stream.
    token: usize,
    mark: Mark,
}

/// The longest simple key, in characters.
const KEY_LENGTH: usize = 1024;

pub(super) struct Scanner<'a> {
    pub(super) text: &'a [u8],
    pub(super) pos: usize,
    /// What is wrong with the input right after `text`.
    fault: Option<&'static str>,
    ascii: bool,
    pub(super) line: u32,
    line_start: usize,
    /// A position in the current line and its column, so that columns are counted only once.
    counted: (usize, u32),
    pub(super) flow_level: usize,
    /// Column of the current block collection, -1 outside of any.
    pub(super) indent: i64,
    indents: Vec<i64>,
    pub(super) simple_key_allowed: bool,
    simple_keys: Vec<SimpleKey>,
    /// Tokens that may be simple keys, with the flow level of their entry in `simple_keys`; ascending.
    key_tokens: VecDeque<(usize, usize)>,
    pub(super) queue: VecDeque<Token<'a>>,
    /// The comments that no token took yet; `None` if they are not wanted.
    pub(super) comments: Option<Box<Comments>>,
    /// Where the token begins that is being read, or the key that is missed.
    context: Option<Mark>,
    /// The first token of the queue is final.
    ready: bool,
    /// Number of tokens taken from the queue.
    taken: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a [u8], fault: Option<&'static str>) -> Scanner<'a> {
        Scanner {
            text,
            pos: 0,
            fault,
            ascii: text.is_ascii(),
            line: 0,
            line_start: 0,
            counted: (0, 0),
            flow_level: 0,
            indent: -1,
            indents: Vec::new(),
            simple_key_allowed: true,
            simple_keys: vec![SimpleKey::default()],
            key_tokens: VecDeque::new(),
            queue: VecDeque::new(),
            comments: None,
            context: None,
            ready: false,
            taken: 0,
        }
    }

    /// The same, keeping comments as yaml.v3 does.
    pub(super) fn with_comments(text: &'a [u8], fault: Option<&'static str>) -> Scanner<'a> {
        let mut scanner = Scanner::new(text, fault);
        scanner.comments = Some(Box::default());
        scanner.push(TokenKind::StreamStart, Mark::default());
        scanner
    }

    /// The next token.
    pub(super) fn peek(&mut self) -> Result<&Token<'a>, Error> {
        // With comments go-yaml looks two tokens ahead, so that a comment behind a token is known in time.
        let ahead = if self.comments.is_some() { 2 } else { 0 };
        while !self.ready {
            self.ready = self.queue.len() > ahead && !self.head_may_be_key()?;
            if !self.ready {
                self.fetch()?;
            }
        }
        // `fetch` fails or adds a token, so the queue has one.
        Ok(&self.queue[0])
    }

    /// Takes the next token from the stream.
    pub(super) fn take(&mut self) -> Result<Token<'a>, Error> {
        let mark = self.peek()?.mark;
        self.ready = false;
        self.taken += 1;
        Ok(self.queue.pop_front().unwrap_or(Token { kind: TokenKind::StreamEnd, mark }))
    }

    // ---- text ----

    /// The byte `ahead` of the current position; 0, which the text cannot hold, at its end.
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.text.get(self.pos + ahead).copied().unwrap_or(0)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.pos >= self.text.len()
    }

    /// Bytes of the line break `ahead` of the current position; 0 if there is none.
    pub(super) fn break_at(&self, ahead: usize) -> usize {
        match self.byte(ahead) {
            b'\n' => 1,
            b'\r' | 0xC2 | 0xE2 => break_length(&self.text[self.pos + ahead..]),
            _ => 0,
        }
    }

    /// True if a space, tab, line break or the end of the text is `ahead`.
    pub(super) fn is_blank_or_end(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t' | 0) || self.break_at(ahead) > 0
    }

    pub(super) fn is_blank(&self) -> bool {
        matches!(self.byte(0), b' ' | b'\t')
    }

    /// Bytes since the start of the line.
    pub(super) fn line_offset(&self) -> usize {
        self.pos - self.line_start
    }

    /// True at `---` or `...` at the start of a line, followed by a blank.
    pub(super) fn is_document_marker(&self) -> bool {
        self.pos == self.line_start
            && matches!(self.text.get(self.pos..self.pos + 3), Some(b"---" | b"..."))
            && self.is_blank_or_end(3)
    }

    /// Skips the line break at the current position.
    pub(super) fn skip_break(&mut self) {
        self.pos += self.break_at(0);
        self.line += 1;
        self.line_start = self.pos;
        self.counted = (self.pos, 0);
    }

    /// Skips the line break at the current position and appends it to `out` as YAML reads it.
    pub(super) fn read_break(&mut self, out: &mut Vec<u8>) {
        match self.byte(0) {
            0xE2 => out.extend_from_slice(&self.text[self.pos..self.pos + 3]),
            _ => out.push(b'\n'),
        }
        self.skip_break();
    }

    /// Skips the rest of the line up to its break.
    pub(super) fn skip_to_break(&mut self) {
        while let Some(b) = self.text.get(self.pos) {
            if matches!(b, b'\n' | b'\r' | 0xC2 | 0xE2) && self.break_at(0) > 0 {
                break;
            }
            self.pos += 1;
        }
    }

    fn column(&mut self) -> u32 {
        if self.ascii {
            return (self.pos - self.line_start) as u32;
        }
        let (from, column) = self.counted;
        let column = column + characters(&self.text[from..self.pos]) as u32;
        self.counted = (self.pos, column);
        column
    }

    pub(super) fn mark(&mut self) -> Mark {
        Mark { offset: self.pos as u32, line: self.line, column: self.column() }
    }

    // ---- errors ----

    /// A scanner error at the current position.
    pub(super) fn error(&mut self, problem: &str) -> Error {
        if let Some(fault) = self.fault_within(1) {
            return fault;
        }
        let mark = self.mark();
        // Where it keeps comments, go-yaml names the line in which the token begins rather than this one.
        let line = match self.context {
            Some(start) if self.comments.is_some() && start.line != 0 => start.line,
            _ => mark.line,
        };
        Error::syntax(problem, if line == 0 { 0 } else { line + 1 }, mark.position())
    }

    /// The error of the reader if the bad character is one of the next `lookahead`, which go-yaml wants to see.
    fn fault_within(&mut self, lookahead: usize) -> Option<Error> {
        let fault = self.fault?;
        let near = self.text.get(self.pos..).unwrap_or_default();
        if characters(&near[..near.len().min(4 * lookahead)]) >= lookahead {
            return None;
        }
        let position = self.mark().position();
        Some(Error::syntax(fault, 0, position))
    }

    // ---- simple keys ----

    /// True if the first token of the queue may turn out to be a key.
    fn head_may_be_key(&mut self) -> Result<bool, Error> {
        while let Some(&(token, level)) = self.key_tokens.front() {
            if token > self.taken {
                break;
            }
            if token == self.taken {
                return self.key_is_possible(level);
            }
            self.key_tokens.pop_front();
        }
        Ok(false)
    }

    /// True if the simple key of `level` can still be one: a key is short and on one line.
    fn key_is_possible(&mut self, level: usize) -> Result<bool, Error> {
        let Some(&key) = self.simple_keys.get(level) else { return Ok(false) };
        if !key.possible {
            return Ok(false);
        }
        let start = key.mark.offset as usize;
        let too_long =
            || self.pos - start > KEY_LENGTH && characters(&self.text[start..self.pos]) > KEY_LENGTH;
        if key.mark.line == self.line && !too_long() {
            return Ok(true);
        }
        if key.required {
            self.context = Some(key.mark);
            return Err(self.error("could not find expected ':'"));
        }
        self.simple_keys[level].possible = false;
        Ok(false)
    }

    /// Notes that the token that comes next may be a simple key.
    fn save_simple_key(&mut self) -> Result<(), Error> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let mark = self.mark();
        let required = self.flow_level == 0 && self.indent == i64::from(mark.column);
        self.forget_simple_key()?;
        let token = self.taken + self.queue.len();
        let level = self.simple_keys.len() - 1;
        self.simple_keys[level] = SimpleKey { possible: true, required, token, mark };
        self.key_tokens.push_back((token, level));
        Ok(())
    }

    /// Gives up the simple key of the current flow level.
    fn forget_simple_key(&mut self) -> Result<(), Error> {
        let level = self.simple_keys.len() - 1;
        let key = self.simple_keys[level];
        if key.possible {
            if key.required {
                self.context = Some(key.mark);
                return Err(self.error("could not find expected ':'"));
            }
            self.simple_keys[level].possible = false;
            self.forget_key_token(key.token);
        }
        Ok(())
    }

    fn forget_key_token(&mut self, token: usize) {
        if let Some(index) = self.key_tokens.iter().rposition(|&(t, _)| t == token) {
            self.key_tokens.remove(index);
        }
    }

    // ---- indentation ----

    /// Opens a block collection at `column` if that is deeper than the current one. Its token goes in front of
    /// the token numbered `before`, or to the end.
    fn roll_indent(&mut self, kind: TokenKind<'a>, before: Option<usize>, mark: Mark) -> Result<(), Error> {
        let column = i64::from(mark.column);
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > YAML_DEPTH {
            return Err(self.error(&format!("exceeded max depth of {YAML_DEPTH}")));
        }
        self.insert(kind, before, mark);
        Ok(())
    }

    /// Closes the block collections deeper than `column`. `blank` is where the space in front of the next token
    /// begins, if that is known.
    fn unroll_indent(&mut self, column: i64, blank: Option<Mark>) {
        if self.flow_level > 0 || self.indent <= column {
            return;
        }
        let mut mark = self.mark();
        let mut end = self.comments.as_ref().map(|_| blank.unwrap_or(mark).before());
        while self.indent > column {
            if let (Some(comments), Some(end)) = (&self.comments, &mut end) {
                *end = comments.end_of_block(*end, self.indent);
                mark = *end;
            }
            self.queue.push_back(Token { kind: TokenKind::BlockEnd, mark });
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    /// Puts a token in front of the token numbered `before`, or at the end if that one is gone.
    fn insert(&mut self, kind: TokenKind<'a>, before: Option<usize>, mark: Mark) {
        let index = before.and_then(|number| number.checked_sub(self.taken)).unwrap_or(usize::MAX);
        self.queue.insert(index.min(self.queue.len()), Token { kind, mark });
    }

    // ---- tokens ----

    /// Reads the next token into the queue.
    fn fetch(&mut self) -> Result<(), Error> {
        let blank = if self.comments.is_some() { Some(self.mark()) } else { None };
        self.skip_to_token(blank);
        if let Some(fault) = self.fault_within(4) {
            return Err(fault);
        }
        let column = self.column();
        self.unroll_indent(i64::from(column), blank);
        if self.is_at_end() {
            return self.fetch_stream_end();
        }
        if column == 0 {
            if self.byte(0) == b'%' {
                return self.fetch_directive();
            }
            if self.is_document_marker() {
                return self.fetch_document_marker();
            }
        }
        if self.comments.is_none() {
            return self.fetch_content();
        }
        let owner = self.owner_of_line_comment();
        self.fetch_content()?;
        // What follows a `-` heads the item.
        if self.queue.back().is_none_or(|token| token.kind != TokenKind::BlockEntry) {
            self.scan_line_comment(owner);
        }
        Ok(())
    }

    /// Reads a token that is no directive, no marker and not the end.
    fn fetch_content(&mut self) -> Result<(), Error> {
        let in_flow = self.flow_level > 0;
        match self.byte(0) {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.is_blank_or_end(1) => self.fetch_block_entry(),
            b'?' if in_flow || self.is_blank_or_end(1) => self.fetch_key(),
            b':' if in_flow || self.is_blank_or_end(1) => self.fetch_value(),
            b'*' | b'&' => self.fetch_anchor(),
            b'!' => self.fetch_keylike(Self::scan_tag),
            b'|' | b'>' if !in_flow => self.fetch_block_scalar(),
            b'\'' => self.fetch_keylike(Self::scan_single_quoted),
            b'"' => self.fetch_keylike(Self::scan_double_quoted),
            b'|' | b'>' | b'%' | b'@' | b'`' | b'#' | b'\t' => {
                Err(self.error("found character that cannot start any token"))
            }
            _ => self.fetch_keylike(Self::scan_plain),
        }
    }

    /// Skips spaces, comments and line breaks; keeps the comments if `blank` says where this begins.
    fn skip_to_token(&mut self, blank: Option<Mark>) {
        if self.pos == 0 && self.text.starts_with(b"\xEF\xBB\xBF") {
            self.pos = 3;
        }
        loop {
            // A tab is a blank except where it could be taken for indentation.
            let tabs = self.flow_level > 0 || !self.simple_key_allowed;
            while self.byte(0) == b' ' || tabs && self.byte(0) == b'\t' {
                self.pos += 1;
            }
            if let Some(blank) = blank {
                self.turn_into_head_comment();
                if self.byte(0) == b'#' {
                    self.scan_comments(blank);
                }
            } else if self.byte(0) == b'#' {
                self.skip_to_break();
            }
            if self.break_at(0) == 0 {
                return;
            }
            self.skip_break();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    fn push(&mut self, kind: TokenKind<'a>, mark: Mark) {
        self.queue.push_back(Token { kind, mark });
    }

    /// A token of `width` characters.
    fn push_indicator(&mut self, kind: TokenKind<'a>, width: usize) {
        let mark = self.mark();
        self.pos += width;
        self.push(kind, mark);
    }

    fn fetch_stream_end(&mut self) -> Result<(), Error> {
        // The end counts as the start of a new line.
        if self.column() != 0 {
            self.line += 1;
            self.line_start = self.pos;
            self.counted = (self.pos, 0);
        }
        self.unroll_indent(-1, None);
        self.forget_simple_key()?;
        self.simple_key_allowed = false;
        self.push_indicator(TokenKind::StreamEnd, 0);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), Error> {
        self.unroll_indent(-1, None);
        self.forget_simple_key()?;
        self.simple_key_allowed = false;
        let mark = self.mark();
        self.context = Some(mark);
        let kind = self.scan_directive()?;
        self.context = None;
        self.push(kind, mark);
        Ok(())
    }

    fn fetch_document_marker(&mut self) -> Result<(), Error> {
        self.unroll_indent(-1, None);
        self.forget_simple_key()?;
        self.simple_key_allowed = false;
        let kind = if self.byte(0) == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
        self.push_indicator(kind, 3);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind<'a>) -> Result<(), Error> {
        self.save_simple_key()?;
        // go-yaml numbers the new level's key like the bracket itself: closing an empty collection then forgets
        // that the bracket may be a key.
        let token = self.taken + self.queue.len();
        self.simple_keys.push(SimpleKey { token, ..SimpleKey::default() });
        self.flow_level += 1;
        if self.flow_level > YAML_DEPTH {
            return Err(self.error(&format!("exceeded max depth of {YAML_DEPTH}")));
        }
        self.simple_key_allowed = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind<'a>) -> Result<(), Error> {
        self.forget_simple_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            if let Some(key) = self.simple_keys.pop() {
                self.forget_key_token(key.token);
            }
        }
        self.simple_key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Error> {
        self.forget_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Error> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.error("block sequence entries are not allowed in this context"));
            }
            let mark = self.mark();
            self.roll_indent(TokenKind::BlockSequenceStart, None, mark)?;
        }
        self.forget_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Error> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.error("mapping keys are not allowed in this context"));
            }
            let mark = self.mark();
            self.roll_indent(TokenKind::BlockMappingStart, None, mark)?;
        }
        self.forget_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Error> {
        let level = self.simple_keys.len() - 1;
        if self.key_is_possible(level)? {
            let key = self.simple_keys[level];
            self.insert(TokenKind::Key, Some(key.token), key.mark);
            self.roll_indent(TokenKind::BlockMappingStart, Some(key.token), key.mark)?;
            self.simple_keys[level].possible = false;
            self.forget_key_token(key.token);
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return Err(self.error("mapping values are not allowed in this context"));
                }
                let mark = self.mark();
                self.roll_indent(TokenKind::BlockMappingStart, None, mark)?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value, 1);
        Ok(())
    }

    fn fetch_anchor(&mut self) -> Result<(), Error> {
        self.fetch_keylike(|scanner| {
            let is_alias = scanner.byte(0) == b'*';
            scanner.pos += 1;
            let name = scanner.scan_word();
            if name.is_empty()
                || !(scanner.is_blank_or_end(0)
                    || matches!(scanner.byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'))
            {
                return Err(scanner.error("did not find expected alphabetic or numeric character"));
            }
            Ok(if is_alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) })
        })
    }

    /// A token that may begin a simple key, and after which none may.
    fn fetch_keylike(
        &mut self,
        scan: impl FnOnce(&mut Self) -> Result<TokenKind<'a>, Error>,
    ) -> Result<(), Error> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let mark = self.mark();
        self.context = Some(mark);
        let kind = scan(self)?;
        self.context = None;
        if let Some(fault) = self.fault_within(2) {
            return Err(fault);
        }
        self.push(kind, mark);
        Ok(())
    }

    fn fetch_block_scalar(&mut self) -> Result<(), Error> {
        self.forget_simple_key()?;
        self.simple_key_allowed = true;
        let mark = self.mark();
        self.context = Some(mark);
        let kind = self.scan_block_scalar()?;
        self.context = None;
        if let Some(fault) = self.fault_within(1) {
            return Err(fault);
        }
        self.push(kind, mark);
        Ok(())
    }

    /// Letters, digits, `_` and `-`.
    pub(super) fn scan_word(&mut self) -> &'a [u8] {
        let rest = &self.text[self.pos..];
        let length = rest.iter().take_while(|&&b| is_word(b)).count();
        self.pos += length;
        &rest[..length]
    }
}

impl Mark {
    /// The place right before, on the same line.
    fn before(self) -> Mark {
        Mark { offset: self.offset.saturating_sub(1), ..self }
    }

    /// The place as users count.
    pub(super) fn position(self) -> Position {
        Position { line: self.line + 1, column: self.column + 1, offset: self.offset }
    }
}

pub(super) fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b == b'-'
}

/// Number of UTF-8 characters.
fn characters(text: &[u8]) -> usize {
    text.iter().filter(|&&b| b & 0xC0 != 0x80).count()
}

/// Bytes of the line break at the start of `text`; 0 if there is none.
pub(super) fn break_length(text: &[u8]) -> usize {
    match text {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r', ..] => 1,
        [0xC2, 0x85, ..] => 2,
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
        _ => 0,
    }
}
