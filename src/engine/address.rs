//! Where the random numbers of a path are.

use crate::random::{Address, Layer, StreamId};

/// Months that one block of random words serves.
pub(super) const MONTHS: usize = 4;

#[inline(always)]
pub(super) fn address(seed: u64, draw: u32, path: u32, stream: StreamId) -> Address {
    Address { seed, layer: Layer::Aleatory, draw, path, stream }
}
