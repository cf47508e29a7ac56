//! The `pintle` program.

use std::io::{BufWriter, stderr, stdout};
use std::process::ExitCode;

use pintle::cli::{self, Environment};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Bytes that are written at once.
const OUTPUT_BUFFER: usize = 64 * 1024;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    let mut out = BufWriter::with_capacity(OUTPUT_BUFFER, stdout().lock());
    ExitCode::from(cli::run(&words, &Environment::of_process(), &mut out, &mut stderr()))
}
