//! base64, base32 and checksums.

use data_encoding::{BASE32, BASE64, BASE64_NOPAD, HEXLOWER};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::value::call::{CallError, Function, Runtime, Signature};
use crate::value::{Str, Type, Value};

const TEXT_TO_TEXT: Signature = Signature::new(&[Type::String], Type::String);

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    Function { name: "adler32sum", signature: TEXT_TO_TEXT, call: adler32sum },
    Function { name: "b32dec", signature: TEXT_TO_TEXT, call: b32dec },
    Function { name: "b32enc", signature: TEXT_TO_TEXT, call: b32enc },
    Function { name: "b64dec", signature: TEXT_TO_TEXT, call: b64dec },
    Function { name: "b64enc", signature: TEXT_TO_TEXT, call: b64enc },
    Function { name: "sha1sum", signature: TEXT_TO_TEXT, call: sha1sum },
    Function { name: "sha256sum", signature: TEXT_TO_TEXT, call: sha256sum },
    Function { name: "sha512sum", signature: TEXT_TO_TEXT, call: sha512sum },
];

/// The text that all functions here take, its reading paid for.
fn text<'a>(runtime: &mut dyn Runtime, args: &'a [Value]) -> Result<&'a Str, CallError> {
    let [Value::Str(text)] = args else { return Err(CallError::new("expected string")) };
    runtime.charge(text.len() as u64 / 16)?;
    Ok(text)
}

/// [`text`], and a result that is at most twice as long paid for.
fn coded<'a>(runtime: &mut dyn Runtime, args: &'a [Value]) -> Result<&'a Str, CallError> {
    let text = text(runtime, args)?;
    runtime.reserve(2 * text.len() as u64)?;
    Ok(text)
}

fn b64enc(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::str(BASE64.encode(coded(runtime, args)?)))
}

fn b64dec(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(match base64_decode(coded(runtime, args)?) {
        Ok(bytes) => Value::str(bytes),
        Err(error) => Value::str(error),
    })
}

fn b32enc(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::str(BASE32.encode(coded(runtime, args)?)))
}

fn b32dec(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(match base32_decode(coded(runtime, args)?) {
        Ok(bytes) => Value::str(bytes),
        Err(error) => Value::str(error),
    })
}

fn sha1sum(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    hex_digest::<Sha1>(runtime, args)
}

fn sha256sum(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    hex_digest::<Sha256>(runtime, args)
}

fn sha512sum(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    hex_digest::<Sha512>(runtime, args)
}

fn hex_digest<D: Digest>(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::str(HEXLOWER.encode(&D::digest(text(runtime, args)?))))
}

fn adler32sum(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(Value::str(adler2::adler32_slice(text(runtime, args)?).to_string()))
}

/// Decodes standard base64 as Go does: line breaks anywhere are skipped, surplus bits need not be zero.
///
/// # Errors
/// With Go's text, which has the offset of the first bad byte.
pub(super) fn base64_decode(text: &[u8]) -> Result<Vec<u8>, String> {
    if text.len().is_multiple_of(4) {
        // Without padding, because the crate also takes padding between two texts.
        let data = text.strip_suffix(b"==").or(text.strip_suffix(b"=")).unwrap_or(text);
        if let Ok(bytes) = BASE64_NOPAD.decode(data) {
            return Ok(bytes);
        }
    }
    let corrupt = |offset: usize| Err(format!("illegal base64 data at input byte {offset}"));
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    // What is left of the text, less its line breaks, with the offset of each byte.
    let mut rest = text.iter().copied().enumerate().filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'));
    let (mut bits, mut count) = (0u32, 0);
    while let Some((offset, byte)) = rest.next() {
        if let Some(sextet) = sextet(byte) {
            bits = bits << 6 | sextet;
            count += 1;
            if count == 4 {
                let [_, triple @ ..] = bits.to_be_bytes();
                bytes.extend_from_slice(&triple);
                (bits, count) = (0, 0);
            }
            continue;
        }
        if byte != b'=' || count < 2 {
            return corrupt(offset);
        }
        if count == 2 {
            match rest.next() {
                None => return corrupt(text.len()),
                Some((_, b'=')) => {}
                Some((offset, _)) => return corrupt(offset - 1),
            }
        }
        if let Some((offset, _)) = rest.next() {
            return corrupt(offset);
        }
        let [_, triple @ ..] = (bits << (6 * (4 - count))).to_be_bytes();
        bytes.extend_from_slice(&triple[..count - 1]);
        return Ok(bytes);
    }
    if count > 0 {
        return corrupt(text.len() - count);
    }
    Ok(bytes)
}

fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}

/// Decodes standard base32 as Go does: line breaks anywhere are skipped, surplus bits need not be zero.
///
/// # Errors
/// With Go's text, which has the offset of the first bad byte, line breaks not counted.
fn base32_decode(text: &[u8]) -> Result<Vec<u8>, String> {
    let corrupt = |offset: usize| Err(format!("illegal base32 data at input byte {offset}"));
    let text: Vec<u8> = text.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let mut bytes = Vec::with_capacity(text.len() / 8 * 5);
    for (index, group) in text.chunks(8).enumerate() {
        let start = index * 8;
        let mut bits = 0u64;
        for (i, &byte) in group.iter().enumerate() {
            let quintet = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'2'..=b'7' => byte - b'2' + 26,
                // Padding, if there is data before it and little behind it.
                b'=' if i >= 2 && text.len() - (start + i) <= 8 => {
                    let padding = &text[start + i..];
                    if padding.len() < 8 - i {
                        return corrupt(text.len());
                    }
                    if let Some(bad) = padding[..8 - i].iter().position(|&byte| byte != b'=') {
                        return corrupt(start + i + bad - 1);
                    }
                    if matches!(i, 3 | 6) {
                        return corrupt(start + i);
                    }
                    let [_, _, _, quintuple @ ..] = (bits << (5 * (8 - i))).to_be_bytes();
                    bytes.extend_from_slice(&quintuple[..i * 5 / 8]);
                    return Ok(bytes);
                }
                _ => return corrupt(start + i),
            };
            bits = bits << 5 | u64::from(quintet);
        }
        if group.len() < 8 {
            return corrupt(start);
        }
        let [_, _, _, quintuple @ ..] = bits.to_be_bytes();
        bytes.extend_from_slice(&quintuple);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_as_go() {
        let base64: &[(&str, &str)] = &[
            ("\r\nY\nQ=\r=\n", "a"),
            ("YR==", "a"),
            ("YQ", "illegal base64 data at input byte 0"),
            ("YQ\n", "illegal base64 data at input byte 1"),
            ("YQ=", "illegal base64 data at input byte 3"),
            ("YQ=\n\nY", "illegal base64 data at input byte 4"),
            ("YQ===", "illegal base64 data at input byte 4"),
            ("YWI=YWI=", "illegal base64 data at input byte 4"),
            ("YWJjZ", "illegal base64 data at input byte 4"),
        ];
        for (text, expected) in base64 {
            let decoded = base64_decode(text.as_bytes());
            assert_eq!(
                decoded.map(|d| String::from_utf8(d).unwrap()).unwrap_or_else(|e| e),
                *expected,
                "{text:?}"
            );
        }
        let base32: &[(&str, &str)] = &[
            ("MFRGG\nZDF", "abcde"),
            ("ME======", "a"),
            ("NNNNN==", "illegal base32 data at input byte 7"),
            ("ME", "illegal base32 data at input byte 0"),
            ("ME==E===", "illegal base32 data at input byte 3"),
            ("MEE=====", "illegal base32 data at input byte 3"),
            ("ME======ME======", "illegal base32 data at input byte 2"),
        ];
        for (text, expected) in base32 {
            let decoded = base32_decode(text.as_bytes());
            assert_eq!(
                decoded.map(|d| String::from_utf8(d).unwrap()).unwrap_or_else(|e| e),
                *expected,
                "{text:?}"
            );
        }
    }
}
