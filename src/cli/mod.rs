//! The command line: parse, act, print.
//!
//! Standard output carries results only; everything else goes to standard error, which ends in Helm's exact
//! line if a command fails.

mod env;
pub mod flags;
mod kubeconfig;
mod postrender;
mod settings;
mod sources;
mod template;
mod terminal;
mod version;

use std::ffi::OsString;
use std::io::Write;

use clap::Command;
use clap::error::ErrorKind;

use self::flags::{Flag, Flags};
pub use self::settings::{Environment, Settings};
use crate::chart::{Level, Notice};
use crate::plugin::Installed;
use crate::value::Str;

/// Everything went well.
pub const SUCCESS: u8 = 0;
/// The command failed; standard error says why.
pub const FAILURE: u8 = 1;

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    /// What follows `Error: `.
    pub message: Str,
    /// The long form, printed before it where wanted.
    pub explanation: Option<String>,
}

impl Failure {
    /// A failure with Helm's text.
    pub fn new(message: impl Into<Str>) -> Failure {
        Failure { message: message.into(), explanation: None }
    }

    /// A failure with the text of `error`.
    pub fn of(error: impl std::fmt::Display) -> Failure {
        Failure::new(error.to_string())
    }
}

/// The streams and settings of one command.
#[expect(missing_debug_implementations, reason = "streams have no Debug")]
pub struct Session<'a> {
    /// Flags and environment, settled.
    pub settings: Settings,
    /// The plugins that are installed.
    pub plugins: Installed,
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
}

impl Session<'_> {
    /// Prints to standard output.
    pub fn print(&mut self, text: &[u8]) -> Result<(), Failure> {
        let written = self.out.write_all(text).and_then(|()| self.out.flush());
        written.map_err(|e| Failure::new(format!("cannot write to standard output: {e}")))
    }

    /// Tells the user something without failing. What cannot be told is no reason to fail either.
    pub fn tell(&mut self, line: &str) {
        let _ = self.err.write_all(&[&terminal::printable(line.as_bytes()), &b"\n"[..]].concat());
    }

    /// Prints a line of Helm's log.
    pub fn log(&mut self, notice: &Notice) {
        if self.settings.debug || notice.level != Level::Debug {
            self.tell(&notice.to_string());
        }
    }

    /// The failure with its long form, if that is wanted.
    pub fn explained(&self, failure: Failure, explain: impl FnOnce() -> Option<String>) -> Failure {
        let explanation = if self.settings.explain_errors { explain() } else { None };
        Failure { explanation, ..failure }
    }

    /// Tells which plugins could not be loaded, as Helm does each time that it looks for some.
    pub fn log_plugins(&mut self) {
        for notice in self.plugins.notices.clone() {
            self.log(&notice);
        }
    }

    /// A wrong number of arguments, in cobra's words.
    pub fn usage_error(&self, command: &str, problem: &str, usage: &str) -> Failure {
        let program = &self.settings.program;
        Failure::new(format!("\"{program} {command}\" {problem}\n\nUsage:  {program} {usage}"))
    }
}

/// A command of the program.
struct Entry {
    name: &'static str,
    about: &'static str,
    usage: &'static str,
    flags: &'static [Flag],
    run: fn(&mut Session<'_>, &Flags) -> Result<(), Failure>,
}

const COMMANDS: &[Entry] = &[
    Entry {
        name: "template",
        about: "Render a chart's templates and print the manifests",
        usage: "template [NAME] [CHART] [flags]",
        flags: template::FLAGS,
        run: template::run,
    },
    Entry {
        name: "env",
        about: "Print the environment that the program works with",
        usage: "env [NAME] [flags]",
        flags: &[],
        run: env::run,
    },
    Entry {
        name: "version",
        about: "Print the version",
        usage: "version [flags]",
        flags: version::FLAGS,
        run: version::run,
    },
];

/// The command line as clap knows it; also what man pages and completions are made of.
pub fn command() -> Command {
    let mut command = Command::new("pintle")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Renders Helm charts offline, byte for byte as Helm does")
        .disable_help_subcommand(false)
        .subcommand_required(false)
        .args_override_self(true)
        .args(settings::GLOBAL_FLAGS.iter().map(|flag| flag.to_arg().global(true)));
    for entry in COMMANDS {
        let positional =
            clap::Arg::new(flags::POSITIONAL).num_args(0..).help("NAME and CHART, as usage tells");
        command = command.subcommand(flags::command(entry.name, entry.about, entry.flags).arg(positional));
    }
    command
}

/// Runs the program with the words of a command line, the program's own name first. Gives the exit code.
pub fn run(words: &[OsString], environment: &Environment, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let words: Vec<String> = words.iter().map(|w| w.to_string_lossy().into_owned()).collect();
    match dispatch(&words, environment, out, err) {
        Ok(()) => SUCCESS,
        Err(failure) => {
            if let Some(explanation) = &failure.explanation {
                let _ = writeln!(err, "{explanation}\n");
            }
            let message = terminal::printable(failure.message.as_bytes());
            let _ = err.write_all(&[b"Error: ", &*message, b"\n"].concat());
            FAILURE
        }
    }
}

fn dispatch(
    words: &[String],
    environment: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failure> {
    let matches = match command().try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return refuse(&error, words, out),
    };
    let Some((name, matches)) = matches.subcommand() else {
        let help = command().render_help();
        return out.write_all(help.to_string().as_bytes()).map_err(Failure::of);
    };
    let entry = COMMANDS.iter().find(|e| e.name == name).ok_or_else(|| Failure::new("unknown command"))?;
    let tables = [entry.flags, settings::GLOBAL_FLAGS];
    let flags = Flags::new(matches.clone(), &tables).map_err(Failure::new)?;
    let program = words.first().map_or("pintle", String::as_str);
    let settings = Settings::new(program, &flags, environment);
    let plugins = Installed::in_folders(&settings.plugin_folders());
    let mut session = Session { settings, plugins, out, err };
    if environment.get("HELM_NO_PLUGINS") != Some("1") {
        session.log_plugins();
        if let Some(conflict) = session.plugins.conflict.clone() {
            session.log(&Notice::error("failed to load plugins").with("error", conflict));
        }
    }
    for flag in tables.into_iter().flatten() {
        if let Some(advice) = flag.deprecated.filter(|_| flags.is_set(flag.name)) {
            session.tell(&format!("Flag --{} has been deprecated, {advice}", flag.name));
        }
    }
    (entry.run)(&mut session, &flags)
}

/// Answers a command line that clap did not take: help and version are no failures.
fn refuse(error: &clap::Error, words: &[String], out: &mut dyn Write) -> Result<(), Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            out.write_all(error.render().to_string().as_bytes()).map_err(Failure::of)
        }
        ErrorKind::InvalidSubcommand => Err(unknown_command(error, words)),
        _ => {
            let text = error.render().to_string();
            let plain = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
            Err(Failure::new(flags::wording(error, words).unwrap_or_else(|| plain.to_owned())))
        }
    }
}

fn unknown_command(error: &clap::Error, words: &[String]) -> Failure {
    use clap::error::{ContextKind, ContextValue};
    let program = words.first().map_or("pintle", |w| w.rsplit('/').next().unwrap_or(w));
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let name = text(ContextKind::InvalidSubcommand).concat();
    let similar = text(ContextKind::SuggestedSubcommand);
    let hint = match similar.as_slice() {
        [] => String::new(),
        names => {
            format!("Did you mean this?\n{}\n", names.iter().map(|n| format!("\t{n}\n")).collect::<String>())
        }
    };
    let message =
        format!("unknown command \"{name}\" for \"{program}\"\n\n{hint}Run '{program} --help' for usage.");
    Failure::new(message)
}

/// The usage line of a command.
fn usage_of(name: &str) -> &'static str {
    COMMANDS.iter().find(|e| e.name == name).map_or("", |e| e.usage)
}
