//! Durations.

use std::any::Any;

use super::SECOND;
use super::layout::quote;
use crate::value::call::{CallError, Signature};
use crate::value::{Method, Object, Str, Type, Value};

/// Go's `time.Duration`: nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(pub i64);

const MICROSECOND: i64 = 1_000;
const MILLISECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

impl Duration {
    /// The Go type.
    pub const TYPE: Type = Type::Named("time.Duration", &Type::Int64);

    /// Seconds, with a fraction.
    pub fn seconds(self) -> f64 {
        self.in_units(SECOND)
    }

    /// Minutes, with a fraction.
    pub fn minutes(self) -> f64 {
        self.in_units(MINUTE)
    }

    /// Hours, with a fraction.
    pub fn hours(self) -> f64 {
        self.in_units(HOUR)
    }

    /// Whole and fraction apart, as Go does, because the sum rounds otherwise than one division.
    fn in_units(self, unit: i64) -> f64 {
        (self.0 / unit) as f64 + (self.0 % unit) as f64 / unit as f64
    }

    /// Whole milliseconds, toward zero.
    pub fn milliseconds(self) -> i64 {
        self.0 / MILLISECOND
    }

    /// Whole microseconds, toward zero.
    pub fn microseconds(self) -> i64 {
        self.0 / MICROSECOND
    }

    /// The nearest multiple of `unit` toward zero; `self` if `unit` is not positive.
    pub fn truncate(self, unit: Duration) -> Duration {
        if unit.0 <= 0 { self } else { Duration(self.0 - self.0 % unit.0) }
    }

    /// The nearest multiple of `unit`, of two the one farther from zero, within the range of durations; `self` if
    /// `unit` is not positive.
    pub fn round(self, unit: Duration) -> Duration {
        if unit.0 <= 0 {
            return self;
        }
        let rest = self.0 % unit.0;
        let toward_zero = self.0 - rest;
        if rest.unsigned_abs() * 2 < unit.0.unsigned_abs() {
            return Duration(toward_zero);
        }
        Duration(toward_zero.saturating_add(unit.0 * if self.0 < 0 { -1 } else { 1 }))
    }

    /// The distance from zero.
    pub fn abs(self) -> Duration {
        Duration(self.0.saturating_abs())
    }

    /// The value that templates see.
    pub fn into_value(self) -> Value {
        Value::Object(std::sync::Arc::new(self))
    }
}

/// `time.Duration.String`: `1h2m3.5s`, and below a second `1.5ms`, `3µs`, `7ns`.
pub fn format_duration(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let n = nanoseconds.unsigned_abs();
    let second = SECOND.unsigned_abs();
    if n < second {
        return match n {
            0 => "0s".to_owned(),
            1..1_000 => format!("{sign}{n}ns"),
            1_000..1_000_000 => format!("{sign}{}µs", decimal(n, 3)),
            _ => format!("{sign}{}ms", decimal(n, 6)),
        };
    }
    let seconds = decimal(n % (60 * second), 9);
    match (n / (3600 * second), n / (60 * second) % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// `n` with the decimal point before its last `places` digits, without trailing zeros.
fn decimal(n: u64, places: u32) -> String {
    let unit = 10_u64.pow(places);
    let mut text = format!("{}.{:0width$}", n / unit, n % unit, width = places as usize);
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    text
}

/// `time.ParseDuration`: signed decimal numbers, each with a unit, as nanoseconds.
///
/// # Errors
/// Go's text, e.g. `time: unknown unit "d" in duration "1d"`.
pub fn parse_duration(text: &[u8]) -> Result<i64, String> {
    let error = |what: &str| format!("time: {what} {}", quote(text));
    let invalid = || error("invalid duration");
    let (negative, mut rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    match rest {
        b"0" => return Ok(0),
        b"" => return Err(invalid()),
        _ => {}
    }
    // The number of nanoseconds may be one more than the largest duration, if it is negative.
    const LIMIT: u64 = 1 << 63;
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = leading_digits(rest);
        let whole = parse_digits(digits).ok_or_else(invalid)?;
        rest = &rest[digits.len()..];
        let mut fraction: &[u8] = b"";
        if let [b'.', after @ ..] = rest {
            fraction = leading_digits(after);
            rest = &after[fraction.len()..];
        }
        if digits.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let unit_len = rest.iter().position(|b| *b == b'.' || b.is_ascii_digit()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(unit_len);
        if name.is_empty() {
            return Err(error("missing unit in duration"));
        }
        let Some(unit) = unit(name) else {
            return Err(error(&format!("unknown unit {} in duration", quote(name))));
        };
        rest = after;
        let mut part = whole.checked_mul(unit).filter(|part| *part <= LIMIT).ok_or_else(invalid)?;
        let (numerator, scale) = parse_fraction(fraction);
        if numerator > 0 {
            part += (numerator as f64 * (unit as f64 / scale)) as u64;
        }
        total = total.checked_add(part).filter(|total| *total <= LIMIT).ok_or_else(invalid)?;
    }
    match (negative, i64::try_from(total)) {
        (true, _) => Ok((total as i64).wrapping_neg()),
        (false, Ok(total)) => Ok(total),
        (false, Err(_)) => Err(invalid()),
    }
}

fn unit(name: &[u8]) -> Option<u64> {
    let unit = match name {
        b"ns" => 1,
        b"us" | b"\xC2\xB5s" | b"\xCE\xBCs" => MICROSECOND,
        b"ms" => MILLISECOND,
        b"s" => SECOND,
        b"m" => MINUTE,
        b"h" => HOUR,
        _ => return None,
    };
    Some(unit.unsigned_abs())
}

pub(super) fn leading_digits(text: &[u8]) -> &[u8] {
    &text[..text.iter().position(|b| !b.is_ascii_digit()).unwrap_or(text.len())]
}

/// The number that the digits are; none if it is above 2^63.
pub(super) fn parse_digits(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |n, digit| {
        n.checked_mul(10)?.checked_add(u64::from(digit - b'0')).filter(|n| *n <= 1 << 63)
    })
}

/// The digits after a decimal point as numerator and denominator, less the digits that are too many for a number.
fn parse_fraction(digits: &[u8]) -> (u64, f64) {
    let mut numerator: u64 = 0;
    let mut scale = 1.0;
    for digit in digits {
        let next = if numerator > i64::MAX as u64 / 10 {
            None
        } else {
            Some(numerator * 10 + u64::from(digit - b'0'))
        };
        match next {
            Some(next) if next <= 1 << 63 => numerator = next,
            _ => break,
        }
        scale *= 10.0;
    }
    (numerator, scale)
}

impl Object for Duration {
    fn go_type(&self) -> Type {
        Duration::TYPE
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }

    fn as_int(&self) -> Option<i64> {
        Some(self.0)
    }

    fn with_int(&self, number: i64) -> Value {
        Duration(number).into_value()
    }

    fn to_go_string(&self) -> Option<Str> {
        Some(format_duration(self.0).into())
    }
}

const fn getter(name: &'static str, result: Type, get: super::MethodCall) -> Method {
    Method { name, signature: Signature::new(&[], result), call: get }
}

const UNIT: Signature = Signature::new(&[Duration::TYPE], Duration::TYPE);

const METHODS: &[Method] = &[
    getter("Abs", Duration::TYPE, |this, _, _| Ok(duration(this)?.abs().into_value())),
    getter("Hours", Type::Float64, |this, _, _| Ok(Value::Float64(duration(this)?.hours()))),
    getter("Microseconds", Type::Int64, |this, _, _| Ok(Value::Int64(duration(this)?.microseconds()))),
    getter("Milliseconds", Type::Int64, |this, _, _| Ok(Value::Int64(duration(this)?.milliseconds()))),
    getter("Minutes", Type::Float64, |this, _, _| Ok(Value::Float64(duration(this)?.minutes()))),
    getter("Nanoseconds", Type::Int64, |this, _, _| Ok(Value::Int64(duration(this)?.0))),
    Method {
        name: "Round",
        signature: UNIT,
        call: |this, _, args| Ok(duration(this)?.round(duration(&args[0])?).into_value()),
    },
    getter("Seconds", Type::Float64, |this, _, _| Ok(Value::Float64(duration(this)?.seconds()))),
    getter("String", Type::String, |this, _, _| Ok(Value::str(format_duration(duration(this)?.0)))),
    Method {
        name: "Truncate",
        signature: UNIT,
        call: |this, _, args| Ok(duration(this)?.truncate(duration(&args[0])?).into_value()),
    },
];

/// The duration that a receiver is, or an argument: a constant in a template may come as a plain integer.
pub(super) fn duration(value: &Value) -> Result<Duration, CallError> {
    value.as_int().map(Duration).ok_or_else(|| CallError::new("not a time.Duration"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let cases = [
            (0, "0s"),
            (1, "1ns"),
            (1_100, "1.1µs"),
            (2_200_000, "2.2ms"),
            (3_300_000_000, "3.3s"),
            (245_000_000_000, "4m5s"),
            (245_001_000_000, "4m5.001s"),
            (18_367_001_000_000, "5h6m7.001s"),
            (480_000_000_001, "8m0.000000001s"),
            (i64::MAX, "2562047h47m16.854775807s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ];
        for (n, want) in cases {
            assert_eq!(format_duration(n), want);
            assert_eq!(parse_duration(want.as_bytes()), Ok(n));
        }
    }

    #[test]
    fn parses() {
        let cases: [(&[u8], Result<i64, &str>); 22] = [
            (b"0", Ok(0)),
            (b"+0", Ok(0)),
            (b"-5s", Ok(-5 * SECOND)),
            (b".5h", Ok(HOUR / 2)),
            (b"5.h", Ok(5 * HOUR)),
            (b"1.5h1.5h", Ok(3 * HOUR)),
            (b"0.3333333333333333333h", Ok(20 * MINUTE)),
            (b"0.100000000000000000000h", Ok(6 * MINUTE)),
            (b"12\xCE\xBCs", Ok(12_000)),
            (b"9223372036854775807ns", Ok(i64::MAX)),
            (b"-9223372036854775808ns", Ok(i64::MIN)),
            (b"9223372036854775808ns", Err("time: invalid duration \"9223372036854775808ns\"")),
            (b"3000000h", Err("time: invalid duration \"3000000h\"")),
            (b"", Err("time: invalid duration \"\"")),
            (b"-", Err("time: invalid duration \"-\"")),
            (b".s", Err("time: invalid duration \".s\"")),
            (b"3", Err("time: missing unit in duration \"3\"")),
            (b"3 s", Err("time: unknown unit \" s\" in duration \"3 s\"")),
            (b"1d", Err("time: unknown unit \"d\" in duration \"1d\"")),
            (b"1h-1m", Err("time: unknown unit \"h-\" in duration \"1h-1m\"")),
            (b"1\xC3\xA9", Err("time: unknown unit \"\\xc3\\xa9\" in duration \"1\\xc3\\xa9\"")),
            (b"bad", Err("time: invalid duration \"bad\"")),
        ];
        for (text, want) in cases {
            assert_eq!(parse_duration(text), want.map_err(str::to_owned), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn rounds() {
        let cases = [
            (89 * MINUTE, HOUR, HOUR, HOUR),
            (90 * MINUTE, HOUR, 2 * HOUR, HOUR),
            (-90 * MINUTE, HOUR, -2 * HOUR, -HOUR),
            (5, 0, 5, 5),
            (5, -2, 5, 5),
            (i64::MAX, HOUR, i64::MAX, i64::MAX - i64::MAX % HOUR),
            (i64::MIN, HOUR, i64::MIN, i64::MIN - i64::MIN % HOUR),
            (i64::MAX - 1, i64::MAX, i64::MAX, 0),
        ];
        for (d, unit, rounded, truncated) in cases {
            assert_eq!(Duration(d).round(Duration(unit)), Duration(rounded), "{d} by {unit}");
            assert_eq!(Duration(d).truncate(Duration(unit)), Duration(truncated), "{d} by {unit}");
        }
    }
}
