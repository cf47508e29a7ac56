//! What is asked of registries, request by request.

use std::time::Duration;

use super::auth::Authorizer;
use super::challenge::repository_scope;
use super::credentials::{Credential, Credentials};
use super::digest::{Digest, Verifier};
use super::error::request;
use super::manifest::{Descriptor, media_type};
use super::reference::{Reference, check_registry};
use super::{Error, origin};
use crate::net::{self, Method, Request, Response};
use crate::neturl::Url;
use crate::progress::Progress;
use crate::{limits, progress};

/// How to talk to registries.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where credentials are kept.
    pub credentials: Credentials,
    /// Speak HTTP without TLS.
    pub plain_http: bool,
    /// TLS and time limits. A user and a password are for every registry, in place of the credentials that are kept.
    pub net: net::Options,
}

/// How long a request to a registry may take, if nobody says otherwise: charts are small, lines may be slow.
const TIMEOUT: Duration = Duration::from_secs(300);

/// A client for registries. Threads can share it.
#[derive(Debug)]
pub struct Client {
    authorizer: Authorizer,
    plain_http: bool,
}

/// What the manifests are that registries are asked for.
const ACCEPT: [&str; 5] = [
    media_type::DOCKER_MANIFEST,
    media_type::DOCKER_INDEX,
    media_type::MANIFEST,
    media_type::INDEX,
    media_type::ARTIFACT,
];

/// What is done with a repository.
#[derive(Clone, Copy, Debug)]
pub(super) enum Access {
    Pull,
    Push,
}

/// A manifest as a registry gives it.
#[derive(Debug)]
pub(super) struct Answer {
    pub media_type: String,
    pub digest: Digest,
    pub content: Vec<u8>,
}

impl Client {
    /// A client that talks as `options` say.
    ///
    /// # Errors
    /// If a file that they name cannot be read or has not what it should have.
    pub fn new(options: Options) -> Result<Client, Error> {
        let Options { credentials, plain_http, mut net } = options;
        let (username, password) = (std::mem::take(&mut net.username), std::mem::take(&mut net.password));
        net.timeout = net.timeout.or(Some(TIMEOUT));
        let own = !username.is_empty() && !password.is_empty();
        let own = own.then(|| Credential::user(&username, &password));
        let http = net::Client::new(&net).map_err(|error| Error::new(error.to_string()))?;
        Ok(Client { authorizer: Authorizer::new(http, credentials, own), plain_http })
    }

    /// Makes sure that `credential` opens the registry `host`, and keeps it.
    ///
    /// # Errors
    /// If the registry cannot be reached or refuses, or the credential cannot be kept.
    pub fn login(mut self, host: &str, credential: &Credential) -> Result<(), Error> {
        check_registry(host)?;
        self.authorizer.use_only(credential.clone());
        let asked_as = Reference { registry: host.to_owned(), ..Reference::parse_exact("h/r")? };
        // Some token services give identity tokens, and take passwords, by OAuth 2 only.
        let pinged = self.ping(asked_as.host(), true).or_else(|_| self.ping(asked_as.host(), false));
        pinged.map_err(|error| {
            error.within(format!("authenticating to {}", crate::gofmt::quote(host.as_bytes())))
        })?;
        self.authorizer.credentials().put(host, credential)
    }

    fn ping(&self, host: &str, password_grant: bool) -> Result<(), Error> {
        let url = format!("{}://{host}/v2/", self.scheme());
        let response = self.authorizer.send(host, Request::get(url.clone()), &[], password_grant)?;
        match response.status {
            200 => Ok(()),
            404 => Err(Error::new("not found").advise(format!("{host} is no OCI registry"))),
            _ => Err(Error::answered(&request(Method::Get, &url), host, response)),
        }
    }

    fn scheme(&self) -> &'static str {
        if self.plain_http { "http" } else { "https" }
    }

    /// The URL of `path` in a repository.
    pub(super) fn url(&self, reference: &Reference, path: &str) -> String {
        format!("{}://{}/v2/{}/{path}", self.scheme(), reference.host(), reference.repository)
    }

    /// Sends a request about a repository, whatever the answer is.
    pub(super) fn send(
        &self,
        reference: &Reference,
        access: Access,
        request: Request,
    ) -> Result<Response, Error> {
        self.authorizer.send(reference.host(), request, &[scope(reference, access)], false)
    }

    /// The digest of the manifest that `reference` names.
    pub(super) fn resolve(&self, reference: &Reference, access: Access) -> Result<Option<Digest>, Error> {
        let url = self.url(reference, &format!("manifests/{}", reference.wanted()));
        let asked = request(Method::Head, &url);
        let response = self.send(
            reference,
            access,
            Request::new(Method::Head, url).header("accept", ACCEPT.join(", ")),
        )?;
        match response.status {
            200 => content_digest(&response, &asked),
            404 => Err(Error::not_found(reference)),
            _ => Err(Error::answered(&asked, reference.host(), response)),
        }
    }

    /// The manifest that `reference` names, held to its digest.
    pub(super) fn manifest(&self, reference: &Reference) -> Result<Answer, Error> {
        let url = self.url(reference, &format!("manifests/{}", reference.wanted()));
        let asked = request(Method::Get, &url);
        let response =
            self.send(reference, Access::Pull, Request::get(url).header("accept", ACCEPT.join(", ")))?;
        match response.status {
            200 => {}
            404 => return Err(Error::not_found(reference)),
            _ => return Err(Error::answered(&asked, reference.host(), response)),
        }
        let said = content_digest(&response, &asked)?;
        let media_type = response.header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !ACCEPT.contains(&media_type.as_str()) {
            let shown = crate::gofmt::quote(media_type.as_bytes());
            let error = Error::new(format!("{asked}: the answer is no manifest, but of the type {shown}"));
            return Err(error.advise(format!("is {} an OCI registry?", reference.host())));
        }
        let content = response.bytes(limits::MANIFEST_BYTES)?;
        for wanted in [reference.digest.as_ref(), said.as_ref()].into_iter().flatten() {
            if !wanted.is_of(&content) {
                let digest = Digest::of(&content);
                return Err(Error::new(format!(
                    "{asked}: mismatched digest: the registry sent {digest} in place of {wanted}"
                )));
            }
        }
        let digest = reference.digest.clone().or(said).unwrap_or_else(|| Digest::of(&content));
        Ok(Answer { media_type, digest, content })
    }

    /// The content that `descriptor` names, which may have `limit` bytes, held to its size and digest.
    pub(super) fn blob(
        &self,
        reference: &Reference,
        descriptor: &Descriptor,
        limit: u64,
        progress: &dyn Progress,
    ) -> Result<Vec<u8>, Error> {
        let Descriptor { digest, size, .. } = descriptor;
        let url = self.url(reference, &format!("blobs/{digest}"));
        let asked = request(Method::Get, &url);
        if *size > limit {
            return Err(Error::new(format!(
                "{asked}: {size} bytes are more than the limit of {limit} bytes"
            )));
        }
        let response = self.send(reference, Access::Pull, Request::get(url))?;
        match response.status {
            200 => {}
            404 => return Err(Error::not_found(digest)),
            _ => return Err(Error::answered(&asked, reference.host(), response)),
        }
        if let Some(length) = response.length().filter(|length| length != size) {
            return Err(Error::new(format!(
                "{asked}: mismatch Content-Length: {length} bytes in place of {size}"
            )));
        }
        if let Some(said) = content_digest(&response, &asked)?.filter(|said| said != digest) {
            return Err(Error::new(format!("{asked}: mismatched digest: the registry has {said}")));
        }
        let mut verifier = Verifier::new(digest);
        let mut task = progress.begin(&reference.to_string(), Some(*size));
        let length = response.copy_to(*size, &mut verifier, &mut *task)?;
        if length != *size {
            return Err(Error::new(format!("{asked}: the registry sent {length} bytes in place of {size}")));
        }
        match verifier.finish() {
            (content, Some(got)) if got == *digest => Ok(content),
            (_, got) => Err(Error::new(format!(
                "{asked}: mismatched digest: the registry sent {} in place of {digest}",
                got.map_or_else(String::new, |got| got.to_string())
            ))),
        }
    }

    /// True if the repository has the blob.
    pub(super) fn has_blob(&self, reference: &Reference, digest: &Digest) -> Result<bool, Error> {
        let url = self.url(reference, &format!("blobs/{digest}"));
        let asked = request(Method::Head, &url);
        let response = self.send(reference, Access::Push, Request::new(Method::Head, url))?;
        match response.status {
            200 => Ok(true),
            404 => Ok(false),
            _ => Err(Error::answered(&asked, reference.host(), response)),
        }
    }

    /// Uploads a blob.
    pub(super) fn put_blob(
        &self,
        reference: &Reference,
        digest: &Digest,
        content: &[u8],
        progress: &dyn Progress,
    ) -> Result<(), Error> {
        let url = self.url(reference, "blobs/uploads/");
        let asked = request(Method::Post, &url);
        let response = self.send(reference, Access::Push, Request::new(Method::Post, url.clone()))?;
        if response.status != 202 {
            return Err(Error::answered(&asked, reference.host(), response));
        }
        let location = response.header("location").unwrap_or_default();
        let location = upload_url(&url, location).map_err(|error| error.within(&asked))?;
        let joint = if location.contains('?') { '&' } else { '?' };
        let url = format!("{location}{joint}digest={}", digest.as_str().replace(':', "%3A"));
        let asked = request(Method::Put, &url);
        let mut task = progress.begin(&reference.to_string(), Some(content.len() as u64));
        let put =
            Request::new(Method::Put, url).header("content-type", "application/octet-stream").body(content);
        let scopes = [scope(reference, Access::Push)];
        let response = self.authorizer.send_again(reference.host(), put, &scopes)?;
        task.advance(content.len() as u64);
        match response.status {
            201 => Ok(()),
            _ => Err(Error::answered(&asked, reference.host(), response)),
        }
    }

    /// Uploads a manifest under `name`, a digest or a tag.
    pub(super) fn put_manifest(
        &self,
        reference: &Reference,
        name: &str,
        content: &[u8],
    ) -> Result<(), Error> {
        let url = self.url(reference, &format!("manifests/{name}"));
        let asked = request(Method::Put, &url);
        let put = Request::new(Method::Put, url).header("content-type", media_type::MANIFEST).body(content);
        let response = self.send(reference, Access::Push, put)?;
        if response.status != 201 {
            return Err(Error::answered(&asked, reference.host(), response));
        }
        match content_digest(&response, &asked)?.filter(|said| !said.is_of(content)) {
            None => Ok(()),
            Some(said) => Err(Error::new(format!("{asked}: mismatched digest: the registry has {said}"))),
        }
    }

    /// The small content that `descriptor` names.
    pub(super) fn small_blob(
        &self,
        reference: &Reference,
        descriptor: &Descriptor,
    ) -> Result<Vec<u8>, Error> {
        self.blob(reference, descriptor, limits::MANIFEST_BYTES, &progress::Silent)
    }
}

fn scope(reference: &Reference, access: Access) -> String {
    let actions: &[&str] = match access {
        Access::Pull => &["pull"],
        Access::Push => &["pull", "push"],
    };
    repository_scope(&reference.repository, actions)
}

/// The digest that the registry says the content has; `None` if it says nothing.
fn content_digest(response: &Response, asked: &str) -> Result<Option<Digest>, Error> {
    let Some(text) = response.header("docker-content-digest") else { return Ok(None) };
    let digest = Digest::parse(text).map_err(|problem| {
        let text = crate::gofmt::quote(text.as_bytes());
        Error::new(format!("{asked}: invalid response header Docker-Content-Digest: {text}: {problem}"))
    })?;
    Ok(Some(digest))
}

/// Where to upload to, if the registry at `base` says `location`.
fn upload_url(base: &str, location: &str) -> Result<String, Error> {
    let resolved = resolve(base, location).filter(|_| !location.is_empty());
    let resolved = resolved.ok_or_else(|| Error::new("the registry does not say where to upload to"))?;
    if origin(&resolved) == origin(base) {
        return Ok(resolved);
    }
    let host = |url: &str| Url::parse(url.as_bytes()).map(|url| url.host).unwrap_or_default();
    let quoted = |url: &str| crate::gofmt::quote(&host(url));
    let hint =
        "a proxy before the registry may have to tell it how it is called: X-Forwarded-Proto and -Host";
    Err(Error::new(format!(
        "blob upload Location {} is on a different host than the registry {}",
        quoted(&resolved),
        quoted(base)
    ))
    .advise(hint))
}

/// The URL that `reference` means at `base`.
pub(super) fn resolve(base: &str, reference: &str) -> Option<String> {
    let base = Url::parse(base.as_bytes()).ok()?;
    let reference = Url::parse(reference.as_bytes()).ok()?;
    String::from_utf8(base.resolve(&reference).encode()).ok()
}

#[cfg(test)]
mod tests {
    use super::upload_url;

    #[test]
    fn uploads_stay_at_the_registry() {
        let base = "https://h/v2/a/blobs/uploads/";
        for (location, want) in [
            ("/v2/a/blobs/uploads/1?s=2", Ok("https://h/v2/a/blobs/uploads/1?s=2")),
            ("1", Ok("https://h/v2/a/blobs/uploads/1")),
            ("https://H:443/x", Ok("https://H:443/x")),
            ("http://h/x", Err("is on a different host")),
            ("https://h:444/x", Err("is on a different host")),
            ("//i/x", Err("blob upload Location \"i\" is on a different host than the registry \"h\"")),
            ("", Err("does not say where to upload to")),
            ("%zz", Err("does not say where to upload to")),
        ] {
            match (upload_url(base, location), want) {
                (Ok(got), Ok(want)) => assert_eq!(got, want),
                (Err(got), Err(want)) => assert!(got.to_string().contains(want), "{got}"),
                (got, want) => panic!("{location}: {got:?} in place of {want:?}"),
            }
        }
    }
}
