//! What a scalar without a tag means: YAML 1.1 words and numbers as go-yaml reads them.

/// The tags that go-yaml gives a meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tag {
    /// No tag: plain scalars are resolved, quoted ones are strings.
    #[default]
    None,
    /// `!!null`
    Null,
    /// `!!bool`
    Bool,
    /// `!!str`
    Str,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!timestamp`
    Timestamp,
    /// `!!binary`
    Binary,
    /// `!!merge`
    Merge,
    /// Any other tag; the scalar is then a string.
    Other,
}

impl Tag {
    /// The tag with the full name `name`.
    pub(super) fn from_name(name: &[u8]) -> Tag {
        match name.strip_prefix(b"tag:yaml.org,2002:") {
            Some(b"null") => Tag::Null,
            Some(b"bool") => Tag::Bool,
            Some(b"str") => Tag::Str,
            Some(b"int") => Tag::Int,
            Some(b"float") => Tag::Float,
            Some(b"timestamp") => Tag::Timestamp,
            Some(b"binary") => Tag::Binary,
            Some(b"merge") => Tag::Merge,
            _ => Tag::Other,
        }
    }

    fn short_name(self) -> &'static str {
        match self {
            Tag::None | Tag::Other => "",
            Tag::Null => "!!null",
            Tag::Bool => "!!bool",
            Tag::Str => "!!str",
            Tag::Int => "!!int",
            Tag::Float => "!!float",
            Tag::Timestamp => "!!timestamp",
            Tag::Binary => "!!binary",
            Tag::Merge => "!!merge",
        }
    }
}

/// The two generations of go-yaml that Helm uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generation {
    /// yaml.v2: everything but `toYamlPretty`.
    V2,
    /// yaml.v3: `toYamlPretty`.
    V3,
}

/// A resolved scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Null,
    Bool(bool),
    Int(i64),
    /// Above the range of `int64`.
    Uint(u64),
    Float(f64),
    Str(&'a [u8]),
}

/// Reads `text` with the explicit tag `tag`; the error is go-yaml's, without position.
pub(super) fn resolve_tagged(tag: Tag, text: &[u8]) -> Result<Scalar<'_>, String> {
    if matches!(tag, Tag::Str | Tag::Binary | Tag::Merge | Tag::Other) {
        return Ok(Scalar::Str(text));
    }
    let (actual, scalar) = resolve(text, Generation::V2);
    match (tag, actual, scalar) {
        (Tag::None, Tag::Timestamp, _) => Ok(Scalar::Str(text)),
        (Tag::Float, Tag::Int, Scalar::Int(i)) => Ok(Scalar::Float(i as f64)),
        _ if tag == Tag::None || tag == actual => Ok(scalar),
        _ => {
            let actual = if actual == Tag::Timestamp { Tag::Str } else { actual };
            let text = String::from_utf8_lossy(text);
            Err(format!("cannot decode {} `{text}` as a {}", actual.short_name(), tag.short_name()))
        }
    }
}

/// True if the plain scalar `text` is anything but a string.
pub(super) fn is_special(text: &[u8], generation: Generation) -> bool {
    resolve(text, generation).0 != Tag::Str
}

/// The tag and value of the plain scalar `text`. A timestamp's value is its text.
fn resolve(text: &[u8], generation: Generation) -> (Tag, Scalar<'_>) {
    let string = (Tag::Str, Scalar::Str(text));
    match text.first() {
        None => (Tag::Null, Scalar::Null),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => {
            word(text, generation).unwrap_or(string)
        }
        Some(b'.') => match special_float(text).or_else(|| decimal_float(text)) {
            Some(f) => (Tag::Float, Scalar::Float(f)),
            None => string,
        },
        Some(b'+' | b'-' | b'0'..=b'9') => {
            if is_timestamp(text) {
                return (Tag::Timestamp, Scalar::Str(text));
            }
            if let Some(f) = special_float(text) {
                return (Tag::Float, Scalar::Float(f));
            }
            match number(text, generation) {
                Some(scalar @ Scalar::Float(_)) => (Tag::Float, scalar),
                Some(scalar) => (Tag::Int, scalar),
                None => string,
            }
        }
        Some(_) => string,
    }
}

fn word(text: &[u8], generation: Generation) -> Option<(Tag, Scalar<'static>)> {
    let old = match text {
        b"true" | b"True" | b"TRUE" => return Some((Tag::Bool, Scalar::Bool(true))),
        b"false" | b"False" | b"FALSE" => return Some((Tag::Bool, Scalar::Bool(false))),
        b"~" | b"null" | b"Null" | b"NULL" => return Some((Tag::Null, Scalar::Null)),
        _ => old_bool(text)?,
    };
    (generation == Generation::V2).then_some((Tag::Bool, Scalar::Bool(old)))
}

/// The meaning of the words that only YAML 1.1 takes for booleans.
pub(super) fn old_bool(text: &[u8]) -> Option<bool> {
    match text {
        b"y" | b"Y" | b"yes" | b"Yes" | b"YES" | b"on" | b"On" | b"ON" => Some(true),
        b"n" | b"N" | b"no" | b"No" | b"NO" | b"off" | b"Off" | b"OFF" => Some(false),
        _ => None,
    }
}

fn special_float(text: &[u8]) -> Option<f64> {
    match text {
        b".nan" | b".NaN" | b".NAN" => Some(f64::NAN),
        b".inf" | b".Inf" | b".INF" | b"+.inf" | b"+.Inf" | b"+.INF" => Some(f64::INFINITY),
        b"-.inf" | b"-.Inf" | b"-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// A number that starts with a sign or a digit.
fn number(text: &[u8], generation: Generation) -> Option<Scalar<'static>> {
    let plain: Vec<u8>;
    let text = if text.contains(&b'_') {
        plain = text.iter().copied().filter(|&b| b != b'_').collect();
        &plain
    } else {
        text
    };
    if let Some(scalar) = integer(text) {
        return Some(scalar);
    }
    if let Some(f) = decimal_float(text) {
        return Some(Scalar::Float(f));
    }
    // What is left of go-yaml's own forms: the sign may stand behind the prefix.
    let (text, negative) = match text.strip_prefix(b"-") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (digits, base) = match text {
        [b'0', b'b', digits @ ..] => (digits, 2),
        [b'0', b'o', digits @ ..] if generation == Generation::V3 => (digits, 8),
        _ => return None,
    };
    if negative {
        return signed((true, digits), base);
    }
    let (sign, digits) = split_sign(digits);
    signed((sign == Some(b'-'), digits), base)
}

/// An integer as Go's `strconv.ParseInt` and `ParseUint` read it with base 0.
fn integer(text: &[u8]) -> Option<Scalar<'static>> {
    let (sign, digits) = split_sign(text);
    let (digits, base) = match digits {
        [b'0', b'x' | b'X', rest @ ..] => (rest, 16),
        [b'0', b'b' | b'B', rest @ ..] => (rest, 2),
        [b'0', b'o' | b'O', rest @ ..] => (rest, 8),
        [b'0', rest @ ..] if !rest.is_empty() => (rest, 8),
        _ => (digits, 10),
    };
    match signed((sign == Some(b'-'), digits), base)? {
        // Unsigned numbers take no sign.
        Scalar::Uint(_) if sign.is_some() => None,
        scalar => Some(scalar),
    }
}

fn split_sign(text: &[u8]) -> (Option<u8>, &[u8]) {
    match text {
        [sign @ (b'+' | b'-'), rest @ ..] => (Some(*sign), rest),
        _ => (None, text),
    }
}

fn signed((negative, digits): (bool, &[u8]), base: u64) -> Option<Scalar<'static>> {
    if digits.is_empty() {
        return None;
    }
    let mut n: u64 = 0;
    for &b in digits {
        let digit = (b as char).to_digit(base as u32)?;
        n = n.checked_mul(base)?.checked_add(u64::from(digit))?;
    }
    match (negative, i64::try_from(n)) {
        (false, Ok(i)) => Some(Scalar::Int(i)),
        (false, Err(_)) => Some(Scalar::Uint(n)),
        (true, Ok(i)) => Some(Scalar::Int(-i)),
        (true, Err(_)) => (n == 1 << 63).then_some(Scalar::Int(i64::MIN)),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, if it is in range.
fn decimal_float(text: &[u8]) -> Option<f64> {
    let digits = |t: &[u8]| t.iter().take_while(|b| b.is_ascii_digit()).count();
    let (_, mut rest) = split_sign(text);
    let whole = digits(rest);
    rest = &rest[whole..];
    if let [b'.', fraction @ ..] = rest {
        let places = digits(fraction);
        if whole + places == 0 {
            return None;
        }
        rest = &fraction[places..];
    } else if whole == 0 {
        return None;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let (_, exponent) = split_sign(exponent);
        let places = digits(exponent);
        if places == 0 {
            return None;
        }
        rest = &exponent[places..];
    }
    if !rest.is_empty() {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok().filter(|f: &f64| f.is_finite())
}

/// True for the date forms that go-yaml knows: `2006-1-2`, with `T15:4:5Z`, `t15:4:5+01:00` or ` 15:4:5`.
fn is_timestamp(text: &[u8]) -> bool {
    timestamp(text).is_some()
}

fn timestamp(text: &[u8]) -> Option<()> {
    let (year, rest) = text.split_at_checked(4)?;
    if !year.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let year = year.iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
    let (month, rest) = short_number(rest.strip_prefix(b"-")?)?;
    let (day, rest) = short_number(rest.strip_prefix(b"-")?)?;
    if !(1..=12).contains(&month) || day < 1 || day > days_in(month, year) {
        return None;
    }
    let Some((&separator, rest)) = rest.split_first() else { return Some(()) };
    let (hour, rest) = short_number(rest)?;
    let (minute, rest) = short_number(rest.strip_prefix(b":")?)?;
    let (second, mut rest) = short_number(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    if let [b'.' | b',', b'0'..=b'9', ..] = rest {
        let places = rest[1..].iter().take_while(|b| b.is_ascii_digit()).count();
        rest = &rest[1 + places..];
    }
    match separator {
        b' ' => rest.is_empty().then_some(()),
        b'T' | b't' => match *rest {
            [b'Z'] => Some(()),
            [b'+' | b'-', a, b, b':', c, d] if [a, b, c, d].iter().all(u8::is_ascii_digit) => {
                let two = |a: u8, b: u8| u32::from(a - b'0') * 10 + u32::from(b - b'0');
                (two(a, b) <= 24 && two(c, d) <= 60).then_some(())
            }
            _ => None,
        },
        _ => None,
    }
}

/// One or two digits.
fn short_number(text: &[u8]) -> Option<(u32, &[u8])> {
    match text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => {
            Some((u32::from(a - b'0') * 10 + u32::from(b - b'0'), rest))
        }
        [a @ b'0'..=b'9', rest @ ..] => Some((u32::from(a - b'0'), rest)),
        _ => None,
    }
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// True for YAML 1.1's base 60 numbers (`1:30`), which are strings but written in quotes.
pub(super) fn is_base60(text: &[u8]) -> bool {
    let (_, rest) = split_sign(text);
    if !rest.first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let mut parts = rest.split(|&b| b == b':');
    let first = parts.next().unwrap_or_default();
    if !first.iter().all(|&b| b.is_ascii_digit() || b == b'_') {
        return false;
    }
    let mut count = 0;
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        count += 1;
        let part = match parts.peek() {
            Some(_) => part,
            None => match part.iter().position(|&b| b == b'.') {
                Some(dot) if part[dot + 1..].iter().all(|&b| b.is_ascii_digit() || b == b'_') => &part[..dot],
                _ => part,
            },
        };
        if !matches!(part, [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']) {
            return false;
        }
    }
    count > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_resolve_as_in_go() {
        let int = |i| (Tag::Int, Scalar::Int(i));
        let float = |f| (Tag::Float, Scalar::Float(f));
        for (text, want) in [
            ("012", int(10)),
            ("0o12", int(10)),
            ("08", float(8.0)),
            ("0b-1", int(-1)),
            ("-0b101", int(-5)),
            ("+0x1F", int(31)),
            ("1_000", int(1000)),
            ("-0", int(0)),
            ("-9223372036854775808", int(i64::MIN)),
            ("18446744073709551615", (Tag::Int, Scalar::Uint(u64::MAX))),
            ("+18446744073709551615", float(18446744073709551615.0)),
            ("5.", float(5.0)),
            ("+.5", float(0.5)),
            ("yes", (Tag::Bool, Scalar::Bool(true))),
            ("", (Tag::Null, Scalar::Null)),
        ] {
            assert_eq!(resolve(text.as_bytes(), Generation::V2), want, "{text}");
        }
        for text in
            ["1e400", "0x", "1e", ".", "-", "1:30", "yEs", "<<", ".1_0", "0o8", "2001-02-30", "2001-1-1 1"]
        {
            assert_eq!(resolve(text.as_bytes(), Generation::V2).0, Tag::Str, "{text}");
        }
        for text in
            ["2001-1-1", "2001-01-01T1:2:3Z", "2001-01-01t01:02:03.5+01:00", "2001-01-01 10:00:00,123"]
        {
            assert_eq!(resolve(text.as_bytes(), Generation::V2).0, Tag::Timestamp, "{text}");
        }
    }

    #[test]
    fn base60_numbers_are_told_from_strings() {
        for text in ["1:30", "190:20:30", "-1_0:5", "1:30.5_", "12:30:45"] {
            assert!(is_base60(text.as_bytes()), "{text}");
        }
        for text in ["1", "1:60", "1:", ":30", "1:30:x", "1:2.5:3", "a:30"] {
            assert!(!is_base60(text.as_bytes()), "{text}");
        }
    }
}
