//! `pintle repo index`

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session};
use crate::chart::Notices;
use crate::gotime::{Time, Zone};
use crate::repo::{Index, index_directory};
use crate::{fsx, gofmt};

/// The command.
pub const COMMAND: Command = Command {
    name: "index",
    about: "Write the index of the packaged charts in a directory",
    details: "Writes index.yaml into the directory, for the archives there and in the directories below it. The \
              time in the index is that of SOURCE_DATE_EPOCH, if that is set.",
    usage: "[DIR]",
    arguments: "The directory",
    takes: Arguments::Exactly(1),
    flags: &[FLAGS],
    run: Some(run),
    ..Command::NEW
};

const FLAGS: &[Flag] = &[
    Flag::new("json", Kind::Bool, "Write JSON"),
    Flag::new("merge", Kind::Text, "Take over what this index has beside the charts of the directory"),
    Flag::new("url", Kind::Text, "URL of the repository, to begin the URLs of the charts with"),
];

fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let now = now(session)?;
    let folder = fsx::absolute(Path::new(flags.positional()[0]));
    let mut index = index_directory(&folder, flags.text("url"), &now);
    let write = |index: &Index, path: &Path| {
        // Where no folder is, none is made.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folder.metadata().map_err(|error| Failure::of(fsx::Error::new("open", path, error)))?;
        let text = if flags.bool("json") { index.to_json(&now) } else { index.to_yaml(&now) };
        fsx::write(path, &text.map_err(Failure::of)?).map_err(Failure::of)
    };
    let merge = Path::new(flags.text("merge"));
    if fsx::exists(merge) {
        let mut notices = Notices::new();
        let other = Index::read(merge, &mut notices)
            .map_err(|error| Failure::new(format!("merge failed: {error}")))?;
        index.merge(other, &mut notices);
        session.log_all(&notices);
    } else if !merge.as_os_str().is_empty() {
        // Helm leaves an empty one there.
        write(&Index::default(), merge)?;
    }
    write(&index, &folder.join("index.yaml"))
}

/// The time that the index is made at.
fn now(session: &Session<'_>) -> Result<Time, Failure> {
    let environment = session.settings.environment();
    let zone = Zone::local(environment.raw("TZ"));
    match environment.get("SOURCE_DATE_EPOCH") {
        Some(text) => {
            let invalid = |problem| Failure::new(format!("invalid SOURCE_DATE_EPOCH: {problem}"));
            let seconds = gofmt::parse_int(text.as_bytes(), 10, 64).map_err(|e| invalid(e.to_string()))?;
            if seconds < 0 {
                return Err(invalid("must not be negative".to_owned()));
            }
            Ok(Time::from_unix(seconds, Zone::Utc))
        }
        None => {
            let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Ok(Time::now(i128::try_from(elapsed.as_nanos()).unwrap_or_default(), 0, zone))
        }
    }
}
