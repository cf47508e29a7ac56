//! YAML that is read, changed and written again with its comments, styles, anchors and tags, as yaml.v3 does it
//! with indentation 2 and sequences that are not indented below their key.

mod node;
mod read;
mod write;

pub use self::node::{Comments, Content, Document, Node, Style};
pub use self::read::read;
pub use self::write::{write, write_node};

#[cfg(test)]
mod tests;
