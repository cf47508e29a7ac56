//! pintle renders Helm charts offline, byte for byte as Helm does.
//!
//! A chart is loaded and compiled once, and then rendered as often as needed, on as many threads as wanted:
//!
//! ```
//! use std::{path::Path, sync::Arc};
//!
//! use pintle::render::host::Offline;
//! use pintle::render::output::{self, Selection};
//! use pintle::{Capabilities, Chart, Compiled, Options, Release, Sources};
//!
//! let mut notices = Vec::new();
//! let path = Path::new("tests/charts/lighthouse");
//! let chart = Compiled::new(Arc::new(Chart::load(path, &mut notices)?));
//! let no_files = |_: &str| Err("no files here".to_owned());
//! let values = Sources { set: vec!["replicas=3".into()], ..Sources::default() }.merge(&no_files)?;
//! let options = Options {
//!     release: Release::new("web", "default"),
//!     capabilities: Arc::new(Capabilities::default()),
//!     skip_schema_validation: false,
//! };
//! let rendered = chart.render(&values, &options, &Offline::default(), &mut notices)?;
//! assert_eq!(rendered.manifests.len(), 5);
//! let text = output::stream(&output::documents(&rendered, &Selection::default()));
//! assert!(String::from_utf8(text)?.contains("replicas: 3"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The modules that are not hidden are the library; the others serve the program, its tests and its fuzz targets.

pub mod chart;
#[doc(hidden)]
pub mod cli;
mod dependency;
mod download;
pub mod explain;
#[doc(hidden)]
pub mod fsx;
mod funcs;
mod glob;
mod gofmt;
mod gotime;
mod json;
mod jsonpath;
pub mod limits;
pub mod lint;
mod nearest;
mod net;
mod neturl;
pub mod package;
mod parallel;
mod plugin;
mod progress;
#[doc(hidden)]
pub mod provenance;
mod regex;
mod registry;
mod release;
pub mod render;
mod repo;
mod scaffold;
mod semver;
mod signals;
mod stack;
pub mod template;
mod toml;
pub mod value;
pub mod yaml;

pub use chart::values::Sources;
pub use chart::{Capabilities, Chart};
pub use render::{Compiled, Options, Release, Rendered};
pub use value::Value;
