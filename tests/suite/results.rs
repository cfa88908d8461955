//! A small run from file to files: what is there, what it says of itself, and that threads change no bit of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ouroborisk::model::{MEASURES, Measure};
use ouroborisk::report::format::Data;
use ouroborisk::report::output::Manifest;
use ouroborisk::study::Statistic;
use ouroborisk::{Entry, Interrupt, Options, Scenario, Study, Written};

const FIXTURE: &str = "tests/fixtures/openai-2026-06.toml";

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
    interrupted: bool,
    summary: Vec<Entry>,
    /// Columns of the table of draws.
    draws: Vec<String>,
}

/// Runs the fixture as `ouro run` does; `interrupted` ends it after the first paths.
fn run(name: &str, overrides: &[&str], threads: usize, interrupted: bool) -> Run {
    let overrides: Vec<String> = overrides.iter().map(|&text| text.to_owned()).collect();
    let scenario = Scenario::load_with(FIXTURE, &overrides).unwrap_or_else(|problems| panic!("{problems}"));
    let interrupt = Arc::new(Interrupt::new());
    let (flag, paths) = (Arc::clone(&interrupt), scenario.run.paths);
    let options = Options {
        threads,
        keep_paths: true,
        interrupt: Some(interrupt),
        progress: Some(Arc::new(move |at: ouroborisk::engine::Progress| {
            // The calibration before it shows its progress too.
            if interrupted && at.paths == paths {
                flag.raise();
            }
        })),
        ..Options::default()
    };
    let run = Study::of(scenario).run(options).expect("some paths");
    let written = run.write(folder(name)).expect("room for the files");
    let place = written.place.clone();
    Run {
        manifest: Manifest::read(&place).expect("the manifest"),
        page: run.text(100).lines().map(str::to_owned).collect(),
        interrupted: run.is_interrupted(),
        summary: run.summary().to_vec(),
        draws: columns_of("draws", &run),
        place,
        written,
    }
}

/// Names of the columns of a table of a run.
fn columns_of(table: &str, run: &ouroborisk::Run) -> Vec<String> {
    let tables = run.tables().expect("tables");
    let table = tables.iter().find(|found| found.name() == table).expect("the table");
    table.columns().iter().map(|column| column.name.clone()).collect()
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
    let mut expected = vec!["summary.csv", "summary.json", "headlines.csv", "monthly.csv", "joint.csv", "report.txt"];
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
    assert!(!listed.iter().any(|name| name.ends_with("-mean-excess.svg")), "diagnostics are drawn on request only");
}

#[test]
fn the_manifest_says_what_repeats_the_run() {
    let Run { manifest, .. } = run("manifest", &["run.paths=300", "run.draws=3", "lab.openai.cash=60B USD"], 2, false);
    assert_eq!((manifest.seed, manifest.paths, manifest.draws), (20_260_401, 300, 3));
    assert_eq!((manifest.stop.as_str(), manifest.threads), ("paths", 2));
    assert_eq!(manifest.scenario.overrides.len(), 3);
    assert_eq!(manifest.scenario.text, text());
    assert_eq!(manifest.scenario.overridden.len(), 1);
    assert!(manifest.scenario.overridden[0].starts_with("lab.openai.cash = 60 B USD instead of "));
    let scenario = Scenario::load_with(FIXTURE, &manifest.scenario.overrides).unwrap();
    assert_eq!(manifest.scenario.digest, scenario.digest_text());
    assert!(manifest.residual.unwrap() < 1e-9);
    assert!(manifest.failures.values().all(|&count| count == 0), "{:?}", manifest.failures);
    assert!(manifest.wall_seconds > 0.0 && !manifest.build.version.is_empty());
}

/// The measures but for those of an expansion, a treasury or clearing, which the scenario of these tests has not, and of the
/// network, which these runs do not take.
fn of_every_scenario() -> impl Iterator<Item = &'static Measure> {
    let others = ["signed", "entity_illiquid", "entity_default_carried"];
    MEASURES.iter().filter(move |measure| !measure.needs.network && !others.contains(&measure.name))
}

#[test]
fn the_summary_has_its_columns_measures_and_dates() {
    let run = run("summary", &SMALL, 2, false);
    let mut reader = csv::Reader::from_path(run.place.join("summary.csv")).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header, ["measure", "subject", "by", "statistic", "value", "low", "high", "unit", "method"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let found: BTreeSet<(&str, &str)> = rows.iter().map(|row| (&row[0], &row[7])).collect();
    for measure in of_every_scenario() {
        assert!(found.contains(&(measure.name, measure.kind.estimate_unit())), "{measure}");
    }
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
fn every_measure_stands_in_every_table() {
    let run = run("measures", &["run.paths=2000", "run.draws=10"], 2, false);
    let names = |file: &str| {
        let mut reader = csv::Reader::from_path(run.place.join(file)).unwrap();
        reader.records().map(|row| row.unwrap()[0].to_owned()).collect::<BTreeSet<String>>()
    };
    let (summary, tails) = (names("summary.csv"), names("tails.csv"));
    let draws: BTreeSet<String> =
        run.draws.iter().filter_map(|name| Some(name.split(['@', '[']).next()?.to_owned())).collect();
    for measure in of_every_scenario() {
        assert!(summary.contains(measure.name), "{measure} is not in the summary");
        assert_eq!(run.manifest.measures[measure.name].unit, measure.kind.unit(), "{measure}");
        assert!(draws.contains(measure.name) || measure.derived.is_some(), "{measure} is not in the draws");
        assert!(tails.contains(measure.name) || !measure.is_loss, "{measure} is not in the tails");
    }
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
    assert!(run.interrupted);
    assert_eq!(run.manifest.stop, "interrupted");
    assert!(run.manifest.paths >= 20 && run.manifest.paths < 600, "{}", run.manifest.paths);
    assert!(run.page.iter().any(|line| line.contains("INTERRUPTED")));
}

#[test]
fn an_interrupted_run_has_every_draw_about_equally_far_and_its_band_from_all() {
    // 12 draws of 3,000 paths in tasks of 1,024 at most, ended in the second round of them.
    const TASK: i64 = 1024;
    let overrides = ["run.paths=36000", "run.draws=12"].map(str::to_owned);
    let scenario = Scenario::load_with("scenarios/teaching.toml", &overrides).unwrap();
    let interrupt = Arc::new(Interrupt::new());
    let flag = Arc::clone(&interrupt);
    let progress = move |at: ouroborisk::engine::Progress| {
        if at.done >= 18 * TASK as u64 {
            flag.raise();
        }
    };
    let options =
        Options { threads: 2, interrupt: Some(interrupt), progress: Some(Arc::new(progress)), ..Options::default() };
    let run = Study::of(scenario).run(options).expect("some paths");
    assert!(run.is_interrupted());
    let tables = run.tables().expect("tables");
    let draws = tables.iter().find(|table| table.name() == "draws").expect("the table");
    let column = draws.columns().iter().find(|column| column.name == "paths").expect("the column");
    let Data::Integer(paths) = &column.data else { panic!("{column:?}") };
    let (least, most) = (*paths.iter().min().unwrap(), *paths.iter().max().unwrap());
    assert!(paths.len() == 12 && least >= TASK && most - least <= TASK && most < 3000, "{paths:?}");
    let is_band = |entry: &&Entry| matches!(entry.estimand.statistic, Statistic::Band(_));
    let mut bands = run.summary().iter().filter(is_band).filter(|entry| entry.answer.value.is_some());
    assert!(bands.any(|entry| entry.answer.method.contains("of 12 draws")), "a band over all draws");
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
        "Scenario \"",
        "Funding gap",
        "Freeze endurance",
        "Liquidity",
        "Burst",
        "Bubble",
        "Circular",
        "Losses",
        "Bands by",
        "HSBC",
        "Limits",
    ];
    let places: Vec<usize> = order.iter().map(|part| page.find(part).unwrap_or_else(|| panic!("{part}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    let of_default = |line: &&String| line.contains("default") && line.contains("0 %");
    assert_eq!(run.page.iter().find(of_default), None);
}

#[test]
fn without_draws_there_is_no_band() {
    let run = run("single", &["run.paths=200", "run.draws=1"], 2, false);
    assert!(run.summary.iter().all(|entry| !matches!(entry.estimand.statistic, Statistic::Band(_))));
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
    assert!(page.contains("Scenario \"") && page.contains("seed 7"), "{page}");
    assert!(!page.contains('\u{1b}'), "colours where none are wanted");
    let said = String::from_utf8(output.stderr).unwrap();
    let place = said.lines().find_map(|line| line.strip_prefix("results in ")).expect("where the results are");
    // A later run of this test finds the result of the one before.
    let place = place.split(", in place of").next().unwrap();
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
