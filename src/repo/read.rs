//! Reading `index.yaml`.
//!
//! Helm decodes the whole file strictly. Programs write indexes in one plain form: a block of lines for each chart.
//! Such a file is cut into those blocks, which are decoded each on its own, by several threads, or only the one that
//! is asked for. Whatever does not fit the form, or has an error, is read as a whole; so results and errors are the
//! same.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::index::{ChartVersion, Index, OUTDATED, sort};
use super::outline::{Block, Outline};
use super::shape::{ENTRIES, INDEX};
use crate::chart::{self, Metadata, Notice, Notices};
use crate::limits::{INDEX_BYTES, THREADS};
use crate::value::{Map, Str, Value};
use crate::yaml::{self, Shape};
use crate::{fsx, json};

/// Below this many bytes one thread is faster than several.
const SMALL: usize = 256 << 10;

/// Why a text is no index, in Helm's words.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl Index {
    /// Reads the text of an `index.yaml` that came from `source`. Entries that are no charts are left out, with a
    /// notice.
    ///
    /// # Errors
    /// If it is no index.
    pub fn parse(text: &[u8], source: &str, notices: &mut Notices) -> Result<Index, Error> {
        if text.is_empty() {
            return Err(Error("empty index.yaml file".to_owned()));
        }
        if let Some(index) = Outline::of(text).and_then(|outline| parse_blocks(&outline, source, notices)) {
            return Ok(index);
        }
        Index::parse_whole(text, source, notices)
    }

    /// The same without a look at the lines.
    fn parse_whole(text: &[u8], source: &str, notices: &mut Notices) -> Result<Index, Error> {
        let error = |error: &dyn fmt::Display| Error(error.to_string());
        let index = match json::decode(text) {
            Ok(value) => Shape::Struct(&INDEX).fit_json(&value).map_err(|e| {
                // The way from YAML loses the name of the struct.
                Error(e.to_string().replacen("Go struct field .", "Go struct field IndexFile.", 1))
            })?,
            Err(_) => yaml::decode_strict(text, &Shape::Struct(&INDEX)).map_err(|e| error(&e))?,
        };
        let index = index.as_map().cloned().unwrap_or_default();
        let mut entries = BTreeMap::new();
        if let Some(Value::Map(charts)) = index.get("entries") {
            for (name, versions) in charts.entries().iter() {
                entries.insert(name.clone(), read_versions(name, versions, source, notices)?);
            }
        }
        check_head(&index)?;
        Ok(Index { entries })
    }

    /// The same for the index in the file at `path`.
    ///
    /// # Errors
    /// If it cannot be read or is no index.
    pub fn read(path: &Path, notices: &mut Notices) -> Result<Index, Error> {
        Index::read_with(path, |text, source| Index::parse(text, source, notices))
    }

    /// Reads of the index in the file at `path` only the chart `name`, if that can be done.
    ///
    /// # Errors
    /// If it cannot be read or is no index.
    pub fn read_chart(path: &Path, name: &str, notices: &mut Notices) -> Result<Index, Error> {
        Index::read_with(path, |text, source| Index::parse_chart(text, name, source, notices))
    }

    fn parse_chart(text: &[u8], name: &str, source: &str, notices: &mut Notices) -> Result<Index, Error> {
        let found = Outline::of(text).and_then(|outline| {
            let mut own = Notices::new();
            let (key, versions) = parse_block(outline.find(name)?, source, &mut own)?;
            if key != name {
                return None;
            }
            notices.extend(own);
            Some(Index { entries: [(key, versions)].into() })
        });
        found.map_or_else(|| Index::parse(text, source, notices), Ok)
    }

    fn read_with(
        path: &Path,
        parse: impl FnOnce(&[u8], &str) -> Result<Index, Error>,
    ) -> Result<Index, Error> {
        let text = fsx::read_limited(path, INDEX_BYTES).map_err(|error| Error(error.to_string()))?;
        let source = path.to_string_lossy();
        parse(&text, &source).map_err(|error| Error(format!("error loading {source}: {error}")))
    }
}

/// What the index is made of whose parts these are; `None` if there is anything that is better seen as a whole.
fn parse_blocks(outline: &Outline<'_>, source: &str, notices: &mut Notices) -> Option<Index> {
    let head = yaml::decode_strict(&outline.head(), &Shape::Struct(&INDEX)).ok()?;
    let head = head.as_map().filter(|head| !head.contains_key("entries"))?;
    check_head(head).ok()?;
    let blocks = &outline.blocks;
    let size: usize = blocks.iter().map(|block| block.text.len()).sum();
    let threads =
        if size < SMALL { 1 } else { thread::available_parallelism().map_or(1, |n| n.get().min(THREADS)) };
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((i, block)) = {
            let i = next.fetch_add(1, Ordering::Relaxed);
            blocks.get(i).map(|block| (i, block))
        } {
            let mut notices = Notices::new();
            let parsed = parse_block(block, source, &mut notices);
            if parsed.is_none() {
                // The rest is in vain.
                next.store(blocks.len(), Ordering::Relaxed);
            }
            done.push((i, parsed?, notices));
        }
        Some(done)
    };
    let mut parsed = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work()?;
        for other in others {
            all.extend(other.join().ok()??);
        }
        Some(all)
    })?;
    parsed.sort_by_key(|(i, ..)| *i);
    let mut entries = BTreeMap::new();
    let mut found = Notices::new();
    for (_, (name, versions), own) in parsed {
        found.extend(own);
        if entries.insert(name, versions).is_some() {
            return None;
        }
    }
    notices.extend(found);
    Some(Index { entries })
}

/// Name and versions of the one chart in `block`.
fn parse_block(block: &Block<'_>, source: &str, notices: &mut Notices) -> Option<(Str, Vec<ChartVersion>)> {
    let map = yaml::decode_strict(block.text, &ENTRIES).ok()?;
    let entries = map.as_map()?.entries();
    let mut entries = entries.iter();
    let (Some((name, versions)), None) = (entries.next(), entries.next()) else { return None };
    Some((name.clone(), read_versions(name, versions, source, notices).ok()?))
}

/// Checks what an index must say beside its charts.
fn check_head(index: &Map) -> Result<(), Error> {
    read_time(index, "generated")?;
    match index.get("apiVersion") {
        Some(Value::Str(version)) if !version.is_empty() => Ok(()),
        _ => Err(Error("no API version specified".to_owned())),
    }
}

/// The versions of the chart `name`, the highest first.
fn read_versions(
    name: &Str,
    versions: &Value,
    source: &str,
    notices: &mut Notices,
) -> Result<Vec<ChartVersion>, Error> {
    let mut read = Vec::new();
    let Some(list) = versions.as_list() else { return Ok(read) };
    let skipped = |message| {
        Notice::warn(format!("skipping loading invalid entry for chart{message}"))
            .with("name", name.to_str_lossy())
    };
    // Helm goes backwards, which the order of its notices shows.
    for version in list.items().iter().rev() {
        let Some(map) = version.as_map() else {
            notices.push(skipped(": empty entry").with("source", source));
            continue;
        };
        let created = read_time(map, "created")?;
        match Metadata::of_index(map) {
            Ok(metadata) => read.push(ChartVersion::new(metadata, created, map)),
            Err(error) => {
                let number = text(map, "version");
                let notice = skipped("").with("version", number.to_str_lossy()).with("source", source);
                notices.push(notice.with("error", error.to_string()));
            }
        }
    }
    read.reverse();
    sort(&mut read);
    Ok(read)
}

fn read_time(map: &Map, name: &str) -> Result<Str, Error> {
    let value = map.get(name).unwrap_or_default();
    chart::time(&value).map_err(|error| Error(error.to_string()))?;
    Ok(value.as_str().cloned().unwrap_or_default())
}

impl ChartVersion {
    fn new(metadata: Metadata, created: Str, map: &Map) -> ChartVersion {
        let urls = match map.get("urls") {
            Some(Value::List(urls)) => {
                urls.items().iter().map(|url| url.as_str().cloned().unwrap_or_default()).collect()
            }
            _ => Vec::new(),
        };
        ChartVersion {
            metadata,
            urls,
            created,
            removed: matches!(map.get("removed"), Some(Value::Bool(true))),
            digest: text(map, "digest"),
            outdated: OUTDATED.map(|name| text(map, name)),
        }
    }
}

fn text(map: &Map, name: &str) -> Str {
    map.get(name).and_then(|value| value.as_str().cloned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "apiVersion: v1
entries:
  a:
  - apiVersion: v2
    created: \"2024-01-02T03:04:05Z\"
    description: It's a text, \"quoted\", and
      longer than its line
    keywords:
    - k
    name: a
    urls:
    - https://h/a-1.0.0.tgz
    version: 1.0.0
  - name: a
    description: |
      lines

      b:
      - name: b
    annotations: {x: 'y', z: '[1]'}
    version: 1.10.0
  # none
  b: []
  c:
    - name: c
      version: \"2\"
      dependencies:
      - name: x
        repository: ''
generated: \"2024-01-02T03:04:05Z\"
";

    fn shown(outcome: Result<Index, Error>, notices: &Notices) -> String {
        match outcome {
            Ok(index) => format!("{:?}\n{notices:?}", index.entries),
            Err(error) => format!("{error}\n{notices:?}"),
        }
    }

    #[test]
    fn both_ways_of_reading_agree() {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut random = |n: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % n as u64).unwrap_or(0)
        };
        let pieces = [
            "\"",
            "'",
            "\n",
            " ",
            "  ",
            "- ",
            ":",
            ": ",
            "#",
            "{",
            "}",
            "[",
            "]",
            "&a ",
            "*a",
            "|\n",
            ">",
            "\t",
            "!!str ",
            "a:",
            "\n---\n",
            "\n...\n",
            "null",
            "1",
            "entries:\n",
            "\nb:\n",
            "\n  b:\n",
            ",",
            "%",
            "? ",
            "\\",
            "\r",
            "é",
        ];
        let mut plain = 0;
        for _ in 0..2500 {
            let mut text = PLAIN.to_owned();
            for _ in 0..=random(2) {
                let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
                let at = places[random(places.len())];
                match random(3) {
                    0 => text.insert_str(at, pieces[random(pieces.len())]),
                    1 => drop(text.remove(at)),
                    _ => {
                        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
                        let (from, to) = (random(lines.len()), random(lines.len()));
                        let line = lines[from].clone();
                        lines.insert(to, line);
                        text = lines.concat();
                    }
                }
            }
            let bytes = text.as_bytes();
            let (mut whole_notices, mut notices) = (Notices::new(), Notices::new());
            let whole = Index::parse_whole(bytes, "s", &mut whole_notices);
            if let Ok(index) = &whole {
                plain += usize::from(Outline::of(bytes).is_some());
                for name in ["a", "b", "c", "d"] {
                    let one = Index::parse_chart(bytes, name, "s", &mut Notices::new()).expect("it is valid");
                    let versions = |index: &Index| format!("{:?}", index.entries.get(name.as_bytes()));
                    assert_eq!(versions(&one), versions(index), "{name} of\n{text}");
                }
            }
            let parsed = Index::parse(bytes, "s", &mut notices);
            assert_eq!(shown(parsed, &notices), shown(whole, &whole_notices), "{text:?}");
        }
        assert!(plain > 250, "only {plain} were plain");
    }
}
