//! Everything that files and flags set, key by key.

use std::collections::BTreeSet;
use std::ops::Range;

use super::assignments::Flag;
use super::origins::{Content, Layer, Origins};
use crate::stack::with_stack;
use crate::value::Str;
use crate::yaml::{self, Document, Node};

/// A key that a file or flag sets.
#[derive(Clone, Debug)]
pub struct Setting<'s> {
    /// Where it is among the values of the root chart: keys, and indexes of lists.
    pub path: Vec<Str>,
    /// The file as the user or Helm names it (`lighthouse/values.yaml`), or the flag (`--set`).
    pub name: &'s str,
    /// The whole text of the file or flag.
    pub text: &'s [u8],
    /// Where in `text` the key is; the whole pair of a flag.
    pub span: Range<usize>,
    /// Line of it, from 1; `None` for a flag.
    pub line: Option<usize>,
    /// True if a chart sets it, not the user.
    pub is_default: bool,
    /// True if the text repeats the value elsewhere, by an alias.
    pub is_repeated: bool,
    /// How many of the settings behind this one are in its value.
    pub below: usize,
}

impl Origins<'_> {
    /// All keys that are set, those of maps in lists too: layer by layer, what wins first, and in the order of the
    /// texts. A key comes before those in its value.
    pub fn settings(&self) -> Vec<Setting<'_>> {
        let mut found = Vec::new();
        for layer in &self.layers {
            match &layer.content {
                Content::Document { offset, document, .. } => {
                    Walk::new(layer, *offset, document, false, &mut found)
                        .entries(document.root(), &mut Vec::new());
                }
                Content::Defaults { mount, offset, document, .. } => {
                    let mut path = mount.clone();
                    Walk::new(layer, *offset, document, true, &mut found).entries(document.root(), &mut path);
                }
                Content::Assignment { flag, assignment } => {
                    let own = found.len();
                    found.push(layer.setting(assignment.path.clone(), assignment.span.clone(), None));
                    let text = layer.text.get(assignment.value.clone()).unwrap_or_default();
                    if *flag == Flag::Json
                        && let Some(document) = yaml::parse(text).ok().and_then(|d| d.into_iter().next())
                    {
                        let offset = assignment.value.start;
                        let mut path = assignment.path.clone();
                        Walk::new(layer, offset, &document, false, &mut found)
                            .inside(document.root(), &mut path);
                        // A flag is shown as a whole.
                        for setting in found.iter_mut().skip(own) {
                            (setting.span, setting.line) = (assignment.span.clone(), None);
                        }
                    }
                    close(&mut found, own);
                }
            }
        }
        found
    }
}

impl Layer<'_> {
    fn setting(&self, path: Vec<Str>, span: Range<usize>, line: Option<usize>) -> Setting<'_> {
        let end = span.end.min(self.text.len());
        let span = span.start.min(end)..end;
        let name = self.name.as_str();
        Setting { path, name, text: self.text, span, line, is_default: false, is_repeated: false, below: 0 }
    }
}

/// Sets how many settings are in the value of the one at `own`: all behind it.
fn close(found: &mut [Setting<'_>], own: usize) {
    let below = found.len() - own - 1;
    if let Some(setting) = found.get_mut(own) {
        setting.below = below;
    }
}

/// Collects the keys of a document.
struct Walk<'s, 'f> {
    layer: &'s Layer<'s>,
    /// Where the document begins in its file, and in which line.
    offset: usize,
    line: usize,
    is_default: bool,
    /// Where the values begin that aliases repeat.
    repeated: BTreeSet<u32>,
    found: &'f mut Vec<Setting<'s>>,
}

impl<'s, 'f> Walk<'s, 'f> {
    fn new(
        layer: &'s Layer<'s>,
        offset: usize,
        document: &Document<'_>,
        is_default: bool,
        found: &'f mut Vec<Setting<'s>>,
    ) -> Walk<'s, 'f> {
        let before = layer.text.get(..offset).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before).count();
        let repeated = document.repeated().map(|position| position.offset).collect();
        Walk { layer, offset, line, is_default, repeated, found }
    }

    fn entries(&mut self, node: Node<'_>, path: &mut Vec<Str>) {
        for (key, value) in node.entries() {
            let Some(name) = key.scalar().filter(|_| !key.is_merge_key()) else { continue };
            let start = self.offset + key.position().offset as usize;
            let line = self.line + key.position().line as usize;
            path.push(name.into());
            let own = self.found.len();
            let mut setting = self.layer.setting(path.clone(), start..start + name.len(), Some(line));
            setting.is_default = self.is_default;
            setting.is_repeated = self.repeated.contains(&value.position().offset);
            self.found.push(setting);
            // What an alias repeats is told of where it is written.
            if !value.is_alias() {
                with_stack(|| self.inside(value, path));
            }
            close(self.found, own);
            path.pop();
        }
    }

    fn inside(&mut self, node: Node<'_>, path: &mut Vec<Str>) {
        self.entries(node, path);
        for (index, item) in node.items().enumerate() {
            if !item.is_alias() {
                path.push(index.to_string().into());
                with_stack(|| self.inside(item, path));
                path.pop();
            }
        }
    }
}
