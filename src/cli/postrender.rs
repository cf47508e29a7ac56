//! `--post-renderer`: rendered objects go through a plugin, or an executable as in Helm 3.

use std::path::PathBuf;

use super::Session;
use super::flags::{Flag, Flags, Kind};
use crate::chart::Notices;
use crate::plugin::{self, Plugin, Variables};
use crate::render::{Files, postrenderer};

/// The flag that names it.
pub const FLAG: Flag =
    Flag::new("post-renderer", Kind::Texts, "Plugin or executable that the manifests are piped through");

/// What to pipe the objects through.
#[derive(Debug)]
pub struct PostRenderer {
    program: Program,
    arguments: Vec<String>,
    environment: Variables,
}

#[derive(Debug)]
enum Program {
    Plugin(Box<Plugin>),
    Executable(PathBuf),
}

/// Checks one value of [`FLAG`], given after the flags `earlier`.
pub fn accept(session: &mut Session<'_>, name: &str, earlier: &Flags) -> Result<(), String> {
    if name.is_empty() {
        return Ok(());
    }
    if earlier.texts(FLAG.name).iter().any(|earlier| !earlier.is_empty()) {
        return Err("cannot specify --post-renderer flag more than once".to_owned());
    }
    session.log_plugins();
    if let Some(conflict) = &session.plugins.conflict {
        return Err(conflict.clone());
    }
    match Program::find(session, name) {
        Some(_) => Ok(()),
        None => Err(format!("plugin: {{Name:{name} Type:postrenderer/v1}} not found")),
    }
}

impl Program {
    /// The plugin with this name, or the executable.
    fn find(session: &Session<'_>, name: &str) -> Option<Program> {
        match session.plugins.post_renderer(name) {
            Some(plugin) => Some(Program::Plugin(Box::new(plugin.clone()))),
            None => plugin::find_executable(name, &variables(session)).map(Program::Executable),
        }
    }
}

/// The environment of the process.
fn variables(session: &Session<'_>) -> Variables {
    session.settings.environment().variables().iter().cloned().collect()
}

impl PostRenderer {
    /// What [`FLAG`] asks for, if it is given.
    pub fn new(session: &Session<'_>, flags: &Flags) -> Option<PostRenderer> {
        let name = flags.texts(FLAG.name).into_iter().find(|name| !name.is_empty())?;
        Some(PostRenderer {
            program: Program::find(session, name)?,
            arguments: flags.texts("post-renderer-args").into_iter().map(str::to_owned).collect(),
            environment: variables(session),
        })
    }

    /// Pipes the objects of all files through it. The error is Helm's text.
    pub fn run(&self, files: Files, notices: &mut Notices) -> Result<Files, String> {
        let merged =
            postrenderer::merge(&files.texts).map_err(|error| format!("error merging manifests: {error}"))?;
        let rendered = match &self.program {
            Program::Plugin(plugin) => {
                plugin::post_render(plugin, &self.arguments, &merged, &self.environment, notices)
            }
            Program::Executable(path) => plugin::run_executable(path, &self.arguments, &merged),
        };
        let rendered =
            rendered.map_err(|error| format!("error while running post render on files: {error}"))?;
        let texts = postrenderer::split(&rendered)
            .map_err(|error| format!("error while parsing post rendered output: {error}"))?;
        Ok(Files { texts, ..files })
    }
}
