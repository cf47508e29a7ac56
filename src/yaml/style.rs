//! Which styles a scalar can be written in.

use super::resolve::Generation;
use super::scan::break_length;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|`, line by line.
    Literal,
    /// `>`, with lines folded.
    Folded,
}

/// What a scalar's text allows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Analysis {
    pub(super) is_multiline: bool,
    plain: bool,
    single_quoted: bool,
    block: bool,
}

impl Analysis {
    pub(super) fn new(text: &[u8], generation: Generation) -> Analysis {
        let simple = Analysis { is_multiline: false, plain: true, single_quoted: true, block: true };
        let Some(&first) = text.first() else { return Analysis { block: false, ..simple } };
        let is_framed = first != b' ' && text.last() != Some(&b' ');
        if is_framed && text.iter().all(|&b| ORDINARY[usize::from(b)]) && !starts_as_indicator(first, text) {
            return simple;
        }
        analyze(text, first, generation)
    }

    /// The style to write the text in, if `wanted` is the one asked for.
    pub(super) fn select(&self, wanted: Style, is_simple_key: bool) -> Style {
        let mut style = wanted;
        if style == Style::Plain && !self.plain {
            style = Style::SingleQuoted;
        }
        if style == Style::SingleQuoted && !self.single_quoted
            || matches!(style, Style::Literal | Style::Folded) && (!self.block || is_simple_key)
        {
            style = Style::DoubleQuoted;
        }
        style
    }
}

/// Bytes that restrict nothing within a text.
const ORDINARY: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0x20;
    while b < 0x7F {
        table[b] = b != b':' as usize && b != b'#' as usize;
        b += 1;
    }
    table
};

/// True if the text cannot be plain because of how it begins.
fn starts_as_indicator(first: u8, text: &[u8]) -> bool {
    let alone = || text.get(1).is_none_or(|b| matches!(b, b' ' | b'\t'));
    match first {
        b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%'
        | b'@' | b'`' => true,
        b'-' => alone() || text.starts_with(b"---"),
        b'?' | b':' => alone(),
        b'.' => text.starts_with(b"..."),
        _ => false,
    }
}

fn analyze(text: &[u8], first: u8, generation: Generation) -> Analysis {
    let mut has_indicators = starts_as_indicator(first, text);
    let (mut has_breaks, mut has_special, mut has_tabs) = (false, false, false);
    let (mut space_break, mut break_space) = (false, false);
    let (mut after_space, mut after_break, mut after_blank) = (false, false, false);
    let mut ends_open = false;
    let mut pos = 0;
    while let Some(&b) = text.get(pos) {
        let rest = &text[pos..];
        let breaks = break_length(rest).min(width(b));
        match b {
            b':' => has_indicators |= rest.get(1).is_none_or(|b| matches!(b, b' ' | b'\t')),
            b'#' => has_indicators |= after_blank,
            b'\t' if generation == Generation::V3 => has_tabs = true,
            _ => has_special |= !is_printable(rest),
        }
        let is_space = b == b' ';
        break_space |= is_space && after_break;
        space_break |= breaks > 0 && after_space;
        has_breaks |= breaks > 0;
        (after_space, after_break) = (is_space, breaks > 0);
        after_blank = is_space || b == b'\t' || breaks > 0 || b == 0;
        ends_open = is_space || breaks > 0;
        pos += width(b);
    }
    let starts_open = first == b' ' || break_length(text) > 0;
    let unquotable = space_break || has_special;
    Analysis {
        is_multiline: has_breaks,
        plain: !(has_indicators
            || starts_open
            || ends_open
            || has_breaks
            || break_space
            || unquotable
            || has_tabs),
        single_quoted: !(break_space || unquotable || has_tabs),
        block: !(unquotable || after_space),
    }
}

/// Bytes of the UTF-8 character that begins with `lead`.
pub(super) fn width(lead: u8) -> usize {
    match lead {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0.. => 4,
        _ => 1,
    }
}

/// True if go-yaml writes the first character of `text` as it is. Characters above U+FFFF it never does.
pub(super) fn is_printable(text: &[u8]) -> bool {
    match text {
        [b'\n' | 0x20..=0x7E, ..] => true,
        [0xC2, second, ..] => *second >= 0xA0,
        [0xED, second, ..] => *second < 0xA0,
        [0xEF, 0xBB, 0xBF, ..] | [0xEF, 0xBF, 0xBE | 0xBF, ..] => false,
        [0xC3..=0xEF, ..] => true,
        _ => false,
    }
}
