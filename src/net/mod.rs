//! HTTP, as all that is fetched or sent goes through it.
//!
//! Bounded in bytes, time and redirects. Credentials go to the server that they are for, never to where it redirects,
//! and never into an error.

use std::fmt;
use std::time::{Duration, Instant};

#[cfg(feature = "net")]
mod client;
#[cfg(not(feature = "net"))]
mod none;

#[cfg(feature = "net")]
pub use self::client::Client;
#[cfg(not(feature = "net"))]
pub use self::none::Client;

use crate::limits;
use crate::progress::{Silent, Task};

/// How to talk to a server. Empty texts mean that the option is not set.
#[derive(Clone, Default, PartialEq, Eq)]
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
    /// How long one request may take, body included; `None` for two minutes.
    pub timeout: Option<Duration>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("ca_file", &self.ca_file)
            .field("cert_file", &self.cert_file)
            .field("key_file", &self.key_file)
            .field("insecure_skip_tls_verify", &self.insecure_skip_tls_verify)
            .field("username", &self.username)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// What is said when that is over.
const TOO_SLOW: &str =
    "no answer in time (the server is slow or not there; --timeout, where a command has it, allows more)";

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
}

/// A request to send.
#[derive(Clone)]
pub struct Request {
    /// What to do.
    pub method: Method,
    /// Where (http or https).
    pub url: String,
    /// Names and values of headers.
    pub headers: Vec<(&'static str, String)>,
    /// What to send along.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: impl Into<String>) -> Request {
        Request { method, url: url.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// A request to get what is at `url`.
    pub fn get(url: impl Into<String>) -> Request {
        Request::new(Method::Get, url)
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Request {
        self.headers.push((name, value.into()));
        self
    }

    /// The same with a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = body.into();
        self
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        let mut debug = f.debug_struct("Request");
        debug
            .field("method", &self.method)
            .field("url", &without_password(&self.url))
            .field("headers", &headers);
        debug.finish_non_exhaustive()
    }
}

/// An answer; its body is still to be read.
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The status as Go prints it: `404 Not Found`.
    pub reason: String,
    /// Where the answer came from, after redirects.
    pub url: String,
    headers: Vec<(String, String)>,
    body: Box<dyn std::io::Read + Send>,
    /// When the body must have come to its end. The client only bounds the time until more of it comes.
    deadline: Instant,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = without_password(&self.url);
        f.debug_struct("Response").field("status", &self.status).field("url", &url).finish_non_exhaustive()
    }
}

impl Response {
    /// True for the status codes 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first header of this name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// All headers of this name, which is in lower case.
    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// How long the body is, as the server says.
    pub fn length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    /// The body.
    ///
    /// # Errors
    /// If it cannot be read to its end, or has more than `limit` bytes.
    pub fn bytes(self, limit: u64) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        self.copy_to(limit, &mut body, &mut Silent)?;
        Ok(body)
    }

    /// Writes the body to `sink` as it comes, and tells `task` of it. Gives its length.
    ///
    /// # Errors
    /// If it cannot be read to its end or written, or has more than `limit` bytes.
    pub fn copy_to(
        mut self,
        limit: u64,
        sink: &mut dyn std::io::Write,
        task: &mut dyn Task,
    ) -> Result<u64, Error> {
        let url = without_password(&self.url);
        let mut buffer = vec![0; BUFFER_BYTES];
        let mut length = 0;
        loop {
            let count = match self.body.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Error::new(format!("cannot read {url}: {}", innermost(&error)))),
            };
            if Instant::now() > self.deadline {
                return Err(Error::new(format!("cannot read {url}: {TOO_SLOW}")));
            }
            length += count as u64;
            if length > limit {
                return Err(Error::new(format!("{url} is larger than the limit of {limit} bytes")));
            }
            let written = sink.write_all(&buffer[..count]);
            written
                .map_err(|error| Error::new(format!("cannot keep {url}: {}", crate::fsx::reason(&error))))?;
            task.advance(count as u64);
        }
        Ok(length)
    }
}

/// Bytes of a body that are read at once.
const BUFFER_BYTES: usize = 64 * 1024;

/// Why there is no answer. Never holds credentials.
#[derive(Debug)]
pub struct Error {
    message: String,
    /// True if the server could not be reached or did not answer in time.
    pub unreachable: bool,
}

impl Error {
    fn new(message: impl Into<String>) -> Error {
        Error { message: message.into(), unreachable: false }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The body at `url` (http or https), at most [`limits::FILE_BYTES`] of it.
///
/// # Errors
/// If there is none, or the server says something else than that all went well.
pub fn get(url: &str, options: &Options) -> Result<Vec<u8>, Error> {
    let response = Client::new(options)?.send(&Request::get(url))?;
    if !response.is_success() {
        return Err(Error::new(format!("failed to fetch {} : {}", without_password(url), response.reason)));
    }
    response.bytes(limits::FILE_BYTES)
}

/// The innermost reason of an error, which is what a user can act on.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut reason = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    match reason.downcast_ref::<std::io::Error>() {
        Some(io) => crate::fsx::reason(io),
        // The resolver's text shows its query in Rust's form.
        None => match reason.to_string() {
            text if text.starts_with("no records found for Query") => "no such host".to_owned(),
            text => text,
        },
    }
}

/// The URL with what stands before `@` in its authority masked.
pub fn without_password(url: &str) -> String {
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
        let options = super::Options { password: "secret".to_owned(), ..Default::default() };
        assert!(!format!("{options:?}").contains("secret"));
    }

    #[cfg(feature = "net")]
    #[test]
    fn unreachable_servers_are_named() {
        let error =
            super::get("http://127.0.0.1:1/x", &super::Options::default()).expect_err("nobody listens");
        assert_eq!(
            error.to_string(),
            "Get \"http://127.0.0.1:1/x\": dial tcp 127.0.0.1:1: connect: connection refused"
        );
        assert!(error.unreachable);
    }
}
