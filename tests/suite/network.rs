//! The ring as a network: what passes between its nodes, and what a default costs the others (docs/model.md, section 8.5).

use std::path::Path;

use ouroborisk::model::workspace::LabMonth;
use ouroborisk::model::{Asked, By, Metric, Parameters, catalogue};
use ouroborisk::simulate::simulate_one;
use ouroborisk::{Options, Scenario, Study};

use super::worlds::{Luck, world};

/// The ring with a loan, and with a site that is not yet built and whose chips a builder has sold.
fn ring(more: &str) -> Parameters {
    let text = std::fs::read_to_string("tests/fixtures/ring.toml").unwrap();
    let deals = r#"
        [[contract]]
        id = "site"
        lab = "acme"
        provider = "nimbus"
        amount = "60B USD"
        start = "2029-01"
        term = "6y"
        margin = "60%"
        capex = "40%"
        lead = "24mo"
        orders = { builder = 0.3 }
        pass_through = { builder = 0.1 }

        [[facility]]
        id = "loan"
        lab = "acme"
        lender = "giver"
        limit = "20B USD"
        drawn = "3B USD"
        rate = "8%"
        "#;
    world(&format!("{text}{deals}{more}"), &[]).asking(Asked { network: true, ..Asked::EVERYTHING })
}

/// What is measured on a path.
struct Measured {
    metrics: Vec<Metric>,
    values: Vec<f64>,
}

impl Measured {
    fn of(world: &Parameters, path: u32, mut see: impl FnMut(usize, &LabMonth<1>)) -> Self {
        let luck = Luck::of(5);
        let values = simulate_one(world, luck.sampler(), 0, path, &mut |t, _, _, work| see(t, &work.labs[0]));
        Self { metrics: catalogue(world), values }
    }

    fn at(&self, measure: &str, subject: &str, by: By) -> f64 {
        let wanted = |of: &Metric| of.measure.name == measure && of.subject == subject && of.by == by;
        let place = self.metrics.iter().position(wanted);
        self.values[place.unwrap_or_else(|| panic!("no {measure} of {subject} {by:?}"))]
    }
}

fn assert_near(what: &str, found: f64, expected: f64) {
    let scale = found.abs().max(expected.abs()).max(1e6);
    assert!((found - expected).abs() <= 1e-9 * scale, "{what}: {found} should be {expected}");
}

/// December 2027, the end of the second year.
const DECEMBER: usize = 23;

#[test]
fn an_exposure_is_what_a_default_costs() {
    // The same paths with and without a payment default in December 2027: the worth of each creditor, supplier and owner
    // falls by what it was exposed with at the end of that month.
    let ageing = "[family.gpu.plant]\nlife = \"6y\"\nageing = \"10%\"\nvacancy = \"6mo\"\nvacancy_frozen = \"18mo\"\n";
    for more in ["", ageing] {
        assert_exposed(more);
    }
}

/// Fails unless that holds on the ring with `more`.
fn assert_exposed(more: &str) {
    let doom = "[[event]]\nid = \"doom\"\nkind = \"default\"\nsubject = \"acme\"\ndate = \"2027-12\"\n";
    let (given, doomed) = (ring(more), ring(&format!("{doom}{more}")));
    let mut compared = [0; 3];
    for path in 0..150 {
        let mut calm = false;
        let before = Measured::of(&given, path, |t, m| {
            let disturbed = m.dropped[0] + m.renegotiated[0] + m.exchange_flag[0] + m.rescued[0] + m.default_flag[0];
            calm |= t == DECEMBER && m.alive[0] > 0.0 && disturbed == 0.0;
        });
        if !calm {
            continue;
        }
        let after = Measured::of(&doomed, path, |_, _| ());
        for (count, entity) in compared.iter_mut().zip(["nimbus", "giver", "builder"]) {
            let by = By::Month(DECEMBER);
            let capital = [&before, &after].map(|of| of.at("capital", entity, by));
            let exposure = before.at("exposure", &format!("{entity}/acme"), by);
            if capital[0] > 0.0 && capital[1] > 0.0 && exposure > 0.0 {
                assert_near(&format!("{entity} on path {path}"), capital[0] - capital[1], exposure);
                *count += 1;
            }
        }
        assert!(after.at("debtrank", "acme", By::Month(DECEMBER)).is_nan());
    }
    assert!(compared.iter().all(|&count| count > 20), "{compared:?}");
}

#[test]
fn what_a_lab_pays_to_nobody_in_particular_is_the_rest_of_its_account() {
    let world = ring("");
    let mut whole = 0;
    for path in 0..100 {
        let (mut others, mut customers, mut served, mut gone) = (0.0, 0.0, 0.0, false);
        let of = Measured::of(&world, path, |_, m| {
            let to_giver: f64 = m.parties.iter().map(|party| party.served[0]).sum();
            let due: f64 = m.principal.iter().map(|due| due[0]).sum();
            others += m.opex[0] + m.tax[0] + m.fee[0] + m.interest[0] + due - to_giver + (-m.noise[0]).max(0.0);
            customers += m.revenue[0] / 12.0 + m.noise[0].max(0.0);
            served += to_giver;
            gone |= m.default_flag[0] > 0.0;
        });
        if gone {
            continue;
        }
        assert_near("others", of.at("paid", "acme/outside", By::Path), others);
        assert_near("customers", of.at("paid", "customers/acme", By::Path), customers);
        assert!(served > 0.0 && of.at("paid", "acme/giver", By::Path) >= served);
        whole += 1;
    }
    assert!(whole > 50, "{whole}");
}

#[test]
fn payments_of_the_years_add_up_to_all() {
    let world = ring("");
    let of = Measured::of(&world, 3, |_, _| ());
    let totals = || of.metrics.iter().zip(&of.values).filter(|(metric, _)| metric.measure.name == "paid");
    for (metric, &total) in totals() {
        let years = of.metrics.iter().zip(&of.values);
        let years = years.filter(|(year, _)| year.measure.name == "pays" && year.subject == metric.subject);
        assert_near(&metric.subject, years.map(|(_, money)| money).sum(), total);
    }
    assert!(totals().any(|(metric, &money)| metric.subject == "nimbus/builder" && money > 0.0), "chips are paid for");
    assert!(totals().all(|(_, &money)| money >= -1.0));
}

#[test]
fn distress_is_a_share_and_every_round_adds_to_it() {
    let world = ring("");
    for path in 0..50 {
        let of = Measured::of(&world, path, |_, _| ());
        for (metric, &direct) in of.metrics.iter().zip(&of.values).filter(|(of, _)| of.measure.name == "impact_share") {
            let [once, always] = ["debtrank", "debtrank_linear"].map(|name| of.at(name, &metric.subject, metric.by));
            let gone = direct.is_nan() && once.is_nan() && always.is_nan();
            let ordered = 0.0 <= direct && direct <= once + 1e-12 && once <= always + 1e-9 && always <= 1.0;
            assert!(gone || ordered, "{metric:?} {direct} {once} {always}");
        }
    }
}

#[test]
fn the_only_lab_costs_others_the_same_however_it_is_counted() {
    // Who loses on it could pass on nothing but promises to another lab; a giver that fails hits the lab, which passes it on.
    let world = ring("");
    let mut more = 0;
    for path in 0..50 {
        let of = Measured::of(&world, path, |_, _| ());
        for (metric, direct) in of.metrics.iter().zip(&of.values).filter(|(of, _)| of.measure.name == "impact_share") {
            let [once, always] = ["debtrank", "debtrank_linear"].map(|name| of.at(name, &metric.subject, metric.by));
            if metric.subject == "acme" {
                assert_eq!([once, always].map(f64::to_bits), [direct.to_bits(); 2], "{metric:?}");
            }
            more += usize::from(metric.subject == "giver" && once > direct + 1e-6);
        }
    }
    assert!(more > 50, "{more}");
}

#[test]
fn what_is_not_asked_is_not_measured_and_no_other_number_moves() {
    let with = ring("");
    let without = with.clone().asking(Asked::EVERYTHING);
    let [more, less] = [&with, &without].map(|world| Measured::of(world, 7, |_, _| ()));
    assert!(less.metrics.iter().all(|metric| !metric.measure.is_cell() && metric.measure.name != "debtrank"));
    for (metric, value) in less.metrics.iter().zip(&less.values) {
        let same = more.metrics.iter().zip(&more.values).find(|(other, _)| *other == metric).unwrap();
        assert_eq!(same.1.to_bits(), value.to_bits(), "{metric:?}");
    }
}

#[test]
fn a_run_that_is_told_to_writes_the_matrices_and_their_page() {
    let overrides = ["run.paths=400", "run.draws=4"].map(str::to_owned);
    let scenario =
        Scenario::load_with("tests/fixtures/ring.toml", &overrides).unwrap_or_else(|found| panic!("{found}"));
    let written = |network: bool| {
        let run = Study::of(scenario.clone()).run(Options { network, ..Options::default() }).expect("some paths");
        let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("network").join(format!("{network}"));
        (run.text(100), run.write(place).expect("room for the files").place)
    };
    let (page, place) = written(true);
    let mut reader = csv::Reader::from_path(place.join("flows.csv")).unwrap();
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let expected = ["from", "to", "kind", "by", "mean", "low", "high", "p05", "p50", "p95", "unit", "method"];
    assert_eq!(header, expected);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for kind in ["pays", "paid", "owes", "owns", "exposure", "capital"] {
        assert!(rows.iter().any(|row| &row[2] == kind), "{kind}");
    }
    for row in &rows {
        let [mean, low, high, p05, p50, p95] = [4, 5, 6, 7, 8, 9].map(|at| row[at].parse::<f64>().unwrap());
        assert!(low <= mean && mean <= high && p05 <= p50 && p50 <= p95, "{row:?}");
        assert!(&row[10] == "USD" && !row[11].is_empty(), "{row:?}");
    }
    assert!(page.contains("10  What a default costs the others") && page.contains("Who has paid whom"), "{page}");
    let (page, place) = written(false);
    assert!(!place.join("flows.csv").exists() && !page.contains("What a default costs"));
}
