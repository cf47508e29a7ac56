//! `pintle plugin package` and `plugin verify`: archives of plugins, and their signatures.

use std::path::{Path, PathBuf};

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session, signing, verify};
use crate::fsx;
use crate::funcs::paths;
use crate::package::{MODIFIED, source_date_epoch};
use crate::plugin::Plugin;
use crate::provenance::Keyring;

/// `plugin package`
pub const PACKAGE: Command = Command {
    name: "package",
    about: "Pack a plugin into an archive, and sign it",
    details: "The archive is NAME-VERSION.tgz, and its signature lies beside it as NAME-VERSION.tgz.prov. Without a \
              signature it can be installed with --verify=false only.",
    usage: "[PATH]",
    arguments: "Folder of the plugin",
    takes: Arguments::Exactly(1),
    flags: &[
        &[
            Flag::new("sign", Kind::Bool, "Sign the archive").default("true"),
            Flag::new("destination", Kind::Text, "Folder for the archive").short('d').default("."),
        ],
        signing::FLAGS,
    ],
    run: Some(pack),
    ..Command::NEW
};

/// `plugin verify`
pub const VERIFY: Command = Command {
    name: "verify",
    about: "Verify that the archive of a plugin is the one that its provenance file was signed for",
    usage: "[PATH]",
    arguments: "The archive (.tgz, .tar.gz), with its signature beside it (.prov)",
    takes: Arguments::Exactly(1),
    flags: &[&[Flag::new("keyring", Kind::Text, "Keyring with public keys")]],
    run: Some(check),
    ..Command::NEW
};

fn pack(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let folder = Path::new(flags.positional().first().copied().unwrap_or_default());
    if !stat(folder)?.is_dir() {
        return Err(Failure::new("plugin package only supports directories, not tarballs"));
    }
    let plugin =
        Plugin::load(folder).map_err(|error| Failure::new(format!("invalid plugin directory: {error}")))?;
    let epoch = session.settings.environment().raw("SOURCE_DATE_EPOCH").unwrap_or_default();
    let epoch = source_date_epoch(epoch).map_err(Failure::of)?;
    // The key comes first, so that nothing is written if there is none.
    let signer = if flags.bool("sign") {
        Some(signing::signer(session, flags, "error reading from keyring: ")?)
    } else {
        session.print(
            b"WARNING: Skipping plugin signing. This is not recommended for plugins intended for distribution.\n",
        )?;
        None
    };
    let archive = plugin.pack(epoch.unwrap_or(MODIFIED));
    let archive =
        archive.map_err(|error| Failure::new(format!("failed to create plugin tarball: {error}")))?;
    let name = plugin.archive_name();
    let statement = signer.map(|signer| {
        let metadata = plugin.to_yaml().map_err(Failure::new)?;
        let time = epoch.map(|time| u32::try_from(time).unwrap_or(u32::MAX));
        let signed = signer.sign(&archive, &name, &metadata, time);
        signed.map_err(|error| Failure::new(format!("failed to sign plugin: {error}")))
    });
    let statement = statement.transpose()?;
    let path = Path::new(flags.text("destination")).join(name);
    let path = paths::clean(path.as_os_str().as_encoded_bytes());
    let path = PathBuf::from(String::from_utf8_lossy(&path).into_owned());
    fsx::write(&path, &archive).map_err(Failure::of)?;
    if let Some(statement) = statement {
        let signed = path.with_added_extension("prov");
        fsx::write(&signed, &statement).map_err(Failure::of)?;
        session
            .print(format!("Successfully signed. Signature written to: {}\n", signed.display()).as_bytes())?;
    }
    session.print(format!("Successfully packaged plugin and saved it to: {}\n", path.display()).as_bytes())
}

fn check(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let path = Path::new(flags.positional().first().copied().unwrap_or_default());
    if stat(path)?.is_dir() {
        return Err(Failure::new(
            "directory verification not supported - only plugin tarballs can be verified",
        ));
    }
    if !path.extension().is_some_and(|extension| extension == "tgz" || extension == "gz") {
        return Err(Failure::new("plugin file must be a gzipped tarball (.tar.gz or .tgz)"));
    }
    let statement = path.with_added_extension("prov");
    statement.metadata().map_err(|error| {
        let error = fsx::Error::new("stat", &statement, error);
        Failure::new(format!("could not find provenance file {}: {error}", statement.display()))
    })?;
    let read = |path: &Path, what: &str| {
        fsx::read(path).map_err(|error| Failure::new(format!("failed to read {what} file: {error}")))
    };
    let (archive, statement) = (read(path, "plugin")?, read(&statement, "provenance")?);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let keyring = Keyring::read(&verify::keyring(session, flags)).map_err(Failure::of)?;
    let verified = keyring.verify(&archive, &statement, &name).map_err(Failure::of)?;
    session.print(verify::report("Plugin", &verified).as_bytes())
}

fn stat(path: &Path) -> Result<std::fs::Metadata, Failure> {
    path.metadata().map_err(|error| Failure::of(fsx::Error::new("stat", path, error)))
}
