//! Writing.

use std::io::Write as _;
use std::sync::Arc;

use ecow::EcoVec;

use super::{Error, datetime, push_key, push_key_part, push_quoted};
use crate::gofmt;
use crate::gotime::{Duration, Time};
use crate::limits::{RESULT_BYTES, VALUE_DEPTH};
use crate::stack::with_stack;
use crate::value::{Entries, Kind, Num, Object, Str, Value};

/// What a value counts for against [`RESULT_BYTES`] each time it is looked at.
const WORK_BYTES: usize = 64;

/// The TOML text of `value`. At the top there may also be a lone scalar or array, which is written as in a pair.
///
/// # Errors
/// For nil, arrays with nil elements, complex numbers, functions, and too deep or too large values.
pub fn encode(value: &Value) -> Result<Vec<u8>, Error> {
    match value.kind() {
        Kind::Invalid => return Err(Error::Nil),
        kind @ (Kind::Complex128 | Kind::Func) => {
            return Err(Error::Unsupported(format!("unsupported type for key '': {}", kind.name())));
        }
        _ => {}
    }
    let mut writer = Writer { out: Vec::new(), key: Vec::new(), work: 0 };
    writer.item(value)?;
    Ok(writer.out)
}

/// What form a value takes.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// Left out of tables, forbidden in arrays.
    Nil,
    /// Written behind its key.
    Plain,
    /// A table with its own header.
    Table,
    /// An array that has nothing but tables, each with its own header.
    Tables,
}

/// The parts of a container.
enum Parts {
    Map(Arc<Entries>),
    /// Fields keep their order of declaration.
    Struct(Vec<(&'static str, Value)>),
    List(EcoVec<Value>),
}

impl Parts {
    /// The entries of a map or struct.
    fn entries(&self) -> Vec<(&[u8], &Value)> {
        match self {
            Parts::Map(entries) => entries.iter().map(|(key, value)| (key.as_bytes(), value)).collect(),
            Parts::Struct(fields) => fields.iter().map(|(key, value)| (key.as_bytes(), value)).collect(),
            Parts::List(_) => Vec::new(),
        }
    }
}

struct Writer {
    out: Vec<u8>,
    /// The key of the table being written.
    key: Vec<Str>,
    /// Values looked at.
    work: usize,
}

impl Writer {
    /// Writes the value at `self.key`: a pair, a table or an array of tables.
    fn item(&mut self, value: &Value) -> Result<(), Error> {
        match self.form(value, 0)? {
            Form::Table => self.table(value),
            Form::Tables => self.tables(value),
            Form::Nil if matches!(value, Value::Map(_)) => Ok(()),
            Form::Nil | Form::Plain => match self.key.last().cloned() {
                None => self.inline(value, 0),
                Some(last) => {
                    self.indent();
                    self.pair(&last, value, 0)?;
                    self.line_break();
                    Ok(())
                }
            },
        }
    }

    fn table(&mut self, value: &Value) -> Result<(), Error> {
        if self.key.len() == 1 {
            self.line_break();
        }
        if !self.key.is_empty() {
            self.indent();
            self.header("[", "]")?;
        }
        with_stack(|| self.entries(value))
    }

    fn tables(&mut self, value: &Value) -> Result<(), Error> {
        if self.key.is_empty() {
            let message = "toml: top-level values must be Go maps or structs";
            return Err(Error::Unsupported(message.to_string()));
        }
        let Some(Parts::List(tables)) = parts(value) else { return Ok(()) };
        for table in tables {
            self.line_break();
            self.indent();
            self.header("[[", "]]")?;
            with_stack(|| self.entries(&table))?;
        }
        Ok(())
    }

    /// Writes the entries of a table with a header: plain ones first, or they would belong to the tables.
    fn entries(&mut self, table: &Value) -> Result<(), Error> {
        let Some(parts) = parts(table) else { return Ok(()) };
        let entries = parts.entries();
        if self.key.len() >= VALUE_DEPTH {
            return Err(Error::TooLarge);
        }
        let mut forms = Vec::with_capacity(entries.len());
        for (_, value) in &entries {
            forms.push(self.form(value, 0)?);
        }
        for wants_tables in [false, true] {
            for ((key, value), form) in entries.iter().zip(&forms) {
                if *form != Form::Nil && wants_tables == is_table(*form) {
                    self.key.push(Str::from(*key));
                    self.item(value)?;
                    self.key.pop();
                }
            }
        }
        Ok(())
    }

    /// Writes `key = value`.
    fn pair(&mut self, key: &[u8], value: &Value, depth: usize) -> Result<(), Error> {
        self.check_room_for(key.len())?;
        push_key_part(key, &mut self.out);
        self.out.extend_from_slice(b" = ");
        self.inline(value, depth)
    }

    /// Writes a value behind its key or within an array; `depth` containers are open on this line.
    fn inline(&mut self, value: &Value, depth: usize) -> Result<(), Error> {
        self.work(depth)?;
        match value {
            Value::Nil => return Err(Error::Nil),
            Value::Bool(b) => self.plain(b),
            Value::Int(i) | Value::Int64(i) => self.plain(i),
            Value::Float64(f) => self.float(*f, 64),
            Value::Num(number) => match *number {
                Num::Int8(i) => self.plain(i),
                Num::Int16(i) => self.plain(i),
                Num::Int32(i) => self.plain(i),
                Num::Uint(u) | Num::Uint64(u) => self.plain(u),
                Num::Uint8(u) => self.plain(u),
                Num::Uint16(u) => self.plain(u),
                Num::Uint32(u) => self.plain(u),
                Num::Float32(f) => self.float(f64::from(f), 32),
                Num::Complex128(..) => return Err(unsupported(Kind::Complex128)),
            },
            Value::Str(text) => {
                self.check_room_for(text.len())?;
                push_quoted(text, &mut self.out);
            }
            Value::Object(object) => {
                if let Some(time) = value.as_object::<Time>() {
                    self.out.extend_from_slice(&datetime::format(time));
                    return Ok(());
                }
                if let Some(text) = text_form(object.as_ref()) {
                    push_quoted(&text, &mut self.out);
                    return Ok(());
                }
                if let Some(integer) = object.as_int() {
                    self.plain(integer);
                    return Ok(());
                }
            }
            Value::Bytes(_) | Value::List(_) | Value::Map(_) => {}
        }
        match parts(value) {
            Some(Parts::List(items)) => self.inline_list(&items, depth),
            Some(map @ Parts::Map(_)) => self.inline_map(&map.entries(), depth),
            Some(fields @ Parts::Struct(_)) => self.inline_struct(&fields.entries(), depth),
            None => Ok(()),
        }
    }

    fn inline_list(&mut self, items: &[Value], depth: usize) -> Result<(), Error> {
        self.out.push(b'[');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.extend_from_slice(b", ");
            }
            with_stack(|| self.inline(item, depth + 1))?;
        }
        self.out.push(b']');
        Ok(())
    }

    /// Tables come last here too. Behind an entry goes a comma unless it is the last of all, so a nil at the end
    /// leaves a comma.
    fn inline_map(&mut self, entries: &[(&[u8], &Value)], depth: usize) -> Result<(), Error> {
        let mut plain = Vec::new();
        let mut tables = Vec::new();
        for (key, value) in entries {
            let form = self.form(value, depth)?;
            if is_table(form) { &mut tables } else { &mut plain }.push((key, value, form));
        }
        let last = entries.len().saturating_sub(1);
        self.out.push(b'{');
        for (i, (key, value, form)) in plain.into_iter().chain(tables).enumerate() {
            if form != Form::Nil {
                with_stack(|| self.pair(key, value, depth + 1))?;
                if i != last {
                    self.out.extend_from_slice(b", ");
                }
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    /// The comma is left out behind the field declared last, wherever it stands.
    fn inline_struct(&mut self, fields: &[(&[u8], &Value)], depth: usize) -> Result<(), Error> {
        let mut forms = Vec::with_capacity(fields.len());
        for (_, value) in fields {
            forms.push(self.form(value, depth)?);
        }
        self.out.push(b'{');
        for wants_tables in [false, true] {
            for (i, ((key, value), form)) in fields.iter().zip(&forms).enumerate() {
                if *form != Form::Nil && wants_tables == is_table(*form) {
                    with_stack(|| self.pair(key, value, depth + 1))?;
                    if i + 1 != fields.len() {
                        self.out.extend_from_slice(b", ");
                    }
                }
            }
        }
        self.out.push(b'}');
        Ok(())
    }

    /// Finds the form of `value`; `depth` containers are open around it.
    fn form(&mut self, value: &Value, depth: usize) -> Result<Form, Error> {
        self.work(depth)?;
        if value.is_nil() {
            return Ok(Form::Nil);
        }
        if let Value::Object(object) = value
            && (text_form(object.as_ref()).is_some() || object.as_int().is_some())
        {
            return Ok(Form::Plain);
        }
        match parts(value) {
            Some(Parts::Map(_) | Parts::Struct(_)) => Ok(Form::Table),
            Some(Parts::List(items)) => {
                let mut form = if items.is_empty() { Form::Plain } else { Form::Tables };
                for item in &items {
                    match with_stack(|| self.form(item, depth + 1))? {
                        Form::Nil => {
                            let message = "toml: cannot encode array with nil element";
                            return Err(Error::Unsupported(message.to_string()));
                        }
                        Form::Table => {}
                        Form::Plain | Form::Tables => form = Form::Plain,
                    }
                }
                Ok(form)
            }
            None => match value.kind() {
                kind @ (Kind::Complex128 | Kind::Func) => Err(unsupported(kind)),
                _ => Ok(Form::Plain),
            },
        }
    }

    /// Counts a value. What holds another value twice, and so on, is small only in memory; what holds itself has
    /// no end.
    fn work(&mut self, depth: usize) -> Result<(), Error> {
        self.work += 1;
        if depth > VALUE_DEPTH {
            return Err(Error::TooLarge);
        }
        self.check_room(self.work.saturating_mul(WORK_BYTES))
    }

    /// Checks that the text may become `more` bytes longer.
    fn check_room(&self, more: usize) -> Result<(), Error> {
        if self.out.len().saturating_add(more) > RESULT_BYTES {
            return Err(Error::TooLarge);
        }
        Ok(())
    }

    /// Checks that there is room for quoted text of `len` bytes: no escape is longer than six bytes for a byte.
    fn check_room_for(&self, len: usize) -> Result<(), Error> {
        self.check_room(len.saturating_mul(6))
    }

    fn header(&mut self, open: &str, close: &str) -> Result<(), Error> {
        self.check_room_for(self.key.iter().map(|part| part.len()).fold(0, usize::saturating_add))?;
        self.out.extend_from_slice(open.as_bytes());
        push_key(&self.key, &mut self.out);
        self.out.extend_from_slice(close.as_bytes());
        self.line_break();
        Ok(())
    }

    /// Indents a line by the number of tables around it.
    fn indent(&mut self) {
        for _ in 1..self.key.len() {
            self.out.extend_from_slice(b"  ");
        }
    }

    /// Ends a line, or leaves an empty one; at the very beginning it does nothing.
    fn line_break(&mut self) {
        if !self.out.is_empty() {
            self.out.push(b'\n');
        }
    }

    fn plain(&mut self, scalar: impl std::fmt::Display) {
        // Writing into a Vec cannot fail.
        let _ = write!(self.out, "{scalar}");
    }

    fn float(&mut self, f: f64, bits: u32) {
        if f.is_finite() {
            let text = gofmt::format_float(f, b'g', -1, bits);
            self.out.extend_from_slice(text.as_bytes());
            if !text.contains(['.', 'e']) {
                self.out.extend_from_slice(b".0");
            }
        } else {
            let sign = if f.is_sign_negative() { "-" } else { "" };
            self.plain(format_args!("{sign}{}", if f.is_nan() { "nan" } else { "inf" }));
        }
    }
}

fn is_table(form: Form) -> bool {
    matches!(form, Form::Table | Form::Tables)
}

fn unsupported(kind: Kind) -> Error {
    Error::Unsupported(format!("unsupported type: {}", kind.name()))
}

/// The parts of a container; `None` for scalars.
fn parts(value: &Value) -> Option<Parts> {
    match value {
        Value::Map(map) => Some(Parts::Map(map.entries())),
        Value::List(list) => Some(Parts::List(list.items())),
        Value::Bytes(bytes) => {
            Some(Parts::List(bytes.iter().map(|&byte| Value::Num(Num::Uint8(byte))).collect()))
        }
        Value::Object(object) => {
            if let Some(entries) = object.entries() {
                return Some(Parts::Map(Arc::new(entries)));
            }
            if let Some(items) = object.items() {
                return Some(Parts::List(EcoVec::from(items)));
            }
            if matches!(object.go_type().kind(), Kind::Struct | Kind::Pointer) {
                return Some(Parts::Struct(object.fields()));
            }
            None
        }
        _ => None,
    }
}

/// The text of durations and of all types that marshal themselves to text.
fn text_form(object: &dyn Object) -> Option<Str> {
    if object.as_any().is::<Duration>() {
        return object.to_go_string();
    }
    match object.to_json() {
        Some(Value::Str(text)) => Some(text),
        _ => None,
    }
}
