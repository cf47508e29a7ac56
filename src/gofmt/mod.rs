//! Go's formatting: `fmt`'s printing of values, `strconv`'s numbers and quotes, `unicode`'s classes.

mod float;
mod layout;
mod parse;
mod printer;
mod quote;
#[cfg(test)]
mod tests;
pub mod unicode;
mod unicode_classes;

use std::fmt;

pub use self::float::{append_float, format_float};
pub use self::parse::{
    NumError, atoi, parse_bool, parse_float, parse_int, parse_uint, scale_by_power_of_two,
};
pub use self::quote::{append_quote, can_backquote, quote, quote_rune, quoted_len, unquote, unquote_text};

use self::layout::{Output, append_decimal};
use self::printer::Printer;
use crate::limits;
use crate::value::call::CallError;
use crate::value::{Str, Value};

/// Why a value cannot be printed. Go would not survive either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintError {
    /// The value is nested deeper than [`limits::VALUE_DEPTH`], most likely in itself.
    TooDeep,
    /// The output would be longer than allowed.
    TooLong,
}

impl fmt::Display for PrintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PrintError::TooDeep => write!(f, "value is nested deeper than {} levels", limits::VALUE_DEPTH),
            PrintError::TooLong => f.write_str("printed value is too long"),
        }
    }
}

impl std::error::Error for PrintError {}

impl From<PrintError> for CallError {
    fn from(error: PrintError) -> CallError {
        CallError::budget(error.to_string())
    }
}

/// `fmt.Fprint` of one value (`%v`), at most `room` bytes of it. What fits has been appended even on an error.
pub fn print_within(value: &Value, out: &mut Vec<u8>, room: usize) -> Result<(), PrintError> {
    match value {
        Value::Str(s) if s.len() <= room => out.extend_from_slice(s),
        Value::Int(i) | Value::Int64(i) if room >= 20 => append_decimal(out, *i),
        Value::Float64(f) if room >= 32 && f.is_finite() => append_float(out, *f, b'g', -1, 64),
        _ => return run(out, room, |printer| printer.print(std::slice::from_ref(value))),
    }
    Ok(())
}

/// Appends values as actions and escapers of templates print them, at most `room` bytes: like `fmt.Fprint`, but nil is
/// `<no value>`, and of a pointer the struct is printed that it points to.
pub fn print_indirect_within(values: &[Value], out: &mut Vec<u8>, room: usize) -> Result<(), PrintError> {
    match values {
        [Value::Nil | Value::Object(_)] | [] | [_, _, ..] => {
            run(out, room, |printer| printer.print_indirect(values))
        }
        [value] => print_within(value, out, room),
    }
}

/// `fmt.Sprint`, at most `room` bytes.
pub fn sprint_within(args: &[Value], room: usize) -> Result<Vec<u8>, PrintError> {
    let mut out = Vec::new();
    run(&mut out, room, |printer| printer.print(args)).map(|()| out)
}

/// `fmt.Sprintln`, at most `room` bytes.
pub fn sprintln_within(args: &[Value], room: usize) -> Result<Vec<u8>, PrintError> {
    let mut out = Vec::new();
    run(&mut out, room, |printer| printer.print_line(args)).map(|()| out)
}

/// `fmt.Sprintf`, at most `room` bytes.
pub fn sprintf_within(format: &[u8], args: &[Value], room: usize) -> Result<Vec<u8>, PrintError> {
    let mut out = Vec::with_capacity(format.len() + 16 * args.len());
    run(&mut out, room, |printer| printer.print_format(format, args)).map(|()| out)
}

fn run(out: &mut Vec<u8>, room: usize, print: impl FnOnce(&mut Printer<'_>)) -> Result<(), PrintError> {
    let mut printer = Printer::new(Output::new(out, room));
    print(&mut printer);
    match (printer.too_deep, printer.overflow()) {
        (true, _) => Err(PrintError::TooDeep),
        (_, true) => Err(PrintError::TooLong),
        _ => Ok(()),
    }
}

// The functions below are for texts that cannot fail: they cut what [`PrintError`] is about.

/// `fmt.Sprintf`
pub fn sprintf(format: &[u8], args: &[Value]) -> Vec<u8> {
    let mut out = Vec::new();
    // A cut text is the best that can be had here.
    let _ = run(&mut out, limits::RESULT_BYTES, |printer| printer.print_format(format, args));
    out
}

/// `fmt.Fprint` of one value: `%v`.
pub fn print(value: &Value, out: &mut Vec<u8>) {
    let _ = print_within(value, out, limits::RESULT_BYTES);
}

/// What [`print`](print()) gives, as a string; a string is shared, not copied.
pub fn to_text(value: &Value) -> Str {
    match value {
        Value::Str(s) => s.clone(),
        _ => {
            let mut out = Vec::new();
            print(value, &mut out);
            Str::from(out)
        }
    }
}
