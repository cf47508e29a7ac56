//! Layout of YAML text: indentation, line breaks, scalar styles.

use super::resolve::Generation;
use super::scan::break_length;
use super::style::{Analysis, Style, is_printable, width};

/// Columns of one level.
const INDENT: usize = 2;
/// yaml.v2 breaks lines at the first chance after this column.
const WIDTH: usize = 80;
/// Bytes of the longest key that is written without `? `.
const SIMPLE_KEY: usize = 128;

/// Writes YAML text in block style. The caller sees to it that starts and ends match.
pub(super) struct Emitter {
    pub(super) out: Vec<u8>,
    generation: Generation,
    /// Characters since the last line feed.
    pub(super) column: usize,
    /// Column of the current collection; `None` at the top.
    pub(super) indent: Option<usize>,
    /// The last thing written was blank, or nothing was.
    pub(super) after_blank: bool,
    /// Only indentation and `-`, `?` or `:` stand on this line.
    pub(super) at_line_start: bool,
    /// Column of the foot comment that was written last; an empty line follows if the next line begins there too.
    pub(super) foot_indent: Option<usize>,
}

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Root,
    Item,
    /// A key written without `? `.
    SimpleKey,
    /// A mapping's other keys, and its values.
    Entry,
}

impl Emitter {
    pub(super) fn new(generation: Generation) -> Emitter {
        Emitter {
            out: Vec::new(),
            generation,
            column: 0,
            indent: None,
            after_blank: true,
            at_line_start: true,
            foot_indent: None,
        }
    }

    /// The document as text.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.indent = None;
        self.write_indent();
        self.out
    }

    /// Columns by which lines of the next scalar are indented, at most.
    pub(super) fn indentation(&self) -> usize {
        self.indent.map_or(0, |column| column + 2 * INDENT)
    }

    // ---- collections ----

    /// Starts a mapping with entries; gives what [`Emitter::end`] needs.
    pub(super) fn begin_mapping(&mut self) -> Option<usize> {
        self.begin(true)
    }

    /// Starts a sequence with items; gives what [`Emitter::end`] needs.
    pub(super) fn begin_sequence(&mut self, place: Place) -> Option<usize> {
        // yaml.v2 does not indent a sequence that starts below its key.
        let below_key = place == Place::Entry && !self.at_line_start;
        self.begin(self.generation == Generation::V3 || !below_key)
    }

    fn begin(&mut self, deeper: bool) -> Option<usize> {
        let outer = self.indent;
        self.indent = Some(match outer {
            None => 0,
            Some(column) if deeper => column + INDENT,
            Some(column) => column,
        });
        outer
    }

    /// Ends a collection.
    pub(super) fn end(&mut self, outer: Option<usize>) {
        self.indent = outer;
    }

    /// `[]` or `{}`
    pub(super) fn empty_collection(&mut self, brackets: &str) {
        self.write_indicator(brackets, true, false);
    }

    pub(super) fn begin_item(&mut self) {
        self.write_indent();
        self.write_indicator("-", true, true);
    }

    /// Writes the key of the next entry and what leads to its value.
    pub(super) fn key(&mut self, text: &[u8], wanted: Style, tag: Option<&str>) {
        self.write_indent();
        let analysis = Analysis::new(text, self.generation);
        let length = text.len() + tag.map_or(0, str::len);
        if !analysis.is_multiline && length <= SIMPLE_KEY {
            self.analyzed_scalar(text, analysis, wanted, tag, Place::SimpleKey);
            self.write_indicator(":", false, false);
        } else {
            self.write_indicator("?", true, true);
            self.analyzed_scalar(text, analysis, wanted, tag, Place::Entry);
            self.write_indent();
            self.write_indicator(":", true, true);
        }
    }

    // ---- scalars ----

    /// Writes a scalar, in the style `wanted` if the text allows it.
    pub(super) fn scalar(&mut self, text: &[u8], wanted: Style, tag: Option<&str>, place: Place) {
        let analysis = Analysis::new(text, self.generation);
        self.analyzed_scalar(text, analysis, wanted, tag, place);
    }

    /// Writes a word or number that is safe in any place.
    pub(super) fn word(&mut self, text: &[u8]) {
        self.write_gap();
        self.out.extend_from_slice(text);
        self.column += text.len();
        self.leave_line_start();
    }

    fn analyzed_scalar(
        &mut self,
        text: &[u8],
        analysis: Analysis,
        wanted: Style,
        tag: Option<&str>,
        place: Place,
    ) {
        let outer = self.indent;
        self.indent = Some(outer.map_or(INDENT, |column| column + INDENT));
        if let Some(tag) = tag {
            self.word(tag.as_bytes());
        }
        let is_key = place == Place::SimpleKey;
        let folds = !is_key && self.generation == Generation::V2;
        match analysis.select(wanted, is_key) {
            Style::Plain => self.write_plain(text, folds),
            Style::SingleQuoted => self.write_single_quoted(text, folds),
            Style::DoubleQuoted => self.write_double_quoted(text, folds),
            Style::Literal => {
                self.begin_block_scalar("|", text);
                self.put_break();
                self.write_literal(text);
            }
            Style::Folded => {
                self.begin_block_scalar(">", text);
                self.put_break();
                self.write_folded(text);
            }
        }
        self.indent = outer;
    }

    pub(super) fn write_plain(&mut self, text: &[u8], folds: bool) {
        self.write_gap();
        if !folds || self.column + text.len() <= WIDTH {
            self.write_line(text);
        } else {
            let mut after_space = false;
            let mut pos = 0;
            while let Some(&b) = text.get(pos) {
                let is_space = b == b' ';
                if is_space && !after_space && self.column > WIDTH && text.get(pos + 1) != Some(&b' ') {
                    self.write_indent();
                    pos += 1;
                } else {
                    pos += self.write_char(text, pos);
                    self.at_line_start &= is_space;
                }
                after_space = is_space;
            }
        }
        self.leave_line_start();
    }

    pub(super) fn write_single_quoted(&mut self, text: &[u8], folds: bool) {
        self.write_indicator("'", true, false);
        let mut after_space = false;
        let mut after_break = false;
        let mut pos = 0;
        while let Some(&b) = text.get(pos) {
            if b == b' ' {
                let inner = pos > 0 && pos + 1 < text.len() && text.get(pos + 1) != Some(&b' ');
                if folds && inner && !after_space && self.column > WIDTH {
                    self.write_indent();
                    pos += 1;
                } else {
                    pos += self.write_char(text, pos);
                }
                after_space = true;
            } else if break_length(&text[pos..]) > 0 {
                if !after_break && b == b'\n' {
                    self.put_break();
                }
                pos += self.write_break(text, pos);
                after_break = true;
            } else {
                if after_break {
                    self.write_indent();
                }
                if b == b'\'' {
                    self.out.push(b'\'');
                    self.column += 1;
                }
                pos += self.write_char(text, pos);
                self.at_line_start = false;
                after_space = false;
                after_break = false;
            }
        }
        self.write_indicator("'", false, false);
    }

    pub(super) fn write_double_quoted(&mut self, text: &[u8], folds: bool) {
        self.write_indicator("\"", true, false);
        // In a text that begins with a byte order mark, go-yaml takes every character for one.
        let escape_all = text.starts_with(b"\xEF\xBB\xBF");
        let mut after_space = false;
        let mut pos = 0;
        while let Some(&b) = text.get(pos) {
            let rest = &text[pos..];
            if escape_all || matches!(b, b'"' | b'\\') || break_length(rest) > 0 || !is_printable(rest) {
                pos += self.write_escape(rest);
                after_space = false;
            } else if b == b' ' {
                let inner = pos > 0 && pos + 1 < text.len();
                if folds && inner && !after_space && self.column > WIDTH {
                    self.write_indent();
                    if text.get(pos + 1) == Some(&b' ') {
                        self.out.push(b'\\');
                        self.column += 1;
                    }
                    pos += 1;
                } else {
                    pos += self.write_char(text, pos);
                }
                after_space = true;
            } else {
                pos += self.write_char(text, pos);
                after_space = false;
            }
        }
        self.write_indicator("\"", false, false);
    }

    /// Writes the first character of `text` as an escape sequence and gives its bytes.
    fn write_escape(&mut self, text: &[u8]) -> usize {
        let (c, size) = crate::gofmt::unicode::decode(text);
        let start = self.out.len();
        self.out.push(b'\\');
        let short = match c {
            '\0' => b'0',
            '\x07' => b'a',
            '\x08' => b'b',
            '\t' => b't',
            '\n' => b'n',
            '\x0B' => b'v',
            '\x0C' => b'f',
            '\r' => b'r',
            '\x1B' => b'e',
            '"' => b'"',
            '\\' => b'\\',
            '\u{85}' => b'N',
            '\u{A0}' => b'_',
            '\u{2028}' => b'L',
            '\u{2029}' => b'P',
            _ => 0,
        };
        if short != 0 {
            self.out.push(short);
        } else {
            let code = c as u32;
            let (letter, digits) = match code {
                0..=0xFF => (b'x', 2),
                0x100..=0xFFFF => (b'u', 4),
                _ => (b'U', 8),
            };
            self.out.push(letter);
            for digit in (0..digits).rev() {
                self.out.push(b"0123456789ABCDEF"[(code >> (4 * digit) & 0xF) as usize]);
            }
        }
        self.column += self.out.len() - start;
        size.max(1)
    }

    /// Writes the indicators of a literal or folded scalar.
    pub(super) fn begin_block_scalar(&mut self, indicator: &str, text: &[u8]) {
        self.write_indicator(indicator, true, false);
        if text.first() == Some(&b' ') || break_length(text) > 0 {
            self.write_indicator("2", false, false);
        }
        self.write_indicator(chomping(text), false, false);
    }

    /// Writes the lines of a literal scalar.
    pub(super) fn write_literal(&mut self, text: &[u8]) {
        self.after_blank = true;
        let mut after_break = true;
        let mut pos = 0;
        while pos < text.len() {
            if break_length(&text[pos..]) > 0 {
                pos += self.write_break(text, pos);
                after_break = true;
                continue;
            }
            if after_break {
                self.write_indent();
            }
            pos += self.write_rest_of_line(text, pos);
            after_break = false;
        }
    }

    /// Writes the lines of a folded scalar, each line of `text` on one line.
    pub(super) fn write_folded(&mut self, text: &[u8]) {
        self.after_blank = true;
        // go-yaml looks at the breaks at the start of the text, not at those that it is about to write.
        let start = {
            let mut start = 0;
            while break_length(&text[start..]) > 0 {
                start += width(text[start]);
            }
            start
        };
        let starts_blank = matches!(text.get(start), None | Some(b' ' | b'\t'));
        let (mut after_break, mut indented_line) = (true, true);
        let mut pos = 0;
        while pos < text.len() {
            if break_length(&text[pos..]) > 0 {
                if !after_break && !indented_line && text[pos] == b'\n' && !starts_blank {
                    self.put_break();
                }
                pos += self.write_break(text, pos);
                after_break = true;
                continue;
            }
            if after_break {
                self.write_indent();
                indented_line = matches!(text[pos], b' ' | b'\t');
            }
            pos += self.write_rest_of_line(text, pos);
            after_break = false;
        }
    }

    /// Writes at least one character of the line at `pos`, and what surely belongs to it; gives the bytes.
    pub(super) fn write_rest_of_line(&mut self, text: &[u8], pos: usize) -> usize {
        let line = &text[pos..];
        let end = line.iter().position(|b| matches!(b, b'\n' | b'\r' | 0xC2 | 0xE2)).unwrap_or(line.len());
        // A byte that may begin a break begins an ordinary character here.
        let end = if end == 0 { width(line[0]).min(line.len()) } else { end };
        self.write_line(&line[..end]);
        self.at_line_start = false;
        end
    }

    // ---- characters ----

    /// Goes to the column of the current collection, on a new line if that is needed.
    pub(super) fn write_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if !self.at_line_start || self.column > indent || self.column == indent && !self.after_blank {
            self.put_break();
        }
        if self.foot_indent.take() == Some(indent) {
            self.put_break();
        }
        if self.column < indent {
            self.out.resize(self.out.len() + indent - self.column, b' ');
            self.column = indent;
        }
        self.after_blank = true;
        self.at_line_start = true;
    }

    pub(super) fn write_gap(&mut self) {
        if !self.after_blank {
            self.out.push(b' ');
            self.column += 1;
        }
    }

    pub(super) fn leave_line_start(&mut self) {
        self.after_blank = false;
        self.at_line_start = false;
    }

    pub(super) fn write_indicator(&mut self, indicator: &str, gap: bool, keeps_line_start: bool) {
        if gap {
            self.write_gap();
        }
        self.out.extend_from_slice(indicator.as_bytes());
        self.column += indicator.len();
        self.after_blank = false;
        self.at_line_start &= keeps_line_start;
    }

    pub(super) fn put_break(&mut self) {
        self.out.push(b'\n');
        self.column = 0;
        self.at_line_start = true;
    }

    /// Writes the line break at `pos` and gives its bytes.
    pub(super) fn write_break(&mut self, text: &[u8], pos: usize) -> usize {
        if text[pos] == b'\n' {
            self.put_break();
            return 1;
        }
        let size = self.write_char(text, pos);
        self.column = 0;
        self.at_line_start = true;
        size
    }

    /// Writes the character at `pos` and gives its bytes.
    fn write_char(&mut self, text: &[u8], pos: usize) -> usize {
        let end = (pos + width(text[pos])).min(text.len());
        self.out.extend_from_slice(&text[pos..end]);
        self.column += 1;
        end - pos
    }

    /// Writes text without line breaks.
    pub(super) fn write_line(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
        self.column += text.iter().filter(|&&b| b & 0xC0 != 0x80).count();
    }
}

/// The indicator for the line breaks at the end of `text`: `-` none, `+` several, nothing for one.
fn chomping(text: &[u8]) -> &'static str {
    let before = |text: &[u8]| {
        let last = (1..=3).find(|&n| n <= text.len() && break_length(&text[text.len() - n..]) == n)?;
        Some(text.len() - last)
    };
    match before(text) {
        None => "-",
        Some(0) => "+",
        Some(rest) if before(&text[..rest]).is_some() => "+",
        Some(_) => "",
    }
}
