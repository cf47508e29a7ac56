//! ASCII armor: binary data as lines of text.

use std::borrow::Cow;

use data_encoding::{BASE64, DecodeKind};

use super::Error;

/// The longest line of data.
const LINE_BYTES: usize = 96;

/// A block of armored data.
#[derive(Debug)]
pub(super) struct Block<'a> {
    /// What it is, e.g. `PGP SIGNATURE`.
    pub kind: Cow<'a, str>,
    lines: Vec<&'a [u8]>,
}

impl<'a> Block<'a> {
    /// The first block of `text`; `None` if there is none.
    pub(super) fn first(text: &'a [u8]) -> Option<Block<'a>> {
        let mut lines = text.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
        while let Some(line) = lines.next() {
            let Some(kind) = line.strip_prefix(b"-----BEGIN ").and_then(|rest| rest.strip_suffix(b"-----"))
            else {
                continue;
            };
            // Headers up to an empty line; other lines show that this is no block.
            if lines.by_ref().find(|line| !line.contains(&b':')) != Some(b"") {
                continue;
            }
            let is_sum = |line: &[u8]| line.len() == 5 && line.starts_with(b"=");
            let body = lines.by_ref().take_while(|line| !line.starts_with(b"-----END ") && !is_sum(line));
            return Some(Block { kind: String::from_utf8_lossy(kind), lines: body.collect() });
        }
        None
    }

    /// The data. Its sum, if there is one, is not checked: what matters is signed.
    ///
    /// # Errors
    /// If it is not base64.
    pub(super) fn data(&self) -> Result<Vec<u8>, Error> {
        if self.lines.iter().any(|line| line.len() > LINE_BYTES) {
            return Err(Error::new("openpgp: invalid data: armor invalid"));
        }
        BASE64.decode(&self.lines.concat()).map_err(|error| match error.kind {
            DecodeKind::Length => Error::new("unexpected EOF"),
            _ => Error::new(format!("illegal base64 data at input byte {}", error.position)),
        })
    }
}

/// `data` as a block of this kind, with its sum.
pub(super) fn encode(kind: &str, data: &[u8]) -> String {
    let mut text = format!("-----BEGIN {kind}-----\n\n");
    for line in BASE64.encode(data).as_bytes().chunks(64) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    let sum = BASE64.encode(&crc24(data).to_be_bytes()[1..]);
    text.push_str(&format!("={sum}\n-----END {kind}-----\n"));
    text
}

/// The sum of armored data (RFC 9580, 6.1.1).
fn crc24(data: &[u8]) -> u32 {
    let mut sum = 0x00B7_04CE;
    for byte in data {
        sum ^= u32::from(*byte) << 16;
        for _ in 0..8 {
            sum <<= 1;
            if sum & 0x0100_0000 != 0 {
                sum ^= 0x0186_4CFB;
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found() {
        let good = |kind: &str, data: &str| Ok(Some((kind.to_owned(), data.as_bytes().to_vec())));
        for (text, want) in [
            ("", Ok(None)),
            ("-----BEGIN X-----\n\nYWJj\n-----END X-----\n", good("X", "abc")),
            ("noise\r\n-----BEGIN X-----\r\nA: b\r\n\r\nYW\r\nJj\r\n=AAAA\r\n", good("X", "abc")),
            ("-----BEGIN X-----\nno header\n\n-----BEGIN Y-----\n\nYWJj", good("Y", "abc")),
            ("-----BEGIN X-----\n\nYW!j\n", Err(Error::new("illegal base64 data at input byte 2"))),
            ("-----BEGIN X-----\n\nYWJjY\n", Err(Error::new("unexpected EOF"))),
            ("-----BEGIN X-----\nA: b", Ok(None)),
        ] {
            let block = Block::first(text.as_bytes());
            let got = block.map(|block| block.data().map(|data| (block.kind.into_owned(), data))).transpose();
            assert_eq!(got, want, "{text:?}");
        }
        // The sum is that of gpg --enarmor.
        assert_eq!(encode("X", b"abc\n"), "-----BEGIN X-----\n\nYWJjCg==\n=5qPE\n-----END X-----\n");
    }
}
