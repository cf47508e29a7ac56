//! What functions get from the running template.

use super::{Env, State, env, execute_in};
use crate::gofmt::quote;
use crate::limits;
use crate::template::error::Error;
use crate::template::set::ROOT;
use crate::template::set::Scope;
use crate::value::call::{CallError, Host, Refusal, Runtime};
use crate::value::{Str, Value, meter};

impl Runtime for State<'_, '_> {
    fn include(&mut self, name: &Str, data: &Value) -> Result<Str, CallError> {
        match self.env.includes.get_mut(name.as_bytes()) {
            Some(count) if *count > limits::INCLUDE_DEPTH => {
                let reason = "unable to execute template";
                return Err(CallError::new(format!(
                    "rendering template has a nested reference name: {name}: {reason}"
                )));
            }
            Some(count) => *count += 1,
            None => drop(self.env.includes.insert(name.clone(), 1)),
        }
        let result = output(self.scope, name, data, self.env, |out| Str::from(out));
        if let Some(count) = self.env.includes.get_mut(name.as_bytes()) {
            *count -= 1;
        }
        result?.map_err(|error| nested(String::new(), error))
    }

    fn tpl(&mut self, text: &Str, data: &Value) -> Result<Str, CallError> {
        if memchr::memmem::find(text, b"{{").is_none() {
            return Ok(without_missing(text));
        }
        self.charge(text.len() as u64 / 4)?;
        let trees = self
            .scope
            .set()
            .parse_nested(text, self.env.room())
            .map_err(|error| CallError::new(format!("cannot parse template {}: {error}", quote(text))))?;
        let _held = meter::Hold::new(trees.bytes);
        let inner = self.scope.nest(&trees);
        let outer = self.enter_tpl();
        let result = output(self.scope.inside(&inner), ROOT.as_bytes(), data, self.env, without_missing);
        self.leave_tpl(outer);
        result?.map_err(|error| {
            let note = format!("error during tpl function execution for {}: ", quote(text));
            nested(note, error)
        })
    }

    fn host(&self) -> &dyn Host {
        self.env.host
    }

    fn charge(&mut self, steps: u64) -> Result<(), CallError> {
        self.env.spend_fuel(steps).map_err(CallError::budget)
    }

    fn reserve(&mut self, bytes: u64) -> Result<(), CallError> {
        self.env.check_memory(bytes).map_err(CallError::budget)
    }

    fn note(&mut self, refusal: Refusal) {
        self.env.refusals.push(refusal);
    }
}

/// Steps that a nested execution costs beside those of its nodes.
const CALL_STEPS: u64 = 30;

/// Runs a template and makes a string of its output.
fn output(
    scope: Scope<'_>,
    name: &[u8],
    data: &Value,
    env: &mut Env<'_>,
    finish: impl FnOnce(&[u8]) -> Str,
) -> Result<Result<Str, Error>, CallError> {
    if env.calls == limits::CALL_DEPTH {
        return Err(CallError::budget(env::exhausted("nested calls", limits::CALL_DEPTH as u64)));
    }
    env.spend_fuel(CALL_STEPS).map_err(CallError::budget)?;
    let mut buffer = env.take_buffer();
    let room = env.output;
    env.calls += 1;
    let result = execute_in(scope, name, data, env, &mut buffer);
    env.calls -= 1;
    // What was written becomes a value or nothing.
    env.output = room;
    if result.is_ok() {
        env.check_memory(buffer.len() as u64).map_err(CallError::budget)?;
    }
    let result = result.map(|()| finish(&buffer));
    env.give_buffer(buffer);
    Ok(result)
}

/// The failure of a nested execution.
fn nested(note: String, error: Error) -> CallError {
    let fatal = error.is_fatal();
    CallError { message: note.into(), cause: Some(Box::new(error)), fatal }
}

/// Helm removes from the output of `tpl` what Go prints for missing values.
fn without_missing(text: &[u8]) -> Str {
    const MISSING: &[u8] = b"<no value>";
    let mut kept = Str::new();
    let mut rest = text;
    while let Some(found) = memchr::memmem::find(rest, MISSING) {
        kept.push_bytes(&rest[..found]);
        rest = &rest[found + MISSING.len()..];
    }
    if kept.is_empty() && rest.len() == text.len() {
        return text.into();
    }
    kept.push_bytes(rest);
    kept
}
