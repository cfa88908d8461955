//! One parameter draw of a scenario being resolved.

use super::calibration::Calibration;
use super::names::Names;
use crate::calendar::{Month, Timeline};
use crate::language::{Curve, Quantity};
use crate::model::constants::BEYOND;
use crate::model::curve;
use crate::scenario::{Lab, Scenario};

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
    /// What holds at the start: whether the draw is possible, the balance sheets, and who is overvalued. What only the
    /// months of a run need is left out.
    Start,
}

/// One parameter draw of a scenario.
#[derive(Debug)]
pub(super) struct Draw<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) values: &'a [f64],
    pub(super) chance: Chance,
    pub(super) depth: Depth,
    pub(super) timeline: Timeline,
    pub(super) names: &'a Names,
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

    /// Whether only the start is resolved.
    pub(super) fn is_light(&self) -> bool {
        self.depth == Depth::Start
    }

    /// The number of months for which tables of the run are made; none is needed for the start.
    pub(super) fn months(&self) -> usize {
        if self.is_light() { 0 } else { self.timeline.months }
    }

    /// The number of months for which curves are tabulated: those that any formula needs, and of a start the years that
    /// are written, as far as a run has them.
    pub(super) fn last(&self) -> i32 {
        let of_run = (self.timeline.months + BEYOND + 1) as i32;
        if !self.is_light() {
            return of_run;
        }
        let burn = |lab: &'_ Lab| lab.opex.burn.as_ref().and_then(last_year);
        let labs = self.scenario.labs.iter();
        let written = labs.filter_map(|lab| last_year(&lab.revenue.target).max(burn(lab))).max();
        let of_year = written.map_or(0, |year| self.timeline.index(Month::january(year + 1)));
        of_run.min(of_year.max(BEYOND as i32 + 1))
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

/// The last calendar year that a curve has in writing.
fn last_year(curve: &Curve) -> Option<i32> {
    curve.points.iter().map(|(year, _)| *year).max()
}
