//! Files that extend others and share sources, and what a scenario needs to be defended.

use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;
use ouroborisk::language::Basis;
use ouroborisk::scenario::load_strict;

use super::*;

/// A folder of its own with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("variants-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    folder
}

/// The variant of the ring that a text is.
fn variant(name: &str, text: &str) -> Result<Scenario, Problems> {
    let folder = folder(name, &[("ring.toml", RING), ("variant.toml", text)]);
    load(&folder.join("variant.toml"), &[])
}

/// What is said, without the folder.
fn said(name: &str, problems: &Problems) -> String {
    let folder = format!("{}/", Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("variants-{name}")).display());
    problems.to_string().replace(&folder, "")
}

fn refused(name: &str, text: &str) -> String {
    said(name, &variant(name, text).expect_err("the variant is broken"))
}

fn value(scenario: &Scenario, key: &str) -> String {
    let row = scenario.effective().iter().find(|row| row.key == key);
    row.map_or_else(|| "none".to_owned(), |row| row.value.clone())
}

fn basis(scenario: &Scenario, key: &str) -> Basis {
    scenario.effective().iter().find(|row| row.key == key).unwrap().provenance.basis.clone()
}

#[test]
fn a_variant_says_only_what_differs() {
    let text = r#"
        extends = "ring.toml"
        [scenario]
        name = "Ring, dearer"
        [lab.acme]
        cash = "5B USD"
        revenue.target.2026 = "9B USD"
        [[contract]]
        id = "cloud"
        take_or_pay = 0.9
        [[contract]]
        id = "second"
        lab = "acme"
        provider = "nimbus"
        amount = "1B USD"
        start = "2027-01"
        term = "2y"
    "#;
    let scenario = variant("differs", text).unwrap();
    assert_eq!(scenario.about.name, "Ring, dearer");
    let shown = ["lab.acme.cash", "lab.acme.revenue.target.2026", "lab.acme.revenue.target.2030"];
    assert_eq!(shown.map(|key| value(&scenario, key)), ["5 B USD", "9 B USD", "40 B USD"]);
    assert_eq!(value(&scenario, "contract.cloud.take_or_pay"), "90 %");
    assert_eq!(value(&scenario, "contract.cloud.schedule.2027"), "3 B USD");
    let ids: Vec<&str> = scenario.contracts.iter().map(|contract| contract.id.as_str()).collect();
    assert_eq!(ids, ["cloud", "second"]);
}

#[test]
fn the_digest_is_that_of_what_holds() {
    let same = variant("digest", "extends = \"ring.toml\"\nscenario.name = \"Other\"\n").unwrap();
    assert_eq!(same.digest, parse(RING).unwrap().digest);
    let other = variant("digest", "extends = \"ring.toml\"\nlab.acme.cash = 1e9\n").unwrap();
    assert_eq!(other.digest, parse(&changed(&[("\"10B USD\"", "1e9")])).unwrap().digest);
}

#[test]
fn variants_may_extend_variants() {
    let files = [
        ("ring.toml", RING),
        ("a.toml", "extends = \"ring.toml\"\nlab.acme.cash = \"1B USD\"\nlab.acme.tax_rate = 0.1\n"),
        ("b.toml", "extends = \"a.toml\"\nlab.acme.cash = \"2B USD\"\n"),
    ];
    let folder = folder("chain", &files);
    let scenario = load(&folder.join("b.toml"), &["lab.acme.min_cash=3B USD".to_owned()]).unwrap();
    let shown = ["cash", "tax_rate", "min_cash"].map(|key| value(&scenario, &format!("lab.acme.{key}")));
    assert_eq!(shown, ["2 B USD", "10 %", "3 B USD"]);
}

#[test]
fn what_is_removed_is_gone_and_may_be_written_anew() {
    let text = r#"
        extends = "ring.toml"
        remove = ["investment.series-b", "lab.acme.resolution", "contract.cloud"]
        [[contract]]
        id = "cloud"
        lab = "acme"
        provider = "nimbus"
        amount = "1B USD"
        start = "2027-01"
        term = "2y"
    "#;
    let scenario = variant("removed", text).unwrap();
    assert!(scenario.investments.is_empty());
    assert_eq!(scenario.labs[0].resolution.sponsor, None);
    assert!(scenario.contracts[0].schedule.is_none());
}

#[test]
fn a_number_is_replaced_with_what_it_rests_on() {
    let base = changed(&[
        ("0.75", "{ value = 0.75, source = \"filing\" }"),
        ("2027 = \"3B USD\" }", "2027 = \"3B USD\", source = \"filing\" }"),
    ]);
    let over = "extends = \"base.toml\"\n[[contract]]\nid = \"cloud\"\ntake_or_pay = { value = 0.5, assumed = \"less\" }\nschedule.2027 = \"4B USD\"\n";
    let folder = folder("basis", &[("base.toml", &base), ("variant.toml", over)]);
    let scenario = load(&folder.join("variant.toml"), &[]).unwrap();
    let basis = |key: &str| basis(&scenario, &format!("contract.cloud.{key}"));
    assert_eq!(basis("take_or_pay"), Basis::Assumed("less".to_owned()));
    assert_eq!(basis("schedule.2026"), Basis::Source(vec!["filing".to_owned()]));
    assert_eq!(basis("schedule.2027"), Basis::Unsaid, "the source of the curve does not say this");
    let given = ["contract.cloud.schedule.2027=4B USD".to_owned(), "contract.cloud.take_or_pay=0.5".to_owned()];
    let given = load(&folder.join("base.toml"), &given).unwrap();
    assert_eq!(given.digest, scenario.digest);
    let row = given.effective().iter().find(|row| row.key == "contract.cloud.schedule.2027").unwrap();
    assert_eq!(row.provenance.basis, Basis::Unsaid, "nor of an override");
}

#[test]
fn a_process_gets_another_parent() {
    let base = format!("{RING}[correlation]\n\"revenue.acme\" = {{ market = 0.4, assumed = \"why\" }}\n");
    let over = "extends = \"base.toml\"\ncorrelation.\"revenue.acme\" = { \"price.gpu\" = 0.2 }\n";
    let folder = folder("parent", &[("base.toml", &base), ("variant.toml", over)]);
    let scenario = load(&folder.join("variant.toml"), &[]).unwrap();
    assert_eq!(scenario.correlations[0].parent, "price.gpu");
}

#[test]
fn a_problem_is_told_where_it_is_written() {
    let text = "extends = \"ring.toml\"\n[[contract]]\nid = \"cloud\"\nterm = \"3y\"\n[lab.acme]\ncash = \"5B EUR\"\n";
    assert_snapshot!(refused("place", text), @r#"
    variant.toml:6:8: error[lab.acme.cash]: this is not an amount of money: it is in EUR; all amounts are in USD
      found: "5B EUR"
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    ring.toml:24:12: error[contract.cloud.schedule]: the schedule has no entry for 2028
      expected: an entry for every year of the term, 2026-01 to 2028-12
    "#);
}

#[test]
fn a_variant_of_nothing() {
    assert_snapshot!(refused("nothing", "extends = \"rings.toml\"\n"), @r#"
    variant.toml:1:11: error[extends]: there is no such file
      found: "rings.toml"
      expected: the path of a TOML file, relative to this file
      help: did you mean `ring.toml`?
    "#);
    assert_snapshot!(refused("folder", "extends = \".\"\n"), @r#"
    variant.toml:1:11: error[extends]: this is a directory
      found: "."
      expected: the path of a TOML file, relative to this file
    "#);
    assert_snapshot!(refused("number", "extends = 5\n"), @r"
    variant.toml:1:11: error[extends]: this is not a text
      found: 5
      expected: a text in quotes
    ");
    assert_snapshot!(parse("extends = \"ring.toml\"\n").unwrap_err(), @"ring.toml:1:11: error[extends]: a file cannot extend itself");
}

#[test]
fn a_variant_of_itself_or_in_a_circle() {
    assert_snapshot!(refused("itself", "extends = \"variant.toml\"\n"), @"variant.toml:1:11: error[extends]: a file cannot extend itself");
    let files = [
        ("a.toml", "extends = \"b.toml\"\n"),
        ("b.toml", "\nextends = \"c.toml\"\n"),
        ("c.toml", "extends = \"a.toml\"\n"),
    ];
    let folder = folder("circle", &files);
    assert_snapshot!(said("circle", &load(&folder.join("a.toml"), &[]).unwrap_err()), @r"
    c.toml:1:11: error[extends]: `extends` is circular
      found: a.toml -> b.toml -> c.toml -> a.toml
    ");
}

#[test]
fn a_chain_that_is_too_long() {
    let texts: Vec<(String, String)> =
        (0..12).map(|at| (format!("{at}.toml"), format!("extends = \"{}.toml\"\n", at + 1))).collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder("long", &files);
    assert_snapshot!(said("long", &load(&folder.join("0.toml"), &[]).unwrap_err()), @r"
    7.toml:1:11: error[extends]: more than 8 files extend one another
      help: merge some of them
    ");
}

#[test]
fn a_base_that_is_no_toml() {
    let folder = folder("toml", &[("base.toml", "[lab\n"), ("variant.toml", "extends = \"base.toml\"\n")]);
    assert_snapshot!(said("toml", &load(&folder.join("variant.toml"), &[]).unwrap_err()), @"base.toml:1:5: error: this is not TOML: unclosed table, expected `]`");
}

#[test]
fn what_cannot_be_removed() {
    let text =
        "extends = \"ring.toml\"\nremove = [\"contract.clod\", \"investmnt.series-b\", \"lab.acme.cash.value\"]\n";
    assert_snapshot!(refused("remove", text), @r#"
    variant.toml:2:10: error[remove]: there is no `clod` in `contract`
      found: "contract.clod"
      expected: one of `cloud`
      help: did you mean `cloud`?
    variant.toml:2:10: error[remove]: there is no `investmnt`
      found: "investmnt.series-b"
      expected: one of `scenario`, `family`, `lab`, `entity`, `contract`, `investment`, `sources`
      help: did you mean `investment`?
    variant.toml:2:10: error[remove]: `lab.acme.cash` is a value and has no key `value`
      found: "lab.acme.cash.value"
      help: use `lab.acme.cash`
    "#);
    assert_snapshot!(parse(&format!("remove = [\"contract.cloud\"]\n{RING}")).unwrap_err(), @r"
    ring.toml:1:10: error[remove]: `remove` needs `extends`
      help: add `extends`, or drop `remove`
    ");
    assert_snapshot!(refused("remove-form", "extends = \"ring.toml\"\nremove = \"contract.cloud\"\n"), @r#"
    variant.toml:2:10: error[remove]: this is not a list of keys
      found: "contract.cloud"
      expected: a list of keys, such as ["contract.azure", "lab.openai.ipo"]
    "#);
}

// Shared sources

const LIBRARY: &str =
    "[sources.press]\ntitle = \"An article\"\ndate = \"2026-03\"\n[sources.other]\ntitle = \"Of another scenario\"\n";

#[test]
fn sources_may_be_shared() {
    let text =
        format!("sources_from = \"sources.toml\"\n{RING}").replace("0.75", "{ value = 0.75, source = \"press\" }");
    let folder = folder("shared", &[("sources.toml", LIBRARY), ("ring.toml", &text)]);
    let scenario = load(&folder.join("ring.toml"), &[]).unwrap();
    let ids: Vec<&str> = scenario.sources.iter().map(|source| source.id.as_str()).collect();
    assert_eq!(ids, ["press", "other", "filing"]);
}

#[test]
fn a_file_of_sources_holds_nothing_else() {
    let text = format!("sources_from = \"sources.toml\"\n{RING}");
    let library = format!("{LIBRARY}date = \"soon\"\n[lab.acme]\ncash = 1\n");
    let folder = folder("else", &[("sources.toml", &library), ("ring.toml", &text)]);
    assert_snapshot!(said("else", &load(&folder.join("ring.toml"), &[]).unwrap_err()), @r#"
    sources.toml:6:8: error[sources.other.date]: this is not a date
      found: "soon"
      expected: a date, such as "2025-11-26", "2025-11" or "2025"
    sources.toml:7:2: error[lab]: a file of sources has no `lab`
      expected: [sources.<id>] and nothing else
    "#);
}

#[test]
fn a_file_of_sources_that_is_not_there() {
    assert_snapshot!(refused("absent", "sources_from = \"sauces.toml\"\nextends = \"ring.toml\"\n"), @r#"
    variant.toml:1:16: error[sources_from]: there is no such file
      found: "sauces.toml"
      expected: the path of a TOML file, relative to this file
    "#);
}

// The state of knowledge

/// A ring that can be defended, but for what a text adds to it.
fn strictly(name: &str, more: &str) -> String {
    let text = r#"sources_from = "sources.toml"
[scenario]
name = "Ring"
as_of = "2026-02-28"
start = "2026-01"
[lab.acme]
cash = { value = "10B USD", source = "filing" }
revenue.target = { 2025 = "4B USD", 2026 = "8B USD", assumed = "invented" }
[sources.filing]
title = "A filing"
date = "2026-02"
"#;
    let folder = folder(name, &[("sources.toml", LIBRARY), ("ring.toml", &format!("{text}{more}"))]);
    match load_strict(&folder.join("ring.toml"), &[]) {
        Ok(_) => "nothing".to_owned(),
        Err(problems) => said(name, &problems),
    }
}

#[test]
fn a_scenario_that_can_be_defended() {
    assert_eq!(strictly("good", ""), "nothing");
}

#[test]
fn numbers_that_rest_on_nothing() {
    let more = "[market]\ngrowth = \"7%\"\nsupply = { 2026 = \"90B USD\", 2027 = { value = \"1B USD\", prior = \"why\" } }\novervalued.months = 3\n";
    assert_snapshot!(strictly("naked", more), @r"
    ring.toml:13:10: error[market.growth]: this number has no source, prior or assumption
      found: 7 % a year
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:14:19: error[market.supply.2026]: this number has no source, prior or assumption
      found: 90 B USD
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:15:21: error[market.overvalued.months]: this number has no source, prior or assumption
      found: 3
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ");
}

#[test]
fn a_source_on_which_nothing_rests() {
    assert_snapshot!(strictly("unused", "[sources.idle]\ntitle = \"Never read\"\n"), @r"
    ring.toml:12:1: error[sources.idle]: source `idle` is never cited
      help: remove it, or cite it where it is used
    ");
}

#[test]
fn a_source_that_is_not_there() {
    assert_snapshot!(strictly("undefined", "[economy]\ndiscount_rate = { value = 0.08, source = \"presss\" }\n"), @r"
    ring.toml:13:42: error[economy.discount_rate]: there is no source `presss`
      help: did you mean `press`?
    ");
}

#[test]
fn a_source_from_the_future() {
    let more = "[economy]\ndiscount_rate = { value = 0.08, source = [\"press\", \"filing\"] }\n[[benchmark]]\nname = \"gap\"\nmetric = \"funding_gap\"\nvalue = \"1B USD\"\nsource = \"press\"\n";
    assert_snapshot!(strictly("future", more), @r"
    ring.toml:13:17: error[economy.discount_rate]: `press` was published after `as_of`, 2026-02-28
      found: 2026-03
      help: use an earlier source, or move `as_of`
    ring.toml:17:9: error[benchmark.gap.value]: `press` was published after `as_of`, 2026-02-28
      found: 2026-03
      help: use an earlier source, or move `as_of`
    ");
}

#[test]
fn no_state_of_knowledge_among_other_problems() {
    let folder = folder("all", &[("ring.toml", &changed(&[("\"10B USD\"", "\"10B EUR\"")]))]);
    let problems = load_strict(&folder.join("ring.toml"), &["lab.acme.tax_rate=0.2".to_owned()]).unwrap_err();
    assert_snapshot!(said("all", &problems), @r#"
    ring.toml:1:1: error[scenario.as_of]: `as_of` is missing
      expected: a day or a month, such as `as_of = "2026-06-30"`
    ring.toml:7:17: error[family.gpu.price_decline]: this number has no source, prior or assumption
      found: 20 % a year
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:10:8: error[lab.acme.cash]: this is not an amount of money: it is in EUR; all amounts are in USD
      found: "10B EUR"
      expected: an amount of money, such as "38B USD" (k, M, B, T; a bare number is dollars)
    ring.toml:11:21: error[lab.acme.stakes.nimbus]: this number has no source, prior or assumption
      found: 20 %
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:12:27: error[lab.acme.revenue.target.2025]: this number has no source, prior or assumption
      found: 4 B USD
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:12:44: error[lab.acme.revenue.target.2026]: this number has no source, prior or assumption
      found: 8 B USD
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:12:61: error[lab.acme.revenue.target.2030]: this number has no source, prior or assumption
      found: 40 B USD
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:13:45: error[lab.acme.resolution.rescue]: this number has no source, prior or assumption
      found: 30 %
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:16:10: error[entity.nimbus.assets]: this number has no source, prior or assumption
      found: 500 B USD
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:17:20: error[entity.nimbus.asset_volatility]: this number has no source, prior or assumption
      found: 30 %
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:18:8: error[entity.nimbus.debt]: this number has no source, prior or assumption
      found: 100 B USD
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:24:21: error[contract.cloud.schedule.2026]: this number has no source, prior or assumption
      found: 2 B USD
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:24:38: error[contract.cloud.schedule.2027]: this number has no source, prior or assumption
      found: 3 B USD
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:27:15: error[contract.cloud.take_or_pay]: this number has no source, prior or assumption
      found: 75 %
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:33:10: error[investment.series-b.amount]: this number has no source, prior or assumption
      found: 5 B USD
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    ring.toml:36:1: error[sources.filing]: source `filing` is never cited
      help: remove it, or cite it where it is used
    --set lab.acme.tax_rate=0.2: error[lab.acme.tax_rate]: this number has no source, prior or assumption
      found: 20 %
      expected: `source` with an id of [sources], or `prior` or `assumed` with a reason
    "#);
}

#[test]
fn the_bundled_scenarios_can_be_defended() {
    for name in ["minimal", "teaching", "openai-2026-06"] {
        let file = format!("scenarios/{name}.toml");
        load_strict(Path::new(&file), &[]).unwrap_or_else(|problems| panic!("{problems}"));
    }
}
