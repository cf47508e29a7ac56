//! Expectations are what Go 1.27's `encoding/json` gave.

use super::*;
use crate::value::{List, Map, Num, Type, Value};

fn shown(result: Result<Value, Error>) -> String {
    match result {
        Ok(value) => String::from_utf8(encode(&value, false).unwrap()).unwrap(),
        Err(error) => format!("! {error}"),
    }
}

#[test]
fn reads_as_go() {
    let cases: &[(&[u8], &str)] = &[
        (b"", "! unexpected end of JSON input"),
        (b" {\"b\" : [1 , -0, 1E5, 1.5e-10], \"a\":null}\r\n", r#"{"a":null,"b":[1,-0,100000,1.5e-10]}"#),
        (b"{\"a\":{\"x\":1},\"a\":{\"y\":2}}", r#"{"a":{"y":2}}"#),
        (b"123456789012345678901234567890", "1.2345678901234568e+29"),
        (b"9007199254740993", "9007199254740992"),
        (b"1e-400", "0"),
        (b"x", "! invalid character 'x' looking for beginning of value"),
        (b"\xff", "! invalid character '\\xff' looking for beginning of value"),
        ("€".as_bytes(), "! invalid character '€' looking for beginning of value"),
        (b"'x'", "! invalid character '\\'' looking for beginning of value"),
        (b"[1,]", "! invalid character ']' looking for beginning of value"),
        (b"[1 2]", "! invalid character '2' after array element"),
        (b"[1}", "! invalid character '}' after array element"),
        ("[1\u{200b}]".as_bytes(), "! invalid character '\\u200b' after array element"),
        (b"{,}", "! invalid character ',' looking for beginning of object key string"),
        (b"{\"a\" 1}", "! invalid character '1' after object key"),
        (b"{\"a\":1 \"b\"", "! invalid character '\"' after object key:value pair"),
        (b"{\"a\":1,", "! unexpected end of JSON input"),
        (b"trux", "! invalid character 'x' in literal true (expecting 'e')"),
        (b"-x", "! invalid character 'x' in numeric literal"),
        (b"1e+", "! unexpected end of JSON input"),
        (b"01", "! invalid character '1' after top-level value"),
        (b"\"a\nb\"", "! invalid character '\\n' in string"),
        (b"\"\xc3(\xff\\n\xe2\"", "\"\u{fffd}(\u{fffd}\\n\u{fffd}\""),
        (br#""\ud83d\uDE00\/\b\f\n\r\t\"\\""#, r#""😀/\b\f\n\r\t\"\\""#),
        (br#""a\ud800\u0041\udc00""#, "\"a\u{fffd}A\u{fffd}\""),
        (br#""\q""#, r"! invalid escape sequence `\q` in string"),
        (br#""\u12""#, r#"! invalid escape sequence `\u12"` in string"#),
        (br#""\u12"#, "! unexpected end of JSON input"),
        (b"\"\\u1 2\xc3\xa9\"", r#"! invalid escape sequence "\\u1 2\xc3" in string"#),
        (b"\"\\u123`\"", r#"! invalid escape sequence "\\u123`" in string"#),
        (b"1e400", "! json: cannot unmarshal number 1e400 into Go value of type float64"),
        (b"[1,3e400]", "! json: cannot unmarshal number 3e400 into .1 of type float64"),
        (
            br#"{"k":[0,{"a/b~":[{"x":1}],"c":{"d":9e999}}],"e":[8e888]}"#,
            "! json: cannot unmarshal number 9e999 into Go struct field .k.1.c.d of type float64",
        ),
        (
            br#"{"a/b~":-1e400}"#,
            "! json: cannot unmarshal number -1e400 into Go struct field .a~1b~0 of type float64",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(decode(text)), *expected, "{}", text.escape_ascii());
    }
}

#[test]
fn keeps_what_could_be_decoded() {
    let (map, error) = decode_map(br#"{"a":1e400,"b":[2e400]}"#);
    assert_eq!(shown(Ok(map.into())), r#"{"a":0,"b":[0]}"#);
    assert!(error.is_some());

    let (map, error) = decode_map(b"null");
    assert!(map.is_nil() && error.is_none());
    let (_, error) = decode_map(b"[1]");
    let text = "json: cannot unmarshal array into Go value of type map[string]interface {}";
    assert_eq!(error.unwrap().to_string(), text);
    let (list, error) = decode_list(b"{}");
    assert_eq!(list.len(), 0);
    let text = "json: cannot unmarshal object into Go value of type []interface {}";
    assert_eq!(error.unwrap().to_string(), text);
}

#[test]
fn reads_a_prefix() {
    let (value, end) = decode_prefix(b" {\"a\":1}, x").unwrap();
    assert_eq!((shown(Ok(value)).as_str(), end), (r#"{"a":1}"#, 8));
    assert_eq!(decode_prefix(b"01").unwrap().1, 1);
    assert_eq!(decode_prefix(b" ").unwrap_err(), Error::UnexpectedEnd);
}

#[test]
fn writes_as_go() {
    let text = b"<>&\xe2\x80\xa8\x7f\0\x1f\x08\x0c\n\r\t\"\\/\xff \xc3\xa9";
    let cases: &[(Value, &str)] = &[
        (
            Value::str(&text[..]),
            "\"\\u003c\\u003e\\u0026\\u2028\u{7f}\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\u{fffd} é\"",
        ),
        (Value::Bytes("hello".into()), r#""aGVsbG8=""#),
        (Value::List(List::nil(Type::String)), "null"),
        (Value::Map(Map::nil(Type::ANY_MAP)), "null"),
        (Value::list([Value::Int(-3), Value::Num(Num::Uint64(u64::MAX))]), "[-3,18446744073709551615]"),
        (Value::Num(Num::Float32(0.1)), "0.1"),
        (Value::Num(Num::Float32(1e21)), "1e+21"),
        (Value::Num(Num::Complex128(0.0, 1.0)), "! json: unsupported type: complex128"),
        (Value::Float64(f64::NAN), "! json: unsupported value: NaN"),
        (Value::list([Value::Float64(f64::NEG_INFINITY)]), "! json: unsupported value: -Inf"),
    ];
    for (value, expected) in cases {
        let json = encode(value, true).map(|json| String::from_utf8(json).unwrap());
        assert_eq!(json.unwrap_or_else(|error| format!("! {error}")), *expected);
    }

    let floats = [
        1e21,
        1e20,
        1e-7,
        1e-6,
        5e-324,
        1e23,
        3.0,
        -0.0,
        1.5,
        1.234_567_890_123_456_8e20,
        -2e-100,
        1_234_567_890_123_450.2,
    ];
    let expected = "[1e+21,100000000000000000000,1e-7,0.000001,5e-324,1e+23,3,-0,1.5,123456789012345680000,-2e-100,1234567890123450.2]";
    assert_eq!(shown(Ok(Value::list(floats.map(Value::Float64)))), expected);
}

#[test]
fn indents_as_go() {
    let value = decode(br#"{"a":[],"b":{},"c":[1,[2]],"d":"<"}"#).unwrap();
    let expected = "{\n>  \"a\": [],\n>  \"b\": {},\n>  \"c\": [\n>    1,\n>    [\n>      2\n>    ]\n>  ],\
                    \n>  \"d\": \"\\u003c\"\n>}";
    assert_eq!(encode_indent(&value, ">", "  ").unwrap(), expected.as_bytes());
}

#[test]
fn stops_at_the_depth_limit() {
    for (deep, is_ok) in [(10_000, true), (10_001, false)] {
        let text = format!("{}{}", "[".repeat(deep), "]".repeat(deep));
        assert_eq!(decode(text.as_bytes()).is_ok(), is_ok);
        let mut value = Value::Nil;
        for _ in 0..deep {
            value = Value::list([value]);
        }
        assert_eq!(encode(&value, true).is_ok(), is_ok);
    }
    assert_eq!(decode("[".repeat(1_000_000).as_bytes()).unwrap_err(), Error::TooDeep);
}

#[test]
fn finds_cycles() {
    let map = Map::new();
    map.insert("l", Value::list([Value::Map(map.clone())]));
    let text = "json: unsupported value: encountered a cycle via map[string]interface {}";
    assert_eq!(encode(&Value::Map(map.clone()), true).unwrap_err().to_string(), text);
    map.remove("l");
}
