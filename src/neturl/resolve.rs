//! References relative to a URL.

use super::Url;
use super::escape::{Part, escape, unescape};

impl Url {
    /// The URL that `reference` means where this one is the base (Go's `ResolveReference`).
    #[must_use]
    pub fn resolve(&self, reference: &Url) -> Url {
        let mut url = reference.clone();
        if reference.scheme.is_empty() {
            url.scheme.clone_from(&self.scheme);
        }
        if !reference.scheme.is_empty() || !reference.host.is_empty() || reference.user.is_some() {
            url.set_path(resolve_path(&reference.encoded_path(), b""));
            return url;
        }
        if !reference.opaque.is_empty() {
            return url;
        }
        if reference.path.is_empty() && !reference.force_query && reference.raw_query.is_empty() {
            url.raw_query.clone_from(&self.raw_query);
            if reference.fragment.is_empty() {
                url.fragment.clone_from(&self.fragment);
                url.raw_fragment.clone_from(&self.raw_fragment);
            }
        }
        if reference.path.is_empty() && !self.opaque.is_empty() {
            url.opaque.clone_from(&self.opaque);
            return url;
        }
        url.host.clone_from(&self.host);
        url.user.clone_from(&self.user);
        url.set_path(resolve_path(&self.encoded_path(), &reference.encoded_path()));
        url
    }

    /// Sets the path from its encoded form.
    fn set_path(&mut self, encoded: Vec<u8>) {
        if let Ok(path) = unescape(&encoded, Part::Path) {
            self.raw_path = if escape(&path, Part::Path) == encoded { Vec::new() } else { encoded };
            self.path = path;
        }
    }
}

/// `reference` in the place of the last segment of `base`, without `.` and `..`.
fn resolve_path(base: &[u8], reference: &[u8]) -> Vec<u8> {
    let full = match reference.first() {
        None => base.to_vec(),
        Some(b'/') => reference.to_vec(),
        Some(_) => {
            let directory = memchr::memrchr(b'/', base).map_or(&b""[..], |slash| &base[..=slash]);
            [directory, reference].concat()
        }
    };
    if full.is_empty() {
        return full;
    }
    let mut out: Vec<u8> = Vec::with_capacity(full.len() + 1);
    let mut last: &[u8] = b"";
    // Nothing to separate the next segment from. Going up to the root gets there again, so that an empty segment
    // behind it vanishes.
    let mut at_start = true;
    for segment in full.split(|&byte| byte == b'/') {
        last = segment;
        match segment {
            b"." => at_start = false,
            b".." => {
                out.truncate(memchr::memrchr(b'/', &out).unwrap_or_default());
                at_start = out.is_empty();
            }
            _ => {
                if !at_start {
                    out.push(b'/');
                }
                out.extend(segment);
                at_start = false;
            }
        }
    }
    if matches!(last, b"." | b"..") {
        out.push(b'/');
    }
    if !out.starts_with(b"/") {
        out.insert(0, b'/');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_as_go() {
        let cases = [
            ("http://a/b/c/d;p?q", "../g?y#s", "http://a/b/g?y#s"),
            ("http://a/b/c/d;p?q", "#s", "http://a/b/c/d;p?q#s"),
            ("http://a/b/c/d;p?q", "/..//.#f", "http://a/#f"),
            ("http://u:p@h/%2F/a//b", "g/x:y/./é?k=v", "http://u:p@h/%2F/a//g/x:y/%C3%A9?k=v"),
            ("file:///values.schema.json", "other.json", "file:///other.json"),
            ("x/y", "..//.../x:y", "/.../x:y"),
            ("mailto:x@y", "", "mailto:x@y"),
            ("mailto:x@y", "..//%2f", "mailto:///%2f"),
            ("http://a/b", "//h/./c", "http://h/c"),
        ];
        for (base, reference, expected) in cases {
            let [base, reference] = [base, reference].map(|text| Url::parse(text.as_bytes()).unwrap());
            assert_eq!(String::from_utf8_lossy(&base.resolve(&reference).encode()), expected);
        }
    }
}
