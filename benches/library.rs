//! How often one process renders a chart from one compiled form: renders per second, on one core and on all.
//!
//! `cargo bench --bench library [-- CHART [VALUES]]`; without arguments, the example chart of the tests.

#![expect(clippy::print_stdout, reason = "a benchmark reports there")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use pintle::render::host::Offline;
use pintle::{Capabilities, Chart, Compiled, Options, Release, Sources};

const SPAN: Duration = Duration::from_secs(2);

fn main() {
    // `cargo bench` passes flags of its own.
    let mut arguments = std::env::args().skip(1).filter(|a| !a.starts_with("--"));
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts/lighthouse");
    let (path, values) = match arguments.next() {
        Some(path) => (PathBuf::from(path), arguments.next().map(PathBuf::from)),
        None => (example.clone(), Some(example.join("values.production.yaml"))),
    };
    let mut notices = Vec::new();
    let compiled = Compiled::new(Arc::new(Chart::load(&path, &mut notices).expect("the chart loads")));
    let files =
        values.iter().map(|v| (v.display().to_string(), pintle::fsx::read(v).expect("values are readable")));
    let sources = Sources { files: files.collect(), ..Sources::default() };
    let values = sources.merge(&|_| Err(String::new())).expect("the values are valid");
    let options = Options {
        release: Release::new("bench", "default"),
        capabilities: Arc::new(Capabilities::default()),
        skip_schema_validation: false,
    };
    let render_for = |span: Duration| {
        let start = Instant::now();
        let mut count = 0u32;
        while start.elapsed() < span {
            compiled
                .render(&values, &options, &Offline::default(), &mut Vec::new())
                .expect("the chart renders");
            count += 1;
        }
        f64::from(count) / start.elapsed().as_secs_f64()
    };
    render_for(SPAN / 4);
    let one = render_for(SPAN);
    println!("{}: {one:.0} renders/s on one core", path.display());
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let all: f64 = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(|| render_for(SPAN))).collect();
        workers.into_iter().map(|w| w.join().expect("a worker ends")).sum()
    });
    println!("{}: {all:.0} renders/s on {cores} cores, {:.2}x", path.display(), all / one);
}
