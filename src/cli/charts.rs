//! `pintle charts`

use super::command::{Arguments, Command};
use super::flags::Flags;
use super::format::{self, OUTPUT};
use super::{Failure, Session};
use crate::chart::{Bundle, Installation, Metadata};
use crate::value::{Str, Value};

/// The command.
pub const COMMAND: Command = Command {
    name: "charts",
    about: "List the bundled charts, which templates are rendered of as embedded:CHART",
    takes: Arguments::None,
    flags: &[OUTPUT],
    accept: format::accept,
    run: Some(run),
    ..Command::NEW
};

/// What the table says of a chart.
const COLUMNS: [&str; 5] = ["CHART", "VERSION", "APP VERSION", "STACK", "NAMESPACE"];

/// Prints names and versions of the bundled charts.
fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let charts = Listed::all(&session.settings.bundle()).map_err(Failure::of)?;
    let list = || Value::list(charts.iter().map(Listed::to_value));
    let text = format::bytes(flags, list, || table(&charts))?;
    session.print(&text)
}

/// A chart and how it is installed.
struct Listed {
    name: String,
    metadata: Metadata,
    installations: Vec<Installation>,
}

impl Listed {
    /// The charts of a collection.
    fn all(bundle: &Bundle) -> Result<Vec<Listed>, crate::chart::Error> {
        let installations = bundle.installations()?;
        let names = bundle.names()?.into_iter();
        let charts = names.map(|name| {
            let installations = installations.iter().filter(|entry| entry.chart == name).cloned().collect();
            Ok(Listed { metadata: bundle.metadata(&name)?, installations, name })
        });
        charts.collect()
    }

    /// The chart as a map, with the names that Helm's lists of charts have.
    fn to_value(&self) -> Value {
        let text = |text: &str| Value::Str(Str::from(text));
        let releases = self.installations.iter().map(|entry| {
            Value::map([
                ("name", text(&entry.release)),
                ("namespace", text(&entry.namespace)),
                ("stack", text(&entry.stack)),
            ])
        });
        Value::map([
            ("name", text(&self.name)),
            ("version", Value::Str(self.metadata.version.clone())),
            ("app_version", Value::Str(self.metadata.app_version.clone())),
            ("description", Value::Str(self.metadata.description.clone())),
            ("releases", Value::list(releases)),
        ])
    }

    /// The chart in [`COLUMNS`].
    fn to_row(&self) -> [String; COLUMNS.len()] {
        let of_all = |field: fn(&Installation) -> &str| {
            let fields: Vec<&str> = self.installations.iter().map(field).collect();
            fields.join(",")
        };
        [
            self.name.clone(),
            self.metadata.version.to_string(),
            self.metadata.app_version.to_string(),
            of_all(|entry| &entry.stack),
            of_all(|entry| &entry.namespace),
        ]
    }
}

/// The charts as lines with columns of equal width.
fn table(charts: &[Listed]) -> String {
    let head = COLUMNS.map(str::to_owned);
    let rows: Vec<_> = [head].into_iter().chain(charts.iter().map(Listed::to_row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; COLUMNS.len()] = std::array::from_fn(width);
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
