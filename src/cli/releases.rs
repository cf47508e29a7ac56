//! What commands about installed releases share: where the records are, and which revision is meant.

use std::path::PathBuf;

use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session};
use crate::gotime::Time;
use crate::release::{Error, Release, Store};

/// The flag for a revision.
pub const REVISION: &[Flag] =
    &[Flag::new("revision", Kind::Int, "The revision; the last one if it is not given")];

/// The layout of times in tables, C's `asctime`.
const ANSI_C: &[u8] = b"Mon Jan _2 15:04:05 2006";

/// The records of releases: those of the files in `HELM_MEMORY_DRIVER_DATA`, if the driver is `memory`.
///
/// # Errors
/// If they are in a cluster, which this build cannot ask, or cannot be read.
pub fn open(session: &Session<'_>) -> Result<Store, Failure> {
    let environment = session.settings.environment();
    match environment.get("HELM_DRIVER") {
        Some("memory") => {
            let files = environment.get("HELM_MEMORY_DRIVER_DATA").unwrap_or_default();
            let files: Vec<PathBuf> =
                std::env::split_paths(files).filter(|p| !p.as_os_str().is_empty()).collect();
            Store::of_files(&files).map_err(Failure::of)
        }
        _ => Err(Failure::new(
            "kubernetes cluster unreachable: this build has no client for clusters; with HELM_DRIVER=memory it \
             reads the releases in the files that HELM_MEMORY_DRIVER_DATA lists",
        )),
    }
}

/// The release that the first argument names, at the revision that [`REVISION`] says.
///
/// # Errors
/// If there is none.
pub fn find(session: &Session<'_>, flags: &Flags) -> Result<Release, Failure> {
    let name = flags.positional().first().copied().unwrap_or_default();
    let store = open(session)?;
    let found = store.get(&session.settings.namespace(), name, flags.number("revision"));
    found.cloned().map_err(|error| match error {
        Error::InvalidName(name) => Failure::new(format!("releaseContent: Release name is invalid: {name}")),
        error => Failure::of(error),
    })
}

/// A time as tables show it; Go's zero time for none.
pub fn shown(time: Option<&Time>) -> String {
    match time {
        Some(time) => String::from_utf8_lossy(&time.format(ANSI_C)).into_owned(),
        None => "Mon Jan  1 00:00:00 0001".to_owned(),
    }
}

/// What `status` prints of a release; with `all` as `get all` does.
pub fn status(release: &Release, all: bool) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let mut line =
        |key: &str, value: &dyn std::fmt::Display| text.extend(format!("{key}: {value}\n").into_bytes());
    let info = &release.info;
    line("NAME", &release.name);
    if let Some(time) = &info.last_deployed {
        line("LAST DEPLOYED", &shown(Some(time)));
    }
    line("NAMESPACE", &release.namespace);
    line("STATUS", &info.status);
    line("REVISION", &release.version);
    if let Some(chart) = release.chart.as_ref().filter(|_| all) {
        line("CHART", &chart.metadata.name);
        line("VERSION", &chart.metadata.version);
        line("APP_VERSION", &chart.metadata.app_version);
    }
    line("DESCRIPTION", &info.description);
    text.extend(tests(release).into_bytes());
    if all {
        let values = [
            ("USER-SUPPLIED", release.config.clone().unwrap_or_default()),
            ("COMPUTED", release.computed_values().map_err(Failure::of)?),
        ];
        for (title, values) in values {
            text.extend(format!("{title} VALUES:\n").into_bytes());
            text.extend(crate::yaml::encode(&values.into()).map_err(Failure::of)?);
            text.push(b'\n');
        }
    }
    if all || info.description.eq_ignore_ascii_case(b"Dry run complete") {
        text.extend_from_slice(b"HOOKS:\n");
        text.extend(hooks(release));
        text.extend([b"MANIFEST:\n", release.manifest.as_bytes(), b"\n"].concat());
    }
    if !info.notes.is_empty() {
        use bstr::ByteSlice;
        text.extend([b"NOTES:\n", info.notes.as_bytes().trim(), b"\n"].concat());
    }
    Ok(text)
}

/// What became of the tests.
fn tests(release: &Release) -> String {
    let tests: Vec<_> =
        release.hooks.iter().filter(|hook| hook.events.iter().any(|event| *event == "test")).collect();
    if tests.is_empty() {
        return "TEST SUITE: None\n".to_owned();
    }
    let started = tests.into_iter().filter(|hook| hook.last_run.started_at.is_some());
    let lines = started.map(|hook| {
        let run = &hook.last_run;
        format!(
            "TEST SUITE:     {}\nLast Started:   {}\nLast Completed: {}\nPhase:          {}\n",
            hook.name,
            shown(run.started_at.as_ref()),
            shown(run.completed_at.as_ref()),
            run.phase
        )
    });
    lines.collect()
}

/// The hooks as documents.
pub fn hooks(release: &Release) -> Vec<u8> {
    let documents = release.hooks.iter().map(|hook| {
        [b"---\n# Source: ", hook.path.as_bytes(), b"\n", hook.manifest.as_bytes(), b"\n"].concat()
    });
    documents.collect::<Vec<_>>().concat()
}
