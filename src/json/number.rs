//! Numbers as they are written.

use std::any::Any;

use crate::value::{Object, Str, Type};

/// Go's `json.Number`: the text of a JSON number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(pub String);

impl Object for Number {
    fn go_type(&self) -> Type {
        Type::Named("json.Number", &Type::String)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn to_go_string(&self) -> Option<Str> {
        Some(Str::from(self.0.as_str()))
    }
}
