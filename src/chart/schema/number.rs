//! Numbers as schemas compare them: exactly, by their decimal digits.

use std::cmp::Ordering;

use num_bigint::BigUint;

use crate::gofmt;
use crate::json;
use crate::value::{Kind, Num, Value};

/// Exponents beyond this are not numbers, as for Go's `big.Rat`.
const MAX_EXPONENT: i64 = 1_000_000;

/// A decimal number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    is_negative: bool,
    /// Digits without zeros at either end; none for zero.
    digits: Vec<u8>,
    /// The value is `0.DIGITS` times ten to this power.
    exponent: i64,
    /// The nearest float, for messages.
    float: Float,
}

/// A float that compares by its bits.
#[derive(Clone, Copy, Debug)]
struct Float(f64);

impl PartialEq for Float {
    fn eq(&self, _: &Float) -> bool {
        // It follows from the digits.
        true
    }
}

impl Eq for Float {}

impl Number {
    /// The number in `value`, if it is one.
    pub(super) fn of(value: &Value) -> Option<Number> {
        match value {
            Value::Object(_) => Number::parse(&value.as_object::<json::Number>()?.0),
            Value::Int(i) | Value::Int64(i) => Number::parse(&i.to_string()),
            Value::Float64(f) => Number::parse(&format!("{f:e}")),
            Value::Num(Num::Float32(f)) => Number::parse(&format!("{f:e}")),
            Value::Num(_) => {
                let text = value.as_uint().map(|u| u.to_string()).or(value.as_int().map(|i| i.to_string()));
                Number::parse(&text?)
            }
            _ => None,
        }
    }

    /// Reads a number as JSON writes it.
    pub(super) fn parse(text: &str) -> Option<Number> {
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i64 = exponent.parse().ok()?;
        let (is_negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = integer.bytes().chain(fraction.bytes()).collect();
        if exponent.abs() > MAX_EXPONENT || !digits.iter().all(u8::is_ascii_digit) || digits.is_empty() {
            return None;
        }
        let float = Float(text.parse().unwrap_or(f64::NAN));
        let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
        if zeros == digits.len() {
            return Some(Number { is_negative: false, digits: Vec::new(), exponent: 0, float });
        }
        let end = digits.iter().rposition(|&digit| digit != b'0').unwrap_or_default() + 1;
        let exponent = exponent + i64::try_from(integer.len()).ok()? - i64::try_from(zeros).ok()?;
        Some(Number { is_negative, digits: digits[zeros..end].to_vec(), exponent, float })
    }

    /// True if there is no fraction.
    pub(super) fn is_integer(&self) -> bool {
        self.digits.is_empty()
            || usize::try_from(self.exponent).is_ok_and(|places| places >= self.digits.len())
    }

    /// The integer, if it is one; the nearest that fits.
    pub(super) fn as_count(&self) -> Option<i64> {
        if !self.is_integer() {
            return None;
        }
        // A cast that saturates; what is beyond 2^53 no count reaches.
        #[expect(clippy::cast_possible_truncation, reason = "saturates")]
        Some(self.float.0 as i64)
    }

    /// True if it is a whole multiple of `divisor`.
    pub(super) fn is_multiple_of(&self, divisor: &Number) -> bool {
        if self.digits.is_empty() {
            return true;
        }
        let [(digits, scale), (divisor, divisor_scale)] = [self, divisor].map(Number::scaled);
        if divisor == BigUint::default() {
            return false;
        }
        match u64::try_from(scale - divisor_scale) {
            // The digits do not end in zero, so no multiple of ten divides them.
            Err(_) => false,
            Ok(shift) => {
                let shift = BigUint::from(10u8).modpow(&BigUint::from(shift), &divisor);
                (digits * shift) % divisor == BigUint::default()
            }
        }
    }

    /// The digits as an integer, and the power of ten that it is to be multiplied with.
    fn scaled(&self) -> (BigUint, i64) {
        let integer = BigUint::parse_bytes(&self.digits, 10).unwrap_or_default();
        (integer, self.exponent - i64::try_from(self.digits.len()).unwrap_or_default())
    }

    /// A text that is equal for equal numbers.
    pub(super) fn key(&self) -> (bool, &[u8], i64) {
        (self.is_negative, &self.digits, self.exponent)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let sign = |number: &Number| match (number.digits.is_empty(), number.is_negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let magnitude = |number: &Number, other: &Number| {
            number.exponent.cmp(&other.exponent).then(number.digits.cmp(&other.digits))
        };
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => magnitude(self, other),
            _ => magnitude(other, self),
        })
    }
}

/// True if `value` is a number.
pub(super) fn is_number(value: &Value) -> bool {
    match value {
        Value::Object(_) => value.as_object::<json::Number>().is_some(),
        Value::Num(Num::Complex128(..)) => false,
        _ => matches!(
            value.kind(),
            Kind::Int
                | Kind::Int8
                | Kind::Int16
                | Kind::Int32
                | Kind::Int64
                | Kind::Uint
                | Kind::Uint8
                | Kind::Uint16
                | Kind::Uint32
                | Kind::Uint64
                | Kind::Float32
                | Kind::Float64
        ),
    }
}

/// True if `value` is a number without fraction.
pub(super) fn is_integer(value: &Value) -> bool {
    match value {
        Value::Int(_) | Value::Int64(_) => true,
        Value::Float64(f) => f.fract() == 0.0,
        _ => Number::of(value).is_some_and(|number| number.is_integer()),
    }
}

/// `count` as English writes it, in groups of three digits.
pub(super) fn display_count(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let sign = if count < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(&digits))
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl std::fmt::Display for Number {
    /// Prints the nearest float as English writes it: `-1,234.5`, `1×10²¹`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
        let text = gofmt::format_float(self.float.0, b'g', -1, 64);
        let (mantissa, exponent) = match text.split_once('e') {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (text.as_str(), None),
        };
        let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
        if unsigned.len() < mantissa.len() {
            f.write_str("-")?;
        }
        let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        f.write_str(&grouped(integer))?;
        if !fraction.is_empty() {
            write!(f, ".{fraction}")?;
        }
        let Some(exponent) = exponent else { return Ok(()) };
        f.write_str("×10")?;
        for c in exponent.chars() {
            match c.to_digit(10) {
                Some(digit) => write!(f, "{}", SUPERSCRIPTS[digit as usize])?,
                None if c == '-' => f.write_str("⁻")?,
                None => {}
            }
        }
        Ok(())
    }
}
