//! Go's regular expression syntax: RE2's grammar with Perl's flags and classes.

use regex_syntax::hir::{
    Capture, Class, ClassUnicode, ClassUnicodeRange, Dot, Hir, HirKind, Look, Repetition,
};

use super::error::{Error, ErrorKind};
use super::{class, unicode};
use crate::limits;

/// A parsed pattern.
pub(super) struct Parsed {
    /// What it matches.
    pub hir: Hir,
    /// The names of its groups, by number; group 0 is the whole match. Names may repeat.
    pub groups: Vec<Option<Box<str>>>,
    /// The height of its tree.
    pub height: u32,
}

/// Parses `pattern`.
pub(super) fn parse(pattern: &[u8]) -> Result<Parsed, Error> {
    let mut parser = Parser {
        pattern,
        at: 0,
        flags: Flags::default(),
        open: Vec::new(),
        branches: Vec::new(),
        sequence: Vec::new(),
        groups: vec![None],
        class_ranges: 0,
    };
    parser.run()?;
    if !parser.open.is_empty() {
        return Err(Error::new(ErrorKind::MissingParen, pattern));
    }
    let whole = parser.alternation()?;
    Ok(Parsed { hir: whole.hir, groups: parser.groups, height: whole.height })
}

/// The flags that `(?flags)` sets.
#[derive(Clone, Copy, Default)]
struct Flags {
    /// `i`: case does not matter.
    fold: bool,
    /// `m`: `^` and `$` match at lines too.
    multi_line: bool,
    /// `s`: `.` matches a newline too.
    dot_newline: bool,
    /// `U`: repetitions are lazy, and greedy with `?`.
    swap_greed: bool,
}

/// A parsed part, with what Go's limits are about.
struct Piece {
    hir: Hir,
    /// Instructions in Go's program.
    size: u64,
    /// Height of the tree.
    height: u32,
    /// The highest product of nested repetition counts.
    copies: u32,
}

impl Piece {
    fn leaf(hir: Hir) -> Piece {
        Piece { hir, size: 1, height: 1, copies: 1 }
    }
}

/// An open parenthesis, and what was going on before it.
struct Open {
    /// The number of the group if it captures.
    group: Option<u32>,
    flags: Flags,
    branches: Vec<Piece>,
    sequence: Vec<Piece>,
}

/// The repetition operators.
#[derive(Clone, Copy)]
enum Repeat {
    Star,
    Plus,
    Quest,
    /// `{min,max}`
    Counted(u32, Option<u32>),
}

struct Parser<'p> {
    pattern: &'p [u8],
    /// Offset of the next byte.
    at: usize,
    flags: Flags,
    open: Vec<Open>,
    /// The finished alternatives of the innermost group.
    branches: Vec<Piece>,
    /// The alternative in work.
    sequence: Vec<Piece>,
    groups: Vec<Option<Box<str>>>,
    /// Ranges in all classes so far.
    class_ranges: usize,
}

/// Go's limit on characters in classes, a range counting as two: 128 MiB of them.
const MAX_CLASS_RANGES: usize = (128 << 20) / 4 / 2;
/// Go's limit on instructions of a program: 128 MiB of them.
const MAX_SIZE: u64 = (128 << 20) / 40;

impl<'p> Parser<'p> {
    fn run(&mut self) -> Result<(), Error> {
        // Where a repetition starts that ended just here; it cannot be repeated again.
        let mut repeated = None;
        while let Some(&byte) = self.pattern.get(self.at) {
            let start = self.at;
            let last = repeated.take();
            match byte {
                b'(' => self.open_group()?,
                b'|' => {
                    self.at += 1;
                    self.end_branch()?;
                }
                b')' => self.close_group()?,
                b'^' => self.look(1, if self.flags.multi_line { Look::StartLF } else { Look::Start })?,
                b'$' => self.look(1, if self.flags.multi_line { Look::EndLF } else { Look::End })?,
                b'.' => {
                    self.at += 1;
                    let dot = if self.flags.dot_newline { Dot::AnyChar } else { Dot::AnyCharExceptLF };
                    self.push(Piece::leaf(Hir::dot(dot)))?;
                }
                b'[' => self.class()?,
                b'*' | b'+' | b'?' => {
                    self.at += 1;
                    let op = match byte {
                        b'*' => Repeat::Star,
                        b'+' => Repeat::Plus,
                        _ => Repeat::Quest,
                    };
                    self.repeat(op, start, last)?;
                    repeated = Some(start);
                }
                b'{' => match self.counts() {
                    Some((Some(min), max)) if self.counts_are_valid(min, max) => {
                        self.repeat(Repeat::Counted(min, max), start, last)?;
                        repeated = Some(start);
                    }
                    Some(_) => return Err(self.error_from(ErrorKind::InvalidRepeatSize, start)),
                    None => {
                        self.at += 1;
                        self.literal(u32::from(b'{'))?;
                    }
                },
                b'\\' => self.backslash()?,
                _ => {
                    let c = self.next_char()?;
                    self.literal(u32::from(c))?;
                }
            }
        }
        Ok(())
    }

    fn rest(&self) -> &'p [u8] {
        &self.pattern[self.at.min(self.pattern.len())..]
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.pattern.get(self.at + ahead).copied()
    }

    /// Takes a character; at the end takes nothing and gives U+FFFD.
    fn next_char(&mut self) -> Result<char, Error> {
        let (c, len) = decode(self.rest())?;
        self.at += len;
        Ok(c)
    }

    /// An error about what lies between `start` and here.
    fn error_from(&self, kind: ErrorKind, start: usize) -> Error {
        Error::new(kind, &self.pattern[start..self.at])
    }

    fn too_large(&self) -> Error {
        Error::new(ErrorKind::Large, self.pattern)
    }

    // Pieces.

    fn check(&self, piece: &Piece) -> Result<(), Error> {
        if piece.size > MAX_SIZE {
            return Err(self.too_large());
        }
        if piece.height > limits::REGEX_DEPTH {
            return Err(Error::new(ErrorKind::NestingDepth, self.pattern));
        }
        Ok(())
    }

    fn push(&mut self, piece: Piece) -> Result<(), Error> {
        self.check(&piece)?;
        self.sequence.push(piece);
        Ok(())
    }

    fn push_class(&mut self, class: ClassUnicode) -> Result<(), Error> {
        self.class_ranges += class.ranges().len();
        if self.class_ranges > MAX_CLASS_RANGES {
            return Err(self.too_large());
        }
        self.push(Piece::leaf(Hir::class(Class::Unicode(class))))
    }

    fn literal(&mut self, code: u32) -> Result<(), Error> {
        // A surrogate can be written as an escape, but no text holds one.
        let Some(c) = char::from_u32(code) else { return self.push(Piece::leaf(Hir::fail())) };
        if self.flags.fold {
            return self.push_class(class::folded(c));
        }
        self.push(Piece::leaf(Hir::literal(c.encode_utf8(&mut [0; 4]).as_bytes())))
    }

    fn look(&mut self, width: usize, look: Look) -> Result<(), Error> {
        self.at += width;
        self.push(Piece::leaf(Hir::look(look)))
    }

    /// Ends the alternative in work.
    fn end_branch(&mut self) -> Result<(), Error> {
        let pieces = std::mem::take(&mut self.sequence);
        let branch = join(pieces, Join::Concat);
        self.check(&branch)?;
        self.branches.push(branch);
        Ok(())
    }

    /// Ends the innermost group and gives what it holds.
    fn alternation(&mut self) -> Result<Piece, Error> {
        self.end_branch()?;
        let piece = join(std::mem::take(&mut self.branches), Join::Alternate);
        self.check(&piece)?;
        Ok(piece)
    }

    // Groups and flags.

    fn open_group(&mut self) -> Result<(), Error> {
        if self.peek(1) == Some(b'?') {
            return self.perl_group();
        }
        self.at += 1;
        self.enter_capture(None)
    }

    /// Enters a capturing group.
    fn enter_capture(&mut self, name: Option<Box<str>>) -> Result<(), Error> {
        let index = u32::try_from(self.groups.len()).map_err(|_| self.too_large())?;
        self.groups.push(name);
        self.enter(Some(index), self.flags);
        Ok(())
    }

    /// Enters a group within which `flags` hold.
    fn enter(&mut self, group: Option<u32>, flags: Flags) {
        self.open.push(Open {
            group,
            flags: std::mem::replace(&mut self.flags, flags),
            branches: std::mem::take(&mut self.branches),
            sequence: std::mem::take(&mut self.sequence),
        });
    }

    fn close_group(&mut self) -> Result<(), Error> {
        let Some(open) = self.open.pop() else {
            return Err(Error::new(ErrorKind::UnexpectedParen, self.pattern));
        };
        self.at += 1;
        let mut piece = self.alternation()?;
        self.flags = open.flags;
        self.branches = open.branches;
        self.sequence = open.sequence;
        if let Some(index) = open.group {
            piece = Piece {
                hir: Hir::capture(Capture { index, name: None, sub: Box::new(piece.hir) }),
                size: piece.size + 2,
                height: piece.height + 1,
                copies: piece.copies,
            };
        }
        self.push(piece)
    }

    /// `(?P<name>`, `(?<name>`, `(?flags)` or `(?flags:`.
    fn perl_group(&mut self) -> Result<(), Error> {
        let rest = self.rest();
        if rest.starts_with(b"(?<") && rest.len() > 3 {
            return self.named_group(3);
        }
        if rest.starts_with(b"(?P<") && rest.len() > 4 {
            return self.named_group(4);
        }
        let start = self.at;
        self.at += 2;
        let mut flags = self.flags;
        let mut on = true;
        let mut flag_seen = false;
        while self.at < self.pattern.len() {
            match self.next_char()? {
                'i' => flags.fold = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_newline = on,
                'U' => flags.swap_greed = on,
                '-' if on => {
                    on = false;
                    flag_seen = false;
                    continue;
                }
                ':' if on || flag_seen => {
                    self.enter(None, flags);
                    return Ok(());
                }
                ')' if on || flag_seen => {
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            }
            flag_seen = true;
        }
        Err(self.error_from(ErrorKind::InvalidPerlOp, start))
    }

    fn named_group(&mut self, prefix: usize) -> Result<(), Error> {
        let rest = self.rest();
        let Some(end) = memchr::memchr(b'>', rest) else {
            check_utf8(rest)?;
            return Err(Error::new(ErrorKind::InvalidNamedCapture, rest));
        };
        let name = rest.get(prefix..end).unwrap_or_default();
        check_utf8(name)?;
        let valid = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
        self.at += end + 1;
        match std::str::from_utf8(name) {
            Ok(name) if valid => self.enter_capture(Some(name.into())),
            _ => Err(Error::new(ErrorKind::InvalidNamedCapture, &rest[..=end])),
        }
    }

    // Repetitions.

    /// Takes `{min}`, `{min,}` or `{min,max}`, or nothing if that is not what is here. A number too big to
    /// read makes the minimum `None`.
    fn counts(&mut self) -> Option<(Option<u32>, Option<u32>)> {
        let rest = self.rest();
        let mut at = 1;
        let mut min = number(rest, &mut at)?;
        let mut max = min;
        if rest.get(at) == Some(&b',') {
            at += 1;
            max = None;
            if rest.get(at) != Some(&b'}') {
                max = number(rest, &mut at)?;
                if max.is_none() {
                    min = None;
                }
            }
        }
        if rest.get(at) != Some(&b'}') {
            return None;
        }
        self.at += at + 1;
        Some((min, max))
    }

    fn counts_are_valid(&self, min: u32, max: Option<u32>) -> bool {
        min <= limits::REGEX_REPEAT && max.is_none_or(|max| max <= limits::REGEX_REPEAT && min <= max)
    }

    /// Repeats the last piece. The operator starts at `start`; `last` is where a repetition starts that ended
    /// at `start`.
    fn repeat(&mut self, op: Repeat, start: usize, last: Option<usize>) -> Result<(), Error> {
        let mut greedy = !self.flags.swap_greed;
        if self.peek(0) == Some(b'?') {
            self.at += 1;
            greedy = !greedy;
        }
        if let Some(last) = last {
            return Err(self.error_from(ErrorKind::InvalidRepeatOp, last));
        }
        let Some(sub) = self.sequence.pop() else {
            return Err(self.error_from(ErrorKind::MissingRepeatArgument, start));
        };
        let (min, max, size) = match op {
            Repeat::Star => (0, None, sub.size + 2),
            Repeat::Plus => (1, None, sub.size + 1),
            Repeat::Quest => (0, Some(1), sub.size + 1),
            Repeat::Counted(0, None) => (0, None, sub.size + 2),
            Repeat::Counted(min, None) => (min, None, u64::from(min) * sub.size + 1),
            Repeat::Counted(min, Some(max)) => {
                (min, Some(max), (u64::from(max) * sub.size + u64::from(max - min)).max(1))
            }
        };
        let copies = match op {
            Repeat::Counted(_, Some(0)) => 1,
            Repeat::Counted(min, max) => sub.copies.saturating_mul(max.unwrap_or(min).max(1)),
            _ => sub.copies,
        };
        let hir = Hir::repetition(Repetition { min, max, greedy, sub: Box::new(sub.hir) });
        self.push(Piece { hir, size, height: sub.height + 1, copies })?;
        // Only a count of two or more can make too many copies.
        let counted = matches!(op, Repeat::Counted(min, max) if min >= 2 || max.is_some_and(|max| max >= 2));
        if counted && copies > limits::REGEX_REPEAT {
            return Err(self.error_from(ErrorKind::InvalidRepeatSize, start));
        }
        Ok(())
    }

    // Escapes.

    /// What starts with a backslash outside of brackets.
    fn backslash(&mut self) -> Result<(), Error> {
        match self.peek(1) {
            Some(b'A') => self.look(2, Look::Start),
            Some(b'z') => self.look(2, Look::End),
            Some(b'b') => self.look(2, Look::WordAscii),
            Some(b'B') => self.look(2, Look::WordAsciiNegate),
            Some(b'Q') => {
                self.at += 2;
                let rest = self.rest();
                let (mut text, len) = match memchr::memmem::find(rest, br"\E") {
                    Some(end) => (&rest[..end], end + 2),
                    None => (rest, rest.len()),
                };
                self.at += len;
                while !text.is_empty() {
                    let (c, len) = decode(text)?;
                    text = &text[len..];
                    self.literal(u32::from(c))?;
                }
                Ok(())
            }
            _ => match self.class_escape()? {
                Some(class) => self.push_class(class),
                None => {
                    let code = self.char_escape()?;
                    self.literal(code)
                }
            },
        }
    }

    /// Takes `\d`, `\pL`, `\p{Greek}` and the like, if one is here.
    fn class_escape(&mut self) -> Result<Option<ClassUnicode>, Error> {
        let (Some(b'\\'), Some(letter)) = (self.peek(0), self.peek(1)) else { return Ok(None) };
        if let Some(ascii) = class::perl(letter) {
            self.at += 2;
            return Ok(Some(ascii.class(self.flags.fold)));
        }
        if !matches!(letter, b'p' | b'P') {
            return Ok(None);
        }
        let rest = self.rest();
        let mut name = &rest[2..];
        let (first, len) = decode(name)?;
        if first == '{' {
            let Some(end) = memchr::memchr(b'}', rest) else {
                check_utf8(rest)?;
                return Err(Error::new(ErrorKind::InvalidCharRange, rest));
            };
            self.at += end + 1;
            name = rest.get(3..end).unwrap_or_default();
            check_utf8(name)?;
        } else {
            self.at += 2 + len;
            name = &name[..len];
        }
        let escape = &rest[..rest.len() - self.rest().len()];
        let mut negated = letter == b'P';
        if let Some(positive) = name.strip_prefix(b"^") {
            negated = !negated;
            name = positive;
        }
        let Some(mut class) = unicode::class(name, self.flags.fold) else {
            return Err(Error::new(ErrorKind::InvalidCharRange, escape));
        };
        if negated {
            class.negate();
        }
        Ok(Some(class))
    }

    /// Takes an escape that stands for one character and gives its code point.
    fn char_escape(&mut self) -> Result<u32, Error> {
        let start = self.at;
        self.at += 1;
        if self.at >= self.pattern.len() {
            return Err(Error::new(ErrorKind::TrailingBackslash, b""));
        }
        let c = self.next_char()?;
        let code = match c {
            // One digit would be a back reference, which is not supported.
            '1'..='7' if !matches!(self.peek(0), Some(b'0'..=b'7')) => None,
            '0'..='7' => {
                let mut code = u32::from(c) - u32::from('0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek(0) else { break };
                    code = code * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                Some(code)
            }
            'x' => self.hex_escape()?,
            'a' => Some(0x07),
            'f' => Some(0x0C),
            'n' => Some(0x0A),
            'r' => Some(0x0D),
            't' => Some(0x09),
            'v' => Some(0x0B),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(u32::from(c)),
            _ => None,
        };
        code.ok_or_else(|| self.error_from(ErrorKind::InvalidEscape, start))
    }

    /// Takes `HH` or `{H…}` after `\x`. `None` if it is not of that form; what was read is taken all the same.
    fn hex_escape(&mut self) -> Result<Option<u32>, Error> {
        if self.at >= self.pattern.len() {
            return Ok(None);
        }
        let first = self.next_char()?;
        if first != '{' {
            let second = self.next_char()?;
            return Ok(first.to_digit(16).zip(second.to_digit(16)).map(|(high, low)| high * 16 + low));
        }
        let mut code: Option<u32> = None;
        while self.at < self.pattern.len() {
            let c = self.next_char()?;
            if c == '}' {
                return Ok(code);
            }
            let Some(digit) = c.to_digit(16) else { break };
            let next = code.unwrap_or(0) * 16 + digit;
            if next > u32::from(char::MAX) {
                break;
            }
            code = Some(next);
        }
        Ok(None)
    }

    // Brackets.

    fn class(&mut self) -> Result<(), Error> {
        let start = self.at;
        self.at += 1;
        let negated = self.peek(0) == Some(b'^');
        self.at += usize::from(negated);

        let mut single: Vec<ClassUnicodeRange> = Vec::new();
        let mut named = ClassUnicode::empty();
        let mut first = true;
        while first || self.peek(0) != Some(b']') {
            first = false;
            if let Some(ascii) = self.posix_class()? {
                named.union(&ascii.class(self.flags.fold));
                continue;
            }
            if let Some(class) = self.class_escape()? {
                named.union(&class);
                continue;
            }
            let range_start = self.at;
            let lo = self.class_char(start)?;
            let mut hi = lo;
            if self.peek(0) == Some(b'-') && self.peek(1).is_some_and(|b| b != b']') {
                self.at += 1;
                hi = self.class_char(start)?;
                if hi < lo {
                    return Err(self.error_from(ErrorKind::InvalidCharRange, range_start));
                }
            }
            single.extend(class::range(lo, hi));
        }
        self.at += 1;

        let mut class = ClassUnicode::new(single);
        if self.flags.fold {
            class.case_fold_simple();
        }
        class.union(&named);
        if negated {
            class.negate();
        }
        self.push_class(class)
    }

    /// Takes a character within the brackets that start at `start`.
    fn class_char(&mut self, start: usize) -> Result<u32, Error> {
        match self.peek(0) {
            None => Err(Error::new(ErrorKind::MissingBracket, &self.pattern[start..])),
            Some(b'\\') => self.char_escape(),
            Some(_) => self.next_char().map(u32::from),
        }
    }

    /// Takes `[:name:]`, if that is here.
    fn posix_class(&mut self) -> Result<Option<class::Ascii>, Error> {
        let rest = self.rest();
        if !rest.starts_with(b"[:") {
            return Ok(None);
        }
        let Some(end) = memchr::memmem::find(&rest[2..], b":]") else { return Ok(None) };
        let Some(class) = class::posix(&rest[2..2 + end]) else {
            return Err(Error::new(ErrorKind::InvalidCharRange, &rest[..end + 4]));
        };
        self.at += end + 4;
        Ok(Some(class))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Join {
    Concat,
    Alternate,
}

/// One piece of many. What joins others in the same way adds no height: it becomes part of the whole.
fn join(mut pieces: Vec<Piece>, how: Join) -> Piece {
    if pieces.len() == 1
        && let Some(piece) = pieces.pop()
    {
        return piece;
    }
    // Each alternative but the last costs a further instruction.
    let extra = u64::from(how == Join::Alternate);
    let (mut size, mut height, mut copies) = (0, 0, 1);
    for piece in &pieces {
        let merges = match piece.hir.kind() {
            HirKind::Concat(_) => how == Join::Concat,
            HirKind::Alternation(_) => how == Join::Alternate,
            _ => false,
        };
        size += piece.size + extra;
        height = height.max(piece.height - u32::from(merges));
        copies = copies.max(piece.copies);
    }
    let subs = pieces.into_iter().map(|piece| piece.hir).collect();
    let hir = match how {
        Join::Concat => Hir::concat(subs),
        Join::Alternate => Hir::alternation(subs),
    };
    let height = if hir.properties().is_literal() { 1 } else { height + 1 };
    Piece { hir, size: size.saturating_sub(extra).max(1), height, copies }
}

/// Reads a decimal number without leading zeros at `at`: `None` if there is none, `Some(None)` if it is too big.
fn number(text: &[u8], at: &mut usize) -> Option<Option<u32>> {
    let digits = text.get(*at..)?.iter().take_while(|b| b.is_ascii_digit()).count();
    let digits = &text[*at..*at + digits];
    if digits.is_empty() || digits.len() > 1 && digits[0] == b'0' {
        return None;
    }
    *at += digits.len();
    Some(std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()))
}

/// The first character of `text` and its width; U+FFFD of no width if `text` is empty.
fn decode(text: &[u8]) -> Result<(char, usize), Error> {
    match bstr::decode_utf8(text) {
        (Some(c), len) => Ok((c, len)),
        (None, 0) => Ok((char::REPLACEMENT_CHARACTER, 0)),
        (None, _) => Err(Error::new(ErrorKind::InvalidUtf8, text)),
    }
}

/// An error about `text` from where it is not UTF-8.
fn check_utf8(text: &[u8]) -> Result<(), Error> {
    match std::str::from_utf8(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::new(ErrorKind::InvalidUtf8, &text[error.valid_up_to()..])),
    }
}
