//! Charts in a real registry: Debian's `docker-registry`, and a real Helm at the other end. What is not there is
//! skipped, and said so: `HELM` names a Helm, or else the one on `PATH` is taken.

#![expect(clippy::disallowed_methods, reason = "tests work on files of their own")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

const PINTLE: &str = env!("CARGO_BIN_EXE_pintle");

/// The program of this name on `PATH`.
fn find(name: &str) -> Option<PathBuf> {
    let found =
        env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        println!("skipped: there is no {name} on PATH");
    }
    found
}

fn helm() -> Option<PathBuf> {
    env::var_os("HELM").map(PathBuf::from).or_else(|| find("helm"))
}

/// A registry that ends with the test.
pub struct Registry {
    process: Child,
    pub host: String,
    _folder: TempDir,
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Registry {
    /// An empty registry; `config` is added to its configuration.
    pub fn start(config: &str) -> Option<Registry> {
        let program = find("docker-registry")?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let host = port.expect("a free port").to_string();
        let data = folder.path().join("data");
        let (http, rest) = config.split_once("---\n").unwrap_or(("", config));
        let text = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\n\
            http:\n  addr: {host}\n{http}{rest}",
            data.display()
        );
        let path = folder.path().join("config.yml");
        fs::write(&path, text).expect("the configuration can be written");
        let mut command = Command::new(program);
        command.arg("serve").arg(&path).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().expect("the registry starts");
        let registry = Registry { process, host, _folder: folder };
        for _ in 0..200 {
            if TcpStream::connect(&registry.host).is_ok() {
                return Some(registry);
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("docker-registry does not listen at {}", registry.host)
    }
}

/// What a program answered.
#[derive(Debug)]
struct Answer {
    stdout: String,
    stderr: String,
    success: bool,
}

impl Answer {
    fn good(self) -> String {
        assert!(self.success, "{self:?}");
        self.stdout
    }

    fn bad(self) -> String {
        assert!(!self.success, "{self:?}");
        self.stderr
    }
}

/// A user's folders, which pintle and Helm share.
struct Home(TempDir);

impl Home {
    fn new() -> Home {
        Home(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, program: impl AsRef<Path>, words: &[&str], input: &str) -> Answer {
        let mut command = Command::new(program.as_ref());
        let mut path = OsString::from(self.path("bin"));
        path.push(":");
        path.push(env::var_os("PATH").unwrap_or_default());
        command
            .args(words)
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.0.path())
            .current_dir(self.0.path());
        command.env("TZ", "Asia/Kolkata").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output().expect("it ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints text");
        Answer { stdout: text(output.stdout), stderr: text(output.stderr), success: output.status.success() }
    }

    fn pintle(&self, words: &[&str]) -> Answer {
        self.run(PINTLE, words, "")
    }

    /// Packages a chart and gives the archive's name.
    fn chart(&self, version: &str) -> String {
        let folder = self.path("chart/templates");
        fs::create_dir_all(folder).expect("folders can be made");
        let yaml = format!(
            "apiVersion: v2\nname: demo\nversion: {version}\ndescription: A <demo> & more\nhome: https://demo\n\
            sources: [https://a, https://b]\nkeywords: [x]\nicon: \"\"\n\
            maintainers: [{{name: Bob, email: b@x.io}}, {{name: Ål}}, {{name: '', url: u}}]\n\
            annotations: {{zz: '1', a: '\u{2028}', org.opencontainers.image.title: no, \
            org.opencontainers.image.vendor: v}}\n\
            dependencies: []\n"
        );
        fs::write(self.path("chart/Chart.yaml"), yaml).expect("files can be written");
        fs::write(self.path("chart/templates/a.yaml"), "a: {{ .Release.Name }}\n")
            .expect("files can be written");
        self.pintle(&["package", "chart"]).good();
        format!("demo-{version}.tgz")
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("the file is there")
    }
}

fn digest(output: &str) -> &str {
    let line = output.lines().find_map(|line| line.strip_prefix("Digest: "));
    line.expect("there is a digest")
}

#[test]
fn charts_go_there_and_back() {
    let Some(registry) = Registry::start("") else { return };
    let (home, host) = (Home::new(), &registry.host);
    for version in ["1.0.0", "1.1.0+build.7", "2.0.0-rc.1"] {
        let archive = home.chart(version);
        fs::write(home.path(&format!("{archive}.prov")), format!("signed {version}\n"))
            .expect("files can be written");
        let remote = format!("oci://{host}/team/charts");
        let pushed = home.pintle(&["push", &archive, &remote, "--plain-http"]).good();
        let tag = version.replace('+', "_");
        assert!(
            pushed.starts_with(&format!("Pushed: {host}/team/charts/demo:{tag}\nDigest: sha256:")),
            "{pushed}"
        );
        assert_eq!(pushed.contains("contains an underscore"), version.contains('+'));
        assert_eq!(home.pintle(&["push", &archive, &remote, "--plain-http"]).good(), pushed, "again");
        let words =
            ["pull", &format!("{remote}/demo"), "--version", version, "--plain-http", "--prov", "-d", "got"];
        fs::create_dir_all(home.path("got")).expect("folders can be made");
        let pulled = home.pintle(&words).good();
        assert_eq!(digest(&pulled), digest(&pushed));
        for name in [archive.clone(), format!("{archive}.prov")] {
            assert_eq!(home.bytes(&format!("got/{name}")), home.bytes(&name));
        }
    }
    let chart = format!("oci://{host}/team/charts/demo");
    let version = |words: &[&str]| {
        let words = [&["show", "chart", &chart, "--plain-http"], words].concat();
        let shown = home.pintle(&words).good();
        shown.lines().find_map(|line| line.strip_prefix("version: ").map(str::to_owned)).expect("it has one")
    };
    assert_eq!(version(&[]), "1.1.0+build.7", "the highest that is stable");
    assert_eq!(version(&["--version", "~1.0"]), "1.0.0");
    assert_eq!(version(&["--devel"]), "2.0.0-rc.1");
}

#[test]
fn helm_pushes_and_pulls_the_same() {
    let (Some(registry), Some(helm)) = (Registry::start(""), helm()) else { return };
    let (home, host) = (Home::new(), &registry.host);
    for (version, provenance) in [("1.0.0", None), ("1.1.0+x", Some("signed")), ("0.1.0-a", Some("z"))] {
        let archive = home.chart(version);
        if let Some(text) = provenance {
            fs::write(home.path(&format!("{archive}.prov")), text).expect("files can be written");
        }
        let push = |program: &Path, place: &str| {
            let remote = format!("oci://{host}/{place}");
            home.run(program, &["push", &archive, &remote, "--plain-http"], "").good()
        };
        let (ours, theirs) = (push(Path::new(PINTLE), "ours"), push(&helm, "theirs"));
        assert_eq!(ours.replace("/ours/", "/theirs/"), theirs);
        for (program, place) in [(helm.as_path(), "ours"), (Path::new(PINTLE), "theirs")] {
            fs::create_dir_all(home.path(place)).expect("folders can be made");
            let chart = format!("oci://{host}/{place}/demo");
            let words = ["pull", &chart, "--version", version, "--plain-http", "--prov", "-d", place];
            assert_eq!(digest(&home.run(program, &words, "").good()), digest(&ours));
            assert_eq!(home.bytes(&format!("{place}/{archive}")), home.bytes(&archive));
            assert_eq!(home.path(&format!("{place}/{archive}.prov")).exists(), provenance.is_some());
        }
    }
}

#[test]
fn errors_are_helms_with_what_helps() {
    let Some(registry) = Registry::start("") else { return };
    let (home, host) = (Home::new(), &registry.host);
    let archive = home.chart("1.0.0");
    let remote = format!("oci://{host}/charts");
    home.pintle(&["push", &archive, &remote, "--plain-http"]).good();
    let zeros = format!("{remote}/demo@sha256:{}", "0".repeat(64));
    let tagged = format!("{remote}/demo:1.0.0@sha256:{}", "0".repeat(64));
    for (words, problem) in [
        (
            vec!["push", "chart", &remote],
            "cannot push directory, must provide chart archive (.tgz)".to_owned(),
        ),
        (vec!["push", "none.tgz", &remote], "none.tgz: no such file".to_owned()),
        (
            vec!["push", "chart/Chart.yaml", &remote],
            "file 'chart/Chart.yaml' seems to be a YAML file, but expected a gzipped archive".to_owned(),
        ),
        (vec!["push", &archive, host], format!("invalid chart URL format: {host}")),
        (vec!["push", &archive, "charts"], "scheme prefix missing from remote (e.g. \"oci://\")".to_owned()),
        (vec!["push", &archive, "http://h/c"], "scheme \"http\" not supported".to_owned()),
        (
            vec!["push", &archive, "oci://h/UP"],
            "invalid reference: invalid repository \"UP/demo\"".to_owned(),
        ),
        (
            vec!["pull", &remote, "--version", "2.0.0"],
            format!("failed to perform \"FetchReference\" on source: {host}/charts:2.0.0: not found"),
        ),
        (
            vec!["pull", &remote],
            format!(
                "GET \"http://{host}/v2/charts/tags/list\": response status code 404: \
                name unknown: repository name not known to registry: map[name:charts]"
            ),
        ),
        (
            vec!["pull", &format!("{remote}/demo"), "--version", ">1"],
            "could not locate a version matching provided version string >1".to_owned(),
        ),
        (vec!["pull", &format!("{remote}/demo:latest")], "improper constraint: \"latest\"".to_owned()),
        (
            vec!["pull", &zeros],
            format!(
                "failed to perform \"FetchReference\" on source: {}: not found",
                &zeros["oci://".len()..]
            ),
        ),
        (vec!["pull", &tagged], "chart reference digest mismatch: sha256:".to_owned()),
        (
            vec!["pull", &format!("{remote}/demo:1.0.0"), "--version", "2.0.0"],
            "chart reference and version mismatch: 2.0.0 is not 1.0.0".to_owned(),
        ),
        (
            vec!["pull", &format!("oci://{host}")],
            "invalid reference: missing registry or repository".to_owned(),
        ),
    ] {
        let words = [&words[..], &["--plain-http"]].concat();
        let error = home.pintle(&words).bad();
        assert!(error.starts_with(&format!("Error: {problem}")), "{words:?}: {error}");
    }
    let error = home.pintle(&["push", &archive, &remote]).bad();
    let helps =
        "http: server gave HTTP response to HTTPS client (--plain-http is for registries without TLS)\n";
    assert!(error.ends_with(helps), "{error}");
    let left: Vec<_> =
        fs::read_dir(home.0.path()).expect("it is there").flatten().map(|e| e.file_name()).collect();
    assert!(left.iter().all(|name| name != "demo-2.0.0.tgz"), "{left:?}");
}

/// A registry that lets `user` in with `pass`.
fn guarded(home: &Home) -> Option<Registry> {
    home.chart("1.0.0");
    fs::write(home.path("chart/templates/a.yaml"), "{{ htpasswd \"user\" \"pass\" | fail }}")
        .expect("it is a file");
    let line = home.pintle(&["template", "chart"]).bad();
    let line = line.split("user:").nth(1).and_then(|rest| rest.split_whitespace().next());
    let line = format!("user:{}\n", line.expect("the error has the line"));
    fs::write(home.path("htpasswd"), line).expect("it is a file");
    let path = home.path("htpasswd");
    Registry::start(&format!("auth: {{htpasswd: {{realm: r, path: {}}}}}\n", path.display()))
}

#[test]
fn passwords_open_registries() {
    let home = Home::new();
    let Some(registry) = guarded(&home) else { return };
    let host = registry.host.as_str();
    let (archive, remote) = ("demo-1.0.0.tgz", format!("oci://{host}/charts"));
    let push = |words: &[&str]| home.pintle(&[&["push", archive, &remote, "--plain-http"], words].concat());
    let login = |password: &str| {
        let words = ["registry", "login", host, "-u", "user", "--password-stdin", "--plain-http"];
        home.run(PINTLE, &words, password)
    };
    let config = home.path(".config/helm/registry/config.json");

    let closed = format!("basic credential not found (to log in: registry login {host})\n");
    assert!(push(&[]).bad().ends_with(&closed));
    let wrong = push(&["--username", "user", "--password", "wrong"]).bad();
    assert!(wrong.contains("response status code 401: Unauthorized (wrong user or password?"), "{wrong}");
    let wrong = login("wrong").bad();
    assert!(
        wrong.starts_with(&format!("Error: authenticating to \"{host}\": GET \"http://{host}/v2/\": ")),
        "{wrong}"
    );
    assert!(!config.exists());

    assert_eq!(login("pass\r\n").good(), "Login Succeeded\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&config).expect("it is kept").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    push(&[]).good();
    let gone = home.pintle(&["registry", "logout", host]).good();
    assert_eq!(gone, format!("Removing login credentials for {host}\n"));
    assert_eq!(fs::read_to_string(&config).expect("it is kept"), "{\n\t\"auths\": {}\n}");
    push(&[]).bad();
    push(&["--username", "user", "--password", "pass"]).good();

    // Docker's own file is asked second.
    fs::create_dir_all(home.path(".docker")).expect("folders can be made");
    let auths = format!("{{\"auths\":{{\"http://{host}/v1/\":{{\"auth\":\"dXNlcjpwYXNz\"}}}}}}");
    fs::write(home.path(".docker/config.json"), auths).expect("it is a file");
    push(&[]).good();
    fs::remove_dir_all(home.path(".docker")).expect("it is there");

    let Some(helm) = helm() else { return };
    let words = ["push", archive, &remote, "--plain-http"];
    login("pass").good();
    let kept = fs::read(&config).expect("it is kept");
    home.run(&helm, &words, "").good();
    home.run(&helm, &["registry", "logout", host], "").good();
    let words = ["registry", "login", host, "-u", "user", "--password-stdin", "--plain-http"];
    home.run(&helm, &words, "pass").good();
    assert_eq!(fs::read(&config).expect("it is kept"), kept);
    push(&[]).good();
}

#[test]
#[cfg(unix)]
fn programs_keep_credentials() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let Some(registry) = guarded(&home) else { return };
    let host = registry.host.as_str();
    let script = "#!/bin/sh\ncd \"$HOME\"\ncase $1 in\n\
        store) cat > kept;;\nerase) rm kept;;\n\
        get) if test -f kept; then cat kept; else echo credentials not found in native keychain; exit 1; fi;;\nesac\n";
    fs::create_dir_all(home.path("bin")).expect("folders can be made");
    let program = home.path("bin/docker-credential-safe");
    fs::write(&program, script).expect("it is a file");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("modes can be set");
    let config = home.path(".config/helm/registry/config.json");
    fs::create_dir_all(config.parent().expect("it has one")).expect("folders can be made");
    for text in
        ["{\"credsStore\":\"safe\"}".to_owned(), format!("{{\"credHelpers\":{{\"{host}\":\"safe\"}}}}")]
    {
        fs::write(&config, &text).expect("it is a file");
        let remote = format!("oci://{host}/charts");
        let push = || home.pintle(&["push", "demo-1.0.0.tgz", &remote, "--plain-http"]);
        assert!(push().bad().contains("basic credential not found"));
        home.pintle(&["registry", "login", host, "-u", "user", "-p", "pass", "--plain-http"]).good();
        let kept = format!("{{\"Secret\":\"pass\",\"ServerURL\":\"{host}\",\"Username\":\"user\"}}");
        assert_eq!(fs::read_to_string(home.path("kept")).expect("the program has it"), kept);
        assert_eq!(fs::read_to_string(&config).expect("it is there"), text, "nothing to change");
        push().good();
        home.pintle(&["registry", "logout", host]).good();
        assert!(!home.path("kept").exists());
    }
    fs::write(&config, "{\"credsStore\":\"none\"}").expect("it is a file");
    let error = home.pintle(&["registry", "logout", host]).bad();
    assert!(
        error.contains("exec: \"docker-credential-none\": executable file not found in $PATH"),
        "{error}"
    );
}

#[test]
fn certificates_are_checked() {
    let home = Home::new();
    let archive = home.chart("1.0.0");
    let template = "{{ $ca := genCA \"ca\" 2 }}\n\
        {{ $cert := genSignedCert \"r\" (list \"127.0.0.1\") nil 2 $ca }}\n\
        {{ fail (printf \"%s|%s|%s|\" $ca.Cert $cert.Cert $cert.Key) }}";
    fs::write(home.path("chart/templates/a.yaml"), template).expect("it is a file");
    let parts = home.pintle(&["template", "chart"]).bad();
    let parts =
        parts.split_once("-----BEGIN").map(|(_, rest)| format!("-----BEGIN{rest}")).expect("it has PEM");
    for (part, name) in parts.split('|').zip(["ca.pem", "cert.pem", "key.pem"]) {
        fs::write(home.path(name), part).expect("it is a file");
    }
    let (cert, key) = (home.path("cert.pem"), home.path("key.pem"));
    let tls = format!("  tls: {{certificate: {}, key: {}}}\n---\n", cert.display(), key.display());
    let Some(registry) = Registry::start(&tls) else { return };
    let remote = format!("oci://{}/charts", registry.host);
    let push = |words: &[&str]| home.pintle(&[&["push", &archive, &remote], words].concat());
    let error = push(&[]).bad();
    assert!(error.contains("--ca-file names certificates to trust"), "{error}");
    push(&["--ca-file", "ca.pem"]).good();
    push(&["--insecure-skip-tls-verify", "--plain-http"]).good();
    let error = push(&["--plain-http"]).bad();
    assert!(error.contains("response status code 400"), "{error}");
    let login = ["registry", "login", &registry.host, "-u", "u", "-p", "p"];
    home.pintle(&[&login[..], &["--insecure"]].concat()).good();
    home.pintle(&[&login[..], &["--ca-file", "ca.pem"]].concat()).good();
    home.pintle(&login).bad();
}
