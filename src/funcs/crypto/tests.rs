use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use x509_cert::der::Encode;

use super::*;
use crate::funcs::lookup;
use crate::value::Map;
use crate::value::call::Host;

/// A host with a fixed clock and numbers that only look random.
struct Bench;

impl Host for Bench {
    fn now(&self) -> i128 {
        1_700_000_000_123_456_789
    }

    fn random(&self, buffer: &mut [u8]) {
        static STATE: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        for byte in buffer {
            let state = STATE.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            *byte = (state.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8;
        }
    }

    fn resolve(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn lookup(&self, _: &str, _: &str, _: &str, _: &str) -> Result<Map, CallError> {
        Ok(Map::new())
    }
}

impl Runtime for Bench {
    fn include(&mut self, _: &Str, _: &Value) -> Result<Str, CallError> {
        Err(CallError::new("no templates"))
    }

    fn tpl(&mut self, _: &Str, _: &Value) -> Result<Str, CallError> {
        Err(CallError::new("no templates"))
    }

    fn host(&self) -> &dyn Host {
        self
    }

    fn charge(&mut self, _: u64) -> Result<(), CallError> {
        Ok(())
    }

    fn reserve(&mut self, _: u64) -> Result<(), CallError> {
        Ok(())
    }

    fn note(&mut self, _: crate::value::call::Refusal) {}
}

fn call(name: &str, args: &[Value]) -> Result<Value, String> {
    let function = lookup(name.as_bytes()).unwrap();
    (function.call)(&mut Bench, args).map_err(|error| error.message.to_string())
}

fn text(name: &str, args: &[Value]) -> String {
    match call(name, args) {
        Ok(Value::Str(text)) => text.to_str_lossy().into_owned(),
        Ok(other) => format!("{other:?}"),
        Err(error) => error,
    }
}

fn field(certificate: &Value, index: usize) -> Str {
    certificate.as_object::<Certificate>().unwrap().fields()[index].1.as_str().unwrap().clone()
}

#[test]
fn encrypts_as_sprig() {
    let sealed = text("encryptAES", &[Value::str("k"), Value::str("é☃")]);
    assert_eq!(text("decryptAES", &[Value::str("k"), Value::str(sealed)]), "é☃");
    let cases = [
        ("MDEyMzQ1Njc4OWFiY2RlZoYHV5oN9rPjuQ1cdOZcgs0=", "runtime error: slice bounds out of range [:-193]"),
        ("YWJj", "runtime error: slice bounds out of range [:16] with capacity 3"),
        ("MDEyMzQ1Njc4OWFiY2RlZg==", "runtime error: index out of range [-1]"),
        ("MDEyMzQ1Njc4OWFiY2RlZlhZWg==", "crypto/cipher: input not full blocks"),
    ];
    for (sealed, expected) in cases {
        assert_eq!(text("decryptAES", &[Value::str("secretkey"), Value::str(sealed)]), expected);
    }
}

#[test]
fn derives_passwords_as_sprig() {
    let cases = [
        (1, "long", "FicqSiso5'Doyg"),
        (1, "maximum", "O7$eKa&D$#kjMj&pGERz"),
        (2, "long", "Pemu1:TivaQawu"),
        (1, "bogus", "cannot find password template bogus"),
    ];
    for (counter, kind, expected) in cases {
        let counter = Value::Num(crate::value::Num::Uint32(counter));
        let rest = [kind, "Tr0ub4dor", "carol", "mail.test"].map(Value::str);
        assert_eq!(text("derivePassword", &[&[counter], rest.as_slice()].concat()), expected);
    }
}

#[test]
fn hashes_passwords() {
    let line = text("htpasswd", &["u", "päss"].map(Value::str));
    let hash = line.strip_prefix("u:").unwrap();
    assert!(hash.starts_with("$2a$10$") && bcrypt::verify("päss", hash).unwrap());
    assert_eq!(text("htpasswd", &["a:b", ""].map(Value::str)), "invalid username: a:b");
    let long = "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
    assert_eq!(text("bcrypt", &[Value::str("x".repeat(73))]), long);
}

#[test]
fn keys_survive_pem() {
    for kind in ["ecdsa", "ed25519"] {
        let pem = text("genPrivateKey", &[Value::str(kind)]);
        let key = PrivateKey::from_pem(pem.as_bytes()).unwrap();
        assert_eq!(key.to_pem(), pem);
    }
    let cases = [
        (
            "RSA PRIVATE KEY",
            "AAAA",
            "parsing private key: parsing RSA private key from PEM: asn1: structure error: tags don't match (16 vs {class:0 tag:0 length:0 isCompound:false}) {optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false} pkcs1PrivateKey @2",
        ),
        ("FOO PRIVATE KEY", "AAAA", "parsing private key: invalid private key type FOO PRIVATE KEY"),
        ("CERTIFICATE", "AAAA", "parsing private key: no private key data in PEM block of type CERTIFICATE"),
        ("PRIVATE KEY", "?", "parsing private key: no PEM data in input"),
    ];
    for (label, body, expected) in cases {
        let pem = format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n");
        assert_eq!(text("genCAWithKey", &[Value::str("x"), Value::Int(1), Value::str(pem)]), expected);
    }
}

#[test]
fn signs_certificates() {
    let ca = call("genCA", &[Value::str("the-ca"), Value::Int(365)]).unwrap();
    let ips = Value::strings(["127.0.0.1", "::1"]);
    let names = Value::strings(["leaf.local"]);
    let args = [Value::str("leaf*"), ips, names, Value::Int(30), ca.clone()];
    let leaf = call("genSignedCert", &args).unwrap();

    let [ca, leaf] =
        [ca, leaf].map(|cert| x509::parse(&pem::decode(&field(&cert, 0)).unwrap().bytes).unwrap());
    let ca_key = ca.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes();
    for cert in [&ca, &leaf] {
        let signed = cert.tbs_certificate().to_der().unwrap();
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, ca_key);
        key.verify(&signed, cert.signature().raw_bytes()).unwrap();
    }

    let content = leaf.tbs_certificate();
    assert_eq!(content.issuer().to_string(), "CN=the-ca");
    assert_eq!(content.subject().to_string(), "CN=leaf*");
    assert_eq!(content.validity().not_before.to_unix_duration().as_secs(), 1_700_000_000);
    assert_eq!(content.validity().not_after.to_unix_duration().as_secs(), 1_700_000_000 + 30 * 24 * 3600);
    let extensions: Vec<String> = content
        .extensions()
        .unwrap()
        .iter()
        .map(|ext| {
            format!(
                "{} {} {}",
                ext.extn_id,
                ext.critical,
                data_encoding::HEXLOWER.encode(ext.extn_value.as_bytes())
            )
        })
        .collect();
    let key_id = data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(ca_key)[..20]);
    let expected = [
        "2.5.29.15 true 030205a0".to_string(),
        "2.5.29.37 false 301406082b0601050507030106082b06010505070302".to_string(),
        "2.5.29.19 true 3000".to_string(),
        format!("2.5.29.35 false 30168014{key_id}"),
        "2.5.29.17 false 3024820a6c6561662e6c6f63616c87047f000001871000000000000000000000000000000001"
            .to_string(),
    ];
    assert_eq!(extensions, expected);
}

#[test]
fn makes_dsa_keys() {
    let pem = text("genPrivateKey", &[Value::str("dsa")]);
    assert!(pem.starts_with("-----BEGIN DSA PRIVATE KEY-----\n"));
    let args = [Value::str("x"), Value::Int(1), Value::str(pem)];
    let message =
        "error creating certificate: x509: certificate private key does not implement crypto.Signer";
    assert_eq!(text("genCAWithKey", &args), message);
}
