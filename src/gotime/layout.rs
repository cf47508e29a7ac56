//! Go's layouts: how the reference time `Mon Jan 2 15:04:05 MST 2006` looks is how a time shall look.

use super::calendar::civil;
use super::{MONTHS, Time, WEEKDAYS};

/// A piece of a layout that stands for a part of the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperPm,
    LowerPm,
    ZoneName,
    Offset(Offset),
    Fraction(Fraction),
}

/// How a zone offset looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offset {
    /// `Z` stands for the offset zero.
    pub(super) z: bool,
    pub(super) colons: bool,
    pub(super) minutes: bool,
    pub(super) seconds: bool,
}

/// How a fraction of a second looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fraction {
    pub(super) digits: usize,
    pub(super) separator: u8,
    /// Trailing zeros are left out.
    pub(super) trim: bool,
}

const fn offset(z: bool, colons: bool, minutes: bool, seconds: bool) -> Token {
    Token::Offset(Offset { z, colons, minutes, seconds })
}

/// The tokens but for the fractions. Of those that fit at one place the first one counts.
const TOKENS: &[(&[u8], Token)] = &[
    (b"January", Token::LongMonth),
    (b"Jan", Token::Month),
    (b"Monday", Token::LongWeekday),
    (b"Mon", Token::Weekday),
    (b"MST", Token::ZoneName),
    (b"01", Token::ZeroMonth),
    (b"02", Token::ZeroDay),
    (b"03", Token::ZeroHour12),
    (b"04", Token::ZeroMinute),
    (b"05", Token::ZeroSecond),
    (b"06", Token::Year),
    (b"002", Token::ZeroYearDay),
    (b"15", Token::Hour),
    (b"1", Token::NumMonth),
    (b"2006", Token::LongYear),
    (b"2", Token::Day),
    (b"_2", Token::UnderDay),
    (b"__2", Token::UnderYearDay),
    (b"3", Token::Hour12),
    (b"4", Token::Minute),
    (b"5", Token::Second),
    (b"PM", Token::UpperPm),
    (b"pm", Token::LowerPm),
    (b"-070000", offset(false, false, true, true)),
    (b"-07:00:00", offset(false, true, true, true)),
    (b"-0700", offset(false, false, true, false)),
    (b"-07:00", offset(false, true, true, false)),
    (b"-07", offset(false, false, false, false)),
    (b"Z070000", offset(true, false, true, true)),
    (b"Z07:00:00", offset(true, true, true, true)),
    (b"Z0700", offset(true, false, true, false)),
    (b"Z07:00", offset(true, true, true, false)),
    (b"Z07", offset(true, false, false, false)),
];

/// A layout up to the first token in it, that token, and the rest.
pub(super) struct Piece<'a> {
    pub(super) prefix: &'a [u8],
    /// The token as it is written in the layout.
    pub(super) text: &'a [u8],
    /// None at the end of the layout, which is all prefix then.
    pub(super) token: Option<Token>,
    pub(super) rest: &'a [u8],
}

/// Splits `layout` at its first token.
pub(super) fn next_piece(layout: &[u8]) -> Piece<'_> {
    let piece = |start: usize, len: usize, token| Piece {
        prefix: &layout[..start],
        text: &layout[start..start + len],
        token: Some(token),
        rest: &layout[start + len..],
    };
    for (start, byte) in layout.iter().enumerate() {
        let here = &layout[start..];
        match byte {
            b'J' | b'M' | b'0'..=b'5' | b'P' | b'p' | b'-' | b'Z' => {}
            // In _2006 the underscore is a literal.
            b'_' if here.starts_with(b"_2006") => continue,
            b'_' => {}
            b'.' | b',' => {
                if let Some(fraction) = fraction(here) {
                    return piece(start, 1 + fraction.digits, Token::Fraction(fraction));
                }
                continue;
            }
            _ => continue,
        }
        for (text, token) in TOKENS {
            let Some(after) = here.strip_prefix(*text) else { continue };
            let is_word = matches!(token, Token::Month | Token::Weekday);
            if !(is_word && after.first().is_some_and(u8::is_ascii_lowercase)) {
                return piece(start, text.len(), *token);
            }
        }
    }
    Piece { prefix: layout, text: b"", token: None, rest: b"" }
}

/// The fraction that a layout begins with: a separator and zeros or nines, and no other digit after them.
fn fraction(layout: &[u8]) -> Option<Fraction> {
    let [separator, digit @ (b'0' | b'9'), ..] = layout else { return None };
    let digits = layout[1..].iter().take_while(|b| *b == digit).count();
    let ends = !layout.get(1 + digits).is_some_and(u8::is_ascii_digit);
    ends.then_some(Fraction { digits, separator: *separator, trim: *digit == b'9' })
}

/// Go's `Time.Format`.
pub(super) fn format(time: &Time, mut layout: &[u8], out: &mut Vec<u8>) {
    let (zone_name, offset) = time.zone_name_and_offset();
    let civil = civil(time.unix().wrapping_add(i64::from(offset)));
    loop {
        let piece = next_piece(layout);
        out.extend_from_slice(piece.prefix);
        let Some(token) = piece.token else { return };
        layout = piece.rest;
        let hour12 = if civil.hour % 12 == 0 { 12 } else { civil.hour % 12 };
        match token {
            Token::LongMonth => out.extend_from_slice(name(&MONTHS, civil.month - 1)),
            Token::Month => out.extend_from_slice(&name(&MONTHS, civil.month - 1)[..3]),
            Token::NumMonth => number(out, civil.month, 0),
            Token::ZeroMonth => number(out, civil.month, 2),
            Token::LongWeekday => out.extend_from_slice(name(&WEEKDAYS, civil.weekday)),
            Token::Weekday => out.extend_from_slice(&name(&WEEKDAYS, civil.weekday)[..3]),
            Token::Day => number(out, civil.day, 0),
            Token::UnderDay => padded(out, civil.day, 2),
            Token::ZeroDay => number(out, civil.day, 2),
            Token::UnderYearDay => padded(out, civil.year_day, 3),
            Token::ZeroYearDay => number(out, civil.year_day, 3),
            Token::Hour => number(out, civil.hour, 2),
            Token::Hour12 => number(out, hour12, 0),
            Token::ZeroHour12 => number(out, hour12, 2),
            Token::Minute => number(out, civil.minute, 0),
            Token::ZeroMinute => number(out, civil.minute, 2),
            Token::Second => number(out, civil.second, 0),
            Token::ZeroSecond => number(out, civil.second, 2),
            Token::LongYear => number(out, civil.year, 4),
            Token::Year => number(out, (civil.year % 100).abs(), 2),
            Token::UpperPm => out.extend_from_slice(if civil.hour >= 12 { b"PM" } else { b"AM" }),
            Token::LowerPm => out.extend_from_slice(if civil.hour >= 12 { b"pm" } else { b"am" }),
            Token::ZoneName if !zone_name.is_empty() => out.extend_from_slice(zone_name.as_bytes()),
            Token::ZoneName => {
                format_offset(out, offset, Offset { z: false, colons: false, minutes: true, seconds: false });
            }
            Token::Offset(shape) => format_offset(out, offset, shape),
            Token::Fraction(shape) => format_fraction(out, time.nanosecond(), shape),
        }
    }
}

fn name(names: &[&'static str], index: i64) -> &'static [u8] {
    usize::try_from(index).ok().and_then(|i| names.get(i)).map_or(b"???", |name| name.as_bytes())
}

/// A decimal number of at least `width` digits, filled with zeros after the sign.
pub(super) fn number(out: &mut Vec<u8>, n: i64, width: usize) {
    let sign = if n < 0 { "-" } else { "" };
    out.extend_from_slice(format!("{sign}{:0width$}", n.unsigned_abs()).as_bytes());
}

/// A decimal number of at least `width` characters, filled with spaces.
fn padded(out: &mut Vec<u8>, n: i64, width: usize) {
    out.extend_from_slice(format!("{n:width$}").as_bytes());
}

fn format_offset(out: &mut Vec<u8>, offset: i32, shape: Offset) {
    if shape.z && offset == 0 {
        out.push(b'Z');
        return;
    }
    // The sign is that of the whole minutes; a negative offset of seconds only keeps its own.
    let negative = offset / 60 < 0;
    out.push(if negative { b'-' } else { b'+' });
    let seconds = if negative { -i64::from(offset) } else { i64::from(offset) };
    let mut part = |n: i64, separated: bool| {
        if separated && shape.colons {
            out.push(b':');
        }
        number(out, n, 2);
    };
    part(seconds / 3600, false);
    if shape.minutes {
        part(seconds / 60 % 60, true);
    }
    if shape.seconds {
        part(seconds % 60, true);
    }
}

fn format_fraction(out: &mut Vec<u8>, nanosecond: i64, shape: Fraction) {
    let digits = format!("{nanosecond:09}");
    let mut digits = digits.get(..shape.digits).unwrap_or(&digits);
    if shape.trim {
        digits = digits.trim_end_matches('0');
        if digits.is_empty() {
            return;
        }
    }
    out.push(shape.separator);
    out.extend_from_slice(digits.as_bytes());
}

/// Package `time`'s own quoting: every byte that is not printable ASCII as `\x…`.
pub(super) fn quote(text: &[u8]) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for byte in text {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(*byte)]),
            0x20..=0x7F => quoted.push(char::from(*byte)),
            _ => quoted.push_str(&format!("\\x{byte:02x}")),
        }
    }
    quoted.push('"');
    quoted
}
