//! `tests/data/schema/helm.jsonl` has schemas, values, and what Helm 4.3.1 printed for them.

use super::*;

/// What Helm prints on standard error below the chart's name.
fn printed(schema: &[u8], values: &Value) -> String {
    match Schema::new(schema.into()).validate(values) {
        Ok(notices) => notices.iter().map(|notice| format!("{notice}\n")).collect(),
        Err(error) => format!("{error}\n"),
    }
}

#[test]
fn prints_as_helm() {
    let recorded = include_bytes!("../../../tests/data/schema/helm.jsonl");
    let lines = |text: &str| {
        // Helm walks maps at random.
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        lines.sort();
        lines
    };
    for line in recorded.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let case = json::decode(line).unwrap();
        let case = case.as_list().unwrap().items();
        let schema = case[0].as_str().unwrap();
        let expected = case[2].as_str().unwrap().to_str_lossy();
        let printed = printed(schema, &case[1]);
        assert_eq!(lines(&printed), lines(&expected), "{schema}\nprinted {printed}");
    }
}

/// `schema` and what it becomes when one value in it is replaced by an odd one.
fn variants(schema: &serde_json::Value) -> Vec<serde_json::Value> {
    use serde_json::{Value, json};
    let odd = || {
        let texts = ["", "x", "string", "(", "#/a b", "#/$defs/a", "https://a.b/c", "a:b"].map(Value::from);
        let other = json!([null, true, -1, 0, 1.5, 2.0, {}, {"type": 1}, {"a": true}, [], [1], [true], ["a"], ["a", "a"],
            ["object", "null"], ["object", "x"], [{}, 1]]);
        texts.into_iter().chain(other.as_array().cloned().unwrap_or_default())
    };
    let inner: Vec<Value> = match schema {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| {
                variants(value).into_iter().map(|value| {
                    let mut members = members.clone();
                    members.insert(name.clone(), value);
                    Value::Object(members)
                })
            })
            .collect(),
        Value::Array(items) => (0..items.len())
            .flat_map(|i| {
                variants(&items[i]).into_iter().map(move |value| {
                    let mut items = items.clone();
                    items[i] = value;
                    Value::Array(items)
                })
            })
            .collect(),
        _ => Vec::new(),
    };
    odd().chain(inner).chain([schema.clone()]).collect()
}

/// Schemas that are valid at a look are valid for their metaschema.
#[test]
fn plain_schemas_are_valid() {
    let recorded = include_bytes!("../../../tests/data/schema/helm.jsonl");
    let mut plain = 0;
    for line in recorded.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).step_by(2) {
        let case = json::decode(line).unwrap();
        let text = case.as_list().unwrap().items()[0].as_str().unwrap().clone();
        let Ok(schema) = serde_json::from_slice(&text) else { continue };
        for variant in variants(&schema) {
            let schema = parse(variant.to_string().as_bytes()).unwrap();
            for draft in [draft::Draft::Draft4, draft::Draft::Draft7, draft::Draft::Draft2020] {
                if plain::is_valid(draft, &schema) {
                    plain += 1;
                    let checked = compile::check_against_metaschema(draft, &schema);
                    assert!(checked.is_ok(), "{draft:?} {variant}: {checked:?}");
                }
            }
        }
    }
    assert!(plain > 1000, "{plain}");
}

#[test]
fn reads_nothing_from_outside() {
    let values = Value::Map(crate::value::Map::new());
    for reference in ["other.json", "file:///etc/passwd", "http://127.0.0.1:1/x", "ftp://x/y"] {
        let schema = format!("{{\"$ref\":\"{reference}\"}}");
        let text = printed(schema.as_bytes(), &values);
        assert!(text.starts_with("failing loading \""), "{text}");
    }
}

#[test]
fn bounds_its_work() {
    // Each definition asks for the next one twice.
    let definitions: Vec<String> = (0..60)
        .map(|i| {
            format!(
                r##""d{i}":{{"allOf":[{{"$ref":"#/$defs/d{n}"}},{{"$ref":"#/$defs/d{n}"}}]}}"##,
                n = i + 1
            )
        })
        .collect();
    let schema = format!(
        r##"{{"$ref":"#/$defs/d0","$defs":{{{},"d60":{{"type":"string"}}}}}}"##,
        definitions.join(",")
    );
    let values = Value::Map(crate::value::Map::new());
    let too_complex = |schema: &str| {
        let result = Schema::new(schema.into()).validate(&values).map(|_| ());
        result.is_err_and(|error| matches!(*error, Error::TooComplex))
    };
    assert!(too_complex(&schema));

    let nested = |depth| format!("{}true{}", r#"{"not":"#.repeat(depth), "}".repeat(depth));
    assert!(!too_complex(&nested(100)));
    assert!(too_complex(&nested(9_000)));
}
