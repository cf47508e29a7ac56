//! Helm's plugins: commands, post-renderers, and getters that read what URLs name.
//!
//! A plugin is a folder with a `plugin.yaml` ([`metadata`]) in one of the folders that `HELM_PLUGINS` lists, where
//! [`install`](mod@install) puts it. It is run as a subprocess ([`command`]).

mod command;
mod install;
mod metadata;
mod pack;

pub use self::command::{Variables, find_executable, post_render, run_executable};
pub use self::install::{ALREADY, NO_SOURCE, Source, install, provenance, uninstall, update};
pub use self::metadata::{Kind, Plugin};

use std::path::{Path, PathBuf};

use crate::chart::{Notice, Notices};
use crate::fsx;

/// The plugins that are installed.
#[derive(Debug, Default)]
pub struct Installed {
    plugins: Vec<Plugin>,
    /// What Helm logs each time that it looks for plugins.
    pub notices: Notices,
    /// Set if there are no plugins because two of them have one name: Helm's text.
    pub conflict: Option<String>,
}

impl Installed {
    /// The plugins in `folders`, by folder and by the name of their own folder. Those that cannot be read are left
    /// out, with a notice.
    pub fn in_folders(folders: &[PathBuf]) -> Installed {
        let mut installed = Installed::default();
        for folder in folders {
            let plugins = load_all(folder, &mut installed.notices);
            if let Some(conflict) = find_conflict(&plugins) {
                installed.plugins.clear();
                installed.conflict = Some(conflict);
                break;
            }
            installed.plugins.extend(plugins);
        }
        installed
    }

    /// All of them.
    pub fn all(&self) -> &[Plugin] {
        &self.plugins
    }

    /// The command with this name.
    pub fn command(&self, name: &str) -> Option<&Plugin> {
        self.plugins.iter().find(|plugin| plugin.kind == Kind::Command && plugin.name == name)
    }

    /// The post-renderer with this name.
    pub fn post_renderer(&self, name: &str) -> Option<&Plugin> {
        self.plugins.iter().find(|plugin| plugin.kind == Kind::PostRenderer && plugin.name == name)
    }

    /// The getter for URLs with this scheme.
    pub fn getter(&self, scheme: &str) -> Option<&Plugin> {
        let serves = |plugin: &&Plugin| plugin.protocols.iter().any(|protocol| protocol == scheme);
        self.plugins.iter().filter(|plugin| plugin.kind == Kind::Getter).find(serves)
    }
}

fn load_all(folder: &Path, notices: &mut Notices) -> Vec<Plugin> {
    let mut plugins = Vec::new();
    for name in fsx::names(folder) {
        let folder = folder.join(name);
        let file = folder.join(metadata::FILE);
        if !fsx::exists(&file) {
            continue;
        }
        match Plugin::load(&folder) {
            Ok(plugin) => plugins.push(plugin),
            Err(error) => notices.push(
                Notice::warn("failed to load plugin (ignoring)")
                    .with("plugin_yaml", file.to_string_lossy())
                    .with("error", error),
            ),
        }
    }
    plugins
}

/// Helm's error if two of the plugins have one name.
fn find_conflict(plugins: &[Plugin]) -> Option<String> {
    plugins.iter().enumerate().find_map(|(i, plugin)| {
        let first = plugins[..i].iter().find(|first| first.name == plugin.name)?;
        Some(format!(
            "two plugins claim the name \"{}\" at \"{}\" and \"{}\"",
            plugin.name,
            first.folder.display(),
            plugin.folder.display()
        ))
    })
}
