//! The funding market and regulation (`docs/model.md`, sections 5 and 6).

use super::event::Kind;
use super::moment::{LabMoment, Moment, Told, counted, happens_now};

/// Whom the market's events concern.
const MARKET: &str = "market";

pub(super) fn regulation(moment: &Moment<'_>, told: &mut Told) {
    let (before, after) = (moment.before.market.blocked[0], moment.after.market.blocked[0]);
    if after > (before - 1.0).max(0.0) {
        let what = format!("regulation: strategic investors may not give money for {}", counted(after));
        told.tell(Kind::Regulation, MARKET, what);
    } else if before > 0.0 && after <= 0.0 {
        let what = "regulation: strategic investors may give money again";
        told.tell(Kind::Regulation, MARKET, what);
    }
}

pub(super) fn run_up(moment: &Moment<'_>, told: &mut Told) {
    if happens_now(moment.after.market.ran_up[0], moment.month) {
        let what = "run-up: the sector has doubled in 24 months, net of the broad market";
        told.tell(Kind::Market, MARKET, what);
    }
}

pub(super) fn overvalued(at: &LabMoment<'_>, told: &mut Told) {
    if at.is_first(at.after.tally.first.overvalued[0]) {
        let market = &at.world.market;
        let what = format!(
            "overvalued: its price has stood at {:.1} times its fundamental value, or more, for {}",
            market.overvalued_log.exp(),
            counted(market.overvalued_months as f64)
        );
        told.tell(Kind::Market, &at.lab.name, what);
    }
}

/// The end of the month: a burst, or the end of a freeze.
pub(super) fn turn(moment: &Moment<'_>, told: &mut Told) {
    let (before, after) = (&moment.before.market, &moment.after.market);
    let ratio = |log: f64| format!("{:.2}", log.exp());
    let (from, to) = (ratio(before.overvaluation[0]), ratio(after.overvaluation[0]));
    let dated = &moment.work.dated;
    if dated.fall[0] > 0.0 {
        let what = format!("a fall of the market: overvaluation goes from {from} to {to} times fundamental value");
        told.tell(Kind::Market, MARKET, what);
    }
    let closes = before.open[0] > 0.0 && after.open[0] <= 0.0;
    if closes && dated.freeze[0] > 0.0 && !happens_now(after.burst[0], moment.month) {
        told.tell(Kind::Market, MARKET, "the market freezes, without a burst");
    } else if closes {
        let cause =
            if moment.work.lab_defaulted[0] > 0.0 { "the default bursts the market" } else { "the market bursts" };
        let what = format!("{cause}: overvaluation falls from {from} to {to} times fundamental value; money freezes");
        told.tell(Kind::Market, MARKET, what);
    } else if before.open[0] <= 0.0 && after.open[0] > 0.0 {
        let months = before.frozen_months[0] + 1.0;
        let what = format!("the market reopens after {months:.0} months, at {to} times fundamental value");
        told.tell(Kind::Market, MARKET, what);
    }
}

/// The end of the month: loans stop or come back, where they do so apart from shares.
pub(super) fn credit(moment: &Moment<'_>, told: &mut Told) {
    let (before, after) = (moment.before.market.credit_open[0], moment.after.market.credit_open[0]);
    let apart = moment.world.market.credit.is_some();
    if apart && before > after {
        told.tell(Kind::Market, MARKET, "loans stop: none can be had, and debt that falls due is renewed only in part");
    } else if apart && before < after {
        told.tell(Kind::Market, MARKET, "loans can be had again");
    }
}
