//! Estimates over independent replicates: the parameter draws where there are several, for the paths of a draw share its
//! parameters; else the paths (docs/model.md, sections 10 and 11).

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use crate::stats::{
    Band, Caveat, Estimate, FEW, Hits, Method, Moments, Nested, Sorted, band_of_hits, band_of_means, bound_within,
    ends_of_hits, nested_mean, nested_proportion, paired_proportions, rank, wilson,
};

use crate::notation::thousands;

/// An estimate as it is reported.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The best single number; none where the sample has none.
    pub value: Option<f64>,
    /// Lower end of the 95 % Monte Carlo interval; none where the sample cannot bound it.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// The method, and caveats.
    pub method: String,
}

/// An estimate and its band over the draws: their 5, 50 and 95 % quantiles, Monte Carlo noise removed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Banded {
    /// Over all paths.
    pub point: Answer,
    /// Over the draws; none for a single one, or where a draw has a single path.
    pub band: Option<[Answer; 3]>,
}

/// The number of paths and draws behind an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    paths: u64,
    draws: usize,
    /// Paths without a value.
    left_out: u64,
}

impl Size {
    fn of(counts: &[Hits]) -> Self {
        Self { paths: counts.iter().map(|count| count.trials).sum(), draws: counts.len(), left_out: 0 }
    }

    fn text(self) -> String {
        let paths = thousands(self.paths as f64);
        let of_draws = if self.draws > 1 { format!(" of {} draws", self.draws) } else { String::new() };
        let left_out = match self.left_out {
            0 => String::new(),
            count => format!(", {} more without a value", thousands(count as f64)),
        };
        format!("{paths} paths{of_draws}{left_out}")
    }
}

impl Answer {
    /// An estimate with these words for its method; ends that the sample cannot bound are absent.
    pub fn with_method(estimate: &Estimate, method: &str) -> Self {
        let [value, low, high] =
            [estimate.value(), estimate.low(), estimate.high()].map(|x| x.is_finite().then_some(x));
        Self { value, low, high, method: method.to_owned() }
    }

    /// An estimate, with the words for its method.
    fn of(estimate: &Estimate, method: String) -> Self {
        let finite = |x: f64| x.is_finite().then_some(x);
        let mut method = method;
        if let Some(caveat) = estimate.caveat() {
            let _ = write!(method, "; {}", warning(caveat));
        }
        let [value, low, high] = [estimate.value(), estimate.low(), estimate.high()].map(finite);
        if (low.is_none() || high.is_none()) && estimate.caveat() != Some(Caveat::OpenInterval) {
            method += "; too few to bound both ends";
        }
        Self { value, low, high, method }
    }

    /// An answer that the sample does not give.
    fn none(method: &str) -> Self {
        Self { method: method.to_owned(), ..Self::default() }
    }
}

/// A method in words, with the caveat of its estimate.
pub fn with_caveat(method: &str, estimate: &Estimate) -> String {
    estimate.caveat().map_or_else(|| method.to_owned(), |caveat| format!("{method}; {}", warning(caveat)))
}

/// Why an estimate should not be trusted, in a few words.
fn warning(caveat: Caveat) -> String {
    match caveat {
        Caveat::NoHits { trials } => format!("never seen in {} paths", thousands(trials as f64)),
        Caveat::NoMisses { trials } => format!("seen in all of {} paths", thousands(trials as f64)),
        Caveat::FewHits { hits } => format!("only {hits} hits"),
        Caveat::FewMisses { misses } => format!("only {misses} misses"),
        Caveat::FewReplicates { replicates } => format!("only {replicates} replicates"),
        Caveat::OpenInterval => "too few to bound both ends".to_owned(),
        Caveat::FewBeyond { observations } => format!("only {observations} beyond"),
        Caveat::OneDominates { share } => format!("one value carries {:.0} % of the variance", 100.0 * share),
        Caveat::FewDraws { draws } => format!("only {draws} draws"),
    }
}

/// What a method is called, on how much it rests.
fn name(estimate: &Estimate, size: Size) -> String {
    match estimate.method() {
        Method::Wilson => format!("Wilson, {}", size.text()),
        Method::NestedWilson => match effective(estimate) {
            Some(paths) => format!("Wilson at n_eff = {}, {}", thousands(paths), size.text()),
            None => format!("Wilson at n_eff = {} draws, {}", size.draws, size.text()),
        },
        Method::Student => format!("Student, {}", size.text()),
        Method::NestedStudent => format!("ratio over draws, Student, {}", size.text()),
        Method::OrderStatistics => format!("order statistics, {}", size.text()),
        Method::ExpectedShortfall => format!("mean beyond the quantile, {}", size.text()),
        Method::NestedOrderStatistics => format!("order statistics less path noise, {}", of_band(size)),
        Method::BetaBinomial => format!("beta-binomial, {}", of_band(size)),
        Method::LogitNormalBinomial => format!("logit-normal binomial, {}", of_band(size)),
        Method::MixtureOnGrid => format!("nonparametric mixture, {}", of_band(size)),
        Method::NestedRanks => format!("order statistics with draws as clusters, {}", size.text()),
        Method::Linearised => format!("linearised, {}", size.text()),
        Method::Fieller => format!("Fieller, {}", size.text()),
        Method::Likelihood => format!("maximum likelihood, {}", size.text()),
    }
}

fn of_band(size: Size) -> String {
    format!("bootstrap over {}", size.text())
}

/// Paths that would have the standard error of a probability if they were independent.
fn effective(estimate: &Estimate) -> Option<f64> {
    let p = estimate.value();
    estimate.standard_error().map(|error| (p * (1.0 - p) / (error * error)).round())
}

/// A probability from the hits of each draw; none without draws or where a draw has no path.
///
/// Wilson's interval at the number of independent paths that the paths of these draws are worth: `p(1-p)` over the
/// variance of the ratio with draws as clusters, never above the paths, and the number of draws where nothing was hit or
/// nothing missed.
pub fn probability(counts: &[Hits]) -> Option<Banded> {
    let size = Size::of(counts);
    if let [count] = counts {
        let estimate = wilson(*count)?;
        return Some(Banded { point: Answer::of(&estimate, name(&estimate, size)), band: None });
    }
    let nested = nested_proportion(counts)?;
    Some(banded(&nested, band_of_hits(counts, &nested), size))
}

/// Probabilities of one event by several dates, the earliest first. Where it had not been seen by a date but was by a later
/// one, the later bounds the earlier.
pub(super) fn probability_by(dates: &[Vec<Hits>]) -> Option<Vec<Banded>> {
    let mut answers: Vec<Banded> = dates.iter().map(|counts| probability(counts)).collect::<Option<_>>()?;
    let is_seen = |counts: &&Vec<Hits>| counts.iter().any(|count| count.hits > 0);
    let Some(first) = dates.iter().position(|counts| is_seen(&counts)) else { return Some(answers) };
    let later = nested_proportion(&dates[first])?.total;
    let bound = bound_within(&later, dates[first].len());
    let size = Size::of(&dates[first]);
    for answer in answers[..first].iter_mut().filter(|_| size.draws > 1) {
        let point = &mut answer.point;
        point.high = bound;
        let never = format!("never seen in {} paths", thousands(size.paths as f64));
        point.method = format!("Wilson at the n_eff of the first date with hits, {}; {never}", size.text());
    }
    Some(answers)
}

/// A probability as one month of a figure: the estimate, and the ends of its band without their intervals.
pub fn probability_and_ends(counts: &[Hits]) -> Option<(Answer, Option<[f64; 2]>)> {
    if let [_] = counts {
        return Some((probability(counts)?.point, None));
    }
    let nested = nested_proportion(counts)?;
    let size = Size::of(counts);
    Some((Answer::of(&nested.total, name(&nested.total, size)), ends_of_hits(counts, &nested)))
}

/// A share of what was seen, such as the share of defaults among the paths with a burst: draws without a trial say
/// nothing, and the others weigh by their trials (a ratio with draws as clusters).
pub(super) fn conditional(counts: &[Hits]) -> Option<Banded> {
    let seen: Vec<Hits> = counts.iter().copied().filter(|count| count.trials > 0).collect();
    let mut answer = probability(&seen)?;
    if answer.band.is_none() && seen.len() > 1 {
        let several: Vec<Hits> = seen.into_iter().filter(|count| count.trials > 1).collect();
        answer.band = probability(&several).and_then(|of_several| of_several.band);
    }
    Some(answer)
}

fn banded(nested: &Nested, band: Option<Band>, size: Size) -> Banded {
    let point = Answer::of(&nested.total, name(&nested.total, size));
    let answers = |band: Band| match band {
        Band::Told(ends) => ends.map(|end| Answer::of(&end, name(&end, size))),
        Band::Withheld { noise } => [0; 3].map(|_| Answer::none(&withheld(noise))),
    };
    Banded { point, band: band.filter(|_| size.draws > 1).map(answers) }
}

/// Why there is no band, and what helps.
fn withheld(noise: f64) -> String {
    if noise >= 1.0 {
        "withheld: the draws do not differ by more than Monte Carlo noise; more paths per draw".to_owned()
    } else {
        format!(
            "withheld: Monte Carlo noise is {:.0} % of the spread over the draws; more paths per draw",
            100.0 * noise
        )
    }
}

/// A number for every path, by draw.
#[derive(Clone, Debug)]
pub struct Clusters<'a> {
    values: Cow<'a, [f32]>,
    draws: Cow<'a, [Range<usize>]>,
    left_out: usize,
}

impl<'a> Clusters<'a> {
    /// Values in the order of the draws, whose columns are given. What is not a number is left out, and every method says how many paths that are.
    pub fn new(values: Cow<'a, [f32]>, draws: Cow<'a, [Range<usize>]>) -> Self {
        if !values.iter().any(|value| value.is_nan()) {
            return Self { values, draws, left_out: 0 };
        }
        let (mut kept, mut ranges) = (Vec::with_capacity(values.len()), Vec::new());
        for columns in draws.iter() {
            let start = kept.len();
            kept.extend(values[columns.clone()].iter().filter(|value| !value.is_nan()));
            if kept.len() > start {
                ranges.push(start..kept.len());
            }
        }
        let left_out = values.len() - kept.len();
        Self { values: Cow::Owned(kept), draws: Cow::Owned(ranges), left_out }
    }

    fn size(&self) -> Size {
        Size { paths: self.values.len() as u64, draws: self.draws.len(), left_out: self.left_out as u64 }
    }

    /// Moments of `of` the values, one per draw.
    fn moments(&self, of: impl Fn(f64) -> f64) -> Vec<Moments> {
        let of_draw =
            |columns: &Range<usize>| self.values[columns.clone()].iter().map(|&value| of(f64::from(value))).collect();
        self.draws.iter().map(of_draw).collect()
    }

    /// The mean of each draw; none of a draw where it is not finite.
    pub fn means(&self) -> Vec<Option<f64>> {
        let finite = |moments: Moments| moments.mean().filter(|mean| mean.is_finite());
        self.moments(|value| value).into_iter().map(finite).collect()
    }

    /// The mean and its band over the draws.
    pub fn mean(&self) -> Banded {
        let infinite = self.values.iter().filter(|value| value.is_infinite()).count();
        if infinite > 0 || self.values.is_empty() {
            let method = format!("infinite on {} of {}", thousands(infinite as f64), self.size().text());
            return Banded { point: Answer::none(&method), band: None };
        }
        mean_of(&self.moments(|value| value), self.size())
    }

    /// The values in order.
    pub fn sorted(&self) -> Vec<f32> {
        let mut sorted = self.values.to_vec();
        sorted.sort_unstable_by(f32::total_cmp);
        sorted
    }

    /// Quantiles at levels inside (0, 1): the order statistics of ranks `ceil(n q)`. `sorted` are the values in order.
    pub fn quantiles(&self, sorted: &[f32], levels: &[f64]) -> Vec<Answer> {
        if self.draws.len() > 1 {
            return levels.iter().map(|&level| self.woodruff(sorted, level)).collect();
        }
        let Some(sample) = Sorted::new(sorted.iter().map(|&value| f64::from(value)).collect()) else {
            return levels.iter().map(|_| Answer::none("no values")).collect();
        };
        let told = |&level: &f64| {
            let estimate = sample.quantile(level);
            Answer::of(&estimate, name(&estimate, self.size()))
        };
        levels.iter().map(told).collect()
    }

    /// A quantile of paths within draws: the interval of the share of paths up to it, with draws as clusters, carried
    /// over to the order statistics.
    ///
    /// Woodruff, "Confidence intervals for medians and other position measures", JASA 47 (1952). Assumes a continuous
    /// distribution near the quantile; at an atom both ends are the atom, as they should be.
    fn woodruff(&self, sorted: &[f32], level: f64) -> Answer {
        let n = sorted.len();
        let Some(value) = order_statistic(sorted, level) else { return Answer::none("no values") };
        let up_to = |columns: &Range<usize>| Hits {
            hits: self.values[columns.clone()].iter().filter(|&&other| other <= value).count() as u64,
            trials: columns.len() as u64,
        };
        let counts: Vec<Hits> = self.draws.iter().map(up_to).collect();
        let Some(nested) = nested_proportion(&counts) else { return Answer::none("no values") };
        let below = nested.total;
        let low = ((level - (below.value() - below.low())) * n as f64).floor();
        let high = ((level + (below.high() - below.value())) * n as f64).ceil();
        let at = |rank: f64| (1.0..=n as f64).contains(&rank).then(|| f64::from(sorted[rank as usize - 1]));
        let finite = |x: f64| x.is_finite().then_some(x);
        let open = if at(low).is_none() || at(high).is_none() { "; too few to bound both ends" } else { "" };
        let paths = effective(&below).map_or_else(|| format!("{} draws", self.draws.len()), thousands);
        Answer {
            value: finite(f64::from(value)),
            low: at(low).and_then(finite),
            high: at(high).and_then(finite),
            method: format!("Woodruff at n_eff = {paths}, {}{open}", self.size().text()),
        }
    }

    /// The mean of the worst `1 - level` of the values, large ones being bad.
    ///
    /// `v + mean[(L - v)+]/(1 - level)`; its error is that of the mean of the excesses, with draws as clusters, to which
    /// that of the quantile `v` adds nothing in first order (Rockafellar and Uryasev 2000; Trindade et al. 2007).
    pub fn shortfall(&self, sorted: &[f32], level: f64) -> Answer {
        let Some(at_risk) = order_statistic(sorted, level) else { return Answer::none("no values") };
        if sorted.iter().any(|value| value.is_infinite()) {
            return Answer::none("infinite on some paths");
        }
        let at_risk = f64::from(at_risk);
        let excess = |value: f64| if value > at_risk { value - at_risk } else { 0.0 };
        let beyond = sorted.iter().rev().take_while(|&&value| f64::from(value) > at_risk).count() as u64;
        let mut answer = mean_of(&self.moments(excess), self.size()).point;
        let of_all = |mean: f64| at_risk + mean / (1.0 - level);
        for number in [&mut answer.value, &mut answer.low, &mut answer.high] {
            *number = number.map(of_all);
        }
        answer.method = format!("mean beyond the quantile, {}", answer.method);
        if (1..FEW).contains(&beyond) {
            let _ = write!(answer.method, "; only {beyond} paths beyond");
        }
        answer
    }
}

/// A difference of two probabilities on the same paths, `A` less `B`, from the paths with `A` alone and those with `B`
/// alone.
///
/// The mean of the differences with draws as clusters; where fewer than ten paths tell the two apart, or there are several
/// draws but few, the interval of [`paired_proportions`].
pub fn difference(only_a: &[Hits], only_b: &[Hits]) -> Option<Banded> {
    /// Fewer draws than this do not make a mean nearly normal.
    const FEW_DRAWS: usize = 30;
    let hits = |counts: &[Hits]| counts.iter().map(|count| count.hits).sum::<u64>();
    let mut answer = paired(only_a, only_b)?;
    let (apart, draws) = (hits(only_a) + hits(only_b), only_a.len());
    if apart < FEW || (2..FEW_DRAWS).contains(&draws) {
        let few = if apart < FEW { format!("; only {apart} paths differ") } else { format!("; only {draws} draws") };
        let method = format!("paired, square-and-add, {}{few}", Size::of(only_a).text());
        answer.point = Answer::with_method(&paired_proportions(only_a, only_b)?, &method);
    }
    Some(answer)
}

fn paired(only_a: &[Hits], only_b: &[Hits]) -> Option<Banded> {
    let of_draw = |(a, b): (&Hits, &Hits)| {
        let same = a.trials - a.hits - b.hits;
        let repeated = |value: f64, count: u64| std::iter::repeat_n(value, count as usize);
        let moments = repeated(1.0, a.hits).chain(repeated(-1.0, b.hits)).chain(repeated(0.0, same));
        moments.collect::<Moments>()
    };
    let moments: Vec<Moments> = only_a.iter().zip(only_b).map(of_draw).collect();
    if moments.is_empty() {
        return None;
    }
    let mut answer = mean_of(&moments, Size::of(only_a));
    answer.point.method = format!("paired, {}", answer.point.method);
    Some(answer)
}

fn mean_of(moments: &[Moments], size: Size) -> Banded {
    if let [moments] = moments {
        let Some(estimate) = moments.estimate() else {
            let value = moments.mean();
            return Banded { point: Answer { value, ..Answer::none("a single path") }, band: None };
        };
        return Banded { point: Answer::of(&estimate, name(&estimate, size)), band: None };
    }
    match nested_mean(moments) {
        Some(nested) => banded(&nested, band_of_means(moments, &nested), size),
        None => Banded { point: Answer::none("no values"), band: None },
    }
}

/// The quantile of values in order at a level inside (0, 1); none of no values.
fn order_statistic(sorted: &[f32], level: f64) -> Option<f32> {
    (!sorted.is_empty()).then(|| sorted[rank(sorted.len() as u64, level) as usize - 1])
}

#[cfg(test)]
mod tests;
