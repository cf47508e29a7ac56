//! The functions that are part of the language: they see how their arguments are held, or do not evaluate all.

use smallvec::SmallVec;

use super::compare;
use super::slot::Slot;
use super::{At, Inputs, Result, State};
use crate::template::ast::Operand;
use crate::value::call::CallError;
use crate::value::{Kind, Num, Type, Value};

/// Arguments of a builtin.
type Slots = SmallVec<[Slot; 4]>;

type Called = std::result::Result<Slot, CallError>;

impl<'a> State<'a, '_> {
    /// Calls the builtin `name`. Errors that it returns name `node`.
    pub(super) fn call_builtin(
        &mut self,
        node: At<'a>,
        name: &'static str,
        inputs: Inputs<'a, '_>,
    ) -> Result<Slot> {
        let (fixed, variadic) = match name {
            "not" | "len" => (1, false),
            "ne" | "lt" | "le" | "gt" | "ge" => (2, false),
            _ => (1, true),
        };
        self.check_arity(name, fixed, variadic, &inputs)?;
        if let "and" | "or" = name {
            return self.and_or(name == "or", inputs);
        }
        let Inputs { dot, args, last } = inputs;
        let mut slots = Slots::new();
        for arg in args {
            slots.push(self.eval_operand(dot, arg)?);
        }
        slots.extend(last);
        self.pay_for_strings(node, slots.iter().map(|slot| &slot.value))?;
        if self.env.trace.is_some() {
            let args: Vec<Value> = slots.iter().map(|slot| slot.value.clone()).collect();
            self.note_call(node, name, &args);
        }
        let result = match (name, slots.as_slice()) {
            ("not", [slot]) => Ok(Slot::own(!slot.value.is_true())),
            ("len", [slot]) => length(slot),
            ("index", [item, indexes @ ..]) => index(item, indexes),
            ("call", [function, ..]) => Err(call(args, function)),
            ("eq", [first, others @ ..]) => compare::eq(&first.value, others).map(Slot::own),
            ("ne", [a, b]) => compare::ne(&a.value, b).map(Slot::own),
            ("lt", [a, b]) => compare::lt(&a.value, &b.value).map(Slot::own),
            ("le", [a, b]) => compare::le(&a.value, b).map(Slot::own),
            ("gt", [a, b]) => compare::gt(&a.value, b).map(Slot::own),
            ("ge", [a, b]) => compare::ge(&a.value, &b.value).map(Slot::own),
            _ => {
                return Err(
                    self.error(format!("{} is not a defined function", crate::gofmt::quote(name.as_bytes())))
                );
            }
        };
        result.map_err(|error| self.failed_call(node, name, error))
    }

    /// The first argument that decides, or the last; those behind it are not evaluated.
    fn and_or(&mut self, or: bool, inputs: Inputs<'a, '_>) -> Result<Slot> {
        let mut slot = Slot::INVALID;
        for arg in inputs.args {
            slot = self.eval_operand(inputs.dot, arg)?;
            if slot.value.is_true() == or {
                return Ok(slot);
            }
        }
        Ok(inputs.last.unwrap_or(slot))
    }
}

fn length(slot: &Slot) -> Called {
    let length = match &slot.value {
        Value::Nil if slot.is_interface() => return Err(CallError::new("len of nil pointer")),
        Value::Nil => return Err(CallError::new("reflect: call of reflect.Value.Type on zero Value")),
        Value::Str(s) | Value::Bytes(s) => Some(s.len()),
        Value::List(list) => Some(list.len()),
        Value::Map(map) => Some(map.len()),
        Value::Object(object) => match object.go_type().kind() {
            Kind::Pointer if object.is_nil() => return Err(CallError::new("len of nil pointer")),
            Kind::Map => object.entries().map(|entries| entries.len()),
            Kind::Slice => object.items().map(|items| items.len()),
            _ => None,
        },
        _ => None,
    };
    match length {
        Some(length) => Ok(Slot::own(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))),
        None => Err(CallError::new(format!("len of type {}", pointee(slot.value.go_type())))),
    }
}

/// The type that a pointer leads to, which Go's messages name.
fn pointee(of: Type) -> String {
    let name = of.to_string();
    match name.strip_prefix('*') {
        Some(pointee) => pointee.to_string(),
        None => name,
    }
}

fn index(item: &Slot, indexes: &[Slot]) -> Called {
    if matches!(item.value, Value::Nil) {
        return Err(CallError::new("index of untyped nil"));
    }
    let mut item = item.clone().unwrap_interface();
    for index in indexes {
        item = index_once(&item, &index.value)?;
    }
    Ok(item)
}

fn index_once(item: &Slot, index: &Value) -> Called {
    match &item.value {
        Value::Nil => Err(CallError::new("index of nil pointer")),
        Value::Str(s) => {
            let i = index_in(index, s.len())?;
            let byte = s.get(i).ok_or_else(|| CallError::new("reflect: string index out of range"))?;
            Ok(Slot::own(Value::Num(Num::Uint8(*byte))))
        }
        Value::Bytes(bytes) => {
            let i = index_in(index, bytes.len())?;
            let byte = bytes.get(i).ok_or_else(slice_index_out_of_range)?;
            Ok(Slot::own(Value::Num(Num::Uint8(*byte))))
        }
        Value::List(list) => {
            let i = index_in(index, list.len())?;
            let value = list.get(i).ok_or_else(slice_index_out_of_range)?;
            Ok(Slot::of_type(list.elem(), value))
        }
        Value::Map(map) => {
            let key = key(index)?;
            Ok(map.get(key).map_or_else(|| Slot::zero(map.elem()), |value| Slot::of_type(map.elem(), value)))
        }
        Value::Object(object) => {
            let of = object.go_type();
            let elem = of.elem().unwrap_or(Type::Interface);
            match of.kind() {
                Kind::Slice => {
                    let items = object.items().unwrap_or_default();
                    let i = index_in(index, items.len())?;
                    let value = items.into_iter().nth(i).ok_or_else(slice_index_out_of_range)?;
                    Ok(Slot::of_type(elem, value))
                }
                Kind::Map => {
                    let key = key(index)?;
                    let value = object.entries().and_then(|mut entries| entries.remove(key));
                    Ok(value.map_or_else(|| Slot::zero(elem), |value| Slot::of_type(elem, value)))
                }
                Kind::Pointer if object.is_nil() => Err(CallError::new("index of nil pointer")),
                _ => Err(cannot_index(of)),
            }
        }
        other => Err(cannot_index(other.go_type())),
    }
}

fn cannot_index(of: Type) -> CallError {
    CallError::new(format!("can't index item of type {}", pointee(of)))
}

fn slice_index_out_of_range() -> CallError {
    CallError::new("reflect: slice index out of range")
}

/// A map key.
fn key(index: &Value) -> std::result::Result<&[u8], CallError> {
    match index {
        Value::Str(key) => Ok(key),
        Value::Nil => Err(CallError::new("value is nil; should be of type string")),
        other => Err(CallError::new(format!("value has type {}; should be string", other.go_type()))),
    }
}

/// An index of something of this length. Like Go it lets the length itself pass.
fn index_in(index: &Value, length: usize) -> std::result::Result<usize, CallError> {
    let i = match (index, index.as_int(), index.as_uint()) {
        (_, Some(i), _) => i,
        (_, _, Some(u)) => u.cast_signed(),
        (Value::Nil, ..) => return Err(CallError::new("cannot index slice/array with nil")),
        _ => return Err(CallError::new(format!("cannot index slice/array with type {}", index.go_type()))),
    };
    match usize::try_from(i) {
        Ok(i) if i <= length => Ok(i),
        _ => Err(CallError::new(format!("index out of range: {i}"))),
    }
}

/// `call`: no value of a template is a function.
fn call(args: &[Operand], function: &Slot) -> CallError {
    if matches!(function.value, Value::Nil) {
        return CallError::new("call of nil");
    }
    let of = function.value.go_type();
    let name = match (args.first(), &function.value) {
        (Some(operand), _) => operand.to_string(),
        (None, Value::Str(text)) => text.to_string(),
        (None, _) => format!("<{of} Value>"),
    };
    CallError::new(format!("non-function {name} of type {of}"))
}
