//! Pieces of source text, made fit for a terminal.

use std::borrow::Cow;
use std::ops::Range;

use bstr::ByteSlice;

use crate::chart::origins::Origin;

/// Lines shown before the marked one.
const BEFORE: usize = 3;
/// Lines shown after it.
const AFTER: usize = 1;
/// Characters kept of a line behind what must be shown of it.
const TAIL: usize = 200;

/// Some lines of a text, with a part of one of them marked.
#[derive(Clone, Debug)]
pub struct Excerpt {
    /// What the text is, e.g. the path of a file; `None` if it needs no name and no line numbers.
    pub name: Option<String>,
    /// What to say at the mark.
    pub label: String,
    /// The lines, clean.
    pub lines: String,
    /// Number of the first one, from 1.
    pub first_line: usize,
    /// The bytes of `lines` to mark: within one line.
    pub mark: Range<usize>,
}

impl Excerpt {
    /// The lines around the place that sets a value.
    pub fn at(origin: &Origin<'_>, label: impl Into<String>) -> Excerpt {
        match origin.line {
            Some(_) => Excerpt::new(origin.name, origin.text, origin.span.clone(), label),
            None => Excerpt::of_flag(origin.name, origin.text, origin.span.clone(), label),
        }
    }

    /// The lines around `span` of `text`. Of a span that is too long or lies behind the end, as much is marked as
    /// there is in its first line.
    pub fn new(
        name: impl Into<String>,
        text: &[u8],
        span: Range<usize>,
        label: impl Into<String>,
    ) -> Excerpt {
        let start = span.start.min(text.len());
        let line_start = memchr::memrchr(b'\n', &text[..start]).map_or(0, |newline| newline + 1);
        let line_end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |length| start + length);
        let end = span.end.clamp(start, line_end);
        let line = 1 + memchr::memchr_iter(b'\n', &text[..line_start]).count();

        let mut first = line_start;
        let mut first_line = line;
        while first > 0 && line - first_line < BEFORE {
            first = memchr::memrchr(b'\n', &text[..first - 1]).map_or(0, |newline| newline + 1);
            first_line -= 1;
        }
        let mut lines = String::new();
        for before in text[first..line_start].lines() {
            lines.push_str(&shorten(before, 0));
            lines.push('\n');
        }
        let content = trim_return(&text[line_start..line_end]);
        let in_line = |at: usize| text[line_start..at].chars().count();
        let shown = shorten(content, in_line(start));
        let at = |column: usize| {
            lines.len() + shown.char_indices().nth(column).map_or(shown.len(), |(offset, _)| offset)
        };
        let mark = at(in_line(start))..at(in_line(end));
        lines.push_str(&shown);
        for after in text[line_end..].lines().skip(1).take(AFTER) {
            lines.push('\n');
            lines.push_str(&shorten(after, 0));
        }
        Excerpt {
            name: Some(clean(name.into().as_bytes())),
            label: clean(label.into().as_bytes()),
            lines,
            first_line,
            mark,
        }
    }

    /// The text of a flag with its name before it, `span` of the text marked.
    pub fn of_flag(flag: &str, text: &[u8], span: Range<usize>, label: impl Into<String>) -> Excerpt {
        let shift = flag.len() + 1;
        let line = [flag.as_bytes(), b" ", text].concat();
        Excerpt { name: None, ..Excerpt::new("", &line, span.start + shift..span.end + shift, label) }
    }

    /// Line of the mark, from 1.
    pub fn line(&self) -> usize {
        self.first_line + self.before().matches('\n').count()
    }

    /// Column of the mark in characters, from 1.
    pub fn column(&self) -> usize {
        1 + self.before().chars().rev().take_while(|c| *c != '\n').count()
    }

    fn before(&self) -> &str {
        self.lines.get(..self.mark.start).unwrap_or_default()
    }
}

/// Where the text of the line `line`, counted from 1, is, without the space around it. Of a line behind the
/// last the last one with text.
pub fn line_span(text: &[u8], line: usize) -> Range<usize> {
    let mut start = 0;
    let mut span = 0..0;
    for (index, content) in text.split(|b| *b == b'\n').enumerate() {
        let trimmed = content.trim_ascii();
        if index < line && (index + 1 == line || !trimmed.is_empty()) {
            let indentation = content.len() - content.trim_ascii_start().len();
            span = start + indentation..start + indentation + trimmed.len();
        }
        start += content.len() + 1;
    }
    span
}

fn trim_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// A line, clean and without what is far behind its character `column`.
fn shorten(line: &[u8], column: usize) -> String {
    let mut chars = line.char_indices().skip(column + TAIL);
    match chars.next() {
        Some((end, ..)) => clean(&line[..end]) + "…",
        None => clean(line),
    }
}

/// Text that does nothing to a terminal: control characters, those of bidirectional text included, become visible
/// ones, each of one character. Newlines and tabs stay.
pub fn clean(text: &[u8]) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            '\0'..='\x1F' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
            '\x7F' => '␡',
            '\u{80}'..='\u{9F}'
            | '\u{61C}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}

/// The first line of `text`, clean and at most `length` characters long.
pub fn brief(text: &[u8], length: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    let whole = line.len() == text.trim_end_with(|c| c == '\n').len();
    let mut shown: String = clean(line).replace('\t', " ").chars().take(length).collect();
    if !whole || line.chars().count() > length {
        shown.push('…');
    }
    shown
}

/// `text` between backquotes, on one line.
pub fn code(text: impl AsRef<[u8]>) -> String {
    let text = text.as_ref();
    let line: Cow<'_, [u8]> =
        if text.contains(&b'\n') { text.replace("\n", " ").into() } else { text.into() };
    format!("`{}`", brief(&line, 80))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &[u8], span: Range<usize>) -> (usize, usize, String) {
        let excerpt = Excerpt::new("f", text, span, "");
        (excerpt.line(), excerpt.column(), excerpt.lines[excerpt.mark.clone()].to_owned())
    }

    #[test]
    fn marks_what_the_span_says() {
        assert_eq!(marked(b"a\nbcd\ne", 3..5), (2, 2, "cd".to_owned()));
        assert_eq!(marked(b"a\nbcd\r\ne", 3..99), (2, 2, "cd".to_owned()));
        assert_eq!(marked("ä\u{1b}b".as_bytes(), 3..4), (1, 3, "b".to_owned()));
    }

    #[test]
    fn odd_spans_do_no_harm() {
        for text in [&b""[..], b"\n", b"a", b"a\n", b"\xFF\xFE\n\xC3", "ä\nß".as_bytes(), b"\r\n\r\n"] {
            for start in 0..8 {
                for end in 0..8 {
                    marked(text, start..end);
                    Excerpt::new("f", text, line_span(text, start), "");
                }
            }
        }
    }

    #[test]
    fn long_lines_are_cut_behind_the_mark() {
        let text = format!("{}MARK{}", "x".repeat(500), "y".repeat(500));
        let excerpt = Excerpt::new("f", text.as_bytes(), 500..504, "");
        assert_eq!(&excerpt.lines[excerpt.mark.clone()], "MARK");
        assert_eq!((excerpt.column(), excerpt.lines.chars().count()), (501, 500 + TAIL + 1));
        let whole = Excerpt::new("f", text.as_bytes(), 0..text.len(), "");
        assert!(whole.lines.ends_with('…') && whole.mark.end == whole.lines.len());
    }

    #[test]
    fn flags_have_no_lines() {
        let excerpt = Excerpt::of_flag("--set", b"a=1,b=2", 4..7, "");
        assert_eq!((excerpt.name, &excerpt.lines[excerpt.mark]), (None, "b=2"));
    }

    #[test]
    fn nothing_reaches_a_terminal_as_a_command() {
        assert_eq!(clean(b"\x1b[31m\x07\x7f \xC2\x9B1\xE2\x80\xAE\xFF"), "␛[31m␇␡ \u{FFFD}1\u{FFFD}\u{FFFD}");
    }

    #[test]
    fn lines_are_found_by_number() {
        let text = b"  a \n\n b\n\n";
        let line = |n| &text[line_span(text, n)];
        assert_eq!([line(0), line(1), line(2), line(3), line(9)], [&b""[..], b"a", b"", b"b", b"b"]);
    }
}
