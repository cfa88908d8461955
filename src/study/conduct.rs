//! How runs are conducted: threads, interruption, progress.

use crate::engine::{Interrupt, Progress};

/// How a run is conducted; nothing of it changes a number.
#[derive(Clone, Copy)]
pub struct Conduct<'a> {
    /// Threads; 0: as many as the machine has.
    pub threads: usize,
    /// Raised to end the run early.
    pub interrupt: &'a Interrupt,
    /// Called with the paths finished so far, from any thread.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

/// Progress of the run of this number, from 0, as progress over `runs` runs of the same size.
pub(super) fn of_all(progress: Progress, number: u64, runs: u64) -> Progress {
    let Progress { done, paths } = progress;
    Progress { done: number * paths + done, paths: runs * paths }
}
