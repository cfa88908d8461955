//! Contracts that become binding, begin, late or not, and whose term ends (`docs/model.md`, section 4).

use crate::model::contract::{Contract, Hinge};
use crate::model::state::ContractState;
use crate::notation::money;

use super::event::Kind;
use super::moment::{LabMoment, Told, counted};

pub(super) fn tell(at: &LabMoment<'_>, told: &mut Told) {
    if at.month == 0 || at.before.alive[0] <= 0.0 {
        return;
    }
    for (k, contract) in at.lab.contracts.iter().enumerate() {
        let standing = &at.after.contracts[k];
        let in_term = |month: i32| is_in_term(contract, month, standing);
        let now = at.month as i32;
        let name = name(at, contract);
        if standing.in_force[0] > at.before.contracts[k].in_force[0] {
            tell_binding(at, told, (k, contract));
        }
        if in_term(now) && !in_term(now - 1) {
            let delay = if contract.comes_with_money() { 0.0 } else { standing.delay[0] };
            let late = if delay > 0.0 { format!(", {} late", counted(delay)) } else { String::new() };
            let what = format!("{name} begins{late}");
            told.tell(Kind::Contract, &at.lab.name, what);
        } else if in_term(now - 1) && !in_term(now) {
            let what = format!("the term of {name} is over");
            told.tell(Kind::Contract, &at.lab.name, what);
        }
    }
}

/// What is signed in an expansion, or that a contract of the file becomes binding.
fn tell_binding(at: &LabMoment<'_>, told: &mut Told, (k, contract): (usize, &Contract)) {
    let Some(Hinge::Window { expansion, .. }) = contract.hinge else {
        return told.tell(Kind::Contract, &at.lab.name, format!("{} becomes binding", name(at, contract)));
    };
    let amount = at.lab.expansions[expansion].amount * at.flows.contracts[k].keep[0];
    let price = at.after.contracts[k].locked[0];
    let (id, provider) = (&contract.id, at.name_of(contract.provider));
    let what = format!("signs {} of new compute with {provider} at {price:.2} a unit ({id})", money(amount));
    told.tell_of(Kind::Contract, &at.lab.name, amount, what);
}

/// With whom, unless the contract is called after its provider.
fn name(at: &LabMoment<'_>, contract: &Contract) -> String {
    let provider = at.name_of(contract.provider);
    if contract.id == provider {
        format!("contract {provider}")
    } else {
        format!("contract {} with {provider}", contract.id)
    }
}

fn is_in_term(contract: &Contract, month: i32, standing: &ContractState<1>) -> bool {
    let at = |table| contract.tables.at(table, month, contract.shift(&standing.delay))[0];
    standing.in_force[0] > 0.0 && at(&contract.tables.ended) <= 0.0 && at(&contract.tables.rate) > 0.0
}
