//! What a `--set` text assigns, and where in the text.
//!
//! Reads the grammar of [`crate::chart::strvals`] without its values; a text that is wrong gives what comes before.

use std::ops::Range;

use crate::json;
use crate::value::Str;

/// The flags of this grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// `--set-json`
    Json,
    /// `--set`
    Set,
    /// `--set-string`
    String,
    /// `--set-file`
    File,
    /// `--set-literal`
    Literal,
}

impl Flag {
    /// The flag as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Flag::Json => "--set-json",
            Flag::Set => "--set",
            Flag::String => "--set-string",
            Flag::File => "--set-file",
            Flag::Literal => "--set-literal",
        }
    }
}

/// One `name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Keys and list indexes.
    pub path: Vec<Str>,
    /// The whole pair.
    pub span: Range<usize>,
    /// What is behind `=`.
    pub value: Range<usize>,
}

/// The assignments of `text` in order.
pub fn assignments(flag: Flag, text: &[u8]) -> Vec<Assignment> {
    let mut reader = Reader { flag, text, at: 0 };
    let mut found = Vec::new();
    while reader.at < text.len() {
        let start = reader.at;
        let Some(path) = reader.path() else { break };
        let value = reader.value();
        found.push(Assignment { path, span: start..value.end, value });
    }
    found
}

struct Reader<'a> {
    flag: Flag,
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// The name, and the `=` behind it.
    fn path(&mut self) -> Option<Vec<Str>> {
        let mut path = Vec::new();
        loop {
            let (key, stop) = self.until(b".[=,");
            if !key.is_empty() {
                path.push(Str::from(key));
            }
            let mut stop = stop;
            while stop == Some(b'[') {
                let (index, _) = self.until(b"]");
                path.push(Str::from(index));
                (_, stop) = self.until(b".[=,");
            }
            match stop {
                Some(b'=') => return Some(path),
                Some(b'.') => {}
                _ => return None,
            }
        }
    }

    /// The value, and the comma behind it.
    fn value(&mut self) -> Range<usize> {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        match self.flag {
            Flag::Literal => self.at = self.text.len(),
            Flag::Json => self.at += json::decode_prefix(rest).map_or(rest.len(), |(_, size)| size),
            Flag::Set | Flag::String | Flag::File => {
                if rest.starts_with(b"{") {
                    self.until(b"}");
                    return self.behind(start..self.at);
                }
                let (_, stop) = self.until(b",");
                return start..self.at - usize::from(stop.is_some());
            }
        }
        self.behind(start..self.at)
    }

    /// Skips blanks and a comma behind `value`.
    fn behind(&mut self, value: Range<usize>) -> Range<usize> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let trimmed = rest.trim_ascii_start();
        if trimmed.starts_with(b",") {
            self.at = self.text.len() - trimmed.len() + 1;
        } else if trimmed.is_empty() {
            self.at = self.text.len();
        }
        value
    }

    /// The text up to one of `stops`, which is skipped, or up to the end.
    fn until(&mut self, stops: &[u8]) -> (Vec<u8>, Option<u8>) {
        let mut found = Vec::new();
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            if stops.contains(&byte) {
                return (found, Some(byte));
            }
            if byte == b'\\' && self.flag != Flag::Literal {
                found.extend(self.text.get(self.at));
                self.at += 1;
            } else {
                found.push(byte);
            }
        }
        self.at = self.at.min(self.text.len());
        (found, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_names_and_places() {
        for (flag, text, want) in [
            (Flag::Set, "a.b=1,c[0][1].d=x", "a/b=1 c/0/1/d=x"),
            (Flag::Set, r"a\.b=x\,y,c={1,2},d=", r"a.b=x\,y c={1,2} d="),
            (Flag::Set, "a=1,b", "a=1"),
            (Flag::Set, "a={1,2", "a={1,2"),
            (Flag::Literal, r"a.b=x,y={\}", r"a/b=x,y={\}"),
            (Flag::Json, r#"a={"x":[1,2]} ,b=1"#, r#"a={"x":[1,2]} b=1"#),
            (Flag::Json, "a={", "a={"),
            (Flag::Set, r"a=x\", r"a=x\"),
            (Flag::File, "=,.=", "= ="),
        ] {
            let got: Vec<String> = assignments(flag, text.as_bytes())
                .into_iter()
                .map(|a| {
                    assert!(text[a.span].ends_with(&text[a.value.clone()]));
                    let path: Vec<String> = a.path.iter().map(Str::to_string).collect();
                    format!("{}={}", path.join("/"), &text[a.value])
                })
                .collect();
            assert_eq!(got.join(" "), want, "{text}");
        }
    }
}
