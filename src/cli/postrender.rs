//! `--post-renderer`: rendered objects go through a plugin, or an executable as in Helm 3.

use std::path::PathBuf;

use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session};
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
    Plugin(Plugin),
    Executable(PathBuf),
}

impl PostRenderer {
    /// What [`FLAG`] asks for, if it is given.
    pub fn new(session: &mut Session<'_>, flags: &Flags) -> Result<Option<PostRenderer>, Failure> {
        let invalid = |name: &str, problem: &str| Err(Failure::new(FLAG.invalid(name, problem)));
        let names = flags.texts(FLAG.name).into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>();
        let Some(&name) = names.first() else { return Ok(None) };
        session.log_plugins();
        let environment: Variables = session.settings.environment().variables().iter().cloned().collect();
        if let Some(conflict) = &session.plugins.conflict {
            return invalid(name, conflict);
        }
        let program = match session.plugins.post_renderer(name) {
            Some(plugin) => Program::Plugin(plugin.clone()),
            None => match plugin::find_executable(name, &environment) {
                Some(path) => Program::Executable(path),
                None => {
                    return invalid(name, &format!("plugin: {{Name:{name} Type:postrenderer/v1}} not found"));
                }
            },
        };
        if let Some(second) = names.get(1) {
            return invalid(second, "cannot specify --post-renderer flag more than once");
        }
        let arguments = flags.texts("post-renderer-args").into_iter().map(str::to_owned).collect();
        Ok(Some(PostRenderer { program, arguments, environment }))
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
