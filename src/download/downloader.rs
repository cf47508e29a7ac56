//! Getting charts.

use std::path::PathBuf;

use data_encoding::HEXLOWER;

use super::resolve::{Listed, Place};
use super::{Access, Error, Getters, check};
use crate::chart::{Metadata, Notices};
use crate::gofmt::quote;
use crate::limits::{ARCHIVE_BYTES, PROVENANCE_BYTES};
use crate::net;
use crate::provenance::{Keyring, Verification};
use crate::registry;
use crate::repo::cache::{Content, Part, parse_digest, sha256};

/// Finds charts and gets them.
#[expect(missing_debug_implementations, reason = "getters have no Debug")]
pub struct Downloader<'a> {
    /// Where things are.
    pub paths: Paths,
    /// What reads URLs.
    pub getters: Getters<'a>,
    /// How to talk to registries.
    pub registry: registry::Options,
}

/// Where things are.
#[derive(Clone, Debug)]
pub struct Paths {
    /// `repositories.yaml`
    pub repository_config: PathBuf,
    /// The folder of cached indexes.
    pub repository_cache: PathBuf,
    /// The folder of cached charts.
    pub content_cache: PathBuf,
}

/// A chart that is wanted.
#[derive(Clone, Debug, Default)]
pub struct Request<'r> {
    /// What names it: `REPOSITORY/CHART`, a URL, `oci://…`; with `repo_url` the chart's name alone.
    pub reference: &'r str,
    /// Its version, or a constraint; empty for the highest stable one.
    pub version: &'r str,
    /// The URL of the repository that has it; empty if the reference says it.
    pub repo_url: &'r str,
    /// Credentials and certificates of the command line.
    pub access: Access,
    /// What is done about its provenance.
    pub verify: Verify,
    /// The file with the keys that are trusted.
    pub keyring: PathBuf,
}

/// What is done about the provenance of a chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// Nothing.
    #[default]
    Never,
    /// It is fetched if it is there.
    Later,
    /// It must hold if it is there.
    IfPossible,
    /// It must be there, and hold.
    Always,
}

/// A chart that was found, and is what its index says.
#[derive(Debug)]
pub struct Fetched {
    /// The name of its archive where it came from.
    pub file_name: String,
    /// The archive.
    pub archive: Vec<u8>,
    /// The SHA-256 of that.
    pub digest: [u8; 32],
    /// What its `Chart.yaml` says, if that was read to check it.
    pub metadata: Option<Metadata>,
    /// True if an index names the digest, so that the archive is found in the cache.
    pub is_listed: bool,
    /// Its provenance, if that was wanted and is there.
    pub provenance: Option<Vec<u8>>,
    /// What the provenance says, if it was verified.
    pub verification: Option<Verification>,
    /// What Helm prints of it: from where it was pulled, or that there is no provenance. Lines, or nothing.
    pub report: String,
}

impl Downloader<'_> {
    /// Finds the chart that is wanted and gets it.
    ///
    /// # Errors
    /// If it is not there, cannot be had, or is not what its index or its provenance says.
    pub fn fetch(&self, request: &Request<'_>, notices: &mut Notices) -> Result<Fetched, Error> {
        self.fetch_from(&self.resolve(request, notices)?, request)
    }

    /// Gets the chart at `place`.
    ///
    /// # Errors
    /// If it cannot be had, or is not what its index or its provenance says.
    pub fn fetch_from(&self, place: &Place, request: &Request<'_>) -> Result<Fetched, Error> {
        let mut fetched = match place {
            Place::Registry { reference, version, listed } => {
                self.pull_archive(reference, version, listed.as_ref(), request)?
            }
            Place::Url { url, access, listed } => self.get_archive(url, access, listed.as_ref(), request)?,
        };
        if let (Verify::Always | Verify::IfPossible, Some(statement)) = (request.verify, &fetched.provenance)
        {
            if !fetched.file_name.to_ascii_lowercase().ends_with(".tgz") {
                return Err(Error::new("chart must be a tgz file"));
            }
            let keyring = Keyring::read(&request.keyring)
                .map_err(|error| Error::new(format!("failed to load keyring: {error}")))?;
            let verified = keyring.verify(&fetched.archive, statement, &fetched.file_name);
            fetched.verification = Some(verified.map_err(Error::of)?);
        }
        Ok(fetched)
    }

    /// Keeps a chart that was fetched. Gives the path of its archive.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep(&self, fetched: &Fetched) -> Result<PathBuf, Error> {
        let content = Content::new(self.paths.content_cache.clone());
        let Fetched { digest, archive, provenance, .. } = fetched;
        if let Some(statement) = provenance {
            content.put(digest, Part::Provenance, statement).map_err(Error::of)?;
        }
        match content.get(digest, Part::Chart) {
            Some(_) => Ok(content.path(digest, Part::Chart)),
            None => content.put(digest, Part::Chart, archive).map_err(Error::of),
        }
    }

    fn pull_archive(
        &self,
        reference: &str,
        version: &str,
        listed: Option<&Listed>,
        request: &Request<'_>,
    ) -> Result<Fetched, Error> {
        let client = registry::Client::new(self.registry.clone())
            .map_err(|error| Error::new(format!("missing registry client: {error}")))?;
        let found = client.find(reference, version).map_err(Error::of)?;
        let wants_provenance = request.verify != Verify::Never;
        let content = Content::new(self.paths.content_cache.clone());
        let known =
            |digest: &registry::Digest| content.get(&parse_digest(digest.as_str()).ok()?, Part::Chart);
        let pulled =
            client.pull(&found, true, wants_provenance, &known, self.getters.progress).map_err(Error::of)?;
        let mut report = pulled.report();
        let archive = pulled.chart.unwrap_or_default();
        let what = found.url();
        let digest = sha256(&archive);
        let listed = match listed {
            // Indexes have the digest of the archive, or that of its manifest.
            Some(listed) => Listed {
                digest: listed.digest.filter(|digest| pulled.digest.to_string() != shown(digest)),
                name: listed.name.clone(),
                version: listed.version.clone(),
            },
            None => {
                Listed { name: pulled.name.to_string(), version: pulled.version.to_string(), digest: None }
            }
        };
        let metadata = check::archive(&archive, &digest, Some(&listed), &what)?;
        if wants_provenance && pulled.provenance.is_none() {
            report += &missing_provenance(request, &format!("{what}.prov"), &registry::no_provenance())?;
        }
        let file_name = found.file_name();
        let provenance = pulled.provenance;
        Ok(Fetched {
            file_name,
            archive,
            digest,
            metadata,
            is_listed: false,
            provenance,
            verification: None,
            report,
        })
    }

    fn get_archive(
        &self,
        url: &str,
        access: &Access,
        listed: Option<&Listed>,
        request: &Request<'_>,
    ) -> Result<Fetched, Error> {
        let file_name = check::file_name(url)?;
        let content = Content::new(self.paths.content_cache.clone());
        let expected = listed.and_then(|listed| listed.digest);
        let archive = match expected.and_then(|digest| content.get(&digest, Part::Chart)) {
            Some(archive) => archive,
            None => self.getters.get(url, access, ARCHIVE_BYTES)?,
        };
        let digest = sha256(&archive);
        let metadata = check::archive(&archive, &digest, listed, &net::without_password(url))?;
        let mut fetched = Fetched {
            file_name,
            archive,
            digest,
            metadata,
            is_listed: expected.is_some(),
            provenance: None,
            verification: None,
            report: String::new(),
        };
        if request.verify == Verify::Never {
            return Ok(fetched);
        }
        let url = provenance_url(url);
        let cached = expected.and_then(|digest| content.get(&digest, Part::Provenance));
        match cached.map_or_else(|| self.getters.get(&url, access, PROVENANCE_BYTES), Ok) {
            Ok(statement) => fetched.provenance = Some(statement),
            Err(error) => fetched.report = missing_provenance(request, &url, &error.to_string())?,
        }
        Ok(fetched)
    }
}

/// A digest as registries write it.
fn shown(digest: &[u8; 32]) -> String {
    format!("sha256:{}", HEXLOWER.encode(digest))
}

/// What is printed of a chart without provenance.
///
/// # Errors
/// If it must have one.
fn missing_provenance(request: &Request<'_>, what: &str, problem: &str) -> Result<String, Error> {
    match request.verify {
        Verify::Always => {
            let what = quote(net::without_password(what).as_bytes());
            Err(Error::new(format!("failed to fetch provenance {what}")))
        }
        _ => Ok(format!("WARNING: Verification not found for {}: {problem}\n", request.reference)),
    }
}

/// The URL of the provenance of the archive at `url`.
fn provenance_url(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    format!("{}.prov{}", &url[..end], &url[end..])
}
