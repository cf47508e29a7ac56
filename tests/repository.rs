//! Repositories on the loopback interface, good and bad ones; pintle and the real Helm (environment variable `HELM`)
//! with the same folders. Without Helm its part is left out, and a line says so.

#![cfg(feature = "net")]
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "tests work on files of their own")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::http::{Script, Server};

const PINTLE: &str = env!("CARGO_BIN_EXE_pintle");

/// A user with folders of their own.
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

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the file is there")
    }

    /// The files below a folder, by their paths in it.
    fn files(&self, name: &str) -> Vec<String> {
        fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                if entry.path().is_dir() {
                    walk(&entry.path(), &format!("{name}/"), found);
                } else {
                    found.push(name);
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.path(name), "", &mut found);
        found.sort();
        found
    }

    fn command(&self, program: &str, words: &str) -> Command {
        let mut command = Command::new(program);
        command.args(words.split(' ')).current_dir(self.folder.path()).env_clear();
        command.env("HOME", self.path("home")).env("PATH", "/usr/bin:/bin").stdin(Stdio::null());
        command
    }

    fn try_run(&self, program: &str, words: &str) -> Output {
        self.command(program, words).output().expect("the program runs")
    }

    /// Runs what must succeed. Gives what it printed.
    fn run(&self, program: &str, words: &str) -> String {
        let output = self.try_run(program, words);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {words}\n{error}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs what must fail. Gives its error.
    fn fail(&self, words: &str) -> String {
        let output = self.try_run(PINTLE, words);
        assert_eq!(output.status.code(), Some(1), "{words}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// A repository in the folder `www`: the chart `a` in the versions 1.0.0, 1.1.0 and 2.0.0-rc.1, and `b` in 0.1.0.
    fn repository(&self) -> Server {
        for (chart, version) in [("a", "1.0.0"), ("a", "1.1.0"), ("a", "2.0.0-rc.1"), ("b", "0.1.0")] {
            let metadata =
                format!("apiVersion: v2\nname: {chart}\nversion: {version}\ndescription: Chart {chart}\n");
            self.write(&format!("charts/{chart}/Chart.yaml"), metadata);
            self.write(&format!("charts/{chart}/templates/a.yaml"), "a: {{ .Chart.Version }}\n");
            self.run(PINTLE, &format!("package charts/{chart} -d www"));
        }
        self.run(PINTLE, "repo index www");
        Server::start(&self.path("www"))
    }
}

/// The real Helm, if there is one.
fn helm() -> Option<String> {
    let helm = std::env::var("HELM").ok();
    if helm.is_none() {
        println!("skipped: HELM names no Helm");
    }
    helm
}

#[test]
fn both_tools_share_one_setup() {
    let Some(helm) = helm() else { return };
    for (one, other) in [(PINTLE, helm.as_str()), (helm.as_str(), PINTLE)] {
        let user = User::new();
        let server = user.repository();
        let url = &server.url;
        server.script("/b-0.1.0.tgz", Script::Protected("u:p"));
        assert_eq!(
            user.run(one, &format!("repo add r {url} --username u --password p")),
            "\"r\" has been added to your repositories\n"
        );
        let same = user.run(other, &format!("repo add r {url} --username u --password p"));
        assert_eq!(same, "\"r\" already exists with the same configuration, skipping\n");
        assert!(user.run(other, "repo list").contains(url.as_str()));
        assert!(user.run(other, "search repo a --devel").contains("2.0.0-rc.1"));
        user.run(other, "pull r/b -d home");
        assert!(user.path("home/b-0.1.0.tgz").exists());
        assert_eq!(user.run(one, "template r/a"), user.run(other, "template r/a"));
        user.run(other, &format!("repo add s {url}"));
        user.run(one, "repo update");
        assert_eq!(user.run(one, "repo remove r"), "\"r\" has been removed from your repositories\n");
        assert!(!user.run(other, "repo list").contains("r\t"), "{}", user.run(other, "repo list"));
    }
}

#[test]
fn answers_are_helms() {
    let Some(helm) = helm() else { return };
    let (mine, helms) = (User::new(), User::new());
    let server = mine.repository();
    server.script("/secret/index.yaml", Script::Status("403 Forbidden"));
    server.script("/page/index.yaml", Script::Body("<!DOCTYPE html><html></html>"));
    server.script("/list/index.yaml", Script::Body("- a\n"));
    server.script("/moved/index.yaml", Script::Redirect(format!("{}/index.yaml", server.url)));
    let answer = |user: &User, program: &str, words: &str| {
        let output = user.try_run(program, words);
        let folder = user.folder.path().to_string_lossy().into_owned();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&folder, "");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    for words in [
        "repo add r URL",
        "repo add r URL",
        "repo add r URL/",
        "repo add m URL/moved",
        "repo add x URL/secret",
        "repo add x URL/page",
        "repo add x URL/list",
        "repo add x URL/none",
        "repo list -o json",
        "repo update r",
        "search repo",
        "search repo r/a -l --devel",
        "pull r/a",
        "pull r/a --version ^1.0 --untar --untardir u",
        "pull r/a --version ^1.0 --untar --untardir u",
        "pull r/a --version 7",
        "pull r/a --prov",
        "pull r/a --verify",
        "pull URL/a-1.0.0.tgz",
        "pull URL/none.tgz",
        "pull --repo URL b",
        "pull --repo URL none",
        "pull --repo URL b --version 9",
        "pull --repo URL/none b",
        "template r/a --devel",
        "template --repo URL b",
        "show chart URL/a-1.1.0.tgz",
        "repo remove r m",
        "search hub --endpoint URL",
    ] {
        let words = words.replace("URL", &server.url);
        assert_eq!(answer(&mine, PINTLE, &words), answer(&helms, &helm, &words), "{words}");
    }
    let downloads = |user: &User| {
        let mut files = user.files("");
        files.retain(|name| {
            !name.starts_with("home") && !name.starts_with("www") && !name.starts_with("charts")
        });
        files
    };
    assert_eq!(downloads(&mine), downloads(&helms));
}

#[test]
fn an_index_is_sent_once() {
    let user = User::new();
    let server = user.repository();
    user.run(PINTLE, &format!("repo add r {}", server.url));
    user.run(PINTLE, "repo update");
    assert_eq!(server.requests(), ["200 /index.yaml", "304 /index.yaml"]);
    // What Helm, or anybody else, has written is not what the server called by that tag.
    user.write("home/.cache/helm/repository/r-index.yaml", "apiVersion: v1\nentries: {}\n");
    user.run(PINTLE, "repo update");
    assert_eq!(server.requests(), ["200 /index.yaml"]);
    assert_eq!(user.read("home/.cache/helm/repository/r-index.yaml"), user.read("www/index.yaml"));
    assert_eq!(user.read("home/.cache/helm/repository/r-charts.txt"), "a\nb\n");
    user.run(PINTLE, "repo remove r");
    assert_eq!(user.files("home/.cache/helm/repository"), [""; 0]);
}

#[test]
fn charts_are_downloaded_once() {
    let user = User::new();
    let server = user.repository();
    user.run(PINTLE, &format!("repo add r {}", server.url));
    server.requests();
    assert!(user.run(PINTLE, "template r/a").contains("a: 1.1.0"));
    assert!(user.run(PINTLE, "template r/a --version 1.1.0").contains("a: 1.1.0"));
    user.run(PINTLE, "pull r/a");
    assert_eq!(server.requests(), ["200 /a-1.1.0.tgz"]);
    // What is in the cache must be what its name says.
    let cached = user.files("home/.cache/helm/content");
    user.write(&format!("home/.cache/helm/content/{}", cached[0]), "something else");
    assert!(user.run(PINTLE, "template r/a").contains("a: 1.1.0"));
    assert_eq!(server.requests(), ["200 /a-1.1.0.tgz"]);
}

#[test]
fn no_update_is_lost() {
    let user = User::new();
    let server = user.repository();
    let spawn = |words: String| user.command(PINTLE, &words).stdout(Stdio::null()).spawn().expect("it runs");
    let count = 12;
    let all: Vec<_> = (0..count).map(|i| spawn(format!("repo add r{i} {}", server.url))).collect();
    for mut child in all {
        assert!(child.wait().expect("it ends").success());
    }
    let names = |user: &User| user.run(PINTLE, "repo list --no-headers").lines().count();
    assert_eq!(names(&user), count);
    let half: Vec<_> = (0..count / 2).map(|i| spawn(format!("repo remove r{i}"))).collect();
    for mut child in half {
        assert!(child.wait().expect("it ends").success());
    }
    assert_eq!(names(&user), count / 2);
    let mode =
        user.path("home/.config/helm/repositories.yaml").metadata().expect("it is there").permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
}

#[test]
fn bad_servers_leave_nothing_behind() {
    let user = User::new();
    let server = user.repository();
    let url = server.url.clone();
    user.run(PINTLE, &format!("repo add r {url}"));
    let before = user.files("home");
    let loops = Script::Redirect(format!("{url}/x/index.yaml"));
    let file = Script::Redirect("file:///etc/passwd".to_owned());
    for (script, want) in [
        (Script::Status("401 Unauthorized"), "401 Unauthorized"),
        (Script::Status("404 Not Found"), "404 Not Found"),
        (Script::Status("418 Short and stout"), "418 Short and stout"),
        (Script::Status("429 Too Many Requests"), "429 Too Many Requests"),
        (Script::Status("500 Internal Server Error"), "500 Internal Server Error"),
        (loops, "stopped after 10 redirects"),
        (file, "/x/index.yaml"),
        (Script::Cut("apiVersion: v1\nentries: {}\n"), "cannot read"),
        (Script::Body("<html>\n"), "cannot unmarshal string"),
        (Script::Body("entries:\n  a:\n"), "no API version specified"),
        (Script::Stall, "no answer in time"),
        (Script::Drip, "no answer in time"),
    ] {
        server.script("/x/index.yaml", script);
        let start = Instant::now();
        let error = user.fail(&format!("repo add x {url}/x --timeout 1s"));
        assert!(start.elapsed() < Duration::from_secs(10), "{error}");
        assert!(error.starts_with("Error: looks like \"") && error.contains(want), "{want}: {error}");
        assert_eq!(user.files("home"), before, "{want}");
    }
    let advice = user.fail(&format!("repo add x {url}/none --explain-errors"));
    assert!(advice.contains("Is the URL right?"), "{advice}");
}

#[test]
fn charts_are_what_they_are_said_to_be() {
    let user = User::new();
    let server = user.repository();
    let url = server.url.clone();
    let index = user.read("www/index.yaml");
    let digest = index.lines().find_map(|line| line.trim().strip_prefix("digest: ")).expect("it has one");
    for (change, want) in [
        ((digest, &*"0d".repeat(32)), "but the index says sha256:0d0d"),
        (("digest", "checksum"), ""),
        (("a-2.0.0-rc.1.tgz", "b-0.1.0.tgz"), "the index says"),
        (("a-2.0.0-rc.1.tgz", "index.yaml"), "the index says"),
        (("a-2.0.0-rc.1.tgz", "none.tgz"), "404 Not Found"),
        (("a-2.0.0-rc.1.tgz", "file:///etc/passwd"), "scheme \"file\" not supported"),
        (("a-2.0.0-rc.1.tgz", "http:///x.tgz"), "no Host in request URL"),
        (("a-2.0.0-rc.1.tgz", ".."), "does not end in the name of an archive"),
    ] {
        user.write("www/index.yaml", index.replacen(change.0, change.1, 1));
        user.run(PINTLE, &format!("repo add r {url} --force-update"));
        let output = user.try_run(PINTLE, "pull r/a --devel -d out");
        fs::create_dir_all(user.path("out")).expect("folders can be made");
        let again = user.try_run(PINTLE, "pull r/a --devel -d out");
        assert!(!output.status.success(), "out is not there yet");
        let error = String::from_utf8_lossy(&again.stderr).into_owned();
        assert!(error.contains(want) && again.status.success() == want.is_empty(), "{change:?}: {error}");
        assert_eq!(user.files("out").is_empty(), !want.is_empty(), "{change:?}");
        fs::remove_dir_all(user.path("out")).expect("it can be removed");
    }
    // Without a digest the chart inside counts.
    let other = index.replace("digest", "checksum").replace("a-2.0.0-rc.1.tgz", "b-0.1.0.tgz");
    user.write("www/index.yaml", other);
    user.run(PINTLE, &format!("repo add r {url} --force-update"));
    let error = user.fail("template r/a --devel");
    assert!(error.contains("holds the chart b 0.1.0, but is listed as a 2.0.0-rc.1"), "{error}");
}

#[test]
fn credentials_stay_with_their_server() {
    let user = User::new();
    let server = user.repository();
    let other = Server::start(&user.path("www"));
    let index = user.read("www/index.yaml").replace("a-1.1.0.tgz", &format!("{}/a-1.1.0.tgz", other.url));
    user.write("www/index.yaml", index);
    server.script("/moved.tgz", Script::Redirect(format!("{}/b-0.1.0.tgz", other.url)));
    let url = &server.url;
    user.run(PINTLE, &format!("repo add r {url} --username u --password secret"));
    user.run(PINTLE, "pull r/b");
    assert_eq!(server.requests(), ["200 /b-0.1.0.tgz with credentials", "200 /index.yaml with credentials"]);
    user.run(PINTLE, "pull r/a");
    user.run(PINTLE, &format!("pull --repo {url} a --version 1.1.0 --username u --password secret --untar"));
    user.run(PINTLE, &format!("pull {url}/moved.tgz --username u --password secret"));
    assert!(other.requests().iter().all(|request| !request.contains("credentials")));
    fs::remove_dir_all(user.path("home/.cache/helm/content")).expect("it can be removed");
    user.run(
        PINTLE,
        &format!("repo add r {url} --username u --password secret --pass-credentials --force-update"),
    );
    user.run(PINTLE, "pull r/a");
    assert_eq!(other.requests(), ["200 /a-1.1.0.tgz with credentials"]);
    // Neither a flag's nor a URL's password shows.
    for words in [
        "pull URL/none.tgz --username u --password secret --debug",
        "repo add x HOST/none",
        "pull HOST/none.tgz",
    ] {
        let host = url.replace("http://", "http://u:secret@");
        let error = user.fail(&words.replace("URL", url).replace("HOST", &host));
        assert!(!error.contains("secret") && error.contains("404 Not Found"), "{error}");
    }
}

#[test]
fn proxies_are_asked_and_their_passwords_kept() {
    let user = User::new();
    let server = user.repository();
    server.script("http://shelf.invalid/index.yaml", Script::Body("apiVersion: v1\nentries: {}\n"));
    let add = |proxy: &str, except: &str| {
        let mut command = user.command(PINTLE, "repo add far http://shelf.invalid --debug");
        command.env("HTTP_PROXY", proxy).env("NO_PROXY", except).output().expect("the program runs")
    };
    let proxy = server.url.replace("http://", "http://jo:secret@");
    for (proxy, except) in [(proxy.as_str(), "shelf.invalid"), ("http://jo:secret@127.0.0.1:1", "")] {
        let output = add(proxy, except);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains("http://shelf.invalid") && !error.contains("secret"), "{error}");
    }
    assert_eq!(server.requests(), [""; 0]);
    let output = add(&proxy, "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(server.requests(), ["200 http://shelf.invalid/index.yaml"]);
}

#[test]
fn plugins_read_other_schemes() {
    let user = User::new();
    let server = user.repository();
    drop(server);
    let plugin = "home/.local/share/helm/plugins/shelf";
    user.write(
        &format!("{plugin}/plugin.yaml"),
        "name: shelf\nversion: 0.1.0\ndownloaders:\n- command: get.sh\n  protocols: [shelf]\n",
    );
    let script = format!(
        "#!/bin/sh\n[ \"$HELM_PLUGIN_USERNAME\" = u ] || exit 3\nexec cat {}/\"${{4#shelf://x/}}\"\n",
        user.path("www").display()
    );
    user.write(&format!("{plugin}/get.sh"), script);
    let executable = fs::Permissions::from_mode(0o755);
    fs::set_permissions(user.path(plugin).join("get.sh"), executable).expect("it can be made executable");
    user.run(PINTLE, "repo add r shelf://x --username u --password p");
    assert!(user.run(PINTLE, "template r/a").contains("a: 1.1.0"));
    // Another place, for which there are no credentials.
    let error = user.fail("template shelf://y/a-1.0.0.tgz");
    assert!(error.contains("plugin \"shelf\" exited with error"), "{error}");
}

#[test]
fn hubs_are_searched() {
    let user = User::new();
    user.write("www/x", "");
    let server = Server::start(&user.path("www"));
    let path = "/hub/api/chartsvc/v1/charts/search";
    server.script(
        path,
        Script::Body(
            r#"{"data":[{"id":"stable/a","attributes":{"description":"A <b>","repo":{"name":"stable","url":"https://r"}},
            "relationships":{"latestChartVersion":{"data":{"version":"1.0.0","app_version":"2"}}}},
            {"id":"b","artifactHub":{"packageUrl":"https://hub/b"}}]}"#,
        ),
    );
    let hub = format!("{}/hub", server.url);
    let table =
        user.run(PINTLE, &format!("search hub a b --list-repo-url --endpoint {hub} --max-col-width 0"));
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').map(str::trim).collect()).collect();
    assert_eq!(rows[0], ["URL", "CHART VERSION", "APP VERSION", "DESCRIPTION", "REPO URL"]);
    assert_eq!(rows[1], [&*format!("{hub}/charts/stable/a"), "1.0.0", "2", "A <b>", "https://r"]);
    assert_eq!(rows[2], ["https://hub/b", "", "", "", ""]);
    let json = user.run(PINTLE, &format!("search hub --endpoint {hub} -o json"));
    assert!(
        json.contains(r#""description":"A \u003cb\u003e","repository":{"url":"https://r","name":"stable"}"#)
    );
    if let Some(helm) = helm() {
        for format in ["table", "json", "yaml"] {
            let words = format!("search hub a --endpoint {hub} -o {format}");
            assert_eq!(user.run(PINTLE, &words), user.run(&helm, &words));
        }
    }
    server.script(path, Script::Status("500 Internal Server Error"));
    let error = user.fail(&format!("search hub --endpoint {hub}"));
    assert_eq!(error, format!("Error: unable to perform search against \"{hub}\"\n"));
}
