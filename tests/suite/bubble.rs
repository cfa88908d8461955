//! Tests for explosive growth: against the series and critical values that the R package exuber documents, against
//! random walks that the model itself simulates, and as a command.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ouroborisk::engine::Interrupt;
use ouroborisk::random::normal_quantile;
use ouroborisk::stats::{explosive, smallest_window};
use ouroborisk::study::Conduct;
use ouroborisk::study::bubble::{Kind, Null, Shape};
use serde_json::Value;

/// The generator of R: Mersenne Twister (Matsumoto and Nishimura 1998) with R's seeding, normals by inversion.
struct OfR {
    state: Vec<u32>,
    at: usize,
}

impl OfR {
    const SIZE: usize = 624;

    /// `set.seed(seed)`.
    fn seeded(seed: u32) -> Self {
        let next = |word: u32| word.wrapping_mul(69069).wrapping_add(1);
        let scrambled = (0..51).fold(seed, |word, _| next(word));
        // The first word is the place in the state, which R overwrites.
        let words = std::iter::successors(Some(scrambled), |&word| Some(next(word)));
        Self { state: words.skip(1).take(Self::SIZE).collect(), at: Self::SIZE }
    }

    /// `runif(1)`.
    fn uniform(&mut self) -> f64 {
        if self.at == Self::SIZE {
            for k in 0..Self::SIZE {
                let word = (self.state[k] & 0x8000_0000) | (self.state[(k + 1) % Self::SIZE] & 0x7fff_ffff);
                let twist = if word & 1 == 1 { 0x9908_b0df } else { 0 };
                self.state[k] = self.state[(k + 397) % Self::SIZE] ^ (word >> 1) ^ twist;
            }
            self.at = 0;
        }
        let mut word = self.state[self.at];
        self.at += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^= word >> 18;
        f64::from(word) * 2.328_306_436_538_696_3e-10
    }

    /// `rnorm(1, 0, sd)`.
    fn normal(&mut self, sd: f64) -> f64 {
        const BIG: f64 = 134_217_728.0;
        let u = (BIG * self.uniform()).floor() + self.uniform();
        sd * normal_quantile(u / BIG)
    }

    /// `rbinom(1, 1, p)` for p above 1/2: R draws the failure, by inversion.
    fn success(&mut self, p: f64) -> bool {
        self.uniform() < p
    }
}

/// The series `psy1`, `psy2`, `div` and `blan` of the data set `sim_data` of exuber: its documented recipe with seed
/// 1122, 100 observations each. Processes: Phillips, Shi and Yu (2015) with one and two bubbles, Evans (1991),
/// dividends of West (1988), Blanchard (1979).
fn sim_data() -> [(&'static str, Vec<f64>); 4] {
    const N: usize = 100;
    let mut r = OfR::seeded(1122);
    let growth = 1.0 + (N as f64).powf(-0.6);
    let mut with_bubbles = |bubbles: &[(usize, usize)]| {
        let mut y = vec![100.0];
        for t in 2..=N {
            let level = match bubbles {
                _ if bubbles.iter().any(|&(from, to)| (from..=to).contains(&t)) => growth * y[t - 2],
                _ => bubbles.iter().find(|&&(_, to)| t == to + 1).map_or(y[t - 2], |&(from, _)| y[from - 1]),
            };
            y.push(level + r.normal(6.79));
        }
        y
    };
    let (psy1, psy2) = (with_bubbles(&[(40, 55)]), with_bubbles(&[(20, 40), (60, 70)]));
    // The series of Evans is not tested, but its numbers come before those of the others.
    let of_evans = [(); N].map(|()| r.normal(1.0)).len() + [(); N].map(|()| r.success(0.7)).len();
    assert_eq!(of_evans, 2 * N);
    let (mu, rate) = (0.0373, 0.05);
    let mut dividend = 1.3 + mu + 1.3;
    let mut div = vec![mu * (1.0 + rate) / (rate * rate) + dividend / rate];
    for _ in 1..N {
        dividend += mu + r.normal(0.1574_f64.sqrt());
        div.push(mu * (1.0 + rate) / (rate * rate) + dividend / rate);
    }
    let survives: Vec<bool> = (0..N).map(|_| r.success(0.7)).collect();
    let (mut blan, mut at) = ([0.1; N], 0);
    while at < N - 1 {
        // A bubble that is not positive is drawn again, from the value before it.
        if blan[at] > 0.0 {
            let mean = if survives[at] { (1.0 + rate) / 0.7 * blan[at] } else { 0.0 };
            blan[at + 1] = mean + r.normal(0.03);
            at += 1;
        } else {
            at -= 1;
        }
    }
    [("psy1", psy1), ("psy2", psy2), ("div", div), ("blan", blan.to_vec())]
}

#[test]
fn series_of_exuber_have_the_statistics_that_it_documents() {
    // radf(sim_data, minw = 19) of exuber 1.0: ADF, SADF, GSADF.
    let documented = [
        ("psy2", [-2.857_952_42, 7.879_689_51, 7.879_689_51]),
        ("div", [-1.949_655_70, 1.113_449_04, 1.335_423_88]),
        ("blan", [-5.145_737_26, 3.930_013_02, 10.951_187_89]),
    ];
    let series = sim_data();
    for (name, expected) in documented {
        let (_, values) = series.iter().find(|(known, _)| *known == name).unwrap();
        let found = explosive(values, smallest_window(100), 0).unwrap();
        for (kind, expected) in Kind::ALL.into_iter().zip(expected) {
            let value = kind.of(&found);
            assert!((value - expected).abs() < 1e-8, "{name} {}: {value} {expected}", kind.name());
        }
    }
}

#[test]
fn critical_values_of_400_observations_agree_with_a_long_simulation() {
    // 60,000 runs of an independent program, window 40; exuber ships 1.9185/2.1508/2.6024 of 2,000 runs for GSADF.
    // Intervals of order statistics at 95 %, doubled, with sqrt(1 + 1/30) for the error of the reference: false alarm
    // 1e-4 each, 6e-4 in all.
    let conduct = Conduct { threads: 0, interrupt: &Interrupt::new(), progress: &|_| {} };
    let null = Null::simulate(Shape::of(400, 0), 5, 2_000, conduct).unwrap();
    let long = [(Kind::Sadf, [1.1598, 1.4436, 1.9866]), (Kind::Gsadf, [1.9438, 2.1945, 2.7231])];
    for (kind, long) in long {
        for (found, long) in null.test(kind, 0.0).unwrap().critical.iter().zip(long) {
            let half = 0.5 * (found.high() - found.low());
            assert!((found.value() - long).abs() < 2.0 * 1.017 * half, "{} {found:?} {long}", kind.name());
        }
    }
}

// The command.

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bubble-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

fn ended(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ouro"));
    command.args(words).env("COLUMNS", "100").output().expect("the program starts")
}

fn said(words: &[&str]) -> String {
    let output = ended(words);
    assert!(output.status.success(), "{words:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Standard error of a command that is refused.
fn refused(words: &[&str]) -> String {
    let output = ended(words);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{words:?}\n{told}");
    told
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// A file of monthly values from January 2000.
fn monthly(place: &Path, values: &[f64]) -> String {
    let mut lines = "date,price\n".to_owned();
    for (t, value) in values.iter().enumerate() {
        writeln!(lines, "{}-{:02},{value}", 2000 + t / 12, t % 12 + 1).unwrap();
    }
    let file = place.join("series.csv");
    fs::write(&file, lines).expect("a file for the test");
    text(&file)
}

fn records(folder: &Path) -> Vec<Value> {
    let json: Value = serde_json::from_str(&fs::read_to_string(folder.join("bubble.json")).unwrap()).unwrap();
    json["records"].as_array().unwrap().clone()
}

#[test]
fn two_bubbles_in_a_series_are_found_and_dated() {
    let place = folder("series");
    let series = sim_data();
    let file = monthly(&place, &series[1].1);
    let out = place.join("out");
    let page = said(&["bubble", &file, "--walks", "2000", "--out", &text(&out)]);
    // The first bubble ends with observation 40, in April 2003.
    for word in ["Explosive at some time: GSADF is 7.88", "2003-04  rises", "Tests against a random walk", "21 of 40"] {
        assert!(page.contains(word), "{word}\n{page}");
    }
    let rows = records(&out);
    let gsadf = rows.iter().find(|row| row["statistic"] == "GSADF").unwrap();
    let number = |key: &str| gsadf[key].as_f64().unwrap();
    assert!((number("value") - 7.879_689_51).abs() < 1e-8 && (number("p_value") - 1.0 / 2001.0).abs() < 1e-12);
    assert!(number("critical_95_low") < number("critical_95") && number("critical_95") < number("critical_95_high"));
    let mut bsadf = csv::Reader::from_path(out.join("bsadf.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = bsadf.records().map(Result::unwrap).collect();
    let explosive: Vec<usize> = (0..100).filter(|&row| &rows[row][6] == "true").collect();
    assert!(rows.len() == 100 && rows[18][2].is_empty() && !rows[19][2].is_empty());
    // The bubbles are observations 20 to 40 and 60 to 70, counted from 1. Each is known after round(ln 100) = 5 of
    // them.
    let within = |bubble: std::ops::Range<usize>| explosive.iter().filter(|row| bubble.contains(row)).count();
    let (first, second) = (within(19..40), within(59..70));
    assert!(first >= 15 && second >= 6 && first + second == explosive.len(), "{explosive:?}");
}

#[test]
fn threads_change_no_bit_of_a_test() {
    let place = folder("threads");
    let file = monthly(&place, &sim_data()[2].1);
    let told = |threads: &str| {
        let out = text(&place.join(threads));
        said(&["bubble", &file, "--walks", "1000", "--lags", "1", "--json", "--threads", threads, "--out", &out])
    };
    assert_eq!(told("1"), told("2"));
}

#[test]
fn what_cannot_be_tested_is_refused_with_the_reason() {
    let place = folder("refused");
    let file = monthly(&place, &sim_data()[0].1);
    let bubble = |more: &[&str]| refused(&[&["bubble", &file][..], more].concat());
    assert!(bubble(&["--column", "prise"]).contains("did you mean `price`?"));
    assert!(bubble(&["--lags", "7"]).contains("at most 6 lags, not 7"));
    assert!(bubble(&["--walks", "10"]).contains("between 500 and"));
    assert!(bubble(&["--paths", "100"]).contains("--walks"));
    let gap = fs::read_to_string(&file).unwrap().replace("2003-05,", "2003-06,").replace("2001-02", "2001-2");
    fs::write(&file, gap).unwrap();
    let told = refused(&["bubble", &file]);
    for word in
        ["this is no date", "series.csv:15", "no observation between 2003-04 and 2003-06", "2003-06 has two values"]
    {
        assert!(told.contains(word), "{word}\n{told}");
    }
    let straight: Vec<f64> = (0..50).map(f64::from).collect();
    assert!(refused(&["bubble", &monthly(&place, &straight)]).contains("without noise"));
    let minimal = "scenarios/minimal.toml";
    let rich = ["bubble", minimal, "--paths", "64", "--set", "lab.acme.cash=100T USD"];
    assert!(refused(&rich).contains("moves on no path"));
    assert!(refused(&["bubble", minimal, "--set", "scenario.horizon=12mo"]).contains("the run has 12 months"));
    assert_eq!(ended(&["bubble", "no-such-file.csv"]).status.code(), Some(3));
}

/// The rows of the test of a scenario whose lab has all the money it needs, so that no default bursts the market.
fn on_paths(name: &str, overrides: &[&str]) -> Vec<Value> {
    let out = folder(name).join("out");
    let out_text = text(&out);
    let mut words =
        vec!["bubble", "scenarios/minimal.toml", "--paths", "4000", "--walks", "4000", "--json", "--out", &out_text];
    words.extend(["--set", "lab.acme.cash=100T USD", "--set", "scenario.horizon=8y"]);
    words.extend(overrides);
    said(&words);
    records(&out)
}

fn share(rows: &[Value], measure: &str, given: &str) -> f64 {
    let is_it = |row: &&Value| row["measure"] == measure && row["given"] == given;
    rows.iter().find(is_it).unwrap_or_else(|| panic!("{measure}, {given}"))["value"].as_f64().unwrap()
}

#[test]
fn a_market_that_is_a_random_walk_is_rejected_as_often_as_the_level_says() {
    // Mispricing without reversion, feedback or bursts: the logarithm is a random walk, 96 months on 4,000 paths. 5 % ±
    // 4 standard errors of paths and critical value: false alarm 6e-5, seed fixed.
    let rows = on_paths("walk", &["--set", "market.volatility=30%", "--log"]);
    let rejects = share(&rows, "rejects", "all paths");
    assert!((rejects - 0.05).abs() < 4.0 * (0.05_f64 * 0.95 * 2.0 / 4000.0).sqrt(), "{rejects}");
    let alarms = share(&rows, "alarm", "no burst");
    assert!(alarms > 0.0 && alarms < 0.5, "{alarms}");
    let bursts: Vec<&Value> = rows.iter().filter(|row| row["given"] == "a burst").collect();
    assert!(bursts.iter().all(|row| row["value"].is_null() && row["paths"] == 0), "{bursts:?}");
}
