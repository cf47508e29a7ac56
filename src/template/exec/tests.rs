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
        ("v", Value::Map(Map::from_entries(Type::Interface, [("z", Value::Int(1))]).as_values())),
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

#[test]
fn nested_executions() {
    const HELPERS: &str = concat!(
        "{{ define \"h\" }}H{{ end }}{{ define \"outer\" }}{{ include \"h\" . }}{{ template \"h\" . }}{{ end }}",
        "{{ define \"bad\" }}\n {{ .a.nope.x }}{{ end }}{{ define \"loop\" }}{{ include \"loop\" . }}{{ end }}",
        "{{ define \"blank\" }}  {{ end }}{{ define \"none\" }}{{ .none }}{{ end }}",
    );
    let cases: &[(&str, std::result::Result<&str, &str>)] = &[
        ("{{ include \"h\" . }}{{ include \"outer\" nil }}", Ok("HHH")),
        ("{{ include \"none\" . }}", Ok("<no value>")),
        ("{{ include \"h.tpl\" . }}|", Ok("|")),
        (
            "{{ include \"gone\" . }}",
            Err("template: x:1:3: executing \"x\" at <include \"gone\" .>: error calling include: \
                 template: no template \"gone\" associated with template \"gotpl\""),
        ),
        (
            "{{ include \"bad\" . }}",
            Err("template: x:1:3: executing \"x\" at <include \"bad\" .>: error calling include: \
                 template: h.tpl:2:6: executing \"bad\" at <.a.nope.x>: nil pointer evaluating interface {}.x"),
        ),
        (
            "{{ template \"bad\" . }}",
            Err(
                "template: h.tpl:2:6: executing \"bad\" at <.a.nope.x>: nil pointer evaluating interface {}.x",
            ),
        ),
        ("{{ tpl \"a<no value>b{{ .none }}\" . }}{{ tpl \"x<no value>y\" . }}", Ok("abxy")),
        // What a tpl text defines is seen by all that it calls, and is gone afterwards.
        (
            "{{ tpl `{{ define \"h\" }}I{{ end }}{{ include \"outer\" . }}` . }}{{ include \"outer\" . }}",
            Ok("IIHH"),
        ),
        ("{{ tpl `{{ define \"h\" }} {{ end }}{{ include \"h\" . }}` . }}", Ok("H")),
        ("{{ tpl `{{ define \"blank\" }}{{ end }}{{ include \"blank\" . }}` . }}|", Ok("  |")),
        ("{{ tpl `{{ define \"new\" }}N{{ end }}{{ tpl \"{{ include \\\"new\\\" . }}\" . }}` . }}", Ok("N")),
        (
            "{{ tpl `{{ define \"new\" }}N{{ end }}` . }}{{ include \"new\" . }}",
            Err("template: x:1:45: executing \"x\" at <include \"new\" .>: error calling include: \
                 template: no template \"new\" associated with template \"gotpl\""),
        ),
        (
            "{{ tpl \"l1\\n{{ .a.nope.x }}\" . }}",
            Err("template: x:1:3: executing \"x\" at <tpl \"l1\\n{{ .a.nope.x }}\" .>: error calling tpl: \
                 error during tpl function execution for \"l1\\n{{ .a.nope.x }}\": template: gotpl:2:5: \
                 executing \"gotpl\" at <.a.nope.x>: nil pointer evaluating interface {}.x"),
        ),
        (
            "{{ tpl \"{{ if }}\" . }}",
            Err("template: x:1:3: executing \"x\" at <tpl \"{{ if }}\" .>: error calling tpl: \
                 cannot parse template \"{{ if }}\": template: gotpl:1: missing value for if"),
        ),
    ];
    for (template, want) in cases {
        let got = run(&[("h.tpl", HELPERS), ("x", template)], &data());
        assert_eq!(got, want.map(str::to_string).map_err(str::to_string), "{template}");
    }
}

#[test]
fn empty_definitions_replace_nothing() {
    let full = ("a", "{{ define \"d\" }}full{{ end }}");
    let blank = ("b", "{{ define \"d\" }} {{/* c */}} {{ end }}");
    let call = ("x", "{{ template \"d\" }}");
    for files in [[full, blank, call], [blank, full, call]] {
        assert_eq!(run(&files, &Value::Nil), Ok("full".to_string()));
    }
    let other = ("c", "{{ define \"d\" }}other{{ end }}");
    assert_eq!(run(&[full, other, call], &Value::Nil), Ok("other".to_string()));
}

#[test]
fn recursion_ends() {
    let failure = |text: &str, data: &Value| {
        let mut set = Set::new();
        set.parse("x", text.into()).expect("a template");
        let mut env = Env::with_budget(&Nowhere, Budget { steps: 1_000_000, ..Budget::default() });
        execute(&set, "x", data, &mut env).expect_err("a limit")
    };
    let error = failure("{{ define \"r\" }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}", &Value::Nil);
    assert_eq!(error.frames().len(), 1002);
    assert_eq!(
        error.message(),
        "rendering template has a nested reference name: r: unable to execute template"
    );
    let again = Value::map([("t", Value::str("{{ tpl .t . }}"))]);
    let error = failure("{{ tpl .t . }}", &again);
    assert!(error.is_fatal());
    assert_eq!(error.message(), "the render exceeds the limit of 10000 nested calls");
    let error = failure("{{ range 2000000000 }}{{ end }}", &Value::Nil);
    assert!(error.text().ends_with(b"the render exceeds the limit of 1000000 steps"), "{error}");
}

#[test]
fn memory_is_counted_while_it_lives() {
    let run = |text: &str| {
        let mut set = Set::new();
        set.parse("x", text.into()).expect("a template");
        let mut env = Env::with_budget(&Nowhere, Budget { memory: 1 << 20, ..Budget::default() });
        execute(&set, "x", &Value::Nil, &mut env).map_err(|error| error.to_string())
    };
    let garbage = "{{ $l := list }}{{ range until 1000 }}{{ $l = append $l . }}{{ end }}{{ len $l }}";
    assert_eq!(run(garbage), Ok("1000".into()));
    let included = "{{ define \"t\" }}{{ repeat 10000 \"x\" }}{{ end }}\
        {{ range until 1000 }}{{ $_ := include \"t\" . }}{{ end }}";
    assert_eq!(run(included), Ok(Str::new()));
    for hoard in [
        "{{ $all := list }}{{ $l := list }}\
         {{ range until 1000 }}{{ $l = append $l . }}{{ $all = append $all $l }}{{ end }}",
        "{{ $s := \"x\" }}{{ range until 64 }}{{ $s = printf \"%s%s\" $s $s }}{{ end }}",
        "{{ $d := dict }}{{ range until 100000 }}{{ $_ := set $d (toString .) 1 }}{{ end }}",
        "{{ define \"t\" }}{{ . }}{{ . }}{{ end }}\
         {{ $s := \"x\" }}{{ range until 64 }}{{ $s = include \"t\" $s }}{{ end }}",
        "{{ $l := list }}{{ range until 100000 }}{{ $l = list $l }}{{ end }}",
        "{{ repeat 1000001 \"x\" | repeat 2 }}",
    ] {
        let error = run(hoard).expect_err(hoard);
        assert!(error.contains("exceeds the limit of 1048576 bytes"), "{error}");
    }
}

#[test]
fn errors_tell_where_and_why() {
    let mut set = Set::new();
    set.parse("h.tpl", "{{ define \"h\" }}\n  {{ .a.nope.x.y }}{{ end }}".into()).expect("a template");
    set.parse("x", "{{ include `h` . }}".into()).expect("a template");
    let error = execute(&set, "x", &data(), &mut Env::new(&Nowhere)).expect_err("a missing field");
    let frames: Vec<_> = error.frames().collect();
    let [outer, inner] = frames.as_slice() else { panic!("{error}") };
    assert_eq!((outer.line(), outer.column(), &outer.source[outer.span()]), (1, 3, &b"include `h` ."[..]));
    assert_eq!((inner.line(), inner.column(), &inner.source[inner.span()]), (2, 7, &b".a.nope.x.y"[..]));
    let Reason::Field { path, failed, siblings } = error.reason() else { panic!("{error:?}") };
    assert_eq!(path.iter().map(ToString::to_string).collect::<Vec<_>>(), ["a", "nope", "x", "y"]);
    assert_eq!(*failed, 2);
    assert_eq!(siblings.iter().map(ToString::to_string).collect::<Vec<_>>(), ["b", "nul", "s"]);
    let chain: Vec<_> = error.chain().collect();
    assert_eq!(chain.len(), 2);
    assert_eq!(chain[0], error.text().as_bytes());
    assert!(chain[1].starts_with(b"template: h.tpl:2:7: executing \"h\""));
}
