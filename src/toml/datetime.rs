//! Dates and times.

use crate::value::Value;

/// A date, a time, or both; with both, perhaps an offset from UTC.
#[derive(Debug, Default)]
pub(super) struct Datetime {
    /// Year, month, day.
    date: Option<(u32, u32, u32)>,
    /// Hour, minute, second, nanosecond.
    time: Option<(u32, u32, u32, u32)>,
    /// Seconds east of UTC; zero for `Z`.
    offset: Option<i32>,
}

impl Datetime {
    /// Reads `2006-01-02`, `15:04` with seconds and a fraction of them as wished, or both with a `T` between and
    /// as wished an offset behind.
    pub(super) fn parse(text: &str) -> Option<Datetime> {
        let mut rest = text.as_bytes();
        let mut datetime = Datetime::default();
        if rest.get(4) == Some(&b'-') {
            datetime.date = Some(date(&mut rest)?);
            if rest.is_empty() {
                return Some(datetime);
            }
            skip(&mut rest, b'T')?;
        }
        datetime.time = Some(time(&mut rest)?);
        if datetime.date.is_some() && !rest.is_empty() {
            datetime.offset = Some(offset(&mut rest)?);
        }
        rest.is_empty().then_some(datetime)
    }

    pub(super) fn into_value(self) -> Value {
        Value::str(format!("{self:?}"))
    }
}

fn date(rest: &mut &[u8]) -> Option<(u32, u32, u32)> {
    let year = digits(rest, 4)?;
    skip(rest, b'-')?;
    let month = digits(rest, 2)?;
    skip(rest, b'-')?;
    let day = digits(rest, 2)?;
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some((year, month, day))
}

fn time(rest: &mut &[u8]) -> Option<(u32, u32, u32, u32)> {
    let hour = digits(rest, 2)?;
    skip(rest, b':')?;
    let minute = digits(rest, 2)?;
    let (mut second, mut nanosecond) = (0, 0);
    if skip(rest, b':').is_some() {
        second = digits(rest, 2)?;
        if let [b'.', b'0'..=b'9', ..] = rest {
            skip(rest, b'.')?;
            let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            // Digits beyond nanoseconds are dropped.
            let (mut fraction, behind) = rest.split_at(length);
            fraction = &fraction[..length.min(9)];
            nanosecond = digits(&mut fraction, length.min(9))? * 10u32.pow(9 - length.min(9) as u32);
            *rest = behind;
        }
    }
    (hour < 24 && minute < 60 && second < 60).then_some((hour, minute, second, nanosecond))
}

fn offset(rest: &mut &[u8]) -> Option<i32> {
    if skip(rest, b'Z').is_some() {
        return Some(0);
    }
    let sign = match rest.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    *rest = &rest[1..];
    let hours = digits(rest, 2)?;
    skip(rest, b':')?;
    let minutes = digits(rest, 2)?;
    // Go lets the upper ends pass, as some write them.
    (hours <= 24 && minutes <= 60).then(|| sign * (hours * 3600 + minutes * 60).cast_signed())
}

/// Takes a number of `count` digits, at most nine.
fn digits(rest: &mut &[u8], count: usize) -> Option<u32> {
    let (digits, behind) = rest.split_at_checked(count)?;
    let number = std::str::from_utf8(digits).ok()?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    *rest = behind;
    number.parse().ok()
}

/// Takes `wanted`.
fn skip(rest: &mut &[u8], wanted: u8) -> Option<()> {
    *rest = rest.strip_prefix(&[wanted])?;
    Some(())
}
