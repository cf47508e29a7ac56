//! What templates can do with times: the methods of `time.Time`, `time.Month`, `time.Weekday` and `*time.Location`.

use std::any::Any;
use std::sync::Arc;

use super::duration::{Duration, duration};
use super::layout::quote;
use super::{MONTHS, MethodCall, SECOND, Time, WEEKDAYS, Zone};
use crate::value::call::{CallError, Signature};
use crate::value::{List, Method, Num, Object, Str, Type, Value};

impl Object for Time {
    fn go_type(&self) -> Type {
        Time::TYPE
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        TIME_METHODS
    }

    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        let (wall, ext) = self.words();
        let location = match self.zone() {
            Zone::Utc => None,
            zone => Some(zone.clone()),
        };
        let location = Value::Object(Arc::new(Location(location)));
        vec![("wall", Value::Num(Num::Uint64(wall))), ("ext", Value::Int64(ext)), ("loc", location)]
    }

    fn to_go_string(&self) -> Option<Str> {
        Some(self.to_text().into())
    }

    fn to_go_syntax(&self) -> Option<Str> {
        Some(go_syntax(self).into())
    }

    fn to_json(&self) -> Option<Value> {
        Some(Value::str(rfc3339(self)))
    }

    fn deep_equal(&self, other: &dyn Object) -> Option<bool> {
        other.as_any().downcast_ref::<Time>().map(|other| self.is_identical(other))
    }
}

fn rfc3339(time: &Time) -> Vec<u8> {
    time.format(b"2006-01-02T15:04:05.999999999Z07:00")
}

fn go_syntax(time: &Time) -> String {
    let c = time.civil();
    let month = usize::try_from(c.month - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or_default();
    let zone = match time.zone() {
        Zone::Utc => "time.UTC".to_owned(),
        Zone::Local(_) => "time.Local".to_owned(),
        Zone::Named(_) => format!("time.Location({})", quote(&time.zone().name())),
    };
    format!(
        "time.Date({}, time.{month}, {}, {}, {}, {}, {}, {zone})",
        c.year,
        c.day,
        c.hour,
        c.minute,
        c.second,
        time.nanosecond()
    )
}

fn time(value: &Value) -> Result<&Time, CallError> {
    value.as_object::<Time>().ok_or_else(|| CallError::new("not a time.Time"))
}

fn int(value: &Value) -> Result<i64, CallError> {
    value.as_int().ok_or_else(|| CallError::new("not an int"))
}

const fn method(name: &'static str, params: &'static [Type], result: Type, call: MethodCall) -> Method {
    Method { name, signature: Signature::new(params, result), call }
}

/// A method that has more results than templates allow for.
const fn refused(name: &'static str, reason: &'static str) -> Method {
    Method { name, signature: Signature::refused(&[], reason), call: |_, _, _| Ok(Value::Nil) }
}

const INT: Type = Type::Int;
const INT64: Type = Type::Int64;
const BOOL: Type = Type::Bool;
const STRING: Type = Type::String;

const TIME_METHODS: &[Method] = &[
    method("Add", &[Duration::TYPE], Time::TYPE, |this, _, args| {
        Ok(time(this)?.add(duration(&args[0])?).into_value())
    }),
    method("AddDate", &[INT, INT, INT], Time::TYPE, |this, _, args| {
        Ok(time(this)?.add_date(int(&args[0])?, int(&args[1])?, int(&args[2])?).into_value())
    }),
    method("After", &[Time::TYPE], BOOL, |this, _, args| {
        Ok(Value::Bool(time(this)?.compare(time(&args[0])?).is_gt()))
    }),
    method("Before", &[Time::TYPE], BOOL, |this, _, args| {
        Ok(Value::Bool(time(this)?.compare(time(&args[0])?).is_lt()))
    }),
    method("Compare", &[Time::TYPE], INT, |this, _, args| {
        Ok(Value::Int(time(this)?.compare(time(&args[0])?) as i64))
    }),
    refused("Clock", "function Clock has 3 return values; should be 1 or 2"),
    refused("Date", "function Date has 3 return values; should be 1 or 2"),
    method("Day", &[], INT, |this, _, _| Ok(Value::Int(time(this)?.civil().day))),
    method("Equal", &[Time::TYPE], BOOL, |this, _, args| {
        Ok(Value::Bool(time(this)?.compare(time(&args[0])?).is_eq()))
    }),
    method("Format", &[STRING], STRING, |this, runtime, args| {
        let layout = args[0].as_str().map_or(&b""[..], |layout| layout.as_bytes());
        runtime.reserve(layout.len() as u64)?;
        Ok(Value::str(time(this)?.format(layout)))
    }),
    method("GoString", &[], STRING, |this, _, _| Ok(Value::str(go_syntax(time(this)?)))),
    method("Hour", &[], INT, |this, _, _| Ok(Value::Int(time(this)?.civil().hour))),
    refused("ISOWeek", "invalid function signature for ISOWeek: second return value should be error; is int"),
    method("In", &[Location::TYPE], Time::TYPE, |this, _, args| {
        let zone = args[0].as_object::<Location>().and_then(|location| location.0.clone());
        let zone = zone.ok_or_else(|| CallError::new("time: missing Location in call to Time.In"))?;
        Ok(time(this)?.within(zone).into_value())
    }),
    method("IsDST", &[], BOOL, |this, _, _| {
        let time = time(this)?;
        Ok(Value::Bool(time.zone().is_dst(time.unix())))
    }),
    method("IsZero", &[], BOOL, |this, _, _| Ok(Value::Bool(time(this)?.is_zero()))),
    method("Local", &[], Time::TYPE, |this, runtime, _| {
        let local = Zone::local(runtime.host().time_zone().as_deref());
        Ok(time(this)?.within(local).into_value())
    }),
    method("Location", &[], Location::TYPE, |this, _, _| {
        Ok(Value::Object(Arc::new(Location(Some(time(this)?.zone().clone())))))
    }),
    method("MarshalJSON", &[], Type::BYTES, |this, _, _| {
        let text = rfc3339(time(this)?);
        Ok(Value::Bytes([b"\"", &*text, b"\""].concat().into()))
    }),
    method("MarshalText", &[], Type::BYTES, |this, _, _| Ok(Value::Bytes(rfc3339(time(this)?).into()))),
    method("Minute", &[], INT, |this, _, _| Ok(Value::Int(time(this)?.civil().minute))),
    method("Month", &[], Month::TYPE, |this, _, _| {
        Ok(Value::Object(Arc::new(Month(time(this)?.civil().month))))
    }),
    method("Nanosecond", &[], INT, |this, _, _| Ok(Value::Int(time(this)?.nanosecond()))),
    method("Round", &[Duration::TYPE], Time::TYPE, |this, _, args| {
        Ok(time(this)?.to_multiple_of(duration(&args[0])?, true).into_value())
    }),
    method("Second", &[], INT, |this, _, _| Ok(Value::Int(time(this)?.civil().second))),
    method("String", &[], STRING, |this, _, _| Ok(Value::str(time(this)?.to_text()))),
    method("Sub", &[Time::TYPE], Duration::TYPE, |this, _, args| {
        Ok(time(this)?.since(time(&args[0])?).into_value())
    }),
    method("Truncate", &[Duration::TYPE], Time::TYPE, |this, _, args| {
        Ok(time(this)?.to_multiple_of(duration(&args[0])?, false).into_value())
    }),
    method("UTC", &[], Time::TYPE, |this, _, _| Ok(time(this)?.within(Zone::Utc).into_value())),
    method("Unix", &[], INT64, |this, _, _| Ok(Value::Int64(time(this)?.unix()))),
    method("UnixMicro", &[], INT64, |this, _, _| unix(this, 1_000_000)),
    method("UnixMilli", &[], INT64, |this, _, _| unix(this, 1_000)),
    method("UnixNano", &[], INT64, |this, _, _| unix(this, SECOND)),
    method("Weekday", &[], Weekday::TYPE, |this, _, _| {
        Ok(Value::Object(Arc::new(Weekday(time(this)?.civil().weekday))))
    }),
    method("Year", &[], INT, |this, _, _| Ok(Value::Int(time(this)?.civil().year))),
    method("YearDay", &[], INT, |this, _, _| Ok(Value::Int(time(this)?.civil().year_day))),
    refused("Zone", "invalid function signature for Zone: second return value should be error; is int"),
    refused(
        "ZoneBounds",
        "invalid function signature for ZoneBounds: second return value should be error; is time.Time",
    ),
];

/// The time since 1970 in units of which a second has `per_second`, overflowing as Go's does.
fn unix(this: &Value, per_second: i64) -> Result<Value, CallError> {
    let time = time(this)?;
    let fraction = time.nanosecond() / (SECOND / per_second);
    Ok(Value::Int64(time.unix().wrapping_mul(per_second).wrapping_add(fraction)))
}

/// Go's `time.Month`, 1 to 12.
#[derive(Clone, Copy, Debug)]
struct Month(i64);

/// Go's `time.Weekday`, 0, Sunday, to 6.
#[derive(Clone, Copy, Debug)]
struct Weekday(i64);

/// Go's `*time.Location`. None is the nil pointer, which a `time.Time` in UTC has.
#[derive(Clone, Debug)]
struct Location(Option<Zone>);

impl Month {
    const TYPE: Type = Type::Named("time.Month", &Type::Int);
}

impl Weekday {
    const TYPE: Type = Type::Named("time.Weekday", &Type::Int);
}

impl Location {
    const TYPE: Type = Type::Named("*time.Location", &Type::Pointer);
}

/// `String`, the one method of months, weekdays and locations.
const STRING_METHOD: &[Method] = &[method("String", &[], STRING, |this, _, _| match this {
    Value::Object(object) => Ok(Value::Str(object.to_go_string().unwrap_or_default())),
    _ => Err(CallError::new("not a fmt.Stringer")),
})];

fn name(names: &[&'static str], index: i64) -> Option<Str> {
    usize::try_from(index).ok().and_then(|i| names.get(i)).map(|name| (*name).into())
}

impl Object for Month {
    fn go_type(&self) -> Type {
        Month::TYPE
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        STRING_METHOD
    }

    fn as_int(&self) -> Option<i64> {
        Some(self.0)
    }

    fn with_int(&self, number: i64) -> Value {
        Value::Object(Arc::new(Month(number)))
    }

    fn to_go_string(&self) -> Option<Str> {
        name(&MONTHS, self.0 - 1)
    }
}

impl Object for Weekday {
    fn go_type(&self) -> Type {
        Weekday::TYPE
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        STRING_METHOD
    }

    fn as_int(&self) -> Option<i64> {
        Some(self.0)
    }

    fn with_int(&self, number: i64) -> Value {
        Value::Object(Arc::new(Weekday(number)))
    }

    fn to_go_string(&self) -> Option<Str> {
        name(&WEEKDAYS, self.0)
    }
}

impl Object for Location {
    fn go_type(&self) -> Type {
        Location::TYPE
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        STRING_METHOD
    }

    /// Without the rules: UTC has none.
    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        let none = || Value::List(List::nil(Type::Interface));
        vec![
            ("name", self.0.as_ref().map_or(Value::Nil, |zone| Value::Str(zone.name()))),
            ("zone", none()),
            ("tx", none()),
            ("extend", Value::from("")),
            ("cacheStart", Value::Int64(0)),
            ("cacheEnd", Value::Int64(0)),
            ("cacheZone", Value::Nil),
        ]
    }

    fn is_nil(&self) -> bool {
        self.0.is_none()
    }

    fn to_go_string(&self) -> Option<Str> {
        self.0.as_ref().map(Zone::name)
    }

    fn deep_equal(&self, other: &dyn Object) -> Option<bool> {
        other.as_any().downcast_ref::<Location>().map(|other| match (&self.0, &other.0) {
            (Some(zone), Some(other)) => zone.is_equal(other),
            (zone, other) => zone.is_none() && other.is_none(),
        })
    }
}
