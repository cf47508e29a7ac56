//! What a command is, and how the words of a command line lead to one.

use super::flags::{Flag, Flags, Tables};
use super::{Failure, Session, settings};

/// What a command does, with its flags and arguments.
pub type Run = fn(&mut Session<'_>, &Flags) -> Result<(), Failure>;

/// A command, or a group of commands.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// The word that calls it.
    pub name: &'static str,
    /// Other words that call it.
    pub aliases: &'static [&'static str],
    /// What it does, in one line.
    pub about: &'static str,
    /// What more there is to say, for help and man pages; empty if there is nothing.
    pub details: &'static str,
    /// Its arguments as the usage line shows them, e.g. `[NAME] [CHART]`.
    pub usage: &'static str,
    /// What its arguments are; empty if it takes none.
    pub arguments: &'static str,
    /// How many arguments it takes.
    pub takes: Arguments,
    /// Tables of its flags.
    pub flags: &'static [&'static [Flag]],
    /// Checks a flag's value beyond its kind, knowing the flags before it.
    pub accept: fn(&mut Session<'_>, Flag, &str, &Flags) -> Result<(), String>,
    /// What it does; `None` for a group.
    pub run: Option<Run>,
    /// The commands of a group.
    pub commands: &'static [Command],
    /// Set if help does not show it.
    pub hidden: bool,
}

/// How many arguments a command takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// The command looks at their number itself.
    Any,
    /// None at all.
    None,
    /// This many.
    Exactly(usize),
    /// This many or more.
    AtLeast(usize),
    /// This many or fewer.
    AtMost(usize),
}

impl Arguments {
    /// What is wrong with `count` arguments, in Helm's words.
    fn problem(self, count: usize) -> Option<String> {
        let arguments = |n: usize| if n == 1 { "1 argument".to_owned() } else { format!("{n} arguments") };
        match self {
            Arguments::None if count > 0 => Some("accepts no arguments".to_owned()),
            Arguments::Exactly(n) if count != n => Some(format!("requires {}", arguments(n))),
            Arguments::AtLeast(n) if count < n => Some(format!("requires at least {}", arguments(n))),
            Arguments::AtMost(n) if count > n => Some(format!("accepts at most {}", arguments(n))),
            _ => None,
        }
    }
}

impl Command {
    /// A command without anything, to fill in.
    pub const NEW: Command = Command {
        name: "",
        aliases: &[],
        about: "",
        details: "",
        usage: "",
        arguments: "",
        takes: Arguments::Any,
        flags: &[],
        accept: |_, _, _, _| Ok(()),
        run: None,
        commands: &[],
        hidden: false,
    };

    /// True if `word` calls the command.
    pub fn is_called(&self, word: &str) -> bool {
        self.name == word || self.aliases.contains(&word)
    }

    /// The flags that it takes: its own and those of every command.
    pub fn tables(&self) -> Tables {
        Tables { own: self.flags, global: settings::GLOBAL_FLAGS }
    }
}

/// The commands on the way to the one that a command line calls, from the program's own commands down.
#[derive(Clone, Debug, Default)]
pub struct Path(pub Vec<&'static Command>);

impl Path {
    /// Follows the first arguments of `words` as far as they name commands below `commands`, and takes them out.
    pub fn take(mut commands: &'static [Command], words: &mut Vec<String>) -> Path {
        let mut path = Path::default();
        while let Some(index) = path.tables().first_argument(words) {
            let Some(command) = commands.iter().find(|command| command.is_called(&words[index])) else {
                break;
            };
            words.remove(index);
            path.0.push(command);
            commands = command.commands;
        }
        path
    }

    /// The command itself; `None` for the program.
    pub fn command(&self) -> Option<&'static Command> {
        self.0.last().copied()
    }

    /// The flags that may stand here.
    pub fn tables(&self) -> Tables {
        self.command()
            .map_or(Tables { own: &[super::ROOT_FLAGS], global: settings::GLOBAL_FLAGS }, |c| c.tables())
    }

    /// The names, separated by spaces.
    pub fn name(&self) -> String {
        self.0.iter().map(|command| command.name).collect::<Vec<_>>().join(" ")
    }

    /// Checks the number of arguments.
    ///
    /// # Errors
    /// In cobra's words, with the usage line.
    pub fn check_arguments(&self, program: &str, flags: &Flags) -> Result<(), Failure> {
        let Some(command) = self.command() else { return Ok(()) };
        let Some(problem) = command.takes.problem(flags.positional().len()) else { return Ok(()) };
        let name = self.name();
        let usage = [program, &name, command.usage, "[flags]"].into_iter().filter(|part| !part.is_empty());
        let usage: Vec<&str> = usage.collect();
        Err(Failure::new(format!("\"{program} {name}\" {problem}\n\nUsage:  {}", usage.join(" "))))
    }
}
