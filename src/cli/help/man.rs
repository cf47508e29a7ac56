//! Help as man pages.

use super::Page;

/// The page in the language of `man`: troff with the macros of `man(7)`.
pub fn man(page: &Page) -> String {
    let name = page.name.replace(' ', "-");
    let version = env!("CARGO_PKG_VERSION");
    let mut text =
        format!(".TH \"{}\" 1 \"\" \"pintle {version}\" \"Commands\"\n", escaped(&name.to_uppercase()));
    text.push_str(&format!(".SH NAME\n{} \\- {}\n", escaped(&name), escaped(&page.about)));
    text.push_str(&format!(".SH SYNOPSIS\n.B {}\n", escaped(&page.usage)));
    if !page.aliases.is_empty() {
        text.push_str(&format!(".PP\nAlso called {}.\n", escaped(&page.aliases.join(", "))));
    }
    if !page.details.is_empty() {
        text.push_str(".SH DESCRIPTION\n");
        text.push_str(&details(&page.details));
    }
    if !page.examples.is_empty() {
        text.push_str(".SH EXAMPLES\n");
        for (about, line) in &page.examples {
            text.push_str(&format!(".PP\n{}:\n.PP\n.EX\n    {}\n.EE\n", escaped(about), escaped(line)));
        }
    }
    for section in &page.sections {
        text.push_str(&format!(".SH {}\n", escaped(&section.heading.to_uppercase())));
        for (term, meaning) in &section.rows {
            let head = match term.trim() {
                "" => ".PP".to_owned(),
                term => format!(".TP\n\\fB{}\\fR", escaped(term)),
            };
            text.push_str(&format!("{head}\n{}\n", escaped(meaning)));
        }
    }
    text.push_str(&format!(".SH SEE ALSO\n{}\n", escaped(&page.more)));
    text
}

/// Paragraphs, and lines that are to stay as they are.
fn details(details: &str) -> String {
    let mut text = String::new();
    let mut verbatim = false;
    for line in details.lines() {
        if line.starts_with(' ') != verbatim && !line.is_empty() {
            text.push_str(if verbatim { ".EE\n" } else { ".EX\n" });
            verbatim = !verbatim;
        }
        match line {
            "" if verbatim => {}
            "" => text.push_str(".PP\n"),
            _ => text.push_str(&format!("{}\n", escaped(line))),
        }
    }
    if verbatim {
        text.push_str(".EE\n");
    }
    text
}

/// The text without meaning to troff.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) { format!("\\&{text}") } else { text }
}
