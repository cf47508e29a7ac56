//! Pushing charts.

use std::time::SystemTime;

use super::client::Access;
use super::digest::Digest;
use super::manifest::{Descriptor, Manifest, annotations, media_type};
use super::{Client, Error, Reference, SCHEME, underscore_note};
use crate::chart::Metadata;
use crate::funcs::paths;
use crate::gofmt::quote;
use crate::gotime::{Time, Zone};
use crate::net::without_password;
use crate::neturl::Url;
use crate::progress::Progress;

/// A chart to push.
#[derive(Debug)]
pub struct Upload<'a> {
    /// What the chart's `Chart.yaml` says.
    pub metadata: &'a Metadata,
    /// Its archive.
    pub archive: &'a [u8],
    /// Its provenance, if it has one.
    pub provenance: Option<&'a [u8]>,
    /// When it was made, as RFC 3339 has it; [`created`] says when.
    pub created: String,
}

/// Where to push to: a place in a registry, below which each chart has its repository.
#[derive(Debug)]
pub struct Remote(String);

impl Remote {
    /// Reads `oci://REGISTRY[/PATH]`.
    ///
    /// # Errors
    /// If it is no URL with this scheme, in Helm's words.
    pub fn parse(text: &str) -> Result<Remote, Error> {
        let url = Url::parse(text.as_bytes())
            .map_err(|_| Error::new(format!("invalid chart URL format: {}", without_password(text))))?;
        match url.scheme.as_slice() {
            b"oci" => {
                let url = String::from_utf8_lossy(&url.encode()).into_owned();
                Ok(Remote(url.strip_prefix(SCHEME).unwrap_or(&url).to_owned()))
            }
            b"" => Err(Error::new(format!("scheme prefix missing from remote (e.g. \"{SCHEME}\")"))),
            scheme => Err(Error::new(format!("scheme {} not supported", quote(scheme)))),
        }
    }
}

/// What was pushed.
#[derive(Debug)]
pub struct Pushed {
    /// Where it is now, in Helm's form.
    pub reference: String,
    /// The digest of its manifest.
    pub digest: Digest,
}

impl Pushed {
    /// The lines that Helm prints about it, each with its line feed.
    pub fn report(&self) -> String {
        let Pushed { reference, digest } = self;
        let tag = reference.rsplit(':').next().unwrap_or_default();
        let note = if tag.contains('_') { underscore_note(reference) } else { String::new() };
        format!("Pushed: {reference}\nDigest: {digest}\n{note}")
    }
}

/// When a chart was made: at `source_date_epoch` (seconds) if that is given, or else when its archive was `modified`,
/// in the local `zone`, as Helm has it.
pub fn created(modified: SystemTime, source_date_epoch: Option<i64>, zone: Zone) -> String {
    const RFC3339: &[u8] = b"2006-01-02T15:04:05Z07:00";
    let seconds = modified.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let time = match source_date_epoch {
        Some(seconds) => Time::from_unix(seconds, Zone::Utc),
        None => Time::from_unix(i64::try_from(seconds).unwrap_or_default(), zone),
    };
    String::from_utf8_lossy(&time.format(RFC3339)).into_owned()
}

impl Client {
    /// Pushes a chart to the repository of its name below `remote`, with its version as the tag.
    ///
    /// # Errors
    /// If the name makes no reference there, or the registry does not take the chart.
    pub fn push(
        &self,
        remote: &Remote,
        upload: &Upload<'_>,
        progress: &dyn Progress,
    ) -> Result<Pushed, Error> {
        let Metadata { name, version, .. } = upload.metadata;
        let path = paths::clean(format!("{}/{name}", remote.0).as_bytes());
        let reference = Reference::parse(&format!("{}:{version}", String::from_utf8_lossy(&path)))?;

        let config = upload.metadata.to_json().map_err(|error| Error::new(error.to_string()))?;
        let mut blobs = vec![(Descriptor::of(media_type::CHART, upload.archive), upload.archive)];
        if let Some(provenance) = upload.provenance {
            blobs.push((Descriptor::of(media_type::PROVENANCE, provenance), provenance));
        }
        blobs.sort_by(|(a, _), (b, _)| a.digest.as_str().cmp(b.digest.as_str()));
        let layers = blobs.iter().map(|(descriptor, _)| descriptor.clone()).collect();
        blobs.push((Descriptor::of(media_type::CONFIG, &config), &config));
        let config = blobs.last().map(|(descriptor, _)| descriptor.clone());
        let manifest =
            Manifest { config, layers, annotations: annotations(upload.metadata, &upload.created) };
        let manifest = manifest.write();
        let digest = Digest::of(&manifest);

        let by_digest = Reference { digest: Some(digest.clone()), ..reference.clone() };
        let is_there = |found: Result<bool, Error>| found.map_err(|error| doing("Exists", error));
        let found = match self.resolve(&by_digest, Access::Push) {
            Err(error) if error.not_found => Ok(false),
            found => found.map(|_| true),
        };
        if !is_there(found)? {
            for (Descriptor { digest, .. }, content) in &blobs {
                if !is_there(self.has_blob(&reference, digest))? {
                    let put = self.put_blob(&reference, digest, content, progress);
                    put.map_err(|error| doing("Push", error))?;
                }
            }
            let put = self.put_manifest(&reference, digest.as_str(), &manifest);
            put.map_err(|error| doing("Push", error))?;
        }
        self.put_manifest(&reference, &reference.tag, &manifest).map_err(|error| doing("Tag", error))?;
        Ok(Pushed { reference: reference.to_string(), digest })
    }
}

fn doing(operation: &str, error: Error) -> Error {
    error.within(format!("failed to perform \"{operation}\" on destination"))
}
