//! Estimates over independent replicates: the parameter draws where there are several, for the paths of a draw share its
//! parameters; else the paths (docs/model.md, sections 10 and 11).

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use crate::stats::{
    AtRisk, Band, Caveat, Estimate, FEW, Hits, Method, Moments, Nested, Sample, Sorted, band_of_hits, band_of_means,
    bound_within, ends_of_hits, expected_shortfall, nested_mean, nested_proportion, paired_proportions, quantiles,
    wilson,
};

use crate::notation::{counted, thousands};

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
        let of_draws = if self.draws > 1 { format!(" of {} draws", self.draws) } else { String::new() };
        format!("{}{of_draws}{}", counted(self.paths as usize, "path"), more_left_out(self.left_out))
    }
}

/// How many paths were left out because they have no value; nothing if none.
pub fn more_left_out(paths: u64) -> String {
    if paths == 0 { String::new() } else { format!(", {} more without a value", thousands(paths as f64)) }
}

impl Banded {
    /// The same, saying how many paths were left out.
    #[must_use]
    pub(super) fn leaving_out(mut self, paths: usize) -> Self {
        for answer in std::iter::once(&mut self.point).chain(self.band.iter_mut().flatten()) {
            answer.method += &more_left_out(paths as u64);
        }
        self
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

    /// Events over the years at risk.
    pub(super) fn rate(paths: &AtRisk, draws: &[Range<usize>]) -> Self {
        let method =
            format!("{} events in {} years at risk, delta method", rounded(paths.seen()), rounded(paths.exposure()));
        match paths.rate(draws) {
            Some(estimate) => Self::of(&estimate, method),
            None => Self::none(&format!("{method}; too few events")),
        }
    }

    /// The rate of the first over that of the second.
    pub(super) fn rate_ratio(of: &AtRisk, to: &AtRisk, draws: &[Range<usize>]) -> Self {
        let method = format!("{} and {} events, delta method", rounded(of.seen()), rounded(to.seen()));
        match of.ratio_to(to, draws) {
            Some(estimate) => Self::of(&estimate, method),
            None => Self::none(&format!("{method}; too few events")),
        }
    }

    /// An answer that the sample does not give.
    fn none(method: &str) -> Self {
        Self { method: method.to_owned(), ..Self::default() }
    }
}

fn rounded(number: f64) -> String {
    thousands(number.round())
}

/// A method in words, with the caveat of its estimate.
pub fn with_caveat(method: &str, estimate: &Estimate) -> String {
    estimate.caveat().map_or_else(|| method.to_owned(), |caveat| format!("{method}; {}", warning(caveat)))
}

/// The caveat of an estimate, in a few words.
fn warning(caveat: Caveat) -> String {
    match caveat {
        Caveat::NoHits { trials } => format!("never seen in {}", counted(trials as usize, "path")),
        Caveat::NoMisses { trials } => format!("seen in all of {}", counted(trials as usize, "path")),
        Caveat::FewHits { hits } => format!("only {}", counted(hits as usize, "hit")),
        Caveat::FewMisses { misses } => format!("only {misses} {}", if misses == 1 { "miss" } else { "misses" }),
        Caveat::FewReplicates { replicates } => format!("only {}", counted(replicates as usize, "replicate")),
        Caveat::OpenInterval => "too few to bound both ends".to_owned(),
        Caveat::FewBeyond { observations } => format!("only {observations} beyond"),
        Caveat::OneDominates { share } => format!("one value carries {:.0} % of the variance", 100.0 * share),
        Caveat::FewDraws { draws } => format!("only {}", counted(draws as usize, "draw")),
    }
}

/// The name of a method, with the sizes it rests on.
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
        Method::NormalMixtureOnGrid => format!("nonparametric mixture, normal noise, {}", of_band(size)),
        Method::NestedRanks => format!("order statistics with draws as clusters, {}", size.text()),
        Method::Linearised => format!("linearised, {}", size.text()),
        Method::Fieller => format!("Fieller, {}", size.text()),
        Method::Likelihood => format!("maximum likelihood, {}", size.text()),
        Method::ClusterBootstrap => format!("bootstrap over clusters, {}", size.text()),
    }
}

fn of_band(size: Size) -> String {
    format!("bootstrap over {}", size.text())
}

/// Effective number of paths: independent paths that would give the standard error of a probability.
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

/// An event, for one without which it cannot happen: its name, and its hits by the same dates.
pub(super) type Wider = (String, Vec<Vec<Hits>>);

/// Probabilities of one event by several dates, the earliest first. By a date at which it had not been seen it is bounded by
/// what it is part of and what was seen: itself by a later date, or an event without which it cannot happen, by that date or
/// the first one after it with hits; of these the one that bounds it best.
pub(super) fn probability_by(dates: &[Vec<Hits>], wider: &[Wider]) -> Option<Vec<Banded>> {
    let mut answers: Vec<Banded> = dates.iter().map(|counts| probability(counts)).collect::<Option<_>>()?;
    let is_seen = |counts: &Vec<Hits>| counts.iter().any(|count| count.hits > 0);
    for (date, answer) in answers.iter_mut().enumerate() {
        let size = Size::of(&dates[date]);
        if is_seen(&dates[date]) || size.draws < 2 {
            continue;
        }
        let bound = |(name, of): (&str, &[Vec<Hits>])| {
            let counts = of[date..].iter().find(|counts| is_seen(counts))?;
            Some((bound_within(&nested_proportion(counts)?.total, counts.len())?, name.to_owned()))
        };
        let itself = ("the first date with hits", dates);
        let larger = std::iter::once(itself).chain(wider.iter().map(|(name, of)| (name.as_str(), of.as_slice())));
        let best = larger.filter_map(bound).min_by(|(a, _), (b, _)| a.total_cmp(b));
        if let Some((high, name)) = best {
            let never = format!("never seen in {}", counted(size.paths as usize, "path"));
            answer.point.high = Some(high);
            answer.point.method = format!("Wilson at the n_eff of {name}, {}; {never}", size.text());
        }
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

/// A probability without its band.
pub fn probability_alone(counts: &[Hits]) -> Option<Answer> {
    let estimate = if let [count] = counts { wilson(*count)? } else { nested_proportion(counts)?.total };
    Some(Answer::of(&estimate, name(&estimate, Size::of(counts))))
}

/// A conditional share, such as that of defaults among the paths with a burst: draws without a trial are left out, and the
/// others are weighted by their trials (a ratio with draws as clusters).
pub fn conditional(counts: &[Hits]) -> Option<Banded> {
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

/// Why there is no band, and what would give one.
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
    /// Values in the order of the draws, whose columns are given. NaN is left out, and every method reports how many paths
    /// that concerns.
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
        let is_never_negative = self.values.iter().all(|&value| value >= 0.0);
        mean_of(&self.moments(|value| value), self.size(), is_never_negative)
    }

    /// The values in order.
    pub fn sorted(&self) -> Vec<f32> {
        let mut sorted = self.values.to_vec();
        sorted.sort_unstable_by(f32::total_cmp);
        sorted
    }

    /// Quantiles at levels inside (0, 1): the order statistics of ranks `ceil(n q)`, between two others that are those of as
    /// many independent paths as the paths of the draws are worth ([`quantiles`]). `sorted` are the values in order.
    pub fn quantiles(&self, sorted: &[f32], levels: &[f64]) -> Vec<Answer> {
        let values = doubles(&self.values);
        let sample = Sample::new(&values, &self.draws);
        let Some((sample, sorted)) = sample.zip(Sorted::new(doubles(sorted))) else {
            return levels.iter().map(|_| Answer::none("no values")).collect();
        };
        let told =
            |estimate: &Estimate| Answer::of(estimate, format!("{}{}", name(estimate, self.size()), self.endless()));
        quantiles(&sample, &sorted, levels).iter().map(told).collect()
    }

    /// On how many paths the value is infinite, if on any.
    fn endless(&self) -> String {
        match self.values.iter().filter(|value| value.is_infinite()).count() {
            0 => String::new(),
            count => format!(", {} of them infinite", thousands(count as f64)),
        }
    }

    /// The mean of the worst `1 - level` of the values, large ones being bad; without a value where the paths do not give
    /// one, for the reason that the method tells ([`expected_shortfall`]).
    pub fn shortfall(&self, sorted: &[f32], level: f64) -> Answer {
        let values = doubles(&self.values);
        let sample = Sample::new(&values, &self.draws);
        let Some((sample, sorted)) = sample.zip(Sorted::new(doubles(sorted))) else {
            return Answer::none("no values");
        };
        match expected_shortfall(&sample, &sorted, level) {
            Ok(estimate) => Answer::of(&estimate, name(&estimate, self.size())),
            Err(refusal) => Answer::none(&format!("{refusal}, {}{}", self.size().text(), self.endless())),
        }
    }
}

fn doubles(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
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
        let few = match apart {
            1 => "; only 1 path differs".to_owned(),
            _ if apart < FEW => format!("; only {apart} paths differ"),
            _ => format!("; only {draws} draws"),
        };
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
    let mut answer = mean_of(&moments, Size::of(only_a), false);
    answer.point.method = format!("paired, {}", answer.point.method);
    Some(answer)
}

fn mean_of(moments: &[Moments], size: Size, is_never_negative: bool) -> Banded {
    if let [moments] = moments {
        let Some(estimate) = moments.estimate() else {
            let value = moments.mean();
            return Banded { point: Answer { value, ..Answer::none("a single path") }, band: None };
        };
        return Banded { point: Answer::of(&estimate, name(&estimate, size)), band: None };
    }
    match nested_mean(moments) {
        Some(nested) => banded(&nested, band_of_means(moments, &nested, is_never_negative), size),
        None => Banded { point: Answer::none("no values"), band: None },
    }
}

#[cfg(test)]
mod tests;
