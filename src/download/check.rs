//! What a server gives for a chart must be that chart.

use data_encoding::HEXLOWER;

use super::Error;
use super::resolve::Listed;
use crate::chart::{self, Metadata};
use crate::repo::urls;
use crate::semver::Version;

/// The name of the archive at `url`.
///
/// # Errors
/// If that is no name for a file.
pub(super) fn file_name(url: &str) -> Result<String, Error> {
    let name = urls::base_name(url).unwrap_or_default();
    if matches!(name.as_str(), "" | "." | "..") || name.contains(['/', '\\', '\0']) {
        return Err(Error::new(format!(
            "the chart URL {} does not end in the name of an archive",
            shown(url)
        )));
    }
    Ok(name)
}

/// Checks that the `archive` with this digest, which came from `what`, is one, and the one that is `listed`. Gives what
/// its `Chart.yaml` says, if that had to be read.
///
/// # Errors
/// If it is not.
pub(super) fn archive(
    archive: &[u8],
    digest: &[u8; 32],
    listed: Option<&Listed>,
    what: &str,
) -> Result<Option<Metadata>, Error> {
    if let Some(expected) = listed.and_then(|listed| listed.digest).filter(|expected| expected != digest) {
        let (is, expected) = (HEXLOWER.encode(digest), HEXLOWER.encode(&expected));
        return Err(Error::new(format!(
            "{what} has the digest sha256:{is}, but the index says sha256:{expected}: the archive or the index was \
             changed (try 'helm repo update', then ask whoever keeps the repository)"
        )));
    }
    if !chart::is_gzip(archive) {
        return Err(Error::new(format!(
            "{what} is no chart archive, but {}: is the URL right, and does the server want you to log in?",
            chart::content_type(archive)
        )));
    }
    let Some(listed) = listed else { return Ok(None) };
    // What cannot be read says why when it is loaded.
    let Ok(metadata) = Metadata::of_archive(archive) else { return Ok(None) };
    let Metadata { name, version, .. } = &metadata;
    let same_version = match (Version::parse(version), Version::parse(listed.version.as_bytes())) {
        (Ok(a), Ok(b)) => a.compare(&b).is_eq(),
        _ => *version == listed.version.as_str(),
    };
    match *name == listed.name.as_str() && same_version {
        true => Ok(Some(metadata)),
        false => Err(Error::new(format!(
            "{what} holds the chart {name} {version}, but is listed as {} {}",
            listed.name, listed.version
        ))),
    }
}

/// `url` without credentials.
fn shown(url: &str) -> String {
    crate::net::without_password(url)
}
