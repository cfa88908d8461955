//! An outcome with the names of its rows and columns.

use std::borrow::Cow;
use std::ops::Range;

use crate::calendar::{Month, Timeline};
use crate::engine::Outcome;
use crate::model::parameters::Lab;
use crate::model::{By, Kind, Measure, Metric, Parameters, measure_named};
use crate::resolve::Worlds;
use crate::stats::Hits;

use super::estimator::Clusters;

/// One parameter draw, and its properties that need no path.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// Its number.
    pub number: u32,
    /// The uncertain numbers, in the order of the scenario.
    pub values: Vec<f64>,
    /// Whether each lab is overvalued at the start.
    pub overvalued: Vec<bool>,
}

impl Draw {
    /// The draw `number` of a scenario's uncertain numbers.
    pub fn of(worlds: &Worlds, number: u32) -> Self {
        Self { number, values: worlds.values(number), overvalued: worlds.overvalued(number).to_vec() }
    }
}

/// The labs on which an entity can lose money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The entity.
    pub entity: String,
    /// Labs to which it sells or lends.
    pub owed_by: Vec<String>,
    /// Labs in which it has or may buy a stake.
    pub invested_in: Vec<String>,
}

impl Exposure {
    fn of(world: &Parameters, entity: usize) -> Self {
        let on_demand =
            world.families.iter().any(|family| family.on_demand.iter().any(|(seller, _)| *seller == entity));
        let owes = |lab: &Lab| {
            on_demand
                || lab.contracts.iter().any(|contract| contract.provider == entity)
                || lab.facilities.iter().any(|facility| facility.lender == Some(entity))
        };
        let named = |has: &dyn Fn(&Lab) -> bool| {
            world.labs.iter().filter(|lab| has(lab)).map(|lab| lab.name.clone()).collect::<Vec<String>>()
        };
        Self {
            entity: world.entities[entity].name.clone(),
            owed_by: named(&owes),
            invested_in: named(&|lab| lab.gives[entity]),
        }
    }
}

/// The outcome of a run, with the meaning of its rows and columns.
#[derive(Clone, Debug)]
pub struct Results<'a> {
    /// The paths.
    pub outcome: &'a Outcome,
    /// Names of the rows of [`Outcome::sample`].
    pub catalogue: &'a [Metric],
    /// The months of the run.
    pub timeline: Timeline,
    /// Months at whose ends probabilities are reported, ascending; the last is that of the horizon.
    pub dates: &'a [usize],
    /// The labs, in file order.
    pub labs: Vec<String>,
    /// The labs whose failure costs each entity, in the order of the world.
    pub exposures: Vec<Exposure>,
    /// The draws that have paths, in the order of [`Outcome::draws`].
    pub draws: &'a [Draw],
}

impl<'a> Results<'a> {
    /// The results of a run; `draws` are those that have paths.
    ///
    /// # Panics
    /// If catalogue or draws are not those of the outcome.
    pub fn new(outcome: &'a Outcome, catalogue: &'a [Metric], world: &'a Parameters, draws: &'a [Draw]) -> Self {
        assert_eq!(catalogue.len(), outcome.sample.metrics(), "every metric has a row");
        assert_eq!(draws.len(), outcome.draws.len(), "every draw with paths is known");
        let labs = world.labs.iter().map(|lab| lab.name.clone()).collect();
        let exposures = (0..world.entities.len()).map(|entity| Exposure::of(world, entity)).collect();
        Self { outcome, catalogue, timeline: world.timeline, dates: &world.dates, labs, exposures, draws }
    }

    /// Paths that were finished.
    pub fn paths(&self) -> usize {
        self.outcome.sample.paths()
    }

    /// The last month, by its index.
    pub fn horizon(&self) -> usize {
        self.timeline.months - 1
    }

    /// The calendar month at whose end `t` is: `2030-12`.
    pub fn date(&self, t: usize) -> Month {
        self.timeline.month(t as i32)
    }

    /// The calendar month at whose end a metric is taken: before month 0 it is the month before the start; a metric of the
    /// whole path has the last month.
    pub fn by(&self, by: By) -> Month {
        match by {
            By::Start => self.timeline.month(-1),
            By::Month(t) => self.date(t),
            By::Path => self.date(self.horizon()),
        }
    }

    /// The row that holds a measure at the end of a month. For an event or a measure of the whole path it is the same row at
    /// any month within the run.
    pub fn row_by(&self, measure: Measure, subject: &str, by: Month) -> Option<usize> {
        let t = self.timeline.index(by);
        let month = usize::try_from(t).map_or(By::Start, By::Month);
        let dated = self.find(measure, subject, month).filter(|_| t >= -1);
        dated.or_else(|| {
            let (row, t) = (self.find(measure, subject, By::Path)?, usize::try_from(t).ok()?);
            let is_event = measure.kind == Kind::FirstMonth;
            let is_known = if is_event { t <= self.horizon() } else { t == self.horizon() };
            is_known.then_some(row)
        })
    }

    /// The measure of this name and its row, as [`Results::row_by`]: of the subject, or of the market.
    pub fn named(&self, measure: &str, subject: &str, by: Month) -> Option<(Measure, usize)> {
        let measure = measure_named(measure)?;
        let row = self.row_by(measure, subject, by).or_else(|| self.row_by(measure, "", by))?;
        Some((measure, row))
    }

    /// The subject that is written, or the first lab.
    pub fn subject(&self, written: Option<&String>) -> String {
        written.or(self.labs.first()).cloned().unwrap_or_default()
    }

    /// The row of a metric, if there is one.
    pub fn find(&self, measure: Measure, subject: &str, by: By) -> Option<usize> {
        self.catalogue.iter().position(|m| m.measure == measure && m.subject == subject && m.by == by)
    }

    /// The row of what happens once a path, if there is one.
    pub fn event(&self, measure: Measure, subject: &str) -> Option<Cow<'_, [f32]>> {
        self.find(measure, subject, By::Path).map(|row| self.row(row))
    }

    /// The values of a metric, one per path, in the order of the draws.
    pub fn row(&self, metric: usize) -> Cow<'_, [f32]> {
        self.outcome.sample.row(metric)
    }

    /// Columns of each draw.
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.outcome.draws
    }

    /// The values of a metric by draw, without those that are not numbers.
    pub fn clusters(&self, metric: usize) -> Clusters<'_> {
        Clusters::new(self.row(metric), Cow::Borrowed(self.ranges()))
    }

    /// How many paths of each draw an indicator holds on; it gets the column of a path.
    pub fn count(&self, holds: impl Fn(usize) -> bool) -> Vec<Hits> {
        let of_draw = |columns: &Range<usize>| Hits {
            hits: columns.clone().filter(|&column| holds(column)).count() as u64,
            trials: columns.len() as u64,
        };
        self.ranges().iter().map(of_draw).collect()
    }

    /// How many paths of each draw have a value with a property, of those whose value is a number; draws without one are
    /// left out.
    pub fn count_where(&self, values: &[f32], holds: impl Fn(f32) -> bool) -> Vec<Hits> {
        let of_draw = |columns: &Range<usize>| {
            let known = values[columns.clone()].iter().filter(|value| !value.is_nan());
            let (hits, trials) =
                known.fold((0, 0), |(hits, trials), &value| (hits + u64::from(holds(value)), trials + 1));
            Hits { hits, trials }
        };
        self.ranges().iter().map(of_draw).filter(|count| count.trials > 0).collect()
    }

    /// How many paths of each draw have seen an event by the end of month `t`, as [`Results::count_where`].
    pub fn count_by(&self, first: &[f32], t: usize) -> Vec<Hits> {
        self.count_where(first, |first| by_month(first, t))
    }
}

/// Number of paths on which one of these is NaN.
pub(super) fn left_out(rows: &[&[f32]]) -> usize {
    (0..rows[0].len()).filter(|&path| rows.iter().any(|row| row[path].is_nan())).count()
}

/// Whether an event whose first month is `first` has happened by the end of month `t`.
pub fn by_month(first: f32, t: usize) -> bool {
    first <= t as f32
}

/// Whether the market had burst by the end of month `t` and before an event. A burst in the month of the event is its
/// consequence (a payment default bursts an open market) and counts as none.
pub fn burst_before(burst: f32, event: f32, t: usize) -> bool {
    by_month(burst, t) && burst < event
}
