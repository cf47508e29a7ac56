//! pintle renders Helm charts offline, byte for byte as Helm does.

pub mod chart;
pub mod cli;
pub mod explain;
pub mod fsx;
pub mod funcs;
pub mod glob;
pub mod gofmt;
pub mod gotime;
pub mod json;
pub mod limits;
pub mod net;
pub mod neturl;
pub mod plugin;
pub mod regex;
pub mod render;
pub mod semver;
pub mod template;
pub mod toml;
pub mod value;
pub mod yaml;

pub use chart::values::Sources;
pub use chart::{Capabilities, Chart};
pub use render::{Compiled, Options, Release, Rendered};
pub use value::Value;
