//! Studies of many runs: twins, comparisons, sweeps, tails, benchmarks, as the library and as commands.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ouroborisk::engine::Interrupt;
use ouroborisk::model::{Measure, Twin, metric};
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::{Scenario, load};
use ouroborisk::study::{Conduct, Effort, Prepared, Simulated, contrasts};

const MINIMAL: &str = "scenarios/minimal.toml";
const TEACHING: &str = "scenarios/teaching.toml";

fn scenario(file: &str, overrides: &[&str]) -> Scenario {
    let overrides: Vec<String> = overrides.iter().map(|&text| text.to_owned()).collect();
    load(Path::new(file), &overrides).unwrap_or_else(|problems| panic!("{problems}"))
}

fn study(file: &str, overrides: &[&str], twin: Twin) -> Prepared {
    let scenario = scenario(file, overrides);
    let seed = scenario.run.seed;
    Prepared::of_twin(Worlds::new(scenario, seed).unwrap_or_else(|problems| panic!("{problems:?}")), twin)
}

fn run(study: &Prepared) -> Simulated {
    let effort = Effort { draws: study.draws(), observed: 0 };
    let conduct = Conduct { threads: 2, interrupt: &Interrupt::new(), progress: &|_| () };
    study.run(effort, conduct, &mut |_| Ok(())).expect("a run")
}

fn ran(file: &str, overrides: &[&str], twin: Twin) -> (Prepared, Simulated) {
    let study = study(file, overrides, twin);
    let run = run(&study);
    (study, run)
}

const SMALL: [&str; 2] = ["run.paths=640", "run.draws=10"];

#[test]
fn what_is_not_asked_is_not_measured_and_the_rest_keeps_its_bits() {
    let (everything, all) = ran(TEACHING, &SMALL, Twin::AsGiven);
    let mut measures: Vec<Measure> = everything.catalogue().iter().map(|metric| metric.measure).collect();
    measures.dedup();
    for measure in measures {
        let asked = study(TEACHING, &SMALL, Twin::AsGiven).asking(&[measure]);
        assert!(asked.catalogue().iter().any(|metric| metric.measure == measure), "{measure} is asked and not there");
    }
    let asked = study(TEACHING, &SMALL, Twin::AsGiven).asking(&[metric::DEFAULT]);
    assert!(asked.catalogue().len() < everything.catalogue().len(), "nothing is left out");
    let few = run(&asked);
    assert!(few.outcome.residual > 0.0 && few.outcome.residual < 1e-9, "money is conserved and checked all the same");
    let (all, few) = (everything.results(&all), asked.results(&few));
    for (row, metric) in asked.catalogue().iter().enumerate() {
        let full = everything.catalogue().iter().position(|other| other == metric).expect("it is in the whole list");
        let bits = |row: &[f32]| row.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&few.row(row)), bits(&all.row(full)), "{metric:?}");
    }
}

#[test]
fn without_ties_the_circularity_effect_is_exactly_zero() {
    let (given, first) = ran(MINIMAL, &SMALL, Twin::AsGiven);
    for twin in [Twin::WithoutTies, Twin::WithoutStrategicMoney] {
        let (study, run) = ran(MINIMAL, &SMALL, twin);
        assert_eq!(study.catalogue(), given.catalogue());
        let (a, b) = (given.results(&first), study.results(&run));
        for metric in 0..given.catalogue().len() {
            let bits = |row: &[f32]| row.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&a.row(metric)), bits(&b.row(metric)), "{:?}", given.catalogue()[metric]);
        }
    }
}

#[test]
fn without_ties_or_without_strategic_money_nothing_goes_round() {
    let (given, first) = ran(TEACHING, &SMALL, Twin::AsGiven);
    for twin in [Twin::WithoutTies, Twin::WithoutStrategicMoney] {
        let (study, run) = ran(TEACHING, &SMALL, twin);
        assert!(run.outcome.residual < 1e-9, "money is conserved: {}", run.outcome.residual);
        let (a, b) = (given.results(&first), study.results(&run));
        let share = |results: &ouroborisk::study::estimates::Results<'_>, subject: &str| {
            let row = results.event(metric::CIRCULAR_SHARE, subject).expect("a circular share");
            row.iter().map(|&value| f64::from(value)).sum::<f64>() / row.len() as f64
        };
        for strategic in ["nimbus", "silica"] {
            assert!(share(&a, strategic) > 0.0 && share(&b, strategic) == 0.0, "{twin:?} {strategic}");
        }
    }
}

#[test]
fn an_outsider_in_the_place_of_a_giver_gives_what_it_gave() {
    // Nothing is regulated, nobody fails and no price is lifted: then the ties do nothing, and the money is the same.
    let safe = [
        "entity.silica.barrier=1",
        "entity.nimbus.pd5=0.01%",
        "entity.nimbus.burst_beta=0",
        "entity.nimbus.treasury.cash=100B USD",
    ];
    let still = [&SMALL[..], &["market.feedback=0", "regulation.hazard=0"], &safe];
    let (given, first) = ran(TEACHING, &still.concat(), Twin::AsGiven);
    let (study, run) = ran(TEACHING, &still.concat(), Twin::WithoutTies);
    let (a, b) = (given.results(&first), study.results(&run));
    for contrast in contrasts(&a, &b) {
        let measure = contrast.estimand.measure.name;
        if ["liquidity_event", "default", "revenue", "cash", "value"].contains(&measure) {
            assert!(
                !contrast.differs || contrast.difference.value.unwrap().abs() < 1e-6 * contrast.base.abs(),
                "{contrast:?}"
            );
        }
    }
}

#[test]
fn a_scenario_compared_with_itself_differs_in_nothing() {
    let (study, run) = ran(TEACHING, &SMALL, Twin::AsGiven);
    let (again, other) = ran(TEACHING, &SMALL, Twin::AsGiven);
    let all = contrasts(&study.results(&run), &again.results(&other));
    assert!(all.len() > 200);
    for contrast in all {
        assert!(!contrast.differs && contrast.difference.value == Some(0.0), "{contrast:?}");
        assert_eq!((contrast.p_value, contrast.saved), (None, None));
    }
}

#[test]
fn to_compare_the_other_way_round_changes_the_sign() {
    let (base, first) = ran(TEACHING, &SMALL, Twin::AsGiven);
    let richer = [&SMALL[..], &["lab.lyra.cash=8B USD"]].concat();
    let (variant, second) = ran(TEACHING, &richer, Twin::AsGiven);
    let (a, b) = (base.results(&first), variant.results(&second));
    for (forth, back) in contrasts(&a, &b).iter().zip(contrasts(&b, &a)) {
        let (x, y) = (forth.difference.value.unwrap(), back.difference.value.unwrap());
        assert!((x + y).abs() <= 1e-9 * x.abs().max(1e-9), "{forth:?}");
        let turned = back.flipped.map(|[only, other]| [other, only]);
        assert_eq!(forth.flipped, turned);
    }
    let gap = contrasts(&a, &b).into_iter().find(|contrast| contrast.estimand.measure == metric::FUNDING_GAP);
    assert!(gap.unwrap().correlation.is_none_or(|r| r > 0.5), "common shocks make the estimates move together");
}

// ---- Commands -----------------------------------------------------------------------------------------------------

fn ouro(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ouro"));
    command.args(words).env("COLUMNS", "120").env("NO_COLOR", "1");
    command
}

fn ended(words: &[&str]) -> Output {
    ouro(words).output().expect("the program starts")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

fn said(words: &[&str]) -> String {
    let output = ended(words);
    assert_eq!(output.status.code(), Some(0), "{words:?}\n{}", err(&output));
    String::from_utf8(output.stdout).expect("text")
}

fn refused(words: &[&str]) -> String {
    let output = ended(words);
    assert_eq!(output.status.code(), Some(1), "{words:?}\n{}", err(&output));
    err(&output)
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("study-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn twins_tell_all_effects_with_paired_errors() {
    let place = folder("twins").join("result");
    let words = ["twins", TEACHING, "--paths", "640", "--draws", "10", "--out", &text(&place), "--json"];
    let table: serde_json::Value = serde_json::from_str(&said(&words)).unwrap();
    let rows = table["records"].as_array().unwrap();
    for against in ["without strategic money", "without ties"] {
        let row = rows.iter().find(|row| {
            row["against"] == against
                && row["measure"] == "circular_share"
                && row["subject"] == "silica"
                && row["statistic"] == "mean"
        });
        let row = row.unwrap();
        let [difference, low, high] = ["difference", "low", "high"].map(|key| row[key].as_f64().unwrap());
        assert!(difference > 0.0 && low <= difference && difference <= high, "{row}");
    }
    // The effect is that of the money and that of the strings: A - C = (A - B) + (B - C).
    let effect = |variant: &str, against: &str| -> f64 {
        let found = rows.iter().filter(|row| {
            row["variant"] == variant
                && row["against"] == against
                && row["measure"] == "funding_gap"
                && row["statistic"] == "mean"
        });
        found.map(|row| row["difference"].as_f64().unwrap()).sum()
    };
    let [all, strings] = ["without strategic money", "without ties"].map(|against| effect("as given", against));
    let money = effect("without ties", "without strategic money");
    assert!(money != 0.0 && (all - strings - money).abs() < 1e-9 * all.abs().max(1.0), "{all} {strings} {money}");
    for file in ["twins.csv", "flips.csv", "manifest.json"] {
        assert!(place.join(file).exists(), "{file}");
    }
}

#[test]
fn a_flipped_path_can_be_replayed() {
    let place = folder("compare").join("result");
    let words = [
        "compare",
        TEACHING,
        "--set",
        "lab.lyra.cash=1B USD",
        "--paths",
        "640",
        "--draws",
        "10",
        "--out",
        &text(&place),
        "-q",
    ];
    let page = said(&words);
    assert!(page.contains("lab.lyra.cash=1B USD less base"), "{page}");
    let flips = fs::read_to_string(place.join("flips.csv")).unwrap();
    let flip = flips.lines().find(|line| line.contains("liquidity_event,lyra,lab.lyra.cash=1B USD")).unwrap();
    let cells: Vec<&str> = flip.split(',').collect();
    let [draw, path] = [cells[cells.len() - 2], cells[cells.len() - 1]];
    let replay = |set: &[&str]| {
        let words =
            [&["replay", TEACHING, "--draw", draw, "--path", path, "--json", "--set", "run.draws=10"], set].concat();
        let replay: serde_json::Value = serde_json::from_str(&said(&words)).unwrap();
        let metrics = replay["metrics"].as_array().unwrap().clone();
        metrics.into_iter().find(|metric| metric["measure"] == "liquidity_event").unwrap()["value"].is_number()
    };
    assert!(replay(&["--set", "lab.lyra.cash=1B USD"]) && !replay(&[]), "{flip}");
}

#[test]
fn two_changed_values_are_told_apart_and_add_up() {
    let place = folder("attribution");
    let file = place.join("variant.toml");
    let changed = fs::read_to_string(TEACHING)
        .unwrap()
        .replacen("cash = { value = \"6B USD\"", "cash = { value = \"3B USD\"", 1)
        .replace("feedback = { value = 1.0", "feedback = { value = 0.0");
    assert_ne!(changed, fs::read_to_string(TEACHING).unwrap());
    fs::write(&file, changed).unwrap();
    let result = place.join("result");
    said(&["compare", TEACHING, &text(&file), "--paths", "640", "--draws", "10", "--out", &text(&result), "-q"]);
    let read = |name: &str| -> Vec<csv::StringRecord> {
        csv::Reader::from_path(result.join(name)).unwrap().records().map(Result::unwrap).collect()
    };
    let parts: Vec<csv::StringRecord> =
        read("attribution.csv").into_iter().filter(|row| &row[2] == "funding_gap").collect();
    let sum: f64 = parts.iter().map(|row| row[6].parse::<f64>().unwrap()).sum();
    let whole = read("compare.csv")
        .into_iter()
        .find(|row| &row[2] == "funding_gap" && &row[5] == "mean" && row[4] == parts[0][4]);
    let difference: f64 = whole.unwrap()[8].parse().unwrap();
    assert!((sum - difference).abs() < 1e-6 * difference.abs(), "{sum} {difference}");
    assert_eq!(parts.len(), 3, "two changes and the rest: {parts:?}");
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_reason() {
    assert!(refused(&["compare", TEACHING]).contains("nothing to compare with"));
    assert!(refused(&["compare", TEACHING, TEACHING]).contains("two scenarios are called `teaching`"));
    let error = refused(&["compare", TEACHING, MINIMAL, "--set", "run.paths=10"]);
    assert!(error.contains("--set makes variants of one file"), "{error}");
    let error = refused(&["compare", TEACHING, "--set", "lab.lyra.cash=1B", "--against", "nobody"]);
    assert!(error.contains("there are `base`, `lab.lyra.cash=1B`"), "{error}");
}

#[test]
fn scenarios_that_begin_in_different_months_are_compared_by_date() {
    let folder = folder("compare-apart");
    let out = folder.join("out");
    let base = folder.join("base.toml");
    let later = folder.join("later.toml");
    let text = fs::read_to_string(MINIMAL).unwrap();
    fs::write(&base, &text).unwrap();
    // The same plan begun a year later, over the years that are left.
    let text = text.replacen("start = \"2026-01\"\nhorizon = \"5y\"", "start = \"2027-01\"\nhorizon = \"4y\"", 1);
    fs::write(&later, text).unwrap();
    let words = [base.to_str().unwrap(), later.to_str().unwrap(), "--paths", "400", "--out", out.to_str().unwrap()];
    let done = ended(&[&["compare"], &words[..]].concat());
    let error = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success() && error.contains("compared by date"), "{error}");
    let table = fs::read_to_string(out.join("compare.csv")).unwrap();
    assert!(table.contains(",2028-12,") && !table.contains(",2026-12,"), "only dates that both have: {table}");
    assert_eq!(
        fs::read_to_string(out.join("flips.csv")).unwrap().lines().filter(|line| !line.starts_with('#')).count(),
        1
    );
}

/// A market that bursts at a hazard of `hazard` from `start` to the end of 2027, and a lab that never fails.
fn bursting(folder: &Path, hazard: &str, start: &str, months: u32) -> PathBuf {
    let text = format!(
        "[scenario]\nname = \"Bursts from {start}\"\nstart = \"{start}\"\nhorizon = \"{months}mo\"\n\
         [market]\nburst = {{ hazard = {hazard}, run_up_beta = 0.0 }}\n\
         [lab.a]\ncash = \"100B USD\"\nrevenue.target = {{ 2026 = \"10B USD\" }}\n"
    );
    let file = folder.join(format!("{start}.toml"));
    fs::write(&file, text).unwrap();
    file
}

#[test]
fn paired_intervals_cover_where_the_two_begin_in_different_months() {
    // The chance of a burst by the end of 2027 is 1 - E exp(-h T), over 24 months from January 2026 and over 18 from July, for
    // a hazard of 0.3 and for one between 0.1 and 0.5. 100 seeds each; at least 0.95 less 4 sigmas of the intervals hold the
    // difference (false alarm 6e-5 each, seeds fixed), and its mean over the seeds lies within 4 of its own errors.
    let uniform = "{ dist = \"uniform\", low = 0.1, high = 0.5 }";
    let lives = |k: f64| ((-0.1 * k).exp() - (-0.5 * k).exp()) / (0.4 * k);
    let kinds = [
        ("apart-paths", "0.3", (-0.6_f64).exp() - (-0.45_f64).exp(), ["run.paths=400", "run.draws=1"]),
        ("apart-draws", uniform, lives(2.0) - lives(1.5), ["run.paths=400", "run.draws=40"]),
    ];
    for (name, hazard, truth, sizes) in kinds {
        let folder = folder(name);
        let (early, late) = (bursting(&folder, hazard, "2026-01", 24), bursting(&folder, hazard, "2026-07", 18));
        let (mut covered, mut differences) = (0, Vec::new());
        for seed in 0..100 {
            let seed = format!("run.seed={seed}");
            let overrides = [sizes[0], sizes[1], seed.as_str()];
            let [(base, first), (variant, second)] =
                [&early, &late].map(|file| ran(file.to_str().unwrap(), &overrides, Twin::AsGiven));
            let all = contrasts(&base.results(&first), &variant.results(&second));
            let of = all.iter().find(|contrast| {
                contrast.estimand.measure == metric::BURST && contrast.estimand.by.to_string() == "2027-12"
            });
            let difference = &of.expect("both have the date").difference;
            let (low, high) = (difference.low.unwrap(), difference.high.unwrap());
            covered += u32::from(low <= truth && truth <= high);
            differences.push(difference.value.unwrap());
        }
        let mean = differences.iter().sum::<f64>() / 100.0;
        let variance = differences.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 99.0;
        assert!((mean - truth).abs() < 4.0 * (variance / 100.0).sqrt(), "{name}: {mean} {truth}");
        assert!(covered >= 87, "{name}: {covered} of 100");
    }
}

/// A sweep of nine small points.
fn sweep(folder: &Path, more: &str) -> String {
    let file = folder.join("sweep.toml");
    let scenario = fs::canonicalize(TEACHING).unwrap();
    let text = format!(
        "[sweep]\nname = \"nine\"\nscenario = \"{}\"\npaths = 320\ndraws = 5\nmeasures = [\"default\", \"funding_gap\"]\n\
         [[axis]]\nkey = \"lab.lyra.revenue.attainment.median\"\nvalues = [0.4, 0.7, 1.0]\n\
         [[axis]]\nkey = \"lab.lyra.cash\"\nfrom = \"2B USD\"\nto = \"10B USD\"\ncount = 3\n{more}",
        scenario.display()
    );
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

/// Every file of a finished sweep but its manifest's build, name and bytes.
fn contents(place: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for below in ["", "points", "figures"] {
        let Ok(entries) = fs::read_dir(place.join(below)) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            files.push((path.strip_prefix(place).unwrap().display().to_string(), fs::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}

#[test]
#[cfg(feature = "plots")]
fn a_sweep_draws_the_figures_that_are_asked_for_and_says_what_policies_change() {
    let folder = folder("sweep-figures");
    let file = sweep(&folder, "[[policy]]\nname = \"poor\"\nset = [\"lab.lyra.tax_rate=0.5\"]\n");
    let drawn = |figures: &[&str]| -> Vec<PathBuf> {
        let place = folder.join("out");
        let _ = fs::remove_dir_all(&place);
        let out = text(&place);
        said(&[&["sweep", file.as_str(), "--out", &out, "-q"], figures].concat());
        let Ok(entries) = fs::read_dir(place.join("figures")) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let ending = |path: &PathBuf| path.extension().unwrap().to_string_lossy().into_owned();
    let lines = drawn(&["--figures", "svg"]);
    assert!(!lines.is_empty() && lines.iter().all(|path| ending(path) == "svg"), "{lines:?}");
    let svg = fs::read_to_string(&lines[0]).unwrap();
    assert!(svg.contains("poor: lab.lyra.tax_rate"), "{svg}");
    assert_eq!(drawn(&["--no-figures"]), Vec::<PathBuf>::new());
}

#[test]
fn shards_in_any_order_and_threads_in_any_number_give_the_same_bits() {
    let folder = folder("shards");
    let file = sweep(&folder, "");
    let place = |name: &str| text(&folder.join(name));
    said(&["sweep", &file, "--out", &place("whole"), "-q", "--threads", "1"]);
    for shard in ["1", "2", "3"] {
        said(&["sweep", &file, "--shard", &format!("{shard}/3"), "--out", &place(shard), "-q"]);
    }
    said(&["merge", &place("3"), &place("1"), &place("2"), "--out", &place("merged")]);
    let whole = contents(&folder.join("whole"));
    assert!(whole.len() > 11, "{whole:?}");
    assert!(whole == contents(&folder.join("merged")), "the merged sweep has other bits");

    let again = refused(&["merge", &place("1"), &place("2"), &place("3"), "--out", &place("merged")]);
    assert!(again.contains("choose another folder with --out") && !again.contains("--resume"), "{again}");
    let residual = |name: &str| {
        let text = fs::read_to_string(folder.join(name).join("sweep.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(manifest["failures"]["not finite"], 0);
        manifest["residual"].as_f64().unwrap()
    };
    assert!(residual("whole") < 1e-9 && residual("merged").to_bits() == residual("whole").to_bits());

    let twice = refused(&["merge", &place("1"), &place("2"), &place("2"), "--out", &place("no")]);
    assert!(twice.contains("shard 2/3 is there twice") && twice.contains("shard 3/3 is missing"), "{twice}");
    let other = sweep(&folder, "[[policy]]\nname = \"poor\"\nset = [\"lab.lyra.tax_rate=0.5\"]\n");
    said(&["sweep", &other, "--shard", "3/3", "--out", &place("other"), "-q"]);
    let foreign = refused(&["merge", &place("1"), &place("2"), &place("other"), "--out", &place("no")]);
    assert!(foreign.contains("other` is part of another sweep"), "{foreign}");
    fs::remove_file(folder.join("2/points/000001.json")).unwrap();
    let unfinished = refused(&["merge", &place("1"), &place("2"), &place("3"), "--out", &place("no")]);
    assert!(unfinished.contains("1 points of shard 2/3 are missing"), "{unfinished}");
}

#[test]
fn an_interrupted_sweep_loses_nothing_and_resumes_to_the_same_bits() {
    let folder = folder("resume");
    let file = sweep(&folder, "[refine]\nmeasure = \"default\"\nsubject = \"lyra\"\nlevel = \"5%\"\nhalvings = 2\n");
    let place = |name: &str| text(&folder.join(name));
    said(&["sweep", &file, "--out", &place("whole"), "-q"]);
    let mut child = ouro(&["sweep", &file, "--out", &place("cut"), "-q"]).stderr(Stdio::piped()).spawn().unwrap();
    let first = folder.join("cut/points/000000.json");
    while !first.exists() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    let output = child.wait_with_output().unwrap();
    if output.status.code() == Some(130) {
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("--resume"), "{told}");
    }
    let again = refused(&["sweep", &file, "--out", &place("cut"), "-q"]);
    assert!(again.contains("--resume"), "{again}");
    // What a crash leaves: half a file, and a point that is gone.
    let _ = fs::remove_file(folder.join("cut/points/000003.json"));
    fs::write(folder.join("cut/points/000002.json"), "{\"number\": 2,").unwrap();
    said(&["sweep", &file, "--out", &place("cut"), "--resume", "-q"]);
    let whole = contents(&folder.join("whole"));
    assert!(whole.iter().any(|(name, _)| name == "contour.csv"));
    assert!(whole == contents(&folder.join("cut")), "the resumed sweep has other bits");
    let changed = sweep(&folder, "[[policy]]\nname = \"p\"\nset = []\n");
    let error = refused(&["sweep", &changed, "--out", &place("cut"), "--resume"]);
    assert!(error.contains("was begun with other points"), "{error}");
}

#[test]
fn all_that_is_wrong_with_a_sweep_is_told_at_once() {
    let folder = folder("wrong");
    let file = folder.join("wrong.toml");
    let scenario = fs::canonicalize(TEACHING).unwrap();
    fs::write(
        &file,
        format!(
            "[sweep]\nname = \"wrong\"\nscenario = \"{}\"\ndesign = \"zip\"\nmeasure = [\"default\"]\n\
             [[axis]]\nkey = \"lab.lyra.cash\"\nvalues = [\"1B USD\", \"2B USD\"]\n\
             [[axis]]\nkey = \"market.freeze_mean\"\nvalues = []\n\
             [[policy]]\nname = \"p\"\nset = []\n[[policy]]\nname = \"p\"\nset = []\n",
            scenario.display()
        ),
    )
    .unwrap();
    let told = refused(&["sweep", &text(&file)]);
    for problem in [
        "did you mean `measures`?",
        "the axis has no values",
        "the same number of values on every axis",
        "already a policy",
    ] {
        assert!(told.contains(problem), "{problem}:\n{told}");
    }
    fs::write(
        &file,
        format!(
            "[sweep]\nname = \"wrong\"\nscenario = \"{}\"\nmeasures = [\"defautl\"]\nby = [\"2030-11\"]\n\
             [[axis]]\nkey = \"lab.lyra.csh\"\nvalues = [\"1B USD\", \"2B USD\"]\n\
             [[axis]]\nkey = \"lab.lyra.tax_rate\"\nvalues = [0.1, 1.5]\n\
             [refine]\nmeasure = \"default\"\nlevel = \"150%\"\n",
            scenario.display()
        ),
    )
    .unwrap();
    let told = refused(&["sweep", &text(&file)]);
    for problem in [
        "there is no measure `defautl`",
        "nothing is measured at the end of `2030-11`",
        "did you mean `cash`?",
        "a share must lie between 0 % and 100 %",
        "no probability crosses this level",
        "wrong.toml:",
    ] {
        assert!(told.contains(problem), "{problem}:\n{told}");
    }
    let huge = sweep(&folder, "[[axis]]\nkey = \"lab.lyra.tax_rate\"\nfrom = 0.0\nto = 0.5\ncount = 1000000000\n");
    assert!(refused(&["sweep", &huge]).contains("too many points"));
}

#[test]
fn the_bundled_sweeps_are_right() {
    for file in ["amazon-money", "burst-freeze", "tie-multiple", "trainium"] {
        let told = said(&["sweep", &format!("scenarios/sweeps/{file}.toml"), "--check"]);
        assert!(told.contains("points of 20,000 paths"), "{told}");
    }
}

#[test]
fn a_run_tells_the_tails_with_intervals_or_why_not() {
    let place = folder("tails").join("result");
    said(&["run", TEACHING, "--paths", "2000", "--draws", "20", "--no-paths", "-q", "--out", &text(&place)]);
    let mut file = csv::Reader::from_path(place.join("tails.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = file.records().map(Result::unwrap).collect();
    let of_gap = |statistic: &str| {
        rows.iter()
            .find(|row| &row[0] == "funding_gap" && &row[4] == statistic)
            .unwrap_or_else(|| panic!("{statistic}"))
    };
    for statistic in ["var95", "es95", "var99", "es99", "var99.9"] {
        let row = of_gap(statistic);
        let withheld = row[5].is_empty() && row[9].contains("paths");
        assert!(
            row[5].parse::<f64>().is_ok_and(|value| value > 0.0) || withheld && statistic.starts_with("es"),
            "{row:?}"
        );
    }
    // Two of 2,000 paths lie beyond.
    assert_eq!((&of_gap("es99.9")[5], &of_gap("es99.9")[9]), ("", "only 2 paths lie beyond; a mean needs at least 10"));
    let open = |row: &&csv::StringRecord| row[3].is_empty() && row[4].starts_with("var") && row[7].is_empty();
    assert!(rows.iter().filter(open).all(|row| row[9].contains("too few to bound")), "caveats reach the table");
    let fitted = |row: &&csv::StringRecord| &row[4] == "tail_shape" || &row[4] == "refused" && !row[9].is_empty();
    let subjects = |of: &dyn Fn(&&csv::StringRecord) -> bool| rows.iter().filter(of).count();
    assert_eq!(subjects(&fitted), subjects(&|row| &row[4] == "var95"), "each tail is fitted, or refused with a reason");
    let losses: BTreeSet<&str> = rows.iter().filter(|row| &row[0] == "provider_loss").map(|row| &row[1]).collect();
    assert!(!losses.is_empty());
    for subject in losses {
        let of = |row: &&csv::StringRecord| &row[0] == "provider_loss" && &row[1] == subject;
        let shares = rows.iter().filter(of).filter(|row| &row[4] == "probability");
        let shares: Vec<f64> = shares.map(|row| row[5].parse().unwrap()).collect();
        assert!(shares.len() == 5 && (shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{subject}: {shares:?}");
        assert!(!rows.iter().filter(of).any(|row| row[4].starts_with("return")), "bounded by contract: {subject}");
    }
}

#[test]
fn tails_of_what_is_not_known_stand_apart_from_chance() {
    let place = folder("tails-of-draws");
    let run = |name: &str, more: &[&str]| {
        let out = place.join(name);
        let words = ["run", TEACHING, "--paths", "2000", "--no-paths", "--no-figures", "-q", "--out"];
        said(&[&words[..], &[&text(&out)], more].concat());
        let table = |file: &str| {
            let mut file = csv::Reader::from_path(out.join(file)).unwrap();
            file.records().map(Result::unwrap).collect::<Vec<csv::StringRecord>>()
        };
        (table("tails.csv"), table("summary.csv"), table("joint.csv"))
    };
    let (tails, summary, joint) = run("draws", &["--draws", "20"]);
    let gap = |statistic: &str| tails.iter().find(|row| &row[0] == "funding_gap" && &row[4] == statistic).unwrap();
    let of_summary = summary.iter().rfind(|row| &row[0] == "funding_gap" && &row[3] == "mean").unwrap();
    assert_eq!((&gap("mean")[5], &gap("mean")[6]), (&of_summary[4], &of_summary[5]), "one mean in both tables");
    let share: f64 = gap("share_between_draws")[5].parse().unwrap();
    assert!(share > 0.0 && share < 1.0, "{share}");
    for statistic in ["mean_draws_p95", "beyond_var95_draws_p05", "beyond_var99_draws_p95"] {
        let row = gap(statistic);
        assert!(!row[5].is_empty() || row[9].starts_with("withheld: "), "{row:?}");
    }
    // At 95 % each of 2,000 paths is beyond or not: 100 are, unless the loss is the same on many paths.
    let losses: Vec<_> = joint.iter().filter(|row| &row[3] == "loss over 95 %").collect();
    let shares = losses.iter().filter(|row| &row[4] == "one" || &row[4] == "other");
    let shares: Vec<f64> = shares.map(|row| row[5].parse().unwrap()).collect();
    assert!(!shares.is_empty() && shares.iter().all(|&share| share <= 0.05 + 1e-9), "{shares:?}");
    assert!(losses.iter().all(|row| row[8].contains("taken as given")));
    let (tails, _, _) = run("means", &["--means"]);
    assert!(!tails.iter().any(|row| row[4].contains("draws")), "a single draw has nothing between draws");
}

#[test]
fn outcomes_are_scored_with_the_worst_misses_first() {
    let folder = folder("benchmark");
    let file = folder.join("dated.toml");
    let outcomes = "\n[[outcome]]\nid = \"revenue-2026\"\nmeasure = \"revenue\"\nsubject = \"lyra\"\nby = \"2026-12\"\n\
        value = { value = \"4.5B USD\", assumed = \"invented\" }\nknown = \"2027-02\"\n\
        [[outcome]]\nid = \"no-default\"\nmeasure = \"default\"\nsubject = \"lyra\"\nby = \"2026-12\"\n\
        value = { value = 0.0, assumed = \"invented\" }\nknown = \"2027-01-01\"\nnote = \"nothing was heard\"\n\
        [[outcome]]\nid = \"burst\"\nmeasure = \"burst\"\nsubject = \"\"\nby = \"2026-06\"\n\
        value = { value = 1.0, assumed = \"invented\" }\nknown = \"2026-07\"\n";
    let text_of = fs::read_to_string(TEACHING)
        .unwrap()
        .replace("\n[sources.invented_report]", &format!("{outcomes}\n[sources.invented_report]"));
    fs::write(&file, text_of.replace("subject = \"\"\nby", "by")).unwrap();
    let words = ["benchmark", &text(&file), "--paths", "640", "--draws", "10", "--out", &text(&folder.join("result"))];
    let page = said(&words);
    assert!(page.find("burst: burst").unwrap() < page.find("no-default").unwrap(), "{page}");
    assert!(page.contains("Brier") && page.contains("CRPS") && page.contains("Analyst's funding gap"), "{page}");
    let json: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.join("result/benchmark.json")).unwrap()).unwrap();
    let row = |name: &str| json["records"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap().clone();
    assert!(row("burst")["brier"].as_f64().unwrap() > 0.5);
    assert!(row("no-default")["brier"].as_f64().unwrap() < 0.1);
    let pit = row("revenue-2026")["pit"].as_f64().unwrap();
    assert!(pit > 0.0 && pit < 1.0 && row("revenue-2026")["crps"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_sweep_of_what_is_certain_has_one_draw_as_a_run_has() {
    let folder = folder("sweep-certain");
    let scenario = fs::canonicalize(MINIMAL).unwrap();
    let file = folder.join("certain.toml");
    let text = |value: &str| {
        format!(
            "[sweep]\nname = \"x\"\nscenario = {scenario:?}\npaths = 200\nmeasures = [\"default\"]\n\
             [[axis]]\nkey = \"lab.acme.cash\"\nvalues = [\"10B USD\", \"5B USD\"]\n\
             [[policy]]\nname = \"p\"\nset = [\"round.max_share\"]\n"
        )
        .replace("[\"round.max_share\"]", value)
    };
    for (set, draws) in [("[]", 1), ("[\"lab.acme.cash_volatility={ dist = 'uniform', low = 0.1, high = 0.2 }\"]", 20)]
    {
        fs::write(&file, text(set)).unwrap();
        let sweep = ouroborisk::Sweep::load(&file).unwrap();
        assert_eq!(sweep.identity().draws, draws, "{set}");
    }
}

// A folder of firms against what became of them.

const FIRMS: &str = "tests/fixtures/backtest";

#[test]
fn a_folder_of_firms_with_known_answers_has_the_scores_worked_by_hand() {
    let out = folder("backtest");
    let told = said(&["benchmark", FIRMS, "--json", "--out", &text(&out.join("run"))]);
    let table: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    let rows = table["records"].as_array().expect("records");
    let value = |forecaster: &str, score: &str, within: Option<f64>| {
        let is_it = |row: &&serde_json::Value| {
            row["forecaster"] == forecaster && row["score"] == score && row["within"].as_f64() == within
        };
        rows.iter().find(is_it).unwrap_or_else(|| panic!("{forecaster}, {score}"))["value"].as_f64()
    };
    let close = |found: Option<f64>, expected: f64| {
        assert!((found.expect("a score") - expected).abs() < 1e-9, "{found:?} {expected}");
    };
    // Ours is certain and right, and counts as 99.5 %.
    close(value("this model", "Brier score", Some(24.0)), 0.005f64.powi(2));
    close(value("this model", "log score", None), -0.995f64.ln());
    close(value("this model", "area under ROC", Some(24.0)), 1.0);
    // Half a year fails: of two firms one did within 24 months, at 3/4 for both.
    close(value("base rate", "Brier score", Some(24.0)), f64::midpoint(0.25f64.powi(2), 0.75f64.powi(2)));
    close(value("base rate", "area under ROC", Some(36.0)), 0.5);
    // Cash lasts 12.48 and 124.8 months.
    let within = |months: f64, lasts: f64| 1.0 - (-months / lasts).exp();
    let log = -(within(24.0, 12.48).ln() + (1.0 - within(24.0, 124.8)).ln()) / 2.0;
    close(value("cash over burn", "log score", Some(24.0)), log);
    assert!(
        rows.iter().all(|row| row["value"].is_null() || row["standard_error"].is_number()),
        "every score has an error"
    );
    let cases = fs::read_to_string(out.join("run/cases.csv")).expect("the cases");
    assert_eq!(cases.lines().count(), 3, "{cases}");
    let page = fs::read_to_string(out.join("run/report.txt")).expect("the page");
    assert!(page.contains("The model passes") && page.contains("default 2027-01"), "{page}");
}

#[test]
fn the_scores_of_a_folder_do_not_depend_on_threads() {
    let told = |threads: &str| {
        let out = folder(&format!("backtest-{threads}"));
        said(&["benchmark", FIRMS, "--json", "--threads", threads, "--out", &text(&out.join("run"))])
    };
    assert_eq!(told("1"), told("2"));
}

#[test]
fn a_folder_that_cannot_be_scored_is_refused_with_the_reason() {
    let empty = folder("backtest-empty");
    assert!(refused(&["benchmark", &text(&empty)]).contains("holds no scenario"));
    let changed = |name: &str, from: &str, to: &str| {
        let place = folder(&format!("backtest-{name}"));
        let written = fs::read_to_string(format!("{FIRMS}/poor.toml")).expect("the fixture");
        assert!(written.contains(from), "{from}");
        fs::write(place.join("firm.toml"), written.replace(from, to)).expect("a file");
        refused(&["benchmark", &text(&place)])
    };
    let missing = changed("without", "measure = \"default\"", "measure = \"cash\"");
    assert!(missing.contains("firm.toml: it has no [[outcome]] of `default`"), "{missing}");
    let half = changed("half", "\nvalue = 1\n", "\nvalue = 0.5\n");
    assert!(half.contains("`outcome.poor.value` is 0.5"), "{half}");
    assert!(changed("early", "by = \"2027-01\"", "by = \"2025-12\"").contains("before the start in 2026-01"));
    assert!(changed("short", "36mo", "24mo").contains("it runs for 24 months"));
    let fixed = changed("burn", "opex.burn", "opex.fixed");
    assert!(fixed.contains("`lab.firm.opex.burn` is missing"), "{fixed}");
}
