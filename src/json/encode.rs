//! Writing.

use std::fmt::Display;
use std::io::Write as _;

use hashbrown::HashSet;

use super::Error;
use crate::gofmt::{self, unicode};
use crate::limits::{RESULT_BYTES, VALUE_DEPTH};
use crate::stack::with_stack;
use crate::value::{Kind, Num, Object, Str, Value};

/// Cycles are looked for below this many containers, as Go does: shallow data costs nothing, and the type that the
/// error names depends on it.
const CYCLE_CHECK_DEPTH: usize = 1000;

/// The JSON text of `value` in one line, as `json.Marshal` writes it. `escape_html` writes `<`, `>` and `&` as `\u00XX`.
///
/// # Errors
/// For NaN, infinities, complex numbers, functions, values that contain themselves, too deep and too large ones.
pub fn encode(value: &Value, escape_html: bool) -> Result<Vec<u8>, Error> {
    Writer::new(escape_html, None).run(value)
}

/// The JSON text of `value` over several lines, as `json.MarshalIndent` writes it: each line but the first begins with
/// `prefix` and as many `indent`s as containers are open. `<`, `>` and `&` are escaped.
///
/// # Errors
/// As [`encode`].
pub fn encode_indent(value: &Value, prefix: &str, indent: &str) -> Result<Vec<u8>, Error> {
    Writer::new(true, Some((prefix, indent))).run(value)
}

struct Writer<'a> {
    out: Vec<u8>,
    escape_html: bool,
    /// Prefix and indent.
    layout: Option<(&'a str, &'a str)>,
    /// Number of open containers.
    depth: usize,
    /// The open containers below [`CYCLE_CHECK_DEPTH`].
    open: HashSet<usize, foldhash::fast::FixedState>,
}

impl<'a> Writer<'a> {
    fn new(escape_html: bool, layout: Option<(&'a str, &'a str)>) -> Writer<'a> {
        Writer { out: Vec::with_capacity(128), escape_html, layout, depth: 0, open: HashSet::default() }
    }

    fn run(mut self, value: &Value) -> Result<Vec<u8>, Error> {
        self.value(value)?;
        Ok(self.out)
    }

    fn value(&mut self, value: &Value) -> Result<(), Error> {
        self.check_room(0)?;
        match value {
            Value::Nil => self.out.extend_from_slice(b"null"),
            Value::Bool(true) => self.out.extend_from_slice(b"true"),
            Value::Bool(false) => self.out.extend_from_slice(b"false"),
            Value::Int(i) | Value::Int64(i) => self.plain(i),
            Value::Float64(f) => self.float(*f, 64)?,
            Value::Num(n) => self.number(*n)?,
            Value::Str(s) => self.string(s)?,
            Value::Bytes(bytes) => self.base64(bytes)?,
            Value::List(list) if list.is_nil() => self.out.extend_from_slice(b"null"),
            Value::List(list) => self.container(Some(list.id()), value, |w| w.items(&list.items()))?,
            Value::Map(map) if map.is_nil() => self.out.extend_from_slice(b"null"),
            Value::Map(map) => self.container(Some(map.id()), value, |w| {
                w.members(map.entries().iter().map(|(k, v)| (k.as_bytes(), v)))
            })?,
            Value::Object(object) => self.object(object.as_ref(), value)?,
        }
        Ok(())
    }

    fn object(&mut self, object: &dyn Object, value: &Value) -> Result<(), Error> {
        if object.is_nil() {
            self.out.extend_from_slice(b"null");
        } else if let Some(data) = object.to_json() {
            self.value(&data)?;
        } else if let Some(entries) = object.entries() {
            self.container(None, value, |w| w.members(entries.iter().map(|(k, v)| (k.as_bytes(), v))))?;
        } else if let Some(items) = object.items() {
            self.container(None, value, |w| w.items(&items))?;
        } else if let Some(integer) = object.as_int() {
            self.plain(integer);
        } else {
            match object.go_type().kind() {
                Kind::Func => return Err(Error::UnsupportedType(object.go_type())),
                Kind::String => self.string(&object.to_go_string().unwrap_or_default())?,
                _ => {
                    let members = object.json_members();
                    self.container(None, value, |w| {
                        w.members(members.iter().map(|(k, v)| (k.as_bytes(), v)))
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Writes the container `value` with `write`, one level down. `id` tells it from other containers.
    fn container(
        &mut self,
        id: Option<usize>,
        value: &Value,
        write: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let id = id.filter(|_| self.depth >= CYCLE_CHECK_DEPTH);
        if id.is_some_and(|id| !self.open.insert(id)) {
            let cycle = format!("encountered a cycle via {}", value.go_type());
            return Err(Error::UnsupportedValue(cycle));
        }
        if self.depth == VALUE_DEPTH {
            return Err(Error::TooDeep);
        }
        self.depth += 1;
        with_stack(|| write(self))?;
        self.depth -= 1;
        if let Some(id) = id {
            self.open.remove(&id);
        }
        Ok(())
    }

    fn items(&mut self, items: &[Value]) -> Result<(), Error> {
        self.out.push(b'[');
        for (i, item) in items.iter().enumerate() {
            self.separate(i == 0);
            self.value(item)?;
        }
        self.close(b']', items.is_empty());
        Ok(())
    }

    fn members<'v>(
        &mut self,
        members: impl ExactSizeIterator<Item = (&'v [u8], &'v Value)>,
    ) -> Result<(), Error> {
        let is_empty = members.len() == 0;
        self.out.push(b'{');
        for (i, (key, value)) in members.enumerate() {
            self.separate(i == 0);
            self.string(key)?;
            self.out.extend_from_slice(if self.layout.is_some() { b": " } else { b":" });
            self.value(value)?;
        }
        self.close(b'}', is_empty);
        Ok(())
    }

    fn separate(&mut self, is_first: bool) {
        if !is_first {
            self.out.push(b',');
        }
        self.line_break(self.depth);
    }

    fn close(&mut self, bracket: u8, is_empty: bool) {
        if !is_empty {
            self.line_break(self.depth - 1);
        }
        self.out.push(bracket);
    }

    fn line_break(&mut self, depth: usize) {
        if let Some((prefix, indent)) = self.layout {
            self.out.push(b'\n');
            self.out.extend_from_slice(prefix.as_bytes());
            for _ in 0..depth {
                self.out.extend_from_slice(indent.as_bytes());
            }
        }
    }

    fn plain(&mut self, number: impl Display) {
        // Writing into a Vec cannot fail.
        let _ = write!(self.out, "{number}");
    }

    fn number(&mut self, number: Num) -> Result<(), Error> {
        match number {
            Num::Int8(i) => self.plain(i),
            Num::Int16(i) => self.plain(i),
            Num::Int32(i) => self.plain(i),
            Num::Uint(u) | Num::Uint64(u) => self.plain(u),
            Num::Uint8(u) => self.plain(u),
            Num::Uint16(u) => self.plain(u),
            Num::Uint32(u) => self.plain(u),
            Num::Float32(f) => self.float(f.into(), 32)?,
            Num::Complex128(..) => return Err(Error::UnsupportedType(number.go_type())),
        }
        Ok(())
    }

    fn float(&mut self, f: f64, bits: u32) -> Result<(), Error> {
        check_finite(f)?;
        #[expect(clippy::cast_possible_truncation, reason = "only compared, and it saturates")]
        let integer = f as i64;
        #[expect(clippy::cast_precision_loss, reason = "a number changed by it is not taken")]
        let is_integer = integer as f64 == f && integer.unsigned_abs() < 1 << 53 && integer != 0;
        if is_integer {
            self.plain(integer);
        } else if f == 0.0 || has_no_exponent(f.abs(), bits) {
            gofmt::append_float(&mut self.out, f, b'f', -1, bits);
        } else {
            gofmt::append_float(&mut self.out, f, b'e', -1, bits);
            // `1e-07` is `1e-7` in JSON.
            if let [.., b'e', b'-', b'0', _] = self.out.as_slice() {
                self.out.remove(self.out.len() - 2);
            }
        }
        Ok(())
    }

    /// Checks that the text may become `more` bytes longer. A value that holds another one twice, and so on, is
    /// small only in memory.
    fn check_room(&self, more: usize) -> Result<(), Error> {
        if self.out.len().saturating_add(more) > RESULT_BYTES {
            return Err(Error::TooLarge);
        }
        Ok(())
    }

    fn base64(&mut self, bytes: &Str) -> Result<(), Error> {
        self.check_room(2 * bytes.len())?;
        self.out.push(b'"');
        let start = self.out.len();
        let encoding = &data_encoding::BASE64;
        self.out.resize(start + encoding.encode_len(bytes.len()), 0);
        encoding.encode_mut(bytes, &mut self.out[start..]);
        self.out.push(b'"');
        Ok(())
    }

    fn string(&mut self, text: &[u8]) -> Result<(), Error> {
        // No escape is longer than six bytes for a byte.
        if self.check_room(6 * text.len()).is_err() {
            self.check_room(text.iter().map(|&byte| if is_plain(byte) { 1 } else { 6 }).sum())?;
        }
        self.out.push(b'"');
        let mut done = 0;
        let mut pos = 0;
        while let Some(&byte) = text.get(pos) {
            if is_plain(byte) {
                pos += 1;
                continue;
            }
            let (c, size) =
                if byte.is_ascii() { (char::from(byte), 1) } else { unicode::decode(&text[pos..]) };
            let escape = match c {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\u{8}' => "\\b",
                '\u{c}' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '<' | '>' | '&' if !self.escape_html => "",
                '<' => "\\u003c",
                '>' => "\\u003e",
                '&' => "\\u0026",
                '\u{2028}' => "\\u2028",
                '\u{2029}' => "\\u2029",
                char::REPLACEMENT_CHARACTER if size == 1 => "\u{fffd}",
                _ => "",
            };
            if !escape.is_empty() || c < ' ' {
                self.out.extend_from_slice(&text[done..pos]);
                if escape.is_empty() {
                    self.plain(format_args!("\\u{:04x}", u32::from(c)));
                } else {
                    self.out.extend_from_slice(escape.as_bytes());
                }
                done = pos + size;
            }
            pos += size;
        }
        self.out.extend_from_slice(&text[done..]);
        self.out.push(b'"');
        Ok(())
    }
}

/// True if a positive number is written without an exponent.
fn has_no_exponent(f: f64, bits: u32) -> bool {
    let least = if bits == 32 { f64::from(1e-6_f32) } else { 1e-6 };
    (least..1e21).contains(&f)
}

fn check_finite(f: f64) -> Result<(), Error> {
    if f.is_finite() {
        return Ok(());
    }
    let name = if f.is_nan() {
        "NaN"
    } else if f > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    };
    Err(Error::UnsupportedValue(name.to_string()))
}

/// True if a string holds `byte` as it is, whatever is around it.
fn is_plain(byte: u8) -> bool {
    const PLAIN: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0x20;
        while byte < 0x80 {
            table[byte] = !matches!(byte as u8, b'"' | b'\\' | b'<' | b'>' | b'&');
            byte += 1;
        }
        table
    };
    PLAIN[usize::from(byte)]
}
