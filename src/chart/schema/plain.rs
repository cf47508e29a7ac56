//! Schemas that are valid without doubt.
//!
//! Checking a schema against its metaschema takes longer than all else that is done with it. Most schemas are plain,
//! which a look at each keyword shows; the metaschema is only asked about those that are not, and says what is wrong.

use super::draft::Draft;
use super::formats;
use super::number::Number;
use crate::value::{Str, Value};

/// Deepest nesting that is looked at.
const DEPTH: usize = 100;

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// True if `schema` fits the metaschema of `draft` for sure.
pub(super) fn is_valid(draft: Draft, schema: &Value) -> bool {
    Check { draft }.schema(schema, 0)
}

struct Check {
    draft: Draft,
}

impl Check {
    fn schema(&self, schema: &Value, depth: usize) -> bool {
        match schema {
            Value::Bool(_) => self.draft >= Draft::Draft6,
            Value::Map(map) if depth < DEPTH => {
                map.entries().iter().all(|(keyword, value)| self.keyword(keyword, value, depth + 1))
            }
            _ => false,
        }
    }

    /// The same for one keyword. Keywords that the draft does not know may hold anything; here some of them may not,
    /// which only costs time.
    fn keyword(&self, keyword: &Str, value: &Value, depth: usize) -> bool {
        match keyword.as_bytes() {
            b"$schema" => value.as_str().is_some_and(|url| Draft::from_url(&url.to_str_lossy()).is_some()),
            b"$id" | b"id" => {
                value.as_str().is_some_and(|id| !id.contains(&b'#') && formats::uri_reference(id).is_ok())
            }
            b"$ref" => value.as_str().is_some_and(|reference| formats::uri_reference(reference).is_ok()),
            b"title" | b"description" | b"$comment" | b"format" | b"contentMediaType"
            | b"contentEncoding" => value.as_str().is_some(),
            b"default" | b"const" => true,
            b"examples" => matches!(value, Value::List(_)),
            b"readOnly" | b"writeOnly" | b"deprecated" | b"uniqueItems" => matches!(value, Value::Bool(_)),
            b"type" => match value {
                Value::Str(name) => is_type(name),
                _ => are_unique(value, |name| name.is_some_and(is_type)),
            },
            b"enum" => match value {
                Value::List(_) if self.draft >= Draft::Draft2019 => true,
                _ => are_unique(value, |_| true),
            },
            b"required" => {
                are_unique(value, |name| name.is_some()) || self.draft > Draft::Draft4 && is_empty_list(value)
            }
            b"minimum" | b"maximum" => Number::of(value).is_some(),
            b"exclusiveMinimum" | b"exclusiveMaximum" => {
                self.draft > Draft::Draft4 && Number::of(value).is_some()
            }
            b"minLength" | b"maxLength" | b"minItems" | b"maxItems" | b"minProperties" | b"maxProperties"
            | b"minContains" | b"maxContains" => {
                Number::of(value).and_then(|number| number.as_count()).is_some_and(|count| count >= 0)
            }
            b"pattern" => value.as_str().is_some_and(|pattern| formats::regex(pattern).is_ok()),
            b"properties" | b"definitions" | b"$defs" | b"dependentSchemas" => {
                self.members(value, depth, |_| true)
            }
            b"patternProperties" => self.members(value, depth, |pattern| formats::regex(pattern).is_ok()),
            b"items" => self.schema(value, depth) || self.draft < Draft::Draft2020 && self.list(value, depth),
            b"additionalItems" | b"additionalProperties" => {
                matches!(value, Value::Bool(_)) || self.schema(value, depth)
            }
            b"not"
            | b"contains"
            | b"propertyNames"
            | b"if"
            | b"then"
            | b"else"
            | b"unevaluatedItems"
            | b"unevaluatedProperties"
            | b"contentSchema" => self.schema(value, depth),
            b"allOf" | b"anyOf" | b"oneOf" | b"prefixItems" => self.list(value, depth),
            b"$anchor" | b"$dynamicAnchor" | b"$dynamicRef" | b"$recursiveAnchor" | b"$recursiveRef"
            | b"$vocabulary" | b"dependencies" | b"dependentRequired" | b"multipleOf" => false,
            _ => true,
        }
    }

    /// True for an object of schemas.
    fn members(&self, value: &Value, depth: usize, is_name: impl Fn(&Str) -> bool) -> bool {
        match value {
            Value::Map(map) => {
                map.entries().iter().all(|(name, schema)| is_name(name) && self.schema(schema, depth))
            }
            _ => false,
        }
    }

    /// True for an array of schemas.
    fn list(&self, value: &Value, depth: usize) -> bool {
        match value {
            Value::List(list) => {
                let items = list.items();
                !items.is_empty() && items.iter().all(|schema| self.schema(schema, depth))
            }
            _ => false,
        }
    }
}

fn is_type(name: &Str) -> bool {
    TYPES.iter().any(|known| name == *known)
}

fn is_empty_list(value: &Value) -> bool {
    matches!(value, Value::List(list) if list.items().is_empty())
}

/// True for an array of texts and at most one null, with one item at least and none twice.
fn are_unique(value: &Value, is_item: impl Fn(Option<&Str>) -> bool) -> bool {
    let Value::List(list) = value else { return false };
    let items = list.items();
    let mut texts: Vec<Option<&Str>> = items.iter().map(Value::as_str).collect();
    texts.sort_unstable();
    !items.is_empty()
        && items.iter().all(|item| matches!(item, Value::Str(_) | Value::Nil) && is_item(item.as_str()))
        && texts.windows(2).all(|pair| pair[0] != pair[1])
}
