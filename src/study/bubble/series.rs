//! The test on a series that the user brings.

use super::dating::{Episode, Shape, episodes};
use super::null::{Kind, Null, Test};
use super::reading::Series;
use super::run_ups::{PUBLISHED, RunUp};
use crate::stats::{Estimate, Explosive, explosive};
use crate::study::StudyError;

/// What is found in a series.
#[derive(Clone, Debug)]
pub struct OnSeries {
    /// Its length, and what its regressions need.
    pub shape: Shape,
    /// ADF, SADF and GSADF with p-values and critical values.
    pub tests: Vec<Test>,
    /// BSADF by observation, from that of [`Shape::first_end`] on.
    pub backward: Vec<f64>,
    /// The critical value at 95 % of each.
    pub critical: Vec<Estimate>,
    /// Stretches with BSADF above it.
    pub episodes: Vec<Episode>,
    /// The share of random walks with such a stretch.
    pub false_alarms: Option<Estimate>,
    /// Random walks behind all of this.
    pub walks: usize,
    /// The first run-up by each of the published rises; none where a value is not positive.
    pub run_ups: Option<[Option<RunUp>; 3]>,
}

impl OnSeries {
    /// The statistics of a series, as its values or their logarithms.
    ///
    /// # Errors
    /// Where the series grows without noise in every window, so that there is nothing to test.
    pub fn statistics(series: &Series, log: bool, lags: usize) -> Result<(Shape, Explosive), StudyError> {
        let tested = series.tested(log);
        let shape = Shape::of(tested.len(), lags);
        let found = explosive(&tested, shape.window, lags);
        let refused = || {
            let text = "the series follows a straight line or an exact rate of growth: without noise there is no test";
            StudyError::Refused(text.to_owned())
        };
        Ok((shape, found.ok_or_else(refused)?))
    }

    /// The statistics beside those of random walks.
    pub fn of(series: &Series, statistics: &Explosive, null: &Null) -> Self {
        let critical = null.critical_backward();
        let values: Vec<f64> = critical.iter().map(Estimate::value).collect();
        let two_years = series.spacing.two_years();
        let is_price = series.values.iter().all(|&value| value > 0.0);
        let run_ups = is_price.then(|| PUBLISHED.map(|of| RunUp::first(&series.values, two_years, of.rise)));
        Self {
            shape: null.shape,
            tests: Kind::ALL.into_iter().filter_map(|kind| null.test(kind, kind.of(statistics))).collect(),
            episodes: episodes(&series.values, &statistics.backward, &values, null.shape),
            false_alarms: null.false_alarms(&values, |_| true),
            backward: statistics.backward.clone(),
            critical,
            walks: null.walks(),
            run_ups,
        }
    }

    /// The test over all windows.
    pub fn gsadf(&self) -> Option<&Test> {
        self.tests.iter().find(|test| test.kind == Kind::Gsadf)
    }
}
