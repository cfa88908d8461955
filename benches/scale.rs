//! What more paths, months, labs, contracts, entities, parameter draws and threads cost: `cargo bench --bench scale`.
//!
//! Prints a table and writes `outputs/scale.csv` and, with the feature `plots`, `docs/scale.svg`. One thread; the best of
//! several runs in turn. The cost of a path-month must grow no faster than what is in it. Contracts are those of the file;
//! a lab signs others as it grows, one a year.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::fmt::Write as _;
use std::time::Instant;

use ouroborisk::engine::{Interrupt, Plan, Sampler, Tier};
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::Scenario;
use ouroborisk::simulate::simulate;

/// Multiples of the smallest size.
const MULTIPLES: [u32; 4] = [1, 2, 4, 8];
const ROUNDS: usize = 5;
const SAMPLER: Sampler<'static> = Sampler::PseudoRandom { seed: 1 };

/// How large a scenario is.
#[derive(Clone, Copy)]
struct Size {
    paths: u64,
    draws: u32,
    months: u32,
    labs: u32,
    contracts: u32,
    entities: u32,
}

const SMALLEST: Size = Size { paths: 2048, draws: 1, months: 24, labs: 1, contracts: 4, entities: 4 };

impl Size {
    /// A scenario of this size, all mechanisms on.
    fn text(self) -> String {
        let mut text = format!(
            "[scenario]\nname = \"Scale\"\nstart = \"2026-01\"\nhorizon = \"{}mo\"\n\
             [run]\npaths = {}\ndraws = {}\n\
             [market]\nvolatility = 0.4\nrun_up = 0.5\nlearning = 1.0\nburst.hazard = 0.1\n[market.credit]\nhazard = \"5%\"\n\
             [family.gpu.plant]\nlife = \"6y\"\nageing = \"15%\"\nvacancy = \"6mo\"\n[clearing]\nown = \"60%\"\n",
            self.months, self.paths, self.draws
        );
        for e in 0..self.entities {
            let _ = write!(
                text,
                "[entity.e{e}]\nassets = \"500B USD\"\ndebt = \"50B USD\"\nasset_volatility = 0.3\n\
                 [entity.e{e}.treasury]\ncash = \"10B USD\"\ncash_flow = \"5B USD\"\ndebt_ceiling = \"50%\"\n\
                 [[debt]]\nid = \"d{e}\"\nborrower = \"e{e}\"\nlender = \"e{}\"\namount = \"5B USD\"\n\
                 maturity = \"2027-06\"\n",
                (e + 1) % self.entities
            );
        }
        for l in 0..self.labs {
            let _ = write!(
                text,
                "[lab.l{l}]\ncash = {{ dist = \"uniform\", low = \"15B USD\", high = \"25B USD\" }}\n\
                 revenue.target = {{ 2025 = \"10B USD\", 2026 = \"20B USD\", 2030 = \"80B USD\" }}\n\
                 revenue.volatility = 0.3\nopex.fixed = {{ 2026 = \"8B USD\" }}\ncompute.inference_share = 0.4\n\
                 compute.training = {{ 2026 = \"10B USD\" }}\nround.max_share = 0.1\nround.participants = {{ e0 = 0.5 }}\n\
                 resolution.exchange = 0.5\n\
                 [[expansion]]\nid = \"x{l}\"\nlab = \"l{l}\"\nprovider = \"e0\"\nfirst = \"2026-06\"\nevery = \"12mo\"\n\
                 lead = \"6mo\"\nterm = \"5y\"\nshare = 0.5\ntake_or_pay = 0.7\ncapex = 1.0\n"
            );
        }
        for k in 0..self.contracts * self.labs {
            let (lab, entity) = (k % self.labs, k % self.entities);
            let _ = write!(
                text,
                "[[contract]]\nid = \"c{k}\"\nlab = \"l{lab}\"\nprovider = \"e{entity}\"\namount = \"{}B USD\"\n\
                 start = \"2026-01\"\nterm = \"8y\"\nramp = \"24mo\"\ntake_or_pay = 0.7\nfirm = 0.5\ncapex = 1.0\n\
                 price = \"indexed\"\n",
                100.0 / f64::from(self.contracts)
            );
        }
        text
    }

    /// Nanoseconds per path-month.
    fn time(self, worlds: &Worlds) -> f64 {
        let begun = Instant::now();
        run(worlds, self.paths, self.draws, 1);
        1e9 * begun.elapsed().as_secs_f64() / (self.paths as f64 * f64::from(self.months))
    }
}

fn run(worlds: &Worlds, paths: u64, draws: u32, threads: usize) {
    let plan = Plan { paths, draws, threads, tier: Tier::detect(), observed: 0 };
    simulate(worlds, SAMPLER, &plan, &Interrupt::new(), &|_| (), &mut |_| Ok(()))
        .unwrap_or_else(|error| panic!("{error}"));
}

/// A size that varies, and how.
type Axis = (&'static str, fn(u32) -> Size);

const AXES: [Axis; 6] = [
    ("paths", |k| Size { paths: SMALLEST.paths * u64::from(k), ..SMALLEST }),
    ("months", |k| Size { months: SMALLEST.months * k, ..SMALLEST }),
    ("labs", |k| Size { labs: SMALLEST.labs * k, ..SMALLEST }),
    ("contracts", |k| Size { contracts: SMALLEST.contracts * k, ..SMALLEST }),
    ("entities", |k| Size { entities: SMALLEST.entities * k, ..SMALLEST }),
    ("draws", |k| Size { draws: SMALLEST.draws * k, ..SMALLEST }),
];

fn main() {
    let sizes: Vec<(&str, u32, Size)> =
        AXES.iter().flat_map(|(name, of)| MULTIPLES.map(|k| (*name, k, of(k)))).collect();
    let worlds: Vec<Worlds> = sizes.iter().map(|(_, _, size)| worlds(&size.text())).collect();
    let mut best = vec![f64::INFINITY; sizes.len()];
    for _ in 0..ROUNDS {
        for (((_, _, size), worlds), best) in sizes.iter().zip(&worlds).zip(&mut best) {
            *best = best.min(size.time(worlds));
        }
    }
    let mut table = String::from("varied,multiple,paths,draws,months,labs,contracts_a_lab,entities,ns_a_path_month\n");
    println!("{:>10} {:>9} {:>12} {:>10}", "varied", "multiple", "ns", "ratio");
    for ((name, k, size), ns) in sizes.iter().zip(&best) {
        let Size { paths, draws, months, labs, contracts, entities } = size;
        let _ = writeln!(table, "{name},{k},{paths},{draws},{months},{labs},{contracts},{entities},{ns:.1}");
        println!("{name:>10} {k:>9} {ns:>12.1} {:>10.2}", ns / best[0]);
    }
    threads();
    large_runs();
    std::fs::create_dir_all("outputs").and_then(|()| std::fs::write("outputs/scale.csv", table)).expect("a table");
    #[cfg(feature = "plots")]
    draw(&best);
}

fn worlds(text: &str) -> Worlds {
    let scenario = Scenario::parse("scale.toml", text, &[]).unwrap_or_else(|problems| panic!("{problems}"));
    Worlds::new(scenario, 1).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// CPU time of a path-month on one thread and on two, in turn.
fn threads() {
    const PATHS: u64 = 1 << 18;
    let worlds = worlds(&SMALLEST.text());
    let mut best = [f64::INFINITY; 2];
    for round in 0..2 * ROUNDS {
        let Some(before) = cpu_seconds() else { return };
        run(&worlds, PATHS, 1, 1 + round % 2);
        let spent = cpu_seconds().unwrap_or(f64::NAN) - before;
        best[round % 2] = best[round % 2].min(1e9 * spent / (PATHS as f64 * f64::from(SMALLEST.months)));
    }
    println!("{:>10} {:>9} {:>12.1} {:>10.2}", "threads", 1, best[0], 1.0);
    println!("{:>10} {:>9} {:>12.1} {:>10.2}", "threads", 2, best[1], best[1] / best[0]);
}

/// CPU time of this process so far, from Linux's table of processes: user and system, in hundredths of a second.
fn cpu_seconds() -> Option<f64> {
    let table = std::fs::read_to_string("/proc/self/stat").ok()?;
    let after_name = table.rsplit(')').next()?;
    let spent: Vec<f64> =
        after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
    Some(spent.iter().sum::<f64>() / 100.0)
}

/// Many paths of the smallest scenario on all threads.
fn large_runs() {
    let worlds = worlds(&SMALLEST.text());
    println!("{:>10} {:>12}", "paths", "M a second");
    for paths in [1_000, 10_000, 100_000, 1_000_000, 10_000_000] {
        let begun = Instant::now();
        run(&worlds, paths, 1, 0);
        let months = paths as f64 * f64::from(SMALLEST.months);
        println!("{paths:>10} {:>12.2}", months / begun.elapsed().as_secs_f64() / 1e6);
    }
}

/// Cost against size, one line per axis.
#[cfg(feature = "plots")]
fn draw(best: &[f64]) {
    use ouroborisk::report::figure::{Figure, Format, Labels, RelationChart, Scale, Series, picture, svg};
    let line = |((name, _), times): (&Axis, &[f64])| Series {
        name: (*name).to_owned(),
        y: times.iter().map(|ns| ns / times[0]).collect(),
        band: None,
    };
    let figure = Figure::Relation(RelationChart {
        labels: Labels {
            title: "What size costs".to_owned(),
            subtitle: "cargo bench --bench scale, one thread, best of five".to_owned(),
            x: "size, as a multiple of the smallest".to_owned(),
            y: "time of a path-month, as a multiple".to_owned(),
            note:
                "Smallest: 2,048 paths of 1 draw, 24 months, 1 lab with 4 contracts, 4 entities. Contracts are those of each lab."
                    .to_owned(),
        },
        x_format: Format::Number,
        x_scale: Scale::Log,
        x: MULTIPLES.map(f64::from).to_vec(),
        y_format: Format::Number,
        series: AXES.iter().zip(best.chunks(MULTIPLES.len())).map(line).collect(),
        band_meaning: String::new(),
    });
    let drawn = picture(&figure).and_then(|picture| svg(&picture)).unwrap_or_else(|error| panic!("{error}"));
    std::fs::write("docs/scale.svg", drawn).expect("a figure");
}
