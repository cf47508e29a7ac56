//! Who we are to registries: files in docker's format, and the programs that they name.

use std::ffi::OsString;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;

use super::helper::Helper;
use super::{Error, text};
use crate::value::{Map, Value};
use crate::{fsx, json};

/// What a registry gets to see. Prints no secrets for debugging.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credential {
    /// The user.
    pub username: String,
    /// The user's password.
    pub password: String,
    /// An identity token, good for tokens of a token service.
    pub refresh_token: String,
    /// A token to show as it is.
    pub access_token: String,
}

impl Credential {
    /// A user and a password.
    pub fn user(username: &str, password: &str) -> Credential {
        let (username, password) = (username.to_owned(), password.to_owned());
        Credential { username, password, ..Credential::default() }
    }

    /// True if there is nothing to show.
    pub fn is_empty(&self) -> bool {
        *self == Credential::default()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("username", &self.username).finish_non_exhaustive()
    }
}

/// The credentials of all registries.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Helm's own file, which is also written.
    pub config: PathBuf,
    /// Docker's file, asked where Helm's knows nothing.
    pub docker_config: Option<PathBuf>,
    /// `PATH`, where the programs are that keep credentials.
    pub search_path: OsString,
}

impl Credentials {
    /// The credential for a registry; an empty one if there is none.
    ///
    /// # Errors
    /// If a file cannot be read, or a program fails.
    pub fn get(&self, host: &str) -> Result<Credential, Error> {
        let address = address(host);
        for path in [Some(&self.config), self.docker_config.as_ref()].into_iter().flatten() {
            let file = File::read(path)?;
            let credential = match file.helper(address, &self.search_path) {
                Some(helper) => helper.get(address)?,
                None => file.get(address)?,
            };
            if !credential.is_empty() {
                return Ok(credential);
            }
        }
        Ok(Credential::default())
    }

    /// Keeps a credential for a registry.
    ///
    /// # Errors
    /// If the file cannot be read or written, or a program fails.
    pub fn put(&self, host: &str, credential: &Credential) -> Result<(), Error> {
        if credential.username.contains(':') {
            return Err(Error::new("bad credential format: colons(:) are not allowed in username"));
        }
        let address = address(host);
        let _lock = self.lock()?;
        let file = File::read(&self.config)?;
        let Some(helper) = file.helper(address, &self.search_path) else {
            file.auths().insert(address, auth(credential));
            return file.write();
        };
        helper.store(address, credential)?;
        if !file.is_configured() {
            file.content.insert(CREDS_STORE, Value::str(helper.suffix()));
            file.write()?;
        }
        Ok(())
    }

    /// Forgets the credential for a registry, if there is one.
    ///
    /// # Errors
    /// If the file cannot be read or written, or a program fails.
    pub fn remove(&self, host: &str) -> Result<(), Error> {
        let address = address(host);
        let _lock = self.lock()?;
        let file = File::read(&self.config)?;
        let removed = match file.helper(address, &self.search_path) {
            Some(helper) => helper.erase(address),
            None if file.auths().remove(address).is_some() => file.write(),
            None => Ok(()),
        };
        removed.map_err(|error| error.within(format!("failed to delete the credential for {address}")))
    }

    /// The right to change Helm's file.
    fn lock(&self) -> Result<fsx::Lock, Error> {
        fsx::lock(&self.config.with_extension("lock")).map_err(unsaved)
    }
}

fn unsaved(error: impl fmt::Display) -> Error {
    Error::new(format!("failed to save config file: {error}"))
}

/// The name under which docker knows a registry.
fn address(host: &str) -> &str {
    match host {
        "docker.io" | "registry-1.docker.io" => "https://index.docker.io/v1/",
        host => host,
    }
}

/// Names of docker's configuration.
const AUTHS: &str = "auths";
const CREDS_STORE: &str = "credsStore";
const CRED_HELPERS: &str = "credHelpers";

/// A file in docker's format; what is in it besides credentials stays there.
struct File<'p> {
    path: &'p Path,
    content: Map,
}

impl File<'_> {
    /// Reads the file; one that is not there is an empty one.
    fn read(path: &Path) -> Result<File<'_>, Error> {
        let bytes = match fsx::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                return Err(Error::new(format!("failed to open config file at {}: {error}", path.display())));
            }
        };
        let path_shown = path.display();
        let invalid = |what: &dyn fmt::Display| {
            Error::new(format!("failed to decode config file {path_shown}: invalid config format: {what}"))
        };
        let content = match bytes.iter().all(u8::is_ascii_whitespace) {
            true => Map::new(),
            // The error's text would quote from the file.
            false => match json::decode_prefix(&bytes) {
                Ok((Value::Map(map), _)) => map,
                Ok((Value::Nil, _)) => Map::new(),
                Ok(_) => return Err(invalid(&"it is no JSON object")),
                Err(error) => return Err(invalid(&error)),
            },
        };
        for (name, is_good) in [
            (AUTHS, (|value| matches!(value, Value::Map(_) | Value::Nil)) as fn(&Value) -> bool),
            (CRED_HELPERS, |value| matches!(value, Value::Map(_) | Value::Nil)),
            (CREDS_STORE, |value| matches!(value, Value::Str(_) | Value::Nil)),
        ] {
            if content.get(name).is_some_and(|value| !is_good(&value)) {
                return Err(invalid(&format_args!("{name} is of another type")));
            }
        }
        Ok(File { path, content })
    }

    /// Writes the file, as Helm does.
    fn write(&self) -> Result<(), Error> {
        if text(&self.content, CREDS_STORE).is_empty() {
            self.content.remove(CREDS_STORE);
        }
        self.content.insert(AUTHS, Value::Map(self.auths()));
        let text = json::encode_indent(&Value::Map(self.content.clone()), "", "\t").map_err(unsaved)?;
        fsx::write_private(self.path, &text).map_err(unsaved)
    }

    /// The map of credentials; a new one becomes part of the file.
    fn auths(&self) -> Map {
        match self.content.get(AUTHS) {
            Some(Value::Map(map)) if !map.is_nil() => map,
            _ => {
                let map = Map::new();
                self.content.insert(AUTHS, Value::Map(map.clone()));
                map
            }
        }
    }

    /// True if the file says anything about credentials.
    fn is_configured(&self) -> bool {
        let is_filled =
            |name: &str| matches!(self.content.get(name), Some(Value::Map(map)) if !map.is_empty());
        !text(&self.content, CREDS_STORE).is_empty() || is_filled(CRED_HELPERS) || is_filled(AUTHS)
    }

    /// The program that keeps the credential of `address`; `None` if the file itself does. A file that says nothing
    /// leaves it to the system's program, if there is one.
    fn helper(&self, address: &str, search_path: &OsString) -> Option<Helper> {
        let helpers = match self.content.get(CRED_HELPERS) {
            Some(Value::Map(map)) => map,
            _ => Map::new(),
        };
        let named = [text(&helpers, address), text(&self.content, CREDS_STORE)];
        match named.into_iter().find(|suffix| !suffix.is_empty()) {
            Some(suffix) => Some(Helper::new(&suffix, search_path)),
            None if self.is_configured() => None,
            None => Helper::of_system(search_path),
        }
    }

    fn get(&self, address: &str) -> Result<Credential, Error> {
        let auths = self.auths();
        // Old files have URLs for names.
        let entry = auths.get(address).or_else(|| {
            let entries = auths.entries();
            let found = entries.iter().find(|(key, _)| host_of(&key.to_str_lossy()) == address);
            found.map(|(_, value)| value.clone())
        });
        let invalid = || {
            Error::new(format!("{}: the credential for {address} has an invalid format", self.path.display()))
        };
        let entry = match entry {
            None | Some(Value::Nil) => return Ok(Credential::default()),
            Some(Value::Map(entry)) => entry,
            Some(_) => return Err(invalid()),
        };
        let mut credential = Credential {
            username: text(&entry, "username"),
            password: text(&entry, "password"),
            refresh_token: text(&entry, "identitytoken"),
            access_token: text(&entry, "registrytoken"),
        };
        let auth = text(&entry, "auth");
        if !auth.is_empty() {
            let decoded = BASE64.decode(auth.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let decoded = decoded.ok_or_else(invalid)?;
            let (username, password) = decoded.split_once(':').ok_or_else(invalid)?;
            (credential.username, credential.password) = (username.to_owned(), password.to_owned());
        }
        Ok(credential)
    }
}

/// The host in a URL.
fn host_of(address: &str) -> &str {
    let rest = address.strip_prefix("http://").unwrap_or(address);
    let rest = rest.strip_prefix("https://").unwrap_or(rest);
    rest.split('/').next().unwrap_or_default()
}

/// A credential as docker's files have it.
fn auth(credential: &Credential) -> Value {
    let Credential { username, password, refresh_token, access_token } = credential;
    let user = match username.is_empty() && password.is_empty() {
        true => String::new(),
        false => BASE64.encode(format!("{username}:{password}").as_bytes()),
    };
    let fields = [("auth", &user), ("identitytoken", refresh_token), ("registrytoken", access_token)];
    Value::map(fields.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k, Value::str(v.as_str()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_folder(folder: &Path) -> Credentials {
        let docker_config = Some(folder.join("docker.json"));
        Credentials { config: folder.join("helm/config.json"), docker_config, search_path: OsString::new() }
    }

    #[test]
    fn credentials_are_kept_beside_what_else_a_file_has() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let credentials = in_folder(folder.path());
        assert!(credentials.get("h").expect("nothing is there").is_empty());
        credentials.remove("h").expect("there is nothing to remove");
        assert!(!fsx::exists(&credentials.config));
        fsx::write(
            &credentials.config,
            b"{\"zz\":[1,{\"b\":\"<\"}],\"auths\":{\"https://h/v1/\":{\"auth\":\"YTpi\"}}}",
        )
        .expect("the file can be written");
        assert_eq!(credentials.get("h").expect("an old name"), Credential::user("a", "b"));
        credentials.put("docker.io", &Credential::user("", "token")).expect("it can be kept");
        let text = fsx::read(&credentials.config).expect("it is there");
        let want = "{\n\t\"auths\": {\n\t\t\"https://h/v1/\": {\n\t\t\t\"auth\": \"YTpi\"\n\t\t},\n\t\t\"https://index.docker.io/v1/\": {\n\t\t\t\"auth\": \"OnRva2Vu\"\n\t\t}\n\t},\n\t\"zz\": [\n\t\t1,\n\t\t{\n\t\t\t\"b\": \"\\u003c\"\n\t\t}\n\t]\n}";
        assert_eq!(String::from_utf8_lossy(&text), want);
        assert_eq!(
            credentials.get("registry-1.docker.io").expect("it is there"),
            Credential::user("", "token")
        );
        credentials.remove("docker.io").expect("it can be removed");
        assert!(credentials.get("docker.io").expect("it is gone").is_empty());
        assert!(credentials.put("h", &Credential::user("a:b", "c")).is_err());
    }

    #[test]
    fn dockers_file_comes_second_and_faults_are_named_without_secrets() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let credentials = in_folder(folder.path());
        let docker = credentials.docker_config.clone().expect("it has one");
        fsx::write(&docker, b"{\"auths\":{\"h\":{\"identitytoken\":\"t\"}}}")
            .expect("the file can be written");
        assert_eq!(credentials.get("h").expect("it is there").refresh_token, "t");
        for content in [
            "{\"auths\":{\"h\":{\"auth\":\"c2VjcmV0\"}}}",
            "{\"auths\":{\"h\":\"secret\"}}",
            "{\"auths\":\"secret\"}",
            "[\"secret\"]",
        ] {
            fsx::write(&credentials.config, content.as_bytes()).expect("the file can be written");
            let error = credentials.get("h").expect_err(content).to_string();
            assert!(error.contains("config.json") && !error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn nobody_loses_what_another_keeps() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let credentials = in_folder(folder.path());
        let hosts: Vec<String> = (0..16).map(|n| format!("h{n}")).collect();
        std::thread::scope(|scope| {
            for host in &hosts {
                scope.spawn(|| credentials.put(host, &Credential::user("u", "p")).expect("it can be kept"));
            }
        });
        for host in &hosts {
            assert!(!credentials.get(host).expect("it is kept").is_empty(), "{host}");
        }
    }
}
