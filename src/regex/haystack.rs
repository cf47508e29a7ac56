//! Text to search.

use std::borrow::Cow;
use std::ops::Range;

/// Text as Go's engine sees it: characters, each byte that is not part of one being a U+FFFD of its own.
pub(super) struct Haystack<'t> {
    text: Cow<'t, [u8]>,
    /// Where in `text` a U+FFFD (three bytes) stands for one byte, in ascending order.
    replaced: Vec<usize>,
}

impl<'t> Haystack<'t> {
    pub(super) fn new(text: &'t [u8]) -> Haystack<'t> {
        if std::str::from_utf8(text).is_ok() {
            return Haystack { text: Cow::Borrowed(text), replaced: Vec::new() };
        }
        let mut valid = Vec::with_capacity(text.len() + 2);
        let mut replaced = Vec::new();
        for chunk in text.utf8_chunks() {
            valid.extend_from_slice(chunk.valid().as_bytes());
            for _ in chunk.invalid() {
                replaced.push(valid.len());
                valid.extend_from_slice("\u{FFFD}".as_bytes());
            }
        }
        Haystack { text: Cow::Owned(valid), replaced }
    }

    /// The text, all of it UTF-8.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// Width of the character at `at`; 0 at the end.
    pub(super) fn width(&self, at: usize) -> usize {
        self.text.get(at..).map_or(0, |rest| bstr::decode_utf8(rest).1)
    }

    /// A range of [`Haystack::as_bytes`] as a range of the original text.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.original_offset(range.start)..self.original_offset(range.end)
    }

    fn original_offset(&self, at: usize) -> usize {
        at - 2 * self.replaced.partition_point(|&replaced| replaced < at)
    }
}
