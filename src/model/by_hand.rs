//! Equations against numbers worked by hand: the comparison, and a small world for the stages of a month.

use crate::calendar::{Month, Timeline};
use crate::engine::{Innovations, Slots};
use crate::lanes::Lanes;

use super::constants::BEYOND;
use super::contract::{Contract, ContractTables, Pricing, Relet, Terms, Workload};
use super::funding::Setting;
use super::measure::Asked;
use super::parameters::{
    Austerity, Balance, Burst, Conditions, Entity, Facility, Family, Investment, Lab, Market, MarketProcess,
    OutlookTables, Parameters, Punctual, Reopening, Resolution, ScaleBack, Treasury,
};
use super::process::{Growth, Reversion};
use super::state::{Block, LabState};
use super::valuation::{Fundamentals, Prospects};
use super::verdict::Odds;
use super::workspace::{LabMonth, Workspace};

/// Fails unless `found` is `expected` to six digits (six decimals below 1).
#[track_caller]
pub(crate) fn assert_close(found: f64, expected: f64) {
    let tolerance = 1e-6 * expected.abs().max(1.0);
    assert!((found - expected).abs() <= tolerance, "{found} should be {expected}");
}

/// The hazard, reversion or rate a year whose factor `exp(-rate dt)` of a month is one half.
pub(crate) const HALVES_IN_A_MONTH: f64 = 12.0 * std::f64::consts::LN_2;

/// A world of one path and the flows of its month, for stages that need all of it.
pub(crate) struct World {
    pub(crate) p: Parameters,
    pub(crate) block: Block<1>,
    pub(crate) work: Workspace<1>,
    /// Shocks and uniforms of zero: every event whose probability is above zero happens.
    pub(crate) draws: Innovations<1>,
}

impl World {
    /// Funds the lab in month `t` by one `stage` of its funding.
    pub(crate) fn fund(
        &mut self,
        t: usize,
        stage: impl FnOnce(&Parameters, &mut LabState<1>, &mut LabMonth<1>, Setting<'_, 1>),
    ) {
        let Self { p, block, work, draws } = self;
        let ratio = Lanes([1.0]);
        let (market, entities) = (&block.market, &block.entities[..]);
        let setting = Setting { market, entities, ratio: &ratio, purse: None, t, draws };
        stage(p, &mut block.labs[0], &mut work.labs[0], setting);
    }
}

/// One lab, `acme`, two entities, `cloud` and `bank`, and one family at a price of 1; nothing is earned, spent, owned,
/// promised or at risk but for what `change` says.
pub(crate) fn world(change: impl FnOnce(&mut Parameters)) -> World {
    let mut slots = Slots::default();
    let labs = vec![lab(&mut slots)];
    let entity =
        |name: &str, group| Entity { name: name.to_owned(), group, balance: None, treasury: None, cloud_revenue: None };
    let mut p = Parameters {
        timeline: Timeline { start: Month::january(2026), months: 24 },
        discount_rate: 0.0,
        market: market(&mut slots),
        regulation: None,
        rivals: None,
        clearing: None,
        families: vec![Family {
            name: "gpu".to_owned(),
            plan_decline: 0.0,
            price: Growth::new(1.0, 0.0, 0.0, slots.normal("price.gpu")),
            plan_price: by_month(1.0),
            adoption: by_month(1.0),
            is_limited: false,
            on_demand: Vec::new(),
            on_demand_limits: Vec::new(),
        }],
        reference: 0,
        on_demand_premium: 0.0,
        labs,
        events: Vec::new(),
        entities: vec![entity("cloud", 0), entity("bank", 1)],
        dates: vec![23],
        year_ends: vec![11, 23],
        endurance_ends: vec![23],
        asked: Asked::EVERYTHING,
        metrics: 0,
        slots,
    };
    change(&mut p);
    let draws = Innovations::new(&p.slots);
    World { block: Block::new(&p), work: Workspace::new(&p), draws, p }
}

/// A line of credit of so many dollars that nobody who is an entity lends, costs nothing and is open in a freeze too.
pub(crate) fn line_of_credit(limit: f64) -> Facility {
    Facility {
        id: "line".to_owned(),
        lender: None,
        drawn: 0.0,
        limit,
        rate: 0.0,
        ltv: f64::INFINITY,
        committed: true,
        maturity: None,
    }
}

/// A dollar a month for two years from month 0, of which all is paid in any case, at a margin of one half.
pub(crate) fn dollar_a_month() -> Terms {
    Terms {
        amounts: vec![1.0; 24],
        begin: 0,
        take_or_pay: 1.0,
        renew: false,
        margin: 0.5,
        capex: 0.0,
        lead: 1,
        discount_rate: 0.0,
        plant: None,
    }
}

/// A firm contract with the cloud on these terms; nothing of it is relet.
pub(crate) fn contract(terms: &Terms) -> Contract {
    Contract {
        id: "c".to_owned(),
        provider: 0,
        family: 0,
        begin: terms.begin,
        take_or_pay: terms.take_or_pay,
        firm: 1.0,
        price: Pricing::Plan,
        workload: Workload::Any,
        pass_through: Vec::new(),
        orders: Vec::new(),
        capital: terms.capital(),
        step_in: 1.0,
        margin: terms.margin,
        relet: Relet { share: 0.0, frozen: 1.0, depth: f64::INFINITY },
        delay: None,
        hinge: None,
        tables: ContractTables::new(terms, terms.begin, 24 + BEYOND),
    }
}

/// A dollar of the cloud in month 0, in cash and without conditions, with this probability.
pub(crate) fn investment(slots: &mut Slots, probability: f64) -> Investment {
    Investment {
        id: "money".to_owned(),
        investor: 0,
        group: 0,
        amount: 1.0,
        date: 0,
        deadline: i32::MAX,
        odds: Odds { probability, close_beta: 1.0, close_freeze: 2.0 },
        all: Conditions::default(),
        any: Vec::new(),
        not: Vec::new(),
        credits: false,
        contracted: false,
        verdict: slots.once("verdict"),
    }
}

/// A balance sheet of so many dollars that nothing moves.
pub(crate) fn balance(slots: &mut Slots, assets: f64, barrier: f64) -> Balance {
    let growth = Growth::new(1.0, 0.0, 0.0, slots.normal("assets.cloud"));
    Balance { assets, growth, burst_beta: 0.0, barrier, is_calibrated: false, stress: None }
}

/// A treasury without cash and debt, that earns and spends nothing, borrows nothing and sells nothing.
pub(crate) fn treasury() -> Treasury {
    Treasury {
        cash: 0.0,
        debt: 0.0,
        leases: 0.0,
        cash_flow: vec![0.0; 24],
        capex: vec![0.0; 24],
        capex_kept: 1.0,
        due: vec![0.0; 24],
        interest: vec![0.0; 24],
        min_cash: 0.0,
        rate: 0.0,
        debt_ceiling: 0.0,
        rolled: 0.0,
        saleable: 0.0,
        discount: 0.0,
    }
}

/// The same number in every month that a table may be asked for.
pub(crate) fn by_month(value: f64) -> Vec<f64> {
    vec![value; 24 + BEYOND + 1]
}

#[expect(clippy::too_many_lines, reason = "a list of fields")]
fn lab(slots: &mut Slots) -> Lab {
    let attainment = Reversion::new(0.0, 0.0, 0.0, f64::INFINITY, 24, slots.normal("revenue.acme"));
    let zero = by_month(0.0);
    let prospects = Prospects {
        target: &by_month(30.0),
        margin: &by_month(0.15),
        long_run_margin: 0.15,
        cost_of_capital: 0.12,
        long_run_growth: 0.0,
        attainment: &attainment,
        months: 24,
    };
    Lab {
        name: "acme".to_owned(),
        cash: 0.0,
        min_cash: 0.0,
        cash_volatility: 0.0,
        tax_rate: 0.0,
        loss_carry_forward: 0.0,
        target: zero.clone(),
        freeze_drag: 0.0,
        training_drag: 0.0,
        intensity: Reversion::new(0.0, 0.0, 0.0, f64::INFINITY, 24, slots.normal("intensity.acme")),
        inference_share: zero.clone(),
        training: zero.clone(),
        training_elasticity: 0.0,
        booms: None,
        reinvestment: None,
        fixed: zero.clone(),
        of_revenue: 0.0,
        revenue_shares: Vec::new(),
        on_demand_capacity: zero.clone(),
        contracts: Vec::new(),
        expansions: Vec::new(),
        part_of_demand: by_month(1.0),
        punctual: Punctual::new(&[], 24 + BEYOND),
        investments: Vec::new(),
        matchings: Vec::new(),
        warrants: Vec::new(),
        facilities: Vec::new(),
        round: None,
        target_runway: 0.0,
        ipo: None,
        austerity: Austerity { runway: 0.0, training_cut: 0.0, on_demand_runway: 0.0 },
        scale_back: ScaleBack { renegotiate: 0.0, cut: 0.0, fee: 0.0, slot: slots.uniform("renegotiate.acme") },
        resolution: Resolution {
            grace: 0.0,
            sponsor: Some(1),
            capacity: f64::INFINITY,
            rescue_runway: 0.0,
            rescue: 0.0,
            rescue_frozen: 0.0,
            exchange: 0.0,
            max_exchanges: 1.0,
            haircut: 0.0,
            lgd: 0.0,
            rescue_slot: slots.uniform("rescue.acme"),
            exchange_slot: slots.uniform("exchange.acme"),
        },
        fundamentals: Fundamentals::new(&prospects),
        implied_requirement: 1.0,
        market_beta: 1.0,
        premium: 0.0,
        stakes: vec![0.0; 2],
        invested: vec![0.0; 2],
        strategic: vec![false; 2],
        gives: vec![true; 2],
        outlook: OutlookTables {
            revenue: zero.clone(),
            shares: Vec::new(),
            inference: zero.clone(),
            training: zero.clone(),
            fixed: zero,
        },
        last_round: -12.0,
        cash_shock: slots.normal("cash.acme"),
        attainment,
    }
}

fn market(slots: &mut Slots) -> Market {
    Market {
        start: 0.0,
        process: MarketProcess::Mispricing { mean: 0.0, reversion: 0.0, volatility: 0.0, feedback: 0.0 },
        growth: 0.0,
        run_up: 0.0,
        burst: Burst {
            hazard: 0.0,
            run_up_beta: 0.0,
            level_beta: 0.0,
            hazard_max: 1.0,
            fall: 0.0,
            fall_sd: 0.0,
            fall_level: 0.0,
            contagion: 0.0,
        },
        reopening: Reopening::Hazard(0.0),
        credit: None,
        learning: f64::INFINITY,
        supply: None,
        one_purse: false,
        supply_beta: 0.0,
        frozen_supply: 0.0,
        overvalued_log: 1.0,
        overvalued_months: 6,
        shock: slots.normal("market"),
        burst_slot: slots.uniform("burst"),
        reopen_slot: slots.uniform("reopen"),
    }
}
