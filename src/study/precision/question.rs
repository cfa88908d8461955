//! A question with a precision: "default openai by 2030-12: 0.2pp".

use std::ops::Range;

use crate::model::Kind;
use crate::stats::{
    Band, Components, Estimate, Hits, Moments, Nested, band_of_hits, band_of_means, nested_mean, nested_proportion,
    wilson,
};
use crate::units::{Unit, read_any};

use super::super::estimand::{Estimand, Statistic};
use super::super::estimates::{Results, by_month};
use super::super::prepared::Prepared;
use super::super::question;

/// What is asked of an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// A half-width of its interval, in its unit.
    HalfWidth(f64),
    /// A half-width as a share of the estimate.
    Relative(f64),
    /// Whether it is above this, or else below.
    Above(f64),
    /// Of two scenarios: in which it is higher.
    Ranking,
}

/// A question about one estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// As it was asked.
    pub text: String,
    /// What the estimate is of: a probability or a mean.
    pub estimand: Estimand,
    /// What is asked of it.
    pub target: Target,
}

/// What a run saw of a question, in independent parts: the parameter draws, or equal parts of the paths of a single draw.
#[derive(Clone, Debug)]
pub struct Observed {
    single: bool,
    parts: Parts,
}

#[derive(Clone, Debug)]
enum Parts {
    Hits(Vec<Hits>),
    /// With whether no path has a negative amount.
    Amounts(Vec<Moments>, bool),
}

/// Parts of the paths of a single draw.
const PARTS: usize = 50;

/// Reads questions about what a scenario measures; of scenarios that are `compared` only a ranking can be asked.
///
/// # Errors
/// All that is wrong with any of them, in words.
pub fn questions(texts: &[String], prepared: &Prepared, compared: bool) -> Result<Vec<Question>, String> {
    let mut read = Vec::new();
    let mut wrong = Vec::new();
    for text in texts {
        match Question::read(text, prepared).and_then(|question| question.fit_for(compared)) {
            Ok(question) => read.push(question),
            Err(why) => wrong.push(format!("`{text}`: {why}")),
        }
    }
    if wrong.is_empty() { Ok(read) } else { Err(wrong.join("\n")) }
}

impl Question {
    /// Reads `MEASURE [SUBJECT] by YYYY-MM [STATISTIC]: TARGET`.
    fn read(text: &str, prepared: &Prepared) -> Result<Self, String> {
        let (asked, rest) = question::Question::read(text, prepared.catalogue(), &prepared.world().timeline)?;
        let question::Question { measure, subject, by, .. } = asked;
        let (name, target) = rest.split_once(':').ok_or_else(|| {
            "no precision is asked for; write it behind a colon, as in `default by 2030-12: 0.2pp`".to_owned()
        })?;
        let statistic = if measure.is_amount() { Statistic::Mean } else { Statistic::Probability };
        let name = name.trim();
        if !name.is_empty() && Statistic::parse(name) != Some(statistic) {
            let only = format!("`{name}` cannot be asked for here, only the {} of `{measure}`", statistic.name());
            return Err(format!("{only}; for the ends of its band ask `ouro paths`"));
        }
        let target = target_of(target.trim(), measure.kind)?;
        Ok(Self { text: text.trim().to_owned(), estimand: Estimand { measure, subject, by, statistic }, target })
    }

    /// The question, if it suits a comparison, or a single run.
    fn fit_for(self, compared: bool) -> Result<Self, String> {
        match (self.target == Target::Ranking, compared) {
            (true, false) => Err("a ranking is one of scenarios: ask it of `ouro compare`".to_owned()),
            (false, true) => {
                let asked = self.text.rsplit_once(':').map_or("", |(asked, _)| asked);
                Err(format!("of a comparison only a ranking can be asked: write `{asked}: ranking`"))
            }
            _ => Ok(self),
        }
    }

    /// What two runs on common random numbers saw of a difference, the second less the first, path by path; none where the
    /// runs have other paths, or one has no finite value.
    ///
    /// # Panics
    /// If a run is that of another scenario.
    pub fn difference(&self, first: &Results<'_>, second: &Results<'_>) -> Option<Observed> {
        let [one, other] = [first, second].map(|results| self.numbers(results));
        let (one, other) = (one?, other?);
        if first.ranges() != second.ranges() {
            return None;
        }
        let (single, ranges) = parts_of(first);
        let of = |range: &Range<usize>| {
            let differences = range.clone().map(|path| other[path] - one[path]);
            differences.filter(|difference| !difference.is_nan()).collect::<Moments>()
        };
        let all: Vec<Moments> = ranges.iter().map(of).filter(|moments| moments.count() > 0).collect();
        let is_finite = !all.is_empty() && all.iter().all(|one| one.mean().is_some_and(f64::is_finite));
        is_finite.then_some(Observed { single, parts: Parts::Amounts(all, false) })
    }

    /// The number of every path of which it asks the mean: of an event 1 or 0.
    fn numbers(&self, results: &Results<'_>) -> Option<Vec<f64>> {
        let Estimand { measure, subject, by, .. } = &self.estimand;
        let row = results.row_by(*measure, subject, *by)?;
        let t = usize::try_from(results.timeline.index(*by)).ok();
        let number = |value: f32| match measure.kind {
            _ if value.is_nan() => f64::NAN,
            Kind::FirstMonth => f64::from(u8::from(t.is_some_and(|t| by_month(value, t)))),
            Kind::Flag => f64::from(u8::from(value > 0.5)),
            _ => f64::from(value),
        };
        Some(results.row(row).iter().map(|&value| number(value)).collect())
    }

    /// What a run saw of it; none where a path has no finite value.
    ///
    /// # Panics
    /// If it is the run of another scenario.
    pub fn observed(&self, results: &Results<'_>) -> Option<Observed> {
        let Estimand { measure, subject, by, .. } = &self.estimand;
        let row = results.row_by(*measure, subject, *by).expect("the question was read for this scenario");
        let values = results.row(row);
        let (single, ranges) = parts_of(results);
        let known = |range: &Range<usize>| values[range.clone()].iter().copied().filter(|value| !value.is_nan());
        let count = |holds: &dyn Fn(f32) -> bool| {
            let of = |range: &Range<usize>| {
                known(range).fold(Hits::default(), |Hits { hits, trials }, value| Hits {
                    hits: hits + u64::from(holds(value)),
                    trials: trials + 1,
                })
            };
            Parts::Hits(ranges.iter().map(of).filter(|hits| hits.trials > 0).collect())
        };
        let parts = match measure.kind {
            Kind::FirstMonth => {
                let t = usize::try_from(results.timeline.index(*by)).ok()?;
                count(&|first| by_month(first, t))
            }
            Kind::Flag => count(&|up| up > 0.5),
            _ => {
                let of = |range: &Range<usize>| known(range).map(f64::from).collect::<Moments>();
                let never_negative = values.iter().all(|&value| value.is_nan() || value >= 0.0);
                Parts::Amounts(ranges.iter().map(of).filter(|all| all.count() > 0).collect(), never_negative)
            }
        };
        let is_finite = match &parts {
            Parts::Hits(hits) => !hits.is_empty(),
            Parts::Amounts(all, _) => !all.is_empty() && all.iter().all(|one| one.mean().is_some_and(f64::is_finite)),
        };
        is_finite.then_some(Observed { single, parts })
    }

    /// Whether an interval answers it.
    pub fn is_answered(&self, by: &Estimate) -> bool {
        match self.target {
            Target::HalfWidth(half) => by.half_width() <= half,
            Target::Relative(share) => by.half_width() <= share * by.value().abs(),
            Target::Above(threshold) => by.low() > threshold || by.high() < threshold,
            Target::Ranking => by.low() > 0.0 || by.high() < 0.0,
        }
    }

    /// A number of the estimate with its unit: "3.2 %", "$38 bn", "15 mo"; of a ranking it is a difference: "-2.1 pp".
    pub fn show(&self, value: f64) -> String {
        match self.target {
            Target::Ranking => self.show_half(value),
            _ => show(self.estimand.measure.kind, value),
        }
    }

    /// The half-width of an interval with its unit: "0.2 pp", "$2.0 bn".
    pub fn show_half(&self, half: f64) -> String {
        match self.estimand.measure.kind {
            Kind::FirstMonth | Kind::Flag => format!("{} pp", crate::notation::significant(100.0 * half, 2)),
            kind => show(kind, half),
        }
    }
}

fn show(kind: Kind, value: f64) -> String {
    use crate::notation::{money, percent, significant};
    match kind {
        Kind::FirstMonth | Kind::Flag | Kind::Probability => percent(value),
        Kind::Money => money(significant(value, 3)),
        Kind::MoneyRate => format!("{} a year", money(significant(value, 3))),
        Kind::Months => format!("{} mo", significant(value, 3)),
        Kind::Ratio => format!("{}", significant(value, 3)),
    }
}

impl Observed {
    /// Independent replicates: the draws, or the paths of a single one.
    pub fn replicates(&self) -> u64 {
        let paths = || match &self.parts {
            Parts::Hits(hits) => hits.iter().map(|one| one.trials).sum(),
            Parts::Amounts(all, _) => all.iter().map(Moments::count).sum(),
        };
        if self.single { paths() } else { self.parts() as u64 }
    }

    /// The estimate with its fixed-sample interval; none for a single path.
    pub fn estimate(&self) -> Option<Estimate> {
        match (&self.parts, self.single) {
            (Parts::Hits(hits), true) => {
                wilson(hits.iter().fold(Hits::default(), |all, one| Hits {
                    hits: all.hits + one.hits,
                    trials: all.trials + one.trials,
                }))
            }
            (Parts::Amounts(all, _), true) => {
                let mut merged = Moments::default();
                for one in all {
                    merged.merge(one);
                }
                merged.estimate()
            }
            _ => Some(self.nested()?.total),
        }
    }

    /// The estimate over draws; none for a single one.
    pub fn nested(&self) -> Option<Nested> {
        match &self.parts {
            _ if self.single => None,
            Parts::Hits(hits) => nested_proportion(hits),
            Parts::Amounts(all, _) => nested_mean(all),
        }
    }

    /// The variances between and within draws; those of a single draw are all within.
    pub fn components(&self, paths_per_draw: f64) -> Option<Components> {
        if self.single {
            let error = self.estimate()?.standard_error()?;
            return Some(Components { between: 0.0, within: error * error * self.replicates() as f64 });
        }
        Components::of(&self.nested()?, paths_per_draw)
    }

    /// The band over the draws; none for a single one.
    pub fn band(&self) -> Option<Band> {
        let nested = self.nested()?;
        match &self.parts {
            Parts::Hits(hits) => band_of_hits(hits, &nested),
            Parts::Amounts(all, never_negative) => band_of_means(all, &nested, *never_negative),
        }
    }

    /// Parts of a bootstrap sample, each as often as its weight says.
    #[must_use]
    pub fn resampled(&self, weights: &[f64]) -> Self {
        fn again<T: Copy>(all: &[T], weights: &[f64]) -> Vec<T> {
            let repeated = |(one, &weight): (&T, &f64)| std::iter::repeat_n(*one, weight as usize);
            all.iter().zip(weights).flat_map(repeated).collect()
        }
        let parts = match &self.parts {
            Parts::Hits(hits) => Parts::Hits(again(hits, weights)),
            Parts::Amounts(all, never_negative) => Parts::Amounts(again(all, weights), *never_negative),
        };
        Self { parts, ..*self }
    }

    /// Number of the parts.
    pub fn parts(&self) -> usize {
        match &self.parts {
            Parts::Hits(hits) => hits.len(),
            Parts::Amounts(all, _) => all.len(),
        }
    }

    /// What was seen of draws, for tests.
    #[cfg(test)]
    pub(super) fn of_hits(hits: Vec<Hits>) -> Self {
        Self { single: false, parts: Parts::Hits(hits) }
    }
}

/// Whether a run has a single draw, and its independent parts.
fn parts_of(results: &Results<'_>) -> (bool, Vec<Range<usize>>) {
    match results.ranges() {
        [only] => (true, parted(only)),
        draws => (false, draws.to_vec()),
    }
}

/// A range in nearly equal parts.
fn parted(range: &Range<usize>) -> Vec<Range<usize>> {
    let parts = PARTS.min(range.len().max(1));
    let end = |part: usize| range.start + range.len() * part / parts;
    (0..parts).map(|part| end(part)..end(part + 1)).collect()
}

/// Reads what is asked of an estimate of this kind.
fn target_of(text: &str, kind: Kind) -> Result<Target, String> {
    let threshold = text.strip_prefix("above ").or_else(|| text.strip_prefix("below "));
    if let Some(threshold) = threshold {
        let value = amount(threshold.trim(), kind)?;
        let is_probability = matches!(kind, Kind::FirstMonth | Kind::Flag);
        return if is_probability && !(0.0 < value && value < 1.0) {
            Err(format!(
                "every probability is on one side of `{}`: a threshold lies between 0 % and 100 %",
                threshold.trim()
            ))
        } else {
            Ok(Target::Above(value))
        };
    }
    if text == "ranking" {
        return Ok(Target::Ranking);
    }
    let text = text.trim_start_matches('±').trim();
    let target = if let Some(points) = text.strip_suffix("pp") {
        let points: f64 = points.trim().parse().map_err(|_| wrong_target(text, kind))?;
        match kind {
            Kind::FirstMonth | Kind::Flag | Kind::Ratio => Target::HalfWidth(points / 100.0),
            _ => return Err(format!("`{text}` are percentage points, but this is {}; {}", unit(kind), forms(kind))),
        }
    } else if let Some(share) = text.strip_suffix('%') {
        Target::Relative(share.trim().parse::<f64>().map_err(|_| wrong_target(text, kind))? / 100.0)
    } else {
        Target::HalfWidth(amount(text, kind)?)
    };
    let is_positive = |size: f64| size.is_finite() && size > 0.0;
    if matches!(target, Target::HalfWidth(size) | Target::Relative(size) if is_positive(size)) {
        Ok(target)
    } else {
        Err(format!("the precision `{text}` is not above 0, and no number of paths reaches it; {}", forms(kind)))
    }
}

/// A number in the unit of the estimates of a kind.
fn amount(text: &str, kind: Kind) -> Result<f64, String> {
    let read = match kind {
        Kind::FirstMonth | Kind::Flag | Kind::Probability => Unit::Share.read(text),
        Kind::Money | Kind::MoneyRate => Unit::Money.read(text),
        Kind::Months => Unit::Months.read(text),
        Kind::Ratio => read_any(text).map(|(value, _)| value),
    };
    read.map_err(|_| wrong_target(text, kind))
}

fn wrong_target(text: &str, kind: Kind) -> String {
    format!("`{text}` is no precision of {}; {}", unit(kind), forms(kind))
}

/// What an estimate of a kind is.
fn unit(kind: Kind) -> &'static str {
    match kind {
        Kind::FirstMonth | Kind::Flag | Kind::Probability => "a probability",
        Kind::Money | Kind::MoneyRate => "an amount of money",
        Kind::Months => "a length of time",
        Kind::Ratio => "a ratio",
    }
}

/// How a precision is written for a kind.
fn forms(kind: Kind) -> &'static str {
    match kind {
        Kind::FirstMonth | Kind::Flag | Kind::Probability => {
            "write `0.2pp` for a half-width, `5%` for a share of the estimate, `above 5%` for a decision"
        }
        Kind::Money | Kind::MoneyRate => {
            "write `$2B` for a half-width, `5%` for a share of the estimate, `above $50B` for a decision"
        }
        Kind::Months => "write `2mo` for a half-width, `5%` for a share of the estimate, `above 12mo` for a decision",
        Kind::Ratio => "write `0.01` for a half-width, `5%` for a share of the estimate, `above 0.5` for a decision",
    }
}
