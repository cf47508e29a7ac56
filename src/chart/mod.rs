//! What a chart is: files, metadata, dependencies, values, schema.
//!
//! A [`Chart`] is loaded once and never changes. What a render sees of it depends on the values: some
//! dependencies are switched off, some appear under an alias, values are imported from below. That is an
//! [`Instance`], a light tree over the loaded charts, which [`dependencies::process`] makes.

mod archive;
mod assignments;
mod bundle;
mod capabilities;
pub mod coalesce;
pub mod dependencies;
mod directory;
mod files;
mod ignore;
mod load;
mod metadata;
mod model;
pub mod mounts;
mod notice;
pub mod origins;
pub mod schema;
mod settings;
mod sniff;
pub mod strvals;
pub mod values;

pub use self::archive::{is_gzip, unpack};
pub use self::bundle::{Bundle, Installation};
pub use self::capabilities::{Capabilities, HelmVersion, KubeVersion, VersionSet, check_kube_version};
pub use self::dependencies::check as check_dependencies;
pub use self::files::Files;
pub use self::metadata::{Dependency, FIELDS, Lock, Maintainer, Metadata, time};
pub use self::model::{Chart, Crd, Error, File, FileError, Instance};
pub use self::notice::{Level, Notice, Notices};
pub use self::settings::Setting;
pub use self::sniff::content_type;
