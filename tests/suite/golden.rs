//! The bundled scenarios with few paths against golden tables: `OURO_BLESS=1 cargo test golden` writes them anew, and a
//! blessed change is reviewed like code ("Values" in the changelog).

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ouroborisk::engine::{Interrupt, Plan, Sampler, Tier};
use ouroborisk::model::catalogue;
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::{Scenario, load, load_strict};
use ouroborisk::simulate::simulate;
use ouroborisk::study::estimates::{Draw, Results, Summary};

/// Relative difference that is one of the platform's mathematics (parameter draws) and not of the model.
const TOLERANCE: f64 = 1e-5;

/// Statistics kept: one number a measure.
const KEPT: [&str; 3] = ["probability", "mean", "p95"];

fn golden(scenario: &Scenario) -> String {
    let seed = scenario.run.seed;
    let worlds = Worlds::new(scenario.clone(), seed).unwrap_or_else(|problems| panic!("{problems:?}"));
    let world = worlds.resolve(0).unwrap_or_else(|problems| panic!("{problems:?}"));
    let catalogue = catalogue(&world);
    let plan = Plan { paths: scenario.run.paths, draws: worlds.draws(), threads: 2, tier: Tier::detect(), observed: 0 };
    let outcome = simulate(&worlds, Sampler::PseudoRandom { seed }, &plan, &Interrupt::new(), &|_| (), &mut |_| Ok(()))
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(outcome.residual < 1e-9, "money is conserved: {}", outcome.residual);
    let draws: Vec<Draw> = (0..worlds.draws()).map(|number| Draw::of(&worlds, number)).collect();
    let results = Results::new(&outcome, &catalogue, &world, &draws);
    let horizon = results.date(results.horizon());
    let mut lines = String::from("measure,subject,statistic,value\n");
    for entry in &Summary::of(&results).entries {
        let (of, statistic) = (&entry.estimand, entry.estimand.statistic.name());
        if of.by == horizon && KEPT.contains(&statistic.as_str()) {
            let value = entry.answer.value.unwrap_or(f64::NAN);
            let key = [of.measure.name, &of.subject, &statistic].join(",");
            let _ = writeln!(lines, "{key},{value:.7e}");
        }
    }
    lines
}

/// Where two tables differ, a line each.
fn differences(ours: &str, theirs: &str) -> Vec<String> {
    let split = |line: &str| line.rsplit_once(',').map(|(key, value)| (key.to_owned(), value.parse::<f64>()));
    let mut found = Vec::new();
    if ours.lines().count() != theirs.lines().count() {
        found.push(format!("{} rows instead of {}", ours.lines().count(), theirs.lines().count()));
    }
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        let same = match (split(ours), split(theirs)) {
            (Some((key, Ok(a))), Some((other, Ok(b)))) => {
                key == other && ((a - b).abs() <= TOLERANCE * b.abs().max(1e-9) || (a.is_nan() && b.is_nan()))
            }
            _ => ours == theirs,
        };
        if !same {
            found.push(format!("{ours} instead of {theirs}"));
        }
    }
    found
}

/// Holds a table against the golden one, or blesses it.
fn holds(name: &str, ours: &str) {
    let place = PathBuf::from(format!("tests/golden/{name}.csv"));
    if std::env::var_os("OURO_BLESS").is_some() {
        fs::create_dir_all("tests/golden").expect("a folder");
        fs::write(&place, ours).expect("a golden table");
    }
    let theirs = fs::read_to_string(&place).expect("a golden table: OURO_BLESS=1 makes one");
    let found = differences(ours, &theirs);
    let first: Vec<&String> = found.iter().take(10).collect();
    assert!(found.is_empty(), "{name}: {} rows differ: {first:#?}", found.len());
}

fn stays(name: &str, paths: u64, draws: u64) {
    let sizes = [format!("run.paths={paths}"), format!("run.draws={draws}")];
    let file = format!("scenarios/{name}.toml");
    let scenario = load(Path::new(&file), &sizes).unwrap_or_else(|problems| panic!("{problems}"));
    assert!(scenario.warnings().list.is_empty(), "{}", scenario.warnings());
    holds(name, &golden(&scenario));
}

#[test]
fn the_smallest_scenario_keeps_its_numbers() {
    stays("minimal", 1024, 1);
}

#[test]
fn the_teaching_scenario_keeps_its_numbers() {
    stays("teaching", 1000, 10);
}

#[test]
fn the_reference_scenario_keeps_its_numbers() {
    stays("openai-2026-06", 2000, 20);
}

/// Measures of the library's table.
const LIBRARY: [&str; 6] = ["funding_gap", "liquidity_event", "default", "burst", "provider_loss", "entity_default"];

/// The bundled scenarios besides those with a table of their own, in the order of their names.
fn library() -> Vec<PathBuf> {
    let toml = |folder: &str| {
        let entries = fs::read_dir(folder).expect("a folder of scenarios");
        entries
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|e| e == "toml"))
    };
    let own = ["minimal", "teaching", "openai-2026-06", "sources"];
    let mut files: Vec<PathBuf> = toml("scenarios").chain(toml("scenarios/counterfactuals")).collect();
    files.retain(|path| !own.iter().any(|name| path.file_stem().is_some_and(|stem| stem == *name)));
    files.sort();
    files
}

#[test]
fn every_scenario_of_the_library_can_be_defended_and_keeps_its_numbers() {
    let mut table = String::from("scenario,measure,subject,statistic,value\n");
    for path in library() {
        let sizes = ["run.paths=320".to_owned(), "run.draws=8".to_owned()];
        let strict = load_strict(&path, &[]).unwrap_or_else(|problems| panic!("{problems}"));
        let first = strict.warnings().texts.first().map_or("", |text| text.text.lines().next().unwrap_or_default());
        assert!(first.starts_with("# ") && first.contains('?'), "{}: which question? {first}", path.display());
        let scenario = load(&path, &sizes).unwrap_or_else(|problems| panic!("{problems}"));
        let name = path.file_stem().expect("a name").to_string_lossy();
        let rows = golden(&scenario);
        for row in rows.lines().skip(1).filter(|row| LIBRARY.contains(&row.split(',').next().unwrap_or_default())) {
            let _ = writeln!(table, "{name},{row}");
        }
    }
    holds("library", &table);
}
