//! Chains of fields: `.a.b`, `$x.a`, `(pipeline).a`.

use super::slot::Slot;
use super::{At, Inputs, Result, State};
use crate::funcs;
use crate::template::ast::Operand;
use crate::template::error::Reason;
use crate::value::{Kind, Object, Str, Type, Value};

impl<'a> State<'a, '_> {
    /// Walks `names` from `receiver` on. Only the last may be called with arguments.
    pub(super) fn eval_chain(
        &mut self,
        receiver: &Slot,
        node: &'a Operand,
        names: &'a [Str],
        inputs: Inputs<'a, '_>,
    ) -> Result<Slot> {
        let Some(last) = names.len().checked_sub(1) else {
            return Ok(receiver.clone());
        };
        let chain = Chain { node, start: receiver, names };
        let mut current = None;
        for position in 0..last {
            let slot = current.as_ref().unwrap_or(receiver);
            current = Some(self.eval_field(slot, &chain, position, Inputs::none(inputs.dot))?);
        }
        self.eval_field(current.as_ref().unwrap_or(receiver), &chain, last, inputs)
    }

    /// The field, map entry or method result of `receiver` that the name at `position` stands for.
    fn eval_field(
        &mut self,
        receiver: &Slot,
        chain: &Chain<'a, '_>,
        position: usize,
        inputs: Inputs<'a, '_>,
    ) -> Result<Slot> {
        let name = &chain.names[position];
        if let Value::Nil = receiver.value {
            if receiver.is_interface() {
                let message = format!("nil pointer evaluating interface {{}}.{name}");
                return Err(self.error_because(message, chain.reason(position)));
            }
            return Ok(Slot::INVALID);
        }
        if let Some(method) = funcs::methods(&receiver.value).iter().find(|method| name == method.name) {
            return self.call_method(&receiver.value, method, At::Operand(chain.node), inputs);
        }
        let not_a_method = || format!("{name} is not a method but has arguments");
        match &receiver.value {
            Value::Map(_) if !inputs.is_empty() => return Err(self.error(not_a_method())),
            Value::Map(map) => {
                if self.env.trace.is_some() {
                    let is_last = position + 1 == chain.names.len();
                    self.note_field(map, name, At::Operand(chain.node), is_last);
                }
                return Ok(match map.get(name) {
                    Some(value) => Slot::of_type(map.elem(), value),
                    None => Slot::zero(map.elem()),
                });
            }
            Value::Object(object) => match object.go_type().kind() {
                Kind::Struct | Kind::Pointer => {
                    if let Some(slot) = self.struct_field(receiver, &**object, chain, position, &inputs)? {
                        return Ok(slot);
                    }
                }
                Kind::Map if !inputs.is_empty() => return Err(self.error(not_a_method())),
                Kind::Map => {
                    let elem = object.go_type().elem().unwrap_or(Type::Interface);
                    let value = object.entries().and_then(|mut entries| entries.remove(name.as_bytes()));
                    return Ok(value.map_or_else(|| Slot::zero(elem), |value| Slot::of_type(elem, value)));
                }
                _ => {}
            },
            _ => {}
        }
        let message = format!("can't evaluate field {name} in type {}", receiver.static_type());
        Err(self.error_because(message, chain.reason(position)))
    }

    /// The field of a struct, or of one that a pointer leads to; `None` if it has none of this name.
    fn struct_field(
        &self,
        receiver: &Slot,
        object: &dyn Object,
        chain: &Chain<'a, '_>,
        position: usize,
        inputs: &Inputs<'a, '_>,
    ) -> Result<Option<Slot>> {
        let name = &chain.names[position];
        let of = receiver.static_type();
        let Some(value) = object.field(name) else {
            if object.all_fields().iter().any(|(hidden, _)| name == hidden) {
                return Err(self.error(format!("{name} is an unexported field of struct type {of}")));
            }
            return Ok(None);
        };
        if object.is_nil() {
            let message = format!("nil pointer evaluating {of}.{name}");
            return Err(self.error_because(message, chain.reason(position)));
        }
        if !inputs.is_empty() {
            return Err(self.error(format!("{name} has arguments but cannot be invoked as function")));
        }
        let in_memory = object.go_type().kind() == Kind::Pointer || receiver.is_addressable();
        Ok(Some(if in_memory { Slot::addressable(value) } else { Slot::own(value) }))
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
