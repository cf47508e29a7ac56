//! Go's printing built-ins and escapers.

use super::args::{pay, text};
use crate::gofmt::unicode::{decode, is_print};
use crate::gofmt::{self, PrintError};
use crate::limits::RESULT_BYTES;
use crate::value::call::{CallError, Function, Runtime, Signature};
use crate::value::{Str, Type, Value};

const OPERANDS: Signature = Signature::variadic(&[], Type::Interface, Type::String);

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    Function { name: "html", signature: OPERANDS, call: html },
    Function { name: "js", signature: OPERANDS, call: js },
    Function { name: "print", signature: OPERANDS, call: print },
    Function {
        name: "printf",
        signature: Signature::variadic(&[Type::String], Type::Interface, Type::String),
        call: printf,
    },
    Function { name: "println", signature: OPERANDS, call: println },
    Function { name: "urlquery", signature: OPERANDS, call: urlquery },
];

fn print(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    give(runtime, gofmt::sprint_within(args, RESULT_BYTES))
}

fn println(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    give(runtime, gofmt::sprintln_within(args, RESULT_BYTES))
}

fn printf(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    give(runtime, gofmt::sprintf_within(text(args, 0), args.get(1..).unwrap_or_default(), RESULT_BYTES))
}

fn give(runtime: &mut dyn Runtime, printed: Result<Vec<u8>, PrintError>) -> Result<Value, CallError> {
    let printed = printed?;
    pay(runtime, printed.len())?;
    Ok(Value::str(printed))
}

fn html(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let text = operand_text(runtime, args, 6)?;
    let mut out = Vec::with_capacity(text.len());
    for &b in text.iter() {
        match b {
            0 => out.extend_from_slice("\u{fffd}".as_bytes()),
            b'"' => out.extend_from_slice(b"&#34;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            _ => out.push(b),
        }
    }
    Ok(Value::str(out))
}

fn js(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let text = operand_text(runtime, args, 6)?;
    let mut out = Vec::with_capacity(text.len());
    let mut rest: &[u8] = &text;
    while !rest.is_empty() {
        let (c, size) = decode(rest);
        let (raw, after) = rest.split_at(size.min(rest.len()));
        rest = after;
        match c {
            '\\' | '\'' | '"' => out.extend_from_slice(&[b'\\', c as u8]),
            '<' | '>' | '&' | '=' | '\0'..='\x1f' => {
                out.extend_from_slice(format!("\\u{:04X}", u32::from(c)).as_bytes());
            }
            _ if c.is_ascii() || is_print(c) => out.extend_from_slice(raw),
            _ => out.extend_from_slice(format!("\\u{:04X}", u32::from(c)).as_bytes()),
        }
    }
    Ok(Value::str(out))
}

fn urlquery(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let text = operand_text(runtime, args, 3)?;
    let mut out = Vec::with_capacity(text.len());
    for &b in text.iter() {
        match b {
            b' ' => out.push(b'+'),
            b'-' | b'_' | b'.' | b'~' => out.push(b),
            _ if b.is_ascii_alphanumeric() => out.push(b),
            _ => {
                let digits = b"0123456789ABCDEF";
                out.extend_from_slice(&[b'%', digits[usize::from(b >> 4)], digits[usize::from(b & 15)]]);
            }
        }
    }
    Ok(Value::str(out))
}

/// The text of the operands of an escaper, paid for up to `growth` bytes for each of its bytes.
fn operand_text(runtime: &mut dyn Runtime, args: &[Value], growth: usize) -> Result<Str, CallError> {
    let text = match args {
        [Value::Str(text)] => text.clone(),
        _ => {
            let mut text = Vec::new();
            gofmt::print_indirect_within(args, &mut text, RESULT_BYTES)?;
            text.into()
        }
    };
    pay(runtime, text.len().saturating_mul(growth))?;
    Ok(text)
}
