//! Behaviour of the whole module against what Helm and Go do.

use super::*;
use crate::json;
use crate::value::Str;

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

/// The value as JSON text, or the error.
fn shown(result: Result<Value, Error>) -> String {
    match result {
        Ok(value) => String::from_utf8_lossy(&json::encode(&value, false).expect("plain data")).into_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn documents_decode_as_in_helm() {
    for (text, want) in [
        ("", "null"),
        ("a: 012\nb: 1_000\nc: yes\nd: ~\ne: '1'", r#"{"a":10,"b":1000,"c":true,"d":null,"e":"1"}"#),
        ("a: 18446744073709551616", r#"{"a":18446744073709552000}"#),
        ("a: 1e400\nb: 1:30\nc: 2001-01-01", r#"{"a":"1e400","b":"1:30","c":"2001-01-01"}"#),
        ("yes: 1\n1.5: 2\n123456789.5: 3", r#"{"1.2345679e+08":3,"1.5":2,"true":1}"#),
        (
            "a: !!binary /w==\nb: !!int '0x10'\nc: !t 1\nd: ! 1",
            "{\"a\":\"\u{FFFD}\",\"b\":16,\"c\":\"1\",\"d\":\"1\"}",
        ),
        ("a: &x {a: 1, b: 2}\nb: {b: 3, <<: *x, a: 4}", r#"{"a":{"a":1,"b":2},"b":{"a":4,"b":2}}"#),
        ("<<: [{a: 1}, {a: 2, b: 3}]", r#"{"a":1,"b":3}"#),
        ("a: 1\na: 2\n---\nb: 3", r#"{"a":2}"#),
        (
            "- >-\n  folded\n  text\n\n  end\n- |2+\n   a\n\n- \"x\\\n  y\"\n",
            r#"["folded text\nend"," a\n\n","xy"]"#,
        ),
        ("[a, b: c, {d: , e}, ]", r#"["a",{"b":"c"},{"d":null,"e":null}]"#),
        ("\u{FEFF}a: 1\r\nb: 2\r\n", r#"{"a":1,"b":2}"#),
    ] {
        assert_eq!(shown(decode(text.as_bytes())), want, "{text:?}");
    }
}

#[test]
fn errors_are_those_of_helm() {
    let long_key = format!("{{{}: 1}}", "k".repeat(1025));
    for (text, want) in [
        ("a: [", "yaml: line 1: did not find expected node content"),
        ("a: b: c", "yaml: mapping values are not allowed in this context"),
        ("a:\n b: 1\n  c: 2", "yaml: line 3: mapping values are not allowed in this context"),
        ("a: 1\nb", "yaml: line 3: could not find expected ':'"),
        ("a:\n\t- b", "yaml: line 2: found character that cannot start any token"),
        ("a: 1\n- b", "yaml: line 1: did not find expected key"),
        ("a: \"\\q\"", "yaml: found unknown escape character"),
        ("a: \"\\ud83d\"", "yaml: found invalid Unicode character escape code"),
        ("a: 'b", "yaml: found unexpected end of stream"),
        ("a: \u{1}", "yaml: control characters are not allowed"),
        ("%YAML 1.2\n---\na", "yaml: found incompatible YAML document"),
        ("a: *b", "yaml: unknown anchor 'b' referenced"),
        ("a: &b [*b]", "yaml: anchor 'b' value contains itself"),
        ("a: !!int x", "yaml: cannot decode !!str `x` as a !!int"),
        ("<<: 1", "yaml: map merge requires map or sequence of maps as the value"),
        (
            "? {b: 1, 2: [x]}\n: c",
            "yaml: invalid map key: map[interface {}]interface {}{\"b\":1, 2:[]interface {}{\"x\"}}",
        ),
        (
            "~: [1, {a: ~}]",
            "unsupported map key of type: %!s(<nil>), key: <nil>, value: []interface {}{1, map[interface {}]interface {}{\"a\":interface {}(nil)}}",
        ),
        ("b: .nan\na: -.inf", "json: unsupported value: -Inf"),
        (&long_key, "yaml: did not find expected ',' or '}'"),
        (&"[".repeat(10_001), "yaml: exceeded max depth of 10000"),
        (&"- ".repeat(10_001), "yaml: exceeded max depth of 10000"),
        (&format!("{}[[[]]]", "- ".repeat(9_999)), "exceeded max depth"),
    ] {
        let start = text.get(..40).unwrap_or(text);
        let want = format!("error converting YAML to JSON: {want}");
        assert_eq!(shown(decode(text.as_bytes())), want, "{start:?}");
    }
    let error = decode_map(b"- a").expect_err("a list is no map");
    let want = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}";
    assert_eq!(error.to_string(), want);
    for (text, want) in [
        (
            "a: 1\na: 2\n1: b\n1: c\n'1': d",
            "converting YAML to JSON: yaml: unmarshal errors:\n  line 2: key \"a\" already set in map\n  line 4: key 1 already set in map",
        ),
        ("x: [1]\na: 1", "unmarshaling JSON: while decoding JSON: json: unknown field \"x\""),
    ] {
        const STRICT: Struct = Struct { name: "T", fields: &[("a", Shape::Int)] };
        let error = decode_strict(text.as_bytes(), &Shape::Struct(&STRICT)).expect_err(text);
        assert_eq!(error.to_string(), format!("error {want}"));
    }
}

#[test]
fn aliases_are_paid_for() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_string();
    for level in 1..9 {
        let below = format!("*a{}, ", level - 1).repeat(9);
        bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    let want = "error converting YAML to JSON: yaml: document contains excessive aliasing";
    assert_eq!(shown(decode(bomb.as_bytes())), want);
    assert_eq!(head(bomb.as_bytes()).expect_err("heads are checked too").to_string(), want);
    let heavy = format!("a: &a {}\nb: [{}]", "x".repeat(1 << 20), "*a, ".repeat(70));
    assert_eq!(shown(decode(heavy.as_bytes())), want);
}

#[test]
fn heads_are_read_leniently() {
    let text = b"apiversion: 1.5\nKIND: a\nkind: true\nMetadata: {Name: 7, annotations: {a: 1, b: ~}}\nspec: {a: [.5]}";
    let annotations = [("a", "1"), ("b", "")].map(|(key, value)| (Str::from(key), Str::from(value)));
    let want = Head {
        api_version: "1.5".into(),
        kind: "true".into(),
        metadata: Some(Metadata { name: "7".into(), annotations: annotations.into() }),
    };
    assert_eq!(head(text).expect("a manifest"), want);
    assert_eq!(head(b"# nothing").expect("an empty document"), Head::default());
    for (text, want) in [
        ("a", "json: cannot unmarshal string into Go value of type util.SimpleHead"),
        ("kind: [1]", "json: cannot unmarshal array into Go struct field .kind of type string"),
        (
            "metadata: {annotations: {a/b: {}}}",
            "json: cannot unmarshal object into Go struct field .metadata.annotations.a~1b of type string",
        ),
        (
            "metadata: 1",
            r#"json: cannot unmarshal number into Go struct field .metadata of type struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" }"#,
        ),
    ] {
        let error = head(text.as_bytes()).expect_err(text).to_string();
        assert_eq!(error, format!("error unmarshaling JSON: while decoding JSON: {want}"));
    }
    for (text, want) in [
        ("spec: .inf", "json: unsupported value: +Inf"),
        ("spec: {~: 1}", "unsupported map key of type: %!s(<nil>), key: <nil>, value: 1"),
        ("spec: !!int x", "yaml: cannot decode !!str `x` as a !!int"),
    ] {
        let error = head(text.as_bytes()).expect_err(text).to_string();
        assert_eq!(error, format!("error converting YAML to JSON: {want}"));
    }
    // The later key hides what JSON could not have.
    assert!(head(b"spec: .inf\nspec: 1").is_ok());
}

#[test]
fn values_files_are_split_by_lines() {
    let all = |text: &str| {
        let maps = decode_all(text.as_bytes()).map(|maps| Value::list(maps.into_iter().map(Value::Map)));
        shown(maps)
    };
    for (text, want) in [
        ("", "[]"),
        ("---\n---\na: 1\n--- # b\nb: |\r\n  x", r#"[{},{"a":1},{"b":"x\n"}]"#),
        ("a: 1\n...\nb: 2\n---\n", r#"[{"a":1}]"#),
        ("a: 1\n----\n", "error reading yaml document: invalid Yaml document separator: -"),
        (
            "a: [\n---\nb: 1",
            "cannot unmarshal yaml document: error converting YAML to JSON: yaml: line 1: did not find expected node content",
        ),
    ] {
        assert_eq!(all(text), want, "{text:?}");
    }
}

#[test]
fn numbers_are_written_as_by_helm() {
    for (number, want, pretty) in [
        (12345678.0, "12345678", "1.2345678e+07"),
        (1234567.5, "1.2345675e+06", "1.2345675e+06"),
        (0.00001, "1e-05", "1e-05"),
        (-0.0, "0", "-0"),
        (1e20, "1e+20", "1e+20"),
        (9223372036854775807.0, "9223372036854776000", "9.223372036854776e+18"),
        (18446744073709551615.0, "1.8446744073709552e+19", "1.8446744073709552e+19"),
    ] {
        let value = Value::Float64(number);
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim_end().to_string();
        assert_eq!(text(encode(&value).expect("a number")), want);
        assert_eq!(text(encode_pretty(&value).expect("a number")), pretty);
    }
}

#[test]
fn what_cannot_be_written_is_an_error() {
    let knot = Map::new();
    knot.insert("a", Value::Map(knot.clone()));
    for (value, want) in [
        (
            Value::Map(knot.clone()),
            "error marshaling into JSON: json: unsupported value: encountered a cycle via map[string]interface {}",
        ),
        (Value::Float64(f64::INFINITY), "error marshaling into JSON: json: unsupported value: +Inf"),
        (Value::str("\u{7F}"), "yaml: control characters are not allowed"),
        (Value::map([("\u{85}", Value::Nil)]), "yaml: line 1: did not find expected ',' or '}'"),
        (Value::map([("k".repeat(1023), Value::Nil)]), "yaml: did not find expected ',' or '}'"),
    ] {
        assert_eq!(encode(&value).expect_err(want).to_string(), want);
    }
    assert!(encode_pretty(&Value::Map(knot)).is_err_and(|error| error.is_limit()));
}

#[test]
fn nodes_know_where_they_stand() {
    let text = b"a:\n  - x: 1\n    \xC3\xA9: [u, v]\nb: &b {k: 2}\nc:\n  <<: *b\nd: *b\n";
    let documents = parse(text).expect("YAML");
    let place = |path: &[&str]| {
        let position = documents[0].locate(path).map(|node| node.position());
        position.map(|p| (p.line, p.column, p.offset))
    };
    assert_eq!(place(&[]), Some((1, 1, 0)));
    assert_eq!(place(&["a", "0", "x"]), Some((2, 8, 10)));
    assert_eq!(place(&["a", "0", "\u{E9}", "1"]), Some((3, 12, 24)));
    assert_eq!(place(&["c", "k"]), Some((4, 11, 37)));
    assert_eq!(place(&["d"]), Some((7, 4, 55)));
    assert_eq!(place(&["a", "1"]), None);
    let error = decode(b"a: 1\nb: [\n").expect_err("the list does not end");
    assert_eq!(error.position(), Some(Position { line: 3, column: 1, offset: 10 }));
    let utf16: Vec<u8> = "\u{FEFF}a: [\u{E9}]".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let documents = parse(&utf16).expect("YAML");
    assert_eq!(documents[0].locate(["a", "0"]).and_then(|node| node.scalar()), Some("\u{E9}".as_bytes()));
}
