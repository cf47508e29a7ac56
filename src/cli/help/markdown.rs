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
    if !page.examples.is_empty() {
        let examples = page.examples.iter().map(|(about, line)| format!("# {about}\n{line}\n"));
        text.push_str(&format!("\n## Examples\n\n```sh\n{}```\n", examples.collect::<String>()));
    }
    for section in &page.sections {
        text.push_str(&format!("\n## {}\n\n", section.heading));
        if section.rows.iter().any(|(term, _)| !term.is_empty()) {
            text.push_str("| | |\n|---|---|\n");
        }
        for (term, meaning) in &section.rows {
            match term.trim() {
                "" => text.push_str(&format!("{meaning}\n")),
                term => text.push_str(&format!("| `{}` | {} |\n", cell(term), cell(meaning))),
            }
        }
    }
    text
}

/// The text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
