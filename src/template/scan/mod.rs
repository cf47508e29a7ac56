//! Which values templates may read, found in their text.
//!
//! One execution takes one branch of each `if`. This takes all of them: it walks the trees with what each expression
//! may stand for ([`shape::Shape`]) in place of values. What templates are given as `.` by `include`, `template` and `tpl` is
//! collected from all calls until nothing is added any more. Where it is not known what becomes of a value, all of it
//! counts as read, so what is not found here is not read by any execution.

mod functions;
mod shape;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use self::walk::Scanner;
use super::ast::Tree;
use super::parse::parse;
use super::paths::{PathId, Paths, Step};
use super::set::ROOT;
use super::trace::{Extent, Place, each_in};
use crate::stack::with_stack;
use crate::value::{Str, Value};

/// Templates to be scanned.
#[derive(Debug, Default)]
pub struct Templates {
    trees: Vec<Source>,
    by_name: HashMap<Str, Vec<usize>, FixedState>,
}

/// A template.
#[derive(Debug)]
struct Source {
    tree: Tree,
    /// The charts that it belongs to.
    charts: Vec<usize>,
    /// True if it is executed by itself, false if others call it.
    is_file: bool,
}

impl Templates {
    /// Adds the templates of a file of these charts. A text that is no template is left out.
    pub fn file(&mut self, name: &Str, text: &Str, charts: &[usize]) {
        let Ok(trees) = parse(name, Arc::new(text.clone())) else { return };
        for tree in trees {
            self.by_name.entry(tree.name.clone()).or_default().push(self.trees.len());
            let is_file = tree.name == *name;
            self.trees.push(Source { tree, charts: charts.to_vec(), is_file });
        }
    }

    /// Adds a text that `tpl` may be given, together with `.` of these charts.
    pub fn text(&mut self, text: &Str, charts: &[usize]) {
        if memchr::memmem::find(text, b"{{").is_some() {
            self.file(&ROOT.into(), text, charts);
        }
    }
}

/// What the files of one chart see as `.`.
#[derive(Debug)]
struct View {
    values: PathId,
    subcharts: BTreeMap<Str, usize>,
    /// `.Chart.Name`
    name: Str,
    /// `.Template.BasePath`
    base_path: Str,
}

/// What may be read.
#[derive(Debug)]
pub struct Scan {
    /// All paths that occur.
    pub paths: Paths,
    /// What may be read, and where.
    pub reads: BTreeMap<(PathId, Place), Extent>,
    /// What is read by texts that are in no file of `templates/`.
    pub elsewhere: BTreeSet<(PathId, Extent)>,
    views: Vec<View>,
    global: PathId,
    /// Where charts have defaults.
    defaults: BTreeSet<PathId>,
    /// Where there are values, and which strings.
    existing: HashMap<PathId, BTreeSet<Str>, FixedState>,
    /// True if there are charts missing, and the templates that they define.
    is_incomplete: bool,
}

impl Scan {
    /// Nothing is read yet. `global` is the key of the values that all charts see.
    pub fn new(global: &str) -> Scan {
        let mut paths = Paths::default();
        let global = paths.below(PathId::ROOT, Step::Key(global.into()));
        Scan {
            paths,
            reads: BTreeMap::new(),
            elsewhere: BTreeSet::new(),
            views: Vec::new(),
            global,
            defaults: BTreeSet::new(),
            existing: HashMap::default(),
            is_incomplete: false,
        }
    }

    /// Adds a chart, the root or one below that number, whose templates have paths that begin with `base_path`. Gives
    /// its number.
    pub fn chart(&mut self, name: &Str, above: Option<usize>, base_path: Str) -> usize {
        let number = self.views.len();
        let mut values = PathId::ROOT;
        if let Some(view) = above.and_then(|above| self.views.get_mut(above)) {
            view.subcharts.insert(name.clone(), number);
            values = self.paths.below(view.values, Step::Key(name.clone()));
        }
        self.views.push(View { values, subcharts: BTreeMap::new(), name: name.clone(), base_path });
        number
    }

    /// Adds values of the chart number `chart`: keys that are computed count only if there are such values.
    pub fn values(&mut self, chart: usize, values: &Value, is_default: bool) {
        if let Some(view) = self.views.get(chart) {
            let path = view.values;
            self.values_at(path, values, is_default);
        }
    }

    fn values_at(&mut self, path: PathId, value: &Value, is_default: bool) {
        if is_default {
            self.defaults.insert(path);
        }
        self.existing.entry(path).or_default().extend(value.as_str().cloned());
        each_in(value, |step, inner| {
            let is_global = path != PathId::ROOT && self.is_global(path, &step);
            let path = if is_global { self.global } else { self.paths.below(path, step) };
            with_stack(|| self.values_at(path, inner, is_default));
        });
    }

    /// True if the step leads from the values of a chart to those that all charts see.
    fn is_global(&self, path: PathId, step: &Step) -> bool {
        self.paths.known(PathId::ROOT, step) == Some(self.global)
            && self.views.iter().any(|view| view.values == path)
    }

    /// Takes for read all values of the chart `name` below the chart number `above`, which is not there, and all globals.
    pub fn missing_chart(&mut self, above: usize, name: &Str) {
        self.is_incomplete = true;
        if let Some(view) = self.views.get(above) {
            let values = self.paths.below(view.values, Step::Key(name.clone()));
            self.elsewhere.extend([(values, Extent::Whole), (self.global, Extent::Whole)]);
        }
    }

    /// Walks the templates until nothing new is found.
    pub fn run(&mut self, templates: &Templates) {
        Scanner::new(self, templates).run();
    }
}
