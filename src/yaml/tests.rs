//! Behaviour of the whole module against what Helm and Go do.

use super::*;
use crate::json;

/// The shapes of the recorded cases around the string `s`.
fn shaped(shape: &str, s: &Value) -> Value {
    let under = |key: &str, value: Value| Value::map([(key, value)]);
    let list = |value: Value| Value::list([value]);
    match shape {
        "map" => under("k", s.clone()),
        "seq" => list(s.clone()),
        "nest" => {
            let item = Value::map([("c", s.clone()), ("d", list(s.clone()))]);
            under("a", under("b", list(item)))
        }
        "top" => s.clone(),
        _ => Value::map([(s.as_str().cloned().unwrap_or_default(), Value::str("v"))]),
    }
}

fn check_recorded(cases: &[u8], write: impl Fn(&Value) -> Vec<u8>) {
    let cases = json::decode(cases).expect("the recorded cases are JSON");
    let cases = cases.as_list().expect("the recorded cases are a list").items();
    let mut wrong = Vec::new();
    for case in &cases {
        let case = case.as_map().expect("a case is an object").entries();
        for (shape, want) in case.iter().filter(|(shape, _)| **shape != "s") {
            let shape = shape.to_str_lossy();
            let got = write(&shaped(&shape, &case[&b"s"[..]]));
            if want.as_str().is_none_or(|want| **want != *got) {
                wrong.push(format!("{shape}: {:?} is {}", case[&b"s"[..]], String::from_utf8_lossy(&got)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn strings_are_written_as_by_helm() {
    let cases = include_bytes!("../../tests/data/yaml/to-yaml.json");
    check_recorded(cases, |value| {
        let mut text = encode(value).unwrap_or_default();
        text.pop_if(|last| *last == b'\n');
        text
    });
}

#[test]
fn strings_are_written_as_by_helm_prettily() {
    let cases = include_bytes!("../../tests/data/yaml/to-yaml-pretty.json");
    check_recorded(cases, |value| encode_pretty(value).unwrap_or_default());
}
