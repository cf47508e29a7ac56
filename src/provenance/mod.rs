//! Provenance files (`CHART.tgz.prov`): signed statements of what is in an archive.
//!
//! Such a file is a clear-signed OpenPGP message ([`clearsign`]) with the chart's metadata and the sums of its files
//! ([`sums`]). Keys come from GnuPG's files ([`keyring`]): a keyring of either generation, or an armored export. The
//! rules for keys and signatures are those of Helm's OpenPGP library, so both tools trust the same.
//!
//! Keys and mathematics are of the crate `pgp`; without the feature `provenance` every use is an error that says so.

#[cfg(not(feature = "provenance"))]
mod absent;
#[cfg(feature = "provenance")]
mod armor;
#[cfg(feature = "provenance")]
mod clearsign;
#[cfg(feature = "provenance")]
mod entity;
#[cfg(feature = "provenance")]
mod keybox;
#[cfg(feature = "provenance")]
mod keyring;
#[cfg(feature = "provenance")]
mod packets;
#[cfg(feature = "provenance")]
mod signature;
#[cfg(feature = "provenance")]
mod signer;
#[cfg(feature = "provenance")]
mod sums;

use std::fmt;
use std::path::Path;

#[cfg(not(feature = "provenance"))]
pub use self::absent::{Keyring, Signer};
#[cfg(feature = "provenance")]
pub use self::keyring::Keyring;
#[cfg(feature = "provenance")]
pub use self::signer::Signer;
use crate::fsx;

/// Why something could not be verified or signed, in Helm's words. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    fn new(message: impl Into<String>) -> Error {
        Error(message.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// What is known of an archive that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The names of the key that signed, sorted.
    pub signed_by: Vec<String>,
    /// The fingerprint of its primary key, in capital hexadecimal digits.
    pub fingerprint: String,
    /// The archive's sum: `sha256:` and hexadecimal digits.
    pub file_hash: String,
    /// The name under which the provenance lists it.
    pub file_name: String,
}

/// Verifies the chart archive at `archive` by the provenance file `provenance`, signed by a key of the keyring file
/// `keyring`.
///
/// # Errors
/// If a file is not there or not what it should be, the signature does not hold, or the archive is not the one that
/// was signed.
pub fn verify(archive: &Path, provenance: &Path, keyring: &Path) -> Result<Verification, Error> {
    let stat = |path: &Path| path.metadata().map_err(|e| fsx::Error::new("stat", path, e));
    if stat(archive).map_err(|e| Error::new(e.to_string()))?.is_dir() {
        return Err(Error::new("unpacked charts cannot be verified"));
    }
    if !archive.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tgz")) {
        return Err(Error::new("chart must be a tgz file"));
    }
    let within = |what: &str, error: &dyn fmt::Display| Error::new(format!("{what}: {error}"));
    stat(provenance)
        .map_err(|e| within(&format!("could not load provenance file {}", provenance.display()), &e))?;
    let keyring = Keyring::read(keyring).map_err(|e| within("failed to load keyring", &e))?;
    let data = fsx::read(archive).map_err(|e| within("failed to read chart archive", &e))?;
    let statement = fsx::read(provenance).map_err(|e| within("failed to read provenance file", &e))?;
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    keyring.verify(&data, &statement, &name)
}
