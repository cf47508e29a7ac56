//! Templates that do not parse.

use std::ops::Range;

use super::excerpt::{Excerpt, code, line_span};
use super::report::Report;
use crate::chart::mounts::{self, Mount};
use crate::funcs;
use crate::nearest::nearest;
use crate::template::ParseError;

/// Explains an error of parsing.
pub fn explain(error: &ParseError, mounts: &[Mount<'_>]) -> Report {
    let text = mounts::template(mounts, &error.name).map_or(&b""[..], |text| text.as_bytes());
    explain_in(error, text)
}

/// The same with the text that was parsed.
pub fn explain_in(error: &ParseError, text: &[u8]) -> Report {
    let mut report = Report::new(&error.message);
    let name = error.name.to_string();
    if error.message == "unexpected EOF"
        && let Some(open) = structures(text).open.last()
    {
        let keyword = &text[open.clone()];
        report = Report::new(format!("the `{}` is never closed", String::from_utf8_lossy(keyword)));
        report.show("", Excerpt::new(&name, text, open.clone(), "the `{{ end }}` of this one is missing"));
        report.hint("close it with `{{ end }}`; every `if`, `range`, `with`, `define` and `block` needs one");
        return report;
    }
    let line = line_span(text, error.line);
    let span = culprit(&error.message, text, line.clone()).unwrap_or(line);
    report.show("", Excerpt::new(&name, text, span, label(&error.message)));
    if let Some(started) = started_at(&error.message).filter(|line| *line != error.line) {
        let span = last_action(text, line_span(text, started));
        report.show("the action begins here", Excerpt::new(&name, text, span, ""));
    }
    hint(&error.message, text, &mut report);
    report
}

/// The text between the first pair of double quotes of `message`, as Go quotes it.
fn quoted(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once('"')?;
    rest.split_once('"').map(|(quoted, _)| quoted)
}

/// The part of the line at `line` that the error is about.
fn culprit(message: &str, text: &[u8], line: Range<usize>) -> Option<Range<usize>> {
    let content = &text[line.clone()];
    let at = |found: usize, length: usize| Some(line.start + found..line.start + found + length);
    if let Some(name) = quoted(message) {
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$');
        let finder = memchr::memmem::Finder::new(name.as_bytes());
        let mut hits = finder.find_iter(content);
        let whole = hits.find(|hit| {
            let before = hit.checked_sub(1).and_then(|before| content.get(before));
            let after = content.get(hit + name.len());
            !name.bytes().all(|b| is_name(&b)) || !(before.is_some_and(is_name) || after.is_some_and(is_name))
        });
        return at(whole?, name.len());
    }
    for word in ["end", "else"] {
        if message.contains(&format!("{{{{{word}}}}}")) {
            return at(memchr::memmem::find(content, word.as_bytes())?, word.len());
        }
    }
    if let Some(context) = message.strip_prefix("missing value for ") {
        return at(memchr::memmem::find(content, context.as_bytes())?, context.len());
    }
    if message.starts_with("unclosed action") {
        return Some(last_action(text, line));
    }
    let bad = message.strip_prefix("bad character ")?.split('\'').nth(1)?;
    let action = memchr::memmem::find(content, b"{{")? + 2;
    let mut hits = memchr::memmem::find_iter(&content[action..], bad.as_bytes()).map(|hit| action + hit);
    // Where it may stand, it is not the bad one.
    let hit = hits.find(|hit| content[hit - 1].is_ascii_alphanumeric())?;
    at(hit, bad.len())
}

/// The last action that begins within `line`.
fn last_action(text: &[u8], line: Range<usize>) -> Range<usize> {
    let found = memchr::memmem::rfind(&text[line.clone()], b"{{").unwrap_or(0);
    line.start + found..line.end
}

/// The line in `… started at NAME:LINE`.
fn started_at(message: &str) -> Option<usize> {
    let (_, place) = message.split_once(" started at ")?;
    place.rsplit(':').next()?.parse().ok()
}

fn label(message: &str) -> &'static str {
    if message.starts_with("undefined variable") {
        "not declared here, or out of scope"
    } else if message == "unexpected {{end}}" {
        "there is nothing left to close"
    } else if message.starts_with("unclosed action") {
        "the `}}` is missing"
    } else {
        ""
    }
}

fn hint(message: &str, text: &[u8], report: &mut Report) {
    if let Some(name) = quoted(message).filter(|_| message.starts_with("function ")) {
        let builtins: [&[u8]; 13] = [
            b"and", b"call", b"eq", b"ge", b"gt", b"index", b"le", b"len", b"lt", b"ne", b"not", b"or",
            b"slice",
        ];
        let names = funcs::all().map(|function| function.name.as_bytes()).chain(builtins);
        let near = nearest(name.as_bytes(), names);
        suggest(&near, "", report);
        if name == "env" || name == "expandenv" {
            report.hint("templates cannot read the environment; hand the value over with --set");
        } else if near.is_empty() {
            report.hint(format!("a field of `.` is written with a period: {}", code(format!(".{name}"))));
        }
    } else if let Some(name) = quoted(message).filter(|_| message.starts_with("undefined variable")) {
        suggest(&nearest(name.as_bytes(), variables(text)), "", report);
        report.hint("a variable lives up to the `{{ end }}` of the `if`, `range`, `with` or `define` that declares it");
    } else if message.starts_with("unterminated quoted string") {
        report.hint("a string ends on its own line; text of several lines goes between backquotes");
    } else if message.starts_with("bad character") {
        report.hint(
            "a key with other characters than letters and digits is read by `index .Values \"my-key\"`",
        );
    } else if message.starts_with("unexpected \"}\"") {
        report.hint("an action ends in `}}`");
    }
}

/// Says which names may have been meant,
/// with `above` before each.
pub fn suggest(names: &[&[u8]], above: &str, report: &mut Report) {
    let names: Vec<String> = names.iter().map(|name| code([above.as_bytes(), name].concat())).collect();
    if let Some((last, others)) = names.split_last() {
        let list = if others.is_empty() { last.clone() } else { format!("{} or {last}", others.join(", ")) };
        report.hint(format!("did you mean {list}?"));
    }
}

/// The variables that `text` declares.
fn variables(text: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    for at in memchr::memchr_iter(b'$', text) {
        let name = text[at + 1..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let behind = text[at + 1 + name..].trim_ascii_start();
        if behind.starts_with(b":=") || behind.starts_with(b",") {
            found.push(&text[at..at + 1 + name]);
        }
    }
    found
}

/// What is open at the end of a text.
struct Structures {
    /// The keywords of `if`, `range`, … without an `end`, in order.
    open: Vec<Range<usize>>,
}

/// Pairs the control structures of a text. Strings and comments with braces in them are understood.
fn structures(text: &[u8]) -> Structures {
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&text[at..], b"{{") {
        at += found + 2;
        let rest = &text[at..];
        let trimmed = rest.strip_prefix(b"-").unwrap_or(rest).trim_ascii_start();
        if trimmed.starts_with(b"/*") {
            at += memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2);
            continue;
        }
        let start = text.len() - trimmed.len();
        let length = trimmed.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        match &trimmed[..length] {
            b"if" | b"range" | b"with" | b"define" | b"block" => open.push(start..start + length),
            b"end" => drop(open.pop()),
            _ => {}
        }
        at = end_of_action(text, start + length);
    }
    Structures { open }
}

/// Where the action that `at` is in ends.
fn end_of_action(text: &[u8], mut at: usize) -> usize {
    let mut quote = None;
    while let Some(&byte) = text.get(at) {
        match (quote, byte) {
            (None, b'"' | b'`' | b'\'') => quote = Some(byte),
            (None, b'}') if text.get(at + 1) == Some(&b'}') => return at + 2,
            (Some(b'"' | b'\''), b'\\') => at += 1,
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::template::parse::parse;

    #[test]
    fn any_parse_error_can_be_explained() {
        let whole = "{{- define \"a\" -}}{{ if eq .x \"}}\" }}\n{{/* }} */}}{{ $v := `\n` }}{{ else }}x{{ end }}{{- end -}}{{ nope }}";
        for cut in 0..whole.len() {
            for text in [&whole[..cut], &whole[cut..]] {
                if let Err(error) = parse(&"t".into(), Arc::new(text.into())) {
                    assert!(!explain_in(&error, text.as_bytes()).render(false, 80).is_empty());
                    explain_in(&error, b"");
                }
            }
        }
    }

    #[test]
    fn finds_what_is_open() {
        for (text, want) in [
            ("{{ if 1 }}{{ range 2 }}{{ end }}", &["if"][..]),
            ("{{ define `}}` }}{{- /* end }} */ -}}{{ with \"\\\"}}\" }}", &["define", "with"]),
            ("{{ if 1 }}{{ else if 2 }}{{ end }}", &[]),
            ("{{", &[]),
        ] {
            let found = structures(text.as_bytes()).open.into_iter().map(|span| &text[span]);
            assert_eq!(found.collect::<Vec<_>>(), want, "{text}");
        }
    }
}
