//! The grammar of `--set` and its relatives: `name=value` pairs where a name is a path into the values.
//!
//! `a.b[2].c=x,d={1,2}` sets `c` in the third item of the list `b` in the map `a`, then the list `d`. Backslash
//! takes the next character literally. What is on the way is created; what is there already is changed in
//! place.

use std::fmt;
use std::ops::Range;

use ecow::EcoVec;

use crate::limits::{SET_DEPTH, SET_INDEX, SET_ITEMS, VALUE_DEPTH};
use crate::stack::with_stack;
use crate::value::{List, Map, Num, Str, Type, Value};
use crate::{gofmt, json};

/// Why a `--set` text is wrong. `Display` gives Helm's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Helm's words.
    pub message: String,
    /// The whole text.
    pub text: Str,
    /// The pair that is wrong, up to where it was read.
    pub span: Range<usize>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Reads the file that a `--set-file` names; an error is the text for the user.
pub type ReadFile<'a> = &'a mut dyn FnMut(&str) -> Result<Str, String>;

/// `--set`: values are booleans, null, integers (`int64`) or strings.
pub fn set(text: &[u8], values: &Map) -> Result<(), Error> {
    Parser::new(text, Form::Typed).run(values)
}

/// `--set-string`: values are strings.
pub fn set_string(text: &[u8], values: &Map) -> Result<(), Error> {
    Parser::new(text, Form::Text).run(values)
}

/// `--set-literal`: one pair, its value the rest of the text as it is.
pub fn set_literal(text: &[u8], values: &Map) -> Result<(), Error> {
    Parser::new(text, Form::Literal).run(values)
}

/// `--set-json`: values are JSON; an empty one is null.
pub fn set_json(text: &[u8], values: &Map) -> Result<(), Error> {
    Parser::new(text, Form::Json).run(values)
}

/// `--set-file`: values are the contents of the files that they name.
pub fn set_file(text: &[u8], values: &Map, read: ReadFile<'_>) -> Result<(), Error> {
    Parser::new(text, Form::File(read)).run(values)
}

/// How the text after `=` is read.
enum Form<'a> {
    Typed,
    Text,
    Literal,
    Json,
    File(ReadFile<'a>),
}

/// Why parsing stops.
enum Stop {
    /// The text is over, at a place where that is no error.
    End,
    Error(String),
}

/// What is behind `=`.
enum Assigned {
    Value(Value),
    /// Nothing: the text is over.
    Nothing,
}

struct Parser<'a> {
    text: &'a [u8],
    pos: usize,
    form: Form<'a>,
    /// How many items may still be added to lists.
    room: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a [u8], form: Form<'a>) -> Parser<'a> {
        Parser { text, pos: 0, form, room: SET_ITEMS }
    }

    fn run(mut self, values: &Map) -> Result<(), Error> {
        loop {
            let start = self.pos;
            match self.pair(values, 0) {
                Ok(()) => {}
                Err(Stop::End) => return Ok(()),
                Err(Stop::Error(message)) => {
                    let span = start..self.pos.min(self.text.len());
                    return Err(Error { message, text: self.text.into(), span });
                }
            }
        }
    }

    /// Reads a name within `map`, and all up to the end of its value.
    fn pair(&mut self, map: &Map, level: usize) -> Result<(), Stop> {
        let stops: &[char] = if self.is_literal() { &['=', '[', '.'] } else { &['=', '[', '.', ','] };
        let (key, stop) = self.until(stops);
        match stop {
            None if key.is_empty() => Err(Stop::End),
            None => fail(format!("key {} has no value", quote(&key))),
            Some(',') => fail(format!("key {} has no value (cannot end with ,)", quote(&key))),
            Some('=') => match self.assigned()? {
                Assigned::Value(value) => {
                    assign(map, &key, value);
                    Ok(())
                }
                Assigned::Nothing => {
                    assign(map, &key, Value::str(""));
                    Err(Stop::End)
                }
            },
            Some('.') => self.inner_pair(map, &key, level + 1),
            Some(_) => self.indexed(map, &key, level),
        }
    }

    /// Goes on in the map under `key`.
    fn inner_pair(&mut self, map: &Map, key: &str, level: usize) -> Result<(), Stop> {
        if level > SET_DEPTH {
            return fail(format!(
                "value name nested level is greater than maximum supported nested level of {SET_DEPTH}"
            ));
        }
        let inner = match map.get(key) {
            None => Map::new(),
            Some(Value::Map(inner)) => inner,
            Some(other) => return wrong_type(&other, Type::ANY_MAP),
        };
        let result = self.pair(&inner, level);
        if !inner.is_empty() {
            assign(map, key, Value::Map(inner));
        } else if result.is_ok() {
            return fail(format!("key map {} has no value", quote(key)));
        }
        result
    }

    /// Goes on in the list under `key`, behind `[`.
    fn indexed(&mut self, map: &Map, key: &str, level: usize) -> Result<(), Stop> {
        let index = self.index()?;
        // The list is taken out of the map so that it need not be copied; without a key it stays as it is.
        let old = if key.is_empty() { map.get(key) } else { map.remove(key) };
        let mut items = match old {
            None => EcoVec::new(),
            Some(Value::List(list)) => list.items(),
            Some(other) => return wrong_type(&other, Type::ANY_LIST),
        };
        let result = self.item(&mut items, index, level, 0);
        assign(map, key, Value::List(List::new(Type::Interface, items)));
        result
    }

    /// Reads what is behind `]`.
    fn item(
        &mut self,
        items: &mut EcoVec<Value>,
        index: i64,
        level: usize,
        depth: usize,
    ) -> Result<(), Stop> {
        if index < 0 {
            return fail(format!("negative {index} index not allowed"));
        }
        let (rest, stop) = self.until(&['[', '.', '=']);
        if !rest.is_empty() {
            let runes = rest.chars().map(|c| Value::Num(Num::Int32(c as i32)));
            let shown = gofmt::sprintf(b"%q", &[Value::List(List::new(Type::Int32, runes))]);
            return fail(format!(
                "unexpected data at end of array index: {}",
                String::from_utf8_lossy(&shown)
            ));
        }
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        match stop {
            None => Err(Stop::End),
            Some('=') => match self.assigned()? {
                Assigned::Value(value) => self.put(items, index, value),
                Assigned::Nothing => self.put(items, index, Value::str("")),
            },
            Some('.') => {
                let inner = match items.get(place) {
                    Some(Value::Map(inner)) => inner.clone(),
                    Some(_) => {
                        let inner = Map::new();
                        self.put(items, index, Value::Map(inner.clone()))?;
                        inner
                    }
                    None => Map::new(),
                };
                self.pair(&inner, level)?;
                self.put(items, index, Value::Map(inner))
            }
            Some(_) => {
                if depth >= VALUE_DEPTH {
                    return fail(format!("lists may not be nested deeper than {VALUE_DEPTH}"));
                }
                let next = self.index()?;
                let (mut inner, exists) = match items.get(place) {
                    None => (EcoVec::new(), false),
                    Some(Value::Nil) => (EcoVec::new(), false),
                    Some(Value::List(list)) => (list.items(), true),
                    Some(other) => return wrong_type(other, Type::ANY_LIST),
                };
                let result = with_stack(|| self.item(&mut inner, next, level, depth + 1));
                if exists || result.is_ok() {
                    self.put(items, index, Value::List(List::new(Type::Interface, inner)))?;
                }
                result
            }
        }
    }

    /// Sets an item; what is missing before it is null.
    fn put(&mut self, items: &mut EcoVec<Value>, index: i64, value: Value) -> Result<(), Stop> {
        if index > SET_INDEX {
            return fail(format!("index of {index} is greater than maximum supported index of {SET_INDEX}"));
        }
        let Ok(place) = usize::try_from(index) else {
            return fail(format!("negative {index} index not allowed"));
        };
        if place >= items.len() {
            let added = place + 1 - items.len();
            let Some(room) = self.room.checked_sub(added) else {
                return fail(format!("one text may add {SET_ITEMS} items to lists"));
            };
            self.room = room;
            items.extend(std::iter::repeat_n(Value::Nil, added));
        }
        if let Some(item) = items.make_mut().get_mut(place) {
            *item = value;
        }
        Ok(())
    }

    /// The number before `]`.
    fn index(&mut self) -> Result<i64, Stop> {
        let (text, stop) = self.until(&[']']);
        if stop.is_none() {
            return Err(Stop::End);
        }
        gofmt::atoi(text.as_bytes()).map_err(|e| Stop::Error(format!("error parsing index: {e}")))
    }

    /// The value behind `=`.
    fn assigned(&mut self) -> Result<Assigned, Stop> {
        if matches!(self.form, Form::Json) {
            return self.json().map(Assigned::Value);
        }
        if self.is_literal() {
            let (text, _) = self.until(&[]);
            return Ok(Assigned::Value(Value::str(text)));
        }
        match self.peek() {
            None => Ok(Assigned::Nothing),
            Some(('{', size)) => {
                self.pos += size;
                self.list().map(Assigned::Value)
            }
            Some(_) => {
                let (text, _) = self.until(&[',']);
                self.scalar(text).map(Assigned::Value)
            }
        }
    }

    /// The rest of `{a,b}`, and a comma after it.
    fn list(&mut self) -> Result<Value, Stop> {
        let mut items = EcoVec::new();
        loop {
            let (text, stop) = self.until(&[',', '}']);
            match stop {
                None => return fail("list must terminate with '}'"),
                Some(',') => items.push(self.scalar(text)?),
                Some(_) => {
                    if let Some((',', size)) = self.peek() {
                        self.pos += size;
                    }
                    items.push(self.scalar(text)?);
                    return Ok(Value::List(List::new(Type::Interface, items)));
                }
            }
        }
    }

    fn scalar(&mut self, text: String) -> Result<Value, Stop> {
        match &mut self.form {
            Form::Typed => Ok(typed(text)),
            Form::File(read) => read(&text).map(Value::Str).map_err(Stop::Error),
            Form::Text | Form::Literal | Form::Json => Ok(Value::str(text)),
        }
    }

    /// A JSON value, or nothing, and a comma after it.
    fn json(&mut self) -> Result<Value, Stop> {
        if self.skip_separator() {
            return Ok(Value::Nil);
        }
        let rest = self.text.get(self.pos..).unwrap_or_default();
        let (value, size) = json::decode_prefix(rest).map_err(|e| Stop::Error(e.to_string()))?;
        self.pos += size;
        self.skip_separator();
        Ok(value)
    }

    /// Skips blanks and then a comma. True if the comma or the end of the text was there.
    fn skip_separator(&mut self) -> bool {
        loop {
            match self.peek() {
                None => return true,
                Some((',', size)) => {
                    self.pos += size;
                    return true;
                }
                Some((c, size)) if c.is_whitespace() => self.pos += size,
                Some(_) => return false,
            }
        }
    }

    /// The text up to one of `stops`, which is skipped, or up to the end.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut found = String::new();
        while let Some((c, size)) = self.peek() {
            self.pos += size;
            if stops.contains(&c) {
                return (found, Some(c));
            }
            if c == '\\' && !self.is_literal() {
                let Some((escaped, size)) = self.peek() else { break };
                self.pos += size;
                found.push(escaped);
            } else {
                found.push(c);
            }
        }
        (found, None)
    }

    /// The next character and its size. Each byte that is not UTF-8 is U+FFFD.
    fn peek(&self) -> Option<(char, usize)> {
        let rest = self.text.get(self.pos..).filter(|rest| !rest.is_empty())?;
        Some(match bstr::decode_utf8(rest) {
            (Some(c), size) => (c, size),
            (None, _) => (char::REPLACEMENT_CHARACTER, 1),
        })
    }

    fn is_literal(&self) -> bool {
        matches!(self.form, Form::Literal)
    }
}

/// Sets `key`, unless it is empty.
fn assign(map: &Map, key: &str, value: Value) {
    if !key.is_empty() {
        map.insert(key, value);
    }
}

/// What the text of a `--set` value means.
fn typed(text: String) -> Value {
    if equals_folded(&text, "true") {
        Value::Bool(true)
    } else if equals_folded(&text, "false") {
        Value::Bool(false)
    } else if equals_folded(&text, "null") {
        Value::Nil
    } else if text == "0" {
        Value::Int64(0)
    } else if text.starts_with('0') {
        Value::str(text)
    } else {
        text.parse().map_or_else(|_| Value::str(text), Value::Int64)
    }
}

/// Compares under Unicode case folding with a lowercase ASCII word without `k`: only the long s folds into ASCII.
fn equals_folded(text: &str, word: &str) -> bool {
    text.len() <= word.len() + 1
        && text.chars().map(|c| if c == 'ſ' { 's' } else { c.to_ascii_lowercase() }).eq(word.chars())
}

fn quote(text: &str) -> String {
    gofmt::quote(text.as_bytes())
}

fn fail<T>(message: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Error(message.into()))
}

/// The text of Go's failed type assertion.
fn wrong_type<T>(value: &Value, wanted: Type) -> Result<T, Stop> {
    let found = match value {
        Value::Nil => "nil".to_owned(),
        other => other.go_type().to_string(),
    };
    fail(format!("unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Set = fn(&[u8], &Map) -> Result<(), Error>;

    /// What `set` makes of `base`, as JSON, or the error.
    fn result(set: Set, base: &str, text: &str) -> String {
        let Ok(Value::Map(values)) = json::decode(base.as_bytes()) else { panic!("{base}") };
        match set(text.as_bytes(), &values) {
            Ok(()) => {
                let json = json::encode(&Value::Map(values), false).expect("what was set is JSON");
                String::from_utf8_lossy(&json).into_owned()
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn names_and_values() {
        for (text, expected) in [
            ("a=1,b=-2,c=+3,d=007,e=0,f=1.5,g=", r#"{"a":1,"b":-2,"c":3,"d":"007","e":0,"f":"1.5","g":""}"#),
            ("a=TRUE,b=nul\\l,c=fal\u{17f}e", r#"{"a":true,"b":null,"c":false}"#),
            ("a=9223372036854775808", r#"{"a":"9223372036854775808"}"#),
            ("a.b=1,a.c=2", r#"{"a":{"b":1,"c":2}}"#),
            (r"a\.b=1,a\,b=x\,y", r#"{"a,b":"x,y","a.b":1}"#),
            (r"a={1,,x\}}b={}", r#"{"a":[1,"","x}"],"b":[""]}"#),
            ("a[1].k=1,a[0][1]=x", r#"{"a":[[null,"x"],{"k":1}]}"#),
            ("a[0]=1,a[0].k=2", r#"{"a":[{"k":2}]}"#),
            (".a=1,=2", "{}"),
            ("v[0", "{}"),
            ("v[0]", r#"{"v":[]}"#),
            ("a=1,b", r#"key "b" has no value"#),
            ("a,b=1", r#"key "a" has no value (cannot end with ,)"#),
            ("a..b=1", r#"key map "a" has no value"#),
            ("a={x", "list must terminate with '}'"),
            ("a[x]=1", r#"error parsing index: strconv.Atoi: parsing "x": invalid syntax"#),
            ("a[-1]=1", "negative -1 index not allowed"),
            ("a[65537]=1", "index of 65537 is greater than maximum supported index of 65536"),
            ("a[0]b\u{7}=1", r"unexpected data at end of array index: ['b' '\a']"),
        ] {
            assert_eq!(result(set, "{}", text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_there_is_changed() {
        for (text, expected) in [
            ("m.x=1,l[1]=2,n=3", r#"{"l":[{"k":1},2],"m":{"x":1},"n":3,"s":null}"#),
            ("l[0].j=2", r#"{"l":[{"j":2,"k":1}],"m":{},"s":null}"#),
            ("l[0].", r#"{"l":[{"k":1}],"m":{},"s":null}"#),
            (
                "s.a=1",
                "unable to parse key: interface conversion: interface {} is nil, not map[string]interface {}",
            ),
            (
                "l[0][0]=1",
                "unable to parse key: interface conversion: interface {} is map[string]interface {}, not []interface {}",
            ),
            (
                "m=1,m.a=2",
                "unable to parse key: interface conversion: interface {} is int64, not map[string]interface {}",
            ),
        ] {
            assert_eq!(result(set, r#"{"m":{},"l":[{"k":1}],"s":null}"#, text), expected, "{text}");
        }
    }

    #[test]
    fn other_forms() {
        for (set, text, expected) in [
            (set_string as Set, "a=1,b={true,null}", r#"{"a":"1","b":["true","null"]}"#),
            (set_literal, r"a.b[0]=x,y={\}", r#"{"a":{"b":["x,y={\\}"]}}"#),
            (set_literal, r"a\.b=", r#"{"a\\":{"b":""}}"#),
            (set_json, r#"a={"x":[1]} ,b=,c[1]=1e3"#, r#"{"a":{"x":[1]},"b":null,"c":[null,1000]}"#),
            (set_json, "a=1b=2", r#"{"a":1,"b":2}"#),
            (set_json, "a=[1", "unexpected end of JSON input"),
        ] {
            assert_eq!(result(set, "{}", text), expected, "{text}");
        }
    }

    #[test]
    fn files() {
        let values = Map::new();
        let mut read =
            |name: &str| if name == "f" { Ok(Str::from("x")) } else { Err(format!("open {name}")) };
        assert_eq!(set_file(b"a={f,f}", &values, &mut read), Ok(()));
        assert_eq!(values.get("a").and_then(|a| a.as_list().map(List::len)), Some(2));
        let error = Error { message: "open g".to_owned(), text: "b=f,a=g".into(), span: 4..7 };
        assert_eq!(set_file(b"b=f,a=g", &values, &mut read), Err(error));
    }

    #[test]
    fn nesting_has_a_limit() {
        let maps = |levels: usize| format!("{}=1", vec!["k"; levels + 1].join("."));
        assert!(set(maps(SET_DEPTH).as_bytes(), &Map::new()).is_ok());
        assert!(set(maps(SET_DEPTH + 1).as_bytes(), &Map::new()).is_err());
        let lists = |levels: usize| format!("a{}=1", "[0]".repeat(levels));
        assert!(set(lists(VALUE_DEPTH).as_bytes(), &Map::new()).is_ok());
        assert!(set(lists(VALUE_DEPTH + 2).as_bytes(), &Map::new()).is_err());
    }
}
