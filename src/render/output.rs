//! What `template` prints or writes of a render.

use std::path::{Path, PathBuf};

use bstr::ByteSlice;
use hashbrown::HashMap;

use super::Rendered;
use crate::fsx;
use crate::funcs::paths::clean;
use crate::glob;
use crate::render::manifest;
use crate::value::Str;

/// Which parts of a render to show.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The files of `crds/` too.
    pub crds: bool,
    /// No hooks at all.
    pub no_hooks: bool,
    /// No hooks that are tests.
    pub no_tests: bool,
}

/// A document for `--output-dir`, in the order of writing.
#[derive(Clone, Debug)]
pub struct Document {
    /// Path below the output directory.
    pub path: Str,
    /// Its text.
    pub content: Str,
    /// What it is: this decides where and how it is written.
    pub role: Role,
}

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A file of `crds/`.
    Crd,
    /// An object.
    Manifest,
    /// A hook.
    Hook,
}

/// The selected documents in the order in which they are printed.
pub fn documents(rendered: &Rendered, selection: &Selection) -> Vec<Document> {
    let mut documents = Vec::new();
    if selection.crds {
        documents.extend(rendered.crds.iter().map(|crd| Document {
            path: Str::from(&crd.path),
            content: crd.file.data.clone(),
            role: Role::Crd,
        }));
    }
    documents.extend(rendered.manifests.iter().map(|m| Document {
        path: m.path.clone(),
        content: m.content.clone(),
        role: Role::Manifest,
    }));
    let hooks = rendered.hooks.iter().filter(|h| !(selection.no_hooks || selection.no_tests && h.is_test()));
    documents.extend(hooks.map(|h| Document {
        path: h.manifest.path.clone(),
        content: h.manifest.content.clone(),
        role: Role::Hook,
    }));
    documents
}

/// All documents as one stream. The objects lose the space around them as a whole; hooks come after, untrimmed.
pub fn stream(documents: &[Document]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pieces(documents).map(<[u8]>::len).sum());
    pieces(documents).for_each(|piece| out.extend_from_slice(piece));
    out
}

/// [`stream`] piece by piece.
pub fn pieces(documents: &[Document]) -> impl Iterator<Item = &[u8]> {
    let hooks = documents.iter().position(|d| d.role == Role::Hook).unwrap_or(documents.len());
    let (objects, hooks) = documents.split_at(hooks);
    let (last, objects) = match objects.split_last() {
        Some((last, objects)) => (Some(last), objects),
        None => (None, objects),
    };
    let last = last.into_iter().flat_map(|d| match d.content.trim_end() {
        b"" => [HEADER, d.path.trim_end(), b"", b""],
        content => [HEADER, &d.path, b"\n", content],
    });
    objects.iter().flat_map(whole).chain(last).chain([&b"\n"[..]]).chain(hooks.iter().flat_map(whole))
}

/// The separator and the comment that names the template.
const HEADER: &[u8] = b"---\n# Source: ";

/// The pieces of a document.
fn whole(document: &Document) -> [&[u8]; 5] {
    [HEADER, &document.path, b"\n", &document.content, b"\n"]
}

/// A document with the separator and the comment that names its template.
pub fn print(path: &[u8], content: &[u8], out: &mut Vec<u8>) {
    for part in [HEADER, path, b"\n", content, b"\n"] {
        out.extend_from_slice(part);
    }
}

/// The documents of `stream` whose path below the chart matches one of `patterns`, pattern by pattern.
/// The error is the first pattern that no document matches.
pub fn show_only(stream: &[u8], patterns: &[&str]) -> Result<Vec<u8>, String> {
    let documents: Vec<_> = manifest::split(stream).map(|d| (path_below_chart(d), d)).collect();
    let mut out = Vec::new();
    for pattern in patterns {
        let mut found = false;
        for (path, document) in &documents {
            let matches = path.is_some_and(|p| glob::filepath_match(pattern.as_bytes(), p).unwrap_or(false));
            if matches {
                found = true;
                out.extend_from_slice(b"---\n");
                out.extend_from_slice(document);
                out.push(b'\n');
            }
        }
        if !found {
            return Err(format!("could not find template {pattern} in chart"));
        }
    }
    Ok(out)
}

/// The path after the chart's name, from the first `# Source: ` comment of a document.
fn path_below_chart(document: &[u8]) -> Option<&[u8]> {
    const SOURCE: &[u8] = b"# Source: ";
    let mut rest = document;
    loop {
        rest = &rest[rest.find(SOURCE)? + SOURCE.len()..];
        let name = rest.iter().position(|b| *b == b'/').filter(|slash| *slash > 0);
        // The name of the chart may hold anything but a slash, the path anything but a newline.
        let path = name.map(|slash| rest[slash + 1..].lines().next().unwrap_or_default());
        match path {
            Some(path) if !path.is_empty() => return Some(path),
            _ => {}
        }
    }
}

/// A failed [`write`].
#[derive(Debug)]
pub struct WriteError {
    /// A line for each document that was written before.
    pub log: String,
    /// What the document is that could not be written.
    pub role: Role,
    /// Why.
    pub error: fsx::Error,
}

/// Writes each document to its file below `directory` (below that of `release`, but for CRDs, if it is given) and
/// gives a line for each document written. A file that holds several documents gets them in order.
///
/// Unlike Helm, which appends hooks to what an earlier run has left, this replaces every file.
pub fn write(documents: &[Document], directory: &str, release: Option<&str>) -> Result<String, WriteError> {
    let below_release = release.map(|release| cleaned(&format!("{directory}/{release}")));
    let names: Vec<String> = documents
        .iter()
        .map(|document| {
            let base = below_release.as_deref().filter(|_| document.role != Role::Crd);
            format!("{}/{}", base.unwrap_or(directory), document.path)
        })
        .collect();
    let root = PathBuf::from(cleaned(directory));
    let mut contents: HashMap<&str, Vec<u8>, foldhash::fast::FixedState> = HashMap::default();
    for (document, name) in documents.iter().zip(&names) {
        print(&document.path, &document.content, contents.entry(name).or_default());
    }
    let mut log = String::new();
    for (document, name) in documents.iter().zip(&names) {
        if let Some(content) = contents.remove(name.as_str()) {
            fsx::write_below(&root, Path::new(&cleaned(name)), &content).map_err(|error| WriteError {
                log: log.clone(),
                role: document.role,
                error,
            })?;
        }
        log.push_str(&format!("wrote {name}\n"));
    }
    Ok(log)
}

/// Go's `filepath.Clean`.
fn cleaned(path: &str) -> String {
    String::from_utf8_lossy(&clean(path.as_bytes())).into_owned()
}
