//! A build without the feature `provenance`.

use std::convert::Infallible;
use std::path::Path;

use super::{Error, Verification};

fn absent<T>() -> Result<T, Error> {
    Err(Error::new("this build can neither check nor make signatures (feature `provenance`)"))
}

/// Keys; there are none in this build.
#[derive(Debug)]
pub struct Keyring(Infallible);

impl Keyring {
    /// # Errors
    /// Always.
    pub fn read(_: &Path) -> Result<Keyring, Error> {
        absent()
    }

    /// # Errors
    /// Always.
    pub fn parse(_: &[u8], _: &Path) -> Result<Keyring, Error> {
        absent()
    }

    /// # Errors
    /// There is nothing to call it on.
    pub fn verify(&self, _: &[u8], _: &[u8], _: &str) -> Result<Verification, Error> {
        match self.0 {}
    }
}

/// A key to sign with; there is none in this build.
#[derive(Debug)]
pub struct Signer(Infallible);

impl Signer {
    /// # Errors
    /// Always.
    pub fn find(_: &Path, _: &str) -> Result<Signer, Error> {
        absent()
    }

    /// # Errors
    /// There is nothing to call it on.
    pub fn locked(&self) -> Result<Option<&str>, Error> {
        match self.0 {}
    }

    /// # Errors
    /// There is nothing to call it on.
    pub fn unlock(&mut self, _: &[u8]) -> Result<(), Error> {
        match self.0 {}
    }

    /// # Errors
    /// There is nothing to call it on.
    pub fn sign(&self, _: &[u8], _: &str, _: &[u8], _: Option<u32>) -> Result<Vec<u8>, Error> {
        match self.0 {}
    }
}
