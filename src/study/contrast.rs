//! Two runs on common random numbers: difference, ratio, and variance reduction.

use crate::model::{Kind, Measure};
use crate::notation::{percent, thousands};
use crate::stats::holm;

use super::comparable::comparable;
use super::estimand::{Estimand, Statistic};
use super::estimates::{Answer, Results, difference};
use super::influence_function::{Contributions, MOST_TIED, indicator};

/// An estimate of a variant against that of its base.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    /// What is compared.
    pub estimand: Estimand,
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
    /// Factor by which independent runs would need more paths for this error.
    pub saved: Option<f64>,
    /// Paths with the event in the variant alone, and in the base alone.
    pub flipped: Option<[u64; 2]>,
}

/// A path on which an event happens in one of two runs only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flip {
    /// The event.
    pub measure: Measure,
    /// Its subject.
    pub subject: String,
    /// Whether it happens in the variant, and not in the base.
    pub only_in_variant: bool,
    /// The draw and the number of the path within it, as `ouro replay` takes them.
    pub draw: u32,
    /// The number of the path within its draw.
    pub path: u64,
}

/// Every estimate that both runs have, the variant against the base.
///
/// # Panics
/// If the two did not run the same paths.
pub fn contrasts(base: &Results<'_>, variant: &Results<'_>) -> Vec<Contrast> {
    assert_eq!(base.ranges(), variant.ranges(), "variants that are compared run the same paths");
    contrasts_of(base, variant, &comparable(base))
}

/// These estimands, where both runs have them: of a whole path only over the same months.
pub(super) fn contrasts_of(base: &Results<'_>, variant: &Results<'_>, estimands: &[Estimand]) -> Vec<Contrast> {
    let both = Contributions::of_all(base, estimands).zip(Contributions::of_all(variant, estimands));
    let contrast = |(estimand, (a, b)): (&Estimand, (Option<Contributions>, Option<Contributions>))| {
        let both = a.as_ref().zip(b.as_ref());
        let told = both.and_then(|(a, b)| contrast(base, estimand, a, b));
        told.or_else(|| not_finite([base, variant], estimand, [a, b].map(|of| of.map(|of| of.value))))
    };
    estimands.iter().zip(both).filter_map(contrast).collect()
}

/// A contrast of runs of which one has paths whose number is not finite: how many, in place of a difference. None where
/// neither has, or where one does not have the number at all.
fn not_finite(runs: [&Results<'_>; 2], estimand: &Estimand, values: [Option<f64>; 2]) -> Option<Contrast> {
    let Estimand { measure, subject, by, .. } = estimand;
    let is_sound = |value: &f32| value.is_finite() || (measure.may_be_undefined && value.is_nan());
    let unsound = |run: &Results<'_>| {
        let row = run.row_by(*measure, subject, *by)?;
        Some(run.row(row).iter().filter(|value| !is_sound(value)).count())
    };
    let [of_base, of_variant] = [unsound(runs[0])?, unsound(runs[1])?];
    let counts = [of_base, of_variant].map(|count| thousands(count as f64));
    let method =
        format!("no difference: of paths that are not finite the base has {} and the variant {}", counts[0], counts[1]);
    let [base, variant] = values.map(|value| value.unwrap_or(f64::NAN));
    (of_base + of_variant > 0 && measure.kind != Kind::FirstMonth).then(|| Contrast {
        estimand: estimand.clone(),
        base,
        variant,
        difference: Answer { method, ..Answer::default() },
        ratio: Answer::default(),
        differs: true,
        p_value: None,
        p_holm: None,
        correlation: None,
        saved: None,
        flipped: None,
    })
}

/// Fills in the adjusted probabilities of one family of contrasts (Holm).
pub fn adjust<'a>(family: impl Iterator<Item = &'a mut Contrast>) {
    let (p_values, tested): (Vec<f64>, Vec<&mut Contrast>) =
        family.filter_map(|contrast| Some((contrast.p_value?, contrast))).unzip();
    for (p, contrast) in holm(&p_values).into_iter().zip(tested) {
        contrast.p_holm = Some(p);
    }
}

/// `b` against `a`, the base.
fn contrast(base: &Results<'_>, estimand: &Estimand, a: &Contributions, b: &Contributions) -> Option<Contrast> {
    let paired = b.less(a, base.ranges())?;
    let differs = a.of_path != b.of_path;
    let only = |x: &Contributions, y: &Contributions| base.count(|i| x.of_path[i] > y.of_path[i]);
    let flips = can_flip(estimand).then(|| [only(b, a), only(a, b)]);
    let tied = a.tied.max(b.tied);
    let has_atom = differs && tied > MOST_TIED;
    let difference = match &flips {
        Some([only_b, only_a]) if differs => difference(only_b, only_a)?.point,
        _ if has_atom => {
            let method = format!("no interval: {} of the paths have just this value", percent(tied));
            Answer { value: Some(b.value - a.value), method, ..Answer::default() }
        }
        _ => Answer::with_method(
            &paired.difference()?,
            if differs { "paired, Student" } else { "the same on every path" },
        ),
    };
    let saved = paired.variance_saved().filter(|_| differs && !has_atom).map(|share| 1.0 / (1.0 - share.value()));
    Some(Contrast {
        ratio: paired
            .ratio()
            .filter(|_| !has_atom)
            .map_or_else(Answer::default, |ratio| Answer::with_method(&ratio, "paired, Fieller")),
        difference,
        differs,
        p_value: paired.p_value().filter(|_| differs && !has_atom),
        p_holm: None,
        correlation: paired.correlation().filter(|_| !has_atom).map(|correlation| correlation.value()),
        saved: saved.filter(|times| times.is_finite()),
        flipped: flips.map(|sides| sides.map(|hits| hits.iter().map(|hits| hits.hits).sum())),
        base: a.value,
        variant: b.value,
        estimand: estimand.clone(),
    })
}

/// Whether it is the probability of something that happens on a path or does not.
fn can_flip(estimand: &Estimand) -> bool {
    estimand.statistic == Statistic::Probability && estimand.measure.derived.is_none()
}

/// Of every event by the last month of both: the first `most` paths that flip in each direction.
pub fn flips(base: &Results<'_>, variant: &Results<'_>, most: usize) -> Vec<Flip> {
    let last = base.date(base.horizon().min(variant.horizon()));
    let events = comparable(base).into_iter().filter(|estimand| can_flip(estimand) && estimand.by == last);
    events.flat_map(|estimand| flips_of(base, variant, &estimand, most)).collect()
}

fn flips_of(base: &Results<'_>, variant: &Results<'_>, estimand: &Estimand, most: usize) -> Vec<Flip> {
    let Some((a, b)) = indicator(base, estimand).zip(indicator(variant, estimand)) else { return Vec::new() };
    let flip = |column: usize, only_in_variant: bool| {
        let draw = base.ranges().iter().position(|columns| columns.contains(&column))?;
        let path = (column - base.ranges()[draw].start) as u64;
        let subject = estimand.subject.clone();
        Some(Flip { measure: estimand.measure, subject, only_in_variant, draw: base.draws[draw].number, path })
    };
    let side = |sign: f64, only: bool| {
        let moved = (0..a.len()).filter(|&i| sign * (b[i] - a[i]) > 0.0);
        moved.filter_map(|i| flip(i, only)).take(most).collect::<Vec<_>>()
    };
    [side(1.0, true), side(-1.0, false)].concat()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Array3};
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand_distr::{Distribution, StandardNormal};

    use super::*;
    use crate::calendar::{Month, Timeline};
    use crate::engine::{Outcome, PathMetrics, Stop};
    use crate::model::metric::{DEFAULT, FUNDING_GAP};
    use crate::model::{By, Metric};
    use crate::study::estimates::Draw;

    const PATHS: usize = 2000;

    fn catalogue() -> Vec<Metric> {
        let metric = |measure, by| Metric { measure, subject: "acme".to_owned(), by };
        vec![metric(DEFAULT, By::Path), metric(FUNDING_GAP, By::Month(0))]
    }

    /// Standard normal innovations: a default below `level`, a gap of luck times `scale`.
    fn outcome(luck: &[f64], level: f64, scale: f64) -> Outcome {
        let event = |z: f64| if z < level { 0.0 } else { f32::INFINITY };
        let value =
            |(row, path): (usize, usize)| if row == 0 { event(luck[path]) } else { (scale * luck[path]) as f32 };
        Outcome {
            sample: PathMetrics::of_rows(Array2::from_shape_fn((2, luck.len()), value)),
            draws: std::iter::once(0..luck.len()).collect(),
            states: Array3::zeros((0, 1, 0)),
            residual: 0.0,
            stop: Stop::Paths,
            seconds: 0.0,
            threads: 1,
        }
    }

    fn both(luck: &[f64]) -> Vec<Contrast> {
        let (a, b) = (outcome(luck, -2.0, 1.0), outcome(luck, -1.9, 1.1));
        let (catalogue, timeline) = (catalogue(), Timeline { start: Month::january(2027), months: 1 });
        let draws = [Draw { number: 0, values: vec![], overvalued: vec![] }];
        let of = |outcome| Results {
            outcome,
            catalogue: &catalogue,
            timeline,
            dates: &[0],
            labs: vec!["acme".to_owned()],
            exposures: Vec::new(),
            draws: &draws,
        };
        contrasts(&of(&a), &of(&b))
    }

    #[test]
    fn a_contrast_with_a_path_that_is_no_number_says_so() {
        // A gap that is infinite times 1 and times 1.1 on one path of a hundred, in both runs.
        let luck: Vec<f64> = (0..100).map(|path| if path == 7 { f64::INFINITY } else { f64::from(path) }).collect();
        let all = both(&luck);
        let gaps = all.iter().filter(|contrast| contrast.estimand.measure == FUNDING_GAP);
        let told: Vec<(Option<f64>, &str)> =
            gaps.map(|contrast| (contrast.difference.value, contrast.difference.method.as_str())).collect();
        let said = "no difference: of paths that are not finite the base has 1 and the variant 1";
        // The mean, five quantiles and the shortfall.
        assert_eq!(told, [(None, said); 7]);
        assert!(all.iter().any(|contrast| contrast.estimand.measure == DEFAULT && contrast.difference.value.is_some()));
    }

    #[test]
    fn paired_intervals_cover_at_their_level() {
        // 400 repeats, seed fixed; 0.95 within the binomial's 1 % on either side is 0.9225 to 0.9725 (false alarm 2 % a
        // statistic). Truths: Phi(-1.9) - Phi(-2) = 0.005966428; a tenth of the quantiles and the shortfall of N(0, 1).
        let truths =
            [("probability", 0.005_966_428), ("mean", 0.0), ("p50", 0.0), ("p95", 0.164_485_4), ("es95", 0.206_271_3)];
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(11);
        let mut covered = [0_u32; 5];
        for _ in 0..400 {
            let luck: Vec<f64> = (0..PATHS).map(|_| StandardNormal.sample(&mut rng)).collect();
            for contrast in both(&luck) {
                let name = contrast.estimand.statistic.name();
                let Some(at) = truths.iter().position(|(known, _)| *known == name) else { continue };
                let Answer { low, high, .. } = contrast.difference;
                covered[at] += u32::from(low.unwrap() <= truths[at].1 && truths[at].1 <= high.unwrap());
            }
        }
        println!("{covered:?} of 400");
        for ((name, _), covered) in truths.iter().zip(covered) {
            let share = f64::from(covered) / 400.0;
            assert!((0.9225..=0.9725).contains(&share), "{name}: {share}");
        }
    }

    #[test]
    fn a_quantile_at_an_atom_has_no_interval_and_its_mean_has() {
        // A fifth of the paths are 0 in both runs: their median is an atom, their 95 % quantile is not.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(13);
        let luck = (0..PATHS).map(|_| StandardNormal.sample(&mut rng));
        let luck: Vec<f64> = luck.map(|z: f64| if z.abs() < 0.25 { 0.0 } else { z }).collect();
        let all = both(&luck);
        let of = |name: &str| all.iter().find(|contrast| contrast.estimand.statistic.name() == name).unwrap();
        let at_atom = of("p50");
        assert_eq!((at_atom.difference.value, at_atom.difference.low, at_atom.p_value), (Some(0.0), None, None));
        assert!(at_atom.difference.method.starts_with("no interval"), "{at_atom:?}");
        assert!(at_atom.ratio.value.is_none());
        for name in ["mean", "p95"] {
            assert!(of(name).difference.low.is_some() && of(name).p_value.is_some(), "{name}");
        }
    }

    #[test]
    fn common_shocks_are_worth_eight_times_the_paths() {
        // Validation by closed form: 2 Cov / (Var a + Var b) leaves one in 8.45 of the variance.
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(12);
        let luck: Vec<f64> = (0..400_000).map(|_| StandardNormal.sample(&mut rng)).collect();
        let contrast = both(&luck).into_iter().find(|contrast| contrast.estimand.measure == DEFAULT).unwrap();
        let saved = contrast.saved.unwrap();
        assert!((saved / 8.45 - 1.0).abs() < 0.05, "{saved}");
        assert_eq!(contrast.flipped.map(|[_, only]| only), Some(0), "who defaults at -2 defaults at -1.9");
    }
}
