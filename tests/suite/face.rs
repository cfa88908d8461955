//! The public face: what it lists, and that it works as the first page of the library says.

use std::fmt::Write as _;
use std::fs;

use ouroborisk::{
    Benchmark, Comparison, Error, Options, Plan, Replay, Run, Scenario, Statistic, Study, Sweep, SweepRun, Variant,
    compare, plain_text,
};

const TEACHING: &str = "scenarios/teaching.toml";

fn small() -> Options {
    Options { paths: Some(320), draws: Some(5), threads: 2, ..Options::default() }
}

fn study() -> Study {
    Study::of(Scenario::load(TEACHING).expect("a scenario"))
}

#[test]
fn every_result_owns_what_it_says_and_can_be_sent_to_another_thread() {
    fn is_send<T: Send + 'static>() {}
    is_send::<Study>();
    is_send::<Run>();
    is_send::<Plan>();
    is_send::<Replay>();
    is_send::<Comparison>();
    is_send::<Benchmark>();
    is_send::<Sweep>();
    is_send::<SweepRun>();
    is_send::<Error>();
    is_send::<Options>();
}

#[test]
fn every_result_has_tables_and_a_page() {
    let study = study();
    let run = study.run(small()).expect("a run");
    assert!(run.metric("default", "lyra").iter().any(|row| row.answer.value.is_some()));
    assert!(run.page(100).len() > 5);
    assert_eq!(run.tables().expect("tables").len(), 12);
    assert!(study.plan().expect("a plan").page(80).len() > 1);
    let replay = study.replay(1, 3, small()).expect("a path");
    assert_eq!(replay.address(), (1, 3));
    assert_eq!(replay.tables().expect("tables").len(), 3);
    let twins = study.twins(small()).expect("three runs");
    assert_eq!(twins.compared().len(), 3);
    let variant = |name: &str, scenario: Scenario| Variant { name: name.to_owned(), scenario };
    let richer = study.scenario().set(["lab.lyra.cash=9B USD"]).expect("a variant");
    let pair = [variant("base", study.scenario().clone()), variant("richer", richer)];
    let compared = compare(&pair, true, small()).expect("a comparison");
    assert!(compared.page(100).iter().any(|block| block.title == "richer less base"));
    assert_eq!(compared.tables().expect("tables").len(), 3);
}

#[test]
fn pages_are_no_wider_than_asked_and_say_what_was_overridden() {
    let richer = Study::of(study().scenario().set(["lab.lyra.cash=9B USD"]).expect("a variant"));
    let run = richer.run(small()).expect("a run");
    let (plan, replay) = (richer.plan().expect("a plan"), richer.replay(1, 3, small()).expect("a path"));
    let twins = richer.twins(small()).expect("three runs");
    for width in [60, 80, 120, 200] {
        let of_twins = Some(twins.page(width));
        for page in [run.page(width), plan.page(width), replay.page(width)].into_iter().chain(of_twins) {
            let text = plain_text(&page);
            let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > width).collect();
            assert!(wide.is_empty(), "{width}: {wide:?}");
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains("lab.lyra.cash = 9 B USD instead of "), "{text}");
        }
    }
}

/// A supplier gives 1 B of compute credits on half of the paths, and every credit is spent with it.
const NOTHING_GIVEN: &str = "[scenario]\nname = \"n\"\nstart = \"2026-01\"\nhorizon = \"2y\"\n[lab.a]\ncash = \"40B USD\"\n\
    revenue.target = { 2026 = \"8B USD\" }\ncompute.inference_share = \"50%\"\n[[contract]]\nid = \"c\"\nlab = \"a\"\n\
    provider = \"p\"\namount = \"8B USD\"\nstart = \"2026-01\"\nterm = \"2y\"\n[[investment]]\nid = \"i\"\n\
    investor = \"p\"\nlab = \"a\"\nform = \"credits\"\namount = \"1B USD\"\ndate = \"2026-03\"\nprobability = \"50%\"\n";

#[test]
fn what_has_come_back_of_nothing_is_not_counted() {
    let scenario = Scenario::parse("n.toml", NOTHING_GIVEN, &[]).expect("a scenario");
    let study = Study::of(scenario);
    let run = study.run(Options { paths: Some(400), ..Options::default() }).expect("a run");
    let rows = run.metric("circular_returned", "p");
    let mean = rows.iter().find(|row| row.estimand.statistic == Statistic::Mean).expect("a mean");
    assert!((mean.answer.value.expect("a value") - 1.0).abs() < 1e-6, "{mean:?}");
    assert!(mean.answer.method.contains("more without a value"), "{mean:?}");
    assert!(run.is_sound());
    let without = study.scenario().set(["lab.a.tax_rate=10%"]).expect("a variant");
    let named = |name: &str, scenario: Scenario| Variant { name: name.to_owned(), scenario };
    let pair = [named("base", study.scenario().clone()), named("taxed", without)];
    let compared = compare(&pair, false, Options { paths: Some(400), ..Options::default() }).expect("a comparison");
    let of = |contrast: &&ouroborisk::Contrast| contrast.estimand.measure.name == "circular_returned";
    assert!(compared.compared()[0].contrasts.iter().any(|contrast| of(&contrast)));
}

#[test]
fn sizes_in_the_options_are_the_overrides_of_the_command_line() {
    let run = study().run(small()).expect("a run");
    assert_eq!(run.scenario().overrides(), ["run.paths=320", "run.draws=5"]);
    assert_eq!(run.paths(), 320);
}

#[test]
fn an_error_carries_its_problems() {
    let error: Error = Scenario::load("tests/fixtures/nowhere.toml").unwrap_err().into();
    let Error::Problems(problems) = error else { panic!("{error}") };
    assert_eq!(problems.list.len(), 1);
    assert!(matches!(study().replay(99, 0, small()), Err(Error::Refused(_))));
}

/// The names that the crate shows, and what is public in each file of the face.
fn public_items() -> String {
    let root = fs::read_to_string("src/lib.rs").expect("the root");
    let shown = root.split("pub use face::{").nth(1).and_then(|rest| rest.split('}').next()).expect("the face");
    let mut names: Vec<&str> = shown.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    let mut list = format!("ouroborisk\n  {}\n", names.join("\n  "));
    let mut files: Vec<_> = fs::read_dir("src/face").expect("the face").map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| !file.ends_with("mod.rs")) {
        let text = fs::read_to_string(file).expect("a source file");
        let _ = writeln!(list, "{}", file.display());
        for item in items(&text) {
            let _ = writeln!(list, "  {item}");
        }
    }
    list
}

/// Public functions, types and fields of a source text, without their bodies; and the results that are given the methods
/// of a macro.
fn items(text: &str) -> Vec<String> {
    let mut lines = text.lines().map(str::trim);
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let mut item = line.to_owned();
        while item.starts_with("pub fn ") && !item.ends_with('{') {
            item += if item.ends_with(',') { " " } else { "" };
            item += lines.next().expect("the rest of a signature");
        }
        let item = item.replace(", )", ")");
        if line.starts_with("pub ") || line.starts_with("result!(") {
            found.push(without_paths(item.trim_end_matches([' ', '{', ',', ';'])));
        }
    }
    found
}

/// The names that a macro writes as `$crate::path::Name`.
fn without_paths(item: &str) -> String {
    let mut parts = item.split("$crate::");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let path = part.find(|c: char| c != ':' && c != '_' && !c.is_alphanumeric()).unwrap_or(part.len());
        let name = part[..path].rfind("::").map_or(0, |at| at + 2);
        text + &part[name..]
    })
}

#[test]
fn the_list_of_public_items_changes_only_on_purpose() {
    // `UPDATE_FACE=1 cargo test face` writes the list anew.
    let (path, found) = ("tests/golden/public-items.txt", public_items());
    if std::env::var_os("UPDATE_FACE").is_some() {
        fs::write(path, &found).expect("the list");
    }
    let known = fs::read_to_string(path).expect("the list");
    assert_eq!(found, known, "the public face has changed: is it meant to? then `UPDATE_FACE=1 cargo test face`");
}
