//! Scenarios of many firms against what became of them: scores of the probability of default, beside simpler forecasts
//! (docs/backtest.md).

use crate::calendar::Month;
use crate::model::measure_named;
use crate::scenario::{BenchmarkKind, Lab, Outcome, Scenario};
use crate::stats::{Estimate, brier, log_score, over_clusters, roc_area, spread_over, weighted_mean};

use super::error::StudyError;
use super::estimates::{Answer, Results, probability_alone};

/// Months within which default is forecast.
pub const WITHIN: [usize; 3] = [12, 24, 36];

/// Parts of the histogram of probability integral transforms.
const PARTS: usize = 4;

/// Probabilities are kept this far from 0 and 1, so that no logarithmic score is infinite.
const LEAST: f64 = 0.005;

const DEFAULT: &str = "default";

/// A firm at a date: what was forecast, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The name of its file.
    pub file: String,
    /// The name of its scenario.
    pub name: String,
    /// The firm: the id of its outcome, the same at every date.
    pub firm: String,
    /// The first month of the run.
    pub start: Month,
    /// What became of it.
    pub fate: Fate,
    /// Its month: that of the default, or the last in which it is known to have paid.
    pub when: Month,
    /// A remark on its fate.
    pub note: String,
    /// Our probability of default within the months of [`WITHIN`], with its Monte Carlo error.
    pub ours: [Answer; 3],
    /// Months for which cash lasts at the burn of the first year that is written; none where nothing is burnt.
    pub cash_over_burn: Option<f64>,
    /// Hazard of the base rate, a year; none where the scenario has none.
    pub base_rate: Option<f64>,
    /// Between what levels of the predicted distribution of the month of default its fate lies.
    pub pit: [f64; 2],
}

/// What became of a firm; months are counted from that of the start, 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It defaulted in this month.
    Defaulted(usize),
    /// It had not defaulted by the end of this month; what came later is not known, or not scored.
    Paid(usize),
}

impl Fate {
    /// Whether it defaulted within so many months; none where that is not known.
    pub fn within(self, months: usize) -> Option<bool> {
        match self {
            Self::Defaulted(month) => Some(month < months),
            Self::Paid(month) => (month + 1 >= months).then_some(false),
        }
    }
}

/// Who forecasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forecaster {
    /// The scenario.
    Ours,
    /// The base rate for every firm.
    BaseRate,
    /// A constant hazard, whose mean time is cash over burn.
    CashOverBurn,
}

impl Forecaster {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ours, Self::BaseRate, Self::CashOverBurn];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "this model",
            Self::BaseRate => "base rate",
            Self::CashOverBurn => "cash over burn",
        }
    }

    /// Its probability of default within the months at this place of [`WITHIN`].
    pub fn forecast(self, case: &Case, place: usize) -> Option<f64> {
        let months = WITHIN[place] as f64;
        let probability = match self {
            Self::Ours => case.ours[place].value?,
            Self::BaseRate => 1.0 - (-case.base_rate? * months / 12.0).exp(),
            Self::CashOverBurn => case.cash_over_burn.map_or(0.0, |lasts| 1.0 - (-months / lasts).exp()),
        };
        Some(probability.clamp(LEAST, 1.0 - LEAST))
    }
}

/// A score of a forecaster over the cases.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Who forecasts.
    pub forecaster: String,
    /// Which score.
    pub score: String,
    /// Within how many months; none: all of [`WITHIN`] together.
    pub within: Option<usize>,
    /// The score; none where there are too few cases.
    pub value: Option<Answer>,
    /// Its standard error.
    pub error: Option<f64>,
    /// Forecasts that are scored.
    pub forecasts: usize,
}

/// Cases and scores.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// The cases, the worst misses first.
    pub cases: Vec<Case>,
    /// The scores.
    pub scores: Vec<Scored>,
    /// Whether ours beats cash over burn in logarithmic score by more than a standard error; none where that has no error.
    pub passes: Option<bool>,
}

impl Case {
    /// The forecast of a run, and what became of the firm.
    ///
    /// # Errors
    /// [`StudyError::Refused`] where the file does not say one fate, or has no burn, or ends too soon.
    pub fn of(results: &Results<'_>, scenario: &Scenario) -> Result<Self, StudyError> {
        let refused = |text: String| StudyError::Refused(format!("{}: {text}", scenario.file()));
        let outcome = fate_told(scenario).map_err(refused)?;
        let subject = results.subject(outcome.subject.as_ref());
        let by = results.timeline.index(outcome.by);
        let month = usize::try_from(by).map_err(|_| {
            refused(format!("`outcome.{}.by` is {}, before the start in {}", outcome.id, outcome.by, results.date(0)))
        })?;
        let last = WITHIN[WITHIN.len() - 1];
        if results.horizon() + 1 < last {
            let months = results.horizon() + 1;
            return Err(refused(format!(
                "it runs for {months} months, and default is scored within {last}: lengthen `scenario.horizon`"
            )));
        }
        let happened = outcome.value.at(&scenario.means()) > 0.5;
        let fate = if happened { Fate::Defaulted(month) } else { Fate::Paid(month) };
        let first = measure_named(DEFAULT).and_then(|measure| results.event(measure, &subject));
        let first = first.ok_or_else(|| refused(format!("`{subject}` is no lab, whose default could be scored")))?;
        let within = |months: usize| probability_alone(&results.count_by(&first, months - 1)).unwrap_or_default();
        let lab = scenario.labs.iter().find(|lab| lab.name == subject);
        Ok(Self {
            file: scenario.file_name(),
            name: scenario.about.name.clone(),
            firm: outcome.id.clone(),
            start: results.date(0),
            fate,
            when: outcome.by,
            note: outcome.note.clone().unwrap_or_default(),
            ours: WITHIN.map(within),
            cash_over_burn: lab.and_then(|lab| cash_over_burn(lab, &scenario.means())).ok_or_else(|| {
                refused(format!(
                    "`lab.{subject}.opex.burn` is missing: cash over burn is what the model is held against"
                ))
            })?,
            base_rate: base_rate(scenario, results),
            pit: place_of(&first, fate),
        })
    }

    /// Mean logarithmic score of a forecaster over what is known of this case.
    pub fn log_score(&self, forecaster: Forecaster) -> f64 {
        let scores: Vec<f64> = known(self)
            .filter_map(|(place, happened)| {
                forecaster.forecast(self, place).map(|forecast| log_score(forecast, happened))
            })
            .collect();
        scores.iter().sum::<f64>() / scores.len().max(1) as f64
    }
}

impl Scores {
    /// Scores the cases.
    pub fn of(mut cases: Vec<Case>) -> Self {
        cases.sort_by(|a, b| b.log_score(Forecaster::Ours).total_cmp(&a.log_score(Forecaster::Ours)));
        let mut scores: Vec<Scored> =
            Forecaster::ALL.into_iter().flat_map(|forecaster| scores_of(&cases, forecaster)).collect();
        scores.extend(transforms(&cases));
        let difference = difference(&cases);
        let passes = difference.as_ref().and_then(|of| Some(of.value() < -of.standard_error()?));
        let forecasts = forecasts(&cases, Forecaster::CashOverBurn, None).len();
        scores.push(Scored::new("this model less cash over burn", "log score", None, (difference, forecasts)));
        Self { cases, scores, passes }
    }
}

impl Scored {
    fn new(
        forecaster: &str,
        score: &str,
        within: Option<usize>,
        (value, forecasts): (Option<Estimate>, usize),
    ) -> Self {
        Self {
            forecaster: forecaster.to_owned(),
            score: score.to_owned(),
            within,
            error: value.as_ref().and_then(Estimate::standard_error),
            value: value.map(|value| Answer::with_method(&value, "bootstrap over firms")),
            forecasts,
        }
    }
}

/// The one outcome that says what became of the firm of a file.
fn fate_told(scenario: &Scenario) -> Result<&Outcome, String> {
    let told: Vec<&Outcome> = scenario.outcomes.iter().filter(|outcome| outcome.measure == DEFAULT).collect();
    let [outcome] = told.as_slice() else {
        let found = if told.is_empty() { "no".to_owned() } else { told.len().to_string() };
        return Err(format!(
            "it has {found} [[outcome]] of `default`; a backtest needs one, with the firm as its `id`, `value = 1` and the \
             month of the default in `by`, or `value = 0` and the last month in which it is known to have paid"
        ));
    };
    let value = outcome.value.at(&scenario.means());
    if [0.0, 1.0].contains(&value) {
        return Ok(outcome);
    }
    Err(format!("`outcome.{}.value` is {value}: of a default it is 1 if it happened and 0 if not", outcome.id))
}

/// Months for which cash lasts at the burn of the first year that is written: none within where nothing is burnt, none at
/// all where no burn is written.
#[expect(clippy::option_option, reason = "no burn written, and nothing burnt, are different things")]
fn cash_over_burn(lab: &Lab, means: &[f64]) -> Option<Option<f64>> {
    let (_, burn) = *lab.opex.burn.as_ref()?.at(means).first()?;
    Some((burn > 0.0).then(|| 12.0 * lab.cash.at(means) / burn))
}

/// The hazard, a year, of the base rate of default that the scenario names.
fn base_rate(scenario: &Scenario, results: &Results<'_>) -> Option<f64> {
    let is_it = |of: &&crate::scenario::Benchmark| of.kind == BenchmarkKind::BaseRate && of.metric == DEFAULT;
    let rate = scenario.benchmarks.iter().find(is_it)?;
    let years = f64::from(results.timeline.index(rate.by?) + 1) / 12.0;
    (years > 0.0).then(|| -(1.0 - rate.value.at(&scenario.means())).ln() / years)
}

/// Between what levels of the distribution of the month of default a fate lies.
fn place_of(first: &[f32], fate: Fate) -> [f64; 2] {
    let before = |month: usize| first.iter().filter(|&&at| at < month as f32).count() as f64 / first.len() as f64;
    match fate {
        Fate::Defaulted(month) => [before(month), before(month + 1)],
        Fate::Paid(month) => [before(month + 1), 1.0],
    }
}

/// The places of [`WITHIN`] by which it is known whether a firm defaulted.
fn known(case: &Case) -> impl Iterator<Item = (usize, bool)> {
    let fate = case.fate;
    WITHIN.into_iter().enumerate().filter_map(move |(place, months)| Some((place, fate.within(months)?)))
}

/// The forecasts that can be scored, at one place of [`WITHIN`] or at all: the case, the forecast, and whether it happened.
fn forecasts(cases: &[Case], forecaster: Forecaster, at: Option<usize>) -> Vec<(usize, f64, bool)> {
    let of = |(number, case)| {
        let wanted = known(case).filter(move |(place, _)| at.is_none_or(|at| at == *place));
        wanted.filter_map(move |(place, happened)| Some((number, forecaster.forecast(case, place)?, happened)))
    };
    cases.iter().enumerate().flat_map(of).collect()
}

/// The number of its firm, for each of these cases; firms are numbered in the order in which they come.
fn firms(cases: &[Case], of: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut seen: Vec<&str> = Vec::new();
    let mut number = |case: usize| {
        let firm = cases[case].firm.as_str();
        seen.iter().position(|other| *other == firm).unwrap_or_else(|| {
            seen.push(firm);
            seen.len() - 1
        })
    };
    of.map(&mut number).collect()
}

/// A statistic of forecasts, with its error over the firms.
fn over_firms(
    cases: &[Case],
    made: &[(usize, f64, bool)],
    statistic: impl Fn(&[f64]) -> Option<f64>,
) -> Option<Estimate> {
    over_clusters(&firms(cases, made.iter().map(|of| of.0)), statistic)
}

/// The mean of one value for each forecast.
fn mean(cases: &[Case], made: &[(usize, f64, bool)], value: impl Fn(f64, bool) -> f64) -> Option<Estimate> {
    let values: Vec<f64> = made.iter().map(|&(_, forecast, happened)| value(forecast, happened)).collect();
    over_firms(cases, made, |weights| weighted_mean(&values, weights))
}

fn scores_of(cases: &[Case], forecaster: Forecaster) -> Vec<Scored> {
    let places = (0..WITHIN.len()).map(Some).chain([None]);
    let of = |at: Option<usize>| {
        let made = forecasts(cases, forecaster, at);
        let scored = |score: &str, value| {
            Scored::new(forecaster.name(), score, at.map(|place| WITHIN[place]), (value, made.len()))
        };
        let pairs: Vec<(f64, bool)> = made.iter().map(|of| (of.1, of.2)).collect();
        let area = || over_firms(cases, &made, |weights| roc_area(&pairs, weights));
        let means = [("Brier score", brier as fn(f64, bool) -> f64), ("log score", log_score)];
        let mut rows: Vec<Scored> = means.map(|(name, score)| scored(name, mean(cases, &made, score))).into();
        rows.extend(at.map(|_| scored("area under ROC", area())));
        rows
    };
    let mut rows: Vec<Scored> = places.flat_map(of).collect();
    rows.retain(|row| row.forecasts > 0);
    rows
}

/// The logarithmic score of ours less that of cash over burn, on the forecasts of both.
fn difference(cases: &[Case]) -> Option<Estimate> {
    let ours = forecasts(cases, Forecaster::Ours, None);
    let theirs = forecasts(cases, Forecaster::CashOverBurn, None);
    let values: Vec<f64> = ours
        .iter()
        .zip(&theirs)
        .map(|(ours, theirs)| log_score(ours.1, ours.2) - log_score(theirs.1, theirs.2))
        .collect();
    over_firms(cases, &ours, |weights| weighted_mean(&values, weights))
}

/// The histogram of the probability integral transforms of the months of default.
fn transforms(cases: &[Case]) -> Vec<Scored> {
    let spread: Vec<Vec<f64>> = cases.iter().map(|case| spread_over(case.pit, PARTS)).collect();
    let clusters = firms(cases, 0..cases.len());
    let of = |part: usize| {
        let values: Vec<f64> = spread.iter().map(|parts| parts[part]).collect();
        let share = over_clusters(&clusters, |weights| weighted_mean(&values, weights));
        let name = format!("PIT in ({}, {}]", part as f64 / PARTS as f64, (part + 1) as f64 / PARTS as f64);
        Scored::new(Forecaster::Ours.name(), &name, None, (share, cases.len()))
    };
    (0..PARTS).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(firm: &str, fate: Fate, ours: [f64; 3], cash_over_burn: Option<f64>) -> Case {
        let answer = |value: f64| Answer { value: Some(value), ..Answer::default() };
        Case {
            file: String::new(),
            name: firm.to_owned(),
            firm: firm.to_owned(),
            start: Month::january(2001),
            fate,
            when: Month::january(2001),
            note: String::new(),
            ours: ours.map(answer),
            cash_over_burn,
            base_rate: Some(0.5),
            pit: [0.0, 1.0],
        }
    }

    #[test]
    fn a_fate_says_what_is_known_at_a_horizon() {
        // Month 11 is the twelfth.
        assert_eq!(WITHIN.map(|months| Fate::Defaulted(11).within(months)), [Some(true); 3]);
        assert_eq!(WITHIN.map(|months| Fate::Defaulted(12).within(months)), [Some(false), Some(true), Some(true)]);
        assert_eq!(WITHIN.map(|months| Fate::Paid(23).within(months)), [Some(false), Some(false), None]);
        assert_eq!(WITHIN.map(|months| Fate::Paid(10).within(months)), [None; 3]);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "what is clamped is the bound itself")]
    fn simple_forecasts_are_constant_hazards() {
        let of = case("a", Fate::Paid(35), [0.0, 0.5, 1.0], Some(12.0));
        let forecast = |forecaster: Forecaster| [0, 1, 2].map(|place| forecaster.forecast(&of, place).unwrap());
        assert_eq!(forecast(Forecaster::Ours), [LEAST, 0.5, 1.0 - LEAST]);
        for (years, p) in [1.0, 2.0, 3.0].into_iter().zip(forecast(Forecaster::CashOverBurn)) {
            assert!((p - (1.0 - f64::exp(-years))).abs() < 1e-15);
        }
        for (years, p) in [1.0, 2.0, 3.0].into_iter().zip(forecast(Forecaster::BaseRate)) {
            assert!((p - (1.0 - f64::exp(-0.5 * years))).abs() < 1e-15);
        }
        assert_eq!(Forecaster::CashOverBurn.forecast(&case("b", Fate::Paid(35), [0.5; 3], None), 2), Some(LEAST));
    }

    #[test]
    fn scores_are_means_over_what_is_known_and_the_worst_miss_comes_first() {
        let right = case("right", Fate::Defaulted(5), [0.9; 3], Some(1200.0));
        let wrong = case("wrong", Fate::Defaulted(20), [0.2; 3], Some(1200.0));
        let gone = case("gone", Fate::Paid(12), [0.1; 3], Some(1200.0));
        let scores = Scores::of(vec![right, gone, wrong]);
        assert_eq!(scores.cases[0].name, "wrong");
        let find = |forecaster: &str, score: &str, within| {
            let is_it = |row: &&Scored| row.forecaster == forecaster && row.score == score && row.within == within;
            scores.scores.iter().find(is_it).unwrap()
        };
        let value = |row: &Scored| row.value.as_ref().unwrap().value.unwrap();
        // Within 24 months both defaulted, and of the third nothing is known: (0.1^2 + 0.8^2)/2.
        let within = find("this model", "Brier score", Some(24));
        assert_eq!(within.forecasts, 2);
        assert!((value(within) - 0.325).abs() < 1e-12);
        // Within 12 months one of three did, and ours was highest for it.
        assert!((value(find("this model", "area under ROC", Some(12))) - 1.0).abs() < 1e-15);
        assert!(find("this model", "area under ROC", Some(24)).value.is_none(), "nobody is known to have lived");
        assert_eq!(find("this model", "log score", None).forecasts, 7);
        assert_eq!(scores.passes, Some(true), "against a forecast that nobody defaults");
    }

    #[test]
    fn dates_of_one_firm_are_one_cluster() {
        let of = |firm: &str| case(firm, Fate::Paid(35), [0.5; 3], Some(12.0));
        let cases = [of("a"), of("b"), of("a"), of("c")];
        assert_eq!(firms(&cases, 0..4), [0, 1, 0, 2]);
        assert_eq!(firms(&cases, [1, 1, 3, 0].into_iter()), [0, 0, 1, 2]);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "shares of eight are exact")]
    fn the_place_of_a_fate_is_that_among_the_months_of_default() {
        let first = [0.0, 3.0, 3.0, 9.0, f32::INFINITY, f32::INFINITY, f32::INFINITY, f32::INFINITY];
        assert_eq!(place_of(&first, Fate::Defaulted(3)), [0.125, 0.375]);
        assert_eq!(place_of(&first, Fate::Paid(9)), [0.5, 1.0]);
        assert_eq!(place_of(&first, Fate::Defaulted(5)), [0.375, 0.375]);
    }
}
