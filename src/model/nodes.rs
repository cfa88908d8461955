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

#[cfg(test)]
mod tests {
    use super::super::by_hand::{assert_close, balance, contract, dollar_a_month, investment, line_of_credit, world};
    use super::super::contract::Contract;
    use super::super::parameters::Facility;
    use super::*;

    /// The small world with so many labs.
    fn with_labs(count: usize) -> Parameters {
        let mut p = world(|_| ()).p;
        p.labs = vec![p.labs[0].clone(); count];
        p
    }

    #[test]
    fn labs_come_before_entities_and_these_before_outsiders() {
        for (labs, of_customers, all) in [(1, 3, 6), (2, 4, 7), (4, 6, 9)] {
            let p = with_labs(labs);
            assert_eq!(nodes(&p), all);
            assert_eq!(
                [CUSTOMERS, OUTSIDE, DEBT].map(|which| outsider(&p, which)),
                [0, 1, 2].map(|i| of_customers + i)
            );
        }
        let p = with_labs(1);
        assert_eq!([0, 2, 5].map(|node| name(&p, node)), ["acme", "bank", "debt"]);
    }

    #[test]
    fn a_matrix_has_a_number_for_each_pair_of_nodes() {
        for (labs, all) in [(1, 6), (2, 7), (3, 8)] {
            let found: Matrix<1> = matrix(&with_labs(labs));
            assert_eq!((found.len(), found.iter().map(Vec::len).sum::<usize>()), (all, all * all));
            assert!(found.iter().flatten().all(|cell| cell[0] == 0.0));
        }
    }

    #[test]
    fn the_network_stands_at_the_start_at_the_ends_of_years_and_at_the_end() {
        let mut p = with_labs(1);
        for (months, year_ends, expected) in
            [(24, vec![11, 23], vec![0, 11, 23]), (30, vec![11, 23], vec![0, 11, 23, 29]), (1, vec![], vec![0])]
        {
            (p.timeline.months, p.year_ends) = (months, year_ends);
            assert_eq!(dates(&p), expected);
        }
    }

    #[test]
    fn a_lab_deals_with_who_sells_to_it_gives_lends_or_owns() {
        let nobody = || {
            let mut p = with_labs(1);
            p.labs[0].gives = vec![false; 2];
            p
        };
        let mut p = nobody();
        assert!(!deals(&p, &p.labs[0], 0) && !deals(&p, &p.labs[0], 1));
        p.labs[0].contracts = vec![Contract { orders: vec![(1, 0.3)], ..contract(&dollar_a_month()) }];
        assert!(deals(&p, &p.labs[0], 0) && deals(&p, &p.labs[0], 1));
        let mut p = nobody();
        p.labs[0].facilities = vec![Facility { lender: Some(1), ..line_of_credit(1.0) }];
        assert!(!deals(&p, &p.labs[0], 0) && deals(&p, &p.labs[0], 1));
        p.labs[0].stakes[0] = 0.1;
        assert!(deals(&p, &p.labs[0], 0));
    }

    #[test]
    fn links_join_who_can_pay_owe_or_own() {
        // The lab (0) and the three outsiders (3 to 5), both ways, and the lab and the entities that deal with it (1 and 2).
        let mut p = with_labs(1);
        let outside = [(0, 3), (0, 4), (0, 5), (3, 0), (4, 0), (5, 0)];
        let sorted = |more: &[(usize, usize)]| {
            let mut all = [&outside[..], more].concat();
            all.sort_unstable();
            all
        };
        p.labs[0].gives = vec![false; 2];
        assert_eq!(links(&p), sorted(&[]));
        p.labs[0].gives[0] = true;
        assert_eq!(links(&p), sorted(&[(0, 1), (1, 0)]));
        // The cloud passes on to the bank (1 to 2), which therefore deals with the lab, and a balance sheet has debt.
        p.labs[0].contracts = vec![Contract { pass_through: vec![(1, 0.4)], ..contract(&dollar_a_month()) }];
        p.entities[0].balance = Some(balance(&mut p.slots, 30.0, 25.0));
        assert_eq!(links(&p), sorted(&[(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (1, 5)]));
    }

    #[test]
    fn who_has_promised_money_and_can_default_costs_others_something() {
        let mut p = with_labs(1);
        assert_eq!(defaulters(&p), [0]);
        p.labs[0].investments = vec![investment(&mut p.slots, 1.0)];
        assert_eq!(defaulters(&p), [0], "the cloud has no balance sheet");
        p.entities[0].balance = Some(balance(&mut p.slots, 30.0, 25.0));
        p.entities[1].balance = Some(balance(&mut p.slots, 30.0, 25.0));
        assert_eq!(defaulters(&p), [0, 1], "the bank has promised nothing");
    }

    #[test]
    fn claims_are_those_of_labs_and_entities_on_a_path() {
        let p = with_labs(1);
        let mut snapshot = Snapshot::<2> { exposures: matrix(&p), capital: rows(3), ..Snapshot::default() };
        snapshot.exposures[1][0] = Lanes([3.0, 7.0]);
        snapshot.exposures[0][5] = Lanes([9.0, 9.0]);
        snapshot.capital[2] = Lanes([4.0, 8.0]);
        for (path, exposure, capital) in [(0, 3.0, 4.0), (1, 7.0, 8.0)] {
            let claims = snapshot.claims(path);
            assert_close(claims.exposures[1][0], exposure);
            assert_close(claims.exposures.iter().flatten().sum::<f64>(), exposure);
            assert_eq!(claims.capital, [0.0, 0.0, capital]);
        }
    }
}
