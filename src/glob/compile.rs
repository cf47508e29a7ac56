//! Patterns to matchers, with the shortcuts of gobwas/glob: they decide what matches.

use super::matcher::{Matcher, Tree};
use super::pattern::{List, Node};
use crate::gofmt::unicode::rune_count;
use crate::stack::with_stack;

/// The matcher of a whole pattern.
pub(super) fn compile(pattern: Vec<Node>, separators: &[u8]) -> Matcher {
    Compiler { separators }.sequence(pattern)
}

struct Compiler<'s> {
    separators: &'s [u8],
}

impl Compiler<'_> {
    fn node(&self, node: Node) -> Matcher {
        match node {
            Node::Nothing => Matcher::Nothing,
            Node::Sequence(nodes) => self.sequence(nodes),
            Node::AnyOf(alternatives) => self.any_of(alternatives),
            Node::Text(text) => Matcher::text(text.into_bytes()),
            Node::Any if self.separators.is_empty() => Matcher::Super,
            Node::Any => Matcher::Any,
            Node::Super => Matcher::Super,
            Node::Single => Matcher::Single,
            Node::List(List { chars, not: false }) if chars.len() == 1 => {
                Matcher::text(chars.iter().collect::<String>().into_bytes())
            }
            Node::List(list) => Matcher::List(list),
            Node::Range(range) => Matcher::Range(range),
        }
    }

    fn nodes(&self, nodes: Vec<Node>) -> Vec<Matcher> {
        nodes.into_iter().map(|node| self.node(node)).collect()
    }

    fn sequence(&self, nodes: Vec<Node>) -> Matcher {
        if nodes.is_empty() {
            return Matcher::Nothing;
        }
        shorten(self.arrange(self.glue_runs(self.nodes(nodes))))
    }

    fn any_of(&self, alternatives: Vec<Node>) -> Matcher {
        match factor(alternatives) {
            Ok(sequence) => self.sequence(sequence),
            Err(alternatives) => {
                let mut matchers = self.nodes(alternatives);
                match matchers.len() {
                    1 => matchers.remove(0),
                    _ => Matcher::AnyOf(matchers),
                }
            }
        }
    }

    /// Replaces the longest run of matchers that can be one by that one, again and again.
    fn glue_runs(&self, mut matchers: Vec<Matcher>) -> Vec<Matcher> {
        while let Some((start, end)) = self.longest_run(&matchers) {
            let Some(glued) = self.glue(&matchers[start..end]) else { break };
            matchers.splice(start..end, [glued]);
        }
        matchers
    }

    fn longest_run(&self, matchers: &[Matcher]) -> Option<(usize, usize)> {
        // Where the runs that begin at each matcher end, and how many characters fixed ones have.
        let mut wild_end = 0;
        let mut fixed_end = 0;
        let mut fixed_length = 0;
        let mut runs = Vec::with_capacity(matchers.len());
        for (i, matcher) in matchers.iter().enumerate().rev() {
            match (self.wild(matcher), matchers.get(i + 1).and_then(|next| self.wild(next))) {
                (Some(wild), Some(next)) if wild.stops == next.stops => {}
                (Some(_), _) => wild_end = i + 1,
                (None, _) => wild_end = i,
            }
            match matcher.length() {
                Some(length) if fixed_end > i => fixed_length += length,
                Some(length) => (fixed_end, fixed_length) = (i + 1, length),
                None => (fixed_end, fixed_length) = (i, 0),
            }
            let length = (fixed_end > wild_end).then_some(fixed_length);
            runs.push((i, wild_end.max(fixed_end), length));
        }
        let mut best: Option<(usize, usize, Option<usize>)> = None;
        for (start, end, length) in runs.into_iter().rev().filter(|(start, end, _)| end - start > 1) {
            let is_better = best.is_none_or(|(best_start, best_end, best_length)| {
                end - start > best_end - best_start
                    || matches!((length, best_length), (Some(length), Some(best)) if length > best)
            });
            if is_better {
                best = Some((start, end, length));
            }
        }
        best.map(|(start, end, _)| (start, end))
    }

    /// One matcher for several, if there is one: of wildcards, or of matchers with fixed lengths.
    fn glue(&self, matchers: &[Matcher]) -> Option<Matcher> {
        if matchers.len() < 2 {
            return None;
        }
        self.glue_wild(matchers).or_else(|| {
            let length = matchers.iter().map(Matcher::length).sum::<Option<usize>>()?;
            Some(Matcher::Row { matchers: matchers.to_vec(), length })
        })
    }

    fn glue_wild(&self, matchers: &[Matcher]) -> Option<Matcher> {
        let wild = matchers.iter().map(|matcher| self.wild(matcher)).collect::<Option<Vec<_>>>()?;
        let stops = wild.first()?.stops.clone();
        if wild.iter().any(|other| other.stops != stops) {
            return None;
        }
        let least = wild.iter().filter(|wild| wild.is_one).count();
        let is_open = least < wild.len();
        Some(match (least, is_open, stops.is_empty()) {
            (0, _, true) => Matcher::Super,
            (0, _, false) => Matcher::Any,
            (_, true, true) => Matcher::AtLeast(least),
            _ => Matcher::Every { least, is_open, without: stops },
        })
    }

    /// `matcher` as a wildcard, if it is one.
    fn wild(&self, matcher: &Matcher) -> Option<Wild> {
        let wild = |is_one, stops: &[u8]| Some(Wild { is_one, stops: stops.to_vec() });
        match matcher {
            Matcher::Super => wild(false, b""),
            Matcher::Any => wild(false, self.separators),
            Matcher::Single => wild(true, self.separators),
            Matcher::List(List { chars, not: true }) => {
                wild(true, chars.iter().collect::<String>().as_bytes())
            }
            _ => None,
        }
    }

    /// Arranges matchers in a tree, around the last of those with the greatest fixed length.
    fn arrange(&self, mut matchers: Vec<Matcher>) -> Matcher {
        if let Some(glued) = self.glue(&matchers) {
            return glued;
        }
        if matchers.len() == 1 {
            return matchers.remove(0);
        }
        with_stack(|| {
            let pivot = (0..matchers.len())
                .filter(|i| matchers[*i].length().is_some())
                .max_by_key(|i| matchers[*i].length())
                .unwrap_or(0);
            let right = matchers.split_off(pivot + 1);
            let value = matchers.remove(pivot);
            let side = |matchers: Vec<Matcher>| (!matchers.is_empty()).then(|| self.arrange(matchers));
            Matcher::Tree(Box::new(Tree::new(value, side(matchers), side(right))))
        })
    }
}

/// A wildcard.
struct Wild {
    /// True for exactly one character.
    is_one: bool,
    /// The characters that it does not match.
    stops: Vec<u8>,
}

/// A simpler matcher for trees around a text.
fn shorten(matcher: Matcher) -> Matcher {
    let Matcher::Tree(tree) = matcher else { return matcher };
    let Tree { value, left, right, left_length, right_length } = *tree;
    let (left, right) = with_stack(|| (left.map(shorten), right.map(shorten)));
    let Matcher::Text(text, length) = value else {
        return Matcher::Tree(Box::new(Tree { value, left, right, left_length, right_length }));
    };
    match (left, right) {
        (None, None) => Matcher::Text(text, length),
        (Some(Matcher::Super), Some(Matcher::Super)) => Matcher::Contains(text),
        (Some(Matcher::Super), None) => Matcher::Suffix(text),
        (None, Some(Matcher::Super)) => Matcher::Prefix(text),
        (None, Some(Matcher::Suffix(suffix))) => Matcher::PrefixSuffix(text, suffix),
        (Some(Matcher::Prefix(prefix)), None) => Matcher::PrefixSuffix(prefix, text),
        (Some(Matcher::Any), None) => Matcher::SuffixAny(text),
        (None, Some(Matcher::Any)) => Matcher::PrefixAny(text),
        (left, right) => {
            let value = Matcher::Text(text, length);
            Matcher::Tree(Box::new(Tree { value, left, right, left_length, right_length }))
        }
    }
}

impl Matcher {
    fn text(text: Vec<u8>) -> Matcher {
        let length = rune_count(&text);
        Matcher::Text(text, length)
    }
}

/// Takes out what all alternatives begin and end with. Gives the alternatives back if there is no such thing.
fn factor(alternatives: Vec<Node>) -> Result<Vec<Node>, Vec<Node>> {
    let sequences = alternatives.iter().map(|node| match node {
        Node::Sequence(nodes) => Some(nodes.as_slice()),
        _ => None,
    });
    let Some(sequences) = sequences.collect::<Option<Vec<_>>>() else { return Err(alternatives) };
    let (left, right) = common(&sequences);
    if left + right == 0 {
        return Err(alternatives);
    }
    let mut rests: Vec<Node> = Vec::new();
    for nodes in &sequences {
        let rest = match nodes.get(left..nodes.len() - right) {
            None | Some([]) => Node::Nothing,
            Some(rest) => Node::Sequence(rest.to_vec()),
        };
        if !rests.contains(&rest) {
            rests.push(rest);
        }
    }
    let first = sequences.first().copied().unwrap_or_default();
    let mut result = Vec::new();
    if left > 0 {
        result.push(Node::Sequence(first[..left].to_vec()));
    }
    match rests.as_slice() {
        [Node::Nothing] => {}
        [_] => result.append(&mut rests),
        _ => result.push(Node::AnyOf(rests)),
    }
    if right > 0 {
        result.push(Node::Sequence(first[first.len() - right..].to_vec()));
    }
    Ok(result)
}

/// How many parts all sequences have in common at the start, and at the end.
fn common(sequences: &[&[Node]]) -> (usize, usize) {
    let Some(shortest) = sequences.iter().enumerate().min_by_key(|(_, nodes)| nodes.len()) else {
        return (0, 0);
    };
    let (index, shortest) = shortest;
    if sequences.len() < 2 {
        return (0, 0);
    }
    let (mut left, mut right) = (0, 0);
    let (mut left_ended, mut right_ended) = (false, false);
    for i in 0..shortest.len() {
        if left + right >= shortest.len() || left_ended && right_ended {
            break;
        }
        let j = shortest.len() - 1 - i;
        for (_, nodes) in sequences.iter().enumerate().filter(|(k, _)| *k != index) {
            left_ended |= shortest[i] != nodes[i];
            right_ended |= !left_ended && j <= i;
            right_ended |= shortest[j] != nodes[j + nodes.len() - shortest.len()];
            if left_ended && right_ended {
                break;
            }
        }
        left += usize::from(!left_ended);
        right += usize::from(!right_ended);
    }
    (left, right)
}
