//! Which file or flag set a value, and where.

use std::ops::Range;

use super::assignments::{Assignment, Flag, assignments};
use super::coalesce::GLOBAL;
use super::mounts::mounts;
use super::{Chart, strvals, values};
use crate::value::{Map, Str, Value};
use crate::yaml;

/// Everything that sets values: files and flags of the user, defaults of the charts.
#[derive(Debug, Default)]
pub struct Origins<'a> {
    /// What wins comes first.
    pub(super) layers: Vec<Layer<'a>>,
    /// Where the values of subcharts are among those of the root.
    charts: Vec<Vec<Str>>,
}

/// One place where values are set.
#[derive(Debug)]
pub(super) struct Layer<'a> {
    pub name: String,
    pub text: &'a [u8],
    pub content: Content<'a>,
}

#[derive(Debug)]
pub(super) enum Content<'a> {
    /// A document of a values file: its own text, and where that begins in the file.
    Document { piece: &'a [u8], offset: usize, document: yaml::Document<'a> },
    /// The same of a chart; its values stand under `mount`.
    Defaults { mount: Vec<Str>, piece: &'a [u8], offset: usize, document: yaml::Document<'a> },
    /// A `name=value` of a flag.
    Assignment { flag: Flag, assignment: Assignment },
}

/// The place that sets a value.
#[derive(Clone, Debug)]
pub struct Origin<'s> {
    /// A file as the user or Helm names it (`lighthouse/values.yaml`), or a flag (`--set`).
    pub name: &'s str,
    /// The whole text of the file or flag.
    pub text: &'s [u8],
    /// Where in `text` the key is, or the item of a list.
    pub span: Range<usize>,
    /// Line of it, from 1; `None` for a flag.
    pub line: Option<usize>,
    /// What it sets, before anything is merged.
    pub value: Value,
}

impl Origin<'_> {
    /// `values.yaml:12`, `--set a.b=1`
    pub fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.name),
            None => format!("{} {}", self.name, Str::from(&self.text[self.span.clone()])),
        }
    }
}

/// What a layer knows of a path.
enum Found {
    /// It sets it here.
    Here(Range<usize>, Value),
    /// It sets something below it here, which makes it a map or list.
    Below(Range<usize>, Value),
    /// It sets something above it that is no map, so nothing below it can show.
    Hides,
    /// It sets another item of a list on the way: a list of the chart's is replaced by that.
    ReplacesList,
    Nothing,
}

impl<'a> Origins<'a> {
    /// The sources of a render. Files that are no YAML count as empty.
    pub fn new(chart: Option<&'a Chart>, user: &'a values::Sources) -> Origins<'a> {
        let mut layers = Vec::new();
        let kinds = [
            (Flag::Literal, &user.literal),
            (Flag::File, &user.file),
            (Flag::String, &user.string),
            (Flag::Set, &user.set),
            (Flag::Json, &user.json),
        ];
        for (flag, texts) in kinds {
            for text in texts.iter().rev() {
                if flag == Flag::Json && text.trim_start().starts_with('{') {
                    layers.extend(documents(flag.name(), text.as_bytes(), None).into_iter().rev());
                    continue;
                }
                let found = assignments(flag, text.as_bytes()).into_iter().rev();
                layers.extend(found.map(|assignment| Layer {
                    name: flag.name().to_owned(),
                    text: text.as_bytes(),
                    content: Content::Assignment { flag, assignment },
                }));
            }
        }
        for (name, data) in user.files.iter().rev() {
            layers.extend(documents(name, data, None).into_iter().rev());
        }
        let mut charts = Vec::new();
        for mount in chart.map(mounts).unwrap_or_default() {
            if let Some(file) = mount.chart.raw_file("values.yaml") {
                let name = mount.file(b"values.yaml");
                layers.extend(documents(&name, &file.data, Some(&mount.path)).into_iter().rev());
            }
            charts.push(mount.path);
        }
        Origins { layers, charts }
    }

    /// The place whose value for `path` wins, by Helm's order of precedence; of a map, which is made of all of them,
    /// the first that writes it as one. `path` begins at the values of the
    /// root chart; its steps are keys, and indexes of lists. A null counts as set: it removes a default.
    pub fn locate(&self, path: &[Str]) -> Option<Origin<'_>> {
        if let Some(above) = self.global_above(path)
            && let Some(origin) = self.locate(&above)
        {
            return Some(origin);
        }
        let mut list_is_replaced = false;
        // A map or list is told to be set where it is written as such, if the layers below have one.
        let mut below = None;
        for layer in &self.layers {
            if list_is_replaced && matches!(layer.content, Content::Defaults { .. }) {
                break;
            }
            match layer.find(path) {
                Found::Here(span, value) => {
                    let is_scalar = !matches!(value, Value::Map(_) | Value::List(_));
                    return below.filter(|_| is_scalar).or_else(|| Some(layer.origin(span, value)));
                }
                Found::Below(span, value) => below = below.or_else(|| Some(layer.origin(span, value))),
                Found::Hides => break,
                Found::ReplacesList => list_is_replaced = true,
                Found::Nothing => {}
            }
        }
        below
    }

    /// The longest part of `path` that is set, with its length; `None` if not even its first step is.
    pub fn locate_prefix(&self, path: &[Str]) -> Option<(usize, Origin<'_>)> {
        (1..=path.len()).rev().find_map(|length| Some((length, self.locate(&path[..length])?)))
    }

    /// The keys that all sources together set below `path`, sorted.
    pub fn keys(&self, path: &[Str]) -> Vec<Str> {
        let mut keys = Vec::new();
        for layer in &self.layers {
            keys.extend(layer.keys(path));
        }
        if let Some(above) = self.global_above(path) {
            keys.extend(self.keys(&above));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// For a global value of a subchart, its path among the values of the chart above, which win.
    fn global_above(&self, path: &[Str]) -> Option<Vec<Str>> {
        let depth = self
            .charts
            .iter()
            .filter(|chart| !chart.is_empty() && path.starts_with(chart))
            .map(Vec::len)
            .filter(|depth| path.get(*depth).is_some_and(|key| *key == GLOBAL))
            .max()?;
        Some([&path[..depth - 1], &path[depth..]].concat())
    }
}

/// The documents of a values file as layers, in their order.
fn documents<'a>(name: &str, text: &'a [u8], mount: Option<&[Str]>) -> Vec<Layer<'a>> {
    let pieces = pieces(text).filter_map(|(offset, piece)| {
        let document = yaml::parse(piece).ok()?.into_iter().next()?;
        let content = match mount {
            Some(mount) => Content::Defaults { mount: mount.to_vec(), piece, offset, document },
            None => Content::Document { piece, offset, document },
        };
        Some(Layer { name: name.to_owned(), text, content })
    });
    pieces.collect()
}

/// The documents of a values file and where each begins: a line that begins with `---` separates them.
pub fn pieces(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        while at < text.len() {
            let line = at;
            at = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline + 1);
            if line > start && text[line..].starts_with(b"---") {
                return Some((start, &text[start..line]));
            }
        }
        (at > start).then(|| (start, &text[start..]))
    })
}

impl Layer<'_> {
    fn find(&self, path: &[Str]) -> Found {
        match &self.content {
            Content::Document { piece, offset, document } => find(document, piece, *offset, path),
            Content::Defaults { mount, piece, offset, document } => match path.strip_prefix(mount.as_slice())
            {
                Some(rest) => find(document, piece, *offset, rest),
                None => Found::Nothing,
            },
            Content::Assignment { flag, assignment } => find_assigned(*flag, assignment, self.text, path),
        }
    }

    /// The keys that it sets below `path`.
    fn keys(&self, path: &[Str]) -> Vec<Str> {
        let (document, rest) = match &self.content {
            Content::Document { document, .. } => (document, Some(path)),
            Content::Defaults { mount, document, .. } => (document, path.strip_prefix(mount.as_slice())),
            Content::Assignment { assignment, .. } => {
                let below = assignment.path.strip_prefix(path).and_then(<[Str]>::first);
                return below.into_iter().cloned().collect();
            }
        };
        let Some(node) = rest.and_then(|rest| document.locate(rest)) else { return Vec::new() };
        node.entries().filter_map(|(key, _)| key.scalar().map(Str::from)).collect()
    }

    fn origin(&self, span: Range<usize>, value: Value) -> Origin<'_> {
        let end = span.end.min(self.text.len());
        let span = span.start.min(end)..end;
        let line = match self.content {
            Content::Assignment { .. } => None,
            _ => Some(1 + memchr::memchr_iter(b'\n', &self.text[..span.start]).count()),
        };
        Origin { name: &self.name, text: self.text, span, line, value }
    }
}

/// Looks `path` up in a document whose text `piece` begins at `offset` of its file.
fn find(document: &yaml::Document<'_>, piece: &[u8], offset: usize, path: &[Str]) -> Found {
    if path.is_empty() {
        return Found::Nothing;
    }
    let mut node = document.root();
    let mut start = node.position();
    let mut length = 0;
    for step in path {
        let named = node.entries().filter(|(key, _)| key.scalar() == Some(step)).last();
        (start, length) = match named {
            Some((key, _)) => (key.position(), step.len()),
            None => (start, length),
        };
        match node.get(step) {
            Some(below) if named.is_none() => (node, start, length) = (below, below.position(), 0),
            Some(below) => node = below,
            None if node.scalar().is_some() || node.items().next().is_some() => return Found::Hides,
            None => return Found::Nothing,
        }
    }
    let start = start.offset as usize;
    let length = match length {
        0 => rest_of_line(piece, start),
        length => length,
    };
    let value = yaml::decode(piece).map_or(Value::Nil, |root| walk(root, path));
    Found::Here(offset + start..offset + start + length, value)
}

fn rest_of_line(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let line = memchr::memchr(b'\n', rest).map_or(rest, |newline| &rest[..newline]);
    line.trim_ascii_end().len()
}

/// Looks `path` up in what a flag assigns.
fn find_assigned(flag: Flag, assignment: &Assignment, text: &[u8], path: &[Str]) -> Found {
    let common = assignment.path.iter().zip(path).take_while(|(a, b)| a == b).count();
    if common == assignment.path.len() && common == path.len() {
        return Found::Here(assignment.span.clone(), assigned(flag, assignment, text, path));
    }
    if common == path.len() {
        return match path {
            [] => Found::Nothing,
            _ => Found::Below(assignment.span.clone(), assigned(flag, assignment, text, path)),
        };
    }
    if common == assignment.path.len() {
        if common > 0
            && flag == Flag::Json
            && let Some(document) =
                yaml::parse(&text[assignment.value.clone()]).ok().and_then(|d| d.into_iter().next())
        {
            let offset = assignment.value.start;
            return match find(&document, &text[assignment.value.clone()], offset, &path[common..]) {
                Found::Here(..) => {
                    Found::Here(assignment.span.clone(), assigned(flag, assignment, text, path))
                }
                other => other,
            };
        }
        return if common > 0 { Found::Hides } else { Found::Nothing };
    }
    let is_index = |step: &Str| !step.is_empty() && step.iter().all(u8::is_ascii_digit);
    if common > 0 && is_index(&assignment.path[common]) && is_index(&path[common]) {
        return Found::ReplacesList;
    }
    Found::Nothing
}

/// What a flag sets at `path`.
fn assigned(flag: Flag, assignment: &Assignment, text: &[u8], path: &[Str]) -> Value {
    let values = Map::new();
    let pair = &text[assignment.span.clone()];
    let result = match flag {
        Flag::Json => strvals::set_json(pair, &values),
        Flag::Set => strvals::set(pair, &values),
        Flag::String => strvals::set_string(pair, &values),
        Flag::File => strvals::set_file(pair, &values, &mut |_| Ok(Str::new())),
        Flag::Literal => strvals::set_literal(pair, &values),
    };
    match result {
        Ok(()) => walk(Value::Map(values), path),
        Err(_) => Value::Nil,
    }
}

/// The value at `path` in `root`.
fn walk(root: Value, path: &[Str]) -> Value {
    path.iter().fold(root, |value, step| match value {
        Value::Map(map) => map.get(step).unwrap_or_default(),
        Value::List(list) => {
            let index = step.to_str().and_then(|index| index.parse::<usize>().ok());
            index.and_then(|index| list.get(index)).unwrap_or_default()
        }
        _ => Value::Nil,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::File;

    fn chart() -> Chart {
        let files = [
            (
                "Chart.yaml",
                "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{name: db, alias: store, version: '*'}]\n",
            ),
            ("values.yaml", "a: {x: 1}\nlist: [1, 2]\nstore:\n  port: 1\nglobal:\n  g: root\n"),
            ("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n"),
            ("charts/db/values.yaml", "port: 2\nhost: h\nglobal: {g: sub, own: 1}\n"),
        ];
        let files = files.map(|(name, text)| File { name: name.into(), data: text.into() });
        Chart::from_files(files.into(), &mut Vec::new()).expect("a chart")
    }

    #[test]
    fn the_winner_is_helms() {
        let chart = chart();
        let user = values::Sources {
            files: vec![
                ("a.yaml".into(), b"a:\n  x: 2\n  w: 2\n---\n\na:\n  w: 3\n".into()),
                ("b.yaml".into(), b"gone: {k: 1}\nnamed: &n {k: 1}\nmerged: {<<: *n}\n".into()),
            ],
            json: vec![r#"j={"k":[{"z":1}]}"#.into(), r#"{"whole": {"k": 1}}"#.into()],
            set: vec!["a.x=5,gone=null".into(), "list[1]=9".into(), "a.x=6,b.c.d=1".into()],
            ..values::Sources::default()
        };
        let sources = Origins::new(Some(&chart), &user);
        for (path, want) in [
            ("a.x", Some("--set a.x=6 = 6")),
            ("a.w", Some("a.yaml:7 = 3")),
            ("a.z", None),
            ("a", Some("a.yaml:6 = map[w:3]")),
            ("gone", Some("--set gone=null = <nil>")),
            ("gone.k", None),
            ("b.c", Some("--set b.c.d=1 = map[d:1]")),
            ("b.c.d.e", None),
            ("list.0", None),
            ("list.1", Some("--set list[1]=9 = 9")),
            ("merged.k", Some("b.yaml:2 = 1")),
            ("j.k.0.z", Some("--set-json j={\"k\":[{\"z\":1}]} = 1")),
            ("whole.k", Some("--set-json:1 = 1")),
            ("store.port", Some("app/values.yaml:4 = 1")),
            ("store.host", Some("app/charts/store/values.yaml:2 = h")),
            ("store.global.g", Some("app/values.yaml:6 = root")),
            ("store.global.own", Some("app/charts/store/values.yaml:3 = 1")),
            ("", None),
        ] {
            let path: Vec<Str> = path.split('.').filter(|p| !p.is_empty()).map(Str::from).collect();
            let got = sources.locate(&path);
            let got = got.map(|o| format!("{} = {}", o.place(), crate::gofmt::to_text(&o.value)));
            assert_eq!(got.as_deref(), want, "{path:?}");
        }
        let keys: Vec<String> = sources.keys(&["store".into()]).iter().map(Str::to_string).collect();
        assert_eq!(keys, ["global", "host", "port"]);
        assert_eq!(sources.locate_prefix(&["a".into(), "q".into()]).map(|(n, _)| n), Some(1));
    }

    #[test]
    fn documents_keep_their_places() {
        let text = b"a: 1\n--- # two\nb: 2\n---\nc: 3";
        let found: Vec<_> =
            pieces(text).map(|(at, piece)| (at, &text[at..at + piece.len()] == piece)).collect();
        assert_eq!(found, [(0, true), (15, true), (24, true)]);
        assert_eq!(pieces(b"").count(), 0);
    }
}
