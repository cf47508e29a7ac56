//! Expectations are what BurntSushi/toml 1.6.0 gave.

use super::*;
use crate::gofmt;
use crate::json;
use crate::value::call::{CallError, Host};
use crate::value::{List, Map, Num, Type, Value};

/// A host in winter in Berlin.
struct Berlin;

impl Host for Berlin {
    fn now(&self) -> i128 {
        1_700_000_000_000_000_000
    }

    fn time_zone(&self) -> Option<String> {
        Some("Europe/Berlin".to_string())
    }

    fn random(&self, _: &mut [u8]) {}

    fn resolve(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn lookup(&self, _: &str, _: &str, _: &str, _: &str) -> Result<Map, CallError> {
        Ok(Map::new())
    }
}

fn read(text: &str) -> String {
    match decode(text.as_bytes(), &Berlin) {
        Ok(value) => String::from_utf8(json::encode(&value, false).unwrap()).unwrap(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn reads_as_burntsushi() {
    let cases = [
        ("", "{}"),
        (
            "a = 1 # c\r\nb.c = 'x\\n'\n[t.\"u v\"]\nd = [1_000, {e = 0x1F,},\n]",
            r#"{"a":1,"b":{"c":"x\\n"},"t":{"u v":{"d":[1000,{"e":31}]}}}"#,
        ),
        ("[[x]]\na = +5\n[x.y]\n[[x]]\na = -0.0", r#"{"x":[{"a":5,"y":{}},{"a":-0}]}"#),
        (
            "a = \"\"\"\r\nx\\\n   y \"\"z\"\"\"\"\"\nb = \"\\u00e9\\x41\\e\"",
            "{\"a\":\"xy \\\"\\\"z\\\"\\\"\",\"b\":\"éA\\u001b\"}",
        ),
        ("\u{feff}a = ''''x'''", r#"{"a":"'x"}"#),
        // Oddities: dropped in silence, and not.
        ("a.b = 1\na = 2", r#"{"a":{"b":1}}"#),
        ("a.b = 1\na.c = 2\na = 3", "toml: line 3 (last key \"a\"): Key 'a' has already been defined."),
        ("a = [{b = 1, b = 2}]", "toml: line 1 (last key \"a.b\"): Key 'a.b' has already been defined."),
        ("[t]\n[t]", "toml: line 2: Key 't' has already been defined."),
        ("a = 1\n[[a]]", "toml: line 2: Key 'a' was already created and cannot be used as an array."),
        ("a = 1\n[a.b]", "toml: line 2: Key 'a' was already created as a hash."),
        ("[t]\na = ", "toml: line 2 (last key \"t.a\"): unexpected EOF; expected value"),
        ("a = \n", "toml: line 1 (last key \"a\"): expected value but found '\\n' instead"),
        ("a\n", "toml: line 1: expected '.' or '=', but got '\\n' instead"),
        ("a = ingress", "toml: line 1 (last key \"a\"): expected value but found \"ngress\" instead"),
        ("a = \"x\ny\"", "toml: line 1 (last key \"a\"): strings cannot contain newlines"),
        ("a = '''\nx", "toml: line 2 (last key \"a\"): unexpected EOF; expected \"'''\""),
        ("a = \"\\", "toml: line 0 (last key \"a\"): invalid escape in string '\\\0'"),
        (
            "a = \"x\\u00\"",
            "toml: line 1 (last key \"a\"): expected four hexadecimal digits after '\\u', but got \"x\\\\u00\\\"\" instead",
        ),
        ("a = \"\\ud800\"", "toml: line 1 (last key \"a\"): Escaped character '\\ud800' is not valid UTF-8."),
        (
            "a = 1.e2",
            "toml: line 1 (last key \"a\"): Invalid float \"1.e2\": '.' must be followed by one or more digits",
        ),
        ("a = +0x1", "toml: line 1 (last key \"a\"): cannot use sign with non-decimal numbers: '+0x'"),
        ("a = 1979-05-32", "toml: line 1 (last key \"a\"): invalid datetime: \"1979-05-32\""),
        ("[a\n]", "toml: line 2: expected '.' or ']' to end table name, but got '\\n' instead"),
        (
            "a = [1 2]",
            "toml: line 1 (last key \"a\"): expected a comma (',') or array terminator (']'), but got '2'",
        ),
        ("a = 1\u{1}", "toml: line 1 (last key \"a\"): TOML files cannot contain control characters: '0x01'"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text), expected, "{text:?}");
    }
    assert_eq!(
        decode(b"\xff = 1", &Berlin).unwrap_err().to_string(),
        "toml: line 1: invalid UTF-8 byte: 0xff"
    );
}

#[test]
fn bounds_its_work() {
    let deep = "[".repeat(100_000);
    assert!(read(&format!("a = {deep}")).contains("nested more than"));
    assert!(read(&format!("{}a = 1", "a.".repeat(100_000))).contains("nested more than"));

    let mut shared = Value::list([Value::Int(1)]);
    for _ in 0..60 {
        shared = Value::list([shared.clone(), shared]);
    }
    assert_eq!(encode(&shared), Err(Error::TooLarge));
}

#[test]
fn writes_as_burntsushi() {
    let cases = [
        (r#"{"z":1,"a":{"q":1.5,"r":{}},"m":true}"#, "m = true\nz = 1.0\n\n[a]\n  q = 1.5\n  [a.r]\n"),
        (r#"{"t":{"l":[{"x":{"y":1e21}}]}}"#, "[t]\n\n  [[t.l]]\n    [t.l.x]\n      y = 1e+21\n"),
        (
            r#"{"":"q\"\\\n\u0001é","a.b":[[1],["x",{"k":2,"n":null}]]}"#,
            "\"\" = \"q\\\"\\\\\\n\\u0001é\"\n\"a.b\" = [[1.0], [\"x\", {k = 2.0, }]]\n",
        ),
        ("[1,2]", "[1.0, 2.0]"),
        ("\"s\"", "\"s\""),
        (r#"{"a":null}"#, ""),
        (r#"{"a":[1,null]}"#, "toml: cannot encode array with nil element"),
        (r#"[{"a":1}]"#, "toml: top-level values must be Go maps or structs"),
        ("null", "reflect: call of reflect.Value.Type on zero Value"),
    ];
    for (value, expected) in cases {
        let value = json::decode(value.as_bytes()).unwrap();
        let text = encode(&value).map(|text| String::from_utf8(text).unwrap());
        assert_eq!(text.unwrap_or_else(|error| error.to_string()), expected);
    }
    let map = Value::map([
        ("n", Value::List(List::nil(Type::String))),
        ("i", Value::Int64(7)),
        ("b", Value::Bytes("a".into())),
    ]);
    assert_eq!(encode(&map).unwrap(), b"b = [97]\ni = 7\n");
    let complex = Value::Num(Num::Complex128(0.0, 1.0));
    assert_eq!(encode(&complex).unwrap_err().to_string(), "unsupported type for key '': complex128");
    let map = Value::map([("c", complex)]);
    assert_eq!(encode(&map).unwrap_err().to_string(), "unsupported type: complex128");
}

#[test]
fn dates_are_times() {
    let text = "a = 1979-05-27T07:32:00.5z\nb = 1979-05-27 07:32+01:00\nc = 1979-12-27T07:32:00-07:00\n\
                d = 1979-05-27t07:32:00.1234567891\ne = 1979-05-27\nf = 07:32\n";
    let map = decode(text.as_bytes(), &Berlin).unwrap();
    let shown: Vec<_> = map.as_map().unwrap().entries().values().map(gofmt::to_text).collect();
    let expected = [
        "1979-05-27 07:32:00.5 +0000 UTC",
        "1979-05-27 07:32:00 +0100 CET",
        "1979-12-27 07:32:00 -0700 -0700",
        "1979-05-27 07:32:00.123456789 +0100 datetime-local",
        "1979-05-27 00:00:00 +0100 date-local",
        "0000-01-01 07:32:00 +0100 time-local",
    ];
    assert_eq!(shown, expected);
    // Local times come out in UTC.
    let expected = "a = 1979-05-27T07:32:00.5Z\nb = 1979-05-27T07:32:00+01:00\nc = 1979-12-27T07:32:00-07:00\n\
                    d = 1979-05-27T06:32:00.123456789\ne = 1979-05-26\nf = 06:32:00\n";
    assert_eq!(encode(&map).unwrap(), expected.as_bytes());
    let duration = Value::map([("d", crate::gotime::Duration(90_000_000_000).into_value())]);
    assert_eq!(encode(&duration).unwrap(), b"d = \"1m30s\"\n");
}
