//! What is accepted, and what it comes to.

use std::fmt::Write;

use insta::assert_snapshot;
use ouroborisk::calendar::{Month, Span};
use ouroborisk::language::{Basis, Origin, Quantity, Value};
use ouroborisk::scenario::{MarketProcess, Status};

use super::*;

fn fixture(name: &str, overrides: &[&str]) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let overrides: Vec<String> = overrides.iter().map(|given| (*given).to_owned()).collect();
    load(&path, &overrides).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The effective value of a key, with its origin.
fn effective(scenario: &Scenario, key: &str) -> String {
    let row = scenario.effective().iter().find(|row| row.key == key);
    row.map_or_else(|| "none".to_owned(), |row| format!("{} ({})", row.value, row.origin.name()))
}

#[test]
fn both_fixtures_are_read_without_a_word() {
    for name in ["minimal.toml", "openai-2026-06.toml"] {
        assert_eq!(fixture(name, &[]).warnings().to_string(), "", "{name}");
    }
}

#[test]
fn the_smallest_scenario_has_every_default() {
    let scenario = fixture("minimal.toml", &[]);
    let lab = &scenario.labs[0];
    assert_eq!(scenario.timeline().months, 60);
    assert_eq!(scenario.families[0].name, "compute");
    assert_eq!(scenario.contracts[0].family, "compute");
    assert_eq!(scenario.contracts[0].status, Status::Definitive);
    assert_eq!(scenario.market.process, MarketProcess::Mispricing);
    assert_eq!(lab.last_round, Month::parse("2025-01").unwrap());
    assert!(lab.ipo.is_none() && lab.austerity.is_none() && lab.resolution.capacity.is_none());
    assert_eq!((scenario.run.draws, scenario.uncertain.len()), (1, 0));
    assert_eq!(effective(&scenario, "contract.cloud.firm"), "100 % (derived)");
    assert_eq!(effective(&scenario, "lab.acme.round.trigger"), "1 y (default)");
    assert_eq!(effective(&scenario, "lab.acme.round.max_share"), "10 % (written)");
    assert_eq!(effective(&scenario, "run.draws"), "1 (derived)");
}

#[test]
#[expect(clippy::float_cmp, reason = "numbers are read as the nearest double")]
fn the_reference_scenario_is_read_number_by_number() {
    let scenario = fixture("openai-2026-06.toml", &[]);
    let lab = &scenario.labs[0];
    let means = scenario.means();
    assert_eq!(scenario.timeline().last(), Month::parse("2033-12").unwrap());
    assert_eq!(lab.cash.at(&means), 73e9);
    assert_eq!(lab.invested[1].0, "softbank");
    assert_eq!(lab.invested[1].1.at(&means), 34.6e9);
    assert_eq!(lab.opex.burn.as_ref().unwrap().at(&means).last(), Some(&(2030, -39e9)));
    assert_eq!(lab.revenue.attainment.as_ref().unwrap().after, Span::of_months(36));
    assert_eq!(scenario.contracts[1].delay.as_ref().unwrap().mean.at(&means), 5.0);
    assert_eq!(scenario.contracts[5].firm.at(&means), 0.0, "a framework binds nobody");
    assert_eq!(scenario.market.freeze_mean.at(&means), 30.0);
    assert_eq!(
        scenario.entities.iter().map(|entity| entity.name.as_str()).collect::<Vec<_>>(),
        ["amazon", "microsoft", "oracle", "coreweave", "nvidia", "softbank"]
    );
    let oracle = &scenario.entities[2];
    assert!((oracle.barrier.as_ref().unwrap().at(&means) - 0.66 * 130e9).abs() < 1.0);
    assert_eq!(oracle.barrier.as_ref().unwrap().origin, Origin::Derived);
    assert_eq!(scenario.correlations[1].parent, "revenue.openai");
}

#[test]
fn a_number_that_is_the_same_as_another_shares_its_draw() {
    let scenario = fixture("openai-2026-06.toml", &[]);
    let [gpu, trainium] = &scenario.families[..] else { panic!("two families") };
    assert!(matches!(gpu.price_decline.value, Value::Uncertain(_)));
    assert_eq!(gpu.price_decline.value, trainium.price_decline.value);
    assert_eq!(effective(&scenario, "family.trainium.price_decline"), "the same as family.gpu.price_decline (written)");
}

#[test]
fn a_number_may_be_the_same_as_one_further_down() {
    let scenario = parse(&changed(&[
        ("price_decline = \"20%\"", "price_decline = { same_as = \"contract.cloud.margin\" }"),
        ("take_or_pay = 0.75", "margin = { dist = \"uniform\", low = \"10%\", high = \"30%\", prior = \"usual\" }"),
    ]));
    let scenario = scenario.unwrap();
    let decline = &scenario.families[0].price_decline;
    assert_eq!(decline.value, scenario.contracts[0].margin.value);
    assert_eq!(scenario.uncertain.len(), 1);
    assert_eq!(scenario.uncertain[0].key, "contract.cloud.margin");
    assert_eq!(decline.provenance.basis, Basis::Prior("usual".to_owned()));
}

#[test]
fn a_number_may_be_a_multiple_of_another_and_multiples_of_multiples_multiply() {
    let scenario = parse(&changed(&[
        ("price_decline = \"20%\"", "price_decline = { same_as = \"contract.cloud.capex\", times = 0.5, prior = \"half\" }"),
        (
            "take_or_pay = 0.75",
            "margin = { value = \"8%\", assumed = \"thin\" }\ncapex = { same_as = \"contract.cloud.margin\", times = 3 }",
        ),
    ]))
    .unwrap();
    let known = |quantity: &Quantity| quantity.at(&[]);
    assert!((known(&scenario.contracts[0].capex) - 0.24).abs() < 1e-15);
    assert!((known(&scenario.families[0].price_decline) - 0.12).abs() < 1e-15);
    assert_eq!(scenario.contracts[0].capex.provenance.basis, Basis::Unsaid, "a multiple is not sourced by its number");
}

#[test]
fn a_default_that_follows_from_an_uncertain_number_is_uncertain() {
    let scenario =
        parse(&format!("{RING}[market]\ngrowth = {{ dist = \"uniform\", low = \"4%\", high = \"8%\" }}\n")).unwrap();
    assert!((scenario.market.run_up.at(&[0.05]) - 0.1).abs() < 1e-12);
    assert_eq!(effective(&scenario, "market.run_up"), "2 times market.growth (derived)");
}

#[test]
fn dotted_keys_inline_tables_and_headers_are_the_same() {
    let header = "[lab.acme.opex]\nof_revenue = 0.1\n";
    let scenarios = [
        changed(&[("[entity.nimbus]", &format!("{header}[entity.nimbus]"))]),
        changed(&[("[lab.acme]", "[lab.acme]\nopex.of_revenue = 0.1")]),
        changed(&[("[lab.acme]", "[lab.acme]\nopex = { of_revenue = \"10%\" } # a comment")]),
    ];
    let digests = scenarios.map(|text| parse(&text).unwrap().digest);
    assert!(digests.iter().all(|digest| *digest == digests[0]), "{digests:x?}");
}

#[test]
fn byte_order_marks_and_windows_line_ends_change_nothing() {
    let ring = parse(RING).unwrap().digest;
    let windows = format!("\u{feff}{}", RING.replace('\n', "\r\n"));
    assert_eq!(parse(&windows).unwrap().digest, ring);
}

#[test]
fn the_digest_knows_values_and_nothing_else() {
    let ring = parse(RING).unwrap().digest;
    let same = [
        ("0.75", "\"75%\""),
        ("0.75", "{ value = 0.75, source = \"filing\", note = \"page 3\" }"),
        ("0.75", "0.75 # three quarters"),
        ("name = \"Ring\"", "name = \"Another ring\"\ndescription = \"renamed\""),
        ("[family.gpu]", "[family.gpu]\nrelative_price = { value = 1.0 }"),
    ];
    for (from, to) in same {
        assert_eq!(parse(&changed(&[(from, to)])).unwrap().digest, ring, "{to}");
    }
    for (from, to) in [("0.75", "0.76"), ("\"2y\"", "\"24mo\"\nrenew = false"), ("2026-06", "2026-07")] {
        assert_ne!(parse(&changed(&[(from, to)])).unwrap().digest, ring, "{to}");
    }
    assert_eq!(format!("{ring:016x}"), "a1e2832be29503e4", "a change of the digest is a change of every output's name");
}

#[test]
fn what_is_said_of_all_numbers_of_a_curve_holds_for_each() {
    let scenario = parse(&changed(&[(
        "{ 2026 = \"2B USD\", 2027 = \"3B USD\" }",
        "{ 2026 = { value = \"2B USD\", prior = \"own\" }, 2027 = \"3B USD\", source = \"filing\" }",
    )]));
    let schedule = scenario.unwrap().contracts[0].schedule.clone().unwrap();
    assert_eq!(schedule.year(2026).unwrap().provenance.basis, Basis::Prior("own".to_owned()));
    assert_eq!(schedule.year(2027).unwrap().provenance.basis, Basis::Source(vec!["filing".to_owned()]));
}

#[test]
fn dates_and_terms_may_have_an_origin_too() {
    let scenario =
        parse(&changed(&[("date = \"2026-06\"", "date = { value = \"2026-06\", source = \"filing\" }")])).unwrap();
    let row = scenario.effective().iter().find(|row| row.key == "investment.series-b.date").unwrap();
    assert_eq!(row.provenance.basis, Basis::Source(vec!["filing".to_owned()]));
}

#[test]
#[expect(clippy::float_cmp, reason = "numbers are read as the nearest double")]
fn overrides_change_what_is_written_and_what_is_not() {
    let scenario = fixture(
        "openai-2026-06.toml",
        &[
            "contract.azure.take_or_pay=0.8",
            "contract.azure.price = locked",
            "market.supply.2028=120B USD",
            "lab.openai.cash={ value = \"50B USD\", assumed = \"less\" }",
            "economy.long_run_growth = 3%",
            "correlation.\"revenue.openai\".market=0.2",
            "scenario.horizon=5y",
            "investment.softbank-b.deadline=2027-01",
        ],
    );
    assert_eq!(effective(&scenario, "contract.azure.take_or_pay"), "80 % (written)");
    assert_eq!(effective(&scenario, "contract.azure.price"), "locked (written)");
    assert_eq!(scenario.market.supply.as_ref().unwrap().year(2028).unwrap().at(&[]), 120e9);
    assert_eq!(scenario.labs[0].cash.at(&[]), 50e9);
    assert_eq!(effective(&scenario, "economy.long_run_growth"), "3 % a year (written)");
    assert_eq!(scenario.correlations[0].value.at(&[]), 0.2);
    assert_eq!(scenario.timeline().months, 60);
    assert_eq!(scenario.investments[0].deadline, Month::parse("2027-01"));
}

#[test]
fn an_override_is_what_the_file_would_have_said() {
    let written = parse(&changed(&[("0.75", "0.8")])).unwrap();
    let given = Scenario::parse("ring.toml", RING, &["contract.cloud.take_or_pay=80%".to_owned()]).unwrap();
    assert_eq!(written.digest, given.digest);
}

#[test]
fn rivals_of_nobody_and_a_purse_without_a_bottom_are_warned_about() {
    let rivals = "[rivals]\ndemand_volatility = 0.1\nshare_volatility = 0.2\ninherit = 0.5\nrelet_alone = 0.5\n";
    let purse = "[market]\none_purse = true\n";
    let nova = "[lab.nova]\ncash = \"9B USD\"\nrevenue.target = { 2026 = \"8B USD\" }\n";
    let of_one = ["market.one_purse", "rivals.inherit", "rivals.relet_alone", "rivals.share_volatility"];
    let supply = "[market.supply]\n2026 = \"5B USD\"\n";
    for (more, expected) in [([rivals, purse], &of_one[..]), ([rivals, nova], &[]), ([purse, supply], &[])] {
        let scenario = parse(&(RING.to_owned() + &more.concat())).unwrap();
        let mut keys: Vec<&str> = scenario.warnings().list.iter().map(|problem| problem.key.as_str()).collect();
        keys.sort_unstable();
        assert_eq!(keys, expected, "{}", scenario.warnings());
    }
}

#[test]
fn what_is_probably_not_meant_is_a_warning() {
    let text =
        changed(&[("provider = \"nimbus\"", "provider = \"nimbsu\""), ("date = \"2026-06\"", "date = \"2036-06\"")]);
    assert_snapshot!(parse(&text).unwrap().warnings(), @r"
    ring.toml:23:12: warning[contract.cloud.provider]: there is no [entity.nimbsu], but there is [entity.nimbus]
      help: did you mean `nimbus`?
    ring.toml:34:8: warning[investment.series-b.date]: 2036-06 is far outside the run, 2026-01 to 2030-12
      help: is the year mistyped?
    ");
}

#[test]
fn a_later_stage_finds_the_place_of_its_keys() {
    let scenario = parse(RING).unwrap();
    let found = ["lab.acme.opex.burn", "contract.cloud.schedule.2027", "entity.nimbus.assets"];
    let problems = scenario.problems(found.map(|key| ouroborisk::language::Problem::error(key, "this comes later")));
    assert!(problems.refuse());
    assert_snapshot!(problems, @r"
    ring.toml:9:1: error[lab.acme.opex.burn]: this comes later
    ring.toml:16:10: error[entity.nimbus.assets]: this comes later
    ring.toml:24:38: error[contract.cloud.schedule.2027]: this comes later
    ");
}

#[test]
#[expect(clippy::too_many_lines, reason = "the whole language in one list")]
fn every_key_has_one_form_one_default_and_one_meaning() {
    let keys = keys();
    let mut defaults = String::new();
    for key in &keys {
        assert!(!key.meaning.is_empty() && !key.form.is_empty(), "{}", key.key);
        writeln!(defaults, "{}: {}", key.key, key.default).unwrap();
    }
    assert_snapshot!(defaults, @r"
    extends: none
    remove: none
    sources_from: none
    scenario.name: required
    scenario.description: none
    scenario.as_of: none
    scenario.start: required
    scenario.horizon: 8y
    run.paths: 10000
    run.draws: 200
    run.seed: 1
    economy.discount_rate: 8 % a year
    economy.long_run_growth: 4 % a year
    market.process: mispricing
    market.mean: 0
    market.reversion: 0 % a year
    market.volatility: 0 %
    market.feedback: 0
    market.growth: 0 % a year
    market.run_up: derived
    market.burst.hazard: 0 % a year
    market.burst.run_up_beta: 3.9
    market.burst.level_beta: 0
    market.burst.fit_base_rates: false
    market.burst.hazard_max: 90 % a year
    market.burst.fall: 0.8
    market.burst.fall_sd: 0
    market.burst.fall_level: 0 %
    market.burst.contagion: 0
    market.freeze_mean: 2 y
    market.learning: none
    market.supply: none
    market.one_purse: false
    market.supply_beta: 0
    market.frozen_supply: 0 %
    market.credit.joint: 100 %
    market.credit.hazard: 0 % a year
    market.credit.freeze_mean: none
    market.credit.rolled: 0 %
    market.overvalued.threshold: 2
    market.overvalued.months: 6
    regulation.hazard: 0 % a year
    regulation.duration: 1y
    rivals.demand_volatility: 0 %
    rivals.share_volatility: 0 %
    rivals.inherit: 0 %
    rivals.relet_alone: 100 %
    clearing.own: 100 %
    clearing.claims: 100 %
    family.<name>.reference: false
    family.<name>.relative_price: 1
    family.<name>.price_decline: 0 % a year
    family.<name>.plan_decline: derived
    family.<name>.volatility: 0 %
    family.<name>.adoption.max: 100 %
    family.<name>.adoption.midpoint: required
    family.<name>.adoption.width: required
    family.<name>.plant.life: required
    family.<name>.plant.ageing: 0 % a year
    family.<name>.plant.vacancy: 0 mo
    family.<name>.plant.vacancy_frozen: derived
    family.<name>.on_demand: none
    on_demand.premium: 0 %
    on_demand.capacity: none
    lab.<name>.cash: required
    lab.<name>.valuation: none
    lab.<name>.last_round: derived
    lab.<name>.min_cash: 0 USD
    lab.<name>.cash_volatility: 0 USD
    lab.<name>.tax_rate: 0 %
    lab.<name>.loss_carry_forward: 0 USD
    lab.<name>.market_beta: 1
    lab.<name>.stakes: none
    lab.<name>.invested: none
    lab.<name>.revenue.target: required
    lab.<name>.revenue.attainment.after: required
    lab.<name>.revenue.attainment.median: required
    lab.<name>.revenue.attainment.p90: required
    lab.<name>.revenue.drift: 0 % a year
    lab.<name>.revenue.reversion: 0 % a year
    lab.<name>.revenue.volatility: 0 %
    lab.<name>.revenue.freeze_drag: 0 % a year
    lab.<name>.revenue.training_drag: 0 % a year
    lab.<name>.revenue_share.<to>.to: required
    lab.<name>.revenue_share.<to>.share: required
    lab.<name>.revenue_share.<to>.until: none
    lab.<name>.revenue_share.<to>.cap: none
    lab.<name>.compute.inference_share: 0 %
    lab.<name>.compute.training: none
    lab.<name>.compute.training_elasticity: 0
    lab.<name>.compute.valuation_elasticity: 0
    lab.<name>.compute.reinvest: 0 % a year
    lab.<name>.compute.keep: 2 y
    lab.<name>.compute.intensity.drift: 0 % a year
    lab.<name>.compute.intensity.reversion: 0 % a year
    lab.<name>.compute.intensity.volatility: 0 %
    lab.<name>.opex.fixed: none
    lab.<name>.opex.burn: none
    lab.<name>.opex.of_revenue: 0 %
    lab.<name>.austerity.runway: required
    lab.<name>.austerity.training_cut: 0 %
    lab.<name>.austerity.on_demand_runway: 0 mo
    lab.<name>.fundamental.cost_of_capital: 12 % a year
    lab.<name>.fundamental.margin: 25 %
    lab.<name>.fundamental.margin_half_life: 3 y
    lab.<name>.round.trigger: 1 y
    lab.<name>.round.target_runway: 2 y
    lab.<name>.round.gap: 6mo
    lab.<name>.round.max_share: 15 %
    lab.<name>.round.down_round: 2 a year
    lab.<name>.round.participants: none
    lab.<name>.ipo.earliest: required
    lab.<name>.ipo.rate: required
    lab.<name>.ipo.float: required
    lab.<name>.ipo.min_revenue_rate: 0 USD
    lab.<name>.ipo.min_valuation: 0 USD
    lab.<name>.scale_back.renegotiate: 0 % a year
    lab.<name>.scale_back.renegotiate_cut: 30 %
    lab.<name>.scale_back.renegotiate_fee: 0 %
    lab.<name>.resolution.grace: 3mo
    lab.<name>.resolution.sponsor: none
    lab.<name>.resolution.capacity: none
    lab.<name>.resolution.rescue_runway: none
    lab.<name>.resolution.rescue: 0 %
    lab.<name>.resolution.rescue_frozen: 100 %
    lab.<name>.resolution.exchange: 0 %
    lab.<name>.resolution.max_exchanges: 1
    lab.<name>.resolution.haircut: 40 %
    lab.<name>.resolution.lgd: 75 %
    entity.<name>.group: derived
    entity.<name>.assets: none
    entity.<name>.asset_growth: 0 % a year
    entity.<name>.asset_volatility: none
    entity.<name>.pd5: none
    entity.<name>.coverage: 1
    entity.<name>.debt: none
    entity.<name>.barrier: derived
    entity.<name>.leases: 0 USD
    entity.<name>.giving_elasticity: 0
    entity.<name>.max_ltv: none
    entity.<name>.step_in: 100 %
    entity.<name>.treasury.cash: required
    entity.<name>.treasury.cash_flow: 0 USD
    entity.<name>.treasury.capex: none
    entity.<name>.treasury.capex_cut: 6 mo
    entity.<name>.treasury.min_cash: derived
    entity.<name>.treasury.rate: 0 % a year
    entity.<name>.treasury.debt_ceiling: 66 %
    entity.<name>.treasury.saleable: 0 %
    entity.<name>.treasury.discount: 20 %
    entity.<name>.on_demand_limit: none
    entity.<name>.burst_beta: 0
    entity.<name>.cloud_revenue: none
    contract.<id>.id: required
    contract.<id>.lab: required
    contract.<id>.provider: required
    contract.<id>.family: derived
    contract.<id>.status: definitive
    contract.<id>.firm: derived
    contract.<id>.amount: none
    contract.<id>.schedule: none
    contract.<id>.capacity: none
    contract.<id>.price_per_gw_year: none
    contract.<id>.start: required
    contract.<id>.term: required
    contract.<id>.ramp: 0mo
    contract.<id>.delay.mean: required
    contract.<id>.delay.cv: required
    contract.<id>.probability: 100 %
    contract.<id>.decided: derived
    contract.<id>.close_beta: 0
    contract.<id>.close_freeze: 0
    contract.<id>.take_or_pay: 100 %
    contract.<id>.price: plan
    contract.<id>.workload: any
    contract.<id>.pass_through: none
    contract.<id>.orders: none
    contract.<id>.margin: 0 %
    contract.<id>.capex: 0 %
    contract.<id>.lead: 1y
    contract.<id>.relet: none
    contract.<id>.relet_frozen: 100 %
    contract.<id>.relet_depth: none
    contract.<id>.renew: true
    expansion.<id>.id: required
    expansion.<id>.lab: required
    expansion.<id>.provider: required
    expansion.<id>.family: derived
    expansion.<id>.first: derived
    expansion.<id>.every: 1y
    expansion.<id>.lead: 1y
    expansion.<id>.term: 5y
    expansion.<id>.ramp: 1y
    expansion.<id>.headroom: 0 %
    expansion.<id>.share: 100 %
    expansion.<id>.min_runway: 1 y
    expansion.<id>.firm: 100 %
    expansion.<id>.take_or_pay: 100 %
    expansion.<id>.workload: any
    expansion.<id>.margin: 0 %
    expansion.<id>.capex: 0 %
    expansion.<id>.relet: none
    expansion.<id>.relet_frozen: 100 %
    expansion.<id>.relet_depth: none
    expansion.<id>.renew: true
    investment.<id>.id: required
    investment.<id>.investor: required
    investment.<id>.lab: required
    investment.<id>.amount: required
    investment.<id>.date: required
    investment.<id>.deadline: none
    investment.<id>.probability: 100 %
    investment.<id>.close_beta: 0
    investment.<id>.close_freeze: 0
    investment.<id>.form: cash
    investment.<id>.pricing: market
    investment.<id>.market_open: false
    investment.<id>.after_ipo: false
    investment.<id>.min_revenue_rate: none
    investment.<id>.min_valuation: none
    investment.<id>.min_family_share: none
    investment.<id>.min_group_spend: none
    investment.<id>.any.<number>.market_open: false
    investment.<id>.any.<number>.after_ipo: false
    investment.<id>.any.<number>.min_revenue_rate: none
    investment.<id>.any.<number>.min_valuation: none
    investment.<id>.any.<number>.min_family_share: none
    investment.<id>.any.<number>.min_group_spend: none
    investment.<id>.not.<number>.market_open: false
    investment.<id>.not.<number>.after_ipo: false
    investment.<id>.not.<number>.min_revenue_rate: none
    investment.<id>.not.<number>.min_valuation: none
    investment.<id>.not.<number>.min_family_share: none
    investment.<id>.not.<number>.min_group_spend: none
    investment.<id>.commits.multiple: required
    investment.<id>.commits.provider: none
    investment.<id>.commits.family: derived
    investment.<id>.commits.lead: 1y
    investment.<id>.commits.term: required
    investment.<id>.commits.ramp: 0mo
    investment.<id>.commits.firm: 100 %
    investment.<id>.commits.take_or_pay: 100 %
    investment.<id>.commits.price: plan
    investment.<id>.commits.workload: any
    investment.<id>.commits.margin: 0 %
    investment.<id>.commits.capex: 0 %
    investment.<id>.commits.relet: none
    investment.<id>.commits.relet_frozen: 100 %
    investment.<id>.commits.relet_depth: none
    investment.<id>.commits.renew: true
    matching.<id>.id: required
    matching.<id>.investor: required
    matching.<id>.lab: required
    matching.<id>.contract: required
    matching.<id>.ratio: required
    matching.<id>.cap: none
    warrant.<id>.id: required
    warrant.<id>.vendor: required
    warrant.<id>.lab: required
    warrant.<id>.shares: required
    warrant.<id>.price: required
    warrant.<id>.strike: 0
    warrant.<id>.tranches.<number>.part: required
    warrant.<id>.tranches.<number>.spend: 0 USD
    warrant.<id>.tranches.<number>.price: 0
    facility.<id>.id: required
    facility.<id>.lab: required
    facility.<id>.lender: required
    facility.<id>.limit: required
    facility.<id>.drawn: 0 USD
    facility.<id>.rate: 0 % a year
    facility.<id>.ltv: none
    facility.<id>.committed: false
    facility.<id>.maturity: none
    debt.<id>.id: required
    debt.<id>.borrower: required
    debt.<id>.amount: required
    debt.<id>.maturity: required
    debt.<id>.lender: none
    debt.<id>.rate: 0 % a year
    event.<id>.id: required
    event.<id>.kind: required
    event.<id>.date: required
    event.<id>.probability: 100 %
    event.<id>.size: none
    event.<id>.subject: none
    correlation: none
    benchmark.<name>.name: required
    benchmark.<name>.kind: estimate
    benchmark.<name>.metric: required
    benchmark.<name>.subject: none
    benchmark.<name>.by: none
    benchmark.<name>.value: required
    benchmark.<name>.is_input: false
    benchmark.<name>.source: none
    benchmark.<name>.note: none
    expectation.<id>.id: required
    expectation.<id>.measure: required
    expectation.<id>.subject: none
    expectation.<id>.by: none
    expectation.<id>.statistic: p50
    expectation.<id>.above: none
    expectation.<id>.given: none
    expectation.<id>.low: none
    expectation.<id>.high: none
    expectation.<id>.note: none
    outcome.<id>.id: required
    outcome.<id>.measure: required
    outcome.<id>.subject: none
    outcome.<id>.by: required
    outcome.<id>.value: required
    outcome.<id>.known: required
    outcome.<id>.note: none
    reference.<id>.id: required
    reference.<id>.measure: required
    reference.<id>.subject: none
    reference.<id>.by: none
    reference.<id>.statistic: required
    reference.<id>.value: required
    reference.<id>.error: none
    reference.<id>.note: none
    sources.<name>.title: required
    sources.<name>.publisher: none
    sources.<name>.date: none
    sources.<name>.url: none
    sources.<name>.note: none
    ");
}
