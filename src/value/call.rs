//! What a template can call, and what the called may ask for.

use std::fmt;

use super::{Map, Str, Type, Value};

/// The Go signature of a function or method: the executor checks arguments against it, and its errors name it.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// Types of the fixed parameters. [`Type::Interface`] takes anything, nil too.
    pub params: &'static [Type],
    /// Element type of a final variadic parameter.
    pub variadic: Option<Type>,
    /// Static type of the result. [`Type::Interface`] if Go declares `interface {}`.
    pub result: Type,
}

impl Signature {
    /// A function of fixed parameters.
    pub const fn new(params: &'static [Type], result: Type) -> Signature {
        Signature { params, variadic: None, result }
    }

    /// A function whose last parameter is variadic.
    pub const fn variadic(params: &'static [Type], rest: Type, result: Type) -> Signature {
        Signature { params, variadic: Some(rest), result }
    }

    /// A method that Go's templates refuse to call because of its results; `reason` is their error.
    pub const fn refused(params: &'static [Type], reason: &'static str) -> Signature {
        Signature { params, variadic: None, result: Type::Named(reason, &Type::Nil) }
    }

    /// Why Go's templates refuse to call it.
    pub fn refusal(&self) -> Option<&'static str> {
        match self.result {
            Type::Named(reason, Type::Nil) => Some(reason),
            _ => None,
        }
    }
}

/// A function that templates call by name.
#[derive(Clone, Copy)]
pub struct Function {
    /// The name in templates.
    pub name: &'static str,
    /// Its Go signature.
    pub signature: Signature,
    /// Its code. `args` have been checked against `signature` and converted as Go's executor does.
    pub call: fn(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError>,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function").field("name", &self.name).field("signature", &self.signature).finish()
    }
}

/// Why a call failed: Go's error text, without any position, and the error below where there is one.
#[derive(Debug)]
pub struct CallError {
    /// The text of the error that Go's function returns (or panics with). With a cause, only what stands in front
    /// of the cause's text.
    pub message: Str,
    /// The failed execution of a nested template (`include`, `tpl`).
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    /// True if a budget ran out. Such an error ends the render; no function may swallow it.
    pub fatal: bool,
}

impl CallError {
    /// An error with Go's text.
    pub fn new(message: impl Into<Str>) -> CallError {
        CallError { message: message.into(), cause: None, fatal: false }
    }

    /// An error because a budget ran out.
    pub fn budget(message: impl Into<Str>) -> CallError {
        CallError { message: message.into(), cause: None, fatal: true }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.message, f)?;
        match &self.cause {
            Some(cause) => cause.fmt(f),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CallError {}

impl From<String> for CallError {
    fn from(message: String) -> CallError {
        CallError::new(message)
    }
}

/// What functions may ask of the running template.
pub trait Runtime {
    /// Runs the named template with `data` as dot and gives its output (Helm's `include`).
    fn include(&mut self, name: &Str, data: &Value) -> Result<Str, CallError>;

    /// Parses and runs `text` as a template with `data` as dot (Helm's `tpl`).
    fn tpl(&mut self, text: &Str, data: &Value) -> Result<Str, CallError>;

    /// The outside world.
    fn host(&self) -> &dyn Host;

    /// Pays `steps` of work from the fuel of this render; a step is some ten nanoseconds, enough to touch 16 bytes.
    /// Expensive functions (keys, bcrypt, loops over big lists) pay before they work.
    fn charge(&mut self, steps: u64) -> Result<(), CallError>;

    /// Asks whether a result of `bytes` may be made, before it is allocated.
    fn reserve(&mut self, bytes: u64) -> Result<(), CallError>;

    /// Notes what `required` or `fail` say when they must not end the render ([`Host::is_lint`]).
    fn note(&mut self, refusal: Refusal);
}

/// A message of `required` or `fail` that did not end the render.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What Helm's log calls it: `missing required value`, `missing required values` or [`FAILED`].
    pub note: &'static str,
    /// The chart's own message.
    pub message: String,
}

/// What Helm's log says of a call of `fail`.
pub const FAILED: &str = "funcMap fail";

/// The outside world as a render may see it. All that is not a pure function of chart and values comes from here.
pub trait Host: Send + Sync {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> i128;

    /// The local time zone as the environment variable `TZ` names it. `None` if it is not set: the system's zone
    /// (`/etc/localtime`). Empty: UTC.
    fn time_zone(&self) -> Option<String> {
        Some(String::new())
    }

    /// Fills `buffer` with random bytes, fit for keys.
    fn random(&self, buffer: &mut [u8]);

    /// Addresses of `name`; empty if DNS is off. Helm's `getHostByName` takes one of them.
    fn resolve(&self, name: &str) -> Vec<String>;

    /// What is in the cluster (Helm's `lookup`); an empty map when offline.
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Map, CallError>;

    /// True if `required` and `fail` only warn, as in Helm's lint mode.
    fn is_lint(&self) -> bool {
        false
    }
}
