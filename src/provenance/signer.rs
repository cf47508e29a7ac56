//! Signing.

use std::path::Path;

use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{
    Packet, PacketTrait, SecretKey, SecretSubkey, SignatureConfig, SignatureType, Subpacket, SubpacketData,
};
use pgp::types::{
    KeyDetails, KeyVersion, Password, S2kParams, SecretParams, SigningKey, StringToKey, Timestamp,
};

use super::clearsign::Draft;
use super::entity::{self, Entity};
use super::keyring::Keyring;
use super::packets::{Item, invalid};
use super::{Error, signature, sums};
use crate::gofmt;

/// A key to sign with.
#[derive(Debug)]
pub struct Signer {
    candidate: Option<Candidate>,
    /// Opens the key; masked by its own `Debug`.
    passphrase: Password,
}

/// A key that was found, with or without its secret part.
#[derive(Debug)]
struct Candidate {
    name: String,
    secret: Option<Secret>,
}

/// The secret key to sign with.
#[derive(Debug)]
enum Secret {
    Primary(SecretKey),
    Subkey(SecretSubkey),
}

impl Signer {
    /// Looks in the keyring file `keyring` for the key with the name `name`, or the only one that has it in a name.
    /// That there is none is said by [`Signer::locked`], as Helm does later too.
    ///
    /// # Errors
    /// If the keyring cannot be read, or several keys have `name` in their names.
    pub fn find(keyring: &Path, name: &str) -> Result<Signer, Error> {
        let keyring = Keyring::read(keyring)?;
        let is_wanted = |key: &[Item]| {
            key.iter().any(|(_, packet)| match packet {
                Ok(Some(Packet::UserId(user))) => String::from_utf8_lossy(user.id()).contains(name),
                _ => false,
            })
        };
        let mut signer = Signer { candidate: None, passphrase: Password::empty() };
        if name.is_empty() {
            return Ok(signer);
        }
        let mut is_vague = false;
        for entity in keyring.entities(is_wanted).flatten() {
            let mut names: Vec<&str> = entity.identities.iter().map(|identity| &*identity.name).collect();
            names.sort_unstable();
            let found = names.iter().filter(|known| known.contains(name)).count();
            let Some(first) = names.first() else { continue };
            let found_key = || Candidate { name: (*first).to_owned(), secret: secret(&entity) };
            if names.contains(&name) {
                signer.candidate = Some(found_key());
                return Ok(signer);
            }
            is_vague |= found > 1 || found == 1 && signer.candidate.is_some();
            if found > 0 {
                signer.candidate = Some(found_key());
            }
        }
        if is_vague {
            let name = gofmt::quote(name.as_bytes());
            return Err(Error::new(format!("more than one key contain the id {name}")));
        }
        Ok(signer)
    }

    /// The name of the key if it takes a passphrase to open it.
    ///
    /// # Errors
    /// If there is no key, or it has no secret part.
    pub fn locked(&self) -> Result<Option<&str>, Error> {
        let (candidate, secret) = self.secret()?;
        let params = secret.params();
        let is_locked = matches!(params, SecretParams::Encrypted(_)) && !is_stub(params);
        Ok(is_locked.then_some(&candidate.name))
    }

    /// Opens the key.
    ///
    /// # Errors
    /// If the passphrase is wrong, or there is no key.
    pub fn unlock(&mut self, passphrase: &[u8]) -> Result<(), Error> {
        let passphrase = Password::from(passphrase);
        let opened = match self.secret()?.1 {
            Secret::Primary(key) => key.unlock(&passphrase, |_, _| Ok(())),
            Secret::Subkey(key) => key.unlock(&passphrase, |_, _| Ok(())),
        };
        opened.and_then(|opened| opened).map_err(|_| invalid("private key checksum failure"))?;
        self.passphrase = passphrase;
        Ok(())
    }

    /// The key that was found, and its secret part.
    fn secret(&self) -> Result<(&Candidate, &Secret), Error> {
        let candidate = self.candidate.as_ref().ok_or_else(|| Error::new("private key not found"))?;
        let secret = candidate.secret.as_ref().ok_or_else(|| {
            Error::new("provided key is not a private key. Try providing a keyring with secret keys")
        })?;
        Ok((candidate, secret))
    }

    /// The provenance file of `archive`, which is named `file_name` and has this metadata (YAML). It states the time
    /// `time`, in seconds since 1970, or now; but none before the key was made.
    ///
    /// # Errors
    /// If there is no key to sign with.
    pub fn sign(
        &self,
        archive: &[u8],
        file_name: &str,
        metadata: &[u8],
        time: Option<u32>,
    ) -> Result<Vec<u8>, Error> {
        let (_, secret) = self.secret()?;
        let failed = |problem: &dyn std::fmt::Display| {
            Error::new(format!("failed to either sign or armor message block: {problem}"))
        };
        if is_stub(secret.params()) {
            return Err(failed(&"openpgp: s2k GNU dummy key: dummy key found"));
        }
        let draft = Draft::new(&sums::compose(metadata, file_name, archive)?);
        let time = time.unwrap_or_else(signature::now).max(secret.created_at());
        let signed = match secret {
            Secret::Primary(key) => sign_text(key, &self.passphrase, &draft.signed, time),
            Secret::Subkey(key) => sign_text(key, &self.passphrase, &draft.signed, time),
        };
        let (hash, packets) = signed.map_err(|error| failed(&error))?;
        Ok(draft.finish(hash, &packets))
    }
}

impl Secret {
    fn params(&self) -> &SecretParams {
        match self {
            Secret::Primary(key) => key.secret_params(),
            Secret::Subkey(key) => key.secret_params(),
        }
    }

    /// When the key was made, in seconds since 1970.
    fn created_at(&self) -> u32 {
        match self {
            Secret::Primary(key) => key.created_at().as_secs(),
            Secret::Subkey(key) => key.created_at().as_secs(),
        }
    }
}

/// The secret key of an entity to sign with: the primary one, as with Helm. If that may not sign, or is kept
/// elsewhere, where Helm fails or signs what nobody accepts, it is the newest subkey that may.
fn secret(entity: &Entity<'_>) -> Option<Secret> {
    let primary = entity.secret?;
    let own = entity.self_signature();
    if own.is_some_and(entity::may_sign) && !is_stub(primary.secret_params()) {
        return Some(Secret::Primary(primary.clone()));
    }
    let now = signature::now();
    let subkeys = entity.subkeys.iter().filter(|subkey| {
        let made = subkey.key.created_at().as_secs();
        entity::may_sign(subkey.binding)
            && !subkey.is_revoked(now)
            && !entity::is_key_expired(made, subkey.binding, now)
            && !entity::is_expired(subkey.binding, now)
    });
    let secrets = subkeys.filter_map(|subkey| Some((entity::created(subkey.binding), subkey.secret?)));
    let usable = secrets.filter(|(_, secret)| !is_stub(secret.secret_params()));
    let newest = usable.max_by_key(|(created, _)| *created).map(|(_, key)| Secret::Subkey(key.clone()));
    Some(newest.unwrap_or_else(|| Secret::Primary(primary.clone())))
}

/// True if there is a mark in place of the key, which is kept elsewhere (GnuPG's extension).
fn is_stub(params: &SecretParams) -> bool {
    let SecretParams::Encrypted(encrypted) = params else { return false };
    match encrypted.string_to_key_params() {
        S2kParams::Cfb { s2k, .. } | S2kParams::MalleableCfb { s2k, .. } | S2kParams::Aead { s2k, .. } => {
            matches!(s2k, StringToKey::Private { .. })
        }
        S2kParams::Unprotected | S2kParams::LegacyCfb { .. } => false,
    }
}

/// The packets of a signature by `key` of `text`, and the name of its hash where a message has to state that.
fn sign_text(
    key: &impl SigningKey,
    passphrase: &Password,
    text: &[u8],
    time: u32,
) -> pgp::errors::Result<(Option<&'static str>, Vec<u8>)> {
    let hash = HashAlgorithm::Sha512;
    let time = Timestamp::from_secs(time);
    let mut parts = vec![Subpacket::critical(SubpacketData::SignatureCreationTime(time))?];
    let mut config = if key.version() == KeyVersion::V6 {
        let salt = rand::random::<[u8; 32]>().to_vec();
        SignatureConfig::v6_with_salt(SignatureType::Text, key.algorithm(), hash, salt)
    } else {
        parts.push(Subpacket::regular(SubpacketData::IssuerKeyId(key.legacy_key_id()))?);
        SignatureConfig::v4(SignatureType::Text, key.algorithm(), hash)
    };
    parts.push(Subpacket::regular(SubpacketData::IssuerFingerprint(key.fingerprint()))?);
    config.hashed_subpackets = parts;
    let name = (key.version() != KeyVersion::V6).then_some("SHA512");
    let mut packets = Vec::new();
    config.sign(key, passphrase, text)?.to_writer_with_header(&mut packets)?;
    Ok((name, packets))
}
