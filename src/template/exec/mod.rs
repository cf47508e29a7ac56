//! Execution of templates.
//!
//! Follows Go's executor in order and in error texts: which node an error names depends on which node was
//! looked at last, so every evaluation notes its node first ([`State::at`]).

mod builtins;
mod call;
mod compare;
mod env;
mod eval;
mod field;
mod note;
mod range;
mod runtime;
mod slot;
#[cfg(test)]
mod tests;

pub use self::env::{Budget, Env};

use std::fmt;

use smallvec::SmallVec;

use self::slot::Slot;
use super::Set;
use super::ast::{Block, Branch, Command, Node, Operand, Pipe, Pos, Tree};
use super::error::{Error, FailedCall, Frame, Reason};
use super::set::Scope;
use crate::gofmt;
use crate::limits;
use crate::stack::with_stack;
use crate::value::{Kind, Str, Value};

type Result<T> = std::result::Result<T, Error>;

/// Runs the template `name` with `data` as dot and gives its output.
///
/// # Errors
/// If the template does not exist or fails. What it wrote before is lost.
pub fn execute(set: &Set, name: &str, data: &Value, env: &mut Env<'_>) -> Result<Str> {
    let mut buffer = env.take_buffer();
    let result = execute_in(Scope::new(set), name.as_bytes(), data, env, &mut buffer);
    let result = result.map(|()| Str::from(&*buffer));
    env.give_buffer(buffer);
    result
}

/// Runs the template `name` of `scope` and appends its output to `out`.
fn execute_in(
    scope: Scope<'_>,
    name: &[u8],
    data: &Value,
    env: &mut Env<'_>,
    out: &mut Vec<u8>,
) -> Result<()> {
    let Some(tree) = scope.lookup(name) else {
        let root = super::set::ROOT;
        let message =
            format!("template: no template {} associated with template \"{root}\"", gofmt::quote(name));
        return Err(Error::new(message, Reason::Template(name.into())));
    };
    let dot = Slot::own(data.clone());
    let mut state =
        State { scope, tree, at: At::Block(&tree.root), variables: SmallVec::new(), base: 0, out, env };
    state.variables.push(Variable { id: DOLLAR, slot: dot.clone() });
    with_stack(|| state.walk_block(&dot, &tree.root)).map(|_| ())
}

/// Steps that a node costs.
const NODE_STEPS: u64 = 10;

/// The number of the variable `$`.
const DOLLAR: u32 = 0;

/// A variable in scope.
#[derive(Debug)]
struct Variable {
    id: u32,
    slot: Slot,
}

/// How a node ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// What a command gives to a function or method: arguments, not evaluated yet, and the value piped into it.
struct Inputs<'a, 'd> {
    /// Dot for the arguments.
    dot: &'d Slot,
    args: &'a [Operand],
    last: Option<Slot>,
}

impl<'d> Inputs<'_, 'd> {
    /// No arguments.
    fn none(dot: &'d Slot) -> Self {
        Inputs { dot, args: &[], last: None }
    }

    fn is_empty(&self) -> bool {
        self.args.is_empty() && self.last.is_none()
    }
}

/// A node that an error may name.
#[derive(Clone, Copy, Debug)]
enum At<'a> {
    Block(&'a Block),
    Node(&'a Node),
    Pipe(&'a Pipe),
    Command(&'a Command),
    Operand(&'a Operand),
}

/// One execution: from a call by name to its end, `{{template}}` actions included.
struct State<'a, 'h> {
    /// The templates that can be seen.
    scope: Scope<'a>,
    /// The one that is executing.
    tree: &'a Tree,
    /// The node looked at last.
    at: At<'a>,
    /// Variables of all templates under way, those of the executing one from `base` on.
    variables: SmallVec<[Variable; 8]>,
    base: usize,
    out: &'a mut Vec<u8>,
    env: &'a mut Env<'h>,
}

impl<'a> State<'a, '_> {
    fn walk_block(&mut self, dot: &Slot, block: &'a Block) -> Result<Flow> {
        for node in &block.nodes {
            let flow = self.walk(dot, node)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn walk(&mut self, dot: &Slot, node: &'a Node) -> Result<Flow> {
        self.at = At::Node(node);
        self.step()?;
        match node {
            Node::Text(text) => self.write(text.bytes())?,
            Node::Action(action) => {
                let slot = self.eval_pipe(dot, &action.pipe)?;
                if action.pipe.decl.is_empty() {
                    self.at = At::Node(node);
                    self.print(&slot)?;
                }
            }
            Node::If(branch) => return with_stack(|| self.walk_if(dot, branch)),
            Node::With(branch) => return with_stack(|| self.walk_with(dot, branch)),
            Node::Range(branch) => return with_stack(|| self.walk_range(dot, branch)),
            Node::Template(call) => self.walk_template(dot, &call.name, call.pipe.as_ref())?,
            Node::Break(_) => return Ok(Flow::Break),
            Node::Continue(_) => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn walk_if(&mut self, dot: &Slot, branch: &'a Branch) -> Result<Flow> {
        let mark = self.variables.len();
        let condition = self.eval_pipe(dot, &branch.pipe)?;
        let flow = if condition.value.is_true() {
            self.walk_block(dot, &branch.list)?
        } else {
            self.walk_else(dot, branch)?
        };
        self.variables.truncate(mark);
        Ok(flow)
    }

    fn walk_with(&mut self, dot: &Slot, branch: &'a Branch) -> Result<Flow> {
        let mark = self.variables.len();
        let subject = self.eval_pipe(dot, &branch.pipe)?;
        let flow = if subject.value.is_true() {
            self.walk_block(&subject, &branch.list)?
        } else {
            self.walk_else(dot, branch)?
        };
        self.variables.truncate(mark);
        Ok(flow)
    }

    fn walk_else(&mut self, dot: &Slot, branch: &'a Branch) -> Result<Flow> {
        match &branch.else_list {
            Some(block) => self.walk_block(dot, block),
            None => Ok(Flow::Next),
        }
    }

    fn walk_template(&mut self, dot: &Slot, name: &Str, pipe: Option<&'a Pipe>) -> Result<()> {
        let Some(tree) = self.scope.lookup(name) else {
            let message = format!("template {} not defined", gofmt::quote(name));
            return Err(self.error_because(message, Reason::Template(name.clone())));
        };
        if self.env.templates == limits::TEMPLATE_DEPTH {
            return Err(self.error(format!("exceeded maximum template depth ({})", limits::TEMPLATE_DEPTH)));
        }
        let dot = match pipe {
            Some(pipe) => self.eval_pipe(dot, pipe)?,
            None => Slot::INVALID,
        };
        let (caller, at, base) = (self.tree, self.at, self.base);
        self.tree = tree;
        self.base = self.variables.len();
        self.env.templates += 1;
        self.variables.push(Variable { id: DOLLAR, slot: dot.clone() });
        let result = with_stack(|| self.walk_block(&dot, &tree.root));
        self.variables.truncate(self.base);
        self.env.templates -= 1;
        (self.tree, self.at, self.base) = (caller, at, base);
        result.map(|_| ())
    }

    /// Prints a value as the result of an action.
    fn print(&mut self, slot: &Slot) -> Result<()> {
        match &slot.value {
            Value::Str(text) => return self.write(text),
            Value::Nil => return self.write(b"<no value>"),
            Value::Object(object) => {
                let kind = object.go_type().kind();
                if kind == Kind::Func {
                    let message = format!("can't print {} of type {}", self.at, object.go_type());
                    return Err(self.error(message));
                }
                if object.to_go_string().is_none() {
                    if slot.is_addressable()
                        && let Some(text) = self.string_of_pointer(&slot.value)?
                    {
                        return self.write(&text);
                    }
                    if kind == Kind::Pointer {
                        return self.write(&pointee_text(&slot.value));
                    }
                }
            }
            _ => {}
        }
        if self.env.trace.is_some() {
            self.note_print(&slot.value);
        }
        let start = self.out.len();
        let room = usize::try_from(self.env.output).unwrap_or(usize::MAX);
        let printed = gofmt::print_within(&slot.value, self.out, room);
        printed.map_err(|error| self.error_because(error.to_string(), Reason::Budget))?;
        let length = self.out.len() - start;
        self.count_output(length)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.extend_from_slice(bytes);
        self.count_output(bytes.len())
    }

    fn count_output(&mut self, bytes: usize) -> Result<()> {
        self.env.spend_output(bytes as u64).map_err(|text| self.exhausted(text))
    }

    /// Pays for one node or iteration.
    fn step(&mut self) -> Result<()> {
        self.env.spend_fuel(NODE_STEPS).map_err(|text| self.exhausted(text))
    }

    #[cold]
    fn exhausted(&self, text: String) -> Error {
        let mut frame = self.frame(None);
        // The node may be a text or block of any size.
        let end = frame.context.floor_char_boundary(60);
        if end < frame.context.len() {
            frame.context.truncate(end);
            frame.context.push_str("...");
        }
        Error::new(text, Reason::Budget).within(frame)
    }

    /// An error with Go's `message` at the node looked at last.
    #[cold]
    fn error(&self, message: impl Into<Str>) -> Error {
        self.error_because(message, Reason::Other)
    }

    #[cold]
    fn error_because(&self, message: impl Into<Str>, reason: Reason) -> Error {
        Error::new(message, reason).within(self.frame(None))
    }

    fn frame(&self, call: Option<FailedCall>) -> Frame {
        Frame {
            file: self.tree.parse_name.clone(),
            source: self.tree.text.clone(),
            template: self.tree.name.clone(),
            pos: self.at.pos(),
            context: self.at.to_string(),
            call,
        }
    }
}

/// A value as `%v` prints it, but what a pointer leads to without Go's `&`.
fn pointee_text(value: &Value) -> Str {
    let text = gofmt::to_text(value);
    match text.strip_prefix(b"&") {
        Some(rest) if value.kind() == Kind::Pointer => rest.into(),
        _ => text,
    }
}

impl At<'_> {
    fn pos(self) -> Pos {
        match self {
            At::Block(block) => block.pos,
            At::Node(node) => match node {
                Node::Text(text) => text.pos,
                Node::Action(action) => action.pos,
                Node::If(branch) | Node::Range(branch) | Node::With(branch) => branch.pos,
                Node::Template(call) => call.pos,
                Node::Break(pos) | Node::Continue(pos) => *pos,
            },
            At::Pipe(pipe) => pipe.pos,
            At::Command(command) => command.pos,
            At::Operand(operand) => match operand {
                Operand::Dot(pos) | Operand::Nil(pos) | Operand::Bool(pos, _) | Operand::Number(pos, _) => {
                    *pos
                }
                Operand::String(string) => string.pos,
                Operand::Field(field) => field.pos,
                Operand::Variable(variable) => variable.pos,
                Operand::Identifier(identifier) => identifier.pos,
                Operand::Chain(chain) => chain.pos,
                Operand::Pipe(pipe) => pipe.pos,
            },
        }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Block(block) => block.fmt(f),
            At::Node(node) => node.fmt(f),
            At::Pipe(pipe) => pipe.fmt(f),
            At::Command(command) => command.fmt(f),
            At::Operand(operand) => operand.fmt(f),
        }
    }
}
