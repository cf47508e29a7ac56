//! Dates and times.

use crate::gotime::{Time, Zone};
use crate::value::Value;
use crate::value::call::Host;

// Names of the zones of dates and times without an offset; they tell them apart when they are written.
const LOCAL_DATETIME: &str = "datetime-local";
const LOCAL_DATE: &str = "date-local";
const LOCAL_TIME: &str = "time-local";

/// The local zone, and its offset now: that is the one of dates and times that have none.
pub(super) struct Local {
    zone: Zone,
    offset: i32,
}

impl Local {
    pub(super) fn new(host: &dyn Host) -> Local {
        let zone = Zone::local(host.time_zone().as_deref());
        let now = i64::try_from(host.now().div_euclid(1_000_000_000)).unwrap_or_default();
        let (_, offset) = zone.name_and_offset(now);
        Local { zone, offset }
    }
}

/// A date, a time, or both; with both, perhaps an offset from UTC.
#[derive(Debug, Default)]
pub(super) struct Datetime {
    /// Year, month, day.
    date: Option<(u32, u32, u32)>,
    /// Hour, minute, second, nanosecond.
    time: Option<(u32, u32, u32, u32)>,
    offset: Option<Offset>,
}

#[derive(Debug)]
enum Offset {
    /// `Z`
    Utc,
    /// East of UTC.
    Seconds(i32),
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

    pub(super) fn into_value(self, local: &Local) -> Value {
        let name = match (self.date, self.time) {
            (Some(_), Some(_)) => LOCAL_DATETIME,
            (Some(_), None) => LOCAL_DATE,
            _ => LOCAL_TIME,
        };
        let (year, month, day) = self.date.unwrap_or((0, 1, 1));
        let (hour, minute, second, nanosecond) = self.time.unwrap_or_default();
        let clock = i64::from((hour * 60 + minute) * 60 + second);
        let at =
            |zone: &Zone| Time::date(year.into(), month.into(), day.into(), clock, nanosecond.into(), zone);
        let time = match self.offset {
            None => at(&Zone::fixed(name.as_bytes(), local.offset.into())),
            Some(Offset::Utc) => at(&Zone::Utc),
            Some(Offset::Seconds(offset)) => {
                let time = at(&Zone::fixed(b"", offset.into()));
                let (_, local_offset) = local.zone.name_and_offset(time.unix());
                if local_offset == offset { time.within(local.zone.clone()) } else { time }
            }
        };
        time.into_value()
    }
}

/// `time` as TOML, without quotes.
pub(super) fn format(time: &Time) -> Vec<u8> {
    let zone = time.zone().name();
    let layout: &[u8] = match zone.as_bytes() {
        name if name == LOCAL_DATETIME.as_bytes() => b"2006-01-02T15:04:05.999999999",
        name if name == LOCAL_DATE.as_bytes() => b"2006-01-02",
        name if name == LOCAL_TIME.as_bytes() => b"15:04:05.999999999",
        _ => return time.format(b"2006-01-02T15:04:05.999999999Z07:00"),
    };
    time.within(Zone::Utc).format(layout)
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

fn offset(rest: &mut &[u8]) -> Option<Offset> {
    if skip(rest, b'Z').is_some() {
        return Some(Offset::Utc);
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
    let seconds = sign * (hours * 3600 + minutes * 60).cast_signed();
    (hours <= 24 && minutes <= 60).then_some(Offset::Seconds(seconds))
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
