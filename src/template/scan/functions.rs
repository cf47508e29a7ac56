//! What functions give, and what they read of their arguments.

use std::collections::BTreeSet;
use std::sync::Arc;

use bstr::ByteSlice;

use super::shape::Shape;
use super::walk::{SHAPE_SIZE, Scanner};
use crate::stack::with_stack;
use crate::template::ast::Operand;
use crate::template::parse::parse;
use crate::template::paths::Step;
use crate::template::set::ROOT;
use crate::template::usage::{Usage, usage};
use crate::value::Str;

/// A string that is made of strings is one of at most this many.
const MADE: usize = 64;

impl Scanner<'_, '_> {
    /// What a function gives for `args`, the first of which are `operands`.
    pub(super) fn function(&mut self, name: &str, operands: &[Operand], args: Vec<Shape>) -> Shape {
        match usage(name) {
            Usage::Glances => Shape::other(),
            Usage::Chooses | Usage::Copies => joined(args),
            Usage::Holds => self.holds(name, operands, args),
            Usage::Calls => {
                self.calls(name, args);
                Shape::other()
            }
            Usage::Item => {
                let list = joined(args);
                let index = if name.ends_with("irst") { Shape::texts(["0".into()]) } else { Shape::other() };
                self.look(&list, &index)
            }
            Usage::Items if name.ends_with("hunk") => Shape::list(joined(args)),
            Usage::Items => joined(args),
            Usage::Entries => {
                let map = joined(args);
                let item = self.item(&map);
                self.itself(&item);
                Shape::list(if name == "values" { item } else { map.keys() })
            }
            Usage::Looks => self.looks(name, &args),
            Usage::Reads => {
                args.iter().for_each(|arg| self.whole(arg));
                let texts: Option<Vec<Vec<Str>>> = args.iter().map(|arg| self.texts(arg)).collect();
                texts.map_or_else(Shape::other, |texts| made_text(name, &texts))
            }
        }
    }

    /// Calls other templates: `include`, `tpl`.
    fn calls(&mut self, name: &str, args: Vec<Shape>) {
        let mut args = args.into_iter();
        let texts = self.texts(&args.next().unwrap_or_default());
        let dot = args.next().unwrap_or_default();
        match texts {
            Some(names) if name == "include" => names.iter().for_each(|name| self.call(name, dot.clone())),
            Some(texts) => {
                for text in texts {
                    if let Some(tree) = parse(&ROOT.into(), Arc::new(text)).ok().and_then(|mut t| t.pop()) {
                        with_stack(|| {
                            let outer = self.tree.take();
                            self.walk_tree(&tree, &dot);
                            self.tree = outer;
                        });
                    }
                }
            }
            None if name == "include" => {
                for name in self.templates.by_name.keys() {
                    self.call(name, dot.clone());
                }
            }
            // Texts that are not constants stand in values and files, which are scanned too.
            None => {}
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
            "list" | "tuple" => Shape {
                entries: args.enumerate().map(|(index, item)| (index.to_string().into(), item)).collect(),
                ..Shape::default()
            },
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
        let variable = match operands.first() {
            Some(Operand::Variable(variable)) if variable.fields.is_empty() && variable.name != "$" => {
                Some(&variable.name)
            }
            _ => None,
        };
        // The map changes under all its names, of which its places among the values and a variable are known.
        let is_known = map.roots.is_empty() && (variable.is_some() || !map.places.is_empty());
        let Some(key) = operands.get(1).and_then(string).filter(|_| is_known) else {
            self.whole(&value);
            return map;
        };
        for place in &map.places {
            self.is_stale |= self.stored.entry((*place, key.clone())).or_default().join(value.clone());
        }
        let mut made = Shape::default();
        made.put(key, value);
        if let Some(variable) = variable {
            self.assign(variable, made.clone());
        }
        made.join(map);
        made
    }

    /// What a function gives that looks up keys.
    fn looks(&mut self, name: &str, args: &[Shape]) -> Shape {
        match (name, args) {
            ("pluck", [key, maps @ ..]) => Shape::list(self.look(&joined(maps.to_vec()), key)),
            ("dig", [keys @ .., default, map]) => {
                let mut found = keys.iter().fold(map.clone(), |map, key| self.look(&map, key));
                found.join(default.clone());
                found
            }
            ("pick" | "unset", [map, keys @ ..]) => {
                for key in keys {
                    self.look(map, key);
                }
                map.clone()
            }
            (_, [map, keys @ ..]) => keys.iter().fold(map.clone(), |map, key| self.look(&map, key)),
            _ => Shape::other(),
        }
    }

    /// What a map has under `key`, or a list at that index, or, if that is not known, under any.
    fn look(&mut self, map: &Shape, key: &Shape) -> Shape {
        match self.texts(key) {
            Some(keys) if keys.len() * map.places.len() <= SHAPE_SIZE => {
                let is_computed = keys.len() > 1;
                let mut keys: BTreeSet<Str> = keys.into_iter().collect();
                // Other values would be other keys, of those that the chart knows.
                for place in map.places.iter().filter(|_| !key.places.is_empty()) {
                    let paths = &self.scan.paths;
                    let is_default = |key: &&Str| {
                        let below = paths.known(*place, &Step::Key((*key).clone()));
                        below.is_some_and(|path| self.scan.defaults.contains(&path))
                    };
                    keys.extend(paths.keys_below(*place).filter(is_default).cloned());
                }
                let found = keys.into_iter().map(|key| {
                    let mut found = self.look_known(map.clone(), key);
                    // Of many keys, few belong to each map.
                    found.places.retain(|path| !is_computed || self.scan.existing.contains_key(path));
                    found
                });
                joined(found.collect())
            }
            _ => {
                let item = self.item(map);
                self.itself(&item);
                item
            }
        }
    }

    /// The strings that an expression may be; `None` if it may be others, too.
    fn texts(&self, shape: &Shape) -> Option<Vec<Str>> {
        let mut known = shape.known_texts()?;
        for place in &shape.places {
            match self.scan.existing.get(place) {
                Some(texts) => known.extend(texts.iter().cloned()),
                None if self.scan.paths.path(*place).0.contains(&Step::Item) => return None,
                // Nothing is there.
                None => {}
            }
        }
        Some(known)
    }

    fn look_known(&mut self, map: Shape, key: Str) -> Shape {
        let mut found = Shape::default();
        // An item of a list, of which it is not noted which one.
        if !map.places.is_empty() && !key.is_empty() && key.iter().all(u8::is_ascii_digit) {
            let places = Shape { places: map.places.clone(), ..Shape::default() };
            found = self.item(&places);
            self.itself(&found);
        }
        found.join(self.fields(map, &[key]));
        found
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

/// The string that a function makes of strings.
fn made_text(name: &str, known: &[Vec<Str>]) -> Shape {
    if known.iter().map(Vec::len).product::<usize>() > MADE {
        return Shape::other();
    }
    let mut all: Vec<Vec<&Str>> = vec![Vec::new()];
    for texts in known {
        let longer =
            all.iter().flat_map(|made| texts.iter().map(move |text| [made.as_slice(), &[text]].concat()));
        all = longer.collect();
    }
    let made = all.into_iter().map(|args| match (name, args.as_slice()) {
        ("print" | "toString", args) => {
            Some(args.iter().copied().flat_map(|text| text.iter().copied()).collect())
        }
        ("printf", [format, args @ ..]) => formatted(format, args),
        _ => None,
    });
    match (name, known) {
        ("splitList" | "split", [separators, texts]) if separators.len() == 1 => {
            let pieces = texts.iter().flat_map(|text| text.split_str(&*separators[0]).map(Str::from));
            Shape::list(Shape::texts(pieces))
        }
        _ => made
            .collect::<Option<Vec<Vec<u8>>>>()
            .map_or_else(Shape::other, |made| Shape::texts(made.into_iter().map(Str::from))),
    }
}

/// What `printf` makes of strings, if `format` has no other verbs than `%s` and `%v`.
fn formatted(format: &Str, args: &[&Str]) -> Option<Vec<u8>> {
    let mut made = Vec::new();
    let mut args = args.iter();
    let mut pieces = format.split(|byte| *byte == b'%');
    made.extend_from_slice(pieces.next()?);
    for piece in pieces {
        let (b's' | b'v', rest) = piece.split_first()? else { return None };
        made.extend_from_slice(args.next()?);
        made.extend_from_slice(rest);
    }
    args.next().is_none().then_some(made)
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
