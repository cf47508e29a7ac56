//! From documents to [`Schemas`].

use std::sync::{Arc, OnceLock};

use hashbrown::HashMap;

use super::Error;
use super::draft::Draft;
use super::evaluate::{self, Meta};
use super::formats::Format;
use super::location::{self, Location, Resolver};
use super::model::{Additional, Dependency, Enumeration, Id, JsonType, Schema, Schemas, Types};
use super::number::Number;
use super::plain;
use super::resources::Roots;
use crate::chart::Notices;
use crate::gofmt::quote;
use crate::limits::SCHEMA_NODES;
use crate::regex::Regex;
use crate::value::{Entries, Str, Value};

/// A schema with all that it reaches, and what the user should hear about it.
pub(super) struct Compiled {
    pub(super) schemas: Schemas,
    pub(super) root: Id,
    pub(super) notices: Notices,
}

/// The metaschemas of one draft or of all.
pub(super) struct Metaschemas {
    pub(super) schemas: Schemas,
    roots: Vec<(Draft, Id)>,
}

impl Metaschemas {
    /// Those of `drafts`.
    fn of(drafts: &[Draft]) -> &'static Metaschemas {
        static EACH: [OnceLock<Metaschemas>; Draft::ALL.len()] =
            [const { OnceLock::new() }; Draft::ALL.len()];
        static ALL: OnceLock<Metaschemas> = OnceLock::new();
        match drafts {
            [draft] => EACH[*draft as usize].get_or_init(|| Metaschemas::compile(drafts)),
            // Rare enough for all of them.
            _ => ALL.get_or_init(|| Metaschemas::compile(&Draft::ALL)),
        }
    }

    fn compile(drafts: &[Draft]) -> Metaschemas {
        let mut compiler = Compiler { asserts_formats: true, ..Compiler::default() };
        let compile = |&draft: &Draft| {
            let url = Arc::from(draft.url());
            let root = compiler.add(&url, None).and_then(|()| compiler.compile(&url));
            (draft, root.expect("the metaschemas are schemas"))
        };
        let roots = drafts.iter().map(compile).collect();
        Metaschemas { schemas: Schemas(compiler.schemas), roots }
    }

    /// The metaschema of `draft`.
    pub(super) fn root(&self, draft: Draft) -> Option<Id> {
        self.roots.iter().find(|(known, _)| *known == draft).map(|(_, root)| *root)
    }
}

/// Compiles `document`, which is at `url`.
///
/// # Errors
/// If it is no schema, or refers to what is not there.
pub(super) fn compile(url: &str, document: Value) -> Result<Compiled, Error> {
    let url = Arc::from(url);
    let mut compiler = Compiler::default();
    compiler.add(&url, Some(document))?;
    let root = compiler.compile(&url)?;
    Ok(Compiled { schemas: Schemas(compiler.schemas), root, notices: compiler.roots.notices })
}

/// Checks `schema` as one of `draft` alone.
#[cfg(test)]
pub(super) fn check_against_metaschema(draft: Draft, schema: &Value) -> Result<(), Error> {
    let metaschemas = Metaschemas::of(&[draft]);
    metaschemas
        .root(draft)
        .map_or(Ok(()), |root| evaluate::validate(&metaschemas.schemas, root, schema, None))
}

#[derive(Default)]
struct Compiler {
    roots: Roots,
    resolver: Resolver,
    /// Also the queue: those from `done` on are still empty.
    schemas: Vec<Schema>,
    /// The value of each, where whoever put it there had it at hand.
    values: Vec<Option<Value>>,
    done: u32,
    index: HashMap<Location, Id, foldhash::fast::FixedState>,
    /// Formats are checked whatever the draft.
    asserts_formats: bool,
}

impl Compiler {
    /// Adds the document at `url`; without `document`, that from outside.
    fn add(&mut self, url: &Arc<str>, document: Option<Value>) -> Result<(), Error> {
        if self.roots.get(url).is_some() {
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
        self.check(&Location::new(url, ""))
    }

    /// Checks the schema at `location` against its metaschema.
    fn check(&self, location: &Location) -> Result<(), Error> {
        let Some(root) = self.roots.get(&location.url) else { return Ok(()) };
        let draft = root.resource(&location.pointer).map_or(Draft::LATEST, |resource| resource.draft);
        let resources = root.drafts();
        let mut drafts: Vec<Draft> = resources.values().copied().chain([draft]).collect();
        drafts.sort_unstable();
        drafts.dedup();
        let value = root.lookup(&location.pointer)?;
        if drafts.len() == 1 && plain::is_valid(draft, &value) {
            return Ok(());
        }
        let metaschemas = Metaschemas::of(&drafts);
        let Some(meta_root) = metaschemas.root(draft) else { return Ok(()) };
        let meta = (drafts.len() > 1).then_some(Meta { metaschemas, resources });
        match evaluate::validate(&metaschemas.schemas, meta_root, &value, meta) {
            Err(Error::Invalid(failure)) => {
                let location = quote(location.to_string().as_bytes());
                Err(Error::Schema(format!("{location} is not valid against metaschema: {failure}")))
            }
            result => result,
        }
    }

    /// Compiles the schema at `url` and all that it reaches.
    fn compile(&mut self, url: &Arc<str>) -> Result<Id, Error> {
        let root = self.enqueue(Location::new(url, ""), None)?;
        while let Some(schema) = self.schemas.get(self.done as usize) {
            let location = schema.location.clone();
            self.ensure_searched(&location)?;
            self.compile_schema(Id(self.done), &location)?;
            self.done += 1;
        }
        Ok(root)
    }

    /// The schema at `location`, to be compiled if it has not been. `value` is what stands there.
    fn enqueue(&mut self, location: Location, value: Option<Value>) -> Result<Id, Error> {
        if let Some(&id) = self.index.get(&location) {
            return Ok(id);
        }
        self.roots.count_pointer(&location.pointer)?;
        let id = u32::try_from(self.schemas.len()).ok().filter(|&id| id < SCHEMA_NODES).map(Id);
        let id = id.ok_or(Error::TooComplex)?;
        self.index.insert(location.clone(), id);
        self.schemas.push(Schema::new(location, Draft::LATEST, id));
        self.values.push(value);
        Ok(id)
    }

    fn ensure_searched(&mut self, location: &Location) -> Result<(), Error> {
        self.add(&location.url, None)?;
        if self.roots.get(&location.url).is_some_and(|root| root.is_searched(&location.pointer)) {
            return Ok(());
        }
        self.roots.search(&location.url, &location.pointer)?;
        self.check(location)
    }

    fn compile_schema(&mut self, id: Id, location: &Location) -> Result<(), Error> {
        let value = self.values.get_mut(id.0 as usize).and_then(Option::take);
        let Some(root) = self.roots.get(&location.url) else { return Ok(()) };
        let value = value.map_or_else(|| root.lookup(&location.pointer), Ok)?;
        let Some(resource) = root.resource(&location.pointer) else { return Ok(()) };
        let (draft, base) = (resource.draft, resource.id.clone());
        let at = |pointer: &str| Location::new(&location.url, pointer);
        let resource_location = at(&resource.pointer);
        let dynamic_anchors: Vec<(String, Location)> = resource
            .anchors
            .iter()
            .filter(|(name, _)| resource.dynamic_anchors.contains(name))
            .map(|(name, pointer)| (name.clone(), at(pointer)))
            .collect();

        let resource = self.enqueue(resource_location, None)?;
        let mut schema = Schema::new(location.clone(), draft, resource);
        if draft >= Draft::Draft2020 && resource == id {
            for (name, location) in dynamic_anchors {
                let target = self.enqueue(location, None)?;
                schema.dynamic_anchors.insert(Str::from(name), target);
            }
        }
        match &value {
            Value::Bool(b) => schema.bool = Some(*b),
            Value::Map(object) if object.is_empty() => schema.bool = Some(true),
            Value::Map(object) => {
                let object = object.entries();
                Keywords { compiler: self, object: &object, url: &location.url, base: &base }
                    .compile(&mut schema)?;
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
    object: &'a Entries,
    /// The document's URL, and the base URL.
    url: &'a Arc<str>,
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
            schema.constant = self.get("const").cloned();
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
            if let Some(Value::Map(map)) = self.get("dependentRequired") {
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
            match self.get("items") {
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
        if let Some(Value::Map(map)) = self.get("dependencies") {
            let location = location.child("dependencies");
            for (name, value) in map.entries().iter() {
                let dependency = match value {
                    Value::List(_) => Dependency::Required(strings(value)),
                    _ => {
                        let location = location.child(&name.to_str_lossy());
                        Dependency::Schema(self.compiler.enqueue(location, Some(value.clone()))?)
                    }
                };
                schema.dependencies.push((name.clone(), dependency));
            }
        }

        schema.types = self.get("type").map(Types::parse).unwrap_or_default();
        if let Some(Value::List(list)) = self.get("enum") {
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
        schema.required = self.get("required").map(strings).unwrap_or_default();
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
        let (url, fragment) = self.compiler.resolver.resolve(self.base, &reference.to_str_lossy())?;
        // The document may hold several resources.
        if let Some(root) = self.compiler.roots.get(self.url)
            && let Some(pointer) = root.resolve(&url, &fragment)?
        {
            let id = self.compiler.enqueue(Location::new(self.url, pointer), None)?;
            return Ok(Some((id, fragment)));
        }
        self.compiler.add(&url, None)?;
        let pointer = match self.compiler.roots.get(&url) {
            Some(root) => root.resolve_fragment(&fragment)?,
            None => fragment.clone(),
        };
        let id = self.compiler.enqueue(Location::new(&url, pointer), None)?;
        Ok(Some((id, fragment)))
    }

    /// The value of `keyword`.
    fn get(&self, keyword: &str) -> Option<&Value> {
        self.object.get(keyword.as_bytes())
    }

    /// The schema at `keyword`.
    fn schema(&mut self, location: &Location, keyword: &str) -> Result<Option<Id>, Error> {
        let Some(value) = self.get(keyword).cloned() else { return Ok(None) };
        self.compiler.enqueue(location.child(keyword), Some(value)).map(Some)
    }

    /// The schemas in the array at `keyword`.
    fn schemas_in_list(&mut self, location: &Location, keyword: &str) -> Result<Vec<Id>, Error> {
        let Some(Value::List(list)) = self.get(keyword) else { return Ok(Vec::new()) };
        let location = location.child(keyword);
        let items = list.items();
        let enqueue = |(i, item): (usize, &Value)| {
            self.compiler.enqueue(location.child(&i.to_string()), Some(item.clone()))
        };
        items.iter().enumerate().map(enqueue).collect()
    }

    /// The schemas in the object at `keyword`.
    fn schemas_by_name(&mut self, location: &Location, keyword: &str) -> Result<Vec<(Str, Id)>, Error> {
        let Some(Value::Map(map)) = self.get(keyword) else { return Ok(Vec::new()) };
        let location = location.child(keyword);
        let entries = map.entries();
        let enqueue = |(name, value): (&Str, &Value)| {
            let id = self.compiler.enqueue(location.child(&name.to_str_lossy()), Some(value.clone()))?;
            Ok((name.clone(), id))
        };
        entries.iter().map(enqueue).collect()
    }

    fn additional(&mut self, location: &Location, keyword: &str) -> Result<Option<Additional>, Error> {
        match self.boolean(keyword) {
            Some(allowed) => Ok(Some(Additional::Allowed(allowed))),
            None => Ok(self.schema(location, keyword)?.map(Additional::Schema)),
        }
    }

    fn boolean(&self, keyword: &str) -> Option<bool> {
        match self.get(keyword) {
            Some(Value::Bool(b)) => Some(*b),
            _ => None,
        }
    }

    fn text(&self, keyword: &str) -> Option<Str> {
        match self.get(keyword) {
            Some(Value::Str(text)) => Some(text.clone()),
            _ => None,
        }
    }

    fn number(&self, keyword: &str) -> Option<Number> {
        Number::of(self.get(keyword)?)
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
