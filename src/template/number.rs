//! Number constants: everything that one could mean.

use super::ast::Number;
use super::lex::Kind;
use crate::gofmt::unicode::decode;
use crate::gofmt::{self, quote};
use crate::value::{Num, Str, Value};

/// The number that is written `text`, which the lexer took for a `kind`.
///
/// # Errors
/// Go's text of why it is no number.
pub(super) fn parse(text: &[u8], kind: Kind) -> Result<Number, String> {
    let mut number =
        Number { text: Str::from(text), int: None, uint: None, float: None, complex: None, ideal: None };
    match kind {
        Kind::CharConstant => char_constant(&mut number, text)?,
        Kind::Complex => set_complex(&mut number, complex(text)?),
        _ => match text.strip_suffix(b"i").map(|imaginary| gofmt::parse_float(imaginary, 64)) {
            Some(Ok(imaginary)) => set_complex(&mut number, (0.0, imaginary)),
            _ => real(&mut number, text)?,
        },
    }
    number.ideal = ideal(&number);
    Ok(number)
}

/// The character in quotes that `text` is, according to the lexer.
fn char_constant(number: &mut Number, text: &[u8]) -> Result<(), String> {
    let body = text.get(1..text.len() - 1).unwrap_or_default();
    let width = match body {
        [b'\\', b'x' | b'0'..=b'7', ..] => 4,
        [b'\\', b'u', ..] => 6,
        [b'\\', b'U', ..] => 10,
        [b'\\', ..] => 2,
        _ => decode(body).1,
    };
    let quoted = [b"'", body.get(..width).unwrap_or_default(), b"'"].concat();
    let first = gofmt::unquote(&quoted).filter(|first| !first.is_empty()).ok_or("invalid syntax")?;
    if width < body.len() {
        return Err(format!("malformed character constant: {}", number.text));
    }
    let code = match body {
        [b'\\', b'x' | b'0'..=b'7', ..] => u32::from(first[0]),
        _ => u32::from(decode(&first).0),
    };
    number.int = Some(i64::from(code));
    number.uint = Some(u64::from(code));
    number.float = Some(f64::from(code));
    Ok(())
}

fn real(number: &mut Number, text: &[u8]) -> Result<(), String> {
    number.uint = gofmt::parse_uint(text, 0, 64).ok();
    number.int = gofmt::parse_int(text, 0, 64).ok();
    if number.int == Some(0) {
        // Not so for -0 yet.
        number.uint = Some(0);
    }
    if let Some(int) = number.int {
        number.float = Some(int as f64);
    } else if let Some(uint) = number.uint {
        number.float = Some(uint as f64);
    } else if let Ok(float) = gofmt::parse_float(text, 64) {
        if !is_float_syntax(text) {
            return Err(format!("integer overflow: {}", quote(text)));
        }
        set_float(number, float);
    } else {
        return Err(format!("illegal number syntax: {}", quote(text)));
    }
    Ok(())
}

/// The number is `float`, and an integer where that loses nothing.
fn set_float(number: &mut Number, float: f64) {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    let is_whole = float.trunc() == float;
    number.float = Some(float);
    number.int = (is_whole && (-TWO_63..TWO_63).contains(&float)).then_some(float as i64);
    number.uint = (is_whole && (0.0..2.0 * TWO_63).contains(&float)).then_some(float as u64);
}

fn set_complex(number: &mut Number, (real, imaginary): (f64, f64)) {
    number.complex = Some((real, imaginary));
    if imaginary == 0.0 {
        set_float(number, real);
    }
}

/// The parts of `1+2i`, as Go's `fmt.Sscan` reads it: unlike the lexer that knows neither `0o` nor `0b`, and
/// an imaginary part needs digits.
fn complex(text: &[u8]) -> Result<(f64, f64), String> {
    const SYNTAX: &str = "syntax error scanning complex number";
    let real_end = scan_float(text);
    let (real, rest) = text.split_at(real_end);
    if !matches!(rest, [b'+' | b'-', ..]) {
        return Err(SYNTAX.into());
    }
    let (imaginary, rest) = rest.split_at(1 + scan_float(&rest[1..]));
    if !rest.starts_with(b"i") {
        return Err(SYNTAX.into());
    }
    let parse = |text| gofmt::parse_float(text, 64).map_err(|error| error.to_string());
    Ok((parse(real)?, parse(imaginary)?))
}

/// The length of the float at the start of `text`.
fn scan_float(text: &[u8]) -> usize {
    let mut at = 0;
    let accept = |at: &mut usize, set: &[u8]| {
        let found = text.get(*at).is_some_and(|b| set.contains(b));
        *at += usize::from(found);
        found
    };
    let accept_digits = |at: &mut usize, is_hex: bool| {
        while text
            .get(*at)
            .is_some_and(|b| *b == b'_' || b.is_ascii_digit() || is_hex && b.is_ascii_hexdigit())
        {
            *at += 1;
        }
    };
    accept(&mut at, b"+-");
    // What begins like `inf` loses its letter: this is why `1+i` is an error.
    accept(&mut at, b"i");
    let is_hex = accept(&mut at, b"0") && accept(&mut at, b"xX");
    accept_digits(&mut at, is_hex);
    if accept(&mut at, b".") {
        accept_digits(&mut at, is_hex);
    }
    if accept(&mut at, if is_hex { b"pP" } else { b"eEpP" }) {
        accept(&mut at, b"+-");
        accept_digits(&mut at, false);
    }
    at
}

/// The value where the context asks for no type: the syntax decides.
fn ideal(number: &Number) -> Option<Value> {
    if let Some((real, imaginary)) = number.complex {
        return Some(Value::Num(Num::Complex128(real, imaginary)));
    }
    let text = number.text.as_bytes();
    match number.float {
        Some(float) if !is_hex_int(text) && !text.starts_with(b"'") && is_float_syntax(text) => {
            Some(Value::Float64(float))
        }
        _ => number.int.map(Value::Int),
    }
}

/// Whether `text` has a period or an exponent. A hexadecimal `e` looks like one.
fn is_float_syntax(text: &[u8]) -> bool {
    text.iter().any(|b| b".eEpP".contains(b))
}

fn is_hex_int(text: &[u8]) -> bool {
    matches!(text, [b'0', b'x' | b'X', _, ..]) && !text.iter().any(|b| b"pP".contains(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_all_they_can_be() {
        type Reals = (Option<i64>, Option<u64>, Option<f64>);
        let cases: [(&str, Reals, Option<Value>); 10] = [
            ("-0", (Some(0), Some(0), Some(0.0)), Some(Value::Int(0))),
            ("+5", (Some(5), None, Some(5.0)), Some(Value::Int(5))),
            ("1e3", (Some(1000), Some(1000), Some(1000.0)), Some(Value::Float64(1000.0))),
            ("0xe", (Some(14), Some(14), Some(14.0)), Some(Value::Int(14))),
            ("-0xe", (Some(-14), None, Some(-14.0)), Some(Value::Float64(-14.0))),
            ("0x1p4", (Some(16), Some(16), Some(16.0)), Some(Value::Float64(16.0))),
            ("0b1_01", (Some(5), Some(5), Some(5.0)), Some(Value::Int(5))),
            ("1.5", (None, None, Some(1.5)), Some(Value::Float64(1.5))),
            (
                "9223372036854775808.0",
                (None, Some(1 << 63), Some(9_223_372_036_854_775_808.0)),
                Some(Value::Float64(9_223_372_036_854_775_808.0)),
            ),
            ("18446744073709551615", (None, Some(u64::MAX), Some(1.8446744073709552e19)), None),
        ];
        for (text, reals, ideal) in cases {
            let number = parse(text.as_bytes(), Kind::Number).expect(text);
            assert_eq!((number.int, number.uint, number.float), reals, "{text}");
            assert_eq!(format!("{:?}", number.ideal), format!("{ideal:?}"), "{text}");
        }
        let char = parse(b"'\\xff'", Kind::CharConstant).expect("a character");
        assert_eq!((char.int, char.uint), (Some(255), Some(255)));
        let complex = parse(b"1+0i", Kind::Complex).expect("a complex number");
        assert_eq!((complex.int, complex.complex), (Some(1), Some((1.0, 0.0))));
    }
}
