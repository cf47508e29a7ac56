//! Character classes: ranges, Perl's `\d \s \w`, POSIX's `[:alpha:]`, and case folding.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

/// A named ASCII class: its ranges, and whether its name negates them.
pub(super) struct Ascii {
    ranges: Ranges,
    negated: bool,
}

type Ranges = &'static [(char, char)];

const DIGIT: Ranges = &[('0', '9')];
const SPACE: Ranges = &[('\t', '\n'), ('\x0C', '\r'), (' ', ' ')];
const WORD: Ranges = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

/// The classes of `[[:name:]]`.
const POSIX: &[(&[u8], Ranges)] = &[
    (b"alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    (b"alpha", &[('A', 'Z'), ('a', 'z')]),
    (b"ascii", &[('\0', '\x7F')]),
    (b"blank", &[('\t', '\t'), (' ', ' ')]),
    (b"cntrl", &[('\0', '\x1F'), ('\x7F', '\x7F')]),
    (b"digit", DIGIT),
    (b"graph", &[('!', '~')]),
    (b"lower", &[('a', 'z')]),
    (b"print", &[(' ', '~')]),
    (b"punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    (b"space", &[('\t', '\r'), (' ', ' ')]),
    (b"upper", &[('A', 'Z')]),
    (b"word", WORD),
    (b"xdigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
];

/// The class of the escape `\letter`.
pub(super) fn perl(letter: u8) -> Option<Ascii> {
    let ranges = match letter.to_ascii_lowercase() {
        b'd' => DIGIT,
        b's' => SPACE,
        b'w' => WORD,
        _ => return None,
    };
    Some(Ascii { ranges, negated: letter.is_ascii_uppercase() })
}

/// The class of `[:name:]`; a leading `^` negates.
pub(super) fn posix(name: &[u8]) -> Option<Ascii> {
    let (name, negated) = match name.strip_prefix(b"^") {
        Some(rest) => (rest, true),
        None => (name, false),
    };
    let (_, ranges) = POSIX.iter().find(|(known, _)| *known == name)?;
    Some(Ascii { ranges, negated })
}

impl Ascii {
    /// Its characters; with `fold` also those that differ in case only, before any negation.
    pub(super) fn class(&self, fold: bool) -> ClassUnicode {
        let ranges = self.ranges.iter().map(|&(lo, hi)| ClassUnicodeRange::new(lo, hi));
        let mut class = ClassUnicode::new(ranges);
        if fold {
            class.case_fold_simple();
        }
        if self.negated {
            class.negate();
        }
        class
    }
}

/// The characters from code point `lo` to `hi`; none if they are all surrogates, which no text holds.
pub(super) fn range(lo: u32, hi: u32) -> Option<ClassUnicodeRange> {
    let lo = char::from_u32(lo).unwrap_or('\u{E000}');
    let hi = char::from_u32(hi).unwrap_or('\u{D7FF}');
    (lo <= hi).then(|| ClassUnicodeRange::new(lo, hi))
}

/// The class of one character and those that differ from it in case only.
pub(super) fn folded(c: char) -> ClassUnicode {
    let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
    class.case_fold_simple();
    class
}
