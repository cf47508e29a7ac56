//! Whether a signature holds: who made it, and whether the key may still be trusted with that.

use std::time::SystemTime;

use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{Packet, Signature, SignatureType};
use pgp::types::{KeyDetails, KeyId, VerifyingKey};

use super::Error;
use super::entity::{self, Entity, Subkey};
use super::keyring::Keyring;
use super::packets::{self, invalid};
use crate::limits::SIGNATURES;

/// Checks a signature (its packets) of the text `signed`, and gives the key that made it.
///
/// # Errors
/// If it is by no (usable) key of the keyring, is wrong, or by a key that may not (any more) be trusted with it.
pub(super) fn check<'k>(keyring: &'k Keyring, signed: &[u8], signature: &[u8]) -> Result<Entity<'k>, Error> {
    let mut unusable = String::new();
    for (_, packet) in packets::read(signature)?.into_iter().take(SIGNATURES) {
        let signature = match packet? {
            None => continue,
            Some(Packet::Signature(signature)) => signature,
            Some(_) => return Err(invalid("non signature packet found")),
        };
        let id = entity::issuer(&signature).ok_or_else(|| invalid("signature doesn't have an issuer"))?;
        let mut outcome = None;
        for entity in keyring.entities_with(id) {
            let entity = match entity {
                Ok(entity) => entity,
                Err(error) => {
                    unusable = format!(": key {id} of the keyring cannot be used: {error}");
                    continue;
                }
            };
            match check_by(&entity, id, &signature, signed) {
                None => {}
                Some(Ok(())) => return Ok(entity),
                Some(Err(error)) => outcome = Some(error),
            }
        }
        // Other signatures do not count beside one by a known key.
        if let Some(error) = outcome {
            return Err(error);
        }
    }
    Err(Error::new(format!("openpgp: signature made by unknown entity{unusable}")))
}

/// Checks the signature by the key of `entity` that has this ID; `None` if that one may not sign.
fn check_by(
    entity: &Entity<'_>,
    id: KeyId,
    signature: &Signature,
    signed: &[u8],
) -> Option<Result<(), Error>> {
    let own = entity.self_signature();
    if entity.primary.legacy_key_id() == id && own.is_some_and(entity::may_sign) {
        return Some(
            holds(entity.primary, signature, signed).and_then(|()| check_validity(entity, None, signature)),
        );
    }
    let mut subkeys = entity.subkeys.iter();
    let subkey =
        subkeys.find(|subkey| subkey.key.legacy_key_id() == id && entity::may_sign(subkey.binding))?;
    Some(holds(subkey.key, signature, signed).and_then(|()| check_validity(entity, Some(subkey), signature)))
}

/// Checks that `signature` of the text `signed` is by `key`.
fn holds(key: &impl VerifyingKey, signature: &Signature, signed: &[u8]) -> Result<(), Error> {
    match signature.typ() {
        Some(SignatureType::Binary | SignatureType::Text) => {}
        kind => {
            let kind = kind.map_or(0, u8::from);
            return Err(Error::new(format!(
                "openpgp: unsupported feature: unsupported signature type: {kind}"
            )));
        }
    }
    let algorithm = key.algorithm();
    if signature.config().is_none_or(|config| config.pub_alg != algorithm) {
        return Err(Error::new(
            "openpgp: invalid argument: public key and signature use different algorithms",
        ));
    }
    signature.verify(key, signed).map_err(|_| {
        let name = match algorithm {
            PublicKeyAlgorithm::RSA | PublicKeyAlgorithm::RSASign => "RSA",
            PublicKeyAlgorithm::DSA => "DSA",
            PublicKeyAlgorithm::ECDSA => "ECDSA",
            PublicKeyAlgorithm::EdDSALegacy => "EdDSA",
            PublicKeyAlgorithm::Ed25519 => "Ed25519",
            _ => "ed448",
        };
        Error::new(format!("openpgp: invalid signature: {name} verification failure"))
    })
}

/// Checks that a signature that holds also counts: it, the key and what binds that are not revoked and not expired.
fn check_validity(
    entity: &Entity<'_>,
    subkey: Option<&Subkey<'_>>,
    signature: &Signature,
) -> Result<(), Error> {
    let now = now();
    let Some(own) = entity.self_signature() else {
        return Err(Error::new("openpgp: signature made by revoked key"));
    };
    let binding = subkey.map(|subkey| subkey.binding);
    let cross = binding.and_then(Signature::embedded_signature);
    let signatures = [Some(signature), Some(own), binding, cross].into_iter().flatten();
    if let Some(name) = signatures.clone().find_map(entity::critical_notation) {
        return Err(Error::new(format!("openpgp: invalid signature: unknown critical notation: {name}")));
    }
    if entity.is_revoked(now) || subkey.is_some_and(|subkey| subkey.is_revoked(now)) {
        return Err(Error::new("openpgp: signature made by revoked key"));
    }
    let made = entity.primary.created_at().as_secs();
    let is_expired =
        |subkey: &Subkey<'_>| entity::is_key_expired(subkey.key.created_at().as_secs(), subkey.binding, now);
    if entity::is_key_expired(made, own, now) || subkey.is_some_and(is_expired) {
        return Err(Error::new("openpgp: key expired"));
    }
    if signatures.clone().any(|signature| entity::is_expired(signature, now)) {
        return Err(Error::new("openpgp: signature expired"));
    }
    Ok(())
}

/// Seconds since 1970, as signatures count them.
pub(super) fn now() -> u32 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u32::try_from(since.as_secs()).unwrap_or(u32::MAX)
}
