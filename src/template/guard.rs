//! Whether a template is prepared for a value that is missing.

use super::ast::{Block, Command, Node, Operand, Pipe, Pos, Tree};
use super::usage::takes_missing;
use crate::stack::with_stack;

/// True unless what stands at `pos` of `tree` is printed as it is, or given to a function that has no use for nothing:
/// it is tested, has a default, is kept in a variable or handed on.
pub fn is_guarded(tree: &Tree, pos: Pos) -> bool {
    in_block(&tree.root, pos).unwrap_or(true)
}

fn in_block(block: &Block, pos: Pos) -> Option<bool> {
    block.nodes.iter().find_map(|node| match node {
        Node::Action(action) => in_pipe(&action.pipe, pos, !action.pipe.decl.is_empty()),
        Node::If(branch) | Node::With(branch) | Node::Range(branch) => in_pipe(&branch.pipe, pos, true)
            .or_else(|| {
                with_stack(|| {
                    in_block(&branch.list, pos)
                        .or_else(|| branch.else_list.as_ref().and_then(|block| in_block(block, pos)))
                })
            }),
        Node::Template(call) => call.pipe.as_ref().and_then(|pipe| in_pipe(pipe, pos, true)),
        Node::Text(_) | Node::Break(_) | Node::Continue(_) => None,
    })
}

fn in_pipe(pipe: &Pipe, pos: Pos, guarded: bool) -> Option<bool> {
    // From the last command back: what one gives goes into the next.
    let mut guarded = guarded;
    for command in pipe.cmds.iter().rev() {
        let function = function(command);
        let within = guarded || function.is_some_and(takes_missing);
        for (index, operand) in command.args.iter().enumerate() {
            let guarded = if index == 0 { guarded } else { within };
            if let Some(found) = in_operand(operand, pos, guarded) {
                return Some(found);
            }
        }
        if command.pos == pos {
            return Some(guarded);
        }
        guarded = within;
    }
    None
}

fn in_operand(operand: &Operand, pos: Pos, guarded: bool) -> Option<bool> {
    match operand {
        Operand::Field(field) => (field.pos == pos).then_some(guarded),
        Operand::Variable(variable) => (variable.pos == pos).then_some(guarded),
        Operand::Identifier(identifier) => (identifier.pos == pos).then_some(guarded),
        Operand::Pipe(pipe) => with_stack(|| in_pipe(pipe, pos, guarded)),
        Operand::Chain(chain) if chain.pos == pos => Some(guarded),
        Operand::Chain(chain) => with_stack(|| in_operand(&chain.node, pos, guarded)),
        Operand::Dot(_) | Operand::Nil(_) | Operand::Bool(..) | Operand::Number(..) | Operand::String(_) => {
            None
        }
    }
}

/// The function that a command calls.
fn function(command: &Command) -> Option<&'static str> {
    match command.args.first()? {
        Operand::Identifier(identifier) => Some(identifier.function.name()),
        _ => None,
    }
}
