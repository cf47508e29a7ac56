//! `pintle env`

use super::flags::Flags;
use super::{Failure, Session};

/// Prints one variable, or all of them in the form `NAME="value"`.
pub fn run(session: &mut Session, flags: &Flags) -> Result<(), Failure> {
    let text = match flags.positional().as_slice() {
        [] => {
            session.settings.variables().iter().map(|(name, value)| format!("{name}=\"{value}\"\n")).collect()
        }
        [name] => format!("{}\n", session.settings.variable(name)),
        _ => return Err(session.usage_error("env", "accepts at most 1 argument", "env [flags]")),
    };
    session.print(text.as_bytes())
}
