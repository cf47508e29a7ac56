//! The drafts of JSON Schema: their keywords and their metaschemas.

use crate::value::Value;

/// A draft. Later ones compare greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Draft {
    Draft4,
    Draft6,
    Draft7,
    Draft2019,
    Draft2020,
}

/// Where subschemas stand within a keyword.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// The value of the keyword itself.
    Value,
    /// Each item of its array.
    Items,
    /// Each member of its object.
    Members,
}

/// Keywords that hold subschemas, with the draft that brought them.
const SUBSCHEMAS: [(Draft, &str, Place); 23] = [
    (Draft::Draft4, "additionalItems", Place::Value),
    (Draft::Draft4, "additionalProperties", Place::Value),
    (Draft::Draft4, "allOf", Place::Items),
    (Draft::Draft4, "anyOf", Place::Items),
    (Draft::Draft4, "definitions", Place::Members),
    (Draft::Draft4, "dependencies", Place::Members),
    (Draft::Draft4, "items", Place::Items),
    (Draft::Draft4, "items", Place::Value),
    (Draft::Draft4, "not", Place::Value),
    (Draft::Draft4, "oneOf", Place::Items),
    (Draft::Draft4, "patternProperties", Place::Members),
    (Draft::Draft4, "properties", Place::Members),
    (Draft::Draft6, "contains", Place::Value),
    (Draft::Draft6, "propertyNames", Place::Value),
    (Draft::Draft7, "else", Place::Value),
    (Draft::Draft7, "if", Place::Value),
    (Draft::Draft7, "then", Place::Value),
    (Draft::Draft2019, "$defs", Place::Members),
    (Draft::Draft2019, "contentSchema", Place::Value),
    (Draft::Draft2019, "dependentSchemas", Place::Members),
    (Draft::Draft2019, "unevaluatedItems", Place::Value),
    (Draft::Draft2019, "unevaluatedProperties", Place::Value),
    (Draft::Draft2020, "prefixItems", Place::Items),
];

impl Draft {
    /// All of them.
    pub(super) const ALL: [Draft; 5] =
        [Draft::Draft4, Draft::Draft6, Draft::Draft7, Draft::Draft2019, Draft::Draft2020];

    /// The draft of schemas that name none.
    pub(super) const LATEST: Draft = Draft::Draft2020;

    /// URL of the metaschema.
    pub(super) fn url(self) -> &'static str {
        match self {
            Draft::Draft4 => "http://json-schema.org/draft-04/schema",
            Draft::Draft6 => "http://json-schema.org/draft-06/schema",
            Draft::Draft7 => "http://json-schema.org/draft-07/schema",
            Draft::Draft2019 => "https://json-schema.org/draft/2019-09/schema",
            Draft::Draft2020 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// The draft that a `$schema` names.
    pub(super) fn from_url(url: &str) -> Option<Draft> {
        let url = url.strip_suffix('#').unwrap_or(url);
        let path = url.strip_prefix("http://").or(url.strip_prefix("https://")).unwrap_or(url);
        if path == "json-schema.org/schema" {
            return Some(Draft::LATEST);
        }
        Draft::ALL.into_iter().find(|draft| draft.url().split_once("://").is_some_and(|(_, own)| own == path))
    }

    /// The base URL that an object sets: its id without fragment.
    pub(super) fn id(self, object: &crate::value::Map) -> Option<String> {
        // Before 2019-09 a reference hides everything beside it.
        if self < Draft::Draft2019 && object.contains_key("$ref") {
            return None;
        }
        let Some(Value::Str(id)) = object.get(self.id_keyword()) else { return None };
        let id = id.to_str_lossy();
        let (url, _) = super::location::split_fragment(&id);
        (!url.is_empty()).then(|| url.to_string())
    }

    /// The keyword that sets the base URL.
    pub(super) fn id_keyword(self) -> &'static str {
        if self == Draft::Draft4 { "id" } else { "$id" }
    }

    /// The keywords that hold subschemas.
    pub(super) fn subschemas(self) -> impl Iterator<Item = (&'static str, Place)> {
        SUBSCHEMAS
            .into_iter()
            .filter(move |(since, ..)| *since <= self)
            .map(|(_, keyword, place)| (keyword, place))
    }
}

/// The text of the document at `url`, if it is one of the metaschemas.
pub(super) fn metaschema(url: &str) -> Option<&'static [u8]> {
    let path = url.strip_prefix("http://json-schema.org/").or(url.strip_prefix("https://json-schema.org/"))?;
    Some(match path {
        "draft-04/schema" => include_bytes!("metaschemas/draft-04.json"),
        "draft-06/schema" => include_bytes!("metaschemas/draft-06.json"),
        "draft-07/schema" => include_bytes!("metaschemas/draft-07.json"),
        "draft/2019-09/schema" => include_bytes!("metaschemas/2019-09.json"),
        "draft/2019-09/meta/applicator" => include_bytes!("metaschemas/2019-09-applicator.json"),
        "draft/2019-09/meta/content" => include_bytes!("metaschemas/2019-09-content.json"),
        "draft/2019-09/meta/core" => include_bytes!("metaschemas/2019-09-core.json"),
        "draft/2019-09/meta/format" => include_bytes!("metaschemas/2019-09-format.json"),
        "draft/2019-09/meta/meta-data" => include_bytes!("metaschemas/2019-09-meta-data.json"),
        "draft/2019-09/meta/validation" => include_bytes!("metaschemas/2019-09-validation.json"),
        "schema" | "draft/2020-12/schema" => include_bytes!("metaschemas/2020-12.json"),
        "draft/2020-12/meta/applicator" => include_bytes!("metaschemas/2020-12-applicator.json"),
        "draft/2020-12/meta/content" => include_bytes!("metaschemas/2020-12-content.json"),
        "draft/2020-12/meta/core" => include_bytes!("metaschemas/2020-12-core.json"),
        "draft/2020-12/meta/format-annotation" => {
            include_bytes!("metaschemas/2020-12-format-annotation.json")
        }
        "draft/2020-12/meta/format-assertion" => include_bytes!("metaschemas/2020-12-format-assertion.json"),
        "draft/2020-12/meta/meta-data" => include_bytes!("metaschemas/2020-12-meta-data.json"),
        "draft/2020-12/meta/unevaluated" => include_bytes!("metaschemas/2020-12-unevaluated.json"),
        "draft/2020-12/meta/validation" => include_bytes!("metaschemas/2020-12-validation.json"),
        _ => return None,
    })
}
