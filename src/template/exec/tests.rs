use serde_json::Value as Json;

use super::*;
use crate::value::call::{CallError, Host};
use crate::value::{Map, Num, Type};

struct Nowhere;

impl Host for Nowhere {
    fn now(&self) -> i128 {
        0
    }
    fn random(&self, _: &mut [u8]) {}
    fn resolve(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
    fn lookup(&self, _: &str, _: &str, _: &str, _: &str) -> std::result::Result<Map, CallError> {
        Ok(Map::new())
    }
}

fn run(files: &[(&str, &str)], data: &Value) -> std::result::Result<String, String> {
    let mut set = Set::new();
    for (name, text) in files {
        set.parse(name, (*text).into()).map_err(|e| e.to_string())?;
    }
    let (name, _) = files.last().copied().unwrap_or_default();
    match execute(&set, name, data, &mut Env::new(&Nowhere)) {
        Ok(out) => Ok(String::from_utf8_lossy(&out).into_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// The data that Go had for `tests/data/exec/go.jsonl`.
fn data() -> Value {
    let k = || Value::map([("k", Value::str("v"))]);
    let inner = Value::map([
        ("b", Value::map([("c", Value::str("deep"))])),
        ("nul", Value::Nil),
        ("s", Value::str("text")),
    ]);
    Value::map([
        ("a", inner),
        ("n", Value::Int(3)),
        ("f", Value::Float64(2.5)),
        ("i64", Value::Int64(7)),
        ("t", Value::Bool(true)),
        ("e", Value::str("")),
        ("list", Value::list([Value::Int(1), Value::str("two"), Value::Nil, k()])),
        ("strs", Value::strings(["x", "y"])),
        ("bytes", Value::Bytes("hi".into())),
        ("smap", Value::Map(Map::from_entries(Type::String, [("k", Value::str("v"))]))),
        ("u8", Value::Num(Num::Uint8(200))),
        ("empty", Value::map::<&str>([])),
        ("v", Value::map([("z", Value::Int(1))])),
    ])
}

#[test]
fn executes_as_go_does() {
    let mut failed = Vec::new();
    for line in include_str!("../../../tests/data/exec/go.jsonl").lines() {
        let case: Json = serde_json::from_str(line).expect("a JSON object");
        let text = |key: &str| case[key].as_str().map(str::to_string);
        let template = text("template").expect("a template");
        let want = text("output").ok_or_else(|| text("error").unwrap_or_default());
        let got = run(&[("x", &template)], &data());
        if got != want {
            failed.push(format!("{template}\n  want {want:?}\n  got  {got:?}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
