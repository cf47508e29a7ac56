//! Dates, times and durations.

use std::sync::OnceLock;

use super::args::{pay, text};
use super::table::function;
use crate::gofmt;
use crate::gofmt::unicode::{is_space, trim};
use crate::gotime::{Duration, Time, Zone, format_duration, parse_duration};
use crate::value::call::{CallError, Function, Host, Runtime};
use crate::value::{Num, Type, Value};

const ANY: Type = Type::Interface;
const STRING: Type = Type::String;
const INT64: Type = Type::Int64;
const FLOAT64: Type = Type::Float64;
const TIME: Type = Time::TYPE;
const DURATION: Type = Duration::TYPE;

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    function("now", &[], TIME, |runtime, _| Ok(now(runtime.host()).into_value())),
    function("date", &[STRING, ANY], STRING, |r, args| format(r, text(args, 0), &args[1], LOCAL)),
    function("dateInZone", &[STRING, ANY, STRING], STRING, date_in_zone),
    function("date_in_zone", &[STRING, ANY, STRING], STRING, date_in_zone),
    function("htmlDate", &[ANY], STRING, |r, args| format(r, DATE, &args[0], LOCAL)),
    function("htmlDateInZone", &[ANY, STRING], STRING, |r, args| format(r, DATE, &args[0], text(args, 1))),
    function("dateModify", &[STRING, TIME], TIME, date_modify),
    function("date_modify", &[STRING, TIME], TIME, date_modify),
    function("mustDateModify", &[STRING, TIME], TIME, must_date_modify),
    function("must_date_modify", &[STRING, TIME], TIME, must_date_modify),
    function("toDate", &[STRING, STRING], TIME, |r, args| {
        Ok(parse(r, args).unwrap_or(Time::ZERO).into_value())
    }),
    function("mustToDate", &[STRING, STRING], TIME, |r, args| Ok(parse(r, args)?.into_value())),
    function("unixEpoch", &[TIME], STRING, |_, args| Ok(Value::str(time(&args[0])?.unix().to_string()))),
    function("ago", &[ANY], STRING, ago),
    function("duration", &[ANY], STRING, duration),
    function("durationRound", &[ANY], STRING, duration_round),
    function("mustToDuration", &[ANY], DURATION, |_, args| Ok(to_duration(&args[0])?.into_value())),
    function("durationNanoseconds", &[ANY], INT64, |_, args| in_whole(args, |d| d.0)),
    function("durationMicroseconds", &[ANY], INT64, |_, args| in_whole(args, Duration::microseconds)),
    function("durationMilliseconds", &[ANY], INT64, |_, args| in_whole(args, Duration::milliseconds)),
    function("durationSeconds", &[ANY], FLOAT64, |_, args| in_parts(args, Duration::seconds)),
    function("durationMinutes", &[ANY], FLOAT64, |_, args| in_parts(args, Duration::minutes)),
    function("durationHours", &[ANY], FLOAT64, |_, args| in_parts(args, Duration::hours)),
    function("durationDays", &[ANY], FLOAT64, |_, args| in_parts(args, |d| d.hours() / 24.0)),
    function("durationWeeks", &[ANY], FLOAT64, |_, args| in_parts(args, |d| d.hours() / 24.0 / 7.0)),
    function("durationRoundTo", &[ANY, ANY], DURATION, |_, args| to_unit(args, Duration::round)),
    function("durationTruncateTo", &[ANY, ANY], DURATION, |_, args| to_unit(args, Duration::truncate)),
];

const LOCAL: &[u8] = b"Local";
const DATE: &[u8] = b"2006-01-02";
const NANOSECONDS_PER_SECOND: i64 = 1_000_000_000;

fn time(value: &Value) -> Result<&Time, CallError> {
    value.as_object::<Time>().ok_or_else(|| CallError::new("not a time.Time"))
}

fn local(host: &dyn Host) -> Zone {
    Zone::local(host.time_zone().as_deref())
}

/// The present, in the local zone.
fn now(host: &dyn Host) -> Time {
    // Go counts the clock that never jumps from the start of the process; this one counts from the first reading.
    static FIRST_READING: OnceLock<i128> = OnceLock::new();
    let reading = host.now();
    let elapsed = reading - FIRST_READING.get_or_init(|| reading - 1);
    Time::now(reading, i64::try_from(elapsed).unwrap_or(i64::MAX), local(host))
}

/// What Sprig takes for a time: a time, or an integer as seconds since 1970. Anything else is the present.
fn time_or_now(host: &dyn Host, value: &Value, takes_int32: bool) -> Time {
    match value {
        Value::Int(seconds) | Value::Int64(seconds) => Time::from_unix(*seconds, local(host)),
        Value::Num(Num::Int32(seconds)) if takes_int32 => Time::from_unix(i64::from(*seconds), local(host)),
        other => other.as_object::<Time>().cloned().unwrap_or_else(|| now(host)),
    }
}

fn date_in_zone(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    format(runtime, text(args, 0), &args[1], text(args, 2))
}

/// The time in the zone of that name, or in UTC if there is none.
fn format(runtime: &mut dyn Runtime, layout: &[u8], value: &Value, zone: &[u8]) -> Result<Value, CallError> {
    // Looking for a zone that does not exist asks the file system.
    runtime.charge(100)?;
    pay(runtime, layout.len().saturating_mul(8))?;
    let host = runtime.host();
    let zone = Zone::load(zone, &local(host)).unwrap_or(Zone::Utc);
    Ok(Value::str(time_or_now(host, value, true).within(zone).format(layout)))
}

fn parse(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Time, String> {
    Time::parse(text(args, 0), text(args, 1), &local(runtime.host()))
}

fn must_date_modify(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let duration = Duration(parse_duration(text(args, 0))?);
    Ok(time(&args[1])?.add(duration).into_value())
}

/// A duration that can't be read changes nothing.
fn date_modify(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(must_date_modify(runtime, args).unwrap_or_else(|_| args[1].clone()))
}

fn ago(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let host = runtime.host();
    let then = time_or_now(host, &args[0], false);
    let elapsed = now(host).since(&then).round(Duration(NANOSECONDS_PER_SECOND));
    Ok(Value::str(format_duration(elapsed.0)))
}

/// Only an `int64` and a string of digits count as seconds.
fn duration(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let seconds = match &args[0] {
        Value::Int64(seconds) => *seconds,
        Value::Str(s) => match gofmt::parse_int(s, 10, 64) {
            Ok(seconds) => seconds,
            // Go gives the nearest number beside the error.
            Err(error) if error.is_range() && s.starts_with(b"-") => i64::MIN,
            Err(error) if error.is_range() => i64::MAX,
            Err(_) => 0,
        },
        _ => 0,
    };
    Ok(Value::str(format_duration(seconds.wrapping_mul(NANOSECONDS_PER_SECOND))))
}

/// The largest unit of which the duration has more than one, without a sign.
fn duration_round(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    const HOUR: u64 = 3_600;
    const UNITS: [(u64, &str); 6] =
        [(HOUR * 24 * 365, "y"), (HOUR * 24 * 30, "mo"), (HOUR * 24, "d"), (HOUR, "h"), (60, "m"), (1, "s")];
    let nanoseconds = match &args[0] {
        Value::Int64(nanoseconds) => *nanoseconds,
        Value::Str(s) => parse_duration(s).unwrap_or_default(),
        other => match other.as_object::<Time>() {
            Some(time) => now(runtime.host()).since(time).0,
            None => 0,
        },
    };
    let nanoseconds = nanoseconds.unsigned_abs();
    for (seconds, name) in UNITS {
        let unit = seconds * NANOSECONDS_PER_SECOND.unsigned_abs();
        if nanoseconds > unit {
            return Ok(Value::str(format!("{}{name}", nanoseconds / unit)));
        }
    }
    Ok(Value::str("0s"))
}

/// What Helm takes for a duration: a duration, a number of seconds, or the text of either.
fn to_duration(value: &Value) -> Result<Duration, String> {
    match value {
        Value::Nil => Err("invalid duration".to_owned()),
        Value::Str(s) => {
            let trimmed = trim(s, is_space);
            if trimmed.is_empty() {
                return Err("empty duration".to_owned());
            }
            if let Ok(nanoseconds) = parse_duration(trimmed) {
                return Ok(Duration(nanoseconds));
            }
            match gofmt::parse_float(trimmed, 64) {
                Ok(seconds) => from_float(seconds),
                Err(_) => Err(format!("could not parse duration {}", gofmt::quote(s))),
            }
        }
        other => {
            if let Some(duration) = other.as_object::<Duration>() {
                return Ok(*duration);
            }
            if let Some(seconds) = other.as_int() {
                let nanoseconds = seconds.checked_mul(NANOSECONDS_PER_SECOND);
                return nanoseconds.map(Duration).ok_or_else(|| overflow(&seconds.to_string()));
            }
            if let Some(seconds) = other.as_uint() {
                let nanoseconds =
                    i64::try_from(seconds).ok().and_then(|s| s.checked_mul(NANOSECONDS_PER_SECOND));
                return nanoseconds.map(Duration).ok_or_else(|| overflow(&seconds.to_string()));
            }
            match other.as_float() {
                Some(seconds) => from_float(seconds),
                None => Err(format!("unsupported duration type {}", other.go_type())),
            }
        }
    }
}

fn overflow(seconds: &str) -> String {
    format!("duration seconds overflow: {seconds}")
}

fn from_float(seconds: f64) -> Result<Duration, String> {
    let per_second = NANOSECONDS_PER_SECOND as f64;
    let text = || gofmt::to_text(&Value::Float64(seconds)).to_string();
    if !seconds.is_finite() {
        return Err(format!("invalid duration seconds: {}", text()));
    }
    if seconds > i64::MAX as f64 / per_second || seconds < i64::MIN as f64 / per_second {
        return Err(overflow(&text()));
    }
    let nanoseconds = seconds * per_second;
    // As a float the largest number is one too large; the platform makes it the smallest.
    Ok(Duration(if nanoseconds >= i64::MAX as f64 { i64::MIN } else { nanoseconds as i64 }))
}

fn in_whole(args: &[Value], units: fn(Duration) -> i64) -> Result<Value, CallError> {
    Ok(Value::Int64(to_duration(&args[0]).map(units).unwrap_or_default()))
}

fn in_parts(args: &[Value], units: fn(Duration) -> f64) -> Result<Value, CallError> {
    Ok(Value::Float64(to_duration(&args[0]).map(units).unwrap_or_default()))
}

/// A unit that can't be read leaves the duration as it is.
fn to_unit(args: &[Value], change: fn(Duration, Duration) -> Duration) -> Result<Value, CallError> {
    let Ok(duration) = to_duration(&args[0]) else { return Ok(Duration(0).into_value()) };
    Ok(match to_duration(&args[1]) {
        Ok(unit) => change(duration, unit),
        Err(_) => duration,
    }
    .into_value())
}
