//! Progress as bars on a terminal.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::terminal;
use crate::progress::{Progress, Task};

/// How often a bar moves by itself, so that a stalled server shows.
const TICK: Duration = Duration::from_millis(120);

/// A bar for each piece of work under way, on standard error. All are gone when the work is done.
pub struct Bars {
    bars: MultiProgress,
    known: ProgressStyle,
    unknown: ProgressStyle,
}

impl Bars {
    /// No bars yet.
    pub fn new(color: bool) -> Bars {
        let style = |template: &str| {
            let template = if color { template.to_owned() } else { template.replace(".cyan", "") };
            ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar())
        };
        Bars {
            bars: MultiProgress::new(),
            known: style("{bar:24.cyan} {bytes:>10}/{total_bytes} {eta:>4} {wide_msg}"),
            unknown: style("{spinner:.cyan} {bytes:>10} {elapsed:>4} {wide_msg}"),
        }
    }
}

impl Progress for Bars {
    fn begin(&self, what: &str, total: Option<u64>) -> Box<dyn Task> {
        let bar = match total {
            Some(total) => ProgressBar::new(total).with_style(self.known.clone()),
            None => ProgressBar::no_length().with_style(self.unknown.clone()),
        };
        let bar = self.bars.add(bar);
        bar.set_message(String::from_utf8_lossy(&terminal::printable(what.as_bytes())).into_owned());
        bar.enable_steady_tick(TICK);
        Box::new(Bar(bar))
    }
}

/// One of [`Bars`].
struct Bar(ProgressBar);

impl Task for Bar {
    fn advance(&mut self, bytes: u64) {
        self.0.inc(bytes);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
