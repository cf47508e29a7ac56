//! OpenPGP packets, as far as Helm's library knows them.

use std::io;

use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::errors::Error as Failure;
use pgp::packet::{Packet, PacketHeader, Signature, SignatureVersion, SubpacketData};
use pgp::types::{PacketLength, Tag};

use super::Error;

/// A packet's kind, and the packet. `None` stands for one that is to be passed over.
pub(super) type Item = (Tag, Result<Option<Packet>, Error>);

/// The packets of `data` in turn.
///
/// # Errors
/// If `data` is not a row of packets, or cut off.
pub(super) fn read(data: &[u8]) -> Result<Vec<Item>, Error> {
    let mut items = Vec::new();
    let mut rest = data;
    while let Some(first) = rest.first() {
        if first & 0x80 == 0 {
            return Err(invalid("tag byte does not have MSB set"));
        }
        let header = PacketHeader::try_from_reader(&mut rest).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => cut(),
            _ => invalid(&error.to_string()),
        })?;
        let length = match header.packet_length() {
            PacketLength::Fixed(length) => length as usize,
            PacketLength::Indeterminate => rest.len(),
            PacketLength::Partial(_) => return Err(invalid("packet of unknown length")),
        };
        let (body, behind) = rest.split_at_checked(length).ok_or_else(cut)?;
        rest = behind;
        let packet = match Packet::from_reader(header, body) {
            Ok(packet) => Ok(known(packet)),
            Err(error) if is_unsupported(&error) => Ok(None),
            Err(Failure::PacketIncomplete { .. }) => return Err(cut()),
            Err(error) => Err(invalid(&error.to_string())),
        };
        items.push((header.tag(), packet));
    }
    Ok(items)
}

/// The error for data that ends within a packet.
fn cut() -> Error {
    Error::new("unexpected EOF")
}

/// The error for data that breaks the format.
pub(super) fn invalid(problem: &str) -> Error {
    Error::new(format!("openpgp: invalid data: {problem}"))
}

/// The packet, unless it is of a kind that carries nothing, or a signature of an unknown kind.
fn known(packet: Packet) -> Option<Packet> {
    match packet {
        Packet::Trust(_) | Packet::Marker(_) | Packet::Padding(_) => None,
        Packet::Signature(signature) if !is_known(&signature) => None,
        packet => Some(packet),
    }
}

/// True for signatures whose version, algorithms and critical parts are known.
fn is_known(signature: &Signature) -> bool {
    use HashAlgorithm::{Sha1, Sha3_256, Sha3_512, Sha224, Sha256, Sha384, Sha512};
    use PublicKeyAlgorithm::{DSA, ECDSA, Ed448, Ed25519, EdDSALegacy, RSA, RSASign};
    let Some(config) = signature.config() else { return false };
    let hash = match config.hash_alg {
        // Only old signatures may rest on it.
        Sha1 => config.version() == SignatureVersion::V4,
        hash => matches!(hash, Sha224 | Sha256 | Sha384 | Sha512 | Sha3_256 | Sha3_512),
    };
    hash && matches!(config.version(), SignatureVersion::V4 | SignatureVersion::V6)
        && matches!(config.pub_alg, RSA | RSASign | DSA | ECDSA | EdDSALegacy | Ed25519 | Ed448)
        && signature.created().is_some()
        && !config.hashed_subpackets().any(|part| {
            part.is_critical
                && matches!(part.data, SubpacketData::Other(..) | SubpacketData::Experimental(..))
        })
}

fn is_unsupported(error: &Failure) -> bool {
    match error {
        Failure::Unsupported { .. } => true,
        Failure::InvalidPacketContent { source } => is_unsupported(source),
        _ => false,
    }
}
