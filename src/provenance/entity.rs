//! An OpenPGP key with its names and subkeys: what of it is signed by itself, and what it may do.

use bstr::ByteSlice;
use pgp::packet::{
    Packet, PublicKey, PublicSubkey, RevocationCode, SecretKey, SecretSubkey, Signature, SignatureType,
    SubpacketData, UserId,
};
use pgp::types::{Fingerprint, KeyDetails, KeyId, KeyVersion, Tag};

use super::Error;
use super::packets::{Item, invalid};

/// A primary key with what belongs to it.
#[derive(Debug)]
pub(super) struct Entity<'a> {
    /// The primary key.
    pub primary: &'a PublicKey,
    /// Its secret part.
    pub secret: Option<&'a SecretKey>,
    /// Its names, in the order of the keyring.
    pub identities: Vec<Identity<'a>>,
    /// Its subkeys.
    pub subkeys: Vec<Subkey<'a>>,
    revocations: Vec<&'a Signature>,
    /// What a newer key says of itself rather than of its names.
    direct: Option<&'a Signature>,
}

/// A name that a key signed as its own.
#[derive(Debug)]
pub(super) struct Identity<'a> {
    /// By convention `Name (comment) <mail address>`.
    pub name: String,
    signature: Option<&'a Signature>,
    revocations: Vec<&'a Signature>,
}

/// A key that a primary key signed as its own.
#[derive(Debug)]
pub(super) struct Subkey<'a> {
    /// The key.
    pub key: &'a PublicSubkey,
    /// Its secret part.
    pub secret: Option<&'a SecretSubkey>,
    /// The newest signature that binds it.
    pub binding: &'a Signature,
    revocations: Vec<&'a Signature>,
}

impl<'a> Entity<'a> {
    /// Reads the packets of one key, and checks the signatures that it made on its own parts.
    ///
    /// # Errors
    /// If a packet is broken, a signature is wrong, or one is missing that has to be there.
    pub(super) fn read(items: &'a [Item]) -> Result<Entity<'a>, Error> {
        let packets: Result<Vec<_>, &Error> = items.iter().map(|(_, packet)| packet.as_ref()).collect();
        let mut packets = packets.map_err(Clone::clone)?.into_iter().flatten().peekable();
        let (primary, secret) = match packets.next() {
            Some(Packet::PublicKey(key)) => (key, None),
            Some(Packet::SecretKey(key)) => (key.public_key(), Some(key)),
            _ => return Err(invalid("first packet was not a public/private key")),
        };
        let mut entity = Entity {
            primary,
            secret,
            identities: Vec::new(),
            subkeys: Vec::new(),
            revocations: Vec::new(),
            direct: None,
        };
        while let Some(packet) = packets.next() {
            let mut signatures = || {
                let next = packets.next_if(|packet| matches!(packet, Packet::Signature(_)))?;
                if let Packet::Signature(signature) = next { Some(signature) } else { None }
            };
            match packet {
                Packet::UserId(name) => entity.add_identity(name, std::iter::from_fn(&mut signatures))?,
                Packet::PublicSubkey(key) => {
                    entity.add_subkey(key, None, std::iter::from_fn(&mut signatures))?;
                }
                Packet::SecretSubkey(key) => {
                    entity.add_subkey(key.public_key(), Some(key), std::iter::from_fn(&mut signatures))?;
                }
                Packet::Signature(signature) => entity.add_signature(signature)?,
                _ => {}
            }
        }
        match primary.version() {
            KeyVersion::V6 if entity.direct.is_none() => {
                Err(invalid("v6 entity without a valid direct-key signature"))
            }
            KeyVersion::V6 => Ok(entity),
            version if entity.identities.is_empty() => {
                Err(invalid(&format!("v{} entity without any identities", u8::from(version))))
            }
            _ => Ok(entity),
        }
    }

    /// Takes a signature of the primary key on itself.
    fn add_signature(&mut self, signature: &'a Signature) -> Result<(), Error> {
        match signature.typ() {
            Some(SignatureType::KeyRevocation) => {
                let valid = signature.verify_key(self.primary);
                valid.map_err(|_| invalid("revocation signature signed by alternate key"))?;
                self.revocations.push(signature);
            }
            // Older keys say such things of their names.
            Some(SignatureType::Key)
                if self.primary.version() == KeyVersion::V6
                    && is_issued_by(signature, self.primary)
                    && is_newer(signature, self.direct) =>
            {
                let valid = signature.verify_key(self.primary);
                valid.map_err(|_| invalid("invalid direct-key self-signature for v6 primary key"))?;
                self.direct = Some(signature);
            }
            _ => {}
        }
        Ok(())
    }

    fn add_identity(
        &mut self,
        name: &'a UserId,
        signatures: impl Iterator<Item = &'a Signature>,
    ) -> Result<(), Error> {
        let text = name.id().to_str_lossy().into_owned();
        let mut identity = Identity { name: text, signature: None, revocations: Vec::new() };
        // Only what is signed by the key itself counts.
        for signature in signatures.filter(|signature| is_issued_by(signature, self.primary)) {
            let valid = signature.verify_certification(self.primary, Tag::UserId, name);
            valid.map_err(|_| invalid("user ID self-signature invalid"))?;
            if signature.typ() == Some(SignatureType::CertRevocation) {
                identity.revocations.push(signature);
            } else if is_newer(signature, identity.signature) {
                identity.signature = Some(signature);
            }
        }
        if identity.signature.is_some() || !identity.revocations.is_empty() {
            self.identities.retain(|other| other.name != identity.name);
            self.identities.push(identity);
        }
        Ok(())
    }

    fn add_subkey(
        &mut self,
        key: &'a PublicSubkey,
        secret: Option<&'a SecretSubkey>,
        signatures: impl Iterator<Item = &'a Signature>,
    ) -> Result<(), Error> {
        let mut binding = None;
        let mut revocations = Vec::new();
        for signature in signatures {
            let valid = signature.verify_subkey_binding(self.primary, key);
            valid.map_err(|_| invalid("subkey signature invalid"))?;
            if signature.typ() == Some(SignatureType::SubkeyRevocation) {
                revocations.push(signature);
                continue;
            }
            // Else somebody could claim another's key, and with it what that signed.
            if signature.key_flags().sign() {
                let cross = signature.embedded_signature();
                let cross = cross.ok_or_else(|| invalid("signing subkey is missing cross-signature"))?;
                let valid = cross.verify_primary_key_binding(key, self.primary);
                valid.map_err(|_| invalid("error while verifying cross-signature"))?;
            }
            if is_newer(signature, binding) {
                binding = Some(signature);
            }
        }
        let binding = binding.ok_or_else(|| invalid("subkey packet not followed by signature"))?;
        self.subkeys.push(Subkey { key, secret, binding, revocations });
        Ok(())
    }

    /// The identity that stands for the key: one that is not revoked, is marked, or is the newest, in this order.
    fn primary_identity(&self) -> Option<&Identity<'a>> {
        self.identities.iter().min_by_key(|identity| {
            let marked = identity.signature.is_some_and(Signature::is_primary);
            let created = identity.signature.map_or(0, created);
            (identity.revocations.len(), identity.signature.is_none(), !marked, std::cmp::Reverse(created))
        })
    }

    /// The signature that says what the primary key may do, and until when.
    pub(super) fn self_signature(&self) -> Option<&'a Signature> {
        match self.primary.version() {
            KeyVersion::V6 => self.direct,
            _ => self.primary_identity()?.signature,
        }
    }

    /// True if the primary key, or the identity that stands for it, is revoked at the time `now`.
    pub(super) fn is_revoked(&self, now: u32) -> bool {
        let by_name = match self.primary.version() {
            KeyVersion::V6 => None,
            _ => self.primary_identity(),
        };
        is_revoked(&self.revocations, now) || by_name.is_some_and(|name| is_revoked(&name.revocations, now))
    }

    /// The fingerprint of the primary key in capital hexadecimal digits.
    pub(super) fn fingerprint(&self) -> String {
        self.primary.fingerprint().to_string().to_uppercase()
    }
}

impl Subkey<'_> {
    /// True if it is revoked at the time `now`.
    pub(super) fn is_revoked(&self, now: u32) -> bool {
        is_revoked(&self.revocations, now)
    }
}

/// True if `signature` lets the key that it is on sign data.
pub(super) fn may_sign(signature: &Signature) -> bool {
    signature.key_flags().sign()
}

/// When the signature was made, in seconds since 1970.
pub(super) fn created(signature: &Signature) -> u32 {
    signature.created().map_or(0, |time| time.as_secs())
}

/// True if a key that was made at the time `made` is not valid (yet, or any more) by what `signature` says of it.
pub(super) fn is_key_expired(made: u32, signature: &Signature, now: u32) -> bool {
    let life = signature.key_expiration_time().map_or(0, |life| life.as_secs());
    made > now || life != 0 && u64::from(now) > u64::from(made) + u64::from(life)
}

/// True if a signature is not valid yet, or not any more.
pub(super) fn is_expired(signature: &Signature, now: u32) -> bool {
    let life = signature.signature_expiration_time().map_or(0, |life| life.as_secs());
    let made = created(signature);
    made > now || life != 0 && u64::from(now) > u64::from(made) + u64::from(life)
}

/// The name of a critical statement in `signature`, of which none is known.
pub(super) fn critical_notation(signature: &Signature) -> Option<String> {
    let mut parts = signature.config()?.hashed_subpackets();
    parts.find_map(|part| match &part.data {
        SubpacketData::Notation(notation) if part.is_critical => {
            Some(notation.name.to_str_lossy().into_owned())
        }
        _ => None,
    })
}

/// The ID of the key that `signature` says it is by.
pub(super) fn issuer(signature: &Signature) -> Option<KeyId> {
    let id = match signature.issuer_fingerprint().last() {
        Some(Fingerprint::V4(bytes)) => bytes.last_chunk::<8>(),
        Some(Fingerprint::V6(bytes)) => bytes.first_chunk::<8>(),
        _ => None,
    };
    id.map(|id| KeyId::from(*id)).or_else(|| signature.issuer_key_id().last().copied().copied())
}

fn is_issued_by(signature: &Signature, key: &PublicKey) -> bool {
    match signature.issuer_fingerprint().last() {
        Some(fingerprint) => **fingerprint == key.fingerprint(),
        None => signature.issuer_key_id().last().is_some_and(|id| **id == key.legacy_key_id()),
    }
}

fn is_newer(signature: &Signature, than: Option<&Signature>) -> bool {
    than.is_none_or(|than| created(signature) > created(than))
}

/// True if one of the revocations holds. What is compromised was so before it was known.
fn is_revoked(revocations: &[&Signature], now: u32) -> bool {
    revocations.iter().any(|revocation| {
        revocation.revocation_reason_code() == Some(&RevocationCode::KeyCompromised)
            || !is_expired(revocation, now)
    })
}
