//! Searching the indexes of repositories.

use crate::funcs::paths;
use crate::gofmt::unicode;
use crate::regex::{self, Regex};
use crate::semver::{Constraint, Version};
use crate::value::Str;

use super::{ChartVersion, Index};

/// A version of a chart that was found.
#[derive(Clone, Debug)]
pub struct Match {
    /// `REPOSITORY/CHART`
    pub name: String,
    /// What is said of it.
    pub version: Str,
    /// The version of what it installs.
    pub app_version: Str,
    /// One sentence.
    pub description: Str,
    /// How far behind in the entry the keyword is: the less the better.
    score: usize,
    parsed: Option<Version>,
}

/// What to search for.
#[derive(Debug)]
pub enum Keyword {
    /// Everything.
    Any,
    /// Entries with this text, in whatever letter case.
    Text(Vec<u8>),
    /// Entries that match.
    Regex(Box<Regex>),
}

impl Keyword {
    /// The keyword `text`, as a regular expression if that is wanted.
    ///
    /// # Errors
    /// If it is none, in Go's words.
    pub fn new(text: &str, is_regex: bool) -> Result<Keyword, regex::Error> {
        Ok(match is_regex {
            true => Keyword::Regex(Box::new(Regex::compile(text.as_bytes())?)),
            false => Keyword::Text(lower(text.as_bytes())),
        })
    }

    /// Where it is first in an entry.
    fn find(&self, entry: &[u8]) -> Option<usize> {
        match self {
            Keyword::Any => Some(0),
            Keyword::Text(text) => memchr::memmem::find(&lower(entry), text),
            Keyword::Regex(regex) => regex.find(entry).map(|found| found.start),
        }
    }
}

/// What separates name, full name, description and keywords of an entry.
const SEPARATOR: u8 = b'\x0b';

/// The versions in the index of `repository` that have the keyword and match `constraint`.
pub fn search(index: &Index, repository: &str, keyword: &Keyword, constraint: &Constraint) -> Vec<Match> {
    let mut found = Vec::new();
    for (name, versions) in &index.entries {
        for (i, version) in versions.iter().enumerate() {
            // Of the same version twice, Helm takes the last.
            if versions[i + 1..].iter().any(|later| later.metadata.version == version.metadata.version) {
                continue;
            }
            let entry = entry(repository, version);
            let Some(place) = keyword.find(&entry) else { continue };
            let metadata = &version.metadata;
            let parsed = Version::parse(&metadata.version).ok();
            if !parsed.as_ref().is_some_and(|version| constraint.check(version)) {
                continue;
            }
            let score = entry.iter().take(place).filter(|byte| **byte == SEPARATOR).count();
            found.push(Match {
                name: full_name(repository, name),
                version: metadata.version.clone(),
                app_version: metadata.app_version.clone(),
                description: metadata.description.clone(),
                score,
                parsed,
            });
        }
    }
    found
}

/// Sorts what was found: the best first, then by name, the highest version first. Unless `all` are wanted, only the
/// first of each chart stays.
pub fn sort(found: &mut Vec<Match>, all: bool) {
    found.sort_by(|a, b| {
        let versions = || match (&a.parsed, &b.parsed) {
            (Some(a), Some(b)) => b.compare(a),
            _ => std::cmp::Ordering::Equal,
        };
        a.score.cmp(&b.score).then_with(|| a.name.cmp(&b.name)).then_with(versions)
    });
    if !all {
        let mut seen = std::collections::HashSet::new();
        found.retain(|found| seen.insert(found.name.clone()));
    }
}

/// Name of repository and chart as a path (Go's `path.Join`).
fn full_name(repository: &str, chart: &Str) -> String {
    let path = [repository.as_bytes(), chart].join(&b'/');
    String::from_utf8_lossy(&paths::clean(&path)).into_owned()
}

/// What is searched of a version of a chart.
fn entry(repository: &str, version: &ChartVersion) -> Vec<u8> {
    let metadata = &version.metadata;
    let name = metadata.name.as_bytes();
    let keywords: Vec<&[u8]> = metadata.keywords.iter().map(Str::as_bytes).collect();
    let full_name = [repository.as_bytes(), name].join(&b'/');
    [name, &full_name, &metadata.description, &keywords.join(&b' ')].join(&SEPARATOR)
}

/// The text in lower case, letter by letter as Go does.
fn lower(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let letters = unicode::runes(text).map(|(_, letter)| letter.to_lowercase().next().unwrap_or(letter));
    letters.collect::<String>().into_bytes()
}
