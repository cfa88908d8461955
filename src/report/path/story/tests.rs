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

/// A lab at rest, and a provider of 400 with a debt of 72, of which 20 are due after a year; no chance.
const WALL: &str = r#"
    [scenario]
    name = "Wall"
    start = "2026-01"
    horizon = "3y"

    [economy]
    discount_rate = 0.0
    long_run_growth = 0.0

    [market]
    freeze_mean = "1000mo"

    [lab.acme]
    cash = "200B USD"
    valuation = "900B USD"
    revenue.target = { 2026 = "60B USD" }
    opex.fixed = { 2026 = "10B USD" }

    [entity.nimbus]
    assets = "400B USD"
    asset_volatility = 0.0
    debt = "72B USD"

    [entity.nimbus.treasury]
    cash = "10B USD"
    capex = { 2026 = "12B USD" }
    capex_cut = "2mo"
    debt_ceiling = 0.5
    saleable = 0.5
    discount = 0.2

    [[debt]]
    id = "wall"
    borrower = "nimbus"
    amount = "20B USD"
    maturity = "2027-01"
    rate = 0.06
    "#;

const FREEZE: &str = "[[event]]\nid = \"freeze\"\nkind = \"freeze\"\ndate = \"2026-11\"\n";

/// The story of a plan, but for what is told of the market and of endurance.
fn planned(text: &[&str], overrides: &[&str]) -> Vec<(usize, String, String)> {
    let overrides: Vec<String> = overrides.iter().map(|set| (*set).to_owned()).collect();
    let scenario = Scenario::parse("plan.toml", &text.concat(), &overrides).unwrap_or_else(|found| panic!("{found}"));
    let world = Worlds::plan(&scenario).unwrap();
    let mut all = Vec::new();
    simulate_one(&world, Sampler::Still, 0, 0, &mut |month, before, after, work| {
        all.extend(events(&Moment { world: &world, month, before, after, work }));
    });
    all.retain(|event| ![Kind::Market, Kind::Endurance].contains(&event.kind));
    all.into_iter().map(|event| (event.month, event.subject, event.what)).collect()
}

fn assert_story(found: &[(usize, String, String)], expected: &[(usize, &str, &str)]) {
    let found: Vec<(usize, &str, &str)> =
        found.iter().map(|(month, subject, what)| (*month, subject.as_str(), what.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn debt_that_falls_due_is_told_where_it_is_not_simply_refinanced() {
    // While loans can be had, the first is told and not the second.
    let later = "[[debt]]\nid = \"later\"\nborrower = \"nimbus\"\namount = \"5B USD\"\nmaturity = \"2027-06\"\n";
    assert_story(&planned(&[WALL, later], &[]), &[(12, "nimbus", "$20 bn of debt falls due and is refinanced")]);
    // In December 0.71 of cash go and in January 0.47 and the 20: of these 11.17 beyond the cash, from assets at four fifths.
    let sale = "sells assets worth $14 bn for $11 bn, a discount of 20 %, to pay its bills";
    let frozen = planned(&[WALL, FREEZE], &["scenario.horizon=13mo"]);
    let due = "$20 bn of debt falls due while loans are frozen: it is paid from cash and sales of assets";
    assert_story(&frozen, &[(12, "nimbus", due), (12, "nimbus", sale)]);
    let credit = "[market.credit]\nrolled = 0.5\n";
    let rolled = planned(&[WALL, FREEZE, credit], &["scenario.horizon=13mo"]);
    let due = "$20 bn of debt falls due while loans are frozen: $10 bn is refinanced, $10 bn is paid from cash and sales of assets";
    assert_eq!(rolled[0].2, due);
}

#[test]
fn a_provider_that_dies_of_its_maturities_is_told_from_the_debt_to_the_default() {
    // A hundredth of the assets brings 3.2 of the 11.17 that are missing.
    let told = planned(&[WALL, FREEZE], &["scenario.horizon=14mo", "entity.nimbus.treasury.saleable=0.01"]);
    let due = "$20 bn of debt falls due while loans are frozen: it is more than cash and sales of assets can pay";
    let sale = "sells assets worth $4.0 bn for $3.2 bn, a discount of 20 %, to pay its bills; nothing is left that it could sell";
    let default = "defaults: it lacks $8.0 bn of what is due, with a worth of $399 bn against a barrier of $48 bn";
    assert_story(&told, &[(12, "nimbus", due), (12, "nimbus", sale), (12, "nimbus", default)]);
}

/// A site of nimbus for acme: 12 a year for two years from 2027, capital of 9.6 spent in 2026, of which a maker loses a quarter.
const SITE: &str = r#"
    [entity.maker]

    [[contract]]
    id = "site"
    lab = "acme"
    provider = "nimbus"
    amount = "24B USD"
    start = "2027-01"
    term = "2y"
    take_or_pay = 0.8
    margin = 0.5
    capex = 0.5
    lead = "12mo"
    renew = false
    orders = { maker = 0.25 }
    "#;

/// Nimbus owes 20 of its 72 to a bank of 30, whose own debt is 20.
const OWED: &str = r#"
    [clearing]
    own = 0.1

    [entity.bank]
    assets = "30B USD"
    asset_volatility = 0.0
    debt = "20B USD"
    treasury.cash = "0 USD"

    [[debt]]
    id = "to-bank"
    borrower = "nimbus"
    lender = "bank"
    amount = "20B USD"
    maturity = "2031-06"
    "#;

fn default_of(subject: &str, date: &str) -> String {
    format!("[[event]]\nid = \"end\"\nkind = \"default\"\nsubject = \"{subject}\"\ndate = \"{date}\"\n")
}

#[test]
fn the_sites_that_a_provider_leaves_behind_stop_in_part() {
    // Six tenths of 12 a year.
    let text = [WALL.split("[[debt]]").next().unwrap(), SITE, &default_of("nimbus", "2027-06")];
    let told = planned(&text, &["entity.nimbus.step_in=0.4"]);
    let default = "defaults by decree, with a worth of $400 bn against a barrier of $48 bn";
    let sites = "40 % of the sites of nimbus run on without it: $7.2 bn a year of compute stops";
    let of_june: Vec<(&str, &str)> =
        told.iter().filter(|event| event.0 == 17).map(|event| (event.1.as_str(), event.2.as_str())).collect();
    assert_eq!(of_june, [("nimbus", default), ("acme", sites)]);
    let whole = planned(&text, &[]);
    assert!(whole.iter().all(|event| !event.2.contains("run on")), "{whole:?}");
}

#[test]
fn orders_that_a_default_cancels_are_told_beside_the_losses_of_providers() {
    // Half of 9.6 is unspent at the end of June 2026, a quarter of it lost. The margin on 24 payments of 0.8 is 9.6, of which
    // 0.3 are not let again. The lab could pay.
    let told = planned(&[WALL.split("[[debt]]").next().unwrap(), SITE, &default_of("acme", "2026-06")], &[]);
    let providers = "lose on contracts and credit: nimbus $2.9 bn";
    let suppliers = "lose orders for what will not be built: maker $1.2 bn";
    let decree = told.iter().find(|event| event.1 == "acme" && event.2.contains("payment default")).unwrap();
    assert!(
        decree.2.starts_with("payment default, by decree: $0 of arrears and $0 of debt are not paid"),
        "{decree:?}"
    );
    let losses: Vec<(&str, &str)> = told
        .iter()
        .filter(|event| event.2.starts_with("lose"))
        .map(|event| (event.1.as_str(), event.2.as_str()))
        .collect();
    assert_eq!(losses, [("providers", providers), ("suppliers", suppliers)]);
}

#[test]
fn debts_between_entities_are_told_as_they_clear() {
    // 18 have been borrowed for capital expenditure since the start: a tenth of 418 is 46 % of 90, and the bank loses 10.7 of 20.
    // Of nothing it loses all, and fails.
    let text = [WALL.split("[[debt]]").next().unwrap(), OWED, &default_of("nimbus", "2027-06")];
    let decree = "defaults by decree, with a worth of $400 bn against a barrier of $48 bn";
    let pays = "pays 46 % of the $20 bn that it owes other entities: bank loses $11 bn";
    assert_story(&planned(&text, &[]), &[(17, "nimbus", decree), (17, "nimbus", pays)]);
    let pays = "pays 0 % of the $20 bn that it owes other entities: bank loses $20 bn";
    let carried = "defaults: what others in default do not pay leaves it a worth of $10 bn against a barrier of $13 bn";
    let nothing = planned(&text, &["clearing.own=0"]);
    assert_story(&nothing, &[(17, "nimbus", decree), (17, "nimbus", pays), (17, "bank", carried)]);
}
