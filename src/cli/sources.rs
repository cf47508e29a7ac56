//! Values from files, URLs, getter plugins and flags.

use std::path::Path;

use super::flags::Flags;
use super::{Failure, Session};
use crate::chart::values::Sources;
use crate::neturl::Url;
use crate::plugin::Variables;
use crate::{fsx, net};

/// The values of the command line, read but not merged.
pub fn read(session: &mut Session<'_>, flags: &Flags) -> Result<Sources, Failure> {
    session.log_plugins();
    let texts = |name: &str| flags.texts(name).into_iter().map(str::to_owned).collect();
    let mut sources = Sources::default();
    for name in flags.list("values") {
        match read_one(session, &name) {
            Ok(bytes) => sources.files.push((name, bytes)),
            Err(problem) => {
                // What is wrong with the files before this one comes first.
                let earlier = sources.merge(&|_| Ok(Vec::new()));
                return Err(earlier.map_or_else(Failure::of, |_| Failure::new(problem)));
            }
        }
    }
    sources.json = texts("set-json");
    sources.set = texts("set");
    sources.string = texts("set-string");
    sources.file = texts("set-file");
    sources.literal = texts("set-literal");
    Ok(sources)
}

/// What a path, a URL or `-` for standard input holds. Like Helm this uses no credentials or certificates: those
/// of the flags are for charts.
pub fn read_one(session: &Session<'_>, name: &str) -> Result<Vec<u8>, String> {
    if name.trim() == "-" {
        return fsx::read_stdin().map_err(|e| e.to_string());
    }
    let scheme = Url::parse(name.as_bytes()).map_err(|e| e.to_string())?.scheme;
    let scheme = String::from_utf8_lossy(&scheme);
    match &*scheme {
        "" => {}
        "http" | "https" => return net::get(name, &net::Options::default()).map_err(|e| e.to_string()),
        "oci" => return Err(format!("cannot fetch {name}: values are not read from OCI registries")),
        scheme => {
            if let Some(getter) = session.plugins.getter(scheme) {
                return getter
                    .get(name, &net::Options::default(), false, &variables(session))
                    .map_err(|e| e.to_string());
            }
        }
    }
    fsx::read(Path::new(name)).map_err(|e| e.to_string())
}

/// The environment of a getter or a command of a plugin: that of the process with what `env` prints.
pub fn variables(session: &Session<'_>) -> Variables {
    let mut variables: Variables = session.settings.environment().variables().iter().cloned().collect();
    variables.extend(session.settings.variables().into_iter().map(|(name, value)| (name.to_owned(), value)));
    variables
}
