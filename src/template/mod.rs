//! Go's text/template language.
//!
//! Text becomes tokens (`lex`), tokens become a tree (`parse` into `ast`), and `exec` walks the tree. Knows
//! functions only through [`crate::value::call::Function`] and nothing of charts.

pub mod ast;
mod error;
mod exec;
mod guard;
mod lex;
mod number;
pub mod parse;
pub mod paths;
mod print;
pub mod scan;
mod set;
pub mod trace;
mod usage;

pub use self::error::{Error, FailedCall, Frame, Reason};
pub use self::exec::{Budget, Env, execute};
pub use self::parse::ParseError;
pub use self::set::Set;
