//! `pintle push`: upload a chart to a registry.

use std::io::ErrorKind;
use std::path::Path;

use super::command::{Arguments, Command};
use super::flags::Flags;
use super::{Failure, Session, certificates, flagsets, registry};
use crate::chart::Chart;
use crate::fsx;
use crate::gotime::Zone;
use crate::registry::{Client, Remote, Upload, created};

/// The command.
pub const COMMAND: Command = Command {
    name: "push",
    about: "Upload a chart to a registry",
    details: "A provenance file beside the archive is uploaded with it.",
    usage: "[chart] [remote]",
    arguments: "The chart's archive, and the place in a registry below which it goes: oci://HOST/PATH",
    takes: Arguments::AtLeast(2),
    flags: &[flagsets::TLS],
    run: Some(run),
    ..Command::NEW
};

fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let [archive, remote, ..] = flags.positional()[..] else { return Ok(()) };
    certificates::check(flags)?;
    let client = Client::new(registry::options(session, flags))
        .map_err(|error| Failure::new(format!("missing registry client: {error}")))?;
    let remote = Remote::parse(remote).map_err(Failure::of)?;
    let path = Path::new(archive);
    let data = path.metadata().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::new(format!("{archive}: no such file")),
        _ => Failure::of(fsx::Error::new("stat", path, error)),
    })?;
    if data.is_dir() {
        return Err(Failure::new("cannot push directory, must provide chart archive (.tgz)"));
    }
    let mut notices = Vec::new();
    let chart = Chart::load(path, &mut notices);
    session.log_all(&notices);
    let chart = chart.map_err(Failure::of)?;
    let bytes = fsx::read(path).map_err(Failure::of)?;
    let provenance = path.with_added_extension("prov");
    let provenance = fsx::exists(&provenance).then(|| fsx::read(&provenance)).transpose();
    let provenance = provenance.map_err(Failure::of)?;
    let environment = session.settings.environment();
    let epoch = environment.get("SOURCE_DATE_EPOCH").and_then(|seconds| seconds.parse().ok());
    let modified = data.modified().map_err(|error| Failure::of(fsx::Error::new("stat", path, error)))?;
    let upload = Upload {
        metadata: &chart.metadata,
        archive: &bytes,
        provenance: provenance.as_deref(),
        created: created(modified, epoch, Zone::local(environment.raw("TZ"))),
    };
    let pushed = client.push(&remote, &upload, session.progress()).map_err(Failure::of)?;
    session.print(pushed.report().as_bytes())
}
