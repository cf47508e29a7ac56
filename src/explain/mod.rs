//! The long form of an error: where it is in the sources, what led there, and what to do.
//!
//! Helm's own line says what its libraries said. This adds what a person looks up next: the lines of the template,
//! the file or flag that set the value, the name that was meant. All of it is found anew in the sources after
//! something failed, so a render that goes well pays nothing, and nothing here reads or writes anything.

mod excerpt;
mod execution;
mod inputs;
mod manifest;
mod report;
mod scope;
mod syntax;
mod violations;

use self::report::Report;
use crate::chart::origins::Origins;
use crate::chart::{self, Chart, mounts, values};
use crate::render::{self, Cause};

/// What took part in what failed.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The chart, if it could be loaded.
    pub chart: Option<&'a Chart>,
    /// The values of the user.
    pub values: &'a values::Sources,
    /// Mark parts of the text with the colors of a terminal.
    pub color: bool,
    /// Columns that lines of sources are cut to, with what is marked kept.
    pub columns: usize,
}

/// The long form of why a render failed; `None` if there is no more to say than the error itself does. Without a
/// newline at the end, and without control characters but those for colors.
pub fn render_error(error: &render::Error, context: &Context<'_>) -> Option<String> {
    let sources = Origins::new(context.chart, context.values);
    let mounts = context.chart.map(mounts::mounts).unwrap_or_default();
    let report = match &*error.cause {
        Cause::Chart(error) => return chart_error(error, context),
        Cause::Parse(error) => syntax::explain(error, &mounts),
        Cause::Execution(error) => execution::explain(error, &mounts, &sources),
        Cause::Manifest { path, content, error, .. } => manifest::explain(path, content, error, &mounts),
    };
    finish(&report, context)
}

/// The long form of why a chart or values cannot be used; otherwise as [`render_error`].
pub fn chart_error(error: &chart::Error, context: &Context<'_>) -> Option<String> {
    finish(&inputs::explain(error, context)?, context)
}

fn finish(report: &Report, context: &Context<'_>) -> Option<String> {
    (!report.is_bare()).then(|| report.render(context.color, context.columns))
}
