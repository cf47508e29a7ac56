//! Go's `time.ParseInLocation`.

use super::calendar::{days_in, is_leap};
use super::duration::{leading_digits, parse_digits};
use super::layout::{Offset, Token, next_piece, quote};
use super::{MONTHS, Time, WEEKDAYS, Zone};

/// What a value that does not fit its layout's token is rejected with.
enum Misfit {
    /// It does not look like the token.
    Form,
    /// It looks like the token, but the named part is out of range.
    Range(&'static str),
}

type Parsed<T> = Result<T, Misfit>;

/// The parts of a time as far as they are known.
#[derive(Default)]
struct Parts {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: i64,
    am: bool,
    pm: bool,
    is_utc: bool,
    /// Seconds east of UTC.
    offset: Option<i64>,
    zone_name: Vec<u8>,
}

/// The time that `value` is, read as `layout` tells. What names no zone is in `zone`.
///
/// # Errors
/// Go's text, e.g. `parsing time "x" as "2006": cannot parse "x" as "2006"`.
pub(super) fn parse(layout: &[u8], value: &[u8], zone: &Zone) -> Result<Time, String> {
    let bad_form = |rest: &[u8], expected: &[u8]| {
        let [value, layout, rest, expected] = [value, layout, rest, expected].map(quote);
        format!("parsing time {value} as {layout}: cannot parse {rest} as {expected}")
    };
    let out_of_range = |what: &str| format!("parsing time {}: {what} out of range", quote(value));

    let mut parts = Parts::default();
    let mut rest = value;
    let mut layout_rest = layout;
    loop {
        let piece = next_piece(layout_rest);
        rest = skip(rest, piece.prefix).map_err(|rest| bad_form(rest, piece.prefix))?;
        layout_rest = piece.rest;
        let Some(token) = piece.token else { break };
        rest = match parts.read(token, rest, layout_rest) {
            Ok(rest) => rest,
            Err(Misfit::Form) => return Err(bad_form(rest, piece.text)),
            Err(Misfit::Range(what)) => return Err(out_of_range(what)),
        };
    }
    if !rest.is_empty() {
        return Err(format!("parsing time {}: extra text: {}", quote(value), quote(rest)));
    }
    if parts.pm && parts.hour < 12 {
        parts.hour += 12;
    } else if parts.am && parts.hour == 12 {
        parts.hour = 0;
    }
    let (month, day) =
        parts.month_and_day().map_err(|problem| format!("parsing time {}: {problem}", quote(value)))?;
    Ok(parts.into_time(month, day, zone))
}

/// `value` without the literal `prefix`, or where they part. A run of spaces stands for any other.
fn skip<'a>(mut value: &'a [u8], mut prefix: &[u8]) -> Result<&'a [u8], &'a [u8]> {
    while let [expected, after @ ..] = prefix {
        if *expected == b' ' {
            if value.first().is_some_and(|b| *b != b' ') {
                return Err(value);
            }
            prefix = without_spaces(prefix);
            value = without_spaces(value);
            continue;
        }
        match value {
            [byte, rest @ ..] if byte == expected => value = rest,
            _ => return Err(value),
        }
        prefix = after;
    }
    Ok(value)
}

fn without_spaces(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|b| **b == b' ').count()..]
}

impl Parts {
    /// Reads one token and gives what follows. `layout` is the layout after the token.
    fn read<'a>(&mut self, token: Token, text: &'a [u8], layout: &[u8]) -> Parsed<&'a [u8]> {
        let mut rest = text;
        match token {
            Token::Year => {
                let year = signed(take(&mut rest, 2)?)?;
                self.year = if year >= 69 { year + 1900 } else { year + 2000 };
            }
            Token::LongYear => {
                let digits = take(&mut rest, 4)?;
                if !digits.iter().all(u8::is_ascii_digit) {
                    return Err(Misfit::Form);
                }
                self.year = signed(digits)?;
            }
            Token::Month => self.month = Some(name(&mut rest, &MONTHS, Some(3))? + 1),
            Token::LongMonth => self.month = Some(name(&mut rest, &MONTHS, None)? + 1),
            Token::NumMonth | Token::ZeroMonth => {
                let month = number(&mut rest, if token == Token::ZeroMonth { 2 } else { 1 }, 2)?;
                self.month = Some(within(month, 1, 12, "month")?);
            }
            Token::Weekday => {
                name(&mut rest, &WEEKDAYS, Some(3))?;
            }
            Token::LongWeekday => {
                name(&mut rest, &WEEKDAYS, None)?;
            }
            Token::Day | Token::UnderDay | Token::ZeroDay => {
                if token == Token::UnderDay {
                    rest = rest.strip_prefix(b" ").unwrap_or(rest);
                }
                self.day = Some(number(&mut rest, if token == Token::ZeroDay { 2 } else { 1 }, 2)?);
            }
            Token::ZeroYearDay => self.year_day = Some(number(&mut rest, 3, 3)?),
            Token::UnderYearDay => {
                for _ in 0..2 {
                    rest = rest.strip_prefix(b" ").unwrap_or(rest);
                }
                self.year_day = Some(number(&mut rest, 1, 3)?);
            }
            Token::Hour => self.hour = within(number(&mut rest, 1, 2)?, 0, 23, "hour")?,
            Token::Hour12 => self.hour = within(number(&mut rest, 1, 2)?, 0, 12, "hour")?,
            Token::ZeroHour12 => self.hour = within(number(&mut rest, 2, 2)?, 0, 12, "hour")?,
            Token::Minute => self.minute = within(number(&mut rest, 1, 2)?, 0, 59, "minute")?,
            Token::ZeroMinute => self.minute = within(number(&mut rest, 2, 2)?, 0, 59, "minute")?,
            Token::Second | Token::ZeroSecond => {
                let second = number(&mut rest, if token == Token::ZeroSecond { 2 } else { 1 }, 2)?;
                self.second = within(second, 0, 59, "second")?;
                // A value may have a fraction though its layout has none.
                if fraction_len(rest) > 0 && !matches!(next_piece(layout).token, Some(Token::Fraction(_))) {
                    let digits = fraction_len(rest);
                    self.read_fraction(&mut rest, digits)?;
                }
            }
            Token::UpperPm | Token::LowerPm => match (token, take(&mut rest, 2)?) {
                (Token::UpperPm, b"PM") | (Token::LowerPm, b"pm") => self.pm = true,
                (Token::UpperPm, b"AM") | (Token::LowerPm, b"am") => self.am = true,
                _ => return Err(Misfit::Form),
            },
            Token::Offset(Offset { z: true, .. }) if rest.first() == Some(&b'Z') => {
                rest = &rest[1..];
                self.is_utc = true;
            }
            Token::Offset(shape) => self.offset = Some(offset(&mut rest, shape)?),
            Token::ZoneName => match rest.strip_prefix(b"UTC") {
                Some(after) => {
                    rest = after;
                    self.is_utc = true;
                }
                None => {
                    let len = zone_name_len(rest).ok_or(Misfit::Form)?;
                    self.zone_name = take(&mut rest, len)?.to_vec();
                }
            },
            // As many digits as the layout has, or, where the layout trims, as many as there are.
            Token::Fraction(shape) if !shape.trim => self.read_fraction(&mut rest, shape.digits)?,
            Token::Fraction(_) => {
                let digits = fraction_len(rest);
                if digits > 0 {
                    self.read_fraction(&mut rest, digits)?;
                }
            }
        }
        Ok(rest)
    }

    /// Reads a separator and `digits` digits; those after the ninth do not count.
    fn read_fraction(&mut self, rest: &mut &[u8], digits: usize) -> Parsed<()> {
        let [b'.' | b',', digits @ ..] = take(rest, digits.saturating_add(1))? else {
            return Err(Misfit::Form);
        };
        let digits = digits.get(..9).unwrap_or(digits);
        let value = signed(digits)?;
        if value < 0 {
            return Err(Misfit::Range("fractional second"));
        }
        self.nanosecond = (digits.len()..9).fold(value, |n, _| n * 10);
        Ok(())
    }

    /// Month and day of the month, from the day of the year if that is given.
    fn month_and_day(&self) -> Result<(i64, i64), &'static str> {
        let (month, day) = match self.year_day {
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
            Some(year_day) => {
                if year_day < 1 || year_day > 365 + i64::from(is_leap(self.year)) {
                    return Err("day-of-year out of range");
                }
                let mut month = 1;
                let mut day = year_day;
                while day > days_in(month, self.year) {
                    day -= days_in(month, self.year);
                    month += 1;
                }
                if self.month.is_some_and(|m| m != month) {
                    return Err("day-of-year does not match month");
                }
                if self.day.is_some_and(|d| d != day) {
                    return Err("day-of-year does not match day");
                }
                (month, day)
            }
        };
        if day < 1 || day > days_in(month, self.year) {
            return Err("day out of range");
        }
        Ok((month, day))
    }

    fn into_time(self, month: i64, day: i64, zone: &Zone) -> Time {
        let clock = self.hour * 3600 + self.minute * 60 + self.second;
        let date_in = |zone: &Zone| Time::date(self.year, month, day, clock, self.nanosecond, zone);
        if self.is_utc {
            return date_in(&Zone::Utc);
        }
        // Go takes the offset -1 for none.
        if let Some(offset) = self.offset.filter(|offset| *offset != -1) {
            let time = date_in(&Zone::Utc).add_seconds(-offset);
            let (name, local_offset) = zone.name_and_offset(time.unix());
            let is_local = i64::from(local_offset) == offset
                && (self.zone_name.is_empty() || self.zone_name == name.as_bytes());
            return time.within(if is_local { zone.clone() } else { Zone::fixed(&self.zone_name, offset) });
        }
        if !self.zone_name.is_empty() {
            let time = date_in(&Zone::Utc);
            if let Some(offset) = zone.offset_of(&self.zone_name, time.unix()) {
                return time.add_seconds(-i64::from(offset)).within(zone.clone());
            }
            let hours = match self.zone_name.strip_prefix(b"GMT") {
                Some(hours) if !hours.is_empty() => signed(hours).unwrap_or(0),
                _ => 0,
            };
            return time.within(Zone::fixed(&self.zone_name, hours * 3600));
        }
        date_in(zone)
    }
}

/// Takes the first `len` bytes off `rest`.
fn take<'a>(rest: &mut &'a [u8], len: usize) -> Parsed<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(len).ok_or(Misfit::Form)?;
    *rest = after;
    Ok(taken)
}

/// A decimal number that may have a sign.
fn signed(text: &[u8]) -> Parsed<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(Misfit::Form);
    }
    let n = parse_digits(digits).ok_or(Misfit::Form)? as i64;
    Ok(if negative { n.wrapping_neg() } else { n })
}

/// Takes a number of `min` to `max` digits.
fn number(rest: &mut &[u8], min: usize, max: usize) -> Parsed<i64> {
    let len = leading_digits(rest).len().min(max);
    if len < min {
        return Err(Misfit::Form);
    }
    signed(take(rest, len)?)
}

fn within(n: i64, min: i64, max: i64, what: &'static str) -> Parsed<i64> {
    if (min..=max).contains(&n) { Ok(n) } else { Err(Misfit::Range(what)) }
}

/// Takes one of `names`, in any case, cut to `len` bytes, and gives its index.
fn name(rest: &mut &[u8], names: &[&str], len: Option<usize>) -> Parsed<i64> {
    for (index, name) in names.iter().enumerate() {
        let name = name.as_bytes();
        let name = &name[..len.unwrap_or(name.len())];
        if rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            *rest = &rest[name.len()..];
            return Ok(index as i64);
        }
    }
    Err(Misfit::Form)
}

/// Number of digits of the fraction that the text begins with; 0 if it begins with none.
fn fraction_len(text: &[u8]) -> usize {
    match text {
        [b'.' | b',', digits @ ..] => leading_digits(digits).len(),
        _ => 0,
    }
}

/// Takes an offset as seconds east of UTC. Go allows 24 hours and 60 minutes.
fn offset(rest: &mut &[u8], shape: Offset) -> Parsed<i64> {
    let mut text = take(rest, 3)?;
    let sign = take(&mut text, 1)?;
    let hours = text;
    let mut minutes: &[u8] = b"00";
    let mut seconds: &[u8] = b"00";
    for (part, wanted) in [(&mut minutes, shape.minutes), (&mut seconds, shape.seconds)] {
        if wanted {
            if shape.colons && take(rest, 1)? != b":" {
                return Err(Misfit::Form);
            }
            *part = take(rest, 2)?;
        }
    }
    let parts = [
        (hours, 24, "time zone offset hour"),
        (minutes, 60, "time zone offset minute"),
        (seconds, 60, "time zone offset second"),
    ];
    let mut total = 0;
    let mut good_form = true;
    let mut out_of_range = None;
    for (mut digits, max, what) in parts {
        // What comes after a part of bad form is not looked at. Of the parts out of range Go names the last one.
        let Ok(n) = number(&mut digits, 2, 2) else {
            good_form = false;
            break;
        };
        if n > max {
            out_of_range = Some(what);
        }
        total = total * 60 + n;
    }
    match (out_of_range, sign) {
        (Some(what), _) => Err(Misfit::Range(what)),
        (None, b"+") if good_form => Ok(total),
        (None, b"-") if good_form => Ok(-total),
        _ => Err(Misfit::Form),
    }
}

/// Length of the zone abbreviation that `text` begins with.
fn zone_name_len(text: &[u8]) -> Option<usize> {
    if text.len() < 3 {
        return None;
    }
    if text.starts_with(b"ChST") || text.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(after) = text.strip_prefix(b"GMT") {
        return Some(3 + signed_hours_len(after).unwrap_or(0));
    }
    if matches!(text[0], b'+' | b'-') {
        return signed_hours_len(text);
    }
    match text.iter().take(6).take_while(|b| b.is_ascii_uppercase()).count() {
        3 => Some(3),
        4 if text[3] == b'T' || text.starts_with(b"WITA") => Some(4),
        5 if text[4] == b'T' => Some(5),
        _ => None,
    }
}

/// Length of the signed number of hours, at most 23, that `text` begins with.
fn signed_hours_len(text: &[u8]) -> Option<usize> {
    let [b'+' | b'-', after @ ..] = text else { return None };
    let digits = leading_digits(after);
    parse_digits(digits).filter(|hours| !digits.is_empty() && *hours <= 23).map(|_| 1 + digits.len())
}
