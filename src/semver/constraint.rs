//! Constraints on versions.

use std::cmp::Ordering;
use std::sync::LazyLock;

use regex_automata::meta::Regex;

use super::scan::Parts;
use super::{Error, Version, compare_prereleases};
use crate::gofmt::quote;
use crate::limits::CONSTRAINT_BYTES;

/// A condition on versions such as `>=1.2, <2 || ^3.1.x`.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// Groups of which one must hold.
    groups: Vec<Group>,
}

/// Terms that must all hold.
#[derive(Clone, Debug)]
struct Group {
    terms: Vec<Term>,
    /// True if some term names a prerelease: only then may prereleases match.
    allows_pre: bool,
}

/// An operator with a version.
#[derive(Clone, Debug)]
struct Term {
    operator: Operator,
    /// The version, with zeros for what is missing.
    version: Version,
    /// What was written as a wildcard or left out.
    open: Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Tilde,
    Caret,
}

/// The first number of a version that is a wildcard or missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Nothing,
    Major,
    Minor,
    Patch,
}

impl Constraint {
    /// Parses groups of terms: `||` between groups, commas or spaces between the terms of a group.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &[u8]) -> Result<Constraint, Error> {
        if text.len() > CONSTRAINT_BYTES {
            return Err(Error::ConstraintTooLong);
        }
        let rewritten = rewrite_ranges(text);
        let mut rest = rewritten.as_deref().unwrap_or(text);
        let mut groups = Vec::new();
        loop {
            let end = memchr::memmem::find(rest, b"||");
            groups.push(Group::parse(&rest[..end.unwrap_or(rest.len())])?);
            match end {
                Some(end) => rest = &rest[end + 2..],
                None => return Ok(Constraint { groups }),
            }
        }
    }

    /// True if `version` satisfies it.
    pub fn check(&self, version: &Version) -> bool {
        self.groups.iter().any(|group| group.check(version))
    }
}

impl Group {
    fn parse(text: &[u8]) -> Result<Group, Error> {
        let mut terms = Vec::new();
        let mut rest = trim_start(text);
        loop {
            let improper = || Error::ImproperConstraint(quote(text));
            let (operator, after) = Operator::scan(rest);
            let parts = Parts::scan(trim_start(after), is_digit_or_wildcard).ok_or_else(improper)?;
            terms.push((operator, parts));
            let after = &trim_start(after)[parts.text.len()..];
            rest = trim_start(after);
            if rest.is_empty() {
                break;
            }
            match rest {
                [b',', ..] => rest = trim_start(&rest[1..]),
                _ if rest.len() < after.len() => {}
                _ => return Err(improper()),
            }
        }
        let terms = terms.iter().map(|(operator, parts)| Term::new(*operator, parts));
        let terms = terms.collect::<Result<Vec<_>, _>>()?;
        let allows_pre = terms.iter().any(|term| !term.version.pre.is_empty());
        Ok(Group { terms, allows_pre })
    }

    fn check(&self, version: &Version) -> bool {
        (version.pre.is_empty() || self.allows_pre) && self.terms.iter().all(|term| term.check(version))
    }
}

impl Operator {
    /// Takes an operator off the start of `text`; none means equality.
    fn scan(text: &[u8]) -> (Operator, &[u8]) {
        let (operator, length) = match text {
            [b'!', b'=', ..] => (Operator::NotEqual, 2),
            [b'>', b'=', ..] | [b'=', b'>', ..] => (Operator::GreaterEqual, 2),
            [b'<', b'=', ..] | [b'=', b'<', ..] => (Operator::LessEqual, 2),
            [b'~', b'>', ..] => (Operator::Tilde, 2),
            [b'~', ..] => (Operator::Tilde, 1),
            [b'>', ..] => (Operator::Greater, 1),
            [b'<', ..] => (Operator::Less, 1),
            [b'^', ..] => (Operator::Caret, 1),
            [b'=', ..] => (Operator::Equal, 1),
            _ => (Operator::Equal, 0),
        };
        (operator, &text[length..])
    }
}

impl Term {
    fn new(operator: Operator, parts: &Parts<'_>) -> Result<Term, Error> {
        let is_open = |number: &[u8]| matches!(number, b"" | b"x" | b"X" | b"*");
        let (open, fixed) = match parts.numbers.iter().position(|number| is_open(number)) {
            Some(0) => (Open::Major, 0),
            Some(1) => (Open::Minor, 1),
            Some(_) => (Open::Patch, 2),
            None => (Open::Nothing, 3),
        };
        let version = if open == Open::Nothing {
            Version::parse(parts.text)
        } else {
            let mut text = Vec::with_capacity(parts.text.len() + 4);
            for i in 0..3 {
                text.extend_from_slice(if i == 0 { b"" } else { b"." });
                text.extend_from_slice(if i < fixed { parts.numbers[i] } else { b"0" });
            }
            if !parts.pre.is_empty() {
                text.push(b'-');
                text.extend_from_slice(parts.pre);
            }
            Version::parse(&text)
        };
        let version = version.map_err(|_| Error::ConstraintVersion)?;
        Ok(Term { operator, version, open })
    }

    fn check(&self, version: &Version) -> bool {
        let order = version.compare(&self.version);
        match self.operator {
            Operator::Equal if self.open == Open::Nothing => order.is_eq(),
            Operator::Equal | Operator::Tilde => order.is_ge() && self.check_tilde(version),
            Operator::NotEqual => self.differs(version, order),
            Operator::Greater => self.is_exceeded(version, order),
            Operator::GreaterEqual => order.is_ge(),
            Operator::Less => order.is_lt(),
            Operator::LessEqual => self.covers(version, order),
            Operator::Caret => order.is_ge() && self.check_caret(version),
        }
    }

    /// `!=`
    fn differs(&self, version: &Version, order: Ordering) -> bool {
        let bound = &self.version;
        match self.open {
            Open::Nothing => order.is_ne(),
            _ if version.major != bound.major => true,
            Open::Minor => false,
            _ if version.minor != bound.minor => true,
            Open::Patch => compare_prereleases(&version.pre, &bound.pre).is_ne(),
            // A bare wildcard is 0.0.0 here.
            Open::Major => order.is_ne(),
        }
    }

    /// `>`: with a wildcard, by a number that is given.
    fn is_exceeded(&self, version: &Version, order: Ordering) -> bool {
        let bound = &self.version;
        match self.open {
            Open::Minor => version.major > bound.major,
            Open::Patch => (version.major, version.minor) > (bound.major, bound.minor),
            Open::Nothing | Open::Major => order.is_gt(),
        }
    }

    /// `<=`
    fn covers(&self, version: &Version, order: Ordering) -> bool {
        let bound = &self.version;
        match self.open {
            Open::Nothing => order.is_le(),
            Open::Minor => version.major <= bound.major,
            Open::Patch | Open::Major => (version.major, version.minor) <= (bound.major, bound.minor),
        }
    }

    /// `~`, of a version that is not less: the same major version, and minor version if there is one.
    fn check_tilde(&self, version: &Version) -> bool {
        let bound = &self.version;
        let is_zero = (bound.major, bound.minor, bound.patch) == (0, 0, 0);
        // A bare wildcard allows everything. So does 0.0.0.
        if is_zero && matches!(self.open, Open::Nothing | Open::Major) {
            return true;
        }
        version.major == bound.major && (version.minor == bound.minor || self.open == Open::Minor)
    }

    /// `^`, of a version that is not less: the same version up to the first number that is not zero.
    fn check_caret(&self, version: &Version) -> bool {
        let bound = &self.version;
        if version.major != bound.major {
            false
        } else if bound.major > 0 || self.open == Open::Minor {
            true
        } else if bound.minor > 0 || self.open == Open::Patch {
            version.minor == bound.minor
        } else {
            (version.minor, version.patch) == (0, bound.patch)
        }
    }
}

/// The white space between terms.
fn trim_start(text: &[u8]) -> &[u8] {
    let length = text.iter().take_while(|b| is_space(b)).count();
    &text[length..]
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\x0c' | b'\r')
}

/// What the numbers of a constraint are made of. The bar is a slip in Masterminds' pattern: with it, a number is
/// no number but has the right form, which makes another error.
fn is_digit_or_wildcard(byte: &u8) -> bool {
    byte.is_ascii_digit() || b"|xX*".contains(byte)
}

/// Replaces every range `1.2 - 1.4` by `>= 1.2, <= 1.4 `. `None` if there is none.
fn rewrite_ranges(text: &[u8]) -> Option<Vec<u8>> {
    // A range may start anywhere, even within a number, which is what regular expressions are for.
    static RANGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let version = r"v?[0-9|xX*]+(?:\.[0-9|xX*]+){0,2}(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?";
        let space = r"[\t\n\f\r ]";
        Regex::builder()
            .syntax(regex_automata::util::syntax::Config::new().unicode(false).utf8(false))
            .build(&format!("{space}*({version}){space}+-{space}+({version}){space}*"))
            .ok()
    });
    let has_range = |text: &[u8]| text.windows(3).any(|w| w[1] == b'-' && is_space(&w[0]) && is_space(&w[2]));
    let regex = if has_range(text) { RANGE.as_ref()? } else { return None };
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut done = 0;
    for found in regex.captures_iter(text) {
        let (all, low, high) = (found.get_match()?, found.get_group(1)?, found.get_group(2)?);
        out.extend_from_slice(&text[done..all.start()]);
        out.extend_from_slice(b">= ");
        out.extend_from_slice(&text[low.range()]);
        out.extend_from_slice(b", <= ");
        out.extend_from_slice(&text[high.range()]);
        out.push(b' ');
        done = all.end();
    }
    out.extend_from_slice(&text[done..]);
    Some(out)
}
