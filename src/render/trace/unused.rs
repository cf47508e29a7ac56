//! Keys that nothing reads.

use std::collections::{BTreeMap, BTreeSet};

use super::{Extent, Path, PathId, Step, Trace};
use crate::chart::coalesce::GLOBAL;
use crate::chart::mounts::mounts;
use crate::chart::origins::Origins;
use crate::chart::{Chart, Setting, values};
use crate::nearest::nearest;
use crate::template::paths::Paths;
use crate::value::Str;

/// A key that neither the render nor any other template of the charts reads. If nothing in the value of a key is read,
/// only the key itself is told of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unused {
    /// True if a chart sets it, not the user.
    pub is_default: bool,
    /// The file as the user or Helm names it (`lighthouse/values.yaml`), or the flag (`--set`).
    pub name: String,
    /// Line of it, from 1; `None` for a flag.
    pub line: Option<usize>,
    /// The pair of a flag, the key as it is written in a file.
    pub text: String,
    /// Where it is among the values of the root chart: keys, and indexes of lists.
    pub path: Vec<Str>,
    /// True if no chart has it among its defaults.
    pub is_unknown: bool,
    /// For an unknown key, those of the same map that may have been meant, best first.
    pub nearest: Vec<Str>,
}

/// What is read, or may be.
#[derive(Debug, Default)]
pub(super) struct Used {
    paths: Paths,
    extents: BTreeMap<PathId, Extent>,
}

impl Used {
    pub fn add(&mut self, path: &Path, extent: Extent) {
        let path = path.0.iter().fold(PathId::ROOT, |path, step| self.paths.below(path, step.clone()));
        let known = self.extents.entry(path).or_insert(extent);
        *known = extent.max(*known);
    }

    /// True if what is at `path` is read, or something above as a whole, or something below.
    fn covers(&self, path: &[Str]) -> bool {
        let mut reached = vec![PathId::ROOT];
        for key in path {
            if self.has(&reached, |extent| extent == Extent::Whole) {
                return true;
            }
            reached = self.step(&reached, key);
        }
        self.has(&reached, |_| true) || reached.iter().any(|path| self.paths.has_below(*path))
    }

    fn has(&self, paths: &[PathId], is_wanted: impl Fn(Extent) -> bool) -> bool {
        paths.iter().any(|path| self.extents.get(path).is_some_and(|extent| is_wanted(*extent)))
    }

    fn step(&self, paths: &[PathId], key: &Str) -> Vec<PathId> {
        let steps = [Step::Key(key.clone()), Step::Item];
        let mut found: Vec<PathId> = paths
            .iter()
            .flat_map(|path| steps.iter().filter_map(|step| self.paths.known(*path, step)))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The keys below `path` that are looked up.
    fn keys(&self, path: &[Str]) -> Vec<Str> {
        let reached = path.iter().fold(vec![PathId::ROOT], |paths, key| self.step(&paths, key));
        reached.iter().flat_map(|path| self.paths.keys_below(*path)).cloned().collect()
    }
}

impl Trace {
    /// The keys of the user's `values` and of the defaults of `chart` and the charts below it that nothing reads: first
    /// the user's, by file and line. `chart` must be the one that was rendered.
    pub fn unused(&self, chart: &Chart, values: &values::Sources) -> Vec<Unused> {
        let origins = Origins::new(Some(chart), values);
        let settings = origins.settings();
        let charts: Vec<Vec<Str>> = mounts(chart).into_iter().map(|mount| mount.path).collect();
        let mut defaults: BTreeSet<Vec<Str>> = charts.iter().cloned().collect();
        defaults.extend(settings.iter().filter(|s| s.is_default).map(|s| comparable(&s.path, &charts)));
        let mut finder = Finder { used: &self.used, charts: &charts, defaults: &defaults, found: Vec::new() };
        let mut rest = settings.as_slice();
        while let Some(setting) = rest.first() {
            let (own, behind) = rest.split_at((setting.below + 1).min(rest.len()));
            finder.visit(own);
            rest = behind;
        }
        let mut found = finder.found;
        found.sort_unstable();
        found
    }
}

struct Finder<'a> {
    used: &'a Used,
    charts: &'a [Vec<Str>],
    defaults: &'a BTreeSet<Vec<Str>>,
    found: Vec<Unused>,
}

impl Finder<'_> {
    /// Looks at a setting, the first, and those in its value. False if none of them is read.
    fn visit(&mut self, settings: &[Setting<'_>]) -> bool {
        let Some((setting, mut rest)) = settings.split_first() else { return true };
        if setting.is_repeated {
            return true;
        }
        let path = comparable(&setting.path, self.charts);
        // What is between the values of a chart and those of one below it.
        let leads_to_chart = self.charts.iter().any(|chart| chart.starts_with(&path));
        // What a chart exports is there for those that import it.
        let is_export = setting.is_default && path.last().is_some_and(|key| *key == "exports");
        if is_export
            && self.charts.iter().any(|chart| path.starts_with(chart) && chart.len() + 1 == path.len())
        {
            return true;
        }
        let mut is_used = leads_to_chart || self.used.covers(&path);
        let before = self.found.len();
        while let Some(inner) = rest.first() {
            let (own, behind) = rest.split_at((inner.below + 1).min(rest.len()));
            is_used |= crate::stack::with_stack(|| self.visit(own));
            rest = behind;
        }
        if !is_used {
            self.found.truncate(before);
            self.found.push(self.unused(setting, &path));
        }
        is_used
    }

    fn unused(&self, setting: &Setting<'_>, path: &[Str]) -> Unused {
        let is_unknown = !self.defaults.contains(path);
        let mut meant = Vec::new();
        if is_unknown && let Some((key, above)) = path.split_last() {
            let known = self.defaults.iter().filter(|p| p.len() == path.len() && p.starts_with(above));
            let mut known: Vec<Str> = known.filter_map(|p| p.last().cloned()).collect();
            known.extend(self.used.keys(above));
            meant = nearest(key, known.iter().map(Str::as_bytes)).into_iter().map(Str::from).collect();
        }
        Unused {
            is_default: setting.is_default,
            name: setting.name.to_owned(),
            line: setting.line,
            text: String::from_utf8_lossy(&setting.text[setting.span.clone()]).into_owned(),
            path: setting.path.clone(),
            is_unknown,
            nearest: meant,
        }
    }
}

/// A path in the form in which it is compared: globals of subcharts are those of the root, and one item of a list is as
/// good as another.
fn comparable(path: &[Str], charts: &[Vec<Str>]) -> Vec<Str> {
    let global = charts
        .iter()
        .filter(|chart| path.starts_with(chart))
        .map(Vec::len)
        .filter(|length| path.get(*length).is_some_and(|key| *key == GLOBAL))
        .max();
    let path = &path[global.unwrap_or(0)..];
    let is_index = |key: &Str| !key.is_empty() && key.iter().all(u8::is_ascii_digit);
    path.iter().map(|key| if is_index(key) { Str::from("0") } else { key.clone() }).collect()
}
