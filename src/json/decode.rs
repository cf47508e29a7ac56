//! Reading.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::{Error, Number, push_valid};
use crate::limits::VALUE_DEPTH;
use crate::stack::with_stack;
use crate::value::{Entries, List, Map, Str, Type, Value};

/// The value that `text` holds, as `json.Unmarshal` into an `interface {}`.
///
/// # Errors
/// If `text` is not one JSON value, or holds a number outside of `float64`.
pub fn decode(text: &[u8]) -> Result<Value, Error> {
    let (value, out_of_range) = document(text)?;
    out_of_range.map_or(Ok(value), Err)
}

/// True if `text` is one JSON value, as `json.Valid` has it.
pub fn is_valid(text: &[u8]) -> bool {
    document(text).is_ok()
}

/// The object that `text` holds, as `json.Unmarshal` into a fresh `map[string]interface {}`; `null` gives the nil map.
/// With an error comes what could be decoded nevertheless: nothing, unless only a number is out of range.
pub fn decode_map(text: &[u8]) -> (Map, Option<Error>) {
    match document_of_a_kind(text) {
        Ok((Value::Map(map), error)) => (map, error),
        Ok((Value::Nil, _)) => (Map::nil(Type::ANY_MAP), None),
        Ok((other, _)) => (Map::new(), Some(Error::mismatch(&other, "", Type::ANY_MAP))),
        Err(error) => (Map::new(), Some(error)),
    }
}

/// The array that `text` holds, as `json.Unmarshal` into a fresh `[]interface {}`; `null` gives the nil slice.
/// With an error comes what could be decoded nevertheless: nothing, unless only a number is out of range.
pub fn decode_list(text: &[u8]) -> (List, Option<Error>) {
    match document_of_a_kind(text) {
        Ok((Value::List(list), error)) => (list, error),
        Ok((Value::Nil, _)) => (List::nil(Type::Interface), None),
        Ok((other, _)) => (List::new(Type::Interface, []), Some(Error::mismatch(&other, "", Type::ANY_LIST))),
        Err(error) => (List::new(Type::Interface, []), Some(error)),
    }
}

/// The document; if it is a number out of range, any number: only its kind counts.
fn document_of_a_kind(text: &[u8]) -> Result<(Value, Option<Error>), Error> {
    match document(text)? {
        (Value::Nil, Some(error)) => Ok((Value::Float64(0.0), Some(error))),
        decoded => Ok(decoded),
    }
}

/// The first value in `text` and the offset where it ends, as `json.Decoder` reads it; what follows is not looked at.
///
/// # Errors
/// If `text` does not begin with a JSON value, or that holds a number outside of `float64`.
pub fn decode_prefix(text: &[u8]) -> Result<(Value, usize), Error> {
    decode_prefix_located(text).map_err(|(error, _)| error)
}

/// [`decode_prefix`], the error with the offset where it was found.
///
/// # Errors
/// Those of [`decode_prefix`].
pub fn decode_prefix_located(text: &[u8]) -> Result<(Value, usize), (Error, usize)> {
    let mut reader = Reader::new(text);
    let value = reader.value(0).map_err(|error| (error, reader.pos))?;
    match reader.range_error() {
        Some(error) => Err((error, reader.pos)),
        None => Ok((value, reader.pos)),
    }
}

/// [`decode_prefix`] with numbers kept as they are written, each a [`Number`].
///
/// # Errors
/// If `text` does not begin with a JSON value.
pub fn decode_prefix_exact(text: &[u8]) -> Result<(Value, usize), Error> {
    let mut reader = Reader { exact: true, ..Reader::new(text) };
    let value = reader.value(0)?;
    Ok((value, reader.pos))
}

/// The one value in `text`, and the error of the first number out of range.
fn document(text: &[u8]) -> Result<(Value, Option<Error>), Error> {
    let mut reader = Reader::new(text);
    let value = reader.value(0)?;
    reader.skip_space();
    if reader.pos < text.len() {
        return Err(Error::character(reader.rest(), "after top-level value"));
    }
    Ok((value, reader.range_error()))
}

struct Reader<'a> {
    text: &'a [u8],
    pos: usize,
    /// Keep numbers as text.
    exact: bool,
    out_of_range: Option<OutOfRange>,
}

/// A number that no `float64` holds, and the way to it.
struct OutOfRange {
    number: String,
    /// Keys and indexes from the number up to the container at `depth + 1`.
    path: Vec<String>,
    /// The depth of the container whose key or index comes next; 0 if the path is complete.
    depth: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a [u8]) -> Reader<'a> {
        Reader { text, pos: 0, exact: false, out_of_range: None }
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.pos..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.pos).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.pos += 1;
        }
    }

    /// The next value; `depth` containers are open around it.
    fn value(&mut self, depth: usize) -> Result<Value, Error> {
        self.skip_space();
        let Some(first) = self.peek() else { return Err(Error::UnexpectedEnd) };
        match first {
            b'"' => Ok(Value::Str(self.string()?)),
            b'{' | b'[' if depth == VALUE_DEPTH => Err(Error::TooDeep),
            b'{' => with_stack(|| self.object(depth + 1)),
            b'[' => with_stack(|| self.array(depth + 1)),
            b't' => self.literal("true", Value::Bool(true)),
            b'f' => self.literal("false", Value::Bool(false)),
            b'n' => self.literal("null", Value::Nil),
            b'-' | b'0'..=b'9' => self.number(depth),
            _ => Err(Error::character(self.rest(), "looking for beginning of value")),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Error> {
        self.pos += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.pos += 1;
            return Ok(Value::list(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.trace(depth, || (items.len() - 1).to_string());
            if self.delimiter(b']', "after array element")?.is_break() {
                return Ok(Value::list(items));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Error> {
        self.pos += 1;
        let mut entries = Vec::new();
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.pos += 1;
            return Ok(Value::Map(Map::new()));
        }
        loop {
            self.skip_space();
            let key = match self.peek() {
                Some(b'"') => self.string()?,
                Some(_) => {
                    let place = "looking for beginning of object key string";
                    return Err(Error::character(self.rest(), place));
                }
                None => return Err(Error::UnexpectedEnd),
            };
            self.skip_space();
            match self.peek() {
                Some(b':') => self.pos += 1,
                Some(_) => return Err(Error::character(self.rest(), "after object key")),
                None => return Err(Error::UnexpectedEnd),
            }
            let value = self.value(depth)?;
            // Keys stand in a JSON pointer here, where `~` and `/` have escapes.
            self.trace(depth, || key.to_str_lossy().replace('~', "~0").replace('/', "~1"));
            entries.push((key, value));
            if self.delimiter(b'}', "after object key:value pair")?.is_break() {
                return Ok(Value::Map(Map::typed(Type::ANY_MAP, Entries::from_iter(entries))));
            }
        }
    }

    /// Reads what follows an element: a comma, or `close`, which breaks.
    fn delimiter(&mut self, close: u8, place: &str) -> Result<ControlFlow<()>, Error> {
        self.skip_space();
        let Some(byte) = self.peek() else { return Err(Error::UnexpectedEnd) };
        let flow = match byte {
            b',' => ControlFlow::Continue(()),
            byte if byte == close => ControlFlow::Break(()),
            _ => return Err(Error::character(self.rest(), place)),
        };
        self.pos += 1;
        Ok(flow)
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, Error> {
        for expected in word.bytes() {
            match self.peek() {
                Some(byte) if byte == expected => self.pos += 1,
                Some(_) => {
                    let place = format!("in literal {word} (expecting '{}')", char::from(expected));
                    return Err(Error::character(self.rest(), &place));
                }
                None => return Err(Error::UnexpectedEnd),
            }
        }
        Ok(value)
    }

    fn number(&mut self, depth: usize) -> Result<Value, Error> {
        let start = self.pos;
        let negative = self.peek() == Some(b'-');
        if negative {
            self.pos += 1;
        }
        let mut integer: u64 = 0;
        let digits_start = self.pos;
        match self.peek() {
            Some(b'0') => self.pos += 1,
            Some(b'1'..=b'9') => {
                while let Some(digit @ b'0'..=b'9') = self.peek() {
                    integer = integer.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
                    self.pos += 1;
                }
            }
            Some(_) => return Err(Error::character(self.rest(), "in numeric literal")),
            None => return Err(Error::UnexpectedEnd),
        }
        let digits = self.pos - digits_start;
        let is_integer = !matches!(self.peek(), Some(b'.' | b'e' | b'E'));
        if is_integer && digits <= 15 && !self.exact {
            // Exact in a float64. Negated as a float: -0 keeps its sign.
            #[expect(clippy::cast_precision_loss, reason = "15 digits fit into 53 bits")]
            let number = integer as f64;
            return Ok(Value::Float64(if negative { -number } else { number }));
        }
        if self.peek() == Some(b'.') {
            self.pos += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.pos += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.pos += 1;
            }
            self.digits()?;
        }
        let text = String::from_utf8_lossy(&self.text[start..self.pos]);
        if self.exact {
            return Ok(Value::Object(Arc::new(Number(text.into_owned()))));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Float64(number)),
            _ => {
                if self.out_of_range.is_none() {
                    self.out_of_range =
                        Some(OutOfRange { number: text.into_owned(), path: Vec::new(), depth });
                }
                // Within a container Go leaves a zero; a lone number gives nothing.
                Ok(if depth == 0 { Value::Nil } else { Value::Float64(0.0) })
            }
        }
    }

    fn digits(&mut self) -> Result<(), Error> {
        match self.peek() {
            Some(b'0'..=b'9') => {}
            Some(_) => return Err(Error::character(self.rest(), "in numeric literal")),
            None => return Err(Error::UnexpectedEnd),
        }
        while let Some(b'0'..=b'9') = self.peek() {
            self.pos += 1;
        }
        Ok(())
    }

    /// Adds the step of the container at `depth` to the way to a number out of range, if that is what is missing.
    fn trace(&mut self, depth: usize, step: impl FnOnce() -> String) {
        if let Some(out) = &mut self.out_of_range
            && out.depth == depth
        {
            out.path.push(step());
            out.depth -= 1;
        }
    }

    fn range_error(&mut self) -> Option<Error> {
        let mut out = self.out_of_range.take()?;
        out.path.reverse();
        Some(Error::cannot_read(&format!("number {}", out.number), &out.path.join("."), Type::Float64))
    }

    /// The string that starts here, unescaped.
    fn string(&mut self) -> Result<Str, Error> {
        self.pos += 1;
        let start = self.pos;
        self.skip_plain();
        if self.peek() == Some(b'"') {
            let bytes = &self.text[start..self.pos];
            self.pos += 1;
            if std::str::from_utf8(bytes).is_ok() {
                return Ok(Str::from(bytes));
            }
            let mut valid = Vec::with_capacity(bytes.len() + 2);
            push_valid(bytes, &mut valid);
            return Ok(Str::from(valid));
        }
        let mut unescaped = Vec::with_capacity(2 * (self.pos - start) + 16);
        push_valid(&self.text[start..self.pos], &mut unescaped);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.pos += 1;
                    return Ok(Str::from(unescaped));
                }
                Some(b'\\') => {
                    let c = self.escape()?;
                    unescaped.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                Some(_) => return Err(Error::character(self.rest(), "in string")),
                None => return Err(Error::UnexpectedEnd),
            }
            let start = self.pos;
            self.skip_plain();
            push_valid(&self.text[start..self.pos], &mut unescaped);
        }
    }

    /// Moves on to the next quote, backslash or control character.
    fn skip_plain(&mut self) {
        let rest = self.rest();
        let length = rest.iter().position(|&b| b < b' ' || b == b'"' || b == b'\\');
        self.pos += length.unwrap_or(rest.len());
    }

    /// The character of the escape sequence that starts here; half a surrogate pair gives U+FFFD.
    fn escape(&mut self) -> Result<char, Error> {
        let Some(&byte) = self.text.get(self.pos + 1) else { return Err(Error::UnexpectedEnd) };
        let c = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.utf16_unit()?;
                self.pos += 6;
                if !(0xd800..0xe000).contains(&high) {
                    return Ok(char::from_u32(u32::from(high)).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                // The other half counts only if it is one: otherwise it stands for itself.
                let pair = utf16_unit(self.rest()).map(|low| [high, low]);
                let decoded = pair.and_then(|pair| char::decode_utf16(pair).next()?.ok());
                if decoded.is_some() {
                    self.pos += 6;
                }
                return Ok(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => return Err(Error::escape(&self.rest()[..2])),
        };
        self.pos += 2;
        Ok(c)
    }

    /// The number in the `\uXXXX` that starts here.
    fn utf16_unit(&self) -> Result<u16, Error> {
        let rest = self.rest();
        if let Some(unit) = utf16_unit(rest) {
            return Ok(unit);
        }
        let sequence = &rest[..rest.len().min(6)];
        let cut_short = sequence.len() < 6 && sequence.iter().skip(2).all(u8::is_ascii_hexdigit);
        Err(if cut_short { Error::UnexpectedEnd } else { Error::escape(sequence) })
    }
}

/// The number in the `\uXXXX` that `text` begins with.
fn utf16_unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, &digit| {
        let digit = char::from(digit).to_digit(16)?;
        Some(unit << 4 | u16::try_from(digit).ok()?)
    })
}
