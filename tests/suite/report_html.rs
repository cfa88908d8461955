//! `report.html`: one file that asks nothing of a network, is of the contract with its program, and is made again to the
//! byte from the files of its folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ouroborisk::{Error, FigureFiles, Options, Report, Scenario, Study, Variant, compare};
use serde_json::Value;

use crate::judge::accepts_of;

const TEACHING: &str = "scenarios/teaching.toml";

/// What no page may exceed, bytes.
const LARGEST: usize = 2_000_000;

fn small() -> Options {
    Options { paths: Some(400), draws: Some(20), threads: 1, figures: FigureFiles::None, ..Options::default() }
}

/// With figures, which take most of the time.
fn drawn() -> Options {
    Options { figures: FigureFiles::Svg, ..small() }
}

fn study() -> Study {
    Study::of(Scenario::load(TEACHING).expect("a scenario"))
}

/// A folder of its own for each test, where nothing is yet.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{name}"));
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// The folder of a run.
fn run(name: &str, study: &Study, options: Options) -> PathBuf {
    let place = folder(name);
    study.run(options).expect("a run").write(&place).expect("its folder");
    place
}

fn page(place: &Path) -> String {
    fs::read_to_string(place.join("report.html")).expect("a report")
}

/// The document in a page, between the mark of its script and the end of it.
fn document(page: &str) -> Value {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"document\">").expect("its place");
    let (json, _) = rest.split_once("</script>").expect("its end");
    serde_json::from_str(json).expect("JSON")
}

fn program() -> String {
    fs::read_to_string("src/report/html/page.html").expect("the program of the page")
}

fn is_of_contract(page: &str) -> bool {
    let schema = fs::read_to_string("web/contract/document.schema.json").expect("the contract");
    accepts_of(&serde_json::from_str(&schema).expect("JSON"), &document(page))
}

/// A table of a document: its rows, each by the names of the columns, everything as text.
fn rows(document: &Value, table: &str) -> Vec<BTreeMap<String, String>> {
    let table = &document["tables"][table];
    let cell = |column: &Value, row: usize| match column["words"].as_array() {
        Some(words) => words[column["rows"][row].as_u64().unwrap() as usize].as_str().unwrap().to_owned(),
        None if column["numbers"][row].is_null() => String::new(),
        None => column["numbers"][row].to_string(),
    };
    let columns = table["columns"].as_array().expect("columns");
    let row = |row| columns.iter().map(|of| (of["name"].as_str().unwrap().to_owned(), cell(of, row))).collect();
    (0..table["rows"].as_u64().unwrap() as usize).map(row).collect()
}

#[test]
fn the_program_loads_nothing_from_anywhere() {
    let program = program();
    let elsewhere = program.match_indices("http").filter(|(at, _)| {
        let rest = &program[*at..];
        let is_link = rest.starts_with("http://") || rest.starts_with("https://");
        // Names of XML, which nobody fetches.
        is_link && !rest.starts_with("http://www.w3.org/")
    });
    assert_eq!(elsewhere.count(), 0);
    for loader in [
        "<link",
        "<img",
        "<iframe",
        "@import",
        "url(\"",
        "url('",
        "url(h",
        "url(/",
        " src=\"",
        "XMLHttpRequest",
        "fetch(",
        "WebSocket",
        "sendBeacon",
    ] {
        assert!(!program.contains(loader), "{loader}");
    }
    assert!(program.contains("default-src 'none'"), "what the page forbids itself");
}

#[test]
fn the_report_of_a_run_is_small_of_the_contract_and_the_same_on_any_threads() {
    let place = run("run", &study(), drawn());
    let text = page(&place);
    assert!(text.len() < LARGEST, "{} bytes", text.len());
    assert!(is_of_contract(&text));
    let document = document(&text);
    assert_eq!((document["kind"].as_str(), document["record"]["paths"].as_u64()), (Some("run"), Some(400)));
    assert!(document["figures"].as_array().unwrap().len() > 5);
    assert!(["summary", "sources", "stories", "ring"].iter().all(|name| document["tables"].get(name).is_some()));
    let other = run("run-on-two", &study(), Options { threads: 2, ..drawn() });
    assert!(page(&other) == text, "the same scenario, seed and size give the same bytes");
}

#[test]
fn a_document_that_lacks_a_field_is_not_of_the_contract() {
    let place = run("contract", &study(), drawn());
    let text = page(&place);
    assert!(is_of_contract(&text));
    for (from, to) in
        [("\"contract\":1", "\"contract\":2"), ("\"digest\":", "\"digits\":"), ("\"kind\":\"fan\"", "\"kind\":\"fun\"")]
    {
        assert!(text.contains(from), "{from}");
        assert!(!is_of_contract(&text.replacen(from, to, 1)), "{from} -> {to}");
    }
}

#[test]
fn a_report_is_made_again_to_the_byte_without_simulating() {
    let place = run("again", &study(), small());
    let (text, record) = (page(&place), fs::read(place.join("manifest.json")).unwrap());
    fs::write(place.join("report.html"), "lost").unwrap();
    let written = Report::of(&place).expect("a result").write(None).expect("a place");
    assert_eq!(written, place.join("report.html"));
    assert!(page(&place) == text);
    assert_eq!(fs::read(place.join("manifest.json")).unwrap(), record, "its record lists the same bytes");
    study().run(small()).expect("a run").write(&place).expect("a folder whose files are all listed can be replaced");
}

#[test]
fn a_name_that_looks_like_markup_stays_text() {
    let wicked = "</script><script>alert(1)</script><!-- & \\\" -->";
    let text = fs::read_to_string("tests/fixtures/minimal.toml").unwrap();
    let name = text.lines().find(|line| line.starts_with("name = ")).expect("a name");
    let scenario =
        Scenario::parse("w.toml", &text.replace(name, &format!("name = \"{wicked}\"")), &[]).expect("a scenario");
    let place = run("wicked", &Study::of(scenario), Options { paths: Some(64), draws: Some(2), ..small() });
    let text = page(&place);
    assert_eq!(text.matches("<script").count(), program().matches("<script").count());
    assert_eq!(text.matches("</script").count(), program().matches("</script").count());
    assert_eq!(document(&text)["record"]["name"], wicked.replace('\\', ""));
}

#[test]
fn what_is_altered_missing_or_no_result_is_refused_by_name() {
    let refused = |result: Result<Report, Error>| match result {
        Err(Error::Refused(text)) => text,
        other => panic!("{other:?}"),
    };
    let nowhere = refused(Report::of(folder("nowhere")));
    assert!(nowhere.contains("holds no result") && nowhere.contains("manifest.json"), "{nowhere}");
    let place = run("altered", &study(), small());
    let summary = fs::read_to_string(place.join("summary.csv")).unwrap();
    fs::write(place.join("summary.csv"), summary.replacen("0.", "0.9", 1)).unwrap();
    fs::remove_file(place.join("tails.csv")).unwrap();
    let altered = refused(Report::of(&place));
    assert!(altered.contains("`summary.csv`, `tails.csv`"), "{altered}");
    let plan = folder("no-run");
    study().plan().expect("a plan").write(&plan).expect("its folder");
    let no_run = refused(Report::of_change(&plan, &plan));
    assert!(no_run.contains("holds no run"), "{no_run}");
}

#[test]
fn every_folder_has_a_report_of_the_contract() {
    let study = study();
    let richer = study.scenario().set(["lab.lyra.cash=9B USD"]).expect("a variant");
    let variant = |name: &str, scenario: Scenario| Variant { name: name.to_owned(), scenario };
    let pair = [variant("base", study.scenario().clone()), variant("richer", richer)];
    let written = [
        ("plan", study.plan().unwrap().write(folder("plan"))),
        ("replay", study.replay(1, 3, small()).unwrap().write(folder("replay"))),
        ("compare", compare(&pair, true, drawn()).unwrap().write(folder("compare"))),
        ("twins", study.twins(small()).unwrap().write(folder("twins"))),
        ("benchmark", study.benchmark(small()).unwrap().write(folder("benchmark"))),
    ];
    for (kind, written) in written {
        let place = written.expect("a folder").place;
        let text = page(&place);
        assert!(is_of_contract(&text), "{kind}");
        assert_eq!(document(&text)["kind"], kind);
        let again = Report::of(&place).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert!(again.text() == text, "{kind}");
    }
}

#[test]
fn stories_are_the_paths_that_replay_tells() {
    let place = run("stories", &study(), small());
    let told = rows(&document(&page(&place)), "stories");
    let mut stories: Vec<(&str, u64, u64)> = told
        .iter()
        .map(|row| (row["story"].as_str(), row["draw"].parse().unwrap(), row["path"].parse().unwrap()))
        .collect();
    stories.dedup();
    assert!(stories.iter().any(|(story, ..)| *story == "a typical path"), "{stories:?}");
    for (story, draw, path) in stories {
        let replay = study().replay(draw, path, small()).expect("the path");
        let what: Vec<&str> = told.iter().filter(|row| row["story"] == story).map(|row| row["what"].as_str()).collect();
        let replayed: Vec<&str> = replay.events().iter().map(|event| event.what.as_str()).collect();
        assert_eq!(what, replayed, "{story}");
    }
}

#[test]
fn of_two_runs_it_tells_inputs_with_sources_and_paired_differences() {
    let base = study();
    let richer = Study::of(base.scenario().set(["lab.lyra.cash=9B USD"]).expect("a variant"));
    let (before, after) = (run("before", &base, small()), run("after", &richer, small()));
    let report = Report::of_change(&before, &after).expect("two runs");
    assert!(is_of_contract(report.text()));
    let document = document(report.text());
    let inputs = rows(&document, "inputs");
    assert_eq!(inputs.len(), 1, "{inputs:?}");
    assert_eq!(inputs[0]["key"], "lab.lyra.cash");
    assert!(inputs[0]["before"].contains('6') && inputs[0]["after"].contains('9'), "{inputs:?}");
    assert!(inputs[0]["source_before"].starts_with("assumed"), "{inputs:?}");
    let headlines = rows(&document, "headlines");
    let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<f64>().unwrap();
    let paired: Vec<_> = headlines.iter().filter(|row| row["method"].starts_with("paired")).collect();
    assert!(paired.len() > 20, "{}", paired.len());
    for row in &headlines {
        let difference = number(row, "value") - number(row, "before");
        assert!(
            (difference - number(row, "difference")).abs() <= 1e-9 * number(row, "value").abs().max(1.0),
            "{row:?}"
        );
    }
    // Common random numbers are worth something: the paired interval of the cash is narrower than that of two independent runs.
    let cash = paired.iter().find(|row| row["measure"] == "cash" && row["statistic"] == "mean").expect("cash");
    let width = |low: &str, high: &str| number(cash, high) - number(cash, low);
    let independent = width("value_low", "value_high").hypot(width("before_low", "before_high"));
    assert!(width("low", "high") < independent, "{cash:?}");
}

#[test]
fn two_runs_with_other_seeds_or_first_months_have_unpaired_differences() {
    let base = study();
    let text = fs::read_to_string(TEACHING).unwrap();
    let line = text.lines().find(|line| line.starts_with("start = ")).expect("a first month");
    let later = text.replacen(line, "start = \"2026-04\"", 1);
    let before = run("first", &base, small());
    for (name, study, options) in [
        ("other-seed", base.clone(), Options { seed: Some(77), ..small() }),
        (
            "later",
            Study::of(Scenario::parse("l.toml", &later, &[]).expect("a scenario")),
            Options { draws: Some(25), ..small() },
        ),
    ] {
        let after = run(name, &study, options);
        let document = document(Report::of_change(&before, &after).expect("two runs").text());
        let headlines = rows(&document, "headlines");
        assert!(headlines.len() > 20, "{name}: {}", headlines.len());
        assert!(headlines.iter().all(|row| !row["method"].starts_with("paired")), "{name}");
    }
}
