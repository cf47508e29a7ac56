//! The function table of Helm's templates: Go's printing built-ins, Sprig's functions and Helm's own.
//!
//! One file per family; each exports `FUNCTIONS`, a table of [`Function`]. [`lookup`] finds one by name.

use std::sync::OnceLock;

use hashbrown::HashMap;

use crate::value::call::Function;
use crate::value::{Method, Type, Value};

mod args;
mod cases;
mod convert;
mod crypto;
mod date;
mod decimal;
mod dicts;
mod encoding;
mod flow;
pub mod helm;
mod lists;
mod math;
mod network;
pub mod paths;
mod print;
mod random;
mod reflection;
mod regexes;
mod semvers;
mod serialize;
mod strings;
mod table;
mod urls;
mod values;

/// Every family, in alphabetical order.
const FAMILIES: &[&[Function]] = &[
    cases::FUNCTIONS,
    convert::FUNCTIONS,
    crypto::FUNCTIONS,
    date::FUNCTIONS,
    dicts::FUNCTIONS,
    encoding::FUNCTIONS,
    flow::FUNCTIONS,
    helm::FUNCTIONS,
    lists::FUNCTIONS,
    math::FUNCTIONS,
    network::FUNCTIONS,
    paths::FUNCTIONS,
    print::FUNCTIONS,
    random::FUNCTIONS,
    reflection::FUNCTIONS,
    regexes::FUNCTIONS,
    semvers::FUNCTIONS,
    serialize::FUNCTIONS,
    strings::FUNCTIONS,
    urls::FUNCTIONS,
];

/// The function that templates call `name`.
pub fn lookup(name: &[u8]) -> Option<&'static Function> {
    static TABLE: OnceLock<HashMap<&'static [u8], &'static Function, foldhash::fast::FixedState>> =
        OnceLock::new();
    TABLE
        .get_or_init(|| FAMILIES.iter().copied().flatten().map(|f| (f.name.as_bytes(), f)).collect())
        .get(name)
        .copied()
}

/// The methods that templates may call on `value`.
pub fn methods(value: &Value) -> &'static [Method] {
    match value {
        Value::Object(object) => object.methods(),
        Value::Map(map) if map.go_type() == Type::VALUES => values::METHODS,
        _ => &[],
    }
}

/// All functions, family by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().copied().flatten()
}
