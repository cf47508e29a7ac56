//! `pintle repo`: the repositories that the user knows.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::format::{self, OUTPUT};
use super::table::Table;
use super::{Failure, Session, fetching, repo_add, repo_index};
use crate::chart::Notices;
use crate::download::{Error, Getters, indexes};
use crate::limits::DOWNLOADS;
use crate::repo::{self, Repositories, Repository, cache};
use crate::value::Value;
use crate::{gofmt, net};

/// The command.
pub const COMMAND: Command = Command {
    name: "repo",
    about: "Add, list, remove, update and index chart repositories",
    usage: "add|remove|list|index|update [ARGS]",
    takes: Arguments::None,
    commands: &[repo_add::COMMAND, repo_index::COMMAND, LIST, REMOVE, UPDATE],
    ..Command::NEW
};

const LIST: Command = Command {
    name: "list",
    aliases: &["ls"],
    about: "List the chart repositories",
    takes: Arguments::None,
    flags: &[OUTPUT, &[Flag::new("no-headers", Kind::Bool, "Leave out the head of the table")]],
    accept: format::accept,
    run: Some(list),
    ..Command::NEW
};

const REMOVE: Command = Command {
    name: "remove",
    aliases: &["rm"],
    about: "Remove chart repositories",
    usage: "[REPO1 [REPO2 ...]]",
    arguments: "Names of repositories",
    takes: Arguments::AtLeast(1),
    run: Some(remove),
    ..Command::NEW
};

const UPDATE: Command = Command {
    name: "update",
    aliases: &["up"],
    about: "Bring the cached indexes of chart repositories up to date",
    usage: "[REPO1 [REPO2 ...]]",
    arguments: "Names of repositories; all if there are none",
    flags: &[&[
        Flag::new("timeout", Kind::Duration, "How long the download of one index may take").default("2m0s"),
        Flag::new("fail-on-repo-update-fail", Kind::Bool, "As it always is: fail if an update fails")
            .hidden(),
    ]],
    run: Some(update),
    ..Command::NEW
};

fn list(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    // Helm shows nothing of a list that it cannot read.
    let all = Repositories::read(&session.settings.repository_config()).unwrap_or_default().repositories;
    if all.is_empty() && flags.text("output") == "table" {
        session.tell("no repositories to show");
        return Ok(());
    }
    let value = || {
        Value::list(all.iter().map(|repository| {
            Value::map([
                ("name", Value::str(repository.name.as_str())),
                ("url", Value::str(repository.url.as_str())),
            ])
        }))
    };
    let table = || {
        let mut table = Table::new(0);
        if !flags.bool("no-headers") {
            table.row(["NAME", "URL"]);
        }
        for repository in &all {
            table.row([repository.name.as_str(), &repository.url]);
        }
        table.text()
    };
    let text = format::bytes(flags, value, table)?;
    session.print(&text)
}

/// Why repositories were not removed.
struct NotRemoved(Failure);

impl From<repo::Error> for NotRemoved {
    fn from(error: repo::Error) -> NotRemoved {
        NotRemoved(Failure::of(error))
    }
}

fn remove(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let config = session.settings.repository_config();
    let none = || Failure::new("no repositories configured");
    if !Repositories::read(&config).is_ok_and(|all| !all.repositories.is_empty()) {
        return Err(none());
    }
    let folder = session.settings.repository_cache();
    for name in flags.positional() {
        let removed = Repositories::update(&config, |all| match all.remove(name) {
            true => Ok(()),
            false => Err(NotRemoved(Failure::new(format!("no repo named {} found", quote(name))))),
        });
        removed.map_err(|NotRemoved(failure)| failure)?;
        if !name.contains('/') {
            cache::remove_index(&folder, name).map_err(Failure::of)?;
        }
        session.print(format!("{} has been removed from your repositories\n", quote(name)).as_bytes())?;
    }
    Ok(())
}

fn update(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let config = session.settings.repository_config();
    let none = || Failure::new("no repositories found. You must add one before updating");
    let all = Repositories::read(&config).map_err(|error| match error.is_missing {
        true => none(),
        false => Failure::new(format!("failed loading file: {}: {error}", config.display())),
    })?;
    let all = all.repositories;
    if all.is_empty() {
        return Err(none());
    }
    let wanted = flags.positional();
    if let Some(unknown) = wanted.iter().find(|name| !all.iter().any(|repository| repository.name == **name))
    {
        return Err(Failure::new(format!(
            "no repositories found matching '{unknown}'.  Nothing will be updated"
        )));
    }
    let is_wanted = |repository: &Repository| wanted.is_empty() || wanted.contains(&repository.name.as_str());
    let wanted: Vec<Repository> = all.into_iter().filter(is_wanted).collect();
    let folder = session.settings.repository_cache();
    session.fetch(None, |getters, _| {
        wanted.iter().try_for_each(|repository| getters.check(&repository.url)).map_err(Failure::of)
    })?;
    session.say("Hang tight while we grab the latest from your chart repositories...")?;
    let outcomes = session
        .fetch(fetching::timeout(flags), |getters, notices| refresh_all(&wanted, &folder, getters, notices));
    let mut failed = Vec::new();
    for (repository, outcome) in wanted.iter().zip(outcomes) {
        let (name, url) = (quote(&repository.name), &repository.url);
        match outcome {
            Ok(()) => {
                session.say(&format!("...Successfully got an update from the {name} chart repository"))?;
            }
            Err(error) => {
                let url = net::without_password(url);
                session.say(&format!(
                    "...Unable to get an update from the {name} chart repository ({url}):\n\t{error}"
                ))?;
                failed.push(url);
            }
        }
    }
    if !failed.is_empty() {
        let failed = failed.join(" ");
        return Err(Failure::new(format!("failed to update the following repositories: [{failed}]")));
    }
    session.say("Update Complete. ⎈Happy Helming!⎈")
}

/// The text as a Go string literal.
fn quote(text: &str) -> String {
    gofmt::quote(text.as_bytes())
}

/// Refreshes the cached index of each repository, several at a time.
fn refresh_all(
    repositories: &[Repository],
    folder: &Path,
    getters: &Getters<'_>,
    notices: &mut Notices,
) -> Vec<Result<(), Error>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let work = || {
        while let Some((i, repository)) = {
            let i = next.fetch_add(1, Ordering::Relaxed);
            repositories.get(i).map(|repository| (i, repository))
        } {
            let mut notices = Notices::new();
            let outcome = indexes::refresh(repository, folder, getters, &mut notices);
            if let Ok(mut done) = done.lock() {
                done.push((i, outcome, notices));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..repositories.len().min(DOWNLOADS) {
            scope.spawn(work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(i, ..)| *i);
    let outcomes = done.into_iter().map(|(_, outcome, own)| {
        notices.extend(own);
        outcome
    });
    outcomes.collect()
}
