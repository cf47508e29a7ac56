//! Programs that keep credentials: `docker-credential-NAME`, and how docker talks to them.

use std::env;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::credentials::Credential;
use super::{Error, text};
use crate::value::Value;
use crate::{fsx, json, limits};

/// What the programs' names begin with.
const PREFIX: &str = "docker-credential-";
/// The user that stands for an identity token.
const TOKEN_USER: &str = "<token>";
/// What a program says that does not have a credential.
const NOT_FOUND: &str = "credentials not found in native keychain";

/// A program that keeps credentials.
#[derive(Debug)]
pub struct Helper {
    name: String,
    program: Option<PathBuf>,
}

impl Helper {
    /// The program of this suffix, to be looked for on `search_path`.
    pub fn new(suffix: &str, search_path: &OsString) -> Helper {
        let name = format!("{PREFIX}{suffix}");
        let program = look_up(&name, search_path);
        Helper { name, program }
    }

    /// The program for the system's own keychain, if it is there.
    pub fn of_system(search_path: &OsString) -> Option<Helper> {
        let suffix = if cfg!(target_os = "macos") {
            "osxkeychain"
        } else if cfg!(windows) {
            "wincred"
        } else if look_up("pass", search_path).is_some() {
            "pass"
        } else {
            "secretservice"
        };
        Some(Helper::new(suffix, search_path)).filter(|helper| helper.program.is_some())
    }

    /// What follows `docker-credential-` in the name.
    pub fn suffix(&self) -> &str {
        self.name.strip_prefix(PREFIX).unwrap_or_default()
    }

    /// The credential of `address`; an empty one if there is none.
    pub fn get(&self, address: &str) -> Result<Credential, Error> {
        let output = match self.run("get", address.as_bytes())? {
            Ok(output) => output,
            Err(said) if said == NOT_FOUND => return Ok(Credential::default()),
            Err(said) => return Err(self.failed("get", &said)),
        };
        let (fields, error) = json::decode_map(&output);
        if error.is_some() {
            return Err(self.failed("get", "its answer is not JSON"));
        }
        let text = |name| text(&fields, name);
        let (username, secret) = (text("Username"), text("Secret"));
        Ok(match username == TOKEN_USER {
            true => Credential { refresh_token: secret, ..Credential::default() },
            false => Credential::user(&username, &secret),
        })
    }

    /// Keeps a credential.
    pub fn store(&self, address: &str, credential: &Credential) -> Result<(), Error> {
        let (username, secret) = match credential.refresh_token.is_empty() {
            true => (credential.username.as_str(), &credential.password),
            false => (TOKEN_USER, &credential.refresh_token),
        };
        let fields = [("ServerURL", address), ("Username", username), ("Secret", secret)];
        let message = Value::map(fields.map(|(name, value)| (name, Value::str(value))));
        let message =
            json::encode(&message, true).map_err(|error| self.failed("store", &error.to_string()))?;
        self.run("store", &message)?.map(drop).map_err(|said| self.failed("store", &said))
    }

    /// Forgets a credential.
    pub fn erase(&self, address: &str) -> Result<(), Error> {
        self.run("erase", address.as_bytes())?.map(drop).map_err(|said| self.failed("erase", &said))
    }

    fn failed(&self, action: &str, said: &str) -> Error {
        Error::new(format!("{} {action}: {said}", self.name))
    }

    /// What the program answers, or else what it says about why it does not.
    fn run(&self, action: &str, input: &[u8]) -> Result<Result<Vec<u8>, String>, Error> {
        let program = self.program.as_ref().ok_or_else(|| {
            Error::new(format!("exec: \"{}\": executable file not found in $PATH", self.name))
                .advise("a credsStore or credHelpers of the registry configuration names it")
        })?;
        let failed = |error: std::io::Error| self.failed(action, &fsx::reason(&error));
        let mut command = Command::new(program);
        command.arg(action).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not want all of its input closes it early.
            let _ = stdin.write_all(input);
        }
        let mut output = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            stdout.take(limits::TOKEN_BYTES).read_to_end(&mut output).map_err(failed)?;
        }
        let status = child.wait().map_err(failed)?;
        if status.success() {
            return Ok(Ok(output));
        }
        let said = String::from_utf8_lossy(&output).trim().to_owned();
        Ok(Err(if said.is_empty() { status.to_string().replace(": ", " ") } else { said }))
    }
}

/// The program of this name on `search_path`.
fn look_up(name: &str, search_path: &OsString) -> Option<PathBuf> {
    let file = if cfg!(windows) { format!("{name}.exe") } else { name.to_owned() };
    // A name with a slash would be a path.
    let is_name = Path::new(name).components().count() == 1;
    env::split_paths(search_path)
        .map(|folder| folder.join(&file))
        .find(|path| is_name && fsx::is_executable(path))
}
