//! Two runs on the same shocks: difference, ratio, and what the common shocks saved.

use std::ops::Range;

use crate::calendar::Month;
use crate::model::By;
use crate::stats::{Estimate, Hits, Moments, nested_mean, two_sided};

use super::contribution::{Contributions, indicator};
use super::estimates::{Answer, Results, difference};
use super::headline::{Headline, Statistic, headlines};

/// A headline of a variant against that of its base.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    /// What is compared.
    pub headline: Headline,
    /// Calendar month at whose end it is taken.
    pub month: Month,
    /// The base.
    pub base: f64,
    /// The variant.
    pub variant: f64,
    /// Variant less base, paired.
    pub difference: Answer,
    /// Variant over base, paired; no value where the base is zero.
    pub ratio: Answer,
    /// Standard error of the difference; none where the two are the same on every path.
    pub standard_error: Option<f64>,
    /// Holm's adjusted probability of so large a difference by chance, over all contrasts of a comparison; none where the
    /// two are the same on every path, so that nothing is tested.
    pub p_holm: Option<f64>,
    /// Correlation of the two estimates that the common shocks brought about.
    pub correlation: Option<f64>,
    /// How many times the paths independent runs would have needed for this error.
    pub saved: Option<f64>,
    /// Paths with the event in the variant alone, and in the base alone.
    pub flipped: Option<[u64; 2]>,
}

/// A path on which an event happens in one of two runs only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The event.
    pub measure: &'static str,
    /// Whose.
    pub subject: String,
    /// Whether it happens in the variant, and not in the base.
    pub only_in_variant: bool,
    /// The draw and the number of the path within it, as `ouro replay` takes them.
    pub draw: u32,
    /// The number of the path within its draw.
    pub path: u64,
}

/// Every headline that both runs have, the variant against the base.
///
/// # Panics
/// If the two did not run the same paths.
pub fn contrasts(base: &Results<'_>, variant: &Results<'_>) -> Vec<Contrast> {
    assert_eq!(base.ranges(), variant.ranges(), "variants that are compared run the same paths");
    headlines(base).into_iter().filter_map(|headline| contrast(base, variant, headline)).collect()
}

/// Fills in the adjusted probabilities of one family of contrasts, from runs of `freedom + 1` replicates.
///
/// Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979): the chance
/// of even one false finding among those below 5 % is at most 5 %, however the contrasts depend on one another.
pub fn adjust<'a>(family: impl Iterator<Item = &'a mut Contrast>, freedom: f64) {
    let p = |contrast: &Contrast| {
        let t = contrast.difference.value? / contrast.standard_error?;
        Some(two_sided(t, freedom))
    };
    let mut tested: Vec<(f64, &mut Contrast)> = family.filter_map(|contrast| Some((p(contrast)?, contrast))).collect();
    tested.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (count, mut largest) = (tested.len(), 0.0_f64);
    for (rank, (p, contrast)) in tested.into_iter().enumerate() {
        largest = largest.max((p * (count - rank) as f64).min(1.0));
        contrast.p_holm = Some(largest);
    }
}

pub(super) fn contrast(base: &Results<'_>, variant: &Results<'_>, headline: Headline) -> Option<Contrast> {
    if headline.by == By::Path && base.horizon() != variant.horizon() {
        return None;
    }
    let (a, b) = (Contributions::of(base, &headline)?, Contributions::of(variant, &headline)?);
    let draws = base.ranges();
    let of_path: Vec<f64> = b.of_path.iter().zip(&a.of_path).map(|(b, a)| b - a).collect();
    let moved = of_path.iter().any(|&moved| moved != 0.0);
    let paired = mean(&of_path, draws)?;
    let flips = counted_flips(base, variant, &headline);
    let difference = match &flips {
        Some([only_b, only_a]) => difference(only_b, only_a)?.point,
        None => shifted(&paired, b.value - a.value, draws, moved),
    };
    let [error_a, error_b] = [&a, &b].map(|arm| mean(&arm.of_path, draws).and_then(|e| e.standard_error()));
    let error = paired.standard_error().filter(|error| *error > 0.0);
    let sum = error_a.zip(error_b).map(|(a, b)| a * a + b * b);
    Some(Contrast {
        ratio: ratio(&a, &b, draws),
        difference,
        standard_error: error,
        p_holm: None,
        correlation: correlation(error_a, error_b, error.unwrap_or(0.0)),
        saved: sum.zip(error).map(|(sum, error)| sum / (error * error)),
        flipped: flips.map(|sides| sides.map(|hits| hits.iter().map(|hits| hits.hits).sum())),
        month: headline.month(base),
        base: a.value,
        variant: b.value,
        headline,
    })
}

/// The mean with draws as replicates, or with paths where there is one draw.
pub(super) fn mean(of_path: &[f64], draws: &[Range<usize>]) -> Option<Estimate> {
    let moments = |columns: &Range<usize>| of_path[columns.clone()].iter().copied().collect::<Moments>();
    match draws {
        [columns] => moments(columns).estimate(),
        _ => nested_mean(&draws.iter().map(moments).collect::<Vec<_>>()).map(|nested| nested.total),
    }
}

/// An estimate moved to where the statistic itself is.
fn shifted(estimate: &Estimate, value: f64, draws: &[Range<usize>], moved: bool) -> Answer {
    let by = value - estimate.value();
    let method = match (moved, draws.len()) {
        (false, _) => "the same on every path".to_owned(),
        (true, 1) => "paired, Student".to_owned(),
        (true, count) => format!("paired, Student over {count} draws"),
    };
    Answer { value: Some(value), low: Some(estimate.low() + by), high: Some(estimate.high() + by), method }
}

/// Variant over base: a ratio `r` contributes `(b - r a)/mean(a)`.
fn ratio(a: &Contributions, b: &Contributions, draws: &[Range<usize>]) -> Answer {
    let ratio = b.value / a.value;
    if !ratio.is_finite() {
        return Answer { method: "the base is zero".to_owned(), ..Answer::default() };
    }
    let of_path: Vec<f64> = b.of_path.iter().zip(&a.of_path).map(|(b, from)| (b - ratio * from) / a.value).collect();
    let moved = of_path.iter().any(|&moved| moved != 0.0);
    mean(&of_path, draws).map_or_else(Answer::default, |estimate| shifted(&estimate, ratio, draws, moved))
}

/// Correlation of two estimates from their errors and that of their difference.
fn correlation(a: Option<f64>, b: Option<f64>, difference: f64) -> Option<f64> {
    let (a, b) = a.zip(b).filter(|(a, b)| a * b > 0.0)?;
    Some(((a * a + b * b - difference * difference) / (2.0 * a * b)).clamp(-1.0, 1.0))
}

/// For an event: by draw, the paths with it in the variant alone and in the base alone.
fn counted_flips(base: &Results<'_>, variant: &Results<'_>, headline: &Headline) -> Option<[Vec<Hits>; 2]> {
    if headline.statistic != Statistic::Probability {
        return None;
    }
    let (a, b) = (indicator(base, headline)?, indicator(variant, headline)?);
    Some([base.count(|i| b[i] > a[i]), base.count(|i| a[i] > b[i])])
}

/// Of every event by the last month of both: the first `most` paths that flip in each direction.
pub fn flips(base: &Results<'_>, variant: &Results<'_>, most: usize) -> Vec<Flip> {
    let last = base.horizon().min(variant.horizon());
    let at_the_end = |headline: &Headline| match headline.by {
        By::Month(t) => t == last,
        By::Path => base.horizon() == variant.horizon(),
        By::Start => false,
    };
    let events = headlines(base).into_iter();
    let events = events.filter(|h| h.statistic == Statistic::Probability && at_the_end(h));
    events.flat_map(|headline| flips_of(base, variant, &headline, most)).collect()
}

fn flips_of(base: &Results<'_>, variant: &Results<'_>, headline: &Headline, most: usize) -> Vec<Flip> {
    let Some((a, b)) = indicator(base, headline).zip(indicator(variant, headline)) else { return Vec::new() };
    let flip = |column: usize, only_in_variant: bool| {
        let draw = base.ranges().iter().position(|columns| columns.contains(&column))?;
        let path = (column - base.ranges()[draw].start) as u64;
        let subject = headline.subject.clone();
        Some(Flip { measure: headline.measure, subject, only_in_variant, draw: base.draws[draw].number, path })
    };
    let side = |sign: f64, only: bool| {
        let moved = (0..a.len()).filter(|&i| sign * (b[i] - a[i]) > 0.0);
        moved.filter_map(|i| flip(i, only)).take(most).collect::<Vec<_>>()
    };
    [side(1.0, true), side(-1.0, false)].concat()
}
