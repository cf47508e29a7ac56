//! Pulling charts.

use super::client::Answer;
use super::digest::Digest;
use super::manifest::{Descriptor, Manifest, media_type, read_index};
use super::{Client, Error, Reference, text, underscore_note};
use crate::progress::Progress;
use crate::{json, limits};

/// What was pulled.
#[derive(Debug)]
pub struct Pulled {
    /// What it was pulled by, in Helm's form.
    pub reference: String,
    /// The digest of its manifest.
    pub digest: Digest,
    /// The chart's archive, if it was wanted.
    pub chart: Option<Vec<u8>>,
    /// The chart's provenance, if it was wanted and is there.
    pub provenance: Option<Vec<u8>>,
    /// The chart's name, as the registry has it beside the archive.
    pub name: String,
    /// The chart's version, as the registry has it beside the archive.
    pub version: String,
    legacy: bool,
}

impl Pulled {
    /// The lines that Helm prints about it, each with its line feed: twice where it would pull twice, for the archive
    /// and for the provenance.
    pub fn report(&self) -> String {
        let warning = match self.legacy {
            true => format!("Warning: chart media type {} is deprecated\n", media_type::LEGACY_CHART),
            false => String::new(),
        };
        let Pulled { reference, digest, .. } = self;
        let lines = format!("Pulled: {reference}\nDigest: {digest}\n{}", underscore_note(reference));
        let again = if self.chart.is_some() && self.provenance.is_some() { lines.as_str() } else { "" };
        format!("{warning}{lines}{again}")
    }
}

/// What Helm says where there is no provenance.
pub fn no_provenance() -> String {
    no_layer(media_type::PROVENANCE)
}

fn no_layer(media_type: &str) -> String {
    format!("manifest does not contain a layer with mediatype {media_type}")
}

impl Client {
    /// Pulls the archive of the chart at `reference`, its provenance, or both. A missing provenance is an error only
    /// if nothing else is wanted. The archive is not pulled if `known` has content of its digest.
    ///
    /// # Errors
    /// If the registry does not have it, or not what its digest names.
    pub fn pull(
        &self,
        reference: &Reference,
        chart: bool,
        provenance: bool,
        known: &dyn Fn(&Digest) -> Option<Vec<u8>>,
        progress: &dyn Progress,
    ) -> Result<Pulled, Error> {
        let root = self.manifest(reference).map_err(fetching_reference)?;
        let manifest = self.chart_manifest(reference, &root)?;
        let find = |wanted: &str| manifest.layers.iter().find(|layer| layer.media_type == wanted);
        let archive = find(media_type::CHART).or_else(|| find(media_type::LEGACY_CHART)).filter(|_| chart);
        let signature = find(media_type::PROVENANCE).filter(|_| provenance);
        let config = manifest.config.as_ref().filter(|config| config.media_type == media_type::CONFIG);

        let found = 1 + [config, archive, signature].into_iter().flatten().count();
        let least = 1 + usize::from(chart) + usize::from(provenance && !chart);
        if found < least {
            return Err(Error::new(format!(
                "manifest does not contain minimum number of descriptors ({least}), descriptors found: {found}"
            )));
        }
        let config = config.ok_or_else(|| {
            Error::new(format!("could not load config with mediatype {}", media_type::CONFIG))
        })?;
        if chart && archive.is_none() {
            return Err(Error::new(no_layer(media_type::CHART)));
        }
        if provenance && !chart && signature.is_none() {
            return Err(Error::new(no_provenance()));
        }

        let blob = |descriptor: &Descriptor, limit| {
            self.blob(reference, descriptor, limit, progress).map_err(fetching)
        };
        let metadata = self.small_blob(reference, config).map_err(fetching)?;
        let (metadata, error) = json::decode_map(&metadata);
        if let Some(error) = error {
            return Err(Error::new(error.to_string()));
        }
        Ok(Pulled {
            reference: reference.to_string(),
            digest: root.digest,
            chart: archive
                .map(|layer| known(&layer.digest).map_or_else(|| blob(layer, limits::ARCHIVE_BYTES), Ok))
                .transpose()?,
            provenance: signature.map(|layer| blob(layer, limits::PROVENANCE_BYTES)).transpose()?,
            name: text(&metadata, "name"),
            version: text(&metadata, "version"),
            legacy: archive.is_some_and(|layer| layer.media_type == media_type::LEGACY_CHART),
        })
    }

    /// The manifest of the chart: `root`, or the first of an index that is one of a chart.
    fn chart_manifest(&self, reference: &Reference, root: &Answer) -> Result<Manifest, Error> {
        if !matches!(root.media_type.as_str(), media_type::INDEX | media_type::DOCKER_INDEX) {
            return Manifest::read(&root.content).map_err(|error| error.within(reference));
        }
        let listed = read_index(&root.content).map_err(|error| error.within(reference))?;
        let manifests = listed.iter().filter(|listed| listed.media_type == media_type::MANIFEST);
        for listed in manifests.take(limits::INDEX_MANIFESTS) {
            let reference = Reference { digest: Some(listed.digest.clone()), ..reference.clone() };
            let answer = self.manifest(&reference).map_err(fetching)?;
            let manifest = Manifest::read(&answer.content).map_err(|error| error.within(&reference))?;
            if manifest.config.as_ref().is_some_and(|config| config.media_type == media_type::CONFIG) {
                return Ok(manifest);
            }
        }
        Err(Error::new(format!("could not load config with mediatype {}", media_type::CONFIG)))
    }
}

fn fetching_reference(error: Error) -> Error {
    error.within("failed to perform \"FetchReference\" on source")
}

fn fetching(error: Error) -> Error {
    error.within("failed to perform \"Fetch\" on source")
}
