//! The tree of a parsed template.
//!
//! Every node can print itself back (`Display`) in Go's form: error messages quote nodes that way.
//!
//! Charts have ten times as many nodes as they print lines, so nodes are small: sequences have no room to grow, names
//! and constants are shared by all that use them, and text stays where it was read.

use std::ops::Deref;
use std::sync::Arc;

use crate::stack::with_stack;
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
    pub nodes: Box<[Node]>,
}

// Trees nest deeper than a thread's stack allows for when they are dropped.
impl Drop for Block {
    fn drop(&mut self) {
        with_stack(|| drop(std::mem::take(&mut self.nodes)));
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
    If(Box<Branch>),
    /// `{{range}}`
    Range(Box<Branch>),
    /// `{{with}}`
    With(Box<Branch>),
    /// `{{template "name" pipeline}}`
    Template(Box<Call>),
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
    /// Where it ends.
    pub end: Pos,
    /// The text of the file that it is a part of.
    pub source: Arc<Str>,
}

impl Text {
    /// The bytes to print.
    pub fn bytes(&self) -> &[u8] {
        self.source.get(self.pos as usize..self.end as usize).unwrap_or_default()
    }
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
    pub decl: Box<[Variable]>,
    /// The commands.
    pub cmds: Commands,
}

/// The commands of a pipeline. Most have but one.
#[derive(Debug)]
pub enum Commands {
    /// One command.
    One(Command),
    /// Any number of them.
    Many(Box<[Command]>),
}

impl Default for Commands {
    fn default() -> Commands {
        Commands::Many(Box::default())
    }
}

impl Deref for Commands {
    type Target = [Command];
    fn deref(&self) -> &[Command] {
        match self {
            Commands::One(command) => std::slice::from_ref(command),
            Commands::Many(commands) => commands,
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        with_stack(|| drop(std::mem::take(&mut self.cmds)));
    }
}

/// An operand with its arguments.
#[derive(Debug)]
pub struct Command {
    /// Where it starts.
    pub pos: Pos,
    /// The operand, then arguments. Never empty.
    pub args: Box<[Operand]>,
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
    Number(Pos, Arc<Number>),
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
    /// The value.
    pub value: Str,
    /// As written, with its quotes; `None` if that is the value in double quotes.
    pub quoted: Option<Box<Str>>,
}

/// The names of a chain of fields, without the periods.
#[derive(Clone, Debug, Default)]
pub struct Fields(Option<Arc<[Str]>>);

impl FromIterator<Str> for Fields {
    fn from_iter<I: IntoIterator<Item = Str>>(names: I) -> Fields {
        Fields(Some(names.into_iter().collect()))
    }
}

impl Deref for Fields {
    type Target = [Str];
    fn deref(&self) -> &[Str] {
        self.0.as_deref().unwrap_or_default()
    }
}

/// A chain of field names on dot.
#[derive(Debug)]
pub struct Field {
    /// Where it starts.
    pub pos: Pos,
    /// The names.
    pub names: Fields,
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
    pub fields: Fields,
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
    /// The names.
    pub fields: Fields,
}
