//! The files of `crds/`.

use super::documents::Documents;
use super::source::Kind;
use super::{Linter, Severity};

/// The directory.
const DIRECTORY: &str = "crds/";

/// Checks that the directories `crds/` of the chart and its subcharts hold definitions of custom resources only.
pub(super) fn check(linter: &mut Linter<'_>) {
    match linter.source.kind("crds") {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => return linter.report(Severity::Error, DIRECTORY, error.to_string()),
        Ok(Kind::File) => return linter.report(Severity::Error, DIRECTORY, "not a directory"),
        Ok(Kind::Directory) => {}
    }
    let chart = match linter.chart() {
        Ok(chart) => chart,
        Err(error) => return linter.report(Severity::Error, DIRECTORY, error),
    };
    for file in chart.crds() {
        let path = file.name.to_string();
        for object in Documents::new(&file.data) {
            let object = match object {
                Ok(object) => object,
                // Helm looks at no further file then.
                Err(error) => {
                    return linter.report(Severity::Error, path, format!("unable to parse YAML: {error}"));
                }
            };
            let Some(object) = object else { continue };
            if !object.api_version.starts_with(b"apiextensions.k8s.io") {
                linter.report(Severity::Error, &path, "apiVersion is not in 'apiextensions.k8s.io'");
            }
            if object.kind != "CustomResourceDefinition" {
                linter.report(Severity::Error, &path, "object kind is not 'CustomResourceDefinition'");
            }
        }
    }
}
