//! Help: what the tables of commands say, as a page that is laid out for the terminal, as a man page or as Markdown.

mod examples;
mod man;
mod markdown;
mod terminal;

pub use self::man::man;
pub use self::markdown::markdown;
pub use self::terminal::terminal;

use super::command::{Command, Path};
use super::flags::{Flag, Kind};
use super::{COMMANDS, ROOT_FLAGS, flagsets, settings};

/// What there is to say of a command, or of the program.
#[derive(Debug)]
pub struct Page {
    /// The words that call it, separated by spaces.
    pub name: String,
    /// What it does, in one line.
    pub about: String,
    /// What more there is to say: paragraphs, and indented lines that are to stay as they are.
    pub details: String,
    /// How it is called.
    pub usage: String,
    /// Other words that call it.
    pub aliases: Vec<&'static str>,
    /// What command lines do, and the command lines.
    pub examples: Vec<(&'static str, String)>,
    /// Arguments, commands and flags, each under a heading.
    pub sections: Vec<Section>,
    /// Where to find more.
    pub more: String,
}

/// Things of one kind and what they mean.
#[derive(Debug)]
pub struct Section {
    /// What they are.
    pub heading: &'static str,
    /// Each with its meaning.
    pub rows: Vec<(String, String)>,
}

/// What the program is.
const ABOUT: &str = "Renders, packages and ships Helm charts, byte for byte as Helm does";

/// The commands of the program by what they are about.
const SUBJECTS: &[(&str, &[&str])] = &[
    ("Charts", &["charts", "create", "dependency", "lint", "package", "show", "template"]),
    ("Releases", &["get", "history", "list", "status"]),
    ("Repositories and registries", &["pull", "push", "registry", "repo", "search", "verify"]),
    ("The program itself", &["completion", "env", "help", "plugin", "version"]),
];

/// Flags of every command that are of use with each.
const COMMON: &[&str] =
    &["charts-dir", "color", "debug", "explain-errors", "help", "namespace", "quiet", "version"];

/// Flags of every command by what they are about.
const GLOBAL: &[(&str, &[&str])] = &[
    ("Flags of every command", COMMON),
    (
        "Flags for configuration and caches",
        &["content-cache", "registry-config", "repository-cache", "repository-config"],
    ),
];

impl Page {
    /// The page of the command at `path`, or of the program, which is called `program`.
    pub fn of(path: &Path, program: &str) -> Page {
        let Some(command) = path.command() else { return Page::root(program) };
        let name = format!("{program} {}", path.name());
        let usage = match command.commands {
            [] => [&name, command.usage, "[flags]"]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
            _ => format!("{name} COMMAND [flags]"),
        };
        let mut sections = Vec::new();
        if !command.arguments.is_empty() {
            let rows = vec![(command.usage.to_owned(), command.arguments.replace("pintle", program))];
            sections.push(Section { heading: "Arguments", rows });
        }
        if !command.commands.is_empty() {
            let rows =
                shown(command.commands).map(|command| (command.name.to_owned(), command.about.to_owned()));
            sections.push(Section { heading: "Commands", rows: rows.collect() });
        }
        sections.extend(own_flags(command));
        let is_own = |flag: &Flag| command.flags.iter().copied().flatten().any(|own| own.name == flag.name);
        let common =
            settings::GLOBAL_FLAGS.iter().filter(|flag| COMMON.contains(&flag.name) && !is_own(flag));
        sections.push(flag_section("Flags of every command", common.copied()));
        let more = match command.commands {
            [] => format!("Flags for clusters, configuration and caches: {program} --help"),
            _ => format!("Help of one of them: {name} COMMAND --help"),
        };
        Page {
            name,
            about: command.about.replace("pintle", program),
            details: command.details.replace("pintle", program),
            examples: examples(&path.name(), program),
            usage,
            aliases: command.aliases.to_vec(),
            sections,
            more,
        }
    }

    fn root(program: &str) -> Page {
        let row = |command: &Command| (command.name.to_owned(), command.about.to_owned());
        let mut rows: Vec<(String, String)> = shown(COMMANDS).map(row).collect();
        rows.push(("help".to_owned(), "Print help of a command".to_owned()));
        rows.sort();
        let mut sections = Vec::new();
        for (heading, names) in SUBJECTS {
            let is_of = |row: &mut (String, String)| names.contains(&row.0.as_str());
            sections.push(Section { heading, rows: rows.extract_if(.., is_of).collect() });
        }
        sections.push(Section { heading: "More commands", rows });
        let mut flags: Vec<Flag> = settings::GLOBAL_FLAGS.iter().chain(ROOT_FLAGS).copied().collect();
        for (heading, names) in GLOBAL {
            let of_heading = flags.extract_if(.., |flag| names.contains(&flag.name));
            sections.push(flag_section(heading, of_heading));
        }
        sections.push(flag_section("Flags for clusters", flags.into_iter()));
        sections.retain(|section| !section.rows.is_empty());
        Page {
            name: program.to_owned(),
            about: ABOUT.to_owned(),
            details: String::new(),
            examples: examples("", program),
            usage: format!("{program} COMMAND [flags]"),
            aliases: Vec::new(),
            sections,
            more: format!("Help of a command: {program} COMMAND --help"),
        }
    }
}

/// The examples of a command for a program of this name.
fn examples(name: &str, program: &str) -> Vec<(&'static str, String)> {
    examples::of(name).iter().map(|(about, line)| (*about, format!("{program} {line}"))).collect()
}

/// All commands that help shows, each with those above it.
pub fn all_paths() -> Vec<Path> {
    let mut paths = vec![Path::default()];
    let mut next = 0;
    while let Some(path) = paths.get(next).cloned() {
        let commands = path.command().map_or(COMMANDS, |command| command.commands);
        paths.extend(shown(commands).map(|command| Path([&path.0[..], &[command]].concat())));
        next += 1;
    }
    paths
}

fn shown(commands: &'static [Command]) -> impl Iterator<Item = &'static Command> {
    commands.iter().filter(|command| !command.hidden)
}

/// How the help of flags begins that are taken because Helm takes them.
const WITHOUT_EFFECT: &str = "Accepted; has no effect";

/// The flags of a command: its own, and those that it shares with others.
fn own_flags(command: &Command) -> Vec<Section> {
    let mut flags: Vec<Flag> = command.flags.iter().copied().flatten().copied().collect();
    let shared = [
        ("Flags for values", flagsets::VALUES),
        ("Flags for finding the chart", flagsets::CHART_PATH),
        ("Flags for servers", flagsets::TLS),
    ];
    let is_same = |flag: &Flag, other: &Flag| flag.name == other.name && flag.help == other.help;
    let mut sections = Vec::new();
    for (heading, set) in shared {
        if set.iter().all(|shared| flags.iter().any(|flag| is_same(flag, shared))) {
            let of_set = flags.extract_if(.., |flag| set.iter().any(|shared| is_same(flag, shared)));
            sections.push(flag_section(heading, of_set));
        }
    }
    let without_effect = flags.extract_if(.., |flag| flag.help.starts_with(WITHOUT_EFFECT) && !flag.hidden);
    let names: Vec<String> = without_effect.map(|flag| format!("--{}", flag.name)).collect();
    if !names.is_empty() {
        let rows = vec![(String::new(), names.join(", "))];
        sections.push(Section { heading: "Flags of Helm's that have no effect here", rows });
    }
    sections.insert(0, flag_section("Flags", flags.into_iter()));
    sections.retain(|section| !section.rows.is_empty());
    sections
}

fn flag_section(heading: &'static str, flags: impl Iterator<Item = Flag>) -> Section {
    let mut flags: Vec<Flag> = flags.filter(|flag| !flag.hidden).collect();
    flags.sort_by_key(|flag| flag.name);
    Section { heading, rows: flags.into_iter().map(|flag| (term(flag), meaning(flag))).collect() }
}

/// The flag with its letter and what it takes.
fn term(flag: Flag) -> String {
    let letter = flag.short.map_or("    ".to_owned(), |letter| format!("-{letter}, "));
    let value = flagsets::value_name(flag);
    match flag.kind {
        Kind::Bool => format!("{letter}--{}", flag.name),
        Kind::OptionalText(_) => format!("{letter}--{}[={value}]", flag.name),
        _ => format!("{letter}--{} {value}", flag.name),
    }
}

fn meaning(flag: Flag) -> String {
    match flag.default {
        "" => flag.help.to_owned(),
        default => format!("{} (default: {default})", flag.help),
    }
}
