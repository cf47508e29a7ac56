//! Which version of a chart a dependency means.

use std::path::Path;

use super::remote::Remote;
use super::source::{self, Source};
use crate::chart::{Chart, Dependency, Error, Notices};
use crate::parallel;
use crate::repo::{ChartVersion, Index, Repository, cache};
use crate::semver::{Constraint, Version};
use crate::value::Str;

/// The dependencies of the chart at `chart`, each with the version that is chosen for it.
///
/// # Errors
/// If a repository or directory cannot be read, or has no version that satisfies the dependency; in Helm's words.
pub fn resolve(
    required: &[Dependency],
    sources: &[Source],
    chart: &Path,
    remote: &Remote<'_>,
) -> Result<Vec<Dependency>, Error> {
    let all: Vec<_> = required.iter().zip(sources).collect();
    let versions = parallel::map(&all, |(dependency, source)| choose(dependency, source, chart, remote));
    let mut locked = Vec::new();
    let mut missing = Vec::new();
    for (dependency, version) in required.iter().zip(versions) {
        match version? {
            Some(version) => locked.push(Dependency {
                name: dependency.name.clone(),
                repository: dependency.repository.clone(),
                version,
                ..Dependency::default()
            }),
            None => missing.push(dependency),
        }
    }
    if missing.is_empty() { Ok(locked) } else { Err(source::unsatisfied(&missing)) }
}

/// The version of a dependency; none if nothing satisfies it.
fn choose(
    dependency: &Dependency,
    source: &Source,
    chart: &Path,
    remote: &Remote<'_>,
) -> Result<Option<Str>, Error> {
    let constraint = constraint(dependency, "\"")?;
    let satisfies = |version: &Str| Version::parse(version).is_ok_and(|version| constraint.check(&version));
    match source {
        Source::Folder => {
            source::directory(&format!("charts/{}", dependency.name), chart)?;
            Ok(Some(dependency.version.clone()))
        }
        Source::Directory(path) => {
            let version = Chart::load_head(path, &mut Notices::new())?.metadata.version.clone();
            Ok(satisfies(&version).then_some(version))
        }
        // What no tag satisfies is looked for once more when the chart is fetched, which then fails.
        Source::Registry if Version::parse(&dependency.version).is_ok() => {
            Ok(Some(dependency.version.clone()))
        }
        Source::Registry => {
            let mut tags = remote.tags(dependency)?.into_iter().map(Str::from);
            Ok(Some(tags.find(satisfies).unwrap_or_else(|| dependency.version.clone())))
        }
        Source::Repository(repository) | Source::Unmanaged(repository) => {
            let versions = versions(dependency, repository, remote).map_err(|error| match error {
                NotListed::Index(error) => Error::new(format!(
                    "no cached repository for {} found. (try 'helm repo update'): {error}",
                    repository.name
                )),
                NotListed::Chart => Error::new(format!(
                    "{} chart not found in repo {}",
                    dependency.name, dependency.repository
                )),
            })?;
            let legitimate = versions.into_iter().filter(|version| !version.urls.is_empty());
            Ok(legitimate.map(|version| version.metadata.version).find(satisfies))
        }
    }
}

/// The constraint that a dependency puts on versions; `quote` stands around its name in the error.
///
/// # Errors
/// If it is none.
pub fn constraint(dependency: &Dependency, quote: &str) -> Result<Constraint, Error> {
    Constraint::parse(&dependency.version).map_err(|error| {
        let name = &dependency.name;
        Error::new(format!(
            "dependency {quote}{name}{quote} has an invalid version/constraint format: {error}"
        ))
    })
}

/// Why an index has no versions of a chart.
#[derive(Debug)]
pub enum NotListed {
    /// It cannot be read.
    Index(String),
    /// It has no such chart.
    Chart,
}

/// The versions of a dependency's chart in the cached index of a repository, the highest first.
pub fn versions(
    dependency: &Dependency,
    repository: &Repository,
    remote: &Remote<'_>,
) -> Result<Vec<ChartVersion>, NotListed> {
    let file = cache::index_file(remote.repository_cache(), &repository.name);
    let name = dependency.name.to_str_lossy();
    let mut index = Index::read_chart(&file, &name, &mut Notices::new())
        .map_err(|error| NotListed::Index(error.to_string()))?;
    index.entries.remove(&dependency.name).ok_or(NotListed::Chart)
}
