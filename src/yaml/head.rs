//! The head of a Kubernetes manifest, the part that Helm reads of each rendered document.

use std::collections::BTreeMap;

use crate::value::{Str, Value};

use super::error::Error;
use super::outline;
use super::shape::{Shape, Struct};

/// What Helm reads of a manifest. Absent strings are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `apiVersion`
    pub api_version: Str,
    /// `kind`
    pub kind: Str,
    /// `metadata`, unless it is absent or null.
    pub metadata: Option<Metadata>,
}

/// The metadata that Helm reads of a manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// `name`
    pub name: Str,
    /// `annotations`
    pub annotations: BTreeMap<Str, Str>,
}

const HEAD: Shape = Shape::Struct(&Struct {
    name: "util.SimpleHead",
    fields: &[("apiVersion", Shape::String), ("kind", Shape::String), ("metadata", METADATA)],
});

const METADATA: Shape = Shape::Struct(&Struct {
    name: r#"struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" }"#,
    fields: &[("name", Shape::String), ("annotations", Shape::Map(&Shape::String))],
});

/// Checks that `text` is YAML as Helm wants a manifest to be, and reads its head. Keys are found in any letter
/// case; numbers and booleans are taken for strings.
///
/// # Errors
/// The error of decoding the whole document, or of a head with other types.
pub fn head(text: &[u8]) -> Result<Head, Error> {
    outline::head(text).map_or_else(|| parsed(text), Ok)
}

/// [`head`] by way of the node tree.
pub(super) fn parsed(text: &[u8]) -> Result<Head, Error> {
    let value = super::decode_as(text, &HEAD)?;
    let metadata = match member(&value, "metadata") {
        Some(Value::Nil) | None => None,
        Some(metadata) => Some(Metadata {
            name: string(&metadata, "name"),
            annotations: match member(&metadata, "annotations") {
                Some(Value::Map(map)) => {
                    let text = |value: &Value| value.as_str().cloned().unwrap_or_default();
                    map.entries().iter().map(|(key, value)| (key.clone(), text(value))).collect()
                }
                _ => BTreeMap::new(),
            },
        }),
    };
    Ok(Head { api_version: string(&value, "apiVersion"), kind: string(&value, "kind"), metadata })
}

fn member(value: &Value, name: &str) -> Option<Value> {
    value.as_map()?.get(name)
}

fn string(value: &Value, name: &str) -> Str {
    match member(value, name) {
        Some(Value::Str(text)) => text,
        _ => Str::new(),
    }
}
