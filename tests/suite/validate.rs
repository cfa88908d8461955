//! `ouro validate`: what it finds, and that the page of documentation is what the program prints.
//!
//! Its seeds are fixed, so the verdicts are too: a problem that fails here has changed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const PAGE: &str = "docs/validation.md";
const PROBLEM: &str = "tests/fixtures/problem.toml";

fn ouro(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ouro")).args(words).env("COLUMNS", "100").output().expect("the program starts")
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("validate-{name}"));
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// The rows of the tables of a page, without those of what fails and the heads.
fn rows(page: &str) -> BTreeSet<String> {
    let after = page.split_once("## Problems with known answers").map_or(page, |(_, after)| after);
    after.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| problem |")).map(str::to_owned).collect()
}

/// A row without its numbers, whose last digit may differ between platforms: its name and verdict.
fn name_and_verdict(row: &str) -> (String, bool) {
    let name = row.split(" | ").next().unwrap_or_default().to_owned();
    (name, row.contains(" | passes |"))
}

#[test]
fn the_short_form_is_part_of_the_page() {
    let out = folder("short");
    let output = ouro(&["validate", "--short", "--quiet", "--out", &out.display().to_string()]);
    let code = output.status.code();
    assert!(code == Some(0) || code == Some(5), "{code:?}: {}", text(&output.stderr));
    let short = fs::read_to_string(out.join("validation.md")).unwrap();
    let page = fs::read_to_string(PAGE).expect("docs/validation.md: `just validation` makes it");
    let known: BTreeSet<_> = rows(&page).iter().map(|row| name_and_verdict(row)).collect();
    let found = rows(&short);
    assert!(found.len() > 100, "{} rows", found.len());
    let lost: Vec<&String> = found.iter().filter(|row| !known.contains(&name_and_verdict(row))).collect();
    assert!(lost.is_empty(), "{PAGE} does not have\n{lost:#?}\n`just validation` makes it anew");
    let same = rows(&page).intersection(&found).count();
    assert!(same * 10 > found.len() * 9, "of {} rows {same} have their digits: `just validation`", found.len());
}

#[test]
fn the_page_has_more_than_sixty_problems_and_says_first_what_fails() {
    let page = fs::read_to_string(PAGE).expect("docs/validation.md: `just validation` makes it");
    let problems = rows(&page).iter().filter(|row| row.starts_with("| `")).count();
    assert!(problems > 60, "{problems}");
    let fails = page.lines().any(|line| line.contains(" | fails |"));
    assert_eq!(fails, page.contains("## What fails"), "failures stand first");
    let first = page.find("## What fails").or_else(|| page.find("Nothing fails.")).expect("a verdict");
    assert!(first < page.find("## Problems").unwrap());
}

#[test]
fn a_problem_of_the_reader_is_answered() {
    let out = folder("problem");
    let output = ouro(&["validate", "--problem", PROBLEM, "--json", "--out", &out.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let table: Value = serde_json::from_slice(&output.stdout).unwrap();
    let records = table["records"].as_array().unwrap();
    let verdicts: Vec<(&str, &str)> =
        records.iter().map(|row| (row["id"].as_str().unwrap(), row["verdict"].as_str().unwrap())).collect();
    assert_eq!(verdicts, [("ever-burst", "passes"), ("cash", "passes"), ("residual-problem", "passes")]);
    assert!(records[0]["z"].as_f64().unwrap().abs() <= 4.0 && records[0]["standard_error"].as_f64().unwrap() > 0.0);
    assert_eq!(records[0]["source"], "Exponential waiting time; 100 bn and a year of revenue");
    for file in ["validation.csv", "validation.json", "validation.md", "report.txt", "manifest.json"] {
        assert!(out.join(file).exists(), "{file}");
    }
}

/// The fixture with a line replaced, in a file of its own.
fn changed(name: &str, from: &str, to: &str) -> String {
    let problem = fs::read_to_string(PROBLEM).unwrap();
    assert!(problem.contains(from), "{from}");
    let folder = folder(name);
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("changed.toml");
    fs::write(&file, problem.replace(from, to)).unwrap();
    file.display().to_string()
}

#[test]
fn a_wrong_answer_fails_and_stands_first() {
    // 0.329680 against 0.40 at 20,000 paths: 21 claimed errors.
    let file = changed("wrong", "0.329_680", "0.40");
    let output = ouro(&["validate", "--problem", &file, "--out", &folder("wrong-out").display().to_string()]);
    assert_eq!(output.status.code(), Some(5), "{}", text(&output.stderr));
    let page = text(&output.stdout);
    assert!(page.contains("3 problems, 1 fail."), "{page}");
    assert!(page.find("What fails").unwrap() < page.find("Problems of the reader").unwrap(), "{page}");
}

#[test]
fn a_problem_that_cannot_be_answered_is_refused_with_its_line() {
    let nobody = changed("nobody", "measure = \"cash\"\n", "measure = \"cash\"\nsubject = \"b\"\n");
    let misspelt = changed("misspelt", "measure = \"cash\"", "measure = \"cahs\"");
    for (file, told) in [
        (nobody, ["error[reference.cash.subject]", "the run has no `cash` of `b`"]),
        (misspelt, ["error[reference.cash.measure]", "did you mean `cash`?"]),
    ] {
        let output = ouro(&["validate", "--problem", &file]);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{message}");
        assert!(told.iter().all(|told| message.contains(told)) && message.contains("changed.toml"), "{message}");
    }
    let output = ouro(&["validate", "--problem", "scenarios/minimal.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("[[reference]]"), "{}", text(&output.stderr));
}

#[test]
fn the_example_of_the_page_is_a_problem_that_passes() {
    let page = fs::read_to_string("docs/validate.md").unwrap();
    let (_, rest) = page.split_once("```toml\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let folder = folder("example");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("example.toml");
    fs::write(&file, example).unwrap();
    let out = folder.join("out").display().to_string();
    let output = ouro(&["validate", "--problem", &file.display().to_string(), "--quiet", "--out", &out]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}
