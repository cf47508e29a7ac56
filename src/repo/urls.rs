//! URLs of repositories and of the charts in them.

use crate::funcs::paths;
use crate::neturl::{self, Url};

/// The URL that `reference` means in the index of the repository at `base`. A relative one keeps the base's query, in
/// which some servers want their tokens.
///
/// # Errors
/// If one of the two is no URL.
pub fn resolve(base: &str, reference: &str) -> Result<String, String> {
    let parse = |text: &str| {
        Url::parse(text.as_bytes()).map_err(|error| format!("failed to parse {text} as URL: {error}"))
    };
    let parsed = parse(reference)?;
    if !parsed.scheme.is_empty() {
        return Ok(reference.to_owned());
    }
    let mut base = parse(base)?;
    for path in [&mut base.path, &mut base.raw_path] {
        if path.last() == Some(&b'/') {
            path.pop();
        }
        path.push(b'/');
    }
    let mut url = base.resolve(&parsed);
    url.raw_query = base.raw_query;
    Ok(text(&url))
}

/// `base` with `name` as the last part of its path, as indexes of folders have it.
pub fn join(base: &str, name: &str) -> String {
    let Ok(mut url) = Url::parse(base.as_bytes()) else { return joined(base.as_bytes(), name) };
    url.path = joined(&url.path, name).into_bytes();
    url.raw_path.clear();
    text(&url)
}

/// Both paths, one behind the other (Go's `path.Join`).
fn joined(base: &[u8], name: &str) -> String {
    let parts: Vec<&[u8]> = [base, name.as_bytes()].into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { clean(&parts.join(&b'/')) }
}

/// True if both URLs name the same thing once their paths are cleaned.
pub fn equal(a: &str, b: &str) -> bool {
    let normal = |url: &str| -> Result<String, neturl::Error> {
        let mut url = Url::parse(url.as_bytes())?;
        url.path = clean(if url.path.is_empty() { b"/" } else { &url.path }).into_bytes();
        Ok(text(&url))
    };
    match (normal(a), normal(b)) {
        (Ok(a), Ok(b)) => a == b,
        (Err(_), _) => clean(a.as_bytes()) == clean(b.as_bytes()),
        (Ok(_), Err(_)) => false,
    }
}

fn clean(path: &[u8]) -> String {
    String::from_utf8_lossy(&paths::clean(path)).into_owned()
}

/// True if both URLs lead to the same server: scheme, host and port.
pub fn is_same_origin(a: &str, b: &str) -> bool {
    let origin = |url: &str| -> Option<(Vec<u8>, Vec<u8>, Vec<u8>)> {
        let url = Url::parse(url.as_bytes()).ok()?;
        let host = url.hostname().to_ascii_lowercase();
        Some((url.scheme.clone(), host, port(&url)))
    };
    matches!((origin(a), origin(b)), (Some(a), Some(b)) if a == b)
}

/// The port of a URL, the scheme's own if it names none.
fn port(url: &Url) -> Vec<u8> {
    let name_length = url.host.iter().rposition(|byte| matches!(byte, b':' | b']'));
    match name_length {
        Some(at) if url.host[at] == b':' && at + 1 < url.host.len() => url.host[at + 1..].to_vec(),
        _ => match url.scheme.as_slice() {
            b"http" => b"80".to_vec(),
            b"https" => b"443".to_vec(),
            _ => Vec::new(),
        },
    }
}

/// The last part of a URL's path, decoded (Go's `filepath.Base`).
pub fn base_name(url: &str) -> Option<String> {
    let url = Url::parse(url.as_bytes()).ok()?;
    let path = String::from_utf8(url.path).ok()?;
    let path = path.trim_end_matches('/');
    Some(path.rsplit('/').next().unwrap_or(path).to_owned())
}

/// The scheme of a URL, in lower case; empty if it has none.
pub fn scheme(url: &str) -> String {
    Url::parse(url.as_bytes())
        .map(|url| String::from_utf8_lossy(&url.scheme).into_owned())
        .unwrap_or_default()
}

fn text(url: &Url) -> String {
    String::from_utf8_lossy(&url.encode()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_by_helm() {
        for (base, reference, want) in [
            ("http://h/charts", "a-1.0.0.tgz", "http://h/charts/a-1.0.0.tgz"),
            ("http://h/charts/", "sub/a.tgz", "http://h/charts/sub/a.tgz"),
            ("http://h/charts/?key=1", "a.tgz", "http://h/charts/a.tgz?key=1"),
            ("http://h/charts?key=1", "a.tgz?own=2", "http://h/charts/a.tgz?key=1"),
            ("http://h/a%2fb", "c.tgz", "http://h/a%2fb/c.tgz"),
            ("http://h/x", "/a.tgz", "http://h/a.tgz"),
            ("http://h/x", "../../a.tgz", "http://h/a.tgz"),
            ("http://h", "index.yaml", "http://h/index.yaml"),
            ("http://h", "https://other/a.tgz", "https://other/a.tgz"),
            ("http://h/x", "", "http://h/x/"),
        ] {
            assert_eq!(resolve(base, reference).as_deref(), Ok(want), "{base} {reference}");
        }
    }

    #[test]
    fn names_are_joined_and_origins_compared() {
        for (base, name, want) in [
            ("", "a.tgz", "a.tgz"),
            ("", "", ""),
            ("http://h/charts/", "a.tgz", "http://h/charts/a.tgz"),
            ("http://h", "sub", "http://h/sub"),
            ("http://h", "", "http://h"),
            ("pathish/", "a.tgz", "pathish/a.tgz"),
        ] {
            assert_eq!(join(base, name), want, "{base} {name}");
        }
        assert!(is_same_origin("https://h/a", "https://H:443/b"));
        assert!(!is_same_origin("https://h/a", "http://h/a"));
        assert!(!is_same_origin("http://h/a", "http://h:81/a"));
        assert!(equal("http://h", "http://h/") && equal("http://h/a/../b", "http://h/b"));
        assert!(!equal("http://h/a", "http://h/b"));
    }
}
