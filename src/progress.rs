//! How far a longer piece of work is: told by who does it, shown by whom it may concern.

/// Hears of pieces of work.
pub trait Progress: Send + Sync {
    /// A piece of work begins: `what` (a file, a URL without credentials) of `total` bytes, if that is known. It ends
    /// when the task is dropped.
    fn begin(&self, what: &str, total: Option<u64>) -> Box<dyn Task>;
}

/// A piece of work under way.
pub trait Task: Send {
    /// `bytes` more are done.
    fn advance(&mut self, bytes: u64);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: Option<u64>) -> Box<dyn Task> {
        Box::new(Silent)
    }
}

impl Task for Silent {
    fn advance(&mut self, _: u64) {}
}
