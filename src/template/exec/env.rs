//! What all executions of one render share.

use std::fmt;

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::note::Tracing;
use crate::limits;
use crate::template::trace::{Trace, Witness};
use crate::value::call::{Host, Refusal};
use crate::value::{Str, meter};

/// What one render may use up.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Executor steps.
    pub steps: u64,
    /// Bytes of values and outputs that are alive at one time.
    pub memory: u64,
    /// Bytes of output.
    pub output: u64,
}

impl Default for Budget {
    /// The budget of [`crate::limits`].
    fn default() -> Budget {
        Budget { steps: limits::FUEL, memory: limits::RENDER_MEMORY, output: limits::RENDER_OUTPUT }
    }
}

/// Buffers with more bytes than this are not kept.
const KEPT_BUFFER: usize = 64 << 10;
/// More buffers than this are not kept.
const KEPT_BUFFERS: usize = 64;

/// The state of one render: the world outside, budgets, counters. One for all files of a chart, on one thread.
pub struct Env<'h> {
    pub(super) host: &'h dyn Host,
    /// What `required` and `fail` said without ending the render, in order.
    pub refusals: Vec<Refusal>,
    /// `include` and `tpl` calls under way.
    pub(super) calls: usize,
    /// `{{template}}` actions under way, in all of those calls.
    pub(super) templates: usize,
    /// How often each name is being included at the moment.
    pub(super) includes: HashMap<Str, usize, FixedState>,
    /// Buffers for outputs of nested executions, to be used again.
    buffers: Vec<Vec<u8>>,
    budget: Budget,
    /// Steps that are still allowed.
    pub(super) fuel: u64,
    /// Bytes of output that are still allowed: of what is finished, and of what nested executions are writing.
    pub(super) output: u64,
    /// What [`meter::held`] gave in the beginning.
    held: i64,
    /// Takes note of what templates do.
    pub(super) trace: Option<Box<Tracing<'h>>>,
}

impl<'h> Env<'h> {
    /// The state of a render that has not begun, with the budget of [`crate::limits`].
    pub fn new(host: &'h dyn Host) -> Env<'h> {
        Env::with_budget(host, Budget::default())
    }

    /// The state of a render that has not begun.
    pub fn with_budget(host: &'h dyn Host, budget: Budget) -> Env<'h> {
        Env {
            host,
            refusals: Vec::new(),
            calls: 0,
            templates: 0,
            includes: HashMap::default(),
            buffers: Vec::new(),
            budget,
            fuel: budget.steps,
            output: budget.output,
            held: meter::held(),
            trace: None,
        }
    }

    /// The state of a render that notes what its templates read and ask the host of `witness`.
    pub fn traced(witness: &'h Witness<'h>, trace: Trace) -> Env<'h> {
        Env { trace: Some(Box::new(Tracing { trace, witness })), ..Env::new(witness) }
    }

    /// What has been noted, if that was wanted.
    pub fn trace_mut(&mut self) -> Option<&mut Trace> {
        Some(&mut self.trace.as_mut()?.trace)
    }

    /// What was noted in the end.
    pub fn into_trace(self) -> Trace {
        self.trace.map(|tracing| tracing.trace).unwrap_or_default()
    }

    /// Pays for `steps` of work.
    pub(super) fn spend_fuel(&mut self, steps: u64) -> Result<(), String> {
        match self.fuel.checked_sub(steps) {
            Some(rest) => {
                self.fuel = rest;
                Ok(())
            }
            None => {
                self.fuel = 0;
                Err(exhausted("steps", self.budget.steps))
            }
        }
    }

    /// Bytes that values may still take.
    pub(super) fn room(&self) -> usize {
        let held = u64::try_from(meter::held().wrapping_sub(self.held)).unwrap_or(0);
        let output = self.budget.output - self.output;
        let room = self.budget.memory.saturating_sub(held.saturating_add(output));
        usize::try_from(room).unwrap_or(usize::MAX)
    }

    /// Checks that values of `bytes` more bytes may be made.
    pub(super) fn check_memory(&self, bytes: u64) -> Result<(), String> {
        if bytes > limits::RESULT_BYTES as u64 {
            return Err(exhausted("bytes of one value", limits::RESULT_BYTES as u64));
        }
        if self.room() as u64 <= bytes {
            return Err(exhausted("bytes of values", self.budget.memory));
        }
        Ok(())
    }

    /// Counts `bytes` that were written.
    pub(super) fn spend_output(&mut self, bytes: u64) -> Result<(), String> {
        self.output =
            self.output.checked_sub(bytes).ok_or_else(|| exhausted("bytes of output", self.budget.output))?;
        Ok(())
    }

    /// An empty buffer.
    pub(super) fn take_buffer(&mut self) -> Vec<u8> {
        self.buffers.pop().unwrap_or_default()
    }

    /// Takes a buffer back.
    pub(super) fn give_buffer(&mut self, mut buffer: Vec<u8>) {
        if buffer.capacity() <= KEPT_BUFFER && self.buffers.len() < KEPT_BUFFERS {
            buffer.clear();
            self.buffers.push(buffer);
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
            .field("refusals", &self.refusals)
            .finish_non_exhaustive()
    }
}
