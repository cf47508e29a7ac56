//! Help: what the tables of commands say, told to clap, which lays it out for the terminal and as Markdown, and to
//! clap_mangen, which makes man pages of it. Neither reads command lines: that is [`flags`](super::flags)' work.

mod examples;

use std::cmp::Reverse;
use std::io;

use clap::{Arg, ArgAction, Command as Page};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::command::{Command, Path};
use super::flags::{Flag, Kind};
use super::{COMMANDS, ROOT_FLAGS, flagsets, settings};

/// What the program is.
const ABOUT: &str = "Renders, packages and ships Helm charts, byte for byte as Helm does";

/// The commands of the program by what they are about; the last for all others.
const SUBJECTS: [(&str, &[&str]); 4] = [
    ("Charts", &["charts", "create", "dependency", "lint", "package", "show", "template"]),
    ("Releases", &["get", "history", "list", "status"]),
    ("Repositories and registries", &["pull", "push", "registry", "repo", "search", "verify"]),
    ("The program itself", &[]),
];

/// Flags that several commands share.
const SHARED: &[(&str, &[Flag])] = &[
    ("Flags for values", flagsets::VALUES),
    ("Flags for finding the chart", flagsets::CHART_PATH),
    ("Flags for servers", flagsets::TLS),
];

/// The heading of the flags of every command that are of use with each.
const COMMON: &str = "Flags of every command";

/// How the help of flags begins that are taken because Helm takes them.
const WITHOUT_EFFECT: &str = "Accepted; has no effect";

/// How clap lays out the page of the program, where the commands by subject are what is before help.
const ROOT: &str = "{about-with-newline}\n{usage-heading} {usage}\n\n{before-help}{all-args}{after-help}";

/// Columns of Markdown, which is read anywhere.
const MARKDOWN_COLUMNS: usize = 100;

/// Help of the command at `path`, or of the program, for a program of this name, in lines of at most `columns`, where
/// possible.
pub fn terminal(path: &Path, program: &str, columns: usize) -> String {
    let mut page = with_endings(path, program).term_width(columns);
    if path.0.is_empty() {
        page = page
            .before_help(by_subject(columns))
            .help_template(ROOT)
            .mut_subcommands(|command| command.hide(true));
    }
    format!("{}\n", page.render_help().to_string().trim_end())
}

/// The same in Markdown.
pub fn markdown(path: &Path, program: &str) -> String {
    let name = words(path, program).join(" ");
    let layout = "{about-with-newline}\n```text\n{usage-heading} {usage}\n\n{all-args}{after-help}\n```\n";
    let mut page = with_endings(path, program).term_width(MARKDOWN_COLUMNS);
    page = page.help_template(format!("# {name}\n\n{layout}"));
    page.render_help().to_string()
}

/// The same as a man page.
///
/// # Errors
/// Writing failed, which memory has no reason to.
pub fn man(path: &Path, program: &str) -> io::Result<String> {
    let page = page(path, program).subcommand_help_heading("COMMANDS");
    // There is no date, which must not be empty: what follows would take its place.
    let man = Man::new(page).title(words(path, program).join("-").to_uppercase()).date(" ");
    let man = man.source(concat!("pintle ", env!("CARGO_PKG_VERSION"))).manual("Commands");
    let mut text = Vec::new();
    man.render(&mut text)?;
    let mut roff = Roff::new();
    for (heading, lines) in endings(path, program) {
        roff.control("SH", [heading.to_uppercase().as_str()]);
        for line in lines {
            match line.starts_with(' ') {
                true => roff.control("EX", []).text([roman(line)]).control("EE", []),
                false => roff.control("PP", []).text([roman(line)]),
            };
        }
    }
    roff.to_writer(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
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

/// The words that call the command.
pub fn words<'a>(path: &Path, program: &'a str) -> Vec<&'a str> {
    std::iter::once(program).chain(path.0.iter().map(|command| command.name)).collect()
}

fn shown(commands: &'static [Command]) -> impl Iterator<Item = &'static Command> {
    commands.iter().filter(|command| !command.hidden)
}

/// The page of the command without what ends it.
fn page(path: &Path, program: &str) -> Page {
    let words = words(path, program);
    let arguments = match path.command() {
        Some(Command { commands: [], usage, .. }) => usage,
        _ => "COMMAND",
    };
    let mut usage = [&words[..], &[arguments, "[flags]"]].concat();
    usage.retain(|part| !part.is_empty());
    let page = Page::new(words.join("-"))
        .bin_name(words.join(" "))
        .override_usage(usage.join(" "))
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .next_display_order(None);
    match path.command() {
        Some(command) => of_command(page, command, program),
        None => of_program(page),
    }
}

fn of_program(page: Page) -> Page {
    let flags = settings::GLOBAL_FLAGS.iter().chain(ROOT_FLAGS).copied();
    let mut flags: Vec<Flag> = flags.filter(|flag| !flag.hidden).collect();
    flags.sort_by_key(|flag| Reverse(global_heading(flag)));
    page.about(ABOUT)
        .args(flags.into_iter().map(|flag| option(flag, global_heading(&flag))))
        .subcommands(shown(COMMANDS).map(entry))
}

fn of_command(page: Page, command: &Command, program: &str) -> Page {
    let mut about = vec![command.about.to_owned(), command.details.to_owned()];
    if !command.aliases.is_empty() {
        about.push(format!("Also called {}.", command.aliases.join(", ")));
    }
    about.retain(|part| !part.is_empty());
    let own: Vec<Flag> = command.flags.iter().copied().flatten().copied().collect();
    let common = settings::GLOBAL_FLAGS.iter().copied().filter(|flag| {
        global_heading(flag) == COMMON && !flag.hidden && own.iter().all(|own| own.name != flag.name)
    });
    page.about(command.about.replace("pintle", program))
        .long_about(about.join("\n\n").replace("pintle", program))
        .args(arguments(command, program))
        .args(own_options(&own))
        .args(common.map(|flag| option(flag, COMMON)))
        .subcommands(shown(command.commands).map(entry))
}

/// The command in the list of those of its group.
fn entry(command: &Command) -> Page {
    Page::new(command.name).about(command.about).visible_aliases(command.aliases)
}

/// The commands of the program, those of one subject together.
fn by_subject(columns: usize) -> String {
    let subject = |name: &str| {
        SUBJECTS.iter().position(|(_, names)| names.contains(&name)).unwrap_or(SUBJECTS.len() - 1)
    };
    let mut commands: Vec<Page> = shown(COMMANDS).map(entry).collect();
    commands.push(Page::new("help").about("Print help of a command"));
    let lists = SUBJECTS.iter().enumerate().map(|(index, (heading, _))| {
        let list = Page::new("").disable_help_subcommand(true).next_display_order(None).term_width(columns);
        list.subcommands(commands.extract_if(.., |command| subject(command.get_name()) == index))
            .help_template(format!("{heading}:\n{{subcommands}}"))
            .render_help()
            .to_string()
    });
    lists.collect::<Vec<_>>().join("\n")
}

/// The arguments, which share one explanation.
fn arguments(command: &Command, program: &str) -> Option<Arg> {
    let names = command.usage.split(['[', ']', '<', '>']).map(str::trim);
    let names: Vec<&str> = names.filter(|name| !matches!(*name, "" | "...")).collect();
    let arg = Arg::new("arguments").num_args(names.len()).value_names(names).help_heading("Arguments");
    (!command.arguments.is_empty()).then(|| {
        arg.required(!command.usage.contains('[')).help(command.arguments.replace("pintle", program))
    })
}

fn has_effect(flag: &Flag) -> bool {
    !flag.help.starts_with(WITHOUT_EFFECT)
}

/// The flags of a command that help shows one by one: first its own, then those that it shares with others.
fn own_options(flags: &[Flag]) -> Vec<Arg> {
    let is_in = |set: &[Flag], flag: &Flag| set.iter().any(|f| f.name == flag.name && f.help == flag.help);
    let taken = |set: &[Flag]| set.iter().all(|shared| is_in(flags, shared));
    let set_of = |flag: &Flag| SHARED.iter().position(|(_, set)| taken(set) && is_in(set, flag));
    let mut flags: Vec<Flag> =
        flags.iter().copied().filter(|flag| !flag.hidden && has_effect(flag)).collect();
    flags.sort_by_key(set_of);
    let heading = |flag: &Flag| set_of(flag).map_or("Flags", |index| SHARED[index].0);
    flags.iter().map(|flag| option(*flag, heading(flag))).collect()
}

/// The heading of a flag of every command.
fn global_heading(flag: &Flag) -> &'static str {
    match flag.name {
        "charts-dir" | "color" | "debug" | "explain-errors" | "help" | "namespace" | "quiet" | "version" => {
            COMMON
        }
        "content-cache" | "registry-config" | "repository-cache" | "repository-config" => {
            "Flags for configuration and caches"
        }
        _ => "Flags for clusters",
    }
}

fn option(flag: Flag, heading: &'static str) -> Arg {
    let mut arg = Arg::new(flag.name).long(flag.name).short(flag.short).help(flag.help).help_heading(heading);
    if flag.kind == Kind::Bool && flag.default.is_empty() {
        return arg.action(ArgAction::SetTrue);
    }
    if flag.alone().is_some() {
        arg = arg.num_args(0..=1).require_equals(true);
    }
    if !flag.default.is_empty() {
        arg = arg.default_value(flag.default);
    }
    arg.action(ArgAction::Set).value_name(flagsets::value_name(flag))
}

/// The page with all of it, as clap shows it.
fn with_endings(path: &Path, program: &str) -> Page {
    let page = page(path, program);
    let endings = endings(path, program).into_iter();
    let endings = endings.map(|(heading, lines)| format!("{heading}:\n  {}", lines.join("\n  ")));
    let about = page.get_long_about().or(page.get_about()).cloned().unwrap_or_default();
    page.about(about).after_help(endings.collect::<Vec<_>>().join("\n\n"))
}

/// What ends a page: lines, each list under a heading.
fn endings(path: &Path, program: &str) -> Vec<(&'static str, Vec<String>)> {
    let command = path.command();
    let flags = command.map_or(&[][..], |command| command.flags).iter().copied().flatten();
    let mut without_effect: Vec<String> = flags
        .filter(|flag| !flag.hidden && !has_effect(flag))
        .map(|flag| format!("--{}", flag.name))
        .collect();
    without_effect.sort();
    let examples = examples::of(&path.name()).iter();
    let examples = examples.flat_map(|(about, line)| [format!("{about}:"), format!("  {program} {line}")]);
    let more = match command {
        None => ("Help of a command", format!("{program} COMMAND --help")),
        Some(Command { commands: [], .. }) => {
            ("Flags for clusters, configuration and caches", format!("{program} --help"))
        }
        Some(_) => ("Help of one of them", format!("{program} {} COMMAND --help", path.name())),
    };
    let mut endings = vec![("Examples", examples.collect())];
    if !without_effect.is_empty() {
        endings.push(("Flags of Helm's that have no effect here", vec![without_effect.join(", ")]));
    }
    endings.push((more.0, vec![more.1]));
    endings.retain(|(_, lines): &(_, Vec<String>)| !lines.is_empty());
    endings
}
