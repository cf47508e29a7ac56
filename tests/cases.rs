//! Runs every `tests/cases/**/*.case` against the binary.
//!
//! A case is a text file: comment lines (`# …`), the command (`$ template web chart`), input files, and what the
//! real Helm answered. Input files and answers are sections that begin with a line of their own:
//!
//! ```text
//! # What the case shows.
//! $ template web chart -f values.yaml
//! -- chart/Chart.yaml --
//! apiVersion: v2
//! == stdout ==
//! == stderr ==
//! == exit 0 ==
//! ```
//!
//! A section's last newline belongs to the format. The command may begin with variables (`A=1 template chart`);
//! `$CHARTS` in it is `tests/charts`. The answers are never written by hand:
//! `ACCEPT=1 HELM=path/to/helm cargo test --test main cases` makes them anew. The cases of `tests/explain` and
//! `tests/additions` are of the same form.

#![expect(clippy::disallowed_methods, reason = "tests work on files of their own")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program under test.
const PINTLE: &str = env!("CARGO_BIN_EXE_pintle");

struct Case {
    path: PathBuf,
    head: String,
    command: String,
    files: Vec<(String, String)>,
    answer: Answer,
}

#[derive(Default, PartialEq)]
struct Answer {
    stdout: String,
    stderr: String,
    exit: i32,
}

impl Case {
    fn read(path: PathBuf) -> Case {
        let text = fs::read_to_string(&path).expect("a case is a text file");
        let mut case = Case {
            path,
            head: String::new(),
            command: String::new(),
            files: vec![],
            answer: Answer::default(),
        };
        let mut section = None::<String>;
        let mut body = String::new();
        for line in text.lines().chain(["== end =="]) {
            let starts = (line.starts_with("-- ") && line.ends_with(" --"))
                || (line.starts_with("== ") && line.ends_with(" =="));
            if !starts {
                body.push_str(line);
                body.push('\n');
                continue;
            }
            let body = std::mem::take(&mut body);
            match section.replace(line.to_owned()) {
                None => {
                    case.command =
                        body.lines().find_map(|l| l.strip_prefix("$ ")).expect("a command").to_owned();
                    case.head = body;
                }
                Some(name) => case.add(&name, body),
            }
        }
        case
    }

    fn add(&mut self, section: &str, body: String) {
        let name = &section[3..section.len() - 3];
        if section.starts_with("--") {
            self.files.push((name.to_owned(), body));
        } else if name == "stdout" {
            self.answer.stdout = body;
        } else if name == "stderr" {
            self.answer.stderr = body;
        } else if let Some(code) = name.strip_prefix("exit ") {
            self.answer.exit = code.parse().expect("an exit code");
        }
    }

    /// Runs `program` as the case says, in a folder of its own that holds the case's files.
    fn run(&self, program: &Path) -> Answer {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in &self.files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders can be made");
            fs::write(path, text).expect("files can be written");
        }
        let charts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts");
        let is_variable =
            |word: &&str| word.starts_with(|c: char| c.is_ascii_uppercase()) && word.contains('=');
        let variables: String =
            self.command.split_inclusive(' ').take_while(|word| is_variable(word)).collect();
        let command = &self.command[variables.len()..];
        let output = Command::new("sh")
            .args(["-c", &format!("{variables}\"$PROGRAM\" {command}")])
            .current_dir(folder.path())
            .env_clear()
            .envs([("PATH", "/usr/bin:/bin"), ("HOME", "/nonexistent"), ("TZ", "UTC"), ("LANG", "C.UTF-8")])
            .env("PROGRAM", program)
            .env("CHARTS", &charts)
            .stdin(Stdio::null())
            .output()
            .expect("the program runs");
        let text = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).replace(&*folder.path().to_string_lossy(), "$FOLDER");
            let text = text.replace(&*charts.to_string_lossy(), "$CHARTS");
            // The format ends each section with a newline; what does not end in one says so.
            if text.is_empty() || text.ends_with('\n') { text } else { text + "\\ no newline at the end\n" }
        };
        Answer {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            exit: output.status.code().unwrap_or(-1),
        }
    }

    fn write(&self, answer: &Answer) {
        let mut text = self.head.clone();
        for (name, body) in &self.files {
            text.push_str(&format!("-- {name} --\n{body}"));
        }
        let Answer { stdout, stderr, exit } = answer;
        text.push_str(&format!("== stdout ==\n{stdout}== stderr ==\n{stderr}== exit {exit} ==\n"));
        fs::write(&self.path, text).expect("a case can be rewritten");
    }
}

/// The cases below a folder of `tests/`, which must not be empty.
fn all_cases(folder: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of cases") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "case") {
                cases.push(Case::read(path));
            }
        }
    }
    assert!(!cases.is_empty(), "no cases found");
    cases.sort_by(|a, b| a.path.cmp(&b.path));
    cases
}

/// Compares what our program answers with what the cases say, or takes over the answers of `oracle`.
fn check(cases: &[Case], oracle: Option<&Path>) {
    let mut failures = Vec::new();
    for case in cases {
        if let Some(oracle) = oracle {
            case.write(&case.run(oracle));
            continue;
        }
        let got = case.run(Path::new(PINTLE));
        if got != case.answer {
            let want = &case.answer;
            failures.push(format!(
                "{}\n--- want (exit {})\n{}{}--- got (exit {})\n{}{}",
                case.path.display(),
                want.exit,
                want.stdout,
                want.stderr,
                got.exit,
                got.stdout,
                got.stderr
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} cases differ\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

#[test]
fn cases_equal_helm() {
    let accepts = std::env::var_os("ACCEPT").is_some();
    let helm = std::env::var_os("HELM").map(PathBuf::from).filter(|_| accepts);
    check(&all_cases("cases"), helm.as_deref());
}

/// Helm has no long form of errors, so the answers of `tests/explain` are our own, read and accepted:
/// `ACCEPT=1 cargo test --test main explain`.
#[test]
fn errors_explain_themselves() {
    let accepts = std::env::var_os("ACCEPT").is_some();
    check(&all_cases("explain"), accepts.then_some(Path::new(PINTLE)));
}

/// The same for `tests/additions`: what Helm does not have.
#[test]
fn additions_keep_their_answers() {
    let accepts = std::env::var_os("ACCEPT").is_some();
    check(&all_cases("additions"), accepts.then_some(Path::new(PINTLE)));
}

#[test]
fn explained_errors_end_in_helms_text() {
    for mut case in all_cases("explain") {
        let explained = case.run(Path::new(PINTLE));
        case.command = case.command.replace(" --explain-errors", "");
        let plain = case.run(Path::new(PINTLE));
        let error = plain.stderr.find("Error: ").map_or("", |start| &plain.stderr[start..]);
        assert!(!error.is_empty() && explained.stderr.ends_with(error), "{}", case.path.display());
        assert_ne!(explained.stderr, plain.stderr, "{}", case.path.display());
    }
}
