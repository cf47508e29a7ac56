//! Compiled schemas.

use std::sync::Arc;

use hashbrown::HashMap;

use super::draft::Draft;
use super::formats::Format;
use super::location::Location;
use super::number::{self, Number};
use crate::json;
use crate::regex::Regex;
use crate::stack::with_stack;
use crate::value::{List, Str, Type, Value};

/// A schema in a [`Schemas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(pub(super) u32);

/// All schemas that a schema reaches.
#[derive(Debug, Default)]
pub(super) struct Schemas(pub(super) Vec<Schema>);

impl Schemas {
    /// The schema `id`.
    pub(super) fn get(&self, id: Id) -> &Schema {
        &self.0[id.0 as usize]
    }
}

/// One schema: what its keywords ask for.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) location: Location,
    pub(super) draft: Draft,
    /// The schema at the base URL that this one belongs to.
    pub(super) resource: Id,
    /// For such a schema: its anchors that `$dynamicRef` looks for.
    pub(super) dynamic_anchors: HashMap<Str, Id, foldhash::fast::FixedState>,
    /// It sees to all properties, to all items, or to so many of them.
    pub(super) all_properties_evaluated: bool,
    pub(super) all_items_evaluated: bool,
    pub(super) items_evaluated: usize,

    /// `true` or `false` in place of an object.
    pub(super) bool: Option<bool>,
    pub(super) reference: Option<Id>,
    pub(super) recursive_ref: Option<Id>,
    pub(super) recursive_anchor: bool,
    /// Its target, and the name if the reference is to an anchor.
    pub(super) dynamic_ref: Option<(Id, Option<Str>)>,
    pub(super) dynamic_anchor: Option<Str>,

    pub(super) types: Types,
    pub(super) enumeration: Option<Enumeration>,
    pub(super) constant: Option<Value>,
    pub(super) format: Option<Format>,

    pub(super) not: Option<Id>,
    pub(super) all_of: Vec<Id>,
    pub(super) any_of: Vec<Id>,
    pub(super) one_of: Vec<Id>,
    pub(super) condition: Option<Id>,
    pub(super) then: Option<Id>,
    pub(super) otherwise: Option<Id>,

    pub(super) min_properties: Option<i64>,
    pub(super) max_properties: Option<i64>,
    pub(super) required: Vec<Str>,
    pub(super) property_names: Option<Id>,
    pub(super) properties: HashMap<Str, Id, foldhash::fast::FixedState>,
    pub(super) pattern_properties: Vec<(Arc<Regex>, Id)>,
    pub(super) additional_properties: Option<Additional>,
    pub(super) dependencies: Vec<(Str, Dependency)>,
    pub(super) dependent_required: Vec<(Str, Vec<Str>)>,
    pub(super) dependent_schemas: Vec<(Str, Id)>,
    pub(super) unevaluated_properties: Option<Id>,

    pub(super) min_items: Option<i64>,
    pub(super) max_items: Option<i64>,
    pub(super) unique_items: bool,
    pub(super) contains: Option<Id>,
    pub(super) min_contains: Option<i64>,
    pub(super) max_contains: Option<i64>,
    /// Schemas of the first items: `prefixItems`, or `items` as an array before 2020-12.
    pub(super) prefix_items: Vec<Id>,
    /// The schema of all further items.
    pub(super) items: Option<Id>,
    pub(super) additional_items: Option<Additional>,
    pub(super) unevaluated_items: Option<Id>,

    pub(super) min_length: Option<i64>,
    pub(super) max_length: Option<i64>,
    pub(super) pattern: Option<(Arc<Regex>, Str)>,

    pub(super) minimum: Option<Number>,
    pub(super) maximum: Option<Number>,
    pub(super) exclusive_minimum: Option<Number>,
    pub(super) exclusive_maximum: Option<Number>,
    pub(super) multiple_of: Option<Number>,
}

impl Schema {
    /// A schema that takes everything.
    pub(super) fn new(location: Location, draft: Draft, resource: Id) -> Schema {
        Schema {
            location,
            draft,
            resource,
            dynamic_anchors: HashMap::default(),
            all_properties_evaluated: false,
            all_items_evaluated: false,
            items_evaluated: 0,
            bool: None,
            reference: None,
            recursive_ref: None,
            recursive_anchor: false,
            dynamic_ref: None,
            dynamic_anchor: None,
            types: Types::default(),
            enumeration: None,
            constant: None,
            format: None,
            not: None,
            all_of: Vec::new(),
            any_of: Vec::new(),
            one_of: Vec::new(),
            condition: None,
            then: None,
            otherwise: None,
            min_properties: None,
            max_properties: None,
            required: Vec::new(),
            property_names: None,
            properties: HashMap::default(),
            pattern_properties: Vec::new(),
            additional_properties: None,
            dependencies: Vec::new(),
            dependent_required: Vec::new(),
            dependent_schemas: Vec::new(),
            unevaluated_properties: None,
            min_items: None,
            max_items: None,
            unique_items: false,
            contains: None,
            min_contains: None,
            max_contains: None,
            prefix_items: Vec::new(),
            items: None,
            additional_items: None,
            unevaluated_items: None,
            min_length: None,
            max_length: None,
            pattern: None,
            minimum: None,
            maximum: None,
            exclusive_minimum: None,
            exclusive_maximum: None,
            multiple_of: None,
        }
    }
}

/// What further properties or items must be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Additional {
    Allowed(bool),
    Schema(Id),
}

/// What follows from a property.
#[derive(Debug)]
pub(super) enum Dependency {
    Required(Vec<Str>),
    Schema(Id),
}

/// The values of an `enum`.
#[derive(Debug)]
pub(super) struct Enumeration {
    pub(super) values: Arc<[Value]>,
    pub(super) types: Types,
}

/// A type of JSON values. `Integer` is only asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonType {
    Null,
    Boolean,
    Number,
    Integer,
    String,
    Array,
    Object,
}

impl JsonType {
    const ALL: [JsonType; 7] = [
        JsonType::Null,
        JsonType::Boolean,
        JsonType::Number,
        JsonType::Integer,
        JsonType::String,
        JsonType::Array,
        JsonType::Object,
    ];

    /// The type of `value`; `None` if JSON has no such.
    pub(super) fn of(value: &Value) -> Option<JsonType> {
        Some(match value {
            Value::Nil => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            Value::Str(_) => JsonType::String,
            Value::Map(_) => JsonType::Object,
            Value::List(list) if list.elem() == Type::Interface => JsonType::Array,
            value if number::is_number(value) => JsonType::Number,
            _ => return None,
        })
    }

    /// The name in schemas.
    pub(super) fn name(self) -> &'static str {
        match self {
            JsonType::Null => "null",
            JsonType::Boolean => "boolean",
            JsonType::Number => "number",
            JsonType::Integer => "integer",
            JsonType::String => "string",
            JsonType::Array => "array",
            JsonType::Object => "object",
        }
    }
}

/// A set of types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    /// The types that a `type` names.
    pub(super) fn parse(value: &Value) -> Types {
        let mut types = Types::default();
        let names = match value {
            Value::List(list) => list.items(),
            single => [single.clone()].into_iter().collect(),
        };
        for name in &names {
            let Value::Str(name) = name else { continue };
            if let Some(found) = JsonType::ALL.into_iter().find(|t| t.name().as_bytes() == name.as_bytes()) {
                types.insert(found);
            }
        }
        types
    }

    pub(super) fn insert(&mut self, json_type: JsonType) {
        self.0 |= 1 << json_type as u8;
    }

    pub(super) fn contains(self, json_type: JsonType) -> bool {
        self.0 & (1 << json_type as u8) != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl std::fmt::Display for Types {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> =
            JsonType::ALL.into_iter().filter(|&t| self.contains(t)).map(JsonType::name).collect();
        f.write_str(&names.join(" or "))
    }
}

/// True if both are the same JSON data. Go fails on values that JSON does not have; they are never equal here.
pub(super) fn equals(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Float64(a), Value::Float64(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            let (a, b) = (a.items(), b.items());
            a.len() == b.len() && with_stack(|| a.iter().zip(&b).all(|(a, b)| equals(a, b)))
        }
        (Value::Map(a), Value::Map(b)) => {
            let (a, b) = (a.entries(), b.entries());
            a.len() == b.len()
                && with_stack(|| a.iter().zip(b.iter()).all(|((k, a), (l, b))| k == l && equals(a, b)))
        }
        _ => match (Number::of(one), Number::of(other)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        },
    }
}

/// Positions of the first two equal items: the first that has an equal before it comes second.
pub(super) fn duplicates(list: &List) -> Option<(usize, usize)> {
    let mut seen: HashMap<Vec<u8>, usize, foldhash::fast::FixedState> = HashMap::default();
    for (i, item) in list.items().iter().enumerate() {
        let mut key = Vec::new();
        push_key(item, &mut key);
        if let Some(&earlier) = seen.get(key.as_slice()) {
            return Some((earlier, i));
        }
        seen.insert(key, i);
    }
    None
}

/// Appends bytes that are the same for equal values only.
fn push_key(value: &Value, key: &mut Vec<u8>) {
    let push_text = |text: &[u8], key: &mut Vec<u8>| {
        key.extend_from_slice(&text.len().to_le_bytes());
        key.extend_from_slice(text);
    };
    match value {
        Value::Nil => key.push(b'0'),
        Value::Bool(b) => key.push(if *b { b't' } else { b'f' }),
        Value::Str(text) => {
            key.push(b's');
            push_text(text, key);
        }
        Value::List(list) => {
            let items = list.items();
            key.push(b'[');
            key.extend_from_slice(&items.len().to_le_bytes());
            with_stack(|| items.iter().for_each(|item| push_key(item, key)));
        }
        Value::Map(map) => {
            let entries = map.entries();
            key.push(b'{');
            key.extend_from_slice(&entries.len().to_le_bytes());
            with_stack(|| {
                for (name, value) in entries.iter() {
                    push_text(name, key);
                    push_key(value, key);
                }
            });
        }
        other => {
            key.push(b'n');
            if let Some(number) = Number::of(other) {
                let (is_negative, digits, exponent) = number.key();
                key.push(u8::from(is_negative));
                key.extend_from_slice(&exponent.to_le_bytes());
                push_text(digits, key);
            }
        }
    }
}

/// A JSON scalar as messages show it.
pub(super) fn display(value: &Value) -> String {
    match value {
        Value::Str(text) => quote(text),
        Value::List(_) | Value::Map(_) => "value".to_string(),
        Value::Object(_) => match value.as_object::<json::Number>() {
            Some(number) => number.0.clone(),
            None => "value".to_string(),
        },
        other => crate::gofmt::to_text(other).to_str_lossy().into_owned(),
    }
}

/// `text` in single quotes, escaped like a Go string.
pub(super) fn quote(text: &[u8]) -> String {
    let quoted = crate::gofmt::quote(text).replace("\\\"", "\"").replace('\'', "\\'");
    // The outer quotes are one byte each.
    format!("'{}'", quoted.get(1..quoted.len() - 1).unwrap_or_default())
}
