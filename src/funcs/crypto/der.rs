//! DER: the little of ASN.1 that keys and certificates need.

/// Tags.
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// An element of the contents given.
pub(super) fn element(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let length: usize = contents.iter().map(|content| content.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    match u8::try_from(length) {
        Ok(short @ 0..0x80) => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let significant = bytes.iter().position(|&byte| byte != 0).unwrap_or_default();
            out.push(0x80 | (bytes.len() - significant) as u8);
            out.extend_from_slice(&bytes[significant..]);
        }
    }
    out.extend(contents.iter().copied().flatten());
    out
}

/// A sequence of elements.
pub(super) fn sequence(elements: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, elements)
}

/// An integer, given as big-endian bytes without sign.
pub(super) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let significant = bytes.iter().position(|&byte| byte != 0).unwrap_or(bytes.len());
    let bytes = &bytes[significant..];
    let sign: &[u8] = if bytes.first().is_none_or(|&byte| byte >= 0x80) { &[0] } else { &[] };
    element(INTEGER, &[sign, bytes])
}

/// Whole bytes as a bit string.
pub(super) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], bytes])
}

/// Elements one after the other.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// Tag and content of the next element.
    pub(super) fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&[tag, length], mut rest) = self.0.split_first_chunk()?;
        let mut size = usize::from(length);
        if length >= 0x80 {
            let (bytes, behind) = rest.split_at_checked(usize::from(length & 0x7f))?;
            if bytes.is_empty() || bytes.len() > 4 {
                return None;
            }
            size = bytes.iter().fold(0, |size, &byte| size << 8 | usize::from(byte));
            rest = behind;
        }
        let (content, behind) = rest.split_at_checked(size)?;
        self.0 = behind;
        Some((tag, content))
    }

    /// Content of the next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (found, content) = ahead.next()?;
        if found != tag {
            return None;
        }
        *self = ahead;
        Some(content)
    }
}

/// Reader of the sequence that `der` begins with.
///
/// # Errors
/// With the text of Go's `encoding/asn1`, which names the Go struct `name`.
pub(super) fn read_sequence<'a>(der: &'a [u8], name: &str) -> Result<Reader<'a>, String> {
    match Reader(der).next() {
        Some((SEQUENCE, content)) => Ok(Reader(content)),
        Some((tag, content)) => {
            let found = format!(
                "{{class:{} tag:{} length:{} isCompound:{}}}",
                tag >> 6,
                tag & 0x1f,
                content.len(),
                tag & 0x20 != 0,
            );
            let params = "{optional:false explicit:false application:false private:false defaultValue:<nil> \
                          tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}";
            let header = der.len() - content.len();
            let offset = if header >= 2 { 2 } else { header };
            Err(format!("asn1: structure error: tags don't match (16 vs {found}) {params} {name} @{offset}"))
        }
        None if der.len() < 2 => Err("asn1: syntax error: truncated tag or length".to_string()),
        None => Err("asn1: syntax error: data truncated".to_string()),
    }
}
