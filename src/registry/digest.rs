//! Digests: how content is named, and how it is held to its name.

use std::fmt;
use std::io::{self, Write};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// `sha256:` and what follows, checked to be well formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest(String);

impl Digest {
    /// Reads a digest.
    ///
    /// # Errors
    /// What is wrong, in go-digest's words.
    pub fn parse(text: &str) -> Result<Digest, &'static str> {
        const FORMAT: &str = "invalid checksum digest format";
        let (algorithm, hash) = text.split_once(':').ok_or(FORMAT)?;
        if algorithm.is_empty() || hash.is_empty() {
            return Err(FORMAT);
        }
        let Some(hasher) = Hasher::new(algorithm) else {
            let may_be = |b: u8| b.is_ascii_alphanumeric() || b"=_-".contains(&b);
            return Err(if hash.bytes().all(may_be) { "unsupported digest algorithm" } else { FORMAT });
        };
        if hash.len() != hasher.digits() {
            return Err("invalid checksum digest length");
        }
        if !hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(FORMAT);
        }
        Ok(Digest(text.to_owned()))
    }

    /// The SHA-256 digest of `content`.
    pub fn of(content: &[u8]) -> Digest {
        Hasher::Sha256(Sha256::new_with_prefix(content)).finish()
    }

    /// The digest as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if it is the digest of `content`.
    pub fn is_of(&self, content: &[u8]) -> bool {
        let Some(mut hasher) = self.hasher() else { return false };
        hasher.update(content);
        hasher.finish() == *self
    }

    fn hasher(&self) -> Option<Hasher> {
        Hasher::new(self.0.split(':').next().unwrap_or_default())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A hash under way.
#[derive(Debug)]
enum Hasher {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    fn new(algorithm: &str) -> Option<Hasher> {
        match algorithm {
            "sha256" => Some(Hasher::Sha256(Sha256::new())),
            "sha384" => Some(Hasher::Sha384(Sha384::new())),
            "sha512" => Some(Hasher::Sha512(Sha512::new())),
            _ => None,
        }
    }

    /// How many hexadecimal digits the hash has.
    fn digits(&self) -> usize {
        match self {
            Hasher::Sha256(_) => 64,
            Hasher::Sha384(_) => 96,
            Hasher::Sha512(_) => 128,
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Sha256(hash) => hash.update(bytes),
            Hasher::Sha384(hash) => hash.update(bytes),
            Hasher::Sha512(hash) => hash.update(bytes),
        }
    }

    fn finish(self) -> Digest {
        let (name, hash) = match self {
            Hasher::Sha256(hash) => ("sha256", HEXLOWER.encode(&hash.finalize())),
            Hasher::Sha384(hash) => ("sha384", HEXLOWER.encode(&hash.finalize())),
            Hasher::Sha512(hash) => ("sha512", HEXLOWER.encode(&hash.finalize())),
        };
        Digest(format!("{name}:{hash}"))
    }
}

/// Keeps content as it comes, and tells whether it is what a digest names.
#[derive(Debug)]
pub struct Verifier {
    content: Vec<u8>,
    hasher: Option<Hasher>,
}

impl Verifier {
    /// A verifier for content that `digest` names.
    pub fn new(digest: &Digest) -> Verifier {
        Verifier { content: Vec::new(), hasher: digest.hasher() }
    }

    /// The content and its digest.
    pub fn finish(self) -> (Vec<u8>, Option<Digest>) {
        (self.content, self.hasher.map(Hasher::finish))
    }
}

impl Write for Verifier {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(hasher) = &mut self.hasher {
            hasher.update(bytes);
        }
        self.content.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_checked_as_go_digest_does() {
        let zeros = "0".repeat(64);
        for (text, problem) in [
            ("", "invalid checksum digest format"),
            ("sha256", "invalid checksum digest format"),
            ("sha256:", "invalid checksum digest format"),
            (":0", "invalid checksum digest format"),
            ("sha256:4cb", "invalid checksum digest length"),
            ("sha256:../../etc", "invalid checksum digest length"),
            (&format!("sha256:{}", "A".repeat(64)), "invalid checksum digest format"),
            (&format!("md5:{zeros}"), "unsupported digest algorithm"),
            (&format!("md5:../{zeros}"), "invalid checksum digest format"),
        ] {
            assert_eq!(Digest::parse(text), Err(problem), "{text}");
        }
        let digest = Digest::of(b"");
        assert_eq!(Digest::parse(digest.as_str()), Ok(digest.clone()));
        assert!(digest.is_of(b"") && !digest.is_of(b"x"));
        let long = Digest::parse(&format!("sha512:{}", "0".repeat(128))).expect("it is well formed");
        assert!(!long.is_of(b""));
    }
}
