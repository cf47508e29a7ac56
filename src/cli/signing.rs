//! The key that archives are signed with, and its passphrase.

use std::io::{self, BufRead, IsTerminal};
use std::path::Path;

use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session, verify};
use crate::provenance::Signer;
use crate::{fsx, gofmt};

/// How to find the key, and to open it.
pub const FLAGS: &[Flag] = &[
    Flag::new("key", Kind::Text, "Name of the key to sign with, or a part of it that no other key has"),
    Flag::new("keyring", Kind::Text, "Keyring with that secret key, as 'gpg --export-secret-keys' writes it"),
    Flag::new(
        "passphrase-file",
        Kind::Text,
        "File with the key's passphrase, - for a pipe to standard input",
    ),
];

/// The longest passphrase, in bytes.
const PASSPHRASE_BYTES: u64 = 4096;

/// The key that the flags name, opened by its passphrase.
///
/// # Errors
/// In Helm's words, if there is none, or it cannot be opened. Those of the keyring begin with `prefix`.
pub fn signer(session: &mut Session<'_>, flags: &Flags, prefix: &str) -> Result<Signer, Failure> {
    let keyring = verify::keyring(session, flags);
    let found = Signer::find(&keyring, flags.text("key"));
    let mut signer = found.map_err(|error| Failure::new(format!("{prefix}{error}")))?;
    let given = match flags.text("passphrase-file") {
        "" => None,
        "-" => Some(from_pipe()?),
        file => Some(first_line(&*fsx::read(Path::new(file)).map_err(Failure::of)?)?),
    };
    if let Some(name) = signer.locked().map_err(Failure::of)? {
        let passphrase = match given {
            Some(passphrase) => passphrase,
            None => ask(session, name)?,
        };
        signer.unlock(&passphrase).map_err(Failure::of)?;
    }
    Ok(signer)
}

/// The passphrase that a pipe brings. Other kinds of standard input are likely not meant.
fn from_pipe() -> Result<Vec<u8>, Failure> {
    if !fsx::stdin_is_pipe() {
        return Err(Failure::new("specified reading passphrase from stdin, without input on stdin"));
    }
    first_line(io::stdin().lock())
}

fn first_line(source: impl BufRead) -> Result<Vec<u8>, Failure> {
    let mut line = Vec::new();
    let read = source.take(PASSPHRASE_BYTES).read_until(b'\n', &mut line);
    read.map_err(|error| Failure::new(fsx::reason(&error)))?;
    if line.is_empty() {
        return Err(Failure::new("EOF"));
    }
    if line.ends_with(b"\n") {
        line.pop();
        line.pop_if(|last| *last == b'\r');
    }
    Ok(line)
}

/// Asks who sits at the terminal.
fn ask(session: &mut Session<'_>, name: &str) -> Result<Vec<u8>, Failure> {
    let question = format!("Password for key {} >  ", gofmt::quote(name.as_bytes()));
    if !io::stdin().is_terminal() {
        session.print(format!("{question}\n").as_bytes())?;
        session
            .tell("there is no terminal to ask for the passphrase: --passphrase-file takes it from a file");
        return Err(Failure::new("inappropriate ioctl for device"));
    }
    let terminal = console::Term::stderr();
    let answer = terminal.write_str(&question).and_then(|()| terminal.read_secure_line());
    Ok(answer.map_err(|error| Failure::new(fsx::reason(&error)))?.into_bytes())
}
