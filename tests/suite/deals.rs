//! Contracts that come later or with money, leases, capacity, conditions, loans and dated events: limits with known
//! answers (docs/model.md, sections 4, 5, 6 and 8.1).

use ouroborisk::engine::{Interrupt, Plan, Sampler, Tier, Uncertainty};
use ouroborisk::model::{Parameters, Twin, catalogue, ledger};
use ouroborisk::resolve::Worlds;
use ouroborisk::simulate::{simulate, simulate_one};

use super::worlds::{Luck, assert_probability, moments, ran, scenario, watch, world, worlds};

/// A lab and its provider at rest: no chance, no growth, no costs but those of contracts.
const PLAIN: &str = r#"
    [scenario]
    name = "Plain"
    start = "2026-01"
    horizon = "4y"

    [economy]
    long_run_growth = 0.0

    [lab.acme]
    cash = "200B USD"
    valuation = "900B USD"
    revenue.target = { 2026 = "60B USD" }
    opex.fixed = { 2026 = "10B USD" }

    [entity.nimbus]
    assets = "400B USD"
    asset_volatility = 0.0
    barrier = "10B USD"
    "#;

/// A contract of 2 a year for two years, from the third year on.
const CLOUD: &str = r#"
    [[contract]]
    id = "cloud"
    lab = "acme"
    provider = "nimbus"
    amount = "24B USD"
    start = "2028-01"
    term = "2y"
    take_or_pay = 0.8
    margin = 0.5
    capex = 0.3
    "#;

/// Money of 8 from the provider, with a contract of three times that.
const TIE: &str = r#"
    [[investment]]
    id = "tie"
    investor = "nimbus"
    lab = "acme"
    amount = "8B USD"
    date = "2026-04"

    [investment.commits]
    multiple = 3
    lead = "6mo"
    term = "2y"
    take_or_pay = 0.8
    margin = 0.5
    capex = 0.3
    "#;

/// The ledger of a path: columns by name, a row a month.
pub(crate) struct Ledger(Vec<Vec<(String, f64)>>);

impl Ledger {
    pub(crate) fn of(world: &Parameters, luck: &Luck, path: u32) -> Self {
        Self::sampled(world, luck.sampler(), path)
    }

    fn sampled(world: &Parameters, sampler: Sampler<'_>, path: u32) -> Self {
        let mut rows = Vec::new();
        simulate_one(world, sampler, 0, path, &mut |t, before, after, work| {
            let cells = ledger::row(world, before, after, work, t);
            rows.push(cells.into_iter().map(|cell| (cell.column, cell.value)).collect());
        });
        Self(rows)
    }

    /// A column, month by month.
    pub(crate) fn column(&self, name: &str) -> Vec<f64> {
        let of = |row: &Vec<(String, f64)>| row.iter().find(|(column, _)| column == name).map(|(_, value)| *value);
        self.0.iter().map(|row| of(row).unwrap_or_else(|| panic!("no column {name}"))).collect()
    }

    /// Columns that differ in any bit; those of one ledger alone do not count.
    pub(crate) fn differing(&self, other: &Self) -> Vec<String> {
        let bits = |column: Vec<f64>| column.into_iter().map(|value| (value + 0.0).to_bits()).collect::<Vec<_>>();
        let common = self.0[0].iter().filter(|(name, _)| other.0[0].iter().any(|(known, _)| known == name));
        let differs = |name: &&str| bits(self.column(name)) != bits(other.column(name));
        common.map(|(name, _)| name.as_str()).filter(differs).map(str::to_owned).collect()
    }
}

/// The ledger of a world that holds no chance.
fn still(text: &str, overrides: &[&str]) -> Ledger {
    Ledger::of(&world(text, overrides), &Luck::of(1), 0)
}

/// The ledger of plan mode.
pub(crate) fn planned(text: &str, overrides: &[&str]) -> Ledger {
    let plan = Worlds::plan(&scenario(text, overrides)).unwrap_or_else(|problems| panic!("{problems:?}"));
    Ledger::sampled(&plan, Sampler::Still, 0)
}

pub(crate) fn assert_close(what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (t, (found, expected)) in found.iter().zip(expected).enumerate() {
        let off = (found - expected).abs();
        assert!(off <= 1e-9 * expected.abs().max(1.0), "{what}, month {t}: {found} against {expected}");
    }
}

fn plain(more: &[&str]) -> String {
    PLAIN.to_owned() + &more.concat()
}

// Contracts that are not yet binding.

#[test]
fn a_contract_becomes_binding_as_often_as_its_probability_says() {
    let text = plain(&[CLOUD, "probability = 0.3\n"]);
    let paths = 2000;
    let mut binding = 0;
    watch(&world(&text, &["scenario.horizon=1mo"]), &Luck::of(401), paths, |_, _, block, _| {
        binding += usize::from(block.labs[0].contracts[0].in_force[0] > 0.0);
    });
    assert_probability("binding", binding, paths as usize, 0.3);
}

#[test]
fn a_contract_that_never_becomes_binding_counts_nowhere() {
    let with = still(&plain(&[CLOUD, "probability = 0\n"]), &[]);
    assert_eq!(with.differing(&still(PLAIN, &[])), [] as [&str; 0]);
}

#[test]
fn a_contract_that_is_certain_from_the_start_is_as_if_it_had_no_probability() {
    let with = still(&plain(&[CLOUD, "probability = 1\ndecided = \"2026-01\"\n"]), &[]);
    assert_eq!(with.differing(&still(&plain(&[CLOUD]), &[])), [] as [&str; 0]);
}

#[test]
fn a_contract_that_is_signed_later_changes_its_provider_s_worth_by_its_value_less_its_debt() {
    let without = still(PLAIN, &[]);
    for (text, signed) in [
        (plain(&[CLOUD, "decided = \"2026-07\"\n"]), 6),
        (plain(&[CLOUD, "decided = \"2027-07\"\n"]), 18),
        (plain(&[TIE]), 3),
    ] {
        let with = still(&text, &[]);
        assert_close(
            "core assets",
            &with.column("entity.nimbus.core_assets"),
            &without.column("entity.nimbus.core_assets"),
        );
        let [worth, before] = [&with, &without].map(|ledger| ledger.column("entity.nimbus.worth"));
        let [net, mark, old] = [
            with.column("entity.nimbus.contracts_net"),
            with.column("entity.nimbus.stake_mark"),
            without.column("entity.nimbus.stake_mark"),
        ];
        let invested = with.column("entity.nimbus.invested");
        assert_close("before", &worth[..signed], &before[..signed]);
        assert!(net[signed].abs() > 1.0, "{}", net[signed]);
        // The stake that the money buys is worth what the money was.
        let expected = before[signed] + net[signed] + (mark[signed] - old[signed]) - invested[signed];
        assert_close("at signing", &worth[signed..=signed], &[expected]);
        // Until the first payment, capital is only carried forward.
        let grown = (net[signed + 1] - net[signed]).abs();
        assert!(grown < 0.02 * net[signed].abs(), "{net:?}");
    }
}

#[test]
fn a_contract_that_is_signed_in_the_first_month_is_part_of_the_assets_at_the_start() {
    for text in [plain(&[TIE]).replace("2026-04", "2026-01"), plain(&[CLOUD, "probability = 0.999999\n"])] {
        let ledger = still(&text, &[]);
        let of = |name: &str| ledger.column(&format!("entity.nimbus.{name}"))[0];
        assert!(of("contracts_net").abs() > 1.0);
        assert_close("core", &[of("core_assets")], &[400.0 - of("contracts_net")]);
        assert_close("worth", &[of("worth")], &[400.0 + of("stake_mark") - of("invested")]);
    }
}

#[test]
fn a_binding_contract_is_paid_as_one_that_always_was() {
    let later = still(&plain(&[CLOUD, "decided = \"2026-07\"\n"]), &[]);
    let always = still(&plain(&[CLOUD]), &[]);
    for column in ["acme.contract.cloud.rate", "acme.invoice.cloud", "entity.nimbus.margin_received"] {
        assert_close(column, &later.column(column), &always.column(column));
    }
    // The debt that is repaid is the same: all capital is spent after the signing.
    let [repaid, all] = [&later, &always].map(|ledger| *ledger.column("entity.nimbus.capital_repaid").last().unwrap());
    assert_close("capital", &[repaid], &[all]);
}

#[test]
fn plan_mode_signs_what_is_more_likely_than_not() {
    for (probability, signs) in [("0.5", true), ("0.49", false)] {
        let text = plain(&[CLOUD, "close_freeze = 3.0\n"]);
        let rates =
            planned(&text, &[&format!("contract.cloud.probability={probability}")]).column("acme.contract.cloud.rate");
        assert_eq!(rates.iter().any(|&rate| rate > 0.0), signs, "{probability}");
    }
}

// Contracts that come with money.

#[test]
fn money_with_a_multiple_of_nothing_is_money_without_strings() {
    let chance = r"
        [market]
        volatility = 0.3
        feedback = 1.0
        burst = { hazard = 0.3 }
        ";
    let text = plain(&[chance, TIE]);
    let without = text.split("[investment.commits]").next().unwrap().to_owned();
    let overrides = ["lab.acme.revenue.volatility=0.3", "entity.nimbus.asset_volatility=0.2"];
    let none = [&overrides[..], &["investment.tie.commits.multiple=0"]].concat();
    for path in 0..16 {
        let with = Ledger::of(&world(&text, &none), &Luck::of(402), path);
        let bare = Ledger::of(&world(&without, &overrides), &Luck::of(402), path);
        assert_eq!(with.differing(&bare), [] as [&str; 0], "path {path}");
    }
    let bound = Ledger::of(&world(&text, &overrides), &Luck::of(402), 0);
    let bare = Ledger::of(&world(&without, &overrides), &Luck::of(402), 0);
    assert!(bound.differing(&bare).contains(&"acme.ocf".to_owned()), "a multiple of three moves cash");
}

#[test]
fn minimum_payments_rise_by_the_multiple_of_the_money() {
    let world = world(&plain(&[TIE]), &[]);
    // 3 * 8 * 0.8/2 a year, from October 2026 on, six months after the closing in April.
    let mut found = Vec::new();
    watch(&world, &Luck::of(403), 1, |t, _, block, work| {
        let m = &work.labs[0];
        let twelve = m.outlook.minimum_firm[0] + m.outlook.minimum_soft[0];
        found.push((t, block.labs[0].contracts[0].in_force[0], twelve / 1e9, m.contracts[0].minimum[0] / 1e9));
    });
    for (t, in_force, twelve, now) in found {
        let rate = 3.0 * 8.0 * 0.8 / 2.0;
        let begun = (9..33).contains(&t);
        let ahead = (9..33).filter(|month| (t + 1..=t + 12).contains(month)).count() as f64;
        assert_eq!(in_force > 0.0, t >= 3, "month {t}");
        let expected = if t >= 3 { rate * ahead / 12.0 } else { 0.0 };
        assert!((twelve - expected).abs() < 1e-9, "month {t}: {twelve} against {expected}");
        assert!((now - if begun { rate } else { 0.0 }).abs() < 1e-9, "month {t}: {now}");
    }
}

#[test]
fn compute_comes_as_much_later_as_the_money() {
    // Revenue is flat; an event in the autumn lets the money come: the market is frozen until it has thawed in plan mode.
    let market = r#"
        [market]
        freeze_mean = "5mo"

        [[event]]
        id = "freeze"
        kind = "freeze"
        date = "2026-02"
        "#;
    let first = |text: &str| {
        let ledger = planned(text, &["investment.tie.market_open=true"]);
        let position = |name: &str| ledger.column(name).iter().position(|&value| value > 0.0).unwrap();
        (position("acme.investment.tie"), position("acme.contract.tie-commits.rate"))
    };
    assert_eq!(first(&plain(&[TIE])), (3, 9));
    // Frozen from March on, open again from August on.
    assert_eq!(first(&plain(&[market, TIE])), (7, 13));
}

/// A lab that defaults about every third time, with money from its provider.
const STRAINED: &str = r#"
    [scenario]
    name = "Strained"
    start = "2026-01"
    horizon = "6y"

    [market]
    volatility = 0.25
    reversion = 0.25
    feedback = 5.0
    freeze_mean = "18mo"
    supply = { 2026 = "12B USD" }
    burst = { hazard = 0.15, fall_sd = 0.3 }

    [lab.acme]
    cash = "18B USD"
    cash_volatility = "2B USD"
    revenue = { target = { 2026 = "10B USD", 2028 = "24B USD", 2031 = "60B USD" }, drift = -0.08, volatility = 0.3 }
    compute = { inference_share = { 2026 = 0.4 }, training = { 2026 = "4B USD", 2031 = "8B USD" } }
    opex.fixed = { 2026 = "9B USD", 2031 = "16B USD" }
    round = { max_share = 0.1, trigger = "12mo" }
    resolution = { grace = "4mo", lgd = 0.6 }

    [entity.nimbus]

    [[contract]]
    id = "cloud"
    lab = "acme"
    provider = "nimbus"
    amount = "60B USD"
    start = "2026-01"
    term = "6y"
    ramp = "3y"

    [[investment]]
    id = "tie"
    lab = "acme"
    investor = "nimbus"
    amount = "8B USD"
    date = "2026-10"

    [investment.commits]
    multiple = 1
    lead = "12mo"
    term = "4y"
    "#;

/// A single world.
struct One(Parameters);

impl Uncertainty for One {
    type World = Parameters;

    fn world(&self, _: u32) -> Parameters {
        self.0.clone()
    }
}

/// Paths on which the lab defaults: 1, else 0.
fn defaults(world: Parameters) -> Vec<f64> {
    let row = catalogue(&world).iter().position(|metric| metric.measure.name == "payment_default").unwrap();
    let plan = Plan { paths: 6144, draws: 1, threads: 0, tier: Tier::detect(), observed: 0 };
    let luck = Luck::of(404);
    let run = simulate(&One(world), luck.sampler(), &plan, &Interrupt::new(), &|_| (), &mut |_| Ok(())).unwrap();
    run.sample.row(row).iter().map(|month| f64::from(u8::from(month.is_finite()))).collect()
}

#[test]
fn strings_hurt_the_more_the_longer_they_are_and_turn_from_help_to_harm_once() {
    // Common shocks: without ties and without strategic money the multiple does nothing.
    let multiples = ["0", "1", "2", "4"];
    let defaults = |twin: Twin, multiple: &str| {
        let set = format!("investment.tie.commits.multiple={multiple}");
        defaults(twin.of(world(STRAINED, &[&set])))
    };
    let [untied, moneyless] = [Twin::WithoutTies, Twin::WithoutStrategicMoney].map(|twin| defaults(twin, "0"));
    for twin in [(Twin::WithoutTies, &untied), (Twin::WithoutStrategicMoney, &moneyless)] {
        assert_eq!(&defaults(twin.0, "4"), twin.1, "{:?} has no such contract", twin.0);
    }
    let effect = |given: &[f64], other: &[f64]| {
        let more: Vec<f64> = given.iter().zip(other).map(|(given, other)| given - other).collect();
        let (mean, sd) = moments(&more);
        (mean, sd / (more.len() as f64).sqrt())
    };
    let given: Vec<Vec<f64>> = multiples.iter().map(|multiple| defaults(Twin::AsGiven, multiple)).collect();
    let strings: Vec<(f64, f64)> = given.iter().map(|given| effect(given, &untied)).collect();
    let money: Vec<(f64, f64)> = given.iter().map(|given| effect(given, &moneyless)).collect();
    for effects in [&strings, &money] {
        assert!(effects.windows(2).all(|pair| pair[0].0 <= pair[1].0), "monotone: {effects:?}");
        assert!(effects[0].0 < -4.0 * effects[0].1, "without a contract it helps: {effects:?}");
        let last = effects[effects.len() - 1];
        assert!(last.0 > 4.0 * last.1, "with the longest it harms: {effects:?}");
    }
}

#[test]
fn without_strategic_money_the_money_of_others_still_brings_its_contract() {
    let others = TIE.replace("\"tie\"", "\"other\"").replace("investor = \"nimbus\"", "investor = \"fund\"");
    let others = others.replace("multiple = 3", "multiple = 3\nprovider = \"nimbus\"");
    let world = world(&plain(&[TIE, &others]), &[]);
    for (twin, tied, untied) in
        [(Twin::AsGiven, true, true), (Twin::WithoutTies, false, true), (Twin::WithoutStrategicMoney, false, true)]
    {
        let ledger = Ledger::of(&twin.of(world.clone()), &Luck::of(1), 0);
        let supplies = |id: &str| ledger.column(&format!("acme.contract.{id}.rate")).iter().any(|&rate| rate > 0.0);
        assert_eq!((supplies("tie-commits"), supplies("other-commits")), (tied, untied), "{twin:?}");
    }
}

// Capacity and leases.

#[test]
fn a_capacity_at_a_price_is_an_amount() {
    let capacity = CLOUD.replace("amount = \"24B USD\"", "capacity = \"500 MW\"\nprice_per_gw_year = \"24B USD\"");
    let (by_power, by_amount) = (still(&plain(&[&capacity]), &[]), still(&plain(&[CLOUD]), &[]));
    for (name, _) in &by_amount.0[0] {
        assert_close(name, &by_power.column(name), &by_amount.column(name));
    }
}

#[test]
fn a_lease_serves_nothing_and_costs_what_fixed_costs_do() {
    let lease = r#"
        [[contract]]
        id = "hall"
        lab = "acme"
        provider = "nimbus"
        workload = "none"
        amount = "40B USD"
        start = "2026-01"
        term = "20y"

        "#;
    // 2 a year of rent are 2 a year of fixed costs, to cash, outlook and endurance.
    let compute = "[family.compute]\non_demand = { other = 1.0 }\n[on_demand]\ncapacity = { 2026 = 1.0 }\n";
    let set = |fixed: &'static str| {
        ["scenario.horizon=20mo", "lab.acme.cash=9B USD", "lab.acme.compute.inference_share=0.3", fixed]
    };
    let with = world(&plain(&[lease, compute]), &set("lab.acme.opex.fixed={ 2026 = \"45B USD\" }"));
    let without = world(&plain(&[compute]), &set("lab.acme.opex.fixed={ 2026 = \"47B USD\" }"));
    let (rent, fixed) = (Ledger::of(&with, &Luck::of(1), 0), Ledger::of(&without, &Luck::of(1), 0));
    for column in ["acme.cash", "acme.outlook_burn", "acme.runway_months", "acme.revenue", "acme.ocf"] {
        assert_close(column, &rent.column(column), &fixed.column(column));
    }
    assert!(rent.column("acme.outlook_burn")[0] > 0.1, "cash runs out");
    for column in ["acme.contract.hall.used_units", "acme.contract.hall.idle"] {
        assert!(rent.column(column).iter().all(|&value| value == 0.0), "{column}");
    }
    let endurance = |world: &Parameters| {
        let mut months = 0.0;
        watch(world, &Luck::of(1), 1, |_, _, block, _| months = block.labs[0].tally.endurance[0][0]);
        months
    };
    assert_close("endurance", &[endurance(&with)], &[endurance(&without)]);
    assert!(endurance(&with) < 100.0, "{}", endurance(&with));
}

// Conditions and prices of investments.

#[test]
fn an_investment_closes_by_all_any_and_not() {
    let closes = |more: &str| {
        let text = plain(&[
            "[[investment]]\nid = \"b\"\ninvestor = \"nimbus\"\nlab = \"acme\"\namount = \"1B USD\"\ndate = \"2026-02\"\n",
            more,
        ]);
        still(&text, &[]).column("acme.investment.b").iter().any(|&amount| amount > 0.0)
    };
    // Revenue is 60 a year, the value 900.
    let (holds, fails) = ("{ min_revenue_rate = \"50B USD\" }", "{ min_valuation = \"2T USD\" }");
    for (more, expected) in [
        (format!("any = [{fails}, {holds}]\n"), true),
        (format!("any = [{fails}]\n"), false),
        ("any = [{ min_revenue_rate = \"50B USD\", min_valuation = \"2T USD\" }]\n".to_owned(), false),
        (format!("not = [{fails}]\n"), true),
        (format!("not = [{fails}, {holds}]\n"), false),
        (format!("min_valuation = \"2T USD\"\nany = [{holds}]\n"), false),
    ] {
        assert_eq!(closes(&more), expected, "{more}");
    }
}

#[test]
fn contracted_shares_cost_the_opening_price() {
    let text = plain(&[
        "[[investment]]\nid = \"b\"\ninvestor = \"nimbus\"\nlab = \"acme\"\namount = \"9B USD\"\ndate = \"2027-02\"\n",
        "[market]\nvolatility = 0.4\n",
    ]);
    let stake = |pricing: &str, path: u32| {
        let world = world(&text, &[&format!("investment.b.pricing={pricing}"), "lab.acme.revenue.volatility=0.3"]);
        let mut found = (0.0, 0.0);
        simulate_one(&world, Luck::of(405).sampler(), 0, path, &mut |t, _, after, work| {
            if t == 13 {
                found = (after.labs[0].parties[0].stake[0], work.labs[0].share_price[0]);
            }
        });
        found
    };
    for path in 0..8 {
        let (contracted, price) = stake("contracted", path);
        assert!((contracted * 900e9 - 9e9).abs() < 1.0, "stake times opening price is what was paid: {contracted}");
        let (at_market, _) = stake("market", path);
        assert!((at_market * price - 9e9).abs() < 1.0 && (price - 900e9).abs() > 1e9, "{at_market} at {price}");
    }
}

// Debt.

const LINE: &str = r#"
    [[facility]]
    id = "line"
    lab = "acme"
    lender = "bank"
    limit = "60B USD"
    drawn = "30B USD"
    rate = 0.06
    committed = true
    "#;

#[test]
fn opening_debt_is_off_the_valuation_and_costs_interest_from_the_first_month() {
    let (with, without) = (still(&plain(&[LINE]), &[]), still(PLAIN, &["lab.acme.valuation=930B USD"]));
    assert_close("value", &with.column("acme.equity_value")[..1], &[900.0]);
    assert_close("interest", &with.column("acme.interest")[..1], &[30.0 * 0.06 / 12.0]);
    assert_close("debt", &with.column("acme.debt")[..1], &[30.0]);
    // What is owed belongs to the value of operations: the same `y` as of a value that is higher by the debt.
    assert_close("y", &with.column("market.y"), &without.column("market.y"));
    // What is paid for operations, and so what they would have to earn, counts the debt too.
    let requirement = |text: &str, set: &[&str]| world(text, set).labs[0].implied_requirement;
    let [one, other] = [requirement(&plain(&[LINE]), &[]), requirement(PLAIN, &["lab.acme.valuation=930B USD"])];
    assert!((one - other).abs() < 1e-9 * other, "{one} {other}");
}

#[test]
fn a_loan_at_the_discount_rate_leaves_its_lender_as_rich() {
    // A month's interest at this rate is what a month's discount is: 12 (e^(0.08/12) - 1).
    let rate = 12.0 * ((0.08f64 / 12.0).exp() - 1.0);
    let rate = format!("rate = {rate:?}\nmaturity = \"2028-06\"");
    let line = LINE.replace("bank", "nimbus").replace("rate = 0.06", &rate).replace("\"30B USD\"", "\"0 USD\"");
    let poor = ["lab.acme.cash=5B USD", "lab.acme.min_cash=5B USD", "lab.acme.opex.fixed={ 2026 = \"65B USD\" }"];
    let (with, without) = (still(&plain(&[&line]), &poor), still(PLAIN, &[]));
    let drawn = with.column("acme.draw.line");
    assert!(drawn.iter().filter(|&&drawn| drawn > 0.1).count() > 3, "{drawn:?}");
    assert_close("worth", &with.column("entity.nimbus.worth")[..29], &without.column("entity.nimbus.worth")[..29]);
    assert_close("par", &with.column("entity.nimbus.contracts_net")[..29], &with.column("acme.debt")[..29]);
}

#[test]
fn a_lender_loses_its_part_of_a_loan_when_the_lab_defaults() {
    let line = LINE.replace("bank", "nimbus").replace("rate = 0.06", "rate = 0.0");
    let doom = "[[event]]\nid = \"doom\"\nkind = \"default\"\ndate = \"2026-03\"\nsubject = \"acme\"\n";
    let flat = ["economy.discount_rate=0", "lab.acme.resolution.lgd=0.6"];
    let worth = still(&plain(&[&line, doom]), &flat).column("entity.nimbus.worth");
    assert_close("worth", &worth[..4], &[400.0, 400.0, 382.0, 382.0]);
}

#[test]
fn the_money_of_a_lender_is_traced_to_it() {
    let line = LINE.replace("bank", "nimbus");
    let sells = "[[contract]]\nid = \"cloud\"\nlab = \"acme\"\nprovider = \"nimbus\"\namount = \"24B USD\"\nstart = \"2026-01\"\nterm = \"4y\"\n";
    let poor = ["lab.acme.cash=1B USD", "lab.acme.min_cash=5B USD", "lab.acme.opex.fixed={ 2026 = \"58B USD\" }"];
    let text = plain(&[&line, sells]);
    let ledger = still(&text, &poor);
    assert!(ledger.column("acme.cash_from.nimbus")[3] > 0.1 && ledger.column("acme.cash_from.debt")[3] == 0.0);
    let shares = ran(&worlds(&text, &poor), &Luck::of(1), 1, false);
    let [lower, middle, upper] = ["circular_share_lower", "circular_share", "circular_share_upper"]
        .map(|measure| shares.column(measure, "nimbus")[0]);
    assert!(0.0 < middle && lower <= middle && middle <= upper, "{lower} {middle} {upper}");
    // Without ties the lender is an outsider, and without strategic money nothing more is lent.
    let world = world(&text, &poor);
    let outside = Ledger::of(&Twin::WithoutTies.of(world.clone()), &Luck::of(1), 0);
    assert!(outside.column("acme.cash_from.nimbus").iter().all(|&money| money == 0.0));
    assert_close("cash", &outside.column("acme.cash"), &ledger.column("acme.cash"));
    let nothing = Ledger::of(&Twin::WithoutStrategicMoney.of(world), &Luck::of(1), 0);
    assert!(nothing.column("acme.draw.line").iter().all(|&drawn| drawn == 0.0));
}

// Dated events.

/// A market that bursts by chance.
const RISKY: &str = r#"
    [market]
    volatility = 0.3
    reversion = 0.2
    freeze_mean = "9mo"
    burst = { hazard = 2.0, hazard_max = 2.0, fall_sd = 0.3 }
    "#;

/// An event, and what else is written of it.
fn event(kind: &str, date: &str, more: &str) -> String {
    format!("[[event]]\nid = \"one\"\nkind = \"{kind}\"\ndate = \"{date}\"\n{more}\n")
}

/// `2027-03` for month 14.
fn month(t: usize) -> String {
    format!("{}-{:02}", 2026 + t / 12, t % 12 + 1)
}

#[test]
fn a_burst_that_is_dated_where_a_path_bursts_anyway_leaves_the_path_as_it_is() {
    let text = plain(&[RISKY]);
    let wild =
        ["lab.acme.revenue.volatility=0.3", "entity.nimbus.asset_volatility=0.2", "entity.nimbus.burst_beta=0.5"];
    let undated = world(&text, &wild);
    let mut compared = 0;
    for path in 0..24 {
        let ledger = Ledger::of(&undated, &Luck::of(406), path);
        let open = ledger.column("market.open");
        let Some(burst) = (1..open.len()).find(|&t| open[t - 1] > open[t]) else { continue };
        let dated = world(&(text.clone() + &event("burst", &month(burst - 1), "")), &wild);
        let found = Ledger::of(&dated, &Luck::of(406), path);
        assert_eq!(found.differing(&ledger), [] as [&str; 0], "path {path}, month {}", burst - 1);
        let elsewhere = world(&(text.clone() + &event("burst", &month(burst), "")), &wild);
        let found = Ledger::of(&elsewhere, &Luck::of(406), path);
        assert_eq!(found.differing(&ledger), [] as [&str; 0], "path {path}: a frozen market does not burst");
        compared += 1;
    }
    assert!(compared > 8, "{compared} paths burst");
}

#[test]
fn each_kind_of_event_does_what_it_says_in_its_month() {
    let market = "[market]\nreversion = 0.0\nfreeze_mean = \"6mo\"\nburst = { fall = 0.5 }\n";
    let of = |kind: &str, more: &str| {
        let ledger = planned(&plain(&[market, &event(kind, "2026-03", more)]), &["entity.nimbus.burst_beta=0.4"]);
        let y = ledger.column("market.y");
        (y[3] - y[2], ledger.column("market.open"), ledger.column("entity.nimbus.core_assets"))
    };
    let open_until = |open: &[f64], frozen: std::ops::Range<usize>| {
        open.iter().enumerate().all(|(t, &open)| (open < 0.5) == frozen.contains(&t))
    };
    for (kind, more, fall, frozen) in [
        ("burst", "", 0.5, 3..9),
        ("burst", "size = 0.2", 0.2, 3..9),
        ("fall", "size = 0.3", 0.3, 0..0),
        ("freeze", "", 0.0, 3..9),
    ] {
        let (moved, open, core) = of(kind, more);
        assert!((moved + fall).abs() < 1e-12, "{kind} {more}: {moved}");
        assert!(open_until(&open, frozen.clone()), "{kind} {more}: {open:?}");
        assert!((core[3] / core[2] - f64::exp(-0.4 * fall)).abs() < 1e-9, "{kind} {more}");
    }
}

#[test]
fn regulation_blocks_strategic_money_from_its_month_on() {
    let text = plain(&[TIE, &event("regulation", "2026-03", ""), "[regulation]\nduration = \"5mo\"\n"]);
    let closed = planned(&text, &[]).column("acme.investment.tie").iter().position(|&amount| amount > 0.0);
    // Blocked from March to July; the money was due in April.
    assert_eq!(closed, Some(7));
}

#[test]
fn a_lab_and_an_entity_default_in_the_month_that_is_given() {
    let lab = still(&plain(&[&event("default", "2026-05", "subject = \"acme\"")]), &[]);
    let flags = lab.column("acme.payment_default");
    assert_eq!(flags.iter().position(|&flag| flag > 0.0), Some(4));
    assert!(lab.column("market.open")[5] < 0.5, "a lab's default bursts the market");
    assert!(lab.column("acme.revenue")[5] == 0.0 && lab.column("acme.estate")[4] > 0.0);
    let entity = still(&plain(&[TIE, &event("default", "2026-03", "subject = \"nimbus\"")]), &[]);
    let flags = entity.column("entity.nimbus.defaulted");
    assert_eq!(flags.iter().position(|&flag| flag > 0.0), Some(2));
    assert!(entity.column("acme.investment.tie").iter().all(|&amount| amount == 0.0), "it no longer gives");
}

#[test]
fn an_event_happens_as_often_as_its_probability_says() {
    let text = plain(&[&event("freeze", "2026-02", "probability = 0.4")]);
    let paths = 2000;
    let ran = ran(&worlds(&text, &["scenario.horizon=3mo", "market.freeze_mean=99y"]), &Luck::of(407), paths, true);
    let frozen = ran.state("open", 1).iter().filter(|&&open| open < 0.5).count();
    assert_probability("frozen", frozen, paths as usize, 0.4);
    for (probability, frozen) in [("0.5", true), ("0.49", false)] {
        let open = planned(&text, &[&format!("event.one.probability={probability}")]).column("market.open");
        assert_eq!(open[2] < 0.5, frozen, "{probability}");
    }
}
