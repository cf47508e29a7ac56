//! Time zones: UTC, fixed offsets and those of the system's time zone database.

use std::sync::{Arc, LazyLock};

use hashbrown::HashMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parking_lot::Mutex;

use crate::value::Str;

/// Go's `*time.Location`.
#[derive(Clone, Debug)]
pub enum Zone {
    /// `time.UTC`
    Utc,
    /// `time.Local`, which differs from UTC even where it is UTC.
    Local(Arc<Location>),
    /// Any other.
    Named(Arc<Location>),
}

/// A name and the rules behind it.
#[derive(Debug)]
pub struct Location {
    name: Str,
    rules: Rules,
}

#[derive(Debug)]
enum Rules {
    /// One abbreviation, one offset in seconds east of UTC.
    Fixed(Str, i32),
    Database(TimeZone),
}

/// Where the database is, in the order in which Go looks for it.
const DATABASES: [&str; 4] =
    ["/usr/share/zoneinfo/", "/usr/share/lib/zoneinfo/", "/usr/lib/locale/TZ/", "/etc/zoneinfo/"];

/// Seconds after which the calendar repeats itself, weekdays included, and with it every rule for the future.
const CALENDAR_CYCLE: i64 = 146_097 * super::SECONDS_PER_DAY;

impl Zone {
    /// The local zone, from what the environment variable `TZ` says; `None` if it is not set. What can't be loaded
    /// is UTC.
    pub fn local(variable: Option<&str>) -> Zone {
        let loaded = match variable.map(|name| name.strip_prefix(':').unwrap_or(name)) {
            None | Some("/etc/localtime") => load("Local", &["/etc/localtime"]),
            Some("" | "UTC") => None,
            Some(path) if path.starts_with('/') => load(path, &[path]),
            Some(name) => load_from_database(name),
        };
        let utc = || Arc::new(Location { name: "UTC".into(), rules: Rules::Fixed("UTC".into(), 0) });
        Zone::Local(loaded.unwrap_or_else(utc))
    }

    /// Go's `time.LoadLocation`; `local` is what the name `Local` means. `None` if there is no such zone.
    pub fn load(name: &[u8], local: &Zone) -> Option<Zone> {
        match std::str::from_utf8(name).ok()? {
            "" | "UTC" => Some(Zone::Utc),
            "Local" => Some(local.clone()),
            name if name.contains("..") || name.starts_with(['/', '\\']) => None,
            name => load_from_database(name).map(Zone::Named),
        }
    }

    /// A zone with one offset, in seconds east of UTC.
    pub fn fixed(name: &[u8], offset: i64) -> Zone {
        let offset = i32::try_from(offset).unwrap_or_default();
        Zone::Named(Arc::new(Location { name: name.into(), rules: Rules::Fixed(name.into(), offset) }))
    }

    /// The name: that of the database, the abbreviation of a fixed zone, `UTC`, or `Local`.
    pub fn name(&self) -> Str {
        match self {
            Zone::Utc => "UTC".into(),
            Zone::Local(location) | Zone::Named(location) => location.name.clone(),
        }
    }

    /// The abbreviation and the offset, in seconds east of UTC, in effect at `unix` seconds after 1970.
    pub fn name_and_offset(&self, unix: i64) -> (Str, i32) {
        match self {
            Zone::Utc => ("UTC".into(), 0),
            Zone::Local(location) | Zone::Named(location) => match &location.rules {
                Rules::Fixed(name, offset) => (name.clone(), *offset),
                Rules::Database(zone) => {
                    let info = zone.to_offset_info(timestamp(unix));
                    (info.abbreviation().into(), info.offset().seconds())
                }
            },
        }
    }

    /// True if daylight saving time is in effect at `unix` seconds after 1970.
    pub fn is_dst(&self, unix: i64) -> bool {
        match self.database() {
            Some(zone) => zone.to_offset_info(timestamp(unix)).dst().is_dst(),
            None => false,
        }
    }

    /// The offset that the abbreviation `name` means when clocks show what UTC's show `unix` seconds after 1970: that
    /// in effect then, or any that ever was.
    pub fn offset_of(&self, name: &[u8], unix: i64) -> Option<i32> {
        let mut seen = Vec::new();
        let abbreviated = |found: &str, offset: i32| (found.as_bytes() == name).then_some(offset);
        match self {
            Zone::Utc => seen.extend(abbreviated("UTC", 0)),
            Zone::Local(location) | Zone::Named(location) => match &location.rules {
                Rules::Fixed(fixed, offset) => seen.extend((**fixed == *name).then_some(*offset)),
                Rules::Database(zone) => {
                    let first = zone.to_offset_info(Timestamp::MIN);
                    seen.extend(abbreviated(first.abbreviation(), first.offset().seconds()));
                    // Rules for the future repeat: by 2050 all of them have been in effect.
                    let until = timestamp(80 * 366 * super::SECONDS_PER_DAY);
                    for change in zone.following(Timestamp::MIN).take_while(|c| c.timestamp() < until) {
                        seen.extend(abbreviated(change.abbreviation(), change.offset().seconds()));
                    }
                }
            },
        }
        let in_effect = seen.iter().find_map(|offset| {
            let (at_that_time, in_effect) = self.name_and_offset(unix.wrapping_sub(i64::from(*offset)));
            (*at_that_time == *name).then_some(in_effect)
        });
        in_effect.or(seen.first().copied())
    }

    /// True if both are the same zone by identity or by name and rules, as `reflect.DeepEqual` compares them.
    pub fn is_equal(&self, other: &Zone) -> bool {
        match (self, other) {
            (Zone::Utc, Zone::Utc) => true,
            (Zone::Local(a), Zone::Local(b)) | (Zone::Named(a), Zone::Named(b)) => {
                Arc::ptr_eq(a, b) || (a.name == b.name && a.rules.is_equal(&b.rules))
            }
            _ => false,
        }
    }

    fn database(&self) -> Option<&TimeZone> {
        match self {
            Zone::Local(location) | Zone::Named(location) => match &location.rules {
                Rules::Database(zone) => Some(zone),
                Rules::Fixed(..) => None,
            },
            Zone::Utc => None,
        }
    }
}

impl Rules {
    fn is_equal(&self, other: &Rules) -> bool {
        match (self, other) {
            (Rules::Fixed(a, a_offset), Rules::Fixed(b, b_offset)) => a == b && a_offset == b_offset,
            (Rules::Database(a), Rules::Database(b)) => a == b,
            _ => false,
        }
    }
}

/// A timestamp with the same rules in effect, within the range that the database library can tell.
fn timestamp(unix: i64) -> Timestamp {
    let max = Timestamp::MAX.as_second();
    let unix = if unix > max { max - CALENDAR_CYCLE + (unix - max) % CALENDAR_CYCLE } else { unix };
    Timestamp::from_second(unix).unwrap_or(Timestamp::MIN)
}

fn load_from_database(name: &str) -> Option<Arc<Location>> {
    load(name, &DATABASES.map(|folder| format!("{folder}{name}")))
}

/// Zones kept for the life of the process. The database has fewer, but a file has many names (`a//b`).
const KEPT: usize = 1_000;

/// The zone of the first of `files` that is one.
#[expect(
    clippy::disallowed_methods,
    reason = "the database is the system's; why a file can't be read tells nobody"
)]
fn load(name: &str, files: &[impl AsRef<str>]) -> Option<Arc<Location>> {
    static LOADED: LazyLock<Mutex<HashMap<String, Arc<Location>, foldhash::fast::RandomState>>> =
        LazyLock::new(Mutex::default);
    files.iter().map(AsRef::as_ref).find_map(|file| {
        if let Some(location) = LOADED.lock().get(file) {
            return Some(location.clone());
        }
        let zone = TimeZone::tzif(name, &std::fs::read(file).ok()?).ok()?;
        let location = Arc::new(Location { name: name.into(), rules: Rules::Database(zone) });
        let mut loaded = LOADED.lock();
        if loaded.len() < KEPT {
            loaded.insert(file.to_owned(), location.clone());
        }
        Some(location)
    })
}
