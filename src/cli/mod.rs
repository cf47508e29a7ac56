//! The command line: parse, act, print.
//!
//! Standard output carries results only; everything else goes to standard error, which ends in Helm's exact
//! line if a command fails.

mod bars;
mod certificates;
mod charts;
pub mod command;
mod complete;
mod completion;
mod create;
mod dependency;
mod docs;
mod env;
mod fetching;
pub mod flags;
mod flagsets;
mod format;
mod get;
pub mod help;
mod history;
mod kubeconfig;
mod lint;
mod list;
mod locate;
mod package;
mod plugin;
mod plugin_package;
mod postrender;
mod pull;
mod push;
mod registry;
mod releases;
mod repo;
mod repo_add;
mod repo_index;
mod search;
mod search_hub;
mod settings;
mod show;
mod signing;
mod sources;
mod status;
mod table;
mod template;
mod terminal;
mod verify;
mod version;

use std::ffi::OsString;
use std::io::{self, Write};

use self::command::{Command, Path};
use self::flags::{Flag, Flags, Kind, Tables};
pub use self::settings::{Environment, Settings};
use crate::chart::{Level, Notice};
use crate::plugin::Installed;
use crate::progress::{self, Progress};
use crate::value::Str;
use crate::{fsx, gofmt};

/// Everything went well.
pub const SUCCESS: u8 = 0;
/// The command failed; standard error says why.
pub const FAILURE: u8 = 1;
/// Nobody reads standard output any more; what shells report for a program that ended by `SIGPIPE`.
pub const BROKEN_PIPE: u8 = 128 + 13;

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    /// What follows `Error: `; empty if there is nothing to say.
    pub message: Str,
    /// The long form, printed before it where wanted.
    pub explanation: Option<String>,
    /// The exit code.
    pub code: u8,
}

impl Failure {
    /// A failure with Helm's text.
    pub fn new(message: impl Into<Str>) -> Failure {
        Failure { message: message.into(), explanation: None, code: FAILURE }
    }

    /// A failure that the user was told of already, or need not hear of.
    pub fn silent(code: u8) -> Failure {
        Failure { code, ..Failure::new("") }
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
    progress: Box<dyn Progress>,
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
}

impl<'a> Session<'a> {
    /// A session with these settings and the plugins that they lead to, which tells nobody how far its work is.
    fn new(settings: Settings, out: &'a mut dyn Write, err: &'a mut dyn Write) -> Session<'a> {
        let plugins = Installed::in_folders(&settings.plugin_folders());
        Session { settings, plugins, progress: Box::new(progress::Silent), out, err }
    }
}

impl Session<'_> {
    /// Prints to standard output.
    pub fn print(&mut self, text: &[u8]) -> Result<(), Failure> {
        print(self.out, [text])
    }

    /// Prints the pieces of a text to standard output.
    pub fn print_all<'t>(&mut self, pieces: impl IntoIterator<Item = &'t [u8]>) -> Result<(), Failure> {
        print(self.out, pieces)
    }

    /// Passes on what was printed, before another program prints to the same streams.
    pub fn flush(&mut self) -> Result<(), Failure> {
        print(self.out, [])
    }

    /// Prints a line about the work under way to standard output, where Helm has it, unless the user wants none.
    pub fn say(&mut self, line: &str) -> Result<(), Failure> {
        if self.settings.quiet { Ok(()) } else { self.print(format!("{line}\n").as_bytes()) }
    }

    /// Who hears how far the work is.
    pub fn progress(&self) -> &dyn Progress {
        &*self.progress
    }

    /// What reads URLs, and what prints lines about the work under way: apart, so that both can be used at once.
    pub fn parts(&mut self) -> (&Installed, &dyn Progress, impl FnMut(&str)) {
        let (out, quiet) = (&mut *self.out, self.settings.quiet);
        let say = move |line: &str| {
            // Nobody reads it: the result still counts.
            let _ = if quiet { Ok(()) } else { print(out, [line.as_bytes(), b"\n"]) };
        };
        (&self.plugins, &*self.progress, say)
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

    /// Prints lines of Helm's log.
    pub fn log_all(&mut self, notices: &[Notice]) {
        for notice in notices {
            self.log(notice);
        }
    }

    /// Tells which plugins cannot be used, and why there are none if that is so. Helm looks for commands of plugins at each start.
    fn log_conflict(&mut self) {
        if self.settings.environment().get("HELM_NO_PLUGINS") == Some("1") {
            return;
        }
        self.log_plugins();
        if let Some(conflict) = self.plugins.conflict.clone() {
            self.log(&Notice::error("failed to load plugins").with("error", conflict));
        }
    }

    /// The failure with its long form, if that is wanted.
    pub fn explained(&self, failure: Failure, explain: impl FnOnce() -> Option<String>) -> Failure {
        let explanation = if self.settings.explain_errors { explain() } else { None };
        Failure { explanation, ..failure }
    }

    /// Tells which plugins could not be loaded, as Helm does each time that it looks for some.
    pub fn log_plugins(&mut self) {
        let notices = self.plugins.notices.clone();
        self.log_all(&notices);
    }
}

fn print<'t>(out: &mut dyn Write, pieces: impl IntoIterator<Item = &'t [u8]>) -> Result<(), Failure> {
    let mut pieces = pieces.into_iter();
    let written = pieces.try_for_each(|piece| out.write_all(piece)).and_then(|()| out.flush());
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::silent(BROKEN_PIPE),
        _ => Failure::new(format!("cannot write to standard output: {}", fsx::reason(&error))),
    })
}

/// The flags of the program without a command.
const ROOT_FLAGS: &[Flag] = &[Flag::new("version", Kind::Bool, "Print the version of pintle").short('V')];

/// The commands of the program, in alphabetical order.
const COMMANDS: &[Command] = &[
    charts::COMMAND,
    completion::COMMAND,
    create::COMMAND,
    dependency::COMMAND,
    docs::COMMAND,
    env::COMMAND,
    get::COMMAND,
    history::COMMAND,
    lint::COMMAND,
    list::COMMAND,
    package::COMMAND,
    plugin::COMMAND,
    pull::COMMAND,
    push::COMMAND,
    registry::COMMAND,
    repo::COMMAND,
    search::COMMAND,
    show::COMMAND,
    status::COMMAND,
    template::COMMAND,
    verify::COMMAND,
    version::COMMAND,
];

/// Runs the program with the words of a command line, the program's own name first. Gives the exit code.
pub fn run(words: &[OsString], environment: &Environment, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    match dispatch(words, environment, out, err) {
        Ok(()) => SUCCESS,
        Err(failure) if failure.message.is_empty() => failure.code,
        Err(failure) => {
            if let Some(explanation) = &failure.explanation {
                let _ = writeln!(err, "{explanation}\n");
            }
            let message = terminal::printable(failure.message.as_bytes());
            let _ = err.write_all(&[b"Error: ", &*message, b"\n"].concat());
            failure.code
        }
    }
}

fn dispatch(
    words: &[OsString],
    environment: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failure> {
    let words = words.iter().map(|word| word.to_str().map(str::to_owned).ok_or(word));
    let mut words: Vec<String> = words.collect::<Result<_, _>>().map_err(|word| {
        Failure::new(format!("argument is not UTF-8: {}", gofmt::quote(word.as_encoded_bytes())))
    })?;
    let program = if words.is_empty() { "pintle".to_owned() } else { words.remove(0) };
    if let Some(answered) = complete::answer(&program, &words, environment, out, err) {
        return answered;
    }
    let mut path = Path::take(COMMANDS, &mut words);
    let mut wants_help = false;
    if path.0.is_empty()
        && let Some(index) = path.tables().first_argument(&words)
    {
        let name = words.remove(index);
        if name != "help" {
            return run_plugin(&name, words, &program, environment, out, err);
        }
        path = Path::take(COMMANDS, &mut words);
        wants_help = true;
    }
    let settings = Settings::new(&program, &Flags::default(), environment);
    let mut session = Session::new(settings, out, err);
    session.log_conflict();
    let command = path.command();
    let flags = Flags::parse(&words, path.tables(), &mut |flag, value, earlier| {
        command.map_or(Ok(()), |command| (command.accept)(&mut session, flag, value, earlier))
    });
    let flags = flags.map_err(Failure::new)?;
    for (flag, _) in flags.given() {
        if let Some(advice) = flag.deprecated {
            session.tell(&format!("Flag --{} has been deprecated, {advice}", flag.name));
        }
    }
    if command.is_none() && flags.bool("version") {
        return session.print(concat!("pintle ", env!("CARGO_PKG_VERSION"), "\n").as_bytes());
    }
    wants_help |= flags.bool("help");
    let Some(run) = command.and_then(|command| command.run).filter(|_| !wants_help) else {
        let unknown = if path.0.is_empty() { flags.positional() } else { Vec::new() };
        return print_help(&mut session, &path, &unknown);
    };
    session.settings = Settings::new(&program, &flags, environment);
    if environment.is_terminal() && !session.settings.quiet {
        session.progress = Box::new(bars::Bars::new(session.settings.color));
    }
    check_color(&mut session, &flags)?;
    path.check_arguments(&session.settings.program, &flags)?;
    run(&mut session, &flags)
}

/// Runs the plugin whose command is `name` with `words`, of which it gets those that are not for us.
fn run_plugin(
    name: &str,
    words: Vec<String>,
    program: &str,
    environment: &Environment,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failure> {
    let (ours, theirs) = plugin::split_words(words);
    let tables = Tables { own: &[], global: settings::GLOBAL_FLAGS };
    let flags = Flags::parse(&ours, tables, &mut |_, _, _| Ok(())).map_err(Failure::new)?;
    let settings = Settings::new(program, &flags, environment);
    let mut session = Session::new(settings, out, err);
    let found =
        session.plugins.command(name).filter(|_| environment.get("HELM_NO_PLUGINS") != Some("1")).cloned();
    session.log_conflict();
    let found = found.ok_or_else(|| unknown_command(name, program))?;
    plugin::run(&mut session, &found, &theirs)
}

/// Prints the help of the command at `path`, or of the program; `unknown` words are of no command.
fn print_help(session: &mut Session<'_>, path: &Path, unknown: &[&str]) -> Result<(), Failure> {
    let columns = session.settings.environment().help_columns();
    let mut text = help::terminal(path, &session.settings.program, columns);
    if !unknown.is_empty() {
        let words: Vec<String> = unknown.iter().map(|word| format!("`{word}`")).collect();
        text.insert_str(0, &format!("Unknown help topic [{}]\n\n", words.join(" ")));
    }
    session.print(text.as_bytes())
}

/// Helm refuses other color modes in its log only.
fn check_color(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    for name in ["color", "colour"] {
        let mode = flags.text(name);
        if flags.is_set(name) && !matches!(mode, "never" | "auto" | "always") {
            let quoted = gofmt::quote(mode.as_bytes());
            let error = format!("invalid color mode {quoted}: must be one of: never, auto, always");
            session.log(&Notice::warn("command failed").with("error", error));
            return Err(Failure::silent(FAILURE));
        }
    }
    Ok(())
}

fn unknown_command(name: &str, program: &str) -> Failure {
    let program = program.rsplit('/').next().unwrap_or(program);
    let known = COMMANDS.iter().filter(|command| !command.hidden).map(|command| command.name);
    let similar = known.filter(|known| {
        known.starts_with(&name.to_lowercase()) || edit_distance(&name.to_lowercase(), known) <= MOST_EDITS
    });
    let names: String = similar.map(|known| format!("\t{known}\n")).collect();
    let hint = if names.is_empty() { names } else { format!("\nDid you mean this?\n{names}\n") };
    Failure::new(format!(
        "unknown command \"{name}\" for \"{program}\"\n{hint}Run '{program} --help' for usage."
    ))
}

/// How many letters may differ between an unknown command and one that is meant.
const MOST_EDITS: usize = 2;

/// The least number of letters to insert, remove or replace to get from one word to the other.
fn edit_distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, letter) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}
