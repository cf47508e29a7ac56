//! Formats of results: tables for people, JSON and YAML for programs.

use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session, terminal};
use crate::value::Value;
use crate::{json, yaml};

/// The flag for the format of results.
pub const OUTPUT: &[Flag] = &[Flag::new("output", Kind::Text, "Format of the results: table, json or yaml")
    .short('o')
    .default("table")];

/// Checks [`OUTPUT`], in Helm's words.
pub fn accept(_: &mut Session<'_>, flag: Flag, value: &str, _: &Flags) -> Result<(), String> {
    match (flag.name, value) {
        ("output", "table" | "json" | "yaml") => Ok(()),
        ("output", _) => Err("invalid format type".to_owned()),
        _ => Ok(()),
    }
}

/// The bytes of results in the format that [`OUTPUT`] wants.
pub fn bytes(
    flags: &Flags,
    value: impl FnOnce() -> Value,
    table: impl FnOnce() -> String,
) -> Result<Vec<u8>, Failure> {
    Ok(match flags.text("output") {
        "json" => {
            let mut text = json::encode(&value(), true).map_err(Failure::of)?;
            text.push(b'\n');
            text
        }
        "yaml" => yaml::encode(&value()).map_err(Failure::of)?,
        _ => terminal::printable(table().as_bytes()).into_owned(),
    })
}
