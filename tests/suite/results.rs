//! A small run from file to files: what is there, what it says of itself, and that threads change no bit of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ouroborisk::engine::{self, Interrupt, Outcome, Plan, Pseudo, Stop, Tier};
use ouroborisk::model::catalogue;
use ouroborisk::model::dynamics::states;
use ouroborisk::report::summary::{PathFile, Report, Written, digest, headline};
use ouroborisk::report::{Manifest, OutputDir, ScenarioRecord};
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::load;
use ouroborisk::study::estimates::{Draw, Results};

const FIXTURE: &str = "tests/fixtures/openai-2026-06.toml";
const NAME: &str = "openai-2026-06.toml";

fn text() -> String {
    std::fs::read_to_string(FIXTURE).expect("the fixture")
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("results").join(name)
}

/// What a run leaves.
struct Run {
    place: PathBuf,
    manifest: Manifest,
    written: Written,
    page: Vec<String>,
    stop: Stop,
    names: BTreeSet<&'static str>,
}

/// Runs the fixture as `ouro run` does; `interrupted` ends it after the first paths.
fn run(name: &str, overrides: &[&str], threads: usize, interrupted: bool) -> Run {
    let overrides: Vec<String> = overrides.iter().map(|&text| text.to_owned()).collect();
    let scenario = load(Path::new(FIXTURE), &overrides).unwrap_or_else(|problems| panic!("{problems}"));
    let plan = Worlds::plan(&scenario).expect("a plan");
    let (seed, paths) = (scenario.run.seed, scenario.run.paths);
    let worlds = Worlds::new(scenario, seed).expect("worlds");
    let world = worlds.resolve(0).expect("a world");
    let (catalogue, states) = (catalogue(&world), states(&world));
    let dir = OutputDir::create(folder(name)).expect("a free place");
    let about = BTreeMap::from([("seed".to_owned(), seed.to_string())]);
    let mut file = PathFile::create(&dir, &catalogue, &world, &about).expect("room for the file");
    let (interrupt, mut seen) = (Interrupt::new(), BTreeSet::new());
    let how = Plan { paths, draws: worlds.draws(), threads, tier: Tier::detect(), observed: 100 };
    let progress = |_| {
        if interrupted {
            interrupt.raise();
        }
    };
    let outcome: Outcome = engine::run(&worlds, &Pseudo { seed }, &how, &interrupt, &progress, &mut |chunk| {
        seen.insert(chunk.draw);
        file.add(chunk)
    })
    .expect("some paths");
    file.finish().expect("room for the file");
    let draws: Vec<Draw> = seen.into_iter().map(|number| Draw::of(&worlds, number)).collect();
    let results = Results::new(&outcome, &catalogue, &world, &draws);
    let scenario = worlds.scenario();
    let report = Report { results: &results, scenario, plan: &plan, states: &states, origin: "a test", about: &about };
    let written = report.write(&dir).expect("room for the files");
    let record = ScenarioRecord::of(scenario, Path::new(NAME), &overrides);
    let place = dir.commit(report.manifest(record, how.tier.name())).expect("a free place");
    let blocks = headline(&report, &written, NAME);
    let page = blocks.iter().flat_map(|block| {
        std::iter::once(block.title.clone()).chain(block.lines.iter().map(|line| line.text().to_owned()))
    });
    Run {
        manifest: Manifest::read(&place).expect("the manifest"),
        page: page.collect(),
        stop: outcome.stop,
        names: catalogue.iter().map(|metric| metric.measure).collect(),
        place,
        written,
    }
}

const SMALL: [&str; 2] = ["run.paths=300", "run.draws=3"];

#[test]
fn threads_change_no_bit_of_any_file() {
    let one = run("threads-1", &SMALL, 1, false);
    assert!(one.manifest.files.len() > 15);
    for threads in [2, 3, 7] {
        let other = run(&format!("threads-{threads}"), &SMALL, threads, false);
        assert_eq!(other.manifest.files, one.manifest.files, "{threads} threads");
        assert_eq!(other.page, one.page, "{threads} threads");
        assert_eq!(other.manifest.threads, threads);
    }
}

#[test]
fn every_file_is_there_and_listed() {
    let run = run("files", &SMALL, 2, false);
    let listed: BTreeSet<&str> = run.manifest.files.iter().map(|file| file.name.as_str()).collect();
    let mut expected = vec!["summary.csv", "summary.json", "monthly.csv"];
    if cfg!(feature = "parquet") {
        expected.extend(["paths.parquet", "draws.parquet"]);
    }
    if cfg!(feature = "plots") {
        expected.extend(["figures/cash.svg", "figures/cash.png", "figures/revenue.svg", "figures/value.svg"]);
        expected.extend(["figures/events.svg", "figures/funding-gap.svg", "figures/spend.svg"]);
        expected.extend(["figures/provider-losses.svg", "figures/provider-losses.png"]);
    }
    for name in expected {
        assert!(listed.contains(name), "{name} is not among {listed:?}");
        assert!(run.place.join(name).metadata().unwrap().len() > 0, "{name}");
    }
    assert!(run.written.not_drawn.is_empty(), "{:?}", run.written.not_drawn);
}

#[test]
fn the_manifest_says_what_repeats_the_run() {
    let Run { manifest, .. } = run("manifest", &["run.paths=300", "run.draws=3", "lab.openai.cash=60B USD"], 2, false);
    assert_eq!((manifest.seed, manifest.paths, manifest.draws), (20_260_401, 300, 3));
    assert_eq!((manifest.stop.as_str(), manifest.threads), ("paths", 2));
    assert_eq!(manifest.scenario.overrides.len(), 3);
    assert_eq!(manifest.scenario.text, text());
    let scenario = load(Path::new(FIXTURE), &manifest.scenario.overrides).unwrap();
    assert_eq!(manifest.scenario.digest, digest(&scenario));
    assert!(manifest.residual.unwrap() < 1e-9);
    assert!(manifest.failures.values().all(|&count| count == 0), "{:?}", manifest.failures);
    assert!(manifest.wall_seconds > 0.0 && !manifest.build.version.is_empty());
}

/// The stable names: nobody's script shall break.
const MEASURES: [&str; 31] = [
    "funding_gap",
    "freeze_endurance",
    "liquidity_event",
    "scale_back",
    "rescue",
    "distressed_exchange",
    "renegotiation",
    "payment_default",
    "default",
    "burst",
    "default_given_burst",
    "default_given_no_burst",
    "overpaid",
    "overvalued",
    "run_up",
    "boom_and_bust",
    "implied_requirement",
    "overvaluation",
    "revenue",
    "cash",
    "value",
    "raised",
    "spend",
    "circular_share",
    "circular_returned",
    "cloud_growth",
    "cloud_share",
    "provider_loss",
    "entity_default",
    "entity_default_increment",
    "finn_index",
];

#[test]
fn the_summary_has_its_columns_measures_and_dates() {
    let run = run("summary", &SMALL, 2, false);
    let mut reader = csv::Reader::from_path(run.place.join("summary.csv")).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header, ["measure", "subject", "by", "statistic", "value", "low", "high", "unit", "method"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let found: BTreeSet<&str> = rows.iter().map(|row| &row[0]).collect();
    for measure in MEASURES {
        assert!(found.contains(measure), "{measure}");
    }
    assert!(run.names.iter().all(|name| found.contains(name)), "every metric is told");
    let dates: BTreeSet<&str> = rows.iter().filter(|row| &row[0] == "default").map(|row| &row[2]).collect();
    assert_eq!(dates.len(), 8);
    assert!(dates.contains("2030-12") && dates.contains("2033-12"));
    for row in &rows {
        let number = |at: usize| row[at].parse::<f64>().ok();
        if let (Some(value), Some(low), Some(high)) = (number(4), number(5), number(6)) {
            assert!(low <= value && value <= high, "{row:?}");
        }
        assert!(!row[8].is_empty(), "{row:?}");
    }
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(run.place.join("summary.json")).unwrap()).unwrap();
    assert_eq!(json["records"].as_array().unwrap().len(), rows.len());
}

#[test]
fn the_months_have_their_quantiles_in_order() {
    let run = run("monthly", &SMALL, 2, false);
    let mut reader = csv::Reader::from_path(run.place.join("monthly.csv")).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let expected = ["month", "state", "subject", "unit", "mean", "p05", "p25", "p50", "p75", "p95", "method"];
    assert_eq!(header, expected);
    let mut states = BTreeMap::<String, u32>::new();
    for row in reader.records().map(Result::unwrap) {
        let quantiles: Vec<f64> = (5..10).map(|at| row[at].parse().unwrap()).collect();
        assert!(quantiles.is_sorted(), "{row:?}");
        *states.entry(format!("{} {}", &row[1], &row[2])).or_default() += 1;
    }
    assert!(states.values().all(|&months| months == 93), "{states:?}");
    assert!(states.contains_key("cash openai") && states.contains_key("spend amazon/trainium"), "{states:?}");
}

#[test]
#[cfg(feature = "parquet")]
fn paths_and_draws_have_a_row_each_and_units() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let run = run("parquet", &SMALL, 2, false);
    let open = |name: &str| SerializedFileReader::new(std::fs::File::open(run.place.join(name)).unwrap()).unwrap();
    let paths = open("paths.parquet");
    let about = paths.metadata().file_metadata();
    let names: Vec<String> = about.schema_descr().columns().iter().map(|column| column.name().to_owned()).collect();
    assert_eq!(about.num_rows(), 300);
    assert_eq!(names[..2], ["draw", "path"]);
    for name in ["liquidity_event[openai]@2033-12", "funding_gap[openai]@2030-12", "freeze_endurance[openai]@2026-03"] {
        assert!(names.iter().any(|other| other == name), "{name}");
    }
    let pairs = about.key_value_metadata().unwrap();
    let value = |key: &str| pairs.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.as_deref());
    assert_eq!(value("unit.funding_gap[openai]@2030-12"), Some("USD"));
    assert_eq!(value("seed"), Some("20260401"));
    let draws = open("draws.parquet");
    let about = draws.metadata().file_metadata();
    assert_eq!(about.num_rows(), 3);
    let names: Vec<&str> = about.schema_descr().columns().iter().map(|column| column.name()).collect();
    for name in ["draw", "market.freeze_mean", "liquidity_event[openai]@2030-12"] {
        assert!(names.contains(&name), "{name}");
    }
}

#[test]
fn an_interrupted_run_tells_what_is_finished_and_says_so() {
    let run = run("interrupted", &["run.paths=600", "run.draws=30"], 1, true);
    assert_eq!(run.stop, Stop::Interrupted);
    assert_eq!(run.manifest.stop, "interrupted");
    assert!(run.manifest.paths >= 20 && run.manifest.paths < 600, "{}", run.manifest.paths);
    assert!(run.page.iter().any(|line| line.contains("INTERRUPTED")));
}

#[test]
fn the_page_fits_and_never_says_nothing_is_certain() {
    let run = run("page", &SMALL, 2, false);
    for line in &run.page {
        assert!(line.chars().count() <= 100, "{} columns: {line}", line.chars().count());
        assert!(!line.contains("NaN") && !line.contains("inf,"), "{line}");
    }
    let page = run.page.join("\n");
    let order = [
        "Given scenario",
        "Funding gap",
        "Freeze endurance",
        "Liquidity",
        "Burst",
        "Bubble",
        "Circular",
        "Losses",
        "HSBC",
        "cannot say",
    ];
    let places: Vec<usize> = order.iter().map(|part| page.find(part).unwrap_or_else(|| panic!("{part}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    let of_default = |line: &&String| line.contains("default") && line.contains("0 %");
    assert_eq!(run.page.iter().find(of_default), None);
}

#[test]
fn without_draws_there_is_no_band() {
    let run = run("single", &["run.paths=200", "run.draws=1"], 2, false);
    assert!(run.written.summary.entries.iter().all(|entry| !entry.statistic.starts_with("band")));
    assert!(run.page.iter().all(|line| !line.contains("band of the mean")));
    assert!(run.page.iter().any(|line| line.contains("there is no band")));
}

/// The program, in a folder of its own.
fn ouro(name: &str, words: &[&str]) -> std::process::Output {
    let fixture = std::fs::canonicalize(FIXTURE).expect("the fixture");
    let folder = folder(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ouro"));
    command.arg("run").arg(fixture).args(["--paths", "200", "--draws", "2"]).args(words).current_dir(folder);
    command.env("NO_COLOR", "1").output().expect("the program starts")
}

#[test]
#[cfg(feature = "cli")]
fn the_command_prints_the_page_and_leaves_the_files_where_it_says() {
    let output = ouro("command", &["--seed", "7"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("Given scenario") && page.contains("seed 7"), "{page}");
    assert!(!page.contains('\u{1b}'), "colours where none are wanted");
    let said = String::from_utf8(output.stderr).unwrap();
    let place = said.lines().find_map(|line| line.strip_prefix("results in ")).expect("where the results are");
    let manifest = Manifest::read(&folder("command").join(place)).unwrap();
    assert_eq!((manifest.seed, manifest.paths, manifest.draws), (7, 200, 2));
}

#[test]
#[cfg(feature = "cli")]
fn the_command_gives_json_alone_and_can_leave_out_the_paths() {
    let output = ouro("command-json", &["--json", "--no-paths", "--out", "here"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["table"], "summary");
    let place = folder("command-json").join("here");
    assert!(place.join("summary.csv").exists() && !place.join("paths.parquet").exists());
    let quiet = ouro("command-json", &["--means", "--quiet", "--no-paths", "--out", "quiet"]);
    assert!(!quiet.status.success(), "--means and --draws exclude one another");
}
