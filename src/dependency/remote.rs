//! The servers that have charts.

use std::fmt;
use std::path::Path;

use super::Options;
use super::source::Source;
use crate::chart::{Dependency, Error, Notices};
use crate::download::{Downloader, Fetched, Place, Request, Verify, indexes};
use crate::gofmt::quote;
use crate::net::without_password;
use crate::parallel;
use crate::registry::{self, Reference};
use crate::repo::Repository;

/// The servers that have charts, and how to talk to them.
pub struct Remote<'a> {
    options: &'a Options,
    verify: Verify,
    downloader: &'a Downloader<'a>,
}

impl fmt::Debug for Remote<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote")
            .field("options", &self.options)
            .field("verify", &self.verify)
            .finish_non_exhaustive()
    }
}

/// A chart's archive that is to be fetched.
#[derive(Debug)]
pub struct Wanted {
    /// Where it is.
    pub place: Place,
    /// The name of the file that it becomes.
    pub file: String,
}

impl Wanted {
    /// What names its place.
    pub fn location(&self) -> &str {
        match &self.place {
            Place::Registry { reference, .. } => reference,
            Place::Url { url, .. } => url,
        }
    }

    /// True if both are the same.
    pub fn is_same(&self, other: &Wanted) -> bool {
        self.location() == other.location() && self.file == other.file
    }
}

impl<'a> Remote<'a> {
    /// The servers that `downloader` talks to. If `options` ask for it, provenance is checked as `verify` says.
    pub fn new(options: &'a Options, verify: Verify, downloader: &'a Downloader<'a>) -> Remote<'a> {
        Remote { options, verify: if options.verify { verify } else { Verify::Never }, downloader }
    }

    /// True if provenance is checked.
    pub fn verifies(&self) -> bool {
        self.verify != Verify::Never
    }

    /// The folder of cached indexes.
    pub fn repository_cache(&self) -> &Path {
        &self.downloader.paths.repository_cache
    }

    /// Brings the cached indexes of the repositories up to date. That it fails for one shows later, if at all.
    pub fn refresh<'s>(&self, sources: impl IntoIterator<Item = &'s Source>, say: &mut dyn FnMut(&str)) {
        let (mut managed, mut unmanaged) = (Vec::new(), Vec::new());
        for source in sources.into_iter().filter(|_| !self.options.skip_refresh) {
            let (list, repository): (&mut Vec<&Repository>, _) = match source {
                Source::Repository(repository) => (&mut managed, repository),
                Source::Unmanaged(repository) => (&mut unmanaged, repository),
                Source::Folder | Source::Directory(_) | Source::Registry => continue,
            };
            if !list.iter().any(|other| other.name == repository.name) {
                list.push(repository);
            }
        }
        if !unmanaged.is_empty() {
            say("Getting updates for unmanaged Helm repositories...");
            self.refresh_all(&unmanaged, say, |repository| (repository.url.as_str(), ""));
        }
        if !managed.is_empty() {
            say("Hang tight while we grab the latest from your chart repositories...");
            self.refresh_all(&managed, say, |repository| (repository.name.as_str(), repository.url.as_str()));
            say("Update Complete. ⎈Happy Helming!⎈");
        }
    }

    /// Refreshes the indexes of `repositories`; `names` are those that each has in the lines about it.
    fn refresh_all(
        &self,
        repositories: &[&Repository],
        say: &mut dyn FnMut(&str),
        names: impl Fn(&Repository) -> (&str, &str),
    ) {
        let results = parallel::map(repositories, |repository| self.refresh_one(repository));
        for (repository, result) in repositories.iter().zip(results) {
            let (name, url) = names(repository);
            let name = quote(without_password(name).as_bytes());
            let url = if url.is_empty() { String::new() } else { format!(" ({})", without_password(url)) };
            say(&match result {
                Ok(()) => format!("...Successfully got an update from the {name} chart repository"),
                Err(error) => {
                    format!("...Unable to get an update from the {name} chart repository{url}:\n\t{error}")
                }
            });
        }
    }

    fn refresh_one(&self, repository: &Repository) -> Result<(), String> {
        let downloader = self.downloader;
        let cache = &downloader.paths.repository_cache;
        indexes::refresh(repository, cache, &downloader.getters, &mut Notices::new())
            .map_err(|error| error.to_string())
    }

    /// The versions of a dependency's chart that a registry has, the highest first.
    ///
    /// # Errors
    /// If the registry does not tell.
    pub fn tags(&self, dependency: &Dependency) -> Result<Vec<String>, Error> {
        let tags = || {
            let client = registry::Client::new(self.downloader.registry.clone())?;
            client.tags(&Reference::parse(&reference(dependency))?)
        };
        tags().map_err(|error| {
            let repository = &dependency.repository;
            Error::new(format!("could not retrieve list of tags for repository {repository}: {error}"))
        })
    }

    /// Fetches an archive, or takes it from the cache, and checks its digest and provenance.
    ///
    /// # Errors
    /// If it cannot be had, or is not what it should be.
    pub fn fetch(&self, wanted: &Wanted) -> Result<Fetched, Error> {
        let keyring = self.options.keyring.clone();
        let request =
            Request { reference: wanted.location(), verify: self.verify, keyring, ..Request::default() };
        let fetched = self.downloader.fetch_from(&wanted.place, &request);
        let fetched = fetched.map_err(|error| Error::new(error.to_string()))?;
        // A cache that cannot be written costs time later, and nothing else.
        let _ = self.downloader.keep(&fetched);
        Ok(fetched)
    }
}

/// The reference to a dependency's chart in a registry, without its version.
pub fn reference(dependency: &Dependency) -> String {
    format!("{}/{}", dependency.repository.to_str_lossy().trim_end_matches('/'), dependency.name)
}
