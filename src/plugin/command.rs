//! Plugins and other programs as subprocesses.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::{fmt, io, thread};

use super::metadata::{PlatformCommand, Plugin};
use crate::chart::{Notice, Notices};
use crate::{fsx, limits, net};

/// Environment variables by name.
pub type Variables = BTreeMap<String, String>;

/// Why a program gave no result, in Helm's words.
#[derive(Debug)]
pub struct Failure {
    message: String,
    /// The exit code with which it ended, if it did.
    pub code: Option<i32>,
}

impl Failure {
    fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), code: None }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Pipes `manifests` through the post-renderer `plugin`, called with `arguments` behind those of its own. What it
/// says on standard error is dropped, as by Helm.
pub fn post_render(
    plugin: &Plugin,
    arguments: &[String],
    manifests: &[u8],
    environment: &Variables,
    notices: &mut Notices,
) -> Result<Vec<u8>, Failure> {
    let variables = plugin.variables(environment);
    let within = |problem: String| {
        Failure::new(format!("failed to invoke post-renderer plugin \"{}\": {problem}", plugin.name))
    };
    let Some(commands) = &plugin.commands else {
        return Err(within("it is no subprocess, and this build runs no WebAssembly".to_owned()));
    };
    let (program, own) = prepare(commands, &variables, true)
        .map_err(|problem| within(format!("failed to prepare plugin command: {problem}")))?;
    let mut command = Command::new(look_up(&program, &variables).map_err(within)?);
    command.args(own).args(arguments).envs(&variables);
    let note = |message| Notice::debug(message).with("pluginName", &plugin.name);
    notices.push(note("executing plugin command").with("command", shown(&command)));
    let output = pipe(&mut command, manifests).map_err(within)?;
    if !output.status.success() {
        let code = output.status.code().unwrap_or(-1).to_string();
        let failed = note("plugin execution failed").with("error", exit_status(output.status));
        notices.push(failed.with("exitCode", code).with("stderr", ""));
        return Err(within(format!("plugin \"{}\" exited with error", plugin.name)));
    }
    not_blank(output.stdout, &plugin.name)
}

/// Pipes `manifests` through the executable `program`, as Helm 3 did.
pub fn run_executable(program: &Path, arguments: &[String], manifests: &[u8]) -> Result<Vec<u8>, Failure> {
    let name = program.display().to_string();
    let output = pipe(Command::new(program).args(arguments), manifests).map_err(Failure::new)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let status = exit_status(output.status);
        return Err(Failure::new(format!(
            "error while running command {name}. error output:\n{said}: {status}"
        )));
    }
    not_blank(output.stdout, &name)
}

/// The executable that `name` means: a path, or the name of a program on `PATH`.
pub fn find_executable(name: &str, environment: &Variables) -> Option<PathBuf> {
    look_up(name, environment).ok().filter(|path| fsx::is_executable(path))
}

impl Plugin {
    /// Runs the command with `arguments` behind those of its own. Its streams are ours.
    ///
    /// # Errors
    /// If it cannot be run, or ends with another exit code than zero.
    pub fn run(
        &self,
        arguments: &[String],
        environment: &Variables,
        log: &mut dyn FnMut(&Notice),
    ) -> Result<(), Failure> {
        let variables = self.variables(environment);
        let commands = self.commands.as_ref().ok_or_else(|| {
            Failure::new(format!(
                "plugin \"{}\" is no subprocess, and this build runs no WebAssembly",
                self.name
            ))
        })?;
        let (program, own) = prepare(commands, &variables, true)
            .map_err(|problem| Failure::new(format!("failed to prepare plugin command: {problem}")))?;
        let mut command = Command::new(look_up(&program, &variables).map_err(Failure::new)?);
        command.args(own).args(arguments).envs(&variables);
        let note = |message| Notice::debug(message).with("pluginName", &self.name);
        log(&note("executing plugin command").with("command", shown(&command)));
        let status = spawn(&mut command).map_err(Failure::new)?.wait();
        let status = status.map_err(|error| Failure::new(fsx::reason(&error)))?;
        if status.success() {
            return Ok(());
        }
        let code = status.code().unwrap_or(-1);
        let failed = note("plugin execution failed").with("error", exit_status(status));
        log(&failed.with("exitCode", code.to_string()).with("stderr", ""));
        let message = format!("plugin \"{}\" exited with error", self.name);
        Err(Failure { message, code: Some(code) })
    }

    /// Runs what the plugin wants to have run on `event`: `install`, `update` or `delete`.
    ///
    /// # Errors
    /// If that cannot be run, or fails.
    pub fn run_hook(
        &self,
        event: &str,
        environment: &Variables,
        log: &mut dyn FnMut(&Notice),
    ) -> Result<(), Failure> {
        let Some(commands) = self.hooks.get(event).filter(|commands| !commands.is_empty()) else {
            return Ok(());
        };
        let variables = self.variables(environment);
        let (program, own) = prepare(commands, &variables, self.expand_hooks).map_err(Failure::new)?;
        let mut command = Command::new(look_up(&program, &variables).map_err(Failure::new)?);
        command.args(own).envs(&variables).stdin(Stdio::null());
        let notice = Notice::debug("executing plugin hook command").with("pluginName", &self.name);
        log(&notice.with("command", shown(&command)));
        let status = spawn(&mut command).map_err(Failure::new)?.wait();
        match status.map_err(|error| Failure::new(fsx::reason(&error)))?.success() {
            true => Ok(()),
            false => {
                Err(Failure::new(format!("plugin {event} hook for \"{}\" exited with error", self.name)))
            }
        }
    }

    /// What the getter gives for `url`, with these credentials and certificates. Its standard error is ours.
    pub fn get(
        &self,
        url: &str,
        options: &net::Options,
        pass_credentials: bool,
        environment: &Variables,
    ) -> Result<Vec<u8>, Failure> {
        let within =
            |problem: String| Failure::new(format!("plugin \"{}\" failed to invoke: {problem}", self.name));
        let mut variables = self.variables(environment);
        for (name, value) in [
            ("USERNAME", options.username.clone()),
            ("PASSWORD", options.password.clone()),
            ("PASS_CREDENTIALS_ALL", pass_credentials.to_string()),
        ] {
            variables.insert(format!("HELM_PLUGIN_{name}"), value);
        }
        let protocol = url.split(':').next().unwrap_or_default();
        let protocol = protocol.to_ascii_lowercase();
        let found = self.protocol_commands.iter().find(|c| c.protocols.contains(&protocol));
        let commands =
            found.ok_or_else(|| within(format!("no downloader found for protocol \"{protocol}\"")))?;
        let (program, own) = prepare(&commands.platform_command, &variables, false).map_err(|problem| {
            within(format!("failed to prepare commands for protocol \"{protocol}\": {problem}"))
        })?;
        let mut command = Command::new(self.folder.join(program.trim_start_matches('/')));
        command
            .args(own)
            .args([&options.cert_file, &options.key_file, &options.ca_file, url])
            .envs(&variables);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = spawn(&mut command).map_err(within)?;
        let stdout = read_all(child.stdout.take()).map_err(within)?;
        let status = child.wait().map_err(|e| within(fsx::reason(&e)))?;
        match status.success() {
            true => Ok(stdout),
            false => Err(within(format!("plugin \"{}\" exited with error", self.name))),
        }
    }

    /// `environment` with what says to a plugin which one it is.
    fn variables(&self, environment: &Variables) -> Variables {
        let mut variables = environment.clone();
        variables.insert("HELM_PLUGIN_NAME".to_owned(), self.name.clone());
        variables.insert("HELM_PLUGIN_DIR".to_owned(), self.folder.to_string_lossy().into_owned());
        variables
    }
}

// ---- what to run ----

/// Program and arguments of the command for this platform, with variables replaced: in the arguments only where
/// `expand_arguments` says so.
fn prepare(
    commands: &[PlatformCommand],
    variables: &Variables,
    expand_arguments: bool,
) -> Result<(String, Vec<String>), &'static str> {
    let command = for_platform(commands, go_os(), go_arch());
    let mut words = command.iter().flat_map(|c| c.command.split(' '));
    let program = words.next().filter(|word| !word.is_empty()).ok_or("no plugin command is applicable")?;
    let own = words.chain(command.iter().flat_map(|c| c.args.iter().map(String::as_str)));
    let arguments = own.map(|word| if expand_arguments { expand(word, variables) } else { word.to_owned() });
    Ok((expand(program, variables), arguments.collect()))
}

/// The command for system and architecture, or else for the system, or else for all.
fn for_platform<'c>(commands: &'c [PlatformCommand], os: &str, arch: &str) -> Option<&'c PlatformCommand> {
    let is = |name: &str, wanted: &str| name.eq_ignore_ascii_case(wanted);
    let exact = commands.iter().find(|c| is(&c.os, os) && is(&c.arch, arch));
    let of_system = || commands.iter().find(|c| is(&c.os, os) && c.arch.is_empty());
    let general = || commands.iter().find(|c| c.os.is_empty() && c.arch.is_empty());
    exact.or_else(of_system).or_else(general)
}

fn go_os() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        os => os,
    }
}

fn go_arch() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        "powerpc64" => "ppc64le",
        arch => arch,
    }
}

/// Replaces `$name` and `${name}` as Go's `os.Expand` does.
fn expand(text: &str, variables: &Variables) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$').filter(|at| at + 1 < rest.len()) {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let special = |c: char| "*#$@!?-".contains(c) || c.is_ascii_digit();
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (name, length) = match rest.strip_prefix('{') {
            Some(inner) if inner.starts_with(special) && inner[1..].starts_with('}') => (&inner[..1], 3),
            Some(inner) => match inner.find('}') {
                // Go drops `${` and `${}`.
                None => ("", 1),
                Some(0) => ("", 2),
                Some(end) => (&inner[..end], end + 2),
            },
            None if rest.starts_with(special) => (&rest[..1], 1),
            None => {
                let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
                if end == 0 {
                    out.push('$');
                }
                (&rest[..end], end)
            }
        };
        out.push_str(variables.get(name).map_or("", String::as_str));
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// The file that Go's `exec.Command` would run for `name`.
fn look_up(name: &str, variables: &Variables) -> Result<PathBuf, String> {
    if name.contains('/') {
        return Ok(PathBuf::from(name));
    }
    let path = variables.get("PATH").map_or("", String::as_str);
    let found =
        std::env::split_paths(path).map(|folder| folder.join(name)).find(|file| fsx::is_executable(file));
    found.ok_or_else(|| format!("exec: \"{name}\": executable file not found in $PATH"))
}

// ---- running it ----

/// The words of a command.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

struct Output {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// Runs `command` with `input` on its standard input, which it need not read.
fn pipe(command: &mut Command, input: &[u8]) -> Result<Output, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = spawn(command)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        scope.spawn(move || {
            // A program that does not want all of its input closes it early.
            let _ = stdin.map(|mut stdin| stdin.write_all(input));
        });
        let errors = scope.spawn(|| read_all(stderr));
        let stdout = read_all(stdout);
        if stdout.is_err() {
            let _ = child.kill();
        }
        let stderr = errors.join().unwrap_or_else(|_| Ok(Vec::new()));
        let status = child.wait().map_err(|e| fsx::reason(&e))?;
        Ok(Output { status, stdout: stdout?, stderr: stderr? })
    })
}

fn spawn(command: &mut Command) -> Result<Child, String> {
    command.spawn().map_err(|error| {
        let program = command.get_program().to_string_lossy();
        format!("fork/exec {program}: {}", fsx::reason(&error))
    })
}

/// All that a program writes, if it is not too much.
fn read_all(stream: Option<impl Read>) -> Result<Vec<u8>, String> {
    let Some(stream) = stream else { return Ok(Vec::new()) };
    let mut bytes = Vec::new();
    let limit = limits::RENDER_OUTPUT;
    stream.take(limit + 1).read_to_end(&mut bytes).map_err(|e: io::Error| fsx::reason(&e))?;
    match bytes.len() as u64 > limit {
        true => Err(format!("its output is larger than the limit of {limit} bytes")),
        false => Ok(bytes),
    }
}

fn not_blank(output: Vec<u8>, name: &str) -> Result<Vec<u8>, Failure> {
    use bstr::ByteSlice;
    match output.trim().is_empty() {
        true => Err(Failure::new(format!("post-renderer \"{name}\" produced empty output"))),
        false => Ok(output),
    }
}

/// An exit status in Go's words.
fn exit_status(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("exit status {code}"),
        None => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_expanded_as_go_does() {
        let variables: Variables =
            [("A", "1"), ("B_2", "x y"), ("3", "three")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        for (text, want) in [
            ("", ""),
            ("$A/b", "1/b"),
            ("${A}b$B_2", "1bx y"),
            ("$NONE.", "."),
            ("$3x", "threex"),
            ("${3}x", "threex"),
            ("a$", "a$"),
            ("$ $A", "$ 1"),
            ("${", ""),
            ("${}x", "x"),
            ("${Ax", "Ax"),
            ("$é", "$é"),
        ] {
            assert_eq!(expand(text, &variables), want, "{text}");
        }
    }

    #[test]
    fn the_closest_platform_counts() {
        let command = |os: &str, arch: &str| PlatformCommand {
            os: os.to_owned(),
            arch: arch.to_owned(),
            command: format!("{os}/{arch}"),
            args: Vec::new(),
        };
        let all = [command("", ""), command("linux", ""), command("Linux", "AMD64"), command("", "arm64")];
        let chosen = |commands: &[PlatformCommand], arch: &str| {
            for_platform(commands, "linux", arch).map(|c| c.command.clone())
        };
        assert_eq!(chosen(&all, "amd64").as_deref(), Some("Linux/AMD64"));
        assert_eq!(chosen(&all, "arm64").as_deref(), Some("linux/"));
        assert_eq!(chosen(&all[..1], "arm64").as_deref(), Some("/"));
        assert_eq!(chosen(&all[3..], "arm64"), None);
    }

    #[test]
    #[cfg(unix)]
    fn large_input_and_output_do_not_block() {
        let input = vec![b'x'; 1 << 20];
        let environment = Variables::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]);
        let cat = find_executable("cat", &environment).expect("every system has it");
        assert_eq!(run_executable(&cat, &[], &input).expect("it runs"), input);
        let sh = find_executable("sh", &environment).expect("every system has it");
        let run = |script: &str| run_executable(&sh, &["-c".to_owned(), script.to_owned()], &input);
        let error = run("echo no >&2; exit 3").expect_err("it fails").to_string();
        assert!(error.ends_with(". error output:\nno\n: exit status 3"), "{error}");
        let error = run("exit 0").expect_err("it says nothing").to_string();
        assert!(error.ends_with("produced empty output"), "{error}");
    }
}
