//! `values.yaml`, and `values.schema.json` beside it.

use super::{Linter, Severity};
use crate::chart::coalesce;
use crate::chart::schema::Schema;
use crate::value::{Map, Value};
use crate::yaml;

/// The file that the findings are about.
const FILE: &str = "values.yaml";

/// Checks that the file can be read, and that it and the user's values together pass the schema of this chart; its
/// subcharts do not count here.
pub(super) fn check(linter: &mut Linter<'_>) {
    if linter.source.kind(FILE).is_err() {
        return linter.report(Severity::Info, FILE, "file does not exist");
    }
    if let Err(problem) = check_file(linter) {
        linter.report(Severity::Error, FILE, problem);
    }
}

fn check_file(linter: &mut Linter<'_>) -> Result<(), String> {
    let data = linter.source.read(FILE).map_err(|e| format!("unable to parse YAML: {e}"))?;
    let defaults = yaml::decode_map(&data).map_err(|e| {
        // Helm reads the file into a type that has a name of its own.
        let error = e
            .to_string()
            .replace(" Go value of type map[string]interface {}", " Go value of type common.Values");
        format!("unable to parse YAML: {error}")
    })?;
    // Only the outermost map is a copy, so that the user's own maps get the defaults.
    let values = Map::new();
    coalesce::coalesce_tables(&values, linter.values, linter.notices);
    coalesce::coalesce_tables(&values, &defaults, linter.notices);
    let schema = linter.source.read("values.schema.json").unwrap_or_default();
    if schema.is_empty() || linter.options.skip_schema_validation {
        return Ok(());
    }
    let schema = Schema::new(schema.into());
    let notices = schema.validate(&Value::Map(values)).map_err(|e| e.to_string())?;
    linter.notices.extend_from_slice(notices);
    Ok(())
}
