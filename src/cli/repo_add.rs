//! `pintle repo add`

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session, fetching};
use crate::download::{Error, indexes};
use crate::repo::{self, Repositories, Repository};
use crate::{fsx, gofmt, net};

/// The command.
pub const COMMAND: Command = Command {
    name: "add",
    about: "Add a chart repository",
    details: "Passwords are best given on standard input:\n\n    \
              pintle repo add NAME URL --username USER --password-stdin < password",
    usage: "[NAME] [URL]",
    arguments: "The name to call the repository by, and the URL below which its index.yaml is",
    takes: Arguments::Exactly(2),
    flags: &[FLAGS],
    run: Some(run),
    ..Command::NEW
};

const FLAGS: &[Flag] = &[
    Flag::new("allow-deprecated-repos", Kind::Bool, "Add also repositories that are gone for good"),
    Flag::new("ca-file", Kind::Text, "CA bundle to verify the server with"),
    Flag::new("cert-file", Kind::Text, "Client certificate for the server"),
    Flag::new("force-update", Kind::Bool, "Replace a repository with the same name"),
    Flag::new("insecure-skip-tls-verify", Kind::Bool, "Do not verify the server's certificate"),
    Flag::new("key-file", Kind::Text, "Key of the client certificate"),
    Flag::new("no-update", Kind::Bool, "As it always is: do not replace a repository").hidden(),
    Flag::new("pass-credentials", Kind::Bool, "Send the credentials to other servers too"),
    Flag::new("password", Kind::Text, "Password for the repository; others can see it here"),
    Flag::new("password-stdin", Kind::Bool, "Read the password from standard input"),
    Flag::new("timeout", Kind::Duration, "How long the download of the index may take").default("2m0s"),
    Flag::new("username", Kind::Text, "User for the repository"),
];

/// Repositories that are gone, and where their charts are now.
const DEPRECATED: [(&str, &str); 2] = [
    ("//kubernetes-charts.storage.googleapis.com", "https://charts.helm.sh/stable"),
    ("//kubernetes-charts-incubator.storage.googleapis.com", "https://charts.helm.sh/incubator"),
];

/// What happens to the list of repositories.
enum Change {
    Added,
    /// The very same is there already.
    Known,
}

/// Why a repository was not added.
struct NotAdded(Failure);

impl From<repo::Error> for NotAdded {
    fn from(error: repo::Error) -> NotAdded {
        NotAdded(Failure::of(error))
    }
}

fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let arguments = flags.positional();
    let (name, url) = (arguments[0], arguments[1]);
    let deprecated = DEPRECATED.iter().find(|(old, _)| url.contains(old));
    if let Some((_, new)) = deprecated.filter(|_| !flags.bool("allow-deprecated-repos")) {
        let url = gofmt::quote(url.as_bytes());
        return Err(Failure::new(format!("repo {url} is no longer available; try \"{new}\" instead")));
    }
    let config = session.settings.repository_config();
    let known = Repositories::read_or_default(&config).map_err(Failure::of)?;
    let repository = Repository {
        name: name.to_owned(),
        url: url.to_owned(),
        username: flags.text("username").to_owned(),
        password: password(session, flags)?,
        cert_file: flags.text("cert-file").to_owned(),
        key_file: flags.text("key-file").to_owned(),
        ca_file: flags.text("ca-file").to_owned(),
        insecure_skip_tls_verify: flags.bool("insecure-skip-tls-verify"),
        pass_credentials_all: flags.bool("pass-credentials"),
        ..Repository::default()
    };
    repository.check_name().map_err(Failure::new)?;
    let force = flags.bool("force-update");
    let mut change = check(&known, &repository, force)?;
    if let Change::Added = change {
        let folder = session.settings.repository_cache();
        let timeout = fetching::timeout(flags);
        let refreshed = session.fetch(timeout, |getters, notices| {
            getters.check(url)?;
            indexes::refresh(&repository, &folder, getters, notices).map_err(|error| unreachable(url, error))
        });
        refreshed.map_err(|error| session.failed_to_fetch(&error))?;
        // Somebody else may have added one meanwhile.
        let updated = Repositories::update(&config, |all| {
            let change = check(all, &repository, force).map_err(NotAdded)?;
            all.put(repository);
            Ok(change)
        });
        change = updated.map_err(|NotAdded(failure)| failure)?;
    }
    let outcome = match change {
        Change::Added => "has been added to your repositories",
        Change::Known => "already exists with the same configuration, skipping",
    };
    session.print(format!("{} {outcome}\n", gofmt::quote(name.as_bytes())).as_bytes())
}

/// What adding `repository` to `known` means.
fn check(known: &Repositories, repository: &Repository, force: bool) -> Result<Change, Failure> {
    match known.find(&repository.name) {
        Some(known) if !force && known.is_same(repository) => Ok(Change::Known),
        Some(_) if !force => Err(Failure::new(format!(
            "repository name ({}) already exists, please specify a different name",
            repository.name
        ))),
        _ => Ok(Change::Added),
    }
}

fn unreachable(url: &str, error: Error) -> Error {
    let url = gofmt::quote(net::without_password(url).as_bytes());
    error.within(format!("looks like {url} is not a valid chart repository or cannot be reached"))
}

/// The password of the command line or of standard input; empty without a user.
fn password(session: &mut Session<'_>, flags: &Flags) -> Result<String, Failure> {
    let given = flags.text("password");
    if flags.text("username").is_empty() || !given.is_empty() {
        return Ok(given.to_owned());
    }
    if !flags.bool("password-stdin") {
        session.print(b"Password: ")?;
        let password = super::terminal::read_password();
        session.print(b"\n")?;
        return password.map_err(Failure::of);
    }
    let text = fsx::read_stdin().map_err(Failure::of)?;
    let text =
        String::from_utf8(text).map_err(|_| Failure::new("the password on standard input is no text"))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}
