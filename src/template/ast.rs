//! The tree of a parsed template.
//!
//! Every node can print itself back (`Display`) in Go's form: error messages quote nodes that way.

use std::sync::Arc;

use crate::value::call::Function;
use crate::value::{Str, Value};

/// Byte offset into the text of the template.
pub type Pos = u32;

/// One named template: a file, or a `define`/`block` within one.
#[derive(Debug)]
pub struct Tree {
    /// The name it is called by.
    pub name: Str,
    /// The name of the file that it was parsed from: positions in errors are given in it.
    pub parse_name: Str,
    /// The text of that file.
    pub text: Arc<Str>,
    /// What it does.
    pub root: Block,
}

/// Nodes in sequence.
#[derive(Debug, Default)]
pub struct Block {
    /// Where it starts.
    pub pos: Pos,
    /// The nodes.
    pub nodes: Vec<Node>,
}

// Trees nest deeper than a thread's stack allows for when they are dropped.
impl Drop for Block {
    fn drop(&mut self) {
        super::with_stack(|| self.nodes.clear());
    }
}

/// A text or an action.
#[derive(Debug)]
pub enum Node {
    /// Text outside of actions, trimmed.
    Text(Text),
    /// `{{pipeline}}`
    Action(Action),
    /// `{{if}}`
    If(Branch),
    /// `{{range}}`
    Range(Branch),
    /// `{{with}}`
    With(Branch),
    /// `{{template "name" pipeline}}`
    Template(Call),
    /// `{{break}}`
    Break(Pos),
    /// `{{continue}}`
    Continue(Pos),
}

/// Literal text.
#[derive(Debug)]
pub struct Text {
    /// Where it starts.
    pub pos: Pos,
    /// The bytes to print.
    pub text: Str,
}

/// A pipeline whose value is printed, unless it declares variables.
#[derive(Debug)]
pub struct Action {
    /// Where it starts.
    pub pos: Pos,
    /// What it evaluates.
    pub pipe: Pipe,
}

/// `if`, `range` or `with`.
#[derive(Debug)]
pub struct Branch {
    /// Where it starts.
    pub pos: Pos,
    /// The controlling pipeline.
    pub pipe: Pipe,
    /// Done if the pipeline is not empty.
    pub list: Block,
    /// Done otherwise.
    pub else_list: Option<Block>,
}

/// `{{template}}`, also what a `{{block}}` leaves behind.
#[derive(Debug)]
pub struct Call {
    /// Where it starts.
    pub pos: Pos,
    /// Name of the template to run.
    pub name: Str,
    /// Dot for it; nil if absent.
    pub pipe: Option<Pipe>,
}

/// Commands, each one's value the last argument of the next.
#[derive(Debug)]
pub struct Pipe {
    /// Where it starts.
    pub pos: Pos,
    /// True for `=`, false for `:=`.
    pub is_assign: bool,
    /// Variables that take the value, in order (two only in `range`).
    pub decl: Vec<Variable>,
    /// The commands.
    pub cmds: Vec<Command>,
}

impl Drop for Pipe {
    fn drop(&mut self) {
        super::with_stack(|| self.cmds.clear());
    }
}

/// An operand with its arguments.
#[derive(Debug)]
pub struct Command {
    /// Where it starts.
    pub pos: Pos,
    /// The operand, then arguments. Never empty.
    pub args: Vec<Operand>,
}

/// An operand of a command.
#[derive(Debug)]
pub enum Operand {
    /// `.`
    Dot(Pos),
    /// `nil`
    Nil(Pos),
    /// `true`, `false`
    Bool(Pos, bool),
    /// A number or character constant.
    Number(Box<Number>),
    /// A quoted or raw string.
    String(StringConst),
    /// `.a.b`
    Field(Field),
    /// `$x`, `$x.a.b`
    Variable(Variable),
    /// A function name.
    Identifier(Identifier),
    /// `(pipeline).a.b`, `$x` followed by fields after a space never: an operand with fields.
    Chain(Chain),
    /// `(pipeline)`
    Pipe(Box<Pipe>),
}

/// A number constant: what it could be, since the context decides (`parse` fills all that fit).
#[derive(Debug)]
pub struct Number {
    /// Where it starts.
    pub pos: Pos,
    /// The text of the template.
    pub text: Str,
    /// As a signed integer.
    pub int: Option<i64>,
    /// As an unsigned integer.
    pub uint: Option<u64>,
    /// As a float.
    pub float: Option<f64>,
    /// As a complex number.
    pub complex: Option<(f64, f64)>,
    /// What it is where any type will do; `None` if it overflows an int.
    pub ideal: Option<Value>,
}

/// A string constant.
#[derive(Debug)]
pub struct StringConst {
    /// Where it starts.
    pub pos: Pos,
    /// As written, with its quotes.
    pub quoted: Str,
    /// The value: always a `Value::Str`, ready to be cloned.
    pub value: Value,
}

/// A chain of field names on dot.
#[derive(Debug)]
pub struct Field {
    /// Where it starts.
    pub pos: Pos,
    /// The names, without the periods.
    pub names: Vec<Str>,
}

/// A variable, with fields.
#[derive(Debug)]
pub struct Variable {
    /// Where it starts.
    pub pos: Pos,
    /// The name with its `$`.
    pub name: Str,
    /// A number that is equal for equal names within one [`Tree`]'s file; `$` is 0.
    pub id: u32,
    /// Field names after it.
    pub fields: Vec<Str>,
}

/// A function.
#[derive(Debug)]
pub struct Identifier {
    /// Where it starts.
    pub pos: Pos,
    /// The function, found when parsing.
    pub function: FunctionRef,
}

/// A function that a template calls.
#[derive(Clone, Copy, Debug)]
pub enum FunctionRef {
    /// From the function table.
    Table(&'static Function),
    /// Built into the executor because it evaluates its arguments itself or takes reflect values:
    /// `and`, `or`, `call`, `eq`, `ge`, `gt`, `index`, `le`, `len`, `lt`, `ne`, `not`, `slice`.
    Builtin(&'static str),
}

/// Fields of an operand that is neither dot nor a variable.
#[derive(Debug)]
pub struct Chain {
    /// Where it starts.
    pub pos: Pos,
    /// The operand.
    pub node: Box<Operand>,
    /// The names, without the periods.
    pub fields: Vec<Str>,
}
