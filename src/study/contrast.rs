//! Two runs on the same shocks: difference, ratio, and what the common shocks saved.

use crate::calendar::Month;
use crate::model::By;
use crate::stats::{Hits, Paired, Sample, holm};

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
    /// Whether any path differs.
    pub differs: bool,
    /// Probability of so large a difference by chance; none where the two are the same on every path.
    pub p_value: Option<f64>,
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

/// Fills in the adjusted probabilities of one family of contrasts (Holm).
pub fn adjust<'a>(family: impl Iterator<Item = &'a mut Contrast>) {
    let (p_values, tested): (Vec<f64>, Vec<&mut Contrast>) =
        family.filter_map(|contrast| Some((contrast.p_value?, contrast))).unzip();
    for (p, contrast) in holm(&p_values).into_iter().zip(tested) {
        contrast.p_holm = Some(p);
    }
}

pub(super) fn contrast(base: &Results<'_>, variant: &Results<'_>, headline: Headline) -> Option<Contrast> {
    if headline.by == By::Path && base.horizon() != variant.horizon() {
        return None;
    }
    let (a, b) = (Contributions::of(base, &headline)?, Contributions::of(variant, &headline)?);
    let draws = base.ranges();
    let paired = Paired::new(Sample::new(&b.of_path, draws)?, Sample::new(&a.of_path, draws)?)?;
    let differs = a.of_path != b.of_path;
    let flips = counted_flips(base, variant, &headline);
    let difference = match &flips {
        Some([only_b, only_a]) if differs => difference(only_b, only_a)?.point,
        _ => Answer::told(&paired.difference()?, if differs { "paired, Student" } else { "the same on every path" }),
    };
    let saved = paired.variance_saved().filter(|_| differs).map(|share| 1.0 / (1.0 - share.value()));
    Some(Contrast {
        ratio: paired.ratio().map_or_else(Answer::default, |ratio| Answer::told(&ratio, "paired, Fieller")),
        difference,
        differs,
        p_value: paired.p_value().filter(|_| differs),
        p_holm: None,
        correlation: paired.correlation().map(|correlation| correlation.value()),
        saved: saved.filter(|times| times.is_finite()),
        flipped: flips.map(|sides| sides.map(|hits| hits.iter().map(|hits| hits.hits).sum())),
        month: headline.month(base),
        base: a.value,
        variant: b.value,
        headline,
    })
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
