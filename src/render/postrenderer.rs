//! What passes between Helm and a post-renderer.
//!
//! All rendered objects go to it as one YAML stream. An annotation on each says from which file it is; what comes
//! back is sorted into files by it again. Helm does this with kustomize's `kyaml`, which also reformats every
//! object and has annotations of its own; its rules are followed here.

use std::fmt;

use bstr::ByteSlice;

use super::engine::is_partial;
use super::manifest::{self, Texts};
use crate::value::Str;
use crate::yaml::rewrite::{self, Content, Document, Node, Style};

/// The annotation with the path of the file that an object came from.
const FILENAME: &str = "postrenderer.helm.sh/postrender-filename";

/// Annotations of `kyaml` under an old and a new name: where one is, the other is added.
const TWINS: [(&str, &str); 2] = [
    ("config.kubernetes.io/path", "internal.config.kubernetes.io/path"),
    ("config.k8s.io/id", "internal.config.kubernetes.io/id"),
];

/// Annotations with the place in the stream, which `kyaml` sets on all that it reads but the items of a list, and
/// removes from what it writes.
const INDEX: [&str; 2] = ["config.kubernetes.io/index", "internal.config.kubernetes.io/index"];

/// Another annotation that `kyaml` removes.
const INDENTATION: &str = "internal.config.kubernetes.io/seqindent";

/// Rendered files that no stream could be made of, or a stream that no files could be made of, in Helm's words.
#[derive(Clone, Debug)]
pub struct Error(String);

impl Error {
    fn within(self, context: impl fmt::Display) -> Error {
        Error(format!("{context}: {}", self.0))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// The objects of all files as one stream, each annotated with the path of its file.
pub fn merge(texts: &Texts) -> Result<Vec<u8>, Error> {
    let mut merged = Vec::new();
    for (path, text) in texts.iter().filter(|(path, _)| !is_partial(path)) {
        for piece in manifest::split(text) {
            let mut documents = read(piece).map_err(|e| e.within(format_args!("parsing {path}")))?;
            for document in &mut documents {
                annotate(&mut document.root, FILENAME, path)
                    .map_err(|e| e.within(format_args!("annotating {path}")))?;
            }
            merged.append(&mut documents);
        }
    }
    write(&mut merged).map_err(|e| e.within("writing merged docs"))
}

/// The files that the objects of `stream` belong to. An object without the annotation gets a file of its own.
pub fn split(stream: &[u8]) -> Result<Texts, Error> {
    let mut files: Vec<(Str, Vec<Document>)> = Vec::new();
    let documents = read(stream).map_err(|e| e.within("error parsing YAML"))?;
    for (i, mut document) in documents.into_iter().enumerate() {
        let path = match filename(&document.root)? {
            Some(path) => path,
            None => format!("generated-by-postrender-{i}.yaml").into(),
        };
        remove_annotation(&mut document.root, FILENAME)
            .map_err(|e| e.within("clearing filename annotation"))?;
        match files.iter_mut().find(|(known, _)| *known == path) {
            Some((_, documents)) => documents.push(document),
            None => files.push((path, vec![document])),
        }
    }
    let mut texts = Texts::new();
    for (path, mut documents) in files {
        let text = write(&mut documents).map_err(|e| e.within(format_args!("re-writing {path}")))?;
        texts.insert(path, text.into());
    }
    Ok(texts)
}

/// The path in the annotation, if it is there and not empty.
fn filename(root: &Node) -> Result<Option<Str>, Error> {
    let is_absent = |node: &Node| match &node.content {
        Content::Sequence { items, .. } => items.is_empty(),
        Content::Mapping { entries, .. } => entries.is_empty(),
        _ => node.is_null(),
    };
    let present = |node: &'_ Node, key: &str| node.get(key).filter(|value| !is_absent(value)).cloned();
    let metadata = present(root, "metadata");
    let known = ["apiVersion", "kind"].iter().any(|key| present(root, key).is_some())
        || metadata.as_ref().is_some_and(|metadata| {
            ["name", "namespace", "labels", "annotations"].iter().any(|key| present(metadata, key).is_some())
        });
    if !known {
        return Err(Error("getting metadata: missing Resource metadata".to_owned()));
    }
    let annotation = metadata.and_then(|metadata| annotation(&metadata, FILENAME));
    Ok(annotation.filter(|path| !path.is_empty()))
}

/// The value of an annotation in an object's metadata.
fn annotation(metadata: &Node, name: &str) -> Option<Str> {
    let value = metadata.get("annotations")?.get(name)?;
    Some(if value.is_null() { Str::new() } else { value.text().clone() })
}

// ---- streams ----

/// The objects of a stream. One `List` alone stands for its items.
fn read(text: &[u8]) -> Result<Vec<Document>, Error> {
    let text = text.replace("\r\n", "\n");
    let pieces = pieces(&text)?;
    let is_single = pieces.len() == 1;
    let mut documents = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let document = rewrite::read(piece).map_err(|error| Error(format!("MalformedYAMLError: {error}")))?;
        let Some(mut document) = document.filter(|document| !document.root.is_null()) else { continue };
        add_twins(&mut document.root)?;
        let index = documents.len().to_string();
        for name in INDEX {
            annotate(&mut document.root, name, index.as_bytes())?;
        }
        let is_list = document.root.get("kind").is_some_and(|kind| {
            matches!(kind.content, Content::Scalar { .. })
                && [&b"List"[..], b"ResourceList"].contains(&&**kind.text())
        });
        match items(&mut document.root) {
            Some(items) if is_single && is_list => documents.extend(items.into_iter().map(|root| Document {
                head: Str::new(),
                foot: Str::new(),
                root,
            })),
            _ => documents.push(document),
        }
    }
    Ok(documents)
}

/// Takes the items out of a list.
fn items(list: &mut Node) -> Option<Vec<Node>> {
    let entries = list.entries_mut()?;
    let (_, value) = entries.iter_mut().find(|(key, _)| *key.text() == "items")?;
    Some(match &mut value.content {
        Content::Sequence { items, .. } => std::mem::take(items),
        Content::Mapping { entries, .. } => {
            std::mem::take(entries).into_iter().flat_map(|(key, value)| [key, value]).collect()
        }
        _ => Vec::new(),
    })
}

/// The documents between lines that begin with `---`. Behind that only a comment may stand.
fn pieces(text: &[u8]) -> Result<Vec<&[u8]>, Error> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&rest[from..], b"\n---").map(|at| from + at) {
        let line = &rest[at + 1..];
        let Some(length) = memchr::memchr(b'\n', line) else { break };
        let behind = line[3..length].trim();
        if !behind.is_empty() && behind[0] != b'#' {
            let separator = line[..length].trim().to_str_lossy();
            return Err(Error(format!("invalid document separator: {separator}")));
        }
        pieces.push(&rest[..at + 1]);
        rest = &line[length + 1..];
        from = 0;
    }
    if !text.is_empty() {
        pieces.push(rest);
    }
    Ok(pieces)
}

fn write(documents: &mut [Document]) -> Result<Vec<u8>, Error> {
    for document in documents.iter_mut() {
        for name in INDEX.into_iter().chain([INDENTATION]) {
            remove_annotation(&mut document.root, name)?;
        }
        clear_empty(&mut document.root)?;
    }
    Ok(rewrite::write(documents.iter()))
}

// ---- annotations ----

/// Sets an annotation, in the style of the one that it replaces.
fn annotate(root: &mut Node, name: &str, value: &[u8]) -> Result<(), Error> {
    clear_empty(root)?;
    let metadata = get_or_create(root, "metadata")?;
    let annotations = get_or_create(metadata, "annotations")?;
    let entries = entries(annotations)?;
    let mut new = Node::scalar(value, Style::SingleQuoted);
    match entries.iter_mut().find(|(key, _)| *key.text() == name) {
        Some((_, old)) => {
            if let (Content::Scalar { style: old, .. }, Content::Scalar { style, .. }) =
                (&old.content, &mut new.content)
            {
                *style = *old;
            }
            *old = new;
        }
        None => entries.push((Node::scalar(name, Style::Plain), new)),
    }
    Ok(())
}

/// Adds each of [`TWINS`] whose other name is there.
fn add_twins(root: &mut Node) -> Result<(), Error> {
    for (old, new) in TWINS {
        let value = |name| {
            root.get("metadata").and_then(|metadata| annotation(metadata, name)).filter(|v| !v.is_empty())
        };
        match (value(old), value(new)) {
            (Some(value), None) => annotate(root, new, &value)?,
            (None, Some(value)) => annotate(root, old, &value)?,
            _ => {}
        }
    }
    Ok(())
}

fn remove_annotation(root: &mut Node, name: &str) -> Result<(), Error> {
    let Some(metadata) = child(root, "metadata")? else { return Ok(()) };
    let Some(annotations) = child(metadata, "annotations")? else { return Ok(()) };
    let entries = entries(annotations)?;
    if let Some(index) = entries.iter().position(|(key, _)| *key.text() == name) {
        entries.remove(index);
    }
    Ok(())
}

/// Removes annotations that are empty, and then metadata that is.
fn clear_empty(root: &mut Node) -> Result<(), Error> {
    if let Some(metadata) = child(root, "metadata")? {
        remove_empty(metadata, "annotations")?;
    }
    remove_empty(root, "metadata")
}

fn remove_empty(node: &mut Node, name: &str) -> Result<(), Error> {
    let is_empty = |node: &Node| match &node.content {
        Content::Sequence { items, .. } => items.is_empty(),
        Content::Mapping { entries, .. } => entries.is_empty(),
        Content::Scalar { .. } | Content::Alias(_) => true,
    };
    let entries = entries(node)?;
    if let Some(index) = entries.iter().position(|(key, value)| *key.text() == name && is_empty(value)) {
        entries.remove(index);
    }
    Ok(())
}

// ---- mappings ----

/// The entries of a mapping; anything else is an error, which shows it.
fn entries(node: &mut Node) -> Result<&mut Vec<(Node, Node)>, Error> {
    let kind = match &node.content {
        Content::Mapping { .. } => "",
        Content::Scalar { .. } => "ScalarNode",
        Content::Sequence { .. } => "SequenceNode",
        Content::Alias(_) => "AliasNode",
    };
    let text = if kind.is_empty() { Vec::new() } else { rewrite::write_node(node) };
    node.entries_mut().ok_or_else(|| {
        let text = text.to_str_lossy();
        Error(format!("wrong node kind: expected MappingNode but got {kind}: node contents:\n{text}"))
    })
}

/// The value under `name`, unless it is absent or null.
fn child<'n>(node: &'n mut Node, name: &str) -> Result<Option<&'n mut Node>, Error> {
    let found = entries(node)?.iter_mut().find(|(key, _)| *key.text() == name);
    Ok(found.map(|(_, value)| value).filter(|value| !value.is_null()))
}

/// The value under `name`; if there is none, a new mapping.
fn get_or_create<'n>(node: &'n mut Node, name: &str) -> Result<&'n mut Node, Error> {
    let entries = entries(node)?;
    let index = entries.iter().position(|(key, _)| *key.text() == name).unwrap_or_else(|| {
        entries.push((Node::scalar(name, Style::Plain), Node::mapping()));
        entries.len() - 1
    });
    Ok(&mut entries[index].1)
}
