//! `bcrypt`, `htpasswd` and `derivePassword`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::string;
use crate::value::call::{CallError, Runtime};
use crate::value::{Num, Str, Value};

/// Go's default.
const BCRYPT_COST: u32 = 10;

pub(super) fn bcrypt(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::str(hash(runtime, string(args, 0)?)?))
}

pub(super) fn htpasswd(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (user, password) = (string(args, 0)?, string(args, 1)?);
    if user.contains(&b':') {
        return Ok(Value::str([b"invalid username: ", user.as_bytes()].concat()));
    }
    let hash = hash(runtime, password)?;
    Ok(Value::str([user.as_bytes(), b":", hash.as_bytes()].concat()))
}

/// The bcrypt hash of `password`, or a text that says why there is none.
fn hash(runtime: &mut dyn Runtime, password: &Str) -> Result<String, CallError> {
    if password.len() > 72 {
        let message = "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
        return Ok(message.to_string());
    }
    runtime.charge(3_000_000)?;
    let mut salt = [0; 16];
    runtime.host().random(&mut salt);
    Ok(match ::bcrypt::hash_with_salt(password, BCRYPT_COST, salt) {
        Ok(parts) => parts.format_for_version(::bcrypt::Version::TwoA),
        Err(error) => format!("failed to encrypt string with bcrypt: {error}"),
    })
}

/// A password by the "Master Password" algorithm: from a counter, a type of password, a secret, a user and a site.
pub(super) fn derive_password(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    const SEED: &[u8] = b"com.lyndir.masterpassword";
    let Some(Value::Num(Num::Uint32(counter))) = args.first() else {
        return Err(CallError::new("expected uint32"));
    };
    let (kind, secret, user, site) = (string(args, 1)?, string(args, 2)?, string(args, 3)?, string(args, 4)?);
    let Some(templates) = templates(kind) else {
        return Ok(Value::str([b"cannot find password template ", kind.as_bytes()].concat()));
    };

    runtime.charge(8_000_000)?;
    // 32 MiB of scratch space.
    runtime.reserve(32 << 20)?;
    let failed =
        |error: &dyn std::fmt::Display| CallError::new(format!("failed to derive password: {error}"));
    let params = scrypt::Params::new(15, 8, 2).map_err(|error| failed(&error))?;
    let salt = [SEED, &length(user), user].concat();
    let mut key = [0; 64];
    scrypt::scrypt(secret, &salt, &params, &mut key).map_err(|error| failed(&error))?;

    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|error| failed(&error))?;
    mac.update(&[SEED, &length(site), site, &counter.to_be_bytes()].concat());
    let [first, rest @ ..]: [u8; 32] = mac.finalize().into_bytes().into();

    let template = templates[usize::from(first) % templates.len()];
    let choose = |(class, byte): (u8, u8)| {
        let characters = characters(class);
        characters[usize::from(byte) % characters.len()]
    };
    Ok(Value::str(template.bytes().zip(rest).map(choose).collect::<Vec<u8>>()))
}

/// Length of `text` as the algorithm hashes it.
fn length(text: &[u8]) -> [u8; 4] {
    // As in Go, only the low 32 bits.
    (text.len() as u32).to_be_bytes()
}

/// The shapes of passwords of one type: each letter stands for a class of characters.
fn templates(kind: &[u8]) -> Option<&'static [&'static str]> {
    Some(match kind {
        b"maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        b"long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        b"medium" => &["CvcnoCvc", "CvcCvcno"],
        b"short" => &["Cvcn"],
        b"basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        b"pin" => &["nnnn"],
        _ => return None,
    })
}

/// The characters of a class.
fn characters(class: u8) -> &'static [u8] {
    match class {
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}
