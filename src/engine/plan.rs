//! The size of a run, and how it is ended early.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::tier::Tier;

/// How many paths of how many parameter draws, on how many threads.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Paths in all; divided among the parameter draws and rounded up.
    pub paths: u64,
    /// Parameter draws; 0 counts as 1.
    pub draws: u32,
    /// Threads; 0: one per processor.
    pub threads: usize,
    /// Vector instructions.
    pub tier: Tier,
    /// Paths in all whose monthly states are kept, for quantiles by month; divided among the draws and rounded up.
    pub observed: u64,
}

impl Plan {
    /// Paths of each parameter draw.
    pub fn paths_per_draw(&self) -> u64 {
        self.per_draw(self.paths)
    }

    /// Paths of each parameter draw whose monthly states are kept.
    pub fn observed_per_draw(&self) -> u64 {
        self.per_draw(self.observed).min(self.paths_per_draw())
    }

    /// Number of parameter draws, at least 1.
    pub(super) fn draw_count(&self) -> u32 {
        self.draws.max(1)
    }

    fn per_draw(&self, paths: u64) -> u64 {
        paths.div_ceil(u64::from(self.draw_count()))
    }
}

/// A flag by which a run is ended early; Ctrl-C raises it.
#[derive(Debug, Default)]
pub struct Interrupt(AtomicBool);

impl Interrupt {
    /// Not raised.
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Asks the run to end.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the run is to end.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
