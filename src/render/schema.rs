//! Checks the values of a tree of charts against their schemas.

use crate::chart::{Error, Instance, Notice, Notices};
use crate::value::{Map, Value};

/// Checks what each chart of the tree sees against its `values.schema.json`. The error lists all charts.
pub fn check(instance: &Instance, values: &Map, notices: &mut Notices) -> Result<(), Error> {
    let mut problems = String::new();
    check_below(instance, values, &mut problems, notices);
    if problems.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!(
        "values don't meet the specifications of the schema(s) in the following chart(s):\n{problems}"
    )))
}

fn check_below(instance: &Instance, values: &Map, problems: &mut String, notices: &mut Notices) {
    let name = instance.name();
    if let Some(schema) = &instance.chart.schema {
        notices.push(Notice::debug("chart name").with("chart-name", name.to_string()));
        match schema.validate(&Value::Map(values.clone())) {
            Ok(warnings) => notices.extend_from_slice(warnings),
            Err(error) => problems.push_str(&format!("{name}:\n{error}")),
        }
    }
    notices.push(
        Notice::debug("number of dependencies in the chart")
            .with("chart", name.to_string())
            .with("dependencies", instance.subcharts.len().to_string()),
    );
    for subchart in &instance.subcharts {
        let name = subchart.name();
        match values.get(name) {
            None | Some(Value::Nil) => {}
            Some(Value::Map(below)) => check_below(subchart, &below, problems, notices),
            Some(other) => problems.push_str(&format!(
                "{name}:\ninvalid type for values: expected object (map), got {}\n",
                other.go_type()
            )),
        }
    }
}
