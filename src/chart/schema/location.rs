//! Where schemas are: URLs with JSON pointers, and how errors print them.

use std::borrow::Cow;
use std::sync::Arc;

use super::Error;
use crate::gofmt;
use crate::neturl::{self, Part, Url};

/// A place in a document: the document's URL and a JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Location {
    pub(super) url: Arc<str>,
    /// Empty, or tokens that each begin with a slash; `~` and `/` in them are escaped.
    pub(super) pointer: Arc<str>,
}

impl Location {
    pub(super) fn new(url: &Arc<str>, pointer: impl Into<Arc<str>>) -> Location {
        Location { url: url.clone(), pointer: pointer.into() }
    }

    /// The place of `token` below.
    pub(super) fn child(&self, token: &str) -> Location {
        Location::new(&self.url, append(&self.pointer, token))
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}#{}", self.url, encode_fragment(&self.pointer))
    }
}

/// `pointer` with one more token.
pub(super) fn append(pointer: &str, token: &str) -> String {
    let mut out = String::with_capacity(pointer.len() + 1 + token.len());
    out.push_str(pointer);
    out.push('/');
    for part in token.split_inclusive(['~', '/']) {
        out.push_str(part.trim_end_matches(['~', '/']));
        match part.as_bytes().last() {
            Some(b'~') => out.push_str("~0"),
            Some(b'/') => out.push_str("~1"),
            _ => {}
        }
    }
    out
}

/// The tokens of a JSON pointer; `None` if an escape is wrong.
pub(super) fn tokens(pointer: &str) -> Option<Vec<Cow<'_, str>>> {
    pointer
        .split('/')
        .skip(1)
        .map(|token| {
            if !token.contains('~') {
                return Some(Cow::Borrowed(token));
            }
            let escapes_are_right = token.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
            escapes_are_right.then(|| Cow::Owned(token.replace("~1", "/").replace("~0", "~")))
        })
        .collect()
}

/// What stands before and behind the first `#`.
pub(super) fn split_fragment(reference: &str) -> (&str, &str) {
    reference.split_once('#').unwrap_or((reference, ""))
}

/// A fragment as it stands in a URL; slashes stay.
pub(super) fn encode_fragment(fragment: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(fragment.len());
    for byte in fragment.bytes() {
        match byte {
            b'-' | b'_' | b'.' | b'~' | b'/' | b'$' | b'&' | b'+' | b':' | b'=' | b'@' => {
                out.push(char::from(byte));
            }
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => {
                // Writing into a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// The inverse of [`encode_fragment`]. `whole` is the URL that errors name.
pub(super) fn decode_fragment(fragment: &str, whole: &str) -> Result<String, Error> {
    if !fragment.contains('%') {
        return Ok(fragment.to_owned());
    }
    let decoded =
        neturl::unescape(fragment.as_bytes(), Part::Path).map_err(|problem| parse_error(whole, &problem))?;
    Ok(String::from_utf8_lossy(&decoded).into_owned())
}

/// Resolves references. Most in a document mean the same URL as the one before.
#[derive(Debug, Default)]
pub(super) struct Resolver {
    base: String,
    reference: String,
    /// What `reference` without its fragment means where `base` is the base.
    url: Option<Arc<str>>,
}

impl Resolver {
    /// As [`resolve`].
    pub(super) fn resolve(&mut self, base: &str, reference: &str) -> Result<(Arc<str>, String), Error> {
        let (url, fragment) = split_fragment(reference);
        if let Some(known) = self.url.as_ref().filter(|_| self.base == base && self.reference == url) {
            return Ok((known.clone(), decode_fragment(fragment, reference)?));
        }
        let (resolved, fragment) = resolve(base, reference)?;
        let resolved: Arc<str> = resolved.into();
        *self = Resolver { base: base.to_owned(), reference: url.to_owned(), url: Some(resolved.clone()) };
        Ok((resolved, fragment))
    }
}

/// The URL that `reference` means where `base` is the base, and the decoded fragment.
pub(super) fn resolve(base: &str, reference: &str) -> Result<(String, String), Error> {
    let base = Url::parse(base.as_bytes()).map_err(|error| parse_error(base, &error))?;
    let (url, fragment) = split_fragment(reference);
    let fragment = decode_fragment(fragment, reference)?;
    let parsed = Url::parse(url.as_bytes()).map_err(|error| parse_error(url, &error))?;
    let mut resolved = base.resolve(&parsed);
    if parsed.scheme.is_empty() && !base.opaque.is_empty() {
        resolved.opaque.clone_from(&base.opaque);
    }
    Ok((String::from_utf8_lossy(&resolved.encode()).into_owned(), fragment))
}

fn parse_error(url: &str, problem: &dyn std::fmt::Display) -> Error {
    Error::Schema(format!("error in parsing {}: {problem}", gofmt::quote(url.as_bytes())))
}
