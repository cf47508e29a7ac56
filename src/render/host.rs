//! The outside world of a render on this machine, without a cluster.

use std::net::ToSocketAddrs;
use std::time::{SystemTime, UNIX_EPOCH};

use rand::Rng;

use crate::value::Map;
use crate::value::call::{CallError, Host};

/// The clock and random source of this machine, no cluster, and DNS if asked for.
#[derive(Clone, Debug, Default)]
pub struct Offline {
    /// Let `getHostByName` ask DNS.
    pub dns: bool,
    /// The environment's `TZ`; `None` if it is not set.
    pub time_zone: Option<String>,
    /// Let `required` and `fail` only note what they have to say, as for `lint`.
    pub lint: bool,
}

impl Host for Offline {
    fn now(&self) -> i128 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i128::try_from(since.as_nanos()).unwrap_or(i128::MAX)
    }

    fn random(&self, buffer: &mut [u8]) {
        rand::rng().fill_bytes(buffer);
    }

    fn resolve(&self, name: &str) -> Vec<String> {
        if !self.dns {
            return Vec::new();
        }
        let addresses = (name, 0).to_socket_addrs().map(|all| all.map(|a| a.ip().to_string()).collect());
        addresses.unwrap_or_default()
    }

    fn lookup(&self, _: &str, _: &str, _: &str, _: &str) -> Result<Map, CallError> {
        Ok(Map::new())
    }

    fn time_zone(&self) -> Option<String> {
        self.time_zone.clone()
    }

    fn is_lint(&self) -> bool {
        self.lint
    }
}
