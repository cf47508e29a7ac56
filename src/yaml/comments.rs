//! Comments, collected while scanning and tied to tokens by yaml.v3's rules.
//!
//! A comment *heads* what follows it, is a *line* comment of what it stands behind, or is the *foot* of what it
//! stands below. Which of these it is depends on blank lines and columns, and may be known only later; so each
//! comment waits in a queue, with the place of the token that it belongs to, until the parser comes to that token.

use std::collections::VecDeque;

use super::scan::{Mark, Scanner, TokenKind};

/// How far go-yaml looks for a comment: bytes of space between two of them.
const LOOKAHEAD: usize = 512;

/// What a comment is to its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Head,
    Line,
    Foot,
}

#[derive(Debug)]
pub(super) struct Comment {
    /// Where the space around the comment begins.
    blank: Mark,
    /// Where the token is that the comment belongs to.
    pub(super) token: Mark,
    /// Where the comment begins; its column counts from 1, unless this is a line comment.
    start: Mark,
    /// Offset behind the comment and the space that was looked at.
    end: u32,
    pub(super) role: Role,
    /// The lines with their `#`, an empty one for each gap.
    pub(super) text: Vec<u8>,
}

/// The comments that no token took yet.
#[derive(Debug, Default)]
pub(super) struct Comments {
    pub(super) queue: VecDeque<Comment>,
}

impl Comments {
    /// Where a block collection at column `indent` ends: in front of the comments in that column that stand right
    /// before `end`, so that they become comments of the collection's parent.
    pub(super) fn end_of_block(&self, end: Mark, indent: i64) -> Mark {
        let mut found = end;
        let mut stop = end.offset;
        for comment in self.queue.iter().rev() {
            if comment.end < stop {
                break;
            }
            if i64::from(comment.start.column) == indent + 1 {
                found = comment.start;
            }
            // Nothing but space stands between this comment and the one before it.
            stop = comment.blank.offset;
        }
        found
    }
}

/// A comment that is being put together from lines.
struct Draft {
    blank: Mark,
    token: Mark,
    start: Mark,
    text: Vec<u8>,
}

impl Draft {
    /// The comment as the foot of its token; the draft goes on empty from `end`.
    fn cut_foot(&mut self, end: Mark) -> Comment {
        let text = std::mem::take(&mut self.text);
        let (blank, token) = (self.blank, self.token);
        (self.blank, self.token) = (end, end);
        Comment { blank, token, start: self.start, end: end.offset, role: Role::Foot, text }
    }
}

impl Scanner<'_> {
    /// The token that a comment on the rest of this line belongs to: the one that begins here, but the key in
    /// front of a `:` and the item in front of a `,`.
    pub(super) fn owner_of_line_comment(&mut self) -> Mark {
        let belongs_to_last = if self.flow_level == 0 { b':' } else { b',' };
        match self.queue.back() {
            Some(last) if self.byte(0) == belongs_to_last => last.mark,
            _ => self.mark(),
        }
    }

    /// Reads a comment on the rest of the line.
    pub(super) fn scan_line_comment(&mut self, token: Mark) {
        if self.line_breaks_behind() > 0 {
            return;
        }
        let blanks = self.text[self.pos..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        if blanks >= LOOKAHEAD || self.byte(blanks) != b'#' {
            return;
        }
        self.pos += blanks;
        let start = self.mark();
        let text = self.read_to_break();
        let comment = Comment { blank: Mark::default(), token, start, end: 0, role: Role::Line, text };
        self.push_comment(comment);
    }

    /// A line comment behind the first `-` of a sequence looks more like a header of what follows.
    pub(super) fn turn_into_head_comment(&mut self) {
        let (mark, at_break) = (self.mark(), self.break_at(0) > 0);
        let mut tokens = self.queue.iter().rev().map(|token| &token.kind);
        let at_first_item = matches!(
            (tokens.next(), tokens.next()),
            (Some(TokenKind::BlockEntry), Some(TokenKind::BlockSequenceStart))
        );
        let last = self.comments.as_mut().and_then(|comments| comments.queue.back_mut());
        if let Some(comment) = last.filter(|c| c.role == Role::Line && at_first_item && !at_break) {
            comment.role = Role::Head;
            if comment.start.line + 1 == mark.line {
                comment.token = mark;
            }
        }
    }

    /// Reads the comments here and below, with the space between them, and finds out to what they belong.
    /// `blank` is where the space in front of them begins.
    pub(super) fn scan_comments(&mut self, blank: Mark) {
        let mut tokens = self.queue.iter().rev();
        let last = match (tokens.next(), tokens.next()) {
            (Some(last), Some(before)) if last.kind == TokenKind::FlowEntry => Some(before),
            (last, _) => last,
        };
        let token = last.map_or(Mark::default(), |token| token.mark);
        let behind_colon = last.is_some_and(|token| token.kind == TokenKind::Value);
        let indent = self.indent.max(0);
        let breaks = self.line_breaks_behind();
        let here = self.mark();
        // Where a comment must begin to be the foot of what stands above it: on the next line.
        let foot_line = (blank.line > 0).then(|| {
            let below_content = u32::from(breaks == 0 && here.column > 1);
            (here.line + 1 + below_content).saturating_sub(breaks)
        });

        let mut draft = Draft { blank, token, start: Mark::default(), text: Vec::new() };
        let mut recent_empty = false;
        let mut first_empty = breaks <= 1;
        // The place that is looked at, `ahead` bytes from the current one; its column counts from 1.
        let (mut ahead, mut line, mut column) = (0, here.line, here.column);
        while ahead < LOOKAHEAD {
            column += 1;
            let b = self.byte(ahead);
            let place = Mark { offset: (self.pos + ahead) as u32, line, column };
            let dedented = i64::from(draft.start.column) <= indent;
            let closes_flow = self.flow_level > 0 && matches!(b, b']' | b'}');
            if matches!(b, b' ' | b'\t') {
                ahead += 1;
                continue;
            }
            let break_length = self.break_at(ahead);
            if closes_flow || break_length > 0 || b == 0 {
                if closes_flow || !recent_empty {
                    let is_foot = foot_line == Some(draft.start.line) && !behind_colon || dedented;
                    if closes_flow || first_empty && is_foot {
                        // What was read before the first empty line belongs to what stands above it.
                        if !draft.text.is_empty() {
                            if dedented {
                                draft.token = draft.start;
                            }
                            let foot = draft.cut_foot(place);
                            self.push_comment(foot);
                        }
                    } else if !draft.text.is_empty() && b != 0 {
                        draft.text.push(b'\n');
                    }
                }
                if break_length == 0 {
                    break;
                }
                first_empty = false;
                recent_empty = true;
                column = 0;
                line += 1;
                ahead += break_length;
                continue;
            }
            if !draft.text.is_empty() && i64::from(column) <= indent && column != draft.start.column {
                // Another column than the lines above: those belong to what came before.
                let foot = draft.cut_foot(place);
                self.push_comment(foot);
            }
            if b != b'#' {
                break;
            }
            if draft.text.is_empty() {
                draft.start = place;
            } else {
                draft.text.push(b'\n');
            }
            recent_empty = false;
            self.advance(ahead);
            let text = self.read_to_break();
            draft.text.extend_from_slice(&text);
            (ahead, line, column) = (1, self.line, 0);
            // The break at the end of the line is passed over, as go-yaml does it.
            ahead += self.break_at(0).saturating_sub(1);
        }
        if !draft.text.is_empty() {
            let Draft { blank, start, text, .. } = draft;
            let end = (self.pos + ahead).saturating_sub(1) as u32;
            self.push_comment(Comment { blank, token: start, start, end, role: Role::Head, text });
        }
    }

    fn push_comment(&mut self, comment: Comment) {
        if let Some(comments) = &mut self.comments {
            comments.queue.push_back(comment);
        }
    }

    /// Reads up to the line break, or to the end.
    fn read_to_break(&mut self) -> Vec<u8> {
        let start = self.pos;
        self.skip_to_break();
        self.text[start..self.pos].to_vec()
    }

    /// Skips `bytes` of space.
    fn advance(&mut self, bytes: usize) {
        let target = self.pos + bytes;
        while self.pos < target {
            match self.break_at(0) {
                0 => self.pos += 1,
                _ => self.skip_break(),
            }
        }
    }

    /// The line breaks since the last text, with nothing but blanks between them.
    fn line_breaks_behind(&self) -> u32 {
        let mut behind = &self.text[..self.pos];
        let mut breaks = 0;
        loop {
            behind = match behind {
                [rest @ .., b' ' | b'\t'] => rest,
                [rest @ .., b'\r', b'\n'] => {
                    breaks += 1;
                    rest
                }
                [rest @ .., b'\n' | b'\r']
                | [rest @ .., 0xC2, 0x85]
                | [rest @ .., 0xE2, 0x80, 0xA8 | 0xA9] => {
                    breaks += 1;
                    rest
                }
                _ => return breaks,
            };
        }
    }
}
