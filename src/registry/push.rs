//! Pushing charts.

use std::time::SystemTime;

use super::client::Access;
use super::digest::Digest;
use super::manifest::{Descriptor, Manifest, annotations, media_type};
use super::{Client, Error, Reference, SCHEME, underscore_note};
use crate::chart::Metadata;
use crate::funcs::paths;
use crate::gotime::{Time, Zone};
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
    /// Pushes a chart to the repository of its name below `remote` (`oci://…`), with its version as the tag.
    ///
    /// # Errors
    /// If `remote` is no place in a registry, or the registry does not take the chart.
    pub fn push(&self, remote: &str, upload: &Upload<'_>, progress: &dyn Progress) -> Result<Pushed, Error> {
        let Metadata { name, version, .. } = upload.metadata;
        let folder = remote.strip_prefix(SCHEME).unwrap_or(remote);
        let path = String::from_utf8_lossy(&paths::clean(format!("{folder}/{name}").as_bytes())).into_owned();
        let reference = Reference::parse(&format!("{path}:{version}"))?;

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

/// Checks that `remote` is a URL with a scheme that charts are pushed by.
///
/// # Errors
/// In Helm's words.
pub fn check_remote(remote: &str) -> Result<(), Error> {
    let url = Url::parse(remote.as_bytes()).map_err(|_| {
        Error::new(format!("invalid chart URL format: {}", crate::net::without_password(remote)))
    })?;
    match url.scheme.as_slice() {
        b"oci" => Ok(()),
        b"" => Err(Error::new(format!("scheme prefix missing from remote (e.g. \"{SCHEME}\")"))),
        scheme => Err(Error::new(format!("scheme {} not supported", crate::gofmt::quote(scheme)))),
    }
}

fn doing(operation: &str, error: Error) -> Error {
    error.within(format!("failed to perform \"{operation}\" on destination"))
}
