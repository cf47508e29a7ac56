//! What a template finds in data.

use super::compare::{holds, shown};
use super::parse::{Filter, Node, Slice};
use super::{Error, Found};
use crate::limits::JSONPATH_STEPS;
use crate::stack::with_stack;
use crate::value::{Num, Value};

/// Why nodes find nothing.
struct Failure {
    error: Error,
    /// True if something was still in hand where they stopped, which is enough for a filter without an operator.
    in_hand: bool,
}

type Outcome = Result<Vec<Found>, Failure>;

/// An evaluation under way.
pub(super) struct Evaluation {
    /// Values that may still be looked at.
    steps: usize,
    /// Ranges that were met and not begun, are under way, and were ended.
    begin_range: usize,
    in_range: usize,
    end_range: usize,
    /// The index of the node that ended a range last.
    last_end: Option<usize>,
}

impl Evaluation {
    pub(super) fn new() -> Evaluation {
        Evaluation { steps: JSONPATH_STEPS, begin_range: 0, in_range: 0, end_range: 0, last_end: None }
    }

    /// What each of the nodes of a template finds.
    pub(super) fn run(&mut self, nodes: &[Node], data: &Value) -> Result<Vec<Vec<Found>>, Error> {
        let mut found = Vec::new();
        self.run_from(0, nodes, &Some(data.clone()), &mut found)?;
        Ok(found)
    }

    /// What the nodes from the one at `start` find in `data`, up to the end of the range that they are in. client-go's
    /// rules for ranges that are not closed, or more than once, follow from its way of counting, so this counts alike.
    fn run_from(
        &mut self,
        start: usize,
        nodes: &[Node],
        data: &Found,
        found: &mut Vec<Vec<Found>>,
    ) -> Result<(), Error> {
        let mut index = start;
        while let Some(node) = nodes.get(index) {
            self.pay(1)?;
            let results = self.walk(vec![data.clone()], node).map_err(|failure| failure.error)?;
            if self.end_range > 0 && self.end_range <= self.in_range {
                self.end_range -= 1;
                self.last_end = Some(index);
                break;
            }
            if self.begin_range > 0 {
                self.begin_range -= 1;
                self.in_range += 1;
                if results.is_empty() {
                    // One turn without a result finds the end.
                    with_stack(|| self.run_from(index + 1, nodes, &None, &mut Vec::new()))?;
                }
                for value in results {
                    let Some(value) = value else {
                        return Err(Error::Invalid("range over no value".to_owned()));
                    };
                    let value = Some(value).filter(|value| !matches!(value, Value::Nil));
                    with_stack(|| self.run_from(index + 1, nodes, &value, found))?;
                }
                self.in_range -= 1;
                index = self.last_end.filter(|end| *end > index).unwrap_or(index);
            } else {
                found.push(results);
            }
            index += 1;
        }
        Ok(())
    }

    fn pay(&mut self, steps: usize) -> Result<(), Error> {
        match self.steps.checked_sub(steps) {
            Some(rest) => {
                self.steps = rest;
                Ok(())
            }
            None => Err(Error::TooLarge(format!("JSONPath template takes more than {JSONPATH_STEPS} steps"))),
        }
    }

    /// What one node finds in each of the values.
    fn walk(&mut self, input: Vec<Found>, node: &Node) -> Outcome {
        self.pay(input.len() + 1).map_err(|error| Failure { error, in_hand: false })?;
        let in_hand = !input.is_empty();
        let failed = |error| Failure { error, in_hand };
        match node {
            Node::Action(nodes) => self.walk_all(input, nodes),
            Node::Text(text) => Ok(vec![Some(Value::Str(text.clone()))]),
            Node::Literal(value) => Ok(input.iter().map(|_| Some(value.clone())).collect()),
            Node::Field(name) => {
                let of = |value: Found| value.as_ref()?.as_map()?.get(name);
                let found: Vec<Found> = input.into_iter().filter_map(|value| of(value).map(Some)).collect();
                if in_hand && found.is_empty() {
                    return Err(Failure {
                        error: Error::Invalid(format!("{name} is not found")),
                        in_hand: false,
                    });
                }
                Ok(found)
            }
            Node::Wildcard => {
                let mut found = Vec::new();
                for value in input.into_iter().flatten() {
                    self.push_content(&value, &mut found).map_err(failed)?;
                }
                Ok(found)
            }
            Node::Recursive => {
                let mut found = Vec::new();
                for value in input.into_iter().flatten() {
                    self.push_below(&value, &mut found).map_err(failed)?;
                }
                Ok(found)
            }
            Node::Slice(slice) => self.slice(input, *slice).map_err(failed),
            Node::Union(parts) => {
                let mut found = Vec::new();
                for part in parts {
                    let part = self.walk_all(input.clone(), part);
                    found.extend(part.map_err(|failure| Failure { in_hand, ..failure })?);
                }
                Ok(found)
            }
            Node::Filter(filter) => self.filter(input, filter),
            Node::Word(word) => match word.as_bytes() {
                b"range" => {
                    self.begin_range += 1;
                    Ok(input)
                }
                b"end" if self.in_range > 0 => {
                    self.end_range += 1;
                    Ok(Vec::new())
                }
                b"end" => Err(Failure {
                    error: Error::Invalid("not in range, nothing to end".to_owned()),
                    in_hand: false,
                }),
                _ => Err(failed(Error::Invalid(format!("unrecognized identifier {word}")))),
            },
        }
    }

    /// What the nodes find, each in what the one before has found.
    fn walk_all(&mut self, input: Vec<Found>, nodes: &[Node]) -> Outcome {
        nodes.iter().try_fold(input, |found, node| self.walk(found, node))
    }

    /// Appends what is in a map, by its keys, or in a list or string.
    fn push_content(&mut self, value: &Value, found: &mut Vec<Found>) -> Result<(), Error> {
        match value {
            Value::Map(map) => {
                self.pay(map.len())?;
                found.extend(map.entries().values().cloned().map(Some));
            }
            Value::List(list) => {
                self.pay(list.len())?;
                found.extend(list.items().into_iter().map(Some));
            }
            Value::Str(text) => {
                self.pay(text.len())?;
                found.extend(text.iter().map(|byte| Some(Value::Num(Num::Uint8(*byte)))));
            }
            _ => {}
        }
        Ok(())
    }

    /// Appends all maps, lists and strings from `value` down that are not empty.
    fn push_below(&mut self, value: &Value, found: &mut Vec<Found>) -> Result<(), Error> {
        let mut content = Vec::new();
        match value {
            // A string has bytes in it, which have nothing.
            Value::Str(text) if !text.is_empty() => found.push(Some(value.clone())),
            Value::Str(_) => {}
            _ => self.push_content(value, &mut content)?,
        }
        if !content.is_empty() {
            found.push(Some(value.clone()));
        }
        content.iter().flatten().try_for_each(|value| with_stack(|| self.push_below(value, found)))
    }

    fn slice(&mut self, input: Vec<Found>, slice: Slice) -> Result<Vec<Found>, Error> {
        let mut found = Vec::new();
        for value in input {
            let list = match &value {
                Some(Value::Nil) => continue,
                Some(Value::List(list)) => list.items(),
                Some(other) => {
                    return Err(Error::Invalid(format!("{} is not array or slice", other.go_type())));
                }
                None => return Err(Error::Invalid("no value is not array or slice".to_owned())),
            };
            let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
            let from = slice.from.unwrap_or(0);
            let from = if from < 0 { from + length } else { from };
            let to = slice.to.unwrap_or(length);
            let to = if to < 0 || to == 0 && slice.single { to + length } else { to };
            if from == to {
                return Ok(found);
            }
            let out_of_bounds = |index: i64| {
                Err(Error::Invalid(format!("array index out of bounds: index {index}, length {length}")))
            };
            if !(0..length).contains(&from) {
                return out_of_bounds(from);
            }
            if !(0..=length).contains(&to) {
                return out_of_bounds(to.wrapping_sub(1));
            }
            if from > to {
                return Err(Error::Invalid(format!(
                    "starting index {from} is greater than ending index {to}"
                )));
            }
            let step = match slice.step {
                Some(step) if step <= 0 => return Err(Error::Invalid("step must be > 0".to_owned())),
                step => step.unwrap_or(1),
            };
            let [from, to, step] =
                [from, to, step].map(|number| usize::try_from(number).unwrap_or(usize::MAX));
            self.pay(to - from)?;
            found.extend(list.iter().take(to).skip(from).step_by(step).cloned().map(Some));
        }
        Ok(found)
    }

    /// The items of lists that the condition holds for.
    fn filter(&mut self, input: Vec<Found>, filter: &Filter) -> Outcome {
        let in_hand = !input.is_empty();
        let failed = |error: String| Failure { error: Error::Invalid(error), in_hand };
        let mut found: Vec<Found> = Vec::new();
        for value in input {
            let Some(Value::List(list)) = &value else {
                let shown = shown(value.as_ref());
                return Err(failed(format!("{shown} is not array or slice and cannot be filtered")));
            };
            for item in list.items() {
                let left = self.walk_all(vec![Some(item.clone())], &filter.left);
                let Some((operator, right)) = &filter.comparison else {
                    let exists = left.map_or_else(|failure| failure.in_hand, |found| !found.is_empty());
                    found.extend(exists.then_some(Some(item)));
                    continue;
                };
                let left = left.map_err(|failure| Failure { in_hand, ..failure })?;
                if left.is_empty() {
                    continue;
                }
                let only_one = || failed("can only compare one element at a time".to_owned());
                let [left] = left.as_slice() else { return Err(only_one()) };
                let right = self.walk_all(vec![Some(item.clone())], right);
                let right = right.map_err(|failure| Failure { in_hand, ..failure })?;
                if right.is_empty() {
                    continue;
                }
                let [right] = right.as_slice() else { return Err(only_one()) };
                let nil = Value::Nil;
                let [left, right] = [left, right].map(|value| value.as_ref().unwrap_or(&nil));
                match holds(left, operator, right) {
                    Ok(true) => found.push(Some(item)),
                    Ok(false) => {}
                    Err(error) => return Err(Failure { error, in_hand: !found.is_empty() }),
                }
            }
        }
        Ok(found)
    }
}
