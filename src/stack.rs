//! Room for recursion that follows input.

use std::cell::Cell;

/// Levels that any stack has room for.
const FREE_LEVELS: usize = 64;
/// Bytes that a deeper level may take before the next.
const RED_ZONE: usize = 64 * 1024;
/// Bytes of the stacks that are added.
const STACK_STEP: usize = 1024 * 1024;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Runs `f` with enough stack to go one level deeper.
///
/// The first levels are only counted: to learn where a stack ends takes longer than to render a small chart.
pub fn with_stack<T>(f: impl FnOnce() -> T) -> T {
    let depth = DEPTH.get();
    DEPTH.set(depth + 1);
    let result = if depth < FREE_LEVELS { f() } else { stacker::maybe_grow(RED_ZONE, STACK_STEP, f) };
    DEPTH.set(depth);
    result
}
