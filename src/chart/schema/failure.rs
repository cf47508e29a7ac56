//! What is wrong with a value.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::location;
use super::model::{JsonType, Types, display, quote};
use super::number::{Number, display_count};
use crate::stack::with_stack;
use crate::value::{Str, Type, Value};

/// Something that is wrong, and what is wrong below it.
#[derive(Debug, Default)]
pub struct Failure {
    /// The way to the value: keys and indexes.
    pub(super) location: Vec<Str>,
    pub(super) kind: Kind,
    pub(super) causes: Vec<Failure>,
}

/// In which way a value does not fit.
#[derive(Debug, Default)]
pub(super) enum Kind {
    /// Several things are wrong.
    #[default]
    Group,
    /// The document as a whole does not fit the schema at this URL.
    Schema(String),
    /// It does not fit the schema that a reference leads to.
    Reference,
    /// References lead in a circle: the keywords passed the second and the first time, and the schema's URL.
    Cycle(Box<[String; 3]>),
    /// Not a value that JSON knows.
    NotJson(Type),
    False,
    Type(JsonType, Types),
    Const(Value),
    Enum(Arc<[Value]>),
    /// The text, the name of the format, and why.
    Format(Str, &'static str, String),
    /// A number of things or characters: keyword, the number, the bound.
    Count(&'static str, usize, i64),
    /// A number: keyword; the number and the bound.
    Limit(&'static str, Box<[Number; 2]>),
    Pattern(Str, Str),
    Required(Vec<Str>),
    /// A property, and those missing that must accompany it.
    Dependency(Str, Vec<Str>),
    AdditionalProperties(Vec<Str>),
    PropertyName(Str),
    AdditionalItems(usize),
    UniqueItems(usize, usize),
    Contains,
    /// The positions that match, and the bound.
    MinContains(Vec<usize>, i64),
    MaxContains(Vec<usize>, i64),
    Not,
    AllOf,
    AnyOf,
    /// The first two that match; nothing if none does.
    OneOf(Option<(usize, usize)>),
}

impl Failure {
    /// The failure as the causes of another: a group gives its own.
    pub(super) fn into_causes(self) -> Vec<Failure> {
        match self.kind {
            Kind::Group => self.causes,
            _ => vec![self],
        }
    }

    /// The causes alone, a line each.
    pub(super) fn causes_text(&self) -> String {
        let mut out = String::new();
        for cause in &self.causes {
            cause.write(&mut out, 1);
        }
        out.trim_start_matches('\n').to_string()
    }

    /// Writes the failure and its causes, a line each, as items of a list if there is an indent.
    fn write(&self, out: &mut String, mut indent: usize) {
        // A reference with one cause says no more than that.
        if !matches!(self.kind, Kind::Reference) || self.causes.len() != 1 {
            if indent > 0 {
                out.push('\n');
                out.extend(std::iter::repeat_n("  ", indent - 1));
                out.push_str("- ");
            }
            indent += 1;
            // Writing into a String cannot fail.
            let _ = match &self.kind {
                Kind::Schema(_) => write!(out, "{}", self.kind),
                kind => write!(out, "at {}: {kind}", quote(pointer(&self.location).as_bytes())),
            };
        }
        for cause in &self.causes {
            with_stack(|| cause.write(out, indent));
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.write(&mut out, 0);
        f.write_str(&out)
    }
}

/// The JSON pointer of a location.
pub(super) fn pointer(location: &[Str]) -> String {
    location.iter().fold(String::new(), |pointer, token| location::append(&pointer, &token.to_str_lossy()))
}

fn quoted(names: &[Str]) -> String {
    let names: Vec<String> = names.iter().map(|name| quote(name)).collect();
    names.join(", ")
}

fn positions(positions: &[usize]) -> String {
    let positions: Vec<String> = positions.iter().map(usize::to_string).collect();
    positions.join(" ")
}

fn count(count: usize) -> String {
    display_count(i64::try_from(count).unwrap_or(i64::MAX))
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Group | Kind::Reference => f.write_str("validation failed"),
            Kind::Schema(url) => write!(f, "jsonschema validation failed with {}", quote(url.as_bytes())),
            Kind::Cycle(parts) => {
                let [second, first, url] = &**parts;
                let url = crate::gofmt::quote(url.as_bytes());
                write!(f, "both {second} and {first} resolve to {url} causing reference cycle")
            }
            Kind::NotJson(go_type) => write!(f, "invalid jsonType {go_type}"),
            Kind::False => f.write_str("false schema"),
            Kind::Type(got, want) => write!(f, "got {}, want {want}", got.name()),
            Kind::Const(Value::List(_) | Value::Map(_)) => f.write_str("'const' failed"),
            Kind::Const(want) => write!(f, "value must be {}", display(want)),
            Kind::Enum(want) if want.iter().any(|v| matches!(v, Value::List(_) | Value::Map(_))) => {
                f.write_str("'enum' failed")
            }
            Kind::Enum(want) => match &**want {
                [single] => write!(f, "value must be {}", display(single)),
                several => {
                    let want: Vec<String> = several.iter().map(display).collect();
                    write!(f, "value must be one of {}", want.join(", "))
                }
            },
            Kind::Format(got, name, reason) => write!(f, "{} is not valid {name}: {reason}", quote(got)),
            Kind::Count(keyword, got, want) => {
                write!(f, "{keyword}: got {}, want {}", count(*got), display_count(*want))
            }
            Kind::Limit(keyword, numbers) => write!(f, "{keyword}: got {}, want {}", numbers[0], numbers[1]),
            Kind::Pattern(got, want) => write!(f, "{} does not match pattern {}", quote(got), quote(want)),
            Kind::Required(missing) => match missing.as_slice() {
                [single] => write!(f, "missing property {}", quote(single)),
                several => write!(f, "missing properties {}", quoted(several)),
            },
            Kind::Dependency(property, missing) => {
                write!(f, "properties {} required, if {} exists", quoted(missing), quote(property))
            }
            Kind::AdditionalProperties(names) => {
                write!(f, "additional properties {} not allowed", quoted(names))
            }
            Kind::PropertyName(name) => write!(f, "invalid propertyName {}", quote(name)),
            Kind::AdditionalItems(number) => {
                write!(f, "last {} additionalItem(s) not allowed", count(*number))
            }
            Kind::UniqueItems(one, two) => {
                write!(f, "items at {} and {} are equal", count(*one), count(*two))
            }
            Kind::Contains => f.write_str("no items match contains schema"),
            Kind::MinContains(got, want) => {
                write!(f, "min {} items required to match contains schema, but ", display_count(*want))?;
                match got.len() {
                    0 => f.write_str("none matched"),
                    n => write!(f, "matched {} items at {}", count(n), positions(got)),
                }
            }
            Kind::MaxContains(got, want) => write!(
                f,
                "max {} items required to match contains schema, but matched {} items at {}",
                display_count(*want),
                count(got.len()),
                positions(got),
            ),
            Kind::Not => f.write_str("'not' failed"),
            Kind::AllOf => f.write_str("'allOf' failed"),
            Kind::AnyOf => f.write_str("'anyOf' failed"),
            Kind::OneOf(None) => f.write_str("'oneOf' failed, none matched"),
            Kind::OneOf(Some((one, two))) => {
                write!(f, "'oneOf' failed, subschemas {}, {} matched", count(*one), count(*two))
            }
        }
    }
}
