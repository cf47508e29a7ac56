//! The Go types of an index.

use crate::chart;
use crate::yaml::{Shape, Struct};

/// A whole `index.yaml`.
pub const INDEX: Struct = Struct {
    name: "repo.IndexFile",
    fields: &[
        ("serverInfo", Shape::Map(&Shape::Any)),
        ("apiVersion", Shape::String),
        ("generated", Shape::Any),
        ("entries", ENTRIES),
        ("publicKeys", Shape::List(&Shape::String)),
        ("annotations", Shape::Map(&Shape::String)),
    ],
};

/// Its charts: the versions of each by its name.
pub const ENTRIES: Shape = Shape::Map(&Shape::Named("repo.ChartVersions", &Shape::Pointer(&VERSION)));

const VERSION: Struct = Struct { name: "repo.ChartVersion", fields: &VERSION_FIELDS };

/// Those of `Chart.yaml`, then those that only an index has. The last four have no meaning any more.
const VERSION_FIELDS: [(&str, Shape); chart::FIELDS.len() + OWN_FIELDS.len()] = {
    let mut all = [("", Shape::Any); chart::FIELDS.len() + OWN_FIELDS.len()];
    let mut i = 0;
    while i < all.len() {
        all[i] = if i < METADATA_FIELDS.len() {
            (METADATA_FIELDS[i].0, Shape::Embedded(&METADATA_FIELDS[i].1))
        } else {
            OWN_FIELDS[i - METADATA_FIELDS.len()]
        };
        i += 1;
    }
    all
};

const METADATA_FIELDS: &[(&str, Shape)] = &chart::FIELDS;

const OWN_FIELDS: [(&str, Shape); 8] = [
    ("urls", Shape::List(&Shape::String)),
    ("created", Shape::Any),
    ("removed", Shape::Bool),
    ("digest", Shape::String),
    ("checksum", Shape::String),
    ("engine", Shape::String),
    ("tillerVersion", Shape::String),
    ("url", Shape::String),
];
