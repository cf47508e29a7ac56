//! YAML, JSON and TOML.

use crate::value::call::{CallError, Function, Runtime, Signature};
use crate::value::{Map, Str, Type, Value};
use crate::{json, toml, yaml};

const TO_TEXT: Signature = Signature::new(&[Type::Interface], Type::String);
const TO_MAP: Signature = Signature::new(&[Type::String], Type::ANY_MAP);
const TO_LIST: Signature = Signature::new(&[Type::String], Type::ANY_LIST);
const TO_ANY: Signature = Signature::new(&[Type::String], Type::Interface);

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    Function { name: "fromJson", signature: TO_MAP, call: from_json },
    Function { name: "fromJsonArray", signature: TO_LIST, call: from_json_array },
    Function { name: "fromToml", signature: TO_MAP, call: from_toml },
    Function { name: "fromYaml", signature: TO_MAP, call: from_yaml },
    Function { name: "fromYamlArray", signature: TO_LIST, call: from_yaml_array },
    Function { name: "mustFromJson", signature: TO_ANY, call: must_from_json },
    Function { name: "mustToJson", signature: TO_TEXT, call: must_to_json },
    Function { name: "mustToPrettyJson", signature: TO_TEXT, call: must_to_pretty_json },
    Function { name: "mustToRawJson", signature: TO_TEXT, call: must_to_raw_json },
    Function { name: "mustToToml", signature: TO_TEXT, call: must_to_toml },
    Function { name: "mustToYaml", signature: TO_TEXT, call: must_to_yaml },
    Function { name: "toJson", signature: TO_TEXT, call: to_json },
    Function { name: "toPrettyJson", signature: TO_TEXT, call: to_pretty_json },
    // Unlike its siblings it panics on errors.
    Function { name: "toRawJson", signature: TO_TEXT, call: must_to_raw_json },
    Function { name: "toToml", signature: TO_TEXT, call: to_toml },
    Function { name: "toYaml", signature: TO_TEXT, call: to_yaml },
    Function { name: "toYamlPretty", signature: TO_TEXT, call: to_yaml_pretty },
];

/// The text that a `from…` function takes, paid for.
fn text<'a>(runtime: &mut dyn Runtime, args: &'a [Value]) -> Result<&'a Str, CallError> {
    let [Value::Str(text)] = args else { return Err(CallError::new("expected string")) };
    runtime.charge(text.len() as u64 / 4)?;
    runtime.reserve(8 * text.len() as u64)?;
    Ok(text)
}

/// The value that a `to…` function takes.
fn value(args: &[Value]) -> Result<&Value, CallError> {
    args.first().ok_or_else(|| CallError::new("expected a value"))
}

/// Pays for the text that a `to…` function made, and gives it.
fn made(runtime: &mut dyn Runtime, text: impl Into<Str>) -> Result<Value, CallError> {
    let text = text.into();
    runtime.charge(text.len() as u64 / 4)?;
    runtime.reserve(text.len() as u64)?;
    Ok(Value::Str(text))
}

/// The empty string in place of an error, as the functions without `must` give it. Budgets still count.
fn or_empty(result: Result<Value, CallError>) -> Result<Value, CallError> {
    match result {
        Err(error) if !error.fatal => Ok(Value::str("")),
        result => result,
    }
}

impl From<json::Error> for CallError {
    fn from(error: json::Error) -> CallError {
        match error {
            json::Error::TooLarge => CallError::budget(error.to_string()),
            _ => CallError::new(error.to_string()),
        }
    }
}

impl From<toml::Error> for CallError {
    fn from(error: toml::Error) -> CallError {
        match error {
            toml::Error::TooLarge => CallError::budget(error.to_string()),
            _ => CallError::new(error.to_string()),
        }
    }
}

impl From<yaml::Error> for CallError {
    fn from(error: yaml::Error) -> CallError {
        match error.is_limit() {
            true => CallError::budget(error.to_string()),
            false => CallError::new(error.to_string()),
        }
    }
}

fn must_to_json(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let json = json::encode(value(args)?, true)?;
    made(runtime, json)
}

fn must_to_raw_json(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let json = json::encode(value(args)?, false)?;
    made(runtime, json)
}

fn must_to_pretty_json(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let json = json::encode_indent(value(args)?, "", "  ")?;
    made(runtime, json)
}

fn to_json(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    or_empty(must_to_json(runtime, args))
}

fn to_pretty_json(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    or_empty(must_to_pretty_json(runtime, args))
}

fn must_from_json(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(json::decode(text(runtime, args)?)?)
}

fn from_json(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (map, error) = json::decode_map(text(runtime, args)?);
    if let Some(error) = error {
        map.insert("Error", Value::str(error.to_string()));
    }
    Ok(Value::Map(map))
}

fn from_json_array(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(match json::decode_list(text(runtime, args)?) {
        (_, Some(error)) => Value::list([Value::str(error.to_string())]),
        (list, None) => Value::List(list),
    })
}

fn must_to_toml(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let toml = toml::encode(value(args)?)?;
    made(runtime, toml)
}

/// Gives the error's text in place of TOML; but a panic stays one.
fn to_toml(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    match toml::encode(value(args)?) {
        Ok(toml) => made(runtime, toml),
        Err(error @ toml::Error::Unsupported(_)) => Ok(Value::str(error.to_string())),
        Err(error) => Err(error.into()),
    }
}

fn from_toml(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let text = text(runtime, args)?;
    // An empty inline table takes two bytes of text.
    runtime.reserve(32 * text.len() as u64)?;
    match toml::decode(text, runtime.host()) {
        Ok(map) => Ok(map),
        Err(error) => Ok(Value::map([("Error", Value::str(error.to_string()))])),
    }
}

/// YAML without the line feed at its end.
fn made_yaml(runtime: &mut dyn Runtime, mut yaml: Vec<u8>) -> Result<Value, CallError> {
    if yaml.ends_with(b"\n") {
        yaml.pop();
    }
    made(runtime, yaml)
}

fn must_to_yaml(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let yaml = yaml::encode(value(args)?)?;
    made_yaml(runtime, yaml)
}

fn to_yaml(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    or_empty(must_to_yaml(runtime, args))
}

fn to_yaml_pretty(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    match yaml::encode_pretty(value(args)?) {
        Ok(yaml) => made_yaml(runtime, yaml),
        Err(error) if error.is_panic() || error.is_limit() => Err(error.into()),
        Err(_) => Ok(Value::str("")),
    }
}

fn from_yaml(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(match yaml::decode_as(text(runtime, args)?, &yaml::Shape::Map(&yaml::Shape::Any)) {
        Ok(Value::Nil) => Value::Map(Map::new()),
        Ok(map) => map,
        Err(error) if error.is_limit() => return Err(error.into()),
        Err(error) => Value::map([("Error", Value::str(error.to_string()))]),
    })
}

fn from_yaml_array(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(match yaml::decode_as(text(runtime, args)?, &yaml::Shape::List(&yaml::Shape::Any)) {
        Ok(Value::Nil) => Value::list([]),
        Ok(list) => list,
        Err(error) if error.is_limit() => return Err(error.into()),
        Err(error) => Value::list([Value::str(error.to_string())]),
    })
}
