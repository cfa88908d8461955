//! The market: bursts, freezes, bubbles, base rates of crashes.

use super::engine::{Case, Ran};
use super::finding::{Finding, Found};
use super::step::Step;
use crate::calendar::Timeline;
use crate::model::market::burst_hazard;
use crate::model::parameters::Burst;
use crate::stats::{Hits, Moments, wilson};

const TOPIC: &str = "The market";

pub(super) fn steps() -> Vec<Step> {
    vec![
        Case::new(TOPIC, "bursts.toml", include_str!("problems/bursts.toml")).step(2_000),
        Case::new(TOPIC, "uncertain-hazard.toml", include_str!("problems/uncertain-hazard.toml"))
            .step(10_000)
            .only_in_full(),
        Case::new(TOPIC, "freezes.toml", include_str!("problems/freezes.toml")).observed().with(regimes).step(2_000),
        Case::new(TOPIC, "rational-bubble.toml", include_str!("problems/rational-bubble.toml"))
            .observed()
            .with(bubble)
            .step(2_000),
        Step::findings("base rates of crashes", 1, |_| Ok(base_rates())),
    ]
}

/// A monthly state of the market in month `t`, path by path.
fn state(ran: &Ran<'_>, name: &str, t: usize) -> Vec<f64> {
    let Some(state) = ran.prepared.states().iter().position(|state| state.name == name) else { return Vec::new() };
    ran.results.outcome.states.slice(ndarray::s![state, t, ..]).iter().map(|&value| f64::from(value)).collect()
}

/// How often the market is frozen at the end, and how often it bursts.
fn regimes(ran: &Ran<'_>) -> Vec<Finding> {
    let Timeline { months, .. } = ran.results.timeline;
    let open: Vec<Vec<f64>> = (0..months).map(|t| state(ran, "open", t)).collect();
    let is_open = |t: usize, path: usize| open[t][path] > 0.5;
    let paths = open[0].len();
    let frozen = (0..paths).filter(|&path| !is_open(months - 1, path)).count();
    let began = |path: usize, t: usize| !is_open(t, path) && (t == 0 || is_open(t - 1, path));
    let bursts: Moments = (0..paths).map(|path| (0..months).filter(|&t| began(path, t)).count() as f64).collect();
    let source = "Two-state Markov chain with monthly probabilities 1 - exp(-0.06/12) and 1 - exp(-1/15)";
    let hits = Hits { hits: frozen as u64, trials: paths as u64 };
    vec![
        Finding::new(TOPIC, "regime-frozen", "probability that the market is frozen after 8 years", source)
            .known(0.071_711_6, 5e-8)
            .found(wilson(hits).as_ref().map(Found::from)),
        Finding::new(TOPIC, "regime-bursts", "mean number of bursts in 8 years", source)
            .known(0.449_579_8, 5e-8)
            .found(bursts.estimate().as_ref().map(Found::from)),
    ]
}

/// A bubble that is alive has grown at its required return; over all paths it has grown at the cost of capital.
fn bubble(ran: &Ran<'_>) -> Vec<Finding> {
    let last = ran.results.horizon();
    let bubbles: Vec<f64> = state(ran, "log_overvaluation", last).iter().map(|y| y.exp() - 1.0).collect();
    let mean = bubbles.iter().copied().collect::<Moments>().estimate();
    let alive = bubbles.iter().copied().filter(|&bubble| bubble > 0.0);
    let (least, most) = alive.fold((f64::INFINITY, 0.0_f64), |(low, high), b| (low.min(b), high.max(b)));
    let source =
        "Blanchard, Economics Letters 3, 1979: a rational bubble grows at r + h until it bursts, at r on average";
    let of = |id: &str, what: &str| Finding::new(TOPIC, id, what, source);
    vec![
        of("bubble-mean", "mean bubble after 8 years, exp(8 r)")
            .known(0.64_f64.exp(), 0.0)
            .found(mean.as_ref().map(Found::from)),
        // States are kept in single precision.
        of("bubble-alive-smallest", "smallest bubble that is alive after 8 years, exp(8 (r + h))")
            .known(1.6_f64.exp(), 1e-5)
            .found(Found::exact(least)),
        of("bubble-alive-largest", "largest").known(1.6_f64.exp(), 1e-5).found(Found::exact(most)),
    ]
}

/// The hazard at a run-up against published shares of crashes within two years.
fn base_rates() -> Vec<Finding> {
    let burst = Burst {
        hazard: 0.112,
        run_up_beta: 3.9,
        hazard_max: 10.0,
        fall: 0.8,
        fall_sd: 0.0,
        level_beta: 0.0,
        fall_level: 0.0,
        contagion: 0.0,
    };
    let source = "Greenwood, Shleifer and You, Bubbles for Fama, Journal of Financial Economics 131, 2019: 20 % and 80 %, \
                  and between them 21 of 40 industries";
    let of = |(id, rise, published, error): (&str, f64, f64, f64)| {
        let within = 1.0 - (-2.0 * burst_hazard(&burst, rise.ln(), 0.0)).exp();
        let what = format!("probability of a burst within two years of a rise of {:.0} %", 100.0 * (rise - 1.0));
        Finding::new(TOPIC, id, what, source).known(published, error).found(Found::exact(within))
    };
    let standard_error = (0.525_f64 * 0.475 / 40.0).sqrt();
    [
        ("crash-after-50", 1.5, 0.2, 0.005),
        ("crash-after-100", 2.0, 0.525, standard_error),
        ("crash-after-150", 2.5, 0.8, 0.01),
    ]
    .map(of)
    .into()
}
