//! Entities that run out of cash, credit that freezes by itself, and what a default does to others: limits with known
//! answers (docs/model.md, sections 6, 8.1 and 8.2).

use super::ledgers::{Ledger, assert_close, planned, still};
use super::worlds::{Luck, assert_probability, ran, watch, world, worlds};

/// A lab at rest, and a provider of 400 with a debt of 72 and no chance in it.
const PLAIN: &str = r#"
    [scenario]
    name = "Plain"
    start = "2026-01"
    horizon = "4y"

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
    "#;

/// Its cash: 10, of which 12 a year go.
const DRAIN: &str = r#"
    [entity.nimbus.treasury]
    cash = "10B USD"
    cash_flow = "-12B USD"
    debt_ceiling = 0.2
    "#;

/// A debt of 20 that is due after a year, in the month before which the market freezes for good.
const WALL: &str = r#"
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

    [[event]]
    id = "freeze"
    kind = "freeze"
    date = "2026-11"
    "#;

/// A world in which much can happen, with a lab that draws on an open line.
const LIVELY: &str = r#"
    [scenario]
    name = "Lively"
    start = "2026-01"
    horizon = "4y"

    [market]
    volatility = 0.3
    reversion = 0.25
    freeze_mean = "9mo"
    supply = { 2026 = "6B USD" }
    burst = { hazard = 0.5, fall_sd = 0.3 }

    [[event]]
    id = "freeze"
    kind = "freeze"
    date = "2027-03"

    [lab.acme]
    cash = "12B USD"
    min_cash = "10B USD"
    cash_volatility = "2B USD"
    revenue = { target = { 2026 = "10B USD", 2028 = "24B USD" }, volatility = 0.3 }
    opex.fixed = { 2026 = "14B USD" }
    round = { max_share = 0.1, trigger = "12mo" }

    [entity.nimbus]
    assets = "120B USD"
    asset_volatility = 0.3
    burst_beta = 0.5
    debt = "80B USD"

    [entity.nimbus.treasury]
    cash = "4B USD"
    cash_flow = "2B USD"
    capex = { 2026 = "6B USD" }
    saleable = 0.1

    [[debt]]
    id = "wall"
    borrower = "nimbus"
    amount = "10B USD"
    maturity = "2027-06"

    [[facility]]
    id = "open"
    lab = "acme"
    lender = "banks"
    limit = "30B USD"
    rate = 0.08
    "#;

fn plain(more: &[&str]) -> String {
    PLAIN.to_owned() + &more.concat()
}

fn months(first: impl IntoIterator<Item = f64>) -> Vec<Option<usize>> {
    first.into_iter().map(|month| month.is_finite().then_some(month as usize)).collect()
}

// Cash.

#[test]
fn a_treasury_that_needs_nothing_changes_nothing() {
    let idle = "[entity.nimbus.treasury]\ncash = \"0 USD\"\ncash_flow = \"1B USD\"\n";
    let text = LIVELY.replace("[[debt]]", "#").split("[entity.nimbus.treasury]").next().unwrap().to_owned();
    for path in 0..16 {
        let with = Ledger::of(&world(&(text.clone() + idle), &[]), &Luck::of(501), path);
        let without = Ledger::of(&world(&text, &[]), &Luck::of(501), path);
        assert_eq!(with.differing(&without), [] as [&str; 0], "path {path}");
    }
}

#[test]
fn without_chance_it_defaults_once_its_needs_exceed_cash_and_room() {
    // 1 a month goes. Debt may be a quarter of the equity of 328, 10 more than 72: one a month is borrowed, and then 10 of
    // cash last ten months.
    let ledger = still(&plain(&[DRAIN]), &[]);
    let borrowed: Vec<f64> = (0..48).map(|t| f64::from((t + 1).min(10))).collect();
    let cash: Vec<f64> = (0..48).map(|t| f64::from((10_i32).min(19 - t))).collect();
    assert_close("borrowed", &ledger.column("entity.nimbus.borrowed"), &borrowed);
    assert_close("cash", &ledger.column("entity.nimbus.cash"), &cash);
    let defaulted = ledger.column("entity.nimbus.defaulted");
    assert_eq!(defaulted.iter().position(|&flag| flag > 0.0), Some(20));
    assert_eq!(ledger.column("entity.nimbus.illiquid"), defaulted);
    // More cash lasts as much longer; a ceiling that is out of reach, for ever.
    let first =
        |set: &str| still(&plain(&[DRAIN]), &[set]).column("entity.nimbus.defaulted").iter().position(|&f| f > 0.0);
    assert_eq!(first("entity.nimbus.treasury.cash=15B USD"), Some(25));
    assert_eq!(first("entity.nimbus.treasury.debt_ceiling=0.9"), None);
}

#[test]
fn a_wall_of_debt_in_a_freeze_is_met_by_savings_and_sales() {
    // 1 a month of capital expenditure and 0.1 of interest are borrowed while credit is open, through November 2026. In
    // December e^(-1/2) is spent, in January e^-1, and 20 is due; what 10 of cash does not meet is sold at four fifths.
    let ledger = still(&plain(&[WALL]), &[]);
    let (december, january) = ((-0.5_f64).exp() + 0.1, (-1.0_f64).exp() + 0.1);
    let missing = 20.0 + january + december - 10.0;
    let at = |column: &str, t: usize| ledger.column(&format!("entity.nimbus.{column}"))[t];
    assert_close("cash", &[at("cash", 10), at("cash", 11), at("cash", 12)], &[10.0, 10.0 - december, 0.0]);
    assert_close("borrowed", &[at("borrowed", 10), at("borrowed", 12)], &[12.1, 12.1]);
    assert_close("debt", &[at("debt", 12)], &[64.1]);
    assert_close("sold", &[at("sold", 12)], &[missing / 0.8 / 400.0]);
    assert_close("worth", &[at("worth", 12)], &[400.0 - 0.2 * missing / 0.8]);
    // Half of what is due could still be refinanced.
    let credit = "[market.credit]\nrolled = 0.5\n";
    let rolled = still(&plain(&[WALL, credit]), &[]).column("entity.nimbus.sold")[12];
    assert_close("sold", &[rolled], &[(missing - 10.0) / 0.8 / 400.0]);
    // With little to sell it is over.
    let first =
        |set: &str| still(&plain(&[WALL]), &[set]).column("entity.nimbus.illiquid").iter().position(|&f| f > 0.0);
    assert_eq!(first("entity.nimbus.treasury.saleable=0.01"), Some(12));
}

#[test]
fn plan_mode_pays_what_is_due() {
    let text = plain(&[WALL]);
    let still = still(&text, &[]).column("entity.nimbus.cash");
    assert_close("cash", &planned(&text, &[]).column("entity.nimbus.cash"), &still);
}

#[test]
fn a_default_for_want_of_cash_alone_is_none_of_the_labs_doing() {
    let found = ran(&worlds(&plain(&[DRAIN]), &[]), &Luck::of(1), 1, false);
    let of = |measure: &str| months(found.column(measure, "nimbus"));
    assert_eq!(of("entity_default"), [Some(20)]);
    assert_eq!(of("entity_illiquid"), [Some(20)]);
    assert_eq!(of("entity_default_alone"), [Some(20)]);
}

// Credit.

#[test]
fn credit_that_follows_the_market_is_the_market() {
    for path in 0..32 {
        let one = Ledger::of(&world(LIVELY, &[]), &Luck::of(502), path);
        let two = Ledger::of(&world(&format!("{LIVELY}[market.credit]\n"), &[]), &Luck::of(502), path);
        assert_eq!(two.differing(&one), [] as [&str; 0], "path {path}");
        assert_eq!(two.column("market.credit_open"), two.column("market.open"), "path {path}");
    }
}

#[test]
fn credit_freezes_by_itself_as_a_chain_of_two_states() {
    // Open: it freezes with f a month; frozen: it reopens with g. From open, P(frozen) = f/(f+g) (1 - (1-f-g)^t).
    let text = plain(&["[market.credit]\nhazard = 0.5\nfreeze_mean = \"8mo\"\n"]);
    let (freezes, thaws) = (1.0 - (-0.5_f64 / 12.0).exp(), 1.0 - (-1.0_f64 / 8.0).exp());
    let paths = 3000;
    let mut frozen = [0; 48];
    watch(&world(&text, &[]), &Luck::of(503), paths, |t, before, _, _| {
        frozen[t] += usize::from(before.market.credit_open[0] < 1.0);
        assert!(before.market.open[0] > 0.0, "the market stays open");
    });
    for t in [1, 6, 20, 47] {
        let expected = freezes / (freezes + thaws) * (1.0 - (1.0 - freezes - thaws).powi(t));
        assert_probability(&format!("frozen in month {t}"), frozen[t as usize], paths as usize, expected);
    }
}

#[test]
fn a_burst_takes_credit_along_as_often_as_it_says() {
    let event = "[[event]]\nid = \"b\"\nkind = \"burst\"\ndate = \"2026-01\"\n";
    let text = plain(&["[market.credit]\njoint = 0.4\n", event]);
    let (mut frozen, paths) = (0, 3000);
    watch(&world(&text, &["scenario.horizon=1mo"]), &Luck::of(504), paths, |_, _, after, _| {
        assert!(after.market.open[0] < 1.0);
        frozen += usize::from(after.market.credit_open[0] < 1.0);
    });
    assert_probability("credit frozen", frozen, paths as usize, 0.4);
}

#[test]
fn a_freeze_of_credit_stops_loans_and_not_rounds() {
    let event = "[market.credit]\n[[event]]\nid = \"c\"\nkind = \"credit_freeze\"\ndate = \"2026-01\"\n";
    let text = LIVELY.replace("id = \"freeze\"\n    kind = \"freeze\"", "id = \"later\"\n    kind = \"freeze\"");
    let with = planned(&(text.clone() + event), &["market.freeze_mean=6mo"]);
    let without = planned(&text, &["market.freeze_mean=6mo"]);
    let drawn = |ledger: &Ledger, months: std::ops::Range<usize>| -> f64 {
        ledger.column("acme.draw.open")[months].iter().sum()
    };
    assert!(drawn(&without, 1..7) > 0.0, "money is short");
    assert_close("drawn", &[drawn(&with, 1..7)], &[0.0]);
    assert_eq!(with.column("market.open"), without.column("market.open"));
    assert!(with.column("acme.round").iter().sum::<f64>() >= without.column("acme.round").iter().sum::<f64>());
}

// What a default does to others.

/// Compute of 24 over two years that begins in 2027, with capital of which half is ordered from a maker of chips.
const CLOUD: &str = r#"
    [entity.maker]

    [[contract]]
    id = "cloud"
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

fn default_of(subject: &str, date: &str) -> String {
    format!("[[event]]\nid = \"end\"\nkind = \"default\"\nsubject = \"{subject}\"\ndate = \"{date}\"\n")
}

#[test]
fn a_provider_in_default_serves_in_part() {
    let text = plain(&[CLOUD, &default_of("nimbus", "2027-06")]);
    let whole = still(&text, &[]);
    let part = still(&text, &["entity.nimbus.step_in=0.4"]);
    for column in ["acme.contract.cloud.rate", "acme.invoice.cloud"] {
        let expected: Vec<f64> =
            whole.column(column).iter().enumerate().map(|(t, v)| if t > 17 { 0.4 * v } else { *v }).collect();
        assert!(expected[20] > 0.0);
        assert_close(column, &part.column(column), &expected);
    }
}

#[test]
fn orders_are_lost_as_far_as_nothing_is_built() {
    // Capital of 0.8 * 0.5 * 24 = 9.6, spent evenly in 2026: at the end of June a half of it is unspent, and of that the
    // maker loses a quarter. Once all is built it loses nothing.
    for (date, unspent) in [("2026-06", 0.5), ("2026-09", 0.25), ("2027-03", 0.0)] {
        let ledger = still(&plain(&[CLOUD, &default_of("acme", date)]), &[]);
        let loss = *ledger.column("entity.maker.loss").last().unwrap();
        assert_close(date, &[loss], &[9.6 * unspent * 0.25]);
    }
}

#[test]
fn a_default_frightens_the_market_for_a_year() {
    // A hazard of 0.2 that doubles in the twelve months after a default in January.
    let market = "[market.burst]\nhazard = 0.2\nrun_up_beta = 0\ncontagion = 0.693147180559945\n";
    let text = PLAIN.replace("[lab.acme]", &format!("{market}[lab.acme]")) + &default_of("nimbus", "2026-01");
    let (mut within, mut later, paths) = (0, 0, 3000);
    let found = ran(&worlds(&text, &["scenario.horizon=2y"]), &Luck::of(505), paths, false);
    for month in found.column("burst", "") {
        within += usize::from((1.0..=12.0).contains(&month));
        later += usize::from(month <= 23.0);
    }
    let survives = |months: f64, hazard: f64| (-hazard * months / 12.0).exp();
    let first = survives(1.0, 0.2);
    assert_probability("within a year", within, paths as usize, first * (1.0 - survives(12.0, 0.4)));
    let all = first * survives(12.0, 0.4) * survives(11.0, 0.2);
    assert_probability("within two", later, paths as usize, 1.0 - all);
}

// Debts between entities.

/// Nimbus owes 20 of its 72 to a bank of 30, which owes 8 of its 20 to a fund of 9; nobody earns or spends anything.
const OWED: &str = r#"
    [entity.nimbus.treasury]
    cash = "0 USD"

    [entity.bank]
    assets = "30B USD"
    asset_volatility = 0.0
    debt = "20B USD"
    treasury.cash = "0 USD"

    [entity.fund]
    assets = "9B USD"
    asset_volatility = 0.0
    debt = "11B USD"
    treasury.cash = "0 USD"

    [[debt]]
    id = "to-bank"
    borrower = "nimbus"
    lender = "bank"
    amount = "20B USD"
    maturity = "2031-06"

    [[debt]]
    id = "to-fund"
    borrower = "bank"
    lender = "fund"
    amount = "8B USD"
    maturity = "2031-06"
    "#;

const CLEARS: &str = "[clearing]\nown = 0.1\nclaims = 1.0\n";

#[test]
fn debts_between_entities_change_nothing_while_nobody_defaults_or_nothing_clears() {
    let (end, without) = (default_of("nimbus", "2027-06"), OWED.replace("lender", "#"));
    for (with, plain_one) in [
        (plain(&[OWED, CLEARS]), plain(&[&without])),
        (plain(&[OWED, &end]), plain(&[&without, &end])),
        (plain(&[&without, CLEARS, &end]), plain(&[&without, &end])),
    ] {
        assert_eq!(still(&with, &[]).differing(&still(&plain_one, &[])), [] as [&str; 0]);
    }
}

#[test]
fn a_default_is_carried_from_lender_to_lender_in_its_month() {
    // A tenth of 400 is 40 of the 72 that nimbus owes: the bank loses 20 (1 - 40/72) = 8.889 of 30 against a barrier of 13.2
    // and stands. Of nothing it loses all 20: 10 are left, it fails, and none of them and of the claim reaches anybody; the
    // fund loses 8 of 9 against 7.26.
    let text = plain(&[OWED, CLEARS, &default_of("nimbus", "2027-06")]);
    let at = |set: &str, column: &str| still(&text, &[set]).column(&format!("entity.{column}"))[17];
    let loss = 20.0 * (1.0 - 40.0 / 72.0);
    assert_close("loss", &[at("clearing.own=0.1", "bank.loss"), at("clearing.own=0.1", "fund.loss")], &[loss, 0.0]);
    assert_close("worth", &[at("clearing.own=0.1", "bank.worth")], &[30.0 - loss]);
    let nothing = ["bank.loss", "bank.defaulted", "fund.loss", "fund.defaulted", "fund.worth"]
        .map(|column| at("clearing.own=0", column));
    assert_close("of nothing", &nothing, &[20.0, 1.0, 8.0, 1.0, 1.0]);
    // In full from all that nimbus has: nobody loses.
    assert_close("in full", &[at("clearing.own=1", "bank.loss")], &[0.0]);
    // What was due before the default is paid.
    assert_close("paid", &[at("debt.to-bank.maturity=2027-05", "bank.loss")], &[0.0]);
    // For one that is due in the month itself it has borrowed 20, which it holds.
    let due = 20.0 * (1.0 - 42.0 / 92.0);
    assert_close("due in its month", &[at("debt.to-bank.maturity=2027-06", "bank.loss")], &[due]);
}

#[test]
fn who_is_carried_is_told_and_is_none_of_those_without_exposures() {
    let text = plain(&[OWED, CLEARS, &default_of("nimbus", "2027-06")]);
    let found = ran(&worlds(&text, &["clearing.own=0"]), &Luck::of(1), 1, false);
    for (subject, carried) in [("nimbus", None), ("bank", Some(17)), ("fund", Some(17))] {
        let of = |measure: &str| months(found.column(measure, subject));
        assert_eq!(of("entity_default"), [Some(17)], "{subject}");
        assert_eq!(of("entity_default_carried"), [carried], "{subject}");
        assert_eq!(of("entity_default_alone"), [Some(17).filter(|_| carried.is_none())], "{subject}");
    }
}

// What a defaulting lab owes, and what it is worth.

#[test]
fn what_a_lab_owes_at_its_end_is_set_against_the_capital_of_its_lender() {
    // A loan of 30 against assets of 400 and a barrier of 280, and of 380.
    let loan =
        "[[facility]]\nid = \"line\"\nlab = \"acme\"\nlender = \"nimbus\"\nlimit = \"30B USD\"\ndrawn = \"30B USD\"\n";
    for (set, ratio, exceeds) in
        [("entity.nimbus.barrier=280B USD", 0.25, None), ("entity.nimbus.barrier=380B USD", 1.5, Some(17))]
    {
        let found = ran(&worlds(&plain(&[loan, &default_of("acme", "2027-06")]), &[set]), &Luck::of(1), 1, false);
        assert_close(set, &found.column("claims_over_capital", "acme"), &[ratio]);
        assert_eq!(months(found.column("claims_exceed_capital", "acme")), [exceeds]);
    }
}

#[test]
fn a_lab_is_insolvent_at_its_end_if_it_is_worth_less_than_it_owes() {
    // It has cash; compute of 24 a year of which it needs nothing takes all that it is worth, unless it can be dropped.
    let commitments = CLOUD.replace("24B USD", "9000B USD").replace("\"nimbus\"", "\"other\"");
    for (more, insolvent) in [("", None), (commitments.as_str(), Some(5))] {
        let found = ran(&worlds(&plain(&[more, &default_of("acme", "2026-06")]), &[]), &Luck::of(1), 1, false);
        assert_eq!(months(found.column("payment_default", "acme")), [Some(5)]);
        assert_eq!(months(found.column("insolvent_default", "acme")), [insolvent]);
    }
}

// What the ledger shows of them.

#[test]
fn the_ledger_shows_how_hardware_ages_and_what_of_it_is_let_again() {
    // The contract begins in January 2027. Its units are half a year old at the end of June, and rent for e^(-0.2/2) of a new
    // one at a price of 1; the whole term is over after two years. In June the lab ends and 18 payments of 0.8 are left, at a
    // margin of a half: without ageing all of it is let again.
    let plant = "[family.compute.plant]\nlife = \"6y\"\nageing = 0.2\n";
    let text = plain(&[CLOUD, plant]);
    let at = |text: &str, set: &[&str], column: &str, t: usize| {
        still(text, set).column(&format!("acme.contract.cloud.{column}"))[t]
    };
    for (t, age) in [(11, 0.0), (12, 1.0 / 12.0), (17, 0.5), (35, 2.0), (36, 0.0)] {
        assert_close("age", &[at(&text, &[], "hardware_age", t)], &[age]);
        let rent = if age > 0.0 { (-0.2 * age).exp() } else { 0.0 };
        assert_close("rent", &[at(&text, &[], "rent", t)], &[rent]);
    }
    assert_close("expired", &[at(&text, &["family.compute.plant.life=1y"], "rent", 30)], &[0.0]);
    let ends = plain(&[CLOUD, plant, &default_of("acme", "2027-06")]);
    for (t, relet) in [(16, 0.0), (17, 7.2), (18, 0.0)] {
        assert_close("relet", &[at(&ends, &["family.compute.plant.ageing=0"], "relet", t)], &[relet]);
    }
    assert!(at(&ends, &[], "relet", 17) < 7.2);
    assert!(still(&plain(&[CLOUD]), &[]).columns().all(|column| !column.contains("cloud.rent")));
}

#[test]
fn the_ledger_shows_what_debts_between_entities_pay() {
    // As above: 40 of 72 is paid, in the month of the default alone. Of nothing the bank fails too, and pays nothing.
    let text = plain(&[OWED, CLEARS, &default_of("nimbus", "2027-06")]);
    let ledger = still(&text, &[]);
    for (t, owed) in [(16, 0.0), (17, 20.0), (18, 0.0)] {
        assert_close("owed", &[ledger.column("entity.nimbus.cleared_owed")[t]], &[owed]);
        assert_close("paid", &[ledger.column("entity.nimbus.cleared_paid")[t]], &[owed * 40.0 / 72.0]);
    }
    let nothing = still(&text, &["clearing.own=0"]);
    let bank = ["cleared_owed", "cleared_paid"].map(|column| nothing.column(&format!("entity.bank.{column}"))[17]);
    assert_close("the bank", &bank, &[8.0, 0.0]);
    assert!(ledger.columns().all(|column| column != "entity.fund.cleared_owed"), "it owes no entity anything");
    assert!(still(&plain(&[OWED]), &[]).columns().all(|column| !column.contains("cleared")));
}

#[test]
fn the_ledger_shows_how_much_a_giver_under_stress_still_gives() {
    // A fall of the market by 0.5 in January takes e^-0.5 of its assets: at an elasticity of 2 it gives e^-1 from then on.
    let fall = "[[event]]\nid = \"fall\"\nkind = \"fall\"\nsize = 0.5\ndate = \"2026-01\"\n";
    let giver =
        "[entity.giver]\nassets = \"50B USD\"\nasset_volatility = 0.0\nburst_beta = 1.0\nbarrier = \"1B USD\"\n";
    let text = plain(&[giver, fall]);
    let ledger = still(&text, &["entity.giver.giving_elasticity=2"]);
    let gives = ledger.column("entity.giver.gives");
    assert_close("gives", &gives[..3], &[1.0, (-1.0_f64).exp(), (-1.0_f64).exp()]);
    assert!(still(&text, &[]).columns().all(|column| column != "entity.giver.gives"));
}
