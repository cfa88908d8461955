//! Labs that gain the customers of those that default (`docs/model.md`, section 2).

use crate::notation::{money, percent};

use super::event::Kind;
use super::moment::{Moment, Told};

pub(super) fn tell(moment: &Moment<'_>, told: &mut Told) {
    for at in moment.labs().filter(|at| at.flows.won[0] > 0.0 && at.flows.alive[0] > 0.0) {
        let rises = at.flows.won[0] * (1.0 - at.flows.weight[0]);
        let what = format!("wins customers of its rivals: its revenue rises by {}", percent(rises.exp() - 1.0));
        told.tell(Kind::Resolution, &at.lab.name, what);
    }
    for at in moment.labs().filter(|at| at.flows.inherited[0] > 0.0) {
        let part = at.flows.inherited[0].exp() - 1.0;
        let gained = part * at.flows.revenue_rate[0];
        let what = format!(
            "gains customers of a lab that is gone: {} of revenue a year within twelve months, {} more than its own",
            money(gained),
            percent(part)
        );
        told.tell_of(Kind::Resolution, &at.lab.name, gained, what);
    }
}
