//! Signatures with Debian's gpg and the real Helm (environment variable `HELM`) at the other end. What is not there
//! is left out, and a line says so.

#![cfg(feature = "provenance")]
#![expect(clippy::disallowed_methods, reason = "tests work on files of their own")]
#![expect(clippy::print_stdout, reason = "tests say what they left out")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The archive in every test.
const ARCHIVE: &str = "web-1.2.3.tgz";

/// Keys of gpg, as files in one folder: `public.gpg` and `secret.gpg` have all that are good.
struct Keys {
    folder: tempfile::TempDir,
}

impl Keys {
    /// The keys, made once for all tests that run together; `None` if there is no gpg.
    fn get() -> Option<Arc<Keys>> {
        static KEYS: Mutex<Weak<Keys>> = Mutex::new(Weak::new());
        let mut shared = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = shared.upgrade().or_else(|| Keys::make().map(Arc::new));
        match &keys {
            Some(keys) => *shared = Arc::downgrade(keys),
            None => println!("skipped: gpg is not installed"),
        }
        keys
    }

    fn make() -> Option<Keys> {
        Command::new("gpg").arg("--version").output().ok()?;
        let keys = Keys { folder: tempfile::tempdir().expect("a temporary folder") };
        for (passphrase, words) in [
            ("", "--quick-gen-key Rsa_<rsa@example.com> rsa2048 sign never"),
            ("", "--quick-gen-key Edward_<edward@example.com> ed25519 sign never"),
            ("", "--quick-add-uid edward@example.com Eddie_<eddie@example.com>"),
            ("secret", "--quick-gen-key Locked_<locked@example.com> ed25519 sign never"),
            ("", "--quick-gen-key Nist_<nist@example.com> nistp256 sign never"),
            ("", "--quick-gen-key Sub_<sub@example.com> ed25519 cert never"),
        ] {
            keys.gpg(passphrase, words);
        }
        let listed = keys.gpg("", "--list-keys --with-colons sub@example.com").stdout;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let fingerprint = listed.lines().find_map(|line| line.strip_prefix("fpr:::::::::")).expect("a key");
        keys.gpg("", &format!("--quick-add-key {} ed25519 sign never", fingerprint.trim_end_matches(':')));
        for (file, words) in [
            ("public.gpg", "--export"),
            ("rsa.gpg", "--export rsa@example.com"),
            ("public.asc", "--armor --export"),
            ("rsa.sec", "--export-secret-keys rsa@example.com"),
            ("rsa.sec.asc", "--armor --export-secret-keys rsa@example.com"),
            ("nist.sec", "--export-secret-keys nist@example.com"),
            ("ed.sec", "--export-secret-keys edward@example.com"),
            ("sub.sec", "--export-secret-subkeys sub@example.com"),
        ] {
            fs::write(keys.path(file), keys.gpg("", words).stdout).expect("files can be written");
        }
        let locked = keys.gpg("secret", "--export-secret-keys locked@example.com").stdout;
        fs::write(keys.path("locked.sec"), locked).expect("files can be written");
        let all = ["rsa.sec", "ed.sec", "locked.sec", "nist.sec", "sub.sec"];
        let all: Vec<u8> = all.iter().flat_map(|file| keys.read(file)).collect();
        fs::write(keys.path("secret.gpg"), all).expect("files can be written");
        // A key that was good when it signed.
        let expired =
            "--faked-system-time 20200101T000000 --quick-gen-key Old_<old@example.com> ed25519 sign 9d";
        keys.gpg("", expired);
        fs::write(keys.path("old.sec"), keys.gpg("", "--export-secret-keys old@example.com").stdout)
            .expect("files can be written");
        keys.gpg("", "--quick-gen-key Gone_<gone@example.com> ed25519 sign never");
        fs::write(keys.path("gone.sec"), keys.gpg("", "--export-secret-keys gone@example.com").stdout)
            .expect("files can be written");
        for certificate in fs::read_dir(keys.home().join("openpgp-revocs.d")).expect("a folder") {
            let path = certificate.expect("a file").path();
            let text = fs::read_to_string(&path).expect("a text");
            if text.contains("gone@example.com") {
                fs::write(keys.path("revocation"), text.replace(":-----BEGIN", "-----BEGIN"))
                    .expect("a file");
            }
        }
        keys.gpg("", &format!("--import {}", keys.path("revocation").display()));
        for (file, name) in [("old.gpg", "old@example.com"), ("gone.gpg", "gone@example.com")] {
            let key = keys.gpg("", &format!("--export {name}")).stdout;
            fs::write(keys.path(file), key).expect("files can be written");
        }
        Some(keys)
    }

    fn home(&self) -> PathBuf {
        let home = self.path("gnupg");
        if !home.exists() {
            fs::create_dir(&home).expect("a folder can be made");
            #[cfg(unix)]
            fs::set_permissions(&home, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("rights");
        }
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("the file is there")
    }

    /// Runs gpg with these words, in which `_` stands for a space.
    fn gpg(&self, passphrase: &str, words: &str) -> Output {
        let output = Command::new("gpg")
            .args(["--batch", "--quiet", "--yes", "--pinentry-mode", "loopback", "--passphrase", passphrase])
            .args(words.split(' ').map(|word| word.replace('_', " ")))
            .env("GNUPGHOME", self.home())
            .output()
            .expect("gpg runs");
        assert!(output.status.success(), "gpg {words}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", self.home()).status();
    }
}

/// What a program answered.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    exit: i32,
    stdout: String,
    stderr: String,
}

impl Answer {
    fn fine(stdout: &str) -> Answer {
        Answer { exit: 0, stdout: stdout.to_owned(), stderr: String::new() }
    }

    fn error(message: &str) -> Answer {
        Answer { exit: 1, stdout: String::new(), stderr: format!("Error: {message}\n") }
    }
}

/// A folder with a chart and its archive, and keys.
struct World {
    keys: Arc<Keys>,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Option<World> {
        let world = World { keys: Keys::get()?, folder: tempfile::tempdir().expect("a temporary folder") };
        fs::create_dir_all(world.path("web/templates")).expect("folders can be made");
        let chart = "apiVersion: v2\nname: web\nversion: 1.2.3\ndescription: |-\n  - with\n  ---\n  dashes\n";
        fs::write(world.path("web/Chart.yaml"), chart).expect("files can be written");
        fs::write(world.path("web/templates/a.yaml"), "a: 1\n").expect("files can be written");
        Some(world)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a program in the folder, with `%` in its words for the folder of the keys and `input` through a pipe.
    fn run(&self, program: &Path, words: &str, variables: &[(&str, &str)], input: &str) -> Answer {
        let keys = format!("{}/", self.keys.folder.path().display());
        let mut child = Command::new(program)
            .args(words.split(' ').map(|word| word.replace('%', &keys).replace('_', " ")))
            .current_dir(self.folder.path())
            .env_clear()
            .envs([("HOME", "/nonexistent"), ("PATH", "/usr/bin:/bin")])
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        // A program that does not want the input closes the pipe.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("the program ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&keys, "%");
        Answer {
            exit: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    fn pintle(&self, words: &str) -> Answer {
        self.run(Path::new(env!("CARGO_BIN_EXE_pintle")), words, &[], "")
    }

    /// Packs and signs the chart with the key `key` of the keyring `keyring`.
    fn sign(&self, program: &Path, keyring: &str, key: &str) {
        let words = format!("package web --sign --keyring %{keyring} --key {key}");
        let answer = self.run(program, &words, &[], "");
        assert_eq!((answer.exit, answer.stderr.as_str()), (0, ""), "{words}");
    }

    fn provenance(&self) -> String {
        fs::read_to_string(self.path(&format!("{ARCHIVE}.prov"))).expect("the archive is signed")
    }
}

/// The real Helm, if the environment names one.
fn helm() -> Option<PathBuf> {
    let helm = std::env::var_os("HELM").map(PathBuf::from);
    if helm.is_none() {
        println!("skipped: HELM does not name a Helm to compare with");
    }
    helm
}

/// The keys that can sign: keyring, name, who is named, and the passphrase.
const SIGNERS: [(&str, &str, &str, &str); 6] = [
    ("secret.gpg", "rsa@example.com", "Signed by: Rsa <rsa@example.com>\n", ""),
    ("rsa.sec.asc", "Rsa", "Signed by: Rsa <rsa@example.com>\n", ""),
    (
        "secret.gpg",
        "Eddie_<eddie@example.com>",
        "Signed by: Eddie <eddie@example.com>\nSigned by: Edward <edward@example.com>\n",
        "",
    ),
    ("secret.gpg", "locked", "Signed by: Locked <locked@example.com>\n", "secret\n"),
    ("secret.gpg", "nist", "Signed by: Nist <nist@example.com>\n", ""),
    ("secret.gpg", "sub", "Signed by: Sub <sub@example.com>\n", ""),
];

/// What is signed by each kind of key satisfies pintle itself, gpg, and Helm.
#[test]
fn signatures_satisfy_all() {
    let Some(world) = World::new() else { return };
    let helm = helm();
    for (keyring, key, names, passphrase) in SIGNERS {
        let mut words = format!("package web --sign --keyring %{keyring} --key {key}");
        if !passphrase.is_empty() {
            words += " --passphrase-file -";
        }
        let answer = world.run(Path::new(env!("CARGO_BIN_EXE_pintle")), &words, &[], passphrase);
        assert_eq!((answer.exit, answer.stderr.as_str()), (0, ""), "{words}");
        world.keys.gpg("", &format!("--verify {}", world.path(&format!("{ARCHIVE}.prov")).display()));
        let verify = format!("verify {ARCHIVE} --keyring %public.gpg");
        let verified = world.pintle(&verify);
        assert!(verified.exit == 0 && verified.stdout.starts_with(names), "{key}: {verified:?}");
        if let Some(helm) = &helm {
            let by_helm = world.run(helm, &verify, &[], "");
            let sorted = |answer: &Answer| {
                let mut lines: Vec<String> = answer.stdout.lines().map(str::to_owned).collect();
                lines.sort();
                lines
            };
            assert_eq!(sorted(&by_helm), sorted(&verified), "{key}: {by_helm:?}");
        }
    }
}

/// What Helm signs satisfies pintle, and the texts of both are the same.
#[test]
fn helms_signatures_satisfy() {
    let (Some(world), Some(helm)) = (World::new(), helm()) else { return };
    let signed_text = |text: String| {
        let end = text.find("files:").expect("a list of files");
        text[..end].to_owned()
    };
    for (keyring, key, names, passphrase) in SIGNERS {
        // Helm signs with a key that may only certify, which nobody accepts.
        if key == "sub" || !passphrase.is_empty() {
            continue;
        }
        world.sign(&helm, keyring, key);
        let by_helm = signed_text(world.provenance());
        let verified = world.pintle(&format!("verify {ARCHIVE} --keyring %public.gpg"));
        assert!(verified.exit == 0 && verified.stdout.starts_with(names), "{key}: {verified:?}");
        world.sign(Path::new(env!("CARGO_BIN_EXE_pintle")), keyring, key);
        assert_eq!(signed_text(world.provenance()), by_helm);
    }
}

/// What gpg signs satisfies pintle.
#[test]
fn gpgs_signatures_satisfy() {
    let Some(world) = World::new() else { return };
    world.sign(Path::new(env!("CARGO_BIN_EXE_pintle")), "secret.gpg", "rsa");
    let provenance = world.provenance();
    let (_, text) = provenance.split_once("\n\n").expect("a head");
    let (text, _) = text.split_once("\n-----BEGIN PGP SIGNATURE").expect("a signature");
    fs::write(world.path("text"), text.replace("\n- ", "\n")).expect("files can be written");
    for user in ["rsa", "edward", "nist", "sub"] {
        let [text, prov] = ["text".to_owned(), format!("{ARCHIVE}.prov")].map(|name| world.path(&name));
        let words = format!("-u {user}@example.com --clearsign -o {} {}", prov.display(), text.display());
        world.keys.gpg("", &words);
        let verified = world.pintle(&format!("verify {ARCHIVE} --keyring %public.gpg"));
        assert_eq!((verified.exit, verified.stderr.as_str()), (0, ""), "{user}");
    }
}

/// One way to break what `verify` looks at, and Helm's answer.
struct Broken {
    name: &'static str,
    /// Breaks the provenance file.
    provenance: fn(&str) -> String,
    /// Breaks the archive.
    archive: fn(Vec<u8>) -> Vec<u8>,
    keyring: &'static str,
    message: &'static str,
}

const NOT_BROKEN: Broken = Broken {
    name: "",
    provenance: str::to_owned,
    archive: |bytes| bytes,
    keyring: "%public.gpg",
    message: "",
};

const NO_SIGNATURE: &str = "signature block not found";
const UNKNOWN: &str = "openpgp: signature made by unknown entity";

const BROKEN: [Broken; 14] = [
    Broken { name: "another key", keyring: "%ed.sec", message: UNKNOWN, ..NOT_BROKEN },
    Broken { name: "no keys", keyring: "/dev/null", message: UNKNOWN, ..NOT_BROKEN },
    Broken {
        name: "no keyring",
        keyring: "%nope",
        message: "failed to load keyring: open %nope: no such file or directory",
        ..NOT_BROKEN
    },
    Broken {
        name: "a keyring that is none",
        keyring: "web/Chart.yaml",
        message: "failed to load keyring: openpgp: invalid data: tag byte does not have MSB set",
        ..NOT_BROKEN
    },
    Broken {
        name: "a message as keyring",
        keyring: "web-1.2.3.tgz.prov",
        message: "failed to load keyring: reading armored keyring web-1.2.3.tgz.prov: \
                  expected a public or private key block, got \"PGP SIGNED MESSAGE\"",
        ..NOT_BROKEN
    },
    Broken { name: "empty", provenance: |_| String::new(), message: NO_SIGNATURE, ..NOT_BROKEN },
    Broken {
        name: "cut off",
        provenance: |text| text[..text.len() / 2].to_owned(),
        message: NO_SIGNATURE,
        ..NOT_BROKEN
    },
    Broken {
        name: "not signed",
        provenance: |text| {
            let (text, _) = text.split_once("-----BEGIN PGP SIGNATURE").expect("a signature");
            text.split_once("\n\n").expect("a head").1.to_owned()
        },
        message: NO_SIGNATURE,
        ..NOT_BROKEN
    },
    Broken {
        name: "other text",
        provenance: |text| text.replacen("version: 1.2.3", "version: 1.2.4", 1),
        message: "openpgp: invalid signature: RSA verification failure",
        ..NOT_BROKEN
    },
    Broken {
        name: "other hash in the head",
        provenance: |text| text.replacen("SHA512", "SHA999", 1),
        message: NO_SIGNATURE,
        ..NOT_BROKEN
    },
    Broken {
        name: "no base64",
        provenance: |text| text.replacen("SIGNATURE-----\n\n", "SIGNATURE-----\n\n!!!!", 1),
        message: "illegal base64 data at input byte 0",
        ..NOT_BROKEN
    },
    Broken {
        name: "no packets",
        provenance: |text| text.replacen("SIGNATURE-----\n\n", "SIGNATURE-----\n\nAAAA", 1),
        message: "openpgp: invalid data: tag byte does not have MSB set",
        ..NOT_BROKEN
    },
    Broken {
        name: "empty signature",
        provenance: |text| {
            let (text, _) = text.split_once("SIGNATURE-----\n\n").expect("a signature");
            format!("{text}SIGNATURE-----\n\n\n-----END PGP SIGNATURE-----\n")
        },
        message: UNKNOWN,
        ..NOT_BROKEN
    },
    Broken {
        name: "other archive",
        archive: |_| b"abc".to_vec(),
        message: "sha256 sum does not match for web-1.2.3.tgz: \"SUM\" != \
                  \"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"",
        ..NOT_BROKEN
    },
];

#[test]
fn broken_provenance_is_refused() {
    let Some(world) = World::new() else { return };
    let helm = helm();
    world.sign(Path::new(env!("CARGO_BIN_EXE_pintle")), "secret.gpg", "rsa");
    let provenance = world.provenance();
    let archive = fs::read(world.path(ARCHIVE)).expect("the archive is there");
    let sum = provenance.lines().find_map(|line| line.strip_prefix("  web-1.2.3.tgz: ")).expect("a sum");
    for broken in BROKEN {
        fs::write(world.path(ARCHIVE), (broken.archive)(archive.clone())).expect("files can be written");
        fs::write(world.path(&format!("{ARCHIVE}.prov")), (broken.provenance)(&provenance)).expect("a file");
        let words = format!("verify {ARCHIVE} --keyring {}", broken.keyring);
        let want = Answer::error(&broken.message.replace("SUM", sum));
        assert_eq!(world.pintle(&words), want, "{}", broken.name);
        if let Some(helm) = &helm {
            assert_eq!(world.run(helm, &words, &[], ""), want, "Helm: {}", broken.name);
        }
    }
}

/// Signatures that say something else, or by keys that do not count any more.
#[test]
fn signed_statements_are_looked_at() {
    let Some(world) = World::new() else { return };
    let helm = helm();
    let sum = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    fs::write(world.path(ARCHIVE), "abc").expect("files can be written");
    let good = format!("a: 1\n\n...\nfiles:\n  {ARCHIVE}: {sum}\n");
    let ring = "%public.gpg";
    let refused = "provenance does not contain a SHA for a file named \"web-1.2.3.tgz\"";
    let mismatch = format!("sha256 sum does not match for {ARCHIVE}: \"\" != \"{sum}\"");
    for (options, text, keyring, message) in [
        ("-u rsa@example.com", good.clone(), ring, ""),
        ("-u rsa@example.com", good.replace("files", "Files"), ring, ""),
        ("-u rsa@example.com", good.replace("a: 1", "{"), ring, ""),
        ("-u rsa@example.com", good.replace("  web", "  other: 1\n  web"), ring, ""),
        (
            "-u rsa@example.com",
            good.replace("\n\n...", ""),
            ring,
            "message block must have at least two parts",
        ),
        ("-u rsa@example.com", good.replace("web", "wab"), ring, refused),
        ("-u rsa@example.com", "a: 1\n\n...\n{}\n".to_owned(), ring, refused),
        ("-u rsa@example.com", good.replace(sum, "null"), ring, &mismatch),
        (
            "-u rsa@example.com",
            "a: 1\n\n...\nfiles: 1\n".to_owned(),
            ring,
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go struct field \
             .files of type map[string]string",
        ),
        (
            "-u rsa@example.com",
            "a: 1\n\n...\nfiles: {\n".to_owned(),
            ring,
            "error converting YAML to JSON: yaml: line 1: did not find expected node content",
        ),
        ("-u rsa@example.com --digest-algo RIPEMD160", good.clone(), ring, UNKNOWN),
        (
            "-u rsa@example.com --sig-notation !x@y.z=1",
            good.clone(),
            ring,
            "openpgp: invalid signature: unknown critical notation: x@y.z",
        ),
        (
            "-u rsa@example.com --faked-system-time 20500101T000000 --ignore-time-conflict",
            good.clone(),
            ring,
            "openpgp: signature expired",
        ),
        (
            "-u old@example.com --faked-system-time 20200102T000000",
            good.clone(),
            "%old.gpg",
            "openpgp: key expired",
        ),
    ] {
        let [path, prov] = ["text".to_owned(), format!("{ARCHIVE}.prov")].map(|name| world.path(&name));
        fs::write(&path, &text).expect("files can be written");
        // Names of files may hold what stands for a space in the words.
        fs::copy(&path, world.keys.path("text")).expect("files can be copied");
        world.keys.gpg("", &format!("{options} --clearsign -o {} {}", prov.display(), path.display()));
        let words = format!("verify {ARCHIVE} --keyring {keyring}");
        let answer = world.pintle(&words);
        match message {
            "" => assert_eq!((answer.exit, answer.stderr.as_str()), (0, ""), "{options} {text}"),
            message => assert_eq!(answer, Answer::error(message), "{options} {text}"),
        }
        if let Some(helm) = &helm {
            assert_eq!(world.run(helm, &words, &[], ""), answer, "Helm: {options} {text}");
        }
    }
}

#[test]
fn revoked_keys_do_not_count() {
    let Some(world) = World::new() else { return };
    world.sign(Path::new(env!("CARGO_BIN_EXE_pintle")), "gone.sec", "gone");
    let before = world.pintle(&format!("verify {ARCHIVE} --keyring %gone.sec"));
    assert_eq!((before.exit, before.stderr.as_str()), (0, ""));
    let words = format!("verify {ARCHIVE} --keyring %gone.gpg");
    let revoked = Answer::error("openpgp: signature made by revoked key");
    assert_eq!(world.pintle(&words), revoked);
    if let Some(helm) = helm() {
        assert_eq!(world.run(&helm, &words, &[], ""), revoked);
    }
}

/// All kinds of keyrings, named or found where GnuPG has them.
#[test]
fn keyrings_are_found_and_read() {
    let Some(world) = World::new() else { return };
    let helm = helm();
    world.sign(Path::new(env!("CARGO_BIN_EXE_pintle")), "secret.gpg", "rsa");
    let home = world.keys.home();
    let home = home.to_str().expect("a path in UTF-8");
    let verify = format!("verify {ARCHIVE}");
    let want = world.pintle(&format!("{verify} --keyring %rsa.gpg"));
    assert_eq!((want.exit, want.stderr.as_str()), (0, ""));
    for (words, variables) in [
        (format!("{verify} --keyring %public.asc"), vec![]),
        (format!("{verify} --keyring %secret.gpg"), vec![]),
        (format!("{verify} --keyring %gnupg/pubring.kbx"), vec![]),
        (verify.clone(), vec![("GNUPGHOME", home)]),
    ] {
        for program in [Some(Path::new(env!("CARGO_BIN_EXE_pintle"))), helm.as_deref()].into_iter().flatten()
        {
            assert_eq!(world.run(program, &words, &variables, ""), want, "{} {words}", program.display());
        }
    }
    let cut = world.keys.read("gnupg/pubring.kbx");
    fs::write(world.path("cut"), &cut[..100]).expect("files can be written");
    let answer = world.pintle(&format!("{verify} --keyring cut"));
    assert!(
        answer.stderr.starts_with("Error: failed to load keyring: reading keybox cut: blob at"),
        "{answer:?}"
    );
}

/// Other commands verify charts in files too.
#[test]
fn charts_are_verified_before_use() {
    let Some(world) = World::new() else { return };
    world.sign(Path::new(env!("CARGO_BIN_EXE_pintle")), "secret.gpg", "rsa");
    let words = format!("template ./{ARCHIVE} --verify --keyring");
    assert_eq!(
        world.pintle(&format!("{words} %public.gpg")),
        Answer::fine("---\n# Source: web/templates/a.yaml\na: 1\n")
    );
    assert_eq!(world.pintle(&format!("{words} %ed.sec")), Answer::error(UNKNOWN));
    assert_eq!(
        world.pintle("template web --verify --keyring %ed.sec"),
        Answer::error("unpacked charts cannot be verified")
    );
}

/// The same chart, key and time give the same statement, on any day.
#[test]
fn signatures_are_reproducible() {
    let Some(world) = World::new() else { return };
    for key in ["rsa", "Edward", "nist", "sub"] {
        let words = format!("package web --sign --keyring %secret.gpg --key {key}");
        let sign = |time: &str| {
            let program = Path::new(env!("CARGO_BIN_EXE_pintle"));
            let answer = world.run(program, &words, &[("SOURCE_DATE_EPOCH", time)], "");
            assert_eq!((answer.exit, answer.stderr.as_str()), (0, ""), "{words}");
            world.provenance()
        };
        let first = sign("1900000000");
        assert_eq!(sign("1900000000"), first, "{key}");
        assert_ne!(sign("1900000001"), first, "{key}");
        // A key cannot have signed before it was made.
        sign("1000000000");
        world.keys.gpg("", &format!("--verify {}", world.path(&format!("{ARCHIVE}.prov")).display()));
    }
}

/// Keys that cannot sign are refused in Helm's words, and nothing is written.
#[test]
fn nothing_is_left_without_a_key() {
    let Some(world) = World::new() else { return };
    let helm = helm();
    fs::write(world.path("wrong"), "wrong\n").expect("files can be written");
    fs::write(world.path("empty"), "").expect("files can be written");
    for (words, message) in [
        ("--keyring %secret.gpg", "--key is required for signing a package"),
        ("--key x --keyring ", "--keyring is required for signing a package"),
        ("--key x --keyring %nope", "open %nope: no such file or directory"),
        ("--key nobody --keyring %secret.gpg", "private key not found"),
        ("--key example --keyring %secret.gpg", "more than one key contain the id \"example\""),
        (
            "--key rsa --keyring %public.gpg",
            "provided key is not a private key. Try providing a keyring with secret keys",
        ),
        ("--key locked --keyring %secret.gpg --passphrase-file nope", "open nope: no such file or directory"),
        ("--key locked --keyring %secret.gpg --passphrase-file empty", "EOF"),
        (
            "--key locked --keyring %secret.gpg --passphrase-file wrong",
            "openpgp: invalid data: private key checksum failure",
        ),
    ] {
        let words = format!("package web -d out --sign {words}");
        assert_eq!(world.pintle(&words), Answer::error(message), "{words}");
        assert!(!world.path("out").exists(), "{words}");
        if let Some(helm) = &helm {
            assert_eq!(world.run(helm, &words, &[], ""), Answer::error(message), "Helm: {words}");
            let _ = fs::remove_dir_all(world.path("out"));
        }
    }
    // Nobody is there to be asked.
    let answer = world.pintle("package web -d out --sign --key locked --keyring %secret.gpg");
    assert_eq!(answer.stdout, "Password for key \"Locked <locked@example.com>\" >  \n");
    assert!(answer.stderr.ends_with("Error: inappropriate ioctl for device\n"), "{answer:?}");
    assert!(!world.path("out").exists());
}

/// Plugins: packed and signed by one, verified and installed by the other.
#[test]
fn plugins_are_signed_and_verified() {
    let Some(world) = World::new() else { return };
    let pintle = PathBuf::from(env!("CARGO_BIN_EXE_pintle"));
    fs::create_dir_all(world.path("plugin/bin")).expect("folders can be made");
    let text = "apiVersion: v1\ntype: cli/v1\nname: greet\nversion: 1.0.0\nruntime: subprocess\n\
                config: {shortHelp: greets, longHelp: greets at length}\n\
                runtimeConfig: {platformCommand: [{command: echo, args: [hello]}]}\n";
    fs::write(world.path("plugin/plugin.yaml"), text).expect("files can be written");
    let helm = helm();
    let programs = [Some(pintle.as_path()), helm.as_deref()];
    for packer in programs.into_iter().flatten() {
        let words = "plugin package plugin -d out --key Edward --keyring %secret.gpg";
        let want = "Successfully signed. Signature written to: out/greet-1.0.0.tgz.prov\n\
                    Successfully packaged plugin and saved it to: out/greet-1.0.0.tgz\n";
        assert_eq!(world.run(packer, words, &[], ""), Answer::fine(want));
        for (i, installer) in programs.into_iter().flatten().enumerate() {
            let verified =
                world.run(installer, "plugin verify out/greet-1.0.0.tgz --keyring %public.gpg", &[], "");
            assert!(verified.stdout.contains("\nPlugin Hash Verified: sha256:"), "{verified:?}");
            let data = format!("data{i}");
            let variables = [("HELM_DATA_HOME", data.as_str())];
            let install = "plugin install out/greet-1.0.0.tgz --keyring";
            let refused = world.run(installer, &format!("{install} %rsa.gpg"), &variables, "");
            assert_eq!(
                refused,
                Answer {
                    stdout: "Verifying plugin signature...\n".to_owned(),
                    ..Answer::error(&format!("plugin verification failed: {UNKNOWN}"))
                }
            );
            let installed = world.run(installer, &format!("{install} %public.gpg"), &variables, "");
            assert!(
                installed.exit == 0 && installed.stdout.ends_with("\nInstalled plugin: greet\n"),
                "{installed:?}"
            );
            assert_eq!(world.run(installer, "greet", &variables, ""), Answer::fine("hello\n"));
            fs::remove_dir_all(world.path(&data)).expect("the folder is there");
        }
    }
    let again = |time: &str| {
        let words = "plugin package plugin -d again --key Edward --keyring %secret.gpg";
        let answer = world.run(&pintle, words, &[("SOURCE_DATE_EPOCH", time)], "");
        assert_eq!(answer.exit, 0, "{answer:?}");
        ["again/greet-1.0.0.tgz", "again/greet-1.0.0.tgz.prov"]
            .map(|file| fs::read(world.path(file)).expect("the file is there"))
    };
    assert_eq!(again("1900000000"), again("1900000000"));
    std::os::unix::fs::symlink("plugin.yaml", world.path("plugin/link")).expect("links can be made");
    let link = world.pintle("plugin package plugin -d out2 --sign=false");
    assert!(link.stderr.contains("cannot pack plugin/link: "), "{link:?}");
    assert!(!world.path("out2").exists());
}
