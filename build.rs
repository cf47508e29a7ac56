//! Link options of the binary. Starting is a third of a short run, so as little as possible is left to do then.

#![allow(clippy::disallowed_methods, reason = "the program's own file access is not there yet")]

use std::env::var;
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

fn main() {
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
