//! One small broken scenario for each thing that is refused, and what is said about it.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

// Numbers

#[test]
fn money_with_a_share() {
    assert_snapshot!(refused(r#"cash = "10B USD""#, r#"cash = "18%""#), @r#"
    ring.toml:10:8: error[lab.acme.cash]: this is not an amount of money: it is a percentage
      found: "18%"
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    "#);
}

#[test]
fn money_in_another_currency() {
    assert_snapshot!(refused(r#"cash = "10B USD""#, r#"cash = "10B EUR""#), @r#"
    ring.toml:10:8: error[lab.acme.cash]: this is not an amount of money: it is in EUR; all amounts are in USD
      found: "10B EUR"
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    "#);
}

#[test]
fn money_without_a_number() {
    assert_snapshot!(refused(r#"cash = "10B USD""#, r#"cash = "plenty""#), @r#"
    ring.toml:10:8: error[lab.acme.cash]: this is not an amount of money: it is not a number
      found: "plenty"
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    "#);
}

#[test]
fn money_that_is_a_flag() {
    assert_snapshot!(refused(r#"cash = "10B USD""#, "cash = true"), @r#"
    ring.toml:10:8: error[lab.acme.cash]: this is not an amount of money: it is not a number
      found: true
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    "#);
}

#[test]
fn a_negative_amount() {
    assert_snapshot!(refused(r#"cash = "10B USD""#, r#"cash = "-10B USD""#), @r#"
    ring.toml:10:8: error[lab.acme.cash]: an amount of money must not be negative
      found: "-10B USD"
    "#);
}

#[test]
fn an_amount_that_is_not_a_number() {
    assert_snapshot!(refused(r#"cash = "10B USD""#, "cash = nan"), @r#"
    ring.toml:10:8: error[lab.acme.cash]: this is not an amount of money: it is not a number (NaN)
      found: NaN
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    "#);
}

#[test]
fn an_infinite_amount() {
    assert_snapshot!(refused(r#"cash = "10B USD""#, "cash = inf"), @r#"
    ring.toml:10:8: error[lab.acme.cash]: this is not an amount of money: it is not finite
      found: inf
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    "#);
}

#[test]
fn a_negative_total_of_a_curve() {
    assert_snapshot!(refused(r#"2030 = "40B USD""#, r#"2030 = "-40B USD""#), @r#"
    ring.toml:12:61: error[lab.acme.revenue.target.2030]: an amount of money must not be negative
      found: "-40B USD"
    "#);
}

#[test]
fn one_amount_for_a_curve() {
    assert_snapshot!(refused(r#"{ 2025 = "4B USD", 2026 = "8B USD", 2030 = "40B USD" }"#, r#""8B USD""#), @r#"
    ring.toml:12:18: error[lab.acme.revenue.target]: this is one amount, where totals by calendar year are wanted
      found: "8B USD"
      expected: totals by calendar year, such as { 2026 = "30B USD", 2027 = "62B USD" }
    "#);
}

#[test]
fn a_curve_with_a_year_that_is_none() {
    assert_snapshot!(refused("2030 = ", "230 = "), @r"
    ring.toml:12:54: error[lab.acme.revenue.target.230]: `230` is not a calendar year
      expected: a year between 1900 and 2300
    ");
}

#[test]
fn an_empty_curve() {
    assert_snapshot!(refused(r#"{ 2025 = "4B USD", 2026 = "8B USD", 2030 = "40B USD" }"#, "{}"), @r"
    ring.toml:12:18: error[lab.acme.revenue.target]: no year is given
      found: an empty table
    ");
}

#[test]
fn a_share_above_one() {
    assert_snapshot!(refused("take_or_pay = 0.75", "take_or_pay = 75"), @r#"
    ring.toml:27:15: error[contract.cloud.take_or_pay]: a share must lie between 0 % and 100 %
      found: 75
      help: write "75%" if 75 per cent is meant
    "#);
}

#[test]
fn a_probability_above_one() {
    assert_snapshot!(refused("rescue = 0.3", "rescue = 1.3"), @r"
    ring.toml:13:45: error[lab.acme.resolution.rescue]: a probability must lie between 0 % and 100 %
      found: 1.3
    ");
}

#[test]
fn a_probability_below_zero() {
    assert_snapshot!(refused("rescue = 0.3", r#"rescue = "-30%""#), @r#"
    ring.toml:13:45: error[lab.acme.resolution.rescue]: a probability must lie between 0 % and 100 %
      found: "-30%"
    "#);
}

#[test]
fn a_plain_number_in_quotes() {
    assert_snapshot!(refused("[family.gpu]", "[family.gpu]\nrelative_price = \"0.5\""), @r#"
    ring.toml:7:18: error[family.gpu.relative_price]: this is not a plain number: it is in quotes; write 0.5
      found: "0.5"
      expected: a plain number, such as 0.45
    "#);
}

#[test]
fn a_length_of_time_without_a_unit() {
    assert_snapshot!(refused(r#"term = "2y""#, "term = 2"), @r#"
    ring.toml:26:8: error[contract.cloud.term]: this is not a length of whole months: it is a number without a unit of time
      found: 2
      expected: a length of whole months of at least 1mo, such as "15mo" or "7y"
    "#);
}

#[test]
fn a_length_of_time_that_is_money() {
    assert_snapshot!(refused(r#"term = "2y""#, r#"term = "2B USD""#), @r#"
    ring.toml:26:8: error[contract.cloud.term]: this is not a length of whole months: it is an amount of money
      found: "2B USD"
      expected: a length of whole months of at least 1mo, such as "15mo" or "7y"
    "#);
}

#[test]
fn a_length_of_a_broken_month() {
    assert_snapshot!(refused(r#"term = "2y""#, r#"term = "2.5mo""#), @r#"
    ring.toml:26:8: error[contract.cloud.term]: this is not a length of whole months: it is not a whole number of months
      found: "2.5mo"
      expected: a length of whole months of at least 1mo, such as "15mo" or "7y"
    "#);
}

#[test]
fn a_month_that_is_none() {
    assert_snapshot!(refused(r#"date = "2026-06""#, r#"date = "2026-13""#), @r#"
    ring.toml:34:8: error[investment.series-b.date]: this is not a month
      found: "2026-13"
      expected: a month, such as "2027-06"
    "#);
}

#[test]
fn a_month_without_quotes() {
    assert_snapshot!(refused(r#"date = "2026-06""#, "date = 2026-06"), @r#"
    ring.toml:34:8: error: this is not TOML: invalid date, expected `-` (MM-DD)
      found: `2026-06`
      help: put the month in quotes: "2027-06"
    "#);
}

#[test]
fn a_month_that_is_uncertain() {
    let uncertain = r#"date = { dist = "uniform", low = "2026-06", high = "2026-09" }"#;
    assert_snapshot!(refused(r#"date = "2026-06""#, uncertain), @r#"
    ring.toml:34:8: error[investment.series-b.date]: dates, terms, counts and names cannot be uncertain
      found: a table with `dist`, `low`, `high`
      expected: a month, such as "2027-06"
    "#);
}

#[test]
fn a_word_that_is_none() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"price = "indexd""#), @r#"
    ring.toml:27:9: error[contract.cloud.price]: this is none of the words that may stand here
      found: "indexd"
      expected: one of "plan", "indexed", "locked"
      help: did you mean `indexed`?
    "#);
}

#[test]
fn a_count_that_is_none() {
    assert_snapshot!(refused_with("[run]\npaths = 0\nseed = 1.5\n"), @r"
    ring.toml:39:9: error[run.paths]: this must be at least 1
      found: 0
      expected: a whole number, at least 1
    ring.toml:40:8: error[run.seed]: this is not a whole number
      found: 1.5
      expected: a whole number, at least 0
    ");
}

#[test]
fn a_flag_that_is_none() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"renew = "no""#), @r#"
    ring.toml:27:9: error[contract.cloud.renew]: this is neither true nor false
      found: "no"
      expected: true or false
    "#);
}

// Keys

#[test]
fn a_misspelt_key() {
    assert_snapshot!(refused("take_or_pay", "take_or_pya"), @r"
    ring.toml:27:1: error[contract.cloud.take_or_pya]: `contract.cloud` has no key `take_or_pya`
      help: did you mean `take_or_pay`?
    ");
}

#[test]
fn a_key_of_another_table() {
    assert_snapshot!(refused("[lab.acme]", "[lab.acme]\nmargin_half_life = \"3y\""), @r"
    ring.toml:10:1: error[lab.acme.margin_half_life]: `lab.acme` has no key `margin_half_life`
      expected: one of `cash`, `valuation`, `last_round`, `min_cash`, `cash_volatility`, `tax_rate`, `loss_carry_forward`, `market_beta`, `stakes`, `invested`, `revenue`, `revenue_share`, `compute`, `opex`, `austerity`, `fundamental`, `round`, `ipo`, `scale_back`, `resolution`
      help: there is a key `lab.<name>.fundamental.margin_half_life`
    ");
}

#[test]
fn a_table_that_nobody_knows() {
    assert_snapshot!(refused_with("[weather]\nsunny = true\n"), @r"
    ring.toml:38:2: error[weather]: a scenario has no key `weather`
      expected: one of `extends`, `remove`, `sources_from`, `scenario`, `run`, `economy`, `market`, `regulation`, `family`, `on_demand`, `lab`, `entity`, `contract`, `investment`, `matching`, `facility`, `correlation`, `benchmark`, `outcome`, `sources`
    ");
}

#[test]
fn a_missing_key() {
    assert_snapshot!(refused("cash = \"10B USD\"\n", ""), @r#"
    ring.toml:9:1: error[lab.acme.cash]: `lab.acme` needs `cash`: cash at the start
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars); it must not be negative
    "#);
}

#[test]
fn a_missing_table() {
    assert_snapshot!(refused("[scenario]\nname = \"Ring\"\nstart = \"2026-01\"\nhorizon = \"5y\"\n", ""), @r#"
    ring.toml: error[scenario.name]: `scenario` needs `name`: title of the scenario
      expected: a text in quotes
    ring.toml: error[scenario.start]: `scenario` needs `start`: first month of the run
      expected: a month, such as "2027-06"
    "#);
}

#[test]
fn a_value_for_a_table() {
    assert_snapshot!(refused("[scenario]", "market = 3\n[scenario]"), @r"
    ring.toml:1:10: error[market]: `market` is a table
      found: 3
      expected: [market]
    ");
}

#[test]
fn one_table_for_a_list() {
    assert_snapshot!(refused("[[contract]]", "[contract]"), @r"
    ring.toml:20:1: error[contract]: `contract` is a list of tables
      found: a table with `id`, `lab`, `provider`, `schedule`, ...
      expected: [[contract]]
    ");
}

#[test]
fn a_name_that_cannot_be_one() {
    assert_snapshot!(refused(r#"id = "cloud""#, r#"id = "the cloud""#), @r#"
    ring.toml:21:6: error[contract."the cloud".id]: this cannot be a name: names become parts of keys and of column names
      found: "the cloud"
      expected: a name in quotes, of letters, digits, `-` and `_`
    "#);
}

#[test]
fn a_duplicate_id() {
    assert_snapshot!(refused_with("[[contract]]\nid = \"cloud\"\nlab = \"acme\"\nprovider = \"nimbus\"\namount = \"1B USD\"\nstart = \"2026-01\"\nterm = \"1y\"\n"), @r"
    ring.toml:39:6: error[contract.cloud.id]: there is already a contract with id `cloud`
      help: give each contract its own `id`
    ");
}

#[test]
fn a_duplicate_key() {
    assert_snapshot!(refused("take_or_pay = 0.75", "take_or_pay = 0.75\ntake_or_pay = 0.8"), @r"
    ring.toml:28:1: error: this is not TOML: duplicate key
      found: `take_or_pay`
      help: each key is given once; join the two, or drop one
    ");
}

#[test]
fn several_errors_of_syntax() {
    assert_snapshot!(refused("term = \"2y\"\ntake_or_pay = 0.75", "term = 2y\ntake_or_pay ="), @r#"
    ring.toml:26:8: error: this is not TOML: string values must be quoted, expected literal string
      found: `2y`
      help: put the value in quotes: "38B USD", "15mo", "plan"
    ring.toml:27:14: error: this is not TOML: string values must be quoted, expected literal string
      help: put the value in quotes: "38B USD", "15mo", "plan"
    "#);
}

// Distributions

#[test]
fn a_distribution_that_does_not_exist() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { dist = "betta", mean = 0.6, sd = 0.1 }"#), @r#"
    ring.toml:27:24: error[contract.cloud.take_or_pay]: there is no such distribution
      found: "betta"
      expected: one of `triangular`, `normal`, `lognormal`, `uniform`, `pert`, `beta`
      help: did you mean `beta`?
    "#);
}

#[test]
fn a_parameter_that_is_missing() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { dist = "beta", mean = 0.6 }"#), @r"
    ring.toml:27:15: error[contract.cloud.take_or_pay]: a beta distribution needs `sd`
      found: a table with `dist`, `mean`
    ");
}

#[test]
fn a_parameter_of_another_distribution() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { dist = "beta", mean = 0.6, sd = 0.1, mode = 0.5 }"#), @r"
    ring.toml:27:54: error[contract.cloud.take_or_pay]: a number has no key `mode` here
      expected: one of `dist`, `min`, `max`, `mean`, `sd`, `source`, `prior`, `assumed`, `note`
    ");
}

#[test]
fn a_parameter_of_another_unit() {
    assert_snapshot!(refused(r#""10B USD""#, r#"{ dist = "uniform", low = "5B USD", high = "18%" }"#), @r#"
    ring.toml:10:51: error[lab.acme.cash]: this is not an amount of money: it is a percentage
      found: "18%"
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    "#);
}

#[test]
fn a_mode_outside() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { dist = "triangular", low = 0.2, mode = 0.1, high = 0.5 }"#), @r#"
    ring.toml:27:24: error[contract.cloud.take_or_pay]: this is no distribution: `mode` must lie between `low` and `high`
      found: dist = "triangular", low = 0.2, mode = 0.1, high = 0.5
    "#);
}

#[test]
fn no_deviation() {
    assert_snapshot!(refused(r#""20%""#, r#"{ dist = "normal", mean = "20%", sd = 0 }"#), @r#"
    ring.toml:7:26: error[family.gpu.price_decline]: this is no distribution: `sd` must be above zero
      found: dist = "normal", mean = "20%", sd = 0
    "#);
}

#[test]
fn a_beta_too_wide() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { dist = "beta", mean = 0.6, sd = 0.5 }"#), @r#"
    ring.toml:27:24: error[contract.cloud.take_or_pay]: this is no distribution: `sd` must be below 0.4899, the widest that a number in [0, 1] with this mean can be
      found: dist = "beta", mean = 0.6, sd = 0.5
    "#);
}

#[test]
fn a_beta_amount() {
    assert_snapshot!(refused(r#""10B USD""#, r#"{ dist = "beta", mean = 0.6, sd = 0.1 }"#), @r"
    ring.toml:10:17: error[lab.acme.cash]: a beta distribution lies on [0, 1] and cannot be an amount of money
      help: use a pert or triangular distribution
    ");
}

#[test]
fn quantiles_that_do_not_increase() {
    assert_snapshot!(refused("take_or_pay = 0.75", "take_or_pay = { quantiles = { p10 = 0.5, p90 = 0.4 }, min = 0, max = 1 }"), @r"
    ring.toml:27:29: error[contract.cloud.take_or_pay]: this is no distribution: quantiles must increase with their level
      found: quantiles = { p10 = 0.5, p90 = 0.4 }, min = 0, max = 1
    ");
}

#[test]
fn a_quantile_that_is_none() {
    assert_snapshot!(refused("take_or_pay = 0.75", "take_or_pay = { quantiles = { p10 = 0.5, p100 = 0.9 } }"), @r"
    ring.toml:27:42: error[contract.cloud.take_or_pay]: `p100` is not a quantile
      expected: `p10`, `p50`, `p90` and the like, above p0 and below p100
    ");
}

#[test]
fn bounds_that_cross() {
    assert_snapshot!(refused(r#""20%""#, r#"{ dist = "normal", mean = "20%", sd = "5%", min = "30%", max = "10%" }"#), @r#"
    ring.toml:7:26: error[family.gpu.price_decline]: this is no distribution: `min` must be below `max`
      found: dist = "normal", mean = "20%", sd = "5%", min = "30%", max = "10%"
    "#);
}

#[test]
fn a_distribution_that_leaves_its_range() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { dist = "normal", mean = 0.6, sd = 0.1 }"#), @r"
    ring.toml:27:15: error[contract.cloud.take_or_pay]: a share must lie between 0 % and 100 %
      found: a distribution without bounds
      help: clip it: add `min = 0` and `max = 1`
    ");
}

#[test]
fn a_number_written_in_two_ways() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { value = 0.6, dist = "beta" }"#), @r"
    ring.toml:27:15: error[contract.cloud.take_or_pay]: a number is written in one way, not with `value`, `dist` at once
      found: a table with `value`, `dist`
      expected: one of `value`, `dist`, `quantiles`, `same_as`
      help: did you mean `value`?
    ");
}

#[test]
fn a_table_that_is_no_number() {
    assert_snapshot!(refused("take_or_pay = 0.75", "take_or_pay = { vaule = 0.6 }"), @r"
    ring.toml:27:15: error[contract.cloud.take_or_pay]: a number written as a table says what it is
      found: a table with `vaule`
      expected: one of `value`, `dist`, `quantiles`, `same_as`
      help: did you mean `value`?
    ");
}

#[test]
fn two_origins() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { value = 0.6, source = "filing", prior = "usual" }"#), @r"
    ring.toml:27:15: error[contract.cloud.take_or_pay]: a number rests on one thing, not on `source`, `prior`
      help: keep the one that carries the weight, and put the rest into `note`
    ");
}

#[test]
fn an_empty_reason() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { value = 0.6, assumed = "" }"#), @r#"
    ring.toml:27:40: error[contract.cloud.take_or_pay]: `assumed` is a text that says why
      found: ""
    "#);
}

#[test]
fn the_same_as_nothing() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { same_as = "family.gpu.price_declin" }"#), @r#"
    ring.toml:27:27: error[contract.cloud.take_or_pay]: `same_as` names `family.gpu.price_declin`, which is not written in this file
      expected: the key of a number that is written, such as "family.gpu.price_decline"
      help: did you mean `family.gpu.price_decline`?
    "#);
}

#[test]
fn the_same_as_a_name() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { same_as = "contract.cloud.lab" }"#), @r"
    ring.toml:27:27: error[contract.cloud.take_or_pay]: `contract.cloud.lab` is not a number of the scenario
      expected: the key of a share
    ");
}

#[test]
fn the_same_as_money() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { same_as = "lab.acme.cash" }"#), @r"
    ring.toml:27:27: error[contract.cloud.take_or_pay]: `lab.acme.cash` is an amount of money, but this is a share
      expected: the key of a share
    ");
}

#[test]
fn the_same_as_itself() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { same_as = "contract.cloud.take_or_pay" }"#), @r"
    ring.toml:27:27: error[contract.cloud.take_or_pay]: `same_as` leads back to where it came from
      found: contract.cloud.take_or_pay -> contract.cloud.take_or_pay
    ");
}

#[test]
fn the_same_in_a_circle() {
    assert_snapshot!(refused("take_or_pay = 0.75", "take_or_pay = { same_as = \"contract.cloud.margin\" }\nmargin = { same_as = \"contract.cloud.take_or_pay\" }"), @r"
    ring.toml:27:27: error[contract.cloud.take_or_pay]: `same_as` leads back to where it came from
      found: contract.cloud.take_or_pay -> contract.cloud.margin -> contract.cloud.take_or_pay
    ring.toml:28:22: error[contract.cloud.margin]: `same_as` leads back to where it came from
      found: contract.cloud.margin -> contract.cloud.take_or_pay -> contract.cloud.margin
    ");
}

#[test]
fn the_same_as_something_out_of_range() {
    assert_snapshot!(refused("take_or_pay = 0.75", "take_or_pay = { same_as = \"contract.cloud.capex\" }\ncapex = 1.5"), @r"
    ring.toml:27:15: error[contract.cloud.take_or_pay]: a share must lie between 0 % and 100 %
      found: 150 % of `contract.cloud.capex`
    ");
}

// Names

#[test]
fn an_unknown_lab() {
    assert_snapshot!(refused("lab = \"acme\"\nprovider", "lab = \"acmee\"\nprovider"), @r"
    ring.toml:22:7: error[contract.cloud.lab]: there is no lab `acmee`
      expected: one of `acme`
      help: did you mean `acme`?
    ");
}

#[test]
fn an_unknown_family() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"family = "gpus""#), @r"
    ring.toml:27:10: error[contract.cloud.family]: there is no family `gpus`
      expected: one of `gpu`
      help: did you mean `gpu`?
    ");
}

#[test]
fn an_unknown_family_of_a_condition() {
    assert_snapshot!(refused_with("min_family_share = { tpu = 0.1 }\n".replace("min", "[[investment]]\nid = \"c\"\ninvestor = \"nimbus\"\nlab = \"acme\"\namount = 1\ndate = \"2026-06\"\nmin").as_str()), @r"
    ring.toml:44:28: error[investment.c.min_family_share.tpu]: there is no family `tpu`
      expected: one of `gpu`
      help: did you mean `gpu`?
    ");
}

#[test]
fn an_unknown_contract() {
    assert_snapshot!(refused_with("[[matching]]\nid = \"m\"\ninvestor = \"nimbus\"\nlab = \"acme\"\ncontract = \"clod\"\nratio = 0.2\n"), @r"
    ring.toml:42:12: error[matching.m.contract]: there is no contract `clod`
      expected: one of `cloud`
      help: did you mean `cloud`?
    ");
}

#[test]
fn a_contract_of_another_lab() {
    assert_snapshot!(refused_with("[lab.zeta]\ncash = 1\nrevenue.target = { 2026 = 5 }\n[[matching]]\nid = \"m\"\ninvestor = \"nimbus\"\nlab = \"zeta\"\ncontract = \"cloud\"\nratio = 0.2\n"), @r"
    ring.toml:45:12: error[matching.m.contract]: contract `cloud` is one of `acme`, not of `zeta`
      expected: a contract of the lab that receives the money
    ");
}

#[test]
fn an_entity_with_the_name_of_a_source_of_cash() {
    assert_snapshot!(refused_with("[[investment]]\nid = \"c\"\ninvestor = \"outside\"\nlab = \"acme\"\namount = 1\ndate = \"2026-06\"\n"), @r"
    ring.toml:40:12: error[investment.c.investor]: `outside` is what results call a source of cash that is no entity
      expected: another name for the entity
    ");
}

#[test]
fn an_unknown_source() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"take_or_pay = { value = 0.75, source = ["filing", "filling"] }"#), @r"
    ring.toml:27:40: error[contract.cloud.take_or_pay]: there is no source `filling`
      help: did you mean `filing`?
    ");
}

#[test]
fn an_unknown_source_of_a_curve() {
    assert_snapshot!(refused(r#"2026 = "2B USD", "#, r#"2026 = "2B USD", source = "press", "#), @r"
    ring.toml:24:40: error[contract.cloud.schedule]: there is no source `press`
      help: add [sources.press] with its `title`
    ");
}

#[test]
fn an_unknown_source_of_a_benchmark() {
    assert_snapshot!(refused_with("[[benchmark]]\nname = \"gap\"\nmetric = \"funding_gap\"\nvalue = \"207B USD\"\nsource = \"hsbc\"\n"), @r"
    ring.toml:42:10: error[benchmark.gap.source]: there is no source `hsbc`
      help: add [sources.hsbc] with its `title`
    ");
}

#[test]
fn a_misspelt_stake() {
    assert_snapshot!(refused("stakes = { nimbus", "stakes = { nimbsu"), @r"
    ring.toml:11:21: error[lab.acme.stakes.nimbsu]: `nimbsu` has no [entity.nimbsu] and neither sells, invests nor lends
      help: did you mean `nimbus`?
    ");
}

#[test]
fn a_name_that_does_nothing() {
    assert_snapshot!(refused("take_or_pay = 0.75", "pass_through = { chips = 0.4 }"), @r"
    ring.toml:27:26: error[contract.cloud.pass_through.chips]: `chips` has no [entity.chips] and neither sells, invests nor lends
      help: add [entity.chips]; it may be empty
    ");
}

#[test]
fn an_unknown_sponsor() {
    assert_snapshot!(refused(r#"sponsor = "nimbus""#, r#"sponsor = "cumulus""#), @r"
    ring.toml:13:26: error[lab.acme.resolution.sponsor]: `cumulus` has no [entity.cumulus] and neither sells, invests nor lends
      help: add [entity.cumulus]; it may be empty
    ");
}

#[test]
fn a_group_of_one() {
    assert_snapshot!(refused("[entity.nimbus]", "[entity.nimbus]\ngroup = \"clouds\""), @"ring.toml:16:9: error[entity.nimbus.group]: nobody else belongs to group `clouds`, and no entity is called so");
}

#[test]
fn two_reference_families() {
    assert_snapshot!(refused("[family.gpu]", "[family.tpu]\nreference = true\n[family.gpu]\nreference = true"), @r"
    ring.toml:9:13: error[family.gpu.reference]: there is already a reference family, `tpu`
      expected: one family with `reference = true`
    ");
}

#[test]
fn no_lab() {
    assert_snapshot!(parse("[scenario]\nname = \"Nobody\"\nstart = \"2026-01\"\n").unwrap_err().to_string(), @r"
    ring.toml: error[lab]: a scenario needs a lab
      help: add [lab.<name>] with `cash` and `revenue.target`
    ");
}

// Dates

#[test]
fn a_horizon_of_zero() {
    assert_snapshot!(refused(r#"horizon = "5y""#, r#"horizon = "0mo""#), @r"
    ring.toml:4:11: error[scenario.horizon]: a run of no months has no result
      expected: 1mo to 50y
    ");
}

#[test]
fn a_horizon_beyond_fifty_years() {
    assert_snapshot!(refused(r#"horizon = "5y""#, r#"horizon = "51y""#), @r"
    ring.toml:4:11: error[scenario.horizon]: a run must not be longer than 50 years
      found: 51y
      expected: 1mo to 50y
    ");
}

#[test]
fn more_months_than_can_be_run() {
    assert_snapshot!(refused_with("[run]\npaths = 20_000_000_000\n"), @r"
    ring.toml:39:9: error[run.paths]: 20000000000 paths of 5y are more than 1e12 months
      expected: at most 16666666667 paths
    ");
}

#[test]
fn a_deadline_before_the_date() {
    assert_snapshot!(refused(r#"date = "2026-06""#, "date = \"2026-06\"\ndeadline = \"2026-05\""), @r"
    ring.toml:35:12: error[investment.series-b.deadline]: the deadline is before the date, 2026-06
      found: 2026-05
    ");
}

#[test]
fn an_investment_that_has_lapsed() {
    assert_snapshot!(refused(r#"date = "2026-06""#, "date = \"2025-06\"\ndeadline = \"2025-12\""), @r"
    ring.toml:35:12: error[investment.series-b.deadline]: the investment has lapsed before the start of the run, 2026-01
      found: 2025-12
    ");
}

#[test]
fn a_facility_that_is_due() {
    assert_snapshot!(refused_with("[[facility]]\nid = \"line\"\nlab = \"acme\"\nlender = \"banks\"\nlimit = \"1B USD\"\nmaturity = \"2025-12\"\n"), @r"
    ring.toml:43:12: error[facility.line.maturity]: the facility is due before the run has begun, in 2026-01
      found: 2025-12
    ");
}

#[test]
fn a_share_that_has_ended() {
    assert_snapshot!(refused_with("[[lab.acme.revenue_share]]\nto = \"nimbus\"\nshare = \"20%\"\nuntil = \"2025-06\"\n"), @r"
    ring.toml:41:9: error[lab.acme.revenue_share.nimbus.until]: this share ended before the start of the run, 2026-01
      found: 2025-06
    ");
}

#[test]
fn a_last_round_to_come() {
    assert_snapshot!(refused("[lab.acme]", "[lab.acme]\nlast_round = \"2026-03\""), @r"
    ring.toml:10:14: error[lab.acme.last_round]: the last round was before the start of the run, 2026-01
      found: 2026-03
    ");
}

// Labs and deals

#[test]
fn a_cost_of_capital_below_growth() {
    assert_snapshot!(refused("[lab.acme]", "[lab.acme]\nfundamental.cost_of_capital = \"4%\""), @r"
    ring.toml:10:31: error[lab.acme.fundamental.cost_of_capital]: the cost of capital must exceed the long-run growth, or the plan is worth infinitely much
      found: 4 % a year against a growth of 4 % a year
    ");
}

#[test]
fn a_cost_of_capital_that_may_be_below_growth() {
    assert_snapshot!(refused("[lab.acme]", "[lab.acme]\nfundamental.cost_of_capital = { dist = \"normal\", mean = \"12%\", sd = \"2%\", max = \"20%\" }"), @r"
    ring.toml:10:31: error[lab.acme.fundamental.cost_of_capital]: the cost of capital must exceed the long-run growth, or the plan is worth infinitely much
      found: no bound against a growth of 4 % a year, at worst
      help: clip it: add `min` above 4 % a year
    ");
}

#[test]
fn a_plan_without_revenue_at_the_start() {
    assert_snapshot!(refused(r#"2026 = "8B USD""#, r#"2026 = "0 USD""#), @r"
    ring.toml:12:18: error[lab.acme.revenue.target]: the plan has no revenue in 2026-01, the first month
      help: start the run later, or give that year a revenue
    ");
}

#[test]
fn a_first_lab_that_is_not_the_market() {
    assert_snapshot!(refused("[lab.acme]", "[lab.acme]\nmarket_beta = 1.2"), @r"
    ring.toml:10:15: error[lab.acme.market_beta]: the first lab defines the market: its `market_beta` is 1
      help: put another lab first, or leave it out
    ");
}

#[test]
fn attainment_beside_volatility() {
    assert_snapshot!(refused("[lab.acme]", "[lab.acme]\nrevenue.volatility = 0.2\nrevenue.attainment = { after = \"3y\", median = 0.7, p90 = 1.1 }"), @r"
    ring.toml:10:22: error[lab.acme.revenue.volatility]: drift and volatility follow from `attainment`, or are given instead of it
      help: drop this key, or `attainment`
    ");
}

#[test]
fn quantiles_of_attainment_out_of_order() {
    assert_snapshot!(refused("[lab.acme]", "[lab.acme]\nrevenue.attainment = { after = \"3y\", median = 0.7, p90 = 0.6 }"), @r"
    ring.toml:10:58: error[lab.acme.revenue.attainment.p90]: the 90 % quantile must lie above the median
      found: 0.6 against a median of 0.7
    ");
}

#[test]
fn fixed_costs_beside_burn() {
    assert_snapshot!(refused("[lab.acme]", "[lab.acme]\nopex = { fixed = { 2026 = 1 }, burn = { 2026 = -1 } }"), @r"
    ring.toml:10:39: error[lab.acme.opex.burn]: fixed costs are given, or follow from `burn`, not both
      help: drop `burn` or `fixed`
    ");
}

#[test]
fn stakes_above_the_whole() {
    assert_snapshot!(refused("stakes = { nimbus = \"20%\"", "stakes = { nimbus = \"70%\", acme-staff = \"40%\""), @r"
    ring.toml:11:10: error[lab.acme.stakes]: stakes add up to more than the whole
      found: 110.00 %
    ring.toml:11:41: error[lab.acme.stakes.acme-staff]: `acme-staff` has no [entity.acme-staff] and neither sells, invests nor lends
      help: add [entity.acme-staff]; it may be empty
    ");
}

#[test]
fn participants_above_the_whole() {
    assert_snapshot!(refused("[lab.acme]", "[lab.acme]\nround.participants = { nimbus = 1, banks = 0.1 }"), @r"
    ring.toml:10:22: error[lab.acme.round.participants]: participants add up to more than the whole
      found: 110.00 %
    ring.toml:10:44: error[lab.acme.round.participants.banks]: `banks` has no [entity.banks] and neither sells, invests nor lends
      help: add [entity.banks]; it may be empty
    ");
}

#[test]
fn a_rescue_without_a_sponsor() {
    assert_snapshot!(refused(r#"sponsor = "nimbus", "#, ""), @r"
    ring.toml:13:25: error[lab.acme.resolution.rescue]: a rescue needs a sponsor
      help: add `sponsor` to [lab.acme.resolution]
    ");
}

#[test]
fn a_year_missing_in_the_schedule() {
    assert_snapshot!(refused(r#", 2027 = "3B USD""#, ""), @r"
    ring.toml:24:12: error[contract.cloud.schedule]: the schedule has no entry for 2027
      expected: an entry for every year of the term, 2026-01 to 2027-12
    ");
}

#[test]
fn a_year_outside_the_term() {
    assert_snapshot!(refused(r#"term = "2y""#, r#"term = "1y""#), @r"
    ring.toml:24:38: error[contract.cloud.schedule.2027]: 2027 has no month in the term, 2026-01 to 2026-12
      help: change `start` or `term`, or drop the year
    ");
}

#[test]
fn an_amount_beside_a_schedule() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"amount = "5B USD""#), @r"
    ring.toml:24:12: error[contract.cloud.schedule]: a contract has an `amount` or a `schedule`, not both
      help: drop `amount`, or `schedule`
    ");
}

#[test]
fn neither_amount_nor_schedule() {
    assert_snapshot!(refused("schedule = { 2026 = \"2B USD\", 2027 = \"3B USD\" }\n", ""), @r#"
    ring.toml:20:1: error[contract.cloud]: a contract needs an `amount` or a `schedule`
      expected: amount = "38B USD", or schedule = { 2026 = "5B USD", 2027 = "8B USD" }
    "#);
}

#[test]
fn a_ramp_beside_a_schedule() {
    assert_snapshot!(refused("take_or_pay = 0.75", r#"ramp = "6mo""#), @r"
    ring.toml:27:8: error[contract.cloud.ramp]: a ramp shapes an amount; a schedule has its own shape
      help: drop `ramp`
    ");
}

#[test]
fn parts_passed_on_above_the_whole() {
    assert_snapshot!(refused("take_or_pay = 0.75", "pass_through = { nimbus = 1.1 }"), @r"
    ring.toml:27:27: error[contract.cloud.pass_through.nimbus]: a share must lie between 0 % and 100 %
      found: 1.1
    ");
}

#[test]
fn nobody_on_demand() {
    assert_snapshot!(refused("[family.gpu]", "[family.gpu]\non_demand = { nimbus = 0 }"), @r"
    ring.toml:7:13: error[family.gpu.on_demand]: somebody must sell: all parts can be zero
      expected: parts above 0
    ");
}

#[test]
fn after_an_ipo_that_never_comes() {
    assert_snapshot!(refused(r#"date = "2026-06""#, "date = \"2026-06\"\nafter_ipo = true"), @r"
    ring.toml:35:13: error[investment.series-b.after_ipo]: `acme` has no IPO, so this never closes
      help: add [lab.acme.ipo], or drop `after_ipo`
    ");
}

#[test]
fn assets_without_a_volatility() {
    assert_snapshot!(refused("asset_volatility = 0.3\n", ""), @r"
    ring.toml:15:1: error[entity.nimbus]: assets need a volatility, or a probability of default from which it follows
      expected: `asset_volatility` or `pd5`
    ");
}

#[test]
fn assets_with_two_volatilities() {
    assert_snapshot!(refused("asset_volatility = 0.3", "asset_volatility = 0.3\npd5 = 0.1"), @r"
    ring.toml:18:7: error[entity.nimbus.pd5]: `pd5` is given instead of `asset_volatility`, not beside it
      help: drop one of them
    ");
}

#[test]
fn assets_without_a_barrier() {
    assert_snapshot!(refused("debt = \"100B USD\"\n", ""), @r"
    ring.toml:15:1: error[entity.nimbus]: assets need a barrier below which the entity defaults
      expected: `barrier`, or `debt` of which it is 0.66
    ");
}

#[test]
fn a_barrier_above_the_assets() {
    assert_snapshot!(refused("100B USD", "800B USD"), @r"
    ring.toml:18:8: error[entity.nimbus.debt]: the entity is in default from the start: its barrier is not below its assets
      found: 528 B USD against assets of 500 B USD
    ");
}

#[test]
fn a_volatility_without_assets() {
    assert_snapshot!(refused("assets = \"500B USD\"\n", ""), @r"
    ring.toml:16:20: error[entity.nimbus.asset_volatility]: an entity without `assets` has no balance sheet and never defaults
      help: add `assets`, or drop this key
    ");
}

// Correlations

#[test]
fn a_process_that_does_not_exist() {
    assert_snapshot!(refused_with("[correlation]\n\"revenue.acmee\" = { market = 0.4 }\n\"assets.banks\" = { markte = 0.4 }\n"), @r#"
    ring.toml:39:30: error[correlation."revenue.acmee".market]: there is no process `revenue.acmee`
      expected: one of `market`, `revenue.acme`, `intensity.acme`, `cash.acme`, `price.gpu`, `assets.nimbus`
      help: did you mean `revenue.acme`?
    ring.toml:40:29: error[correlation."assets.banks".markte]: there is no process `assets.banks`
      expected: one of `market`, `revenue.acme`, `intensity.acme`, `cash.acme`, `price.gpu`, `assets.nimbus`
    ring.toml:40:29: error[correlation."assets.banks".markte]: there is no process `markte`
      expected: one of `market`, `revenue.acme`, `intensity.acme`, `cash.acme`, `price.gpu`, `assets.nimbus`
      help: did you mean `market`?
    "#);
}

#[test]
fn several_parents() {
    assert_snapshot!(refused_with("[correlation]\n\"revenue.acme\" = { market = 0.4, \"price.gpu\" = 0.2 }\n"), @r#"
    ring.toml:39:18: error[correlation."revenue.acme"]: `revenue.acme` has several parents
      found: `market`, `price.gpu`
      expected: one parent, such as { market = 0.6 }
      help: correlations form a tree: let one of the parents follow the other
    "#);
}

#[test]
fn a_cycle() {
    assert_snapshot!(refused_with("[correlation]\n\"revenue.acme\" = { \"price.gpu\" = 0.4 }\n\"price.gpu\" = { market = 0.2 }\nmarket = { \"revenue.acme\" = 0.2 }\n"), @r#"
    ring.toml:39:34: error[correlation."revenue.acme"."price.gpu"]: correlations form a cycle, and must form a tree
      found: revenue.acme -> price.gpu -> market -> revenue.acme
    "#);
}

#[test]
fn a_process_that_follows_itself() {
    assert_snapshot!(refused_with("[correlation]\nmarket = { market = 0.2 }\n"), @r"
    ring.toml:39:21: error[correlation.market.market]: correlations form a cycle, and must form a tree
      found: market -> market
    ");
}

#[test]
fn a_correlation_of_one() {
    assert_snapshot!(refused_with("[correlation]\n\"revenue.acme\" = { market = 1 }\n"), @r#"
    ring.toml:39:29: error[correlation."revenue.acme".market]: a correlation must lie in (-1, 1)
      found: 1
    "#);
}

// Overrides

#[test]
fn an_override_without_a_value() {
    assert_snapshot!(refused_override("lab.acme.cash"), @r"
    --set lab.acme.cash: error: an override has no `=`
      expected: `key.path=value`, such as `contract.azure.take_or_pay=0.8`
    ");
}

#[test]
fn an_override_without_a_key() {
    assert_snapshot!(refused_override("=5"), @r#"
    --set =5: error: an override begins with a key
      found: ""
      expected: `key.path=value`, such as `contract.azure.take_or_pay=0.8`
    "#);
}

#[test]
fn an_override_of_another_unit() {
    assert_snapshot!(refused_override("lab.acme.cash=18%"), @r#"
    --set lab.acme.cash=18%: error[lab.acme.cash]: this is not an amount of money: it is a percentage
      found: "18%"
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    "#);
}

#[test]
fn an_override_of_a_key_that_does_not_exist() {
    assert_snapshot!(refused_override("contract.cloud.take_or_pya=0.8"), @r"
    --set contract.cloud.take_or_pya=0.8: error[contract.cloud.take_or_pya]: `contract.cloud` has no key `take_or_pya`
      help: did you mean `take_or_pay`?
    ");
}

#[test]
fn an_override_of_an_entry_that_does_not_exist() {
    assert_snapshot!(refused_override("contract.clod.take_or_pay=0.8"), @r"
    --set contract.clod.take_or_pay=0.8: error[contract.clod.take_or_pay]: there is no `clod` in `contract`
      expected: one of `cloud`
      help: did you mean `cloud`?
    ");
}

#[test]
fn an_override_of_a_list_that_is_not_there() {
    assert_snapshot!(refused_override("facility.line.rate=5%"), @"--set facility.line.rate=5%: error[facility.line.rate]: there is no `line` in `facility`");
}

#[test]
fn an_override_of_a_table_that_does_not_exist() {
    assert_snapshot!(refused_override("lab.acmee.cash=5B USD"), @r"
    --set lab.acmee.cash=5B USD: error[lab.acmee.cash]: there is no `acmee` in `lab`
      expected: one of `acme`
      help: did you mean `acme`?
    ");
}

#[test]
fn an_override_below_a_value() {
    assert_snapshot!(refused_override("lab.acme.cash.value=5B USD"), @r"
    --set lab.acme.cash.value=5B USD: error[lab.acme.cash.value]: `lab.acme.cash` is a value and has no key `value`
      help: it can only be meant as a whole: `lab.acme.cash`
    ");
}

#[test]
fn an_override_that_breaks_another_rule() {
    assert_snapshot!(refused_override("scenario.horizon=51y"), @r"
    --set scenario.horizon=51y: error[scenario.horizon]: a run must not be longer than 50 years
      found: 51y
      expected: 1mo to 50y
    ");
}

// Files

#[test]
fn a_file_that_is_not_there() {
    assert_snapshot!(load(Path::new("nowhere/ring.toml"), &[]).unwrap_err(), @"nowhere/ring.toml: error: there is no such file");
}

#[test]
fn a_directory() {
    assert_snapshot!(load(Path::new("src"), &[]).unwrap_err(), @r"
    src: error: this is a directory
      expected: a scenario file
    ");
}

#[test]
fn an_empty_file() {
    assert_snapshot!(refused_bytes("empty", b" \n"), @r"
    ring.toml: error: the file is empty
      help: `[scenario]` and one `[lab.<name>]` are the least a scenario has
    ");
}

#[test]
fn a_file_that_is_not_utf_8() {
    assert_snapshot!(refused_bytes("latin", b"[scenario]\nname = \"Th\xe9or\xe8me\"\n"), @r"
    ring.toml: error: the file is not UTF-8: line 2 has bytes that are no text
      help: save it as UTF-8
    ");
}

#[test]
fn a_file_of_more_than_ten_megabytes() {
    assert_snapshot!(refused_bytes("large", &vec![b'#'; 10_000_001]), @r"
    ring.toml: error: the file is larger than 10 MB
      help: a scenario is written by hand; is this the right file?
    ");
}

/// What is said about a file with these bytes.
fn refused_bytes(name: &str, bytes: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("ouroborisk-{}-{name}.toml", std::process::id()));
    std::fs::write(&path, bytes).expect("a file in the temporary directory");
    let problems = load(&path, &[]).expect_err("the file is broken").to_string();
    std::fs::remove_file(&path).expect("the file that was written");
    problems.replace(&path.display().to_string(), "ring.toml")
}

// All at once

#[test]
fn ten_problems_at_once_in_the_order_of_the_file() {
    let text = changed(&[
        ("horizon = \"5y\"", "horizon = \"0mo\""),
        ("cash = \"10B USD\"", "cash = \"-10B USD\""),
        ("stakes = { nimbus = \"20%\" }", "stakes = { nimbsu = \"20%\" }"),
        ("rescue = 0.3", "rescue = 3"),
        ("asset_volatility = 0.3\n", ""),
        ("lab = \"acme\"\nprovider", "lab = \"acne\"\nprovider"),
        (", 2027 = \"3B USD\"", ""),
        ("take_or_pay = 0.75", "take_or_pya = 0.75"),
        ("amount = \"5B USD\"", "amount = \"5%\""),
        ("date = \"2026-06\"", "date = \"June\""),
    ]);
    let problems = parse(&text).unwrap_err();
    assert_eq!(problems.list.len(), 10);
    assert_snapshot!(problems, @r#"
    ring.toml:4:11: error[scenario.horizon]: a run of no months has no result
      expected: 1mo to 50y
    ring.toml:10:8: error[lab.acme.cash]: an amount of money must not be negative
      found: "-10B USD"
    ring.toml:11:21: error[lab.acme.stakes.nimbsu]: `nimbsu` has no [entity.nimbsu] and neither sells, invests nor lends
      help: did you mean `nimbus`?
    ring.toml:13:45: error[lab.acme.resolution.rescue]: a probability must lie between 0 % and 100 %
      found: 3
      help: write "3%" if 3 per cent is meant
    ring.toml:15:1: error[entity.nimbus]: assets need a volatility, or a probability of default from which it follows
      expected: `asset_volatility` or `pd5`
    ring.toml:21:7: error[contract.cloud.lab]: there is no lab `acne`
      expected: one of `acme`
      help: did you mean `acme`?
    ring.toml:23:12: error[contract.cloud.schedule]: the schedule has no entry for 2027
      expected: an entry for every year of the term, 2026-01 to 2027-12
    ring.toml:26:1: error[contract.cloud.take_or_pya]: `contract.cloud` has no key `take_or_pya`
      help: did you mean `take_or_pay`?
    ring.toml:32:10: error[investment.series-b.amount]: this is not an amount of money: it is a percentage
      found: "5%"
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    ring.toml:33:8: error[investment.series-b.date]: this is not a month
      found: "June"
      expected: a month, such as "2027-06"
    "#);
}

#[test]
fn a_broken_override_and_a_broken_file_are_told_together() {
    let text = changed(&[("0.75", "1.75")]);
    let problems = Scenario::parse("ring.toml", &text, &["lab.acme.cash=18%".to_owned()]).unwrap_err();
    assert_snapshot!(problems, @r#"
    ring.toml:27:15: error[contract.cloud.take_or_pay]: a share must lie between 0 % and 100 %
      found: 1.75
    --set lab.acme.cash=18%: error[lab.acme.cash]: this is not an amount of money: it is a percentage
      found: "18%"
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    "#);
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    for text in [format!("x = {}", "[".repeat(100_000)), format!("{} = 1", vec!["a"; 100_000].join("."))] {
        assert!(parse(&text).is_err());
    }
}

// Arbitrary values and texts

/// Values that do not belong where they are put.
const STRAY: [&str; 32] = [
    "0",
    "-1",
    "1",
    "1e308",
    "-1e308",
    "1e-320",
    "9223372036854775807",
    "-9223372036854775808",
    "inf",
    "nan",
    "true",
    "\"\"",
    "\"é\"",
    "38B USD",
    "1e400 USD",
    "18%",
    "0mo",
    "12000mo",
    "99999999999y",
    "1900-01",
    "2300-12",
    "2026-01-01",
    "[]",
    "[1, \"a\"]",
    "{}",
    "{ 2026 = 1 }",
    "{ 1900 = 1, 2300 = 0 }",
    "{ value = { value = 1 } }",
    "{ same_as = \"lab\" }",
    "{ dist = \"normal\", mean = 0.5, sd = 1e-300 }",
    "{ quantiles = { p1 = 0.1, p99 = 0.9 }, min = 0, max = 1 }",
    "{ dist = \"beta\", mean = 1e-9, sd = 1e-9 }",
];

#[test]
fn no_value_of_any_key_makes_the_reader_panic() {
    for declared in keys() {
        let list = declared.key.split('.').next().unwrap_or_default();
        let name = match list {
            "family" => "gpu",
            "lab" => "acme",
            "entity" => "nimbus",
            "contract" => "cloud",
            "investment" => "series-b",
            _ => "filing",
        };
        let key = declared.key.replacen("<name>", name, 1).replacen("<id>", name, 1).replace("<to>", "nimbus");
        for value in STRAY {
            let overrides = [format!("{key}={value}")];
            let Ok(scenario) = Scenario::parse("ring.toml", RING, &overrides) else {
                continue;
            };
            assert!(scenario.means().iter().all(|mean| mean.is_finite()), "{overrides:?}");
            for number in &scenario.uncertain {
                let ends = [1e-12, 0.5, 1.0 - 1e-12].map(|u| number.quantile(u));
                assert!(ends.iter().all(|value| value.is_finite()), "{overrides:?}: {ends:?}");
            }
        }
    }
}

/// Bits of the language, for texts that come close to it.
fn fragment() -> impl Strategy<Value = String> {
    let bits = [
        "[lab.acme]",
        "[[contract]]",
        "cash = ",
        "same_as",
        "\"lab.acme.cash\"",
        "{ dist = \"beta\", mean = 0.5, sd = ",
        "}",
        "\n",
        "\"10B USD\"",
        "1e309",
        "-",
        "nan",
        "\"2y\"",
        "= ",
        "\u{00e9}",
        "2026",
        ".",
        "\"",
        "[",
        "]",
        "'",
        "horizon = ",
        "\"999999999999y\"",
        "start = ",
        "\"2300-12\"",
        "id = ",
        "term = ",
        "quantiles = { p0.5 = 1, p50 = 2 }",
    ];
    prop_oneof![Just(bits.to_vec()).prop_flat_map(proptest::sample::select).prop_map(str::to_owned), ".{0,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,200}", given in ".{0,40}") {
        let _ = Scenario::parse("ring.toml", &text, &[given]).map_err(|problems| problems.to_string());
    }

    #[test]
    fn no_mutation_of_a_scenario_makes_the_reader_panic(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..12, fragment()), 1..6),
        given in prop_oneof![Just("contract.cloud.term".to_owned()), fragment()],
        value in fragment(),
    ) {
        let mut text: Vec<char> = RING.chars().collect();
        for (at, length, fragment) in edits {
            let at = at.index(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, fragment.chars());
        }
        let text: String = text.into_iter().collect();
        let _ = Scenario::parse("ring.toml", &text, &[format!("{given}={value}")]).map_err(|problems| problems.to_string());
    }
}
