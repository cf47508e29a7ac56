//! What several tests need.

pub mod http;
