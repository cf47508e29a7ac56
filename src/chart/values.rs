//! Values of the user: files and `--set` flags, in Helm's order of precedence.

use super::{Error, File, strvals};
use crate::stack::with_stack;
use crate::value::{Map, Str, Value};
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
            let file = decode(data).map_err(|e| {
                let file = File { name: name.into(), data: data.as_slice().into() };
                e.in_file(file).within(format_args!("failed to parse {name}"))
            })?;
            merge_into(&values, &file);
        }
        for text in &self.json {
            set_json(text, &values)?;
        }
        for text in &self.set {
            strvals::set(text.as_bytes(), &values)
                .map_err(|e| Error::because("failed parsing --set data", e))?;
        }
        for text in &self.string {
            strvals::set_string(text.as_bytes(), &values)
                .map_err(|e| Error::because("failed parsing --set-string data", e))?;
        }
        for text in &self.file {
            strvals::set_file(text.as_bytes(), &values, &mut |name| read(name).map(Str::from))
                .map_err(|e| Error::because("failed parsing --set-file data", e))?;
        }
        for text in &self.literal {
            strvals::set_literal(text.as_bytes(), &values)
                .map_err(|e| Error::because("failed parsing --set-literal data", e))?;
        }
        Ok(values)
    }
}

/// One `--set-json`: an object that is merged, or `name=json` pairs.
fn set_json(text: &str, values: &Map) -> Result<(), Error> {
    let trimmed = text.trim();
    if !trimmed.starts_with('{') {
        return strvals::set_json(text.as_bytes(), values).map_err(|e| Error {
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
                with_stack(|| merge_into(&inner, value));
            }
            (_, value) => values.insert(key.clone(), value.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(values: &Map) -> String {
        let json = json::encode(&Value::Map(values.clone()), false).expect("values are JSON");
        String::from_utf8_lossy(&json).into_owned()
    }

    #[test]
    fn documents_are_merged() {
        for (text, expected) in [
            ("", "{}"),
            ("null", "{}"),
            (
                "---\na: {b: 1, c: [1]}\n---\na: {c: [2]}\n--- # end\nd: null",
                r#"{"a":{"b":1,"c":[2]},"d":null}"#,
            ),
            ("a: |\r\n  x", r#"{"a":"x\n"}"#),
            (
                "- a",
                "cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: \
                     json: cannot unmarshal array into Go value of type map[string]interface {}",
            ),
        ] {
            let result = decode(text.as_bytes()).map_or_else(|e| e.to_string(), |values| shown(&values));
            assert_eq!(result, expected, "{text:?}");
        }
    }

    #[test]
    fn kinds_have_an_order() {
        let one = |text: &str| vec![text.to_owned()];
        let sources = Sources {
            files: vec![("a".to_owned(), b"a: 1\nf: 1".to_vec()), ("b".to_owned(), b"f: {x: 1}".to_vec())],
            literal: one("l=1,2"),
            file: one("l=x,i=x"),
            string: one("l=3,i=3,s=3"),
            set: one("s=4,f.y=4"),
            json: one(r#"{"f":{"y":5,"z":5}}"#),
        };
        let values = sources.merge(&|name| Ok(name.to_uppercase().into_bytes())).expect("all of it is valid");
        assert_eq!(shown(&values), r#"{"a":1,"f":{"x":1,"y":4,"z":5},"i":"X","l":"1,2","s":"3"}"#);
    }

    #[test]
    fn what_an_alias_repeats_is_not_shared() {
        let sources = Sources {
            files: vec![("a".to_owned(), b"a: &a {b: 1}\nc: *a".to_vec())],
            set: vec!["a.b=2".to_owned()],
            ..Sources::default()
        };
        let values = sources.merge(&|_| Err(String::new())).expect("all of it is valid");
        assert_eq!(shown(&values), r#"{"a":{"b":2},"c":{"b":1}}"#);
    }
}
