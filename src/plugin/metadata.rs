//! `plugin.yaml`, in Helm 4's form and in the older one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{fsx, semver, yaml};

/// The name of the file.
pub const FILE: &str = "plugin.yaml";

/// What a plugin does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `cli/v1`: a command.
    Command,
    /// `getter/v1`: reads what URLs name.
    Getter,
    /// `postrenderer/v1`: changes rendered objects.
    PostRenderer,
}

/// A plugin that can be run as a subprocess.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// Its name.
    pub name: String,
    /// What it does.
    pub kind: Kind,
    /// Its folder.
    pub folder: PathBuf,
    /// Its version; a plugin in the older form may have none.
    pub version: String,
    /// `v1`, or `legacy` for the older form.
    pub api_version: &'static str,
    /// Where it comes from; empty if it does not say so.
    pub source_url: String,
    /// How a command is called, for its help; empty if it does not say so.
    pub usage: String,
    /// What a command does, in one line; empty if it does not say so.
    pub short_help: String,
    /// What a command does, at length; empty if it does not say so.
    pub long_help: String,
    /// A command wants no arguments.
    pub ignore_flags: bool,
    /// The URL schemes that a getter serves.
    pub protocols: Vec<String>,
    /// Its command on each platform; `None` for a plugin that is no subprocess.
    pub(super) commands: Option<Vec<PlatformCommand>>,
    /// The commands of a getter, by scheme.
    pub(super) protocol_commands: Vec<ProtocolCommand>,
    /// What to run on `install`, `update` and `delete`.
    pub(super) hooks: BTreeMap<String, Vec<PlatformCommand>>,
    /// Whether variables in the arguments of hooks are replaced before the hooks see them.
    pub(super) expand_hooks: bool,
}

impl Kind {
    /// Its name in `plugin.yaml`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Command => "cli/v1",
            Kind::Getter => "getter/v1",
            Kind::PostRenderer => "postrenderer/v1",
        }
    }
}

/// A command for one platform, or for all.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PlatformCommand {
    /// Go's name of the operating system; empty for all.
    pub(super) os: String,
    /// Go's name of the architecture; empty for all.
    pub(super) arch: String,
    pub(super) command: String,
    pub(super) args: Vec<String>,
}

/// The command that gets what URLs with one of `protocols` name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ProtocolCommand {
    pub(super) protocols: Vec<String>,
    pub(super) platform_command: Vec<PlatformCommand>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Version {
    api_version: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Legacy {
    name: String,
    version: String,
    usage: String,
    description: String,
    platform_command: Vec<PlatformCommand>,
    command: String,
    ignore_flags: bool,
    platform_hooks: BTreeMap<String, Vec<PlatformCommand>>,
    hooks: BTreeMap<String, String>,
    downloaders: Vec<Downloader>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Downloader {
    protocols: Vec<String>,
    command: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct V1 {
    #[serde(rename = "apiVersion")]
    _api_version: String,
    name: String,
    r#type: String,
    runtime: String,
    version: String,
    #[serde(rename = "sourceURL")]
    source_url: String,
    config: Config,
    runtime_config: RuntimeConfig,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Config {
    protocols: Vec<String>,
    usage: String,
    short_help: String,
    long_help: String,
    ignore_flags: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RuntimeConfig {
    platform_command: Vec<PlatformCommand>,
    protocol_commands: Vec<ProtocolCommand>,
    platform_hooks: BTreeMap<String, Vec<PlatformCommand>>,
}

impl Plugin {
    /// Reads the plugin in `folder`. The error is Helm's text.
    pub fn load(folder: &Path) -> Result<Plugin, String> {
        let file = folder.join(FILE);
        let text = fsx::read(&file)
            .map_err(|error| format!("failed to read plugin at \"{}\": {error}", file.display()))?;
        parse(&text, folder)
            .map_err(|error| format!("failed to load plugin \"{}\": {error}", folder.display()))
    }
}

/// Reads the text of a `plugin.yaml` in `folder`.
pub(super) fn parse(text: &[u8], folder: &Path) -> Result<Plugin, String> {
    let peek = |error: String| format!("failed to peek {FILE} API version: {error}");
    yaml::parse(text).map_err(|error| peek(error.to_string()))?;
    let version: Version = read(text).map_err(peek)?;
    match version.api_version.as_str() {
        "" => from_legacy(read(text)?, folder),
        "v1" => from_v1(read(text)?, folder),
        other => Err(format!("invalid plugin apiVersion: \"{other}\"")),
    }
}

fn read<T: for<'de> Deserialize<'de>>(text: &[u8]) -> Result<T, String> {
    // Behind the first line the error shows the text.
    serde_yaml::from_slice(text)
        .map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())
}

fn from_legacy(legacy: Legacy, folder: &Path) -> Result<Plugin, String> {
    if !is_name(&legacy.name) {
        return Err(format!(
            "invalid plugin name \"{}\": must contain only a-z, A-Z, 0-9, _ and -",
            legacy.name
        ));
    }
    if !legacy.version.is_empty() && !is_version(&legacy.version) {
        return Err(format!("invalid plugin version \"{}\": must be valid semver", legacy.version));
    }
    if !legacy.platform_command.is_empty() && !legacy.command.is_empty() {
        return Err("both platformCommand and command are set".to_owned());
    }
    if !legacy.platform_hooks.is_empty() && !legacy.hooks.is_empty() {
        return Err("both platformHooks and hooks are set".to_owned());
    }
    for (i, downloader) in legacy.downloaders.iter().enumerate() {
        if downloader.command.is_empty() {
            return Err(format!("downloader {i} has empty command"));
        }
        if downloader.protocols.is_empty() {
            return Err(format!("downloader {i} has no protocols"));
        }
        if let Some(index) = downloader.protocols.iter().position(String::is_empty) {
            return Err(format!("downloader {i} has empty protocol at index {index}"));
        }
    }
    let everywhere = |command: String| vec![PlatformCommand { command, ..PlatformCommand::default() }];
    let commands = match legacy.command.is_empty() {
        true => legacy.platform_command,
        false => everywhere(legacy.command),
    };
    let expand_hooks = legacy.hooks.is_empty();
    let through_shell = |script: String| {
        vec![PlatformCommand {
            command: "sh".to_owned(),
            args: vec!["-c".to_owned(), script],
            ..PlatformCommand::default()
        }]
    };
    let hooks = match expand_hooks {
        true => legacy.platform_hooks,
        false => legacy.hooks.into_iter().map(|(event, script)| (event, through_shell(script))).collect(),
    };
    Ok(Plugin {
        name: legacy.name,
        version: legacy.version,
        api_version: "legacy",
        source_url: String::new(),
        usage: String::new(),
        short_help: legacy.usage,
        long_help: legacy.description,
        ignore_flags: legacy.ignore_flags,
        hooks,
        expand_hooks,
        kind: if legacy.downloaders.is_empty() { Kind::Command } else { Kind::Getter },
        folder: folder.to_owned(),
        protocols: legacy.downloaders.iter().flat_map(|d| d.protocols.clone()).collect(),
        commands: Some(commands),
        protocol_commands: legacy
            .downloaders
            .into_iter()
            .map(|d| ProtocolCommand { protocols: d.protocols, platform_command: everywhere(d.command) })
            .collect(),
    })
}

fn from_v1(v1: V1, folder: &Path) -> Result<Plugin, String> {
    if !is_name(&v1.name) {
        return Err("invalid plugin `name`".to_owned());
    }
    if v1.version.is_empty() {
        return Err("plugin `version` is required".to_owned());
    }
    if !is_version(&v1.version) {
        return Err(format!("invalid plugin `version` \"{}\": must be valid semver", v1.version));
    }
    if v1.r#type.is_empty() {
        return Err("`type` missing".to_owned());
    }
    if v1.runtime.is_empty() {
        return Err("`runtime` missing".to_owned());
    }
    let kind = match v1.r#type.as_str() {
        "cli/v1" => Kind::Command,
        "getter/v1" => Kind::Getter,
        "postrenderer/v1" => Kind::PostRenderer,
        other => {
            return Err(format!("failed to convert MetadataV1 to Metadata: unknown plugin type \"{other}\""));
        }
    };
    let commands = match v1.runtime.as_str() {
        "subprocess" => Some(v1.runtime_config.platform_command),
        "extism/v1" => None,
        other => {
            return Err(format!(
                "failed to convert MetadataV1 to Metadata: unsupported plugin runtime type: \"{other}\""
            ));
        }
    };
    if kind == Kind::Getter {
        let protocols = &v1.config.protocols;
        if protocols.is_empty() {
            return Err("config validation failed: getter has no protocols".to_owned());
        }
        if let Some(index) = protocols.iter().position(String::is_empty) {
            return Err(format!("config validation failed: getter has empty protocol at index {index}"));
        }
    }
    Ok(Plugin {
        name: v1.name,
        version: v1.version,
        api_version: "v1",
        source_url: v1.source_url,
        usage: v1.config.usage,
        short_help: v1.config.short_help,
        long_help: v1.config.long_help,
        ignore_flags: v1.config.ignore_flags,
        hooks: v1.runtime_config.platform_hooks,
        expand_hooks: true,
        kind,
        folder: folder.to_owned(),
        protocols: v1.config.protocols,
        commands,
        protocol_commands: v1.runtime_config.protocol_commands,
    })
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn is_version(version: &str) -> bool {
    semver::Version::parse_strict(version.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let shown = |text: &str| match parse(text.as_bytes(), Path::new("/p")) {
            Ok(plugin) => format!("{} {:?} {:?}", plugin.name, plugin.kind, plugin.protocols),
            Err(error) => error,
        };
        for (text, want) in [
            ("name: a\nversion: 1.0.0\ncommand: x\n", "a Command []"),
            ("name: a\ndownloaders: [{command: x, protocols: [s3, gs]}]", r#"a Getter ["s3", "gs"]"#),
            ("name: a b", "invalid plugin name \"a b\": must contain only a-z, A-Z, 0-9, _ and -"),
            ("name: a\nversion: '1'", "invalid plugin version \"1\": must be valid semver"),
            ("apiVersion: v2\n", "invalid plugin apiVersion: \"v2\""),
            (
                "apiVersion: v1\nname: p\nversion: 1.0.0\ntype: postrenderer/v1\nruntime: subprocess\n\
                 runtimeConfig: {platformCommand: [{command: cat}]}",
                "p PostRenderer []",
            ),
            (
                "apiVersion: v1\nname: p\nversion: 1.0.0\ntype: getter/v1\nruntime: subprocess\n",
                "config validation failed: getter has no protocols",
            ),
            (
                "apiVersion: v1\nname: p\nversion: 1.0.0\ntype: cli/v1\nruntime: wasm\n",
                "failed to convert MetadataV1 to Metadata: unsupported plugin runtime type: \"wasm\"",
            ),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }
}
