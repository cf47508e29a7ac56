//! Candidates for the values of flags and for the arguments of commands.

use super::charts;
use super::{Before, Candidates, Directive};
use crate::cli::command::Command;
use crate::cli::flags::{Flag, Kind};
use crate::cli::flagsets::{FILES, FOLDERS};
use crate::cli::{COMMANDS, Session, kubeconfig};
use crate::fsx;
use crate::plugin;
use crate::repo::Repositories;

/// What the value of a flag may be.
pub(super) fn of_flag(session: &Session<'_>, before: &Before, flag: Flag, word: &str) -> Candidates {
    match flag.name {
        _ if flag.kind == Kind::Bool => Candidates::plain(["true", "false"]),
        "color" | "colour" => Candidates::plain(["auto", "always", "never"]),
        "dry-run" => {
            Candidates::of([("client", "Ask no cluster"), ("server", "Ask the cluster, change nothing")])
        }
        "kube-context" => Candidates::plain(kubeconfig::contexts(&session.settings.kubeconfigs())),
        "output" if before.path.name() == "lint" => {
            Candidates::of([("json", "JSON, for programs"), ("text", "Lines, for people")])
        }
        "output" => Candidates::of([
            ("json", "JSON, for programs"),
            ("table", "A table, for people"),
            ("yaml", "YAML, for programs"),
        ]),
        "post-renderer" => plugins(session, Some(plugin::Kind::PostRenderer)),
        "show-only" => charts::templates(before),
        "starter" => starters(session),
        "type" if before.path.name() == "docs" => Candidates::plain(["man", "markdown"]),
        "type" => Candidates::plain(["cli/v1", "getter/v1", "postrenderer/v1"]),
        "version" => charts::versions(session, before),
        "wait" => Candidates::plain(["hookOnly", "legacy", "watcher"]),
        name if FOLDERS.contains(&name) => Candidates::none(Directive::FOLDERS),
        name if FILES.contains(&name) || matches!(name, "set-file" | "values") => {
            Candidates::none(Directive::FILES)
        }
        "repo" => charts::urls(word),
        _ => Candidates::none(Directive::NO_FILES),
    }
}

/// What the next argument of a command may be: a command of the group, or what it takes.
pub(super) fn of_command(session: &Session<'_>, before: &Before, word: &str) -> Candidates {
    let given = before.flags.positional();
    let group = before.path.command().map_or(COMMANDS, |command| command.commands);
    if !group.is_empty() || before.path.0.is_empty() {
        return if given.is_empty() { commands(session, before, group) } else { nothing() };
    }
    match (before.path.name().as_str(), given.len()) {
        ("template", 0 | 1)
        | ("show all" | "show chart" | "show crds" | "show readme" | "show values", 0) => {
            charts::references(session, word, true)
        }
        ("pull", _) => charts::references(session, word, false),
        ("push", 1) => Candidates {
            directive: Directive::NO_FILES.and(Directive::NO_SPACE),
            ..Candidates::plain(["oci://"])
        },
        ("repo remove" | "repo update", _) => repositories(session, &given),
        ("env", 0) => Candidates::plain(session.settings.variables().iter().map(|(name, _)| *name)),
        ("plugin uninstall" | "plugin update", _) => {
            let mut candidates = plugins(session, None);
            candidates.words.retain(|(name, _)| !given.contains(&name.as_str()));
            candidates
        }
        ("repo index", 0) => Candidates::none(Directive::FOLDERS),
        ("package" | "lint" | "plugin package" | "plugin verify", _)
        | ("create" | "push" | "verify" | "plugin install", 0)
        | ("dependency build" | "dependency list" | "dependency update", 0) => {
            Candidates::none(Directive::FILES)
        }
        _ => nothing(),
    }
}

fn nothing() -> Candidates {
    Candidates::none(Directive::NO_FILES)
}

/// The commands of a group; with those of the program, the plugins that are commands.
fn commands(session: &Session<'_>, before: &Before, group: &'static [Command]) -> Candidates {
    let shown = group.iter().filter(|command| !command.hidden);
    let mut candidates = Candidates::of(shown.map(|command| (command.name, command.about)));
    if before.path.0.is_empty() {
        candidates.words.push(("help".to_owned(), "Print help of a command".to_owned()));
        candidates.words.extend(plugins(session, Some(plugin::Kind::Command)).words);
        candidates.words.sort();
    }
    candidates
}

/// The names of plugins of a kind, or of all.
fn plugins(session: &Session<'_>, kind: Option<plugin::Kind>) -> Candidates {
    let all = session.plugins.all().iter();
    Candidates::plain(
        all.filter(|plugin| kind.is_none_or(|kind| plugin.kind == kind)).map(|plugin| &plugin.name),
    )
}

/// The names of repositories that are not among those given.
fn repositories(session: &Session<'_>, given: &[&str]) -> Candidates {
    let known = Repositories::read(&session.settings.repository_config()).unwrap_or_default();
    let known = known.repositories.iter().filter(|repository| !given.contains(&repository.name.as_str()));
    Candidates::of(known.map(|repository| (repository.name.clone(), charts::shown(&repository.url))))
}

/// The names of starters, which may be elsewhere too.
fn starters(session: &Session<'_>) -> Candidates {
    let names = fsx::names(&session.settings.data_home().join("starters"));
    let names = Candidates::plain(names.iter().map(|name| name.to_string_lossy()));
    Candidates { directive: Directive::FILES, ..names }
}
