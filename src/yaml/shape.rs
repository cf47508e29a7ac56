//! Go types that YAML is read into, and how `encoding/json` fits data to them.

use crate::gofmt;
use crate::json;
use crate::value::{Entries, Map, Type, Value};

use super::error::Error;

/// A Go type as a target of decoding.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// `interface {}`
    Any,
    /// `string`; YAML's numbers and booleans are taken too, as text.
    String,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `[]T`
    List(&'static Shape),
    /// `map[string]T`
    Map(&'static Shape),
    /// This type where YAML's numbers and booleans are not taken as text: below a struct within a struct.
    Embedded(&'static Shape),
    /// A named type of lists of this type.
    Named(&'static str, &'static Shape),
    /// A struct.
    Struct(&'static Struct),
    /// A pointer to a struct.
    Pointer(&'static Struct),
    /// Data without a place in the type.
    Ignored,
}

/// A Go struct.
#[derive(Debug)]
pub struct Struct {
    /// The type's name as errors print it.
    pub name: &'static str,
    /// JSON name and type of each field.
    pub fields: &'static [(&'static str, Shape)],
}

impl Struct {
    /// The field that `key` sets: the one with that name, or else with that name in other letter case.
    fn field(&self, key: &[u8]) -> Option<&'static (&'static str, Shape)> {
        let exact = self.fields.iter().find(|(name, _)| name.as_bytes() == key);
        exact.or_else(|| self.fields.iter().find(|(name, _)| equal_fold(name, key)))
    }
}

impl Shape {
    /// The type of the items of a list.
    pub(super) fn item(&self) -> &Shape {
        match self {
            Shape::List(item) | Shape::Named(_, item) => item,
            Shape::Ignored => &Shape::Ignored,
            _ => &Shape::Any,
        }
    }

    /// The type of the value under `key` of an object.
    pub(super) fn member(&self, key: &[u8]) -> &Shape {
        match self {
            Shape::Map(value) => value,
            Shape::Struct(s) | Shape::Pointer(s) => s.field(key).map_or(&Shape::Ignored, |(_, shape)| shape),
            Shape::Ignored => &Shape::Ignored,
            _ => &Shape::Any,
        }
    }

    fn type_name(&self) -> String {
        match self {
            Shape::Embedded(shape) => shape.type_name(),
            Shape::Named(name, _) => (*name).to_string(),
            Shape::Any | Shape::Ignored => Type::Interface.to_string(),
            Shape::String => Type::String.to_string(),
            Shape::Bool => Type::Bool.to_string(),
            Shape::Int => Type::Int.to_string(),
            Shape::List(item) => format!("[]{}", item.type_name()),
            Shape::Map(value) => format!("map[string]{}", value.type_name()),
            Shape::Struct(s) => s.name.to_string(),
            Shape::Pointer(s) => format!("*{}", s.name),
        }
    }

    /// Fits data that was JSON to this type, as `json.Unmarshal` does.
    ///
    /// # Errors
    /// Its text, for the first value that does not fit.
    pub fn fit_json(&self, value: &Value) -> Result<Value, Error> {
        self.fit_as(value, false)
    }

    fn fit_as(&self, value: &Value, strict: bool) -> Result<Value, Error> {
        let mut fitting = Fitting { strict, path: Vec::new(), problem: None };
        let fitted = fitting.fit(None, value, self);
        fitting.problem.map_or(Ok(fitted), |problem| Err(Error::new(problem)))
    }

    /// Fits JSON data to this type. Structs come out as maps of the fields that were set, by their own names.
    /// `strict` makes data without a field an error.
    pub(super) fn fit(&self, value: &Value, strict: bool) -> Result<Value, Error> {
        self.fit_as(value, strict)
            .map_err(|error| error.within("error unmarshaling JSON: while decoding JSON: "))
    }
}

struct Fitting {
    strict: bool,
    /// Keys and indexes from the root to the current value.
    path: Vec<String>,
    /// What is wrong with the first value that does not fit; decoding goes on without it.
    problem: Option<String>,
}

impl Fitting {
    /// Fits `value` to `shape`. `old` is what an earlier key in other letter case has set already.
    fn fit(&mut self, old: Option<Value>, value: &Value, shape: &Shape) -> Value {
        match (shape, value) {
            (Shape::Any | Shape::Ignored, _)
            | (Shape::String, Value::Str(_))
            | (Shape::Bool, Value::Bool(_))
            | (Shape::Struct(_) | Shape::Pointer(_), Value::Nil) => value.clone(),
            (Shape::String | Shape::Bool | Shape::Int, Value::Nil) => old.unwrap_or_default(),
            (Shape::Map(_), Value::Nil) => Value::Map(Map::nil(Type::ANY_MAP)),
            (Shape::Embedded(shape), _) => self.fit(old, value, shape),
            (Shape::List(_) | Shape::Named(..), Value::Nil) => Value::Nil,
            (Shape::Int, Value::Float64(f)) => match whole(*f) {
                Some(i) => Value::Int(i),
                None => self.reject(old, value, shape),
            },
            (Shape::List(item) | Shape::Named(_, item), Value::List(list)) => {
                let items = list.items();
                Value::list(
                    items.iter().enumerate().map(|(i, value)| {
                        self.below(&i.to_string(), |fitting| fitting.fit(None, value, item))
                    }),
                )
            }
            (Shape::Map(member), Value::Map(map)) => {
                let mut entries = old_entries(old);
                for (key, value) in map.entries().iter() {
                    let value = self.below(&key.to_str_lossy(), |fitting| fitting.fit(None, value, member));
                    entries.insert(key.clone(), value);
                }
                Value::Map(Map::typed(Type::ANY_MAP, entries))
            }
            (Shape::Struct(s) | Shape::Pointer(s), Value::Map(map)) => {
                let mut entries = old_entries(old);
                for (key, value) in map.entries().iter() {
                    if let Some((name, field)) = s.field(key) {
                        let old = entries.remove(name.as_bytes());
                        let value = self.below(&key.to_str_lossy(), |fitting| fitting.fit(old, value, field));
                        entries.insert((*name).into(), value);
                    } else if self.strict && self.problem.is_none() {
                        self.problem = Some(format!("json: unknown field {}", gofmt::quote(key)));
                    }
                }
                Value::Map(Map::typed(Type::ANY_MAP, entries))
            }
            _ => self.reject(old, value, shape),
        }
    }

    fn below(&mut self, step: &str, fit: impl FnOnce(&mut Self) -> Value) -> Value {
        self.path.push(step.replace('~', "~0").replace('/', "~1"));
        let fitted = fit(self);
        self.path.pop();
        fitted
    }

    fn reject(&mut self, old: Option<Value>, value: &Value, shape: &Shape) -> Value {
        if self.problem.is_none() {
            // What a pointer leads to is meant, not the pointer.
            let wanted = match shape {
                Shape::Pointer(s) => s.name.to_string(),
                shape => shape.type_name(),
            };
            self.problem = Some(json::Error::mismatch(value, &self.path.join("."), wanted).to_string());
        }
        old.unwrap_or_default()
    }
}

fn old_entries(old: Option<Value>) -> Entries {
    match old {
        Some(Value::Map(map)) => map.entries().as_ref().clone(),
        _ => Entries::new(),
    }
}

/// The integer that JSON writes without point or exponent.
fn whole(f: f64) -> Option<i64> {
    (f.fract() == 0.0 && f.abs() < (1_u64 << 63) as f64).then_some(f as i64)
}

/// Go's `strings.EqualFold` for ASCII names: the Kelvin sign is a k, the long s an s.
fn equal_fold(name: &str, key: &[u8]) -> bool {
    let Ok(key) = std::str::from_utf8(key) else { return false };
    let fold = |c: char| match c {
        '\u{212A}' => 'k',
        '\u{17F}' => 's',
        c => c.to_ascii_lowercase(),
    };
    name.chars().map(fold).eq(key.chars().map(fold))
}
