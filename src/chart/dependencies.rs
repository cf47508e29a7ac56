//! Which subcharts take part in a render, under which names, and what is imported from their values.

use std::sync::Arc;

use super::{Chart, Error, Instance, Notices};
use crate::value::Map;

/// Chooses the subcharts of `chart` for these values of the user and imports values from them.
///
/// # Errors
/// If the values have something else than a map for a subchart.
pub fn process(chart: &Arc<Chart>, values: &Map, notices: &mut Notices) -> Result<Instance, Error> {
    let _ = (values, notices);
    Err(Error::new(chart.metadata.name.to_string()))
}
