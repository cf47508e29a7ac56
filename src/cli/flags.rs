//! Flags with pflag's grammar and error texts, on top of clap.
//!
//! Clients call Helm in ways that clap alone would refuse or word differently (`--debug=false`,
//! `--dry-run` with and without `=value`, global flags before the command, `invalid argument "x" for "--qps"
//! flag: …`). A command declares its flags as a table; this module turns the table into clap arguments, and
//! clap's matches into checked values.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::gofmt;
use crate::gotime;

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing, or `=true`, `=false`.
    Bool,
    /// A text; the last one wins.
    Text,
    /// A text, or this one if the flag stands alone; a value follows only after `=`.
    OptionalText(&'static str),
    /// A text, any number of times.
    Texts,
    /// Comma separated texts in CSV quoting, any number of times.
    List,
    /// `key=value` pairs, comma separated, any number of times.
    Pairs,
    /// A signed integer.
    Int,
    /// A number.
    Float,
    /// A Go duration.
    Duration,
}

/// A flag of a command.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// The long name.
    pub name: &'static str,
    /// The one-letter name.
    pub short: Option<char>,
    /// What it takes.
    pub kind: Kind,
    /// One line of help.
    pub help: &'static str,
    /// Set if it is accepted but deprecated: what to tell the user.
    pub deprecated: Option<&'static str>,
}

impl Flag {
    /// A flag with a long name only.
    pub const fn new(name: &'static str, kind: Kind, help: &'static str) -> Flag {
        Flag { name, short: None, kind, help, deprecated: None }
    }

    /// The same with a one-letter name.
    #[must_use]
    pub const fn short(mut self, short: char) -> Flag {
        self.short = Some(short);
        self
    }

    /// The same, hidden from help, with `advice` for who uses it.
    #[must_use]
    pub const fn deprecated(mut self, advice: &'static str) -> Flag {
        self.deprecated = Some(advice);
        self
    }

    /// The flag as clap wants it.
    pub fn to_arg(self) -> Arg {
        let arg = Arg::new(self.name).long(self.name).help(self.help).hide(self.deprecated.is_some());
        let arg = match self.short {
            Some(short) => arg.short(short),
            None => arg,
        };
        match self.kind {
            Kind::Bool => optional_value(arg, "true").value_name("BOOL").hide_possible_values(true),
            Kind::OptionalText(alone) => optional_value(arg, alone).value_name("TEXT"),
            Kind::Text => arg.action(ArgAction::Set).allow_hyphen_values(true).value_name("TEXT"),
            Kind::Int | Kind::Float => arg.action(ArgAction::Set).allow_hyphen_values(true).value_name("N"),
            Kind::Duration => arg.action(ArgAction::Set).allow_hyphen_values(true).value_name("DURATION"),
            Kind::Texts => arg.action(ArgAction::Append).allow_hyphen_values(true).value_name("TEXT"),
            Kind::List => arg.action(ArgAction::Append).allow_hyphen_values(true).value_name("A,B"),
            Kind::Pairs => arg.action(ArgAction::Append).allow_hyphen_values(true).value_name("K=V,…"),
        }
    }

    /// How pflag names it in errors.
    fn title(self) -> String {
        match self.short {
            Some(short) => format!("-{short}, --{}", self.name),
            None => format!("--{}", self.name),
        }
    }

    /// Checks one value as pflag would when parsing it.
    fn check(self, value: &str) -> Result<(), String> {
        let problem = match self.kind {
            Kind::Bool => gofmt::parse_bool(value.as_bytes()).err().map(|e| e.to_string()),
            Kind::Int => gofmt::parse_int(value.as_bytes(), 0, 64).err().map(|e| e.to_string()),
            Kind::Float => gofmt::parse_float(value.as_bytes(), 32).err().map(|e| e.to_string()),
            Kind::Duration => gotime::parse_duration(value.as_bytes()).err(),
            Kind::List => split_csv(value).err(),
            Kind::Pairs => split_pairs(value).err(),
            Kind::Text | Kind::OptionalText(_) | Kind::Texts => None,
        };
        match problem {
            Some(problem) => Err(self.invalid(value, &problem)),
            None => Ok(()),
        }
    }

    /// pflag's text for a value that the flag does not take.
    pub fn invalid(self, value: &str, problem: &str) -> String {
        format!(
            "invalid argument {} for {} flag: {problem}",
            gofmt::quote(value.as_bytes()),
            gofmt::quote(self.title().as_bytes())
        )
    }
}

fn optional_value(arg: Arg, alone: &'static str) -> Arg {
    arg.action(ArgAction::Set).num_args(0..=1).require_equals(true).default_missing_value(alone)
}

/// The checked flags of a command line.
#[derive(Debug)]
pub struct Flags {
    matches: ArgMatches,
}

impl Flags {
    /// Checks what clap matched against `table`. Errors have pflag's text.
    pub fn new(matches: ArgMatches, table: &[&[Flag]]) -> Result<Flags, String> {
        let flags = Flags { matches };
        for flag in table.iter().copied().flatten() {
            for value in flags.texts(flag.name) {
                flag.check(value)?;
            }
        }
        Ok(flags)
    }

    /// True if the flag was given.
    pub fn is_set(&self, name: &str) -> bool {
        self.matches.contains_id(name)
    }

    /// Every value as given.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        self.matches.get_many::<String>(name).unwrap_or_default().map(String::as_str).collect()
    }

    /// The last value; empty if the flag was not given.
    pub fn text(&self, name: &str) -> &str {
        self.matches.get_many::<String>(name).and_then(|mut all| all.next_back()).map_or("", String::as_str)
    }

    /// The value of a [`Kind::Bool`].
    pub fn bool(&self, name: &str) -> bool {
        gofmt::parse_bool(self.text(name).as_bytes()).unwrap_or(false)
    }

    /// The values of a [`Kind::List`].
    pub fn list(&self, name: &str) -> Vec<String> {
        self.texts(name).into_iter().filter_map(|value| split_csv(value).ok()).flatten().collect()
    }

    /// The values of a [`Kind::Pairs`].
    pub fn pairs(&self, name: &str) -> Vec<(String, String)> {
        self.texts(name).into_iter().filter_map(|value| split_pairs(value).ok()).flatten().collect()
    }

    /// The positional arguments.
    pub fn positional(&self) -> Vec<&str> {
        self.texts(POSITIONAL)
    }
}

/// The clap id of positional arguments.
pub const POSITIONAL: &str = "ARGS";

/// A command with these flags that takes any positional arguments; how many is checked in Helm's words later.
pub fn command(name: &'static str, about: &'static str, flags: &[Flag]) -> Command {
    Command::new(name).about(about).args(flags.iter().map(|flag| flag.to_arg())).args_override_self(true)
}

/// The error that pflag would give where clap gave `error`.
pub fn wording(error: &clap::Error, words: &[String]) -> Option<String> {
    let argument = match error.get(ContextKind::InvalidArg)? {
        ContextValue::String(argument) => argument.as_str(),
        ContextValue::Strings(arguments) => arguments.first()?,
        _ => return None,
    };
    match error.kind() {
        ErrorKind::UnknownArgument => match argument.strip_prefix("--") {
            Some(name) => Some(format!("unknown flag: --{}", name.split('=').next().unwrap_or(name))),
            None => {
                let letter = argument.trim_start_matches('-').chars().next()?;
                let cluster =
                    words.iter().find(|w| is_cluster_of(w, letter)).map_or(argument, String::as_str);
                Some(format!("unknown shorthand flag: {} in {cluster}", gofmt::quote_rune(letter)))
            }
        },
        // clap says which flag lacks its value as `--flag <NAME>` or `-f <NAME>`.
        ErrorKind::InvalidValue | ErrorKind::WrongNumberOfValues => {
            let flag = argument.split([' ', '<']).next()?;
            match words.last() {
                Some(last) if !last.starts_with("--") && last.starts_with('-') => {
                    let letter = last.chars().last()?;
                    Some(format!("flag needs an argument: {} in {last}", gofmt::quote_rune(letter)))
                }
                _ => Some(format!("flag needs an argument: {flag}")),
            }
        }
        _ => None,
    }
}

/// True for `-abc` if `letter` is one of a, b, c.
fn is_cluster_of(word: &str, letter: char) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.contains(letter)
}

/// Splits one line of CSV as Go's `encoding/csv` does, with its error texts.
pub fn split_csv(line: &str) -> Result<Vec<String>, String> {
    if line.is_empty() {
        return Ok(Vec::new());
    }
    let error = |column: usize, what: &str| Err(format!("parse error on line 1, column {column}: {what}"));
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let start = line.len() - rest.len();
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut field = String::new();
            let mut tail = quoted;
            loop {
                let Some(quote) = tail.find('"') else {
                    return error(line.len() + 1, "extraneous or missing \" in quoted-field");
                };
                field.push_str(&tail[..quote]);
                tail = &tail[quote + 1..];
                match tail.strip_prefix('"') {
                    Some(more) => {
                        field.push('"');
                        tail = more;
                    }
                    None => break,
                }
            }
            fields.push(field);
            match tail.strip_prefix(',') {
                Some(next) => rest = next,
                None if tail.is_empty() => return Ok(fields),
                None => return error(line.len() - tail.len(), "extraneous or missing \" in quoted-field"),
            }
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            if let Some(quote) = rest[..end].find('"') {
                return error(start + quote + 1, "bare \" in non-quoted-field");
            }
            fields.push(rest[..end].to_owned());
            if end == rest.len() {
                return Ok(fields);
            }
            rest = &rest[end + 1..];
        }
    }
}

/// Splits `a=1,b=2`, as pflag's `stringToString` does.
fn split_pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    // With one `=` the whole text is a pair, commas and quotes included.
    let items = match text.matches('=').count() {
        0 => return Err(format!("{text} must be formatted as key=value")),
        1 => vec![text.trim_matches('"').to_owned()],
        _ => split_csv(text)?,
    };
    items
        .into_iter()
        .map(|item| match item.split_once('=') {
            Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
            None => Err(format!("{item} must be formatted as key=value")),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_is_gos() {
        for (line, want) in [
            ("", Ok(vec![])),
            ("a,b", Ok(vec!["a", "b"])),
            ("a,", Ok(vec!["a", ""])),
            ("\"a,b\",c", Ok(vec!["a,b", "c"])),
            ("\"a\"\"b\"", Ok(vec!["a\"b"])),
            ("a\"b", Err("parse error on line 1, column 2: bare \" in non-quoted-field")),
            ("\"a\"b", Err("parse error on line 1, column 3: extraneous or missing \" in quoted-field")),
        ] {
            let got = split_csv(line);
            let got = got.as_ref().map(|f| f.iter().map(String::as_str).collect()).map_err(String::as_str);
            assert_eq!(got, want, "{line}");
        }
    }
}
