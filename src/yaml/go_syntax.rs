//! Decoded YAML in Go syntax (`%#v`), which some of go-yaml's errors show.

use crate::gofmt;

use super::load::{decode_binary, resolve_node};
use super::node::{Document, Kind, NodeId};
use super::resolve::{Scalar, Tag};

/// Bytes after which printing stops: what is printed may repeat itself by aliases.
const LONGEST: usize = 64 * 1024;

/// The node `id` as Go prints what it decodes to; merges are left out.
pub(super) fn print(document: &Document<'_>, id: NodeId) -> String {
    let mut out = String::new();
    push(document, id, 0, &mut out);
    out
}

fn push(document: &Document<'_>, id: NodeId, depth: usize, out: &mut String) {
    let node = document.node(id);
    if out.len() > LONGEST || depth > 100 {
        return;
    }
    match &node.kind {
        Kind::Scalar { value, .. } if node.tag == Tag::Binary => {
            out.push_str(&gofmt::quote(&decode_binary(value).unwrap_or_default()));
        }
        Kind::Scalar { value, implicit } => match resolve_node(node, value, *implicit) {
            Ok(Scalar::Null) => out.push_str("interface {}(nil)"),
            Ok(Scalar::Bool(b)) => out.push_str(if b { "true" } else { "false" }),
            Ok(Scalar::Int(i)) => out.push_str(&i.to_string()),
            Ok(Scalar::Uint(u)) => out.push_str(&format!("{u:#x}")),
            Ok(Scalar::Float(f)) => out.push_str(&float(f)),
            Ok(Scalar::Str(text)) => out.push_str(&gofmt::quote(text)),
            Err(_) => {}
        },
        Kind::Alias { target, .. } => push(document, *target, depth + 1, out),
        Kind::Sequence(range) => {
            out.push_str("[]interface {}{");
            for (i, &item) in document.children(range).iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                push(document, item, depth + 1, out);
            }
            out.push('}');
        }
        Kind::Mapping(range) => {
            let mut pairs: Vec<(String, NodeId)> = Vec::new();
            for pair in document.children(range).chunks_exact(2) {
                let mut key = String::new();
                push(document, pair[0], depth + 1, &mut key);
                match pairs.binary_search_by(|(known, _)| known.cmp(&key)) {
                    Ok(at) => pairs[at].1 = pair[1],
                    Err(at) => pairs.insert(at, (key, pair[1])),
                }
            }
            out.push_str("map[interface {}]interface {}{");
            for (i, (key, value)) in pairs.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                out.push_str(key);
                out.push(':');
                push(document, *value, depth + 1, out);
            }
            out.push('}');
        }
    }
}

/// `%#v` of a float: like `%v`, which changes to exponents at 1e21.
fn float(f: f64) -> String {
    let text = gofmt::sprintf(b"%v", &[crate::value::Value::Float64(f)]);
    String::from_utf8(text).unwrap_or_default()
}
