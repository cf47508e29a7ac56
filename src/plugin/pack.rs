//! Plugins as archives.

use std::collections::BTreeMap;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::metadata::{Kind, PlatformCommand, Plugin};
use crate::value::{Str, Value};
use crate::{fsx, limits, stack, yaml};

impl Plugin {
    /// The name of the plugin's archive.
    pub fn archive_name(&self) -> String {
        format!("{}-{}.tgz", self.name, self.version)
    }

    /// The plugin as a gzipped tar archive, in a folder of its name. The same files give the same bytes: they have a
    /// fixed order, owner and mode, and the time `modified`, in seconds since 1970.
    ///
    /// # Errors
    /// If something cannot be read, is neither file nor folder, or all is too large.
    pub fn pack(&self, modified: u64) -> Result<Vec<u8>, String> {
        let out = GzEncoder::new(Vec::new(), Compression::default());
        let mut packing = Packing { archive: tar::Builder::new(out), modified, bytes: 0 };
        packing.add(&self.folder, Path::new(&self.name))?;
        let packed = packing.archive.into_inner().and_then(GzEncoder::finish);
        packed.map_err(|error| fsx::reason(&error))
    }

    /// What `plugin.yaml` says, as Helm writes it into provenance files.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn to_yaml(&self) -> Result<Vec<u8>, String> {
        let text = |text: &str| Value::Str(Str::from(text));
        let texts = |all: &[String]| Value::list(all.iter().map(|one| text(one)));
        let config = match self.kind {
            Kind::Command => Value::map([
                ("Usage", text(&self.usage)),
                ("ShortHelp", text(&self.short_help)),
                ("LongHelp", text(&self.long_help)),
                ("IgnoreFlags", Value::Bool(self.ignore_flags)),
            ]),
            Kind::Getter => Value::map([("Protocols", texts(&self.protocols))]),
            Kind::PostRenderer => Value::map::<&str>([]),
        };
        let command = |command: &PlatformCommand| {
            let args = if command.args.is_empty() { Value::Nil } else { texts(&command.args) };
            Value::map([
                ("OperatingSystem", text(&command.os)),
                ("Architecture", text(&command.arch)),
                ("Command", text(&command.command)),
                ("Args", args),
            ])
        };
        let commands = |all: &[PlatformCommand]| match all {
            [] => Value::Nil,
            all => Value::list(all.iter().map(command)),
        };
        let protocols = self.protocol_commands.iter().map(|getter| {
            Value::map([
                ("Protocols", texts(&getter.protocols)),
                ("PlatformCommand", commands(&getter.platform_command)),
            ])
        });
        let hooks = |all: &BTreeMap<String, Vec<PlatformCommand>>| {
            Value::map(all.iter().map(|(event, all)| (event.as_str(), commands(all))))
        };
        let or_nil = |is_empty: bool, value: Value| if is_empty { Value::Nil } else { value };
        let runtime = [
            ("PlatformCommand", commands(self.commands.as_deref().unwrap_or_default())),
            ("PlatformHooks", or_nil(self.hooks.is_empty(), hooks(&self.hooks))),
            ("ProtocolCommands", or_nil(self.protocol_commands.is_empty(), Value::list(protocols))),
        ];
        let metadata = Value::map([
            ("APIVersion", text(self.api_version)),
            ("Name", text(&self.name)),
            ("Type", text(self.kind.name())),
            ("Runtime", text(if self.commands.is_some() { "subprocess" } else { "extism/v1" })),
            ("Version", text(&self.version)),
            ("SourceURL", text(&self.source_url)),
            ("Config", config),
            ("RuntimeConfig", if self.commands.is_some() { Value::map(runtime) } else { Value::Nil }),
        ]);
        yaml::encode(&metadata).map_err(|error| error.to_string())
    }
}

/// An archive that is being written to memory.
struct Packing {
    archive: tar::Builder<GzEncoder<Vec<u8>>>,
    modified: u64,
    /// Bytes of the files so far.
    bytes: u64,
}

impl Packing {
    /// Adds the file or folder `path` as `name`.
    fn add(&mut self, path: &Path, name: &Path) -> Result<(), String> {
        let failed = |error| fsx::Error::new("lstat", path, error).to_string();
        let info = path.symlink_metadata().map_err(failed)?;
        if info.is_dir() {
            self.append(tar::EntryType::Directory, 0o755, name, &[])?;
            let entries = path.read_dir().and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
            let entries = entries.map_err(|error| fsx::Error::new("open", path, error).to_string())?;
            let mut names: Vec<_> = entries.iter().map(std::fs::DirEntry::file_name).collect();
            names.sort();
            return stack::with_stack(|| {
                names.iter().try_for_each(|file| self.add(&path.join(file), &name.join(file)))
            });
        }
        if !info.is_file() {
            return Err(format!(
                "cannot pack {}: archives of plugins hold files and folders only",
                path.display()
            ));
        }
        let data = fsx::read(path).map_err(|error| error.to_string())?;
        self.bytes += data.len() as u64;
        if self.bytes > limits::FILE_BYTES {
            return Err(format!(
                "the plugin has more than the {} bytes that it may have",
                limits::FILE_BYTES
            ));
        }
        let mode = if is_executable(&info) { 0o755 } else { 0o644 };
        self.append(tar::EntryType::Regular, mode, name, &data)
    }

    fn append(&mut self, kind: tar::EntryType, mode: u32, name: &Path, data: &[u8]) -> Result<(), String> {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_mtime(self.modified);
        header.set_uid(0);
        header.set_gid(0);
        header.set_size(data.len() as u64);
        let added = self.archive.append_data(&mut header, name, data);
        added.map_err(|error| format!("cannot pack {}: {}", name.display(), fsx::reason(&error)))
    }
}

/// True if somebody may run the file.
fn is_executable(info: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        std::os::unix::fs::PermissionsExt::mode(&info.permissions()) & 0o111 != 0
    }
    #[cfg(not(unix))]
    {
        let _ = info;
        false
    }
}
