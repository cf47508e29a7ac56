//! Numbers, dates and escape sequences. Errors are messages without a place.

use super::datetime::{Datetime, Local};
use super::scan::Token;
use crate::gofmt::{self, quote};
use crate::value::Value;

/// The value of a number or date; `local` is asked for what dates need.
pub(super) fn parse<'l>(token: &Token<'_>, local: impl FnOnce() -> &'l Local) -> Result<Value, String> {
    match token {
        Token::Integer(text) => parse_integer(text),
        Token::Float(text) => parse_float(text),
        Token::Datetime(text) => parse_datetime(text, local),
    }
}

fn parse_integer(text: &str) -> Result<Value, String> {
    if !underscores_are_between_digits(text) {
        let text = quote(text.as_bytes());
        return Err(format!("Invalid integer {text}: underscores must be surrounded by digits"));
    }
    if has_leading_zero(text) {
        return Err(format!("Invalid integer {}: cannot have leading zeroes", quote(text.as_bytes())));
    }
    gofmt::parse_int(text.as_bytes(), 0, 64)
        .map(Value::Int64)
        .map_err(|_| format!("{text} is out of range for int64"))
}

/// The value of a float.
pub(super) fn parse_float(text: &str) -> Result<Value, String> {
    let invalid = |why: &str| Err(format!("Invalid float {}: {why}", quote(text.as_bytes())));
    let mut parts = text.split(['.', 'e', 'E']).filter(|part| !part.is_empty());
    if !parts.clone().all(underscores_are_between_digits) {
        return invalid("underscores must be surrounded by digits");
    }
    if parts.next().is_some_and(has_leading_zero) {
        return invalid("cannot have leading zeroes");
    }
    let mut periods = text.match_indices('.');
    if !periods.all(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_digit())) {
        return invalid("'.' must be followed by one or more digits");
    }
    match text {
        "nan" | "+nan" => return Ok(Value::Float64(f64::NAN)),
        "-nan" => return Ok(Value::Float64(f64::NAN.copysign(-1.0))),
        _ => {}
    }
    let digits = text.replace('_', "");
    match gofmt::parse_float(digits.as_bytes(), 64) {
        Ok(number) => Ok(Value::Float64(number)),
        Err(error) if error.is_range() => Err(format!("{text} is out of range for float64")),
        Err(_) => Err(format!("Invalid float value: {}", quote(text.as_bytes()))),
    }
}

/// True if each underscore has a digit on both sides, though that may be a hexadecimal one.
fn underscores_are_between_digits(text: &str) -> bool {
    if matches!(text, "nan" | "+nan" | "-nan" | "inf" | "+inf" | "-inf") {
        return true;
    }
    let mut after_digit = false;
    for byte in text.bytes() {
        if byte == b'_' && !after_digit {
            return false;
        }
        after_digit = byte.is_ascii_hexdigit();
    }
    after_digit
}

fn has_leading_zero(text: &str) -> bool {
    match text.as_bytes() {
        [b'0', next, ..] => !matches!(next, b'b' | b'o' | b'x'),
        [b'+' | b'-', b'0', _, ..] => true,
        _ => false,
    }
}

fn parse_datetime<'l>(text: &str, local: impl FnOnce() -> &'l Local) -> Result<Value, String> {
    let text = text.replace('z', "Z").replace(['t', ' '], "T");
    match Datetime::parse(&text) {
        Some(datetime) => Ok(datetime.into_value(local())),
        None => Err(format!("invalid datetime: {}", quote(text.as_bytes()))),
    }
}

/// A multi-line string less the line break that it may begin with.
pub(super) fn strip_first_line_break(text: &str) -> &str {
    text.strip_prefix('\n').or(text.strip_prefix("\r\n")).unwrap_or(text)
}

/// A multi-line string less its escaped line breaks: a backslash, a line break and all white space around it.
pub(super) fn join_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let behind = &escape[1..];
        let trimmed = behind.trim_start_matches([' ', '\t', '\r', '\n']);
        if behind[..behind.len() - trimmed.len()].contains('\n') {
            rest = trimmed;
        } else {
            let length = if behind.starts_with('\\') { 2 } else { 1 };
            out.push_str(&escape[..length]);
            rest = &escape[length..];
        }
    }
    out.push_str(rest);
    out
}

/// A string with its escape sequences, which have been checked for their form, replaced.
pub(super) fn unescape(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let mut length = 2;
        let c = match escape.as_bytes().get(1) {
            Some(b'b') => '\u{8}',
            Some(b't') => '\t',
            Some(b'n') => '\n',
            Some(b'f') => '\u{c}',
            Some(b'r') => '\r',
            Some(b'e') => '\u{1b}',
            Some(&quoted @ (b'"' | b'\\')) => char::from(quoted),
            Some(&name @ (b'x' | b'u' | b'U')) => {
                length = match name {
                    b'x' => 4,
                    b'u' => 6,
                    _ => 10,
                };
                let digits = escape.get(2..length).unwrap_or_default();
                let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                c.ok_or_else(|| format!("Escaped character '\\u{digits}' is not valid UTF-8."))?
            }
            other => {
                let other = other.map(|&byte| char::from(byte)).unwrap_or_default();
                return Err(format!("invalid escape: '\\{other}'"));
            }
        };
        out.push(c);
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}
