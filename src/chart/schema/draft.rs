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
#[derive(Clone, Copy)]
pub(super) struct Places {
    /// Its value is one.
    pub(super) value: bool,
    /// Each item of its array is one.
    pub(super) items: bool,
    /// Each member of its object is one.
    pub(super) members: bool,
}

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

    /// Where subschemas stand within `keyword`, if it may hold any.
    pub(super) fn subschemas(self, keyword: &str) -> Option<Places> {
        const VALUE: Places = Places { value: true, items: false, members: false };
        const ITEMS: Places = Places { value: false, items: true, members: false };
        const MEMBERS: Places = Places { value: false, items: false, members: true };
        let (since, places) = match keyword {
            "additionalItems" | "additionalProperties" | "not" => (Draft::Draft4, VALUE),
            "items" => (Draft::Draft4, Places { items: true, ..VALUE }),
            "allOf" | "anyOf" | "oneOf" => (Draft::Draft4, ITEMS),
            "definitions" | "dependencies" | "patternProperties" | "properties" => (Draft::Draft4, MEMBERS),
            "contains" | "propertyNames" => (Draft::Draft6, VALUE),
            "if" | "then" | "else" => (Draft::Draft7, VALUE),
            "contentSchema" | "unevaluatedItems" | "unevaluatedProperties" => (Draft::Draft2019, VALUE),
            "$defs" | "dependentSchemas" => (Draft::Draft2019, MEMBERS),
            "prefixItems" => (Draft::Draft2020, ITEMS),
            _ => return None,
        };
        (since <= self).then_some(places)
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
