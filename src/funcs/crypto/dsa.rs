//! DSA keys of 2048 bits with a subgroup of 256.

use num_bigint::BigUint;

use super::der::{self, Reader};
use crate::value::call::{CallError, Host, Runtime};

const P_BITS: usize = 2048;
const Q_BITS: usize = 256;

/// A new key in the form that OpenSSL uses: version, p, q, g, y, x.
pub(super) fn generate(runtime: &mut dyn Runtime) -> Result<Vec<u8>, CallError> {
    let (p, q) = loop {
        // A second try is rarely needed.
        runtime.charge(40_000_000)?;
        if let Some(primes) = primes(runtime.host()) {
            break primes;
        }
    };
    let one = BigUint::from(1u8);
    let exponent = (&p - &one) / &q;
    let generator = (2u8..).map(|base| BigUint::from(base).modpow(&exponent, &p)).find(|g| *g > one);
    let g = generator.unwrap_or_default();
    let x = loop {
        let x = random(runtime.host(), Q_BITS);
        if x >= one && x < q {
            break x;
        }
    };
    let y = g.modpow(&x, &p);
    let numbers = [BigUint::default(), p, q, g, y, x].map(|number| der::unsigned(&number.to_bytes_be()));
    Ok(der::sequence(&[&numbers.concat()]))
}

/// Checks that `bytes` are a key as [`generate`] makes them.
///
/// # Errors
/// With Go's text.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    let mut fields: Reader<'_> = der::read_sequence(bytes, "DSAKeyFormat")?;
    if (0..6).all(|_| fields.expect(der::INTEGER).is_some()) {
        Ok(())
    } else {
        Err("asn1: structure error: tags don't match".to_string())
    }
}

/// Two primes of which the second divides the first less one.
fn primes(host: &dyn Host) -> Option<(BigUint, BigUint)> {
    let one = BigUint::from(1u8);
    let q = std::iter::repeat_with(|| odd_and_long(random(host, Q_BITS), Q_BITS))
        .find(|q| is_prime(host, q, Q_BITS))?;
    let step = &q << 1;
    // About one in 700 of the candidates is prime.
    for _ in 0..4 * P_BITS {
        let start = odd_and_long(random(host, P_BITS), P_BITS);
        let p: BigUint = &start - &start % &step + &one;
        if p.bits() == P_BITS as u64 && is_prime(host, &p, P_BITS) {
            return Some((p, q));
        }
    }
    None
}

fn random(host: &dyn Host, bits: usize) -> BigUint {
    let mut bytes = vec![0; bits / 8];
    host.random(&mut bytes);
    BigUint::from_bytes_be(&bytes)
}

/// `number` with its lowest and its highest bit set.
fn odd_and_long(mut number: BigUint, bits: usize) -> BigUint {
    number.set_bit(0, true);
    number.set_bit(bits as u64 - 1, true);
    number
}

/// Trial division, then the test of Miller and Rabin with random bases.
fn is_prime(host: &dyn Host, number: &BigUint, bits: usize) -> bool {
    const ROUNDS: usize = 32;
    let has_small_factor = (3u32..2000).step_by(2).any(|divisor| number % divisor == BigUint::default());
    if has_small_factor {
        return false;
    }
    let one = BigUint::from(1u8);
    let last = number - &one;
    let twos = last.trailing_zeros().unwrap_or_default();
    let odd = &last >> twos;
    (0..ROUNDS).all(|_| {
        let base = random(host, bits) % number;
        let mut power = base.modpow(&odd, number);
        if base <= one || power == one || power == last {
            return true;
        }
        for _ in 1..twos {
            power = &power * &power % number;
            if power == last {
                return true;
            }
        }
        false
    })
}
