//! The `pintle` program.

use std::io::{BufWriter, stderr, stdout};
use std::process::ExitCode;

use pintle::cli::{self, Environment};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    let mut out = BufWriter::new(stdout().lock());
    ExitCode::from(cli::run(&words, &Environment::of_process(), &mut out, &mut stderr().lock()))
}
