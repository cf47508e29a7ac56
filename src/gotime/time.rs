//! Instants.

use std::cmp::Ordering;

use super::calendar::{self, Civil, UNIX_EPOCH};
use super::duration::Duration;
use super::{SECOND, Zone, layout, parse};
use crate::value::{Type, Value};

/// Go's `time.Time`: an instant, to the nanosecond, and the zone in which it is shown.
#[derive(Clone, Debug)]
pub struct Time {
    /// Seconds since year 1, which is where Go's zero time is.
    seconds: i64,
    /// 0 to 999 999 999.
    nanosecond: i64,
    /// The reading of a clock that never jumps, in nanoseconds: only times that [`Time::now`] gave, and what was
    /// added to them, have one.
    monotonic: Option<i64>,
    zone: Zone,
}

impl Default for Time {
    fn default() -> Time {
        Time::ZERO
    }
}

impl Time {
    /// The Go type.
    pub const TYPE: Type = Type::Named("time.Time", &Type::Struct);

    /// The zero time: the first instant of year 1, in UTC.
    pub const ZERO: Time = Time { seconds: 0, nanosecond: 0, monotonic: None, zone: Zone::Utc };

    /// `seconds` after 1970 began in UTC.
    pub fn from_unix(seconds: i64, zone: Zone) -> Time {
        Time { seconds: seconds.wrapping_add(UNIX_EPOCH), nanosecond: 0, monotonic: None, zone }
    }

    /// The time of a clock reading, in nanoseconds since 1970, with the reading of a clock that never jumps.
    pub fn now(nanoseconds: i128, monotonic: i64, zone: Zone) -> Time {
        let second = i128::from(SECOND);
        let seconds = i64::try_from(nanoseconds.div_euclid(second)).unwrap_or_default();
        let nanosecond = i64::try_from(nanoseconds.rem_euclid(second)).unwrap_or_default();
        Time { nanosecond, monotonic: Some(monotonic), ..Time::from_unix(seconds, zone) }
    }

    /// The instant at which calendar and clock in `zone` show the given point; parts that are out of range carry.
    /// Where clocks are turned back or forward, the instant is right for the offset before or after.
    pub fn date(year: i64, month: i64, day: i64, clock: i64, nanosecond: i64, zone: &Zone) -> Time {
        let clock = clock.wrapping_add(nanosecond.div_euclid(SECOND));
        let shown = calendar::seconds_since_epoch(year, month, day, clock);
        let (_, mut offset) = zone.name_and_offset(shown);
        if offset != 0 {
            (_, offset) = zone.name_and_offset(shown.wrapping_sub(i64::from(offset)));
        }
        let unix = shown.wrapping_sub(i64::from(offset));
        Time { nanosecond: nanosecond.rem_euclid(SECOND), ..Time::from_unix(unix, zone.clone()) }
    }

    /// Go's `time.ParseInLocation`.
    ///
    /// # Errors
    /// Go's text, e.g. `parsing time "x" as "2006": cannot parse "x" as "2006"`.
    pub fn parse(layout: &[u8], value: &[u8], zone: &Zone) -> Result<Time, String> {
        parse::parse(layout, value, zone)
    }

    /// Go's `Time.Format`.
    pub fn format(&self, layout: &[u8]) -> Vec<u8> {
        let mut text = Vec::with_capacity(layout.len() + 10);
        layout::format(self, layout, &mut text);
        text
    }

    /// Go's `Time.String`, which also shows the reading of the clock that never jumps.
    pub fn to_text(&self) -> Vec<u8> {
        let mut text = self.format(b"2006-01-02 15:04:05.999999999 -0700 MST");
        if let Some(monotonic) = self.monotonic {
            let sign = if monotonic < 0 { '-' } else { '+' };
            let n = monotonic.unsigned_abs();
            let second = SECOND.unsigned_abs();
            text.extend_from_slice(format!(" m={sign}{}.{:09}", n / second, n % second).as_bytes());
        }
        text
    }

    /// Seconds since 1970 began in UTC.
    pub fn unix(&self) -> i64 {
        self.seconds.wrapping_sub(UNIX_EPOCH)
    }

    /// 0 to 999 999 999.
    pub fn nanosecond(&self) -> i64 {
        self.nanosecond
    }

    /// The zone in which the time is shown.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Abbreviation and offset, in seconds east of UTC, of the zone at this time.
    pub fn zone_name_and_offset(&self) -> (crate::value::Str, i32) {
        self.zone.name_and_offset(self.unix())
    }

    /// What clocks in the zone show, in seconds after 1970.
    pub(super) fn shown(&self) -> i64 {
        self.unix().wrapping_add(i64::from(self.zone_name_and_offset().1))
    }

    /// What calendar and clock in the zone show.
    pub(super) fn civil(&self) -> Civil {
        calendar::civil(self.shown())
    }

    /// The same instant, shown in `zone`.
    #[must_use]
    pub fn within(&self, zone: Zone) -> Time {
        Time { monotonic: None, zone, ..self.clone() }
    }

    /// True for the instant of the zero time.
    pub fn is_zero(&self) -> bool {
        self.seconds == 0 && self.nanosecond == 0
    }

    /// This time, later by `seconds`, within the range of times.
    #[must_use]
    pub(super) fn add_seconds(&self, seconds: i64) -> Time {
        // Go's smallest time is one second above the smallest number.
        let seconds =
            self.seconds.checked_add(seconds).unwrap_or(if seconds > 0 { i64::MAX } else { -i64::MAX });
        Time { seconds, ..self.clone() }
    }

    /// This time, later by `duration`, within the range of times.
    #[must_use]
    pub fn add(&self, duration: Duration) -> Time {
        let nanosecond = self.nanosecond + duration.0 % SECOND;
        let seconds = duration.0 / SECOND + nanosecond.div_euclid(SECOND);
        Time {
            nanosecond: nanosecond.rem_euclid(SECOND),
            monotonic: self.monotonic.and_then(|m| m.checked_add(duration.0)),
            ..self.add_seconds(seconds)
        }
    }

    /// The time from `earlier` to this one, within the range of durations.
    pub fn since(&self, earlier: &Time) -> Duration {
        if let (Some(a), Some(b)) = (self.monotonic, earlier.monotonic) {
            return Duration(a.saturating_sub(b));
        }
        let nanoseconds = (i128::from(self.seconds) - i128::from(earlier.seconds)) * i128::from(SECOND)
            + i128::from(self.nanosecond - earlier.nanosecond);
        let limit = if nanoseconds < 0 { i64::MIN } else { i64::MAX };
        Duration(i64::try_from(nanoseconds).unwrap_or(limit))
    }

    /// The order of the instants, whatever their zones.
    pub fn compare(&self, other: &Time) -> Ordering {
        match (self.monotonic, other.monotonic) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => (self.seconds, self.nanosecond).cmp(&(other.seconds, other.nanosecond)),
        }
    }

    /// The same date and time of day, years, months and days later; a day that the month lacks carries.
    #[must_use]
    pub fn add_date(&self, years: i64, months: i64, days: i64) -> Time {
        let c = self.civil();
        let clock = c.hour * 3600 + c.minute * 60 + c.second;
        let (year, month) = (c.year.wrapping_add(years), c.month.wrapping_add(months));
        Time::date(year, month, c.day.wrapping_add(days), clock, self.nanosecond, &self.zone)
    }

    /// This time without the part that is no multiple of `unit` since year 1, or, if `up_from_half`, the nearest
    /// such multiple.
    #[must_use]
    pub(super) fn to_multiple_of(&self, unit: Duration, up_from_half: bool) -> Time {
        let time = Time { monotonic: None, ..self.clone() };
        if unit.0 <= 0 {
            return time;
        }
        let nanoseconds = i128::from(self.seconds) * i128::from(SECOND) + i128::from(self.nanosecond);
        let rest = i64::try_from(nanoseconds.rem_euclid(i128::from(unit.0))).unwrap_or_default();
        if up_from_half && rest.unsigned_abs() * 2 >= unit.0.unsigned_abs() {
            time.add(Duration(unit.0 - rest))
        } else {
            time.add(Duration(-rest))
        }
    }

    /// The two numbers of Go's struct. With a reading of the clock that never jumps, the first one holds a flag, the
    /// seconds since 1885 and the nanoseconds, and the second one the reading.
    pub(super) fn words(&self) -> (u64, i64) {
        const SECONDS_TO_1885: i64 = 59_453_308_800;
        let nanosecond = self.nanosecond.unsigned_abs();
        match (self.monotonic, u64::try_from(self.seconds.wrapping_sub(SECONDS_TO_1885))) {
            (Some(reading), Ok(seconds)) => (1 << 63 | seconds << 30 | nanosecond, reading),
            _ => (nanosecond, self.seconds),
        }
    }

    /// Equal in all that the struct holds, as `reflect.DeepEqual` compares.
    pub(super) fn is_identical(&self, other: &Time) -> bool {
        self.seconds == other.seconds
            && self.nanosecond == other.nanosecond
            && self.monotonic == other.monotonic
            && self.zone.is_equal(&other.zone)
    }

    /// The value that templates see.
    pub fn into_value(self) -> Value {
        Value::Object(std::sync::Arc::new(self))
    }
}
