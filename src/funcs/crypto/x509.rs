//! Certificates as Go's `crypto/x509` makes them from Sprig's template.

use std::net::IpAddr;

use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::der as asn1;
use super::key::PrivateKey;
use crate::gofmt;
use crate::value::call::{CallError, Host};
use crate::value::{Str, Value};

// Object identifiers, as their content in DER.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 0x0e];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x0f];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x13];
const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 0x23];
const EXT_KEY_USAGE: &[u8] = &[0x55, 0x1d, 0x25];
const SERVER_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
const CLIENT_AUTH: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02];

const NANOSECONDS: i128 = 1_000_000_000;

/// What a certificate is to say.
pub(super) struct Request {
    common_name: Str,
    ips: Vec<IpAddr>,
    dns_names: Vec<Str>,
    pub(super) is_ca: bool,
    serial: [u8; 16],
    /// Seconds since 1970.
    not_before: i64,
    not_after: i64,
}

/// Who signs.
pub(super) enum Issuer<'a> {
    /// The key of the certificate itself.
    Own,
    /// A CA.
    Ca { cert: &'a Certificate, key: &'a PrivateKey },
}

impl Request {
    /// A certificate of `common_name`, valid for `days` from now.
    pub(super) fn new(host: &dyn Host, common_name: Str, days: i64) -> Request {
        let mut serial = [0; 16];
        host.random(&mut serial);
        let now = host.now();
        // A Go duration: it wraps around at 292 years.
        let lifetime = days.wrapping_mul(24 * 3600 * 1_000_000_000);
        let seconds = |time: i128| i64::try_from(time.div_euclid(NANOSECONDS)).unwrap_or_default();
        Request {
            common_name,
            ips: Vec::new(),
            dns_names: Vec::new(),
            is_ca: false,
            serial,
            not_before: seconds(now),
            not_after: seconds(now + i128::from(lifetime)),
        }
    }

    /// Sets the addresses it is valid for.
    pub(super) fn set_ips(&mut self, ips: &[Value]) -> Result<(), CallError> {
        for ip in ips {
            let Value::Str(text) = ip else {
                let shown = gofmt::to_text(ip);
                return Err(CallError::new(format!("error parsing ip: {shown} is not a string")));
            };
            let Some(address) = text.to_str().and_then(|text| text.parse::<IpAddr>().ok()) else {
                return Err(CallError::new(format!("error parsing ip: {text}")));
            };
            self.ips.push(address.to_canonical());
        }
        Ok(())
    }

    /// Sets the names it is valid for, besides the common name.
    pub(super) fn set_dns_names(&mut self, names: &[Value]) -> Result<(), CallError> {
        for name in names {
            let Value::Str(name) = name else {
                let shown = gofmt::to_text(name);
                let message = format!("error processing alternate dns name: {shown} is not a string");
                return Err(CallError::new(message));
            };
            self.dns_names.push(name.clone());
        }
        Ok(())
    }

    /// The subject: the common name alone.
    fn subject(&self) -> Result<Vec<u8>, String> {
        if self.common_name.is_empty() {
            return Ok(asn1::sequence(&[]));
        }
        let is_printable = |&byte: &u8| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte);
        let tag = if self.common_name.iter().all(is_printable) {
            0x13
        } else if self.common_name.to_str().is_some() {
            0x0c
        } else {
            return Err("asn1: string not valid UTF-8".to_string());
        };
        let name = asn1::element(tag, &[&self.common_name]);
        let attribute = asn1::sequence(&[&asn1::element(asn1::OID, &[COMMON_NAME]), &name]);
        Ok(asn1::sequence(&[&asn1::element(0x31, &[&attribute])]))
    }

    /// The extensions, in Go's order. `subject_key_id` and `authority_key_id` may be empty.
    fn extensions(
        &self,
        has_subject: bool,
        subject_key_id: &[u8],
        authority_key_id: &[u8],
    ) -> Result<Vec<u8>, String> {
        // Digital signature and key encipherment; for a CA also signing of certificates.
        let usage: [u8; 2] = if self.is_ca { [2, 0b1010_0100] } else { [5, 0b1010_0000] };
        let server = asn1::element(asn1::OID, &[SERVER_AUTH]);
        let client = asn1::element(asn1::OID, &[CLIENT_AUTH]);
        let constraints: &[u8] = if self.is_ca { &[0x01, 0x01, 0xff] } else { &[] };
        let mut extensions = vec![
            extension(KEY_USAGE, true, &asn1::element(asn1::BIT_STRING, &[&usage])),
            extension(EXT_KEY_USAGE, false, &asn1::sequence(&[&server, &client])),
            extension(BASIC_CONSTRAINTS, true, &asn1::sequence(&[constraints])),
        ];
        if !subject_key_id.is_empty() {
            let id = asn1::element(asn1::OCTET_STRING, &[subject_key_id]);
            extensions.push(extension(SUBJECT_KEY_ID, false, &id));
        }
        if !authority_key_id.is_empty() {
            let id = asn1::sequence(&[&asn1::element(0x80, &[authority_key_id])]);
            extensions.push(extension(AUTHORITY_KEY_ID, false, &id));
        }
        if !self.dns_names.is_empty() || !self.ips.is_empty() {
            let mut names = Vec::new();
            for name in &self.dns_names {
                if !name.is_ascii() {
                    return Err(format!("x509: {} cannot be encoded as an IA5String", gofmt::quote(name)));
                }
                names.extend(asn1::element(0x82, &[name]));
            }
            for ip in &self.ips {
                names.extend(match ip {
                    IpAddr::V4(ip) => asn1::element(0x87, &[&ip.octets()]),
                    IpAddr::V6(ip) => asn1::element(0x87, &[&ip.octets()]),
                });
            }
            extensions.push(extension(SUBJECT_ALT_NAME, !has_subject, &asn1::sequence(&[&names])));
        }
        Ok(asn1::sequence(&[&extensions.concat()]))
    }
}

fn extension(oid: &[u8], is_critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if is_critical { &[0x01, 0x01, 0xff] } else { &[] };
    asn1::sequence(&[
        &asn1::element(asn1::OID, &[oid]),
        critical,
        &asn1::element(asn1::OCTET_STRING, &[value]),
    ])
}

/// A time in the form that its year calls for.
fn time(seconds: i64) -> Result<Vec<u8>, String> {
    let time = jiff::Timestamp::from_second(seconds).map_err(|error| error.to_string())?;
    let time = time.to_zoned(jiff::tz::TimeZone::UTC);
    if (1950..2050).contains(&time.year()) {
        Ok(asn1::element(0x17, &[time.strftime("%y%m%d%H%M%SZ").to_string().as_bytes()]))
    } else {
        Ok(asn1::element(0x18, &[time.strftime("%Y%m%d%H%M%SZ").to_string().as_bytes()]))
    }
}

/// The certificate for the public half of `key`, in DER.
///
/// # Errors
/// With Go's text, if a key is of no use or does not belong to the issuer, or a name cannot be written.
pub(super) fn certificate(
    request: &Request,
    key: &PrivateKey,
    issuer: &Issuer<'_>,
) -> Result<Vec<u8>, String> {
    let signer = match issuer {
        Issuer::Own => key,
        Issuer::Ca { key, .. } => key,
    };
    if !signer.is_signer() {
        return Err("x509: certificate private key does not implement crypto.Signer".to_string());
    }
    let (key_algorithm, public_key) = key.public()?;
    let subject = request.subject()?;
    let has_subject = !request.common_name.is_empty();

    let mut issuer_name = subject.clone();
    let mut authority_key_id = Vec::new();
    if let Issuer::Ca { cert, key } = issuer {
        let ca = cert.tbs_certificate();
        issuer_name = ca.subject().to_der().map_err(|error| error.to_string())?;
        if issuer_name != subject
            && let Ok(Some((_, id))) = ca.get_extension::<SubjectKeyIdentifier>()
        {
            authority_key_id = id.0.as_bytes().to_vec();
        }
        if ca.subject_public_key_info().subject_public_key.raw_bytes() != key.public()?.1 {
            return Err("x509: provided PrivateKey doesn't match parent's PublicKey".to_string());
        }
    }
    let subject_key_id = if request.is_ca { &Sha256::digest(&public_key)[..20] } else { &[] };

    let algorithm = signer.signature_algorithm();
    let content = asn1::sequence(&[
        &asn1::element(0xa0, &[&asn1::unsigned(&[2])]),
        &asn1::unsigned(&request.serial),
        &algorithm,
        &issuer_name,
        &asn1::sequence(&[&time(request.not_before)?, &time(request.not_after)?]),
        &subject,
        &asn1::sequence(&[&key_algorithm, &asn1::bit_string(&public_key)]),
        &asn1::element(0xa3, &[&request.extensions(has_subject, subject_key_id, &authority_key_id)?]),
    ]);
    let signature = signer.sign(&content)?;
    Ok(asn1::sequence(&[&content, &algorithm, &asn1::bit_string(&signature)]))
}

/// Reads a certificate.
///
/// # Errors
/// With Go's text; it does not say what is wrong.
pub(super) fn parse(der: &[u8]) -> Result<Certificate, String> {
    Certificate::from_der(der).map_err(|_| "x509: malformed certificate".to_string())
}
