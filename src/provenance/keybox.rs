//! GnuPG's keybox (`pubring.kbx`), a row of blobs of which some hold OpenPGP keys.

use super::Error;

/// The type of the first blob.
const HEADER: u8 = 1;
/// The type of blobs with OpenPGP keys.
const OPENPGP: u8 = 2;
/// The flag of blobs that do not belong to the keyring yet.
const EPHEMERAL: u16 = 2;
/// Bytes of a blob's length and type.
const BLOB_HEAD: usize = 5;

/// True if `data` is a keybox.
pub(super) fn is_keybox(data: &[u8]) -> bool {
    data.get(4) == Some(&HEADER) && data.get(8..12) == Some(b"KBXf")
}

/// The packets of all OpenPGP keys in a keybox.
///
/// # Errors
/// If it has none, or is damaged.
pub(super) fn packets(data: &[u8]) -> Result<Vec<u8>, Error> {
    let mut packets = Vec::new();
    let mut offset = 0;
    while let Some(rest) = data.get(offset..).filter(|rest| !rest.is_empty()) {
        if rest.len() < BLOB_HEAD {
            return Err(Error::new(format!("truncated blob header at offset {offset}")));
        }
        let length = number(rest, 0);
        if length < BLOB_HEAD {
            return Err(Error::new(format!("invalid blob length {length} at offset {offset}")));
        }
        let Some(blob) = rest.get(..length) else {
            return Err(Error::new(format!(
                "blob at offset {offset} has length {length} exceeding the {} remaining bytes",
                rest.len()
            )));
        };
        if blob[4] == OPENPGP {
            if blob.len() < 16 {
                return Err(Error::new(format!("OpenPGP blob at offset {offset} is too short")));
            }
            let start = number(blob, 8);
            let end = start.saturating_add(number(blob, 12));
            let Some(keys) = blob.get(start..end) else {
                return Err(Error::new(format!(
                    "OpenPGP blob at offset {offset} has an out-of-range keyblock"
                )));
            };
            if u16::from_be_bytes([blob[6], blob[7]]) & EPHEMERAL == 0 {
                packets.extend_from_slice(keys);
            }
        }
        offset += length;
    }
    if packets.is_empty() { Err(Error::new("keybox contains no OpenPGP keys")) } else { Ok(packets) }
}

/// The big-endian number of four bytes at `offset`; 0 behind the end.
fn number(data: &[u8], offset: usize) -> usize {
    let bytes = data.get(offset..offset + 4).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, |bytes| u32::from_be_bytes(bytes) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A blob with these bytes behind its length.
    fn blob(rest: &[u8]) -> Vec<u8> {
        [&(rest.len() as u32 + 4).to_be_bytes()[..], rest].concat()
    }

    #[test]
    fn keys_are_taken_from_their_blobs() {
        let head = blob(b"\x01\x01\0\x02KBXf");
        let key = blob(b"\x02\x01\0\0\0\0\0\x10\0\0\0\x03abc");
        let ephemeral = blob(b"\x02\x01\0\x02\0\0\0\x10\0\0\0\x03abc");
        let outside = blob(b"\x02\x01\0\0\0\0\0\x10\0\0\0\x04abc");
        let wrapping = blob(b"\x02\x01\0\0\xff\xff\xff\xff\xff\xff\xff\xff");
        assert!(is_keybox(&head) && !is_keybox(&key) && !is_keybox(b""));
        for (blobs, want) in [
            (vec![&head, &key, &ephemeral, &key], Ok(&b"abcabc"[..])),
            (vec![&head], Err("keybox contains no OpenPGP keys")),
            (vec![&head, &outside], Err("OpenPGP blob at offset 12 has an out-of-range keyblock")),
            (vec![&head, &wrapping], Err("OpenPGP blob at offset 12 has an out-of-range keyblock")),
            (vec![&head, &vec![0, 0, 0, 4, 0]], Err("invalid blob length 4 at offset 12")),
            (vec![&head, &vec![0, 0]], Err("truncated blob header at offset 12")),
            (vec![&head, &blob(b"\x02\x01")], Err("OpenPGP blob at offset 12 is too short")),
        ] {
            let data: Vec<u8> = blobs.into_iter().flatten().copied().collect();
            let want = want.map(<[u8]>::to_vec).map_err(Error::new);
            assert_eq!(packets(&data), want, "{data:?}");
        }
    }
}
