//! Pipelines, commands and operands.

use super::slot::{Slot, can_be_nil, is_assignable, zero};
use super::{At, Error, Inputs, Result, State, Variable};
use crate::stack::with_stack;
use crate::template::ast;
use crate::template::ast::{Command, Number, Operand, Pipe};
use crate::value::{Kind, List, Map, Num, Type, Value};

impl<'a> State<'a, '_> {
    /// The value of a pipeline; its variables get it too.
    pub(super) fn eval_pipe(&mut self, dot: &Slot, pipe: &'a Pipe) -> Result<Slot> {
        self.at = At::Pipe(pipe);
        let mut last = None;
        for command in pipe.cmds.iter() {
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
        let inputs = Inputs { dot, args, last };
        if !matches!(first, Operand::Pipe(_)) {
            self.at = At::Operand(first);
        }
        match first {
            Operand::Field(field) => self.eval_chain(dot, first, &field.names, inputs),
            Operand::Chain(chain) => self.eval_chain_node(first, chain, inputs),
            Operand::Identifier(identifier) => {
                self.eval_function(At::Command(command), identifier.function, inputs)
            }
            Operand::Variable(variable) => {
                let slot = self.variable(variable)?;
                if !variable.fields.is_empty() {
                    return self.eval_chain(&slot, first, &variable.fields, inputs);
                }
                if !inputs.is_empty() {
                    return Err(self.not_a_function(first));
                }
                Ok(slot)
            }
            _ if !inputs.is_empty() => Err(self.not_a_function(first)),
            Operand::Pipe(pipe) => with_stack(|| self.eval_pipe(dot, pipe)),
            Operand::Nil(_) => Err(self.error("nil is not a command")),
            literal => self.eval_operand(dot, literal),
        }
    }

    fn not_a_function(&self, operand: &Operand) -> Error {
        self.error(format!("can't give argument to non-function {operand}"))
    }

    fn eval_chain_node(
        &mut self,
        node: &'a Operand,
        chain: &'a ast::Chain,
        inputs: Inputs<'a, '_>,
    ) -> Result<Slot> {
        let receiver = self.eval_operand(inputs.dot, &chain.node)?;
        self.eval_chain(&receiver, node, &chain.fields, inputs)
    }

    /// The value of an operand that is an argument, where any type will do.
    pub(super) fn eval_operand(&mut self, dot: &Slot, operand: &'a Operand) -> Result<Slot> {
        self.at = At::Operand(operand);
        let inputs = Inputs::none(dot);
        match operand {
            Operand::Dot(_) => Ok(dot.clone()),
            Operand::Nil(_) => Ok(Slot::INVALID),
            Operand::Bool(_, value) => Ok(Slot::own(*value)),
            Operand::String(string) => Ok(Slot::own(string.value.clone())),
            Operand::Number(_, number) => match &number.ideal {
                Some(value) => Ok(Slot::own(value.clone())),
                None => Err(self.error(format!("{} overflows int", number.text))),
            },
            Operand::Field(field) => self.eval_chain(dot, operand, &field.names, inputs),
            Operand::Variable(variable) => {
                let slot = self.variable(variable)?;
                if variable.fields.is_empty() {
                    return Ok(slot);
                }
                self.eval_chain(&slot, operand, &variable.fields, inputs)
            }
            Operand::Pipe(pipe) => with_stack(|| self.eval_pipe(dot, pipe)),
            Operand::Identifier(identifier) => self.eval_function(self.at, identifier.function, inputs),
            Operand::Chain(chain) => self.eval_chain_node(operand, chain, inputs),
        }
    }

    /// The value of an argument for a parameter of type `param`.
    pub(super) fn eval_arg(&mut self, dot: &Slot, param: Type, operand: &'a Operand) -> Result<Value> {
        match operand {
            Operand::Bool(..) | Operand::Number(..) | Operand::String(_) if param != Type::Interface => {
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
            (Kind::String, Operand::String(string)) => Some(Value::Str(string.value.clone())),
            (_, Operand::Number(_, number)) => number_of_kind(kind, number),
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
    fn variable(&mut self, variable: &ast::Variable) -> Result<Slot> {
        let found = self.place_of(variable)?;
        Ok(self.variables[found].slot.clone())
    }

    /// Overwrites the innermost variable of that name.
    pub(super) fn set_variable(&mut self, variable: &ast::Variable, slot: Slot) -> Result<()> {
        let found = self.place_of(variable)?;
        self.variables[found].slot = slot;
        Ok(())
    }

    /// Where the innermost variable of that name is.
    fn place_of(&mut self, variable: &ast::Variable) -> Result<usize> {
        let visible = &self.variables[self.base..];
        let Some(place) = visible.iter().rposition(|v| v.id == variable.id) else {
            return Err(self.error(format!("undefined variable: {}", variable.name)));
        };
        // Free for as many variables as people write.
        let passed = (visible.len() - place) as u64 / 16;
        self.env.spend_fuel(passed).map_err(|text| self.exhausted(text))?;
        Ok(self.base + place)
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
