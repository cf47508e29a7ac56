//! `encryptAES` and `decryptAES`: AES-256 in CBC mode, base64 outside, an initialization vector in front.

use aes::Aes256;
use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use data_encoding::BASE64;

use super::super::encoding::base64_decode;
use super::string;
use crate::value::Value;
use crate::value::call::{CallError, Runtime};

const BLOCK: usize = 16;

/// The key: the password itself, cut or filled up with zeros.
fn key(password: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    let length = password.len().min(key.len());
    key[..length].copy_from_slice(&password[..length]);
    key
}

pub(super) fn encrypt_aes(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (password, text) = (string(args, 0)?, string(args, 1)?);
    if text.is_empty() {
        return Ok(Value::str(""));
    }
    runtime.charge(text.len() as u64 / 4)?;
    runtime.reserve(3 * text.len() as u64)?;
    let mut iv = [0; BLOCK];
    runtime.host().random(&mut iv);
    let mut sealed = iv.to_vec();
    let encryptor = cbc::Encryptor::<Aes256>::new(&key(password).into(), &iv.into());
    sealed.extend(encryptor.encrypt_padded_vec::<Pkcs7>(text));
    Ok(Value::str(BASE64.encode(&sealed)))
}

pub(super) fn decrypt_aes(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (password, text) = (string(args, 0)?, string(args, 1)?);
    if text.is_empty() {
        return Ok(Value::str(""));
    }
    runtime.charge(text.len() as u64 / 4)?;
    runtime.reserve(2 * text.len() as u64)?;
    let sealed = base64_decode(text)?;
    // Sprig checks nothing, so bad input shows as a panic of Go's run time.
    let Some((iv, blocks)) = sealed.split_first_chunk::<BLOCK>() else {
        let capacity = text.len() / 4 * 3;
        let message = format!("runtime error: slice bounds out of range [:{BLOCK}] with capacity {capacity}");
        return Err(CallError::new(message));
    };
    let decryptor = cbc::Decryptor::<Aes256>::new(&key(password).into(), &(*iv).into());
    let Ok(mut plain) = decryptor.decrypt_padded_vec::<NoPadding>(blocks) else {
        return Err(CallError::new("crypto/cipher: input not full blocks"));
    };
    let Some(&padding) = plain.last() else {
        return Err(CallError::new("runtime error: index out of range [-1]"));
    };
    let Some(length) = plain.len().checked_sub(padding.into()) else {
        let excess = usize::from(padding) - plain.len();
        return Err(CallError::new(format!("runtime error: slice bounds out of range [:-{excess}]")));
    };
    plain.truncate(length);
    Ok(Value::str(plain))
}
