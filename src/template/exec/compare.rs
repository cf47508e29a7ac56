//! `eq`, `ne`, `lt`, `le`, `gt`, `ge`

use std::cmp::Ordering;

use super::slot::Slot;
use crate::gofmt;
use crate::limits;
use crate::value::call::CallError;
use crate::value::{Kind, Num, Object, Type, Value};

type Compared = Result<bool, CallError>;

/// A value of a basic kind. Values of different variants do not compare, but for the integers.
#[derive(Clone, Copy)]
enum Basic<'v> {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Complex(f64, f64),
    String(&'v [u8]),
}

impl<'v> Basic<'v> {
    fn of(value: &'v Value) -> Option<Basic<'v>> {
        Some(match value {
            Value::Bool(b) => Basic::Bool(*b),
            Value::Str(s) => Basic::String(s),
            Value::Num(Num::Complex128(re, im)) => Basic::Complex(*re, *im),
            Value::Nil | Value::Bytes(_) | Value::List(_) | Value::Map(_) => return None,
            number => match (number.as_int(), number.as_uint(), number.as_float()) {
                (Some(i), ..) => Basic::Int(i),
                (_, Some(u), _) => Basic::Uint(u),
                (.., Some(f)) => Basic::Float(f),
                _ => return None,
            },
        })
    }

    /// `None` if the kinds differ.
    fn equals(self, other: Basic) -> Option<bool> {
        Some(match (self, other) {
            (Basic::Bool(a), Basic::Bool(b)) => a == b,
            (Basic::Float(a), Basic::Float(b)) => a == b,
            (Basic::Complex(a, b), Basic::Complex(c, d)) => a == c && b == d,
            (Basic::String(a), Basic::String(b)) => a == b,
            (a, b) => a.compare_integers(b)? == Ordering::Equal,
        })
    }

    fn compare_integers(self, other: Basic) -> Option<Ordering> {
        Some(match (self, other) {
            (Basic::Int(a), Basic::Int(b)) => a.cmp(&b),
            (Basic::Uint(a), Basic::Uint(b)) => a.cmp(&b),
            (Basic::Int(a), Basic::Uint(b)) => i128::from(a).cmp(&i128::from(b)),
            (Basic::Uint(a), Basic::Int(b)) => i128::from(a).cmp(&i128::from(b)),
            _ => return None,
        })
    }
}

/// True if `first` equals one of `others`.
pub(super) fn eq(first: &Value, others: &[Slot]) -> Compared {
    if others.is_empty() {
        return Err(CallError::new("missing argument for comparison"));
    }
    for other in others {
        if eq_one(first, &other.value)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn eq_one(a: &Value, b: &Value) -> Compared {
    let nil = matches!(a, Value::Nil) || matches!(b, Value::Nil);
    match (Basic::of(a), Basic::of(b)) {
        (Some(x), Some(y)) => x.equals(y).ok_or_else(|| incompatible(a, b)),
        (None, None) => eq_composite(a, b, nil),
        _ if nil => Ok(false),
        _ => Err(incompatible(a, b)),
    }
}

/// Equality of what is nil or of no basic kind.
fn eq_composite(a: &Value, b: &Value, nil: bool) -> Compared {
    if !nil && a.kind() != b.kind() {
        let (shown, other) = (formatted(b"%s", a)?, formatted(b"%v", b)?);
        let (a, b) = (a.go_type(), b.go_type());
        return Err(CallError::new(format!("non-comparable types {shown}: {a}, {b}: {other}")));
    }
    if a.is_nil() || b.is_nil() {
        return Ok(a.is_nil() == b.is_nil());
    }
    match (a, b) {
        (Value::Object(x), Value::Object(y)) if matches!(b.kind(), Kind::Struct | Kind::Pointer) => {
            Ok(same_object(&**x, &**y, std::sync::Arc::ptr_eq(x, y)))
        }
        _ => {
            let shown = formatted(b"%s", b)?;
            Err(CallError::new(format!("non-comparable type {shown}: {}", b.go_type())))
        }
    }
}

/// Go's `==` for structs and pointers.
fn same_object(a: &dyn Object, b: &dyn Object, identical: bool) -> bool {
    if identical || a.go_type() != b.go_type() {
        return identical;
    }
    if a.go_type().kind() == Kind::Pointer {
        return false;
    }
    a.deep_equal(b).unwrap_or_else(|| {
        let (x, y) = (a.fields(), b.fields());
        x.len() == y.len() && x.iter().zip(&y).all(|((_, x), (_, y))| eq_one(x, y).unwrap_or(false))
    })
}

/// A value for the text of an error.
fn formatted(verb: &[u8], value: &Value) -> Result<String, CallError> {
    let text = gofmt::sprintf_within(verb, std::slice::from_ref(value), limits::ERROR_BYTES)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn incompatible(a: &Value, b: &Value) -> CallError {
    let (a, b): (Type, Type) = (a.go_type(), b.go_type());
    CallError::new(format!("incompatible types for comparison: {a} and {b}"))
}

/// `a != b`
pub(super) fn ne(a: &Value, b: &Slot) -> Compared {
    eq(a, std::slice::from_ref(b)).map(|equal| !equal)
}

/// `a < b`
pub(super) fn lt(a: &Value, b: &Value) -> Compared {
    let invalid = || CallError::new("invalid type for comparison");
    let x = Basic::of(a).ok_or_else(invalid)?;
    let y = Basic::of(b).ok_or_else(invalid)?;
    match (x, y) {
        (Basic::Bool(_), Basic::Bool(_)) | (Basic::Complex(..), Basic::Complex(..)) => Err(invalid()),
        (Basic::Float(x), Basic::Float(y)) => Ok(x < y),
        (Basic::String(x), Basic::String(y)) => Ok(x < y),
        _ => match x.compare_integers(y) {
            Some(ordering) => Ok(ordering == Ordering::Less),
            None => Err(incompatible(a, b)),
        },
    }
}

/// `a <= b`
pub(super) fn le(a: &Value, b: &Slot) -> Compared {
    Ok(lt(a, &b.value)? || eq(a, std::slice::from_ref(b))?)
}

/// `a > b`, which is true for NaN, as in Go.
pub(super) fn gt(a: &Value, b: &Slot) -> Compared {
    le(a, b).map(|less_or_equal| !less_or_equal)
}

/// `a >= b`
pub(super) fn ge(a: &Value, b: &Value) -> Compared {
    lt(a, b).map(|less| !less)
}
