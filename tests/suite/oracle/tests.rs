//! The oracle against the fixtures, its books, and problems with known answers.

use super::operations::shared_out;
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

/// Two labs and five entities with everything that the third edition added: a plan that expected another
/// decline, beliefs that learn, hazard and fall by level, letters, a lease, gigawatts, money with
/// commitments, givers under stress, sellers with limits, loans of entities, partial rescue, dated events.
pub(crate) const THIRD: &str = r#"
[scenario]
name = "Third"
start = "2026-05"
horizon = "66mo"

[market]
mean = 0.05
reversion = 0.25
volatility = 0.25
feedback = 0.6
growth = 0.05
run_up = 0.6
learning = 1.2
burst = { hazard = 0.08, run_up_beta = 3.0, level_beta = 1.2, fall = 0.5, fall_level = 0.6, fall_sd = 0.2 }
freeze_mean = "13mo"
supply = { 2026 = "5B USD", 2029 = "8B USD" }
supply_beta = 0.7
frozen_supply = 0.25

[regulation]
hazard = "12%"
duration = "9mo"

[family.gpu]
reference = true
price_decline = "25%"
plan_decline = "17%"
volatility = 0.2
on_demand = { cloudco = 0.6, spare = 0.4 }

[family.asic]
relative_price = 0.8
price_decline = "22%"
volatility = 0.15
adoption = { max = "70%", midpoint = "2027-09", width = "10mo" }
on_demand = { spare = 0.3, chipco = 0.7 }

[on_demand]
capacity = { 2026 = "60%", 2030 = "90%" }
premium = "18%"

[lab.north]
cash = "8B USD"
valuation = "55B USD"
min_cash = "1B USD"
cash_volatility = "0.4B USD"
tax_rate = "21%"
stakes = { fundco = 0.15, chipco = 0.05 }
invested = { fundco = "2B USD", chipco = "1B USD" }
revenue = { target = { 2026 = "5B USD", 2028 = "17B USD", 2031 = "45B USD" }, attainment = { after = "3y", median = 0.75, p90 = 1.2 }, freeze_drag = 0.1, training_drag = 0.15 }
compute = { inference_share = 0.4, training = { 2026 = "4B USD", 2030 = "9B USD" }, training_elasticity = 0.4, intensity = { drift = 0.03, reversion = 0.3, volatility = 0.12 } }
opex = { of_revenue = "6%", fixed = { 2026 = "1.5B USD", 2031 = "5B USD" } }
austerity = { runway = "8mo", training_cut = "25%", on_demand_runway = "11mo" }
round = { max_share = "14%", participants = { cloudco = 0.2, fundco = 0.25, chipco = 0.2 } }
ipo = { earliest = "2028-01", rate = 0.4, float = "7%", min_valuation = "50B USD" }
scale_back = { renegotiate = 0.8, renegotiate_fee = "10%" }
resolution = { sponsor = "cloudco", capacity = "0.6B USD", rescue = 0.7, rescue_frozen = 0.8, rescue_runway = "6mo", exchange = 0.4 }

[[lab.north.revenue_share]]
to = "cloudco"
share = "10%"
cap = "4B USD"

[lab.south]
cash = "3B USD"
valuation = "18B USD"
market_beta = 1.3
last_round = "2026-01"
revenue = { target = { 2026 = "1B USD", 2030 = "11B USD" }, volatility = 0.3, reversion = 0.15 }
compute = { inference_share = 0.45, training = { 2026 = "2B USD", 2030 = "5.5B USD" } }
opex = { fixed = { 2026 = "0.8B USD", 2030 = "2B USD" } }
austerity = { runway = "5mo", on_demand_runway = "9mo" }
round = { gap = "5mo", participants = { fundco = 0.5, spare = 0.1 } }
resolution = { sponsor = "chipco", capacity = "3B USD", rescue = 0.5, rescue_runway = "4mo", exchange = 0.4, lgd = 0.6 }

[entity.chipco]
assets = "300B USD"
asset_growth = "8%"
asset_volatility = 0.35
debt = "40B USD"
burst_beta = 0.9
giving_elasticity = 1.5
on_demand_limit = { 2026 = "1B USD", 2029 = "3B USD" }

[entity.cloudco]
assets = "120B USD"
asset_growth = "5%"
asset_volatility = 0.3
debt = "70B USD"
leases = "15B USD"
burst_beta = 0.6
on_demand_limit = { 2026 = "1.5B USD", 2029 = "2.5B USD" }

[entity.fundco]
assets = "45B USD"
asset_growth = "4%"
asset_volatility = 0.4
debt = "15B USD"
burst_beta = 0.7
giving_elasticity = 0.5
max_ltv = "50%"

[entity.landco]
assets = "20B USD"
asset_volatility = 0.2
barrier = "9B USD"
leases = "3B USD"

[entity.spare]
group = "chipco"
on_demand_limit = { 2026 = "2B USD" }

[[contract]]
id = "north-gpu"
lab = "north"
provider = "cloudco"
family = "gpu"
amount = "36B USD"
start = "2026-10"
term = "6y"
ramp = "10mo"
firm = 0.6
delay = { mean = "4mo", cv = 0.8 }
take_or_pay = 0.8
price = "locked"
margin = "55%"
capex = "40%"
lead = "9mo"
relet_depth = "4B USD"

[[contract]]
id = "north-letter"
lab = "north"
provider = "chipco"
family = "asic"
status = "framework"
probability = 0.6
decided = "2027-03"
close_beta = 0.8
close_freeze = 1.2
amount = "14B USD"
start = "2027-08"
term = "4y"
take_or_pay = 0.7
price = "indexed"
pass_through = { landco = 0.2 }
margin = "50%"
capex = "45%"

[[contract]]
id = "south-letter"
lab = "south"
provider = "cloudco"
workload = "training"
probability = 0.7
schedule = { 2025 = "0.3B USD", 2026 = "0.8B USD", 2027 = "1B USD", 2028 = "0.6B USD" }
start = "2025-11"
term = "30mo"
margin = "45%"
capex = "30%"

[[contract]]
id = "south-late"
lab = "south"
provider = "landco"
workload = "inference"
probability = 0.55
decided = "2028-02"
amount = "5B USD"
start = "2027-10"
term = "3y"
firm = 0.5
take_or_pay = 0.9
price = "locked"
margin = "40%"
capex = "35%"
lead = "6mo"

[[contract]]
id = "deed"
lab = "south"
provider = "landco"
decided = "2026-12"
amount = "1.5B USD"
start = "2026-09"
term = "3y"
margin = "40%"
capex = "35%"
lead = "10mo"

[[contract]]
id = "halls"
lab = "north"
provider = "landco"
workload = "none"
amount = "6B USD"
start = "2026-08"
term = "5y"
firm = 0.8
margin = "70%"
capex = "60%"

[[contract]]
id = "gigawatts"
lab = "south"
provider = "chipco"
family = "asic"
capacity = "250 MW"
price_per_gw_year = "6B USD"
start = "2027-01"
term = "4y"
ramp = "8mo"
firm = 0.7
take_or_pay = 0.6
margin = "50%"
capex = "30%"

[[investment]]
id = "ring"
investor = "chipco"
lab = "north"
amount = "3B USD"
date = "2026-09"
deadline = "2029-12"
probability = 0.8
close_beta = 1.0
close_freeze = 1.0
any = [{ min_valuation = "52B USD" }, { after_ipo = true, min_revenue_rate = "4B USD" }]
not = [{ min_group_spend = "9B USD" }, { min_valuation = "300B USD", market_open = true }]

[investment.commits]
multiple = 2.0
provider = "landco"
lead = "8mo"
term = "4y"
ramp = "6mo"
family = "asic"
firm = 0.7
take_or_pay = 0.8
price = "locked"
margin = "55%"
capex = "40%"

[[investment]]
id = "ring-south"
investor = "cloudco"
lab = "south"
amount = "1B USD"
date = "2026-05"
commits = { multiple = 1.5, lead = "5mo", term = "3y", take_or_pay = 0.7, workload = "inference", price = "indexed", margin = "35%", capex = "25%", renew = false }

[[investment]]
id = "forward"
investor = "fundco"
lab = "north"
amount = "2B USD"
date = "2027-04"
pricing = "contracted"

[[investment]]
id = "either"
investor = "fundco"
lab = "south"
amount = "1.2B USD"
date = "2027-02"
deadline = "2029-06"
any = [{ min_family_share = { gpu = "35%" } }, { min_revenue_rate = "4B USD" }]
market_open = true
commits = { multiple = 0.0, lead = "3mo", term = "2y" }

[[investment]]
id = "in-credits"
investor = "spare"
lab = "south"
amount = "0.8B USD"
date = "2027-06"
form = "credits"
pricing = "contracted"
probability = 0.9
not = [{ min_revenue_rate = "9B USD" }]

[[matching]]
id = "back"
investor = "chipco"
lab = "north"
contract = "north-letter"
ratio = 0.15
cap = "1.5B USD"

[[matching]]
id = "fund"
investor = "fundco"
lab = "south"
contract = "gigawatts"
ratio = 0.2
cap = "0.5B USD"

[[facility]]
id = "site"
lab = "north"
lender = "cloudco"
limit = "2B USD"
drawn = "0.8B USD"
rate = "8%"
committed = true
maturity = "2029-09"

[[facility]]
id = "chips"
lab = "south"
lender = "chipco"
limit = "1B USD"
drawn = "0.3B USD"
rate = "9%"
ltv = "12%"

[[facility]]
id = "bridge"
lab = "south"
lender = "chipco"
limit = "0.9B USD"
drawn = "0.9B USD"
rate = "9%"
maturity = "2028-03"

[[facility]]
id = "bank"
lab = "south"
lender = "banks"
limit = "0.5B USD"
rate = "10%"
committed = true

[[event]]
id = "crash"
kind = "burst"
date = "2027-11"
probability = 0.25
size = 0.4

[[event]]
id = "wobble"
kind = "burst"
date = "2028-10"
probability = 0.2

[[event]]
id = "slide"
kind = "fall"
date = "2027-05"
probability = 0.6
size = 0.15

[[event]]
id = "standstill"
kind = "freeze"
date = "2029-02"
probability = 0.5

[[event]]
id = "statute"
kind = "regulation"
date = "2026-11"
probability = 0.35

[[event]]
id = "south-ends"
kind = "default"
subject = "south"
date = "2030-03"
probability = 0.15

[[event]]
id = "fund-ends"
kind = "default"
subject = "fundco"
date = "2029-07"
probability = 0.3
"#;

/// Three labs that compete and three entities that can run out of cash, with everything that the fourth
/// edition added: treasuries and debts that fall due, credit with a regime of its own, shocks of demand and
/// shares, a leaver's customers, one purse, expansions, plans that follow values, idle cash that is spent,
/// contagion, lost orders, sites that lenders keep running.
pub(crate) const FOURTH: &str = r#"
[scenario]
name = "Fourth"
start = "2026-04"
horizon = "72mo"

[market]
mean = 0.1
reversion = 0.3
volatility = 0.25
feedback = 0.4
growth = 0.05
run_up = 0.6
learning = 1.5
one_purse = true
burst = { hazard = 0.07, run_up_beta = 2.0, level_beta = 0.5, fall = 0.5, fall_sd = 0.2, contagion = 0.9 }
freeze_mean = "9mo"
supply = { 2026 = "9B USD", 2030 = "16B USD" }
supply_beta = 0.5
frozen_supply = 0.25
credit = { joint = 0.6, hazard = 0.15, freeze_mean = "13mo", rolled = 0.5 }

[rivals]
demand_volatility = 0.12
share_volatility = 0.2
inherit = 0.6
relet_alone = 0.3

[family.gpu]
reference = true
price_decline = "22%"
plan_decline = "16%"
volatility = 0.15
on_demand = { cloud = 0.7, neo = 0.3 }

[family.asic]
relative_price = 0.8
price_decline = "20%"
adoption = { max = "80%", midpoint = "2027-03", width = "9mo" }
on_demand = { chips = 1.0 }

[on_demand]
capacity = { 2026 = "30%", 2031 = "45%" }
premium = "20%"

[lab.large]
cash = "12B USD"
valuation = "90B USD"
min_cash = "1B USD"
cash_volatility = "0.4B USD"
tax_rate = "21%"
stakes = { chips = 0.1, cloud = 0.05 }
invested = { chips = "2B USD", cloud = "1B USD" }
revenue = { target = { 2026 = "8B USD", 2028 = "24B USD", 2031 = "60B USD" }, volatility = 0.2, drift = -0.03, freeze_drag = 0.08, training_drag = 0.1 }
compute = { inference_share = 0.35, training = { 2026 = "4.5B USD", 2030 = "11B USD" }, training_elasticity = 0.5, intensity = { reversion = 0.3, volatility = 0.1 }, valuation_elasticity = 0.6, reinvest = 0.8, keep = "5mo" }
opex = { of_revenue = "6%", fixed = { 2026 = "2.5B USD", 2031 = "8B USD" } }
austerity = { runway = "7mo", training_cut = "25%", on_demand_runway = "9mo" }
round = { max_share = "12%", participants = { chips = 0.3, cloud = 0.2 } }
ipo = { earliest = "2028-02", rate = 0.8, float = "8%", min_valuation = "40B USD" }
scale_back = { renegotiate = 0.6, renegotiate_fee = "8%" }
resolution = { exchange = 0.3 }

[lab.second]
cash = "4B USD"
valuation = "25B USD"
market_beta = 1.3
last_round = "2026-01"
revenue = { target = { 2026 = "2B USD", 2030 = "17B USD" }, volatility = 0.3, reversion = 0.1, training_drag = 0.1 }
compute = { inference_share = 0.4, training = { 2026 = "2B USD", 2030 = "6B USD" }, valuation_elasticity = 0.4, reinvest = 0.5 }
opex = { fixed = { 2026 = "1.2B USD", 2030 = "3B USD" } }
austerity = { runway = "5mo", training_cut = "20%" }
round = { gap = "4mo", participants = { chips = 0.4 } }
ipo = { earliest = "2027-06", rate = 1.5, float = "10%" }
resolution = { sponsor = "cloud", capacity = "1B USD", rescue = 0.3, rescue_runway = "4mo", exchange = 0.3, lgd = 0.7 }

[lab.third]
cash = "1.5B USD"
valuation = "8B USD"
market_beta = 1.6
revenue = { target = { 2026 = "0.7B USD", 2030 = "6B USD" }, volatility = 0.4 }
compute = { inference_share = 0.5, training = { 2026 = "1B USD", 2030 = "2B USD" } }
opex = { fixed = { 2026 = "0.5B USD" } }
round = { gap = "5mo", participants = { neo = 0.1 } }
resolution = { exchange = 0.2, grace = "2mo" }

[clearing]
own = 0.8
claims = 0.9

[entity.chips]
assets = "250B USD"
asset_growth = "8%"
asset_volatility = 0.35
debt = "20B USD"
burst_beta = 0.8
giving_elasticity = 1.2
treasury = { cash = "6B USD", cash_flow = "9B USD", capex = { 2026 = "5B USD", 2031 = "9B USD" }, rate = "2%" }

[entity.cloud]
assets = "110B USD"
asset_growth = "6%"
asset_volatility = 0.3
debt = "58B USD"
leases = "6B USD"
burst_beta = 0.6
giving_elasticity = 0.8
max_ltv = "70%"
step_in = 0.7
on_demand_limit = { 2026 = "2B USD", 2030 = "4B USD" }

[entity.cloud.treasury]
cash = "5B USD"
cash_flow = "6B USD"
capex = { 2026 = "6B USD", 2029 = "10B USD", 2031 = "9B USD" }
capex_cut = "8mo"
min_cash = "4B USD"
rate = "3%"
debt_ceiling = "72%"
saleable = "10%"
discount = "25%"

[entity.neo]
assets = "14B USD"
asset_growth = "5%"
asset_volatility = 0.45
debt = "6B USD"
burst_beta = 0.9
step_in = 0.4
on_demand_limit = { 2026 = "0.6B USD" }

[entity.neo.treasury]
cash = "1.2B USD"
cash_flow = "-0.2B USD"
capex = { 2026 = "0.8B USD", 2029 = "0.5B USD" }
capex_cut = "3mo"
rate = "5%"
saleable = "20%"

[[debt]]
id = "cloud-2027"
borrower = "cloud"
amount = "9B USD"
maturity = "2027-09"
rate = "1%"

[[debt]]
id = "cloud-2029"
borrower = "cloud"
amount = "14B USD"
maturity = "2029-02"
rate = "1.5%"

[[debt]]
id = "cloud-2029-too"
borrower = "cloud"
lender = "neo"
amount = "4B USD"
maturity = "2029-02"

[[debt]]
id = "neo-2027"
borrower = "neo"
amount = "1.5B USD"
maturity = "2027-04"

[[debt]]
id = "neo-2028"
borrower = "neo"
lender = "cloud"
amount = "3B USD"
maturity = "2028-08"
rate = "4%"

[[debt]]
id = "neo-2031"
borrower = "neo"
lender = "cloud"
amount = "1.5B USD"
maturity = "2031-06"

[[debt]]
id = "cloud-2032"
borrower = "cloud"
lender = "neo"
amount = "6B USD"
maturity = "2032-03"

[[debt]]
id = "chips-2028"
borrower = "chips"
amount = "5B USD"
maturity = "2028-01"

[[contract]]
id = "large-gpu"
lab = "large"
provider = "cloud"
family = "gpu"
amount = "42B USD"
start = "2026-12"
term = "5y"
ramp = "10mo"
firm = 0.6
delay = { mean = "4mo", cv = 0.8 }
take_or_pay = 0.8
price = "locked"
margin = "55%"
capex = "45%"
relet_depth = "5B USD"
orders = { chips = 0.5, neo = 0.1 }

[[contract]]
id = "large-later"
lab = "large"
provider = "neo"
family = "gpu"
status = "framework"
amount = "12B USD"
start = "2028-06"
term = "5y"
take_or_pay = 0.7
margin = "50%"
capex = "50%"
lead = "15mo"
orders = { chips = 0.6 }

[[contract]]
id = "second-gpu"
lab = "second"
provider = "neo"
amount = "9B USD"
start = "2026-08"
term = "4y"
ramp = "6mo"
firm = 0.8
take_or_pay = 0.8
margin = "50%"
capex = "40%"
lead = "6mo"

[[contract]]
id = "second-asic"
lab = "second"
provider = "chips"
family = "asic"
workload = "inference"
probability = 0.7
decided = "2027-01"
amount = "6B USD"
start = "2027-09"
term = "4y"
take_or_pay = 0.6
price = "indexed"
margin = "40%"
capex = "30%"
orders = { cloud = 0.1 }

[[contract]]
id = "third-gpu"
lab = "third"
provider = "neo"
amount = "4B USD"
start = "2026-06"
term = "5y"
take_or_pay = 0.9
margin = "45%"
capex = "40%"
lead = "6mo"

[[contract]]
id = "third-later"
lab = "third"
provider = "cloud"
amount = "3B USD"
start = "2028-03"
term = "4y"
firm = 0.5
margin = "45%"
capex = "50%"
lead = "14mo"
orders = { chips = 0.5 }

[[contract]]
id = "halls"
lab = "large"
provider = "neo"
workload = "none"
amount = "3B USD"
start = "2026-09"
term = "5y"
margin = "60%"
capex = "50%"

[[investment]]
id = "ring"
investor = "chips"
lab = "large"
amount = "3B USD"
date = "2027-02"
deadline = "2029-12"
probability = 0.8
close_beta = 1.0
close_freeze = 1.0

[investment.commits]
multiple = 1.5
provider = "cloud"
lead = "8mo"
term = "4y"
family = "asic"
firm = 0.7
take_or_pay = 0.8
margin = "50%"
capex = "40%"

[[investment]]
id = "credits"
investor = "cloud"
lab = "second"
amount = "1B USD"
date = "2026-11"
form = "credits"

[[investment]]
id = "help"
investor = "cloud"
lab = "third"
amount = "0.8B USD"
date = "2027-05"
deadline = "2029-05"
probability = 0.9

[[matching]]
id = "back"
investor = "chips"
lab = "large"
contract = "large-gpu"
ratio = 0.1
cap = "1.5B USD"

[[facility]]
id = "line"
lab = "large"
lender = "cloud"
limit = "1.5B USD"
rate = "8%"

[[facility]]
id = "bridge"
lab = "second"
lender = "chips"
limit = "1.2B USD"
drawn = "0.6B USD"
rate = "9%"
committed = true
maturity = "2028-06"

[[facility]]
id = "bank"
lab = "third"
lender = "banks"
limit = "0.7B USD"
rate = "10%"

[[expansion]]
id = "grow"
lab = "large"
provider = "cloud"
family = "gpu"
first = "2027-06"
every = "9mo"
lead = "9mo"
term = "4y"
ramp = "6mo"
headroom = "5%"
share = "60%"
min_runway = "14mo"
firm = 0.7
take_or_pay = 0.8
margin = "45%"
capex = "50%"
relet_depth = "6B USD"

[[expansion]]
id = "grow-asic"
lab = "large"
provider = "chips"
family = "asic"
share = "50%"
every = "18mo"
term = "3y"
take_or_pay = 0.5
margin = "35%"
capex = "20%"
relet = 0.6
renew = false

[[expansion]]
id = "train"
lab = "second"
provider = "neo"
first = "2026-05"
every = "10mo"
lead = "4mo"
term = "2y"
ramp = "0mo"
min_runway = "6mo"
workload = "training"
take_or_pay = 0.9
margin = "40%"
capex = "50%"
relet_frozen = 0.6

[[event]]
id = "crash"
kind = "burst"
date = "2028-02"
probability = 0.3
size = 0.6

[[event]]
id = "crunch"
kind = "credit_freeze"
date = "2027-03"
probability = 0.4

[[event]]
id = "standstill"
kind = "freeze"
date = "2028-11"
probability = 0.4

[[event]]
id = "win"
kind = "win"
subject = "second"
date = "2027-10"
probability = 0.5
size = 0.3

[[event]]
id = "third-ends"
kind = "default"
subject = "third"
date = "2029-04"
probability = 0.2

[[event]]
id = "neo-ends"
kind = "default"
subject = "neo"
date = "2030-01"
probability = 0.2
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

/// The books of the third scenario.
fn assert_third_balances(chance: Chance<'_>) -> Ledger {
    let ledger = run(THIRD, chance);
    assert_books_balance(&ledger, "north", 8.0, &[]);
    assert_books_balance(&ledger, "south", 3.0, &["in-credits"]);
    assert_investors_paid(&ledger, &[("north", &[]), ("south", &["in-credits"])]);
    ledger
}

#[test]
fn the_third_plan_balances() {
    let ledger = assert_third_balances(Chance::Off);
    assert!(count(&ledger, "south.payment_default") < 1.0, "an event of 15 % is no part of the plan");
    assert!(ledger.column("north.contract.north-letter.rate").iter().any(|rate| *rate > 0.0), "a letter of 60 % is");
}

#[test]
fn everything_of_the_third_edition_happens_on_some_scattered_path() {
    let mut seen = std::collections::BTreeMap::new();
    for seed in 0..60 {
        let ledger = assert_third_balances(Chance::Scripted(&Scattered(seed)));
        let last = ledger.rows.len() - 1;
        let of = |t: usize, name: &str| cell(&ledger, t, name);
        let ever = |holds: &dyn Fn(usize) -> bool| (0..=last).any(holds);
        let after = |holds: &dyn Fn(usize) -> bool| (1..=last).any(holds);
        let cases = [
            ("a letter binds", ever(&|t| of(t, "north.contract.north-letter.rate") > 0.0)),
            (
                "a letter does not",
                !ever(&|t| of(t, "north.contract.north-letter.rate") > 0.0) && of(30, "north.revenue") > 0.0,
            ),
            ("a contract comes with money", ever(&|t| of(t, "north.contract.ring-commits.rate") > 0.0)),
            ("either of two conditions is late", after(&|t| t > 9 && of(t, "south.investment.either") > 0.0)),
            (
                "cloudco sells all it can",
                ever(&|t| {
                    let (cloud, spare) = ("invoice.on-demand.gpu.cloudco", "invoice.on-demand.gpu.spare");
                    let of = |name: &str| of(t, &format!("north.{name}"));
                    of(cloud) > 0.0 && of(spare) > of(cloud) * 0.4 / 0.6 + 1e-9
                }),
            ),
            (
                "a giver gives a part",
                ever(&|t| {
                    let (round, part) = (of(t, "north.round"), of(t, "north.round.chipco"));
                    part > 0.0 && part < 0.2 * round - 1e-9
                }),
            ),
            (
                "a giver gives nothing",
                ever(&|t| {
                    of(t, "north.round") > 0.0
                        && of(t, "north.round.fundco") == 0.0
                        && of(t, "entity.fundco.defaulted") == 0.0
                }),
            ),
            ("a rescue is a part", ever(&|t| of(t, "north.rescued") > 0.0 && of(t, "north.arrears") > 0.0)),
            (
                "training waits",
                ever(&|t| {
                    let used = of(t, "north.on_demand.gpu.used_units") + of(t, "north.on_demand.asic.used_units");
                    used == 0.0 && of(t, "north.unmet_training_units") > 0.0
                }),
            ),
            ("the market freezes without a fall", of(34, "market.open") < 1.0 && of(33, "market.open") > 0.0),
            ("south ends", of(46, "south.payment_default") > 0.0),
            ("fundco ends", of(38, "entity.fundco.defaulted") > of(37, "entity.fundco.defaulted")),
            (
                "cloudco's loan is drawn",
                ever(&|t| of(t, "north.cash_from.cloudco") > 0.0 && of(t, "north.draw.site") > 0.0),
            ),
        ];
        for (case, happened) in cases {
            *seen.entry(case).or_insert(0) += usize::from(happened);
        }
    }
    assert!(seen.values().all(|count| *count > 0), "{seen:#?}");
}

/// The books of the fourth scenario.
fn assert_fourth_balances(chance: Chance<'_>) -> Ledger {
    let ledger = run(FOURTH, chance);
    let labs: [(&str, &[&str]); 3] = [("large", &[]), ("second", &["credits"]), ("third", &[])];
    for ((lab, credits), cash) in labs.iter().zip([12.0, 4.0, 1.5]) {
        assert_books_balance(&ledger, lab, cash, credits);
    }
    assert_investors_paid(&ledger, &labs);
    ledger
}

#[test]
fn everything_of_the_fourth_edition_happens_on_some_scattered_path() {
    let cases = [
        "credit is frozen and the market is not",
        "the market is frozen and credit is not",
        "both are frozen",
        "a default is within the year before",
        "the purse binds",
        "the purse binds an IPO",
        "idle cash buys training",
        "idle cash finds too little",
        "more training than planned",
        "a leaver's customers come",
        "customers of two leavers come",
        "an expansion is signed",
        "an expansion is not signed",
        "orders are lost",
        "debt falls due",
        "it borrows in open credit",
        "it rolls in frozen credit",
        "it can borrow no more in open credit",
        "it can roll no more",
        "it sells assets and lives",
        "it would sell assets alone",
        "a giver has sold assets",
        "a contract is let again",
        "it cuts capital expenditure",
        "an entity loses on another",
        "it loses and stands",
        "a default is carried on",
        "an entity is illiquid",
        "an entity is illiquid and not insolvent",
        "an entity is insolvent and not illiquid",
        "an entity goes with its exposures only",
        "an entity goes without exposures only",
        "lenders keep a part running",
        "lenders keep a part of what is being built",
        "it pays interest on what it borrowed",
    ];
    let mut paths = std::collections::BTreeMap::new();
    for seed in 0..60 {
        for case in assert_fourth_balances(Chance::Scripted(&Scattered(seed))).seen {
            *paths.entry(case).or_insert(0) += 1;
        }
    }
    let never: Vec<&&str> = cases.iter().filter(|case| !paths.contains_key(**case)).collect();
    assert!(never.is_empty(), "never: {never:#?}, on how many of 60 paths: {paths:#?}");
}

#[test]
fn the_fourth_plan_balances() {
    assert_fourth_balances(Chance::Off);
}

#[test]
fn a_dated_burst_is_the_burst_that_comes_anyway() {
    let dated = format!("{FREEZE}\n[[event]]\nid = \"crash\"\nkind = \"burst\"\ndate = \"2026-01\"\n");
    let by_itself = run(FREEZE, Chance::Scripted(&BurstAtOnce));
    let by_date = run(&dated, Chance::Scripted(&Steady { normal: 0.0, uniform: 1.0 - 1e-12, delay: 0 }));
    assert_eq!(by_itself.rows, by_date.rows);
}

#[test]
fn a_bill_beyond_a_limit_goes_to_the_others() {
    let unlimited = f64::INFINITY;
    assert_eq!(shared_out(10.0, &[1.0, 3.0], &[unlimited, unlimited]), [2.5, 7.5]);
    assert_eq!(shared_out(10.0, &[1.0, 3.0], &[unlimited, 6.0]), [4.0, 6.0]);
    // The second is full at once, and its rest fills the first.
    assert_eq!(shared_out(10.0, &[1.0, 2.0, 1.0], &[3.0, 2.0, unlimited]), [3.0, 2.0, 5.0]);
}

/// A lab that lives on a loan of 9 at 10 % of an entity and is gone in month 12; nothing else moves.
const LOAN: &str = r#"
[scenario]
start = "2026-01"
horizon = "2y"

[economy]
discount_rate = "0%"

[lab.acme]
cash = "5B USD"
revenue = { target = { 2026 = "1 USD" } }
opex = { fixed = { 2026 = "6B USD" } }
resolution = { lgd = "50%" }

[entity.lender]
assets = "20B USD"
asset_volatility = "0%"

[[facility]]
id = "line"
lab = "acme"
lender = "lender"
limit = "9B USD"
drawn = "1B USD"
rate = "10%"

[[event]]
id = "end"
kind = "default"
subject = "acme"
date = "2027-01"
"#;

#[test]
fn a_loan_is_worth_par_until_the_lab_is_gone() {
    let ledger = run(LOAN, Chance::Off);
    let (worth, interest) = (ledger.column("entity.lender.worth"), ledger.column("acme.interest"));
    let debt = ledger.column("acme.debt");
    let mut earned = 0.0;
    for t in 0..12 {
        earned += interest[t];
        assert!((worth[t] - 20.0 - earned).abs() < 1e-9, "month {t}: {} and not {}", worth[t], 20.0 + earned);
        let lent = ledger.column("acme.cash_from.lender")[t];
        assert!(lent <= debt[t] - 1.0 + 1e-9, "month {t}: {lent} of {}", debt[t]);
    }
    let drawn = debt[11] + ledger.column("acme.draw.line")[12];
    assert!(drawn > 2.0, "the line is drawn: {drawn}");
    let left = 20.0 + earned + interest[12] - 0.5 * drawn;
    assert!((worth[12] - left).abs() < 1e-9, "{} and not {left}", worth[12]);
    assert!((worth[23] - left).abs() < 1e-9, "nothing comes after");
    assert!((count(&ledger, "acme.payment_default") - 1.0).abs() < 1e-12, "it goes once");
}

/// An entity that loses a tenth of a billion a month; it has one, and 20 of assets against 10 of debt.
const DRAIN: &str = r#"
[scenario]
start = "2026-01"
horizon = "6y"

[economy]
discount_rate = "0%"

[lab.acme]
cash = "1B USD"
revenue = { target = { 2026 = "1 USD" } }

[entity.owner]
assets = "20B USD"
asset_volatility = "0%"
debt = "10B USD"
treasury = { cash = "1B USD", cash_flow = "-1.2B USD", debt_ceiling = "60%" }
"#;

#[test]
fn an_entity_defaults_in_the_month_in_which_its_needs_exceed_its_cash_and_what_it_can_borrow() {
    let ledger = run(DRAIN, Chance::Off);
    // Debt may be 60 % of debt and equity: 15 on an equity of 10, so 5 can be borrowed beside a cash of 1.
    let defaulted = ledger.column("entity.owner.defaulted");
    assert_eq!(defaulted.iter().position(|flag| *flag > 0.0), Some(60));
    let debt = ledger.column("entity.owner.debt");
    assert!((debt[49] - 15.0).abs() < 1e-9 && (debt[60] - 15.0).abs() < 1e-9, "{} and {}", debt[49], debt[60]);
    assert!((ledger.column("entity.owner.cash")[59]).abs() < 1e-9);
}

#[test]
fn in_frozen_credit_a_part_is_rolled_and_the_rest_is_sold() {
    let frozen = r#"
[market.credit]
rolled = 0.5

[[event]]
id = "crunch"
kind = "credit_freeze"
date = "2026-01"

[[debt]]
id = "note"
borrower = "owner"
amount = "3B USD"
maturity = "2026-03"
"#;
    let text = DRAIN.replace("cash_flow = \"-1.2B USD\", ", "SALE") + frozen;
    let stuck = run(&text.replace("SALE", ""), Chance::Off);
    let of = |ledger: &Ledger, name: &str| cell(ledger, 2, &format!("entity.owner.{name}"));
    // 1 of cash and 1.5 borrowed for the 3 that are due.
    assert!((of(&stuck, "cash") + 0.5).abs() < 1e-9 && of(&stuck, "illiquid") > 0.0 && of(&stuck, "defaulted") > 0.0);
    let sold = run(&text.replace("SALE", "saleable = 0.05, "), Chance::Off);
    // 0.625 of the assets of 20 bring 0.5.
    assert!(of(&sold, "cash").abs() < 1e-9 && of(&sold, "defaulted") < 1.0);
    assert!((of(&sold, "sold") - 0.03125).abs() < 1e-12 && (of(&sold, "worth") - 19.875).abs() < 1e-9);
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
