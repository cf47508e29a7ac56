//! Reading.

use std::cell::OnceCell;

use super::datetime::Local;
use super::scalar;
use super::scan::{END, Fault, Scanner, Token};
use super::tables::Tables;
use super::{Error, Key};
use crate::gofmt;
use crate::limits::TOML_DEPTH;
use crate::stack::with_stack;
use crate::value::call::Host;
use crate::value::{Map, Str, Value};

/// The table that `text` holds, a `map[string]interface {}`. Times are in the zone of `host` as far as the text leaves
/// it open.
///
/// # Errors
/// If `text` is not TOML, with the text of BurntSushi/toml.
pub fn decode(text: &[u8], host: &dyn Host) -> Result<Value, Error> {
    // A byte order mark: of UTF-8, or of UTF-16 in front of what is not UTF-16.
    let text = [&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf"]
        .into_iter()
        .find_map(|mark| text.strip_prefix(mark))
        .unwrap_or(text);
    if text.iter().take(6).any(|&byte| byte == 0) {
        let message = "files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8";
        return Err(Error::Syntax { line: 1, last_key: Str::new(), message: message.to_string() });
    }
    let mut reader = Reader {
        scan: Scanner::new(text),
        tables: Tables::default(),
        key_line: 0,
        host,
        local: OnceCell::new(),
    };
    match reader.document() {
        Ok(()) => Ok(Value::Map(reader.tables.root)),
        Err(Fault { line, message }) => {
            Err(Error::Syntax { line, last_key: reader.tables.last_key(), message })
        }
    }
}

struct Reader<'a> {
    scan: Scanner<'a>,
    tables: Tables,
    /// Line of the key being defined.
    key_line: usize,
    host: &'a dyn Host,
    local: OnceCell<Local>,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<(), Fault> {
        loop {
            match self.scan.next()? {
                ' ' | '\t' | '\r' | '\n' => {}
                '#' => self.scan.comment()?,
                END => return Ok(()),
                '[' => {
                    self.header()?;
                    self.end_of_item()?;
                }
                c => {
                    self.scan.back(c);
                    let outer = self.tables.context.clone();
                    self.pair(None, 0)?;
                    self.tables.context = outer;
                    self.tables.current = Str::new();
                    self.end_of_item()?;
                }
            }
        }
    }

    /// What follows a header or a pair, to the end of the line.
    fn end_of_item(&mut self) -> Result<(), Fault> {
        loop {
            match self.scan.next()? {
                ' ' | '\t' => {}
                '#' => return self.scan.comment(),
                c @ ('\n' | '\r' | END) => {
                    self.scan.back(c);
                    return Ok(());
                }
                c => {
                    let found = gofmt::quote_rune(c);
                    let expected = "a top-level item to end with a newline, comment, or EOF";
                    return Err(self.scan.fault(format!("expected {expected}, but got {found} instead")));
                }
            }
        }
    }

    /// `[key]` or `[[key]]`, from behind the first bracket.
    fn header(&mut self) -> Result<(), Fault> {
        let is_array = self.scan.accept('[')?;
        let mut key = Vec::new();
        loop {
            self.scan.skip_space()?;
            let part = match self.scan.peek()? {
                ']' | END => {
                    let message = "unexpected end of table name (table names cannot be empty)";
                    return Err(self.scan.fault(message));
                }
                '.' => {
                    let message = "unexpected table separator (table names cannot be empty)";
                    return Err(self.scan.fault(message));
                }
                first => self.key_part(first)?,
            };
            self.add_key_part(&mut key, part)?;
            self.scan.skip_space()?;
            match self.scan.next()? {
                '.' => {}
                ']' => break,
                c => {
                    let found = gofmt::quote_rune(c);
                    let message = format!("expected '.' or ']' to end table name, but got {found} instead");
                    return Err(self.scan.fault(message));
                }
            }
        }
        if is_array {
            let c = self.scan.next()?;
            if c != ']' {
                let found = gofmt::quote_rune(c);
                let message =
                    format!("expected end of table array name delimiter ']', but got {found} instead");
                return Err(self.scan.fault(message));
            }
        }
        self.tables.enter(&key, is_array).map_err(|message| self.key_fault(message))?;
        self.tables.set_type(None, false);
        Ok(())
    }

    /// `key = value`: defines it in the context, and also in `inline`, the table that is being made. `depth`
    /// arrays and inline tables are open.
    fn pair(&mut self, inline: Option<&Map>, depth: usize) -> Result<(), Fault> {
        let key = self.key()?;
        let Some((last, parents)) = key.split_last() else { return Ok(()) };
        self.tables.current = last.clone();
        self.tables.enter_implied(parents).map_err(|message| self.key_fault(message))?;
        let value = self.value(false, depth)?;
        self.tables.set(last, value.clone()).map_err(|message| self.key_fault(message))?;
        self.tables.set_type(Some(last), matches!(value, Value::List(_)));
        let Some(mut table) = inline.cloned() else { return Ok(()) };
        for part in parents {
            let inner = table.get(part).unwrap_or_else(|| {
                let inner = Value::Map(Map::new());
                table.insert(part, inner.clone());
                inner
            });
            let Value::Map(inner) = inner else {
                let context = gofmt::quote(&self.tables.context_text());
                return Err(self.key_fault(format!("{context} is not a table")));
            };
            table = inner;
        }
        table.insert(last, value);
        Ok(())
    }

    /// The key of a pair, and the equals sign.
    fn key(&mut self) -> Result<Vec<Str>, Fault> {
        let mut key = Vec::new();
        loop {
            self.scan.skip_space()?;
            let part = match self.scan.peek()? {
                '=' | END if key.is_empty() => {
                    return Err(self.scan.fault("unexpected '=': key name appears blank"));
                }
                '.' if key.is_empty() => {
                    return Err(self.scan.fault("unexpected '.': keys cannot start with a '.'"));
                }
                '=' | END => return Err(self.scan.fault("unexpected '='")),
                '.' => return Err(self.scan.fault("unexpected '.'")),
                first => self.key_part(first)?,
            };
            self.add_key_part(&mut key, part)?;
            self.scan.skip_space()?;
            match self.scan.next()? {
                '.' => {}
                '=' => return Ok(key),
                END => return Err(self.scan.fault("unexpected EOF; expected key separator '='")),
                c => {
                    let message = format!("expected '.' or '=', but got {} instead", gofmt::quote_rune(c));
                    return Err(if c == '\n' {
                        self.scan.fault_above(message)
                    } else {
                        self.scan.fault(message)
                    });
                }
            }
        }
    }

    /// One part of a key that begins with `first`.
    fn key_part(&mut self, first: char) -> Result<Str, Fault> {
        match first {
            '"' => {
                self.scan.accept('"')?;
                let text = self.scan.basic_string()?;
                Ok(Str::from(scalar::unescape(text).map_err(|message| self.scan.fault(message))?))
            }
            '\'' => {
                self.scan.accept('\'')?;
                Ok(Str::from(self.scan.literal_string()?))
            }
            _ => Ok(Str::from(self.scan.bare_key()?)),
        }
    }

    fn add_key_part(&mut self, key: &mut Vec<Str>, part: Str) -> Result<(), Fault> {
        if key.is_empty() {
            self.key_line = self.scan.line();
        }
        key.push(part);
        self.check_depth(key.len())
    }

    fn check_depth(&self, depth: usize) -> Result<(), Fault> {
        if depth > TOML_DEPTH || self.tables.context.len() > TOML_DEPTH {
            return Err(self.scan.fault(format!("nested more than {TOML_DEPTH} deep")));
        }
        Ok(())
    }

    /// An error that belongs to the key being defined.
    fn key_fault(&self, message: String) -> Fault {
        Fault { line: self.key_line, message }
    }

    fn value(&mut self, in_array: bool, depth: usize) -> Result<Value, Fault> {
        self.scan.skip_space()?;
        let start = self.scan.pos();
        let c = self.scan.next()?;
        match c {
            '0'..='9' => {
                self.scan.back(c);
                let token = self.scan.number_or_date()?;
                self.scalar(&token)
            }
            '[' => with_stack(|| self.array(depth + 1)),
            '{' => with_stack(|| self.inline_table(in_array, depth + 1)),
            '"' | '\'' => self.string(c),
            '.' => Err(self.scan.fault("floats must start with a digit, not '.'")),
            '-' | '+' => {
                let token = self.scan.signed_number(start)?;
                self.scalar(&token)
            }
            _ => self.word(c, start),
        }
    }

    fn scalar(&self, token: &Token<'_>) -> Result<Value, Fault> {
        let local = || self.local.get_or_init(|| Local::new(self.host));
        scalar::parse(token, local).map_err(|message| self.scan.fault(message))
    }

    /// A value that begins with the letter `c`, or what should have been one.
    fn word(&mut self, c: char, start: usize) -> Result<Value, Fault> {
        if matches!(c, 'i' | 'n')
            && ((self.scan.accept('n')? && self.scan.accept('f')?)
                || (self.scan.accept('a')? && self.scan.accept('n')?))
        {
            let float = scalar::parse_float(self.scan.since(start));
            return float.map_err(|message| self.scan.fault(message));
        }
        if gofmt::unicode::is_letter(c) {
            // One character back, even if more have been taken.
            self.scan.back(c);
            return match self.scan.word()? {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                word => {
                    let found = gofmt::quote(word.as_bytes());
                    Err(self.scan.fault(format!("expected value but found {found} instead")))
                }
            };
        }
        if c == END {
            return Err(self.scan.fault("unexpected EOF; expected value"));
        }
        let message = format!("expected value but found {} instead", gofmt::quote_rune(c));
        Err(if c == '\n' { self.scan.fault_above(message) } else { self.scan.fault(message) })
    }

    fn string(&mut self, quote: char) -> Result<Value, Fault> {
        let mut is_multiline = false;
        if self.scan.accept(quote)? {
            is_multiline = self.scan.accept(quote)?;
            if !is_multiline {
                self.scan.back(quote);
            }
        }
        let (text, has_escapes) = match (quote, is_multiline) {
            ('"', false) => {
                let text = self.scan.basic_string()?;
                (text.to_string(), text.contains('\\'))
            }
            ('"', true) => {
                let text = scalar::strip_first_line_break(self.scan.multiline_string('"')?);
                (scalar::join_lines(text), true)
            }
            (_, false) => (self.scan.literal_string()?.to_string(), false),
            (_, true) => {
                let text = scalar::strip_first_line_break(self.scan.multiline_string('\'')?);
                (text.to_string(), false)
            }
        };
        if !has_escapes {
            return Ok(Value::str(text));
        }
        Ok(Value::str(scalar::unescape(&text).map_err(|message| self.scan.fault(message))?))
    }

    fn array(&mut self, depth: usize) -> Result<Value, Fault> {
        self.check_depth(depth)?;
        let key = self.tables.current.clone();
        self.tables.set_type(Some(&key), true);
        let mut items = Vec::new();
        loop {
            // A value or the end …
            match self.scan.next()? {
                ' ' | '\t' | '\r' | '\n' => continue,
                '#' => {
                    self.scan.comment()?;
                    continue;
                }
                ',' => return Err(self.scan.fault("unexpected comma")),
                ']' => return Ok(Value::list(items)),
                c => self.scan.back(c),
            }
            items.push(self.value(true, depth)?);
            // … then a comma or the end.
            loop {
                match self.scan.next()? {
                    ' ' | '\t' | '\r' | '\n' => {}
                    '#' => self.scan.comment()?,
                    ',' => break,
                    ']' => return Ok(Value::list(items)),
                    c => {
                        let expected = "a comma (',') or array terminator (']')";
                        let message = format!("expected {expected}, but got {}", char_or_end(c));
                        return Err(self.scan.fault(message));
                    }
                }
            }
        }
    }

    fn inline_table(&mut self, in_array: bool, depth: usize) -> Result<Value, Fault> {
        self.check_depth(depth)?;
        let table = Map::new();
        let outer_context = self.tables.context.clone();
        let outer_key = self.tables.current.clone();

        let key: &Key = &[outer_context.as_slice(), &[std::mem::take(&mut self.tables.current)]].concat();
        self.tables.context = key.to_vec();
        self.tables.add_implicit(key);
        self.tables.enter(key, in_array).map_err(|message| self.key_fault(message))?;
        'pairs: loop {
            // A pair or the end …
            match self.scan.next()? {
                ' ' | '\t' | '\r' | '\n' => continue,
                '#' => {
                    self.scan.comment()?;
                    continue;
                }
                ',' => return Err(self.scan.fault("unexpected comma")),
                '}' => break,
                c => self.scan.back(c),
            }
            self.pair(Some(&table), depth)?;
            self.tables.context = key.to_vec();
            // … then a comma or the end.
            loop {
                match self.scan.next()? {
                    ' ' | '\t' | '\r' | '\n' => {}
                    '#' => self.scan.comment()?,
                    ',' => break,
                    '}' => break 'pairs,
                    c => {
                        let expected = "a comma or an inline table terminator '}'";
                        let message = format!("expected {expected}, but got {} instead", char_or_end(c));
                        return Err(self.scan.fault(message));
                    }
                }
            }
        }
        self.tables.context = outer_context;
        self.tables.current = outer_key;
        Ok(Value::Map(table))
    }
}

fn char_or_end(c: char) -> String {
    if c == END { "end of file".to_string() } else { format!("'{c}'") }
}
