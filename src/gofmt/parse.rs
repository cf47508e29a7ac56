//! Text to numbers and booleans, as `strconv` reads them.

use std::fmt;

use super::quote::quote;

/// Why a text is no number. `Display` gives Go's words: `strconv.ParseInt: parsing "x": invalid syntax`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumError {
    /// The name of Go's function, e.g. `ParseInt`.
    pub function: &'static str,
    /// The text that was to be parsed.
    pub input: Vec<u8>,
    /// What is wrong with it.
    pub kind: NumErrorKind,
}

/// The kinds of [`NumError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumErrorKind {
    /// Not in the syntax of the type.
    Syntax,
    /// The type cannot hold the value.
    Range,
    /// The base is neither 0 nor 2 to 36.
    Base(u32),
}

impl NumError {
    /// The same error under the name of another function.
    fn named(self, function: &'static str) -> NumError {
        NumError { function, ..self }
    }

    /// True if the text is a number that the type cannot hold.
    pub fn is_range(&self) -> bool {
        self.kind == NumErrorKind::Range
    }
}

impl fmt::Display for NumError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "strconv.{}: parsing {}: ", self.function, quote(&self.input))?;
        match self.kind {
            NumErrorKind::Syntax => f.write_str("invalid syntax"),
            NumErrorKind::Range => f.write_str("value out of range"),
            NumErrorKind::Base(base) => write!(f, "invalid base {base}"),
        }
    }
}

impl std::error::Error for NumError {}

/// `strconv.ParseBool`: `1 t T true TRUE True` and `0 f F false FALSE False`.
pub fn parse_bool(s: &[u8]) -> Result<bool, NumError> {
    match s {
        b"1" | b"t" | b"T" | b"true" | b"TRUE" | b"True" => Ok(true),
        b"0" | b"f" | b"F" | b"false" | b"FALSE" | b"False" => Ok(false),
        _ => Err(error("ParseBool", s, NumErrorKind::Syntax)),
    }
}

/// `strconv.ParseUint`. Base 0 takes the base from a prefix and allows underscores; `bits` of 0 means 64.
pub fn parse_uint(s: &[u8], base: u32, bits: u32) -> Result<u64, NumError> {
    magnitude(s, base, bits).map_err(|kind| error("ParseUint", s, kind))
}

/// `strconv.ParseInt`. Base 0 takes the base from a prefix and allows underscores; `bits` of 0 means 64.
pub fn parse_int(s: &[u8], base: u32, bits: u32) -> Result<i64, NumError> {
    let (negative, digits) = match s.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, s),
    };
    let fail = |kind| error("ParseInt", s, kind);
    let value = i128::from(magnitude(digits, base, bits).map_err(fail)?);
    let value = if negative { -value } else { value };
    let limit = 1i128 << (if bits == 0 { 63 } else { bits.min(64) - 1 });
    match i64::try_from(value) {
        Ok(value) if (-limit..limit).contains(&i128::from(value)) => Ok(value),
        _ => Err(fail(NumErrorKind::Range)),
    }
}

/// `strconv.Atoi`
pub fn atoi(s: &[u8]) -> Result<i64, NumError> {
    parse_int(s, 10, 0).map_err(|e| e.named("Atoi"))
}

/// `strconv.ParseFloat`: decimal and hexadecimal floats of Go's syntax, `inf`, `infinity` and `nan`.
/// With `bits` of 32 the result is a `float32`'s value.
pub fn parse_float(s: &[u8], bits: u32) -> Result<f64, NumError> {
    let fail = |kind| error("ParseFloat", s, kind);
    if let Some(special) = special(s) {
        return Ok(special);
    }
    let value = scan_float(s, bits).ok_or_else(|| fail(NumErrorKind::Syntax))?;
    if value.is_infinite() { Err(fail(NumErrorKind::Range)) } else { Ok(value) }
}

fn error(function: &'static str, s: &[u8], kind: NumErrorKind) -> NumError {
    NumError { function, input: s.to_vec(), kind }
}

fn magnitude(s: &[u8], base: u32, bits: u32) -> Result<u64, NumErrorKind> {
    let (radix, digits) = match (base, s) {
        (_, []) => return Err(NumErrorKind::Syntax),
        (2..=36, _) => (base, s),
        (0, [b'0', b'b' | b'B', rest @ ..]) if !rest.is_empty() => (2, rest),
        (0, [b'0', b'o' | b'O', rest @ ..]) if !rest.is_empty() => (8, rest),
        (0, [b'0', b'x' | b'X', rest @ ..]) if !rest.is_empty() => (16, rest),
        (0, [b'0', rest @ ..]) => (8, rest),
        (0, _) => (10, s),
        _ => return Err(NumErrorKind::Base(base)),
    };
    let max = match bits {
        0 | 64.. => u64::MAX,
        bits => (1 << bits) - 1,
    };
    let mut value = 0u64;
    let mut underscores = false;
    for &b in digits {
        if b == b'_' && base == 0 {
            underscores = true;
            continue;
        }
        let digit = char::from(b).to_digit(radix).ok_or(NumErrorKind::Syntax)?;
        value = value
            .checked_mul(u64::from(radix))
            .and_then(|v| v.checked_add(u64::from(digit)))
            .filter(|&v| v <= max)
            .ok_or(NumErrorKind::Range)?;
    }
    if underscores && !underscores_separate(s) {
        return Err(NumErrorKind::Syntax);
    }
    Ok(value)
}

/// True if each underscore of the unsigned number `s` stands between digits, or between a base prefix and a digit.
fn underscores_separate(s: &[u8]) -> bool {
    let (hex, digits) = match s {
        [b'0', b'x' | b'X', rest @ ..] => (true, rest),
        [b'0', b'b' | b'B' | b'o' | b'O', rest @ ..] => (false, rest),
        _ => (false, s),
    };
    let mut after_digit = digits.len() < s.len();
    let mut after_underscore = false;
    for &b in digits {
        if b.is_ascii_digit() || hex && b.is_ascii_hexdigit() {
            (after_digit, after_underscore) = (true, false);
        } else if b == b'_' && after_digit {
            (after_digit, after_underscore) = (false, true);
        } else if b == b'_' || after_underscore {
            return false;
        } else {
            after_digit = false;
        }
    }
    !after_underscore
}

fn special(s: &[u8]) -> Option<f64> {
    if s.eq_ignore_ascii_case(b"nan") {
        return Some(f64::NAN);
    }
    let (sign, name) = match s.split_first()? {
        (b'-', rest) => (-1.0, rest),
        (b'+', rest) => (1.0, rest),
        _ => (1.0, s),
    };
    let infinite = name.eq_ignore_ascii_case(b"inf") || name.eq_ignore_ascii_case(b"infinity");
    infinite.then_some(sign * f64::INFINITY)
}

/// The float in Go's syntax, infinite if it is out of range; `None` for other texts.
fn scan_float(s: &[u8], bits: u32) -> Option<f64> {
    let (negative, unsigned) = match s.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, s),
    };
    if unsigned.contains(&b'_') && !underscores_separate(unsigned) {
        return None;
    }
    let plain: Vec<u8> = unsigned.iter().copied().filter(|&b| b != b'_').collect();
    let value = match plain.as_slice() {
        [b'0', b'x' | b'X', digits @ ..] => scan_hex_float(digits, bits)?,
        // Rust's syntax for decimal floats is Go's, but for the names of infinity and NaN.
        decimal if decimal.iter().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) => {
            let text =
                std::str::from_utf8(decimal).ok().filter(|t| t.starts_with(|c| c != '+' && c != '-'))?;
            if bits == 32 { f64::from(text.parse::<f32>().ok()?) } else { text.parse().ok()? }
        }
        _ => return None,
    };
    Some(if negative { -value } else { value })
}

/// The float `hhh.hhhp±ddd` after its prefix.
fn scan_hex_float(s: &[u8], bits: u32) -> Option<f64> {
    let at = s.iter().position(|b| matches!(b, b'p' | b'P'))?;
    let (digits, exponent) = (s.get(..at)?, s.get(at + 1..)?);
    let (sign, exponent) = match exponent.split_first()? {
        (b'-', rest) => (-1, rest),
        (b'+', rest) => (1, rest),
        _ => (1, exponent),
    };
    if exponent.is_empty() || !exponent.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // Beyond some 10,000 the value is zero or infinite in any case.
    let mut binary = sign * exponent.iter().fold(0i64, |e, b| (e * 10 + i64::from(b - b'0')).min(1 << 40));
    let (mut mantissa, mut sticky, mut seen_digit, mut seen_point) = (0u64, false, false, false);
    for &b in digits {
        if b == b'.' && !seen_point {
            seen_point = true;
            continue;
        }
        let digit = char::from(b).to_digit(16)?;
        seen_digit = true;
        if mantissa >> 56 == 0 {
            mantissa = mantissa << 4 | u64::from(digit);
            binary -= if seen_point { 4 } else { 0 };
        } else {
            sticky |= digit != 0;
            binary += if seen_point { 0 } else { 4 };
        }
    }
    seen_digit.then(|| round_binary(mantissa, sticky, binary, bits))
}

/// `mantissa * 2^exponent`, rounded half to even; `sticky` says that it is a bit more than that.
fn round_binary(mantissa: u64, sticky: bool, exponent: i64, bits: u32) -> f64 {
    let (mantissa_bits, min_exponent) = if bits == 32 { (24i64, -149) } else { (53, -1074) };
    let length = i64::from(64 - mantissa.leading_zeros());
    // The exponent of the last bit kept.
    let last = (exponent + length - mantissa_bits).max(min_exponent);
    let drop = last - exponent;
    let kept = match drop {
        65.. => 0,
        1..=64 => {
            let wide = u128::from(mantissa);
            let (kept, rest, half) = (wide >> drop, wide & ((1 << drop) - 1), 1u128 << (drop - 1));
            let up = rest > half || rest == half && (sticky || kept & 1 == 1);
            (kept + u128::from(up)) as u64
        }
        _ => mantissa,
    };
    let scale = if drop > 0 { last } else { exponent };
    // `kept` has at most 53 bits, so only the scaling below can lose something, and only by overflow.
    let scale = i32::try_from(scale.clamp(-5000, 5000)).unwrap_or(0);
    let value = scale_by_power_of_two(kept as f64, scale);
    if bits == 32 && value > f64::from(f32::MAX) { f64::INFINITY } else { value }
}

/// `value * 2^exponent`, also where the power alone is out of range.
pub fn scale_by_power_of_two(mut value: f64, mut exponent: i32) -> f64 {
    while exponent > 1000 && value.is_finite() && value != 0.0 {
        value *= 2f64.powi(1000);
        exponent -= 1000;
    }
    while exponent < -1000 && value != 0.0 {
        value *= 2f64.powi(-1000);
        exponent += 1000;
    }
    value * 2f64.powi(exponent)
}
