//! Published reliability problems, and both routes on each.
//!
//! The problems are those of RPREPO (Rozsas and Slobbe, "Repository and Black-box Reliability Challenge 2019") as stored in
//! `otbenchmark`; an event is `g < 0`. References are our own, by quadrature or closed form, with the error given.

use super::super::estimate::Estimate;
use super::super::moments::Moments;
use super::cross_entropy::Stuck;
use super::function::Function;
use super::importance::Weights;
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::erf::erfc;

/// Uniforms 0 to 1, normals, and the value of g.
type G = fn(&[f64], &[f64]) -> f64;

/// A problem, and its probability with the error of that.
pub(super) struct Problem {
    name: &'static str,
    normals: usize,
    uniforms: usize,
    g: G,
    reference: f64,
    error: f64,
}

impl Problem {
    fn function(&self) -> Function<impl Fn(&[f64], &[f64]) -> f64> {
        let g = self.g;
        let level = move |z: &[f64], u: &[f64]| {
            let g = g(z, u);
            if g < 0.0 { f64::INFINITY } else { -g }
        };
        Function { normals: self.normals, uniforms: self.uniforms, level }
    }
}

/// A lognormal variable of this mean and standard deviation.
fn lognormal(z: f64, mean: f64, deviation: f64) -> f64 {
    let variance = (deviation / mean).powi(2).ln_1p();
    (mean.ln() - 0.5 * variance + variance.sqrt() * z).exp()
}

/// A Gumbel variable of maxima of this mean and standard deviation.
fn gumbel(z: f64, mean: f64, deviation: f64) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    let scale = deviation * 6f64.sqrt() / std::f64::consts::PI;
    let u = Normal::standard().cdf(z).min(1.0 - 1e-16);
    mean - EULER * scale - scale * (-u.ln()).ln()
}

/// An exponential variable of mean 1.
fn exponential(z: f64) -> f64 {
    -(0.5 * erfc(z * std::f64::consts::FRAC_1_SQRT_2)).ln()
}

fn least(of: &[f64]) -> f64 {
    of.iter().copied().fold(f64::INFINITY, f64::min)
}

fn rp38(z: &[f64]) -> f64 {
    let x: Vec<f64> =
        [350.0, 50.8, 3.81, 173.0, 9.38, 33.1, 0.036].iter().zip(z).map(|(m, z)| m * (1.0 + 0.1 * z)).collect();
    let [x1, x2, x3, x4, x5, x6, x7] = x[..] else { unreachable!() };
    let top = x4 * x4 - 4.0 * x5 * x6 * x7 * x7 + x4 * (x6 + 4.0 * x5 + 2.0 * x6 * x7);
    155_900.0 - x1 * x2.powi(3) / (2.0 * x3.powi(3)) * top / (x4 * x5 * (x4 + x6 + 2.0 * x6 * x7))
}

fn rp55(u: &[f64]) -> f64 {
    let d = 2.0 * (u[0] - u[1]);
    let (quartic, root) = (0.2 + 0.6 * d.powi(4), std::f64::consts::SQRT_2);
    least(&[quartic - d / root, quartic + d / root, d + 5.0 / root - 2.2, -d + 5.0 / root - 2.2])
}

fn rp60(z: &[f64]) -> f64 {
    let terms = [(2200.0, 220.0), (2100.0, 210.0), (2300.0, 230.0), (2000.0, 200.0), (1200.0, 480.0)];
    let x: Vec<f64> = terms.iter().zip(z).map(|(&(mean, sd), &z)| lognormal(z, mean, sd)).collect();
    let [x1, x2, x3, x4, x5] = x[..] else { unreachable!() };
    let inner = (x2.min(x3).min(x4) - x5 / 2.0).max((x4 - x5).max(x2.min(x3) - x5));
    (x1 - x5).min(inner)
}

fn rp91(z: &[f64]) -> f64 {
    let (x1, x2, x3) = (0.074_33 + 0.005 * z[0], 0.1 + 0.01 * z[1], 13.0 + 60.0 * z[2]);
    let (x4, x5) = (4751.0 + 48.0 * z[3], -684.0 + 11.0 * z[4]);
    let linear = 0.847 + 0.96 * x2 + 0.986 * x3 - 0.216 * x4;
    let squares = 0.077 * x2 * x2 + 0.11 * x3 * x3 + 7.0 / 378.0 * x4 * x4;
    let first = linear + squares - x3 * x2 - 0.106 * x2 * x4 - 0.11 * x3 * x4;
    let stress = (x3 * x3 + x4 * x4 - x3 * x4 + 3.0 * x5 * x5).sqrt().max(x4.abs());
    first.min(x1 - stress / 84_000.0)
}

pub(super) const PROBLEMS: &[Problem] = &[
    Problem {
        name: "R-S",
        normals: 2,
        uniforms: 0,
        g: |z, _| 4.0 + z[0] - 2.0 - z[1],
        reference: 7.864_960_352_514e-2,
        error: 0.0,
    },
    Problem {
        name: "axial beam",
        normals: 2,
        uniforms: 0,
        g: |z, _| lognormal(z[0], 300.0, 30.0) - (75_000.0 + 5_000.0 * z[1]) / (100.0 * std::f64::consts::PI),
        reference: 2.919_819_462_48e-2,
        error: 0.0,
    },
    Problem {
        name: "four-branch",
        normals: 2,
        uniforms: 0,
        g: |z, _| {
            let (sum, difference, root) = (z[0] + z[1], z[0] - z[1], std::f64::consts::SQRT_2);
            let bowl = 3.0 + 0.1 * difference * difference;
            least(&[bowl - sum / root, bowl + sum / root, difference + 7.0 / root, -difference + 7.0 / root])
        },
        reference: 2.222_795_066_194_4e-3,
        error: 0.0,
    },
    Problem {
        name: "RP8",
        normals: 6,
        uniforms: 0,
        g: |z, _| {
            let x = |i: usize| lognormal(z[i], 120.0, 12.0);
            x(0) + 2.0 * x(1) + 2.0 * x(2) + x(3) - 5.0 * lognormal(z[4], 50.0, 10.0) - 5.0 * lognormal(z[5], 40.0, 8.0)
        },
        reference: 7.8961e-4,
        error: 3e-7,
    },
    Problem {
        name: "RP14",
        normals: 4,
        uniforms: 1,
        g: |z, u| {
            let (x1, x2, x3) = (70.0 + 10.0 * u[0], 39.0 + 0.1 * z[0], gumbel(z[1], 1500.0, 350.0));
            let (x4, x5) = (400.0 + 0.1 * z[2], 250_000.0 + 35_000.0 * z[3]);
            x1 - 32.0 / (std::f64::consts::PI * x2.powi(3)) * (x3 * x3 * x4 * x4 / 16.0 + x5 * x5).sqrt()
        },
        reference: 7.728_11e-4,
        error: 7e-8,
    },
    Problem {
        name: "RP22",
        normals: 2,
        uniforms: 0,
        g: |z, _| 2.5 - (z[0] + z[1]) / std::f64::consts::SQRT_2 + 0.1 * (z[0] - z[1]).powi(2),
        reference: 4.207_305_511_299_62e-3,
        error: 0.0,
    },
    Problem {
        name: "RP24",
        normals: 2,
        uniforms: 0,
        g: |z, _| 2.5 - 0.2357 * 3.0 * (z[0] - z[1]) + 0.004_63 * (3.0 * (z[0] + z[1])).powi(4),
        reference: 2.859_945_687_539_832e-3,
        error: 0.0,
    },
    Problem {
        name: "RP25",
        normals: 2,
        uniforms: 0,
        g: |z, _| (z[0] * z[0] - 8.0 * z[1] + 16.0).max(-16.0 * z[0] + z[1] + 32.0),
        reference: 4.148_566_293_759_748e-5,
        error: 0.0,
    },
    Problem {
        name: "RP28",
        normals: 2,
        uniforms: 0,
        g: |z, _| (78_064.0 + 11_710.0 * z[0]) * (0.0104 + 0.001_56 * z[1]) - 146.14,
        reference: 1.453_294_555_002_5e-7,
        error: 0.0,
    },
    Problem {
        name: "RP31",
        normals: 2,
        uniforms: 0,
        g: |z, _| 2.0 - z[1] + 256.0 * z[0].powi(4),
        reference: 3.226_681_209_587_690_4e-3,
        error: 0.0,
    },
    Problem {
        name: "RP33",
        normals: 3,
        uniforms: 0,
        g: |z, _| (-z[0] - z[1] - z[2] + 3.0 * 3f64.sqrt()).min(3.0 - z[2]),
        reference: 2.575_597_790_8e-3,
        error: 0.0,
    },
    Problem {
        name: "RP35",
        normals: 2,
        uniforms: 0,
        g: |z, _| (2.0 - z[1] + (-0.1 * z[0] * z[0]).exp() + (0.2 * z[0]).powi(4)).min(4.5 - z[0] * z[1]),
        reference: 3.478_946_485_3e-3,
        error: 0.0,
    },
    Problem { name: "RP38", normals: 7, uniforms: 0, g: |z, _| rp38(z), reference: 8.051_08e-3, error: 1.2e-6 },
    Problem {
        name: "RP53",
        normals: 2,
        uniforms: 0,
        g: |z, _| {
            let (x1, x2) = (1.5 + z[0], 2.5 + z[1]);
            (2.5 * x1).sin() + 2.0 - (x1 * x1 + 4.0) * (x2 - 1.0) / 20.0
        },
        reference: 3.132_048_57e-2,
        error: 0.0,
    },
    Problem {
        name: "RP54",
        normals: 20,
        uniforms: 0,
        g: |z, _| z.iter().map(|&z| exponential(z)).sum::<f64>() - 8.951,
        reference: 9.906_030_725e-4,
        error: 0.0,
    },
    Problem { name: "RP55", normals: 0, uniforms: 2, g: |_, u| rp55(u), reference: 0.560_014, error: 5e-7 },
    Problem {
        name: "RP57",
        normals: 2,
        uniforms: 0,
        g: |z, _| {
            let (x, y) = (z[0], z[1]);
            (-x * x + y.powi(3) + 3.0).max(2.0 - x - 8.0 * y).min((x + 3.0).powi(2) + (y + 3.0).powi(2) - 4.0)
        },
        reference: 2.823_746_44e-2,
        error: 0.0,
    },
    Problem { name: "RP60", normals: 5, uniforms: 0, g: |z, _| rp60(z), reference: 4.483_97e-2, error: 5e-7 },
    Problem {
        name: "RP75",
        normals: 2,
        uniforms: 0,
        g: |z, _| 3.0 - z[0] * z[1],
        reference: 9.819_298_721_547e-3,
        error: 0.0,
    },
    Problem {
        name: "RP89",
        normals: 2,
        uniforms: 0,
        g: |z, _| (8.0 - z[0] * z[0] - z[1]).min(6.0 - z[0] / 5.0 - z[1]),
        reference: 5.471_280_529e-3,
        error: 0.0,
    },
    Problem { name: "RP91", normals: 5, uniforms: 0, g: |z, _| rp91(z), reference: 7.002_537_924e-4, error: 0.0 },
    Problem {
        name: "RP107",
        normals: 10,
        uniforms: 0,
        g: |z, _| 5.0 - z.iter().sum::<f64>() / 10f64.sqrt(),
        reference: 2.866_515_719e-7,
        error: 0.0,
    },
    Problem {
        name: "RP111",
        normals: 2,
        uniforms: 0,
        g: |z, _| 12.5 - (z[0] * z[1]).abs(),
        reference: 8.035_085_965e-7,
        error: 0.0,
    },
];

/// Tilts beside none.
const PARTS: usize = 8;

impl Problem {
    /// Both estimates: from so many blocks after a search of so many samples a round, and from 16 runs of subset simulation
    /// with so many samples a level.
    fn both(&self, (searched, blocks, samples): (usize, usize, usize), seed: u64) -> [Estimate; 2] {
        let function = self.function();
        let found = function.search(PARTS, searched, seed).unwrap_or_else(|stuck| panic!("{}: {stuck:?}", self.name));
        let weights = function.importance(&found.mixture, blocks, seed + 1);
        let runs: Moments = (0..16).map(|run| function.subset(samples, 100 * seed + run)).collect();
        [weights.blocks().estimate(), runs.estimate()].map(|estimate| estimate.unwrap())
    }
}

#[test]
fn both_routes_agree_with_the_reference_of_every_problem_within_four_of_their_own_errors() {
    // 4 standard errors beside the error of the reference. Importance sampling: false alarm 6e-5 each; subset simulation
    // with Student's 15 degrees of freedom: 1.2e-3 each, 3 % over all; the seed is fixed.
    for problem in PROBLEMS {
        for estimate in problem.both((8000, 640, 1000), 5) {
            let error = estimate.standard_error().unwrap();
            let off = (estimate.value() - problem.reference).abs();
            assert!(off <= 4.0 * error + problem.error, "{}: {} {error}", problem.name, estimate.value());
            assert!(error < 0.2 * estimate.value(), "{}: {} {error}", problem.name, estimate.value());
        }
    }
}

#[test]
#[ignore = "some minutes: `just rare-coverage`"]
fn the_intervals_of_both_routes_cover_on_eight_problems() {
    use rayon::prelude::*;
    // 400 repeats, each with a search of its own: within 0.9225 and 0.9725 (1 % on each side were the coverage 95 %), so 2 %
    // false alarm for each of the sixteen; the seeds are fixed.
    // With 2000 samples a round the search may miss one of the four branches, which no error of the weights would show.
    for (name, searched) in [
        ("R-S", 2000),
        ("four-branch", 8000),
        ("RP22", 2000),
        ("RP25", 2000),
        ("RP31", 2000),
        ("RP54", 2000),
        ("RP75", 2000),
        ("RP107", 2000),
    ] {
        let problem = PROBLEMS.iter().find(|problem| problem.name == name).unwrap();
        let holds = |estimate: Estimate| estimate.low() <= problem.reference && problem.reference <= estimate.high();
        let repeats =
            (0..400_u64).into_par_iter().map(|repeat| problem.both((searched, 64, 500), 1000 + 2 * repeat).map(holds));
        let covered = repeats.map(|held| held.map(u32::from)).reduce(|| [0; 2], |a, b| [a[0] + b[0], a[1] + b[1]]);
        assert!(covered.iter().all(|count| (369..=389).contains(count)), "{name}: {covered:?}");
    }
}

#[test]
fn what_cannot_happen_is_not_estimated() {
    let bounded = Function { normals: 1, uniforms: 1, level: |z: &[f64], u: &[f64]| (z[0] + u[0]).min(0.5) };
    assert!(matches!(bounded.search(2, 1000, 1), Err(Stuck::Level { .. })));
}

#[test]
fn hazards_are_scaled_through_their_uniforms() {
    // An event happens in a month if its uniform is below 0.004; at least 5 of 60 months: a binomial tail. Likewise two
    // events, each in some month of its year. |z| < 4.4: false alarm 1e-5 each, seeds fixed.
    use statrs::distribution::{Binomial, DiscreteCDF};
    let happen = |u: &[f64]| u.iter().filter(|&&u| u < 0.004).count();
    let tail = |at_least: u64, months: u64| Binomial::new(0.004, months).unwrap().sf(at_least - 1);
    let several = Function {
        normals: 0,
        uniforms: 60,
        level: |_: &[f64], u: &[f64]| {
            if happen(u) >= 5 { f64::INFINITY } else { happen(u) as f64 }
        },
    };
    let both = Function {
        normals: 0,
        uniforms: 24,
        level: |_: &[f64], u: &[f64]| {
            let had = [&u[..12], &u[12..]].into_iter().filter(|year| happen(year) >= 1).count();
            if had == 2 { f64::INFINITY } else { had as f64 }
        },
    };
    let weights = several.importance(&several.search(1, 12_800, 3).unwrap().mixture, 640, 4);
    assert_within(&weights, tail(5, 60));
    let weights = both.importance(&both.search(1, 12_800, 5).unwrap().mixture, 640, 6);
    assert_within(&weights, tail(1, 12).powi(2));
}

fn assert_within(weights: &Weights, reference: f64) {
    let (value, error) = (weights.blocks().mean().unwrap(), weights.blocks().standard_error().unwrap());
    assert!((value - reference).abs() < 4.4 * error && error < 0.2 * reference, "{value} {error} {reference}");
}
