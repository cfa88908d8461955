//! The draws and paths that a question needs, from a pilot: for the estimate itself and for the ends of its band.

use crate::random::normal_quantile;
use crate::stats::{Band, Components, Cost, Estimate, resampled};

use super::super::estimand::Statistic;
use super::ladder::RunSize;
use super::question::{Observed, Question, Target};
use super::reading::{Between, range};

/// Bootstrap samples for the estimate, and for the ends of a band, which take longer.
const SAMPLES: usize = 200;
const SAMPLES_OF_BANDS: usize = 20;
/// Ends of a band for which a need is told.
const ENDS: [f64; 2] = [0.05, 0.95];
/// Paths that are simulated together, and most paths per draw that are advised.
const BLOCK: u64 = 64;
const MOST_PER_DRAW: u64 = 1 << 16;
/// Least draws that are advised, and least paths of a single one: of fewer their spread is poorly known.
const LEAST_DRAWS: f64 = 50.0;
const LEAST_PATHS: f64 = 1_000.0;
/// Most noise of the paths that is advised in the spread over the draws where an end of the band is asked for: beyond a half
/// no band is told.
const MOST_NOISE: f64 = 1.0 / 3.0;
/// Most paths that are advised; an answer that needs more is beyond any budget.
const MOST_PATHS: f64 = 1e12;

/// What a pilot saw of a question.
#[derive(Clone, Debug)]
pub struct Pilot {
    /// What was seen.
    pub observed: Observed,
    /// Its size.
    pub size: RunSize,
    /// What simulating costs.
    pub cost: Cost,
    /// Parameter draws of the scenario as it is written.
    pub draws: u64,
}

/// What a question needs.
#[derive(Clone, Debug)]
pub struct Need {
    /// The question.
    pub question: Question,
    /// The size of the pilot.
    pub size: RunSize,
    /// Its estimate.
    pub estimate: Estimate,
    /// Variances between and within the draws.
    pub components: Components,
    /// Draws of the scenario, and the half-width that no number of paths in these draws can reach; none for a single draw.
    pub floor: Option<(u64, f64)>,
    /// The estimate, and the ends of its band.
    pub rows: Vec<NeedRow>,
}

/// What one number needs.
#[derive(Clone, Debug)]
pub struct NeedRow {
    /// Which number: a probability or mean, or an end of its band.
    pub statistic: Statistic,
    /// The number and its half-width in the pilot.
    pub pilot: Option<(f64, f64)>,
    /// Size and time, or why there are none.
    pub sizes: Result<NeedSize, String>,
}

/// A size with what it takes.
#[derive(Clone, Copy, Debug)]
pub struct NeedSize {
    /// Parameter draws.
    pub draws: Between,
    /// Paths of each.
    pub paths_per_draw: u64,
    /// Paths in all.
    pub paths: Between,
    /// Seconds on this machine, with these threads.
    pub seconds: Between,
}

impl Between {
    fn map(self, of: impl Fn(f64) -> f64) -> Self {
        Self { value: of(self.value), low: of(self.low), high: of(self.high) }
    }
}

/// What a question needs, from what a pilot saw of it; none where the pilot has no estimate.
pub fn need(question: &Question, pilot: &Pilot) -> Option<Need> {
    let estimate = pilot.observed.estimate()?;
    let per_draw = pilot.size.paths_per_draw() as f64;
    let components = pilot.observed.components(per_draw).unwrap_or(Components { between: 0.0, within: 0.0 });
    let nested = pilot.observed.nested().is_some();
    let floor =
        nested.then(|| (pilot.draws, normal_quantile(0.975) * (components.between / pilot.draws as f64).sqrt()));
    let mut rows = vec![of_estimate(question, pilot, (&estimate, components))];
    if nested && matches!(question.target, Target::HalfWidth(_) | Target::Relative(_)) {
        rows.extend(of_ends(question, pilot, components));
    }
    Some(Need { question: question.clone(), size: pilot.size, estimate, components, floor, rows })
}

fn of_estimate(question: &Question, pilot: &Pilot, (estimate, components): (&Estimate, Components)) -> NeedRow {
    let (observed, per_draw) = (&pilot.observed, pilot.size.paths_per_draw() as f64);
    let nested = observed.nested().is_some();
    let paths_per_draw =
        if nested { pilot.cost.best_paths((BLOCK, MOST_PER_DRAW), |paths| components.of_mean(paths)) } else { 1 };
    // A pilot's replicates are its draws, or the paths of a single one.
    let of = |observed: &Observed| {
        let times = observed
            .estimate()
            .and_then(|estimate| estimate.times_needed(observed.replicates(), 1, |at| question.is_answered(at)));
        let moved = observed.components(per_draw).filter(|_| nested).map_or(1.0, |of| {
            let (there, here) = (of.of_mean(paths_per_draw as f64), of.of_mean(per_draw));
            if here > 0.0 { there / here } else { 1.0 }
        });
        times.map_or(f64::INFINITY, |times| observed.replicates() as f64 * times * moved)
    };
    let samples = resampled(observed.parts(), SAMPLES);
    let again: Vec<f64> = samples.iter().map(|weights| of(&observed.resampled(weights))).collect();
    let replicates = range(of(observed), &again);
    let sizes = sizes(replicates, paths_per_draw, nested, pilot.cost).map_err(|why| match question.target {
        Target::Relative(_) if estimate.value() <= 0.0 => format!(
            "never seen in the {} paths of the pilot, so below {}: a share of it is no precision yet; a larger pilot (--paths) \
             may see it",
            crate::notation::thousands(pilot.size.paths as f64),
            question.show(estimate.high())
        ),
        _ => why,
    });
    NeedRow { statistic: question.estimand.statistic, pilot: Some((estimate.value(), estimate.half_width())), sizes }
}

fn of_ends(question: &Question, pilot: &Pilot, components: Components) -> Vec<NeedRow> {
    let observed = &pilot.observed;
    let told = |observed: &Observed, end: usize| match observed.band() {
        Some(Band::Told(ends)) => Ok(ends[2 * end]),
        Some(Band::Withheld { noise }) => Err(noise),
        None => Err(1.0),
    };
    let samples = resampled(observed.parts(), SAMPLES_OF_BANDS);
    let row = |end: usize| {
        let statistic = Statistic::Band(ENDS[end]);
        let found = match told(observed, end) {
            Ok(found) => found,
            Err(noise) => {
                let why = format!(
                    "the noise of the pilot's paths is {:.0} % of the spread over its draws, too much to see an end of the \
                     band: more paths per draw in the pilot (--paths)",
                    100.0 * noise.min(1.0)
                );
                return NeedRow { statistic, pilot: None, sizes: Err(why) };
            }
        };
        let (half, normal) = (found.half_width(), normal_quantile(ENDS[1]));
        let (per_draw, draws) = (pilot.size.paths_per_draw() as f64, pilot.size.draws as f64);
        let is_clear = |paths: f64| components.within / paths <= MOST_NOISE * components.of_mean(paths);
        if !is_clear(MOST_PER_DRAW as f64) {
            let why = "the draws differ too little for any number of paths per draw to tell them apart".to_owned();
            return NeedRow { statistic, pilot: Some((found.value(), half)), sizes: Err(why) };
        }
        let variance = |paths| if is_clear(paths) { components.of_end(paths, normal) } else { f64::INFINITY };
        let paths_per_draw = pilot.cost.best_paths((BLOCK, MOST_PER_DRAW), variance);
        let wanted = |value: f64| match question.target {
            Target::HalfWidth(half) => half,
            Target::Relative(share) => share * value.abs(),
            Target::Above(_) | Target::Ranking => f64::NAN,
        };
        let moved = components.of_end(paths_per_draw as f64, normal) / components.of_end(per_draw, normal);
        let of = |found: &Estimate| draws * (found.half_width() / wanted(found.value())).powi(2) * moved;
        let again: Vec<f64> = samples
            .iter()
            .filter_map(|weights| told(&observed.resampled(weights), end).ok())
            .map(|end| of(&end))
            .collect();
        let sizes = sizes(range(of(&found), &again), paths_per_draw, true, pilot.cost);
        NeedRow { statistic, pilot: Some((found.value(), half)), sizes }
    };
    (0..ENDS.len()).map(row).collect()
}

/// The size of so many replicates, or why there is none.
fn sizes(replicates: Between, paths_per_draw: u64, nested: bool, cost: Cost) -> Result<NeedSize, String> {
    let paths = replicates.value * paths_per_draw as f64;
    if !paths.is_finite() || paths > MOST_PATHS {
        let needed =
            if paths.is_finite() { format!("about {paths:.0e} paths") } else { "no number of paths".to_owned() };
        return Err(format!("no budget reaches it: it takes {needed}, and a trillion is the most that is advised"));
    }
    let draws = if nested { replicates.map(|draws| draws.ceil().max(LEAST_DRAWS)) } else { replicates.map(|_| 1.0) };
    let single = || replicates.map(|paths| paths.ceil().max(LEAST_PATHS));
    let paths = if nested { draws.map(|draws| draws * paths_per_draw as f64) } else { single() };
    let paths_per_draw = if nested { paths_per_draw } else { paths.value as u64 };
    let setting_up = draws.map(|draws| draws * cost.draw);
    let seconds = Between {
        value: cost.path.mul_add(paths.value, setting_up.value),
        low: cost.path.mul_add(paths.low, setting_up.low),
        high: cost.path.mul_add(paths.high, setting_up.high),
    };
    Ok(NeedSize { draws, paths_per_draw, paths, seconds })
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand_distr::{Beta, Binomial, Distribution};

    use super::*;
    use crate::calendar::Month;
    use crate::model::measure_named;
    use crate::stats::{Hits, Moments};
    use crate::study::Estimand;

    fn question(target: Target) -> Question {
        let measure = measure_named("default").unwrap();
        let (subject, by) = ("acme".to_owned(), Month::new(2030, 12).unwrap());
        let estimand = Estimand { measure, subject, by, statistic: Statistic::Probability };
        Question { text: "default by 2030-12".to_owned(), estimand, target }
    }

    /// Draws with probabilities beta(2, 38): mean 0.05.
    fn observed(rng: &mut Xoshiro256PlusPlus, draws: u64, paths: u64) -> Observed {
        let of = Beta::new(2.0, 38.0).unwrap();
        let draw = |_| {
            let p = of.sample(rng);
            Hits { hits: Binomial::new(paths, p).unwrap().sample(rng), trials: paths }
        };
        Observed::of_hits((0..draws).map(draw).collect())
    }

    fn pilot(rng: &mut Xoshiro256PlusPlus) -> Pilot {
        let size = RunSize { paths: 25_600, draws: 200 };
        Pilot { observed: observed(rng, 200, 128), size, cost: Cost { draw: 1e-3, path: 1e-5 }, draws: 200 }
    }

    #[test]
    fn runs_of_the_advised_size_scatter_as_much_as_was_asked() {
        // The geometric mean of what 8 pilots advise for a half-width of 0.01, then 60 runs of that size: 1.96 standard
        // deviations of their numbers over 0.01. A pilot's advice has a relative error of about a half for an end of the band,
        // so that the half-width at the mean advice has 9 %, and the standard deviation of 60 numbers has 9 %: 4 standard errors
        // of both are 0.5, on the scale of logarithms (false alarm 6e-5, seed fixed).
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(31);
        let asked = question(Target::HalfWidth(0.01));
        let needs: Vec<Need> = (0..8).map(|_| need(&asked, &pilot(&mut rng)).unwrap()).collect();
        for (at, statistic) in
            [Statistic::Probability, Statistic::Band(0.05), Statistic::Band(0.95)].into_iter().enumerate()
        {
            let rows: Vec<&NeedRow> = needs.iter().map(|need| &need.rows[at]).collect();
            let sizes: Vec<&NeedSize> = rows.iter().map(|row| row.sizes.as_ref().unwrap()).collect();
            assert!(rows.iter().all(|row| row.statistic == statistic));
            let logs: Moments = sizes.iter().map(|size| size.draws.value.ln()).collect();
            let (draws, paths) = (logs.mean().unwrap().exp().round() as u64, sizes[0].paths_per_draw);
            let found: Moments = (0..60)
                .filter_map(|_| {
                    let run = observed(&mut rng, draws, paths);
                    match (statistic, run.band()?) {
                        (Statistic::Band(level), Band::Told(ends)) => {
                            Some(ends[if level < 0.5 { 0 } else { 2 }].value())
                        }
                        _ => Some(run.estimate()?.value()),
                    }
                })
                .collect();
            let ratio = 1.96 * found.variance().unwrap().sqrt() / 0.01;
            println!("{}: {draws} draws of {paths} paths give {ratio:.2} of what was asked", statistic.name());
            // Fewer draws than 50 are never advised, so a number that needs fewer is more precise than was asked.
            let least = if draws == 50 { 0.0 } else { (-0.5_f64).exp() };
            assert!((least..0.5_f64.exp()).contains(&ratio), "{statistic:?} {draws} {ratio}");
        }
    }

    #[test]
    fn the_interval_of_the_need_holds_the_true_need() {
        // True variances of beta(2, 38): B = 0.05 x 0.95 / 41, W = 0.05 x 0.95 - B. 200 pilots; claimed is 90 %: 180, less 4
        // standard errors of 4.2 (false alarm 3e-5, seed fixed).
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(32);
        let asked = question(Target::HalfWidth(0.002));
        let between = 0.05 * 0.95 / 41.0;
        let truth = Components { between, within: 0.05 * 0.95 - between };
        let mut held = 0;
        for _ in 0..200 {
            let need = need(&asked, &pilot(&mut rng)).unwrap();
            let size = need.rows[0].sizes.as_ref().unwrap();
            let draws = truth.of_mean(size.paths_per_draw as f64) * (1.96 / 0.002_f64).powi(2);
            held += u32::from(size.draws.low <= draws && draws <= size.draws.high);
        }
        println!("{held} of 200 intervals hold the need");
        assert!(held >= 163, "{held}");
    }

    #[test]
    fn what_cannot_be_had_has_a_reason_and_no_number() {
        let never = Observed::of_hits(vec![Hits { hits: 0, trials: 128 }; 200]);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(33);
        let pilot = Pilot { observed: never, ..pilot(&mut rng) };
        let need = need(&question(Target::Relative(0.1)), &pilot).unwrap();
        let why = need.rows[0].sizes.as_ref().unwrap_err();
        assert!(why.contains("never seen in the 25,600 paths of the pilot, so below 1."), "{why}");
        assert!(need.rows[1].sizes.as_ref().unwrap_err().contains("100 % of the spread"), "{:?}", need.rows[1]);
        let far =
            super::need(&question(Target::HalfWidth(1e-9)), &Pilot { observed: observed(&mut rng, 200, 128), ..pilot });
        let far = far.unwrap();
        assert!(far.rows[0].sizes.as_ref().unwrap_err().contains("no budget reaches it"), "{:?}", far.rows[0]);
    }
}
