//! `pintle pull`

use std::path::{Path, PathBuf};

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session, certificates, fetching, flagsets, verify};
use crate::chart::Notice;
use crate::download::{Fetched, Verify};
use crate::fsx;
use crate::package;

/// The command.
pub const COMMAND: Command = Command {
    name: "pull",
    aliases: &["fetch"],
    about: "Download a chart from a repository or registry, and unpack it if wanted",
    usage: "[chart URL | repo/chartname] [...]",
    arguments: "Charts: REPOSITORY/CHART, a URL of an archive, oci://REGISTRY/CHART, or with --repo the name alone",
    takes: Arguments::AtLeast(1),
    flags: &[flagsets::CHART_PATH, FLAGS],
    run: Some(run),
    ..Command::NEW
};

const FLAGS: &[Flag] = &[
    Flag::new("destination", Kind::Text, "Directory to put the archive in").short('d').default("."),
    Flag::new("prov", Kind::Bool, "Get the provenance too, without verifying it"),
    Flag::new("untar", Kind::Bool, "Unpack the chart instead of keeping its archive"),
    Flag::new("untardir", Kind::Text, "Directory to unpack in, below that of --destination").default("."),
];

fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    certificates::check(flags)?;
    let mut version = flags.text("version");
    if version.is_empty() && flags.bool("devel") {
        session.log(&Notice::debug("setting version to >0.0.0-0"));
        version = ">0.0.0-0";
    }
    for reference in flags.positional() {
        let wanted = match (flags.bool("verify"), flags.bool("prov")) {
            (true, _) => Verify::Always,
            (_, true) => Verify::Later,
            _ => Verify::Never,
        };
        let request = fetching::request(session, flags, (reference, version), wanted);
        let fetched = session.download(flags, |downloader, notices| {
            let fetched = downloader.fetch(&request, notices)?;
            if fetched.is_listed {
                // The next command that wants it finds it; that it cannot be kept is no error of this one.
                let _ = downloader.keep(&fetched);
            }
            Ok(fetched)
        })?;
        session.print(fetched.report.as_bytes())?;
        if let Some(verified) = &fetched.verification {
            session.print(verify::report("Chart", verified).as_bytes())?;
        }
        if flags.bool("untar") {
            unpack(flags, reference, &fetched)?;
        } else {
            save(flags, &fetched)?;
        }
    }
    Ok(())
}

/// Puts the archive where the flags want it, with its provenance beside it.
fn save(flags: &Flags, fetched: &Fetched) -> Result<(), Failure> {
    let folder = Path::new(flags.text("destination"));
    let path = folder.join(&fetched.file_name);
    if !folder.as_os_str().is_empty() {
        // A folder that is not there is rather a slip than a wish.
        folder.metadata().map_err(|error| Failure::of(fsx::Error::new("open", &path, error)))?;
    }
    fsx::write(&path, &fetched.archive).map_err(Failure::of)?;
    if let Some(statement) = &fetched.provenance {
        fsx::write(&path.with_added_extension("prov"), statement).map_err(Failure::of)?;
    }
    Ok(())
}

/// Unpacks the archive where the flags want it.
fn unpack(flags: &Flags, reference: &str, fetched: &Fetched) -> Result<(), Failure> {
    let folder = Path::new(flags.text("destination")).join(flags.text("untardir"));
    let folder: PathBuf = folder.components().filter(|c| *c != std::path::Component::CurDir).collect();
    // Helm looks at the last part of the reference before it knows the chart's name.
    let taken = folder.join(reference.rsplit('/').next().unwrap_or_default());
    if fsx::exists(&taken) {
        let taken = taken.display();
        return Err(Failure::new(format!(
            "failed to untar: a file or directory with the name {taken} already exists"
        )));
    }
    package::unpack(fetched.archive.as_slice(), &folder).map(|_| ()).map_err(Failure::of)
}
