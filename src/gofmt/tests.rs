//! The recorded behaviour of Go (`tests/data/gofmt/printf.go` writes it).

use std::any::Any;
use std::sync::Arc;

use serde_json::Value as Json;

use super::*;
use crate::value::{List, Map, Num, Object, Type};

fn cases(text: &str) -> Vec<Vec<Json>> {
    serde_json::from_str(text).expect("the recorded cases are JSON")
}

/// The bytes of a text with one code point for each.
fn bytes(json: &Json) -> Vec<u8> {
    json.as_str().expect("a text").chars().map(|c| u8::try_from(u32::from(c)).expect("a byte")).collect()
}

/// `main.level`, an `int` with a `String` method.
#[derive(Debug)]
struct Level(i64);

impl Object for Level {
    fn go_type(&self) -> Type {
        Type::Named("main.level", &Type::Int)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_int(&self) -> Option<i64> {
        Some(self.0)
    }

    fn to_go_string(&self) -> Option<Str> {
        Some(format!("L{}", self.0).into())
    }
}

/// A struct without methods, or a pointer to one.
#[derive(Debug)]
struct Pair(Type, Vec<(&'static str, Value)>);

impl Object for Pair {
    fn go_type(&self) -> Type {
        self.0
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        self.1.clone()
    }

    fn to_go_syntax(&self) -> Option<Str> {
        (self.0 == POINT).then(|| "newPoint()".into())
    }

    fn is_nil(&self) -> bool {
        self.0.kind() == crate::value::Kind::Pointer && self.1.is_empty()
    }
}

const PAIR: Type = Type::Named("main.pair", &Type::Struct);
const PAIR_POINTER: Type = Type::Named("*main.pair", &Type::Pointer);
const POINT: Type = Type::Named("*main.point", &Type::Pointer);

fn pair(go_type: Type, fields: Vec<(&'static str, Value)>) -> Value {
    Value::Object(Arc::new(Pair(go_type, fields)))
}

fn operand(spec: &Json) -> Value {
    let parts = spec.as_array().expect("a tagged operand");
    let arg = || parts[1].as_str().expect("a text");
    let list = || parts[1].as_array().expect("a list").iter();
    match parts[0].as_str().expect("a tag") {
        "nil" => Value::Nil,
        "bool" => Value::Bool(parts[1] == Json::Bool(true)),
        "int" => Value::Int(arg().parse().unwrap()),
        "int64" => Value::Int64(arg().parse().unwrap()),
        "int8" => Value::Num(Num::Int8(arg().parse().unwrap())),
        "int32" => Value::Num(Num::Int32(arg().parse().unwrap())),
        "uint8" => Value::Num(Num::Uint8(arg().parse().unwrap())),
        "uint" => Value::Num(Num::Uint(arg().parse().unwrap())),
        "uint64" => Value::Num(Num::Uint64(arg().parse().unwrap())),
        "float64" => Value::Float64(f64::from_bits(u64::from_str_radix(arg(), 16).unwrap())),
        "float32" => Value::Num(Num::Float32(f32::from_bits(u32::from_str_radix(arg(), 16).unwrap()))),
        "complex" => {
            let imaginary = parts[2].as_str().expect("a text").parse().unwrap();
            Value::Num(Num::Complex128(arg().parse().unwrap(), imaginary))
        }
        "string" => Value::str(bytes(&parts[1])),
        "bytes" => Value::Bytes(bytes(&parts[1]).into()),
        "list" => Value::list(list().map(operand)),
        "strings" => Value::strings(list().map(bytes)),
        "ints" => Value::List(List::new(Type::Int, list().map(|i| Value::Int(i.as_i64().unwrap())))),
        "nillist" => Value::List(List::nil(Type::Interface)),
        "nilmap" => Value::Map(Map::nil(Type::ANY_MAP)),
        "map" => Value::map(parts[1].as_object().expect("a map").iter().map(|(k, v)| (k, operand(v)))),
        "level" => Value::Object(Arc::new(Level(parts[1].as_i64().unwrap()))),
        "pair" => pair(PAIR, vec![("A", operand(&parts[1])), ("b", Value::str(bytes(&parts[2])))]),
        "pointer" => pair(PAIR_POINTER, vec![("A", operand(&parts[1])), ("b", Value::str(bytes(&parts[2])))]),
        "nilpointer" => pair(PAIR_POINTER, vec![]),
        "point" => pair(POINT, vec![("X", Value::Int(parts[1].as_i64().unwrap()))]),
        tag => panic!("unknown tag {tag}"),
    }
}

#[test]
fn prints_as_go() {
    let cases = cases(include_str!("../../tests/data/gofmt/printf.json"));
    let mut wrong = Vec::new();
    for case in &cases {
        let [function, format, args, expect] = case.as_slice() else { panic!("a case of four") };
        let args: Vec<Value> = args.as_array().expect("operands").iter().map(operand).collect();
        let got = match function.as_str() {
            Some("print") => sprint_within(&args, limits::RESULT_BYTES).unwrap(),
            Some("println") => sprintln_within(&args, limits::RESULT_BYTES).unwrap(),
            _ => sprintf(&bytes(format), &args),
        };
        if got != bytes(expect) {
            wrong.push(format!("{function} {format} {args:?}: {:?} for {expect}", Str::from(got)));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn formats_floats_as_go() {
    for row in cases(include_str!("../../tests/data/gofmt/floats.json")) {
        let f = f64::from_bits(u64::from_str_radix(row[0].as_str().unwrap(), 16).unwrap());
        for layout in &row[1..] {
            let verb = layout[0].as_str().unwrap();
            let bits = if verb == "g32" { 32 } else { 64 };
            let got = format_float(f, verb.as_bytes()[0], layout[1].as_i64().unwrap() as i32, bits);
            assert_eq!(got, layout[2], "{f:e} {layout}");
        }
    }
}

#[test]
fn parses_as_go() {
    fn show<T>(result: Result<T, NumError>, show: impl Fn(T) -> String) -> String {
        result.map_or_else(|e| e.to_string(), show)
    }
    let float = |f| format_float(f, b'g', -1, 64);
    for row in cases(include_str!("../../tests/data/gofmt/parse.json")) {
        let s = bytes(&row[0]);
        for result in &row[1..] {
            let got = match result[0].as_str().unwrap() {
                "base0" => show(parse_int(&s, 0, 64), |i| i.to_string()),
                "base10" => show(parse_int(&s, 10, 64), |i| i.to_string()),
                "base8" => show(parse_int(&s, 8, 64), |i| i.to_string()),
                "base16" => show(parse_int(&s, 16, 64), |i| i.to_string()),
                "int8" => show(parse_int(&s, 10, 8), |i| i.to_string()),
                "uint" => show(parse_uint(&s, 0, 64), |i| i.to_string()),
                "atoi" => show(atoi(&s), |i| i.to_string()),
                "bool" => show(parse_bool(&s), |b| b.to_string()),
                "float64" => show(parse_float(&s, 64), float),
                _ => show(parse_float(&s, 32), float),
            };
            assert_eq!(got.into_bytes(), bytes(&result[1]), "{:?} {result}", Str::from(s));
        }
    }
}

#[test]
fn endless_values_are_errors() {
    let map = Map::new();
    map.insert("self", Value::Map(map.clone()));
    assert_eq!(sprint_within(&[Value::Map(map.clone())], 1 << 20), Err(PrintError::TooDeep));
    map.remove("self");

    let mut doubling = Value::list([]);
    for _ in 0..64 {
        doubling = Value::list([doubling.clone(), doubling]);
    }
    assert_eq!(sprint_within(&[doubling], 1 << 16), Err(PrintError::TooLong));
}
