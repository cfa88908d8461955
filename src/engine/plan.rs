//! How to run.

use std::sync::atomic::{AtomicBool, Ordering};

use super::tier::Tier;

/// How many paths, of which draws, on how many threads.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Paths in all; divided among the draws and rounded up.
    pub paths: u64,
    /// Draws of the uncertain numbers.
    pub draws: u32,
    /// Threads; 0: as many as the machine has.
    pub threads: usize,
    /// Vector instructions.
    pub tier: Tier,
    /// Paths whose monthly states are kept for quantiles by month, in all.
    pub observed: u64,
}

impl Plan {
    /// Paths of each draw.
    pub fn paths_a_draw(&self) -> u64 {
        self.paths.div_ceil(u64::from(self.draws.max(1)))
    }
}

/// A flag by which a run is ended early: raised by Ctrl-C.
#[derive(Debug, Default)]
pub struct Interrupt(AtomicBool);

impl Interrupt {
    /// A flag that is down.
    pub const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Raises it.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is up.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
