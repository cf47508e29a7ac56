//! The lines of an index in the form that programs write: where the block of each chart begins.

use memchr::memchr;

/// An index cut into blocks.
#[derive(Debug)]
pub struct Outline<'t> {
    /// What lies outside of the charts, before and behind them.
    rest: Vec<&'t [u8]>,
    /// The charts, in the order of the file.
    pub blocks: Vec<Block<'t>>,
}

/// The lines of one chart.
#[derive(Clone, Copy, Debug)]
pub struct Block<'t> {
    /// The first line up to its colon.
    key: &'t [u8],
    /// All lines.
    pub text: &'t [u8],
}

/// The key below which the charts are.
const ENTRIES: &[u8] = b"entries:";

impl<'t> Outline<'t> {
    /// Cuts `text`, if all that it looks at is in the expected form. That alone proves nothing: a text in quotes may
    /// run over lines that look like others. But then the blocks do not decode.
    pub fn of(text: &'t [u8]) -> Option<Outline<'t>> {
        let mut outline = Outline { rest: Vec::new(), blocks: Vec::new() };
        // Where what is not yet taken begins.
        let mut start = 0;
        let mut state = State::Outside;
        let mut at = 0;
        let mut has_entries = false;
        while at < text.len() {
            let end = memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length + 1);
            let line = &text[at..end];
            let indent = line.iter().take_while(|byte| **byte == b' ').count();
            let line = line[indent..].trim_ascii_end();
            match (line.first(), indent, state) {
                (None | Some(b'#'), ..) => {}
                (Some(b'\t' | b'%' | b'{' | b'[' | b'&' | b'*' | b'!' | b'?'), 0, _) => return None,
                (_, 0, _) if line == b"---" && at == 0 => start = end,
                (_, 0, _) if line.starts_with(b"---") || line == b"..." || line.starts_with(b"- ") => {
                    return None;
                }
                (_, 0, previous) => {
                    outline.take(&text[start..at], previous)?;
                    start = at;
                    state = State::Outside;
                    if line == ENTRIES {
                        if has_entries {
                            return None;
                        }
                        has_entries = true;
                        start = end;
                        state = State::Entries;
                    }
                }
                (_, _, State::Outside) => {}
                (_, indent, State::Entries) => {
                    start = at;
                    state = State::Chart(indent);
                }
                (_, indent, State::Chart(chart)) if indent < chart => return None,
                (Some(b'-'), indent, State::Chart(chart)) if indent == chart => {}
                (_, indent, State::Chart(chart)) if indent == chart => {
                    outline.take(&text[start..at], state)?;
                    start = at;
                }
                _ => {}
            }
            at = end;
        }
        outline.take(&text[start..], state)?;
        has_entries.then_some(outline)
    }

    /// Takes over lines that end here.
    fn take(&mut self, lines: &'t [u8], state: State) -> Option<()> {
        match state {
            State::Outside => self.rest.push(lines),
            // Blank lines and comments.
            State::Entries => {}
            State::Chart(_) => {
                let colon = memchr(b':', lines)?;
                let key = &lines[..colon];
                let key = key.rsplit(|byte| *byte == b'\n').next().unwrap_or(key).trim_ascii();
                self.blocks.push(Block { key, text: lines });
            }
        }
        Some(())
    }

    /// The text of the index without its charts.
    pub fn head(&self) -> Vec<u8> {
        self.rest.concat()
    }

    /// The block of the chart `name`, which the inner `None` says is not there. The outer one is for indexes with
    /// names that are not what they look like.
    #[expect(clippy::option_option, reason = "not known, known not to be, and known")]
    pub fn find(&self, name: &str) -> Option<Option<&Block<'t>>> {
        let found = self.blocks.iter().find(|block| block.key == name.as_bytes());
        if found.is_none() && !self.blocks.iter().all(|block| is_plain(block.key)) {
            return None;
        }
        Some(found)
    }
}

/// What the lines from the last cut on are.
#[derive(Clone, Copy)]
enum State {
    Outside,
    /// Behind `entries:`, before the first chart.
    Entries,
    /// In a chart whose first line is indented by this many spaces.
    Chart(usize),
}

/// True if YAML reads `key` as a string of these very letters.
fn is_plain(key: &[u8]) -> bool {
    key.first().is_some_and(u8::is_ascii_alphabetic)
        && key.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Option<Vec<String>> {
        let outline = Outline::of(text.as_bytes())?;
        Some(outline.blocks.iter().map(|block| String::from_utf8_lossy(block.key).into_owned()).collect())
    }

    #[test]
    fn plain_indexes_are_cut() {
        for (text, want) in [
            (
                "apiVersion: v1\nentries:\n  a:\n  - name: a\n\n  # c\n  b:\n    - x\ngenerated: x\n",
                Some("a b"),
            ),
            ("---\nentries:\n  a: []\napiVersion: v1\n", Some("a")),
            ("entries:\n# none\napiVersion: v1\n", Some("")),
            ("entries: {}\napiVersion: v1\n", None),
            ("apiVersion: v1\n", None),
            ("{\"entries\": {}}", None),
            ("entries:\n    a: 1\n  b: 2\n", None),
            ("entries:\n  a: 1\n---\nb: 1\n", None),
            ("entries:\n  a\n", None),
        ] {
            let want = want.map(|w: &str| w.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(keys(text), want, "{text}");
        }
    }

    #[test]
    fn the_rest_is_put_together() {
        let text = b"a: 1\nentries:\n  x: 1\n  y: 2\nb:\n  c: 3\n";
        let outline = Outline::of(text).expect("it is plain");
        assert_eq!(outline.head(), b"a: 1\nb:\n  c: 3\n");
        assert_eq!(outline.blocks[1].text, b"  y: 2\n");
        assert!(matches!(outline.find("y"), Some(Some(_))));
        assert!(matches!(outline.find("z"), Some(None)));
        let quoted = Outline::of(b"entries:\n  \"x\": 1\n").expect("it is plain");
        assert!(quoted.find("z").is_none());
    }
}
