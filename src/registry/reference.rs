//! References: where in which registry something is.

use std::fmt;

use super::Error;
use super::digest::Digest;
use crate::gofmt::quote;
use crate::neturl::Url;

/// What references begin with.
pub const SCHEME: &str = "oci://";

/// The bytes that a tag may have at most.
const TAG_BYTES: usize = 128;

/// `oci://REGISTRY/REPOSITORY[:TAG][@DIGEST]`. Tags cannot have a `+`, so that of a version is a `_` in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Host and port.
    pub registry: String,
    /// The path in the registry.
    pub repository: String,
    /// The tag as the registry has it, or nothing.
    pub tag: String,
    /// The digest, which says more than the tag.
    pub digest: Option<Digest>,
}

/// True if `url` names something in a registry.
pub fn is_oci(url: &str) -> bool {
    url.starts_with(SCHEME)
}

impl Reference {
    /// Reads a reference, with or without `oci://`.
    ///
    /// # Errors
    /// If it is none, in Helm's words.
    pub fn parse(text: &str) -> Result<Reference, Error> {
        let text = text.strip_prefix(SCHEME).unwrap_or(text);
        let (name, digest) = match text.rsplit_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        let name = match name.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => format!("{path}:{}", tag.replace('+', "_")),
            _ => name.to_owned(),
        };
        let mut reference = Reference::parse_exact(&name)?;
        if let Some(digest) = digest {
            reference.digest = Some(parse_digest(digest)?);
        }
        Ok(reference)
    }

    /// Reads a reference as registries know it: a `+` stays what it is, and no tag has one.
    pub(super) fn parse_exact(text: &str) -> Result<Reference, Error> {
        let (registry, path) =
            text.split_once('/').ok_or_else(|| invalid("missing registry or repository"))?;
        let (repository, tag, digest) = match path.split_once('@') {
            Some((named, digest)) => (named.split(':').next().unwrap_or_default(), "", Some(digest)),
            None => match path.split_once(':') {
                Some((repository, tag)) => (repository, tag, None),
                None => (path, "", None),
            },
        };
        check_registry(registry)?;
        if !is_repository(repository) {
            return Err(invalid(format!("invalid repository {}", quote(repository.as_bytes()))));
        }
        if !tag.is_empty() && !is_tag(tag) {
            return Err(invalid(format!("invalid tag {}", quote(tag.as_bytes()))));
        }
        Ok(Reference {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag: tag.to_owned(),
            digest: digest.filter(|digest| !digest.is_empty()).map(parse_digest).transpose()?,
        })
    }

    /// The host that the registry answers at.
    pub fn host(&self) -> &str {
        if self.registry == "docker.io" { "registry-1.docker.io" } else { &self.registry }
    }

    /// The last part of the repository, by convention the chart's name.
    pub fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }

    /// The version that the tag stands for.
    pub fn version(&self) -> String {
        self.tag.replace('_', "+")
    }

    /// The URL by which Helm names the chart: with its version as the tag.
    pub fn url(&self) -> String {
        match &self.digest {
            Some(_) => format!("{SCHEME}{self}"),
            None => format!("{SCHEME}{}/{}:{}", self.registry, self.repository, self.version()),
        }
    }

    /// What a registry is asked for: the digest, or else the tag.
    pub(super) fn wanted(&self) -> &str {
        self.digest.as_ref().map_or(&self.tag, Digest::as_str)
    }

    /// The name of the file that Helm saves the chart in.
    pub fn file_name(&self) -> String {
        let name = self.name();
        match &self.digest {
            Some(digest) => format!("{name}@{}.tgz", digest.as_str().replacen(':', "-", 1)),
            None => format!("{name}-{}.tgz", self.version()),
        }
    }
}

/// Helm's form: without `oci://`, and without the tag if there is a digest.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        match &self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None if self.tag.is_empty() => Ok(()),
            None => write!(f, ":{}", self.tag),
        }
    }
}

fn invalid(problem: impl fmt::Display) -> Error {
    Error::new(format!("invalid reference: {problem}"))
}

fn parse_digest(text: &str) -> Result<Digest, Error> {
    Digest::parse(text)
        .map_err(|problem| invalid(format!("invalid digest {}: {problem}", quote(text.as_bytes()))))
}

/// Checks that `registry` is a host, with or without a port.
pub(super) fn check_registry(registry: &str) -> Result<(), Error> {
    let url = Url::parse(format!("dummy://{registry}").as_bytes());
    match url {
        Ok(url) if !registry.is_empty() && url.host == registry.as_bytes() => Ok(()),
        _ => {
            // What stands before an `@` may be a password.
            let shown = registry
                .rsplit_once('@')
                .map_or_else(|| registry.to_owned(), |(_, host)| format!("***@{host}"));
            Err(invalid(format!("invalid registry {}", quote(shown.as_bytes()))))
        }
    }
}

/// True for lower-case words joined by `.`, `_`, `__` or hyphens, and those joined by slashes.
fn is_repository(path: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    path.split('/').all(|part| {
        let bytes = part.as_bytes();
        let ends_well =
            bytes.first().is_some_and(|b| is_word(*b)) && bytes.last().is_some_and(|b| is_word(*b));
        ends_well
            && bytes
                .split(|b| is_word(*b))
                .all(|joint| matches!(joint, b"" | b"." | b"_" | b"__") || joint.iter().all(|b| *b == b'-'))
    })
}

fn is_tag(tag: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= TAG_BYTES
        && tag.bytes().enumerate().all(|(at, b)| is_word(b) || (at > 0 && matches!(b, b'.' | b'-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_helm_does() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        for (text, shown, file) in [
            ("oci://a.b:5000/c/d:1.0.0+x", "a.b:5000/c/d:1.0.0_x".to_owned(), "d-1.0.0+x.tgz".to_owned()),
            ("localhost:5000/c-d/e__f", "localhost:5000/c-d/e__f".to_owned(), "e__f-.tgz".to_owned()),
            ("[::1]:5000/a---b", "[::1]:5000/a---b".to_owned(), "a---b-.tgz".to_owned()),
            (
                &format!("oci://h/c:1.0@{digest}"),
                format!("h/c@{digest}"),
                format!("c@{}.tgz", digest.replace(':', "-")),
            ),
        ] {
            let reference = Reference::parse(text).expect(text);
            assert_eq!((reference.to_string(), reference.file_name()), (shown, file), "{text}");
        }
        for (text, problem) in [
            ("oci://h", "missing registry or repository"),
            ("oci:///c", "invalid registry \"\""),
            ("oci://a b/c", "invalid registry \"a b\""),
            ("oci://u@h/c", "missing registry or repository"),
            ("oci://h/UPPER", "invalid repository \"UPPER\""),
            ("oci://h/a..b", "invalid repository \"a..b\""),
            ("oci://h/../b", "invalid repository \"../b\""),
            ("oci://h/a/", "invalid repository \"a/\""),
            ("oci://h/a_-b", "invalid repository \"a_-b\""),
            ("oci://h/a:.b", "invalid tag \".b\""),
            ("oci://h/a:1/c:2", "invalid tag \"1/c:2\""),
            ("oci://h/a@sha256:1", "invalid digest \"sha256:1\": invalid checksum digest length"),
        ] {
            let error = Reference::parse(text).expect_err(text).to_string();
            assert_eq!(error, format!("invalid reference: {problem}"), "{text}");
        }
        assert!(Reference::parse_exact("h/a:1+b").is_err());
    }
}
