//! The tree as text, in Go's form.

use std::fmt::{self, Display};

use bstr::ByteSlice;

use super::ast::{
    Action, Block, Branch, Call, Chain, Command, Field, FunctionRef, Identifier, Node, Number, Operand, Pipe,
    StringConst, Text, Variable,
};
use crate::gofmt::quote;
use crate::stack::with_stack;

impl Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        with_stack(|| self.nodes.iter().try_for_each(|node| node.fmt(f)))
    }
}

impl Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Text(text) => text.fmt(f),
            Node::Action(action) => action.fmt(f),
            Node::If(branch) => branch.print("if", f),
            Node::Range(branch) => branch.print("range", f),
            Node::With(branch) => branch.print("with", f),
            Node::Template(call) => call.fmt(f),
            Node::Break(_) => f.write_str("{{break}}"),
            Node::Continue(_) => f.write_str("{{continue}}"),
        }
    }
}

impl Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().as_bstr().fmt(f)
    }
}

impl Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{{}}}}}", self.pipe)
    }
}

impl Branch {
    fn print(&self, keyword: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{{keyword} {}}}}}{}", self.pipe, self.list)?;
        if let Some(else_list) = &self.else_list {
            write!(f, "{{{{else}}}}{else_list}")?;
        }
        f.write_str("{{end}}")
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{template {}", quote(&self.name))?;
        if let Some(pipe) = &self.pipe {
            write!(f, " {pipe}")?;
        }
        f.write_str("}}")
    }
}

impl Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, variable) in self.decl.iter().enumerate() {
            let separator = if i == 0 { "" } else { ", " };
            write!(f, "{separator}{variable}")?;
        }
        if !self.decl.is_empty() {
            f.write_str(if self.is_assign { " = " } else { " := " })?;
        }
        with_stack(|| {
            self.cmds.iter().enumerate().try_for_each(|(i, command)| {
                let separator = if i == 0 { "" } else { " | " };
                write!(f, "{separator}{command}")
            })
        })
    }
}

impl Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.args.iter().enumerate().try_for_each(|(i, operand)| {
            let separator = if i == 0 { "" } else { " " };
            f.write_str(separator)?;
            operand.print_enclosed(f)
        })
    }
}

impl Operand {
    /// Prints it with parentheses if it is a pipeline: alone it has none.
    fn print_enclosed(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Pipe(pipe) => write!(f, "({pipe})"),
            other => other.fmt(f),
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Dot(_) => f.write_str("."),
            Operand::Nil(_) => f.write_str("nil"),
            Operand::Bool(_, value) => value.fmt(f),
            Operand::Number(_, number) => number.fmt(f),
            Operand::String(string) => string.fmt(f),
            Operand::Field(field) => field.fmt(f),
            Operand::Variable(variable) => variable.fmt(f),
            Operand::Identifier(identifier) => identifier.fmt(f),
            Operand::Chain(chain) => chain.fmt(f),
            Operand::Pipe(pipe) => pipe.fmt(f),
        }
    }
}

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl Display for StringConst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.quoted {
            Some(quoted) => quoted.fmt(f),
            None => write!(f, "\"{}\"", self.value),
        }
    }
}

impl Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.names.iter().try_for_each(|name| write!(f, ".{name}"))
    }
}

impl Display for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)?;
        self.fields.iter().try_for_each(|name| write!(f, ".{name}"))
    }
}

impl Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function.name())
    }
}

impl FunctionRef {
    /// The name that templates call it by.
    pub fn name(self) -> &'static str {
        match self {
            FunctionRef::Table(function) => function.name,
            FunctionRef::Builtin(name) => name,
        }
    }
}

impl Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.print_enclosed(f)?;
        self.fields.iter().try_for_each(|name| write!(f, ".{name}"))
    }
}
