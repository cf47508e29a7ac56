//! Help as Markdown.

use super::Page;

/// The page in Markdown.
pub fn markdown(page: &Page) -> String {
    let mut text = format!("# {}\n\n{}\n\n```\n{}\n```\n", page.name, page.about, page.usage);
    if !page.aliases.is_empty() {
        text.push_str(&format!("\nAlso called {}.\n", page.aliases.join(", ")));
    }
    if !page.details.is_empty() {
        text.push_str(&format!("\n{}\n", page.details));
    }
    for section in &page.sections {
        text.push_str(&format!("\n## {}\n\n| | |\n|---|---|\n", section.heading));
        for (term, meaning) in &section.rows {
            text.push_str(&format!("| `{}` | {} |\n", cell(term.trim()), cell(meaning)));
        }
    }
    text
}

/// The text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
