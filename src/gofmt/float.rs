//! Floats as text in the layouts of `strconv.FormatFloat`.
//!
//! The standard library finds the digits (shortest or exactly rounded); this file lays them out.

use std::fmt::{self, Write};

use smallvec::SmallVec;

/// Digits after which every `f64` is exact, so that more can only be zeros.
const EXACT_DIGITS: usize = 1100;

/// `f` in the layout `verb` (`b e E f g G x X`) as `strconv.FormatFloat`. A `precision` of -1 asks for the fewest
/// digits that read back as `f`; `bits` is 32 for a `float32`, else 64.
pub fn format_float(f: f64, verb: u8, precision: i32, bits: u32) -> String {
    let mut out = Vec::with_capacity(24);
    append_float(&mut out, f, verb, precision, bits);
    out.into_iter().map(char::from).collect()
}

/// Appends what [`format_float`] gives.
pub fn append_float(out: &mut Vec<u8>, f: f64, verb: u8, precision: i32, bits: u32) {
    let f = if bits == 32 { f64::from(f as f32) } else { f };
    if f.is_nan() {
        out.extend_from_slice(b"NaN");
        return;
    }
    if f.is_infinite() {
        out.extend_from_slice(if f > 0.0 { b"+Inf" } else { b"-Inf" });
        return;
    }
    if f.is_sign_negative() {
        out.push(b'-');
    }
    let precision = usize::try_from(precision).ok();
    match verb {
        b'b' => append_binary(out, Parts::of(f, bits)),
        b'x' | b'X' => append_hex(out, Parts::of(f, bits), precision, verb),
        _ => append_decimal(out, f.abs(), verb, precision, bits),
    }
}

/// Significant decimal digits without trailing zeros; the decimal point stands after `point` of them.
struct Digits {
    digits: Buffer,
    point: i32,
}

#[derive(Default)]
struct Buffer(SmallVec<[u8; 40]>);

impl Write for Buffer {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.0.extend_from_slice(s.as_bytes());
        Ok(())
    }
}

impl Digits {
    /// The digits of a positive number that was printed as `d.ddde±x` or `ddd.ddd`.
    fn read(text: &Buffer) -> Digits {
        let mut digits = Buffer::default();
        let mut point = None;
        let mut exponent = 0;
        let mut bytes = text.0.iter();
        while let Some(&b) = bytes.next() {
            match b {
                b'.' => point = Some(digits.0.len()),
                b'e' => {
                    let text = std::str::from_utf8(bytes.as_slice()).unwrap_or_default();
                    exponent = text.parse::<i32>().unwrap_or(0);
                    break;
                }
                _ => digits.0.push(b),
            }
        }
        let mut point = point.unwrap_or(digits.0.len()) as i32 + exponent;
        let zeros = digits.0.iter().take_while(|&&b| b == b'0').count();
        digits.0.drain(..zeros);
        point -= zeros as i32;
        while digits.0.last() == Some(&b'0') {
            digits.0.pop();
        }
        if digits.0.is_empty() {
            point = 0;
        }
        Digits { digits, point }
    }

    /// The fewest digits that read back as `f`; of two as near as each other the even one.
    fn shortest(f: f64, bits: u32) -> Digits {
        let mut text = Buffer::default();
        // Writing into a buffer cannot fail.
        let _ = if bits == 32 { write!(text, "{:e}", f as f32) } else { write!(text, "{f:e}") };
        let digits = Digits::read(&text);
        // The standard library takes the odd one sometimes. Shorter results are never half-way.
        if digits.len() < if bits == 32 { 8 } else { 16 } {
            return digits;
        }
        let mut even = Buffer::default();
        let _ = write!(even, "{:.*e}", digits.len() - 1, f);
        if even.0 == text.0 {
            return digits;
        }
        let reads_back = std::str::from_utf8(&even.0).is_ok_and(|text| match bits {
            32 => text.parse() == Ok(f as f32),
            _ => text.parse() == Ok(f),
        });
        if reads_back { Digits::read(&even) } else { digits }
    }

    /// `count` significant digits (at least one), correctly rounded.
    fn significant(f: f64, count: usize) -> Digits {
        let mut text = Buffer::default();
        let _ = write!(text, "{:.*e}", count.clamp(1, EXACT_DIGITS) - 1, f);
        Digits::read(&text)
    }

    /// `count` digits after the decimal point, correctly rounded.
    fn fraction(f: f64, count: usize) -> Digits {
        let mut text = Buffer::default();
        let _ = write!(text, "{:.*}", count.min(EXACT_DIGITS), f);
        Digits::read(&text)
    }

    fn len(&self) -> usize {
        self.digits.0.len()
    }

    /// Digits after the decimal point that show every digit.
    fn fraction_len(&self) -> usize {
        usize::try_from(self.len() as i32 - self.point).unwrap_or(0)
    }

    fn at(&self, index: usize) -> u8 {
        self.digits.0.get(index).copied().unwrap_or(b'0')
    }
}

fn append_decimal(out: &mut Vec<u8>, f: f64, verb: u8, precision: Option<usize>, bits: u32) {
    let digits = match (precision, verb) {
        (None, _) => Digits::shortest(f, bits),
        (Some(p), b'f') => Digits::fraction(f, p),
        (Some(p), b'e' | b'E') => Digits::significant(f, p.saturating_add(1)),
        (Some(p), _) => Digits::significant(f, p),
    };
    let len = digits.len();
    match verb {
        b'e' | b'E' => {
            append_scientific(out, &digits, precision.unwrap_or(len.saturating_sub(1)), verb);
        }
        b'f' => {
            append_fixed(out, &digits, precision.unwrap_or_else(|| digits.fraction_len()));
        }
        _ => append_general(out, &digits, precision, verb),
    }
}

/// `%g`: scientific for big and small exponents, fixed otherwise.
fn append_general(out: &mut Vec<u8>, digits: &Digits, precision: Option<usize>, verb: u8) {
    let len = digits.len();
    let precision_or_len = precision.map_or(len, |p| p.max(1));
    let threshold = match precision {
        None => 6,
        Some(_) if precision_or_len > len && len as i32 >= digits.point => len,
        Some(_) => precision_or_len,
    };
    let exponent = digits.point - 1;
    if exponent < -4 || exponent >= i32::try_from(threshold).unwrap_or(i32::MAX) {
        let e = if verb == b'G' { b'E' } else { b'e' };
        append_scientific(out, digits, precision_or_len.min(len).saturating_sub(1), e);
    } else {
        append_fixed(out, digits, digits.fraction_len());
    }
}

fn append_scientific(out: &mut Vec<u8>, digits: &Digits, fraction: usize, e: u8) {
    out.push(digits.at(0));
    if fraction > 0 {
        out.push(b'.');
        append_run(out, digits, 1, fraction);
    }
    let exponent = if digits.len() == 0 { 0 } else { digits.point - 1 };
    out.push(e);
    append_exponent(out, exponent);
}

fn append_fixed(out: &mut Vec<u8>, digits: &Digits, fraction: usize) {
    let integer = usize::try_from(digits.point).unwrap_or(0);
    match integer {
        0 => out.push(b'0'),
        _ => append_run(out, digits, 0, integer),
    }
    if fraction > 0 {
        out.push(b'.');
        let zeros = usize::try_from(-i64::from(digits.point)).unwrap_or(0).min(fraction);
        out.resize(out.len() + zeros, b'0');
        append_run(out, digits, integer, fraction - zeros);
    }
}

/// Appends `count` digits from `start` on, zeros after the last.
fn append_run(out: &mut Vec<u8>, digits: &Digits, start: usize, count: usize) {
    let known = digits.digits.0.get(start..).unwrap_or_default();
    let known = &known[..known.len().min(count)];
    out.extend_from_slice(known);
    out.resize(out.len() + (count - known.len()), b'0');
}

/// Appends a sign and at least two digits.
fn append_exponent(out: &mut Vec<u8>, exponent: i32) {
    out.push(if exponent < 0 { b'-' } else { b'+' });
    let mut text = Buffer::default();
    let _ = write!(text, "{:02}", exponent.unsigned_abs());
    out.extend_from_slice(&text.0);
}

/// The binary parts of a finite float: `mantissa * 2^(exponent - mantissa_bits)`.
#[derive(Clone, Copy)]
struct Parts {
    mantissa: u64,
    exponent: i32,
    mantissa_bits: u32,
}

impl Parts {
    fn of(f: f64, bits: u32) -> Parts {
        let (raw, mantissa_bits, exponent_bits) =
            if bits == 32 { (u64::from((f as f32).to_bits()), 23, 8) } else { (f.to_bits(), 52, 11) };
        let bias = (1 << (exponent_bits - 1)) - 1;
        let exponent = (raw >> mantissa_bits) as i32 & ((1 << exponent_bits) - 1);
        let mantissa = raw & ((1 << mantissa_bits) - 1);
        match exponent {
            0 => Parts { mantissa, exponent: 1 - bias, mantissa_bits },
            _ => Parts { mantissa: mantissa | 1 << mantissa_bits, exponent: exponent - bias, mantissa_bits },
        }
    }
}

fn append_binary(out: &mut Vec<u8>, parts: Parts) {
    let mut text = Buffer::default();
    let _ = write!(text, "{}p{:+}", parts.mantissa, parts.exponent - parts.mantissa_bits as i32);
    out.extend_from_slice(&text.0);
}

fn append_hex(out: &mut Vec<u8>, parts: Parts, precision: Option<usize>, verb: u8) {
    // The leading 1 stands at bit 60, so the fraction is 15 hexadecimal digits.
    let mut mantissa = parts.mantissa << (60 - parts.mantissa_bits);
    let mut exponent = if mantissa == 0 { 0 } else { parts.exponent };
    if mantissa != 0 {
        let shift = mantissa.leading_zeros() - 3;
        mantissa <<= shift;
        exponent -= shift as i32;
    }
    if let Some(p) = precision.filter(|&p| p < 15) {
        let shift = 4 * p as u32;
        let dropped = mantissa << shift & ((1 << 60) - 1);
        mantissa >>= 60 - shift;
        // Half to even: the last kept bit breaks the tie.
        if dropped | (mantissa & 1) > 1 << 59 {
            mantissa += 1;
        }
        mantissa <<= 60 - shift;
        if mantissa & 1 << 61 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let upper = verb == b'X';
    out.extend_from_slice(&[b'0', verb, b'0' + (mantissa >> 60 & 1) as u8]);
    let mut fraction = mantissa << 4;
    let shown = precision.unwrap_or((64 - fraction.trailing_zeros().min(64)).div_ceil(4) as usize);
    if shown > 0 {
        out.push(b'.');
        for _ in 0..shown.min(16) {
            let digit = b"0123456789abcdef"[(fraction >> 60) as usize];
            out.push(if upper { digit.to_ascii_uppercase() } else { digit });
            fraction <<= 4;
        }
        out.resize(out.len() + shown.saturating_sub(16), b'0');
    }
    out.push(if upper { b'P' } else { b'p' });
    append_exponent(out, exponent);
}
