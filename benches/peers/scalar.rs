//! The mini-model as plain Rust would have it: path after path, branches, the platform's `exp` and `ln`, the ziggurat
//! over one Xoshiro256++ a path. A peer, not a part of the engine.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};

use super::model::{
    AMORTISATION, ATTAINMENT, CASH_AT_START, CONTRACT, CONTRACTS, DRIVERS, DT, INTEREST, LOG_MULTIPLE_AT_START,
    METRICS, MONTHS, Mini, NOISE, PRICE, REVENUE_AT_START, ROOT_DT, SENTIMENT, SOURCES, VALUATION,
};

/// The state of a path.
struct Path {
    attainment: f64,
    sentiment: f64,
    log_price: f64,
    log_multiple: f64,
    revenue: f64,
    cash: f64,
    shut: bool,
    noise: [f64; CONTRACTS],
    liquidity: [f64; CONTRACTS],
    serving: [bool; CONTRACTS],
    drawn: [f64; SOURCES],
}

/// What the contracts of a month come to.
#[derive(Default)]
struct Invoices {
    bill: f64,
    served: f64,
    providers: f64,
}

/// The metrics of one path: whether it defaults, in which month, the loss.
pub(crate) fn path(model: &Mini, seed: u64, number: u64) -> [f64; METRICS] {
    let mut generator = SmallRng::seed_from_u64(seed << 40 | number);
    let mut path = Path {
        attainment: 0.0,
        sentiment: 0.0,
        log_price: 0.0,
        log_multiple: LOG_MULTIPLE_AT_START,
        revenue: REVENUE_AT_START,
        cash: CASH_AT_START,
        shut: false,
        noise: [0.0; CONTRACTS],
        liquidity: CONTRACT.map(|contract| contract.liquidity),
        serving: [true; CONTRACTS],
        drawn: [0.0; SOURCES],
    };
    for t in 0..MONTHS {
        if let Some(loss) = path.step(model, t, &mut generator) {
            return [1.0, t as f64, loss];
        }
    }
    [0.0; METRICS]
}

fn normals(model: &Mini, generator: &mut SmallRng) -> [f64; DRIVERS] {
    let own: [f64; DRIVERS] = std::array::from_fn(|_| StandardNormal.sample(generator));
    std::array::from_fn(|row| (0..=row).map(|j| model.factor[row][j] * own[j]).sum())
}

impl Path {
    /// A month; the loss if it ends in default.
    fn step(&mut self, model: &Mini, t: usize, generator: &mut SmallRng) -> Option<f64> {
        let z = normals(model, generator);
        self.processes(&z, [generator.random(), generator.random(), generator.random()]);
        let (price, multiple) = (self.log_price.exp(), self.log_multiple.exp());
        self.revenue *= (model.growth[t] * self.attainment.exp()).exp();
        let demand = 0.45 * DT * self.revenue / (0.5 + 0.5 * price);
        let month = self.invoices(&model.commitment[t], &z, price, demand);
        let revenue = DT * self.revenue * (0.6 + 0.4 * (month.served / demand).min(1.0));
        self.cash += 0.68 * revenue - model.spending[t] - month.bill - self.service();
        let value = multiple * self.revenue;
        let gap = 0.5 * month.bill - self.cash;
        if gap > 0.0 {
            self.draw(gap, &month, price, multiple, value);
        } else {
            self.repay(-0.25 * gap);
        }
        let debt = self.drawn[0] + self.drawn[1] + self.drawn[2] + self.drawn[4];
        let dead = self.cash < 0.0 || debt > 0.6 * value;
        dead.then(|| 0.6 * debt + 0.05 / 6.0 * model.remaining[t] * month.providers)
    }

    fn processes(&mut self, z: &[f64; DRIVERS], [regime, markdown, size]: [f64; 3]) {
        self.attainment = self.attainment * (1.0 - ATTAINMENT.0 * DT) + ATTAINMENT.1 * ROOT_DT * z[0];
        self.sentiment = self.sentiment * (1.0 - SENTIMENT.0 * DT) + SENTIMENT.1 * ROOT_DT * z[3];
        let (rate, slope) = if self.shut { (1.5, 0.6) } else { (0.35, -1.2) };
        self.shut ^= regime < (rate * DT * (slope * self.sentiment).exp()).min(1.0);
        let likely = if self.shut { 0.9 } else { 0.3 };
        let jump = if markdown < likely * DT { -0.12 * (1.0 - size).ln() } else { 0.0 };
        let slide = if self.shut { 0.5 * DT } else { 0.0 };
        self.log_price += (PRICE.0 - 0.5 * PRICE.1 * PRICE.1) * DT + PRICE.1 * ROOT_DT * z[1];
        self.log_multiple +=
            (VALUATION.0 - 0.5 * VALUATION.1 * VALUATION.1) * DT - slide + VALUATION.1 * ROOT_DT * z[2] - jump;
        self.attainment -= 0.25 * jump;
    }

    fn invoices(&mut self, commitments: &[f64; CONTRACTS], z: &[f64; DRIVERS], price: f64, demand: f64) -> Invoices {
        let mut month = Invoices::default();
        let support = if self.shut { -0.01 } else { 0.02 };
        for (k, contract) in CONTRACT.iter().enumerate() {
            self.noise[k] = NOISE.0 * self.noise[k] + NOISE.1 * z[4 + k];
            if !self.serving[k] {
                continue;
            }
            let commitment = commitments[k];
            let cost = (contract.fixed_cost + contract.floating_cost * price) * self.noise[k].exp();
            let want = contract.share * demand;
            let used = want.max(contract.take_or_pay * commitment).min(contract.cap * commitment);
            month.bill += used * cost;
            month.served += want.min(used);
            self.liquidity[k] += used * cost + commitment * (support - contract.running_cost * (0.6 + 0.4 * price));
            self.serving[k] = self.liquidity[k] >= 0.0;
            month.providers += f64::from(u8::from(self.serving[k]));
        }
        month
    }

    /// Interest and amortisation; repays the latter.
    fn service(&mut self) -> f64 {
        let spread = if self.shut { 0.03 } else { 0.0 };
        let interest: f64 = [0, 1, 2, 4].iter().map(|&j| self.drawn[j] * (INTEREST[j] + spread)).sum();
        let mut repaid = 0.0;
        for (drawn, share) in self.drawn.iter_mut().zip(AMORTISATION) {
            repaid += *drawn * share;
            *drawn -= *drawn * share;
        }
        interest * DT + repaid
    }

    fn draw(&mut self, mut need: f64, month: &Invoices, price: f64, multiple: f64, value: f64) {
        for source in 0..SOURCES {
            let available = match source {
                0 => 0.75 * month.bill - self.drawn[0],
                1 => (if self.shut { 2.0 } else { 4.0 }) - self.drawn[1],
                2 => 2.5 * month.bill * price.min(1.0) - self.drawn[2],
                3 if multiple > 6.0 => 0.06 * month.bill * month.providers,
                4 if !self.shut => (0.004 * value).min(0.10 * value - self.drawn[4]),
                5 if self.shut => 0.0003 * value,
                5 => 0.005 * value * (DT * multiple).min(1.0),
                _ => 0.0,
            };
            let amount = available.max(0.0).min(need);
            need -= amount;
            self.cash += amount;
            self.drawn[source] += amount;
            if need <= 0.0 {
                break;
            }
        }
    }

    fn repay(&mut self, mut excess: f64) {
        for drawn in &mut self.drawn[..3] {
            let amount = drawn.min(excess);
            *drawn -= amount;
            excess -= amount;
            self.cash -= amount;
        }
    }
}
