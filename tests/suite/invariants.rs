//! What must hold whatever the numbers: a world at rest stays at rest, more cash never hurts, no result is NaN, the dead
//! are silent.

use std::fmt::Write;
use std::fs;

use ouroborisk::engine::{Interrupt, Plan, Sampler, Tier};
use ouroborisk::model::state::Block;
use ouroborisk::model::{Kind, Parameters, catalogue, ledger};
use ouroborisk::resolve::Worlds;
use ouroborisk::scenario::Scenario;
use ouroborisk::simulate::{simulate, simulate_one};
use proptest::prelude::*;

use super::worlds::{Luck, moments, ran, scenario, watch, world, worlds};

// Nothing happens when nothing is switched on.

/// Everything that can be random, at rest.
const AT_REST: &str = r#"
    [scenario]
    name = "At rest"
    start = "2026-01"
    horizon = "3y"

    [market]
    volatility = 0.0
    reversion = 0.3
    mean = 0.2
    growth = 0.02
    freeze_mean = "6mo"
    burst = { hazard = 0.0, fall_sd = 0.0 }

    [regulation]
    hazard = 0.0

    [family.gpu]
    price_decline = 0.2
    volatility = 0.0
    on_demand = { nimbus = 1.0 }

    [on_demand]
    capacity = { 2026 = 1.0 }
    premium = 0.2

    [lab.acme]
    cash = "30B USD"
    cash_volatility = "0 USD"
    revenue = { target = { 2026 = "8B USD", 2028 = "20B USD" }, drift = 0.05, volatility = 0.0 }
    opex.fixed = { 2026 = "6B USD" }
    round = { max_share = 0.1, down_round = 1e9 }

    [lab.acme.compute]
    inference_share = { 2026 = 0.5 }
    training = { 2026 = "2B USD" }
    training_elasticity = 0.5
    intensity = { drift = 0.02, reversion = 0.5, volatility = 0.0 }

    [entity.nimbus]
    assets = "300B USD"
    asset_growth = 0.05
    asset_volatility = 0.0
    barrier = "100B USD"

    [[contract]]
    id = "cloud"
    lab = "acme"
    provider = "nimbus"
    amount = "9B USD"
    start = "2026-06"
    term = "2y"
    take_or_pay = 0.8
    margin = 0.5
    capex = 0.3

    [[matching]]
    id = "vendor"
    lab = "acme"
    investor = "nimbus"
    contract = "cloud"
    ratio = 0.1

    [[investment]]
    id = "seed"
    lab = "acme"
    investor = "angel"
    amount = "2B USD"
    date = "2026-09"
    probability = 1.0
    "#;

/// What to switch on, and the columns of the ledger that it alone moves directly.
const SWITCHES: [(&str, &str, &str); 10] = [
    ("lab.acme.revenue.volatility=0.3", "", "acme.X"),
    ("lab.acme.compute.intensity.volatility=0.2", "", "acme.Z"),
    ("family.gpu.volatility=0.2", "", "price.gpu.spot"),
    ("market.volatility=0.3", "", "market.y"),
    ("market.burst.hazard=2.0", "market.burst.fall=0.0", "market.open"),
    ("entity.nimbus.asset_volatility=0.3", "", "entity.nimbus.core_assets"),
    ("lab.acme.cash_volatility=1B USD", "", "acme.cash_noise"),
    ("contract.cloud.delay={ mean = \"4mo\", cv = 0.5 }", "", "acme.contract.cloud.rate"),
    ("regulation.hazard=1.0", "", "acme.matching.vendor"),
    ("investment.seed.probability=0.5", "", "acme.investment.seed"),
];

/// The ledger of one path: columns by name, a row a month.
fn path_ledger(world: &Parameters, luck: Option<&Luck>, path: u32) -> Vec<Vec<(String, f64)>> {
    let mut rows = Vec::new();
    let mut see = |t: usize, before: &_, after: &_, work: &_| {
        let cells = ledger::row(world, before, after, work, t);
        rows.push(cells.into_iter().map(|cell| (cell.column, cell.value)).collect());
    };
    let sampler = luck.map_or(Sampler::Still, Luck::sampler);
    simulate_one(world, sampler, 0, path, &mut see);
    rows
}

/// The bits of a column; a zero has no sign.
fn column(rows: &[Vec<(String, f64)>], name: &str) -> Vec<u64> {
    let bits = |value: f64| (value + 0.0).to_bits();
    let of = |row: &Vec<(String, f64)>| row.iter().find(|(column, _)| column == name).map(|(_, value)| bits(*value));
    rows.iter().map(|row| of(row).unwrap_or_else(|| panic!("no column {name}"))).collect()
}

#[test]
fn a_world_at_rest_stays_on_its_plan_to_the_last_bit() {
    let plan = Worlds::plan(&scenario(AT_REST, &[])).unwrap_or_else(|problems| panic!("{problems:?}"));
    let planned = path_ledger(&plan, None, 0);
    let world = world(AT_REST, &[]);
    for path in 0..8 {
        assert_eq!(path_ledger(&world, Some(&Luck::of(301)), path), planned, "path {path}");
    }
}

#[test]
fn what_is_switched_on_moves_its_own_process_and_no_other() {
    let planned = path_ledger(&world(AT_REST, &[]), None, 0);
    for (switch, also, moved) in SWITCHES {
        let overrides: Vec<&str> = [switch, also].into_iter().filter(|given| !given.is_empty()).collect();
        let world = world(AT_REST, &overrides);
        let paths: Vec<_> = (0..8).map(|path| path_ledger(&world, Some(&Luck::of(302)), path)).collect();
        let moves = |name: &str| paths.iter().any(|rows| column(rows, name) != column(&planned, name));
        assert!(moves(moved), "{switch} does not move {moved}");
        let bystanders = SWITCHES.iter().map(|(.., name)| *name).filter(|name| *name != moved);
        // Vendor money follows the invoices of the contract, and those its delay; so does what the contract is worth, which
        // is not among the core assets.
        let follows = |name: &str| {
            moved == "acme.contract.cloud.rate" && ["acme.matching.vendor", "entity.nimbus.core_assets"].contains(&name)
        };
        // What is used of a contract beyond its minimum follows the need and the prices.
        let used =
            |name: &str| name == "acme.matching.vendor" && ["acme.X", "acme.Z", "price.gpu.spot"].contains(&moved);
        for name in bystanders.filter(|name| !follows(name) && !used(name)) {
            assert!(!moves(name), "{switch} moves {name}");
        }
    }
}

// More cash never hurts.

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_opening_cash_never_brings_a_liquidity_event_forward(
        cash in 1.0..40.0f64,
        more in 0.1..40.0f64,
        fixed in 2.0..30.0f64,
        (volatility, noise) in (0.0..0.8f64, 0.0..10.0f64),
        (limit, rate) in (0.0..10.0f64, 0.0..0.3f64),
        tax in 0.0..0.4f64,
    ) {
        // Without equity for sale, commitments to drop or training to cut, a poorer lab can do nothing cleverer.
        let text = format!(
            r#"
            [scenario]
            name = "Cash"
            start = "2026-01"
            horizon = "2y"

            [lab.a]
            cash_volatility = "{noise:.6}B USD"
            tax_rate = {tax:.6}
            revenue = {{ target = {{ 2026 = "6B USD", 2027 = "15B USD" }}, volatility = {volatility:.6} }}
            compute = {{ inference_share = {{ 2026 = 0.3 }} }}
            opex.fixed = {{ 2026 = "{fixed:.6}B USD" }}

            [[contract]]
            id = "cloud"
            lab = "a"
            provider = "nimbus"
            amount = "8B USD"
            start = "2026-01"
            term = "2y"
            take_or_pay = 0.7

            [[facility]]
            id = "line"
            lab = "a"
            lender = "bank"
            limit = "{limit:.6}B USD"
            rate = {rate:.6}
            committed = true
            "#
        );
        let of = |cash: f64| {
            let text = text.replace("[lab.a]", &format!("[lab.a]\ncash = \"{cash:.6}B USD\""));
            ran(&worlds(&text, &[]), &Luck::of(303), 128, false).column("liquidity_event", "a")
        };
        let (poor, rich) = (of(cash), of(cash + more));
        for (path, (poor, rich)) in poor.iter().zip(&rich).enumerate() {
            prop_assert!(rich >= poor, "path {path}: month {rich} with more cash, {poor} with less");
        }
    }
}

// Direction gates: on the same shocks and in expectation.

/// A lab that defaults about every third time.
const STRAINED: &str = r#"
    [scenario]
    name = "Strained"
    start = "2026-01"
    horizon = "6y"

    [market]
    volatility = 0.25
    reversion = 0.25
    freeze_mean = "18mo"
    supply = { 2026 = "12B USD" }
    burst = { hazard = 0.15, fall_sd = 0.3 }

    [family.gpu]
    price_decline = 0.2
    volatility = 0.2

    [lab.acme]
    cash = "18B USD"
    min_cash = "1B USD"
    cash_volatility = "2B USD"
    revenue = { target = { 2026 = "10B USD", 2028 = "24B USD", 2031 = "60B USD" }, drift = -0.08, volatility = 0.3 }
    compute = { inference_share = { 2026 = 0.4 }, training = { 2026 = "4B USD", 2031 = "8B USD" } }
    opex.fixed = { 2026 = "9B USD", 2031 = "16B USD" }
    round = { max_share = 0.1, trigger = "12mo" }
    scale_back = { renegotiate = 0.3 }
    resolution = { grace = "4mo", exchange = 0.3, rescue = 0.2, sponsor = "nimbus", lgd = 0.6 }

    [entity.nimbus]
    assets = "150B USD"
    asset_growth = 0.05
    asset_volatility = 0.25
    barrier = "70B USD"
    burst_beta = 0.3

    [[contract]]
    id = "cloud"
    lab = "acme"
    provider = "nimbus"
    family = "gpu"
    schedule = { 2026 = "6B USD", 2027 = "9B USD", 2028 = "13B USD", 2029 = "17B USD", 2030 = "21B USD", 2031 = "25B USD" }
    start = "2026-01"
    term = "6y"
    take_or_pay = 0.7
    firm = 0.7
    margin = 0.6
    capex = 0.4
    relet = 0.5

    [[investment]]
    id = "tranche"
    lab = "acme"
    investor = "nimbus"
    amount = "8B USD"
    date = "2026-10"
    probability = 0.9

    [correlation]
    "revenue.acme" = { market = 0.4 }
    "assets.nimbus" = { market = 0.5 }
    "#;

/// Share of paths by which an event happens more often in the second scenario, with its standard error, and the paths
/// on which it happens only in the first.
fn shift(event: (&str, &str), (base, other): (&[&str], &[&str]), paths: u64) -> (f64, f64, usize) {
    let of =
        |overrides: &[&str]| ran(&worlds(STRAINED, overrides), &Luck::of(304), paths, false).column(event.0, event.1);
    let (base, other) = (of(base), of(other));
    let happens = |month: &f64| f64::from(u8::from(month.is_finite()));
    let more: Vec<f64> = base.iter().zip(&other).map(|(base, other)| happens(other) - happens(base)).collect();
    let (mean, sd) = moments(&more);
    (mean, sd / (paths as f64).sqrt(), more.iter().filter(|&&more| more < -0.5).count())
}

/// The second scenario is the worse one: asks for four standard errors of the paired difference, so that a reversed sign
/// or a switch without effect cannot pass (false alarm of each below 3.2e-5), and for few exceptions among the paths.
fn worsens(event: (&str, &str), base: &[&str], worse: &[&str]) {
    const PATHS: u64 = 3072;
    let (more, error, exceptions) = shift(event, (base, worse), PATHS);
    let report = format!("{more:.4} with a standard error of {error:.4}, {exceptions} paths the other way");
    assert!(more > 4.0 * error, "{worse:?}: {report}");
}

const DEFAULT: (&str, &str) = ("default", "acme");

#[test]
fn less_opening_cash_brings_more_defaults() {
    worsens(DEFAULT, &[], &["lab.acme.cash=4B USD"]);
}

#[test]
fn higher_fixed_costs_bring_more_defaults() {
    worsens(DEFAULT, &[], &["lab.acme.opex.fixed={ 2026 = \"10B USD\", 2031 = \"18B USD\" }"]);
}

#[test]
fn lower_drift_of_revenue_brings_more_defaults() {
    worsens(DEFAULT, &[], &["lab.acme.revenue.drift=-0.16"]);
}

#[test]
fn a_tranche_removed_brings_more_defaults() {
    worsens(DEFAULT, &[], &["investment.tranche.probability=0"]);
}

#[test]
fn more_take_or_pay_of_a_firm_contract_brings_more_defaults() {
    // Where a part can be dropped or renegotiated the sign is open: both lighten the load for good, and come earlier the
    // more must be paid in any case.
    let with = |take_or_pay| ["contract.cloud.firm=1", "lab.acme.scale_back.renegotiate=0", take_or_pay];
    worsens(DEFAULT, &with("contract.cloud.take_or_pay=0.6"), &with("contract.cloud.take_or_pay=0.95"));
}

#[test]
fn a_higher_burst_hazard_brings_more_defaults() {
    worsens(DEFAULT, &[], &["market.burst.hazard=0.45"]);
}

#[test]
fn longer_freezes_bring_more_defaults() {
    let with = |freeze_mean| ["market.burst.hazard=0.45", freeze_mean];
    worsens(DEFAULT, &with("market.freeze_mean=4mo"), &with("market.freeze_mean=96mo"));
}

#[test]
fn shorter_grace_brings_more_defaults() {
    worsens(DEFAULT, &["lab.acme.resolution.grace=12mo"], &["lab.acme.resolution.grace=0mo"]);
}

#[test]
fn higher_barriers_bring_more_defaults_of_entities() {
    worsens(("entity_default", "nimbus"), &[], &["entity.nimbus.barrier=80B USD"]);
}

#[test]
fn higher_losses_given_default_bring_more_defaults_of_entities() {
    let exposed =
        ["entity.nimbus.barrier=95B USD", "lab.acme.resolution.haircut=0.9", "lab.acme.resolution.grace=12mo"];
    let with = |lgd: &'static str| [&exposed[..], &[lgd]].concat();
    let base = with("lab.acme.resolution.lgd=0");
    let worse = with("lab.acme.resolution.lgd=1");
    let (more, _, exceptions) = shift(("entity_default", "nimbus"), (&base, &worse), 4096);
    assert!(more > 0.0 && exceptions == 0, "{more}, {exceptions}");
}

// No result is NaN.

/// Runs a scenario and lists every metric or state that is not a number, or infinite without a reason to be.
fn strange_numbers(scenario: Scenario, paths: u64) -> Vec<String> {
    let worlds = match Worlds::at_means(scenario, 1) {
        Ok(worlds) => worlds,
        Err(problems) => panic!("{problems:?}"),
    };
    let metrics = catalogue(&worlds.resolve(0).unwrap_or_else(|problems| panic!("{problems:?}")));
    let plan = Plan { paths, draws: 1, threads: 1, tier: Tier::detect(), observed: paths };
    let mut strange = Vec::new();
    let outcome = simulate(&worlds, Luck::of(305).sampler(), &plan, &Interrupt::new(), &|_| (), &mut |chunk| {
        for (metric, column) in metrics.iter().zip(chunk.metrics.rows()) {
            let unbounded = metric.measure.kind == Kind::FirstMonth || metric.measure.is_per_draw;
            let undefined = metric.measure.may_be_undefined;
            let fine = |value: &f64| value.is_finite() || (unbounded && *value > 0.0) || (undefined && value.is_nan());
            if let Some(value) = column.iter().find(|value| !fine(value)) {
                strange.push(format!("{} {} {:?}: {value}", metric.measure, metric.subject, metric.by));
            }
        }
        if let Some(value) = chunk.states.iter().find(|value| !value.is_finite()) {
            strange.push(format!("a monthly state: {value}"));
        }
        Ok(())
    });
    let residual = outcome.unwrap().residual;
    if residual.is_nan() || residual > 1e-9 {
        strange.push(format!("residual {residual:e}"));
    }
    strange
}

/// The reference scenario with overrides. Its two implied volatilities are given instead: at an extreme hazard of bursts
/// there are none.
fn reference(overrides: &[&str]) -> Scenario {
    let text = fs::read_to_string("tests/fixtures/openai-2026-06.toml").unwrap();
    let text =
        text.replace("pd5 = \"10%\"", "asset_volatility = 0.37").replace("pd5 = \"42%\"", "asset_volatility = 0.55");
    scenario(&text, overrides)
}

/// Every volatility and noise of the reference scenario at one number.
fn volatilities(volatility: &str) -> Vec<String> {
    let keys = [
        "market.volatility",
        "market.burst.fall_sd",
        "family.gpu.volatility",
        "family.trainium.volatility",
        "lab.openai.compute.intensity.volatility",
        "entity.amazon.asset_volatility",
        "entity.microsoft.asset_volatility",
        "entity.nvidia.asset_volatility",
        "entity.softbank.asset_volatility",
    ];
    keys.iter().map(|key| format!("{key}={volatility}")).collect()
}

#[test]
fn extreme_volatilities_give_numbers() {
    for volatility in ["0.0", "1e-12", "3.0", "20.0"] {
        let overrides = volatilities(volatility);
        let overrides: Vec<&str> = overrides.iter().map(String::as_str).collect();
        let strange = strange_numbers(reference(&overrides), 64);
        assert!(strange.is_empty(), "volatility {volatility}: {strange:#?}");
    }
}

#[test]
fn extreme_numbers_give_numbers() {
    let mut wrong = Vec::new();
    for overrides in [
        &["lab.openai.cash=0 USD"][..],
        &["lab.openai.cash=0 USD", "lab.openai.cash_volatility=100T USD"],
        &["market.burst.hazard=1e9", "market.burst.hazard_max=1e9", "market.freeze_mean=0.000001mo"],
        &["market.freeze_mean=9000y", "market.frozen_supply=0", "market.burst.hazard=5"],
        &["market.feedback=100", "market.burst.fall=50"],
        &["family.gpu.price_decline=20", "family.trainium.price_decline=-20"],
        &["contract.azure.take_or_pay=0", "contract.oracle-stargate.take_or_pay=1", "contract.azure.firm=0"],
        &["contract.oracle-stargate.delay={ mean = \"500y\", cv = 3.0 }"],
        &["contract.oracle-stargate.relet_depth=1 USD", "contract.azure.relet=0"],
        &["lab.openai.resolution.haircut=1", "lab.openai.resolution.exchange=1", "lab.openai.cash=1B USD"],
        &["lab.openai.resolution.max_exchanges=50", "lab.openai.resolution.exchange=1", "lab.openai.cash=1B USD"],
        &["lab.openai.resolution.grace=0mo", "lab.openai.resolution.rescue=1", "lab.openai.cash=1B USD"],
        &["lab.openai.scale_back.renegotiate=1e9", "lab.openai.scale_back.renegotiate_cut=1"],
        &["lab.openai.tax_rate=1", "lab.openai.loss_carry_forward=0 USD"],
        &["lab.openai.compute.intensity={ drift = 30.0, reversion = 0.0, volatility = 2.0 }"],
        &["lab.openai.compute.intensity={ drift = -30.0, reversion = 1e6, volatility = 2.0 }"],
        &["lab.openai.revenue.attainment={ after = \"1mo\", median = 0.001, p90 = 1000.0 }"],
        &["lab.openai.revenue.attainment={ after = \"3y\", median = 0.7, p90 = 0.7000001 }"],
        &["lab.openai.round.max_share=100%", "lab.openai.round.gap=0mo", "lab.openai.round.trigger=9000y"],
        &["lab.openai.ipo.rate=1e9", "lab.openai.ipo.float=100%", "lab.openai.ipo.min_valuation=0 USD"],
        &["facility.revolver.limit=1000T USD", "facility.revolver.ltv=1e6", "facility.revolver.rate=30"],
        &["entity.amazon.cloud_revenue={ 2026 = \"0 USD\" }", "entity.microsoft.cloud_revenue={ 2026 = \"0 USD\" }"],
        &["regulation.hazard=1e9", "regulation.duration=600mo"],
        &["economy.discount_rate=-2%"],
        &["economy.discount_rate=100%"],
        &["matching.nvidia-matching.ratio=1e6", "matching.nvidia-matching.cap=1000T USD"],
        &["market.process=rational"],
    ] {
        let strange = strange_numbers(reference(overrides), 64);
        wrong.extend(strange.into_iter().map(|what| format!("{overrides:?}: {what}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_shortest_and_the_longest_run_give_numbers() {
    for horizon in ["1mo", "2mo", "13mo", "50y"] {
        let horizon = format!("scenario.horizon={horizon}");
        let strange = strange_numbers(reference(&[&horizon]), 64);
        assert!(strange.is_empty(), "{horizon}: {strange:#?}");
    }
}

/// Eight labs that buy from, sell shares to and are rescued by the same two entities.
fn eight_labs() -> String {
    let mut text = r#"
        [scenario]
        name = "Eight"
        start = "2026-01"
        horizon = "4y"

        [market]
        volatility = 0.3
        feedback = 1.0
        burst = { hazard = 0.3, fall_sd = 0.3 }
        freeze_mean = "12mo"

        [entity.nimbus]
        assets = "900B USD"
        asset_volatility = 0.3
        barrier = "300B USD"
        "#
    .to_owned();
    for k in 0..8 {
        let (cash, volatility) = (3 + 4 * k, 0.1 * f64::from(k));
        let lab = format!(
            r#"
            [lab.l{k}]
            cash = "{cash}B USD"
            cash_volatility = "1B USD"
            revenue = {{ target = {{ 2026 = "5B USD", 2028 = "15B USD" }}, volatility = {volatility:?} }}
            compute = {{ inference_share = {{ 2026 = 0.5 }}, training = {{ 2026 = "2B USD" }} }}
            opex.fixed = {{ 2026 = "8B USD" }}
            round = {{ participants = {{ nimbus = 0.3 }}, max_share = 0.05 }}
            resolution = {{ rescue = 0.2, sponsor = "nimbus", exchange = 0.4 }}
            "#
        );
        let contract = format!(
            r#"
            [[contract]]
            id = "c{k}"
            lab = "l{k}"
            provider = "nimbus"
            amount = "16B USD"
            start = "2026-02"
            term = "4y"
            ramp = "12mo"
            take_or_pay = 0.8
            firm = 0.5
            margin = 0.5
            capex = 0.4
            "#
        );
        writeln!(text, "{lab}\n{contract}").unwrap();
    }
    text
}

#[test]
fn eight_labs_give_numbers() {
    let strange = strange_numbers(scenario(&eight_labs(), &[]), 256);
    assert!(strange.is_empty(), "{strange:#?}");
}

// The dead are silent.

#[test]
fn a_lab_in_default_neither_earns_nor_pays_nor_counts() {
    let world = world(&eight_labs(), &[]);
    let mut deaths = 0;
    watch(&world, &Luck::of(306), 512, |t, before, block, work| {
        let cumulative = |block: &Block<1>, l: usize| -> Vec<u64> {
            let (state, tally) = (&block.labs[l], &block.labs[l].tally);
            let single = [&tally.operating, &tally.invested, &tally.funding_gap, &tally.revenue, &tally.inflows];
            let single = single.into_iter().chain([&tally.discounted, &state.shares, &state.carry_forward]);
            let rows = state
                .parties
                .iter()
                .flat_map(|party| [&party.paid, &party.circular, &party.given])
                .chain([&tally.lent, &tally.outside]);
            let rows = rows.chain(state.contracts.iter().map(|c| &c.spend));
            single.chain(rows).map(|row| row[0].to_bits()).collect()
        };
        for (l, (state, m)) in block.labs.iter().zip(&work.labs).enumerate() {
            let balances =
                [&state.cash, &state.exchanged_debt, &state.months_in_arrears, &state.austerity, &state.fee_due];
            let flows = [&m.revenue_rate, &m.revenue, &m.value, &m.fundamental, &m.invoices, &m.opex, &m.interest];
            let money = [&m.tax, &m.noise, &m.ocf, &m.round, &m.ipo, &m.outside, &m.deferred, &m.beyond, &m.rescue];
            let events = [&m.issued, &m.exchanged, &m.dropped, &m.renegotiated, &m.default_flag, &m.estate];
            let rows = m.matching.iter().chain(&m.investment).chain(&m.draw).chain(&state.balances);
            let rows = rows.chain(state.sources()).chain(state.parties.iter().map(|party| &party.arrears));
            let rows = rows.chain(m.parties.iter().flat_map(|flows| [&flows.credit_loss, &flows.given, &flows.repaid]));
            let single = balances.into_iter().chain(flows).chain(money).chain(events);
            if m.alive[0] < 0.5 {
                deaths += 1;
                assert!(single.chain(rows).all(|row| row[0].abs() < 1e-300), "lab {l}, month {t}: not silent");
                let same = cumulative(block, l) == cumulative(before, l);
                assert!(same, "lab {l}, month {t}: cumulative figures move");
            }
        }
    });
    assert!(deaths > 5000, "{deaths} months of dead labs");
}
