//! Upper and lower case, and the cases of identifiers (Sprig over Go's strings, goutils and xstrings).

use super::args::{pay, text};
use super::table::{Call, function};
use crate::gofmt::unicode::{
    self, REPLACEMENT, decode, is_digit, is_letter, is_lower, is_number, is_punct, is_space, is_title,
    is_upper, runes, to_lower, to_title, to_upper,
};
use crate::value::call::{CallError, Function, Runtime};
use crate::value::{Str, Type, Value};

const fn text_function(name: &'static str, call: Call) -> Function {
    function(name, &[Type::String], Type::String, call)
}

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    text_function("camelcase", |runtime, args| pascal_case(input(runtime, args)?)),
    text_function("kebabcase", |runtime, args| lower_words(input(runtime, args)?, b'-')),
    text_function("lower", |runtime, args| {
        Ok(map_all(input(runtime, args)?, u8::to_ascii_lowercase, to_lower))
    }),
    text_function("snakecase", |runtime, args| lower_words(input(runtime, args)?, b'_')),
    text_function("swapcase", |runtime, args| swap_case(input(runtime, args)?)),
    text_function("title", |runtime, args| title(input(runtime, args)?)),
    text_function("untitle", |runtime, args| untitle(input(runtime, args)?)),
    text_function("upper", |runtime, args| {
        Ok(map_all(input(runtime, args)?, u8::to_ascii_uppercase, to_upper))
    }),
];

/// The text to convert, paid for: replacing invalid bytes makes it three times as long at most.
fn input<'a>(runtime: &mut dyn Runtime, args: &'a [Value]) -> Result<&'a Str, CallError> {
    let text = text(args, 0);
    pay(runtime, text.len())?;
    Ok(text)
}

/// Maps each code point; bytes that are not UTF-8 become the replacement character.
fn map(s: &[u8], mut f: impl FnMut(char) -> char) -> Value {
    let mut out = Vec::with_capacity(s.len());
    for (_, c) in runes(s) {
        unicode::push(&mut out, f(c));
    }
    Value::str(out)
}

fn map_all(s: &Str, ascii: fn(&u8) -> u8, f: fn(char) -> char) -> Value {
    if s.is_ascii() { Value::str(s.iter().map(ascii).collect::<Vec<u8>>()) } else { map(s, f) }
}

/// `strings.Title`: the first letter of each word.
fn title(s: &Str) -> Result<Value, CallError> {
    let mut previous = ' ';
    Ok(map(s, |c| {
        let starts = is_separator(previous);
        previous = c;
        if starts { to_title(c) } else { c }
    }))
}

fn is_separator(c: char) -> bool {
    match c {
        '_' => false,
        _ if is_letter(c) || is_digit(c) => false,
        _ => c.is_ascii() || is_space(c),
    }
}

/// The first letter after each white space to lower case.
fn untitle(s: &Str) -> Result<Value, CallError> {
    let mut starts = true;
    Ok(map(s, |c| {
        if is_space(c) {
            starts = true;
            c
        } else if std::mem::take(&mut starts) {
            to_lower(c)
        } else {
            c
        }
    }))
}

/// Swaps upper and lower case; a lower case letter after white space gets title case.
fn swap_case(s: &Str) -> Result<Value, CallError> {
    let mut after_space = true;
    Ok(map(s, |c| {
        if is_upper(c) || is_title(c) {
            after_space = false;
            to_lower(c)
        } else if is_lower(c) {
            if std::mem::take(&mut after_space) { to_title(c) } else { to_upper(c) }
        } else {
            after_space = is_space(c);
            c
        }
    }))
}

fn is_connector(c: char) -> bool {
    matches!(c, '-' | '_') || is_space(c)
}

/// `some_words` to `SomeWords`. Connectors at the start stay; a run of upper case within a word loses it.
fn pascal_case(s: &Str) -> Result<Value, CallError> {
    let mut out = Vec::with_capacity(s.len());
    let mut all = runes(s).map(|(_, c)| c).peekable();
    // The character that is read, but not yet written.
    let mut pending = None;
    let mut in_upper_run = false;
    for c in all.by_ref() {
        if !is_connector(c) {
            in_upper_run = is_upper(c);
            pending = Some(to_upper(c));
            break;
        }
        unicode::push(&mut out, c);
        pending = Some(c);
    }
    for next in all {
        let Some(last) = pending else { break };
        let mut current = next;
        match (is_connector(last), is_connector(current)) {
            (true, true) => unicode::push(&mut out, last),
            (true, false) => {
                in_upper_run = is_upper(current);
                current = to_upper(current);
            }
            (false, _) => {
                if in_upper_run && is_upper(current) {
                    current = to_lower(current);
                } else {
                    in_upper_run = false;
                }
                unicode::push(&mut out, last);
            }
        }
        pending = Some(current);
    }
    if let Some(last) = pending {
        unicode::push(&mut out, last);
    }
    Ok(Value::str(out))
}

/// What a word of an identifier consists of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WordKind {
    /// Nothing but bytes that are not UTF-8.
    Invalid,
    Number,
    /// A word that starts in upper case.
    Upper,
    /// A word in lower case.
    Lower,
    Connector,
    Punctuation,
    Other,
}

/// Splits an identifier into words.
struct Words<'a>(&'a [u8]);

impl<'a> Iterator for Words<'a> {
    type Item = (WordKind, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let (first, size) = valid_rune(self.0, REPLACEMENT);
        let (kind, end) = match first {
            REPLACEMENT => (WordKind::Invalid, size),
            c if is_connector(c) => (WordKind::Connector, self.run(c, size, is_connector)),
            c if is_punct(c) => (WordKind::Punctuation, self.run(c, size, is_punct)),
            c if is_upper(c) => (WordKind::Upper, self.upper_word(c, size)),
            c if is_alphabetic(c) => (WordKind::Lower, self.run(c, size, is_lower_alphabetic)),
            c if is_number(c) => (WordKind::Number, self.run(c, size, is_number)),
            c => (WordKind::Other, self.run(c, size, is_other)),
        };
        let (word, rest) = self.0.split_at(end.min(self.0.len()));
        self.0 = rest;
        Some((kind, word))
    }
}

impl<'a> Words<'a> {
    /// The end of the characters from `start` on for which `f` holds; `last` stands before them.
    fn run(&self, last: char, start: usize, f: fn(char) -> bool) -> usize {
        let (mut end, mut last) = (start, last);
        while let Some(rest) = self.0.get(end..).filter(|rest| !rest.is_empty()) {
            let (c, size) = valid_rune(rest, last);
            if !f(c) {
                break;
            }
            end += size;
            last = c;
        }
        end
    }

    /// The end of a word in upper case, or in lower case after its first letter. In `HTTPStatus` the first word is
    /// `HTTP`: the last of several letters in upper case belongs to what follows.
    fn upper_word(&self, first: char, size: usize) -> usize {
        let after = |end: usize| self.0.get(end..).filter(|rest| !rest.is_empty());
        let (mut end, mut last, mut last_size) = (size, first, 0);
        while let Some(rest) = after(end) {
            let (c, size) = valid_rune(rest, last);
            if !is_upper(c) {
                return match (is_alphabetic(c), last_size) {
                    (true, 0) => self.run(last, end, is_lower_alphabetic),
                    (true, _) => end - last_size,
                    _ => end,
                };
            }
            end += size;
            (last, last_size) = (c, size);
        }
        end
    }
}

/// The first valid code point of `s` and the length up to its end; `otherwise` if there is none.
fn valid_rune(s: &[u8], otherwise: char) -> (char, usize) {
    let mut end = 0;
    while let Some(rest) = s.get(end..).filter(|rest| !rest.is_empty()) {
        let (c, size) = decode(rest);
        end += size;
        if c != REPLACEMENT {
            return (c, end);
        }
    }
    (otherwise, end)
}

/// A letter of an alphabet: not one of the common ideographs.
fn is_alphabetic(c: char) -> bool {
    is_letter(c)
        && !matches!(c, '\u{3400}'..='\u{4d85}' | '\u{4e00}'..='\u{9fcc}' | '\u{20000}'..='\u{2b81d}')
}

fn is_lower_alphabetic(c: char) -> bool {
    is_alphabetic(c) && !is_upper(c)
}

fn is_other(c: char) -> bool {
    !(is_connector(c) || is_alphabetic(c) || is_number(c) || is_punct(c))
}

/// `SomeWords` to `some_words`. A number sticks to the word before it, unless lower case follows it: then it
/// begins a word.
fn lower_words(s: &Str, connector: u8) -> Result<Value, CallError> {
    use WordKind::{Connector, Invalid, Lower, Number, Punctuation};

    let joins =
        |word: Option<(WordKind, &[u8])>| word.is_some_and(|(kind, _)| matches!(kind, Lower | Number));
    let mut out = Vec::with_capacity(s.len() + s.len() / 4);
    let mut words = Words(s);
    let mut current = words.next();
    while let Some((kind, word)) = current {
        push_word(&mut out, kind, word, connector);
        current = words.next();
        let Some((next, _)) = current else { break };
        match kind {
            Connector | Punctuation => continue,
            Number => {}
            _ if next == Number => {
                let number = current;
                let following = words.next();
                match (number, following) {
                    (Some((_, number)), Some((Lower, _))) => {
                        out.push(connector);
                        push_word(&mut out, Number, number, connector);
                    }
                    (Some((_, number)), Some((after, _))) => {
                        push_word(&mut out, Number, number, connector);
                        if !matches!(after, Connector | Punctuation) {
                            out.push(connector);
                        }
                        current = following;
                        continue;
                    }
                    // A number at the end.
                    _ => continue,
                }
                current = following;
            }
            _ => {
                if !matches!(next, Connector | Punctuation) {
                    out.push(connector);
                }
                continue;
            }
        }
        // A word that begins with a number goes on with lower case and further numbers.
        while let Some((kind, word)) = current.filter(|_| joins(current)) {
            push_word(&mut out, kind, word, connector);
            current = words.next();
        }
        if current.is_some_and(|(kind, _)| !matches!(kind, Invalid | Connector | Punctuation)) {
            out.push(connector);
        }
    }
    Ok(Value::str(out))
}

/// Appends a word: upper case becomes lower, and each connector `connector`.
fn push_word(out: &mut Vec<u8>, kind: WordKind, word: &[u8], connector: u8) {
    if !matches!(kind, WordKind::Upper | WordKind::Connector) {
        out.extend_from_slice(word);
        return;
    }
    for (_, c) in runes(word) {
        if is_connector(c) {
            out.push(connector);
        } else if is_upper(c) {
            unicode::push(out, to_lower(c));
        } else {
            unicode::push(out, c);
        }
    }
}
