//! Help in the terminal.

use super::{Page, Section};

/// Columns that the first column of a section takes at most; what is wider has the meaning on the next line.
const TERM_COLUMNS: usize = 32;
/// Columns that a meaning gets at least, also in a terminal that is too narrow for it.
const MEANING_COLUMNS: usize = 30;

/// The page in lines of at most `columns`, where possible.
pub fn terminal(page: &Page, columns: usize) -> String {
    let mut text = format!("{}\n\nUsage:\n  {}\n", wrapped(&page.about, columns, 0), page.usage);
    if !page.aliases.is_empty() {
        text.push_str(&format!("\nAlso called:\n  {}\n", page.aliases.join(", ")));
    }
    if !page.details.is_empty() {
        text.push_str(&format!("\n{}", details(&page.details, columns)));
    }
    if !page.examples.is_empty() {
        text.push_str("\nExamples:\n");
        for (about, line) in &page.examples {
            text.push_str(&format!(
                "  # {}\n  {line}\n",
                wrapped(about, columns, 4).replace("\n    ", "\n  # ")
            ));
        }
    }
    for section in &page.sections {
        text.push_str(&self::section(section, columns));
    }
    text.push_str(&format!("\n{}\n", page.more));
    text
}

/// Paragraphs, wrapped, and lines that are indented, as they are.
fn details(details: &str, columns: usize) -> String {
    let lines = details.lines().map(|line| match line.starts_with(' ') {
        true => format!("{line}\n"),
        false => format!("{}\n", wrapped(line, columns, 0)),
    });
    lines.collect()
}

fn section(section: &Section, columns: usize) -> String {
    let widths = section.rows.iter().map(|(term, _)| term.chars().count());
    let width = widths.filter(|width| *width <= TERM_COLUMNS).max().unwrap_or(0);
    // Two spaces before the term, and three behind it.
    let indent = if width == 0 { 2 } else { width + 5 };
    let mut text = format!("\n{}:\n", section.heading);
    for (term, meaning) in &section.rows {
        let room = columns.saturating_sub(indent).max(MEANING_COLUMNS);
        let meaning = wrapped(meaning, room + indent, indent);
        match term.chars().count() <= width {
            true if term.is_empty() => text.push_str(&format!("  {meaning}\n")),
            true => text.push_str(&format!("  {term:width$}   {meaning}\n")),
            false => text.push_str(&format!("  {term}\n{:indent$}{meaning}\n", "")),
        }
    }
    text
}

/// The words of `text` in lines of at most `columns`, where all but the first begin with `indent` spaces, and the
/// first as far to the right.
fn wrapped(text: &str, columns: usize, indent: usize) -> String {
    let mut lines = String::new();
    let mut column = indent;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > indent && column + 1 + width > columns {
            lines.push_str(&format!("\n{:indent$}", ""));
            column = indent;
        } else if column > indent {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += width;
    }
    lines
}
