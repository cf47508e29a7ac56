//! `pintle plugin`: list, install, update and uninstall plugins; and the commands that plugins are.

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::table::Table;
use super::{Failure, Session, flagsets, plugin_package, sources, verify};
use crate::chart::Notice;
use crate::plugin::{self, Installed, Plugin, Source};
use crate::provenance::Keyring;

/// The group of commands.
pub const COMMAND: Command = Command {
    name: "plugin",
    about: "Install, list, or uninstall plugins",
    commands: &[INSTALL, LIST, plugin_package::PACKAGE, UNINSTALL, UPDATE, plugin_package::VERIFY],
    ..Command::NEW
};

const INSTALL: Command = Command {
    name: "install",
    aliases: &["add"],
    about: "Install a plugin",
    details: "A folder is linked to, for development. An archive (.tgz, .tar.gz) is unpacked, and must come with a \
              signature in a file beside it (.prov), unless --verify=false. What is at another URL must be a git \
              repository, which cannot be verified.",
    usage: "[options] <path|url>",
    arguments: "The plugin: a folder, an archive, the URL of one, or the URL of a git repository",
    takes: Arguments::Exactly(1),
    flags: &[
        &[
            Flag::new("version", Kind::Text, "Tag of a git repository, or a constraint on its tags"),
            Flag::new("verify", Kind::Bool, "Verify the signature of an archive").default("true"),
            Flag::new("keyring", Kind::Text, "Public keys to verify with"),
        ],
        flagsets::TLS,
    ],
    run: Some(install),
    ..Command::NEW
};

const LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    about: "List the installed plugins",
    flags: &[&[Flag::new(
        "type",
        Kind::Text,
        "Plugins of this type only: cli/v1, getter/v1 or postrenderer/v1",
    )]],
    run: Some(list),
    ..Command::NEW
};

const UNINSTALL: Command = Command {
    name: "uninstall",
    aliases: &["rm", "remove"],
    about: "Uninstall plugins",
    usage: "<plugin>...",
    arguments: "Names of plugins",
    run: Some(uninstall),
    ..Command::NEW
};

const UPDATE: Command = Command {
    name: "update",
    aliases: &["up"],
    about: "Bring plugins that come from git repositories up to date",
    usage: "<plugin>...",
    arguments: "Names of plugins",
    run: Some(update),
    ..Command::NEW
};

fn install(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let source =
        Source::find(flags.positional().first().copied().unwrap_or_default()).map_err(Failure::new)?;
    let wants_verified = flags.bool("verify");
    match &source {
        Source::Folder(_) => session.say("Installing plugin from local directory (development mode)")?,
        Source::Repository(_) if wants_verified => {
            let text = "plugin source does not support verification. Use --verify=false to skip verification";
            return Err(Failure::new(text));
        }
        _ if wants_verified => session.say("Verifying plugin signature...")?,
        _ => session.say("WARNING: Skipping plugin signature verification")?,
    }
    let folder = session.settings.plugin_folders().into_iter().next();
    let folder = folder.ok_or_else(|| Failure::new("HELM_PLUGINS names no folder to install plugins in"))?;
    let others = Installed::in_folders(&session.settings.plugin_folders());
    let keyring = verify::keyring(session, flags);
    let mut verified = None;
    let installed = plugin::install(
        &source,
        flags.text("version"),
        &folder,
        &others,
        &mut |archive, provenance, name| {
            if !wants_verified {
                return Ok(());
            }
            let Some(provenance) = provenance else {
                return Err("plugin verification failed: no provenance file (.prov) found".to_owned());
            };
            let checked =
                Keyring::read(&keyring).and_then(|keyring| keyring.verify(archive, provenance, name));
            verified = Some(checked.map_err(|error| format!("plugin verification failed: {error}"))?);
            Ok(())
        },
    );
    let installed = installed.map_err(|error| {
        if error == plugin::ALREADY {
            let path = folder.join(source.folder_name());
            session.log(&Notice::warn(&error).with("path", path.to_string_lossy()).with("error", "<nil>"));
        }
        Failure::new(error)
    })?;
    if let Some(verified) = verified {
        session.print(verify::report("Plugin", &verified).as_bytes())?;
    }
    let plugin = Plugin::load(&installed)
        .map_err(|error| Failure::new(format!("plugin is installed but unusable: {error}")))?;
    run_hook(session, &plugin, "install").map_err(Failure::new)?;
    session.print(format!("Installed plugin: {}\n", plugin.name).as_bytes())
}

fn list(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let wanted = flags.text("type");
    let mut table = Table::new(0);
    table.row(["NAME", "VERSION", "TYPE", "APIVERSION", "PROVENANCE", "SOURCE"]);
    let plugins = loaded(session)?;
    for plugin in plugins.all().iter().filter(|p| wanted.is_empty() || p.kind.name() == wanted) {
        let source = if plugin.source_url.is_empty() { "unknown" } else { &plugin.source_url };
        let provenance = plugin::provenance(plugin).name();
        let columns = [
            plugin.name.as_str(),
            &plugin.version,
            plugin.kind.name(),
            plugin.api_version,
            provenance,
            source,
        ];
        table.row(columns);
    }
    session.print(table.text().as_bytes())
}

fn uninstall(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let names = flags.positional();
    for_each(session, &names, "uninstall", "Uninstalled", |session, plugin| {
        plugin::uninstall(plugin)?;
        run_hook(session, plugin, "delete")
    })
}

fn update(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let names = flags.positional();
    for_each(session, &names, "update", "Updated", |session, plugin| {
        let updated = plugin::update(plugin).inspect_err(|error| {
            if error == plugin::NO_SOURCE {
                let location = plugin.folder.canonicalize().unwrap_or_else(|_| plugin.folder.clone());
                let notice = Notice::warn(error).with("location", location.to_string_lossy());
                session.log(&notice.with("error", "Cannot detect VCS"));
            }
        })?;
        run_hook(session, &updated, "update")
    })
}

/// Does something with each of the plugins `names`, and goes on with the next if it fails.
fn for_each(
    session: &mut Session<'_>,
    names: &[&str],
    verb: &str,
    done: &str,
    mut act: impl FnMut(&mut Session<'_>, &Plugin) -> Result<(), String>,
) -> Result<(), Failure> {
    if names.is_empty() {
        return Err(Failure::new(format!("please provide plugin name to {verb}")));
    }
    let plugins = loaded(session)?;
    let mut problems = Vec::new();
    for name in names {
        let Some(plugin) = plugins.all().iter().find(|plugin| plugin.name == *name) else {
            problems.push(format!("plugin: {name} not found"));
            continue;
        };
        match act(session, plugin) {
            Ok(()) => session.print(format!("{done} plugin: {name}\n").as_bytes())?,
            Err(error) => problems.push(format!("failed to {verb} plugin {name}, got error ({error})")),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Failure::new(problems.join("\n"))) }
}

/// The plugins that are there.
fn loaded(session: &mut Session<'_>) -> Result<Installed, Failure> {
    session.log_plugins();
    let plugins = Installed::in_folders(&session.settings.plugin_folders());
    match &plugins.conflict {
        Some(conflict) => Err(Failure::new(conflict)),
        None => Ok(plugins),
    }
}

fn run_hook(session: &mut Session<'_>, plugin: &Plugin, event: &str) -> Result<(), String> {
    session.flush().map_err(|failure| failure.message.to_string())?;
    let environment = session.settings.environment().variables().iter().cloned().collect();
    plugin.run_hook(event, &environment, &mut |notice| session.log(notice)).map_err(|error| error.to_string())
}

/// Global flags that are not for the plugin itself, with a value behind them.
const TAKEN: [&str; 14] = [
    "--kube-context",
    "--namespace",
    "-n",
    "--kubeconfig",
    "--kube-apiserver",
    "--kube-token",
    "--kube-as-user",
    "--kube-as-group",
    "--kube-ca-file",
    "--registry-config",
    "--repository-cache",
    "--repository-config",
    "--kube-insecure-skip-tls-verify",
    "--kube-tls-server-name",
];

/// The words of a command line that are for us, and those that are for the plugin.
pub fn split_words(words: Vec<String>) -> (Vec<String>, Vec<String>) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let name = word.split_once('=').map(|(name, _)| name);
        if word == "--debug" || name.is_some_and(|name| TAKEN.contains(&name)) {
            ours.push(word);
        } else if TAKEN.contains(&word.as_str()) {
            ours.push(word);
            ours.extend(words.next());
        } else {
            theirs.push(word);
        }
    }
    (ours, theirs)
}

/// Runs the command that `plugin` is. Its exit code is ours.
pub fn run(session: &mut Session<'_>, plugin: &Plugin, arguments: &[String]) -> Result<(), Failure> {
    let arguments = if plugin.ignore_flags { &[] } else { arguments };
    session.flush()?;
    let variables = sources::variables(session);
    plugin.run(arguments, &variables, &mut |notice| session.log(notice)).map_err(|error| Failure {
        code: error.code.and_then(|code| u8::try_from(code).ok()).unwrap_or(super::FAILURE),
        ..Failure::of(&error)
    })
}
