//! JSON as Go 1.27's `encoding/json` reads and writes it, error texts included.
//!
//! Numbers are read as `float64`, of equal keys the last one wins, and invalid UTF-8 becomes U+FFFD.
//! A number that no `float64` holds is an error that comes with data: Go decodes the rest and leaves a zero
//! there. [`decode_map`] and [`decode_list`] give both.

mod decode;
mod encode;
mod error;
mod number;

pub use self::decode::{
    decode, decode_list, decode_map, decode_prefix, decode_prefix_exact, decode_prefix_located, is_valid,
};
pub use self::encode::{encode, encode_indent};
pub use self::error::Error;
pub use self::number::Number;

/// Appends `text` to `out`, each invalid byte as U+FFFD.
pub(crate) fn push_valid(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Err(error) = std::str::from_utf8(rest) {
        let (valid, invalid) = rest.split_at(error.valid_up_to());
        out.extend_from_slice(valid);
        out.extend_from_slice("\u{fffd}".as_bytes());
        rest = &invalid[1..];
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests;
