//! What the fuzz targets run. `tests/fuzz.rs` includes this file and runs the same functions on the committed
//! inputs.

use std::path::Path;

use pintle::chart::strvals;
use pintle::provenance::Keyring;
use pintle::render::host::Offline;
use pintle::template::{self, Budget, Env, Set};
use pintle::value::{Map, Str, Value};
use pintle::yaml;

/// Enough for loops and recursion to unfold, too little to be slow.
const BUDGET: Budget = Budget { steps: 100_000, memory: 64 << 20, output: 16 << 20 };

/// Parses `data` as a template, and executes it if it is one.
pub fn template(data: &[u8]) {
    let mut set = Set::new();
    if set.parse("fuzz.yaml", data.into()).is_err() {
        return;
    }
    let host = Offline { time_zone: Some("UTC".to_owned()), ..Offline::default() };
    let mut env = Env::with_budget(&host, BUDGET);
    let outcome = template::execute(&set, "fuzz.yaml", &dot(), &mut env);
    if let Err(error) = outcome {
        assert!(!error.to_string().is_empty());
    }
}

/// Decodes `data` as YAML in every way; what decodes and can be encoded must survive that.
pub fn yaml(data: &[u8]) {
    let _ = yaml::parse(data);
    let _ = yaml::decode_all(data);
    let _ = yaml::decode_strict(data, &yaml::Shape::Any);
    let head = yaml::head(data);
    let Ok(value) = yaml::decode(data) else {
        assert!(head.is_err(), "a head of what does not decode");
        return;
    };
    let _ = yaml::encode_pretty(&value);
    // Go cannot write control characters, for example, and turns some line breaks into spaces. But what it has
    // written once stays as it is.
    let Ok(text) = yaml::encode(&value) else { return };
    let again = yaml::decode(&text).expect("encoded values can be decoded");
    let same = yaml::encode(&again).expect("decoded again, encoded again");
    assert_eq!(Str::from(text), Str::from(same));
}

/// Sets values: the first byte chooses the flag, the rest is its argument.
pub fn set(data: &[u8]) {
    let Some((flag, text)) = data.split_first() else { return };
    let Value::Map(values) = dot() else { return };
    let _ = match flag % 5 {
        0 => strvals::set(text, &values),
        1 => strvals::set_string(text, &values),
        2 => strvals::set_literal(text, &values),
        3 => strvals::set_json(text, &values),
        _ => strvals::set_file(text, &values, &mut |name| match name {
            "" => Err("no such file".to_owned()),
            name => Ok(name.into()),
        }),
    };
    let _ = yaml::encode(&Value::Map(values));
}

/// Verifies an archive: `data` is a keyring, and behind it a provenance file.
pub fn provenance(data: &[u8]) {
    const BEGIN: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";
    let end = data.windows(BEGIN.len()).position(|window| window == BEGIN).unwrap_or(data.len());
    let (keyring, statement) = data.split_at(end);
    if let Ok(keyring) = Keyring::parse(keyring, Path::new("keyring")) {
        let _ = keyring.verify(b"abc\n", statement, "web-1.0.0.tgz");
    }
}

/// A dot with a value of each kind.
fn dot() -> Value {
    let values = Map::from_entries(
        pintle::value::Type::Interface,
        [
            ("name", Value::str("web")),
            ("text", Value::str("a: 1\nb: [x, \"y\"]\n")),
            ("bytes", Value::Str(Str::from(&b"\xff\xfe\x00"[..]))),
            ("replicas", Value::Float64(3.0)),
            ("port", Value::Int64(8080)),
            ("enabled", Value::Bool(true)),
            ("nothing", Value::Nil),
            ("list", Value::list([Value::str("x"), Value::Int(1), Value::Nil])),
            (
                "map",
                Value::map([("k", Value::str("v")), ("inner", Value::map([("a", Value::Float64(1.5))]))]),
            ),
        ],
    );
    Value::map([("Values", Value::Map(values)), ("Release", Value::map([("Name", Value::str("r"))]))])
}
