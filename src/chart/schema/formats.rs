//! Formats of strings.

use crate::gofmt::{self, quote_rune};
use crate::gotime::{Time, Zone};
use crate::neturl::{self, Part, Url};
use crate::regex::Regex;

/// Why a text is not of a format.
type Reason = String;

/// A format that schemas know by name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format(&'static (&'static str, Check));

type Check = fn(&[u8]) -> Result<(), Reason>;

static FORMATS: [(&str, Check); 19] = [
    ("date", date),
    ("date-time", date_time),
    ("duration", duration),
    ("email", email),
    ("hostname", hostname),
    ("ipv4", ipv4),
    ("ipv6", ipv6),
    ("iri", uri),
    ("iri-reference", uri_reference),
    ("json-pointer", json_pointer),
    ("period", period),
    ("regex", regex),
    ("relative-json-pointer", relative_json_pointer),
    ("semver", semver),
    ("time", time),
    ("uri", uri),
    ("uri-reference", uri_reference),
    ("uri-template", uri_template),
    ("uuid", uuid),
];

impl Format {
    /// The format called `name`.
    pub(super) fn find(name: &[u8]) -> Option<Format> {
        FORMATS.iter().find(|(known, _)| known.as_bytes() == name).map(Format)
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        self.0.0
    }

    /// Checks a text.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn check(self, text: &[u8]) -> Result<(), Reason> {
        (self.0.1)(text)
    }
}

fn fail(reason: &str) -> Result<(), Reason> {
    Err(reason.to_string())
}

fn context<T>(what: &str, result: Result<T, Reason>) -> Result<T, Reason> {
    result.map_err(|reason| format!("invalid {what}: {reason}"))
}

fn is_alphanumeric_or_hyphen(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

pub(super) fn regex(text: &[u8]) -> Result<(), Reason> {
    Regex::new(text).map(|_| ()).map_err(|error| error.to_string())
}

fn json_pointer(text: &[u8]) -> Result<(), Reason> {
    if text.is_empty() {
        return Ok(());
    }
    if !text.starts_with(b"/") {
        return fail("not starting with /");
    }
    let escapes_are_right =
        text.split(|&byte| byte == b'~').skip(1).all(|rest| matches!(rest.first(), Some(b'0' | b'1')));
    if escapes_are_right { Ok(()) } else { fail("~ must be followed by 0 or 1") }
}

fn relative_json_pointer(text: &[u8]) -> Result<(), Reason> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return fail("must start with non-negative integer");
    }
    if digits > 1 && text.starts_with(b"0") {
        return fail("starts with zero");
    }
    match &text[digits..] {
        b"#" => Ok(()),
        pointer => json_pointer(pointer),
    }
}

fn uuid(text: &[u8]) -> Result<(), Reason> {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let groups: Vec<&[u8]> = text.split(|&byte| byte == b'-').collect();
    if groups.len() != LENGTHS.len() {
        return fail("must have 5 elements");
    }
    for (i, (group, length)) in groups.into_iter().zip(LENGTHS).enumerate() {
        if group.len() != length {
            return Err(format!("element {} must be {length} characters long", i + 1));
        }
        if let Some((_, c)) = gofmt::unicode::runes(group).find(|(_, c)| !c.is_ascii_hexdigit()) {
            return Err(format!("non-hex character {}", quote_rune(c)));
        }
    }
    Ok(())
}

fn duration(text: &[u8]) -> Result<(), Reason> {
    const UNITS: [&[u8]; 2] = [b"YMD", b"HMS"];
    let Some(text) = text.strip_prefix(b"P") else { return fail("must start with P") };
    if text.is_empty() {
        return fail("nothing after P");
    }
    if let Some(weeks) = text.strip_suffix(b"W") {
        return match weeks {
            [] => fail("no number in week"),
            weeks if weeks.iter().all(u8::is_ascii_digit) => Ok(()),
            _ => fail("invalid week"),
        };
    }
    for (i, mut part) in text.split(|&byte| byte == b'T').enumerate() {
        if i > 0 && part.is_empty() {
            return fail("no time elements");
        }
        let Some(&all_units) = UNITS.get(i) else { return fail("more than one T") };
        let mut units = all_units;
        while !part.is_empty() {
            let digits = part.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return fail("missing number");
            }
            let Some((&unit, rest)) = part[digits..].split_first() else { return fail("missing unit") };
            part = rest;
            match units.iter().position(|&known| known == unit) {
                Some(at) => units = &units[at + 1..],
                None if all_units.contains(&unit) => {
                    return Err(format!("unit {} out of order", quote_rune(char::from(unit))));
                }
                None => return Err(format!("invalid unit {}", quote_rune(char::from(unit)))),
            }
        }
    }
    Ok(())
}

fn period(text: &[u8]) -> Result<(), Reason> {
    let Some(slash) = memchr::memchr(b'/', text) else { return fail("missing slash") };
    let (start, end) = (&text[..slash], &text[slash + 1..]);
    if start.starts_with(b"P") {
        context("start duration", duration(start))?;
        context("end date-time", date_time(end))
    } else {
        context("start date-time", date_time(start))?;
        if end.starts_with(b"P") {
            context("end duration", duration(end))
        } else {
            context("end date-time", date_time(end))
        }
    }
}

fn ipv4(text: &[u8]) -> Result<(), Reason> {
    let groups: Vec<&[u8]> = text.split(|&byte| byte == b'.').collect();
    if groups.len() != 4 {
        return fail("expected four decimals");
    }
    for group in groups {
        if group.len() > 1 && group.starts_with(b"0") {
            return fail("leading zeros");
        }
        let number = gofmt::atoi(group).map_err(|error| error.to_string())?;
        if !(0..=255).contains(&number) {
            return fail("decimal must be between 0 and 255");
        }
    }
    Ok(())
}

fn ipv6(text: &[u8]) -> Result<(), Reason> {
    if !text.contains(&b':') {
        return fail("missing colon");
    }
    neturl::parse_address(text)?;
    if text.contains(&b'%') {
        return fail("zone id is not a part of ipv6 address");
    }
    Ok(())
}

fn hostname(text: &[u8]) -> Result<(), Reason> {
    let text = text.strip_suffix(b".").unwrap_or(text);
    if text.len() > 253 {
        return fail("more than 253 characters long");
    }
    for label in text.split(|&byte| byte == b'.') {
        if label.is_empty() || label.len() > 63 {
            return fail("label must be 1 to 63 characters long");
        }
        if label.starts_with(b"-") {
            return fail("label starts with hyphen");
        }
        if label.ends_with(b"-") {
            return fail("label ends with hyphen");
        }
        if let Some((_, c)) = gofmt::unicode::runes(label).find(|(_, c)| !is_alphanumeric_or_hyphen(*c)) {
            return Err(format!("invalid character {}", quote_rune(c)));
        }
    }
    Ok(())
}

fn email(text: &[u8]) -> Result<(), Reason> {
    if text.len() > 254 {
        return fail("more than 255 characters long");
    }
    let Some(at) = memchr::memrchr(b'@', text) else { return fail("missing @") };
    let (local, domain) = (&text[..at], &text[at + 1..]);
    if local.len() > 64 {
        return fail("local part more than 64 characters long");
    }
    if local.len() > 1 && local.starts_with(b"\"") {
        if local[1..local.len() - 1].iter().any(|byte| matches!(byte, b'\\' | b'"')) {
            return fail("backslash and quote are not allowed within quoted local part");
        }
    } else {
        if local.starts_with(b".") {
            return fail("starts with dot");
        }
        if local.ends_with(b".") {
            return fail("ends with dot");
        }
        if local.windows(2).any(|pair| pair == b"..") {
            return fail("consecutive dots");
        }
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
        if let Some((_, c)) = gofmt::unicode::runes(local).find(|(_, c)| !is_allowed(*c)) {
            return Err(format!("invalid character {}", quote_rune(c)));
        }
    }
    if let Some(address) = domain.strip_prefix(b"[").and_then(|domain| domain.strip_suffix(b"]")) {
        return match address.strip_prefix(b"IPv6:") {
            Some(address) => context("ipv6 address", ipv6(address)),
            None => context("ipv4 address", ipv4(address)),
        };
    }
    context("domain", hostname(domain))
}

fn date(text: &[u8]) -> Result<(), Reason> {
    Time::parse(b"2006-01-02", text, &Zone::Utc).map(|_| ())
}

fn date_time(text: &[u8]) -> Result<(), Reason> {
    if text.len() < 20 {
        return fail("less than 20 characters long");
    }
    if !matches!(text[10], b't' | b'T') {
        return fail("11th character must be t or T");
    }
    context("date element", date(&text[..10]))?;
    context("time element", time(&text[11..]))
}

fn time(text: &[u8]) -> Result<(), Reason> {
    // Two numbers or more between colons, from Go's Atoi: signs pass, negative numbers do not.
    let numbers = |text: &[u8], what: &str| -> Result<Vec<i64>, Reason> {
        text.split(|&byte| byte == b':')
            .map(|number| match gofmt::atoi(number) {
                Err(_) => Err(format!("invalid {what}")),
                Ok(number) if number < 0 => Err(format!("non-positive {what}")),
                Ok(number) => Ok(number),
            })
            .collect()
    };
    if text.len() < 9 {
        return fail("less than 9 characters long");
    }
    if text[2] != b':' || text[5] != b':' {
        return fail("missing colon in correct place");
    }
    let clock = numbers(&text[..8], "hour/min/sec")?;
    let &[mut hour, mut minute, second] = clock.as_slice() else { return fail("missing hour/min/sec") };
    if hour > 23 || minute > 59 || second > 60 {
        return fail("hour/min/sec out of range");
    }
    let mut rest = &text[8..];
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return fail("no digits in second fraction");
        }
        rest = &fraction[digits..];
    }
    if !matches!(rest, b"z" | b"Z") {
        if rest.len() != 6 {
            return fail("offset must be 6 characters long");
        }
        let sign = match rest[0] {
            b'+' => -1,
            b'-' => 1,
            _ => return fail("offset must begin with plus/minus"),
        };
        if rest[3] != b':' {
            return fail("missing colon in offset in correct place");
        }
        let offset = numbers(&rest[1..], "hour/min in offset")?;
        let &[hours, minutes] = offset.as_slice() else { return fail("invalid hour/min in offset") };
        if hours > 23 || minutes > 59 {
            return fail("hour/min in offset out of range");
        }
        let mut utc = hour * 60 + minute + sign * (hours * 60 + minutes);
        if utc < 0 {
            utc += 24 * 60;
        }
        (hour, minute) = (utc / 60, utc % 60);
    }
    if second >= 60 && (hour, minute) != (23, 59) {
        return fail("invalid leap second");
    }
    Ok(())
}

/// A URL, whose IPv6 address is checked too.
fn parse_url(text: &[u8]) -> Result<Url, Reason> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let host = url.hostname();
    if host.contains(&b':') {
        if !url.host.contains(&b'[') || !url.host.contains(&b']') {
            return Err("ipv6 address not enclosed in brackets".to_string());
        }
        context("ipv6 address", ipv6(host))?;
    }
    Ok(url)
}

fn uri(text: &[u8]) -> Result<(), Reason> {
    if parse_url(text)?.scheme.is_empty() { fail("relative url") } else { Ok(()) }
}

pub(super) fn uri_reference(text: &[u8]) -> Result<(), Reason> {
    // Most point to another place in their document.
    if let [b'#', pointer @ ..] = text
        && pointer.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'$' | b'.' | b'_' | b'-'))
    {
        return Ok(());
    }
    if text.contains(&b'\\') {
        return fail("contains \\");
    }
    parse_url(text).map(|_| ())
}

fn uri_template(text: &[u8]) -> Result<(), Reason> {
    let url = parse_url(text)?;
    for segment in url.raw_path.split(|&byte| byte == b'/') {
        let segment = neturl::unescape(segment, Part::Path)
            .map_err(|problem| format!("percent decode failed: {problem}"))?;
        let mut is_open = false;
        for byte in segment.into_iter().filter(|byte| matches!(byte, b'{' | b'}')) {
            if (byte == b'{') == is_open {
                return fail("nested curly braces");
            }
            is_open = !is_open;
        }
        if is_open {
            return fail("no matching closing brace");
        }
    }
    Ok(())
}

fn semver(text: &[u8]) -> Result<(), Reason> {
    let text = String::from_utf8_lossy(text);
    let mut core = text.as_ref();
    if let Some((before, build)) = core.split_once('+') {
        if build.is_empty() {
            return fail("build is empty");
        }
        for identifier in build.split('.') {
            if identifier.is_empty() {
                return fail("build identifier is empty");
            }
            if let Some(c) = identifier.chars().find(|c| !is_alphanumeric_or_hyphen(*c)) {
                return Err(format!("invalid character {} in build identifier", quote_rune(c)));
            }
        }
        core = before;
    }
    if let Some((before, pre_release)) = core.split_once('-') {
        for identifier in pre_release.split('.') {
            if identifier.is_empty() {
                return fail("pre-release identifier is empty");
            }
            if let Some(c) = identifier.chars().find(|c| !is_alphanumeric_or_hyphen(*c)) {
                return Err(format!("invalid character {} in pre-release identifier", quote_rune(c)));
            }
            let is_number = identifier.bytes().all(|byte| byte.is_ascii_digit());
            if is_number && identifier.len() > 1 && identifier.starts_with('0') {
                return fail("pre-release numeric identifier starts with zero");
            }
        }
        core = before;
    }
    let numbers: Vec<&str> = core.split('.').collect();
    if numbers.len() != 3 {
        return fail("versionCore must have 3 numbers separated by dot");
    }
    for (name, number) in ["major", "minor", "patch"].into_iter().zip(numbers) {
        if number.is_empty() {
            return Err(format!("{name} is empty"));
        }
        if number.len() > 1 && number.starts_with('0') {
            return Err(format!("{name} starts with zero"));
        }
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("{name} contains non-digit"));
        }
    }
    Ok(())
}
