//! Comparisons of filters: those of Go's templates, for which an integer is never equal to a float.

use std::cmp::Ordering;

use super::Error;
use crate::gofmt;
use crate::value::Value;

/// Values of the kinds that are compared with each other.
enum Basic<'v> {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Str(&'v [u8]),
}

impl Basic<'_> {
    fn of(value: &Value) -> Result<Basic<'_>, Error> {
        let number = || {
            let int = value.as_int().map(Basic::Int);
            int.or(value.as_uint().map(Basic::Uint)).or(value.as_float().map(Basic::Float))
        };
        match value {
            Value::Bool(truth) => Ok(Basic::Bool(*truth)),
            Value::Str(text) => Ok(Basic::Str(text)),
            _ => number().ok_or_else(invalid_type),
        }
    }
}

fn invalid_type() -> Error {
    Error::Invalid("invalid type for comparison".to_owned())
}

/// True if `left operator right` holds.
pub(super) fn holds(left: &Value, operator: &str, right: &Value) -> Result<bool, Error> {
    let less = || Ok(order(left, right)? == Some(Ordering::Less));
    match operator {
        "==" => equal(left, right),
        "!=" => equal(left, right).map(|equal| !equal),
        "<" => less(),
        "<=" => Ok(less()? || equal(left, right)?),
        ">" => Ok(!less()? && !equal(left, right)?),
        ">=" => Ok(!less()?),
        _ => Err(Error::Invalid(format!("unrecognized filter operator {operator}"))),
    }
}

fn equal(left: &Value, right: &Value) -> Result<bool, Error> {
    match (Basic::of(left)?, Basic::of(right)?) {
        (Basic::Bool(left), Basic::Bool(right)) => Ok(left == right),
        _ => Ok(order(left, right)? == Some(Ordering::Equal)),
    }
}

/// How the values are ordered; `None` if one is not a number.
fn order(left: &Value, right: &Value) -> Result<Option<Ordering>, Error> {
    let mixed =
        |signed: i64, unsigned: u64| u64::try_from(signed).map_or(Ordering::Less, |s| s.cmp(&unsigned));
    Ok(match (Basic::of(left)?, Basic::of(right)?) {
        (Basic::Int(left), Basic::Int(right)) => Some(left.cmp(&right)),
        (Basic::Uint(left), Basic::Uint(right)) => Some(left.cmp(&right)),
        (Basic::Int(left), Basic::Uint(right)) => Some(mixed(left, right)),
        (Basic::Uint(left), Basic::Int(right)) => Some(mixed(right, left).reverse()),
        (Basic::Float(left), Basic::Float(right)) => left.partial_cmp(&right),
        (Basic::Str(left), Basic::Str(right)) => Some(left.cmp(right)),
        (Basic::Bool(_), Basic::Bool(_)) => return Err(invalid_type()),
        _ => return Err(Error::Invalid("incompatible types for comparison".to_owned())),
    })
}

/// A value in the text of an error.
pub(super) fn shown(value: Option<&Value>) -> String {
    value.map_or("<invalid reflect.Value>".to_owned(), |value| {
        gofmt::to_text(value).to_str_lossy().into_owned()
    })
}
