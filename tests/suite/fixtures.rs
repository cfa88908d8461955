//! Plan mode against the ledgers in `tests/fixtures`, cell by cell.

use std::path::Path;

use ouroborisk::engine::Sampler;
use ouroborisk::model::ledger;
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::load;
use ouroborisk::simulate::simulate_one;

/// The ledger of plan mode: column names and rows.
fn plan(file: &str) -> (Vec<String>, Vec<Vec<f64>>) {
    let scenario = load(Path::new(file), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let world = Worlds::plan(&scenario).unwrap_or_else(|problems| panic!("{problems:?}"));
    let (mut names, mut rows) = (Vec::new(), Vec::new());
    simulate_one(&world, Sampler::Still, 0, 0, &mut |t, before, after, work| {
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

/// The rows of a table of the page: ledger column and value as printed.
fn rows(text: &str) -> Vec<(&str, &str)> {
    text.lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"))
        .filter_map(|line| Some((line.split_once('`')?.0, line.rsplit_once("| ")?.1)))
        .collect()
}

#[test]
fn the_worked_month_of_the_page_is_the_month_of_the_program() {
    let page = std::fs::read_to_string("docs/model.md").unwrap();
    let section = page.split("## 14. ").nth(1).unwrap().split("## 15. ").next().unwrap();
    let (january, february) = section.split_once("**February**").unwrap();
    let (names, ledger) = plan("tests/fixtures/worked-month.toml");
    let mut checked = 0;
    for (text, month) in [(january, &ledger[0]), (february, &ledger[1])] {
        for (column, printed) in rows(text) {
            let ours = month[names.iter().position(|name| name == column).expect(column)];
            let decimals = printed.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            let rounding = 0.500_001 * 10_f64.powi(-(decimals as i32).max(3));
            let theirs: f64 = printed.parse().unwrap();
            assert!((ours - theirs).abs() <= rounding, "{column} is {ours}, the page has {printed}");
            checked += 1;
        }
    }
    assert_eq!(checked, 43, "rows of the page");
}
