//! URLs as Go's `net/url` reads and prints them.

use std::fmt;

use memchr::{memchr, memrchr};

use self::escape::is_encoded;
use crate::gofmt::quote;

mod address;
mod escape;
mod resolve;

pub use self::address::{Address, parse_address};
pub use self::escape::{Part, escape, unescape};

/// A URL in parts; those that can hold escapes are decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url {
    /// The scheme in lower case, or nothing.
    pub scheme: Vec<u8>,
    /// What follows the scheme where no slash does (`mailto:me`), still encoded.
    pub opaque: Vec<u8>,
    /// User name and password.
    pub user: Option<UserInfo>,
    /// Host, and port if there is one.
    pub host: Vec<u8>,
    /// The path.
    pub path: Vec<u8>,
    /// The path as it was written, if that is not how it would be written by default.
    pub raw_path: Vec<u8>,
    /// True if the URL starts as `scheme:/path`, without an empty host.
    pub omit_host: bool,
    /// True if a `?` without a query ends the URL.
    pub force_query: bool,
    /// The query, still encoded.
    pub raw_query: Vec<u8>,
    /// The fragment.
    pub fragment: Vec<u8>,
    /// The fragment as it was written, if that is not how it would be written by default.
    pub raw_fragment: Vec<u8>,
}

/// User name and password of a URL. Prints no password for debugging.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UserInfo {
    /// The user name.
    pub name: Vec<u8>,
    /// The password, which may be empty.
    pub password: Option<Vec<u8>>,
}

impl UserInfo {
    /// The encoded form, `name` or `name:password`.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = escape(&self.name, Part::UserPassword);
        if let Some(password) = &self.password {
            out.push(b':');
            out.extend(escape(password, Part::UserPassword));
        }
        out
    }
}

impl fmt::Debug for UserInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = self.password.as_ref().map(|_| "xxxxx");
        let name = String::from_utf8_lossy(&self.name);
        f.debug_struct("UserInfo").field("name", &name).field("password", &password).finish()
    }
}

/// A text that is no URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The text.
    pub url: Vec<u8>,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It contains a control character.
    ControlCharacter,
    /// It starts with a colon.
    MissingScheme,
    /// A relative path whose first segment would read as a scheme.
    ColonInFirstSegment,
    /// A `%` that no two hexadecimal digits follow, or that may not stand there.
    Escape(Vec<u8>),
    /// A character that no host name has.
    HostCharacter(u8),
    /// The user information has a character that may not stand there.
    UserInfo,
    /// Brackets around what is no IPv6 address.
    IpLiteral,
    /// `[` without `]`.
    MissingBracket,
    /// What follows the host is no port.
    Port(Vec<u8>),
    /// The address in brackets is none; why.
    Address(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "parse {}: {}", quote(&self.url), self.problem)
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::ControlCharacter => f.write_str("net/url: invalid control character in URL"),
            Problem::MissingScheme => f.write_str("missing protocol scheme"),
            Problem::ColonInFirstSegment => f.write_str("first path segment in URL cannot contain colon"),
            Problem::Escape(text) => write!(f, "invalid URL escape {}", quote(text)),
            Problem::HostCharacter(byte) => write!(f, "invalid character {} in host name", quote(&[*byte])),
            Problem::UserInfo => f.write_str("net/url: invalid userinfo"),
            Problem::IpLiteral => f.write_str("invalid IP-literal"),
            Problem::MissingBracket => f.write_str("missing ']' in host"),
            Problem::Port(text) => write!(f, "invalid port {} after host", quote(text)),
            Problem::Address(reason) => write!(f, "invalid host: {reason}"),
        }
    }
}

impl Url {
    /// Reads a URL, which may be relative.
    pub fn parse(text: &[u8]) -> Result<Url, Error> {
        let (url, fragment) = cut(text, b'#');
        let mut parsed =
            Url::parse_without_fragment(url).map_err(|problem| Error { url: url.to_vec(), problem })?;
        if let Some(fragment) = fragment {
            parsed.fragment = unescape(fragment, Part::Fragment)
                .map_err(|problem| Error { url: text.to_vec(), problem })?;
            if escape(&parsed.fragment, Part::Fragment) != fragment {
                parsed.raw_fragment = fragment.to_vec();
            }
        }
        Ok(parsed)
    }

    /// Reads a URL as the line of an HTTP request has it (`ParseRequestURI`): absolute, or a path from the root.
    /// A `#` is no beginning of a fragment. `None` if it is no such URL.
    pub fn parse_request(text: &[u8]) -> Option<Url> {
        let url = Url::parse_without_fragment(text).ok().filter(|_| !text.is_empty())?;
        (!url.scheme.is_empty() || text == b"*" || text.starts_with(b"/")).then_some(url)
    }

    fn parse_without_fragment(text: &[u8]) -> Result<Url, Problem> {
        if text.iter().any(u8::is_ascii_control) {
            return Err(Problem::ControlCharacter);
        }
        let mut url = Url::default();
        if text == b"*" {
            url.path = text.to_vec();
            return Ok(url);
        }
        let (scheme, rest) = split_scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (mut rest, query) = cut(rest, b'?');
        url.force_query = query == Some(b"");
        url.raw_query = query.unwrap_or_default().to_vec();

        let has_scheme = !scheme.is_empty();
        if !rest.starts_with(b"/") {
            if has_scheme {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            // `a:b/c` would read as a scheme, so it is no path either.
            if cut(rest, b'/').0.contains(&b':') {
                return Err(Problem::ColonInFirstSegment);
            }
        }
        if let Some(after) = rest.strip_prefix(b"//")
            && (has_scheme || !after.starts_with(b"/"))
        {
            let (authority, path) = after.split_at(memchr(b'/', after).unwrap_or(after.len()));
            rest = path;
            url.set_authority(authority)?;
        } else if has_scheme && rest.starts_with(b"/") {
            url.omit_host = true;
        }
        url.path = unescape(rest, Part::Path)?;
        if escape(&url.path, Part::Path) != rest {
            url.raw_path = rest.to_vec();
        }
        Ok(url)
    }

    fn set_authority(&mut self, authority: &[u8]) -> Result<(), Problem> {
        let (user, host) = match memrchr(b'@', authority) {
            Some(at) => (Some(&authority[..at]), &authority[at + 1..]),
            None => (None, authority),
        };
        self.host = parse_host(&self.scheme, host)?;
        let Some(user) = user else { return Ok(()) };
        if !user.iter().all(|b| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(b)) {
            return Err(Problem::UserInfo);
        }
        let (name, password) = cut(user, b':');
        self.user = Some(UserInfo {
            name: unescape(name, Part::UserPassword)?,
            password: password.map(|password| unescape(password, Part::UserPassword)).transpose()?,
        });
        Ok(())
    }

    /// The host without port and brackets.
    pub fn hostname(&self) -> &[u8] {
        let host = match memrchr(b':', &self.host) {
            Some(colon) if is_port(&self.host[colon..]) => &self.host[..colon],
            _ => &self.host,
        };
        host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]")).unwrap_or(host)
    }

    /// The path, encoded: as it was written if it was well written.
    pub fn encoded_path(&self) -> Vec<u8> {
        encoded(&self.raw_path, &self.path, Part::Path).unwrap_or_else(|| match self.path.as_slice() {
            b"*" => b"*".to_vec(),
            path => escape(path, Part::Path),
        })
    }

    /// The fragment, encoded: as it was written if it was well written.
    pub fn encoded_fragment(&self) -> Vec<u8> {
        encoded(&self.raw_fragment, &self.fragment, Part::Fragment)
            .unwrap_or_else(|| escape(&self.fragment, Part::Fragment))
    }

    /// The whole URL (Go's `String`).
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend(&self.scheme);
            out.push(b':');
        }
        if self.opaque.is_empty() {
            self.encode_hierarchy(&mut out);
        } else {
            out.extend(&self.opaque);
        }
        if self.force_query || !self.raw_query.is_empty() {
            out.push(b'?');
            out.extend(&self.raw_query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(self.encoded_fragment());
        }
        out
    }

    /// Appends authority and path.
    fn encode_hierarchy(&self, out: &mut Vec<u8>) {
        let has_authority = !self.host.is_empty() || self.user.is_some();
        if has_authority || !self.scheme.is_empty() && !self.omit_host {
            if has_authority || !self.path.is_empty() {
                out.extend(b"//");
            }
            if let Some(user) = &self.user {
                out.extend(user.encode());
                out.push(b'@');
            }
            out.extend(escape(&self.host, Part::Host));
        }
        let path = self.encoded_path();
        let mut path = path.as_slice();
        if self.omit_host && !has_authority && path.starts_with(b"//") {
            // Two slashes would start a host.
            out.extend(b"%2F");
            path = &path[1..];
        }
        if !path.is_empty() && !path.starts_with(b"/") && !self.host.is_empty() {
            out.push(b'/');
        }
        if out.is_empty() && cut(path, b'/').0.contains(&b':') {
            // A colon in the first segment would end a scheme.
            out.extend(b"./");
        }
        out.extend(path);
    }
}

/// `raw` if it encodes `decoded`.
fn encoded(raw: &[u8], decoded: &[u8], part: Part) -> Option<Vec<u8>> {
    let fits =
        !raw.is_empty() && is_encoded(raw, part) && unescape(raw, part).is_ok_and(|text| text == decoded);
    fits.then(|| raw.to_vec())
}

/// What is before the first `separator`, and what is after it.
fn cut(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    match memchr(separator, text) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// The scheme, if there is one, and what follows its colon.
fn split_scheme(text: &[u8]) -> Result<(&[u8], &[u8]), Problem> {
    let len = text.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)).count();
    match (text.first(), text.get(len)) {
        (Some(b':'), _) => Err(Problem::MissingScheme),
        (Some(first), Some(b':')) if first.is_ascii_alphabetic() => Ok((&text[..len], &text[len + 1..])),
        _ => Ok((b"", text)),
    }
}

/// True for nothing, or for a colon and digits.
fn is_port(text: &[u8]) -> bool {
    match text.split_first() {
        None => true,
        Some((first, digits)) => *first == b':' && digits.iter().all(u8::is_ascii_digit),
    }
}

/// Checks and decodes `host` or `host:port`.
fn parse_host(scheme: &[u8], host: &[u8]) -> Result<Vec<u8>, Problem> {
    match memrchr(b'[', host) {
        Some(0) => return parse_bracketed_host(host),
        Some(_) => return Err(Problem::IpLiteral),
        None => {}
    }
    // Only URLs of other schemes than these may have colons in the host.
    let colon = if matches!(scheme, b"http" | b"https") { memchr(b':', host) } else { memrchr(b':', host) };
    if let Some(colon) = colon
        && !is_port(&host[colon..])
    {
        return Err(Problem::Port(host[colon..].to_vec()));
    }
    unescape(host, Part::Host)
}

/// Checks and decodes `[address]` or `[address]:port`.
fn parse_bracketed_host(host: &[u8]) -> Result<Vec<u8>, Problem> {
    let close = memrchr(b']', host).ok_or(Problem::MissingBracket)?;
    let port = &host[close + 1..];
    if !is_port(port) {
        return Err(Problem::Port(port.to_vec()));
    }
    let address = &host[1..close];
    let zone = memchr::memmem::find(address, b"%25").unwrap_or(address.len());
    let mut decoded = unescape(&address[..zone], Part::Host)?;
    decoded.extend(unescape(&address[zone..], Part::Zone)?);
    match parse_address(&decoded) {
        Ok(Address::V6) => Ok([b"[", decoded.as_slice(), b"]", port].concat()),
        Ok(Address::V4) => Err(Problem::IpLiteral),
        Err(reason) => Err(Problem::Address(reason)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    /// What Go makes of a URL.
    #[derive(Deserialize)]
    struct Case {
        url: String,
        #[serde(default)]
        error: String,
        #[serde(default)]
        parts: BTreeMap<String, String>,
    }

    #[test]
    fn reads_and_prints_as_go() {
        for case in include_str!("../../tests/data/neturl/urls.jsonl").lines() {
            let case: Case = serde_json::from_str(case).unwrap();
            let url = match Url::parse(case.url.as_bytes()) {
                Ok(url) => url,
                Err(error) => {
                    assert_eq!(error.to_string(), case.error, "{}", case.url);
                    continue;
                }
            };
            assert_eq!(case.error, "", "{} is one", case.url);
            let user = url.user.as_ref().map(UserInfo::encode).unwrap_or_default();
            for (name, part) in [
                ("scheme", url.scheme.as_slice()),
                ("opaque", &url.opaque),
                ("user", &user),
                ("host", &url.host),
                ("hostname", url.hostname()),
                ("path", &url.path),
                ("query", &url.raw_query),
                ("fragment", &url.fragment),
                ("string", &url.encode()),
            ] {
                assert_eq!(String::from_utf8_lossy(part), case.parts[name], "{name} of {}", case.url);
            }
        }
    }

    #[test]
    fn debugging_shows_no_password() {
        let url = Url::parse(b"https://me:secret@host/").unwrap();
        assert!(!format!("{url:?}").contains("secret"));
    }
}
