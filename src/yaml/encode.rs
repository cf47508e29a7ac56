//! From values to YAML text, as Helm writes YAML.
//!
//! `toYaml` makes JSON of a value, reads that as YAML and writes it with yaml.v2; [`encode`] does this in one
//! step. `toYamlPretty` gives the Go value itself to yaml.v3; that is [`encode_pretty`].

use std::borrow::Cow;

use hashbrown::HashSet;

use crate::gofmt;
use crate::json;
use crate::limits::{RESULT_BYTES, VALUE_DEPTH};
use crate::stack::with_stack;
use crate::value::{Kind, Num, Object, Type, Value};

use super::emit::{Emitter, Place};
use super::error::Error;
use super::keys;
use super::resolve::{Generation, is_base60, is_special, old_bool};
use super::shape::Shape;
use super::style::Style;

/// Containers deeper than this are remembered, to find out whether a value contains itself.
const CYCLE_CHECK_DEPTH: usize = 1000;
/// Bytes of the longest escape sequence of a quoted scalar.
const LONGEST_ESCAPE: usize = 10;
/// Characters of the longest JSON key that go-yaml reads.
const LONGEST_KEY: usize = 1024;

/// `value` as `toYaml` writes it, with a line feed at the end.
///
/// # Errors
/// For values that JSON cannot hold, and strings that YAML cannot: with control characters, or very long keys.
pub fn encode(value: &Value) -> Result<Vec<u8>, Error> {
    Encoder::new(Generation::V2).document(value).map_err(|error| match error.is_limit() {
        true => error,
        false => error_through_json(value).unwrap_or(error),
    })
}

/// The error that Go comes across on its way from `value` to JSON and from there to YAML, at its place there.
fn error_through_json(value: &Value) -> Option<Error> {
    match json::encode(value, true) {
        Ok(json) => super::decode_document(&json, &Shape::Any, false).err(),
        Err(error) => Some(Error::new(format!("error marshaling into JSON: {error}"))),
    }
}

/// `value` as `toYamlPretty` writes it, with a line feed at the end.
///
/// # Errors
/// For functions, complex numbers, and values that contain themselves.
pub fn encode_pretty(value: &Value) -> Result<Vec<u8>, Error> {
    Encoder::new(Generation::V3).document(value)
}

struct Encoder {
    emitter: Emitter,
    generation: Generation,
    depth: usize,
    /// Containers that are open deep down, by identity.
    open: HashSet<usize, foldhash::fast::FixedState>,
}

impl Encoder {
    fn new(generation: Generation) -> Encoder {
        Encoder { emitter: Emitter::new(generation), generation, depth: 0, open: HashSet::default() }
    }

    fn document(mut self, value: &Value) -> Result<Vec<u8>, Error> {
        self.value(value, Place::Root)?;
        Ok(self.emitter.finish())
    }

    fn is_json(&self) -> bool {
        self.generation == Generation::V2
    }

    fn value(&mut self, value: &Value, place: Place) -> Result<(), Error> {
        self.check_room(0)?;
        match value {
            Value::Nil => self.emitter.word(b"null"),
            Value::Bool(true) => self.emitter.word(b"true"),
            Value::Bool(false) => self.emitter.word(b"false"),
            Value::Int(i) | Value::Int64(i) => self.integer(*i),
            Value::Float64(f) => self.float(*f, 64)?,
            Value::Num(n) => self.number(*n)?,
            Value::Str(s) => self.string(s, place)?,
            Value::Bytes(bytes) if self.is_json() => {
                self.check_room(2 * bytes.len())?;
                let text = data_encoding::BASE64.encode(bytes);
                self.string(text.as_bytes(), place)?;
            }
            Value::Bytes(bytes) => {
                let items: Vec<Value> = bytes.iter().map(|&b| Value::Num(Num::Uint8(b))).collect();
                self.items(&items, place)?;
            }
            Value::List(list) if list.is_nil() && self.is_json() => self.emitter.word(b"null"),
            Value::List(list) => {
                self.container(list.id(), value.go_type(), |this| this.items(&list.items(), place))?;
            }
            Value::Map(map) if map.is_nil() && self.is_json() => self.emitter.word(b"null"),
            Value::Map(map) => self.container(map.id(), value.go_type(), |this| {
                let entries = map.entries();
                this.sorted_entries(entries.iter().map(|(k, v)| (&**k, v)).collect())
            })?,
            Value::Object(object) => self.object(object.as_ref(), place)?,
        }
        Ok(())
    }

    /// Writes a container one level down. `id` tells it from other containers.
    fn container(
        &mut self,
        id: usize,
        go_type: Type,
        write: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let is_deep = self.depth >= CYCLE_CHECK_DEPTH;
        if is_deep && !self.open.insert(id) {
            return Err(self.too_deep(&format!("encountered a cycle via {go_type}")));
        }
        self.nested(write)?;
        if is_deep {
            self.open.remove(&id);
        }
        Ok(())
    }

    fn nested(&mut self, write: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        if self.depth == VALUE_DEPTH {
            return Err(self.too_deep("exceeded max depth"));
        }
        self.depth += 1;
        with_stack(|| write(self))?;
        self.depth -= 1;
        Ok(())
    }

    /// Checks that the text may become `more` bytes longer. A value that holds another one twice, and so on, is
    /// small only in memory.
    fn check_room(&self, more: usize) -> Result<(), Error> {
        if self.emitter.out.len().saturating_add(more) > RESULT_BYTES {
            return Err(Error::limit(format!("YAML text of more than {RESULT_BYTES} bytes")));
        }
        Ok(())
    }

    /// Checks that there is room for a scalar.
    fn check_room_for(&self, text: &[u8]) -> Result<(), Error> {
        let indent = self.emitter.indentation();
        if self.check_room(text.len().saturating_mul(LONGEST_ESCAPE + indent)).is_ok() {
            return Ok(());
        }
        let size = |&byte: &u8| match byte {
            b' ' | b'\n' => indent + 2,
            0x21..=0x7E => 2,
            _ => LONGEST_ESCAPE,
        };
        self.check_room(text.iter().map(size).fold(0, usize::saturating_add))
    }

    fn too_deep(&self, text: &str) -> Error {
        match self.generation {
            Generation::V2 => Error::new(text),
            // yaml.v3 goes on until the stack is full.
            Generation::V3 => Error::limit(text),
        }
    }

    // ---- collections ----

    fn items(&mut self, items: &[Value], place: Place) -> Result<(), Error> {
        if items.is_empty() {
            self.emitter.empty_collection("[]");
            return Ok(());
        }
        let outer = self.emitter.begin_sequence(place);
        for item in items {
            self.emitter.begin_item();
            self.value(item, Place::Item)?;
        }
        self.emitter.end(outer);
        Ok(())
    }

    fn sorted_entries(&mut self, mut entries: Vec<(&[u8], &Value)>) -> Result<(), Error> {
        keys::sort(&mut entries, self.generation);
        self.entries(&entries)
    }

    fn entries(&mut self, entries: &[(&[u8], &Value)]) -> Result<(), Error> {
        if entries.is_empty() {
            self.emitter.empty_collection("{}");
            return Ok(());
        }
        let outer = self.emitter.begin_mapping();
        for (key, value) in entries {
            self.key(key)?;
            self.value(value, Place::Entry)?;
        }
        self.emitter.end(outer);
        Ok(())
    }

    fn object(&mut self, object: &dyn Object, place: Place) -> Result<(), Error> {
        if object.is_nil() {
            self.emitter.word(b"null");
            return Ok(());
        }
        if self.is_json() {
            if let Some(data) = object.to_json() {
                return self.nested(|this| this.value(&data, place));
            }
        } else if let Some(()) = self.special_object(object, place)? {
            return Ok(());
        }
        if let Some(entries) = object.entries() {
            let entries = entries.iter().map(|(k, v)| (&**k, v)).collect();
            return self.nested(|this| this.sorted_entries(entries));
        }
        if let Some(items) = object.items() {
            return self.nested(|this| this.items(&items, place));
        }
        if let Some(integer) = object.as_int() {
            self.integer(integer);
            return Ok(());
        }
        let go_type = object.go_type();
        match go_type.kind() {
            Kind::Func => Err(Error::panic(format!("cannot marshal type: {go_type}"))),
            Kind::String => self.string(&object.to_go_string().unwrap_or_default(), place),
            _ if self.is_json() => {
                let members = object.json_members();
                let entries = members.iter().map(|(name, value)| (name.as_bytes(), value)).collect();
                self.nested(|this| this.sorted_entries(entries))
            }
            _ => {
                // yaml.v3 keeps the order of fields and writes their names small.
                let fields: Vec<(String, Value)> =
                    object.fields().into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
                let entries: Vec<_> = fields.iter().map(|(name, value)| (name.as_bytes(), value)).collect();
                self.nested(|this| this.entries(&entries))
            }
        }
    }

    /// The types that yaml.v3 writes as text: times without quotes, durations and what has `MarshalText` as
    /// strings.
    fn special_object(&mut self, object: &dyn Object, place: Place) -> Result<Option<()>, Error> {
        let name = object.go_type().to_string();
        let text = match name.as_str() {
            "time.Duration" => object.to_go_string(),
            _ => match object.to_json() {
                Some(Value::Str(text)) => Some(text),
                _ => None,
            },
        };
        match text {
            None => Ok(None),
            Some(text) if matches!(name.as_str(), "time.Time" | "*time.Time") => {
                self.emitter.word(&text);
                Ok(Some(()))
            }
            Some(text) => self.string(&text, place).map(Some),
        }
    }

    // ---- numbers ----

    fn integer(&mut self, i: i64) {
        let mut buffer = [0; 20];
        let mut at = buffer.len();
        let mut rest = i.unsigned_abs();
        loop {
            at -= 1;
            buffer[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if i < 0 {
            at -= 1;
            buffer[at] = b'-';
        }
        self.emitter.word(&buffer[at..]);
    }

    fn number(&mut self, number: Num) -> Result<(), Error> {
        match number {
            Num::Int8(i) => self.integer(i.into()),
            Num::Int16(i) => self.integer(i.into()),
            Num::Int32(i) => self.integer(i.into()),
            Num::Uint(u) | Num::Uint64(u) => self.emitter.word(u.to_string().as_bytes()),
            Num::Uint8(u) => self.integer(u.into()),
            Num::Uint16(u) => self.integer(u.into()),
            Num::Uint32(u) => self.integer(u.into()),
            Num::Float32(f) => self.float(f.into(), 32)?,
            Num::Complex128(..) => {
                return Err(Error::panic(format!("cannot marshal type: {}", number.go_type())));
            }
        }
        Ok(())
    }

    fn float(&mut self, f: f64, bits: u32) -> Result<(), Error> {
        if !f.is_finite() {
            if self.is_json() {
                return Err(Error::new("yaml: number that is not finite"));
            }
            let name: &[u8] = if f.is_nan() {
                b".nan"
            } else if f > 0.0 {
                b".inf"
            } else {
                b"-.inf"
            };
            self.emitter.word(name);
            return Ok(());
        }
        if self.is_json() {
            if f.fract() == 0.0 && f.abs() < 1e15 {
                self.integer(f as i64);
                return Ok(());
            }
            let magnitude = f.abs();
            if f.fract() == 0.0 && magnitude < 1e21 {
                // JSON shows these without exponent; YAML then reads them as integers if they are in range.
                let digits = gofmt::format_float(f, b'f', -1, bits);
                if digits.parse::<i64>().is_ok() || digits.parse::<u64>().is_ok() {
                    self.emitter.word(digits.as_bytes());
                    return Ok(());
                }
            }
            if bits == 32 {
                // JSON shows the shortest text for 32 bits, which YAML reads as 64.
                let text = gofmt::format_float(f, b'g', -1, 32);
                let f: f64 = text.parse().unwrap_or(f);
                self.emitter.word(gofmt::format_float(f, b'g', -1, 64).as_bytes());
                return Ok(());
            }
        }
        self.emitter.word(gofmt::format_float(f, b'g', -1, bits).as_bytes());
        Ok(())
    }

    // ---- strings ----

    fn string(&mut self, text: &[u8], place: Place) -> Result<(), Error> {
        self.check_room_for(text)?;
        let (text, tag) = self.text(text)?;
        let style = self.wanted_style(&text, tag);
        self.emitter.scalar(&text, style, tag, place);
        Ok(())
    }

    fn key(&mut self, key: &[u8]) -> Result<(), Error> {
        if self.is_json() && key_is_unreadable(key) {
            return Err(Error::new("yaml: key that JSON cannot have"));
        }
        self.check_room_for(key)?;
        let (text, tag) = self.text(key)?;
        let style = self.wanted_style(&text, tag);
        self.emitter.key(&text, style, tag);
        Ok(())
    }

    fn wanted_style(&self, text: &[u8], tag: Option<&str>) -> Style {
        if text.contains(&b'\n') {
            return Style::Literal;
        }
        let is_string = || {
            let first = text.first().copied().unwrap_or_default();
            // No number, date or word of another meaning begins with other letters.
            let cannot_be_special = first.is_ascii_lowercase() && !b"yntfo".contains(&first);
            cannot_be_special
                || !is_special(text, self.generation)
                    && !is_base60(text)
                    && (self.generation == Generation::V2 || old_bool(text).is_none())
        };
        if tag.is_some() || is_string() { Style::Plain } else { Style::DoubleQuoted }
    }

    /// The text to write for a Go string, and its tag if it needs one.
    fn text<'t>(&self, text: &'t [u8]) -> Result<(Cow<'t, [u8]>, Option<&'static str>), Error> {
        if text.iter().all(|&b| b < 0x7F) {
            return Ok((Cow::Borrowed(text), None));
        }
        if self.is_json() {
            return Ok((through_json(text)?, None));
        }
        match std::str::from_utf8(text) {
            Ok(_) => Ok((Cow::Borrowed(text), None)),
            Err(_) => Ok((Cow::Owned(base64_lines(text)), Some("!!binary"))),
        }
    }
}

/// What is left of a string after it was written as JSON and read as YAML: bytes that are not UTF-8 become
/// U+FFFD, NEL is a line break, which folds, and other control characters are an error.
fn through_json(text: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    let has_nel = memchr::memmem::find(text, b"\xC2\x85").is_some();
    let valid = std::str::from_utf8(text);
    let is_suspect = |b: &u8| matches!(b, 0x7F | 0xC2 | 0xEF);
    if !has_nel && valid.is_ok() && !text.iter().any(is_suspect) {
        return Ok(Cow::Borrowed(text));
    }
    let json = json::encode(&Value::str(text), true).map_err(|error| Error::new(error.to_string()))?;
    match super::decode_document(&json, &Shape::Any, false)? {
        Value::Str(text) => Ok(Cow::Owned(text.to_vec())),
        _ => Ok(Cow::Borrowed(text)),
    }
}

/// True if go-yaml cannot read the key in JSON text: it is too long, or broken by a NEL.
fn key_is_unreadable(key: &[u8]) -> bool {
    // No escape sequence is longer than six characters.
    if key.len() < LONGEST_KEY / 6 && !key.contains(&0xC2) {
        return false;
    }
    let length = json::encode(&Value::str(key), true).map_or(0, |json| gofmt::unicode::rune_count(&json));
    length > LONGEST_KEY || memchr::memmem::find(key, b"\xC2\x85").is_some()
}

/// Base64, in lines if it is long.
fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    const LINE: usize = 70;
    let text = data_encoding::BASE64.encode(bytes);
    if text.len() < LINE {
        return text.into_bytes();
    }
    let mut lines = Vec::with_capacity(text.len() + text.len() / LINE + 1);
    for line in text.as_bytes().chunks(LINE) {
        lines.extend_from_slice(line);
        lines.push(b'\n');
    }
    lines
}
