//! Twins, the counterfactual runs (docs/model.md, section 9): without ties, and without strategic money.

use super::contract::Hinge;
use super::id::EntityId;
use super::parameters::{Entity, Lab, Parameters, Round};

/// Which of the three runs on common random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twin {
    /// A: the scenario as it is written.
    AsGiven,
    /// B: strategic entities are replaced by outside givers with the same rules, which are never blocked, never
    /// default, lift no valuation, and bring no contract with their money.
    WithoutTies,
    /// C: strategic entities neither invest, match, lend nor rescue, and their part of a round is not raised.
    WithoutStrategicMoney,
}

impl Twin {
    /// The parameters of this run.
    pub fn of(self, mut world: Parameters) -> Parameters {
        match self {
            Self::AsGiven => return world,
            Self::WithoutTies => without_ties(&mut world),
            Self::WithoutStrategicMoney => world.labs.iter_mut().for_each(without_strategic_money),
        }
        world.counted()
    }
}

/// Transfers the commitments of every strategic investor to an outside investor of its own. Opening stakes stay.
fn without_ties(world: &mut Parameters) {
    for giver in 0..world.entities.len() {
        let lends = |lab: &Lab| lab.facilities.iter().any(|facility| facility.lender == Some(giver));
        let is_tied = |lab: &Lab| lab.strategic[giver] && (lab.gives[giver] || lends(lab));
        if !world.labs.iter().any(is_tied) {
            continue;
        }
        let outsider = world.entities.len();
        let name = format!("outsider-for-{}", world.entities[giver].name);
        world.entities.push(Entity { name, group: outsider, balance: None, treasury: None, cloud_revenue: None });
        for lab in &mut world.labs {
            let tied = is_tied(lab);
            lab.stakes.push(0.0);
            lab.invested.push(0.0);
            lab.strategic.push(false);
            lab.gives.push(tied && lab.gives[giver]);
            if tied {
                untie(lab, giver);
                hand_over(lab, giver, outsider);
            }
        }
    }
    for lab in &mut world.labs {
        lab.strategic.fill(false);
    }
}

/// Removes the contracts that come with the money of an investor.
fn untie(lab: &mut Lab, investor: EntityId) {
    let tied = |index: usize| lab.investments[index].investor == investor;
    for contract in &mut lab.contracts {
        if matches!(contract.hinge, Some(Hinge::Investment(index)) if tied(index)) {
            contract.hinge = Some(Hinge::Never);
        }
    }
}

/// Transfers all funding commitments from one entity to another.
fn hand_over(lab: &mut Lab, from: EntityId, to: EntityId) {
    let investors = lab.investments.iter_mut().map(|investment| &mut investment.investor);
    let matching = lab.matchings.iter_mut().map(|matching| &mut matching.investor);
    let warrants = lab.warrants.iter_mut().map(|warrant| &mut warrant.giver);
    let round = lab.round.iter_mut().flat_map(|round| round.participants.iter_mut().map(|(buyer, _)| buyer));
    let sponsor = lab.resolution.sponsor.iter_mut();
    let lenders = lab.facilities.iter_mut().filter_map(|facility| facility.lender.as_mut());
    for giver in investors.chain(matching).chain(warrants).chain(round).chain(sponsor).chain(lenders) {
        if *giver == from {
            *giver = to;
        }
    }
}

/// Takes the money of strategic entities out of a lab's funding.
fn without_strategic_money(lab: &mut Lab) {
    let strategic = &lab.strategic;
    // Removing investments shifts the positions of the others; a contract of a removed one is never signed.
    let stays: Vec<bool> = lab.investments.iter().map(|investment| !strategic[investment.investor]).collect();
    for contract in &mut lab.contracts {
        if let Some(Hinge::Investment(index)) = contract.hinge {
            let place = stays[..index].iter().filter(|stays| **stays).count();
            contract.hinge = Some(if stays[index] { Hinge::Investment(place) } else { Hinge::Never });
        }
    }
    lab.investments.retain(|investment| !strategic[investment.investor]);
    for facility in &mut lab.facilities {
        if facility.lender.is_some_and(|lender| strategic[lender]) {
            facility.limit = facility.drawn;
        }
    }
    lab.matchings.retain(|matching| !strategic[matching.investor]);
    lab.warrants.retain(|warrant| !strategic[warrant.giver]);
    if lab.resolution.sponsor.is_some_and(|sponsor| strategic[sponsor]) {
        lab.resolution.rescue = 0.0;
    }
    if let Some(round) = &mut lab.round {
        leave_out(round, strategic);
    }
}

/// Takes the part of strategic participants out of a round. The parts of the others become shares of what is still
/// raised.
fn leave_out(round: &mut Round, strategic: &[bool]) {
    let missing: f64 = round.participants.iter().filter(|(buyer, _)| strategic[*buyer]).map(|(_, part)| part).sum();
    round.raised = (1.0 - missing).max(0.0);
    round.participants.retain(|(buyer, _)| !strategic[*buyer]);
    let raised = round.raised;
    round.participants.iter_mut().for_each(|(_, part)| *part = if raised > 0.0 { *part / raised } else { 0.0 });
}

#[cfg(test)]
mod tests {
    use super::super::by_hand::assert_close;
    use super::*;
    use crate::engine::Slots;

    #[test]
    fn the_part_of_a_strategic_participant_is_not_raised() {
        // A quarter is missing; of the three quarters that are raised the other participant has two thirds.
        let slot = Slots::default().uniform("test");
        let participants = vec![(0, 0.25), (1, 0.5)];
        let base = Round { trigger: 12.0, gap: 6.0, max_share: 0.15, raised: 1.0, down_round: 2.0, participants, slot };
        for (strategic, raised, parts) in [
            ([false, false], 1.0, vec![0.25, 0.5]),
            ([true, false], 0.75, vec![0.666_667]),
            ([true, true], 0.25, vec![]),
        ] {
            let mut round = base.clone();
            leave_out(&mut round, &strategic);
            assert_close(round.raised, raised);
            assert_eq!(round.participants.len(), parts.len());
            round.participants.iter().zip(parts).for_each(|((_, found), part)| assert_close(*found, part));
        }
    }
}
