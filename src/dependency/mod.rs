//! The charts that a chart depends on: what is there of them, and how they get into its `charts/` folder.

mod folder;
mod gather;
mod list;
mod lock;
mod record;
mod remote;
mod resolve;
mod source;
mod update;

pub use self::list::list;
pub use self::update::{build, update};

use std::path::{Path, PathBuf};

use crate::funcs::paths;

/// How to get dependencies.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The folder of notes about what was in `charts/` before.
    pub records: PathBuf,
    /// Take the cached indexes as they are.
    pub skip_refresh: bool,
    /// Check the provenance of charts.
    pub verify: bool,
    /// The public keys for that.
    pub keyring: PathBuf,
    /// When archives and locks are made, in seconds since 1970; now if there is none.
    pub source_date_epoch: Option<u64>,
}

/// The path `name` below the chart at `chart`, without needless elements, as Go joins paths.
fn join(chart: &Path, name: &str) -> PathBuf {
    let joined = chart.join(name);
    PathBuf::from(String::from_utf8_lossy(&paths::clean(joined.as_os_str().as_encoded_bytes())).into_owned())
}
