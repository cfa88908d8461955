//! A lab that cannot pay, or expects to be unable to (`docs/model.md`, section 7).

use crate::model::constants::CENT;
use crate::model::outlook::{ENDURANCE, runway};
use crate::model::state::sum;
use crate::notation::{money, percent};

use super::event::Kind;
use super::moment::{LabMoment, Told, counted};

/// Freeze endurance, months, below which a year-end is told.
const SHORT: f64 = 12.0;

/// Before the first month.
pub(super) fn opening(at: &LabMoment<'_>, told: &mut Told) {
    if at.month == 0 {
        let what = endurance_sentence(at.after.tally.endurance[0][0]);
        told.tell(Kind::Endurance, &at.lab.name, what);
    }
}

pub(super) fn tell(at: &LabMoment<'_>, told: &mut Told) {
    if at.before.alive[0] <= 0.0 {
        return;
    }
    tell_arrears(at, told);
    tell_resolution(at, told);
    tell_retrenchment(at, told);
    tell_year_end(at, told);
}

fn endurance_sentence(months: f64) -> String {
    let or_more = if months >= ENDURANCE as f64 { " or more" } else { "" };
    format!("if the market closed now, cash would last {}{or_more}", counted(months))
}

fn tell_arrears(at: &LabMoment<'_>, told: &mut Told) {
    let m = at.flows;
    let (opening, deferred) = (m.opening_arrears[0], m.deferred[0]);
    let short = deferred + m.beyond[0];
    let first = at.is_first(at.after.tally.first.liquidity[0]);
    if first || (opening <= CENT && deferred > CENT) {
        let head = if first { "liquidity event" } else { "cash is short again" };
        let what = format!(
            "{head}: after all funding {} are missing; {} of the month's bills are deferred",
            money(short),
            money(deferred)
        );
        told.tell_of(Kind::Distress, &at.lab.name, short, what);
    }
    let resolved = m.rescued[0] + m.exchange_flag[0] + m.default_flag[0] > 0.0;
    if opening > CENT && at.after.total_arrears()[0] <= CENT && !resolved {
        let what = format!("arrears of {} are paid", money(opening));
        told.tell_of(Kind::Distress, &at.lab.name, opening, what);
    }
}

fn tell_resolution(at: &LabMoment<'_>, told: &mut Told) {
    let m = at.flows;
    let terms = &at.lab.resolution;
    if m.rescued[0] > 0.0 {
        let giver = terms.sponsor.map_or("an outside giver", |sponsor| at.name_of(sponsor));
        let what = format!("rescue: {giver} pays {}", money(m.rescue[0]));
        told.tell_of(Kind::Resolution, &at.lab.name, m.rescue[0], what);
    }
    if m.exchange_flag[0] > 0.0 {
        let what = format!(
            "distressed exchange: creditors take {} of debt for arrears; contracts and planned training shrink by {}",
            money(m.exchanged[0]),
            percent(terms.haircut)
        );
        told.tell_of(Kind::Resolution, &at.lab.name, m.exchanged[0], what);
    }
    if m.default_flag[0] > 0.0 {
        let arrears = m.opening_arrears[0] + m.deferred[0] - sum(m.parties.iter().map(|flows| &flows.repaid))[0];
        let debt = at.before.debt()[0] + sum(&m.draw)[0] - sum(&m.principal)[0];
        let word = match () {
            () if m.insolvent[0] > 0.0 => "insolvent",
            () if arrears + m.beyond[0] > CENT => "illiquid",
            () => "by decree",
        };
        let what = format!(
            "payment default, {word}: {} of arrears and {} of debt are not paid; {} of cash goes to the estate",
            money(arrears),
            money(debt),
            money(m.estate[0])
        );
        told.tell_of(Kind::Resolution, &at.lab.name, arrears + debt, what);
    }
}

fn tell_retrenchment(at: &LabMoment<'_>, told: &mut Told) {
    let m = at.flows;
    let (before, after) = (at.before.austerity[0], at.after.austerity[0]);
    if before <= 0.0 && after > 0.0 {
        let lasts = runway(at.after.cash[0], m.outlook.burn[0]);
        let cut = percent(at.lab.austerity.training_cut);
        let what = format!("austerity from next month: cash lasts {lasts:.1} months; training is cut by {cut}");
        told.tell(Kind::Distress, &at.lab.name, what);
    } else if before > 0.0 && after <= 0.0 && at.after.alive[0] > 0.0 {
        told.tell(Kind::Distress, &at.lab.name, "austerity ends");
    }
    if m.dropped[0] > 0.0 {
        let (was, is) = (percent(at.before.kept[0]), percent(at.after.kept[0]));
        let what = format!("scale-back: keeps {is} of the commitments that are not firm ({was} before)");
        told.tell(Kind::Distress, &at.lab.name, what);
    }
    if m.renegotiated[0] > 0.0 {
        let (cut, fee) = (percent(at.lab.scale_back.cut), money(at.after.fee_due[0]));
        let what = format!("renegotiation: all commitments shrink by {cut} for a fee of {fee}, due next month");
        told.tell(Kind::Distress, &at.lab.name, what);
    }
}

fn tell_year_end(at: &LabMoment<'_>, told: &mut Told) {
    let ends = &at.world.endurance_ends;
    if let Some(end) = ends.iter().position(|&end| end == at.month) {
        let months = at.after.tally.endurance[end + 1][0];
        if months < SHORT && at.after.alive[0] > 0.0 {
            told.tell(Kind::Endurance, &at.lab.name, endurance_sentence(months));
        }
    }
}
