//! The charts that a chart depends on: what is there of them, and how they get into its `charts/` folder.

mod list;

pub use self::list::list;

use std::path::{Path, PathBuf};

use crate::funcs::paths;

/// The path `name` below the chart at `chart`, without needless elements, as Go joins paths.
fn join(chart: &Path, name: &str) -> PathBuf {
    let joined = chart.join(name);
    PathBuf::from(String::from_utf8_lossy(&paths::clean(joined.as_os_str().as_encoded_bytes())).into_owned())
}
