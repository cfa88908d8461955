//! The ring as a network: who pays, owes and owns whom, and who would lose what (docs/model.md, section 8.5).

use crate::lanes::{Lanes, lanes, rows, select};
use crate::random::math::max;

use super::debt_rank::{Claims, Passes};
use super::measure::By;
use super::metric::{CAPITAL, DEBTRANK, DEBTRANK_LINEAR, EXPOSURE, IMPACT_SHARE, OWES, OWNS, PAID, PAYS, Put, Subject};
use super::operations::keep;
use super::parameters::{Lab, Parameters};
use super::state::{Block, LabState, sum};
use super::tracing::{Flows, flows};
use super::workspace::{LabMonth, Workspace};

/// Nodes that are neither labs nor entities, behind these.
const OUTSIDERS: [&str; 3] = ["customers", "outside", "debt"];
/// Who pays for a lab's services.
const CUSTOMERS: usize = 0;
/// All others: they buy shares, and receive costs, taxes and interest.
const OUTSIDE: usize = 1;
/// Lenders who are no entities.
const DEBT: usize = 2;

/// What is added up for the network, and how it stood at each of its dates; empty where nobody asks for it.
#[derive(Clone, Debug, Default)]
pub struct Network<const B: usize> {
    /// Interest and principal paid so far, by lab and lender.
    served: Vec<Vec<Lanes<B>>>,
    /// At the end of month 0, and at the ends of the years.
    dates: Vec<Snapshot<B>>,
}

/// The network at the end of a month: dollars, by node and node.
#[derive(Clone, Debug, Default)]
struct Snapshot<const B: usize> {
    /// Paid so far.
    paid: Flows<B>,
    /// Owed.
    owed: Flows<B>,
    /// Value of stakes, by owner and lab.
    owned: Flows<B>,
    /// What the first would lose if the second defaulted.
    exposures: Flows<B>,
    /// What each lab and entity can lose before it defaults.
    capital: Vec<Lanes<B>>,
}

impl<const B: usize> Network<B> {
    /// Room for it, if it is asked for.
    pub fn new(p: &Parameters) -> Self {
        if !p.asked.network {
            return Self::default();
        }
        let served = vec![rows(p.entities.len()); p.labs.len()];
        let matrix = || vec![rows(nodes(p)); nodes(p)];
        let blank = Snapshot {
            paid: matrix(),
            owed: matrix(),
            owned: matrix(),
            exposures: matrix(),
            capital: rows(p.labs.len() + p.entities.len()),
        };
        Self { served, dates: vec![blank; dates(p).len()] }
    }
}

/// Labs, entities and outsiders.
fn nodes(p: &Parameters) -> usize {
    p.labs.len() + p.entities.len() + OUTSIDERS.len()
}

/// The place of an outsider among the nodes.
fn outsider(p: &Parameters, which: usize) -> usize {
    p.labs.len() + p.entities.len() + which
}

fn name(p: &Parameters, node: usize) -> &str {
    let labs = p.labs.iter().map(|lab| lab.name.as_str());
    let entities = p.entities.iter().map(|entity| entity.name.as_str());
    labs.chain(entities).chain(OUTSIDERS).nth(node).unwrap_or_default()
}

/// The first month, for the start; the last months of the calendar years, and of the run.
fn dates(p: &Parameters) -> Vec<usize> {
    let mut dates = vec![0];
    dates.extend(&p.year_ends);
    dates.push(p.timeline.months - 1);
    dates.dedup();
    dates
}

/// Adds a month to the network; at its dates it is written down.
#[inline(always)]
pub fn close<const B: usize>(p: &Parameters, block: &mut Block<B>, work: &Workspace<B>, t: usize) {
    for (served, m) in block.network.served.iter_mut().zip(&work.labs) {
        for (served, flows) in served.iter_mut().zip(&m.parties) {
            served.add(|i| flows.served[i]);
        }
    }
    if let Some(place) = dates(p).iter().position(|&date| date == t) {
        block.network.dates[place] = snapshot(p, block, work, t);
    }
}

fn snapshot<const B: usize>(p: &Parameters, block: &Block<B>, work: &Workspace<B>, t: usize) -> Snapshot<B> {
    Snapshot {
        paid: paid(p, block),
        owed: owed(p, block),
        owned: owned(p, block, work),
        exposures: exposures(p, block, work, t),
        capital: capital(p, block, work),
    }
}

/// Money paid so far. What a lab pays to nobody in particular is the rest of its account.
fn paid<const B: usize>(p: &Parameters, block: &Block<B>) -> Flows<B> {
    let labs = p.labs.len();
    let mut paid = vec![rows(nodes(p)); nodes(p)];
    for (row, flows) in paid.iter_mut().zip(flows(p, block)) {
        row[..flows.len()].copy_from_slice(&flows);
    }
    for (l, (lab, state)) in p.labs.iter().zip(&block.labs).enumerate() {
        for (e, served) in block.network.served[l].iter().enumerate() {
            paid[l][labs + e].add(|i| served[i]);
        }
        let tally = &state.tally;
        let credits = sum(state.parties.iter().map(|party| &party.credits_used));
        let given = sum(state.parties.iter().map(|party| &party.given));
        let lent = sum(state.parties.iter().map(|party| &party.lent));
        let (bills, passed) = (sum(&paid[l]), passed(lab, state));
        paid[outsider(p, OUTSIDE)][l] = tally.outside;
        paid[outsider(p, DEBT)][l] = lanes!(i => tally.lent[i] - lent[i]);
        paid[outsider(p, CUSTOMERS)][l] =
            lanes!(i => tally.inflows[i] - tally.outside[i] - tally.lent[i] - (given[i] - credits[i]));
        paid[l][outsider(p, OUTSIDE)] =
            lanes!(i => lab.cash + tally.inflows[i] - state.cash[i] - (bills[i] - credits[i]) - passed[i]);
    }
    paid
}

/// What providers have passed on of a lab's payments; in [`flows`] it is theirs.
fn passed<const B: usize>(lab: &Lab, state: &LabState<B>) -> Lanes<B> {
    let of_contracts = lab.contracts.iter().zip(&state.contracts);
    sum(of_contracts.flat_map(|(_, standing)| &standing.passed))
}

/// Arrears, debt from exchanges and balances of loans; the debt of entities with a treasury, and that for their contracts.
fn owed<const B: usize>(p: &Parameters, block: &Block<B>) -> Flows<B> {
    let labs = p.labs.len();
    let mut owed = vec![rows(nodes(p)); nodes(p)];
    for (l, (lab, state)) in p.labs.iter().zip(&block.labs).enumerate() {
        for (e, party) in state.parties.iter().enumerate() {
            owed[l][labs + e] = lanes!(i => party.arrears[i] + party.exchanged[i]);
        }
        for (facility, balance) in lab.facilities.iter().zip(&state.balances) {
            let lender = facility.lender.map_or_else(|| outsider(p, DEBT), |lender| labs + lender);
            owed[l][lender].add(|i| balance[i]);
        }
    }
    for (e, state) in block.entities.iter().enumerate() {
        owed[labs + e][outsider(p, DEBT)] = lanes!(i => state.funds.debt[i] + state.build_debt[i]);
    }
    owed
}

/// The value of stakes at the month's price of a share.
fn owned<const B: usize>(p: &Parameters, block: &Block<B>, work: &Workspace<B>) -> Flows<B> {
    let mut owned = vec![rows(nodes(p)); nodes(p)];
    for (l, (state, m)) in block.labs.iter().zip(&work.labs).enumerate() {
        for (e, party) in state.parties.iter().enumerate() {
            owned[p.labs.len() + e][l] = lanes!(i => state.alive[i] * party.stake[i] * m.share_price[i]);
        }
    }
    owned
}

/// What can be lost before a default: a lab's value, an entity's worth above its barrier; 0 of those in default, and of
/// entities without a balance sheet.
fn capital<const B: usize>(p: &Parameters, block: &Block<B>, work: &Workspace<B>) -> Vec<Lanes<B>> {
    let labs = block.labs.iter().zip(&work.labs).map(|(state, m)| lanes!(i => state.alive[i] * m.value[i]));
    let entities = p.entities.iter().zip(&block.entities).map(|(entity, state)| {
        entity.balance.map_or_else(
            Lanes::default,
            |balance| lanes!(i => state.alive[i] * max(state.worth[i] - balance.barrier, 0.0)),
        )
    });
    labs.chain(entities).collect()
}

/// What each would lose were another to default now: by how much an entity's worth would fall at a payment default of a lab
/// (8.2), and what a lab was promised by an entity and would not get.
fn exposures<const B: usize>(p: &Parameters, block: &Block<B>, work: &Workspace<B>, t: usize) -> Flows<B> {
    let labs = p.labs.len();
    let mut exposures = vec![rows(nodes(p)); nodes(p)];
    let marks = owned(p, block, work);
    for (l, ((lab, state), m)) in p.labs.iter().zip(&block.labs).zip(&work.labs).enumerate() {
        let mut lost = contracts_lost(p, block, work, l, t);
        for (lost, party) in lost.iter_mut().zip(&state.parties) {
            lost.add(|i| lab.resolution.lgd * (party.arrears[i] + party.exchanged[i]));
        }
        for (facility, balance) in lab.facilities.iter().zip(&state.balances) {
            if let Some(lender) = facility.lender {
                lost[lender].add(|i| lab.resolution.lgd * balance[i]);
            }
        }
        for (e, lost) in lost.iter().enumerate() {
            let mark = &marks[labs + e][l];
            exposures[labs + e][l] = lanes!(i => max(state.alive[i] * lost[i] + mark[i], 0.0));
        }
        for (investment, standing) in lab.investments.iter().zip(&state.investments) {
            if investment.deadline > t as i32 {
                let promised = investment.odds.probability * investment.amount;
                let alive = &block.entities[investment.investor].alive;
                exposures[l][labs + investment.investor]
                    .add(|i| state.alive[i] * m.alive[i] * alive[i] * standing.pending[i] * promised);
            }
        }
    }
    exposures
}

/// By how much the worth of each entity would fall by its contracts were a lab to default on payments now (8.2): what is not
/// relet of their value, less the debt for what is not built and never will be; and the orders that suppliers lose.
fn contracts_lost<const B: usize>(
    p: &Parameters,
    block: &Block<B>,
    work: &Workspace<B>,
    l: usize,
    t: usize,
) -> Vec<Lanes<B>> {
    let (lab, state, m) = (&p.labs[l], &block.labs[l], &work.labs[l]);
    let kept = |k: usize| {
        let (contract, standing) = (&lab.contracts[k], &state.contracts[k]);
        lanes!(i => keep(contract.firm, state.kept[i], state.restructured[i]) * standing.in_force[i])
    };
    let released = released(lab, m, &kept);
    let mut lost: Vec<Lanes<B>> = rows(p.entities.len());
    for (k, (contract, standing)) in lab.contracts.iter().zip(&state.contracts).enumerate() {
        let (tables, cut) = (&contract.tables, kept(k));
        let delay = contract.shift(&standing.delay).copied();
        let at = |table| tables.at(table, t as i32, delay.as_ref());
        let (present, debt, built) = (at(&tables.present), at(&tables.build_debt), at(&tables.built));
        let (price, planned) = (&block.spot[contract.family], p.families[contract.family].plan_price[t]);
        lost[contract.provider].add(|i| {
            let terms = contract.relet.times(m.relet_factor[i]);
            let relet = terms.kept(price[i], planned, released[i], work.open[i]);
            cut[i] * ((1.0 - relet) * present[i] - (1.0 - built[i]) * debt[i])
        });
        for &(supplier, margin) in &contract.orders {
            lost[supplier].add(|i| margin * contract.capital * cut[i] * (1.0 - built[i]));
        }
    }
    lost
}

/// Contract rates that the default would release, dollars a year.
fn released<const B: usize>(lab: &Lab, m: &LabMonth<B>, kept: &impl Fn(usize) -> Lanes<B>) -> Lanes<B> {
    let mut released = Lanes::<B>::default();
    for (k, (_, c)) in lab.contracts.iter().zip(&m.contracts).enumerate() {
        let cut = kept(k);
        released.add(|i| select(c.keep[i] > 0.0, c.rate[i] * cut[i] / c.keep[i], 0.0));
    }
    released
}

/// Whether anything can pass between a lab and an entity.
fn deals(p: &Parameters, lab: &Lab, e: usize) -> bool {
    let sells = lab.contracts.iter().any(|contract| {
        let lines = contract.pass_through.iter().chain(&contract.orders);
        contract.provider == e || lines.into_iter().any(|&(to, _)| to == e)
    });
    let on_demand = p.families.iter().any(|family| family.on_demand.iter().any(|&(seller, _)| seller == e));
    let lends = lab.facilities.iter().any(|facility| facility.lender == Some(e));
    let shares = lab.revenue_shares.iter().any(|share| share.to == e);
    sells || on_demand || lends || shares || lab.gives[e] || lab.stakes[e] > 0.0
}

/// Pairs of nodes between which there can be anything, in the order of the nodes.
fn links(p: &Parameters) -> Vec<(usize, usize)> {
    let (labs, all) = (p.labs.len(), nodes(p));
    let entity = |node: usize| (labs..labs + p.entities.len()).contains(&node).then(|| node - labs);
    let passes = |from: usize, to: usize| {
        let mut contracts = p.labs.iter().flat_map(|lab| &lab.contracts);
        contracts.any(|contract| contract.provider == from && contract.pass_through.iter().any(|&(line, _)| line == to))
    };
    let linked = |&(from, to): &(usize, usize)| match (entity(from), entity(to)) {
        (Some(from), Some(to)) => passes(from, to),
        (Some(e), None) if to < labs => deals(p, &p.labs[to], e),
        (None, Some(e)) if from < labs => deals(p, &p.labs[from], e),
        (Some(e), None) => to == outsider(p, DEBT) && p.entities[e].balance.is_some(),
        (None, None) => (from < labs) != (to < labs),
        (None, Some(_)) => false,
    };
    (0..all).flat_map(|from| (0..all).map(move |to| (from, to))).filter(linked).collect()
}

/// Labs, and entities with a balance sheet that may have promised them money: those whose default costs others something.
fn defaulters(p: &Parameters) -> Vec<usize> {
    let promises =
        |e: usize| p.labs.iter().any(|lab| lab.investments.iter().any(|investment| investment.investor == e));
    let entities = (0..p.entities.len()).filter(|&e| p.entities[e].balance.is_some() && promises(e));
    (0..p.labs.len()).chain(entities.map(|e| p.labs.len() + e)).collect()
}

/// The measures of the network.
pub(super) fn measures<const B: usize>(p: &Parameters, block: &Block<B>, out: &mut impl Put<B>) {
    for &(from, to) in &links(p) {
        link(p, block, (from, to), out);
    }
    for (t, at) in dates(p).into_iter().zip(&block.network.dates) {
        let by = By::Month(t);
        for (node, capital) in at.capital.iter().enumerate() {
            out.put(CAPITAL, Subject::of(name(p, node)), by, *capital);
        }
        let claims: Vec<Claims> = (0..B).map(|i| at.claims(i)).collect();
        for defaulter in defaulters(p) {
            let subject = Subject::of(name(p, defaulter));
            let lost = |passes| lanes!(i => claims[i].lost(defaulter, passes));
            out.put(IMPACT_SHARE, subject, by, lost(Passes::Direct));
            out.put(DEBTRANK, subject, by, lost(Passes::Once));
            out.put(DEBTRANK_LINEAR, subject, by, lost(Passes::Always));
        }
    }
}

/// What one node pays, owes and could lose to another, and has of it.
fn link<const B: usize>(p: &Parameters, block: &Block<B>, (from, to): (usize, usize), out: &mut impl Put<B>) {
    let subject = Subject::link(name(p, from), name(p, to));
    let is_end = |t: usize| p.year_ends.contains(&t) || t + 1 == p.timeline.months;
    let mut before = Lanes::<B>::default();
    for (t, at) in dates(p).into_iter().zip(&block.network.dates) {
        let by = By::Month(t);
        if is_end(t) {
            let paid = at.paid[from][to];
            out.put(PAYS, subject, by, lanes!(i => paid[i] - before[i]));
            before = paid;
        }
        out.put(OWES, subject, by, at.owed[from][to]);
        out.put(OWNS, subject, by, at.owned[from][to]);
        out.put(EXPOSURE, subject, by, at.exposures[from][to]);
    }
    out.put(PAID, subject, By::Path, before);
}

impl<const B: usize> Snapshot<B> {
    /// The claims of labs and entities on one another on a path.
    fn claims(&self, path: usize) -> Claims {
        let nodes = self.capital.len();
        let row = |exposures: &Vec<Lanes<B>>| exposures[..nodes].iter().map(|lost| lost[path]).collect();
        Claims {
            exposures: self.exposures[..nodes].iter().map(row).collect(),
            capital: self.capital.iter().map(|capital| capital[path]).collect(),
        }
    }
}
