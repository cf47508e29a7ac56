//! Pipelines, commands and operands.

use super::slot::{Slot, can_be_nil, is_assignable, zero};
use super::{At, Result, State, Variable};
use crate::template::ast;
use crate::template::ast::{Command, Number, Operand, Pipe};
use crate::template::with_stack;
use crate::value::{Kind, List, Map, Num, Type, Value};

impl<'a> State<'a, '_> {
    /// The value of a pipeline; its variables get it too.
    pub(super) fn eval_pipe(&mut self, dot: &Slot, pipe: &'a Pipe) -> Result<Slot> {
        self.at = At::Pipe(pipe);
        let mut last = None;
        for command in &pipe.cmds {
            last = Some(self.eval_command(dot, command, last)?.unwrap_interface());
        }
        let result = last.unwrap_or_default();
        for variable in &pipe.decl {
            if pipe.is_assign {
                self.set_variable(variable, result.clone())?;
            } else {
                self.variables.push(Variable { id: variable.id, slot: result.clone() });
            }
        }
        Ok(result)
    }

    /// The value of a command, `last` being that of the one before it in the pipeline.
    fn eval_command(&mut self, dot: &Slot, command: &'a Command, last: Option<Slot>) -> Result<Slot> {
        let Some((first, args)) = command.args.split_first() else {
            return Err(self.error("empty command"));
        };
        match first {
            Operand::Field(field) => {
                self.at = At::Operand(first);
                return self.eval_chain(dot, dot, first, &field.names, args, last);
            }
            Operand::Chain(chain) => return self.eval_chain_node(dot, first, chain, args, last),
            Operand::Variable(variable) => {
                self.at = At::Operand(first);
                let slot = self.variable(variable)?;
                if variable.fields.is_empty() {
                    self.expect_no_args(first, args, last.as_ref())?;
                    return Ok(slot);
                }
                return self.eval_chain(dot, &slot, first, &variable.fields, args, last);
            }
            Operand::Identifier(identifier) => {
                self.at = At::Operand(first);
                return self.eval_function(dot, At::Command(command), identifier.function, args, last);
            }
            Operand::Pipe(pipe) => {
                self.expect_no_args(first, args, last.as_ref())?;
                return with_stack(|| self.eval_pipe(dot, pipe));
            }
            _ => {}
        }
        self.at = At::Operand(first);
        self.expect_no_args(first, args, last.as_ref())?;
        match first {
            Operand::Nil(_) => Err(self.error("nil is not a command")),
            constant => self.eval_constant(dot, constant),
        }
    }

    #[inline]
    fn expect_no_args(&self, first: &Operand, args: &[Operand], last: Option<&Slot>) -> Result<()> {
        if args.is_empty() && last.is_none() {
            return Ok(());
        }
        Err(self.error(format!("can't give argument to non-function {first}")))
    }

    fn eval_chain_node(
        &mut self,
        dot: &Slot,
        node: &'a Operand,
        chain: &'a ast::Chain,
        args: &'a [Operand],
        last: Option<Slot>,
    ) -> Result<Slot> {
        self.at = At::Operand(node);
        if matches!(*chain.node, Operand::Nil(_)) {
            return Err(self.error(format!("indirection through explicit nil in {chain}")));
        }
        let receiver = self.eval_operand(dot, &chain.node)?;
        self.eval_chain(dot, &receiver, node, &chain.fields, args, last)
    }

    /// The value of an operand that is an argument, whatever its type.
    pub(super) fn eval_operand(&mut self, dot: &Slot, operand: &'a Operand) -> Result<Slot> {
        self.at = At::Operand(operand);
        match operand {
            Operand::Field(field) => self.eval_chain(dot, dot, operand, &field.names, &[], None),
            Operand::Variable(variable) => {
                let slot = self.variable(variable)?;
                if variable.fields.is_empty() {
                    return Ok(slot);
                }
                self.eval_chain(dot, &slot, operand, &variable.fields, &[], None)
            }
            Operand::Pipe(pipe) => with_stack(|| self.eval_pipe(dot, pipe)),
            Operand::Identifier(identifier) => {
                self.eval_function(dot, self.at, identifier.function, &[], None)
            }
            Operand::Chain(chain) => self.eval_chain_node(dot, operand, chain, &[], None),
            Operand::Nil(_) => Ok(Slot::INVALID),
            constant => self.eval_constant(dot, constant),
        }
    }

    /// Dot or a literal where any type will do.
    fn eval_constant(&self, dot: &Slot, operand: &Operand) -> Result<Slot> {
        match operand {
            Operand::Dot(_) => Ok(dot.clone()),
            Operand::Bool(_, value) => Ok(Slot::own(*value)),
            Operand::String(string) => Ok(Slot::own(string.value.clone())),
            Operand::Number(number) => match &number.ideal {
                Some(value) => Ok(Slot::own(value.clone())),
                None => Err(self.error(format!("{} overflows int", number.text))),
            },
            other => Err(self.error(format!(
                "can't evaluate command {}",
                crate::gofmt::quote(other.to_string().as_bytes())
            ))),
        }
    }

    /// The value of an argument for a parameter of type `param`.
    pub(super) fn eval_arg(&mut self, dot: &Slot, param: Type, operand: &'a Operand) -> Result<Value> {
        match operand {
            Operand::Bool(..) | Operand::Number(_) | Operand::String(_) if param != Type::Interface => {
                self.at = At::Operand(operand);
                self.eval_literal(param, operand)
            }
            Operand::Nil(_) => {
                self.at = At::Operand(operand);
                if can_be_nil(param) {
                    return Ok(zero(param));
                }
                Err(self.error(format!("cannot assign nil to {param}")))
            }
            Operand::Dot(_) => {
                self.at = At::Operand(operand);
                self.convert(dot.clone(), param)
            }
            _ => {
                let slot = self.eval_operand(dot, operand)?;
                self.convert(slot, param)
            }
        }
    }

    /// A literal for a parameter that is no interface.
    fn eval_literal(&self, param: Type, operand: &Operand) -> Result<Value> {
        let kind = param.kind();
        let found = match (kind, operand) {
            (Kind::Bool, Operand::Bool(_, value)) => Some(Value::Bool(*value)),
            (Kind::String, Operand::String(string)) => Some(string.value.clone()),
            (_, Operand::Number(number)) => number_of_kind(kind, number),
            _ => None,
        };
        if let Some(value) = found {
            return Ok(value);
        }
        let expected = match kind {
            Kind::Bool => "bool",
            Kind::String => "string",
            Kind::Complex128 => "complex",
            Kind::Float32 | Kind::Float64 => "float",
            Kind::Int | Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => "integer",
            Kind::Uint | Kind::Uint8 | Kind::Uint16 | Kind::Uint32 | Kind::Uint64 => "unsigned integer",
            _ => return Err(self.error(format!("can't handle {operand} for arg of type {param}"))),
        };
        Err(self.error(format!("expected {expected}; found {operand}")))
    }

    /// Makes a value fit for a parameter of type `param`, as far as Go does.
    pub(super) fn convert(&self, slot: Slot, param: Type) -> Result<Value> {
        if !slot.is_valid() {
            if can_be_nil(param) {
                return Ok(zero(param));
            }
            return Err(self.error(format!("invalid value; expected {param}")));
        }
        if param == Type::Interface {
            return Ok(slot.value);
        }
        let own = slot.value.go_type();
        if own == param {
            return Ok(slot.value);
        }
        if slot.is_nil_interface() {
            return Err(self.error(format!("wrong type for value; expected {param}; got interface {{}}")));
        }
        if is_assignable(own, param) {
            return Ok(assigned(slot.value, param));
        }
        Err(self.error(format!("wrong type for value; expected {param}; got {own}")))
    }

    /// The value of a variable.
    fn variable(&self, variable: &ast::Variable) -> Result<Slot> {
        match self.variables[self.base..].iter().rev().find(|v| v.id == variable.id) {
            Some(found) => Ok(found.slot.clone()),
            None => Err(self.undefined(variable)),
        }
    }

    /// Overwrites the innermost variable of that name.
    pub(super) fn set_variable(&mut self, variable: &ast::Variable, slot: Slot) -> Result<()> {
        match self.variables[self.base..].iter_mut().rev().find(|v| v.id == variable.id) {
            Some(found) => {
                found.slot = slot;
                Ok(())
            }
            None => Err(self.undefined(variable)),
        }
    }

    #[cold]
    fn undefined(&self, variable: &ast::Variable) -> super::Error {
        self.error(format!("undefined variable: {}", variable.name))
    }
}

/// A value as one of the type `param`, to which it is assignable.
fn assigned(value: Value, param: Type) -> Value {
    match value {
        Value::Map(map) => Value::Map(map.underlying()),
        Value::Object(object) => {
            if let Some(items) = object.items() {
                return Value::List(List::new(param.elem().unwrap_or(Type::Interface), items));
            }
            match object.entries() {
                Some(entries) => Value::Map(Map::typed(param, entries)),
                None => Value::Object(object),
            }
        }
        other => other,
    }
}

/// A number literal as a value of a number kind.
fn number_of_kind(kind: Kind, number: &Number) -> Option<Value> {
    // Go truncates what is too large for a small type.
    Some(match kind {
        Kind::Int => Value::Int(number.int?),
        Kind::Int64 => Value::Int64(number.int?),
        Kind::Int8 => Value::Num(Num::Int8(number.int? as i8)),
        Kind::Int16 => Value::Num(Num::Int16(number.int? as i16)),
        Kind::Int32 => Value::Num(Num::Int32(number.int? as i32)),
        Kind::Uint => Value::Num(Num::Uint(number.uint?)),
        Kind::Uint8 => Value::Num(Num::Uint8(number.uint? as u8)),
        Kind::Uint16 => Value::Num(Num::Uint16(number.uint? as u16)),
        Kind::Uint32 => Value::Num(Num::Uint32(number.uint? as u32)),
        Kind::Uint64 => Value::Num(Num::Uint64(number.uint?)),
        Kind::Float32 => Value::Num(Num::Float32(number.float? as f32)),
        Kind::Float64 => Value::Float64(number.float?),
        Kind::Complex128 => {
            let (re, im) = number.complex?;
            Value::Num(Num::Complex128(re, im))
        }
        _ => return None,
    })
}
