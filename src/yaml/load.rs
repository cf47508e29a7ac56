//! From node trees to values, as Helm reads YAML: decoded by go-yaml, turned into JSON, decoded again.
//!
//! Both decoders run at once here. The order of errors is kept: go-yaml's own come first, then keys that JSON
//! cannot have, then numbers that JSON cannot have.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::OnceLock;

use data_encoding::{Encoding, Specification};

use crate::gofmt;
use crate::limits::{VALUE_DEPTH, YAML_EXPANDED_BYTES};
use crate::stack::with_stack;
use crate::value::{Entries, Map, Str, Type, Value};

use super::error::Error;
use super::go_syntax;
use super::node::{Document, Kind, NodeData, NodeId, is_merge_key};
use super::resolve::{Scalar, Tag, resolve_tagged};
use super::shape::Shape;

/// Decodes `document` for the Go type `shape`: numbers and booleans become strings where the type wants strings,
/// and what it has no place for is only checked. `strict` makes duplicate keys an error.
pub(super) fn load(document: &Document<'_>, shape: &Shape, strict: bool) -> Result<Value, Error> {
    let mut loader = Loader::new(document, strict);
    let value = loader.value(document.root, shape)?;
    if !loader.duplicates.is_empty() {
        return Err(Error::new(format!("yaml: unmarshal errors:\n  {}", loader.duplicates.join("\n  "))));
    }
    if loader.is_doubtful {
        // A later duplicate key may hide what was found, so all has to be decoded.
        return load(document, &Shape::Any, strict).map(|_| value);
    }
    if let Some(problem) = loader.bad_key {
        return Err(Error::new(problem));
    }
    if !loader.is_finite
        && let Some(number) = first_non_finite(&value)
    {
        let text = gofmt::format_float(number, b'g', -1, 64);
        return Err(Error::new(format!("json: unsupported value: {text}")));
    }
    if loader.too_deep {
        return Err(Error::new("exceeded max depth"));
    }
    Ok(value)
}

struct Loader<'d> {
    document: &'d Document<'d>,
    strict: bool,
    /// Nodes decoded, and those of them that aliases repeated.
    count: usize,
    alias_count: usize,
    alias_depth: usize,
    open_aliases: Vec<NodeId>,
    /// Bytes that aliases repeated.
    expanded: usize,
    depth: usize,
    too_deep: bool,
    bad_key: Option<String>,
    duplicates: Vec<String>,
    is_finite: bool,
    /// Something was wrong in a part that is only checked.
    is_doubtful: bool,
}

/// A mapping that is being filled.
#[derive(Default)]
struct Target {
    entries: Entries,
    /// The keys so far in Go syntax, which tells `1` from `"1"`; only for strict decoding.
    keys: HashSet<String>,
}

/// Memory that a value needs beside its text.
const VALUE_SIZE: usize = 64;

impl<'d> Loader<'d> {
    fn new(document: &'d Document<'d>, strict: bool) -> Loader<'d> {
        Loader {
            document,
            strict,
            count: 1,
            alias_count: 0,
            alias_depth: 0,
            open_aliases: Vec::new(),
            expanded: 0,
            depth: 0,
            too_deep: false,
            bad_key: None,
            duplicates: Vec::new(),
            is_finite: true,
            is_doubtful: false,
        }
    }

    /// Pays for decoding one node. go-yaml refuses documents that are mostly aliases.
    fn count_node(&mut self, bytes: usize) -> Result<(), Error> {
        self.count += 1;
        if self.alias_depth > 0 {
            self.alias_count += 1;
            self.expanded = self.expanded.saturating_add(bytes + VALUE_SIZE);
        }
        let ratio = self.alias_count as f64 / self.count as f64;
        let excessive =
            self.alias_count > 100 && self.count > 1000 && ratio > allowed_alias_ratio(self.count);
        if excessive || self.expanded > YAML_EXPANDED_BYTES {
            return Err(Error::new("yaml: document contains excessive aliasing"));
        }
        Ok(())
    }

    fn value(&mut self, id: NodeId, shape: &Shape) -> Result<Value, Error> {
        if matches!(shape, Shape::Ignored) && !self.strict {
            return self.check(id).map(|()| Value::Nil);
        }
        let node = self.document.node(id);
        match &node.kind {
            Kind::Scalar { value, implicit } => {
                self.count_node(value.len())?;
                self.scalar(node, value, *implicit, shape)
            }
            Kind::Alias { target, .. } => {
                self.alias(id, *target, |loader, target| loader.value(target, shape))
            }
            Kind::Sequence(range) => {
                self.count_node(0)?;
                let items = self.document.children(range);
                self.nested(|loader| {
                    let item = shape.item();
                    items.iter().map(|&id| loader.value(id, item)).collect::<Result<Vec<_>, _>>()
                })
                .map(Value::list)
            }
            Kind::Mapping(_) => {
                let mut target = Target::default();
                self.fill(id, &mut target, shape)?;
                Ok(Value::Map(Map::typed(Type::ANY_MAP, target.entries)))
            }
        }
    }

    fn nested<T>(&mut self, load: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        self.too_deep |= self.depth > VALUE_DEPTH;
        let loaded = with_stack(|| load(self));
        self.depth -= 1;
        loaded
    }

    fn alias<T>(
        &mut self,
        id: NodeId,
        target: NodeId,
        load: impl FnOnce(&mut Self, NodeId) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.count_node(0)?;
        if self.open_aliases.contains(&id) {
            let Kind::Alias { name, .. } = &self.document.node(id).kind else { return load(self, target) };
            let name = String::from_utf8_lossy(name);
            return Err(Error::new(format!("yaml: anchor '{name}' value contains itself")));
        }
        self.open_aliases.push(id);
        self.alias_depth += 1;
        let loaded = load(self, target)?;
        self.alias_depth -= 1;
        self.open_aliases.pop();
        Ok(loaded)
    }

    // ---- scalars ----

    fn scalar(
        &mut self,
        node: &NodeData<'d>,
        text: &'d [u8],
        implicit: bool,
        shape: &Shape,
    ) -> Result<Value, Error> {
        let scalar = resolve_node(node, text, implicit)?;
        let value = match scalar {
            Scalar::Str(_) if node.tag == Tag::Binary => Value::Str(decode_binary(text)?),
            Scalar::Str(text) => Value::str(text),
            Scalar::Null => Value::Nil,
            Scalar::Float(f) if matches!(shape, Shape::String) => {
                Value::str(gofmt::format_float(f, b'g', -1, 32))
            }
            _ if matches!(shape, Shape::String) => Value::str(key_text(scalar)),
            Scalar::Bool(b) => Value::Bool(b),
            Scalar::Int(i) => Value::Float64(i as f64),
            Scalar::Uint(u) => Value::Float64(u as f64),
            Scalar::Float(f) => {
                self.is_finite &= f.is_finite();
                Value::Float64(f)
            }
        };
        Ok(value)
    }

    /// Looks for errors in the node `id` without making a value of it.
    fn check(&mut self, id: NodeId) -> Result<(), Error> {
        let node = self.document.node(id);
        match &node.kind {
            Kind::Scalar { value, implicit } => {
                self.count_node(value.len())?;
                let is_risky = node.tag != Tag::None || value.contains(&b'.') && *implicit;
                if is_risky {
                    let scalar = resolve_node(node, value, *implicit)?;
                    self.is_doubtful |= matches!(scalar, Scalar::Float(f) if !f.is_finite());
                    if node.tag == Tag::Binary {
                        decode_binary(value)?;
                    }
                }
                Ok(())
            }
            Kind::Alias { target, .. } => self.alias(id, *target, Self::check),
            Kind::Sequence(range) => {
                self.count_node(0)?;
                let items = self.document.children(range);
                self.nested(|loader| items.iter().try_for_each(|&item| loader.check(item)))
            }
            Kind::Mapping(range) => self.check_entries(range),
        }
    }

    fn check_entries(&mut self, range: &Range<u32>) -> Result<(), Error> {
        self.count_node(0)?;
        let pairs = self.document.children(range).chunks_exact(2);
        self.nested(|loader| {
            for pair in pairs {
                let &[key, value] = pair else { continue };
                if is_merge_key(loader.document.node(key)) {
                    for mapping in loader.merged(value)? {
                        loader.check(mapping)?;
                    }
                    continue;
                }
                if !loader.check_key(key)? {
                    loader.is_doubtful = true;
                }
                loader.check(value)?;
            }
            Ok(())
        })
    }

    /// False if JSON cannot have the key.
    fn check_key(&mut self, id: NodeId) -> Result<bool, Error> {
        let node = self.document.node(id);
        match &node.kind {
            // No number, word or tag: a string.
            Kind::Scalar { value, implicit: true }
                if node.tag == Tag::None
                    && value.first().is_some_and(|b| b.is_ascii_lowercase() && *b != b'n') =>
            {
                self.count_node(value.len()).map(|()| true)
            }
            _ => self.key(id).map(|key| key.is_some()),
        }
    }

    // ---- mappings ----

    /// Adds the entries of the mapping `id`, or of what it is an alias for.
    fn fill(&mut self, id: NodeId, target: &mut Target, shape: &Shape) -> Result<(), Error> {
        let range = match &self.document.node(id).kind {
            Kind::Mapping(range) => range,
            Kind::Alias { target: id_of_anchor, .. } => {
                return self.alias(id, *id_of_anchor, |loader, id| loader.fill(id, target, shape));
            }
            _ => return Err(not_mergeable()),
        };
        self.count_node(0)?;
        let pairs = self.document.children(range).chunks_exact(2);
        self.nested(|loader| {
            let mut bad_pair = None;
            for pair in pairs {
                let &[key_id, value_id] = pair else { continue };
                if is_merge_key(loader.document.node(key_id)) {
                    for mapping in loader.merged(value_id)? {
                        loader.fill(mapping, target, shape)?;
                    }
                    continue;
                }
                let key = loader.key(key_id)?;
                let field = key.as_ref().map_or(&Shape::Any, |key| shape.member(key));
                let value = loader.value(value_id, field)?;
                if loader.strict && loader.is_duplicate(key_id, value_id, target) {
                    continue;
                }
                match key {
                    Some(key) => drop(target.entries.insert(key, value)),
                    None => bad_pair = Some((key_id, value_id)),
                }
            }
            if let Some((key, value)) = bad_pair {
                loader.note_bad_key(key, value);
            }
            Ok(())
        })
    }

    /// True, and an error, if the mapping has the key already.
    fn is_duplicate(&mut self, key: NodeId, value: NodeId, target: &mut Target) -> bool {
        let printed = go_syntax::print(self.document, key);
        let line = self.document.node(value).position.line;
        let problem = format!("line {line}: key {printed} already set in map");
        let is_duplicate = !target.keys.insert(printed);
        if is_duplicate {
            self.duplicates.push(problem);
        }
        is_duplicate
    }

    /// The mappings that `<<: value` stands for, in the order in which they are added. Like any entries they
    /// replace those before them, so an explicit key wins only if it comes later.
    fn merged(&self, value: NodeId) -> Result<Vec<NodeId>, Error> {
        let is_mapping = |id: NodeId| match &self.document.node(id).kind {
            Kind::Alias { target, .. } => matches!(self.document.node(*target).kind, Kind::Mapping(_)),
            kind => matches!(kind, Kind::Mapping(_)),
        };
        let mappings = match &self.document.node(value).kind {
            // The first of a list wins, so it comes last.
            Kind::Sequence(range) => self.document.children(range).iter().rev().copied().collect(),
            _ => vec![value],
        };
        match mappings.iter().all(|&id| is_mapping(id)) {
            true => Ok(mappings),
            false => Err(not_mergeable()),
        }
    }

    /// The text of a key, or `None` if JSON cannot have it.
    fn key(&mut self, id: NodeId) -> Result<Option<Str>, Error> {
        let node = self.document.node(id);
        match &node.kind {
            Kind::Scalar { value, implicit } => {
                self.count_node(value.len())?;
                Ok(match resolve_node(node, value, *implicit)? {
                    Scalar::Str(_) if node.tag == Tag::Binary => Some(decode_binary(value)?),
                    Scalar::Str(text) => Some(Str::from(text)),
                    Scalar::Null | Scalar::Uint(_) => None,
                    scalar => Some(Str::from(key_text(scalar))),
                })
            }
            Kind::Alias { target, .. } => self.alias(id, *target, Self::key),
            _ => {
                // Errors inside come first.
                self.value(id, &Shape::Any)?;
                Err(Error::new(format!("yaml: invalid map key: {}", go_syntax::print(self.document, id))))
            }
        }
    }

    fn note_bad_key(&mut self, key: NodeId, value: NodeId) {
        if self.bad_key.is_none() {
            let key = go_syntax::print(self.document, key);
            let value = go_syntax::print(self.document, value);
            let type_name = if key == "<nil>" { "%!s(<nil>)" } else { "uint64" };
            self.bad_key =
                Some(format!("unsupported map key of type: {type_name}, key: {key}, value: {value}"));
        }
    }
}

fn not_mergeable() -> Error {
    Error::new("yaml: map merge requires map or sequence of maps as the value")
}

/// The meaning of the scalar `node` with the text `text`.
pub(super) fn resolve_node<'d>(
    node: &NodeData<'_>,
    text: &'d [u8],
    implicit: bool,
) -> Result<Scalar<'d>, Error> {
    if node.tag == Tag::None && !implicit {
        return Ok(Scalar::Str(text));
    }
    resolve_tagged(node.tag, text)
        .map_err(|problem| Error::new(format!("yaml: {problem}")).or_at(node.position))
}

/// A number or boolean as a key, or where a Go type wants a string.
fn key_text(scalar: Scalar<'_>) -> String {
    match scalar {
        Scalar::Bool(b) => b.to_string(),
        Scalar::Int(i) => i.to_string(),
        Scalar::Uint(u) => u.to_string(),
        Scalar::Float(f) if f.is_nan() => ".nan".to_string(),
        Scalar::Float(f) if f.is_infinite() => if f > 0.0 { ".inf" } else { "-.inf" }.to_string(),
        Scalar::Float(f) => gofmt::format_float(f, b'g', -1, 32),
        Scalar::Null | Scalar::Str(_) => String::new(),
    }
}

/// The bytes of a `!!binary` scalar, as JSON keeps them: what is not UTF-8 becomes U+FFFD.
pub(super) fn decode_binary(text: &[u8]) -> Result<Str, Error> {
    static BASE64: OnceLock<Option<Encoding>> = OnceLock::new();
    let encoding = BASE64.get_or_init(|| {
        let mut lenient: Specification = data_encoding::BASE64.specification();
        lenient.check_trailing_bits = false;
        lenient.ignore.push_str("\r\n");
        lenient.encoding().ok()
    });
    let bytes = encoding.as_ref().and_then(|encoding| encoding.decode(text).ok());
    let bytes = bytes.ok_or_else(|| Error::new("yaml: !!binary value contains invalid base64 data"))?;
    let mut valid = Vec::with_capacity(bytes.len());
    crate::json::push_valid(&bytes, &mut valid);
    Ok(Str::from(valid))
}

/// The share of nodes that may come from aliases in a document of `count` nodes: from 99 percent in small
/// documents down to 10 percent in large ones.
fn allowed_alias_ratio(count: usize) -> f64 {
    const SMALL: f64 = 400_000.0;
    const LARGE: f64 = 4_000_000.0;
    let size = ((count as f64 - SMALL) / (LARGE - SMALL)).clamp(0.0, 1.0);
    0.99 - 0.89 * size
}

/// The first NaN or infinity in the order in which JSON is written.
fn first_non_finite(value: &Value) -> Option<f64> {
    match value {
        Value::Float64(f) => (!f.is_finite()).then_some(*f),
        Value::List(list) => with_stack(|| list.items().iter().find_map(first_non_finite)),
        Value::Map(map) => with_stack(|| map.entries().values().find_map(first_non_finite)),
        _ => None,
    }
}
