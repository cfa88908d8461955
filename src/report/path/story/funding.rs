//! Funding that is received or refused (`docs/model.md`, section 5).

use crate::model::constants::CENT;
use crate::model::parameters::{Investment, Round};
use crate::notation::{money, percent};

use super::event::Kind;
use super::moment::{LabMoment, Told};

pub(super) fn tell(at: &LabMoment<'_>, told: &mut Told) {
    if at.before.alive[0] <= 0.0 {
        return;
    }
    for (c, investment) in at.lab.investments.iter().enumerate() {
        tell_investment(at, told, c, investment);
    }
    tell_matchings(at, told);
    tell_warrants(at, told);
    tell_maturities(at, told);
    if at.flows.ipo[0] > 0.0 {
        let (raised, value) = (money(at.flows.ipo[0]), money(at.flows.value[0]));
        let what = format!("IPO raises {raised} at a value of {value}");
        told.tell_of(Kind::Funding, &at.lab.name, at.flows.ipo[0], what);
    }
    if let Some(round) = at.lab.round.as_ref().filter(|_| at.flows.round[0] > 0.0) {
        told.tell_of(Kind::Funding, &at.lab.name, at.flows.round[0], round_sentence(at, round));
    }
    tell_draws(at, told);
}

fn tell_investment(at: &LabMoment<'_>, told: &mut Told, c: usize, investment: &Investment) {
    let (id, who) = (&investment.id, at.name_of(investment.investor));
    let amount = money(investment.amount);
    let settled = at.before.investments[c].pending[0] > 0.0 && at.after.investments[c].pending[0] <= 0.0;
    let what = if at.flows.investment[c][0] > 0.0 {
        let form = if investment.credits { " of compute credits" } else { "" };
        format!("{who} invests {amount}{form} ({id})")
    } else if settled && at.month as i32 > investment.deadline {
        format!("{who}'s {amount} lapse: the conditions of {id} were not met by its deadline")
    } else if settled {
        format!("{who} does not invest its {amount} ({id}), though the conditions hold")
    } else {
        return;
    };
    told.tell_of(Kind::Funding, &at.lab.name, investment.amount, what);
}

fn tell_matchings(at: &LabMoment<'_>, told: &mut Told) {
    for (c, matching) in at.lab.matchings.iter().enumerate() {
        let (before, after) = (at.before.matched[c][0], at.after.matched[c][0]);
        let (who, contract) = (at.name_of(matching.investor), &at.lab.contracts[matching.contract].id);
        if before <= 0.0 && after > 0.0 {
            let ratio = percent(matching.ratio);
            let cap = money(matching.cap);
            let what = format!("{who} begins to match {ratio} of the invoices of {contract}, up to {cap}");
            told.tell_of(Kind::Funding, &at.lab.name, matching.cap, what);
        }
        if before < matching.cap - CENT && after >= matching.cap - CENT {
            let what = format!("{who} has matched all of its {}", money(matching.cap));
            told.tell_of(Kind::Funding, &at.lab.name, matching.cap, what);
        }
    }
}

fn tell_warrants(at: &LabMoment<'_>, told: &mut Told) {
    for (warrant, brought) in at.lab.warrants.iter().zip(&at.flows.warrant) {
        if brought[0] > CENT {
            let what = format!(
                "shares of {} vest and bring {} ({})",
                at.name_of(warrant.stock),
                money(brought[0]),
                warrant.id
            );
            told.tell_of(Kind::Funding, &at.lab.name, brought[0], what);
        }
    }
}

fn tell_maturities(at: &LabMoment<'_>, told: &mut Told) {
    for (facility, due) in at.lab.facilities.iter().zip(&at.flows.principal) {
        if due[0] > CENT {
            let what = format!("{} is due: {} of principal", facility.id, money(due[0]));
            told.tell_of(Kind::Funding, &at.lab.name, due[0], what);
        }
    }
}

/// Only the first draw on an empty facility: later ones come month by month.
fn tell_draws(at: &LabMoment<'_>, told: &mut Told) {
    for (f, facility) in at.lab.facilities.iter().enumerate() {
        let drawn = at.flows.draw[f][0];
        if drawn > CENT && at.before.balances[f][0] <= CENT {
            let what = format!("draws on {}: {} of at most {}", facility.id, money(drawn), money(facility.limit));
            told.tell_of(Kind::Funding, &at.lab.name, drawn, what);
        }
    }
}

/// Who pays, at which value, and how the price of a share compares with the last sale's.
fn round_sentence(at: &LabMoment<'_>, round: &Round) -> String {
    let price = at.flows.share_price[0];
    // In month 0 the opening price becomes the last sale's.
    let last = Some(at.before.last_price[0]).filter(|last| *last > 0.0);
    let change = price / last.unwrap_or(price) - 1.0;
    let (name, against) = if change < -0.005 {
        ("down round", format!("a share {} below", percent(-change)))
    } else if change > 0.005 {
        ("round", format!("a share {} above", percent(change)))
    } else {
        ("round", "a share at the price of".to_owned())
    };
    let parts = round.participants.iter().zip(&at.flows.round_by);
    let paid = parts.filter(|(_, paid)| paid[0] > CENT);
    let named = paid.map(|((who, _), paid)| format!("{} {}", at.name_of(*who), money(paid[0])));
    let outside = at.flows.round[0] - crate::model::state::sum(&at.flows.round_by)[0];
    let others = (outside > CENT).then(|| format!("others {}", money(outside)));
    let who: Vec<String> = named.chain(others).collect();
    format!(
        "{name} raises {} at a value of {}, {against} the last sale: {}",
        money(at.flows.round[0]),
        money(at.flows.value[0]),
        who.join(", ")
    )
}
