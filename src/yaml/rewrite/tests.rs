use super::{read, write};

/// Each case is a text and what yaml.v3 makes of it, or its error.
#[test]
fn texts_come_out_as_from_yaml_v3() {
    let cases = include_str!("../../../tests/data/yaml/rewrite.txt");
    for case in cases.split("==== text\n").skip(1) {
        let (text, want) = case.split_once("==== becomes\n").expect("two parts");
        let got = match read(text.as_bytes()) {
            Ok(None) => "(nothing)\n".to_owned(),
            Ok(Some(document)) => String::from_utf8_lossy(&write([&document])).into_owned(),
            Err(error) => format!("{error}\n"),
        };
        assert_eq!(got, want, "of {text}");
    }
}

#[test]
fn deep_nesting_is_no_danger() {
    let text = "[".repeat(9_000) + &"]".repeat(9_000);
    let document = read(text.as_bytes()).expect("go-yaml reads it").expect("it holds a document");
    assert_eq!(write([&document]), (text + "\n").into_bytes());
    let text = "- ".repeat(9_000) + "x";
    let document = read(text.as_bytes()).expect("go-yaml reads it").expect("it holds a document");
    assert_eq!(write([&document]), (text + "\n").into_bytes());
}
