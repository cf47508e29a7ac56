//! Link options of the binary, and the table of the charts in it. Starting is a third of a short run, so as little as
//! possible is left to do then.

#![allow(clippy::disallowed_methods, reason = "the program's own file access is not there yet")]

use std::env::var;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The libraries that Rust's standard library asks the linker for, and the archives that hold them.
const LIBRARIES: &[(&str, &str)] = &[
    ("c", "libc.a"),
    ("dl", "libdl.a"),
    ("gcc_s", "libgcc_eh.a"),
    ("m", "libm.a"),
    ("pthread", "libpthread.a"),
    ("rt", "librt.a"),
    ("util", "libutil.a"),
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| var(key).is_ok_and(|v| v == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        // A fixed address, as Go's programs have it: otherwise some 26,000 pointers in constant tables are relocated
        // at each start.
        println!("cargo::rustc-link-arg-bins=-no-pie");
        if var("HOST") == var("TARGET") && link_statically().is_none() {
            println!("cargo::warning=no static C library: the binary needs the shared one");
        }
    }
    if var("CARGO_FEATURE_EMBEDDED").is_ok() {
        write_table_of_charts()?;
    }
    Ok(())
}

/// Writes the bytes of all files below `charts/`, one after the other, and an expression with the path of each and where
/// its bytes begin and end; in the order in which a walk through the directories meets them. The bytes become part of the
/// binary as they are: nothing is unpacked. They stay together and away from the paths, so that a run reads from disk
/// only those that it asks for.
fn write_table_of_charts() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=charts");
    let root = PathBuf::from(var("CARGO_MANIFEST_DIR")?).join("charts");
    let mut files = Vec::new();
    let mut directories = vec![root.clone()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if path.is_dir() { directories.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut content = Vec::new();
    let mut table = String::from("&[\n");
    for file in files {
        let names = file.strip_prefix(&root)?.iter().map(|name| name.to_str());
        let names: Vec<&str> = names.collect::<Option<_>>().ok_or("a name in charts/ is not UTF-8")?;
        let start = content.len();
        content.extend(fs::read(&file)?);
        writeln!(table, "    ({:?}, bytes({start}, {})),", names.join("/"), content.len())?;
    }
    table.push_str("]\n");
    let directory = PathBuf::from(var("OUT_DIR")?);
    fs::write(directory.join("charts"), content)?;
    fs::write(directory.join("charts.rs"), table)?;
    Ok(())
}

/// Has the C libraries linked into the binary, which then needs no loader and runs on any Linux. Rust's own way to
/// that (the target feature `crt-static`) cannot build procedural macros along with a binary for the same target.
/// `None` if the C compiler has no static libraries.
fn link_statically() -> Option<()> {
    let directory = PathBuf::from(var("OUT_DIR").ok()?).join("static");
    fs::create_dir_all(&directory).ok()?;
    for (name, archive) in LIBRARIES {
        let path = archive_path(archive)?;
        // The linker takes the first file of the name that it finds, and a shared library only if one lies beside it.
        fs::write(directory.join(format!("lib{name}.a")), format!("INPUT({})\n", path.display())).ok()?;
    }
    println!("cargo::rustc-link-arg-bins=-L{}", directory.display());
    println!("cargo::rustc-link-arg-bins=-static");
    Some(())
}

fn archive_path(archive: &str) -> Option<PathBuf> {
    let output = Command::new("cc").arg(format!("-print-file-name={archive}")).output().ok()?;
    let path = Path::new(std::str::from_utf8(&output.stdout).ok()?.trim());
    path.canonicalize().ok().filter(|path| path.is_absolute())
}
