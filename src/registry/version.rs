//! Versions are tags: which one a chart is pulled by.

use super::client::{Access, resolve};
use super::error::request;
use super::{Client, Error, Reference, SCHEME, origin};
use crate::net::{Method, Request, without_password};
use crate::neturl::Url;
use crate::semver::{Constraint, Version};
use crate::value::Str;
use crate::{gofmt, json, limits};

impl Client {
    /// The versions among the tags of a repository, the highest first. A `_` of a tag is a `+` of a version.
    ///
    /// # Errors
    /// If the registry does not give them.
    pub fn tags(&self, reference: &Reference) -> Result<Vec<String>, Error> {
        let mut versions = Vec::new();
        let mut url = self.url(reference, "tags/list");
        let (mut room, mut earlier) = (limits::TAGS_BYTES, Vec::new());
        loop {
            let asked = request(Method::Get, &url);
            let response = self.send(reference, Access::Pull, Request::get(url.clone()))?;
            if response.status != 200 {
                return Err(Error::answered(&asked, reference.host(), response));
            }
            let next = response.header("link").map(|link| next_page(&url, link)).transpose()?;
            let page = response.bytes(limits::MANIFEST_BYTES.min(room))?;
            room -= page.len() as u64;
            let (fields, error) = json::decode_map(&page);
            if let Some(error) = error {
                return Err(Error::new(format!("{asked}: failed to decode response: {error}")));
            }
            let tags = fields.get("tags");
            let tags = tags.iter().filter_map(|tags| tags.as_list()).flat_map(|tags| {
                tags.items().iter().filter_map(|tag| tag.as_str().map(Str::to_string)).collect::<Vec<_>>()
            });
            versions
                .extend(tags.filter_map(|tag| Version::parse_strict(tag.replace('_', "+").as_bytes()).ok()));
            let Some(next) = next else { break };
            earlier.push(std::mem::replace(&mut url, next));
            if earlier.contains(&url) || earlier.len() >= limits::TAG_PAGES {
                return Err(Error::new(format!("{asked}: the list of tags never ends")));
            }
        }
        versions.sort_by(|a, b| b.compare(a));
        Ok(versions.iter().map(ToString::to_string).collect())
    }

    /// The reference by which the chart of `version` is pulled that `reference` (`oci://…`) names. `version` is exact,
    /// or a constraint that the highest version matches, or empty: then the tag or the digest of the reference count,
    /// or else the highest version that is stable.
    ///
    /// # Errors
    /// If there is none, in Helm's words.
    pub fn find(&self, reference: &str, version: &str) -> Result<Reference, Error> {
        let shown = without_password(reference);
        let url = Url::parse(reference.as_bytes())
            .map_err(|_| Error::new(format!("invalid chart URL format: {shown}")))?;
        let named = [&url.host, &url.path].map(|part| String::from_utf8_lossy(part).into_owned()).concat();
        let mut named = Reference::parse(&named)?;
        let version = if version.is_empty() { named.tag.clone() } else { version.to_owned() };
        if !named.tag.is_empty() && named.tag != version {
            let tag = named.tag;
            return Err(Error::new(format!("chart reference and version mismatch: {version} is not {tag}")));
        }
        let tag = version.replace('+', "_");
        if let Some(digest) = named.digest.take() {
            if !version.is_empty() {
                named.tag = tag;
                // What has a digest need not have a tag.
                let tagged = self.resolve(&named, Access::Pull).ok().flatten();
                if let Some(tagged) = tagged.filter(|tagged| *tagged != digest) {
                    return Err(Error::new(format!(
                        "chart reference digest mismatch: {tagged} is not {digest}"
                    )));
                }
            }
            return Ok(Reference { tag: String::new(), digest: Some(digest), ..named });
        }
        if Version::parse(version.as_bytes()).is_ok() {
            return Ok(Reference { tag, ..named });
        }
        let versions =
            self.tags(&Reference::parse_exact(reference.strip_prefix(SCHEME).unwrap_or(reference))?)?;
        if versions.is_empty() {
            let problem = "unable to locate any tags in provided repository";
            return Err(Error::new(format!("{problem}: {shown}")));
        }
        let found = choose(&versions, &version)?;
        Ok(Reference { tag: found.replace('+', "_"), ..named })
    }
}

/// The first of `versions` that is `wanted`, or else matches it as a constraint.
fn choose<'v>(versions: &'v [String], wanted: &str) -> Result<&'v String, Error> {
    if let Some(found) = versions.iter().find(|version| *version == wanted) {
        return Ok(found);
    }
    let constraint = if wanted.is_empty() { "*" } else { wanted };
    let constraint =
        Constraint::parse(constraint.as_bytes()).map_err(|error| Error::new(error.to_string()))?;
    let matches = |version: &str| Version::parse(version.as_bytes()).is_ok_and(|v| constraint.check(&v));
    versions.iter().find(|version| matches(version)).ok_or_else(|| {
        Error::new(format!("could not locate a version matching provided version string {wanted}"))
    })
}

/// The URL of the next page, which must be at the same registry.
fn next_page(url: &str, link: &str) -> Result<String, Error> {
    let invalid =
        |problem: &str| Error::new(format!("invalid next link {}: {problem}", gofmt::quote(link.as_bytes())));
    let target = link.strip_prefix('<').ok_or_else(|| invalid("missing '<'"))?;
    let (target, _) = target.split_once('>').ok_or_else(|| invalid("missing '>'"))?;
    let next = resolve(url, target).ok_or_else(|| invalid("it is no URL"))?;
    if origin(&next) != origin(url) {
        return Err(invalid(&format!("not the same origin as {}", gofmt::quote(url.as_bytes()))));
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_version_that_matches_is_chosen() {
        let versions = ["2.0.0-rc.1", "1.2.0+b", "1.2.0", "1.1.0"].map(str::to_owned);
        for (wanted, want) in [
            ("", Ok("1.2.0+b")),
            ("1.2.0", Ok("1.2.0")),
            ("~1.1", Ok("1.1.0")),
            (">0.0.0-0", Ok("2.0.0-rc.1")),
            (">9", Err("could not locate a version matching provided version string >9")),
            ("latest", Err("improper constraint: \"latest\"")),
        ] {
            let got = choose(&versions, wanted).map(String::as_str).map_err(|error| error.to_string());
            assert_eq!(got, want.map_err(str::to_owned), "{wanted}");
        }
    }

    #[test]
    fn pages_stay_at_the_registry() {
        let url = "http://h:5000/v2/a/tags/list";
        let next = |link| next_page(url, link).map_err(|error| error.to_string());
        assert_eq!(next("</v2/a/tags/list?last=x>; rel=\"next\""), Ok(format!("{url}?last=x")));
        for link in ["</x", "/x>", "<http://i/x>", "<https://h:5000/x>", "<file:///etc>"] {
            assert!(next(link).expect_err(link).starts_with("invalid next link"), "{link}");
        }
    }
}
