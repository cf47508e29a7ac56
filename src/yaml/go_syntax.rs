//! Decoded YAML in Go syntax (`%#v`), which some of go-yaml's errors show.

use std::cmp::Ordering;

use crate::gofmt;
use crate::value::Value;

use super::load::{decode_binary, resolve_node};
use super::node::{Document, Kind, NodeId};
use super::resolve::{Scalar, Tag};

/// Bytes after which printing stops: what is printed may repeat itself by aliases.
const LONGEST: usize = 64 * 1024;
/// Levels below which nothing is printed.
const DEEPEST: usize = 100;

/// The node `id` as Go prints what it decodes to; merges are left out.
pub(super) fn print(document: &Document<'_>, id: NodeId) -> String {
    let mut printer = Printer { document, out: String::new() };
    match printer.scalar(id) {
        Some(Scalar::Null) => "<nil>".to_string(),
        _ => {
            printer.push(id, 0);
            printer.out
        }
    }
}

struct Printer<'d> {
    document: &'d Document<'d>,
    out: String,
}

impl<'d> Printer<'d> {
    fn push(&mut self, id: NodeId, depth: usize) {
        let node = self.document.node(id);
        if self.out.len() > LONGEST || depth > DEEPEST {
            return;
        }
        match &node.kind {
            Kind::Scalar { .. } => {
                let text = match self.scalar(id) {
                    Some(Scalar::Null) | None => "interface {}(nil)".to_string(),
                    Some(Scalar::Str(text)) if node.tag == Tag::Binary => {
                        gofmt::quote(&decode_binary(text).unwrap_or_default())
                    }
                    Some(Scalar::Str(text)) => gofmt::quote(text),
                    Some(Scalar::Bool(b)) => b.to_string(),
                    Some(Scalar::Int(i)) => i.to_string(),
                    Some(Scalar::Uint(u)) => format!("{u:#x}"),
                    Some(Scalar::Float(f)) => gofmt::to_text(&Value::Float64(f)).to_string(),
                };
                self.out.push_str(&text);
            }
            Kind::Alias { target, .. } => self.push(*target, depth + 1),
            Kind::Sequence(range) => {
                self.out.push_str("[]interface {}{");
                for (i, &item) in self.document.children(range).iter().enumerate() {
                    self.out.push_str(if i > 0 { ", " } else { "" });
                    self.push(item, depth + 1);
                }
                self.out.push('}');
            }
            Kind::Mapping(range) => {
                let mut pairs: Vec<&[NodeId]> = self.document.children(range).chunks_exact(2).collect();
                pairs.sort_by(|a, b| self.compare(a[0], b[0]));
                self.out.push_str("map[interface {}]interface {}{");
                let mut is_first = true;
                for (i, pair) in pairs.iter().enumerate() {
                    // Of equal keys the last counts.
                    if pairs.get(i + 1).is_some_and(|next| self.compare(pair[0], next[0]).is_eq()) {
                        continue;
                    }
                    self.out.push_str(if is_first { "" } else { ", " });
                    is_first = false;
                    self.push(pair[0], depth + 1);
                    self.out.push(':');
                    self.push(pair[1], depth + 1);
                }
                self.out.push('}');
            }
        }
    }

    fn scalar(&self, id: NodeId) -> Option<Scalar<'d>> {
        let node = self.document.node(id);
        match &node.kind {
            Kind::Scalar { value, implicit } => resolve_node(node, value, *implicit).ok(),
            Kind::Alias { target, .. } => {
                let node = self.document.node(*target);
                let Kind::Scalar { value, implicit } = &node.kind else { return None };
                resolve_node(node, value, *implicit).ok()
            }
            _ => None,
        }
    }

    /// The order of map keys: by type as Helm's binary has them, then by value.
    fn compare(&self, a: NodeId, b: NodeId) -> Ordering {
        let rank = |scalar: &Option<Scalar<'_>>| match scalar {
            None | Some(Scalar::Null) => 0,
            Some(Scalar::Str(_)) => 1,
            Some(Scalar::Uint(_)) => 2,
            Some(Scalar::Int(_)) => 3,
            Some(Scalar::Float(_)) => 4,
            Some(Scalar::Bool(_)) => 5,
        };
        let (a, b) = (self.scalar(a), self.scalar(b));
        rank(&a).cmp(&rank(&b)).then_with(|| match (a, b) {
            (Some(Scalar::Str(a)), Some(Scalar::Str(b))) => a.cmp(b),
            (Some(Scalar::Uint(a)), Some(Scalar::Uint(b))) => a.cmp(&b),
            (Some(Scalar::Int(a)), Some(Scalar::Int(b))) => a.cmp(&b),
            (Some(Scalar::Float(a)), Some(Scalar::Float(b))) => a.total_cmp(&b),
            (Some(Scalar::Bool(a)), Some(Scalar::Bool(b))) => a.cmp(&b),
            _ => Ordering::Equal,
        })
    }
}
