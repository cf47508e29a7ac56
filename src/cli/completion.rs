//! `pintle completion`: scripts by which shells ask [`complete`](super::complete).

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::{Failure, Session};

/// The command.
pub const COMMAND: Command = Command {
    name: "completion",
    about: "Print a script that makes a shell complete command lines",
    details: "Load the script where the shell starts, e.g. in ~/.bashrc:\n\n    source <(pintle completion bash)",
    commands: &[
        Command {
            name: "bash",
            about: "Print the script for bash",
            details: "For this session:\n\n    source <(pintle completion bash)\n\nFor all sessions, where the package \
                      bash-completion is installed:\n\n    pintle completion bash \
                      >~/.local/share/bash-completion/completions/pintle",
            run: Some(|session, flags| script(session, flags, include_str!("completion/bash.sh"))),
            ..SHELL
        },
        Command {
            name: "fish",
            about: "Print the script for fish",
            details: "For this session:\n\n    pintle completion fish | source\n\nFor all sessions:\n\n    pintle \
                      completion fish >~/.config/fish/completions/pintle.fish",
            run: Some(|session, flags| script(session, flags, include_str!("completion/fish.fish"))),
            ..SHELL
        },
        Command {
            name: "powershell",
            about: "Print the script for PowerShell",
            details: "For this session:\n\n    pintle completion powershell | Out-String | Invoke-Expression\n\nFor all \
                      sessions, put that line into the file that $PROFILE names.",
            run: Some(|session, flags| script(session, flags, include_str!("completion/powershell.ps1"))),
            ..SHELL
        },
        Command {
            name: "zsh",
            about: "Print the script for zsh",
            details: "For this session:\n\n    source <(pintle completion zsh)\n\nFor all sessions:\n\n    pintle \
                      completion zsh >\"${fpath[1]}/_pintle\"",
            run: Some(|session, flags| script(session, flags, include_str!("completion/zsh.zsh"))),
            ..SHELL
        },
    ],
    ..Command::NEW
};

/// What the commands have in common.
const SHELL: Command = Command {
    takes: Arguments::None,
    flags: &[&[Flag::new("no-descriptions", Kind::Bool, "Complete without saying what the words mean")]],
    ..Command::NEW
};

/// What stands for the program's name in scripts, and in names of theirs.
const PROGRAM: &str = "PROGRAM";
/// What stands for the word by which the program is asked.
const REQUEST: &str = "REQUEST";

/// Prints a script for the name by which the program was called.
fn script(session: &mut Session<'_>, flags: &Flags, script: &str) -> Result<(), Failure> {
    let request = if flags.bool("no-descriptions") { "__completeNoDesc" } else { "__complete" };
    let text = script.replace(PROGRAM, &session.settings.program).replace(REQUEST, request);
    session.print(text.as_bytes())
}
