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
