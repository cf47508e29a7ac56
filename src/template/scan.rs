//! Which values templates may read, found in their text.
//!
//! One execution takes one branch of each `if`. This takes all of them: it walks the trees with what each expression
//! may stand for ([`Shape`]) in place of values. What templates are given as `.` by `include`, `template` and `tpl` is
//! collected from all calls until nothing is added any more. Where it is not known what becomes of a value, all of it
//! counts as read, so what is not found here is not read by any execution.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::ast::{Block, Branch, Command, Node, Operand, Pipe, Pos, Tree};
use super::parse::parse;
use super::paths::{PathId, Paths, Step};
use super::set::ROOT;
use super::shape::Shape;
use super::trace::{Extent, Place};
use super::usage::{Usage, usage};
use crate::stack::with_stack;
use crate::value::Str;

/// Paths of more steps are read as a whole.
const DEPTH: usize = 24;
/// Once there are more paths than this, what lies below them is read as a whole.
const PATHS: usize = 200_000;
/// Levels of maps and lists that a template hands to another.
const SHAPE_DEPTH: usize = 6;
/// Places that one expression may stand for; all are read as a whole if there are more.
const SHAPE_SIZE: usize = 4_000;
/// How often, on average, a template is walked at most.
const ROUNDS: usize = 40;

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
}

impl Scan {
    /// Nothing is read yet. `global` is the key of the values that all charts see.
    pub fn new(global: &str) -> Scan {
        let mut paths = Paths::default();
        let global = paths.below(PathId::ROOT, Step::Key(global.into()));
        Scan { paths, reads: BTreeMap::new(), elsewhere: BTreeSet::new(), views: Vec::new(), global }
    }

    /// Adds a chart: the root, or one called `name` below another. Gives its number.
    pub fn chart(&mut self, above: Option<(usize, &Str)>) -> usize {
        let number = self.views.len();
        let mut values = PathId::ROOT;
        if let Some((above, name)) = above
            && let Some(view) = self.views.get_mut(above)
        {
            view.subcharts.insert(name.clone(), number);
            values = self.paths.below(view.values, Step::Key(name.clone()));
        }
        self.views.push(View { values, subcharts: BTreeMap::new() });
        number
    }

    /// Takes for read all values of the chart `name` below the chart number `above`, which is not there, and all globals.
    pub fn missing_chart(&mut self, above: usize, name: &Str) {
        if let Some(view) = self.views.get(above) {
            let values = self.paths.below(view.values, Step::Key(name.clone()));
            self.elsewhere.extend([(values, Extent::Whole), (self.global, Extent::Whole)]);
        }
    }

    /// Walks the templates until nothing new is found.
    pub fn run(&mut self, templates: &Templates) {
        let dot =
            |source: &Source| if source.is_file { Shape::roots(&source.charts) } else { Shape::default() };
        let dots = templates.trees.iter().map(dot).collect();
        let queue = (0..templates.trees.len()).rev().collect();
        Scanner {
            scan: self,
            templates,
            dots,
            queue,
            place: Place { file: Str::new(), line: 0 },
            tree: None,
            variables: Vec::new(),
            assigned: BTreeMap::new(),
            stored: HashMap::default(),
            is_stale: false,
        }
        .run();
    }
}

/// A scan under way.
struct Scanner<'s, 't> {
    scan: &'s mut Scan,
    templates: &'t Templates,
    /// What each tree may get as `.`.
    dots: Vec<Shape>,
    /// The trees to be walked, for the first time or because their `.` may be more than before.
    queue: Vec<usize>,
    /// The place of the action that is looked at.
    place: Place,
    /// The tree that is walked, unless it is the text of a `tpl`.
    tree: Option<&'t Tree>,
    /// Variables in scope, innermost last.
    variables: Vec<(Str, Shape)>,
    /// What is assigned to variables anywhere in the tree: loops come back to what stands before it.
    assigned: BTreeMap<Str, Shape>,
    /// What templates `set` in maps of the values, by key.
    stored: HashMap<(PathId, Str), Shape, FixedState>,
    /// True if there is more in `stored` than when some template was walked.
    is_stale: bool,
}

impl<'t> Scanner<'_, 't> {
    fn run(mut self) {
        let mut budget = self.templates.trees.len().saturating_mul(ROUNDS);
        loop {
            let Some(index) = self.queue.pop() else {
                if std::mem::take(&mut self.is_stale) {
                    self.queue.extend((0..self.templates.trees.len()).rev());
                    continue;
                }
                // What nobody calls is there for other charts, which will give it `.` in all likelihood.
                for (index, (dot, source)) in self.dots.iter_mut().zip(&self.templates.trees).enumerate() {
                    if dot.is_empty() && dot.join(Shape::roots(&source.charts)) {
                        self.queue.push(index);
                    }
                }
                if self.queue.is_empty() {
                    return;
                }
                continue;
            };
            let Some((Source { tree, .. }, dot)) =
                self.templates.trees.get(index).zip(self.dots.get(index).cloned())
            else {
                continue;
            };
            if budget == 0 {
                self.whole(&dot);
                continue;
            }
            budget -= 1;
            self.tree = (tree.name != ROOT).then_some(tree);
            self.walk_tree(tree, &dot);
        }
    }

    fn walk_tree(&mut self, tree: &Tree, dot: &Shape) {
        let outer = (std::mem::take(&mut self.variables), std::mem::take(&mut self.assigned));
        // Once more with what was assigned behind.
        for _ in 0..2 {
            self.variables = vec![(Str::from("$"), dot.clone())];
            self.walk_block(&tree.root, dot);
            if self.assigned.is_empty() {
                break;
            }
        }
        (self.variables, self.assigned) = outer;
    }

    fn walk_block(&mut self, block: &Block, dot: &Shape) {
        let mark = self.variables.len();
        for node in &block.nodes {
            match node {
                Node::Action(action) => {
                    self.at(action.pos);
                    let shape = self.pipe(&action.pipe, dot);
                    if action.pipe.decl.is_empty() {
                        self.whole(&shape);
                    }
                }
                Node::If(branch) => self.walk_branch(branch, dot, |_, _| dot.clone()),
                Node::With(branch) => self.walk_branch(branch, dot, |_, subject| subject),
                Node::Range(branch) => self.walk_branch(branch, dot, |scanner, subject| {
                    let item = scanner.item(&subject);
                    scanner.itself(&item);
                    // Of two variables the second one gets the items.
                    let declared =
                        scanner.variables.len() - branch.pipe.decl.len().min(scanner.variables.len());
                    let count = branch.pipe.decl.len();
                    for (index, variable) in branch.pipe.decl.iter().enumerate() {
                        let shape = if index + 1 == count { item.clone() } else { Shape::default() };
                        if branch.pipe.is_assign {
                            scanner.assign(&variable.name, shape);
                        } else if let Some(slot) = scanner.variables.get_mut(declared + index) {
                            slot.1 = shape;
                        }
                    }
                    item
                }),
                Node::Template(call) => {
                    self.at(call.pos);
                    let shape = call.pipe.as_ref().map(|pipe| self.pipe(pipe, dot)).unwrap_or_default();
                    self.call(&call.name, shape);
                }
                Node::Text(_) | Node::Break(_) | Node::Continue(_) => {}
            }
        }
        self.variables.truncate(mark);
    }

    /// Walks an `if`, `with` or `range`; `inner` makes `.` of its body from the value of its pipeline.
    fn walk_branch(&mut self, branch: &Branch, dot: &Shape, inner: impl FnOnce(&mut Self, Shape) -> Shape) {
        let mark = self.variables.len();
        self.at(branch.pos);
        let subject = self.pipe(&branch.pipe, dot);
        let inner = inner(self, subject);
        with_stack(|| {
            self.walk_block(&branch.list, &inner);
            if let Some(block) = &branch.else_list {
                self.walk_block(block, dot);
            }
        });
        self.variables.truncate(mark);
    }

    fn at(&mut self, pos: Pos) {
        if let Some(tree) = self.tree {
            self.place = Place::new(tree, pos);
        }
    }

    fn pipe(&mut self, pipe: &Pipe, dot: &Shape) -> Shape {
        let mut last = None;
        for command in pipe.cmds.iter() {
            last = Some(self.command(command, last, dot));
        }
        let shape = last.unwrap_or_default();
        for variable in &pipe.decl {
            if pipe.is_assign {
                self.assign(&variable.name, shape.clone());
            } else {
                self.variables.push((variable.name.clone(), shape.clone()));
            }
        }
        shape
    }

    fn assign(&mut self, name: &Str, shape: Shape) {
        if !shape.is_empty() {
            self.assigned.entry(name.clone()).or_default().join(shape);
        }
    }

    fn variable(&self, name: &Str) -> Shape {
        let declared = self.variables.iter().rfind(|(n, _)| n == name);
        let mut shape = declared.map(|(_, shape)| shape.clone()).unwrap_or_default();
        if let Some(assigned) = self.assigned.get(name) {
            shape.join(assigned.clone());
        }
        shape
    }

    fn command(&mut self, command: &Command, piped: Option<Shape>, dot: &Shape) -> Shape {
        let Some((first, operands)) = command.args.split_first() else { return Shape::default() };
        let mut args: Vec<Shape> = operands.iter().map(|operand| self.operand(operand, dot)).collect();
        args.extend(piped);
        if let Operand::Identifier(identifier) = first {
            return self.function(identifier.function.name(), operands, args);
        }
        if let [Operand::String(path)] = operands
            && let Operand::Field(field) = first
            && let Some((method @ (b"Table" | b"PathValue"), receiver)) =
                field.names.split_last().map(|(last, receiver)| (last.as_bytes(), receiver))
        {
            debug_assert!(!method.is_empty());
            let keys: Vec<Str> = path.value.split(|byte| *byte == b'.').map(Str::from).collect();
            let receiver = self.fields(dot.clone(), receiver);
            return self.fields(receiver, &keys);
        }
        args.iter().for_each(|arg| self.whole(arg));
        self.operand(first, dot)
    }

    fn operand(&mut self, operand: &Operand, dot: &Shape) -> Shape {
        match operand {
            Operand::Dot(_) => dot.clone(),
            Operand::Field(field) => self.fields(dot.clone(), &field.names),
            Operand::Variable(variable) => {
                let shape = self.variable(&variable.name);
                self.fields(shape, &variable.fields)
            }
            Operand::Chain(chain) => {
                let shape = with_stack(|| self.operand(&chain.node, dot));
                self.fields(shape, &chain.fields)
            }
            Operand::Pipe(pipe) => with_stack(|| self.pipe(pipe, dot)),
            Operand::Identifier(identifier) => self.function(identifier.function.name(), &[], Vec::new()),
            Operand::Nil(_) | Operand::Bool(..) | Operand::Number(..) | Operand::String(_) => {
                Shape::default()
            }
        }
    }

    /// What a function gives for `args`, the first of which are `operands`.
    fn function(&mut self, name: &str, operands: &[Operand], args: Vec<Shape>) -> Shape {
        match usage(name) {
            Usage::Glances => Shape::default(),
            Usage::Chooses | Usage::Copies => joined(args),
            Usage::Holds => self.holds(name, operands, args),
            Usage::Calls => {
                let text = operands.first().and_then(string);
                let dot = args.into_iter().nth(1).unwrap_or_default();
                match (name, text) {
                    ("include", Some(template)) => self.call(&template, dot),
                    ("include", None) => {
                        for name in self.templates.by_name.keys() {
                            self.call(name, dot.clone());
                        }
                    }
                    (_, Some(text)) => {
                        if let Some(tree) = parse(&ROOT.into(), Arc::new(text)).ok().and_then(|mut t| t.pop())
                        {
                            with_stack(|| {
                                let outer = self.tree.take();
                                self.walk_tree(&tree, &dot);
                                self.tree = outer;
                            });
                        }
                    }
                    // Texts that are not constants stand in values and files, which are scanned too.
                    (_, None) => {}
                }
                Shape::default()
            }
            Usage::Item => self.item(&joined(args)),
            Usage::Items if name.ends_with("hunk") => Shape::list(joined(args)),
            Usage::Items => joined(args),
            Usage::Entries => {
                let item = self.item(&joined(args));
                self.itself(&item);
                if name == "values" { Shape::list(item) } else { Shape::default() }
            }
            Usage::Looks => self.looks(name, operands, args),
            Usage::Reads => {
                args.iter().for_each(|arg| self.whole(arg));
                Shape::default()
            }
        }
    }

    /// What a function gives that puts its arguments into a map or list.
    fn holds(&mut self, name: &str, operands: &[Operand], args: Vec<Shape>) -> Shape {
        let mut args = args.into_iter();
        match name {
            "dict" => {
                let mut made = Shape::default();
                let mut index = 0;
                while let (Some(_), Some(value)) = (args.next(), args.next()) {
                    match operands.get(index).and_then(string) {
                        Some(key) => drop(made.put(key, value)),
                        None => drop(made.join(Shape::list(value))),
                    }
                    index += 2;
                }
                made
            }
            "list" | "tuple" => Shape::list(joined(args.collect())),
            "set" => {
                let (map, value) = (args.next().unwrap_or_default(), args.nth(1).unwrap_or_default());
                self.set(map, operands, value)
            }
            // `append list item`
            _ => {
                let mut list = args.next().unwrap_or_default();
                list.join(Shape::list(joined(args.collect())));
                list
            }
        }
    }

    /// `set map key value`
    fn set(&mut self, map: Shape, operands: &[Operand], value: Shape) -> Shape {
        if value.is_empty() {
            return map;
        }
        let Some(key) = operands.get(1).and_then(string) else {
            self.whole(&value);
            return map;
        };
        let mut made = Shape::default();
        made.put(key.clone(), value.clone());
        // The map changes under every name; it is known where it is among the values, and the variable that names it.
        match operands.first() {
            Some(Operand::Variable(variable)) if variable.fields.is_empty() => {
                self.assign(&variable.name, made.clone());
            }
            _ => {}
        }
        let is_own =
            matches!(operands.first(), Some(Operand::Variable(v)) if v.fields.is_empty() && v.name != "$");
        // Other maps may be looked into under other names.
        if !map.roots.is_empty() || (map.places.is_empty() && !is_own) {
            self.whole(&value);
        }
        for place in &map.places {
            self.is_stale |= self.stored.entry((*place, key.clone())).or_default().join(value.clone());
        }
        made.join(map);
        made
    }

    /// What a function gives that looks up keys.
    fn looks(&mut self, name: &str, operands: &[Operand], args: Vec<Shape>) -> Shape {
        // What is piped is the last argument and no constant.
        let key = |index: usize| operands.get(index).and_then(string);
        match name {
            "pluck" => {
                let maps = joined(args.into_iter().skip(1).collect());
                Shape::list(self.look(maps, key(0)))
            }
            "dig" => {
                let Some((map, rest)) = args.split_last() else { return Shape::default() };
                let steps = rest.len().saturating_sub(1);
                let mut found = map.clone();
                for index in 0..steps {
                    found = self.look(found, key(index));
                }
                found.join(rest.last().cloned().unwrap_or_default());
                found
            }
            "pick" | "unset" => {
                let map = args.first().cloned().unwrap_or_default();
                for index in 1..args.len() {
                    self.look(map.clone(), key(index));
                }
                map
            }
            _ => {
                let steps = args.len();
                let mut found = args.into_iter().next().unwrap_or_default();
                for index in 1..steps {
                    found = self.look(found, key(index));
                }
                found
            }
        }
    }

    /// What a map has under `key`, or, if that is not known, under any.
    fn look(&mut self, map: Shape, key: Option<Str>) -> Shape {
        match key {
            Some(key) => self.fields(map, &[key]),
            None => {
                let item = self.item(&map);
                self.itself(&item);
                item
            }
        }
    }

    /// What the fields `names` of it stand for, one after the other.
    fn fields(&mut self, shape: Shape, names: &[Str]) -> Shape {
        if names.is_empty() {
            return shape;
        }
        let shape = names.iter().fold(shape, |shape, name| self.field(shape, name));
        self.itself(&shape);
        shape
    }

    fn field(&mut self, shape: Shape, name: &Str) -> Shape {
        let mut found = Shape::default();
        for place in shape.places {
            let is_values = self.scan.views.iter().any(|view| view.values == place);
            if is_values && *name == "AsMap" {
                found.places.insert(place);
            } else if is_values && *name == "YAML" {
                self.mark(place, Extent::Whole);
            } else if is_values
                && self.scan.paths.known(PathId::ROOT, &Step::Key(name.clone())) == Some(self.scan.global)
            {
                found.places.insert(self.scan.global);
            } else if let Some(path) = self.below(place, Step::Key(name.clone())) {
                found.places.insert(path);
            }
            if let Some(stored) = self.stored.get(&(place, name.clone())) {
                found.join(stored.clone());
            }
        }
        for root in shape.roots {
            let Some(view) = self.scan.views.get(root) else { continue };
            if *name == "Values" {
                found.places.insert(view.values);
            } else if *name == "Subcharts" {
                for (name, chart) in &view.subcharts {
                    found.put(name.clone(), Shape::roots(&[*chart]));
                }
            }
        }
        let mut entries = shape.entries;
        found.join(entries.remove(name).unwrap_or_default());
        found.join(shape.items.map(|items| *items).unwrap_or_default());
        found
    }

    /// What any item of it stands for.
    fn item(&mut self, shape: &Shape) -> Shape {
        let mut found = Shape::default();
        for place in &shape.places {
            found.places.extend(self.below(*place, Step::Item));
        }
        for root in &shape.roots {
            found.places.extend(self.scan.views.get(*root).map(|view| view.values));
        }
        for inner in shape.entries.values().chain(shape.items.as_deref()) {
            found.join(inner.clone());
        }
        found
    }

    /// The path one step below; `None` if there are too many, and all is read.
    fn below(&mut self, path: PathId, step: Step) -> Option<PathId> {
        let paths = &mut self.scan.paths;
        if paths.depth(path) >= DEPTH || (paths.len() > PATHS && paths.known(path, &step).is_none()) {
            self.mark(path, Extent::Whole);
            return None;
        }
        Some(paths.below(path, step))
    }

    /// Gives the template `name` what it may get as `.`.
    fn call(&mut self, name: &Str, dot: Shape) {
        let mut lost = Vec::new();
        let mut dot = dot.cut(SHAPE_DEPTH, &mut lost);
        lost.iter().for_each(|shape| self.whole(shape));
        if dot.size() > SHAPE_SIZE {
            self.whole(&dot);
            dot = Shape::default();
        }
        let Some(indexes) = self.templates.by_name.get(name) else {
            // The chart that defines it may come from elsewhere.
            return self.whole(&dot);
        };
        for index in indexes {
            if self.dots.get_mut(*index).is_some_and(|known| known.join(dot.clone()))
                && !self.queue.contains(index)
            {
                self.queue.push(*index);
            }
        }
    }

    /// Notes that all of `shape` is read.
    fn whole(&mut self, shape: &Shape) {
        shape.places.iter().for_each(|path| self.mark(*path, Extent::Whole));
        for root in &shape.roots {
            if let Some(view) = self.scan.views.get(*root) {
                let values = view.values;
                self.mark(values, Extent::Whole);
            }
        }
        shape.entries.values().chain(shape.items.as_deref()).for_each(|shape| self.whole(shape));
    }

    /// Notes that `shape` is read, but not what is in it.
    fn itself(&mut self, shape: &Shape) {
        shape.places.iter().for_each(|path| self.mark(*path, Extent::Itself));
    }

    fn mark(&mut self, path: PathId, extent: Extent) {
        if self.tree.is_none() {
            self.scan.elsewhere.insert((path, extent));
            return;
        }
        let known = self.scan.reads.entry((path, self.place.clone())).or_insert(extent);
        *known = extent.max(*known);
    }
}

/// What one of several shapes stands for.
fn joined(shapes: Vec<Shape>) -> Shape {
    let mut all = Shape::default();
    for shape in shapes {
        all.join(shape);
    }
    all
}

/// The value of a string constant.
fn string(operand: &Operand) -> Option<Str> {
    match operand {
        Operand::String(constant) => Some(constant.value.clone()),
        Operand::Pipe(pipe) => match (&*pipe.cmds, pipe.decl.is_empty()) {
            ([command], true) => match &*command.args {
                [Operand::String(constant)] => Some(constant.value.clone()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}
