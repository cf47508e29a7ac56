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
        if has_odd_breaks(text) {
            return None;
        }
        let mut outline = Outline { rest: Vec::new(), blocks: Vec::new() };
        // Where what is not yet taken begins.
        let mut start = 0;
        let mut state = State::Start;
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
                (_, 0, _)
                    if line.starts_with(b"---") || line.starts_with(b"...") || line.starts_with(b"- ") =>
                {
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
                // A mapping that is indented ends before what is not.
                (_, _, State::Start) => return None,
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
            State::Start | State::Outside => self.rest.push(lines),
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

    /// The one block that looks like that of the chart `name`. Without one the chart may be there nevertheless.
    pub fn find(&self, name: &str) -> Option<&Block<'t>> {
        let mut found = self.blocks.iter().filter(|block| block.key == name.as_bytes());
        found.next().filter(|_| found.next().is_none())
    }
}

/// What the lines from the last cut on are.
#[derive(Clone, Copy)]
enum State {
    /// Before all else.
    Start,
    Outside,
    /// Behind `entries:`, before the first chart.
    Entries,
    /// In a chart whose first line is indented by this many spaces.
    Chart(usize),
}

/// True if lines may end in other ways than with a line feed.
fn has_odd_breaks(text: &[u8]) -> bool {
    let lone = memchr::memchr_iter(b'\r', text).any(|at| text.get(at + 1) != Some(&b'\n'));
    lone || ["\u{85}", "\u{2028}", "\u{2029}"]
        .iter()
        .any(|b| memchr::memmem::find(text, b.as_bytes()).is_some())
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
        assert_eq!(outline.find("y").map(|block| block.text), Some(&b"  y: 2\n"[..]));
        assert!(outline.find("z").is_none());
        let twice = Outline::of(b"entries:\n  x: 1\n  x: 2\n").expect("it is plain");
        assert!(twice.find("x").is_none());
    }
}
