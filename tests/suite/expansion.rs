//! What a lab buys beyond its plan: limits with known answers (docs/model.md, sections 3.1 and 4).

use ouroborisk::model::Parameters;
use ouroborisk::resolve::Worlds;

use super::ledgers::{Ledger, planned};
use super::worlds::{Luck, scenario, watch, world};

/// A lab that needs as much compute as its contract supplies, on the plan.
const EVEN: &str = r#"
    [scenario]
    name = "Even"
    start = "2026-01"
    horizon = "8y"

    [economy]
    long_run_growth = 0.0

    [family.gpu]
    on_demand = { nimbus = 1.0 }

    [on_demand]
    capacity = { 2026 = 20.0 }

    [lab.acme]
    cash = "500B USD"
    revenue.target = { 2026 = "60B USD" }
    opex.fixed = { 2026 = "10B USD" }
    compute.inference_share = 0.5

    [entity.nimbus]
    assets = "4000B USD"
    asset_volatility = 0.0
    barrier = "10B USD"

    [[contract]]
    id = "cloud"
    lab = "acme"
    provider = "nimbus"
    capacity = "1 GW"
    price_per_gw_year = "30B USD"
    start = "2026-01"
    term = "20y"
    margin = 0.5
    "#;

const GROWTH: &str = r#"
    [[expansion]]
    id = "growth"
    lab = "acme"
    provider = "nimbus"
    "#;

/// Revenue that grows, and a price that falls.
const GROWING: &[&str] = &[
    r#"lab.acme.revenue.target={ 2026 = "60B USD", 2027 = "80B USD", 2028 = "120B USD", 2034 = "300B USD" }"#,
    "family.gpu.price_decline=15%",
];

fn expanding() -> String {
    EVEN.to_owned() + GROWTH
}

/// In each month in which something is signed: the month, billions of units a year, and dollars a unit.
fn signed(world: &Parameters, luck: &Luck) -> Vec<(usize, f64, f64)> {
    let mut found = Vec::new();
    watch(world, luck, 1, |t, before, after, _| {
        for (before, after) in before.labs[0].contracts.iter().zip(&after.labs[0].contracts) {
            let multiple = after.in_force[0] - before.in_force[0];
            if multiple > 0.0 {
                found.push((t, multiple / after.locked[0], after.locked[0]));
            }
        }
    });
    found
}

fn assert_near(what: &str, found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{what}: {found} against {expected}");
}

#[test]
fn without_growth_nothing_is_signed() {
    // But for the rounding of 30 billion: less than a thousandth of a dollar.
    let all: f64 = signed(&world(&expanding(), &[]), &Luck::of(501)).iter().map(|(_, units, _)| units).sum();
    assert!(all < 1e-12, "{all} billion units");
}

#[test]
fn signed_units_are_the_growth_of_the_need_two_years_ahead() {
    // Tried every January from 2027 on, for two years later; the contract of the file covers the need of month 0.
    let world = world(&expanding(), &[GROWING, &["expansion.growth.term=20y"]].concat());
    let lab = &world.labs[0];
    let plan_price = &world.families[0].plan_price;
    let need = |s: usize| 0.5 * lab.target[s] / plan_price[s] / 1e9;
    let supplied = |s: usize| 30.0 / plan_price[s];
    let found = signed(&world, &Luck::of(502));
    assert_eq!(found.iter().map(|(t, ..)| *t).collect::<Vec<_>>(), [12, 24, 36, 48, 60, 72, 84]);
    let mut before = 0.0;
    for (t, units, price) in found {
        let s = t + 24;
        // What the contract of the file supplies at the plan's price grows as that falls.
        let missing = need(s) - supplied(s);
        assert_near("units", units, missing - before, 1e-9);
        assert_near("price", price, plan_price[s], 1e-12);
        before = missing;
    }
}

#[test]
fn an_expansion_that_may_sign_nothing_is_none() {
    let chance = "[market]\nvolatility = 0.3\nfeedback = 2.0\nburst.hazard = 0.2\n";
    let (text, bare) = (expanding() + chance, EVEN.to_owned() + chance);
    for off in ["expansion.growth.headroom=-1", "expansion.growth.share=0"] {
        let overrides = [GROWING, &[off]].concat();
        for path in 0..10 {
            let with = Ledger::of(&world(&text, &overrides), &Luck::of(503), path);
            let without = Ledger::of(&world(&bare, GROWING), &Luck::of(503), path);
            assert_eq!(with.differing(&without), [] as [&str; 0], "{off}, path {path}");
        }
    }
    let with = Ledger::of(&world(&text, GROWING), &Luck::of(503), 0);
    let without = Ledger::of(&world(&bare, GROWING), &Luck::of(503), 0);
    assert!(with.differing(&without).contains(&"acme.ocf".to_owned()), "an expansion moves cash");
}

#[test]
fn a_frozen_market_signs_nothing() {
    let freeze =
        "[market]\nfreeze_mean = \"9000y\"\n[[event]]\nid = \"freeze\"\nkind = \"freeze\"\ndate = \"2028-06\"\n";
    let found = signed(&world(&(expanding() + freeze), GROWING), &Luck::of(504));
    assert_eq!(found.iter().map(|(t, ..)| *t).collect::<Vec<_>>(), [12, 24]);
}

#[test]
fn a_short_runway_signs_nothing() {
    // Costs of 70 on revenue of 60: cash of 25 lasts for thirty months, and so less than 12 from the third year on.
    let costs = ["lab.acme.cash=25B USD", "lab.acme.opex.fixed={ 2026 = \"40B USD\" }"];
    let more = ["expansion.growth.headroom=10%", "expansion.growth.share=50%", "lab.acme.resolution.grace=20y"];
    let found = signed(&world(&expanding(), &[&costs[..], &more].concat()), &Luck::of(505));
    assert_eq!(found.iter().map(|(t, ..)| *t).collect::<Vec<_>>(), [12]);
    let patient = [&costs[..], &more, &["expansion.growth.min_runway=0mo"]].concat();
    let found = signed(&world(&expanding(), &patient), &Luck::of(505));
    assert!(found.len() > 1, "{found:?}");
}

#[test]
fn more_headroom_never_lowers_minimum_payments() {
    let payments = |headroom: &str| {
        let set = format!("expansion.growth.headroom={headroom}");
        let mut all = Vec::new();
        let rich = ["lab.acme.cash=5000B USD", &set];
        let world = world(&expanding(), &[GROWING, &rich].concat());
        watch(&world, &Luck::of(506), 1, |_, _, _, work| {
            let outlook = &work.labs[0].outlook;
            all.push(outlook.minimum_firm[0] + outlook.minimum_soft[0]);
        });
        all
    };
    let headrooms = ["-20%", "0%", "10%", "50%"].map(payments);
    for pair in headrooms.windows(2) {
        assert!(pair[0].iter().zip(&pair[1]).all(|(less, more)| less <= more));
        assert!(pair[0].last() < pair[1].last());
    }
}

#[test]
fn a_contract_that_is_signed_is_worth_its_margin_less_its_capital() {
    // At no discount W - D is the margin on all that is paid, 4.5 for every billion a year, less its capital; after the
    // signing margins move from W to the account and capital from the account to D, and worth stays.
    let text = expanding() + "capex = 0.4\nmargin = 0.5\n";
    let world = world(&text, &[GROWING, &["economy.discount_rate=0"]].concat());
    let (mut worth, mut net) = (Vec::new(), Vec::new());
    watch(&world, &Luck::of(507), 1, |_, before, after, _| {
        worth.push(after.entities[0].worth[0]);
        let contracts = before.labs[0].contracts.iter().zip(&after.labs[0].contracts);
        let signed: f64 = contracts.map(|(before, after)| after.in_force[0] - before.in_force[0]).sum();
        net.push(4.5e9 * (0.5 - 0.4) * signed);
    });
    for t in 1..worth.len() {
        let moved = worth[t] - worth[t - 1];
        assert!((moved - net[t]).abs() <= 10.0, "month {t}: {moved} against {}", net[t]);
    }
    assert!(net.iter().any(|net| *net > 1e9));
}

#[test]
fn on_the_plan_training_follows_the_plan_whatever_the_elasticity() {
    let text = EVEN.to_owned() + "[market]\nreversion = 0.3\nvolatility = 0.2\nburst.hazard = 0.1\n";
    let plan = ["lab.acme.valuation=2000B USD", "lab.acme.compute.training={ 2026 = \"10B USD\" }"];
    let elastic = [&plan[..], &["lab.acme.compute.valuation_elasticity=2"]].concat();
    assert_eq!(planned(&text, &elastic).differing(&planned(&text, &plan)), [] as [&str; 0]);
}

#[test]
fn training_rises_in_a_boom_and_falls_in_a_slump() {
    let text = EVEN.to_owned() + "[market]\nreversion = 0.3\nvolatility = 0.2\n";
    let plan = ["lab.acme.valuation=2000B USD", "lab.acme.compute.training={ 2026 = \"10B USD\" }"];
    let training = |luck: &Luck, elasticity: &str| {
        let set = format!("lab.acme.compute.valuation_elasticity={elasticity}");
        let world = world(&text, &[&plan[..], &[&set]].concat());
        Ledger::of(&world, luck, 0).column("acme.planned_training_units")
    };
    let boom = Luck::of(508).with("market", 0..96, 1.0);
    let slump = Luck::of(508).with("market", 0..96, -1.0);
    let plan = training(&boom, "0");
    assert!(plan.iter().zip(training(&boom, "0.5")).skip(1).all(|(plan, more)| more > *plan));
    assert!(plan.iter().zip(training(&slump, "0.5")).skip(1).all(|(plan, less)| less < *plan));
}

/// Cash in the last month of half a century in which 60 come in and 10 + 30 go out for the plan.
fn last_cash(overrides: &[&str]) -> f64 {
    let all = [&["scenario.horizon=50y", "lab.acme.cash=100B USD"], overrides].concat();
    *planned(EVEN, &all).column("acme.cash").last().unwrap()
}

#[test]
fn spare_cash_settles_at_a_steady_inflow_over_its_rate() {
    // 20 a year at 50 % of what is there: 40. With a year's costs kept, 10 + 30 of them: 80.
    let cash = |keep: &str| last_cash(&["lab.acme.compute.reinvest=50%", &format!("lab.acme.compute.keep={keep}")]);
    assert_near("without a reserve", cash("0mo"), 40.0, 1e-6);
    assert_near("with a year's costs", cash("12mo"), 80.0, 1e-6);
    assert_near("hoarded", last_cash(&[]), 1100.0, 1e-9);
}

#[test]
fn cash_that_is_spent_runs_training_and_makes_up_for_what_the_plan_misses() {
    // A plan of 10 of training that can buy 4: nothing is left of the limit on demand for spare cash, and so nothing more
    // is run; with room for all, the shortfall is gone and more is run than was planned.
    let run = |capacity: &str| {
        let capacity = format!("on_demand.capacity={{ 2026 = {capacity} }}");
        let plan = "lab.acme.compute.training={ 2026 = \"10B USD\" }";
        let spend = ["lab.acme.compute.reinvest=50%", plan, &capacity];
        let ledger = planned(EVEN, &spend);
        let last = |name: &str| *ledger.column(name).last().unwrap();
        (last("acme.extra_training_units"), last("acme.training_shortfall"))
    };
    let (extra, shortfall) = run("0.1");
    assert!(extra.abs() < 1e-9, "{extra}");
    assert_near("missed", shortfall, 0.6, 1e-9);
    let (extra, shortfall) = run("20.0");
    assert!(extra > 1.0 && shortfall <= 0.0, "{extra}, {shortfall}");
}

#[test]
fn what_is_signed_is_measured_over_the_terms() {
    // 54 over five years, of which the first is a ramp, for every billion a year.
    let world = world(&expanding(), GROWING);
    let all: f64 = signed(&world, &Luck::of(509)).iter().map(|(_, units, price)| units * price * 4.5).sum();
    let mut found = 0.0;
    watch(&world, &Luck::of(509), 1, |_, _, after, _| found = after.labs[0].tally.signed[0] / 1e9);
    assert_near("signed", found, all, 1e-12);
}

#[test]
fn an_expansion_signs_in_plan_mode_too() {
    let plan = Worlds::plan(&scenario(&expanding(), GROWING)).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(signed(&plan, &Luck::of(510)).len(), 7);
}
