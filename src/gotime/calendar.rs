//! The proleptic Gregorian calendar over all seconds of an `i64`, overflowing as Go's does.

use super::SECONDS_PER_DAY;

/// Years before year 0 at which absolute time begins, on March 1: a multiple of the calendar's 400-year cycle, so
/// early that unsigned arithmetic holds every Go time.
const ABSOLUTE_YEARS: u64 = 292_277_022_400;
const DAYS_PER_400_YEARS: u64 = 146_097;
/// Days from March 1 to the end of the year.
const MARCH_THROUGH_DECEMBER: u64 = 306;
/// Seconds from year 1 to 1970.
pub(super) const UNIX_EPOCH: i64 = 719_162 * SECONDS_PER_DAY;
/// Seconds from the absolute zero to 1970.
const ABSOLUTE_EPOCH: u64 = (ABSOLUTE_YEARS / 400 * DAYS_PER_400_YEARS + MARCH_THROUGH_DECEMBER)
    .wrapping_mul(SECONDS_PER_DAY as u64)
    .wrapping_add(UNIX_EPOCH as u64);

/// A point of the calendar and the clock, in some zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    /// 1 to 31.
    pub(super) day: i64,
    /// 1 to 366.
    pub(super) year_day: i64,
    /// 0, Sunday, to 6.
    pub(super) weekday: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
}

/// What calendar and clock show `seconds` after 1970-01-01 00:00:00.
pub(super) fn civil(seconds: i64) -> Civil {
    let absolute = (seconds as u64).wrapping_add(ABSOLUTE_EPOCH);
    let day_seconds = SECONDS_PER_DAY as u64;
    let clock = absolute % day_seconds;
    let (year, month, day, year_day) = date(absolute / day_seconds);
    Civil {
        year,
        month,
        day,
        year_day,
        // The first of March of a year that 400 divides is a Wednesday.
        weekday: ((absolute / day_seconds + 3) % 7) as i64,
        hour: (clock / 3600) as i64,
        minute: (clock / 60 % 60) as i64,
        second: (clock % 60) as i64,
    }
}

/// Year, month, day and day of the year, `days` after the absolute zero.
fn date(days: u64) -> (i64, i64, i64, i64) {
    // Years, months and days count from March here, which puts the leap day last.
    let cycle = days / DAYS_PER_400_YEARS;
    let day_of_cycle = days % DAYS_PER_400_YEARS;
    let year_of_cycle =
        (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year = day_of_cycle - days_before_year(year_of_cycle);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let is_next_year = u64::from(month >= 10);
    let year = (cycle * 400 + year_of_cycle + is_next_year).wrapping_sub(ABSOLUTE_YEARS) as i64;
    let year_day = if is_next_year == 1 {
        day_of_year - MARCH_THROUGH_DECEMBER + 1
    } else {
        day_of_year + 60 + u64::from(is_leap(year))
    };
    (year, (month + 3 - 12 * is_next_year) as i64, day as i64, year_day as i64)
}

/// Seconds from 1970 to the given point. Each part may be outside of its range and then carries into the next.
pub(super) fn seconds_since_epoch(year: i64, month: i64, day: i64, clock_seconds: i64) -> i64 {
    let months = month.wrapping_sub(1);
    let year = year.wrapping_add(months.div_euclid(12));
    let month = months.rem_euclid(12) + 1;
    let is_jan_or_feb = month <= 2;
    let march_year = (year.wrapping_sub(i64::from(is_jan_or_feb)) as u64).wrapping_add(ABSOLUTE_YEARS);
    let month_from_march = (month + if is_jan_or_feb { 9 } else { -3 }) as u64;
    days_before_year(march_year)
        .wrapping_add((153 * month_from_march + 2) / 5)
        .wrapping_add(day.wrapping_sub(1) as u64)
        .wrapping_mul(SECONDS_PER_DAY as u64)
        .wrapping_add(clock_seconds as u64)
        .wrapping_sub(ABSOLUTE_EPOCH) as i64
}

fn days_before_year(year: u64) -> u64 {
    (year.wrapping_mul(365)).wrapping_add(year / 4).wrapping_sub(year / 100).wrapping_add(year / 400)
}

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of the month 1 to 12.
pub(super) fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_back_and_forth() {
        let cases = [
            (0, (1970, 1, 1, 1, 4)),
            (-1, (1969, 12, 31, 365, 3)),
            (951_782_400, (2000, 2, 29, 60, 2)),
            (951_868_800, (2000, 3, 1, 61, 3)),
            (4_107_542_400, (2100, 3, 1, 60, 1)),
            (-62_135_596_800, (1, 1, 1, 1, 1)),
            (-62_167_219_200, (0, 1, 1, 1, 6)),
            (-62_167_305_600, (-1, 12, 31, 365, 5)),
            (253_402_300_800, (10_000, 1, 1, 1, 6)),
        ];
        for (seconds, (year, month, day, year_day, weekday)) in cases {
            let c = civil(seconds);
            let start = seconds - seconds.rem_euclid(SECONDS_PER_DAY);
            assert_eq!((c.year, c.month, c.day, c.weekday), (year, month, day, weekday), "{seconds}");
            assert_eq!(c.year_day, year_day, "{seconds}");
            assert_eq!(seconds_since_epoch(year, month, day, 0), start, "{seconds}");
        }
    }
}
