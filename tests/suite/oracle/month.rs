//! The order of a month (section 1) and the processes (section 2).

use std::collections::BTreeSet;

use super::clearing;
use super::credit::Credit;
use super::entities;
use super::expansion;
use super::funding::{self, Around};
use super::input::{Event, EventKind, Lab, Process, Scenario};
use super::ledger;
use super::operations::{self, Site};
use super::plan::Plan;
use super::pool::{CUSTOMERS, DEBT, OUTSIDE};
use super::rivals;
use super::seen;
use super::settlement;
use super::state::{CapitalDebt, EntityState, LabMonth, LabState, Valuation, Verdict, World};
use super::{Chance, DT, Ledger, monthly};

/// The whole path.
struct Path<'a> {
    scenario: &'a Scenario,
    chance: Chance<'a>,
    world: World,
    labs: Vec<LabState>,
    verdicts: Vec<Verdict>,
    debts: Vec<CapitalDebt>,
    entities: Vec<EntityState>,
    ledger: Ledger,
}

/// Walks the months.
pub(crate) fn walk(scenario: &Scenario, chance: Chance<'_>) -> Ledger {
    let mut path = Path::start(scenario, chance);
    for t in 0..scenario.horizon {
        path.month(t);
    }
    path.ledger.overpaid = path.labs.iter().enumerate().map(|(i, state)| overpaid(scenario, i, state)).collect();
    path.ledger.alone = entities::alone(scenario, &path.entities);
    path.ledger
}

/// Was more paid for the lab's operations than they were worth on the path (section 11)?
fn overpaid(scenario: &Scenario, i: usize, state: &LabState) -> bool {
    let (lab, end) = (&scenario.labs[i], scenario.horizon);
    let growth = scenario.long_run_growth;
    let value = || state.plan.fundamental_value(lab, end, state.believed, state.x, growth);
    let last = if state.alive { value() } else { 0.0 };
    let drawn: f64 = scenario.facilities.iter().filter(|line| line.lab == i).map(|line| line.drawn).sum();
    let discounted = state.discounted + (-lab.cost_of_capital * end as f64 * DT).exp() * last;
    discounted < state.opening_price - lab.cash + drawn
}

impl<'a> Path<'a> {
    /// The state before month 0: `y(0)`, the labs' `c`, the entities' core assets.
    fn start(scenario: &'a Scenario, chance: Chance<'a>) -> Self {
        let mut labs: Vec<LabState> = scenario
            .labs
            .iter()
            .enumerate()
            .map(|(i, lab)| {
                let plan = Plan::of(lab, scenario.calendar, scenario.horizon, scenario.long_run_growth);
                LabState::opening(i, lab, plan, scenario)
            })
            .collect();
        let y0 = opening_y(scenario, &mut labs);
        let world = World {
            y: y_before(scenario, y0),
            open: true,
            frozen_months: 0,
            credit: scenario.market.credit.as_ref().map(|_| Credit::opening()),
            raised: Vec::new(),
            defaults: Vec::new(),
            prices: scenario.families.iter().map(|family| family.relative_price).collect(),
            blocked_until: -1,
            circular: 0.0,
        };
        let values: Vec<f64> =
            (0..labs.len()).map(|i| valuation(scenario, i, &labs[i], &world, 0).share_price).collect();
        for (lab, value) in labs.iter_mut().zip(&values) {
            lab.last_sale_price = *value;
            lab.opening_price = *value;
        }
        decide(scenario, chance, &world, &labs, 0);
        expansion::sign(scenario, &world, &labs, 0);
        let debts = scenario.contracts.iter().map(|_| CapitalDebt::default()).collect();
        let entities = entities::opening(scenario);
        let ledger = Ledger {
            columns: Vec::new(),
            rows: Vec::new(),
            months: Vec::new(),
            endurance: Vec::new(),
            overpaid: Vec::new(),
            alone: Vec::new(),
            seen: BTreeSet::new(),
        };
        let verdicts = vec![Verdict::Waiting; scenario.investments.len()];
        Path { scenario, chance, world, labs, verdicts, debts, entities, ledger }
    }

    /// One month, in the order of section 1.
    fn month(&mut self, t: i64) {
        self.regulate(t);
        if t > 0 {
            decide(self.scenario, self.chance, &self.world, &self.labs, t);
            expansion::sign(self.scenario, &self.world, &self.labs, t);
        }
        let values: Vec<Valuation> =
            (0..self.labs.len()).map(|i| valuation(self.scenario, i, &self.labs[i], &self.world, t)).collect();
        if t == 0 {
            self.note_endurance(&values, 0, "start");
        }
        let present: Vec<bool> = self.labs.iter().map(|lab| lab.alive).collect();
        self.world.raised.push(0.0);
        self.note_givers(t);
        let months: Vec<LabMonth> = (0..self.labs.len()).map(|i| self.lab_month(i, t, values[i])).collect();
        self.world.circular = self.circular(&months);
        if t == 0 {
            entities::set_core_assets(self.scenario, &self.labs, &mut self.debts, &mut self.entities);
        }
        let ends: Vec<&str> =
            self.events(t, EventKind::Default).iter().filter_map(|event| event.subject.as_deref()).collect();
        entities::close(
            self.scenario,
            t,
            &self.world,
            &mut self.labs,
            &months,
            &mut self.debts,
            &ends,
            &mut self.entities,
        );
        clearing::clear(self.scenario, t, &mut self.entities);
        entities::step_in(self.scenario, t, &self.entities);
        self.world.note_defaults(t, &months, &self.entities);
        seen::note(&mut self.ledger.seen, self.scenario, t, &self.world, &self.labs, &months, &self.entities);
        if self.scenario.calendar.ends_year(t) || t + 1 == self.scenario.horizon {
            self.note_endurance(&values, t + 1, &self.scenario.calendar.name(t));
        }
        self.scenario.rivals.hand_on(&mut self.labs, &months, t);
        let row = ledger::row(self.scenario, t, &self.world, &self.labs, &months, (&self.debts, &self.entities));
        ledger::record(&mut self.ledger, self.scenario.calendar.name(t), row);
        self.step(t, &months, &present);
    }

    /// What each entity still gives (5.1), as the month begins.
    fn note_givers(&mut self, t: i64) {
        let site = Site { scenario: self.scenario, lab: 0, t };
        let around = Around { world: &self.world, entities: &self.entities, chance: self.chance };
        let given = |name: &str| if around.in_default(&site, name) { 0.0 } else { around.given(&site, name) };
        let gives: Vec<f64> = self.scenario.entities.iter().map(|entity| given(&entity.name)).collect();
        for (entity, gives) in self.entities.iter_mut().zip(gives) {
            entity.gives = gives;
        }
    }

    /// A regulatory event, one for all labs (5.2).
    fn regulate(&mut self, t: i64) {
        let p = monthly(self.scenario.regulation_hazard);
        if self.chance.happens("regulation", t, p, false) || !self.events(t, EventKind::Regulation).is_empty() {
            self.world.blocked_until = t + self.scenario.regulation_duration - 1;
        }
    }

    /// The dated events of a kind that happen in month `t` (6).
    fn events(&self, t: i64, kind: EventKind) -> Vec<&'a Event> {
        let dated = self.scenario.events.iter().filter(|event| event.date == t && event.kind == kind);
        let happens = |event: &&Event| {
            let p = event.probability;
            self.chance.happens(&format!("event.{}", event.id), 0, p, p >= 0.5)
        };
        dated.filter(happens).collect()
    }

    /// The lab's part of what all labs need on the plan (3.3).
    fn part_of_plan(&self, i: usize, t: i64) -> f64 {
        let need = |lab: &LabState| {
            let plan = &lab.plan;
            plan.inference_share.at(t) * plan.target.at(t) + plan.training.at(t)
        };
        let all: f64 = self.labs.iter().map(need).sum();
        if all > 0.0 { need(&self.labs[i]) / all } else { 0.0 }
    }

    /// A lab's month: operations, funding, settlement.
    fn lab_month(&mut self, i: usize, t: i64, value: Valuation) -> LabMonth {
        let site = Site { scenario: self.scenario, lab: i, t };
        let lab = site.lab();
        let part = self.part_of_plan(i, t);
        let ends = self.events(t, EventKind::Default).iter().any(|event| event.subject.as_ref() == Some(&lab.name));
        let state = &mut self.labs[i];
        let mut month = LabMonth { valuation: value, x: state.x, z: state.z, ..LabMonth::default() };
        month.participants = vec![0.0; lab.round.as_ref().map_or(0, |round| round.participants.len())];
        month.kept_before = (state.n, state.r);
        if !state.alive {
            return month;
        }
        let around = Around { world: &self.world, entities: &self.entities, chance: self.chance };
        let noise = lab.cash_volatility * DT.sqrt() * self.chance.normal(&format!("cash.{}", lab.name), t);
        operations::operate(&site, state, &self.world, noise, part, &mut month);
        let cash = funding::fund(&site, state, &around, &mut self.verdicts, &mut month);
        settlement::settle(&site, state, &around, &self.verdicts, cash, ends, &mut month);
        trace(self.scenario, state, &month);
        remember(&site, state, &month);
        *self.world.raised.last_mut().expect("this month") += month.ipo + month.round;
        month
    }

    /// Strategic money of the last twelve months over `V`, summed over labs (section 6).
    fn circular(&self, months: &[LabMonth]) -> f64 {
        let labs = self.labs.iter().zip(months).filter(|(lab, _)| lab.alive);
        labs.map(|(lab, month)| {
            let from = lab.strategic.len().saturating_sub(12);
            let money: f64 = lab.strategic[from..].iter().sum();
            if month.valuation.equity > 0.0 { money / month.valuation.equity } else { 0.0 }
        })
        .sum()
    }

    fn note_endurance(&mut self, values: &[Valuation], first: i64, when: &str) {
        for (i, value) in values.iter().enumerate() {
            if self.labs[i].alive {
                let site = Site { scenario: self.scenario, lab: i, t: (first - 1).max(0) };
                let months = settlement::endurance(&site, &self.labs[i], &self.world, &self.verdicts, *value, first);
                let name = self.scenario.labs[i].name.clone();
                self.ledger.endurance.push((name, when.to_string(), months));
            }
        }
    }

    /// The market, then `X, Z, P, A` (sections 2 and 6).
    fn step(&mut self, t: i64, months: &[LabMonth], present: &[bool]) {
        let was_frozen = self.world.frozen();
        let fall = self.step_market(t, months) + self.slide(t);
        let burst = !was_frozen && self.world.frozen();
        if was_frozen {
            self.reopen(t);
        }
        let dated = !self.events(t, EventKind::Freeze).is_empty();
        if dated {
            self.freeze(was_frozen);
        }
        let event = !self.events(t, EventKind::CreditFreeze).is_empty();
        if let (Some(credit), Some(terms)) = (&mut self.world.credit, &self.scenario.market.credit) {
            credit.step(terms, self.chance, t, burst || dated, event);
        }
        self.step_labs(t, months, present);
        self.step_prices(t);
        self.step_assets(t, fall);
    }

    /// `X` with its drags, and `Z`.
    fn step_labs(&mut self, t: i64, months: &[LabMonth], present: &[bool]) {
        let frozen_next = self.world.frozen();
        let names: Vec<&str> = self.scenario.labs.iter().map(|lab| lab.name.as_str()).collect();
        let weights = rivals::weights(&self.labs, present, t);
        let shocks = self.scenario.rivals.shocks(self.chance, &weights, &names, t);
        let wins = self.wins(t, &weights);
        for (i, month) in months.iter().enumerate() {
            let lab = &self.scenario.labs[i];
            let state = &mut self.labs[i];
            let z = self.chance.normal(&format!("revenue.{}", lab.name), t);
            let freeze = if frozen_next { lab.freeze_drag * DT } else { 0.0 };
            state.x = next(&lab.attainment, state.x, t, z) - freeze - lab.training_drag * month.training_shortfall * DT;
            state.x += shocks[i] + wins[i] + rivals::inherited(state, t);
            let learned = 1.0 - (-self.scenario.market.learning * DT).exp();
            state.believed += learned * (state.x - state.believed);
            let z = self.chance.normal(&format!("intensity.{}", lab.name), t);
            state.z = next(&lab.intensity, state.z, t, z);
        }
    }

    /// What dated events add to every lab's `X`: one lab wins customers of all (6).
    fn wins(&self, t: i64, weights: &[f64]) -> Vec<f64> {
        let events = self.events(t, EventKind::Win);
        let move_of = |i: usize| {
            let moves = events.iter().map(|event| {
                let winner = self.scenario.labs.iter().position(|lab| Some(&lab.name) == event.subject.as_ref());
                let winner = winner.expect("a lab that wins");
                let own = if winner == i { 1.0 } else { 0.0 };
                event.size.expect("how much it wins") * (own - weights[winner])
            });
            moves.sum()
        };
        (0..weights.len()).map(move_of).collect()
    }

    fn step_prices(&mut self, t: i64) {
        for (family, price) in self.scenario.families.iter().zip(&mut self.world.prices) {
            let z = self.chance.normal(&format!("price.{}", family.name), t);
            *price *=
                ((-family.decline - family.volatility.powi(2) / 2.0) * DT + family.volatility * DT.sqrt() * z).exp();
        }
    }

    /// Core assets; at a burst and a dated fall they fall too.
    fn step_assets(&mut self, t: i64, fall: f64) {
        for (entity, state) in self.scenario.entities.iter().zip(&mut self.entities) {
            let Some(balance) = &entity.balance else {
                continue;
            };
            let z = self.chance.normal(&format!("assets.{}", entity.name), t);
            let drift = (balance.growth - balance.volatility.powi(2) / 2.0) * DT;
            let burst = balance.burst_beta * fall;
            let factor = (drift + balance.volatility * DT.sqrt() * z - burst).exp();
            state.core_assets *= factor;
        }
    }

    /// `y*`: `y` and what the market pays for attainment that is not there (6).
    fn perceived(&self, t: i64, months: &[LabMonth]) -> f64 {
        let labs = || self.labs.iter().zip(months);
        let all: f64 = labs().map(|(_, month)| month.valuation.equity).sum();
        let beyond: f64 = labs().map(|(lab, month)| month.valuation.equity * (lab.believed - lab.x)).sum();
        self.world.y(t) + if all > 0.0 { beyond / all } else { 0.0 }
    }

    /// The dated falls of the month (6).
    fn slide(&self, t: i64) -> f64 {
        self.events(t, EventKind::Fall).iter().map(|event| event.size.expect("the size of a fall")).sum()
    }

    /// Burst, else drift; returns the fall of a burst.
    fn step_market(&mut self, t: i64, months: &[LabMonth]) -> f64 {
        let market = &self.scenario.market;
        let defaulted = months.iter().any(|month| month.payment_default);
        let perceived = self.perceived(t, months);
        let dated = self.events(t, EventKind::Burst);
        let slide = self.slide(t);
        let y = self.world.y(t);
        let world = &mut self.world;
        let z = self.chance.normal("market", t);
        let hazard = if market.rational {
            market.hazard
        } else {
            let rise = world.run_up(t, market.growth) - 1.5f64.ln();
            let contagion = if world.is_contagious(t) { market.contagion } else { 0.0 };
            let log = market.run_up_beta * rise + market.level_beta * perceived + contagion;
            market.hazard_max.min(market.hazard * log.exp())
        };
        let by_itself = defaulted || self.chance.happens("burst", t, monthly(hazard), false);
        if world.open && (by_itself || !dated.is_empty()) {
            let level = market.fall_level * (perceived - market.mean);
            let drawn = if market.rational { y } else { (market.fall + level - market.fall_sd * z).max(0.0) };
            let fall = dated.iter().find_map(|event| event.size).unwrap_or(drawn);
            world.y.push(y - fall - slide);
            world.open = false;
            world.frozen_months = 0;
            return fall;
        }
        let next = if market.rational {
            self.scenario.bubble(y)
        } else {
            let pull = market.reversion * (market.mean - y) + market.feedback * world.circular;
            y + pull * DT + market.volatility * DT.sqrt() * z
        };
        world.y.push(next - slide);
        0.0
    }

    /// The market is frozen from the next month on (6); a freeze that there is goes on.
    fn freeze(&mut self, was_frozen: bool) {
        let world = &mut self.world;
        if world.open && !was_frozen {
            world.frozen_months = 0;
        }
        world.open = false;
    }

    /// A frozen month is over: does the market reopen (sections 6 and 12)?
    fn reopen(&mut self, t: i64) {
        let mean = self.scenario.market.freeze_mean;
        self.world.frozen_months += 1;
        let plan = self.world.frozen_months as f64 >= mean.round();
        if self.chance.happens("reopen", t, monthly(12.0 / mean), plan) {
            self.world.open = true;
        }
    }
}

/// Contracts that are not yet binding are tried in their month, before the labs' operations (4).
fn decide(scenario: &Scenario, chance: Chance<'_>, world: &World, labs: &[LabState], t: i64) {
    for contract in &scenario.contracts {
        let tried = !contract.is_binding() && contract.probability > 0.0 && contract.decided == t;
        if !tried || !labs[contract.lab].alive {
            continue;
        }
        let p = contract.probability;
        let closing = funding::closing(p, contract.close_beta, contract.close_freeze, world, t);
        if chance.happens(&format!("contract.{}", contract.id), 0, closing, p >= 0.5) {
            contract.bind();
        }
    }
}

/// `y(0)` and every lab's `c` (section 6).
fn opening_y(scenario: &Scenario, labs: &mut [LabState]) -> f64 {
    let implied = |lab: &Lab, state: &LabState| {
        let value = state.plan.fundamental_value(lab, 0, 0.0, 0.0, scenario.long_run_growth);
        lab.valuation.map(|valuation| ((valuation - lab.cash + state.debt()) / value).ln())
    };
    let first = scenario.labs.first().zip(labs.first()).and_then(|(lab, state)| implied(lab, state));
    let y0 = first.unwrap_or(scenario.market.mean);
    for (i, (lab, state)) in scenario.labs.iter().zip(labs.iter_mut()).enumerate().skip(1) {
        if let Some(log) = implied(lab, state) {
            state.c = log - scenario.beta(i) * y0;
        }
    }
    y0
}

/// `y` from 24 months before the start to the start (section 6).
fn y_before(scenario: &Scenario, y0: f64) -> Vec<f64> {
    let market = &scenario.market;
    let rise = market.run_up - 2.0 * market.growth;
    (0..=24).map(|place| y0 - rise * f64::from(24 - place) / 24.0).collect()
}

/// `R0`, `F`, `V` and the share price at the start of month `t`.
fn valuation(scenario: &Scenario, i: usize, state: &LabState, world: &World, t: i64) -> Valuation {
    if !state.alive {
        return Valuation { share_count: state.share_count, ..Valuation::default() };
    }
    let lab = &scenario.labs[i];
    let fundamental = state.plan.fundamental_value(lab, t, state.believed, state.x, scenario.long_run_growth);
    let priced = fundamental * (scenario.beta(i) * world.y(t) + state.c).exp();
    let equity = (priced + state.cash - state.debt() - state.arrears()).max(0.0);
    Valuation {
        revenue_rate: state.plan.target.at(t) * state.x.exp(),
        fundamental,
        equity,
        share_count: state.share_count,
        share_price: equity / state.share_count,
    }
}

/// The step of `X` or `Z` over month `t` without drags (section 2).
fn next(process: &Process, x: f64, t: i64, z: f64) -> f64 {
    process.expected(x, t as f64 * DT, DT) + process.variance(DT).sqrt() * z
}

/// The month's money through the pool (8.3); what an entity lends is its money.
fn trace(scenario: &Scenario, state: &mut LabState, month: &LabMonth) {
    let pool = &mut state.pool;
    pool.join(CUSTOMERS, month.revenue + month.noise.max(0.0));
    pool.join(OUTSIDE, month.outside_equity);
    for (line, drawn) in scenario.facilities.iter().zip(&month.draws) {
        let source = scenario.entity(&line.lender).map_or(DEBT, |_| line.lender.as_str());
        pool.join(source, *drawn);
    }
    if month.exchanged {
        pool.join(DEBT, month.shortfall_beyond);
    }
    for (name, amount) in &month.from_entities {
        pool.join(name, *amount);
    }
    let paid = month.cash_invoices() - month.deferred + month.arrears_repaid;
    let other = month.shares.iter().sum::<f64>() + month.opex + month.interest + month.tax;
    let unpaid = if month.payment_default { month.shortfall_beyond } else { 0.0 };
    pool.draw(paid + other + month.principal + month.fee + (-month.noise).max(0.0) - unpaid);
    if month.payment_default {
        pool.empty();
    }
}

/// What later months ask about this one: spend, and the funding gap (5.1, 8.4).
fn remember(site: &Site<'_>, state: &mut LabState, month: &LabMonth) {
    state.last_spend = vec![0.0; site.scenario.families.len()];
    for invoice in &month.invoices {
        state.last_spend[invoice.family] += invoice.amount;
        let group = site.scenario.group(&invoice.payee).to_string();
        *state.group_spend.entry(group).or_default() += invoice.amount;
    }
    state.last_runway = month.outlook.runway(month.outlook.cash_now);
    state.last_costs = Some(month.outlook.costs / 12.0);
    state.extra = month.extra_run;
    state.cumulative_ocf += month.ocf;
    let discount = (-site.lab().cost_of_capital * (site.t as f64 + 0.5) * DT).exp();
    state.discounted += discount * (month.ocf + month.interest);
    state.cumulative_invested += funding::cash_received(site, month);
    let gap = -state.cumulative_ocf - site.lab().cash - state.cumulative_invested;
    state.funding_gap = state.funding_gap.max(gap);
}
