//! Characters, strings and the extent of numbers.
//!
//! The reader steps back over characters rather than looking ahead: the line of an error is the one of the last
//! character taken, line breaks included.

use crate::gofmt::{self, unicode};

/// An error at a line, before it is known which key it belongs to.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) message: String,
}

/// What [`Scanner::next`] gives at the end of the text. In the text it would be an error.
pub(super) const END: char = '\0';

/// A position in the text.
pub(super) struct Scanner<'a> {
    text: &'a [u8],
    pos: usize,
    /// The current line, from 1.
    line: usize,
    /// [`END`] has been taken.
    at_end: bool,
}

/// A number or a date as far as its characters go.
pub(super) enum Token<'a> {
    Integer(&'a str),
    Float(&'a str),
    Datetime(&'a str),
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a [u8]) -> Scanner<'a> {
        Scanner { text, pos: 0, line: 1, at_end: false }
    }

    /// Offset of the next character.
    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    /// The text from `start` to here. All of it has been taken by [`Scanner::next`], so it is UTF-8.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.between(start, self.pos)
    }

    fn between(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// The current line, from 1.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// An error here. At the end of the text it belongs to the last line with something on it.
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        let after_line_break = self.pos > 0 && self.text[self.pos - 1] == b'\n';
        let line = self.line - usize::from(self.at_end && after_line_break);
        Fault { line, message: message.into() }
    }

    /// An error one line above, because a line break has been taken.
    pub(super) fn fault_above(&self, message: impl Into<String>) -> Fault {
        Fault { line: self.line - 1, message: message.into() }
    }

    /// Takes a character.
    pub(super) fn next(&mut self) -> Result<char, Fault> {
        let rest = &self.text[self.pos..];
        let Some(&byte) = rest.first() else {
            self.at_end = true;
            return Ok(END);
        };
        let (c, size) = if byte.is_ascii() { (char::from(byte), 1) } else { unicode::decode(rest) };
        if c == char::REPLACEMENT_CHARACTER && size == 1 {
            return Err(self.fault(format!("invalid UTF-8 byte: 0x{byte:02x}")));
        }
        let is_control = match c {
            '\t' => false,
            '\n' | '\r' => c == '\r' && rest.get(1) != Some(&b'\n'),
            c => c.is_ascii_control(),
        };
        if is_control {
            let message = format!("TOML files cannot contain control characters: '0x{byte:02x}'");
            return Err(self.fault(message));
        }
        self.pos += size;
        self.line += usize::from(c == '\n');
        Ok(c)
    }

    /// Steps back over `c`, which was taken last.
    pub(super) fn back(&mut self, c: char) {
        if self.at_end {
            self.at_end = false;
        } else {
            self.pos = self.pos.saturating_sub(c.len_utf8());
            self.line -= usize::from(c == '\n');
        }
    }

    /// The next character, not taken.
    pub(super) fn peek(&mut self) -> Result<char, Fault> {
        let c = self.next()?;
        self.back(c);
        Ok(c)
    }

    /// Takes the next character if it is `wanted`.
    pub(super) fn accept(&mut self, wanted: char) -> Result<bool, Fault> {
        let c = self.next()?;
        if c != wanted {
            self.back(c);
        }
        Ok(c == wanted)
    }

    /// Takes characters as long as they are `wanted`.
    fn skip(&mut self, wanted: impl Fn(char) -> bool) -> Result<(), Fault> {
        loop {
            let c = self.next()?;
            if !wanted(c) {
                self.back(c);
                return Ok(());
            }
        }
    }

    /// Takes spaces and tabs.
    pub(super) fn skip_space(&mut self) -> Result<(), Fault> {
        self.skip(|c| matches!(c, ' ' | '\t'))
    }

    /// Takes the rest of a comment, not the line break.
    pub(super) fn comment(&mut self) -> Result<(), Fault> {
        self.skip(|c| !matches!(c, '\n' | '\r' | END))
    }

    /// Takes the characters of a key without quotes, perhaps none.
    pub(super) fn bare_key(&mut self) -> Result<&'a str, Fault> {
        let start = self.pos;
        self.skip(|c| u8::try_from(c).is_ok_and(super::is_bare_key_byte))?;
        Ok(self.since(start))
    }

    /// Takes a word of letters.
    pub(super) fn word(&mut self) -> Result<&'a str, Fault> {
        let start = self.pos;
        self.skip(unicode::is_letter)?;
        Ok(self.since(start))
    }

    /// Takes the rest of a string in single quotes.
    pub(super) fn literal_string(&mut self) -> Result<&'a str, Fault> {
        let start = self.pos;
        loop {
            match self.next()? {
                END => return Err(self.fault("unexpected EOF; expected \"'\"")),
                '\n' | '\r' => return Err(self.fault_above("strings cannot contain newlines")),
                '\'' => return Ok(self.between(start, self.pos - 1)),
                _ => {}
            }
        }
    }

    /// Takes the rest of a string in double quotes; escape sequences are checked but stay.
    pub(super) fn basic_string(&mut self) -> Result<&'a str, Fault> {
        let start = self.pos;
        loop {
            match self.next()? {
                END => return Err(self.fault("unexpected EOF; expected '\"'")),
                '\n' | '\r' => return Err(self.fault_above("strings cannot contain newlines")),
                '\\' => self.escape(start)?,
                '"' => return Ok(self.between(start, self.pos - 1)),
                _ => {}
            }
        }
    }

    /// Takes the rest of a string in three `quote`s.
    pub(super) fn multiline_string(&mut self, quote: char) -> Result<&'a str, Fault> {
        let start = self.pos;
        loop {
            let c = self.next()?;
            if c == END {
                let expected = if quote == '"' { "'\"\"\"'" } else { "\"'''\"" };
                return Err(self.fault(format!("unexpected EOF; expected {expected}")));
            }
            if c == '\\' && quote == '"' {
                let c = self.next()?;
                if !matches!(c, '\n' | '\r') {
                    self.back(c);
                    self.escape(start)?;
                }
            }
            if c != quote || !self.accept(quote)? {
                continue;
            }
            if !self.accept(quote)? {
                self.back(quote);
                continue;
            }
            if self.peek()? != quote {
                return Ok(self.between(start, self.pos - 3));
            }
            // Up to two quotes may stand before the closing ones.
            let five = String::from(quote).repeat(5);
            let preceding = self.since(start).strip_suffix(&five);
            if preceding.is_some_and(|text| quote == '\'' || !text.ends_with('\\')) {
                let six = if quote == '"' { "'\"\"\"\"\"\"'" } else { "\"''''''\"" };
                return Err(self.fault(format!("unexpected {six}")));
            }
            self.back(quote);
            self.back(quote);
        }
    }

    /// Takes an escape sequence after its backslash, in a string that began at `start`.
    fn escape(&mut self, start: usize) -> Result<(), Fault> {
        let (name, count) = match self.next()? {
            'b' | 't' | 'n' | 'f' | 'r' | 'e' | '"' | '\\' | ' ' | '\t' => return Ok(()),
            'x' => ("two hexadecimal digits after '\\x'", 2),
            'u' => ("four hexadecimal digits after '\\u'", 4),
            'U' => ("eight hexadecimal digits after '\\U'", 8),
            c => {
                let message = format!("invalid escape in string '\\{c}'");
                return Err(if self.at_end { self.fault_above(message) } else { self.fault(message) });
            }
        };
        for _ in 0..count {
            if !self.next()?.is_ascii_hexdigit() {
                let found = gofmt::quote(self.since(start).as_bytes());
                return Err(self.fault(format!("expected {name}, but got {found} instead")));
            }
        }
        Ok(())
    }

    /// Takes a number or date that begins with a digit.
    pub(super) fn number_or_date(&mut self) -> Result<Token<'a>, Fault> {
        let start = self.pos;
        if self.next()? == '0' {
            match self.next()? {
                '0'..='9' => {}
                '_' => return self.decimal(start),
                '.' | 'e' | 'E' => return self.float(start),
                'b' => return self.based(start, 2, "a binary"),
                'o' => return self.based(start, 8, "an octal"),
                'x' => return self.based(start, 16, "a hexadecimal"),
                c => {
                    self.back(c);
                    return Ok(Token::Integer(self.since(start)));
                }
            }
        }
        self.skip(|c| c.is_ascii_digit())?;
        match self.next()? {
            '-' | ':' => {
                let part = |c| matches!(c, '0'..='9' | '-' | ':' | 'T' | 't' | ' ' | '.' | 'Z' | 'z' | '+');
                self.skip(part)?;
                Ok(Token::Datetime(self.since(start).trim_matches(' ')))
            }
            '_' => self.decimal(start),
            '.' | 'e' | 'E' => self.float(start),
            c => {
                self.back(c);
                Ok(Token::Integer(self.since(start)))
            }
        }
    }

    /// Takes a number whose sign, at `start`, has been taken.
    pub(super) fn signed_number(&mut self, start: usize) -> Result<Token<'a>, Fault> {
        let c = self.next()?;
        match c {
            'i' | 'n' => {
                let [second, third] = if c == 'i' { ['n', 'f'] } else { ['a', 'n'] };
                if !self.accept(second)? || !self.accept(third)? {
                    return Err(self.fault(format!("invalid float: '{}'", self.since(start))));
                }
                Ok(Token::Float(self.since(start)))
            }
            '.' => Err(self.fault("floats must start with a digit, not '.'")),
            '0'..='9' => {
                let next = if c == '0' { self.peek()? } else { END };
                if matches!(next, 'b' | 'o' | 'x') {
                    let number = self.since(start);
                    let message = format!("cannot use sign with non-decimal numbers: '{number}{next}'");
                    return Err(self.fault(message));
                }
                self.decimal(start)
            }
            c => Err(self.fault(format!("expected a digit but got {}", gofmt::quote_rune(c)))),
        }
    }

    /// Takes the rest of a decimal number.
    fn decimal(&mut self, start: usize) -> Result<Token<'a>, Fault> {
        self.skip(|c| matches!(c, '0'..='9' | '_'))?;
        match self.next()? {
            '.' | 'e' | 'E' => self.float(start),
            c => {
                self.back(c);
                Ok(Token::Integer(self.since(start)))
            }
        }
    }

    /// Takes all that may be part of a float.
    fn float(&mut self, start: usize) -> Result<Token<'a>, Fault> {
        self.skip(|c| matches!(c, '0'..='9' | '_' | '.' | '-' | '+' | 'e' | 'E'))?;
        Ok(Token::Float(self.since(start)))
    }

    /// Takes the digits of an integer in base `radix`, after its prefix.
    fn based(&mut self, start: usize, radix: u32, name: &str) -> Result<Token<'a>, Fault> {
        let first = self.peek()?;
        if !first.is_digit(radix) {
            return Err(self.fault(format!("not {name} number: '{}{first}'", self.since(start))));
        }
        self.skip(|c| c == '_' || c.is_digit(radix))?;
        Ok(Token::Integer(self.since(start)))
    }
}
