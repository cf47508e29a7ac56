//! Archives: always the same bytes, no worse than Helm's, and nothing but charts comes out of them.

#![expect(clippy::disallowed_methods, reason = "tests work on files of their own")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use pintle::package::{self, Options};

/// The program under test.
const PINTLE: &str = env!("CARGO_BIN_EXE_pintle");

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts/lighthouse")
}

/// The archive of the chart at `path`.
fn build(path: &Path) -> Vec<u8> {
    package::build(path, &Options::default(), &mut Vec::new()).expect("the chart can be packed").bytes
}

/// The files below `folder`, with their paths there.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder can be read") {
            let path = entry.expect("a folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it is below").to_owned();
                found.insert(name, fs::read(path).expect("a file can be read"));
            }
        }
    }
    found
}

/// The entries of an archive.
fn entries(archive: &[u8]) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut archive = tar::Archive::new(MultiGzDecoder::new(archive));
    let entries = archive.entries().expect("it is an archive").map(|entry| {
        let mut entry = entry.expect("it is an archive");
        let mut data = Vec::new();
        entry.read_to_end(&mut data).expect("it is an archive");
        (entry.path().expect("it has a path").into_owned(), data)
    });
    entries.collect()
}

/// A copy of the example chart with two subcharts, one of them packed. Its files are made in this order and have this
/// time.
fn copy(to: &Path, reversed: bool, modified: SystemTime) {
    let mut all: Vec<_> = files(&example()).into_iter().collect();
    let sub = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n").into_bytes();
    all.push(("charts/plain/Chart.yaml".into(), sub("plain")));
    all.push(("charts/plain/values.yaml".into(), b"a: 1\n".to_vec()));
    all.push(("Chart.lock".into(), b"digest: d\ngenerated: 2024-01-02T03:04:05.6Z\n".to_vec()));
    let packed = tempfile::tempdir().expect("a temporary folder");
    fs::write(packed.path().join("Chart.yaml"), sub("packed")).expect("a file can be written");
    all.push(("charts/packed-1.0.0.tgz".into(), build(packed.path())));
    if reversed {
        all.reverse();
    }
    for (name, data) in all {
        let path = to.join(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("folders can be made");
        fs::write(&path, data).expect("a file can be written");
        let file = File::options().append(true).open(&path).expect("it is there");
        file.set_modified(modified).expect("its time can be set");
    }
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (one, other) = (folder.path().join("one"), folder.path().join("two/other"));
    copy(&one, false, SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
    copy(&other, true, SystemTime::now());
    let archive = build(&one);
    assert!(archive == build(&other), "order and times of files show");
    fs::write(one.join("values.yaml"), "a: 2").expect("a file can be written");
    assert!(archive != build(&one));
}

/// What `program` prints, run in `folder`.
fn output(program: &Path, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .output()
        .expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn helm_finds_in_our_archives_what_it_packs_itself() {
    let Some(helm) = std::env::var_os("HELM").map(PathBuf::from) else {
        eprintln!("skipped: HELM names no Helm");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let chart = folder.path().join("chart");
    copy(&chart, false, SystemTime::now());
    let charts = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts");
    let bundled = ["mla/grafana", "monitoring/prometheus", "backup/velero"].map(|name| charts.join(name));
    for (index, chart) in [chart].iter().chain(&bundled).enumerate() {
        let chart = chart.to_str().expect("paths are text");
        let archives = [(&*helm, "helm"), (Path::new(PINTLE), "pintle")].map(|(program, name)| {
            let name = format!("{index}-{name}");
            let printed = output(program, &["package", chart, "-d", &name], folder.path());
            let path = printed.trim_end().rsplit(": ").next().expect("it says where").to_owned();
            let data = fs::read(folder.path().join(&path)).expect("it is there");
            let rendered = output(&helm, &["template", "web", &path, "--include-crds"], folder.path());
            let shown = output(&helm, &["show", "all", &path], folder.path());
            (entries(&data), rendered, shown)
        });
        assert!(archives[0] == archives[1], "{chart}");
        assert!(!archives[0].1.is_empty());
    }
}

#[test]
fn what_was_packed_comes_out() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = build(&example());
    let target = package::unpack(&*archive, folder.path()).expect("it can be unpacked");
    assert_eq!(target, folder.path().join("lighthouse"));
    let strip = |(path, data): (PathBuf, Vec<u8>)| {
        (path.strip_prefix("lighthouse").expect("all is in one folder").to_owned(), data)
    };
    assert_eq!(files(&target), entries(&archive).into_iter().map(strip).collect());
    assert!(archive == build(&target), "nothing is lost");
    let twice = package::unpack(&*archive, folder.path()).expect_err("it is there");
    let expected = format!("a file or directory with the name {} already exists", target.display());
    assert_eq!(twice.to_string(), format!("failed to untar: {expected}"));
}

/// An archive of these entries; paths are written as they are.
fn archive(entries: &[(&str, tar::EntryType, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, kind, data) in entries {
        let mut header = tar::Header::new_ustar();
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(*kind);
        if kind.is_symlink() || kind.is_hard_link() {
            header.set_link_name(data).expect("a link leads somewhere");
        }
        header.set_mode(0o6777);
        header.set_size(if kind.is_file() { data.len() as u64 } else { 0 });
        header.set_cksum();
        builder
            .append(&header, if kind.is_file() { data.as_bytes() } else { &[] })
            .expect("memory takes all");
    }
    builder.into_inner().and_then(GzEncoder::finish).expect("memory takes all")
}

#[test]
fn nothing_is_written_but_charts() {
    use tar::EntryType as Kind;
    let meta = ("c/Chart.yaml", Kind::Regular, "name: c\n");
    let named = |name: &'static str| ("c/Chart.yaml", Kind::Regular, name);
    for (entries, expected) in [
        (&[("c/a", Kind::Regular, "x")][..], "chart name not specified"),
        (&[named("name: ..")], "chart name \"..\" is not allowed"),
        (&[named("name: .")], "chart name \".\" is not allowed"),
        (&[named("name: ../x")], "chart name \"../x\" must not contain path separators"),
        (&[named("name: 'a\\b'")], "chart name \"a\\\\b\" must not contain path separators"),
        (
            &[named("- 1")],
            "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal \
                           array into Go value of type v2.Metadata",
        ),
        (&[meta, named("name: d")], "chart archive has files Chart.yaml of two charts, \"c\" and \"d\""),
        (&[meta, ("c/../../x", Kind::Regular, "x")], "chart illegally references parent directory"),
        (&[meta, ("c//x", Kind::Regular, "x")], "chart illegally contains absolute paths"),
        (&[meta, ("c/a", Kind::Regular, "x"), ("c/a/b", Kind::Regular, "x")], "mkdir"),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let into = folder.path().join("into");
        let error = package::unpack(&*archive(entries), &into).expect_err(expected).to_string();
        assert!(error.starts_with(expected), "{error} instead of {expected}");
        assert!(files(folder.path()).is_empty() && !into.join("c").exists(), "{expected}");
    }

    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("secret"), "secret").expect("a file can be written");
    let into = folder.path().join("into");
    let links = archive(&[
        meta,
        ("c/link", Kind::Symlink, "../../.."),
        ("c/link/x", Kind::Regular, "x"),
        ("c/hard", Kind::Link, "../../secret"),
        ("c/a", Kind::Regular, "old"),
        ("c/a", Kind::Regular, "new"),
    ]);
    let error = package::unpack(&*links, &into).expect_err("a link is a file").to_string();
    assert!(error.contains("not a directory"), "{error}");
    let links =
        archive(&[meta, ("c/hard", Kind::Link, "../../secret"), ("c/a", Kind::Symlink, "../../secret")]);
    let target = package::unpack(&*links, &into).expect("links become files");
    let expected = [("Chart.yaml", "name: c\n"), ("a", ""), ("hard", "")];
    assert_eq!(files(&target), expected.map(|(name, data)| (name.into(), data.into())).into());
    #[cfg(unix)]
    for entry in fs::read_dir(&target).expect("it is there") {
        use std::os::unix::fs::PermissionsExt as _;
        let info = entry.and_then(|entry| entry.path().symlink_metadata()).expect("it is there");
        assert!(info.is_file() && info.permissions().mode() & 0o7133 == 0, "{info:?}");
    }
}

#[test]
#[cfg(unix)]
fn signals_leave_nothing_behind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let chart = folder.path().join("chart");
    fs::create_dir_all(&chart).expect("a folder can be made");
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: c\nversion: 1.0.0\n")
        .expect("a file can be written");
    // What does not become smaller takes a while to write.
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    });
    fs::write(chart.join("noise"), noise.take(16 << 20).collect::<Vec<u8>>()).expect("a file can be written");
    let out = folder.path().join("out");
    fs::create_dir_all(&out).expect("a folder can be made");
    let names = || {
        let entries = fs::read_dir(&out).expect("the folder is there");
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect::<Vec<_>>()
    };
    for signal in ["-INT", "-TERM"] {
        let mut child = Command::new(PINTLE)
            .args(["package", "chart", "-d", "out"])
            .current_dir(folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("the program runs");
        while child.try_wait().expect("it can be asked").is_none() && names().is_empty() {
            std::thread::sleep(Duration::from_micros(200));
        }
        let mut kill = Command::new("kill");
        kill.args([signal, &child.id().to_string()]).stderr(std::process::Stdio::null());
        kill.status().expect("kill is there");
        child.wait().expect("it ends");
        let left = names();
        assert!(left.is_empty() || left == ["c-1.0.0.tgz"], "{left:?}");
        let _ = fs::remove_file(out.join("c-1.0.0.tgz"));
    }
}
