//! Plan mode against the ledgers in `tests/fixtures`, cell by cell.

use std::path::Path;

use ouroborisk::engine::{Still, replay};
use ouroborisk::model::ledger;
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::load;

/// The ledger of plan mode: column names and rows.
fn plan(file: &str) -> (Vec<String>, Vec<Vec<f64>>) {
    let scenario = load(Path::new(file), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let world = Worlds::plan(&scenario).unwrap_or_else(|problems| panic!("{problems:?}"));
    let (mut names, mut rows) = (Vec::new(), Vec::new());
    replay(&world, &Still, 0, 0, |t, before, after, work| {
        let cells = ledger::row(&world, before, after, work, t);
        names = cells.iter().map(|cell| cell.column.clone()).collect();
        rows.push(cells.iter().map(|cell| cell.value).collect());
    });
    (names, rows)
}

fn agrees(name: &str) {
    let (names, rows) = plan(&format!("tests/fixtures/{name}.toml"));
    let mut file = csv::Reader::from_path(format!("tests/fixtures/{name}.plan.csv")).unwrap();
    let header: Vec<String> = file.headers().unwrap().iter().skip(1).map(str::to_owned).collect();
    assert_eq!(names, header, "the columns, in order");
    let mut wrong = Vec::new();
    let mut months = 0;
    for (row, record) in rows.iter().zip(file.records()) {
        let record = record.unwrap();
        for ((column, ours), theirs) in names.iter().zip(row).zip(record.iter().skip(1)) {
            let theirs: f64 = theirs.parse().unwrap();
            let tolerance = 1e-6 * theirs.abs().max(1.0);
            if (ours - theirs).abs() > tolerance || ours.is_nan() {
                wrong.push(format!("{} {column}: {ours} instead of {theirs}", &record[0]));
            }
        }
        months += 1;
    }
    assert_eq!(months, rows.len());
    let mut seen = std::collections::BTreeSet::new();
    let first: Vec<&String> =
        wrong.iter().filter(|line| seen.insert(line.split(' ').nth(1).unwrap().to_owned())).collect();
    assert!(wrong.is_empty(), "{} cells differ, the first of each column:\n{first:#?}", wrong.len());
}

#[test]
fn the_smallest_scenario_has_the_ledger_of_the_independent_implementation() {
    agrees("minimal");
}

#[test]
fn the_reference_scenario_has_the_ledger_of_the_independent_implementation() {
    agrees("openai-2026-06");
}
