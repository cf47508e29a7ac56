//! Calls of functions and methods.

use smallvec::SmallVec;

use super::slot::Slot;
use super::{At, Inputs, Result, State};
use crate::template::ast::FunctionRef;
use crate::template::error::{Error, FailedCall, Reason};
use crate::value::call::{CallError, Signature};
use crate::value::{Method, Str, Type, Value};

/// The price of an object, which no meter counts: it bounds how many there can be.
const OBJECT_STEPS: u64 = 1_000;

/// Arguments of a call, checked and converted.
type Args = SmallVec<[Value; 4]>;

impl<'a> State<'a, '_> {
    /// Calls a function. Errors that it returns name `node`.
    pub(super) fn eval_function(
        &mut self,
        node: At<'a>,
        function: FunctionRef,
        inputs: Inputs<'a, '_>,
    ) -> Result<Slot> {
        match function {
            FunctionRef::Builtin(name) => self.call_builtin(node, name, inputs),
            FunctionRef::Table(function) => {
                let args = self.eval_args(function.name, &function.signature, inputs)?;
                self.pay_for_strings(node, args.iter())?;
                let result = match self.env.trace {
                    None => (function.call)(self, &args),
                    Some(_) => self.call_traced(node, function, &args),
                };
                match result {
                    Ok(result) => self.result(node, function.signature.result, result),
                    Err(error) => Err(self.failed_call(node, function.name, error)),
                }
            }
        }
    }

    /// Calls a method of `receiver`.
    pub(super) fn call_method(
        &mut self,
        receiver: &Value,
        method: &Method,
        node: At<'a>,
        inputs: Inputs<'a, '_>,
    ) -> Result<Slot> {
        let args = self.eval_args(method.name, &method.signature, inputs)?;
        if self.env.trace.is_some() {
            self.note_method(node, receiver, method.name, &args);
        }
        match (method.call)(receiver, self, &args) {
            Ok(result) => self.result(node, method.signature.result, result),
            Err(error) => Err(self.failed_call(node, method.name, error)),
        }
    }

    /// Pays for a look at each byte of the arguments of a call at `node`, which most functions give them.
    pub(super) fn pay_for_strings<'v>(
        &mut self,
        node: At<'a>,
        args: impl Iterator<Item = &'v Value>,
    ) -> Result<()> {
        let bytes: usize = args.filter_map(Value::as_str).map(|text| text.len()).sum();
        self.env.spend_fuel(bytes as u64 / 64).map_err(|text| {
            self.at = node;
            self.exhausted(text)
        })
    }

    /// What a call at `node` gave.
    fn result(&mut self, node: At<'a>, of: Type, result: Value) -> Result<Slot> {
        let object = if let Value::Object(_) = result { OBJECT_STEPS } else { 0 };
        let checked = self.env.spend_fuel(object).and_then(|()| self.env.check_memory(0));
        checked.map_err(|text| {
            self.at = node;
            self.exhausted(text)
        })?;
        Ok(Slot::of_type(of, result))
    }

    /// What the `String` method of the pointer to a value prints, if there is one.
    pub(super) fn string_of_pointer(&mut self, value: &Value) -> Result<Option<Str>> {
        let Value::Object(object) = value else {
            return Ok(None);
        };
        let Some(method) = object.methods().iter().find(|m| m.name == "String" || m.name == "Error") else {
            return Ok(None);
        };
        match (method.call)(value, self, &[]) {
            Ok(Value::Str(text)) => Ok(Some(text)),
            Ok(_) => Ok(None),
            Err(error) => Err(self.failed_call(self.at, method.name, error)),
        }
    }

    fn eval_args(&mut self, name: &str, signature: &Signature, inputs: Inputs<'a, '_>) -> Result<Args> {
        self.check_arity(name, signature.params.len(), signature.variadic.is_some(), &inputs)?;
        if let Some(reason) = signature.refusal() {
            return Err(self.error(reason));
        }
        let mut params = signature.params.iter().copied().chain(signature.variadic.into_iter().cycle());
        let mut values = Args::new();
        for (arg, param) in inputs.args.iter().zip(&mut params) {
            values.push(self.eval_arg(inputs.dot, param, arg)?);
        }
        if let (Some(last), Some(param)) = (inputs.last, params.next()) {
            values.push(self.convert(last, param)?);
        }
        Ok(values)
    }

    /// Checks the number of arguments of a function with `fixed` parameters in front of a variadic one, if any.
    pub(super) fn check_arity(
        &self,
        name: &str,
        fixed: usize,
        variadic: bool,
        inputs: &Inputs<'a, '_>,
    ) -> Result<()> {
        let given = inputs.args.len();
        let total = given + usize::from(inputs.last.is_some());
        if variadic && total < fixed {
            // Go leaves the piped one out of the count here.
            return Err(
                self.error(format!("wrong number of args for {name}: want at least {fixed} got {given}"))
            );
        }
        if !variadic && total != fixed {
            return Err(self.error(format!("wrong number of args for {name}: want {fixed} got {total}")));
        }
        Ok(())
    }

    /// The error when a call at `node` failed.
    #[cold]
    pub(super) fn failed_call(&mut self, node: At<'a>, name: &str, error: CallError) -> Error {
        self.at = node;
        let mut call = FailedCall { name: name.into(), note: Str::new() };
        let reason = if error.fatal { Reason::Budget } else { Reason::Other };
        let inner = match error.cause.map(|cause| cause.downcast::<Error>()) {
            Some(Ok(inner)) => {
                call.note = error.message;
                *inner
            }
            Some(Err(cause)) => Error::new(format!("{}{cause}", error.message), reason),
            None => Error::new(error.message, reason),
        };
        inner.within(self.frame(Some(call)))
    }
}
