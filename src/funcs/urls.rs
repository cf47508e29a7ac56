//! URLs (Sprig over Go's `net/url`).

use super::args::{pay, text};
use crate::neturl::Url;
use crate::value::call::{CallError, Function, Runtime, Signature};
use crate::value::{Kind, Map, Str, Type, Value};

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    Function { name: "urlJoin", signature: Signature::new(&[Type::ANY_MAP], Type::String), call: join },
    Function { name: "urlParse", signature: Signature::new(&[Type::String], Type::ANY_MAP), call: parse },
];

fn parse(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let text = text(args, 0);
    // The parts, and once more the parts as they were written.
    pay(runtime, text.len().saturating_mul(2))?;
    let url = Url::parse(text).map_err(|error| CallError::new(format!("unable to parse url: {error}")))?;
    let hostname = Str::from(url.hostname());
    let userinfo = url.user.map(|user| user.encode()).unwrap_or_default();
    Ok(Value::map(
        [
            ("scheme", Str::from(url.scheme)),
            ("host", Str::from(url.host)),
            ("hostname", hostname),
            ("path", Str::from(url.path)),
            ("query", Str::from(url.raw_query)),
            ("opaque", Str::from(url.opaque)),
            ("fragment", Str::from(url.fragment)),
            ("userinfo", Str::from(userinfo)),
        ]
        .map(|(key, value)| (key, Value::Str(value))),
    ))
}

fn join(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let none = Map::new();
    let parts = args.first().and_then(Value::as_map).unwrap_or(&none);
    let mut url = Url {
        scheme: part(runtime, parts, "scheme")?,
        host: part(runtime, parts, "host")?,
        path: part(runtime, parts, "path")?,
        raw_query: part(runtime, parts, "query")?,
        opaque: part(runtime, parts, "opaque")?,
        fragment: part(runtime, parts, "fragment")?,
        ..Url::default()
    };
    let userinfo = part(runtime, parts, "userinfo")?;
    if !userinfo.is_empty() {
        let carrier = [b"proto://", userinfo.as_slice(), b"@host"].concat();
        let carrier = Url::parse(&carrier)
            .map_err(|error| CallError::new(format!("unable to parse userinfo in dict: {error}")))?;
        url.user = carrier.user;
    }
    Ok(Value::Str(url.encode().into()))
}

/// The string under `key`, or nothing if the key is not there.
fn part(runtime: &mut dyn Runtime, parts: &Map, key: &str) -> Result<Vec<u8>, CallError> {
    match parts.get(key) {
        None => Ok(Vec::new()),
        Some(Value::Str(value)) => {
            // Escaping can triple it.
            pay(runtime, value.len().saturating_mul(4))?;
            Ok(value.to_vec())
        }
        Some(value) if value.kind() == Kind::Invalid => {
            Err(CallError::new("runtime error: invalid memory address or nil pointer dereference"))
        }
        Some(value) => Err(CallError::new(format!(
            "unable to parse {key} key, must be of type string, but {} found",
            value.kind().name()
        ))),
    }
}
