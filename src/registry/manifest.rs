//! Manifests: what an artifact in a registry consists of.

use std::collections::BTreeMap;

use super::digest::Digest;
use super::{Error, text};
use crate::chart::Metadata;
use crate::json;
use crate::value::{Map, Str, Value};

/// The media types of charts, of what they are wrapped in, and those that came before.
pub mod media_type {
    /// `Chart.yaml` as JSON.
    pub const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
    /// The archive of a chart.
    pub const CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    /// The archive of a chart, as early versions of Helm named it.
    pub const LEGACY_CHART: &str = "application/tar+gzip";
    /// The provenance of a chart.
    pub const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";
    /// A manifest.
    pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// A list of manifests.
    pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// Docker's manifest.
    pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
    /// Docker's list of manifests.
    pub const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
    /// A manifest without a config, of a draft.
    pub const ARTIFACT: &str = "application/vnd.oci.artifact.manifest.v1+json";
}

/// Content of a registry: what it is, and how it is named.
#[derive(Clone, Debug)]
pub struct Descriptor {
    /// The media type.
    pub media_type: String,
    /// The digest.
    pub digest: Digest,
    /// The length in bytes.
    pub size: u64,
}

impl Descriptor {
    /// The descriptor of `content`.
    pub fn of(media_type: &str, content: &[u8]) -> Descriptor {
        let size = content.len() as u64;
        Descriptor { media_type: media_type.to_owned(), digest: Digest::of(content), size }
    }

    fn read(value: &Value) -> Result<Descriptor, Error> {
        let Some(map) = value.as_map() else { return Err(Error::new("a descriptor is no object")) };
        let digest = text(map, "digest");
        let digest = Digest::parse(&digest).map_err(|problem| {
            Error::new(format!("a descriptor has the digest {digest:?}, which is none: {problem}"))
        })?;
        let size = match map.get("size") {
            // Sizes beyond 2^53 are beyond every limit as well.
            Some(Value::Float64(size)) if size >= 0.0 && size.fract() == 0.0 => size as u64,
            _ => return Err(Error::new(format!("{digest}: invalid descriptor size"))),
        };
        Ok(Descriptor { media_type: text(map, "mediaType"), digest, size })
    }

    fn write(&self, out: &mut String) {
        out.push_str("{\"mediaType\":");
        push_quoted(out, self.media_type.as_bytes());
        out.push_str(",\"digest\":");
        push_quoted(out, self.digest.as_str().as_bytes());
        out.push_str(&format!(",\"size\":{}}}", self.size));
    }
}

/// A manifest, as far as charts need it.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// What describes the artifact.
    pub config: Option<Descriptor>,
    /// What it consists of.
    pub layers: Vec<Descriptor>,
    /// What is said about it.
    pub annotations: BTreeMap<Str, Str>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// If it is not JSON, or a descriptor in it is none.
    pub fn read(content: &[u8]) -> Result<Manifest, Error> {
        let map = object(content)?;
        let config = map.get("config").filter(|value| !value.is_nil());
        Ok(Manifest {
            config: config.map(|value| Descriptor::read(&value)).transpose()?,
            layers: descriptors(&map, "layers")?,
            annotations: BTreeMap::new(),
        })
    }

    /// The manifest as Helm writes it, byte for byte: registries name it by its digest.
    pub fn write(&self) -> Vec<u8> {
        let mut out = "{\"schemaVersion\":2,\"config\":".to_owned();
        match &self.config {
            Some(config) => config.write(&mut out),
            None => out.push_str("null"),
        }
        out.push_str(",\"layers\":[");
        for (at, layer) in self.layers.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            layer.write(&mut out);
        }
        out.push(']');
        for (at, (key, value)) in self.annotations.iter().enumerate() {
            out.push_str(if at == 0 { ",\"annotations\":{" } else { "," });
            push_quoted(&mut out, key);
            out.push(':');
            push_quoted(&mut out, value);
        }
        out.push_str(if self.annotations.is_empty() { "}" } else { "}}" });
        out.into_bytes()
    }
}

/// The manifests that an index lists.
///
/// # Errors
/// If it is not JSON, or a descriptor in it is none.
pub fn read_index(content: &[u8]) -> Result<Vec<Descriptor>, Error> {
    descriptors(&object(content)?, "manifests")
}

fn object(content: &[u8]) -> Result<Map, Error> {
    match json::decode_map(content) {
        (map, None) => Ok(map),
        (_, Some(error)) => Err(Error::new(format!("the manifest is not JSON: {error}"))),
    }
}

fn descriptors(map: &Map, key: &str) -> Result<Vec<Descriptor>, Error> {
    let Some(list) = map.get(key) else { return Ok(Vec::new()) };
    let items = list.as_list().map(|list| list.items().iter().map(Descriptor::read).collect());
    items.unwrap_or_else(|| Ok(Vec::new()))
}

fn push_quoted(out: &mut String, text: &[u8]) {
    let quoted = json::encode(&Value::str(text), true).unwrap_or_default();
    out.push_str(&String::from_utf8_lossy(&quoted));
}

/// Annotations that a chart cannot give itself.
const FIXED: [&str; 2] = ["org.opencontainers.image.title", "org.opencontainers.image.version"];

/// What a manifest says about a chart that was made at `created` (a time as RFC 3339 has it).
pub fn annotations(metadata: &Metadata, created: &str) -> BTreeMap<Str, Str> {
    let maintainers: Vec<String> = metadata
        .maintainers
        .iter()
        .map(|maintainer| {
            let email = &maintainer.email;
            let email = if email.is_empty() { String::new() } else { format!(" ({email})") };
            format!("{}{email}", maintainer.name)
        })
        .collect();
    let source = metadata.sources.first().cloned().unwrap_or_default();
    let mut annotations = BTreeMap::new();
    for (key, value) in [
        ("description", metadata.description.clone()),
        ("title", metadata.name.clone()),
        ("version", metadata.version.clone()),
        ("url", metadata.home.clone()),
        ("created", created.into()),
        ("source", source),
        ("authors", maintainers.join(", ").into()),
    ] {
        if !value.to_str_lossy().trim().is_empty() {
            annotations.insert(Str::from(format!("org.opencontainers.image.{key}")), value);
        }
    }
    for (key, value) in metadata
        .annotations
        .iter()
        .flat_map(|map| map.entries().iter().map(|(k, v)| (k.clone(), v.clone())).collect::<Vec<_>>())
    {
        if let (false, Value::Str(value)) = (FIXED.iter().any(|fixed| key == *fixed), value) {
            annotations.insert(key, value);
        }
    }
    annotations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_read_with_care() {
        let digest = Digest::of(b"x");
        let layer = |size: &str| {
            format!(
                "{{\"config\":null,\"layers\":[{{\"mediaType\":\"m\",\"digest\":\"{digest}\",\"size\":{size}}}]}}"
            )
        };
        let manifest = Manifest::read(layer("7").as_bytes()).expect("it is good");
        assert!(manifest.config.is_none());
        assert_eq!((manifest.layers[0].size, &manifest.layers[0].digest), (7, &digest));
        for (text, problem) in [
            (layer("-1"), format!("{digest}: invalid descriptor size")),
            (layer("0.5"), format!("{digest}: invalid descriptor size")),
            (layer("\"7\""), format!("{digest}: invalid descriptor size")),
            ("{\"layers\":[7]}".to_owned(), "a descriptor is no object".to_owned()),
            (
                "{\"config\":{\"digest\":\"../x\",\"size\":1}}".to_owned(),
                "a descriptor has the digest \"../x\", which is none: invalid checksum digest format"
                    .to_owned(),
            ),
            (
                "<html>".to_owned(),
                "the manifest is not JSON: invalid character '<' looking for beginning of value".to_owned(),
            ),
        ] {
            assert_eq!(Manifest::read(text.as_bytes()).expect_err(&text).to_string(), problem);
        }
        assert!(Manifest::read(b"{\"layers\":null}").expect("nothing is no error").layers.is_empty());
    }
}
