//! Rendered files that are no manifests.

use std::ops::Range;

use super::excerpt::{Excerpt, code, line_span};
use super::report::Report;
use crate::chart::mounts::{self, Mount};
use crate::value::Str;
use crate::yaml;

/// Letters and digits that a template's line must share with a rendered one to be taken for its source.
const COMMON: usize = 3;

/// Explains why `content`, a document rendered by the template `path`, is no manifest.
pub fn explain(path: &Str, content: &[u8], error: &yaml::Error, mounts: &[Mount<'_>]) -> Report {
    let message = error.to_string();
    let problem = problem(&message);
    let mut report = Report::new(format!("{path} does not render to a manifest"));
    let span = place(content, error, &message);
    let line = 1 + memchr::memchr_iter(b'\n', &content[..span.start]).count();
    let name = format!("{path} (rendered)");
    report.show("", Excerpt::new(name, content, span, problem));
    if let Some(template) = mounts::template(mounts, path)
        && let Some((source, exactly)) = source_of(template, content, line)
    {
        let why =
            if exactly { "this line of the template printed it" } else { "it was printed behind this line" };
        report.show(why, Excerpt::new(path.to_string(), template, source, ""));
    }
    for hint in hints(problem, content, line) {
        report.hint(hint);
    }
    report
}

/// go-yaml's problem, without what goes before it.
pub fn problem(message: &str) -> &str {
    let mut problem = message;
    for context in ["error converting YAML to JSON: ", "error unmarshaling JSON: ", "yaml: "] {
        problem = problem.rsplit_once(context).map_or(problem, |(_, rest)| rest);
    }
    if let Some((line, rest)) = problem.strip_prefix("line ").and_then(|rest| rest.split_once(": "))
        && line.bytes().all(|b| b.is_ascii_digit())
    {
        problem = rest;
    }
    let problem = problem.strip_prefix("while decoding JSON: ").unwrap_or(problem);
    problem.strip_prefix("json: ").unwrap_or(problem)
}

/// What of `text` to mark for `error`.
fn place(text: &[u8], error: &yaml::Error, message: &str) -> Range<usize> {
    if let Some(position) = error.position() {
        return from_position(text, position);
    }
    mismatched(text, message).unwrap_or_else(|| first_content(text))
}

/// The first line that holds more than a comment.
pub fn first_content(text: &[u8]) -> Range<usize> {
    let mut start = 0;
    for line in text.split_inclusive(|b| *b == b'\n') {
        let content = line.trim_ascii();
        if !matches!(content.first(), None | Some(b'#')) {
            let indentation = line.len() - line.trim_ascii_start().len();
            return start + indentation..start + indentation + content.len();
        }
        start += line.len();
    }
    0..0
}

/// The rest of the line at `position`; if nothing is left there, the last line with text before it.
pub fn from_position(text: &[u8], position: yaml::Position) -> Range<usize> {
    let start = position.offset as usize;
    let rest = text.get(start..).unwrap_or_default();
    let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let trimmed = rest[..length].trim_ascii_end().len();
    if trimmed > 0 {
        return start..start + trimmed;
    }
    let end = text[..start.min(text.len())].trim_ascii_end().len();
    let last = memchr::memrchr(b'\n', &text[..end]).map_or(0, |newline| newline + 1);
    end - text[last..end].trim_ascii_start().len()..end
}

/// The value of a wrong type in a message like `cannot unmarshal array into Go struct field .metadata.annotations.a of
/// type string`.
pub fn mismatched(text: &[u8], message: &str) -> Option<Range<usize>> {
    let (_, rest) = message.split_once("Go struct field .")?;
    let (path, _) = rest.split_once(" of type ")?;
    let path = path.replace("~1", "/").replace("~0", "~");
    let documents = yaml::parse(text).ok()?;
    let mut node = documents.first()?.root();
    let mut path = path.as_bytes();
    while !path.is_empty() {
        // Keys have periods, too: the longest one that fits is it.
        let fits = |(key, value): (yaml::Node<'_>, _)| match path.strip_prefix(key.scalar()?)? {
            [] => Some((&path[path.len()..], value)),
            [b'.', rest @ ..] => Some((rest, value)),
            _ => None,
        };
        (path, node) = node.entries().filter_map(fits).min_by_key(|(rest, _)| rest.len())?;
    }
    Some(from_position(text, node.position()))
}

/// The line of the template that printed the line `line` of `rendered`, as far as their texts tell. False if it is
/// only one before that.
fn source_of(template: &[u8], rendered: &[u8], line: usize) -> Option<(Range<usize>, bool)> {
    (1..=line).rev().take(20).find_map(|near| {
        let printed = &rendered[line_span(rendered, near)];
        Some((best_match(template, printed)?, near == line))
    })
}

/// The only line of `template` whose text outside of actions fits `printed` best.
fn best_match(template: &[u8], printed: &[u8]) -> Option<Range<usize>> {
    let mut best: Option<(usize, Range<usize>)> = None;
    let mut is_only = false;
    let mut start = 0;
    for line in template.split_inclusive(|b| *b == b'\n') {
        let content = line.trim_ascii();
        let offset = start + (line.len() - line.trim_ascii_start().len());
        start += line.len();
        let Some(score) = fit(content, printed).filter(|score| *score >= COMMON) else { continue };
        match &best {
            Some((other, _)) if score < *other => continue,
            Some((other, _)) if score == *other => is_only = false,
            _ => (best, is_only) = (Some((score, offset..offset + content.len())), true),
        }
    }
    best.filter(|_| is_only).map(|(_, span)| span)
}

/// How many letters and digits of a template's line are in `printed`; `None` if some are not.
fn fit(line: &[u8], printed: &[u8]) -> Option<usize> {
    let mut rest = printed;
    let mut score = 0;
    for (index, part) in literals(line).into_iter().enumerate() {
        let part = part.trim_ascii();
        let at = memchr::memmem::find(rest, part)?;
        if index == 0 && at > 0 && !part.is_empty() && line.starts_with(part) {
            return None;
        }
        rest = &rest[at + part.len()..];
        score += part.iter().filter(|b| b.is_ascii_alphanumeric()).count();
    }
    // A line without actions prints itself and nothing more.
    (memchr::memmem::find(line, b"{{").is_some() || rest.is_empty()).then_some(score)
}

/// What a template's line holds outside of actions.
fn literals(line: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(open) = memchr::memmem::find(rest, b"{{") {
        found.push(&rest[..open]);
        rest = match memchr::memmem::find(&rest[open..], b"}}") {
            Some(close) => &rest[open + close + 2..],
            None => b"",
        };
    }
    found.push(rest);
    found
}

/// The usual causes of a problem of YAML.
pub fn hints(problem: &str, text: &[u8], line: usize) -> Vec<String> {
    let content = &text[line_span(text, line)];
    let whole = text.split(|b| *b == b'\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let before = text[..line_span(text, line).start].trim_ascii_end();
    let mut hints = Vec::new();
    let mut hint = |text: &str| hints.push(text.to_owned());
    let value = content.splitn(2, |b| *b == b':').nth(1).unwrap_or_default().trim_ascii();
    if whole.iter().take_while(|b| b.is_ascii_whitespace()).any(|b| *b == b'\t') {
        hint("YAML is indented by spaces only; this line begins with a tab");
        return hints;
    }
    if problem.contains("mapping values are not allowed") {
        if memchr::memmem::find(value, b": ").is_some() || value.ends_with(b":") {
            hint("a value with a colon must be quoted: pipe it through `quote`");
        } else {
            hint(
                "this line is indented deeper than its neighbors, or the line before it is no key; mind `nindent`",
            );
        }
    } else if problem.contains("cannot start any token") {
        hint("a value that begins with one of % @ ` must be quoted: pipe it through `quote`");
    } else if problem.contains("alphabetic or numeric") || problem.contains("unknown anchor") {
        hint("a value that begins with * or & must be quoted: pipe it through `quote`");
    } else if problem.contains("could not find expected ':'") {
        hint(
            "this line is no `key: value`: it may lack indentation (`nindent`), a line break, or a `|` above it",
        );
    } else if problem.contains("did not find expected key") || problem.contains("block collection") {
        hint("the indentation does not fit the lines above: mind the number given to `nindent` or `indent`");
        if value.starts_with(b"\"") || value.starts_with(b"'") {
            hint("text behind a closing quote is an error too: quote the whole value with `quote`");
        }
    } else if problem.contains("did not find expected '-' indicator") {
        hint("the items of a list must be indented alike: mind the number given to `nindent` or `indent`");
    } else if problem.contains("block sequence entries are not allowed") {
        hint("a list begins on a line of its own: print it with `nindent`, not behind the colon");
    } else if problem.contains("expected ',' or") || problem.contains("node content") {
        hint("within [ ] and { } a value with , [ ] { } must be quoted: pipe it through `quote`");
        if memchr::memmem::find(text, b"{{").is_some() {
            hint("braces of a template were printed as they are: `tpl` would expand them");
        }
    } else if problem.contains("found unexpected end of stream") {
        hint("a quoted value is not closed: pipe it through `quote` instead of writing quotes around it");
    } else if problem.contains("of type string") {
        hint("annotations are strings: print a list or map through `toJson | quote`");
    } else if problem.contains("SimpleHead") {
        hint(
            "every document must be a map with `apiVersion` and `kind`; does this file print something else?",
        );
    } else if problem.contains("control characters") {
        hint("binary data belongs into `binaryData`, piped through `b64enc`");
    }
    if before.ends_with(b"<no value>")
        || content.ends_with(b"map[]")
        || memchr::memmem::find(content, b"map[").is_some()
    {
        hints.push(format!("{} is Go's form of a map: print it with `toYaml`", code("map[…]")));
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_line_of_the_template() {
        let template = b"kind: A\nmetadata:\n  name: {{ .a }}\n  other: {{ .b }}\nspec: {{- toYaml .c | nindent 2 }}\nx: 1\n";
        for (rendered, line, want) in [
            ("kind: A\nmetadata:\n  name: a: b", 3, Some(("name: {{ .a }}", true))),
            ("spec:\n  k: v", 2, Some(("spec: {{- toYaml .c | nindent 2 }}", false))),
            ("kind: B", 1, None),
            ("", 1, None),
        ] {
            let got = source_of(template, rendered.as_bytes(), line);
            let got =
                got.map(|(span, exactly)| (std::str::from_utf8(&template[span]).expect("text"), exactly));
            assert_eq!(got, want, "{rendered}");
        }
    }

    #[test]
    fn any_yaml_error_can_be_explained() {
        for text in [
            "a: b: c",
            "\ta: 1",
            "a: [1",
            "a: *x",
            "a: %",
            "- a\nb: 1",
            "a: 'x",
            "\u{1}",
            "just text",
            "[1]",
            "a: \"x\" y",
            "metadata: {annotations: {a: b, c: 1}}",
            "metadata: 1",
            "kind: [",
            "",
            "a:\n  b\n c: d\n",
        ] {
            if let Err(error) = yaml::head(text.as_bytes()) {
                let report = explain(&"c/templates/t.yaml".into(), text.as_bytes(), &error, &[]);
                assert!(!report.is_bare(), "{text}");
            }
        }
        let text = b"metadata:\n  annotations:\n    a: b\n    a.b/c: [1]\n";
        let error = yaml::head(text).expect_err("a list is no string");
        assert_eq!(text[place(text, &error, &error.to_string())], b"[1]"[..]);
    }
}
