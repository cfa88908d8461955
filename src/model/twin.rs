//! The causal question (docs/model.md, section 9): the same world without ties, and without strategic money.

use super::id::EntityId;
use super::parameters::{Entity, Lab, Parameters};

/// Which of the three runs on the same shocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twin {
    /// A: as the scenario says.
    AsGiven,
    /// B: outside givers with the same rules in the place of strategic entities, which cannot be blocked or fail and lift
    /// no price.
    WithoutTies,
    /// C: strategic entities neither invest, match nor rescue, and their part of a round is not raised.
    WithoutStrategicMoney,
}

impl Twin {
    /// The world of this run.
    pub fn of(self, mut world: Parameters) -> Parameters {
        match self {
            Self::AsGiven => return world,
            Self::WithoutTies => without_ties(&mut world),
            Self::WithoutStrategicMoney => world.labs.iter_mut().for_each(without_strategic_money),
        }
        world.counted()
    }
}

/// Every strategic giver hands its promises to an outsider of its own; what it holds at the start it keeps.
fn without_ties(world: &mut Parameters) {
    for giver in 0..world.entities.len() {
        let is_tied = |lab: &Lab| lab.strategic[giver] && lab.gives[giver];
        if !world.labs.iter().any(is_tied) {
            continue;
        }
        let outsider = world.entities.len();
        let name = format!("outsider-for-{}", world.entities[giver].name);
        world.entities.push(Entity { name, group: outsider, balance: None, cloud_revenue: None });
        for lab in &mut world.labs {
            let tied = is_tied(lab);
            lab.stakes.push(0.0);
            lab.invested.push(0.0);
            lab.strategic.push(false);
            lab.gives.push(tied);
            if tied {
                hand_over(lab, giver, outsider);
            }
        }
    }
    for lab in &mut world.labs {
        lab.strategic.fill(false);
    }
}

/// What one entity would give, another gives.
fn hand_over(lab: &mut Lab, from: EntityId, to: EntityId) {
    let investors = lab.investments.iter_mut().map(|investment| &mut investment.investor);
    let matching = lab.matchings.iter_mut().map(|matching| &mut matching.investor);
    let round = lab.round.iter_mut().flat_map(|round| round.participants.iter_mut().map(|(buyer, _)| buyer));
    let sponsor = lab.resolution.sponsor.iter_mut();
    for giver in investors.chain(matching).chain(round).chain(sponsor) {
        if *giver == from {
            *giver = to;
        }
    }
}

/// Takes the money of strategic entities out of a lab's funding.
fn without_strategic_money(lab: &mut Lab) {
    let strategic = &lab.strategic;
    lab.investments.retain(|investment| !strategic[investment.investor]);
    lab.matchings.retain(|matching| !strategic[matching.investor]);
    if lab.resolution.sponsor.is_some_and(|sponsor| strategic[sponsor]) {
        lab.resolution.rescue = 0.0;
    }
    if let Some(round) = &mut lab.round {
        let missing: f64 = round.participants.iter().filter(|(buyer, _)| strategic[*buyer]).map(|(_, part)| part).sum();
        round.raised = (1.0 - missing).max(0.0);
        round.participants.retain(|(buyer, _)| !strategic[*buyer]);
        let raised = round.raised;
        round.participants.iter_mut().for_each(|(_, part)| *part = if raised > 0.0 { *part / raised } else { 0.0 });
    }
}
