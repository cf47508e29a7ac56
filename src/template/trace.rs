//! What templates read of the values, noted while they execute.
//!
//! Values carry no positions, so a trace knows them by identity: before the templates run, every map and list of the
//! values is given its path ([`Trace::tag`]). Maps and lists are shared, so wherever the executor meets one of them
//! later, in a variable, as dot of an included template, in a `dict`, its address tells what it is. Functions that
//! copy maps hand on the paths of what they copy. Scalars have no identity; they count as read when they are taken
//! out of their map, which is the only way to them.
//!
//! A map or list that is merely fetched, tested or handed on is read *itself*: what is in it counts when it is fetched in
//! turn. What looks at all of it, such as `toYaml`, reads it as a *whole*.
//!
//! Without a trace the executor pays a test of a pointer for each field, call, loop and print.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};

use foldhash::fast::FixedState;
use hashbrown::{HashMap, HashSet};
use smallvec::SmallVec;

use super::ast::{Pos, Tree};
use super::paths::{PathId, Paths, Step};
use super::usage::{Usage, usage};
use crate::stack::with_stack;
use crate::value::call::{CallError, Host};
use crate::value::{Map, Str, Value};

/// A map or list made by merging has at most this many paths.
const PATHS_PER_VALUE: usize = 16;

/// A line of a template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as Helm names it: `chart/templates/a.yaml`.
    pub file: Str,
    /// The line, from 1.
    pub line: usize,
}

impl Place {
    /// The line of the byte at `pos` in the file of `tree`.
    pub fn new(tree: &Tree, pos: Pos) -> Place {
        let before = &tree.text[..(pos as usize).min(tree.text.len())];
        Place { file: tree.parse_name.clone(), line: 1 + memchr::memchr_iter(b'\n', before).count() }
    }
}

/// How much of a value was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// A scalar, or of a map or list only that it is there.
    Itself,
    /// All that is in it.
    Whole,
}

/// Something that is not the same each time or everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outside {
    /// The time of day.
    Clock,
    /// The zone in which a time is shown.
    TimeZone,
    /// Random bytes.
    Random,
    /// The DNS.
    Network,
    /// The cluster.
    Cluster,
}

const OUTSIDE: [Outside; 5] =
    [Outside::Clock, Outside::TimeZone, Outside::Random, Outside::Network, Outside::Cluster];

/// What was noted.
#[derive(Debug, Default)]
pub struct Trace {
    /// All paths that occur.
    pub paths: Paths,
    /// What was read, and where.
    pub reads: BTreeMap<(PathId, Place), Extent>,
    /// Keys that were looked up in vain, and where; true if the template is prepared for that.
    pub missing: BTreeMap<(PathId, Place), bool>,
    /// The functions that asked the world outside, what they asked for, and where they were called.
    pub calls: BTreeMap<(Place, &'static str), Vec<Outside>>,
    tags: HashMap<usize, Tag, FixedState>,
    /// Where the outermost `tpl` under way was called: its text has no file.
    pub(super) tpl: Option<Place>,
}

/// A map or list of the values.
#[derive(Debug)]
struct Tag {
    paths: SmallVec<[PathId; 1]>,
    /// Keeps its address from being given to another.
    _value: Value,
}

/// The address of a map or list.
fn identity(value: &Value) -> Option<usize> {
    match value {
        Value::Map(map) => Some(map.id()),
        Value::List(list) => Some(list.id()),
        _ => None,
    }
}

/// Calls `visit` with each value in a map or list, and the step there.
pub fn each_in(value: &Value, mut visit: impl FnMut(Step, &Value)) {
    match value {
        Value::Map(map) => map.entries().iter().for_each(|(key, value)| visit(Step::Key(key.clone()), value)),
        Value::List(list) => list.items().iter().for_each(|item| visit(Step::Item, item)),
        _ => {}
    }
}

impl Trace {
    /// Gives `value`, if it is a map or list, the path `path`. What is in it is not touched.
    pub fn tag(&mut self, value: &Value, path: PathId) {
        let Some(id) = identity(value) else { return };
        let tag =
            self.tags.entry(id).or_insert_with(|| Tag { paths: SmallVec::new(), _value: value.clone() });
        if !tag.paths.contains(&path) && tag.paths.len() < PATHS_PER_VALUE {
            tag.paths.push(path);
        }
    }

    /// The paths of a map or list.
    fn paths_of(&self, value: &Value) -> SmallVec<[PathId; 1]> {
        identity(value).and_then(|id| self.tags.get(&id)).map(|tag| tag.paths.clone()).unwrap_or_default()
    }

    fn read(&mut self, path: PathId, place: &Place, extent: Extent) {
        let known = self.reads.entry((path, place.clone())).or_insert(extent);
        *known = extent.max(*known);
    }

    /// Notes that `key` was looked up in `map`. `is_expected` is asked if there is nothing.
    pub(super) fn key(&mut self, map: &Map, key: &Str, place: &Place, is_expected: impl FnOnce() -> bool) {
        let paths = self.paths_of(&Value::Map(map.clone()));
        if map.contains_key(key) {
            for path in paths {
                let path = self.paths.below(path, Step::Key(key.clone()));
                self.read(path, place, Extent::Itself);
            }
        } else if let [path] = *paths {
            let path = self.paths.below(path, Step::Key(key.clone()));
            self.missing.entry((path, place.clone())).or_insert_with(is_expected);
        }
    }

    /// Notes that all of `value` was read.
    pub(super) fn whole(&mut self, value: &Value, place: &Place) {
        self.whole_within(value, place, &[], &mut HashSet::default());
    }

    /// As [`Trace::whole`], for a value in one whose paths, `above`, are noted.
    fn whole_within(
        &mut self,
        value: &Value,
        place: &Place,
        above: &[PathId],
        seen: &mut HashSet<usize, FixedState>,
    ) {
        let Some(id) = identity(value) else { return };
        if !seen.insert(id) {
            return;
        }
        let paths = self.paths_of(value);
        for path in &paths {
            if !self.paths.above(*path).is_some_and(|parent| above.contains(&parent)) {
                self.read(*path, place, Extent::Whole);
            }
        }
        each_in(value, |_, inner| {
            with_stack(|| self.whole_within(inner, place, &paths, seen));
        });
    }

    /// Notes that every key of `value` was seen, or every item.
    pub(super) fn entries(&mut self, value: &Value, place: &Place) {
        let paths = self.paths_of(value);
        if !paths.is_empty() {
            each_in(value, |step, _| {
                for path in &paths {
                    let path = self.paths.below(*path, step.clone());
                    self.read(path, place, Extent::Itself);
                }
            });
        }
    }

    /// Notes that the function `name` is called with `args`.
    pub(super) fn call(&mut self, name: &str, args: &[Value], place: &Place, is_expected: impl Fn() -> bool) {
        match usage(name) {
            Usage::Glances | Usage::Chooses | Usage::Holds | Usage::Calls => {}
            Usage::Item | Usage::Items | Usage::Copies => {}
            Usage::Entries => args.iter().for_each(|arg| self.entries(arg, place)),
            Usage::Looks => match (name, args) {
                ("pluck", [Value::Str(key), maps @ ..]) => {
                    for map in maps.iter().filter_map(Value::as_map) {
                        self.key(map, key, place, &is_expected);
                    }
                }
                ("pick", [Value::Map(map), keys @ ..]) => {
                    for key in keys.iter().filter_map(Value::as_str) {
                        self.key(map, key, place, &is_expected);
                    }
                }
                ("dig", [keys @ .., _, from]) => self.walk(from, keys, place, &is_expected),
                (_, [from, keys @ ..]) => self.walk(from, keys, place, &is_expected),
                _ => {}
            },
            Usage::Reads => args.iter().for_each(|arg| self.whole(arg, place)),
        }
    }

    /// Notes that `keys` were looked up from `from` on, each in what was found under the one before.
    pub(super) fn walk(
        &mut self,
        from: &Value,
        keys: &[Value],
        place: &Place,
        is_expected: &impl Fn() -> bool,
    ) {
        let mut current = from.clone();
        for key in keys {
            current = match (&current, key) {
                (Value::Map(map), Value::Str(key)) => {
                    self.key(map, key, place, is_expected);
                    map.get(key).unwrap_or_default()
                }
                (Value::List(list), index) => {
                    for path in self.paths_of(&current) {
                        let path = self.paths.below(path, Step::Item);
                        self.read(path, place, Extent::Itself);
                    }
                    let index = index.as_int().and_then(|index| usize::try_from(index).ok());
                    index.and_then(|index| list.get(index)).unwrap_or_default()
                }
                _ => return,
            };
        }
    }

    /// Gives `result` of the function `name` the paths of what it is a copy of.
    pub(super) fn result(&mut self, name: &str, args: &[Value], result: &Value) {
        match (usage(name), name, args) {
            (Usage::Copies, "omit", [from, ..]) | (Usage::Looks, "pick", [from, ..]) => {
                for path in self.paths_of(from) {
                    self.tag(result, path);
                }
            }
            (Usage::Copies, ..) => {
                args.iter().for_each(|arg| self.copied(arg, result, &mut HashSet::default()));
            }
            _ => {}
        }
    }

    /// Gives the maps and lists of `to` the paths of those that are in the same place in `from`.
    fn copied(&mut self, from: &Value, to: &Value, seen: &mut HashSet<(usize, usize), FixedState>) {
        let (Some(source), Some(target)) = (identity(from), identity(to)) else { return };
        if source == target || !seen.insert((source, target)) {
            return;
        }
        for path in self.paths_of(from) {
            self.tag(to, path);
        }
        match (from, to) {
            (Value::Map(from), Value::Map(to)) => {
                for (key, value) in to.entries().iter() {
                    if let Some(source) = from.get(key) {
                        with_stack(|| self.copied(&source, value, seen));
                    }
                }
            }
            (Value::List(from), Value::List(to)) => {
                for (source, item) in from.items().iter().zip(to.items()) {
                    with_stack(|| self.copied(source, &item, seen));
                }
            }
            _ => {}
        }
    }
}

/// The host of a traced render: passes everything on to another, and knows what was asked.
pub struct Witness<'h> {
    host: &'h dyn Host,
    /// One bit for each of [`OUTSIDE`].
    asked: AtomicU8,
}

impl<'h> Witness<'h> {
    /// A witness of what is asked of `host`.
    pub fn new(host: &'h dyn Host) -> Witness<'h> {
        Witness { host, asked: AtomicU8::new(0) }
    }

    fn note(&self, what: Outside) -> &'h dyn Host {
        self.asked.fetch_or(1 << what as u8, Ordering::Relaxed);
        self.host
    }

    /// What was asked since the last time.
    pub(super) fn take(&self) -> Vec<Outside> {
        let asked = self.asked.swap(0, Ordering::Relaxed);
        OUTSIDE.into_iter().filter(|what| asked & (1 << *what as u8) != 0).collect()
    }
}

impl fmt::Debug for Witness<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Witness").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl Host for Witness<'_> {
    fn now(&self) -> i128 {
        self.note(Outside::Clock).now()
    }

    fn time_zone(&self) -> Option<String> {
        self.note(Outside::TimeZone).time_zone()
    }

    fn random(&self, buffer: &mut [u8]) {
        self.note(Outside::Random).random(buffer);
    }

    fn resolve(&self, name: &str) -> Vec<String> {
        self.note(Outside::Network).resolve(name)
    }

    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Map, CallError> {
        self.note(Outside::Cluster).lookup(api_version, kind, namespace, name)
    }

    fn is_lint(&self) -> bool {
        self.host.is_lint()
    }
}
