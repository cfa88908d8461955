//! The mini-model as a [`Dynamics`] of this engine: the equations of `model.py` and its peers, 64 paths side by side.
//!
//! Its numbers are for measuring speed; they describe no company.

use std::array::from_fn;

use ouroborisk::engine::{Dynamics, Innovations, Row, Slots, Uncertainty};
use ouroborisk::lanes::{Lanes, flag, select};
use ouroborisk::random::math::{exp, ln, max, min};

/// Months of a path.
pub(crate) const MONTHS: usize = 96;
/// Correlated normals a month: attainment, price, valuation, sentiment, the cost noise of each contract.
pub(crate) const DRIVERS: usize = 10;
pub(crate) const CONTRACTS: usize = 6;
/// Vendor deferral, revolver, asset-backed loan, vendor equity, convertible, equity.
pub(crate) const SOURCES: usize = 6;

/// A month in years, and the square root of it.
pub(crate) const DT: f64 = 1.0 / 12.0;
pub(crate) const ROOT_DT: f64 = 0.288_675_134_594_812_9;

/// Ornstein-Uhlenbeck processes: reversion and volatility a year.
pub(crate) const ATTAINMENT: (f64, f64) = (0.5, 0.5);
pub(crate) const SENTIMENT: (f64, f64) = (0.8, 0.6);
/// Geometric Brownian motions: drift and volatility a year.
pub(crate) const PRICE: (f64, f64) = (-0.12, 0.25);
pub(crate) const VALUATION: (f64, f64) = (-0.10, 0.35);
/// Cost noise of a contract: persistence a month, and the innovation that makes it 0.1 wide in the long run.
pub(crate) const NOISE: (f64, f64) = (0.8, 0.06);

pub(crate) const REVENUE_AT_START: f64 = 15.0;
pub(crate) const CASH_AT_START: f64 = 40.0;
pub(crate) const LOG_MULTIPLE_AT_START: f64 = 2.995_732_273_553_991;

/// One compute contract.
#[derive(Clone, Copy)]
pub(crate) struct Contract {
    pub(crate) fixed_cost: f64,
    pub(crate) floating_cost: f64,
    pub(crate) share: f64,
    pub(crate) take_or_pay: f64,
    pub(crate) cap: f64,
    pub(crate) running_cost: f64,
    pub(crate) liquidity: f64,
}

/// Fixed and floating cost, share of demand, take-or-pay, cap, the provider's running cost and its liquidity at start.
const fn contract([fixed_cost, floating_cost, share, take_or_pay, cap, running_cost, liquidity]: [f64; 7]) -> Contract {
    Contract { fixed_cost, floating_cost, share, take_or_pay, cap, running_cost, liquidity }
}

pub(crate) const CONTRACT: [Contract; CONTRACTS] = [
    contract([0.9, 0.1, 0.30, 0.95, 1.10, 0.62, 4.0]),
    contract([0.7, 0.3, 0.22, 0.90, 1.10, 0.66, 2.5]),
    contract([0.5, 0.5, 0.18, 0.90, 1.15, 0.70, 1.2]),
    contract([0.8, 0.2, 0.12, 0.85, 1.20, 0.64, 1.0]),
    contract([0.3, 0.7, 0.10, 0.70, 1.30, 0.66, 0.9]),
    contract([0.0, 1.0, 0.08, 0.30, 2.00, 0.55, 1.5]),
];

/// Yearly interest of each source, and what is repaid of it a month.
pub(crate) const INTEREST: [f64; SOURCES] = [0.04, 0.06, 0.08, 0.0, 0.05, 0.0];
pub(crate) const AMORTISATION: [f64; 3] = [0.25, 0.02, 0.015];

/// The tables of the model.
#[derive(Clone)]
pub(crate) struct Mini {
    slots: Slots,
    /// Lower triangle of the drivers' Cholesky factor.
    pub(crate) factor: [[f64; DRIVERS]; DRIVERS],
    /// Planned growth of revenue a month.
    pub(crate) growth: [f64; MONTHS],
    /// Fixed spending a month.
    pub(crate) spending: [f64; MONTHS],
    /// Commitment of each contract.
    pub(crate) commitment: [[f64; CONTRACTS]; MONTHS],
    /// All commitments from this month on.
    pub(crate) remaining: [f64; MONTHS],
}

impl Default for Mini {
    fn default() -> Self {
        let year: [f64; MONTHS] = from_fn(|month| month as f64 * DT);
        let ramp = year.map(|year| 1.0 / (1.0 + exp((3.0 - year) / 0.9)));
        let commitment = ramp.map(|ramp| from_fn(|k| 1.275 * CONTRACT[k].share * (8.0 + 72.0 * ramp) / 12.0));
        Self {
            slots: slots(),
            factor: cholesky(&correlations()),
            growth: year.map(|year| DT * (0.95 * exp(-year / 2.6) + 0.05)),
            spending: year.map(|year| 6.0 * exp(0.15 * year) / 12.0),
            commitment,
            remaining: from_fn(|month| commitment[month..].iter().flatten().sum()),
        }
    }
}

impl Uncertainty for Mini {
    type World = Self;

    fn world(&self, _: u32) -> Self {
        self.clone()
    }
}

fn slots() -> Slots {
    let mut slots = Slots::default();
    for driver in 0..DRIVERS {
        slots.normal(format!("driver.{driver}"));
    }
    for event in ["regime", "markdown", "markdown.size"] {
        slots.uniform(event);
    }
    slots
}

fn correlations() -> [[f64; DRIVERS]; DRIVERS] {
    from_fn(|i| {
        from_fn(|j| match (i.min(j), i.max(j)) {
            (a, b) if a == b => 1.0,
            (0, 2) => 0.45,
            (0, 3) => 0.30,
            (1, 2) => 0.15,
            (1, 3) => 0.10,
            (2, 3) => 0.60,
            (1, _) => 0.20,
            (3, _) => -0.15,
            (0, 1) | (4.., _) => 0.25,
            _ => 0.0,
        })
    })
}

fn cholesky(matrix: &[[f64; DRIVERS]; DRIVERS]) -> [[f64; DRIVERS]; DRIVERS] {
    let mut factor = [[0.0; DRIVERS]; DRIVERS];
    for row in 0..DRIVERS {
        for column in 0..=row {
            let known: f64 = (0..column).map(|k| factor[row][k] * factor[column][k]).sum();
            let rest = matrix[row][column] - known;
            factor[row][column] = if row == column { rest.sqrt() } else { rest / factor[column][column] };
        }
    }
    factor
}

/// The state of `B` paths.
#[derive(Clone)]
pub(crate) struct Block<const B: usize> {
    attainment: Lanes<B>,
    sentiment: Lanes<B>,
    log_price: Lanes<B>,
    log_multiple: Lanes<B>,
    revenue: Lanes<B>,
    cash: Lanes<B>,
    shut: Lanes<B>,
    noise: [Lanes<B>; CONTRACTS],
    liquidity: [Lanes<B>; CONTRACTS],
    serving: [Lanes<B>; CONTRACTS],
    drawn: [Lanes<B>; SOURCES],
    live: Lanes<B>,
    month: Lanes<B>,
    loss: Lanes<B>,
}

/// What a month hands from stage to stage.
pub(crate) struct Month<const B: usize> {
    normals: [Lanes<B>; DRIVERS],
    price: Lanes<B>,
    multiple: Lanes<B>,
    demand: Lanes<B>,
    /// What running a unit costs a provider, and what others bring in, both per committed unit.
    running: Lanes<B>,
    support: Lanes<B>,
    bill: Lanes<B>,
    served: Lanes<B>,
    providers: Lanes<B>,
    /// What a served unit costs, by contract.
    cost: [Lanes<B>; CONTRACTS],
}

impl Dynamics for Mini {
    type Block<const B: usize> = Block<B>;
    type Workspace<const B: usize> = Month<B>;

    fn months(&self) -> usize {
        MONTHS
    }

    fn slots(&self) -> &Slots {
        &self.slots
    }

    #[inline(always)]
    fn begin<const B: usize>(&self, _: &Innovations<B>) -> (Block<B>, Month<B>) {
        let zero = Lanes::splat(0.0);
        let block = Block {
            attainment: zero,
            sentiment: zero,
            log_price: zero,
            log_multiple: Lanes::splat(LOG_MULTIPLE_AT_START),
            revenue: Lanes::splat(REVENUE_AT_START),
            cash: Lanes::splat(CASH_AT_START),
            shut: zero,
            noise: [zero; CONTRACTS],
            liquidity: from_fn(|k| Lanes::splat(CONTRACT[k].liquidity)),
            serving: [Lanes::splat(1.0); CONTRACTS],
            drawn: [zero; SOURCES],
            live: Lanes::splat(1.0),
            month: zero,
            loss: zero,
        };
        let month = Month {
            normals: [zero; DRIVERS],
            price: zero,
            multiple: zero,
            demand: zero,
            running: zero,
            support: zero,
            bill: zero,
            served: zero,
            providers: zero,
            cost: [zero; CONTRACTS],
        };
        (block, month)
    }

    #[inline(always)]
    fn step<const B: usize>(&self, block: &mut Block<B>, month: &mut Month<B>, t: usize, draws: &Innovations<B>) {
        correlate(&self.factor, draws, month);
        processes(block, month, draws);
        markets(self.growth[t], block, month);
        costs(block, month);
        for (k, contract) in CONTRACT.iter().enumerate() {
            invoice(contract, self.commitment[t][k], k, block, month);
        }
        finance(self.spending[t], self.remaining[t], t, block, month);
    }

    fn states(&self) -> usize {
        0
    }

    fn observe<const B: usize>(&self, _: &Block<B>, _: &Month<B>, _: &mut Row<B>) {}

    fn metrics(&self) -> usize {
        METRICS
    }

    #[inline(always)]
    fn measure<const B: usize>(&self, block: &Block<B>, row: &mut Row<B>) {
        let mut default = block.live;
        default.update(|_, live| 1.0 - live);
        for metric in [default, block.month, block.loss] {
            row.push(metric);
        }
    }

    fn residual<const B: usize>(&self, _: &Block<B>) -> Lanes<B> {
        Lanes::splat(0.0)
    }
}

/// Metrics of a path: whether it defaults, in which month, the loss.
pub(crate) const METRICS: usize = 3;

/// One row of the Cholesky factor. Its length is known to the compiler: a triangular loop would stay scalar.
#[inline(always)]
fn row<const N: usize>(factor: &[[f64; DRIVERS]; DRIVERS], own: &[f64; DRIVERS]) -> f64 {
    let weights = &factor[N - 1];
    let mut sum = weights[0] * own[0];
    for j in 1..N {
        sum = weights[j].mul_add(own[j], sum);
    }
    sum
}

#[inline(always)]
fn correlate<const B: usize>(factor: &[[f64; DRIVERS]; DRIVERS], draws: &Innovations<B>, month: &mut Month<B>) {
    let Ok(own): Result<&[Lanes<B>; DRIVERS], _> = draws.normals.as_slice().try_into() else { return };
    let [z0, z1, z2, z3, z4, z5, z6, z7, z8, z9] = &mut month.normals;
    for i in 0..B {
        let own: [f64; DRIVERS] = from_fn(|j| own[j][i]);
        z0[i] = row::<1>(factor, &own);
        z1[i] = row::<2>(factor, &own);
        z2[i] = row::<3>(factor, &own);
        z3[i] = row::<4>(factor, &own);
        z4[i] = row::<5>(factor, &own);
        z5[i] = row::<6>(factor, &own);
        z6[i] = row::<7>(factor, &own);
        z7[i] = row::<8>(factor, &own);
        z8[i] = row::<9>(factor, &own);
        z9[i] = row::<10>(factor, &own);
    }
}

/// Attainment, sentiment, regime, markdown, price and valuation.
#[inline(always)]
fn processes<const B: usize>(block: &mut Block<B>, month: &Month<B>, draws: &Innovations<B>) {
    let [regime, markdown, size] = draws.uniforms.as_slice() else { return };
    let drift = |(mu, sigma): (f64, f64)| (mu - 0.5 * sigma * sigma) * DT;
    let (price_drift, multiple_drift) = (drift(PRICE), drift(VALUATION));
    let [z0, z1, z2, z3, ..] = &month.normals;
    for i in 0..B {
        let attainment = block.attainment[i].mul_add(1.0 - ATTAINMENT.0 * DT, ATTAINMENT.1 * ROOT_DT * z0[i]);
        let sentiment = block.sentiment[i].mul_add(1.0 - SENTIMENT.0 * DT, SENTIMENT.1 * ROOT_DT * z3[i]);
        let was_shut = block.shut[i] != 0.0;
        let rate = select(was_shut, 1.5 * DT, 0.35 * DT) * exp(sentiment * select(was_shut, 0.6, -1.2));
        let shut = was_shut ^ (regime[i] < min(rate, 1.0));
        let jump = select(markdown[i] < select(shut, 0.9 * DT, 0.3 * DT), -0.12 * ln(size[i]), 0.0);
        let multiple_drift = multiple_drift - select(shut, 0.5 * DT, 0.0);
        block.sentiment[i] = sentiment;
        block.shut[i] = flag(shut);
        block.log_price[i] += (PRICE.1 * ROOT_DT).mul_add(z1[i], price_drift);
        block.log_multiple[i] += (VALUATION.1 * ROOT_DT).mul_add(z2[i], multiple_drift) - jump;
        block.attainment[i] = (-0.25f64).mul_add(jump, attainment);
    }
}

/// Price, multiple, revenue and the demand for compute.
#[inline(always)]
fn markets<const B: usize>(growth: f64, block: &mut Block<B>, month: &mut Month<B>) {
    for i in 0..B {
        let price = exp(block.log_price[i]);
        let revenue = block.revenue[i] * exp(growth * exp(block.attainment[i]));
        block.revenue[i] = revenue;
        month.price[i] = price;
        month.multiple[i] = exp(block.log_multiple[i]);
        month.demand[i] = 0.45 * DT * revenue / 0.5f64.mul_add(price, 0.5);
        month.running[i] = 0.4f64.mul_add(price, 0.6);
        month.support[i] = select(block.shut[i] != 0.0, -0.01, 0.02);
        month.bill[i] = 0.0;
        month.served[i] = 0.0;
        month.providers[i] = 0.0;
    }
}

/// The cost of a unit at each provider: six exponentials side by side, whose chains fill each other's gaps.
#[inline(always)]
fn costs<const B: usize>(block: &mut Block<B>, month: &mut Month<B>) {
    for i in 0..B {
        for (k, contract) in CONTRACT.iter().enumerate() {
            let noise = NOISE.0.mul_add(block.noise[k][i], NOISE.1 * month.normals[4 + k][i]);
            block.noise[k][i] = noise;
            month.cost[k][i] = contract.floating_cost.mul_add(month.price[i], contract.fixed_cost) * exp(noise);
        }
    }
}

/// What a contract serves and bills, and whether its provider can go on.
#[inline(always)]
fn invoice<const B: usize>(contract: &Contract, commitment: f64, k: usize, block: &mut Block<B>, month: &mut Month<B>) {
    let (least, most) = (contract.take_or_pay * commitment, contract.cap * commitment);
    for i in 0..B {
        let want = contract.share * month.demand[i];
        let used = min(max(want, least), most) * block.serving[k][i];
        let bill = used * month.cost[k][i];
        let margin = (-contract.running_cost).mul_add(month.running[i], month.support[i]);
        let liquidity = block.liquidity[k][i] + commitment.mul_add(margin, bill);
        let serving = select(liquidity < 0.0, 0.0, block.serving[k][i]);
        block.liquidity[k][i] = liquidity;
        block.serving[k][i] = serving;
        month.bill[i] += bill;
        month.served[i] += min(want, used);
        month.providers[i] += serving;
    }
}

/// Draws what is needed from a source, as far as it goes.
#[inline(always)]
fn draw(available: f64, need: &mut f64, cash: &mut f64, drawn: &mut f64) {
    let amount = min(max(available, 0.0), *need);
    *need -= amount;
    *cash += amount;
    *drawn += amount;
}

/// Repays a debt from the excess, as far as it goes.
#[inline(always)]
fn repay(excess: &mut f64, cash: &mut f64, drawn: &mut f64) {
    let amount = min(*drawn, *excess);
    *excess -= amount;
    *cash -= amount;
    *drawn -= amount;
}

/// Cash, the waterfall of sources, repayment and default.
#[inline(always)]
fn finance<const B: usize>(spending: f64, remaining: f64, t: usize, block: &mut Block<B>, month: &Month<B>) {
    let [deferral, revolver, loan, vendor, convertible, equity] = &mut block.drawn;
    for i in 0..B {
        let (bill, price, multiple, providers) = (month.bill[i], month.price[i], month.multiple[i], month.providers[i]);
        let shut = block.shut[i] != 0.0;
        let mut drawn = [deferral[i], revolver[i], loan[i], vendor[i], convertible[i], equity[i]];
        let service = service(&mut drawn, shut);
        let revenue = DT * block.revenue[i] * 0.4f64.mul_add(min(month.served[i] / month.demand[i], 1.0), 0.6);
        let mut cash = block.cash[i] + (0.68 * revenue - spending - bill - service);
        let value = multiple * block.revenue[i];
        waterfall(&mut cash, &mut drawn, [bill, price, multiple, providers, value], shut);
        let debt = drawn[0] + drawn[1] + drawn[2] + drawn[4];
        let live = block.live[i];
        #[expect(clippy::needless_bitwise_bool, reason = "a jump would keep the loop from becoming vectors")]
        let dead = (live != 0.0) & ((cash < 0.0) | (debt > 0.6 * value));
        block.cash[i] = cash;
        block.live[i] = select(dead, 0.0, live);
        block.month[i] = select(dead, t as f64, block.month[i]);
        block.loss[i] = select(dead, 0.6 * debt + 0.05 / 6.0 * remaining * providers, block.loss[i]);
        [deferral[i], revolver[i], loan[i], vendor[i], convertible[i], equity[i]] = drawn;
    }
}

/// Interest and amortisation of a month; repays the latter.
#[inline(always)]
fn service(drawn: &mut [f64; SOURCES], shut: bool) -> f64 {
    let spread = select(shut, 0.03, 0.0);
    let mut interest = 0.0;
    for j in [0, 1, 2, 4] {
        interest += drawn[j] * (INTEREST[j] + spread);
    }
    let mut repaid = 0.0;
    for (drawn, share) in drawn.iter_mut().zip(AMORTISATION) {
        let amount = *drawn * share;
        *drawn -= amount;
        repaid += amount;
    }
    interest.mul_add(DT, repaid)
}

/// A shortfall below half a month of bills is drawn in order; of an excess a quarter repays debt.
#[inline(always)]
fn waterfall(
    cash: &mut f64,
    drawn: &mut [f64; SOURCES],
    [bill, price, multiple, providers, value]: [f64; 5],
    shut: bool,
) {
    let gap = 0.5f64.mul_add(bill, -*cash);
    let mut excess = max(-gap, 0.0) * 0.25;
    let mut need = max(gap, 0.0);
    let [deferral, revolver, loan, vendor, convertible, equity] = drawn;
    draw(0.75 * bill - *deferral, &mut need, cash, deferral);
    draw(select(shut, 2.0, 4.0) - *revolver, &mut need, cash, revolver);
    draw(2.5 * bill * min(price, 1.0) - *loan, &mut need, cash, loan);
    draw(select(multiple > 6.0, 0.06 * bill * providers, 0.0), &mut need, cash, vendor);
    draw(select(shut, 0.0, min(0.004 * value, 0.10 * value - *convertible)), &mut need, cash, convertible);
    draw(select(shut, 0.0003 * value, 0.005 * value * min(DT * multiple, 1.0)), &mut need, cash, equity);
    for debt in [deferral, revolver, loan] {
        repay(&mut excess, cash, debt);
    }
}
