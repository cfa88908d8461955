//! Stories of scripted paths: what was made to happen is told, in its month.

use std::sync::LazyLock;

use crate::engine::{Sampler, Script};
use crate::model::Parameters;
use crate::resolve::Worlds;
use crate::scenario::Scenario;
use crate::simulate::simulate_one;

use super::{Event, Kind, Moment, events};

/// A lab that lives on what it can raise.
const FRAGILE: &str = r#"
[scenario]
name = "Fragile"
start = "2026-01"
horizon = "3y"

[market]
burst = { hazard = "10%", fall = 0.7 }
mean = 0.5
freeze_mean = "12mo"

[regulation]
hazard = "5%"
duration = "6mo"

[lab.acme]
cash = "9B USD"
revenue.target = { 2025 = "8B USD", 2026 = "10B USD", 2027 = "12B USD" }
opex.burn = { 2026 = "6B USD", 2027 = "6B USD" }
compute.inference_share = 0.4
round.max_share = "20%"
round.participants = { nimbus = 0.4 }
round.gap = "6mo"
austerity = { runway = "6mo", training_cut = "50%" }
resolution = { grace = "1mo", exchange = 0.5, haircut = "40%" }
market_beta = 1.0

[entity.nimbus]
assets = "30B USD"
asset_volatility = 0.3
barrier = "5B USD"

[[contract]]
id = "cloud"
lab = "acme"
provider = "nimbus"
amount = "30B USD"
start = "2026-03"
term = "3y"
margin = "60%"

[[investment]]
id = "gift"
investor = "nimbus"
lab = "acme"
amount = "2B USD"
date = "2026-02"

[[investment]]
id = "never"
investor = "nimbus"
lab = "acme"
amount = "1B USD"
date = "2026-02"
min_valuation = "900B USD"
deadline = "2026-06"
"#;

static WORLD: LazyLock<Parameters> = LazyLock::new(|| {
    let scenario = Scenario::parse("fragile.toml", FRAGILE, &[]).unwrap();
    Worlds::at_means(scenario, 1).unwrap().resolve(0).unwrap()
});

/// Every normal is 0; an event happens where its name is in the list, in that month.
struct Events(&'static [(&'static str, usize)]);

impl Script for Events {
    fn normal(&self, _: &str, _: usize) -> Option<f64> {
        Some(0.0)
    }

    fn uniform(&self, name: &str, month: usize) -> Option<f64> {
        let happens = self.0.iter().any(|(event, at)| name.contains(event) && *at == month);
        Some(if happens { 0.0 } else { 1.0 - f64::EPSILON })
    }

    fn delay(&self, _: &str) -> Option<f64> {
        Some(0.0)
    }
}

fn told(script: &'static [(&'static str, usize)]) -> Vec<Event> {
    let world = &*WORLD;
    let mut all = Vec::new();
    let sampler = Sampler::Scripted { script: &Events(script), seed: 0 };
    simulate_one(world, sampler, 0, 0, &mut |month, before, after, work| {
        all.extend(events(&Moment { world, month, before, after, work }));
    });
    all
}

fn at<'a>(events: &'a [Event], kind: Kind, begins: &str) -> Option<&'a Event> {
    events.iter().find(|event| event.kind == kind && event.what.starts_with(begins))
}

#[test]
fn a_burst_is_told_with_its_fall_and_its_freeze() {
    let events = told(&[("burst", 10)]);
    let burst = at(&events, Kind::Market, "the market bursts").unwrap();
    assert_eq!((burst.month, burst.subject.as_str()), (10, "market"));
    assert_eq!(
        burst.what,
        "the market bursts: overvaluation falls from 1.65 to 0.82 times fundamental value; money freezes"
    );
    assert!(at(&events, Kind::Market, "the market reopens").is_none());
}

#[test]
fn a_reopening_counts_the_frozen_months() {
    let events = told(&[("burst", 4), ("reopen", 9)]);
    let reopening = at(&events, Kind::Market, "the market reopens").unwrap();
    assert_eq!(reopening.month, 9);
    assert!(reopening.what.starts_with("the market reopens after 5 months"), "{}", reopening.what);
}

#[test]
fn money_that_comes_and_money_that_lapses_is_told() {
    let events = told(&[]);
    let gift = at(&events, Kind::Funding, "nimbus invests $2.0 bn (gift)").unwrap();
    assert_eq!(gift.month, 1);
    let lapsed = at(&events, Kind::Funding, "nimbus's $1.0 bn lapse").unwrap();
    assert_eq!(lapsed.month, 6);
}

#[test]
fn regulation_is_told_when_it_begins_and_when_it_ends() {
    let events = told(&[("regulation", 3)]);
    let begins = at(&events, Kind::Regulation, "regulation: strategic investors may not").unwrap();
    let ends = at(&events, Kind::Regulation, "regulation: strategic investors may give").unwrap();
    assert_eq!((begins.month, ends.month), (3, 9));
}

#[test]
fn a_contract_is_told_when_it_begins() {
    let events = told(&[]);
    assert_eq!(at(&events, Kind::Contract, "contract cloud with nimbus begins").unwrap().month, 2);
}

#[test]
fn new_compute_is_told_with_its_price() {
    // A need of 4 billion units at a price of 1, for five years of which the first is half as dear on average: 18.
    let text = "[scenario]\nname = \"Growing\"\nstart = \"2026-01\"\nhorizon = \"3y\"\n\
                [economy]\nlong_run_growth = 0.0\n[lab.a]\ncash = \"50B USD\"\n\
                revenue.target = { 2026 = \"8B USD\" }\ncompute.inference_share = 0.5\n\
                [[expansion]]\nid = \"more\"\nlab = \"a\"\nprovider = \"nimbus\"\n";
    let world = Worlds::plan(&Scenario::parse("growing.toml", text, &[]).unwrap()).unwrap();
    let mut all = Vec::new();
    simulate_one(&world, Sampler::Still, 0, 0, &mut |month, before, after, work| {
        all.extend(events(&Moment { world: &world, month, before, after, work }));
    });
    let signed = at(&all, Kind::Contract, "signs").unwrap();
    assert_eq!((signed.month, signed.subject.as_str()), (12, "a"));
    assert_eq!(signed.what, "signs $18 bn of new compute with nimbus at 1.00 a unit (more-2027-01)");
    let begins = at(&all, Kind::Contract, "contract more-2027-01 with nimbus begins").unwrap();
    assert_eq!(begins.month, 24);
}

#[test]
fn a_lab_that_cannot_pay_goes_down_step_by_step() {
    let events = told(&[("burst", 2)]);
    let month = |kind, begins| at(&events, kind, begins).unwrap_or_else(|| panic!("{begins}: {events:#?}")).month;
    let austerity = month(Kind::Distress, "austerity");
    let short = month(Kind::Distress, "liquidity event");
    let default = month(Kind::Resolution, "payment default");
    assert!(austerity < short && short < default, "{austerity} {short} {default}");
    assert_eq!(month(Kind::Loss, "lose on contracts"), default);
}

#[test]
fn the_months_of_a_story_are_in_order_and_endurance_comes_first() {
    let events = told(&[("burst", 2), ("exchange", 9)]);
    assert!(events.is_sorted_by_key(|event| event.month));
    assert_eq!(events[0].kind, Kind::Endurance);
}

#[test]
fn a_world_at_rest_has_a_short_story() {
    let text = "[scenario]\nname = \"Rest\"\nstart = \"2026-01\"\n[lab.a]\ncash = \"1B USD\"\nrevenue.target = { 2026 = \"1B USD\" }\n";
    let world = Worlds::plan(&Scenario::parse("rest.toml", text, &[]).unwrap()).unwrap();
    let mut all = Vec::new();
    simulate_one(&world, Sampler::Still, 0, 0, &mut |month, before, after, work| {
        all.extend(events(&Moment { world: &world, month, before, after, work }));
    });
    assert_eq!(all.len(), 1, "{all:#?}");
}

#[test]
fn a_rival_s_customers_are_told_after_the_default_that_frees_them() {
    // Nova has 8 of 18, wins 0.18 * 10/18 = 0.1 of acme in June, and ends in July: half of 8 e^0.1 beside 10 e^-0.08 is
    // 0.4 e^0.18 of it. The heir comes first in the file.
    let text = r#"
        [scenario]
        name = "Two"
        start = "2026-01"
        horizon = "2y"
        [rivals]
        inherit = 0.5
        [lab.acme]
        cash = "9B USD"
        revenue.target = { 2026 = "10B USD" }
        [lab.nova]
        cash = "9B USD"
        revenue.target = { 2026 = "8B USD" }
        [economy]
        long_run_growth = 0.0
        [[event]]
        id = "win"
        kind = "win"
        subject = "nova"
        size = 0.18
        date = "2026-06"
        [[event]]
        id = "end"
        kind = "default"
        subject = "nova"
        date = "2026-07"
    "#;
    let scenario = Scenario::parse("two.toml", text, &[]).unwrap();
    let world = Worlds::plan(&scenario).unwrap();
    let mut all = Vec::new();
    simulate_one(&world, Sampler::Still, 0, 0, &mut |month, before, after, work| {
        all.extend(events(&Moment { world: &world, month, before, after, work }));
    });
    let told: Vec<&Event> = all.iter().filter(|event| event.kind == Kind::Resolution).collect();
    let [win, default, heir] = &told[..] else { panic!("{told:?}") };
    assert_eq!((win.month, default.month, heir.month), (5, 6, 6));
    assert!(win.what.ends_with("its revenue rises by 11 %"), "{}", win.what);
    assert_eq!((default.subject.as_str(), heir.subject.as_str()), ("nova", "acme"));
    assert!((heir.amount.unwrap() - 4e9 * 0.1_f64.exp()).abs() < 1.0, "{heir:?}");
    assert!(heir.what.contains("$4.4 bn of revenue a year within twelve months, 48 % more"), "{}", heir.what);
}
