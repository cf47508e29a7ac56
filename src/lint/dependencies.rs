//! What the chart says it depends on, and what lies in `charts/`.

use super::{Linter, Severity};
use crate::value::Str;

/// Checks that each is there for the other.
pub(super) fn check(linter: &mut Linter<'_>) {
    let chart = match linter.chart() {
        Ok(chart) => chart,
        Err(error) => return linter.report(Severity::Error, "", format!("unable to load chart\n\t{error}")),
    };
    let declared: Vec<&Str> =
        chart.metadata.dependencies().iter().map(|dependency| &dependency.name).collect();
    let present: Vec<&Str> = chart.subcharts.iter().map(|subchart| &subchart.metadata.name).collect();
    for (severity, place, found, expected) in [
        (Severity::Error, "metadata", &declared, &present),
        (Severity::Warning, "directory", &present, &declared),
    ] {
        let missing = expected.iter().filter(|name| !found.contains(name)).map(|name| name.to_string());
        let missing: Vec<String> = missing.collect();
        if !missing.is_empty() {
            let path = linter.source.path().display().to_string();
            let text = format!("chart {place} is missing these dependencies: {}", missing.join(","));
            linter.report(severity, path, text);
        }
    }
}
