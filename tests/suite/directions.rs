//! The directions that economics demands, on common random numbers: one number changes, and a result must move the right way.
//!
//! A wrong sign cannot pass by chance: the paired difference must have the right sign with a probability of chance below
//! one in 10,000, so all gates together raise a false alarm less than once in 200 seeds if every true effect is zero; the
//! seed is fixed.

use ouroborisk::{Compared, Contrast, Options, Scenario, Statistic, Variant, compare};

/// Probability of so large a difference by chance that a gate allows.
const CHANCE: f64 = 1e-4;

/// A change of the ring, a result, and where it must go.
struct Gate {
    /// Why, in a line.
    reason: &'static str,
    /// What is set, separated by semicolons.
    set: &'static str,
    /// Measure and subject.
    of: (&'static str, &'static str),
    /// Whether it must rise.
    rises: bool,
}

const fn up(reason: &'static str, set: &'static str, of: (&'static str, &'static str)) -> Gate {
    Gate { reason, set, of, rises: true }
}

const fn down(reason: &'static str, set: &'static str, of: (&'static str, &'static str)) -> Gate {
    Gate { reason, set, of, rises: false }
}

const DEFAULT: (&str, &str) = ("default", "acme");
const BURST: (&str, &str) = ("burst", "");
const NIMBUS: (&str, &str) = ("entity_default", "nimbus");
const BUILDER: (&str, &str) = ("entity_default", "builder");
const CASH_FLOW: (&str, &str) = ("operating_cash_flow", "acme");
const REVENUE: (&str, &str) = ("revenue", "acme");
const VALUE: (&str, &str) = ("value", "acme");
const OVERPAID: (&str, &str) = ("overpaid", "acme");

/// Half of the compute on demand.
const SCARCE: &str = "on_demand.capacity.2026=30%";

const GATES: &[Gate] = &[
    up("a dearer start bursts more often: the level counts", "lab.acme.valuation=400B", BURST),
    up("a higher cost of capital makes the same price dearer", "lab.acme.fundamental.cost_of_capital=15%", BURST),
    down("a better long-run margin makes it cheaper", "lab.acme.fundamental.margin=35%", BURST),
    up(
        "worse revenue than believed leaves prices above the truth",
        "lab.acme.revenue.attainment.median=0.6; lab.acme.revenue.attainment.p90=0.975",
        BURST,
    ),
    up(
        "worse revenue leaves less to pay with",
        "lab.acme.revenue.attainment.median=0.6; lab.acme.revenue.attainment.p90=0.975",
        DEFAULT,
    ),
    up("a larger run-up before the start bursts more often", "market.run_up=0.9", BURST),
    up("more bursts freeze funding", "market.run_up=0.9", DEFAULT),
    down("more cash is more time", "lab.acme.cash=30B", DEFAULT),
    down("more cash at the same valuation is a cheaper business", "lab.acme.cash=30B", BURST),
    up("a longer freeze outlasts more cash", "market.freeze_mean=48mo", DEFAULT),
    down("money that is left in a freeze helps", "market.frozen_supply=80%", DEFAULT),
    up("a market with less to give", "market.supply.2026=6B", DEFAULT),
    up("rounds that may sell less", "lab.acme.round.max_share=2%", DEFAULT),
    up("rounds that are further apart", "lab.acme.round.gap=24mo", DEFAULT),
    up("customers who fall away in a freeze", "lab.acme.revenue.freeze_drag=0.3", DEFAULT),
    up("down rounds that fail", "lab.acme.round.down_round=0.1", DEFAULT),
    up("chips cheaper than planned save money", "family.gpu.price_decline=35%; family.gpu.plan_decline=20%", CASH_FLOW),
    down("and keep the lab alive", "family.gpu.price_decline=35%; family.gpu.plan_decline=20%", DEFAULT),
    down("scarcer compute loses revenue", SCARCE, REVENUE),
    down("so the lab is worth less", SCARCE, VALUE),
    up("and its price was too high more often", SCARCE, OVERPAID),
    down("compute at short notice that costs more", "on_demand.premium=60%", CASH_FLOW),
    up("more debt is nearer to default", "entity.nimbus.debt=130B", NIMBUS),
    up("so is a balance sheet that follows the market more", "entity.nimbus.burst_beta=1.2", NIMBUS),
    up("and fewer assets", "entity.nimbus.assets=180B", NIMBUS),
    up("a deeper fall takes more providers with it", "market.burst.fall=1.3", NIMBUS),
    up("leases are debt", "entity.nimbus.leases=40B", NIMBUS),
    up("news that is worse where falls are deeper hits who follows the news", "market.burst.fall_sd=0.6", NIMBUS),
    up("a stronger regulator keeps givers out", "regulation.hazard=200%", DEFAULT),
    down("and their money out of rounds", "regulation.hazard=200%", ("raised", "giver")),
    up("a giver under stress gives less", "entity.giver.giving_elasticity=2; entity.giver.max_ltv=30%", DEFAULT),
    down("a sponsor that comes", "lab.acme.resolution.rescue=90%", DEFAULT),
    up("a sponsor with a shallower pocket", "lab.acme.resolution.capacity=1B", DEFAULT),
    up("more freezes of credit leave less that can be refinanced", "market.credit.hazard=40%", BUILDER),
    up("and so do longer ones", "market.credit.freeze_mean=48mo", BUILDER),
    up("a higher wall of debt", "debt.wall.amount=40B", BUILDER),
    down("cash in hand", "entity.builder.treasury.cash=25B", BUILDER),
    down("debt that is rolled over in a freeze", "market.credit.rolled=100%", BUILDER),
    down("assets that can be sold", "entity.builder.treasury.saleable=20%", BUILDER),
    up("what is spent in a freeze is gone", "entity.builder.treasury.capex_cut=60mo", BUILDER),
    down("shares that fall with loans that do not", "market.credit.joint=10%", BUILDER),
    up("a default frightens the market", "market.burst.contagion=2", BURST),
    up(
        "orders that are cancelled",
        "contract.cloud.start=2029-01; contract.cloud.orders.giver=30%",
        ("provider_loss", "giver"),
    ),
    down(
        "sites that stand still serve nobody",
        "entity.nimbus.step_in=0%; entity.nimbus.debt=130B",
        ("revenue", "acme"),
    ),
    up("creditors who get less back", "lab.acme.resolution.lgd=100%", ("provider_loss", "nimbus")),
];

/// The builder owes the giver its wall of debt, which clears.
const CLEARING: &str = "debt.wall.lender=giver; clearing.own=100%";

/// Gates of debts between entities that clear.
const OF_CLEARING: &[Gate] = &[
    up("costs of default are the lender's loss", "clearing.own=40%", ("provider_loss", "giver")),
    up("so is a larger debt", "debt.wall.amount=40B", ("provider_loss", "giver")),
    up(
        "a lender with little capital goes with its borrower",
        "entity.giver.debt=520B; clearing.own=0%",
        ("entity_default_carried", "giver"),
    ),
];

/// An expansion of the ring, so that more of it can be compared with less. Its lab signs even when it is short of cash.
const GROWTH: &str = "expansion=[{ id = \"growth\", lab = \"acme\", provider = \"nimbus\", first = \"2026-07\", \
                      lead = \"6mo\", term = \"6y\", min_runway = \"0mo\", margin = \"50%\", capex = \"50%\" }]";

/// Cash that the lab of the ring does not need at once.
const RICH: &str = "lab.acme.cash=60B";
const SPENT: &str = "lab.acme.compute.reinvest=60%; lab.acme.compute.keep=6mo";

/// Gates of a rich lab that spends its cash, against one that keeps it.
const OF_SPENDING: &[Gate] = &[
    up("cash that is spent buys compute", SPENT, ("spend", "nimbus/gpu")),
    down("and is gone", SPENT, ("cash", "acme")),
    up("when it would be needed", SPENT, DEFAULT),
];

/// Hardware that ages, and stands empty for half a year, in the ring.
const PLANT: &str = "family.gpu.plant.life=6y; family.gpu.plant.ageing=10%; family.gpu.plant.vacancy=6mo; \
                     contract.cloud.relet=1; contract.cloud.relet_frozen=1";
const LOSS: (&str, &str) = ("provider_loss", "nimbus");

/// Gates of that hardware.
const OF_PLANT: &[Gate] = &[
    up("hardware that ages faster", "family.gpu.plant.ageing=40%", LOSS),
    up("and dies sooner", "family.gpu.plant.life=3y", LOSS),
    up("capacity that stands empty for longer", "family.gpu.plant.vacancy=18mo", LOSS),
    up("or does so in a freeze", "family.gpu.plant.vacancy_frozen=36mo", LOSS),
    up("a market that falls further than planned", "family.gpu.price_decline=35%; family.gpu.plan_decline=20%", LOSS),
    up("tenants for one half alone", "contract.cloud.relet=50%", LOSS),
];

/// Warrants of the giver for what the lab buys from it, in the ring.
const WARRANT: &str = "warrant=[{ id = \"shares\", lab = \"acme\", vendor = \"giver\", shares = 5e7, price = 100, \
                       tranches = [{ part = 0.5, spend = \"1B USD\" }, { part = 0.5, price = 150 }] }]";

/// Gates of those warrants, against none of them.
const OF_WARRANTS: &[Gate] =
    &[up("a warrant is money given", WARRANT, ("raised", "giver")), down("that keeps the lab alive", WARRANT, DEFAULT)];

/// The ring with a rival, `nova`, which may win customers in month 9 and ends in month 18 on half of the paths.
const RIVALS: &[Gate] = &[
    down("a rival that wins customers wins them from the first lab", "event.nova-wins.probability=1", REVENUE),
    up("and that leaves less to pay with", "event.nova-wins.probability=1", DEFAULT),
    up("a rival that wins has more", "event.nova-wins.probability=1", ("revenue", "nova")),
    down("customers of a leaver who go nowhere", "rivals.inherit=0%", REVENUE),
    up("a scarcer purse", "market.supply.2026=8B", DEFAULT),
    down("a purse for each", "market.one_purse=false", DEFAULT),
    up("nobody left to relet to", "rivals.relet_alone=10%", ("provider_loss", "nimbus")),
];

/// A fixture with what is set in it.
fn fixture(name: &str, set: &str) -> Scenario {
    let path = format!("{}/tests/fixtures/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let overrides: Vec<String> =
        set.split(';').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
    Scenario::load_with(path, &overrides).unwrap_or_else(|problems| panic!("{set}: {problems}"))
}

/// The difference in the last month: of the probability of an event, of the mean of an amount.
fn last<'a>(compared: &'a Compared, (measure, subject): (&str, &str)) -> &'a Contrast {
    let is_asked = |of: &&Contrast| {
        let estimand = &of.estimand;
        let statistic = matches!(estimand.statistic, Statistic::Probability | Statistic::Mean);
        estimand.measure.name == measure && estimand.subject == subject && statistic
    };
    let found = compared.contrasts.iter().filter(is_asked).max_by_key(|of| of.estimand.by);
    found.unwrap_or_else(|| panic!("no `{measure}` of `{subject}`"))
}

/// The reference scenario, at a size that its gates need, and half of its compute on demand.
const REFERENCE: &str = "../../scenarios/openai-2026-06";
const SIZE: &str = "run.paths=16000; run.draws=200";
const SCARCE_REFERENCE: &str = "on_demand.capacity.2026=20%; on_demand.capacity.2028=20%; on_demand.capacity.2033=45%";

/// Scarcity of compute is never good for the lab. Training that is not bought is cash today and revenue
/// lost later, so whether defaults rise too is asked of a lab that loses much by it (a drag of 0.8 in the ring) and neither
/// buys at a premium while it looks for money nor spends spare cash: what cannot be spent of that is kept, and more cash is
/// fewer defaults ([`OF_SPENDING`]).
#[test]
fn scarcer_compute_never_helps() {
    let patient = "lab.acme.revenue.training_drag=0.8; lab.acme.austerity.on_demand_runway=15mo";
    assert_gates("ring", patient, &[up("a lab that cannot train fails", SCARCE, DEFAULT)]);
    let openai = |measure| (measure, "openai");
    let worth = [
        down("the lab is worth less", SCARCE_REFERENCE, openai("value")),
        up("and its price was too high more often", SCARCE_REFERENCE, openai("overpaid")),
    ];
    assert_gates(REFERENCE, SIZE, &worth);
    let saving = format!("{SIZE}; lab.openai.compute.reinvest=0%");
    assert_gates(REFERENCE, &saving, &[up("a lab that cannot train fails", SCARCE_REFERENCE, openai("default"))]);
}

#[test]
fn results_move_where_economics_says() {
    assert_gates("ring", "", GATES);
}

#[test]
fn results_move_with_what_a_lab_buys_beyond_its_plan() {
    assert_gates("ring", RICH, OF_SPENDING);
    assert_gates("ring", "", &[up("minimum payments that revenue may not cover", GROWTH, DEFAULT)]);
    let wide = "expansion.growth.headroom=50%";
    assert_gates("ring", GROWTH, &[up("more headroom is more compute", wide, ("signed", "acme"))]);
}

#[test]
fn what_an_entity_in_default_does_not_pay_is_lost_by_its_lender() {
    assert_gates("ring", CLEARING, OF_CLEARING);
}

#[test]
fn results_move_with_the_age_of_hardware() {
    assert_gates("ring", PLANT, OF_PLANT);
}

#[test]
fn results_move_with_what_vendors_give_for_purchases() {
    assert_gates("ring", "", OF_WARRANTS);
    let cheaper = "warrant.shares.price=60";
    assert_gates("ring", WARRANT, &[down("a share further from its hurdle brings less", cheaper, ("raised", "giver"))]);
}

#[test]
fn rivals_move_one_another_where_economics_says() {
    assert_gates("rivals", "", RIVALS);
}

/// Fails unless all gates hold against a fixture with `base` set.
fn assert_gates(name: &str, base: &str, gates: &[Gate]) {
    let mut sets: Vec<&str> = gates.iter().map(|gate| gate.set).collect();
    sets.dedup();
    let with = |set: &&str| Variant { name: (*set).to_owned(), scenario: fixture(name, &format!("{base};{set}")) };
    let first = Variant { name: "base".to_owned(), scenario: fixture(name, base) };
    let variants: Vec<Variant> = std::iter::once(first).chain(sets.iter().map(with)).collect();
    let found = compare(&variants, false, Options::default()).expect("a comparison");
    let mut wrong = Vec::new();
    for Gate { reason, set, of, rises } in gates {
        let compared = found.compared().iter().find(|compared| compared.variant == *set).expect("every variant");
        let contrast = last(compared, *of);
        let difference = contrast.difference.value.unwrap_or(0.0);
        let certain = contrast.p_value.is_some_and(|p| p < CHANCE);
        if !certain || (difference > 0.0) != *rises {
            let told = if *rises { "rise" } else { "fall" };
            let (base, other, p) = (contrast.base, contrast.variant, contrast.p_value);
            wrong.push(format!("{set}: {} of `{}` must {told} ({reason}): {base} to {other}, p {p:?}", of.0, of.1));
        }
    }
    assert!(wrong.is_empty(), "{} of {} gates:\n{}", wrong.len(), gates.len(), wrong.join("\n"));
}
