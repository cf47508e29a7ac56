//! IP addresses in URLs, with the errors of Go's `netip.ParseAddr`.

use crate::gofmt::quote;

/// The kinds of IP address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// `127.0.0.1`
    V4,
    /// `::1`, perhaps with a zone behind a `%`.
    V6,
}

/// What is wrong with an address.
struct Fault<'a> {
    message: &'static str,
    /// The part of the address where it is wrong; empty if that does not matter.
    at: &'a [u8],
}

impl Fault<'_> {
    fn new(message: &'static str) -> Fault<'static> {
        Fault { message, at: b"" }
    }
}

/// Which kind of address `text` is.
///
/// # Errors
/// Why it is none, in Go's words.
pub fn parse_address(text: &[u8]) -> Result<Address, String> {
    let result = match text.iter().find(|b| matches!(b, b'.' | b':' | b'%')) {
        Some(b'.') => ipv4(text).map(|()| Address::V4),
        Some(b':') => ipv6(text).map(|()| Address::V6),
        Some(_) => Err(Fault::new("missing IPv6 address")),
        None => Err(Fault::new("unable to parse IP")),
    };
    result.map_err(|fault| {
        let at = if fault.at.is_empty() { String::new() } else { format!(" (at {})", quote(fault.at)) };
        format!("ParseAddr({}): {}{at}", quote(text), fault.message)
    })
}

fn ipv4(text: &[u8]) -> Result<(), Fault<'_>> {
    let (mut value, mut digits, mut dots) = (0u32, 0, 0);
    for (i, &byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(Fault::new("IPv4 field has octet with leading zero"));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(Fault::new("IPv4 field has value >255"));
                }
            }
            b'.' => {
                if digits == 0 || i + 1 == text.len() {
                    return Err(Fault { message: "IPv4 field must have at least one digit", at: &text[i..] });
                }
                if dots == 3 {
                    return Err(Fault::new("IPv4 address too long"));
                }
                dots += 1;
                (value, digits) = (0, 0);
            }
            _ => return Err(Fault { message: "unexpected character", at: &text[i..] }),
        }
    }
    if dots < 3 {
        return Err(Fault::new("IPv4 address too short"));
    }
    Ok(())
}

fn ipv6(text: &[u8]) -> Result<(), Fault<'_>> {
    let mut rest = text;
    if let Some(percent) = memchr::memchr(b'%', text) {
        if percent + 1 == text.len() {
            return Err(Fault::new("zone must be a non-empty string"));
        }
        rest = &text[..percent];
    }
    let mut has_gap = false;
    if let Some(after) = rest.strip_prefix(b"::") {
        has_gap = true;
        rest = after;
        if rest.is_empty() {
            return Ok(());
        }
    }
    // Fields of 16 bits.
    let mut fields = 0;
    while fields < 8 {
        let digits = rest.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        if digits > 4 {
            return Err(Fault { message: "each group must have 4 or less digits", at: rest });
        }
        if digits == 0 {
            let message = "each colon-separated field must have at least one digit";
            return Err(Fault { message, at: rest });
        }
        if rest.get(digits) == Some(&b'.') {
            if !has_gap && fields != 6 {
                let message = "embedded IPv4 address must replace the final 2 fields of the address";
                return Err(Fault { message, at: rest });
            }
            if fields > 6 {
                let message = "too many hex fields to fit an embedded IPv4 at the end of the address";
                return Err(Fault { message, at: rest });
            }
            ipv4(rest)?;
            rest = b"";
            fields += 2;
            break;
        }
        fields += 1;
        rest = &rest[digits..];
        match rest {
            [] => break,
            [b':'] => return Err(Fault { message: "colon must be followed by more characters", at: rest }),
            [b':', ..] => rest = &rest[1..],
            _ => return Err(Fault { message: "unexpected character, want colon", at: rest }),
        }
        if let Some(after) = rest.strip_prefix(b":") {
            if has_gap {
                return Err(Fault { message: "multiple :: in address", at: rest });
            }
            has_gap = true;
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
    }
    if !rest.is_empty() {
        return Err(Fault { message: "trailing garbage after address", at: rest });
    }
    match (fields < 8, has_gap) {
        (true, false) => Err(Fault::new("address string too short")),
        (false, true) => Err(Fault::new("the :: must expand to at least one field of zeros")),
        _ => Ok(()),
    }
}
