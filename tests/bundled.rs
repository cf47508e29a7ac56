//! The bundled charts render as the real Helm renders them, at each version that `tools/charts-at` can rebuild, with
//! every values file made for them.
//!
//! `tests/bundled/<chart>/*.yaml` are values of a chart (`mla/grafana` is `mla-grafana`); the chart refuses those whose
//! name ends in `.2.23.yaml` before 2.23. `tests/bundled/<chart>/invalid/*.yaml` must be refused with the text of their
//! first line, `# expect: …`. `charts/stacks.yaml` knows releases and namespaces.
//!
//! `tests/bundled/SUMS` has a line for each render: version, namespace, chart, values file (`-`: none) and the SHA-256
//! of the manifests, or `refused`. It is never written by hand:
//! `ACCEPT=1 HELM=path/to/helm cargo test --test main bundled` makes it anew.

#![expect(clippy::disallowed_methods, reason = "tests work on files of their own")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use data_encoding::HEXLOWER;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The program under test.
const PINTLE: &str = env!("CARGO_BIN_EXE_pintle");
/// The version in `charts/`. The earlier ones are in `history/`.
const CURRENT: &str = "2.23.0";
/// The end of the name of values files that fit the current version only.
const CURRENT_ONLY: &str = ".2.23.yaml";

/// An entry of `charts/stacks.yaml`.
#[derive(Deserialize)]
struct Release {
    chart: String,
    release: String,
    namespace: String,
}

/// An entry of `tests/bundled/values.yaml`: a values file for whole stacks.
#[derive(Deserialize)]
struct Shared {
    stacks: Vec<String>,
    versions: Vec<String>,
}

/// One render.
struct Case<'a> {
    version: &'a str,
    release: &'a Release,
    /// Relative to the repository.
    values: Option<String>,
}

impl Case<'_> {
    /// What a line of `SUMS` says before the sum.
    fn key(&self) -> String {
        let Release { chart, namespace, .. } = self.release;
        format!("{} {namespace} {chart} {}", self.version, self.values.as_deref().unwrap_or("-"))
    }

    /// Whether the values must fit the chart at this version. A chart may need values, so none may or may not do.
    fn fits(&self) -> Option<bool> {
        self.values.as_deref().map(|file| self.version == CURRENT || !file.ends_with(CURRENT_ONLY))
    }

    /// Runs `program template` where the charts are, so that no path of this run can be in its output.
    fn render(&self, program: &Path, charts: &Path) -> Output {
        let Release { chart, release, namespace } = self.release;
        let mut command = Command::new(program);
        command.args(["template", release, &format!("./{chart}"), "--namespace", namespace]);
        if let Some(values) = &self.values {
            command.arg("--values").arg(repository().join(values));
        }
        command
            .current_dir(charts)
            .env_clear()
            .envs([("PATH", "/usr/bin:/bin"), ("HOME", "/nonexistent"), ("TZ", "UTC"), ("LANG", "C.UTF-8")])
            .stdin(Stdio::null())
            .output()
            .expect("the program runs")
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read<T: for<'de> Deserialize<'de>>(path: &str) -> T {
    let text = fs::read_to_string(repository().join(path)).expect(path);
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn stacks() -> BTreeMap<String, Vec<Release>> {
    read("charts/stacks.yaml")
}

/// The first release of each chart, by chart.
fn releases(stacks: &BTreeMap<String, Vec<Release>>) -> BTreeMap<&str, &Release> {
    stacks.values().flatten().rev().map(|release| (release.chart.as_str(), release)).collect()
}

/// The YAML files right in a folder of the repository, sorted, relative to the repository.
fn yaml_files(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(repository().join(folder)).into_iter().flatten();
    let names = entries.map(|entry| entry.expect("a readable entry").file_name());
    let names = names.map(|name| name.into_string().expect("a name in UTF-8"));
    let mut files: Vec<_> =
        names.filter(|name| name.ends_with(".yaml")).map(|name| format!("{folder}/{name}")).collect();
    files.sort();
    files
}

/// The folder of a chart's test values.
fn test_folder(chart: &str) -> String {
    format!("tests/bundled/{}", chart.replace('/', "-"))
}

/// The versions of the bundled charts, the current one first.
fn versions() -> Vec<String> {
    let earlier = fs::read_dir(repository().join("history")).expect("history/");
    let earlier = earlier.map(|entry| entry.expect("a readable entry").file_name());
    let earlier = earlier.map(|name| name.into_string().expect("a version in UTF-8"));
    [CURRENT.to_owned()].into_iter().chain(earlier).collect()
}

/// Where the charts of a version are; those of an earlier one are rebuilt below `scratch`.
fn charts_at(version: &str, scratch: &Path) -> PathBuf {
    if version == CURRENT {
        return repository().join("charts");
    }
    let folder = scratch.join(version);
    let output = Command::new(repository().join("tools/charts-at"))
        .arg(version)
        .arg(&folder)
        .output()
        .expect("tools/charts-at runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

/// Every render of one version.
fn cases_at<'a>(version: &'a str, stacks: &'a BTreeMap<String, Vec<Release>>) -> Vec<Case<'a>> {
    let mut cases = Vec::new();
    for (chart, release) in releases(stacks) {
        let files = yaml_files(&test_folder(chart));
        let values = [None].into_iter().chain(files.into_iter().map(Some));
        cases.extend(values.map(|values| Case { version, release, values }));
    }
    for (file, shared) in read::<BTreeMap<String, Shared>>("tests/bundled/values.yaml") {
        if !shared.versions.iter().any(|v| v == version) {
            continue;
        }
        for stack in &shared.stacks {
            let releases = stacks.get(stack).unwrap_or_else(|| panic!("{file}: no stack {stack}"));
            cases.extend(releases.iter().map(|release| Case {
                version,
                release,
                values: Some(file.clone()),
            }));
        }
    }
    cases
}

/// Calls `work` for each item, on all processors.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let part = items.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(part)
            .map(|items| scope.spawn(|| items.iter().map(&work).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("its report stands above")).collect()
    })
}

#[test]
fn bundled_charts_render_as_helm_renders_them() {
    let accepts = std::env::var_os("ACCEPT").is_some();
    let helm = std::env::var_os("HELM").map(PathBuf::from).filter(|_| accepts);
    let program = helm.as_deref().unwrap_or(Path::new(PINTLE));
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let stacks = stacks();
    let mut sums = BTreeMap::new();
    for version in versions() {
        let charts = charts_at(&version, scratch.path());
        sums.extend(in_parallel(&cases_at(&version, &stacks), |case| {
            let output = case.render(program, &charts);
            let sum = if output.status.success() {
                HEXLOWER.encode(&Sha256::digest(&output.stdout))
            } else {
                "refused".to_owned()
            };
            if let Some(fits) = case.fits() {
                let error = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.success(), fits, "does it fit? {}\n{error}", case.key());
            }
            (case.key(), sum)
        }));
    }

    let path = repository().join("tests/bundled/SUMS");
    if helm.is_some() {
        let text: String = sums.iter().map(|(key, sum)| format!("{key} {sum}\n")).collect();
        fs::write(path, text).expect("SUMS can be written");
        return;
    }
    let recorded = fs::read_to_string(path).expect("tests/bundled/SUMS");
    let recorded: BTreeMap<_, _> = recorded.lines().filter_map(|line| line.rsplit_once(' ')).collect();
    let mut report = String::new();
    for (key, sum) in &sums {
        match recorded.get(key.as_str()) {
            Some(recorded) if recorded == sum => {}
            Some(recorded) => _ = writeln!(report, "{key}: Helm {recorded}, pintle {sum}"),
            None => _ = writeln!(report, "{key}: not in SUMS"),
        }
    }
    for key in recorded.keys().filter(|key| !sums.contains_key(**key)) {
        _ = writeln!(report, "{key}: stale, there is no such render");
    }
    assert!(report.is_empty(), "a chart changed? CONTRIBUTING.md says how to record its sums\n{report}");
}

#[test]
fn bundled_charts_refuse_wrong_values() {
    let stacks = stacks();
    let charts = repository().join("charts");
    let mut cases = Vec::new();
    for (chart, release) in releases(&stacks) {
        let files = yaml_files(&format!("{}/invalid", test_folder(chart)));
        assert!(!files.is_empty(), "{chart} has no values that it refuses in {}/invalid", test_folder(chart));
        cases.extend(files.into_iter().map(|file| Case { version: CURRENT, release, values: Some(file) }));
    }
    let problems = in_parallel(&cases, |case| {
        let file = case.values.as_deref().unwrap_or_default();
        let text = fs::read_to_string(repository().join(file)).expect(file);
        let expected = text.lines().next().and_then(|line| line.strip_prefix("# expect: "));
        let expected = expected.filter(|text| !text.trim().is_empty());
        let output = case.render(Path::new(PINTLE), &charts);
        let error = String::from_utf8_lossy(&output.stderr);
        match expected {
            None => Some(format!("{file}: the first line is not `# expect: …`")),
            Some(_) if output.status.success() => Some(format!("{file}: not refused")),
            Some(expected) if !error.contains(expected) => {
                Some(format!("{file}: `{expected}` is not in\n{error}"))
            }
            Some(_) => None,
        }
    });
    let problems: Vec<_> = problems.into_iter().flatten().collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// `charts/stacks.yaml`, `tests/bundled/` and `tests/bundled/values.yaml` name what exists, all of it.
#[test]
fn bundled_charts_are_listed_and_have_values() {
    let stacks = stacks();
    let releases = releases(&stacks);
    let listed: BTreeSet<_> = releases.keys().map(|chart| (*chart).to_owned()).collect();
    assert_eq!(listed, files_below("charts", "/Chart.yaml"), "charts/stacks.yaml against charts/");

    let with_values = releases.keys().filter(|chart| !yaml_files(&test_folder(chart)).is_empty());
    let with_values: BTreeSet<_> = with_values.map(|chart| chart.replace('/', "-")).collect();
    let folders = fs::read_dir(repository().join("tests/bundled")).expect("tests/bundled");
    let folders = folders.map(|entry| entry.expect("a readable entry").path()).filter(|path| path.is_dir());
    let folders: BTreeSet<_> =
        folders.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect();
    assert_eq!(with_values, folders, "charts with test values against tests/bundled/");
    assert_eq!(with_values.len(), listed.len(), "each chart has test values");

    let shared: BTreeSet<_> =
        read::<BTreeMap<String, Shared>>("tests/bundled/values.yaml").into_keys().collect();
    let values = files_below("values", ".yaml").into_iter().filter(|file| file.contains("values"));
    let values: BTreeSet<_> = values.map(|file| format!("values/{file}.yaml")).collect();
    assert_eq!(shared, values, "tests/bundled/values.yaml against values/");
}

/// Paths of the files below a folder whose path ends in `end`, without `end`, relative to the folder.
fn files_below(folder: &str, end: &str) -> BTreeSet<String> {
    let root = repository().join(folder);
    let mut found = BTreeSet::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(name) = path.strip_prefix(&root).ok().and_then(Path::to_str) {
                found.extend(name.strip_suffix(end).map(str::to_owned));
            }
        }
    }
    found
}
