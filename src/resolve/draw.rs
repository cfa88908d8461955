//! One parameter draw of a scenario being resolved.

use super::calibration::Calibration;
use super::names::Names;
use crate::calendar::Timeline;
use crate::language::{Curve, Quantity};
use crate::model::constants::BEYOND;
use crate::model::curve;
use crate::scenario::Scenario;

/// Whether chance is at work (docs/model.md, section 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chance {
    /// As the scenario says.
    On,
    /// Plan mode.
    Off,
}

/// How much of a draw is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// All that a run needs.
    Run,
    /// Only what the checks of a draw need, without costly solutions.
    Constraints,
}

/// One parameter draw of a scenario.
#[derive(Debug)]
pub(super) struct Draw<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) values: &'a [f64],
    pub(super) chance: Chance,
    pub(super) depth: Depth,
    pub(super) timeline: Timeline,
    pub(super) names: Names,
    pub(super) calibration: &'a Calibration,
}

impl Draw<'_> {
    /// A number in this draw.
    pub(super) fn at(&self, quantity: &Quantity) -> f64 {
        quantity.at(self.values)
    }

    /// A number, or `otherwise` where none is written.
    pub(super) fn or(&self, quantity: Option<&Quantity>, otherwise: f64) -> f64 {
        quantity.map_or(otherwise, |quantity| self.at(quantity))
    }

    /// A volatility or hazard, which is 0 in plan mode.
    pub(super) fn risky(&self, quantity: &Quantity) -> f64 {
        if self.is_still() { 0.0 } else { self.at(quantity) }
    }

    /// Whether this is plan mode.
    pub(super) fn is_still(&self) -> bool {
        self.chance == Chance::Off
    }

    /// Whether only the constraints are resolved.
    pub(super) fn is_light(&self) -> bool {
        self.depth == Depth::Constraints
    }

    /// The number of months for which tables of the run are made; none is needed for the constraints.
    pub(super) fn months(&self) -> usize {
        if self.is_light() { 0 } else { self.timeline.months }
    }

    /// The number of months for which curves are tabulated.
    pub(super) fn last(&self) -> i32 {
        (self.timeline.months + BEYOND + 1) as i32
    }

    /// `gL`.
    pub(super) fn long_run_growth(&self) -> f64 {
        self.at(&self.scenario.economy.long_run_growth)
    }

    /// Totals by month from `from`.
    pub(super) fn totals(&self, curve: &Curve, from: i32) -> Vec<f64> {
        curve::totals(&curve.at(self.values), self.long_run_growth(), &self.timeline, from, self.last())
    }

    /// Shares by month from `from`.
    pub(super) fn shares(&self, curve: &Curve, from: i32) -> Vec<f64> {
        curve::shares(&curve.at(self.values), &self.timeline, from, self.last())
    }
}
