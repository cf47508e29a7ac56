//! Text of templates to nodes.

use super::Error;
use crate::gofmt::{self, unicode};
use crate::stack::with_stack;
use crate::value::{Num, Str, Value};

/// A part of a template.
#[derive(Debug)]
pub(super) enum Node {
    /// Text between actions, or a quoted one in an action.
    Text(Str),
    /// An action: its nodes are applied in turn, each to what the one before has found.
    Action(Vec<Node>),
    /// `.name`
    Field(Str),
    /// `.*`
    Wildcard,
    /// `..`
    Recursive,
    /// `[from:to:step]`
    Slice(Slice),
    /// `[a,b]`: what all of them find.
    Union(Vec<Vec<Node>>),
    /// `[?(…)]`
    Filter(Filter),
    /// A number or truth value.
    Literal(Value),
    /// A word: `range`, `end`, or none that has a meaning.
    Word(Str),
}

/// The bounds of a slice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice {
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
    /// True if `to` was not written: one index is a slice to the next.
    pub(super) single: bool,
    pub(super) step: Option<i64>,
}

/// The condition of a filter.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) left: Vec<Node>,
    /// The operator and what is right of it; if there is none, something must be found on the left.
    pub(super) comparison: Option<(String, Vec<Node>)>,
}

/// Reads a template into texts and actions.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, Error> {
    let mut nodes = Vec::new();
    let mut parser = Parser { text, pos: 0 };
    loop {
        let brace = parser.rest().find('{').unwrap_or(parser.rest().len());
        if brace > 0 {
            nodes.push(Node::Text(parser.rest()[..brace].into()));
        }
        parser.pos += brace;
        if !parser.skip("{") {
            return Ok(nodes);
        }
        nodes.push(Node::Action(parser.action()?));
    }
}

/// The nodes of the first action of `{text}`. All of it must be a valid template, as client-go has it.
fn parse_action(text: &str) -> Result<Vec<Node>, Error> {
    let nodes = with_stack(|| parse(&format!("{{{text}}}")))?;
    match nodes.into_iter().next() {
        Some(Node::Action(nodes)) => Ok(nodes),
        _ => Ok(Vec::new()),
    }
}

fn error<T>(text: impl Into<String>) -> Result<T, Error> {
    Err(Error::Invalid(text.into()))
}

/// Where parsing is in a text.
struct Parser<'t> {
    text: &'t str,
    /// The index of the next byte, between characters.
    pos: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.pos += next.len_utf8();
        Some(next)
    }

    /// Goes past `word` if it is next.
    fn skip(&mut self, word: &str) -> bool {
        let is_next = self.rest().starts_with(word);
        if is_next {
            self.pos += word.len();
        }
        is_next
    }

    /// Goes past the characters that `belongs` holds for.
    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.pos += end;
        &rest[..end]
    }

    /// True if a backslash stands before the character that was read last, which has one byte.
    fn is_escaped(&self) -> bool {
        self.pos.checked_sub(2).and_then(|before| self.text.as_bytes().get(before)) == Some(&b'\\')
    }

    /// The nodes up to the brace that closes an action.
    fn action(&mut self) -> Result<Vec<Node>, Error> {
        let mut nodes = Vec::new();
        loop {
            if self.skip("[?(") {
                nodes.push(Node::Filter(self.filter()?));
            } else if self.skip("..") {
                if matches!(nodes.last(), Some(Node::Recursive)) {
                    return error("invalid multiple recursive descent");
                }
                nodes.push(Node::Recursive);
                if self.peek().is_some_and(is_alphanumeric) {
                    nodes.push(self.field());
                }
            } else {
                match self.peek() {
                    None | Some('\r' | '\n') => return error("unclosed action"),
                    Some('}') => {
                        self.next();
                        return Ok(nodes);
                    }
                    Some(' ' | '@' | '$') => {
                        self.next();
                    }
                    Some('[') => self.array(&mut nodes)?,
                    Some(quote @ ('"' | '\'')) => nodes.push(self.quoted(quote)?),
                    Some('.') => {
                        self.next();
                        nodes.push(self.field());
                    }
                    Some(c) if matches!(c, '+' | '-') || unicode::is_digit(c) => nodes.push(self.number()?),
                    Some(c) if is_alphanumeric(c) => {
                        nodes.push(match self.take_while(|c| !is_terminator(c)) {
                            "true" => Node::Literal(Value::Bool(true)),
                            "false" => Node::Literal(Value::Bool(false)),
                            word => Node::Word(word.into()),
                        });
                    }
                    Some(c) => {
                        return error(format!("unrecognized character in action: {}", code_point(c)));
                    }
                }
            }
        }
    }

    /// The field whose name is next, up to a terminator without a backslash before it.
    fn field(&mut self) -> Node {
        let start = self.pos;
        while let Some(c) = self.peek().filter(|c| !is_terminator(*c)) {
            self.next();
            if c == '\\' {
                self.next();
            }
        }
        match &self.text[start..self.pos] {
            "*" => Node::Wildcard,
            name => Node::Field(name.replace('\\', "").into()),
        }
    }

    fn number(&mut self) -> Result<Node, Error> {
        let start = self.pos;
        if matches!(self.peek(), Some('+' | '-')) {
            self.next();
        }
        self.take_while(|c| c == '.' || unicode::is_digit(c));
        let number = &self.text[start..self.pos];
        let value = gofmt::atoi(number.as_bytes()).map(Value::Int);
        let value = value.or_else(|_| gofmt::parse_float(number.as_bytes(), 64).map(Value::Float64));
        value.map(Node::Literal).or_else(|_| error(format!("cannot parse number {number}")))
    }

    /// The text in quotes that begins here. It ends with its line.
    fn quoted(&mut self, quote: char) -> Result<Node, Error> {
        let start = self.pos;
        self.next();
        loop {
            match self.next() {
                None | Some('\n') => return error("unterminated quoted string"),
                Some(c) if c == quote && !self.is_escaped() => break,
                Some(_) => {}
            }
        }
        let quoted = &self.text[start..self.pos];
        match gofmt::unquote_text(quoted.as_bytes()) {
            Some(text) => Ok(Node::Text(text.into())),
            None => error(format!("unquote string {quoted} error invalid syntax")),
        }
    }

    /// The selection of items or fields in brackets that begins here.
    fn array(&mut self, nodes: &mut Vec<Node>) -> Result<(), Error> {
        let text = self.rest();
        let end = text.find(['\n', ']']).filter(|end| text.as_bytes().get(*end) == Some(&b']'));
        let Some(end) = end else {
            return error("unterminated array");
        };
        self.pos += end + 1;
        let text = match &text[1..end] {
            "*" => ":",
            text => text,
        };
        if text.contains(',') {
            let parts = text.split(',').map(|part| parse_action(&format!("[{}]", part.trim_matches(' '))));
            nodes.push(Node::Union(parts.collect::<Result<_, _>>()?));
            return Ok(());
        }
        let name = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        if let Some(name) = name.filter(|name| !name.contains('\'')) {
            nodes.extend(parse_action(&format!(".{name}"))?);
            return Ok(());
        }
        nodes.push(Node::Slice(slice(text)?));
        Ok(())
    }

    /// The filter whose `[?(` was just read.
    fn filter(&mut self) -> Result<Filter, Error> {
        let start = self.pos;
        // The parenthesis that closes is the first one before the first quote, or behind one that ends a quoted text;
        // client-go knows of one such text only.
        let mut quote = None;
        let mut ended = false;
        loop {
            match self.next() {
                None | Some('\n') => return error("unterminated filter"),
                Some(c @ ('"' | '\'')) if quote.is_none() => quote = Some(c),
                Some(c) if Some(c) == quote && !self.is_escaped() => ended = true,
                Some(')') if quote.is_some() == ended => break,
                Some(_) => {}
            }
        }
        let text = &self.text[start..self.pos - 1];
        if self.next() != Some(']') {
            return error("unclosed array expect ]");
        }
        let Some((left, operator, right)) = split_comparison(text) else {
            return Ok(Filter { left: parse_action(text)?, comparison: None });
        };
        let left = parse_action(left)?;
        Ok(Filter { left, comparison: Some((operator.to_owned(), parse_action(right)?)) })
    }
}

/// The condition of a filter before, at and behind its operator; `None` if it has none.
fn split_comparison(text: &str) -> Option<(&str, &str, &str)> {
    let is_operator = |c: char| matches!(c, '!' | '<' | '>' | '=');
    let start = text.find(is_operator).filter(|start| *start > 0)?;
    let length = text[start..].find(|c| !is_operator(c));
    // Something must be right of the operator, if need be its last character.
    let end = length.map_or(text.len() - 1, |length| start + length);
    (end > start).then(|| (&text[..start], &text[start..end], &text[end..]))
}

/// The slice in brackets.
fn slice(text: &str) -> Result<Slice, Error> {
    let mut parts = text.split(':');
    let from = parts.next().unwrap_or_default();
    let (to, step) = (parts.next(), parts.next());
    let is_index =
        |part: &str| part.strip_prefix('-').unwrap_or(part).bytes().all(|byte| byte.is_ascii_digit());
    let all = [Some(from), to, step];
    if parts.next().is_some() || !all.iter().flatten().all(|part| is_index(part)) {
        return error(format!("invalid array index {text}"));
    }
    let number = |part: Option<&str>| match part {
        None | Some("") => Ok(None),
        Some(part) => match gofmt::atoi(part.as_bytes()) {
            Ok(number) => Ok(Some(number)),
            Err(_) => error(format!("array index {part} is not a number")),
        },
    };
    let from = number(Some(from))?;
    let single = to.is_none();
    let to = if single { Some(from.unwrap_or(0).wrapping_add(1)) } else { number(to)? };
    Ok(Slice { from, to, single, step: number(step)? })
}

/// True if words and fields end before `c`.
fn is_terminator(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || unicode::is_letter(c) || unicode::is_digit(c)
}

/// The character as Go's `%#U` prints it: `U+0022 '"'`.
fn code_point(c: char) -> String {
    let code = Value::Num(Num::Int32(i32::try_from(u32::from(c)).unwrap_or_default()));
    String::from_utf8_lossy(&gofmt::sprintf(b"%#U", &[code])).into_owned()
}
