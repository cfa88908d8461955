//! The test on the market of simulated paths, where the model knows whether and when it burst.

use std::borrow::Cow;
use std::ops::Range;

use ndarray::s;
use rayon::prelude::*;

use super::dating::{Shape, episodes};
use super::null::{Kind, Null};
use super::run_ups::{BaseRate, PUBLISHED, RunUp};
use crate::engine::Uncertainty;
use crate::model::{Measure, metric};
use crate::stats::{Estimate, Hits, explosive};
use crate::study::estimates::{Answer, Clusters, Results, probability_alone};
use crate::study::{Prepared, Simulated, StudyError};

/// The monthly state that is tested.
const STATE: &str = "log_overvaluation";

/// Months after an alarm or a run-up within which a burst or crash counts.
const TWO_YEARS: usize = 24;

/// What a finding is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Subject {
    /// The share of paths on which GSADF rejects a random walk at 5 %.
    Rejects,
    /// The share with an alarm in a month before the first burst.
    AlarmBeforeBurst,
    /// The share with an alarm in any month.
    Alarm,
    /// The share with a first burst within 24 months of the first alarm, or of the first month that could have one.
    BurstWithin,
    /// A quantile of the months from the first alarm to the first burst.
    Lead(f64),
    /// The share with a fall of 40 % within 24 months.
    Crash,
    /// The share with a run-up.
    RunUp,
}

impl Subject {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rejects => "rejects",
            Self::AlarmBeforeBurst => "alarm_before_burst",
            Self::Alarm => "alarm",
            Self::BurstWithin => "burst_within_24",
            Self::Lead(_) => "lead",
            Self::Crash => "crash_within_24",
            Self::RunUp => "rise_within_24",
        }
    }

    /// The statistic: a probability, or the level of a quantile.
    pub fn statistic(self) -> String {
        match self {
            Self::Lead(level) => format!("p{:.0}", 100.0 * level),
            _ => "probability".to_owned(),
        }
    }
}

/// A share of simulated paths, or a quantile over them.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What it is of.
    pub subject: Subject,
    /// Of which paths, in words.
    pub given: String,
    /// How many these are.
    pub paths: u64,
    /// The estimate; none where there is no such path.
    pub answer: Option<Answer>,
    /// The share that is published.
    pub published: Option<BaseRate>,
}

/// What is found on the paths of a run.
#[derive(Clone, Debug)]
pub struct OnPaths {
    /// Length of a path, and what its regressions need.
    pub shape: Shape,
    /// Critical value of GSADF at 95 %.
    pub critical: Estimate,
    /// Random walks behind it.
    pub walks: usize,
    /// The share of random walks with an alarm: an episode in which they rise.
    pub false_alarms: Option<Estimate>,
    /// Paths that are tested.
    pub paths: usize,
    /// Those on which the market's price does not move, which have no test.
    pub without_test: usize,
    /// The first month, from 0, in which there can be an alarm.
    pub first_alarm: usize,
    /// What is found.
    pub findings: Vec<Finding>,
}

/// A path as the test sees it, and what the model knows of it.
#[derive(Clone, Copy, Debug, Default)]
struct Watched {
    /// GSADF; NaN where the price does not move.
    statistic: f64,
    /// The month in which a rising episode first has lasted long enough; infinite if none has.
    alarm: f64,
    /// The month of the first burst; infinite if there is none.
    burst: f64,
    /// That of the first run-up in the sense of the model.
    run_up: f64,
    /// The first run-up by each of the published rises, of those that are followed for 24 months.
    run_ups: [Option<RunUp>; 3],
}

impl OnPaths {
    /// Tests the market's price over fundamental value, or its logarithm, on every observed path of a run.
    ///
    /// # Errors
    /// Where the price moves on no path.
    pub fn of(prepared: &Prepared, simulated: &Simulated, null: &Null, log: bool) -> Result<Self, StudyError> {
        let results = prepared.results(simulated);
        let critical = null.critical(Kind::Gsadf).ok_or(StudyError::Interrupted)?;
        let backward: Vec<f64> = null.critical_backward().iter().map(Estimate::value).collect();
        let observed = Observed::of(prepared, &results);
        let watch = |path: usize| observed.watched(&results, path, null.shape, &backward, log);
        let watched: Vec<Watched> = (0..observed.bursts.len()).into_par_iter().map(watch).collect();
        let without_test = watched.iter().filter(|path| path.statistic.is_nan()).count();
        if without_test == watched.len() {
            let text = "the market's price over fundamental value moves on no path: give [market] a volatility, or let \
                it burst";
            return Err(StudyError::Refused(text.to_owned()));
        }
        let first_alarm = null.shape.first_end() + null.shape.shortest_episode() - 1;
        let all = All { watched: &watched, draws: &observed.draws, months: null.shape.observations, first_alarm };
        Ok(Self {
            shape: null.shape,
            critical,
            walks: null.walks(),
            false_alarms: null.false_alarms(&backward, |episode| episode.rises),
            paths: watched.len() - without_test,
            without_test,
            first_alarm,
            findings: all.findings(critical.value()),
        })
    }
}

/// The paths whose months are kept.
struct Observed {
    /// Place of the tested state.
    state: usize,
    /// Those of each draw.
    draws: Vec<Range<usize>>,
    /// The month of the first burst of each; infinite if there is none.
    bursts: Vec<f64>,
    /// That of the first run-up in the sense of the model.
    run_ups: Vec<f64>,
    /// Growth of the sector's fundamentals in each draw, a year.
    growth: Vec<f64>,
}

impl Observed {
    fn of(prepared: &Prepared, results: &Results<'_>) -> Self {
        let all = results.outcome.states.dim().2;
        // As many of each draw, and fewer only of one that was ended early.
        let mut per_draw = 0;
        while results.ranges().iter().map(|columns| columns.len().min(per_draw)).sum::<usize>() < all {
            per_draw += 1;
        }
        let (mut columns, mut draws) = (Vec::with_capacity(all), Vec::new());
        for range in results.ranges() {
            let start = columns.len();
            columns.extend(range.clone().take(per_draw));
            draws.push(start..columns.len());
        }
        let growth = results.draws.iter().map(|draw| Uncertainty::world(prepared, draw.number).market.growth);
        let state = prepared.states().iter().position(|state| state.name == STATE).unwrap_or_default();
        let first = |measure: Measure| match results.event(measure, "") {
            Some(row) => columns.iter().map(|&column| f64::from(row[column])).collect(),
            None => vec![f64::INFINITY; columns.len()],
        };
        let (bursts, run_ups) = (first(metric::BURST), first(metric::RUN_UP));
        Self { state, draws, bursts, run_ups, growth: growth.collect() }
    }

    fn watched(&self, results: &Results<'_>, path: usize, shape: Shape, critical: &[f64], log: bool) -> Watched {
        let levels: Vec<f64> = results.outcome.states.slice(s![self.state, .., path]).mapv(f64::from).to_vec();
        let draw = self.draws.iter().position(|paths| paths.contains(&path)).unwrap_or_default();
        let growth = self.growth[draw];
        let price = |(month, level): (usize, &f64)| (level + growth * month as f64 / 12.0).exp();
        let prices: Vec<f64> = levels.iter().enumerate().map(price).collect();
        let run_up =
            |of: BaseRate| RunUp::first(&prices, TWO_YEARS, of.rise).filter(|found| found.followed == TWO_YEARS);
        let tested: Vec<f64> = if log { levels } else { levels.iter().map(|level| level.exp()).collect() };
        let found = explosive(&tested, shape.window, shape.lags);
        let dated = found.as_ref().map(|found| episodes(&tested, &found.backward, critical, shape));
        let alarm = dated.and_then(|dated| Some(dated.iter().find(|episode| episode.rises)?.known(shape) as f64));
        Watched {
            statistic: found.map_or(f64::NAN, |found| found.gsadf),
            alarm: alarm.unwrap_or(f64::INFINITY),
            burst: self.bursts[path],
            run_up: self.run_ups[path],
            run_ups: PUBLISHED.map(run_up),
        }
    }
}

/// All watched paths, by draw.
struct All<'a> {
    watched: &'a [Watched],
    draws: &'a [Range<usize>],
    months: usize,
    first_alarm: usize,
}

impl All<'_> {
    /// A share of the paths with a property.
    fn share(
        &self,
        subject: Subject,
        given: impl Into<String>,
        is_given: impl Fn(&Watched) -> bool,
        holds: impl Fn(&Watched) -> bool,
    ) -> Finding {
        let of_draw = |paths: &Range<usize>| {
            let known = self.watched[paths.clone()].iter().filter(|path| !path.statistic.is_nan() && is_given(path));
            known.fold(Hits::default(), |sum, path| Hits {
                hits: sum.hits + u64::from(holds(path)),
                trials: sum.trials + 1,
            })
        };
        let counts: Vec<Hits> = self.draws.iter().map(of_draw).filter(|count| count.trials > 0).collect();
        let paths = counts.iter().map(|count| count.trials).sum();
        let answer = if paths > 0 { probability_alone(&counts) } else { None };
        Finding { subject, given: given.into(), paths, answer, published: None }
    }

    fn findings(&self, critical: f64) -> Vec<Finding> {
        let rejects = |path: &Watched| path.statistic > critical;
        let (horizon, two_years, first) = ((self.months - 1) as f64, TWO_YEARS as f64, self.first_alarm as f64);
        let bursts = move |path: &Watched| path.burst <= horizon;
        let runs_up = move |path: &Watched| path.run_up <= horizon;
        let can_be_seen = move |path: &Watched| bursts(path) && path.burst > first;
        let is_in_time = move |path: &Watched| path.alarm < path.burst && path.alarm + two_years <= horizon;
        let is_followed = move |path: &Watched| path.burst > first && first + two_years <= horizon;
        let mut findings = vec![
            self.share(Subject::Rejects, "all paths", |_| true, rejects),
            self.share(Subject::Rejects, "a burst", bursts, rejects),
            self.share(Subject::Rejects, "no burst", |path| !bursts(path), rejects),
            self.share(Subject::Rejects, "a run-up", runs_up, rejects),
            self.share(Subject::Rejects, "no run-up", |path| !runs_up(path), rejects),
            self.share(Subject::Rejects, "neither", |path| !bursts(path) && !runs_up(path), rejects),
            self.share(Subject::AlarmBeforeBurst, "a burst that could have one", can_be_seen, |path| {
                path.alarm < path.burst
            }),
            self.share(Subject::Alarm, "no burst", |path| !bursts(path), |path| path.alarm <= horizon),
            self.share(Subject::BurstWithin, "an alarm before any burst", is_in_time, |path| {
                path.burst <= path.alarm + two_years
            }),
            self.share(
                Subject::BurstWithin,
                format!("no burst by month {}", self.first_alarm + 1),
                is_followed,
                |path| path.burst <= first + two_years,
            ),
        ];
        findings.extend(self.leads(horizon));
        findings.extend(self.base_rates());
        findings
    }

    /// Quantiles of the months from the first alarm to the burst.
    fn leads(&self, horizon: f64) -> Vec<Finding> {
        let lead = |path: &Watched| {
            let is_one = path.burst <= horizon && path.alarm < path.burst;
            if is_one { (path.burst - path.alarm) as f32 } else { f32::NAN }
        };
        let values: Vec<f32> = self.watched.iter().map(lead).collect();
        let paths = values.iter().filter(|lead| !lead.is_nan()).count() as u64;
        let clusters = Clusters::new(Cow::Owned(values), Cow::Borrowed(self.draws));
        let levels = [0.25, 0.5, 0.75];
        let answers = if paths > 0 { clusters.quantiles(&clusters.sorted(), &levels) } else { Vec::new() };
        let mut answers = answers.into_iter();
        let finding = |level| Finding {
            subject: Subject::Lead(level),
            given: "an alarm, then a burst".to_owned(),
            paths,
            answer: answers.next(),
            published: None,
        };
        levels.map(finding).into()
    }

    /// Run-ups and crashes, beside what is published.
    fn base_rates(&self) -> Vec<Finding> {
        let of_rise = |(place, published): (usize, BaseRate)| {
            let run_up = move |path: &Watched| path.run_ups[place];
            let given = format!("a run-up of {:.0} %", 100.0 * published.rise);
            let often = self.share(Subject::RunUp, given.clone(), |_| true, |path| run_up(path).is_some());
            let crash = self.share(
                Subject::Crash,
                given,
                |path| run_up(path).is_some(),
                |path| run_up(path).is_some_and(RunUp::crashed),
            );
            [often, Finding { published: Some(published), ..crash }]
        };
        PUBLISHED.into_iter().enumerate().flat_map(of_rise).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(finding: &Finding) -> f64 {
        finding.answer.as_ref().unwrap().value.unwrap()
    }

    #[test]
    fn shares_are_of_the_paths_that_are_given() {
        // Of five paths one has no test. Bursts in months 40 and 30, alarms in 30 and 50; the critical value is 2.
        let path = |statistic, alarm, burst, run_up| Watched { statistic, alarm, burst, run_up, run_ups: [None; 3] };
        let never = f64::INFINITY;
        let watched = [
            path(3.0, 30.0, 40.0, 20.0),
            path(1.0, never, 30.0, never),
            path(2.5, 50.0, never, never),
            path(0.0, never, never, 60.0),
            path(f64::NAN, never, 10.0, never),
        ];
        let draws = [0..3, 3..5];
        let all = All { watched: &watched, draws: &draws, months: 96, first_alarm: 23 };
        let findings = all.findings(2.0);
        let of = |subject: Subject, given: &str| {
            let found = findings.iter().find(|row| row.subject == subject && row.given.starts_with(given)).unwrap();
            (found.paths, found.answer.as_ref().map(|_| value(found)))
        };
        assert_eq!(of(Subject::Rejects, "all"), (4, Some(0.5)));
        assert_eq!(of(Subject::Rejects, "a burst"), (2, Some(0.5)));
        assert_eq!(of(Subject::Rejects, "a run-up"), (2, Some(0.5)));
        assert_eq!(of(Subject::Rejects, "neither"), (1, Some(1.0)));
        assert_eq!(of(Subject::AlarmBeforeBurst, "a burst"), (2, Some(0.5)));
        assert_eq!(of(Subject::Alarm, "no burst"), (2, Some(0.5)));
        assert_eq!(of(Subject::BurstWithin, "an alarm"), (2, Some(0.5)));
        assert_eq!(of(Subject::BurstWithin, "no burst by month 24"), (4, Some(0.5)));
        assert_eq!(of(Subject::Lead(0.5), "an alarm"), (1, Some(10.0)));
        assert_eq!(of(Subject::Crash, "a run-up of 50"), (0, None));
    }
}
