//! Runs that are made as large as their questions need, and what a pilot says of the need.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use ouroborisk::{
    Aim, Error, FigureFiles, Interrupt, NeedSize, Options, Reading, Run, Scenario, Standing, Stopped, Study, Target,
    Variant, Watcher, compare_until, plain_text,
};

const MINIMAL: &str = "tests/fixtures/minimal.toml";
const TEACHING: &str = "scenarios/teaching.toml";

fn study(file: &str) -> Study {
    Study::of(Scenario::load(file).unwrap_or_else(|problems| panic!("{problems}")))
}

fn aim(questions: &[&str], paths: u64) -> Aim {
    let questions = questions.iter().map(|&text| text.to_owned()).collect();
    Aim { questions, paths: Some(paths), seconds: None }
}

fn plain() -> Options {
    Options { figures: FigureFiles::None, ..Options::default() }
}

fn until(file: &str, aim: &Aim) -> Run {
    study(file).run_until(aim, plain()).unwrap_or_else(|error| panic!("{error}"))
}

/// The first reading of the look that is reported.
fn first(run: &Run) -> Reading {
    run.precision().and_then(|looks| looks.last().next()).expect("a reading").clone()
}

/// What is told of the questions, in one line.
fn answers(run: &Run) -> String {
    plain_text(&run.answers(100)).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("precision-{name}"));
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn ouro(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ouro"));
    command.args(words).env("COLUMNS", "100").output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn a_run_that_stops_early_has_the_bits_of_a_run_of_its_size() {
    let run = until(TEACHING, &aim(&["default by 2030-12: 8pp"], 40_000));
    let looks = run.precision().expect("looks");
    let (size, most) = (looks.size(), looks.sizes[looks.sizes.len() - 1]);
    assert_eq!(looks.stopped, Stopped::Answered);
    assert!(size.paths < most.paths && size.paths == 100 * size.draws, "{size:?} of {most:?}");
    let options = Options { paths: Some(size.paths), draws: Some(size.draws), ..plain() };
    let plain = study(TEACHING).run(options).unwrap_or_else(|error| panic!("{error}"));
    let (one, other) = (folder("stopped"), folder("plain"));
    run.write(&one).unwrap_or_else(|error| panic!("{error}"));
    plain.write(&other).unwrap_or_else(|error| panic!("{error}"));
    for file in ["summary.csv", "summary.json", "report.txt", "tails.csv", "monthly.csv", "draws.parquet"] {
        assert!(fs::read(one.join(file)).unwrap() == fs::read(other.join(file)).unwrap(), "{file}");
    }
    let manifest = fs::read_to_string(one.join("manifest.json")).unwrap();
    assert!(manifest.contains("\"stop\": \"precision\""), "{manifest}");
    assert!(!other.join("precision.txt").exists());
    let page = fs::read_to_string(one.join("precision.txt")).unwrap();
    let command = format!("--paths {} --draws {}", size.paths, size.draws);
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains(&command) && page.contains("Bonferroni"), "{page}");
}

#[test]
fn the_interval_that_holds_over_all_looks_contains_that_of_one_and_is_as_narrow_as_asked() {
    let run = until(TEACHING, &aim(&["default by 2030-12: 8pp", "funding_gap by 2030-12: 20%"], 80_000));
    let looks = run.precision().expect("looks");
    assert!(looks.is_answered() && looks.sizes.len() > 2, "{looks:?}");
    for reading in looks.last() {
        let (wide, one) = (&reading.over_looks, &reading.fixed);
        assert!(wide.low() < one.low() && one.high() < wide.high(), "{reading:?}");
        match reading.question.target {
            Target::HalfWidth(half) => assert!(wide.half_width() <= half),
            Target::Relative(share) => assert!(wide.half_width() <= share * wide.value()),
            Target::Above(_) | Target::Ranking => panic!("no decision was asked for"),
        }
        let entries = run.metric(reading.question.estimand.measure.name, &reading.question.estimand.subject);
        let same = entries.iter().find(|entry| entry.estimand == reading.question.estimand).expect("in the summary");
        assert_eq!((same.answer.value, same.answer.low), (Some(one.value()), Some(one.low())));
    }
}

#[test]
fn a_decision_is_made_where_the_interval_leaves_the_threshold() {
    let decided = |question: &str| first(&until(MINIMAL, &aim(&[question], 16_000))).standing;
    let value = first(&until(MINIMAL, &aim(&["burst by 2030-12: 50pp"], 2_000))).fixed.value();
    assert_eq!(decided(&format!("burst by 2030-12: above {}%", 100.0 * value - 10.0)), Standing::Above);
    assert_eq!(decided(&format!("burst by 2030-12: below {}%", 100.0 * value + 10.0)), Standing::Below);
}

#[test]
fn variants_are_ranked_with_as_many_paths_as_it_takes() {
    // A lab with a third of the cash defaults more often; one with a cent more cannot be told apart from the base.
    let variant = |name: &str, overrides: &[&str]| {
        let overrides: Vec<String> = overrides.iter().map(|&one| one.to_owned()).collect();
        let scenario = Scenario::load_with(MINIMAL, &overrides).unwrap_or_else(|problems| panic!("{problems}"));
        Variant { name: name.to_owned(), scenario }
    };
    let all =
        [variant("base", &[]), variant("poor", &["lab.acme.cash=3B"]), variant("same", &["lab.acme.cash=10.000001B"])];
    let ranked = |variants: &[Variant], question: &str| {
        compare_until(variants, &aim(&[question], 8_000), false, plain()).unwrap_or_else(|error| panic!("{error}"))
    };
    let found = ranked(&all[..2], "default by 2030-12: ranking");
    let looks = found.precision().expect("looks");
    let reading = looks.last().next().expect("a reading");
    assert_eq!((reading.standing, looks.stopped), (Standing::Above, Stopped::Answered));
    assert_eq!(reading.question.text, "poor less base, default by 2030-12");
    // The same numbers as the comparison itself, at the same size.
    let is_it = |row: &&ouroborisk::Contrast| row.estimand == reading.question.estimand;
    let contrast = found.compared()[0].contrasts.iter().find(is_it).expect("in the comparison");
    let difference = contrast.difference.value.expect("a number");
    assert!((difference - reading.fixed.value()).abs() < 1e-12, "{contrast:?} {reading:?}");
    let both = ranked(&all, "default by 2030-12: ranking");
    let looks = both.precision().expect("looks");
    assert_eq!(looks.last().map(|reading| reading.standing).collect::<Vec<_>>(), [Standing::Above, Standing::Open]);
    let words = ["compare", MINIMAL, "--set", "lab.acme.cash=3B", "--precision", "default by 2030-12: 1pp"];
    let output = ouro(&words);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("write `default by 2030-12: ranking`"), "{}", text(&output.stderr));
}

#[test]
fn what_no_budget_reaches_is_said_and_not_answered() {
    let run = until(MINIMAL, &aim(&["burst by 2030-12: 0.01pp"], 8_000));
    let looks = run.precision().expect("looks");
    assert_eq!(looks.stopped, Stopped::OutOfReach);
    assert_eq!(looks.at, 0, "the first look shows it");
    let out = folder("hopeless").display().to_string();
    let question = "burst by 2030-12: 0.01pp";
    let output = ouro(&["run", MINIMAL, "--paths", "8000", "--precision", question, "--no-figures", "--out", &out]);
    let page = text(&output.stdout);
    assert_eq!(output.status.code(), Some(5), "{page}");
    assert!(page.contains("not reached") && page.contains("it takes about"), "{page}");
}

#[test]
fn what_is_never_seen_is_no_zero_and_has_no_relative_precision() {
    // Acme has no debt: it never defaults on a payment within the first month.
    let question = "payment_default by 2026-01";
    let output = ouro(&["paths", MINIMAL, "--for", &format!("{question}: 10%")]);
    let page = text(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(5), "{page}");
    assert!(page.contains("never seen in the 25,600 paths of the pilot, so below 0.01"), "{page}");
    let run = until(MINIMAL, &aim(&[&format!("{question}: 0.5pp")], 4_000));
    let page = answers(&run);
    assert!(page.contains("never seen") && page.contains("no probability of exactly 0 or 1"), "{page}");
    assert!(!page.contains(" 0 % "), "{page}");
}

#[test]
fn bad_questions_are_answered_in_words_all_at_once() {
    let cases = [
        ("default by 2030-12", "no precision is asked for"),
        ("defualt by 2030-12: 1pp", "did you mean `default`"),
        ("default acmee by 2030-12: 1pp", "did you mean `acme`"),
        ("default by 2055-12: 1pp", "outside the run"),
        ("default by december: 1pp", "not `december:`"),
        ("default by 2030-12 p95: 1pp", "only the probability"),
        ("default_given_burst by 2030-12: 1pp", "ratio of several events"),
        ("default by 2030-12: 0pp", "is not above 0"),
        ("default by 2030-12: -1pp", "is not above 0"),
        ("default by 2030-12: $2B", "no precision of a probability"),
        ("default by 2030-12: above 120%", "between 0 % and 100 %"),
        ("funding_gap by 2030-12: 2pp", "an amount of money"),
        ("funding_gap by 2030-12: soon", "no precision of an amount of money"),
        ("default: 1pp", "has no `by`"),
        ("default by 2030-12: ranking", "ask it of `ouro compare`"),
    ];
    let asked: Vec<&str> = cases.iter().map(|(question, _)| *question).collect();
    let Err(Error::Refused(told)) = study(MINIMAL).run_until(&aim(&asked, 4_000), plain()) else { panic!("refused") };
    for (question, phrase) in cases {
        let line = told.lines().find(|line| line.starts_with(&format!("`{question}`")));
        let line = line.unwrap_or_else(|| panic!("{question}: {told}"));
        assert!(line.contains(phrase), "{line} should say {phrase}");
    }
    let output = ouro(&["run", MINIMAL, "--precision", "defualt by 2030-12: 1pp"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("did you mean"), "{}", text(&output.stderr));
}

#[test]
fn a_time_gives_what_fits_and_says_so() {
    let aim = Aim { seconds: Some(0.001), ..Aim::default() };
    let run = until(MINIMAL, &aim);
    let looks = run.precision().expect("looks");
    assert_eq!((looks.stopped, looks.at), (Stopped::Time, 0));
    assert!(looks.is_answered() && !looks.is_asked());
    let out = folder("time").display().to_string();
    let output = ouro(&["run", MINIMAL, "--time", "1s", "--paths", "4000", "--no-figures", "--out", &out]);
    let page = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{page}");
    assert!(page.contains("How large the run was made"), "{page}");
    assert!(page.contains("The size was chosen by the time alone"), "{page}");
}

#[test]
fn an_interrupted_run_has_the_answers_of_the_last_look_and_all_paths_that_were_finished() {
    let interrupt = Arc::new(Interrupt::new());
    let raised = Arc::clone(&interrupt);
    let progress: Watcher = Arc::new(move |at| {
        if at.done > 6_000 {
            raised.raise();
        }
    });
    let options = Options { interrupt: Some(interrupt), progress: Some(progress), threads: 1, ..plain() };
    let run = study(MINIMAL).run_until(&aim(&["burst by 2030-12: 1pp"], 32_000), options);
    let run = run.unwrap_or_else(|error| panic!("{error}"));
    let looks = run.precision().expect("looks");
    assert!(run.is_interrupted() && looks.stopped == Stopped::Interrupted, "{looks:?}");
    assert_eq!((looks.at, looks.size().paths, looks.last().count()), (0, 1_000, 1));
    assert!(run.paths() as u64 == looks.reported && run.paths() > 5_000, "{}", run.paths());
    let page = answers(&run);
    assert!(page.contains("the last look that was finished"), "{page}");
}

/// Paths that a pilot advises for a question, and the half-width of a run of that size over that asked.
fn advised(file: &str, question: &str, half: f64) -> (NeedSize, f64) {
    let needs = study(file).need(&[question.to_owned()], plain()).unwrap_or_else(|error| panic!("{error}"));
    let need = &needs.needs()[0];
    let size = *need.rows[0].sizes.as_ref().unwrap_or_else(|why| panic!("{why}"));
    let (paths, draws) = (Some(size.paths.value as u64), Some(size.draws.value as u64));
    let run = study(file).run(Options { paths, draws, ..plain() }).unwrap_or_else(|error| panic!("{error}"));
    let of = &need.question.estimand;
    let entries = run.metric(of.measure.name, &of.subject);
    let answer = &entries.iter().find(|entry| entry.estimand == *of).expect("in the summary").answer;
    let [value, low, high] = [answer.value, answer.low, answer.high].map(|number| number.expect("an interval"));
    (size, (high - value).max(value - low) / half)
}

#[test]
fn the_advised_size_gives_the_precision() {
    // The half-width of a probability near a half hardly varies from run to run; over draws it has the relative error of a
    // standard deviation, 1 / sqrt(2 D) twice: 0.1 for the pilot's 100 draws and 0.05 for 200. 4 standard errors of both are
    // 0.45 (false alarm 6e-5, seeds fixed); the size must do so within its own interval.
    let (size, ratio) = advised(MINIMAL, "burst by 2030-12: 1pp", 0.01);
    assert!(size.draws.value <= 1.0 && (ratio - 1.0).abs() < 0.03, "{size:?} {ratio}");
    let (size, ratio) = advised(TEACHING, "burst by 2030-12: 2pp", 0.02);
    assert!((ratio - 1.0).abs() < 0.45, "{size:?} {ratio}");
    assert!(size.paths.low <= size.paths.value && size.paths.value <= size.paths.high);
    assert!(size.paths_per_draw.is_multiple_of(64), "{size:?}");
}

#[test]
fn the_page_of_the_paths_names_the_floor_of_the_draws_and_a_command() {
    let output = ouro(&["paths", TEACHING, "--for", "burst by 2030-12: 2pp", "--for", "funding_gap by 2030-12: 5%"]);
    let page = text(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(0), "{page} {}", text(&output.stderr));
    for phrase in [
        "5 % end of the band",
        "With the 100 draws of the scenario no number of paths",
        "ouro run scenarios/teaching.toml --paths",
    ] {
        assert!(page.contains(phrase), "{phrase}: {page}");
    }
    let output = ouro(&["paths", TEACHING, "--for", "burst by 2030-12: 2pp", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["records"].as_array().expect("rows").len(), 3, "{told}");
    assert!(told["records"][0]["paths"].as_f64().expect("a number") > 1000.0);
}
