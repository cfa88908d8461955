//! The order of the page, and what its blocks are made from.

use super::super::benchmarks::Comparison;
use super::super::entry::Summary;
use super::super::results::Results;
use super::super::write::{Report, Written};
use super::{amounts, circular, events, frame};
use crate::calendar::Month;
use crate::scenario::Scenario;

/// One part of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Its title, in one line; may be empty.
    pub title: String,
    /// Its lines, none longer than [`WIDTH`].
    pub lines: Vec<Line>,
}

/// A line of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Heads of columns.
    Heads(String),
    /// Numbers, or what matters as much.
    Plain(String),
    /// Explanations.
    Aside(String),
}

/// Columns of the page.
pub const WIDTH: usize = 100;

impl Line {
    /// The text of the line.
    pub fn text(&self) -> &str {
        match self {
            Self::Heads(text) | Self::Plain(text) | Self::Aside(text) => text,
        }
    }
}

/// The page of a run whose scenario was read from `file`.
pub fn headline(report: &Report<'_>, written: &Written, file: &str) -> Vec<Block> {
    let page = Page {
        results: report.results,
        summary: &written.summary,
        scenario: report.scenario,
        benchmarks: &written.benchmarks,
        dates: dates(report.results, &written.benchmarks),
    };
    let mut blocks = vec![frame::given(&page, file), frame::how_to_read(&page)];
    for lab in &page.results.labs {
        blocks.push(amounts::funding_gap(&page, lab));
        blocks.push(amounts::endurance(&page, lab));
        blocks.push(events::ladder(&page, lab));
        blocks.push(events::burst(&page, lab));
        blocks.push(events::bubble(&page, lab));
    }
    blocks.push(circular::money(&page));
    blocks.push(circular::growth(&page));
    blocks.push(amounts::losses(&page));
    blocks.push(events::entities(&page));
    blocks.push(frame::published(&page));
    blocks.push(frame::limits(&page));
    blocks.retain(|block| !block.lines.is_empty());
    blocks
}

/// What the blocks are made from.
pub(super) struct Page<'a> {
    pub(super) results: &'a Results<'a>,
    pub(super) summary: &'a Summary,
    pub(super) scenario: &'a Scenario,
    pub(super) benchmarks: &'a [Comparison],
    /// The dates that are shown.
    pub(super) dates: Vec<Month>,
}

impl Page<'_> {
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
