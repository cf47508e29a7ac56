//! `.helmignore`: which files of a directory do not belong to the chart.

use bstr::ByteSlice;

use super::{Error, Notice, Notices};
use crate::glob::filepath_match;

/// A line longer than this cannot be read.
const MAX_LINE: usize = 64 * 1024;

/// The rules of a `.helmignore`, in order.
#[derive(Debug)]
pub(super) struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    /// A pattern of Go's `filepath.Match`.
    pattern: Vec<u8>,
    /// `!pattern`: ignores all that does *not* match.
    negated: bool,
    /// `pattern/`: for directories only.
    directories: bool,
    /// The pattern has no slash inside: matches the last name of a path.
    by_name: bool,
}

impl Rules {
    /// Reads the text of a `.helmignore` and adds the rule that always holds: no hidden files in `templates/`.
    ///
    /// # Errors
    /// If a pattern is wrong.
    pub(super) fn parse(text: &[u8]) -> Result<Rules, Error> {
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        let mut rules = Vec::new();
        for line in text.split(|b| *b == b'\n') {
            if line.len() >= MAX_LINE {
                return Err(Error::new("bufio.Scanner: token too long"));
            }
            let line = line.trim_with(char::is_whitespace);
            if !line.is_empty() && !line.starts_with(b"#") {
                rules.push(Rule::parse(line)?);
            }
        }
        rules.push(Rule::parse(b"templates/.?*")?);
        Ok(Rules(rules))
    }

    /// True if the file or directory at `path` within the chart is ignored.
    pub(super) fn ignores(&self, path: &[u8], is_directory: bool, notices: &mut Notices) -> bool {
        self.0.iter().any(|rule| {
            if rule.directories && !is_directory {
                return rule.negated;
            }
            rule.matches(path, notices) != rule.negated
        })
    }

    /// True if the file at `path` or a directory on the way to it is ignored.
    pub(super) fn exclude(&self, path: &[u8], notices: &mut Notices) -> bool {
        let mut slashes = path.find_iter("/");
        slashes.any(|end| self.ignores(&path[..end], true, notices)) || self.ignores(path, false, notices)
    }
}

impl Rule {
    fn parse(line: &[u8]) -> Result<Rule, Error> {
        if line.windows(2).any(|pair| pair == b"**") {
            return Err(Error::new("double-star (**) syntax is not supported"));
        }
        filepath_match(line, b"abc").map_err(|e| Error::new(e.to_string()))?;
        let (pattern, negated) = line.strip_prefix(b"!").map_or((line, false), |rest| (rest, true));
        let (pattern, directories) = pattern.strip_suffix(b"/").map_or((pattern, false), |rest| (rest, true));
        let (pattern, by_name) = match pattern.strip_prefix(b"/") {
            Some(anchored) => (anchored, false),
            None => (pattern, !pattern.contains(&b'/')),
        };
        Ok(Rule { pattern: pattern.to_vec(), negated, directories, by_name })
    }

    fn matches(&self, path: &[u8], notices: &mut Notices) -> bool {
        let subject = if self.by_name { path.rsplit(|b| *b == b'/').next().unwrap_or(path) } else { path };
        filepath_match(&self.pattern, subject).unwrap_or_else(|error| {
            // What was cut off the pattern may leave it invalid.
            let pattern = String::from_utf8_lossy(&self.pattern);
            notices.push(
                Notice::error("failed to compile").with("rule", pattern).with("error", error.to_string()),
            );
            false
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        // Rules, path, whether it is a directory, whether it is ignored.
        for (rules, path, is_directory, expected) in [
            ("", "templates/.a", false, true),
            ("", "templates/sub/.a", false, false),
            ("", "a", false, false),
            ("# a\n\n  a \r\n", "sub/a", false, true),
            ("# a", "# a", false, false),
            ("/a", "sub/a", false, false),
            ("/a", "a", false, true),
            ("s/*.txt", "s/a.txt", false, true),
            ("s/*.txt", "t/s/a.txt", false, false),
            ("a/", "a", false, false),
            ("a/", "sub/a", true, true),
            ("!a", "a", false, false),
            ("!a", "b", false, true),
            ("!a/", "a", false, true),
            ("!a/", "a", true, false),
            ("!*.txt\na.txt", "a.txt", false, true),
            ("\u{feff}a", "a", false, true),
        ] {
            let parsed = Rules::parse(rules.as_bytes()).expect(rules);
            let mut notices = Notices::new();
            assert_eq!(
                parsed.ignores(path.as_bytes(), is_directory, &mut notices),
                expected,
                "{rules:?} {path}"
            );
            assert_eq!(notices, []);
        }
    }

    #[test]
    fn faults() {
        for (rules, expected) in [
            ("a/**", "double-star (**) syntax is not supported"),
            ("[", "syntax error in pattern"),
            (&"a".repeat(MAX_LINE), "bufio.Scanner: token too long"),
        ] {
            assert_eq!(Rules::parse(rules.as_bytes()).expect_err(rules).to_string(), expected);
        }
        let rules = Rules::parse(b"f\\/").expect("is valid with its slash");
        let mut notices = Notices::new();
        assert!(!rules.ignores(b"f", true, &mut notices));
        let text = r#"level=ERROR msg="failed to compile" rule=f\ error="syntax error in pattern""#;
        assert_eq!(notices.first().map(ToString::to_string).as_deref(), Some(text));
    }
}
