//! What stands in for the client in a build without network support.

use super::{Error, Options, Request, Response, without_password};

/// A client that reaches nobody.
#[derive(Debug)]
pub struct Client;

impl Client {
    /// A client; there is nothing that it needs.
    pub fn new(_: &Options) -> Result<Client, Error> {
        Ok(Client)
    }

    /// Says that nothing can be fetched.
    pub fn send(&self, request: &Request) -> Result<Response, Error> {
        let url = without_password(&request.url);
        Err(Error::new(format!("cannot fetch {url}: this build has no network support (feature `net`)")))
    }
}
