//! What Helm made of expressions, recorded from its binary with a chart of lines `k1: {{ EXPRESSION | toString | b64enc }}`.
//!
//! Each case is `[expression, output]` or `[expression, null, error]`; an output has one code point for each byte.

use pintle::template::{Env, Set, execute};
use pintle::value::call::{CallError, Host};
use pintle::value::{Map, Value};

/// A world without time, chance, names and cluster.
struct Nowhere;

impl Host for Nowhere {
    fn now(&self) -> i128 {
        0
    }

    fn random(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }

    fn resolve(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn lookup(&self, _: &str, _: &str, _: &str, _: &str) -> Result<Map, CallError> {
        Ok(Map::new())
    }
}

fn run(template: &str) -> Result<String, String> {
    let mut set = Set::new();
    set.parse("t", template.into()).map_err(|error| error.to_string())?;
    let nothing: [(&str, Value); 0] = [];
    let output = execute(&set, "t", &Value::map(nothing), &mut Env::new(&Nowhere));
    output.map(|bytes| bytes.iter().copied().map(char::from).collect()).map_err(|error| error.to_string())
}

#[test]
fn functions_give_what_helms_give() {
    let cases = include_str!("data/functions/strings-math.json");
    let cases: Vec<Vec<Option<String>>> = serde_json::from_str(cases).expect("the recorded cases are JSON");
    let mut wrong = Vec::new();
    for case in &cases {
        let Some(Some(expression)) = case.first() else { panic!("a case without an expression") };
        let got = run(&format!("{{{{ {expression} | toString }}}}"));
        let right = match (&got, case.get(1), case.get(2)) {
            (Ok(got), Some(Some(output)), None) => got == output,
            (Err(got), Some(None), Some(Some(error))) => got.ends_with(&format!(": {error}")),
            _ => false,
        };
        if !right {
            wrong.push(format!("{case:?}\n  is {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Whole templates, recorded by `data/functions/record.py`.
#[test]
fn lists_dicts_and_dates_are_helms() {
    let mut wrong = Vec::new();
    for line in include_str!("data/functions/lists-dicts-dates.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("the recorded cases are JSON");
        let field = |name: &str| case[name].as_str();
        let got = run(field("template").unwrap_or_default());
        let right = match (&got, field("output"), field("error")) {
            (Ok(got), Some(output), _) => got.chars().map(|c| c as u8).eq(output.bytes()),
            (Err(got), _, Some(error)) => got.ends_with(error),
            _ => false,
        };
        if !right {
            wrong.push(format!("{case}\n  is {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Go's runtime gives up on these with the whole process; here they are errors.
#[test]
fn values_that_contain_themselves_end_in_errors() {
    let knot = r#"{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $e := dict }}{{ $_ := set $e "d" $e }}"#;
    for action in ["{{ deepCopy $d }}", "{{ merge $d $e }}", "{{ mergeOverwrite $d $e }}"] {
        let error = run(&format!("{knot}{action}")).expect_err("a merge or copy without an end");
        assert!(error.contains("nested too deeply"), "{error}");
    }
    assert_eq!(run(&format!("{knot}{{{{ deepEqual $d $e }}}}")), Ok("true".to_owned()));
}
