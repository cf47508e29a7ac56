//! The scripts of `completion`, in the shells that they are for.

#![cfg(feature = "embedded")]
#![expect(clippy::print_stdout, reason = "tests say what they left out")]

use std::path::Path;
use std::process::Command;

/// Command lines up to the cursor, and what their last word may become.
const LINES: &[(&str, &[&str])] = &[
    ("pintle completion z", &["zsh"]),
    ("pintle show ch", &["chart"]),
    ("pintle charts --output=", &["json", "table", "yaml"]),
    ("pintle charts --output=y", &["yaml"]),
    ("pintle template --namespace=x --color n", &["never"]),
    ("pintle show chart embedded:cert", &["embedded:cert-manager"]),
    ("pintle push x ", &["oci://"]),
    ("pintle push x y ", &[]),
];

/// What a shell prints for a script of ours; `None`, with a line about it, if it is not installed.
fn run(shell: &str, arguments: &[&str], script: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_BIN_EXE_pintle")).parent().expect("the program is in a folder");
    let path =
        std::env::join_paths([folder, Path::new("/usr/bin"), Path::new("/bin")]).expect("folders have names");
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(shell);
    command.args(arguments).arg(script).current_dir(home.path()).env("PATH", path).env("HOME", home.path());
    match command.output() {
        Ok(output) => {
            assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
            Some(String::from_utf8(output.stdout).expect("the answer is UTF-8"))
        }
        Err(_) => {
            println!("skipped: {shell} is not installed");
            None
        }
    }
}

/// The words that `text` has, a line each, without what follows `separator`.
fn words(text: &str, separator: &str) -> Vec<String> {
    let mut words: Vec<String> = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| line.split(separator).next().unwrap_or_default().to_owned())
        .collect();
    words.sort();
    words
}

#[test]
fn bash_completes() {
    for (line, expected) in LINES {
        // As readline takes words apart, and without its builtin, which works while it completes only.
        let script = r#"
            compopt() { :; }
            source <(pintle completion bash)
            COMP_LINE=$LINE COMP_POINT=${#LINE} COMP_TYPE=9 COMP_WORDS=() rest=$LINE
            while [[ -n $rest ]]; do
                rest=${rest#"${rest%%[![:space:]]*}"}
                case $rest in '') break ;; [=:]*) word=${rest%%[!=:]*} ;; *) word=${rest%%[[:space:]=:]*} ;; esac
                COMP_WORDS+=("$word") rest=${rest#"$word"}
            done
            [[ $LINE == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            __pintle_complete
            printf '%s\n' "${COMPREPLY[@]}""#;
        let script = format!("LINE='{line}'\n{script}");
        let Some(answer) = run("bash", &["--norc", "--noprofile", "-c"], &script) else { return };
        // What stands before a colon is in the line already, as a word of its own to readline.
        let expected: Vec<String> =
            expected
                .iter()
                .map(|word| {
                    if line.contains("embedded:") {
                        word.replace("embedded:", "")
                    } else {
                        (*word).to_owned()
                    }
                })
                .collect();
        assert_eq!(words(&answer, "  ("), expected, "{line}");
    }
}

#[test]
fn fish_completes() {
    for (line, expected) in LINES {
        let script = format!("pintle completion fish | source; complete -C '{line}'");
        let Some(answer) = run("fish", &["--no-config", "-c"], &script) else { return };
        let flag = line.rsplit(' ').next().and_then(|word| Some(word.split_once('=')?.0));
        let expected: Vec<String> = expected
            .iter()
            .map(|word| flag.map_or((*word).to_owned(), |flag| format!("{flag}={word}")))
            .collect();
        assert_eq!(words(&answer, "\t"), expected, "{line}");
    }
}

#[test]
fn zsh_takes_the_script() {
    // What the completion system would be given, printed.
    for (line, expected) in LINES {
        let script = format!(
            "compdef() {{ :; }}; compset() {{ :; }}; _describe() {{ print -rl -- ${{(P)2}}; }}; _files() {{ :; }}
            source <(pintle completion zsh)
            line='{line}'; words=(\"${{(@s: :)line}}\"); CURRENT=$#words
            _pintle || true"
        );
        let Some(answer) = run("zsh", &["-f", "-c"], &script) else { return };
        // Colons of words are escaped, and separate words from descriptions.
        let answer = answer.replace("\\:", "\u{0}");
        let found: Vec<String> = words(&answer, ":").iter().map(|word| word.replace('\u{0}', ":")).collect();
        assert_eq!(found, *expected, "{line}");
    }
}
