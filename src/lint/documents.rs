//! The objects in a file, read as Kubernetes' libraries read a stream that is YAML or JSON.

use crate::gofmt::unicode;
use crate::json;
use crate::value::{Map, Str, Value};
use crate::yaml::{self, Shape, Stream, Struct};

/// What the rules look at of an object. What is not set is empty.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) api_version: Str,
    pub(super) kind: Str,
    /// `metadata.name`
    pub(super) name: Str,
}

const OBJECT: Shape = Shape::Pointer(&Struct {
    name: "rules.k8sYamlStruct",
    fields: &[("apiVersion", Shape::String), ("kind", Shape::String), ("metadata", METADATA)],
});

const METADATA: Shape = Shape::Struct(&Struct {
    name: "rules.k8sYamlMetadata",
    fields: &[("namespace", Shape::String), ("name", Shape::String)],
});

impl Object {
    fn new(fields: &Map) -> Object {
        let text = |map: &Map, name| match map.get(name) {
            Some(Value::Str(text)) => text,
            _ => Str::new(),
        };
        let name = match fields.get("metadata") {
            Some(Value::Map(metadata)) => text(&metadata, "name"),
            _ => Str::new(),
        };
        Object { api_version: text(fields, "apiVersion"), kind: text(fields, "kind"), name }
    }
}

/// The objects of a text, `None` for each that is null. The text is read as JSON if it begins like that, and as
/// YAML from where it turns out not to be; an error of the JSON counts if it is neither.
pub(super) struct Documents<'a> {
    text: &'a [u8],
    /// How to go on; `None` at the end.
    reader: Option<Reader<'a>>,
}

enum Reader<'a> {
    /// Where the next JSON value may begin, and how many there were.
    Json { at: usize, count: usize },
    /// The rest, as YAML.
    Yaml(Stream<'a>),
}

/// How many bytes are looked at to tell JSON from YAML.
const LOOK_AHEAD: usize = 4096;

impl<'a> Documents<'a> {
    pub(super) fn new(text: &'a [u8]) -> Documents<'a> {
        let start = &text[..text.len().min(LOOK_AHEAD)];
        let reader = if trim_start(start).starts_with(b"{") {
            Reader::Json { at: 0, count: 0 }
        } else {
            Reader::Yaml(Stream::new(text))
        };
        Documents { text, reader: Some(reader) }
    }

    fn next_json(&mut self, at: usize, count: usize) -> Option<Result<Option<Object>, String>> {
        let rest = &self.text[at..];
        if rest.iter().all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')) {
            return None;
        }
        let error = match json::decode_prefix_located(rest) {
            Ok((value, length)) => match object(OBJECT.fit_json(&value)) {
                Ok(object) => {
                    self.reader = Some(Reader::Json { at: at + length, count: count + 1 });
                    return Some(Ok(object));
                }
                Err(error) => error,
            },
            Err((json::Error::UnexpectedEnd, _)) => "unexpected EOF".to_owned(),
            // After two values it can be nothing but JSON.
            Err((error @ json::Error::Syntax(_), place)) if count < 2 => {
                format!("json: offset {}: {error}", at + place + 1)
            }
            Err((error, _)) => error.to_string(),
        };
        let Some(rest) = after_space(rest).filter(|_| count < 2) else { return Some(Err(error)) };
        let mut stream = Stream::new(rest);
        let found = next_yaml(&mut stream);
        self.reader = Some(Reader::Yaml(stream));
        found.map(|object| object.map_err(|_| error))
    }
}

impl Iterator for Documents<'_> {
    type Item = Result<Option<Object>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.reader.take()? {
            Reader::Json { at, count } => self.next_json(at, count),
            Reader::Yaml(mut stream) => {
                let found = next_yaml(&mut stream);
                self.reader = Some(Reader::Yaml(stream));
                found
            }
        }
    }
}

fn next_yaml(stream: &mut Stream<'_>) -> Option<Result<Option<Object>, String>> {
    let document = match stream.next() {
        Ok(document) => document?,
        Err(error) => return Some(Err(error.to_string())),
    };
    Some(object(yaml::decode_as(document, &OBJECT)))
}

fn object(decoded: Result<Value, yaml::Error>) -> Result<Option<Object>, String> {
    match decoded {
        Ok(Value::Map(fields)) => Ok(Some(Object::new(&fields))),
        Ok(_) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// `text` behind the first line end before which there is only space, or else behind the space. `None` close to the
/// end of the text, where Kubernetes' library gives up.
fn after_space(text: &[u8]) -> Option<&[u8]> {
    const WINDOW: usize = 4;
    let mut at = 0;
    loop {
        let (c, size) = unicode::decode(text.get(at..at + WINDOW)?);
        if c == char::REPLACEMENT_CHARACTER {
            return None;
        }
        if !unicode::is_space(c) {
            return Some(&text[at..]);
        }
        at += size;
        if c == '\n' {
            return Some(&text[at..]);
        }
    }
}

/// `text` without the space that it begins with.
fn trim_start(text: &[u8]) -> &[u8] {
    let start = unicode::runes(text).find(|(_, c)| !unicode::is_space(*c)).map_or(text.len(), |(at, _)| at);
    &text[start..]
}
