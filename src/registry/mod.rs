//! OCI registries: charts are pulled from them and pushed to them as Helm does, with Helm's media types, annotations
//! and credential files.
//!
//! Whatever a registry sends is bounded, and held to its digest before anybody sees it. Credentials go to the
//! registry they are for, to its own token service, and nowhere else.

mod auth;
mod challenge;
mod client;
mod credentials;
mod digest;
mod error;
mod helper;
mod manifest;
mod pull;
mod push;
mod reference;
#[cfg(test)]
mod tests;
mod version;

pub use self::client::{Client, Options};
pub use self::credentials::{Credential, Credentials};
pub use self::digest::Digest;
pub use self::error::Error;
pub use self::pull::no_provenance;
pub use self::push::{Remote, Upload, created};
pub use self::reference::{Reference, SCHEME, is_oci};

use crate::neturl::Url;
use crate::value::{Map, Str};

/// Scheme, host and port of a URL; `None` if it has none.
fn origin(url: &str) -> Option<(Vec<u8>, Vec<u8>, Vec<u8>)> {
    let url = Url::parse(url.as_bytes()).ok()?;
    let host = url.hostname().to_ascii_lowercase();
    let port = url.host.rsplit(|b| *b == b':').next().filter(|port| port.iter().all(u8::is_ascii_digit));
    let port = match (port.filter(|port| port.len() < url.host.len()), url.scheme.as_slice()) {
        (Some(port), _) if !port.is_empty() => port.to_vec(),
        (_, b"https") => b"443".to_vec(),
        _ => b"80".to_vec(),
    };
    (!host.is_empty()).then_some((url.scheme, host, port))
}

/// The text under `name` in what was read from JSON; empty if there is none.
fn text(map: &Map, name: &str) -> String {
    map.get(name).and_then(|value| value.as_str().map(Str::to_string)).unwrap_or_default()
}

/// What Helm says about references with an underscore, as lines.
fn underscore_note(reference: &str) -> String {
    if !reference.contains('_') {
        return String::new();
    }
    format!(
        "{reference} contains an underscore.\n\n\
        OCI artifact references (e.g. tags) do not support the plus sign (+). To support\n\
        storing semantic versions, Helm adopts the convention of changing plus (+) to\n\
        an underscore (_) in chart version tags when pushing to a registry and back to\n\
        a plus (+) when pulling from a registry.\n"
    )
}
