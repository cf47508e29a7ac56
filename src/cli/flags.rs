//! Flags with pflag's grammar and error texts.
//!
//! Clients call Helm in ways that other parsers refuse, read or word differently: `--debug=false`, `--dry-run` with
//! and without `=value`, `-gnx`, global flags before the command, the first error in the order of the words. A
//! command declares its flags as a table.

use std::time::Duration;

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
    /// An integer that is not negative.
    Uint,
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
    /// Set if help does not show it.
    pub hidden: bool,
    /// What it is if it is not given; empty for nothing.
    pub default: &'static str,
}

impl Flag {
    /// A flag with a long name only.
    pub const fn new(name: &'static str, kind: Kind, help: &'static str) -> Flag {
        Flag { name, short: None, kind, help, deprecated: None, hidden: false, default: "" }
    }

    /// The same with a one-letter name.
    #[must_use]
    pub const fn short(mut self, short: char) -> Flag {
        self.short = Some(short);
        self
    }

    /// The same with a value that it has when it is not given.
    #[must_use]
    pub const fn default(mut self, value: &'static str) -> Flag {
        self.default = value;
        self
    }

    /// The same, hidden from help, with `advice` for who uses it.
    #[must_use]
    pub const fn deprecated(mut self, advice: &'static str) -> Flag {
        self.deprecated = Some(advice);
        self.hidden = true;
        self
    }

    /// The same, hidden from help.
    #[must_use]
    pub const fn hidden(mut self) -> Flag {
        self.hidden = true;
        self
    }

    /// What the flag is set to where it stands without a value; `None` if it needs one.
    pub fn alone(self) -> Option<&'static str> {
        match self.kind {
            Kind::Bool => Some("true"),
            Kind::OptionalText(alone) => Some(alone),
            _ => None,
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
            Kind::Uint => gofmt::parse_uint(value.as_bytes(), 0, 64).err().map(|e| e.to_string()),
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

/// The flags that a command takes. Its own go before those of every command.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tables {
    /// Tables of the command's own flags.
    pub own: &'static [&'static [Flag]],
    /// The flags of every command.
    pub global: &'static [Flag],
}

impl Tables {
    /// All of them.
    pub fn all(self) -> impl Iterator<Item = Flag> {
        self.own.iter().copied().flatten().chain(self.global).copied()
    }

    fn long(self, name: &str) -> Option<Flag> {
        self.all().find(|flag| flag.name == name)
    }

    fn short(self, letter: char) -> Option<Flag> {
        self.all().find(|flag| flag.short == Some(letter))
    }

    /// The index of the first word that is neither a flag nor a flag's value, as cobra finds the command.
    pub fn first_argument(self, words: &[String]) -> Option<usize> {
        let mut index = 0;
        loop {
            let word = words.get(index)?;
            let flag = match word.strip_prefix("--") {
                Some("") => return None,
                Some(name) => self.long(name),
                None => word.strip_prefix('-').and_then(|letters| self.short(letters.chars().next()?)),
            };
            let takes_next = !word.contains('=')
                && (word.starts_with("--") || word.starts_with('-') && word.chars().count() == 2)
                && flag.is_none_or(|flag| flag.alone().is_none());
            match word.as_bytes() {
                [b'-', ..] => index += 1 + usize::from(takes_next),
                [] => index += 1,
                _ => return Some(index),
            }
        }
    }

    /// The flag at the end of `words`, if its value would have to follow.
    pub fn waiting(self, words: &[String]) -> Option<Flag> {
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let flag = match word.strip_prefix("--") {
                Some("") => return None,
                Some(long) => self.long(long),
                // The first letter that takes a value takes what follows it in the word, if there is something.
                None => word.strip_prefix('-').and_then(|letters| {
                    let valued = |letter| self.short(letter).filter(|flag| flag.alone().is_none());
                    let (index, flag) =
                        letters.char_indices().find_map(|(i, c)| Some((i + c.len_utf8(), valued(c)?)))?;
                    Some(flag).filter(|_| index == letters.len())
                }),
            };
            if let Some(flag) = flag.filter(|flag| flag.alone().is_none())
                && words.next().is_none()
            {
                return Some(flag);
            }
        }
        None
    }
}

/// Takes a flag's value or says what is wrong with it, knowing the flags before it.
pub type Accept<'a> = dyn FnMut(Flag, &str, &Flags) -> Result<(), String> + 'a;

/// The checked flags of a command line.
#[derive(Debug, Default)]
pub struct Flags {
    tables: Tables,
    given: Vec<(Flag, String)>,
    positional: Vec<String>,
}

impl Flags {
    /// Takes the words of a command line apart, with pflag's grammar and errors. `accept` is asked in turn about
    /// each flag and its value, and sees those before it.
    pub fn parse(words: &[String], tables: Tables, accept: &mut Accept<'_>) -> Result<Flags, String> {
        let mut flags = Flags { tables, ..Flags::default() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if let Some(long) = word.strip_prefix("--") {
                if long.is_empty() {
                    flags.positional.extend(words.cloned());
                    break;
                }
                if long.starts_with(['-', '=']) {
                    return Err(format!("bad flag syntax: {word}"));
                }
                let (name, value) = long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v)));
                let flag = tables.long(name).ok_or_else(|| format!("unknown flag: --{name}"))?;
                let value = value.or(flag.alone()).or_else(|| words.next().map(String::as_str));
                let value = value.ok_or_else(|| format!("flag needs an argument: --{name}"))?;
                flags.set(flag, value, accept)?;
            } else if word.len() > 1 && word.starts_with('-') {
                let mut letters = &word[1..];
                while let Some(&letter) = letters.as_bytes().first() {
                    // A byte, which is no letter where it begins a longer character.
                    let letter = char::from(letter);
                    let rest = letters.get(1..).unwrap_or_default();
                    let place = || format!("{} in -{letters}", gofmt::quote_rune(letter));
                    let flag =
                        tables.short(letter).ok_or_else(|| format!("unknown shorthand flag: {}", place()))?;
                    let value = match (rest.strip_prefix('='), flag.alone()) {
                        (Some(value), _) if !value.is_empty() => Some(value),
                        (_, Some(alone)) => {
                            flags.set(flag, alone, accept)?;
                            letters = rest;
                            continue;
                        }
                        _ if !rest.is_empty() => Some(rest),
                        _ => words.next().map(String::as_str),
                    };
                    let value = value.ok_or_else(|| format!("flag needs an argument: {}", place()))?;
                    flags.set(flag, value, accept)?;
                    break;
                }
            } else {
                flags.positional.push(word.clone());
            }
        }
        Ok(flags)
    }

    fn set(&mut self, flag: Flag, value: &str, accept: &mut Accept<'_>) -> Result<(), String> {
        flag.check(value)?;
        accept(flag, value, self).map_err(|problem| flag.invalid(value, &problem))?;
        self.given.push((flag, value.to_owned()));
        Ok(())
    }

    /// The flags with their values, in the order of the command line.
    pub fn given(&self) -> impl Iterator<Item = (Flag, &str)> {
        self.given.iter().map(|(flag, value)| (*flag, value.as_str()))
    }

    /// True if the flag was given.
    pub fn is_set(&self, name: &str) -> bool {
        self.given().any(|(flag, _)| flag.name == name)
    }

    /// Every value as given.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        self.given().filter(|(flag, _)| flag.name == name).map(|(_, value)| value).collect()
    }

    /// The last value, or the flag's default.
    pub fn text(&self, name: &str) -> &str {
        match self.given.iter().rfind(|(flag, _)| flag.name == name) {
            Some((_, value)) => value,
            None => self.tables.long(name).map_or("", |flag| flag.default),
        }
    }

    /// The value of a [`Kind::Bool`].
    pub fn bool(&self, name: &str) -> bool {
        gofmt::parse_bool(self.text(name).as_bytes()).unwrap_or(false)
    }

    /// The value of a [`Kind::Int`]; zero if it has none.
    pub fn number(&self, name: &str) -> i64 {
        gofmt::parse_int(self.text(name).as_bytes(), 0, 64).unwrap_or(0)
    }

    /// The value of a [`Kind::Uint`]; zero if it has none.
    pub fn count(&self, name: &str) -> usize {
        let number = gofmt::parse_uint(self.text(name).as_bytes(), 0, 64).unwrap_or(0);
        usize::try_from(number).unwrap_or(usize::MAX)
    }

    /// The value of a [`Kind::Duration`]; zero if it has none, or one below zero.
    pub fn duration(&self, name: &str) -> Duration {
        let nanoseconds = gotime::parse_duration(self.text(name).as_bytes()).unwrap_or(0);
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(0))
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
        self.positional.iter().map(String::as_str).collect()
    }
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
