//! Passwords, encryption, keys and certificates.
//!
//! Randomness and time come from the host, except for RSA keys: those come from the generator of the cryptographic
//! library.

mod cipher;
mod der;
mod dsa;
mod key;
mod password;
mod pem;
mod rsa;
mod x509;

use std::any::Any;
use std::sync::Arc;

use self::key::PrivateKey;
use self::x509::{Issuer, Request};
use super::encoding::base64_decode;
use crate::value::call::{CallError, Function, Runtime, Signature};
use crate::value::{Object, Str, Type, Value};

/// Sprig's type of certificates with their key.
const CERTIFICATE: Type = Type::Named("sprig.certificate", &Type::Struct);

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "bcrypt",
        signature: Signature::new(&[Type::String], Type::String),
        call: password::bcrypt,
    },
    Function {
        name: "buildCustomCert",
        signature: Signature::new(&[Type::String, Type::String], CERTIFICATE),
        call: build_custom_cert,
    },
    Function {
        name: "decryptAES",
        signature: Signature::new(&[Type::String, Type::String], Type::String),
        call: cipher::decrypt_aes,
    },
    Function {
        name: "derivePassword",
        signature: Signature::new(
            &[Type::Uint32, Type::String, Type::String, Type::String, Type::String],
            Type::String,
        ),
        call: password::derive_password,
    },
    Function {
        name: "encryptAES",
        signature: Signature::new(&[Type::String, Type::String], Type::String),
        call: cipher::encrypt_aes,
    },
    Function {
        name: "genCA",
        signature: Signature::new(&[Type::String, Type::Int], CERTIFICATE),
        call: gen_ca,
    },
    Function {
        name: "genCAWithKey",
        signature: Signature::new(&[Type::String, Type::Int, Type::String], CERTIFICATE),
        call: gen_ca,
    },
    Function {
        name: "genPrivateKey",
        signature: Signature::new(&[Type::String], Type::String),
        call: gen_private_key,
    },
    Function {
        name: "genSelfSignedCert",
        signature: Signature::new(&[Type::String, Type::ANY_LIST, Type::ANY_LIST, Type::Int], CERTIFICATE),
        call: gen_self_signed_cert,
    },
    Function {
        name: "genSelfSignedCertWithKey",
        signature: Signature::new(
            &[Type::String, Type::ANY_LIST, Type::ANY_LIST, Type::Int, Type::String],
            CERTIFICATE,
        ),
        call: gen_self_signed_cert,
    },
    Function {
        name: "genSignedCert",
        signature: Signature::new(
            &[Type::String, Type::ANY_LIST, Type::ANY_LIST, Type::Int, CERTIFICATE],
            CERTIFICATE,
        ),
        call: gen_signed_cert,
    },
    Function {
        name: "genSignedCertWithKey",
        signature: Signature::new(
            &[Type::String, Type::ANY_LIST, Type::ANY_LIST, Type::Int, CERTIFICATE, Type::String],
            CERTIFICATE,
        ),
        call: gen_signed_cert,
    },
    Function {
        name: "htpasswd",
        signature: Signature::new(&[Type::String, Type::String], Type::String),
        call: password::htpasswd,
    },
];

/// A certificate and its private key, both PEM.
#[derive(Debug)]
struct Certificate {
    cert: Str,
    key: Str,
}

impl Object for Certificate {
    fn go_type(&self) -> Type {
        CERTIFICATE
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Cert", Value::Str(self.cert.clone())), ("Key", Value::Str(self.key.clone()))]
    }
}

/// The string at `index`.
fn string(args: &[Value], index: usize) -> Result<&Str, CallError> {
    args.get(index).and_then(Value::as_str).ok_or_else(|| CallError::new("expected string"))
}

/// The key in the PEM text at `index`, if there is such an argument, or else a new RSA key.
fn given_or_new_key(
    runtime: &mut dyn Runtime,
    args: &[Value],
    index: usize,
) -> Result<PrivateKey, CallError> {
    match args.get(index) {
        Some(Value::Str(pem)) => {
            PrivateKey::from_pem(pem).map_err(|error| CallError::new(format!("parsing private key: {error}")))
        }
        _ => PrivateKey::generate_rsa(runtime, 2048).map_err(|error| CallError {
            message: format!("error generating rsa key: {error}").into(),
            ..error
        }),
    }
}

/// What all the certificate functions begin with: a name, then, if `has_names`, addresses and further names, then days.
fn request(runtime: &dyn Runtime, args: &[Value], has_names: bool) -> Result<Request, CallError> {
    let days = args.get(if has_names { 3 } else { 1 }).and_then(Value::as_int).unwrap_or_default();
    let mut request = Request::new(runtime.host(), string(args, 0)?.clone(), days);
    if has_names {
        let items = |index: usize| args.get(index).and_then(Value::as_list).map(|list| list.items());
        request.set_ips(&items(1).unwrap_or_default())?;
        request.set_dns_names(&items(2).unwrap_or_default())?;
    }
    Ok(request)
}

/// Signs `request` for `key` and gives both.
fn certify(
    runtime: &mut dyn Runtime,
    request: &Request,
    key: &PrivateKey,
    issuer: &Issuer<'_>,
) -> Result<Value, CallError> {
    runtime.charge(20_000)?;
    let cert = x509::certificate(request, key, issuer)
        .map_err(|error| CallError::new(format!("error creating certificate: {error}")))?;
    let cert = Str::from(pem::encode("CERTIFICATE", &cert));
    Ok(Value::Object(Arc::new(Certificate { cert, key: Str::from(key.to_pem()) })))
}

fn gen_private_key(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let kind = string(args, 0)?;
    let key = match kind.as_bytes() {
        b"" | b"rsa" => PrivateKey::generate_rsa(runtime, 4096),
        b"dsa" => PrivateKey::generate_dsa(runtime),
        b"ecdsa" => PrivateKey::generate_ecdsa(runtime),
        b"ed25519" => PrivateKey::generate_ed25519(runtime),
        _ => {
            let mut text = b"Unknown type ".to_vec();
            text.extend_from_slice(kind);
            return Ok(Value::str(text));
        }
    };
    match key {
        Ok(key) => Ok(Value::str(key.to_pem())),
        Err(error) if error.fatal => Err(error),
        Err(error) => Ok(Value::str(format!("failed to generate private key: {error}"))),
    }
}

fn gen_ca(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let key = given_or_new_key(runtime, args, 2)?;
    let mut request = request(runtime, args, false)?;
    request.is_ca = true;
    certify(runtime, &request, &key, &Issuer::Own)
}

fn gen_self_signed_cert(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let key = given_or_new_key(runtime, args, 4)?;
    let request = request(runtime, args, true)?;
    certify(runtime, &request, &key, &Issuer::Own)
}

fn gen_signed_cert(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let Some(ca) = args.get(4).and_then(Value::as_object::<Certificate>) else {
        return Err(CallError::new("expected sprig.certificate"));
    };
    let key = given_or_new_key(runtime, args, 5)?;
    let Some(block) = pem::decode(&ca.cert) else {
        return Err(CallError::new("unable to decode certificate"));
    };
    let ca_cert = x509::parse(&block.bytes).map_err(|error| {
        CallError::new(format!("error parsing certificate: decodedSignerCert.Bytes: {error}"))
    })?;
    let ca_key = PrivateKey::from_pem(&ca.key)
        .map_err(|error| CallError::new(format!("error parsing private key: {error}")))?;
    let request = request(runtime, args, true)?;
    certify(runtime, &request, &key, &Issuer::Ca { cert: &ca_cert, key: &ca_key })
}

fn build_custom_cert(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    runtime.charge(string(args, 0)?.len() as u64 + string(args, 1)?.len() as u64)?;
    let cert =
        base64_decode(string(args, 0)?).map_err(|_| CallError::new("unable to decode base64 certificate"))?;
    let key =
        base64_decode(string(args, 1)?).map_err(|_| CallError::new("unable to decode base64 private key"))?;
    let block = pem::decode(&cert).ok_or_else(|| CallError::new("unable to decode certificate"))?;
    x509::parse(&block.bytes)
        .map_err(|error| CallError::new(format!("error parsing certificate: decodedCert.Bytes: {error}")))?;
    PrivateKey::from_pem(&key)
        .map_err(|error| CallError::new(format!("error parsing private key: {error}")))?;
    Ok(Value::Object(Arc::new(Certificate { cert: Str::from(cert), key: Str::from(key) })))
}

#[cfg(test)]
mod tests;
