//! The nodes of the network of the ring, and room for what is known of them (docs/model.md, section 8.5).

use crate::lanes::{Lanes, rows};

use super::debt_rank::Claims;
use super::parameters::{Lab, Parameters};

/// Nodes that are neither labs nor entities, behind these.
const OUTSIDERS: [&str; 3] = ["customers", "outside", "debt"];
/// Who pays for a lab's services.
pub const CUSTOMERS: usize = 0;
/// All others: they buy shares, and receive costs, taxes and interest.
pub const OUTSIDE: usize = 1;
/// Lenders who are no entities.
pub const DEBT: usize = 2;

/// What is added up for the network, and how it stood at each of its dates; empty where nobody asks for it.
#[derive(Clone, Debug, Default)]
pub struct Network<const B: usize> {
    /// Interest and principal paid so far, by lab and lender.
    pub served: Vec<Vec<Lanes<B>>>,
    /// At the end of month 0, and at the ends of the years.
    pub dates: Vec<Snapshot<B>>,
}

/// The network at the end of a month: dollars, by node and node.
#[derive(Clone, Debug, Default)]
pub struct Snapshot<const B: usize> {
    /// Paid so far.
    pub paid: Matrix<B>,
    /// Owed.
    pub owed: Matrix<B>,
    /// Value of stakes, by owner and lab.
    pub owned: Matrix<B>,
    /// What the first would lose if the second defaulted.
    pub exposures: Matrix<B>,
    /// What each lab and entity can lose before it defaults.
    pub capital: Vec<Lanes<B>>,
}

/// A number for each pair of nodes: one row per node from which it goes.
pub type Matrix<const B: usize> = Vec<Vec<Lanes<B>>>;

impl<const B: usize> Network<B> {
    /// Room for it, if it is asked for.
    pub fn new(p: &Parameters) -> Self {
        if !p.asked.network {
            return Self::default();
        }
        let served = vec![rows(p.entities.len()); p.labs.len()];
        let capital = rows(p.labs.len() + p.entities.len());
        let blank = Snapshot { paid: matrix(p), owed: matrix(p), owned: matrix(p), exposures: matrix(p), capital };
        Self { served, dates: vec![blank; dates(p).len()] }
    }
}

/// Labs, entities and outsiders.
pub fn nodes(p: &Parameters) -> usize {
    p.labs.len() + p.entities.len() + OUTSIDERS.len()
}

/// The place of an outsider among the nodes.
pub fn outsider(p: &Parameters, which: usize) -> usize {
    p.labs.len() + p.entities.len() + which
}

/// The name of a node.
pub fn name(p: &Parameters, node: usize) -> &str {
    let labs = p.labs.iter().map(|lab| lab.name.as_str());
    let entities = p.entities.iter().map(|entity| entity.name.as_str());
    labs.chain(entities).chain(OUTSIDERS).nth(node).unwrap_or_default()
}

/// The first month, for the start; the last months of the calendar years, and of the run.
pub fn dates(p: &Parameters) -> Vec<usize> {
    let mut dates = vec![0];
    dates.extend(&p.year_ends);
    dates.push(p.timeline.months - 1);
    dates.dedup();
    dates
}

/// Nothing between any nodes.
pub fn matrix<const B: usize>(p: &Parameters) -> Matrix<B> {
    vec![rows(nodes(p)); nodes(p)]
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
pub fn links(p: &Parameters) -> Vec<(usize, usize)> {
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
pub fn defaulters(p: &Parameters) -> Vec<usize> {
    let promises =
        |e: usize| p.labs.iter().any(|lab| lab.investments.iter().any(|investment| investment.investor == e));
    let entities = (0..p.entities.len()).filter(|&e| p.entities[e].balance.is_some() && promises(e));
    (0..p.labs.len()).chain(entities.map(|e| p.labs.len() + e)).collect()
}

impl<const B: usize> Snapshot<B> {
    /// The claims of labs and entities on one another on a path.
    pub fn claims(&self, path: usize) -> Claims {
        let nodes = self.capital.len();
        let row = |exposures: &Vec<Lanes<B>>| exposures[..nodes].iter().map(|lost| lost[path]).collect();
        Claims {
            exposures: self.exposures[..nodes].iter().map(row).collect(),
            capital: self.capital.iter().map(|capital| capital[path]).collect(),
        }
    }
}
