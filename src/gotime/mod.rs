//! Go's time: instants, durations, layouts, zones.
//!
//! [`Time`] and [`Duration`] are the objects that templates see as `time.Time` and `time.Duration`. Nothing here
//! reads a clock or the environment; the one thing read from outside is the system's time zone database.

mod calendar;
mod duration;
mod layout;
mod methods;
mod parse;
#[cfg(test)]
mod tests;
mod time;
mod zone;

pub use self::duration::{Duration, format_duration, parse_duration};
pub use self::time::Time;
pub use self::zone::Zone;

use crate::value::Value;
use crate::value::call::{CallError, Runtime};

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

type MethodCall = fn(&Value, &mut dyn Runtime, &[Value]) -> Result<Value, CallError>;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
