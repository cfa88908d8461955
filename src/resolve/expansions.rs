//! What labs buy beyond their plans: expansions, training that follows values, spare cash.

use crate::calendar::Span;
use crate::model::contract::{Contract, Hinge, Pricing, at_capacity};
use crate::model::expansion::UNIT;
use crate::model::market::expected;
use crate::model::parameters::{Booms, Expansion, Parameters, Reinvestment};

use super::contracts::{Written, relet, resolve};
use super::draw::Draw;
use crate::scenario;

/// The expansions of a lab as written, in file order.
fn own<'a>(draw: &'a Draw<'_>, lab: &'a scenario::Lab) -> impl Iterator<Item = &'a scenario::Expansion> {
    draw.scenario.expansions.iter().filter(|expansion| expansion.lab == lab.name)
}

/// The expansions of a lab, in file order.
pub(super) fn expansions(draw: &Draw<'_>, lab: &scenario::Lab) -> Vec<Expansion> {
    own(draw, lab)
        .map(|expansion| Expansion {
            share: draw.at(&expansion.share),
            headroom: draw.at(&expansion.headroom),
            min_runway: draw.at(&expansion.min_runway),
            ahead: (expansion.lead.months() + expansion.ramp.months()) as usize,
            amount: amounts(expansion).iter().sum(),
        })
        .collect()
}

/// Its contracts, one for each month in which it is tried: the same terms, later and later.
pub(super) fn contracts(draw: &Draw<'_>, lab: &scenario::Lab) -> Vec<Contract> {
    let of = |(index, expansion): (usize, &scenario::Expansion)| {
        let tries: Vec<usize> = expansion.tries(&draw.timeline).collect();
        let first = tries.first().map(|&first| resolve(draw, &window(draw, expansion, first, tries[tries.len() - 1])));
        let signed = |first: &Contract, month: usize| {
            let later = (month - tries[0]) as i32;
            Contract {
                id: expansion.contract_id(draw.timeline.month(month as i32)),
                begin: first.begin + later,
                hinge: Some(Hinge::Window { month, expansion: index }),
                tables: first.tables.later(later),
                ..first.clone()
            }
        };
        first.iter().flat_map(|first| tries.iter().map(|&month| signed(first, month))).collect::<Vec<_>>()
    };
    own(draw, lab).enumerate().flat_map(of).collect()
}

/// The contract of the first month in which it is tried.
fn window<'a>(draw: &'a Draw<'_>, expansion: &'a scenario::Expansion, first: usize, last: usize) -> Written<'a> {
    let lead = expansion.lead.months();
    Written {
        id: String::new(),
        provider: &expansion.provider,
        family: &expansion.family,
        begin: first as i32 + lead as i32,
        latest: last as i32 + lead as i32,
        amounts: amounts(expansion),
        firm: &expansion.firm,
        take_or_pay: &expansion.take_or_pay,
        price: Pricing::Locked,
        workload: expansion.workload,
        pass_through: Vec::new(),
        orders: Vec::new(),
        margin: &expansion.margin,
        capex: &expansion.capex,
        lead: lead as usize,
        relet: relet(draw, &expansion.reletting, &expansion.family),
        renew: expansion.renew,
        delay: None,
        hinge: None,
    }
}

/// Dollars per month of the term at a multiple of one.
fn amounts(expansion: &scenario::Expansion) -> Vec<f64> {
    let months = |span: Span| span.months() as usize;
    at_capacity(UNIT, months(expansion.term), months(expansion.ramp))
}

/// How a lab spends cash that it does not need, if it does.
pub(super) fn reinvestment(draw: &Draw<'_>, lab: &scenario::Lab) -> Option<Reinvestment> {
    let terms = Reinvestment { rate: draw.at(&lab.compute.reinvest), keep: draw.at(&lab.compute.keep) };
    (lab.compute.reinvest.is_uncertain() || terms.rate > 0.0).then_some(terms)
}

/// How planned training follows the value of each lab; prices at the start are known.
pub(super) fn booms(draw: &Draw<'_>, parameters: &mut Parameters) {
    let Parameters { labs, market, .. } = parameters;
    for (lab, written) in labs.iter_mut().zip(&draw.scenario.labs) {
        let elasticity = draw.at(&written.compute.valuation_elasticity);
        if elasticity > 0.0 {
            let y = expected(market.process, market.start, draw.timeline.months);
            let expected = y.iter().map(|y| lab.log_premium(*y)).collect();
            lab.booms = Some(Booms { elasticity, expected });
        }
    }
}
