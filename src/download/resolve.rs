//! From a reference to the place of a chart.

use super::{Access, Downloader, Error, Request, indexes};
use crate::chart::Notices;
use crate::gofmt::quote;
use crate::limits::INDEX_BYTES;
use crate::neturl::Url;
use crate::repo::{ChartVersion, Index, Repositories, Repository, cache, urls};
use crate::{fsx, net, registry};

/// Where a chart is.
#[derive(Debug)]
pub enum Place {
    /// In a registry.
    Registry {
        /// `oci://…`, maybe with a tag or a digest.
        reference: String,
        /// The version, or a constraint; empty if the reference says it.
        version: String,
        /// What an index says of it.
        listed: Option<Listed>,
    },
    /// Behind a URL.
    Url {
        /// The URL.
        url: String,
        /// With what the server is asked.
        access: Access,
        /// What an index says of it.
        listed: Option<Listed>,
    },
}

/// What the index says of the chart that listed it.
#[derive(Debug)]
pub struct Listed {
    /// The chart's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its archive, or of its manifest in a registry.
    pub digest: Option<[u8; 32]>,
}

impl Downloader<'_> {
    /// Where the chart is that `request` names.
    pub(super) fn resolve(&self, request: &Request<'_>, notices: &mut Notices) -> Result<Place, Error> {
        let (reference, version) = (request.reference, request.version);
        if !request.repo_url.is_empty() {
            return self.in_repository_at(request, notices);
        }
        let url = Url::parse(reference.as_bytes());
        let url = url.map_err(|_| Error::new(format!("invalid chart URL format: {reference}")))?;
        if registry::is_oci(reference) {
            let (reference, version) = (reference.to_owned(), version.to_owned());
            return Ok(Place::Registry { reference, version, listed: None });
        }
        let repositories = Repositories::read_or_default(&self.paths.repository_config).map_err(Error::of)?;
        if !url.scheme.is_empty() && !url.host.is_empty() && !url.path.is_empty() {
            let owner = repositories.repositories.iter().find(|r| has_secrets(r) && self.lists(r, reference));
            let own = || Access { origin: reference.to_owned(), ..request.access.clone() };
            let access = owner.map_or_else(own, |owner| request.access.of_repository(owner));
            return Ok(Place::Url { url: reference.to_owned(), access, listed: None });
        }
        let path = String::from_utf8_lossy(&url.path);
        let (repository, chart) = path.split_once('/').ok_or_else(|| {
            let shown = String::from_utf8_lossy(&url.encode()).into_owned();
            Error::new(format!(
                "non-absolute URLs should be in form of repo_name/path_to_chart, got: {shown}"
            ))
        })?;
        let found = repositories.find(repository);
        let found = found.ok_or_else(|| Error::new(format!("repo {repository} not found")))?;
        if found.url.is_empty() {
            return Err(Error::new(format!("no URL found for repository {repository}")));
        }
        found.check_name().map_err(Error::new)?;
        self.getters.check(&found.url)?;
        let file = cache::index_file(&self.paths.repository_cache, &found.name);
        let index = Index::read_chart(&file, chart, notices).map_err(|error| {
            Error::new(format!("no cached repo found. (try 'helm repo update'): {error}"))
        })?;
        let entry = index.find(chart, version, notices).map_err(|error| {
            Error::new(format!(
                "chart {} matching {version} not found in {} index. (try 'helm repo update'): {error}",
                quote(chart.as_bytes()),
                found.name
            ))
        })?;
        let nowhere = || format!("chart {} has no downloadable URLs", quote(reference.as_bytes()));
        place(entry, &found.url, request.access.of_repository(found), nowhere)
    }

    /// The same for a chart in the repository at `--repo`.
    fn in_repository_at(&self, request: &Request<'_>, notices: &mut Notices) -> Result<Place, Error> {
        let Request { reference: chart, version, repo_url, ref access, .. } = *request;
        self.getters.check(repo_url)?;
        let mut what = format!("chart {}", quote(chart.as_bytes()));
        if !version.is_empty() {
            what = format!("{what} version {}", quote(version.as_bytes()));
        }
        let repository = access.to_repository(cache::unmanaged_name(repo_url), repo_url);
        let folder = &self.paths.repository_cache;
        let shown = net::without_password(repo_url);
        indexes::refresh(&repository, folder, &self.getters, notices).map_err(|error| {
            let shown = quote(shown.as_bytes());
            error.within(format!("looks like {shown} is not a valid chart repository or cannot be reached"))
        })?;
        let file = cache::index_file(folder, &repository.name);
        let index = Index::read_chart(&file, chart, notices).map_err(Error::of)?;
        let entry = index
            .find(chart, version, notices)
            .map_err(|_| Error::new(format!("{what} not found in {shown} repository")))?;
        let access = Access { origin: repo_url.to_owned(), ..access.clone() };
        place(entry, repo_url, access, || format!("{what} has no downloadable URLs"))
    }

    /// True if the cached index of `repository` lists `url`. One that cannot be read lists nothing.
    fn lists(&self, repository: &Repository, url: &str) -> bool {
        let file = cache::index_file(&self.paths.repository_cache, &repository.name);
        // The last part of the path is in the index literally, if it is there at all.
        let last = url.split(['?', '#']).next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        let has_it = |text: Vec<u8>| memchr::memmem::find(&text, last.as_bytes()).is_some();
        if repository.check_name().is_err() || !fsx::read_limited(&file, INDEX_BYTES).is_ok_and(has_it) {
            return false;
        }
        let Ok(index) = Index::read(&file, &mut Notices::new()) else { return false };
        let mut listed = index.entries.values().flatten().flat_map(|version| &version.urls);
        listed.any(|listed| {
            urls::resolve(&repository.url, &listed.to_str_lossy())
                .is_ok_and(|listed| urls::equal(&listed, url))
        })
    }
}

/// True if the entry of `repository` says more than where it is.
fn has_secrets(repository: &Repository) -> bool {
    let Repository { username, cert_file, key_file, ca_file, insecure_skip_tls_verify, .. } = repository;
    *insecure_skip_tls_verify || [username, cert_file, key_file, ca_file].iter().any(|text| !text.is_empty())
}

/// Where the first URL of `entry` leads, which is in the index of the repository at `base`.
fn place(
    entry: &ChartVersion,
    base: &str,
    access: Access,
    nowhere: impl FnOnce() -> String,
) -> Result<Place, Error> {
    let url = entry.urls.first().ok_or_else(|| Error::new(nowhere()))?.to_str_lossy();
    let url = urls::resolve(base, &url)
        .map_err(|error| Error::new(format!("failed to make chart URL absolute: {error}")))?;
    let digest = Some(entry.digest.to_str_lossy()).filter(|digest| !digest.is_empty());
    let listed = Some(Listed {
        name: entry.metadata.name.to_string(),
        version: entry.metadata.version.to_string(),
        digest: digest.map(|digest| cache::parse_digest(&digest)).transpose().map_err(Error::new)?,
    });
    Ok(match registry::is_oci(&url) {
        true => Place::Registry { reference: url, version: String::new(), listed },
        false => Place::Url { url, access, listed },
    })
}
