//! Tables of an outcome that is small enough to be checked by hand.

use ndarray::{Array2, Array3};

use super::*;
use crate::calendar::{Month, Timeline};
use crate::engine::{Outcome, PathMetrics};
use crate::model::metric::PROVIDER_LOSS;
use crate::model::{By, Measure, Metric};
use crate::report::comparison::comparison_table;
use crate::report::format::Data;
use crate::report::tails::tails_table;
use crate::study::comparison::Compared;
use crate::study::estimates::tests::{catalogue, outcome, with_results};
use crate::study::estimates::{Results, Summary};
use crate::study::tails::tails;
use crate::study::{Statistic, contrasts};

#[test]
fn the_summary_has_its_nine_columns() {
    with_results(|_, summary| {
        let table = summary_table(summary).unwrap();
        let names: Vec<&str> = table.columns().iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["measure", "subject", "by", "statistic", "value", "low", "high", "unit", "method"]);
    });
}

#[test]
fn the_headlines_are_the_summary_on_its_side() {
    with_results(|_, summary| {
        let table = headlines_table(summary).unwrap();
        let texts = |name: &str| match &table.column(name).unwrap().data {
            Data::Text(texts) => texts.clone(),
            other => panic!("{other:?}"),
        };
        let (measures, subjects, statistics) = (texts("measure"), texts("subject"), texts("statistic"));
        let mut seen = 0;
        for entry in &summary.entries {
            let of = &entry.estimand;
            let Some(row) = (0..table.rows()).find(|&row| {
                measures[row] == of.measure.name
                    && subjects[row] == of.subject
                    && statistics[row] == of.statistic.name()
            }) else {
                continue;
            };
            let day = format!("{}-{}", of.by, if of.by.month() == 12 { 31 } else { 30 });
            if let Some(column) = table.column(&format!("{day} value")) {
                let Data::Maybe(values) = &column.data else { panic!("{day}") };
                assert_eq!(values[row], entry.answer.value, "{of:?}");
                seen += 1;
            }
        }
        assert!(seen > 0 && seen >= table.rows());
    });
}

#[test]
fn every_measure_has_its_meaning() {
    with_results(|_, summary| {
        let dictionary = dictionary();
        for entry in &summary.entries {
            let measure = entry.estimand.measure;
            assert!(dictionary.contains_key(measure.name), "{measure}");
        }
    });
}

#[test]
fn a_new_measure_stands_in_every_table() {
    // No list but the catalogue knows it.
    const NEW: Measure = Measure { name: "heads_lost", is_loss: true, ..PROVIDER_LOSS };
    let catalogue = [Metric { measure: NEW, subject: "acme".to_owned(), by: By::Path }];
    let old = outcome();
    let values = Array2::from_shape_fn((1, 8), |(_, path)| path as f32);
    let outcome = Outcome { sample: PathMetrics::of_rows(values), draws: old.draws.clone(), ..old };
    with_results(|known, _| {
        let results = Results { outcome: &outcome, catalogue: &catalogue, ..known.clone() };
        let summary = Summary::of(&results);
        let compared = Compared {
            begin_together: true,
            variant: "b".to_owned(),
            shows: "",
            against: "a".to_owned(),
            contrasts: contrasts(&results, &results),
            flips: Vec::new(),
            profiles: Vec::new(),
            soundness: crate::study::Soundness::default(),
        };
        let tables = [
            summary_table(&summary).unwrap(),
            comparison_table(&[compared]).unwrap(),
            tails_table(&tails(&results)).unwrap(),
        ];
        for table in &tables {
            let Data::Text(measures) = &table.column("measure").unwrap().data else { panic!("names are text") };
            assert!(measures.iter().any(|name| name == NEW.name), "{}", table.name());
        }
        let of_sweep = Summary::of_measures(&results, &|measure| measure == NEW);
        assert!(of_sweep.entries.iter().any(|entry| entry.estimand.statistic == Statistic::Shortfall(0.95)));
        let draws = draws_table(&results, &small()).unwrap();
        let rows = PathRows::new(results.catalogue, results.timeline);
        for columns in [draws.columns(), rows.columns()] {
            assert!(columns.iter().any(|column| column.name == "heads_lost[acme]@2027-12" && column.unit == "USD"));
        }
    });
}

fn small() -> crate::scenario::Scenario {
    let text = "[scenario]\nname = \"S\"\nstart = \"2026-01\"\n[lab.a]\ncash = 1\nrevenue.target = { 2026 = 1 }\n";
    crate::scenario::Scenario::parse("s.toml", text, &[]).unwrap()
}

#[test]
fn a_row_of_draws_has_its_numbers_and_estimates() {
    with_results(|results, _| {
        let table = draws_table(results, &small()).unwrap();
        let column = |name: &str| table.column(name).unwrap().data.clone();
        assert_eq!(column("paths"), Data::Integer(vec![4, 4]));
        let shares = Data::Maybe(vec![Some(0.75), Some(0.5)]);
        assert_eq!(column("liquidity_event[acme]@2027-12"), shares);
        assert_eq!(column("funding_gap[acme]@2027-12"), Data::Maybe(vec![Some(15.0), Some(55.0)]));
    });
}

#[test]
fn a_path_is_a_row_whatever_the_chunks() {
    let timeline = Timeline { start: Month::january(2027), months: 12 };
    let mut rows = PathRows::new(&catalogue(), timeline);
    let sample = outcome().sample;
    for (draw, first) in [(0, 0), (0, 2), (1, 0)] {
        let columns = (draw * 4 + first) as usize;
        let chunk = crate::engine::Chunk {
            draw,
            first: u64::from(first),
            metrics: Array2::from_shape_fn((sample.metrics(), 2), |(row, path)| {
                f64::from(sample.row(row)[columns + path])
            }),
            states: Array3::zeros((0, 12, 0)),
            residual: 0.0,
        };
        assert!(!rows.add(&chunk), "six rows are no group");
    }
    let taken: Vec<Data> = rows.take().collect();
    let column = |name: &str| taken[rows.columns().iter().position(|column| column.name == name).unwrap()].clone();
    assert_eq!(column("path"), Data::Integer(vec![0, 1, 2, 3, 0, 1]));
    let bursts = [Some(2), Some(5), Some(3), None, None, None];
    assert_eq!(column("burst@2027-12"), Data::MaybeInteger(bursts.to_vec()));
    assert!(rows.clone().take().all(|data| data.is_empty()));
}
