//! Names and their indices.

use crate::model::id::{EntityId, FamilyId};

use crate::scenario::Scenario;

/// The names of a scenario, in the order of the model.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// Entities: those with a table in file order, then the others in order of appearance.
    pub(super) entities: Vec<String>,
    /// Families in file order.
    pub(super) families: Vec<String>,
}

impl Names {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let mut entities: Vec<String> = scenario.entities.iter().map(|entity| entity.name.clone()).collect();
        let mut add = |name: &String| {
            if !entities.contains(name) {
                entities.push(name.clone());
            }
        };
        scenario.contracts.iter().for_each(|contract| add(&contract.provider));
        scenario.families.iter().flat_map(|family| &family.on_demand).for_each(|(name, _)| add(name));
        scenario.investments.iter().for_each(|investment| add(&investment.investor));
        let sellers =
            scenario.investments.iter().filter_map(|investment| investment.commits.as_ref()?.provider.as_ref());
        sellers.for_each(&mut add);
        scenario.expansions.iter().for_each(|expansion| add(&expansion.provider));
        scenario.matchings.iter().for_each(|matching| add(&matching.investor));
        scenario.warrants.iter().for_each(|warrant| add(&warrant.vendor));
        for lab in &scenario.labs {
            lab.revenue_share.iter().for_each(|share| add(&share.to));
            lab.resolution.sponsor.iter().for_each(&mut add);
            let participants = lab.round.iter().flat_map(|round| &round.participants);
            lab.stakes.iter().chain(&lab.invested).chain(participants).for_each(|(name, _)| add(name));
        }
        let passed =
            scenario.contracts.iter().flat_map(|contract| contract.pass_through.iter().chain(&contract.orders));
        passed.for_each(|(name, _)| add(name));
        let families = scenario.families.iter().map(|family| family.name.clone()).collect();
        Self { entities, families }
    }

    /// The index of an entity; checks have refused unknown names.
    pub(super) fn entity(&self, name: &str) -> EntityId {
        self.find_entity(name).unwrap_or(0)
    }

    pub(super) fn find_entity(&self, name: &str) -> Option<EntityId> {
        self.entities.iter().position(|entity| entity == name)
    }

    pub(super) fn family(&self, name: &str) -> FamilyId {
        self.families.iter().position(|family| family == name).unwrap_or(0)
    }
}
