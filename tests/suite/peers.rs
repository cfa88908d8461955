//! The mini-model of benches/peers gives what its peers give.

use ouroborisk::engine::{Interrupt, Plan, Sampler, Tier, run};

#[path = "../../benches/peers/model.rs"]
mod model;

pub(crate) use model::Mini;

const PATHS: u64 = 16_384;

/// Mean and its standard error.
fn mean(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let count = values.clone().count() as f64;
    let mean = values.clone().sum::<f64>() / count;
    let variance = values.map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

#[test]
fn the_mini_model_agrees_with_its_peers() {
    // Peers: 9 million paths in C++ (blocks of seeds 101 and 102, path by path of seed 103); their errors are below a
    // twentieth of ours.
    // Three statements, |z| < 4.4 each: false alarm 3e-5, for one seed.
    let world = Mini::default();
    let plan = Plan { paths: PATHS, draws: 1, threads: 0, tier: Tier::detect(), observed: 0 };
    let sampler = Sampler::PseudoRandom { seed: 1 };
    let outcome = run(&world, sampler, &plan, &Interrupt::new(), &|_| (), &mut |_| Ok(())).expect("a run");
    let column = |metric: usize| outcome.sample.row(metric).to_vec().into_iter().map(f64::from);
    let defaulted = column(1).zip(column(0)).filter(|(_, default)| *default > 0.0).map(|(month, _)| month);
    for (name, (ours, error), peers) in [
        ("P(default)", mean(column(0)), 0.129_41),
        ("month of default", mean(defaulted), 61.85),
        ("loss", mean(column(2)), 3.007),
    ] {
        assert!((ours - peers).abs() < 4.4 * error, "{name}: {ours} +- {error}, peers {peers}");
    }
}
