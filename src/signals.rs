//! What is undone when a signal ends the program: temporary files and folders.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

/// What is there for a while. Whoever makes, moves or removes some of it holds the lock, and so does the
/// signal that ends the program.
static HELD: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A temporary file or folder, which a signal removes as long as this lives.
#[derive(Debug)]
pub struct Temporary {
    path: PathBuf,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        HELD.lock().retain(|path| *path != self.path);
    }
}

/// Makes a temporary file or folder; `path` tells where it is.
///
/// # Errors
/// Those of `make`.
pub fn temporary<T>(
    make: impl FnOnce() -> io::Result<T>,
    path: impl FnOnce(&T) -> &Path,
) -> io::Result<(T, Temporary)> {
    watch();
    let mut held = HELD.lock();
    let made = make()?;
    let path = path(&made).to_owned();
    held.push(path.clone());
    Ok((made, Temporary { path }))
}

/// Does `work`, which no signal ends half way.
pub fn uninterrupted<T>(work: impl FnOnce() -> T) -> T {
    let _held = HELD.lock();
    work()
}

/// Starts to wait for signals, once.
fn watch() {
    static WATCHED: std::sync::Once = std::sync::Once::new();
    WATCHED.call_once(|| {
        #[cfg(unix)]
        unix::watch();
    });
}

/// Removes all that is temporary. The lock stays, so that nothing new appears.
#[cfg_attr(not(unix), expect(dead_code, reason = "only Unix tells of signals"))]
fn remove_all() {
    let held = HELD.lock();
    for path in held.iter() {
        let _ = fs::remove_file(path).or_else(|_| fs::remove_dir_all(path));
    }
    std::mem::forget(held);
}

#[cfg(unix)]
mod unix {
    use std::thread;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use crate::fsx;

    /// Waits, on a thread of its own, for the signals that end the program.
    pub(super) fn watch() {
        let ignored = ignored();
        let signals = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| ignored & 1 << (signal - 1) == 0);
        let Ok(mut signals) = Signals::new(signals) else { return };
        // Without the thread temporary files stay behind, as they do after SIGKILL.
        let _ = thread::Builder::new().spawn(move || {
            for signal in signals.forever() {
                super::remove_all();
                let _ = emulate_default_handler(signal);
            }
        });
    }

    /// The signals that the program was started to ignore, e.g. by `nohup`: a bit for each, from the first
    /// one on.
    fn ignored() -> u64 {
        let status = fsx::read("/proc/self/status".as_ref()).unwrap_or_default();
        let status = String::from_utf8_lossy(&status).into_owned();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
    }
}
