//! Values of the user: files and `--set` flags, in Helm's order of precedence.

use super::Error;
use crate::value::{Map, Str, Value, path};
use crate::{json, yaml};

/// What the user gave. Within each kind the later wins, and each kind wins over the ones before it.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// `--values`: the name of each file, for errors, and its bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// `--set-json`
    pub json: Vec<String>,
    /// `--set`
    pub set: Vec<String>,
    /// `--set-string`
    pub string: Vec<String>,
    /// `--set-file`
    pub file: Vec<String>,
    /// `--set-literal`
    pub literal: Vec<String>,
}

impl Sources {
    /// All values in one map. `read` reads the files that `--set-file` names.
    ///
    /// # Errors
    /// If a file is not YAML or holds no map, or if a flag does not parse; in Helm's words.
    pub fn merge(&self, read: &dyn Fn(&str) -> Result<Vec<u8>, String>) -> Result<Map, Error> {
        let values = Map::new();
        for (name, data) in &self.files {
            let file = decode(data).map_err(|e| e.within(format_args!("failed to parse {name}")))?;
            merge_into(&values, &file);
        }
        for text in &self.json {
            set_json(text, &values)?;
        }
        for text in &self.set {
            path::set(text.as_bytes(), &values)
                .map_err(|e| Error::because("failed parsing --set data", e))?;
        }
        for text in &self.string {
            path::set_string(text.as_bytes(), &values)
                .map_err(|e| Error::because("failed parsing --set-string data", e))?;
        }
        for text in &self.file {
            path::set_file(text.as_bytes(), &values, &mut |name| read(name).map(Str::from))
                .map_err(|e| Error::because("failed parsing --set-file data", e))?;
        }
        for text in &self.literal {
            path::set_literal(text.as_bytes(), &values)
                .map_err(|e| Error::because("failed parsing --set-literal data", e))?;
        }
        Ok(values)
    }
}

/// One `--set-json`: an object that is merged, or `name=json` pairs.
fn set_json(text: &str, values: &Map) -> Result<(), Error> {
    let trimmed = text.trim();
    if !trimmed.starts_with('{') {
        return path::set_json(text.as_bytes(), values).map_err(|e| Error {
            message: format!("failed parsing --set-json data {text}"),
            cause: Some(Box::new(e)),
        });
    }
    match json::decode(trimmed.as_bytes()) {
        Ok(Value::Map(object)) => merge_into(values, &object),
        Ok(_) => {}
        Err(error) => {
            return Err(Error {
                message: format!("failed parsing --set-json data JSON: {text}"),
                cause: Some(Box::new(error)),
            });
        }
    }
    Ok(())
}

/// The values in the YAML text `data`, its documents merged in order.
///
/// # Errors
/// If a document is not YAML or neither a map nor null.
pub fn decode(data: &[u8]) -> Result<Map, Error> {
    let documents =
        yaml::decode_all(data).map_err(|e| Error { message: e.to_string(), cause: Some(Box::new(e)) })?;
    let mut documents = documents.into_iter().filter(|document| !document.is_nil());
    let values = documents.next().unwrap_or_default();
    for document in documents {
        merge_into(&values, &document);
    }
    Ok(values)
}

/// Puts `from` over `values`: maps are merged, everything else is replaced.
fn merge_into(values: &Map, from: &Map) {
    for (key, value) in from.entries().iter() {
        match (values.get(key), value) {
            (Some(Value::Map(inner)), Value::Map(value)) => {
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || merge_into(&inner, value));
            }
            (_, value) => values.insert(key.clone(), value.clone()),
        }
    }
}
