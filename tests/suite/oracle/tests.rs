//! The oracle against the fixtures, and its books.

use super::{Chance, Ledger, run};

/// A fixture: names of the columns, and the months with their cells.
fn fixture(text: &str) -> (Vec<String>, Vec<(String, Vec<f64>)>) {
    let mut lines = text.lines();
    let names = lines.next().expect("a header").split(',').skip(1).map(str::to_string).collect();
    let rows = lines
        .map(|line| {
            let mut cells = line.split(',');
            let month = cells.next().expect("a month").to_string();
            (month, cells.map(|cell| cell.parse().expect("a number")).collect())
        })
        .collect();
    (names, rows)
}

/// Every cell that differs by more than 1e-6, relative or absolute, whichever is wider.
fn differences(ledger: &Ledger, fixture: &str) -> Vec<String> {
    let (names, rows) = fixture_parts(fixture);
    let mut found = Vec::new();
    if ledger.columns != names {
        let strange = ledger.columns.iter().zip(&names).find(|(ours, theirs)| ours != theirs);
        found.push(format!("columns differ, first {strange:?}"));
    }
    for (t, (month, cells)) in rows.iter().enumerate() {
        if ledger.months[t] != *month {
            found.push(format!("row {t} is {} and not {month}", ledger.months[t]));
        }
        for (name, theirs) in names.iter().zip(cells) {
            let Some(at) = ledger.columns.iter().position(|column| column == name) else { continue };
            let ours = ledger.rows[t][at];
            if !((ours - theirs).abs() <= 1e-6 * theirs.abs().max(1.0)) {
                found.push(format!("{month} {name}: {ours} and not {theirs}"));
            }
        }
    }
    found
}

fn fixture_parts(text: &str) -> (Vec<String>, Vec<(String, Vec<f64>)>) {
    fixture(text)
}

fn assert_agrees(scenario: &str, expected: &str) {
    let ledger = run(scenario, Chance::Off);
    assert_eq!(ledger.rows.len(), expected.lines().count() - 1, "months");
    let found = differences(&ledger, expected);
    let first: Vec<&String> = found.iter().take(40).collect();
    assert!(found.is_empty(), "{} cells differ, first {first:#?}", found.len());
}

const MINIMAL: &str = include_str!("../../fixtures/minimal.toml");
const OPENAI: &str = include_str!("../../fixtures/openai-2026-06.toml");

#[test]
fn the_minimal_plan_agrees_with_its_fixture() {
    assert_agrees(MINIMAL, include_str!("../../fixtures/minimal.plan.csv"));
}

#[test]
fn the_openai_plan_agrees_with_its_fixture() {
    assert_agrees(OPENAI, include_str!("../../fixtures/openai-2026-06.plan.csv"));
}
