//! Text of a template to tokens.

use bstr::ByteSlice;
use memchr::{memchr, memmem};

use super::ast::Pos;
use crate::gofmt::quote;
use crate::gofmt::unicode::{decode, is_digit, is_letter, is_print, runes};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The input is wrong; [`Lexer::error`] says how. Always the last token.
    Error,
    /// The end of the input.
    Eof,
    /// Text outside of actions, trimmed.
    Text,
    /// `{{`, with its trim marker already applied.
    LeftDelim,
    /// `}}`, with its trim marker already applied.
    RightDelim,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `|`
    Pipe,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// Any other printable ASCII character, e.g. a comma.
    Char,
    /// `true`, `false`
    Bool,
    /// `'c'`
    CharConstant,
    /// A number, also an imaginary one.
    Number,
    /// `1+2i`
    Complex,
    /// `"text"`
    String,
    /// `` `text` ``
    RawString,
    /// `.`
    Dot,
    /// `.name`, with all others that follow: `.a.b.c`
    Field,
    /// `$`, `$name`
    Variable,
    /// Any other word.
    Identifier,
    /// `nil`
    Nil,
    /// `block`
    Block,
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `define`
    Define,
    /// `else`
    Else,
    /// `end`
    End,
    /// `if`
    If,
    /// `range`
    Range,
    /// `template`
    Template,
    /// `with`
    With,
}

impl Kind {
    fn of_word(word: &[u8]) -> Kind {
        match word {
            b"true" | b"false" => Kind::Bool,
            b"nil" => Kind::Nil,
            b"block" => Kind::Block,
            b"break" => Kind::Break,
            b"continue" => Kind::Continue,
            b"define" => Kind::Define,
            b"else" => Kind::Else,
            b"end" => Kind::End,
            b"if" => Kind::If,
            b"range" => Kind::Range,
            b"template" => Kind::Template,
            b"with" => Kind::With,
            _ => Kind::Identifier,
        }
    }

    /// True for the words that errors show in angle brackets.
    fn is_keyword(self) -> bool {
        matches!(
            self,
            Kind::Dot
                | Kind::Nil
                | Kind::Block
                | Kind::Break
                | Kind::Continue
                | Kind::Define
                | Kind::Else
                | Kind::End
                | Kind::If
                | Kind::Range
                | Kind::Template
                | Kind::With
        )
    }
}

/// A piece of the input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it starts.
    pub pos: Pos,
    /// Where it ends.
    pub end: Pos,
    /// True if white space is in front of it, in an action.
    pub spaced: bool,
}

/// Cuts a template into tokens, one at a time.
#[derive(Debug)]
pub(super) struct Lexer<'t> {
    text: &'t [u8],
    pos: usize,
    in_action: bool,
    parens: usize,
    error: String,
}

impl<'t> Lexer<'t> {
    /// A lexer at the start of `text`, whose length must fit [`Pos`].
    pub fn new(text: &'t [u8]) -> Lexer<'t> {
        Lexer { text, pos: 0, in_action: false, parens: 0, error: String::new() }
    }

    /// The text of `token`.
    pub fn text(&self, token: Token) -> &'t [u8] {
        self.text.get(token.pos as usize..token.end as usize).unwrap_or_default()
    }

    /// What the [`Kind::Error`] token means.
    pub fn error(&self) -> &str {
        &self.error
    }

    /// The line of `pos`, from 1.
    pub fn line(&self, pos: Pos) -> usize {
        1 + memchr::memchr_iter(b'\n', &self.text[..self.text.len().min(pos as usize)]).count()
    }

    /// `token` as errors show it.
    pub fn describe(&self, token: Token) -> String {
        let mut text = self.text(token);
        if token.kind == Kind::Field {
            text = &text[..first_name(text)];
        }
        match token.kind {
            Kind::Error => self.error.clone(),
            Kind::Eof => "EOF".to_owned(),
            kind if kind.is_keyword() => format!("<{}>", text.as_bstr()),
            _ if text.len() > 10 => {
                let end = runes(text).nth(10).map_or(text.len(), |(start, _)| start);
                format!("{}...", quote(&text[..end]))
            }
            _ => quote(text),
        }
    }

    /// The next token.
    pub fn next(&mut self) -> Token {
        if !self.in_action {
            return self.outside();
        }
        let start = self.pos + self.rest(self.pos).iter().take_while(|b| is_space(**b)).count();
        let spaced = start > self.pos;
        Token { spaced, ..self.action(start, spaced) }
    }

    fn byte(&self, pos: usize) -> Option<u8> {
        self.text.get(pos).copied()
    }

    fn rest(&self, pos: usize) -> &'t [u8] {
        self.text.get(pos..).unwrap_or_default()
    }

    fn token(&self, kind: Kind, start: usize, end: usize) -> Token {
        Token { kind, pos: start as Pos, end: end as Pos, spaced: false }
    }

    /// Ends the current token, which began at `start`, at `end`.
    fn emit(&mut self, kind: Kind, start: usize, end: usize) -> Token {
        self.pos = end;
        self.token(kind, start, end)
    }

    fn fail(&mut self, start: usize, error: impl Into<String>) -> Token {
        self.error = error.into();
        self.token(Kind::Error, start, start)
    }

    /// Text up to the next action, or that action's start.
    fn outside(&mut self) -> Token {
        loop {
            let start = self.pos;
            let Some(open) = self.find_action(start) else {
                let kind = if start < self.text.len() { Kind::Text } else { Kind::Eof };
                return self.emit(kind, start, self.text.len());
            };
            let trim = is_left_trim(self.rest(open + 2));
            if open > start {
                self.pos = open;
                let text = &self.text[start..open];
                let kept = if trim { trimmed(text) } else { text.len() };
                if kept > 0 {
                    return self.token(Kind::Text, start, start + kept);
                }
            }
            let inside = open + if trim { 4 } else { 2 };
            if !self.rest(inside).starts_with(b"/*") {
                self.in_action = true;
                self.parens = 0;
                self.pos = inside;
                return self.token(Kind::LeftDelim, open, open + 2);
            }
            if let Err(error) = self.skip_comment(inside + 2) {
                return self.fail(inside, error);
            }
        }
    }

    fn find_action(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += memchr(b'{', self.rest(at))?;
            if self.byte(at + 1) == Some(b'{') {
                return Some(at);
            }
            at += 1;
        }
    }

    /// Skips the comment whose content starts at `from`, and its right delimiter.
    fn skip_comment(&mut self, from: usize) -> Result<(), &'static str> {
        let length = memmem::find(self.rest(from), b"*/").ok_or("unclosed comment")?;
        self.pos = from + length + 2;
        match self.right_delim(self.pos) {
            Some(trim) => self.close(self.pos, trim),
            None => return Err("comment ends before closing delimiter"),
        };
        Ok(())
    }

    /// Whether a right delimiter is at `pos`, and whether it trims.
    fn right_delim(&self, pos: usize) -> Option<bool> {
        match self.rest(pos) {
            [b'}', b'}', ..] => Some(false),
            [space, b'-', b'}', b'}', ..] if is_space(*space) => Some(true),
            _ => None,
        }
    }

    /// Passes the right delimiter at `pos`.
    fn close(&mut self, pos: usize, trim: bool) -> Token {
        let start = pos + if trim { 2 } else { 0 };
        let end = start + 2;
        self.in_action = false;
        self.pos = end;
        if trim {
            self.pos += self.rest(end).iter().take_while(|b| is_space(**b)).count();
        }
        self.token(Kind::RightDelim, start, end)
    }

    /// The token at `start` within an action, behind white space if `spaced`.
    fn action(&mut self, start: usize, spaced: bool) -> Token {
        let Some(byte) = self.byte(start) else {
            return self.fail(start, "unclosed action");
        };
        match byte {
            b'}' if self.right_delim(start).is_some() => self.end_action(start, false),
            // The last white space belongs to the delimiter.
            b'-' if spaced && self.right_delim(start - 1).is_some() => self.end_action(start - 1, true),
            b'=' => self.emit(Kind::Assign, start, start + 1),
            b':' if self.byte(start + 1) == Some(b'=') => self.emit(Kind::Declare, start, start + 2),
            b':' => self.fail(start, "expected :="),
            b'|' => self.emit(Kind::Pipe, start, start + 1),
            b'"' => self.quoted(start, b'"', Kind::String, "unterminated quoted string"),
            b'\'' => self.quoted(start, b'\'', Kind::CharConstant, "unterminated character constant"),
            b'`' => match memchr(b'`', self.rest(start + 1)) {
                Some(length) => self.emit(Kind::RawString, start, start + length + 2),
                None => self.fail(start, "unterminated raw quoted string"),
            },
            b'$' => self.name(start, Kind::Variable, Kind::Variable),
            // A period with nothing after it is (bad) number syntax, as far as Go is concerned.
            b'.' if self.byte(start + 1).is_some_and(|b| !b.is_ascii_digit()) => self.field(start),
            b'.' | b'+' | b'-' | b'0'..=b'9' => self.number(start),
            b'(' => {
                self.parens += 1;
                self.emit(Kind::LeftParen, start, start + 1)
            }
            b')' if self.parens == 0 => self.fail(start, "unexpected right paren"),
            b')' => {
                self.parens -= 1;
                self.emit(Kind::RightParen, start, start + 1)
            }
            _ => match self.alphanumeric_at(start) {
                Some(_) => self.word(start),
                None if byte.is_ascii_graphic() => self.emit(Kind::Char, start, start + 1),
                None => {
                    let error = format!("unrecognized character in action: {}", self.describe_char(start));
                    self.fail(start, error)
                }
            },
        }
    }

    /// Passes the right delimiter at `pos` if no parenthesis is open.
    fn end_action(&mut self, pos: usize, trim: bool) -> Token {
        if self.parens == 0 { self.close(pos, trim) } else { self.fail(pos, "unclosed left paren") }
    }

    fn quoted(&mut self, start: usize, quote: u8, kind: Kind, unterminated: &str) -> Token {
        let mut at = start + 1;
        loop {
            match self.byte(at) {
                Some(b'\\') if self.byte(at + 1).is_some_and(|b| b != b'\n') => at += 2,
                None | Some(b'\n' | b'\\') => return self.fail(start, unterminated),
                Some(b) if b == quote => return self.emit(kind, start, at + 1),
                Some(_) => at += 1,
            }
        }
    }

    /// A name after the period or dollar sign at `start`: `kind`, or `bare` if there is none.
    fn name(&mut self, start: usize, bare: Kind, kind: Kind) -> Token {
        if self.is_terminator(start + 1) {
            return self.emit(bare, start, start + 1);
        }
        let end = self.word_end(start + 1);
        self.end_name(start, end, kind)
    }

    /// The period at `start`, or the name after it with those that follow.
    fn field(&mut self, start: usize) -> Token {
        let mut token = self.name(start, Kind::Dot, Kind::Field);
        // What comes behind the last good name is for the next token to complain about.
        while token.kind == Kind::Field && self.byte(self.pos) == Some(b'.') {
            let name = self.pos + 1;
            let end = self.word_end(name);
            let is_number = self.byte(name).is_some_and(|b| b.is_ascii_digit());
            if end == name || is_number || !self.is_terminator(end) {
                break;
            }
            token = self.emit(Kind::Field, start, end);
        }
        token
    }

    fn word(&mut self, start: usize) -> Token {
        let end = self.word_end(start);
        self.end_name(start, end, Kind::of_word(&self.text[start..end]))
    }

    fn end_name(&mut self, start: usize, end: usize, kind: Kind) -> Token {
        if self.is_terminator(end) {
            return self.emit(kind, start, end);
        }
        let error = format!("bad character {}", self.describe_char(end));
        self.fail(start, error)
    }

    fn word_end(&self, start: usize) -> usize {
        let mut end = start;
        loop {
            end += self.rest(end).iter().take_while(|b| is(**b, WORD)).count();
            match self.alphanumeric_at(end) {
                Some(width) => end += width,
                None => return end,
            }
        }
    }

    /// The width of the letter, digit or underscore at `pos`; `None` if there is none.
    fn alphanumeric_at(&self, pos: usize) -> Option<usize> {
        match self.byte(pos)? {
            b if b.is_ascii() => is(b, WORD).then_some(1),
            _ => {
                let (c, width) = decode(self.rest(pos));
                (is_letter(c) || is_digit(c)).then_some(width)
            }
        }
    }

    /// The character at `pos` as Go's `%#U` prints it: `U+0022 '"'`.
    fn describe_char(&self, pos: usize) -> String {
        let (c, _) = decode(self.rest(pos));
        let code = u32::from(c);
        if is_print(c) { format!("U+{code:04X} '{c}'") } else { format!("U+{code:04X}") }
    }

    /// Whether a name may end at `pos`.
    fn is_terminator(&self, pos: usize) -> bool {
        match self.rest(pos) {
            [] | [b'}', b'}', ..] => true,
            [b, ..] => is(*b, SPACE | TERMINATOR),
        }
    }

    fn number(&mut self, start: usize) -> Token {
        let mut end = start;
        let mut kind = Kind::Number;
        let mut valid = self.scan_number(&mut end);
        if valid && matches!(self.byte(end), Some(b'+' | b'-')) {
            kind = Kind::Complex;
            valid = self.scan_number(&mut end) && self.text[end - 1] == b'i';
        }
        if valid {
            return self.emit(kind, start, end);
        }
        let error = format!("bad number syntax: {}", quote(&self.text[start..end]));
        self.fail(start, error)
    }

    /// Passes a number at `pos`, good or bad: the parser looks closer. False if it runs into a name.
    fn scan_number(&self, pos: &mut usize) -> bool {
        let accept = |pos: &mut usize, set: &[u8]| {
            let found = self.byte(*pos).is_some_and(|b| set.contains(&b));
            *pos += usize::from(found);
            found
        };
        let accept_digits = |pos: &mut usize, is_digit: fn(u8) -> bool| {
            *pos += self.rest(*pos).iter().take_while(|b| **b == b'_' || is_digit(**b)).count();
        };
        let is_decimal: fn(u8) -> bool = |b| b.is_ascii_digit();
        let mut is_digit = is_decimal;
        let mut exponent: &[u8] = b"eE";
        accept(pos, b"+-");
        if accept(pos, b"0") {
            if accept(pos, b"xX") {
                is_digit = |b| b.is_ascii_hexdigit();
                exponent = b"pP";
            } else if accept(pos, b"oO") {
                is_digit = |b| (b'0'..=b'7').contains(&b);
                exponent = b"";
            } else if accept(pos, b"bB") {
                is_digit = |b| matches!(b, b'0' | b'1');
                exponent = b"";
            }
        }
        accept_digits(pos, is_digit);
        if accept(pos, b".") {
            accept_digits(pos, is_digit);
        }
        if accept(pos, exponent) {
            accept(pos, b"+-");
            accept_digits(pos, is_decimal);
        }
        accept(pos, b"i");
        match self.alphanumeric_at(*pos) {
            Some(width) => {
                *pos += width;
                false
            }
            None => true,
        }
    }
}

/// White space.
const SPACE: u8 = 1;
/// ASCII letters, digits and the underscore.
const WORD: u8 = 2;
/// What else may stand behind a name, the right delimiter left out.
const TERMINATOR: u8 = 4;

/// The classes of each byte.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\t' | b'\r' | b'\n' => SPACE,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => WORD,
            b'.' | b',' | b'|' | b':' | b')' | b'(' => TERMINATOR,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

fn is(byte: u8, classes: u8) -> bool {
    CLASSES[usize::from(byte)] & classes != 0
}

fn is_space(byte: u8) -> bool {
    is(byte, SPACE)
}

/// The length of `text` without white space at its end.
fn trimmed(text: &[u8]) -> usize {
    text.iter().rposition(|b| !is_space(*b)).map_or(0, |last| last + 1)
}

/// The length of the first name of `fields`, its period included.
pub(super) fn first_name(fields: &[u8]) -> usize {
    let Some(names) = fields.get(1..) else { return fields.len() };
    1 + memchr(b'.', names).unwrap_or(names.len())
}

fn is_left_trim(text: &[u8]) -> bool {
    matches!(text, [b'-', space, ..] if is_space(*space))
}
