//! Go's view of Unicode: decoding of bytes that may not be UTF-8, classes and simple case mappings of code points.
//!
//! The standard library has the same Unicode version as Go, but other classes and full case mappings (`ß` to `SS`)
//! where Go maps code point by code point; hence the table of classes and the exceptions here.

use super::unicode_classes::CLASSES;

/// The replacement character, which Go decodes from every byte that is not part of valid UTF-8.
pub const REPLACEMENT: char = '\u{FFFD}';

const LETTER: u32 = 2;
const DIGIT: u32 = 3;
const NUMBER: u32 = 4;
const PUNCTUATION: u32 = 5;

/// The first code point of `bytes` and its length in bytes: an invalid byte is [`REPLACEMENT`] of length 1, and
/// no bytes at all are one of length 0.
pub fn decode(bytes: &[u8]) -> (char, usize) {
    match bytes.first() {
        None => (REPLACEMENT, 0),
        Some(&b) if b < 0x80 => (char::from(b), 1),
        Some(_) => match bstr::decode_utf8(bytes) {
            (Some(c), size) => (c, size),
            (None, _) => (REPLACEMENT, 1),
        },
    }
}

/// The last code point of `bytes` and its length in bytes, invalid bytes as in [`decode`].
pub fn decode_last(bytes: &[u8]) -> (char, usize) {
    match bytes.last() {
        None => (REPLACEMENT, 0),
        Some(&b) if b < 0x80 => (char::from(b), 1),
        Some(_) => match bstr::decode_last_utf8(bytes) {
            (Some(c), size) => (c, size),
            (None, _) => (REPLACEMENT, 1),
        },
    }
}

/// The code points of `bytes` as Go's `range` yields them: offset and code point, invalid bytes as in [`decode`].
pub fn runes(bytes: &[u8]) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(offset..).filter(|rest| !rest.is_empty())?;
        let (c, size) = decode(rest);
        let at = offset;
        offset += size;
        Some((at, c))
    })
}

/// Number of code points in `bytes`, invalid bytes as in [`decode`].
pub fn rune_count(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().count(),
        Err(_) => runes(bytes).count(),
    }
}

/// `strings.TrimFunc`: `text` without the code points at its ends that `cut` picks.
pub fn trim(mut text: &[u8], cut: impl Fn(char) -> bool) -> &[u8] {
    while let (c, size @ 1..) = decode(text)
        && cut(c)
    {
        text = &text[size..];
    }
    while let (c, size @ 1..) = decode_last(text)
        && cut(c)
    {
        text = &text[..text.len() - size];
    }
    text
}

/// Appends `c` in UTF-8.
pub fn push(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn class(c: char) -> u32 {
    let key = u32::from(c) << 3 | 7;
    let after = CLASSES.partition_point(|&start| start <= key);
    after.checked_sub(1).and_then(|i| CLASSES.get(i)).map_or(0, |run| run & 7)
}

/// `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    class(c) != 0
}

/// `unicode.IsLetter`
pub fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    class(c) == LETTER
}

/// `unicode.IsDigit`
pub fn is_digit(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit();
    }
    class(c) == DIGIT
}

/// `unicode.IsNumber`
pub fn is_number(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit();
    }
    matches!(class(c), DIGIT | NUMBER)
}

/// `unicode.IsPunct`
pub fn is_punct(c: char) -> bool {
    class(c) == PUNCTUATION
}

/// `unicode.IsSpace`
pub fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// `unicode.IsUpper`
pub fn is_upper(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_uppercase();
    }
    c.is_uppercase() && class(c) == LETTER
}

/// `unicode.IsTitle`: the digraphs and Greek letters that are upper and lower case at once.
pub fn is_title(c: char) -> bool {
    matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ' | 'ᾈ'..='ᾏ' | 'ᾘ'..='ᾟ' | 'ᾨ'..='ᾯ' | 'ᾼ' | 'ῌ' | 'ῼ')
}

/// True for lower case letters. Unlike `unicode.IsLower` also for modifier letters (`ʰ`), which have no other case.
pub fn is_lower(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_lowercase();
    }
    c.is_lowercase() && class(c) == LETTER
}

/// `unicode.ToUpper`: one code point for one.
pub fn to_upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    match c {
        'ᾀ'..='ᾇ' | 'ᾐ'..='ᾗ' | 'ᾠ'..='ᾧ' => offset(c, 8),
        'ᾳ' | 'ῃ' | 'ῳ' => offset(c, 9),
        _ => single(c.to_uppercase(), c),
    }
}

/// `unicode.ToLower`: one code point for one.
pub fn to_lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        'İ' => 'i',
        _ => single(c.to_lowercase(), c),
    }
}

/// `unicode.ToTitle`: one code point for one.
pub fn to_title(c: char) -> char {
    match c {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        'ა'..='ჺ' | 'ჽ'..='ჿ' => c,
        _ => to_upper(c),
    }
}

fn single(mut mapped: impl Iterator<Item = char>, c: char) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn offset(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_are_classified_as_in_go() {
        // Code point, then what Go's unicode package says of it.
        for (c, print, letter, digit, number, punct) in [
            ('a', true, true, false, false, false),
            ('\u{7f}', false, false, false, false, false),
            ('\u{a0}', false, false, false, false, false),
            ('\u{ad}', false, false, false, false, false),
            ('²', true, false, false, true, false),
            ('٣', true, false, true, true, false),
            ('Ⅷ', true, false, false, true, false),
            ('ⓐ', true, false, false, false, false),
            ('«', true, false, false, false, true),
            ('\u{301}', true, false, false, false, false),
            ('\u{2028}', false, false, false, false, false),
            ('\u{e000}', false, false, false, false, false),
            ('\u{10ffff}', false, false, false, false, false),
        ] {
            let got = (is_print(c), is_letter(c), is_digit(c), is_number(c), is_punct(c));
            assert_eq!(got, (print, letter, digit, number, punct), "{c:?}");
        }
    }

    #[test]
    fn case_maps_one_to_one() {
        for (c, upper, lower, title) in [
            ('ß', 'ß', 'ß', 'ß'),
            ('ŉ', 'ŉ', 'ŉ', 'ŉ'),
            ('ǆ', 'Ǆ', 'ǆ', 'ǅ'),
            ('İ', 'İ', 'i', 'İ'),
            ('ᾳ', 'ᾼ', 'ᾳ', 'ᾼ'),
            ('ა', 'Ა', 'ა', 'ა'),
            ('ⅷ', 'Ⅷ', 'ⅷ', 'Ⅷ'),
        ] {
            assert_eq!((to_upper(c), to_lower(c), to_title(c)), (upper, lower, title), "{c:?}");
        }
    }

    #[test]
    fn every_invalid_byte_is_one_rune() {
        let got: Vec<_> = runes(b"a\xe2\x98\xc3\xa9\xff").collect();
        assert_eq!(got, [(0, 'a'), (1, REPLACEMENT), (2, REPLACEMENT), (3, 'é'), (5, REPLACEMENT)]);
        assert_eq!(rune_count(b"a\xe2\x98\xc3\xa9\xff"), 5);
    }
}
