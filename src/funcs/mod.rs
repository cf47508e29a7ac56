//! The function table of Helm's templates: Go's printing built-ins, Sprig's functions and Helm's own.
//!
//! One file per family; each exports `FUNCTIONS`, a table of [`Function`]. [`lookup`] finds one by name.

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

/// Places for functions, several times as many as there are functions.
const PLACES: usize = 1024;

/// All functions, each at the place of its hash or at the next that was free. Made by the compiler, for to make it takes
/// longer than many a run.
static TABLE: [Option<&Function>; PLACES] = {
    let mut table = [None; PLACES];
    let mut family = 0;
    while family < FAMILIES.len() {
        let mut index = 0;
        while index < FAMILIES[family].len() {
            let function = &FAMILIES[family][index];
            let mut place = place(function.name.as_bytes());
            while table[place].is_some() {
                place = (place + 1) % PLACES;
            }
            table[place] = Some(function);
            index += 1;
        }
        family += 1;
    }
    table
};

/// Where the function `name` is, unless the place was taken. FNV-1a.
const fn place(name: &[u8]) -> usize {
    let mut hash = 0x811c_9dc5_u32;
    let mut index = 0;
    while index < name.len() {
        hash = (hash ^ name[index] as u32).wrapping_mul(0x0100_0193);
        index += 1;
    }
    (hash ^ (hash >> 16)) as usize % PLACES
}

/// The function that templates call `name`.
pub fn lookup(name: &[u8]) -> Option<&'static Function> {
    let mut place = place(name);
    while let Some(function) = TABLE[place] {
        if function.name.as_bytes() == name {
            return Some(function);
        }
        place = (place + 1) % PLACES;
    }
    None
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
