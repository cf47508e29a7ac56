//! Running values through schemas.

use std::collections::{BTreeMap, BTreeSet};

use super::Error;
use super::compile::Metaschemas;
use super::draft::Draft;
use super::failure::{self, Failure, Kind};
use super::model::{Additional, Dependency, Id, JsonType, Schema, Schemas, duplicates, equals};
use super::number::{self, Number};
use crate::limits::SCHEMA_STEPS;
use crate::stack::with_stack;
use crate::value::{List, Map, Str, Value};

/// Steps that a failure costs: it takes memory.
const FAILURE_STEPS: u64 = 32;

/// What it takes to check a schema against metaschemas where resources within are of other drafts.
pub(super) struct Meta {
    pub(super) metaschemas: &'static Metaschemas,
    /// The draft of each resource, by JSON pointer.
    pub(super) resources: BTreeMap<String, Draft>,
}

/// Checks `value` against the schema `root`.
pub(super) fn validate(schemas: &Schemas, root: Id, value: &Value, meta: Option<Meta>) -> Result<(), Error> {
    let meta_root = meta.as_ref().map(|_| root);
    let mut run = Run { schemas, meta, location: Vec::new(), resources: Vec::new(), steps: SCHEMA_STEPS };
    let schema = schemas.get(root);
    let scope = Scope { schema: root, keyword: None, at_level: 0, level: 0, parent: None };
    let result = run.evaluate(Evaluation {
        value,
        schema,
        scope: &scope,
        meta: meta_root,
        is_quiet: false,
        unevaluated: Unevaluated::of(value, schema, false),
        failures: Vec::new(),
    });
    match result {
        _ if run.steps == 0 => Err(Error::TooComplex),
        Ok(_) => Ok(()),
        Err(failure) => Err(Error::Invalid(Box::new(Failure {
            location: Vec::new(),
            kind: Kind::Schema(schema.location.to_string()),
            causes: failure.into_causes(),
        }))),
    }
}

struct Run<'s> {
    schemas: &'s Schemas,
    meta: Option<Meta>,
    /// The way to the current value.
    location: Vec<Str>,
    /// The schemas that led to the current one, outermost first: of those next to each other in one resource, the
    /// first. `$dynamicRef` and `$recursiveRef` look for a resource from the outside.
    resources: Vec<Id>,
    /// Steps left. At zero everything fails at once.
    steps: u64,
}

/// The schemas that led to the current one.
struct Scope<'a> {
    schema: Id,
    /// The keyword of a reference that led here.
    keyword: Option<&'static str>,
    /// Number of scopes around that look at the same value.
    at_level: u64,
    /// Depth of the value: equal for scopes next to each other that look at the same value.
    level: usize,
    parent: Option<&'a Scope<'a>>,
}

/// A value on its way through one schema.
struct Evaluation<'a> {
    value: &'a Value,
    schema: &'a Schema,
    scope: &'a Scope<'a>,
    /// The metaschema in charge, while schemas are checked.
    meta: Option<Id>,
    /// Only whether it passes counts.
    is_quiet: bool,
    unevaluated: Unevaluated,
    failures: Vec<Failure>,
}

/// Properties and items that no keyword has looked at, for `unevaluatedProperties` and `unevaluatedItems`. Empty where
/// nobody asks.
#[derive(Default)]
struct Unevaluated {
    properties: BTreeSet<Str>,
    items: BTreeSet<usize>,
}

impl Unevaluated {
    /// Before `schema` looks at `value`. `is_wanted` says that a schema around asks.
    fn of(value: &Value, schema: &Schema, is_wanted: bool) -> Unevaluated {
        let mut unevaluated = Unevaluated::default();
        match value {
            Value::Map(map)
                if !schema.all_properties_evaluated
                    && (is_wanted || schema.unevaluated_properties.is_some()) =>
            {
                unevaluated.properties = map.entries().keys().cloned().collect();
            }
            Value::List(list)
                if !schema.all_items_evaluated && (is_wanted || schema.unevaluated_items.is_some()) =>
            {
                unevaluated.items = (schema.items_evaluated..list.len()).collect();
            }
            _ => {}
        }
        unevaluated
    }

    /// Takes away what `other` has seen evaluated.
    fn merge(&mut self, other: &Unevaluated) {
        self.properties.retain(|name| other.properties.contains(name));
        self.items.retain(|index| other.items.contains(index));
    }

    fn is_empty(&self) -> bool {
        self.properties.is_empty() && self.items.is_empty()
    }
}

impl Scope<'_> {
    /// The scope that looks at the same value with the same schema, if there is one.
    fn cycle(&self) -> Option<&Scope<'_>> {
        let mut scope = self.parent;
        while let Some(outer) = scope.filter(|outer| outer.level == self.level) {
            if outer.schema == self.schema {
                return Some(outer);
            }
            scope = outer.parent;
        }
        None
    }

    /// The keywords that led here, as a JSON pointer.
    fn keywords(&self, schemas: &Schemas) -> String {
        let mut out = String::new();
        let mut scope = self;
        while let Some(parent) = scope.parent {
            let step = match scope.keyword {
                Some(keyword) => format!("/{keyword}"),
                None => {
                    let [inner, outer] =
                        [scope.schema, parent.schema].map(|id| schemas.get(id).location.to_string());
                    inner.strip_prefix(&outer).unwrap_or_default().to_string()
                }
            };
            out.insert_str(0, &step);
            scope = parent;
        }
        out
    }
}

impl Evaluation<'_> {
    /// True if more failures would not be noticed.
    fn is_decided(&self) -> bool {
        self.is_quiet && !self.failures.is_empty()
    }
}

impl<'s> Run<'s> {
    /// Uses up `steps`; false if there are none left.
    fn charge(&mut self, steps: u64) -> bool {
        self.steps = self.steps.saturating_sub(steps);
        self.steps > 0
    }

    fn failure(&mut self, evaluation: &Evaluation<'_>, kind: Kind) -> Failure {
        if evaluation.is_quiet || !self.charge(FAILURE_STEPS) {
            return Failure::default();
        }
        Failure { location: self.location.clone(), kind, causes: Vec::new() }
    }

    fn add(&mut self, evaluation: &mut Evaluation<'_>, kind: Kind) {
        let failure = self.failure(evaluation, kind);
        evaluation.failures.push(failure);
    }

    fn add_with_causes(&mut self, evaluation: &mut Evaluation<'_>, kind: Kind, causes: Vec<Failure>) {
        let failure = Failure { causes, ..self.failure(evaluation, kind) };
        evaluation.failures.push(failure);
    }

    fn evaluate(&mut self, evaluation: Evaluation<'_>) -> Result<Unevaluated, Failure> {
        // The search for a cycle goes over the scopes at this level.
        if !self.charge(1 + evaluation.scope.at_level / 16) {
            return Err(Failure::default());
        }
        let schema = evaluation.scope.schema;
        let resource = |id: &Id| self.schemas.get(*id).resource;
        let is_entered = self.resources.last().map(resource) != Some(resource(&schema));
        if is_entered {
            self.resources.push(schema);
        }
        let result = with_stack(|| self.run(evaluation));
        if is_entered {
            self.resources.pop();
        }
        result
    }

    fn run(&mut self, mut evaluation: Evaluation<'_>) -> Result<Unevaluated, Failure> {
        let (schema, value) = (evaluation.schema, evaluation.value);
        match schema.bool {
            Some(true) => return Ok(evaluation.unevaluated),
            Some(false) => return Err(self.failure(&evaluation, Kind::False)),
            None => {}
        }
        if let Some(first) = evaluation.scope.cycle() {
            let [second, first] = [evaluation.scope, first].map(|scope| scope.keywords(self.schemas));
            return Err(self
                .failure(&evaluation, Kind::Cycle(Box::new([second, first, schema.location.to_string()]))));
        }
        if let Some(kind) = self.basics(schema, value) {
            return Err(self.failure(&evaluation, kind));
        }
        if let Some(reference) = schema.reference {
            let result = self.follow(&mut evaluation, reference, "$ref");
            if schema.draft < Draft::Draft2019 {
                return result.map(|()| evaluation.unevaluated);
            }
            evaluation.failures.extend(result.err());
        }
        match value {
            Value::Map(map) => self.object(&mut evaluation, map),
            Value::List(list) => self.array(&mut evaluation, list),
            Value::Str(text) => self.string(&mut evaluation, text),
            number if number::is_number(number) => self.number(&mut evaluation, number),
            _ => {}
        }
        if !evaluation.is_decided() {
            if schema.draft >= Draft::Draft2019 {
                self.special_references(&mut evaluation);
            }
            self.combinations(&mut evaluation);
            if schema.draft >= Draft::Draft2019 {
                self.rest(&mut evaluation);
            }
        }
        match evaluation.failures.len() {
            0 => Ok(evaluation.unevaluated),
            1 => Err(evaluation.failures.remove(0)),
            _ => {
                let causes = std::mem::take(&mut evaluation.failures);
                Err(Failure { causes, ..self.failure(&evaluation, Kind::Group) })
            }
        }
    }

    /// Keywords for all types; the first that fails ends the matter.
    fn basics(&mut self, schema: &Schema, value: &Value) -> Option<Kind> {
        let Some(json_type) = JsonType::of(value) else { return Some(Kind::NotJson(value.go_type())) };
        let types = schema.types;
        let is_integer = || {
            types.contains(JsonType::Integer) && json_type == JsonType::Number && number::is_integer(value)
        };
        if !types.is_empty() && !types.contains(json_type) && !is_integer() {
            return Some(Kind::Type(json_type, types));
        }
        if let Some(constant) = &schema.constant
            && !equals(value, constant)
        {
            return Some(Kind::Const(constant.clone()));
        }
        if let Some(enumeration) = &schema.enumeration {
            self.charge(enumeration.values.len() as u64);
            let is_among = || enumeration.values.iter().any(|item| equals(value, item));
            if !enumeration.types.contains(json_type) || !is_among() {
                return Some(Kind::Enum(enumeration.values.clone()));
            }
        }
        if let Some(format) = &schema.format
            && let Value::Str(text) = value
            && let Err(reason) = format.check(text)
        {
            return Some(Kind::Format(text.clone(), format.name(), reason));
        }
        None
    }

    /// Runs the same value through another schema, which a reference leads to if there is a keyword.
    fn same(
        &mut self,
        evaluation: &mut Evaluation<'_>,
        id: Id,
        keyword: Option<&'static str>,
        is_quiet: bool,
    ) -> Result<(), Failure> {
        let Scope { at_level, level, .. } = *evaluation.scope;
        let parent = Some(evaluation.scope);
        let scope = Scope { schema: id, keyword, at_level: at_level + 1, level, parent };
        let is_wanted = !evaluation.unevaluated.is_empty();
        let unevaluated = Unevaluated::of(evaluation.value, self.schemas.get(id), is_wanted);
        let (id, meta) = self.in_charge(id, evaluation.meta);
        let unevaluated = self.evaluate(Evaluation {
            value: evaluation.value,
            schema: self.schemas.get(id),
            scope: &scope,
            meta,
            is_quiet: evaluation.is_quiet || is_quiet,
            unevaluated,
            failures: Vec::new(),
        })?;
        evaluation.unevaluated.merge(&unevaluated);
        Ok(())
    }

    /// Runs the value under `token` through a schema.
    fn child(
        &mut self,
        evaluation: &Evaluation<'_>,
        id: Id,
        value: &Value,
        token: Str,
    ) -> Result<(), Failure> {
        self.location.push(token);
        let level = evaluation.scope.level + 1;
        let scope = Scope { schema: id, keyword: None, at_level: 0, level, parent: Some(evaluation.scope) };
        let unevaluated = Unevaluated::of(value, self.schemas.get(id), false);
        let (id, meta) = self.in_charge(id, evaluation.meta);
        let result = self.evaluate(Evaluation {
            value,
            schema: self.schemas.get(id),
            scope: &scope,
            meta,
            is_quiet: evaluation.is_quiet,
            unevaluated,
            failures: Vec::new(),
        });
        self.location.pop();
        result.map(|_| ())
    }

    fn add_child(&mut self, evaluation: &mut Evaluation<'_>, id: Id, value: &Value, token: Str) {
        let result = self.child(evaluation, id, value, token);
        evaluation.failures.extend(result.err());
    }

    /// The schema to use in the place of `id`: while schemas are checked, a resource within is checked against the
    /// metaschema of its own draft.
    fn in_charge(&self, id: Id, meta: Option<Id>) -> (Id, Option<Id>) {
        if let Some(known) = &self.meta
            && meta == Some(id)
            && let Some(&draft) = known.resources.get(&failure::pointer(&self.location))
        {
            let root = known.metaschemas.root(draft).unwrap_or(id);
            return (root, Some(root));
        }
        (id, meta)
    }

    fn follow(
        &mut self,
        evaluation: &mut Evaluation<'_>,
        id: Id,
        keyword: &'static str,
    ) -> Result<(), Failure> {
        self.same(evaluation, id, Some(keyword), false).map_err(|failure| {
            let reference = self.failure(evaluation, Kind::Reference);
            Failure { causes: failure.into_causes(), ..reference }
        })
    }

    fn object(&mut self, evaluation: &mut Evaluation<'_>, map: &Map) {
        let schema = evaluation.schema;
        let entries = map.entries();
        if let Some(min) = schema.min_properties.filter(|&min| (entries.len() as i64) < min) {
            self.add(evaluation, Kind::Count("minProperties", entries.len(), min));
        }
        if let Some(max) = schema.max_properties.filter(|&max| entries.len() as i64 > max) {
            self.add(evaluation, Kind::Count("maxProperties", entries.len(), max));
        }
        let missing = |names: &[Str]| -> Vec<Str> {
            names.iter().filter(|name| !entries.contains_key(name.as_bytes())).cloned().collect()
        };
        let required = missing(&schema.required);
        if !required.is_empty() {
            self.add(evaluation, Kind::Required(required));
        }
        if evaluation.is_decided() {
            return;
        }
        for (name, dependency) in &schema.dependencies {
            if !entries.contains_key(name.as_bytes()) {
                continue;
            }
            match dependency {
                Dependency::Required(names) => {
                    let missing = missing(names);
                    if !missing.is_empty() {
                        self.add(evaluation, Kind::Dependency(name.clone(), missing));
                    }
                }
                Dependency::Schema(id) => {
                    let result = self.same(evaluation, *id, None, false);
                    evaluation.failures.extend(result.err());
                }
            }
        }

        let mut additional = Vec::new();
        for (name, value) in entries.iter() {
            if evaluation.is_decided() || !self.charge(1 + schema.pattern_properties.len() as u64) {
                return;
            }
            let mut is_evaluated = false;
            if let Some(&id) = schema.properties.get(name) {
                is_evaluated = true;
                self.add_child(evaluation, id, value, name.clone());
            }
            for (pattern, id) in &schema.pattern_properties {
                if pattern.is_match(name) {
                    is_evaluated = true;
                    self.add_child(evaluation, *id, value, name.clone());
                }
            }
            match schema.additional_properties {
                Some(Additional::Allowed(false)) if !is_evaluated => additional.push(name.clone()),
                Some(Additional::Schema(id)) if !is_evaluated => {
                    self.add_child(evaluation, id, value, name.clone());
                }
                _ => {}
            }
            if is_evaluated || schema.additional_properties.is_some() {
                evaluation.unevaluated.properties.remove(name);
            }
        }
        if !additional.is_empty() {
            self.add(evaluation, Kind::AdditionalProperties(additional));
        }

        if let Some(id) = schema.property_names {
            for name in entries.keys() {
                self.property_name(evaluation, id, name);
            }
        }
        for (name, id) in &schema.dependent_schemas {
            if entries.contains_key(name.as_bytes()) {
                let result = self.same(evaluation, *id, None, false);
                evaluation.failures.extend(result.err());
            }
        }
        for (name, names) in &schema.dependent_required {
            let missing = missing(names);
            if entries.contains_key(name.as_bytes()) && !missing.is_empty() {
                self.add(evaluation, Kind::Dependency(name.clone(), missing));
            }
        }
    }

    /// Runs the name of a property through a schema, as a value by itself.
    fn property_name(&mut self, evaluation: &mut Evaluation<'_>, id: Id, name: &Str) {
        let location = std::mem::take(&mut self.location);
        let resources = std::mem::take(&mut self.resources);
        let value = Value::Str(name.clone());
        let scope = Scope { schema: id, keyword: None, at_level: 0, level: 0, parent: None };
        let (id, meta) = self.in_charge(id, evaluation.meta);
        let result = self.evaluate(Evaluation {
            value: &value,
            schema: self.schemas.get(id),
            scope: &scope,
            meta,
            is_quiet: evaluation.is_quiet,
            unevaluated: Unevaluated::default(),
            failures: Vec::new(),
        });
        self.location = location;
        self.resources = resources;
        if let Err(failure) = result {
            self.add_with_causes(evaluation, Kind::PropertyName(name.clone()), failure.into_causes());
        }
    }

    fn array(&mut self, evaluation: &mut Evaluation<'_>, list: &List) {
        let schema = evaluation.schema;
        let items = list.items();
        if let Some(min) = schema.min_items.filter(|&min| (items.len() as i64) < min) {
            self.add(evaluation, Kind::Count("minItems", items.len(), min));
        }
        if let Some(max) = schema.max_items.filter(|&max| items.len() as i64 > max) {
            self.add(evaluation, Kind::Count("maxItems", items.len(), max));
        }
        if schema.unique_items
            && self.charge(items.len() as u64)
            && let Some((one, two)) = duplicates(list)
        {
            self.add(evaluation, Kind::UniqueItems(one, two));
        }

        let token = |index: usize| Str::from(index.to_string());
        for (index, (item, &id)) in items.iter().zip(&schema.prefix_items).enumerate() {
            self.add_child(evaluation, id, item, token(index));
        }
        let first = schema.prefix_items.len().min(items.len());
        match (schema.items, schema.additional_items) {
            (Some(id), _) | (None, Some(Additional::Schema(id))) => {
                for (index, item) in items.iter().enumerate().skip(first) {
                    self.add_child(evaluation, id, item, token(index));
                }
            }
            (None, Some(Additional::Allowed(false))) if first < items.len() => {
                self.add(evaluation, Kind::AdditionalItems(items.len() - first));
            }
            _ => {}
        }

        if let Some(id) = schema.contains {
            let mut failures = Vec::new();
            let mut matched = Vec::new();
            for (index, item) in items.iter().enumerate() {
                match self.child(evaluation, id, item, token(index)) {
                    Ok(()) => {
                        matched.push(index);
                        if schema.draft >= Draft::Draft2020 {
                            evaluation.unevaluated.items.remove(&index);
                        }
                    }
                    Err(failure) => failures.push(failure),
                }
            }
            let number = matched.len() as i64;
            match schema.min_contains {
                Some(min) if number < min => {
                    self.add_with_causes(evaluation, Kind::MinContains(matched.clone(), min), failures);
                }
                None if number == 0 => self.add_with_causes(evaluation, Kind::Contains, failures),
                _ => {}
            }
            if let Some(max) = schema.max_contains.filter(|&max| number > max) {
                self.add(evaluation, Kind::MaxContains(matched, max));
            }
        }
    }

    fn string(&mut self, evaluation: &mut Evaluation<'_>, text: &Str) {
        let schema = evaluation.schema;
        self.charge(text.len() as u64 / 64);
        if schema.min_length.is_some() || schema.max_length.is_some() {
            let length = crate::gofmt::unicode::rune_count(text);
            if let Some(min) = schema.min_length.filter(|&min| (length as i64) < min) {
                self.add(evaluation, Kind::Count("minLength", length, min));
            }
            if let Some(max) = schema.max_length.filter(|&max| length as i64 > max) {
                self.add(evaluation, Kind::Count("maxLength", length, max));
            }
        }
        if let Some((regex, pattern)) = &schema.pattern
            && !regex.is_match(text)
        {
            self.add(evaluation, Kind::Pattern(text.clone(), pattern.clone()));
        }
    }

    fn number(&mut self, evaluation: &mut Evaluation<'_>, value: &Value) {
        let schema = evaluation.schema;
        let limits = [
            (&schema.minimum, "minimum"),
            (&schema.maximum, "maximum"),
            (&schema.exclusive_minimum, "exclusiveMinimum"),
            (&schema.exclusive_maximum, "exclusiveMaximum"),
            (&schema.multiple_of, "multipleOf"),
        ];
        if limits.iter().all(|(limit, _)| limit.is_none()) {
            return;
        }
        let Some(number) = Number::of(value) else { return };
        for (limit, keyword) in limits {
            let Some(limit) = limit else { continue };
            let is_kept = match keyword {
                "minimum" => number >= *limit,
                "maximum" => number <= *limit,
                "exclusiveMinimum" => number > *limit,
                "exclusiveMaximum" => number < *limit,
                _ => number.is_multiple_of(limit),
            };
            if !is_kept {
                self.add(evaluation, Kind::Limit(keyword, Box::new([number.clone(), limit.clone()])));
            }
        }
    }

    /// `$recursiveRef` and `$dynamicRef`: where they lead depends on the schemas that led here.
    fn special_references(&mut self, evaluation: &mut Evaluation<'_>) {
        let schemas = self.schemas;
        let resource = |id: &Id| schemas.get(schemas.get(*id).resource);
        if let Some(mut id) = evaluation.schema.recursive_ref {
            self.charge(self.resources.len() as u64 / 16);
            if schemas.get(id).recursive_anchor {
                let outermost = self.resources.iter().find(|id| resource(id).recursive_anchor);
                id = outermost.copied().unwrap_or(id);
            }
            let result = self.follow(evaluation, id, "$recursiveRef");
            evaluation.failures.extend(result.err());
        }
        if let Some((target, anchor)) = &evaluation.schema.dynamic_ref {
            self.charge(self.resources.len() as u64 / 16);
            let mut id = *target;
            if let Some(anchor) = anchor
                && schemas.get(id).dynamic_anchor.as_ref() == Some(anchor)
            {
                let outermost = self.resources.iter().find_map(|id| resource(id).dynamic_anchors.get(anchor));
                id = outermost.copied().unwrap_or(id);
            }
            let result = self.follow(evaluation, id, "$dynamicRef");
            evaluation.failures.extend(result.err());
        }
    }

    /// `not`, `allOf`, `anyOf`, `oneOf`, `if`.
    fn combinations(&mut self, evaluation: &mut Evaluation<'_>) {
        let schema = evaluation.schema;
        if let Some(id) = schema.not
            && self.same(evaluation, id, None, true).is_ok()
        {
            self.add(evaluation, Kind::Not);
        }

        let mut failures = Vec::new();
        for &id in &schema.all_of {
            if let Err(failure) = self.same(evaluation, id, None, false) {
                failures.push(failure);
                if evaluation.is_quiet {
                    break;
                }
            }
        }
        if !failures.is_empty() {
            self.add_with_causes(evaluation, Kind::AllOf, failures);
        }

        let mut failures = Vec::new();
        let mut is_matched = schema.any_of.is_empty();
        for &id in &schema.any_of {
            match self.same(evaluation, id, None, false) {
                Err(failure) => failures.push(failure),
                Ok(()) => {
                    is_matched = true;
                    // Further ones may evaluate more.
                    if evaluation.unevaluated.is_empty() {
                        break;
                    }
                }
            }
        }
        if !is_matched {
            self.add_with_causes(evaluation, Kind::AnyOf, failures);
        }

        if !schema.one_of.is_empty() {
            self.one_of(evaluation);
        }

        if let Some(id) = schema.condition {
            let branch = match self.same(evaluation, id, None, true) {
                Ok(()) => schema.then,
                Err(_) => schema.otherwise,
            };
            if let Some(id) = branch {
                let result = self.same(evaluation, id, None, false);
                evaluation.failures.extend(result.err());
            }
        }
    }

    fn one_of(&mut self, evaluation: &mut Evaluation<'_>) {
        let mut failures = Vec::new();
        let mut matched = None;
        for (index, &id) in evaluation.schema.one_of.iter().enumerate() {
            match (self.same(evaluation, id, None, matched.is_some()), matched) {
                (Err(failure), None) => failures.push(failure),
                (Err(_), Some(_)) => {}
                (Ok(()), None) => matched = Some(index),
                (Ok(()), Some(first)) => {
                    self.add(evaluation, Kind::OneOf(Some((first, index))));
                    return;
                }
            }
        }
        if matched.is_none() {
            self.add_with_causes(evaluation, Kind::OneOf(None), failures);
        }
    }

    /// `unevaluatedProperties` and `unevaluatedItems`.
    fn rest(&mut self, evaluation: &mut Evaluation<'_>) {
        if let (Value::Map(map), Some(id)) = (evaluation.value, evaluation.schema.unevaluated_properties) {
            for name in std::mem::take(&mut evaluation.unevaluated.properties) {
                if let Some(value) = map.get(&name) {
                    self.add_child(evaluation, id, &value, name);
                }
            }
        }
        if let (Value::List(list), Some(id)) = (evaluation.value, evaluation.schema.unevaluated_items) {
            for index in std::mem::take(&mut evaluation.unevaluated.items) {
                if let Some(item) = list.get(index) {
                    self.add_child(evaluation, id, &item, Str::from(index.to_string()));
                }
            }
        }
    }
}
