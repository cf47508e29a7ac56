//! How one operand of a known kind is laid out: flags, width, precision, padding.

use super::float::append_float;
use super::quote::{append_quote, append_quote_rune, can_backquote, quoted_len};
use super::unicode::{REPLACEMENT, is_print, push, rune_count, runes};

/// The part of a verb between `%` and its letter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spec {
    pub width: Option<usize>,
    pub precision: Option<usize>,
    pub minus: bool,
    pub plus: bool,
    pub sharp: bool,
    pub space: bool,
    pub zero: bool,
    /// `%+v`; `plus` is off then.
    pub plus_v: bool,
    /// `%#v`; `sharp` is off then.
    pub sharp_v: bool,
}

/// Output up to a length; what goes beyond is dropped and noted.
#[derive(Debug)]
pub(super) struct Output<'a> {
    bytes: &'a mut Vec<u8>,
    limit: usize,
    pub overflow: bool,
}

impl<'a> Output<'a> {
    /// Appends to `bytes` at most `room` bytes.
    pub fn new(bytes: &'a mut Vec<u8>, room: usize) -> Output<'a> {
        let limit = bytes.len().saturating_add(room);
        Output { bytes, limit, overflow: false }
    }

    pub fn write(&mut self, bytes: &[u8]) {
        if self.reserve(bytes.len()) {
            self.bytes.extend_from_slice(bytes);
        }
    }

    pub fn write_char(&mut self, c: char) {
        self.write(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn repeat(&mut self, byte: u8, count: usize) {
        if self.reserve(count) {
            self.bytes.resize(self.bytes.len() + count, byte);
        }
    }

    fn reserve(&mut self, more: usize) -> bool {
        self.overflow |= self.limit - self.bytes.len() < more;
        !self.overflow
    }
}

impl Spec {
    /// Writes `text`, padded to the width.
    pub fn pad(&self, out: &mut Output<'_>, text: &[u8]) {
        let missing = self.width.map_or(0, |width| width.saturating_sub(rune_count(text)));
        if self.minus {
            out.write(text);
            out.repeat(b' ', missing);
        } else {
            out.repeat(if self.zero { b'0' } else { b' ' }, missing);
            out.write(text);
        }
    }

    /// The same without zeros as padding.
    fn without_zero(self) -> Spec {
        Spec { zero: false, ..self }
    }

    /// `text` cut to as many code points as the precision says.
    fn truncate<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        let Some(precision) = self.precision else { return text };
        if precision >= text.len() {
            return text;
        }
        let end = runes(text).nth(precision).map_or(text.len(), |(at, _)| at);
        text.get(..end).unwrap_or(text)
    }

    /// `%s`
    pub fn string(&self, out: &mut Output<'_>, text: &[u8]) {
        self.pad(out, self.truncate(text));
    }

    /// `%q` of a string.
    pub fn quoted(&self, out: &mut Output<'_>, text: &[u8]) {
        let text = self.truncate(text);
        if !out.reserve(usize::try_from(quoted_len(text)).unwrap_or(usize::MAX)) {
            return;
        }
        let mut quoted = Vec::with_capacity(text.len() + 2);
        if self.sharp && can_backquote(text) {
            quoted.push(b'`');
            quoted.extend_from_slice(text);
            quoted.push(b'`');
        } else {
            append_quote(&mut quoted, text, self.plus);
        }
        self.pad(out, &quoted);
    }

    /// `%x` and `%X` of a string.
    pub fn hex_string(&self, out: &mut Output<'_>, text: &[u8], upper: bool) {
        let text = self.precision.and_then(|p| text.get(..p)).unwrap_or(text);
        // A prefix, two digits and a space for each byte.
        if !out.reserve(text.len().saturating_mul(5)) {
            return;
        }
        let (digits, prefix): (&[u8; 16], &[u8]) =
            if upper { (b"0123456789ABCDEF", b"0X") } else { (b"0123456789abcdef", b"0x") };
        let mut hex = Vec::with_capacity(text.len() * 2 + 2);
        for (i, &b) in text.iter().enumerate() {
            if self.space && i > 0 {
                hex.push(b' ');
            }
            if self.sharp && (self.space || i == 0) {
                hex.extend_from_slice(prefix);
            }
            hex.extend_from_slice(&[digits[usize::from(b >> 4)], digits[usize::from(b & 15)]]);
        }
        self.pad(out, &hex);
    }

    /// An integer of `magnitude` in `base` 2, 8, 10 or 16. `verb` tells `%O` from `%o` and `%X` from `%x`.
    pub fn integer(&self, out: &mut Output<'_>, negative: bool, magnitude: u64, base: u64, verb: char) {
        let is_bare = self.width.is_none() && self.precision.is_none() && !self.plus && !self.space;
        if base == 10 && is_bare {
            // As `%v` prints each byte of a file that is among other values.
            out.write(if negative { b"-" } else { b"" });
            return out.write(digits_of(magnitude, 10, false, &mut [0; 64]));
        }
        let spec = self.without_zero();
        let sign: &[u8] = match (negative, self.plus, self.space) {
            (true, ..) => b"-",
            (_, true, _) => b"+",
            (.., true) => b" ",
            _ => b"",
        };
        let min_digits = match (self.precision, self.width) {
            (Some(0), _) if magnitude == 0 => {
                return Spec { minus: false, ..spec }.pad(out, b"");
            }
            (Some(precision), _) => precision,
            (None, Some(width)) if self.zero && !self.minus => width.saturating_sub(sign.len()),
            _ => 0,
        };
        let mut buffer = [0; 64];
        let digits = digits_of(magnitude, base, verb == 'X', &mut buffer);
        let zeros = min_digits.saturating_sub(digits.len());
        let prefix: &[u8] = match (base, self.sharp) {
            (2, true) => b"0b",
            (8, true) if zeros == 0 && digits.first() != Some(&b'0') => match verb {
                'O' => b"0o0",
                _ => b"0",
            },
            (8, _) if verb == 'O' => b"0o",
            (16, true) if verb == 'X' => b"0X",
            (16, true) => b"0x",
            _ => b"",
        };
        let length = sign.len() + prefix.len() + zeros + digits.len();
        let padding = self.width.map_or(0, |width| width.saturating_sub(length));
        out.repeat(b' ', if self.minus { 0 } else { padding });
        out.write(sign);
        out.write(prefix);
        out.repeat(b'0', zeros);
        out.write(digits);
        out.repeat(b' ', if self.minus { padding } else { 0 });
    }

    /// `%c`
    pub fn character(&self, out: &mut Output<'_>, code: u64) {
        self.pad(out, char_of(code).encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// `%q` of an integer.
    pub fn quoted_character(&self, out: &mut Output<'_>, code: u64) {
        let mut quoted = Vec::with_capacity(12);
        append_quote_rune(&mut quoted, char_of(code), self.plus);
        self.pad(out, &quoted);
    }

    /// `%U`
    pub fn code_point(&self, out: &mut Output<'_>, code: u64) {
        let mut buffer = [0; 64];
        let digits = digits_of(code, 16, true, &mut buffer);
        let zeros = self.precision.unwrap_or(4).max(4).saturating_sub(digits.len());
        let mut text = Vec::with_capacity(zeros + 24);
        text.extend_from_slice(b"U+");
        text.resize(2 + zeros, b'0');
        text.extend_from_slice(digits);
        let c = u32::try_from(code).ok().and_then(char::from_u32);
        if let Some(c) = c.filter(|&c| self.sharp && is_print(c)) {
            text.extend_from_slice(b" '");
            push(&mut text, c);
            text.push(b'\'');
        }
        self.without_zero().pad(out, &text);
    }

    /// A float in the layout `verb` of `strconv.FormatFloat`, with its default precision (`-1`: shortest).
    pub fn float(&self, out: &mut Output<'_>, f: f64, bits: u32, verb: u8, default_precision: i32) {
        let precision = self.precision.map_or(default_precision, |p| i32::try_from(p).unwrap_or(i32::MAX));
        let mut number = Vec::with_capacity(32);
        append_float(&mut number, f, verb, precision, bits);
        let (negative, unsigned) = match number.split_first() {
            Some((b'-', rest)) => (true, rest.to_vec()),
            Some((b'+', rest)) => (false, rest.to_vec()),
            _ => (false, number),
        };
        let sign: &[u8] = match (negative, self.plus, self.space) {
            (true, ..) => b"-",
            (_, true, _) => b"+",
            (.., true) => b" ",
            _ => b"",
        };
        if unsigned.first().is_some_and(u8::is_ascii_uppercase) {
            // An infinity always has a sign, unless the flag for a space replaces it.
            let sign = if sign.is_empty() && unsigned == b"Inf" { b"+" } else { sign };
            return self.without_zero().pad(out, &[sign, &unsigned].concat());
        }
        let unsigned =
            if self.sharp && verb != b'b' { keep_point(unsigned, verb, precision) } else { unsigned };
        if self.zero && !self.minus && !sign.is_empty() {
            // The sign stands before the zeros.
            out.write(sign);
            let width = self.width.map(|width| width.saturating_sub(1));
            return Spec { width, ..*self }.pad(out, &unsigned);
        }
        self.pad(out, &[sign, &unsigned].concat());
    }
}

/// The `#` flag for floats: always a decimal point, and for `%g` the trailing zeros.
fn keep_point(mut number: Vec<u8>, verb: u8, precision: i32) -> Vec<u8> {
    let hex = matches!(verb, b'x' | b'X');
    let at = number.iter().position(|&b| matches!(b, b'p' | b'P') || !hex && matches!(b, b'e' | b'E'));
    let tail = number.split_off(at.unwrap_or(number.len()));
    let mut missing = match (verb, precision) {
        (b'g' | b'G' | b'x', -1) => 6,
        (b'g' | b'G' | b'x', p) => i64::from(p),
        _ => 0,
    };
    let significant = number.iter().filter(|&&b| b != b'.').skip_while(|&&b| b == b'0').count();
    missing -= i64::try_from(significant).unwrap_or(i64::MAX);
    if !number.contains(&b'.') {
        if number == b"0" {
            missing -= 1;
        }
        number.push(b'.');
    }
    number.resize(number.len() + usize::try_from(missing).unwrap_or(0), b'0');
    number.extend_from_slice(&tail);
    number
}

#[inline]
fn digits_of(mut value: u64, base: u64, upper: bool, buffer: &mut [u8; 64]) -> &[u8] {
    let digits = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let mut start = buffer.len();
    loop {
        start -= 1;
        buffer[start] = digits[(value % base) as usize];
        value /= base;
        if value == 0 {
            return &buffer[start..];
        }
    }
}

/// Appends `value` in decimal.
pub(super) fn append_decimal(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(digits_of(value.unsigned_abs(), 10, false, &mut [0; 64]));
}

fn char_of(code: u64) -> char {
    u32::try_from(code).ok().and_then(char::from_u32).unwrap_or(REPLACEMENT)
}
