//! `pintle version`

use std::sync::Arc;

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session};
use crate::chart::HelmVersion;
use crate::render::host::Offline;
use crate::template::{self, Env, Set};
use crate::value::Value;

/// The command.
pub const COMMAND: Command = Command {
    name: "version",
    about: "Print the version",
    takes: Arguments::None,
    flags: &[FLAGS],
    run: Some(run),
    ..Command::NEW
};

const FLAGS: &[Flag] = &[
    Flag::new("short", Kind::Bool, "Print the version number only"),
    Flag::new("template", Kind::Text, "Print what this Go template makes of the version's fields"),
    Flag::new("client", Kind::Bool, "Answer as Helm 3, for clients that know no later one")
        .short('c')
        .hidden(),
];

/// What differs in the version of the last Helm 3. Clients that ask by its flag `-c` work with no other.
const HELM_3: [(&str, &str); 2] =
    [("Version", "v3.21.4"), ("GitCommit", "813176c51bb5c181dbbd7901298ddcc104cd3417")];

/// Prints the version of Helm that pintle stands in for, in the forms that Helm's clients parse.
fn run(session: &mut Session, flags: &Flags) -> Result<(), Failure> {
    let version = Value::Object(Arc::new(HelmVersion));
    if !flags.text("template").is_empty() {
        let mut set = Set::new();
        set.parse("_", flags.text("template").into()).map_err(Failure::of)?;
        let host = Offline::default();
        let text = template::execute(&set, "_", &version, &mut Env::new(&host));
        let text = text.map_err(Failure::of)?;
        return session.print(&text);
    }
    let helm_3 = HELM_3.iter().filter(|_| flags.bool("client"));
    let field = |name: &str| {
        let older = helm_3.clone().find(|(field, _)| *field == name);
        older.map_or_else(|| HelmVersion.field(name), |(_, value)| *value)
    };
    let text = if flags.bool("short") {
        let commit = field("GitCommit");
        format!("{}+g{}\n", field("Version"), commit.get(..7).unwrap_or(commit))
    } else {
        let quoted = ["Version", "GitCommit", "GitTreeState", "GoVersion", "KubeClientVersion"]
            .map(|name| format!("{name}:\"{}\"", field(name)));
        let own = match session.settings.program.as_str() {
            "helm" => String::new(),
            _ => format!(", PintleVersion:\"v{}\"", env!("CARGO_PKG_VERSION")),
        };
        format!("version.BuildInfo{{{}{own}}}\n", quoted.join(", "))
    };
    session.print(text.as_bytes())
}
