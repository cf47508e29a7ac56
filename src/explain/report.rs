//! The layout of an explanation.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::excerpt::{Excerpt, clean};

/// Columns before the text of a line: its number and a bar.
const GUTTER: usize = 8;

/// What is told of one failure: what is wrong and where, what else counts, and what to do.
#[derive(Debug, Default)]
pub struct Report {
    title: String,
    excerpts: Vec<(String, Excerpt)>,
    /// Who called whom, from the first excerpt outwards.
    callers: Vec<String>,
    /// What else is to know of the first excerpt.
    notes: Vec<String>,
    /// At the end.
    hints: Vec<String>,
}

impl Report {
    /// A report that says what is wrong.
    pub fn new(title: impl AsRef<[u8]>) -> Report {
        Report { title: clean(title.as_ref()), ..Report::default() }
    }

    /// Shows a place. Where it went wrong is the first one, and needs no word; each other one gets a line of its own
    /// that says why it is shown.
    pub fn show(&mut self, why: impl Into<String>, excerpt: Excerpt) {
        let why: String = why.into();
        self.excerpts.push((clean(why.as_bytes()), excerpt));
    }

    /// Says who called the first place or, from the second time on, the one said before.
    pub fn caller(&mut self, text: impl Into<String>) {
        let text: String = text.into();
        self.callers.push(clean(text.as_bytes()));
    }

    /// Says more about the first place.
    pub fn note(&mut self, text: impl Into<String>) {
        let text: String = text.into();
        self.notes.push(clean(text.as_bytes()));
    }

    /// Says what to do.
    pub fn hint(&mut self, text: impl Into<String>) {
        let text: String = text.into();
        self.hints.push(clean(text.as_bytes()));
    }

    /// True if nothing but the title is known.
    pub fn is_bare(&self) -> bool {
        self.excerpts.is_empty() && self.notes.is_empty() && self.hints.is_empty()
    }

    /// The text, with colors if wanted; lines of sources are cut to `columns`.
    pub fn render(&self, color: bool, columns: usize) -> String {
        let mut groups = Vec::new();
        let mut excerpts = self.excerpts.iter().peekable();
        let mut first = Group::with_title(Level::ERROR.primary_title(self.title.as_str()));
        if let Some((_, excerpt)) = excerpts.next_if(|(why, _)| why.is_empty()) {
            first = with_excerpt(first, excerpt, columns);
        }
        let notes = self.callers.iter().chain(&self.notes);
        groups.push(first.elements(notes.map(|note| Level::NOTE.message(note.as_str()))));
        for (why, excerpt) in excerpts {
            groups.push(with_excerpt(
                Group::with_title(Level::NOTE.secondary_title(why.as_str())),
                excerpt,
                columns,
            ));
        }
        groups.extend(
            self.hints.iter().map(|hint| Group::with_title(Level::HELP.secondary_title(hint.as_str()))),
        );
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let text = renderer.term_width(columns).render(&groups);
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }
}

/// Adds an excerpt to `group`. A label that does not fit beside its mark goes below.
fn with_excerpt<'a>(group: Group<'a>, excerpt: &'a Excerpt, columns: usize) -> Group<'a> {
    let label = Some(excerpt.label.as_str()).filter(|label| !label.is_empty());
    let marked = excerpt.lines.get(excerpt.mark.clone()).unwrap_or_default();
    let width = |label: &str| GUTTER + excerpt.column() + marked.chars().count() + label.chars().count();
    let (beside, below) = match label {
        Some(label) if width(label) > columns => (None, Some(label)),
        label => (label, None),
    };
    let snippet = Snippet::source(excerpt.lines.as_str())
        .path(excerpt.name.as_deref())
        .line_numbering(excerpt.name.is_some())
        .line_start(excerpt.first_line)
        .fold(false);
    let snippet = snippet.annotation(AnnotationKind::Primary.span(excerpt.mark.clone()).label(beside));
    group.element(snippet).elements(below.map(|label| Level::NOTE.message(label)))
}
