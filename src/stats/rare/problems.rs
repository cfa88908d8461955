//! Published reliability problems, and both routes on each.
//!
//! The problems are those of RPREPO (Rozsas and Slobbe, "Repository and Black-box Reliability Challenge 2019") as stored in
//! `otbenchmark`; an event is `g < 0`. References are our own, by quadrature or closed form, with the error given.

use super::super::moments::Moments;
use super::function::Function;
use statrs::distribution::{ContinuousCDF, Normal};

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
        normals: 0,
        uniforms: 20,
        g: |_, u| u.iter().map(|u| -(-u).ln_1p()).sum::<f64>() - 8.951,
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

#[test]
fn look() {
    for p in PROBLEMS {
        let f = p.function();
        let found = match f.search(8, if p.uniforms > 0 { 10_000 } else { 2000 }, 1) {
            Ok(f) => f,
            Err(e) => {
                println!("{} {e:?}", p.name);
                continue;
            }
        };
        let w = f.importance(&found.mixture, 1600, 2);
        let e = w.blocks().estimate().unwrap();
        let s: Moments = (0..32).map(|r| f.subset(1000, 100 + r)).collect();
        let se = s.estimate().unwrap();
        println!(
            "{:12} ref {:.4e} IS {:.4e} cv {:5.3}% z {:+.2} rounds {} hits {} ess {:.0} largest {:.4} | subset {:.3e} z {:+.2} cv {:.2}",
            p.name,
            p.reference,
            e.value(),
            100.0 * e.standard_error().unwrap() / e.value(),
            (e.value() - p.reference) / e.standard_error().unwrap(),
            found.rounds,
            w.hits(),
            w.effective(),
            w.largest_share(),
            se.value(),
            (se.value() - p.reference) / se.standard_error().unwrap(),
            se.standard_error().unwrap() / se.value() * 32f64.sqrt()
        );
    }
}

#[test]
fn cover() {
    for name in ["four-branch", "RP54", "RP111"] {
        let p = PROBLEMS.iter().find(|p| p.name == name).unwrap();
        let f = p.function();
        let r: Vec<_> = (0..400u64)
            .into_iter()
            .map(|k| {
                let is = f
                    .search(8, PILOT, 7000 + k)
                    .map(|found| {
                        let w = f.importance(&found.mixture, 64, 90000 + k);
                        (w.blocks().estimate().unwrap(), w.effective(), w.largest_share())
                    })
                    .unwrap();
                let s: Moments = (0..16).map(|r| f.subset(500, 1_000_000 + 100 * k + r)).collect();
                (is, s.estimate().unwrap())
            })
            .collect();
        let h = |e: &crate::stats::Estimate| e.low() <= p.reference && p.reference <= e.high();
        let a = r.iter().filter(|x| h(&x.0.0)).count() as f64 / 400.0;
        let b = r.iter().filter(|x| h(&x.1)).count() as f64 / 400.0;
        let mi: Moments = r.iter().map(|x| x.0.0.value()).collect();
        let ms: Moments = r.iter().map(|x| x.1.value()).collect();
        let out: Vec<_> = r
            .iter()
            .filter(|x| !h(&x.0.0))
            .map(|x| format!("{:.2}/{:.0}/{:.3}", x.0.0.value() / p.reference, x.0.1, x.0.2))
            .take(8)
            .collect();
        println!(
            "{name:12} IS cover {a:.4} bias {:+.4} sd {:.4} | subset {b:.4} bias {:+.4} sd {:.4} {out:?}",
            mi.mean().unwrap() / p.reference - 1.0,
            mi.variance().unwrap().sqrt() / p.reference,
            ms.mean().unwrap() / p.reference - 1.0,
            ms.variance().unwrap().sqrt() / p.reference
        );
    }
}
const PILOT: usize = 8000;
