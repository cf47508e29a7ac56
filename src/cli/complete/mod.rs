//! `pintle __complete`: what a word of a command line may become. Shells ask for it through the scripts of
//! `pintle completion` and `helm completion` alike.
//!
//! The words come as arguments, the one to complete last. The answer has a candidate a line, with a tab and a
//! description behind it, and at the end a colon and a sum of directives. That is cobra's protocol.

mod arguments;
mod charts;

use super::command::Path;
use super::flags::{Flag, Flags, Kind};
use super::{COMMANDS, Environment, Failure, Session, print};
use crate::chart::Notices;

/// The words that ask for candidates, and whether they are to be described.
const REQUESTS: [(&str, bool); 2] = [("__complete", true), ("__completeNoDesc", false)];

/// What a shell may do with candidates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Directive(u8);

impl Directive {
    /// If there are none, it names files.
    const FILES: Directive = Directive(0);
    /// It puts no space behind the one that is taken.
    const NO_SPACE: Directive = Directive(2);
    /// It names no files.
    const NO_FILES: Directive = Directive(4);
    /// It names folders.
    const FOLDERS: Directive = Directive(16);

    const NAMES: [(Directive, &str); 3] = [
        (Directive::NO_SPACE, "ShellCompDirectiveNoSpace"),
        (Directive::NO_FILES, "ShellCompDirectiveNoFileComp"),
        (Directive::FOLDERS, "ShellCompDirectiveFilterDirs"),
    ];

    fn and(self, other: Directive) -> Directive {
        Directive(self.0 | other.0)
    }

    /// The directives in cobra's words.
    fn names(self) -> String {
        let names = Directive::NAMES.iter().filter(|(directive, _)| self.0 & directive.0 != 0);
        let names: Vec<&str> = names.map(|(_, name)| *name).collect();
        if names.is_empty() { "ShellCompDirectiveDefault".to_owned() } else { names.join(", ") }
    }
}

/// What a word may become.
#[derive(Debug)]
pub(super) struct Candidates {
    /// Words with what they mean, which may be empty.
    words: Vec<(String, String)>,
    directive: Directive,
}

impl Candidates {
    /// No words.
    fn none(directive: Directive) -> Candidates {
        Candidates { words: Vec::new(), directive }
    }

    /// These words, and no files.
    fn of<W: Into<String>, A: Into<String>>(words: impl IntoIterator<Item = (W, A)>) -> Candidates {
        let words = words.into_iter().map(|(word, about)| (word.into(), about.into()));
        Candidates { words: words.collect(), directive: Directive::NO_FILES }
    }

    /// These words, which need no description, and no files.
    fn plain<W: Into<String>>(words: impl IntoIterator<Item = W>) -> Candidates {
        Candidates::of(words.into_iter().map(|word| (word, "")))
    }
}

/// What is known of the words before the one to complete.
struct Before {
    path: Path,
    flags: Flags,
    /// The flag whose value is to be completed, if the word is one.
    waiting: Option<Flag>,
    /// True behind `--`, where no flags are.
    ended: bool,
}

/// Answers, if the words of a command line ask for candidates.
pub(super) fn answer(
    program: &str,
    words: &[String],
    environment: &Environment,
    out: &mut dyn std::io::Write,
    err: &mut dyn std::io::Write,
) -> Option<Result<(), Failure>> {
    let (first, words) = words.split_first()?;
    let (_, described) = REQUESTS.iter().find(|(name, _)| name == first)?;
    let Some((word, before)) = words.split_last() else {
        return Some(Err(Failure::new("requires at least 1 arg(s), only received 0")));
    };
    let before = Before::of(before);
    let nothing = Flags::default();
    let flags = before.as_ref().map_or(&nothing, |before| &before.flags);
    let settings = super::Settings::new(program, flags, environment);
    let session = Session::new(settings, out, err);
    let candidates = match &before {
        Some(before) => complete(&session, before, word),
        None => Candidates::none(Directive::FILES),
    };
    let mut text = String::new();
    for (word, about) in candidates.words.iter().filter(|(word, _)| is_harmless(word)) {
        text.push_str(word);
        // A description is the first line of what may be several.
        let line = about.split(char::is_control).next().unwrap_or_default();
        if *described && !line.is_empty() {
            text.push('\t');
            text.push_str(line);
        }
        text.push('\n');
    }
    text.push_str(&format!(":{}\n", candidates.directive.0));
    let told = format!("Completion ended with directive: {}\n", candidates.directive.names());
    let _ = session.err.write_all(told.as_bytes());
    Some(print(session.out, [text.as_bytes()]))
}

impl Before {
    /// Reads the words; `None` if they are no command line.
    fn of(words: &[String]) -> Option<Before> {
        let mut words = words.to_vec();
        let mut path = Path::take(COMMANDS, &mut words);
        if path.0.is_empty() && words.first().is_some_and(|word| word == "help") {
            words.remove(0);
            path = Path::take(COMMANDS, &mut words);
        }
        let waiting = path.tables().waiting(&words);
        if waiting.is_some() {
            words.pop();
        }
        let ended = words.iter().any(|word| word == "--");
        let flags = Flags::parse(&words, path.tables(), &mut |_, _, _| Ok(())).ok()?;
        let is_command = |word: &&str| path.0.is_empty() && !word.is_empty();
        // A word where a command should be.
        if flags.positional().first().is_some_and(is_command) {
            return None;
        }
        Some(Before { path, flags, waiting, ended })
    }
}

/// True if shells may put the word into a command line as it is: names in indexes and folders are what others made them.
fn is_harmless(word: &str) -> bool {
    word.chars().all(|c| c.is_alphanumeric() || "%+,-./:=@_~".contains(c))
}

/// What `word` may become behind the words before it.
fn complete(session: &Session<'_>, before: &Before, word: &str) -> Candidates {
    let is_flag = word.starts_with('-') && !before.ended;
    match (before.waiting, word.split_once('=')) {
        (Some(flag), _) => matching(arguments::of_flag(session, before, flag, word), word),
        (None, Some((name, value))) if is_flag => {
            let named = |flag: &Flag| match name.strip_prefix("--") {
                Some(name) => flag.name == name,
                None => flag.short == name.chars().nth(1),
            };
            match before.path.tables().all().find(named) {
                Some(flag) => matching(arguments::of_flag(session, before, flag, value), value),
                None => Candidates::none(Directive::FILES),
            }
        }
        _ if is_flag => matching(flags(before, word), word),
        _ => matching(arguments::of_command(session, before, word), word),
    }
}

/// The candidates that begin with `word`.
fn matching(mut candidates: Candidates, word: &str) -> Candidates {
    candidates.words.retain(|(candidate, _)| candidate.starts_with(word));
    candidates
}

/// The flags that may still be given, by name, or by letter too if a dash is all there is.
fn flags(before: &Before, word: &str) -> Candidates {
    let repeats = |flag: &Flag| matches!(flag.kind, Kind::Texts | Kind::List | Kind::Pairs);
    let mut flags: Vec<Flag> = before.path.tables().all().filter(|flag| !flag.hidden).collect();
    flags.retain(|flag| repeats(flag) || !before.flags.is_set(flag.name));
    flags.sort_by_key(|flag| flag.name);
    flags.dedup_by_key(|flag| flag.name);
    let mut words = Vec::new();
    for flag in flags {
        words.push((format!("--{}", flag.name), flag.help));
        if let Some(letter) = flag.short.filter(|_| !word.starts_with("--")) {
            words.push((format!("-{letter}"), flag.help));
        }
    }
    Candidates::of(words)
}

/// Notices that nobody is to see while a command line is typed.
fn unheard() -> Notices {
    Notices::new()
}
