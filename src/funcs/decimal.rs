//! Decimal numbers of any length, in which Sprig's float arithmetic is done (shopspring/decimal).

use crate::gofmt::format_float;

/// Digits after the decimal point of a quotient.
const DIVISION_PRECISION: i32 = 16;

/// `±digits * 10^exponent`, exactly.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    negative: bool,
    /// Values 0 to 9, the most significant first and not 0; zero has no digits.
    digits: Vec<u8>,
    exponent: i32,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal { negative: false, digits: Vec::new(), exponent: 0 };

    /// The shortest decimal that reads back as `f`; the error text where there is none.
    pub fn new(f: f64) -> Result<Decimal, String> {
        let text = format_float(f, b'e', -1, 64);
        let Some((mantissa, exponent)) = text.split_once('e').filter(|_| f.is_finite()) else {
            return Err(format!("Cannot create a Decimal from {text}"));
        };
        let fraction = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32);
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
        let exponent = exponent.parse::<i32>().unwrap_or(0) - fraction;
        Ok(Decimal { negative: f < 0.0, digits, exponent }.normal())
    }

    /// Number of digits.
    pub fn len(&self) -> usize {
        self.digits.len()
    }

    /// The nearest float, infinite if there is none.
    pub fn to_f64(&self) -> f64 {
        if self.digits.is_empty() {
            return 0.0;
        }
        let mut text = String::with_capacity(self.digits.len() + 8);
        if self.negative {
            text.push('-');
        }
        text.extend(self.digits.iter().map(|d| char::from(b'0' + d)));
        text.push_str(&format!("e{}", self.exponent));
        text.parse().unwrap_or(0.0)
    }

    /// The sum.
    pub fn add(&self, other: &Decimal) -> Decimal {
        let exponent = self.exponent.min(other.exponent);
        let (a, b) = (self.digits_at(exponent), other.digits_at(exponent));
        let (negative, digits) = if self.negative == other.negative {
            (self.negative, add_digits(&a, &b))
        } else if is_less(&a, &b) {
            (other.negative, subtract_digits(&b, &a))
        } else {
            (self.negative, subtract_digits(&a, &b))
        };
        Decimal { negative, digits, exponent }.normal()
    }

    /// The difference.
    pub fn sub(&self, other: &Decimal) -> Decimal {
        self.add(&Decimal { negative: !other.negative, ..other.clone() })
    }

    /// The product.
    pub fn mul(&self, other: &Decimal) -> Decimal {
        let mut digits = vec![0u8; self.digits.len() + other.digits.len()];
        for (i, &a) in self.digits.iter().enumerate().rev() {
            let mut carry = 0;
            for (j, &b) in other.digits.iter().enumerate().rev() {
                let sum = u32::from(digits[i + j + 1]) + u32::from(a) * u32::from(b) + carry;
                digits[i + j + 1] = (sum % 10) as u8;
                carry = sum / 10;
            }
            digits[i] += carry as u8;
        }
        Decimal {
            negative: self.negative != other.negative,
            digits,
            exponent: self.exponent.saturating_add(other.exponent),
        }
        .normal()
    }

    /// The quotient, rounded half away from zero; the error text for a division by zero.
    ///
    /// `divisor` is a number that was made of a float, so it has at most 17 digits.
    pub fn div(&self, divisor: &Decimal) -> Result<Decimal, String> {
        let by =
            divisor.digits.iter().fold(0u64, |value, &d| value.wrapping_mul(10).wrapping_add(u64::from(d)));
        if by == 0 {
            return Err("decimal division by 0".to_owned());
        }
        // The dividend in units of the last digit of the quotient times the divisor's digits.
        let shift = self.exponent.saturating_sub(divisor.exponent).saturating_add(DIVISION_PRECISION);
        let mut dividend = self.digits.clone();
        let below = usize::try_from(-i64::from(shift)).unwrap_or(0);
        let half_digit = match dividend.len().checked_sub(below) {
            Some(whole) => {
                let dropped = dividend.split_off(whole);
                dropped.first().copied().unwrap_or(0)
            }
            None => {
                dividend.clear();
                0
            }
        };
        dividend.resize(dividend.len() + usize::try_from(shift).unwrap_or(0), 0);

        let mut rest = 0u64;
        let mut digits = Vec::with_capacity(dividend.len() + 1);
        digits.push(0);
        for d in dividend {
            rest = rest * 10 + u64::from(d);
            digits.push((rest / by) as u8);
            rest %= by;
        }
        // What was dropped is less than one unit of the rest, so it only matters just below the half.
        if 2 * rest >= by || 2 * rest + 1 == by && half_digit >= 5 {
            digits = add_digits(&digits, &[1]);
        }
        let negative = self.negative != divisor.negative;
        Ok(Decimal { negative, digits, exponent: -DIVISION_PRECISION }.normal())
    }

    /// The digits when the last one stands for `10^exponent`, which is at most `self.exponent`.
    fn digits_at(&self, exponent: i32) -> Vec<u8> {
        let mut digits = self.digits.clone();
        if !digits.is_empty() {
            let zeros = usize::try_from(i64::from(self.exponent) - i64::from(exponent)).unwrap_or(0);
            digits.resize(digits.len() + zeros, 0);
        }
        digits
    }

    /// The same number without leading zeros.
    fn normal(mut self) -> Decimal {
        let zeros = self.digits.iter().take_while(|&&d| d == 0).count();
        self.digits.drain(..zeros);
        self.negative &= !self.digits.is_empty();
        self
    }
}

/// True if the number `a` is less than `b`; neither has leading zeros.
fn is_less(a: &[u8], b: &[u8]) -> bool {
    (a.len(), a) < (b.len(), b)
}

fn add_digits(a: &[u8], b: &[u8]) -> Vec<u8> {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let mut sum = Vec::with_capacity(long.len() + 1);
    sum.push(0);
    sum.extend_from_slice(long);
    let mut carry = 0;
    let addends = short.iter().rev().copied().chain(std::iter::repeat(0));
    for (digit, addend) in sum.iter_mut().rev().zip(addends) {
        let value = *digit + addend + carry;
        *digit = value % 10;
        carry = value / 10;
    }
    sum
}

/// `a - b` for `a` that is not less.
fn subtract_digits(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut difference = a.to_vec();
    let mut borrow = 0;
    let subtrahends = b.iter().rev().copied().chain(std::iter::repeat(0));
    for (digit, subtrahend) in difference.iter_mut().rev().zip(subtrahends) {
        let value = 10 + *digit - subtrahend - borrow;
        *digit = value % 10;
        borrow = 1 - value / 10;
    }
    difference
}
