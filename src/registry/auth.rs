//! Requests that show who asks: as each registry wants to see it, and to nobody else.

use std::collections::HashMap;

use data_encoding::BASE64;
use parking_lot::Mutex;

use super::challenge::{Challenge, join_scopes};
use super::credentials::{Credential, Credentials};
use super::error::request;
use super::{Error, origin, text};
use crate::net::{Client as Http, Method, Request, Response};
use crate::neturl::{Part, escape};
use crate::{json, limits};

/// Token services know Helm by the name of its library.
const CLIENT_ID: &str = "oras-go";

/// A client that answers to challenges, and remembers what a registry wanted.
#[derive(Debug)]
pub struct Authorizer {
    http: Http,
    credentials: Credentials,
    /// The credential for every registry, in place of those that are kept.
    own: Option<Credential>,
    /// Values of `Authorization` by host and scopes.
    known: Mutex<HashMap<(String, Vec<String>), Secret>>,
}

/// The value of an `Authorization` header.
#[derive(Clone)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Authorizer {
    /// A client with the credentials that are kept, or with one of its own for every registry.
    pub fn new(http: Http, credentials: Credentials, own: Option<Credential>) -> Authorizer {
        Authorizer { http, credentials, own, known: Mutex::default() }
    }

    /// From now on, shows this credential to every registry.
    pub fn use_only(&mut self, credential: Credential) {
        self.own = Some(credential);
    }

    /// Where credentials are kept.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Sends `request` to the registry `host`, whatever its answer is. `scopes` is what a token must be good for.
    /// With `password_grant`, a token service is asked as OAuth 2 has it also with a password.
    ///
    /// # Errors
    /// If there is no answer, or the registry wants to see what there is not.
    pub fn send(
        &self,
        host: &str,
        wanted: Request,
        scopes: &[String],
        password_grant: bool,
    ) -> Result<Response, Error> {
        let key = (host.to_owned(), join_scopes(scopes));
        let known = self.known.lock().get(&key).cloned();
        let asked = request(wanted.method, &wanted.url);
        let first = match &known {
            Some(Secret(value)) => wanted.clone().header(AUTHORIZATION, value.clone()),
            None => wanted.clone(),
        };
        let response = self.http.send(&first)?;
        if response.status != 401 {
            return Ok(response);
        }
        let Some(challenge) = response.headers("www-authenticate").find_map(Challenge::parse) else {
            return Ok(response);
        };
        let url = wanted.url.clone();
        let value = match challenge {
            Challenge::Basic => self.basic(host),
            Challenge::Bearer { realm, service, scopes: more } => {
                let scopes = join_scopes(&[scopes, &more].concat());
                let service = Service { realm: &realm, name: &service, scopes: &scopes };
                self.bearer(host, &url, &service, password_grant)
            }
        };
        let value = value.map_err(|error| error.within(asked))?;
        self.known.lock().insert(key, Secret(value.clone()));
        Ok(self.http.send(&wanted.header(AUTHORIZATION, value))?)
    }

    /// Sends a request along with what the registry wanted to see at the last request with these scopes.
    pub fn send_again(&self, host: &str, request: Request, scopes: &[String]) -> Result<Response, Error> {
        let known = self.known.lock().get(&(host.to_owned(), join_scopes(scopes))).cloned();
        Ok(self.http.send(&match known {
            Some(Secret(value)) => request.header(AUTHORIZATION, value),
            None => request,
        })?)
    }

    fn credential(&self, host: &str) -> Result<Credential, Error> {
        match &self.own {
            Some(credential) => Ok(credential.clone()),
            None => self.credentials.get(host),
        }
    }

    fn basic(&self, host: &str) -> Result<String, Error> {
        let Credential { username, password, .. } = match self.credential(host)? {
            credential if credential.is_empty() => {
                return Err(Error::new("basic credential not found")
                    .advise(format!("to log in: registry login {host}")));
            }
            credential => credential,
        };
        if username.is_empty() || password.is_empty() {
            return Err(Error::new("missing username or password for basic auth"));
        }
        Ok(basic(&username, &password))
    }

    /// The header with a token for `service`, which the registry at `url` believes.
    fn bearer(
        &self,
        host: &str,
        url: &str,
        service: &Service<'_>,
        password_grant: bool,
    ) -> Result<String, Error> {
        let credential = self.credential(host)?;
        if !credential.access_token.is_empty() {
            return Ok(format!("Bearer {}", credential.access_token));
        }
        let is_https = service.realm.starts_with("https://");
        if !credential.is_empty() && !is_https && origin(service.realm) != origin(url) {
            return Err(Error::new(format!(
                "the token service {} is another server than the registry, and without TLS: it gets no credentials",
                crate::gofmt::quote(crate::net::without_password(service.realm).as_bytes()),
            )));
        }
        let grant = !credential.refresh_token.is_empty() || (password_grant && !credential.is_empty());
        let wanted = if grant { service.grant(&credential)? } else { service.query(&credential) };
        let asked = request(wanted.method, &wanted.url);
        let response = self.http.send(&wanted)?;
        if response.status != 200 {
            return Err(Error::answered(&asked, host, response));
        }
        let body = response.bytes(limits::TOKEN_BYTES)?;
        let (fields, error) = json::decode_map(&body);
        if let Some(error) = error {
            return Err(Error::new(format!("{asked}: failed to decode response: {error}")));
        }
        let token = [text(&fields, "access_token"), text(&fields, "token")];
        let token = token.into_iter().find(|token| !token.is_empty());
        let token = token.ok_or_else(|| Error::new(format!("{asked}: empty token returned")))?;
        Ok(format!("Bearer {token}"))
    }
}

const AUTHORIZATION: &str = "authorization";

fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{username}:{password}").as_bytes()))
}

/// A token service, and what the token is for.
struct Service<'a> {
    realm: &'a str,
    name: &'a str,
    scopes: &'a [String],
}

impl Service<'_> {
    /// The request of registries' own protocol, without credentials if there are none.
    fn query(&self, credential: &Credential) -> Request {
        let scopes = self.scopes.iter().map(|scope| ("scope", scope.as_str()));
        let service = Some(("service", self.name)).filter(|(_, name)| !name.is_empty());
        let joint = if self.realm.contains('?') { '&' } else { '?' };
        let request = Request::get(match form(scopes.chain(service)) {
            query if query.is_empty() => self.realm.to_owned(),
            query => format!("{}{joint}{query}", self.realm),
        });
        match credential.username.is_empty() && credential.password.is_empty() {
            true => request,
            false => request.header(AUTHORIZATION, basic(&credential.username, &credential.password)),
        }
    }

    /// The request of OAuth 2.
    fn grant(&self, credential: &Credential) -> Result<Request, Error> {
        let Credential { username, password, refresh_token, .. } = credential;
        let mut fields = vec![("client_id", CLIENT_ID)];
        if !refresh_token.is_empty() {
            fields.extend([("grant_type", "refresh_token"), ("refresh_token", refresh_token)]);
        } else if !username.is_empty() && !password.is_empty() {
            fields.extend([("grant_type", "password"), ("password", password), ("username", username)]);
        } else {
            return Err(Error::new("missing username or password for bearer auth"));
        }
        let scopes = self.scopes.join(" ");
        if !scopes.is_empty() {
            fields.push(("scope", &scopes));
        }
        fields.push(("service", self.name));
        let request = Request::new(Method::Post, self.realm);
        Ok(request.header("content-type", "application/x-www-form-urlencoded").body(form(fields)))
    }
}

/// Names and values as a form has them.
fn form<'f>(fields: impl IntoIterator<Item = (&'f str, &'f str)>) -> String {
    let escaped =
        |text: &str| String::from_utf8_lossy(&escape(text.as_bytes(), Part::QueryComponent)).into_owned();
    let fields = fields.into_iter().map(|(name, value)| format!("{name}={}", escaped(value)));
    fields.collect::<Vec<_>>().join("&")
}
