//! Plugins come and go: from a folder, an archive, a URL of one, or a git repository.

use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::read::MultiGzDecoder;

use super::Installed;
use super::metadata::{self, FILE, Plugin};
use crate::semver::{Constraint, Version};
use crate::{fsx, limits, net};

/// Where a plugin comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder, which is linked to.
    Folder(PathBuf),
    /// An archive on disk.
    Archive(PathBuf),
    /// The URL of an archive.
    Url(String),
    /// The URL of a git repository.
    Repository(String),
}

/// The extensions of archives.
const EXTENSIONS: [&str; 2] = [".tar.gz", ".tgz"];

impl Source {
    /// What `source` names: a path if something is there, or a URL.
    ///
    /// # Errors
    /// If it is neither.
    pub fn find(source: &str) -> Result<Source, String> {
        let path = Path::new(source);
        if fsx::exists(path) {
            let path = fsx::absolute(path);
            return Ok(if is_archive(source) { Source::Archive(path) } else { Source::Folder(path) });
        }
        let is_http = source.starts_with("http://") || source.starts_with("https://");
        match () {
            () if is_http && is_archive(source) => Ok(Source::Url(source.to_owned())),
            () if is_http || ["git://", "ssh://", "git@"].iter().any(|start| source.starts_with(start)) => {
                Ok(Source::Repository(source.to_owned()))
            }
            () => Err(format!(
                "cannot get information about plugin source \"{source}\" (if it's a local directory, does it \
                 exist?), last error was: Cannot detect VCS"
            )),
        }
    }

    /// The name of the folder that the plugin gets.
    pub fn folder_name(&self) -> String {
        match self {
            Source::Folder(path) => file_name(path),
            Source::Archive(path) => without_version(&file_name(path)),
            Source::Url(url) => without_version(last_part(url)),
            Source::Repository(url) => last_part(url).to_owned(),
        }
    }
}

/// The last name of a path.
fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The last name in the path of a URL.
fn last_part(url: &str) -> &str {
    url.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

fn is_archive(name: &str) -> bool {
    EXTENSIONS.iter().any(|extension| name.ends_with(extension))
}

/// The name of an archive without its extension, and without what follows the last `-` that a number and a period
/// follow.
fn without_version(name: &str) -> String {
    let name = EXTENSIONS.iter().find_map(|extension| name.strip_suffix(extension)).unwrap_or(name);
    let starts_version = |rest: &str| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && rest.as_bytes().get(digits) == Some(&b'.')
    };
    let mut hyphens = name.char_indices().filter(|(at, c)| *c == '-' && starts_version(&name[at + 1..]));
    hyphens.next_back().map_or(name, |(at, _)| &name[..at]).to_owned()
}

/// An archive and its provenance, checked by the caller before the plugin is installed.
pub type Check<'a> = dyn FnMut(&[u8], Option<&[u8]>, &str) -> Result<(), String> + 'a;

/// Puts the plugin of `source` below `folder`. `version` is a constraint on the tags of a git repository, or empty;
/// `others` are the plugins that are there; `check` sees an archive before anything of it is used. Gives the folder
/// of the plugin.
///
/// # Errors
/// If there is one already, or `source` is no plugin. Then nothing has changed.
pub fn install(
    source: &Source,
    version: &str,
    folder: &Path,
    others: &Installed,
    check: &mut Check<'_>,
) -> Result<PathBuf, String> {
    let target = folder.join(source.folder_name());
    fsx::make_folders(folder).map_err(|error| error.to_string())?;
    if target.symlink_metadata().is_ok() {
        return Err(ALREADY.to_owned());
    }
    match source {
        Source::Folder(path) => {
            if !path.is_dir() {
                return Err("expected plugin to be a directory (containing a file 'plugin.yaml')".to_owned());
            }
            if !fsx::exists(&path.join(FILE)) {
                return Err(MISSING.to_owned());
            }
            if let Ok(plugin) = Plugin::load(path) {
                check_name(&plugin, &target, others)?;
            }
            fsx::link(path, &target).map_err(|error| error.to_string())?;
        }
        Source::Archive(path) => {
            let read =
                |path: &Path| fsx::read(path).map_err(|error| format!("failed to read archive: {error}"));
            let provenance = path.with_added_extension("prov");
            let provenance = if fsx::exists(&provenance) { Some(read(&provenance)?) } else { None };
            install_archive(&read(path)?, provenance.as_deref(), &file_name(path), &target, others, check)?;
        }
        Source::Url(url) => {
            let options = net::Options::default();
            let archive =
                net::get(url, &options).map_err(|error| format!("failed to download plugin: {error}"))?;
            let provenance = net::get(&format!("{url}.prov"), &options).ok();
            let name = url.rsplit('/').next().unwrap_or_default();
            install_archive(&archive, provenance.as_deref(), name, &target, others, check)?;
        }
        Source::Repository(url) => clone(url, version, &target, others)?,
    }
    Ok(target)
}

/// Helm's text if a plugin is there already.
pub const ALREADY: &str = "plugin already exists";
/// Helm's text if a folder is no plugin.
const MISSING: &str = "plugin metadata (plugin.yaml) missing";

/// Refuses a second plugin of one name, which Helm would install, and then no plugin at all could be used.
fn check_name(plugin: &Plugin, target: &Path, others: &Installed) -> Result<(), String> {
    match others.all().iter().find(|other| other.name == plugin.name) {
        Some(other) => {
            let (first, second) = (other.folder.display(), target.display());
            Err(format!("two plugins claim the name \"{}\" at \"{first}\" and \"{second}\"", plugin.name))
        }
        None => Ok(()),
    }
}

/// Unpacks an archive to `target`, and keeps it beside that with its provenance, as Helm does.
fn install_archive(
    archive: &[u8],
    provenance: Option<&[u8]>,
    name: &str,
    target: &Path,
    others: &Installed,
    check: &mut Check<'_>,
) -> Result<(), String> {
    check(archive, provenance, name)?;
    let files = unpack(archive).map_err(|error| format!("failed to extract archive: {error}"))?;
    // The plugin is the archive, or the one folder in it.
    let root = files.iter().map(|file| file.path.as_path()).filter(|path| path.ends_with(FILE));
    let root = root.filter_map(Path::parent).min_by_key(|parent| parent.components().count());
    let root = root
        .filter(|root| root.components().count() <= 1)
        .ok_or_else(|| format!("{FILE} not found in {name} or its immediate subdirectories"))?;
    let text = files.iter().find(|file| file.path == root.join(FILE)).map(|file| file.data.as_slice());
    let plugin = metadata::parse(text.unwrap_or_default(), target)
        .map_err(|error| format!("failed to extract plugin metadata from tarball: {error}"))?;
    check_name(&plugin, target, others)?;
    let staging = fsx::Staging::beside(target).map_err(|error| error.to_string())?;
    for file in &files {
        let Ok(inner) = file.path.strip_prefix(root) else { continue };
        let path = staging.path().join(inner);
        let written = if file.is_executable {
            fsx::write_executable(&path, &file.data)
        } else {
            fsx::write(&path, &file.data)
        };
        written.map_err(|error| error.to_string())?;
    }
    let kept = target.with_file_name(format!("{}-{}.tgz", plugin.name, plugin.version));
    fsx::write(&kept, archive).map_err(|error| format!("failed to save tarball: {error}"))?;
    if let Some(provenance) = provenance {
        fsx::write(&kept.with_added_extension("prov"), provenance)
            .map_err(|error| format!("failed to save provenance file: {error}"))?;
    }
    staging.commit().map_err(|error| error.to_string())
}

/// A file of an archive.
struct Packed {
    path: PathBuf,
    data: Vec<u8>,
    is_executable: bool,
}

/// The files in an archive. Anything else than files and folders, and any path that leads elsewhere, is refused.
fn unpack(archive: &[u8]) -> Result<Vec<Packed>, String> {
    let mut archive = tar::Archive::new(MultiGzDecoder::new(archive));
    let mut files = Vec::new();
    let mut room = limits::CHART_BYTES;
    for entry in archive.entries().map_err(|error| error.to_string())? {
        let mut entry = entry.map_err(|error| error.to_string())?;
        let path = entry.path().map_err(|error| error.to_string())?.into_owned();
        let shown = path.display().to_string();
        let is_plain = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if shown.contains([':', '\\']) || !is_plain {
            return Err(format!("the path {shown:?} leads out of the archive or is not allowed"));
        }
        match entry.header().entry_type() {
            tar::EntryType::Regular | tar::EntryType::Continuous => {}
            tar::EntryType::Directory | tar::EntryType::XGlobalHeader | tar::EntryType::XHeader => continue,
            other => return Err(format!("unknown type: {:b} in {shown}", other.as_byte())),
        }
        let mut data = Vec::new();
        (&mut entry).take(room + 1).read_to_end(&mut data).map_err(|error| error.to_string())?;
        room = room
            .checked_sub(data.len() as u64)
            .ok_or_else(|| format!("the files take more than {} bytes", limits::CHART_BYTES))?;
        if files.len() >= limits::ARCHIVE_ENTRIES {
            return Err(format!("there are more than {} files", limits::ARCHIVE_ENTRIES));
        }
        let is_executable = entry.header().mode().is_ok_and(|mode| mode & 0o111 != 0);
        files.push(Packed { path: path.components().collect(), data, is_executable });
    }
    Ok(files)
}

/// Clones a git repository to `target`, and checks out the newest tag that `version` matches, or what it names.
fn clone(url: &str, version: &str, target: &Path, others: &Installed) -> Result<(), String> {
    let staging = fsx::Staging::beside(target).map_err(|error| error.to_string())?;
    let place = staging.path().to_string_lossy().into_owned();
    git(&["clone", "--quiet", "--", url, &place])?;
    if !version.is_empty() {
        let wanted = choose(version, &git(&["-C", &place, "tag", "--list"])?, url)?;
        git(&["-C", &place, "checkout", "--quiet", &wanted, "--"])?;
    }
    if !fsx::exists(&staging.path().join(FILE)) {
        return Err(MISSING.to_owned());
    }
    check_name(&Plugin::load(staging.path())?, target, others)?;
    staging.commit().map_err(|error| error.to_string())
}

/// What to check out: the tag `version`, or the newest one that it matches as a constraint.
fn choose(version: &str, tags: &str, url: &str) -> Result<String, String> {
    if tags.lines().any(|tag| tag == version) {
        return Ok(version.to_owned());
    }
    let constraint = Constraint::parse(version.as_bytes()).map_err(|error| error.to_string())?;
    let versions = tags.lines().filter_map(|tag| Some((Version::parse(tag.as_bytes()).ok()?, tag)));
    let matching = versions.filter(|(version, _)| constraint.check(version));
    let newest = matching.max_by(|a, b| a.0.compare(&b.0)).map(|(_, tag)| tag.to_owned());
    newest.ok_or_else(|| format!("requested version \"{version}\" does not exist for plugin \"{url}\""))
}

/// What git prints. It never asks for anything.
fn git(words: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.args(words).env("GIT_TERMINAL_PROMPT", "0").stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("cannot run git: {}", fsx::reason(&error)))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(format!("git failed: {}", String::from_utf8_lossy(&output.stderr).trim())),
    }
}

/// Removes the plugin, and its archive where it is kept.
///
/// # Errors
/// If it cannot be removed.
pub fn uninstall(plugin: &Plugin) -> Result<(), String> {
    fsx::remove(&plugin.folder).map_err(|error| error.to_string())?;
    if let Some(archive) = archive_of(plugin) {
        // What is left does no harm.
        let _ = fsx::remove(&archive.with_added_extension("prov"));
        let _ = fsx::remove(&archive);
    }
    Ok(())
}

/// Brings a plugin that is a clone of a git repository up to date. Gives it as it is then.
///
/// # Errors
/// If it is none, or has changes of the user's.
pub fn update(plugin: &Plugin) -> Result<Plugin, String> {
    let folder = plugin.folder.canonicalize().map_err(|error| fsx::reason(&error))?;
    if !fsx::exists(&folder.join(".git")) {
        return Err(NO_SOURCE.to_owned());
    }
    let place = folder.to_string_lossy();
    if !git(&["-C", &place, "status", "--porcelain"])?.is_empty() {
        return Err("plugin repo was modified".to_owned());
    }
    git(&["-C", &place, "pull", "--quiet", "--ff-only"])?;
    Plugin::load(&plugin.folder)
}

/// Helm's text if a plugin is no clone.
pub const NO_SOURCE: &str = "cannot get information about plugin source";

/// Where the archive of a plugin is kept.
fn archive_of(plugin: &Plugin) -> Option<PathBuf> {
    let folder = plugin.folder.parent().filter(|_| !plugin.version.is_empty())?;
    Some(folder.join(format!("{}-{}.tgz", plugin.name, plugin.version)))
}

/// What is known of where a plugin comes from. Whether a signature is good is only checked on installing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// It is a link to a folder.
    Development,
    /// There is no archive of it, or none with a signature.
    Unsigned,
    /// There is an archive with a signature.
    Signed(Signature),
}

/// How the provenance file beside an archive looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// It names the digest of the archive.
    Matches,
    /// It does not name the digest of the archive.
    Differs,
    /// It is no signed text.
    Invalid,
}

impl Provenance {
    /// Helm's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Provenance::Development => "local dev",
            Provenance::Unsigned => "unsigned",
            Provenance::Signed(Signature::Matches) => "signed",
            Provenance::Signed(Signature::Differs) => "mismatched provenance",
            Provenance::Signed(Signature::Invalid) => "invalid provenance",
        }
    }
}

/// What is known of where `plugin` comes from.
pub fn provenance(plugin: &Plugin) -> Provenance {
    if plugin.folder.is_symlink() {
        return Provenance::Development;
    }
    let Some(archive) = archive_of(plugin) else { return Provenance::Unsigned };
    let (Ok(data), Ok(text)) = (fsx::read(&archive), fsx::read(&archive.with_added_extension("prov"))) else {
        return Provenance::Unsigned;
    };
    let text = String::from_utf8_lossy(&text);
    Provenance::Signed(if !text.contains("-----BEGIN PGP SIGNED MESSAGE-----") {
        Signature::Invalid
    } else if text.contains(&format!("sha256:{}", digest(&data))) {
        Signature::Matches
    } else {
        Signature::Differs
    })
}

fn digest(data: &[u8]) -> String {
    use sha2::Digest;
    data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(data))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_name_their_plugins() {
        for (name, want) in [
            ("hello-0.1.0.tgz", "hello"),
            ("a-1.2-3.4.tar.gz", "a-1.2"),
            ("a-b.tgz", "a-b"),
            ("a-1b.tgz", "a-1b"),
            ("plain.tgz", "plain"),
        ] {
            assert_eq!(without_version(name), want, "{name}");
        }
    }

    #[test]
    fn the_newest_matching_tag_is_chosen() {
        let tags = "v1.0.0\nv1.10.0\nv1.9.0\nv2.0.0\nother\n";
        let choose = |version: &str| choose(version, tags, "u");
        assert_eq!(choose("^1").as_deref(), Ok("v1.10.0"));
        assert_eq!(choose("other").as_deref(), Ok("other"));
        let missing = "requested version \"3\" does not exist for plugin \"u\"";
        assert_eq!(choose("3").expect_err("there is none"), missing);
    }
}
