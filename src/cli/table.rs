//! Tables of text as Helm prints them: columns of equal width, tabs between them, long cells cut.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What a cell ends in that was cut.
const ELLIPSIS: &str = "...";

/// A table of text.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
    max_width: usize,
}

impl Table {
    /// A table whose columns are at most `max_width` wide; 0 means that nothing is cut.
    pub fn new(max_width: usize) -> Table {
        Table { rows: Vec::new(), max_width }
    }

    /// Adds a row. All rows have the same number of cells.
    pub fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The lines of the table, each with its newline.
    pub fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(|column| self.width(column)).collect();
        let mut text = String::new();
        for row in &self.rows {
            let cells: Vec<Vec<String>> =
                row.iter().zip(&widths).map(|(cell, width)| lines(cell, *width)).collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for line in 0..height {
                let cells = cells.iter().zip(&widths);
                let cells = cells.map(|(cell, width)| cell.get(line).cloned().unwrap_or(" ".repeat(*width)));
                text.push_str(&cells.collect::<Vec<_>>().join("\t"));
                text.push('\n');
            }
        }
        text
    }

    /// The width of a column: that of its widest line, within the limit.
    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let width = cells.flat_map(|cell| cell.split('\n')).map(UnicodeWidthStr::width).max().unwrap_or(0);
        if self.max_width == 0 { width } else { width.min(self.max_width) }
    }
}

/// The lines of a cell in a column of this width. As in Helm, a cell that is cut is cut as a whole.
fn lines(cell: &str, width: usize) -> Vec<String> {
    fit(cell, width).split('\n').map(|line| fit(line, width)).collect()
}

/// The text cut or filled with spaces to this width; a column without any width takes it as it is.
fn fit(text: &str, width: usize) -> String {
    let has = text.width();
    if has <= width || width == 0 {
        return format!("{text}{}", " ".repeat(width.saturating_sub(has)));
    }
    // At least one character stays, also where the ellipsis alone is too wide.
    let mut room = width.saturating_sub(ELLIPSIS.len());
    let mut end = text.len();
    for (at, letter) in text.char_indices() {
        let wide = letter.width().unwrap_or(0);
        if wide >= room {
            end = at + letter.len_utf8();
            break;
        }
        room -= wide;
    }
    format!("{}{ELLIPSIS}", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_cut_and_filled() {
        for (text, width, expected) in [
            ("", 3, "   "),
            ("abc", 0, "abc"),
            ("abc", 5, "abc  "),
            ("abcdef", 6, "abcdef"),
            ("abcdef", 5, "ab..."),
            ("abcdef", 4, "a..."),
            ("abcdef", 3, "a..."),
            ("abcdef", 1, "a..."),
            ("日本語日本語", 10, "日本語日..."),
            ("é日", 4, "é日 "),
        ] {
            assert_eq!(fit(text, width), expected, "{text:?} in {width}");
        }
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(6);
        table.row(["NAME", "STATUS"]);
        table.row(["redis-cluster", "ok"]);
        table.row(["a\nbc", ""]);
        assert_eq!(table.text(), "NAME  \tSTATUS\nred...\tok    \na     \t      \nbc    \t      \n");
        assert_eq!(Table::default().text(), "");
    }
}
