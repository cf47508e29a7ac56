//! Dependencies from servers: static files as repositories, docker-registry, and the real Helm (environment variable
//! `HELM`) at the other end. What is not there is left out, and a line says so.

#![cfg(feature = "net")]
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "tests work on files of their own")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::registry::Registry;
use crate::support::http::Server;

const PINTLE: &str = env!("CARGO_BIN_EXE_pintle");

/// A user with charts, and with folders that pintle and Helm share.
struct User {
    folder: tempfile::TempDir,
}

impl User {
    fn new() -> User {
        User { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }

    /// Runs the program with the user's folders, in the folder of the charts.
    fn try_run(&self, program: &str, words: &str) -> Output {
        let mut command = Command::new(program);
        command
            .args(words.split(' '))
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.path("home"));
        command.output().expect("the program runs")
    }

    /// The same for what must succeed. Gives what it printed.
    fn run(&self, program: &str, words: &str) -> String {
        let output = self.try_run(program, words);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(
            output.status.success(),
            "{program} {words}\n{}{}",
            text(&output.stdout),
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    /// The same for what must fail. Gives its error.
    fn fail(&self, words: &str) -> String {
        let output = self.try_run(PINTLE, words);
        assert!(!output.status.success(), "{words}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// A repository in the folder `name`: the charts `a`, `b`, `c` in versions 1.0.0, 1.1.0 and 2.0.0-rc.1.
    fn repository(&self, name: &str) -> Server {
        for chart in ["a", "b", "c"] {
            for version in ["1.0.0", "1.1.0", "2.0.0-rc.1"] {
                self.write(&format!("charts/{chart}/Chart.yaml"), &chart_yaml(chart, version, &[]));
                self.write(&format!("charts/{chart}/values.yaml"), &format!("from: {name}\n"));
                self.run(PINTLE, &format!("package charts/{chart} -d {name}"));
            }
        }
        self.run(PINTLE, &format!("repo index {name}"));
        Server::start(&self.path(name))
    }

    /// A chart in the folder `name` with these dependencies: name, version and repository.
    fn umbrella(&self, name: &str, dependencies: &[(&str, &str, &str)]) {
        self.write(&format!("{name}/Chart.yaml"), &chart_yaml("umbrella", "0.1.0", dependencies));
    }

    /// The lock of a chart but for its time.
    fn lock(&self, chart: &str) -> String {
        let text = fs::read_to_string(self.path(chart).join("Chart.lock")).expect("a lock");
        text.lines().filter(|line| !line.starts_with("generated:")).collect::<Vec<_>>().join("\n")
    }

    /// Files, their numbers on disk and their bytes, in the `charts` folder of a chart.
    fn charts(&self, chart: &str) -> BTreeMap<String, (u64, Vec<u8>)> {
        let entries = fs::read_dir(self.path(chart).join("charts")).expect("a folder");
        entries
            .map(|entry| {
                let path = entry.expect("a readable entry").path();
                let number = path.metadata().expect("a file").ino();
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                (name, (number, fs::read(path).unwrap_or_default()))
            })
            .collect()
    }

    /// What is in the folder of a chart, hidden or not.
    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("a folder");
        let names =
            entries.map(|entry| entry.expect("a readable entry").file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

fn chart_yaml(name: &str, version: &str, dependencies: &[(&str, &str, &str)]) -> String {
    let mut text = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
    for (i, (name, version, repository)) in dependencies.iter().enumerate() {
        let head = if i == 0 { "dependencies:\n" } else { "" };
        text += &format!(
            "{head}- {{name: {name}, version: \"{version}\", repository: \"{repository}\", alias: alias-{i}}}\n"
        );
    }
    text
}

fn helm() -> Option<String> {
    let helm = std::env::var("HELM").ok();
    if helm.is_none() {
        println!("skipped: HELM names no Helm");
    }
    helm
}

fn bytes(charts: &BTreeMap<String, (u64, Vec<u8>)>) -> Vec<(&String, &Vec<u8>)> {
    charts.iter().map(|(name, (_, bytes))| (name, bytes)).collect()
}

#[test]
fn locks_and_charts_are_helms() {
    let Some(helm) = helm() else { return };
    let user = User::new();
    let server = user.repository("repository");
    user.run(&helm, &format!("repo add known {}", server.url));
    let dependencies =
        [("a", "^1", "@known"), ("b", ">=1.0.0-0", &server.url), ("c", "1.0.0", "alias:known")];
    for (ours, theirs) in [("ours", "theirs"), ("ours-too", "theirs-too")] {
        user.umbrella(ours, &dependencies);
        user.umbrella(theirs, &dependencies);
        user.run(PINTLE, &format!("dependency update {ours}"));
        user.run(&helm, &format!("dependency update {theirs}"));
        assert_eq!(user.lock(ours), user.lock(theirs));
        assert_eq!(bytes(&user.charts(ours)), bytes(&user.charts(theirs)));
    }
    // Each builds what the other has locked.
    for (program, chart, other) in [(PINTLE, "theirs", "ours"), (helm.as_str(), "ours", "theirs")] {
        fs::remove_dir_all(user.path(chart).join("charts")).expect("the charts are there");
        let lock = fs::read(user.path(chart).join("Chart.lock")).expect("a lock");
        user.run(program, &format!("dependency build {chart}"));
        assert_eq!(bytes(&user.charts(chart)), bytes(&user.charts(other)));
        assert_eq!(fs::read(user.path(chart).join("Chart.lock")).expect("a lock"), lock);
    }
    // What the other has built is not fetched again.
    server.requests();
    user.run(PINTLE, "dependency build theirs-too");
    assert!(server.requests().iter().all(|request| request.ends_with("/index.yaml")));
}

#[test]
fn what_is_there_is_neither_fetched_nor_written_again() {
    let user = User::new();
    let server = user.repository("repository");
    user.run(PINTLE, &format!("repo add known {}", server.url));
    server.requests();
    user.umbrella("umbrella", &[("a", "^1", "@known"), ("b", "*", &server.url), ("a", "^1", &server.url)]);
    user.run(PINTLE, "dependency update umbrella");
    assert_eq!(server.requests(), ["200 /a-1.1.0.tgz", "200 /b-1.1.0.tgz", "304 /index.yaml"]);
    let (lock, charts) = (user.path("umbrella/Chart.lock"), user.charts("umbrella"));
    let number = lock.metadata().expect("a lock").ino();
    let folder = user.path("umbrella/charts").metadata().expect("a folder").ino();

    user.run(PINTLE, "dependency build umbrella");
    assert_eq!(server.requests(), [""; 0], "nobody need be asked");
    user.run(PINTLE, "dependency update umbrella");
    assert_eq!(server.requests(), ["304 /index.yaml"]);
    assert_eq!(user.charts("umbrella"), charts);
    assert_eq!(lock.metadata().expect("a lock").ino(), number);
    assert_eq!(user.path("umbrella/charts").metadata().expect("a folder").ino(), folder);

    // Another chart gets them from the cache; an archive that was changed is fetched again.
    user.umbrella("other", &[("a", "1.1.0", "@known")]);
    user.run(PINTLE, "dependency update other --skip-refresh");
    fs::write(user.path("umbrella/charts/a-1.1.0.tgz"), "changed").expect("files can be written");
    user.run(PINTLE, "dependency build umbrella --skip-refresh");
    assert_eq!(bytes(&user.charts("umbrella")), bytes(&charts));
    assert_eq!(server.requests(), [""; 0]);
}

#[test]
fn failures_leave_everything_as_it_was() {
    let user = User::new();
    let server = user.repository("repository");
    user.umbrella("umbrella", &[("a", "^1", &server.url)]);
    user.run(PINTLE, "dependency update umbrella");
    let (lock, charts) = (user.lock("umbrella"), user.charts("umbrella"));
    user.umbrella("umbrella", &[("a", "1.0.0", &server.url), ("b", "^1", &server.url)]);
    let gone = user.path("repository/b-1.1.0.tgz");
    let archive = fs::read(&gone).expect("an archive");
    let other = fs::read(user.path("repository/b-1.0.0.tgz")).expect("an archive");
    for (content, reason) in [
        (None, "404 Not Found"),
        (Some(&other[..]), "the index says sha256:"),
        (Some(b"<html>"), "the index says sha256:"),
        (Some(&archive[..archive.len() / 2]), "the index says sha256:"),
    ] {
        let _ = fs::remove_file(&gone);
        if let Some(content) = content {
            fs::write(&gone, content).expect("files can be written");
        }
        let error = user.fail("dependency update umbrella");
        assert!(error.starts_with("Error: could not download http://127.0.0.1:"), "{error}");
        assert!(error.contains(reason), "{error}");
        assert_eq!((user.lock("umbrella"), user.charts("umbrella")), (lock.clone(), charts.clone()));
        assert_eq!(user.names("umbrella"), ["Chart.lock", "Chart.yaml", "charts"]);
    }
    // An index without digests is believed less: what comes is looked at.
    let index = fs::read_to_string(user.path("repository/index.yaml")).expect("an index");
    let lines = index.lines().filter(|line| !line.trim_start().starts_with("digest:"));
    user.write("repository/index.yaml", &lines.map(|line| format!("{line}\n")).collect::<String>());
    for (content, reason) in [
        (&b"<html>"[..], "is no chart archive"),
        (&other, "holds the chart b 1.0.0"),
        (&archive[..archive.len() / 2], "unexpected EOF"),
    ] {
        fs::write(&gone, content).expect("files can be written");
        let error = user.fail("dependency update umbrella");
        assert!(error.contains(reason), "{error}");
        assert_eq!((user.lock("umbrella"), user.charts("umbrella")), (lock.clone(), charts.clone()));
    }
    fs::write(&gone, archive).expect("files can be written");
    user.run(PINTLE, "dependency update umbrella");
    assert_eq!(user.names("umbrella/charts"), ["a-1.0.0.tgz", "b-1.1.0.tgz"]);
}

/// Helm looks for both in the same index.
#[test]
fn the_same_name_may_come_from_two_repositories() {
    let user = User::new();
    let (one, two) = (user.repository("one"), user.repository("two"));
    user.umbrella("umbrella", &[("a", "1.0.0", &one.url), ("a", "^1", &two.url), ("b", "^1", &two.url)]);
    user.run(PINTLE, "dependency update umbrella");
    let charts = user.charts("umbrella");
    for (name, server) in [("a-1.0.0.tgz", "one"), ("a-1.1.0.tgz", "two"), ("b-1.1.0.tgz", "two")] {
        assert_eq!(charts[name].1, fs::read(user.path(server).join(name)).expect("an archive"), "{name}");
    }
    user.run(PINTLE, "template umbrella");
    // But not in the same version: nothing in charts/ could tell them apart.
    user.umbrella("umbrella", &[("a", "1.0.0", &one.url), ("a", "1.0.0", &two.url)]);
    let error = user.fail("dependency update umbrella");
    assert!(error.contains("two different charts would be charts/a-1.0.0.tgz"), "{error}");
    assert_eq!(user.charts("umbrella"), charts);
}

#[test]
fn folders_and_links_in_charts_stay() {
    let user = User::new();
    let server = user.repository("repository");
    user.umbrella("umbrella", &[("a", "^1", &server.url)]);
    user.write("umbrella/charts/own/Chart.yaml", &chart_yaml("own", "1.0.0", &[]));
    std::os::unix::fs::symlink("own", user.path("umbrella/charts/link")).expect("links can be made");
    fs::copy(user.path("repository/b-1.0.0.tgz"), user.path("umbrella/charts/b-1.0.0.tgz")).expect("a copy");
    user.run(PINTLE, "dependency update umbrella");
    assert_eq!(user.names("umbrella/charts"), ["a-1.1.0.tgz", "link", "own"]);
    let link = fs::read_link(user.path("umbrella/charts/link")).expect("a link");
    assert_eq!(link, Path::new("own"));
    assert_eq!(user.names("umbrella/charts/own"), ["Chart.yaml"]);
}

#[test]
fn registries_have_dependencies() {
    let Some(registry) = Registry::start("") else { return };
    let user = User::new();
    user.repository("repository");
    for name in ["a-1.0.0", "a-1.1.0", "b-2.0.0-rc.1"] {
        user.run(PINTLE, &format!("push repository/{name}.tgz oci://{}/charts --plain-http", registry.host));
    }
    let place = format!("oci://{}/charts", registry.host);
    let dependencies = [("a", "^1", &*place), ("b", "2.0.0-rc.1", &place)];
    user.umbrella("umbrella", &dependencies);
    user.run(PINTLE, "dependency update umbrella --plain-http");
    let charts = user.charts("umbrella");
    for (name, (_, bytes)) in &charts {
        assert_eq!(*bytes, fs::read(user.path("repository").join(name)).expect("an archive"), "{name}");
    }
    assert_eq!(charts.keys().collect::<Vec<_>>(), ["a-1.1.0.tgz", "b-2.0.0-rc.1.tgz"]);
    if let Some(helm) = helm() {
        user.umbrella("theirs", &dependencies);
        user.run(&helm, "dependency update theirs --plain-http");
        assert_eq!(user.lock("umbrella"), user.lock("theirs"));
        assert_eq!(bytes(&user.charts("theirs")), bytes(&charts));
    }
    // It is not asked again for what is there.
    drop(registry);
    user.run(PINTLE, "dependency build umbrella --plain-http");
    assert_eq!(user.charts("umbrella"), charts);
    user.umbrella("umbrella", &[("a", ">=9", &place)]);
    let error = user.fail("dependency update umbrella --plain-http");
    assert!(error.contains(&format!("could not retrieve list of tags for repository {place}")), "{error}");
}

/// Whenever it is killed, either all old charts are there or all new ones, and the next run works.
#[test]
fn killed_it_leaves_old_or_new() {
    let user = User::new();
    let server = user.repository("repository");
    let states = ["1.0.0", "1.1.0"].map(|version| ["a", "b", "c"].map(|name| (name, version, &*server.url)));
    let files = |version: &str| ["a", "b", "c"].map(|name| format!("{name}-{version}.tgz")).to_vec();
    user.umbrella("umbrella", &states[0]);
    user.run(PINTLE, "dependency update umbrella");
    for round in 0..24 {
        user.umbrella("umbrella", &states[(round + 1) % 2]);
        let mut command = Command::new(PINTLE);
        command.args(["dependency", "update", "umbrella"]).current_dir(user.folder.path()).env_clear();
        command.env("HOME", user.path("home")).stdout(std::process::Stdio::null());
        let mut child = command.spawn().expect("the program runs");
        std::thread::sleep(std::time::Duration::from_millis(round as u64));
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        let charts = user.names("umbrella/charts");
        assert!(charts == files("1.0.0") || charts == files("1.1.0"), "{charts:?}");
    }
    user.run(PINTLE, "dependency update umbrella");
    assert_eq!(user.names("umbrella/charts"), files("1.0.0"));
    assert_eq!(user.names("umbrella"), ["Chart.lock", "Chart.yaml", "charts"]);
}

#[test]
fn several_at_once_do_not_disturb_each_other() {
    let user = User::new();
    let server = user.repository("repository");
    user.umbrella(
        "umbrella",
        &[("a", "^1", &server.url), ("b", "^1", &server.url), ("c", "^1", &server.url)],
    );
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| user.run(PINTLE, "dependency update umbrella"));
        }
    });
    assert_eq!(user.names("umbrella/charts"), ["a-1.1.0.tgz", "b-1.1.0.tgz", "c-1.1.0.tgz"]);
    assert_eq!(user.names("umbrella"), ["Chart.lock", "Chart.yaml", "charts"]);
}
