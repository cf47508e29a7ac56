//! `{{range}}`

use super::slot::Slot;
use super::{Flow, Result, State, pointee_text};
use crate::template::ast::{Branch, Pipe};
use crate::value::{Kind, Num, Type, Value};

impl<'a> State<'a, '_> {
    pub(super) fn walk_range(&mut self, dot: &Slot, branch: &'a Branch) -> Result<Flow> {
        let outer = self.variables.len();
        let over = self.eval_pipe(dot, &branch.pipe)?;
        if self.env.trace.is_some() {
            self.note_range(&over.value);
        }
        let mut looped = Loop { branch, mark: self.variables.len(), ran: false };
        self.iterate(&mut looped, &over.value)?;
        let flow = if looped.ran {
            Flow::Next
        } else {
            // Go leaves the whole range at a break, wherever it stands; a continue goes to the range around.
            match self.walk_else(dot, branch)? {
                Flow::Break => Flow::Next,
                flow => flow,
            }
        };
        self.variables.truncate(outer);
        Ok(flow)
    }

    fn iterate(&mut self, looped: &mut Loop<'a>, over: &Value) -> Result<()> {
        match over {
            Value::Nil => Ok(()),
            Value::List(list) => {
                let (elem, items) = (list.elem(), list.items());
                let items = items.iter().enumerate();
                self.each(looped, items.map(|(i, item)| (index(i), Slot::of_type(elem, item.clone()))))
            }
            Value::Map(map) => {
                let (elem, entries) = (map.elem(), map.entries());
                let entries = entries.iter();
                self.each(
                    looped,
                    entries.map(|(k, v)| (Slot::own(k.clone()), Slot::of_type(elem, v.clone()))),
                )
            }
            Value::Bytes(bytes) => {
                let bytes = bytes.iter().enumerate();
                self.each(looped, bytes.map(|(i, byte)| (index(i), Slot::own(Value::Num(Num::Uint8(*byte))))))
            }
            Value::Object(object) if object.go_type().kind() == Kind::Map => {
                let elem = object.go_type().elem().unwrap_or(Type::Interface);
                let entries = object.entries().unwrap_or_default().into_iter();
                self.each(looped, entries.map(|(k, v)| (Slot::own(k), Slot::of_type(elem, v))))
            }
            Value::Object(object) if object.go_type().kind() == Kind::Slice => {
                let elem = object.go_type().elem().unwrap_or(Type::Interface);
                let items = object.items().unwrap_or_default().into_iter().enumerate();
                self.each(looped, items.map(|(i, item)| (index(i), Slot::of_type(elem, item))))
            }
            Value::Object(object) if object.as_int().is_some() => {
                let end = object.as_int().unwrap_or_default();
                self.count(looped, over, end, |i| object.with_int(i))
            }
            other => match counter(other) {
                Some((end, number)) => self.count(looped, over, end, number),
                None => {
                    let text = [b"range can't iterate over ", pointee_text(over).as_bytes()].concat();
                    Err(self.error(text))
                }
            },
        }
    }

    /// Iterates over the integers from 0 to below `end`.
    fn count(
        &mut self,
        looped: &mut Loop<'a>,
        over: &Value,
        end: i64,
        number: impl Fn(i64) -> Value,
    ) -> Result<()> {
        if looped.branch.pipe.decl.len() > 1 {
            let shown = pointee_text(over);
            return Err(self.error(format!("can't use {shown} to iterate over more than one variable")));
        }
        self.each(looped, (0..end).map(|i| (Slot::INVALID, Slot::own(number(i)))))
    }

    fn each(&mut self, looped: &mut Loop<'a>, pairs: impl Iterator<Item = (Slot, Slot)>) -> Result<()> {
        for (index, elem) in pairs {
            if self.iteration(looped, index, &elem)? == Flow::Break {
                break;
            }
        }
        Ok(())
    }

    fn iteration(&mut self, looped: &mut Loop<'a>, index: Slot, elem: &Slot) -> Result<Flow> {
        looped.ran = true;
        self.step()?;
        let pipe = &looped.branch.pipe;
        if pipe.is_assign {
            self.assign(pipe, index, elem)?;
        } else {
            // The pipeline has declared them, on top of the stack.
            let mark = looped.mark;
            match (pipe.decl.len(), &mut self.variables[..mark]) {
                (1, [.., variable]) => variable.slot = elem.clone(),
                (2, [.., first, second]) => {
                    first.slot = index;
                    second.slot = elem.clone();
                }
                _ => {}
            }
        }
        let flow = self.walk_block(elem, &looped.branch.list)?;
        self.variables.truncate(looped.mark);
        Ok(flow)
    }

    fn assign(&mut self, pipe: &Pipe, index: Slot, elem: &Slot) -> Result<()> {
        match &*pipe.decl {
            [variable] => self.set_variable(variable, elem.clone()),
            [first, second, ..] => {
                self.set_variable(first, index)?;
                self.set_variable(second, elem.clone())
            }
            [] => Ok(()),
        }
    }
}

/// A range under way.
struct Loop<'a> {
    branch: &'a Branch,
    /// Height of the stack of variables before the body.
    mark: usize,
    /// True once there was an iteration.
    ran: bool,
}

fn index(i: usize) -> Slot {
    Slot::own(Value::Int(i as i64))
}

/// The end of a range over a plain integer, and what makes numbers of its type.
type Counter = (i64, fn(i64) -> Value);

/// How to iterate over a plain integer.
fn counter(over: &Value) -> Option<Counter> {
    // Fuel ends long before a range over what no `i64` can count.
    let clamp = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    Some(match over {
        Value::Int(n) => (*n, Value::Int),
        Value::Int64(n) => (*n, Value::Int64),
        Value::Num(n) => match *n {
            Num::Int8(n) => (n.into(), |i| Value::Num(Num::Int8(i as i8))),
            Num::Int16(n) => (n.into(), |i| Value::Num(Num::Int16(i as i16))),
            Num::Int32(n) => (n.into(), |i| Value::Num(Num::Int32(i as i32))),
            Num::Uint8(n) => (n.into(), |i| Value::Num(Num::Uint8(i as u8))),
            Num::Uint16(n) => (n.into(), |i| Value::Num(Num::Uint16(i as u16))),
            Num::Uint32(n) => (n.into(), |i| Value::Num(Num::Uint32(i as u32))),
            Num::Uint(n) => (clamp(n), |i| Value::Num(Num::Uint(i as u64))),
            Num::Uint64(n) => (clamp(n), |i| Value::Num(Num::Uint64(i as u64))),
            Num::Float32(_) | Num::Complex128(..) => return None,
        },
        _ => return None,
    })
}
