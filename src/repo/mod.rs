//! Chart repositories as data: the list of those that the user knows, their indexes, and what is cached of them.
//!
//! Both tools share all files: what Helm wrote is read, and what is written here Helm reads. Nothing in this module
//! talks to a server; [`crate::download`] does.

pub mod cache;
mod directory;
mod index;
mod outline;
mod read;
mod repositories;
pub mod search;
mod shape;
pub mod urls;
mod write;

pub use self::directory::index_directory;
pub use self::index::{ChartVersion, Index};
pub use self::repositories::{Error, Repositories, Repository};
