//! Semantic versions and constraints with the rules of Masterminds/semver.

mod constraint;
mod object;
mod scan;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;

pub use self::constraint::Constraint;
pub use self::object::VERSION_POINTER;

use self::scan::Parts;
use crate::gofmt::{NumError, parse_uint};
use crate::limits::{CONSTRAINT_BYTES, VERSION_BYTES};
use crate::value::Str;

/// A semantic version.
#[derive(Clone, Debug, Default)]
pub struct Version {
    /// The first number.
    pub major: u64,
    /// The second number.
    pub minor: u64,
    /// The third number.
    pub patch: u64,
    /// What follows the hyphen; may be empty.
    pub pre: Str,
    /// What follows the plus sign; may be empty. It does not count in comparisons.
    pub metadata: Str,
    /// The text that it was parsed from.
    pub original: Str,
}

/// Why a text is no version or constraint. Displays in Masterminds' words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not in the form of a version.
    #[error("invalid semantic version")]
    Version,
    /// More than [`VERSION_BYTES`].
    #[error("version string is too long (max {VERSION_BYTES} bytes)")]
    VersionTooLong,
    /// More than [`CONSTRAINT_BYTES`].
    #[error("constraint string is too long (max {CONSTRAINT_BYTES} bytes)")]
    ConstraintTooLong,
    /// No text at all.
    #[error("version string empty")]
    Empty,
    /// Something other than digits in a number.
    #[error("invalid characters in version")]
    Characters,
    /// A number of a strict version, or of a prerelease, starts with a zero.
    #[error("version segment starts with 0")]
    LeadingZero,
    /// Metadata with an empty part or with other characters than letters, digits and hyphens.
    #[error("invalid metadata string")]
    Metadata,
    /// A prerelease with an empty part or with other characters than letters, digits and hyphens.
    #[error("invalid prerelease string")]
    Prerelease,
    /// A number of a loose version does not fit 64 bits.
    #[error("error parsing version segment: {0}")]
    Segment(NumError),
    /// A number of a strict version is missing or does not fit 64 bits.
    #[error("{0}")]
    Number(NumError),
    /// A number cannot be incremented.
    #[error("{0} version increment would overflow uint64")]
    Overflow(&'static str),
    /// Not in the form of a constraint: the part of it that is wrong, quoted.
    #[error("improper constraint: {0}")]
    ImproperConstraint(String),
    /// In the form of a constraint, but with something that is no version.
    #[error("constraint parser error")]
    ConstraintVersion,
}

impl Version {
    /// Parses a version loosely: a leading `v`, missing numbers and leading zeros are fine (`NewVersion`).
    ///
    /// # Errors
    /// If it is no version even so.
    pub fn parse(text: &[u8]) -> Result<Version, Error> {
        if text.len() > VERSION_BYTES {
            return Err(Error::VersionTooLong);
        }
        let parts = Parts::scan(text, u8::is_ascii_digit).filter(|parts| parts.text.len() == text.len());
        let parts = parts.ok_or(Error::Version)?;
        let number = |i: usize| match parts.numbers[i] {
            b"" => Ok(0),
            digits => parse_uint(digits, 10, 64).map_err(Error::Segment),
        };
        let version = Version {
            major: number(0)?,
            minor: number(1)?,
            patch: number(2)?,
            pre: parts.pre.into(),
            metadata: parts.metadata.into(),
            original: text.into(),
        };
        validate_prerelease(parts.pre)?;
        Ok(version)
    }

    /// Parses a version as the specification of semantic versions has it (`StrictNewVersion`).
    ///
    /// # Errors
    /// If it is not exactly that.
    pub fn parse_strict(text: &[u8]) -> Result<Version, Error> {
        if text.is_empty() {
            return Err(Error::Empty);
        }
        if text.len() > VERSION_BYTES {
            return Err(Error::VersionTooLong);
        }
        let (major, rest) = split_once(text, b'.').ok_or(Error::Version)?;
        let (minor, rest) = split_once(rest, b'.').ok_or(Error::Version)?;
        let (rest, metadata) = split_once(rest, b'+').map_or((rest, None), |(a, b)| (a, Some(b)));
        metadata.map_or(Ok(()), validate_metadata)?;
        let (patch, pre) = split_once(rest, b'-').map_or((rest, None), |(a, b)| (a, Some(b)));
        if let Some(pre) = pre {
            validate_parts(pre)?;
        }
        for digits in [major, minor, patch] {
            if !digits.iter().all(u8::is_ascii_digit) {
                return Err(Error::Characters);
            }
            if starts_with_zero(digits) {
                return Err(Error::LeadingZero);
            }
        }
        let number = |digits| parse_uint(digits, 10, 64).map_err(Error::Number);
        Ok(Version {
            major: number(major)?,
            minor: number(minor)?,
            patch: number(patch)?,
            pre: pre.unwrap_or_default().into(),
            metadata: metadata.unwrap_or_default().into(),
            original: text.into(),
        })
    }

    /// Which comes first; metadata does not count.
    pub fn compare(&self, other: &Version) -> Ordering {
        (self.major, self.minor, self.patch).cmp(&(other.major, other.minor, other.patch)).then_with(
            || match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_prereleases(&self.pre, &other.pre),
            },
        )
    }

    /// The next major version.
    ///
    /// # Errors
    /// If there is none.
    pub fn next_major(&self) -> Result<Version, Error> {
        let major = self.major.checked_add(1).ok_or(Error::Overflow("major"))?;
        Ok(self.changed(Version { major, ..Version::default() }))
    }

    /// The next minor version.
    ///
    /// # Errors
    /// If there is none.
    pub fn next_minor(&self) -> Result<Version, Error> {
        let minor = self.minor.checked_add(1).ok_or(Error::Overflow("minor"))?;
        Ok(self.changed(Version { major: self.major, minor, ..Version::default() }))
    }

    /// The release of a prerelease, the next patch version of any other.
    ///
    /// # Errors
    /// If there is none.
    pub fn next_patch(&self) -> Result<Version, Error> {
        let step = u64::from(self.pre.is_empty());
        let patch = self.patch.checked_add(step).ok_or(Error::Overflow("patch"))?;
        Ok(self.changed(Version { major: self.major, minor: self.minor, patch, ..Version::default() }))
    }

    /// The same version with another prerelease, which may be empty.
    ///
    /// # Errors
    /// If `pre` is no prerelease.
    pub fn with_prerelease(&self, pre: &Str) -> Result<Version, Error> {
        validate_prerelease(pre)?;
        Ok(self.changed(Version { pre: pre.clone(), ..self.clone() }))
    }

    /// The same version with other metadata, which may be empty.
    ///
    /// # Errors
    /// If `metadata` is not valid.
    pub fn with_metadata(&self, metadata: &Str) -> Result<Version, Error> {
        if !metadata.is_empty() {
            validate_metadata(metadata)?;
        }
        Ok(self.changed(Version { metadata: metadata.clone(), ..self.clone() }))
    }

    /// `next`, written with a leading `v` if `self` is.
    fn changed(&self, next: Version) -> Version {
        let prefix = if self.original.starts_with(b"v") { "v" } else { "" };
        Version { original: format!("{prefix}{next}").into(), ..next }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

fn split_once(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(separator, text)?;
    Some((&text[..at], &text[at + 1..]))
}

fn starts_with_zero(digits: &[u8]) -> bool {
    matches!(digits, [b'0', _, ..])
}

fn is_identifier(part: &[u8]) -> bool {
    !part.is_empty() && part.iter().all(scan::is_identifier)
}

/// Checks a prerelease, none at all being fine.
fn validate_prerelease(pre: &[u8]) -> Result<(), Error> {
    if pre.is_empty() { Ok(()) } else { validate_parts(pre) }
}

fn validate_parts(pre: &[u8]) -> Result<(), Error> {
    for part in pre.split(|b| *b == b'.') {
        if !is_identifier(part) {
            return Err(Error::Prerelease);
        }
        if starts_with_zero(part) && part.iter().all(u8::is_ascii_digit) {
            return Err(Error::LeadingZero);
        }
    }
    Ok(())
}

fn validate_metadata(metadata: &[u8]) -> Result<(), Error> {
    if metadata.split(|b| *b == b'.').all(is_identifier) { Ok(()) } else { Err(Error::Metadata) }
}

/// Compares prereleases part by part. The shorter one comes first if all its parts are equal.
fn compare_prereleases(a: &[u8], b: &[u8]) -> Ordering {
    if a == b {
        return Ordering::Equal;
    }
    let mut a = a.split(|b| *b == b'.');
    let mut b = b.split(|b| *b == b'.');
    loop {
        let (a, b) = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (a, b) => (a.unwrap_or_default(), b.unwrap_or_default()),
        };
        if a != b {
            return compare_parts(a, b);
        }
    }
}

/// Compares different parts of prereleases: numbers come before words, a missing part before both.
fn compare_parts(a: &[u8], b: &[u8]) -> Ordering {
    if a.is_empty() || b.is_empty() {
        return a.len().cmp(&b.len());
    }
    match (parse_uint(a, 10, 64), parse_uint(b, 10, 64)) {
        (Ok(a), Ok(b)) if a > b => Ordering::Greater,
        (Ok(_), _) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}
