//! Downloads.

use std::fmt;

/// How to talk to a server. Empty texts mean that the option is not set.
#[cfg_attr(not(feature = "net"), expect(dead_code, reason = "nothing is fetched"))]
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// PEM bundle of certificates to trust besides the system's.
    pub ca_file: String,
    /// PEM client certificate.
    pub cert_file: String,
    /// PEM key of the client certificate.
    pub key_file: String,
    /// Take any certificate.
    pub insecure_skip_tls_verify: bool,
    /// User for basic authentication.
    pub username: String,
    /// Password for basic authentication.
    pub password: String,
}

/// Why a download failed. Never holds credentials.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// The body at `url` (http or https), at most [`crate::limits::FILE_BYTES`] of it. Follows redirects, but
/// never from https to http, and never with the credentials to another host.
#[cfg(not(feature = "net"))]
pub fn get(url: &str, _: &Options) -> Result<Vec<u8>, Error> {
    Err(Error(format!("cannot fetch {url}: this build has no network support (feature `net`)")))
}

#[cfg(feature = "net")]
pub use self::client::get;

#[cfg(feature = "net")]
mod client {
    use std::error::Error as _;
    use std::io::Read;
    use std::path::Path;
    use std::time::Duration;

    use reqwest::blocking::Client;
    use reqwest::redirect::{Attempt, Policy};
    use reqwest::{Certificate, Identity};

    use super::{Error, Options};
    use crate::{fsx, limits};

    /// Helm's time limit for one download.
    const TIMEOUT: Duration = Duration::from_secs(120);
    /// Servers and proxies of charts know Helm by this name.
    const USER_AGENT: &str = "Helm/4.3.1";

    /// The body at `url` (http or https), at most [`crate::limits::FILE_BYTES`] of it. Follows redirects, but
    /// never from https to http, and never with the credentials to another host.
    pub fn get(url: &str, options: &Options) -> Result<Vec<u8>, Error> {
        let client = client(options)?;
        let mut request = client.get(url);
        if !options.username.is_empty() && !options.password.is_empty() {
            request = request.basic_auth(&options.username, Some(&options.password));
        }
        let response = request.send().map_err(|error| describe(url, &error))?;
        let status = response.status();
        if !status.is_success() {
            return Err(Error(format!("failed to fetch {} : {status}", without_password(url))));
        }
        let mut body = Vec::new();
        let limit = limits::FILE_BYTES;
        response
            .take(limit + 1)
            .read_to_end(&mut body)
            .map_err(|error| Error(format!("cannot read {}: {error}", without_password(url))))?;
        if body.len() as u64 > limit {
            return Err(Error(format!(
                "{} is larger than the limit of {limit} bytes",
                without_password(url)
            )));
        }
        Ok(body)
    }

    fn client(options: &Options) -> Result<Client, Error> {
        let read = |path: &str| fsx::read(Path::new(path)).map_err(|error| Error(error.to_string()));
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .timeout(TIMEOUT)
            .redirect(Policy::custom(redirect))
            .danger_accept_invalid_certs(options.insecure_skip_tls_verify);
        if !options.ca_file.is_empty() {
            let bundle = Certificate::from_pem_bundle(&read(&options.ca_file)?)
                .map_err(|error| Error(format!("no certificates in {}: {error}", options.ca_file)))?;
            builder = bundle.into_iter().fold(builder, |b, certificate| b.add_root_certificate(certificate));
        }
        if !options.cert_file.is_empty() && !options.key_file.is_empty() {
            let pem = [read(&options.cert_file)?, read(&options.key_file)?].concat();
            let identity = Identity::from_pem(&pem).map_err(|error| {
                Error(format!("no key pair in {} and {}: {error}", options.cert_file, options.key_file))
            })?;
            builder = builder.identity(identity);
        }
        builder.build().map_err(|error| Error(format!("cannot set up TLS: {error}")))
    }

    fn redirect(attempt: Attempt<'_>) -> reqwest::redirect::Action {
        let from_https = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
        if from_https && attempt.url().scheme() != "https" {
            return attempt.error("redirected from https to http");
        }
        if attempt.previous().len() > limits::REDIRECTS {
            return attempt.error(format!("stopped after {} redirects", limits::REDIRECTS));
        }
        attempt.follow()
    }

    /// The innermost reason, which is what a user can act on.
    fn describe(url: &str, error: &reqwest::Error) -> Error {
        let mut reason: &dyn std::error::Error = error;
        while let Some(source) = reason.source() {
            reason = source;
        }
        let reason = match reason.downcast_ref::<std::io::Error>() {
            Some(io) => fsx::reason(io),
            None if error.source().is_none() => error.to_string(),
            None => reason.to_string(),
        };
        Error(format!("Get \"{}\": {reason}", without_password(url)))
    }

    /// The URL with what stands before `@` in its authority masked.
    fn without_password(url: &str) -> String {
        let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
        let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        match rest[..authority].rfind('@') {
            Some(at) => format!("{scheme}://***{}", &rest[at..]),
            None => url.to_owned(),
        }
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn passwords_do_not_show() {
            for (url, want) in [
                ("https://a:b@c/d", "https://***@c/d"),
                ("https://c/d@e", "https://c/d@e"),
                ("http://127.0.0.1:1/x", "http://127.0.0.1:1/x"),
            ] {
                assert_eq!(super::without_password(url), want);
            }
        }

        #[test]
        fn unreachable_servers_are_named() {
            let error =
                super::get("http://127.0.0.1:1/x", &super::Options::default()).expect_err("nobody listens");
            assert_eq!(error.to_string(), "Get \"http://127.0.0.1:1/x\": connection refused");
        }
    }
}
