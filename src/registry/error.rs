//! What can go wrong, in Helm's words and with what helps against it.

use std::fmt;

use crate::net::{self, Method, Response};
use crate::{gofmt, json, limits};

/// Why a registry did not do what it was asked for. Never holds credentials.
#[derive(Debug)]
pub struct Error {
    message: String,
    /// True if the registry does not have what was asked for.
    pub not_found: bool,
}

impl Error {
    /// An error of this text.
    pub fn new(message: impl Into<String>) -> Error {
        Error { message: message.into(), not_found: false }
    }

    /// `what` is not there.
    pub(super) fn not_found(what: impl fmt::Display) -> Error {
        Error { message: format!("{what}: not found"), not_found: true }
    }

    /// The same error with `context: ` before its text.
    #[must_use]
    pub(super) fn within(self, context: impl fmt::Display) -> Error {
        Error { message: format!("{context}: {}", self.message), ..self }
    }

    /// The same error with what helps, in parentheses behind its text.
    #[must_use]
    pub(super) fn advise(self, advice: impl fmt::Display) -> Error {
        Error { message: format!("{} ({advice})", self.message), ..self }
    }

    /// The error of a request that there was no answer to.
    pub(super) fn unanswered(error: &net::Error) -> Error {
        let text = error.to_string();
        if text.contains("InvalidContentType") {
            let request = text.split("\": ").next().unwrap_or_default();
            let text = format!("{request}\": http: server gave HTTP response to HTTPS client");
            return Error::new(text).advise("--plain-http is for registries without TLS");
        }
        let error = Error::new(text);
        if error.message.contains("invalid peer certificate") {
            return error
                .advise("--ca-file names certificates to trust, --insecure-skip-tls-verify trusts all");
        }
        error
    }

    /// The error that `response` to `request` is, where the registry `host` was to do something else. A server that
    /// the request was redirected to is not named: such URLs hold signatures.
    pub(super) fn answered(request: &str, host: &str, response: Response) -> Error {
        let (status, reason) = (response.status, response.reason.clone());
        let body = response.bytes(limits::REGISTRY_ERROR_BYTES).unwrap_or_default();
        let said = said(&body).unwrap_or_else(|| {
            let number = status.to_string();
            reason.strip_prefix(&number).unwrap_or(&reason).trim().to_owned()
        });
        let mut error = Error::new(format!("{request}: response status code {status}: {said}"));
        error.not_found = status == 404;
        match status {
            401 => error.advise(format!("wrong user or password? To log in: registry login {host}")),
            403 => error
                .advise(format!("the account may not do that; to log in as another: registry login {host}")),
            429 => error.advise("too many requests: try again in a while"),
            500..=599 => error.advise("the registry has a problem: try again later"),
            _ => error,
        }
    }
}

/// A request as errors name it: `GET "https://…"`.
pub(super) fn request(method: Method, url: &str) -> String {
    let name = match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
    };
    format!("{name} {}", gofmt::quote(net::without_password(url).as_bytes()))
}

/// What the body of an error says, as registries write it; `None` if they do not.
fn said(body: &[u8]) -> Option<String> {
    let (value, _) = json::decode_prefix(body).ok()?;
    let errors = value.as_map()?.get("errors")?;
    let errors: Vec<String> = errors
        .as_list()?
        .items()
        .iter()
        .filter_map(|error| {
            let error = error.as_map()?;
            let text = |key: &str| {
                error.get(key).map(|value| gofmt::to_text(&value).to_string()).unwrap_or_default()
            };
            let code = text("code").replace('_', " ").to_lowercase();
            Some(match (text("message"), error.get("detail").filter(|detail| !detail.is_nil())) {
                (message, _) if message.is_empty() => code,
                (message, None) => format!("{code}: {message}"),
                (message, Some(detail)) => format!("{code}: {message}: {}", gofmt::to_text(&detail)),
            })
        })
        .collect();
    (!errors.is_empty()).then(|| errors.join("; "))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<net::Error> for Error {
    fn from(error: net::Error) -> Error {
        Error::unanswered(&error)
    }
}
