//! Link options of the binary.

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |key: &str, value: &str| var(key).is_ok_and(|v| v == value);
    // A fixed address, as Go's programs have it: otherwise some 26,000 pointers in constant tables are relocated at
    // each start, which takes longer than all the rest of it.
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
