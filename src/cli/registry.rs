//! `pintle registry`: log in to registries, and out again.

use std::io::{self, IsTerminal};

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session, fetching};
use crate::chart::Notice;
use crate::registry::{Client, Credential, Credentials, Options};
use crate::{fsx, net};

/// The command.
pub const COMMAND: Command = Command {
    name: "registry",
    about: "Log in to registries, and out again",
    commands: &[LOGIN, LOGOUT],
    ..Command::NEW
};

const LOGIN: Command = Command {
    name: "login",
    about: "Log in to a registry",
    details: "Checks user and password with the registry and keeps them in the registry configuration, or where that \
              says that credentials are kept. Passwords are best given on standard input:\n\n    \
              pintle registry login ghcr.io -u USER --password-stdin < token",
    usage: "[host]",
    arguments: "The registry's host, with its port if that is not the usual one",
    takes: Arguments::AtLeast(1),
    flags: &[LOGIN_FLAGS],
    run: Some(login),
    ..Command::NEW
};

const LOGOUT: Command = Command {
    name: "logout",
    about: "Forget the credentials for a registry",
    usage: "[host]",
    arguments: "The registry's host, as at the login",
    takes: Arguments::AtLeast(1),
    run: Some(logout),
    ..Command::NEW
};

const LOGIN_FLAGS: &[Flag] = &[
    Flag::new("ca-file", Kind::Text, "CA bundle to verify HTTPS servers with"),
    Flag::new("cert-file", Kind::Text, "Client certificate for HTTPS servers"),
    Flag::new("insecure", Kind::Bool, "Do not verify the registry's certificate"),
    Flag::new("key-file", Kind::Text, "Key of the client certificate"),
    Flag::new("password", Kind::Text, "Password or identity token; others can see it here").short('p'),
    Flag::new("password-stdin", Kind::Bool, "Read the password or identity token from standard input"),
    Flag::new("plain-http", Kind::Bool, "Use HTTP, for a registry without TLS"),
    Flag::new("username", Kind::Text, "User").short('u'),
];

/// How to talk to registries, as the flags of [`super::flagsets::TLS`] or [`super::flagsets::CHART_PATH`] say. As with
/// Helm, options of TLS overrule `--plain-http`.
pub fn options(session: &Session<'_>, flags: &Flags) -> Options {
    let net = fetching::server(flags);
    let has_pair = !net.cert_file.is_empty() && !net.key_file.is_empty();
    let has_tls = has_pair || !net.ca_file.is_empty() || net.insecure_skip_tls_verify;
    Options { credentials: credentials(session), plain_http: flags.bool("plain-http") && !has_tls, net }
}

/// Where credentials are kept.
fn credentials(session: &Session<'_>) -> Credentials {
    let settings = &session.settings;
    let environment = settings.environment();
    let docker = environment.get("DOCKER_CONFIG").map(Into::into);
    let docker = docker.or_else(|| settings.home().map(|home| home.join(".docker")));
    Credentials {
        config: settings.registry_config(),
        docker_config: docker.map(|folder: std::path::PathBuf| folder.join("config.json")),
        search_path: environment.get("PATH").unwrap_or_default().into(),
    }
}

fn login(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let host = flags.positional().first().copied().unwrap_or_default();
    let credential = ask(session, flags)?;
    if let Some((registry, _)) = host.split_once('/') {
        let message = "registry login currently only supports registry hostname, not a repository path";
        session.log(&Notice::warn(message).with("host", host).with("suggested", registry));
    }
    let net =
        net::Options { insecure_skip_tls_verify: flags.bool("insecure"), ..fetching::certificates(flags) };
    let options = Options { credentials: credentials(session), plain_http: flags.bool("plain-http"), net };
    Client::new(options).and_then(|client| client.login(host, &credential)).map_err(Failure::of)?;
    session.print(b"Login Succeeded\n")
}

fn logout(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let host = flags.positional().first().copied().unwrap_or_default();
    credentials(session).remove(host).map_err(Failure::of)?;
    session.print(format!("Removing login credentials for {host}\n").as_bytes())
}

/// User and password of the command line, of standard input, or of whoever sits at the terminal.
fn ask(session: &mut Session<'_>, flags: &Flags) -> Result<Credential, Failure> {
    let (username, password) = (flags.text("username"), flags.text("password"));
    if flags.bool("password-stdin") {
        let input = fsx::read_stdin().map_err(Failure::of)?;
        let input = String::from_utf8(input).map_err(|_| Failure::new("the password is not UTF-8"))?;
        let password = input.strip_suffix('\n').unwrap_or(&input);
        return Ok(Credential::user(username, password.strip_suffix('\r').unwrap_or(password)));
    }
    if !password.is_empty() {
        session.log(&Notice::warn("using --password via the CLI is insecure. Use --password-stdin"));
        return Ok(Credential::user(username, password));
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::new("password required (on standard input, it needs --password-stdin)"));
    }
    let mut username = username.to_owned();
    if username.is_empty() {
        session.print(b"Username: ")?;
        io::stdin().read_line(&mut username).map_err(|error| Failure::new(fsx::reason(&error)))?;
        username = username.trim().to_owned();
    }
    let what = if username.is_empty() { "Token" } else { "Password" };
    session.print(format!("{what}: ").as_bytes())?;
    let password = console::Term::stdout().read_secure_line();
    let password = password.map_err(|error| Failure::new(fsx::reason(&error)))?;
    if password.is_empty() {
        return Err(Failure::new(format!("{} required", what.to_lowercase())));
    }
    Ok(Credential::user(&username, &password))
}
