//! Rare events: both routes against exact probabilities, the same bits on any threads, and every question that is refused.
//!
//! Exact are the probabilities that the assets of an entity without exposures pass its barrier at a month-end, by the
//! quadrature that `limits.rs` holds against published values.

use std::fmt::Write as _;
use std::process::{Command, Output};
use std::sync::Arc;

use ouroborisk::engine::Sampler;
use ouroborisk::model::first_passage::{Assets, probability};
use ouroborisk::simulate::simulate_one;
use ouroborisk::{Interrupt, Options, Scenario, Study, Table};

use super::worlds::{ERRORS, scenario, world};

/// A lab that does nothing, and entities: name, assets, barrier, growth, volatility.
fn entities(draws: u32, all: &[(&str, &str, f64, f64, f64)]) -> String {
    let mut text = format!(
        "[scenario]\nname = \"Rare\"\nstart = \"2026-01\"\nhorizon = \"60mo\"\n[run]\npaths = 20000\ndraws = {draws}\n\
         seed = 3\n[lab.a]\ncash = \"100B USD\"\nrevenue.target = {{ 2026 = \"10B USD\" }}\n"
    );
    for (name, assets, barrier, growth, volatility) in all {
        let _ = write!(
            text,
            "[entity.{name}]\nassets = {assets}\nbarrier = \"{barrier:?}B USD\"\nasset_growth = {growth:?}\n\
             asset_volatility = {volatility:?}\n"
        );
    }
    text
}

/// The exact probability of a default by the end of month `t`: assets are as at the start in month 0.
fn exact(assets: f64, barrier: f64, growth: f64, volatility: f64, t: usize) -> f64 {
    probability(&Assets { distance: (assets / barrier).ln(), growth, jump: 0.0, hazard: 0.0 }, volatility, t)
}

/// A number of the table: value and ends of its interval.
fn number(table: &Table, route: &str, statistic: &str) -> [f64; 3] {
    let text = ouroborisk::json::text(table).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = json["records"].as_array().unwrap();
    let row = rows.iter().find(|row| row["route"] == route && row["statistic"] == statistic);
    let row = row.unwrap_or_else(|| panic!("no {route} {statistic}"));
    ["value", "low", "high"].map(|name| row[name].as_f64().unwrap_or(f64::NAN))
}

/// Holds both routes against an exact probability: within four of their own errors on the scale of the logarithm.
fn assert_both(text: &str, event: &str, exact: f64) {
    let found = Study::of(scenario(text, &[])).rare(event, Options::default()).unwrap();
    let table = &found.tables().unwrap()[0];
    for route in ["importance_sampling", "splitting"] {
        let [value, _, _] = number(table, route, "probability_given_draws");
        let [error, ..] = number(table, route, "relative_error_given_draws");
        assert!((value / exact).ln().abs() < ERRORS * error, "{event} {route}: {value} {error}, exact {exact}");
        assert!(error < if route == "splitting" { 0.3 } else { 0.05 }, "{event} {route}: {error}");
    }
    assert!(found.is_reliable(), "{}", ouroborisk::plain_text(&found.page(100)));
}

#[test]
fn an_entity_passes_its_barrier_as_often_as_the_quadrature_says() {
    // 6e-5 false alarm for each route, splitting with Student's 31 degrees of freedom 4e-4; seeds fixed.
    let text = entities(1, &[("e", "\"420B USD\"", 190.0, 0.06, 0.25)]);
    for (by, t) in [("2027-06", 17), ("2028-12", 35)] {
        assert_both(&text, &format!("entity_default e by {by}"), exact(420.0, 190.0, 0.06, 0.25, t));
    }
}

#[test]
fn two_independent_entities_fail_together_as_often_as_the_product_says() {
    let text = entities(1, &[("e", "\"420B USD\"", 190.0, 0.06, 0.3), ("f", "\"100B USD\"", 40.0, 0.03, 0.35)]);
    let one = exact(420.0, 190.0, 0.06, 0.3, 23);
    let other = exact(100.0, 40.0, 0.03, 0.35, 29);
    assert_both(&text, "entity_default e by 2027-12 and entity_default f by 2028-06", one * other);
}

#[test]
fn the_parameter_draws_are_inside() {
    // Assets uniform between 300 and 500: the mean over the draws is within four errors of the quadrature over them.
    let uncertain = "{ dist = \"uniform\", low = \"300B USD\", high = \"500B USD\" }";
    let text = entities(40, &[("e", uncertain, 100.0, 0.06, 0.25)]);
    let mean = (0..400).map(|k| exact(300.25 + 0.5 * f64::from(k), 100.0, 0.06, 0.25, 35)).sum::<f64>() / 400.0;
    let found = Study::of(scenario(&text, &[])).rare("entity_default e by 2028-12", Options::default()).unwrap();
    let [value, low, high] = number(&found.tables().unwrap()[0], "importance_sampling", "probability");
    // The ends are 2.02 errors away on the scale of the logarithm (39 degrees of freedom).
    let error = (high / low).ln() / 4.04;
    assert!((value / mean).ln().abs() < ERRORS * error && error < 0.5, "{value} {low} {high}, exact {mean}");
    let [p05, ..] = number(&found.tables().unwrap()[0], "importance_sampling", "band_p05");
    let [p95, ..] = number(&found.tables().unwrap()[0], "importance_sampling", "band_p95");
    assert!(p05 < value && value < p95, "{p05} {value} {p95}");
}

#[test]
fn the_number_does_not_depend_on_the_threads() {
    let text =
        entities(3, &[("e", "{ dist = \"uniform\", low = \"300B USD\", high = \"500B USD\" }", 100.0, 0.0, 0.3)]);
    let table = |threads| {
        let options = Options { threads, paths: Some(2000), ..Options::default() };
        Study::of(scenario(&text, &[])).rare("entity_default by 2027-12", options).unwrap().json().unwrap()
    };
    assert_eq!(table(1), table(2));
}

#[test]
fn a_path_that_ends_earlier_is_the_same_up_to_its_end() {
    let teaching = std::fs::read_to_string("scenarios/teaching.toml").unwrap();
    let whole = world(&teaching, &[]);
    let mut short = whole.clone();
    short.timeline.months = 40;
    short.dates.retain(|&t| t < 40);
    short.year_ends.retain(|&t| t < 40);
    short.endurance_ends.retain(|&t| t < 40);
    let short = short.asking(ouroborisk::model::Asked::BOOKS);
    for path in 0..20 {
        let cash = |world| {
            let mut cash = Vec::new();
            simulate_one(world, Sampler::PseudoRandom { seed: 1 }, 0, path, &mut |_, _, after, _| {
                cash.push(after.labs[0].cash[0].to_bits());
            });
            cash
        };
        assert_eq!(cash(&whole)[..40], cash(&short)[..], "{path}");
    }
}

#[test]
fn an_interrupted_study_reports_nothing_that_is_not_finished() {
    let text = entities(1, &[("e", "\"420B USD\"", 190.0, 0.06, 0.25)]);
    let interrupt = Arc::new(Interrupt::new());
    interrupt.raise();
    let options = Options { interrupt: Some(interrupt), ..Options::default() };
    let refused = Study::of(scenario(&text, &[])).rare("entity_default by 2027-12", options);
    assert!(matches!(refused, Err(ouroborisk::Error::Interrupted)), "{refused:?}");
}

#[test]
fn bad_questions_are_answered_in_words() {
    let text = entities(1, &[("e", "\"420B USD\"", 190.0, 0.06, 0.25), ("f", "\"100B USD\"", 99.0, 0.0, 0.5)]);
    let scenario: Scenario = scenario(&text, &[]);
    let options = || Options { paths: Some(640), ..Options::default() };
    for (event, told) in [
        ("entity_defalt e by 2027-12", "did you mean `entity_default`?"),
        ("entity_default g by 2027-12", "`e`, `f`"),
        ("entity_default e", "no `by`"),
        ("entity_default e by 2032-01", "2026-01 to 2030-12"),
        ("entity_default e by 2027-12 above 3B USD", "is an event and has no amount"),
        ("provider_loss e by 2027-12", "add `above AMOUNT`"),
        ("provider_loss e by 2027-12 above much", "there must be an amount"),
        ("provider_loss e by 2027-12 above -1B USD", "must be positive"),
        ("revenue a by 2027-12 above 1B USD", "neither an event nor one of the amounts"),
        ("entity_default_increment e by 2027-12", "ratio of several events"),
        ("entity_default e by 2027-12 or burst by 2027-12", "is not understood"),
        ("entity_default x by 2027-12 and default y by soon", "not `soon`"),
        ("entity_default f by 2027-12", "it is not rare"),
        ("provider_loss e by 2027-12 above 1B USD", "was not reached"),
    ] {
        match Study::of(scenario.clone()).rare(event, options()) {
            Err(ouroborisk::Error::Refused(text)) => assert!(text.contains(told), "{event}: {text}"),
            other => panic!("{event}: {other:?}"),
        }
    }
}

fn ouro(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ouro")).args(words).env("NO_COLOR", "1").output().expect("the program starts")
}

#[test]
#[cfg(feature = "cli")]
fn the_command_writes_its_tables_and_says_how_far_to_trust_them() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("rare-command");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("entities.toml");
    std::fs::write(&file, entities(1, &[("e", "\"420B USD\"", 190.0, 0.06, 0.25)])).unwrap();
    let (file, place) = (file.display().to_string(), folder.join("out").display().to_string());
    let words = ["rare", &file, "--event", "entity_default e by 2028-12", "--paths", "6400", "--out", &place];
    let output = ouro(&words);
    let page = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{page}");
    for told in ["Probability of entity_default e by 2028-12", "importance sampling", "splitting", "differ by"] {
        assert!(page.contains(told), "{told}\n{page}");
    }
    for file in ["rare.csv", "rare.json", "rare-drivers.csv", "report.txt", "manifest.json"] {
        assert!(folder.join("out").join(file).is_file(), "{file}");
    }
    let refused = ouro(&["rare", &file, "--event", "entity_default e by never", "--out", &place]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("not `never`"));
}
