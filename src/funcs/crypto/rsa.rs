//! RSA keys. The library that signs with them makes them, too, but takes three times as long to find their primes.

use std::thread;

use aws_lc_rs::signature::RsaKeyPair;
use crypto_bigint::{Encoding, RandomBits, RandomMod, U1024, U2048, UnsignedWithMontyForm};
use crypto_primes::hazmat::{SetBits, SmallFactorsSieveFactory};
use crypto_primes::{Flavor, is_prime, sieve_and_find};
use num_bigint::BigUint;

use super::der;

const PUBLIC_EXPONENT: u32 = 65_537;

/// A new key of 2048 or 4096 bits.
///
/// # Errors
/// If the library finds the key wanting, or the system has no thread or random numbers left.
pub(super) fn generate(bits: u32) -> Result<RsaKeyPair, String> {
    loop {
        let (p, q) = if bits == 2048 { primes::<U1024>(1024)? } else { primes::<U2048>(2048)? };
        if let Some(key) = pkcs1(&p, &q) {
            return RsaKeyPair::from_der(&key).map_err(|error| error.to_string());
        }
    }
}

/// Two primes of `bits` bits, the greater one first, whose product has twice as many.
fn primes<T>(bits: u32) -> Result<(BigUint, BigUint), String>
where
    T: UnsignedWithMontyForm + RandomBits + RandomMod + Encoding + Send,
{
    let (one, other) = thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, || prime::<T>(bits));
        let one = prime::<T>(bits);
        // Without a second thread there is only this one.
        let other = other.map_or_else(|_| Ok(prime::<T>(bits)), thread::ScopedJoinHandle::join);
        (one, other)
    });
    let other = other.map_err(|_| "the search for a prime ended early".to_owned())?;
    let (one, other) = (one?, other?);
    Ok(if one > other { (one, other) } else { (other, one) })
}

fn prime<T>(bits: u32) -> Result<BigUint, String>
where
    T: UnsignedWithMontyForm + RandomBits + RandomMod + Encoding,
{
    let factory = SmallFactorsSieveFactory::<T>::new(Flavor::Any, bits, SetBits::TwoMsb);
    let found = factory.and_then(|factory| {
        sieve_and_find(&mut rand::rng(), factory, |_, candidate| is_prime(Flavor::Any, candidate))
    });
    let prime = found.map_err(|error| error.to_string())?.ok_or("no prime was found")?;
    Ok(BigUint::from_bytes_be(prime.to_be_bytes().as_ref()))
}

/// The key of these primes in the form of PKCS #1; `None` if they make none, which is rare.
fn pkcs1(p: &BigUint, q: &BigUint) -> Option<Vec<u8>> {
    let distance = (p - q).bits();
    if distance + 100 < p.bits() {
        return None;
    }
    let [less_p, less_q] = [p, q].map(|prime| prime - 1_u32);
    let e = BigUint::from(PUBLIC_EXPONENT);
    let d = e.modinv(&(&less_p * &less_q))?;
    let numbers = [
        BigUint::default(),
        p * q,
        e,
        d.clone(),
        p.clone(),
        q.clone(),
        &d % &less_p,
        &d % &less_q,
        q.modinv(p)?,
    ];
    Some(der::sequence(&[&numbers.map(|number| der::unsigned(&number.to_bytes_be())).concat()]))
}
