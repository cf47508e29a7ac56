//! The index of a repository: which versions of which charts it has, and where.

use std::collections::BTreeMap;
use std::fmt;

use crate::chart::{Metadata, Notice, Notices};
use crate::semver::{self, Constraint, Version};
use crate::value::Str;

/// The charts of a repository. [`Index::read`] reads one, [`super::index_directory`] makes one.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The versions of each chart by its name, the highest first.
    pub entries: BTreeMap<Str, Vec<ChartVersion>>,
}

/// A version of a chart. Absent texts are empty.
#[derive(Clone, Debug, Default)]
pub struct ChartVersion {
    /// What its `Chart.yaml` says.
    pub metadata: Metadata,
    /// Where its archive is; relative URLs count from the repository's.
    pub urls: Vec<Str>,
    /// When it came into the index (RFC 3339).
    pub created: Str,
    /// True if it is gone.
    pub removed: bool,
    /// SHA-256 of its archive in hexadecimal digits, maybe behind `sha256:`.
    pub digest: Str,
    /// Values of [`OUTDATED`] fields.
    pub(super) outdated: [Str; OUTDATED.len()],
}

/// Fields that older versions of Helm wrote.
pub(super) const OUTDATED: [&str; 4] = ["checksum", "engine", "tillerVersion", "url"];

/// Why an index has not what was asked for, in Helm's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// There is no chart of this name.
    Name,
    /// The chart has no versions.
    Versions,
    /// What was asked for is no version and no constraint.
    Constraint(semver::Error),
    /// No version of the chart matches.
    Version {
        /// The chart.
        chart: String,
        /// What was asked for.
        version: String,
    },
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::Name => f.write_str("no chart name found"),
            Missing::Versions => f.write_str("no chart version found"),
            Missing::Constraint(error) => error.fmt(f),
            Missing::Version { chart, version } => {
                write!(f, "no chart version found for {chart}-{version}")
            }
        }
    }
}

impl std::error::Error for Missing {}

impl Index {
    /// The version of the chart `name` that `version` means: that very one, or else the highest that matches it as a
    /// constraint; the highest stable one if it is empty.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(&self, name: &str, version: &str, notices: &mut Notices) -> Result<&ChartVersion, Missing> {
        let versions = self.entries.get(name.as_bytes()).ok_or(Missing::Name)?;
        if versions.is_empty() {
            return Err(Missing::Versions);
        }
        let wanted = if version.is_empty() { "*" } else { version };
        let constraint = Constraint::parse(wanted.as_bytes()).map_err(Missing::Constraint)?;
        if !version.is_empty()
            && let Some(exact) = versions.iter().find(|v| v.metadata.version == version)
        {
            return Ok(exact);
        }
        let matches = |v: &&ChartVersion| {
            Version::parse(&v.metadata.version).is_ok_and(|version| constraint.check(&version))
        };
        let found = versions
            .iter()
            .find(matches)
            .ok_or_else(|| Missing::Version { chart: name.to_owned(), version: version.to_owned() })?;
        let selected = found.metadata.version.to_str_lossy();
        if !version.is_empty() {
            let notice = if is_range(version) {
                Notice::debug("selected version matching constraint")
                    .with("chart", name)
                    .with("constraint", version)
            } else {
                Notice::warn(
                    "unable to find exact version requested; falling back to closest available version",
                )
                .with("chart", name)
                .with("requested", version)
            };
            notices.push(notice.with("selected", selected));
        }
        Ok(found)
    }

    /// Takes over from `other` the versions that this index has not.
    pub fn merge(&mut self, other: Index, notices: &mut Notices) {
        for version in other.entries.into_values().flatten() {
            let Metadata { name, version: number, .. } = &version.metadata;
            if self.find(&name.to_str_lossy(), &number.to_str_lossy(), notices).is_err() {
                self.entries.entry(name.clone()).or_default().push(version);
            }
        }
        self.entries.values_mut().for_each(sort);
    }
}

/// Puts the highest version first.
pub(super) fn sort(versions: &mut Vec<ChartVersion>) {
    let parsed = std::mem::take(versions).into_iter().map(|v| (Version::parse(&v.metadata.version).ok(), v));
    let mut parsed: Vec<_> = parsed.collect();
    // What is no version goes last.
    parsed.sort_by(|(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) => b.compare(a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    versions.extend(parsed.into_iter().map(|(_, version)| version));
}

/// True if `version` is a constraint on purpose, rather than one version.
fn is_range(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    version.contains(['^', '~', '<', '>', '=', '!', '*'])
        || version.contains("||")
        || version.contains(" - ")
        || core.contains(['x', 'X'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(versions: &[&str]) -> Index {
        let mut entries: Vec<ChartVersion> = versions
            .iter()
            .map(|version| ChartVersion {
                metadata: Metadata { version: (*version).into(), name: "a".into(), ..Metadata::default() },
                ..ChartVersion::default()
            })
            .collect();
        sort(&mut entries);
        Index { entries: [("a".into(), entries)].into() }
    }

    #[test]
    fn versions_are_found_as_by_helm() {
        let index = index(&["0.9.0", "1.10.0", "2.0.0-rc.1", "1.2.0+b1", "1.2.0"]);
        let mut notices = Notices::new();
        for (version, want) in [
            ("", "1.10.0"),
            ("1.2.0", "1.2.0"),
            ("1.2.0+b1", "1.2.0+b1"),
            ("1.2.0+b2", "1.2.0+b1"),
            (">0.0.0-0", "2.0.0-rc.1"),
            ("~1.2", "1.2.0+b1"),
            ("^0", "0.9.0"),
            ("3", "no chart version found for a-3"),
            ("a b", "improper constraint: \"a b\""),
        ] {
            let found = index.find("a", version, &mut notices);
            let found = found.map(|v| v.metadata.version.to_string()).unwrap_or_else(|e| e.to_string());
            assert_eq!(found, want, "{version:?}");
        }
        assert_eq!(
            notices[0].to_string(),
            "level=WARN msg=\"unable to find exact version requested; falling back to closest available version\" \
             chart=a requested=1.2.0+b2 selected=1.2.0+b1"
        );
        assert_eq!(index.find("b", "", &mut notices).err(), Some(Missing::Name));
    }

    #[test]
    fn merged_indexes_keep_what_is_new() {
        let mut new = index(&["1.0.0", "2.0.0"]);
        new.merge(index(&["0.5.0", "1.0.0"]), &mut Notices::new());
        let versions: Vec<_> =
            new.entries[b"a".as_slice()].iter().map(|v| v.metadata.version.to_string()).collect();
        assert_eq!(versions, ["2.0.0", "1.0.0", "0.5.0"]);
    }
}
