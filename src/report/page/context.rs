//! The inputs of the blocks of the page of a run.

use super::block::Line;
use super::text::Sheet;
use crate::calendar::Month;
use crate::scenario::Scenario;
use crate::study::Residual;
use crate::study::benchmarks::Comparison;
use crate::study::estimates::{Results, Summary};
use crate::study::joint_defaults::JointDefault;
use crate::study::network::Cell;

/// What the blocks are made from.
pub struct Page<'a> {
    pub(super) results: &'a Results<'a>,
    pub(super) summary: &'a Summary,
    pub(super) scenario: &'a Scenario,
    pub(super) benchmarks: &'a [Comparison],
    /// Default probabilities that volatilities are calibrated to, beside those of the run.
    pub(super) residuals: &'a [Residual],
    /// Joint defaults.
    pub(super) joint: &'a [JointDefault],
    /// The cells of the network.
    pub(super) network: &'a [Cell],
    /// The dates that are shown.
    pub(super) dates: Vec<Month>,
    sheet: Sheet,
}

impl<'a> Page<'a> {
    /// The page of these results, so many columns wide.
    pub fn new(
        results: &'a Results<'a>,
        summary: &'a Summary,
        scenario: &'a Scenario,
        (benchmarks, residuals): (&'a [Comparison], &'a [Residual]),
        (joint, network): (&'a [JointDefault], &'a [Cell]),
        width: usize,
    ) -> Self {
        let dates = dates(results, benchmarks);
        Self { results, summary, scenario, benchmarks, residuals, joint, network, dates, sheet: Sheet { width } }
    }

    pub(super) fn width(&self) -> usize {
        self.sheet.width
    }

    /// A paragraph of explanation.
    pub(super) fn aside(&self, text: &str) -> Vec<Line> {
        self.sheet.aside(text)
    }

    /// A paragraph of results.
    pub(super) fn plain(&self, text: &str) -> Vec<Line> {
        self.sheet.plain(text)
    }

    /// A table, stacked where it is too wide.
    pub(super) fn table(&self, heads: &[Vec<String>], rows: &[Vec<String>]) -> Vec<Line> {
        self.sheet.table(heads, rows)
    }

    /// What was overridden.
    pub(super) fn overridden(&self) -> Vec<Line> {
        self.sheet.overridden(self.scenario)
    }

    pub(super) fn horizon(&self) -> Month {
        self.results.date(self.results.horizon())
    }

    /// The month before the start: what holds at the start has this date.
    pub(super) fn before(&self) -> Month {
        self.results.timeline.month(-1)
    }

    pub(super) fn has_draws(&self) -> bool {
        self.results.draws.len() > 1
    }
}

/// At most this many dates are shown.
const MOST_DATES: usize = 3;

/// The horizon, the year-ends of published figures, and others as far from them as can be.
fn dates(results: &Results<'_>, benchmarks: &[Comparison]) -> Vec<Month> {
    let all: Vec<Month> = results.dates.iter().map(|&t| results.date(t)).collect();
    let mut shown = vec![results.date(results.horizon())];
    for benchmark in benchmarks {
        if benchmark.by.month() == 12
            && shown.len() < MOST_DATES
            && all.contains(&benchmark.by)
            && !shown.contains(&benchmark.by)
        {
            shown.push(benchmark.by);
        }
    }
    while shown.len() < MOST_DATES.min(all.len()) {
        let start = results.timeline.start;
        let room = |date: &&Month| {
            let from = |other: &Month| (**date - *other).abs();
            shown.iter().chain([&start]).map(from).min().unwrap_or(0)
        };
        let Some(&next) = all.iter().filter(|date| !shown.contains(date)).max_by_key(room) else { break };
        shown.push(next);
    }
    shown.sort_unstable();
    shown
}
