//! The head of a manifest in plain block style, read line by line without a node tree.
//!
//! Nearly all rendered documents are written so. What is not gives `None` and is then parsed in full: nested flow
//! collections, anchors, tags, escapes, odd indentation, errors, whatever is in doubt. So this reader may give up at
//! any point, but what it reads has to be what the parser would read.

use memchr::{memchr, memchr_iter, memchr2};
use smallvec::SmallVec;

use super::head::{Head, Metadata};
use crate::limits::YAML_NODES;
use crate::value::Str;

/// The head of `text`, if all of it is plain.
pub(super) fn head(text: &[u8]) -> Option<Head> {
    if text.len() / 2 > YAML_NODES || !is_printable(text) {
        return None;
    }
    let mut outline =
        Outline { text, pos: 0, levels: SmallVec::new(), pending: false, place: Place::default() };
    while outline.next_line()? {}
    outline.place.into_head()
}

/// True if no byte has a meaning of its own: no tab, no control character, no line break but the line feed.
fn is_printable(text: &[u8]) -> bool {
    if text.iter().all(|b| matches!(b, b' '..=b'~' | b'\n')) {
        return true;
    }
    let plain = |c| matches!(c, '\n' | ' '..='~' | '\u{A1}'..='\u{2027}' | '\u{202F}'..='\u{D7FF}' | '\u{E000}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}' | '\u{10000}'..='\u{1FFFD}');
    std::str::from_utf8(text).is_ok_and(|text| text.chars().all(plain))
}

/// Deepest nesting that is followed.
const DEPTH: usize = 60;
/// Longest key in bytes; YAML's own limit is in characters, and higher.
const KEY_LENGTH: usize = 256;

/// An open block collection.
#[derive(Clone, Copy, PartialEq)]
struct Level {
    column: usize,
    is_mapping: bool,
}

struct Outline<'a> {
    text: &'a [u8],
    /// Start of a line, or of a node in one.
    pos: usize,
    levels: SmallVec<[Level; 16]>,
    /// The last entry has had no value yet.
    pending: bool,
    place: Place<'a>,
}

/// A scalar.
enum Scalar<'a> {
    Quoted(&'a [u8]),
    Plain(&'a [u8]),
    /// Over several lines, or an empty collection: nothing that a head would have as a text.
    Other,
    /// `{}`
    EmptyMapping,
}

impl<'a> Outline<'a> {
    /// Reads what starts on the next line that is not blank; false at the end.
    fn next_line(&mut self) -> Option<bool> {
        let Some(column) = self.skip_to_content() else { return Some(false) };
        self.pos += column;
        let is_item = self.is_item();
        let mut pending = std::mem::take(&mut self.pending);
        while self.levels.last().is_some_and(|level| level.column > column) {
            self.levels.pop();
            // The entry without a value is in a collection that ends here.
            pending = false;
        }
        // A sequence may stand in the column of the mapping that it is in; a key there goes on with the mapping.
        if let [.., below, top] = self.levels[..]
            && top == (Level { column, is_mapping: false })
            && below.column == column
            && !is_item
        {
            self.levels.pop();
        }
        match self.levels.last() {
            Some(top) if top.column == column && top.is_mapping != is_item => {}
            Some(top) if pending && top.column < column && !is_item && self.key().is_none() => {
                let scalar = self.scalar()?;
                return self.place.set(self.levels.len(), &scalar).map(|()| true);
            }
            Some(top) if pending && (top.column < column || top.column == column && is_item) => {
                self.open(column, !is_item)?;
            }
            None if self.place.is_new() => self.open(column, !is_item)?,
            _ => return None,
        }
        self.entry(column)?;
        Some(true)
    }

    /// Moves to the next line with more than spaces and a comment, and gives the column of its text; `None` at the end.
    fn skip_to_content(&mut self) -> Option<usize> {
        loop {
            let rest = self.text.get(self.pos..)?;
            let column = rest.iter().position(|b| *b != b' ')?;
            match rest[column] {
                b'\n' => self.pos += column + 1,
                b'#' => self.pos += memchr(b'\n', rest)? + 1,
                _ => return Some(column),
            }
        }
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.get(self.pos + ahead).copied().unwrap_or(b'\n')
    }

    /// True at a `-` that begins an item.
    fn is_item(&self) -> bool {
        self.byte(0) == b'-' && matches!(self.byte(1), b' ' | b'\n')
    }

    fn open(&mut self, column: usize, is_mapping: bool) -> Option<()> {
        self.levels.push(Level { column, is_mapping });
        let is_open = self.place.may_open(self.levels.len(), is_mapping) && self.levels.len() <= DEPTH;
        is_open.then_some(())
    }

    /// Reads the item or the pair at `column`, as far as it stands on this line.
    fn entry(&mut self, mut column: usize) -> Option<()> {
        loop {
            if !self.is_item() {
                break;
            }
            let spaces = leading_spaces(&self.text[self.pos + 1..]);
            self.pos += 1 + spaces;
            if self.is_end_of_value() {
                return self.end_without_value();
            }
            column += 1 + spaces;
            match self.key() {
                Some(length) => {
                    self.open(column, true)?;
                    return self.pair(length);
                }
                None if self.is_item() => self.open(column, false)?,
                None => return self.scalar().map(drop),
            }
        }
        let length = self.key()?;
        self.pair(length)
    }

    /// Length of the key at the current position, quotes and all, if there is a plain one.
    fn key(&self) -> Option<usize> {
        let rest = &self.text[self.pos..];
        let length = match *rest.first()? {
            quote @ (b'"' | b'\'') => {
                let end = rest[1..]
                    .iter()
                    .take(KEY_LENGTH)
                    .position(|b| matches!(b, b'"' | b'\'' | b'\\' | b'\n'))?;
                if rest[1 + end] != quote || &rest[1..=end] == b"<<" {
                    return None;
                }
                end + 2
            }
            first @ (b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' | b'.') => {
                let is_part =
                    |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'/' | b'-' | b'$');
                let length = rest.iter().take(KEY_LENGTH).position(|b| !is_part(b))?;
                // No letter that numbers have.
                let is_text = |b: &u8| matches!(b, b'g'..=b'n' | b'p'..=b'w' | b'y' | b'z');
                let may_be_number =
                    matches!(first, b'0'..=b'9' | b'.') && !rest[..length].iter().any(is_text);
                if may_be_number || is_one_of(&rest[..length], &["null", ".inf", ".nan"]) {
                    return None;
                }
                length
            }
            _ => return None,
        };
        let is_key =
            rest.get(length) == Some(&b':') && matches!(rest.get(length + 1), None | Some(b' ' | b'\n'));
        is_key.then_some(length)
    }

    /// Reads the pair whose key has `length` bytes.
    fn pair(&mut self, length: usize) -> Option<()> {
        let key = &self.text[self.pos..self.pos + length];
        let key = match key {
            [b'"' | b'\'', inner @ .., _] => inner,
            plain => plain,
        };
        self.place.enter(self.levels.len(), key)?;
        self.pos += length + 1;
        self.skip_spaces();
        if self.is_end_of_value() {
            return self.end_without_value();
        }
        let scalar = self.scalar()?;
        self.place.set(self.levels.len(), &scalar)
    }

    /// True where nothing but a comment follows on the line. What is before is a space, or the start of the text.
    fn is_end_of_value(&self) -> bool {
        matches!(self.byte(0), b'\n' | b'#')
    }

    fn end_without_value(&mut self) -> Option<()> {
        self.pending = true;
        self.end_line()
    }

    /// Moves to the next line; only spaces and a comment may come before it.
    fn end_line(&mut self) -> Option<()> {
        let rest = &self.text[self.pos.min(self.text.len())..];
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let spaces = leading_spaces(&rest[..end]);
        let is_comment = rest[spaces..end].first() == Some(&b'#') && (spaces > 0 || self.pending);
        self.pos += end + 1;
        (spaces == end || is_comment).then_some(())
    }

    /// Reads the scalar at the current position, and moves to the line behind it.
    fn scalar(&mut self) -> Option<Scalar<'a>> {
        match self.byte(0) {
            quote @ (b'"' | b'\'') => self.quoted(quote),
            b'|' | b'>' => self.block(),
            b'{' => {
                self.pos += 1;
                self.flow_end(b'}').map(|()| Scalar::EmptyMapping)
            }
            b'[' => self.flow_sequence(),
            b'-' | b':' if matches!(self.byte(1), b' ' | b'\n') => None,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => self.plain(),
            b'-' | b':' | b'/' | b'.' | b'_' | b'$' | b'(' | b'+' | b'^' | b'~' | b'\\' | b'=' | b';'
            | b'<' => self.plain(),
            _ => None,
        }
    }

    /// The end of a flow collection that ends its line, too.
    fn flow_end(&mut self, end: u8) -> Option<()> {
        self.skip_spaces();
        (self.byte(0) == end).then_some(())?;
        self.pos += 1;
        self.end_line()
    }

    /// A sequence of simple texts on one line.
    fn flow_sequence(&mut self) -> Option<Scalar<'a>> {
        self.pos += 1;
        self.skip_spaces();
        while self.byte(0) != b']' {
            let rest = &self.text[self.pos..];
            let length = match *rest.first()? {
                quote @ (b'"' | b'\'') => {
                    let end = rest[1..].iter().position(|b| matches!(b, b'"' | b'\'' | b'\\' | b'\n'))?;
                    (rest[1 + end] == quote).then_some(end + 2)?
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' => {
                    let is_part =
                        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'/' | b'-' | b'*');
                    let length = rest.iter().position(|b| !is_part(b))?;
                    (!is_doubtful_number(&rest[..length])).then_some(length)?
                }
                _ => return None,
            };
            self.pos += length;
            self.skip_spaces();
            match self.byte(0) {
                b',' => self.pos += 1,
                b']' => break,
                _ => return None,
            }
            self.skip_spaces();
        }
        self.flow_end(b']').map(|()| Scalar::Other)
    }

    fn skip_spaces(&mut self) {
        self.pos += self.text.get(self.pos..).map_or(0, leading_spaces);
    }

    /// Column of the collection that the current node is in: the lines of a node are deeper.
    fn column(&self) -> Option<usize> {
        self.levels.last().map(|level| level.column)
    }

    fn quoted(&mut self, quote: u8) -> Option<Scalar<'a>> {
        let start = self.pos + 1;
        let mut end = start;
        loop {
            end += memchr2(quote, b'\\', self.text.get(end..)?)?;
            match (self.text[end], self.text.get(end + 1)) {
                (b'\\', Some(b'"' | b'\\' | b'n' | b't' | b'r' | b'\n')) if quote == b'"' => end += 2,
                (b'\\', _) if quote == b'"' => return None,
                (b'\\', _) => end += 1,
                (_, Some(b'\'')) if quote == b'\'' => end += 2,
                _ => break,
            }
        }
        let content = &self.text[start..end];
        let column = self.column()?;
        self.pos = end + 1;
        let mut is_simple = memchr(if quote == b'"' { b'\\' } else { b'\'' }, content).is_none();
        for line in content.split(|b| *b == b'\n').skip(1) {
            is_simple = false;
            let spaces = leading_spaces(line);
            if spaces < line.len() && spaces <= column {
                return None;
            }
        }
        self.end_line()?;
        Some(if is_simple { Scalar::Quoted(content) } else { Scalar::Other })
    }

    /// A literal or folded text.
    fn block(&mut self) -> Option<Scalar<'a>> {
        self.pos += 1;
        if matches!(self.byte(0), b'-' | b'+') {
            self.pos += 1;
        }
        let column = self.column()?;
        let header_end = self.pos;
        self.end_line()?;
        // A comment behind the header is rare enough.
        if memchr(b'#', &self.text[header_end..self.pos.min(self.text.len())]).is_some() {
            return None;
        }
        let mut indentation = None;
        let mut blank = 0;
        while let Some(rest) = self.text.get(self.pos..).filter(|rest| !rest.is_empty()) {
            let spaces = leading_spaces(rest);
            let line = memchr(b'\n', &rest[spaces..]).map_or(rest.len(), |end| spaces + end);
            if spaces == line {
                blank = blank.max(if indentation.is_none() { spaces } else { 0 });
            } else if spaces <= column {
                break;
            } else if spaces < *indentation.get_or_insert(spaces) {
                return None;
            }
            self.pos += line + 1;
        }
        // The first lines decide on the indentation, also if they are blank.
        (blank <= indentation.unwrap_or(0)).then_some(Scalar::Other)
    }

    fn plain(&mut self) -> Option<Scalar<'a>> {
        let column = self.column()?;
        let (first, mut is_open) = self.plain_line()?;
        if is_doubtful_number(first) {
            return None;
        }
        let mut is_simple = true;
        while is_open {
            let rest = self.text.get(self.pos..).unwrap_or_default();
            let Some(spaces) = rest.iter().position(|b| *b != b' ') else { break };
            match rest[spaces] {
                b'\n' => self.pos += spaces + 1,
                b'#' => break,
                _ if spaces <= column => break,
                _ => {
                    is_simple = false;
                    self.pos += spaces;
                    is_open = self.plain_line()?.1;
                }
            }
        }
        Some(if is_simple { Scalar::Plain(first) } else { Scalar::Other })
    }

    /// The rest of the line as a part of a plain text, and whether the text may go on.
    fn plain_line(&mut self) -> Option<(&'a [u8], bool)> {
        let rest = &self.text[self.pos..];
        let line = &rest[..memchr(b'\n', rest).unwrap_or(rest.len())];
        self.pos += line.len() + 1;
        let mut from = 0;
        while let Some(at) = memchr2(b':', b'#', &line[from..]).map(|at| from + at) {
            match line[at] {
                b':' if matches!(line.get(at + 1), None | Some(b' ')) => return None,
                b'#' if at > 0 && line[at - 1] == b' ' => return Some((line[..at].trim_ascii_end(), false)),
                _ => from = at + 1,
            }
        }
        Some((line.trim_ascii_end(), true))
    }
}

/// How many spaces `text` begins with.
fn leading_spaces(text: &[u8]) -> usize {
    text.iter().take_while(|b| **b == b' ').count()
}

/// True if a plain text may be a number that JSON cannot have.
fn is_doubtful_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    match digits.first() {
        Some(b'.') => digits.get(1).is_some_and(u8::is_ascii_digit) || is_one_of(digits, &[".inf", ".nan"]),
        Some(b'0'..=b'9') => {
            text.iter().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'_' | b'-' | b'+' | b'e' | b'E'))
                && (text.len() > 40 || memchr2(b'e', b'E', text).is_some())
        }
        _ => false,
    }
}

/// Which field of the head the current entry belongs to, and what was found.
#[derive(Default)]
struct Place<'a> {
    field: Field,
    member: Member,
    api_version: Option<&'a [u8]>,
    kind: Option<&'a [u8]>,
    has_metadata_key: bool,
    has_annotations: bool,
    is_mapping: bool,
    name: Option<&'a [u8]>,
    /// Keys and values; a value that did not come is null.
    annotations: SmallVec<[Annotation<'a>; 4]>,
}

type Annotation<'a> = (&'a [u8], Option<&'a [u8]>);

/// A key of the document.
#[derive(Clone, Copy, Default, PartialEq)]
enum Field {
    /// None yet.
    #[default]
    Start,
    ApiVersion,
    Kind,
    Metadata,
    Other,
}

/// A key of the metadata.
#[derive(Clone, Copy, Default, PartialEq)]
enum Member {
    #[default]
    Other,
    Name,
    Annotations,
}

impl<'a> Place<'a> {
    fn is_new(&self) -> bool {
        self.field == Field::Start
    }

    /// True if a collection may begin that is the `depth`th on the way to it.
    fn may_open(&mut self, depth: usize, is_mapping: bool) -> bool {
        match (depth, self.field, self.member) {
            (1, ..) => is_mapping,
            (2, Field::Metadata, _) => {
                self.is_mapping |= is_mapping;
                is_mapping
            }
            (2, Field::ApiVersion | Field::Kind, _) | (3, Field::Metadata, Member::Name) => false,
            (3, Field::Metadata, Member::Annotations) => is_mapping,
            (4, Field::Metadata, Member::Annotations) => false,
            _ => true,
        }
    }

    /// Goes to the entry `key` of a mapping that is the `depth`th on the way. Keys of the head count once, and only as
    /// they are usually spelt.
    fn enter(&mut self, depth: usize, key: &'a [u8]) -> Option<()> {
        match (depth, self.field, self.member) {
            (1, ..) => {
                self.field = match key {
                    b"apiVersion" if self.api_version.is_none() => Field::ApiVersion,
                    b"kind" if self.kind.is_none() => Field::Kind,
                    b"metadata" if !self.has_metadata_key => Field::Metadata,
                    _ if is_one_of(key, &["apiVersion", "kind", "metadata"]) => return None,
                    _ => Field::Other,
                };
                self.has_metadata_key |= self.field == Field::Metadata;
                self.member = Member::Other;
            }
            (2, Field::Metadata, _) => {
                self.member = match key {
                    b"name" if self.name.is_none() => Member::Name,
                    b"annotations" if !self.has_annotations => Member::Annotations,
                    _ if is_one_of(key, &["name", "annotations"]) => return None,
                    _ => Member::Other,
                };
                self.has_annotations |= self.member == Member::Annotations;
            }
            (3, Field::Metadata, Member::Annotations) => {
                if self.annotations.iter().any(|(known, _)| *known == key) || is_one_of(key, WORDS) {
                    return None;
                }
                self.annotations.push((key, None));
            }
            _ => {}
        }
        Some(())
    }

    /// Takes the value of the current entry.
    fn set(&mut self, depth: usize, scalar: &Scalar<'a>) -> Option<()> {
        match (depth, self.field, self.member) {
            (1, Field::ApiVersion, _) => self.api_version = Some(string(scalar)?),
            (1, Field::Kind, _) => self.kind = Some(string(scalar)?),
            (1, Field::Metadata, _) => match scalar {
                Scalar::EmptyMapping => self.is_mapping = true,
                _ => return None,
            },
            (2, Field::Metadata, Member::Name) => self.name = Some(string(scalar)?),
            (2, Field::Metadata, Member::Annotations) if !matches!(scalar, Scalar::EmptyMapping) => {
                return None;
            }
            (3, Field::Metadata, Member::Annotations) => {
                self.annotations.last_mut()?.1 = Some(string(scalar)?);
            }
            _ => {}
        }
        Some(())
    }

    fn into_head(self) -> Option<Head> {
        if self.is_new() {
            return None;
        }
        let text = |text: Option<&[u8]>| text.map(Str::from).unwrap_or_default();
        let annotations =
            self.annotations.iter().map(|(key, value)| Some((Str::from(*key), Str::from((*value)?))));
        let annotations = annotations.collect::<Option<_>>()?;
        let metadata = self.is_mapping.then(|| Metadata { name: text(self.name), annotations });
        Some(Head { api_version: text(self.api_version), kind: text(self.kind), metadata })
    }
}

/// Plain texts that may stand for something else.
const WORDS: &[&str] = &["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// The text of a scalar that is a string for sure.
fn string<'a>(scalar: &Scalar<'a>) -> Option<&'a [u8]> {
    match *scalar {
        Scalar::Quoted(text) | Scalar::Plain(text @ (b"true" | b"false")) => Some(text),
        Scalar::Plain(text) => {
            let is_word = text.first()?.is_ascii_alphabetic() && !is_one_of(text, WORDS);
            // A version: no number has two dots.
            let is_version = || text[0].is_ascii_digit() && memchr_iter(b'.', text).count() > 1;
            (is_word || is_version()).then_some(text)
        }
        Scalar::Other | Scalar::EmptyMapping => None,
    }
}

fn is_one_of(key: &[u8], names: &[&str]) -> bool {
    names.iter().any(|name| key.eq_ignore_ascii_case(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::head;

    const DOCUMENTS: &[&str] = &[
        r#"# Source: a/b.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web   # the name
  labels: {}
  annotations:
    "helm.sh/hook": pre-install,post-install
    helm.sh/hook-weight: '-5'
    version: 0.85.1
    o: true
spec:
  args:
  - --a=b:c
  -
  - - nested
    - "x: y"
  - key: v
    other: |-

      text
        more # text

  template:
      spec: [ a, "b c",'d' , 1.5 ] # some
      args: ["x"]
      null.conf: "a\"b \
        c"
      01-conf: :80
      own:
        {}
      text2:
        more: [ ]
        .m: .metadata.name
      text: it goes
        on and

        on
      quoted: 'it''s
        here'
"#,
        "kind: \"List\"\nitems:\n  - kind: X\n    a:\n    - 1\n    b: >\n     t\nlast: 5e1x\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\ndata:\n  \u{e9}: 1\n",
        "kind: A\nmetadata:\nnull_: ~\nx: 'caf\u{e9} \u{2013}'\n",
    ];

    /// What the outline reads is what the parser reads; how often it gives up.
    fn disagreement(text: &[u8]) -> Result<bool, String> {
        let Some(outline) = super::head(text) else { return Ok(false) };
        match head::parsed(text) {
            Ok(parsed) if parsed == outline => Ok(true),
            other => {
                Err(format!("{:?}\noutline {outline:?}\nparser {other:?}", String::from_utf8_lossy(text)))
            }
        }
    }

    #[test]
    fn reads_what_the_parser_reads() {
        for (document, is_plain) in DOCUMENTS.iter().zip([true, true, false, true]) {
            assert_eq!(disagreement(document.as_bytes()), Ok(is_plain), "{document}");
        }
    }

    #[test]
    fn never_reads_more_than_the_parser() {
        let mut plain = 0;
        for document in DOCUMENTS {
            for at in 0..document.len() {
                for inserted in [
                    &b""[..],
                    b" ",
                    b"  ",
                    b"\n",
                    b":",
                    b": ",
                    b"-",
                    b"- ",
                    b"#",
                    b" #",
                    b"\"",
                    b"'",
                    b"|\n",
                    b"{",
                    b"}",
                    b"&",
                    b"e9",
                    b".",
                    b"\t",
                    b"\xC2\x85",
                ] {
                    for removed in 0..=2 {
                        let Some(behind) = document.as_bytes().get(at + removed..) else { continue };
                        let text = [&document.as_bytes()[..at], inserted, behind].concat();
                        plain +=
                            usize::from(disagreement(&text).unwrap_or_else(|problem| panic!("{problem}")));
                    }
                }
            }
        }
        assert!(plain > 1000, "the mutations hardly test anything: {plain}");
    }
}
