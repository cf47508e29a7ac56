//! Documents and the resources in them: subschemas with a base URL of their own, and the anchors below each.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::Error;
use super::draft::{self, Draft};
use super::location::{self, Location};
use crate::chart::{Notice, Notices};
use crate::gofmt::quote;
use crate::json;
use crate::limits::SCHEMA_POINTER_BYTES;
use crate::neturl::Url;
use crate::stack::with_stack;
use crate::value::{Map, Str, Value};

/// A document that holds schemas.
#[derive(Debug)]
pub(super) struct Root {
    url: Arc<str>,
    pub(super) document: Value,
    /// By JSON pointer.
    resources: BTreeMap<String, Resource>,
    /// Pointers of the resources by base URL.
    by_id: HashMap<String, String, foldhash::fast::FixedState>,
    /// Pointers that have been searched for resources and anchors.
    searched: HashSet<String, foldhash::fast::FixedState>,
}

/// A schema with a base URL of its own.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) pointer: String,
    /// The base URL.
    pub(super) id: String,
    pub(super) draft: Draft,
    /// JSON pointers by name.
    pub(super) anchors: BTreeMap<String, String>,
    /// Those that `$dynamicRef` looks for.
    pub(super) dynamic_anchors: Vec<String>,
}

/// All documents.
#[derive(Debug, Default)]
pub(super) struct Roots {
    roots: HashMap<Arc<str>, Root, foldhash::fast::FixedState>,
    pub(super) notices: Notices,
    /// Bytes of all JSON pointers.
    pointer_bytes: u64,
}

impl Roots {
    /// Counts a pointer that is kept. Long ones arise from deep schemas and long names, one for each subschema.
    ///
    /// # Errors
    /// If all are too long together.
    pub(super) fn count_pointer(&mut self, pointer: &str) -> Result<(), Error> {
        self.pointer_bytes += pointer.len() as u64;
        if self.pointer_bytes > SCHEMA_POINTER_BYTES { Err(Error::TooComplex) } else { Ok(()) }
    }

    /// The document at `url`, which must have been added or loaded.
    pub(super) fn get(&self, url: &str) -> Option<&Root> {
        self.roots.get(url)
    }

    /// Adds a document.
    pub(super) fn add(&mut self, url: &Arc<str>, document: &Value) -> Result<(), Error> {
        let mut root = Root {
            url: url.clone(),
            document: document.clone(),
            resources: BTreeMap::new(),
            by_id: HashMap::default(),
            searched: HashSet::default(),
        };
        self.collect(&mut root, document, url, "", Draft::LATEST)?;
        self.roots.insert(url.clone(), root);
        Ok(())
    }

    /// The document at `url` from outside: a metaschema, or `true` for a URN, which Helm lets pass. Nothing else is
    /// read or fetched.
    pub(super) fn load(&mut self, url: &str) -> Result<Value, Error> {
        if let Some(text) = draft::metaschema(url) {
            return json::decode_prefix_exact(text)
                .map(|(document, _)| document)
                .map_err(|error| Error::Schema(error.to_string()));
        }
        let scheme = Url::parse(url.as_bytes()).map(|url| url.scheme).unwrap_or_default();
        let reason = match scheme.as_slice() {
            b"urn" => {
                let message = "unresolved URN reference ignored; using permissive schema";
                let notice = Notice::warn(message).with("urn", url);
                if !self.notices.contains(&notice) {
                    self.notices.push(notice);
                }
                return Ok(Value::Bool(true));
            }
            b"file" => "schemas in files of their own are not read".to_string(),
            b"http" | b"https" => "schemas are not fetched from the network".to_string(),
            _ => format!("no URLLoader registered for {}", quote(url.as_bytes())),
        };
        Err(Error::Schema(format!("failing loading {}: {reason}", quote(url.as_bytes()))))
    }

    /// Searches the schema at `pointer`, a place where schemas do not stand by themselves.
    pub(super) fn search(&mut self, url: &str, pointer: &str) -> Result<(), Error> {
        let Some((url, mut root)) = self.roots.remove_entry(url) else { return Ok(()) };
        let result = self.search_in(&mut root, pointer);
        self.roots.insert(url, root);
        result
    }

    fn search_in(&mut self, root: &mut Root, pointer: &str) -> Result<(), Error> {
        let value = root.lookup(pointer)?;
        let Some(base) = root.resource(pointer) else { return Ok(()) };
        let (id, draft) = (base.id.clone(), base.draft);
        self.collect(root, &value, &id, pointer, draft)?;
        if !root.resources.contains_key(pointer) {
            root.collect_anchors(&value, pointer, &id)?;
        }
        Ok(())
    }

    /// Notes the resources and anchors in `schema`, at `pointer`, and below.
    fn collect(
        &mut self,
        root: &mut Root,
        schema: &Value,
        base: &str,
        pointer: &str,
        outer: Draft,
    ) -> Result<(), Error> {
        if !root.searched.insert(pointer.to_string()) {
            return Ok(());
        }
        self.count_pointer(pointer)?;
        let is_root = pointer.is_empty();
        let Value::Map(object) = schema else {
            if is_root {
                root.add_resource(pointer, base, outer)?;
            }
            return Ok(());
        };

        let mut draft = self.draft_of(root, pointer, object, outer)?;
        let mut id = draft.id(object);
        if id.is_none() && !is_root {
            // Only a resource may change the draft.
            draft = outer;
            id = draft.id(object);
        }
        let mut base = Cow::Borrowed(base);
        if let Some(id) = &id {
            let parsed = location::resolve(&base, id).map_err(|_| {
                let location = Location::new(&root.url, pointer);
                Error::Schema(format!("error in parsing id at {}", quote(location.to_string().as_bytes())))
            });
            base = Cow::Owned(parsed?.0);
        }
        if id.is_some() || is_root {
            let is_named = matches!(object.get("$schema"), Some(Value::Str(_)));
            root.add_resource(pointer, &base, if is_named { draft } else { outer })?;
        }
        root.collect_anchors(schema, pointer, &base)?;

        let inherited = root
            .by_id
            .get(base.as_ref())
            .and_then(|at| root.resources.get(at))
            .map_or(outer, |res| res.draft);
        let mut below = Vec::new();
        for (keyword, value) in object.entries().iter() {
            let Some(places) = keyword.to_str().and_then(|keyword| draft.subschemas(keyword)) else {
                continue;
            };
            let at = location::append(pointer, &keyword.to_str_lossy());
            match value {
                Value::List(list) if places.items => {
                    let items = list.items();
                    below.extend(
                        items.iter().enumerate().map(|(i, item)| (format!("{at}/{i}"), item.clone())),
                    );
                }
                Value::Map(members) if places.members => {
                    let members = members.entries();
                    let at_name = |name: &Str| location::append(&at, &name.to_str_lossy());
                    below.extend(members.iter().map(|(name, member)| (at_name(name), member.clone())));
                }
                _ => {}
            }
            if places.value {
                below.push((at, value.clone()));
            }
        }
        for (at, value) in below {
            with_stack(|| self.collect(root, &value, &base, &at, inherited))?;
        }
        Ok(())
    }

    /// The draft that `$schema` names; without it, the one around.
    fn draft_of(&mut self, root: &Root, pointer: &str, object: &Map, outer: Draft) -> Result<Draft, Error> {
        let Some(Value::Str(url)) = object.get("$schema") else { return Ok(outer) };
        let url = url.to_str_lossy().into_owned();
        if let Some(draft) = Draft::from_url(&url) {
            return Ok(draft);
        }
        let (url, _) = location::split_fragment(&url);
        if let Err(error) = Url::parse(url.as_bytes()) {
            let location = Location::new(&root.url, pointer);
            let location = quote(location.to_string().as_bytes());
            return Err(Error::Schema(format!("invalid $schema in {location}: {error}")));
        }
        if pointer.is_empty() && url == &*root.url {
            return Err(Error::Schema(format!("draft {} is not supported", quote(url.as_bytes()))));
        }
        match self.load(url)? {
            Value::Map(metaschema) => match metaschema.get("$schema") {
                Some(Value::Str(url)) => Ok(Draft::from_url(&url.to_str_lossy()).unwrap_or(outer)),
                _ => Ok(outer),
            },
            _ => Ok(outer),
        }
    }
}

impl Root {
    /// The resource that the schema at `pointer` belongs to: the innermost around it.
    pub(super) fn resource(&self, pointer: &str) -> Option<&Resource> {
        let is_around = |outer: &str| {
            pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // In order of pointers the inner ones come last.
        self.resources.values().rev().find(|resource| is_around(&resource.pointer))
    }

    /// The draft of each resource that names one, by JSON pointer.
    pub(super) fn drafts(&self) -> BTreeMap<String, Draft> {
        self.resources.iter().map(|(pointer, resource)| (pointer.clone(), resource.draft)).collect()
    }

    /// True if the schema at `pointer` has been searched.
    pub(super) fn is_searched(&self, pointer: &str) -> bool {
        self.searched.contains(pointer)
    }

    /// The JSON pointer that `url` with `fragment` leads to; `None` if `url` is not in this document.
    pub(super) fn resolve(&self, url: &str, fragment: &str) -> Result<Option<String>, Error> {
        let resource = if url == &*self.url {
            self.resources.get("")
        } else {
            self.by_id.get(url).and_then(|pointer| self.resources.get(pointer))
        };
        resource.map(|resource| self.resolve_in(resource, fragment)).transpose()
    }

    /// The JSON pointer that `fragment` leads to.
    pub(super) fn resolve_fragment(&self, fragment: &str) -> Result<String, Error> {
        match self.resources.get("") {
            Some(resource) => self.resolve_in(resource, fragment),
            None => Ok(fragment.to_string()),
        }
    }

    fn resolve_in(&self, resource: &Resource, fragment: &str) -> Result<String, Error> {
        if fragment.is_empty() || fragment.starts_with('/') {
            return Ok(format!("{}{fragment}", resource.pointer));
        }
        resource.anchors.get(fragment).cloned().ok_or_else(|| {
            let reference = format!("{}#{}", resource.id, location::encode_fragment(fragment));
            let [reference, url] = [reference.as_str(), &*self.url].map(|text| quote(text.as_bytes()));
            Error::Schema(format!("anchor in {reference} not found in schema {url}"))
        })
    }

    /// The value at `pointer`.
    pub(super) fn lookup(&self, pointer: &str) -> Result<Value, Error> {
        let location = || {
            let location = Location::new(&self.url, pointer);
            quote(location.to_string().as_bytes())
        };
        let Some(tokens) = location::tokens(pointer) else {
            return Err(Error::Schema(format!("invalid json-pointer {}", location())));
        };
        let mut value = self.document.clone();
        for token in tokens {
            let next = match &value {
                Value::Map(map) => map.get(token.as_bytes()),
                Value::List(list) => token.parse().ok().and_then(|index| list.get(index)),
                _ => None,
            };
            value = next.ok_or_else(|| Error::Schema(format!("json-pointer in {} not found", location())))?;
        }
        Ok(value)
    }

    fn add_resource(&mut self, pointer: &str, id: &str, draft: Draft) -> Result<(), Error> {
        if let Some(other) = self.by_id.get(id) {
            if other == pointer {
                return Ok(());
            }
            let [id, url, one, two] = [id, &*self.url, pointer, other].map(|text| quote(text.as_bytes()));
            return Err(Error::Schema(format!("duplicate id {id} in {url} at {one} and {two}")));
        }
        self.by_id.insert(id.to_string(), pointer.to_string());
        let resource = Resource {
            pointer: pointer.to_string(),
            id: id.to_string(),
            draft,
            anchors: BTreeMap::new(),
            dynamic_anchors: Vec::new(),
        };
        self.resources.insert(pointer.to_string(), resource);
        Ok(())
    }

    /// Notes the anchors that the schema at `pointer` sets in the resource with base URL `id`.
    fn collect_anchors(&mut self, schema: &Value, pointer: &str, id: &str) -> Result<(), Error> {
        let Value::Map(object) = schema else { return Ok(()) };
        let Some(resource) = self.by_id.get(id).and_then(|at| self.resources.get_mut(at)) else {
            return Ok(());
        };
        let text = |keyword: &str| match object.get(keyword) {
            Some(Value::Str(text)) => Some(text.to_str_lossy().into_owned()),
            _ => None,
        };
        let mut anchors = Vec::new();
        if resource.draft < Draft::Draft2019 {
            if object.contains_key("$ref") {
                return Ok(());
            }
            // An id may have the anchor as its fragment.
            if let Some(id) = text(resource.draft.id_keyword()) {
                let (_, fragment) = location::split_fragment(&id);
                let fragment = location::decode_fragment(fragment, &id).map_err(|_| {
                    let location = Location::new(&self.url, pointer);
                    let location = quote(location.to_string().as_bytes());
                    Error::Schema(format!("error in parsing anchor at {location}"))
                })?;
                if !fragment.is_empty() && !fragment.starts_with('/') {
                    anchors.push(fragment);
                }
            }
        } else {
            anchors.extend(text("$anchor"));
            if resource.draft >= Draft::Draft2020
                && let Some(anchor) = text("$dynamicAnchor")
            {
                resource.dynamic_anchors.push(anchor.clone());
                anchors.push(anchor);
            }
        }
        for anchor in anchors {
            match resource.anchors.get(&anchor) {
                Some(other) if other != pointer => {
                    let [anchor, url, one, two] = [anchor.as_str(), &*self.url, other.as_str(), pointer]
                        .map(|text| quote(text.as_bytes()));
                    return Err(Error::Schema(format!(
                        "duplicate anchor {anchor} in {url} at {one} and {two}"
                    )));
                }
                Some(_) => {}
                None => {
                    resource.anchors.insert(anchor, pointer.to_string());
                }
            }
        }
        Ok(())
    }
}
