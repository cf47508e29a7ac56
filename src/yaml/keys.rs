//! The order in which go-yaml writes the keys of a mapping.

use std::cmp::Ordering;

use crate::gofmt::unicode;

use super::resolve::Generation;

/// Sorts `entries`, which come in byte order, by the order of `generation`.
///
/// yaml.v2's order is not one: it knows `a10 < a1b < a2 < a10`. Go's result is then random; here it depends on
/// the keys alone. That is why this is a merge sort of its own: the standard library's may panic on such orders.
pub(super) fn sort<V: Copy>(entries: &mut Vec<(&[u8], V)>, generation: Generation) {
    if entries.is_sorted_by(|(a, _), (b, _)| less(a, b, generation)) {
        return;
    }
    let mut merged = Vec::with_capacity(entries.len());
    let mut run = 1;
    while run < entries.len() {
        merged.clear();
        for pair in entries.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let (Some((first, left_rest)), Some((second, right_rest))) =
                (left.split_first(), right.split_first())
            {
                if less(second.0, first.0, generation) {
                    merged.push(*second);
                    right = right_rest;
                } else {
                    merged.push(*first);
                    left = left_rest;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(entries, &mut merged);
        run *= 2;
    }
}

/// True if the key `a` is written before `b`: letters come after everything else, and numbers compare by value.
fn less(a: &[u8], b: &[u8], generation: Generation) -> bool {
    let mut same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    if same == a.len() || same == b.len() {
        return a.len() < b.len();
    }
    // Back to the start of the characters that differ.
    while same > 0 && (is_continuation(a[same]) || is_continuation(b[same])) {
        same -= 1;
    }
    let (head, a, b) = (&a[..same], &a[same..], &b[same..]);
    let (first_a, first_b) = (unicode::decode(a).0, unicode::decode(b).0);
    match (unicode::is_letter(first_a), unicode::is_letter(first_b)) {
        (true, true) => first_a < first_b,
        (false, false) => {
            let (number_a, digits_a) = number(head, a, first_a == '0' || first_b == '0');
            let (number_b, digits_b) = number(head, b, first_a == '0' || first_b == '0');
            let order = number_a.cmp(&number_b).then(digits_a.cmp(&digits_b)).then(first_a.cmp(&first_b));
            order == Ordering::Less
        }
        // yaml.v3 lets a number end before it goes on.
        (a_is_letter, b_is_letter) => {
            let after_digit = generation == Generation::V3
                && !head.is_empty()
                && unicode::is_digit(unicode::decode_last(head).0);
            if after_digit { a_is_letter } else { b_is_letter }
        }
    }
}

/// The number at the start of `text` with the count of its digits. If one of the numbers begins with a zero and
/// `head` ends with a number other than zero, both continue that, and a 1 stands for it.
fn number(head: &[u8], text: &[u8], has_zero: bool) -> (i64, usize) {
    let mut value: i64 = 0;
    if has_zero {
        let mut rest = head;
        while let (c, width @ 1..) = unicode::decode_last(rest) {
            if !unicode::is_digit(c) {
                break;
            }
            if c != '0' {
                value = 1;
                break;
            }
            rest = &rest[..rest.len() - width];
        }
    }
    let mut digits = 0;
    for (_, c) in unicode::runes(text).take_while(|&(_, c)| unicode::is_digit(c)) {
        value = value.wrapping_mul(10).wrapping_add(i64::from(c as u32) - i64::from(b'0'));
        digits += 1;
    }
    (value, digits)
}

fn is_continuation(b: u8) -> bool {
    b & 0xC0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(keys: &[&'static str], generation: Generation) -> Vec<&'static str> {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        let mut entries: Vec<(&[u8], &'static str)> = keys.into_iter().map(|k| (k.as_bytes(), k)).collect();
        sort(&mut entries, generation);
        entries.into_iter().map(|(_, key)| key).collect()
    }

    #[test]
    fn keys_sort_as_in_go() {
        let order = ["", ".a", "1", "2", "10", "A", "a", "a-b", "a1", "a2", "a10", "aB", "ab", "é"];
        assert_eq!(sorted(&order, Generation::V2), order);
        assert_eq!(sorted(&order, Generation::V3), order);
        assert_eq!(sorted(&["a01", "a1", "a001"], Generation::V2), ["a1", "a01", "a001"]);
        assert_eq!(sorted(&["a10", "a1b"], Generation::V2), ["a10", "a1b"]);
        assert_eq!(sorted(&["a10", "a1b"], Generation::V3), ["a1b", "a10"]);
    }
}
