//! Runs what the fuzz targets run on their committed inputs: seeds, and inputs that once went wrong.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "tests work on files of their own")]

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod entry;

fn replay(target: &str, run: fn(&[u8])) {
    for kind in ["seeds", "regressions"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(kind).join(target);
        let mut files: Vec<_> = fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
            .map(|entry| entry.expect("the folder can be read").path())
            .collect();
        files.sort();
        assert!(!files.is_empty(), "{} is empty", folder.display());
        for file in files {
            // Shown only if the test fails: then the last one is the culprit.
            println!("{}", file.display());
            run(&fs::read(&file).expect("the file can be read"));
        }
    }
}

#[test]
fn templates() {
    replay("template", entry::template);
}

#[test]
fn yaml() {
    replay("yaml", entry::yaml);
}

#[test]
fn set() {
    replay("set", entry::set);
}

#[test]
fn provenance() {
    replay("provenance", entry::provenance);
}
