//! What joins the labs of a scenario.

use crate::engine::NormalSlot;

/// What joins the labs of a scenario (sections 2 and 8.2).
#[derive(Clone, Debug)]
pub struct Rivals {
    /// `sigma_D`, per square root of a year, and its shock; none: nothing moves demand.
    pub demand: Option<(f64, NormalSlot)>,
    /// `sigma_S`, per square root of a year; 0: only dated events move shares.
    pub share_volatility: f64,
    /// The shock of each lab's share; none where they have no volatility.
    pub shares: Vec<NormalSlot>,
    /// Whether a dated event moves shares.
    pub has_wins: bool,
    /// Part of a leaver's revenue that the others gain.
    pub inherit: f64,
    /// Part of `relet` that is left where no other lab is.
    pub relet_alone: f64,
}
