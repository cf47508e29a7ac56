//! `repositories.yaml`: the repositories that the user knows by name.

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use crate::value::{Entries, Map, Str, Value};
use crate::yaml::{self, Shape, Struct};
use crate::{fsx, net};

/// The list of repositories, with what else the file has.
#[derive(Clone, Debug, Default)]
pub struct Repositories {
    /// The repositories, in the order in which they were added.
    pub repositories: Vec<Repository>,
    /// Every other field of the file.
    others: Entries,
}

/// A repository and how to talk to its server. Absent texts are empty.
#[derive(Clone, Default)]
pub struct Repository {
    /// The name by which the user calls it.
    pub name: String,
    /// Where `index.yaml` is.
    pub url: String,
    /// User for basic authentication.
    pub username: String,
    /// Password for basic authentication.
    pub password: String,
    /// PEM client certificate.
    pub cert_file: String,
    /// PEM key of the client certificate.
    pub key_file: String,
    /// PEM bundle of certificates to trust.
    pub ca_file: String,
    /// Take any certificate.
    pub insecure_skip_tls_verify: bool,
    /// Send the credentials also to other servers than the repository's own.
    pub pass_credentials_all: bool,
    /// Every other field of the entry.
    pub others: Entries,
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = net::without_password(&self.url);
        f.debug_struct("Repository").field("name", &self.name).field("url", &url).finish_non_exhaustive()
    }
}

/// Why the list cannot be read or written.
#[derive(Debug)]
pub struct Error {
    message: String,
    /// There is no such file.
    pub is_missing: bool,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<fsx::Error> for Error {
    fn from(error: fsx::Error) -> Error {
        Error { message: error.to_string(), is_missing: error.kind() == ErrorKind::NotFound }
    }
}

const FILE: Struct = Struct {
    name: "repo.File",
    fields: &[
        ("apiVersion", Shape::String),
        ("generated", Shape::Any),
        ("repositories", Shape::List(&Shape::Pointer(&ENTRY))),
    ],
};

const ENTRY: Struct = Struct {
    name: "repo.Entry",
    fields: &[
        ("name", Shape::String),
        ("url", Shape::String),
        ("username", Shape::String),
        ("password", Shape::String),
        ("certFile", Shape::String),
        ("keyFile", Shape::String),
        ("caFile", Shape::String),
        ("insecure_skip_tls_verify", Shape::Bool),
        ("pass_credentials_all", Shape::Bool),
    ],
};

/// What Helm writes where nothing was generated.
const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

impl Repositories {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// If it is not there, cannot be read or is no such list.
    pub fn read(path: &Path) -> Result<Repositories, Error> {
        let text = fsx::read(path).map_err(|error| Error {
            message: format!("couldn't load repositories file ({}): {error}", path.display()),
            is_missing: error.kind() == ErrorKind::NotFound,
        })?;
        Repositories::parse(&text)
    }

    /// Reads the file at `path`; one that is not there has no repositories.
    ///
    /// # Errors
    /// If it cannot be read or is no such list.
    pub fn read_or_default(path: &Path) -> Result<Repositories, Error> {
        match Repositories::read(path) {
            Err(error) if error.is_missing => Ok(Repositories::default()),
            outcome => outcome,
        }
    }

    fn parse(text: &[u8]) -> Result<Repositories, Error> {
        let invalid = |error: yaml::Error| Error { message: error.to_string(), is_missing: false };
        let known = yaml::decode_as(text, &Shape::Struct(&FILE)).map_err(invalid)?;
        // Decoded without types for the sake of what Helm does not know.
        let all = yaml::decode(text).map_err(invalid)?;
        let all_entries = member(&all, "repositories");
        let mut repositories = Vec::new();
        if let Some(Value::List(entries)) = known.as_map().and_then(|map| map.get("repositories")) {
            for (i, entry) in entries.items().iter().enumerate() {
                let Value::Map(entry) = entry else { continue };
                let others =
                    all_entries.as_list().map(|all| others(all.items().get(i), &ENTRY)).unwrap_or_default();
                repositories.push(Repository::from_map(entry, others));
            }
        }
        Ok(Repositories { repositories, others: others(Some(&all), &FILE) }.with_head(&known))
    }

    /// The same with version and time of `file`.
    fn with_head(mut self, file: &Value) -> Repositories {
        for name in ["apiVersion", "generated"] {
            if let Some(value) = file.as_map().and_then(|map| map.get(name)).filter(|v| !v.is_nil()) {
                self.others.insert(name.into(), value);
            }
        }
        self
    }

    /// The repository with this name.
    pub fn find(&self, name: &str) -> Option<&Repository> {
        self.repositories.iter().find(|repository| repository.name == name)
    }

    /// Puts `repository` in the place of the one with its name, or at the end.
    pub fn put(&mut self, repository: Repository) {
        match self.repositories.iter_mut().find(|other| other.name == repository.name) {
            Some(other) => *other = repository,
            None => self.repositories.push(repository),
        }
    }

    /// Removes the repositories with this name. True if there were any.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.repositories.len();
        self.repositories.retain(|repository| repository.name != name);
        self.repositories.len() < before
    }

    /// Changes the file at `path` while nobody else does, Helm included. It is written only if `change` succeeds.
    ///
    /// # Errors
    /// Those of `change`, and if the file cannot be read or written.
    pub fn update<T, E: From<Error>>(
        path: &Path,
        change: impl FnOnce(&mut Repositories) -> Result<T, E>,
    ) -> Result<T, E> {
        let _lock = fsx::lock(&path.with_extension("lock")).map_err(Error::from)?;
        let mut repositories = Repositories::read_or_default(path)?;
        let outcome = change(&mut repositories)?;
        // Where the file is a link, what it leads to is the file.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        fsx::write_private(&target, &repositories.to_yaml()?).map_err(Error::from)?;
        Ok(outcome)
    }

    fn to_yaml(&self) -> Result<Vec<u8>, Error> {
        let mut file = self.others.clone();
        file.entry("apiVersion".into()).or_insert_with(|| Value::str(""));
        file.entry("generated".into()).or_insert_with(|| Value::str(ZERO_TIME));
        file.insert("repositories".into(), Value::list(self.repositories.iter().map(Repository::to_value)));
        yaml::encode(&Value::map(file))
            .map_err(|error| Error { message: error.to_string(), is_missing: false })
    }
}

impl Repository {
    fn from_map(map: &Map, others: Entries) -> Repository {
        let text = |name: &str| match map.get(name) {
            Some(Value::Str(text)) => text.to_str_lossy().into_owned(),
            _ => String::new(),
        };
        let flag = |name: &str| matches!(map.get(name), Some(Value::Bool(true)));
        Repository {
            name: text("name"),
            url: text("url"),
            username: text("username"),
            password: text("password"),
            cert_file: text("certFile"),
            key_file: text("keyFile"),
            ca_file: text("caFile"),
            insecure_skip_tls_verify: flag("insecure_skip_tls_verify"),
            pass_credentials_all: flag("pass_credentials_all"),
            others,
        }
    }

    fn to_value(&self) -> Value {
        let mut entry = self.others.clone();
        for (name, text) in [
            ("name", &self.name),
            ("url", &self.url),
            ("username", &self.username),
            ("password", &self.password),
            ("certFile", &self.cert_file),
            ("keyFile", &self.key_file),
            ("caFile", &self.ca_file),
        ] {
            entry.insert(name.into(), Value::str(text.as_str()));
        }
        entry.insert("insecure_skip_tls_verify".into(), Value::Bool(self.insecure_skip_tls_verify));
        entry.insert("pass_credentials_all".into(), Value::Bool(self.pass_credentials_all));
        Value::map(entry)
    }

    /// True if both say the same to Helm.
    pub fn is_same(&self, other: &Repository) -> bool {
        let texts = |r: &Repository| {
            [&r.name, &r.url, &r.username, &r.password, &r.cert_file, &r.key_file, &r.ca_file]
                .map(Clone::clone)
        };
        let flags = |r: &Repository| [r.insecure_skip_tls_verify, r.pass_credentials_all];
        texts(self) == texts(other) && flags(self) == flags(other)
    }

    /// How to talk to the repository's own server; `timeout` for one request.
    pub fn options(&self, timeout: Option<Duration>) -> net::Options {
        net::Options {
            ca_file: self.ca_file.clone(),
            cert_file: self.cert_file.clone(),
            key_file: self.key_file.clone(),
            insecure_skip_tls_verify: self.insecure_skip_tls_verify,
            username: self.username.clone(),
            password: self.password.clone(),
            timeout,
        }
    }
}

/// What `value` has under `name`.
fn member(value: &Value, name: &str) -> Value {
    value.as_map().and_then(|map| map.get(name)).unwrap_or_default()
}

/// The members of `value` that are no fields of `known`.
fn others(value: Option<&Value>, known: &Struct) -> Entries {
    let Some(map) = value.and_then(Value::as_map) else { return Entries::new() };
    let is_other =
        |key: &Str| !known.fields.iter().any(|(name, _)| key.eq_ignore_ascii_case(name.as_bytes()));
    map.entries().iter().filter(|(key, _)| is_other(key)).map(|(k, v)| (k.clone(), v.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_kept() {
        let text = b"apiVersion: ''\nextra: [1, x]\nrepositories:\n- name: 12\n  url: http://h\n  password: 1e3\n  own: {a: b}\n- null\n";
        let repositories = Repositories::parse(text).expect("it is valid");
        let repository = repositories.find("12").expect("numbers are names");
        assert_eq!((repository.url.as_str(), repository.password.as_str()), ("http://h", "1000"));
        assert!(!format!("{repositories:?}").contains("1000"));
        let written = repositories.to_yaml().expect("it can be written");
        let written = String::from_utf8(written).expect("it is text");
        assert_eq!(
            written,
            "apiVersion: \"\"\nextra:\n- 1\n- x\ngenerated: \"0001-01-01T00:00:00Z\"\nrepositories:\n- caFile: \"\"\n  \
             certFile: \"\"\n  insecure_skip_tls_verify: false\n  keyFile: \"\"\n  name: \"12\"\n  own:\n    a: b\n  \
             pass_credentials_all: false\n  password: \"1000\"\n  url: http://h\n  username: \"\"\n"
        );
    }
}
