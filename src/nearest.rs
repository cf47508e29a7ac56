//! The names that someone may have meant.

/// How many names to suggest at most.
const SUGGESTIONS: usize = 3;
/// Names longer than this are not compared: the time grows with the square.
const LONGEST: usize = 128;

/// Those of `candidates` that are most like `word`, best first; none if all are too different.
pub fn nearest<'a>(word: &[u8], candidates: impl IntoIterator<Item = &'a [u8]>) -> Vec<&'a [u8]> {
    let wanted = fold(word);
    let mut found: Vec<(usize, &[u8])> = candidates
        .into_iter()
        .filter(|candidate| *candidate != word && candidate.len() <= LONGEST && word.len() <= LONGEST)
        .filter_map(|candidate| Some((score(&wanted, &fold(candidate))?, candidate)))
        .collect();
    found.sort_unstable();
    found.dedup();
    let best = found.first().map_or(0, |(score, _)| *score);
    found
        .into_iter()
        .take_while(|(score, _)| *score <= best + 1)
        .take(SUGGESTIONS)
        .map(|(_, candidate)| candidate)
        .collect()
}

/// A name without what people get wrong most: letter case and separators.
fn fold(name: &[u8]) -> Vec<u8> {
    name.iter().filter(|b| !matches!(b, b'-' | b'_')).map(u8::to_ascii_lowercase).collect()
}

/// How different two folded names are; `None` if too much.
fn score(wanted: &[u8], name: &[u8]) -> Option<usize> {
    let limit = wanted.len().max(name.len()).div_ceil(3).min(4);
    let distance = distance(wanted, name);
    let (short, long) = if wanted.len() < name.len() { (wanted, name) } else { (name, wanted) };
    let is_abbreviation = short.len() > 1 && (abbreviates(short, long) || long.ends_with(short));
    match distance {
        _ if wanted.is_empty() || name.is_empty() => None,
        near if near <= limit && near < short.len().max(2) => Some(near),
        _ if is_abbreviation => Some(2),
        _ => None,
    }
}

/// True if `short` begins as `long` does and is what remains if letters are left out of that.
fn abbreviates(short: &[u8], long: &[u8]) -> bool {
    let mut letters = long.iter();
    short.first() == long.first() && short.iter().all(|letter| letters.any(|l| l == letter))
}

/// The number of insertions, deletions, replacements and swaps of neighbors that make `b` of `a`.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = last[j] + usize::from(x != y);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        for (word, candidates, want) in [
            ("hosts", &["host", "port", "hosts"][..], &["host"][..]),
            ("className", &["class-name", "name"], &["class-name"]),
            ("tempalte", &["template", "tpl"], &["template", "tpl"]),
            ("db", &["database", "ab", "x"], &["ab", "database"]),
            ("lower_", &["lower", "upper"], &["lower"]),
            ("abc", &["xyz", "", "q"], &[]),
            ("", &["a"], &[]),
        ] {
            let got = nearest(word.as_bytes(), candidates.iter().map(|c| c.as_bytes()));
            let want: Vec<_> = want.iter().map(|w| w.as_bytes()).collect();
            assert_eq!(got, want, "{word}");
        }
    }

    #[test]
    fn swaps_of_neighbors_count_once() {
        assert_eq!(
            [distance(b"ab", b"ba"), distance(b"", b"ab"), distance(b"kitten", b"sitting")],
            [1, 2, 3]
        );
    }
}
