//! The walk through the trees.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::shape::{Shape, Texts};
use super::{Scan, Source, Templates};
use crate::stack::with_stack;
use crate::template::ast::{Block, Branch, Command, Node, Operand, Pipe, Pos, Tree};
use crate::template::paths::{PathId, Step};
use crate::template::set::ROOT;
use crate::template::trace::{Extent, Place};
use crate::value::Str;

/// Paths of more steps are read as a whole.
const DEPTH: usize = 24;
/// Once there are more paths than this, what lies below them is read as a whole.
const PATHS: usize = 200_000;
/// Levels of maps and lists that a template hands to another.
const SHAPE_DEPTH: usize = 6;
/// Places that one expression may stand for; all are read as a whole if there are more.
pub(super) const SHAPE_SIZE: usize = 4_000;
/// How often a template is walked in a row for what its loops assign.
const PASSES: usize = 3;
/// How often, on average, a template is walked at most.
const ROUNDS: usize = 40;

/// A scan under way.
pub(super) struct Scanner<'s, 't> {
    pub(super) scan: &'s mut Scan,
    pub(super) templates: &'t Templates,
    /// What each tree may get as `.`.
    dots: Vec<Shape>,
    /// The trees to be walked, for the first time or because their `.` may be more than before.
    queue: BTreeSet<usize>,
    /// The place of the action that is looked at.
    place: Place,
    /// The tree that is walked, unless it is the text of a `tpl`.
    pub(super) tree: Option<&'t Tree>,
    /// Variables in scope, innermost last.
    variables: Vec<(Str, Shape)>,
    /// What is assigned to variables anywhere in the tree: loops come back to what stands before it.
    assigned: BTreeMap<Str, Shape>,
    /// True if there is more in `assigned` than when the walk of the tree began.
    has_assigned: bool,
    /// What templates `set` in maps of the values, by key.
    pub(super) stored: HashMap<(PathId, Str), Shape, FixedState>,
    /// Trees that nobody calls.
    guessed: BTreeSet<usize>,
    /// True while one of these is walked: it is not known if it gets `.` of a chart.
    is_guess: bool,
    /// True if there is more in `stored` than when some template was walked.
    pub(super) is_stale: bool,
}

impl<'s, 't> Scanner<'s, 't> {
    pub fn new(scan: &'s mut Scan, templates: &'t Templates) -> Scanner<'s, 't> {
        let dot =
            |source: &Source| if source.is_file { Shape::roots(&source.charts) } else { Shape::default() };
        Scanner {
            scan,
            templates,
            dots: templates.trees.iter().map(dot).collect(),
            queue: (0..templates.trees.len()).collect(),
            place: Place { file: Str::new(), line: 0 },
            tree: None,
            variables: Vec::new(),
            assigned: BTreeMap::new(),
            has_assigned: false,
            stored: HashMap::default(),
            guessed: BTreeSet::new(),
            is_guess: false,
            is_stale: false,
        }
    }

    pub fn run(mut self) {
        let mut budget = self.templates.trees.len().saturating_mul(ROUNDS);
        let mut turn = 0;
        loop {
            // In turns, so that what many call is walked once for many calls.
            let next = self.queue.range(turn..).next().or(self.queue.first()).copied();
            let Some(index) = next else {
                if std::mem::take(&mut self.is_stale) {
                    self.queue.extend(0..self.templates.trees.len());
                    continue;
                }
                // What nobody calls is there for other charts, which will give it `.` in all likelihood.
                for (index, (dot, source)) in self.dots.iter_mut().zip(&self.templates.trees).enumerate() {
                    if dot.is_empty() && dot.join(Shape::roots(&source.charts)) {
                        self.guessed.insert(index);
                        self.queue.insert(index);
                    }
                }
                if self.queue.is_empty() {
                    return;
                }
                continue;
            };
            self.queue.remove(&index);
            turn = index + 1;
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
            self.is_guess = self.guessed.contains(&index);
            self.walk_tree(tree, &dot);
        }
    }

    pub(super) fn walk_tree(&mut self, tree: &Tree, dot: &Shape) {
        let outer =
            (std::mem::take(&mut self.variables), std::mem::take(&mut self.assigned), self.has_assigned);
        // Again as long as more is assigned to what is read before.
        for pass in 0.. {
            self.has_assigned = false;
            self.variables = vec![(Str::from("$"), dot.clone())];
            self.walk_block(&tree.root, dot);
            if !self.has_assigned {
                break;
            }
            if pass == PASSES {
                let assigned = std::mem::take(&mut self.assigned);
                assigned.values().for_each(|shape| self.whole(shape));
                break;
            }
        }
        (self.variables, self.assigned, self.has_assigned) = outer;
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
                        let shape = if index + 1 == count { item.clone() } else { subject.keys() };
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

    pub(super) fn assign(&mut self, name: &Str, shape: Shape) {
        self.has_assigned |= self.assigned.entry(name.clone()).or_default().join(shape);
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
        if let (Operand::Field(field), [Operand::String(path)]) = (first, operands)
            && let Some((b"Table" | b"PathValue", receiver)) =
                field.names.split_last().map(|(method, receiver)| (method.as_bytes(), receiver))
        {
            let receiver = self.fields(dot.clone(), receiver);
            let keys: Vec<Str> = path.value.split(|byte| *byte == b'.').map(Str::from).collect();
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
            Operand::String(constant) => Shape::texts([constant.value.clone()]),
            Operand::Number(_, number) => match number.int {
                Some(index) => Shape::texts([index.to_string().into()]),
                None => Shape::other(),
            },
            Operand::Nil(_) | Operand::Bool(..) => Shape::other(),
        }
    }

    /// What the fields `names` of it stand for, one after the other.
    pub(super) fn fields(&mut self, shape: Shape, names: &[Str]) -> Shape {
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
            } else if self.scan.is_global(place, &Step::Key(name.clone())) {
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
            } else if let b"Chart" | b"Release" | b"Files" | b"Capabilities" | b"Template" = &**name {
                found.texts = Texts::Any;
                match &**name {
                    b"Chart" => drop(found.put("Name".into(), Shape::texts([view.name.clone()]))),
                    b"Template" => drop(found.put("BasePath".into(), Shape::texts([view.base_path.clone()]))),
                    _ => {}
                }
            }
        }
        let is_known = shape.entries.contains_key(name);
        if shape.texts == Texts::Any && !is_known {
            found.texts = Texts::Any;
        }
        let mut entries = shape.entries;
        found.join(entries.remove(name).unwrap_or_default());
        found.join(shape.items.map(|items| *items).unwrap_or_default());
        found
    }

    /// What any item of it stands for.
    pub(super) fn item(&mut self, shape: &Shape) -> Shape {
        let mut found = Shape { texts: shape.texts.clone(), ..Shape::default() };
        if let Texts::These(_) = found.texts {
            found.texts = Texts::Any;
        }
        for place in &shape.places {
            found.places.extend(self.below(*place, Step::Item));
        }
        for root in shape.roots.iter().filter(|_| !self.is_guess) {
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
        if paths.depth(path) >= DEPTH || (paths.count() > PATHS && paths.known(path, &step).is_none()) {
            self.mark(path, Extent::Whole);
            return None;
        }
        Some(paths.below(path, step))
    }

    /// Gives the template `name` what it may get as `.`.
    pub(super) fn call(&mut self, name: &Str, dot: Shape) {
        let mut lost = Vec::new();
        let mut dot = dot.cut(SHAPE_DEPTH, &mut lost);
        lost.iter().for_each(|shape| self.whole(shape));
        if dot.size() > SHAPE_SIZE {
            self.whole(&dot);
            dot = Shape::default();
        }
        let Some(indexes) = self.templates.by_name.get(name) else {
            // A chart that is not there may define it.
            if self.scan.is_incomplete {
                self.whole(&dot);
            }
            return;
        };
        for index in indexes {
            if self.dots.get_mut(*index).is_some_and(|known| known.join(dot.clone())) {
                self.queue.insert(*index);
            }
        }
    }

    /// Notes that all of `shape` is read.
    pub(super) fn whole(&mut self, shape: &Shape) {
        shape.places.iter().for_each(|path| self.mark(*path, Extent::Whole));
        let roots = shape.roots.iter().filter(|_| !self.is_guess);
        let values: Vec<PathId> = roots.filter_map(|root| Some(self.scan.views.get(*root)?.values)).collect();
        values.into_iter().for_each(|path| self.mark(path, Extent::Whole));
        shape.entries.values().chain(shape.items.as_deref()).for_each(|shape| self.whole(shape));
    }

    /// Notes that `shape` is read, but not what is in it.
    pub(super) fn itself(&mut self, shape: &Shape) {
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
