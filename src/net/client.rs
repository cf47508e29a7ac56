//! The client, on reqwest.

use std::error::Error as _;
use std::path::Path;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use reqwest::blocking::{Client as Http, Response as Answer};
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Certificate, Identity, StatusCode};

use super::{Error, Method, Options, Request, Response, TOO_SLOW, innermost, without_password};
use crate::{fsx, limits};

/// Servers and proxies of charts know Helm by this name.
const USER_AGENT: &str = "Helm/4.3.1";
/// Helm's time limit for one download.
const TIMEOUT: Duration = Duration::from_secs(120);
/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often to ask again where that is safe.
const RETRIES: u32 = 3;
/// How long to wait before the first retry; each later one waits twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A client for servers with the same options. It keeps connections open; threads can share it.
#[derive(Debug)]
pub struct Client {
    options: Options,
    http: Http,
    /// The same for what no other server may get, made when it is needed.
    posts: OnceLock<Http>,
    credentials: Option<(String, String)>,
    timeout: Duration,
}

impl Client {
    /// A client that talks as `options` say.
    ///
    /// # Errors
    /// If a file that they name cannot be read or has not what it should have.
    pub fn new(options: &Options) -> Result<Client, Error> {
        let http = shared(options, Redirects::Anywhere)?;
        let timeout = options.timeout.unwrap_or(TIMEOUT);
        let has_credentials = !options.username.is_empty() && !options.password.is_empty();
        let credentials = has_credentials.then(|| (options.username.clone(), options.password.clone()));
        Ok(Client { options: options.clone(), http, posts: OnceLock::new(), credentials, timeout })
    }

    /// Sends a request and gives the answer, whatever its status. Follows at most [`limits::REDIRECTS`] redirects,
    /// never from https to http; to another server without credentials, and with what is posted not at all. What is
    /// safe to ask again is asked again if the server is too busy or the connection is lost.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn send(&self, request: &Request) -> Result<Response, Error> {
        let http = if request.method == Method::Post { self.posts()? } else { &self.http };
        let end = Instant::now() + self.timeout;
        let mut pause = FIRST_PAUSE;
        let mut retries = 0;
        loop {
            let outcome = self.send_once(http, request);
            let may_retry = request.method.is_safe() && retries < RETRIES;
            let wanted = match &outcome {
                Ok(answer) if may_retry && is_busy(answer.status()) => asked_pause(answer).unwrap_or(pause),
                Err(error) if may_retry && is_passing(error) => pause,
                Ok(_) | Err(_) => {
                    return outcome
                        .map(|answer| response(answer, end))
                        .map_err(|error| describe(request, &error));
                }
            };
            if wanted > LONGEST_PAUSE || Instant::now() + wanted >= end {
                return outcome
                    .map(|answer| response(answer, end))
                    .map_err(|error| describe(request, &error));
            }
            thread::sleep(wanted);
            pause *= 2;
            retries += 1;
        }
    }

    /// The client for what is posted.
    fn posts(&self) -> Result<&Http, Error> {
        if let Some(http) = self.posts.get() {
            return Ok(http);
        }
        let http = shared(&self.options, Redirects::AtHome)?;
        Ok(self.posts.get_or_init(|| http))
    }

    fn send_once(&self, http: &Http, request: &Request) -> Result<Answer, reqwest::Error> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
        };
        let mut builder = http.request(method, &request.url);
        for (name, value) in &request.headers {
            let name = HeaderName::from_static(name);
            match HeaderValue::from_str(value) {
                Ok(mut value) => {
                    value.set_sensitive(name == AUTHORIZATION);
                    builder = builder.header(name, value);
                }
                // reqwest reports it when the request is sent.
                Err(_) => builder = builder.header(name, value),
            }
        }
        let has_own = request.headers.iter().any(|(name, _)| *name == AUTHORIZATION.as_str());
        if let Some((user, password)) = self.credentials.as_ref().filter(|_| !has_own) {
            builder = builder.basic_auth(user, Some(password));
        }
        if !request.body.is_empty() || matches!(request.method, Method::Post | Method::Put) {
            builder = builder.body(request.body.clone());
        }
        builder.send()
    }
}

/// A client of reqwest that does about redirects what `redirect` says.
/// The clients of this process, each with what it was made of. Making one reads all of the system's certificates, and
/// one that is shared keeps its connections.
static MADE: Mutex<Vec<(Options, Redirects, Http)>> = Mutex::new(Vec::new());

/// Where redirects may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Redirects {
    /// To other servers too.
    Anywhere,
    /// To the same server: what is posted may hold passwords.
    AtHome,
}

/// The client for such options, credentials left out.
fn shared(options: &Options, redirects: Redirects) -> Result<Http, Error> {
    let options = Options { username: String::new(), password: String::new(), ..options.clone() };
    // Others that want the same wait for it.
    let mut made = MADE.lock();
    if let Some((.., http)) = made.iter().find(|(of, to, _)| *of == options && *to == redirects) {
        return Ok(http.clone());
    }
    let http = build(&options, redirects)?;
    made.push((options, redirects, http.clone()));
    Ok(http)
}

fn build(options: &Options, redirects: Redirects) -> Result<Http, Error> {
    let read = |what: &str, path: &str| {
        fsx::read(Path::new(path)).map_err(|error| {
            Error::new(format!("can't create TLS config for client: {what}: {path:?}: {error}"))
        })
    };
    let timeout = options.timeout.unwrap_or(TIMEOUT);
    let mut builder = Http::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(CONNECT_TIMEOUT.min(timeout))
        .timeout(timeout)
        .redirect(Policy::custom(match redirects {
            Redirects::Anywhere => redirect,
            Redirects::AtHome => redirect_at_home,
        }))
        // A referer would tell the next server the path, which may hold a token.
        .referer(false)
        .danger_accept_invalid_certs(options.insecure_skip_tls_verify);
    if !options.ca_file.is_empty() {
        let bundle = Certificate::from_pem_bundle(&read("can't read CA file", &options.ca_file)?)
            .map_err(|error| Error::new(format!("no certificates in {}: {error}", options.ca_file)))?;
        builder = bundle.into_iter().fold(builder, |b, certificate| b.add_root_certificate(certificate));
    }
    if !options.cert_file.is_empty() && !options.key_file.is_empty() {
        let certificate = read("unable to read cert file", &options.cert_file)?;
        let pem = [certificate, read("unable to read key file", &options.key_file)?].concat();
        let identity = Identity::from_pem(&pem).map_err(|error| {
            Error::new(format!("no key pair in {} and {}: {error}", options.cert_file, options.key_file))
        })?;
        builder = builder.identity(identity);
    }
    builder.build().map_err(|error| Error::new(format!("cannot set up TLS: {error}")))
}

impl Method {
    /// True if asking twice is as good as asking once, and the answer is all that matters.
    fn is_safe(self) -> bool {
        matches!(self, Method::Get | Method::Head)
    }

    /// The word at the start of a request, as Go's errors have it: `Get`.
    fn name(self) -> &'static str {
        match self {
            Method::Get => "Get",
            Method::Head => "Head",
            Method::Post => "Post",
            Method::Put => "Put",
        }
    }
}

/// The answer, whose body must be there at `deadline`.
fn response(answer: Answer, deadline: Instant) -> Response {
    let status = answer.status();
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Response {
        status: status.as_u16(),
        reason: status_line(&answer),
        url: answer.url().to_string(),
        headers: headers.collect(),
        body: Box::new(answer),
        deadline,
    }
}

/// Code and words of the status, as the server has it.
fn status_line(answer: &Answer) -> String {
    let status = answer.status();
    match answer.extensions().get::<hyper::ext::ReasonPhrase>() {
        Some(words) => format!("{} {}", status.as_str(), String::from_utf8_lossy(words.as_bytes())),
        None if status.canonical_reason().is_some() => status.to_string(),
        None => status.as_str().to_owned(),
    }
}

/// True if the server may answer otherwise in a moment.
fn is_busy(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// True if a connection was lost before there was an answer. A server where nobody listens is not asked again: who
/// calls a program waits for the answer, and the address is likely wrong.
fn is_passing(error: &reqwest::Error) -> bool {
    let mut reason: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = reason {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
            return matches!(io.kind(), ConnectionReset | ConnectionAborted | BrokenPipe);
        }
        reason = error.source();
    }
    false
}

/// How long the server wants to be left alone; `None` if it does not say so in seconds.
fn asked_pause(answer: &Answer) -> Option<Duration> {
    let seconds = answer.headers().get(reqwest::header::RETRY_AFTER)?.to_str().ok()?;
    seconds.trim().parse().ok().map(Duration::from_secs)
}

fn redirect_at_home(attempt: Attempt<'_>) -> Action {
    let is_home = attempt.previous().last().is_some_and(|url| url.origin() == attempt.url().origin());
    if is_home { redirect(attempt) } else { attempt.stop() }
}

fn redirect(attempt: Attempt<'_>) -> Action {
    let from_https = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
    if from_https && attempt.url().scheme() != "https" {
        return attempt.error("redirected from https to http");
    }
    if attempt.previous().len() > limits::REDIRECTS {
        return attempt.error(format!("stopped after {} redirects", limits::REDIRECTS));
    }
    attempt.follow()
}

/// The error in Go's form: what was asked, and the innermost reason.
fn describe(request: &Request, error: &reqwest::Error) -> Error {
    let reason = if error.is_timeout() {
        TOO_SLOW.into()
    } else {
        let reason = error.source().map_or_else(|| error.to_string(), innermost);
        // Go says where the connection was tried; for a name it would be one of its addresses.
        match error.url().filter(|_| error.is_connect()).and_then(address) {
            Some(address) => format!("dial tcp {address}: connect: {reason}"),
            None => reason,
        }
    };
    let message = format!("{} \"{}\": {reason}", request.method.name(), without_password(&request.url));
    Error { message, unreachable: error.is_connect() || error.is_timeout() }
}

/// Address and port of a URL whose host is an address.
fn address(url: &reqwest::Url) -> Option<String> {
    let host = url.host_str()?;
    let is_address = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
    is_address.then(|| format!("{host}:{}", url.port_or_known_default().unwrap_or_default()))
}
