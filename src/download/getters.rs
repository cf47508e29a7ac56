//! What reads URLs: the HTTP client, and plugins for other schemes.

use std::time::Duration;

use super::Error;
use crate::net;
use crate::neturl::Url;
use crate::plugin::{Installed, Variables};
use crate::progress::Progress;
use crate::repo::{Repository, urls};

/// What reads URLs.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "a sink of progress has no Debug")]
pub struct Getters<'a> {
    /// The plugins that are installed.
    pub plugins: &'a Installed,
    /// Their environment.
    pub environment: &'a Variables,
    /// Who hears of downloads.
    pub progress: &'a dyn Progress,
    /// How long one download may take; `None` for what `net` allows.
    pub timeout: Option<Duration>,
}

/// With what a server is asked.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Credentials and certificates.
    pub options: net::Options,
    /// Send the credentials to all servers, not only to that of [`Access::origin`].
    pub pass_credentials: bool,
    /// A URL of the server that the credentials are for.
    pub origin: String,
}

impl Access {
    /// What the repository's entry says.
    pub fn of(repository: &Repository) -> Access {
        Access {
            options: repository.options(None),
            pass_credentials: repository.pass_credentials_all,
            origin: repository.url.clone(),
        }
    }

    /// The same with what the entry of `repository` says in its place: its certificates if it has any, its credentials if
    /// it has some.
    #[must_use]
    pub fn of_repository(&self, repository: &Repository) -> Access {
        let mut access = Access { origin: repository.url.clone(), ..self.clone() };
        let own = repository.options(None);
        if ![&own.cert_file, &own.key_file, &own.ca_file].iter().all(|file| file.is_empty()) {
            (access.options.cert_file, access.options.key_file) = (own.cert_file, own.key_file);
            access.options.ca_file = own.ca_file;
        }
        access.options.insecure_skip_tls_verify |= own.insecure_skip_tls_verify;
        if !own.username.is_empty() && !own.password.is_empty() {
            (access.options.username, access.options.password) = (own.username, own.password);
            access.pass_credentials = repository.pass_credentials_all;
        }
        access
    }

    /// The entry of a repository at `url` that is asked with this.
    pub fn to_repository(&self, name: String, url: &str) -> Repository {
        let options = self.options.clone();
        Repository {
            name,
            url: url.to_owned(),
            username: options.username,
            password: options.password,
            cert_file: options.cert_file,
            key_file: options.key_file,
            ca_file: options.ca_file,
            insecure_skip_tls_verify: options.insecure_skip_tls_verify,
            pass_credentials_all: self.pass_credentials,
            ..Repository::default()
        }
    }

    /// What the server at `url` may get to know, and what it must not.
    fn at(&self, url: &str, timeout: Option<Duration>) -> net::Options {
        let mut options = net::Options { timeout, ..self.options.clone() };
        if !self.pass_credentials && !urls::is_same_origin(&self.origin, url) {
            options.username.clear();
            options.password.clear();
        }
        options
    }
}

/// An answer to a conditional question.
#[derive(Debug)]
pub(super) enum Answer {
    /// What is there has not changed.
    Unchanged,
    /// The content, and how the server calls this state of it.
    Content { bytes: Vec<u8>, etag: String, last_modified: String },
}

impl Getters<'_> {
    /// Checks that something reads URLs like this one.
    ///
    /// # Errors
    /// If nothing does, or it is no URL.
    pub fn check(&self, url: &str) -> Result<(), Error> {
        let parsed = Url::parse(url.as_bytes());
        let parsed = parsed.map_err(|_| Error::new(format!("invalid chart URL format: {url}")))?;
        let scheme = String::from_utf8_lossy(&parsed.scheme);
        match matches!(&*scheme, "http" | "https" | "oci") || self.plugins.getter(&scheme).is_some() {
            true => Ok(()),
            false => Err(Error::new(format!("could not find protocol handler for: {scheme}"))),
        }
    }

    /// What is at `url`, at most `limit` bytes.
    ///
    /// # Errors
    /// If it cannot be had.
    pub fn get(&self, url: &str, access: &Access, limit: u64) -> Result<Vec<u8>, Error> {
        match self.get_if_changed(url, access, limit, &[])? {
            Answer::Content { bytes, .. } => Ok(bytes),
            Answer::Unchanged => Err(Error::new(format!("failed to fetch {url} : 304 Not Modified"))),
        }
    }

    /// The same with headers of the request, which may make the answer depend on whether the content has changed.
    pub(super) fn get_if_changed(
        &self,
        url: &str,
        access: &Access,
        limit: u64,
        headers: &[(&'static str, &str)],
    ) -> Result<Answer, Error> {
        let options = access.at(url, self.timeout);
        match urls::scheme(url).as_str() {
            "http" | "https" if Url::parse(url.as_bytes()).is_ok_and(|url| url.host.is_empty()) => {
                return Err(Error::new(format!("Get \"{url}\": http: no Host in request URL")));
            }
            "http" | "https" => {}
            "oci" => {
                return Err(Error::new(
                    "charts in registries are named by their URLs, as in 'pull oci://REGISTRY/CHART'",
                ));
            }
            scheme => {
                let getter = self.plugins.getter(scheme);
                let getter =
                    getter.ok_or_else(|| Error::new(format!("scheme \"{scheme}\" not supported")))?;
                let bytes = getter.get(url, &options, access.pass_credentials, self.environment);
                let bytes = bytes.map_err(Error::of)?;
                return Ok(Answer::Content { bytes, etag: String::new(), last_modified: String::new() });
            }
        }
        let request =
            net::Request::get(url).header("accept", "application/gzip,application/octet-stream,*/*");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(name, *value));
        let response =
            net::Client::new(&options).and_then(|client| client.send(&request)).map_err(Error::of)?;
        if response.status == 304 && !headers.is_empty() {
            return Ok(Answer::Unchanged);
        }
        let shown = net::without_password(url);
        if response.status != 200 {
            let error = Error::new(format!("failed to fetch {shown} : {}", response.reason));
            return Err(Error { advice: advice(response.status), ..error });
        }
        let header = |name| response.header(name).unwrap_or_default().to_owned();
        let (etag, last_modified) = (header("etag"), header("last-modified"));
        let mut task = self.progress.begin(&shown, response.length());
        let mut bytes = Vec::new();
        response.copy_to(limit, &mut bytes, &mut *task).map_err(Error::of)?;
        Ok(Answer::Content { bytes, etag, last_modified })
    }
}

/// What to do about an answer with this status.
fn advice(status: u16) -> Option<&'static str> {
    Some(match status {
        401 | 403 => {
            "The server wants other credentials. Give them by --username and --password, or add the repository with \
             them. They are sent to the repository's own server only, unless there is --pass-credentials."
        }
        404 => {
            "Nothing is there. Is the URL right? A repository's URL is that of the folder with its index.yaml."
        }
        407 => "The proxy wants credentials: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT gives them.",
        429 => "The server wants fewer requests. Try again later.",
        500..=599 => "The server has a problem. Try again later, or ask whoever keeps it.",
        _ => return None,
    })
}
