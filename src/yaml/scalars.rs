//! Scanning of scalars. What needs no unescaping or folding is borrowed from the text.

use std::borrow::Cow;

use super::error::Error;
use super::scan::{Scanner, TokenKind};
use super::style::Style;

/// What to keep of the line breaks at the end of a block scalar.
#[derive(PartialEq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// A run of blanks and line breaks between the words of a plain or quoted scalar.
#[derive(Default)]
struct Gap {
    /// Blanks, if there is no line break.
    blanks: Vec<u8>,
    /// True from the first line break on.
    broken: bool,
    first_break: Vec<u8>,
    more_breaks: Vec<u8>,
}

impl Gap {
    /// Appends the gap as it reads after folding, and empties it: one line feed is a space, of several the
    /// first is dropped.
    fn fold_into(&mut self, out: &mut Vec<u8>) {
        if !self.broken {
            out.append(&mut self.blanks);
            return;
        }
        match self.first_break.first() {
            Some(b'\n') if self.more_breaks.is_empty() => out.push(b' '),
            Some(b'\n') => out.append(&mut self.more_breaks),
            _ => {
                out.append(&mut self.first_break);
                out.append(&mut self.more_breaks);
            }
        }
        self.first_break.clear();
        self.broken = false;
    }
}

impl<'a> Scanner<'a> {
    // ---- plain ----

    pub(super) fn scan_plain(&mut self) -> Result<TokenKind<'a>, Error> {
        let start = self.pos;
        let mut end = start;
        let indent = self.indent + 1;
        // Holds the value from the first line break on; before that it is `text[start..end]`.
        let mut folded: Option<Vec<u8>> = None;
        let mut gap = Gap::default();
        loop {
            if self.is_document_marker() || self.byte(0) == b'#' {
                break;
            }
            let word = self.pos;
            self.skip_plain_word();
            if self.pos > word {
                if gap.broken || folded.is_some() {
                    let value = folded.get_or_insert_with(|| self.text[start..end].to_vec());
                    gap.fold_into(value);
                    value.extend_from_slice(&self.text[word..self.pos]);
                }
                end = self.pos;
            }
            if !self.is_blank() && self.break_at(0) == 0 {
                break;
            }
            self.skip_plain_gap(&mut gap, folded.is_some(), indent)?;
            if self.flow_level == 0 && gap.broken && (self.line_offset() as i64) < indent {
                break;
            }
        }
        if gap.broken {
            self.simple_key_allowed = true;
        }
        let value = match folded {
            Some(value) => Cow::Owned(value),
            None => Cow::Borrowed(&self.text[start..end]),
        };
        Ok(TokenKind::Scalar { value, style: Style::Plain })
    }

    /// Skips what belongs to a plain scalar up to a blank, a break or an indicator that ends it.
    fn skip_plain_word(&mut self) {
        let in_flow = self.flow_level > 0;
        while let Some(&b) = self.text.get(self.pos) {
            let ends = match b {
                b' ' | b'\t' | b'\n' | b'\r' => true,
                b':' => self.is_blank_or_end(1),
                b',' | b'?' | b'[' | b']' | b'{' | b'}' => in_flow,
                0xC2 | 0xE2 => self.break_at(0) > 0,
                _ => false,
            };
            if ends {
                return;
            }
            self.pos += 1;
        }
    }

    /// Reads blanks and breaks. `keep` says that blanks are needed apart from the text.
    fn skip_plain_gap(&mut self, gap: &mut Gap, keep: bool, indent: i64) -> Result<(), Error> {
        loop {
            if self.is_blank() {
                if gap.broken {
                    if self.byte(0) == b'\t' && (self.line_offset() as i64) < indent {
                        return Err(self.error("found a tab character that violates indentation"));
                    }
                } else if keep {
                    gap.blanks.push(self.byte(0));
                }
                self.pos += 1;
            } else if self.break_at(0) > 0 {
                self.read_gap_break(gap);
            } else {
                return Ok(());
            }
        }
    }

    fn read_gap_break(&mut self, gap: &mut Gap) {
        if gap.broken {
            self.read_break(&mut gap.more_breaks);
        } else {
            gap.blanks.clear();
            gap.broken = true;
            self.read_break(&mut gap.first_break);
        }
    }

    // ---- quoted ----

    pub(super) fn scan_single_quoted(&mut self) -> Result<TokenKind<'a>, Error> {
        self.scan_quoted(b'\'')
    }

    pub(super) fn scan_double_quoted(&mut self) -> Result<TokenKind<'a>, Error> {
        self.scan_quoted(b'"')
    }

    fn scan_quoted(&mut self, quote: u8) -> Result<TokenKind<'a>, Error> {
        let style = if quote == b'"' { Style::DoubleQuoted } else { Style::SingleQuoted };
        self.pos += 1;
        if let Some(value) = self.scan_simple_quoted(quote) {
            return Ok(TokenKind::Scalar { value: Cow::Borrowed(value), style });
        }
        let mut value = Vec::new();
        let mut gap = Gap::default();
        loop {
            if self.is_document_marker() {
                return Err(self.error("found unexpected document indicator"));
            }
            if self.is_at_end() {
                return Err(self.error("found unexpected end of stream"));
            }
            while !self.is_blank_or_end(0) {
                let b = self.byte(0);
                if b == quote {
                    if quote == b'"' || self.byte(1) != b'\'' {
                        break;
                    }
                    value.push(b'\'');
                    self.pos += 2;
                } else if b == b'\\' && quote == b'"' {
                    if self.break_at(1) > 0 {
                        self.pos += 1;
                        self.skip_break();
                        gap.broken = true;
                        break;
                    }
                    self.scan_escape(&mut value)?;
                } else {
                    value.push(b);
                    self.pos += 1;
                }
            }
            if self.byte(0) == quote {
                break;
            }
            loop {
                if self.is_blank() {
                    if !gap.broken {
                        gap.blanks.push(self.byte(0));
                    }
                    self.pos += 1;
                } else if self.break_at(0) > 0 {
                    self.read_gap_break(&mut gap);
                } else {
                    break;
                }
            }
            gap.fold_into(&mut value);
        }
        self.pos += 1;
        Ok(TokenKind::Scalar { value: Cow::Owned(value), style })
    }

    /// The content of a quoted scalar on one line without escapes.
    fn scan_simple_quoted(&mut self, quote: u8) -> Option<&'a [u8]> {
        let rest = &self.text[self.pos..];
        let mut length = 0;
        while let Some(&b) = rest.get(length) {
            match b {
                _ if b == quote => break,
                b'\\' if quote == b'"' => return None,
                b'\n' | b'\r' | 0xC2 | 0xE2 if self.break_at(length) > 0 => return None,
                _ => length += 1,
            }
        }
        if length == rest.len() || quote == b'\'' && rest.get(length + 1) == Some(&b'\'') {
            return None;
        }
        self.pos += length + 1;
        Some(&rest[..length])
    }

    /// An escape sequence of a double-quoted scalar.
    fn scan_escape(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let text: &[u8] = match self.byte(1) {
            b'0' => b"\0",
            b'a' => b"\x07",
            b'b' => b"\x08",
            b't' | b'\t' => b"\t",
            b'n' => b"\n",
            b'v' => b"\x0B",
            b'f' => b"\x0C",
            b'r' => b"\r",
            b'e' => b"\x1B",
            b' ' => b" ",
            b'"' => b"\"",
            b'\'' => b"'",
            b'\\' => b"\\",
            b'N' => "\u{85}".as_bytes(),
            b'_' => "\u{A0}".as_bytes(),
            b'L' => "\u{2028}".as_bytes(),
            b'P' => "\u{2029}".as_bytes(),
            b'x' => return self.scan_code_point(2, out),
            b'u' => return self.scan_code_point(4, out),
            b'U' => return self.scan_code_point(8, out),
            _ => return Err(self.error("found unknown escape character")),
        };
        out.extend_from_slice(text);
        self.pos += 2;
        Ok(())
    }

    fn scan_code_point(&mut self, digits: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        self.pos += 2;
        let mut code = 0;
        for ahead in 0..digits {
            let Some(digit) = (self.byte(ahead) as char).to_digit(16) else {
                return Err(self.error("did not find expected hexdecimal number"));
            };
            code = code << 4 | digit;
        }
        let Some(c) = char::from_u32(code) else {
            return Err(self.error("found invalid Unicode character escape code"));
        };
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        self.pos += digits;
        Ok(())
    }

    // ---- block ----

    pub(super) fn scan_block_scalar(&mut self) -> Result<TokenKind<'a>, Error> {
        let literal = self.byte(0) == b'|';
        let owner = if self.comments.is_some() { Some(self.mark()) } else { None };
        self.pos += 1;
        let (chomping, increment) = self.scan_block_header()?;
        if let Some(owner) = owner {
            self.skip_blanks();
            self.scan_line_comment(owner);
        }
        self.skip_rest_of_line()?;
        let mut indent = increment.map(|n| self.indent.max(0) + n);
        let mut value = Vec::new();
        let mut last_break = Vec::new();
        let mut breaks = Vec::new();
        self.scan_block_breaks(&mut indent, &mut breaks)?;
        let width = indent.unwrap_or(0);
        let mut after_blank = false;
        while self.line_offset() as i64 == width && !self.is_at_end() {
            let starts_blank = self.is_blank();
            // A single line feed between two lines that start with text folds to a space.
            if !literal && last_break == b"\n" && !after_blank && !starts_blank {
                if breaks.is_empty() {
                    value.push(b' ');
                }
            } else {
                value.extend_from_slice(&last_break);
            }
            last_break.clear();
            value.append(&mut breaks);
            after_blank = starts_blank;
            let line = self.pos;
            self.skip_to_break();
            value.extend_from_slice(&self.text[line..self.pos]);
            if self.break_at(0) > 0 {
                self.read_break(&mut last_break);
            }
            self.scan_block_breaks(&mut indent, &mut breaks)?;
        }
        if chomping != Chomping::Strip {
            value.append(&mut last_break);
        }
        if chomping == Chomping::Keep {
            value.append(&mut breaks);
        }
        Ok(TokenKind::Scalar {
            value: Cow::Owned(value),
            style: if literal { Style::Literal } else { Style::Folded },
        })
    }

    /// The indicators behind `|` or `>`: chomping and indentation, in any order.
    fn scan_block_header(&mut self) -> Result<(Chomping, Option<i64>), Error> {
        let mut chomping = self.scan_chomping();
        let mut increment = None;
        if let digit @ b'0'..=b'9' = self.byte(0) {
            if digit == b'0' {
                return Err(self.error("found an indentation indicator equal to 0"));
            }
            increment = Some(i64::from(digit - b'0'));
            self.pos += 1;
            if chomping.is_none() {
                chomping = self.scan_chomping();
            }
        }
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    fn scan_chomping(&mut self) -> Option<Chomping> {
        let chomping = match self.byte(0) {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return None,
        };
        self.pos += 1;
        Some(chomping)
    }

    /// Skips indentation and empty lines. The first line with text fixes the indentation if no indicator did.
    fn scan_block_breaks(&mut self, indent: &mut Option<i64>, breaks: &mut Vec<u8>) -> Result<(), Error> {
        let mut deepest = 0;
        loop {
            let in_indentation = |s: &Self| indent.is_none_or(|n| (s.line_offset() as i64) < n);
            while in_indentation(self) && self.byte(0) == b' ' {
                self.pos += 1;
            }
            deepest = deepest.max(self.line_offset() as i64);
            if in_indentation(self) && self.byte(0) == b'\t' {
                return Err(self.error("found a tab character where an indentation space is expected"));
            }
            if self.break_at(0) == 0 {
                break;
            }
            self.read_break(breaks);
        }
        indent.get_or_insert(deepest.max(self.indent + 1).max(1));
        Ok(())
    }
}
