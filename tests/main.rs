//! The integration tests: one binary, data cases in folders.

mod bundled;
mod cases;
mod clients;
mod completion;
mod dependency;
mod embedded;
mod functions;
mod fuzz;
mod library;
mod limits;
mod package;
mod provenance;
mod registry;
mod repository;
mod scaffold;
mod support;
mod trace;
