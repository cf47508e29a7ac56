//! Private keys: made, read from PEM, written to PEM, used to sign.

use aws_lc_rs::agreement;
use aws_lc_rs::encoding::{AsBigEndian, AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RsaKeyPair,
};

use super::der::{self, Reader};
use super::{dsa, pem, rsa};
use crate::value::call::{CallError, Runtime};

// Object identifiers, as their content in DER.
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// An elliptic curve and what goes with it.
#[derive(Debug)]
struct Curve {
    oid: &'static [u8],
    /// Bytes of a private key.
    size: usize,
    agreement: &'static agreement::Algorithm,
    signing: &'static EcdsaSigningAlgorithm,
    /// Object identifier of that signing algorithm.
    signing_oid: &'static [u8],
}

static CURVES: [Curve; 3] = [
    Curve {
        oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
        size: 32,
        agreement: &agreement::ECDH_P256,
        signing: &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
        signing_oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
    },
    Curve {
        oid: &[0x2b, 0x81, 0x04, 0x00, 0x22],
        size: 48,
        agreement: &agreement::ECDH_P384,
        signing: &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
        signing_oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03],
    },
    Curve {
        oid: &[0x2b, 0x81, 0x04, 0x00, 0x23],
        size: 66,
        agreement: &agreement::ECDH_P521,
        signing: &signature::ECDSA_P521_SHA512_ASN1_SIGNING,
        signing_oid: &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04],
    },
];

/// A private key.
pub(super) enum PrivateKey {
    Rsa(RsaKeyPair),
    Ecdsa(EcdsaKey),
    Ed25519(Ed25519KeyPair),
    /// Good for nothing but being printed: certificates cannot hold such keys.
    Dsa(Vec<u8>),
}

pub(super) struct EcdsaKey {
    curve: &'static Curve,
    pair: EcdsaKeyPair,
}

impl EcdsaKey {
    fn new(curve: &'static Curve, scalar: &[u8]) -> Option<EcdsaKey> {
        let private = agreement::PrivateKey::from_private_key(curve.agreement, scalar).ok()?;
        let public = private.compute_public_key().ok()?;
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(curve.signing, scalar, public.as_ref()).ok()?;
        Some(EcdsaKey { curve, pair })
    }
}

impl PrivateKey {
    /// A new RSA key of 2048 or 4096 bits.
    pub(super) fn generate_rsa(runtime: &mut dyn Runtime, bits: u32) -> Result<PrivateKey, CallError> {
        runtime.charge(if bits == 2048 { 3_000_000 } else { 20_000_000 })?;
        rsa::generate(bits).map(PrivateKey::Rsa).map_err(CallError::new)
    }

    /// A new ECDSA key on the curve P-256.
    pub(super) fn generate_ecdsa(runtime: &mut dyn Runtime) -> Result<PrivateKey, CallError> {
        // Of random numbers all but one in 2^32 are keys.
        loop {
            runtime.charge(20_000)?;
            let mut scalar = [0; 32];
            runtime.host().random(&mut scalar);
            if let Some(key) = EcdsaKey::new(&CURVES[0], &scalar) {
                return Ok(PrivateKey::Ecdsa(key));
            }
        }
    }

    /// A new Ed25519 key.
    pub(super) fn generate_ed25519(runtime: &mut dyn Runtime) -> Result<PrivateKey, CallError> {
        runtime.charge(20_000)?;
        let mut seed = [0; 32];
        runtime.host().random(&mut seed);
        Ed25519KeyPair::from_seed_unchecked(&seed)
            .map(PrivateKey::Ed25519)
            .map_err(|error| CallError::new(error.to_string()))
    }

    /// A new DSA key of 2048 bits.
    pub(super) fn generate_dsa(runtime: &mut dyn Runtime) -> Result<PrivateKey, CallError> {
        dsa::generate(runtime).map(PrivateKey::Dsa)
    }

    /// The key in the first block of PEM text.
    ///
    /// # Errors
    /// With Sprig's text.
    pub(super) fn from_pem(text: &[u8]) -> Result<PrivateKey, String> {
        let block = pem::decode(text).ok_or("no PEM data in input")?;
        let label = String::from_utf8_lossy(&block.label);
        match label.as_ref() {
            "PRIVATE KEY" => {
                from_pkcs8(&block.bytes).map_err(|error| format!("decoding PEM as PKCS#8: {error}"))
            }
            "RSA PRIVATE KEY" => {
                from_pkcs1(&block.bytes).map_err(|error| format!("parsing RSA private key from PEM: {error}"))
            }
            "EC PRIVATE KEY" => from_sec1(&block.bytes, None)
                .map_err(|error| format!("parsing EC private key from PEM: {error}")),
            "DSA PRIVATE KEY" => dsa::check(&block.bytes)
                .map(|()| PrivateKey::Dsa(block.bytes))
                .map_err(|error| format!("parsing DSA private key from PEM: {error}")),
            label if label.ends_with(" PRIVATE KEY") => Err(format!("invalid private key type {label}")),
            label => Err(format!("no private key data in PEM block of type {label}")),
        }
    }

    /// The key as PEM: PKCS #1 for RSA, SEC 1 for ECDSA, PKCS #8 for Ed25519.
    pub(super) fn to_pem(&self) -> String {
        match self {
            PrivateKey::Rsa(pair) => pem::encode("RSA PRIVATE KEY", &pkcs1(pair).unwrap_or_default()),
            PrivateKey::Ecdsa(key) => pem::encode("EC PRIVATE KEY", &sec1(key).unwrap_or_default()),
            PrivateKey::Ed25519(pair) => {
                let seed = pair.seed().and_then(|seed| seed.as_be_bytes());
                let seed = seed.as_ref().map(|seed| seed.as_ref()).unwrap_or_default();
                let inner = der::element(der::OCTET_STRING, &[seed]);
                let der = der::sequence(&[
                    &der::unsigned(&[0]),
                    &algorithm(ED25519, &[]),
                    &der::element(der::OCTET_STRING, &[&inner]),
                ]);
                pem::encode("PRIVATE KEY", &der)
            }
            PrivateKey::Dsa(der) => pem::encode("DSA PRIVATE KEY", der),
        }
    }

    /// Algorithm identifier and bits of the public key.
    ///
    /// # Errors
    /// For DSA keys, with Go's text.
    pub(super) fn public(&self) -> Result<(Vec<u8>, Vec<u8>), String> {
        Ok(match self {
            PrivateKey::Rsa(pair) => (
                algorithm(RSA_ENCRYPTION, &der::element(der::NULL, &[])),
                pair.public_key().as_ref().to_vec(),
            ),
            PrivateKey::Ecdsa(key) => {
                let curve = der::element(der::OID, &[key.curve.oid]);
                (algorithm(EC_PUBLIC_KEY, &curve), key.pair.public_key().as_ref().to_vec())
            }
            PrivateKey::Ed25519(pair) => (algorithm(ED25519, &[]), pair.public_key().as_ref().to_vec()),
            PrivateKey::Dsa(_) => return Err("x509: unsupported public key type: *dsa.PublicKey".to_string()),
        })
    }

    /// True if the key can sign certificates.
    pub(super) fn is_signer(&self) -> bool {
        !matches!(self, PrivateKey::Dsa(_))
    }

    /// Identifier of the algorithm that [`PrivateKey::sign`] uses.
    pub(super) fn signature_algorithm(&self) -> Vec<u8> {
        match self {
            PrivateKey::Rsa(_) => algorithm(SHA256_WITH_RSA, &der::element(der::NULL, &[])),
            PrivateKey::Ecdsa(key) => algorithm(key.curve.signing_oid, &[]),
            PrivateKey::Ed25519(_) | PrivateKey::Dsa(_) => algorithm(ED25519, &[]),
        }
    }

    /// Signs `message`.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let random = SystemRandom::new();
        let signature = match self {
            PrivateKey::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&signature::RSA_PKCS1_SHA256, &random, message, &mut signature).map(|()| signature)
            }
            PrivateKey::Ecdsa(key) => {
                key.pair.sign(&random, message).map(|signature| signature.as_ref().to_vec())
            }
            PrivateKey::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            PrivateKey::Dsa(_) => {
                return Err("x509: certificate private key does not implement crypto.Signer".to_string());
            }
        };
        signature.map_err(|error| error.to_string())
    }
}

fn algorithm(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::element(der::OID, &[oid]), parameters])
}

/// The PKCS #1 form: that is what PKCS #8 wraps.
fn pkcs1(pair: &RsaKeyPair) -> Option<Vec<u8>> {
    let pkcs8: Pkcs8V1Der<'_> = pair.as_der().ok()?;
    let mut outer = Reader(Reader(pkcs8.as_ref()).expect(der::SEQUENCE)?);
    outer.expect(der::INTEGER)?;
    outer.expect(der::SEQUENCE)?;
    outer.expect(der::OCTET_STRING).map(<[u8]>::to_vec)
}

/// The SEC 1 form.
fn sec1(key: &EcdsaKey) -> Option<Vec<u8>> {
    let scalar = key.pair.private_key().as_be_bytes().ok()?;
    Some(der::sequence(&[
        &der::unsigned(&[1]),
        &der::element(der::OCTET_STRING, &[scalar.as_ref()]),
        &der::element(0xa0, &[&der::element(der::OID, &[key.curve.oid])]),
        &der::element(0xa1, &[&der::bit_string(key.pair.public_key().as_ref())]),
    ]))
}

fn from_pkcs1(bytes: &[u8]) -> Result<PrivateKey, String> {
    let mut fields = der::read_sequence(bytes, "pkcs1PrivateKey")?;
    if fields.expect(der::INTEGER).is_some() {
        if fields.expect(der::OCTET_STRING).is_some() {
            return Err(use_instead("ParseECPrivateKey"));
        }
        if fields.expect(der::SEQUENCE).is_some() {
            return Err(use_instead("ParsePKCS8PrivateKey"));
        }
    }
    RsaKeyPair::from_der(bytes).map(PrivateKey::Rsa).map_err(|error| format!("crypto/rsa: {error}"))
}

fn use_instead(function: &str) -> String {
    format!("x509: failed to parse private key (use {function} instead for this key format)")
}

/// Reads the SEC 1 form. `curve` comes from around it; if missing, it must be within.
fn from_sec1(bytes: &[u8], curve: Option<&[u8]>) -> Result<PrivateKey, String> {
    let failed = |error: String| format!("x509: failed to parse EC private key: {error}");
    let mut fields = der::read_sequence(bytes, "ecPrivateKey").map_err(failed)?;
    let version = fields.expect(der::INTEGER);
    if version.is_some() && fields.expect(der::SEQUENCE).is_some() {
        return Err(use_instead("ParsePKCS8PrivateKey"));
    }
    if version.is_some() && fields.expect(der::INTEGER).is_some() {
        return Err(use_instead("ParsePKCS1PrivateKey"));
    }
    let Some(scalar) = fields.expect(der::OCTET_STRING) else {
        return Err(failed("asn1: structure error: tags don't match".to_string()));
    };
    if version != Some(&[1]) {
        let version = version.and_then(<[u8]>::last).copied().unwrap_or_default();
        return Err(format!("x509: unknown EC private key version {version}"));
    }
    let inner = fields.expect(0xa0).and_then(|parameters| Reader(parameters).expect(der::OID));
    let oid = curve.or(inner).unwrap_or_default();
    let Some(curve) = CURVES.iter().find(|curve| curve.oid == oid) else {
        return Err("x509: unknown elliptic curve".to_string());
    };
    // Leading zeros may be missing, or too many.
    let significant = scalar.iter().position(|&byte| byte != 0).unwrap_or(scalar.len());
    let scalar = &scalar[significant..];
    if scalar.len() > curve.size {
        return Err("x509: invalid private key length".to_string());
    }
    let mut padded = vec![0; curve.size - scalar.len()];
    padded.extend_from_slice(scalar);
    EcdsaKey::new(curve, &padded)
        .map(PrivateKey::Ecdsa)
        .ok_or_else(|| "crypto/ecdsa: private key scalar out of range".to_string())
}

fn from_pkcs8(bytes: &[u8]) -> Result<PrivateKey, String> {
    let mut fields = der::read_sequence(bytes, "pkcs8")?;
    let version = fields.expect(der::INTEGER);
    if version.is_some() && fields.expect(der::OCTET_STRING).is_some() {
        return Err(use_instead("ParseECPrivateKey"));
    }
    if version.is_some() && fields.expect(der::INTEGER).is_some() {
        return Err(use_instead("ParsePKCS1PrivateKey"));
    }
    let parts = fields.expect(der::SEQUENCE).and_then(|algorithm| {
        let mut algorithm = Reader(algorithm);
        Some((algorithm.expect(der::OID)?, algorithm, fields.expect(der::OCTET_STRING)?))
    });
    let Some((oid, mut parameters, key)) = parts else {
        return Err("asn1: structure error: tags don't match".to_string());
    };
    let embedded = |kind: &str, error: String| {
        format!("x509: failed to parse {kind} private key embedded in PKCS#8: {error}")
    };
    match oid {
        RSA_ENCRYPTION => from_pkcs1(key).map_err(|error| embedded("RSA", error)),
        EC_PUBLIC_KEY => from_sec1(key, parameters.expect(der::OID)).map_err(|error| embedded("EC", error)),
        ED25519 => {
            let Some(seed) = Reader(key).expect(der::OCTET_STRING) else {
                return Err("x509: invalid Ed25519 private key: asn1: structure error".to_string());
            };
            Ed25519KeyPair::from_seed_unchecked(seed)
                .map(PrivateKey::Ed25519)
                .map_err(|_| format!("x509: invalid Ed25519 private key length: {}", seed.len()))
        }
        _ => Err("x509: PKCS#8 wrapping contained private key with unknown algorithm".to_string()),
    }
}
