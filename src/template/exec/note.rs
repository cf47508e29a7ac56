//! What the executor tells a trace. None of this runs without one.

use super::{At, State};
use crate::template::guard::is_guarded;
use crate::template::set::ROOT;
use crate::template::trace::{Outside, Place, Trace, Witness};
use crate::template::usage::{Usage, takes_missing, usage};
use crate::value::call::{CallError, Function};
use crate::value::{Map, Str, Value};

/// A trace and what it needs to be made.
pub(super) struct Tracing<'h> {
    pub trace: Trace,
    pub witness: &'h Witness<'h>,
}

impl<'a> State<'a, '_> {
    /// The line of `at`; in the text of a `tpl`, that of the call.
    fn place(&self, at: At<'a>) -> Place {
        let outer = self.env.trace.as_ref().and_then(|tracing| tracing.trace.tpl.as_ref());
        match outer {
            Some(outer) if self.tree.parse_name == ROOT => outer.clone(),
            _ => Place::new(self.tree, at.pos()),
        }
    }

    /// Notes that the field `name` of `map` was looked up by the chain at `at`.
    #[cold]
    pub(super) fn note_field(&mut self, map: &Map, name: &Str, at: At<'a>, is_last: bool) {
        // What is on the way to another field need not be noted.
        if is_last || !map.contains_key(name) {
            let (place, tree) = (self.place(at), self.tree);
            if let Some(tracing) = &mut self.env.trace {
                tracing.trace.key(map, name, &place, || is_guarded(tree, at.pos()));
            }
        }
    }

    /// Notes that `value` is printed.
    #[cold]
    pub(super) fn note_print(&mut self, value: &Value) {
        let place = self.place(self.at);
        if let Some(tracing) = &mut self.env.trace {
            tracing.trace.whole(value, &place);
        }
    }

    /// Notes that there is a loop over `value`.
    #[cold]
    pub(super) fn note_range(&mut self, value: &Value) {
        let place = self.place(self.at);
        if let Some(tracing) = &mut self.env.trace {
            tracing.trace.entries(value, &place);
        }
    }

    /// Notes that a function is called at `at`.
    #[cold]
    pub(super) fn note_call(&mut self, at: At<'a>, name: &str, args: &[Value]) {
        let (place, tree) = (self.place(at), self.tree);
        if let Some(tracing) = &mut self.env.trace {
            let is_expected = || takes_missing(name) || is_guarded(tree, at.pos());
            tracing.trace.call(name, args, &place, is_expected);
            // What was asked before was not asked by this function.
            tracing.witness.take();
        }
    }

    /// Calls a function at `at`, and notes what it gives and asks.
    #[cold]
    pub(super) fn call_traced(
        &mut self,
        at: At<'a>,
        function: &'static Function,
        args: &[Value],
    ) -> Result<Value, CallError> {
        let name = function.name;
        self.note_call(at, name, args);
        let result = (function.call)(self, args);
        let place = self.place(at);
        if let Some(tracing) = &mut self.env.trace {
            let mut asked = tracing.witness.take();
            // RSA primes come from the system itself.
            if name == "genPrivateKey" {
                asked = vec![Outside::Random];
            }
            // What an included template asked for is noted there.
            if !asked.is_empty() && usage(name) != Usage::Calls {
                tracing.trace.calls.insert((place, name), asked);
            }
            if let Ok(result) = &result {
                tracing.trace.result(name, args, result);
            }
        }
        result
    }

    /// Notes that a method of Helm's values is called at `at`.
    #[cold]
    pub(super) fn note_method(&mut self, at: At<'a>, receiver: &Value, name: &str, args: &[Value]) {
        match (name, args) {
            ("Table" | "PathValue", [Value::Str(path)]) => {
                let keys: Vec<Value> = path.split(|byte| *byte == b'.').map(Value::str).collect();
                let place = self.place(at);
                if let Some(tracing) = &mut self.env.trace {
                    tracing.trace.walk(receiver, &keys, &place, &|| false);
                }
            }
            ("YAML", _) => {
                let place = self.place(at);
                if let Some(tracing) = &mut self.env.trace {
                    tracing.trace.whole(receiver, &place);
                }
            }
            _ => {}
        }
    }

    /// Takes note that a text given to `tpl` executes; gives what [`State::leave_tpl`] needs.
    pub(super) fn enter_tpl(&mut self) -> Option<Place> {
        let tracing = self.env.trace.as_ref()?;
        let before = tracing.trace.tpl.clone();
        let place = self.place(self.at);
        if let Some(tracing) = &mut self.env.trace {
            tracing.trace.tpl = Some(place);
        }
        before
    }

    /// Undoes [`State::enter_tpl`].
    pub(super) fn leave_tpl(&mut self, before: Option<Place>) {
        if let Some(tracing) = &mut self.env.trace {
            tracing.trace.tpl = before;
        }
    }
}
