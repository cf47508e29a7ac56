//! PEM as `encoding/pem` reads and writes it.

use bstr::ByteSlice;
use data_encoding::BASE64;

use super::super::encoding::base64_decode;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// One block.
pub(super) struct Block {
    /// What stands between `BEGIN ` and the dashes.
    pub(super) label: Vec<u8>,
    /// The content.
    pub(super) bytes: Vec<u8>,
}

/// The first well-formed block in `text`.
pub(super) fn decode(text: &[u8]) -> Option<Block> {
    let mut rest = text;
    loop {
        // An end line, and the last begin line above it.
        let end = find_line(rest, END)?;
        if let Some(begin) = rest[..end].rfind(BEGIN).filter(|&at| at == 0 || rest[at - 1] == b'\n')
            && let Some(block) = block(&rest[begin + BEGIN.len()..end], &rest[end + END.len()..])
        {
            return Some(block);
        }
        rest = &rest[end + END.len()..];
    }
}

/// Offset of the first line other than the very first that begins with `start`.
fn find_line(text: &[u8], start: &[u8]) -> Option<usize> {
    text.find_iter(start).find(|&at| at > 0 && text[at - 1] == b'\n')
}

/// The block whose text, from the label on, is `text`, and behind whose `END ` stands `behind`.
fn block(text: &[u8], behind: &[u8]) -> Option<Block> {
    let (label, mut body) = split_line(text);
    let label = label.strip_suffix(DASHES)?;
    loop {
        let (line, rest) = split_line(body);
        if !line.contains(&b':') {
            break;
        }
        body = rest;
    }
    let (end_line, _) = split_line(behind);
    if end_line.strip_suffix(DASHES)? != label {
        return None;
    }
    let body: Vec<u8> = body.iter().copied().filter(|byte| !matches!(byte, b' ' | b'\t')).collect();
    Some(Block { label: label.to_vec(), bytes: base64_decode(&body).ok()? })
}

/// The first line of `text`, without white space at its end, and what follows it.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match text.find_byte(b'\n') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &text[text.len()..]),
    };
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    (line.trim_end_with(|c| matches!(c, ' ' | '\t')), rest)
}

/// A block without headers.
pub(super) fn encode(label: &str, bytes: &[u8]) -> String {
    let mut out = format!("-----BEGIN {label}-----\n");
    for line in bytes.chunks(48) {
        BASE64.encode_append(line, &mut out);
        out.push('\n');
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}
