//! The cleartext signature framework (RFC 9580, section 7): readable text with its signature below.

use memchr::memmem;

use super::Error;
use super::armor::{self, Block};

const BEGIN: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";
const BEGIN_SIGNATURE: &[u8] = b"-----BEGIN PGP SIGNATURE-----";
const END_SIGNATURE: &[u8] = b"\n-----END PGP SIGNATURE-----";
/// What precedes lines that begin with a hyphen.
const DASH_ESCAPE: &[u8] = b"- ";

/// The hashes that the head of a message may name. Which one was used, the signature itself says.
const HASHES: [&str; 9] =
    ["MD5", "SHA1", "RIPEMD160", "SHA224", "SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-512"];

/// A signed text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// The text in lines that end in line feeds, without the last one.
    pub text: Vec<u8>,
    /// The text as it is signed, in lines that end in CRLF, without the last one.
    pub signed: Vec<u8>,
    /// The packets of the signature.
    pub signature: Vec<u8>,
}

/// The first clear-signed message in `data`.
///
/// # Errors
/// If there is none, or its signature is not base64.
pub(super) fn decode(data: &[u8]) -> Result<Message, Error> {
    let (body, armored) = split(data).ok_or_else(|| Error::new("signature block not found"))?;
    let lines = body.iter().map(|line| {
        let line = line.strip_prefix(DASH_ESCAPE).unwrap_or(line);
        &line[..line.len() - trailing(line, b" \t")]
    });
    let lines: Vec<&[u8]> = lines.collect();
    let block = Block::first(armored).ok_or_else(|| Error::new("signature block not found"))?;
    Ok(Message { text: lines.join(&b"\n"[..]), signed: lines.join(&b"\r\n"[..]), signature: block.data()? })
}

/// The lines of the first message's text, and the armor of its signature.
fn split(data: &[u8]) -> Option<(Vec<&[u8]>, &[u8])> {
    let start = memmem::find_iter(data, BEGIN).find(|at| *at == 0 || data[at - 1] == b'\n')?;
    let mut rest = &data[start + BEGIN.len()..];
    if !line(&mut rest).is_empty() {
        return None;
    }
    loop {
        if rest.is_empty() {
            return None;
        }
        let header = line(&mut rest);
        if header.trim_ascii().is_empty() {
            break;
        }
        if !is_hash_header(header) {
            return None;
        }
    }
    let mut lines = Vec::new();
    loop {
        let before = rest;
        let line = line(&mut rest);
        if line == BEGIN_SIGNATURE {
            let end = memmem::find(before, END_SIGNATURE)?;
            return Some((lines, &before[..end + END_SIGNATURE.len()]));
        }
        if rest.is_empty() {
            return None;
        }
        lines.push(line);
    }
}

/// Takes the first line off `text`, without its end.
fn line<'a>(text: &mut &'a [u8]) -> &'a [u8] {
    let (line, rest) = match memchr::memchr(b'\n', text) {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (*text, &[][..]),
    };
    let has_end = line.len() + rest.len() < text.len();
    *text = rest;
    if has_end { line.strip_suffix(b"\r").unwrap_or(line) } else { line }
}

/// True for a line `Hash: SHA512`, or with more of them.
fn is_hash_header(line: &[u8]) -> bool {
    let Some(line) =
        std::str::from_utf8(line).ok().filter(|line| line.bytes().all(|b| (b' '..=b'~').contains(&b)))
    else {
        return false;
    };
    line.split_once(':').is_some_and(|(key, values)| {
        let known = |value: &str| HASHES.iter().any(|hash| hash.eq_ignore_ascii_case(value.trim()));
        key.trim() == "Hash" && values.split(',').all(known)
    })
}

/// The number of bytes at the end of `line` that are in `set`.
fn trailing(line: &[u8], set: &[u8]) -> usize {
    line.iter().rev().take_while(|b| set.contains(b)).count()
}

/// A text made ready to be signed.
#[derive(Debug)]
pub(super) struct Draft {
    /// The text as it is signed, in lines that end in CRLF.
    pub signed: Vec<u8>,
    escaped: Vec<u8>,
}

impl Draft {
    /// Prepares `text`. White space at the end of lines is lost.
    pub(super) fn new(text: &[u8]) -> Draft {
        let lines = text.split(|b| *b == b'\n');
        let lines: Vec<&[u8]> = lines.map(|line| &line[..line.len() - trailing(line, b" \t\r")]).collect();
        let mut escaped = Vec::with_capacity(text.len());
        for line in &lines {
            if line.starts_with(b"-") {
                escaped.extend_from_slice(DASH_ESCAPE);
            }
            escaped.extend_from_slice(line);
            escaped.push(b'\n');
        }
        Draft { signed: lines.join(&b"\r\n"[..]), escaped }
    }

    /// The message with the packets of its signature. `hash` names the hash of that; newer versions of signatures
    /// leave it out.
    pub(super) fn finish(&self, hash: Option<&str>, signature: &[u8]) -> Vec<u8> {
        let hash = hash.map(|hash| format!("Hash: {hash}\n")).unwrap_or_default();
        let armored = armor::encode("PGP SIGNATURE", signature);
        [BEGIN, b"\n", hash.as_bytes(), b"\n", &self.escaped, armored.as_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_back() {
        for (text, want) in [
            ("a: b\n", "a: b\n"),
            ("", ""),
            ("- x\n-----BEGIN PGP SIGNATURE-----\n- - y \t\n", "- x\n-----BEGIN PGP SIGNATURE-----\n- - y\n"),
            ("a\r\n\n\nb", "a\n\n\nb"),
        ] {
            let draft = Draft::new(text.as_bytes());
            for hash in [Some("SHA512"), None] {
                let message = decode(&draft.finish(hash, b"signature")).expect("a message");
                let signed = want.replace('\n', "\r\n").into_bytes();
                assert_eq!(message.signed, signed, "{text:?}");
                assert_eq!(draft.signed, signed, "{text:?}");
                assert_eq!(message.text, want.as_bytes(), "{text:?}");
                assert_eq!(message.signature, b"signature", "{text:?}");
            }
        }
    }

    #[test]
    fn broken_messages_are_refused() {
        let good = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256, sha512\n\na\n\
                    -----BEGIN PGP SIGNATURE-----\n\nYWJj\n-----END PGP SIGNATURE-----";
        assert!(decode(good.as_bytes()).is_ok());
        assert!(decode(format!("x\n{good}\ny").as_bytes()).is_ok());
        assert!(decode(good.replace('\n', "\r\n").as_bytes()).is_ok());
        for (from, to) in [
            ("-----BEGIN PGP SIGNED", "x-----BEGIN PGP SIGNED"),
            ("MESSAGE-----", "MESSAGE----- "),
            ("Hash: SHA256", "Hash: SHA999"),
            ("Hash: SHA256", "Häsh: SHA256"),
            ("Hash: SHA256", "Comment: SHA256"),
            ("-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP SIGNATURE----- "),
            ("\n-----END PGP SIGNATURE-----", ""),
            ("\n\na", ""),
        ] {
            let broken = good.replacen(from, to, 1);
            assert_ne!(broken, good);
            assert_eq!(decode(broken.as_bytes()), Err(Error::new("signature block not found")), "{broken}");
        }
        for end in 0..good.len() {
            assert!(decode(&good.as_bytes()[..end]).is_err(), "{end}");
        }
    }
}
