//! What commands that fetch things need of the session: getters, credentials and time limits.

use std::time::Duration;

use super::flags::Flags;
use super::{Failure, Session, registry, sources, verify};
use crate::chart::Notices;
use crate::download::{Access, Downloader, Error, Getters, Paths, Request, Verify};
use crate::net;

/// The limit of `--timeout`; with zero, which is no limit to Helm, the usual one.
pub fn timeout(flags: &Flags) -> Option<Duration> {
    Some(flags.duration("timeout")).filter(|limit| !limit.is_zero())
}

impl Session<'_> {
    /// Where lists of repositories, indexes and charts are.
    pub fn paths(&self) -> Paths {
        Paths {
            repository_config: self.settings.repository_config(),
            repository_cache: self.settings.repository_cache(),
            content_cache: self.settings.content_cache(),
        }
    }

    /// Calls `fetch` with what finds charts and gets them, and logs what it noticed.
    pub fn download<T>(
        &mut self,
        flags: &Flags,
        fetch: impl FnOnce(&Downloader<'_>, &mut Notices) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let paths = self.paths();
        let registry = registry::options(self, flags);
        let fetched = self.fetch(None, |getters, notices| {
            fetch(&Downloader { paths, getters: *getters, registry }, notices)
        });
        fetched.map_err(|error| self.failed_to_fetch(&error))
    }

    /// The failure that `error` means.
    pub fn failed_to_fetch(&self, error: &Error) -> Failure {
        self.explained(Failure::of(error), || error.advice.map(str::to_owned))
    }

    /// Calls `fetch` with what reads URLs, and logs what it noticed.
    pub fn fetch<T>(
        &mut self,
        timeout: Option<Duration>,
        fetch: impl FnOnce(&Getters<'_>, &mut Notices) -> T,
    ) -> T {
        let environment = sources::variables(self);
        let getters =
            Getters { plugins: &self.plugins, environment: &environment, progress: self.progress(), timeout };
        let mut notices = Notices::new();
        let fetched = fetch(&getters, &mut notices);
        self.log_all(&notices);
        fetched
    }
}

/// How to talk to a server, as the flags of [`super::flagsets::TLS`] say.
pub fn server(flags: &Flags) -> net::Options {
    net::Options {
        insecure_skip_tls_verify: flags.bool("insecure-skip-tls-verify"),
        username: flags.text("username").to_owned(),
        password: flags.text("password").to_owned(),
        ..certificates(flags)
    }
}

/// The files with certificates that the flags name.
pub fn certificates(flags: &Flags) -> net::Options {
    net::Options {
        ca_file: flags.text("ca-file").to_owned(),
        cert_file: flags.text("cert-file").to_owned(),
        key_file: flags.text("key-file").to_owned(),
        ..net::Options::default()
    }
}

/// The chart at `reference` of this `version`, asked for as the flags say.
pub fn request<'r>(
    session: &Session<'_>,
    flags: &'r Flags,
    (reference, version): (&'r str, &'r str),
    wanted: Verify,
) -> Request<'r> {
    let access = Access {
        options: server(flags),
        pass_credentials: flags.bool("pass-credentials"),
        origin: String::new(),
    };
    Request {
        reference,
        version,
        repo_url: flags.text("repo"),
        access,
        verify: wanted,
        keyring: verify::keyring(session, flags),
    }
}
