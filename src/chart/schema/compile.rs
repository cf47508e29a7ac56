//! From documents to [`Schemas`].

use std::sync::{Arc, OnceLock};

use hashbrown::HashMap;

use super::Error;
use super::draft::Draft;
use super::evaluate::{self, Meta};
use super::formats::Format;
use super::location::{self, Location};
use super::model::{Additional, Dependency, Enumeration, Id, JsonType, Schema, Schemas, Types};
use super::number::Number;
use super::resources::Roots;
use crate::chart::Notices;
use crate::gofmt::quote;
use crate::limits::SCHEMA_NODES;
use crate::regex::Regex;
use crate::value::{Map, Str, Value};

/// A schema with all that it reaches, and what the user should hear about it.
pub(super) struct Compiled {
    pub(super) schemas: Schemas,
    pub(super) root: Id,
    pub(super) notices: Notices,
}

/// The metaschemas of all drafts.
pub(super) struct Metaschemas {
    pub(super) schemas: Schemas,
    roots: [Id; Draft::ALL.len()],
}

impl Metaschemas {
    /// Those compiled in.
    fn get() -> &'static Metaschemas {
        static METASCHEMAS: OnceLock<Metaschemas> = OnceLock::new();
        METASCHEMAS.get_or_init(|| {
            let mut compiler = Compiler { asserts_formats: true, ..Compiler::default() };
            let roots = Draft::ALL.map(|draft| {
                let root = compiler.add(draft.url(), None).and_then(|()| compiler.compile(draft.url()));
                root.expect("the metaschemas are schemas")
            });
            Metaschemas { schemas: Schemas(compiler.schemas), roots }
        })
    }

    /// The metaschema of `draft`.
    pub(super) fn root(&self, draft: Draft) -> Id {
        self.roots[draft as usize]
    }
}

/// Compiles `document`, which is at `url`.
///
/// # Errors
/// If it is no schema, or refers to what is not there.
pub(super) fn compile(url: &str, document: Value) -> Result<Compiled, Error> {
    let mut compiler = Compiler::default();
    compiler.add(url, Some(document))?;
    let root = compiler.compile(url)?;
    Ok(Compiled { schemas: Schemas(compiler.schemas), root, notices: compiler.roots.notices })
}

#[derive(Default)]
struct Compiler {
    roots: Roots,
    /// Also the queue: those behind `done` are still empty.
    schemas: Vec<Schema>,
    done: usize,
    index: HashMap<Location, Id, foldhash::fast::FixedState>,
    /// Formats are checked whatever the draft.
    asserts_formats: bool,
}

impl Compiler {
    /// Adds the document at `url`; without `document`, that from outside.
    fn add(&mut self, url: &str, document: Option<Value>) -> Result<(), Error> {
        if self.roots.contains(url) {
            return Ok(());
        }
        let document = match document {
            Some(document) => document,
            None => self.roots.load(url)?,
        };
        self.roots.add(url, &document)?;
        if url.starts_with("http://json-schema.org/") || url.starts_with("https://json-schema.org/") {
            return Ok(());
        }
        self.check(url, "")
    }

    /// Checks the schema at `pointer` against its metaschema.
    fn check(&self, url: &str, pointer: &str) -> Result<(), Error> {
        let Some(root) = self.roots.get(url) else { return Ok(()) };
        let draft = root.resource(pointer).map_or(Draft::LATEST, |resource| resource.draft);
        let metaschemas = Metaschemas::get();
        let meta = Meta { metaschemas, drafts: root.drafts() };
        let value = root.lookup(pointer)?;
        match evaluate::validate(&metaschemas.schemas, metaschemas.root(draft), &value, Some(meta)) {
            Err(Error::Invalid(failure)) => {
                let location = Location { url: url.to_string(), pointer: pointer.to_string() };
                let location = quote(location.to_string().as_bytes());
                Err(Error::Schema(format!("{location} is not valid against metaschema: {failure}")))
            }
            result => result,
        }
    }

    /// Compiles the schema at `url` and all that it reaches.
    fn compile(&mut self, url: &str) -> Result<Id, Error> {
        let root = self.enqueue(Location { url: url.to_string(), pointer: String::new() })?;
        while let Some(schema) = self.schemas.get(self.done) {
            let location = schema.location.clone();
            self.ensure_searched(&location)?;
            let id = self.index[&location];
            self.compile_schema(id, &location)?;
            self.done += 1;
        }
        Ok(root)
    }

    /// The schema at `location`, to be compiled if it has not been.
    fn enqueue(&mut self, location: Location) -> Result<Id, Error> {
        if let Some(&id) = self.index.get(&location) {
            return Ok(id);
        }
        self.roots.count_pointer(&location.pointer)?;
        let id = u32::try_from(self.schemas.len()).ok().filter(|&id| id < SCHEMA_NODES).map(Id);
        let id = id.ok_or(Error::TooComplex)?;
        self.index.insert(location.clone(), id);
        self.schemas.push(Schema::new(location, Draft::LATEST, id));
        Ok(id)
    }

    fn ensure_searched(&mut self, location: &Location) -> Result<(), Error> {
        self.add(&location.url, None)?;
        if self.roots.get(&location.url).is_some_and(|root| root.is_searched(&location.pointer)) {
            return Ok(());
        }
        self.roots.search(&location.url, &location.pointer)?;
        self.check(&location.url, &location.pointer)
    }

    fn compile_schema(&mut self, id: Id, location: &Location) -> Result<(), Error> {
        let Some(root) = self.roots.get(&location.url) else { return Ok(()) };
        let value = root.lookup(&location.pointer)?;
        let Some(resource) = root.resource(&location.pointer) else { return Ok(()) };
        let (draft, base) = (resource.draft, resource.id.clone());
        let at = |pointer: &str| Location { url: location.url.clone(), pointer: pointer.to_string() };
        let resource_location = at(&resource.pointer);
        let dynamic_anchors: Vec<(String, Location)> = resource
            .anchors
            .iter()
            .filter(|(name, _)| resource.dynamic_anchors.contains(name))
            .map(|(name, pointer)| (name.clone(), at(pointer)))
            .collect();

        let resource = self.enqueue(resource_location)?;
        let mut schema = Schema::new(location.clone(), draft, resource);
        if draft >= Draft::Draft2020 && resource == id {
            for (name, location) in dynamic_anchors {
                let target = self.enqueue(location)?;
                schema.dynamic_anchors.insert(Str::from(name), target);
            }
        }
        match &value {
            Value::Bool(b) => schema.bool = Some(*b),
            Value::Map(object) if object.is_empty() => schema.bool = Some(true),
            Value::Map(object) => {
                Keywords { compiler: self, object, url: &location.url, base: &base }.compile(&mut schema)?;
            }
            _ => {}
        }
        schema.all_properties_evaluated = schema.additional_properties.is_some();
        schema.all_items_evaluated = schema.items.is_some() || schema.additional_items.is_some();
        schema.items_evaluated = schema.prefix_items.len();
        self.schemas[id.0 as usize] = schema;
        Ok(())
    }
}

/// The keywords of one schema object.
struct Keywords<'a> {
    compiler: &'a mut Compiler,
    object: &'a Map,
    /// The document's URL, and the base URL.
    url: &'a str,
    base: &'a str,
}

impl Keywords<'_> {
    fn compile(&mut self, schema: &mut Schema) -> Result<(), Error> {
        let draft = schema.draft;
        self.compile_draft4(schema)?;
        let location = schema.location.clone();
        if draft >= Draft::Draft6 {
            schema.contains = self.schema(&location, "contains")?;
            schema.property_names = self.schema(&location, "propertyNames")?;
            schema.constant = self.object.get("const");
        }
        if draft >= Draft::Draft7 {
            schema.condition = self.schema(&location, "if")?;
            if schema.condition.is_some() {
                let constant = self.boolean("if");
                if constant != Some(false) {
                    schema.then = self.schema(&location, "then")?;
                }
                if constant != Some(true) {
                    schema.otherwise = self.schema(&location, "else")?;
                }
            }
        }
        if draft >= Draft::Draft2019 {
            schema.recursive_ref = self.reference("$recursiveRef")?.map(|(id, _)| id);
            schema.recursive_anchor = self.boolean("$recursiveAnchor") == Some(true);
            if schema.contains.is_some() {
                schema.min_contains = self.count("minContains");
                schema.max_contains = self.count("maxContains");
            }
            if let Some(Value::Map(map)) = self.object.get("dependentRequired") {
                for (name, value) in map.entries().iter() {
                    if let Value::List(_) = value {
                        schema.dependent_required.push((name.clone(), strings(value)));
                    }
                }
            }
            schema.dependent_schemas = self.schemas_by_name(&location, "dependentSchemas")?;
            schema.unevaluated_items = self.schema(&location, "unevaluatedItems")?;
            schema.unevaluated_properties = self.schema(&location, "unevaluatedProperties")?;
        }
        if draft >= Draft::Draft2020 {
            schema.dynamic_ref = self.reference("$dynamicRef")?.map(|(id, fragment)| {
                let is_anchor = !fragment.is_empty() && !fragment.starts_with('/');
                (id, is_anchor.then(|| Str::from(fragment)))
            });
            schema.dynamic_anchor = self.text("$dynamicAnchor");
            schema.prefix_items = self.schemas_in_list(&location, "prefixItems")?;
            schema.items = self.schema(&location, "items")?;
        }
        Ok(())
    }

    fn compile_draft4(&mut self, schema: &mut Schema) -> Result<(), Error> {
        let location = schema.location.clone();
        schema.reference = self.reference("$ref")?.map(|(id, _)| id);
        if schema.draft < Draft::Draft2019 && schema.reference.is_some() {
            // It hides what is beside it, though not what later drafts brought.
            return Ok(());
        }
        schema.all_of = self.schemas_in_list(&location, "allOf")?;
        schema.any_of = self.schemas_in_list(&location, "anyOf")?;
        schema.one_of = self.schemas_in_list(&location, "oneOf")?;
        schema.not = self.schema(&location, "not")?;
        if schema.draft < Draft::Draft2020 {
            match self.object.get("items") {
                Some(Value::List(_)) => {
                    schema.prefix_items = self.schemas_in_list(&location, "items")?;
                    schema.additional_items = self.additional(&location, "additionalItems")?;
                }
                _ => schema.items = self.schema(&location, "items")?,
            }
        }
        schema.properties = self.schemas_by_name(&location, "properties")?.into_iter().collect();
        for (pattern, id) in self.schemas_by_name(&location, "patternProperties")? {
            let regex = self.regex(&location, "patternProperties", &pattern)?;
            schema.pattern_properties.push((regex, id));
        }
        schema.additional_properties = self.additional(&location, "additionalProperties")?;
        if let Some(Value::Map(map)) = self.object.get("dependencies") {
            let location = location.child("dependencies");
            for (name, value) in map.entries().iter() {
                let dependency = match value {
                    Value::List(_) => Dependency::Required(strings(value)),
                    _ => Dependency::Schema(self.compiler.enqueue(location.child(&name.to_str_lossy()))?),
                };
                schema.dependencies.push((name.clone(), dependency));
            }
        }

        schema.types = self.object.get("type").map(|value| Types::parse(&value)).unwrap_or_default();
        if let Some(Value::List(list)) = self.object.get("enum") {
            let values: Arc<[Value]> = list.items().iter().cloned().collect();
            let mut types = Types::default();
            values.iter().filter_map(JsonType::of).for_each(|json_type| types.insert(json_type));
            schema.enumeration = Some(Enumeration { values, types });
        }
        schema.multiple_of = self.number("multipleOf");
        (schema.maximum, schema.exclusive_maximum) = self.bound("maximum", "exclusiveMaximum");
        (schema.minimum, schema.exclusive_minimum) = self.bound("minimum", "exclusiveMinimum");
        schema.min_length = self.count("minLength");
        schema.max_length = self.count("maxLength");
        if let Some(pattern) = self.text("pattern") {
            schema.pattern = Some((self.regex(&location, "pattern", &pattern)?, pattern));
        }
        schema.min_items = self.count("minItems");
        schema.max_items = self.count("maxItems");
        schema.unique_items = self.boolean("uniqueItems") == Some(true);
        schema.min_properties = self.count("minProperties");
        schema.max_properties = self.count("maxProperties");
        schema.required = self.object.get("required").map(|value| strings(&value)).unwrap_or_default();
        if self.compiler.asserts_formats || schema.draft < Draft::Draft2019 {
            schema.format = self.text("format").and_then(|name| Format::find(&name));
        }
        Ok(())
    }

    /// A bound and an exclusive bound. In draft 4 the second only says that the first is one.
    fn bound(&self, keyword: &str, exclusive: &str) -> (Option<Number>, Option<Number>) {
        match self.boolean(exclusive) {
            Some(true) => (None, self.number(keyword)),
            _ => (self.number(keyword), self.number(exclusive)),
        }
    }

    fn regex(&self, location: &Location, keyword: &str, pattern: &Str) -> Result<Arc<Regex>, Error> {
        Regex::new(pattern).map_err(|error| {
            let url = format!("{location}/{}", location::encode_fragment(keyword));
            let [pattern, url] = [pattern.as_bytes(), url.as_bytes()].map(quote);
            Error::Schema(format!("invalid regex {pattern} at {url}: {error}"))
        })
    }

    /// The schema that a reference leads to, and the reference's fragment.
    fn reference(&mut self, keyword: &str) -> Result<Option<(Id, String)>, Error> {
        let Some(reference) = self.text(keyword) else { return Ok(None) };
        let (url, fragment) = location::resolve(self.base, &reference.to_str_lossy())?;
        // The document may hold several resources.
        if let Some(root) = self.compiler.roots.get(self.url)
            && let Some(pointer) = root.resolve(&url, &fragment)?
        {
            let id = self.compiler.enqueue(Location { url: self.url.to_string(), pointer })?;
            return Ok(Some((id, fragment)));
        }
        self.compiler.add(&url, None)?;
        let pointer = match self.compiler.roots.get(&url) {
            Some(root) => root.resolve_fragment(&fragment)?,
            None => fragment.clone(),
        };
        let id = self.compiler.enqueue(Location { url, pointer })?;
        Ok(Some((id, fragment)))
    }

    /// The schema at `keyword`.
    fn schema(&mut self, location: &Location, keyword: &str) -> Result<Option<Id>, Error> {
        if !self.object.contains_key(keyword) {
            return Ok(None);
        }
        self.compiler.enqueue(location.child(keyword)).map(Some)
    }

    /// The schemas in the array at `keyword`.
    fn schemas_in_list(&mut self, location: &Location, keyword: &str) -> Result<Vec<Id>, Error> {
        let Some(Value::List(list)) = self.object.get(keyword) else { return Ok(Vec::new()) };
        let location = location.child(keyword);
        (0..list.len()).map(|i| self.compiler.enqueue(location.child(&i.to_string()))).collect()
    }

    /// The schemas in the object at `keyword`.
    fn schemas_by_name(&mut self, location: &Location, keyword: &str) -> Result<Vec<(Str, Id)>, Error> {
        let Some(Value::Map(map)) = self.object.get(keyword) else { return Ok(Vec::new()) };
        let location = location.child(keyword);
        let entries = map.entries();
        let mut schemas = Vec::with_capacity(entries.len());
        for name in entries.keys() {
            schemas.push((name.clone(), self.compiler.enqueue(location.child(&name.to_str_lossy()))?));
        }
        Ok(schemas)
    }

    fn additional(&mut self, location: &Location, keyword: &str) -> Result<Option<Additional>, Error> {
        match self.boolean(keyword) {
            Some(allowed) => Ok(Some(Additional::Allowed(allowed))),
            None => Ok(self.schema(location, keyword)?.map(Additional::Schema)),
        }
    }

    fn boolean(&self, keyword: &str) -> Option<bool> {
        match self.object.get(keyword) {
            Some(Value::Bool(b)) => Some(b),
            _ => None,
        }
    }

    fn text(&self, keyword: &str) -> Option<Str> {
        match self.object.get(keyword) {
            Some(Value::Str(text)) => Some(text),
            _ => None,
        }
    }

    fn number(&self, keyword: &str) -> Option<Number> {
        Number::of(&self.object.get(keyword)?)
    }

    fn count(&self, keyword: &str) -> Option<i64> {
        self.number(keyword)?.as_count()
    }
}

/// The strings in an array.
fn strings(value: &Value) -> Vec<Str> {
    match value {
        Value::List(list) => list.items().iter().filter_map(Value::as_str).cloned().collect(),
        _ => Vec::new(),
    }
}
