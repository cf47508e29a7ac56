//! Arithmetic (Sprig): integers wrap around as Go's do, floats go through decimals.

use super::args::{any, int, pay};
use super::convert::{to_float64, to_int64};
use super::decimal::Decimal;
use super::table::{function, variadic};
use crate::gofmt::scale_by_power_of_two;
use crate::value::call::{CallError, Function, Runtime};
use crate::value::{List, Type, Value};

const ANY: Type = Type::Interface;
const INTS: Type = Type::Slice(&Type::Int);

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    variadic("add", &[], ANY, Type::Int64, |_, args| Ok(fold_int(0, args, i64::wrapping_add))),
    function("add1", &[ANY], Type::Int64, |_, args| Ok(Value::Int64(to_int64(any(args, 0)).wrapping_add(1)))),
    function("add1f", &[ANY], Type::Float64, |runtime, args| {
        fold_decimal(runtime, &[any(args, 0).clone(), Value::Int(1)], |a, b| Ok(a.add(b)))
    }),
    variadic("addf", &[], ANY, Type::Float64, |runtime, args| {
        fold_decimal_from(runtime, Decimal::ZERO, args, |a, b| Ok(a.add(b)))
    }),
    variadic("biggest", &[ANY], ANY, Type::Int64, max),
    function("ceil", &[ANY], Type::Float64, |_, args| Ok(Value::Float64(to_float64(any(args, 0)).ceil()))),
    function("div", &[ANY, ANY], Type::Int64, |_, args| divide(args, i64::wrapping_div)),
    variadic("divf", &[ANY], ANY, Type::Float64, |runtime, args| fold_decimal(runtime, args, Decimal::div)),
    function("floor", &[ANY], Type::Float64, |_, args| Ok(Value::Float64(to_float64(any(args, 0)).floor()))),
    variadic("max", &[ANY], ANY, Type::Int64, max),
    variadic("maxf", &[ANY], ANY, Type::Float64, |_, args| Ok(fold_float(args, go_max))),
    variadic("min", &[ANY], ANY, Type::Int64, |_, args| Ok(fold_int(i64::MAX, args, i64::min))),
    variadic("minf", &[ANY], ANY, Type::Float64, |_, args| Ok(fold_float(args, |a, b| -go_max(-a, -b)))),
    function("mod", &[ANY, ANY], Type::Int64, |_, args| divide(args, i64::wrapping_rem)),
    variadic("mul", &[ANY], ANY, Type::Int64, |_, args| Ok(fold_int(1, args, i64::wrapping_mul))),
    variadic("mulf", &[ANY], ANY, Type::Float64, |runtime, args| {
        fold_decimal(runtime, args, |a, b| Ok(a.mul(b)))
    }),
    variadic("round", &[ANY, Type::Int], Type::Float64, Type::Float64, round),
    variadic("seq", &[], Type::Int, Type::String, seq),
    function("sub", &[ANY, ANY], Type::Int64, |_, args| {
        Ok(Value::Int64(to_int64(any(args, 0)).wrapping_sub(to_int64(any(args, 1)))))
    }),
    variadic("subf", &[ANY], ANY, Type::Float64, |runtime, args| {
        fold_decimal(runtime, args, |a, b| Ok(a.sub(b)))
    }),
    function("until", &[Type::Int], INTS, |runtime, args| {
        let stop = int(args, 0);
        ints(runtime, &Steps::new(0, stop, if stop < 0 { -1 } else { 1 }))
    }),
    function("untilStep", &[Type::Int, Type::Int, Type::Int], INTS, |runtime, args| {
        ints(runtime, &Steps::new(int(args, 0), int(args, 1), int(args, 2)))
    }),
];

fn fold_int(start: i64, args: &[Value], f: fn(i64, i64) -> i64) -> Value {
    Value::Int64(args.iter().map(to_int64).fold(start, f))
}

fn max(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    Ok(fold_int(i64::MIN, args, i64::max))
}

fn divide(args: &[Value], f: fn(i64, i64) -> i64) -> Result<Value, CallError> {
    match to_int64(any(args, 1)) {
        0 => Err(CallError::new("runtime error: integer divide by zero")),
        divisor => Ok(Value::Int64(f(to_int64(any(args, 0)), divisor))),
    }
}

fn fold_float(args: &[Value], f: fn(f64, f64) -> f64) -> Value {
    Value::Float64(args.iter().map(to_float64).reduce(f).unwrap_or(0.0))
}

/// `math.Max`: NaN if one is, unless the other is the positive infinity; and `0` is more than `-0`.
fn go_max(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        f64::INFINITY
    } else if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a == 0.0 && b == 0.0 {
        if a.is_sign_negative() { b } else { a }
    } else {
        a.max(b)
    }
}

type DecimalOperation = fn(&Decimal, &Decimal) -> Result<Decimal, String>;

/// Combines the first operand with each further one.
fn fold_decimal(runtime: &mut dyn Runtime, args: &[Value], f: DecimalOperation) -> Result<Value, CallError> {
    let (first, rest) = args.split_first().unwrap_or((&Value::Nil, &[]));
    fold_decimal_from(runtime, Decimal::new(to_float64(first))?, rest, f)
}

fn fold_decimal_from(
    runtime: &mut dyn Runtime,
    start: Decimal,
    args: &[Value],
    f: DecimalOperation,
) -> Result<Value, CallError> {
    let mut result = start;
    for arg in args {
        result = f(&result, &Decimal::new(to_float64(arg))?)?;
        // Each operation goes through all digits.
        runtime.charge(result.len() as u64)?;
    }
    Ok(Value::Float64(result.to_f64()))
}

fn round(_: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let up_from = args.get(2).and_then(Value::as_float).unwrap_or(0.5);
    let power = power_of_ten(int(args, 1));
    let scaled = power * to_float64(any(args, 0));
    let fraction = scaled - scaled.trunc();
    let rounded = if fraction >= up_from { scaled.ceil() } else { scaled.floor() };
    Ok(Value::Float64(rounded / power))
}

/// `math.Pow(10, n)` to the last bit, which is not always the nearest float: Go squares a mantissa step by step.
fn power_of_ten(n: i64) -> f64 {
    // 10 is 0.625 * 2^4.
    let (mut square, mut square_exponent) = (0.625, 4i32);
    let (mut result, mut exponent) = (1.0, 0i32);
    let mut rest = n.unsigned_abs();
    while rest != 0 {
        if square_exponent > 1 << 12 {
            exponent += square_exponent;
            break;
        }
        if rest & 1 == 1 {
            result *= square;
            exponent += square_exponent;
        }
        square *= square;
        square_exponent <<= 1;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        rest >>= 1;
    }
    if n < 0 {
        scale_by_power_of_two(1.0 / result, -exponent)
    } else {
        scale_by_power_of_two(result, exponent)
    }
}

/// The numbers from `start` towards `stop`, which is not reached.
struct Steps {
    start: i64,
    step: i64,
    count: u64,
}

impl Steps {
    fn new(start: i64, stop: i64, step: i64) -> Steps {
        let distance = stop.abs_diff(start);
        let towards = if stop < start { step < 0 } else { step > 0 };
        let count = if towards { distance.div_ceil(step.unsigned_abs()) } else { 0 };
        Steps { start, step, count }
    }

    fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        (0..self.count).map(|i| self.start.wrapping_add(self.step.wrapping_mul(i as i64)))
    }

    /// Pays for a result with `bytes` for each number.
    fn pay(&self, runtime: &mut dyn Runtime, bytes: u64) -> Result<(), CallError> {
        pay(runtime, usize::try_from(self.count.saturating_mul(bytes)).unwrap_or(usize::MAX))
    }
}

fn ints(runtime: &mut dyn Runtime, steps: &Steps) -> Result<Value, CallError> {
    steps.pay(runtime, size_of::<Value>() as u64)?;
    Ok(Value::List(List::new(Type::Int, steps.iter().map(Value::Int))))
}

/// The shell's `seq`: one to three of first, step and last number.
fn seq(runtime: &mut dyn Runtime, args: &[Value]) -> Result<Value, CallError> {
    let (first, step, last) = match args.len() {
        1 => (1, None, int(args, 0)),
        2 => (int(args, 0), None, int(args, 1)),
        3 => (int(args, 0), Some(int(args, 1)), int(args, 2)),
        _ => return Ok(Value::str("")),
    };
    let towards = if last < first { -1 } else { 1 };
    let steps = Steps::new(first, last.wrapping_add(towards), step.unwrap_or(towards));
    // A number takes at most 20 bytes and a space.
    steps.pay(runtime, 21)?;
    let mut text = String::new();
    for (i, number) in steps.iter().enumerate() {
        if i > 0 {
            text.push(' ');
        }
        text.push_str(&number.to_string());
    }
    Ok(Value::str(text))
}
