//! `pintle verify`

use std::path::{Path, PathBuf};

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session};
use crate::provenance::{self, Verification};

/// The command.
pub const COMMAND: Command = Command {
    name: "verify",
    about: "Verify that a chart archive is the one that its provenance file was signed for",
    details: "The provenance file lies beside the archive, as ARCHIVE.prov. It must be signed by a key of the \
              keyring, which may be a file of 'gpg --export', armored or not, or GnuPG's own pubring.gpg or \
              pubring.kbx.",
    usage: "PATH",
    arguments: "The chart archive",
    takes: Arguments::Exactly(1),
    flags: &[FLAGS],
    run: Some(run),
    ..Command::NEW
};

const FLAGS: &[Flag] = &[Flag::new("keyring", Kind::Text, "Keyring with public keys")];

/// The keyring to verify with.
pub(super) fn keyring(session: &Session<'_>, flags: &Flags) -> PathBuf {
    if flags.is_set("keyring") { PathBuf::from(flags.text("keyring")) } else { session.settings.keyring() }
}

/// Prints who signed the archive.
fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let Some(archive) = flags.positional().first().copied() else { return Ok(()) };
    let statement = format!("{archive}.prov");
    let keyring = keyring(session, flags);
    let verified = provenance::verify(Path::new(archive), Path::new(&statement), &keyring);
    let verified = verified.map_err(Failure::of)?;
    session.print(report("Chart", &verified).as_bytes())
}

/// What is printed of the archive of a `Chart` or `Plugin` that was verified.
pub(super) fn report(what: &str, verified: &Verification) -> String {
    let names: String = verified.signed_by.iter().map(|name| format!("Signed by: {name}\n")).collect();
    let Verification { fingerprint, file_hash, .. } = verified;
    format!("{names}Using Key With Fingerprint: {fingerprint}\n{what} Hash Verified: {file_hash}\n")
}
