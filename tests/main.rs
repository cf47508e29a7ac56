//! The integration tests: one binary, data cases in folders.

mod cases;
mod functions;
mod fuzz;
mod library;
mod limits;
