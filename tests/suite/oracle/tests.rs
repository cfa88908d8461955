//! The oracle against the fixtures, its books, and problems with known answers.

use super::text::{Node, number};
use super::volatility::passage;
use super::{Chance, Draws, Ledger, run};

const MINIMAL: &str = include_str!("../../fixtures/minimal.toml");
pub(crate) const OPENAI: &str = include_str!("../../fixtures/openai-2026-06.toml");

/// Names of the columns of a fixture, and the months with their cells.
type Fixture = (Vec<String>, Vec<(String, Vec<f64>)>);

fn fixture(text: &str) -> Fixture {
    let mut lines = text.lines();
    let names = lines.next().expect("a header").split(',').skip(1).map(str::to_string).collect();
    let rows = lines
        .map(|line| {
            let mut cells = line.split(',');
            let month = cells.next().expect("a month").to_string();
            (month, cells.map(|cell| cell.parse().expect("a number")).collect())
        })
        .collect();
    (names, rows)
}

/// Every cell that differs by more than 1e-6, relative or absolute, whichever is wider.
fn differences(ledger: &Ledger, expected: &str) -> Vec<String> {
    let (names, rows) = fixture(expected);
    assert_eq!(ledger.columns, names, "columns");
    assert_eq!(ledger.rows.len(), rows.len(), "months");
    let mut found = Vec::new();
    for (t, (month, cells)) in rows.iter().enumerate() {
        assert_eq!(ledger.months[t], *month, "name of month {t}");
        for ((name, theirs), ours) in names.iter().zip(cells).zip(&ledger.rows[t]) {
            let close = (ours - theirs).abs() <= 1e-6 * theirs.abs().max(1.0);
            if !close {
                found.push(format!("{month} {name}: {ours} and not {theirs}"));
            }
        }
    }
    found
}

fn assert_agrees(scenario: &str, expected: &str) {
    let found = differences(&run(scenario, Chance::Off), expected);
    let first: Vec<&String> = found.iter().take(40).collect();
    assert!(found.is_empty(), "{} cells differ, first {first:#?}", found.len());
}

#[test]
fn the_minimal_plan_agrees_with_its_fixture() {
    assert_agrees(MINIMAL, include_str!("../../fixtures/minimal.plan.csv"));
}

#[test]
fn the_openai_plan_agrees_with_its_fixture() {
    assert_agrees(OPENAI, include_str!("../../fixtures/openai-2026-06.plan.csv"));
}

/// The same numbers in every month.
pub(crate) struct Steady {
    pub(crate) normal: f64,
    pub(crate) uniform: f64,
    pub(crate) delay: usize,
}

impl Draws for Steady {
    fn normal(&self, _: &str, _: usize) -> f64 {
        self.normal
    }

    fn uniform(&self, _: &str, _: usize) -> f64 {
        self.uniform
    }

    fn delay(&self, _: &str) -> usize {
        self.delay
    }
}

/// Numbers that differ by name and month, without a pattern.
pub(crate) struct Scattered(pub(crate) u64);

impl Scattered {
    fn between_zero_and_one(&self, name: &str, month: usize) -> f64 {
        let mut hash = self.0 ^ 0xcbf2_9ce4_8422_2325;
        for byte in name.bytes().chain(month.to_le_bytes()) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        hash ^= hash >> 32;
        hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
        hash ^= hash >> 32;
        (hash >> 11) as f64 / (1u64 << 53) as f64
    }
}

impl Draws for Scattered {
    /// Uniform with variance one: enough to scatter.
    fn normal(&self, process: &str, month: usize) -> f64 {
        (self.between_zero_and_one(process, month) - 0.5) * 12f64.sqrt()
    }

    fn uniform(&self, name: &str, month: usize) -> f64 {
        self.between_zero_and_one(name, month)
    }

    fn delay(&self, contract: &str) -> usize {
        (self.between_zero_and_one(contract, 0) * 10.0) as usize
    }
}

/// Two labs, two entities of one group, credits, a facility that falls due, an exchange, a rescue.
pub(crate) const CROWDED: &str = r#"
[scenario]
name = "Crowded"
start = "2026-03"
horizon = "70mo"

[market]
volatility = 0.3
reversion = 0.2
feedback = 0.5
run_up = 0.5
burst = { hazard = 0.3, fall = 0.8, fall_sd = 0.2 }
supply = { 2026 = "6B USD", 2029 = "9B USD" }
frozen_supply = 0.2

[family.gpu]
reference = true
price_decline = "20%"
volatility = 0.2
on_demand = { bigcloud = 1.0 }

[family.tpu]
relative_price = 0.7
price_decline = "25%"
adoption = { max = "40%", midpoint = "2028-01", width = "9mo" }
on_demand = { bigcloud = 0.5, othercloud = 0.5 }

[on_demand]
capacity = "30%"
premium = "15%"

[lab.zeta]
cash = "9B USD"
valuation = "60B USD"
min_cash = "1B USD"
cash_volatility = "0.5B USD"
tax_rate = "21%"
stakes = { bigfund = 0.2 }
invested = { bigfund = "3B USD" }
revenue = { target = { 2026 = "4B USD", 2028 = "14B USD", 2030 = "30B USD" }, attainment = { after = "2y", median = 0.8, p90 = 1.2 }, reversion = 0.2, freeze_drag = 0.1, training_drag = 0.2 }
compute = { inference_share = 0.4, training = { 2026 = "3B USD", 2030 = "8B USD" }, training_elasticity = 0.5, intensity = { drift = 0.02, reversion = 0.3, volatility = 0.15 } }
opex = { of_revenue = "5%", fixed = { 2026 = "2B USD", 2030 = "5B USD" } }
austerity = { runway = "9mo", training_cut = "30%" }
round = { max_share = "12%", participants = { bigcloud = 0.2, bigfund = 0.3 } }
ipo = { earliest = "2027-06", rate = 0.5, float = "8%", min_valuation = "50B USD" }
scale_back = { renegotiate = 1.0, renegotiate_fee = "10%" }
resolution = { sponsor = "bigcloud", capacity = "25B USD", rescue = 0.5, exchange = 0.7, max_exchanges = 2 }

[[lab.zeta.revenue_share]]
to = "bigcloud"
share = "15%"
until = "2029-06"
cap = "3B USD"

[lab.alpha]
cash = "4B USD"
valuation = "20B USD"
market_beta = 1.4
revenue = { target = { 2026 = "1B USD", 2030 = "9B USD" }, volatility = 0.3 }
compute = { inference_share = 0.5, training = { 2026 = "1B USD", 2030 = "2B USD" } }
opex = { fixed = { 2026 = "0.6B USD" } }
round = { participants = { bigfund = 0.5 } }
resolution = { exchange = 0.3 }

[entity.bigcloud]
assets = "500B USD"
asset_growth = "6%"
asset_volatility = 0.3
debt = "300B USD"
burst_beta = 0.5

[entity.bigfund]
group = "bigcloud"
assets = "40B USD"
pd5 = "15%"
debt = "20B USD"
burst_beta = 0.6

[[contract]]
id = "gpu-deal"
lab = "zeta"
provider = "bigcloud"
family = "gpu"
amount = "40B USD"
start = "2026-09"
term = "6y"
ramp = "12mo"
firm = 0.6
delay = { mean = "4mo", cv = 0.8 }
take_or_pay = 0.8
price = "locked"
margin = "60%"
capex = "40%"
lead = "9mo"
relet_depth = "5B USD"

[[contract]]
id = "tpu-deal"
lab = "zeta"
provider = "othercloud"
family = "tpu"
workload = "training"
schedule = { 2025 = "1B USD", 2026 = "2B USD", 2027 = "2B USD" }
start = "2025-06"
term = "30mo"
price = "indexed"
pass_through = { bigfund = 0.2 }
margin = "50%"
capex = "50%"

[[contract]]
id = "alpha-deal"
lab = "alpha"
provider = "othercloud"
status = "framework"
amount = "9B USD"
start = "2026-06"
term = "5y"
take_or_pay = 0.5
margin = "50%"

[[investment]]
id = "in-cash"
investor = "bigfund"
lab = "zeta"
amount = "2B USD"
date = "2026-08"

[[investment]]
id = "in-credits"
investor = "bigfund"
lab = "zeta"
amount = "1.5B USD"
date = "2026-12"
form = "credits"
min_group_spend = "0.1B USD"
probability = 0.8
close_beta = 1.0
close_freeze = 1.0

[[investment]]
id = "for-alpha"
investor = "bigcloud"
lab = "alpha"
amount = "2B USD"
date = "2027-02"
market_open = true
deadline = "2028-12"

[[matching]]
id = "back"
investor = "bigcloud"
lab = "zeta"
contract = "gpu-deal"
ratio = 0.1
cap = "2B USD"

[[facility]]
id = "line"
lab = "zeta"
lender = "banks"
limit = "1B USD"
rate = "7%"
ltv = "10%"
committed = true
maturity = "2029-03"

[[facility]]
id = "term"
lab = "alpha"
lender = "banks"
limit = "1B USD"
rate = "10%"

[regulation]
hazard = "10%"
"#;

/// A cell of a month.
fn cell(ledger: &Ledger, t: usize, name: &str) -> f64 {
    let at = ledger.columns.iter().position(|column| column == name);
    ledger.rows[t][at.unwrap_or_else(|| panic!("no column {name}"))]
}

/// The sum of a month's cells whose names begin so.
fn sum(ledger: &Ledger, t: usize, prefix: &str) -> f64 {
    let names = ledger.columns.iter().zip(&ledger.rows[t]);
    names.filter(|(name, _)| name.starts_with(prefix)).map(|(_, cell)| cell).sum()
}

/// Cash, its sources and the arrears of a lab add up in every month (`docs/ledger.md`).
fn assert_books_balance(ledger: &Ledger, lab: &str, opening: f64, credits: &[&str]) {
    let (mut cash, mut arrears) = (opening, 0.0);
    for t in 0..ledger.rows.len() {
        let of = |name: &str| cell(ledger, t, &format!("{lab}.{name}"));
        let all = |prefix: &str| sum(ledger, t, &format!("{lab}.{prefix}"));
        let granted: f64 = credits.iter().map(|id| of(&format!("investment.{id}"))).sum();
        let received = all("investment.") - granted + all("matching.") + of("ipo") + of("round") + all("draw.");
        let became_debt_or_unpaid =
            if of("exchanged") + of("payment_default") > 0.0 { of("shortfall_beyond_invoices") } else { 0.0 };
        cash += of("ocf") + received + of("rescue_money") - of("principal_due") - of("restructuring_fee")
            + of("deferred")
            - of("arrears_repaid")
            + became_debt_or_unpaid
            - of("estate");
        let month = &ledger.months[t];
        assert!((of("cash") - cash).abs() < 1e-9, "{month} {lab}: cash {} and not {cash}", of("cash"));
        assert!((all("cash_from.") - cash).abs() < 1e-9, "{month} {lab}: sources {} of {cash}", all("cash_from."));
        assert!(cash > -1e-9, "{month} {lab}: cash {cash}");

        arrears += of("deferred") - of("arrears_repaid");
        if of("exchanged") > 0.0 {
            arrears = 0.0;
        }
        assert!((of("arrears") - arrears).abs() < 1e-9, "{month} {lab}: arrears {} not {arrears}", of("arrears"));
        if of("payment_default") > 0.0 {
            arrears = 0.0;
        }
        let parts = all("round.");
        assert!(parts <= of("round") + 1e-9, "{month} {lab}: participants paid {parts}");
        assert!(ledger.rows[t].iter().all(|cell| cell.is_finite()), "{month}: a cell is not a number");
    }
}

/// Money that entities paid for labs is money that labs received from them, granted credits when used.
fn assert_investors_paid(ledger: &Ledger, labs: &[(&str, &[&str])]) {
    let (mut received, mut columns) = (0.0, ledger.columns.clone());
    columns.retain(|name| name.starts_with("entity.") && name.ends_with(".invested"));
    for t in 0..ledger.rows.len() {
        for (lab, credits) in labs {
            let of = |name: &str| cell(ledger, t, &format!("{lab}.{name}"));
            let all = |prefix: &str| sum(ledger, t, &format!("{lab}.{prefix}"));
            let granted: f64 = credits.iter().map(|id| of(&format!("investment.{id}"))).sum();
            received += all("investment.") - granted + of("credits_used") + all("matching.") + of("rescue_money");
            received += of("round") + of("ipo") - of("outside_equity");
        }
        let paid: f64 = columns.iter().map(|name| cell(ledger, t, name)).sum();
        assert!((paid - received).abs() < 1e-8, "{}: paid {paid}, received {received}", ledger.months[t]);
    }
}

fn assert_openai_balances(draws: &dyn Draws) -> Ledger {
    let ledger = run(OPENAI, Chance::Scripted(draws));
    assert_books_balance(&ledger, "openai", 73.0, &["trainium-credits"]);
    assert_investors_paid(&ledger, &[("openai", &["trainium-credits"])]);
    ledger
}

fn assert_crowd_balances(chance: Chance<'_>) -> Ledger {
    let ledger = run(CROWDED, chance);
    assert_books_balance(&ledger, "zeta", 9.0, &["in-credits"]);
    assert_books_balance(&ledger, "alpha", 4.0, &[]);
    assert_investors_paid(&ledger, &[("zeta", &["in-credits"]), ("alpha", &[])]);
    ledger
}

/// How often a flag was up.
fn count(ledger: &Ledger, name: &str) -> f64 {
    ledger.column(name).iter().sum()
}

#[test]
fn the_books_balance_under_stress() {
    for normal in [-1.5, -0.8, 0.6] {
        for uniform in [0.001, 0.01, 0.3, 0.7, 0.95] {
            let draws = Steady { normal, uniform, delay: 4 };
            assert_openai_balances(&draws);
            assert_crowd_balances(Chance::Scripted(&draws));
        }
    }
}

#[test]
fn the_books_balance_on_scattered_paths_and_everything_happens_on_some() {
    let flags = ["rescued", "exchanged", "payment_default", "dropped", "renegotiated"];
    let mut seen = [0.0; 5];
    for seed in 0..60 {
        let ledger = assert_crowd_balances(Chance::Scripted(&Scattered(seed)));
        for (flag, seen) in flags.iter().zip(&mut seen) {
            *seen += count(&ledger, &format!("zeta.{flag}"));
        }
        if seed < 12 {
            assert_openai_balances(&Scattered(seed));
        }
    }
    assert!(seen.iter().all(|count| *count > 0.0), "{flags:?} happened {seen:?}");
}

#[test]
fn the_crowded_plan_balances() {
    let ledger = assert_crowd_balances(Chance::Off);
    assert_eq!(ledger.columns[3], "price.gpu.spot", "families in file order");
    let labs: Vec<&String> = ledger.columns.iter().filter(|name| name.split('.').nth(1) == Some("X")).collect();
    assert_eq!(labs, ["zeta.X", "alpha.X"], "labs in file order");
}

/// A lab that pays two billions a month from thirty; the market bursts in month 0 and stays closed.
const FREEZE: &str = r#"
[scenario]
start = "2026-01"
horizon = "3y"

[market]
burst = { hazard = 0.1 }
freeze_mean = "15mo"
supply = { 2026 = "9000B USD" }

[lab.acme]
cash = "30B USD"
revenue = { target = { 2028 = "1 USD", 2032 = "900B USD" } }
round = { max_share = "100%", gap = "1mo" }

[[contract]]
id = "cloud"
lab = "acme"
provider = "nimbus"
amount = "240B USD"
start = "2026-01"
term = "10y"
"#;

/// A burst in month 0 and nothing else.
struct BurstAtOnce;

impl Draws for BurstAtOnce {
    fn normal(&self, _: &str, _: usize) -> f64 {
        0.0
    }

    fn uniform(&self, name: &str, month: usize) -> f64 {
        if name == "burst" && month == 0 { 0.0 } else { 1.0 - 1e-12 }
    }

    fn delay(&self, _: &str) -> usize {
        0
    }
}

#[test]
fn cash_of_fifteen_months_and_three_of_grace_end_in_month_eighteen() {
    let ledger = run(FREEZE, Chance::Scripted(&BurstAtOnce));
    let defaults = ledger.column("acme.payment_default");
    assert_eq!(defaults.iter().position(|flag| *flag > 0.0), Some(18));
    let (lab, when, months) = &ledger.endurance[0];
    assert_eq!((lab.as_str(), when.as_str()), ("acme", "start"));
    assert!((months - 15.0).abs() < 1e-12, "endurance {months}");
}

#[test]
fn monthly_first_passage_has_its_published_values() {
    // Black and Cox, monitored monthly, by recursive quadrature; drift of the log is mu - sigma^2/2.
    let cases = [(100.0, 80.0, 0.03, 0.25, 0.639_278_8), (50.0, 24.0, 0.08, 0.70, 0.746_133_8)];
    for (value, barrier, mu, sigma, expected) in cases {
        let found = passage(f64::ln(value / barrier), mu, sigma, 0.0, 0.0);
        assert!((found - expected).abs() < 1e-6, "{found} and not {expected}");
    }
}

#[test]
fn means_of_uncertain_numbers() {
    let document = r#"
        a = { dist = "pert", low = "10%", mode = "30%", high = "50%" }
        b = { same_as = "a", note = "tied" }
        c = { quantiles = { p10 = -1.0, p50 = 0.0, p90 = 1.0 } }
        d = { quantiles = { p10 = 0.0, p50 = 1.0, p90 = 4.0 } }
        e = { dist = "normal", mean = 3.0, sd = 1.0, max = 2.5 }
        f = { value = "30mo", source = "somewhere" }
    "#;
    let root = Node::parse(document);
    // d: 1 + E[s(z) z], slopes 1/z90 below and 3/z90 above the median, E[z; z > 0] = 1/sqrt(2 pi).
    let d = 1.0 + 2.0 / (1.281_551_565_544_6 * (2.0 * std::f64::consts::PI).sqrt());
    for (name, mean) in [("a", 0.3), ("b", 0.3), ("c", 0.0), ("d", d), ("e", 2.5), ("f", 30.0)] {
        let found = number(root.get(name).expect("a number"), &root);
        assert!((found - mean).abs() < 1e-10, "{name}: {found} and not {mean}");
    }
}
