//! Clients that call Helm, with pintle in its place.
//!
//! `tests/clients/NAME.sh` has the command lines that a client runs, `NAME.out` what the real Helm answered:
//! `ACCEPT=1 HELM=path/to/helm cargo test --test main clients` records it anew. kustomize itself is in each kubectl.

#![expect(clippy::disallowed_methods, reason = "tests work on files of their own")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::http::Server;

const PINTLE: &str = env!("CARGO_BIN_EXE_pintle");

/// A folder with what the clients work on, and a repository.
struct Bench {
    folder: tempfile::TempDir,
    server: Server,
}

impl Bench {
    fn new() -> Bench {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let shelf = folder.path().join("shelf");
        fs::create_dir_all(&shelf).expect("folders can be made");
        let pintle = |words: &[&str]| {
            let status = Command::new(PINTLE).args(words).current_dir(&shelf).stdout(Stdio::null()).status();
            assert!(status.expect("it runs").success(), "{words:?}");
        };
        pintle(&["package", &root.join("charts/lighthouse").to_string_lossy(), "-d", "."]);
        pintle(&["repo", "index", "."]);
        Bench { server: Server::start(&shelf), folder }
    }

    /// A folder of its own for one run: the files of the clients, and `helm`, which is `program`.
    fn place(&self, name: &str, program: &Path) -> PathBuf {
        let place = self.folder.path().join(name);
        let url = &self.server.url;
        let releases = include_str!("clients/releases.yaml");
        for (file, text) in [
            (
                "umbrella/Chart.yaml",
                format!(
                    "apiVersion: v2\nname: umbrella\nversion: 0.1.0\ndependencies:\n  - name: lighthouse\n    version: ^1.0.0\n    repository: {url}\n"
                ),
            ),
            ("umbrella/values.yaml", "lighthouse: {replicas: 4}\n".to_owned()),
            ("values.yaml", "lighthouse: {replicas: 3}\n".to_owned()),
            ("releases.yaml", releases.to_owned()),
        ] {
            let path = place.join(file);
            fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders can be made");
            fs::write(path, text).expect("files can be written");
        }
        fs::create_dir_all(place.join("bin")).expect("folders can be made");
        std::os::unix::fs::symlink(program, place.join("bin/helm")).expect("links can be made");
        place
    }

    /// What the script prints, and its `helm` on both streams, with an exit code behind each command.
    fn transcript(&self, script: &Path, program: &Path) -> String {
        let name = program.file_name().expect("a program is a file").to_string_lossy();
        let stem = script.file_stem().expect("a script is a file").to_string_lossy();
        let place = self.place(&format!("{stem}-{name}"), program);
        let run = "run() { echo \"\\$ $*\"; \"$@\" 2>&1; echo \"exit $?\"; }";
        let text = format!("{run}\n{}", fs::read_to_string(script).expect("a script is a text file"));
        let output = Command::new("sh")
            .args(["-c", &text])
            .current_dir(&place)
            .env_clear()
            .envs([("TZ", "UTC"), ("LANG", "C.UTF-8")])
            .env("PATH", format!("{}/bin:/usr/bin:/bin", place.display()))
            .env("HOME", place.join("home"))
            .env("URL", &self.server.url)
            .stdin(Stdio::null())
            .output()
            .expect("a shell runs");
        let text = String::from_utf8_lossy(&output.stdout);
        text.replace(&*place.to_string_lossy(), "$PLACE").replace(&self.server.url, "$URL")
    }
}

fn helm() -> Option<PathBuf> {
    env::var_os("HELM").map(PathBuf::from)
}

#[test]
fn clients_get_helms_answers() {
    let bench = Bench::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let mut scripts: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the scripts are there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    scripts.retain(|path| path.extension().is_some_and(|extension| extension == "sh"));
    scripts.sort();
    assert!(!scripts.is_empty());
    for script in scripts {
        let answers = script.with_extension("out");
        if env::var_os("ACCEPT").is_some() {
            let helm = helm().expect("HELM names the Helm to record");
            fs::write(&answers, bench.transcript(&script, &helm)).expect("answers can be written");
        }
        let want = fs::read_to_string(&answers).expect("the answers are there");
        let got = bench.transcript(&script, Path::new(PINTLE));
        // Helm downloads it once more.
        let got = got.replace("Already downloaded lighthouse", "Downloading lighthouse");
        assert_eq!(got, want, "{}", script.display());
    }
}

/// Each kubectl has a kustomize of its own: the one on `PATH`, and the one beside the real Helm.
fn kubectls() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).map(|folder| folder.join("kubectl")).find(|path| path.is_file());
    let beside = helm().and_then(|helm| Some(helm.parent()?.join("kubectl"))).filter(|path| path.is_file());
    on_path.into_iter().chain(beside).collect()
}

#[test]
fn kustomize_renders_charts() {
    let found = kubectls();
    if found.is_empty() {
        println!("skipped: no kubectl on PATH, and none beside HELM");
        return;
    }
    let bench = Bench::new();
    for kubectl in found {
        let build = |program: &Path, name: &str| {
            let place = bench.place(&format!("kustomize-{name}"), program);
            let url = &bench.server.url;
            let text = format!(
                "helmCharts:\n- name: lighthouse\n  repo: {url}\n  version: 1.4.0\n  releaseName: web\n  \
                 namespace: apps\n  includeCRDs: true\n  skipTests: true\n  apiVersions: [example.com/v1]\n  \
                 kubeVersion: 1.30.0\n  valuesInline: {{replicas: 3}}\n- name: lighthouse\n  repo: {url}\n  \
                 version: 1.4.0\n  releaseName: second\n  valuesFile: own.yaml\n"
            );
            fs::write(place.join("kustomization.yaml"), text).expect("files can be written");
            fs::write(place.join("own.yaml"), "replicas: 5\n").expect("files can be written");
            let output = Command::new(&kubectl)
                .args(["kustomize", "--enable-helm", "--helm-command"])
                .arg(place.join("bin/helm"))
                .arg(&place)
                .env("HOME", place.join("home"))
                .output()
                .expect("kubectl runs");
            let result = (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned());
            fs::remove_dir_all(&place).expect("folders can be removed");
            (result, String::from_utf8_lossy(&output.stderr).into_owned())
        };
        let ((success, manifests), problem) = build(Path::new(PINTLE), "pintle");
        assert!(success, "{}: {problem}", kubectl.display());
        for want in ["replicas: 3", "replicas: 5", "name: web-lighthouse", "name: second-lighthouse"] {
            assert!(manifests.contains(want), "{}: no {want} in\n{manifests}", kubectl.display());
        }
        match helm().map(|helm| build(&helm, "helm")) {
            // Older ones work with Helm 3 only.
            Some(((true, helms), _)) => assert_eq!(manifests, helms, "{}", kubectl.display()),
            Some((_, problem)) => {
                println!("not compared: {} does not work with Helm: {problem}", kubectl.display());
            }
            None => println!("not compared: HELM names no Helm"),
        }
    }
}
