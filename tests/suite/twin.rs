//! The model against its independent twin (`oracle`), cell by cell, on the same scripted draws.

use ouroborisk::engine::{Sampler, Script};
use ouroborisk::model::{Metric, Parameters, catalogue, ledger};
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::Scenario;
use ouroborisk::simulate::simulate_one;

use super::oracle::tests::{CROWDED, FOURTH, OPENAI, Scattered, Steady, THIRD};
use super::oracle::{Chance, Draws, Ledger, run};

/// The twin's draws as the engine asks for them.
struct Shared<'a>(&'a (dyn Draws + Sync));

impl Script for Shared<'_> {
    fn normal(&self, name: &str, month: usize) -> Option<f64> {
        Some(self.0.normal(name, month))
    }

    fn uniform(&self, name: &str, month: usize) -> Option<f64> {
        Some(self.0.uniform(name, month))
    }

    fn delay(&self, name: &str) -> Option<f64> {
        Some(self.0.delay(name.trim_start_matches("delay.")) as f64)
    }
}

/// The scenario without volatilities that default probabilities imply. Those are compared by themselves: two
/// quadratures differ in the digits.
fn with_volatilities(text: &str) -> String {
    text.replace(r#"pd5 = "10%""#, "asset_volatility = 0.37")
        .replace(r#"pd5 = "42%""#, "asset_volatility = 0.55")
        .replace(r#"pd5 = "15%""#, "asset_volatility = 0.4")
}

fn parsed(text: &str) -> Scenario {
    Scenario::parse("twin", text, &[]).unwrap_or_else(|problems| panic!("{problems}"))
}

/// What differs on a path with the same random numbers.
fn differences(text: &str, draws: &(dyn Draws + Sync)) -> Vec<String> {
    let text = &with_volatilities(text);
    let worlds = Worlds::at_means(parsed(text), 1).unwrap_or_else(|problems| panic!("{problems:?}"));
    let world = worlds.resolve(0).unwrap_or_else(|problems| panic!("{problems:?}"));
    let sampler = Sampler::Scripted { script: &Shared(draws), seed: 0 };
    between(&world, sampler, &run(text, Chance::Scripted(draws)))
}

/// What differs where there is no chance.
fn differences_of_plans(text: &str) -> Vec<String> {
    let text = &with_volatilities(text);
    let world = Worlds::plan(&parsed(text)).unwrap_or_else(|problems| panic!("{problems:?}"));
    between(&world, Sampler::Still, &run(text, Chance::Off))
}

/// Cells that differ by more than 1e-8 of their size, or ten dollars.
fn between(world: &Parameters, sampler: Sampler<'_>, twin: &Ledger) -> Vec<String> {
    let world = &world.clone().with_yearly_endurance();
    let mut found = Vec::new();
    let metrics = simulate_one(world, sampler, 0, 0, &mut |t, before, after, work| {
        let cells = ledger::row(world, before, after, work, t);
        assert_eq!(cells.len(), twin.columns.len(), "as many columns");
        let defaulted = |lab: &str| {
            let flag = format!("{lab}.payment_default");
            cells.iter().any(|cell| cell.column == flag && cell.value > 0.0)
        };
        for ((cell, name), theirs) in cells.iter().zip(&twin.columns).zip(&twin.rows[t]) {
            assert_eq!(&cell.column, name, "the columns, in order");
            let tolerance = 1e-8 * theirs.abs().max(1.0);
            // In the month of a payment default the twin still shows the claims that the model has left to the estate.
            let claim = ["arrears", "months_in_arrears", "debt"]
                .iter()
                .any(|claim| cell.column.strip_suffix(claim).is_some_and(|lab| defaulted(lab.trim_end_matches('.'))));
            if !claim && ((cell.value - theirs).abs() > tolerance || cell.value.is_nan()) {
                found.push(format!("{} {}: {} and not {theirs}", twin.months[t], cell.column, cell.value));
            }
        }
        for (name, when, theirs) in &twin.endurance {
            let lab = world.labs.iter().position(|lab| &lab.name == name).expect("a lab");
            let end = world.endurance_ends.iter().position(|&end| end == t).filter(|_| when == &twin.months[t]);
            let place = if when == "start" { (t == 0).then_some(0) } else { end.map(|end| end + 1) };
            let ours = place.map(|place| after.labs[lab].tally.endurance[place][0]);
            if let Some(ours) = ours.filter(|ours| (ours - theirs).abs() > 0.5) {
                found.push(format!("{when} {name}: endurance {ours} and not {theirs}"));
            }
        }
    });
    let asked = catalogue(world);
    let of = |measure: &str, subject: &str| {
        let is_asked = |metric: &Metric| metric.measure.name == measure && metric.subject == subject;
        metrics[asked.iter().position(is_asked).expect("a measure of everybody")]
    };
    for (lab, theirs) in world.labs.iter().zip(&twin.overpaid) {
        let ours = of("overpaid", &lab.name);
        if (ours > 0.0) != *theirs {
            found.push(format!("{}: overpaid {ours} and not {theirs}", lab.name));
        }
    }
    for (entity, theirs) in &twin.alone {
        let ours = of("entity_default_alone", entity);
        let ours = ours.is_finite().then_some(ours as i64);
        if ours != *theirs {
            found.push(format!("{entity}: default without exposures {ours:?} and not {theirs:?}"));
        }
    }
    found
}

fn assert_agrees(what: &str, text: &str, draws: &(dyn Draws + Sync)) {
    assert_none(what, &differences(text, draws));
}

fn assert_none(what: &str, found: &[String]) {
    let first: Vec<&String> = found.iter().take(12).collect();
    assert!(found.is_empty(), "{what}: {} cells differ: {first:#?}", found.len());
}

#[test]
fn the_twin_agrees_on_steady_paths() {
    for normal in [-1.5, -0.8, 0.6] {
        for uniform in [0.001, 0.01, 0.3, 0.7, 0.95] {
            let draws = Steady { normal, uniform, delay: 4 };
            assert_agrees(&format!("openai {normal} {uniform}"), OPENAI, &draws);
            assert_agrees(&format!("crowded {normal} {uniform}"), CROWDED, &draws);
        }
    }
}

#[test]
fn the_twin_agrees_on_scattered_paths() {
    for seed in 0..60 {
        assert_agrees(&format!("crowded {seed}"), CROWDED, &Scattered(seed));
        if seed < 12 {
            assert_agrees(&format!("openai {seed}"), OPENAI, &Scattered(seed));
        }
    }
}

#[test]
fn the_twin_agrees_on_the_third_edition() {
    for normal in [-1.5, -0.8, 0.0, 0.6] {
        for uniform in [0.001, 0.01, 0.3, 0.52, 0.7, 0.95] {
            let draws = Steady { normal, uniform, delay: 4 };
            assert_agrees(&format!("third {normal} {uniform}"), THIRD, &draws);
        }
    }
    for seed in 0..60 {
        assert_agrees(&format!("third {seed}"), THIRD, &Scattered(seed));
    }
}

#[test]
fn the_twin_agrees_on_the_fourth_edition() {
    assert_none("the plan", &differences_of_plans(FOURTH));
    for normal in [-1.5, -0.8, 0.0, 0.6] {
        for uniform in [0.001, 0.01, 0.3, 0.52, 0.7, 0.95] {
            let draws = Steady { normal, uniform, delay: 4 };
            assert_agrees(&format!("fourth {normal} {uniform}"), FOURTH, &draws);
        }
    }
    for seed in 0..60 {
        assert_agrees(&format!("fourth {seed}"), FOURTH, &Scattered(seed));
    }
}

/// The text with hardware that ages in both of its families.
fn ageing(text: &str) -> String {
    let plant = |life: &str, more: &str| {
        format!("\nplant = {{ life = \"{life}\", ageing = \"20%\", vacancy = \"5mo\"{more} }}\n")
    };
    let frozen = ", vacancy_frozen = \"14mo\"";
    let text = text.replace("[family.gpu]\n", &("[family.gpu]".to_owned() + &plant("4y", frozen)));
    ["[family.tpu]", "[family.asic]"]
        .iter()
        .fold(text, |text, family| text.replace(&format!("{family}\n"), &((*family).to_owned() + &plant("30mo", ""))))
}

#[test]
fn the_twin_agrees_on_hardware_that_ages() {
    for (what, text) in [("crowded", CROWDED), ("third", THIRD), ("fourth", FOURTH)] {
        let text = &ageing(text);
        assert_none(what, &differences_of_plans(text));
        for normal in [-1.5, -0.8, 0.6] {
            for uniform in [0.001, 0.01, 0.3, 0.95] {
                let draws = Steady { normal, uniform, delay: 4 };
                assert_agrees(&format!("{what} {normal} {uniform}"), text, &draws);
            }
        }
        for seed in 0..40 {
            assert_agrees(&format!("{what} {seed}"), text, &Scattered(seed));
        }
    }
}

/// Warrants of three vendors, two of them with a treasury.
const WARRANTS: &str = r#"
[[warrant]]
id = "cloud-shares"
vendor = "cloud"
lab = "large"
shares = 50e6
strike = 10
price = 120
tranches = [
    { part = 0.4, spend = "1B USD" },
    { part = 0.5, spend = "4B USD", price = 125 },
    { part = 0.1, price = 90 },
]

[[warrant]]
id = "chip-shares"
vendor = "chips"
lab = "second"
shares = 30e6
price = 80
tranches = [{ part = 1.0, spend = "0.4B USD" }]

[[warrant]]
id = "neo-shares"
vendor = "neo"
lab = "second"
shares = 40e6
strike = 20
price = 30
tranches = [{ part = 0.5, price = 33 }, { part = 0.5, spend = "3B USD" }]
"#;

#[test]
fn the_twin_agrees_on_warrants() {
    let text = &(FOURTH.to_owned() + WARRANTS);
    assert_none("the plan", &differences_of_plans(text));
    for normal in [-1.5, -0.8, 0.6] {
        for uniform in [0.001, 0.01, 0.3, 0.95] {
            let draws = Steady { normal, uniform, delay: 4 };
            assert_agrees(&format!("warrants {normal} {uniform}"), text, &draws);
        }
    }
    for seed in 0..60 {
        assert_agrees(&format!("warrants {seed}"), text, &Scattered(seed));
    }
}

#[test]
fn the_twin_agrees_where_there_is_no_chance() {
    for (what, text) in [("crowded", CROWDED), ("third", THIRD)] {
        assert_none(what, &differences_of_plans(text));
    }
}
