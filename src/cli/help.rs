//! The command line as clap knows it, which prints help; man pages and completions can be made of it too.

use clap::{Arg, ArgAction, Command};

use super::flags::{Flag, Kind};
use super::{COMMANDS, settings};

/// All commands with their flags.
pub fn command() -> Command {
    // clap adds its own `--help`.
    let global = settings::GLOBAL_FLAGS.iter().filter(|flag| flag.name != "help");
    let mut command = Command::new("pintle")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Renders Helm charts offline, byte for byte as Helm does")
        .args(global.map(|flag| to_arg(*flag).global(true)));
    for entry in COMMANDS {
        let own =
            Command::new(entry.name).about(entry.about).args(entry.flags.iter().map(|flag| to_arg(*flag)));
        let arguments = (!entry.arguments.is_empty()).then_some(entry.arguments);
        command =
            command.subcommand(own.args(arguments.map(|help| Arg::new("ARGS").num_args(0..).help(help))));
    }
    command
}

/// The help of the command `name`, or of the program.
pub fn text(name: Option<&str>) -> String {
    let mut command = command();
    command.build();
    let found = name.and_then(|name| command.find_subcommand_mut(name));
    match found {
        Some(found) => found.render_help().to_string(),
        None => command.render_help().to_string(),
    }
}

fn to_arg(flag: Flag) -> Arg {
    let arg = Arg::new(flag.name).long(flag.name).help(flag.help).hide(flag.hidden);
    let arg = match flag.short {
        Some(short) => arg.short(short),
        None => arg,
    };
    let optional = |arg: Arg| arg.num_args(0..=1).require_equals(true);
    let (arg, action, value) = match flag.kind {
        Kind::Bool => (optional(arg), ArgAction::Set, "BOOL"),
        Kind::OptionalText(_) => (optional(arg), ArgAction::Set, "TEXT"),
        Kind::Text => (arg, ArgAction::Set, "TEXT"),
        Kind::Int | Kind::Float => (arg, ArgAction::Set, "N"),
        Kind::Duration => (arg, ArgAction::Set, "DURATION"),
        Kind::Texts => (arg, ArgAction::Append, "TEXT"),
        Kind::List => (arg, ArgAction::Append, "A,B"),
        Kind::Pairs => (arg, ArgAction::Append, "K=V,…"),
    };
    arg.action(action).value_name(value)
}
