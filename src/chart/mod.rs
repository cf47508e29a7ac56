//! What a chart is: files, metadata, dependencies, values, schema.
//!
//! A [`Chart`] is loaded once and never changes. What a render sees of it depends on the values: some
//! dependencies are switched off, some appear under an alias, values are imported from below. That is an
//! [`Instance`], a light tree over the loaded charts, which [`dependencies::process`] makes.

pub mod dependencies;
mod metadata;
mod model;
pub mod notice;

pub use self::metadata::{Dependency, Lock, Maintainer, Metadata};
pub use self::model::{Chart, Crd, Error, File, Instance};
pub use self::notice::{Level, Notice, Notices};
