//! How a registry asks for authentication (`WWW-Authenticate`), and the scopes of what is asked for.

use std::collections::{BTreeMap, BTreeSet};

use bstr::ByteSlice;

use crate::gofmt;

/// What a registry wants to see before it answers.
#[derive(Debug, PartialEq, Eq)]
pub enum Challenge {
    /// User and password.
    Basic,
    /// A token that the service at `realm` hands out.
    Bearer {
        /// URL of the token service.
        realm: String,
        /// The name by which it knows the registry, or nothing.
        service: String,
        /// What the token must be good for.
        scopes: Vec<String>,
    },
}

impl Challenge {
    /// Reads the value of a `WWW-Authenticate` header; `None` if it asks for neither of both.
    pub fn parse(header: &str) -> Option<Challenge> {
        let (scheme, mut rest) = token(header);
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Challenge::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let (mut realm, mut service, mut scopes) = (String::new(), String::new(), Vec::new());
        while let Some((key, value, after)) = parameter(rest) {
            match key {
                "realm" => realm = value,
                "service" => service = value,
                "scope" => scopes = value.split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
                _ => {}
            }
            match skip_space(after).strip_prefix(',') {
                Some(after) => rest = after,
                None => break,
            }
        }
        Some(Challenge::Bearer { realm, service, scopes })
    }
}

/// Name and value at the start of `text`, and what follows.
fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let (key, rest) = token(skip_space(text));
    let rest = skip_space(skip_space(rest).strip_prefix('=').filter(|_| !key.is_empty())?);
    if !rest.starts_with('"') {
        let (value, rest) = token(rest);
        return (!value.is_empty()).then(|| (key, value.to_owned(), rest));
    }
    let mut escaped = false;
    let end = rest.bytes().skip(1).position(|b| {
        let ends = b == b'"' && !escaped;
        escaped = b == b'\\' && !escaped;
        ends
    })?;
    let (quoted, rest) = rest.split_at(end + 2);
    Some((key, gofmt::unquote(quoted.as_bytes())?.to_str_lossy().into_owned(), rest))
}

/// The token at the start of `text`, and what follows.
fn token(text: &str) -> (&str, &str) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    text.split_at(text.find(|c| !is_token(c)).unwrap_or(text.len()))
}

fn skip_space(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// The scope of `actions` on a repository.
pub fn repository_scope(repository: &str, actions: &[&str]) -> String {
    format!("repository:{repository}:{}", actions.join(","))
}

/// The same scopes sorted, those of the same resource joined.
pub fn join_scopes(scopes: &[String]) -> Vec<String> {
    let mut resources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut joined = BTreeSet::new();
    for scope in scopes {
        match scope.rsplit_once(':').filter(|(resource, _)| resource.contains(':')) {
            Some((resource, actions)) => {
                resources.entry(resource).or_default().extend(actions.split(',').filter(|a| !a.is_empty()));
            }
            None => _ = joined.insert(scope.clone()),
        }
    }
    for (resource, actions) in resources.into_iter().filter(|(_, actions)| !actions.is_empty()) {
        let all: Vec<&str> = if actions.contains("*") { vec!["*"] } else { actions.into_iter().collect() };
        joined.insert(format!("{resource}:{}", all.join(",")));
    }
    joined.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read() {
        let bearer = |realm: &str, service: &str, scopes: &[&str]| {
            let scopes = scopes.iter().map(|s| (*s).to_owned()).collect();
            Some(Challenge::Bearer { realm: realm.to_owned(), service: service.to_owned(), scopes })
        };
        for (header, want) in [
            ("Basic realm=\"x\"", Some(Challenge::Basic)),
            ("bAsIc", Some(Challenge::Basic)),
            ("Negotiate", None),
            ("", None),
            ("Bearer", bearer("", "", &[])),
            (
                "Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:a/b:pull,push x\"",
                bearer("https://a/t", "s", &["repository:a/b:pull,push", "x"]),
            ),
            ("bearer  realm = \"a\\\"b\" , service=c,error=\"invalid_token\"", bearer("a\"b", "c", &[])),
            ("Bearer realm=\"open, service=x", bearer("", "", &[])),
            ("Bearer realm=\"a\" service=\"b\"", bearer("a", "", &[])),
            ("Bearer =x", bearer("", "", &[])),
        ] {
            assert_eq!(Challenge::parse(header), want, "{header}");
        }
    }

    #[test]
    fn scopes_are_joined() {
        let scopes = [
            "repository:b:push",
            "repository:a:pull",
            "x",
            "repository:b:pull",
            "registry:c:*",
            "registry:c:y",
            "x",
            "repository:d:",
        ];
        let joined = join_scopes(&scopes.map(str::to_owned));
        assert_eq!(joined, ["registry:c:*", "repository:a:pull", "repository:b:pull,push", "x"]);
    }
}
