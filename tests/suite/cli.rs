//! The commands as sentences: what they print, what they write, how they end.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const MINIMAL: &str = "tests/fixtures/minimal.toml";
const REFERENCE: &str = "tests/fixtures/openai-2026-06.toml";

/// The program with plain surroundings.
fn ouro(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ouro"));
    command.args(words).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env("COLUMNS", "100");
    command
}

fn ended(words: &[&str]) -> Output {
    ouro(words).output().expect("the program starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself, not by a signal")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

/// Standard output of a command that ends well.
fn said(words: &[&str]) -> String {
    let output = ended(words);
    assert_eq!(code(&output), 0, "{words:?}\n{}", err(&output));
    out(&output)
}

fn json(words: &[&str]) -> serde_json::Value {
    serde_json::from_str(&said(words)).expect("one JSON document")
}

/// An empty folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder
}

/// The smallest scenario, with one line replaced.
fn broken(name: &str, from: &str, to: &str) -> String {
    let text = fs::read_to_string(MINIMAL).expect("the fixture");
    assert!(text.contains(from), "{from}");
    let file = folder(name).join("broken.toml");
    fs::write(&file, text.replace(from, to)).expect("a file for the test");
    file.display().to_string()
}

#[test]
fn help_teaches_with_examples_and_exit_codes() {
    let help = said(&["--help"]);
    for word in ["Examples:", "ouro check scenarios/", "Exit codes:", "130", "NO_COLOR"] {
        assert!(help.contains(word), "{word}:\n{help}");
    }
    for command in ["check", "sources", "diff", "new", "schema", "plan", "run", "replay"] {
        let help = said(&[command, "--help"]);
        let takes_values = !["new", "schema"].contains(&command);
        assert!(help.contains("Examples:") && help.contains("--set") == takes_values, "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
}

#[test]
fn a_kept_calibration_changes_no_bit_of_a_run_and_one_of_other_values_is_told() {
    let folder = folder("calibrate");
    let file = folder.join("teaching.toml");
    fs::copy("scenarios/teaching.toml", &file).expect("the scenario");
    let (name, kept) = (file.display().to_string(), folder.join("teaching.calibration.json"));
    let run = |out: &str| {
        let out = folder.join(out);
        said(&[
            "run",
            &name,
            "--paths",
            "500",
            "--no-figures",
            "--no-paths",
            "-q",
            "--out",
            &out.display().to_string(),
        ]);
        ["summary.csv", "calibration.csv"].map(|file| fs::read(out.join(file)).expect("a table"))
    };
    let solved = run("solved");
    let page = said(&["calibrate", &name, "-q"]);
    assert!(page.contains("nimbus") && page.contains(" to ") && kept.exists(), "{page}");
    assert_eq!(run("kept"), solved);
    assert!(!said(&["check", &name]).contains("calibration"));

    let text = fs::read_to_string(&file).expect("the scenario");
    fs::write(&file, text.replace("seed = 7", "seed = 8")).expect("other values");
    let told = said(&["check", &name]);
    assert!(told.contains("other values or version") && told.contains("ouro calibrate"), "{told}");

    let nothing = ended(&["calibrate", MINIMAL]);
    assert!(code(&nothing) == 1 && err(&nothing).contains("no volatility is calibrated"), "{}", err(&nothing));
}

#[test]
fn the_version_names_the_commit_and_the_compiler() {
    let version = said(&["--version"]);
    assert!(version.starts_with(concat!("ouro ", env!("CARGO_PKG_VERSION"), " (")), "{version}");
    assert!(version.contains("rustc "), "{version}");
}

#[test]
fn an_unknown_command_is_a_usage_error_with_a_suggestion() {
    let output = ended(&["chek", MINIMAL]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("'check'"), "{}", err(&output));
    assert_eq!(code(&ended(&[])), 2);
    assert_eq!(code(&ended(&["run", MINIMAL, "--paths", "many"])), 2);
}

#[test]
fn a_good_file_is_ok_and_its_contents_are_told() {
    let text = said(&["check", MINIMAL, REFERENCE]);
    assert!(text.contains("ok  tests/fixtures/minimal.toml  Smallest"), "{text}");
    assert!(text.contains("6 contracts"), "{text}");
    assert!(text.contains("17 uncertain numbers"), "{text}");
    assert!(text.ends_with("2 files: 2 ok, 0 refused\n"), "{text}");
}

#[test]
fn a_bad_file_is_refused_with_all_its_problems_in_place() {
    let file = broken("bad", "round.max_share = \"10%\"", "round.max_shar = \"10%\"\ntax_rate = 2.0");
    let output = ended(&["check", &file, MINIMAL]);
    assert_eq!(code(&output), 1);
    let text = out(&output);
    assert!(text.contains(&format!("{file}:14:")), "{text}");
    assert!(text.contains("did you mean"), "{text}");
    assert!(text.contains("2 errors"), "{text}");
    assert!(text.contains("2 files: 1 ok, 1 refused"), "{text}");
}

#[test]
fn what_only_months_show_is_found_by_check() {
    let file = broken("months", "2028 = \"2B USD\", 2030", "2028 = \"-200B USD\", 2030");
    let output = ended(&["check", &file]);
    assert_eq!(code(&output), 1, "{}", out(&output));
    assert!(out(&output).contains("2028"), "{}", out(&output));
}

#[test]
fn an_override_is_checked_as_the_file_is() {
    let output = ended(&["check", MINIMAL, "--set", "contract.cloud.take_or_pay=1.5"]);
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("contract.cloud.take_or_pay"), "{}", out(&output));
}

#[test]
fn every_command_refuses_a_file_that_is_not_there_or_is_a_folder() {
    for words in [vec!["check"], vec!["plan"], vec!["run"], vec!["replay", "--path", "0"]] {
        let missing = ended(&[&words[..], &["nowhere.toml"]].concat());
        assert_eq!(code(&missing), 1);
        let text = out(&missing) + &err(&missing);
        assert!(text.contains("nowhere.toml") && text.contains("no such file"), "{text}");
        let folder = ended(&[&words[..], &["tests"]].concat());
        assert_eq!(code(&folder), 1);
        let text = out(&folder) + &err(&folder);
        assert!(text.contains("directory"), "{text}");
    }
}

#[test]
fn explain_says_what_is_written_what_is_default_and_what_is_derived() {
    let text = said(&["check", MINIMAL, "--explain"]);
    for word in ["[lab.acme]", "10 B USD", "written", "default", "derived"] {
        assert!(text.contains(word), "{word}:\n{text}");
    }
    let once = text.matches("[market]\n").count();
    assert_eq!(once, 1, "each table has one heading\n{text}");
}

#[test]
fn check_speaks_json_for_good_and_bad() {
    let good = json(&["check", MINIMAL, "--json", "--explain"]);
    let file = &good["files"][0];
    assert_eq!(file["ok"], true);
    assert_eq!(file["holds"]["months"], 60);
    let cash = file["effective"].as_array().unwrap().iter().find(|row| row["key"] == "lab.acme.cash").unwrap();
    assert_eq!((&cash["unit"], &cash["origin"]), (&"USD".into(), &"written".into()));
    let bad = ended(&["check", "nowhere.toml", "--json"]);
    assert_eq!(code(&bad), 1);
    let bad: serde_json::Value = serde_json::from_slice(&bad.stdout).unwrap();
    assert_eq!(bad["files"][0]["problems"][0]["severity"], "error");
}

/// A variant of the smallest scenario, in a folder of its own.
fn variant(name: &str, text: &str) -> String {
    let base = fs::canonicalize(MINIMAL).expect("the fixture");
    let file = folder(name).join("variant.toml");
    fs::write(&file, format!("extends = '{}'\n{text}", base.display())).expect("a file for the test");
    file.display().to_string()
}

#[test]
fn a_strict_check_refuses_what_cannot_be_defended() {
    assert_eq!(code(&ended(&["check", "scenarios/minimal.toml", "--strict"])), 0);
    let output = ended(&["check", "scenarios/minimal.toml", "--strict", "--set", "lab.acme.cash=5B"]);
    assert_eq!(code(&output), 1);
    assert!(out(&output).contains("has no source, prior or assumption"), "{}", out(&output));
    let output = ended(&["check", MINIMAL, "--strict", "--json"]);
    assert_eq!(code(&output), 1);
    let bad: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let problems = bad["files"][0]["problems"].as_array().unwrap();
    assert!(problems.iter().any(|problem| problem["key"] == "scenario.as_of"), "{problems:?}");
    assert!(problems.iter().filter(|problem| problem["line"].is_number()).count() > 10, "{problems:?}");
}

#[test]
fn a_problem_of_a_variant_shows_the_file_where_it_is_written() {
    let file = variant("variant", "[[contract]]\nid = \"cloud\"\nterm = \"6y\"\n[lab.acme]\ncash = \"5B EUR\"\n");
    let output = ended(&["check", &file]);
    assert_eq!(code(&output), 1);
    let text = out(&output);
    assert!(text.contains("variant.toml:6:8") && text.contains("minimal.toml:"), "{text}");
}

#[test]
fn a_file_of_sources_is_ok_by_itself() {
    let place = folder("sources-file").join("sources.toml");
    fs::write(&place, "[sources.a]\ntitle = \"A\"\n[sources.b]\ntitle = \"B\"\n").unwrap();
    let text = said(&["check", place.to_str().unwrap()]);
    assert!(text.starts_with("ok  ") && text.contains("2 sources"), "{text}");
    fs::write(&place, "[sources.a]\ntitel = \"A\"\n").unwrap();
    assert_eq!(code(&ended(&["check", place.to_str().unwrap()])), 1);
}

#[test]
fn sources_says_number_by_number_what_it_rests_on() {
    let reference = "scenarios/openai-2026-06.toml";
    let text = said(&["sources", reference]);
    for word in ["[lab.openai]", "73 B USD", "openai_cash_q1_2026:", "https://", "assumed", "19 % with a source"] {
        assert!(text.contains(word), "{word}:\n{text}");
    }
    let table = json(&["sources", reference, "--json", "--set", "lab.openai.cash=60B"]);
    let records = table["records"].as_array().unwrap();
    let cash = records.iter().find(|record| record["key"] == "lab.openai.cash").unwrap();
    assert_eq!(
        (&cash["value"], &cash["unit"], &cash["kind"]),
        (&"60 B USD".into(), &"USD".into(), &"unsourced".into())
    );
    let csv = said(&["sources", reference, "--csv"]);
    assert!(csv.starts_with("key,value,unit,kind,source,title,publisher,date,url,reason,note\n"), "{csv}");
    assert_eq!(code(&ended(&["sources", reference, "--csv", "--json"])), 2);
}

#[test]
fn diff_tells_what_differs_and_says_so_with_its_exit_code() {
    let same = ended(&["diff", MINIMAL, MINIMAL]);
    assert_eq!((code(&same), out(&same).contains("the same")), (0, true));
    let words = "remove = [\"lab.acme.compute.training\"]\nlab.acme.tax_rate = { value = \"21%\", assumed = \"law\" }\n\
                 lab.acme.cash = { value = \"10B USD\", assumed = \"why\" }\nlab.acme.stakes.nimbus = 0.1\n";
    let file = variant("diff", words);
    let output = ended(&["diff", MINIMAL, &file]);
    assert_eq!(code(&output), 4);
    let text = out(&output);
    for word in ["tax_rate", "0 % (default)", "21 %; assumed: law", "basis", "removed", "added"] {
        assert!(text.contains(word), "{word}:\n{text}");
    }
    let output = ended(&["diff", MINIMAL, &file, "--json"]);
    assert_eq!(code(&output), 4);
    let table: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let changes: Vec<&str> =
        table["records"].as_array().unwrap().iter().filter_map(|row| row["change"].as_str()).collect();
    assert_eq!(changes.iter().filter(|change| **change == "removed").count(), 2, "{changes:?}");
    assert_eq!(code(&ended(&["diff", MINIMAL, "nowhere.toml"])), 1);
    assert_eq!(code(&ended(&["diff", MINIMAL, MINIMAL, "--set", "lab.acme.cash=5B"])), 4);
}

#[test]
fn a_new_scenario_can_be_checked_and_is_not_written_over_another() {
    let place = folder("new");
    let (first, second) = (place.join("first.toml"), place.join("second.toml"));
    let (first, second) = (first.to_str().unwrap(), second.to_str().unwrap());
    said(&["new", "--out", first]);
    said(&["new", "--from", first, "--out", second]);
    assert!(fs::read_to_string(second).unwrap().contains("extends = \"first.toml\""));
    assert!(said(&["check", "--strict", first, second]).contains("2 files: 2 ok, 0 refused"));
    let output = ended(&["new", "--out", first]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("--force"), "{}", err(&output));
    said(&["new", "--out", first, "--force"]);
    assert_eq!(code(&ended(&["new", "--out", place.join("no/such/folder.toml").to_str().unwrap()])), 3);
}

#[test]
fn the_schema_and_the_glossary_are_printed() {
    let schema = json(&["schema"]);
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert_eq!(said(&["schema", "--glossary"]), fs::read_to_string("docs/glossary.md").unwrap());
}

#[test]
fn a_result_records_all_files_and_sources_it_rests_on() {
    let file = variant(
        "record",
        "[scenario]\nas_of = \"2026-02\"\n[lab.acme]\ncash = { value = \"9B USD\", source = \"s\" }\n\
         [sources.s]\ntitle = \"A report\"\ndate = \"2026-01\"\n",
    );
    let place = Path::new(&file).with_file_name("result");
    let text = said(&["run", &file, "--paths", "64", "--out", place.to_str().unwrap()]);
    assert!(text.contains("Information as of 2026-02") && text.contains("sources.csv"), "{text}");
    let manifest: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(place.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["scenario"]["as_of"], "2026-02");
    assert_eq!(manifest["scenario"]["sources"]["s"]["title"], "A report");
    assert!(manifest["scenario"]["rests_on"]["minimal.toml"].as_str().unwrap().contains("[lab.acme]"));
    assert!(manifest["provenance"]["unsourced"].as_f64().unwrap() > 0.5);
    let sources = rows(&place.join("sources.csv"));
    assert!(sources.iter().any(|row| row[0] == "lab.acme.cash" && row[5] == "A report"), "{sources:?}");
}

/// Header and rows of a file of comma-separated values.
fn rows(file: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(file).expect("a file");
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_plan_is_written_as_the_fixture_is() {
    for name in ["minimal", "openai-2026-06"] {
        let place = folder(&format!("plan-{name}")).join("result");
        let text = said(&["plan", &format!("tests/fixtures/{name}.toml"), "--out", place.to_str().unwrap()]);
        assert!(text.contains("can it be carried out?") && text.contains("plan.csv"), "{text}");
        let ours = rows(&place.join("plan.csv"));
        let theirs = rows(Path::new(&format!("tests/fixtures/{name}.plan.csv")));
        assert_eq!(ours[0], theirs[0], "the columns");
        assert_eq!(ours.len(), theirs.len(), "the months");
        for (ours, theirs) in ours[1..].iter().zip(&theirs[1..]) {
            assert_eq!(ours[0], theirs[0], "the month");
            for (our, their) in ours[1..].iter().zip(&theirs[1..]) {
                assert_eq!(our.split('.').nth(1).unwrap().len(), 9, "nine decimals: {our}");
                let (our, their): (f64, f64) = (our.parse().unwrap(), their.parse().unwrap());
                assert!((our - their).abs() <= 1e-6 * their.abs().max(1.0), "{our} {their}");
            }
        }
        let manifest = fs::read_to_string(place.join("manifest.json")).unwrap();
        assert!(manifest.contains("\"stop\": \"plan\"") && manifest.contains("plan.csv"), "{manifest}");
    }
}

#[test]
fn the_years_of_a_plan_add_up() {
    let place = folder("plan-json").join("result");
    let plan = json(&["plan", MINIMAL, "--json", "--out", place.to_str().unwrap()]);
    let mut cash = 10e9;
    for year in plan["years"].as_array().unwrap() {
        let figure = |name: &str| year[name].as_f64().unwrap();
        let ocf = figure("revenue") - figure("compute") - figure("opex") - figure("other");
        assert!((ocf - figure("ocf")).abs() < 1.0, "{year}");
        cash += figure("ocf") + figure("equity") + figure("borrowed") - figure("repaid");
        assert!((cash - figure("cash")).abs() < 1.0, "{year}");
    }
    assert_eq!(plan["years"].as_array().unwrap().len(), 5);
}

#[test]
fn much_unmet_need_is_a_warning_and_no_error() {
    let place = folder("plan-unmet").join("result");
    let few = "contract.cloud.schedule={ 2026 = 1e9, 2027 = 1e9, 2028 = 1e9, 2029 = 1e9, 2030 = 1e9 }";
    let text = said(&["plan", MINIMAL, "--set", few, "--out", place.to_str().unwrap()]);
    assert!(text.contains("warning: acme cannot have"), "{text}");
    assert!(text.contains(" in 2026, "), "{text}");
}

#[test]
fn a_folder_with_anything_else_in_it_is_left_alone() {
    let place = folder("foreign");
    fs::write(place.join("thesis.tex"), "mine").unwrap();
    let output = ended(&["plan", MINIMAL, "--out", place.to_str().unwrap()]);
    assert_eq!(code(&output), 3);
    assert!(err(&output).starts_with("error: "), "{}", err(&output));
    assert!(err(&output).contains("thesis.tex"), "{}", err(&output));
    assert_eq!(fs::read_dir(&place).unwrap().count(), 1);
}

#[test]
fn a_replay_is_the_same_every_time_and_another_path_is_another_story() {
    let first = said(&["replay", REFERENCE, "--path", "3", "--draw", "5"]);
    assert_eq!(first, said(&["replay", REFERENCE, "--path", "3", "--draw", "5"]));
    let other = said(&["replay", REFERENCE, "--path", "4", "--draw", "5"]);
    assert_ne!(first, other);
    assert!(first.contains("path 3 of draw 5"), "{first}");
    assert!(first.contains("market.run_up:"), "{first}");
    assert!(first.contains("if the market closed now"), "{first}");
}

#[test]
fn a_replay_shows_only_the_months_asked_for_and_writes_its_ledger() {
    let place = folder("replay").join("result");
    let words = ["replay", REFERENCE, "--path", "0", "--months", "2027-01..2028-06", "--out", place.to_str().unwrap()];
    let text = said(&words);
    assert!(!text.contains(" 2026-"), "{text}");
    assert!(text.contains("ledger.csv"), "{text}");
    let ledger = rows(&place.join("ledger.csv"));
    assert_eq!((ledger[1][0].as_str(), ledger.len()), ("2027-01", 19));
    assert_eq!(rows(&place.join("story.csv"))[0], ["month", "kind", "subject", "amount", "what"]);
}

#[test]
fn a_replay_in_json_has_the_metrics_of_the_path() {
    let replay = json(&["replay", MINIMAL, "--path", "11", "--seed", "9", "--json"]);
    assert_eq!((&replay["path"], &replay["seed"]), (&11.into(), &9.into()));
    let metrics = replay["metrics"].as_array().unwrap();
    assert!(metrics.iter().any(|metric| metric["measure"] == "funding_gap" && metric["value"].is_number()));
}

#[test]
fn a_path_or_a_draw_that_no_run_has_is_refused_with_what_there_is() {
    let output = ended(&["replay", REFERENCE, "--path", "0", "--draw", "200"]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("200 draws (0 to 199)"), "{}", err(&output));
    let output = ended(&["replay", REFERENCE, "--path", "500"]);
    assert_eq!(code(&output), 1);
    assert!(err(&output).contains("(0 to 499)"), "{}", err(&output));
}

#[test]
fn colours_come_only_when_they_are_wanted() {
    let escapes = |command: &mut Command| command.output().unwrap().stdout.contains(&0x1b);
    assert!(!escapes(&mut ouro(&["check", MINIMAL])), "not into a pipe");
    assert!(escapes(&mut ouro(&["check", MINIMAL, "--color", "always"])));
    assert!(!escapes(ouro(&["check", MINIMAL]).env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1")));
    assert!(!escapes(&mut ouro(&["--color=never", "check", MINIMAL])));
}

#[test]
fn no_line_is_wider_than_the_terminal_and_none_ends_in_a_blank() {
    for width in ["60", "80", "100"] {
        let variant = variant("width", "lab.acme.cash = { value = \"9B USD\", assumed = \"less\" }\n");
        let diff = ["diff", MINIMAL, &variant];
        let sources = ["sources", REFERENCE];
        for words in [
            &["check", MINIMAL, "scenarios/openai-2026-06.toml", "scenarios/teaching.toml"][..],
            &["check", MINIMAL, "--explain"],
            &diff,
            &sources,
            &["replay", REFERENCE, "--path", "8", "--draw", "5"],
        ] {
            let output = ouro(words).env("COLUMNS", width).output().unwrap();
            for line in out(&output).lines() {
                assert!(line.chars().count() <= width.parse().unwrap(), "{width}: {line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }
}

#[test]
fn long_links_are_broken_on_a_narrow_page() {
    for words in [["sources", REFERENCE], ["sources", "scenarios/openai-2026-06.toml"]] {
        let output = ouro(&words).env("COLUMNS", "60").output().unwrap();
        let told = out(&output);
        let wide: Vec<&str> = told.lines().filter(|line| line.chars().count() > 60).collect();
        assert!(wide.is_empty(), "{wide:?}");
        assert_eq!(told.contains("http"), words[1] != REFERENCE);
    }
}

/// A price of chips that falls by 2,000 % a year is nothing after 37 years, and what is divided by it is no number.
const UNDERFLOW: &str = "[scenario]\nname = \"u\"\nstart = \"2026-01\"\nhorizon = \"50y\"\n[run]\npaths = 8\n\
    [family.gpu]\nprice_decline = \"2000%\"\n[lab.a]\ncash = \"100000B USD\"\nrevenue.target = { 2026 = \"8B USD\" }\n\
    compute.inference_share = \"40%\"\n[[contract]]\nid = \"c\"\nlab = \"a\"\nprovider = \"p\"\namount = \"150B USD\"\n\
    start = \"2026-01\"\nterm = \"50y\"\n[[benchmark]]\nname = \"gap\"\nmetric = \"funding_gap\"\nvalue = \"1B USD\"\n";

#[test]
fn numbers_that_are_not_finite_are_said_and_end_every_command_with_an_error() {
    let folder = folder("not-finite");
    let file = folder.join("u.toml").display().to_string();
    fs::write(&file, UNDERFLOW).unwrap();
    let sweep = folder.join("s.toml").display().to_string();
    let axis = "[[axis]]\nkey = \"lab.a.tax_rate\"\nvalues = [0.1, 0.2]\n";
    let text = "[sweep]\nname = \"s\"\nscenario = \"u.toml\"\npaths = 8\ndraws = 1\nmeasures = [\"cash\"]\n";
    fs::write(&sweep, format!("{text}{axis}")).unwrap();
    for (name, words) in [
        ("run", &["run", &file, "--no-figures"][..]),
        ("twins", &["twins", &file, "--no-figures"]),
        ("compare", &["compare", &file, "--set", "lab.a.tax_rate=10%", "--no-figures", "--no-attribution"]),
        ("benchmark", &["benchmark", &file]),
        ("plan", &["plan", &file]),
        ("replay", &["replay", &file, "--path", "0"]),
        ("sweep", &["sweep", &sweep, "--no-figures"]),
    ] {
        let place = folder.join(name).display().to_string();
        let output = ended(&[words, &["--out", &place]].concat());
        let told = out(&output) + &err(&output);
        assert_eq!(code(&output), 1, "{name}: {told}");
        assert!(told.contains("NOT FINITE"), "{name}: {told}");
    }
}

#[test]
fn runs_that_share_a_folder_say_what_happened() {
    let folder = folder("shared");
    let place = folder.join("out").display().to_string();
    let run = |seed: u32| {
        let seed = seed.to_string();
        let words = ["run", MINIMAL, "--paths", "400", "--threads", "1", "-q", "--no-figures", "--out", &place];
        ouro(&[&words[..], &["--seed", &seed]].concat()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let runs: Vec<_> = (1..=5).map(run).collect();
    let ended: Vec<Output> = runs.into_iter().map(|run| run.wait_with_output().unwrap()).collect();
    let done = ended.iter().filter(|output| code(output) == 0).count();
    for output in &ended {
        let told = err(output);
        let expected = match code(output) {
            0 => "results in ",
            _ => "another run writes its result to",
        };
        assert!([0, 3].contains(&code(output)) && told.contains(expected), "{told}");
    }
    assert!(done > 0, "no run has left its result");
    let manifest = ouroborisk::report::output::Manifest::read(&folder.join("out")).expect("a whole result");
    assert!((1..=5).contains(&manifest.seed));
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["out"]);
    let again = err(&run(6).wait_with_output().unwrap());
    assert!(again.contains("in place of an older result"), "{again}");
}

#[test]
fn a_story_says_what_was_overridden() {
    let folder = folder("overridden");
    let place = folder.join("out").display().to_string();
    said(&["replay", MINIMAL, "--path", "0", "--set", "lab.acme.cash=1B USD", "--out", &place]);
    let told = "lab.acme.cash = 1 B USD instead of 10 B USD";
    let csv = fs::read_to_string(folder.join("out/story.csv")).unwrap();
    let json = fs::read_to_string(folder.join("out/story.json")).unwrap();
    assert!(csv.lines().count() > 1 && csv.lines().skip(1).all(|line| line.ends_with(told)), "{csv}");
    assert!(json.contains(&format!("\"overridden\": \"{told}\",")), "{json}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let words = ["check", REFERENCE, REFERENCE, REFERENCE, "--explain", "--json"];
    let mut child = ouro(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut complaint = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
    assert_eq!(complaint, "");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_reader_that_leaves_changes_no_exit_code() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("closed-pipe.toml");
    fs::write(&file, "[scenario]\nname = \"w\"\nstart = \"2026-01\"\n[lab.a]\ncash = \"xB\"\n").unwrap();
    for (words, expected) in [(["check", file.to_str().unwrap()], 1), (["check", MINIMAL], 0)] {
        let mut child = ouro(&words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(expected), "{words:?}");
    }
}

#[test]
fn a_negative_count_is_told_what_a_count_is() {
    let output = ended(&["run", MINIMAL, "--seed", "-1"]);
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(code(&output), 2);
    assert!(error.contains("a count is a whole number") && !error.contains("-- -1"), "{error}");
}

#[test]
fn a_seed_beyond_63_bits_is_refused_with_the_limit() {
    let output = ended(&["run", MINIMAL, "--seed", "18446744073709551615"]);
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(code(&output), 1);
    assert!(error.contains("at most 9223372036854775807"), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn paths_that_memory_cannot_hold_are_refused_and_leave_nothing() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("too-many-paths");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let out = folder.join("out");
    let set = "--set scenario.horizon=1mo --paths 200000000000 --threads 1 -q";
    let line = format!("ulimit -v 4000000; {} run {MINIMAL} {set} --out {}", env!("CARGO_BIN_EXE_ouro"), out.display());
    let output = Command::new("sh").args(["-c", &line]).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{error}");
    assert!(error.contains("GB of memory, which is not available"), "{error}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn figures_of_a_comparison_say_what_each_variant_changes() {
    let place = folder("compare-figures").join("out");
    let variant = "poor: lab.acme.cash=1B USD";
    said(&["compare", MINIMAL, "--set", variant, "--figures", "svg", "--out", place.to_str().unwrap()]);
    let figures: Vec<String> = fs::read_dir(place.join("figures"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let told = "in poor: lab.acme.cash = 1 B USD instead of 10 B USD";
    assert!(!figures.is_empty() && figures.iter().all(|svg| svg.contains(told)), "{figures:?}");
}
