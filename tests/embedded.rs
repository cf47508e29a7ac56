//! The charts in the binary, against their directories in the checkout.

#![cfg(feature = "embedded")]

use std::path::Path;
use std::process::{Command, Output};

/// What the program does with these arguments, in a directory without charts.
fn run(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_pintle"));
    command.args(arguments).current_dir(folder.path()).env_remove("PINTLE_CHARTS_DIRECTORY");
    command.output().expect("the program runs")
}

#[test]
fn the_binary_alone_renders_bundled_charts() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("charts/backup/velero");
    let directory = directory.to_str().expect("the checkout has a name in UTF-8");
    for (flags, succeeds) in [
        (&["--include-crds", "--namespace=velero"][..], true),
        // An error at length shows lines of the chart, which is in memory.
        (&["--explain-errors", "--set=velero.credentials=x", "--skip-schema-validation"], false),
    ] {
        let embedded = run(&[&["template", "velero", "embedded:velero"], flags].concat());
        assert_eq!(embedded.status.success(), succeeds, "{embedded:?}");
        assert_eq!(embedded, run(&[&["template", "velero", directory], flags].concat()), "{flags:?}");
    }
}

#[test]
fn names_that_several_carried_charts_have() {
    let error = String::from_utf8(run(&["template", "x", "embedded:grafana"]).stderr).expect("UTF-8");
    let expected = "embedded:grafana is ambiguous: write embedded:mla/grafana or embedded:monitoring/grafana";
    assert_eq!(error, format!("Error: {expected}\n"));
}

#[test]
fn lists_what_it_carries() {
    let list = String::from_utf8(run(&["charts"]).stdout).expect("the list is UTF-8");
    assert!(list.starts_with("CHART ") && list.contains("\nbackup/velero "), "{list}");
}
