//! What all executions of one render share.

use std::fmt;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use crate::limits;
use crate::value::Str;
use crate::value::call::Host;

/// The state of one render: the world outside, budgets, counters. One for all files of a chart.
pub struct Env<'h> {
    pub(super) host: &'h dyn Host,
    /// Warnings for the user, in order.
    pub warnings: Vec<String>,
    /// `include` and `tpl` calls under way.
    pub(super) calls: usize,
    /// `{{template}}` actions under way, in all of those calls.
    pub(super) templates: usize,
    /// How often each name is being included at the moment.
    pub(super) includes: HashMap<Str, usize, FixedState>,
    /// Buffers for outputs of nested executions, to be used again.
    buffers: Vec<Vec<u8>>,
    /// Steps that are still allowed.
    pub(super) fuel: u64,
    memory: u64,
    /// Bytes of output that are still allowed.
    pub(super) output: u64,
}

impl<'h> Env<'h> {
    /// The state of a render that has not begun, with the budgets of [`crate::limits`].
    pub fn new(host: &'h dyn Host) -> Env<'h> {
        Env {
            host,
            warnings: Vec::new(),
            calls: 0,
            templates: 0,
            includes: HashMap::default(),
            buffers: Vec::new(),
            fuel: limits::FUEL,
            memory: limits::RENDER_MEMORY,
            output: limits::RENDER_OUTPUT,
        }
    }

    pub(super) fn spend_fuel(&mut self, steps: u64) -> bool {
        spend(&mut self.fuel, steps)
    }

    pub(super) fn spend_memory(&mut self, bytes: u64) -> bool {
        spend(&mut self.memory, bytes)
    }

    pub(super) fn spend_output(&mut self, bytes: u64) -> bool {
        spend(&mut self.output, bytes)
    }

    /// An empty buffer.
    pub(super) fn take_buffer(&mut self) -> Vec<u8> {
        self.buffers.pop().unwrap_or_default()
    }

    /// Takes a buffer back.
    pub(super) fn give_buffer(&mut self, mut buffer: Vec<u8>) {
        buffer.clear();
        self.buffers.push(buffer);
    }
}

fn spend(budget: &mut u64, amount: u64) -> bool {
    match budget.checked_sub(amount) {
        Some(rest) => {
            *budget = rest;
            true
        }
        None => {
            *budget = 0;
            false
        }
    }
}

/// The text of the error when a budget ran out.
pub(super) fn exhausted(what: &str, limit: u64) -> String {
    format!("the render exceeds the limit of {limit} {what}")
}

impl fmt::Debug for Env<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env")
            .field("fuel", &self.fuel)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}
