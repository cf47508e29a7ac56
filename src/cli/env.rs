//! `pintle env`

use super::command::{Arguments, Command};
use super::flags::Flags;
use super::{Failure, Session};

/// The command.
pub const COMMAND: Command = Command {
    name: "env",
    about: "Print the environment that the program works with",
    usage: "[NAME]",
    arguments: "Print this variable only",
    takes: Arguments::AtMost(1),
    run: Some(run),
    ..Command::NEW
};

/// Prints one variable, or all of them in the form `NAME="value"`.
fn run(session: &mut Session, flags: &Flags) -> Result<(), Failure> {
    let text = match flags.positional().as_slice() {
        [name] => format!("{}\n", session.settings.variable(name)),
        _ => {
            session.settings.variables().iter().map(|(name, value)| format!("{name}=\"{value}\"\n")).collect()
        }
    };
    session.print(text.as_bytes())
}
