//! Where the charts come from that a chart depends on.

use std::path::{Path, PathBuf};

use super::join;
use crate::chart::{Dependency, Error};
use crate::funcs::paths;
use crate::neturl::Url;
use crate::repo::{Repositories, Repository, cache, urls};
use crate::{fsx, gofmt};

/// Where a dependency comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// From nowhere: it lies unpacked in `charts/`, in the folder of its name.
    Folder,
    /// From this directory.
    Directory(PathBuf),
    /// From an OCI registry.
    Registry,
    /// From a repository that the user has added.
    Repository(Repository),
    /// From a repository that the user has not added. Its name is the one of its cached index.
    Unmanaged(Repository),
}

impl Source {
    /// The repository that has the chart.
    pub fn repository(&self) -> Option<&Repository> {
        match self {
            Source::Repository(repository) | Source::Unmanaged(repository) => Some(repository),
            Source::Folder | Source::Directory(_) | Source::Registry => None,
        }
    }

    /// True if the chart comes from a server.
    pub fn is_remote(&self) -> bool {
        matches!(self, Source::Registry | Source::Repository(_) | Source::Unmanaged(_))
    }
}

/// Where each of the dependencies of the chart at `chart` comes from. Names of repositories that the user has added
/// are replaced by their URLs.
///
/// # Errors
/// If a directory is not there, or a repository is neither known nor a URL; in Helm's words.
pub fn find(
    dependencies: &mut [Dependency],
    repositories: &Repositories,
    chart: &Path,
) -> Result<Vec<Source>, Error> {
    let mut missing = Vec::new();
    let mut sources = Vec::new();
    for dependency in dependencies {
        let location = dependency.repository.to_str_lossy().into_owned();
        sources.push(if location.is_empty() {
            Source::Folder
        } else if location.starts_with("file://") {
            Source::Directory(directory(&location, chart)?)
        } else if location.starts_with("oci://") {
            Source::Registry
        } else if let Some(repository) = named(&location, repositories) {
            dependency.repository = repository.url.as_str().into();
            Source::Repository(repository.clone())
        } else if let Some(repository) =
            repositories.repositories.iter().find(|r| urls::equal(&r.url, &location))
        {
            Source::Repository(repository.clone())
        } else if is_request_uri(&location) {
            let name = cache::unmanaged_name(&location);
            Source::Unmanaged(Repository { name, url: location, ..Repository::default() })
        } else {
            missing.push(location);
            Source::Folder
        });
    }
    if missing.is_empty() { Ok(sources) } else { Err(unknown(&missing)) }
}

/// The repository that `@name` or `alias:name` means.
fn named<'r>(location: &str, repositories: &'r Repositories) -> Option<&'r Repository> {
    let name = location.strip_prefix('@').or_else(|| location.strip_prefix("alias:"))?;
    repositories.find(name)
}

/// True for a URL with a scheme, and for an absolute path (Go's `url.ParseRequestURI`).
fn is_request_uri(text: &str) -> bool {
    let is_path = text.starts_with('/');
    Url::parse(text.as_bytes()).is_ok_and(|url| is_path || !url.scheme.is_empty())
}

fn unknown(missing: &[String]) -> Error {
    let is_name =
        |text: &String| !text.contains("//") && !text.starts_with('@') && !text.starts_with("alias:");
    let hint = if missing.iter().any(is_name) {
        "\nNote that repositories must be URLs or aliases. For example, to refer to the \"example\"\n\
         repository, use \"https://charts.example.com/\" or \"@example\" instead of\n\
         \"example\". Don't forget to add the repo, too ('helm repo add')."
    } else {
        ""
    };
    let names = missing.join(", ");
    Error::new(format!("no repository definition for {names}. Please add them via 'helm repo add'{hint}"))
}

/// The directory that `file://…`, or a path below the chart, means.
///
/// # Errors
/// If there is nothing.
pub fn directory(location: &str, chart: &Path) -> Result<PathBuf, Error> {
    let path = location.strip_prefix("file://").unwrap_or(location);
    let path = if path.starts_with('/') {
        PathBuf::from(String::from_utf8_lossy(&paths::clean(path.as_bytes())).into_owned())
    } else {
        join(chart, path)
    };
    match path.metadata() {
        Ok(_) => Ok(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Error::new(format!("directory {} not found", path.display())))
        }
        Err(error) => Err(fsx::Error::new("stat", &path, error).into()),
    }
}

/// Checks that the user has added all repositories of a lock, as Helm wants it.
///
/// # Errors
/// Names those that are missing.
pub fn check_known(dependencies: &[Dependency], sources: &[Source]) -> Result<(), Error> {
    let all = dependencies.iter().zip(sources);
    let missing: Vec<String> = all
        .filter(|(_, source)| matches!(source, Source::Unmanaged(_)))
        .map(|(dependency, _)| dependency.repository.to_string())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(", ");
    Err(Error::new(format!(
        "no repository definition for {missing}. Please add the missing repos via 'helm repo add'"
    )))
}

/// The text for dependencies that no version satisfies.
pub fn unsatisfied(missing: &[&Dependency]) -> Error {
    let quote = |text: &[u8]| gofmt::quote(text);
    let list = missing.iter().map(|Dependency { name, version, repository, .. }| {
        let (name, repository, version) = (quote(name), quote(repository), quote(version));
        format!("{name} (repository {repository}, version {version})")
    });
    let list = list.collect::<Vec<_>>().join(", ");
    Error::new(format!(
        "can't get a valid version for {} subchart(s): {list}. Make sure a matching chart version exists in the \
         repo, or change the version constraint in Chart.yaml",
        missing.len()
    ))
}
