//! What `.`, variables and fields stand for at a place of a template.
//!
//! Nothing is executed: this follows `with`, `range`, `:=` and the arguments of `include` in the text of the
//! templates, and knows nothing where those do not tell.

use crate::template::ast::{Block, Branch, Command, FunctionRef, Node, Operand, Pipe, Pos, Tree};
use crate::value::Str;

/// Nested parentheses that are looked into.
const DEPTH: usize = 32;

/// What an expression stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Nobody knows before it is executed.
    Unknown,
    /// What these steps lead to from what a chart's templates see as `.` at first: `Values`, `db`.
    Place(Vec<Step>),
    /// A `dict` that a template makes.
    Dict(Vec<(Str, Meaning)>),
    /// A `list` that a template makes.
    List(Vec<Meaning>),
}

/// A step from a value to one in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// To what a map has under a key.
    Key(Str),
    /// To some item of a list or map.
    Item,
}

impl Meaning {
    /// What templates of a file see as `.`.
    pub const ROOT: Meaning = Meaning::Place(Vec::new());

    /// What the fields `names` of it stand for.
    #[must_use]
    pub fn fields(&self, names: &[Str]) -> Meaning {
        match (self, names) {
            (_, []) => self.clone(),
            // What is called `Values` is in all likelihood what everybody calls so.
            (Meaning::Unknown, [first, ..]) if *first == "Values" => Meaning::ROOT.fields(names),
            (Meaning::Unknown | Meaning::List(_), _) => Meaning::Unknown,
            (Meaning::Place(steps), _) => {
                let names = names.iter().cloned().map(Step::Key);
                Meaning::Place(steps.iter().cloned().chain(names).collect())
            }
            (Meaning::Dict(entries), [first, rest @ ..]) => {
                let entry = entries.iter().find(|(key, _)| key == first);
                entry.map_or(Meaning::Unknown, |(_, meaning)| meaning.fields(rest))
            }
        }
    }

    fn item(&self) -> Meaning {
        match self {
            Meaning::Place(steps) => Meaning::Place(steps.iter().cloned().chain([Step::Item]).collect()),
            _ => Meaning::Unknown,
        }
    }

    fn index(&self, index: Option<i64>) -> Meaning {
        match self {
            Meaning::List(items) => {
                let item = index.and_then(|index| items.get(usize::try_from(index).ok()?));
                item.cloned().unwrap_or(Meaning::Unknown)
            }
            _ => self.item(),
        }
    }

    /// Where among the values it is.
    pub fn values_path(&self) -> Option<ValuesPath> {
        let Meaning::Place(steps) = self else { return None };
        let [Step::Key(first), steps @ ..] = steps.as_slice() else { return None };
        let keys = steps.iter().map_while(|step| match step {
            Step::Key(key) => Some(key.clone()),
            Step::Item => None,
        });
        let keys: Vec<Str> = keys.collect();
        let is_whole = keys.len() == steps.len();
        (*first == "Values").then_some(ValuesPath { keys, is_whole })
    }
}

/// A place among values.
#[derive(Clone, Debug)]
pub struct ValuesPath {
    /// The keys that lead there.
    pub keys: Vec<Str>,
    /// False if the way goes on to some item of the list or map there.
    pub is_whole: bool,
}

/// An action of a template, seen from within.
#[derive(Debug)]
pub struct Scope<'t> {
    /// What `.` stands for.
    pub dot: Meaning,
    /// Variables by name, the innermost last.
    variables: Vec<(&'t Str, Meaning)>,
    /// The `if`, `with` and `range` around, outermost first.
    pub around: Vec<Around<'t>>,
    /// The innermost pipeline at the place, and which of its commands is there.
    pub pipe: Option<(&'t Pipe, usize)>,
}

/// A control structure around a place.
#[derive(Debug)]
pub struct Around<'t> {
    /// `if`, `with` or `range`.
    pub keyword: &'static str,
    /// Its pipeline.
    pub pipe: &'t Pipe,
    /// The place is in its `else`.
    pub is_else: bool,
    /// What the fields and variables stand for that its pipeline reads.
    pub reads: Vec<Meaning>,
}

impl<'t> Scope<'t> {
    /// The scope at `pos` in `tree`, whose `.` stands for `dot` at first.
    pub fn at(tree: &'t Tree, pos: Pos, dot: Meaning) -> Scope<'t> {
        let mut scope =
            Scope { variables: vec![(dollar(), dot.clone())], dot, around: Vec::new(), pipe: None };
        let mut block = Some(&tree.root);
        while let Some(nodes) = block {
            block = scope.enter(&nodes.nodes, pos);
        }
        scope
    }

    /// Passes the nodes before `pos`. Gives the block to go on in.
    fn enter(&mut self, nodes: &'t [Node], pos: Pos) -> Option<&'t Block> {
        let at = nodes.iter().rposition(|node| start(node) <= pos)?;
        nodes[..at].iter().for_each(|node| self.pass(node));
        match &nodes[at] {
            Node::Action(action) => self.enter_pipe(&action.pipe, pos),
            Node::Template(call) => {
                if let Some(pipe) = &call.pipe {
                    self.enter_pipe(pipe, pos);
                }
            }
            Node::If(branch) => return self.enter_branch("if", branch, pos),
            Node::With(branch) => return self.enter_branch("with", branch, pos),
            Node::Range(branch) => return self.enter_branch("range", branch, pos),
            Node::Text(_) | Node::Break(_) | Node::Continue(_) => {}
        }
        None
    }

    fn enter_branch(&mut self, keyword: &'static str, branch: &'t Branch, pos: Pos) -> Option<&'t Block> {
        let in_else = branch.else_list.as_ref().filter(|block| block.pos <= pos);
        if in_else.is_none() && pos < branch.list.pos {
            self.enter_pipe(&branch.pipe, pos);
            return None;
        }
        let pipe = &branch.pipe;
        let meaning = self.pipe_meaning(pipe, 0);
        let mut reads = Vec::new();
        self.collect(&pipe.cmds, 0, &mut reads);
        self.around.push(Around { keyword, pipe, is_else: in_else.is_some(), reads });
        if keyword == "range" {
            // Of two variables the second one gets the items.
            let last = pipe.decl.len().saturating_sub(1);
            for (index, variable) in pipe.decl.iter().enumerate() {
                let meaning = if index == last { meaning.item() } else { Meaning::Unknown };
                self.variables.push((&variable.name, meaning));
            }
        } else {
            self.declare(pipe, &meaning);
        }
        if in_else.is_some() {
            return in_else;
        }
        match keyword {
            "with" => self.dot = meaning,
            "range" => self.dot = meaning.item(),
            _ => {}
        }
        Some(&branch.list)
    }

    fn enter_pipe(&mut self, pipe: &'t Pipe, pos: Pos) {
        let mut next = Some(pipe);
        while let Some(pipe) = next.take() {
            let Some(index) = pipe.cmds.iter().rposition(|command| first_pos(command) <= pos) else { return };
            self.pipe = Some((pipe, index));
            let operand = pipe.cmds[index].args.iter().rfind(|operand| operand_start(operand) <= pos);
            next = match operand {
                Some(Operand::Pipe(inner)) if inner.pos <= pos => Some(inner),
                Some(Operand::Chain(chain)) if pos < chain.pos => match &*chain.node {
                    Operand::Pipe(inner) if inner.pos <= pos => Some(inner),
                    _ => None,
                },
                _ => None,
            };
        }
    }

    /// Takes note of what a node before the place does to variables.
    fn pass(&mut self, node: &'t Node) {
        match node {
            Node::Action(action) => {
                let meaning = self.pipe_meaning(&action.pipe, 0);
                self.declare(&action.pipe, &meaning);
            }
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                for name in assigned(branch) {
                    self.assign(name, Meaning::Unknown);
                }
            }
            Node::Text(_) | Node::Template(_) | Node::Break(_) | Node::Continue(_) => {}
        }
    }

    fn declare(&mut self, pipe: &'t Pipe, meaning: &Meaning) {
        for variable in &pipe.decl {
            if pipe.is_assign {
                self.assign(&variable.name, meaning.clone());
            } else {
                self.variables.push((&variable.name, meaning.clone()));
            }
        }
    }

    fn assign(&mut self, name: &Str, meaning: Meaning) {
        if let Some((_, old)) = self.variables.iter_mut().rfind(|(n, _)| *n == name) {
            *old = meaning;
        }
    }

    /// The command at the place.
    pub fn command(&self) -> Option<&'t Command> {
        let (pipe, index) = self.pipe?;
        pipe.cmds.get(index)
    }

    /// What the command at the place gets from the one before it, if there is one.
    fn piped(&self) -> Option<Meaning> {
        let (pipe, index) = self.pipe?;
        (index > 0).then(|| self.commands_meaning(&pipe.cmds[..index], 0))
    }

    /// The argument number `index`, from 0, of the command at the place; what is piped into it is its last one.
    pub fn argument(&self, index: usize) -> Meaning {
        let operands = self.command().map_or(&[][..], |command| &command.args);
        match operands.get(index + 1) {
            Some(operand) => self.operand_meaning(operand, 0),
            None if operands.len() == index + 1 => self.piped().unwrap_or(Meaning::Unknown),
            None => Meaning::Unknown,
        }
    }

    /// What the fields and variables stand for that are read by the command at the place, and by those before it in
    /// its pipeline.
    pub fn reads(&self) -> Vec<Meaning> {
        let mut found = Vec::new();
        if let Some((pipe, index)) = self.pipe {
            self.collect(&pipe.cmds[..=index], 0, &mut found);
        }
        found
    }

    fn collect(&self, commands: &[Command], depth: usize, found: &mut Vec<Meaning>) {
        for operand in commands.iter().flat_map(|command| &command.args) {
            match operand {
                Operand::Field(_) | Operand::Variable(_) | Operand::Chain(_) | Operand::Dot(_) => {
                    found.push(self.operand_meaning(operand, depth));
                }
                Operand::Pipe(pipe) if depth < DEPTH => self.collect(&pipe.cmds, depth + 1, found),
                _ => {}
            }
        }
    }

    /// What the operand in front of the fields of a chain stands for: `.`, a variable, a pipeline.
    pub fn base(&self, operand: &Operand) -> Meaning {
        match operand {
            Operand::Field(_) => self.dot.clone(),
            Operand::Variable(variable) => self.variable(&variable.name),
            Operand::Chain(chain) => self.operand_meaning(&chain.node, 0),
            _ => Meaning::Unknown,
        }
    }

    fn variable(&self, name: &Str) -> Meaning {
        self.variables
            .iter()
            .rfind(|(n, _)| *n == name)
            .map_or(Meaning::Unknown, |(_, meaning)| meaning.clone())
    }

    fn pipe_meaning(&self, pipe: &Pipe, depth: usize) -> Meaning {
        self.commands_meaning(&pipe.cmds, depth)
    }

    fn commands_meaning(&self, commands: &[Command], depth: usize) -> Meaning {
        let mut last = None;
        for command in commands {
            last = Some(self.command_meaning(command, last, depth));
        }
        last.unwrap_or(Meaning::Unknown)
    }

    fn command_meaning(&self, command: &Command, piped: Option<Meaning>, depth: usize) -> Meaning {
        let Some((first, operands)) = command.args.split_first() else { return Meaning::Unknown };
        let Operand::Identifier(identifier) = first else {
            return match (operands, piped) {
                ([], None) => self.operand_meaning(first, depth),
                _ => Meaning::Unknown,
            };
        };
        let name = match identifier.function {
            FunctionRef::Table(function) => function.name,
            FunctionRef::Builtin(name) => name,
        };
        let mut args: Vec<Meaning> = operands.iter().map(|o| self.operand_meaning(o, depth)).collect();
        args.extend(piped);
        match (name, args.as_slice()) {
            // What comes out, if it is not what is given in its place, is the last argument.
            ("default" | "required" | "deepCopy" | "mustDeepCopy", [.., last]) => last.clone(),
            ("first" | "mustFirst", [list]) => list.index(Some(0)),
            ("last" | "mustLast", [list]) => list.item(),
            ("list" | "tuple", _) => Meaning::List(args),
            ("index" | "get", [map, ..]) => {
                operands.iter().skip(1).fold(map.clone(), |meaning, key| match (key, string(key)) {
                    (_, Some(key)) => meaning.fields(&[key]),
                    (Operand::Number(_, number), _) => meaning.index(number.int),
                    _ => meaning.item(),
                })
            }
            ("dict", _) => {
                let pairs = operands.chunks(2).zip(args.chunks(2));
                let entry = |(operands, args): (&[Operand], &[Meaning])| {
                    Some((string(operands.first()?)?, args.get(1)?.clone()))
                };
                Meaning::Dict(pairs.filter_map(entry).collect())
            }
            _ => Meaning::Unknown,
        }
    }

    fn operand_meaning(&self, operand: &Operand, depth: usize) -> Meaning {
        match operand {
            Operand::Dot(_) => self.dot.clone(),
            Operand::Field(field) => self.dot.fields(&field.names),
            Operand::Variable(variable) => self.variable(&variable.name).fields(&variable.fields),
            Operand::Chain(chain) if depth < DEPTH => {
                self.operand_meaning(&chain.node, depth + 1).fields(&chain.fields)
            }
            Operand::Pipe(pipe) if depth < DEPTH => self.pipe_meaning(pipe, depth + 1),
            _ => Meaning::Unknown,
        }
    }
}

/// The name of the variable that every template has.
fn dollar() -> &'static Str {
    static DOLLAR: std::sync::OnceLock<Str> = std::sync::OnceLock::new();
    DOLLAR.get_or_init(|| Str::from("$"))
}

/// The value of a string constant.
pub fn string(operand: &Operand) -> Option<Str> {
    match operand {
        Operand::String(constant) => Some(constant.value.clone()),
        _ => None,
    }
}

/// The variables that are assigned anew in a control structure.
fn assigned(branch: &Branch) -> Vec<&Str> {
    let mut names = Vec::new();
    let mut branches = vec![branch];
    while let Some(branch) = branches.pop() {
        for node in branch.list.nodes.iter().chain(branch.else_list.iter().flat_map(|block| &block.nodes)) {
            match node {
                Node::Action(action) if action.pipe.is_assign => {
                    names.extend(action.pipe.decl.iter().map(|variable| &variable.name));
                }
                Node::If(inner) | Node::With(inner) | Node::Range(inner) => branches.push(inner),
                _ => {}
            }
        }
    }
    names
}

fn start(node: &Node) -> Pos {
    match node {
        Node::Text(text) => text.pos,
        Node::Action(action) => action.pos,
        Node::If(branch) | Node::With(branch) | Node::Range(branch) => branch.pos,
        Node::Template(call) => call.pos,
        Node::Break(pos) | Node::Continue(pos) => *pos,
    }
}

fn first_pos(command: &Command) -> Pos {
    command.args.first().map_or(command.pos, |first| command.pos.min(operand_start(first)))
}

/// Where an operand begins, or, if that is not known, a place before it and behind the operand in front of it.
fn operand_start(operand: &Operand) -> Pos {
    match operand {
        Operand::Dot(pos) | Operand::Nil(pos) | Operand::Bool(pos, _) | Operand::Number(pos, _) => *pos,
        Operand::String(constant) => constant.pos,
        Operand::Field(field) => field.pos,
        Operand::Variable(variable) => variable.pos,
        Operand::Identifier(identifier) => identifier.pos,
        Operand::Chain(chain) => match &*chain.node {
            Operand::Pipe(pipe) => pipe.pos.min(chain.pos),
            _ => chain.pos,
        },
        Operand::Pipe(pipe) => pipe.pos,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::template::parse::parse;

    /// What the operand at `HERE` stands for, in the form `a.b.*`.
    fn meaning(text: &str) -> String {
        let pos = text.find("$.HERE").expect("a mark");
        let trees = parse(&"t".into(), Arc::new(text.into())).expect("a template");
        let tree = trees.last().expect("a tree");
        let scope = Scope::at(tree, u32::try_from(pos + 1).expect("small"), Meaning::ROOT);
        let count = scope.command().map_or(0, |c| c.args.len() - 1) + usize::from(scope.piped().is_some());
        let meanings: Vec<String> = (1..count).map(|index| show(&scope.argument(index))).collect();
        format!("{}|{}", show(&scope.dot), meanings.join(" "))
    }

    fn show(meaning: &Meaning) -> String {
        match meaning {
            Meaning::Unknown => "?".to_owned(),
            Meaning::Place(steps) => {
                let steps: Vec<String> = steps
                    .iter()
                    .map(|step| match step {
                        Step::Key(key) => key.to_string(),
                        Step::Item => "*".to_owned(),
                    })
                    .collect();
                steps.join(".")
            }
            Meaning::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(",")),
            Meaning::Dict(entries) => {
                let entries: Vec<String> = entries.iter().map(|(k, v)| format!("{k}={}", show(v))).collect();
                format!("{{{}}}", entries.join(","))
            }
        }
    }

    #[test]
    fn meanings_follow_the_text() {
        for (text, want) in [
            ("{{ print $.HERE .a }}", "|a"),
            ("{{ with .a.b }}x{{ print $.HERE .c $.d }}{{ end }}", "a.b|a.b.c d"),
            ("{{ with .a }}x{{ else }}{{ print $.HERE .c }}{{ end }}", "|c"),
            ("{{ if .a }}{{ with .b }}y{{ end }}{{ else if .c }}{{ print $.HERE . }}{{ end }}", "|"),
            ("{{ range .l }}{{ print $.HERE .x }}{{ end }}", "l.*|l.*.x"),
            ("{{ range $k, $v := .l }}{{ print $.HERE $k $v.x }}{{ end }}", "l.*|? l.*.x"),
            ("{{ $x := .a }}{{ $y := $x.b }}{{ print $.HERE $y }}", "|a.b"),
            ("{{ $x := .a }}{{ if 1 }}{{ $x = .b }}{{ end }}{{ print $.HERE $x }}", "|?"),
            ("{{ $x := .a }}{{ $x = .b }}{{ print $.HERE $x }}", "|b"),
            ("{{ print $.HERE (.a.b | default 1) (index .a `b` \"c\") (.p).q }}", "|a.b a.b.c p.q"),
            ("{{ print (print (printf \"%s\" 1) (print $.HERE .z)) }}", "|z"),
            ("{{ print $.HERE (dict \"k\" .v \"r\" $) }}", "|{k=v,r=}"),
            (
                "{{ $l := list .v 1 }}{{ print $.HERE (index $l 0) (first $l).w $l (print).Values.x }}",
                "|v v.w [v,?] Values.x",
            ),
            ("{{ print 1 | print $.HERE .b }}", "|b ?"),
            ("{{ .b | print $.HERE }}", "|b"),
            (
                "{{ with $x := .a }}{{ range $x.l }}{{ print $.HERE .q $x.r }}{{ end }}{{ end }}",
                "a.l.*|a.l.*.q a.r",
            ),
        ] {
            assert_eq!(meaning(text), want, "{text}");
        }
    }
}
