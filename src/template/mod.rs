//! Go's text/template language.
//!
//! Text becomes tokens (`lex`), tokens become a tree (`parse` into `ast`), and `exec` walks the tree. Knows
//! functions only through [`crate::value::call::Function`] and nothing of charts.

pub mod ast;
