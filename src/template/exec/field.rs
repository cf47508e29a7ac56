//! Chains of fields: `.a.b`, `$x.a`, `(pipeline).a`.

use super::slot::Slot;
use super::{At, Result, State};
use crate::funcs;
use crate::template::ast::Operand;
use crate::template::error::Reason;
use crate::value::{Kind, Object, Str, Type, Value};

impl<'a> State<'a, '_> {
    /// Walks `names` from `receiver` on. Only the last may be called with arguments.
    pub(super) fn eval_chain(
        &mut self,
        dot: &Slot,
        receiver: &Slot,
        node: &'a Operand,
        names: &'a [Str],
        args: &'a [Operand],
        last: Option<Slot>,
    ) -> Result<Slot> {
        let Some((name, before)) = names.split_last() else {
            return Ok(receiver.clone());
        };
        let chain = Chain { node, start: receiver, names };
        let mut current = None;
        for (i, name) in before.iter().enumerate() {
            let slot = current.as_ref().unwrap_or(receiver);
            current = Some(self.eval_field(dot, &chain, i, name, slot, &[], None)?);
        }
        let slot = current.as_ref().unwrap_or(receiver);
        self.eval_field(dot, &chain, before.len(), name, slot, args, last)
    }

    /// The field, map entry or method result `name` of `receiver`.
    #[allow(clippy::too_many_arguments)]
    fn eval_field(
        &mut self,
        dot: &Slot,
        chain: &Chain<'a, '_>,
        position: usize,
        name: &'a Str,
        receiver: &Slot,
        args: &'a [Operand],
        last: Option<Slot>,
    ) -> Result<Slot> {
        if let Value::Nil = receiver.value {
            if receiver.is_interface() {
                let message = format!("nil pointer evaluating interface {{}}.{name}");
                return Err(self.error_because(message, chain.reason(position)));
            }
            return Ok(Slot::INVALID);
        }
        let methods = funcs::methods(&receiver.value);
        if let Some(method) = methods.iter().find(|m| name == m.name) {
            return self.call_method(dot, &receiver.value, method, At::Operand(chain.node), args, last);
        }
        let has_args = !args.is_empty() || last.is_some();
        match &receiver.value {
            Value::Map(map) => {
                if has_args {
                    return Err(self.error(format!("{name} is not a method but has arguments")));
                }
                return Ok(match map.get(name) {
                    Some(value) => Slot::of_type(map.elem(), value),
                    None => Slot::zero(map.elem()),
                });
            }
            Value::Object(object) => {
                if let Some(slot) = self.object_field(chain, position, name, receiver, &**object, has_args)? {
                    return Ok(slot);
                }
            }
            _ => {}
        }
        let message = format!("can't evaluate field {name} in type {}", receiver.static_type());
        Err(self.error_because(message, chain.reason(position)))
    }

    /// `None` if the object has nothing of this name.
    fn object_field(
        &self,
        chain: &Chain<'a, '_>,
        position: usize,
        name: &Str,
        receiver: &Slot,
        object: &dyn Object,
        has_args: bool,
    ) -> Result<Option<Slot>> {
        let kind = object.go_type().kind();
        match kind {
            Kind::Struct | Kind::Pointer => {
                if object.hidden_fields().iter().any(|hidden| name == hidden) {
                    let of = receiver.static_type();
                    let message = format!("{name} is an unexported field of struct type {of}");
                    return Err(self.error(message));
                }
                let Some(value) = object.field(name) else {
                    return Ok(None);
                };
                if object.is_nil() {
                    let message = format!("nil pointer evaluating {}.{name}", receiver.static_type());
                    return Err(self.error_because(message, chain.reason(position)));
                }
                if has_args {
                    let message = format!("{name} has arguments but cannot be invoked as function");
                    return Err(self.error(message));
                }
                let in_memory = kind == Kind::Pointer || receiver.is_addressable();
                Ok(Some(if in_memory { Slot::addressable(value) } else { Slot::own(value) }))
            }
            Kind::Map => {
                if has_args {
                    return Err(self.error(format!("{name} is not a method but has arguments")));
                }
                let elem = object.go_type().elem().unwrap_or(Type::Interface);
                let value = object.entries().and_then(|mut entries| entries.remove(name.as_bytes()));
                Ok(Some(value.map_or_else(|| Slot::zero(elem), |value| Slot::of_type(elem, value))))
            }
            _ => Ok(None),
        }
    }
}

/// A chain that is being walked.
struct Chain<'a, 'r> {
    node: &'a Operand,
    start: &'r Slot,
    names: &'a [Str],
}

impl Chain<'_, '_> {
    /// Why the field at `position` could not be read.
    #[cold]
    fn reason(&self, position: usize) -> Reason {
        let mut path: Vec<Str> = match self.node {
            Operand::Variable(variable) => vec![variable.name.clone()],
            Operand::Chain(chain) => vec![chain.node.to_string().into()],
            _ => Vec::new(),
        };
        let failed = path.len() + position;
        path.extend(self.names.iter().cloned());
        Reason::Field { path, failed, siblings: self.siblings(position) }
    }

    /// The keys of the map in which the name before `position` was looked up.
    fn siblings(&self, position: usize) -> Vec<Str> {
        let Some(before) = position.checked_sub(1) else {
            return Vec::new();
        };
        let mut current = self.start.value.clone();
        for name in &self.names[..before] {
            current = match &current {
                Value::Map(map) => map.get(name).unwrap_or_default(),
                Value::Object(object) => object.field(name).unwrap_or_default(),
                _ => return Vec::new(),
            };
        }
        match current {
            Value::Map(map) => map.entries().keys().cloned().collect(),
            Value::Object(object) => object.fields().into_iter().map(|(name, _)| name.into()).collect(),
            _ => Vec::new(),
        }
    }
}
