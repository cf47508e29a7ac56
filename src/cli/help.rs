//! The command line as clap knows it, which prints help and man pages.

use clap::{Arg, ArgAction, Command as Page};

use super::command::{Command, Path};
use super::flags::{Flag, Kind};
use super::{COMMANDS, settings};

/// All commands with their flags.
pub fn pages() -> Page {
    // clap adds its own `--help`.
    let global = settings::GLOBAL_FLAGS.iter().filter(|flag| flag.name != "help");
    Page::new("pintle")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Renders, packages and ships Helm charts, byte for byte as Helm does")
        .args(global.map(|flag| to_arg(*flag).global(true)))
        .subcommands(COMMANDS.iter().map(page))
}

/// The command with those below it.
fn page(command: &Command) -> Page {
    let mut flags: Vec<Flag> = command.flags.iter().copied().flatten().copied().collect();
    flags.sort_by_key(|flag| flag.name);
    let mut page_of = Page::new(command.name)
        .about(command.about)
        .visible_aliases(command.aliases)
        .hide(command.hidden)
        .args(flags.into_iter().map(to_arg))
        .subcommands(command.commands.iter().map(page));
    if !command.details.is_empty() {
        page_of = page_of.long_about(format!("{}\n\n{}", command.about, command.details));
    }
    if !command.arguments.is_empty() {
        let name = if command.usage.is_empty() { "ARGS" } else { command.usage };
        page_of = page_of.arg(Arg::new("ARGS").value_name(name).num_args(0..).help(command.arguments));
    }
    page_of
}

/// The help of the command at `path`, or of the program.
pub fn text(path: &Path) -> String {
    let mut page = pages();
    page.build();
    let found = path.0.iter().try_fold(&mut page, |page, command| page.find_subcommand_mut(command.name));
    found.map_or_else(String::new, |page| page.render_help().to_string())
}

fn to_arg(flag: Flag) -> Arg {
    let arg = Arg::new(flag.name).long(flag.name).help(flag.help).hide(flag.hidden);
    let arg = match flag.short {
        Some(short) => arg.short(short),
        None => arg,
    };
    let arg = if flag.default.is_empty() { arg } else { arg.default_value(flag.default) };
    let optional = |arg: Arg| arg.num_args(0..=1).require_equals(true);
    let (arg, action, value) = match flag.kind {
        Kind::Bool => (optional(arg), ArgAction::Set, "BOOL"),
        Kind::OptionalText(_) => (optional(arg), ArgAction::Set, "TEXT"),
        Kind::Text => (arg, ArgAction::Set, "TEXT"),
        Kind::Int | Kind::Uint | Kind::Float => (arg, ArgAction::Set, "N"),
        Kind::Duration => (arg, ArgAction::Set, "DURATION"),
        Kind::Texts => (arg, ArgAction::Append, "TEXT"),
        Kind::List => (arg, ArgAction::Append, "A,B"),
        Kind::Pairs => (arg, ArgAction::Append, "K=V,…"),
    };
    arg.action(action).value_name(value)
}
