//! Keyrings: GnuPG's files of keys.

use std::path::Path;

use pgp::packet::Packet;
use pgp::types::{KeyDetails, KeyId, Tag};

use super::armor::Block;
use super::entity::Entity;
use super::packets::{self, Item};
use super::{Error, Verification, clearsign, keybox, signature, sums};
use crate::fsx;
use crate::limits::PROVENANCE_BYTES;

/// The keys of a keyring. Their signatures are checked when they are needed.
#[derive(Debug)]
pub struct Keyring {
    keys: Vec<Vec<Item>>,
}

impl Keyring {
    /// Reads a keyring file: a row of OpenPGP packets (`pubring.gpg`, `gpg --export`), the same armored, or a keybox
    /// (`pubring.kbx`).
    ///
    /// # Errors
    /// If it cannot be read, or is none of these.
    pub fn read(path: &Path) -> Result<Keyring, Error> {
        Keyring::parse(&fsx::read(path).map_err(|e| Error::new(e.to_string()))?, path)
    }

    /// Reads what is in the keyring file `path`.
    ///
    /// # Errors
    /// If it is no keyring.
    pub fn parse(data: &[u8], path: &Path) -> Result<Keyring, Error> {
        let within = |kind: &str, e: Error| Error::new(format!("reading {kind} {}: {e}", path.display()));
        if keybox::is_keybox(data) {
            let keys = keybox::packets(data).and_then(|packets| Keyring::from_packets(&packets));
            keys.map_err(|e| within("keybox", e))
        } else if data.trim_ascii().starts_with(b"-----BEGIN PGP") {
            Keyring::from_armor(data).map_err(|e| within("armored keyring", e))
        } else {
            Keyring::from_packets(data)
        }
    }

    fn from_armor(text: &[u8]) -> Result<Keyring, Error> {
        let block = Block::first(text).ok_or_else(|| Error::new("no keys found"))?;
        match &*block.kind {
            "PGP PUBLIC KEY BLOCK" | "PGP PRIVATE KEY BLOCK" => Keyring::from_packets(&block.data()?),
            kind => Err(Error::new(format!("expected a public or private key block, got {kind:?}"))),
        }
    }

    fn from_packets(data: &[u8]) -> Result<Keyring, Error> {
        let mut keys: Vec<Vec<Item>> = Vec::new();
        for (tag, packet) in packets::read(data)? {
            match keys.last_mut() {
                Some(key) if !matches!(tag, Tag::PublicKey | Tag::SecretKey) => key.push((tag, packet)),
                _ => keys.push(vec![(tag, packet)]),
            }
        }
        // If none can be used, the file is the problem rather than the key that is looked for.
        let keyring = Keyring { keys };
        let mut problem = None;
        for key in &keyring.keys {
            match Entity::read(key) {
                Ok(_) => return Ok(keyring),
                Err(error) => problem = Some(error),
            }
        }
        problem.map_or(Ok(keyring), Err)
    }

    /// The keys of which `is_wanted` is true, by their packets.
    ///
    /// # Errors
    /// For each that cannot be used.
    pub(super) fn entities(
        &self,
        is_wanted: impl Fn(&[Item]) -> bool,
    ) -> impl Iterator<Item = Result<Entity<'_>, Error>> {
        self.keys.iter().filter(move |key| is_wanted(key)).map(|key| Entity::read(key))
    }

    /// The keys that are, or have below them, the key with this ID.
    ///
    /// # Errors
    /// For each that cannot be used.
    pub(super) fn entities_with(&self, id: KeyId) -> impl Iterator<Item = Result<Entity<'_>, Error>> {
        self.entities(move |key| {
            key.iter().any(|(_, packet)| match packet {
                Ok(Some(Packet::PublicKey(key))) => key.legacy_key_id() == id,
                Ok(Some(Packet::SecretKey(key))) => key.legacy_key_id() == id,
                Ok(Some(Packet::PublicSubkey(key))) => key.legacy_key_id() == id,
                Ok(Some(Packet::SecretSubkey(key))) => key.legacy_key_id() == id,
                _ => false,
            })
        })
    }

    /// Verifies an archive's bytes by the bytes of its provenance file, which lists it as `file_name`.
    ///
    /// # Errors
    /// If the signature does not hold, or the archive is not the one that was signed.
    pub fn verify(&self, archive: &[u8], provenance: &[u8], file_name: &str) -> Result<Verification, Error> {
        if provenance.len() as u64 > PROVENANCE_BYTES {
            return Err(Error::new(format!(
                "the provenance of {file_name} has more than the {PROVENANCE_BYTES} bytes that it may have"
            )));
        }
        let message = clearsign::decode(provenance)?;
        let signer = signature::check(self, &message.signed, &message.signature)?;
        let file_hash = sums::check(&message.text, file_name, archive)?;
        let mut signed_by: Vec<String> = signer.identities.iter().map(|name| name.name.clone()).collect();
        signed_by.sort();
        Ok(Verification {
            signed_by,
            fingerprint: signer.fingerprint(),
            file_hash,
            file_name: file_name.to_owned(),
        })
    }
}
